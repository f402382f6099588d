"""The plans that measurements are made on: same seed, same plan, and one that has no faults. Nothing is timed here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from generator.check import load_plan
from generator.config import load_config

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def plans():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import plans  # noqa: PLC0415 -- found only now

        yield plans
    finally:
        sys.path.remove(str(BENCHMARKS))
        sys.modules.pop("plans", None)


def test_the_same_seed_gives_the_same_plan_and_another_seed_another(plans):
    first, again, other = (dict(plans.files(60, ("en", "zh"), seed)) for seed in (1, 1, 2))
    assert first == again
    assert first.keys() == other.keys() and first != other


def test_a_plan_has_no_faults_and_nothing_in_it_passes_for_fact(plans, tmp_path):
    settings = plans.write_plan(tmp_path, 60, ("en", "zh"))
    plan, problems = load_plan(load_config(settings))
    assert problems == []
    assert {one.basis for one in (*plan.numbers, *plan.tasks.values(), *plan.aspects.values())} == {"illustrative"}
    kinds = [plan.areas[area.parent].kind for area in plan.areas.values() if area.kind == "county"]
    assert set(kinds) == {"city"}


def test_ten_thousand_pages_are_three_thousand_areas_and_a_hundred_thousand_observations(plans):
    files = dict(plans.files(10_000))
    assert files["data/areas.yml"].count("\n") == 3000
    assert 100_000 <= files["data/observations/illustrative.csv"].count("\n") <= 101_000
