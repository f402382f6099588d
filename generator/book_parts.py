"""Parts of a printed document as HTML: tables, figures, facts and paragraphs; every text is escaped.

Pure: what pages show (tables, figures) goes in, HTML for WeasyPrint comes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

from markdown import Markdown

from generator.figures import Figure
from generator.lettering import text_width
from generator.markdown import clean, subset
from generator.model import Text
from generator.view import KINDS, STATUS_SYMBOLS, Cell, Column, Mark, Table, View

SHORT = 120.0
"""A cell of at most this many pixels (at 12 px) is never broken: periods, kinds, numbers."""
_ANCHORS = {kind: f"{kind.removesuffix('s')}-" for kind in KINDS} | {"sources": "source-", "glossary": "term-"}
_ANCHOR_OF = re.compile(rf"({'|'.join(_ANCHORS)})/(?:#?)([a-z0-9-]+)")
_LINK = re.compile(r'<a href="#([^"]+)"( class="[a-z]+")?>(.*?)</a>', re.DOTALL)
_ID = re.compile(r' id="([^"]+)"')


def anchor(kind: str, name: str) -> str:
    """The place of a record in a document."""
    return f"{_ANCHORS[kind]}{name}"


@dataclass(frozen=True)
class Parts:
    """Makes parts in the language of a view. `drawn` are the ids of the figures that have a drawing."""

    view: View
    drawn: frozenset[str] = frozenset()
    numbered_sources: bool = True
    """Whether tables name a source by its number in the list of sources, which the document then has."""
    _markdown: Markdown = field(default_factory=Markdown, compare=False)

    @cached_property
    def source_numbers(self) -> Mapping[str, int]:
        """The number of each source, from 1, in the order of sources.yml."""
        return {name: number for number, name in enumerate(self.view.plan.sources, 1)}

    def say(self, key: str, /, **values: object) -> str:
        return self.view.say(key, **values)

    # --- words ---

    def paragraph(self, text: str, kind: str = "") -> str:
        """A paragraph of plain text; nothing where there is none."""
        return f"<p{_class(kind)}>{escape(clean(text))}</p>" if text else ""

    def words(self, text: Text | None, kind: str = "") -> str:
        """A text of the data, marked where it is in another language."""
        if text is None:
            return ""
        tag = self.view.tag_of(text)
        lang = f' lang="{escape(tag)}"' if tag else ""
        return f"<p{_class(kind)}{lang}>{escape(clean(self.view.text(text)))}</p>"

    def wording(self, text: Text | None) -> str:
        """A longer text of the data in the documented Markdown subset."""
        if text is None:
            return ""
        tag = self.view.tag_of(text)
        lang = f' lang="{escape(tag)}"' if tag else ""
        self._markdown.reset()
        return f'<div class="wording"{lang}>{self._markdown.convert(subset(self.view.text(text)))}</div>'

    def marks(self, marks: Iterable[Mark]) -> str:
        return "".join(f' <span class="mark">[{escape(mark.word)}]</span>' for mark in marks)

    def basis(self, basis: str) -> str:
        """A word in brackets where something is not official."""
        return "" if basis == "official" else self.marks([Mark(basis, self.say(f"basis.{basis}.mark"))])

    def heading(self, level: int, key: str, text: str, marks: str = "") -> str:
        name = f' id="{escape(key)}"' if key else ""
        return f"<h{level}{name}>{escape(clean(text))}{marks}</h{level}>"

    def link(self, key: str, text: str, kind: str = "") -> str:
        """A link inside the document; without a place to lead to it becomes text in the end (see `settled`)."""
        return f'<a href="#{escape(key)}"{_class(kind)}>{escape(clean(text))}</a>'

    def named(self, kind: str, names: Iterable[str]) -> str:
        """Records by their titles, each a link."""
        links = [self.link(anchor(kind, name), self.view.title(kind, name)) for name in names]
        return escape(self.say("book.between")).join(links)

    def cited(self, names: Iterable[str]) -> str:
        """Sources by their numbers: `[3] [7]`."""
        links = (self.link(anchor("sources", name), f"[{self.source_numbers[name]}]", "cite") for name in names)
        return " ".join(links)

    def facts(self, rows: Iterable[tuple[str, str]]) -> str:
        """Names and what stands for them (HTML); those without anything are left out."""
        shown = [f"<div><dt>{escape(name)}</dt><dd>{text}</dd></div>" for name, text in rows if text]
        return f'<dl class="facts">{"".join(shown)}</dl>' if shown else ""

    def status(self, status: str) -> str:
        return escape(f"{STATUS_SYMBOLS.get(status.removeprefix('band-'), '')} {self.view.status_word(status)}".strip())

    def items(self, parts: Iterable[str], kind: str = "") -> str:
        """A list of HTML parts."""
        text = "".join(f"<li>{part}</li>" for part in parts)
        return f"<ul{_class(kind)}>{text}</ul>" if text else ""

    # --- tables and figures ---

    def table(self, table: Table | None, most: int = 0, caption: bool = True) -> str:
        """A table with its caption and heads; beyond `most` rows a line says how many more there are."""
        if table is None:
            return ""
        shown = table.rows[:most] if most else table.rows
        cells = [self._cells(row, table.columns) for row in shown]
        kinds = [self._kind(column, [row[place] for row in shown]) for place, column in enumerate(table.columns)]
        head = "".join(
            f'<th scope="col"{_class(kind)}>{escape(column.title)}</th>'
            for column, kind in zip(table.columns, kinds, strict=True)
        )
        body = "".join(
            "<tr>"
            + "".join(
                f'<th scope="row"{_class(kind)}>{cell}</th>' if place == 0 else f"<td{_class(kind)}>{cell}</td>"
                for place, (cell, kind) in enumerate(zip(row, kinds, strict=True))
            )
            + "</tr>"
            for row in cells
        )
        left = len(table.rows) - len(shown)
        more = self.paragraph(self.say("book.more_rows", count=left)) if left else ""
        title = f"<caption>{escape(table.caption)}</caption>" if caption else ""
        return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"

    def _cells(self, row: Sequence[Cell], columns: Sequence[Column]) -> list[str]:
        return [self._cell(cell) for cell, _ in zip(row, columns, strict=True)]

    def _cell(self, cell: Cell) -> str:
        place = _ANCHOR_OF.match(cell.href or "")
        text = escape(clean(cell.text))
        if place and place[1] == "sources" and self.numbered_sources and place[2] in self.source_numbers:
            text = self.cited([place[2]])
        elif place and cell.text:
            text = self.link(anchor(place[1], place[2]), cell.text)
        status = self.status(cell.status) if cell.status else ""
        note = f' <span class="note">{escape(clean(cell.note))}</span>' if cell.note else ""
        return " ".join(filter(None, (status, text))) + self.marks(cell.marks) + note

    def _kind(self, column: Column, cells: Sequence[Cell]) -> str:
        """How a column is set: numbers to the right, short cells in one line, sentences with room."""
        texts = [column.title, *(self._shown(cell) for cell in cells)]
        short = all(text_width(text, 12) <= SHORT for text in texts)
        return " ".join(filter(None, ("number" if column.numeric else "", "short" if short else "")))

    def _shown(self, cell: Cell) -> str:
        """About what a reader sees of a cell, to know how wide it is."""
        if self.numbered_sources and (cell.href or "").startswith("sources/#"):
            return f"[00]{cell.note}"
        status = self.view.status_word(cell.status) if cell.status else ""
        return " ".join((status, cell.text, *(f"[{mark.word}]" for mark in cell.marks), cell.note)).strip()

    def figure(self, figure: Figure | None) -> str:
        """A figure with its finding above; the drawing is a picture `figure:ID` that the setter knows."""
        if figure is None or figure.id not in self.drawn:
            return ""
        title = self.say("figure.illustration") + figure.title if figure.illustrative else figure.title
        key = "".join(f" {escape(mark.word)}." for mark in figure.key)
        sources = self.cited(figure.sources) if self.numbered_sources else ""
        return (
            f'<figure><figcaption><b>{escape(clean(title))}</b><br><span class="note">{escape(clean(figure.subtitle))} '
            f'{sources}{key}</span></figcaption><img src="figure:{escape(figure.id)}" '
            f'alt="{escape(clean(f"{title}. {figure.subtitle}"))}"></figure>'
        )


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def settled(text: str) -> str:
    """A document whose links all lead somewhere: one without a place in it becomes plain text."""
    places = set(_ID.findall(text))
    return _LINK.sub(lambda link: link[0] if link[1] in places else link[3], text)
