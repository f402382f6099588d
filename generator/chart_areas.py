"""Charts that compare areas: ranked bars, places with their range, tile map, outlines, and stages by area."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from generator.chart_canvas import (
    LINE,
    MISSING,
    SIZE,
    SOLID,
    WIDTH,
    Canvas,
    Chart,
    Look,
    Row,
    draw_row_name,
    fitting_size,
    number_of,
    ordered,
    px,
    quality_key,
    row_height,
    text_of,
    tip_of,
    value_look,
    words_of,
)
from generator.lettering import BOLD, shorten, text_width, wrap
from generator.palette import var

BAR: Final = 22
"""Height of a row of bars, with its gap."""

# --- bars ----------------------------------------------------------------------------------------------------


def bars(chart: Chart) -> Canvas:
    """Areas side by side, in the order of the rows, each with its value and its target.

    Rows: name, value (None: no bar), text (the value in words, or why it is missing), quality, highlight, target
    (number or None). Options: reference {value, text}; words: observed, provisional ..., illustrative, target;
    domain [low, high] of what stands elsewhere.
    """
    rows = chart.rows
    total = float(chart.options.get("width") or WIDTH)
    reference = chart.options.get("reference") or {}
    names = [text_of(row, "name") for row in rows]
    room = min(
        max(
            (text_width(name) * (BOLD if row.get("highlight") else 1) for name, row in zip(names, rows, strict=True)),
            default=0,
        ),
        140,
    )
    step = row_height(names, room, BAR)
    canvas = Canvas(left=math.ceil(room) + 8, top=4, bottom=4, height=step * len(rows))
    ends = [max(number_of(row) or 0.0, number_of(row, "target") or 0.0, 0.0) for row in rows]
    marks = [number for row in rows for number in (number_of(row), number_of(row, "target")) if number is not None]
    domain = [float(value) for value in chart.options.get("domain") or ()]
    low = min([0.0, *marks, *domain])
    high = max([0.0, *marks, *domain, *(float(reference["value"]) for _ in reference and (1,))])
    high = high if high > low else low + 1
    canvas.width = _bars_width(
        total - canvas.left,
        [(end - low) / (high - low) for end in ends],
        [text_width(text_of(row) or MISSING) * BOLD + 8 for row in rows],
    )
    canvas.right = total - canvas.left - canvas.width
    canvas.domains = {"x": [low, high], "y": list(range(len(rows)))}

    def x_of(value: float) -> float:
        return (value - low) / (high - low) * canvas.width

    words = words_of(chart)
    canvas.top += 18 if reference else 0
    if chart.options.get("key", True):
        entries = quality_key(rows, words, value_look)
        if words.get("target") and any(number_of(row, "target") is not None for row in rows):
            entries.append((Look(stroke="target", line="tick"), words["target"]))
        canvas.key(entries, total)
    canvas.data["bars"] = []
    labels = [_bar(canvas, row, n, step, x_of) for n, row in enumerate(rows)]
    if reference:
        _bars_reference(canvas, x_of(float(reference["value"])), text_of(reference), labels)
    canvas.rule(x_of(0), 0, x_of(0), canvas.height, "muted")
    return canvas


def _bars_width(total: float, shares: Sequence[float], labels: Sequence[float]) -> int:
    """The widest plot in which every bar's label still fits to its right."""
    return max(
        60,
        math.floor(
            min(
                (total - label) / share if share > 0.05 else total - 10
                for share, label in [*zip(shares, labels, strict=True), (1.0, 10.0)]
            )
        ),
    )


def _bar(canvas: Canvas, row: Row, n: int, step: float, x_of: Callable[[float], float]) -> tuple[float, float]:
    """Draw one bar with its name, value and target; returns where its label starts and ends.

    The label stands at the end of the bar, or beyond the target where there is no room before it.
    """
    middle, strong = (n + 0.5) * step, bool(row.get("highlight"))
    value, target, text = number_of(row), number_of(row, "target"), text_of(row) or MISSING
    draw_row_name(canvas, text_of(row, "name"), middle, canvas.left - 8, bold=strong)
    if value is not None:
        look = value_look(text_of(row, "quality"), "highlight" if strong else "observed")
        canvas.data["bars"].append(
            {"row": n, "name": text_of(row, "name"), "value": value, "tip": tip_of(text_of(row, "name"), text_of(row))}
            | look.fields()
        )
    start = x_of(max(value or 0.0, 0.0)) + 6
    wide = text_width(text) * (BOLD if strong else 1)
    if target is not None:
        for colour, width in (("paper", 5.0), ("target", 2.5)):
            canvas.rule(x_of(target), middle - 9, x_of(target), middle + 9, colour, width=width, front=True)
        if start - 8 < x_of(target) < start + wide + 4:
            start = x_of(target) + 6
    canvas.text(start, middle, text, fill="muted" if value is None else "ink", bold=strong)
    return start - 2, start + wide + 2


def _bars_reference(canvas: Canvas, x: float, text: str, labels: Sequence[tuple[float, float]]) -> None:
    """An upright dashed line for comparison, named on top; it gives way to the labels of the bars."""
    half = text_width(text) / 2
    canvas.rule(x, -4, x, 2, "ink", dashed=True)
    step = canvas.height / max(len(labels), 1)
    for n, (start, end) in enumerate(labels):
        if not start < x < end:
            canvas.rule(x, n * step + 2, x, (n + 1) * step + 2, "ink", dashed=True)
    middle = min(max(x, half - canvas.left), canvas.width + canvas.right - half)
    canvas.text(middle, -12, text, align="center")


# --- intervals ------------------------------------------------------------------------------------------------


def intervals(chart: Chart) -> Canvas:
    """Areas with a place each, and the range of places it could be: a mark on a bar, a line for the middle.

    Rows: name, value (place; None: no mark), low, high, middle (or None), text (the range in words), quality,
    highlight. Options: last (the last place); words: mark, middle, range, illustrative.
    """
    rows = chart.rows
    total = float(chart.options.get("width") or WIDTH)
    names = [text_of(row, "name") for row in rows]
    texts = [text_of(row) or MISSING for row in rows]
    room = min(
        max(
            (text_width(name) * (BOLD if row.get("highlight") else 1) for name, row in zip(names, rows, strict=True)),
            default=0,
        ),
        140,
    )
    last = max([int(chart.options.get("last") or 1), *(math.ceil(number_of(row, "high") or 1) for row in rows)])
    step = row_height(names, room, BAR)
    canvas = Canvas(left=math.ceil(room) + 8, top=4, bottom=4, height=step * len(rows))
    canvas.right = math.ceil(max((text_width(text) * BOLD for text in texts), default=0)) + 10
    canvas.width = max(60, math.floor(total - canvas.left - canvas.right))
    canvas.domains = {"x": [0.4, last + 0.6], "y": list(range(len(rows)))}

    def x_of(place: float) -> float:
        return (place - 0.4) / (last + 0.2) * canvas.width

    _places_axis(canvas, last, x_of)
    if chart.options.get("key", True):
        canvas.key(_intervals_key(rows, words_of(chart)), total)
    canvas.data["bars"] = []
    for n, row in enumerate(rows):
        _interval(canvas, row, n, x_of)
    return canvas


def _intervals_key(rows: Sequence[Row], words: Mapping[str, str]) -> list[tuple[Look, str]]:
    quality = "illustrative" if any(text_of(row, "quality") == "illustrative" for row in rows) else "normal"
    looks = (
        ("mark", _place_look(quality, "observed")),
        ("middle", Look(stroke="ink", line="tick")),
        ("range", _range_look(quality)),
    )
    entries = [(look, words[name]) for name, look in looks if words.get(name)]
    if quality == "illustrative" and words.get("illustrative"):
        entries.append((Look(fill="paper", stroke="ink", dashed=True), words["illustrative"]))
    return entries


def _place_look(quality: str, colour: str) -> Look:
    """A full circle; a hollow diamond where the place rests on illustrative numbers."""
    return Look("diamond", "paper", colour) if quality == "illustrative" else Look("circle", colour, colour)


def _range_look(quality: str, colour: str = "observed") -> Look:
    return Look(fill="seq-2", stroke=colour, dashed=quality == "illustrative")


def _places_axis(canvas: Canvas, last: int, x_of: Callable[[float], float]) -> None:
    """Places written above the plot, as many as fit, the first one always."""
    step = next((n for n in (1, 2, 3, 5, 10, 20, 50, 100) if x_of(1 + n) - x_of(1) >= text_width(str(last)) + 10), 200)
    canvas.top += 16
    for place in range(1, last + 1):
        if (place - 1) % step == 0:
            canvas.rule(x_of(place), 0, x_of(place), canvas.height)
            canvas.text(x_of(place), -9, str(place), fill="muted", align="center")


def _interval(canvas: Canvas, row: Row, n: int, x_of: Callable[[float], float]) -> None:
    middle = (n + 0.5) * canvas.height / len(canvas.domains["y"])
    strong = bool(row.get("highlight"))
    colour, quality, name = "highlight" if strong else "observed", text_of(row, "quality"), text_of(row, "name")
    draw_row_name(canvas, name, middle, canvas.left - 8, bold=strong)
    place, low, high = (number_of(row, field) for field in ("value", "low", "high"))
    tip = tip_of(name, text_of(row))
    if low is not None and high is not None:  # a little wider than its places, so that a single one is seen
        canvas.data["bars"].append(
            {"row": n, "name": name, "start": low - 0.3, "end": high + 0.3, "tip": tip}
            | _range_look(quality, colour).fields()
        )
    if (centre := number_of(row, "middle")) is not None:
        for start, end in ((-9, -5), (5, 9)):  # above and below the mark, which may stand at the same place
            canvas.rule(x_of(centre), middle + start, x_of(centre), middle + end, "ink", width=2, front=True)
    if place is not None:
        canvas.point(x_of(place), middle, _place_look(quality, colour), size=55, tip=tip)
    fill = "muted" if place is None else "ink"
    canvas.text(canvas.width + 6, middle, text_of(row) or MISSING, fill=fill, bold=strong)


def class_breaks(values: Iterable[float], count: int = 5) -> list[float]:
    """The limits between the classes of a map: classes of about the same number of areas.

    A value that equals a limit belongs to the upper class. Few values make fewer classes.
    """
    found = sorted(values)
    classes = max(1, min(count, len(set(found)) // 2 if len(set(found)) > 4 else len(set(found))))
    limits = (found[round(n * len(found) / classes)] for n in range(1, classes))
    return sorted({limit for limit in limits if limit > found[0]})


def shade_of(index: int, count: int) -> int:
    """The colour step (1 to 5) of a class, counted from 0."""
    return 3 if count == 1 else 1 + round(index * 4 / (count - 1))


# --- tiles, choropleth, heat: classes of values in one hue ----------------------------------------------------------


def _classes(chart: Chart) -> Callable[[float], int]:
    """From a value to its colour step, by the option `breaks` (up to four limits) or by classes of equal number."""
    values = [value for row in chart.rows if (value := number_of(row)) is not None]
    given = chart.options.get("breaks")
    breaks = sorted(float(limit) for limit in given) if given else class_breaks(values) if values else []
    return lambda value: shade_of(bisect_right(breaks, value), len(breaks) + 1)


def _cell_look(row: Row, shade: Callable[[float], int]) -> Look:
    """A cell: filled by class; dashed outline if illustrative; empty and dashed if there is no value."""
    value = number_of(row)
    if value is None:
        return Look(fill="paper", stroke="muted", dashed=True)
    step = shade(value)
    if text_of(row, "quality") == "illustrative":
        return Look(fill=f"seq-{step}", stroke=f"seq-ink-{step}", dashed=True)
    return Look(fill=f"seq-{step}", stroke=f"seq-{step}")


def _cell_ink(row: Row, shade: Callable[[float], int]) -> str:
    value = number_of(row)
    return "muted" if value is None else f"seq-ink-{shade(value)}"


def _class_key(chart: Chart, canvas: Canvas, total: float) -> None:
    """The classes from low to high, named by the option `classes` or by the texts at both ends; then the rest."""
    if not chart.options.get("key", True):
        return
    shade, words = _classes(chart), words_of(chart)
    valued = sorted((row for row in chart.rows if number_of(row) is not None), key=lambda row: float(row["value"]))
    steps = sorted({shade(float(row["value"])) for row in valued})
    labels = [str(label) for label in chart.options.get("classes") or ()]
    looks = [Look(fill=f"seq-{step}", stroke="muted") for step in steps]
    entries: list[tuple[Look, str]] = []
    if labels:
        every = [shade_of(n, len(labels)) for n in range(len(labels))]
        entries = [(Look(fill=f"seq-{step}", stroke="muted"), label) for step, label in zip(every, labels, strict=True)]
    rest = []
    if any(text_of(row, "quality") == "illustrative" for row in valued) and words.get("illustrative"):
        rest.append((Look(fill="paper", stroke="ink", dashed=True), words["illustrative"]))
    if len(valued) < len(chart.rows) and words.get("missing"):
        rest.append((Look(fill="paper", stroke="muted", dashed=True), f"{MISSING} {words['missing']}"))
    canvas.key([*entries, *rest], total)
    if not labels and valued:
        _ramp(canvas, looks, text_of(valued[0]), text_of(valued[-1]))


def _ramp(canvas: Canvas, looks: Sequence[Look], low: str, high: str) -> None:
    x, y = -canvas.left, -canvas.top - LINE / 2 - 2
    canvas.text(x, y, low, fill="muted")
    x += text_width(low) + 14
    for look in looks:
        canvas.point(x, y, look, size=150)
        x += 15
    canvas.text(x, y, high, fill="muted")
    canvas.top += LINE + 4


def tiles(chart: Chart) -> Canvas:
    """A tile map: one equal square an area, roughly where the area lies.

    Rows: name (short), column, row (positions from 1), value, text, quality, highlight. Options: breaks (limits of
    the classes), classes (a word for each class), words: illustrative, missing.
    """
    total = float(chart.options.get("width") or WIDTH)
    columns = max((int(row["column"]) for row in chart.rows), default=1)
    lines = max((int(row["row"]) for row in chart.rows), default=1)
    side = min(math.floor(total / columns), 72)
    margin = math.floor((total - side * columns) / 2)
    canvas = Canvas(left=margin, right=margin, top=2, bottom=4, width=side * columns, height=side * lines)
    canvas.domains = {"x": list(range(1, columns + 1)), "y": list(range(1, lines + 1))}
    _class_key(chart, canvas, total)
    shade = _classes(chart)
    room = side - 5
    name_size = fitting_size((text_of(row, "name") for row in chart.rows), room * 1.05)
    text_size = fitting_size((text_of(row) for row in chart.rows), room, SIZE + 1)
    canvas.data["cells"] = []
    for row in chart.rows:
        x, y = (int(row["column"]) - 0.5) * side, (int(row["row"]) - 0.5) * side
        ink, name = _cell_ink(row, shade), text_of(row, "name")
        canvas.data["cells"].append(
            {
                "column": int(row["column"]),
                "row": int(row["row"]),
                "name": name,
                "value": number_of(row),
                "tip": tip_of(name, text_of(row)),
            }
            | _cell_look(row, shade).fields()
        )
        strong = bool(row.get("highlight"))
        if strong:
            canvas.data["cells"][-1] |= {"stroke": var("highlight"), "dash": SOLID, "width": 4}
        parts = [name] if text_width(name, name_size) <= room * 1.2 else wrap(name, room, name_size)
        for n, line in enumerate(parts):
            canvas.text(
                x,
                y - 8 - (len(parts) - 1) * 5 + n * 10,
                line,
                fill="ink" if number_of(row) is None else ink,
                align="center",
                size=name_size,
                bold=strong,
            )
        canvas.text(
            x,
            y + 9 + (len(parts) - 1) * 4,
            text_of(row) or MISSING,
            fill=ink,
            align="center",
            size=text_size,
            bold=True,
        )
    return canvas


def heat(chart: Chart) -> Canvas:
    """Areas down, stages across, each cell with its value written in it.

    Rows: column, row (both words), value, text, quality. Options: columns, rows (orders); breaks, classes; words:
    illustrative, missing.
    """
    total = float(chart.options.get("width") or WIDTH)
    columns = ordered((text_of(row, "column") for row in chart.rows), chart.options.get("columns"))
    names = ordered((text_of(row, "row") for row in chart.rows), chart.options.get("rows"))
    left = math.ceil(min(max((text_width(name) for name in names), default=0), 150)) + 8
    step = row_height(names, left - 8, 24)
    canvas = Canvas(left=left, right=2, top=4, bottom=4, width=total - left - 2, height=step * len(names))
    canvas.domains = {"x": list(range(len(columns))), "y": list(range(len(names)))}
    cell = canvas.width / max(len(columns), 1)
    size = fitting_size(columns, cell - 6, smallest=10)
    for n, column in enumerate(columns):
        canvas.text((n + 0.5) * cell, -10, shorten(column, cell - 6, size), align="center", size=size)
    canvas.top += 16
    _class_key(chart, canvas, total)
    for n, name in enumerate(names):
        draw_row_name(canvas, name, (n + 0.5) * step, left - 8)
    shade = _classes(chart)
    size = fitting_size((text_of(row) for row in chart.rows), cell - 6)
    canvas.data["cells"] = []
    for row in chart.rows:
        x, y = columns.index(text_of(row, "column")), names.index(text_of(row, "row"))
        canvas.data["cells"].append(
            {
                "column": x,
                "row": y,
                "name": names[y],
                "value": number_of(row),
                "tip": tip_of(f"{names[y]}, {columns[x]}", text_of(row)),
            }
            | _cell_look(row, shade).fields()
        )
        canvas.text(
            (x + 0.5) * cell,
            (y + 0.5) * step,
            text_of(row) or MISSING,
            fill=_cell_ink(row, shade),
            align="center",
            size=size,
        )
    return canvas


def choropleth(chart: Chart) -> Canvas:
    """A map of outlines, filled by class.

    Rows: name, value, text, quality, feature (a GeoJSON geometry, Polygon or MultiPolygon, WGS 84). Options: as tiles.
    The outlines are turned into pixels here (an equirectangular map, true at its middle latitude).
    """
    total = float(chart.options.get("width") or WIDTH)
    canvas = Canvas(top=2, bottom=4, left=4, right=4, width=total - 8)
    shade = _classes(chart)
    shapes = [_polygons(row.get("feature")) for row in chart.rows]
    every = [point for polygons in shapes for polygon in polygons for ring in polygon for point in ring]
    west, east = min((p[0] for p in every), default=0.0), max((p[0] for p in every), default=1.0)
    south, north = min((p[1] for p in every), default=0.0), max((p[1] for p in every), default=1.0)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = min(canvas.width / ((east - west) * squeeze or 1), 520 / ((north - south) or 1))
    canvas.height = round((north - south) * scale)
    shift = (canvas.width - (east - west) * squeeze * scale) / 2
    _class_key(chart, canvas, total)
    canvas.data["shapes"] = []
    labels = []
    for row, polygons in zip(chart.rows, shapes, strict=True):
        rings = [
            [
                _thinned([(shift + (x - west) * squeeze * scale, (north - y) * scale) for x, y in ring])
                for ring in polygon
            ]
            for polygon in polygons
        ]
        canvas.data["shapes"].append(
            {
                "type": "Feature",
                "geometry": {"type": "MultiPolygon", "coordinates": rings},
                "properties": {},
                "name": text_of(row, "name"),
                "value": number_of(row),
                "tip": tip_of(text_of(row, "name"), text_of(row)),
            }
            | _cell_look(row, shade).fields()
            | {"stroke": var("paper")}
        )
        labels.append((row, rings))
    for row, rings in labels:
        _map_label(canvas, row, rings, _cell_ink(row, shade))
    return canvas


def _polygons(geometry: object) -> list[list[list[tuple[float, float]]]]:
    """The polygons of a geometry (or of a feature), each a list of rings of points; other geometries have none."""
    if not isinstance(geometry, Mapping):
        return []
    if geometry.get("type") == "Feature":
        return _polygons(geometry.get("geometry"))
    found = geometry.get("coordinates") or []
    if geometry.get("type") == "Polygon":
        found = [found]
    elif geometry.get("type") != "MultiPolygon":
        return []
    return [[[(float(point[0]), float(point[1])) for point in ring] for ring in polygon] for polygon in found]


def _map_label(canvas: Canvas, row: Row, polygons: Sequence[Sequence[Sequence[Sequence[float]]]], ink: str) -> None:
    """Name and value in the middle of the largest outline, as far as they fit."""
    outlines = [polygon[0] for polygon in polygons if polygon]
    if not outlines:
        return
    outline = max(outlines, key=lambda ring: abs(_area(ring)))
    x, y, room = _middle(outline)
    name, text = text_of(row, "name"), text_of(row) or MISSING
    if text_width(name, 10) <= room * 1.1:
        canvas.text(x, y - 7, name, fill=ink, align="center", size=10)
        y += 7
    if text_width(text, 10) <= room * 1.1:
        canvas.text(x, y, text, fill=ink, align="center", size=10, bold=True)


def _area(ring: Sequence[Sequence[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _middle(ring: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """Where a label of two lines fits best into an outline: its centre, and the width it may have there."""
    low, high = min(point[1] for point in ring), max(point[1] for point in ring)
    best = (0.0, 0.0, -1.0)
    for n in range(31):
        y = low + (high - low) * (0.2 + 0.02 * n)
        cuts = [_widest(ring, y + shift) for shift in (-12, 0, 12)]
        start, end = max(cut[0] for cut in cuts), min(cut[1] for cut in cuts)
        if end - start > best[2]:
            best = ((start + end) / 2, y, end - start)
    if best[2] > 0:
        return best
    start, end = _widest(ring, (low + high) / 2)
    return (start + end) / 2, (low + high) / 2, end - start


def _thinned(ring: Sequence[tuple[float, float]]) -> list[list[float]]:
    """An outline without the points that lie closer together than can be seen."""
    kept = [ring[0]] if ring else []
    for point in ring[1:-1]:
        if math.dist(point, kept[-1]) >= 0.7:
            kept.append(point)
    return [[px(x), px(y)] for x, y in [*kept, *ring[:1]]]


def _widest(ring: Sequence[Sequence[float]], y: float) -> tuple[float, float]:
    """The longest stretch of a level line that lies inside an outline."""
    cuts = sorted(
        a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
        for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)
        if (a[1] > y) != (b[1] > y)
    )
    return max(zip(cuts[::2], cuts[1::2], strict=True), key=lambda cut: cut[1] - cut[0], default=(0.0, 0.0))
