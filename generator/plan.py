"""The whole plan in memory, with the questions that pages ask of it. No files, no wording."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from typing import Any, Literal, NamedTuple, TypeVar

from generator.model import (
    Area,
    Aspect,
    Assessment,
    Basis,
    Dimension,
    Fact,
    Identity,
    Index,
    Indicator,
    Measure,
    Observation,
    Organisation,
    Redirect,
    Report,
    Safeguard,
    Source,
    Target,
    Task,
    Term,
    Text,
)
from generator.period import Period
from generator.problems import Place

Dims = tuple[tuple[str, str], ...]
"""Which value of which dimension, sorted by dimension; empty for the total."""

Role = Literal["lead", "supporting"]
_HasFacts = Identity | Task | Organisation | Area | Indicator


class Involvement(NamedTuple):
    """An organisation's part in a task or safeguard."""

    role: Role
    kind: Literal["tasks", "safeguards"]
    id: str


@dataclass(frozen=True)
class OtherPlan:
    """A plan that this one is set beside: the one it replaces, or that of another place."""

    plan: Plan
    matches: Mapping[str, Mapping[str, tuple[str, ...]]]
    """By kind and id of this plan: the ids of the other one that belong to it. A kind that is left out is not told."""
    note: Text | None = None


@dataclass(frozen=True)
class Plan:
    """All records of a plan by id, in the order of the files. Everything in it has passed `check`."""

    identity: Identity
    languages: tuple[str, ...]
    aspects: Mapping[str, Aspect] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    safeguards: Mapping[str, Safeguard] = field(default_factory=dict)
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    areas: Mapping[str, Area] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    index: Mapping[str, Index] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    glossary: Mapping[str, Term] = field(default_factory=dict)
    redirects: Sequence[Redirect] = ()
    observations: Sequence[Observation] = ()
    targets: Sequence[Target] = ()
    progress: Sequence[Report] = ()
    assessment: Assessment = field(default_factory=Assessment)
    """How progress is judged."""
    shapes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """GeoJSON geometry by area id."""
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    """Where each record stands, by kind and id, for edit links."""
    editions: Sequence[OtherPlan] = ()
    """Plans that it is set beside, with only the numbers and records of the bases that the site shows."""

    # --- what is computed once, and what it was made of ---

    @cached_property
    def _remembered(self) -> dict[tuple[object, ...], Any]:
        return {}

    def remember(self, key: tuple[object, ...], make: Callable[[], Any]) -> Any:
        """What `make` gives, made once under this key: for what several pages share and the plan alone decides."""
        if key not in self._remembered:
            self._remembered[key] = make()
        return self._remembered[key]

    def told(self, key: tuple[str, ...], make: Callable[[], Any]) -> Any:
        """A small answer that rests on many numbers; `reads` lets whoever asked depend on the answer alone."""
        return make()

    @contextmanager
    def watching(self) -> Iterator[set[tuple[str, ...]]]:
        """What is read of the numbers inside; a plain plan notes nothing (see `reads`)."""
        yield set()

    def count_of(self, table: str) -> int:
        """How many rows `observations`, `targets` or `progress` has."""
        return len(getattr(self, table))

    @cached_property
    def citations(self) -> tuple[tuple[str, str], ...]:
        """Each source that numbers are from, with the indicator, in the order of the numbers; each pair once."""
        return tuple(dict.fromkeys((row.source, row.indicator) for row in self.numbers if row.source))

    @cached_property
    def numbers(self) -> tuple[Observation | Target, ...]:
        """Every observation, then every target."""
        return (*self.observations, *self.targets)

    @cached_property
    def baseline(self) -> Period | None:
        """The year from which change is measured: the plan's baseline, else the year before it starts."""
        period = self.identity.period
        if period is None:
            return None
        year = period.baseline or period.start - 1
        return Period(datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1))

    # --- areas ---

    @property
    def root(self) -> Area:
        """The area of the whole plan."""
        return self.areas[self.identity.area]

    @cached_property
    def peers(self) -> tuple[Area, ...]:
        """The parts of the plan area that count towards it: these are compared with each other."""
        return self.parts_of(self.root)

    @cached_property
    def _areas_by_parent(self) -> Mapping[str, tuple[Area, ...]]:
        return _by_names(self.areas.values(), lambda area: (area.parent,))

    def areas_in(self, area: Area) -> tuple[Area, ...]:
        """The areas directly under another, whether or not they count towards it."""
        return self._areas_by_parent.get(area.id, ())

    def parts_of(self, area: Area) -> tuple[Area, ...]:
        """The areas directly under another that count towards it."""
        return tuple(one for one in self.areas_in(area) if one.part_of_total)

    def way_to(self, area: Area) -> tuple[Area, ...]:
        """The areas that an area lies in, from the one below the whole to the nearest."""
        way: list[Area] = []
        while area.parent is not None and area.parent != self.root.id:
            area = self.areas[area.parent]
            way.append(area)
        return tuple(reversed(way))

    def below(self, area: Area) -> tuple[Area, ...]:
        """Every area that lies in another, at whatever depth, each before what lies in it."""
        found: list[Area] = []
        waiting = [*reversed(self._areas_by_parent.get(area.id, ()))]
        while waiting:
            found.append(waiting.pop())
            waiting += reversed(self._areas_by_parent.get(found[-1].id, ()))
        return tuple(found)

    @cached_property
    def peer_over(self) -> Mapping[str, Area]:
        """For each area that lies in one of the peers, at whatever depth, this peer. Empty in a plan of one level."""
        return {one.id: peer for peer in self.peers for one in self.below(peer)}

    @cached_property
    def other_areas(self) -> tuple[Area, ...]:
        """Areas that are neither the whole nor one of the peers, such as a zone across several of them."""
        known = {self.root.id, *(area.id for area in self.peers)}
        return tuple(area for area in self.areas.values() if area.id not in known)

    # --- aspects and tasks ---

    @cached_property
    def _tasks_by_aspect(self) -> Mapping[str, tuple[Task, ...]]:
        groups: dict[str, list[Task]] = defaultdict(list)
        for task in self.tasks.values():
            if (aspect := self.aspect_of(task)) is not None:
                groups[aspect.id].append(task)
        return {key: tuple(tasks) for key, tasks in groups.items()}

    def aspect_of(self, task: Task) -> Aspect | None:
        """The aspect of a task, taken from its parent where it names none itself."""
        while task.aspect is None and task.parent is not None:
            task = self.tasks[task.parent]
        return self.aspects.get(task.aspect or "")

    def tasks_in(self, aspect: Aspect) -> tuple[Task, ...]:
        """The tasks that stand directly under an aspect."""
        return self._tasks_by_aspect.get(aspect.id, ())

    def aspects_under(self, aspect: Aspect | None) -> tuple[Aspect, ...]:
        """The aspects directly under another, or the topmost ones."""
        parent = aspect.id if aspect else None
        return tuple(candidate for candidate in self.aspects.values() if candidate.parent == parent)

    @cached_property
    def _tasks_by(self) -> Mapping[str, Mapping[str, tuple[Task, ...]]]:
        """Tasks by the field that names something else, then by what is named."""
        fields_ = ("areas", "indicators", "safeguards", "depends_on")
        found = {name: _by_names(self.tasks.values(), attrgetter(name)) for name in fields_}
        return {**found, "parent": _by_names(self.tasks.values(), lambda task: (task.parent,))}

    def tasks_under(self, task: Task) -> tuple[Task, ...]:
        return self._tasks_by["parent"].get(task.id, ())

    def tasks_naming(self, area: Area) -> tuple[Task, ...]:
        """Tasks that name the area; those without areas are for the whole plan area."""
        return self._tasks_by["areas"].get(area.id, ())

    def tasks_measured_by(self, indicator: Indicator) -> tuple[Task, ...]:
        return self._tasks_by["indicators"].get(indicator.id, ())

    def tasks_secured_by(self, safeguard: Safeguard) -> tuple[Task, ...]:
        return self._tasks_by["safeguards"].get(safeguard.id, ())

    def tasks_depending_on(self, task: Task) -> tuple[Task, ...]:
        return self._tasks_by["depends_on"].get(task.id, ())

    @cached_property
    def _reports(self) -> Mapping[str, tuple[Report, ...]]:
        groups: dict[str, list[Report]] = defaultdict(list)
        for report in self.progress:
            groups[report.task].append(report)
        return {key: tuple(sorted(reports, key=lambda report: report.date)) for key, reports in groups.items()}

    def reports_on(self, key: str, area: str | None = None) -> tuple[Report, ...]:
        """Reports on a task (`08`) or measure (`08/m1`) by date; those for the whole plan area unless one is named."""
        return tuple(report for report in self._reports.get(key, ()) if report.area == area)

    def area_reports_on(self, key: str) -> tuple[Report, ...]:
        """Reports on a task that speak of one area each."""
        return tuple(report for report in self._reports.get(key, ()) if report.area is not None)

    @cached_property
    def _reports_by(self) -> Mapping[str, tuple[Report, ...]]:
        groups: dict[str, list[Report]] = defaultdict(list)
        for report in self.progress:
            if report.by:
                groups[report.by].append(report)
        return {key: tuple(reports) for key, reports in groups.items()}

    def reports_by(self, organisation: Organisation) -> tuple[Report, ...]:
        """Reports that an organisation made, in the order of the file."""
        return self._reports_by.get(organisation.id, ())

    # --- organisations ---

    @cached_property
    def _involvements(self) -> Mapping[str, tuple[Involvement, ...]]:
        found: dict[str, dict[Involvement, None]] = defaultdict(dict)
        for role in ("lead", "supporting"):
            for task in self.tasks.values():
                for organisation in getattr(task, role):
                    found[organisation][Involvement(role, "tasks", task.id)] = None
            for safeguard in self.safeguards.values():
                for organisation in getattr(safeguard, role):
                    found[organisation][Involvement(role, "safeguards", safeguard.id)] = None
        return {key: tuple(parts) for key, parts in found.items()}

    def involvements_of(self, organisation: Organisation) -> tuple[Involvement, ...]:
        """What an organisation leads, then what it supports, in the plan's order."""
        return self._involvements.get(organisation.id, ())

    @cached_property
    def _organisations_by(self) -> Mapping[str, Mapping[str, tuple[Organisation, ...]]]:
        every = self.organisations.values()
        return {
            "area": _by_names(every, lambda one: (one.area,)),
            "parent": _by_names(every, lambda one: (one.parent,)),
        }

    def organisations_at(self, area: Area) -> tuple[Organisation, ...]:
        """Organisations that name the area as theirs."""
        return self._organisations_by["area"].get(area.id, ())

    def organisations_under(self, organisation: Organisation) -> tuple[Organisation, ...]:
        return self._organisations_by["parent"].get(organisation.id, ())

    @cached_property
    def _indicators_by_lead(self) -> Mapping[str, tuple[Indicator, ...]]:
        return _by_names(self.indicators.values(), lambda one: (one.lead,))

    def indicators_led_by(self, organisation: Organisation) -> tuple[Indicator, ...]:
        return self._indicators_by_lead.get(organisation.id, ())

    @cached_property
    def _measures_by_lead(self) -> Mapping[str, tuple[tuple[Task, Measure], ...]]:
        every = ((task, measure) for task in self.tasks.values() for measure in task.measures)
        return _by_names(every, lambda pair: (pair[1].lead,))

    def measures_led_by(self, organisation: Organisation) -> tuple[tuple[Task, Measure], ...]:
        """Single measures that an organisation leads, each with its task."""
        return self._measures_by_lead.get(organisation.id, ())

    def organisations_of(self, tasks: Iterable[Task]) -> dict[str, set[Role]]:
        """Who acts on any of these tasks, and in which roles, in the order of organisations.yml."""
        roles: dict[str, set[Role]] = defaultdict(set)
        for task in tasks:
            for organisation in task.lead:
                roles[organisation].add("lead")
            for organisation in task.supporting:
                roles[organisation].add("supporting")
        return {key: roles[key] for key in self.organisations if key in roles}

    # --- indicators ---

    @cached_property
    def _indicators_by_parent(self) -> Mapping[str, tuple[Indicator, ...]]:
        return _by_names(self.indicators.values(), lambda one: (one.parent,))

    def indicators_under(self, indicator: Indicator) -> tuple[Indicator, ...]:
        return self._indicators_by_parent.get(indicator.id, ())

    def indicators_in(self, aspect: Aspect) -> tuple[Indicator, ...]:
        """Indicators that name the aspect or that one of its tasks uses."""
        return self._indicators_by_aspect.get(aspect.id, ())

    @cached_property
    def _indicators_by_aspect(self) -> Mapping[str, tuple[Indicator, ...]]:
        return _by_names(self.indicators.values(), lambda one: [aspect.id for aspect in self.aspects_using(one)])

    @cached_property
    def _used_in(self) -> Mapping[str, frozenset[str]]:
        """The aspects whose tasks use an indicator."""
        found: dict[str, set[str]] = defaultdict(set)
        for aspect, tasks in self._tasks_by_aspect.items():
            for task in tasks:
                for name in task.indicators:
                    found[name].add(aspect)
        return {name: frozenset(aspects) for name, aspects in found.items()}

    def aspects_using(self, indicator: Indicator) -> tuple[Aspect, ...]:
        """The aspects that an indicator names or that have a task which uses it."""
        used = self._used_in.get(indicator.id, frozenset())
        return tuple(one for one in self.aspects.values() if one.id in used or one.id == indicator.aspect)

    def start_of(self, indicator: Indicator) -> Dims:
        """The breakdown an indicator opens with: its totals, or `start` where it has none."""
        return tuple(sorted(indicator.start.items()))

    @cached_property
    def _observations(self) -> Mapping[tuple[str, str, Dims], tuple[Observation, ...]]:
        return _grouped(self.observations)

    @cached_property
    def _targets(self) -> Mapping[tuple[str, str, Dims], tuple[Target, ...]]:
        return _grouped(self.targets)

    def observations_of(self, indicator: Indicator, area: Area, dims: Dims | None = None) -> tuple[Observation, ...]:
        """The series of an indicator in an area by period; `dims` None is the breakdown it opens with."""
        return self._observations.get((indicator.id, area.id, self.start_of(indicator) if dims is None else dims), ())

    def targets_of(self, indicator: Indicator, area: Area, dims: Dims | None = None) -> tuple[Target, ...]:
        """The targets of an indicator in an area by period."""
        return self._targets.get((indicator.id, area.id, self.start_of(indicator) if dims is None else dims), ())

    @cached_property
    def _rows_by_indicator(self) -> Mapping[str, tuple[tuple[Observation, ...], tuple[Target, ...]]]:
        observations: dict[str, list[Observation]] = defaultdict(list)
        targets: dict[str, list[Target]] = defaultdict(list)
        for observation in self.observations:
            observations[observation.indicator].append(observation)
        for target in self.targets:
            targets[target.indicator].append(target)
        return {key: (tuple(observations[key]), tuple(targets[key])) for key in self.indicators}

    def rows_of(self, indicator: Indicator) -> tuple[tuple[Observation, ...], tuple[Target, ...]]:
        """Everything known of an indicator: all areas, periods and breakdowns."""
        return self._rows_by_indicator[indicator.id]

    @cached_property
    def _rows_by_area(self) -> Mapping[str, tuple[Observation | Target, ...]]:
        groups: dict[str, list[Observation | Target]] = defaultdict(list)
        for row in self.numbers:
            groups[row.area].append(row)
        return {key: tuple(rows) for key, rows in groups.items()}

    def rows_in(self, area: Area) -> tuple[Observation | Target, ...]:
        """Every observation, then every target, of an area: all indicators, periods and breakdowns."""
        return self._rows_by_area.get(area.id, ())

    @cached_property
    def _indicators_by_area(self) -> Mapping[str, tuple[Indicator, ...]]:
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.numbers:
            found[row.area].add(row.indicator)
        return {key: tuple(one for one in self.indicators.values() if one.id in names) for key, names in found.items()}

    def indicators_for(self, area: Area) -> tuple[Indicator, ...]:
        """Indicators that have any value or target in the area."""
        return self._indicators_by_area.get(area.id, ())

    # --- bases ---

    @cached_property
    def bases(self) -> frozenset[Basis]:
        """Every basis that something in the plan rests on."""
        rows = {row.basis for row in (*self.observations, *self.targets, *self.progress)}
        words = {one.basis for group in (self.aspects, self.tasks, self.safeguards) for one in group.values()}
        parts = {measure.basis for task in self.tasks.values() for measure in task.measures}
        owners: tuple[_HasFacts, ...] = (
            self.identity,
            *self.tasks.values(),
            *self.organisations.values(),
            *self.areas.values(),
            *self.indicators.values(),
        )
        facts = {fact.basis for owner in owners for fact in owner.facts}
        return frozenset(rows | words | parts | facts)

    def restricted_to(self, bases: Iterable[Basis]) -> Plan:
        """The plan with only the numbers and records of these bases.

        Texts that rest on another basis lose their records; references to those are dropped with them.
        """
        allowed = frozenset(bases)
        if self.bases <= allowed:
            return self
        tasks = {key: task for key, task in self.tasks.items() if task.basis in allowed}
        aspects = {key: aspect for key, aspect in self.aspects.items() if aspect.basis in allowed}
        safeguards = {key: one for key, one in self.safeguards.items() if one.basis in allowed}
        aspect_of = {key: aspect.id for key, task in tasks.items() if (aspect := self.aspect_of(task))}

        def facts(owner: _HasFacts) -> tuple[Fact, ...]:
            return tuple(fact for fact in owner.facts if fact.basis in allowed)

        return replace(
            self,
            identity=self.identity.model_copy(update={"facts": facts(self.identity)}),
            aspects={
                key: one.model_copy(update={"parent": _known(one.parent, aspects)}) for key, one in aspects.items()
            },
            tasks={
                key: task.model_copy(
                    update={
                        "aspect": _known(aspect_of.get(key), aspects),  # of a parent that is left out, too
                        "parent": _known(task.parent, tasks),
                        "depends_on": tuple(name for name in task.depends_on if name in tasks),
                        "safeguards": tuple(name for name in task.safeguards if name in safeguards),
                        "measures": tuple(measure for measure in task.measures if measure.basis in allowed),
                        "facts": facts(task),
                        # Who acts may rest on another basis than the words of the task.
                        **({} if (task.roles_basis or task.basis) in allowed else {"lead": (), "supporting": ()}),
                    }
                )
                for key, task in tasks.items()
            },
            safeguards=safeguards,
            organisations={
                key: one.model_copy(update={"facts": facts(one)}) for key, one in self.organisations.items()
            },
            areas={key: one.model_copy(update={"facts": facts(one)}) for key, one in self.areas.items()},
            indicators={
                key: one.model_copy(update={"aspect": _known(one.aspect, aspects), "facts": facts(one)})
                for key, one in self.indicators.items()
            },
            observations=tuple(row for row in self.observations if row.basis in allowed),
            targets=tuple(row for row in self.targets if row.basis in allowed),
            progress=tuple(
                row for row in self.progress if row.basis in allowed and row.task.partition("/")[0] in tasks
            ),
        )


def _known(name: str | None, records: Mapping[str, object]) -> str | None:
    return name if name in records else None


_Record = TypeVar("_Record")


def _by_names(
    records: Iterable[_Record], names: Callable[[_Record], Iterable[str | None]]
) -> dict[str, tuple[_Record, ...]]:
    """Records by each name that they give, in their order; with thousands of records nobody looks through all."""
    groups: dict[str, list[_Record]] = defaultdict(list)
    for record in records:
        for name in dict.fromkeys(names(record)):
            if name is not None:
                groups[name].append(record)
    return {key: tuple(group) for key, group in groups.items()}


def _grouped(rows: Iterable[Any]) -> dict[tuple[str, str, Dims], tuple[Any, ...]]:
    groups: dict[tuple[str, str, Dims], list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.indicator, row.area, row.dims].append(row)
    return {key: tuple(sorted(group, key=lambda row: row.period)) for key, group in groups.items()}


def final_target(targets: Sequence[Target]) -> Target | None:
    """The target of the last period, or None."""
    return targets[-1] if targets else None


def last_value(observations: Sequence[Observation], until: Period | None = None) -> Observation | None:
    """The latest observation that has a value; its period ends no later than `until` does."""
    for observation in reversed(observations):
        if observation.value is not None and (until is None or observation.period.end <= until.end):
            return observation
    return None
