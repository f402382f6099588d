"""The comparison of areas in one language: a table of all of them, and the data with which a reader picks a few."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from generator.assess import Standing
from generator.markdown import clean
from generator.model import Area, Aspect, Indicator, Text
from generator.tables import verdict_cell
from generator.view import STATUS_SYMBOLS, Cell, Column, Table, View

PATH = "compare"
"""The address of the page, from the language's root."""
MOST = 4
"""How many areas stand side by side at most."""
FIRST = 6
"""How many indicators are ticked at first where none is a headline."""
HOLDERS = {name: f"{{{name}}}" for name in ("areas", "indicators", "target")}
"""Places in the script's sentences that the script fills in itself."""


class Group(NamedTuple):
    """Indicators under the aspect they tell of; no title for those of no aspect."""

    title: str
    indicators: tuple[Indicator, ...]
    is_open: bool
    """Whether one of them is ticked at first."""


def areas(view: View) -> list[Area]:
    """Those that can be compared, and the whole beside them as a measure."""
    return [*view.plan.peers, view.plan.root]


def chosen(view: View) -> list[Indicator]:
    """Indicators that have a value or target in any part of the plan area."""
    plan = view.plan
    return [
        one
        for one in plan.indicators.values()
        if any(plan.observations_of(one, area) or plan.targets_of(one, area) for area in plan.peers)
    ]


def groups(view: View) -> list[Group]:
    """The indicators by aspect, in the order of the plan; those without one last."""
    found, first = chosen(view), at_first(view)
    by_aspect: list[tuple[Aspect | None, tuple[Indicator, ...]]] = [
        (aspect, tuple(one for one in found if one.aspect == aspect.id)) for aspect in view.plan.aspects.values()
    ]
    by_aspect.append((None, tuple(one for one in found if one.aspect is None)))
    return [
        Group(view.numbered("aspects", aspect.id) if aspect else view.say("indicators.no_aspect"), indicators,
              any(one.id in first for one in indicators))
        for aspect, indicators in by_aspect
        if indicators
    ]  # fmt: skip


def at_first(view: View) -> list[str]:
    """The indicators that are ticked when a reader comes: the headlines, else those that most areas have."""
    found = chosen(view)
    headlines = [one.id for one in found if one.headline]
    if headlines:
        return headlines[:FIRST]
    counts = {one.id: sum(bool(view.plan.observations_of(one, area)) for area in view.plan.peers) for one in found}
    common = sorted(found, key=lambda one: -counts[one.id])[:FIRST]
    return [one.id for one in found if one in common]


# --- the table that needs no script -----------------------------------------------------------------------------


def table(view: View) -> Table | None:
    """Every indicator by every area: the latest value, and how it stands where there is a target."""
    found, side_by_side = chosen(view), areas(view)
    if not found:
        return None
    rows = [
        (
            Cell(
                view.say("with_unit", title=view.text(one.title), unit=view.unit(one)), view.href("indicators", one.id)
            ),
            *(_cell(view, view.standing(one, area)) for area in side_by_side),
        )
        for one in found
    ]
    columns = (
        Column(view.say("table.indicator")),
        *(Column(view.text(area.title), href=view.href("areas", area.id)) for area in side_by_side),
    )
    caption = view.say("compare.all_caption", count=len(found), areas=len(side_by_side))
    return Table("compare-all", caption, columns, tuple(rows), stack=True)


def _cell(view: View, standing: Standing) -> Cell:
    latest = standing.newest
    status = f"band-{standing.band}" if standing.band else None
    if latest is None or latest.value is None:
        target = standing.final
        if target is None:
            return Cell(view.say("empty.short"))
        words = view.target_value(target, standing.indicator, False)
        return Cell(view.say("stage.target", target=words), view.entry(target), view.marks(target))
    text = view.say(
        "value_at", value=view.value(latest.value, standing.indicator), period=view.language.period(latest.period)
    )
    made_up = standing.band is not None and standing.is_illustrative
    note = view.say("compare.made_up_verdict") if made_up and latest.basis != "illustrative" else ""
    return Cell(text, view.entry(latest), view.marks(latest), status, note)


# --- the data of the script -------------------------------------------------------------------------------------


def data(view: View) -> dict[str, Any]:
    """What the script shows, in words that are ready to stand on the page; addresses from the language's root."""
    found, side_by_side = chosen(view), areas(view)
    standings = {one.id: [view.standing(one, area) for area in side_by_side] for one in found}
    given: dict[str, Any] = {
        "areas": [
            {
                "id": area.id,
                "name": view.text(area.title),
                "url": view.href("areas", area.id),
                **_lang(view, area.title),
            }
            for area in side_by_side
        ],
        "indicators": [
            {
                "id": one.id,
                "name": view.text(one.title),
                "url": view.href("indicators", one.id),
                **_lang(view, one.title),
                "cells": [_entry(view, standing) for standing in standings[one.id]],
            }
            for one in found
        ],
        "statuses": _statuses(view, (one for row in standings.values() for one in row)),
        "words": {
            key: view.say(f"compare.{key}", **HOLDERS)
            for key in (
                "target",
                "nothing",
                "no_target",
                "few_areas",
                "few_indicators",
                "shown",
                "same_twice",
                "caption",
            )
        }
        | {
            "indicator": view.say("table.indicator"),
            "illustration": view.say("figure.illustration"),
            "separator": str(view.language.words["meta"]["comma"]),
        },
    }
    return {key: _cleaned(value) for key, value in given.items()}


def _cleaned(value: Any) -> Any:
    """Every text without characters that turn or hide others."""
    if isinstance(value, dict):
        return {key: _cleaned(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    return clean(value) if isinstance(value, str) else value


def _lang(view: View, text: Text) -> dict[str, str]:
    """The tag of a name that is in another language than the page."""
    tag = view.tag_of(text)
    return {"lang": tag} if tag else {}


def _entry(view: View, standing: Standing) -> dict[str, Any]:
    """One cell: value, period, marks; target, its marks; verdict or why there is none; where the numbers
    have their entries on the indicator's page. What is empty is left out.
    """
    indicator, latest, target = standing.indicator, standing.newest, standing.final
    made_up = standing.band is not None and standing.is_illustrative
    entry: dict[str, Any] = {}
    if latest is not None and latest.value is not None:
        entry["v"] = view.quantity(latest.value, indicator)
        entry["p"] = view.say("in_brackets", text=view.language.period(latest.period))
        entry["h"] = view.entry(latest).partition("#")[2]
        entry["m"] = [[mark.kind, mark.word] for mark in view.marks(latest)]
    if target is not None:
        words = {"value": view.target_value(target, indicator), "period": view.language.period(target.period)}
        entry["t"] = view.say("value_at", **words)
        entry["g"] = view.entry(target).partition("#")[2]
        entry["n"] = [[mark.kind, mark.word] for mark in view.marks(target)]
        if standing.band:
            entry["s"] = f"band-{standing.band}"
            entry["o"] = [[mark.kind, mark.word] for mark in verdict_cell(view, standing).marks]
        else:
            entry["w"] = verdict_cell(view, standing).text
    rows = [row for row in (latest, target) if row is not None]
    if made_up or any(row.basis == "illustrative" for row in rows):
        entry["i"] = 1
    return {key: value for key, value in entry.items() if value != []}


def _statuses(view: View, found: Iterable[Standing]) -> dict[str, list[str]]:
    """Symbol and word of every verdict that occurs."""
    names = sorted({f"band-{one.band}" for one in found if one.band})
    return {
        name: [STATUS_SYMBOLS.get(name) or view.language.find(f"band_symbols.{name}") or "•", view.status_word(name)]
        for name in names
    }


def neighbours(view: View, area: Area) -> list[tuple[str, str]]:
    """Links that open the comparison of an area with each of the others; none where there is no such page."""
    if not view.has_page(PATH):
        return []
    return [
        (view.text(other.title), f"{PATH}/#areas={area.id},{other.id}")
        for other in view.plan.peers
        if other is not area
    ]
