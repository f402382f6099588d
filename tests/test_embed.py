"""Pages for frames: complete in themselves, nothing to run, and every figure and table has one."""

from __future__ import annotations

import html
import re

from site_fixtures import page

from generator.embed import figure_body, table_body
from generator.figures import trend


def test_every_figure_and_table_has_a_page_of_its_own(small_site):
    """The page carries the drawing or table and leads back; it has no header, no navigation, no script."""
    for folder, inside in (("figures", "svg"), ("tables", "table")):
        files = sorted((small_site / "en" / folder).glob("*.html"))
        assert files
        for file in files:
            tree = page(small_site, f"en/{folder}/{file.name}")
            assert tree.all(inside), file
            assert len(tree.all("h1")) == 1, file
            assert not tree.all("script") and not tree.all("header") and not tree.all("nav")
            assert not [node for node in tree.walk() if "style" in node.attrs], file
            policy = next(m for m in tree.all("meta") if m.attrs.get("http-equiv") == "Content-Security-Policy")
            assert "script-src" not in policy.attrs["content"] and "default-src 'none'" in policy.attrs["content"]
            assert tree.one("base").attrs == {"target": "_blank"}
            assert tree.one("footer").one("a").attrs["href"].startswith("../")


def test_the_code_to_copy_shows_that_page(small_site):
    """Each box on a page holds the code of a frame whose page is there."""
    codes = page(small_site, "en/indicators/household-waste/").all("code")
    sources = [match[1] for node in codes if (match := re.match(r'<iframe src="([^"]+)"', node.text))]

    assert sources
    for source in sources:
        address = html.unescape(source)
        assert address.startswith("https://example.org/plans/exampleshire/")
        assert (small_site / address.removeprefix("https://example.org/plans/exampleshire/")).is_file()


def test_every_file_offered_is_there(small_site):
    """CSV, XLSX, JSON, SVG, PNG, BibTeX and RIS of each figure; the same without pictures of each table."""
    wanted = {
        "figures": {"csv", "xlsx", "json", "svg", "bib", "ris", "html"},
        "tables": {"csv", "xlsx", "json", "bib", "ris", "html"},
    }
    for folder, endings in wanted.items():
        for file in (small_site / "en" / folder).glob("*.html"):
            found = {one.suffix[1:] for one in file.parent.glob(f"{file.stem}.*")}
            assert endings <= found, file


def test_chinese_in_an_english_figure_is_marked(small_view):
    """In the line of sources too, which is a plain text elsewhere."""
    view = small_view("en")
    figure = next(
        one for one in (trend(view, indicator, view.plan.root) for indicator in view.plan.indicators.values()) if one
    )

    body = str(figure_body(view, figure, "Trees & 树", "Source: No. 邢政发〔2018〕6号 of <b>", "<svg></svg>"))

    assert 'Trees &amp; <span lang="zh-Hans">树</span>' in body
    assert 'Source: No. <span lang="zh-Hans">邢政发〔2018〕6号 </span>of &lt;b&gt;' in body


def test_links_of_a_table_lead_from_its_own_page():
    """They were written for the page that the table stands on."""
    assert str(table_body('<a href="../../areas/x/">', "../../")) == '<a href="../areas/x/">'
    assert str(table_body('<a href="areas/x/"><a href="./">', "")) == '<a href="../areas/x/"><a href="../">'
