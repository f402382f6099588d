"""Charts as Altair: which marks show which fields, for each kind of chart; without data, sizes or limits.

To build and check such a skeleton costs more than all the rest of a chart, and to import Altair half a second. So
what Altair makes of them is kept in `skeletons.json` (`python -m generator.chart_marks` writes it anew; a test
compares), and Altair is only loaded when the installed version is another than the file's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from generator.chart_canvas import SOLID
from generator.chart_time import PART_DASHES

if TYPE_CHECKING:
    import altair as alt
else:

    class _Later:
        """Altair, loaded when it is first asked for something."""

        def __getattr__(self, name: str) -> Any:
            import altair  # noqa: PLC0415 -- half a second

            return getattr(altair, name)

    alt = _Later()

FONT: Final = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
_KEPT: Final = Path(__file__).with_name("skeletons.json")

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
    return {
        "fill": _as_is(alt.Fill, "fill"),
        "stroke": _as_is(alt.Stroke, "stroke"),
        "tooltip": alt.Tooltip("tip", type="nominal"),
    }


def _symbols(name: str, x: Part, y: Part) -> Part:
    mark = _layer(name).mark_point(opacity=1, strokeWidth=1.6, strokeDash=_field("dash"))
    return mark.encode(
        x=x,
        y=y,
        shape=_as_is(alt.Shape, "shape"),
        size=alt.Size("size", type="quantitative", scale=None, legend=None),
        **_looks(),
    )


def _paths(name: str, x: Part, y: Part) -> Part:
    names = ["solid", "dashed", *(f"d{n}" for n in range(6))]
    dashes = [SOLID, [4, 3], *PART_DASHES]
    return (
        _layer(name)
        .mark_line(strokeWidth=2, strokeJoin="round")
        .encode(
            x=x,
            y=y,
            detail=alt.Detail("path", type="nominal"),
            stroke=_as_is(alt.Stroke, "stroke"),
            strokeDash=alt.StrokeDash("dash", type="nominal", scale=alt.Scale(domain=names, range=dashes), legend=None),
        )
    )


def _rules(name: str) -> Part:
    return (
        _layer(name)
        .mark_rule(strokeDash=_field("dash"), strokeWidth=_field("width"))
        .encode(
            x=_pixels(alt.X, "x"),
            y=_pixels(alt.Y, "y"),
            x2=alt.X2("x2"),
            y2=alt.Y2("y2"),
            stroke=_as_is(alt.Stroke, "stroke"),
        )
    )


def _texts() -> Part:
    mark = _layer("texts").mark_text(
        baseline="middle",
        align=_field("align"),
        fontSize=_field("size"),
        fontWeight=_field("weight"),
        angle=_field("angle"),
        limit=0,
        aria=False,
    )
    return mark.encode(
        x=_pixels(alt.X, "x"),
        y=_pixels(alt.Y, "y"),
        text=alt.Text("text", type="nominal"),
        fill=_as_is(alt.Fill, "fill"),
    )


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
    mark = _layer("cells").mark_rect(
        strokeDash=_field("dash"), cornerRadius=2, strokeWidth=alt.ExprRef("datum.width || 1.2")
    )
    return [mark.encode(x=_band(alt.X, "column", 0.06), y=_band(alt.Y, "row", 0.06), **_looks())]


def _choropleth_marks() -> list[Part]:
    mark = _layer("shapes").mark_geoshape(strokeWidth=1, clip=False)
    return [mark.project(type="identity", scale=1, translate=[0, 0]).encode(**_looks())]


def _breakdown_marks() -> list[Part]:
    x, y = _band(alt.X, "column", 0.28), _measure(alt.Y, "value")
    columns = (
        _layer("columns")
        .mark_bar(strokeWidth=1, strokeDash=_field("dash"))
        .encode(x=x, y=_measure(alt.Y, "start"), y2=alt.Y2("end"), **_looks())
    )
    return [columns, _paths("lines", x, y), _symbols("symbols", x, y)]


def _matrix_marks() -> list[Part]:
    return [_symbols("symbols", _band(alt.X, "column"), _band(alt.Y, "row"))]


def _status_marks() -> list[Part]:
    mark = _layer("segments").mark_bar(strokeWidth=1.5)
    return [mark.encode(x=_measure(alt.X, "start"), x2=alt.X2("end"), y=_band(alt.Y, "row", 0.25), **_looks())]


_MARKS: Final[dict[str, Callable[[], list[Any]]]] = {
    "trend": _trend_marks,
    "bars": _bars_marks,
    "intervals": _intervals_marks,
    "tiles": _cells_marks,
    "choropleth": _choropleth_marks,
    "heat": _cells_marks,
    "breakdown": _breakdown_marks,
    "matrix": _matrix_marks,
    "status": _status_marks,
}
"""Between the rules behind them and the points, ticks and texts before them."""


def by_altair(kind: str) -> dict[str, Any]:
    """The skeleton of a kind of chart, made by Altair. Raises KeyError for an unknown kind."""
    points = _symbols("points", _pixels(alt.X, "x"), _pixels(alt.Y, "y"))
    whole = alt.layer(_rules("rules"), *_MARKS[kind](), points, _rules("ticks"), _texts())
    spec: dict[str, Any] = whole.to_dict(validate=False)  # tests validate every kind
    spec["config"] = {"aria": False, "font": FONT, "view": {"stroke": None}}
    return spec


@cache
def skeleton(kind: str) -> str:
    """The same as JSON, from which each chart gets a copy of its own. Raises KeyError for an unknown kind."""
    kept = _kept()
    return json.dumps(kept[kind] if kept is not None else by_altair(kind), sort_keys=True)


@cache
def _kept() -> dict[str, Any] | None:
    """What the installed version of Altair once made; None if that is not known."""
    kept = json.loads(_KEPT.read_text(encoding="utf-8"))
    skeletons: dict[str, Any] = kept["skeletons"]
    return skeletons if kept["altair"] == version("altair") else None


def kept_text() -> str:
    """What `skeletons.json` holds."""
    made = {"altair": version("altair"), "skeletons": {kind: by_altair(kind) for kind in _MARKS}}
    return json.dumps(made, sort_keys=True, indent=1) + "\n"


if __name__ == "__main__":
    _KEPT.write_text(kept_text(), encoding="utf-8")
