"""Sets what workbooks say against the data: what is added, changed or removed, and where they contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from generator.config import Config
from generator.problems import Problem
from generator.table_edit import RawTable, read_table
from generator.workbook_read import CellPlace, at_cell
from generator.workbook_rows import Key, Statement, key_of
from generator.workbook_words import DUE, FIELDS, HEAD_FIELD, TABLES, Table, export_mark, normal, same


@dataclass(frozen=True)
class DataRow:
    """A row of the data as it stands in its file."""

    table: RawTable
    index: int
    key: Key
    values: Mapping[str, str]

    @property
    def is_illustrative(self) -> bool:
        return normal("basis", self.values.get("basis", "")) == "illustrative"


@dataclass(frozen=True)
class Change:
    """What is to happen to one key. `row`: the row that is changed, removed or replaced; None where one is added.

    `values`: for an added row all it holds, for a changed one the fields that change.
    """

    kind: Literal["added", "changed", "replaced", "removed"]
    table: Table
    key: Key
    row: DataRow | None
    values: Mapping[str, str]
    statement: Statement = field(repr=False)
    places: Mapping[str, CellPlace] = field(default_factory=dict, repr=False)
    """The cell that each value is from."""

    def place(self, column: str) -> CellPlace:
        return self.places.get(column) or self.statement.place(column)


@dataclass(frozen=True)
class DataTables:
    """The CSV files that workbooks can change, and their rows by key."""

    files: Mapping[Table, list[RawTable]]
    rows: Mapping[tuple[Table, Key], DataRow]


def load_tables(config: Config, dimensions: Mapping[str, Any]) -> DataTables:
    """Read the files of both tables; the data have passed the checks."""
    files: dict[Table, list[RawTable]] = {}
    rows: dict[tuple[Table, Key], DataRow] = {}
    for kind in TABLES:
        paths = [config.data / f"{kind}.csv", *sorted((config.data / kind).glob("*.csv"))]
        files[kind] = [
            read_table(path, config.name_of(path))
            for path in paths
            if path.is_file() and not path.name.startswith((".", "~$"))
        ]
        for table in files[kind]:
            for index in table.data_rows():
                values = table.values(index)
                key = key_of(kind, values, dimensions)
                rows[kind, key] = DataRow(table, index, key, values)
    return DataTables(files, rows)


def merge(statements: Iterable[Statement], data: DataTables) -> tuple[list[Change], list[Problem]]:
    """The changes that all workbooks together ask for, each key once, and where they cannot be joined."""
    changes: dict[tuple[Table, Key], Change] = {}
    problems: list[Problem] = []
    for statement in statements:
        name = (statement.table, statement.key)
        change, found = _change(statement, data.rows.get(name))
        problems += found
        if change is None:
            continue
        earlier = changes.get(name)
        if earlier is None:
            changes[name] = change
            continue
        found = list(_disagreements(earlier, change))
        problems += found
        if not found:
            values, places = {**change.values, **earlier.values}, {**change.places, **earlier.places}
            changes[name] = replace(earlier, values=values, places=places)
    return list(changes.values()), problems


def _change(statement: Statement, row: DataRow | None) -> tuple[Change | None, list[Problem]]:
    """What one statement asks for, given the row of its key. A made-up number counts as none, unless one is sent."""
    new, table, mark = statement.fields, statement.table, statement.mark
    sent_basis = normal("basis", new["basis"])
    known = None if row is not None and row.is_illustrative and sent_basis != "illustrative" else row
    old = {name: known.values.get(name, "") for name in FIELDS[table]} if known is not None else {}
    is_filled = any(new.values()) and not statement.is_withdrawn
    if not is_filled and mark in ("", DUE):
        return None, []
    differing = [name for name in FIELDS[table] if not same(name, new[name], old.get(name, ""))]
    if known is not None and is_filled and not differing:
        return None, []
    if mark and mark != (export_mark(table, statement.key, old) if known is not None else DUE):
        is_untouched = is_filled and export_mark(table, statement.key, new) == mark
        is_gone_anyway = known is None and not is_filled
        return None, [] if is_untouched or is_gone_anyway else [_changed_meanwhile(statement, known, differing)]

    def change(kind: Literal["added", "changed", "replaced", "removed"], names: Iterable[str]) -> Change:
        values = {name: new.get(name, statement.values.get(name, "")) for name in names}
        places = {name: statement.place(name) for name in values}
        return Change(kind, table, statement.key, row, values, statement, places)

    if not is_filled:
        return change("removed", ()), []
    if row is None:
        return change("added", statement.values), []
    if row.is_illustrative != (sent_basis == "illustrative"):
        return change("replaced", statement.values), []
    return change("changed", differing), []


def _changed_meanwhile(statement: Statement, known: DataRow | None, differing: list[str]) -> Problem:
    column = differing[0] if differing else HEAD_FIELD[statement.table]
    if known is None:
        now = "the row is not there any more"
    else:
        now = f"the data now have '{known.values.get(column, '')}' in {known.table.name}"
    message = f"this was changed both here and, since the export, in the data: {now}"
    return at_cell(statement.place(column), "changed-since-export", message, "export again and enter it there")


def _disagreements(earlier: Change, later: Change) -> Iterator[Problem]:
    """Every field in which two changes of the same key contradict each other; both cells are named."""
    hint = "ask which is right, and correct one of the two"
    head = HEAD_FIELD[earlier.table]
    if (earlier.kind == "removed") != (later.kind == "removed"):
        place = earlier.place(head)
        what = "withdraws what stands" if later.kind == "removed" else "enters what is withdrawn"
        yield at_cell(later.place(head), "workbooks-disagree", f"this cell {what} in {place}", hint)
        return
    for name in FIELDS[earlier.table]:
        if name in earlier.values and name in later.values and not same(name, earlier.values[name], later.values[name]):
            message = (
                f"'{later.values[name]}' stands here, but '{earlier.values[name]}' in {earlier.place(name)}, "
                "for the same key"
            )
            yield at_cell(later.place(name), "workbooks-disagree", message, hint)
