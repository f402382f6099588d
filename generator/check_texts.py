"""Judges the texts of a plan: languages, units, and addresses that have moved."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from generator import model as m
from generator.draft import Draft, Entry
from generator.problems import Problem, suggestion
from generator.textfiles import Path_

PAGES = (
    "plan", "aspects", "tasks", "safeguards", "areas", "organisations", "indicators", "responsibilities", "targets",
    "monitoring", "index", "sources", "glossary", "data", "search", "compare", "explore",
    "about", "method", "accessibility",
)  # fmt: skip
"""Pages that sites have beside those of records; a redirect cannot stand in their place."""
PAGED = ("aspects", "tasks", "safeguards", "areas", "organisations", "indicators", "index")
"""Lists whose records have a page each."""

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]{2,}")
SAME_WORDS = 4
"""So many words in a row are no name any more that is the same in every language."""
SAME_CHINESE = 3
"""So many Chinese characters are a text, not a name that another language quotes."""


def check_translations(draft: Draft) -> Iterator[Problem]:
    """Every text stands in every language of the plan (counted a file and language), and in that language."""
    for entry in draft.words():
        for path, text in texts(entry.model):
            for code in draft.languages:
                if code not in text.by_language:
                    yield entry.problem(
                        "missing-translation",
                        f"a text is missing in {code}: '{_short(next(iter(text.by_language.values())))}'",
                        "write it; check --all lists every place",
                        path,
                        warning=True,
                        group=code,
                    )
            yield from _check_languages(entry, path, text)


def _short(text: str) -> str:
    return " ".join(text.split())[:40]


def texts(value: BaseModel, path: Path_ = ()) -> Iterator[tuple[Path_, m.Text]]:
    """Every text of a record, with its place."""
    for name in type(value).model_fields:
        content = getattr(value, name)
        if isinstance(content, m.Text):
            yield (*path, name), content
        elif isinstance(content, BaseModel):
            yield from texts(content, (*path, name))
        elif isinstance(content, (tuple, dict)):
            items = content.items() if isinstance(content, dict) else enumerate(content)
            for key, item in items:
                if isinstance(item, m.Text):
                    yield (*path, name, key), item
                elif isinstance(item, BaseModel):
                    yield from texts(item, (*path, name, key))


def _check_languages(entry: Entry, path: Path_, text: m.Text) -> Iterator[Problem]:
    """A text that was copied instead of translated, or that stands under the wrong language."""
    codes: dict[str, list[str]] = {}
    for code, words in text.by_language.items():
        codes.setdefault(words, []).append(code)
    for words, (first, *others) in codes.items():
        for code in others if _is_a_sentence(words) else ():
            yield entry.problem(
                "same-text",
                f"the text is the same in {first} and {code}: '{_short(words)}'",
                "translate one of the two",
                (*path, code),
                warning=True,
            )
        if not others and (found := _wrong_script(first, words)):
            yield entry.problem(
                "other-language",
                f"the text in {first} {found}: '{_short(words)}'",
                "see whether two languages were exchanged",
                (*path, first),
                warning=True,
            )


def _is_a_sentence(words: str) -> bool:
    """Whether a text is too long to be a name, a unit or a number that every language writes alike."""
    return len(_CHINESE.findall(words)) >= SAME_CHINESE or len(_WORD.findall(words)) >= SAME_WORDS


def _wrong_script(code: str, words: str) -> str:
    """What shows that a text is not in its language, or nothing: Chinese has Chinese characters, European ones none."""
    chinese = len(_CHINESE.findall(words))
    language = code.partition("-")[0]
    if language == "zh":
        return "has no Chinese characters" if not chinese and len(_WORD.findall(words)) >= SAME_WORDS else ""
    if language in ("ja", "ko", "yue", "wuu"):
        return ""
    return "is in Chinese characters" if chinese >= SAME_CHINESE and chinese * 2 > len(_LETTER.findall(words)) else ""


def check_units(draft: Draft) -> Iterator[Problem]:
    """A unit that stands once and is nearly another one is a slip of the pen."""
    units = [
        (entry, code, unit)
        for entry in draft.entries["indicators"]
        if entry.model.unit is not None
        for code, unit in entry.model.unit.by_language.items()
    ]
    count = Counter((code, unit) for _, code, unit in units)
    for entry, code, unit in units:
        if count[code, unit] > 1:
            continue
        others = sorted({other for language, other in count if language == code and other != unit})
        alike = [other for other in others if count[code, other] > 1 or _folded(other) == _folded(unit)]
        if (near := _nearly(unit, alike)) is not None:
            yield entry.problem(
                "similar-unit",
                f"the unit '{unit}' is nearly '{near}', the unit of other indicators",
                f"write '{near}' if that is meant",
                ("unit", code),
                warning=True,
            )


def _folded(unit: str) -> str:
    return re.sub(r"[\s.\-]", "", unit).casefold()


def _nearly(unit: str, others: list[str]) -> str | None:
    """The one of the others that differs by case, spaces or, in a long word, a letter."""
    for other in others:
        if _folded(other) == _folded(unit):
            return other
        letters = [sum(map(str.isalpha, one)) for one in (unit, other)]
        same_digits = re.sub(r"\D", "", unit) == re.sub(r"\D", "", other)
        if min(letters) >= 5 and same_digits and difflib.SequenceMatcher(None, unit, other).ratio() >= 0.85:
            return None if unit.rstrip("s") == other.rstrip("s") else other
    return None


def check_redirects(draft: Draft) -> Iterator[Problem]:
    """A redirect leads from an address that is free to a page that exists, and not in a circle."""
    ways: dict[str, str] = {}
    for entry in draft.entries["redirects"]:
        ways.setdefault(_address(entry.model.from_), _address(entry.model.to))
    pages = {*PAGES, *(f"{kind}/{key}" for kind in PAGED for key in draft.ids[kind])}
    for entry in draft.entries["redirects"]:
        source, target = _address(entry.model.from_), _address(entry.model.to)
        yield from _check_addresses(entry, draft.languages)
        if source in pages:
            yield entry.problem(
                "redirect-over-page",
                f"'{source}' is the address of a page, which the redirect would hide",
                "remove the redirect, or correct its address",
                ("from",),
            )
        circle = _circle(ways, source)
        if circle:
            yield entry.problem(
                "cycle", f"the redirect leads in a circle: {' -> '.join(circle)}", "remove one of these", ("to",)
            )
        kind, _, key = target.partition("/")
        is_known = target in pages or target in ways or not key or kind not in PAGED
        if not is_known and draft.is_whole(kind):
            hint = suggestion(key, draft.ids[kind])
            yield entry.problem("unknown-page", f"there is no page '{target}'", hint, ("to",))


_ADDRESS = re.compile(r"[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*")


def _address(text: str) -> str:
    return text.strip("/")


def _check_addresses(entry: Entry, languages: tuple[str, ...]) -> Iterator[Problem]:
    for name, text in (("from", entry.model.from_), ("to", entry.model.to)):
        if not _ADDRESS.fullmatch(_address(text)) or _address(text).partition("/")[0] in languages:
            yield entry.problem(
                "bad-address",
                f"'{text}' is not an address of this site",
                "write it without language and server, such as tasks/08",
                (name,),
            )


def _circle(ways: Mapping[str, str], start: str) -> list[str]:
    """The way from an address back to itself, or nothing."""
    way = [start]
    while way[-1] in ways and len(way) <= len(ways):
        way.append(ways[way[-1]])
        if way[-1] == start:
            return way
    return []
