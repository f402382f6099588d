"""What a page said before, and since when; the marks beside values that were revised."""

from __future__ import annotations

import pytest
from release_samples import DATED, HEAD, view_with_history, write

from generator.config import load_config
from generator.history_view import page_history
from generator.releases import make_release


@pytest.fixture
def plan_file(a_plan_folder):
    return a_plan_folder({"data/plan.yml": DATED})


def _rows(past):
    return [tuple(cell.text or cell.status or "" for cell in row) for row in past.table.rows]


def test_there_is_none_before_the_first_release(plan_file):
    """And no value is marked."""
    view = view_with_history(plan_file)

    assert page_history(view, "tasks", "t1") is None
    assert view.marks(view.plan.observations[0]) == ()


def test_a_page_says_what_it_said_before_and_since_when(plan_file):
    """The newest first; what is only new is counted."""
    config = load_config(plan_file)
    make_release(config, "one")
    write(plan_file, "observations.csv", HEAD + "jobs,whole,2017,110,report\njobs,north,2018,5,report\n")
    make_release(config, "two", date="2021-03-01")
    write(plan_file, "observations.csv", HEAD + "jobs,whole,2017,120,report\njobs,north,2018,5,report\n")
    view = view_with_history(plan_file)
    past = page_history(view, "indicators", "jobs")

    assert past.sentence == "It first stood in release one (31 December 2020)."
    assert _rows(past) == [
        ("Jobs", "not yet released", "Value revised", "110 people", "120 people"),
        ("Jobs", "two (1 March 2021)", "Value revised", "100 people", "110 people"),
        ("Values", "two (1 March 2021)", "1 value added", "", ""),
    ]
    assert page_history(view, "indicators", "trees").sentence.endswith("It has not changed since.")
    assert [row[1] for row in _rows(page_history(view, "areas", "north"))] == ["two (1 March 2021)"]


def test_a_task_tells_its_roles_and_its_words(plan_file):
    """Also on the pages of the aspect and of the organisations."""
    make_release(load_config(plan_file), "one")
    tasks = plan_file.parent / "data" / "tasks.yml"
    text = tasks.read_text(encoding="utf-8")
    write(
        plan_file,
        "tasks.yml",
        text.replace("Train people, aspect: a1, lead: office", "Train all, aspect: a2, lead: council"),
    )
    view = view_with_history(plan_file)
    past = page_history(view, "tasks", "t1")

    assert past.wordings[0].runs == [("same", "Train "), ("old", "people"), ("new", "all")]
    assert ("Train all", "not yet released", "Moved", "People", "Places") in _rows(past)
    assert ("Train all", "not yet released", "Responsibility: Office", "Lead", "no part") in _rows(past)
    for kind, key in (("aspects", "a1"), ("aspects", "a2"), ("organisations", "office"), ("organisations", "council")):
        assert page_history(view, kind, key).table is not None, key


def test_revised_values_are_marked_with_the_earlier_one(plan_file):
    """Until the next release as not released; what was added after the last release as new."""
    config = load_config(plan_file)
    make_release(config, "one")
    write(plan_file, "observations.csv", HEAD + "jobs,whole,2017,110,report\njobs,north,2018,5,report\n")
    view = view_with_history(plan_file)
    assert [[mark.word for mark in view.marks(row)] for row in view.plan.observations] == [
        ["changed since release one; it was 100"],
        ["new since release one"],
    ]
    make_release(config, "two")
    view = view_with_history(plan_file)
    assert [[(mark.kind, mark.word) for mark in view.marks(row)] for row in view.plan.observations] == [
        [("revised", "revised; 100 in release one")],
        [],
    ]


def test_targets_too(plan_file):
    """A target that moved says where it stood."""
    make_release(load_config(plan_file), "one")
    write(plan_file, "targets.csv", HEAD + "jobs,whole,2020,150,report\n")
    view = view_with_history(plan_file)

    assert [mark.word for mark in view.marks(view.plan.targets[0])] == ["changed since release one; it was 200"]
