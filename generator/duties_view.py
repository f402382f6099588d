"""What an organisation answers for: its tasks by status and due date, and its load beside that of the others."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from generator.assess import due_of
from generator.linked import linked
from generator.model import STATUSES, Organisation, Task
from generator.plan import Role
from generator.verdicts import overdue_words, task_standing, working_of
from generator.view import Cell, Column, Mark, Table, View

SHOWN = 12
"""How many organisations a table of loads holds; the page's own is always among them."""

_NEVER = datetime.date.max


class Load(NamedTuple):
    """How many tasks an organisation leads and supports."""

    organisation: Organisation
    leads: int
    supports: int

    @property
    def together(self) -> int:
        return self.leads + self.supports


def tasks_of(view: View, organisation: Organisation, role: Role) -> list[Task]:
    """The tasks an organisation leads or supports: by reported status, then by due date, then as in the plan."""
    plan = view.plan
    names = [part.id for part in plan.involvements_of(organisation) if part.role == role and part.kind == "tasks"]
    found = [plan.tasks[name] for name in names]
    return sorted(found, key=lambda task: (STATUSES.index(task_standing(view, task).status), _end(view, task)))


def _end(view: View, task: Task) -> datetime.date:
    due = due_of(view.plan, task)
    return _NEVER if due is None else due.end


def duties(view: View, organisation: Organisation, role: Role) -> Table | None:
    """Those tasks with due date, what was reported beside what was measured, and what is overdue."""
    tasks = tasks_of(view, organisation, role)
    if not tasks:
        return None
    rows = tuple(_row(view, task, role) for task in tasks)
    keys = ("table.task", "table.due", "table.reported", "table.measured", "table.overdue")
    columns = [Column(view.say(key)) for key in keys]
    if role == "supporting":
        columns.insert(1, Column(view.say("table.lead")))
    caption = view.say(f"duties.{role}_caption", count=len(tasks))
    return Table(f"tasks-{role}", caption, tuple(columns), rows, stack=True)


def _row(view: View, task: Task, role: Role) -> tuple[Cell, ...]:
    one = task_standing(view, task)
    words = () if task.basis == "official" else (Mark(task.basis, view.say(f"basis.{task.basis}.mark")),)
    leads = view.language.listing(view.short(name) for name in task.lead) or view.say("task.no_lead")
    return (
        Cell(view.numbered("tasks", task.id), view.href("tasks", task.id), words),
        *((Cell(leads),) if role == "supporting" else ()),
        Cell(view.due(task) or view.say("empty.not_stated")),
        reported_cell(view, task),
        measured_cell(view, task),
        Cell(overdue_words(view, one) or view.say("overdue.short.nothing")),
    )


def reported_cell(view: View, task: Task) -> Cell:
    """The reported status of a task with its date and marks; `unknown` where nobody reported."""
    one = task_standing(view, task)
    if one.report is None:
        return Cell("", status=one.status)
    return Cell(view.language.date(one.report.date), status=one.status, marks=view.marks(one.report))


def measured_cell(view: View, task: Task) -> Cell:
    """What the indicators of a task say, marked where that rests on a made-up number; else that nothing is measured."""
    one = task_standing(view, task)
    if one.measured is None:
        return Cell(view.say("task.not_measured"))
    marks = (Mark("illustrative", view.say("basis.illustrative.mark")),) if one.is_illustrative else ()
    href = working_of(view, one.deciding) if one.deciding else None
    return Cell("", href, status=f"band-{one.measured}", marks=marks)


def status_counts(view: View, organisation: Organisation) -> list[tuple[str, int]]:
    """How many of the tasks it leads were reported in each status that occurs, in the readers' order."""
    found = [task_standing(view, task).status for task in tasks_of(view, organisation, "lead")]
    return [(status, found.count(status)) for status in STATUSES if status in found]


def rests_on_illustration(view: View, organisation: Organisation) -> bool:
    """Whether one of those reports is made up."""
    reports = [task_standing(view, task).report for task in tasks_of(view, organisation, "lead")]
    return any(report is not None and report.basis == "illustrative" for report in reports)


# --- its load beside the others' --------------------------------------------------------------------------------


def loads(view: View) -> list[Load]:
    """Every organisation that has a task: who leads most first, then who supports most, then as in the plan."""
    found: list[Load] = view.plan.remember(("loads",), lambda: _loads(view))
    return found


def _loads(view: View) -> list[Load]:
    found = []
    for organisation in view.plan.organisations.values():
        parts = [part for part in view.plan.involvements_of(organisation) if part.kind == "tasks"]
        leads = sum(part.role == "lead" for part in parts)
        if parts:
            found.append(Load(organisation, leads, len(parts) - leads))
    return sorted(found, key=lambda load: (-load.leads, -load.supports))


class _Loads(NamedTuple):
    """What every organisation's page says of all of them."""

    by_name: Mapping[str, Load]
    places: Mapping[int, int]
    """The place of whoever leads so many tasks; equal numbers share one."""
    leading: int
    """How many lead a task."""
    led: int
    """The sum of the tasks that they lead."""


def _compared(view: View) -> _Loads:
    made: _Loads = view.plan.remember(("loads-compared",), lambda: _compare(loads(view)))
    return made


def _compare(found: Sequence[Load]) -> _Loads:
    places: dict[int, int] = {}
    for place, load in enumerate(found, 1):
        places.setdefault(load.leads, place)
    leads = [load.leads for load in found if load.leads]
    return _Loads({load.organisation.id: load for load in found}, places, len(leads), sum(leads))


def place_of(view: View, organisation: Organisation) -> int | None:
    """Its place by the number of tasks it leads; equal numbers share one. None where it leads none."""
    compared = _compared(view)
    own = compared.by_name.get(organisation.id)
    return compared.places[own.leads] if own and own.leads else None


def load_words(view: View, organisation: Organisation) -> str:
    """`Leads 5 of 35 tasks: second of 18 organisations that lead one. On average they lead 1.9.`; empty for none."""
    compared = _compared(view)
    own, place = compared.by_name.get(organisation.id), place_of(view, organisation)
    if own is None:
        return ""
    here = view.href("organisations", organisation.id)
    total = linked(str(len(view.plan.tasks)), "tasks/")
    supports = linked(str(own.supports), f"{here}#supports")
    if place is None:
        words = view.say("duties.load_supports", supports=supports, total=total)
        return words + _division_words(view)
    average = view.language.number(compared.led / compared.leading, 1)
    words = view.say("duties.load", leads=linked(str(own.leads), f"{here}#leads"), total=total, place=place,
                     leading=compared.leading, average=average, supports=supports)  # fmt: skip
    return words + _division_words(view)


def _division_words(view: View) -> str:
    """That the division of work is not the official one, where that holds for any task; with the space before it."""
    plan = view.plan
    bases = plan.remember(("roles",), lambda: {task.roles_basis or task.basis for task in plan.tasks.values()})
    return "" if bases <= {"official"} else view.say("duties.working_division")


def load_table(view: View, organisation: Organisation) -> Table | None:
    """What each organisation leads and supports, the page's own marked; None where nothing can be compared."""
    found = loads(view)
    own = _compared(view).by_name.get(organisation.id)
    if own is None or len(found) < 2:
        return None
    shown = found[:SHOWN] if own in found[:SHOWN] else [*found[: SHOWN - 1], own]
    rows = []
    for load in shown:
        here = load is own
        name = Cell(
            view.short(load.organisation.id),
            None if here else view.href("organisations", load.organisation.id),
            (Mark("this", view.say("duties.this")),) if here else (),
        )
        rows.append((name, *(Cell(str(count)) for count in (load.leads, load.supports, load.together))))
    columns = (
        Column(view.say("table.organisation")),
        Column(view.say("table.leads"), True),
        Column(view.say("table.supports"), True),
        Column(view.say("table.total_number"), True),
    )
    caption = view.say("duties.load_caption", shown=len(shown), count=len(found))
    return Table("load", caption, columns, tuple(rows))
