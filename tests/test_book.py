"""The plan as a PDF: tagged, bookmarked, with page numbers, and a brief of two pages for a place or an organisation."""

import re
import shutil
from html import escape
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner

from generator.book import book
from generator.book_parts import Parts, settled
from generator.book_pdf import set_pages, write_pdf
from generator.check import load_plan
from generator.cli import main
from generator.config import load_config
from generator.model import Text
from generator.view import Cell, Column, Mark, Table
from tests.site_fixtures import view_of

SMALL = Path(__file__).parent / "small"


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Prints the small plan with the options given; gives the PDF."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copytree(SMALL, folder, dirs_exist_ok=True)

    def run(*options):
        file = folder / f"{'-'.join(options).strip('-') or 'book'}.pdf"
        arguments = ["print", "--config", str(folder / "site_config.yml"), *options, str(file)]
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
        return pypdf.PdfReader(file)

    return run


def test_the_book_is_tagged_bookmarked_and_in_its_language(printed):
    """What a screen reader and a reader of bookmarks need is in the file."""
    book = printed()

    root = book.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 -- an object of pypdf
    assert root["/Lang"] and "/StructTreeRoot" in root
    titles = [one.title for one in book.outline if not isinstance(one, list)]
    assert len(titles) >= 4
    fonts = [font.get_object() for page in book.pages for font in (page["/Resources"].get("/Font") or {}).values()]
    assert fonts and all("/DescendantFonts" in font for font in fonts), "letters are embedded as CID fonts"


def test_every_task_and_indicator_is_in_the_book_and_the_contents_name_pages(printed):
    """Contents and index lead to pages, and the chapters hold what they name."""
    book = printed()

    text = "".join(page.extract_text() for page in book.pages)
    assert "....." in text
    plan, _ = load_plan(load_config(SMALL / "site_config.yml"))
    wanted = {f"indicator-{name}" for name in plan.indicators} | {f"task-{name}" for name in plan.tasks}
    assert wanted <= set(book.named_destinations)


@pytest.mark.parametrize("option", ["area", "organisation"])
def test_a_brief_has_at_most_two_pages(printed, option):
    """One place or one organisation on the two sides of a sheet."""
    name = {"area": "northfold", "organisation": "streets-office"}[option]

    assert 1 <= len(printed(f"--{option}", name).pages) <= 2


def test_what_the_plan_does_not_have_is_said(tmp_path):
    """Wrong use: an area that is none."""
    result = CliRunner().invoke(
        main, ["print", "--config", str(SMALL / "site_config.yml"), "--area", "nowhere", str(tmp_path / "a.pdf")]
    )

    assert result.exit_code == 2
    assert "no area 'nowhere'" in result.output


@pytest.fixture(scope="module")
def view():
    config = load_config(SMALL / "site_config.yml")
    return view_of(config, load_plan(config)[0], "en")


def test_texts_of_the_data_are_never_markup(view):
    """A cell shows what it holds, and a wording only the documented Markdown."""
    table = Table("t", "<i>", (Column("<b>"),), ((Cell("<script>x</script>"),),))

    words = Text.model_validate("*good* <img src=x> [a](javascript:x)")

    text = Parts(view).table(table) + Parts(view).wording(words)

    assert "<script>" not in text and "<i>" not in text and "<img" not in text and 'href="javascript' not in text
    assert "&lt;script&gt;" in text and "<em>good</em>" in text


def test_a_table_says_status_mark_and_source(view):
    """Status in words, what is not official in brackets, a source by its number; nothing leads nowhere."""
    source = next(iter(view.plan.sources))
    cells = (Cell("x", status="at-risk"), Cell("2", "tasks/none/", (Mark("derived", "derived"),)),
             Cell("long title", f"sources/#{source}"))  # fmt: skip
    parts = Parts(view)
    table = Table("t", "c", (Column("a"), Column("b"), Column("c")), (cells,))

    text = settled(f'<li id="source-{source}">{parts.table(table)}')

    assert "◆ At risk x" in text and "2 <span class=\"mark\">[derived]</span>" in text
    assert f'<a href="#source-{source}" class="cite">[1]</a>' in text and "#task-none" not in text


def test_the_book_holds_the_whole_plan(view):
    """Wordings, measures, safeguards, index, organisations, words and sources have their place, and all links lead."""
    plan = view.plan
    text = book(view, {})
    places = set(re.findall(r'id="([^"]+)"', text))

    for kind, name in (("task", plan.tasks), ("indicator", plan.indicators), ("safeguard", plan.safeguards),
                       ("area", [one.id for one in plan.peers]), ("term", plan.glossary), ("source", plan.sources)):
        assert {f"{kind}-{one}" for one in name} <= places  # fmt: skip
    assert set(re.findall(r'href="#([^"]+)"', text)) <= places
    for task in plan.tasks.values():
        assert all(escape(view.text(one.title)) in text for one in task.measures)
    involved = {f"organisation-{one.id}" for one in plan.organisations.values() if plan.involvements_of(one)}
    assert involved <= places and involved <= set(re.findall(r'href="#(organisation-[^"]+)"', text))


def test_nothing_is_fetched_from_elsewhere(tmp_path):
    """An address in the text of a book is not opened while it is set."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><text y="50">seen</text></svg>'
    (tmp_path / "x.svg").write_text(drawing, encoding="utf-8")
    address = (tmp_path / "x.svg").as_uri()

    document = set_pages(f'<html lang="en"><title>t</title><img src="{address}" alt="a"><p>here</p></html>', {})
    write_pdf(document, tmp_path / "a.pdf")

    text = pypdf.PdfReader(tmp_path / "a.pdf").pages[0].extract_text()
    assert "here" in text and "seen" not in text
