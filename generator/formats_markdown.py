"""A page as plain Markdown: its own text, and its ready HTML blocks turned back into paragraphs, lists and tables."""

from __future__ import annotations

import html
import re

from generator.render import Page

_TOKEN = re.compile(r"(<[^>]*>)")
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
    for token in _TOKEN.split(block):
        if token.startswith("<"):
            turner.tag(token)
        elif token:
            turner.text(token)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", "".join(turner.out))).strip()


class _Turner:
    """Takes the tokens of a block one by one. Our blocks are well formed, and every value in them is escaped."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.row: list[str] | None = None
        """The cells of the table row that is being read."""
        self.cell: list[str] | None = None
        self.is_head = False
        self.skipped: list[str] = []
        self.spans: list[str] = []
        """What closes each open span."""
        self.links: list[str] = []
        self.is_code = False

    def put(self, text: str) -> None:
        (self.out if self.cell is None else self.cell).append(text)

    def text(self, text: str) -> None:
        if self.skipped:
            return
        if self.is_code:
            self.put(html.unescape(text).replace("```", "'''"))
            return
        plain = _SPACE.sub(" ", text.replace("&#34;", '"').replace("&#39;", "'").replace("&nbsp;", " "))
        if plain != " " or self.cell is not None or (self.out and not self.out[-1].endswith("\n")):
            self.put(_SPECIAL.sub(r"\\\1", plain))

    def tag(self, token: str) -> None:
        match = _TAG.match(token)
        if match is None:
            return
        closes, name = bool(match[1]), match[2].lower()
        if name in _SKIPPED or (name == "details" and ("pe-use" in token or self.skipped)):
            self._skip(name, closes, token)
        elif not self.skipped:
            self._take(name, closes, token)

    def _skip(self, name: str, closes: bool, token: str) -> None:
        if name == "input" or token.endswith("/>"):
            return
        if closes and self.skipped and self.skipped[-1] == name:
            self.skipped.pop()
        elif not closes:
            self.skipped.append(name)

    def _take(self, name: str, closes: bool, token: str) -> None:  # noqa: PLR0912 -- one branch a tag reads best
        if name in ("tr", "td", "th", "thead", "tbody", "caption"):
            self._table(name, closes)
        elif name == "a":
            href = _HREF.search(token)
            if closes:
                self.put(self.links.pop() if self.links else "")
            else:
                self.links.append(f"]({html.unescape(href[1]).replace(' ', '%20')})" if href else "")
                self.put("[" if href else "")
        elif name == "span":
            if closes:
                self.put(self.spans.pop() if self.spans else "")
            else:
                marked = 'class="pe-mark' in token
                self.spans.append(")" if marked else "")
                self.put(" (" if marked else "")
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
        elif name in ("td", "th") and not closes:
            self.cell = []
        elif name in ("td", "th") and self.cell is not None:
            if self.row is not None:
                self.row.append(_SPACE.sub(" ", "".join(self.cell)).strip())
            self.cell = None
