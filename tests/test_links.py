"""The link check finds what is broken, and only that."""

from __future__ import annotations

import pytest

from generator.links import broken_links


@pytest.fixture
def a_site(tmp_path):
    """Write pages by path and give what is wrong with their links."""

    def check(pages: dict[str, str], url: str | None = None):
        for name, body in pages.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
        return [(one.page, one.link, one.reason) for one in broken_links(tmp_path, url)]

    return check


@pytest.mark.parametrize(
    "link",
    [
        "en/",
        "en/index.html",
        "en/#here",
        "en/?q=1",
        "./",
        "#top",
        "data/a%20b.csv",
        "https://example.org/x",
        "mailto:a@example.org",
    ],
)
def test_good_links(a_site, link):
    """Pages, files, anchors, and addresses outside."""
    pages = {
        "index.html": f'<p id="top"><a href="{link}">x</a></p>',
        "en/index.html": '<h2 id="here">h</h2>',
        "data/a b.csv": "",
    }
    assert a_site(pages) == []


@pytest.mark.parametrize(
    "link, reason",
    [
        ("en/nowhere/", "no such page"),
        ("gone.csv", "no such page"),
        ("#nowhere", "no anchor 'nowhere'"),
        ("en/#nowhere", "no anchor"),
        ("../up/", "leads out of the site"),
    ],
)
def test_broken_links(a_site, link, reason):
    """A missing page, file or anchor, and a way out of the folder."""
    found = a_site({"index.html": f'<a class="x" href="{link}">x</a>', "en/index.html": ""})
    assert [(page, where) for page, where, _ in found] == [("index.html", link)]
    assert reason in found[0][2]


@pytest.mark.parametrize(
    "element",
    ['<script src="https://cdn.example.org/x.js"></script>', '<img alt="" src="//cdn.example.org/x.png">',
     '<link rel="stylesheet" href="https://fonts.example.org/css">', '<iframe title="" src="https://example.org/"></iframe>'],
)  # fmt: skip
def test_foreign_files(a_site, element):
    """Nothing may be loaded from another host."""
    found = a_site({"index.html": element})
    assert [reason for _, _, reason in found] == ["would be loaded from another site"]


def test_canonical_addresses_are_not_loaded(a_site):
    """A link element that only names an address loads nothing."""
    assert (
        a_site(
            {
                "index.html": '<link rel="canonical" href="https://example.org/"><link rel="alternate" href="https://example.org/en/">'
            }
        )
        == []
    )


def test_links_from_the_host_root(a_site):
    """Links that start with the path of the site's address lead inside it."""
    pages = {"404.html": '<a href="/plans/one/en/">x</a><a href="/plans/one/gone/">y</a>', "en/index.html": ""}
    assert [link for _, link, _ in a_site(pages, "https://example.org/plans/one/")] == ["./gone/"]


def test_data_files_of_charts_are_checked(a_site):
    """The file that an interactive chart asks for must be there."""
    assert len(a_site({"index.html": '<button type="button" data-spec="figures/gone.vl.js">x</button>'})) == 1


def test_anchors_of_the_last_build_do_not_stand_for_pages_made_anew(tmp_path):
    """A page that is checked has the anchors that it has now, even where another one led to it first."""
    (tmp_path / "a.html").write_text('<a href="b.html#old">x</a><a href="kept.html#there">y</a>', encoding="utf-8")
    (tmp_path / "b.html").write_text('<a href="#new">x</a><p id="new"></p>', encoding="utf-8")
    (tmp_path / "kept.html").write_text("", encoding="utf-8")
    anchors = {"b.html": "old", "kept.html": "there"}

    found = broken_links(tmp_path, only={"a.html", "b.html"}, anchors=anchors)

    assert [(one.page, one.link) for one in found] == [("a.html", "b.html#old")]
    assert anchors["b.html"] == "new"
