"""The difference of two snapshots for people who edit and republish: as text, Markdown or JSON, in English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from generator.change import CODES, RANKS, Change, Place, number, place_of
from generator.changes import Difference, word_runs

HEADINGS: Mapping[str, str] = {
    "verdict-changed": "Verdicts that changed",
    "target-moved": "Targets moved",
    "target-added": "Targets added",
    "target-withdrawn": "Targets withdrawn",
    "task-dropped": "Tasks dropped",
    "task-added": "Tasks added",
    "task-moved": "Tasks moved",
    "task-reworded": "Tasks reworded",
    "status-changed": "Reported statuses that changed",
    "rank-changed": "Places that changed",
    "observation-revised": "Values revised",
    "observation-withdrawn": "Values withdrawn",
    "observation-added": "Values added",
    "basis-changed": "What rests on another basis",
    "mark-changed": "Status, source or note of a number",
    "role-changed": "Who leads and who supports",
    "report-changed": "Reports changed",
    "report-withdrawn": "Reports withdrawn",
    "report-added": "Reports added",
    "organisation-dropped": "Organisations dropped",
    "organisation-added": "Organisations added",
    "method-changed": "How numbers are read and judged",
    "record-dropped": "Other records dropped",
    "record-added": "Other records added",
    "record-reworded": "Other records reworded",
    "record-changed": "Other fields changed",
}

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~&])")


def name_of(difference: Difference) -> str:
    """`2025-11-06 -> working data`."""
    return " -> ".join(one.id or "working data" for one in (difference.before, difference.after))


def as_text(difference: Difference) -> str:
    """A heading and one line a change, the weightiest first."""
    lines = [name_of(difference), *_remarks(difference)]
    for heading, found in _groups(difference):
        lines += ["", f"{heading} ({len(found)})", *(f"  {_clean(_line(difference, one))}" for one in found)]
    return "\n".join(lines)


def as_markdown(difference: Difference) -> str:
    """The same as Markdown, for a pull request or a post; text of the data is escaped."""
    lines = [f"# What changed: {escaped(name_of(difference))}", "", *_remarks(difference)]
    for heading, found in _groups(difference):
        items = (f"- {escaped(_line(difference, one))}" for one in found)
        lines += ["", f"## {heading} ({len(found)})", "", *items]
    return "\n".join(lines)


def _groups(difference: Difference) -> Iterator[tuple[str, list[Change]]]:
    """The changes under their headings: those of the data, the weightiest first, then those of the method."""
    by_code: dict[tuple[bool, str], list[Change]] = {}
    for one in difference.changes:
        by_code.setdefault((one.is_method, one.code), []).append(one)
    for is_method in (False, True):
        for code in CODES:
            if found := by_code.get((is_method, code)):
                through = ", through the method alone" if is_method and code != "method-changed" else ""
                yield f"{HEADINGS[code]}{through}", found


def as_json(difference: Difference) -> str:
    """Every change as a map; `difference` and `relative` stand where both values are numbers."""
    return json.dumps(
        {
            "from": difference.before.id or None,
            "to": difference.after.id or None,
            "compares_results": difference.compares_results,
            "counts": dict(sorted(difference.counts.items())),
            "changes": [_map(one) for one in difference.changes],
        },
        ensure_ascii=False,
        indent=1,
    )


def _map(one: Change) -> dict[str, Any]:
    found: dict[str, Any] = {**one._asdict(), "method": one.is_method}
    if one.difference is not None:
        found["difference"] = f"{one.difference:f}"
    if one.relative is not None:
        found["relative"] = f"{one.relative:.6f}"
    return found


def _remarks(difference: Difference) -> list[str]:
    remarks = [] if difference.changes else ["Nothing changed."]
    if not difference.compares_results:
        remarks.append("Verdicts are not compared: the two were built from numbers of different bases.")
    return remarks


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text)


def escaped(text: str) -> str:
    """A text of the data as Markdown that is nothing but text."""
    return _MARKDOWN.sub(r"\\\1", _clean(text))


# --- one change -------------------------------------------------------------------------------------------------


def _line(difference: Difference, one: Change) -> str:
    mark = "" if one.basis == "official" else f" [{one.basis}]"
    return f"{_about(difference, one)}: {_what(difference, one)}{mark}"


def _about(difference: Difference, one: Change) -> str:
    """What a change is about, by its titles and its key."""
    if one.kind in ("observations", "targets"):
        place = place_of(one.key)
        names = (_title(difference, "indicators", place.indicator), _title(difference, "areas", place.area))
        return ", ".join([*names, place.period, *(f"{name} {value}" for name, value in place.dims)])
    if one.kind == "verdicts" or one.kind in RANKS:
        name, _, area = one.key.partition(" ")
        what = "index" if one.kind == "index_ranks" else "indicators"
        return f"{_title(difference, what, name)}, {_title(difference, 'areas', area)}"
    if one.kind in ("tasks", "statuses"):
        return f"task {one.key} ({_title(difference, 'tasks', one.key)})"
    return f"{one.kind} {one.key}"


def _title(difference: Difference, kind: str, key: str) -> str:
    """The title of a record: in English, else in the first language there is; else its key."""
    title = difference.record(kind, key).get("title")
    if not isinstance(title, Mapping) or not title:
        return key
    return str(title.get("en") or next(iter(title.values())))


def _what(difference: Difference, one: Change) -> str:
    if one.kind in ("observations", "targets") and one.field == "value":
        return _values(difference, one, place_of(one.key))
    if one.code == "verdict-changed":
        cause = "" if one.field == "data" else " (its data are the same: the method or other records changed)"
        return f"{one.before} -> {one.after}{cause}"
    if one.code == "rank-changed":
        return " -> ".join(
            f"{place['place']} of {place['of']} ({place['period']})" for place in (one.before, one.after)
        )
    if one.code == "role-changed":
        roles = " -> ".join(role or "no part" for role in (one.before, one.after))
        return f"{_title(difference, 'organisations', one.field)}: {roles}"
    if one.code.endswith("-reworded"):
        return f"{one.field}: {_marked(word_runs(one.before, one.after))}"
    if one.before is None and one.field == "":
        return "added"
    if one.after is None and one.field == "":
        return "dropped"
    return f"{one.field}: {_short(one.before)} -> {_short(one.after)}"


def _values(difference: Difference, one: Change, place: Place) -> str:
    """`1.2 -> 1.4 % (+0.2, +16.7%)`."""
    unit = difference.record("indicators", place.indicator).get("unit")
    name = ""
    if isinstance(unit, Mapping) and unit:
        name = str(unit.get("en") or next(iter(unit.values())))
    words = " -> ".join(_value(record) for record in (one.before, one.after) if record is not None)
    changed = ""
    if one.difference is not None and one.difference:
        relative = f", {one.relative * 100:+.1f}%" if one.relative is not None else ""
        changed = f" ({_signed(one.difference)}{relative})"
    return f"{words} {name}".strip() + changed


def _value(record: Mapping[str, Any]) -> str:
    value = number(record)
    if value is None:
        return "no value"
    upper = f" to {record['value_to']}" if "value_to" in record else ""
    operator = f"{record['operator']} " if "operator" in record and not upper else ""
    return f"{operator}{value:f}{upper}"


def _signed(value: Decimal) -> str:
    return f"{value.normalize():+f}"


def _marked(runs: Iterable[tuple[str, str]]) -> str:
    """Words taken out as [-so-], words put in as {+so+}."""
    shapes = {"same": "{}", "old": "[-{}-]", "new": "{{+{}+}}"}
    return "".join(shapes[what].format(text) for what, text in runs)


def _short(value: Any, most: int = 160) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= most else f"{text[:most]}…"
