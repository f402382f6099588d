"""What pages say about progress: every number in its formula, and every missing verdict with its reason."""

from __future__ import annotations

import pytest

from generator import verdicts
from generator.rendering import render_pages

OBSERVATIONS = "indicator,area,period,value,status,basis,source\n"
TARGETS = "indicator,area,period,operator,value,basis,source\n"


@pytest.fixture
def see(a_view):
    """The small plan with these rows of numbers and other files, through one language."""

    def look(observations="", targets="", code="en", **files):
        numbers = {"data/observations.csv": OBSERVATIONS + observations, "data/targets.csv": TARGETS + targets}
        return a_view({**numbers, **{f"data/{name.replace('_', '.')}": text for name, text in files.items()}}, code)

    return look


def working(view, indicator="jobs"):
    return verdicts.working(view, view.standing(view.plan.indicators[indicator], view.plan.root))


ON_THE_WAY = "jobs,whole,2016,90,,,report\njobs,whole,2017,100,,,report\njobs,whole,2019,150,P,,report\n"
GOAL = "jobs,whole,2020,,200,,report\n"


def test_numbers_stand_in_the_formulae(see):
    """A reader can redo each line with a pocket calculator."""
    found = working(see(ON_THE_WAY, GOAL))

    assert [line.sum for line in found.lines] == [
        "(150 − 100) ÷ (200 − 100) = 50.0%",
        "100 + (200 − 100) × (2019 − 2017) ÷ (2020 − 2017) = 166.67",
        "(150 − 100) ÷ (166.67 − 100) = 75.0%",
        "(150 ÷ 100)^(1 ÷ 2) − 1 = 22.47%",
        "(200 ÷ 100)^(1 ÷ 3) − 1 = 25.99%",
        "22.47% ÷ 25.99% = 86.5%",
    ]


def test_the_verdict_its_pace_and_what_would_change_it(see):
    """Everything that the issue asks for, in sentences."""
    found = working(see(ON_THE_WAY, GOAL))
    text = " ".join((*found.sentences, *found.changes))

    assert "A ratio of 75.0% means “Progress, but too slow” (from 60% to less than 95%)." in text
    assert "Both methods lead to “Progress, but too slow”." in text
    assert "From here it needs +50 people a year until 2020; from 2017 to 2019 it gave +25 people a year." in text
    assert "The value judged is provisional or estimated." in text
    assert "“On track” would have needed 163.33 people in 2019." in text
    assert "Counted from 2016 instead of 2017 it would be the same." in text
    assert "Without the last value, which is provisional or estimated: “no verdict”." in text


def test_in_chinese_the_same_numbers_stand_with_full_width_marks(see):
    found = working(see(ON_THE_WAY, GOAL, "zh"))

    assert found.lines[0].sum == "（150 − 100）÷（200 − 100）＝ 50.0%"


def test_methods_that_disagree_are_named(see):
    """The numbers of vector V05."""
    plan = """\
- {id: jobs, title: Jobs, unit: people, direction: down}
- {id: trees, title: Trees, unit: trees, direction: up}
"""
    rows = "jobs,whole,2017,80000,,,report\njobs,whole,2019,52000,,,report\n"
    found = working(see(rows, "jobs,whole,2020,,40000,,report\n", indicators_yml=plan))

    assert "The two methods disagree: along the plan’s path “On track”, by annual growth “Progress, but too slow”." in (
        found.sentences
    )
    assert "By the other method: “Progress, but too slow”." in found.changes


def test_why_there_is_no_growth_rate(see):
    found = working(see("jobs,whole,2017,0,,,report\njobs,whole,2019,3,,,report\n", "jobs,whole,2020,,10,,report\n"))

    assert "There is no annual growth rate, because the baseline is zero." in found.sentences
    assert len(found.lines) == 3


def test_a_verdict_on_made_up_numbers_says_so(see):
    """In the heading of its section, too."""
    view = see(ON_THE_WAY.replace("150,P,,", "150,P,illustrative,"), GOAL)
    page = next(one for one in render_pages(view, view.config.templates) if one.path == "indicators/jobs")

    assert working(view).is_illustrative
    assert "## Illustration: How this was worked out" in page.markdown


def test_without_target_the_trend_is_told_and_is_no_verdict(see):
    found = working(see(ON_THE_WAY))

    assert found.sentences[0] == "No target, so no verdict."
    assert "From 2017 to 2019 the value changed by +22.5% a year." in found.sentences


def test_nothing_known_is_nothing_to_work_out(see):
    assert working(see()) is None


def test_values_after_the_target_only_are_not_called_judged(see):
    found = working(see("jobs,whole,2022,5,,,report\n", GOAL))

    assert not any("The value judged" in sentence for sentence in found.sentences)


# --- areas ------------------------------------------------------------------------------------------------------

STAGES = "trees,north,2018,,10,,report\ntrees,north,2019,,20,,report\ntrees,north,2020,,30,,report\n"
AS_OF = """\
id: small
title: A small plan
issuer: council
area: whole
period: {start: 2018, end: 2020, baseline: 2017}
languages: [en]
as_of: 2020-06-30
"""


def test_the_story_of_an_area(see):
    """Met, missed by how much, and what is due next."""
    rows = "trees,north,2018,12,,,report\ntrees,north,2019,15,,,report\n"
    view = see(rows, STAGES, plan_yml=AS_OF)
    summary, lines = verdicts.area_story(view, view.plan.areas["north"])

    assert summary == ["2 published targets are over: 1 met, 1 missed, 0 that cannot be compared."]
    assert [line.text for line in lines] == [
        "2018 met (12 trees, +2 trees); 2019 missed by 5 trees (15 trees instead of at least 20 trees); "
        "due next: at least 30 trees in 2020."
    ]


def test_made_up_stages_are_counted_apart(see):
    rows = "trees,north,2018,12,,illustrative,report\ntrees,north,2019,20,,,report\n"
    view = see(rows, STAGES, plan_yml=AS_OF)
    summary, lines = verdicts.area_story(view, view.plan.areas["north"])

    assert [sentence.partition(":")[0] for sentence in summary] == [
        "One published target is over",
        "Illustration",
    ]
    assert lines[0].text.startswith("Illustration: 2018 met (12 trees, +2 trees); 2019 met exactly (20 trees)")


def test_published_targets_without_values(see):
    view = see("", STAGES, plan_yml=AS_OF.replace("2020-06-30", "2022-06-30"))
    summary, _ = verdicts.area_story(view, view.plan.areas["north"])

    assert summary == [
        "3 published targets are over; no value of their periods is published that they could be compared with.",
        "No further target is due after 30 June 2022.",
    ]


# --- tasks ------------------------------------------------------------------------------------------------------


def test_a_task_shows_both_answers(see):
    reports = "task,area,date,status,by\nt1,,2018-12-31,completed,office\n"
    view = see(ON_THE_WAY, GOAL, progress_csv=reports)
    standing = verdicts.task_standing(view, view.plan.tasks["t1"])
    row = verdicts.measured_row(view, standing)

    assert row["status"] == "band-moderate"
    assert row["note"].endswith(" What was reported and what was measured do not agree.")
    assert row["value"] == "(indicators that can be judged: 1 of 1: 1 × Progress, but too slow)"


def test_a_task_without_verdict_says_why(see):
    view = see()
    row = verdicts.measured_row(view, verdicts.task_standing(view, view.plan.tasks["t1"]))

    assert row["value"] == "Its one indicator cannot be judged, so there is no verdict."


def test_overdue_reports_in_sentences(see):
    view = see(plan_yml=AS_OF.replace("2020-06-30", "2022-06-30"))

    assert verdicts.overdue_sentences(view, verdicts.task_standing(view, view.plan.tasks["t1"])) == [
        "The due date (2020) is over, and nobody has reported."
    ]


def test_every_task_stands_in_the_table(see):
    table = verdicts.tasks_table(see(ON_THE_WAY, GOAL))

    assert [row[2].status for row in table.rows] == ["band-moderate", None]


# --- the method page --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["en", "zh"])
def test_examples_are_computed(a_view, code):
    """The published vectors, in words."""
    examples = verdicts.method_examples(a_view({}, code))

    assert len(examples) == len(verdicts.EXAMPLES)
    assert "60.0%" in examples[0].lines[2].sum
    assert "78.5%" in examples[0].lines[-1].sum
    assert "105.0%" in examples[2].lines[2].sum


def test_the_bands_of_the_plan_are_told(a_view):
    view = a_view({"data/assessment.yml": "bands: {on_track: 0.9, moderate: 0.5, limited: 0}\n"})

    assert [row[1].text for row in verdicts.bands_table(view).rows][1:5] == [
        "90% or more", "from 50% to less than 90%", "from 0% to less than 50%", "less than 0%",
    ]  # fmt: skip
