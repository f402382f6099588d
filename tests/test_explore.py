"""The explorer: every task in one table, what each filter finds it by, and its place in the order of each column."""

from __future__ import annotations

import pytest

from generator import explore_view
from generator.rendering import render_pages

TASKS = """\
- {id: t1, number: 1, title: Train people, aspect: a1, lead: office, indicators: [jobs],
   measures: [{id: m1, title: A, due: '2020', kind: reform}, {id: m2, title: B}]}
- {id: t2, number: 2, title: Plant trees, aspect: a2, areas: [north, south], indicators: [trees],
   measures: [{id: m1, title: C, due: '2018-06', kind: platform}]}
- {id: t3, number: 3, title: Mend roads, aspect: a2, lead: [council, office]}
"""
PROGRESS = "task,date,status,basis,source\nt2,2019-12-31,completed,illustrative,\n"


@pytest.fixture
def view(a_view):
    return a_view({"data/tasks.yml": TASKS, "data/progress.csv": PROGRESS})


def test_a_row_is_found_by_every_value_it_has(view):
    """Several leads, places and kinds of measures all count; what is missing is `none`, a place the whole."""
    first, second, third = explore_view.rows(view)

    assert first.values["kind"] == ("reform", "other")
    assert (first.values["area"], second.values["area"]) == (("whole",), ("north", "south"))
    assert (second.values["lead"], third.values["lead"]) == (("none",), ("council", "office"))
    assert (second.values["status"], third.values["status"]) == (("completed",), ("unknown",))
    assert [row.values["due"] for row in (first, second, third)] == [("2020",), ("2018",), ("2020",)]


def test_columns_have_an_order_of_their_own(view):
    """Due dates by time, statuses in the readers' order, aspects as in the plan; equal ones share a place."""
    columns = [column.title for column in explore_view.table(view).columns]
    ranks = list(zip(*(row.ranks for row in explore_view.rows(view)), strict=True))

    assert ranks[columns.index("Due")] == (1, 0, 1)
    assert ranks[columns.index("Reported")] == (1, 0, 1)
    assert ranks[columns.index("Aspect")] == (0, 1, 1)


def test_filters_offer_only_what_divides_the_tasks(view):
    """Values that no task has are not offered; what is missing can be chosen in words."""
    found = {one.name: [choice.title for choice in one.choices] for one in explore_view.filters(view)}

    assert found["lead"][:2] == ["Council", "Office"]
    assert len(found["lead"]) == 3
    assert found["status"] == ["Completed", "No information"]
    assert found["due"] == ["2018", "2020"]
    assert "measured" not in found  # nothing is measured in any task


def test_the_whole_table_stands_without_a_script(view):
    """The form is hidden until its script comes; every task is a row with the values that the script reads."""
    (page,) = (page for page in render_pages(view, view.config.templates) if page.path == "explore")
    text = "".join(page.blocks)

    assert text.count("<tr data-id=") == 3
    assert '<form class="pe-filter" id="pe-explore" hidden' in text
    assert 'data-area="north south"' in text
    assert page.scripts == ("explore.js",)


@pytest.mark.parametrize("basis, made_up", [("illustrative", True), ("derived", False)])
def test_it_says_when_a_status_is_made_up(a_view, basis, made_up):
    """One illustrative report is enough; without any there is nothing to say."""
    view = a_view({"data/tasks.yml": TASKS, "data/progress.csv": PROGRESS.replace("illustrative,", f"{basis},report")})

    assert explore_view.rests_on_illustration(view) is made_up


def test_a_plan_without_tasks_has_no_explorer(a_view):
    """There is nothing to choose from."""
    view = a_view({"data/tasks.yml": "[]\n", "data/indicators.yml": "[]\n", "data/observations.csv": None,
                   "data/targets.csv": None})  # fmt: skip

    assert not view.has_page("explore")
