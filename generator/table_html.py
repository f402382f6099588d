"""A table as HTML: row by row in plain Python, since a large site has millions of cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from markupsafe import Markup, escape

from generator.markdown import clean
from generator.view import STATUS_SYMBOLS, Cell, Column, Mark, Table, View

_HARMLESS = re.compile(r"[A-Za-z0-9/._#-]*")
"""Addresses and ids that stand in an attribute as they are."""


MOST = 500
"""So many heads of tables are kept."""


def attribute(text: object) -> Markup:
    """A text inside an HTML attribute."""
    plain = str(text)
    return Markup(plain) if _HARMLESS.fullmatch(plain) else escape(clean(plain))  # noqa: S704 -- harmless: see there


class TableWriter:
    """Writes the tables of one language. `says` gives a text as it stands in HTML."""

    def __init__(self, view: View, says: Callable[[Any], str]) -> None:
        self.view, self.says = view, says
        self._statuses: dict[str, str] = {}
        self._marks: dict[tuple[Mark, ...], str] = {}
        self._known: dict[tuple[tuple[Column, ...], str], tuple[str, list[str]]] = {}

    def table(self, table: Table, up: str) -> Markup:
        """A table on a page that is `up` from the language's root."""
        says, name = self.says, attribute(table.id)
        heads, openings = self._columns(table.columns, up)
        rows = []
        for place, row in enumerate(table.rows):
            rows.append(f'<tr id="{attribute(table.ids[place])}">\n' if table.ids else "<tr>\n")
            rows += self._row(row, openings, up)
            rows.append("\n</tr>\n")
        return Markup(  # noqa: S704 -- every value was escaped
            f'<div class="pe-scroll{" pe-scroll--long" if len(table.rows) > 40 else ""}" role="group" tabindex="0"'
            f' aria-labelledby="{name}-caption">\n'
            f'<table class="pe-table{" pe-table--stack" if table.stack else ""}'
            f'{" pe-table--many" if len(table.columns) > 9 else ""}">\n'
            f'<caption id="{name}-caption">{says(table.caption)}</caption>\n'
            f"<thead><tr>\n{heads}</tr></thead>\n<tbody>\n{''.join(rows)}</tbody>\n</table>\n</div>\n"
        )

    def cells(self, table: Table, row: Sequence[Cell], up: str) -> Markup:
        """The cells of one row, one a line."""
        return Markup("".join(self._row(row, self._columns(table.columns, up)[1], up)))  # noqa: S704 -- escaped

    def _columns(self, columns: tuple[Column, ...], up: str) -> tuple[str, list[str]]:
        """The heads of columns, and what stands before a cell of each but the first."""
        known = self._known.get((columns, up))
        if known is None:
            heads, openings = [], []
            for column in columns:
                title = self.says(column.title)
                numeric = ' class="num"' if column.numeric else ""
                link = f'<a href="{attribute((up + column.href) or "./")}">{title}</a>' if column.href else title
                heads.append(f'<th scope="col"{numeric}>{link}</th>\n')
                wide = ' class="wide"' if column.wide and not column.numeric else numeric
                openings.append(f'\n<td data-label="{attribute(column.title)}"{wide}><span class="pe-cell">')
            if len(self._known) > MOST:
                self._known.clear()
            known = self._known[columns, up] = ("".join(heads), openings[1:])
        return known

    def _row(self, row: Sequence[Cell], openings: list[str], up: str) -> Iterator[str]:
        """The cells of a row, the first as its heading."""
        cell = self._cell
        yield f'<th scope="row">{cell(row[0], up)}</th>'
        for opening, one in zip(openings, row[1:], strict=True):
            yield f"{opening}{cell(one, up)}</span></td>"

    def _cell(self, cell: Cell, up: str) -> str:
        """What stands in a cell: status, text, where they lead, marks and note."""
        text, href, marks, status, note = cell
        said = self.says(text) if text else ""
        if not (href or status or marks or note):
            return said
        if href:
            link = f'<a href="{attribute((up + href) or "./")}">'
            if status and not text:
                said = f"{link}{self._status(status)}</a>"
            elif status:
                said = f"{self._status(status)} {link}{said}</a>"
            else:
                said = f"{link}{said}</a>"
        elif status:
            said = f"{self._status(status)} {said}" if text else self._status(status)
        if marks:
            known = self._marks.get(marks)
            if known is None:
                known = self._marks[marks] = "".join(
                    f' <span class="pe-mark pe-mark--{self.says(mark.kind)}">{self.says(mark.word)}</span>'
                    for mark in marks
                )
            said = f"{said}{known}"
        return f'{said} <span class="pe-note">{self.says(note)}</span>' if note else said

    def _status(self, name: str) -> str:
        known = self._statuses.get(name)
        if known is None:
            view, says = self.view, self.says
            own = view.say(f"band_symbols.{name}") if view.language.find(f"band_symbols.{name}") else "•"
            known = self._statuses[name] = (
                f'<span class="pe-status pe-status--{says(name)}"><span class="pe-status__symbol" aria-hidden="true">'
                f"{says(STATUS_SYMBOLS.get(name, own))}</span> {says(view.say(f'status.{name}'))}</span>"
            )
        return known
