"""Small workbooks: what a spreadsheet reads back, the same bytes each time, nothing run, nothing broken by a text."""

from __future__ import annotations

import io
import warnings
import zipfile

import openpyxl
import pytest

from generator.xlsx import CELL, write_xlsx


def _made(rows, columns=("name", "value"), about=(), names=("Data", "About")):
    return write_xlsx(columns, rows, ("value",), about, names)


def _read(content):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return openpyxl.load_workbook(io.BytesIO(content))


def test_numbers_are_numbers_and_texts_are_texts():
    """A spreadsheet can add up the values, whatever its language's decimal sign; a code such as 08 stays a text."""
    book = _read(_made([{"name": "08", "value": "2.50"}, {"name": "河北", "value": "-3"}, {"name": "x", "value": ""}]))
    sheet = book["Data"]

    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["name", "value"], ["08", 2.5], ["河北", -3], ["x", None],
    ]  # fmt: skip
    assert sheet.freeze_panes == "A2" and sheet["A1"].font.b


@pytest.mark.parametrize("text", ["1e5", "007", "1,200", "NaN", "12345678901234567890", ">="])
def test_what_is_no_plain_number_stays_text(text):
    """No digit is lost, and no spreadsheet guesses."""
    assert _read(_made([{"name": "", "value": text}]))["Data"]["B2"].value == text


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", '=HYPERLINK("https://example.org")'])
def test_no_text_is_a_formula(text):
    """A text that looks like a formula is stored as a text."""
    cell = _read(_made([{"name": text, "value": text}]))["Data"]["A2"]

    assert (cell.value, cell.data_type) == (text, "s")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a<b&c>\"d'", "a<b&c>\"d'"),
        ("two\nlines ", "two\nlines "),
        ("a\x00b\x0bc\ufffe", "abc"),
        ("x" * 40_000, "x" * CELL),
    ],
)
def test_any_text_makes_a_readable_file(text, kept):
    """Signs that XML forbids are left out, long texts are cut, spaces at the end are kept."""
    assert _read(_made([{"name": text, "value": ""}]))["Data"]["A2"].value == kept


def test_names_of_sheets_are_made_to_fit():
    """No more than 31 signs, none that a spreadsheet refuses, never none."""
    assert _read(_made([], names=("a/b:c" + "x" * 40, "[]")))._sheets[0].title == ("a b c" + "x" * 40)[:31]
    assert _read(_made([], names=("Data", "?")))._sheets[1].title == "Sheet2"


def test_a_second_sheet_says_what_the_rows_are():
    """Licence and citation travel with the file."""
    sheet = _read(_made([], about=[("Licence", "CC BY 4.0")]))["About"]

    assert [cell.value for cell in sheet[1]] == ["Licence", "CC BY 4.0"]


def test_the_same_rows_give_the_same_bytes():
    """No clock and no chance: every part bears the same day."""
    rows = [{"name": "a", "value": "1"}]

    assert _made(rows) == _made(rows)
    assert {part.date_time for part in zipfile.ZipFile(io.BytesIO(_made(rows))).infolist()} == {(1980, 1, 1, 0, 0, 0)}
