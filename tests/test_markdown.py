"""Hostile text shows as the characters it is, and the documented subset works."""

import html
import re

import markdown as python_markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.markdown import clean, plain, prose, subset
from generator.site import EXTENSIONS

ALLOWED_IN_SUBSET = {"p", "ul", "ol", "li", "em", "strong", "a"}


def render(source):
    """What MkDocs would make of it."""
    return python_markdown.markdown(str(source), extensions=list(EXTENSIONS))


def shown(page):
    """The characters that readers see."""
    return html.unescape(re.sub(r"<[^>]*>", "", page)).strip()


def tags(page):
    return set(re.findall(r"<([a-z0-9]+)", page))


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt; &copy; &#60;",
    "<!-- comment -->",
    "<https://example.org>",
    "{{ config }} {% raw %} {# x #}",
    "a | b | c",
    "| a |",
    "# heading",
    " # heading",
    "## heading ##",
    "- item",
    " - item",
    "* item",
    "+ item",
    " + item",
    "1. item",
    " 1. item",
    "2018. A year",
    "1) item",
    "> quote",
    "    code",
    "\tcode",
    "`code`",
    "```\ncode\n```",
    "---",
    "***",
    "===",
    "a\n===",
    "a\n---",
    "*em* **strong** _em_ __strong__",
    "[link](javascript:alert(1))",
    "[link](https://example.org)",
    "![image](https://example.org/a.png)",
    "[id]: https://example.org",
    "[TOC]",
    "[^1]: note",
    "text {: .class onclick=alert(1) }",
    ": definition",
    "*[HTML]: abbr",
    "line  \nbreak",
    "back\\slash \\* \\`",
    "<<<!-- pe:0 -->",
    "<!--pe:0-->",
    "\x02wzxhzdk:0\x03",
    "~~struck~~ ==marked== H~2~O x^2^",
    "http://example.org www.example.org a@b.org",
    "\"quoted\" 'single'",
    "$x$ \\(x\\)",
    "河北省：<b>科技</b>|创新",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_plain_text_shows_as_it_is(text):
    """One paragraph with every character, and no element, whatever the text holds."""
    page = render(plain(text))

    assert tags(page) == {"p"}
    assert shown(page) == clean(text).strip()


@pytest.mark.parametrize("text", HOSTILE)
def test_plain_text_in_the_middle_of_markdown(text):
    """In a heading, a list and a table cell it adds no element of its own."""
    heading = render(f"## {plain(text)}")
    item = render(f"- {plain(text)}")
    table = render(f"| a | b |\n|---|---|\n| {plain(text)} | x |")

    assert tags(heading) == {"h2"}
    assert tags(item) == {"ul", "li"}
    assert tags(table) == {"table", "thead", "tbody", "tr", "th", "td"}
    assert table.count("<td>") == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_subset_makes_only_what_is_documented(text):
    """Lists, emphasis and web links; nothing else becomes an element or an attribute."""
    page = render(subset(text))

    assert tags(page) <= ALLOWED_IN_SUBSET
    for attributes in re.findall(r"<[a-z0-9]+ ([^>]*)>", page):
        assert re.fullmatch(r'href="https://example.org[^"]*"', attributes)


def test_invisible_characters_are_shown():
    """A mark that turns the direction of text, or hides, is named; what joins letters stays."""
    assert clean("a\u202eb\u200fc\u061cd\u2066e\ufefff\u0007") == (
        "a⟨U+202E⟩b⟨U+200F⟩c⟨U+061C⟩d⟨U+2066⟩e⟨U+FEFF⟩f⟨U+0007⟩"
    )
    assert clean("می\u200cخواهم") == "می\u200cخواهم"
    assert clean("a\r\n\tb\u2028c\u00a0d") == "a b c d"


def test_subset_works():
    """Paragraphs, emphasis, strong, links, and both kinds of list beside text."""
    text = (
        "First *one* and **two**.\n\nSee [the plan](https://example.org/a_b?x=1&y=*2*).\n"
        "- one\n- two\nAfter.\n\n1. first\n2. second\n"
    )
    page = render(subset(text))

    assert page == (
        "<p>First <em>one</em> and <strong>two</strong>.</p>\n"
        '<p>See <a href="https://example.org/a_b?x=1&amp;y=*2*">the plan</a>.</p>\n'
        "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<p>After.</p>\n"
        "<ol>\n<li>first</li>\n<li>second</li>\n</ol>"
    )


def test_subset_nests_lists_and_continues_items():
    """Indented items stand under the one before; an indented line belongs to its item."""
    page = re.sub(r"\s+", "", render(subset("- one\n    - inner\n- two\n  more of two\n")))

    assert page == "<ul><li>one<ul><li>inner</li></ul></li><li>twomoreoftwo</li></ul>"


@pytest.mark.parametrize("text", ["** **", "a * * b", "[ ](https://example.org)", "**", "*", "[]()", "****"])
def test_empty_marks_show_as_they_are(text):
    """A mark around nothing is no mark, and no rule across the page."""
    page = render(subset(text))

    assert tags(page) == {"p"}
    assert shown(page) == text


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="ab *_[]()<>#-+.1`|{}!\\&:=~\n\t\"'\u202e河", max_size=40))
def test_no_text_escapes(text):
    """Whatever is written, plain text is one paragraph and the subset stays the subset."""
    assert tags(render(plain(text))) <= {"p"}
    assert shown(render(plain(text))) == clean(text).strip()
    assert tags(render(subset(text))) <= ALLOWED_IN_SUBSET


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<b>x</b>",
        "<!-- x -->",
        "<?php ?>",
        "<img src=x onerror=alert(1)>",
        "<https://x onclick=alert(1)>click",
        "<http://x'onclick='alert(1)'>",
    ],
)
def test_prose_has_no_raw_html(text):
    """Editors' pages are Markdown without HTML."""
    assert tags(render(prose(text))) <= {"p"}


def test_prose_keeps_markdown():
    """Headings, tables, links in angle brackets and comparisons stay."""
    page = render(prose("## Title\n\n<https://example.org> and 1 < 2\n\n| a |\n|---|\n| b |\n"))

    assert {"h2", "a", "table"} <= tags(page)
    assert "1 &lt; 2" in page
