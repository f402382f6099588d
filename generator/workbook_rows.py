"""Understands the rows of a filled-in workbook: what each says about which key, or what is wrong with which cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.model import MISSING_STATUSES, NUMBER_RECORDS
from generator.parse import parse_record
from generator.period import PeriodError, parse_period
from generator.problems import Place, Problem, suggestion
from generator.textfiles import CsvFile, Path_, Record
from generator.workbook_read import EMPTY, CellPlace, Sheet, SheetCell, at_cell
from generator.workbook_words import (
    DUE,
    FIELDS,
    GIVEN,
    HEAD_FIELD,
    KEYS,
    NAMES,
    NUMBERS,
    REFERENCES,
    TABLES,
    Table,
    WorkbookWords,
    folded,
    key_mark,
    plain,
)

HEAD_ROWS = 10
"""How far down a sheet its headings may stand."""

Key = tuple[Any, ...]
"""What a row is about, as the model's `key` gives it."""

_SINGULAR = {
    "indicators": "indicator",
    "areas": "area",
    "tasks": "task",
    "sources": "source",
    "organisations": "organisation",
}


@dataclass(frozen=True)
class Statement:
    """What one row says. `values`: key, dimensions and fields in the contract's spelling, without those left empty."""

    table: Table
    key: Key
    values: Mapping[str, str]
    mark: str
    """The export mark; empty where a row was not exported."""
    is_withdrawn: bool
    """Whether an exported value was emptied."""
    places: Mapping[str, CellPlace] = field(repr=False)

    @property
    def fields(self) -> dict[str, str]:
        return {name: self.values.get(name, "") for name in FIELDS[self.table]}

    def place(self, column: str) -> CellPlace:
        return self.places.get(column) or next(iter(self.places.values()))


@dataclass(frozen=True)
class _SheetFile(CsvFile):
    """Stands in for a CSV file, so that faults of a record are placed at the cells of its row."""

    places: Mapping[str, CellPlace] = field(default_factory=dict)

    def place(self, position: Path_, path: Path_) -> Place:
        return self.places.get(str(path[0]) if path else "", next(iter(self.places.values())))


def read_statements(sheets: list[Sheet], words: WorkbookWords) -> tuple[list[Statement], list[Problem]]:
    """What the sheets of one workbook say, and everything that is wrong with it."""
    statements: list[Statement] = []
    problems: list[Problem] = []
    known = False
    for sheet in sheets:
        found = _headings(sheet, words)
        if found is not None:
            known = True
            reader = _SheetReader(sheet, *found, words)
            reader.read()
            statements += reader.statements
            problems += reader.problems
        elif folded(sheet.name) in words.data_sheets() or (sheet.rows and not sheet.name):
            known = True
            wanted = ", ".join(words.heading(table, name) for table in TABLES for name in KEYS[table])
            message = f"the headings were not found in the first {HEAD_ROWS} rows"
            hint = f"head the columns as exported, such as {wanted}; in CSV files commas stand between the cells"
            problems.append(at_cell(sheet.place(1, 1), "no-headings", message, hint))
        elif sheet.rows and folded(sheet.name) not in words.other_sheets():
            message = f"the sheet '{sheet.name}' holds none of the tables and was passed over"
            problems.append(at_cell(sheet.place(1, 1), "unknown-sheet", message, "", warning=True))
    if sheets and not known:
        names = " or ".join(f"'{words.sheet_name(table)}'" for table in TABLES)
        message = f"the workbook has no sheet {names}"
        problems.append(at_cell(Place(sheets[0].file), "no-tables", message, "use a workbook that was exported"))
    return statements, problems


def _headings(sheet: Sheet, words: WorkbookWords) -> tuple[Table, int] | None:
    """The table that a sheet holds and the position of its headings, or None."""
    for position, cells in enumerate(sheet.rows[:HEAD_ROWS]):
        for table in TABLES:
            columns = {words.column_of(table, cell.text) for cell in cells if cell.kind == "text"}
            first = KEYS[table][0]
            if {first, f"_{first}"} & columns and len(columns - {None}) >= 3:
                return table, position
    return None


class _SheetReader:
    """Reads one sheet row by row, gathering statements and problems."""

    def __init__(self, sheet: Sheet, table: Table, head: int, words: WorkbookWords) -> None:
        self.sheet, self.table, self.head, self.words = sheet, table, head, words
        self.statements: list[Statement] = []
        self.problems: list[Problem] = []
        self.columns: dict[str, int] = {}
        """Position of each known column."""
        self.row = 0

    def read(self) -> None:
        self._read_headings()
        if not any(problem.severity == "error" for problem in self.problems):
            for position in range(self.head + 1, len(self.sheet.rows)):
                self.row = position
                self._read_row(self.sheet.rows[position])

    def _wrong(self, column: str, code: str, message: str, hint: str = "") -> None:
        self.problems.append(at_cell(self._place(column), code, message, hint))

    def _place(self, column: str) -> CellPlace:
        return self.sheet.place(self.row + 1, self.columns.get(column, 0) + 1)

    # --- headings ---

    def _read_headings(self) -> None:
        used = {position for cells in self.sheet.rows[self.head + 1 :] for position, cell in enumerate(cells)
                if cell.kind != "empty"}  # fmt: skip
        cells = self.sheet.rows[self.head]
        for position in range(max(len(cells), max(used, default=-1) + 1)):
            text = cells[position].text if position < len(cells) else ""
            place = self.sheet.place(self.head + 1, position + 1)
            column = self.words.column_of(self.table, text)
            if column is not None and column in self.columns:
                message = f"the heading '{text}' stands twice"
                self.problems.append(at_cell(place, "duplicate-column", message, "keep one of the two"))
            elif column is not None:
                self.columns[column] = position
            elif not text and position in used:
                message = "a column with entries has no heading"
                self.problems.append(at_cell(place, "missing-column-name", message, "remove it, or head it"))
            elif text and not text.startswith("_"):
                hint = suggestion(text, self.words.headings(self.table), limit=30)
                hint = hint or "begin it with _ to have the column passed over"
                self.problems.append(at_cell(place, "unknown-column", f"'{text}' is not a heading of this sheet", hint))
        self._check_columns()

    def _check_columns(self) -> None:
        for column in (*KEYS[self.table], HEAD_FIELD[self.table]):
            if column not in self.columns and f"_{column}" not in self.columns and not self._may_lack(column):
                heading = self.words.heading(self.table, column)
                place = self.sheet.place(self.head + 1, 1)
                message = f"the column '{heading}' is missing"
                self.problems.append(at_cell(place, "missing-column", message, "export the workbook again"))

    def _may_lack(self, column: str) -> bool:
        return self.table == "progress" and column == "area"

    def _is_emptied(self, values: Mapping[str, str]) -> bool:
        """Whether what the row is for was taken out: the status of a task, or a value with no word on why."""
        if values.get(HEAD_FIELD[self.table]):
            return False
        return self.table == "progress" or not set(values.get("status", "").split()) & MISSING_STATUSES

    # --- rows ---

    def _read_row(self, cells: list[SheetCell]) -> None:
        row = {name: cells[position] if position < len(cells) else EMPTY for name, position in self.columns.items()}
        written = {name for name, cell in row.items() if cell.kind != "empty"}
        if not written - {GIVEN}:
            return
        before = len(self.problems)
        values = {name: text for name in row if not name.startswith("_") and (text := self._text(name, row[name]))}
        for given, (column, _) in NAMES.items():
            if text := self._named(row, values, given):
                values[column] = text
        filled = any(values.get(name) for name in FIELDS[self.table])
        mark = row[GIVEN].text if GIVEN in row else ""
        if not filled and not mark and len(self.problems) == before:
            return  # a key without an entry, such as a row that was begun
        if len(self.problems) == before:
            self._check_unit(row, values)
        key = self._key(values)
        if key is not None and mark != DUE and not mark.startswith(f"{key_mark(key)}."):
            mark = ""  # the row was copied and given another key
        is_withdrawn = mark not in ("", DUE) and len(self.problems) == before and self._is_emptied(values)
        if filled and not is_withdrawn:
            self._check_record(values, has_faults=len(self.problems) > before)
        if key is not None and len(self.problems) == before:
            places = {name: self._place(name) for name in self.columns}
            self.statements.append(Statement(self.table, key, values, mark, is_withdrawn, places))

    def _text(self, name: str, cell: SheetCell) -> str:
        """The text of a cell in the contract's spelling; a cell of a wrong kind is a problem."""
        if cell.kind == "empty":
            return ""
        heading = self.words.heading(self.table, name)
        if cell.kind == "unsolved":
            hint = "open the file in a spreadsheet program and save it, or enter the number itself"
            self._wrong(name, "formula-without-result", f"{heading}: the result of the formula was not saved", hint)
        elif cell.kind == "error":
            hint = "correct the formula, or enter the value itself"
            self._wrong(name, "formula-error", f"{heading}: the cell shows the error {cell.text}", hint)
        elif cell.is_formula and name not in (*NUMBERS, "period", "date"):
            hint = "enter the text itself; it may be pasted as a value"
            self._wrong(name, "formula-in-text", f"{heading}: a formula stands where a text was wanted", hint)
        elif name in NUMBERS:
            return self._number(name, heading, cell)
        elif name in ("period", "date"):
            return self._time(name, cell)
        elif cell.kind in ("flag", "percent", "date", "month") and name != "note":
            self._wrong(name, "wrong-cell", f"{heading}: '{cell.text}' is not a text", "format the cell as text")
        else:
            return self._word(name, plain(cell.text))
        return ""

    def _number(self, name: str, heading: str, cell: SheetCell) -> str:
        if cell.kind == "percent":
            message = f"{heading}: the cell is formatted as a percentage, and holds {cell.text}"
            hint = "format it as a number and enter the plain number: 12.5 for 12.5%"
            self._wrong(name, "percent-cell", message, hint)
            return ""
        if cell.kind in ("date", "month", "flag"):
            message = f"{heading}: '{cell.text}' is a {'truth value' if cell.kind == 'flag' else 'date'}, not a number"
            self._wrong(name, "wrong-cell", message, "format the cell as a number and enter it again")
            return ""
        return cell.text

    def _time(self, name: str, cell: SheetCell) -> str:
        """A period or date as the contract writes it, where the cell can only mean one."""
        text = cell.text
        if name == "date" and cell.kind == "number" and cell.day:
            return cell.day
        text = _plain_time(text)
        try:
            return str(parse_period(text))
        except PeriodError as error:
            hint = f"write it as {text[:4]}-{text[4:6]}-{text[6:]}" if re.fullmatch(r"20\d{6}", text) else error.hint
            self._wrong(name, f"bad-{name}", f"{self.words.heading(self.table, name)}: {error}", hint)
            return ""

    def _word(self, name: str, text: str) -> str:
        """A code for the word that was chosen; a name that is in no list is a problem."""
        if name in self.words.plan.dimensions:
            return self.words.dimension_value(name, text)
        if name in FIELDS[self.table]:
            code = self.words.code_of(self.table, name, text)
            if name in REFERENCES:
                self._check_known(name, REFERENCES[name], code)
            if name in ("basis", "status") and (self.table, name) != ("observations", "status"):
                self._check_choice(name, code)
            return code
        if name in ("indicator", "area", "task"):
            text = self._with_zeros(text) if name == "task" else text
            self._check_known(name, f"{name}s", text)
        return text

    def _with_zeros(self, code: str) -> str:
        """The task whose code a spreadsheet has taken for a number: `8` for `08`."""
        found = [one for one in self.words.plan.tasks if code.isdigit() and one.lstrip("0") == code.lstrip("0")]
        return found[0] if code not in self.words.plan.tasks and len(found) == 1 else code

    def _check_choice(self, name: str, code: str) -> None:
        codes = self.words.codes(self.table, name)
        if code not in codes and not (name == "basis" and code in ("reconstructed", "illustrative")):
            labels = [self.words.label(self.table, name, one) for one in codes]
            message = f"'{code}' is not one of the words of '{self.words.heading(self.table, name)}'"
            self._wrong(name, "unknown-word", message, f"choose one of: {', '.join(labels)}")

    def _check_known(self, name: str, kind: str, code: str) -> None:
        records = getattr(self.words.plan, kind)
        record, _, measure = code.partition("/") if kind == "tasks" else (code, "", "")
        if record not in records:
            hint = suggestion(code, records, limit=20)
            self._wrong(name, f"unknown-{_SINGULAR[kind]}", f"there is no {_SINGULAR[kind]} '{code}'", hint)
        elif measure and measure not in {one.id for one in records[record].measures}:
            hint = suggestion(measure, [one.id for one in records[record].measures])
            self._wrong(name, "unknown-measure", f"task '{record}' has no measure '{measure}'", hint)

    def _named(self, row: Mapping[str, SheetCell], values: Mapping[str, str], given: str) -> str:
        """The code that belongs to a title that stands without one; a title beside another's code is a problem."""
        column, kind = NAMES[given]
        text = row[given].text if given in row else ""
        code = values.get(column, "")
        if not text or (self.table == "progress" and column == "area" and not code):
            return ""  # an empty area of a report is the whole plan area
        if code:
            if code in getattr(self.words.plan, kind) and not self.words.is_title(kind, code, text):
                title = self.words.language.text(getattr(self.words.plan, kind)[code].title)
                message = f"'{text}' is not the name of '{code}', which is '{title}'"
                self._wrong(given, "given-changed", message, "keep the cells of a row together when sorting or pasting")
            return ""
        if column in row and row[column].kind != "empty":
            return ""  # said to be wrong already
        found = self.words.ids_of_title(kind, text)
        if len(found) == 1:
            return found[0]
        singular = _SINGULAR[kind]
        what = f"no {singular} is" if not found else f"{len(found)} {kind} are"
        self._wrong(given, f"unknown-{singular}", f"{what} called '{text}'", "enter its code")
        return ""

    def _check_unit(self, row: Mapping[str, SheetCell], values: Mapping[str, str]) -> None:
        indicator = self.words.plan.indicators.get(values.get("indicator", ""))
        text = row["_unit"].text if "_unit" in row else ""
        if indicator is None or indicator.unit is None or not text:
            return
        if folded(text) not in {folded(unit) for unit in indicator.unit.by_language.values()}:
            unit = self.words.language.text(indicator.unit)
            message = f"the unit was changed to '{text}', the indicator is in '{unit}'"
            self._wrong("_unit", "given-changed", message, f"enter the value in {unit}")

    def _key(self, values: Mapping[str, str]) -> Key | None:
        """The key of the row, or None where part of it is missing, which is a problem unless one was named before."""
        missing = [name for name in KEYS[self.table] if not values.get(name) and not self._may_lack(name)]
        for name in missing:
            columns = [one for one in (name, f"_{name}") if one in self.columns]
            cells = self.sheet.rows[self.row]
            if all(self.columns[one] >= len(cells) or cells[self.columns[one]].kind == "empty" for one in columns):
                heading = self.words.heading(self.table, name)
                self._wrong(columns[0], "missing-field", f"'{heading}' is missing", "enter it, or empty the row")
        return None if missing else key_of(self.table, values, self.words.plan.dimensions)

    def _check_record(self, values: Mapping[str, str], has_faults: bool) -> None:
        """What the model finds wrong with the row; what only follows from another fault of the row is left out."""
        if self.table == "progress" and not values.get("status") and not has_faults:
            heading = self.words.heading("progress", "status")
            self._wrong("status", "missing-field", f"'{heading}' is missing", "choose a status, or empty the row")
            has_faults = True
        places = {name: self._place(name) for name in self.columns}
        file = _SheetFile(self.sheet.file, "", (), [], places=places)
        usable = {name: text for name, text in values.items() if name not in self.words.plan.dimensions}
        _, found = parse_record(NUMBER_RECORDS[self.table], Record(file, usable, (self.row + 1,)), {})
        following = ("value-and-status", "missing-field") if has_faults else ()
        known = {problem.place for problem in self.problems}
        self.problems += [one for one in found if one.code not in following and one.place not in known]


def key_of(table: Table, values: Mapping[str, str], dimensions: Mapping[str, Any]) -> Key:
    """The key that the model gives such a row. Raises PeriodError for a period that is none."""
    if table == "progress":
        return values["task"].strip(), values.get("area", "").strip() or None, parse_period(values["date"].strip())
    dims = tuple(sorted((name, values[name].strip()) for name in dimensions if values.get(name, "").strip()))
    return values["indicator"].strip(), values["area"].strip(), parse_period(values["period"].strip()), dims


def _plain_time(text: str) -> str:
    """A date or period as spreadsheets and people write it, in the contract's spelling where it can only mean one."""
    text = "".join(text.split()) if re.search(r"[年月日季半]", text) else text.strip()
    text = text.removesuffix("T00:00:00").removesuffix(" 00:00:00")
    if match := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text, re.ASCII):
        return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    if match := re.fullmatch(r"(\d{4})年(\d{1,2})月", text, re.ASCII):
        return f"{match[1]}-{int(match[2]):02}"
    if match := re.fullmatch(r"(\d{4})年?第?([1-4一二三四])季度?", text, re.ASCII):
        return f"{match[1]}-Q{'一二三四'.find(match[2]) + 1 or match[2]}"
    if match := re.fullmatch(r"(\d{4})年?([上下])半年", text, re.ASCII):
        return f"{match[1]}-H{'上下'.index(match[2]) + 1}"
    if match := re.fullmatch(r"(\d{4})年", text, re.ASCII):
        return match[1]
    return text
