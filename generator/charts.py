"""Charts as Vega-Lite: from rows and a few words to a complete specification.

`vega_lite(Chart(kind, rows, options))` is all that others call. Each kind of `CHARTS` has two
halves: a *layout* (`generator.chart_*`: where things stand, what is written, in which look) and a
*skeleton* (`generator.chart_marks`, Altair: which marks show which fields; copied for each chart).

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
from typing import Any, Final

from generator.chart_areas import bars, choropleth, class_breaks, heat, intervals, tiles
from generator.chart_canvas import Canvas, Chart, value_domain
from generator.chart_marks import skeleton
from generator.chart_tasks import matrix, status
from generator.chart_time import breakdown, trend
from generator.palette import DARK, LIGHT

__all__ = ["CHARTS", "DARK", "LIGHT", "Chart", "class_breaks", "value_domain", "vega_lite"]


def vega_lite(chart: Chart) -> dict[str, Any]:
    """The complete Vega-Lite specification of a chart, its data inside, nothing to be fetched.

    Raises KeyError for an unknown kind.
    """
    canvas = CHARTS[chart.kind](chart)
    spec: dict[str, Any] = json.loads(skeleton(chart.kind))
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
        "padding": {
            "left": left,
            "top": top,
            "right": round(canvas.left + canvas.width + canvas.right) - left - round(canvas.width),
            "bottom": round(canvas.bottom),
        },
        "width": round(canvas.width),
        "height": round(canvas.height),
        "datasets": canvas.data,
    }
    return spec


CHARTS: Final[dict[str, Callable[[Chart], Canvas]]] = {
    "trend": trend,
    "bars": bars,
    "intervals": intervals,
    "tiles": tiles,
    "choropleth": choropleth,
    "heat": heat,
    "breakdown": breakdown,
    "matrix": matrix,
    "status": status,
}
"""Every kind of chart, and how it is laid out."""
