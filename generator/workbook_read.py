"""Reads the sheets of .xlsx, .ods and .csv files as plain cells. Nothing in them is run, and their size is limited."""

from __future__ import annotations

import csv
import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from xml.etree.ElementTree import Element

import defusedxml.ElementTree
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel

from generator.problems import Place, Problem
from generator.textfiles import read_csv

Kind = Literal["empty", "text", "number", "percent", "date", "month", "flag", "error", "unsolved"]
"""`unsolved`: a formula whose result was not saved. `percent`: a number that is shown as a percentage."""

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_PARTS = 2_000
MAX_ROWS = 250_000
MAX_GAPS = 1_200_000
"""Empty rows that a sheet may pretend to have: as many as spreadsheet programs know."""
MAX_COLUMNS = 100


@dataclass(frozen=True)
class SheetCell:
    """What stands in a cell: numbers as digits with a point, dates as 2020-06-30 (2020-06 for a month)."""

    text: str = ""
    kind: Kind = "empty"
    is_formula: bool = False
    day: str = ""
    """The day that a number would be if it were the serial number of one; empty where it cannot be."""


EMPTY = SheetCell()


@dataclass(frozen=True, order=True)
class CellPlace(Place):
    """A cell of a spreadsheet: `line` is its row; `sheet` is empty in a CSV file."""

    sheet: str = ""

    @property
    def cell(self) -> str:
        return f"{get_column_letter(self.column)}{self.line}"

    def __str__(self) -> str:
        return f"{self.file}:{self.sheet}!{self.cell}" if self.sheet else f"{self.file}!{self.cell}"


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet from its first one; cells after the last that is not empty are left out."""

    file: str
    name: str
    rows: list[list[SheetCell]]

    def place(self, row: int, column: int) -> CellPlace:
        """Row and column counted from 1."""
        return CellPlace(self.file, row, column, self.name)


class _UnreadableError(Exception):
    def __init__(self, code: str, message: str, hint: str) -> None:
        self.code, self.hint = code, hint
        super().__init__(message)


def at_cell(place: Place, code: str, message: str, hint: str = "", warning: bool = False) -> Problem:
    """A problem of a workbook."""
    return Problem(place, code, message, hint, "warning" if warning else "error")


def read_sheets(path: Path) -> tuple[list[Sheet], list[Problem]]:
    """Every sheet of a file, told by its content; on a fault no sheet and the problems that name it."""
    name = path.as_posix()
    try:
        if not path.is_file():
            raise _UnreadableError("unreadable-workbook", "there is no such file", "check the name")
        if path.stat().st_size > MAX_FILE_BYTES:
            limit = f"at most {MAX_FILE_BYTES // 1024 // 1024} MiB are read"
            raise _UnreadableError("workbook-too-large", f"the file is too large: {limit}", "split it")
        with path.open("rb") as stream:
            start = stream.read(8)
        if start.startswith(b"PK"):
            return _read_archive(path.read_bytes(), name), []
        if start.startswith(b"\xd0\xcf\x11\xe0"):
            raise _UnreadableError(
                "unreadable-workbook",
                "the file has a password, or is in an old format (.xls, .et)",
                "save it as .xlsx without a password",
            )
    except _UnreadableError as error:
        return [], [at_cell(Place(name), error.code, str(error), error.hint)]
    except OSError as error:
        hint = "check its permissions"
        return [], [at_cell(Place(name), "unreadable-workbook", f"the file cannot be read: {error.strerror}", hint)]
    return _read_table(path, name)


def _read_archive(data: bytes, name: str) -> list[Sheet]:
    """The sheets of a zip archive, which .xlsx and .ods are."""
    hint = "open it in a spreadsheet program and save it as .xlsx"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                limit = f"at most {MAX_UNPACKED_BYTES // 1024 // 1024} MiB are read"
                raise _UnreadableError("workbook-too-large", f"unpacked, the file is too large: {limit}", "split it")
            names = set(archive.namelist())
            if "content.xml" in names and "xl/workbook.xml" not in names:
                return list(_ods_sheets(archive.read("content.xml"), name))
        return list(_xlsx_sheets(data, name))
    except _UnreadableError:
        raise
    except Exception as error:  # whatever a broken or hostile file makes the parsers raise
        message = f"the file is not a workbook that can be read ({type(error).__name__})"
        raise _UnreadableError("unreadable-workbook", message, hint) from None


def _too_far(sheet: str) -> _UnreadableError:
    message = f"the sheet '{sheet}' has cells beyond row {MAX_ROWS} or column {get_column_letter(MAX_COLUMNS)}"
    return _UnreadableError("workbook-too-large", message, "remove what stands far outside the table")


def _trimmed(rows: Iterable[Sequence[SheetCell]], sheet: str) -> list[list[SheetCell]]:
    """Rows without what is empty at their ends and at the end of the sheet; too many are refused."""
    found: list[list[SheetCell]] = []
    gap = 0
    for cells in rows:
        length = len(cells)
        while length and cells[length - 1].kind == "empty":
            length -= 1
        if not length:
            gap += 1
            if gap > MAX_GAPS:
                raise _too_far(sheet)
            continue
        if length > MAX_COLUMNS or len(found) + gap >= MAX_ROWS:
            raise _too_far(sheet)
        found += [[] for _ in range(gap)]
        gap = 0
        found.append(list(cells[:length]))
    return found


# --- .xlsx ------------------------------------------------------------------------------------------------------


def _xlsx_sheets(data: bytes, name: str) -> Iterator[Sheet]:
    """Values as they were saved, and beside them which cells are formulas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about parts of the file that we do not use
        values = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        formulas = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        for sheet, twin in zip(values.worksheets, formulas.worksheets, strict=True):
            for one in (sheet, twin):
                one.reset_dimensions()  # what a file says of its size is not always so
            pairs = zip(sheet.iter_rows(), twin.iter_rows(), strict=True)
            rows = (
                [_xlsx_cell(cell, other, values.epoch) for cell, other in zip(*pair, strict=True)] for pair in pairs
            )
            yield Sheet(name, str(sheet.title), _trimmed(rows, str(sheet.title)))


def _xlsx_cell(cell: Any, twin: Any, epoch: datetime.datetime) -> SheetCell:
    value, is_formula = cell.value, twin.data_type == "f"
    if value is None:
        return SheetCell("", "unsolved", True) if is_formula else EMPTY
    if cell.data_type == "e":
        return SheetCell(str(value), "error", is_formula)
    number_format = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", str(cell.number_format or "")).lower()
    if isinstance(value, bool):
        return SheetCell(str(value), "flag", is_formula)
    if isinstance(value, (int, float)):
        return _number_cell(value, "%" in number_format, is_formula, _day_of(value, epoch))
    if isinstance(value, (datetime.datetime, datetime.date)):
        return _date_cell(value, "d" not in number_format, is_formula)
    if isinstance(value, (datetime.time, datetime.timedelta)):
        return SheetCell(str(value), "date", is_formula)
    return _text_cell(str(value), is_formula)


def _day_of(value: float, epoch: datetime.datetime) -> str:
    """The day of a serial number between 1954 and 2119, as programs give it whose date format is not known."""
    if not (20_000 <= value <= 80_000 and value == int(value)):
        return ""
    day = from_excel(value, epoch)
    return day.date().isoformat() if isinstance(day, datetime.datetime) else ""


def _number_cell(value: float, is_percent: bool, is_formula: bool, day: str = "") -> SheetCell:
    """Spreadsheets calculate with 15 digits; what comes after them is noise."""
    text = str(value) if isinstance(value, int) else f"{value:.15g}"
    text = f"{Decimal(text):f}" if "e" in text else text
    return SheetCell(text, "percent" if is_percent else "number", is_formula, day)


def _date_cell(value: datetime.date, is_month: bool, is_formula: bool) -> SheetCell:
    day = value.date() if isinstance(value, datetime.datetime) else value
    if is_month:
        return SheetCell(f"{day:%Y-%m}", "month", is_formula)
    return SheetCell(day.isoformat(), "date", is_formula)


def _text_cell(text: str, is_formula: bool = False) -> SheetCell:
    text = text.replace("_x000D_", "").replace("\r\n", "\n").strip().strip("\u200b\ufeff").strip()
    return SheetCell(text, "text", is_formula) if text else EMPTY


# --- .ods -------------------------------------------------------------------------------------------------------

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC_EXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


def _ods_sheets(content: bytes, name: str) -> Iterator[Sheet]:
    """OpenDocument 1.3, part 3, section 9: rows and cells may stand for several equal ones."""
    root = defusedxml.ElementTree.fromstring(content)
    for table in root.findall(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"):
        title = str(table.get(f"{_TABLE}name", ""))
        yield Sheet(name, title, _trimmed(_ods_rows(table), title))


def _ods_rows(table: Element) -> Iterator[list[SheetCell]]:
    for row in table.iter(f"{_TABLE}table-row"):
        cells: list[SheetCell] = []
        for element in row:
            if element.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                repeated = int(element.get(f"{_TABLE}number-columns-repeated", "1"))
                cells += [_ods_cell(element)] * min(repeated, MAX_COLUMNS + 1 - len(cells))
        repeated = int(row.get(f"{_TABLE}number-rows-repeated", "1"))
        for _ in range(min(repeated, MAX_GAPS + 1)):
            yield cells


def _ods_cell(element: Element) -> SheetCell:
    kind = element.get(f"{_OFFICE}value-type")
    is_formula = element.get(f"{_TABLE}formula") is not None
    shown = "\n".join(_ods_text(part) for part in element.findall(f"{_TEXT}p"))
    if element.get(f"{_CALC_EXT}value-type") == "error":
        return SheetCell(shown, "error", is_formula)
    if kind in ("float", "currency", "percentage"):
        number = float(element.get(f"{_OFFICE}value", "nan"))
        return _number_cell(int(number) if number.is_integer() else number, kind == "percentage", is_formula)
    if kind == "date":
        day = datetime.date.fromisoformat(element.get(f"{_OFFICE}date-value", "")[:10])
        return _date_cell(day, re.fullmatch(r"\d{4}\D\d{1,2}\D?", shown.strip()) is not None, is_formula)
    if kind == "boolean":
        return SheetCell(element.get(f"{_OFFICE}boolean-value", ""), "flag", is_formula)
    if kind == "time":
        return SheetCell(shown, "date", is_formula)
    return _text_cell(element.get(f"{_OFFICE}string-value") or shown, is_formula)


def _ods_text(part: Element) -> str:
    """The characters of a paragraph, with the spaces and breaks that are elements of their own."""
    text = part.text or ""
    for child in part:
        if child.tag == f"{_TEXT}s":
            text += " " * min(int(child.get(f"{_TEXT}c", "1")), 1_000)
        elif child.tag == f"{_TEXT}tab":
            text += "\t"
        elif child.tag == f"{_TEXT}line-break":
            text += "\n"
        elif child.tag != f"{_OFFICE}annotation":
            text += _ods_text(child)
        text += child.tail or ""
    return text


# --- .csv -------------------------------------------------------------------------------------------------------


def _read_table(path: Path, name: str) -> tuple[list[Sheet], list[Problem]]:
    """A CSV file as a workbook of one sheet without a name."""
    table, problems = read_csv(path, name)
    problems = [one for one in problems if one.code not in ("missing-column-name", "duplicate-column")]  # later
    if problems:
        return [], problems
    lines = csv.reader(io.StringIO(table.text, newline="\n"))
    try:
        rows = _trimmed(([_text_cell(cell) for cell in cells] for cells in lines), "")
    except _UnreadableError as error:
        return [], [at_cell(Place(name), error.code, str(error), error.hint)]
    return [Sheet(name, "", rows)], []
