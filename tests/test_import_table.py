"""A table of actions becomes a plan by a map; a map can be proposed."""

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from generator.check import check_plan
from generator.cli import main
from generator.config import load_config
from generator.import_table import guess, import_table, read_map
from generator.import_table_head import as_period
from generator.problems import DataError, UsageError, errors_in

ROWS = [
    ["Action plan of the county"],
    ["Pillar", "No", "Action", "Lead department", "Supporting", "Indicator", "Unit",
     "Target", "Deadline", "Status", "Colour"],
    ["Roads", "1", "Mend bridges", "Works; Finance", "Police, Works", "Bridges", "bridges",
     "≥1,200.5", "2026-06", "In progress", "red"],
    ["", "2", "Paint lines", "Works", "", "", "", "", "soon", "", ""],
    ["Schools", "", "", "", "", "", "", "", "", "", ""],
    ["", "2", "Build a school", "Education", "", "Schools; Pupils", "", "5", "2027", "well", ""],
]  # fmt: skip


@pytest.fixture
def book(tmp_path):
    """The table as .xlsx, on the second sheet."""
    workbook = Workbook()
    sheet = workbook.create_sheet("Actions")
    for row in ROWS:
        sheet.append(row)
    workbook.save(tmp_path / "actions.xlsx")
    return tmp_path / "actions.xlsx"


@pytest.fixture
def imported(book, tmp_path):
    """The plan and the report by the proposed map, with changes to its text."""

    def run(**changes):
        text = guess(book)
        for old, new in changes.items():
            text = text.replace(f"{old}: ''", f"{old}: {new}")
        (tmp_path / "map.yml").write_text(text, encoding="utf-8")
        report = import_table(book, read_map(tmp_path / "map.yml"), tmp_path / "plan")
        plan, problems = check_plan(load_config(tmp_path / "plan/site_config.yml"))
        assert errors_in(problems) == []
        return plan, report

    return run


def test_a_map_is_proposed_by_headings(book):
    """The sheet and row of the headings are found, each column that says what it is is named, the rest is listed."""
    text = guess(book)

    assert "sheet: 'Actions'" in text and "header: 2" in text
    assert "lead: 'Lead department'" in text and "due: 'Deadline'" in text
    assert "# Not used: Colour" in text


def test_chinese_headings_are_known(tmp_path):
    """The words that Chinese plans use for the same columns."""
    (tmp_path / "a.csv").write_text(
        "序号,方面,重点任务,牵头单位,配合单位,完成时限\n1,水,治污,水利局,环保局、住建局,2025年6月\n", encoding="utf-8"
    )
    (tmp_path / "map.yml").write_text(guess(tmp_path / "a.csv"), encoding="utf-8")

    import_table(tmp_path / "a.csv", read_map(tmp_path / "map.yml"), tmp_path / "plan")
    plan, problems = check_plan(load_config(tmp_path / "plan/site_config.yml"))

    assert errors_in(problems) == []
    task = plan.tasks["1"]
    assert [plan.organisations[one].title.get("zh") for one in (*task.lead, *task.supporting)] == [
        "水利局",
        "环保局",
        "住建局",
    ]
    assert str(task.measures[0].due) == "2025-06"


def test_rows_become_tasks_with_who_what_and_when(imported):
    """An aspect counts for the rows below it; departments are parted; who leads does not support as well."""
    plan, _ = imported(title="County plan", as_of="2025-12-31")

    tasks = [(one.title.get("en"), one.aspect, one.lead, one.supporting, one.indicators) for one in plan.tasks.values()]
    assert tasks == [
        ("Mend bridges", "roads", ("works", "finance"), ("police",), ("bridges",)),
        ("Paint lines", "roads", ("works",), (), ()),
        ("Build a school", "schools", ("education",), (), ("schools", "pupils")),
    ]
    assert [(str(one.period), one.operator, str(one.value)) for one in plan.targets] == [("2026-06", ">=", "1200.5")]
    assert [(one.task, one.status) for one in plan.progress] == [("1", "on-track")]
    assert plan.identity.title.get("en") == "County plan"


def test_what_cannot_be_carried_over_is_in_the_report(imported):
    """The cell, what stood there and why; a status without a day is left."""
    _, report = imported()

    noted = {(line.outcome, line.kind, line.place.line) for line in report.lines}
    assert noted >= {
        ("left", "column Colour", 2), ("left", "status", 3), ("changed", "due that is no period", 4),
        ("mapped", "row without an action", 5), ("left", "target", 6), ("left", "status", 6),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("columns: {}\n", "map.yml:1:1", "missing-field"),
        ("colums: {}\n", "map.yml:1:1", "unknown-key"),
        ("columns:\n  action: Action\n  laed: X\n", "map.yml:1:1", "unknown-key"),
        ("language: xx\ncolumns: {action: Action}\n", "map.yml:1:1", "unknown-language"),
        ("a: [\n", "map.yml:2:1", "bad-yaml"),
        ("columns: {action: Acton}\nheader: 2\nsheet: Actions\n", "actions.xlsx:Actions!A2", "missing-column"),
        ("columns: {action: Action}\nsheet: Acts\n", "actions.xlsx:1:1", "no-sheet"),
    ],
)
def test_faults_of_the_map_are_named_where_they_are(book, tmp_path, text, place, found):
    """In the map itself, or at the headings that it does not fit."""
    (tmp_path / "map.yml").write_text(text, encoding="utf-8")

    with pytest.raises(DataError) as refused:
        import_table(book, read_map(tmp_path / "map.yml"), tmp_path / "plan")

    problem = refused.value.problems[0]
    assert (problem.code, str(problem.place).split("/")[-1]) == (found, place)


def test_a_broken_table_is_refused(tmp_path):
    """Quotes without end, no rows, no such file."""
    (tmp_path / "a.csv").write_text('Action\n"x\n', encoding="utf-8")
    with pytest.raises(DataError, match="1 errors"):
        guess(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="1 errors"):
        guess(tmp_path / "b.csv")
    with pytest.raises(UsageError, match="no file"):
        guess(tmp_path / "c.csv")


def test_the_command_proposes_and_imports(book, tmp_path):
    """`--guess` prints a map that the same command takes; without a map it says what to do."""
    runner = CliRunner()
    proposed = runner.invoke(main, ["import", "table", str(book), "--guess"])
    (tmp_path / "map.yml").write_text(proposed.output, encoding="utf-8")
    done = runner.invoke(
        main, ["import", "table", str(book), "--map", str(tmp_path / "map.yml"), str(tmp_path / "plan")]
    )
    wrong = runner.invoke(main, ["import", "table", str(book), str(tmp_path / "other")])

    assert done.exit_code == 0, done.output
    assert "no errors" in done.output
    assert wrong.exit_code == 2 and "--guess" in wrong.output


# --- tables as offices have them ----------------------------------------------------------------------------------


def planned(path, folder):
    """The plan that a table makes by the map that is proposed for it, and the report."""
    (path.parent / "map.yml").write_text(guess(path), encoding="utf-8")
    report = import_table(path, read_map(path.parent / "map.yml"), folder)
    plan, problems = check_plan(load_config(folder / "site_config.yml"))
    assert errors_in(problems) == []
    return plan, report


def test_two_rows_of_headings_and_merged_cells_are_read(tmp_path):
    """Groups over columns stand before them; an aspect that is merged over rows counts for each."""
    workbook = Workbook()
    sheet = workbook.active
    for row in (
        ["某市行动计划任务分解表"],
        ["序号", "领域", "重点任务", "责任分工", "", "指标", "", "完成时限"],
        ["", "", "", "牵头单位", "配合单位", "名称", "目标值", ""],
        [1, "平台", "新建实验室", "科技局", "财政局、教育局", "实验室数量", 10, "2025年底前"],
        [2, None, "引进人才", "人社局", None, None, None, "长期"],
    ):
        sheet.append(row)
    for cells in ("A1:H1", "D2:E2", "F2:G2", "A2:A3", "H2:H3", "B4:B5"):
        sheet.merge_cells(cells)
    workbook.save(tmp_path / "a.xlsx")

    plan, report = planned(tmp_path / "a.xlsx", tmp_path / "plan")

    assert "header: 2-3" in guess(tmp_path / "a.xlsx")
    first, second = plan.tasks.values()
    assert [plan.organisations[one].title.get("zh") for one in (*first.lead, *first.supporting)] == [
        "科技局", "财政局", "教育局",
    ]  # fmt: skip
    assert first.aspect == second.aspect
    assert [(str(one.period), str(one.value)) for one in plan.targets] == [("2025", "10")]
    assert not [line for line in report.lines if line.outcome == "left"]


def test_a_table_without_headings_is_guessed_by_what_stands_in_it(tmp_path):
    """The map says that it is a guess, and names columns by their letters."""
    rows = "Roads,Mend the bridges of the county,Works,2025-06-30\nRoads,Paint all lines,Works,2026\n"
    (tmp_path / "a.csv").write_text(rows, encoding="utf-8")

    plan, _ = planned(tmp_path / "a.csv", tmp_path / "plan")

    assert "header: none" in guess(tmp_path / "a.csv") and "action: 'B'" in guess(tmp_path / "a.csv")
    assert [(one.title.get("en"), one.aspect, one.lead) for one in plan.tasks.values()] == [
        ("Mend the bridges of the county", "roads", ("works",)), ("Paint all lines", "roads", ("works",)),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_encodings_of_offices_are_read_and_told(tmp_path, encoding):
    """What Excel in China saves as CSV, and what it saves as Unicode text."""
    text = "序号\t重点任务\t责任单位\t完成时间\n1\t治理河道\t水利局\t2025年12月\n"
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))

    plan, report = planned(tmp_path / "a.csv", tmp_path / "plan")

    assert [one.title.get("zh") for one in plan.tasks.values()] == ["治理河道"]
    assert any(line.kind == "encoding" for line in report.lines) is (encoding != "utf-8-sig")


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("31 December 2026", "2026-12-31"), ("1st Mar. 2026", "2026-03-01"), ("December 31, 2026", "2026-12-31"),
        ("Dec 2026", "2026-12"), ("30.06.2025", "2025-06-30"), ("31/12/2025", "2025-12-31"),
        ("12/31/2025", "2025-12-31"), ("01/02/2024", None), ("by the end of 2026", "2026"), ("2025-6", "2025-06"),
        ("2025年底前", "2025"), ("2025年6月30日", "2025-06-30"), ("2025/6/30", "2025-06-30"), ("31 février 2026", None),
        ("long term", None), ("长期", None),
    ],
)  # fmt: skip
def test_dates_as_people_write_them(written, period):
    """A date that may be one of two days, or is on no calendar, is none."""
    assert as_period(written) == period
