"""The comparison page: a table of all areas without a script, and data from which a script shows a few."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from generator import compare_view
from generator.downloads import compare_data
from generator.rendering import render_pages

HEAD = "indicator,area,period,value,status,basis,source\n"
TARGETS = "indicator,area,period,operator,value,value_to,basis,source\n"


@pytest.fixture
def see(a_view):
    def look(observations="", targets="", **files):
        return a_view(
            {
                "data/observations.csv": HEAD + observations,
                "data/targets.csv": TARGETS + targets,
                **{f"data/{name.replace('_', '.')}": text for name, text in files.items()},
            }
        )

    return look


VALUES = "trees,north,2017,2,,,report\ntrees,north,2020,6,P,,report\ntrees,south,2020,3,,illustrative,\n"
WANTED = "trees,north,2020,,5,,,report\n"


def test_cells_hold_words_and_marks(see):
    """Value, period, marks, target and verdict as they stand on the page; nothing where nothing is known."""
    data = compare_view.data(see(VALUES, WANTED))
    (trees,) = data["indicators"]

    assert [area["id"] for area in data["areas"]] == ["north", "south", "whole"]
    assert trees["cells"][0] == {
        "v": "6 trees", "p": " (2020)", "m": [["status-P", "provisional"]], "t": "at least 5 trees (2020)",
        "s": "band-achieved", "h": "v-north-2020", "g": "v-north-2020-target"}  # fmt: skip
    assert trees["cells"][1] == {
        "v": "3 trees", "p": " (2020)", "m": [["illustrative", "illustrative"]], "i": 1,
        "h": "v-south-2020"}  # fmt: skip
    assert trees["cells"][2] == {}
    assert data["statuses"] == {"band-achieved": ["✔", "Target met"]}


def test_a_verdict_on_a_made_up_number_is_marked(see):
    """Even where the value beside it is a published one."""
    view = see("trees,north,2017,2,,illustrative,\ntrees,north,2020,6,,,report\n", WANTED)
    cell = compare_view.data(view)["indicators"][0]["cells"][0]

    assert ("m" in cell, cell["o"], cell["i"]) == (False, [["illustrative", "illustrative"]], 1)
    assert compare_view.table(view).rows[0][1].note == "verdict rests on illustrative numbers"


def test_the_table_of_all_areas(see):
    """Indicators down, areas across, the whole last; a target without a value says so."""
    view = see(VALUES, WANTED + "trees,whole,2020,,9,,,report\n")
    table = compare_view.table(view)

    assert [column.title for column in table.columns] == ["Indicator", "North", "South", "The whole"]
    assert [cell.text for cell in table.rows[0]] == [
        "Trees (trees)",
        "6 (2020)",
        "3 (2020)",
        "not published / at least 9",
    ]
    assert table.rows[0][1].status == "band-achieved"


def test_indicators_without_any_area_are_left_out(see):
    """What only the whole has cannot be compared; without any area's value there is no page."""
    view = see(VALUES + "jobs,whole,2017,5,,,report\n", WANTED)
    alone = see("jobs,whole,2017,5,,,report\n", "")

    assert [one.id for one in compare_view.chosen(view)] == ["trees"]
    assert (view.has_page("compare"), alone.has_page("compare")) == (True, False)
    assert "compare" not in {page.path for page in render_pages(alone, alone.config.templates)}
    assert compare_view.neighbours(alone, alone.plan.areas["north"]) == []


def test_neighbours_lead_to_the_page_with_both_areas(see):
    """Each area's page links its comparison with each other area."""
    view = see(VALUES, WANTED)

    assert compare_view.neighbours(view, view.plan.areas["north"]) == [("South", "compare/#areas=north,south")]


def test_headlines_are_ticked_at_first(hebei_view, see):
    """Else the indicators that most areas have."""
    view = hebei_view("en")
    first = compare_view.at_first(view)

    assert 2 <= len(first) <= compare_view.FIRST
    assert all(view.plan.indicators[name].headline for name in first)
    assert compare_view.at_first(see(VALUES, WANTED)) == ["trees"]


def test_the_script_cannot_be_ended_by_a_name(see):
    """One call with JSON, without a tag and without characters that turn the text round."""
    areas = """\
- {id: whole, title: The whole, kind: region}
- {id: north, title: 'North </script><b>', kind: city, parent: whole}
- {id: south, title: "South \\u202E", kind: city, parent: whole}
"""
    text = compare_data(compare_view.data(see(VALUES, WANTED, areas_yml=areas)))
    given = json.loads(re.fullmatch(r"peCompare\((.*)\);\n", text, re.DOTALL)[1])

    assert "<" not in text and "\u202e" not in text
    assert given["areas"][0]["name"] == "North </script><b>"


@pytest.mark.parametrize("code", ["zh", "en"])
def test_the_page_of_hebei(hebei_site, hebei_view, code):
    """The form starts hidden, the table stands without a script, and both are light."""
    page = (hebei_site / code / "compare" / "index.html").read_bytes()
    data = (hebei_site / code / "assets" / "compare-data.js").read_bytes()
    text = page.decode()

    assert len(gzip.compress(page, mtime=0)) <= 90 * 1024
    assert len(gzip.compress(data, mtime=0)) <= 10 * 1024
    assert re.search(r'<form[^>]* id="pe-compare" hidden', text)
    assert text.count("<select>") == compare_view.MOST
    assert 'id="compare-all-caption"' in text
    assert "compare.js" in text
    assert "compare.js" not in (hebei_site / code / "areas" / "index.html").read_text(encoding="utf-8")
    assert hebei_view(code).say("compare.no_script") in text
