"""Chinese text becomes shapes in pictures, letter by letter, from whatever font the machine has."""

import re
import xml.etree.ElementTree as ET

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from generator import draw, outlines
from generator.outlines import Outline, Outlines

SVG = "{http://www.w3.org/2000/svg}"


def _box(size):
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((size, 0), (size, size), (0, size)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def _font(path, size):
    """A font that knows 中, 文 and the space; its letters are boxes."""
    font = FontBuilder(500, isTTF=True)
    font.setupGlyphOrder([".notdef", "one", "two", "space"])
    font.setupCharacterMap({ord("中"): "one", ord("文"): "two", ord(" "): "space"})
    empty = TTGlyphPen(None).glyph()
    font.setupGlyf({".notdef": empty, "one": _box(size), "two": _box(size), "space": empty})
    font.setupHorizontalMetrics({".notdef": (0, 0), "one": (500, 0), "two": (400, 0), "space": (250, 0)})
    font.setupHorizontalHeader()
    font.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(path)


@pytest.fixture
def boxes(tmp_path, monkeypatch):
    _font(tmp_path / "Boxes-Regular.ttf", 100)
    _font(tmp_path / "Boxes-Bold.ttf", 200)
    monkeypatch.setattr(outlines, "_found", lambda: (tmp_path / "Boxes-Regular.ttf", "Boxes"))
    outlines._face.cache_clear()
    yield tmp_path
    outlines._face.cache_clear()


def _drawn(text):
    return ET.fromstring(Outlines().drawn(f'<svg xmlns="http://www.w3.org/2000/svg">{text}</svg>'))


def test_a_letter_has_its_outline_in_both_weights(boxes):
    """The bold one comes from the font beside."""
    letters = Outlines()

    assert letters.outline("中") == Outline(500, 500.0, "M0 0H100V100H0Z")
    assert letters.outline("中", bold=True) == Outline(500, 500.0, "M0 0H200V200H0Z")
    assert letters.outline("x") is None


def test_text_with_chinese_becomes_shapes_and_other_text_stays(boxes):
    """Colour and place are kept; spaces are only room."""
    root = _drawn('<text x="5" y="9" font-size="10" fill="red">中 文</text><text fill="red">Latin</text>')

    group, text = root
    assert (group.get("fill"), group.get("transform")) == ("red", "translate(5.000,9)")
    assert [path.get("transform") for path in group] == ["matrix(0.02 0 0 -0.02 0.000 0)",
                                                         "matrix(0.02 0 0 -0.02 15.000 0)"]  # fmt: skip
    assert (text.tag, text.text) == (SVG + "text", "Latin")


@pytest.mark.parametrize(("anchor", "start"), [("start", 0), ("middle", -9), ("end", -18)])
def test_an_anchored_text_ends_where_it_should(boxes, anchor, start):
    """Widths come from the font: 中 is one em, 文 four fifths; the drawing's own place comes first."""
    root = _drawn(f'<text text-anchor="{anchor}" transform="rotate(90)" font-size="10px">中文</text>')

    assert root[0].get("transform") == f"rotate(90)translate({start:.3f},0)"


def test_a_letter_that_the_font_lacks_stays_a_letter(boxes):
    """Signs of markup, too; it takes the room that it is estimated to need."""
    root = _drawn('<text font-size="10">&lt;中</text>')

    assert root[0][0].text == "<"
    x = float(re.search(r" (\S+) 0\)$", root[0][1].get("transform"))[1])
    assert x > 0


def test_kept_outlines_need_no_font(boxes, monkeypatch):
    """What was read once is not read again; a damaged keep is as good as none."""
    first = Outlines()
    first.outline("中")
    kept = first.text()
    monkeypatch.setattr(outlines, "_read", None)

    again = Outlines(kept)

    assert again.outline("中").path == "M0 0H100V100H0Z"
    assert (first.news(), first.news(), again.news()) == (kept, "", "")
    again.learn('{"文": [500, 400, ""]}')
    assert again.news() == '{"文": [500, 400.0, ""]}'.replace("400.0", "400")
    assert Outlines("{").text() == Outlines('{"中": 1}').text() == Outlines("[]").text() == "{}"


def test_a_font_that_cannot_be_read_leaves_the_text(boxes):
    """The picture is made all the same."""
    (boxes / "Boxes-Regular.ttf").write_bytes(b"no font")
    (boxes / "Boxes-Bold.ttf").unlink()

    assert Outlines().outline("中") is None
    assert [one.text for one in _drawn('<text font-weight="bold">中</text>')[0]] == ["中"]


def test_the_letters_of_the_engine_need_no_font():
    """They come out of a document of its own: what Europe writes, in both weights; and they can be kept."""
    letters = Outlines()
    assert letters.own("A") is None

    letters.take(draw._letters())

    for sign in "AZazßÆŁçëő0189%&–—“”…‰√♦▲▼○=× ":
        for bold in (False, True):
            outline = letters.own(sign, bold=bold)
            assert outline.units == 2048
            assert 300 < outline.advance < 2200
            assert (outline.path == "") == (sign == " ")
    assert letters.own("中") is None
    assert letters.own("A") != letters.own("A", bold=True)
    assert Outlines(letters.text()).own("A") == letters.own("A")
    assert letters.outline("A") is None or letters.outline("A") != letters.own("A")
