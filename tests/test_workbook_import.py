"""What comes back changes the rows that differ, or is refused at its cell."""

import ast
import datetime
import os
import re
import shutil
import zipfile
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from workbook_samples import FILES, ILLUSTRATIVE, OFFICIAL, Book, Folder, difference, said

import generator
from generator import workbook_import
from generator.cli import main
from generator.workbook_read import MAX_FILE_BYTES


@pytest.fixture
def folder(a_plan_folder):
    return Folder(a_plan_folder(FILES))


# --- what changes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scope", [{}, {"area": "north"}, {"organisation": "office"}, {"area": "north", "period": "2018"}]
)
def test_an_unchanged_export_changes_nothing(folder, scope):
    """Byte for byte."""
    before = folder.data()
    outcome = folder.take(folder.export(**scope))

    assert (outcome.problems, outcome.differences, outcome.files) == ((), (), ())
    assert folder.data() == before


def test_the_real_plan_goes_out_and_comes_back(tmp_path):
    """All of Hebei: nothing changes, and a number for every illustrative one of a city takes its place."""
    root = Path(__file__).parent.parent
    shutil.copytree(root / "data", tmp_path / "data")
    shutil.copy(root / "site_config.yml", tmp_path)
    folder = Folder(tmp_path / "site_config.yml")
    assert folder.take(folder.export("all.xlsx")).files == ()

    book = Book(folder.export("city.xlsx", area="tangshan", period="2020"))
    empty = [row for row in range(2, book.sheet.max_row + 1) if book.cell(row, "导出标记").value == "due"]
    for row in empty:
        book.fill(row, 数值=10, 来源="rd2020")
    outcome = folder.take(book.save())

    assert said(outcome, "error") == []
    assert sum(outcome.counts.values()) == len(empty) > 5
    assert ",tangshan,2020," not in (tmp_path / ILLUSTRATIVE).read_text(encoding="utf-8")
    assert folder.take(book.path).files == ()


@pytest.mark.parametrize("form", ["crlf", "bom", "quoted", "no-last-line-end"])
def test_the_form_of_a_file_is_kept(a_plan_folder, form):
    """Line ends, byte-order mark, quotes: only the row that changed differs."""
    text = FILES[OFFICIAL]
    text = {
        "crlf": text.replace("\n", "\r\n"),
        "bom": "\ufeff" + text,
        "quoted": "\n".join(
            ",".join(f'"{cell}"' for cell in line.split(",")) if '"' not in line else line for line in text.splitlines()
        )
        + "\n",
        "no-last-line-end": text.removesuffix("\n"),
    }[form]
    folder = Folder(a_plan_folder({**FILES, OFFICIAL: text}))
    book = Book(folder.export())
    book.fill(("jobs", "2017"), 数值=101)
    assert folder.take(book.save()).counts == {"changed": 1}

    old, new = text.splitlines(keepends=True), (folder.path / OFFICIAL).read_bytes().decode().splitlines(keepends=True)
    assert [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]] == [
        (old[1], old[1].replace("100", "101"))
    ]


def test_a_changed_value_is_one_changed_row(folder):
    """Editors' own columns, quotes and the other rows stay."""
    before = folder.lines(OFFICIAL)
    book = Book(folder.export(area="north"))
    cell = book.fill(("jobs", "2018"), 数值=2)
    outcome = folder.take(book.save())

    assert outcome.problems == ()
    assert outcome.differences == (
        OFFICIAL,
        f"  ~ jobs, north, 2018: value 1.60 -> 2  [{folder.path}/book.xlsx:数据!{cell}]",
    )
    assert difference(before, folder.lines(OFFICIAL)) == (
        ['jobs,north,2018,,1.60,P,official,report,"前, | say ""hi"" now",b'],
        ['jobs,north,2018,,2,P,official,report,"前, | say ""hi"" now",b'],
    )


def test_a_dry_run_writes_nothing(folder):
    """It shows the same difference."""
    before = folder.data()
    book = Book(folder.export(area="north"))
    book.fill(("jobs", "2018"), 数值=2)
    shown = folder.take(book.save(), dry_run=True)

    assert folder.data() == before
    assert folder.take(book.path).differences == shown.differences


def test_a_new_value_stands_in_its_series(folder):
    """After the earlier period, before the next series; words that were chosen become codes."""
    before = folder.lines(OFFICIAL)
    book = Book(folder.export(area="north"))
    book.fill(("jobs", "2019"), 数值=150, 数值状态="E 估计值", 依据="推算", 来源="report 年报", 备注="一 | one")
    outcome = folder.take(book.save())
    after = folder.lines(OFFICIAL)

    assert outcome.counts == {"added": 1}
    assert difference(before, after) == ([], ["jobs,north,2019,,150,E,derived,report,一 | one,"])
    assert after.index("jobs,north,2019,,150,E,derived,report,一 | one,") == 3


def test_a_new_value_of_a_breakdown(folder):
    """The title of a dimension's value is understood."""
    book = Book(folder.export(area="north"))
    book.fill(("trees", "2019", "橡树"), 数值=8, 来源="report")
    folder.take(book.save())

    assert "trees,north,2019,oak,8,,official,report,," in folder.lines(OFFICIAL)


def test_a_reported_number_takes_the_place_of_a_made_up_one(folder):
    """The illustrative row goes, the reported one stands in another file: never as official among made-up ones."""
    before = folder.lines(ILLUSTRATIVE)
    book = Book(folder.export(area="north"))
    book.fill(("share", "2020"), 数值=13.25, 来源="report 年报")
    outcome = folder.take(book.save())

    assert outcome.counts == {"changed": 1}
    assert "value 12.50 (illustrative, in data/observations/illustrative.csv) -> value 13.25" in outcome.differences[1]
    assert difference(before, folder.lines(ILLUSTRATIVE)) == (["share,north,2020,12.50,illustrative,rule"], [])
    assert folder.lines(OFFICIAL)[-1] == "share,north,2020,,13.25,,official,report,,"


def test_an_emptied_value_is_removed(folder):
    """Its source and note need not be emptied too."""
    before = folder.lines(OFFICIAL)
    book = Book(folder.export(area="north"))
    book.fill(("jobs", "2017"), 数值=None)
    outcome = folder.take(book.save())

    assert outcome.counts == {"removed": 1}
    assert outcome.differences[1].startswith("  - jobs, north, 2017: value 100; basis official; source report")
    assert difference(before, folder.lines(OFFICIAL)) == (["jobs,north,2017,,100,,official,report,,a"], [])


def test_a_missing_value_keeps_its_row(folder):
    """A status says why there is none."""
    book = Book(folder.export(area="north"))
    book.fill(("jobs", "2017"), 数值=None, 数值状态="O 缺失")
    folder.take(book.save())

    assert "jobs,north,2017,,,O,official,report,,a" in folder.lines(OFFICIAL)


def test_several_status_codes(folder):
    """They stand with a space between."""
    book = Book(folder.export(area="north"))
    book.fill(("jobs", "2018"), 数值状态="B  P")
    folder.take(book.save())

    assert folder.lines(OFFICIAL)[2].startswith("jobs,north,2018,,1.60,B  P,")


def test_a_report_on_a_task_begins_a_file(folder):
    """Where every file of a folder is illustrative; a word of any language is understood."""
    book = Book(folder.export(area="north", period="2020")).use("任务")
    book.fill(
        2, 报告日期="2020年11月5日", 进展状态="At risk", 填报单位="north-city 北市政府", **{"完成比例（%）": "40"}
    )
    outcome = folder.take(book.save())

    assert outcome.files == ("data/progress/reported.csv",)
    assert folder.lines("data/progress/reported.csv") == [
        "task,area,date,status,percent,by,basis,source,note",
        "02,north,2020-11-05,at-risk,40,north-city,,,",
    ]
    assert folder.take(book.path).files == ()


def test_a_withdrawn_report(folder):
    """Emptying its status removes it."""
    book = Book(folder.export(area="north", period="2020")).use("任务")
    book.fill(2, 进展状态="已完成")
    folder.take(book.save())
    book = Book(folder.export(area="north", period="2020")).use("任务")
    assert book.cell(2, "进展状态").value == "已完成"
    assert book.cell(2, "报告日期").protection.locked
    book.fill(2, 进展状态=None)

    assert folder.take(book.save()).counts == {"removed": 1}
    assert len(folder.lines("data/progress/reported.csv")) == 1


def test_a_file_without_the_column_gets_it(a_plan_folder):
    """At the end of each row, and the difference says so."""
    folder = Folder(
        a_plan_folder({**FILES, OFFICIAL: "indicator,area,period,value,source\njobs,north,2018,1,report\n"})
    )
    book = Book(folder.export(area="north"))
    book.fill(("jobs", "2018"), 备注="新")
    outcome = folder.take(book.save())

    assert outcome.differences[1] == "  new columns: note"
    assert folder.lines(OFFICIAL) == ["indicator,area,period,value,source,note", "jobs,north,2018,1,report,新"]


def test_a_spare_row_takes_any_period(folder):
    """A key by codes, or by the name where the code is missing."""
    book = Book(folder.export(area="north", period="2020"))
    spare = book.row("share", "2020") + 1
    book.fill(spare, 指标代码="jobs", 地区代码="south", 时期=2020, 数值=9, 来源="report")
    book.fill(spare + 1, 指标="占比", 地区="South", 时期=datetime.datetime(2020, 1, 1), 数值=9, 来源="report")
    book.cell(spare + 1, "时期").number_format = "yyyy"
    outcome = folder.take(book.save())

    assert said(outcome) == [f"book.xlsx:数据!E{spare + 1}: mixed-frequency"]
    assert "jobs,south,2020,,9,,official,report,," in folder.lines(OFFICIAL)
    assert "share,south,2020-01,,9,,official,report,," in folder.lines(OFFICIAL)


# --- what is refused --------------------------------------------------------------------------------------------

CASES = [
    (("jobs", "2019"), {"数值": "1,234"}, "not-a-number", "write 1234"),
    (("jobs", "2019"), {"数值": "１２"}, "not-a-number", "write 12"),
    (("jobs", "2019"), {"数值": "5万个"}, "not-a-number", "own unit"),
    (("jobs", "2019"), {"数值": "n/a"}, "not-a-number", "O, L, M or Q"),
    (("jobs", "2019"), {"数值": datetime.datetime(2020, 1, 2)}, "wrong-cell", "format the cell as a number"),
    (("jobs", "2019"), {"数值": True}, "wrong-cell", "format the cell as a number"),
    (("jobs", "2019"), {"数值": "=1+1"}, "formula-without-result", "save it"),
    (("jobs", "2019"), {"数值": "#DIV/0!"}, "formula-error", "correct the formula"),
    (("jobs", "2019"), {"数值": -5}, "outside-range", "range"),
    (("jobs", "2019"), {"数值": 5, "备注": "=A1"}, "formula-without-result", "save it"),
    (("jobs", "2019"), {"数值": 5, "数值状态": "Z"}, "unknown-status", "with a value"),
    (("jobs", "2019"), {"数值": 5, "数值状态": "O 缺失"}, "value-and-status", "remove the value"),
    (("jobs", "2019"), {"备注": "为什么空着"}, "value-and-status", "enter the value"),
    (("jobs", "2019"), {"数值": 5, "依据": "officail"}, "unknown-word", "官方, 推算"),
    (("jobs", "2019"), {"数值": 5, "来源": "reprot"}, "unknown-source", "did you mean 'report'"),
    (("jobs", "2019"), {"数值": 5, "时期": "20l9"}, "bad-period", "did you mean 2019"),
    (("jobs", "2019"), {"数值": 5, "时期": None}, "missing-field", "empty the row"),
    (("jobs", "2019"), {"数值": 5, "树种": "橡树"}, "unused-dimension", "empty the cell"),
    (("trees", "2019", "橡树"), {"数值": 5, "树种": "松树"}, "unknown-dimension-value", ""),
    (("jobs", "2019"), {"数值": 5, "指标代码": "job"}, "unknown-indicator", "did you mean 'jobs'"),
    (("jobs", "2019"), {"数值": 5, "指标代码": "trees"}, "given-changed", "keep the cells of a row together"),
    (("jobs", "2019"), {"数值": 5, "单位": "万个"}, "given-changed", "enter the value in 个"),
    (("jobs", "2019"), {"数值": 5, "地区代码": "nroth"}, "unknown-area", "did you mean 'north'"),
]


@pytest.mark.parametrize(
    ("key", "values", "code", "hint"), CASES, ids=[f"{case[2]}-{number}" for number, case in enumerate(CASES)]
)
def test_a_fault_is_named_by_sheet_and_cell(folder, key, values, code, hint):
    """With how to mend it; nothing is written."""
    before = folder.data()
    book = Book(folder.export(area="north"))
    if code == "unused-dimension" or code == "bad-period" or "指标代码" in values:
        book.cell(book.row(*key), "导出标记").value = None
    cell = book.fill(key, **values)
    if code == "given-changed" and "单位" not in values:
        cell = f"B{cell[1:]}"
    outcome = folder.take(book.save())
    cell = re.sub("^[A-Z]+", "J", cell) if (code, values.get("备注")) == ("value-and-status", "为什么空着") else cell

    assert said(outcome, "error") == [f"book.xlsx:数据!{cell}: {code}"]
    assert hint in next(problem.hint for problem in outcome.problems if problem.code == code)
    assert folder.data() == before


TASK_CASES = [
    ({"进展状态": "差不多"}, "unknown-word", "H"),
    ({"进展状态": "已完成", "完成比例（%）": 120}, "out-of-range", "I"),
    ({"进展状态": "已完成", "报告日期": "31/12/2020"}, "bad-date", "G"),
    ({"进展状态": "已完成", "报告日期": "20201231"}, "bad-date", "G"),
    ({"进展状态": "已完成", "报告日期": "2020-02-30"}, "bad-date", "G"),
    ({"进展状态": "已完成", "报告日期": None}, "missing-field", "G"),
    ({"完成比例（%）": 40}, "missing-field", "H"),
    ({"进展状态": "已完成", "任务代码": "2/m9"}, "unknown-task", "A"),
    ({"进展状态": "已完成", "任务代码": "02/m9"}, "unknown-measure", "A"),
    ({"进展状态": "已完成", "填报单位": "offiec"}, "unknown-organisation", "J"),
]


@pytest.mark.parametrize(("values", "code", "column"), TASK_CASES)
def test_a_fault_of_a_report_is_named_too(folder, values, code, column):
    """In the sheet of the tasks."""
    book = Book(folder.export(area="north", period="2020")).use("任务")
    book.fill(2, **values)

    assert said(folder.take(book.save())) == [f"book.xlsx:任务!{column}2: {code}"]


def test_every_problem_at_once_in_the_order_of_cells(folder):
    """Both sheets, several rows; a dry run says the same."""
    book = Book(folder.export(area="north", period="2020"))
    book.fill(2, 数值="1,5", 来源="x")
    book.fill(5, 数值="12 %")
    book.use("任务").fill(2, 进展状态="差不多")
    outcome = folder.take(book.save(), dry_run=True)

    assert said(outcome) == [
        "book.xlsx:任务!H2: unknown-word",
        "book.xlsx:数据!J2: not-a-number",
        "book.xlsx:数据!M2: unknown-source",
        "book.xlsx:数据!J5: not-a-number",
    ]


def test_a_percentage_is_not_taken_for_its_hundredth(folder):
    """12.5% typed into a cell is stored as 0.125."""
    book = Book(folder.export(area="north", period="2020"))
    row = book.row("share", "2020")
    book.fill(row, 数值=0.125)
    book.cell(row, "数值").number_format = "0.00%"

    assert said(folder.take(book.save())) == [f"book.xlsx:数据!J{row}: percent-cell"]


def test_a_task_code_that_became_a_number(folder):
    """8 for 08 can only mean one task."""
    book = Book(folder.export(area="north", period="2020")).use("任务")
    book.fill(2, 任务代码=2, 进展状态="暂缓")

    assert folder.take(book.save()).counts == {"changed": 1}
    assert folder.lines("data/progress/reported.csv")[1] == "02,north,2020-12-31,on-hold,,,,,"


def test_a_formula_in_place_of_a_text(folder):
    """Its saved result may be anything, such as a text from another file."""
    path = folder.export(area="north", period="2020")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet2.xml"
    cell = re.search(rb'<c r="N2"( s="\d+")[^>]*/>', parts[sheet])
    solved = b'<c r="N2"' + cell[1] + b' t="str"><f>1+1</f><v>2</v></c>'
    number = re.search(rb'<c r="J2"( s="\d+")[^>]*/>', parts[sheet])
    parts[sheet] = parts[sheet].replace(cell[0], solved)
    parts[sheet] = parts[sheet].replace(number[0], b'<c r="J2"' + number[1] + b"><f>100/8</f><v>12.5</v></c>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    assert said(folder.take(path)) == ["book.xlsx:数据!N2: formula-in-text"]
    parts[sheet] = parts[sheet].replace(solved, cell[0])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert folder.take(path).counts == {"added": 1}
    assert "jobs,north,2020,,12.5,,official,,," in folder.lines(OFFICIAL)


def test_a_date_without_its_format(folder):
    """The serial number of a day, as some programs save dates."""
    book = Book(folder.export(area="north", period="2020")).use("任务")
    book.fill(2, 进展状态="暂缓", 报告日期=44166)
    book.cell(2, "报告日期").number_format = "General"
    folder.take(book.save())

    assert folder.lines("data/progress/reported.csv")[1].startswith("02,north,2020-12-01,on-hold")


def test_workbooks_that_disagree_name_both_cells(folder):
    """And nothing of either is written."""
    before = folder.data()
    one, two = Book(folder.export("one.xlsx", area="north")), Book(folder.export("two.xlsx", organisation="office"))
    first, second = one.fill(("jobs", "north", "2018"), 数值=2), two.fill(("jobs", "north", "2018"), 数值=3)
    outcome = folder.take(one.save(), two.save())

    assert said(outcome) == [f"two.xlsx:数据!{second}: workbooks-disagree"]
    assert f"'2' in {folder.path}/one.xlsx:数据!{first}" in outcome.problems[0].message
    assert folder.data() == before


def test_workbooks_that_disagree_on_withdrawing(folder):
    """One corrects what the other takes out."""
    one, two = Book(folder.export("one.xlsx", area="north")), Book(folder.export("two.xlsx", area="north"))
    one.fill(("jobs", "2018"), 数值=2)
    two.fill(("jobs", "2018"), 数值=None)

    assert said(folder.take(one.save(), two.save())) == ["two.xlsx:数据!J3: workbooks-disagree"]
    assert said(folder.take(two.path, one.path)) == ["one.xlsx:数据!J3: workbooks-disagree"]


def test_workbooks_that_agree_or_speak_of_different_things(folder):
    """The same change twice is one, and one workbook that left a cell alone does not contradict."""
    one, two = Book(folder.export("one.xlsx", area="north")), Book(folder.export("two.xlsx"))
    one.fill(("jobs", "2018"), 数值=2)
    two.fill(("jobs", "north", "2018"), 数值=2.0, 备注="二")
    two.fill(("jobs", "south", "2018"), 数值=8)

    assert folder.take(one.save(), two.save()).counts == {"changed": 2}
    assert 'jobs,north,2018,,2,P,official,report,"二",b' in folder.lines(OFFICIAL)


def test_the_same_key_twice_in_one_workbook(folder):
    """Refused as two workbooks would be."""
    book = Book(folder.export(area="north", period="2020"))
    spare = book.row("share", "2020") + 1
    book.fill(2, 数值=1)
    book.fill(spare, 指标代码="jobs", 地区代码="north", 时期="2020", 数值=2)

    assert said(folder.take(book.save())) == [f"book.xlsx:数据!J{spare}: workbooks-disagree"]


def test_data_that_changed_since_the_export(folder):
    """What was left alone gives way to the newer number; what was changed twice is refused."""
    left, touched = Book(folder.export("left.xlsx", area="north")), Book(folder.export("touched.xlsx", area="north"))
    newer = Book(folder.export("newer.xlsx", area="north"))
    newer.fill(("jobs", "2018"), 数值=3)
    newer.fill(("jobs", "2019"), 数值=4, 来源="report")
    newer.fill(("jobs", "2017"), 数值=None)
    folder.take(newer.save())
    before = folder.data()

    assert folder.take(left.save()).files == ()
    touched.fill(("jobs", "2018"), 数值=5)
    touched.fill(("jobs", "2019"), 数值=5)
    touched.fill(("jobs", "2017"), 数值=5)
    outcome = folder.take(touched.save())
    assert said(outcome) == [f"touched.xlsx:数据!J{row}: changed-since-export" for row in (2, 3, 4)]
    assert "now have '3' in data/observations/official.csv" in outcome.problems[1].message
    assert folder.data() == before


def test_a_copied_row_is_a_new_one(folder):
    """Its hidden mark speaks of another key."""
    book = Book(folder.export(area="north"))
    row, spare = book.row("jobs", "2018"), book.sheet.max_row
    for column in range(1, book.sheet.max_column + 1):
        book.sheet.cell(spare, column).value = book.sheet.cell(row, column).value
    book.fill(spare, 时期="2016")

    assert folder.take(book.save()).counts == {"added": 1}


def test_faults_of_the_data_come_first(folder):
    """They are mended before anything is taken in."""
    path = folder.export()
    (folder.path / "data/targets.csv").write_text("indicator,area,period,value\njobs,nowhere,2020,1\n")

    result = CliRunner().invoke(
        main, ["workbook", "import", "--config", str(folder.path / "site_config.yml"), str(path)]
    )
    assert result.exit_code == 1
    assert "data/targets.csv:2:6: error[unknown-area]" in result.output


def test_a_warning_stands_at_its_cell_and_does_not_stop(folder):
    """Only warnings that the workbooks bring are shown."""
    book = Book(folder.export(area="north", period="2020"))
    book.fill(2, 数值=5)

    assert said(folder.take(book.save())) == ["book.xlsx:数据!M2: no-source"]
    assert "jobs,north,2020,,5,,official,,," in folder.lines(OFFICIAL)


def test_no_half_written_data(folder, monkeypatch):
    """Two files are to change, the second cannot: the first is as it was."""
    before = folder.data()
    book = Book(folder.export(area="north"))
    book.fill(("share", "2020"), 数值=13)
    calls = []

    def fail(source, goal):
        calls.append(goal)
        if len(calls) == 2:
            raise OSError(28, "No space left on device", str(goal))
        Path(source).replace(goal)

    monkeypatch.setattr(os, "replace", fail)
    config = str(folder.path / "site_config.yml")
    result = CliRunner().invoke(main, ["workbook", "import", "--config", config, str(book.save())])

    assert result.exit_code == 1
    assert "nothing was changed" in result.output
    assert folder.data() == before


# --- headings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en", "contract"])
def test_headings_of_every_language_and_of_the_contract(folder, language):
    """In a CSV file that somebody wrote by hand."""
    columns = {
        "zh": "指标代码,地区代码,时期,树种,数值,数值状态,依据,来源",
        "en": "Indicator code,AREA CODE,period,Sort,Value,Status of the value,Basis,Source",
        "contract": "indicator,area,period,sort,value,status,basis,source",
    }[language]
    path = folder.path / "by-hand.csv"
    path.write_text(f"{columns},_mine\ntrees,south,2019,Oak,3,P provisional,Derived,report,x\n", encoding="utf-8-sig")

    assert folder.take(path).counts == {"added": 1}
    assert "trees,south,2019,oak,3,P,derived,report,," in folder.lines(OFFICIAL)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("指标代码,地区代码,时期,数植\njobs,north,2019,5\n", ["h.csv!A1: missing-column", "h.csv!D1: unknown-column"]),
        ("指标代码,地区代码,时期,数值,数值\njobs,north,2019,5,5\n", ["h.csv!E1: duplicate-column"]),
        ("指标代码;地区代码;时期;数值\njobs;north;2019;5\n", ["h.csv!A1: no-headings"]),
        ("标题\n\n指标代码,地区代码\n", ["h.csv:3:1: cell-count"]),
        ("x,y,z\n1,2,3\n", ["h.csv!A1: no-headings"]),
        ("指标代码,地区代码,时期,数值,\njobs,north,2019,5,6\n", ["h.csv!E1: missing-column-name"]),
    ],
)
def test_headings_that_are_not_understood(folder, text, expected):
    """With what was wanted."""
    path = folder.path / "h.csv"
    path.write_text(text, encoding="utf-8")

    assert said(folder.take(path)) == expected


def test_headings_may_stand_lower(folder):
    """Below a title that somebody put there."""
    book = Book(folder.export(area="north"))
    book.fill(("jobs", "2018"), 数值="x")
    book.sheet.insert_rows(1, 2)
    book.sheet["A1"] = "北市填报"

    assert said(folder.take(book.save())) == ["book.xlsx:数据!J5: not-a-number"]


def test_a_column_without_heading_and_a_strange_sheet(folder):
    """Entries that would be passed over are named."""
    book = Book(folder.export(area="north"))
    book.sheet.cell(3, 20).value = "?"
    book.book.create_sheet("草稿")["A1"] = "x"

    assert said(folder.take(book.save())) == [
        "book.xlsx:数据!T1: missing-column-name",
        "book.xlsx:草稿!A1: unknown-sheet",
    ]


def test_a_workbook_without_tables(folder):
    """Nothing of it can be read."""
    book = Book(folder.export(area="north"))
    for name in ("数据", "任务"):
        del book.book[name]

    assert said(folder.take(book.save())) == ["book.xlsx:1:1: no-tables"]


# --- the command line -------------------------------------------------------------------------------------------


def _run(folder, *arguments):
    return CliRunner().invoke(
        main, ["workbook", *arguments[:1], "--config", str(folder.path / "site_config.yml"), *arguments[1:]]
    )


def test_the_command_line_round_trip(folder):
    """Exit code 0, the difference, then the files."""
    path = str(folder.path / "north.xlsx")
    assert _run(folder, "export", path, "--area", "north", "--period", "2020").exit_code == 0
    book = Book(Path(path))
    book.fill(2, 数值=5, 来源="report 年报")
    book.save()
    dry, real = _run(folder, "import", path, "--dry-run"), _run(folder, "import", path)

    assert dry.output.splitlines()[-1] == "1 added, 0 changed, 0 removed: nothing was written (dry run)"
    assert real.output.splitlines() == [
        OFFICIAL,
        f"  + jobs, north, 2020: value 5; source report  [{path}:数据!J2]",
        f"1 added, 0 changed, 0 removed -> {OFFICIAL}",
    ]


def test_the_command_line_refuses(folder):
    """Exit code 1 for faults of a workbook, 2 for wrong use."""
    path = folder.export(area="north")
    book = Book(path)
    book.fill(("jobs", "2018"), 数值="1,5")
    book.save()
    result = _run(folder, "import", str(path))

    assert result.exit_code == 1
    assert result.output.startswith(f"{path}:数据!J3: error[not-a-number] value: '1,5' is not a number")
    assert result.output.endswith("errors: 1, warnings: 0; nothing was written\n")
    assert _run(folder, "import", str(folder.path / "none.xlsx")).exit_code == 1
    assert _run(folder, "import").exit_code == 2
    assert _run(folder, "export", "x.xls").exit_code == 2
    assert _run(folder, "export", "x.xlsx", "--area", "nowhere").exit_code == 2


# --- completeness -----------------------------------------------------------------------------------------------


SHARED = {
    "bad-date", "bad-period", "duplicate-column", "missing-column", "missing-column-name", "missing-field",
}  # fmt: skip
"""Codes that `check` gives too, which its own list explains."""


def _codes():
    """Every code that a module of workbooks can give."""
    modules = Path(generator.__file__).parent.glob("workbook_*.py")
    position = {"at_cell": 1, "_wrong": 1, "_UnreadableError": 0}
    codes = set()
    for path in modules:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                code = node.args[position[name]] if name in position and len(node.args) > position[name] else None
                if isinstance(code, ast.Constant):
                    codes.add(code.value)
    return codes


def test_every_code_of_a_workbook_is_tried():
    """A refusal without a test does not count as done."""
    codes = _codes()
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_workbook_*.py"))

    assert len(codes) >= 20
    assert {code for code in codes if code not in tests} == set()


def test_words_stand_in_every_language(folder):
    """Each column has a heading, and no two of a sheet the same."""
    for path in sorted((folder.config.templates / "words").glob("*.yml")):
        words = yaml.safe_load(path.read_text(encoding="utf-8"))["workbook"]
        for columns in words["columns"].values():
            assert len(set(columns.values())) == len(columns), path.name


def test_the_readme_for_staff_is_right():
    """What the code calls a new file is what staff are told."""
    readme = (Path(__file__).parent.parent / "data" / "README.md").read_text(encoding="utf-8")

    assert workbook_import.NEW_FILE in readme
    assert f"{MAX_FILE_BYTES // 1024 // 1024} MiB" in readme


def test_every_code_is_explained():
    """In the documentation of workbooks; none is listed that does not come from them."""
    text = (Path(__file__).parent.parent / "docs" / "workbooks.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", text, re.M))

    assert listed == {code for code in _codes() if not code.startswith("unknown-") or code == "unknown-sheet"} - SHARED
