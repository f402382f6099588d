"""A new plan is without fault and builds at once; nothing that is there already is touched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from generator import schema
from generator.build import Options, build_site
from generator.check import check_plan
from generator.cli import main
from generator.config import load_config
from generator.problems import UsageError
from generator.scaffold import LANGUAGES, Answers, by_language, new_plan, plan_texts, read_languages

ROOT = Path(__file__).parent.parent

ANSWERS = Answers(
    ("en", "zh"),
    {"en": "Coast Plan", "zh": "海岸计划"},
    {"en": "The Coast", "zh": "海岸地区"},
    {"en": "Coast Council", "zh": "海岸委员会"},
    2031,
    2033,
)


def _texts(**changes):
    return plan_texts(Answers(**{**ANSWERS.__dict__, **changes}), "folder-name")


def _run(*arguments, answers=""):
    return CliRunner().invoke(main, ["new", *map(str, arguments)], input=answers)


def _problems(folder):
    plan, problems = check_plan(load_config(folder / "site_config.yml"))
    return problems if plan else [*problems, "no plan"]


@pytest.mark.parametrize("languages", ["en", "zh", "en,zh", "zh en"])
def test_a_new_plan_is_without_fault(tmp_path, languages):
    """Neither errors nor warnings, in every combination of languages."""
    result = _run(tmp_path / "plan", "--yes", "--languages", languages)

    assert result.exit_code == 0, result.output
    assert _problems(tmp_path / "plan") == []


def test_a_new_plan_builds(tmp_path):
    """The whole site, links checked, from the files as they were written."""
    new_plan(tmp_path / "plan", ANSWERS)
    settings = tmp_path / "plan" / "site_config.yml"
    settings.write_text(settings.read_text(encoding="utf-8") + "features: {png: false}\n", encoding="utf-8")

    report = build_site(load_config(settings), Options(jobs=1))

    assert not report.problems
    assert "海岸计划" in (report.output / "zh" / "index.html").read_text(encoding="utf-8")
    assert (report.output / "en" / "tasks" / "example-training" / "index.html").is_file()


def test_questions_are_asked(tmp_path):
    """Without options the command asks, and an empty answer takes what is offered."""
    result = _run(tmp_path / "plan", answers="en\nHarbour Plan\nThe Harbour\n\n2040\n2042\n")

    assert result.exit_code == 0, result.output
    plan = yaml.safe_load((tmp_path / "plan" / "data" / "plan.yml").read_text(encoding="utf-8"))
    assert plan["title"] == "Harbour Plan"
    assert (plan["id"], plan["area"], plan["issuer"]) == ("harbour-plan", "the-harbour", "regional-government")
    assert plan["period"] == {"start": 2040, "end": 2042, "baseline": 2039}
    assert _problems(tmp_path / "plan") == []


def test_options_answer_the_questions(tmp_path):
    """What is given is not asked; texts come once for each language."""
    result = _run(
        tmp_path / "plan", "--yes", "--languages", "zh,en", "--title", "港口计划", "--title", "Harbour Plan",
        "--area", "港口", "--area", "Harbour", "--issuer", "港务局", "--issuer", "Port Office",
        "--start", "2030", "--end", "2030",
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    plan = yaml.safe_load((tmp_path / "plan" / "data" / "plan.yml").read_text(encoding="utf-8"))
    assert plan["title"] == {"zh": "港口计划", "en": "Harbour Plan"}
    assert plan["languages"] == ["zh", "en"]
    assert _problems(tmp_path / "plan") == []


def test_a_title_in_one_language_only_is_a_warning(tmp_path):
    """Nothing is translated by guessing; `check` counts what is missing."""
    _run(tmp_path / "plan", "--yes", "--languages", "en,zh", "--title", "Harbour Plan")

    assert {problem.code for problem in _problems(tmp_path / "plan")} == {"missing-translation"}


def test_a_folder_in_use_is_refused(tmp_path):
    """Not one file is written where something is."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    result = _run(tmp_path, "--yes")

    assert result.exit_code == 2
    assert "not empty" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_is_refused(tmp_path):
    """A plan is a folder."""
    path = tmp_path / "plan"
    path.write_text("mine", encoding="utf-8")

    assert _run(path, "--yes").exit_code == 2
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_language_without_examples_of_its_own(tmp_path):
    """French pages speak French; examples without French words stand in English until they are replaced."""
    assert _run(tmp_path / "plan", "--yes", "--languages", "fr").exit_code == 0
    assert _problems(tmp_path / "plan") == []
    assert "Mon plan d’action" in (tmp_path / "plan" / "data" / "plan.yml").read_text(encoding="utf-8")


def test_an_empty_folder_is_used(tmp_path):
    """Such as one just made for it."""
    assert _run(tmp_path, "--yes").exit_code == 0
    assert _problems(tmp_path) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--languages", "tlh"), "tlh"),
        (("--start", "2030", "--end", "2029"), "before it starts"),
        (("--languages", "en", "--title", "One", "--title", "Two"), "Two"),
        (("--title", "  "), "empty"),
        (("--start", "12"), "12"),
    ],
)
def test_answers_that_make_no_plan(tmp_path, options, said):
    """Wrong use: one line, exit code 2, nothing written."""
    result = _run(tmp_path / "plan", "--yes", *options)

    assert result.exit_code == 2
    assert said in result.output
    assert not (tmp_path / "plan").exists()


def test_names_make_ids():
    """From the English name; else from whatever has Latin letters; else a plain word."""
    plan = yaml.safe_load(_texts()["data/plan.yml"])
    assert (plan["id"], plan["area"], plan["issuer"]) == ("coast-plan", "the-coast", "coast-council")

    plan = yaml.safe_load(
        _texts(languages=("zh",), title={"zh": "计划"}, area={"zh": "地区"}, issuer={"zh": "Con"})["data/plan.yml"]
    )
    assert (plan["id"], plan["area"], plan["issuer"]) == ("folder-name", "area", "issuer")


def test_a_name_like_an_example_keeps_its_own_id(tmp_path):
    """The ids of the examples are not taken by the answers."""
    answers = Answers(("en",), {"en": "Example"}, {"en": "Example north"}, {"en": "Example department"}, 2030, 2031)
    new_plan(tmp_path / "plan", answers)

    assert _problems(tmp_path / "plan") == []


def test_hostile_names_stay_names(tmp_path):
    """Quotes, braces, line breaks and marks of direction in an answer are text, in YAML and on the page."""
    title = 'A "plan": {{ 7*7 }} # - <b>\\ \u202e\x07\nnext'
    new_plan(tmp_path / "plan", Answers(("en",), {"en": title}, {"en": "It's"}, {"en": "- [x]"}, 2030, 2031))

    plan = yaml.safe_load((tmp_path / "plan" / "data" / "plan.yml").read_text(encoding="utf-8"))
    assert plan["title"] == 'A "plan": {{ 7*7 }} # - <b>\\ next'
    assert _problems(tmp_path / "plan") == []


def test_files_lead_to_their_schemas(tmp_path):
    """The editor completes in a new plan from the first minute."""
    new_plan(tmp_path / "plan", ANSWERS)

    for path in (tmp_path / "plan").rglob("*.yml"):
        line = path.read_text(encoding="utf-8").partition("\n")[0]
        assert (path.parent / line.removeprefix(schema.SCHEMA_LINE)).is_file(), path
    assert "### `tasks.yml`" in (tmp_path / "plan" / "data" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("languages", [("en",), ("zh",)])
def test_comments_speak_the_first_language(languages):
    """Every file of words has a comment, for those who open it first."""
    for name, text in _texts(languages=languages).items():
        if name.endswith(".yml"):
            comments = re.findall(r"# (.*)", text.partition("\n")[2])
            assert comments, name
            assert any("\u4e00" <= letter <= "\u9fff" for letter in " ".join(comments)) is (languages == ("zh",)), name


def test_numbers_are_illustrative():
    """No made-up number may pass for a fact."""
    for name, text in _texts().items():
        if name.endswith(".csv"):
            header, *rows = text.splitlines()
            column = header.split(",").index("basis")
            assert {row.split(",")[column] for row in rows} <= {"illustrative"}, name


def test_the_same_answers_give_the_same_files():
    """No clock and no machine in them."""
    assert _texts() == _texts()
    assert read_languages(" zh，en、zh ") == ("zh", "en")
    assert by_language(("en", "zh"), ["A"]) == {"en": "A"}
    assert LANGUAGES == ("en", "fr", "zh")
    with pytest.raises(UsageError):
        read_languages("")


def test_the_hook_runs_a_command_that_exists():
    """`.pre-commit-hooks.yaml` names this program with a command and options of its own."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

    assert hook["id"] == "policy-explorer-check"
    assert hook["language"] == "python"
    assert hook["pass_filenames"] is False
    _assert_runs(hook["entry"])
    for path in ("data/plan.yml", "plans/a/data/targets/official.csv", "site_config.yml", "content/en/about.md"):
        assert re.search(hook["files"], path)
    assert not re.search(hook["files"], "generator/cli.py")


def test_the_example_for_github_runs_commands_that_exist():
    """The workflow parses, may only read, and calls the check with the form that GitHub understands."""
    text = (ROOT / "docs" / "examples" / "github-actions-check.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)

    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    commands = [step["run"] for step in job["steps"] if "run" in step]
    ours = [command for command in commands if command.startswith("policy-explorer")]
    assert ours == ["policy-explorer check --format github"]
    _assert_runs(ours[0])


def _assert_runs(line):
    """The command and its options are known; values of options are among the choices."""
    program, name, *arguments = line.split()
    assert program == "policy-explorer"
    context = main.commands[name].make_context(name, arguments)
    assert context.params["form"] in ("text", "github")
