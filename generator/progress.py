"""Progress of one series towards its targets: pure arithmetic, without files, plan or wording.

Anybody can call `assess_progress` with plain numbers:

    >>> assess_progress((2015, 50), [(2030, 100)], [(2015, 50), (2020, 60)], "up").ratio
    Fraction(3, 5)

Formulae: the linear ratio against the plan's own stage path (OECD and UN practice, with stage targets as expected
values), the ratio of compound annual growth rates (Eurostat 2021; Statistics Canada, as published with Open SDG), and
the extrapolation of the UN Statistics Division's progress chart. Values and ratios are exact fractions; growth rates
are decimals of 30 digits, whose ratio is rounded to 12 decimals before it is put in a band, so that the edge of a
band is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

Number = int | float | str | Decimal | Fraction
"""What callers may hand in. A float counts as it is printed: 0.1 is one tenth."""

Direction = Literal["up", "down", "none"]
Operator = Literal[">=", "<=", "=", "~", "between"]
Method = Literal["linear", "cagr"]
Kind = Literal["level", "rank", "rate"]
"""A level or share; a place in a ranking (depends on others); a rate of change (has no growth rate of its own)."""
State = Literal["on-hold", "withdrawn"]

Band = Literal["achieved", "on-track", "moderate", "limited", "deteriorating", "off-track", "missed"]
"""How a series stands. `off-track`: was met at the baseline and no longer is. `missed`: not met in the final period."""
BANDS: tuple[Band, ...] = ("achieved", "on-track", "moderate", "limited", "deteriorating", "off-track", "missed")
"""Every band, the best first."""

Reason = Literal[
    "no-target", "no-observation", "no-baseline", "single-point", "no-distance", "met-at-baseline", "lost-target",
    "series-break", "no-direction", "about-target", "on-hold", "withdrawn",
]  # fmt: skip
"""Why there is no band, or why a band rests on something else than the ratio."""

GrowthReason = Literal[
    "zero-baseline", "zero-target", "sign-change", "is-rate-of-change", "no-distance", "met-at-baseline",
    "lost-target", "not-computed",
]  # fmt: skip
"""Why there is no ratio of growth rates. `not-computed`: for want of the same things that the linear ratio lacks."""

Flag = Literal["worsening", "uncertain", "gap", "expired", "final-missing", "before-baseline", "depends-on-others"]
"""What a reader should know beside the band.

`worsening`: the last step went the wrong way. `uncertain`: the judged value is provisional or estimated. `gap`: periods
without a value lie in between. `expired`: there are values after the final target's period. `final-missing`: the final
period is over, but no value of it is known. `before-baseline`: values from before the baseline were passed over.
"""

UNCERTAIN = frozenset("PEFIU")
"""SDMX observation statuses that say that a value may still change or is estimated."""

DIGITS = 30
_ROUNDED = Decimal("1e-12")


def exact(value: Number) -> Fraction:
    """A number as an exact fraction. Raises ValueError for what is not a finite number."""
    try:
        return Fraction(str(value)) if isinstance(value, float) else Fraction(value)
    except OverflowError as error:
        raise ValueError(f"{value} is not a finite number") from error


class Point(NamedTuple):
    """A value at a time, in years: a period stands where it ends, so a calendar year at its own number.

    `status` holds SDMX codes: `B` says that the series is broken just before this value.
    """

    time: Fraction
    value: Fraction
    status: str = ""


class Goal(NamedTuple):
    """A value to reach at a time. `operator` None is read as the direction says; `value_to` goes with `between`."""

    time: Fraction
    value: Fraction
    operator: Operator | None = None
    value_to: Fraction | None = None


class Tolerance(NamedTuple):
    """What "about" allows on either side: in the unit, or as a share of the target."""

    absolute: Fraction | None = None
    share: Fraction | None = None

    def around(self, value: Fraction) -> Fraction:
        """The allowance for a target."""
        return self.absolute if self.absolute is not None else abs(value) * (self.share or 0)


@dataclass(frozen=True)
class Rules:
    """How a series is judged. The lower bounds belong to their bands."""

    method: Method = "linear"
    """Which ratio decides; the other one stands beside it."""
    bounds: tuple[tuple[Band, Fraction], ...] = (
        ("on-track", Fraction(95, 100)),
        ("moderate", Fraction(60, 100)),
        ("limited", Fraction(0)),
    )
    trend: tuple[tuple[Band, Fraction], ...] = (
        ("on-track", Fraction(15, 1000)),
        ("moderate", Fraction(5, 1000)),
        ("limited", Fraction(0)),
    )
    """Bounds of the yearly growth in the wanted direction, for a series without a target (Statistics Canada's)."""
    about: Tolerance | None = None
    """None: a target of "about" some value is not judged."""

    def band_of(self, ratio: Fraction) -> Band:
        """The band of a ratio."""
        return next((name for name, bound in self.bounds if ratio >= bound), "deteriorating")

    def trend_of(self, growth: Fraction, factor: Fraction) -> Band:
        """The band of a yearly growth without a target; bounds above zero are shrunk by the natural limit's factor."""
        shrunk = ((name, bound * factor if bound > 0 else bound) for name, bound in self.trend)
        return next((name for name, bound in shrunk if growth >= bound), "deteriorating")


DEFAULT_RULES = Rules()


class Pace(NamedTuple):
    """A change a year, and from when to when it is reckoned."""

    per_year: Fraction
    start: Fraction
    end: Fraction


class Check(NamedTuple):
    """The verdict if one thing were otherwise. `band` None means that there would be none."""

    what: Literal["baseline", "method", "uncertain"]
    band: Band | None
    changes: bool
    time: Fraction | None = None
    """The other baseline's time."""


class Step(NamedTuple):
    """One line of the working: which formula, the numbers put in, and what comes out."""

    formula: str
    numbers: Mapping[str, Fraction]
    result: Fraction


@dataclass(frozen=True)
class Series:
    """What is judged: the arguments of `assess_progress`, read and sorted."""

    baseline: Point | None
    goals: tuple[Goal, ...]
    points: tuple[Point, ...]
    direction: Direction
    kind: Kind
    state: State | None
    limit: Fraction | None
    rules: Rules

    @property
    def final(self) -> Goal | None:
        return self.goals[-1] if self.goals else None

    @cached_property
    def judged(self) -> tuple[Point, ...]:
        """The values up to the final target's time."""
        final = self.final
        return tuple(point for point in self.points if final is None or point.time <= final.time)


@dataclass(frozen=True)
class Progress:
    """How a series stands. A value that cannot be computed is None, and a reason says why."""

    direction: Direction
    rules: Rules = DEFAULT_RULES
    baseline: Point | None = None
    latest: Point | None = None
    """The value that is judged: the last one up to the final target's time."""
    newest: Point | None = None
    """The last value of all."""
    final: Goal | None = None
    goal: Fraction | None = None
    """The nearest value that meets the final target, seen from the baseline."""
    now: Fraction | None = None
    """The judged value; where it went past an exact value or range, as far short of it as it went past."""
    met: bool | None = None
    is_final: bool = False
    """Whether the judged value is that of the final target's period, so that only met or missed is left."""
    share: Fraction | None = None
    """p: part of the way from baseline to target."""
    expected: Fraction | None = None
    """E: the value that the path wants at the time of the judged value."""
    ratio: Fraction | None = None
    """L: progress made over progress expected by then."""
    growth: Fraction | None = None
    """Compound annual growth observed since the baseline."""
    growth_needed: Fraction | None = None
    """Compound annual growth that leads from the baseline to the target."""
    growth_ratio: Fraction | None = None
    """R: observed over needed growth, positive in the wanted direction."""
    growth_reason: GrowthReason | None = None
    trend: Fraction | None = None
    """C: yearly growth in the wanted direction of a series without a target."""
    limit_factor: Fraction = Fraction(1)
    """k: how far the bounds of the trend are shrunk near a natural limit."""
    projected: Fraction | None = None
    """Value at the final time if the observed growth goes on."""
    projected_ratio: Fraction | None = None
    """U: projected progress over needed progress (UN Statistics Division)."""
    band: Band | None = None
    linear_band: Band | None = None
    growth_band: Band | None = None
    trend_band: Band | None = None
    reasons: tuple[Reason, ...] = ()
    flags: frozenset[Flag] = frozenset()
    needed: Pace | None = None
    """Change a year from the judged value to the target."""
    recent: Pace | None = None
    """Change a year over the last two years (or since the value before, where there is none in that time)."""
    path: tuple[Point, ...] = ()
    """Baseline and stage targets, between which expected values lie on straight lines."""
    series: Series | None = None
    """What was judged."""

    @property
    def methods_disagree(self) -> bool:
        """Whether linear ratio and growth ratio fall into different bands, while there is still way to go."""
        open_ = self.band is not None and self.band not in ("achieved", "missed", "off-track")
        return open_ and None not in (self.linear_band, self.growth_band) and self.linear_band != self.growth_band

    @property
    def score(self) -> Fraction | None:
        """Statistics Canada's score from -5 to +5: of the growth ratio, or of the trend where there is no target."""
        if self.final is not None:
            return score_with_target(self.growth_ratio, self.band == "achieved")
        return None if self.trend is None else score_without_target(self.trend, self.limit_factor)

    @property
    def un_score(self) -> Literal[1, 2, 3] | None:
        """The UN Statistics Division's score: 3 met or on track, 2 progress, 1 stagnation or the wrong way."""
        if self.band == "achieved":
            return 3
        if self.projected_ratio is None:
            return None
        return 3 if self.projected_ratio >= Fraction(95, 100) else 2 if self.projected_ratio >= Fraction(1, 10) else 1

    @property
    def band_from(self) -> Fraction | None:
        """The judged value at which the band begins, in the wanted direction; None where no ratio decided."""
        return self._value_at(dict(self.rules.bounds).get(self.band)) if self.band else None

    @property
    def next_band(self) -> tuple[Band, Fraction] | None:
        """The next better band and the value that would have reached it by the time of the judged value."""
        names = [name for name, _ in self.rules.bounds]
        if self.band not in (*names, "deteriorating") or self.is_final:
            return None
        place = names.index(self.band) if self.band in names else len(names)
        if place == 0:
            return None
        value = self._value_at(self.rules.bounds[place - 1][1])
        return None if value is None else (names[place - 1], value)

    def _value_at(self, ratio: Fraction | None) -> Fraction | None:
        """The judged value that would give a linear ratio."""
        if ratio is None or self.expected is None or self.baseline is None:
            return None
        if self.is_final or self.rules.method != "linear":
            return None
        return self.baseline.value + ratio * (self.expected - self.baseline.value)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """What would change the verdict; worked out when it is asked for."""
        return tuple(_checks(self, self.series)) if self.series is not None else ()

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The working, in the order in which a reader would follow it."""
        return tuple(_working(self))


def _working(one: Progress) -> Iterable[Step]:
    """The lines that can be computed; each holds every number its formula needs."""
    start, latest, final = one.baseline, one.latest, one.final
    if start is None or latest is None or one.now is None:
        return
    if one.share is not None and one.goal is not None and final is not None:
        yield Step("share", {"now": one.now, "start": start.value, "goal": one.goal}, one.share)
        if one.expected is not None and not one.is_final:  # at the end the ratio is the share
            yield from _working_expected(one, latest.time)
            if one.ratio is not None:
                yield Step("ratio", {"now": one.now, "start": start.value, "expected": one.expected}, one.ratio)
    years = latest.time - start.time
    if one.growth is not None:
        yield Step("growth", {"now": one.now, "start": start.value, "years": years}, one.growth)
    if one.growth is None or one.growth_needed is None or one.goal is None or final is None:
        return
    numbers = {"goal": one.goal, "start": start.value, "years": final.time - start.time}
    yield Step("growth-needed", numbers, one.growth_needed)
    if one.growth_ratio is not None:
        yield Step("growth-ratio", {"growth": one.growth, "needed": one.growth_needed}, one.growth_ratio)


def _working_expected(one: Progress, at: Fraction) -> Iterable[Step]:
    left, right = around(one.path, at)
    if one.expected is None:
        return
    if right.time == at:
        yield Step("expected-stage", {"time": at}, one.expected)
    else:
        ends = {"left": left.value, "left_time": left.time, "right": right.value, "right_time": right.time}
        yield Step("expected", {**ends, "time": at}, one.expected)


# --- reading what callers hand in -------------------------------------------------------------------------------

PointLike = Point | tuple[Number, Number] | tuple[Number, Number, str]
GoalLike = Goal | tuple[Number, Number] | tuple[Number, Number, Operator | None]


def _point(given: PointLike) -> Point:
    if isinstance(given, Point):
        return given
    return Point(exact(given[0]), exact(given[1]), given[2] if len(given) == 3 else "")


def _goal(given: GoalLike) -> Goal:
    if isinstance(given, Goal):
        return given
    return Goal(exact(given[0]), exact(given[1]), given[2] if len(given) == 3 else None)


# --- targets ----------------------------------------------------------------------------------------------------


Bounds = tuple[Fraction | None, Fraction | None]
"""Lowest and highest value that meet a target; None is open."""


def bounds_of(goal: Goal, direction: Direction, rules: Rules = DEFAULT_RULES) -> Bounds | None:
    """Lowest and highest value that meet a goal, None being open; None altogether where that is not defined.

    "About" has bounds only with a tolerance; beyond it in the wanted direction is as good.
    """
    operator = goal.operator or {"up": ">=", "down": "<=", "none": None}[direction]
    if operator is None:
        return None
    if operator == "~":
        if rules.about is None:
            return None
        allowed = rules.about.around(goal.value)
        low, high = goal.value - allowed, goal.value + allowed
        return (None if direction == "down" else low), (None if direction == "up" else high)
    if operator == "between":
        return goal.value, goal.value if goal.value_to is None else goal.value_to
    return (None if operator == "<=" else goal.value), (None if operator == ">=" else goal.value)


def meets(value: Fraction, goal: Goal, direction: Direction, rules: Rules = DEFAULT_RULES) -> bool | None:
    """Whether a value meets a goal; None where the goal has no exact limit."""
    bounds = bounds_of(goal, direction, rules)
    if bounds is None:
        return None
    low, high = bounds
    return (low is None or value >= low) and (high is None or value <= high)


def _edge(goal: Goal, start: Fraction) -> Fraction:
    """The nearest value of a goal, seen from the baseline."""
    return goal.value_to if goal.value_to is not None and start > goal.value_to else goal.value


def _folded(value: Fraction, low: Fraction | None, high: Fraction | None, start: Fraction) -> Fraction:
    """A value beyond the far side of a range or exact value, put as far short of it: too much is not better."""
    if low is None or high is None or low <= value <= high:
        return value
    distance = max(low - value, value - high)
    return low - distance if start < low else high + distance


def around(path: Sequence[Point], at: Fraction) -> tuple[Point, Point]:
    """The two points of the path between which a time lies."""
    pairs = (pair for pair in pairwise(path) if pair[0].time <= at <= pair[1].time)
    return next(pairs, (path[-1], path[-1]))


def _expected(path: Sequence[Point], at: Fraction) -> Fraction:
    """The value that the path wants at a time: on a straight line between two of its points, the last one after it."""
    left, right = around(path, at)
    if left.time == right.time:
        return right.value
    return left.value + (right.value - left.value) * (at - left.time) / (right.time - left.time)


# --- growth -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def _power(base: Fraction, exponent: Fraction) -> Fraction:
    """A positive number to a power, exact for whole powers, else to 30 digits."""
    if exponent.denominator == 1 and abs(exponent.numerator) <= 64:
        return base**exponent.numerator
    with localcontext() as context:
        context.prec = DIGITS
        power = (Decimal(base.numerator) / base.denominator) ** (Decimal(exponent.numerator) / exponent.denominator)
        return Fraction(power)


def annual_growth(now: Number, start: Number, years: Number) -> Fraction | None:
    """Compound annual growth from start to now; None where it does not exist (zero start, change of sign, no time)."""
    now, start, years = exact(now), exact(start), exact(years)
    if start == 0 or years <= 0 or now / start < 0:
        return None
    if now == 0:
        return Fraction(-1)
    return _power(now / start, 1 / years) - 1


def _rounded(value: Fraction) -> Fraction:
    """A ratio of growth rates to 12 decimals, so that digits beyond those computed never decide a band."""
    with localcontext() as context:
        context.prec = DIGITS
        if abs(value) >= 10**15:
            return value
        return Fraction((Decimal(value.numerator) / value.denominator).quantize(_ROUNDED))


def limit_factor(start: Number, limit: Number) -> Fraction:
    """k: how far the bounds of growth shrink when the baseline lies near a natural limit; 1 far away, 0 on it."""
    start, limit = abs(exact(start)), abs(exact(limit))
    if start >= 2 * limit:
        return Fraction(1)
    nearness = start / limit if start <= limit else (2 * limit - start) / limit
    return 1 - _power(nearness, Fraction(444, 100)) if nearness else Fraction(1)


def score_with_target(growth_ratio: Fraction | None, achieved: bool = False) -> Fraction | None:
    """Statistics Canada's score of a growth ratio, with the slopes it publishes (rounded to four decimals)."""
    if achieved:
        return Fraction(5)
    if growth_ratio is None:
        return None
    if growth_ratio >= Fraction(60, 100):
        return min(Fraction("7.1429") * growth_ratio - Fraction("4.2857"), Fraction(5))
    return max(Fraction("4.1667") * growth_ratio - Fraction("2.5"), Fraction(-5))


def score_without_target(trend: Fraction, factor: Fraction = Fraction(1)) -> Fraction:
    """Statistics Canada's score of a yearly growth in the wanted direction; `factor` is that of a natural limit."""
    if trend < 0:
        return max(125 * trend - Fraction(5, 2), Fraction(-5))
    if factor == 0:
        return Fraction(5)
    growth = trend / factor
    if growth >= Fraction(15, 1000):
        return min(500 * growth - 5, Fraction(5))
    return 250 * growth - Fraction(5, 4) if growth >= Fraction(5, 1000) else 500 * growth - Fraction(5, 2)


# --- the assessment ---------------------------------------------------------------------------------------------


def assess_progress(
    baseline: PointLike | None,
    path: Iterable[GoalLike],
    observations: Iterable[PointLike],
    direction: Direction,
    *,
    kind: Kind = "level",
    state: State | None = None,
    limit: Number | None = None,
    rules: Rules = DEFAULT_RULES,
) -> Progress:
    """How a series stands against its targets.

    Args:
        baseline: where progress is counted from; None where it is not known.
        path: the targets; the last one in time is the final target, the others are its stages.
        observations: the series, the baseline's value included if it is one of it.
        direction: which way is good. A target's own operator wins over it.
        kind: ranks and rates of change have no meaningful growth rate.
        state: an indicator on hold or withdrawn is not judged.
        limit: a natural limit such as 100 %; counts only without a target and in the wanted direction.
        rules: bounds of the bands, the deciding method, the tolerance of "about".

    Decision order: on hold or withdrawn, no target, no observation, no direction, met, no baseline, met at the
    baseline, single point, break, ratio, band.
    """
    series = Series(
        None if baseline is None else _point(baseline),
        tuple(sorted(map(_goal, path), key=lambda goal: goal.time)),
        tuple(sorted(map(_point, observations), key=lambda point: point.time)),
        direction, kind, state, None if limit is None else exact(limit), rules,
    )  # fmt: skip
    return _assessed(series)


def _assessed(series: Series) -> Progress:
    """The assessment without the questions of what would change it."""
    final, judged, points = series.final, series.judged, series.points
    one = Progress(
        series.direction, series.rules, series.baseline, judged[-1] if judged else None, points[-1] if points else None,
        final, flags=frozenset(_flags(series)), series=series,
    )  # fmt: skip
    if judged:
        one = replace(one, now=judged[-1].value, recent=_recent_pace(judged))
    if series.state is not None:
        return replace(one, reasons=(series.state,))
    if final is None:
        return _trend(replace(one, reasons=("no-target",)), series)
    if not judged:
        return replace(one, reasons=("no-observation",))
    if final.operator is None and series.direction == "none":
        return replace(one, reasons=("no-direction",))
    bounds = bounds_of(final, series.direction, series.rules)
    if bounds is None:
        return replace(one, reasons=("about-target",))
    return _against_target(one, series, bounds)


def _flags(series: Series) -> Iterable[Flag]:
    """What a reader should know beside the verdict."""
    start, final, points, judged = series.baseline, series.final, series.points, series.judged
    if series.kind == "rank":
        yield "depends-on-others"
    if start is not None and any(point.time < start.time for point in points):
        yield "before-baseline"
    if final is not None and points and points[-1].time > final.time:
        yield "expired"
        if not judged or judged[-1].time < final.time:
            yield "final-missing"
    if not judged:
        return
    if UNCERTAIN & set(judged[-1].status):
        yield "uncertain"
    used = [point.time for point in judged if start is None or point.time >= start.time]
    if len({later - earlier for earlier, later in pairwise(used)}) > 1:
        yield "gap"
    if len(judged) > 1 and series.direction != "none":
        step = judged[-1].value - judged[-2].value
        if step * _wanted(series.direction) < 0:
            yield "worsening"


def _recent_pace(points: Sequence[Point]) -> Pace | None:
    """Change a year over the last two years, else since the value before; None with one value or across a break."""
    last = points[-1]
    before: list[Point] = []
    for point in reversed(points):
        if point.time < last.time:
            if before and point.time < last.time - 2:
                break
            before.insert(0, point)
    if not before or _is_broken(points, before[0], last):
        return None
    first = before[0]
    return Pace((last.value - first.value) / (last.time - first.time), first.time, last.time)


def _is_broken(points: Iterable[Point], start: Point, end: Point) -> bool:
    return any("B" in point.status and start.time < point.time <= end.time for point in points)


def _trend(one: Progress, series: Series) -> Progress:
    """Growth of a series without a target, in the wanted direction."""
    start, latest = one.baseline, one.latest
    if start is None or latest is None or series.kind == "rank":
        return replace(one, growth_reason="not-computed")
    if latest.time <= start.time or _is_broken(series.points, start, latest):
        return replace(one, growth_reason="not-computed")
    reason = _no_growth(start.value, latest.value, None, series.kind)
    if reason is not None:
        return replace(one, growth_reason=reason)
    growth = annual_growth(latest.value, start.value, latest.time - start.time)
    if growth is None or one.direction == "none":
        return replace(one, growth=growth)
    trend = _wanted(one.direction) * _sign(start.value) * growth
    factor = Fraction(1)
    if series.limit is not None and (series.limit - start.value) * _wanted(one.direction) >= 0:
        factor = limit_factor(start.value, series.limit)
    return replace(one, growth=growth, trend=trend, limit_factor=factor, trend_band=one.rules.trend_of(trend, factor))


def _wanted(direction: Direction) -> int:
    return 1 if direction == "up" else -1


def _sign(value: Fraction) -> int:
    """s: the wanted direction of growth turns round where values are negative."""
    return -1 if value < 0 else 1


def _against_target(one: Progress, series: Series, bounds: Bounds) -> Progress:
    """The verdict of a series that has a target with exact limits and a value."""
    start, latest, final = one.baseline, one.latest, one.final
    if latest is None or final is None:
        raise ValueError("there is a value and a target here")
    met = _inside(latest.value, bounds)
    is_final = latest.time >= final.time
    seen_from = start.value if start is not None and not _inside(start.value, bounds) else latest.value
    needed = None if met else _needed_pace(latest, final, _edge_of(bounds, latest.value))
    one = replace(one, met=met, is_final=is_final, goal=_edge_of(bounds, seen_from), needed=needed)
    not_met: Band | None = "missed" if is_final else None
    if start is None:
        return replace(one, band="achieved" if met else not_met, reasons=("no-baseline",), growth_reason="not-computed")
    if latest.time <= start.time:
        # Also where the baseline is as good as the target: what it became since is not known.
        return replace(one, reasons=("single-point",), growth_reason="not-computed")
    if _inside(start.value, bounds):
        if met:
            return replace(one, band="achieved", reasons=("met-at-baseline",), growth_reason="met-at-baseline")
        same: tuple[Reason, ...] = ("no-distance",) if one.goal == start.value else ()
        return replace(one, band=not_met or "off-track", reasons=("lost-target", *same), growth_reason="lost-target")
    if _is_broken(series.points, start, latest):
        return replace(one, band="achieved" if met else None, reasons=("series-break",), growth_reason="not-computed")
    return _with_ratios(one, series, bounds)


def _inside(value: Fraction, bounds: Bounds) -> bool:
    low, high = bounds
    return (low is None or value >= low) and (high is None or value <= high)


def _edge_of(bounds: Bounds, seen_from: Fraction) -> Fraction:
    """The nearest value that meets the target; where one is inside, the limit that must not be crossed."""
    low, high = bounds
    if low is None:
        return high if high is not None else seen_from
    return high if high is not None and seen_from > high else low


def _needed_pace(latest: Point, final: Goal, goal: Fraction) -> Pace | None:
    if final.time <= latest.time:
        return None
    return Pace((goal - latest.value) / (final.time - latest.time), latest.time, final.time)


def _with_ratios(one: Progress, series: Series, bounds: Bounds) -> Progress:
    """Both ratios and the band, where baseline, value and target are known and apart."""
    start, latest, final, goal = one.baseline, one.latest, one.final, one.goal
    if start is None or latest is None or final is None or goal is None:
        raise ValueError("baseline, value and target are known here")
    now = _folded(latest.value, *bounds, start.value)
    way = goal - start.value
    stages = [Point(stage.time, _edge(stage, start.value)) for stage in series.goals[:-1] if stage.time > start.time]
    path = (start, *stages, Point(final.time, goal))
    expected = _expected(path, latest.time)
    share = (now - start.value) / way
    ratio = (now - start.value) / (expected - start.value) if expected != start.value else None
    one = replace(one, now=now, path=path, expected=expected, share=share, ratio=ratio)
    one = _with_growth(one, start, now, series.kind)
    # A stage on the wrong side of the baseline would turn the ratio's sign; then the share decides.
    linear = ratio if ratio is not None and (expected - start.value) * way > 0 else share if ratio is not None else None
    linear_band = None if linear is None else one.rules.band_of(linear)
    growth_band = None if one.growth_ratio is None or series.kind == "rank" else one.rules.band_of(one.growth_ratio)
    one = replace(one, linear_band=linear_band, growth_band=growth_band)
    if one.met:
        return replace(one, band="achieved")
    if one.is_final:
        return replace(one, band="missed")
    band = (growth_band or linear_band) if one.rules.method == "cagr" else linear_band
    return replace(one, band=band, reasons=() if band is not None else ("no-distance",))


def _no_growth(start: Fraction, now: Fraction, goal: Fraction | None, kind: Kind) -> GrowthReason | None:
    """Why growth rates do not exist or mean nothing; None where they do."""
    if kind == "rate":
        return "is-rate-of-change"
    if start == 0:
        return "zero-baseline"
    if goal == 0:
        return "zero-target"
    if start * now < 0 or (goal is not None and start * goal < 0):
        return "sign-change"
    return None


def _with_growth(one: Progress, start: Point, now: Fraction, kind: Kind) -> Progress:
    """Observed and needed growth, their ratio, and where the observed growth would lead."""
    latest, final, goal = one.latest, one.final, one.goal
    if latest is None or final is None or goal is None:
        raise ValueError("there is a value and a target here")
    reason = _no_growth(start.value, now, goal, kind)
    if reason is not None:
        return replace(one, growth_reason=reason)
    years = latest.time - start.time
    growth = annual_growth(now, start.value, years)
    needed = annual_growth(goal, start.value, final.time - start.time)
    if growth is None or not needed:
        return replace(one, growth=growth, growth_reason="no-distance")
    towards = 1 if goal > start.value else -1
    ratio = _rounded(_sign(start.value) * towards * growth / abs(needed))
    projected = now * _power(now / start.value, (final.time - latest.time) / years) if now else Fraction(0)
    return replace(
        one, growth=growth, growth_needed=needed, growth_ratio=ratio, projected=projected,
        projected_ratio=_rounded((projected - start.value) / (goal - start.value)),
    )  # fmt: skip


def _checks(one: Progress, series: Series) -> Iterable[Check]:
    """The verdict with a neighbouring baseline, by the other method, and without an uncertain last value."""
    if one.band is None or one.latest is None or one.reasons:
        return
    if not one.is_final and one.band != "achieved":
        for other in _other_baselines(one, series.points):
            band = _assessed(replace(series, baseline=other)).band
            yield Check("baseline", band, band != one.band, other.time)
        other_band = one.growth_band if one.rules.method == "linear" else one.linear_band
        if other_band is not None:
            yield Check("method", other_band, other_band != one.band)
    if "uncertain" in one.flags:
        earlier = tuple(point for point in series.points if point.time < one.latest.time)
        band = _assessed(replace(series, points=earlier)).band
        yield Check("uncertain", band, band != one.band)


def _other_baselines(one: Progress, points: Sequence[Point]) -> Iterable[Point]:
    """The values just before and just after the baseline, where progress could have been counted from as well."""
    if one.baseline is None or one.latest is None:
        return
    start, latest = one.baseline.time, one.latest.time
    before = [point for point in points if point.time < start]
    after = [point for point in points if start < point.time < latest]
    yield from (*before[-1:], *after[:1])


# --- Statistics Canada's published method -----------------------------------------------------------------------

StatcanStatus = Literal[
    "target_achieved", "substantial_progress", "moderate_progress", "limited_progress", "deterioration", "not_available"
]
_REPLACED_ZERO = Fraction("0.001")


class StatcanScore(NamedTuple):
    """Progress value (growth ratio, or growth where there is no target), score from -5 to +5, and status."""

    progress_value: Fraction | None
    score: Fraction | None
    status: StatcanStatus


def statcan_score(
    base_value: Number,
    base_year: Number,
    current_value: Number,
    current_year: Number,
    *,
    direction: int,
    target: Number | None = None,
    target_year: Number = 2030,
    limit: Number | None = None,
) -> StatcanScore:
    """The progress measure as Statistics Canada publishes it with Open SDG: for comparison, never for our verdicts.

    It differs from ours on purpose where the published one does: a baseline or target of 0 counts as 0.001, and a
    natural limit counts whichever way is wanted. `direction` is +1 where a rise is wanted, else -1. Where the published
    programme would stop (target equal to the baseline, target of the other sign) there is no progress value.
    """
    start, now = exact(base_value), exact(current_value)
    goal = None if target is None else exact(target) or _REPLACED_ZERO
    wanted = 1 if direction > 0 else -1
    achieved = goal is not None and (now - goal) * wanted >= 0
    way = None if goal is None else (goal, exact(target_year) - exact(base_year))
    value = _statcan_value(start, now, exact(current_year) - exact(base_year), way, wanted)
    if goal is not None:
        status = _statcan_status(value, achieved, DEFAULT_RULES.bounds)
        return StatcanScore(value, score_with_target(value, achieved), status)
    factor = Fraction(1) if limit is None else limit_factor(start, limit)
    bounds = [(name, bound * factor) for name, bound in DEFAULT_RULES.trend]
    score = None if value is None else score_without_target(value, factor)
    return StatcanScore(value, score, _statcan_status(value, False, bounds))


def statcan_series(
    values: Mapping[int, Number],
    *,
    direction: int,
    base_year: int = 2015,
    target: Number | None = None,
    target_year: int = 2030,
    limit: Number | None = None,
) -> StatcanScore:
    """The same for a series by year: from the base year, or the next one with a value, to the last year."""
    later = [year for year in values if year >= base_year]
    if not later:
        return StatcanScore(None, None, "not_available")
    start, end = min(later), max(values)
    return statcan_score(
        values[start], start, values[end], end, direction=direction, target=target, target_year=target_year, limit=limit
    )


def statcan_overall(series: Sequence[StatcanScore]) -> tuple[Fraction | None, StatcanStatus]:
    """Mean score and status of several series; achieved only if every one is. Series without a score are left out."""
    scored = [one for one in series if one.score is not None]
    if not scored:
        return None, "not_available"
    mean = sum((one.score for one in scored if one.score is not None), Fraction(0)) / len(scored)
    achieved = all(one.status == "target_achieved" for one in scored)
    bounds: tuple[tuple[Band, Fraction], ...] = (
        ("on-track", Fraction(5, 2)), ("moderate", Fraction(0)), ("limited", Fraction(-5, 2)),
    )  # fmt: skip
    return mean, _statcan_status(mean, achieved, bounds)


def _statcan_value(
    start: Fraction, now: Fraction, years: Fraction, goal: tuple[Fraction, Fraction] | None, wanted: int
) -> Fraction | None:
    """Growth, or its ratio to the growth needed (for a goal and the years to it); None where there is no answer."""
    sign = _sign(start)
    start = start or _REPLACED_ZERO
    if start * now < 0 or years < 1:
        return None
    growth = annual_growth(now, start, years)
    if growth is None or goal is None:
        return None if growth is None else sign * wanted * growth
    needed = annual_growth(goal[0], start, goal[1])
    return _rounded(sign * wanted * growth / abs(needed)) if needed else None


def _statcan_status(value: Fraction | None, achieved: bool, bounds: Iterable[tuple[Band, Fraction]]) -> StatcanStatus:
    """The published word for a value, by lower bounds that belong to their status."""
    if achieved:
        return "target_achieved"
    if value is None:
        return "not_available"
    words: dict[Band, StatcanStatus] = {
        "on-track": "substantial_progress", "moderate": "moderate_progress", "limited": "limited_progress",
    }  # fmt: skip
    return next((words[name] for name, bound in bounds if value >= bound), "deterioration")
