"""A build that takes over what did not change gives the same bytes as one that makes everything anew."""

from __future__ import annotations

import csv
import io
import os
import random
import shutil
from pathlib import Path

import pytest
from site_fixtures import copy_small, fingerprint

from generator import state
from generator.build import BuildReport, Options, build_site
from generator.check import check_plan
from generator.config import load_config
from generator.plan import Plan
from generator.problems import GeneratorError
from generator.reads import WatchedPlan, watched
from generator.releases import make_release
from generator.rendering import render_pages

SEQUENCES = int(os.environ.get("POLICY_EXPLORER_EDIT_SEQUENCES", "2"))
"""How many sequences of random edits are tried, one after the other. A hundred before a release."""
EDITS = 5
NUMBERS = ("observations.csv", "progress.csv")


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """The settings of a copy of the small plan."""
    return copy_small(tmp_path / "plan")


def _build(settings: Path, output: str = "site") -> BuildReport:
    return build_site(load_config(settings), Options(output=settings.parent / output, jobs=1))


def _clean(settings: Path) -> dict[str, str]:
    """The files of the site as a build without anything kept makes it; drawings, which are kept by content, stay."""
    folder = settings.parent / "build"
    shutil.move(folder / state.FOLDER, folder / "aside")
    _build(settings, "clean")
    shutil.rmtree(folder / state.FOLDER)
    shutil.move(folder / "aside", folder / state.FOLDER)
    return fingerprint(settings.parent / "clean")


def _rows(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))


def _write(file: Path, rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8")


def _change_value(settings: Path, number: int, value: str) -> None:
    file = settings.parent / "data" / "observations.csv"
    rows = _rows(file)
    rows[number][rows[0].index("value")] = value
    _write(file, rows)


# --- any edits --------------------------------------------------------------------------------------------------


def _edit(folder: Path, chance: random.Random) -> str:
    """Change something in a plan as an editor might; gives what it was."""
    kind = chance.choice(["value", "value", "value", "row", "back", "title", "prose", "setting", "report"])
    if kind in ("value", "row", "report"):
        file = folder / "data" / ("progress.csv" if kind == "report" else "observations.csv")
        rows = _rows(file)
        number = chance.randrange(1, len(rows))
        if kind == "row" and len(rows) > 5:
            del rows[number]
        elif kind == "report":
            rows[number][-1] = f"Note {chance.randrange(1000)}"
        else:
            place = rows[0].index("value")
            if rows[number][place]:
                rows[number][place] = str(chance.randrange(1, 3000))
        _write(file, rows)
    elif kind == "back":
        for name in NUMBERS:
            shutil.copy(folder / "first" / name, folder / "data" / name)
    elif kind == "title":
        file = folder / "data" / "glossary.yml"
        file.write_text(file.read_text(encoding="utf-8") + f"# {chance.random()}\n", encoding="utf-8")
    elif kind == "prose":
        file = folder / "content" / "en" / "about.md"
        file.write_text(file.read_text(encoding="utf-8") + f"\nA line {chance.randrange(100)}.\n", encoding="utf-8")
    else:
        file = folder / "site_config.yml"
        file.write_text(file.read_text(encoding="utf-8") + f"# {chance.random()}\n", encoding="utf-8")
    return kind


@pytest.fixture(scope="module")
def edited(tmp_path_factory) -> Path:
    """The settings of a built plan, which one sequence of edits after the other changes."""
    settings = copy_small(tmp_path_factory.mktemp("edited") / "plan")
    folder = settings.parent
    (folder / "first").mkdir()
    for name in NUMBERS:
        shutil.copy(folder / "data" / name, folder / "first" / name)
    _build(settings)
    return settings


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_after_any_edits_the_site_is_the_same_as_a_clean_one(edited, seed):
    """Values changed, rows removed and brought back, texts and prose edited, data released: never another byte."""
    chance, folder = random.Random(seed), edited.parent
    shutil.rmtree(folder / "releases", ignore_errors=True)
    done = []
    for number in range(EDITS):
        if number % 3 == 1:  # the second and the last: it touches every page, and there is a change to release
            _change_value(edited, 1, str(3000 + number))
            done.append(make_release(load_config(edited), None).snapshot.id)
        else:
            done.append(_edit(folder, chance))
        try:
            _build(edited)
        except GeneratorError:
            for name in NUMBERS:
                shutil.copy(folder / "first" / name, folder / "data" / name)
            _build(edited)

    assert fingerprint(folder / "site") == _clean(edited), done


# --- what is made -----------------------------------------------------------------------------------------------


def test_without_a_change_nothing_is_rendered_or_drawn(settings):
    """The second build takes every page and figure over."""
    _build(settings)
    before = fingerprint(settings.parent / "site")
    made = _build(settings).made

    assert (made.templates, made.pages, made.drawings) == (0, 0, 0)
    assert fingerprint(settings.parent / "site") == before


def test_one_cell_makes_only_the_pages_that_show_it(settings):
    """The guard of speed is a count, not a timer: templates, MkDocs' pages, drawings and files that changed."""
    whole = _build(settings)
    _change_value(settings, 1, "1234")
    made = _build(settings).made

    assert whole.made.templates == whole.made.pages == whole.pages
    assert (made.templates, made.pages, made.drawings, made.files) == (34, 6, 4, 80)


def test_a_cell_of_one_area_leaves_the_others_alone(settings):
    """Pages of areas and tasks that do not show the value are the very files of the last build."""
    _build(settings)
    pages = {name: _inode(settings, name) for name in ("en/tasks/2-1", "en/plan", "zh/about")}
    changed = _inode(settings, "en/areas/northfold")
    rows = _rows(settings.parent / "data" / "observations.csv")
    number = next(n for n, row in enumerate(rows) if row[1] == "northfold" and row[4] not in ("", "value"))
    _change_value(settings, number, "4321")
    _build(settings)

    assert {name: _inode(settings, name) for name in pages} == pages
    assert _inode(settings, "en/areas/northfold") != changed


def _inode(settings: Path, page: str) -> int:
    return (settings.parent / "site" / page / "index.html").stat().st_ino


def test_files_of_pages_that_are_gone_go_too(settings):
    """A kind of number that disappears takes its pages with it."""
    _build(settings)
    (settings.parent / "content" / "en" / "about.md").unlink()
    _build(settings)

    assert not (settings.parent / "site" / "en" / "about").exists()


# --- what can go wrong with what is kept ------------------------------------------------------------------------


@pytest.mark.parametrize("harm", ["index", "page", "mirror", "mirror-gone", "stray"])
def test_damage_costs_time_only(settings, harm):
    """A damaged index, page or file is noticed, and the site comes out right."""
    _build(settings)
    before = fingerprint(settings.parent / "site")
    kept = settings.parent / "build" / state.FOLDER
    target = {
        "index": kept / "index",
        "page": max((kept / "pages" / "en").iterdir()),
        "mirror": kept / "site" / "en" / "plan" / "index.html",
        "mirror-gone": kept / "site" / "en" / "plan" / "index.html",
        "stray": kept / "pages" / "en" / "tasks" / "1.page",  # where an older program kept its pages
    }[harm]
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    if harm != "mirror-gone":
        target.write_bytes(b"damaged")
    if harm == "page":  # only read when what stands around the page changes
        file = settings.parent / "site_config.yml"
        file.write_text(file.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    _build(settings)
    after = fingerprint(settings.parent / "site")

    assert {name for name in before if before[name] != after[name]} <= {"manifest.json"}  # it names the settings
    assert before.keys() == after.keys()


def test_a_site_edited_by_hand_is_put_right(settings):
    """Files of the output may be links to what is kept: an edit there must not come back."""
    _build(settings)
    before = fingerprint(settings.parent / "site")
    page = settings.parent / "site" / "en" / "plan" / "index.html"
    page.write_text("edited", encoding="utf-8")
    _build(settings)

    assert fingerprint(settings.parent / "site") == before


def test_a_broken_link_is_found_on_a_page_that_was_taken_over(settings):
    """When an anchor or a page goes, the pages that led to it are looked at again."""
    _build(settings)
    (settings.parent / "content" / "zh" / "about.md").write_text("# 关于\n\n[无](../nowhere/)\n", encoding="utf-8")

    with pytest.raises(GeneratorError, match="nowhere"):
        _build(settings)


def test_two_builds_with_one_cache_do_not_mix(settings):
    """Whoever comes second works without what is kept, and gives the same site."""
    _build(settings)
    before = fingerprint(settings.parent / "site")
    config = load_config(settings)
    plan, _ = check_plan(config)
    with state.opened(config.cache, lambda: "", watched(plan)) as first:
        assert first is not None
        made = _build(settings).made

    assert made.templates > 0
    assert fingerprint(settings.parent / "site") == before


# --- the watched plan -------------------------------------------------------------------------------------------


@pytest.fixture
def small_plan(small_config) -> WatchedPlan:
    """The small plan, watched."""
    plan, problems = check_plan(small_config)
    assert plan is not None, problems
    return watched(plan)


def test_asking_twice_notes_twice(small_plan):
    """No question of the plan hides its reads in something computed before, or pages would miss them."""
    names = [name for name in dir(Plan) if not name.startswith("_")]
    for name in names:
        with small_plan.watching() as first:
            getattr(small_plan, name)
        with small_plan.watching() as second:
            getattr(small_plan, name)
        assert first == second, name


def test_what_is_remembered_counts_for_everyone(small_plan):
    """A computation shared by two pages is a read of both."""
    indicator, area = next(iter(small_plan.indicators.values())), small_plan.root
    asked = []
    for _ in range(2):
        with small_plan.watching() as reads:
            small_plan.remember(("shared",), lambda: small_plan.observations_of(indicator, area))
        asked.append(reads)

    assert asked[0] == asked[1] == {("observations", indicator.id, area.id)}


def test_every_method_that_reads_numbers_is_watched(small_plan):
    """A new question of Plan that looks at numbers must be noted: those here are known to touch none."""
    touching = {
        "observations_of", "targets_of", "rows_of", "rows_in", "reports_on", "area_reports_on", "reports_by",
        "indicators_for", "numbers", "bases", "restricted_to", "remember", "told", "watching",
    }  # fmt: skip
    own = {name for name in vars(WatchedPlan) if not name.startswith("_")}

    assert touching <= own


def test_a_watched_plan_makes_the_same_pages(small_config, small_view):
    """Watching changes nothing."""
    view = small_view("en")
    seen = type(view)(watched(view.plan), view.language, view.config, view.tags, view.history)

    assert render_pages(seen, small_config.templates) == render_pages(view, small_config.templates)
