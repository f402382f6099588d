"""What the page of changes shows in one language: for each release the story first, then every change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from generator.changes import Change, Difference, got_better, number, place_of, word_runs
from generator.model import Indicator, Target
from generator.period import parse_period
from generator.snapshot import Record, Snapshot
from generator.view import KINDS, Cell, Column, Mark, Table, View

MOST_ROWS = 500
"""Rows that a table of one page holds; what is beyond is counted, and `diff` lists it."""

_FIELDS = ("title", "short_title", "summary", "text", "definition", "term", "note", "notes", "measures", "status",
           "source", "basis", "lead", "facts", "indicators", "number")  # fmt: skip
"""Fields that have a word of their own; any other is "other details"."""


class Wording(NamedTuple):
    """A text that was reworded: what it belongs to, and its words as `same`, `old` and `new` runs."""

    title: str
    href: str | None
    field: str
    lang: str | None
    """The tag of its language, None where it is the page's."""
    runs: list[tuple[str, str]]
    mark: Mark | None


class Section(NamedTuple):
    """One release, or what none holds yet, as the page shows it."""

    id: str
    heading: str
    note: str
    story: list[str]
    tables: list[Table]
    wordings: list[Wording]
    remarks: list[str]


# --- the page ---------------------------------------------------------------------------------------------------


def sections(view: View) -> list[Section]:
    """What is not released yet, then every release, the newest first."""
    history, found = view.history, []
    if history.pending is not None:
        heading = view.say("changes.pending", release=history.releases[-1].id)
        found.append(_section(view, history.pending, "unreleased", heading))
    for step in reversed(history.steps):
        found.append(_section(view, step, f"release-{step.after.id}", _heading(view, step.after)))
    if history.releases:
        first = history.releases[0]
        story = [view.say("changes.first", parts=view.language.listing(_contents(view, first)))]
        found.append(
            Section(f"release-{first.id}", _heading(view, first), view.language.note(first.note), story, [], [], [])
        )
    return found


def _heading(view: View, release: Snapshot) -> str:
    return view.say("changes.release", release=release.id, date=view.language.date(parse_period(release.date)))


def _contents(view: View, release: Snapshot) -> list[str]:
    return [
        view.say(f"changes.holds.{kind}", count=len(release.of(kind)))
        for kind in ("tasks", "indicators", "observations", "targets")
    ]


def _section(view: View, step: Difference, name: str, heading: str) -> Section:
    tables = [table for table in _tables(view, step, name) if table is not None]
    reworded = step.of("task-reworded", "record-reworded")
    remarks = [] if step.compares_results else [view.say("changes.not_compared")]
    full = [len(table.rows) for table in tables]
    if cut := sum(one - MOST_ROWS for one in full if one > MOST_ROWS) + max(0, len(reworded) - MOST_ROWS):
        remarks.append(view.say("changes.more", count=cut))
    tables = [Table(one.id, one.caption, one.columns, one.rows[:MOST_ROWS], one.stack) for one in tables]
    return Section(
        name, heading, view.language.note(step.after.note), story(view, step), tables,
        [_wording(view, step, one) for one in reworded[:MOST_ROWS]], remarks,
    )  # fmt: skip


# --- the story --------------------------------------------------------------------------------------------------


def story(view: View, step: Difference) -> list[str]:
    """Three sentences: what happened to the values, to targets and verdicts, to tasks and those who do them."""
    return [
        _with_made_up(view, step, _story_of_values(view, step), "observation-"),
        _with_made_up(view, step, _story_of_targets(view, step), "target-", "verdict-"),
        _story_of_tasks(view, step),
    ]


def _with_made_up(view: View, step: Difference, sentence: str, *groups: str) -> str:
    """A sentence about numbers, followed by how many of its changes rest on made-up ones."""
    count = sum(one.basis == "illustrative" and one.code.startswith(groups) for one in step.changes)
    if not count:
        return sentence
    return view.say("join_sentences", first=sentence, second=view.say("changes.story.made_up", count=count))


def _sentence(view: View, parts: list[str]) -> str:
    text = view.say("semicolon").join(parts)
    return view.say("changes.story.sentence", text=text[:1].upper() + text[1:])


def _parts(view: View, step: Difference, group: str, *ways: str) -> str:
    counts = [(way, step.counts[f"{group}-{way}"]) for way in ways]
    return view.language.listing(view.say(f"changes.n.{way}", count=count) for way, count in counts if count)


def _story_of_values(view: View, step: Difference) -> str:
    parts = _parts(view, step, "observation", "revised", "withdrawn", "added")
    if not parts:
        return view.say("changes.story.no_values")
    revised = (one for one in step.of("observation-revised") if one.basis != "illustrative")
    largest = next((one for one in revised if one.relative is not None), None)
    if largest is None or largest.relative is None:
        return view.say("changes.story.values", parts=parts)
    place = place_of(largest.key)
    return view.say(
        "changes.story.values_largest",
        parts=parts,
        indicator=_title(view, step, "indicators", place.indicator),
        area=_title(view, step, "areas", place.area),
        period=_period(view, place.period),
        before=_quantity(view, place.indicator, largest.before),
        after=_quantity(view, place.indicator, largest.after),
        relative=_relative(view, largest.relative),
    )


def _story_of_targets(view: View, step: Difference) -> str:
    found = []
    if targets := _parts(view, step, "target", "moved", "added", "withdrawn"):
        found.append(view.say("changes.story.targets", parts=targets))
    changed = step.of("verdict-changed")
    ways = [(way, sum(got_better(one) is is_better for one in changed)) for way, is_better in
            (("better", True), ("worse", False), ("otherwise", None))]  # fmt: skip
    if verdicts := view.language.listing(view.say(f"changes.n.{way}", count=count) for way, count in ways if count):
        found.append(view.say("changes.story.verdicts", parts=verdicts))
    if not found:
        key = "no_targets" if step.compares_results else "no_targets_only"
        return view.say(f"changes.story.{key}")
    return _sentence(view, found)


def _story_of_tasks(view: View, step: Difference) -> str:
    reworded = len({one.key for one in step.of("task-reworded")})
    ways = [
        ("added", step.counts["task-added"]),
        ("dropped", step.counts["task-dropped"]),
        ("moved", step.counts["task-moved"]),
        ("reworded", reworded),
    ]
    found = []
    if tasks := view.language.listing(view.say(f"changes.n.{way}", count=count) for way, count in ways if count):
        found.append(view.say("changes.story.tasks", parts=tasks))
    if count := step.counts["role-changed"]:
        found.append(view.say("changes.story.roles", count=count))
    if count := step.counts["status-changed"]:
        found.append(view.say("changes.story.statuses", count=count))
    if not found:
        return view.say("changes.story.no_tasks")
    return _sentence(view, found)


# --- tables -----------------------------------------------------------------------------------------------------


def _tables(view: View, step: Difference, name: str) -> list[Table | None]:
    """Every change but reworded texts, a table for each group, the weightiest first."""
    return [
        moved_table(view, step, f"{name}-moved"),
        _number_table(view, step, f"{name}-targets", "target-moved", "target-added", "target-withdrawn"),
        _task_table(view, step, f"{name}-tasks"),
        _number_table(view, step, f"{name}-revised", "observation-revised"),
        _number_table(view, step, f"{name}-withdrawn", "observation-withdrawn"),
        _number_table(view, step, f"{name}-added", "observation-added"),
        _role_table(view, step, f"{name}-roles"),
        _report_table(view, step, f"{name}-reports"),
        _other_table(view, step, f"{name}-others"),
    ]


def _table(view: View, name: str, caption: str, keys: Iterable[str], rows: Sequence[tuple[Cell, ...]]) -> Table | None:
    if not rows:
        return None
    columns = tuple(Column(view.say(key)) for key in keys)
    return Table(name, view.say(f"changes.caption.{caption}", count=len(rows)), columns, tuple(rows), stack=True)


def moved_table(view: View, step: Difference, name: str) -> Table | None:
    """Verdicts and reported statuses that changed."""
    rows = []
    for one in step.of("verdict-changed"):
        indicator, _, area = one.key.partition(" ")
        cause = "" if one.field == "data" else view.say("changes.by_method")
        rows.append(
            (
                _link(view, step, "indicators", indicator, _marks(view, one)),
                _link(view, step, "areas", area),
                _verdict(view, one.before),
                _verdict(view, one.after)._replace(note=cause),
            )
        )
    for one in step.of("status-changed"):
        root = view.plan.root
        cells = (Cell("", status=one.before), Cell("", status=one.after))
        rows.append((_link(view, step, "tasks", one.key), _link(view, step, "areas", root.id), *cells))
    keys = ("changes.what", "table.area", "changes.before", "changes.after")
    return _table(view, name, "moved", keys, rows)


def _number_table(view: View, step: Difference, name: str, *codes: str) -> Table | None:
    rows = [_number_row(view, step, one) for one in step.of(*codes)]
    keys = ("table.indicator", "table.area", "table.period", "changes.before", "changes.after", "changes.difference")
    return _table(view, name, name.rpartition("-")[2], keys, rows)


def _number_row(view: View, step: Difference, one: Change) -> tuple[Cell, ...]:
    place = place_of(one.key)
    indicator = view.plan.indicators.get(place.indicator)
    dims = _comma(view).join(_dimension(view, name, value) for name, value in place.dims)
    changed = ""
    if one.difference is not None and one.difference:
        changed = view.difference(one.difference, indicator) if indicator else view.language.number(one.difference)
    relative = _relative(view, one.relative) if changed and one.relative is not None else ""
    write = _target if one.kind == "targets" else _quantity
    return (
        _link(view, step, "indicators", place.indicator)._replace(note=dims),
        _link(view, step, "areas", place.area),
        Cell(_period(view, place.period)),
        Cell(write(view, place.indicator, one.before)),
        Cell(write(view, place.indicator, one.after), marks=_marks(view, one)),
        Cell(changed, note=relative),
    )


def _task_table(view: View, step: Difference, name: str) -> Table | None:
    rows = []
    for one in step.of("task-dropped", "task-added", "task-moved"):
        kind = "aspects" if one.field == "aspect" else "tasks"
        is_moved = one.code == "task-moved"
        before = _title(view, step, kind, one.before) if is_moved and one.before else ""
        after = _title(view, step, kind, one.after) if is_moved and one.after else ""
        cells = (Cell(view.say(f"changes.way.{one.code}")), Cell(before), Cell(after))
        rows.append((_link(view, step, "tasks", one.key, _marks(view, one)), *cells))
    return _table(view, name, "tasks", ("table.task", "changes.what", "changes.before", "changes.after"), rows)


def _role_table(view: View, step: Difference, name: str) -> Table | None:
    rows = []
    for one in step.of("role-changed"):
        roles = (view.say(f"role.{role}") if role else view.say("changes.no_role") for role in (one.before, one.after))
        cells = (_link(view, step, one.kind, one.key, _marks(view, one)), _link(view, step, "organisations", one.field))
        rows.append((*cells, *(Cell(role) for role in roles)))
    keys = ("changes.what", "table.organisation", "changes.before", "changes.after")
    return _table(view, name, "roles", keys, rows)


def _report_table(view: View, step: Difference, name: str) -> Table | None:
    rows = []
    for one in step.of("report-changed", "report-withdrawn", "report-added"):
        task, area, date = one.key.split(" ")
        where = view.plan.root.id if area == "-" else area
        cells = (_link(view, step, "areas", where), Cell(_period(view, date)))
        states = (_report(view, one.before), _report(view, one.after))
        rows.append((_link(view, step, "tasks", task.partition("/")[0], _marks(view, one)), *cells, *states))
    keys = ("table.task", "table.area", "table.date", "changes.before", "changes.after")
    return _table(view, name, "reports", keys, rows)


_OTHERS = ("basis-changed", "mark-changed", "organisation-dropped", "organisation-added", "method-changed",
           "record-dropped", "record-added", "record-changed")  # fmt: skip


def _other_table(view: View, step: Difference, name: str) -> Table | None:
    rows = []
    for one in step.of(*_OTHERS):
        came, went = (one.before is None and not one.field), (one.after is None and not one.field)
        way = "added" if came else "dropped" if went else "method" if one.code == "method-changed" else "changed"
        head = _about(view, step, one)._replace(marks=_marks(view, one))
        before, after = ("", "") if came or went else (_plain(view, one, one.before), _plain(view, one, one.after))
        what = "" if came or went else _field(view, one.field)
        rows.append((head, Cell(view.say(f"changes.way.{way}"), note=what), Cell(before), Cell(after)))
    return _table(view, name, "others", ("table.about", "changes.what", "changes.before", "changes.after"), rows)


def _about(view: View, step: Difference, one: Change) -> Cell:
    if one.kind in ("observations", "targets"):
        place = place_of(one.key)
        names = [_title(view, step, "areas", place.area), _period(view, place.period)]
        return _link(view, step, "indicators", place.indicator)._replace(note=_comma(view).join(names))
    if one.kind == "generator":
        return Cell(view.say("changes.generator"))
    return _link(view, step, one.kind, one.key)


def _plain(view: View, one: Change, value: Any) -> str:
    """A field before or after, where it is one word or number; maps and lists are not spelt out."""
    if value is None or isinstance(value, (Mapping, list)):
        return ""
    if one.field == "basis":
        return view.say(f"basis.{value}.word") if view.language.find(f"basis.{value}.word") else str(value)
    if one.field == "source":
        return view.title("sources", value) if value in view.plan.sources else str(value)
    if one.field == "status" and one.kind == "observations":
        words = [view.language.find(f"value_status.{code}") or code for code in str(value).split()]
        return view.language.listing(words)
    return view.language.note(value) if one.field == "note" else str(value)


def _wording(view: View, step: Difference, one: Change) -> Wording:
    field, _, code = one.field.rpartition(".")
    head = _link(view, step, one.kind, one.key)
    lang = None if code == view.language.code else view.tags.get(code, code)
    mark = next(iter(_marks(view, one)), None)
    return Wording(head.text, head.href, _field(view, field), lang, word_runs(one.before, one.after), mark)


# --- words for parts of a change --------------------------------------------------------------------------------


def _field(view: View, field: str) -> str:
    name = field.partition(".")[0]
    return view.say(f"changes.field.{name if name in _FIELDS else 'other'}")


def _marks(view: View, one: Change) -> tuple[Mark, ...]:
    known = view.language.find(f"basis.{one.basis}.mark")
    return (Mark(one.basis, str(known)),) if known and one.basis != "official" else ()


def _title(view: View, step: Difference, kind: str, key: str) -> str:
    """The title of a record as it is now; of one that is gone as it was; else its id."""
    if kind in (*KINDS, "sources", "glossary") and key in getattr(view.plan, kind):
        return view.title(kind, key)
    record: Record = step.record(kind, key)
    title = record.get("title") or record.get("term")
    if not isinstance(title, Mapping) or not title:
        return key
    return str(title.get(view.language.code) or next(iter(title.values())))


def _link(view: View, step: Difference, kind: str, key: str, marks: tuple[Mark, ...] = ()) -> Cell:
    has_page = kind in (*KINDS, "sources", "glossary") and key in getattr(view.plan, kind)
    return Cell(_title(view, step, kind, key), view.href(kind, key) if has_page else None, marks)


def _period(view: View, text: str) -> str:
    return view.language.period(parse_period(text))


def _dimension(view: View, name: str, value: str) -> str:
    dimension = view.plan.dimensions.get(name)
    known = {one.id: one.title for one in dimension.values} if dimension else {}
    return view.text(known[value]) if value in known else value


def _quantity(view: View, name: str, record: Record | None) -> str:
    """A value as it is said; where the indicator is gone, the bare number."""
    value = number(record)
    if value is None:
        return view.say("empty.short")
    indicator: Indicator | None = view.plan.indicators.get(name)
    return view.quantity(value, indicator) if indicator else view.language.number(value)


def _target(view: View, name: str, record: Record | None) -> str:
    indicator = view.plan.indicators.get(name)
    if record is None or indicator is None:
        return _quantity(view, name, record)
    values = {key: record[key] for key in ("value", "value_to", "operator") if key in record}
    root = view.plan.root
    target = Target.model_validate({**values, "indicator": name, "area": root.id, "period": "2000"})
    return view.target_value(target, indicator)


def _verdict(view: View, verdict: str) -> Cell:
    if view.language.find(f"status.band-{verdict}"):
        return Cell("", status=f"band-{verdict}")
    return Cell(view.say(f"reason.{verdict}") if view.language.find(f"reason.{verdict}") else verdict)


def _report(view: View, record: Record | None) -> Cell:
    if record is None:
        return Cell(view.say("empty.short"))
    percent = record.get("percent")
    done = view.language.percent(Decimal(percent) / 100) if percent is not None else ""
    return Cell("", status=str(record.get("status", "unknown")), note=done)


def _comma(view: View) -> str:
    return str(view.language.words["meta"]["comma"])


def _relative(view: View, share: Decimal) -> str:
    """A signed share: `+16.7%`."""
    return ("+" if share > 0 else "") + view.language.percent(share, 1)


# --- on other pages ---------------------------------------------------------------------------------------------


def last_step(view: View) -> Difference | None:
    """What brought the data to where they are: since the last release, or from the one before to it."""
    history = view.history
    return history.pending or (history.steps[-1] if history.steps else None)


def moved_words(view: View) -> str:
    """Since when the monitoring page says what moved, and whether anything did."""
    history, step = view.history, last_step(view)
    if not history.releases:
        return view.say("monitoring.moved_none")
    if step is None:
        return view.say("monitoring.moved_first", release=history.releases[-1].id)
    if not step.compares_results:
        return view.say("changes.not_compared")
    count = len(step.of("verdict-changed", "status-changed"))
    if step.after.id:
        return view.say("monitoring.moved_between", earlier=step.before.id, later=step.after.id, count=count)
    return view.say("monitoring.moved_since", release=step.before.id, count=count)


def moved(view: View) -> Table | None:
    """Verdicts and reported statuses that moved in the last step."""
    step = last_step(view)
    return moved_table(view, step, "moved-since") if step else None
