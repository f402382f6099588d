"""Problems are shown with the line they are about, whatever stands in it, and never too many of one kind."""

from __future__ import annotations

import json

from click.testing import CliRunner

from generator.cli import main
from generator.problems import Place, Problem
from generator.report import LIMIT, WIDTH, as_github, as_json, as_text, excerpt, limited, visible


def _problem(
    line=1, column=1, code="unknown-area", file="data/a.csv", severity="error", message="there is no such area"
):
    return Problem(Place(file, line, column), code, message, "did you mean 'whole'?", severity)


def _reader(text):
    return lambda name: text


def _columns(text):
    """How many columns a terminal needs, for the few characters that these tests use."""
    return sum(2 if "\u2e80" <= character <= "\uffef" else 1 for character in text)


def test_text_shows_the_line_and_marks_the_column():
    """The form `file:line:column:` is one that editors jump to; the line stands below, with a mark."""
    lines = as_text([_problem(2, 6)], _reader("indicator,area\njobs,whoel\n"))

    assert lines == [
        "data/a.csv:2:6: error[unknown-area] there is no such area; did you mean 'whole'?",
        "  2 | jobs,whoel",
        "    |      ^",
        "1 error, 0 warnings",
    ]


def test_the_mark_stands_under_chinese_text():
    """A Chinese character takes two columns of a terminal, a combining mark none."""
    line, mark = excerpt(Place("a.csv", 1, 8), ["河北省,e\u0301,x"])

    assert mark.index("^") == _columns("  1 | 河北省,e,")
    assert line.endswith("x")


def test_control_characters_are_seen():
    """A tab, an escape sequence or a mark of direction is shown, not obeyed."""
    line, mark = excerpt(Place("a.yml", 1, 4), ["\ta\x1bb\u202ec\x7f\r"])

    assert line == "  1 | ␉a␛b<U+202E>c␡"
    assert mark == "    |    ^"
    assert visible("a\nb\u200b") == "a␊b<U+200B>"


def test_messages_cannot_steer_the_terminal():
    """What an editor wrote is quoted in messages, so that these are made visible too."""
    (line, *_) = as_text([_problem(message="'\x1b[31m' is not a number")], _reader(""))

    assert "\x1b" not in line
    assert "␛[31m" in line


def test_long_lines_are_cut_around_the_mark():
    """What is shown fits a terminal, and the mark still points at the same character."""
    text = "a" * 500 + "X" + "b" * 500
    line, mark = excerpt(Place("a.csv", 1, 501), [text])

    assert line[mark.index("^")] == "X"
    assert len(line) <= len("  1 | ") + WIDTH + 1
    assert "…a" in line
    assert line.endswith("…")


def test_long_chinese_lines_are_cut_around_the_mark():
    """Cut by columns, not by characters."""
    text = "河" * 300 + "X" + "北" * 300
    line, mark = excerpt(Place("a.csv", 1, 301), [text])

    before = line.split("X")[0]
    assert _columns(before.replace("…", ".")) == mark.index("^")
    assert _columns(line.replace("…", ".")) <= len("  1 | ") + WIDTH + 2


def test_a_short_line_is_shown_whole():
    """Nothing is cut where nothing need be."""
    for column in (1, 50, WIDTH):
        line, mark = excerpt(Place("a.csv", 1, column), ["x" * WIDTH])
        assert line == f"  1 | {'x' * WIDTH}"
        assert mark.index("^") == 5 + column


def test_a_column_behind_the_end_is_marked_at_the_end():
    """A place that does not exist makes no traceback."""
    assert excerpt(Place("a.csv", 1, 99), ["ab"])[1] == "    |   ^"
    assert excerpt(Place("a.csv", 9, 1), ["ab"]) == []
    assert excerpt(Place("a.csv", 1, 1), ["  "]) == []


def test_a_file_that_cannot_be_shown_is_left_out():
    """A message without its line is still a message."""
    assert as_text([_problem()], lambda name: None)[1:] == ["1 error, 0 warnings"]


def test_at_most_so_many_of_one_code_in_one_file():
    """432 of the same are 20 and a number; another code and another file are not touched by that."""
    many = [_problem(line) for line in range(1, 433)]
    lines = as_text([*many, _problem(500, code="bad-id"), _problem(file="data/b.csv")], _reader(""))

    shown = [line for line in lines if "[unknown-area] there" in line]
    assert len([line for line in shown if line.startswith("data/a.csv")]) == LIMIT
    assert "data/a.csv: error[unknown-area] and 412 more like this" in lines
    assert any("[bad-id]" in line for line in lines)
    assert any(line.startswith("data/b.csv") for line in lines)
    assert lines[-1] == "434 errors, 0 warnings"


def test_exactly_the_limit_leaves_nothing_out():
    """`and 0 more` is never said."""
    problems = [_problem(line) for line in range(1, LIMIT + 1)]

    assert [more for _, more in limited(problems, LIMIT)] == [0] * LIMIT
    assert len(list(limited(problems * 2, None))) == 2 * LIMIT


def test_warnings_are_summed_up_unless_all_are_asked_for():
    """One line a file and kind, with the count; every one of them on demand."""
    warnings = [_problem(line, severity="warning") for line in range(1, 31)]

    assert len(as_text(warnings, _reader(""))) == 2
    assert len(as_text(warnings, _reader(""), everything=True)) == 31


def test_github_gets_one_command_a_problem():
    """Colons, commas, percent signs and line breaks would end a value or the command."""
    problem = Problem(Place("data/a,b:c.csv", 3, 7), "bad-id", "50% is\nno id", "write it", "warning")

    assert as_github([problem], "plans/hebei/") == [
        "::warning file=plans/hebei/data/a%2Cb%3Ac.csv,line=3,col=7,title=bad-id::50%25 is%0Ano id; write it"
    ]


def test_github_is_limited_too():
    """The same limit, and the rest as a number on the file."""
    lines = as_github([_problem(line) for line in range(1, 433)])

    assert len(lines) == LIMIT + 1
    assert lines[-1] == "::error file=data/a.csv,title=unknown-area::and 412 more like this"


def test_json_is_whole():
    """Programs get every problem, with every field."""
    problems = [_problem(line) for line in range(1, 433)]

    found = json.loads(as_json(problems))
    assert len(found) == 432
    assert list(found[0]) == ["severity", "code", "file", "line", "column", "message", "hint"]


BAD_TARGET = "indicator,area,period,value,source\njobs,whoel,2020,200,report\n"


def test_check_prints_the_line(a_plan_folder):
    """The command shows what the file says, and fails."""
    result = CliRunner().invoke(main, ["check", "--config", str(a_plan_folder({"data/targets.csv": BAD_TARGET}))])

    assert result.exit_code == 1
    assert "  2 | jobs,whoel,2020,200,report\n    |      ^\n" in result.output


def test_check_for_github_names_files_from_the_repository(a_plan_folder, monkeypatch):
    """A plan in a folder of the repository is found by GitHub."""
    settings = a_plan_folder({"data/targets.csv": BAD_TARGET})
    monkeypatch.setenv("GITHUB_WORKSPACE", str(settings.parent.parent))

    result = CliRunner().invoke(main, ["check", "--format", "github", "--config", str(settings)])

    assert result.exit_code == 1
    assert "::error file=plan/data/targets.csv,line=2,col=6,title=unknown-area::" in result.output


def test_faulty_settings_are_reported_in_every_form(a_plan_folder):
    """Even where the settings cannot be read, a program gets the form it asked for."""
    settings = a_plan_folder({"site_config.yml": "site_nmae: x\n"})

    result = CliRunner().invoke(main, ["check", "--format", "json", "--config", str(settings)])

    assert result.exit_code == 1
    assert {problem["file"] for problem in json.loads(result.output)} == {"site_config.yml"}


def test_a_link_is_not_followed_into_the_log(a_plan_folder, tmp_path):
    """What lies outside the plan is not printed."""
    secret = tmp_path / "secret"
    secret.write_text("hidden words\n", encoding="utf-8")
    settings = a_plan_folder({"data/glossary.yml": None}, {"data/glossary.yml": str(secret)})

    result = CliRunner().invoke(main, ["check", "--config", str(settings)])

    assert "outside-link" in result.output
    assert "hidden words" not in result.output
