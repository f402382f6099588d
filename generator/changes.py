"""The difference of two snapshots: what was added, revised, withdrawn, moved and reworded, the weightiest first."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from generator.change import CODES, RANKS, Change, number, place_of
from generator.progress import BANDS
from generator.snapshot import Record, Snapshot, content_hash, visible
from generator.subjects import Subject, by_subject

METHOD_KINDS = ("assessment", "index")
METHOD_FIELDS = ("direction", "aggregation", "unit", "definition", "method", "baseline", "limit", "range", "start")
"""What of an indicator decides how its numbers are read."""

_WORDS = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]|[^\W\u2e80-\u9fff\uf900-\ufaff]+|\s+|.", re.DOTALL)
_SENTENCES = re.compile(r"[^。！？.!?\n]*[。！？.!?\n]?\s*")
MOST_WORDS = 2000
"""Texts of more words are compared sentence by sentence, since word by word would take too long."""
_WORDED = ("title", "short_title", "summary", "text", "definition", "term", "note")
_LISTS_OF_PARTS = ("measures", "notes")


@dataclass(frozen=True)
class Difference:
    """How one snapshot came out of another."""

    before: Snapshot
    after: Snapshot
    changes: tuple[Change, ...]
    compares_results: bool = True
    """False where the two were built from different bases, so that their verdicts say nothing about the data."""

    @cached_property
    def counts(self) -> Counter[str]:
        """How many changes there are of each code."""
        return Counter(one.code for one in self.changes)

    @cached_property
    def subjects(self) -> Mapping[Subject, list[Change]]:
        """The changes that each record is about, by its kind and id."""
        return by_subject(self.changes, self.before, self.after)

    def of(self, *codes: str) -> list[Change]:
        """The changes of these codes, in their order."""
        return [one for one in self.changes if one.code in codes]

    def record(self, kind: str, key: str) -> Record:
        """A record as it is now, else as it was; empty where neither has it."""
        return self.after.of(kind).get(key) or self.before.of(kind).get(key) or {}


class Revision(NamedTuple):
    """What a number was before, and in which release; `before` None: it was not there."""

    before: Record | None
    release: str
    is_released: bool
    """False where it changed after the last release."""


class Past(NamedTuple):
    """What the releases say about one record."""

    first: Snapshot | None
    """The release in which it first stood; None where no release holds it."""
    steps: tuple[tuple[Difference, tuple[Change, ...]], ...]
    """What changed about it, the newest first, with the step in which it did."""


@dataclass(frozen=True)
class History:
    """The releases of a plan, the oldest first, each beside the one before it; `pending` is what no release holds."""

    releases: tuple[Snapshot, ...] = ()
    steps: tuple[Difference, ...] = ()
    """From each release to the next: one fewer than releases."""
    pending: Difference | None = None
    """From the last release to the working data; None where they are the same or nothing was released."""

    @cached_property
    def revisions(self) -> Mapping[tuple[str, str], Revision]:
        """The last revision of each number, by its kind and key; and which numbers no release holds yet."""
        found: dict[tuple[str, str], Revision] = {}
        for step in (*self.steps, *((self.pending,) if self.pending else ())):
            for one in step.changes:
                if one.kind not in ("observations", "targets") or one.field != "value":
                    continue
                if one.before is not None and one.after is not None:
                    found[one.kind, one.key] = Revision(one.before, step.before.id, bool(step.after.id))
                elif one.before is None and not step.after.id:
                    found[one.kind, one.key] = Revision(None, step.before.id, False)
                else:
                    found.pop((one.kind, one.key), None)
        return found

    def revision(self, kind: str, key: str) -> Revision | None:
        """The last revision of a number; None where it is as it first was."""
        return self.revisions.get((kind, key))

    def about(self, kind: str, key: str) -> Past:
        """What changed about a record, the newest first."""
        steps = (*((self.pending,) if self.pending else ()), *reversed(self.steps))
        found = ((step, tuple(step.subjects.get((kind, key), ()))) for step in steps)
        first = next((one for one in self.releases if key in one.of(kind)), None)
        return Past(first, tuple((step, changes) for step, changes in found if changes))

    @property
    def built_from(self) -> str:
        """The release that the working data are, empty where they are none."""
        return self.releases[-1].id if self.releases and self.pending is None else ""


def history_of(releases: Sequence[Snapshot], working: Snapshot, bases: Iterable[str]) -> History:
    """How the plan changed from release to release, as a site of these bases may show it."""
    allowed = tuple(bases)
    is_released = bool(releases) and content_hash(releases[-1].records) == content_hash(working.records)
    return History(
        tuple(_seen(one, allowed) for one in releases),
        tuple(compare(before, after, allowed) for before, after in pairwise(releases)),
        compare(releases[-1], working, allowed) if releases and not is_released else None,
    )


def compare(before: Snapshot, after: Snapshot, bases: Iterable[str] | None = None) -> Difference:
    """Every difference of two snapshots, the weightiest first; `bases` leaves out what rests on others."""
    if bases is not None:
        allowed = tuple(bases)
        before, after = (_seen(one, allowed) for one in (before, after))
    found = [
        *_numbers(before, after, "observations", _observation),
        *_numbers(before, after, "targets", _target),
        *_numbers(before, after, "progress", _report),
        *_words(before, after),
        *_versions(before, after),
    ]
    compares = set(before.bases) == set(after.bases)
    if bases is not None:
        compares = compares and set(after.bases) == set(bases)
    if compares:
        found += _results(before, after, found)
    return Difference(before, after, tuple(sorted(found, key=_weight)), compares)


def _seen(one: Snapshot, bases: tuple[str, ...]) -> Snapshot:
    return Snapshot(visible(one.records, bases), one.results, one.id, one.date, one.note, one.bases, one.version)


_RANKS = {code: rank for rank, code in enumerate(CODES)}


def _weight(one: Change) -> tuple[int, Decimal, str, str, str]:
    """The order of changes: by code; revisions by how large they are against the value before; then by key."""
    size = abs(one.relative or Decimal(0)) if one.code == "observation-revised" else Decimal(0)
    return _RANKS[one.code], -size, one.kind, one.key, one.field


# --- numbers ----------------------------------------------------------------------------------------------------


def _numbers(
    before: Snapshot, after: Snapshot, kind: str, judge: Callable[[str, Record | None, Record | None], Iterator[Change]]
) -> Iterator[Change]:
    """What differs in one table; a row that stayed as it was costs one comparison."""
    old_rows, new_rows = before.of(kind), after.of(kind)
    for key, new in new_rows.items():
        old = old_rows.get(key)
        if old != new:
            yield from judge(key, old, new)
    for key, old in old_rows.items():
        if key not in new_rows:
            yield from judge(key, old, None)


def _observation(key: str, old: Record | None, new: Record | None) -> Iterator[Change]:
    basis = _basis(new or old)
    had, has = number(old), number(new)
    if has is not None and (had is None or had != has):
        yield Change("observation-added" if had is None else "observation-revised", "observations", key, "value",
                     old if had is not None else None, new, basis)  # fmt: skip
    elif had is not None and has is None:
        yield Change("observation-withdrawn", "observations", key, "value", old, new, basis)
    if old is not None and new is not None:
        yield from _marks("observations", key, old, new)
    elif had is None and has is None:  # a row that only says that the value is missing
        yield Change("mark-changed", "observations", key, "status", _cell(old, "status"), _cell(new, "status"), basis)


def _target(key: str, old: Record | None, new: Record | None) -> Iterator[Change]:
    basis = _basis(new or old)
    if old is None or new is None:
        yield Change("target-added" if old is None else "target-withdrawn", "targets", key, "value", old, new, basis)
        return
    if any(old.get(name) != new.get(name) for name in ("value", "value_to", "operator")):
        yield Change("target-moved", "targets", key, "value", old, new, basis)
    yield from _marks("targets", key, old, new)


def _report(key: str, old: Record | None, new: Record | None) -> Iterator[Change]:
    code = "report-added" if old is None else "report-withdrawn" if new is None else "report-changed"
    yield Change(code, "progress", key, "status", old, new, _basis(new or old))


def _marks(kind: str, key: str, old: Record, new: Record) -> Iterator[Change]:
    """What is said about a number that stayed: its basis, status, source and note."""
    if _basis(old) != _basis(new):
        yield Change("basis-changed", kind, key, "basis", _basis(old), _basis(new), _basis(new))
    for name in ("status", "source", "note"):
        if old.get(name) != new.get(name):
            yield Change("mark-changed", kind, key, name, _cell(old, name), _cell(new, name), _basis(new))


def _cell(record: Record | None, name: str) -> str | None:
    value = record.get(name) if record is not None else None
    return " ".join(value) if isinstance(value, (list, tuple)) else value


def _basis(record: Record | None) -> str:
    return str(record.get("basis", "official")) if record else "official"


# --- words ------------------------------------------------------------------------------------------------------


def _words(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    """What differs in the records of the YAML files."""
    kinds = dict.fromkeys((*before.records, *after.records))
    for kind in kinds:
        if kind in ("observations", "targets", "progress"):
            continue
        old_records, new_records = before.of(kind), after.of(kind)
        for key in dict.fromkeys((*old_records, *new_records)):
            old, new = old_records.get(key), new_records.get(key)
            if old == new:
                continue
            if old is None or new is None:
                yield _came_or_went(kind, key, old, new)
            else:
                yield from _record(kind, key, old, new)


def _came_or_went(kind: str, key: str, old: Record | None, new: Record | None) -> Change:
    what = "added" if old is None else "dropped"
    group = {"tasks": "task", "organisations": "organisation"}.get(kind, "record")
    code = "method-changed" if kind in METHOD_KINDS else f"{group}-{what}"
    return Change(code, kind, key, "", old, new, _basis(new or old))


def _record(kind: str, key: str, old: Record, new: Record) -> Iterator[Change]:
    basis = _basis(new)
    reworded = "task-reworded" if kind == "tasks" else "record-reworded"
    if kind in ("tasks", "safeguards"):
        yield from _roles(kind, key, old, new)
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name), new.get(name)
        if was == now or (name in ("lead", "supporting") and kind in ("tasks", "safeguards")):
            continue
        if name == "basis":
            yield Change("basis-changed", kind, key, "basis", _basis(old), basis, basis)
        elif kind in METHOD_KINDS or (kind == "indicators" and name in METHOD_FIELDS):
            yield Change("method-changed", kind, key, name, was, now, basis)
        elif name in ("aspect", "parent") and kind == "tasks":
            yield Change("task-moved", kind, key, name, was, now, basis)
        elif name in _WORDED:
            yield from _texts(reworded, kind, key, (name, was, now, basis))
        elif name in _LISTS_OF_PARTS:
            yield from _parts(reworded, kind, key, (name, was, now, basis))
        else:
            yield Change("record-changed", kind, key, name, was, now, basis)


def _roles(kind: str, key: str, old: Record, new: Record) -> Iterator[Change]:
    """Organisations that came to a record, left it, or changed between leading and supporting."""
    was, now = _role_of(old), _role_of(new)
    basis = str(new.get("roles_basis") or _basis(new))
    for name in dict.fromkeys((*was, *now)):
        if was.get(name) != now.get(name):
            yield Change("role-changed", kind, key, name, was.get(name), now.get(name), basis)


def _role_of(record: Record) -> dict[str, str]:
    """The role of each organisation of a record; leading counts where one has both."""
    return {name: role for role in ("supporting", "lead") for name in record.get(role) or ()}


def _texts(code: str, kind: str, key: str, told: tuple[str, Any, Any, str]) -> Iterator[Change]:
    """A text that differs, once for each language, as `field.language`."""
    name, was, now, basis = told
    old, new = (one if isinstance(one, Mapping) else {} for one in (was, now))
    for code_of_language in sorted({*old, *new}):
        if old.get(code_of_language) != new.get(code_of_language):
            field = f"{name}.{code_of_language}"
            yield Change(code, kind, key, field, old.get(code_of_language), new.get(code_of_language), basis)


def _parts(code: str, kind: str, key: str, told: tuple[str, Any, Any, str]) -> Iterator[Change]:
    """What differs in a list of parts, such as measures: texts word by word, anything else as it is."""
    name, was, now, basis = told
    old, new = ({str(one.get("id", n)): one for n, one in enumerate(parts or ())} for parts in (was, now))
    for part in dict.fromkeys((*old, *new)):
        before, after = old.get(part), new.get(part)
        if before is None or after is None:
            yield Change("record-changed", kind, key, f"{name}.{part}", before, after, basis)
            continue
        for field in dict.fromkeys((*before, *after)):
            if before.get(field) == after.get(field):
                continue
            full = f"{name}.{part}.{field}"
            if field in _WORDED:
                yield from _texts(code, kind, key, (full, before.get(field), after.get(field), basis))
            else:
                yield Change("record-changed", kind, key, full, before.get(field), after.get(field), basis)


def _versions(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    if before.version != after.version:
        yield Change("method-changed", "generator", "generator", "version", before.version, after.version)


# --- results ----------------------------------------------------------------------------------------------------


def _results(before: Snapshot, after: Snapshot, found: Iterable[Change]) -> Iterator[Change]:
    """Verdicts, reported statuses and places that changed, of what both snapshots know."""
    touched = {
        (place.indicator, place.area)
        for one in found
        if one.kind in ("observations", "targets")
        for place in (place_of(one.key),)
    }
    was, now = before.results.get("verdicts", {}), after.results.get("verdicts", {})
    for key, new in now.items():
        old = was.get(key)
        if old is None or old.get("verdict") == new.get("verdict"):
            continue
        indicator, _, area = key.partition(" ")
        cause = "data" if (indicator, area) in touched else "method"
        yield Change("verdict-changed", "verdicts", key, cause, old["verdict"], new["verdict"], _basis(new))
    was, now = before.results.get("statuses", {}), after.results.get("statuses", {})
    for key, new in now.items():
        old = was.get(key)
        if old is not None and old != new:
            yield Change("status-changed", "statuses", key, "status", old["status"], new["status"])
    yield from _places(before, after, {indicator for indicator, _ in touched})


def _places(before: Snapshot, after: Snapshot, touched: set[str]) -> Iterator[Change]:
    """Places that changed; a place rests on the values of all areas, so that any of them may have moved it."""
    for kind in RANKS:
        was, now = before.results.get(kind, {}), after.results.get(kind, {})
        for key, new in now.items():
            old = was.get(key)
            if old is None or old.get("place") == new.get("place"):
                continue
            name = key.partition(" ")[0]
            behind = {name} if kind == "ranks" else _indicators_of(after.of("index").get(name, {}))
            yield Change("rank-changed", kind, key, "data" if behind & touched else "method", old, new, _basis(new))


def _indicators_of(index: Record) -> set[str]:
    return {str(one.get("id")) for dimension in index.get("dimensions", ()) for one in dimension.get("indicators", ())}


def got_better(change: Change) -> bool | None:
    """Whether a verdict rose in the order of the bands; None where one of the two is no band."""
    order: tuple[str, ...] = tuple(BANDS)
    if change.before not in order or change.after not in order:
        return None
    return order.index(change.after) < order.index(change.before)


def word_runs(before: str | None, after: str | None) -> list[tuple[str, str]]:
    """Two texts as runs of `same`, `old` and `new` words; Chinese is compared character by character."""
    old, new = _WORDS.findall(before or ""), _WORDS.findall(after or "")
    if len(old) + len(new) > 2 * MOST_WORDS:
        old, new = _SENTENCES.findall(before or ""), _SENTENCES.findall(after or "")
    runs = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            runs.append(("same", "".join(old[a:b])))
            continue
        runs += [(name, text) for name, text in (("old", "".join(old[a:b])), ("new", "".join(new[c:d]))) if text]
    return runs
