"""One style sheet of two: what pages can use stays, the rest goes, and nothing else changes."""

from __future__ import annotations

import re

import pytest

from generator.config import OWN_TEMPLATES
from generator.palette import LIGHT, PREFIX
from generator.site import style_sheet
from generator.stylesheet import site_style


def _style(material: str, own: str = "") -> str:
    return site_style(material, own).content.decode()


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("a{color:red}", "a{color:red}"),
        (".md-typeset a:hover{color:red}", ".md-typeset a:hover{color:red}"),
        (".md-nav a{color:red}", ""),
        ("h1,.md-nav a,h2{color:red}", "h1,h2{color:red}"),
        (".md-typeset :is(h1,.md-nav) a{color:red}", ""),
        ("#top{color:red}", ""),
        ("[dir=ltr] ol{margin:0}", ""),
        ("[data-md-color-scheme=slate]{color:red}", "[data-md-color-scheme=slate]{color:red}"),
        ("[data-md-toggle=search]{color:red}", ""),
        ("@media print{.md-nav{color:red}}", ""),
        ("@media print{.md-nav{color:red}.md-typeset{color:red}}", "@media print{.md-typeset{color:red}}"),
        ("@keyframes spin{0%{opacity:0}to{opacity:1}}", ""),
        ('@charset "UTF-8";p{color:red}', "p{color:red}"),
    ],
)
def test_rules_of_material_stay_where_a_page_can_use_them(rule, kept):
    """A rule stays with those of its selectors that need only classes our pages have."""
    assert _style(rule) == kept


def test_variables_stay_while_something_asks_for_them():
    """A variable that only an unused variable asks for goes too; a rule left empty goes with it."""
    rules = ":root{--a:var(--b);--b:1px;--c:var(--d)}html{--d:2px}p{margin:var(--a)}"

    assert _style(rules) == ":root{--a:var(--b);--b:1px}p{margin:var(--a)}"


def test_our_own_rules_all_stay_without_comments_and_spare_space():
    """What stands in quotes, in addresses and in selectors with spaces keeps its meaning."""
    own = """
    /* a note; with { signs } */
    .pe-a  .pe-b:is(h1, h2) > p,
    .pe-c { color : red ; content: "  ;}" ; background: url("data:image/svg+xml;utf8,<svg/>"); }
    @media (min-width: 60em) { .pe-a { margin: calc(1px + 2px) 0 } }
    """

    assert _style("", own) == (
        '.pe-a .pe-b:is(h1, h2) > p,.pe-c{color:red;content:"  ;}";background:url("data:image/svg+xml;utf8,<svg/>")}'
        "@media (min-width: 60em){.pe-a{margin:calc(1px + 2px) 0}}"
    )


def test_the_name_follows_the_content():
    """Browsers may keep the file for ever: other rules have another name."""
    first, again, other = (site_style("p{margin:0}", own) for own in ("a{top:0}", "a { top: 0 }", "a{top:1px}"))

    assert re.fullmatch(r"assets/site\.[0-9a-f]{8}\.css", first.path)
    assert first == again and first.path != other.path


def test_the_sheet_of_the_pages_is_small_and_whole():
    """Under 60 kB; every variable it asks for is there or has a value to fall back on."""
    text = style_sheet(OWN_TEMPLATES / "theme").content.decode()
    asked = set(re.findall(r"var\((--[\w-]+)\)", text))

    assert len(text) < 60_000 and text.count("{") == text.count("}")
    assert asked - set(re.findall(r"[{;](--[\w-]+):", text)) == set()
    assert ".md-nav" not in text and ".pe-chart" in text


def test_drawings_in_pages_have_their_colours():
    """No rule asks for most of them, but the drawings do: without them bars and tiles are not seen."""
    text = style_sheet(OWN_TEMPLATES / "theme").content.decode()

    assert [name for name in LIGHT if f"{PREFIX}{name}:" not in text] == []
