"""One small style sheet of two: the rules of Material that our pages can use, and ours.

Material's sheet is 138 kB, of which our pages, which have Material's classes of text and grid but none of its parts,
use a tenth. A reader on a slow line waits for each style sheet before anything is seen, so they get one, without the
rest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import tinycss2

from generator.palette import LIGHT, PREFIX
from generator.sitefile import SiteFile

KEPT_CLASSES = frozenset({"md-typeset", "md-grid", "md-button", "md-button--primary"})
"""Classes of Material that our templates write, or that prose may ask for."""

_NAMED = re.compile(r"\.((?:[\w-]|\\.)+)")
_ABSENT = re.compile(r"\[(?:dir=|data-md-(?!color-scheme)|id=__|role=columnheader|data-preview)|#[\w-]|::?-moz")
_SPACE = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/|\s+""", re.DOTALL)
_USED = re.compile(r"var\(\s*(--[\w-]+)")
_OF_RULES = frozenset({"media", "supports", "keyframes"})


class Rule(NamedTuple):
    """A rule: its selectors, or the words of an at-rule; what it declares; the rules inside it."""

    heads: tuple[str, ...]
    declarations: tuple[tuple[str, str], ...] = ()
    rules: tuple[Rule, ...] = ()


def site_style(material: str, own: str) -> SiteFile:
    """Both sheets as one file of the assets, its name with a hash, so that browsers keep it until it changes."""
    kept = tuple(_used_rules(_rules(material), KEPT_CLASSES))
    data = "".join(_written(_without_idle_variables((*kept, *_rules(own))))).encode()
    return SiteFile(f"assets/site.{hashlib.sha256(data).hexdigest()[:8]}.css", data)


def _rules(sheet: str | Sequence[Any]) -> Iterator[Rule]:
    """The rules of a sheet or of a block; statements without a block, such as @charset, are left out."""
    for rule in tinycss2.parse_rule_list(sheet, skip_comments=True, skip_whitespace=True):
        if rule.type == "error":
            raise ValueError(f"line {rule.source_line} of a style sheet cannot be read: {rule.message}")
        if rule.content is None:
            continue
        if rule.type == "qualified-rule":
            yield Rule(tuple(_listed(rule.prelude)), tuple(_declarations(rule.content)))
            continue
        head = (f"@{rule.at_keyword}{_text(rule.prelude, strip=False).rstrip()}",)
        if rule.lower_at_keyword in _OF_RULES:
            yield Rule(head, rules=tuple(_rules(rule.content)))
        else:
            yield Rule(head, tuple(_declarations(rule.content)))


def _declarations(block: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for one in tinycss2.parse_blocks_contents(block, skip_comments=True, skip_whitespace=True):
        if one.type != "declaration":
            raise ValueError(f"line {one.source_line} of a style sheet: a declaration was wanted")
        yield one.name, _text(one.value) + ("!important" if one.important else "")


def _listed(tokens: Iterable[Any]) -> Iterator[str]:
    """The selectors of a list; commas inside brackets part nothing."""
    found: list[Any] = []
    for one in tokens:
        if one == ",":
            yield _text(found)
            found = []
        else:
            found.append(one)
    yield _text(found)


def _text(tokens: Sequence[Any], strip: bool = True) -> str:
    """Tokens as text with one space where there were several or a comment, but for those in quotes."""
    text = _SPACE.sub(lambda match: match[1] or " ", tinycss2.serialize(tokens))
    return text.strip() if strip else text


def _used_rules(rules: Iterable[Rule], classes: Collection[str]) -> Iterator[Rule]:
    """The rules of which a selector needs no class but these, no id and no attribute that our pages lack."""
    for rule in rules:
        if rule.rules:
            inner = tuple(_used_rules(rule.rules, classes))
            if inner and not rule.heads[0].startswith("@keyframes"):
                yield rule._replace(rules=inner)
        elif fitting := tuple(one for one in rule.heads if one.startswith("@") or _fits(one, classes)):
            yield rule._replace(heads=fitting)


def _fits(selector: str, classes: Collection[str]) -> bool:
    return set(_NAMED.findall(selector)) <= set(classes) and not _ABSENT.search(selector)


def _without_idle_variables(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Rules without the custom properties that nothing asks for, however many take them along.

    The colours of drawings stay, since drawings stand in pages and ask for them there.
    """
    drawn = {f"{PREFIX}{name}" for name in LIGHT}
    while True:
        used = drawn | {name for value in _values(rules) for name in _USED.findall(value)}
        kept = tuple(_asked_for(rules, used))
        if kept == rules:
            return rules
        rules = kept


def _values(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        yield from (value for _, value in rule.declarations)
        yield from _values(rule.rules)


def _asked_for(rules: Iterable[Rule], used: Collection[str]) -> Iterator[Rule]:
    for rule in rules:
        kept = tuple(one for one in rule.declarations if not one[0].startswith("--") or one[0] in used)
        inner = tuple(_asked_for(rule.rules, used))
        if kept or inner:
            yield rule._replace(declarations=kept, rules=inner)


def _written(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        inner = "".join(_written(rule.rules)) or ";".join(f"{name}:{value}" for name, value in rule.declarations)
        yield f"{','.join(rule.heads)}{{{inner}}}"
