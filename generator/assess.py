"""Sets what was measured against what was promised: the standing of indicators and tasks of a plan.

The arithmetic is in `progress.py`; here a plan's rows become its points and goals, and the answer stands beside the
rows it rests on. For readers the method is told in `content/*/method.md`.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple

from generator.model import (
    Area,
    Assessment,
    Indicator,
    IndicatorRule,
    Measure,
    Observation,
    Report,
    Target,
    Task,
    Tolerance,
)
from generator.period import Period
from generator.plan import Dims, Plan, last_value
from generator.progress import BANDS as BANDS_IN_ORDER
from generator.progress import (
    DEFAULT_RULES,
    Band,
    Goal,
    Operator,
    Point,
    Progress,
    Reason,
    Rules,
    around,
    assess_progress,
    meets,
)
from generator.progress import Tolerance as Allowance

BANDS: tuple[tuple[Fraction, Band], ...] = tuple((bound, name) for name, bound in DEFAULT_RULES.bounds)
"""Lower bounds of the ratio where the plan sets none, included; below the last one the value moves away."""

NO_RULE = IndicatorRule(id="none")


class Gap(NamedTuple):
    """A target beside the observation of the same period (None when nothing was observed)."""

    target: Target
    observation: Observation | None
    difference: Decimal | None
    """Observed less target, in the indicator's unit."""
    met: bool | None


@dataclass(frozen=True)
class Standing:
    """How one indicator stands in one area. Every number may be None; `reasons` say why."""

    indicator: Indicator
    area: Area
    observations: Sequence[Observation]
    targets: Sequence[Target]
    baseline: Observation | None = None
    latest: Observation | None = None
    """The value that is judged: the last one up to the final target's period."""
    newest: Observation | None = None
    """The last value of all."""
    final: Target | None = None
    band: Band | None = None
    share: Fraction | None = None
    """Share of the way from baseline to final target."""
    expected: Fraction | None = None
    """Value that the plan's path expects for the latest period."""
    ratio: Fraction | None = None
    """Progress made over progress expected by now."""
    gaps: tuple[Gap, ...] = ()
    reasons: tuple[Reason, ...] = ()
    bases: frozenset[str] = field(default_factory=frozenset)
    """On what the numbers used here rest."""
    progress: Progress = field(default_factory=lambda: Progress("none"))
    """The arithmetic behind the band: every number of it, the working, and what would change the verdict."""
    rule: IndicatorRule = NO_RULE

    @property
    def is_illustrative(self) -> bool:
        return "illustrative" in self.bases


def operator_of(target: Target, indicator: Indicator) -> Operator:
    """How a target is to be read; where it does not say, as the indicator's direction does."""
    return target.operator or (">=" if indicator.direction == "up" else "<=")


def is_met(value: Decimal, target: Target, indicator: Indicator, rules: Rules = DEFAULT_RULES) -> bool | None:
    """Whether a value meets a target; None for "about" where no tolerance is declared."""
    return meets(Fraction(value), _goal(target, indicator), indicator.direction, rules)


def rules_of(assessment: Assessment, indicator: str = "") -> Rules:
    """The rules for an indicator, from `assessment.yml`."""
    rule = rule_of(assessment, indicator)
    return _rules(assessment, rule.about or assessment.about)


@lru_cache(maxsize=256)
def _rules(assessment: Assessment, about: Tolerance | None) -> Rules:
    bands, trend = assessment.bands, assessment.trend
    return Rules(
        method=assessment.method,
        bounds=(
            ("on-track", Fraction(bands.on_track)),
            ("moderate", Fraction(bands.moderate)),
            ("limited", Fraction(bands.limited)),
        ),
        trend=(
            ("on-track", Fraction(trend.on_track) / 100),
            ("moderate", Fraction(trend.moderate) / 100),
            ("limited", Fraction(trend.limited) / 100),
        ),
        about=None if about is None else Allowance(
            None if about.absolute is None else Fraction(about.absolute),
            None if about.percent is None else Fraction(about.percent) / 100,
        ),
    )  # fmt: skip


def rule_of(assessment: Assessment, indicator: str) -> IndicatorRule:
    """What `assessment.yml` says of one indicator, else a rule that says nothing."""
    return next((rule for rule in assessment.indicators if rule.id == indicator), NO_RULE)


def assess(plan: Plan, indicator: Indicator, area: Area, dims: Dims | None = None) -> Standing:
    """The standing of an indicator in an area, from its whole series and its targets."""
    observations = plan.observations_of(indicator, area, dims)
    targets = plan.targets_of(indicator, area, dims)
    return assess_series(indicator, area, observations, targets, indicator.baseline or plan.baseline,
                         assessment=plan.assessment)  # fmt: skip


def assess_series(
    indicator: Indicator,
    area: Area,
    observations: Sequence[Observation],
    targets: Sequence[Target],
    baseline_period: Period | None,
    *,
    assessment: Assessment | None = None,
) -> Standing:
    """The standing of one series. `baseline_period` None means: the first value observed is the baseline.

    A target for a span of several years is compared, never put on the path of yearly ones.
    """
    settings = assessment or Assessment()
    rules, rule = rules_of(settings, indicator.id), rule_of(settings, indicator.id)
    path = _path(targets)
    series = _comparable(observations, path[-1].period if path else None)
    baseline = _baseline(series, baseline_period)
    progress = assess_progress(
        None if baseline is None else _point(baseline),
        [_goal(one) for one in path],
        [_point(one) for one in series],
        indicator.direction,
        kind=rule.kind,
        state=rule.state,
        limit=indicator.limit,
        rules=rules,
    )
    final = path[-1] if path else None
    newest = series[-1] if series else last_value(observations)
    judged = next((one for one in reversed(series) if _is_at(one, progress.latest)), newest)
    return Standing(
        indicator, area, observations, targets, baseline, judged, newest, final, progress.band, progress.share,
        progress.expected, progress.ratio, tuple(_gap(indicator, one, observations, rules) for one in targets),
        progress.reasons, _bases(progress, path, (baseline, judged, final)), progress, rule,
    )  # fmt: skip


def baseline_of(plan: Plan, indicator: Indicator, area: Area) -> Observation | None:
    """Where progress is counted from, without any judgement."""
    path = _path(plan.targets_of(indicator, area))
    series = _comparable(plan.observations_of(indicator, area), path[-1].period if path else None)
    return _baseline(series, indicator.baseline or plan.baseline)


def _path(targets: Sequence[Target]) -> list[Target]:
    """The targets that are compared with each other: years and their parts, else spans as long as the last one."""
    path = [one for one in targets if one.period.months <= 12]
    return path or [one for one in targets if one.period.frequency == targets[-1].period.frequency]


@lru_cache(maxsize=4096)
def time_of(period: Period) -> Fraction:
    """Where a period ends, in years: a calendar year at its own number, its first half at half a year less."""
    end = period.end
    if end.day == 1:  # months count alike, whatever their days
        return Fraction(end.year * 12 + end.month - 1, 12) - 1
    days = 366 if calendar.isleap(end.year) else 365
    return end.year - 1 + Fraction((end - datetime.date(end.year, 1, 1)).days, days)


def _point(row: Observation) -> Point:
    if row.value is None:
        raise ValueError("only rows with a value are points")
    return Point(time_of(row.period), Fraction(row.value), "".join(row.status))


def _goal(row: Target, indicator: Indicator | None = None) -> Goal:
    """A target as a goal; with the indicator given, an operator that is left out is read as `operator_of` does."""
    to = None if row.value_to is None else Fraction(row.value_to)
    operator = row.operator if indicator is None else operator_of(row, indicator)
    return Goal(time_of(row.period), Fraction(row.value), operator, to)


def _is_at(row: Observation, point: Point | None) -> bool:
    return point is not None and time_of(row.period) == point.time


def _comparable(observations: Iterable[Observation], like: Period | None) -> list[Observation]:
    """The rows with a value that make one series: years and their parts, or spans of several years of one length.

    Of two periods with the same end the longer one counts: a year, not its last quarter.
    """
    spans = like.frequency if like is not None and like.months > 12 else None
    found: dict[datetime.date, Observation] = {}
    for one in sorted(observations, key=lambda row: row.period.start, reverse=True):
        fits = one.period.frequency == spans if spans else one.period.months <= 12
        if one.value is not None and fits:
            found[one.period.end] = one
    return [found[end] for end in sorted(found)]


def _baseline(series: Sequence[Observation], period: Period | None) -> Observation | None:
    """The value of the baseline period, else the nearest one before it; the first of all where no period is given."""
    if period is None:
        return series[0] if series else None
    before = [one for one in series if one.period.year <= period.year]
    return before[-1] if before else None


def _bases(progress: Progress, path: Sequence[Target], rows: Iterable[Observation | Target | None]) -> frozenset[str]:
    """On what baseline, judged value, final target and the stages that the expected value lies on rest."""
    found = {row.basis for row in rows if row is not None}
    if progress.expected is not None and progress.latest is not None:
        stages = {point.time for point in around(progress.path, progress.latest.time)}
        found |= {target.basis for target in path if time_of(target.period) in stages}
    return frozenset(found)


def _gap(indicator: Indicator, target: Target, observations: Sequence[Observation], rules: Rules) -> Gap:
    same = next((one for one in observations if one.period == target.period and one.value is not None), None)
    if same is None or same.value is None:
        return Gap(target, same, None, None)
    return Gap(target, same, same.value - target.value, is_met(same.value, target, indicator, rules))


# --- tasks ------------------------------------------------------------------------------------------------------

Overdue = Literal["report-old", "due-passed"]
"""Why a report is overdue: the last one is too old, or the due date is over and nobody reported completion."""

MilestoneState = Literal["done", "done-late", "due", "late", "unreported", "on-hold", "cancelled"]
"""Of a measure with a due date. `late`: reported, but not as completed; `unreported`: nobody said anything."""

_CLOSED = ("completed", "cancelled")


def last_report(reports: Sequence[Report]) -> Report | None:
    """The newest report of a task or measure, or None: nobody reported, which is never "on track"."""
    return reports[-1] if reports else None


def task_status(plan: Plan, task_id: str) -> str:
    """The status last reported for the whole plan area, `unknown` where nothing was reported."""
    report = last_report(plan.reports_on(task_id))
    return report.status if report else "unknown"


class Milestone(NamedTuple):
    """A measure with a due date, and what became of it by the data's cut-off."""

    measure: Measure
    due: Period
    state: MilestoneState
    report: Report | None


@dataclass(frozen=True)
class TaskStanding:
    """What was reported of a task, and beside it what its indicators say. The two are never mixed."""

    task: Task
    report: Report | None
    """The last report; None is "no information", never "on track"."""
    overdue: tuple[Overdue, ...]
    standings: tuple[Standing, ...]
    """Its indicators in the whole plan area."""

    @property
    def status(self) -> str:
        """The reported status, `unknown` where nobody reported."""
        return self.report.status if self.report else "unknown"

    @property
    def judged(self) -> tuple[Standing, ...]:
        """The indicators that have a band."""
        return tuple(one for one in self.standings if one.band is not None)

    @property
    def deciding(self) -> Standing | None:
        """The indicator by which the task stands: the first with the weakest band."""
        return next((one for one in self.judged if one.band == self.measured), None)

    @property
    def measured(self) -> Band | None:
        """The weakest band of its judged indicators: a task stands where its weakest indicator stands."""
        bands = [one.band for one in self.judged]
        return next((band for band in reversed(BANDS_IN_ORDER) if band in bands), None)

    @property
    def counts(self) -> tuple[tuple[Band, int], ...]:
        """How many of its indicators are in each band that occurs, the best first."""
        bands = [one.band for one in self.judged]
        return tuple((band, bands.count(band)) for band in BANDS_IN_ORDER if band in bands)

    @property
    def is_illustrative(self) -> bool:
        """Whether the measured status rests on a made-up number."""
        return any(one.is_illustrative for one in self.judged)


def assess_task(plan: Plan, task: Task, standing: Callable[[Indicator, Area], Standing] | None = None) -> TaskStanding:
    """How a task stands; `standing` may hand in indicators that were assessed before."""
    judge = standing or (lambda indicator, area: assess(plan, indicator, area))
    return TaskStanding(
        task,
        last_report(plan.reports_on(task.id)),
        overdue(plan, task),
        tuple(judge(plan.indicators[name], plan.root) for name in task.indicators),
    )


def due_of(plan: Plan, task: Task) -> Period | None:
    """Until when a task is to be done: the last due period of its measures, else the end of the plan."""
    periods = [measure.due for measure in task.measures if measure.due is not None]
    if periods:
        return max(periods, key=lambda period: period.end)
    return None if plan.identity.period is None else _year(plan.identity.period.end)


def _year(year: int) -> Period:
    return Period(datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1))


def overdue(plan: Plan, task: Task) -> tuple[Overdue, ...]:
    """What is overdue in the reports on a task at the data's cut-off; nothing where the plan names none."""
    today, report, due = plan.identity.as_of, last_report(plan.reports_on(task.id)), due_of(plan, task)
    if today is None or (report is not None and report.status in _CLOSED):
        return ()
    found: list[Overdue] = []
    if report is not None and _months_between(report.date.last_day, today) > plan.assessment.report_months:
        found.append("report-old")
    if due is not None and due.end <= today:
        found.append("due-passed")
    return tuple(found)


def _months_between(earlier: datetime.date, later: datetime.date) -> Fraction:
    """Months from one day to another; a begun month counts by its days."""
    whole = (later.year - earlier.year) * 12 + later.month - earlier.month
    return whole + Fraction(later.day - earlier.day, 31)


def milestones(plan: Plan, task: Task) -> list[Milestone]:
    """The measures of a task that have a due date, in the order in which they fall due."""
    found = []
    for measure in task.measures:
        if measure.due is not None:
            report = last_report(plan.reports_on(f"{task.id}/{measure.id}"))
            state = _milestone_state(measure.due, report, plan.identity.as_of)
            found.append(Milestone(measure, measure.due, state, report))
    return sorted(found, key=lambda one: (one.due.end, one.due.start))


def _milestone_state(due: Period, report: Report | None, today: datetime.date | None) -> MilestoneState:
    is_over = today is not None and due.end <= today
    if report is None:
        return "unreported" if is_over else "due"
    if report.status == "completed":
        return "done-late" if report.date.start >= due.end else "done"
    if report.status == "cancelled":
        return "cancelled"
    if report.status == "on-hold":
        return "on-hold"
    return "late" if is_over else "due"


# --- how current values are ------------------------------------------------------------------------------------

RHYTHM = {"A": 12, "A2": 24, "A5": 60, "S": 6, "Q": 3, "M": 1, "W": 0, "D": 0}
"""Months from one value of an indicator to the next, by its frequency."""


def age_of(plan: Plan, row: Observation) -> int | None:
    """Whole months from the end of an observation's period to the data's cut-off; None where the plan names none."""
    today = plan.identity.as_of
    if today is None:
        return None
    last = row.period.last_day
    whole = (today.year - last.year) * 12 + today.month - last.month
    is_begun = today.day < last.day and today.day < calendar.monthrange(today.year, today.month)[1]
    return max(0, whole - is_begun)


def is_stale(plan: Plan, indicator: Indicator, row: Observation) -> bool | None:
    """Whether the next value should be there: older than its own rhythm and the months a report may take.

    Where no rhythm is stated, the length of the latest period stands for it. None: no cut-off, or no rhythm at all.
    """
    age = age_of(plan, row)
    if age is None or indicator.frequency == "irregular":
        return None
    rhythm = RHYTHM.get(indicator.frequency or "", row.period.months)
    return age > rhythm + plan.assessment.report_months


# --- peers -------------------------------------------------------------------------------------------------------


def ranking(plan: Plan, indicator: Indicator, period: Period, areas: Sequence[Area] | None = None) -> list[Observation]:
    """Observations of areas (the peers) in a period, best first (by direction, else by value), ties by area."""
    start = plan.start_of(indicator)
    compared = plan.peers if areas is None else areas
    order = {area.id: position for position, area in enumerate(compared)}
    rows = [
        one
        for area in compared
        for one in plan.observations_of(indicator, area, start)
        if one.period == period and one.value is not None
    ]
    sign = 1 if indicator.direction == "down" else -1
    return sorted(rows, key=lambda one: (sign * (one.value or 0), order[one.area]))


def comparison_period(
    plan: Plan, indicator: Indicator, least: int = 2, areas: Sequence[Area] | None = None
) -> Period | None:
    """The latest period in which most areas (the peers) have a value, when at least `least` have one.

    A period in which a handful of areas reported is passed over for one in which at least twice as many did.
    """
    counts: dict[Period, int] = {}
    for area in plan.peers if areas is None else areas:
        for one in plan.observations_of(indicator, area):
            if one.value is not None:
                counts[one.period] = counts.get(one.period, 0) + 1
    usable = {period: count for period, count in counts.items() if count >= least}
    if not usable:
        return None
    most = max(usable.values())
    return max(period for period, count in usable.items() if count * 2 > most)
