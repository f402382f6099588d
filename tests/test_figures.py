"""What a figure says must be what its numbers say: rising, falling, flat, alone, tied, one or many."""

from __future__ import annotations

import csv
import io

import pytest

from generator import figures
from generator.downloads import figure_csv
from generator.figures import FIGURES, NUMBER_COLUMNS

INDICATORS = """\
- {id: jobs, title: {en: Jobs, zh: 岗位}, unit: {en: people, zh: 人}, direction: up, baseline: 2017}
- {id: trees, title: {en: Trees, zh: 树木}, unit: {en: trees, zh: 棵}, direction: up, aggregation: sum}
- {id: smoke, title: {en: Smoke, zh: 烟尘}, unit: {en: "%", zh: "%"}, direction: down, decimals: 1}
- {id: place, title: {en: Place, zh: 位次}, unit: {en: rank, zh: 位次}, direction: down}
"""
HEAD = "indicator,area,period,value,status,basis,source\n"
PLAN = """\
id: small
title: {en: A small plan, zh: 小计划}
issuer: council
area: whole
period: {start: 2018, end: 2020, baseline: 2017}
languages: [en, zh]
"""
AREAS = """\
- {id: whole, title: {en: The whole, zh: 全区}, kind: region}
- {id: north, title: {en: North, zh: 北}, kind: city, parent: whole}
- {id: south, title: {en: South, zh: 南}, kind: city, parent: whole}
- {id: west, title: {en: West, zh: 西}, kind: city, parent: whole}
"""


@pytest.fixture
def see(a_view):
    """A view of the small plan with these observations and targets."""

    def look(observations: str = "", targets: str = "", code: str = "en", **files: str | None):
        return a_view(
            {
                "site_config.yml": "site_name: {en: A small plan, zh: 小计划}\nlanguages: [en, zh]\n",
                "data/plan.yml": PLAN,
                "data/areas.yml": AREAS,
                "data/indicators.yml": INDICATORS,
                "data/observations.csv": HEAD + observations,
                "data/targets.csv": "indicator,area,period,operator,value,basis,source\n" + targets,
                "data/progress.csv": None,
                **{f"data/{name}.yml": text for name, text in files.items()},
            },
            code,
        )

    return look


def _trend(view, indicator="jobs", area="whole"):
    return figures.trend(view, view.plan.indicators[indicator], view.plan.areas[area])


# --- trend ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values, english, chinese",
    [
        ((100, 150), "Jobs in The whole rose from 100 people in 2017 to 150 people in 2018", "上升"),
        ((150, 100), "Jobs in The whole fell from 150 people in 2017 to 100 people in 2018", "下降"),
        ((100, 100), "Jobs in The whole was 100 people in 2017 and the same in 2018", "均为"),
    ],
)
def test_trend_finding(see, values, english, chinese):
    """Rising, falling, flat."""
    rows = "".join(f"jobs,whole,{year},{value},,,report\n" for year, value in zip((2017, 2018), values, strict=True))
    assert _trend(see(rows)).title == english
    assert chinese in _trend(see(rows, code="zh")).title


def test_trend_starts_from_the_baseline(see):
    """Change is told from the baseline, not from the first value of all."""
    figure = _trend(see("jobs,whole,2015,50,,,report\njobs,whole,2017,100,,,report\njobs,whole,2019,90,,,report\n"))
    assert figure.title == "Jobs in The whole fell from 100 people in 2017 to 90 people in 2019"
    assert [row["period"] for row in figure.data] == ["2015", "2017", "2019"]


def test_falling_rank_is_told_by_places(see):
    """A smaller rank is a better place: the words do not say "fell"."""
    title = _trend(see("place,whole,2017,20,,,report\nplace,whole,2018,16,,,report\n"), "place").title
    assert "20th" in title and "16th" in title
    assert "rose" not in title and "fell" not in title


def test_one_value_beside_a_target(see):
    """One value only is no change, and says so."""
    figure = _trend(see("jobs,whole,2017,100,,,report\n", "jobs,whole,2020,,200,,report\n"))
    assert figure.title == "Jobs in The whole was 100 people in 2017; no other value is published"


def test_targets_alone(see):
    """Targets without a value are a figure that says what is wanted."""
    targets = "jobs,whole,2019,,150,,report\njobs,whole,2020,,200,,report\n"
    assert (
        _trend(see("", targets)).title
        == "Jobs in The whole: at least 200 people is wanted for 2020; no value is published"
    )


@pytest.mark.parametrize(
    "rows", ["", "jobs,whole,2017,100,,,report\n", "jobs,whole,2017,,O,,report\njobs,whole,2018,5,,,report\n"]
)
def test_no_trend_of_fewer_than_two_points(see, rows):
    """Nothing is drawn of one point or none; a missing value is no point."""
    assert _trend(see(rows)) is None


def test_trend_table_and_download_hold_the_same(see):
    """Every row of the drawing stands in the table and in the CSV, in one order, with all that explains it."""
    figure = _trend(
        see("jobs,whole,2017,100,,,report\njobs,whole,2018,150,P,,report\n", "jobs,whole,2020,,200,,report\n")
    )
    rows = list(csv.DictReader(io.StringIO(figure_csv(figure))))
    assert tuple(rows[0]) == NUMBER_COLUMNS
    assert [(row["role"], row["period"], row["value"], row["status"]) for row in rows] == [
        ("observation", "2017", "100", "A"), ("observation", "2018", "150", "P"), ("target", "2020", "200", ""),
    ]  # fmt: skip
    assert {row["unit"] for row in rows} == {"people"} and {row["source"] for row in rows} == {"report"}
    assert rows[1]["status_text"] == "provisional" and rows[2]["operator"] == ">="
    assert len(figure.table.rows) == len(rows)
    assert [mark.kind for mark in figure.key] == ["provisional"]


@pytest.mark.parametrize(
    "status, kind",
    [
        ("P", "provisional"),
        ("E", "estimated"),
        ("I", "estimated"),
        ("F", "estimated"),
        ("U", "estimated"),
        ("B", "break"),
        ("D", "break"),
    ],
)
def test_special_values_are_explained(see, status, kind):
    """A value that is drawn otherwise has its word in the key."""
    figure = _trend(see(f"jobs,whole,2017,100,,,report\njobs,whole,2018,150,{status},,report\n"))
    assert kind in [mark.kind for mark in figure.key]
    assert [point["quality"] for point in figure.chart.rows if point["role"] == "observed"] == ["normal", kind]


def test_made_up_numbers_mark_the_figure(see):
    """One illustrative row is enough."""
    assert not _trend(see("jobs,whole,2017,1,,,report\njobs,whole,2018,2,,,report\n")).illustrative
    figure = _trend(see("jobs,whole,2017,1,,,report\njobs,whole,2018,2,,illustrative,\n"))
    assert figure.illustrative and "illustrative" in [mark.kind for mark in figure.key]


# --- comparison -------------------------------------------------------------------------------------------------

THREE = "trees,north,2018,5,,,report\ntrees,south,2018,9,,,report\ntrees,west,2018,2,,,report\n"


def _bars(view, highlight=None, indicator="trees"):
    return figures.bars(view, view.plan.indicators[indicator], view.plan.areas[highlight] if highlight else None)


def test_bars_are_ranked(see):
    """Best first; the title names highest and lowest."""
    figure = _bars(see(THREE))
    assert [point["name"] for point in figure.chart.rows] == ["South", "North", "West"]
    assert figure.title == "South had the highest trees, 9 trees; West the lowest, 2 trees"
    assert figure.subtitle == "3 of 3 cities, 2018. Unit: trees"


def test_bars_of_a_falling_indicator_put_the_lowest_first(see):
    """Where falling is good the lowest value leads."""
    view = see("smoke,north,2018,5,,,report\nsmoke,south,2018,9,,,report\n")
    assert [point["name"] for point in _bars(view, indicator="smoke").chart.rows] == ["North", "South"]
    assert _bars(view, "north", "smoke").title == "North was 1st of 2 for smoke, with 5.0%"


@pytest.mark.parametrize(
    "area, english, chinese",
    [
        ("south", "South was 1st of 3", "第1"),
        ("north", "North was 2nd of 3", "第2"),
        ("west", "West was 3rd of 3", "第3"),
    ],
)
def test_place_of_an_area(see, area, english, chinese):
    """The place in words of both languages."""
    assert _bars(see(THREE), area).title.startswith(english)
    assert chinese in _bars(see(THREE, code="zh"), area).title


def test_ties_share_a_place(see):
    """Equal values have the same place, and both are named."""
    view = see("trees,north,2018,9,,,report\ntrees,south,2018,9,,,report\ntrees,west,2018,2,,,report\n")
    assert _bars(view, "north").title.startswith("North was 1st of 3") and _bars(view, "south").title.startswith(
        "South was 1st of 3"
    )
    assert _bars(view, "west").title.startswith("West was 3rd of 3")
    assert _bars(view).title.startswith("North and South had the highest")


def test_all_equal(see):
    """No highest and lowest where all are the same."""
    view = see("trees,north,2018,9,,,report\ntrees,south,2018,9,,,report\n")
    assert _bars(view).title == "All have the same trees: 9 trees"


def test_no_comparison_of_one(see):
    """One area alone is not compared; an area without a value is not placed."""
    assert _bars(see("trees,north,2018,5,,,report\n")) is None
    assert _bars(see(THREE.replace("trees,west,2018,2,,,report\n", "")), "west") is None


def test_map_shows_areas_without_a_value(see):
    """Every peer has its tile; a missing one is a dash, never nought."""
    view = see(THREE.replace("trees,west,2018,2,,,report\n", ""))
    figure = figures.tiles(view, view.plan.indicators["trees"])
    points = {point["name"]: (point["value"], point["text"]) for point in figure.chart.rows}
    assert points == {"North": (5.0, "5"), "South": (9.0, "9"), "West": (None, "–")}
    assert figure.title == "The cities ranged from 5 trees to 9 trees for trees"
    assert len({(point["column"], point["row"]) for point in figure.chart.rows}) == 3


# --- stages, breakdowns, tasks ----------------------------------------------------------------------------------


def test_stage_targets(see):
    """Drawn from two areas on; the title gives the range of the last stage."""
    targets = "trees,north,2019,,5,,report\ntrees,north,2020,,8,,report\ntrees,south,2020,,6,,report\n"
    view = see("", targets)
    figure = figures.stage_heat(view, view.plan.indicators["trees"])
    assert figure.title == "Trees: the targets of 2 cities for 2020 range from 6 trees to 8 trees".replace(
        "Trees", figure.title.partition(":")[0]
    )
    assert len(figure.data) == 3
    view = see("", "trees,north,2020,,8,,report\n")
    assert figures.stage_heat(view, view.plan.indicators["trees"]) is None


def test_breakdown(small_view):
    """Parts that add up are shares of the whole; the last period is told."""
    for code, words in (("en", "Oak made up 50% of"), ("zh", "橡树")):
        view = small_view(code)
        figure = figures.breakdown(
            view, view.plan.indicators["street-trees"], view.plan.root, view.plan.dimensions["species"]
        )
        assert words in figure.title and "50%" in figure.title
        assert figure.chart.options["mode"] == "stack"
        assert [row["breakdown"] for row in figure.data[:2]] == ["species=oak", "species=oak"]
    nothing = figures.breakdown(
        view, view.plan.indicators["bus-trips"], view.plan.root, view.plan.dimensions["species"]
    )
    assert nothing is None


TASKS = """\
- {{id: t1, number: 1, title: Train, aspect: a1, lead: {0}, supporting: council}}
- {{id: t2, number: 2, title: Plant, aspect: a1, lead: {1}}}
"""


@pytest.mark.parametrize(
    "leads, title",
    [
        (("office", "office"), "Of 2 tasks, Office leads the most: 2"),
        (("office", "council"), "Of 2 tasks, Council and Office each lead one"),
        (("[]", "[]"), "No organisation is named as lead"),
    ],
)
def test_matrix_of_an_aspect(see, leads, title):
    """Who leads the most; ties; nobody."""
    view = see(tasks=TASKS.format(*leads))
    figure = figures.matrix(view, view.plan.aspects["a1"])
    assert figure.title == title
    assert figure.columns == ("task", "task_title", "organisation", "organisation_title", "role", "basis")
    assert figures.matrix(view, view.plan.aspects["a2"]) is None


@pytest.mark.parametrize(
    "reports, title",
    [
        ("t1,2019-12-31,on-track,official\n", "1 of 2 tasks have a reported status; none is reported completed"),
        ("t1,2019-12-31,completed,official\n", "1 of 2 tasks have a reported status; one is reported completed"),
        (
            "t1,2019-12-31,completed,official\nt2,2019-12-31,completed,illustrative\n",
            "2 of 2 tasks have a reported status; 2 are reported completed",
        ),
    ],
)
def test_status_overview(a_view, reports, title):
    """None, one and several completed; nobody's report is never "on track"."""
    view = a_view({"data/progress.csv": "task,date,status,basis\n" + reports})
    figure = figures.status_overview(view)
    assert figure.title == title
    assert figure.illustrative == ("illustrative" in reports)
    assert {row["status"] for row in figure.data} <= {"completed", "on-track", "unknown"}


def test_no_status_overview_without_reports(a_view):
    """Nothing is drawn where nobody reported."""
    assert figures.status_overview(a_view({"data/progress.csv": None})) is None


def test_figure_ids_name_their_kind(small_view):
    """The first word of each id is one of FIGURES, and ids are unique in a language."""
    from generator.rendering import render_pages  # noqa: PLC0415 -- one use

    view = small_view("en")
    found = {figure.id: figure for page in render_pages(view, view.config.templates) for figure in page.figures}
    assert {name.partition("-")[0] for name in found} <= set(FIGURES)
    for figure in found.values():
        assert not figure.title.endswith((".", "。")) and "{" not in figure.title.replace("{{ 7*7 }}", "")
        assert figure.table.rows and figure.data
