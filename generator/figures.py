"""Figures: a chart with the finding it states, the table behind it and the rows of its download, in one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from generator.assess import baseline_of, comparison_period, operator_of, ranking, task_status
from generator.charts import Chart
from generator.levels import Level, peer_level, portions, window
from generator.linked import Count, Linked, linked
from generator.model import STATUSES, Area, Aspect, Dimension, Indicator, Observation, Target
from generator.period import Period
from generator.plan import Dims, Plan, final_target
from generator.view import STATUS_SYMBOLS, Cell, Column, Mark, Table, View

DataRow = Mapping[str, str]

CHART_WORDS = ("observed", "target", "baseline", "provisional", "estimated", "break", "illustrative")
"""Looks that the key inside a drawing may name, where they occur."""

NUMBER_COLUMNS = (
    "role",
    "indicator",
    "indicator_title",
    "area",
    "area_title",
    "period",
    "breakdown",
    "operator",
    "value",
    "value_to",
    "unit",
    "status",
    "status_text",
    "basis",
    "source",
    "source_title",
    "note",
    "licence",
)
"""Columns of every download of numbers: plain values, in the unit of the data."""


@dataclass(frozen=True)
class Figure:
    """A chart and everything that stands around it. `id` is part of addresses and unique in its language."""

    id: str
    chart: Chart
    title: str
    """The finding, as a sentence without its full stop."""
    subtitle: str
    """What is drawn: unit, area, period."""
    table: Table
    data: tuple[DataRow, ...]
    """What its downloads hold; empty where the site offers none."""
    columns: tuple[str, ...] = NUMBER_COLUMNS
    sources: tuple[str, ...] = ()
    key: tuple[Mark, ...] = ()
    """Marks of the drawing that need a word, such as hollow points."""
    illustrative: bool = False
    size: str = ""
    """`wide`, `compact` or nothing."""
    place: str = field(default="", compare=False)

    @property
    def has_picture(self) -> bool:
        """Whether a PNG is made of it: compact figures are too many and too small to need one."""
        return self.size != "compact"


# --- rows for download and table --------------------------------------------------------------------------------


def data_row(view: View, row: Observation | Target) -> DataRow:
    """A number with everything that must travel with it: unit, status, basis, source, licence."""
    indicator, area = view.plan.indicators[row.indicator], view.plan.areas[row.area]
    licence = view.plan.identity.licence
    target = row if isinstance(row, Target) else None
    status = (row.status or ("A",)) if isinstance(row, Observation) else ()
    return {
        "role": "target" if target else "observation",
        "indicator": row.indicator,
        "indicator_title": view.text(indicator.title),
        "area": row.area,
        "area_title": view.text(area.title),
        "period": str(row.period),
        "breakdown": "; ".join(f"{name}={value}" for name, value in row.dims),
        "operator": operator_of(target, indicator) if target else "",
        "value": "" if row.value is None else str(row.value),
        "value_to": str(target.value_to) if target and target.value_to is not None else "",
        "unit": view.text(indicator.unit),
        "status": " ".join(status),
        "status_text": view.language.listing([view.say(f"value_status.{code}") for code in status]),
        "basis": row.basis,
        "source": row.source or "",
        "source_title": view.title("sources", row.source) if row.source else "",
        "note": view.language.note(row.note),
        "licence": view.text(licence.title) if licence else "",
    }


def _data(view: View, rows: Iterable[Observation | Target]) -> tuple[DataRow, ...]:
    """The rows of a figure's downloads; none where the site offers no downloads of figures."""
    return tuple(data_row(view, row) for row in rows) if view.config.site.features.reuse else ()


def _quality(row: Observation | Target) -> str:
    """The one thing that changes how a value is drawn, the gravest first."""
    if row.basis == "illustrative":
        return "illustrative"
    codes = row.status if isinstance(row, Observation) else ()
    for code, quality in (
        ("B", "break"),
        ("D", "break"),
        ("F", "estimated"),
        ("E", "estimated"),
        ("I", "estimated"),
        ("P", "provisional"),
        ("U", "estimated"),
    ):
        if code in codes:
            return quality
    return "normal"


def _key(view: View, rows: Iterable[Observation | Target]) -> tuple[Mark, ...]:
    """Words for the ways of drawing that occur, in a fixed order."""
    used = {_quality(row) for row in rows}
    return tuple(
        Mark(quality, view.say(f"quality.{quality}"))
        for quality in ("provisional", "estimated", "break", "illustrative")
        if quality in used
    )


def _name(view: View, area: Area) -> str:
    return view.text(area.title)


def _lower_first(view: View, text: str) -> str:
    """A title as it stands inside a sentence: names and abbreviations keep their capital."""
    if isinstance(text, Linked):
        return text  # it is in another language, whose rules are others
    if view.language.words["meta"].get("lower_titles") and len(text) > 1 and text[1].islower():
        return text[0].lower() + text[1:]
    return text


def _number_table(view: View, name: str, caption: str, rows: Sequence[Observation | Target]) -> Table:
    """Any rows of one indicator as a table: who, when, what, on what it rests."""
    indicator = view.plan.indicators[rows[0].indicator]
    several = len({row.area for row in rows}) > 1
    split = any(row.dims for row in rows)
    columns = [
        *([Column(view.say("table.area"))] if several else []),
        Column(view.say("table.period")),
        *([Column(view.say("table.breakdown"))] if split else []),
        Column(view.say("table.role")),
        Column(view.say("table.value_in", unit=view.unit(indicator)), numeric=True),
        Column(view.say("table.source"), wide=True),
    ]
    body = []
    for row in rows:
        area = view.plan.areas[row.area]
        role = "target" if isinstance(row, Target) else "observation"
        body.append(
            (
                *([Cell(_name(view, area), view.href("areas", area.id))] if several else []),
                Cell(view.language.period(row.period)),
                *([Cell(breakdown_words(view, row.dims))] if split else []),
                Cell(view.say(f"table.{role}")),
                view.value_cell(row, indicator),
                view.source_cell(row)._replace(note=view.language.note(row.note)),
            )
        )
    return Table(name, caption, tuple(columns), tuple(body))


def breakdown_words(view: View, dims: Dims) -> str:
    """`by enterprises`, or `all` for a total."""
    if not dims:
        return view.say("table.total")
    words = []
    for name, value in dims:
        dimension = view.plan.dimensions[name]
        title = next((view.text(one.title) for one in dimension.values if one.id == value), value)
        words.append(title)
    return view.language.listing(words)


# --- trend ------------------------------------------------------------------------------------------------------


def trend(
    view: View, indicator: Indicator, area: Area, compact: bool = False, domain: tuple[float, float] | None = None
) -> Figure | None:
    """An indicator over time in one area, with its baseline and targets; None with fewer than two points."""
    measured = [row for row in view.plan.observations_of(indicator, area) if row.value is not None]
    targets = list(view.plan.targets_of(indicator, area))
    if len(measured) + len(targets) < 2:
        return None
    rows: list[Observation | Target] = [*measured, *targets]
    final = final_target(targets)
    labelled = {measured[0], measured[-1]} if measured else set()
    points = [
        {
            "time": row.period.time,
            "label": view.language.period(row.period),
            "value": view.plotted(row.value, indicator),
            "role": "observed",
            "quality": _quality(row),
            "text": view.value(row.value, indicator) if row in labelled else "",
        }
        for row in measured
        if row.value is not None
    ]
    base = baseline_of(view.plan, indicator, area)
    if targets and base is not None and base.value is not None and base.period < targets[0].period:
        points.append(
            {
                "time": base.period.time,
                "label": view.language.period(base.period),
                "value": view.plotted(base.value, indicator),
                "role": "baseline",
                "quality": _quality(base),
                "text": "",
            }
        )
    points += [
        {
            "time": row.period.time,
            "label": view.language.period(row.period),
            "value": view.plotted(row.value, indicator),
            "role": "target",
            "quality": _quality(row),
            "text": view.value(row.value, indicator) if row is final else "",
        }
        for row in targets
    ]
    options = {
        "ticks": _ticks(view, [row.period for row in rows], 3 if compact else 8),
        "compact": compact,
        "zero": indicator.direction == "none" and not indicator.parent,
        "decimals": view.language.display_unit(indicator).decimals,
        "locale": view.language.locale,
        "words": {key: view.say(f"chart.{key}") for key in CHART_WORDS},
    }
    if domain is not None:
        options["domain"] = list(domain)
    name = f"trend-{indicator.id}-{area.id}" + ("-small" if compact else "")
    title = trend_finding(view, indicator, area)
    dims = view.plan.start_of(indicator)
    subtitle = view.say(
        "figure.subtitle",
        unit=view.unit(indicator),
        area=_name(view, area),
        period=_span(view, [r.period for r in rows]),
    )
    if dims:
        subtitle = view.say("figure.with_breakdown", subtitle=subtitle, breakdown=breakdown_words(view, dims))
    return Figure(
        id=name,
        chart=Chart("trend", tuple(points), options),
        title=title,
        subtitle=subtitle,
        table=_number_table(view, f"table-{name}", view.say("figure.table_of", title=view.text(indicator.title)), rows),
        data=_data(view, rows),
        sources=view.source_titles(rows),
        key=_key(view, rows),
        illustrative=any(row.basis == "illustrative" for row in rows),
        size="compact" if compact else "",
    )


def trend_finding(view: View, indicator: Indicator, area: Area) -> str:
    """What the series says, in one sentence: rising, falling, flat, one value only, or a target alone."""
    measured = [row for row in view.plan.observations_of(indicator, area) if row.value is not None]
    words = {
        "indicator": view.text(indicator.title),
        "area": _name(view, area),
    }
    if not measured:
        final = final_target(view.plan.targets_of(indicator, area))
        if final is None:
            return view.text(indicator.title)
        return view.say(
            "finding.target_only",
            **words,
            value=view.target_from(final),
            period=view.language.period(final.period),
        )
    first, last = measured[0], measured[-1]
    base = baseline_of(view.plan, indicator, area)
    if base is not None and base.value is not None and base is not last:
        first = base
    if first is last or first.value is None or last.value is None:
        return view.say(
            "finding.one_value",
            **words,
            value=view.quantity_from(last),
            period=view.language.period(last.period),
        )
    direction = "rose" if last.value > first.value else "fell" if last.value < first.value else "flat"
    rank = "rank_" if view.language.find("units.rank") == view.text(indicator.unit) and direction != "flat" else ""
    return view.say(
        f"finding.{rank}{direction}",
        **words,
        start=view.quantity_from(first),
        end=view.quantity_from(last),
        since=view.language.period(first.period),
        until=view.language.period(last.period),
    )


def _span(view: View, periods: Sequence[Period]) -> str:
    first, last = min(periods), max(periods)
    if first == last:
        return view.language.period(first)
    if first.frequency == last.frequency == "A":
        return view.say("figure.span_years", start=first.year, end=last.year)
    return view.say("figure.span", start=view.language.period(first), end=view.language.period(last))


def _ticks(view: View, periods: Iterable[Period], most: int) -> list[dict[str, Any]]:
    """Tick marks of a time axis: every period, or evenly spaced ones with the last always there."""
    by_time = {period.time: view.language.period(period) for period in sorted(set(periods))}
    years = all(float(time).is_integer() for time in by_time)
    if years and by_time:
        low, high = int(min(by_time)), int(max(by_time))
        by_time = {float(year): view.say("chart.year", year=year) for year in range(low, high + 1)}
    times = sorted(by_time)
    step = max(1, -(-len(times) // most))
    kept = times[::-1][::step][::-1]
    return [{"time": time, "label": by_time[time]} for time in kept]


# --- comparison of areas ----------------------------------------------------------------------------------------


def _compared(view: View, indicator: Indicator, level: Level) -> tuple[Period | None, list[Observation]]:
    period = comparison_period(view.plan, indicator, areas=level.areas)
    return period, ranking(view.plan, indicator, period, level.areas) if period else []


def bars(view: View, indicator: Indicator, highlight: Area | None = None) -> Figure | None:
    """The peers ranked by their values of the latest comparable period; around one of them where they are many."""
    period, rows = _compared(view, indicator, peer_level(view))
    if period is None or (highlight and highlight.id not in {row.area for row in rows}):
        return None
    place = next((n for n, row in enumerate(rows) if highlight and row.area == highlight.id), 0)
    return _bars(view, indicator, peer_level(view), rows, window(len(rows), place), highlight)


def ranks(view: View, indicator: Indicator, level: Level | None = None) -> list[Figure]:
    """All areas of a level (the peers), ranked as in `bars`, in portions that fit a screen or two."""
    level = level or peer_level(view)
    period, rows = _compared(view, indicator, level)
    return [_bars(view, indicator, level, rows, part) for part in portions(len(rows))] if period else []


def _bars(
    view: View, indicator: Indicator, level: Level, rows: list[Observation], part: range,
    highlight: Area | None = None,
) -> Figure:  # fmt: skip
    """A part of a ranking, on the scale of the whole."""
    period, start = rows[0].period, view.plan.start_of(indicator)
    targets = {
        row.area: row
        for area in level.areas
        for row in view.plan.targets_of(indicator, area, start)
        if row.period == period
    }
    ranked, rows = rows, rows[part.start : part.stop]
    points = [
        {
            "name": _name(view, view.plan.areas[row.area]),
            "value": view.plotted(row.value or Decimal(0), indicator),
            "text": view.value(row.value or Decimal(0), indicator),
            "quality": _quality(row),
            "highlight": highlight is not None and row.area == highlight.id,
            "target": view.plotted(targets[row.area].value, indicator) if row.area in targets else None,
        }
        for row in rows
    ]
    whole = next((one for one in view.plan.observations_of(indicator, view.plan.root) if one.period == period), None)
    reference = None
    if whole is not None and whole.value is not None and indicator.aggregation != "sum":
        reference = {"value": view.plotted(whole.value, indicator), "text": _name(view, view.plan.root)}
    shown: list[Observation | Target] = [*rows, *(targets[row.area] for row in rows if row.area in targets)]
    name = "-".join(
        one
        for one in (
            "bars", indicator.id, level.id, highlight.id if highlight else "",
            f"-{part.start + 1}" if part.start and not highlight else "",
        ) if one
    )  # fmt: skip
    options: dict[str, Any] = {}
    places = ""
    if len(rows) < len(ranked):
        every = [*ranked, *targets.values()]
        values = [view.plotted(row.value or Decimal(0), indicator) for row in every]
        options = {"domain": [min(values), max(values)]}
        places = view.say("levels.places", first=part.start + 1, last=part.stop, count=len(ranked))
    subtitle = view.say(
        "figure.subtitle",
        unit=view.unit(indicator),
        period=view.language.period(period),
        area=view.say("figure.compared", count=len(ranked), total=len(level.areas), areas=level.title.lower()),
    )
    finding = _ranking_finding(view, indicator, ranked, highlight)
    return Figure(
        id=name,
        chart=Chart(
            "bars",
            tuple(points),
            {
                "reference": reference,
                "decimals": view.language.display_unit(indicator).decimals,
                "locale": view.language.locale,
                "words": {key: view.say(f"chart.{key}") for key in CHART_WORDS},
                **options,
            },
        ),
        title=finding
        if part.start == 0 or highlight
        else f"{places[:1].upper()}{places[1:]}{view.say('colon')}{view.text(indicator.title)}",
        subtitle=f"{subtitle}{view.say('dash')}{places}" if places else subtitle,
        table=_number_table(
            view, f"table-{name}", view.say("figure.table_of", title=view.text(indicator.title)), shown
        ),
        data=_data(view, shown),
        sources=view.source_titles(shown),
        key=_key(view, shown),
        illustrative=any(row.basis == "illustrative" for row in shown),
    )


def _ranking_finding(view: View, indicator: Indicator, rows: Sequence[Observation], highlight: Area | None) -> str:
    values = [row.value or Decimal(0) for row in rows]
    words = {"indicator": _lower_first(view, view.text(indicator.title))}
    if highlight is not None:
        own = next(row for row in rows if row.area == highlight.id)
        place = 1 + sum(
            value > (own.value or 0) if indicator.direction != "down" else value < (own.value or 0) for value in values
        )
        return view.say(
            "finding.place",
            area=_name(view, highlight),
            place=linked(view.language.ordinal(place), f"{view.href('indicators', indicator.id)}#by-area"),
            number=place,
            count=len(rows),
            value=view.quantity_from(own),
            **words,
        )
    highest, lowest = (next(row for row in rows if (row.value or Decimal(0)) == end(values)) for end in (max, min))
    high, low = highest.value, lowest.value
    if high == low:
        return view.say("finding.all_equal", value=view.quantity_from(highest), **words)
    top = [_name(view, view.plan.areas[row.area]) for row in rows if row.value == high]
    bottom = [_name(view, view.plan.areas[row.area]) for row in rows if row.value == low]
    return view.say(
        "finding.highest",
        top=view.language.listing(top),
        high=view.quantity_from(highest),
        bottom=view.language.listing(bottom),
        low=view.quantity_from(lowest),
        **words,
    )


def tiles(view: View, indicator: Indicator, level: Level | None = None) -> Figure | None:
    """The areas of a level (the peers) as equal tiles, placed roughly as on the map; None without two values."""
    level = level or peer_level(view)
    period, rows = _compared(view, indicator, level)
    if period is None:
        return None
    by_area = {row.area: row for row in rows}
    positions = tile_positions(view.plan, level.areas)
    points: list[dict[str, Any]] = [
        {
            "name": _name(view, area),
            "column": positions[area.id][0],
            "row": positions[area.id][1],
            "value": view.plotted(by_area[area.id].value or Decimal(0), indicator) if area.id in by_area else None,
            "text": view.value(by_area[area.id].value or Decimal(0), indicator) if area.id in by_area else "–",
            "quality": _quality(by_area[area.id]) if area.id in by_area else "normal",
            "highlight": False,
        }
        for area in level.areas
    ]
    lowest, highest = (end(rows, key=lambda row: row.value or Decimal(0)) for end in (min, max))
    name = f"map-{indicator.id}" + (f"-{level.id}" if level.id else "")
    shapes = view.plan.shapes
    drawn = view.config.site.map.kind == "choropleth" and all(row.area in shapes for row in rows)
    if drawn:
        points = [
            {**point, "feature": shapes[area.id]}
            for point, area in zip(points, level.areas, strict=True)
            if area.id in shapes
        ]
    return Figure(
        id=name,
        chart=Chart(
            "choropleth" if drawn else "tiles",
            tuple(points),
            {
                "locale": view.language.locale,
                "decimals": view.language.display_unit(indicator).decimals,
                "words": {key: view.say(f"chart.{key}") for key in (*CHART_WORDS, "missing", "low", "high")},
            },
        ),
        title=view.say(
            "finding.between",
            indicator=_lower_first(view, view.text(indicator.title)),
            low=view.quantity_from(lowest),
            high=view.quantity_from(highest),
            areas=level.title.lower(),
        ),
        subtitle=view.say(
            "figure.subtitle",
            unit=view.unit(indicator),
            period=view.language.period(period),
            area=view.say("figure.compared", count=len(rows), total=len(level.areas), areas=level.title.lower()),
        ),
        table=_number_table(view, f"table-{name}", view.say("figure.table_of", title=view.text(indicator.title)), rows),
        data=_data(view, rows),
        sources=view.source_titles(rows),
        key=_key(view, rows),
        illustrative=any(row.basis == "illustrative" for row in rows),
    )


MOST_TILES = 12
"""So many tiles side by side, where the data do not place them."""


def tile_positions(plan: Plan, areas: Sequence[Area] | None = None) -> dict[str, tuple[int, int]]:
    """Column and row of each area (the peers): its own tile, else a place from its outline, else the next free one.

    Areas with an outline are put on a grid in the order of their centres, north on top.
    """
    areas = plan.peers if areas is None else areas
    taken = {area.id: area.tile for area in areas if area.tile is not None}
    free = [area for area in areas if area.tile is None]
    if free:
        width = min(MOST_TILES, max(2, round(len(areas) ** 0.5 + 0.49)))
        used = set(taken.values())
        centres = {area.id: _centre(plan.shapes[area.id]) for area in free if area.id in plan.shapes}
        order = sorted(free, key=lambda area: (area.id not in centres, -centres.get(area.id, (0.0, 0.0))[1]))
        first_row = 1 + max((row for _, row in used), default=0)
        rows = [order[start : start + width] for start in range(0, len(order), width)]
        for offset, row in enumerate(rows):
            for column, area in enumerate(sorted(row, key=lambda one: centres.get(one.id, (0.0, 0.0))[0]), start=1):
                taken[area.id] = (column, first_row + offset)
    return taken


def _centre(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """The middle of a geometry's bounding box, as longitude and latitude."""
    points: list[tuple[float, float]] = []

    def walk(part: Any) -> None:
        if isinstance(part, list) and len(part) >= 2 and all(isinstance(one, (int, float)) for one in part[:2]):
            points.append((float(part[0]), float(part[1])))
        elif isinstance(part, list):
            for one in part:
                walk(one)

    walk(geometry.get("coordinates"))
    if not points:
        return 0.0, 0.0
    longitudes, latitudes = zip(*points, strict=True)
    return (min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2


# --- stages and breakdowns --------------------------------------------------------------------------------------


def stage_heat(view: View, indicator: Indicator) -> Figure | None:
    """The targets of the peers by stage; None unless two areas have targets of several stages, or five of one."""
    start = view.plan.start_of(indicator)
    rows = [
        row
        for area in view.plan.peers
        for row in view.plan.targets_of(indicator, area, start)
        if row.period.frequency == "A"
    ]
    periods = sorted({row.period for row in rows})
    if len({row.area for row in rows}) < (2 if len(periods) > 1 else 5):
        return None
    points = [
        {
            "column": view.language.period(row.period),
            "row": _name(view, view.plan.areas[row.area]),
            "value": view.plotted(row.value, indicator),
            "text": view.value(row.value, indicator),
            "quality": _quality(row),
        }
        for row in rows
    ]
    areas = {row.area for row in rows}
    most = max(sum(row.period == period for row in rows) for period in periods)
    shown = next(period for period in reversed(periods) if sum(row.period == period for row in rows) == most)
    last = [row for row in rows if row.period == shown]
    name = f"stages-{indicator.id}"
    return Figure(
        id=name,
        chart=Chart(
            "heat",
            tuple(points),
            {
                "columns": [view.language.period(period) for period in periods],
                "rows": [_name(view, area) for area in view.plan.peers if area.id in areas],
                "locale": view.language.locale,
                "decimals": view.language.display_unit(indicator).decimals,
                "words": {key: view.say(f"chart.{key}") for key in (*CHART_WORDS, "missing", "low", "high")},
            },
        ),
        title=view.say(
            "finding.stage_targets",
            indicator=_lower_first(view, view.text(indicator.title)),
            low=view.quantity_from(min(last, key=lambda row: row.value)),
            high=view.quantity_from(max(last, key=lambda row: row.value)),
            period=view.language.period(shown),
            count=len({row.area for row in last}),
            areas=view.areas_word.lower(),
        ),
        subtitle=view.say(
            "figure.subtitle",
            unit=view.unit(indicator),
            area=view.say(
                "figure.compared", count=len(areas), total=len(view.plan.peers), areas=view.areas_word.lower()
            ),
            period=_span(view, periods),
        ),
        table=_number_table(view, f"table-{name}", view.say("figure.table_of", title=view.text(indicator.title)), rows),
        data=_data(view, rows),
        sources=view.source_titles(rows),
        key=_key(view, rows),
        illustrative=any(row.basis == "illustrative" for row in rows),
    )


def breakdown(view: View, indicator: Indicator, area: Area, dimension: Dimension) -> Figure | None:
    """The parts of an indicator by one dimension: stacked where the parts add up, else as lines."""
    rows = [
        row
        for value in dimension.values
        for row in view.plan.observations_of(indicator, area, ((dimension.id, value.id),))
        if row.value is not None
    ]
    if not rows:
        return None
    titles = {value.id: view.text(value.title) for value in dimension.values}
    order = {value.id: position for position, value in enumerate(dimension.values)}
    points = [
        {
            "time": row.period.time,
            "label": view.language.period(row.period),
            "part": titles[row.dims[0][1]],
            "value": view.plotted(row.value or Decimal(0), indicator),
            "text": view.value(row.value or Decimal(0), indicator),
            "order": order[row.dims[0][1]],
            "quality": _quality(row),
        }
        for row in rows
    ]
    last = max(row.period for row in rows)
    latest = [row for row in rows if row.period == last]
    largest = max(latest, key=lambda row: row.value or 0)
    whole = sum((row.value or Decimal(0) for row in latest), Decimal(0))
    name = f"by-{dimension.id}-{indicator.id}-{area.id}"
    stacked = indicator.aggregation == "sum" and all((row.value or 0) >= 0 for row in rows)
    finding = "finding.largest_share" if stacked and whole else "finding.largest_part"
    return Figure(
        id=name,
        chart=Chart(
            "breakdown",
            tuple(points),
            {
                "mode": "stack" if stacked else "lines",
                "parts": [titles[value.id] for value in dimension.values],
                "words": {key: view.say(f"chart.{key}") for key in CHART_WORDS},
                "ticks": _ticks(view, [row.period for row in rows], 8),
                "locale": view.language.locale,
                "decimals": view.language.display_unit(indicator).decimals,
            },
        ),
        title=view.say(
            finding,
            indicator=_lower_first(view, view.text(indicator.title)),
            part=titles[largest.dims[0][1]],
            share=view.language.percent((largest.value or Decimal(0)) / whole) if whole else "",
            value=view.quantity_from(largest),
            whole=_sum_of(view, whole, last, indicator, area),
            period=view.language.period(last),
        ),
        subtitle=view.say(
            "figure.subtitle",
            unit=view.unit(indicator),
            area=_name(view, area),
            period=_span(view, [row.period for row in rows]),
        ),
        table=_number_table(
            view,
            f"table-{name}",
            view.say("figure.table_by", title=view.text(indicator.title), dimension=view.text(dimension.title)),
            rows,
        ),
        data=_data(view, rows),
        sources=view.source_titles(rows),
        key=_key(view, rows),
        illustrative=any(row.basis == "illustrative" for row in rows),
    )


def _sum_of(view: View, whole: Decimal, period: Period, indicator: Indicator, area: Area) -> str:
    """The sum of parts with its unit; it leads to the total of the data where that is the same number."""
    words = view.quantity(whole, indicator)
    found = (one for one in view.plan.observations_of(indicator, area, ()) if one.period == period)
    total = next((one for one in found if one.value == whole), None)
    return linked(words, view.entry(total)) if total is not None else words


# --- tasks ------------------------------------------------------------------------------------------------------


def matrix(view: View, aspect: Aspect) -> Figure | None:
    """Who leads and supports the tasks of one aspect."""
    tasks = view.plan.tasks_in(aspect)
    involved = view.plan.organisations_of(tasks)
    if not involved:
        return None
    points, body, data = [], [], []
    for task in tasks:
        for role, names in (("lead", task.lead), ("supporting", task.supporting)):
            for name in names:
                points.append({"row": view.numbered("tasks", task.id), "column": view.short(name), "role": role})
                body.append(
                    (
                        Cell(view.numbered("tasks", task.id), view.href("tasks", task.id)),
                        Cell(view.title("organisations", name), view.href("organisations", name)),
                        Cell(view.say(f"role.{role}")),
                    )
                )
                data.append(
                    {
                        "task": task.id,
                        "task_title": view.text(task.title),
                        "organisation": name,
                        "organisation_title": view.title("organisations", name),
                        "role": role,
                        "basis": task.roles_basis or task.basis,
                    }
                )
    leads = Counter(name for task in tasks for name in task.lead)
    most = max(leads.values(), default=0)
    top = [view.short(name) for name in involved if leads[name] == most and most]
    name = f"who-{aspect.id}"
    return Figure(
        id=name,
        chart=Chart(
            "matrix",
            tuple(points),
            {
                "rows": [view.numbered("tasks", task.id) for task in tasks],
                "columns": [view.short(key) for key in involved],
                "words": {role: view.say(f"role.{role}") for role in ("lead", "supporting")},
            },
        ),
        title=view.say(
            "finding.most_leads",
            organisations=view.language.listing(top),
            count=most,
            tasks=linked(str(len(tasks)), f"{view.href('aspects', aspect.id)}#tasks"),
        )
        if top
        else view.say("finding.no_leads"),
        subtitle=view.say("figure.matrix", aspect=view.numbered_name("aspects", aspect.id), count=len(tasks)),
        table=Table(
            f"table-{name}",
            view.say("figure.matrix", aspect=view.numbered_name("aspects", aspect.id), count=len(tasks)),
            (Column(view.say("table.task")), Column(view.say("table.organisation")), Column(view.say("table.role"))),
            tuple(body),
        ),
        data=tuple(data),
        columns=("task", "task_title", "organisation", "organisation_title", "role", "basis"),
        size="wide",
    )


def status_overview(view: View) -> Figure | None:
    """How many tasks of each aspect stand in each status."""
    plan = view.plan
    if not plan.tasks or not plan.progress:
        return None
    groups: list[tuple[str, list[str]]] = [
        (view.numbered("aspects", aspect.id), [task_status(plan, task.id) for task in plan.tasks_in(aspect)])
        for aspect in plan.aspects.values()
        if plan.tasks_in(aspect)
    ] or [(view.say("nav.tasks"), [task_status(plan, name) for name in plan.tasks])]
    points, body, data = [], [], []
    used = [status for status in STATUSES if any(status in statuses for _, statuses in groups)]
    for title, statuses in groups:
        counts = Counter(statuses)
        body.append((Cell(title), *(Cell(str(counts[status])) for status in used)))
        for status in used:
            data.append({"aspect": title, "status": status, "count": str(counts[status])})
            if counts[status]:
                points.append(
                    {
                        "group": title,
                        "status": f"{STATUS_SYMBOLS[status]} {view.status_word(status)}",
                        "order": STATUSES.index(status),
                        "count": counts[status],
                    }
                )
    total = Counter(status for _, statuses in groups for status in statuses)
    illustrative = any(report.basis == "illustrative" for report in plan.progress)
    return Figure(
        id="status-of-tasks",
        chart=Chart(
            "status",
            tuple(points),
            {
                "groups": [title for title, _ in groups],
                "statuses": [
                    {"id": status, "word": f"{STATUS_SYMBOLS[status]} {view.status_word(status)}"} for status in used
                ],
            },
        ),
        title=view.say(
            "finding.statuses",
            known=Count(sum(total.values()) - total["unknown"], "monitoring/#side-by-side"),
            total=sum(total.values()),
            count=total["completed"],
        ),
        subtitle=view.say("figure.statuses", count=sum(total.values())),
        table=Table(
            "table-status-of-tasks",
            view.say("figure.statuses", count=sum(total.values())),
            (Column(view.say("table.aspect")), *(Column(view.status_word(status), numeric=True) for status in used)),
            tuple(body),
        ),
        data=tuple(data),
        columns=("aspect", "status", "count"),
        key=(Mark("illustrative", view.say("quality.illustrative_reports")),) if illustrative else (),
        illustrative=illustrative,
    )


FIGURES: Mapping[str, Callable[..., Figure | None]] = {
    "trend": trend,
    "bars": bars,
    "map": tiles,
    "stages": stage_heat,
    "by": breakdown,
    "who": matrix,
    "status": status_overview,
}
"""Every kind of figure, by the first word of its id."""
