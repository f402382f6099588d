"""One small style sheet of two: the rules of Material that our pages can use, and ours.

Material's sheet is 138 kB, of which our pages, which have Material's classes of text and grid but none of its parts,
use a tenth. A reader on a slow line waits for each style sheet before anything is seen, so they get one, without the
rest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator

from generator.sitefile import SiteFile

KEPT_CLASSES = frozenset({"md-typeset", "md-grid", "md-button", "md-button--primary"})
"""Classes of Material that our templates write, or that prose may ask for."""

_TOKEN = re.compile(r"""/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^)'"]*\)|.""", re.DOTALL)
_NAMED = re.compile(r"\.((?:[\w-]|\\.)+)")
_ABSENT = re.compile(r"\[(?:dir=|data-md-(?!color-scheme)|id=__|role=columnheader|data-preview)|#[\w-]|::?-moz")
_SPACE = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\s+""")
_USED = re.compile(r"var\(\s*(--[\w-]+)")
_VARIABLE = re.compile(r"\s*(--[\w-]+)\s*:")
_GROUPS = ("@media", "@supports")


def site_style(material: str, own: str) -> SiteFile:
    """Both sheets as one file of the assets, its name with a hash, so that browsers keep it until it changes."""
    kept = "".join(_used_rules(material, KEPT_CLASSES))
    text = _without_idle_variables(f"{_squeezed(kept)}{_squeezed(own)}")
    data = text.encode()
    return SiteFile(f"assets/site.{hashlib.sha256(data).hexdigest()[:8]}.css", data)


def _rules(text: str) -> Iterator[tuple[str, str | None]]:
    """Each rule of a level as its head and its body; a statement, such as @charset, has no body."""
    head: list[str] = []
    body: list[str] = []
    depth = 0
    for match in _TOKEN.finditer(text):
        sign = match[0]
        if sign.startswith("/*"):
            continue
        depth -= sign == "}"
        if depth == 0 and sign == "}":
            yield "".join(head).strip(), "".join(body)
            head, body = [], []
        elif depth == 0 and sign == ";":
            yield "".join(head).strip(), None
            head = []
        elif depth == 0 and sign != "{":
            head.append(sign)
        elif sign != "{" or depth > 0:
            body.append(sign)
        depth += sign == "{"


def _parts(text: str, separator: str) -> list[str]:
    """A list split where its separator stands outside quotes and brackets."""
    parts, depth = [""], 0
    for match in _TOKEN.finditer(text):
        sign = match[0]
        depth += (sign in ("(", "[")) - (sign in (")", "]"))
        if sign == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _used_rules(text: str, classes: Collection[str]) -> Iterator[str]:
    """The rules of which a selector needs no class but these, no id and no attribute that our pages lack."""
    for head, body in _rules(text):
        if body is None or head.startswith("@keyframes"):
            continue
        if head.startswith(_GROUPS):
            inner = "".join(_used_rules(body, classes))
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        else:
            fitting = [one for one in _parts(head, ",") if _fits(one, classes)]
            if fitting:
                yield f"{','.join(fitting)}{{{body}}}"


def _fits(selector: str, classes: Collection[str]) -> bool:
    return set(_NAMED.findall(selector)) <= set(classes) and not _ABSENT.search(selector)


def _spaced(text: str) -> str:
    """A text with one space where there were several, but for those in quotes."""
    return _SPACE.sub(lambda match: match[1] or " ", text).strip()


def _squeezed(text: str) -> str:
    """A sheet without comments and without space that means nothing."""
    return "".join(
        f"{_spaced(head)};" if body is None else f"{_head(head)}{{{_body(head, body)}}}" for head, body in _rules(text)
    )


def _head(text: str) -> str:
    return ",".join(_spaced(part) for part in _parts(text, ","))


def _body(head: str, body: str) -> str:
    if head.startswith(_GROUPS):
        return _squeezed(body)
    return ";".join(_declaration(one) for one in _parts(body, ";") if one.strip())


def _declaration(text: str) -> str:
    name, _, value = text.partition(":")
    return f"{name.strip()}:{_spaced(value)}"


def _without_idle_variables(text: str) -> str:
    """A squeezed sheet without the custom properties that nothing asks for, however many take them along."""
    while True:
        used = set(_USED.findall(text))
        kept = "".join(_kept_declarations(text, used))
        if kept == text:
            return text
        text = kept


def _kept_declarations(text: str, used: Collection[str]) -> Iterator[str]:
    for head, body in _rules(text):
        if body is None:
            yield f"{head};"
        elif head.startswith(_GROUPS):
            inner = "".join(_kept_declarations(body, used))
            if inner:
                yield f"{head}{{{inner}}}"
        else:
            kept = [one for one in _parts(body, ";") if one and _is_asked_for(one, used)]
            if kept:
                yield f"{head}{{{';'.join(kept)}}}"


def _is_asked_for(declaration: str, used: Collection[str]) -> bool:
    name = _VARIABLE.match(declaration)
    return name is None or name[1] in used
