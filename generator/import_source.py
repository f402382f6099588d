"""Opens what an import reads: a folder or a ZIP as named bytes, then YAML, front matter and CSV with located faults.

Nothing here is trusted: sizes are bounded, no name leads out, no link is followed out of the folder.
"""

from __future__ import annotations

import csv
import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from generator.problems import DataError, Place, Problem, UsageError

MAX_FILES = 50_000
MAX_FILE_BYTES = 64 * 1024**2
MAX_ALL_BYTES = 1024**3
MAX_NODES = 200_000
MAX_DEPTH = 40


@dataclass(frozen=True)
class SourceFile:
    """One file: its name as the source has it, and its bytes."""

    name: str
    content: bytes


def one_problem(place: Place, code: str, message: str, hint: str = "") -> DataError:
    """An error with a single located problem."""
    return DataError([Problem(place, code, message, hint)])


def open_source(path: Path, wanted: Callable[[str], bool]) -> dict[str, SourceFile]:
    """The files of a folder or ZIP for which `wanted` says yes, by name, in name order; names have `/` between.

    A top folder that holds everything else is taken off the names. Raises UsageError where there is nothing to read,
    DataError where the archive is broken, too large or would write outside.
    """
    if path.is_dir():
        found = dict(_folder_files(path, wanted))
    elif path.is_file():
        found = dict(_zip_files(path, wanted))
    else:
        raise UsageError(f"there is no file or folder '{path}'")
    return {name: found[name] for name in sorted(found)}


def _folder_files(folder: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, SourceFile]]:
    total = count = 0
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in PurePosixPath(name).parts) or not wanted(name):
            continue
        if not path.resolve().is_relative_to(root) or not path.is_file():
            continue
        size = path.stat().st_size
        total, count = total + size, count + 1
        _limit(name, size, total, count)
        yield name, SourceFile(name, path.read_bytes())


def _zip_files(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, SourceFile]]:
    place = Place(path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            for info in infos:
                parts = PurePosixPath(info.filename.replace("\\", "/")).parts
                if ".." in parts or info.filename.startswith(("/", "\\")) or ":" in parts[0]:
                    raise one_problem(
                        place, "outside-path", f"'{info.filename}' leads out of the archive", "pack the folder again"
                    )
            total = count = 0
            for info in infos:
                name = info.filename.replace("\\", "/")
                if not wanted(name) or stat.S_ISLNK(info.external_attr >> 16) or "/." in f"/{name}":
                    continue
                total, count = total + info.file_size, count + 1
                _limit(name, info.file_size, total, count)
                with archive.open(info) as stream:
                    content = stream.read(info.file_size + 1)
                _limit(name, len(content), total, count)
                yield name, SourceFile(name, content)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise one_problem(place, "bad-zip", f"the ZIP file cannot be read: {error}", "pack it again") from None


def _limit(name: str, size: int, total: int, count: int) -> None:
    place = Place(name)
    if size > MAX_FILE_BYTES:
        raise one_problem(place, "too-large", f"the file has more than {MAX_FILE_BYTES // 1024**2} MB", "split it")
    if total > MAX_ALL_BYTES or count > MAX_FILES:
        raise one_problem(
            place, "too-large", f"more than {MAX_ALL_BYTES // 1024**2} MB or {MAX_FILES} files", "import a part of it"
        )


def text_of(file: SourceFile) -> tuple[str, bool]:
    """The text of a file without its byte-order mark; True where it is no UTF-8 and was read as Windows-1252.

    Raises DataError where it is UTF-8 in one place and not in another: no reading of it would be right.
    """
    codec = "utf-16" if file.content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return file.content.decode(codec), False
    except UnicodeDecodeError as error:
        start = file.content.rfind(b"\n", 0, error.start) + 1
        place = Place(file.name, file.content.count(b"\n", 0, error.start) + 1, error.start - start + 1)
        if codec == "utf-16" or any(one > "\x7f" for one in file.content.decode("utf-8", errors="ignore")):
            raise one_problem(
                place, "bad-encoding", "there is a byte that is no text in UTF-8", "save as UTF-8"
            ) from None
    return file.content.decode("cp1252", errors="replace"), True


def read_yaml_words(name: str, text: str, first_line: int = 1) -> tuple[Any, dict[str, int]]:
    """A YAML text with every scalar as it is written, and the line of each key of its top map.

    Raises DataError with file, line and column where it is no YAML; of a key that stands twice the last one counts.
    """
    try:
        node = yaml.compose(text, Loader=yaml.CBaseLoader if hasattr(yaml, "CBaseLoader") else yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        message = f"this is not YAML: {error.problem or error.context or 'it cannot be read'}"
        raise one_problem(Place(name, line, column), "bad-yaml", message, "mend it there or just above") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise one_problem(Place(name, first_line), "bad-yaml", f"this is not YAML: {error}") from None
    if node is None:
        return None, {}
    lines = {}
    if isinstance(node, yaml.MappingNode):
        lines = {str(key.value): key.start_mark.line + first_line for key, _ in node.value}
    return _plain(node, name, first_line, [0], 0), lines


def _plain(node: Any, name: str, first_line: int, count: list[int], depth: int) -> Any:
    """A node as strings, lists and maps; bounded, since an alias may repeat what it names without end."""
    count[0] += 1
    if count[0] > MAX_NODES or depth > MAX_DEPTH:
        place = Place(name, node.start_mark.line + first_line, node.start_mark.column + 1)
        raise one_problem(place, "too-large", "the file nests too deep or repeats too much", "write it out plainly")
    if isinstance(node, yaml.MappingNode):
        return {
            str(key.value): _plain(value, name, first_line, count, depth + 1)
            for key, value in node.value
            if isinstance(key, yaml.ScalarNode)
        }
    if isinstance(node, yaml.SequenceNode):
        return [_plain(value, name, first_line, count, depth + 1) for value in node.value]
    if not node.style and node.value in ("null", "Null", "NULL", "~"):
        return ""  # nothing, not the word
    return str(node.value)


def read_front_matter(name: str, text: str) -> tuple[dict[str, Any], dict[str, int], str]:
    """A Markdown file: its front matter, the line of each field, and the text below. Raises DataError as YAML does."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---":
        return {}, {}, text
    end = next((index for index, line in enumerate(lines[1:], 1) if line.strip() in ("---", "...")), None)
    if end is None:
        raise one_problem(
            Place(name, len(lines)), "bad-front-matter", "the front matter has no end", "write --- on a line below it"
        )
    value, places = read_yaml_words(name, "\n".join(lines[1:end]), 2)
    if value is not None and not isinstance(value, dict):
        raise one_problem(
            Place(name, 2), "wrong-type", "the front matter must be a map of fields", "write field: value"
        )
    return value or {}, places, "\n".join(lines[end + 1 :]).strip()


@dataclass(frozen=True)
class SourceTable:
    """A CSV file: its headings as written, and its rows with the line on which each starts."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    codepage: bool = False
    """True where it was no UTF-8."""
    ragged: tuple[tuple[int, int], ...] = ()
    """Rows that have more cells than there are headings: line, and how many were beyond."""


def read_source_table(file: SourceFile) -> SourceTable:
    """A CSV file with comma, semicolon or tab between cells; blank lines are passed over.

    Raises DataError with the line where quotes do not end or a byte is no text.
    """
    text, codepage = text_of(file)
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise one_problem(
            Place(file.name, line), "bad-csv", "there is a NUL byte: this is no text file", "export it again"
        )
    head = next((line for line in text.splitlines() if line.strip()), "")
    comma = max(",;\t", key=head.count) if head else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
    rows: list[tuple[int, tuple[str, ...]]] = []
    start = 1
    try:
        for cells in reader:
            rows.append((start, tuple(cell.strip() for cell in cells)))
            start = reader.line_num + 1
    except csv.Error as error:
        raise one_problem(
            Place(file.name, start), "bad-csv", f"the row cannot be read: {error}", "look for a quote that does not end"
        ) from None
    rows = [(line, cells) for line, cells in rows if any(cells)]
    if not rows:
        return SourceTable(file.name, (), (), codepage)
    columns = rows[0][1]
    width = len(columns)
    fitted = tuple((line, (*cells, *[""] * (width - len(cells)))[:width]) for line, cells in rows[1:])
    ragged = tuple((line, len(cells) - width) for line, cells in rows[1:] if any(cells[width:]))
    return SourceTable(file.name, columns, fitted, codepage, ragged)
