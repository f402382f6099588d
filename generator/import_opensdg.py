"""Imports an Open SDG data repository: goals as aspects, targets as tasks, indicators with their numbers."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator import scaffold
from generator.import_opensdg_files import (
    data_fields,
    data_files,
    file_of,
    is_published,
    natural,
    note_broken,
    note_table,
    read_metas,
    read_translations,
    repository_files,
    settings_of,
    translation_files,
)
from generator.import_opensdg_names import is_worldwide, worldwide_name
from generator.import_opensdg_rows import (
    Columns,
    Found,
    Places,
    columns_of,
    decimals_of,
    find_places,
    opening,
    read_rows,
)
from generator.import_opensdg_words import (
    GOALS,
    Meta,
    Translations,
    direction_and_targets,
    indicator_record,
    leave_the_rest,
    sources_of,
    start_values,
    unit_text,
    without_number,
)
from generator.import_report import ImportReport
from generator.import_said import in_each, said
from generator.import_source import SourceTable, read_source_table
from generator.plan_write import FIXED_COLUMNS, Cells, PlanFiles, Slugs, Words, slug, write_plan
from generator.problems import DataError, Place, Problem

START, END = 2015, 2030
"""The years of the 2030 Agenda, which these repositories report on."""
MAX_AREAS = 60
"""Beyond so many areas with a page each, the column stays a breakdown."""
_REPOSITORY = "repository"


@dataclass(frozen=True)
class Options:
    """What the command line may say: `languages` empty means those of the source, `title` and the like by language."""

    languages: tuple[str, ...] = ()
    title: str = ""
    area: str = ""
    issuer: str = ""
    fiscal_month: int = 4
    as_of: str = ""
    skip_broken: bool = False
    translations: Path | None = None


@dataclass
class _Work:
    """What the parts of an import share."""

    report: ImportReport
    translations: Translations
    options: Options
    root: str = "area"
    areas: dict[str, Words] = field(default_factory=dict)
    area_ids: Slugs = field(default_factory=Slugs)
    dimensions: dict[str, Words] = field(default_factory=dict)
    dimension_ids: Slugs = field(default_factory=lambda: Slugs(FIXED_COLUMNS))
    value_ids: dict[str, Slugs] = field(default_factory=dict)
    sources: dict[str, Words] = field(default_factory=dict)
    source_ids: Slugs = field(default_factory=lambda: Slugs({_REPOSITORY}))
    indicators: list[Words] = field(default_factory=list)
    indicator_ids: Slugs = field(default_factory=Slugs)
    observations: dict[str, list[Cells]] = field(default_factory=dict)
    targets: list[Cells] = field(default_factory=list)
    last: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        return self.translations.languages


def import_opensdg(source: Path, folder: Path, options: Options) -> ImportReport:
    """Read an Open SDG data repository and write a plan folder; the report of all that was met.

    Raises UsageError where there is none, DataError with every located fault where a file is broken (with
    `skip_broken` such a file is left behind, and the report says so).
    """
    scaffold.refuse_used(folder)
    files = repository_files(source)
    report = ImportReport(source.name)
    config = settings_of(files, report)
    data = data_files(files, config, report)
    faults: list[Problem] = []

    shared = translation_files(options.translations) if options.translations else {}
    translations = read_translations(
        {**files, **shared}, config, options.languages, options.skip_broken, report, faults
    )
    metas = read_metas(files, translations, report, options.skip_broken, faults)
    tables: dict[str, SourceTable] = {}
    columns: dict[str, Columns] = {}
    places = Places()
    fields = data_fields(config)
    for key, file in data.items():
        try:
            table = read_source_table(file)
            note_table(table, report)
            if table.rows:
                columns[key] = columns_of(table, fields, report)
                find_places(table, columns[key], places)
            tables[key] = table
        except DataError as error:
            note_broken(error, report, options.skip_broken, faults)
    if faults:
        raise DataError(faults)
    work = _Work(report, translations, options)
    _make_areas(work, places, metas, config)
    published = [key for key in sorted({*tables, *metas}, key=natural) if is_published(key, metas.get(key), report)]
    for key in published:
        _indicator(
            work, key, metas.get(key) or Meta(file=file_of(data, key)), tables.get(key), columns.get(key), places
        )
    plan = _plan(work, source, published, metas)
    _note_unresolved(work)
    write_plan(folder, plan, _answers(work, source), report)
    return report


# --- areas ------------------------------------------------------------------------------------------------------


def _make_areas(work: _Work, places: Places, metas: Mapping[str, Meta], config: Mapping[str, Any]) -> None:
    """The whole area, and one below it for each official code, unless there are too many for a page each."""
    coverage = Counter(meta.take("national_geographical_coverage") for meta in metas.values())
    coverage.pop("", None)
    country = config.get("country")
    named = str(country.get("name") or "") if isinstance(country, dict) else ""
    title = work.options.area or named or (coverage.most_common(1)[0][0] if coverage else "")
    words = work.translations.text(title) if title else None
    if words is None:
        words = in_each("area", work.languages)
        work.report.add(
            "changed", Place("config_data.yml"), "area", "not stated", "called the whole area; --area names it"
        )
    work.root = work.area_ids.new(next(iter(words.values())), "area")
    work.areas[""] = {"id": work.root, "title": words, "kind": "country"}
    if len(places.by_code) == 1 and not places.without_code:
        code, name = places.by_code.popitem()
        work.areas[code] = {**work.areas[""], "code": code}
        work.areas[""] = work.areas[code]
        work.report.add("changed", Place("data"), "code of an area", code, f"the only one ({name}): the whole area")
        return
    if len(places.by_code) > MAX_AREAS:
        message = f"{len(places.by_code)} areas are too many for a page each ({MAX_AREAS}); they stay a breakdown"
        work.report.add("changed", Place("data"), "column GeoCode", "", message)
        places.by_code.clear()
        places.columns.clear()
        places.too_many = True
        return
    for code, name in places.by_code.items():
        _area(work, code, name)


def _area(work: _Work, code: str, name: str) -> str:
    """The id of the area of a code, or of a name without one; it is made where it is new."""
    root = work.areas[""]
    if not code and not name:
        return work.root
    if not code:
        if name in root["title"].values():
            return work.root
        known = next((one for one in work.areas.values() if name in one["title"].values()), None)
        if known:
            return str(known["id"])
    mark = code or f"name {name}"
    if mark not in work.areas:
        words = work.translations.text(name or code, "code") or {work.languages[0]: name or code}
        record: Words = {"id": work.area_ids.new(next(iter(words.values())), "area"), "title": words}
        record |= {"kind": "region", "parent": work.root}
        if code:
            record["code"] = code
        work.areas[mark] = record
    return str(work.areas[mark]["id"])


# --- indicators -------------------------------------------------------------------------------------------------


def _indicator(
    work: _Work, key: str, meta: Meta, table: SourceTable | None, columns: Columns | None, places: Places
) -> None:
    """One indicator of the source: a record, one below it for each further series or unit, and its rows."""
    report = work.report
    if not meta.fields and not meta.body:
        report.add("changed", Place(meta.file), "metadata", key, "there are none; the number stands as the title")
    record = indicator_record(key, meta, work.translations, report)
    record["id"] = work.indicator_ids.new(key, "indicator")
    direction, wanted = direction_and_targets(meta, report, END)
    record["direction"] = direction
    if (aspect := _goal_of(key, meta)) is not None:
        record["aspect"] = f"goal-{slug(aspect)}"
    sources = sources_of(meta, work.translations, work.sources, work.source_ids)
    unit = meta.take("computation_units", "UNIT_MEASURE", "unit")
    found = (
        read_rows(table, columns, places, work.options.fiscal_month, report) if table and table.rows and columns else []
    )
    measures = list(dict.fromkeys(one.measure for one in found))
    measures.sort(key=lambda one: (one[:1] + one[2:] != ("", ""), one[1] != ""))  # what says least is the main one
    for place, measure in enumerate(measures or [("", "", "")]):
        rows = [one for one in found if one.measure == measure]
        own = dict(record) if place == 0 else _further(work, record, measure, key)
        own["unit"] = _unit(work, measure, unit, meta, bool(rows))
        if not rows:
            own.pop("unit")
        own["sources"] = sources or [_REPOSITORY]
        _rows(work, own, rows, table, sources, meta)
        work.indicators.append(own)
        series_unit = [
            (series, kind, year, value) for series, kind, year, value in wanted
            if series in ("", measure[0]) and kind in ("", measure[1])
            and (place == 0 or series or (kind and kind != measures[0][1]))  # one that names none is for the first
        ]  # fmt: skip
        _targets(work, own, series_unit if rows or place == 0 else [], meta)
    leave_the_rest(meta, report)


def _further(work: _Work, record: Words, measure: tuple[str, str, str], key: str) -> Words:
    """The record of a further series or unit, which stands below that of the indicator."""
    parts = [part for part in measure if part]
    columns = ("series", "unit", "multiplier")
    texts = [work.translations.text(part, of) or {} for part, of in zip(measure, columns, strict=True) if part]
    title = {}
    for code, start in record["title"].items():
        names = [text.get(code) or next(iter(text.values()), part) for text, part in zip(texts, parts, strict=True)]
        title[code] = said("with", code, title=start, parts=said("comma", code).join(names))
    own = {name: value for name, value in record.items() if name in ("direction", "aspect", "number")}
    identifier = work.indicator_ids.new(f"{key} {' '.join(parts)}", "indicator")
    return {"id": identifier, "title": title, **own, "parent": record["id"]}


def _unit(work: _Work, measure: tuple[str, str, str], stated: str, meta: Meta, has_rows: bool) -> Words:
    """The unit of a measure: from its column, else from the metadata; where none is stated it says so."""
    words = unit_text(measure[1], work.translations, "unit") if measure[1] else None
    words = words or (unit_text(stated, work.translations) if stated else None)
    if words is None:
        title = meta.take("graph_title", "indicator_name")
        if re.search(r"\(%\)|（%）", title):
            words = dict.fromkeys(work.languages, "%")
        else:
            words = in_each("unit", work.languages)
            if has_rows:
                work.report.add("changed", Place(meta.file), "unit", "", "none is stated, which the record says")
    if measure[2]:
        factor = work.translations.text(measure[2], "multiplier") or {work.languages[0]: measure[2]}
        words = {code: f"{factor.get(code, measure[2]).lower()} {text}" for code, text in words.items()}
    return words


def _rows(
    work: _Work, own: Words, rows: Sequence[Found], table: SourceTable | None, sources: Sequence[str], meta: Meta
) -> None:
    """The observations of one record, each key once; its dimensions, its decimals and what its page opens with."""
    names = list(dict.fromkeys(name for one in rows for name in one.dims))
    ids = {name: _dimension(work, name) for name in names}
    source = sources[0] if len(sources) == 1 else _REPOSITORY
    kept: dict[tuple[str, ...], tuple[int, str]] = {}
    cells: list[Cells] = []
    for one in rows:
        area = _area(work, one.code, one.place_name) if one.code in work.areas or not one.code else None
        dims = {ids[name]: _dimension_value(work, name, value) for name, value in one.dims.items()}
        if area is None:  # codes that stay a breakdown
            area = work.root
        key = (area, one.period, *(f"{name}={dims[name]}" for name in sorted(dims)))
        file = table.name if table else ""
        if key in kept:
            line, value = kept[key]
            same = "with the same value" if value == one.value else f"with another value ({value or 'none'})"
            work.report.add(
                "left", Place(file, one.line), "row that stands twice", one.value, f"first on line {line}, {same}"
            )
            continue
        kept[key] = (one.line, one.value)
        note = " ".join(one.note.replace("|", "/").split())
        cells.append(
            {"indicator": own["id"], "area": area, "period": one.period, "value": one.value, "status": one.status}
            | {"source": source, "note": note} | dims
        )  # fmt: skip
        if one.value and "F" not in one.status and re.match(r"\d{4}", one.period):
            work.last = max(work.last, one.period[:4])
    if cells:
        work.observations.setdefault(f"observations/{own['id']}", []).extend(cells)
    if ids:
        own["dimensions"] = list(ids.values())
    if start := opening(rows, start_values(meta)):
        own["start"] = {ids[name]: _dimension_value(work, name, value) for name, value in start.items()}
    if decimals := decimals_of([one.value for one in rows]):
        own["decimals"] = decimals
    if table and rows:
        work.report.add(
            "mapped", Place(table.name), "rows of an indicator", f"{len(cells)} rows as {own['id']}", "observations"
        )


def _dimension(work: _Work, name: str) -> str:
    """The id of the dimension for a column; it is made where it is new."""
    mark = name.casefold()
    if mark not in work.dimensions:
        key = work.dimension_ids.new(name, "breakdown")
        words = work.translations.text(name, name) or {work.languages[0]: name}
        if re.fullmatch(r"[A-Z]+(_[A-Z]+)*", name) and name in words.values():  # a code such as INCOME_WEALTH
            words = {work.languages[0]: name.replace("_", " ").capitalize()}
        work.dimensions[mark] = {"id": key, "title": words, "values": []}
        work.value_ids[mark] = Slugs()
    return str(work.dimensions[mark]["id"])


def _dimension_value(work: _Work, name: str, value: str) -> str:
    mark = name.casefold()
    known = work.dimensions[mark]["values"]
    key = work.value_ids[mark].of(value, "value")
    if len(known) < len(work.value_ids[mark]):
        words = work.translations.text(value, name) or {work.languages[0]: value}
        known.append({"id": key, "title": words})
    return key


def _targets(work: _Work, own: Words, wanted: Sequence[tuple[str, str, str, str]], meta: Meta) -> None:
    kept = set()
    for _, _, year, value in wanted:
        if year in kept:
            work.report.add("left", meta.place("graph_target_lines"), "target", value, f"a second one for {year}")
            continue
        kept.add(year)
        row = {"indicator": own["id"], "area": work.root, "period": year, "value": value, "source": _REPOSITORY}
        if own["direction"] == "none":
            row["operator"] = "="
            work.report.add(
                "changed", meta.place("graph_target_lines"), "target", value, "no direction is stated; read as equal"
            )
        work.targets.append(row | own.get("start", {}))
        if "unit" not in own:
            own["unit"] = _unit(work, ("", "", ""), meta.take("computation_units"), meta, True)


# --- goals, targets and the plan --------------------------------------------------------------------------------


def _goal_of(key: str, meta: Meta | None) -> str | None:
    stated = meta.take("sdg_goal", "goal_number", "goal") if meta else ""
    goal = re.sub(r"^goals?[\s.-]*", "", stated.lower()) or key.split("-", maxsplit=1)[0]
    return goal if re.fullmatch(r"[\w.]{1,20}", goal) else key.split("-", maxsplit=1)[0]


def _target_of(key: str, meta: Meta | None) -> str:
    stated = meta.take("target_id", "target_number") if meta else ""
    return slug(stated.replace(".", "-"), "") if re.fullmatch(r"[\w.-]{1,20}", stated) else "-".join(key.split("-")[:2])


def _plan(work: _Work, source: Path, keys: Sequence[str], metas: Mapping[str, Meta]) -> PlanFiles:
    goals = list(dict.fromkeys(goal for key in keys if (goal := _goal_of(key, metas.get(key)))))
    aspects = [
        {"id": f"goal-{slug(goal)}", "number": goal, "title": _goal_title(work, goal, keys, metas)}
        | {"sources": [_REPOSITORY]}
        for goal in sorted(goals, key=lambda one: natural(one.lower()))
    ]
    year = work.last or str(START)
    as_of = work.options.as_of or f"{year}-12-31"
    datetime.date.fromisoformat(as_of)
    if not work.options.as_of:
        work.report.add(
            "changed",
            Place("data"),
            "date of the data",
            "not stated",
            f"{as_of}, the end of the last year that has a value",
        )
    title = _title(work)
    plan: Words = {
        "id": slug(next(iter(title.values())), "plan"),
        "title": title,
        "issuer": "issuer",
        "area": work.root,
        "period": {"start": START, "end": END, "baseline": START},
        "languages": list(work.languages),
        "as_of": as_of,
        "sources": [_REPOSITORY],
    }
    work.report.add("changed", Place("data"), "period", "not stated", f"{START} to {END}, the years of the 2030 Agenda")
    issuer = in_each("issuer", work.languages)
    if work.options.issuer:
        issuer = {work.languages[0]: work.options.issuer}
    else:
        work.report.add("changed", Place("data"), "issuer", "not stated", "the record says so; --issuer names it")
    work.report.add("left", Place("data"), "licence", "", "the source's data files state none; add licence to plan.yml")
    sources: list[Words] = [
        {"id": _REPOSITORY, "title": in_each("repository", work.languages, name=source.stem)},
    ]
    lists = {
        "organisations": [{"id": "issuer", "title": issuer, "kind": "government", "area": work.root}],
        "areas": list({one["id"]: one for one in work.areas.values()}.values()),
        "aspects": aspects,
        "tasks": list(_tasks(work, keys, metas)),
        "indicators": work.indicators,
        "dimensions": list(work.dimensions.values()),
        "sources": sources + list(work.sources.values()),
    }
    return PlanFiles(plan, lists, {**work.observations, "targets": work.targets})


def _title(work: _Work) -> Words:
    title = work.translations.text(work.options.title) if work.options.title else None
    return title or in_each("goals", work.languages)


def _goal_title(work: _Work, goal: str, keys: Sequence[str], metas: Mapping[str, Meta]) -> Words:
    for name in (f"global_goals.{goal}-short", f"global_goals.{goal}-title", f"national_goals.{goal}-title"):
        found = {code: text for code in work.languages if (text := work.translations.find(name, code))}
        if found:
            return found
    if goal.isdigit() and 1 <= int(goal) <= 17:
        return {code: GOALS.get(code, GOALS["en"])[int(goal)] for code in work.languages}
    for key in keys:
        meta = metas.get(key)
        if meta and _goal_of(key, meta) == goal and (stated := meta.take("goal_name")):
            words = work.translations.text(stated)
            if words:
                return words
    return in_each("goal", work.languages, number=goal)


def _tasks(work: _Work, keys: Sequence[str], metas: Mapping[str, Meta]) -> Iterator[Words]:
    """A task for each target of the goals, with the indicators that show it; those further down stand with theirs."""
    below: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        goal = _goal_of(key, metas.get(key)) or ""
        below.setdefault((_target_of(key, metas.get(key)), goal), []).append(key)
    taken = Slugs()
    records = {record["id"]: record for record in work.indicators}
    for (target, goal), members in sorted(
        below.items(), key=lambda pair: (natural(pair[0][1].lower()), natural(pair[0][0]))
    ):
        number = target.replace("-", ".")
        title = next((words for key in members if (words := _target_title(work, target, metas.get(key)))), None)
        refers = title is None and any(_refers(metas.get(key), key, target) for key in members)
        if refers and (title := worldwide_name("targets", target, work.languages)):
            told = "the source names it by its place alone; our short name stands"
            work.report.add("changed", Place(f"meta/{members[0]}"), "title of a target", number, told)
        if title is None:
            title = in_each("target", work.languages, number=number)
            work.report.add(
                "changed", Place(f"meta/{members[0]}"), "title of a target", number, "none found; its number stands"
            )
        yield {
            "id": taken.new(target, "target"),
            "number": number,
            "title": title,
            "aspect": f"goal-{slug(goal)}",
            "indicators": [slug(key) for key in members if slug(key) in records],
            "sources": [_REPOSITORY],
        }


def _refers(meta: Meta | None, key: str, target: str) -> bool:
    """Whether an indicator is of the global framework, by its own name or that of its target."""
    fields = meta.fields if meta else {}
    return is_worldwide(fields, "targets", target) or is_worldwide(fields, "indicators", key)


def _target_title(work: _Work, target: str, meta: Meta | None) -> Words | None:
    for name in (f"global_targets.{target}-title", f"national_targets.{target}-title"):
        found = {code: text for code in work.languages if (text := work.translations.find(name, code))}
        if found:
            return found
    for field_name in ("target_name", "target", "SDG_TARGET", "SDG_TARGET__GLOBAL") if meta else ():
        stated = meta.take(field_name) if meta else ""
        if stated and (words := work.translations.text(stated)):
            return {code: without_number(text, target.replace("-", ".")) for code, text in words.items()}
    return None


def _note_unresolved(work: _Work) -> None:
    for key in sorted(work.translations.unresolved):
        message = "no file of translations has it; --translations names further ones"
        work.report.add("left", Place("translations"), "translation key", key, message)


def _answers(work: _Work, source: Path) -> scaffold.Answers:
    """What the settings, the guide and the pages of prose of the new plan start from."""

    def full(texts: Words) -> dict[str, str]:
        return {code: texts.get(code) or next(iter(texts.values())) for code in work.languages}

    issuer = {code: work.options.issuer or said("issuer", code) for code in work.languages}
    return scaffold.Answers(work.languages, full(_title(work)), full(work.areas[""]["title"]), issuer, START, END)
