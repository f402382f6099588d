"""Tables say what is known in words: met, missed, not published, no target."""

from __future__ import annotations

import pytest

from generator import tables

HEAD = "indicator,area,period,value,status,basis,source\n"
TARGETS = "indicator,area,period,operator,value,value_to,basis,source\n"
STAGES = """\
id: small
title: A small plan
issuer: council
area: whole
period: {start: 2018, end: 2020, baseline: 2017}
stages: [{id: s1, period: 2018}, {id: s2, period: 2019}, {id: s3, period: 2020}]
languages: [en]
sources: [report]
"""
SOURCES = "- {id: report, title: Annual report}\n- {id: decree, title: Another decree}\n"


@pytest.fixture
def see(a_view):
    def look(observations="", targets="", code="en", **files):
        return a_view(
            {
                "data/plan.yml": STAGES,
                "data/sources.yml": SOURCES,
                "data/observations.csv": HEAD + observations,
                "data/targets.csv": TARGETS + targets,
                **{f"data/{name.replace('_', '.')}": text for name, text in files.items()},
            },
            code,
        )

    return look


def _cells(row):
    return [f"{cell.status or ''}|{cell.text}|{','.join(mark.word for mark in cell.marks)}" for cell in row]


def test_stage_cells_of_an_area(see):
    """Met, missed, target alone, and what is left to the final target."""
    view = see(
        "trees,north,2018,6,,,report\ntrees,north,2019,6,,illustrative,\n",
        "trees,north,2018,,5,,,report\ntrees,north,2019,,7,,illustrative,\ntrees,north,2020,,9,,,report\n",
    )
    table = tables.area_stages(view, view.plan.areas["north"])
    assert [column.title for column in table.columns] == [
        "Indicator",
        "2018",
        "2019",
        "2020",
        "Latest value",
        "Gap to the last target",
    ]
    assert _cells(table.rows[0]) == [
        "|Trees (trees)|",
        "met|6 / at least 5|",
        "missed|6 / at least 7|illustrative",
        "|not published / at least 9|",
        "|6 (2019)|illustrative",
        "open|3 trees to go|",
    ]


def test_area_without_numbers_has_no_stage_table(see):
    """No empty table."""
    view = see()
    assert tables.area_stages(view, view.plan.areas["north"]) is None
    assert tables.area_comparison(view, view.plan.areas["north"]) is None


def test_observation_without_a_target(see):
    """A value alone says that there is no target."""
    view = see("trees,north,2018,6,,,report\n")
    row = tables.area_stages(view, view.plan.areas["north"]).rows[0]
    assert _cells(row)[1:] == ["|6 (no target)|", "|–|", "|–|", "|6 (2018)|", "|No target|"]


@pytest.mark.parametrize(
    "target, value, gap",
    [
        (">=,9,", 9, "met|"),
        (">=,9,", 8, "missed|by 1 tree"),
        ("<=,9,", 10, "missed|by 1 tree"),
        ("<=,9,", 9, "met|"),
        ("~,9,", 9, '|“About”: not judged'),
        ("between,5,9", 7, "met|"),
        ("=,9,", 8, "missed|by 1 tree"),
    ],
)
def test_gap_by_operator(see, target, value, gap):
    """At least, at most, exactly, about, between."""
    view = see(f"trees,north,2020,{value},,,report\n", f"trees,north,2020,{target},,report\n")
    cell = tables.area_stages(view, view.plan.areas["north"]).rows[0][-1]
    assert f"{cell.status or ''}|{cell.text}" == gap


def test_target_of_another_document_names_it(see):
    """A target that is not the plan's own is shown with the document that set it; a made-up one has none."""
    view = see(
        "", "trees,north,2020,,9,,,decree\ntrees,south,2020,,9,,,report\ntrees,whole,2020,,18,,illustrative,decree\n"
    )
    notes = {
        area: tables.area_stages(view, view.plan.areas[area]).rows[0][3].note for area in ("north", "south", "whole")
    }
    assert notes == {"north": "set by: Another decree", "south": "", "whole": ""}


def test_comparison_places(see):
    """Value, the whole, and the place with ties shared."""
    view = see("trees,north,2018,6,,,report\ntrees,south,2018,6,,,report\ntrees,whole,2018,12,,,report\n")
    for area in ("north", "south"):
        cells = tables.area_comparison(view, view.plan.areas[area]).rows[0]
        assert [cell.text for cell in cells] == ["Trees (trees)", "2018", "6", "12", "1st of 2"]


def test_gaps_in_words(see):
    """Each target beside what was reached, in a sentence."""
    view = see("jobs,whole,2018,9,,,report\n", "jobs,whole,2018,,8,,,report\njobs,whole,2019,,10,,,report\n")
    assert tables.gaps_in_words(view, view.standing(view.plan.indicators["jobs"], view.plan.root)) == [
        "2018: at least 8 people was wanted, 9 people was reached: met (+1 person).",
        "2019: at least 10 people is wanted; no value for this period is published.",
    ]


@pytest.mark.parametrize(
    "status, word",
    [("O", "missing"), ("L", "exists, but was not collected"), ("M", "cannot exist"), ("Q", "suppressed")],
)
def test_missing_values_say_why(see, status, word):
    """A missing value is a word in the full table, never an empty cell or nought."""
    view = see(f"jobs,whole,2018,,{status},,report\n")
    row = tables.all_rows(view, view.plan.indicators["jobs"]).rows[0]
    assert word in [cell.text for cell in row]


def test_all_values_in_order(small_view):
    """By area as in areas.yml, then breakdown, then period; every one with status, basis and source in words."""
    view = small_view("en")
    table = tables.all_rows(view, view.plan.indicators["household-waste"])
    assert [(row[0].text, row[1].text) for row in table.rows] == [
        ("Exampleshire", "2018/19"),
        ("Exampleshire", "2019/20"),
        ("Exampleshire", "2020/21"),
        ("Northfold", "2019/20"),
        ("Southfold", "2019/20"),
        ("Little Isle of the Very Long and Entirely Invented Name beyond the Western Marshes", "2019/20"),
    ]
    assert tables.all_rows(view, view.plan.indicators["quiet-streets"]) is None


def test_home_never_rests_on_made_up_numbers(see):
    """The headline value is the last official or derived one."""
    view = see("jobs,whole,2018,9,,,report\njobs,whole,2019,99,,illustrative,\n")
    assert tables.headline_row(view, view.plan.indicators["jobs"]).value == 9


def test_leaders_and_roles(small_view):
    """Who leads the most comes first; sources list the pages that use them."""
    view = small_view("en")
    assert [(item.href, item.text) for item in tables.leaders(view)] == [
        ("organisations/streets-office/", "leads 2 tasks"),
        ("organisations/odd-office/", "leads 1 task"),
    ]
    assert "indicators/household-waste/" in [item.href for item in tables.uses_of_sources(view)["ledger"]]
    assert [item.title for item in tables.uses_of_terms(view)["street"]][:2] == [
        "Street trees",
        "Mend the streets",
    ] or tables.uses_of_terms(view)["street"]


def test_reports_newest_first(small_view):
    """Reports on a task, its areas and its measures, with who says so."""
    view = small_view("en")
    table = tables.reports_table(view, view.plan.tasks["1"])
    assert [row[0].text for row in table.rows] == [
        "31 December 2020",
        "31 December 2020",
        "31 December 2019",
        "30 September 2019",
    ]
    assert tables.reports_table(view, view.plan.tasks["odd"]) is None
