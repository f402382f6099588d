"""What the layouts of all charts share: a chart's rows and options, the canvas, looks, axes, round numbers.

Everything is laid out in pixels with estimated text widths, so no label is cut or moved by the fonts of
the machine that builds. Colours are names of `generator.palette`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from generator.lettering import BOLD, shorten, text_width, wrap
from generator.palette import var

Row = Mapping[str, Any]
"""One row of a chart: field names are ours, values are text, numbers, truth values or None."""

WIDTH: Final = 400
SIZE: Final = 12
"""Font size in pixels; small multiples use one less."""
SMALL: Final = 10.5
"""Size of a name that takes several lines."""
LEADING: Final = 12
"""From one of these lines to the next; a row leaves half as much between names."""
LINE: Final = 18
"""Height of a line of the key."""
HOLLOW: Final = ("provisional", "estimated", "imputed", "forecast", "low-reliability", "definition-differs")
"""Qualities of a value that are drawn hollow; `illustrative` is drawn dashed as well."""
DASH: Final = [3, 2]
SOLID: Final = [1, 0]
MISSING: Final = "–"


@dataclass(frozen=True)
class Chart:
    """What one chart shows: a kind of CHARTS, its rows, and the words and sizes that go with them."""

    kind: str
    rows: tuple[Row, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    """JSON-able; see the layout function of the kind for what it reads."""


@dataclass(frozen=True)
class Look:
    """How a mark looks: its symbol, its colours, and the dash of its outline."""

    shape: str = "square"
    fill: str = "paper"
    stroke: str = "observed"
    dashed: bool = False
    line: str = ""
    """For the key of a line: `solid` or `dashed` (with the symbol on it), `break` or `tick` (upright); else nothing."""

    def fields(self) -> dict[str, Any]:
        """The look as fields of a row."""
        return {"fill": var(self.fill), "stroke": var(self.stroke), "dash": DASH if self.dashed else SOLID}


@dataclass
class Canvas:
    """A drawing in the making: the plot's size, the margins around it, and what stands where.

    Positions are pixels from the plot's upper left corner; margins are negative or beyond the size.
    """

    left: float = 0
    right: float = 0
    top: float = 0
    bottom: float = 0
    width: float = 0
    height: float = 0
    domains: dict[str, list[Any]] = field(default_factory=dict)
    data: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {"rules": [], "points": [], "ticks": [], "texts": []}
    )
    """The data sets of the specification: rules stand behind the marks, points, ticks and texts before them."""

    def rule(
        self,
        x: float,
        y: float,
        x2: float,
        y2: float,
        stroke: str = "grid",
        *,
        dashed: bool = False,
        width: float = 1,
        front: bool = False,
    ) -> None:
        """Draw a straight line, behind the marks or in front of them."""
        self.data["ticks" if front else "rules"].append(
            {
                "x": px(x),
                "y": px(y),
                "x2": px(x2),
                "y2": px(y2),
                "stroke": var(stroke),
                "dash": DASH if dashed else SOLID,
                "width": width,
            }
        )

    def point(self, x: float, y: float, look: Look, *, size: float = 50, tip: str = "") -> None:
        """Draw a symbol; `size` is its area, as Vega has it."""
        self.data["points"].append(
            {"x": px(x), "y": px(y), "shape": look.shape, "size": size, "tip": tip} | look.fields()
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        fill: str = "ink",
        align: str = "left",
        size: float = SIZE,
        bold: bool = False,
        angle: float = 0,
    ) -> None:
        """Write one line of text; `y` is its middle."""
        if not text:
            return
        self.data["texts"].append(
            {
                "x": px(x),
                "y": px(y),
                "text": text,
                "fill": var(fill),
                "align": align,
                "size": size,
                "weight": "bold" if bold else "normal",
                "angle": angle,
            }
        )

    def key(self, entries: Sequence[tuple[Look, str]], total: float) -> None:
        """Put the key above the plot, in as many lines as it needs, and make room for it.

        Call it once the left margin is known, and before anything else is put into the upper margin.
        """
        x = line = 0.0
        places = []
        for look, word in entries:
            wide = 27 if look.line in ("solid", "dashed") else 16
            room = wide + text_width(word) + 14
            if x > 0 and x + room - 14 > total:
                x, line = 0.0, line + 1
            places.append((x, line, wide, look, shorten(word, total - wide)))
            x += room
        if not places:
            return
        height = (line + 1) * LINE + 6
        for x, line, wide, look, word in places:
            start, middle = x - self.left, (line + 0.5) * LINE - height - self.top
            if wide == 27:
                self.rule(start, middle, start + 22, middle, look.stroke, dashed=look.line == "dashed", width=2)
                self.point(start + 11, middle, look, size=60)
            elif look.line:
                self.rule(
                    start + 6,
                    middle - 7,
                    start + 6,
                    middle + 7,
                    look.stroke,
                    dashed=look.line == "break",
                    width=1 if look.line == "break" else 2.5,
                )
            else:
                self.point(start + 6, middle, look, size=110)
            self.text(start + wide, middle, word, fill="muted")
        self.top += height


def px(value: float) -> float:
    return round(value, 1) + 0.0  # turns -0.0 into 0.0, so that bytes do not depend on the way there


def words_of(chart: Chart) -> Mapping[str, str]:
    words: Mapping[str, str] = chart.options.get("words") or {}
    return words


def text_of(row: Row, name: str = "text") -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def number_of(row: Row, name: str = "value") -> float | None:
    value = row.get(name)
    return None if value is None or isinstance(value, str) else float(value)


def tip_of(*parts: str) -> str:
    """What a reader sees on pointing at a mark, where the chart is explored."""
    return ": ".join(part for part in parts if part)


def unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def ordered(values: Iterable[str], wanted: Sequence[str] | None) -> list[str]:
    """The values that occur: first those in the wanted order, then the others as they come."""
    found = unique(values)
    return [value for value in wanted or () if value in found] + [v for v in found if v not in (wanted or ())]


# --- numbers -------------------------------------------------------------------------------------------------


def round_step(span: float, count: int) -> float:
    """A round distance between ticks, so that about `count` of them cover the span."""
    raw = span / count
    power = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)


def value_domain(values: Iterable[float], *, zero: bool = False, count: int = 4) -> list[float]:
    """The axis that holds all values: from a round number to a round number (one axis for small multiples).

    With `zero` the axis includes zero. Without values it is 0 to 1.
    """
    found = sorted(values)
    if not found:
        return [0.0, 1.0]
    low, high = found[0], found[-1]
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = (low - abs(low) * 0.1, high + abs(high) * 0.1) if low else (0.0, 1.0)
    step = round_step(high - low, count)
    start = math.floor(low / step + 1e-9) * step
    if low >= 0:
        start = max(start, 0.0)
    domain = [round(start, 10), round(math.ceil(high / step - 1e-9) * step, 10)]
    return domain if domain[0] < domain[1] else [0.0, 1.0]  # next to nothing is drawn as nothing


def round_ticks(domain: Sequence[float], count: int) -> list[float]:
    step = round_step(domain[1] - domain[0], count)
    first = math.ceil(domain[0] / step - 1e-9)
    last = math.floor(domain[1] / step + 1e-9)
    return [round(n * step, 10) + 0.0 for n in range(first, last + 1)]


def figures_of(values: Sequence[float], locale: Mapping[str, Any]) -> list[str]:
    """Write the numbers of an axis, all with the same decimals."""
    decimals = max((len(f"{value:.6f}".rstrip("0").split(".")[1]) for value in values), default=0)
    return [_figure(value, decimals, locale) for value in values]


def _figure(value: float, decimals: int, locale: Mapping[str, Any]) -> str:
    whole, _, part = f"{abs(value):.{decimals}f}".partition(".")
    size = (locale.get("grouping") or [3])[0]
    groups: list[str] = []
    while len(whole) > size:
        groups.insert(0, whole[-size:])
        whole = whole[:-size]
    number = str(locale.get("thousands", ",")).join([whole, *groups])
    return ("−" if value < 0 else "") + number + (str(locale.get("decimal", ".")) + part if part else "")


# --- the parts that several kinds share --------------------------------------------------------------------------


def value_look(quality: str, fill: str = "observed") -> Look:
    """The look of a bar: full, pale with an outline (not final), or empty with a dashed outline (illustrative)."""
    if quality == "illustrative":
        return Look(fill="paper", stroke=fill, dashed=True)
    if quality in HOLLOW:
        return Look(fill="seq-1", stroke=fill)
    return Look(fill=fill, stroke=fill)


def quality_key(rows: Iterable[Row], words: Mapping[str, str], look: Callable[[str], Look]) -> list[tuple[Look, str]]:
    """Entries for the qualities that occur and have a word; the normal look is named only beside others."""
    found = unique(text_of(row, "quality") or "normal" for row in rows)
    names = {"normal": words.get("observed", "")} | {name: words.get(name, "") for name in (*HOLLOW, "illustrative")}
    entries = [(look(name), word) for name, word in names.items() if name in found and word]
    return [] if found in (["normal"], []) else entries


def fitting_size(texts: Iterable[str], room: float, largest: float = SIZE, smallest: float = 9) -> float:
    """The largest font size, down to `smallest`, at which every text fits into the room."""
    widest = max((text_width(text, 1) for text in texts), default=0)
    return next((size for size in (largest, largest - 1, largest - 2) if widest * size <= room), smallest)


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move labels (given from top to bottom) as little as need be, until they stand `gap` apart within the limits."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + gap) if moved else max(place, low))
    limit = high
    for n in range(len(moved) - 1, -1, -1):
        moved[n] = min(moved[n], limit)
        limit = moved[n] - gap
    return moved


def row_height(names: Iterable[str], room: float, usual: float) -> float:
    """How high each row of a chart is, so that its longest name stands there whole, in several lines if need be."""
    lines = max((len(_name_lines(name, room)) for name in names), default=1)
    return usual if lines < 2 else max(usual, lines * LEADING + 6)


def draw_row_name(canvas: Canvas, name: str, middle: float, room: float, *, bold: bool = False) -> None:
    """The name of a row at its left: one line, or several smaller ones where it is long. Nothing is cut."""
    lines = _name_lines(name, room, bold=bold)
    for n, line in enumerate(lines):
        place = middle + (n - (len(lines) - 1) / 2) * LEADING
        canvas.text(-8, place, line, align="right", size=SMALL if len(lines) > 1 else SIZE, bold=bold)


def _name_lines(name: str, room: float, *, bold: bool = False) -> list[str]:
    if text_width(name, SIZE) * (BOLD if bold else 1) <= room + 0.01:
        return [name]
    return wrap(name, room / (BOLD if bold else 1), SMALL)


def draw_time_axis(canvas: Canvas, ticks: Sequence[tuple[float, str]], size: float) -> None:
    """Draw the time axis; where labels would touch, leave out every second, third ..., counting from the last."""
    canvas.rule(0, canvas.height, canvas.width, canvas.height, "muted")
    keep = next((n for n in range(1, len(ticks) + 1) if not _touching(ticks[::-1][::n], size)), 1)
    shown = ticks[::-1][::keep]
    for x, label in ticks:
        canvas.rule(x, canvas.height, x, canvas.height + (4 if (x, label) in shown else 2), "muted")
    for x, label in shown:
        half = text_width(label, size) / 2
        middle = min(max(x, half - canvas.left), canvas.width + canvas.right - half)
        canvas.text(middle, canvas.height + 6 + size * 0.65, label, fill="muted", align="center", size=size)


def _touching(ticks: Sequence[tuple[float, str]], size: float) -> bool:
    return any(
        right - left < (text_width(word, size) + text_width(other, size)) / 2 + size * 0.6
        for (right, word), (left, other) in pairwise(ticks)
    )


def draw_value_axis(canvas: Canvas, ticks: Sequence[tuple[float, str]], size: float) -> None:
    """Draw the horizontal grid and its figures."""
    for y, label in ticks:
        canvas.rule(0, y, canvas.width, y)
        canvas.text(-6, y, label, fill="muted", align="right", size=size)
