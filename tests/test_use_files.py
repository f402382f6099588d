"""What a reader takes away of figures and tables: rows with all that must travel with them, in three forms."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from generator.citation import cite_figure, cite_table
from generator.figures import status_overview, trend
from generator.use_files import ALWAYS, figure_rows, files_of, table_rows
from generator.view import Cell, Column, Mark, Table


@pytest.fixture
def view(small_view):
    """The small plan in English."""
    return small_view("en")


TABLE = Table(
    "demo",
    "A table",
    (Column("Area"), Column("Value", numeric=True), Column("Value")),
    (
        (
            Cell("East", "areas/east/"),
            Cell("1,200.5", "indicators/x/#v-1", (Mark("derived", "derived"),)),
            Cell("=1+1"),
        ),
        (Cell("West"), Cell("not published", note="since 2019"), Cell("")),
    ),
)


def _read(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_every_file_of_a_figure_holds_the_same_rows(view):
    """CSV, JSON and workbook: as many rows, the same values, series, unit, status, basis, source and licence named."""
    figure = trend(view, view.plan.indicators["household-waste"], view.plan.root)
    rows = figure_rows(view, figure)
    files = dict(files_of(view, cite_figure(view, figure), rows))

    table, data = _read(files["csv"]), json.loads(files["json"])
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
    assert len(table) == len(data["rows"]) == sheet.max_row - 1 == len(figure.data)
    assert [row["value"] for row in table] == [
        dict(zip(data["columns"], row, strict=True))["value"] for row in data["rows"]
    ]
    place = rows.columns.index("value") + 1
    assert [float(row["value"]) for row in table] == [
        sheet.cell(line, place).value for line in range(2, sheet.max_row + 1)
    ]
    for row in table:
        assert row["indicator_title"] and row["unit"] and row["basis"] and row["licence"] == "Example licence"
    assert data["citation"].endswith(data["address"])


def test_a_figure_without_numbers_names_the_same_columns(view):
    """Counts of tasks have no source of their own, yet a program finds its columns where it looks for them."""
    figure = status_overview(view)
    rows = figure_rows(view, figure)

    assert set(ALWAYS) <= set(rows.columns)
    assert {row["licence"] for row in rows.rows} == {"Example licence"}
    assert {row["basis"] for row in rows.rows} == {"illustrative" if figure.illustrative else ""}


def test_a_table_keeps_its_marks_notes_and_entries(view):
    """What stands small beside a number stands in a column of its own; thousands are not parted."""
    rows = table_rows(view, TABLE)

    assert rows.columns == ("Area", "Value", "Value: marks", "Value: note", "Value: entry", "Value 2", "Licence")
    assert rows.rows[0]["Value"] == "1200.5" and rows.rows[1]["Value"] == "not published"
    assert rows.rows[0]["Value: marks"] == "derived" and rows.rows[1]["Value: note"] == "since 2019"
    assert rows.rows[0]["Value: entry"] == "indicators/x/#v-1"
    assert rows.numeric == ("Value",)


def test_a_table_runs_nothing(view):
    """A text that a spreadsheet would run is disarmed in the CSV and a text in the workbook."""
    files = dict(files_of(view, cite_table(view, "home.demo", TABLE), table_rows(view, TABLE)))

    assert _read(files["csv"])[0]["Value 2"] == "'=1+1"
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
    assert (sheet["F2"].value, sheet["F2"].data_type) == ("=1+1", "s")


def test_the_same_table_gives_the_same_bytes(view):
    """Nothing depends on the clock or on chance."""
    citation = cite_table(view, "home.demo", TABLE)

    assert list(files_of(view, citation, table_rows(view, TABLE))) == list(
        files_of(view, citation, table_rows(view, TABLE))
    )
