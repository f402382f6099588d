"""Charts along time: a value against its targets, and the parts of a whole."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from generator.chart_canvas import (
    HOLLOW,
    SIZE,
    WIDTH,
    Canvas,
    Chart,
    Look,
    Row,
    draw_time_axis,
    draw_value_axis,
    figures_of,
    number_of,
    quality_key,
    round_ticks,
    spread,
    text_of,
    tip_of,
    unique,
    value_domain,
    value_look,
    words_of,
)
from generator.lettering import BOLD, shorten, text_width
from generator.palette import var

COMPACT_WIDTH: Final = 220
COMPACT_HEIGHT: Final = 140

# --- trend ---------------------------------------------------------------------------------------------------


def trend(chart: Chart) -> Canvas:
    """A value over time against its targets.

    Rows: time (decimal year), label (the period in words), value (None interrupts the line), role (`observed`,
    `target` or `baseline`), quality (`normal`, `illustrative`, `break`, or one of HOLLOW), text (label at the point).
    Options: ticks [{time, label}]; domain [low, high] of the value axis; zero (the axis includes zero); title (above
    the value axis); compact; words: observed, provisional ..., illustrative, break, baseline, target,
    illustrative-target.
    """
    options = chart.options
    compact = bool(options.get("compact"))
    size = SIZE - 1 if compact else SIZE
    rows = sorted((row for row in chart.rows if row.get("time") is not None), key=lambda row: float(row["time"]))
    values = [value for row in rows if (value := number_of(row)) is not None]
    count = 2 if compact else 4
    domain = list(options.get("domain") or value_domain(values, zero=bool(options.get("zero")), count=count))
    figures = round_ticks(domain, count)
    labels = figures_of(figures, options.get("locale") or {})
    canvas = Canvas(
        left=math.ceil(max(text_width(label, size) for label in [*labels, "0"])) + 8, right=14, top=21, bottom=size + 12
    )
    total = float(options.get("width") or (COMPACT_WIDTH if compact else WIDTH))
    canvas.width = total - canvas.left - canvas.right
    canvas.height = COMPACT_HEIGHT - canvas.top - canvas.bottom if compact else 190
    if options.get("title"):
        canvas.text(-canvas.left, -canvas.top - 4, shorten(str(options["title"]), total), fill="muted", size=size)
        canvas.top += 14
    ticks = [(float(tick["time"]), str(tick["label"])) for tick in options.get("ticks") or ()]
    times = [float(row["time"]) for row in rows] or [time for time, _ in ticks] or [0.0]
    first, last = min(times), max(times)
    if first == last:
        first, last = first - 0.5, last + 0.5
    edge = 10 / (canvas.width - 20) * (last - first)
    canvas.domains = {"x": [round(first - edge, 6), round(last + edge, 6)], "y": domain}

    def x_of(time: float) -> float:
        return (time - first + edge) / (last - first + 2 * edge) * canvas.width

    def y_of(value: float) -> float:
        return float(canvas.height - (value - domain[0]) / (domain[1] - domain[0]) * canvas.height)

    canvas.data |= {"lines": _trend_lines(rows), "symbols": _trend_symbols(rows, size)}
    if not compact and options.get("key", True):
        canvas.key(_trend_key(rows, words_of(chart)), total)
    draw_value_axis(canvas, [(y_of(tick), label) for tick, label in zip(figures, labels, strict=True)], size)
    draw_time_axis(canvas, [(x_of(time), label) for time, label in ticks if first <= time <= last], size)
    _trend_breaks(canvas, rows, x_of)
    _trend_goal(canvas, rows, y_of)
    _trend_labels(canvas, rows, x_of, y_of, size, [y_of(tick) for tick in figures])
    return canvas


def _role(row: Row) -> str:
    return text_of(row, "role") or "observed"


def _trend_look(row: Row) -> Look:
    quality = text_of(row, "quality")
    if _role(row) == "target":
        return Look("triangle-up", "paper", "target", quality == "illustrative", "dashed")
    if _role(row) == "baseline":
        return Look("square", "paper", "target")
    if quality == "illustrative":
        return Look("diamond", "paper", "observed", False, "dashed")
    return Look("circle", "paper" if quality in HOLLOW else "observed", "observed", False, "solid")


def _trend_path(rows: Sequence[Row]) -> list[Row]:
    """The way of the targets: the baseline (else the last observation before the first target), then each target."""
    targets = [row for row in rows if _role(row) == "target" and number_of(row) is not None]
    if not targets:
        return []
    start = [row for row in rows if _role(row) == "baseline" and number_of(row) is not None]
    return [*(row for row in start[:1] if row["time"] < targets[0]["time"]), *targets]


def _trend_lines(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Every stretch of line, as two ends or more with one `path` number and one dash."""
    lines: list[dict[str, Any]] = []
    path = 0
    before: Row | None = None
    for row in (row for row in rows if _role(row) == "observed"):
        if number_of(row) is None:
            before = None
            continue
        if before is not None and text_of(row, "quality") != "break":
            dashed = "illustrative" in (text_of(row, "quality"), text_of(before, "quality"))
            path += 1
            lines += [_line_end(end, f"o{path}", "observed", dashed) for end in (before, row)]
        before = row
    lines += [_line_end(row, "target", "target", True) for row in _trend_path(rows)]
    return lines


def _line_end(row: Row, path: str, stroke: str, dashed: bool) -> dict[str, Any]:
    return {
        "time": row["time"],
        "value": row["value"],
        "path": path,
        "stroke": var(stroke),
        "dash": "dashed" if dashed else "solid",
    }


def _shown(rows: Sequence[Row]) -> list[Row]:
    """Rows that have a symbol: all with a value, but for a baseline that is an observation as well."""
    seen = {(row["time"], row["value"]) for row in rows if _role(row) == "observed"}
    return [
        row
        for row in rows
        if number_of(row) is not None and not (_role(row) == "baseline" and (row["time"], row["value"]) in seen)
    ]


def _trend_symbols(rows: Sequence[Row], size: float) -> list[dict[str, Any]]:
    shown = sorted(_shown(rows), key=lambda row: _role(row) == "observed")
    return [
        {
            "time": row["time"],
            "value": row["value"],
            "shape": _trend_look(row).shape,
            "size": size * 4.6,
            "tip": tip_of(text_of(row, "label"), text_of(row) or f"{row['value']:g}"),
        }
        | _trend_look(row).fields()
        for row in shown
    ]


def _trend_key(rows: Sequence[Row], words: Mapping[str, str]) -> list[tuple[Look, str]]:
    """What the marks mean, in the order observed, not final, illustrative, break, baseline, target."""
    found: dict[str, Look] = {}
    for row in _shown(rows):
        quality = text_of(row, "quality")
        name = _role(row)
        if name == "observed" and quality in (*HOLLOW, "illustrative"):
            name = quality
        if name == "target" and quality == "illustrative" and "illustrative-target" in words:
            name = "illustrative-target"
        found.setdefault(name, _trend_look(row))
        if quality == "break":
            found.setdefault("break", Look(stroke="muted", line="break"))
    order = ("observed", *HOLLOW, "illustrative", "break", "baseline", "target", "illustrative-target")
    return [(found[name], words[name]) for name in order if name in found and words.get(name)]


def _trend_breaks(canvas: Canvas, rows: Sequence[Row], x_of: Callable[[float], float]) -> None:
    """A break in the series: an upright dashed line between the two values that cannot be compared."""
    before: Row | None = None
    for row in (row for row in rows if _role(row) == "observed" and number_of(row) is not None):
        if before is not None and text_of(row, "quality") == "break":
            x = x_of((float(before["time"]) + float(row["time"])) / 2)
            canvas.rule(x, 0, x, canvas.height, "muted", dashed=True)
        before = row


def _trend_goal(canvas: Canvas, rows: Sequence[Row], y_of: Callable[[float], float]) -> None:
    """A target without a way to it (no baseline, no stage) is a level: a dashed line across the plot."""
    path = _trend_path(rows)
    if len(path) == 1:
        y = y_of(float(path[0]["value"]))
        canvas.rule(0, y, canvas.width, y, "target", dashed=True, width=1.5)


Box = tuple[float, float, float, float]


def _trend_labels(
    canvas: Canvas,
    rows: Sequence[Row],
    x_of: Callable[[float], float],
    y_of: Callable[[float], float],
    size: float,
    ticks: Sequence[float],
) -> None:
    """Write the labels where they touch no other label, no symbol and as few lines as possible; drop what has no room.

    The last target and the last observation go first, then the first observation, then the rest. Beside a figure of the
    value axis (at the heights `ticks`) a label would be read as one number with it.
    """
    places = {
        id(row): (x_of(float(row["time"])), y_of(float(row["value"]))) for row in rows if number_of(row) is not None
    }
    taken = [(x - 4.5, y - 4.5, x + 4.5, y + 4.5) for x, y in places.values()]
    lines = _line_samples([(x_of(end["time"]), y_of(end["value"]), end["path"]) for end in _trend_lines(rows)])
    edges = (2.0, -20.0, canvas.width + canvas.right, canvas.height - 1)
    lines += _line_samples(
        [(x, y_of(float(row["value"])), "goal") for row in _trend_path(rows)[:1] for x in (0, canvas.width)]
        if len(_trend_path(rows)) == 1
        else []
    )
    lines += [(3.0, y) for y in ticks for _ in range(6)]
    last = _last_observed(rows)
    for row in _label_order([row for row in rows if text_of(row) and id(row) in places]):
        wide = text_width(text_of(row), size) * (BOLD if row is last else 1)
        best = _best_place(places[id(row)], (wide, size), edges, taken, lines)
        if best is not None:
            taken.append(best)
            canvas.text(
                (best[0] + best[2]) / 2,
                (best[1] + best[3]) / 2,
                text_of(row),
                align="center",
                size=size,
                fill="target" if _role(row) == "target" else "ink",
                bold=row is last,
            )


def _last_observed(rows: Sequence[Row]) -> Row | None:
    observed = [row for row in rows if _role(row) == "observed" and number_of(row) is not None]
    return observed[-1] if observed else None


def _label_order(rows: Sequence[Row]) -> list[Row]:
    targets = [row for row in rows if _role(row) == "target"]
    observed = [row for row in rows if _role(row) != "target"]
    first = [*targets[-1:], *observed[-1:], *observed[:1]]
    return [row for n, row in enumerate(first) if row not in first[:n]] + [
        row for row in [*reversed(observed), *reversed(targets)] if not any(row is other for other in first)
    ]


def _line_samples(ends: Sequence[tuple[float, float, str]]) -> list[tuple[float, float]]:
    """Points along the lines, three pixels or so apart."""
    samples = []
    for (x, y, path), (x2, y2, path2) in pairwise(ends):
        if path == path2:
            count = max(1, int(math.hypot(x2 - x, y2 - y) / 3))
            samples += [(x + (x2 - x) * n / count, y + (y2 - y) * n / count) for n in range(count + 1)]
    return samples


def _best_place(
    point: tuple[float, float],
    label: tuple[float, float],
    edges: Box,
    taken: Sequence[Box],
    lines: Sequence[tuple[float, float]],
) -> Box | None:
    """The box for a label (width, height) beside a point, or None if every place is taken."""
    x, y = point
    wide, size = label
    best: tuple[int, Box] | None = None
    for dx, dy in ((0, -1), (0, 1), (-0.8, -1), (0.8, -1), (-0.8, 1), (0.8, 1), (1, 0), (-1, 0)):
        middle = x + dx * (wide / 2 + (8 if dy == 0 else 0))
        middle = min(max(middle, edges[0] + wide / 2), edges[2] - wide / 2)
        centre = y + dy * (size / 2 + 7)
        box = (middle - wide / 2, centre - size / 2, middle + wide / 2, centre + size / 2)
        if box[1] < edges[1] or box[3] > edges[3] or any(_overlap(box, other) for other in taken):
            continue
        crossed = sum(box[0] - 2 < px < box[2] + 2 and box[1] - 1 < py < box[3] + 1 for px, py in lines)
        if best is None or crossed < best[0]:
            best = (crossed, box)
    return best[1] if best else None


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


# --- breakdown -----------------------------------------------------------------------------------------------


PART_SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
PART_DASHES: Final = ([1, 0], [6, 2], [2, 2], [8, 2, 2, 2], [4, 4], [1, 3])


def breakdown(chart: Chart) -> Canvas:
    """The parts of a whole over time, as stacked columns or as lines; each part is named at its end on the right.

    Rows: time, label, part, value, text, order (of the part, from the bottom), quality. Options: mode (`stack`, the
    default, or `lines`), zero (lines only), domain, title, words: observed, illustrative ....
    """
    options = chart.options
    stack = options.get("mode", "stack") == "stack"
    total = float(options.get("width") or WIDTH)
    rows = [row for row in chart.rows if number_of(row) is not None]
    ordered = sorted(rows, key=lambda row: (float(row.get("order") or 0), text_of(row, "part")))
    parts = unique(text_of(row, "part") for row in ordered)
    times = sorted({(float(row["time"]), text_of(row, "label")) for row in rows})
    sums = [sum(max(float(row["value"]), 0.0) for row in rows if float(row["time"]) == time) for time, _ in times]
    values = [float(row["value"]) for row in rows]
    zero = stack or bool(options.get("zero"))
    domain = list(options.get("domain") or value_domain(sums if stack else values, zero=zero))
    figures = round_ticks(domain, 4)
    labels = figures_of(figures, options.get("locale") or {})
    canvas = Canvas(
        left=math.ceil(max(text_width(label) for label in [*labels, "0"])) + 8,
        top=14,
        bottom=SIZE + 12,
        height=200,
        right=math.ceil(min(max((text_width(part) for part in parts), default=0), 190)) + 22,
    )
    canvas.width = total - canvas.left - canvas.right
    canvas.domains = {"x": list(range(len(times))), "y": domain}
    if options.get("title"):
        canvas.text(-canvas.left, -canvas.top - 4, shorten(str(options["title"]), total), fill="muted")
        canvas.top += 14
    if options.get("key", True):
        canvas.key(quality_key(rows, words_of(chart), lambda name: value_look(name, "cat-6")), total)
    step = canvas.width / max(len(times), 1)

    def y_of(value: float) -> float:
        return float(canvas.height - (value - domain[0]) / (domain[1] - domain[0]) * canvas.height)

    draw_value_axis(canvas, [(y_of(tick), label) for tick, label in zip(figures, labels, strict=True)], SIZE)
    draw_time_axis(canvas, [((n + 0.5) * step, label) for n, (_, label) in enumerate(times)], SIZE)
    index = {time: n for n, (time, _) in enumerate(times)}
    draw = _stacked if stack else _lined
    ends = draw(canvas, ordered, parts, index, y_of)
    _part_names(canvas, ends, stack)
    return canvas


THIN = 4
"""Pixels below which a part of a column has no line around it."""


def _part_colour(n: int) -> str:
    return f"cat-{n % 6 + 1}"


def _stacked(
    canvas: Canvas,
    rows: Sequence[Row],
    parts: Sequence[str],
    index: Mapping[float, int],
    y_of: Callable[[float], float],
) -> list[tuple[float, str, int]]:
    """Columns; returns where each part ends on the right: (height, part, number)."""
    canvas.data |= {"columns": [], "lines": [], "symbols": []}
    base = dict.fromkeys(index, 0.0)
    ends: dict[str, tuple[float, str, int]] = {}
    step = canvas.width / max(len(index), 1)
    wide = step * 0.72
    for row in rows:
        n, time = parts.index(text_of(row, "part")), float(row["time"])
        start, end = base[time], base[time] + max(float(row["value"]), 0.0)
        base[time] = end
        look = value_look(text_of(row, "quality"), _part_colour(n))
        # A line between the parts tells them apart without colours; of a thin one it would leave nothing.
        is_apart = look.fill == _part_colour(n) and y_of(start) - y_of(end) >= THIN
        canvas.data["columns"].append(
            {
                "column": index[time],
                "start": start,
                "end": end,
                "part": parts[n],
                "value": row["value"],
                "tip": tip_of(f"{text_of(row, 'label')}, {parts[n]}", text_of(row)),
            }
            | look.fields()
            | ({"stroke": var("paper")} if is_apart else {})
        )
        middle, tall = y_of((start + end) / 2), y_of(start) - y_of(end)
        if text_of(row) and tall >= 15 and text_width(text_of(row), 11) <= wide - 3:
            canvas.text(
                (index[time] + 0.5) * step,
                middle,
                text_of(row),
                align="center",
                size=11,
                fill="paper" if look.fill == _part_colour(n) else "ink",
            )
        if index[time] == len(index) - 1:
            ends[parts[n]] = (middle, parts[n], n)
    missing = [part for part in parts if part not in ends]
    return [*ends.values(), *((y_of(base[max(index)]), part, parts.index(part)) for part in missing)]


def _lined(
    canvas: Canvas,
    rows: Sequence[Row],
    parts: Sequence[str],
    index: Mapping[float, int],
    y_of: Callable[[float], float],
) -> list[tuple[float, str, int]]:
    """Lines; returns where each part ends on the right: (height, part, number)."""
    canvas.data |= {"columns": [], "lines": [], "symbols": []}
    ends = []
    for n, part in enumerate(parts):
        mine = sorted((row for row in rows if text_of(row, "part") == part), key=lambda row: float(row["time"]))
        for row in mine:
            hollow = text_of(row, "quality") in (*HOLLOW, "illustrative")
            look = Look(PART_SHAPES[n % 6], "paper" if hollow else _part_colour(n), _part_colour(n))
            place = {"column": index[float(row["time"])], "value": row["value"], "part": part}
            canvas.data["symbols"].append(
                place
                | look.fields()
                | {"shape": look.shape, "size": 50, "tip": tip_of(f"{text_of(row, 'label')}, {part}", text_of(row))}
            )
            canvas.data["lines"].append(place | {"path": str(n), "stroke": var(_part_colour(n)), "dash": f"d{n % 6}"})
        ends.append((y_of(float(mine[-1]["value"])), part, n))
    return ends


def _part_names(canvas: Canvas, ends: Sequence[tuple[float, str, int]], stack: bool) -> None:
    """Name the parts at the right edge, from top to bottom, each with its symbol and colour."""
    ends = sorted(ends)
    room = canvas.right - 20
    places = spread([end[0] for end in ends], 15, 4, canvas.height - 2)
    for (_, part, n), y in zip(ends, places, strict=True):
        shape = "square" if stack else PART_SHAPES[n % 6]
        canvas.point(canvas.width + 9, y, Look(shape, _part_colour(n), _part_colour(n)), size=60)
        canvas.text(canvas.width + 19, y, shorten(part, room), fill="ink")
