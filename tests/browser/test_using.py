"""Using what is found: copying, frames, choosing a breakdown, following a number, paper, and without a script."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from browser.conftest import arrived


def test_copying(open_page):
    """The buttons come when the box is opened; each copies what stands beside it, and says so."""
    page, watch = open_page("en/indicators/rd-intensity/", permissions=["clipboard-read", "clipboard-write"])
    box = page.locator(".pe-use").first
    assert box.locator("button").count() == 0
    box.locator("summary").click()
    box.locator("button").first.wait_for()
    copied = []
    for button in box.locator("button").all():
        button.click()
        page.wait_for_function("box => box.textContent.includes('Copied')", arg=box.element_handle())
        copied.append(page.evaluate("navigator.clipboard.readText()"))

    link, citation, code = copied
    assert link.endswith("/en/indicators/rd-intensity/#trend-rd-intensity-hebei")
    assert "Data as of" in citation and citation.endswith("/en/figures/trend-rd-intensity-hebei.html")
    assert code.startswith("<iframe src=") and "trend-rd-intensity-hebei.html" in code
    assert watch.errors == []


@pytest.mark.parametrize("width", [340, 900])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_frame_fits_without_a_script(open_page, address, width, scheme):
    """On a page of another with a strict policy: nothing is cut off or scrolls, colours follow the reader."""
    page, watch = open_page("en/", viewport={"width": 1000, "height": 800}, color_scheme=scheme)
    page.route(
        "**/host.html",
        lambda route: route.fulfill(
            content_type="text/html",
            headers={"Content-Security-Policy": "default-src 'none'; frame-src *"},
            body=f'<!doctype html><iframe src="{address}en/figures/bars-rd-intensity.html" width="{width}"'
            ' height="480">'
            "</iframe>",
        ),
    )
    page.goto(address + "host.html")
    frame = page.frames[1]
    frame.wait_for_selector("svg")
    state = frame.evaluate(
        """() => {
          const main = document.querySelector("main"), box = document.querySelector("svg").getBoundingClientRect();
          return { high: main.scrollHeight - main.clientHeight, wide: main.scrollWidth - main.clientWidth,
            shown: box.width > 150 && box.height > 100 && box.bottom <= innerHeight,
            paper: getComputedStyle(document.body).backgroundColor };
        }"""
    )

    assert state["high"] <= 1 and state["wide"] <= 1 and state["shown"]
    assert state["paper"] == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 24, 28)")
    assert watch.errors == []


def test_choosing_a_breakdown(open_page):
    """At first all are shown; a choice stands in the address, can be linked to and taken back."""
    page, watch = open_page("en/indicators/rd-expenditure/")
    shown = (
        "() => [...document.querySelectorAll('.pe-choice a[data-by]:not([data-by=\"\"])')]"
        ".map(link => document.querySelector(link.hash).checkVisibility())"
    )
    every = page.evaluate(shown)
    assert len(every) > 1 and all(every)
    page.locator(".pe-choice a").nth(2).click()
    assert page.evaluate(shown) == [place == 1 for place in range(len(every))]
    assert "by=" in page.url
    page.reload()
    arrived(page)
    assert page.evaluate(shown) == [place == 1 for place in range(len(every))]
    page.go_back()
    assert page.evaluate(shown) == every
    page.goto(page.url.split("?")[0] + "?by=nonsense")
    arrived(page)
    assert page.evaluate(shown) == every
    assert watch.errors == []


def _drawn(page, key):
    """The columns of a breakdown that are to be seen, as (part, left, top, bottom); rows of its table; names."""
    return page.evaluate(
        """key => {
          const figure = document.getElementById(document.querySelector(`.pe-values[data-by=${key}]`).dataset.figure);
          const seen = one => getComputedStyle(one).display !== "none";
          figure.querySelector(".pe-chart__data").open = true;
          const columns = [...figure.querySelectorAll(".pe-chart__drawing path")]
            .filter(one => /^M[^h]*h[^h]*h[^h]*Z$/.test(one.getAttribute("d")))
            .filter(one => !one.getAttribute("transform") && seen(one))
            .map(one => [one.getAttribute("fill"), one.getBBox(), new DOMMatrix().translate(0,
              parseFloat((one.style.translate || "0 0").split(" ")[1]) || 0).f])
            .map(([fill, box, sunk]) => [fill, box.x, box.y + sunk, box.y + box.height + sunk]);
          return {
            columns,
            rows: [...figure.querySelectorAll("tbody tr")].filter(seen).length,
            names: [...figure.querySelectorAll(".pe-chart__drawing text[text-anchor=start]")].filter(seen).length,
            said: document.querySelector(".pe-choice__said").textContent,
            explores: [...figure.querySelectorAll(".pe-explore")].filter(one => one.checkVisibility()).length,
          };
        }""",
        key,
    )


def test_picking_single_values(open_page):
    """Of a chosen breakdown only what is picked is drawn, on the axis, and listed; the address keeps it."""
    page, watch = open_page("en/indicators/rd-expenditure/?by=activity")
    every = _drawn(page, "activity")
    boxes = page.locator(".pe-values:not([hidden]) input")
    base = max(bottom for *_, bottom in every["columns"])
    assert boxes.count() == every["names"] == 3 and every["explores"] == 1 and "Only the breakdown" in every["said"]

    boxes.first.focus()
    page.keyboard.press("Space")
    some = _drawn(page, "activity")
    lowest = {}
    for part, left, _, bottom in some["columns"]:
        lowest[left] = max(lowest.get(left, (0, "")), (bottom, part))
    assert len(some["columns"]) == len(every["columns"]) * 2 / 3 and some["names"] == 2
    assert {part for _, part in lowest.values()} == {"var(--pe-cat-2)"}, "what is left stands on the axis"
    assert all(abs(bottom - base) < 0.01 for bottom, _ in lowest.values())
    heights = [sorted(round(low - top, 3) for part, _, top, low in one["columns"] if part != "var(--pe-cat-1)")
               for one in (every, some)]  # fmt: skip
    assert heights[0] == heights[1], "on the same scale"
    assert 0 < some["rows"] < every["rows"] and some["explores"] == 0
    assert some["said"].startswith("2 of 3 are shown") and "only=" in page.url

    page.reload()
    arrived(page)
    assert _drawn(page, "activity") == some
    boxes.first.check()
    again = _drawn(page, "activity")
    assert {**again, "said": ""} == {**every, "said": ""} and "only=" not in page.url
    page.goto(page.url.split("?")[0] + "?by=activity&only=nonsense")
    arrived(page)
    assert _drawn(page, "activity") == every
    assert watch.errors == []


def test_the_only_breakdown_needs_no_choosing(open_page):
    """Where there is one breakdown, its values can be picked at once."""
    page, watch = open_page("en/indicators/counties-by-class/")
    assert page.locator(".pe-choice").count() == 0
    boxes = page.locator(".pe-values input")
    boxes.last.uncheck()
    assert page.locator(".pe-choice__said").inner_text().startswith(f"{boxes.count() - 1} of {boxes.count()}")
    page.reload()
    arrived(page)
    assert not boxes.last.is_checked() and boxes.first.is_checked()
    assert watch.errors == []


def test_without_a_script(open_page):
    """All breakdowns, the text of the citation and the code are there; a number leads to its entry by keyboard."""
    page, _ = open_page("en/indicators/rd-expenditure/", java_script_enabled=False)
    for link in page.locator(".pe-choice a").all()[1:]:
        assert page.locator(str(link.get_attribute("href"))).is_visible()
    box = page.locator(".pe-use").first
    box.locator("summary").click()
    assert "Data as of" in box.inner_text() and "<iframe" in box.inner_text()
    number = page.locator(".pe-facts a[href*='#v-']").first
    number.focus()
    page.keyboard.press("Enter")
    target = page.locator("tr:target")
    assert target.is_visible() and "Official" in target.inner_text()


@pytest.mark.parametrize("path", ["en/tasks/08/", "zh/areas/xingtai/", "en/indicators/rd-intensity/", "en/targets/"])
def test_paper(open_page, path):
    """Nothing stands outside the sheet, heads come again, status stays in words."""
    page, _ = open_page(path)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 673, "height": 1000})
    outside = page.evaluate(
        """() => [...document.querySelectorAll("main table, main figure, main svg, main .pe-facts")]
          .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1)
          .map(one => one.tagName + " " + (one.id || one.className.baseVal || one.className))"""
    )
    assert outside == []
    sheets = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages]
    text = "\n".join(sheets)
    assert "Use this" not in text and "使用本" not in text
    if path == "en/indicators/rd-intensity/":  # a table of many sheets
        with_head = [sheet for sheet in sheets if "Basis" in sheet and "Status" in sheet]
        assert len(with_head) > 2
        assert "http" in text, "the addresses of the sources stand on paper"
    if path == "en/tasks/08/":
        assert page.locator(".pe-status").first.inner_text().split()[-1] in text


@pytest.mark.parametrize("path", ["en/compare/", "en/targets/"])
def test_a_wide_table_lies_on_its_side(open_page, path):
    """On paper a table of many columns has sheets of its own, broad ones, and its last column stands on them."""
    page, _ = open_page(path)
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    broad = [sheet for sheet in sheets if sheet.mediabox.width > sheet.mediabox.height]
    assert broad and len(broad) < len(sheets)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": int(float(broad[0].mediabox.width) * 96 / 72) - 76, "height": 700})
    over = """[...document.querySelectorAll(".pe-table--many")]
      .map(one => one.scrollWidth - one.parentElement.clientWidth)"""
    assert max(page.evaluate(over)) <= 0
