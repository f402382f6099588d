"""Takes reporting workbooks back into the data: read, compare, check the whole, show, write all files or none."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from generator.check import check_plan
from generator.config import Config
from generator.load import IGNORED
from generator.period import Period
from generator.plan import Plan
from generator.problems import Problem, errors_in, sorted_problems
from generator.table_edit import EditedTable, RawTable, TableEdit, edit_table, new_table, write_all
from generator.textfiles import CsvFile, read_csv
from generator.workbook_export import load_whole_plan
from generator.workbook_merge import Change, DataRow, DataTables, load_tables, merge
from generator.workbook_read import CellPlace, read_sheets
from generator.workbook_rows import read_statements
from generator.workbook_words import FIELDS, HEAD_FIELD, KEYS, Table, load_workbook_words, normal

NEW_FILE = "reported.csv"
"""The file that is begun in a folder where every other one is illustrative."""


@dataclass(frozen=True)
class Outcome:
    """What an import found: with an error among `problems` nothing was written."""

    problems: tuple[Problem, ...]
    differences: tuple[str, ...] = ()
    """The difference in words, file by file."""
    counts: Mapping[str, int] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    @property
    def is_fine(self) -> bool:
        return not errors_in(self.problems)


def outcome_lines(outcome: Outcome, dry_run: bool) -> Iterator[str]:
    """An outcome as people read it: problems by cell, the difference, and what was done."""
    for problem in outcome.problems:
        hint = f"; {problem.hint}" if problem.hint else ""
        yield f"{problem.place}: {problem.severity}[{problem.code}] {_one_line(problem.message + hint)}"
    yield from outcome.differences
    errors = len(errors_in(outcome.problems))
    if errors:
        warnings = len(outcome.problems) - errors
        yield f"errors: {errors}, warnings: {warnings}; nothing was written"
        return
    counts = ", ".join(f"{outcome.counts.get(kind, 0)} {kind}" for kind in ("added", "changed", "removed"))
    if not outcome.files:
        yield f"{counts}: the data already say what the workbooks say"
    elif dry_run:
        yield f"{counts}: nothing was written (dry run)"
    else:
        yield f"{counts} -> {', '.join(outcome.files)}"


@dataclass
class _Work:
    """Every table that is edited, and from which change each edit comes."""

    edits: dict[RawTable, TableEdit] = field(default_factory=dict)
    changed: dict[tuple[RawTable, int], Change] = field(default_factory=dict)
    added: dict[tuple[RawTable, int, int], Change] = field(default_factory=dict)

    def edit(self, table: RawTable) -> TableEdit:
        return self.edits.setdefault(table, TableEdit())


def import_workbooks(config: Config, paths: Sequence[Path], dry_run: bool = False) -> Outcome:
    """Bring what the workbooks say into the data. Raises DataError where the data have errors of their own."""
    plan = load_whole_plan(config)
    words = load_workbook_words(plan, config.templates)
    problems: list[Problem] = []
    statements = []
    for path in dict.fromkeys(paths):
        sheets, found = read_sheets(path)
        problems += found
        said, found = read_statements(sheets, words)
        statements += said
        problems += found
    data = load_tables(config, plan.dimensions)
    changes, found = merge(statements, data)
    problems += found
    if errors_in(problems):
        return Outcome(_in_order(problems))
    changes = sorted(changes, key=lambda change: _order(plan, change))
    work = _plan_edits(config, changes, data, plan)
    edited = {table: edit_table(table, edit) for table, edit in work.edits.items()}
    if edited:
        problems += _check_result(config, work, edited)
    outcome = Outcome(
        _in_order(problems),
        tuple(_in_words(changes, work)),
        Counter("changed" if change.kind == "replaced" else change.kind for change in changes),
        tuple(sorted(table.name for table in edited)),
    )
    if not errors_in(problems) and not dry_run:
        write_all({table: one.content for table, one in edited.items()})
    return outcome


def _order(plan: Plan, change: Change) -> tuple[Any, ...]:
    """Changes in the plan's order: figures, then reports; by indicator or task, area and time."""
    first = list(plan.indicators if change.table == "observations" else plan.tasks)
    head, area, period, *dims = change.key
    areas = list(plan.areas)
    place = areas.index(area) if area is not None else -1
    return change.table, first.index(head.partition("/")[0]), head, place, *dims, period


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by file, sheet and cell; those of the data after those of the workbooks."""

    def key(problem: Problem) -> tuple[Any, ...]:
        place = problem.place
        is_cell = isinstance(place, CellPlace)
        sheet = place.sheet if isinstance(place, CellPlace) else ""
        return not is_cell, place.file, sheet, place.line, place.column, problem.code, problem.message

    return tuple(sorted(dict.fromkeys(problems), key=key))


# --- where changes go -------------------------------------------------------------------------------------------


@dataclass
class _Files:
    """The files of both tables as they are filled: which hold made-up rows, and what stands where."""

    config: Config
    plan: Plan
    tables: dict[Table, list[RawTable]]
    rows: dict[RawTable, list[DataRow]]
    by_head: dict[tuple[RawTable, str], list[DataRow]]
    """The rows of an indicator or task in a file."""

    @classmethod
    def of(cls, config: Config, plan: Plan, data: DataTables) -> _Files:
        rows: dict[RawTable, list[DataRow]] = {}
        by_head: dict[tuple[RawTable, str], list[DataRow]] = {}
        for row in data.rows.values():
            rows.setdefault(row.table, []).append(row)
            by_head.setdefault((row.table, row.key[0]), []).append(row)
        return cls(config, plan, {kind: list(tables) for kind, tables in data.files.items()}, rows, by_head)

    def alike(self, table: RawTable, change: Change) -> list[DataRow]:
        return self.by_head.get((table, change.key[0]), [])

    def fit_for(self, kind: Table, is_made_up: bool) -> list[RawTable]:
        """The files of a table that hold rows of this sort: made up or not, never both."""
        return [table for table in self.tables[kind] if self._is_made_up(table) == is_made_up]

    def _is_made_up(self, table: RawTable) -> bool:
        rows = self.rows.get(table, [])
        return all(row.is_illustrative for row in rows) if rows else table.path.stem == "illustrative"


def _plan_edits(config: Config, changes: Iterable[Change], data: DataTables, plan: Plan) -> _Work:
    """Which row of which file each change touches."""
    work, files = _Work(), _Files.of(config, plan, data)
    for change in changes:
        row = change.row
        if row is not None and change.kind in ("removed", "replaced"):
            work.edit(row.table).removed.add(row.index)
        if row is not None and change.kind == "changed":
            _need_columns(work, row.table, change.values)
            work.edit(row.table).changed.setdefault(row.index, {}).update(change.values)
            work.changed[row.table, row.index] = change
        if change.kind in ("added", "replaced"):
            table = _table_for(change, files)
            values = _with_basis(change.values, table, files)
            _need_columns(work, table, values)
            after = _position(change, table, files)
            rows_after = work.edit(table).added.setdefault(after, [])
            work.added[table, after, len(rows_after)] = change
            rows_after.append(values)
    return work


def _with_basis(values: Mapping[str, str], table: RawTable, files: _Files) -> dict[str, str]:
    """The values of a new row; `official` is written out where the file does so, else left out."""
    new = dict(values)
    is_written = "basis" in table.columns and any(row.values["basis"] for row in files.rows.get(table, ()))
    if normal("basis", new.get("basis", "")) == "official" and (is_written or "basis" not in table.columns):
        new["basis"] = "official" if is_written else ""
    return new


def _need_columns(work: _Work, table: RawTable, values: Mapping[str, str]) -> None:
    """A file without a column that is filled in gets it, at the end."""
    edit = work.edit(table)
    edit.new_columns += [
        name for name, text in values.items() if text and name not in table.columns and name not in edit.new_columns
    ]


def _table_for(change: Change, files: _Files) -> RawTable:
    """The file for a new row: where its series stands, else the table's own file, else the first fit one, else a new.

    Illustrative rows and others are kept in files of their own.
    """
    kind, config = change.table, files.config
    is_made_up = normal("basis", change.values.get("basis", "")) == "illustrative"
    needed = {name for name, text in change.values.items() if text and name != "basis"}

    def rank(table: RawTable) -> tuple[bool, bool, bool]:
        is_home = any(row.key[1] == change.key[1] for row in files.alike(table, change))
        return not is_home, not needed <= set(table.columns), table.path.name != f"{kind}.csv"

    if fit := files.fit_for(kind, is_made_up):
        return min(fit, key=rank)
    folder = config.data / kind
    name = "illustrative.csv" if is_made_up else NEW_FILE
    path = folder / name if folder.is_dir() else config.data / f"{kind}.csv"
    for table in files.tables[kind]:
        if table.path == path:  # the one file there is holds the other sort
            return table
    used = {name for name, _ in change.key[3]} if kind == "observations" else set()
    dimensions = tuple(one for one in files.plan.dimensions if one in used)
    table = new_table(path, config.name_of(path), (*KEYS[kind], *dimensions, *FIELDS[kind]))
    files.tables[kind].append(table)
    return table


def _position(change: Change, table: RawTable, files: _Files) -> int:
    """The row after which a new one is put: in its series by time, else among its like by area, else at the end."""
    _, area, period, *dims = change.key
    of_head = files.alike(table, change)
    alike = [row for row in of_head if row.key[3:] == tuple(dims)] or of_head
    series = [row for row in alike if row.key[1] == area and row.key[3:] == tuple(dims)]
    if series:
        return max((row.index for row in series if row.key[2] < period), default=min(row.index for row in series) - 1)
    if not alike:
        return max(table.data_rows(), default=table.head)
    areas = {name: position for position, name in enumerate(files.plan.areas)} | {None: -1}
    before = [row.index for row in alike if areas[row.key[1]] <= areas[area]]
    return max(before, default=min(row.index for row in alike) - 1)


# --- the result as a whole --------------------------------------------------------------------------------------


def _check_result(config: Config, work: _Work, edited: Mapping[RawTable, EditedTable]) -> list[Problem]:
    """What the checks say of the data with the changes and did not say before, placed at the cells it comes from."""
    before = Counter(_without_lines(problem) for problem in check_plan(config)[1])
    with tempfile.TemporaryDirectory() as folder:
        way = Path(config.site.data)
        way = Path("data") if way.is_absolute() or ".." in way.parts else way
        site = config.site.model_copy(update={"data": way.as_posix()})
        copy = Config(Path(folder).resolve() / config.file.name, site)
        skipped = shutil.ignore_patterns(*(name for name in IGNORED if name != "README.md"), ".*", "~$*")
        shutil.copytree(config.data, copy.data, ignore=skipped)
        names = {}
        for table, one in edited.items():
            path = copy.data / table.path.relative_to(config.data)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(one.content)
            names[copy.name_of(path)] = (table, read_csv(path, copy.name_of(path))[0])
        found = []
        for problem in sorted_problems(check_plan(copy)[1]):
            name = _without_lines(problem)
            if before[name] > 0:
                before[name] -= 1
            else:
                found.append(_at_workbook(problem, work, edited, names))
    return found


def _without_lines(problem: Problem) -> tuple[str, ...]:
    return problem.severity, problem.code, problem.place.file, problem.message


def _at_workbook(
    problem: Problem,
    work: _Work,
    edited: Mapping[RawTable, EditedTable],
    names: Mapping[str, tuple[RawTable, CsvFile]],
) -> Problem:
    """The problem at the cell that it comes from; as it is where no workbook has touched the row."""
    if problem.place.file not in names:
        return problem
    table, file = names[problem.place.file]
    for line, change in _touched(table, work, edited[table]):
        if file.place((line,), ()).line <= problem.place.line <= _last_line(file, line):
            for column in file.columns:
                if file.place((line,), (column,)) == problem.place and column in change.statement.places:
                    return replace(problem, place=change.place(column))
            if problem.place.line == line:
                return replace(problem, place=change.place(HEAD_FIELD[change.table]))
    return problem


def _last_line(file: CsvFile, line: int) -> int:
    """The line on which a row's last cell begins."""
    return file.place((line,), (file.columns[-1],)).line


def _touched(table: RawTable, work: _Work, edited: EditedTable) -> Iterator[tuple[int, Change]]:
    """The line of each row that was changed or added, with what it comes from."""
    for index, line in edited.changed.items():
        yield line, work.changed[table, index]
    for (after, number), line in edited.added.items():
        yield line, work.added[table, after, number]


# --- the difference in words ------------------------------------------------------------------------------------


def _in_words(changes: Iterable[Change], work: _Work) -> Iterator[str]:
    """One line a change, grouped by file: `+` added, `~` changed, `-` removed."""
    lines: dict[str, list[str]] = {}
    goals = {id(change): table for (table, *_), change in work.added.items()}
    for change in changes:
        row = change.row
        table = goals.get(id(change)) or (row.table if row is not None else None)
        lines.setdefault(table.name if table is not None else "", []).append(_line(change))
    for table, edit in work.edits.items():
        if edit.new_columns:
            lines.setdefault(table.name, []).insert(0, f"  new columns: {', '.join(edit.new_columns)}")
    for name in sorted(lines):
        yield name
        yield from lines[name]


def _line(change: Change) -> str:
    what = ", ".join(_key_words(change.key))
    head = HEAD_FIELD[change.table]
    place = change.place(next(iter(change.values), head) if change.kind == "changed" else head)
    if change.kind == "added":
        return f"  + {what}: {_fields(change.table, change.values)}  [{place}]"
    old = change.row.values if change.row is not None else {}
    if change.kind == "removed":
        return f"  - {what}: {_fields(change.table, old)}  [{place}]"
    if change.kind == "replaced":
        was = old.get(head, "")
        basis, source = normal("basis", old.get("basis", "")), change.row.table.name if change.row is not None else ""
        new = _fields(change.table, change.values)
        return f"  ~ {what}: {head} {was} ({basis}, in {source}) -> {new}  [{place}]"
    parts = [f"{name} {_shown(old.get(name, ''))} -> {_shown(text)}" for name, text in change.values.items()]
    return f"  ~ {what}: {'; '.join(parts)}  [{place}]"


def _key_words(key: Sequence[Any]) -> Iterator[str]:
    for part in key:
        if isinstance(part, (str, Period)):
            yield str(part)
        elif part is not None:
            yield from (f"{name} {value}" for name, value in part)


def _fields(table: Table, values: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {_shown(values[name])}" for name in FIELDS[table] if values.get(name))


def _one_line(text: str) -> str:
    """A text that neither moves the cursor nor hides what stands beside it."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def _shown(text: str) -> str:
    """A value on one line, cut where it is long."""
    text = _one_line(text)
    text = text if len(text) <= 60 else f"{text[:59]}…"
    return text or "(empty)"
