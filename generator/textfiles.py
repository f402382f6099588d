"""Reads YAML, CSV and JSON as they are written, and remembers where everything stands."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from generator.problems import Place, Problem

Path_ = tuple[str | int, ...]
"""The way to a value inside a YAML file or a CSV row: keys, columns and list positions."""

MAX_BYTES = 64 * 1024 * 1024
MAX_NODES = 500_000
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LARGEST_CELL = 131_072
"""Characters of a CSV cell; a longer one is a quote that was never closed."""
_NULLS = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True)
class Record:
    """What a file says about one thing, before it is understood: text values as written, and their places."""

    file: YamlFile | CsvFile
    values: dict[str, Any]
    position: Path_
    """Where the record stands in its file: a list position in YAML, the first line of a CSV row."""

    def place(self, *path: str | int) -> Place:
        """The place of the value at `path`, or of the nearest thing around it that exists."""
        return self.file.place(self.position, path)

    def key_place(self, *path: str | int) -> Place:
        """The place of the key itself, for keys that should not be there."""
        return self.file.key_place(self.position, path)


@dataclass(frozen=True)
class YamlFile:
    """A YAML file as plain values (every scalar as text, an empty one as None) with the place of each."""

    name: str
    value: Any
    places: dict[Path_, Place] = field(default_factory=dict, repr=False)
    key_places: dict[Path_, Place] = field(default_factory=dict, repr=False)

    def place(self, position: Path_, path: Path_) -> Place:
        whole = position + path
        for length in range(len(whole), -1, -1):
            if whole[:length] in self.places:
                return self.places[whole[:length]]
        return Place(self.name)

    def key_place(self, position: Path_, path: Path_) -> Place:
        return self.key_places.get(position + path) or self.place(position, path)

    def records(self) -> list[Record]:
        """Each map of the list, or the one map that the file is."""
        if isinstance(self.value, dict):
            return [Record(self, self.value, ())]
        return [Record(self, item, (index,)) for index, item in enumerate(self.value or ()) if isinstance(item, dict)]


@dataclass(frozen=True)
class CsvFile:
    """A CSV file: its column names and its rows, each with the line it starts on."""

    name: str
    text: str = field(repr=False)
    columns: tuple[str, ...]
    rows: list[tuple[int, list[str]]] = field(repr=False)
    header: int = 1
    """The line with the column names."""

    def place(self, position: Path_, path: Path_) -> Place:
        line = int(position[0])
        if not path or path[0] not in self.columns:
            return Place(self.name, line)
        start = self._line_starts[line - 1] if line <= len(self._line_starts) else len(self.text)
        line, column = _locate_cell(self.text, start, line, self.columns.index(str(path[0])))
        return Place(self.name, line, column)

    @cached_property
    def _line_starts(self) -> list[int]:
        """Where each line begins; kept, since a long table may have many places to name."""
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def key_place(self, position: Path_, path: Path_) -> Place:
        return self.place((self.header,), path)

    def records(self) -> list[Record]:
        return [Record(self, dict(zip(self.columns, cells, strict=False)), (line,)) for line, cells in self.rows]


def _locate_cell(text: str, start: int, line: int, index: int) -> tuple[int, int]:
    """Line and column (from 1) at which cell `index` begins, of the row that begins at `start`, on `line`."""
    end = text.find("\n", start)
    row = text[start : end if end >= 0 else len(text)]
    if '"' not in row:  # nearly every row: no need to look at each character
        return line, len(",".join(row.split(",", index)[:index])) + (2 if index else 1)
    position = line_start = start
    row_line, cell, at_cell_start = line, 0, True
    is_quoted = inside = False  # whether the cell began with a quote; whether the quote is open
    while position < len(text):
        character = text[position]
        if at_cell_start and cell == index:
            break
        if at_cell_start:
            is_quoted = character == '"'
        if character == '"' and is_quoted:
            inside = not inside
        at_cell_start = False
        if character == "," and not inside:
            cell, at_cell_start = cell + 1, True
        position += 1
        if character == "\n":
            if not inside:
                break
            row_line, line_start = row_line + 1, position
    return row_line, position - line_start + 1


def read_text(path: Path, name: str, limit: int | None = None) -> tuple[str, list[Problem]]:
    """The text of a file of at most `limit` bytes (None: MAX_BYTES); on a fault an empty text and one problem."""
    limit = MAX_BYTES if limit is None else limit

    def refuse(code: str, message: str, hint: str, line: int = 1) -> tuple[str, list[Problem]]:
        return "", [Problem(Place(name, line), code, message, hint)]

    if path.is_dir():
        return refuse("not-a-file", f"'{name}' is a folder, a file was wanted", "rename or remove the folder")
    try:
        if (size := path.stat().st_size) > limit:
            return refuse(
                "too-large",
                f"the file has {_megabytes(size)} MB, at most {_megabytes(limit)} MB are read",
                "split it: a table may be a folder with several files; or raise checks: max_megabytes in the settings",
            )
        data = path.read_bytes()
    except OSError as error:
        return refuse("unreadable", f"the file cannot be read: {error.strerror}", "check its name and permissions")
    if encoding := _named_by_its_bytes(data):
        hint = "save it again as 'UTF-8' or 'CSV UTF-8'" if "UTF" in encoding else "export each sheet as 'CSV UTF-8'"
        return refuse("not-utf-8", f"the file is {encoding}, UTF-8 was wanted", hint)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return refuse(
            "not-utf-8",
            f"the file is not UTF-8{_likely_encoding(data)}",
            "save it again as 'UTF-8' or 'CSV UTF-8'",
            line,
        )
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return refuse(
            "nul-character",
            "the file holds a NUL character, so it is not plain text",
            "save it again as plain text in UTF-8",
            line,
        )
    if "\r" in text and "\n" not in text:
        return refuse(
            "line-ends",
            "the lines end in the old Mac way (CR alone)",
            "save it again with LF or CRLF line ends",
        )
    return text.removeprefix("\ufeff"), []


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:.3g}" if size < 100 * 1024**2 else f"{size // 1024**2}"


def _named_by_its_bytes(data: bytes) -> str:
    """What a file is that says so itself or plainly shows it, or nothing."""
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "UTF-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "a workbook or another packed file"
    start = data[:4096]
    return "UTF-16" if start.count(0) > len(start) // 5 else ""


_FREQUENT = (
    "的一是不了有和人中大上我以要他生到作地于出分成可主年同工也能下子面而方多定行法得市省科技"
    "这为个国来们时产种后学经创发对会过说动与数区业计划县厅這為個國來們時產種後學經創發對會過說動與數區業計劃縣廳"
)
"""Characters that nearly every Chinese text has, in either script."""


def _likely_encoding(data: bytes) -> str:
    """A guess in words, for the message: editors in China mostly meet GBK."""
    texts = {}
    for encoding, name in (("gb18030", "GBK"), ("big5", "Big5")):
        try:
            texts[name] = data.decode(encoding)
        except UnicodeDecodeError:
            continue
    likely = sorted(texts, key=lambda name: -sum(texts[name].count(character) for character in _FREQUENT))
    for name in likely:
        chinese = sum("\u4e00" <= character <= "\u9fff" for character in texts[name])
        if chinese > sum(character > "\u007f" for character in texts[name]) // 2:
            return f"; it looks like {name}"
    high = [byte for byte in data[:100_000] if byte > 0x7F]
    return "; it looks like Windows-1252" if high and min(high) >= 0xA0 else ""


class _YamlReader:
    """Turns composed nodes into plain values, noting places, repeated keys and runaway aliases."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.places: dict[Path_, Place] = {}
        self.key_places: dict[Path_, Place] = {}
        self.problems: list[Problem] = []

    def _place(self, mark: Any) -> Place:
        return Place(self.name, mark.line + 1, mark.column + 1)

    def convert(self, node: Any, path: Path_) -> Any:
        if len(self.places) > MAX_NODES:
            raise RecursionError
        self.places[path] = self._place(node.start_mark)
        if isinstance(node, yaml.ScalarNode):
            is_plain = node.style in (None, "")  # the two loaders write it differently
            return None if is_plain and node.value in _NULLS else str(node.value)
        if isinstance(node, yaml.SequenceNode):
            return [self.convert(item, (*path, index)) for index, item in enumerate(node.value)]
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node.value, Hashable) else None
            place = self._place(key_node.start_mark)
            if not isinstance(key, str):
                self.problems.append(Problem(place, "bad-key", "a key must be one plain word", "write 'key: value'"))
                continue
            if key in values:
                first = self.key_places[(*path, key)]
                self.problems.append(
                    Problem(
                        place,
                        "duplicate-key",
                        f"the key '{key}' stands twice; first on line {first.line}",
                        "keep one of the two",
                    )
                )
                continue
            self.key_places[(*path, key)] = place
            values[key] = self.convert(value_node, (*path, key))
        return values


def read_yaml(path: Path, name: str, limit: int | None = None) -> tuple[YamlFile, list[Problem]]:
    """A YAML file with places. Scalars are text as written: `no` stays `no`, `1.10` stays `1.10`.

    A file of comments alone has no value; one with nothing in it at all is a problem.
    """
    text, problems = read_text(path, name, limit)
    if not problems and not text.strip():
        problems = [Problem(Place(name), "empty-file", "the file is empty", "write what belongs here, or remove it")]
    if problems:
        return YamlFile(name, None), problems
    reader = _YamlReader(name)
    try:
        node = yaml.compose(text, Loader=_Loader)
        value = None if node is None else reader.convert(node, ())
    except yaml.MarkedYAMLError as error:
        # PyYAML 6.0.4 counts the depth itself; earlier ones run out of stack.
        deep = "nesting depth" in (error.problem or "")
        return YamlFile(name, None), [_too_deep(name) if deep else _yaml_problem(name, text, error)]
    except yaml.YAMLError as error:
        return YamlFile(name, None), [_unprintable(name, text, error)]
    except RecursionError:
        return YamlFile(name, None), [_too_deep(name)]
    return YamlFile(name, value, reader.places, reader.key_places), reader.problems


def _too_deep(name: str) -> Problem:
    message = "the file is nested too deeply or repeats itself without end"
    return Problem(Place(name), "bad-yaml", message, "remove the anchors (& and *)")


def _yaml_problem(name: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.split("\n")
    found = lines[line - 1] if line <= len(lines) else ""
    hint = "check the indentation and the quotes on this line and the one before"
    if "\t" in found[: len(found) - len(found.lstrip())]:
        hint = "indent with spaces, not tabs"
    elif re.search(r":\s+[^'\"|>]*:\s", found):
        hint = 'a text that holds a colon and a space stands in quotes: title: "a: b"'
    elif re.search(r":\s+[@`%&*!|>\[{]", found):
        hint = "a text that starts with a special character stands in quotes"
    return Problem(
        Place(name, line, column), "bad-yaml", f"this is not YAML: {error.problem or _one_line(error)}", hint
    )


_PRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _unprintable(name: str, text: str, error: yaml.YAMLError) -> Problem:
    """A character that YAML does not allow anywhere."""
    match = _PRINTABLE.search(text)
    if match is None:
        return Problem(Place(name), "bad-yaml", f"the file is not YAML: {_one_line(error)}")
    at = match.start()
    place = Place(name, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
    message = f"the control character U+{ord(match[0]):04X} cannot stand in YAML"
    return Problem(place, "bad-yaml", message, "remove it: it came in by copying")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def read_csv(path: Path, name: str, limit: int | None = None) -> tuple[CsvFile, list[Problem]]:
    """A CSV file with its rows; blank lines are passed over. A row with too few or too many cells is a problem."""
    empty = CsvFile(name, "", (), [])
    text, problems = read_text(path, name, limit)
    if problems:
        return empty, problems
    rows: list[tuple[int, list[str]]] = []
    columns: tuple[str, ...] | None = None
    header = 1
    try:
        for line, cells in _csv_rows(text):
            if columns is None:
                columns, header = tuple(cell.strip() for cell in cells), line
                problems += _column_problems(CsvFile(name, text, tuple(map(str, range(len(cells)))), [], line), columns)
            elif len(cells) != len(columns):
                problems.append(_cell_count_problem(name, line, len(cells), len(columns)))
            else:
                rows.append((line, cells))
    except _CsvError as error:
        return empty, [Problem(Place(name, error.line), "bad-csv", str(error), error.hint)]
    if columns is None:
        return empty, [Problem(Place(name), "empty-file", "the file is empty", "write the column names on line 1")]
    return CsvFile(name, text, columns, rows, header), problems


class _CsvError(Exception):
    def __init__(self, message: str, line: int, hint: str) -> None:
        self.line, self.hint = line, hint
        super().__init__(message)


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline="\n"), strict=True)
    usual = csv.field_size_limit(LARGEST_CELL)  # the limit is the whole process's: others may have changed it
    start = 1
    one_of = _OneOfEach()  # codes stand in thousands of rows: each is kept once
    try:
        for cells in reader:
            if cells and (cells[0].strip() or "".join(cells).strip()):
                yield start, list(map(one_of.__getitem__, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        unclosed = "unexpected end of data" in str(error)
        message = "a quote opened on this line is never closed" if unclosed else f"this is not CSV: {error}"
        raise _CsvError(message, start, 'a quote inside a quoted cell is written twice: "a ""b"" c"') from None
    finally:
        csv.field_size_limit(usual)


class _OneOfEach(dict[str, str]):
    """Gives for each text the first one that was equal."""

    def __missing__(self, text: str) -> str:
        self[text] = text
        return text


def _column_problems(file: CsvFile, columns: tuple[str, ...]) -> Iterator[Problem]:
    """What is wrong with the column names; the columns of `file` are their positions, for the places."""
    seen: set[str] = set()
    for index, column in enumerate(columns):
        place = file.key_place((), (str(index),))
        if not column:
            yield Problem(place, "missing-column-name", f"column {index + 1} has no name", "name it or remove it")
        elif column in seen:
            yield Problem(place, "duplicate-column", f"the column '{column}' stands twice", "keep one of the two")
        seen.add(column)


def _cell_count_problem(name: str, line: int, found: int, wanted: int) -> Problem:
    if found > wanted:
        hint = 'a text with a comma in it stands in quotes: "a, b"; a number has no thousands separator'
    else:
        hint = "an empty cell still needs its comma"
    return Problem(Place(name, line), "cell-count", f"the row has {found} cells, {wanted} were wanted", hint)


@dataclass(frozen=True)
class JsonFile:
    """A JSON file: its value, and its text to find a place in."""

    name: str
    value: Any
    text: str = field(default="", repr=False)

    def place(self, *path: str | int) -> Place:
        """The place of the value at `path`, or of the nearest thing around it that exists."""
        at = _skip_space(self.text, 0)
        for part in path:
            inner = next((start for key, start in _members(self.text, at) if key == part), None)
            if inner is None:
                break
            at = inner
        return Place(self.name, self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at))


_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def _skip_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _members(text: str, at: int) -> Iterator[tuple[str | int, int]]:
    """Key or position, and where the value begins, of each member of the JSON object or list that begins at `at`."""
    if text[at : at + 1] not in ("{", "["):
        return
    is_object, index = text[at] == "{", 0
    at = _skip_space(text, at + 1)
    while text[at] not in "}]":
        key: str | int = index
        if is_object:
            key, at = _DECODER.raw_decode(text, at)
            at = _skip_space(text, _skip_space(text, at) + 1)
        yield key, at
        _, at = _DECODER.raw_decode(text, at)
        at = _skip_space(text, at)
        if text[at] == ",":
            at = _skip_space(text, at + 1)
        index += 1


def read_json(path: Path, name: str, limit: int | None = None) -> tuple[JsonFile, list[Problem]]:
    """A JSON file, or one without a value and a problem."""
    empty = JsonFile(name, None)
    text, problems = read_text(path, name, limit)
    if problems:
        return empty, problems
    try:
        return JsonFile(name, json.loads(text, parse_constant=_refuse_constant), text), []
    except json.JSONDecodeError as error:
        place, message = Place(name, error.lineno, error.colno), f"this is not JSON: {error.msg}"
    except ValueError as error:  # NaN, or a number of thousands of digits
        match = _CONSTANT.search(text)
        at = match.start() if match else 0
        place = Place(name, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        message = f"this is not JSON: {_one_line(error)}"
    except RecursionError:
        place, message = Place(name), "the file is nested too deeply"
    return empty, [Problem(place, "bad-json", message, "export the file again")]


_CONSTANT = re.compile(r"(?<=[\[,:\s])-?(?:NaN|Infinity)\b")


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is not a number of JSON")


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8 with LF line ends, the folders above it included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
