"""One change between two states of a plan: its kinds in the order of weight, and what its key names."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

CODES = (
    "verdict-changed",
    "target-moved",
    "target-added",
    "target-withdrawn",
    "task-dropped",
    "task-added",
    "task-moved",
    "task-reworded",
    "status-changed",
    "rank-changed",
    "observation-revised",
    "observation-withdrawn",
    "observation-added",
    "basis-changed",
    "mark-changed",
    "role-changed",
    "report-changed",
    "report-withdrawn",
    "report-added",
    "organisation-dropped",
    "organisation-added",
    "method-changed",
    "record-dropped",
    "record-added",
    "record-reworded",
    "record-changed",
)
"""Every kind of change, in the order of weight."""

RANKS = ("index_ranks", "ranks")
"""Results that are places of areas: by a composite index, and by an indicator."""


class Change(NamedTuple):
    """One difference. `before` None: it was not there; `after` None: it is no longer there."""

    code: str
    kind: str
    """The file of the record, or `verdicts`, `statuses`, `ranks`, `index_ranks`, `generator`."""
    key: str
    field: str = ""
    """Which field, which organisation (a role), or what a verdict or place changed through: `data` or `method`."""
    before: Any = None
    after: Any = None
    basis: str = "official"
    """The basis of what it is about, as it is now."""

    @property
    def difference(self) -> Decimal | None:
        """After less before, of two values; None where there are not two."""
        before, after = number(self.before), number(self.after)
        return None if before is None or after is None else after - before

    @property
    def is_method(self) -> bool:
        """Whether it is about how numbers are read and judged, or came of that alone, and not of the data."""
        return self.code == "method-changed" or (
            self.code in ("verdict-changed", "rank-changed") and self.field == "method"
        )

    @property
    def relative(self) -> Decimal | None:
        """The difference as a share of the value before; None where that is zero."""
        before, difference = number(self.before), self.difference
        return difference / abs(before) if difference is not None and before else None


class Place(NamedTuple):
    """What the key of an observation or target names."""

    indicator: str
    area: str
    period: str
    dims: tuple[tuple[str, str], ...]


def place_of(key: str) -> Place:
    """The parts of an observation's or target's key."""
    indicator, area, period, *dims = key.split(" ")
    pairs = (one.partition("=") for one in dims)
    return Place(indicator, area, period, tuple((name, value) for name, _, value in pairs))


def number(value: Any) -> Decimal | None:
    """The value of a number's record (`{value: "1.2"}`), None where there is none."""
    text = value.get("value") if isinstance(value, Mapping) else None
    return None if text is None else Decimal(text)
