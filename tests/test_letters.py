"""The letters that come with the program."""

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0

from generator import letters
from generator.letters import kerning, letter


@pytest.mark.parametrize("bold", [False, True])
def test_what_europe_writes_is_there(bold):
    """Letters, digits, punctuation and the signs of our charts have an outline and an advance."""
    for sign in "AZazßÆŁçëő0189%&–—“”…‰√♦▲▼○=×":
        outline = letter(sign, bold=bold)
        assert outline is not None
        assert outline.units == 2048
        assert 300 < outline.advance < 2200
        assert outline.path.startswith("M")
        assert outline.path.endswith("Z")
    assert letter(" ", bold=bold).path == ""
    assert letter("中", bold=bold) is None


def test_letters_that_would_leave_a_gap_stand_closer():
    """A and V, not A and B."""
    assert kerning("A", "V", bold=False) < 0
    assert kerning("A", "B", bold=False) == 0


def test_the_licence_lies_beside():
    """Whoever passes them on must pass it on, too."""
    text = letters._KEPT.with_name("letters-licence.txt").read_text(encoding="utf-8")

    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Red Hat" in text


def test_the_file_can_be_written_anew(tmp_path):
    """From any two fonts: letters that they have, and pairs of letters with a distance of their own."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 9), (9, 9), (9, 0)):
        pen.lineTo(corner)
    pen.closePath()
    box, empty = pen.glyph(), TTGlyphPen(None).glyph()
    font = FontBuilder(100, isTTF=True)
    font.setupGlyphOrder([".notdef", "A", "V", "other"])
    font.setupCharacterMap({ord("A"): "A", ord("V"): "V", ord("中"): "other"})
    font.setupGlyf({".notdef": empty, "A": box, "V": box, "other": box})
    font.setupHorizontalMetrics({".notdef": (0, 0), "A": (60, 0), "V": (70, 0), "other": (80, 0)})
    font.setupHorizontalHeader()
    font.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    font.setupPost()
    font.save(tmp_path / "bold.ttf")
    table = KernTable_format_0()
    table.coverage, table.tupleIndex, table.kernTable = 1, None, {("A", "V"): -7, ("A", "other"): -9}
    font.font["kern"] = newTable("kern")
    font.font["kern"].version, font.font["kern"].kernTables = 0, [table]
    font.save(tmp_path / "regular.ttf")

    text = letters.kept_text(tmp_path / "regular.ttf", tmp_path / "bold.ttf")

    expected = '"A":[60,"M0 0V9H9V0Z"],\n"V":[70,"M0 0V9H9V0Z"]'
    bold, regular = f'"bold":{{{expected}}}', f'"regular":{{{expected}}}'
    assert text == f'{{{bold},"kern":{{"AV":-7}},"kern_bold":{{}},{regular},"units":100}}\n'
