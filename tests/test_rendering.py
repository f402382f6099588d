"""Pages rendered elsewhere are those that are rendered here (taken over: test_state; in forks: test_spread)."""

from __future__ import annotations

import pickle
import shutil
from dataclasses import replace
from pathlib import Path

from site_fixtures import copy_small, view_of

from generator import rendering
from generator.check import load_plan
from generator.config import load_config
from generator.reads import watched
from generator.rendering import Parcel, render_afar, render_pages


def test_a_parcel_holds_all_that_pages_of_records_need(tmp_path: Path) -> None:
    """The plan's folder may be gone; each page tells what it read of the numbers."""
    config = load_config(copy_small(tmp_path / "plan"))
    view = view_of(config, load_plan(config)[0], "zh")
    here = {page.path: page for page in render_pages(view, config.templates)}
    paths = [path for path in here if path.startswith(("tasks/", "areas/", "indicators/", "organisations/"))]
    parcel = pickle.loads(pickle.dumps(Parcel.of(view)))
    shutil.rmtree(config.folder)

    afar = {far.page.path: far for far in render_afar(parcel, paths)}
    assert {path: repr(far.page) for path, far in afar.items()} == {path: repr(here[path]) for path in paths}
    assert ("rows", "bus-trips") in afar["indicators/bus-trips"].reads
    assert all(found for far in afar.values() for found in far.told.values())


def test_a_watched_plan_is_sent_as_it_is(tmp_path: Path) -> None:
    """What watches it stays here."""
    config = load_config(copy_small(tmp_path / "plan"))
    view = view_of(config, load_plan(config)[0], "en")
    seen = watched(view.plan)
    seen.__dict__["_history"] = view.history
    assert Parcel.of(replace(view, plan=seen)) == Parcel.of(view)


def test_templates_of_the_plan_are_not_elsewhere(tmp_path: Path, small_config, monkeypatch) -> None:
    """With templates of its own, a plan's pages are rendered here."""
    monkeypatch.setattr(rendering, "AFAR_FROM", 1)
    own = tmp_path / "templates"
    shutil.copytree(small_config.templates, own)
    view = view_of(small_config, load_plan(small_config)[0], "en")

    def pool():
        raise AssertionError("an executor was asked")

    assert render_pages(view, own, pool=pool)
