"""Templates compiled straight: every value goes through one function once, calls are calls, what is unknown is told."""

from __future__ import annotations

import jinja2
import pytest
from markupsafe import Markup, escape

from generator.templating import Templates


@pytest.fixture
def say(tmp_path):
    """What a template says of some values."""

    def said(text, **values):
        (tmp_path / "one.html").write_text(text, encoding="utf-8")
        return Templates(tmp_path, escape, tmp_path / "cache").text("one.html", values)

    return said


def test_a_value_is_escaped_once_and_markup_not_at_all(say):
    assert say("{{ a }} {{ b }} {{ 3 }}", a="<&>", b=Markup("<b>")) == "&lt;&amp;&gt; <b> 3"


def test_calls_take_positions_and_names_and_macros_are_called_alike(say):
    text = "{% macro m(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{{ m(1) }} {{ m(f(1, up=3), b='<') }}"
    assert say(text, f=lambda number, up: number + up) == "1-2 4-&lt;"


def test_loops_mappings_and_what_a_mapping_holds_work_as_ever(say):
    assert say("{% for one in rows %}{{ loop.index }}{{ one.name }}{% endfor %}", rows=[{"name": "<"}]) == "1&lt;"


@pytest.mark.parametrize("text", ["{{ nothing }}", "{{ some.nothing }}", "{{ nothing() }}"])
def test_what_is_not_known_is_an_error(say, text):
    with pytest.raises(jinja2.UndefinedError):
        say(text, some={})
