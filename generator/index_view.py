"""What pages show of a composite index, in one language: its figures, tables and sentences.

Whatever rests on a made-up number says so in its own title: `titled` is the one place where that is done.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from generator.charts import Chart
from generator.figures import DataRow, Figure
from generator.index import NOISE, AreaScore, IndexResult, IndexStage, Part, Variant
from generator.linked import Count, Linked, linked
from generator.model import Area, Index
from generator.view import Cell, Column, Mark, Table, View

RANK_COLUMNS = (
    "index", "index_title", "area", "area_title", "period", "score", "place", "place_middle", "place_from", "place_to",
    "coverage", "draws", "basis", "note", "licence",
)  # fmt: skip
"""Columns of the downloads of scores; `place_from` and `place_to` hold 90 % of the draws."""
PART_COLUMNS = (
    "index", "index_title", "area", "area_title", "period", "indicator", "indicator_title", "value", "unit",
    "points_of_100", "weight", "points", "points_lost", "basis", "value_basis", "source", "note", "licence",
)  # fmt: skip


def titled(view: View, text: str, illustrative: bool) -> str:
    """A title, with the word "illustration" before it where it rests on made-up numbers."""
    return view.say("figure.illustration") + text if illustrative else text


def _table(name: str, caption: str, columns: tuple[Column, ...], rows: Sequence[tuple[Cell, ...]]) -> Table:
    return Table(name, caption, columns, tuple(rows), stack=True)


def _area_cell(view: View, area: str) -> Cell:
    return Cell(view.title("areas", area), view.href("areas", area))


def _when(view: View, stage: IndexStage) -> str:
    return view.language.period(stage.period)


# --- words for numbers ------------------------------------------------------------------------------------------


def points(view: View, value: float | None) -> str:
    """A score or points of 100 with one decimal."""
    return view.say("empty.short") if value is None else view.language.number(Decimal(str(value)), 1)


def share(view: View, value: float) -> str:
    return view.language.percent(Decimal(str(round(min(max(value, 0.0), 1.0), 6))))


def place_range(view: View, score: AreaScore) -> str:
    """`2 to 5`: the places of 90 % of the draws, rounded outwards; one number where they agree."""
    if score.low is None or score.high is None:
        return view.say("empty.short")
    low, high = outward(score)
    return str(low) if low == high else view.say("index.range", low=low, high=high)


def outward(score: AreaScore) -> tuple[int, int]:
    """Both ends of the interval as places, never narrower than it is."""
    return math.floor(score.low or 0), math.ceil(score.high or 0)


def place_words(view: View, score: AreaScore) -> str:
    return view.language.ordinal(score.place) if score.place else view.say("index.no_place")


# --- places -----------------------------------------------------------------------------------------------------


def places(view: View, result: IndexResult, highlight: Area | None = None) -> Figure | None:
    """The places of the last stage with their range; None without a stage."""
    stage = result.last
    if stage is None:
        return None
    made_up = stage.is_illustrative
    quality = "illustrative" if made_up else "normal"
    rows = [
        {
            "name": view.title("areas", one.area),
            "value": one.place,
            "low": one.low,
            "high": one.high,
            "middle": one.median,
            "text": place_range(view, one),
            "quality": quality,
            "highlight": highlight is not None and one.area == highlight.id,
        }
        for one in stage.ranked
    ]
    words = {key: view.say(f"index.chart.{key}") for key in ("mark", "middle", "range")}
    name = f"index-{result.index.id}" + (f"-{highlight.id}" if highlight else "")
    return Figure(
        id=name,
        chart=Chart(
            "intervals",
            tuple(rows),
            {
                "last": len(rows),
                "locale": view.language.locale,
                "words": {**words, "illustrative": view.say("chart.illustrative")},
            },
        ),
        title=places_finding(view, result, stage),
        subtitle=view.say(
            "index.subtitle",
            title=view.text(result.index.title),
            period=_when(view, stage),
            draws=view.language.number(stage.spread.draws),
        ),
        table=places_table(view, result, stage, f"table-{name}"),
        data=tuple(rank_row(view, result, stage, one) for one in stage.scores.values()),
        columns=RANK_COLUMNS,
        sources=sources_of(view, stage),
        key=(Mark("illustrative", view.say("index.quality")),) if made_up else (),
        illustrative=made_up,
    )


def _worked_out(result: IndexResult, text: object) -> Linked:
    """A number of an index, which in a sentence leads to how it is worked out."""
    return linked(str(text), _method_of(result))


def _method_of(result: IndexResult) -> str:
    return f"index/{result.index.id}/#method"


def places_finding(view: View, result: IndexResult, stage: IndexStage) -> str:
    """How many areas could stand elsewhere: the first thing to know about a ranking."""
    wide = [one for one in stage.ranked if outward(one)[1] > outward(one)[0]]
    if not wide:
        total = _worked_out(result, len(stage.ranked))
        return view.say("index.finding", count=0, total=total, areas=view.areas_word.lower())
    widest = max(wide, key=lambda one: outward(one)[1] - outward(one)[0])
    low, high = outward(widest)
    return view.say(
        "index.finding",
        count=Count(len(wide), _method_of(result)),
        total=len(stage.ranked),
        areas=view.areas_word.lower(),
        area=view.title("areas", widest.area),
        low=_worked_out(result, low),
        high=_worked_out(result, high),
    )


def places_table(view: View, result: IndexResult, stage: IndexStage, name: str) -> Table:
    """Score, place and range of each area of a stage; those without a score last."""
    unscored = [one for one in stage.scores.values() if one.score is None]
    rows = [
        (
            _area_cell(view, one.area),
            Cell(points(view, one.score)),
            Cell(place_words(view, one)),
            Cell(place_range(view, one)),
            Cell(share(view, one.coverage), marks=_marks(view, one.is_illustrative)),
        )
        for one in (*stage.ranked, *unscored)
    ]
    columns = (
        Column(view.say("table.area")),
        Column(view.say("index.score"), True),
        Column(view.say("table.place"), True),
        Column(view.say("index.range_of_places"), True),
        Column(view.say("index.coverage"), True),
    )
    caption = view.say("index.places_caption", title=view.text(result.index.title), period=_when(view, stage))
    return _table(name, titled(view, caption, stage.is_illustrative), columns, rows)


def rank_row(view: View, result: IndexResult, stage: IndexStage, one: AreaScore) -> DataRow:
    """One area of a stage as a row of a download."""
    return {
        **_base_row(view, result, stage, one.area),
        "score": _digits(one.score, 4),
        "place": "" if one.place is None else str(one.place),
        "place_middle": _digits(one.median, 2),
        "place_from": _digits(one.low, 2),
        "place_to": _digits(one.high, 2),
        "coverage": _digits(one.coverage, 4),
        "draws": str(stage.spread.draws),
    }


def _base_row(view: View, result: IndexResult, stage: IndexStage, area: str) -> dict[str, str]:
    """What every row of a download says: which index, where, when, and on what it rests."""
    made_up, licence = stage.is_illustrative, view.plan.identity.licence
    return {
        "index": result.index.id,
        "index_title": titled(view, view.text(result.index.title), made_up),
        "area": area,
        "area_title": view.title("areas", area),
        "period": str(stage.period),
        "basis": "illustrative" if made_up else "derived",
        "note": view.say("index.download_note" if made_up else "index.derived_note"),
        "licence": view.text(licence.title) if licence else "",
    }


def _digits(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{round(value, decimals) + 0.0:.{decimals}f}".rstrip("0").rstrip(".")


def _marks(view: View, made_up: bool) -> tuple[Mark, ...]:
    return (Mark("illustrative", view.say("basis.illustrative.mark")),) if made_up else ()


def sources_of(view: View, stage: IndexStage) -> tuple[str, ...]:
    """The sources behind the values of a stage."""
    rows = [part.observation for one in stage.scores.values() for part in one.parts if part.observation]
    return view.source_titles(rows)


def pairs_words(view: View, result: IndexResult, stage: IndexStage) -> str:
    """How often the order of two areas turns round."""
    found = stage.spread
    return view.say(
        "index.pairs",
        share=_worked_out(result, view.language.percent(Decimal(str(round(found.reversed_share, 6))), 1)),
        pairs=found.pairs,
        count=found.unsure_pairs,
    )


def how_words(view: View, result: IndexResult) -> str:
    """What one recalculation decides otherwise."""
    stage = result.last
    return view.say(
        "index.places_how",
        draws=_worked_out(result, view.language.number(stage.spread.draws if stage else 0)),
        noise=share(view, NOISE),
        normalisations=view.language.listing(
            [view.say(f"index.normalisation.{name}") for name in result.normalisations]
        ),
        means=view.language.listing([view.say(f"index.mean.{name}") for name in result.means]),
    )


# --- decided otherwise ------------------------------------------------------------------------------------------


def what_if(view: View, result: IndexResult) -> Table | None:
    """Place and score of each area under each variant, side by side."""
    stage = result.last
    if stage is None:
        return None
    rows = [
        (
            _area_cell(view, one.area),
            *(_variant_cell(view, variant, one.area) for variant in result.variants),
            Cell(place_range(view, one)),
        )
        for one in stage.ranked
    ]
    columns = (
        Column(view.say("table.area")),
        *(Column(view.say(f"index.variant.{variant.name}"), True) for variant in result.variants),
        Column(view.say("index.range_of_places"), True),
    )
    caption = view.say("index.what_if_caption", period=_when(view, stage))
    name = f"what-if-{result.index.id}"
    return _table(name, titled(view, caption, stage.is_illustrative), columns, rows)


def _variant_cell(view: View, variant: Variant, area: str) -> Cell:
    place = variant.places[area]
    if place is None:
        return Cell(view.say("empty.short"))
    return Cell(
        view.language.ordinal(place), note=view.say("index.with_score", score=points(view, variant.scores[area]))
    )


def factors(view: View, result: IndexResult) -> Table | None:
    """How much each choice explains of the differences between the recalculations; None where nothing differs."""
    found = result.sensitivity
    if not found.total:
        return None
    rows = [
        (
            Cell(view.say(f"index.factor.{name}")),
            Cell(share(view, found.first[name])),
            Cell(share(view, found.total[name])),
        )
        for name in sorted(found.total, key=lambda name: -found.total[name])
    ]
    columns = (
        Column(view.say("index.choice")),
        Column(view.say("index.alone"), True),
        Column(view.say("index.with_others"), True),
    )
    caption, made_up = view.say("index.choices_caption"), result.is_illustrative
    return _table(f"choices-{result.index.id}", titled(view, caption, made_up), columns, rows)


def factors_words(view: View, result: IndexResult) -> str:
    """Which choice matters most, in a sentence."""
    found = result.sensitivity
    if not found.total:
        return view.say("index.no_choice")
    top = max(found.total, key=lambda name: found.total[name])
    return view.say(
        "index.choice_finding",
        choice=view.say(f"index.factor.{top}"),
        total=_worked_out(result, share(view, found.total[top])),
        first=_worked_out(result, share(view, found.first[top])),
    )


# --- where points are lost --------------------------------------------------------------------------------------


def lost(view: View, result: IndexResult) -> Table | None:
    """Points that each indicator costs each area."""
    stage = result.last
    if stage is None:
        return None
    rows = []
    for one in stage.ranked:
        cells = [
            Cell(
                points(view, part.lost) if part.lost is not None else view.say("empty.not_published"),
                marks=_marks(view, part.is_illustrative),
            )
            for part in one.parts
        ]
        rows.append((_area_cell(view, one.area), Cell(points(view, one.score)), *cells))
    columns = (
        Column(view.say("table.area")),
        Column(view.say("index.score"), True),
        *(Column(view.title("indicators", one.id), True) for one in result.indicators),
    )
    caption = view.say("index.lost_caption", period=_when(view, stage))
    return _table(f"lost-{result.index.id}", titled(view, caption, stage.is_illustrative), columns, rows)


def lost_bars(view: View, result: IndexResult, area: Area) -> Figure | None:
    """Where one area loses points, the most first; None without a score."""
    stage = result.last
    one = stage.scores.get(area.id) if stage else None
    if stage is None or one is None or one.score is None:
        return None
    parts = sorted((part for part in one.parts if part.lost is not None), key=lambda part: -(part.lost or 0))
    made_up = stage.is_illustrative
    rows = [
        {
            "name": view.title("indicators", part.indicator),
            "value": round(part.lost or 0.0, 6),
            "text": points(view, part.lost),
            "quality": "illustrative" if made_up else "normal",
            "highlight": False,
            "target": None,
        }
        for part in parts
    ]
    name = f"lost-{result.index.id}-{area.id}"
    words = {"observed": view.say("index.lost_points"), "illustrative": view.say("chart.illustrative")}
    return Figure(
        id=name,
        chart=Chart("bars", tuple(rows), {"decimals": 1, "locale": view.language.locale, "words": words}),
        title=_lost_finding(view, result, area, one, parts),
        subtitle=view.say("index.lost_subtitle", title=view.text(result.index.title), period=_when(view, stage)),
        table=_lost_table(view, one, stage, f"table-{name}"),
        data=tuple(_part_row(view, result, stage, one, part) for part in one.parts),
        columns=PART_COLUMNS,
        sources=view.source_titles([part.observation for part in one.parts if part.observation]),
        key=(Mark("illustrative", view.say("index.quality")),) if made_up else (),
        illustrative=made_up,
    )


def _lost_finding(view: View, result: IndexResult, area: Area, one: AreaScore, parts: Sequence[Part]) -> str:
    words = {"area": view.text(area.title), "score": _worked_out(result, points(view, one.score))}
    top = parts[0]
    if not top.lost or round(top.lost, 1) <= 0:
        return view.say("index.lost_nothing", **words)
    return view.say(
        "index.lost_finding",
        indicator=view.title("indicators", top.indicator),
        lost=_worked_out(result, points(view, top.lost)),
        **words,
    )


def _lost_table(view: View, one: AreaScore, stage: IndexStage, name: str) -> Table:
    """Every indicator of one area: value, points of 100, weight, points won and lost."""
    rows = []
    for part in one.parts:
        indicator = view.plan.indicators[part.indicator]
        value = (
            view.value_cell(part.observation, indicator)._replace(text=view.quantity(part.observation.value, indicator))
            if part.observation and part.observation.value is not None
            else Cell(view.say("empty.not_published"))
        )
        rows.append(
            (
                Cell(view.text(indicator.title), view.href("indicators", indicator.id)),
                value,
                Cell(points(view, part.normalised)),
                Cell(share(view, part.weight)),
                Cell(points(view, part.points)),
                Cell(points(view, part.lost)),
            )
        )
    columns = (
        Column(view.say("table.indicator")),
        Column(view.say("index.value"), True),
        Column(view.say("index.of_100"), True),
        Column(view.say("table.weight"), True),
        Column(view.say("index.won_points"), True),
        Column(view.say("index.lost_points"), True),
    )
    caption = view.say("index.parts_caption", area=view.title("areas", one.area), period=_when(view, stage))
    return _table(name, titled(view, caption, stage.is_illustrative), columns, rows)


def _part_row(view: View, result: IndexResult, stage: IndexStage, one: AreaScore, part: Part) -> DataRow:
    row = part.observation
    return {
        **_base_row(view, result, stage, one.area),
        "indicator": part.indicator,
        "indicator_title": view.title("indicators", part.indicator),
        "value": "" if row is None or row.value is None else str(row.value),
        "unit": view.text(view.plan.indicators[part.indicator].unit),
        "points_of_100": _digits(part.normalised, 4),
        "weight": _digits(part.weight, 6),
        "points": _digits(part.points, 4),
        "points_lost": _digits(part.lost, 4),
        "value_basis": row.basis if row else "",
        "source": row.source or "" if row else "",
    }


# --- stages, peers, dominance -----------------------------------------------------------------------------------


def stages(view: View, result: IndexResult) -> Figure | None:
    """Scores by stage; None with fewer than two stages."""
    if len(result.stages) < 2:
        return None
    made_up = result.is_illustrative
    order = [one.area for one in result.stages[-1].ranked]
    earlier = {one.area for stage in result.stages for one in stage.ranked}
    order += [area.id for area in result.areas if area.id in earlier and area.id not in order]
    found = [(stage, stage.scores[name]) for name in order for stage in result.stages]
    rows = [
        {
            "column": _when(view, stage),
            "row": view.title("areas", one.area),
            "value": one.score,
            "text": points(view, one.score),
            "quality": "illustrative" if stage.is_illustrative else "normal",
        }
        for stage, one in found
    ]
    name = f"index-stages-{result.index.id}"
    first, last = (view.language.period(result.stages[place].period) for place in (0, -1))
    return Figure(
        id=name,
        chart=Chart(
            "heat",
            tuple(rows),
            {
                "columns": [_when(view, stage) for stage in result.stages],
                "rows": [view.title("areas", one) for one in order],
                "locale": view.language.locale,
                "decimals": 1,
                "words": {key: view.say(f"chart.{key}") for key in ("illustrative", "missing", "low", "high")},
            },
        ),
        title=_stages_finding(view, result, order),
        subtitle=view.say(
            "index.stages_subtitle",
            title=view.text(result.index.title),
            period=view.say("figure.span", start=first, end=last),
        ),
        table=_stages_table(view, result, order, f"table-{name}"),
        data=tuple(rank_row(view, result, stage, one) for stage in result.stages for one in stage.scores.values()),
        columns=RANK_COLUMNS,
        sources=tuple(dict.fromkeys(source for stage in result.stages for source in sources_of(view, stage))),
        key=(Mark("illustrative", view.say("index.quality")),) if made_up else (),
        illustrative=made_up,
    )


def _stages_finding(view: View, result: IndexResult, order: Sequence[str]) -> str:
    """Who gained most between the first and the last stage."""
    first, last = result.stages[0].scores, result.stages[-1].scores
    gains = {
        name: (after - before, name)
        for name in order
        if (before := first[name].score) is not None and (after := last[name].score) is not None
    }
    words = {
        "since": view.language.period(result.stages[0].period),
        "until": view.language.period(result.stages[-1].period),
    }
    if not gains:
        return view.say("index.stages_none", **words)
    name = max(gains, key=lambda one: gains[one][0])
    gain = gains[name][0]
    sign = "+" if gain > 0 else ""
    return view.say("index.stages_finding", area=view.title("areas", name),
                    gain=_worked_out(result, sign + points(view, gain)), **words)  # fmt: skip


def _stages_table(view: View, result: IndexResult, order: Sequence[str], name: str) -> Table:
    """Score, place and range of each area in each stage."""
    rows = [
        (
            _area_cell(view, area),
            *(_stage_cell(view, stage.scores[area]) for stage in result.stages),
        )
        for area in order
    ]
    columns = (Column(view.say("table.area")), *(Column(_when(view, stage), True) for stage in result.stages))
    return _table(name, titled(view, view.say("index.stages_caption"), result.is_illustrative), columns, rows)


def _stage_cell(view: View, one: AreaScore) -> Cell:
    if one.score is None:
        return Cell(view.say("index.no_score"))
    return Cell(
        points(view, one.score),
        note=view.say("index.place_note", place=place_words(view, one), range=place_range(view, one)),
    )


def ahead(view: View, result: IndexResult) -> Table | None:
    """Whom each area is ahead of, whatever the weights."""
    stage = result.last
    if stage is None or result.ahead is None:
        return None
    behind = {area.id: sum(area.id in others for others in result.ahead.values()) for area in result.areas}
    rows = [
        (
            _area_cell(view, one.area),
            Cell(
                view.language.listing([view.title("areas", name) for name in result.ahead[one.area]])
                or view.say("index.nobody")
            ),
            Cell(str(behind[one.area])),
        )
        for one in stage.ranked
    ]
    columns = (
        Column(view.say("table.area")),
        Column(view.say("index.ahead_of"), wide=True),
        Column(view.say("index.behind"), True),
    )
    caption = view.say("index.ahead_caption", period=_when(view, stage))
    return _table(f"ahead-{result.index.id}", titled(view, caption, stage.is_illustrative), columns, rows)


def peers(view: View, result: IndexResult) -> Table | None:
    """The areas most like each, with the distance."""
    stage = result.last
    if stage is None or not result.nearest:
        return None
    rows = [
        (_area_cell(view, area.id), Cell(peers_words(view, result, area)))
        for area in result.areas
        if result.nearest[area.id]
    ]
    columns = (Column(view.say("table.area")), Column(view.say("index.nearest"), wide=True))
    caption = view.say("index.peers_caption", period=_when(view, stage))
    return _table(f"peers-{result.index.id}", titled(view, caption, stage.is_illustrative), columns, rows)


def peers_words(view: View, result: IndexResult, area: Area) -> str:
    """`Baoding (4.7), Langfang (11.4)`."""
    found = (result.nearest or {}).get(area.id, ())
    return view.language.listing(
        [
            view.say("index.peer", area=view.title("areas", name), distance=points(view, distance))
            for name, distance in found
        ]
    )


# --- one area ---------------------------------------------------------------------------------------------------


def area_rows(view: View, result: IndexResult, area: Area) -> list[dict[str, Any]]:
    """The facts of one area: score, place with its range, what is known, the areas like it. Empty without a score."""
    stage = result.last
    one = stage.scores.get(area.id) if stage else None
    if stage is None or one is None or one.score is None:
        return []
    marks = _marks(view, stage.is_illustrative)
    found = (result.nearest or {}).get(area.id, ())
    return [
        {
            "name": view.say("index.score"),
            "value": view.say("index.score_at", score=points(view, one.score), period=_when(view, stage)),
            "href": _method_of(result),
            "marks": marks,
        },
        {
            "name": view.say("index.range_of_places"),
            "value": place_range(view, one),
            "href": f"index/{result.index.id}/#places",
            "marks": marks,
            "note": view.say("index.place_of", place=place_words(view, one), count=len(stage.ranked)),
        },
        {
            "name": view.say("index.coverage"),
            "value": share(view, one.coverage),
            "href": f"index/{result.index.id}/#completeness",
        },
        {
            "name": view.say("index.nearest"),
            "wide": True,
            "links": view.links("areas", [name for name, _ in found]),
            "note": view.say("index.distances", list=view.language.listing([points(view, d) for _, d in found]))
            if found
            else "",
        },
    ]


def why_not(view: View, result: IndexResult, area: Area | None = None) -> str:
    """Why there is no score: of the whole index, or of one area."""
    least = view.language.percent(result.index.min_coverage if result.index.missing != "exclude-area" else 1)
    stage = result.last
    if area is not None and stage is not None:
        return view.say(
            "index.area_without",
            area=view.text(area.title),
            period=_when(view, stage),
            coverage=linked(share(view, stage.scores[area.id].coverage), f"index/{result.index.id}/#completeness"),
            least=_worked_out(result, least),
        )
    return view.say(
        "index.without",
        least=_worked_out(result, least),
        best=share(view, result.best_coverage),
        count=result.most_areas,
        areas=view.areas_word.lower(),
    )


# --- definition and completeness --------------------------------------------------------------------------------


def completeness(view: View, result: IndexResult) -> Table | None:
    """For how many areas each indicator has a value, and how many of those are made up; None without any value."""
    if result.period is None:
        return None
    made_up = any(one.illustrative for one in result.completeness)
    rows = []
    for one in result.completeness:
        invented = Cell(
            view.say("index.of_total", count=one.illustrative, total=one.total),
            marks=_marks(view, one.illustrative > 0),
        )
        rows.append(
            (
                Cell(view.title("indicators", one.indicator), view.href("indicators", one.indicator)),
                Cell(view.say("index.of_total", count=one.known - one.illustrative, total=one.total)),
                *([invented] if made_up else []),
                Cell(_supplier(view, one.indicator)),
            )
        )
    columns = (
        Column(view.say("table.indicator")),
        Column(view.say("index.published"), True),
        *([Column(view.say("index.made_up"), True)] if made_up else []),
        Column(view.say("table.supplier")),
    )
    caption = view.say("index.completeness_caption", period=view.language.period(result.period))
    return _table(f"values-{result.index.id}", caption, columns, rows)


def _supplier(view: View, indicator: str) -> str:
    lead = view.plan.indicators[indicator].lead
    return view.short(lead) if lead else view.say("empty.not_stated")


def published_values(result: IndexResult) -> tuple[int, int]:
    """How many of the values behind the last stage are not made up, and how many there are."""
    known = sum(one.known for one in result.completeness)
    return known - sum(one.illustrative for one in result.completeness), known


def method_lines(view: View, index: Index) -> list[str]:
    """The formulae in words, one a line."""
    lines = [view.say(f"index.formula.{index.normalisation}"), view.say(f"index.formula.{index.aggregation}")]
    if index.missing == "exclude-area":
        lines.append(view.say("index.formula.exclude-area"))
    else:
        lines.append(view.say("index.formula.exclude-indicator", least=view.language.percent(index.min_coverage)))
    return [*lines, *(view.say(f"index.formula.{name}") for name in ("ranks", "lost", "sobol", "peers", "ahead"))]


# --- weights that a reader moves --------------------------------------------------------------------------------


def weight_groups(view: View, result: IndexResult) -> list[dict[str, Any]]:
    """The sliders: a dimension with its share, and its indicators with theirs where there are several.

    `start` is the whole number a slider shows; `exact` is what counts until the reader moves it.
    """
    whole = sum(float(one.weight) for one in result.index.dimensions)
    groups = []
    for dimension in result.index.dimensions:
        inner = sum(float(one.weight) for one in dimension.indicators)
        several = len(dimension.indicators) > 1
        title = view.text(dimension.title)
        if not several:
            title = view.say(
                "index.single", dimension=title, indicator=view.title("indicators", dimension.indicators[0].id)
            )
        groups.append(
            {
                "title": title,
                **_slider(float(dimension.weight) / whole),
                "indicators": [
                    {
                        "title": view.title("indicators", one.id),
                        "hidden": not several,
                        **_slider(float(one.weight) / inner),
                    }
                    for one in dimension.indicators
                ],
            }
        )
    return groups


def _slider(part: float) -> dict[str, str]:
    return {"exact": _digits(part * 100, 6), "start": str(round(part * 100))}


def weights_data(view: View, result: IndexResult, rel: Any) -> str:
    """What the page's script needs, as JSON: normalised values, places as defined, names, words."""
    stage = result.last
    if stage is None:
        return ""
    data: Mapping[str, Any] = {
        "dimensions": list(result.tree.dimension_of),
        "mean": result.index.aggregation,
        "areas": [
            {
                "name": view.title("areas", one.area),
                "url": rel(view.href("areas", one.area)),
                "place": one.place,
                "values": [None if part.normalised is None else round(part.normalised, 6) for part in one.parts],
            }
            for one in stage.ranked
        ],
        "words": {key: view.language.find(f"index.weights.{key}") for key in ("same", "moved", "no_weight")},
        "decimal": view.language.words["meta"]["decimal"],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
