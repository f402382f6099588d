"""The command line: exit codes, messages, no tracebacks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from site_fixtures import copy_small

from generator.cli import main


def _run(*arguments: object):
    """Call the program; a traceback would be an exception that is not SystemExit."""
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def small(tmp_path) -> Path:
    """The settings of a plan that may be broken."""
    return copy_small(tmp_path / "plan")


def _break(config_file: Path, name: str, old: str, new: str) -> None:
    path = config_file.parent / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("command", [[], *([name] for name in sorted(main.commands))])
def test_help(command):
    """Each command says what it does and with which options."""
    result = _run(*command, "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.output
    assert "--" in result.output and len(result.output.splitlines()) > 6


def test_version():
    assert _run("--version").exit_code == 0


def test_check_good_data(small):
    """Warnings do not fail; the summary counts them."""
    result = _run("check", "--config", small)
    assert result.exit_code == 0
    assert "0 errors" in result.output and "warning[missing-translation]" in result.output


def test_check_bad_data(small):
    """Exit code 1; the place can be clicked in an editor."""
    _break(small, "data/observations.csv", "2019-Q2,,600", "2019-Q2,,6OO")
    result = _run("check", "--config", small)
    assert result.exit_code == 1
    assert (
        "data/observations.csv:5:" in result.output
        and "error[not-a-number]" in result.output
        and "1 error," in result.output
    )


def test_check_all_shows_each_warning(small):
    """--all gives one line a warning."""
    few, all_of_them = (
        _run("check", "--config", small, *more).output.count("warning[unused-indicator]") for more in ((), ("--all",))
    )
    assert (few, all_of_them) == (1, 4)


def test_check_json(small):
    """JSON holds nothing but the problems, each with its place."""
    _break(small, "data/tasks.yml", "lead: [streets-office]", "lead: [street-office]")
    result = _run("check", "--config", small, "--format", "json")
    assert result.exit_code == 1
    problems = json.loads(result.output)
    error = next(one for one in problems if one["severity"] == "error")
    assert set(error) == {"severity", "code", "file", "line", "column", "message", "hint"}
    assert error["file"] == "data/tasks.yml" and "streets-office" in error["hint"]


def test_build_says_what_it_made(small):
    """Pages, charts, seconds, warnings and where."""
    result = _run("build", "--config", small, "--jobs", 1)
    assert result.exit_code == 0
    assert re.search(r"\d+ pages in 2 languages, \d+ charts", result.output)
    assert str(small.parent / "site") in result.output


def test_build_bad_data(small):
    """Exit code 1, every problem, no site."""
    _break(small, "data/plan.yml", "issuer: county-council", "issuer: county-counsel")
    result = _run("build", "--config", small)
    assert result.exit_code == 1
    assert "data/plan.yml" in result.output and "county-council" in result.output
    assert not (small.parent / "site").exists()


def test_build_strict_fails_on_warnings(small):
    assert _run("build", "--config", small, "--strict").exit_code == 1


def test_build_refuses_a_folder_of_others(small, tmp_path):
    """Exit code 2, and the folder stays as it was."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.txt").write_text("mine", encoding="utf-8")
    result = _run("build", "--config", small, "--jobs", 1, "--output", tmp_path / "photos")
    assert result.exit_code == 2 and "photos" in result.output
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["one.txt"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--config", "nowhere.yml"],
        ["build", "--config", "nowhere.yml"],
        ["serve", "--config", "nowhere.yml"],
        ["export", "--config", "nowhere.yml", "x"],
        ["check", "--format", "xml"],
        ["build", "--jobs", "0"],
        ["serve", "--port", "0"],
        ["publish-all"],
        ["check", "--nonsense"],
    ],
)
def test_wrong_use(arguments, tmp_path, monkeypatch):
    """Exit code 2 for what does not exist or cannot be used."""
    monkeypatch.chdir(tmp_path)
    assert _run(*arguments).exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "site_name: [",
        "site_name: x\nlanguagess: [en]\n",
        "site_name: x\noutput: .\n",
        "site_name: x\nlanguages: [xx]\n",
    ],
)
def test_faulty_settings(small, text):
    """Faults of site_config.yml are messages too."""
    small.write_text(text, encoding="utf-8")
    assert _run("check", "--config", small).exit_code in (0, 1)
    result = _run("build", "--config", small, "--jobs", 1)
    assert result.exit_code == 1 and result.output.strip()


def test_export(small, tmp_path):
    """Plain Markdown and a plain mkdocs.yml for each language."""
    result = _run("export", "--config", small, tmp_path / "out")
    assert result.exit_code == 0 and "en, zh" in result.output
    text = (tmp_path / "out" / "en" / "docs" / "tasks" / "1" / "index.md").read_text(encoding="utf-8")
    assert text.startswith("---\ntitle: Mend the streets") and "<!--pe:" not in text and "<svg" in text
    assert (tmp_path / "out" / "zh" / "mkdocs.yml").is_file()
    again = _run("export", "--config", small, tmp_path / "out")
    assert again.exit_code == 0


def test_port_in_use(small):
    """A taken port is a message, and nothing is built."""
    import socket  # noqa: PLC0415 -- one use

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = _run("serve", "--config", small, "--port", taken.getsockname()[1])
    assert result.exit_code == 2 and "--port" in result.output
