"""Drawings are clean, safe and the same bytes however they are made."""

import os
import re
import xml.etree.ElementTree as ET

import pytest
from chart_samples import samples

from generator import draw
from generator.charts import DARK, Chart, vega_lite
from generator.draw import draw_svg, inline_svg, png, standalone_svg

NAMES = sorted(samples())
EVIL = "<script>alert(1)</script> \"quoted\" & \u202eright\u202c ]]> var(--pe-ink) url(#a) role=\"x\""
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_clean_svg_of_the_planned_size(name, language):
    """It has a view box and no style, script, font, role or class."""
    spec = vega_lite(samples(language)[name])

    svg = draw_svg(spec)

    root = ET.fromstring(svg)
    pad = spec["padding"]
    assert root.get("viewBox") == (f"0 0 {spec['width'] + pad['left'] + pad['right']} "
                                   f"{spec['height'] + pad['top'] + pad['bottom']}")  # fmt: skip
    attributes = {key for element in root.iter() for key in element.attrib}
    assert not attributes & {"style", "class", "role", "font-family"}
    assert not any(key.startswith(("aria-", "on")) for key in attributes)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "g", "path", "text", "line", "rect"}
    assert not re.search(r"NaN|undefined|Infinity", svg)


@pytest.mark.parametrize("name", NAMES)
def test_every_word_of_the_chart_is_in_the_drawing(name):
    """Text stays text."""
    spec = vega_lite(samples("zh")[name])

    drawn = [element.text for element in ET.fromstring(draw_svg(spec)).iter(SVG + "text")]

    assert drawn == [text["text"] for text in spec["datasets"]["texts"] if text["text"]]


def test_hostile_words_stay_words():
    """Markup in a name is shown, not obeyed: in the drawing, on the page, in a file."""
    chart = Chart("status", ({"group": EVIL, "status": "x", "order": 1, "count": 1},))
    spec = vega_lite(chart)
    spec["datasets"]["texts"][0]["text"] = EVIL
    svg = draw_svg(spec)

    inline = inline_svg(svg, EVIL, EVIL, 'a" onload="x')
    alone = standalone_svg(svg, EVIL, EVIL, EVIL)

    for text in (svg, inline, alone):
        root = ET.fromstring(text)
        assert not list(root.iter(SVG + "script"))
        words = "".join(element.text or "" for element in root.iter(SVG + "text"))
        assert EVIL.replace("\u202e", "").replace("\u202c", "") in words  # a label must not be turned round
    assert ET.fromstring(inline)[0].text == EVIL


def test_the_page_gets_one_image_with_name_and_description():
    """Screen readers meet the title and the description, not the parts."""
    root = ET.fromstring(inline_svg(draw_svg(vega_lite(samples()["bars"])), "Title", "What it shows", "c1"))

    assert (root.get("role"), root.get("focusable"), root.get("class")) == ("img", "false", "pe-chart__svg")
    assert root.get("aria-labelledby") == "c1-title c1-desc"
    assert [(child.get("id"), child.text) for child in list(root)[:2]] == [("c1-title", "Title"),
                                                                          ("c1-desc", "What it shows")]  # fmt: skip
    assert root[2].get("aria-hidden") == "true"
    assert float(root.get("width")) == 400


@pytest.mark.parametrize("colours", [draw.LIGHT, DARK])
def test_a_file_stands_alone(colours):
    """Every colour is written in, and the words stand around the drawing."""
    svg = draw_svg(vega_lite(samples()["tiles"]))

    title = "Such a long title that it needs more than one line of text"
    text = standalone_svg(svg, title, "Per cent", "Source", colours)

    assert "var(" not in text
    lines = [element.text for element in ET.fromstring(text).iter(SVG + "text")]
    assert lines[:3] == ["Such a long title that it needs more than one line", "of text", "Per cent"]
    assert "Source" in lines


def test_ids_come_from_the_content(monkeypatch):
    """Gradients and clips are counted by the process; here they are named after the drawing."""
    raw = ('<svg class="marks" width="9" height="9" viewBox="0 0 9 9"><defs><linearGradient id="gradient_{0}"/></defs>'
           '<path fill="url(#gradient_{0})"/></svg>')  # fmt: skip
    results = []
    for count in (0, 7):
        monkeypatch.setattr(draw.vl_convert, "vegalite_to_svg", lambda *a, n=count, **k: raw.format(n))
        results.append(draw_svg({}))

    assert "gradient" not in results[0].replace("linearGradient", "")
    assert re.search(r'id="(pe-[0-9a-f]+-0)"', results[0])[1] in results[0].split("url(#")[1]
    assert results[0] == results[1]


def test_the_fonts_of_the_machine_are_hidden_only_while_drawing():
    """Other programs of this process still find theirs; and a picture makes no difference to a drawing after it."""
    before = os.environ.get("FONTCONFIG_FILE")
    spec = vega_lite(samples("zh")["bars"])
    svg = draw_svg(spec)

    picture = png(standalone_svg(svg, "标题", "副标题", "来源"))

    assert picture.startswith(b"\x89PNG")
    assert draw_svg(spec) == svg
    assert os.environ.get("FONTCONFIG_FILE") == before
