"""A small plan with a cut-off date, to be released, changed and seen, for the tests of releases."""

from __future__ import annotations

import dataclasses

from site_fixtures import view_of

from generator.check import load_plan
from generator.config import load_config
from generator.pages import PAGE_TYPES, Book
from generator.releases import load_history
from generator.render import Renderer

DATED = """\
id: small
title: A small plan
issuer: council
area: whole
period: {start: 2018, end: 2020, baseline: 2017}
languages: [en]
as_of: 2020-12-31
"""
LITTLE = {
    "site_config.yml": "site_name: A small plan\nfeatures: {png: false, explore: false}\n",
    "data/plan.yml": DATED,
}
"""Files with which the small plan of `conftest.py` can be released, and is quickly built."""
HEAD = "indicator,area,period,value,source\n"
ROWS = f"{HEAD}jobs,whole,2017,100,report\n"


def write(plan_file, name, text):
    """Put a file of the data in place."""
    (plan_file.parent / "data" / name).write_text(text, encoding="utf-8")


def view_with_history(plan_file, code="en"):
    """The plan as a page of a language sees it, with its releases."""
    config = load_config(plan_file)
    plan, _ = load_plan(config)
    return dataclasses.replace(view_of(config, plan, code), history=load_history(config, plan))


def pages_with_history(plan_file, *kinds, code="en"):
    """The first page of each of these types, in their order; None where a plan has none. No other is rendered."""
    view = view_with_history(plan_file, code)
    renderer = Renderer(view, view.config.templates)
    found = (next(PAGE_TYPES[kind](Book(view)), None) for kind in kinds)
    return [one and renderer.render(one) for one in found]
