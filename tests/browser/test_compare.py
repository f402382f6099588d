"""A reader puts areas side by side: what is shown is what the build says, and the address keeps the choice."""

from __future__ import annotations

import pytest

from generator import compare_view

pytestmark = pytest.mark.browser

PAGE = "en/compare/"
STATE = "document.querySelector('.pe-compare__state').textContent"


def _heads(page):
    return page.locator("#compare-table thead th").all_inner_texts()


def _rows(page):
    return page.locator("#compare-table tbody th").all_inner_texts()


def test_the_page_starts_with_two_areas_and_the_headlines(open_page, hebei_view):
    """The first two areas; nothing is loaded from elsewhere."""
    view = hebei_view("en")
    page, watch = open_page(PAGE)
    page.wait_for_selector("#compare-table tbody tr")

    assert _heads(page) == ["Indicator", "Shijiazhuang", "Tangshan"]
    assert len(_rows(page)) == len(compare_view.at_first(view))
    assert "#" not in page.url
    assert (watch.errors, watch.foreign) == ([], [])


def test_cells_are_those_of_the_build(open_page, hebei_view):
    """Value, period, verdict and target, with the mark of made-up numbers in cell and caption."""
    view = hebei_view("en")
    data = compare_view.data(view)
    wanted = next(one for one in data["indicators"] if one["id"] == "rd-intensity")
    place = [area["id"] for area in data["areas"]].index("xingtai")
    cell = wanted["cells"][place]
    page, _ = open_page(f"{PAGE}#areas=xingtai,hebei&indicators=rd-intensity")
    page.wait_for_selector("#compare-table tbody tr")
    text = page.locator("#compare-table tbody td").first.inner_text()

    assert cell["v"] + cell["p"] in text and cell["t"] in text
    assert data["statuses"][cell["s"]][1] in text
    assert page.locator("#compare-table tbody td").first.locator(".pe-mark--illustrative").count() > 0
    assert page.locator("#compare-caption").inner_text().startswith("Illustration: ")


def test_a_choice_is_kept_in_the_address(open_page):
    """Three areas and one indicator, shared by address; what does not fit is passed over."""
    page, watch = open_page(PAGE)
    page.wait_for_selector("#compare-table tbody tr")
    page.select_option("#pe-compare select >> nth=2", "handan")
    page.locator("button[data-set=none]").click()
    assert page.evaluate(STATE) == "Choose at least one indicator."
    page.locator("input[value=hte-total]").check()
    shared = page.url.partition("#")[2]
    assert shared == "areas=shijiazhuang,tangshan,handan&indicators=hte-total"

    again, other = open_page(f"{PAGE}#{shared}")
    again.wait_for_selector("#compare-table tbody tr")
    assert _heads(again) == ["Indicator", "Shijiazhuang", "Tangshan", "Handan"]
    assert len(_rows(again)) == 1

    odd, last = open_page(f"{PAGE}#areas=<b>,xingtai,xingtai,constructor&indicators=rd-intensity,<i>")
    odd.wait_for_selector("#pe-compare:not([hidden])")
    assert odd.evaluate(STATE) == "Choose at least two different areas."
    assert (watch.errors, other.errors, last.errors) == ([], [], [])


def test_one_area_twice_is_shown_once(open_page):
    """And the page says so."""
    page, _ = open_page(PAGE)
    page.wait_for_selector("#compare-table tbody tr")
    page.select_option("#pe-compare select >> nth=2", "tangshan")

    assert _heads(page) == ["Indicator", "Shijiazhuang", "Tangshan"]
    assert page.evaluate(STATE).endswith("An area that was chosen twice is shown once.")


def test_the_form_works_from_the_keyboard(open_page):
    """Every control has a label; a key chooses another area."""
    page, _ = open_page(PAGE)
    page.wait_for_selector("#compare-table tbody tr")
    page.get_by_label("Area 2").focus()
    page.keyboard.press("ArrowDown")

    assert _heads(page) == ["Indicator", "Shijiazhuang", "Qinhuangdao"]
    assert page.get_by_label("R&D expenditure as a share of GDP").is_checked()


def test_an_area_page_leads_here(open_page):
    """Its links bring both areas."""
    page, _ = open_page("en/areas/xingtai/")
    page.locator(".pe-comparelinks a", has_text="Handan").click()
    page.wait_for_selector("#compare-table tbody tr")

    assert _heads(page) == ["Indicator", "Xingtai", "Handan"]


def test_it_works_from_a_folder(browser, hebei_site):
    """The data come as a script, so that a site on a disk works too."""
    page = browser.new_context().new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((hebei_site / "zh" / "compare" / "index.html").as_uri() + "#areas=xingtai,handan")
    page.wait_for_selector("#compare-table tbody tr")

    assert _heads(page) == ["指标", "邢台市", "邯郸市"]
    assert errors == []
    page.context.close()


def test_without_script_a_table_of_all_areas_stands(open_page):
    """The form stays away and says where to look instead."""
    page, _ = open_page(PAGE, java_script_enabled=False)

    assert not page.locator("#pe-compare").is_visible()
    assert page.locator(".pe-compare__note").is_visible()
    assert page.locator("#compare-all-caption").is_visible()
