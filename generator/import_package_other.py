"""Imports a Data Package of others: tables with periods and numbers become indicators with their observations."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator import scaffold
from generator.import_opensdg_rows import Found, decimals_of, opening, read_status, read_value, read_year
from generator.import_package_read import Column, Resource, read_descriptor, read_resources
from generator.import_report import ImportReport
from generator.import_said import said
from generator.import_source import one_problem
from generator.model import MISSING_STATUSES
from generator.period import parse_period
from generator.plan_write import FIXED_COLUMNS, Cells, PlanFiles, Slugs, Words, plain_text, slug, write_plan
from generator.problems import Place

MAX_AREAS = 60
"""Beyond so many areas with a page each, the column stays a breakdown."""
MAX_VALUES = 100
"""A column with more values than these, and one in nearly every row, is a text and no breakdown."""
_PACKAGE = "package"
_TOTALS = {"", "_T", "total", "Total", "TOTAL", "all", "All", "合计", "总计"}


@dataclass(frozen=True)
class Options:
    """What the command line may say; empty means: as the package has it."""

    language: str = ""
    area: str = ""


@dataclass
class _Work:
    """What the parts of an import share."""

    report: ImportReport
    language: str
    root: str = "area"
    areas: dict[str, Words] = field(default_factory=dict)
    area_ids: Slugs = field(default_factory=lambda: Slugs({"area"}))
    as_dimension: set[str] = field(default_factory=set)
    aspects: list[Words] = field(default_factory=list)
    aspect_ids: Slugs = field(default_factory=Slugs)
    indicators: dict[str, Words] = field(default_factory=dict)
    indicator_ids: Slugs = field(default_factory=Slugs)
    dimensions: dict[str, Words] = field(default_factory=dict)
    dimension_ids: Slugs = field(default_factory=lambda: Slugs(FIXED_COLUMNS))
    value_ids: dict[str, Slugs] = field(default_factory=dict)
    observations: dict[str, list[Cells]] = field(default_factory=dict)
    years: set[int] = field(default_factory=set)


def import_other_package(source: Path, folder: Path, options: Options) -> ImportReport:
    """Read a Data Package with tables of periods and numbers, and write a plan folder; the report of every column.

    Raises UsageError where there is none, DataError where a file cannot be read or no table has periods and numbers.
    """
    scaffold.refuse_used(folder)
    report = ImportReport(source.name)
    descriptor, package, place = read_descriptor(source)
    resources = read_resources(descriptor, package, place, report)
    texts = " ".join(str(package.get(name) or "") for name in ("title", "description"))
    texts += " ".join(one.title + "".join(one.table.columns) for one in resources)
    language = options.language or ("zh" if re.search(r"[\u4e00-\u9fff]", texts) else "en")
    work = _Work(report, language)
    work.areas[""] = {"id": "area", "title": options.area or said("area", language), "kind": "region"}
    if not options.area:
        report.add("changed", Place(descriptor.name), "area", "not stated", "called the whole area; --area names it")
    _count_areas(work, resources)
    for one in resources:
        _resource(work, one)
    if not work.observations:
        hint = "a column of years or dates, and one of numbers; for a table of actions use: import table"
        raise one_problem(Place(descriptor.name), "no-numbers", "no table has periods and numbers", hint)
    plan = _plan(work, package, descriptor.name)
    lists = {
        "organisations": [plan.pop("_issuer")], "areas": list(work.areas.values()), "aspects": work.aspects,
        "indicators": list(work.indicators.values()), "dimensions": list(work.dimensions.values()),
        "sources": plan.pop("_sources"),
    }  # fmt: skip
    names = {language: plan["title"]}
    years = plan["period"]
    answers = scaffold.Answers(
        (language,), names, {language: work.areas[""]["title"]}, names, years["start"], years["end"]
    )
    write_plan(folder, PlanFiles(plan, lists, dict(work.observations)), answers, report)
    return report


# --- tables -----------------------------------------------------------------------------------------------------


def _count_areas(work: _Work, resources: list[Resource]) -> None:
    """Where the tables name more areas than pages are good for, their columns stay breakdowns."""
    names = {
        row[column.index]
        for one in resources
        if (column := one.of("area")) and one.of("period")
        for _, row in one.table.rows
    } - {""}
    if len(names) > MAX_AREAS:
        work.as_dimension.add("area")
        message = f"{len(names)} areas are too many for a page each ({MAX_AREAS}); they stay a breakdown"
        work.report.add("changed", Place("resources"), "areas", "", message)


def _resource(work: _Work, one: Resource) -> None:
    """A table as indicators: of its column of indicators, of itself, or of each of its columns of numbers."""
    period, value = one.of("period"), one.of("value")
    numbers = [column for column in one.columns if column.role == "number"]
    place = Place(one.table.name)
    if period is None or not (value or numbers):
        missing = "periods" if period is None else "numbers"
        work.report.add("left", place, "table", one.title, f"it has no column of {missing}")
        return
    measures = [value] if value else numbers
    aspect: Words = {"id": work.aspect_ids.new(one.name, "table"), "title": plain_text(one.title) or one.name}
    aspect |= {"number": str(len(work.aspects) + 1), "sources": [_PACKAGE]}
    if text := plain_text(str(one.descriptor.get("description") or "")):
        aspect["summary"] = text
    work.aspects.append(aspect)
    dims = _breakdowns(work, one, [] if value else numbers)
    for measure in measures:
        rows = _rows(work, one, period, measure, dims)
        for name in dict.fromkeys(row.measure for row in rows):
            _indicator(work, one, measure, name, [row for row in rows if row.measure == name], str(aspect["id"]))


def _breakdowns(work: _Work, one: Resource, numbers: list[Column]) -> list[Column]:
    """The columns that break numbers down; texts with a value of their own in nearly every row are left."""
    found = []
    for column in one.columns:
        if column.role == "other":
            message = "another way to write the period"
            work.report.add("left", Place(one.table.name), f"column {column.name}", "", message)
        is_area = column.role == "area" and "area" in work.as_dimension
        if column.role not in ("dimension", *(() if numbers else ("number",))) and not is_area:
            continue
        values = {row[column.index] for _, row in one.table.rows} - {""}
        if column.role == "number" or (len(values) > MAX_VALUES and len(values) > len(one.table.rows) / 2):
            why = "numbers beside the values" if column.role == "number" else f"{len(values)} different texts"
            work.report.add("left", Place(one.table.name), f"column {column.name}", "", f"{why}: no breakdown")
        elif values:
            found.append(column)
    return found


def _rows(work: _Work, one: Resource, period: Column, measure: Column, dims: list[Column]) -> list[Found]:
    """The rows of a table as observations of one column of numbers."""
    found = []
    area, unit, kind = one.of("area"), one.of("unit"), one.of("indicator")
    status, note = one.of("status"), one.of("note")

    def cell(row: tuple[str, ...], column: Column | None) -> str:
        return row[column.index] if column else ""

    for line, row in one.table.rows:
        place = Place(one.table.name, line)
        when = _period(cell(row, period), period)
        if when is None:
            work.report.add("left", place, "row without a period that can be read", cell(row, period), "write 2020")
            continue
        value, remark = read_value(_number(cell(row, measure), measure), place, work.report)
        code = read_status(cell(row, status), place, work.report) if status else ""
        code = ("" if code in MISSING_STATUSES else code) if value else code if code in MISSING_STATUSES else "O"
        named = {column.name: row[column.index] for column in dims if row[column.index] not in _TOTALS}
        notes = "; ".join(filter(None, (remark, cell(row, note))))
        series = one.labels.get(kind.name, {}).get(cell(row, kind), "") if kind else ""
        of_kind = one.labels.get(f"unit of {kind.name}", {}).get(cell(row, kind), "") if kind else ""
        names = (cell(row, kind), cell(row, unit) or of_kind, series)
        where = "" if "area" in work.as_dimension else cell(row, area)
        label = one.labels.get(area.name, {}).get(where, where) if area else ""
        found.append(Found(line, when, value, code, notes, names, named, where, label))
        year = parse_period(when)
        work.years |= {year.start.year, year.last_day.year}
    return found


def _period(text: str, column: Column) -> str | None:
    """A period from a cell, by the pattern that the field names or as offices write it."""
    pattern = str(column.field.get("format") or "")
    if "%" in pattern:
        try:
            return datetime.datetime.strptime(text, pattern).date().isoformat()
        except ValueError:
            return None
    return read_year(re.sub(r"[T ]\d{2}:\d{2}.*$", "", text), True, 1)


def _number(text: str, column: Column) -> str:
    """A number without the signs that the field names (`groupChar`, `decimalChar`)."""
    group, decimal = (str(column.field.get(name) or "") for name in ("groupChar", "decimalChar"))
    plain = text.replace(group, "") if group else text
    return plain.replace(decimal, ".") if decimal else plain


def _indicator(
    work: _Work, one: Resource, measure: Column, name: tuple[str, str, str], rows: list[Found], aspect: str
) -> None:
    """One indicator of a table with its rows, each key once."""
    code, unit, label = name
    title = label or code
    if not title:
        described = plain_text(str(measure.field.get("title") or ""))
        title = one.title if measure.role == "value" else described or measure.name
    record: Words = {"id": work.indicator_ids.new(f"{one.name} {code or measure.name}", "indicator")}
    record |= {"title": plain_text(title) or one.name, "direction": "none", "aspect": aspect, "sources": [_PACKAGE]}
    if text := plain_text(str(measure.field.get("description") or "")):
        record["definition"] = text
    unit = one.labels.get("unit", {}).get(unit, unit) or str(measure.field.get("unit") or "")
    record["unit"] = plain_text(unit) or said("unit", work.language)
    if not unit:
        work.report.add("changed", Place(one.table.name), "unit", record["title"], "none is stated; the record says so")
    cells: list[Cells] = []
    kept: dict[tuple[str, ...], int] = {}
    ids = {column: _dimension(work, one, column) for row in rows for column in row.dims}
    for row in rows:
        dims = {ids[column]: _value(work, one, column, value) for column, value in row.dims.items()}
        area = _area(work, row)
        key = (area, row.period, *(f"{column}={value}" for column, value in sorted(dims.items())))
        if key in kept:
            message = f"the same indicator, area and period as on line {kept[key]}"
            work.report.add("left", Place(one.table.name, row.line), "row that stands twice", row.value, message)
            continue
        kept[key] = row.line
        note = " ".join(plain_text(row.note).replace("|", "/").split())
        cells.append(
            {"indicator": str(record["id"]), "area": area, "period": row.period, "value": row.value}
            | {"status": row.status, "source": _PACKAGE, "note": note} | dims
        )  # fmt: skip
    if ids:
        record["dimensions"] = list(dict.fromkeys(ids.values()))
    if start := opening(rows, {}):
        record["start"] = {ids[column]: _value(work, one, column, value) for column, value in start.items()}
    if decimals := decimals_of([row.value for row in rows]):
        record["decimals"] = decimals
    work.indicators[str(record["id"])] = record
    work.observations[f"observations/{record['id']}"] = cells
    work.report.add("mapped", Place(one.table.name), "rows of an indicator", f"{len(cells)} rows", str(record["id"]))


def _area(work: _Work, row: Found) -> str:
    if not row.code or row.place_name == work.areas[""]["title"]:
        return work.root
    if row.code not in work.areas:
        key = work.area_ids.new(row.place_name, "area")
        record: Words = {"id": key, "title": row.place_name, "kind": "region", "parent": work.root}
        record["part_of_total"] = False  # nothing says that the areas add up to the whole
        if row.code != row.place_name:
            record["code"] = row.code
        work.areas[row.code] = record
    return str(work.areas[row.code]["id"])


def _dimension(work: _Work, one: Resource, name: str) -> str:
    """The id of the breakdown of a column; it is made where it is new."""
    if name not in work.dimensions:
        stated = next((column.field.get("title") for column in one.columns if column.name == name), None)
        title = plain_text(str(stated or name)) or name
        key = work.dimension_ids.new(name, "breakdown")
        work.dimensions[name] = {"id": key, "title": title, "values": []}
        work.value_ids[name] = Slugs()
    return str(work.dimensions[name]["id"])


def _value(work: _Work, one: Resource, name: str, value: str) -> str:
    ids, values = work.value_ids[name], work.dimensions[name]["values"]
    key = ids.of(value, "value")
    if len(values) < len(ids):
        values.append({"id": key, "title": plain_text(one.labels.get(name, {}).get(value, value)) or value})
    return key


# --- the plan ---------------------------------------------------------------------------------------------------


def _plan(work: _Work, package: Mapping[str, Any], file: str) -> Words:
    """The record of the plan from the descriptor; what it does not say is said to be missing."""
    place, report = Place(file), work.report
    title = plain_text(str(package.get("title") or package.get("name") or "")) or said("plan", work.language)
    plan: Words = {"id": slug(str(package.get("name") or title), "plan"), "title": title, "issuer": "issuer"}
    plan |= {"area": work.root, "period": {"start": min(work.years), "end": max(work.years)}}
    plan["languages"] = [work.language]
    if text := plain_text(str(package.get("description") or "")):
        plan["summary"] = text
    created = re.match(r"\d{4}-\d{2}-\d{2}", str(package.get("created") or package.get("version") or ""))
    plan["as_of"] = created[0] if created and _is_day(created[0]) else f"{max(work.years)}-12-31"
    report.add("mapped" if created else "changed", place, "date of the data", "", plan["as_of"])
    issuer = _publisher(package)
    if not issuer:
        report.add("changed", place, "issuer", "not stated", "the record says so")
    plan["_issuer"] = {"id": "issuer", "title": issuer or said("issuer", work.language), "kind": "other"}
    for one in _maps(package.get("licenses")):
        name, address = str(one.get("title") or one.get("name") or ""), str(one.get("path") or "")
        if name and "licence" not in plan:
            plan["licence"] = {"title": plain_text(name)} | ({"url": address} if _is_address(address) else {})
            report.add("mapped", place, "licence", name, "licence of the plan")
    main: Words = {"id": _PACKAGE, "title": said("repository", work.language, name=title)}
    if _is_address(str(package.get("homepage") or "")):
        main["url"] = package["homepage"]
    plan["_sources"] = [main]
    ids = Slugs({_PACKAGE})
    for one in _maps(package.get("sources")):
        if name := plain_text(str(one.get("title") or one.get("path") or "")):
            address = str(one.get("path") or "")
            source = {"id": ids.new(name, "source"), "title": name} | ({"url": address} if _is_address(address) else {})
            plan["_sources"].append(source)
            report.add("mapped", place, "source", name, "source of the plan")
    plan["sources"] = [one["id"] for one in plan["_sources"]]
    used = {"title", "name", "description", "created", "version", "licenses", "sources", "resources", "homepage"}
    for name in sorted(set(package) - used - {"contributors", "profile", "$schema"}):
        report.add("left", place, f"field {name}", "", "the plan has no field for it")
    return plan


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _publisher(package: Mapping[str, Any]) -> str:
    """Who publishes: a contributor with that role, else an organisation that a contributor belongs to; no persons."""
    people = _maps(package.get("contributors"))
    for one in people:
        roles = one.get("roles") if isinstance(one.get("roles"), list) else [one.get("role")]
        if "publisher" in (roles or []):
            return plain_text(str(one.get("title") or one.get("organization") or ""))
    return next((text for one in people if (text := plain_text(str(one.get("organization") or "")))), "")


def _is_address(text: str) -> bool:
    return bool(re.fullmatch(r"https?://[^\s<>\"'`{}|\\^]+", text))


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True
