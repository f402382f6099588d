"""Charts as Vega-Lite: from rows and a few words to a complete specification.

`vega_lite(Chart(kind, rows, options))` is all that others call. Each kind of `CHARTS` has two
halves: a *layout* (`generator.chart_*`: where things stand, what is written, in which look) and a
*skeleton* (Altair: which marks show which fields; built once a process and copied, because
building and validating it costs more than drawing it).

Everything is laid out here, in pixels, with estimated text widths and `autosize: none`. So no
label is cut or moved by the fonts of the machine that builds, and all charts of a page line up.
Words from the data are only ever data in the specification, never part of an expression.
Colours are CSS variables (`generator.palette`, where LIGHT and DARK live).

Options that every kind understands (all may be left out):
    width: whole width in pixels (400; 220 for a compact trend).
    words: {name: word} for the key; a look whose word is missing gets no entry in the key.
    locale: {decimal, thousands, grouping}: how numbers on axes are written.
    key: False leaves the key out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import altair as alt

from generator.chart_areas import bars, choropleth, class_breaks, heat, intervals, tiles
from generator.chart_canvas import SOLID, Canvas, Chart, value_domain
from generator.chart_tasks import matrix, status
from generator.chart_time import PART_DASHES, breakdown, trend
from generator.palette import DARK, LIGHT

__all__ = ["CHARTS", "DARK", "LIGHT", "Chart", "class_breaks", "value_domain", "vega_lite"]

FONT: Final = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"

# --- skeletons: which marks show which fields --------------------------------------------------------------------

Part = Any
"""A chart or a channel of Altair: its classes are generated, and a union of them says less than the name."""


def _pixels(channel: Part, name: str) -> Part:
    """A position that is already in pixels."""
    return channel(name, type="quantitative", scale=None, axis=None)


def _band(channel: Part, name: str, gap: float = 0.0) -> Part:
    scale = alt.Scale(type="band", paddingInner=gap, paddingOuter=gap / 2)
    return channel(name, type="ordinal", scale=scale, axis=None, sort=None)


def _measure(channel: Part, name: str) -> Part:
    return channel(name, type="quantitative", scale=alt.Scale(zero=False, nice=False), axis=None, stack=None)


def _as_is(channel: Part, name: str) -> Part:
    """A colour, shape or size that the row names itself."""
    return channel(name, type="nominal", scale=None, legend=None)


def _layer(name: str) -> Part:
    return alt.Chart(alt.NamedData(name))


def _field(name: str) -> Part:
    """A property of a mark that comes from a field; the expression holds the field's name, never its content."""
    return alt.ExprRef(f"datum.{name}")


def _looks() -> dict[str, Any]:
    return {"fill": _as_is(alt.Fill, "fill"), "stroke": _as_is(alt.Stroke, "stroke"),
            "tooltip": alt.Tooltip("tip", type="nominal")}


def _symbols(name: str, x: Part, y: Part) -> Part:
    mark = _layer(name).mark_point(opacity=1, strokeWidth=1.6, strokeDash=_field("dash"))
    return mark.encode(x=x, y=y, shape=_as_is(alt.Shape, "shape"),
                       size=alt.Size("size", type="quantitative", scale=None, legend=None), **_looks())


def _paths(name: str, x: Part, y: Part) -> Part:
    names = ["solid", "dashed", *(f"d{n}" for n in range(6))]
    dashes = [SOLID, [4, 3], *PART_DASHES]
    return _layer(name).mark_line(strokeWidth=2, strokeJoin="round").encode(
        x=x, y=y, detail=alt.Detail("path", type="nominal"), stroke=_as_is(alt.Stroke, "stroke"),
        strokeDash=alt.StrokeDash("dash", type="nominal", scale=alt.Scale(domain=names, range=dashes), legend=None))


def _rules(name: str) -> Part:
    return _layer(name).mark_rule(strokeDash=_field("dash"), strokeWidth=_field("width")).encode(
        x=_pixels(alt.X, "x"), y=_pixels(alt.Y, "y"), x2=alt.X2("x2"), y2=alt.Y2("y2"),
        stroke=_as_is(alt.Stroke, "stroke"))


def _texts() -> Part:
    mark = _layer("texts").mark_text(
        baseline="middle", align=_field("align"), fontSize=_field("size"), fontWeight=_field("weight"),
        angle=_field("angle"), limit=0, aria=False)
    return mark.encode(x=_pixels(alt.X, "x"), y=_pixels(alt.Y, "y"), text=alt.Text("text", type="nominal"),
                       fill=_as_is(alt.Fill, "fill"))


def _trend_marks() -> list[Part]:
    x, y = _measure(alt.X, "time"), _measure(alt.Y, "value")
    return [_paths("lines", x, y), _symbols("symbols", x, y)]


def _bars_marks() -> list[Part]:
    mark = _layer("bars").mark_bar(strokeWidth=1.2, strokeDash=_field("dash"))
    return [mark.encode(x=_measure(alt.X, "value"), y=_band(alt.Y, "row", 0.3), **_looks())]


def _intervals_marks() -> list[Part]:
    mark = _layer("bars").mark_bar(strokeWidth=1.2, strokeDash=_field("dash"), cornerRadius=3)
    return [mark.encode(x=_measure(alt.X, "start"), x2=alt.X2("end"), y=_band(alt.Y, "row", 0.55), **_looks())]


def _cells_marks() -> list[Part]:
    mark = _layer("cells").mark_rect(strokeDash=_field("dash"), cornerRadius=2,
                                     strokeWidth=alt.ExprRef("datum.width || 1.2"))
    return [mark.encode(x=_band(alt.X, "column", 0.06), y=_band(alt.Y, "row", 0.06), **_looks())]


def _choropleth_marks() -> list[Part]:
    mark = _layer("shapes").mark_geoshape(strokeWidth=1, clip=False)
    return [mark.project(type="identity", scale=1, translate=[0, 0]).encode(**_looks())]


def _breakdown_marks() -> list[Part]:
    x, y = _band(alt.X, "column", 0.28), _measure(alt.Y, "value")
    columns = _layer("columns").mark_bar(strokeWidth=1, strokeDash=_field("dash")).encode(
        x=x, y=_measure(alt.Y, "start"), y2=alt.Y2("end"), **_looks())
    return [columns, _paths("lines", x, y), _symbols("symbols", x, y)]


def _matrix_marks() -> list[Part]:
    return [_symbols("symbols", _band(alt.X, "column"), _band(alt.Y, "row"))]


def _status_marks() -> list[Part]:
    mark = _layer("segments").mark_bar(strokeWidth=1.5)
    return [mark.encode(x=_measure(alt.X, "start"), x2=alt.X2("end"), y=_band(alt.Y, "row", 0.25), **_looks())]


@cache
def _skeleton(kind: str) -> str:
    """A kind's marks, between the rules behind them and the texts before them; without data, sizes or limits.

    As JSON, from which each chart gets a copy of its own.
    """
    _, marks = CHARTS[kind]
    points = _symbols("points", _pixels(alt.X, "x"), _pixels(alt.Y, "y"))
    whole = alt.layer(_rules("rules"), *marks(), points, _rules("ticks"), _texts())
    spec: dict[str, Any] = whole.to_dict(validate=False)  # tests validate every kind
    spec["config"] = {"aria": False, "font": FONT, "view": {"stroke": None}}
    return json.dumps(spec)


def vega_lite(chart: Chart) -> dict[str, Any]:
    """The complete Vega-Lite specification of a chart, its data inside, nothing to be fetched.

    Raises KeyError for an unknown kind.
    """
    layout, _ = CHARTS[chart.kind]
    canvas = layout(chart)
    spec: dict[str, Any] = json.loads(_skeleton(chart.kind))
    for layer in spec["layer"]:
        for channel, domain in canvas.domains.items():
            place = layer["encoding"].get(channel)
            if place and place["scale"] is not None:
                place["scale"]["domain"] = domain
    # The drawing must not be moved by measured text: margins are ours, in whole pixels.
    left, top = round(canvas.left), round(canvas.top)
    spec |= {
        "background": "transparent",
        "autosize": {"type": "none"},
        "padding": {"left": left, "top": top, "right": round(canvas.left + canvas.width + canvas.right) - left
                    - round(canvas.width), "bottom": round(canvas.bottom)},
        "width": round(canvas.width),
        "height": round(canvas.height),
        "datasets": canvas.data,
    }
    return spec


Layout = Callable[[Chart], Canvas]
Marks = Callable[[], list[Any]]

CHARTS: Final[dict[str, tuple[Layout, Marks]]] = {
    "trend": (trend, _trend_marks),
    "bars": (bars, _bars_marks),
    "intervals": (intervals, _intervals_marks),
    "tiles": (tiles, _cells_marks),
    "choropleth": (choropleth, _choropleth_marks),
    "heat": (heat, _cells_marks),
    "breakdown": (breakdown, _breakdown_marks),
    "matrix": (matrix, _matrix_marks),
    "status": (status, _status_marks),
}
"""Every kind of chart: how it is laid out, and its marks."""
