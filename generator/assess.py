"""Sets what was measured against what was promised: pure arithmetic on a plan's series, in exact decimals.

Formulae: the linear ratio against the plan's own stage path (OECD and UN practice, with stage targets as the
expected values), bands at 95 %, 60 % and 0. See `content/*/method.md` for readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from generator.model import Area, Indicator, Observation, Report, Target
from generator.period import Period
from generator.plan import Dims, Plan, last_value

Band = Literal["achieved", "on-track", "moderate", "limited", "deteriorating", "missed"]
Reason = Literal[
    "no-target", "no-observation", "no-baseline", "single-point", "no-distance", "met-at-baseline", "lost-target",
    "series-break", "no-direction", "about-target",
]  # fmt: skip

BANDS: tuple[tuple[Fraction, Band], ...] = (
    (Fraction(95, 100), "on-track"),
    (Fraction(60, 100), "moderate"),
    (Fraction(0), "limited"),
)
"""Lower bounds of the linear ratio, included; below the last one the value moves away from its target."""


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

    @property
    def is_illustrative(self) -> bool:
        return "illustrative" in self.bases


def operator_of(target: Target, indicator: Indicator) -> str:
    """How a target is to be read; where it does not say, as the indicator's direction does."""
    return target.operator or (">=" if indicator.direction == "up" else "<=")


def is_met(value: Decimal, target: Target, indicator: Indicator) -> bool | None:
    """Whether a value meets a target; None for "about", which has no tolerance of its own."""
    operator = operator_of(target, indicator)
    if operator == ">=":
        return value >= target.value
    if operator == "<=":
        return value <= target.value
    if operator == "=":
        return value == target.value
    if operator == "between":
        return target.value <= value <= (target.value if target.value_to is None else target.value_to)
    return None


def assess(plan: Plan, indicator: Indicator, area: Area, dims: Dims | None = None) -> Standing:
    """The standing of an indicator in an area, from its whole series and its targets."""
    observations = plan.observations_of(indicator, area, dims)
    targets = plan.targets_of(indicator, area, dims)
    baseline_period = indicator.baseline or _baseline_period(plan)
    return assess_series(indicator, area, observations, targets, baseline_period)


def _baseline_period(plan: Plan) -> Period | None:
    import datetime  # noqa: PLC0415 -- one use

    period = plan.identity.period
    if period is None:
        return None
    year = period.baseline or period.start - 1
    return Period(datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1))


def assess_series(
    indicator: Indicator,
    area: Area,
    observations: Sequence[Observation],
    targets: Sequence[Target],
    baseline_period: Period | None,
) -> Standing:
    """The standing of one series. `baseline_period` None means: the first value observed is the baseline.

    Decision order: no target, no observation, met, no baseline, single point, no distance, ratio, band. A target for
    a span of several years is compared, never put on the path of yearly ones.
    """
    path = [target for target in targets if target.period.frequency in ("A", "S", "Q", "M", "D")] or list(targets)
    final = path[-1] if path else None
    latest = last_value(observations, final.period if final else None)
    newest = last_value(observations)
    baseline = _baseline(observations, baseline_period)
    gaps = tuple(_gap(indicator, target, observations) for target in targets)
    used = [row for row in (baseline, latest or newest, final) if row is not None]
    standing = Standing(
        indicator, area, observations, targets, baseline, latest or newest, newest, final, gaps=gaps,
        bases=frozenset(row.basis for row in used),
    )  # fmt: skip
    if final is None:
        return _because(standing, "no-target")
    if latest is None or latest.value is None:
        return _because(standing, "no-observation")
    if indicator.direction == "none" and final.operator is None:
        return _because(standing, "no-direction")
    if operator_of(final, indicator) == "~":
        return _because(standing, "about-target")
    return _judge(standing, path, latest.value)


def _because(standing: Standing, *reasons: Reason) -> Standing:
    return _with(standing, reasons=reasons)


def _with(standing: Standing, **changes: object) -> Standing:
    from dataclasses import replace  # noqa: PLC0415 -- one use

    return replace(standing, **changes)  # type: ignore[arg-type] # fields by name


def _baseline(observations: Sequence[Observation], period: Period | None) -> Observation | None:
    """The value of the baseline period, else the nearest one before it, else the first of all."""
    measured = [one for one in observations if one.value is not None]
    if period is None:
        return measured[0] if measured else None
    before = [one for one in measured if one.period.year <= period.year]
    return before[-1] if before else None


def _gap(indicator: Indicator, target: Target, observations: Sequence[Observation]) -> Gap:
    same = next((one for one in observations if one.period == target.period and one.value is not None), None)
    if same is None or same.value is None:
        return Gap(target, same, None, None)
    return Gap(target, same, same.value - target.value, is_met(same.value, target, indicator))


def _judge(standing: Standing, path: Sequence[Target], value: Decimal) -> Standing:
    """Ratio and band of a series that has a target and a value."""
    final, latest, baseline = standing.final, standing.latest, standing.baseline
    if final is None or latest is None:
        raise ValueError("a standing is judged only with a target and a value")
    indicator = standing.indicator
    met = is_met(value, final, indicator)
    met_at_start = baseline is not None and baseline.value is not None and is_met(baseline.value, final, indicator)
    over = latest.period.end >= final.period.end
    if baseline is None or baseline.value is None:
        return _with(standing, band="achieved" if met else "missed" if over else None, reasons=("no-baseline",))
    if met_at_start:
        reason: Reason = "met-at-baseline" if met else "lost-target"
        lost: Band = "missed" if over else "deteriorating"
        return _with(standing, band="achieved" if met else lost, reasons=(reason,))
    if latest is baseline or latest.period <= baseline.period:
        return _because(standing, "single-point")
    if _has_break(standing.observations, baseline.period, latest.period):
        return _with(standing, band="achieved" if met else None, reasons=("series-break",))
    start, goal = Fraction(baseline.value), Fraction(_edge(final, baseline.value))
    now = Fraction(_not_beyond(final, indicator, baseline.value, value))
    if goal == start:
        return _because(standing, "no-distance")
    expected = _expected(baseline.period, start, [(one.period, Fraction(_edge(one, baseline.value))) for one in path],
                         latest.period)  # fmt: skip
    share = (now - start) / (goal - start)
    ratio = (now - start) / (expected - start) if expected != start else None
    reasons: tuple[Reason, ...] = ()
    if met:
        band: Band | None = "achieved"
    elif over:
        band = "missed"
    elif ratio is None:
        band, reasons = None, ("no-distance",)
    else:
        moving = ratio if (expected - start) * (goal - start) > 0 else share
        band = next((name for bound, name in BANDS if moving >= bound), "deteriorating")
    return _with(standing, band=band, share=share, expected=expected, ratio=ratio, reasons=reasons)


def _edge(target: Target, start: Decimal) -> Decimal:
    """The nearest value that meets the target, seen from the baseline."""
    if target.value_to is not None and start > target.value_to:
        return target.value_to
    return target.value


def _not_beyond(target: Target, indicator: Indicator, start: Decimal, value: Decimal) -> Decimal:
    """The value, brought back where it has gone past an exact value or range: that is as far off as falling short."""
    low, high = target.value, target.value if target.value_to is None else target.value_to
    if operator_of(target, indicator) not in ("=", "between") or low <= value <= high:
        return value
    distance = max(low - value, value - high)
    return low - distance if start < low else high + distance


def _has_break(observations: Sequence[Observation], start: Period, end: Period) -> bool:
    return any("B" in one.status for one in observations if start < one.period <= end)


def _expected(start: Period, value: Fraction, path: Sequence[tuple[Period, Fraction]], at: Period) -> Fraction:
    """The value the path expects in a period: a stage target where there is one, else a straight line between two."""
    points = [(start, value), *((period, goal) for period, goal in path if period > start)]
    for (left, low), (right, high) in zip(points, points[1:], strict=False):
        if left.end <= at.end <= right.end and left.end < right.end:
            return low + (high - low) * _elapsed(left, right, at)
    return points[-1][1]


def _elapsed(left: Period, right: Period, at: Period) -> Fraction:
    """Share of the way from the end of `left` to that of `right`; in months where possible: years count the same."""
    ends = (left.end, right.end, at.end)
    if all(end.day == 1 for end in ends):
        first, last, now = (end.year * 12 + end.month for end in ends)
        return Fraction(now - first, last - first)
    return Fraction((at.end - left.end).days, (right.end - left.end).days)


# --- tasks ------------------------------------------------------------------------------------------------------


def last_report(reports: Sequence[Report]) -> Report | None:
    """The newest report of a task or measure, or None: nobody reported, which is never "on track"."""
    return reports[-1] if reports else None


def task_status(plan: Plan, task_id: str) -> str:
    """The status last reported for the whole plan area, `unknown` where nothing was reported."""
    report = last_report(plan.reports_on(task_id))
    return report.status if report else "unknown"


def ranking(plan: Plan, indicator: Indicator, period: Period) -> list[Observation]:
    """Observations of the peers in a period, best first (by direction; by value where there is none), ties by area."""
    start = plan.start_of(indicator)
    order = {area.id: position for position, area in enumerate(plan.peers)}
    rows = [
        one
        for area in plan.peers
        for one in plan.observations_of(indicator, area, start)
        if one.period == period and one.value is not None
    ]
    sign = 1 if indicator.direction == "down" else -1
    return sorted(rows, key=lambda one: (sign * (one.value or 0), order[one.area]))


def comparison_period(plan: Plan, indicator: Indicator, least: int = 2) -> Period | None:
    """The latest period in which most peers have a value, when at least `least` have one.

    A period in which a handful of areas reported is passed over for one in which at least twice as many did.
    """
    counts: dict[Period, int] = {}
    for area in plan.peers:
        for one in plan.observations_of(indicator, area):
            if one.value is not None:
                counts[one.period] = counts.get(one.period, 0) + 1
    usable = {period: count for period, count in counts.items() if count >= least}
    if not usable:
        return None
    most = max(usable.values())
    return max(period for period, count in usable.items() if count * 2 > most)
