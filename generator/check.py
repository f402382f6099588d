"""Judges the records of a plan: what each must hold, and how they fit together. It never prints and never raises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic import BaseModel

from generator import model as m
from generator.config import Config
from generator.load import Records, load_records
from generator.parse import parse_record
from generator.plan import Dims, Plan
from generator.problems import DataError, Place, Problem, errors_in, sorted_problems, suggestion
from generator.textfiles import Record

REFERENCES: Mapping[type[BaseModel], Mapping[str, str]] = {
    m.Identity: {"issuer": "organisations", "area": "areas", "sources": "sources"},
    m.Aspect: {"parent": "aspects", "sources": "sources"},
    m.Task: {
        "aspect": "aspects",
        "parent": "tasks",
        "lead": "organisations",
        "supporting": "organisations",
        "areas": "areas",
        "indicators": "indicators",
        "depends_on": "tasks",
        "safeguards": "safeguards",
        "sources": "sources",
    },
    m.Measure: {"lead": "organisations", "sources": "sources"},
    m.Safeguard: {
        "lead": "organisations",
        "supporting": "organisations",
        "indicators": "indicators",
        "sources": "sources",
    },
    m.Organisation: {"parent": "organisations", "area": "areas"},
    m.Area: {"parent": "areas"},
    m.Indicator: {
        "aspect": "aspects",
        "dimensions": "dimensions",
        "parent": "indicators",
        "lead": "organisations",
        "sources": "sources",
    },
    m.IndexIndicator: {"id": "indicators"},
    m.IndicatorRule: {"id": "indicators"},
    m.Fact: {"source": "sources"},
    m.Document: {"source": "sources"},
    m.Event: {"source": "sources"},
    m.Observation: {"indicator": "indicators", "area": "areas", "source": "sources"},
    m.Target: {"indicator": "indicators", "area": "areas", "source": "sources"},
    m.Report: {"area": "areas", "source": "sources", "by": "organisations"},
}
"""Which field of which record names a record of which list."""


class Entry(NamedTuple):
    """A record that was understood, beside what the file said."""

    model: Any
    record: Record

    def problem(
        self, code: str, message: str, hint: str = "", at: tuple[str | int, ...] = (), warning: bool = False
    ) -> Problem:
        return Problem(self.record.place(*at), code, message, hint, "warning" if warning else "error")


@dataclass
class Draft:
    """The records that were understood one by one, not yet known to fit together."""

    plan: Entry
    languages: tuple[str, ...]
    entries: dict[str, list[Entry]]
    features: list[tuple[dict[str, Any], Place]]
    unread: set[str] = field(default_factory=set)
    """Lists of which a part could not be read."""
    ids: dict[str, dict[str, Entry]] = field(default_factory=dict)
    """The first record of each id, in file order."""
    faulty_ids: dict[str, set[str]] = field(default_factory=dict)
    """Ids of records that are there but were not understood: what names them is not wrong as well."""

    @property
    def identity(self) -> m.Identity:
        identity: m.Identity = self.plan.model
        return identity

    def words(self) -> Iterator[Entry]:
        """Every record of the YAML files."""
        yield self.plan
        for kind in (*m.MAP_RECORDS, *m.TEXT_RECORDS):
            yield from self.entries[kind]

    def numbers(self) -> Iterator[tuple[str, Entry]]:
        """Every observation and target, with the name of its table."""
        for kind in ("observations", "targets"):
            for entry in self.entries[kind]:
                yield kind, entry


# --- from records to a draft ------------------------------------------------------------------------------------


def load_plan(config: Config) -> tuple[Plan, list[Problem]]:
    """Read, check and build the plan. Raises DataError with every problem when there is at least one error."""
    plan, problems = check_plan(config)
    if plan is None:
        raise DataError(problems)
    return plan, problems


def check_plan(config: Config) -> tuple[Plan | None, list[Problem]]:
    """The plan (None when the data hold an error) and every problem, in file order."""
    records = load_records(config)
    problems = list(records.problems)
    draft = _draft(config, records, problems)
    if draft is not None:
        for check in CHECKS.values():
            problems += check(draft)
        problems += _check_config(config, draft)
    problems = sorted_problems(problems)
    if draft is None or errors_in(problems):
        return None, problems
    return _build(config, draft), problems


def _draft(config: Config, records: Records, problems: list[Problem]) -> Draft | None:
    """Parse every record; None when not even `plan.yml` can be understood."""
    if records.plan is None:
        return None
    languages = _languages(config, records.plan)
    context = {"languages": languages}
    identity, found = parse_record(m.Identity, records.plan, context)
    problems += found
    if identity is None:
        return None
    entries: dict[str, list[Entry]] = {}
    for kind, map_model in m.MAP_RECORDS.items():
        entries[kind] = _parse_all(map_model, records.maps.get(kind, []), context, problems)
    for kind, text_model in m.TEXT_RECORDS.items():
        entries[kind] = _parse_all(text_model, records.texts[kind], context, problems)
    dimensions = {entry.model.id for entry in entries["dimensions"]}
    for kind, row_model in m.NUMBER_RECORDS.items():
        usable = dimensions if kind != "progress" else set()
        rows = _rows(kind, row_model, records.rows[kind], usable, problems)
        entries[kind] = _parse_all(row_model, rows, context, problems)
    draft = Draft(Entry(identity, records.plan), languages, entries, records.features, records.unread)
    for kind in m.TEXT_RECORDS:
        draft.ids[kind] = {}
        for entry in entries[kind]:
            draft.ids[kind].setdefault(m.ID_OF[kind](entry.model), entry)
        draft.faulty_ids[kind] = {str(record.values.get("id")) for record in records.texts[kind]} - set(draft.ids[kind])
    return draft


def _languages(config: Config, plan: Record) -> tuple[str, ...]:
    """Languages that texts may have: the plan's, its default first, then the site's."""
    own = plan.values.get("languages") or []
    codes = own if isinstance(own, list) else [own]
    return tuple(dict.fromkeys(code for code in (*codes, *config.site.languages) if isinstance(code, str))) or ("en",)


def _parse_all(
    record_model: type[BaseModel], records: Iterable[Record], context: Mapping[str, Any], problems: list[Problem]
) -> list[Entry]:
    entries = []
    for record in records:
        parsed, found = parse_record(record_model, record, context)
        problems += found
        if parsed is not None:
            entries.append(Entry(parsed, record))
    return entries


def _rows(
    kind: str, row_model: type[m.Row], records: list[Record], dimensions: set[str], problems: list[Problem]
) -> Iterator[Record]:
    """CSV rows with empty cells and editors' own columns left out and dimension columns gathered in `dims`."""
    known = set(row_model.model_fields) - {"dims"}
    required = [name for name, info in row_model.model_fields.items() if info.is_required()]
    judged: dict[str, set[str]] = {}
    for record in records:
        name = record.file.name
        if name not in judged:
            judged[name] = {column for column in record.values if not column.startswith("_") and column not in known}
            for column in judged[name] - dimensions - {""}:
                hint = suggestion(column, known | dimensions, limit=20)
                message = f"'{column}' is not a column of {kind}"
                problems.append(Problem(record.key_place(column), "unknown-column", message, hint))
            for column in required:
                if column not in record.values:
                    message = f"the column '{column}' is missing"
                    problems.append(Problem(Place(name), "missing-column", message, "add it to the first line"))
        if any(column not in record.values for column in required):
            continue
        values: dict[str, Any] = {key: cell for key, cell in record.values.items() if cell.strip() and key in known}
        used = (key for key in judged[name] & dimensions if record.values[key].strip())
        dims = tuple(sorted((key, record.values[key]) for key in used))
        yield Record(record.file, {**values, **({"dims": dims} if dims else {})}, record.position)


# --- checks -----------------------------------------------------------------------------------------------------


def _references(value: BaseModel, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Every id that a record names: where it stands, the list it belongs to, the id."""
    known = REFERENCES.get(type(value), {})
    for name in type(value).model_fields:
        content = getattr(value, name)
        if kind := known.get(name):
            for index, item in enumerate(content if isinstance(content, tuple) else (content,)):
                if item is not None:
                    yield (*path, name, index) if isinstance(content, tuple) else (*path, name), kind, item
        elif isinstance(content, BaseModel):
            yield from _references(content, (*path, name))
        elif isinstance(content, tuple):
            for index, item in enumerate(content):
                if isinstance(item, BaseModel):
                    yield from _references(item, (*path, name, index))


def check_references(draft: Draft) -> Iterator[Problem]:
    """Every id that is named exists in its list."""
    known = {kind: set(ids) for kind, ids in draft.ids.items()}
    faulty = draft.faulty_ids
    rows = [entry for kind in m.NUMBER_RECORDS for entry in draft.entries[kind]]
    for entry in (*draft.words(), *rows):
        for path, kind, name in _references(entry.model):
            if name not in known[kind] and name not in faulty[kind] and kind not in draft.unread:
                yield entry.problem(
                    f"unknown-{_SINGULAR[kind]}",
                    f"there is no {_SINGULAR[kind]} '{name}' in {kind}",
                    suggestion(name, known[kind]),
                    path,
                )
    for entry in draft.entries["progress"]:
        task, slash, measure = entry.model.task.partition("/")
        if task in faulty["tasks"] or "tasks" in draft.unread:
            continue
        if task not in known["tasks"]:
            yield entry.problem(
                "unknown-task", f"there is no task '{task}'", suggestion(task, known["tasks"]), ("task",)
            )
        elif slash:
            measures = {one.id for one in draft.ids["tasks"][task].model.measures}
            if measure not in measures:
                yield entry.problem(
                    "unknown-measure",
                    f"task '{task}' has no measure '{measure}'",
                    suggestion(measure, measures),
                    ("task",),
                )


_SINGULAR = {
    "aspects": "aspect",
    "tasks": "task",
    "safeguards": "safeguard",
    "organisations": "organisation",
    "areas": "area",
    "indicators": "indicator",
    "dimensions": "dimension",
    "sources": "source",
    "index": "index",
    "glossary": "term",
    "redirects": "redirect",
}


def check_duplicates(draft: Draft) -> Iterator[Problem]:
    """Ids are unique in their list, keys in their table; both places are named."""
    for kind in m.TEXT_RECORDS:
        yield from _repeated(draft.entries[kind], m.ID_OF[kind], "duplicate-id", f"the {_SINGULAR[kind]} '{{}}'")
    for kind in ("observations", "targets"):
        yield from _repeated(draft.entries[kind], _key_in_words, "duplicate-key-row", f"the key of {kind} ({{}})")
    yield from _repeated(
        draft.entries["progress"],
        lambda row: ", ".join(str(part) for part in row.key if part),
        "duplicate-key-row",
        "the key of progress ({})",
    )
    for entry in draft.words():
        yield from _repeated_inside(entry, entry.model)


def _repeated_inside(entry: Entry, value: BaseModel, path: tuple[str | int, ...] = ()) -> Iterator[Problem]:
    """Ids that stand twice in a list inside a record: measures, stages, values of a dimension and their like."""
    for name in type(value).model_fields:
        content = getattr(value, name)
        parts = [part for part in content if isinstance(part, BaseModel)] if isinstance(content, tuple) else []
        seen: set[str] = set()
        for index, part in enumerate(parts):
            part_id = getattr(part, "id", None)
            if part_id in seen:
                yield entry.problem(
                    "duplicate-id",
                    f"the id '{part_id}' stands twice in {name}",
                    "give each an id of its own",
                    (*path, name, index, "id"),
                )
            elif part_id is not None:
                seen.add(part_id)
            yield from _repeated_inside(entry, part, (*path, name, index))


def _key_in_words(row: m.Observation | m.Target) -> str:
    return ", ".join((row.indicator, row.area, str(row.period), *(f"{name} {value}" for name, value in row.dims)))


def _repeated(entries: list[Entry], key: Callable[[Any], str], code: str, what: str) -> Iterator[Problem]:
    first: dict[str, Entry] = {}
    for entry in entries:
        name = key(entry.model)
        earlier = first.setdefault(name, entry)
        if earlier is not entry:
            place = earlier.record.place()
            yield entry.problem(
                code,
                f"{what.format(name)} stands twice; first in {place.file} on line {place.line}",
                "keep one of the two",
                ("id",) if "id" in entry.record.values else ("value",),
            )


def check_cycles(draft: Draft) -> Iterator[Problem]:
    """Nothing is its own parent, and no task waits for itself."""
    for kind, name in (
        ("aspects", "parent"),
        ("tasks", "parent"),
        ("organisations", "parent"),
        ("areas", "parent"),
        ("indicators", "parent"),
        ("tasks", "depends_on"),
    ):
        edges = {key: _as_tuple(getattr(entry.model, name)) for key, entry in draft.ids[kind].items()}
        for key in edges:
            if (way := _way_back(edges, key)) is not None:
                yield draft.ids[kind][key].problem(
                    "cycle", f"{name} leads in a circle: {' -> '.join(way)}", "remove one of these links", (name,)
                )


def _as_tuple(value: Any) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _way_back(edges: Mapping[str, tuple[str, ...]], start: str) -> list[str] | None:
    """The shortest way from `start` back to itself, when `start` is the first id of that circle."""
    came_from: dict[str, str] = {}
    queue = [start]
    for node in queue:
        for following in edges.get(node, ()):
            if following == start:
                way = [start, node] if node != start else [start]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                way = list(reversed(way)) if way[-1] == start and len(way) > 1 else way
                circle = [*way[:-1], start] if len(way) > 1 else [start, start]
                return circle if start == min(circle) else None
            if following not in came_from:
                came_from[following] = node
                queue.append(following)
    return None


def check_tasks(draft: Draft) -> Iterator[Problem]:
    """Each task has its place in the plan and somebody who leads it."""
    for key, entry in draft.ids["tasks"].items():
        task: m.Task = entry.model
        inherited = _inherited_aspect(draft, task)
        if draft.entries["aspects"] and task.aspect is None and task.parent is None:
            yield entry.problem("missing-field", f"task '{key}' says no aspect", "enter aspect: ID, or parent: ID")
        if task.aspect and inherited not in (None, task.aspect):
            yield entry.problem(
                "contradicting-aspect",
                f"task '{key}' is in aspect '{task.aspect}', its parent in '{inherited}'",
                "leave the aspect out, or correct it",
                ("aspect",),
            )
        if not task.lead:
            yield entry.problem("no-lead", f"task '{key}' has no lead", "enter lead: [organisation]", warning=True)
        for index, name in enumerate(task.supporting):
            if name in task.lead:
                yield entry.problem(
                    "lead-and-supporting",
                    f"'{name}' both leads and supports task '{key}'",
                    "keep it in one of the two",
                    ("supporting", index),
                    warning=True,
                )


def _inherited_aspect(draft: Draft, task: m.Task) -> str | None:
    """The aspect of the nearest task above that names one, or None."""
    seen: set[str] = set()
    while task.parent in draft.ids["tasks"] and task.parent not in seen:
        seen.add(task.parent)
        task = draft.ids["tasks"][task.parent].model
        if task.aspect is not None:
            return task.aspect
    return None


def check_numbers(draft: Draft) -> Iterator[Problem]:
    """Values fit their indicator: unit, dimensions, range, operator, frequency."""
    values_of = {key: {one.id for one in entry.model.values} for key, entry in draft.ids["dimensions"].items()}
    period = draft.identity.period
    with_years = {entry.model.indicator for _, entry in draft.numbers() if entry.model.period.frequency == "A"}
    for kind, entry in draft.numbers():
        row = entry.model
        if row.indicator not in draft.ids["indicators"]:
            continue
        indicator: m.Indicator = draft.ids["indicators"][row.indicator].model
        yield from _check_dims(entry, indicator, values_of)
        for name in ("value", "value_to"):
            yield from _check_range(entry, indicator, name)
        if indicator.unit is None:
            yield draft.ids["indicators"][row.indicator].problem(
                "missing-field", f"the indicator '{indicator.id}' has values but no unit", "enter unit: ..."
            )
        if kind == "targets" and row.operator is None and indicator.direction == "none":
            yield entry.problem(
                "missing-operator",
                f"'{indicator.id}' has no direction, so its target needs an operator",
                "write >=, <=, =, ~ or between",
            )
        is_yearly = indicator.frequency == "A" or (indicator.frequency is None and indicator.id in with_years)
        if is_yearly and row.period.frequency in ("M", "D"):
            yield entry.problem(
                "mixed-frequency",
                f"'{row.period}' in the yearly indicator '{indicator.id}'",
                "a range of years is written 2003/P3Y",
                ("period",),
                warning=True,
            )
        if period and not period_in(row.period.start.year, row.period.year, period):
            yield entry.problem(
                "outside-period",
                f"'{row.period}' lies outside the plan ({period.start} to {period.end})",
                "",
                ("period",),
                warning=True,
            )


def period_in(first: int, last: int, period: m.PlanPeriod) -> bool:
    """Whether the years first to last lie inside the plan, its baseline year included."""
    return min(period.baseline or period.start, period.start) <= first and last <= period.end


def _check_dims(entry: Entry, indicator: m.Indicator, values_of: Mapping[str, set[str]]) -> Iterator[Problem]:
    for name, value in entry.model.dims:
        if name not in indicator.dimensions:
            yield entry.problem(
                "unused-dimension",
                f"the indicator '{indicator.id}' does not list the dimension '{name}'",
                f"empty the cell, or add {name} to its dimensions",
                (name,),
            )
        elif value not in values_of.get(name, ()):
            yield entry.problem(
                "unknown-dimension-value",
                f"'{value}' is not a value of the dimension '{name}'",
                suggestion(value, values_of.get(name, ())),
                (name,),
            )


def _check_range(entry: Entry, indicator: m.Indicator, name: str) -> Iterator[Problem]:
    value, limits = getattr(entry.model, name, None), indicator.range
    if value is None or limits is None:
        return
    if (limits.min is not None and value < limits.min) or (limits.max is not None and value > limits.max):
        low = "" if limits.min is None else f"from {limits.min}"
        high = "" if limits.max is None else f"to {limits.max}"
        yield entry.problem(
            "outside-range",
            f"{value} lies outside the range of '{indicator.id}' ({f'{low} {high}'.strip()})",
            "correct the value, or the range in indicators.yml",
            (name,),
        )


def check_targets(draft: Draft) -> Iterator[Problem]:
    """Targets have a baseline to start from, and stages lead in the wanted direction."""
    measured = defaultdict(list)
    for entry in draft.entries["observations"]:
        if entry.model.value is not None:
            measured[entry.model.indicator, entry.model.area, entry.model.dims].append(entry.model.period)
    series: dict[tuple[str, str, Dims], list[Entry]] = defaultdict(list)
    for entry in draft.entries["targets"]:
        series[entry.model.indicator, entry.model.area, entry.model.dims].append(entry)
    for (name, area, dims), targets in series.items():
        if name not in draft.ids["indicators"]:
            continue
        indicator: m.Indicator = draft.ids["indicators"][name].model
        targets.sort(key=lambda entry: entry.model.period)
        if not any(period < targets[0].model.period for period in measured[name, area, dims]):
            yield targets[0].problem(
                "no-baseline",
                f"the target of '{name}' for '{area}' has no earlier observation",
                "enter the baseline in observations.csv",
                ("indicator",),
                warning=True,
            )
        for earlier, later in zip(targets, targets[1:], strict=False):
            if _goes_back(indicator, earlier.model, later.model):
                yield later.problem(
                    "stages-go-back",
                    f"the target of '{name}' for '{area}' goes from "
                    f"{earlier.model.value} to {later.model.value}, against its direction",
                    "correct one of the two, or the direction",
                    ("value",),
                    warning=True,
                )


def _goes_back(indicator: m.Indicator, earlier: m.Target, later: m.Target) -> bool:
    if earlier.period.frequency != later.period.frequency:
        return False
    change = later.value - earlier.value
    return change < 0 if indicator.direction == "up" else change > 0 if indicator.direction == "down" else False


def check_sums(draft: Draft) -> Iterator[Problem]:
    """Parts of a `sum` indicator add up to the whole, where every part is there."""
    parts: dict[str, list[str]] = defaultdict(list)
    for key, entry in draft.ids["areas"].items():
        if entry.model.parent and entry.model.part_of_total:
            parts[entry.model.parent].append(key)
    for kind in ("observations", "targets"):
        rows = {entry.model.key: entry for entry in draft.entries[kind] if entry.model.value is not None}
        for (name, area, period, dims), entry in rows.items():
            indicator = draft.ids["indicators"].get(name)
            if indicator is None or indicator.model.aggregation != "sum" or len(parts[area]) < 2:
                continue
            found = [rows.get((name, part, period, dims)) for part in parts[area]]
            values = [part.model.value for part in found if part is not None]
            if values and len(values) < len(found):
                yield entry.problem(
                    "sum-not-checked",
                    f"'{name}' {period}: {len(values)} of the {len(found)} parts of '{area}' are known, "
                    "so their sum was not checked",
                    "",
                    ("value",),
                    warning=True,
                )
            if len(values) < len(found):
                continue
            if abs(sum(values) - entry.model.value) > rounding_tolerance((*values, entry.model.value)):
                yield entry.problem(
                    "sum-differs",
                    f"'{name}' {period}: the parts of '{area}' add up to {sum(values)}, "
                    f"the whole is {entry.model.value}",
                    "",
                    ("value",),
                    warning=True,
                )


def rounding_tolerance(values: Iterable[Decimal]) -> Decimal:
    """Half a unit in the last printed digit for each value: what rounding alone can explain."""
    numbers = list(values)
    digits = max((max(0, -int(value.as_tuple().exponent)) for value in numbers), default=0)
    return Decimal(len(numbers)) / 2 / (Decimal(10) ** digits)


def check_use(draft: Draft) -> Iterator[Problem]:
    """Indicators are used by a task, areas have a shape or a tile, official numbers have a source."""
    used = {name for entry in draft.entries["tasks"] for name in entry.model.indicators}
    used |= {name for entry in draft.entries["safeguards"] for name in entry.model.indicators}
    tasks_known = "tasks" not in draft.unread and not draft.faulty_ids["tasks"]
    for key, entry in draft.ids["indicators"].items():
        if tasks_known and key not in used:
            yield entry.problem(
                "unused-indicator", f"no task uses the indicator '{key}'", "name it in a task", warning=True
            )
    shaped = set(shapes_by_area(draft.features, [entry.model for entry in draft.entries["areas"]]))
    tiles: dict[tuple[int, int], str] = {}
    for key, entry in draft.ids["areas"].items():
        if draft.features and key != draft.identity.area and key not in shaped and entry.model.part_of_total:
            yield entry.problem("no-shape", f"the area '{key}' has no shape in data/geo", "", warning=True)
        if entry.model.tile is not None and tiles.setdefault(entry.model.tile, key) != key:
            yield entry.problem(
                "tile-taken",
                f"the tile {list(entry.model.tile)} is taken by '{tiles[entry.model.tile]}'",
                "choose a free one",
                ("tile",),
            )
        if not (entry.model.kind in m.BUILT_IN_AREA_KINDS or entry.model.kind in draft.identity.area_kinds):
            yield entry.problem(
                "unknown-area-kind",
                f"'{entry.model.kind}' is not a known kind of area",
                suggestion(entry.model.kind, (*m.BUILT_IN_AREA_KINDS, *draft.identity.area_kinds), 20)
                or "name it in plan.yml: area_kinds",
                ("kind",),
            )
    for kind, entry in draft.numbers():
        if entry.model.basis == "official" and entry.model.source is None and entry.model.value is not None:
            yield entry.problem(
                "no-source",
                f"an official number in {kind} has no source",
                "enter source: an id of sources.yml",
                warning=True,
            )


def check_translations(draft: Draft) -> Iterator[Problem]:
    """Every text stands in every language of the plan (counted a file)."""
    for entry in draft.words():
        for path, text in _texts(entry.model):
            missing = [code for code in draft.languages if code not in text.by_language]
            if missing:
                yield entry.problem(
                    "missing-translation",
                    f"a text is missing in {', '.join(missing)}: '{next(iter(text.by_language.values()))[:40]}'",
                    "",
                    path,
                    warning=True,
                )


def _texts(value: BaseModel, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], m.Text]]:
    for name in type(value).model_fields:
        content = getattr(value, name)
        if isinstance(content, m.Text):
            yield (*path, name), content
        elif isinstance(content, BaseModel):
            yield from _texts(content, (*path, name))
        elif isinstance(content, (tuple, dict)):
            items = content.items() if isinstance(content, dict) else enumerate(content)
            for key, item in items:
                if isinstance(item, m.Text):
                    yield (*path, name, key), item
                elif isinstance(item, BaseModel):
                    yield from _texts(item, (*path, name, key))


def check_dimensions(draft: Draft) -> Iterator[Problem]:
    """A dimension is not named like a fixed column, and an indicator opens with something that exists."""
    fixed = set(m.Observation.model_fields) | set(m.Target.model_fields)
    for key, entry in draft.ids["dimensions"].items():
        if key in fixed:
            yield entry.problem(
                "bad-id", f"a dimension cannot be called '{key}', that is a column", "rename it", ("id",)
            )
    for entry in draft.entries["indicators"]:
        for name, value in entry.model.start.items():
            dimension = draft.ids["dimensions"].get(name)
            if name not in entry.model.dimensions or dimension is None:
                yield entry.problem(
                    "unused-dimension",
                    f"start names '{name}', which is not among its dimensions",
                    suggestion(name, entry.model.dimensions),
                    ("start", name),
                )
            elif value not in {one.id for one in dimension.model.values}:
                yield entry.problem(
                    "unknown-dimension-value",
                    f"'{value}' is not a value of the dimension '{name}'",
                    suggestion(value, [one.id for one in dimension.model.values]),
                    ("start", name),
                )


_NEEDED = {"standard": ("standard",), "target": ("standard",), "goalposts": ("min", "max")}
"""What a normalisation asks of each indicator of an index."""


def check_index(draft: Draft) -> Iterator[Problem]:
    """An index can be computed: weights above zero, and what its normalisation needs beside each indicator."""
    for entry in draft.entries["index"]:
        index: m.Index = entry.model
        if not 0 <= index.min_coverage <= 1:
            yield _beyond(entry, index.min_coverage, "between 0 and 1", ("min_coverage",))
        if not index.dimensions:
            yield entry.problem("missing-field", "the index has no dimensions", "enter dimensions", ("dimensions",))
        for place, dimension in enumerate(index.dimensions):
            path = ("dimensions", place)
            if not dimension.weight > 0:
                yield _beyond(entry, dimension.weight, "above 0", (*path, "weight"))
            if not dimension.indicators:
                yield entry.problem("missing-field", "the dimension has no indicators", "enter indicators", path)
            for inner, one in enumerate(dimension.indicators):
                yield from _check_index_indicator(entry, index, one, (*path, "indicators", inner))


def _check_index_indicator(
    entry: Entry, index: m.Index, one: m.IndexIndicator, path: tuple[str | int, ...]
) -> Iterator[Problem]:
    if not one.weight > 0:
        yield _beyond(entry, one.weight, "above 0", (*path, "weight"))
    for name in _NEEDED.get(index.normalisation, ()):
        if getattr(one, name) is None:
            yield entry.problem(
                "missing-field",
                f"'{one.id}' has no {name}, which the normalisation '{index.normalisation}' needs",
                f"enter {name}, or choose another normalisation",
                path,
            )
    if index.normalisation == "standard" and one.standard is not None and not one.standard > 0:
        yield _beyond(entry, one.standard, "above 0", (*path, "standard"))
    if one.min is not None and one.max is not None and not one.min < one.max:
        yield _beyond(entry, one.max, f"above min, {one.min}", (*path, "max"))


def _beyond(entry: Entry, value: object, wanted: str, path: tuple[str | int, ...]) -> Problem:
    return entry.problem("out-of-range", f"{value} is not {wanted}", "correct it", path)


CHECKS: Mapping[str, Callable[[Draft], Iterator[Problem]]] = {
    "references": check_references,
    "duplicates": check_duplicates,
    "cycles": check_cycles,
    "tasks": check_tasks,
    "numbers": check_numbers,
    "targets": check_targets,
    "sums": check_sums,
    "dimensions": check_dimensions,
    "index": check_index,
    "use": check_use,
    "translations": check_translations,
}
"""Every check of records against each other, in no particular order."""


def _check_config(config: Config, draft: Draft) -> Iterator[Problem]:
    place = Place(config.file.name)
    site, plan = config.site.languages, draft.identity.languages
    if site and plan and set(site) != set(plan):
        yield Problem(
            place,
            "languages-differ",
            f"the site has the languages {', '.join(site)}, the plan {', '.join(plan)}",
            "the site's win",
            "warning",
        )
    if config.site.map.kind == "choropleth" and config.site.map.review_required and not config.site.map.review_number:
        yield Problem(
            place,
            "no-review-number",
            "a published map of China needs its review number (审图号)",
            "enter map: review_number, set kind: tiles, or review_required: false for a plan elsewhere",
        )


def shapes_by_area(features: list[tuple[dict[str, Any], Place]], areas: Iterable[m.Area]) -> dict[str, dict[str, Any]]:
    """GeoJSON geometry by area id; features name an area by its `id` or by its official `code`."""
    by_code = {area.code: area.id for area in areas if area.code}
    ids = {area.id for area in areas}
    shapes = {}
    for feature, _ in features:
        properties = feature.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        name = properties.get("id")
        area = name if name in ids else by_code.get(str(properties.get("code")))
        if area is not None and isinstance(feature.get("geometry"), dict):
            shapes[area] = feature["geometry"]
    return shapes


# --- from the draft to the plan ---------------------------------------------------------------------------------


def _build(config: Config, draft: Draft) -> Plan:
    by_id = {
        kind: {m.ID_OF[kind](entry.model): entry.model for entry in draft.entries[kind]} for kind in m.TEXT_RECORDS
    }
    places = {
        (kind, m.ID_OF[kind](entry.model)): entry.record.place()
        for kind in m.TEXT_RECORDS
        for entry in draft.entries[kind]
    }
    redirects = tuple(by_id.pop("redirects").values())
    plan = Plan(
        identity=draft.identity,
        languages=config.site.languages or draft.languages,
        **by_id,
        redirects=redirects,
        assessment=next((entry.model for entry in draft.entries["assessment"]), m.Assessment()),
        observations=tuple(entry.model for entry in draft.entries["observations"]),
        targets=tuple(entry.model for entry in draft.entries["targets"]),
        progress=tuple(entry.model for entry in draft.entries["progress"]),
        shapes=shapes_by_area(draft.features, by_id["areas"].values()),
        places=places,
    )
    return plan.restricted_to(config.site.include_basis)
