"""The history of one page in one language: what it said before, and since when it says what it says."""

from __future__ import annotations

from typing import NamedTuple

from generator.changes_words import Wording, told, wording
from generator.period import parse_period
from generator.snapshot import Snapshot
from generator.view import Cell, Column, Table, View

MOST_ROWS = 100
"""Changes that one page lists; what is beyond is counted, and the page of changes has it."""

COUNTED = ("observation-added",)
"""Changes that a page counts and does not list: what is new had nothing before it."""


class PageHistory(NamedTuple):
    """What the section of a page's history shows."""

    sentence: str
    table: Table | None
    wordings: list[Wording]
    more: int
    feed: str
    """The address of its feed without the ending, from the language's root; empty where it has none of its own."""


FEED_KINDS = ("areas", "aspects", "organisations")
"""Kinds of records with a feed of their own."""


def feed_path(kind: str = "", key: str = "") -> str:
    """The address of a feed without its ending, from the language's root."""
    return f"{kind}/{key}/feed" if kind else "feed"


def page_history(view: View, kind: str, key: str) -> PageHistory | None:
    """What changed about a record from release to release, the newest first; None before the first release."""
    if not view.has_page("changes"):
        return None
    past = view.history.about(kind, key)
    rows: list[tuple[Cell, ...]] = []
    wordings: list[Wording] = []
    for step, found in past.steps:
        since = since_words(view, step.after)
        for one in found:
            if one.code in COUNTED:
                continue
            if one.code.endswith("-reworded"):
                wordings.append(wording(view, step, one))
                continue
            line = told(view, step, one)
            rows.append((line.about, Cell(since), Cell(line.what), line.before, line.after))
        if count := sum(one.code in COUNTED for one in found):
            about = Cell(view.say("history.values"))
            rows.append((about, Cell(since), Cell(view.say("history.added", count=count)), Cell(""), Cell("")))
    more = max(0, len(rows) - MOST_ROWS) + max(0, len(wordings) - MOST_ROWS)
    has_feed = kind in FEED_KINDS
    return PageHistory(
        _sentence(view, past.first, bool(rows or wordings)), _table(view, key, rows[:MOST_ROWS]), wordings[:MOST_ROWS],
        more, feed_path(kind, key) if has_feed else "",
    )  # fmt: skip


def since_words(view: View, release: Snapshot) -> str:
    """`2025-11-06 (6 November 2025)`, or that no release holds it yet."""
    if not release.id:
        return view.say("history.unreleased")
    return view.say("history.since", release=release.id, date=view.language.date(parse_period(release.date)))


def _sentence(view: View, first: Snapshot | None, has_changes: bool) -> str:
    """Since when the record is there, and whether it ever changed."""
    if first is None:
        return view.say("history.not_released")
    text = view.say("history.first", release=first.id, date=view.language.date(parse_period(first.date)))
    return text if has_changes else view.say("join_sentences", first=text, second=view.say("history.unchanged"))


def _table(view: View, key: str, rows: list[tuple[Cell, ...]]) -> Table | None:
    if not rows:
        return None
    names = ("table.about", "history.when", "changes.what", "changes.before", "changes.after")
    columns = tuple(Column(view.say(name)) for name in names)
    caption = view.say("history.caption", count=len(rows))
    return Table(f"history-{key}", caption, columns, tuple(rows), stack=True)
