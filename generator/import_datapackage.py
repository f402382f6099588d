"""Imports our own Data Package or SQLite file: the lossless records of `docs/formats.md`, back as a plan folder."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from generator import scaffold
from generator.formats_records import COLUMNS
from generator.import_package_read import read_descriptor
from generator.import_report import ImportReport
from generator.import_source import SourceFile, one_problem, open_source, text_of
from generator.model import MAP_RECORDS, NUMBER_RECORDS, TEXT_RECORDS
from generator.plan_write import PlanFiles, write_plan
from generator.problems import Place, UsageError

FORMAT = "policy-explorer-records/1"
_KINDS = {"plan", "shapes", *MAP_RECORDS, *TEXT_RECORDS, *NUMBER_RECORDS}
_LARGEST_FIELD = 64 * 1024**2
"""A record with the outline of an area is a long cell."""


def import_datapackage(source: Path, folder: Path) -> ImportReport:
    """Read the records of a Data Package (folder, ZIP, datapackage.json) or SQLite file and write a plan folder.

    Raises UsageError where there are none, DataError with file and line where one cannot be read.
    """
    scaffold.refuse_used(folder)
    report = ImportReport(source.name)
    rows = _database_rows(source) if _is_database(source) else _package_rows(source)
    records = _records(rows)
    if not records["plan"]:
        raise one_problem(
            Place(source.name), "no-plan", "there is no record of the kind 'plan'", "export the data again"
        )
    plan = records["plan"][0][1]
    files = PlanFiles(
        plan,
        {kind: [record for _, record in records[kind]] for kind in TEXT_RECORDS},
        {kind: [_cells(place, record) for place, record in records[kind]] for kind in NUMBER_RECORDS},
        maps={kind: records[kind][0][1] for kind in MAP_RECORDS if records[kind] and records[kind][0][1]},
    )
    if records["shapes"]:
        features = [
            {"type": "Feature", "properties": {"id": one.get("area")}, "geometry": one.get("geometry")}
            for _, one in records["shapes"]
        ]
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        files.raw["data/geo/areas.geojson"] = text.encode()
    for kind, found in records.items():
        if found:
            report.add("mapped", found[0][0], f"records of the kind {kind}", f"{len(found)} records", "as they are")
    for what in ("prose of content/", "settings of the site", "comments and order of the files"):
        report.add("left", Place(source.name), what, "", "the records do not hold it; it starts anew")
    write_plan(folder, files, answers_of(plan), report)
    return report


def is_ours(source: Path) -> bool:
    """Whether this is a database, or a package that says it holds the lossless records."""
    if _is_database(source):
        return True
    _, package, _ = read_descriptor(source)
    return "recordsFormat" in package


def _is_database(source: Path) -> bool:
    if not source.is_file():
        return False
    with source.open("rb") as stream:
        return stream.read(16) == b"SQLite format 3\0"


def _database_rows(source: Path) -> Iterator[tuple[Place, list[str]]]:
    """The rows of the table `records`; the file is only read."""
    try:
        with sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro&immutable=1", uri=True) as database:
            query = f"SELECT {', '.join(COLUMNS)} FROM records ORDER BY kind, position"  # noqa: S608 -- fixed names
            rows = database.execute(query).fetchall()
    except sqlite3.Error as error:
        raise one_problem(
            Place(source.name), "bad-database", f"it cannot be read: {error}", "export it again"
        ) from None
    for number, row in enumerate(rows, 1):
        yield Place(source.name, number), ["" if cell is None else str(cell) for cell in row]


def _package_rows(source: Path) -> Iterator[tuple[Place, list[str]]]:
    """The rows of the resource `records` of a package."""
    folder = source.parent if source.name == "datapackage.json" else source
    files = open_source(folder, lambda name: PurePosixPath(name).name in ("datapackage.json", "records.csv"))
    descriptor = min((name for name in files if name.endswith("datapackage.json")), key=len, default=None)
    if descriptor is None:
        raise UsageError(f"'{source}' holds no datapackage.json and is no SQLite file")
    records = files.get(f"{descriptor.removesuffix('datapackage.json')}records.csv")
    _check_descriptor(files[descriptor])
    if records is None:
        hint = "export the data again"
        raise one_problem(Place(descriptor), "no-records", "the package has no records.csv beside it", hint)
    text, _ = text_of(records)
    usual = csv.field_size_limit(_LARGEST_FIELD)  # of the whole process, so it is put back
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        head = next(reader, [])
        if tuple(head) != COLUMNS:
            raise one_problem(
                Place(records.name), "missing-column", f"the columns are {', '.join(head)[:200]}",
                f"wanted: {', '.join(COLUMNS)}",
            )  # fmt: skip
        line = reader.line_num + 1
        for row in reader:
            if len(row) != len(COLUMNS):
                raise one_problem(Place(records.name, line), "bad-csv", f"the row has {len(row)} cells", "4 are wanted")
            yield Place(records.name, line), row
            line = reader.line_num + 1
    except csv.Error as error:
        raise one_problem(Place(records.name, line), "bad-csv", f"the row cannot be read: {error}") from None
    finally:
        csv.field_size_limit(usual)


def _check_descriptor(file: SourceFile) -> None:
    try:
        value = json.loads(text_of(file)[0])
    except (json.JSONDecodeError, RecursionError) as error:
        line, column = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (1, 1)
        raise one_problem(Place(file.name, line, column), "bad-json", f"this is not JSON: {error}") from None
    found = value.get("recordsFormat") if isinstance(value, dict) else None
    if found != FORMAT:
        hint = "it is of another version; export the data again"
        raise one_problem(Place(file.name), "unknown-format", f"recordsFormat is '{found}', not '{FORMAT}'", hint)


def _records(rows: Iterator[tuple[Place, list[str]]]) -> dict[str, list[tuple[Place, dict[str, Any]]]]:
    """Every record by kind in the order of its position."""
    found: dict[str, list[tuple[int, Place, dict[str, Any]]]] = {kind: [] for kind in _KINDS}
    for place, (kind, position, _, text) in rows:
        if kind not in _KINDS:
            raise one_problem(
                place, "unknown-kind", f"'{kind}' is no kind of record", f"use one of: {', '.join(sorted(_KINDS))}"
            )
        try:
            record = json.loads(text)
            order = int(position)
        except (ValueError, RecursionError) as error:
            raise one_problem(
                place, "bad-json", f"the record cannot be read: {error}", "export the data again"
            ) from None
        if not isinstance(record, dict):
            raise one_problem(place, "wrong-type", "a record must be one JSON object", "export the data again")
        found[kind].append((order, place, record))
    return {kind: [one[1:] for one in sorted(rows_, key=lambda one: one[0])] for kind, rows_ in found.items()}


def _cells(place: Place, record: dict[str, Any]) -> dict[str, str]:
    """A record of a table as the cells of its row."""
    for name, value in record.items():
        if not isinstance(value, str):
            raise one_problem(place, "wrong-type", f"{name} of a row must be a text", "export the data again")
    return record


def answers_of(plan: dict[str, Any]) -> scaffold.Answers:
    """What the settings of a new plan folder start from, out of the record of a plan."""
    stated = plan.get("languages")
    codes = [str(code) for code in stated] if isinstance(stated, list) else []
    languages = tuple(code for code in codes if code in scaffold.LANGUAGES) or ("en",)
    title = plan.get("title")
    by_language = title if isinstance(title, dict) else {languages[0]: title}
    texts = [str(text) for text in by_language.values() if text] or ["Plan"]
    titles = {code: str(by_language.get(code) or texts[0]) for code in languages}
    years = plan.get("period") if isinstance(plan.get("period"), dict) else {}
    start, end = (int(str(years.get(name, "2000"))) if years else 2000 for name in ("start", "end"))
    return scaffold.Answers(languages, titles, titles, titles, start, max(start, end))
