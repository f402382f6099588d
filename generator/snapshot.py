"""A plan at one moment as plain records by kind and key: what a release keeps, and what two releases differ by.

Every value is text, a list or a map, written in one way only, so that the same data always have the same hash.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from generator import __version__
from generator.assess import assess, comparison_period, ranking, task_status
from generator.model import BASES, NUMBER_RECORDS, TEXT_RECORDS, Assessment, Text
from generator.period import Period
from generator.plan import Plan

Record = Mapping[str, Any]
Records = Mapping[str, Mapping[str, Record]]
"""Records by kind (the name of their file), then by key."""

TABLES = tuple(NUMBER_RECORDS)


@dataclass(frozen=True)
class Snapshot:
    """The data of a plan at one moment. `id` is empty for the working data."""

    records: Records
    results: Records = field(default_factory=dict)
    """What the generator made of them: `verdicts` by indicator and area, `statuses` of tasks, `ranks` of the compared
    areas by indicator and area, `index_ranks` by index and area."""
    id: str = ""
    date: str = ""
    note: str = ""
    bases: tuple[str, ...] = BASES
    """The bases that were built, on which the results rest."""
    version: str = __version__
    """The generator that made it."""

    def of(self, kind: str) -> Mapping[str, Record]:
        """The records of a kind by key; none where there is no such file."""
        return self.records.get(kind, {})


def snapshot_of(whole: Plan, bases: Iterable[str] = BASES) -> Snapshot:
    """The whole plan, with the results that a site of these bases shows."""
    built = tuple(basis for basis in BASES if basis in set(bases))
    shown = whole.restricted_to(built)
    as_of = whole.identity.as_of
    return Snapshot(
        records_of(whole),
        {
            "statuses": _statuses(shown),
            "verdicts": _verdicts(shown),
            "ranks": _ranks(shown),
            "index_ranks": _index_ranks(shown),
        },
        date=as_of.isoformat() if as_of else "",
        bases=built,
    )


def content_hash(records: Records) -> str:
    """SHA-256 of records, in whatever order they are."""
    text = json.dumps(records, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def visible(records: Records, bases: Iterable[str]) -> Records:
    """The records that a site of these bases shows; measures and facts of another basis are left out with them."""
    allowed = set(bases)
    if allowed >= set(BASES):
        return records
    return {
        kind: {
            key: _visible_parts(one, allowed) for key, one in found.items() if _basis_of(kind, one) in {*allowed, ""}
        }
        for kind, found in records.items()
    }


def _basis_of(kind: str, record: Record) -> str:
    """The basis of a record, empty where its kind has none."""
    has_basis = kind in TABLES or kind in ("aspects", "tasks", "safeguards")
    return str(record.get("basis", "official")) if has_basis else ""


def _visible_parts(record: Record, allowed: set[str]) -> Record:
    if not ("measures" in record or "facts" in record):
        return record
    return {
        name: [part for part in value if part.get("basis", "official") in allowed]
        if name in ("measures", "facts")
        else value
        for name, value in record.items()
    }


# --- records ----------------------------------------------------------------------------------------------------


def records_of(plan: Plan) -> Records:
    """The records of a plan by kind and key, without what a site makes of them."""
    found: dict[str, dict[str, Record]] = {
        "plan": {plan.identity.id: _plain(plan.identity)},
        **{
            kind: {key: _plain(one) for key, one in getattr(plan, kind).items()}
            for kind in TEXT_RECORDS
            if kind != "redirects"
        },
        "redirects": {one.from_: {"to": one.to} for one in plan.redirects},
        "shapes": {key: {"sha256": content_hash({"shape": shape})} for key, shape in plan.shapes.items()},
        "observations": {number_key(one): _row(one, ("value", "status")) for one in plan.observations},
        "targets": {number_key(one): _row(one, ("value", "value_to", "operator")) for one in plan.targets},
        "progress": {
            " ".join((one.task, one.area or "-", str(one.date))): _row(one, ("status", "percent", "by"))
            for one in plan.progress
        },
    }
    if plan.assessment != Assessment():
        found["assessment"] = {"assessment": _plain(plan.assessment)}
    return {kind: one for kind, one in found.items() if one}


def number_key(row: Any) -> str:
    """The key of an observation or target: indicator, area, period and breakdowns, with spaces between."""
    key = f"{row.indicator} {row.area} {row.period}"
    return key + "".join([f" {name}={value}" for name, value in row.dims]) if row.dims else key


def _row(row: Any, names: tuple[str, ...]) -> Record:
    """A row's cells that are not empty; `basis` only where it is not official."""
    found: dict[str, Any] = {}
    for name in names:
        value = getattr(row, name)
        if type(value) is Decimal:  # nearly always
            found[name] = _digits(value)
        elif value is not None and value != ():
            found[name] = _plain(value)
    if row.basis != "official":
        found["basis"] = row.basis
    if row.source:
        found["source"] = row.source
    if row.note:
        found["note"] = row.note
    return found


def _plain(value: Any) -> Any:
    """A value of a model as text, lists and maps. Numbers are texts without trailing zeros."""
    if isinstance(value, Text):
        return dict(value.by_language)
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {
            name: _plain(one)
            for name, info in fields.items()
            if (one := getattr(value, name)) is not None and one != info.get_default(call_default_factory=True)
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return _digits(value)
    if isinstance(value, bool) or value is None:
        return value
    return value.isoformat() if isinstance(value, datetime.date) and not isinstance(value, Period) else str(value)


def _digits(value: Decimal) -> str:
    """A number without trailing zeros and without an exponent."""
    return f"{value.normalize():f}" if value else "0"


# --- results ----------------------------------------------------------------------------------------------------


def _statuses(plan: Plan) -> Mapping[str, Record]:
    """The reported status of each task."""
    return {key: {"status": task_status(plan, key)} for key in plan.tasks}


def _verdicts(plan: Plan) -> Mapping[str, Record]:
    """The verdict, or why there is none, of each indicator in the whole area and wherever it has a target."""
    found = {}
    for indicator in plan.indicators.values():
        for area in plan.areas.values():
            if area is not plan.root and not plan.targets_of(indicator, area):
                continue
            standing = assess(plan, indicator, area)
            reason = standing.reasons[0] if standing.reasons else "no-target"
            verdict: dict[str, str] = {"verdict": standing.band or reason}
            if standing.is_illustrative:
                verdict["basis"] = "illustrative"
            found[f"{indicator.id} {area.id}"] = verdict
    return found


def _ranks(plan: Plan) -> Mapping[str, Record]:
    """The place of each compared area by each indicator with a good direction, 1 the best; equal values share one."""
    found = {}
    for indicator in plan.indicators.values():
        period = comparison_period(plan, indicator) if indicator.direction != "none" else None
        if period is None:
            continue
        rows = ranking(plan, indicator, period)
        made_up = any(row.basis == "illustrative" for row in rows)  # a place rests on the values of all others
        values = [row.value for row in rows]
        for row in rows:
            place = values.index(row.value) + 1
            found[f"{indicator.id} {row.area}"] = _rank(place, len(rows), str(period), made_up)
    return found


def _index_ranks(plan: Plan) -> Mapping[str, Record]:
    """The place of each compared area by each composite index in its last period."""
    if not plan.index:
        return {}
    from generator.index import compute_index  # noqa: PLC0415 -- numpy takes a while to load, and few plans have one

    found = {}
    for index in plan.index.values():
        last = compute_index(plan, index, draws=1).last
        for one in last.ranked if last else ():
            if last is not None and one.place is not None:
                place = _rank(one.place, len(last.ranked), str(last.period), last.is_illustrative)
                found[f"{index.id} {one.area}"] = place
    return found


def _rank(place: int, count: int, period: str, made_up: bool) -> Record:
    record = {"place": str(place), "of": str(count), "period": period}
    return {**record, "basis": "illustrative"} if made_up else record
