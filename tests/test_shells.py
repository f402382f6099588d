"""Pages that are put together without MkDocs have the bytes that it gives them; what it alone can build is left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.build import make_editions, make_views
from generator.check import load_plan
from generator.edition import language_site
from generator.site import build_first, build_language


@pytest.fixture(scope="module")
def site(small_config):
    """The Chinese pages of the small plan that have no drawing."""
    editions = make_editions(small_config, make_views(small_config, load_plan(small_config)[0]), None)
    addresses = {one.view.language.code: {page.address for page in one.pages} for one in editions}
    chinese = next(one for one in editions if one.view.language.code == "zh")
    wanted = {page.path for page in chinese.pages if not page.figure_ids}
    return language_site(small_config, chinese, editions, addresses, {}, True, wanted)


@pytest.fixture(scope="module")
def further(site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("first")
    (folder / "docs").mkdir()
    return build_first(replace(site, files=()), folder / "docs", folder / "out")


def test_a_page_has_the_bytes_that_mkdocs_gives_it(site, further, tmp_path):
    (tmp_path / "docs").mkdir()
    build_language(site, tmp_path / "docs", tmp_path / "out")
    made = [page for source in site.files if (page := further.page(source)) is not None]
    assert len({page.path.partition("/")[0] for page in made}) > 3, "of several folders"
    assert {page.path: (tmp_path / "out" / page.path).read_bytes() == page.content for page in made} == {
        page.path: True for page in made
    }


def test_lists_and_pages_with_markdown_of_their_own_are_left_to_mkdocs(site, further):
    left = {source.path for source in site.files if further.page(source) is None}
    assert {"tasks/index.md", "index.md"} <= left
    odd = replace(site.files[0], path="tasks/odd.md", markdown="[a]: https://example.org/\n\nSee [a].\n")
    assert further.page(odd) is None
