"""The HTML of a page's Markdown, with what stands on other pages too converted once: the same HTML as of the whole.

Most of a generated page is headings and sentences that hundreds of pages share. A page is cut at its headings and ready
blocks, and each piece is converted by itself, by the same converter. Pages on which pieces may depend on each other
(definitions of links, raw HTML, links to files that MkDocs resolves) are left to MkDocs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import markdown
from markdown.extensions.toc import nest_toc_tokens

from generator import plain_markdown

MOST = 20_000
"""So many pieces are kept."""

_GAP = re.compile(r"\n(?:[ \t]*\n)+")
_BLOCK = re.compile(r"<!--pe:\d+-->")
_HEADING = re.compile(r"#{1,6} [^\n]*")
_DEPENDENT = re.compile(r"^ {0,3}(?:\[[^\]\n]*\]:|<(?!!--pe:\d+-->$|span[ >]))", re.MULTILINE)
"""A definition of a link, or raw HTML that may reach beyond its piece."""
_TARGET = re.compile(r"\]\(([^)\s]*)")
_INDEPENDENT = re.compile(r"(?:https?://|mailto:|#|(?!/)(?:[^?#]*/)(?:[?#]|$))")
"""Targets of links that MkDocs leaves as they are: outside, on the page, or a folder of the site."""


class Html(NamedTuple):
    """The HTML of a text, and its headings as the extension `toc` tells them."""

    html: str
    headings: list[Any]


class QuickMarkdown:
    """Converts pages with one set of extensions, and remembers their pieces."""

    def __init__(self, extensions: Sequence[str]) -> None:
        self._markdown = markdown.Markdown(extensions=list(extensions))
        self._known: dict[str, Html] = {}

    def convert(self, text: str) -> Html | None:
        """A page; None where it must be converted as a whole."""
        if _DEPENDENT.search(text) or not all(map(_INDEPENDENT.match, _TARGET.findall(text))):
            return None
        parts, flat = list[str](), list[Any]()
        for piece in _pieces(text):
            found = Html(f"{piece}\n", []) if _BLOCK.fullmatch(piece) else self._piece(piece)
            parts.append(found.html)
            flat += found.headings
        names = [heading["id"] for heading in flat]
        if len(set(names)) < len(names):
            return None  # the converter would number them
        headings: Any = [{**heading} for heading in flat]
        return Html("\n".join(parts).strip(), nest_toc_tokens(headings))

    def _piece(self, piece: str) -> Html:
        known = self._known.get(piece)
        if known is None:
            if len(self._known) >= MOST:
                self._known.clear()
            known = self._known[piece] = self._plain(piece) or self._converted(piece)
        return known

    def _plain(self, piece: str) -> Html | None:
        if (heading := plain_markdown.heading(piece)) is not None:
            return Html(heading[0], [heading[1]])
        html = plain_markdown.blocks(piece)
        return None if html is None else Html(html, [])

    def _converted(self, piece: str) -> Html:
        self._markdown.reset()
        html = self._markdown.convert(piece)
        return Html(html, _flat(getattr(self._markdown, "toc_tokens", [])))


def _pieces(text: str) -> list[str]:
    """Headings and ready blocks one by one, and what stands between them."""
    pieces: list[str] = []
    run: list[str] = []
    for chunk in _GAP.split(text.strip("\n")):
        if _HEADING.fullmatch(chunk) or _BLOCK.fullmatch(chunk):
            if run:
                pieces.append("\n\n".join(run))
                run = []
            pieces.append(chunk)
        elif chunk:
            run.append(chunk)
    return [*pieces, "\n\n".join(run)] if run else pieces


def _flat(headings: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for heading in headings:
        found += [{**heading, "children": []}, *_flat(heading["children"])]
    return found
