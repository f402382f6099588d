"""The Hebei data are complete, and honest about what is known and what is not."""

from pathlib import Path

import pytest

from generator.check import check_plan
from generator.config import load_config
from generator.problems import errors_in

ROOT = Path(__file__).parents[1]
OFFICIAL_TASKS = {"07", "08", "09"}
"""The tasks whose wording has been seen; all others are working texts."""
ANNEX_PAGES = {"annex-1": "responsibilities", "annex-2": "targets", "annex-3": "monitoring"}


@pytest.fixture(scope="module")
def checked():
    return check_plan(load_config(ROOT / "site_config.yml"))


@pytest.fixture(scope="module")
def plan(checked):
    plan, problems = checked
    assert plan is not None, problems
    return plan


@pytest.fixture(scope="module")
def numbers(plan):
    """Every observation and target."""
    return (*plan.observations, *plan.targets)


def test_no_errors(checked):
    """The data pass every check; no text lacks a translation and no published number its source."""
    _, problems = checked

    assert errors_in(problems) == []
    assert {problem.code for problem in problems} <= {
        "outside-period", "no-baseline", "no-shape", "sum-not-checked", "mixed-frequency",
    }  # fmt: skip


def test_identity(plan):
    """Number, date, issuer and years as published."""
    identity = plan.identity

    assert (identity.document_number, str(identity.issued)) == ("冀政发〔2018〕6号", "2018-03-03")
    assert (identity.period.start, identity.period.end, identity.period.baseline) == (2018, 2020, 2017)
    assert plan.organisations[identity.issuer].kind == "government"
    assert {annex.id: annex.shows for annex in identity.annexes} == ANNEX_PAGES


def test_shape_of_the_plan(plan):
    """Three parts, 8 aspects, 35 tasks, 6 safeguards, three stages, 14 areas beside each other."""
    assert [part.number for part in plan.identity.parts] == ["1", "2", "3"]
    assert list(plan.aspects) == [f"a{number}" for number in range(1, 9)]
    assert list(plan.tasks) == [f"{number:02}" for number in range(1, 36)]
    assert [task.number for task in plan.tasks.values()] == [str(number) for number in range(1, 36)]
    assert list(plan.safeguards) == [f"s{number}" for number in range(1, 7)]
    assert [str(stage.period) for stage in plan.identity.stages] == ["2018", "2019", "2020"]
    assert len(plan.peers) == 14
    assert [area.id for area in plan.other_areas] == ["jingnan-zone"]


def test_tasks_stand_in_order_of_their_aspects(plan):
    """Aspect 1 holds tasks 1 to 6; aspect 2 begins with task 7; no aspect is empty."""
    tasks = {aspect.id: [int(task.number) for task in plan.tasks_in(aspect)] for aspect in plan.aspects.values()}

    assert tasks["a1"] == [1, 2, 3, 4, 5, 6]
    assert tasks["a2"][:4] == [7, 8, 9, 10]
    assert [number for numbers in tasks.values() for number in numbers] == list(range(1, 36))
    assert all(tasks.values())


def test_only_what_was_seen_is_official(plan):
    """Tasks 7, 8 and 9 are the plan's; all others, with their measures, say that they are working texts."""
    assert {task.id for task in plan.tasks.values() if task.basis == "official"} == OFFICIAL_TASKS
    assert {task.basis for task in plan.tasks.values() if task.id not in OFFICIAL_TASKS} == {"reconstructed"}
    for task in plan.tasks.values():
        assert {measure.basis for measure in task.measures} <= {task.basis}


def test_working_texts_hold_no_invented_figures(plan):
    """A reconstructed text has no number but years and the names of measures with one in them."""
    for task in plan.tasks.values():
        if task.basis == "reconstructed" and task.text:
            for text in task.text.by_language.values():
                assert "%" not in text, task.id
                assert "亿" not in text, task.id


def test_every_published_number_has_a_source(numbers):
    """Official and derived numbers lead to where they were read; made-up ones to the rule that made them."""
    assert [row for row in numbers if row.basis in ("official", "derived") and row.source is None] == []
    assert {row.source for row in numbers if row.basis == "illustrative"} == {"illustrative-rule"}


def test_derived_numbers_say_how(numbers):
    """A value that the editors computed comes with its formula."""
    assert [row for row in numbers if row.basis == "derived" and not row.note] == []


def test_made_up_numbers_never_stand_beside_published_ones(plan):
    """No illustrative row has the key of an official or derived one, whatever the spelling of its period."""
    for rows in (plan.observations, plan.targets, plan.progress):
        keys = {basis: {row.key for row in rows if (row.basis == "illustrative") is basis} for basis in (True, False)}

        assert keys[True] & keys[False] == set()


def test_made_up_numbers_stand_in_files_of_their_own():
    """`illustrative.csv` holds nothing else, and no other table holds any."""
    for path in (ROOT / "data").rglob("*.csv"):
        rows = path.read_text(encoding="utf-8").splitlines()[1:]

        assert rows, path
        assert all((",illustrative," in f"{row},") is (path.stem == "illustrative") for row in rows), path


def test_no_published_number_was_lost(plan):
    """At least the figures verified when the plan was entered: 198 observations and 73 targets."""
    published = [row for row in plan.observations if row.basis in ("official", "derived")]

    assert len(published) >= 198
    assert len([row for row in plan.targets if row.basis == "official"]) >= 73


def test_plan_without_made_up_numbers_is_whole(plan):
    """One switch in the settings leaves a plan of published figures only."""
    published = plan.restricted_to(["official", "derived", "reconstructed"])

    assert published.bases == {"official", "derived", "reconstructed"}
    assert list(published.tasks) == list(plan.tasks)
    assert published.progress == ()
    assert len(published.observations) >= 198


def test_tiles_show_every_compared_area_once(plan):
    """The tile map has a place for each of the 14."""
    tiles = [area.tile for area in plan.peers]

    assert None not in tiles
    assert len(set(tiles)) == 14


def test_parents_say_what_they_include(plan):
    """Xiong'an, Dingzhou and Xinji lie inside prefecture cities: each has a note on what the sums hold."""
    for name in ("xiongan", "dingzhou", "xinji"):
        assert plan.areas[name].note is not None, name


def test_no_map_without_a_review_number():
    """The default picture is the tile map."""
    assert load_config(ROOT / "site_config.yml").site.map.kind == "tiles"
