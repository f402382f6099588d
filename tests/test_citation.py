"""Citations: what they name, and that no text breaks out of BibTeX or RIS."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from generator.citation import NAMED, Citation, bibtex, cite_figure, cite_table, cited, ris
from generator.figures import trend
from generator.view import Cell, Column, Mark, Table


@pytest.fixture
def view(small_view):
    """The small plan in English."""
    return small_view("en")


@pytest.fixture
def citation():
    """A citation with everything in it."""
    return Citation(
        key="plan-Trend_x-en",
        title="Waste fell",
        detail="Exampleshire, 2018–2020. Unit: kg.",
        author="Planning office",
        site="Plan Explorer",
        release="2021-03",
        closed=datetime.date(2021, 3, 31),
        sources=("Yearbook",),
        licence="CC BY 4.0",
        address="https://example.org/en/figures/trend-x.html",
        language="en",
    )


def test_a_figure_is_cited_with_its_data(view):
    """Finding, site, day of the data, sources, licence and an address that stays."""
    indicator, area = view.plan.indicators["household-waste"], view.plan.root
    figure = trend(view, indicator, area)
    made = cite_figure(view, figure)

    assert made.title.endswith(figure.title) and made.detail == figure.subtitle
    assert made.closed == view.plan.identity.as_of
    assert made.sources == tuple(view.title("sources", name) for name in figure.sources)
    assert made.licence == "Example licence"
    assert made.address == f"https://example.org/plans/exampleshire/en/figures/{figure.id}.html"


def test_made_up_numbers_are_cited_as_an_illustration(view):
    """The word stands before the title, so that no quotation loses it."""
    figure = trend(view, view.plan.indicators["household-waste"], view.plan.root)
    made = cite_figure(view, dataclasses.replace(figure, illustrative=True))

    assert made.title == f"{view.say('figure.illustration')}{figure.title}"


def test_a_table_with_made_up_numbers_says_so(view):
    """By the mark of a number, or by the word of its column; a table of published numbers alone says nothing."""
    head = (Column("Area"), Column("Value", numeric=True))
    plain = Table("t", "Values", head, ((Cell("East"), Cell("1")),))
    marked = dataclasses.replace(plain, rows=((Cell("East"), Cell("1", marks=(Mark("illustrative", "x"),))),))
    worded = dataclasses.replace(plain, rows=((Cell("East"), Cell(view.say("basis.illustrative.word"))),))

    assert [cite_table(view, "t", table).title for table in (plain, marked, worded)] == [
        "Values", *2 * ["Values (with illustrative values, which are not facts)"],
    ]  # fmt: skip


def test_words(view, citation):
    """One line a reader can paste under a picture; the address ends without a full stop."""
    assert cited(view, citation) == (
        "Planning office. Waste fell. Exampleshire, 2018–2020. Unit: kg. In: Plan Explorer. Release 2021-03. "
        "Data as of 31 March 2021. Source: Yearbook. Licence: CC BY 4.0. https://example.org/en/figures/trend-x.html"
    )


def test_chinese_words(small_view, citation):
    """Full-width signs between the parts."""
    assert cited(small_view("zh"), citation).startswith("Planning office。Waste fell。")


def test_what_is_not_known_is_left_out(view, citation):
    """No empty brackets, nothing invented, no site named twice."""
    bare = dataclasses.replace(
        citation, author="Plan Explorer", detail="", release="", closed=None, sources=(), licence="", address=""
    )

    assert cited(view, bare) == "Waste fell. In: Plan Explorer."
    assert "year" not in bibtex(view, bare) and "url" not in bibtex(view, bare)
    assert "PY" not in ris(view, bare) and "UR" not in ris(view, bare)


def test_many_sources_are_counted_in_words_and_named_in_files(view, citation):
    """A line under a picture stays a line."""
    many = dataclasses.replace(citation, sources=tuple(f"Source {number}" for number in range(NAMED + 2)))

    assert "Source 2; and 2 more." in cited(view, many) and "Source 4" not in cited(view, many)
    assert "Source 4" in bibtex(view, many) and "Source 4" in ris(view, many)


def test_bibtex(view, citation):
    """An entry that BibTeX and BibLaTeX read, its key of plain signs."""
    assert bibtex(view, citation) == (
        "@misc{plan-trend-x-en,\n  title = {{Waste fell}},\n  author = {{Planning office}},\n  year = {2021},\n"
        "  date = {2021-03-31},\n  howpublished = {Plan Explorer},\n  version = {2021-03},\n"
        "  note = {Data as of 31 March 2021; Source: Yearbook; Licence: CC BY 4.0},\n"
        "  abstract = {Exampleshire, 2018–2020. Unit: kg.},\n"
        "  url = {https://example.org/en/figures/trend-x.html},\n  langid = {english},\n}\n"
    )


def test_no_text_breaks_out_of_an_entry(view, citation):
    """Braces and backslashes are disarmed; a line break does not begin another field."""
    wild = dataclasses.replace(citation, title="a}},\n evil = {\\input{x}} 5% & _#$~^")

    entry = bibtex(view, wild)
    inside = entry[entry.index("title = {{") + 10 : entry.index("}},\n  author")]
    assert inside == (r"a\}\}, evil = \{\textbackslash{}input\{x\}\} 5\% \& \_\#\$\textasciitilde{}\textasciicircum{}")
    assert "TI  - a}}, evil = " in ris(view, wild)


def test_ris(view, citation):
    """A record of a data set; each line a tag, lines end as RIS asks."""
    lines = ris(view, citation).split("\r\n")

    assert lines[0] == "TY  - DATA" and lines[-2:] == ["ER  - ", ""]
    assert {"TI  - Waste fell", "PY  - 2021", "DA  - 2021/03/31", "ET  - 2021-03"} <= set(lines)
