"""Which numbers a page was made of: a plan that notes what is asked of it, so that a build can skip what is unchanged.

All numbers are read through `Plan`. A WatchedPlan answers like the plan it watches and notes each
question as a *read*: ("observations", indicator, area), ("reports", task) and so on. A page that was
made of certain reads is the same again as long as the answers to all of them are (`digest`).

What several pages share is computed once (`remember`) and its reads count for everyone who uses it. A
small answer that rests on many numbers, such as "is there a page of targets?", is read as itself (`told`).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property, partial
from typing import Any

from generator.changes import History, Past
from generator.model import Area, Basis, Indicator, Observation, Organisation, Report, Target
from generator.plan import Dims, Plan
from generator.snapshot import Snapshot
from generator.spread import aside, can_spread

Read = tuple[str, ...]
"""What was asked: the kind of question, then the ids in it."""

ALL = "all"
NARROW = ("revision", "about")
"""Questions to the history that are noted as what they are, since nearly every page asks them."""


def watched(plan: Plan) -> WatchedPlan:
    """The same plan, noting what is read of its numbers."""
    copy = object.__new__(WatchedPlan)
    names = {"observations", "targets", "progress"}
    copy.__dict__.update({name: value for name, value in plan.__dict__.items() if name not in names})
    for name in ("numbers", "bases", "citations", "_remembered"):
        copy.__dict__.pop(name, None)
    copy.__dict__.update(_plain=plan, _frames=[set()], _told={}, _kept={}, _coming={}, _digests={}, _row_digests={})
    return copy


def unwatched(plan: Plan, history: History) -> tuple[Plan, History]:
    """The plan and history that watched ones watch; others are themselves."""
    if isinstance(plan, WatchedPlan):
        return plan.plain, plan.__dict__["_history"]
    return plan, history


class WatchedPlan(Plan):
    """A plan that notes its reads. Everything that is no number is structure, and is read without a note."""

    _plain: Plan
    _frames: list[set[Read]]
    _told: dict[Read, str]
    _kept: dict[tuple[object, ...], tuple[Any, frozenset[Read]]]
    _coming: dict[tuple[object, ...], Callable[[], Any]]
    _digests: dict[Read, str]
    _row_digests: dict[int, bytes]

    @property
    def plain(self) -> Plan:
        """The plan that is watched."""
        return self._plain

    @contextmanager
    def watching(self) -> Iterator[set[Read]]:
        """What is read inside, also noted for whoever watches outside."""
        frame: set[Read] = set()
        self._frames.append(frame)
        try:
            yield frame
        finally:
            self._frames.pop()
            self._frames[-1].update(frame)

    def note(self, *reads: Read) -> None:
        self._frames[-1].update(reads)

    def remember(self, key: tuple[object, ...], make: Callable[[], Any]) -> Any:
        """What `make` gives, made once; its reads are noted at each use."""
        known = self._kept.get(key)
        if known is None:
            with self.watching() as reads:
                value = self._coming.pop(key, make)()
            known = self._kept[key] = (value, frozenset(reads))
        self._frames[-1].update(known[1])
        return known[0]

    def expect(self, jobs: int, made: Mapping[tuple[object, ...], Callable[[], Any]]) -> None:
        """Begin to make what is to be remembered, by key, in a process of its own, where there can be one."""
        if jobs < 2 or not can_spread():
            return

        def task() -> list[tuple[Any, set[Read], dict[Read, str]]]:
            found = []
            for make in made.values():
                with self.watching() as reads:
                    value = make()
                found.append((value, reads, {read: self.told_hash(read) for read in reads if read[0] == "told"}))
            return found

        results = cache(aside(task))

        def take(place: int) -> Any:
            value, reads, told = results()[place]
            self.learn(told)
            self.note(*reads)
            return value

        self._coming = {key: partial(take, place) for place, key in enumerate(made)}

    def told(self, key: Read, make: Callable[[], Any]) -> Any:
        """A small answer that counts as itself: whoever asked is out of date only when the answer differs."""
        self._frames.append(set())
        try:
            value = make()
        finally:
            self._frames.pop()
        self._told[key] = _hash(repr(value).encode())
        self.note(("told", *key))
        return value

    def told_hash(self, read: Read) -> str:
        """The hash of a small answer that was given."""
        return self._told.get(read[1:], "")

    def learn(self, told: Mapping[Read, str]) -> None:
        """Take small answers that another process gave."""
        self._told.update({read[1:]: found for read, found in told.items()})

    # --- the questions of Plan that touch numbers ---

    @property
    def observations(self) -> Any:
        self.note((ALL, "observations"))
        return self._plain.observations

    @property
    def targets(self) -> Any:
        self.note((ALL, "targets"))
        return self._plain.targets

    @property
    def progress(self) -> Any:
        self.note((ALL, "progress"))
        return self._plain.progress

    @property
    def numbers(self) -> tuple[Observation | Target, ...]:
        self.note((ALL, "observations"), (ALL, "targets"))
        return self._plain.numbers

    def count_of(self, table: str) -> int:
        self.note(("count", table))
        return self._plain.count_of(table)

    @property
    def citations(self) -> tuple[tuple[str, str], ...]:
        self.note(("citations",))
        return self._plain.citations

    @property
    def bases(self) -> frozenset[Basis]:
        self.note(("bases",))
        return self._plain.bases

    def reports_on(self, key: str, area: str | None = None) -> tuple[Report, ...]:
        self.note(("reports", key))
        return self._plain.reports_on(key, area)

    def area_reports_on(self, key: str) -> tuple[Report, ...]:
        self.note(("reports", key))
        return self._plain.area_reports_on(key)

    def reports_by(self, organisation: Organisation) -> tuple[Report, ...]:
        self.note(("reports-by", organisation.id))
        return self._plain.reports_by(organisation)

    def observations_of(self, indicator: Indicator, area: Area, dims: Dims | None = None) -> tuple[Observation, ...]:
        self.note(("observations", indicator.id, area.id))
        return self._plain.observations_of(indicator, area, dims)

    def targets_of(self, indicator: Indicator, area: Area, dims: Dims | None = None) -> tuple[Target, ...]:
        self.note(("targets", indicator.id, area.id))
        return self._plain.targets_of(indicator, area, dims)

    def rows_of(self, indicator: Indicator) -> tuple[tuple[Observation, ...], tuple[Target, ...]]:
        self.note(("rows", indicator.id))
        return self._plain.rows_of(indicator)

    def rows_in(self, area: Area) -> tuple[Observation | Target, ...]:
        self.note(("rows-in", area.id))
        return self._plain.rows_in(area)

    def indicators_for(self, area: Area) -> tuple[Indicator, ...]:
        self.note(("indicators-for", area.id))
        return self._plain.indicators_for(area)

    def restricted_to(self, bases: Iterable[Basis]) -> Plan:
        return self._plain.restricted_to(bases)

    # --- what the answers are now ---

    def digest(self, read: Read) -> str:
        """A hash of the answer to a read, as the plan is now; empty where it cannot be said."""
        found = self._digests.get(read)
        if found is None:
            found = self._digest(read)
            if read[0] != "told":
                self._digests[read] = found
        return found

    def _digest(self, read: Read) -> str:
        kind, *names = read
        if kind == "told":
            return self._told.get(tuple(names), "")
        if kind == "history":
            return _hash(repr(getattr(self.__dict__.get("_history"), names[0], None)).encode())
        if kind in NARROW:
            return self._history_answer(kind, *names)
        if kind == "bases":
            return _hash(" ".join(sorted(self._plain.bases)).encode())
        if kind == "count":
            return str(self._plain.count_of(names[0]))
        if kind == "citations":
            return _hash(repr(self._plain.citations).encode())
        if kind == ALL:
            return self._of_rows(getattr(self._plain, names[0]))
        if kind == "indicators-for":
            found = self._plain.indicators_for(self.areas[names[0]]) if names[0] in self.areas else ()
            return _hash("\n".join(one.id for one in found).encode())
        return self._of_rows(self._grouped[kind].get(tuple(names), ()))

    def _history_answer(self, question: str, kind: str, key: str) -> str:
        """A hash of what the history says to a narrow question, of a record by its own words and the releases' days."""
        history: History | None = self.__dict__.get("_history")
        answer: Any = getattr(history, question)(kind, key) if history is not None else None
        if isinstance(answer, Past):
            steps = [(*_dated(step.before), *_dated(step.after), found) for step, found in answer.steps]
            answer = (_dated(answer.first) if answer.first else None, steps)
        return _hash(repr(answer).encode())

    def _of_rows(self, rows: Iterable[Any]) -> str:
        known, parts = self._row_digests, []
        for row in rows:
            found = known.get(id(row))
            if found is None:
                found = known[id(row)] = hashlib.sha256(repr(tuple(row.__dict__.items())).encode()).digest()
            parts.append(found)
        return _hash(b"".join(parts))

    @cached_property
    def _grouped(self) -> dict[str, dict[tuple[str, ...], list[Any]]]:
        """The rows behind each narrow question, in the order of the files."""
        groups: dict[str, dict[tuple[str, ...], list[Any]]] = defaultdict(lambda: defaultdict(list))
        for kind in ("observations", "targets"):
            for row in getattr(self._plain, kind):
                groups[kind][row.indicator, row.area].append(row)
                groups["rows"][row.indicator,].append(row)
                groups["rows-in"][row.area,].append(row)
        for report in self._plain.progress:
            groups["reports"][report.task,].append(report)
            if report.by:
                groups["reports-by"][report.by,].append(report)
        return groups


def watched_history(history: History, plan: WatchedPlan) -> History:
    """The same history, noting when it is read."""
    plan.__dict__["_history"] = history
    copy = object.__new__(WatchedHistory)
    copy.__dict__.update(history.__dict__)
    copy.__dict__.update(_plan=plan, _plain=history)
    return copy


class WatchedHistory(History):
    """A history of releases that notes its reads."""

    def __getattribute__(self, name: str) -> Any:
        if name in NARROW:
            plan, plain = (object.__getattribute__(self, part) for part in ("_plan", "_plain"))

            def ask(kind: str, key: str) -> Any:
                plan.note((name, kind, key))
                return getattr(plain, name)(kind, key)

            return ask
        get = super().__getattribute__
        if name == "built_from":  # a word, for all that it rests on
            return get("_plan").told(("built-from",), lambda: get(name))
        if not name.startswith("_"):
            get("_plan").note(("history", "pending" if name == "pending" else "releases"))
        return get(name)


def _dated(release: Snapshot) -> tuple[str, str]:
    return release.id, release.date


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
