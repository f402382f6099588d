"""Two plans side by side by a map: kept, changed, dropped, new, and their targets."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from conftest import SMALL_PLAN

from generator.cli import main

OLD = {
    **SMALL_PLAN,
    "data/plan.yml": SMALL_PLAN["data/plan.yml"].replace("A small plan", "The first plan"),
    "data/tasks.yml": """\
- {id: t1, number: 1, title: Train many people, aspect: a1, lead: office, indicators: [jobs]}
- {id: t2, number: 2, title: Plant trees, aspect: a2, lead: office, indicators: [trees]}
- {id: t3, number: 3, title: Build | roads, aspect: a2, lead: office}
""",
}
NEW = {
    "data/plan.yml": SMALL_PLAN["data/plan.yml"].replace("A small plan", "The second plan"),
    "data/tasks.yml": """\
- {id: n1, number: 1, title: Train most people, aspect: a1, lead: council, indicators: [work]}
- {id: n2, number: 2, title: Plant trees, aspect: a2, lead: office, indicators: [trees], supersedes: [t2]}
- {id: t3, number: 3, title: Clean the air, aspect: a2, lead: office}
""",
    "data/indicators.yml": SMALL_PLAN["data/indicators.yml"].replace("id: jobs", "id: work"),
    "data/observations.csv": "indicator,area,period,value,source\nwork,whole,2017,100,report\n",
    "data/targets.csv": """\
indicator,area,period,value,source
work,whole,2020,250,report
trees,north,2020,9,report
""",
}
MAP = """\
aspects: same-ids
organisations: same-ids
tasks: {n1: t1, n2: [t2]}
indicators: {work: jobs, trees: trees}
"""


@pytest.fixture
def plans(a_plan_folder, tmp_path):
    """The settings of the old plan and of the new one, which stands beside its map."""
    new = a_plan_folder(NEW)
    (new.parent / "map.yml").write_text(MAP, encoding="utf-8")
    for name, text in OLD.items():
        path = tmp_path / "old" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "old" / "site_config.yml", new


def _compare(plans, *options, code=0):
    arguments = ["compare-plans", str(plans[0]), "--config", str(plans[1]), *options]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code, result.output
    return result.output


def _mapped(plans):
    return ("--map", str(plans[1].parent / "map.yml"))


def test_what_became_of_every_task(plans):
    """Reworded word by word; roles by name; the same id alone means nothing."""
    lines = _compare(plans, *_mapped(plans)).splitlines()

    assert lines[0] == "# The first plan → The second plan"
    assert "| Tasks | 1 | 1 | 1 | 1 |" in lines
    assert "- **1. Train many people** → **1. Train most people**" in lines
    assert "  - Title: Train ~~many~~**most** people" in lines
    assert "  - Lead: Office → Council" in lines
    assert lines[lines.index("## Tasks: Dropped (1)") + 2] == r"- 3. Build \| roads"
    assert lines[lines.index("## Tasks: New (1)") + 2] == "- 3. Clean the air"
    assert lines[lines.index("## Tasks: Kept (1)") + 2] == "- **2. Plant trees** → **2. Plant trees**"


def test_targets_stand_side_by_side(plans):
    """Where the map joins their indicators; a target that only one plan has stands alone."""
    lines = _compare(plans, *_mapped(plans)).splitlines()

    assert "| Jobs | The whole | at least 200 people (2020) | at least 250 people (2020) | +50 people |" in lines
    assert "| Trees | North | – | at least 9 trees (2020) | – |" in lines


def test_json_says_the_same(plans):
    """With the ids of both plans, and numbers as text."""
    told = json.loads(_compare(plans, *_mapped(plans), "--format", "json"))

    assert told["counts"]["tasks"] == {"changed": 1, "dropped": 1, "new": 1, "kept": 1}
    assert told["targets"][0]["difference"] == "50"
    assert told["targets"][0]["indicator"] == ["jobs", "work"]
    assert [one["edits"] for one in told["records"] if one["to"] == "n2"] == [[]]


def test_without_a_map_only_what_tasks_say_they_replace(plans):
    """Nothing is matched by guess."""
    told = json.loads(_compare(plans, "--format", "json"))

    assert told["counts"]["tasks"] == {"changed": 0, "dropped": 2, "new": 2, "kept": 1}
    assert told["counts"]["indicators"]["new"] == told["counts"]["indicators"]["dropped"] == 2


def test_several_tasks_that_became_one(plans):
    """They are changed, even where no word is."""
    (plans[1].parent / "map.yml").write_text("tasks: {n2: [t2, t3]}\n", encoding="utf-8")
    lines = _compare(plans, *_mapped(plans)).splitlines()

    assert r"- **2. Plant trees and 3. Build \| roads** → **2. Plant trees**" in lines


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tasks: {n9: t1}\n", "map.yml:1:9: error[unknown-task] there is no 'n9' in tasks of the new plan"),
        ("tasks:\n  n1: [t1, t7]\n", "map.yml:2:3: error[unknown-task] there is no 't7' in tasks of the other plan"),
        ("task: {n1: t1}\n", "error[unknown-field] 'task' is no kind of a map; did you mean 'tasks'?"),
        ("tasks: some\n", "error[wrong-type] 'tasks' is no map of ids"),
        ("- tasks\n", "error[wrong-type] the map holds no kinds"),
        ("tasks: {n1\n", "error[bad-yaml]"),
    ],
)
def test_a_faulty_map(plans, text, said):
    """Every fault at its place, and nothing is compared."""
    (plans[1].parent / "map.yml").write_text(text, encoding="utf-8")

    assert said in _compare(plans, *_mapped(plans), code=1)


def test_wrong_use(plans):
    """A language without texts, a map that is not there."""
    assert "no texts in 'fr'" in _compare(plans, "--language", "fr", code=2)
    assert "there is no file" in _compare(plans, "--map", "none.yml", code=2)
