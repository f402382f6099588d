"""Pieces converted by themselves give the HTML of the whole; what depends on more than its piece is left alone."""

from __future__ import annotations

import markdown
import pytest

from generator.quick_markdown import QuickMarkdown
from generator.rendering import render_pages
from generator.site import EXTENSIONS

PAGE = """\
<!--pe:0-->

# A *title* with [no link]

<!--pe:1-->

First words, **strong**; 中文。

- one

- two

    inside two

## Stages {: #stages }

<!--pe:2-->
text that follows at once

[A page](../../tasks/t1/) and [a place](#stages), see [elsewhere](https://example.org/a.html)
{: .lead }

| a | b |
|---|---|
| 1 | 2 |

### Below {: #below }
## A heading with text under it
1. first
2. second

<!--pe:3-->
"""


def whole(text):
    converter = markdown.Markdown(extensions=list(EXTENSIONS))
    return converter.convert(text), converter.toc_tokens


@pytest.mark.parametrize("text", [PAGE, PAGE.replace("\n\n", "\n\n \n\n"), "Words only.", "# Title", "", "<!--pe:0-->"])
def test_the_html_and_the_headings_are_those_of_the_whole(text):
    quick = QuickMarkdown(EXTENSIONS)
    assert tuple(quick.convert(text)) == whole(text)
    assert tuple(quick.convert(text)) == whole(text), "the second time from memory"


@pytest.mark.parametrize(
    "text",
    [
        "See [it][one].\n\n# Title\n\n[one]: https://example.org",
        "<div>\n\n# Title\n\n</div>",
        "[A file](other.md)",
        "![A picture](map.png)",
        "[From the root](/about/)",
        "# Same\n\n# Same",
    ],
)
def test_what_depends_on_more_than_its_piece_is_left_to_the_whole(text):
    assert QuickMarkdown(EXTENSIONS).convert(text) is None


@pytest.mark.parametrize("code", ["en", "zh"])
def test_every_page_of_the_small_plan_is_converted_as_the_whole(small_view, small_config, code):
    small_pages = render_pages(small_view(code), small_config.templates)
    quick = QuickMarkdown(EXTENSIONS)
    found = {page.path: quick.convert(page.markdown) for page in small_pages}
    made = {path: html for path, html in found.items() if html is not None}
    assert len(made) > 0.9 * len(found)
    for page in small_pages:
        if page.path in made:
            assert tuple(made[page.path]) == whole(page.markdown), page.path
