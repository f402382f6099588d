"""Builders: a test writes only the files it is about; everything else comes from a small plan that has no fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from generator.check import check_plan
from generator.config import Config, load_config
from generator.plan import Plan
from generator.problems import DataError, Problem

SMALL_PLAN: Mapping[str, str] = {
    "site_config.yml": "site_name: A small plan\n",
    "data/plan.yml": """\
id: small
title: A small plan
issuer: council
area: whole
period: {start: 2018, end: 2020, baseline: 2017}
languages: [en]
""",
    "data/organisations.yml": """\
- {id: council, title: Council, kind: government}
- {id: office, title: Office, kind: department, parent: council}
""",
    "data/areas.yml": """\
- {id: whole, title: The whole, kind: region}
- {id: north, title: North, kind: city, parent: whole}
- {id: south, title: South, kind: city, parent: whole}
""",
    "data/aspects.yml": """\
- {id: a1, number: 1, title: People}
- {id: a2, number: 2, title: Places}
""",
    "data/tasks.yml": """\
- {id: t1, number: 1, title: Train people, aspect: a1, lead: office, indicators: [jobs]}
- {id: t2, number: 2, title: Plant trees, aspect: a2, lead: office, indicators: [trees]}
""",
    "data/indicators.yml": """\
- {id: jobs, title: Jobs, unit: people, direction: up}
- {id: trees, title: Trees, unit: trees, direction: up, aggregation: sum}
""",
    "data/sources.yml": "- {id: report, title: Annual report}\n",
    "data/observations.csv": """\
indicator,area,period,value,source
jobs,whole,2017,100,report
""",
    "data/targets.csv": """\
indicator,area,period,value,source
jobs,whole,2020,200,report
""",
}
"""A whole plan of two aspects, two tasks and two cities, in one language, about which `check` has nothing to say."""

Files = Mapping[str, str | bytes | None]


@pytest.fixture
def a_plan_folder(tmp_path: Path) -> Callable[..., Path]:
    """Write the small plan with some files replaced or added (None: left out); gives the path of its settings."""

    def write(files: Files | None = None, links: Mapping[str, str] | None = None) -> Path:
        folder = tmp_path / "plan"
        for name, content in {**SMALL_PLAN, **(files or {})}.items():
            if content is not None:
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        for name, goal in (links or {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(goal)
        return folder / "site_config.yml"

    return write


@pytest.fixture
def a_config(a_plan_folder: Callable[..., Path]) -> Callable[..., Config]:
    """The settings of a small plan with some files replaced."""
    return lambda files=None, links=None: load_config(a_plan_folder(files, links))


@pytest.fixture
def a_plan(a_config: Callable[..., Config]) -> Callable[..., Plan]:
    """The small plan with some files replaced, read and checked; fails with the problems when there is an error."""

    def build(files: Files | None = None) -> Plan:
        plan, problems = check_plan(a_config(files))
        assert plan is not None, problems
        return plan

    return build


@pytest.fixture
def problems_of(a_plan_folder: Callable[..., Path]) -> Callable[..., list[Problem]]:
    """Every problem of a small plan with some files replaced, those of its settings included."""

    def find(files: Files | None = None, links: Mapping[str, str] | None = None) -> list[Problem]:
        try:
            return check_plan(load_config(a_plan_folder(files, links)))[1]
        except DataError as error:
            return error.problems

    return find


def line_of(problem: Problem) -> str:
    """A problem as one line, without its hint."""
    return f"{problem.place}: {problem.severity}[{problem.code}] {problem.message}"


# Built sites, for the tests of pages, downloads and links.
from site_fixtures import a_view, hebei_config, hebei_site, hebei_view, small_config, small_site, small_view  # noqa: E402, F401
