"""The plan as a PDF: tagged, bookmarked, with page numbers, and a brief of two pages for a place or an organisation."""

import shutil
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner

from generator.book import table_html
from generator.book_pdf import set_pages, write_pdf
from generator.check import load_plan
from generator.cli import main
from generator.config import load_config
from generator.view import Cell, Column, Table

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


def test_texts_of_the_data_are_never_markup():
    """A cell shows what it holds."""
    table = Table("t", "<i>", (Column("<b>"),), ((Cell("<script>x</script>"),),))

    text = table_html(table)

    assert "<script>" not in text and "<i>" not in text and "&lt;script&gt;" in text


def test_nothing_is_fetched_from_elsewhere(tmp_path):
    """An address in the text of a book is not opened while it is set."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><text y="50">seen</text></svg>'
    (tmp_path / "x.svg").write_text(drawing, encoding="utf-8")
    address = (tmp_path / "x.svg").as_uri()

    document = set_pages(f'<html lang="en"><title>t</title><img src="{address}" alt="a"><p>here</p></html>', {})
    write_pdf(document, tmp_path / "a.pdf")

    text = pypdf.PdfReader(tmp_path / "a.pdf").pages[0].extract_text()
    assert "here" in text and "seen" not in text
