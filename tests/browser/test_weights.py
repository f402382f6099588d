"""A reader moves the weights of the index: the numbers are those of the build, and the address keeps them."""

from __future__ import annotations

import pytest

from generator.index import compute_index

pytestmark = pytest.mark.browser

PAGE = "en/index/city-innovation/"
STATE = "document.querySelector('.pe-weights__state').textContent"


def _scores(page):
    """Score and place of each area as the table shows them."""
    rows = page.locator("#weights-table tbody tr").all()
    cells = [[cell.inner_text() for cell in row.locator("th, td").all()] for row in rows]
    return {name: (score, int(place)) for name, score, place, _ in cells}


@pytest.fixture(scope="session")
def variants(hebei_view):
    """What the build computes: scores and places by name of the area, for each variant."""
    plan = hebei_view("en").plan
    result = compute_index(plan, plan.index["city-innovation"])
    return {
        one.name: {
            plan.areas[name].title.get("en"): (f"{one.scores[name]:.1f}", place)
            for name, place in one.places.items()
            if place
        }
        for one in result.variants
    }


def test_the_page_starts_as_defined(open_page, variants):
    """The same scores and places as in the tables that need no script."""
    page, watch = open_page(PAGE)

    assert _scores(page) == variants["published"]
    assert page.evaluate(STATE) == "All places are as defined."
    assert (watch.errors, watch.foreign) == ([], [])


def test_other_weights_give_what_the_build_gives(open_page, variants):
    """Equal weights, then the geometric mean as well, then back."""
    page, watch = open_page(PAGE)
    page.locator("button[data-set=equal]").click()
    assert _scores(page) == variants["equal"]
    page.select_option(".pe-weights select", "geometric")
    assert _scores(page) == variants["equal-geometric"]
    shared = page.url
    page.locator("button[data-set=defined]").click()

    assert _scores(page) == variants["published"]
    assert ("#weights=" in shared, "#" in page.url) == (True, False)
    assert watch.errors == []


def test_an_address_brings_the_weights_back(open_page, variants):
    """What was shared is what is seen; an address that does not fit is passed over."""
    equal = "-".join(["50"] * 10)

    page, _ = open_page(f"{PAGE}#weights={equal}-geometric")
    assert _scores(page) == variants["equal-geometric"]
    page, watch = open_page(f"{PAGE}#weights=<b>-1-geometric")
    assert _scores(page) == variants["published"]
    assert watch.errors == []


def test_sliders_work_from_the_keyboard(open_page):
    """An arrow moves a weight; without any weight the page asks for one."""
    page, _ = open_page(PAGE)
    sliders = page.locator("#pe-weights input[data-level=dimension]")
    sliders.first.focus()
    page.keyboard.press("ArrowRight")
    assert sliders.first.input_value() == "31"
    for slider in sliders.all():
        slider.focus()
        page.keyboard.press("Home")
    assert page.evaluate(STATE) == "Give at least one weight above zero."
    assert _scores(page) == {}


def test_without_script_other_weights_stand_in_a_table(open_page):
    """The form stays away and says where to look instead."""
    page, _ = open_page(PAGE, java_script_enabled=False)

    assert not page.locator("#pe-weights").is_visible()
    assert page.locator(".pe-weights__note").is_visible()
    assert page.locator("#what-if-city-innovation-caption").is_visible()
