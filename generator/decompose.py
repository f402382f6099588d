"""Whether the targets of the parts fit the target of the whole: sums for counts, bounds alone for rates.

Rates are never added up, nor is their simple average compared with anything: a weighted mean lies between the lowest
and the highest part, whatever the weights, and without weights no more can be said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from generator.model import Area, Indicator, Target
from generator.period import Period
from generator.plan import Plan

Outcome = Literal[
    "agrees", "short", "beyond", "inside", "outside", "incomplete", "no-whole", "no-number", "not-checked"
]
"""`short` is a finding; `beyond` is usual, since parts are often given more than is needed. `incomplete`: parts are
missing. `no-whole`: the whole has no target then. `no-number`: a range, or "about", has no one number to compare."""


@dataclass(frozen=True)
class Decomposition:
    """The targets of one period: those of the parts against that of the whole. Values are in the indicator's unit."""

    indicator: Indicator
    period: Period
    whole: Target | None
    parts: Mapping[str, Target]
    """By area, in the order of the areas."""
    missing: tuple[Area, ...]
    outcome: Outcome
    total: Decimal | None = None
    """Sum of the known parts; None where a sum means nothing."""
    difference: Decimal | None = None
    """Sum less whole; None where one of the two is not known."""
    low: Target | None = None
    high: Target | None = None
    """Both ends of what a weighted mean can be; None where no mean is meant."""
    tolerance: Decimal = Decimal(0)
    """What rounding alone can explain."""
    overlaps: tuple[tuple[Area, Area], ...] = field(default=())
    """Known parts whose numbers may be counted twice: the one, and the other that may include it."""

    @property
    def is_illustrative(self) -> bool:
        """Whether a made-up target is among those compared."""
        rows = (*self.parts.values(), *([self.whole] if self.whole else []))
        return any(row.basis == "illustrative" for row in rows)

    @property
    def share(self) -> Decimal | None:
        """Difference as a share of the whole's target."""
        if self.difference is None or self.whole is None or self.whole.value == 0:
            return None
        return self.difference / abs(self.whole.value)


def decompositions(plan: Plan, indicator: Indicator) -> list[Decomposition]:
    """One for each period in which a part has a target, by period; none where areas have no parts."""
    periods = {row.period for area in plan.peers for row in plan.targets_of(indicator, area)}
    return [_decomposed(plan, indicator, period) for period in sorted(periods)]


def _decomposed(plan: Plan, indicator: Indicator, period: Period) -> Decomposition:
    found = {area.id: _of(plan, indicator, area, period) for area in plan.peers}
    parts = {name: row for name, row in found.items() if row is not None}
    missing = tuple(area for area in plan.peers if area.id not in parts)
    whole = _of(plan, indicator, plan.root, period)
    rows = [*parts.values(), *([whole] if whole else [])]
    base = Decomposition(indicator, period, whole, parts, missing, "not-checked")
    if indicator.aggregation == "none":
        return base
    fuzzy = any(row.operator in ("between", "~") for row in rows)
    if indicator.aggregation == "mean":
        return _bounded(base, fuzzy)
    return _summed(base, fuzzy, overlaps_among(plan, parts))


def _of(plan: Plan, indicator: Indicator, area: Area, period: Period) -> Target | None:
    return next((row for row in plan.targets_of(indicator, area) if row.period == period), None)


def _summed(base: Decomposition, fuzzy: bool, overlaps: tuple[tuple[Area, Area], ...]) -> Decomposition:
    total = sum((row.value for row in base.parts.values()), Decimal(0))
    difference = total - base.whole.value if base.whole and not base.missing else None
    tolerance = rounding_of(base.parts.values(), len(base.parts))
    outcome: Outcome
    if fuzzy:
        outcome, difference = "no-number", None
    elif base.missing or difference is None:
        outcome = "incomplete" if base.missing else "no-whole"
    elif abs(difference) <= tolerance:
        outcome = "agrees"
    else:
        wanted = -1 if base.indicator.direction == "down" else 1
        outcome = "short" if difference * wanted < 0 else "beyond"
    return Decomposition(base.indicator, base.period, base.whole, base.parts, base.missing, outcome,
                         None if fuzzy else total, difference, tolerance=tolerance, overlaps=overlaps)  # fmt: skip


def _bounded(base: Decomposition, fuzzy: bool) -> Decomposition:
    """A weighted mean lies between the ends, so that a whole outside of them cannot be one of these parts."""
    ordered = sorted(base.parts.values(), key=lambda row: row.value)
    low, high = ordered[0], ordered[-1]
    tolerance = rounding_of(ordered, 1)
    outcome: Outcome
    if fuzzy:
        return Decomposition(base.indicator, base.period, base.whole, base.parts, base.missing, "no-number")
    if base.missing:
        outcome = "incomplete"
    elif base.whole is None:
        outcome = "no-whole"
    else:
        is_inside = low.value - tolerance <= base.whole.value <= high.value + tolerance
        outcome = "inside" if is_inside else "outside"
    return Decomposition(base.indicator, base.period, base.whole, base.parts, base.missing, outcome,
                         low=low, high=high, tolerance=tolerance)  # fmt: skip


def rounding_of(rows: Iterable[Target], count: int) -> Decimal:
    """Half a unit in the last printed digit, `count` times."""
    digits = max((max(0, -int(row.value.as_tuple().exponent)) for row in rows), default=0)
    return Decimal(count) / 2 / (Decimal(10) ** digits)


def overlaps_among(plan: Plan, names: Iterable[str]) -> tuple[tuple[Area, Area], ...]:
    """Pairs of these areas of which the first may be part of the second's numbers."""
    known = set(names)
    return tuple(
        (area, plan.areas[other])
        for area in plan.areas.values()
        if area.id in known
        for other in area.overlaps
        if other in known
    )
