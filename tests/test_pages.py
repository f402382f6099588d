"""The text of pages, reviewed like code: each golden file is one page in one language, without its drawings.

A page's Markdown is shown with its ready HTML blocks in their places; `<!--svg:...-->` stands where a drawing goes.
After a change that is meant, write the files again and read the difference before committing it:

    UPDATE_GOLDEN=1 python -m pytest tests/test_pages.py
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

from generator.pages import PAGE_TYPES, Book
from generator.render import Page
from generator.rendering import render_pages

GOLDEN = Path(__file__).parent / "golden" / "pages"
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))
SMALL_PAGES = {
    "home": "",
    "plan": "plan",
    "tasks-list": "tasks",
    "task": "tasks/1",
    "task-odd": "tasks/odd",
    "task-inner": "tasks/2-1",
    "areas-list": "areas",
    "area": "areas/westmarsh",
    "area-whole": "areas/exampleshire",
    "area-bare": "areas/harbour-zone",
    "organisations-list": "organisations",
    "organisation": "organisations/odd-office",
    "indicators-list": "indicators",
    "indicator-quarters": "indicators/bus-trips",
    "indicator-years": "indicators/household-waste",
    "indicator-breakdown": "indicators/street-trees",
    "indicator-empty": "indicators/quiet-streets",
    "responsibilities": "responsibilities",
    "monitoring": "monitoring",
    "compare": "compare",
    "sources": "sources",
    "glossary": "glossary",
    "data": "data",
    "search": "search",
    "prose": "about",
}
"""One page of each type that the small plan has, in English."""
HEBEI_PAGES = {
    "task-08": "tasks/08",
    "area-xingtai": "areas/xingtai",
    "indicator-rd-intensity": "indicators/rd-intensity",
    "aspect-a2": "aspects/a2",
    "aspects-list": "aspects",
    "safeguard-s1": "safeguards/s1",
    "safeguards-list": "safeguards",
    "targets-page": "targets/key-labs",
}
"""Pages of Hebei, in both languages: the three that matter most, and the types that the small plan lacks."""


@pytest.fixture(scope="session")
def rendered(small_view, hebei_view):
    """The pages of a plan in a language, by their path."""
    views = {"small": small_view, "hebei": hebei_view}

    @cache
    def render(plan: str, code: str) -> dict[str, Page]:
        view = views[plan](code)
        return {page.path: page for page in render_pages(view, view.config.templates)}

    return render


def _whole(page: Page) -> str:
    """The page as one text, its blocks in their places."""
    crumbs = " > ".join(crumb.title for crumb in page.crumbs)
    head = f"title: {page.title}\ndescription: {page.description}\ncrumbs: {crumbs}\n\n"
    return head + re.sub(r"<!--pe:(\d+)-->", lambda match: page.blocks[int(match[1])], page.markdown)


def _check(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.md"
    if UPDATE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.is_file(), f"{path} is missing; write it with UPDATE_GOLDEN=1 (see the top of this file)"
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SMALL_PAGES)
def test_golden_page_of_the_small_plan(rendered, name):
    """One page of each type reads as reviewed."""
    _check(f"en-small-{name}", _whole(rendered("small", "en")[SMALL_PAGES[name]]))


@pytest.mark.parametrize("code", ["zh", "en"])
@pytest.mark.parametrize("name", HEBEI_PAGES)
def test_golden_page_of_hebei(rendered, code, name):
    """The pages that readers come for read as reviewed, in both languages."""
    _check(f"{code}-hebei-{name}", _whole(rendered("hebei", code)[HEBEI_PAGES[name]]))


def test_no_golden_page_is_left_over():
    """Every golden file belongs to a test."""
    wanted = {f"en-small-{name}" for name in SMALL_PAGES} | {
        f"{code}-hebei-{name}" for code in ("zh", "en") for name in HEBEI_PAGES
    }
    assert {path.stem for path in GOLDEN.glob("*.md")} == wanted


def test_languages_have_the_same_pages(rendered):
    """Each page of one language exists in the other, with the same figures."""
    for plan in ("small", "hebei"):
        english, chinese = rendered(plan, "en"), rendered(plan, "zh")
        assert list(english) == list(chinese)
        for path, page in english.items():
            assert [one.id for one in page.figures] == [one.id for one in chinese[path].figures], path


def test_every_page_type_has_pages(rendered, hebei_view):
    """Each entry of PAGE_TYPES gives at least one page of the Hebei plan, but for those it has no data for."""
    book = Book(hebei_view("zh"))
    empty = {name for name, drafts in PAGE_TYPES.items() if not any(True for _ in drafts(book))}
    assert empty <= {"changes", "editions"}
    assert {"", "plan", "targets", "monitoring", "responsibilities", "search", "about"} <= set(rendered("hebei", "zh"))


@pytest.mark.parametrize("number, terms", [("08", ("任务8", "第八项", "task 8")), ("35", ("任务三十五", "task 35"))])
def test_tasks_are_found_by_number(rendered, number, terms):
    """The search knows a task by its number in figures and in Chinese, in either language."""
    for code in ("zh", "en"):
        known = rendered("hebei", code)[f"tasks/{number}"].search["n"]
        for term in terms:
            assert term in known, known


def test_areas_are_found_by_pinyin(rendered):
    """Without tone marks, with the Chinese name, its short form and its code."""
    known = rendered("hebei", "en")["areas/shijiazhuang"].search["n"].lower()
    for term in ("shijiazhuang", "石家庄市", "石家庄 ", "130100"):
        assert term in f"{known} ", known


def test_first_screen_of_a_task_answers(rendered):
    """What, by whom, until when, how it stands, since when and who says so come before the first section."""
    page = rendered("hebei", "en")["tasks/08"]
    first = _whole(page).partition("\n## ")[0]
    for word in ("Lead", "Supporting", "Until when", "How it stands"):
        assert word in first
    assert "Nobody has reported" in first or "since" in first
    page = rendered("small", "en")["tasks/1"]
    first = _whole(page).partition("\n## ")[0]
    assert "At risk" in first and "since 31 December 2020" in first and "reported by Streets Office" in first


def test_reconstructed_pages_say_so(rendered):
    """Tasks 1 to 6 and 10 to 35 carry a notice; 7, 8 and 9 do not carry that one."""
    for code in ("zh", "en"):
        for number in range(1, 36):
            text = _whole(rendered("hebei", code)[f"tasks/{number:02}"])
            assert ("pe-notice--reconstructed" in text) == (number not in (7, 8, 9)), number


def test_links_go_both_ways(rendered):
    """A task's page links its lead, indicators, areas and safeguards; their pages link the task."""
    pages = rendered("hebei", "en")
    view_links = re.compile(r"(?:href=\"|\]\()\.\./\.\./([a-z]+/[a-z0-9-]+)/")
    leads_to = {path: set(view_links.findall(_whole(page))) for path, page in pages.items() if path.count("/") == 1}
    for path, targets in leads_to.items():
        if path.startswith("tasks/"):
            for target in targets:
                if target.startswith(("aspects/", "organisations/", "safeguards/", "indicators/")):
                    assert path in leads_to[target], f"{target} does not link {path}"
