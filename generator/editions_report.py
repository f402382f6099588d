"""Two plans side by side as Markdown or JSON, in the words of one language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from generator.changes import word_runs
from generator.changes_report import escaped
from generator.editions import WAYS, Comparison, Edit, Match, TargetPair
from generator.editions_view import KINDS, PART_KINDS, difference_of, difference_words, record_name, targets_words
from generator.model import Target
from generator.view import View


def as_markdown(comparison: Comparison, earlier: View, later: View) -> str:
    """Counts, then every record by what became of it, then the targets side by side; text of the data is escaped."""
    say = later.say
    titles = [escaped(view.text(view.plan.identity.title)) for view in (earlier, later)]
    heads = " | ".join(say(f"editions.{way}") for way in WAYS)
    lines = [f"# {titles[0]} → {titles[1]}", "", f"| | {heads} |", "|---|" + "---:|" * len(WAYS)]
    for kind in KINDS:
        counts = " | ".join(str(len(comparison.of(kind, way))) for way in WAYS)
        lines.append(f"| {say(f'nav.{kind}')} | {counts} |")
    for kind in KINDS:
        for way in WAYS:
            if found := comparison.of(kind, way):
                count = say("editions.heading", kind=say(f"nav.{kind}"), way=say(f"editions.{way}"), count=len(found))
                lines += ["", f"## {count}", ""]
                lines += [line for one in found for line in _record(one, earlier, later)]
    if comparison.targets:
        columns = (say("table.indicator"), say("table.area"), *titles, say("changes.difference"))
        lines += ["", f"## {say('editions.targets')}", "", f"| {' | '.join(columns)} |", "|---|---|---|---|---|"]
        lines += [_row(pair, earlier, later) for pair in comparison.targets]
    return "\n".join([*lines, ""])


def _record(one: Match, earlier: View, later: View) -> Iterator[str]:
    before = later.language.listing(record_name(earlier, one.kind, key) for key in one.earlier)
    after = record_name(later, one.kind, one.later) if one.later else ""
    yield f"- **{escaped(before)}** → **{escaped(after)}**" if before and after else f"- {escaped(before or after)}"
    for edit in one.edits:
        yield f"  - {_edit(edit, earlier, later)}"


def _edit(edit: Edit, earlier: View, later: View) -> str:
    """A field before and after: words taken out struck through, words put in bold."""
    name = later.say(f"editions.field.{edit.field}") + later.say("colon")
    if kind := PART_KINDS.get(edit.field):
        none = later.say("empty.none_named")
        sides = (
            [view.title(kind, key) for key in keys if key in getattr(view.plan, kind)]
            for view, keys in ((earlier, edit.before), (later, edit.after))
        )
        return name + " → ".join(escaped(later.language.listing(side) if side else none) for side in sides)
    if edit.field == "direction":
        return name + " → ".join(later.say(f"direction.{one}") for one in (edit.before, edit.after))
    shapes = {"same": "{}", "old": "~~{}~~", "new": "**{}**"}
    runs = ((what, escaped(text)) for what, text in word_runs(edit.before, edit.after))
    return name + "".join(shapes[what].format(text) if text.strip() else text for what, text in runs)


def _row(pair: TargetPair, earlier: View, later: View) -> str:
    side, view = (1, later) if pair.indicators[1] else (0, earlier)
    cells = [
        escaped(view.title("indicators", pair.indicators[side])),
        escaped(view.title("areas", pair.areas[side])),
        escaped(targets_words(pair.earlier, earlier, later)),
        escaped(targets_words(pair.later, later, later)),
        escaped(difference_words(pair, earlier, later)),
    ]
    return f"| {' | '.join(cells)} |"


def as_json(comparison: Comparison, earlier: View, later: View) -> str:
    """The same for programs: ids of both plans, fields that differ, targets as numbers."""
    whole: dict[str, Any] = {
        "from": comparison.earlier.identity.id,
        "to": comparison.later.identity.id,
        "language": later.language.code,
        "counts": {kind: {way: len(comparison.of(kind, way)) for way in WAYS} for kind in KINDS},
        "records": [
            {"kind": one.kind, "way": one.way, "from": list(one.earlier), "to": one.later or None,
             "edits": [edit._asdict() for edit in one.edits]}
            for one in comparison.matches
        ],
        "targets": [
            {
                "indicator": [key or None for key in pair.indicators],
                "area": [key or None for key in pair.areas],
                "from": [_target(one) for one in pair.earlier],
                "to": [_target(one) for one in pair.later],
                "difference": None if (found := difference_of(pair, earlier, later)) is None else f"{found:f}",
            }
            for pair in comparison.targets
        ],
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _target(one: Target) -> dict[str, Any]:
    found = {"period": str(one.period), "value": f"{one.value:f}", "basis": one.basis}
    if one.value_to is not None:
        found["value_to"] = f"{one.value_to:f}"
    if one.operator is not None:
        found["operator"] = str(one.operator)
    return found
