"""Two plans side by side by a map: kept, changed, dropped, new, and their targets."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from conftest import SMALL_PLAN
from site_fixtures import page, with_bases

from generator.check import load_plan
from generator.cli import main
from generator.config import load_config
from generator.editions_view import sections
from generator.publish import refused_by_data
from generator.releases import input_hashes
from generator.state import structure_hash

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


# --- on the site ------------------------------------------------------------------------------------------------


def _rows(table):
    """The rows of a table's body, each as the texts of its cells."""
    return [
        [cell.text for cell in row.walk() if cell.tag in ("th", "td")] for row in table.one("tbody").all("tr")
    ]


def _tables(site, address):
    return {table.one("caption").text: _rows(table) for table in page(site, address).all("table")}


def test_the_page_sets_the_plans_side_by_side(small_site):
    """Each record by what became of it, as the map joins them, and the targets of both."""
    tables = _tables(small_site, "en/editions/")
    shown = page(small_site, "en/editions/")

    assert shown.one("h2").text.startswith("Exampleshire Lanes Plan")
    assert "The streets plan replaced the lanes plan in 2019." in shown.text
    assert "Tasks: 1 changed, 1 dropped, 2 new and 1 kept." in shown.text
    assert tables["What became of the records, in numbers"][0] == ["Tasks", "1", "1", "2", "1"]
    tasks = tables["Tasks: what became of each (5)"]
    assert tasks[0][:3] == ["1. Mend the streets", "4. Mend the lanes", "Changed"]
    assert tasks[0][3].startswith("Title reworded; Summary reworded; Text reworded; Supporting: None named →")
    assert tasks[1][:3] == ["Not in this plan", "6. Paint the fences | {{ 7*7 }} <b>red</b>", "Dropped"]
    assert tasks[4] == ["2. Plant trees reconstructed", "5. Plant trees", "Kept", ""]
    targets = tables["Targets side by side"]
    assert targets[0] == ["Trees in lanes", "Exampleshire", "at least 400 trees (2018)", "–", "–"]
    assert shown.one("section", "pe-wordings").one("del").text == "lanes"


def test_the_page_speaks_every_language_of_the_plan(small_site):
    """And is reached from the foot of every page, and from that of the plan."""
    assert "重点任务：调整1项、取消1项、新增2项和保留1项。" in page(small_site, "zh/editions/").text
    runs = [node.text for node in page(small_site, "zh/editions/").one("section", "pe-wordings").all("ins")]
    assert "街道" in runs
    assert any(link.text == "计划对照" for link in page(small_site, "zh/tasks/1/").one("footer").all("a"))
    assert "计划对照：样例郡小巷计划" in page(small_site, "zh/plan/").text


def test_a_kind_that_the_map_leaves_out_is_not_told(a_view):
    """Of aspects nobody said which belong together, so that none is called dropped."""
    [section] = sections(a_view(_beside({"map.yml": "tasks: {t1: n1}\n"})))

    assert [table.id for table in section.tables] == ["edition-1-counts", "edition-1-tasks"]
    assert "The map does not tell which of these belong together: Aspects and Indicators." in section.remarks


def _beside(files=None):
    """The files of a plan with another one beside it."""
    earlier = {**SMALL_PLAN, **NEW}
    return {
        "site_config.yml": "site_name: A small plan\neditions: [{plan: earlier, map: map.yml}]\n",
        "map.yml": "tasks: {t1: n1}\nindicators: {jobs: work}\n",
        **{f"earlier/{name}": text for name, text in earlier.items()},
        **(files or {}),
    }


def test_targets_of_pairs(a_view):
    """Both targets and their difference, in the unit."""
    [section] = sections(a_view(_beside()))
    rows = [tuple(cell.text for cell in row) for row in section.tables[-1].rows]

    there, here = "at least 250 people (2020)", "at least 200 people (2020)"
    assert rows[0] == ("Jobs", "The whole", there, here, "−50 people")


def test_no_page_where_no_other_plan_is_named(hebei_view):
    """Nothing is compared that nobody asked for."""
    assert not hebei_view("zh").has_page("editions")


def test_numbers_that_the_site_leaves_out_are_left_out_of_the_other_plan_too(a_plan_folder):
    """And what may not be published is refused for its sake too."""
    made_up = "indicator,area,period,value,basis\nwork,whole,2020,250,illustrative\n"
    config = load_config(a_plan_folder(_beside({"earlier/data/targets.csv": made_up})))
    plan, _ = load_plan(config)
    without, _ = load_plan(with_bases(config, "official", "derived"))

    assert [len(one.editions[0].plan.targets) for one in (plan, without)] == [1, 0]
    assert "1 record is illustrative" in refused_by_data(config, plan, preview=True)[0]


def test_what_stands_beside_a_plan_counts_among_what_the_site_is_made_from(a_plan_folder):
    """For releases, and for what a build may take over from the last one."""
    config = load_config(a_plan_folder(_beside()))
    before, hashes = structure_hash(config, ""), input_hashes(config)
    (config.folder / "earlier" / "data" / "targets.csv").write_text("indicator,area,period,value\n", encoding="utf-8")

    assert {"map.yml", "earlier/site_config.yml", "earlier/data/targets.csv"} <= set(hashes)
    assert structure_hash(config, "") != before
