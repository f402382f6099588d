"""Judges the numbers of a plan: each against its indicator, its series, its whole and the calendar."""

from __future__ import annotations

import datetime
import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from generator import model as m
from generator.draft import Draft, Entry
from generator.period import Frequency, Period
from generator.plan import Dims
from generator.problems import Problem, suggestion

FIRST_YEAR, YEARS_AHEAD = 1900, 50
"""Years before this one, or so many after the plan, are slips of the pen."""
FEW = 100
"""Below so many units of its last decimal a value may well grow tenfold: from 2 laboratories to 20."""

FREQUENCIES: Mapping[str, tuple[Frequency, ...]] = {
    "A": ("A", "P1Y"),
    "A2": ("A", "P1Y", "P2Y"),
    "A5": ("A", "P1Y", "P5Y"),
    "S": ("S",),
    "Q": ("Q",),
    "M": ("M",),
    "W": ("P7D",),
    "D": ("D",),
}
"""What periods an indicator of a declared frequency has, beside ranges of years."""
_NAMES = {"A": "yearly", "A2": "two-yearly", "A5": "five-yearly", "S": "half-yearly", "Q": "quarterly", "M": "monthly",
          "W": "weekly", "D": "daily"}  # fmt: skip


class _Rules(NamedTuple):
    """What the rows of an indicator must keep to, worked out once."""

    indicator: m.Indicator
    low: Decimal | None
    high: Decimal | None
    is_count: bool
    frequency: str | None
    lengths: tuple[Frequency, ...]
    """Lengths of period that the frequency allows; calendar years and financial years do not mix."""


def check_numbers(draft: Draft) -> Iterator[Problem]:
    """Values fit their indicator: unit, dimensions, range, operator."""
    values_of = {key: {one.id for one in entry.model.values} for key, entry in draft.ids["dimensions"].items()}
    rules_of = _rules(draft)
    without_unit: set[str] = set()
    for kind, entry in draft.numbers():
        row = entry.model
        rules = rules_of.get(row.indicator)
        if rules is None:
            continue
        if row.dims:
            yield from _check_dims(entry, rules.indicator, values_of)
        yield from _check_range(entry, rules, "value", row.value)
        if kind == "targets":
            yield from _check_range(entry, rules, "value_to", row.value_to)
            if row.operator is None and rules.indicator.direction == "none":
                yield entry.problem(
                    "missing-operator",
                    f"'{rules.indicator.id}' has no direction, so its target needs an operator",
                    "write >=, <=, =, ~ or between",
                )
        if row.source is None and row.basis == "official" and row.value is not None:
            message, hint = f"an official number in {kind} has no source", "enter source: an id of sources.yml"
            yield entry.problem("no-source", message, hint, ("source",), warning=True)
        if row.note is None and row.basis == "derived":
            message, hint = f"a derived number in {kind} has no note", "say in note how it was computed"
            yield entry.problem("no-note", message, hint, ("note",), warning=True)
        if rules.indicator.unit is None:
            without_unit.add(row.indicator)
    for name in without_unit:
        yield draft.ids["indicators"][name].problem(
            "missing-field", f"the indicator '{name}' has values but no unit", "enter unit: ..."
        )


def _rules(draft: Draft) -> dict[str, _Rules]:
    """What is wanted of the rows of each indicator."""
    with_years: set[str] = set()
    below_zero: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for _, entry in draft.numbers():
        row = entry.model
        if row.indicator not in with_years and row.period.frequency == "A":
            with_years.add(row.indicator)
        if row.value is not None:
            below_zero[row.indicator][row.value < 0] += 1
    rules = {}
    for key, entry in draft.ids["indicators"].items():
        indicator: m.Indicator = entry.model
        limits = indicator.range or m.Range()
        frequency = indicator.frequency or ("A" if key in with_years else None)
        positive, negative = below_zero[key]
        rules[key] = _Rules(
            indicator, limits.min, limits.max,
            is_count=limits.min is None and positive > negative and _is_count(indicator),
            frequency=frequency if frequency in FREQUENCIES else None,
            lengths=tuple(
                one for one in FREQUENCIES.get(frequency or "", ()) if one != "P1Y" or key not in with_years
            ),
        )  # fmt: skip
    return rules


def _is_count(indicator: m.Indicator) -> bool:
    """Whether values cannot be below zero: areas add up to their whole, and nothing speaks of growth or balance."""
    words = " ".join((indicator.id, *indicator.title.by_language.values())).casefold()
    return indicator.aggregation == "sum" and not any(
        word in words for word in ("net", "balance", "change", "growth", "净", "差", "变化", "增长", "增减")
    )


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


def _check_range(entry: Entry, rules: _Rules, name: str, value: Decimal | None) -> Iterator[Problem]:
    if value is None:
        return
    if (rules.low is not None and value < rules.low) or (rules.high is not None and value > rules.high):
        low = "" if rules.low is None else f"from {rules.low}"
        high = "" if rules.high is None else f"to {rules.high}"
        yield entry.problem(
            "outside-range",
            f"{value} lies outside the range of '{rules.indicator.id}' ({f'{low} {high}'.strip()})",
            "correct the value, or the range in indicators.yml",
            (name,),
        )
    elif rules.is_count and value < 0:
        yield entry.problem(
            "negative-count",
            f"{value} is below zero, but '{rules.indicator.id}' counts something",
            "correct it; or say in indicators.yml what a value can be: range: {min: ...}",
            (name,),
            warning=True,
        )


# --- the calendar -----------------------------------------------------------------------------------------------


def check_periods(draft: Draft) -> Iterator[Problem]:
    """Periods are those of the indicator and of the plan, and what was observed has already been."""
    rules_of = _rules(draft)
    years, as_of = draft.identity.period, draft.identity.as_of
    last = (years.end if years else 2050) + YEARS_AHEAD
    verdicts: dict[Period, tuple[str, str]] = {}  # side of the plan and message, once for the many rows of a period
    for kind, entry in draft.numbers():
        row = entry.model
        period: Period = row.period
        if period not in verdicts:
            verdicts[period] = _outside(period, years, last)
        side, message = verdicts[period]
        if side == "far":
            yield entry.problem("unlikely-period", message, "correct the year", ("period",), warning=True)
        elif side:
            yield entry.problem("outside-period", message, "", ("period",), warning=True, group=side)
        rules = rules_of.get(row.indicator)
        if rules is not None and rules.frequency is not None:
            yield from _check_frequency(entry, rules.indicator.id, rules.frequency, rules.lengths)
        if kind == "observations" and as_of and not {"F", "E"}.intersection(row.status):
            yield from _check_day(entry, period.last_day, "period", str(period), as_of)


def check_days(draft: Draft) -> Iterator[Problem]:
    """Reports, sources and stages are of days that fit the plan and the day on which the data were closed."""
    years, as_of = draft.identity.period, draft.identity.as_of
    for entry in draft.entries["progress"]:
        date = entry.model.date
        if as_of:
            yield from _check_day(entry, date.start, "date", str(date), as_of)
        if years and date.year < years.start:
            message = f"the report of {date} is from before the plan ({years.start} to {years.end})"
            yield entry.problem("outside-period", message, "see whether the year is meant", ("date",), warning=True)
        yield from _check_percent(entry)
    for entry in draft.entries["sources"]:
        date = entry.model.date
        if as_of and date:
            yield from _check_day(entry, date.start, "date", str(date), as_of)
    for index, stage in enumerate(draft.identity.stages):
        if years and not period_in(stage.period.start.year, stage.period.year, years):
            message = f"'{stage.period}' lies outside the plan ({years.start} to {years.end})"
            yield draft.plan.problem("outside-period", message, "", ("stages", index, "period"), warning=True)


def _outside(period: Period, years: m.PlanPeriod | None, last: int) -> tuple[str, str]:
    """Where a period lies that is none of the plan, and that in words: `far`, `before`, `after`; empty inside."""
    if not FIRST_YEAR <= period.start.year <= period.year <= last:
        return "far", f"'{period}' is hardly meant: it is not between {FIRST_YEAR} and {last}"
    if years is None or period_in(period.start.year, period.year, years):
        return "", ""
    side = "before" if period.start.year < years.start else "after"  # history is usual, the future is not
    return side, f"'{period}' lies outside the plan ({years.start} to {years.end})"


def period_in(first: int, last: int, period: m.PlanPeriod) -> bool:
    """Whether the years first to last lie inside the plan, its baseline year included."""
    return min(period.baseline or period.start, period.start) <= first and last <= period.end


_FITTING = {"completed": (100, 100), "not-started": (0, 0)}
"""How much can be done, in per cent, where the status says it."""


def _check_percent(entry: Entry) -> Iterator[Problem]:
    """A task is completed when all of it is done, and not started when nothing is."""
    report: m.Report = entry.model
    low, high = _FITTING.get(report.status, (0, 100))
    if report.percent is not None and not low <= report.percent <= high:
        yield entry.problem(
            "status-and-percent",
            f"the status is {report.status}, and {report.percent} % are done",
            "correct one of the two",
            ("percent",),
            warning=True,
        )


def _check_frequency(entry: Entry, indicator: str, frequency: str, lengths: tuple[Frequency, ...]) -> Iterator[Problem]:
    """Values of several years may stand in any series; otherwise its rows are of one length."""
    found = entry.model.period.frequency
    if found in lengths or (found.endswith("Y") and found != "P1Y"):
        return
    hint = "correct it, or the frequency of the indicator"
    if frequency.startswith("A"):
        hint = "write the year" if found == "P1Y" else "a range of years is written 2003/P3Y"
    yield entry.problem(
        "mixed-frequency",
        f"'{entry.model.period}' in the {_NAMES[frequency]} indicator '{indicator}'",
        hint,
        ("period",),
        warning=True,
    )


def _check_day(entry: Entry, day: datetime.date, column: str, said: str, as_of: datetime.date) -> Iterator[Problem]:
    if day > as_of:
        yield entry.problem(
            "after-as-of",
            f"'{said}' is after {as_of}, the day on which the data were closed",
            "correct it, or as_of in plan.yml; a forecast has the status F",
            (column,),
            warning=True,
        )


# --- series -----------------------------------------------------------------------------------------------------


def check_targets(draft: Draft) -> Iterator[Problem]:
    """Targets have a baseline to start from, and stages lead in the wanted direction."""
    series: dict[tuple[str, str, Dims], list[Entry]] = defaultdict(list)
    for entry in draft.entries["targets"]:
        series[entry.model.indicator, entry.model.area, entry.model.dims].append(entry)
    measured = defaultdict(list)
    for entry in draft.entries["observations"]:
        key = entry.model.indicator, entry.model.area, entry.model.dims
        if key in series and entry.model.value is not None:
            measured[key].append(entry.model.period)
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
        for earlier, later in zip(targets, targets[1:], strict=False):  # noqa: RUF007 -- reads like the rest
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


def check_jumps(draft: Draft) -> Iterator[Problem]:
    """No value is many times the one before it in its series, targets included, unless the series breaks there."""
    series: dict[tuple[str, str, Dims], list[Entry]] = defaultdict(list)
    for _, entry in draft.numbers():
        if entry.model.value is not None and entry.model.value > 0:
            series[entry.model.indicator, entry.model.area, entry.model.dims].append(entry)
    factor = float(draft.limits.jump_factor)
    for (name, area, _), entries in series.items():
        indicator = draft.ids["indicators"].get(name)
        values = [float(entry.model.value) for entry in entries]
        if indicator is None or max(values) < factor * min(values):
            continue  # nearly every series
        few = FEW / 10**indicator.model.decimals
        for entry, other in _jumps(entries, factor, few):
            yield entry.problem(
                "jump",
                f"'{name}' for '{area}': {_said(entry)} beside {_said(other)}, {_times(entry, other)} times as much",
                "see whether both are in the indicator's unit; a break in the series has the status B",
                ("value",),
                warning=True,
            )


def _jumps(entries: list[Entry], factor: float, few: float) -> Iterator[tuple[Entry, Entry]]:
    """Values that are far from the one beside them, with that; of the two the one farther from the whole series."""
    entries = sorted(entries, key=lambda entry: (entry.model.period, isinstance(entry.model, m.Target)))
    middle = statistics.median(math.log(entry.model.value) for entry in entries)
    named: set[int] = set()
    for index in range(1, len(entries)):
        pair = entries[index - 1], entries[index]
        low, high = sorted(float(entry.model.value) for entry in pair)
        alike = pair[0].model.period.frequency == pair[1].model.period.frequency
        breaks = {"B", "D"}.intersection(getattr(pair[1].model, "status", ()))
        if not alike or breaks or high < low * factor or high < few:
            continue
        far = [abs(math.log(entry.model.value) - middle) for entry in pair]
        odd = 0 if far[0] > far[1] + 1e-9 else 1
        if index - 1 + odd not in named:
            named.add(index - 1 + odd)
            yield pair[odd], pair[1 - odd]


def _said(entry: Entry) -> str:
    value, period = entry.model.value, entry.model.period
    return f"a target of {value} for {period}" if isinstance(entry.model, m.Target) else f"{value} in {period}"


def _times(one: Entry, other: Entry) -> str:
    """The larger of two values over the smaller."""
    low, high = sorted((one.model.value, other.model.value))
    return f"{float(high / low):.3g}" if high < 1000 * low else f"{round(high / low):,}"


# --- parts and their whole --------------------------------------------------------------------------------------


def check_parts(draft: Draft) -> Iterator[Problem]:
    """Parts of a sum add up to the whole and none is above it; the mean of parts lies between them."""
    parents = {key: entry.model.parent for key, entry in draft.ids["areas"].items()}
    parts: dict[str, list[str]] = defaultdict(list)
    for key, entry in draft.ids["areas"].items():
        if entry.model.parent and entry.model.part_of_total:
            parts[entry.model.parent].append(key)
    how = {key: entry.model.aggregation for key, entry in draft.ids["indicators"].items()}
    for kind in ("observations", "targets"):
        rows = {
            entry.model.key: entry
            for entry in draft.entries[kind]
            if entry.model.value is not None and how.get(entry.model.indicator, "none") != "none"
        }
        for (name, area, period, dims), entry in rows.items():
            if how[name] == "sum":
                whole = rows.get((name, parents.get(area) or "", period, dims))
                if whole is not None:
                    yield from _check_above(entry, whole)
            if len(parts[area]) < 2:
                continue
            found = [part for name_of in parts[area] if (part := rows.get((name, name_of, period, dims))) is not None]
            if len(found) == len(parts[area]):
                check = _check_sum if how[name] == "sum" else _check_mean
                yield from check(draft, entry, found)
            elif found and how[name] == "sum":
                yield entry.problem(
                    "sum-not-checked",
                    f"'{name}' {period}: {len(found)} of the {len(parts[area])} parts of '{area}' are known, "
                    "so their sum was not checked",
                    "",
                    ("value",),
                    warning=True,
                )


def _check_above(part: Entry, whole: Entry) -> Iterator[Problem]:
    """A part is no more than its whole: mostly the one is in 万, the other not."""
    value, limit = part.model.value, whole.model.value
    if value > limit >= 0 and value - limit > rounding_tolerance((value, limit)):
        place = whole.place()
        yield part.problem(
            "above-whole",
            f"'{part.model.indicator}' {part.model.period}: '{part.model.area}' has {value}, more than the whole, "
            f"'{whole.model.area}', with {limit} ({place.file} line {place.line})",
            "see whether both are in the indicator's unit, such as 万 or 个",
            ("value",),
            warning=True,
        )


def _check_sum(draft: Draft, whole: Entry, parts: list[Entry]) -> Iterator[Problem]:
    values = [part.model.value for part in parts]
    total = sum(values)
    if abs(total - whole.model.value) <= rounding_tolerance((*values, whole.model.value)):
        return
    hint = ""
    names = {part.model.area for part in parts}
    twice = [
        f"'{name}' in '{other}'"
        for name in names
        for other in draft.ids["areas"][name].model.overlaps
        if other in names
    ]  # fmt: skip
    if total > whole.model.value and twice:
        hint = f"some may be counted twice: {', '.join(sorted(twice))}"
    yield whole.problem(
        "sum-differs",
        f"'{whole.model.indicator}' {whole.model.period}: the parts of '{whole.model.area}' add up to {total}, "
        f"the whole is {whole.model.value}",
        hint,
        ("value",),
        warning=True,
    )


def _check_mean(_draft: Draft, whole: Entry, parts: list[Entry]) -> Iterator[Problem]:
    """Whatever the weights are, a mean lies between the lowest and the highest part."""
    values = [part.model.value for part in parts]
    low, high, value = min(values), max(values), whole.model.value
    tolerance = rounding_tolerance((low, value))
    if not low - tolerance <= value <= high + tolerance:
        yield whole.problem(
            "mean-outside",
            f"'{whole.model.indicator}' {whole.model.period}: the mean of '{whole.model.area}' is {value}, "
            f"but its parts lie between {low} and {high}",
            "correct a figure, or the aggregation of the indicator",
            ("value",),
            warning=True,
        )


def rounding_tolerance(values: Iterable[Decimal]) -> Decimal:
    """Half a unit in the last printed digit for each value: what rounding alone can explain."""
    numbers = list(values)
    digits = max((max(0, -int(value.as_tuple().exponent)) for value in numbers), default=0)
    return Decimal(len(numbers)) / 2 / (Decimal(10) ** digits)
