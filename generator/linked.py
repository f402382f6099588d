"""A sentence whose numbers lead to what they rest on, made where sentences are made and written as links by pages.

In the same way a name that is in another language than the page keeps it, wherever the sentence puts it. Everywhere
else (titles, files, feeds, the book) such a text is the plain text that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from string import Formatter
from typing import Any


class Tongue(str):
    """The tag of a language, where a part of a text is in that one; in the place of an address."""

    __slots__ = ()


class Linked(str):
    """A text with places that lead somewhere. What `str` does to it (slices, f-strings) gives plain text again."""

    __slots__ = ("links",)
    links: tuple[tuple[int, int, str], ...]
    """Start and end of each place, and its address from the language's root, or its language; in order, a place before
    those inside it. None is inside another of its kind."""

    def __new__(cls, text: str, links: Iterable[tuple[int, int, str]] = ()) -> Linked:
        made = super().__new__(cls, text)
        made.links = tuple(links)
        return made

    def cut(self, start: int, end: int) -> str:
        """A part of the text with what is marked inside it, but for a mark of the whole part."""
        inner = tuple((first - start, last - start, to) for first, last, to in self.links
                      if start <= first and last <= end and (first, last) != (start, end))  # fmt: skip
        return Linked(self[start:end], inner) if inner else self[start:end]

    def __add__(self, other: str) -> Linked:
        return join("", (self, other))

    def __radd__(self, other: str) -> Linked:
        return join("", (other, self))


class Count(int):
    """A number of things that chooses between singular and plural, and leads to where the things are listed."""

    address: str

    def __new__(cls, count: int, address: str) -> Count:
        made = super().__new__(cls, count)
        made.address = address
        return made


LEADING = frozenset((Linked, Count))
"""Types of values that lead somewhere."""


def linked(text: str, address: str) -> Linked:
    """A text that leads to an address as a whole: `Linked` where it stands in a sentence, as in `2.5%`."""
    inner = text.links if isinstance(text, Linked) else ()
    return Linked(text, ((0, len(text), address), *inner) if text else ())


def foreign(text: str, tag: str) -> Linked:
    """A text that is in another language than what surrounds it."""
    return linked(text, Tongue(tag))


def join(separator: str, parts: Iterable[str]) -> Linked:
    """Texts with a separator between them, each with its links."""
    texts: list[str] = []
    links: list[tuple[int, int, str]] = []
    length = 0
    for part in parts:
        if texts and separator:
            texts.append(separator)
            length += len(separator)
        if isinstance(part, Linked):
            links += [(start + length, end + length, address) for start, end, address in part.links]
        texts.append(part)
        length += len(part)
    return Linked("".join(texts), links)


def capital(text: str) -> str:
    """A text with its first letter in upper case."""
    first = text[:1].upper()
    if not isinstance(text, Linked):
        return first + text[1:]
    return Linked(first + text[1:], text.links) if len(first) == len(text[:1]) else text


def fill(pattern: str, values: Mapping[str, Any]) -> Linked:
    """`pattern.format(**values)` that keeps the links of the values.

    What stands in square brackets leads as a whole where its first value leads, so that the words of a link say what
    is counted: `[{count} of {total} tasks] are done`. Without such a value it is text as any other.
    """
    return join("", (_filled(part, values, is_link) for part, is_link in _links(pattern)))


def _filled(pattern: str, values: Mapping[str, Any], is_link: bool) -> str:
    parts = _parts(pattern)
    text = join("", (text if name is None else _written(values[name], spec) for text, name, spec in parts))
    to = next((to for *_, to in text.links if not isinstance(to, Tongue)), None) if is_link else None
    if to is None:
        return text
    inner = (one for one in text.links if isinstance(one[2], Tongue))
    return Linked(text, ((0, len(text), to), *inner))


@lru_cache(maxsize=1024)
def _links(pattern: str) -> tuple[tuple[str, bool], ...]:
    """A pattern in pieces, and which of them are links: those in square brackets."""
    pieces = re.split(r"\[([^\]]*)\]", pattern)
    return tuple((piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece)


def _written(value: Any, spec: str) -> str:
    if isinstance(value, Count):
        return linked(str(int(value)), value.address)
    return value if isinstance(value, Linked) else format(value, spec)


@lru_cache(maxsize=1024)
def _parts(pattern: str) -> tuple[tuple[str, str | None, str], ...]:
    """A pattern in literal texts and the names of values."""
    found: list[tuple[str, str | None, str]] = []
    for literal, name, spec, _ in Formatter().parse(pattern):
        if literal:
            found.append((literal, None, ""))
        if name is not None:
            found.append(("", name, spec or ""))
    return tuple(found)
