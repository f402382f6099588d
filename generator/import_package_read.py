"""Reads a Data Package that nobody vouches for: its descriptor, the tables it names, and what each column may be."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from generator.import_report import ImportReport
from generator.import_source import SourceFile, SourceTable, one_problem, open_source, read_source_table, text_of
from generator.problems import Place, UsageError

NAMES: Mapping[str, tuple[str, ...]] = {
    "period": (
        "period", "year", "date", "time", "timeperiod", "refdate", "month", "quarter", "day", "yearmonth", "years",
        "jahr", "annee", "年份", "年", "年度", "时间", "日期", "时期",
    ),
    "value": ("value", "obsvalue", "amount", "val", "wert", "valeur", "valor", "数值", "值", "指标值"),
    "indicator": (
        "indicator", "series", "variable", "measure", "metric", "kpi", "indicateur", "指标", "指标名称", "项目",
    ),
    "area": (
        "area", "region", "country", "city", "province", "geo", "geography", "refarea", "location", "state", "district",
        "county", "municipality", "territory", "地区", "区域", "省份", "省", "城市", "市", "国家",
    ),
    "unit": ("unit", "units", "unitmeasure", "unite", "单位", "计量单位"),
    "status": ("obsstatus", "status", "flag"),
    "note": ("note", "notes", "comment", "comments", "footnote", "footnotes", "remark", "备注", "说明"),
}  # fmt: skip
"""What a column can be, and the names that say so, without signs; `country_code` and `country_name` are a country."""
_ENDINGS = ("name", "title", "label", "code", "id", "iso", "iso3")
_LABELS = ("name", "title", "label", "名称")
_NUMERIC = ("number", "integer")
_PLACE = re.compile(r"(?i)^(lat|lon|lng|latitude|longitude|x|y)$")


@dataclass(frozen=True)
class Column:
    """A column: its place, what it is (one of NAMES, `label:` of one, `number`, `dimension`), and its field."""

    index: int
    name: str
    role: str
    field: Mapping[str, Any]


@dataclass
class Resource:
    """A table of the package with its descriptor; `labels` give names for the codes of a column, by column name."""

    name: str
    title: str
    descriptor: Mapping[str, Any]
    table: SourceTable
    columns: list[Column] = field(default_factory=list)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, role: str) -> Column | None:
        """The first column that is this."""
        return next((one for one in self.columns if one.role == role), None)


def read_descriptor(source: Path) -> tuple[SourceFile, dict[str, Any], Path]:
    """The descriptor of a package (folder, ZIP or `datapackage.json`), and what to open for the files beside it.

    Raises UsageError where there is none, DataError where it is no JSON object with resources.
    """
    folder = source.parent if source.name == "datapackage.json" else source
    files = open_source(folder, lambda name: PurePosixPath(name).name == "datapackage.json")
    if not files:
        raise UsageError(f"'{source}' holds no datapackage.json and is no SQLite file")
    file = files[min(files, key=lambda name: (name.count("/"), name))]
    try:
        value = json.loads(text_of(file)[0])
    except (json.JSONDecodeError, RecursionError) as error:
        line, column = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (1, 1)
        raise one_problem(Place(file.name, line, column), "bad-json", f"this is not JSON: {error}") from None
    if not isinstance(value, dict) or not isinstance(value.get("resources"), list) or not value["resources"]:
        hint = "a Data Package names its tables under resources"
        raise one_problem(Place(file.name), "no-resources", "the descriptor names no resources", hint)
    return file, value, folder


def read_resources(
    descriptor: SourceFile, package: Mapping[str, Any], folder: Path, report: ImportReport
) -> list[Resource]:
    """The tables that the package names and holds, with what each column is; others are noted as left behind.

    Raises DataError where a file that is named is not there or cannot be read.
    """
    base = descriptor.name.removesuffix("datapackage.json")
    paths = {base + path for one in package["resources"] if isinstance(one, dict) for path in _paths(one)}
    files = open_source(folder, lambda name: name in paths)
    found = []
    for number, one in enumerate(package["resources"], 1):
        name = str(one.get("name") or f"resource {number}") if isinstance(one, dict) else ""
        if not isinstance(one, dict):
            report.add("left", Place(descriptor.name), "resource", str(number), "it is no map")
            continue
        table = _table(one, base, files, Place(descriptor.name), name, report)
        if table is None:
            continue
        found.append(Resource(name, str(one.get("title") or name), one, _fitted(table, one)))
    _name_columns(found, report)
    _label(found, report)
    return found


def _paths(resource: Mapping[str, Any]) -> list[str]:
    path = resource.get("path")
    paths = path if isinstance(path, list) else [path]
    return [one for one in paths if isinstance(one, str) and not re.match(r"(?i)[a-z]+://", one)]


def _table(
    resource: Mapping[str, Any], base: str, files: Mapping[str, SourceFile], place: Place, name: str,
    report: ImportReport,
) -> SourceTable | None:  # fmt: skip
    """The table of a resource from its files or its inline rows; None where there is none to read."""
    if isinstance(resource.get("data"), list):
        return _inline(resource["data"], f"{place.file}#{name}")
    paths = _paths(resource)
    if not paths:
        report.add("left", place, "resource", name, "its data are not in the package but at an address")
        return None
    if not all(re.search(r"(?i)\.(csv|tsv|txt)$", path) for path in paths):
        report.add("left", place, "resource", name, f"{', '.join(paths)} is no table as text")
        return None
    tables = []
    for path in paths:
        if base + path not in files:
            raise one_problem(place, "no-file", f"the resource '{name}' names {path}, which is not there", "add it")
        tables.append(read_source_table(_as_utf8(files[base + path], resource)))
    first = tables[0]
    rows = tuple(row for table in tables for row in table.rows if table.columns == first.columns)
    for table in tables[1:]:
        if table.columns != first.columns:
            report.add("left", Place(table.name), "part of a resource", name, "its headings differ from the first's")
    return replace(first, rows=rows)


def _as_utf8(file: SourceFile, resource: Mapping[str, Any]) -> SourceFile:
    """A file in the encoding and with the delimiter that the descriptor names, as UTF-8 with commas or as it is."""
    encoding = str(resource.get("encoding") or "utf-8").lower()
    content = file.content
    if encoding.replace("-", "") not in ("utf8", "utf8sig", "ascii"):
        try:
            content = content.decode(encoding).encode()
        except (LookupError, UnicodeDecodeError) as error:
            raise one_problem(
                Place(file.name), "bad-encoding", f"it is no {encoding}: {error}", "save as UTF-8"
            ) from None
    return SourceFile(file.name, content)


def _inline(rows: Sequence[Any], name: str) -> SourceTable | None:
    """Rows that stand in the descriptor itself, as maps or as lists with the headings first."""
    if rows and all(isinstance(row, dict) for row in rows):
        columns = list(dict.fromkeys(str(key) for row in rows for key in row))
        lists = [columns, *([row.get(key) for key in columns] for row in rows)]
    elif rows and all(isinstance(row, list) for row in rows):
        lists = list(rows)
    else:
        return None
    cells = [tuple("" if cell is None else str(cell).strip() for cell in row) for row in lists]
    width = len(cells[0])
    fitted = tuple((number, (*row, *[""] * width)[:width]) for number, row in enumerate(cells[1:], 1))
    return SourceTable(name, cells[0], fitted)


def _fitted(table: SourceTable, resource: Mapping[str, Any]) -> SourceTable:
    """A table whose cells that stand for nothing (`missingValues`) are empty."""
    schema = resource.get("schema")
    stated = schema.get("missingValues") if isinstance(schema, dict) else None
    if not isinstance(stated, list):
        return table
    missing = {str(one.get("value") if isinstance(one, dict) else one) for one in stated}
    rows = tuple((line, tuple("" if cell in missing else cell for cell in cells)) for line, cells in table.rows)
    return replace(table, rows=rows)


# --- what each column is ------------------------------------------------------------------------------------------


def plain(name: str) -> str:
    """A name without signs and case: `REF_AREA` and `Ref area` are the same."""
    return re.sub(r"[\W_]+", "", name.casefold())


def role_of(name: str, kind: str) -> str:
    """What the name and the type of a column say that it is."""
    bare = plain(name)
    for role, names in NAMES.items():
        if bare in names:
            return role
        for ending in _ENDINGS:
            if bare.endswith(ending) and bare.removesuffix(ending) in names and role in ("indicator", "area", "unit"):
                return f"label:{role}" if ending in _LABELS else role
    if kind in ("year", "yearmonth", "date", "datetime"):
        return "period"
    return "number" if kind in _NUMERIC and not _PLACE.match(name) else "dimension"


def _name_columns(resources: Sequence[Resource], report: ImportReport) -> None:
    for one in resources:
        schema = one.descriptor.get("schema")
        listed = schema.get("fields") if isinstance(schema, dict) else None
        fields = {str(item.get("name")): item for item in listed or [] if isinstance(item, dict)}
        keys = _keys(schema.get("primaryKey") if isinstance(schema, dict) else None)
        taken: set[str] = set()
        for index, name in enumerate(one.table.columns):
            described = fields.get(name, {})
            kind = str(described.get("type") or _type(one.table, index))
            role = role_of(name, kind)
            if role == "number" and (name in keys or re.search(r"(?i)(^|[_ -])(id|code|rank)$", name)):
                role = "dimension"
            if role == "number" and plain(name).endswith(("date", "year", "month", "年", "日期")):
                role = "period"  # a further way to write the period
            if role in taken and role == "period":
                role = "other"
            if role in taken and role not in ("number", "dimension", "other"):
                role = "dimension" if kind not in _NUMERIC else "number"
            taken.add(role)
            one.columns.append(Column(index, name, role, described))
        if one.of("indicator") is None and (label := one.of("label:indicator")):
            one.columns[one.columns.index(label)] = replace(label, role="indicator")
        if one.of("area") is None and (label := one.of("label:area")):
            one.columns[one.columns.index(label)] = replace(label, role="area")
    for one in resources:
        for column in one.columns:
            report.add(
                "mapped", Place(one.table.name), f"column {column.name}", "", column.role.replace("label:", "name of ")
            )


def _keys(stated: Any) -> tuple[str, ...]:
    """The only column of a key that is of one column; several columns together say nothing of each."""
    keys = [stated] if isinstance(stated, str) else stated if isinstance(stated, list) else []
    return tuple(str(one) for one in keys) if len(keys) == 1 else ()


def _type(table: SourceTable, index: int) -> str:
    """`number` where every cell that holds something is one."""
    cells = [row[index] for _, row in table.rows if row[index]]
    return (
        "number"
        if cells and all(re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", cell) for cell in cells)
        else "string"
    )


def _label(resources: Sequence[Resource], report: ImportReport) -> None:
    """Names for codes: from a column beside them, and from the table that a foreign key leads to."""
    by_name = {one.name: one for one in resources}
    for one in resources:
        for role in ("indicator", "area", "unit"):
            code, label = one.of(role), one.of(f"label:{role}")
            if code and label:
                one.labels[code.name] = {
                    row[code.index]: row[label.index] for _, row in one.table.rows if row[label.index]
                }
        schema = one.descriptor.get("schema")
        stated = schema.get("foreignKeys") if isinstance(schema, dict) else None
        for key in stated if isinstance(stated, list) else []:
            reference = key.get("reference") if isinstance(key, dict) else None
            if not isinstance(reference, dict):
                continue
            columns, others = _keys(key.get("fields")), _keys(reference.get("fields"))
            other = by_name.get(str(reference.get("resource") or one.name))
            if columns and others and other is not None and (found := _names(other, others[0])):
                one.labels[columns[0]] = found
                one.labels[f"unit of {columns[0]}"] = _names(other, others[0], NAMES["unit"])
                report.add(
                    "mapped", Place(other.table.name), "table of names", "", f"names for {columns[0]} of {one.name}"
                )


def _names(resource: Resource, key: str, endings: tuple[str, ...] = _LABELS) -> dict[str, str]:
    """The names of a table of codes by code, or what else a column of it says."""
    columns = list(resource.table.columns)
    label = next((name for name in columns if name != key and plain(name).endswith(endings)), None)
    if key not in columns or label is None:
        return {}
    at, to = columns.index(key), columns.index(label)
    return {row[at]: row[to] for _, row in resource.table.rows if row[to]}
