"""Plain headings, sentences and lists have the HTML that Python-Markdown gives them; all else is left alone."""

from __future__ import annotations

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import plain_markdown
from generator.site import EXTENSIONS


def whole(text):
    converter = markdown.Markdown(extensions=list(EXTENSIONS))
    return converter.convert(text), converter.toc_tokens


@pytest.mark.parametrize(
    "text",
    [
        "# Elincor County",
        "# R and D: 2.5%, “of all” (1)",
        "## 分阶段目标 {: #stages }",
        "###### Été – no. 7",
        "### - {: #a1 }",
        "# &#35; none",
        "# A `code`",
    ],
)
def test_a_heading_is_that_of_the_converter_or_left_alone(text):
    found = plain_markdown.heading(text)
    html, told = whole(text)
    assert found is None or found == (html, told[0])
    assert (found is None) == (text in ("# &#35; none", "# A `code`", "### - {: #a1 }"))


@pytest.mark.parametrize(
    "text",
    [
        "The values of what lies in 100&#37; of the province, by indicator:",
        "- [Share service (1)](../../indicators/i001/)\n- [计划](../../plan/#a-1)——第1章",
        "See [all](../changes/).\n\n- 2019: [at least 1&#46;5](../a/#v)\n\nLast words.",
    ],
)
def test_sentences_and_lists_are_those_of_the_converter(text):
    assert plain_markdown.blocks(text) == whole(text)[0]


@pytest.mark.parametrize(
    "text",
    ["- one\n\n- two", "1. first", "- 1. first", "- - deep", "*strong*", "a\nb", " a", "    code", "a\n===", "| a |"],
)
def test_what_is_not_plain_is_left_alone(text):
    assert plain_markdown.blocks(text) is None


_PARTS = st.sampled_from([
    "a", "B ", "  ", "\u3000", "1", "7. ", "7) ", " ", "-", "- ", "+ ", "\n", "\n\n", "&#46;", "[a b](../x/)",
    "[1](#y)", "(", ":", ": ", "=", "#", "中", "。", "“", "|", "http://a.b/c", "_", "!",
])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(_PARTS, max_size=9).map("".join))
def test_any_text_is_as_the_converter_makes_it_or_left_alone(text):
    piece = text.strip("\n")
    while "\n\n\n" in piece:
        piece = piece.replace("\n\n\n", "\n\n")
    found = plain_markdown.blocks(piece)
    assert found is None or found == whole(piece)[0]
    heading = plain_markdown.heading(f"# {piece}")
    html, told = whole(f"# {piece}")
    assert heading is None or heading == (html, told[0])
