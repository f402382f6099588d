"""Writes a reporting workbook as .xlsx: headings, shading, locks, choices, notes. Same data, same bytes."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from generator.language import Language
from generator.model import Range
from generator.workbook_export import Scope, TableSheet, Value
from generator.workbook_words import DUE, FIELDS, GIVEN, NUMBERS, REFERENCES, Table, WorkbookWords, plain

SPARE_ROWS = 10
"""Empty rows at the end of a sheet, for figures and reports that were not asked for."""

WIDTHS = {
    "_indicator": 34, "_task": 34, "_target": 18, "_last": 20, "_lead": 20, "_area": 12, "indicator": 22, "task": 10,
    "area": 13, "period": 10, "value": 12, "status": 16, "percent": 12, "date": 13, "basis": 9, "source": 26,
    "by": 22, "note": 44,
}  # fmt: skip
"""Widths of columns, in characters; 12 for the others."""

_TEXT_FORMAT = "@"
_DATE_FORMAT = "yyyy-mm-dd"
_HEAD = PatternFill("solid", fgColor="1F3864")
_GIVEN = PatternFill("solid", fgColor="E7E6E6")
_OPEN = PatternFill("solid", fgColor="FFFBE0")
_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_LOCKED, _UNLOCKED = Protection(locked=True), Protection(locked=False)
_TOP, _WRAP = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
_WRAPPED = frozenset({"_indicator", "_task", "note"})
_EPOCH = datetime.datetime(2000, 1, 1)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def workbook_bytes(sheets: Sequence[TableSheet], scope: Scope, words: WorkbookWords) -> bytes:
    """The whole workbook as the bytes of an .xlsx file."""
    book = Workbook()
    notes = book.active
    assert isinstance(notes, Worksheet)  # noqa: S101 -- a new workbook has one; this is for the type checker
    notes.title = words.language.say("workbook.sheets.notes")
    _write_notes(notes, scope, words)
    tables: list[Worksheet] = [book.create_sheet(words.sheet_name(sheet.table)) for sheet in sheets]
    lists: Worksheet = book.create_sheet(words.language.say("workbook.sheets.lists"))
    for target, sheet in zip(tables, sheets, strict=True):
        _write_table(target, sheet, lists, words)
    lists.sheet_state = "hidden"
    lists.protection.sheet = True
    book.active = next((index for index, sheet in enumerate(sheets, 1) if sheet.rows), 0)
    for position, one in enumerate((notes, *tables, lists)):
        one.sheet_view.tabSelected = position == book.index(book.active or notes)
    book.properties.title = plain(words.language.text(words.plan.identity.title))
    book.properties.creator = "policy-explorer"
    stamp = words.plan.identity.as_of
    book.properties.created = datetime.datetime.combine(stamp, datetime.time()) if stamp else _EPOCH
    stream = io.BytesIO()
    book.save(stream)
    return without_clock(stream.getvalue())


def without_clock(data: bytes) -> bytes:
    """The same archive without the time at which it was written."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                created = re.search(rb"<dcterms:created[^>]*>([^<]*)<", content)
                when = created[1] if created else b"2000-01-01T00:00:00Z"
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*<", rb"\g<1>" + when + b"<", content)
            new.writestr(zipfile.ZipInfo(entry.filename, _ZIP_TIME), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


# --- a sheet to fill in -----------------------------------------------------------------------------------------


def _write_table(target: Worksheet, sheet: TableSheet, lists: Worksheet, words: WorkbookWords) -> None:
    columns = sheet.columns
    for index, column in enumerate(columns, 1):
        cell = target.cell(1, index)
        _put(cell, words.heading(sheet.table, column))
        cell.font, cell.fill, cell.border = Font(bold=True, color="FFFFFF"), _HEAD, _BORDER
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        target.column_dimensions[get_column_letter(index)].width = WIDTHS.get(column, 12)
    for number, row in enumerate(sheet.rows, 2):
        for index, column in enumerate(columns, 1):
            is_open = column in FIELDS[sheet.table] or (column == "date" and row.cells[GIVEN] == DUE)
            _dress(target.cell(number, index), column, is_open)
            _put(target.cell(number, index), row.cells.get(column, ""))
    end = len(sheet.rows) + 1 + SPARE_ROWS
    for number in range(len(sheet.rows) + 2, end + 1):
        for index, column in enumerate(columns, 1):
            _dress(target.cell(number, index), column, is_open=not column.startswith("_"))
    target.column_dimensions[get_column_letter(columns.index(GIVEN) + 1)].hidden = True
    target.freeze_panes = "C2"  # headings, and code and name of the indicator or task
    target.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(sheet.rows) + 1}"
    _protect(target)
    _print_well(target)
    _add_choices(target, sheet, lists, words, end)
    _add_limits(target, sheet, words, end)


def _put(cell: Cell | MergedCell, value: Value) -> None:
    """Write a value as what it is; a text never becomes a formula, whatever it starts with."""
    if value == "" or isinstance(cell, MergedCell):
        return
    if isinstance(value, str):
        cell.value = plain(value)
        cell.data_type = "s"
    elif isinstance(value, Decimal):
        cell.value = int(value) if value == value.to_integral_value() else float(value)
    else:
        cell.value = value
        cell.number_format = _DATE_FORMAT


def _dress(cell: Cell | MergedCell, column: str, is_open: bool) -> None:
    cell.fill = _OPEN if is_open else _GIVEN
    cell.protection = _UNLOCKED if is_open else _LOCKED
    cell.border = _BORDER
    cell.alignment = _WRAP if column in _WRAPPED else _TOP
    if column == "date":
        cell.number_format = _DATE_FORMAT
    elif column not in NUMBERS:
        cell.number_format = _TEXT_FORMAT  # so that no program reads 2020-06 as a day or 08 as 8


def _protect(target: Worksheet) -> None:
    """Lock what is not open, without a password; columns may be widened, rows sorted and filtered."""
    lock = target.protection
    lock.sheet = True
    lock.formatColumns = lock.formatRows = lock.autoFilter = False


def _print_well(target: Worksheet) -> None:
    target.page_setup.orientation = "landscape"
    target.page_setup.paperSize = 9  # A4
    target.page_setup.fitToWidth, target.page_setup.fitToHeight = 1, 0
    target.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    target.print_title_rows = "1:1"


def _add_choices(target: Worksheet, sheet: TableSheet, lists: Worksheet, words: WorkbookWords, end: int) -> None:
    """Lists to choose from; their words stand on the hidden sheet."""
    for field in FIELDS[sheet.table]:
        labels = [words.label(sheet.table, field, code) for code in words.codes(sheet.table, field)]
        if labels:
            # Several codes may stand in the status of a value: the list helps there, and does not forbid.
            strict = not (sheet.table == "observations" and field == "status")
            area = _list_area(lists, f"{sheet.table} {field}", labels)
            rule = DataValidation("list", formula1=area, allow_blank=True, showErrorMessage=strict)
            rule.errorTitle = words.language.say("workbook.invalid.title")
            rule.error = words.language.say("workbook.invalid.choice")
            _apply(target, sheet, rule, field, [(2, end)])


def _list_area(lists: Worksheet, title: str, labels: Sequence[str]) -> str:
    """Put the words into a new column of the hidden sheet; gives the area as a formula writes it."""
    column = 1 if lists.cell(1, 1).value is None else lists.max_column + 1
    for row, text in enumerate((title, *labels), 1):
        _put(lists.cell(row, column), text)
    letter = get_column_letter(column)
    name = lists.title.replace("'", "''")
    return f"'{name}'!${letter}$2:${letter}${len(labels) + 1}"


def _add_limits(target: Worksheet, sheet: TableSheet, words: WorkbookWords, end: int) -> None:
    """Numbers only, inside what the indicator can be; one rule for all rows of the same limits."""
    field = "value" if sheet.table == "observations" else "percent"
    groups: dict[tuple[Decimal | None, Decimal | None], list[int]] = {}
    for number, row in enumerate(sheet.rows, 2):
        limits = row.limits or Range()
        groups.setdefault((limits.min, limits.max), []).append(number)
    spare = (Decimal(0), Decimal(100)) if field == "percent" else (None, None)
    groups.setdefault(spare, []).extend(range(len(sheet.rows) + 2, end + 1))
    for (low, high), numbers in groups.items():
        _apply(target, sheet, _number_rule(low, high, words.language), field, _runs(numbers))


def _number_rule(low: Decimal | None, high: Decimal | None, language: Language) -> DataValidation:
    key = "number" if low is None and high is None else "least" if high is None else "most" if low is None else "range"
    rule = DataValidation("decimal", allow_blank=True, showErrorMessage=True)
    rule.errorTitle = language.say("workbook.invalid.title")
    rule.error = language.say(f"workbook.invalid.{key}", low=low, high=high)
    rule.operator = "greaterThanOrEqual" if key == "least" else "lessThanOrEqual" if key == "most" else "between"
    rule.formula1 = f"{high:f}" if low is None and high is not None else "-1E+20" if low is None else f"{low:f}"
    rule.formula2 = ("1E+20" if high is None else f"{high:f}") if key in ("number", "range") else None
    return rule


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Row numbers as first and last of each unbroken run."""
    start = last = None
    for number in numbers:
        if start is None or last is None or number != last + 1:
            if start is not None and last is not None:
                yield start, last
            start = number
        last = number
    if start is not None and last is not None:
        yield start, last


def _apply(
    target: Worksheet, sheet: TableSheet, rule: DataValidation, field: str, runs: Iterable[tuple[int, int]]
) -> None:
    letter = get_column_letter(sheet.columns.index(field) + 1)
    target.add_data_validation(rule)
    for first, last in runs:
        rule.add(f"{letter}{first}:{letter}{last}")


# --- the notes --------------------------------------------------------------------------------------------------


def _write_notes(target: Worksheet, scope: Scope, words: WorkbookWords) -> None:
    """How to fill it in, once in each language of the plan; headings and words as they stand in the sheets beside."""
    target.column_dimensions["A"].width, target.column_dimensions["B"].width = 30, 100
    row = 1
    for language in words.note_languages:
        for kind, left, right in _note_lines(scope, words, language):
            _put(target.cell(row, 1), left)
            _put(target.cell(row, 2), right)
            size = {"title": 14, "heading": 12}.get(kind)
            if size:
                target.cell(row, 1).font = Font(bold=True, size=size)
            if kind == "line":
                target.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
            for column in (1, 2):
                target.cell(row, column).alignment = Alignment(vertical="top", wrap_text=kind in ("line", "pair"))
            row += 1
        row += 1
    target.protection.sheet = True
    _print_well(target)


def _note_lines(scope: Scope, words: WorkbookWords, language: Language) -> Iterator[tuple[str, str, str]]:
    """Each line of the notes: its kind, and the texts of its two columns."""
    say, identity = language.say, words.plan.identity
    sheets = {"data": words.sheet_name("observations"), "tasks": words.sheet_name("progress")}
    yield "title", say("workbook.notes.title", title=language.text(identity.title)), ""
    if scope.area is not None:
        yield "text", say("workbook.notes.area", name=language.text(scope.area.title)), ""
    if scope.organisation is not None:
        yield "text", say("workbook.notes.organisation", name=language.text(scope.organisation.title)), ""
    if scope.period is not None:
        yield "text", say("workbook.notes.period", period=language.period(scope.period)), ""
    if identity.as_of is not None:
        yield "text", say("workbook.notes.as_of", date=language.date(identity.as_of)), ""
    yield "heading", say("workbook.notes.steps_title"), ""
    for number, step in enumerate(language.find("workbook.notes.steps"), 1):
        yield "line", f"{number}. {str(step).format(**sheets)}", ""
    yield "heading", say("workbook.notes.columns_title"), ""
    for table, column in _explained():
        key = "task_status" if (table, column) == ("progress", "status") else column
        sheet = words.sheet_name(table)
        yield "pair", f"{sheet} · {words.heading(table, column)}", say(f"workbook.meaning.{key}")
    yield "heading", say("workbook.notes.choices_title"), ""
    for table, column in _explained():
        if column not in REFERENCES:
            for code in words.codes(table, column):
                label = words.label(table, column, code)
                own = words.label(table, column, code, language)
                yield "pair", f"{words.heading(table, column)} · {label}", "" if own == label else own


def _explained() -> Iterator[tuple[Table, str]]:
    yield "observations", "period"
    for field in FIELDS["observations"]:
        yield "observations", field
    yield "progress", "date"
    for field in ("status", "percent", "by"):
        yield "progress", field
