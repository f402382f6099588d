"""Finding in a browser: what the search understands, its filters, a large index in parts, the table of all tasks."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import unquote

import pytest
from test_search_index import many_entries

from generator.search_index import index_files

pytestmark = pytest.mark.browser


def _until(page, question: str) -> None:
    """Ask until it is so; asked from outside, since the pages forbid code from texts."""
    for _ in range(200):
        if page.evaluate(question):
            return
        page.wait_for_timeout(50)
    raise AssertionError(question)


def _found(page, query: str) -> list[str]:
    """The addresses of what the box finds, best first."""
    page.evaluate(
        "document.querySelectorAll('.pe-results__list, .pe-results__note').forEach(one => { one.textContent = ''; })"
    )
    page.fill("#pe-query", query)
    _until(
        page,
        "document.querySelector('.pe-result')"
        " || /Nothing|没有/.test(document.querySelector('.pe-results__note')?.textContent)",
    )
    return page.eval_on_selector_all(".pe-result", "all => all.map(one => one.getAttribute('href'))")


CASES = {
    "en": [
        ("任务8", "tasks/08/"),
        ("第8项任务", "tasks/08/"),
        ("第三十五项", "tasks/35/"),
        ("task 35", "tasks/35/"),
        ("safeguard 3", "safeguards/s3/"),
        ("石家庄", "areas/shijiazhuang/"),
        ("石家庄市", "areas/shijiazhuang/"),
        ("省科技厅", "organisations/dst/"),
        ("研发强度", "indicators/rd-intensity/"),
        ("R&D spending share", "indicators/rd-intensity/"),
        ("石家庄的研发投入强度是多少", "indicators/rd-intensity/"),
    ],
    "zh": [
        ("key laboratories", "indicators/key-labs/"),
        ("shijiazhuang", "areas/shijiazhuang/"),
        ("邢台", "areas/xingtai/"),
        ("省科技厅", "organisations/dst/"),
        ("第八项任务", "tasks/08/"),
        ("R&D to GDP ratio", "indicators/rd-intensity/"),
    ],
}


@pytest.mark.parametrize("code", CASES)
def test_what_the_search_understands(open_page, code):
    """Either language, numbers in words and digits, cities with and without 市, short names, synonyms, a question."""
    page, watch = open_page(f"{code}/")
    page.focus("#pe-query")
    answers = [(query, wanted, _found(page, query)[:3]) for query, wanted in CASES[code]]
    missed = [one for one in answers if not any(one[1] in address for address in one[2])]

    assert missed == []
    assert watch.errors == []


def test_a_number_comes_first(open_page):
    """Who asks for task 8 gets task 8, with what it is and who leads it."""
    page, _ = open_page("en/")
    page.focus("#pe-query")

    assert "tasks/08/" in _found(page, "任务8")[0]
    assert re.match(r"Task · Lead: .+ · .+", page.text_content(".pe-result__meta"))


def test_results_are_narrowed_and_the_choice_stays_in_the_address(open_page):
    """Filters take results away; the address brings the same list back."""
    page, watch = open_page("en/search/?q=innovation")
    page.wait_for_selector(".pe-found li")
    before = page.locator(".pe-found li").count()
    page.select_option("#pe-search-results select[name=f]", "tasks")
    _until(page, f"document.querySelectorAll('.pe-found li').length < {before}")
    links = page.eval_on_selector_all(".pe-found a", "all => all.map(one => one.getAttribute('href'))")
    assert links and all("/tasks/" in link for link in links)
    assert page.url.endswith("?q=innovation#f=tasks")

    again, _ = open_page("en/search/?q=innovation#f=tasks")
    again.wait_for_selector(".pe-found li")
    assert again.eval_on_selector_all(".pe-found a", "all => all.map(one => one.getAttribute('href'))") == links
    assert watch.errors == []


def test_a_filter_alone_lists_what_fits(open_page):
    """Without a word: everything of one city."""
    page, _ = open_page("zh/search/#c=xingtai")
    page.wait_for_selector(".pe-found li")

    assert page.locator(".pe-found a[href*='areas/xingtai/']").count() == 1


def test_a_large_index_loads_in_parts(open_page, address):
    """Ten thousand entries: the first query asks for a few parts alone, and finds what is asked."""
    files = dict(index_files(many_entries(), [{"key": "c", "title": "City", "choices": [["area8", "Eight"]]}],
                             {"tasks": ["task"]}))  # fmt: skip
    page, watch = open_page("en/sources/")
    page.route("**/assets/search*/**", lambda route: _serve(route, files))
    page.route("**/assets/search-index.js", lambda route: _serve(route, files))
    page.focus("#pe-query")

    assert "tasks/4321/" in _found(page, "task 4321")[0]
    asked = [url for url in watch.requests if "/assets/search/" in url]
    assert 0 < len(asked) <= 25
    entry = many_entries()[77]
    assert any("tasks/77/" in one for one in _found(page, entry["n"]))
    assert _found(page, entry["t"].split()[2][:3])
    assert _found(page, "xyzzy") == []
    assert watch.errors == []


def _serve(route, files):
    name = unquote(route.request.url.partition("/assets/")[2])
    route.fulfill(body=files[name], content_type="text/javascript")


# --- the table of all tasks -------------------------------------------------------------------------------------


def _rows(page) -> list[str]:
    return page.eval_on_selector_all("#explore-table tbody tr", "all => all.map(one => one.dataset.id)")


def test_the_table_is_filtered_sorted_and_kept_in_the_address(open_page):
    """A choice takes rows away, a head turns them round, and the address opens the same rows in the same order."""
    page, watch = open_page("en/explore/")
    page.wait_for_selector("#pe-explore:not([hidden])")
    assert len(_rows(page)) == 35
    page.select_option("#pe-explore [name=aspect]", "a2")
    assert _rows(page) == ["07", "08", "09", "10", "11"]
    page.click("#explore-table thead th:first-child button")
    assert _rows(page) == ["11", "10", "09", "08", "07"]
    assert page.get_attribute("#explore-table thead th:first-child", "aria-sort") == "descending"
    assert page.url.endswith("#aspect=a2&down=1")
    assert page.text_content(".pe-filter__state") == "5 of 35 tasks"

    again, _ = open_page("en/explore/#aspect=a2&down=1")
    again.wait_for_selector("#pe-explore:not([hidden])")
    assert _rows(again) == ["11", "10", "09", "08", "07"]
    again.click("#pe-explore button[type=reset]")
    _until(again, "document.querySelectorAll('#explore-table tbody tr').length === 35")
    assert watch.errors == []


def test_an_address_that_names_nothing_known_shows_everything(open_page):
    """Old or mistyped choices are passed over."""
    page, watch = open_page("en/explore/#aspect=a99&sort=77&status=%3Cb%3E")
    page.wait_for_selector("#pe-explore:not([hidden])")

    assert len(_rows(page)) == 35
    assert watch.errors == []


def test_the_rows_shown_are_taken_along(open_page):
    """The file holds the rows that are shown, in their order, with the words of the page and each task's address."""
    page, _ = open_page("zh/explore/#aspect=a2&down=1")
    page.wait_for_selector("#pe-explore:not([hidden])")
    with page.expect_download() as waiting:
        page.click("#pe-explore [data-download]")
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [row["id"] for row in rows] == ["11", "10", "09", "08", "07"]
    assert rows[3]["url"].endswith("/zh/tasks/08/")
    assert all(row["任务"] and row["牵头单位"] for row in rows)


def test_without_javascript_the_whole_table_is_there(open_page):
    """No form, every task, and the file of all tasks."""
    page, _ = open_page("en/explore/", java_script_enabled=False)

    assert len(page.locator("#explore-table tbody tr").all()) == 35
    assert not page.locator("#pe-explore").is_visible()
    assert page.locator("main a[href$='data/tasks.csv']").is_visible()


@pytest.mark.parametrize("width, table", [(1280, True), (360, False)])
def test_the_matrix_turns_into_lists_on_a_phone(open_page, width, table):
    """A table where there is room; on a phone the two lists, and no scrolling sideways."""
    page, _ = open_page("en/responsibilities/", viewport={"width": width, "height": 800})

    assert page.locator("#matrix").is_visible() is table
    assert page.locator(".pe-duties > li").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_focus_is_never_behind_what_stays_in_sight(open_page):
    """In the table of responsibilities a link that the Tab key reaches stands clear of the heads and the totals."""
    page, watch = open_page("en/responsibilities/")
    links = page.locator(".pe-matrix td a")
    page.locator(".pe-scroll:has(> .pe-matrix)").scroll_into_view_if_needed()
    hidden = links.evaluate_all(
        """links => links.filter((_, place) => place % 3 === 0).filter(link => {
          link.focus();
          const box = link.getBoundingClientRect();
          const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
          return at === null || !(at === link || link.contains(at));
        }).map(link => link.getAttribute("href"))"""
    )
    assert links.count() > 100 and hidden == []
    assert watch.errors == []


def test_no_stop_of_the_tab_key_is_unseen_on_a_phone(open_page):
    """Heads of columns that are hidden are not to be reached; a list orders the tasks instead."""
    page, _ = open_page("en/explore/", viewport={"width": 360, "height": 740})
    page.wait_for_selector("#pe-explore:not([hidden])")
    assert page.locator(".pe-sort").evaluate_all("all => all.map(one => one.tabIndex)") == [-1] * 8
    assert page.locator(".pe-filter__order select").is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.locator(".pe-sort").evaluate_all("all => all.map(one => one.tabIndex)") == [0] * 8


def test_a_chosen_breakdown_can_be_read_in_forced_colours(open_page):
    """Its words stand on a ground of their own, which the browser leaves alone."""
    page, _ = open_page("en/indicators/rd-expenditure/?by=performer")
    page.emulate_media(forced_colors="active")
    look = page.locator(".pe-choice [aria-current]").evaluate(
        "one => { const c = getComputedStyle(one); return [c.forcedColorAdjust, c.color, c.backgroundColor]; }"
    )
    assert look[0] == "none" and look[1] != look[2]
