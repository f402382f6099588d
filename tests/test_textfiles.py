"""Files are read as they are written, and every value knows its place."""

import pytest
import yaml

from generator import textfiles
from generator.problems import Place
from generator.textfiles import read_csv, read_json, read_text, read_yaml


@pytest.fixture
def a_file(tmp_path):
    """Write one file from text or bytes and give its path."""

    def write(content, name="file.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


# --- CSV ---


def test_cells_know_their_place(a_file):
    """Line and column of each cell, behind quotes, doubled quotes, commas and line breaks."""
    path = a_file('a,b,c\n1,"x, ""y""\nz",3\n\n"p\r\nq",\u4e2d\u6587,5\n')
    table, problems = read_csv(path, "t.csv")
    first, second = table.records()

    assert problems == []
    assert first.values == {"a": "1", "b": 'x, "y"\nz', "c": "3"}
    assert [first.place(name) for name in "abc"] == [Place("t.csv", 2, 1), Place("t.csv", 2, 3), Place("t.csv", 3, 4)]
    assert [second.place(name) for name in "abc"] == [Place("t.csv", 5, 1), Place("t.csv", 6, 4), Place("t.csv", 6, 7)]
    assert second.place("no such column") == Place("t.csv", 5, 1)
    assert second.key_place("c") == Place("t.csv", 1, 5)


def test_byte_order_mark_and_crlf_change_nothing(a_file):
    """What spreadsheets write is read like any other table."""
    plain, _ = read_csv(a_file("a,b\n1,2\n"), "t.csv")
    marked, problems = read_csv(a_file("\ufeffa,b\r\n1,2\r\n"), "t.csv")

    assert problems == []
    assert marked.columns == plain.columns
    assert [record.values for record in marked.records()] == [record.values for record in plain.records()]
    assert marked.records()[0].place("b") == Place("t.csv", 2, 3)


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        ("", "empty-file", 1, 1),
        ("\n\n", "empty-file", 1, 1),
        ("a,b\n1,2\n1\n", "cell-count", 3, 1),
        ("a,b\n1,2,3\n", "cell-count", 2, 1),
        ("a,,b\n1,2,3\n", "missing-column-name", 1, 3),
        ("a,bc,a\n1,2,3\n", "duplicate-column", 1, 6),
        ('a,b\n1,2\n3,"4\n5,6\n', "bad-csv", 3, 1),
        ('a,b\n1,"2" x\n', "bad-csv", 2, 1),
        ("a,b\r1,2\r", "line-ends", 1, 1),
        (b"a,b\n1,\xff\n", "not-utf-8", 2, 1),
        ("a,b\n1,2\n".encode("utf-16"), "not-utf-8", 1, 1),
        ("a,b\n\u6cb3\u5317\u7701,\u77f3\u5bb6\u5e84\u5e02\n".encode("gbk"), "not-utf-8", 2, 1),
        (b"a,b\n1,\x00\n", "nul-character", 2, 1),
    ],
)
def test_faults_of_a_table(a_file, content, code, line, column):
    """Each fault of form is one problem with its place."""
    _, problems = read_csv(a_file(content), "t.csv")

    assert [(problem.code, problem.place) for problem in problems] == [(code, Place("t.csv", line, column))]
    assert problems[0].hint


def test_gbk_is_guessed_by_name(a_file):
    """Editors in China learn which encoding their table has; other bytes are not called GBK."""
    _, chinese = read_text(a_file("\u6cb3\u5317\u7701\u79d1\u6280\u521b\u65b0".encode("gb18030")), "t.csv")
    _, latin = read_text(a_file("r\u00e9sum\u00e9 of the long year".encode("latin-1")), "t.csv")

    assert "GBK" in chinese[0].message
    assert "GBK" not in latin[0].message


def test_blank_rows_are_passed_over_and_lines_stay_right(a_file):
    """Rows of nothing but commas come from spreadsheets."""
    table, problems = read_csv(a_file("a,b\n\n,\n1,2\n"), "t.csv")

    assert problems == []
    assert [record.position for record in table.records()] == [(4,)]


def test_many_lines_in_one_cell(a_file):
    """A cell beyond the csv module's own limit is a problem, not a traceback."""
    _, problems = read_csv(a_file('a\n"' + "x" * 200_000 + '"\n'), "t.csv")

    assert [problem.code for problem in problems] == ["bad-csv"]


# --- YAML ---


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_scalars_are_text_as_written(a_file, monkeypatch, loader):
    """`no` stays no and `1.10` stays 1.10, with both of PyYAML's loaders; only nothing is nothing."""
    monkeypatch.setattr(textfiles, "_Loader", getattr(yaml, loader, yaml.SafeLoader))
    text = "a: no\nb: on\nc: 1.10\nd: 2018-03-03\ne: 007\nf: 0x1F\ng: 1_000\nh:\ni: ~\nj: ''\nk: '~'\nl: !!int 3\n"
    file, problems = read_yaml(a_file(text), "t.yml")

    assert problems == []
    assert file.value == {
        "a": "no", "b": "on", "c": "1.10", "d": "2018-03-03", "e": "007", "f": "0x1F", "g": "1_000",
        "h": None, "i": None, "j": "", "k": "~", "l": "3",
    }  # fmt: skip


def test_values_and_keys_know_their_place(a_file):
    """The place of a value, of its key, and of the nearest thing around one that is not there."""
    file, _ = read_yaml(a_file("- id: a\n  title: {zh: \u4e2d, en: b}\n- id: c\n  list: [x, y]\n"), "t.yml")
    first, second = file.records()

    assert first.place() == Place("t.yml", 1, 3)
    assert first.place("title", "en") == Place("t.yml", 2, 22)
    assert first.key_place("title", "en") == Place("t.yml", 2, 18)
    assert first.place("title", "fr") == Place("t.yml", 2, 10)
    assert second.place("list", 1) == Place("t.yml", 4, 13)
    assert second.place("unknown") == Place("t.yml", 3, 3)


@pytest.mark.parametrize(
    ("content", "code", "line", "column", "hint"),
    [
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1, "keep one"),
        ("a:\n\tb: 1\n", "bad-yaml", 2, 1, "spaces, not tabs"),
        ("a: b: c\n", "bad-yaml", 1, 5, "colon"),
        ("a: @b\n", "bad-yaml", 1, 4, "quotes"),
        ("a: [1, 2\n", "bad-yaml", 2, 1, "indentation"),
        ("? [a, b]\n: c\n", "bad-key", 1, 3, "key: value"),
        ("a: 1\n---\nb: 2\n", "bad-yaml", 2, 1, ""),
        ("a: *b\n", "bad-yaml", 1, 4, "special character"),
        ("a: \x07\n", "bad-yaml", 1, 4, "remove it"),
        (b"a: \xff\n", "not-utf-8", 1, 1, "UTF-8"),
        (b"a: 1\nb: \x00\n", "nul-character", 2, 1, "plain text"),
    ],
)
def test_faults_of_a_yaml_file(a_file, content, code, line, column, hint):
    """Each fault of form is one problem with its place and a hint that fits it."""
    _, problems = read_yaml(a_file(content), "t.yml")

    assert [(problem.code, problem.place) for problem in problems] == [(code, Place("t.yml", line, column))]
    assert hint in problems[0].hint


@pytest.mark.parametrize(
    "content",
    [
        "&a [*a]\n",
        "a: &a {b: *a}\n",
        "[" * 5000 + "]" * 5000,
        "a: &a [" + ",".join("x" * 10) + "]\n" + "".join(
            f"a{i}: &a{i} [{', '.join([f'*a{i - 1}' if i else '*a'] * 10)}]\n" for i in range(9)
        ),
    ],
    ids=["circle", "circle in a map", "depth", "bomb"],
)  # fmt: skip
def test_files_without_end_are_stopped(a_file, content):
    """A few bytes never take all memory or all of the stack."""
    file, problems = read_yaml(a_file(content), "t.yml")

    assert file.value is None
    assert [problem.code for problem in problems] == ["bad-yaml"]


def test_tags_build_nothing(a_file):
    """A tag of Python's is text like any other: no object is made."""
    file, problems = read_yaml(a_file("a: !!python/object/apply:os.getcwd []\nb: !!binary aGk=\n"), "t.yml")

    assert problems == []
    assert file.value == {"a": [], "b": "aGk="}


# --- JSON and text ---


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [("{\n 'a': 1}", 2, 2), ("", 1, 1), ("[" * 100_000, 1, 1)],
    ids=["quotes", "empty", "depth"],
)
def test_faults_of_json(a_file, content, line, column):
    """A file that is not JSON, or nested without end, is one problem."""
    file, problems = read_json(a_file(content), "t.json")

    assert file.value is None
    assert [(problem.code, problem.place) for problem in problems] == [("bad-json", Place("t.json", line, column))]


def test_places_in_json(a_file):
    """Of a value, of a member of a list, and of what is around something that is not there."""
    file, problems = read_json(a_file('{"a": {"b": [1,\n  {"c": "]"}, 3]},\n "a b": null}\n'), "t.json")

    assert problems == []
    assert file.place("a", "b", 1, "c") == Place("t.json", 2, 9)
    assert file.place("a", "b", 2) == Place("t.json", 2, 15)
    assert file.place("a b") == Place("t.json", 3, 9)
    assert file.place("a", "none", 4) == Place("t.json", 1, 7)


def test_numbers_that_are_none_in_json(a_file):
    """NaN, and numbers of more digits than can be read, are problems with their place."""
    for content, line in (('{"a":\n NaN}', 2), ("1" * 5000, 1)):
        file, problems = read_json(a_file(content), "t.json")

        assert file.value is None
        assert [(problem.code, problem.place.line) for problem in problems] == [("bad-json", line)]


def test_a_file_beyond_the_limit_is_not_read(a_file, monkeypatch):
    """The size is judged before the bytes are in memory."""
    monkeypatch.setattr(textfiles, "MAX_BYTES", 10)
    text, problems = read_text(a_file("x" * 11), "t.txt")

    assert text == ""
    assert [problem.code for problem in problems] == ["too-large"]


def test_a_folder_or_nothing_is_no_file(tmp_path):
    """What cannot be read is a problem that says why."""
    _, folder = read_text(tmp_path, "t")
    _, missing = read_text(tmp_path / "none", "t")

    assert [problem.code for problem in (*folder, *missing)] == ["not-a-file", "unreadable"]
