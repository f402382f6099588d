"""What a first visit waits for: little before the page is seen, and below the window nothing that moves its layout."""

from __future__ import annotations

import io
import unicodedata

import pytest
from pypdf import PdfReader

from browser.conftest import arrived, opened

PHONE = {"viewport": {"width": 412, "height": 823}}
PAGES = ("zh/", "en/tasks/08/", "en/areas/shijiazhuang/", "en/indicators/rd-intensity/", "en/responsibilities/",
         "en/search/")  # fmt: skip
RENDERED = """() => [...document.querySelectorAll("body *")].filter(
  one => one.checkVisibility({ contentVisibilityAuto: true })).length"""
PLACES = """held => {
  const waiting = [...document.querySelectorAll("body *")].filter(
    one => window.waits ? window.waits.includes(one) : getComputedStyle(one).contentVisibility === "auto");
  window.waits = waiting;
  document.documentElement.classList.remove("pe-soon");
  const sheet = new CSSStyleSheet();
  for (const one of waiting) one.classList.toggle("held", held);
  sheet.replaceSync(".held { contain: layout style paint }");
  document.adoptedStyleSheets = [sheet];
  return waiting.map(one => ["top", "height"].map(side => Math.round(one.getBoundingClientRect()[side])));
}"""


@pytest.fixture
def at_first(browser, address):
    """Open a page as it stands before its scripts come."""
    with opened(browser, address, **PHONE) as (_, page, _watch):
        page.route("**/assets/site.js", lambda route: None)

        def visit(path):
            page.goto(address + path)
            return page

        yield visit


@pytest.mark.parametrize("path", PAGES)
def test_nothing_but_the_page_and_its_style_comes_before_it_is_seen(open_page, path):
    """Scripts are asked for after the first paint: whatever they weigh, the text does not wait for them."""
    page, watch = open_page(path, **PHONE)
    seen, files = page.evaluate("""() => [performance.getEntriesByName("first-contentful-paint")[0].startTime,
      performance.getEntriesByType("resource").map(one => [one.name.split("/").pop(), one.startTime])]""")
    before = [name.split(".")[0] + "." + name.split(".")[-1] for name, start in files if start < seen]
    assert before == ["site.css"]
    assert "site.js" in [name for name, start in files if start >= seen]
    assert watch.errors == []


@pytest.mark.parametrize(("path", "most"), [("en/tasks/08/", 250), ("en/indicators/rd-intensity/", 400)])
def test_what_is_below_the_window_is_not_laid_out_at_first(at_first, path, most):
    """A part of the elements, of the longest page a small one."""
    page = at_first(path)
    assert page.evaluate(RENDERED) < most < page.evaluate("document.querySelectorAll('body *').length")


def test_all_is_laid_out_in_the_end(open_page):
    """Part by part, once the page is seen."""
    page, _ = open_page("en/tasks/08/", **PHONE)
    late = "[...document.querySelectorAll('body *')].filter(one => getComputedStyle(one).contentVisibility === 'auto')"
    for _ in range(200):
        if not page.evaluate(f"{late}.length"):
            return
        page.wait_for_timeout(25)
    raise AssertionError(page.evaluate(f"{late}.map(one => one.outerHTML.slice(0, 80))"))


def test_whoever_jumps_to_a_place_finds_it(open_page):
    """Long tables before it, which wait for their reader, are laid out too."""
    page, _ = open_page("en/indicators/rd-intensity/", **PHONE)
    page.locator(".pe-toc summary").click()
    page.locator(".pe-toc a").last.click()
    target = page.url.partition("#")[2]
    foot = "innerHeight + scrollY >= document.documentElement.scrollHeight - 1"
    assert page.evaluate(f"Math.abs(document.getElementById('{target}').getBoundingClientRect().top) < 40 || {foot}")


@pytest.mark.parametrize("path", PAGES[1:])
def test_waiting_does_not_change_the_layout(at_first, path):
    """Whatever is kept from being laid out stands where it stands otherwise, as high as otherwise."""
    page = at_first(path)
    held = page.evaluate(PLACES, True)
    assert held
    assert held == page.evaluate(PLACES, False)


def test_who_comes_back_or_to_a_place_has_the_whole_page(open_page):
    """After a reload, or with a place in the address, the way to it is not guessed."""
    page, _ = open_page("en/tasks/08/#sources", **PHONE)
    assert "pe-soon" not in page.get_attribute("html", "class")
    top = "document.getElementById('sources').getBoundingClientRect().top"
    assert abs(page.evaluate(top)) < 40
    page.goto(page.url.partition("#")[0])
    arrived(page)
    page.reload()
    assert "pe-soon" not in page.get_attribute("html", "class")


def test_what_waits_is_found_and_printed(at_first):
    """By the search of the browser in the page; and paper has all of it."""
    page = at_first("en/indicators/rd-intensity/")
    last = page.evaluate("document.querySelector('main > p:last-of-type').firstChild.textContent.trim()")
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(page.pdf())).pages)
    assert "".join(last.split()) in "".join(unicodedata.normalize("NFKC", text).split())  # paper has ligatures
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("text => window.find(text)", last)
    page.wait_for_timeout(200)
    assert page.evaluate("scrollY") > 2 * 823


def test_focus_rings_are_whole(at_first):
    """A block that waits cuts off nothing of the rings around its links."""
    page = at_first("en/tasks/08/")
    margin = page.evaluate("""() => {
      const block = [...document.querySelectorAll(".pe-main > ul")].find(
        one => getComputedStyle(one).contentVisibility === "auto" && one.querySelector("a"));
      const link = block.querySelector("a");
      document.addEventListener("keydown", () => link.focus(), { once: true });
      window.link = link;
      return parseFloat(getComputedStyle(block).overflowClipMargin);
    }""")
    page.keyboard.press("Shift")
    ring = page.evaluate("""() => { const style = getComputedStyle(window.link);
      return parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset); }""")
    assert 0 < ring <= margin


def test_without_site_js_nothing_is_hidden(open_page):
    """Where the script does not come, the menu stays open and no block waits for anything."""
    page, _ = open_page("en/tasks/08/", **PHONE)
    page.route("**/assets/site.js", lambda route: route.abort())
    page.goto(page.url.replace("08", "07"))
    arrived(page)
    assert page.get_attribute("html", "class") == "no-js"
    assert page.locator("nav.pe-nav a").first.is_visible()
