"""Every kind of chart becomes valid Vega-Lite, keeps words as data, and stays inside its drawing."""

import itertools
import json
import re

import altair as alt
import pytest
from chart_samples import samples

from generator.chart_tasks import status
from generator.chart_time import trend
from generator.charts import CHARTS, DARK, LIGHT, Chart, class_breaks, value_domain, vega_lite
from generator.lettering import shorten, text_width, wrap

NAMES = sorted(samples())
EVIL = "<script>alert(1)</script> \"quoted\" 'datum.x' \u202eright\u202c & ]]>"


def _expressions(part):
    """Every expression of a specification, wherever it stands."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in ("expr", "labelExpr", "calculate", "signal") or (key == "filter" and isinstance(value, str)):
                yield value
            if key != "datasets":
                yield from _expressions(value)
    elif isinstance(part, list):
        for value in part:
            yield from _expressions(value)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_a_chart_is_valid_vega_lite_with_its_data_inside(name, language):
    """The schema accepts it, JSON holds it, and nothing is to be fetched."""
    spec = vega_lite(samples(language)[name])

    alt.LayerChart.from_dict(spec)

    assert json.loads(json.dumps(spec)) == spec
    assert "url" not in json.dumps(spec["layer"])


def test_every_kind_has_a_sample():
    """A new kind is drawn in these tests as well."""
    assert {chart.kind for chart in samples().values()} == set(CHARTS)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_chart_is_still_a_chart(name):
    """No rows make an empty drawing, not an error."""
    chart = samples()[name]

    alt.LayerChart.from_dict(vega_lite(Chart(chart.kind, (), chart.options)))


@pytest.mark.parametrize("name", NAMES)
def test_words_never_reach_an_expression(name):
    """Expressions are few and fixed; what comes from the data is only data."""
    chart = samples()[name]
    rows = tuple({k: EVIL if isinstance(v, str) and k not in ("role", "quality") else v for k, v in row.items()}
                 for row in chart.rows)  # fmt: skip

    spec = vega_lite(Chart(chart.kind, rows, chart.options | {"words": {"observed": EVIL, "target": EVIL}}))

    allowed = {f"datum.{name}" for name in ("dash", "width", "align", "size", "weight", "angle")}
    assert set(_expressions(spec)) <= allowed | {"datum.width || 1.2"}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_texts_stay_inside_and_apart(name, language):
    """No level text reaches over the edge of the drawing or over another text."""
    spec = vega_lite(samples(language)[name])
    pad = spec["padding"]
    boxes = []
    for text in spec["datasets"]["texts"]:
        if text["angle"] or not text["text"]:
            continue
        wide = text_width(text["text"], text["size"]) * 0.9
        start = text["x"] - {"left": 0, "center": wide / 2, "right": wide}[text["align"]]
        boxes.append((start, text["y"] - 5, start + wide, text["y"] + 5, text["text"]))
    for left, top, right, bottom, text in boxes:
        assert left >= -pad["left"] - 1, text
        assert right <= spec["width"] + pad["right"] + 1, text
        assert top >= -pad["top"] - 1, text
        assert bottom <= spec["height"] + pad["bottom"] + 1, text
    for one, other in itertools.combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one[4], other[4])


@pytest.mark.parametrize("name", NAMES)
def test_colours_are_variables_that_both_palettes_know(name):
    """No drawing has a colour of its own."""
    text = json.dumps(vega_lite(samples()[name]))

    assert not re.search(r"#[0-9a-fA-F]{3,6}\b", text)
    assert set(re.findall(r"var\(--pe-([a-z0-9-]+)\)", text)) <= set(LIGHT)


def _contrast(one, other):
    def light(colour):
        parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_palettes_keep_their_contrast(palette):
    """Text and meaningful marks have 4.5:1 (WCAG 1.4.3, 1.4.11), also text on the classes of a map."""
    assert set(LIGHT) == set(DARK)
    for name, colour in palette.items():
        if name not in ("paper", "grid") and not name.startswith("seq-"):
            assert _contrast(colour, palette["paper"]) >= 4.5, name
    for n in range(1, 6):
        assert _contrast(palette[f"seq-{n}"], palette[f"seq-ink-{n}"]) >= 4.5


def test_a_missing_value_and_a_break_interrupt_the_line():
    """Four stretches would be five points in one line; here 2015 stands alone and 2017 starts anew."""
    lines = trend(samples()["trend"]).data["lines"]

    observed = [(end["time"], end["dash"]) for end in lines if end["path"] != "target"]

    assert observed == [(2017.0, "solid"), (2018.0, "solid"), (2018.0, "solid"), (2019.0, "solid"),
                        (2019.0, "dashed"), (2020.0, "dashed")]  # fmt: skip


def test_symbols_tell_observed_provisional_illustrative_and_target_apart():
    """Shape and filling differ, not only colour."""
    symbols = {(s["time"], s["stroke"]): (s["shape"], s["fill"] != s["stroke"]) for s in
               trend(samples()["trend"]).data["symbols"]}  # fmt: skip

    assert symbols[2018.0, "var(--pe-observed)"] == ("circle", False)
    assert symbols[2019.0, "var(--pe-observed)"] == ("circle", True)
    assert symbols[2020.0, "var(--pe-observed)"] == ("diamond", True)
    assert symbols[2020.0, "var(--pe-target)"] == ("triangle-up", True)


def test_a_single_target_is_a_level_across_the_plot():
    """Without baseline or stages there is no way to draw to it."""
    rows = ({"time": 2018.0, "value": 1.0, "role": "observed"}, {"time": 2020.0, "value": 2.0, "role": "target"})

    rules = trend(Chart("trend", rows)).data["rules"]

    assert [rule["y"] for rule in rules if rule["stroke"] == "var(--pe-target)"] == [0.0]


def test_equal_charts_are_equal_and_leave_the_skeleton_alone():
    """Drawing one chart does not change the next."""
    first = json.dumps(vega_lite(samples()["bars"]))
    vega_lite(samples("zh")["bars"])

    assert json.dumps(vega_lite(samples()["bars"])) == first


def test_an_unknown_kind_is_refused():
    with pytest.raises(KeyError):
        vega_lite(Chart("pie", ()))


@pytest.mark.parametrize(
    ("values", "zero", "expected"),
    [([], False, [0, 1]), ([5, 5], False, [4.5, 5.5]), ([0.92, 2.1], False, [0.5, 2.5]), ([3, 97], True, [0, 100]),
     ([-4, 6], False, [-5, 7.5]), ([0, 0], False, [0, 1])],
)  # fmt: skip
def test_a_value_axis_runs_between_round_numbers(values, zero, expected):
    """It holds all values, starts at zero where asked, and is never empty."""
    assert value_domain(values, zero=zero) == expected


def test_classes_hold_about_the_same_number_of_areas():
    """Few values make few classes; equal values share one."""
    assert class_breaks(range(10)) == [2, 4, 6, 8]
    assert class_breaks([7, 7, 7]) == []
    assert class_breaks([]) == []


def test_axis_numbers_follow_the_language():
    """Decimal and thousands signs come from the locale."""
    rows = ({"time": 2018.0, "value": 0.0}, {"time": 2020.0, "value": 10000.0})
    locale = {"decimal": ",", "thousands": " ", "grouping": [3]}

    texts = [text["text"] for text in trend(Chart("trend", rows, {"locale": locale})).data["texts"]]

    assert texts[:5] == ["0", "2 500", "5 000", "7 500", "10 000"]


def test_lettering_shortens_and_wraps_both_scripts():
    """Chinese breaks anywhere but before a closing mark; Latin breaks between words."""
    assert shorten("Shijiazhuang", 40) == "Shiji…"
    assert shorten("石家庄市", 48) == "石家庄市"
    assert wrap("全省研发投入，稳步上升。", 72) == ["全省研发投", "入，稳步上", "升。"]
    assert wrap("a few plain words", 70) == ["a few plain", "words"]
    assert "".join(wrap("x" * 50, 100)) == "x" * 50
    assert wrap("", 100) == []


@pytest.mark.parametrize("kind", ["bars", "intervals", "matrix", "status", "heat"])
def test_no_name_of_a_row_is_cut(kind):
    """A long one stands in several lines that do not touch, and every row is as high as the longest needs."""
    long = "2. Accelerate industrial technology innovation and generate new drivers for supply-side reform"
    names = (long, "Other", long)
    rows = {
        "bars": [{"name": name, "value": 1, "text": "1"} for name in names],
        "intervals": [{"name": name, "value": 1, "low": 1, "high": 2, "middle": 1, "text": "1 to 2"} for name in names],
        "matrix": [{"row": f"{n}. {name}", "column": "Office", "role": "lead"} for n, name in enumerate(names)],
        "status": [{"group": f"{n}. {name}", "status": "on", "order": 0, "count": 1} for n, name in enumerate(names)],
        "heat": [{"row": f"{n}. {name}", "column": "2020", "value": 1, "text": "1"} for n, name in enumerate(names)],
    }[kind]
    texts = [one for one in CHARTS[kind](Chart(kind, tuple(rows), {})).data["texts"] if one["align"] == "right"]
    places = [one["y"] for one in texts]

    assert not [one["text"] for one in texts if "…" in one["text"]]
    assert " ".join(one["text"] for one in texts).count("supply-side reform") == 2
    assert all(later - earlier >= 10 for earlier, later in itertools.pairwise(places))


def test_a_label_keeps_away_from_the_figures_of_the_axis():
    """The first value beside the figure 2 would be read as one number with it."""
    rows = tuple(
        {"time": 2017 + n, "label": str(2017 + n), "value": value, "role": "observed", "text": text}
        for n, (value, text) in enumerate([(1.66, "1.66"), (1.9, ""), (2.26, "2.26")])
    )
    drawn = trend(Chart("trend", rows, {"compact": True, "domain": [0, 2.8]}))
    label = next(one for one in drawn.data["texts"] if one["text"] == "1.66")
    figure = next(one for one in drawn.data["texts"] if one["text"] == "2")

    assert abs(label["y"] - figure["y"]) > 11 or label["x"] - text_width("1.66", 11) / 2 > 5


def test_a_long_name_of_a_status_bar_takes_two_lines():
    """Nothing of it is cut; a short one keeps its line and its size."""
    long = "5. Promote regional innovation and development"
    rows = tuple({"group": name, "status": "▲ On track", "order": 0, "count": 2} for name in (long, "Other tasks"))
    names = [text for text in status(Chart("status", rows, {})).data["texts"] if text["align"] == "right"]

    assert " ".join(text["text"] for text in names[:-1]) == long and len(names) == 3
    assert names[0]["y"] + 10 <= names[1]["y"] and names[-1] == names[-1] | {"text": "Other tasks", "size": 12}
