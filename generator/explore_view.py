"""The explorer: every task as one table that a reader filters and sorts; without a script the whole table stands."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from generator.assess import due_of
from generator.duties_view import measured_cell, reported_cell
from generator.model import STATUSES, Task
from generator.progress import BANDS
from generator.tables import MEASURE_KINDS
from generator.verdicts import task_standing
from generator.view import Cell, Column, Mark, Table, View

PATH = "explore"
NONE = "none"
"""What a filter calls a task to which its question has no answer: no lead named, nothing measured."""


class Choice(NamedTuple):
    """One value that a filter can be set to."""

    value: str
    title: str


class Filter(NamedTuple):
    """One question that narrows the table."""

    name: str
    title: str
    choices: tuple[Choice, ...]


class Row(NamedTuple):
    """One task: its cells, the values each filter finds it by, and its place in each column's order."""

    task: Task
    cells: tuple[Cell, ...]
    values: Mapping[str, tuple[str, ...]]
    ranks: tuple[int, ...]


class _Column(NamedTuple):
    name: str
    key: str
    cell: Callable[[View, Task], Cell]
    order: Callable[[View, Task], Any]


def table(view: View) -> Table:
    """Every task with aspect, lead, place, kinds of measures, due date, reported and measured status."""
    columns = tuple(
        Column(view.areas_word if column.name == "area" else view.say(column.key)) for column in _columns(view)
    )
    found = tuple(row.cells for row in rows(view))
    return Table("explore-table", view.say("explore.caption", count=len(found)), columns, found, stack=True)


def rows(view: View) -> list[Row]:
    """The tasks in the plan's order."""
    made: list[Row] = view.plan.remember(("explore", view.language.code), lambda: _rows(view))
    return made


def _rows(view: View) -> list[Row]:
    tasks = list(view.plan.tasks.values())
    columns = _columns(view)
    places = [_ranks([column.order(view, task) for task in tasks]) for column in columns]
    return [
        Row(
            task,
            tuple(column.cell(view, task) for column in columns),
            {name: values(view, task) for name, values in _VALUES.items()},
            tuple(ranks[position] for ranks in places),
        )
        for position, task in enumerate(tasks)
    ]


def filters(view: View) -> list[Filter]:
    """The questions that divide the tasks of this plan; one that only has a single answer is left out."""
    plan = view.plan
    found = {name: {value for task in plan.tasks.values() for value in values(view, task)}
             for name, values in _VALUES.items()}  # fmt: skip
    known: dict[str, tuple[str, Iterable[tuple[str, str]]]] = {
        "aspect": (view.say("table.aspect"), ((one, view.numbered("aspects", one)) for one in plan.aspects)),
        "lead": (view.say("table.lead"), ((one, view.short(one)) for one in plan.organisations)),
        "area": (view.areas_word, ((one.id, view.text(one.title)) for one in plan.areas.values())),
        "kind": (view.say("explore.kind"), ((kind or "other", view.say(f"measure_kinds.{kind or 'other'}", count=1))
                                            for kind in MEASURE_KINDS)),
        "due": (view.say("table.due"), ((year, year) for year in sorted(found["due"] - {NONE}))),
        "status": (view.say("table.reported"), ((one, view.status_word(one)) for one in STATUSES)),
        "measured": (view.say("table.measured"), ((one, view.status_word(f"band-{one}")) for one in BANDS)),
    }  # fmt: skip
    none = {"lead": "task.no_lead", "measured": "task.not_measured"}
    result = []
    for name, (title, choices) in known.items():
        kept = [Choice(value, text) for value, text in choices if value in found[name]]
        if NONE in found[name]:
            kept.append(Choice(NONE, view.say(none.get(name, "empty.none_named"))))
        if len(kept) > 1:
            result.append(Filter(name, title, tuple(kept)))
    return result


# --- the columns ------------------------------------------------------------------------------------------------


def _columns(view: View) -> list[_Column]:
    known = [
        _Column("task", "table.task", _task, _place),
        _Column("aspect", "table.aspect", _aspect,
                lambda view, task: _first(_places(view, "aspects"), _aspects(view, task))),
        _Column("lead", "table.lead", _lead, lambda view, task: _first(_places(view, "organisations"), task.lead)),
        _Column("area", "table.area", _where, lambda view, task: _first(_places(view, "areas"), _areas(view, task))),
        _Column("kind", "explore.kind", _kind, lambda view, task: _first(_order(_KINDS), _kinds(view, task))),
        _Column("due", "table.due", lambda view, task: Cell(view.due(task) or view.say("empty.not_stated")), _due),
        _Column("status", "table.reported", reported_cell,
                lambda view, task: STATUSES.index(task_standing(view, task).status)),
        _Column("measured", "table.measured", measured_cell,
                lambda view, task: _first(_order(BANDS), _measured(view, task))),
    ]  # fmt: skip
    return [column for column in known if column.name != "aspect" or view.plan.aspects]


_KINDS = tuple(kind or "other" for kind in MEASURE_KINDS)


def _ranks(keys: Sequence[Any]) -> list[int]:
    """Each key's place among the different ones."""
    order = {key: place for place, key in enumerate(sorted(set(keys)))}
    return [order[key] for key in keys]


def _first(places: Mapping[str, int], names: Iterable[str]) -> int:
    """The place of the first of these names in an order, behind all others where there is none."""
    return min((places[name] for name in names if name in places), default=len(places))


def _places(view: View, kind: str) -> Mapping[str, int]:
    """The places of the records of a kind, asked for by every task."""
    made: Mapping[str, int] = view.plan.remember(("places", kind), lambda: _order(getattr(view.plan, kind)))
    return made


def _order(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def _place(view: View, task: Task) -> int:
    return _places(view, "tasks")[task.id]


def _due(view: View, task: Task) -> tuple[datetime.date, datetime.date]:
    due = due_of(view.plan, task)
    return (datetime.date.max, datetime.date.max) if due is None else (due.end, due.start)


def _task(view: View, task: Task) -> Cell:
    marks = () if task.basis == "official" else (Mark(task.basis, view.say(f"basis.{task.basis}.mark")),)
    return Cell(view.numbered("tasks", task.id), view.href("tasks", task.id), marks)


def _aspect(view: View, task: Task) -> Cell:
    aspect = view.plan.aspect_of(task)
    return Cell(view.numbered_name("aspects", aspect.id), view.href("aspects", aspect.id)) if aspect else Cell("")


def _lead(view: View, task: Task) -> Cell:
    return Cell(view.language.listing(view.short(one) for one in task.lead) or view.say("task.no_lead"))


def _where(view: View, task: Task) -> Cell:
    names = task.areas or (view.plan.root.id,)
    return Cell(view.language.listing(view.title("areas", one) for one in names))


def _kind(view: View, task: Task) -> Cell:
    words = [view.say(f"measure_kinds.{kind}", count=1) for kind in _kinds(view, task) if kind != NONE]
    return Cell(view.language.listing(words) or view.say("empty.none_named"))


# --- what the filters find a task by ----------------------------------------------------------------------------


def _aspects(view: View, task: Task) -> tuple[str, ...]:
    aspect = view.plan.aspect_of(task)
    return (aspect.id,) if aspect else (NONE,)


def _areas(view: View, task: Task) -> tuple[str, ...]:
    return tuple(task.areas) or (view.plan.root.id,)


def _kinds(_: View, task: Task) -> tuple[str, ...]:
    used = {one.kind or "other" for one in task.measures}
    return tuple(kind for kind in _KINDS if kind in used) or (NONE,)


def _year(view: View, task: Task) -> tuple[str, ...]:
    due = due_of(view.plan, task)
    return (NONE,) if due is None else (str(due.year),)


def _measured(view: View, task: Task) -> tuple[str, ...]:
    return (task_standing(view, task).measured or NONE,)


_VALUES: Mapping[str, Callable[[View, Task], tuple[str, ...]]] = {
    "aspect": _aspects,
    "lead": lambda _, task: tuple(task.lead) or (NONE,),
    "area": _areas,
    "kind": _kinds,
    "due": _year,
    "status": lambda view, task: (task_standing(view, task).status,),
    "measured": _measured,
}


def rests_on_illustration(view: View) -> bool:
    """Whether any status in the table is made up or rests on a made-up number."""
    standings = [task_standing(view, task) for task in view.plan.tasks.values()]
    return any(
        one.is_illustrative or (one.report is not None and one.report.basis == "illustrative") for one in standings
    )
