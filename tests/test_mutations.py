"""Whatever is done to the files of a plan, `check` gives a plan or problems with their places, never a traceback."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.assess import assess
from generator.check import check_plan
from generator.config import load_config
from generator.problems import errors_in

ROOT = Path(__file__).parents[1]
KINDS = (".yml", ".csv", ".geojson")
FILES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "data").rglob("*") if path.suffix in KINDS)
TOKENS = (
    "", "\t", '"', "'", ",", ":", ": ", "- ", "#", "{", "}", "[", "]", "&a ", "*a", "<<: ", "? ", "|\n", "\n\n", "\r",
    "\ufeff", "\u2028", "\u202e", "\0", "９", "null", "~", "no", "-1", "1e999", "0.1.2", "NaN", "2018/P3Y", "2018-13",
    "9999", "between", "a1", "01", "hebei", "tangshan", "parent: 07", "parent: hebei", "depends_on: [07]",
    "rd-intensity", "illustrative", "<script>", "x" * 300, "河北",
)  # fmt: skip
"""What typing, pasting and saving in the wrong program leave behind."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A copy of the Hebei plan's settings and data that tests may spoil."""
    folder = tmp_path_factory.mktemp("hebei")
    shutil.copytree(ROOT / "data", folder / "data")
    shutil.copy(ROOT / "site_config.yml", folder)
    return load_config(folder / "site_config.yml")


def delete_line(text, at, _token):
    lines = text.splitlines(keepends=True)
    return "".join(lines[: at % (len(lines) or 1)] + lines[at % (len(lines) or 1) + 1 :])


def repeat_line(text, at, _token):
    lines = text.splitlines(keepends=True) or ["x"]
    return "".join([*lines[: at % len(lines)], lines[at % len(lines)], *lines[at % len(lines) :]])


def swap_lines(text, at, _token):
    lines = text.splitlines(keepends=True) or ["x"]
    one, other = at % len(lines), (at // 7) % len(lines)
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def replace_line(text, at, token):
    lines = text.splitlines(keepends=True) or ["x"]
    lines[at % len(lines)] = f"{token}\n"
    return "".join(lines)


def replace_word(text, at, token):
    """Put the token in the place of a cell, a key or a value."""
    words = text.replace(",", " ,").split(" ")
    words[at % len(words)] = token
    return " ".join(words).replace(" ,", ",")


def insert(text, at, token):
    place = at % (len(text) + 1)
    return text[:place] + token + text[place:]


def cut(text, at, token):
    place = at % (len(text) + 1)
    return text[:place] + text[place + len(token) + 1 :]


def end_early(text, at, _token):
    return text[: at % (len(text) + 1)]


MUTATIONS = (delete_line, repeat_line, swap_lines, replace_line, replace_word, insert, cut, end_early)
A_MUTATION = st.tuples(
    st.sampled_from(FILES), st.sampled_from(MUTATIONS), st.integers(0, 10**6), st.sampled_from(TOKENS)
)


@settings(
    deadline=None,
    max_examples=int(os.environ.get("MUTATIONS", "40")),
    derandomize="MUTATIONS" not in os.environ,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(A_MUTATION, min_size=1, max_size=3))
def test_spoilt_data_give_problems_not_tracebacks(site, mutations):
    """Either a plan that can be assessed, or errors; each with a file that exists, a place and a message."""
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name, *_ in mutations}
    for name, mutate, at, token in mutations:
        texts[name] = mutate(texts[name], at, token)
    try:
        for name, text in texts.items():
            (site.folder / name).write_bytes(text.encode())
        plan, problems = check_plan(site)
    finally:
        for name in texts:
            shutil.copy(ROOT / name, site.folder / name)

    assert (plan is None) == bool(errors_in(problems))
    for problem in problems:
        assert problem.place.file.startswith(("data/", "site_config.yml"))
        assert problem.place.line >= 1
        assert problem.place.column >= 1
        assert problem.message
        assert "\n" not in problem.message + problem.hint
    if plan is not None:
        official = plan.restricted_to(["official"])
        for each in (plan, official):
            for indicator in each.indicators.values():
                assert assess(each, indicator, each.root).indicator is indicator


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_no_traceback(site, name):
    """Each file of the data in turn is taken away; without plan.yml there is no plan, and that is said."""
    path = site.folder / name
    try:
        path.unlink()
        plan, problems = check_plan(site)
    finally:
        shutil.copy(ROOT / name, path)

    assert (plan is None) == bool(errors_in(problems))
    assert plan is not None or name not in ("data/glossary.yml", "data/geo/cities.geojson")
    assert plan is None or name != "data/plan.yml"
