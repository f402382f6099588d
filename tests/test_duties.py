"""What an organisation answers for: reported beside measured, by status and due date, and its load among the others."""

from __future__ import annotations

import pytest
from site_fixtures import read_html

from generator import duties_view
from generator.rendering import render_pages

ORGANISATIONS = """\
- {id: council, title: Council, kind: government}
- {id: office, title: Office, kind: department, parent: council}
- {id: bureau, title: Bureau, kind: department}
- {id: idle, title: Idle body, kind: department}
"""
TASKS = """\
- {id: t1, number: 1, aspect: a1, title: Train people, lead: office, indicators: [jobs],
   measures: [{id: m1, title: A, due: '2020'}]}
- {id: t2, number: 2, aspect: a1, title: Plant trees, lead: office, supporting: bureau,
   measures: [{id: m1, title: B, due: '2018'}]}
- {id: t3, number: 3, aspect: a1, title: Mend roads, lead: office, supporting: bureau,
   measures: [{id: m1, title: C, due: '2019'}]}
- {id: t4, number: 4, aspect: a1, title: Count birds, lead: [bureau, office], supporting: council}
"""
PROGRESS = """\
task,date,status,basis,source
t3,2019-12-31,completed,,report
t4,2019-12-31,at-risk,illustrative,
"""


@pytest.fixture
def view(a_view):
    return a_view(
        {
            "data/organisations.yml": ORGANISATIONS,
            "data/tasks.yml": TASKS,
            "data/progress.csv": PROGRESS,
            "data/observations.csv": "indicator,area,period,value,source\njobs,whole,2017,100,report\n"
            "jobs,whole,2019,110,report\n",
        }
    )


def _rows(table):
    return [[cell.status or cell.text for cell in row] for row in table.rows]


def test_tasks_stand_by_status_then_by_due_date(view):
    """Completed before at risk before unreported; within one status what falls due first comes first."""
    office = view.plan.organisations["office"]

    assert [task.id for task in duties_view.tasks_of(view, office, "lead")] == ["t3", "t4", "t2", "t1"]


def test_reported_and_measured_stand_side_by_side(view):
    """Unreported stands beside the verdict of its indicator; neither is mixed in."""
    table = duties_view.duties(view, view.plan.organisations["office"], "lead")

    assert [column.title for column in table.columns] == ["Task", "Due", "Reported", "Measured", "Overdue"]
    assert _rows(table)[0] == ["3. Mend roads", "2019", "completed", "No verdict", "Nothing"]
    assert _rows(table)[3] == ["1. Train people", "2020", "unknown", "band-limited", "Nothing"]


def test_what_it_supports_names_who_leads(view):
    """Supporting tasks say in whose lead they are; without any there is no table."""
    bureau, idle = (view.plan.organisations[name] for name in ("bureau", "idle"))

    assert _rows(duties_view.duties(view, bureau, "supporting"))[0][:2] == ["3. Mend roads", "Office"]
    assert duties_view.duties(view, idle, "lead") is None


def test_counts_and_made_up_reports(view):
    """Each status that occurs is counted, and a made-up report among them is told."""
    office = view.plan.organisations["office"]

    assert duties_view.status_counts(view, office) == [("completed", 1), ("at-risk", 1), ("unknown", 2)]
    assert duties_view.rests_on_illustration(view, office)


def test_load_beside_the_others(view):
    """Who leads most comes first; the page's own organisation is marked and not linked to itself."""
    office = view.plan.organisations["office"]
    table = duties_view.load_table(view, office)

    assert _rows(table) == [["Office", "4", "0", "4"], ["Bureau", "1", "2", "3"], ["Council", "0", "1", "1"]]
    assert (table.rows[0][0].href, table.rows[0][0].marks[0].word) == (None, "this page")
    assert "no. 1 of the 2 organisations" in duties_view.load_words(view, office)
    assert "2.5 on average" in duties_view.load_words(view, office)


def test_one_that_leads_nothing_has_no_place(view):
    """Supporting alone gives a sentence without a place; having no task at all gives none."""
    council, idle = (view.plan.organisations[name] for name in ("council", "idle"))

    assert duties_view.load_words(view, council) == "It leads none of the 4 tasks and supports 1."
    assert (duties_view.load_words(view, idle), duties_view.load_table(view, idle)) == ("", None)


def test_a_long_list_still_holds_the_pages_own(a_view):
    """With more organisations than are shown, the last row is the page's own."""
    names = [f"o{number:02}" for number in range(20)]
    many = "".join(f"- {{id: {name}, title: Body {name}, kind: department}}\n" for name in names)
    tasks = "".join(
        f"- {{id: t{number}, number: {number}, aspect: a1, title: Task, lead: {name}}}\n"
        for number, name in enumerate(names, 1)
    )
    plan = {"data/organisations.yml": "- {id: council, title: Council, kind: government}\n" + many,
            "data/tasks.yml": tasks}  # fmt: skip
    view = a_view(plan)
    table = duties_view.load_table(view, view.plan.organisations["o19"])

    assert len(table.rows) == duties_view.SHOWN
    assert table.rows[-1][0].text == "Body o19"


def test_each_cell_of_the_matrix_leads_to_its_task(view):
    """Lead and supporting by word and shape, sums at both ends, and the same told organisation by organisation."""
    (page,) = (page for page in render_pages(view, view.config.templates) if page.path == "responsibilities")
    body = read_html("".join(page.blocks))
    matrix = body.one("table", "pe-matrix")
    row = next(one for one in matrix.one("tbody").all("tr") if "Count birds" in one.text)
    cells = [(cell.text, [link.attrs["href"] for link in cell.all("a")]) for cell in row.all("td")]

    assert cells == [("○ Support", ["../tasks/t4/"]), ("■ Lead", ["../tasks/t4/"]), ("■ Lead", ["../tasks/t4/"]),
                     ("2", []), ("1", [])]  # fmt: skip
    assert [[cell.text for cell in one.all("td")] for one in matrix.one("tfoot").all("tr")] == [
        ["0", "4", "1", "5", ""],
        ["1", "0", "2", "", "3"],
    ]
    assert "Bureau ■ Lead (1): Task 4 ○ Supporting (2): Task 2, Task 3" in body.one("ul", "pe-duties").text
