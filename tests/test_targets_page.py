"""Targets by area and stage: matrices in several orders, the pace a target asks for, and whether targets add up."""

from __future__ import annotations

import csv
import gzip
import io
from decimal import Decimal

import pytest

from generator import targets_view
from generator.decompose import decompositions
from generator.downloads import plan_tables
from generator.rendering import render_pages

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
as_of: AS_OF
"""
AREAS = """\
- {id: whole, title: The whole, kind: region}
- {id: north, title: North, kind: city, parent: whole}
- {id: south, title: South, kind: city, parent: whole}
- {id: east, title: East, kind: city, parent: whole, overlaps: [north], note: It was once a part of North.}
"""
INDICATORS = """\
- {id: jobs, title: Jobs, unit: people, direction: up}
- {id: trees, title: Trees, unit: trees, direction: up, aggregation: sum}
- {id: dust, title: Dust, unit: grams, direction: down, aggregation: sum}
- {id: rate, title: Rate, unit: '%', direction: up, aggregation: mean, decimals: 1}
"""


@pytest.fixture
def see(a_view):
    def look(observations="", targets="", as_of="'2021-06-30'", code="en"):
        return a_view(
            {
                "data/plan.yml": STAGES.replace("AS_OF", as_of),
                "data/areas.yml": AREAS,
                "data/indicators.yml": INDICATORS,
                "data/observations.csv": HEAD + observations,
                "data/targets.csv": TARGETS + targets,
            },
            code,
        )

    return look


def _targets(indicator, text, basis=""):
    """Rows for `north,2020,5 south,2020,4`, with an operator before the value where there is one."""
    rows = []
    for one in text.split():
        area, period, value = one.split(",")
        operator = value[0] if value[0] in "~=" else ""
        rows.append(f"{indicator},{area},{period},{operator},{value.lstrip('~=')},,{basis},report\n")
    return "".join(rows)


def _only(view, name):
    """The decomposition of an indicator with targets of one period."""
    (found,) = decompositions(view.plan, view.plan.indicators[name])
    return found


# --- whether targets add up -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, targets, outcome, difference",
    [
        ("trees", "north,2020,5 south,2020,3 east,2020,1 whole,2020,9", "agrees", "0"),
        ("trees", "north,2020,5 south,2020,3 east,2020,2 whole,2020,9", "agrees", "1"),
        ("trees", "north,2020,5 south,2020,3 east,2020,3 whole,2020,9", "beyond", "2"),
        ("trees", "north,2020,5 south,2020,1 east,2020,1 whole,2020,9", "short", "-2"),
        ("dust", "north,2020,5 south,2020,3 east,2020,3 whole,2020,9", "short", "2"),
        ("dust", "north,2020,5 south,2020,1 east,2020,1 whole,2020,9", "beyond", "-2"),
        ("trees", "north,2020,5 south,2020,3 east,2020,1", "no-whole", None),
        ("trees", "north,2020,5 whole,2020,9", "incomplete", None),
        ("trees", "north,2020,~5 south,2020,3 east,2020,1 whole,2020,9", "no-number", None),
        ("jobs", "north,2020,5 south,2020,3 east,2020,1 whole,2020,9", "not-checked", None),
    ],
)
def test_sums(see, name, targets, outcome, difference):
    """A shortfall is a finding in the wanted direction; a missing part cannot be checked, and is no nought."""
    found = _only(see("", _targets(name, targets)), name)

    assert found.outcome == outcome
    assert found.difference == (None if difference is None else Decimal(difference))


def test_the_tolerance_is_half_of_the_last_digit_for_each_part(see):
    """Three whole numbers may be off by 1.5 together, three with one decimal by 0.15."""
    whole = _only(see("", _targets("trees", "north,2020,5 south,2020,3 east,2020,1 whole,2020,9")), "trees")
    tenths = _only(see("", _targets("trees", "north,2020,5.1 south,2020,3 east,2020,1 whole,2020,9")), "trees")

    assert (whole.tolerance, tenths.tolerance) == (Decimal("1.5"), Decimal("0.15"))
    assert (tenths.outcome, tenths.difference) == ("agrees", Decimal("0.1"))


@pytest.mark.parametrize(
    "targets, outcome",
    [
        ("north,2020,5 south,2020,3 east,2020,1 whole,2020,3", "inside"),
        ("north,2020,5 south,2020,3 east,2020,1 whole,2020,5", "inside"),
        ("north,2020,5 south,2020,3 east,2020,1 whole,2020,9", "outside"),
        ("north,2020,5 south,2020,3 east,2020,1 whole,2020,0.4", "outside"),
        ("north,2020,5 south,2020,3 whole,2020,9", "incomplete"),
        ("north,2020,5 south,2020,3 east,2020,1", "no-whole"),
        ("north,2020,~5 south,2020,3 east,2020,1 whole,2020,3", "no-number"),
    ],
)
def test_rates_have_bounds_and_no_sum(see, targets, outcome):
    """A weighted mean lies between the ends; no sum, no simple average."""
    found = _only(see("", _targets("rate", targets)), "rate")

    assert (found.outcome, found.total, found.difference) == (outcome, None, None)
    if outcome in ("inside", "outside", "no-whole"):
        assert (found.low.area, found.high.area) == ("east", "north")


@pytest.mark.parametrize(
    "name, targets, sentence",
    [
        (
            "trees",
            "north,2020,5 south,2020,3 east,2020,1 whole,2020,9",
            "2020: the targets of all 3 cities add up to 9 trees, and the target of The whole is at least 9 trees: no "
            "difference (rounding could explain up to 1.5 trees: half of the last digit, 3 times).",
        ),
        (
            "trees",
            "north,2020,5 south,2020,1 east,2020,1 whole,2020,9",
            "2020: the targets of all 3 cities add up to 7 trees. The target of The whole is at least 9 trees. They "
            "fall 2 trees (22.2%) short; rounding explains 1.5 trees at most (half of the last digit, 3 times).",
        ),
        (
            "trees",
            "north,2020,5 whole,2020,9",
            "2020: one of 3 cities has a target, of 5 trees. Whether all add up cannot be checked. No target is known "
            "for South and East.",
        ),
        (
            "rate",
            "north,2020,5 south,2020,3 east,2020,1 whole,2020,9",
            "2020: a rate is not added up. The whole as a weighted mean must lie between 1.0% (East) and 5.0% (North) "
            "(give or take 0.5 percentage points, half of the last digit). Its target is at least 9.0%, which does "
            "not.",
        ),
        (
            "jobs",
            "north,2020,5 south,2020,3",
            "Values of this indicator do not add up over areas, nor is the whole a mean of them. So there is nothing "
            "to check.",
        ),
    ],
)
def test_checks_in_sentences(see, name, targets, sentence):
    """Both figures, the difference, the tolerance, and who is missing."""
    view = see("", _targets(name, targets))

    assert targets_view.check_sentences(view, view.plan.indicators[name])[0] == sentence


def test_overlaps_are_named_from_the_data(see):
    """Only where both areas are in the sum, with the note of the area."""
    view = see("", _targets("trees", "north,2020,5 south,2020,3 east,2020,1 whole,2020,9"))
    apart = see("", _targets("trees", "south,2020,3 east,2020,1 whole,2020,9"))

    assert targets_view.check_sentences(view, view.plan.indicators["trees"])[1:] == [
        "East and North overlap: where the number of North includes that of East, the sum counts it twice. It was "
        "once a part of North."
    ]
    assert len(targets_view.check_sentences(apart, apart.plan.indicators["trees"])) == 1


def test_a_made_up_part_makes_the_check_an_illustration(see):
    """The sentence says so before anything else, and the table marks it."""
    targets = _targets("trees", "north,2020,5 south,2020,3") + _targets("trees", "east,2020,1", "illustrative")
    view = see("", targets)

    assert targets_view.check_sentences(view, view.plan.indicators["trees"])[0].startswith("Illustration: 2020: ")
    row = targets_view.checks_table(view, [view.plan.indicators["trees"]]).rows[0]
    assert [mark.kind for mark in row[3].marks] == ["illustrative"]
    assert row[-1].status == "check-no-whole"


# --- matrices ---------------------------------------------------------------------------------------------------

OBSERVED = "".join(
    f"trees,{area},{period},{value},,,report\n"
    for area, period, value in (
        ("north", 2017, 2),
        ("north", 2018, 3),
        ("north", 2020, 4),
        ("south", 2017, 2),
        ("south", 2020, 7),
        ("east", 2017, 1),
    )
)
WANTED = _targets("trees", "north,2018,3 north,2020,5 south,2020,3 east,2020,1 whole,2020,9")


def _texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_stage_matrix(see):
    """The whole first, then the areas of the plan; each stage with met or missed and the difference."""
    view = see(OBSERVED, WANTED)
    table = targets_view.stage_matrix(view, view.plan.indicators["trees"])

    assert [column.title for column in table.columns] == [
        "Area", "2018", "2019", "2020", "Pace needed", "How it stands"]  # fmt: skip
    assert [row[0].text for row in table.rows] == ["The whole", "North", "South", "East"]
    north = table.rows[1]
    assert (north[1].status, north[1].text, north[1].note) == ("met", "3 / at least 3", "±0 trees")
    assert (north[3].status, north[3].text, north[3].note) == ("missed", "4 / at least 5", "−1 tree")
    assert north[-1].status == "band-missed"
    assert table.rows[3][3].text == "not published / at least 1"


def test_other_orders_need_no_script(see):
    """By gap: the largest shortfall first, unknown last; by name: from A to Z; the whole on top of both."""
    view = see(OBSERVED, WANTED)
    trees = view.plan.indicators["trees"]

    assert [row[0] for row in _texts(targets_view.by_gap(view, trees))] == ["The whole", "North", "South", "East"]
    assert [row[0] for row in _texts(targets_view.by_name(view, trees))] == ["The whole", "East", "North", "South"]
    assert [row[3] for row in _texts(targets_view.by_gap(view, trees))] == [
        "Not published", "−1 tree", "+4 trees", "Not published"]  # fmt: skip


def test_chinese_names_are_sorted_by_pinyin(hebei_view):
    """Baoding before Cangzhou before Chengde, whatever their characters."""
    view = hebei_view("zh")
    rows = targets_view.by_name(view, view.plan.indicators["platforms"]).rows

    assert [row[0].text for row in rows][:4] == ["保定市", "沧州市", "承德市", "定州市"]


def test_pace(see):
    """What it takes from here while there is time; afterwards what it took from the baseline, and what it gave."""
    trees = "trees,north,2017,2,,,report\ntrees,north,2018,3,,,report\n"
    wanted = _targets("trees", "north,2020,6")

    def pace(observed, targets, as_of):
        view = see(observed, targets, as_of)
        standing = view.standing(view.plan.indicators["trees"], view.plan.areas["north"])
        cell = targets_view.pace_cell(view, standing, standing.gaps[-1])
        return cell.text, cell.note

    assert pace(trees, wanted, "'2019-03-01'") == ("+1.5 trees a year until 2020", "it last gave +1 tree a year")
    assert pace(trees, wanted, "'2021-03-01'") == ("+1.3 trees a year from 2017", "it gave +1 tree a year")
    assert pace("trees,north,2017,7,,,report\n", wanted, "'2019-03-01'") == ("none: already there at the baseline", "")
    assert pace("", wanted, "'2019-03-01'") == ("–", "")


def test_overview_has_all_areas_and_indicators(see):
    """A verdict in each cell, linked to the page of the indicator; a dash where there is no target."""
    view = see(OBSERVED, WANTED + _targets("jobs", "north,2020,5 south,2020,4") + _targets("rate", "north,2020,4"))
    chosen = targets_view.shared_indicators(view)
    table = targets_view.overview(view, chosen)

    assert [one.id for one in chosen] == ["jobs", "trees"]
    assert [column.href for column in table.columns] == [None, "targets/jobs/", "targets/trees/"]
    cells = {row[0].text: row[1:] for row in table.rows}
    assert (cells["North"][1].status, cells["North"][1].href) == ("band-missed", "targets/trees/")
    assert (cells["North"][0].text, cells["East"][0].text) == ("Not published", "–")
    assert _texts(targets_view.single_targets(view)) == [
        ["Rate", "North", "2020", "at least 4.0%", "Not published", "Not published", "Nothing measured yet"]
    ]


def test_download_of_all_targets(see):
    """A row a target: observed, difference, met, the verdict beside the final one, and what each rests on."""
    view = see(OBSERVED, WANTED)
    rows = list(csv.DictReader(io.StringIO(plan_tables(view.plan)["targets-by-stage.csv"])))
    north = [row for row in rows if row["area"] == "north"]

    assert [(row["period"], row["target"], row["observed"], row["difference"], row["met"]) for row in north] == [
        ("2018", "3", "3", "0", "true"), ("2020", "5", "4", "-1", "false")]  # fmt: skip
    assert [(row["verdict"], row["verdict_basis"]) for row in north] == [("", ""), ("missed", "derived")]
    assert [row["observed"] for row in rows if row["area"] == "whole"] == [""]


# --- pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["zh", "en"])
def test_pages_of_hebei_are_light(hebei_site, hebei_view, code):
    """An overview and a page for each indicator that several areas have targets for; 90 KiB packed at most."""
    chosen = targets_view.shared_indicators(hebei_view(code))
    assert len(chosen) > 5
    for address in ("targets", *(f"targets/{one.id}" for one in chosen)):
        path = hebei_site / code / address / "index.html"
        assert len(gzip.compress(path.read_bytes(), mtime=0)) <= 90 * 1024, address


@pytest.mark.parametrize("code", ["zh", "en"])
def test_without_illustrative_numbers_the_pages_say_what_is_missing(hebei_config, hebei_view, code):
    """No made-up number is left, every page of targets is there, and its check names the missing areas."""
    full = hebei_view(code)
    view = type(full)(
        full.plan.restricted_to(("official", "derived", "reconstructed")), full.language, full.config, full.tags
    )
    pages = {page.path: page for page in render_pages(view, hebei_config.templates)}
    text = pages["targets/hte-total"].markdown + "".join(pages["targets/hte-total"].blocks)

    assert {"targets", "targets/hte-total", "targets/rd-intensity", "compare", "monitoring"} <= set(pages)
    assert "pe-mark--illustrative" not in text and "pe-notice--illustrative" not in text
    assert view.title("areas", "hengshui") in text
    assert view.say("empty.not_published") in text
