"""A workbook shows what is known, and asks for what is due."""

import datetime
import zipfile

import openpyxl
import pytest
from workbook_samples import FILES, Book, Folder

from generator.model import STATUSES
from generator.period import parse_period
from generator.problems import UsageError
from generator.workbook_export import choose_scope, load_whole_plan, periods_in


@pytest.fixture
def folder(a_plan_folder):
    return Folder(a_plan_folder(FILES))


def _rows(book, *headings):
    return [
        tuple(book.cell(row, heading).value for heading in headings)
        for row in range(2, book.sheet.max_row + 1)
        if book.sheet.cell(row, 2).value
    ]


def test_headings_are_chinese_and_sheets_have_names(folder):
    """The plan's default language; a dimension is headed by its title."""
    book = Book(folder.export())

    assert book.book.sheetnames == ["说明", "数据", "任务", "选项"]
    assert [cell.value for cell in book.sheet[1]] == [
        "指标代码", "指标", "地区代码", "地区", "时期", "树种", "单位", "目标", "最近数值",
        "数值", "数值状态", "依据", "来源", "备注", "导出标记",
    ]  # fmt: skip
    assert [cell.value for cell in book.use("任务").sheet[1]] == [
        "任务代码", "任务", "地区代码", "地区", "牵头单位", "最近报告", "报告日期",
        "进展状态", "完成比例（%）", "填报单位", "依据", "来源", "备注", "导出标记",
    ]  # fmt: skip


def test_an_area_has_its_rows_and_nothing_else(folder):
    """Every year of the plan so far, with values where they are known."""
    book = Book(folder.export(area="north"))

    assert _rows(book, "指标代码", "地区代码", "时期", "树种", "数值") == [
        ("jobs", "north", "2017", None, 100),
        ("jobs", "north", "2018", None, 1.6),
        ("jobs", "north", "2019", None, None),
        ("jobs", "north", "2020", None, None),
        ("trees", "north", "2017", "冷杉", None),
        ("trees", "north", "2018", "冷杉", 6),
        ("trees", "north", "2019", "冷杉", None),
        ("trees", "north", "2020", "冷杉", None),
        ("trees", "north", "2017", "橡树", None),
        ("trees", "north", "2018", "橡树", 5),
        ("trees", "north", "2019", "橡树", None),
        ("trees", "north", "2020", "橡树", None),
        ("share", "north", "2017", None, None),
        ("share", "north", "2018", None, None),
        ("share", "north", "2019", None, None),
        ("share", "north", "2020", None, None),
    ]


def test_targets_and_last_values_stand_beside(folder):
    """In the unit of the row; what is made up is marked."""
    book = Book(folder.export(area="north", period="2020"))

    assert _rows(book, "指标", "单位", "目标", "最近数值", "数值") == [
        ("岗位", "个", "不低于200", "1.60（2018年）", None),
        ("树木", "棵", None, "6（2018年）", None),
        ("树木", "棵", None, "5（2018年）", None),
        ("占比", "%", None, "11.50（2019年）（示例）", None),
    ]


def test_an_illustrative_number_is_never_filled_in(folder):
    """It would come back as a reported one."""
    book = Book(folder.export(area="north"))

    assert 12.5 not in [value for (value,) in _rows(book, "数值")]


def test_an_organisation_has_what_it_leads(folder):
    """Indicators and tasks, in all areas."""
    book = Book(folder.export(organisation="office", period="2018"))

    assert _rows(book, "指标代码", "地区代码", "数值") == [("jobs", "north", 1.6), ("jobs", "south", 7)]
    assert _rows(book.use("任务"), "任务代码", "地区代码", "报告日期") == [
        ("01", None, datetime.datetime(2018, 12, 31)),
        ("02", None, datetime.datetime(2018, 12, 31)),
    ]


def test_a_city_government_reports_for_its_city(folder):
    """It leads nothing, and is in charge of an area."""
    book = Book(folder.export(organisation="north-city", period="2020"))

    assert {area for (area,) in _rows(book, "地区代码")} == {"north"}
    assert _rows(book.use("任务"), "任务代码", "地区代码", "最近报告") == [("02", "north", None)]


def test_an_illustrative_report_is_only_shown(folder):
    """As the last one, with its mark."""
    book = Book(folder.export(area="north", period="2021")).use("任务")

    assert _rows(book, "最近报告", "进展状态", "报告日期") == [
        ("进展正常，50%（2020年12月31日）（示例）", None, datetime.datetime(2021, 3, 1)),
    ]


def test_given_cells_are_locked_and_shaded(folder):
    """Open cells are another colour, and only they can be written into."""
    book = Book(folder.export(area="north"))
    row = book.row("jobs", "2019")
    given, opened = book.cell(row, "单位"), book.cell(row, "数值")

    assert book.sheet.protection.sheet
    assert (given.protection.locked, opened.protection.locked) == (True, False)
    assert given.fill.fgColor.rgb != opened.fill.fgColor.rgb
    assert book.sheet.column_dimensions["O"].hidden


def test_lists_to_choose_from(folder):
    """Each word that may be chosen, and limits for numbers."""
    book = Book(folder.export(area="north"))
    rules = {str(rule.sqref): rule for rule in book.sheet.data_validations.dataValidation}
    lists = book.book["选项"]
    titles = {
        cell.value: [one.value for one in column if one.value][1:]
        for column in lists.iter_cols()
        for cell in column[:1]
    }

    assert rules["K2:K27"].formula1 == "'选项'!$A$2:$A$14"
    assert lists.sheet_state == "hidden"
    assert titles["observations basis"] == ["官方", "推算"]
    assert titles["observations source"] == ["report 年报", "rule 规则"]
    assert "P 初步数" in titles["observations status"]
    assert len(titles["progress status"]) == len(STATUSES) - 1
    limits = {(rule.operator, rule.formula1, rule.formula2) for rule in rules.values() if rule.type == "decimal"}
    assert limits == {
        ("greaterThanOrEqual", "0", None),
        ("between", "0", "100"),
        ("between", "-1E+20", "1E+20"),
    }


def test_notes_are_in_both_languages(folder):
    """How to fill it in, and what the columns mean."""
    notes = [cell.value for cell in Book(folder.export(area="north")).book["说明"]["A"]]

    assert "填报表：小计划" in notes
    assert "Reporting workbook: A small plan" in notes
    assert "Area: North" in notes
    assert "数据 · 数值" in notes


def test_same_data_same_bytes(folder):
    """No clock and no chance in the file."""
    first = folder.export("one.xlsx").read_bytes()

    assert folder.export("two.xlsx").read_bytes() == first
    with zipfile.ZipFile(folder.path / "one.xlsx") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2021-03-01" in archive.read("docProps/core.xml")


def test_text_never_becomes_a_formula(a_plan_folder):
    """Whatever a title or note starts with."""
    observations = "indicator,area,period,value,source,note\njobs,north,2018,1,report,=1+1\n"
    indicators = FILES["data/indicators.yml"].replace("zh: 岗位", 'zh: "=HYPERLINK(1)"')
    folder = Folder(
        a_plan_folder({**FILES, "data/observations/official.csv": observations, "data/indicators.yml": indicators})
    )
    path = folder.export(area="north")
    cells = [cell for row in openpyxl.load_workbook(path)["数据"].iter_rows() for cell in row]

    assert {cell.value for cell in cells if str(cell.value).startswith("=")} == {"=1+1", "=HYPERLINK(1)"}
    assert "f" not in {cell.data_type for cell in cells}
    assert folder.take(path).files == ()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("norht", None, None), "did you mean 'north'"),
        ((None, "ofice", None), "did you mean 'office'"),
        ((None, None, "20l8"), "did you mean 2018"),
    ],
)
def test_wrong_options_are_explained(folder, options, message):
    """With the nearest word."""
    with pytest.raises(UsageError, match=message):
        choose_scope(load_whole_plan(folder.config), *options)


@pytest.mark.parametrize(
    ("span", "frequency", "expected"),
    [
        ("2020", "Q", ["2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4"]),
        ("2019-04/P1Y", "S", ["2019-H2"]),
        ("2020-Q3", "M", ["2020-07", "2020-08", "2020-09"]),
        ("2020-Q3", "A", []),
        ("2018/P3Y", "irregular", []),
    ],
)
def test_periods_inside_a_span(span, frequency, expected):
    """Whole ones only."""
    assert [str(period) for period in periods_in(parse_period(span), frequency)] == expected


def test_the_smallest_plan(a_plan_folder):
    """One language, no tables, no date of the data: a workbook without rows, which changes nothing."""
    files = {"data/observations.csv": None, "data/targets.csv": None}
    folder = Folder(a_plan_folder(files))
    book = Book(folder.export(), sheet="Figures")

    assert book.cell(2, "Indicator").value is None
    assert folder.take(book.path).files == ()
