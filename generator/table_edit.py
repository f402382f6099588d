"""Changes rows of CSV files and leaves every other byte as it is; writes several files, or none of them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from generator.problems import GeneratorError

_MARK = "\ufeff"
_CELL = re.compile(r'("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|\r|\n|\Z)')


class WriteError(GeneratorError):
    """Files could not be written; those that had been are as they were."""


@dataclass(frozen=True)
class RawRow:
    """A row as it is written: its cells with their quotes, and its line end (empty at the end of the file)."""

    cells: tuple[str, ...]
    end: str

    @property
    def text(self) -> str:
        return ",".join(self.cells) + self.end

    @property
    def is_blank(self) -> bool:
        return not any(bare(cell).strip() for cell in self.cells)


@dataclass(frozen=True, eq=False)
class RawTable:
    """A CSV file whose rows can be changed one by one. `content` empty: the file does not exist yet."""

    path: Path
    name: str
    content: bytes = field(repr=False)
    columns: tuple[str, ...]
    rows: tuple[RawRow, ...] = field(repr=False)
    """Every row of the file, headings and blank ones included."""
    head: int
    """The position of the headings among the rows."""

    def values(self, index: int) -> dict[str, str]:
        """A row by column, without quotes."""
        return dict(zip(self.columns, (bare(cell) for cell in self.rows[index].cells), strict=False))

    def data_rows(self) -> list[int]:
        """Positions of the rows that hold data."""
        return [index for index in range(self.head + 1, len(self.rows)) if not self.rows[index].is_blank]


@dataclass
class TableEdit:
    """What is to happen to one table: cells changed and rows removed by position, rows added after a position."""

    changed: dict[int, dict[str, str]] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    added: dict[int, list[dict[str, str]]] = field(default_factory=dict)
    new_columns: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class EditedTable:
    """The new content of a table, and the line on which each changed and added row starts."""

    content: bytes = field(repr=False)
    changed: Mapping[int, int]
    added: Mapping[tuple[int, int], int]
    """By the position after which a row was added, and its place among those."""


def bare(cell: str) -> str:
    """The text of a cell as it is written: `"a ""b"" c"` is `a "b" c`."""
    return cell[1:-1].replace('""', '"') if len(cell) > 1 and cell.startswith('"') and cell.endswith('"') else cell


def written(text: str, always_quoted: bool = False) -> str:
    """A text as a cell of a CSV file (RFC 4180): in quotes where it must be."""
    needed = any(character in text for character in ',"\r\n') or text != text.strip()
    return '"' + text.replace('"', '""') + '"' if needed or always_quoted else text


def read_table(path: Path, name: str) -> RawTable:
    """A CSV file that `check` has found nothing wrong with."""
    content = path.read_bytes()
    rows = tuple(split_rows(content.decode("utf-8").removeprefix(_MARK)))
    head = next((index for index, row in enumerate(rows) if not row.is_blank), 0)
    columns = tuple(bare(cell).strip() for cell in rows[head].cells) if rows else ()
    return RawTable(path, name, content, columns, rows, head)


def new_table(path: Path, name: str, columns: Sequence[str]) -> RawTable:
    """A table that has headings and no rows yet."""
    return RawTable(path, name, b"", tuple(columns), (RawRow(tuple(columns), "\n"),), 0)


def split_rows(text: str) -> list[RawRow]:
    """The rows of a CSV text; put together again they are the same text."""
    rows: list[RawRow] = []
    position = 0
    while position < len(text):
        end = text.find("\n", position)
        line = text[position:] if end < 0 else text[position : end + 1]
        body = line.rstrip("\n").removesuffix("\r") if line.endswith("\n") else line
        if '"' not in body and "\r" not in body:  # nearly every line
            rows.append(RawRow(tuple(body.split(",")), line[len(body) :]))
            position += len(line)
            continue
        cells = []
        while True:
            match = _CELL.match(text, position)
            if match is None:
                raise ValueError("the text is not CSV")
            cells.append(match[1])
            position = match.end()
            if match[2] != ",":
                break
        rows.append(RawRow(tuple(cells), match[2]))
    return rows


def edit_table(table: RawTable, edit: TableEdit) -> EditedTable:
    """Carry out an edit. A table that gets a new column has it at the end of every row."""
    columns = (*table.columns, *edit.new_columns)
    line_end = next((row.end for row in table.rows if row.end), "\n")
    rows: list[RawRow] = []
    line, changed, added = 1, {}, {}
    for index, row in enumerate(table.rows):
        if index not in edit.removed:
            new = _with_new_columns(row, edit.new_columns, index == table.head)
            if index in edit.changed:
                new, changed[index] = _with_values(new, columns, edit.changed[index]), line
            rows.append(new)
            line += new.text.count("\n")
        for number, values in enumerate(edit.added.get(index, ())):
            if rows and not rows[-1].end:  # the file did not end with a line end: the last row now passes that on
                rows[-1] = RawRow(rows[-1].cells, line_end)
                line += 1
                end = ""
            else:
                end = line_end
            model = row if index != table.head and not row.is_blank else None
            added[index, number] = line
            rows.append(_new_row(columns, values, model, end))
            line += rows[-1].text.count("\n")
    mark = _MARK if table.content.startswith(_MARK.encode()) else ""
    return EditedTable((mark + "".join(row.text for row in rows)).encode(), changed, added)


def _with_new_columns(row: RawRow, names: Sequence[str], is_head: bool) -> RawRow:
    if not names or (row.is_blank and not is_head):
        return row
    quoted = all(cell.startswith('"') for cell in row.cells)
    return RawRow((*row.cells, *(written(name if is_head else "", quoted) for name in names)), row.end)


def _with_values(row: RawRow, columns: Sequence[str], values: Mapping[str, str]) -> RawRow:
    cells = list(row.cells)
    for name, text in values.items():
        position = columns.index(name)
        cells[position] = written(text, cells[position].startswith('"'))
    return RawRow(tuple(cells), row.end)


def _new_row(columns: Sequence[str], values: Mapping[str, str], model: RawRow | None, end: str) -> RawRow:
    """A row quoted in the manner of the row before it."""
    cells = []
    for position, name in enumerate(columns):
        like = model.cells[position] if model is not None and position < len(model.cells) else ""
        needless = like.startswith('"') and written(bare(like)) == bare(like)
        cells.append(written(values.get(name, ""), needless))
    return RawRow(tuple(cells), end)


def write_all(contents: Mapping[RawTable, bytes]) -> None:
    """Write every file beside its old one, then put them in place. Raises WriteError; then nothing has changed."""
    for table in contents:
        now = table.path.read_bytes() if table.path.exists() else b""
        if now != table.content:
            raise WriteError(f"{table.name} was changed by something else meanwhile; nothing was written, import again")
    beside: dict[Path, Path] = {}
    placed: list[RawTable] = []
    try:
        for table, content in contents.items():
            goal = table.path.resolve()
            goal.parent.mkdir(parents=True, exist_ok=True)
            beside[goal] = goal.with_name(f".{goal.name}.new")
            beside[goal].write_bytes(content)
            if goal.exists():
                shutil.copymode(goal, beside[goal])
        for table in contents:
            goal = table.path.resolve()
            os.replace(beside[goal], goal)  # noqa: PTH105 -- tests stand in for it here
            placed.append(table)
    except OSError as error:
        for table in placed:
            if table.content:
                table.path.resolve().write_bytes(table.content)
            else:
                table.path.unlink(missing_ok=True)
        message = f"{error.filename or 'a file'} cannot be written: {error.strerror}; nothing was changed"
        raise WriteError(message) from None
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)
