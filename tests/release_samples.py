"""A small plan with a cut-off date, to be released, changed and seen, for the tests of releases."""

from __future__ import annotations

import dataclasses

from site_fixtures import view_of

from generator.check import load_plan
from generator.config import load_config
from generator.releases import load_history

DATED = """\
id: small
title: A small plan
issuer: council
area: whole
period: {start: 2018, end: 2020, baseline: 2017}
languages: [en]
as_of: 2020-12-31
"""
HEAD = "indicator,area,period,value,source\n"


def write(plan_file, name, text):
    """Put a file of the data in place."""
    (plan_file.parent / "data" / name).write_text(text, encoding="utf-8")


def view_with_history(plan_file):
    """The plan as an English page sees it, with its releases."""
    config = load_config(plan_file)
    plan, _ = load_plan(config)
    return dataclasses.replace(view_of(config, plan, "en"), history=load_history(config, plan))
