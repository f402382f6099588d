"""Which pages a change is about: the tasks, areas, indicators, aspects and organisations that it touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator.change import RANKS, Change, place_of
from generator.snapshot import Record, Snapshot

Subject = tuple[str, str]
"""A record by its kind and id."""


def by_subject(changes: Iterable[Change], before: Snapshot, after: Snapshot) -> dict[Subject, list[Change]]:
    """The changes about each record, in their order. A change may be about several: a value about indicator and area.

    An aspect and an organisation also have the changes of what belonged to them before or belongs to them now.
    """
    owners = _owners(before, after)
    found: dict[Subject, list[Change]] = {}
    for one in changes:
        direct = list(_named(one, after))
        above = [owner for subject in direct for owner in owners.get(subject, ())]
        for subject in dict.fromkeys((*direct, *above)):
            found.setdefault(subject, []).append(one)
    return found


def _named(one: Change, after: Snapshot) -> Iterator[Subject]:
    """The records that a change itself names."""
    if one.kind in ("observations", "targets"):
        place = place_of(one.key)
        yield from (("indicators", place.indicator), ("areas", place.area))
    elif one.kind == "verdicts" or one.kind in RANKS:
        name, _, area = one.key.partition(" ")
        yield from (("index" if one.kind == "index_ranks" else "indicators", name), ("areas", area))
    elif one.kind == "progress":
        task, area, _ = one.key.split(" ")
        yield "tasks", task.partition("/")[0]
        if area != "-":
            yield "areas", area
        for record in (one.before, one.after):
            if record and record.get("by"):
                yield "organisations", str(record["by"])
    else:
        yield "tasks" if one.kind == "statuses" else one.kind, one.key
        if one.code == "role-changed":
            yield "organisations", one.field
        if one.code == "task-moved" and one.field == "aspect":
            yield from (("aspects", name) for name in (one.before, one.after) if name)


def _owners(before: Snapshot, after: Snapshot) -> Mapping[Subject, set[Subject]]:
    """The aspects and organisations of tasks, safeguards and indicators, before or now."""
    found: dict[Subject, set[Subject]] = {}
    for snapshot in (before, after):
        for kind in ("tasks", "safeguards", "indicators"):
            for key, record in snapshot.of(kind).items():
                found.setdefault((kind, key), set()).update(_owners_of(record, snapshot.of(kind)))
    return {key: owners for key, owners in found.items() if owners}


def _owners_of(record: Record, others: Mapping[str, Any]) -> Iterator[Subject]:
    aspect, above = record.get("aspect"), str(record.get("parent"))
    seen: set[str] = set()
    while aspect is None and above in others and above not in seen:  # a task below another stands under its aspect
        seen.add(above)
        aspect, above = others[above].get("aspect"), str(others[above].get("parent"))
    if aspect:
        yield "aspects", str(aspect)
    lead = record.get("lead") or ()
    for name in (*([lead] if isinstance(lead, str) else lead), *(record.get("supporting") or ())):
        yield "organisations", str(name)
