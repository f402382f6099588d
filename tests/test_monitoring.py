"""How many stand where, how current values are, and who owes what: each state is its own, "unknown" among them."""

from __future__ import annotations

import pytest

from generator import monitoring_view
from generator.assess import age_of, is_stale
from generator.model import Indicator, Observation
from generator.period import parse_period

HEAD = "indicator,area,period,value,status,basis,source\n"
TARGETS = "indicator,area,period,operator,value,value_to,basis,source\n"
PLAN = """\
id: small
title: A small plan
issuer: council
area: whole
period: {start: 2018, end: 2020, baseline: 2017}
languages: [en]
sources: [report]
as_of: '2021-06-30'
"""
INDICATORS = """\
- {id: jobs, title: Jobs, unit: people, direction: up, lead: office}
- {id: trees, title: Trees, unit: trees, direction: up, aggregation: sum}
"""


@pytest.fixture
def see(a_view):
    def look(observations="", targets="", **files):
        return a_view(
            {
                "data/plan.yml": PLAN,
                "data/indicators.yml": INDICATORS,
                "data/observations.csv": HEAD + observations,
                "data/targets.csv": TARGETS + targets,
                **{f"data/{name.replace('_', '.')}": text for name, text in files.items()},
            }
        )

    return look


def _row(period):
    return Observation(indicator="jobs", area="whole", period=parse_period(period), value="1")


@pytest.mark.parametrize(
    "period, as_of, months",
    [
        ("2020", "2020-12-31", 0),
        ("2020", "2021-01-30", 0),
        ("2020", "2021-01-31", 1),
        ("2020", "2021-02-28", 2),
        ("2020-06", "2021-06-29", 11),
        ("2020-06", "2021-06-30", 12),
        ("2022", "2021-06-30", 0),
    ],
)
def test_age_in_whole_months(see, period, as_of, months):
    """From the end of the period to the cut-off; the last day of a month is a whole month, however short."""
    plan = see(plan_yml=PLAN.replace("2021-06-30", as_of)).plan

    assert age_of(plan, _row(period)) == months


@pytest.mark.parametrize(
    "frequency, period, stale",
    [
        ("A", "2019", False),
        ("A", "2018", True),
        ("A2", "2018", False),
        ("Q", "2020-Q1", False),
        ("Q", "2019-Q4", True),
        (None, "2019", False),
        (None, "2018", True),
        (None, "2020-01", True),
        ("irregular", "1990", None),
    ],
)
def test_stale_is_older_than_its_rhythm_and_a_year(see, frequency, period, stale):
    """Twelve months on top of the rhythm; without a rhythm stated, the length of the last period stands for it."""
    indicator = Indicator(id="jobs", title="Jobs", direction="up", frequency=frequency)

    assert is_stale(see().plan, indicator, _row(period)) is stale


def test_without_a_cut_off_nothing_is_stale(see):
    """The clock is never asked."""
    view = see(plan_yml=PLAN.replace("as_of: '2021-06-30'\n", ""))

    assert is_stale(view.plan, view.plan.indicators["jobs"], _row("1990")) is None


def test_fresh_counts_and_table(see):
    """Those without a value first, then the oldest; made-up values of areas are told apart."""
    view = see("jobs,whole,2018,5,,,report\njobs,north,2018,5,,,report\njobs,south,2018,5,,illustrative,\n")
    rows = monitoring_view.freshness(view).rows

    assert monitoring_view.fresh_counts(view) == [("fresh-stale", 1), ("fresh-never", 1)]
    assert [(row[0].text, row[1].text, row[2].status, row[3].text, row[3].note, row[4].text) for row in rows] == [
        ("Trees", "Not published", "fresh-never", "0 of 2", "", "Not stated"),
        ("Jobs", "2018", "fresh-stale", "1 of 2", "2 with illustrative numbers", "Office"),
    ]
    assert rows[1][1].note == "ended 30 months before the cut-off"


def test_states_are_counted_apart_for_made_up_numbers(see):
    """Published and made-up verdicts never share a column; "no verdict" says why."""
    view = see(
        "jobs,whole,2017,5,,,report\njobs,whole,2020,9,,,report\ntrees,north,2017,5,,illustrative,\n"
        "trees,north,2020,6,,illustrative,\n",
        "jobs,whole,2020,,8,,,report\ntrees,north,2020,,8,,,report\ntrees,south,2020,,8,,,report\n",
    )
    table = monitoring_view.band_counts(view)

    assert [column.title for column in table.columns] == [
        "How it stands", "The whole", "Cities, targets each", "Cities, targets each, illustrative"]  # fmt: skip
    assert [(row[0].status, row[0].text, *(cell.text for cell in row[1:])) for row in table.rows] == [
        ("band-achieved", "", "1", "0", "0"),
        ("band-missed", "", "0", "0", "1"),
        ("no-verdict", "Nothing measured yet", "0", "1", "0"),
        ("no-verdict", "No target, so no verdict", "1", "0", "0"),
    ]
    assert monitoring_view.measured_counts(view) == [("band-achieved", 1), ("no-verdict", 1)]
    assert monitoring_view.measured_on_illustration(view) == 0


def test_what_is_missing_names_who_owes_it(see):
    """A target whose period is over without a value; what is not due yet is not missing."""
    view = see(
        "jobs,whole,2017,5,,,report\n",
        "jobs,whole,2020,,8,,,report\njobs,whole,2025,,9,,,report\ntrees,north,2020,,8,,,report\n",
    )
    rows = [[cell.text for cell in row] for row in monitoring_view.not_measured(view).rows]

    assert rows == [
        ["Jobs", "The whole: no value for 2020", "Office"],
        ["Trees", "The whole: no value at all; no value for the period of the target: North (2020)", "Not stated"],
    ]


def test_reports_are_owed_by_the_lead(see):
    """A made-up report is none; a task that nobody leads is owed by nobody."""
    reports = "task,date,status,basis,source\nt1,2021-01-31,completed,,report\nt2,2021-01-31,on-track,illustrative,\n"
    silent = see(progress_csv=reports)

    assert [[cell.text for cell in row] for row in monitoring_view.unreported(silent).rows] == [
        ["Office", "2", "1", "1"]
    ]
