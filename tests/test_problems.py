"""Problems are ordered, counted and worded for editors."""

from generator.problems import DataError, Place, Problem, errors_in, nearest, suggestion, summarise_warnings


def _warning(line, code="no-lead", file="a.csv"):
    return Problem(Place(file, line), code, f"on {line}", "mend it", "warning")


def test_data_error_lists_problems_once_in_file_order():
    """Whatever the order of the checks, an editor reads from top to bottom."""
    first, second = Problem(Place("a.csv", 2), "x", "m"), Problem(Place("a.csv", 10), "x", "m")
    error = DataError([second, first, second, _warning(1)])

    assert [problem.place.line for problem in error.problems] == [1, 2, 10]
    assert str(error) == "2 errors in the data"
    assert errors_in(error.problems) == [first, second]


def test_warnings_come_as_one_line_a_file_and_kind():
    """Many warnings of one kind give their count and their first five places."""
    found = summarise_warnings(
        [*(_warning(line) for line in range(9, 0, -1)), _warning(3, "no-source"), _warning(4, file="b.csv")]
    )

    assert [(problem.place.file, problem.code) for problem in found] == [
        ("a.csv", "no-lead"), ("a.csv", "no-source"), ("b.csv", "no-lead"),
    ]  # fmt: skip
    assert found[0].message == "on 1 (and 8 more like this; lines 1, 2, 3, 4, 5, ...)"
    assert found[1].message == "on 3"


def test_warnings_are_counted_by_group():
    """Missing translations are counted for each language on its own."""
    problems = [Problem(Place("a.yml", line), "x", f"in {code}", "", "warning", code)
                for line, code in ((1, "en"), (2, "zh"), (3, "zh"))]  # fmt: skip

    assert [problem.message for problem in summarise_warnings(problems)] == [
        "in en", "in zh (and 1 more like this; lines 2, 3)",
    ]  # fmt: skip


def test_suggestions():
    """The nearest word, else a short list, else nothing."""
    assert suggestion("jbos", ["jobs", "trees"]) == "did you mean 'jobs'?"
    assert suggestion("qqq", ["jobs", "trees"]) == "use one of: jobs, trees"
    assert suggestion("qqq", [f"word{n}" for n in range(13)]) == ""
    assert suggestion("qqq", []) == ""
    assert nearest("", ["jobs"]) is None
    assert nearest(" TREES ", ["jobs", "trees"]) == "trees"
    assert nearest("j" * 10_000, ["jobs"]) is None


def test_other_programs_read_problems_as_json():
    """The names of the fields are part of the contract."""
    problem = Problem(Place("data/a.csv", 3, 5), "no-lead", "message", "hint", "warning")

    assert problem.as_dict() == {
        "severity": "warning", "code": "no-lead", "file": "data/a.csv", "line": 3, "column": 5,
        "message": "message", "hint": "hint",
    }  # fmt: skip
    assert str(problem.place) == "data/a.csv:3:5"
