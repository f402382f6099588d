"""Charts as SVG without the drawing engine: the same bytes as vl_convert's, in a thirtieth of its time.

The layouts of our charts have already put everything in its place, so little is left for the engine to work out:
two scales a chart, and the paths of a few marks. This module does that little the way Vega does it, down to the last
digit; a test compares each kind of chart byte by byte with what the engine draws. A specification that asks for
anything else is not drawn here (the answer is None), and the engine draws it.

Where the rules come from: vega-encode, vega-scale and vega-scenegraph 6 (BSD 3-clause), d3-shape and d3-path (ISC).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any, Final

Row = Mapping[str, Any]
Place = Callable[[Row], float]
"""Where a row stands, in pixels."""

_LAYER: Final = {"data", "mark", "encoding"}
_LOOKS: Final = {"fill", "stroke", "tooltip"}
_COLOUR: Final = re.compile(r"var\(--[a-z0-9-]+\)")
_ODD: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Signs that the engine or its clean-up would treat in a way of their own."""
_BEND: Final = 0.448084975506
"""How far before a corner's end its curve is held: one minus the constant of a quarter circle in cubic curves."""
_ANCHORS: Final = {"left": "start", "center": "middle", "right": "end"}


class _UnknownError(Exception):
    """The specification asks for something that only the engine can draw."""


def chart_svg(spec: Mapping[str, Any]) -> str | None:
    """The drawing of a specification of `charts.vega_lite`; None where the engine has to draw it."""
    try:
        return _document(spec)
    except (_UnknownError, KeyError, TypeError, ValueError, AttributeError):
        return None


def _document(spec: Mapping[str, Any]) -> str:
    _known(spec, {"$schema", "config", "layer", "background", "autosize", "padding", "width", "height", "datasets"})
    pad = spec["padding"]
    _require(spec["autosize"] == {"type": "none"} and spec["background"] == "transparent")
    _require(set(spec["config"]) == {"aria", "font", "view"} and spec["config"]["aria"] is False)
    size = (_number(spec["width"]), _number(spec["height"]))
    layers = []
    for layer in spec["layer"]:
        _known(layer, _LAYER | ({"projection"} if layer["mark"]["type"] == "geoshape" else set()))
        marks = _MARKS[layer["mark"]["type"]](layer, spec["datasets"][layer["data"]["name"]], size)
        if marks:
            layers.append(f"<g>{''.join(marks)}</g>")
    width, height = (_plain(size[0] + pad["left"] + pad["right"]), _plain(size[1] + pad["top"] + pad["bottom"]))
    around = f'<g transform="translate(0,0)"><g>{"".join(layers)}</g></g>' if layers else ""
    _require(bool(layers))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<g fill="none" stroke-miterlimit="10" transform="translate({_plain(pad["left"])},{_plain(pad["top"])})">'
        f"<g>{around}</g></g></svg>"
    )


# --- what is allowed ---------------------------------------------------------------------------------------------


def _require(condition: bool) -> None:
    if not condition:
        raise _UnknownError


def _known(given: Mapping[str, Any], names: set[str]) -> None:
    _require(set(given) <= names)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _UnknownError
    return value


# --- numbers as JavaScript writes them ---------------------------------------------------------------------------


def _plain(value: float) -> str:
    if value == (whole := int(value)) and abs(whole) < 2**53:
        return str(whole)
    text = repr(float(value))
    if "e" not in text:
        return text.removesuffix(".0")
    digits, _, power = text.partition("e")
    return format(Decimal(text), "f") if -7 < int(power) < 21 else f"{digits}e{int(power):+}"


def _rounded(value: float) -> str:
    """As the paths of lines and symbols have them: three digits."""
    return _plain(math.floor(value * 1000 + 0.5) / 1000)


# --- scales ------------------------------------------------------------------------------------------------------


class _Axis:
    """How rows are placed along one direction of a plot."""

    def __init__(self, channel: Mapping[str, Any], start: float, end: float) -> None:
        _known(channel, {"field", "scale", "axis", "type", "stack", "sort"})
        _require(channel.get("axis", 0) is None)
        self.field: str = channel["field"]
        scale = channel["scale"]
        self.domain: list[Any] = list(scale["domain"]) if scale else []
        self._start, self._end = start, end
        self.kind = "raw" if scale is None else "band" if scale.get("type") == "band" else "linear"
        if self.kind == "band":
            _known(scale, {"type", "domain", "paddingInner", "paddingOuter"})
            _require(channel["type"] == "ordinal" and channel.get("sort", 0) is None)
            inner, outer = _number(scale["paddingInner"]), _number(scale["paddingOuter"])
            low, high = min(start, end), max(start, end)
            count = len(self.domain)
            space = count - inner + outer * 2
            step = (high - low) / (space if space > 0 else 1)
            first = low + (high - low - step * (count - inner)) * 0.5
            self.width = step * (1 - inner)
            self._places = {value: first + step * n for n, value in enumerate(self.domain)}
            _require(len(self._places) == count)
        elif self.kind == "linear":
            _known(scale, {"nice", "zero", "domain"})
            _require(scale["nice"] is False and scale["zero"] is False and channel.get("stack", 0) is None)
            self._low, self._high = _number(self.domain[0]), _number(self.domain[1])
            _require(len(self.domain) == 2 and self._low < self._high)

    def at(self, value: Any) -> float:
        """The place of a value: of a band, its beginning."""
        if self.kind == "raw":
            return _number(value)
        if self.kind == "band":
            return self._places[value]
        share = (_number(value) - self._low) / (self._high - self._low)
        return self._start * (1 - share) + self._end * share

    def middle(self, row: Row) -> float:
        """Where the symbol of a row stands."""
        place = self.at(row[self.field])
        return place + self.width * 0.5 if self.kind == "band" else place


def _axes(layer: Mapping[str, Any], size: tuple[float, float]) -> tuple[_Axis, _Axis]:
    encoding = layer["encoding"]
    across = _Axis(encoding["x"], 0, size[0])
    banded = (encoding["y"]["scale"] or {}).get("type") == "band"
    # Bands are counted from above, values from below.
    down = _Axis(encoding["y"], 0, size[1]) if banded else _Axis(encoding["y"], size[1], 0)
    return across, down


# --- looks -------------------------------------------------------------------------------------------------------


def _as_is(encoding: Mapping[str, Any], *names: str) -> None:
    """These channels give what the rows name themselves."""
    for name in names:
        _require(encoding[name].get("scale", 0) is None and encoding[name]["field"] == name)


def _colour(row: Row, name: str) -> str:
    value = row[name]
    _require(bool(_COLOUR.fullmatch(value)))
    return f' {name}="{value}"'


def _dash(pattern: Sequence[float]) -> str:
    _require(len(pattern) > 0)
    text = ",".join(_plain(_number(one)) for one in pattern)
    return "" if text == "1,0" else f' stroke-dasharray="{text}"'


def _expr(text: str) -> dict[str, str]:
    return {"expr": text}


# --- marks -------------------------------------------------------------------------------------------------------


def _rules(layer: Mapping[str, Any], rows: Sequence[Row], size: tuple[float, float]) -> list[str]:
    encoding = layer["encoding"]
    _require(layer["mark"] == {"type": "rule", "strokeDash": _expr("datum.dash"), "strokeWidth": _expr("datum.width")})
    _require(set(encoding) == {"x", "y", "x2", "y2", "stroke"})
    _require(encoding["x2"] == {"field": "x2"} and encoding["y2"] == {"field": "y2"})
    _as_is(encoding, "x", "y", "stroke")
    return [
        f'<line transform="translate({_plain(_number(row["x"]))},{_plain(_number(row["y"]))})" '
        f'x2="{_plain(_number(row["x2"]) - row["x"])}" y2="{_plain(_number(row["y2"]) - row["y"])}"'
        f'{_colour(row, "stroke")} stroke-width="{_plain(_number(row["width"]))}"{_dash(row["dash"])}/>'
        for row in rows
    ]


def _lines(layer: Mapping[str, Any], rows: Sequence[Row], size: tuple[float, float]) -> list[str]:
    encoding = layer["encoding"]
    _require(layer["mark"] == {"type": "line", "strokeJoin": "round", "strokeWidth": 2})
    _require(set(encoding) == {"x", "y", "detail", "stroke", "strokeDash"})
    _require(encoding["detail"]["field"] == "path" and encoding["strokeDash"]["field"] == "dash")
    _as_is(encoding, "stroke")
    scale = encoding["strokeDash"]["scale"]
    _known(scale, {"domain", "range"})
    dashes = dict(zip(scale["domain"], scale["range"], strict=True))
    across, down = _axes(layer, size)
    paths: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for row in rows:
        key = (_colour(row, "stroke"), row["dash"], row["path"])
        paths.setdefault(key, []).append((across.middle(row), down.middle(row)))
    found = []
    for (stroke, dash, _), points in paths.items():
        points.sort(key=lambda point: point[0])
        path = "L".join(f"{_rounded(x)},{_rounded(y)}" for x, y in points) + ("Z" if len(points) == 1 else "")
        found.append(f'<g transform="translate(0,0)"><g><g><path d="M{path}"{stroke} stroke-width="2" '
                     f'stroke-linejoin="round"{_dash(dashes[dash])}/></g></g></g>')  # fmt: skip
    return found


def _symbols(layer: Mapping[str, Any], rows: Sequence[Row], size: tuple[float, float]) -> list[str]:
    encoding = layer["encoding"]
    _require(layer["mark"] == {"type": "point", "opacity": 1, "strokeDash": _expr("datum.dash"), "strokeWidth": 1.6})
    _require(set(encoding) == {"x", "y", "shape", "size", *_LOOKS})
    _as_is(encoding, "shape", "size", "fill", "stroke")
    across, down = _axes(layer, size)
    found = []
    for row in rows:
        path = _SHAPES[row["shape"]](math.sqrt(_number(row["size"])) / 2)
        found.append(
            f'<path transform="translate({_plain(across.middle(row))},{_plain(down.middle(row))})" d="{path}"'
            f'{_colour(row, "fill")}{_colour(row, "stroke")} stroke-width="1.6"{_dash(row["dash"])}/>'
        )
    return found


def _circle(radius: float) -> str:
    r, left = _rounded(radius), _rounded(-radius)
    return f"M{r},0A{r},{r},0,1,1,{left},0A{r},{r},0,1,1,{r},0"


def _square(radius: float) -> str:
    corner, side, back = _rounded(-radius), _rounded(2 * radius), _rounded(-2 * radius)
    return f"M{corner},{corner}h{side}v{side}h{back}Z"


def _diamond(radius: float) -> str:
    r, left = _rounded(radius), _rounded(-radius)
    return f"M{left},0L0,{left}L{r},0L0,{r}Z"


def _triangle(upwards: int) -> Callable[[float], str]:
    def path(radius: float) -> str:
        height = math.sqrt(3) / 2 * radius * upwards
        top, base = _rounded(-height), _rounded(height)
        return f"M0,{top}L{_rounded(-radius)},{base}L{_rounded(radius)},{base}Z"

    return path


_SHAPES: Final[Mapping[str, Callable[[float], str]]] = {
    "circle": _circle,
    "square": _square,
    "diamond": _diamond,
    "triangle-up": _triangle(1),
    "triangle-down": _triangle(-1),
}
"""Symbols by half the square root of their size."""


def _boxes(layer: Mapping[str, Any], rows: Sequence[Row], size: tuple[float, float]) -> list[str]:
    """Bars and cells."""
    mark, encoding = dict(layer["mark"]), layer["encoding"]
    _known(mark, {"type", "strokeDash", "strokeWidth", "cornerRadius"})
    _require(mark.get("strokeDash", _expr("datum.dash")) == _expr("datum.dash"))
    _known(encoding, {"x", "y", "x2", "y2", *_LOOKS})
    _as_is(encoding, "fill", "stroke")
    across, down = _axes(layer, size)
    radius, width = _number(mark.get("cornerRadius", 0)), mark["strokeWidth"]
    _require(width == _expr("datum.width || 1.2") or _number(width) > 0)
    found = []
    for row in rows:
        left, wide = _extent(across, encoding.get("x2"), row)
        top, high = _extent(down, encoding.get("y2"), row)
        line = (row.get("width") or 1.2) if isinstance(width, dict) else width
        dash = _dash(row["dash"]) if "strokeDash" in mark else ""
        found.append(f'<path d="{_box(left, top, wide, high, radius)}"{_colour(row, "fill")}{_colour(row, "stroke")} '
                     f'stroke-width="{_plain(_number(line))}"{dash}/>')  # fmt: skip
    return found


def _extent(axis: _Axis, other: Mapping[str, Any] | None, row: Row) -> tuple[float, float]:
    """Where a box begins, and how long it is."""
    place = axis.at(row[axis.field])
    if axis.kind == "band":
        _require(other is None)
        return place, max(0.25, axis.width)
    _require(axis.kind == "linear" and (other is not None or axis.at(0) == 0))
    end = axis.at(row[other["field"]] if other else 0)
    return min(place, end), max(place, end) - min(place, end)


def _box(x: float, y: float, wide: float, high: float, radius: float) -> str:
    r = max(0, min(radius, min(wide, high) / 2))
    if r <= 0:
        return f"M{_plain(x)},{_plain(y)}h{_plain(wide)}v{_plain(high)}h{_plain(-wide)}Z"
    x2, y2, held = x + wide, y + high, _BEND * r
    left, top, right, bottom = _plain(x), _plain(y), _plain(x2), _plain(y2)
    return (
        f"M{_plain(x + r)},{top}L{_plain(x2 - r)},{top}"
        f"C{_plain(x2 - held)},{top},{right},{_plain(y + held)},{right},{_plain(y + r)}L{right},{_plain(y2 - r)}"
        f"C{right},{_plain(y2 - held)},{_plain(x2 - held)},{bottom},{_plain(x2 - r)},{bottom}L{_plain(x + r)},{bottom}"
        f"C{_plain(x + held)},{bottom},{left},{_plain(y2 - held)},{left},{_plain(y2 - r)}L{left},{_plain(y + r)}"
        f"C{left},{_plain(y + held)},{_plain(x + held)},{top},{_plain(x + r)},{top}Z"
    )


def _shapes(layer: Mapping[str, Any], rows: Sequence[Row], size: tuple[float, float]) -> list[str]:
    """Outlines of areas, whose corners are in pixels already."""
    _require(layer["mark"] == {"type": "geoshape", "clip": False, "strokeWidth": 1})
    _require(layer["projection"] == {"type": "identity", "scale": 1, "translate": [0, 0]})
    _require(set(layer["encoding"]) == _LOOKS)
    _as_is(layer["encoding"], "fill", "stroke")
    found = []
    for row in rows:
        geometry = row["geometry"]
        _require(geometry["type"] == "MultiPolygon" and row["type"] == "Feature")
        path = ""
        for polygon in geometry["coordinates"]:
            for ring in polygon:
                _require(len(ring) > 3)  # the last point is the first once more, and is left out
                path += f"M{'L'.join(f'{_rounded(_number(x))},{_rounded(_number(y))}' for x, y in ring[:-1])}Z"
        _require(bool(path))
        found.append(f'<path transform="translate(0,0)" d="{path}"{_colour(row, "fill")}{_colour(row, "stroke")} '
                     f'stroke-width="1"/>')  # fmt: skip
    return found


def _texts(layer: Mapping[str, Any], rows: Sequence[Row], size: tuple[float, float]) -> list[str]:
    encoding = layer["encoding"]
    mark = {"type": "text", "align": _expr("datum.align"), "angle": _expr("datum.angle"), "aria": False,
            "baseline": "middle", "fontSize": _expr("datum.size"), "fontWeight": _expr("datum.weight"),
            "limit": 0}  # fmt: skip
    _require(layer["mark"] == mark and set(encoding) == {"x", "y", "text", "fill"})
    _require(encoding["text"] == {"field": "text", "type": "nominal"})
    _as_is(encoding, "x", "y", "fill")
    found = []
    for row in rows:
        text = row["text"]
        _require(bool(text) and text == text.strip() and not _ODD.search(text))
        x, y, font = _number(row["x"]), _number(row["y"]), _number(row["size"])
        drop = math.floor(0.3 * font + 0.5)
        if row["angle"]:
            place = f"translate({_plain(x)},{_plain(y)}) rotate({_plain(_number(row['angle']))}) translate(0,{drop})"
        else:
            place = f"translate({_plain(x)},{_plain(y + drop)})"
        _require(row["weight"] in ("normal", "bold"))
        weight = ' font-weight="bold"' if row["weight"] == "bold" else ""
        found.append(
            f'<text text-anchor="{_ANCHORS[row["align"]]}" transform="{place}" font-size="{_plain(font)}px"{weight}'
            f"{_colour(row, 'fill')}>{escape(text, quote=False)}</text>"
        )
    return found


_MARKS: Final[Mapping[str, Callable[[Mapping[str, Any], Sequence[Row], tuple[float, float]], list[str]]]] = {
    "rule": _rules,
    "line": _lines,
    "point": _symbols,
    "bar": _boxes,
    "rect": _boxes,
    "geoshape": _shapes,
    "text": _texts,
}
