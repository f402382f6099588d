"""The round trip through a real spreadsheet program: LibreOffice, without its window."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from workbook_samples import FILES, OFFICIAL, Book, Folder, said

pytestmark = pytest.mark.libreoffice

PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice", "C:/Program Files/LibreOffice/program/soffice.exe")
CSV_OF_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,{sheet}"
"""Comma, double quotes, UTF-8, from the first row; values as shown; only one sheet, by its number."""


@pytest.fixture(scope="module")
def convert(tmp_path_factory):
    """Have LibreOffice open a file and save it in another format, beside it; gives the new path."""
    program = (
        shutil.which("soffice")
        or shutil.which("libreoffice")
        or next((one for one in PLACES if Path(one).is_file()), None)
    )
    if program is None:
        message = "LibreOffice was not found: install it (Debian: apt-get install libreoffice-calc) to run these tests"
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    profile = tmp_path_factory.mktemp("profile").as_uri()

    def run(path, form, name=None):
        goal = path.parent / "converted"
        command = [
            program,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            form,
            "--outdir",
            goal,
            path,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
        made = sorted(goal.glob(f"{path.stem}*.{form.partition(':')[0]}"))
        assert made, done.stdout + done.stderr
        return made[0].rename(path.with_name(name or f"{path.stem}-lo.{form.partition(':')[0]}"))

    return run


@pytest.fixture
def folder(a_plan_folder):
    return Folder(a_plan_folder(FILES))


def test_opened_and_saved_it_changes_nothing(folder, convert):
    """As .ods, as .xlsx from that, and as CSV of the sheet of figures."""
    before = folder.data()
    path = folder.export()
    ods = convert(path, "ods")
    paths = [
        ods,
        convert(ods, "xlsx"),
        convert(path, CSV_OF_SHEET.format(sheet=2)),
        convert(path, CSV_OF_SHEET.format(sheet=3), "t.csv"),
    ]

    for one in paths:
        assert (folder.take(one).problems, folder.take(one).files) == ((), ()), one.name
    assert folder.take(*paths).files == ()
    assert folder.data() == before


def test_what_was_filled_in_arrives(folder, convert):
    """A number, the result of a formula, a number kept as text, a choice, a text of two lines, a report."""
    book = Book(folder.export(area="north"))
    book.fill(("jobs", "2018"), 数值=2.25, 备注="a\nb  c")
    book.fill(("jobs", "2019"), 数值="=100/8", 数值状态="E 估计值", 来源="report 年报")
    book.fill(("jobs", "2020"), 数值="150", 来源="report 年报")
    book.use("任务").fill(2, 进展状态="存在风险", **{"完成比例（%）": 40})
    ods = convert(book.save("filled.xlsx"), "ods")
    xlsx = convert(ods, "xlsx")
    one, other = folder.take(ods, dry_run=True), folder.take(xlsx, dry_run=True)
    outcome = folder.take(ods, xlsx)

    assert (one.problems, other.problems, outcome.problems) == ((), (), ())
    assert [line.partition("  [")[0] for line in one.differences] == [
        line.partition("  [")[0] for line in other.differences
    ]
    assert outcome.counts == {"added": 2, "changed": 2}
    text = (folder.path / OFFICIAL).read_text(encoding="utf-8")
    assert 'jobs,north,2018,,2.25,P,official,report,"a\nb  c",b\n' in text
    assert "jobs,north,2019,,12.5,E,official,report,,\n" in text
    assert "jobs,north,2020,,150,,official,report,,\n" in text
    assert folder.lines("data/progress/reported.csv")[1] == "02,north,2020-12-31,at-risk,40,,,,"


def test_faults_are_named_at_their_cells(folder, convert):
    """A percentage, an error, a date in place of a number, a formula in place of a text."""
    book = Book(folder.export(area="north"))
    row = book.row("share", "2018")
    book.fill(row, 数值=0.125)
    book.cell(row, "数值").number_format = "0.00%"
    book.fill(row + 1, 数值="=1/0")
    book.fill(row + 2, 数值="=DATE(2020,1,2)")
    book.cell(row + 2, "数值").number_format = "yyyy-mm-dd"
    book.fill(("jobs", "2018"), 备注='="a"&"b"')
    book.cell(book.row("jobs", "2018"), "备注").number_format = "General"
    ods = convert(book.save(), "ods")
    expected = ["N3: formula-in-text", f"J{row}: percent-cell", f"J{row + 1}: formula-error", f"J{row + 2}: wrong-cell"]

    assert said(folder.take(ods)) == [f"book-lo.ods:数据!{line}" for line in expected]
    assert said(folder.take(convert(ods, "xlsx", "again.xlsx"))) == [f"again.xlsx:数据!{line}" for line in expected]
