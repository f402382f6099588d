"""Our charts are drawn without the engine, and nobody can tell: every byte is what the engine would have written."""

import copy

import pytest
from chart_samples import samples
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.chart_svg import _plain, chart_svg
from generator.charts import Chart, vega_lite
from generator.draw import draw_svg, engine_svg

NAMES = sorted(samples())


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_chart_has_the_bytes_of_the_engine(name, language):
    """Kinds and their variants, as on the pages."""
    spec = vega_lite(samples(language)[name])

    assert chart_svg(spec) == engine_svg(spec)


NUMBERS = st.one_of(
    st.floats(-1e7, 1e7), st.floats(-1, 1), st.integers(-50, 50), st.just(0.1 + 0.2), st.floats(-1e-7, 1e-7)
)
WORDS = st.text(st.sampled_from("Ab <&>\"'\u202e\u00a0\u3000年万%—é\t"), max_size=12)


def _chart(kind, values, words):
    if kind == "trend":
        rows = [{"time": 2000.0 + n / 4, "label": words, "value": value, "role": "observed", "quality": "normal",
                 "text": words} for n, value in enumerate(values)]  # fmt: skip
        return Chart("trend", tuple(rows), {"ticks": [{"time": 2000.0, "label": words}]})
    if kind == "bars":
        return Chart("bars", tuple({"name": f"{words}{n}", "value": value, "text": words, "quality": "estimated"}
                                   for n, value in enumerate(values)))  # fmt: skip
    return Chart("heat", tuple({"row": f"{n % 3}", "column": words, "value": value, "text": words, "quality": "normal"}
                               for n, value in enumerate(values)))  # fmt: skip


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.sampled_from(["trend", "bars", "heat"]), st.lists(NUMBERS, min_size=1, max_size=6), WORDS)
def test_any_numbers_and_words_have_the_bytes_of_the_engine(kind, values, words):
    """Negative, tiny and huge numbers, markup, odd signs: drawn the same, whoever draws."""
    spec = vega_lite(_chart(kind, values, words))

    assert draw_svg(spec) == engine_svg(spec)


def _changed(spec, path, value):
    spec = copy.deepcopy(spec)
    place = spec
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return spec


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("title",), "Title"),
        (("autosize",), {"type": "fit"}),
        (("config", "mark"), {"opacity": 0.5}),
        (("layer", 0, "transform"), [{"filter": "datum.x > 9"}]),
        (("layer", 0, "mark", "opacity"), 0.5),
        (("layer", 1, "mark", "strokeWidth"), 3),
        (("layer", 1, "encoding", "opacity"), {"value": 0.5}),
        (("layer", 1, "encoding", "x", "axis"), {}),
        (("layer", 1, "encoding", "y", "scale", "type"), "log"),
        (("layer", 1, "encoding", "y", "scale", "reverse"), True),
        (("datasets", "symbols", 0, "value"), None),
        (("datasets", "symbols", 0, "shape"), "cross"),
        (("datasets", "texts", 0, "text"), " padded"),
        (("datasets", "texts", 0, "text"), ""),
        (("datasets", "texts", 0, "fill"), 'red" onload="x'),
        (("datasets", "rules", 0, "x"), True),
    ],
    ids=str,
)
def test_what_it_does_not_know_is_left_to_the_engine(path, value):
    """It never guesses."""
    spec = vega_lite(samples()["trend"])
    assert chart_svg(spec) is not None

    assert chart_svg(_changed(spec, path, value)) is None


@pytest.mark.parametrize(
    ("number", "text"),
    [(1.0, "1"), (-0.0, "0"), (0.1 + 0.2, "0.30000000000000004"), (1e-6, "0.000001"), (1.5e-7, "1.5e-7"),
     (123456789012345680000.0, "123456789012345680000"), (1e21, "1e+21"), (2.5e-5, "0.000025")],
)  # fmt: skip
def test_numbers_are_written_as_in_javascript(number, text):
    """Python writes some of them otherwise."""
    assert _plain(number) == text
