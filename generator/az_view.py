"""Everything from A to Z without a script: by initial, Chinese titles by that of their pinyin."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from typing import NamedTuple

from generator.tables import Item
from generator.view import KINDS, View

PATH = "search"
MOST_ITEMS = 2_000
"""The list of everything holds no more; above that each initial has a page."""
OTHER = "#"
"""Where a title stands whose first sign has no letter."""

_FIRST = (
    (0xB0A1, "A"), (0xB0C5, "B"), (0xB2C1, "C"), (0xB4EE, "D"), (0xB6EA, "E"), (0xB7A2, "F"), (0xB8C1, "G"),
    (0xB9FE, "H"), (0xBBF7, "J"), (0xBFA6, "K"), (0xC0AC, "L"), (0xC2E8, "M"), (0xC4C3, "N"), (0xC5B6, "O"),
    (0xC5BE, "P"), (0xC6DA, "Q"), (0xC8BB, "R"), (0xC8F6, "S"), (0xCBFA, "T"), (0xCDDA, "W"), (0xCEF4, "X"),
    (0xD1B9, "Y"), (0xD4D1, "Z"),
)  # fmt: skip
"""Where each initial begins among the 3,755 common characters of GB 2312, which stand in the order of their pinyin."""
_LAST = 0xD7F9


class _Entry(NamedTuple):
    letter: str
    order: tuple[str, bytes, str]
    item: Item


def initial(title: str, pinyin: str = "") -> str:
    """The letter a title stands under; characters with two readings stand under the one of GB 2312.

    `pinyin` is given where the data know it. Digits and rare characters stand under `#`.
    """
    for sign in unicodedata.normalize("NFD", pinyin or title):
        if sign.isascii() and sign.isalpha():
            return sign.upper()
        if (code := _gb2312(sign)) is not None and _FIRST[0][0] <= code <= _LAST:
            return [letter for first, letter in _FIRST if first <= code][-1]
        if sign.isalnum():
            return OTHER
    return OTHER


def _gb2312(sign: str) -> int | None:
    try:
        code = sign.encode("gb2312")
    except UnicodeEncodeError:
        return None
    return int.from_bytes(code) if len(code) == 2 else None


def groups(view: View) -> list[tuple[str, list[Item]]]:
    """Every record, index and term under its initial, with its kind beside it; what has no letter comes last."""
    found: dict[str, list[_Entry]] = defaultdict(list)
    for entry in _entries(view):
        found[entry.letter].append(entry)
    letters = sorted(found, key=lambda letter: (letter == OTHER, letter))
    return [
        (letter if letter != OTHER else view.say("search.no_letter"),
         [entry.item for entry in sorted(found[letter], key=lambda entry: entry.order)])
        for letter in letters
    ]  # fmt: skip


class Letter(NamedTuple):
    """What stands under one initial, on a page of its own."""

    letter: str
    path: str
    items: list[Item]


def letters(view: View) -> list[Letter]:
    """A page for each initial, where there is more than a page should hold; else nothing."""
    found = groups(view)
    if sum(len(items) for _, items in found) <= MOST_ITEMS:
        return []
    return [Letter(letter, f"{PATH}/{key_of(letter)}", items) for letter, items in found]


def key_of(letter: str) -> str:
    """The end of an initial's address; those without a letter share one."""
    return letter.lower() if len(letter) == 1 and letter.isascii() and letter.isalpha() else "other"


def _entries(view: View) -> list[_Entry]:
    plan, found = view.plan, []
    for kind in KINDS:
        for record in getattr(plan, kind).values():
            numbered = hasattr(record, "number") and kind != "indicators"
            kind_word = view.numbered_name(kind, record.id) if numbered else view.say(f"kind.{kind}")
            pinyin = (getattr(record, "title_pinyin", None) or "") if view.language.tag.startswith("zh") else ""
            found.append(_entry(view.text(record.title), view.href(kind, record.id), kind_word, pinyin))
    for one in plan.index.values():
        found.append(_entry(view.text(one.title), view.href("index", one.id), view.say("kind.index")))
    for term in plan.glossary.values():
        found.append(_entry(view.text(term.term), view.href("glossary", term.id), view.say("kind.term")))
    return found


def _entry(title: str, href: str, kind: str, pinyin: str = "") -> _Entry:
    known = title.encode("gb2312", "replace") if _gb2312(title[:1]) is not None else b""
    return _Entry(initial(title, pinyin), (pinyin.casefold(), known, title.casefold()), Item(title, href, kind))
