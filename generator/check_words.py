"""Judges the words of a plan: what records say of each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from generator import model as m
from generator.draft import Draft, Entry
from generator.problems import Problem, suggestion
from generator.textfiles import Path_

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
    m.Area: {"parent": "areas", "overlaps": "areas"},
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


def references(value: BaseModel, path: Path_ = ()) -> Iterator[tuple[Path_, str, str]]:
    """Every id that a record names: where it stands, the list it belongs to, the id."""
    known = REFERENCES.get(type(value), {})
    for name in type(value).model_fields:
        content = getattr(value, name)
        if kind := known.get(name):
            for index, item in enumerate(content if isinstance(content, tuple) else (content,)):
                if item is not None:
                    yield (*path, name, index) if isinstance(content, tuple) else (*path, name), kind, item
        elif isinstance(content, BaseModel):
            yield from references(content, (*path, name))
        elif isinstance(content, tuple):
            for index, item in enumerate(content):
                if isinstance(item, BaseModel):
                    yield from references(item, (*path, name, index))


def check_references(draft: Draft) -> Iterator[Problem]:
    """Every id that is named exists in its list."""
    known = {kind: set(ids) for kind, ids in draft.ids.items()}
    for entry in draft.words():
        for path, kind, name in references(entry.model):
            if name not in known[kind]:
                yield from _unknown(draft, entry, kind, name, path)
    for table, model in m.NUMBER_RECORDS.items():
        fields = REFERENCES[model].items()
        for entry in draft.entries[table]:
            for column, kind in fields:
                name = getattr(entry.model, column)
                if name is not None and name not in known[kind]:
                    yield from _unknown(draft, entry, kind, name, (column,))
    for entry in draft.entries["progress"]:
        task, slash, measure = entry.model.task.partition("/")
        if task not in known["tasks"]:
            yield from _unknown(draft, entry, "tasks", task, ("task",))
        elif slash:
            measures = {one.id for one in draft.ids["tasks"][task].model.measures}
            if measure not in measures:
                yield entry.problem(
                    "unknown-measure",
                    f"task '{task}' has no measure '{measure}'",
                    suggestion(measure, measures),
                    ("task",),
                )


def _unknown(draft: Draft, entry: Entry, kind: str, name: str, path: Path_) -> Iterator[Problem]:
    """That an id is in no list, unless a part of that list was not understood."""
    if name not in draft.faulty_ids[kind] and kind not in draft.unread:
        message = f"there is no {_SINGULAR[kind]} '{name}' in {kind}"
        yield entry.problem(f"unknown-{_SINGULAR[kind]}", message, suggestion(name, draft.ids[kind]), path)


def check_duplicates(draft: Draft) -> Iterator[Problem]:
    """Ids are unique in their list, keys in their table; both places are named."""
    for kind in m.TEXT_RECORDS:
        for entry, earlier in _repeated(draft.entries[kind], m.ID_OF[kind]):
            message = f"the {_SINGULAR[kind]} '{m.ID_OF[kind](entry.model)}' stands twice; {_first(earlier)}"
            yield entry.problem("duplicate-id", message, "keep one of the two", ("id",))
    for kind in ("aspects", "tasks", "safeguards"):
        for entry, earlier in _repeated(draft.entries[kind], _number_in_its_place):
            message = f"the number '{entry.model.number}' stands twice; {_first(earlier)}"
            yield entry.problem("duplicate-number", message, "correct one of the two", ("number",), warning=True)
    for kind in m.NUMBER_RECORDS:
        for entry, earlier in _repeated(draft.entries[kind], lambda row: row.key):
            yield _repeated_row(kind, entry, earlier)
    for entry in draft.words():
        yield from _repeated_inside(entry, entry.model)


def _repeated(entries: list[Entry], key: Callable[[Any], Any]) -> Iterator[tuple[Entry, Entry]]:
    """Each entry whose key was met before, with the first one of that key."""
    first: dict[Any, Entry] = {}
    for entry in entries:
        earlier = first.setdefault(key(entry.model), entry)
        if earlier is not entry:
            yield entry, earlier


def _number_in_its_place(record: m.Aspect | m.Task | m.Safeguard) -> tuple[str | None, ...]:
    """What a printed number is unique in: plans may count anew below each aspect or task."""
    return getattr(record, "aspect", None), getattr(record, "parent", None), record.number


def _first(entry: Entry) -> str:
    place = entry.place()
    return f"first in {place.file} on line {place.line}"


def _repeated_row(kind: str, entry: Entry, earlier: Entry) -> Problem:
    """Two rows of one key: the made-up one of the two is at fault, else the later one."""
    first, second = earlier.model.basis == "illustrative", entry.model.basis == "illustrative"
    if first != second:
        made_up, real = (earlier, entry) if first else (entry, earlier)
        place = real.place()
        return made_up.problem(
            "illustrative-beside-official",
            f"an illustrative row for {_key_in_words(kind, made_up.model)}, for which there is an {real.model.basis} "
            f"one in {place.file} on line {place.line}",
            "remove the illustrative row",
            _what(kind),
        )
    same = all(getattr(entry.model, name) == getattr(earlier.model, name) for name in _what(kind))
    return entry.problem(
        "duplicate-key-row",
        f"the key of {kind} ({_key_in_words(kind, entry.model)}) stands twice; {_first(earlier)}, "
        + ("with the same value" if same else f"with another value ({_value_of(kind, earlier)})"),
        "keep one of the two",
        _what(kind),
    )


def _what(kind: str) -> tuple[str]:
    """The column that says what a row is for."""
    return ("status",) if kind == "progress" else ("value",)


def _value_of(kind: str, entry: Entry) -> str:
    value = getattr(entry.model, _what(kind)[0])
    return "empty" if value is None else str(value)


def _key_in_words(kind: str, row: Any) -> str:
    if kind == "progress":
        return ", ".join(str(part) for part in row.key if part)
    return ", ".join((row.indicator, row.area, str(row.period), *(f"{name} {value}" for name, value in row.dims)))


def _repeated_inside(entry: Entry, value: BaseModel, path: Path_ = ()) -> Iterator[Problem]:
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
        for key in _in_circles(edges):
            if (way := _way_back(edges, key)) is not None:
                yield draft.ids[kind][key].problem(
                    "cycle", f"{name} leads in a circle: {' -> '.join(way)}", "remove one of these links", (name,)
                )


def _in_circles(edges: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The ids from which links lead on without end: those left when each that leads nowhere is taken away in turn."""
    waiting = {key: {name for name in names if name in edges} for key, names in edges.items()}
    named_by: dict[str, list[str]] = {}
    for key, names in waiting.items():
        for name in names:
            named_by.setdefault(name, []).append(key)
    done = [key for key, names in waiting.items() if not names]
    for key in done:
        for above in named_by.get(key, ()):
            waiting[above].discard(key)
            if not waiting[above]:
                done.append(above)
    return [key for key, names in waiting.items() if names]


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
        for index, measure in enumerate(task.measures):
            due, years = measure.due, draft.identity.period
            if due and years and not years.start <= due.year <= years.end:
                yield entry.problem(
                    "due-outside-plan",
                    f"the measure '{measure.id}' is due in {due}, outside the plan ({years.start} to {years.end})",
                    "correct it, or say in a note why",
                    ("measures", index, "due"),
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


def check_use(draft: Draft) -> Iterator[Problem]:
    """Indicators are used by a task, sources are cited, areas have a kind that is known and a tile of their own."""
    used = {name for entry in draft.entries["tasks"] for name in entry.model.indicators}
    used |= {name for entry in draft.entries["safeguards"] for name in entry.model.indicators}
    for key, entry in draft.ids["indicators"].items():
        if draft.is_whole("tasks") and key not in used:
            yield entry.problem(
                "unused-indicator", f"no task uses the indicator '{key}'", "name it in a task", warning=True
            )
    tiles: dict[tuple[str | None, tuple[int, int]], str] = {}
    for key, entry in draft.ids["areas"].items():
        tile = (entry.model.parent, entry.model.tile) if entry.model.tile is not None else None
        if tile is not None and tiles.setdefault(tile, key) != key:
            yield entry.problem(
                "tile-taken",
                f"the tile {list(entry.model.tile)} is taken by '{tiles[tile]}'",
                "choose a free one",
                ("tile",),
            )
        if entry.model.parent is None and key != draft.identity.area and draft.identity.area in draft.ids["areas"]:
            yield entry.problem(
                "no-parent",
                f"the area '{key}' has no parent, so that it is no part of '{draft.identity.area}'",
                "enter parent",
                warning=True,
            )
        if key in entry.model.overlaps or entry.model.parent in entry.model.overlaps:
            yield entry.problem(
                "bad-overlap",
                f"the area '{key}' says that it overlaps itself or its parent, of which it is a part anyway",
                "name areas of the same rank whose numbers may include it",
                ("overlaps",),
            )
        if not (entry.model.kind in m.BUILT_IN_AREA_KINDS or entry.model.kind in draft.identity.area_kinds):
            yield entry.problem(
                "unknown-area-kind",
                f"'{entry.model.kind}' is not a known kind of area",
                suggestion(entry.model.kind, (*m.BUILT_IN_AREA_KINDS, *draft.identity.area_kinds), 20)
                or "name it in plan.yml: area_kinds",
                ("kind",),
            )
    cited = {name for entry in draft.words() for _, kind, name in references(entry.model) if kind == "sources"}
    cited |= {entry.model.source for table in m.NUMBER_RECORDS for entry in draft.entries[table]}
    everything_known = all(map(draft.is_whole, draft.ids))
    for key, entry in draft.ids["sources"].items():
        if everything_known and key not in cited:
            yield entry.problem(
                "unused-source", f"nothing cites the source '{key}'", "cite it, or remove it", ("id",), warning=True
            )


def check_dimensions(draft: Draft) -> Iterator[Problem]:
    """A dimension is not named like a fixed column, and an indicator opens with something that exists."""
    fixed = m.NUMBER_COLUMNS
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


def _check_index_indicator(entry: Entry, index: m.Index, one: m.IndexIndicator, path: Path_) -> Iterator[Problem]:
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


def _beyond(entry: Entry, value: object, wanted: str, path: Path_) -> Problem:
    return entry.problem("out-of-range", f"{value} is not {wanted}", "correct it", path)
