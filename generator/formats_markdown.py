"""A page as plain Markdown: its own text, and its ready HTML blocks turned back into paragraphs, lists and tables."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import NamedTuple

from generator.render import Page

_TOKEN = re.compile(r"(<t[dh](?: [^>]*)?>.*?</t[dh]>|<[^>]*>)", re.DOTALL)
"""A whole cell of a table, or a tag."""
_CELL = ("<td", "<th")
_CELLS = 20_000
"""So many cells are remembered: most stand in several tables."""
_TAG = re.compile(r"<(/?)([a-zA-Z0-9]+)")
_HREF = re.compile(r'\shref="([^"]*)"')
_BLOCK = re.compile(r"<!--pe:(\d+)-->")
_SPACE = re.compile(r"\s+")
_SPECIAL = re.compile(r"([\\`*\[\]|])")
_ATTRIBUTES = re.compile(r"[ \t]*\{:[^}\n]*\}")
_SPAN = re.compile(r"</?span[^>]*>")
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_PARAGRAPHS = frozenset(
    {"p", "div", "section", "figure", "figcaption", "summary", "details", "ul", "ol", "dl", "table"}
)
_SKIPPED = frozenset({"script", "style", "svg", "template", "button", "select", "form", "input", "label", "noscript"})


def page_markdown(page: Page) -> str:
    """The page's text; what is only for the eye or for a script is left out, marks stand in brackets."""
    text = _SPAN.sub("", _ATTRIBUTES.sub("", page.markdown))
    text = _BLOCK.sub(lambda match: _turned(page.blocks[int(match[1])]), text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _turned(block: str) -> str:
    """An HTML block of ours as Markdown."""
    turner = _Turner()
    turner.take(block)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", "".join(turner.out))).strip()


class _Tag(NamedTuple):
    """What a tag is to us."""

    name: str
    closes: bool
    is_skipped: bool
    """Whether what it holds is only for the eye or for a script."""
    is_use: bool
    """Whether it opens what a reader may take away."""
    stands_alone: bool
    is_mark: bool
    href: str | None


@lru_cache(maxsize=20_000)
def _tag(token: str) -> _Tag | None:
    """A tag read; the same ones stand in every table."""
    match = _TAG.match(token)
    if match is None:
        return None
    name, href = match[2].lower(), _HREF.search(token)
    return _Tag(
        name,
        bool(match[1]),
        name in _SKIPPED,
        name == "details" and "pe-use" in token,
        name == "input" or token.endswith("/>"),
        'class="pe-mark' in token,
        html.unescape(href[1]).replace(" ", "%20") if href else None,
    )


@lru_cache(maxsize=20_000)
def _plain(text: str) -> str:
    """A text of HTML as one of Markdown."""
    plain = _SPACE.sub(" ", text.replace("&#34;", '"').replace("&#39;", "'").replace("&nbsp;", " "))
    return _SPECIAL.sub(r"\\\1", plain)


@lru_cache(maxsize=_CELLS)
def _cell(content: str) -> str:
    """What stands in a cell of a table, in one line."""
    turner = _Turner()
    turner.cell = []
    turner.take(content)
    return _SPACE.sub(" ", "".join(turner.cell)).strip()


class _Turner:
    """Takes the tokens of a block one by one. Our blocks are well formed, and every value in them is escaped."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.row: list[str] | None = None
        """The cells of the table row that is being read."""
        self.cell: list[str] | None = None
        """What stands in the cell that is being read by itself."""
        self.is_head = False
        self.skipped: list[str] = []
        self.spans: list[str] = []
        """What closes each open span."""
        self.links: list[str] = []
        self.is_code = False

    def take(self, block: str) -> None:
        """Take a piece of HTML."""
        for token in _TOKEN.split(block):
            if token.startswith(_CELL) and token[3] in " >":
                if self.row is not None and not self.skipped:
                    self.row.append(_cell(token[token.index(">") + 1 : -5]))
            elif token.startswith("<"):
                self.tag(token)
            elif token:
                self.text(token)

    def put(self, text: str) -> None:
        (self.out if self.cell is None else self.cell).append(text)

    def text(self, text: str) -> None:
        if self.skipped:
            return
        if self.is_code:
            self.put(html.unescape(text).replace("```", "'''"))
            return
        plain = _plain(text)
        if plain != " " or self.cell is not None or (self.out and not self.out[-1].endswith("\n")):
            self.put(plain)

    def tag(self, token: str) -> None:
        tag = _tag(token)
        if tag is None:
            return
        if tag.is_skipped or tag.is_use or (self.skipped and tag.name == "details"):
            self._skip(tag)
        elif not self.skipped:
            self._take(tag)

    def _skip(self, tag: _Tag) -> None:
        if tag.stands_alone:
            return
        if tag.closes and self.skipped and self.skipped[-1] == tag.name:
            self.skipped.pop()
        elif not tag.closes:
            self.skipped.append(tag.name)

    def _take(self, tag: _Tag) -> None:  # noqa: PLR0912 -- one branch a tag reads best
        name, closes = tag.name, tag.closes
        if name in ("tr", "thead", "tbody", "caption"):
            self._table(name, closes)
        elif name == "a":
            if closes:
                self.put(self.links.pop() if self.links else "")
            else:
                self.links.append(f"]({tag.href})" if tag.href is not None else "")
                self.put("[" if tag.href is not None else "")
        elif name == "span":
            if closes:
                self.put(self.spans.pop() if self.spans else "")
            else:
                self.spans.append(")" if tag.is_mark else "")
                self.put(" (" if tag.is_mark else "")
        elif name in _HEADINGS:
            self.put("\n\n" if closes else f"\n\n{_HEADINGS[name]} ")
        elif name in ("li", "dt"):
            self.put("" if closes else "\n- ")
        elif name == "dd":
            self.put("" if closes else ": ")
        elif name == "br":
            self.put(" ")
        elif name == "pre":
            self.is_code = not closes
            self.put("\n```\n\n" if closes else "\n\n```\n")
        elif name in _PARAGRAPHS and self.cell is None:
            self.put("\n\n")

    def _table(self, name: str, closes: bool) -> None:
        if name == "caption":
            self.put("**\n\n" if closes else "\n\n**")
        elif name == "thead":
            self.is_head = not closes
        elif name == "tr" and not closes:
            self.row = []
        elif name == "tr" and self.row is not None:
            self.out.append(f"| {' | '.join(self.row)} |\n")
            if self.is_head:
                self.out.append(f"|{' --- |' * len(self.row)}\n")
            self.row = None
