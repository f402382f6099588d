"""The Hebei site in a browser: accessibility, no errors, no foreign requests, search, charts, keyboard, weight."""

from __future__ import annotations

import gzip
import re
import zipfile
from functools import cache
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from site_fixtures import addresses, read_html

from browser.conftest import arrived, opened
from browser.sweep import PASSES
from generator.archive import zip_site

pytestmark = pytest.mark.browser

OVER = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - 320"
KINDS = (
    "",
    "plan/",
    "aspects/",
    "aspects/a2/",
    "tasks/",
    "explore/",
    "tasks/08/",
    "tasks/01/",
    "safeguards/",
    "safeguards/s1/",
    "areas/",
    "areas/hebei/",
    "areas/xingtai/",
    "organisations/",
    "organisations/dst/",
    "indicators/",
    "indicators/rd-intensity/",
    "indicators/rd-expenditure/",
    "responsibilities/",
    "targets/",
    "targets/rd-intensity/",
    "compare/",
    "monitoring/",
    "sources/",
    "glossary/",
    "data/",
    "search/",
    "data/formats/",
    "about/",
    "accessibility/",
    "method/",
    "changes/",
    "index/city-innovation/",
)
"""One page of each kind; the kinds with charts twice."""
LANGUAGES = ("zh", "en")
NARROW = {"width": 320, "height": 640}
WEIGHT = 60 * 1024
REQUESTS = 8
INDEX_WEIGHT = 200 * 1024


def _until(page, expression: str) -> None:
    """Wait until an expression is true; the page's content policy forbids the browser's own way of waiting for one."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {expression}")


@pytest.fixture(scope="module")
def tab(browser, address):
    """One tab that goes from page to page, since starting one costs more than a page, and what went wrong in it."""
    with opened(browser, address, color_scheme="light", reduced_motion="reduce") as (_, page, watch):

        def visit(path: str):
            watch.errors.clear()
            watch.foreign.clear()
            page.set_viewport_size({"width": 1280, "height": 720})
            page.emulate_media(color_scheme="light")
            page.goto(address + path)
            arrived(page)
            return page, watch

        yield visit


def _faults(page, watch) -> list[str]:
    """What axe finds with every table and menu open, of colours in light and dark for one text of each kind; what makes
    the page scroll sideways at 320 px, closed or open; console errors; foreign requests.
    """
    found = []
    page.set_viewport_size(NARROW)
    for state in ("closed", "open"):
        if state == "open":
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        over = page.evaluate(OVER)
        if over > 0:
            found.append(f"{over} pixels too wide, {state}")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.evaluate("document.documentElement.classList.remove('pe-soon')")  # what is below the window counts too
    page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8") + ";0")
    for scheme, where, rules in PASSES:
        page.emulate_media(color_scheme=scheme)
        if page.locator(".pe-skip").count():
            expected = "slate" if scheme == "dark" else "default"
            _until(page, f"document.documentElement.dataset.mdColorScheme === '{expected}'")
        for violation in page.evaluate(f"options => axe.run({where}, options).then(one => one.violations)", rules):
            nodes = "; ".join(f"{node['target']} {node['failureSummary'][:200]}" for node in violation["nodes"][:4])
            found.append(f"{scheme}: {violation['id']}: {nodes}")
    return found + watch.errors + watch.foreign


@pytest.mark.parametrize("path", ["", *(f"{code}/{kind}" for code in LANGUAGES for kind in KINDS)])
def test_accessible(tab, path):
    """Nobody is kept out of a page of any kind, and it asks nothing of others."""
    assert _faults(*tab(path)) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_figures_and_tables_alone_are_accessible(tab, hebei_site, code):
    """The same of a page for frames of each kind of figure, and of a table."""
    files = [
        *sorted((hebei_site / code / "tables").glob("*.html"))[:1],
        *sorted((hebei_site / code / "figures").glob("*.html")),
    ]
    kinds = {file.name.split("-")[0] if file.parent.name == "figures" else "table": file for file in files}
    assert len(kinds) > 5
    found = {name: _faults(*tab(file.relative_to(hebei_site).as_posix())) for name, file in kinds.items()}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_every_kind_of_page_is_looked_at(hebei_site):
    """A new list or a new folder of pages needs its line in KINDS."""

    def kind(address: str) -> str:
        return re.sub(r"/[^/]+/$", "/*", address)

    pages = [path.parent.relative_to(hebei_site / "en").as_posix() for path in (hebei_site / "en").rglob("index.html")]
    assert {kind(f"{page}/") for page in pages} - {"./"} == {kind(one) for one in KINDS if one}


@pytest.mark.parametrize("path", ["en/tasks/08/", "zh/areas/xingtai/", "en/indicators/rd-intensity/"])
def test_wider_text_spacing(open_page, path):
    """Readers may widen the spacing of text (WCAG 1.4.12): nothing is pushed off a narrow screen."""
    page, _ = open_page(path, viewport=NARROW, bypass_csp=True)
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
    )
    assert page.evaluate("document.documentElement.scrollWidth - 320") <= 0


@pytest.mark.parametrize("path", ["zh/", "en/tasks/08/", "en/areas/xingtai/", "zh/indicators/rd-expenditure/"])
def test_without_javascript(open_page, path):
    """The same text, tables and links; the navigation stays open."""
    page, watch = open_page(path, java_script_enabled=False)
    with_script, _ = open_page(path)
    for element in ("main a[href]", "main table", "main tr", "main figure svg", "nav.pe-nav a", "main h2"):
        assert page.locator(element).count() == with_script.locator(element).count(), element
    with_script.evaluate("document.querySelectorAll('main .pe-needs-js').forEach(one => one.remove())")
    words = [
        "".join(text for node, text in read_html(one.content()).one("main").texts() if node.tag != "button").split()
        for one in (page, with_script)
    ]
    assert words[0]
    assert words[0] == words[1]
    assert page.locator("nav.pe-nav a").first.is_visible()
    assert page.locator(".pe-explore").count() == 0 or not page.locator(".pe-explore").first.is_visible()
    assert watch.foreign == []


def test_search_without_javascript(open_page):
    """The search form leads to the list of everything."""
    page, _ = open_page("zh/tasks/08/", java_script_enabled=False)
    page.fill("#pe-query", "8")
    page.press("#pe-query", "Enter")
    page.wait_for_url("**/zh/search/?q=8")
    assert page.locator("main a[href*='areas/shijiazhuang/']").count() == 1


# --- search -----------------------------------------------------------------------------------------------------


def _search(page, query: str) -> list[str]:
    """The addresses found, best first."""
    page.fill("#pe-query", query)
    page.wait_for_selector(".pe-result")
    return page.eval_on_selector_all(".pe-result", "all => all.map(one => one.getAttribute('href'))")


def test_index_is_not_loaded_before_the_search_box(open_page, hebei_site):
    """Nothing of the index before the reader turns to the box; then one file of at most 200 KB."""
    page, watch = open_page("zh/tasks/08/")
    page.wait_for_load_state("networkidle")
    assert not [url for url in watch.requests if "search-index" in url]
    page.focus("#pe-query")
    _until(page, "window.peReady")
    _search(page, "8")
    assert len([url for url in watch.requests if "search-index" in url]) == 1
    for code in LANGUAGES:
        assert (
            len(gzip.compress((hebei_site / code / "assets" / "search-index.js").read_bytes(), mtime=0)) <= INDEX_WEIGHT
        )


@pytest.mark.parametrize(
    "code, query, wanted",
    [
        ("zh", "任务8", "tasks/08/"),
        ("zh", "8", "tasks/08/"),
        ("zh", "第八项", "tasks/08/"),
        ("zh", "石家庄", "areas/shijiazhuang/"),
        ("zh", "shijiazhuang", "areas/shijiazhuang/"),
        ("zh", "Shi Jia Zhuang", "areas/shijiazhuang/"),
        ("zh", "科技型中小企业", "glossary/#"),
        ("zh", "战略性新兴", "tasks/08/"),
        ("en", "task 8", "tasks/08/"),
        ("en", "8", "tasks/08/"),
        ("en", "R&D intensity", "indicators/rd-intensity/"),
        ("en", "r&d INTENSITY", "indicators/rd-intensity/"),
        ("en", "Xingtai", "areas/xingtai/"),
        ("en", "邢台", "areas/xingtai/"),
        ("en", "Science and Technology", "organisations/dst/"),
    ],
)
def test_search_finds(open_page, code, query, wanted):
    """By number, title, name in either language, pinyin, words inside a Chinese sentence; among the first five."""
    page, watch = open_page(f"{code}/")
    page.focus("#pe-query")
    found = _search(page, query)
    assert any(wanted in one for one in found[:5]), found[:8]
    assert watch.errors == []


def test_search_says_when_nothing_is_found(open_page):
    """A sentence, not an empty box."""
    page, _ = open_page("zh/")
    page.fill("#pe-query", "无此词语")
    _until(page, "document.querySelector('.pe-results__note')?.textContent.startsWith('没有找到')")
    assert page.locator(".pe-results__note").is_visible() and page.locator(".pe-result").count() == 0


def test_search_by_keyboard(open_page):
    """Arrow and Enter open a result; Escape closes the list."""
    page, _ = open_page("en/")
    page.focus("#pe-query")
    _search(page, "Xingtai")
    page.keyboard.press("Escape")
    assert page.locator(".pe-results").is_hidden()
    page.keyboard.press("ArrowDown")
    page.wait_for_selector(".pe-result")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#pe-query", "aria-activedescendant")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/en/(areas/xingtai|organisations|tasks|sources|indicators)"))


# --- charts -----------------------------------------------------------------------------------------------------


def _explore(page) -> None:
    """Turn the first chart of a page into the interactive one, and find a tooltip in it."""
    button = page.locator(".pe-explore").first
    button.click()
    page.wait_for_selector(".pe-chart__live svg")
    drawing = page.locator(".pe-chart__live svg").first
    assert page.locator(".pe-chart__drawing").first.is_hidden()
    box = drawing.bounding_box()
    for step in range(0, 400):
        page.mouse.move(
            box["x"] + box["width"] * (0.1 + 0.04 * (step % 20)), box["y"] + box["height"] * (0.1 + 0.04 * (step // 20))
        )
        if page.locator("#vg-tooltip-element.visible").count():
            break
    else:
        raise AssertionError("no tooltip anywhere in the chart")
    assert page.locator("#vg-tooltip-element").inner_text().strip()
    button.click()
    page.wait_for_selector(".pe-chart__live", state="detached")
    assert page.locator(".pe-chart__drawing").first.is_visible()


@pytest.mark.parametrize("path", ["en/indicators/rd-intensity/", "zh/indicators/rd-expenditure/"])
def test_explore(open_page, path):
    """The interactive chart comes on demand, with tooltips, within the content policy; the still one comes back."""
    page, watch = open_page(path)
    assert not [url for url in watch.requests if "vega" in url]
    _explore(page)
    assert watch.errors == []
    assert watch.foreign == []


def test_from_a_folder(browser, hebei_site):
    """Without a server: pages, links, search and interactive charts."""
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        page.goto((hebei_site / "index.html").as_uri())
        page.goto((hebei_site / "en" / "indicators" / "rd-intensity" / "index.html").as_uri())
        _explore(page)
        page.focus("#pe-query")
        assert any("tasks/08" in one for one in _search(page, "task 8")[:3])
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("file://**/tasks/08/index.html")
        page.locator("nav.pe-nav a").first.click()
        page.wait_for_url("file://**/plan/index.html")
        assert errors == []
    finally:
        context.close()


def test_an_unpacked_zip(browser, small_site, tmp_path):
    """Opened from a folder as on an intranet or a USB stick: a language, a search, a page, a download, no error."""
    zip_site(small_site, tmp_path / "plan.zip")
    with zipfile.ZipFile(tmp_path / "plan.zip") as archive:
        archive.extractall(tmp_path)
    (first,) = tmp_path.glob("*/index.html")
    context = browser.new_context()
    page, errors = context.new_page(), []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        page.goto(first.as_uri())
        page.locator("a[lang=en], a[hreflang=en]").first.click()
        page.wait_for_url("file://**/en/index.html")
        page.focus("#pe-query")
        assert any("indicators/bus-trips" in one for one in _search(page, "bus trips")[:3])
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("file://**/indicators/bus-trips/index.html")
        csv = page.locator("a[href$='.csv']").first
        assert page.evaluate("link => link.href", csv.element_handle()).startswith(first.parent.as_uri())
        assert errors == []
    finally:
        context.close()


# --- keyboard and motion ----------------------------------------------------------------------------------------

FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  return { body: one === document.body, seen: box.width > 0 && box.height > 0,
    name: one.tagName + '.' + one.className + ' ' + (one.textContent || '').trim().slice(0, 30),
    outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    covered: !!top && !one.contains(top) && !top.contains(one) && !!top.closest('header') };
}"""


@pytest.mark.parametrize(
    "path", ["zh/", "en/tasks/08/", "en/indicators/rd-intensity/", "en/areas/xingtai/", "en/data/formats/"]
)
@pytest.mark.parametrize("width", [1280, 390])
def test_keyboard(open_page, path, width):
    """The skip link is first; each control that has the focus shows it, and nothing lies over it."""
    page, _ = open_page(path, viewport={"width": width, "height": 800})
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    assert page.evaluate(FOCUS)["outline"]
    bad = []
    for _ in range(60):
        page.keyboard.press("Tab")
        state = page.evaluate(FOCUS)
        if state["body"]:
            break
        if not state["outline"] or not state["seen"] or state["covered"]:
            bad.append(state)
    assert bad == []


def test_skip_link(open_page):
    """It leads to the main part."""
    page, _ = open_page("en/tasks/08/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("path", ["zh/", "en/indicators/rd-intensity/"])
def test_reduced_motion(open_page, path):
    """Who asks for less motion gets none."""
    page, _ = open_page(path, reduced_motion="reduce")
    page.focus("#pe-query")
    page.fill("#pe-query", "8")
    page.wait_for_timeout(200)
    assert page.evaluate("document.getAnimations().length") == 0


def test_colours_are_remembered(open_page):
    """The reader's choice of colours holds on the next page."""
    page, _ = open_page("en/", color_scheme="light")
    page.click("#pe-scheme")
    assert page.get_attribute("html", "data-md-color-scheme") == "slate"
    page.click("nav.pe-nav a >> nth=1")
    page.wait_for_load_state()
    assert page.get_attribute("html", "data-md-color-scheme") == "slate"


@pytest.mark.parametrize("path", ["en/tasks/08/", "zh/targets/"])
def test_forced_colours(open_page, path):
    """With the system's own colours, status words remain and charts keep their lines."""
    page, watch = open_page(path, forced_colors="active")
    assert page.locator("main h1").is_visible()
    assert watch.errors == []


# --- two clicks -------------------------------------------------------------------------------------------------


def test_question_how_does_my_city_stand(open_page):
    """From home, one click on the city: its R&D intensity, target and place."""
    page, _ = open_page("en/")
    page.click("main a[href='areas/xingtai/'] >> nth=0")
    page.wait_for_url("**/en/areas/xingtai/")
    main = page.locator("main").text_content()
    assert "R&D expenditure as a share of GDP" in main and re.search(r"\d+(st|nd|rd|th) of 14", main)


def test_question_who_leads_task_8(open_page):
    """From home, one search."""
    page, _ = open_page("en/")
    page.focus("#pe-query")
    found = _search(page, "task 8")
    assert "tasks/08/" in found[0]
    page.locator(".pe-result").first.click()
    page.wait_for_url("**/en/tasks/08/")
    facts = page.locator(".pe-facts").first
    assert facts.is_visible() and "Lead" in facts.inner_text()


def test_question_what_does_a_term_mean(open_page):
    """From home, one search leads to the definition."""
    page, _ = open_page("zh/")
    page.focus("#pe-query")
    found = _search(page, "科技型中小企业")
    position = next(place for place, one in enumerate(found) if "glossary/#" in one)
    assert position < 3
    page.locator(".pe-result").nth(position).click()
    page.wait_for_url("**/zh/glossary/#*")
    term = page.locator(f"[id='{page.url.partition('#')[2]}']")
    assert "科技型中小企业" in term.inner_text() and len(term.inner_text()) > 30


# --- weight -----------------------------------------------------------------------------------------------------


@cache
def _packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def test_weight_of_pages(hebei_site):
    """Every task, city and indicator page with all that a first visit loads: at most 60 KB gzip and 8 requests."""
    heavy = {}
    for address in addresses(hebei_site):
        if address[3:].split("/")[0] in ("tasks", "areas", "indicators"):
            page = hebei_site / address / "index.html"
            text = page.read_text(encoding="utf-8")
            scripts = re.findall(r'data-scripts="(\S*/)(site\.js)([^"]*)"', text)[0]
            loaded = {(page.parent / scripts[0] / name).resolve() for name in " ".join(scripts[1:]).split()} | {
                (page.parent / link).resolve()
                for link in re.findall(r'<(?:script[^>]* src|link rel="stylesheet" href|img[^>]* src)="([^"]+)"', text)
            }
            weight = _packed(page) + sum(_packed(path) for path in loaded)
            if weight > WEIGHT or len(loaded) + 1 > REQUESTS:
                heavy[address] = (weight // 1024, len(loaded) + 1)
    assert heavy == {}


@pytest.mark.parametrize("path", ["zh/indicators/rd-intensity/", "en/areas/shijiazhuang/", "en/tasks/08/"])
def test_requests_of_a_first_visit(open_page, path):
    """What the browser really asks for is what the count above counts."""
    page, watch = open_page(path)
    page.wait_for_load_state("networkidle")
    assert len(watch.requests) <= REQUESTS
    assert {url.rpartition("/")[2].split(".")[0] for url in watch.requests} <= {
        "",
        "site",
        "use",
        "breakdowns",
    }


@pytest.mark.parametrize(
    ("path", "last"), [("zh/areas/xingtai/", "#pe-menu-button:not([hidden])"), ("en/search/", ".pe-filter")]
)
def test_nothing_jumps_when_a_script_arrives(browser, address, path, last):
    """On a phone, with the page painted long before its script: the layout does not shift (it did, by 0.12)."""
    shift = """() => new Promise(done => {
      let sum = 0;
      const add = list => { for (const one of list.getEntries()) sum += one.value; };
      new PerformanceObserver(add).observe({type: "layout-shift", buffered: true});
      setTimeout(() => done(sum), 400);
    })"""

    def late(route):
        page.wait_for_timeout(500)
        route.continue_()

    with opened(browser, address, viewport={"width": 360, "height": 800}) as (_, page, _watch):
        page.route(re.compile(r"/assets/(site|search-index)\.js$"), late)
        page.goto(address + path)
        page.wait_for_selector(last)
        assert page.evaluate(shift) <= 0.005
