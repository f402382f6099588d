"""Downloads: plain tables that programs read and spreadsheets do not run."""

from __future__ import annotations

import csv
import io
import json

import pytest

from generator.downloads import figure_script, figure_spec, plan_tables, write_csv
from generator.figures import trend
from generator.search_index import index_files


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", '=HYPERLINK("https://example.org")']
)
def test_formulas_are_disarmed(text):
    """A text that a spreadsheet would run gets a quote mark before it."""
    rows = list(csv.reader(io.StringIO(write_csv(("note",), [{"note": text}]), newline="")))
    assert rows[1][0] == f"'{text}"


@pytest.mark.parametrize("text", ["-1.5", "+12", "-", "=", ">=", "12", "2019-04/P1Y", "河北"])
def test_numbers_and_operators_stay(text):
    """Numbers with a sign and operators are data, not formulas."""
    assert write_csv(("value",), [{"value": text}]) == f"value\n{text}\n"


def test_table_form():
    """One header row, LF, quotes only where needed, missing cells empty."""
    assert write_csv(("a", "b"), [{"a": 'x "y", z'}, {"b": "two\nlines"}]) == 'a,b\n"x ""y"", z",\n,"two\nlines"\n'


def test_line_ends_inside_cells_keep_the_row_whole():
    """A lone CR would split a row in some programs."""
    assert write_csv(("a", "b"), [{"a": "one\rtwo\r\nthree", "b": "x"}]) == 'a,b\n"one\ntwo\nthree",x\n'


def _read(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_every_number_is_published(small_view):
    """All observations with unit, status, basis, source and licence; a breakdown in its own column."""
    view = small_view("en")
    rows = _read(plan_tables(view.plan)["observations.csv"])
    assert len(rows) == len(view.plan.observations)
    for column in (
        "indicator_title_en",
        "indicator_title_zh",
        "area_title_en",
        "unit_en",
        "unit_zh",
        "status",
        "basis",
        "source",
        "licence",
        "species",
    ):
        assert column in rows[0]
    assert {row["basis"] for row in rows} == {"official", "derived", "illustrative"}
    assert [row["species"] for row in rows if row["indicator"] == "street-trees"][:3] == ["oak", "lime", "other"]
    assert {row["licence"] for row in rows} == {"Example licence"}
    missing = next(row for row in rows if row["status"] == "Q")
    assert missing["value"] == "" and missing["note"].startswith("Too few")
    assert next(row for row in rows if row["indicator"] == "odd-indicator")["note"] == "'=1+1"


def test_tables_of_the_plan(small_view):
    """One table a kind, and one for each indicator and each area that has numbers."""
    plan = small_view("en").plan
    files = plan_tables(plan)
    with_numbers = {f"indicators/{row.indicator}.csv" for row in plan.numbers}
    with_numbers |= {f"areas/{row.area}.csv" for row in plan.numbers}
    assert {name for name in files if "/" in name} == with_numbers
    for name in ("tasks", "areas", "organisations", "indicators", "sources"):
        rows = _read(files[f"{name}.csv"])
        assert [row["id"] for row in rows] == list(getattr(plan, name))
    roles = {(row["task"], row["organisation"], row["role"]) for row in _read(files["responsibilities.csv"])}
    assert ("1", "county-council", "supporting") in roles and ("1", "streets-office", "lead") in roles


def test_values_keep_their_digits(hebei_view):
    """A number leaves as it was entered."""
    plan = hebei_view("en").plan
    rows = _read(plan_tables(plan)["observations.csv"])
    assert [row["value"] for row in rows] == ["" if one.value is None else str(one.value) for one in plan.observations]


def test_spec_for_other_programs(small_view):
    """The Vega-Lite file has colours that other programs know, a title and its source."""
    view = small_view("en")
    figure = trend(view, view.plan.indicators["bus-trips"], view.plan.root)
    text = figure_spec(
        "Illustration: x", figure, {"mark": {"color": "var(--pe-observed)"}, "title": "old"}, "Source: S"
    )
    spec = json.loads(text)
    assert "var(" not in text and spec["mark"]["color"].startswith("#")
    assert spec["title"]["text"] == "Illustration: x" and spec["title"]["subtitle"][1] == "Source: S"


def test_scripts_cannot_be_ended_from_inside(small_view):
    """No tag, and none of the line ends that scripts know, in the files for the page's own script."""
    view = small_view("en")
    figure = trend(view, view.plan.indicators["bus-trips"], view.plan.root)
    hostile = {"x": "</script><script>alert(1)</script>\u2028\u2029"}
    files = dict(index_files([{"u": "", "t": "", **hostile}]))
    for text in (figure_script(figure, hostile), files["search-index.js"]):
        assert "<" not in text and "\u2028" not in text and "\u2029" not in text
        assert text.endswith(");\n") and text.count("\n") == 1
