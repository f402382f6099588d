"""What a reader takes away from a figure or a table: CSV, workbook, JSON and citations. Nothing is written here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.citation import Citation, bibtex, cited, ris
from generator.downloads import write_csv
from generator.figures import Figure
from generator.markdown import clean
from generator.view import Cell, Table, View
from generator.xlsx import write_xlsx

NUMERIC = (
    "value", "value_to", "score", "place", "place_middle", "place_from", "place_to", "coverage", "draws",
    "points_of_100", "weight", "points", "points_lost", "count",
)  # fmt: skip
"""Columns of downloads that hold numbers."""

ALWAYS = ("unit", "status", "basis", "source", "licence")
"""What every download of a figure names beside its series, be it empty."""

_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?")


@dataclass(frozen=True)
class Rows:
    """Rows of plain text to download, and which of their columns hold numbers."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    numeric: tuple[str, ...] = ()


def figure_rows(view: View, figure: Figure) -> Rows:
    """The rows of a figure with all that must travel with them; the licence is the plan's where none is given."""
    missing = tuple(name for name in ALWAYS if name not in figure.columns)
    columns = (*figure.columns, *missing)
    rows = figure.data
    if missing:
        licence = view.plan.identity.licence
        given = {
            "source": "; ".join(figure.sources),
            "basis": "illustrative" if figure.illustrative else "",
            "licence": view.text(licence.title) if licence else "",
        }
        rows = tuple({**{name: given.get(name, "") for name in missing}, **row} for row in figure.data)
    return Rows(columns, rows, tuple(name for name in NUMERIC if name in columns))


def table_rows(view: View, table: Table) -> Rows:
    """A table as it is read: each column, beside it what its cells are marked with, and where a number's entry stands.

    Headings that are the same twice get a number. A number keeps the form of the page in the CSV of the reader's
    language; thousands are not parted, so that programs read it.
    """
    titles = _unique([clean(column.title) for column in table.columns])
    marked = [any(row[place].marks or row[place].status for row in table.rows) for place in range(len(titles))]
    noted = [any(row[place].note for row in table.rows) for place in range(len(titles))]
    linked = [
        column.numeric and any(row[place].href for row in table.rows) for place, column in enumerate(table.columns)
    ]
    columns: list[str] = []
    extra: dict[int, tuple[str, str, str]] = {}
    for place, title in enumerate(titles):
        names = [view.say(f"use.column_{word}", title=title) for word in ("marks", "note", "entry")]
        extra[place] = (names[0], names[1], names[2])
        shown = (marked[place], noted[place], linked[place])
        columns += [title, *(name for name, is_shown in zip(names, shown, strict=True) if is_shown)]
    licence = view.plan.identity.licence
    last = view.say("use.licence")
    rows = []
    for cells in table.rows:
        row = {last: view.text(licence.title) if licence else ""}
        for place, (title, column, cell) in enumerate(zip(titles, table.columns, cells, strict=True)):
            row[title] = _plain_number(cell.text) if column.numeric else clean(cell.text)
            marks, note, entry = extra[place]
            row[marks], row[note], row[entry] = _marks(view, cell), clean(cell.note), cell.href or ""
        rows.append(row)
    numeric = tuple(title for title, column in zip(titles, table.columns, strict=True) if column.numeric)
    return Rows((*_unique([*columns, last]),), tuple(rows), numeric)


def _marks(view: View, cell: Cell) -> str:
    """The status and the marks of a cell in words."""
    words = [mark.word for mark in cell.marks]
    if cell.status:
        words.insert(0, view.status_word(cell.status))
    return clean(view.say("semicolon").join(words))


def _plain_number(text: str) -> str:
    """A number without the commas between its thousands; anything else as it is."""
    return text.replace(",", "") if _NUMBER.fullmatch(text) else clean(text)


def _unique(names: Sequence[str]) -> list[str]:
    """Names of columns, each once: the second `Value` is `Value 2`; one without a name is numbered."""
    seen: set[str] = set()
    found = []
    for place, name in enumerate(names, 1):
        base = name or str(place)
        new, count = base, 1
        while new in seen:
            count += 1
            new = f"{base} {count}"
        seen.add(new)
        found.append(new)
    return found


def about(view: View, citation: Citation) -> list[tuple[str, str]]:
    """What a file is, in words: the second sheet of a workbook."""
    say, language = view.say, view.language
    facts = [
        (say("use.about_title"), citation.title),
        (say("use.about_detail"), citation.detail),
        (say("use.about_site"), citation.site),
        (say("use.about_release"), citation.release),
        (say("use.about_closed"), language.date(citation.closed) if citation.closed else ""),
        (say("use.about_source"), citation.source(view)),
        (say("use.licence"), citation.licence),
        (say("use.cite"), cited(view, citation)),
        (say("use.about_address"), citation.address),
    ]
    return [(name, text) for name, text in facts if text]


def rows_json(view: View, citation: Citation, rows: Rows) -> str:
    """The rows with what they are, for programs. Values stay text, so that no decimal is rounded."""
    content = {
        "title": citation.title,
        "detail": citation.detail,
        "language": citation.language,
        "site": citation.site,
        "release": citation.release or None,
        "as_of": citation.closed.isoformat() if citation.closed else None,
        "sources": list(citation.sources),
        "licence": citation.licence or None,
        "address": citation.address or None,
        "citation": cited(view, citation),
        "columns": list(rows.columns),
        "rows": [[row.get(name, "") for name in rows.columns] for row in rows.rows],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def rows_xlsx(view: View, citation: Citation, rows: Rows) -> bytes:
    """The rows as a workbook: a sheet of data, and one that says what they are."""
    names = (view.say("use.sheet_data"), view.say("use.sheet_about"))
    return write_xlsx(rows.columns, rows.rows, rows.numeric, about(view, citation), names)


def files_of(view: View, citation: Citation, rows: Rows) -> Iterator[tuple[str, str | bytes]]:
    """Each file of a figure or table by its ending."""
    yield "csv", write_csv(rows.columns, rows.rows)
    yield "json", rows_json(view, citation, rows)
    yield "xlsx", rows_xlsx(view, citation, rows)
    yield "bib", bibtex(view, citation)
    yield "ris", ris(view, citation)
