"""The whole plan as one workbook for readers: cover with notes, one table a sheet, missing values marked.

Unlike the reporting workbook (`workbook_write.py`) it is not meant to be filled in and sent back.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from generator.formats_tables import DataTable, typed
from generator.model import MISSING_STATUSES
from generator.view import View
from generator.workbook_words import plain
from generator.workbook_write import without_clock

_HEAD, _BOLD = PatternFill("solid", fgColor="1F3864"), Font(bold=True)
_WHITE, _TITLE = Font(bold=True, color="FFFFFF"), Font(bold=True, size=16)
_MISSING = PatternFill("solid", fgColor="E7E6E6")
_MADE_UP = PatternFill("solid", fgColor="FFF2CC")
_WRAP = Alignment(wrap_text=True, vertical="top")
_LEFT_OUT = frozenset({"records"})
_EPOCH = datetime.datetime(2000, 1, 1)


def plan_workbook(view: View, tables: Sequence[DataTable]) -> bytes:
    """The workbook in the language of the view; same data, same bytes. Texts in other languages are left out."""
    book = Workbook(write_only=True)
    shown = [table for table in tables if table.rows.rows and table.name not in _LEFT_OUT]
    _cover(book, view, shown)
    for table in shown:
        _sheet(book, view, table)
    book.properties.title = plain(view.text(view.plan.identity.title))
    book.properties.creator = "policy-explorer"
    day = view.plan.identity.as_of
    book.properties.created = datetime.datetime.combine(day, datetime.time()) if day else _EPOCH
    stream = io.BytesIO()
    book.save(stream)
    return without_clock(stream.getvalue())


def _cover(book: Workbook, view: View, tables: Sequence[DataTable]) -> None:
    """Title, date, licence, what the sheets hold, and how to read them."""
    sheet = book.create_sheet(view.say("formats.cover"))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 90
    for left, right, font in _cover_lines(view, tables):
        cells = []
        for text in (left, right):
            cell = WriteOnlyCell(sheet, plain(text))
            cell.data_type = "s"
            cell.alignment = _WRAP
            cells.append(cell)
        if font is not None:
            cells[0].font = font
        sheet.append(cells)


def _cover_lines(view: View, tables: Sequence[DataTable]) -> Iterator[tuple[str, str, Font | None]]:
    identity, say = view.plan.identity, view.say
    yield view.text(identity.title), "", _TITLE
    yield say("formats.issuer"), view.title("organisations", identity.issuer), None
    if identity.as_of:
        yield say("formats.as_of"), view.language.date(identity.as_of), None
    if identity.licence:
        yield say("formats.licence"), f"{view.text(identity.licence.title)} {identity.licence.url or ''}".strip(), None
    if "illustrative" in view.plan.bases:
        yield say("notice.illustrative.title"), say("formats.illustrative_cells"), _BOLD
    yield say("formats.missing"), say("formats.missing_cells"), None
    yield say("data.columns"), say("data.columns_text"), None
    yield "", "", None
    yield say("formats.sheet"), say("formats.rows"), _BOLD
    for table in tables:
        yield say(f"data.{table.name}"), str(len(table.rows.rows)), None


def _sheet(book: Workbook, view: View, table: DataTable) -> None:
    """One table; a missing number is its reason in brackets, on grey; a made-up row stands on yellow."""
    code, languages = view.language.code, view.plan.languages
    others = tuple(f"_{name}" for name in languages if name != code)
    fields = [
        field for field in table.fields if not (field.name.endswith(others) and _stem(field.name, languages) != "")
    ]
    sheet = book.create_sheet(_sheet_name(view.say(f"data.{table.name}")))
    for place, field in enumerate(fields, 1):
        width = 12 if field.type != "string" or field.name in ("basis", "status", "role") else 22
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(fields))}{len(table.rows.rows) + 1}"
    head = []
    for field in fields:
        cell = WriteOnlyCell(sheet, _stem(field.name, languages) or field.name)
        cell.font, cell.fill = _WHITE, _HEAD
        head.append(cell)
    sheet.append(head)
    for row in table.rows.rows:
        reasons = [status for status in row.get("status", "").split() if status in MISSING_STATUSES]
        made_up = any(row.get(name) == "illustrative" for name in ("basis", "target_basis", "observed_basis"))
        cells: list[Any] = []
        for field in fields:
            value = typed(row.get(field.name, ""), field.type)
            if field.type == "boolean" and value is not None:
                value = bool(value)
            is_reason = field.name == "value" and value is None and bool(reasons)
            if is_reason:
                value = f"[{view.say(f'value_status.{reasons[0]}')}]"
            if value is None and not made_up:
                cells.append(None)
                continue
            cell = WriteOnlyCell(sheet, plain(value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula, whatever it starts with
            if is_reason or made_up:
                cell.fill = _MISSING if is_reason else _MADE_UP
            cells.append(cell)
        sheet.append(cells)


def _stem(column: str, languages: Sequence[str]) -> str:
    """`title` of `title_en`; empty where the column is in no language."""
    stem, _, code = column.rpartition("_")
    return stem if code in languages else ""


def _sheet_name(title: str) -> str:
    """A title as Excel allows it: 31 characters, none of its special signs."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip()
