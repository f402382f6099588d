"""Tables as HTML: what a cell holds in every combination, escaped; rows, heads and ids."""

from __future__ import annotations

import pytest
from markupsafe import Markup
from site_fixtures import read_html

from generator.render import Renderer
from generator.table_html import TableWriter, attribute
from generator.view import Cell, Column, Mark, Table


@pytest.fixture
def writer(small_view):
    view = small_view("en")
    return TableWriter(view, Renderer(view, view.config.templates).for_html)


def the_cell(writer, cell):
    """The HTML inside a cell of a table."""
    html = writer.cells(Table("t", "c", (Column("a"), Column("b")), ()), (Cell("x"), cell), "../")
    return html.partition('<span class="pe-cell">')[2].removesuffix("</span></td>")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (Cell("<5"), "&lt;5"),
        (Cell("5", "a/#v"), '<a href="../a/#v">5</a>'),
        (Cell("5", 'a"b'), '<a href="../a&#34;b">5</a>'),
        (Cell("5", "", (Mark("new", "n&w"),)), '5 <span class="pe-mark pe-mark--new">n&amp;w</span>'),
        (Cell("5", note="<n>"), '5 <span class="pe-note">&lt;n&gt;</span>'),
        (Cell(""), ""),
    ],
)
def test_a_cell_says_its_text_with_link_marks_and_note(writer, cell, expected):
    assert the_cell(writer, cell) == expected


def test_a_status_stands_before_the_text_and_leads_somewhere_where_there_is_none(writer):
    status = the_cell(writer, Cell("", status="completed"))
    assert status.startswith('<span class="pe-status pe-status--completed">')
    assert the_cell(writer, Cell("x", "a/", status="completed")) == f'{status} <a href="../a/">x</a>'
    assert the_cell(writer, Cell("", "a/", status="completed")) == f'<a href="../a/">{status}</a>'


def test_a_table_has_heads_row_headings_and_ids(writer):
    columns = (Column("<a>"), Column("n", numeric=True), Column("w", wide=True, href="x/"))
    table = Table("t", "<c>", columns, ((Cell("r"), Cell("1"), Cell("2")),), stack=True, ids=("v-1",))
    html = writer.table(table, "../")
    tree = read_html(html)
    assert [one.text for one in tree.all("th")] == ["<a>", "n", "w", "r"]
    assert 'id="v-1"' in html and '<caption id="t-caption">&lt;c&gt;</caption>' in html
    assert '<td data-label="n" class="num">' in html and '<a href="../x/">w</a>' in html


def test_an_attribute_is_escaped_unless_it_is_harmless():
    assert attribute("../a/#v-1.2_b") == "../a/#v-1.2_b"
    assert attribute('"<&') == Markup("&#34;&lt;&amp;")
