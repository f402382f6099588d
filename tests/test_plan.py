"""A plan answers from both ends: what a record names, and what names it."""

from decimal import Decimal

import pytest

from generator.period import parse_period
from generator.plan import Involvement, final_target, last_value

FILES = {
    "data/areas.yml": """\
- {id: whole, title: The whole, kind: region}
- {id: south, title: South, kind: city, parent: whole}
- {id: north, title: North, kind: city, parent: whole}
- {id: ward, title: A ward, kind: ward, parent: north}
- {id: zone, title: A zone, kind: district, parent: whole, part_of_total: false, facts: [{text: Once, basis: derived}]}
""",
    "data/aspects.yml": """\
- {id: a1, number: 1, title: People}
- {id: a1-1, number: 1.1, title: Young people, parent: a1}
- {id: a2, number: 2, title: Places, basis: reconstructed}
""",
    "data/tasks.yml": """\
- {id: t1, number: 1, title: One, aspect: a1, lead: office, indicators: [jobs], areas: [north], safeguards: [s1],
   basis: reconstructed}
- {id: t2, number: 1.1, title: Two, parent: t1, lead: council, supporting: [office], depends_on: [t1],
   measures: [{id: m1, title: M}, {id: m2, title: N, basis: illustrative}],
   facts: [{text: So, basis: reconstructed}, {text: Yes}]}
- {id: t3, number: 2, title: Three, aspect: a2, lead: office, supporting: council, indicators: [trees]}
""",
    "data/safeguards.yml": "- {id: s1, number: 1, title: Money, lead: [office], supporting: [council]}\n",
    "data/dimensions.yml": "- {id: sex, title: Sex, values: [{id: female, title: Women}, {id: male, title: Men}]}\n",
    "data/indicators.yml": """\
- {id: jobs, title: Jobs, unit: people, direction: up, dimensions: [sex], start: {sex: male}}
- {id: trees, title: Trees, unit: trees, direction: up, aspect: a2}
- {id: oaks, title: Oaks, unit: trees, direction: up, parent: trees}
""",
    "data/observations.csv": """\
indicator,area,period,value,source,sex,basis,status
jobs,whole,2018,60,report,male,,
jobs,whole,2017,50,report,male,,
jobs,whole,2017,70,report,female,,
jobs,north,2017,5,report,male,illustrative,
trees,whole,2017,9,report,,,
trees,whole,2018,,report,,,O
""",
    "data/targets.csv": """\
indicator,area,period,value,source,sex
jobs,whole,2020,80,report,male
jobs,whole,2018,61,report,male
trees,north,2020,9,report,
""",
    "data/progress.csv": """\
task,area,date,status
t1,,2018-12,on-track
t1,,2018-06,at-risk
t1,north,2018-06,on-track
t2/m1,,2018-06,completed
""",
}


@pytest.fixture
def plan(a_plan):
    return a_plan(FILES)


def ids(records):
    return [record.id for record in records]


def test_areas(plan):
    """Peers are the direct parts that count; the rest is neither whole nor peer."""
    assert plan.root.id == "whole"
    assert ids(plan.peers) == ["south", "north"]
    assert ids(plan.other_areas) == ["ward", "zone"]


def test_aspects_and_tasks_from_both_ends(plan):
    """A task without an aspect is in its parent's; lists keep the order of the files."""
    t1, t2, t3 = plan.tasks.values()

    assert [plan.aspect_of(task).id for task in (t1, t2, t3)] == ["a1", "a1", "a2"]
    assert ids(plan.tasks_in(plan.aspects["a1"])) == ["t1", "t2"]
    assert plan.tasks_in(plan.aspects["a1-1"]) == ()
    assert ids(plan.aspects_under(None)) == ["a1", "a2"]
    assert ids(plan.aspects_under(plan.aspects["a1"])) == ["a1-1"]
    assert ids(plan.tasks_under(t1)) == ["t2"]
    assert ids(plan.tasks_depending_on(t1)) == ["t2"]
    assert ids(plan.tasks_naming(plan.areas["north"])) == ["t1"]
    assert plan.tasks_naming(plan.areas["south"]) == ()
    assert ids(plan.tasks_measured_by(plan.indicators["jobs"])) == ["t1"]
    assert ids(plan.tasks_secured_by(plan.safeguards["s1"])) == ["t1"]


def test_organisations_from_both_ends(plan):
    """What one leads comes before what it supports, tasks before safeguards."""
    office, council = plan.organisations["office"], plan.organisations["council"]

    assert plan.involvements_of(office) == (
        Involvement("lead", "tasks", "t1"),
        Involvement("lead", "tasks", "t3"),
        Involvement("lead", "safeguards", "s1"),
        Involvement("supporting", "tasks", "t2"),
    )
    assert plan.organisations_of(plan.tasks.values()) == {
        council.id: {"lead", "supporting"},
        office.id: {"lead", "supporting"},
    }
    assert list(plan.organisations_of([plan.tasks["t1"]])) == ["office"]


def test_indicators_from_both_ends(plan):
    """An aspect has the indicators that name it and those its tasks use."""
    assert ids(plan.indicators_in(plan.aspects["a1"])) == ["jobs"]
    assert ids(plan.indicators_in(plan.aspects["a2"])) == ["trees"]
    assert ids(plan.indicators_under(plan.indicators["trees"])) == ["oaks"]
    assert ids(plan.indicators_for(plan.areas["north"])) == ["jobs", "trees"]
    assert plan.indicators_for(plan.areas["zone"]) == ()


def test_series_are_sorted_and_split_by_breakdown(plan):
    """An indicator opens with `start`; another breakdown is asked for by name."""
    jobs, whole = plan.indicators["jobs"], plan.root

    assert [row.value for row in plan.observations_of(jobs, whole)] == [50, 60]
    assert [row.value for row in plan.observations_of(jobs, whole, (("sex", "female"),))] == [70]
    assert plan.observations_of(jobs, whole, ()) == ()
    assert [row.value for row in plan.targets_of(jobs, whole)] == [61, 80]
    assert [len(rows) for rows in plan.rows_of(jobs)] == [4, 2]
    assert plan.rows_of(plan.indicators["oaks"]) == ((), ())


def test_reports_by_task_measure_and_area(plan):
    """By date; those for the whole unless an area is named."""
    assert [report.status for report in plan.reports_on("t1")] == ["at-risk", "on-track"]
    assert [report.status for report in plan.reports_on("t1", "north")] == ["on-track"]
    assert [report.area for report in plan.area_reports_on("t1")] == ["north"]
    assert [report.status for report in plan.reports_on("t2/m1")] == ["completed"]
    assert plan.reports_on("t3") == ()


def test_last_value_and_final_target(plan):
    """Missing values are passed over; None where there is nothing."""
    trees = plan.observations_of(plan.indicators["trees"], plan.root)
    jobs = plan.observations_of(plan.indicators["jobs"], plan.root)

    assert last_value(trees).value == Decimal(9)
    assert last_value(jobs, parse_period("2017")).value == Decimal(50)
    assert last_value(jobs, parse_period("2016")) is None
    assert last_value([]) is None
    assert final_target(plan.targets_of(plan.indicators["jobs"], plan.root)).value == Decimal(80)
    assert final_target(()) is None


def test_bases_count_everything_that_rests_on_something(plan):
    """Words, numbers, measures and facts."""
    assert plan.bases == {"official", "derived", "reconstructed", "illustrative"}


def test_restricted_to_all_bases_is_the_same_plan(plan):
    """Nothing is copied where nothing is left out."""
    assert plan.restricted_to(plan.bases) is plan


def test_restricted_plan_holds_nothing_of_another_basis(plan):
    """Records, rows, measures and facts are left out, and so is every reference to them."""
    small = plan.restricted_to(["official"])

    assert small.bases == {"official"}
    assert list(small.aspects) == ["a1", "a1-1"]
    assert list(small.tasks) == ["t2", "t3"]
    assert (small.tasks["t2"].parent, small.tasks["t2"].depends_on) == (None, ())
    assert small.tasks["t3"].aspect is None
    assert small.indicators["trees"].aspect is None
    assert ids(small.tasks["t2"].measures) == ["m1"]
    assert [fact.text.get("en") for fact in small.tasks["t2"].facts] == ["Yes"]
    assert small.areas["zone"].facts == ()
    assert [row.basis for row in small.observations] == ["official"] * 5
    assert {report.task for report in small.progress} == {"t2/m1"}


def test_restricted_task_keeps_the_aspect_of_a_parent_that_is_left_out(plan):
    """A task does not fall out of the plan because the one above it does."""
    small = plan.restricted_to(["official"])

    assert ids(small.tasks_in(small.aspects["a1"])) == ["t2"]


def test_site_settings_choose_what_is_built(a_plan):
    """`include_basis` restricts the plan that everything is made from."""
    settings = {"site_config.yml": "site_name: A\ninclude_basis: [official, reconstructed]\n"}

    assert a_plan({**FILES, **settings}).bases == {"official", "reconstructed"}


def test_places_of_records(plan):
    """Pages link to the record they were made from."""
    assert str(plan.places["tasks", "t3"]) == "data/tasks.yml:6:3"
