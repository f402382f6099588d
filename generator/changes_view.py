"""What the page of changes shows in one language: for each release the story first, then every change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from generator.change import Change, place_of
from generator.changes import Difference, got_better
from generator.changes_words import (
    Wording,
    about,
    comma,
    dimension_words,
    field_word,
    link_of,
    marks_of,
    period_words,
    plain,
    quantity,
    rank_words,
    relative_words,
    report_cell,
    target_words,
    title_of,
    verdict_cell,
    wording,
)
from generator.linked import capital, join, linked
from generator.period import parse_period
from generator.release_files import links_of
from generator.snapshot import Snapshot
from generator.view import Cell, Column, Table, View

MOST_ROWS = 500
"""Rows that a table of one page holds; what is beyond is counted, and `diff` lists it."""


class Section(NamedTuple):
    """One release, or what none holds yet, or another plan beside this one, as a page shows it."""

    id: str
    heading: str
    note: str
    story: list[str]
    tables: list[Table]
    wordings: list[Wording]
    remarks: list[str]
    files: Sequence[dict[str, str]] = ()
    """The data of the release: address from the site's root, name, what it is."""


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
        story = first_story(view, first)
        found.append(
            Section(
                f"release-{first.id}",
                _heading(view, first),
                view.language.note(first.note),
                story,
                [],
                [],
                [],
                files(view, first),
            )
        )
    return found


def _heading(view: View, release: Snapshot) -> str:
    return view.say("changes.release", release=release.id, date=view.language.date(parse_period(release.date)))


def contents_words(view: View, release: Snapshot) -> str:
    """What the first release holds, in a sentence."""
    kinds = ("tasks", "indicators", "observations", "targets")
    parts = [_held(view, release, kind, len(release.of(kind))) for kind in kinds]
    return view.say("changes.first", parts=view.language.listing(parts))


def _held(view: View, release: Snapshot, kind: str, count: int) -> str:
    """How many records of a kind a release holds, with the way to the files that hold them."""
    return linked(view.say(f"changes.holds.{kind}", count=count), f"changes/#release-{release.id}-files")


def first_story(view: View, release: Snapshot) -> list[str]:
    """What the first release holds, how much of it is made up, and, while it is the only one, what will follow."""
    counts = {
        kind: sum(one.get("basis") == "illustrative" for one in release.of(kind).values())
        for kind in ("observations", "targets")
    }
    parts = [_held(view, release, kind, count) for kind, count in counts.items() if count]
    made_up = [view.say("changes.first_made_up", parts=view.language.listing(parts))] if parts else []
    is_only = len(view.history.releases) == 1 and view.history.pending is None
    return [contents_words(view, release), *made_up, *([view.say("changes.first_only")] if is_only else [])]


def files(view: View, release: Snapshot) -> list[dict[str, str]]:
    """The data of a release as the site keeps them; none for what is not released."""
    if not release.id:
        return []
    return [
        {"href": href, "title": href.rpartition("/")[2], "text": view.say(f"history.file.{what}")}
        for what, href in links_of(release).items()
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
        name, heading, view.language.note(step.after.note), story(view, step, name), tables,
        [wording(view, step, one) for one in reworded[:MOST_ROWS]], remarks,
        files(view, step.after),
    )  # fmt: skip


# --- the story --------------------------------------------------------------------------------------------------


def story(view: View, step: Difference, name: str = "") -> list[str]:
    """Three sentences: what happened to the values, to targets and verdicts, to tasks and those who do them.

    With the name of the page's section each number leads to the table of what it counts.
    """
    return [
        _with_made_up(view, step, _story_of_values(view, step, name), "observation-"),
        _with_made_up(view, step, _story_of_targets(view, step, name), "target-", "verdict-", "rank-"),
        _story_of_tasks(view, step, name),
    ]


def _counted(view: View, key: str, count: int, name: str, table: str) -> str:
    """A number of changes in words, which leads to the table of them on the page of changes."""
    words = view.say(f"changes.{key}", count=count)
    return linked(words, f"changes/#{name}-{table}-caption") if name else words


def _with_made_up(view: View, step: Difference, sentence: str, *groups: str) -> str:
    """A sentence about numbers, followed by how many of its changes rest on made-up ones."""
    count = sum(one.basis == "illustrative" and one.code.startswith(groups) for one in step.changes)
    if not count:
        return sentence
    return view.say("join_sentences", first=sentence, second=view.say("changes.story.made_up", count=count))


def _sentence(view: View, parts: list[str]) -> str:
    return view.say("changes.story.sentence", text=capital(join(view.say("semicolon"), parts)))


def _parts(view: View, counts: Iterable[tuple[str, int, str]], name: str) -> str:
    """`2 added and 1 revised`: ways of changing that occur, each with its number and the table that lists them."""
    return view.language.listing(
        _counted(view, f"n.{way}", count, name, table) for way, count, table in counts if count
    )


def _story_of_values(view: View, step: Difference, name: str) -> str:
    ways = ("revised", "withdrawn", "added")
    parts = _parts(view, [(way, step.counts[f"observation-{way}"], way) for way in ways], name)
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
        indicator=title_of(view, step, "indicators", place.indicator),
        area=title_of(view, step, "areas", place.area),
        period=period_words(view, place.period),
        before=quantity(view, place.indicator, largest.before),
        after=quantity(view, place.indicator, largest.after),
        relative=relative_words(view, largest.relative),
    )


def _story_of_targets(view: View, step: Difference, name: str) -> str:
    found = []
    ways = ("moved", "added", "withdrawn")
    if targets := _parts(view, [(way, step.counts[f"target-{way}"], "targets") for way in ways], name):
        found.append(view.say("changes.story.targets", parts=targets))
    changed = step.of("verdict-changed")
    counts = [(way, sum(got_better(one) is is_better for one in changed), "moved") for way, is_better in
              (("better", True), ("worse", False), ("otherwise", None))]  # fmt: skip
    if verdicts := _parts(view, counts, name):
        found.append(view.say("changes.story.verdicts", parts=verdicts))
    if count := step.counts["rank-changed"]:
        found.append(_counted(view, "story.ranks", count, name, "ranks"))
    if not found:
        key = "no_targets" if step.compares_results else "no_targets_only"
        return view.say(f"changes.story.{key}")
    return _sentence(view, found)


def _story_of_tasks(view: View, step: Difference, name: str) -> str:
    reworded = len({one.key for one in step.of("task-reworded")})
    counts = [(way, step.counts[f"task-{way}"], "tasks") for way in ("added", "dropped", "moved")]
    found = []
    if tasks := _parts(view, [*counts, ("reworded", reworded, "wordings")], name):
        found.append(view.say("changes.story.tasks", parts=tasks))
    if count := step.counts["role-changed"]:
        found.append(_counted(view, "story.roles", count, name, "roles"))
    if count := step.counts["status-changed"]:
        found.append(_counted(view, "story.statuses", count, name, "moved"))
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
        _rank_table(view, step, f"{name}-ranks"),
        _number_table(view, step, f"{name}-revised", "observation-revised"),
        _number_table(view, step, f"{name}-withdrawn", "observation-withdrawn"),
        _number_table(view, step, f"{name}-added", "observation-added"),
        _role_table(view, step, f"{name}-roles"),
        _report_table(view, step, f"{name}-reports"),
        _other_table(view, step, f"{name}-others", _OTHERS),
        _other_table(view, step, f"{name}-method", ("method-changed",)),
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
                link_of(view, step, "indicators", indicator, marks_of(view, one)),
                link_of(view, step, "areas", area),
                verdict_cell(view, one.before),
                verdict_cell(view, one.after)._replace(note=cause),
            )
        )
    for one in step.of("status-changed"):
        root = view.plan.root
        cells = (Cell("", status=one.before), Cell("", status=one.after))
        rows.append((link_of(view, step, "tasks", one.key), link_of(view, step, "areas", root.id), *cells))
    keys = ("changes.what", "table.area", "changes.before", "changes.after")
    return _table(view, name, "moved", keys, rows)


def _rank_table(view: View, step: Difference, name: str) -> Table | None:
    """Places of the compared areas that changed."""
    rows = []
    for one in step.of("rank-changed"):
        what, _, area = one.key.partition(" ")
        kind = "index" if one.kind == "index_ranks" else "indicators"
        cause = "" if one.field == "data" else view.say("changes.by_method")
        cells = (link_of(view, step, kind, what, marks_of(view, one)), link_of(view, step, "areas", area))
        rows.append((*cells, Cell(rank_words(view, one.before)), Cell(rank_words(view, one.after), note=cause)))
    keys = ("changes.what", "table.area", "changes.before", "changes.after")
    return _table(view, name, "ranks", keys, rows)


def _number_table(view: View, step: Difference, name: str, *codes: str) -> Table | None:
    rows = [_number_row(view, step, one) for one in step.of(*codes)]
    keys = ("table.indicator", "table.area", "table.period", "changes.before", "changes.after", "changes.difference")
    return _table(view, name, name.rpartition("-")[2], keys, rows)


def _number_row(view: View, step: Difference, one: Change) -> tuple[Cell, ...]:
    place = place_of(one.key)
    indicator = view.plan.indicators.get(place.indicator)
    dims = comma(view).join(dimension_words(view, name, value) for name, value in place.dims)
    changed = ""
    if one.difference is not None and one.difference:
        changed = view.difference(one.difference, indicator) if indicator else view.language.number(one.difference)
    relative = relative_words(view, one.relative) if changed and one.relative is not None else ""
    write = target_words if one.kind == "targets" else quantity
    return (
        link_of(view, step, "indicators", place.indicator)._replace(note=dims),
        link_of(view, step, "areas", place.area),
        Cell(period_words(view, place.period)),
        Cell(write(view, place.indicator, one.before)),
        Cell(write(view, place.indicator, one.after), marks=marks_of(view, one)),
        Cell(changed, note=relative),
    )


def _task_table(view: View, step: Difference, name: str) -> Table | None:
    rows = []
    for one in step.of("task-dropped", "task-added", "task-moved"):
        kind = "aspects" if one.field == "aspect" else "tasks"
        is_moved = one.code == "task-moved"
        before = title_of(view, step, kind, one.before) if is_moved and one.before else ""
        after = title_of(view, step, kind, one.after) if is_moved and one.after else ""
        cells = (Cell(view.say(f"changes.way.{one.code}")), Cell(before), Cell(after))
        rows.append((link_of(view, step, "tasks", one.key, marks_of(view, one)), *cells))
    return _table(view, name, "tasks", ("table.task", "changes.what", "changes.before", "changes.after"), rows)


def _role_table(view: View, step: Difference, name: str) -> Table | None:
    rows = []
    for one in step.of("role-changed"):
        roles = (view.say(f"role.{role}") if role else view.say("changes.no_role") for role in (one.before, one.after))
        cells = (
            link_of(view, step, one.kind, one.key, marks_of(view, one)),
            link_of(view, step, "organisations", one.field),
        )
        rows.append((*cells, *(Cell(role) for role in roles)))
    keys = ("changes.what", "table.organisation", "changes.before", "changes.after")
    return _table(view, name, "roles", keys, rows)


def _report_table(view: View, step: Difference, name: str) -> Table | None:
    rows = []
    for one in step.of("report-changed", "report-withdrawn", "report-added"):
        task, area, date = one.key.split(" ")
        where = view.plan.root.id if area == "-" else area
        cells = (link_of(view, step, "areas", where), Cell(period_words(view, date)))
        states = (report_cell(view, one.before), report_cell(view, one.after))
        rows.append((link_of(view, step, "tasks", task.partition("/")[0], marks_of(view, one)), *cells, *states))
    keys = ("table.task", "table.area", "table.date", "changes.before", "changes.after")
    return _table(view, name, "reports", keys, rows)


_OTHERS = ("basis-changed", "mark-changed", "organisation-dropped", "organisation-added", "record-dropped",
           "record-added", "record-changed")  # fmt: skip


def _other_table(view: View, step: Difference, name: str, codes: Sequence[str]) -> Table | None:
    rows = []
    for one in step.of(*codes):
        came, went = (one.before is None and not one.field), (one.after is None and not one.field)
        way = "added" if came else "dropped" if went else "method" if one.code == "method-changed" else "changed"
        head = about(view, step, one)._replace(marks=marks_of(view, one))
        before, after = ("", "") if came or went else (plain(view, one, one.before), plain(view, one, one.after))
        what = "" if came or went else field_word(view, one.field)
        rows.append((head, Cell(view.say(f"changes.way.{way}"), note=what), Cell(before), Cell(after)))
    return _table(
        view, name, name.rpartition("-")[2], ("table.about", "changes.what", "changes.before", "changes.after"), rows
    )


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
