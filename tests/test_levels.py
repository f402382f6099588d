"""Areas of several levels: the way to each, maps and ranks inside a province, long lists in portions."""

from __future__ import annotations

import gzip
import re
from collections import Counter

import pytest
from level_samples import write_levels

from generator import figures, levels, levels_view, render, state, view
from generator.build import Options, build_site
from generator.check import load_plan
from generator.config import OWN_TEMPLATES, load_config
from generator.pages import PAGE_TYPES, Book
from generator.render import Renderer
from generator.rendering import render_pages
from tests.site_fixtures import fingerprint, page, read_html, view_of


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """Gives a plan of levels seen through a language, read once for each shape."""
    known = {}

    def see(provinces, cities, counties, code="en"):
        shape = (provinces, cities, counties)
        if shape not in known:
            config = load_config(write_levels(tmp_path_factory.mktemp("levels") / "plan", *shape))
            known[shape] = config, load_plan(config)[0]
        return view_of(*known[shape], code)

    return see


@pytest.fixture(scope="module")
def province_site(tmp_path_factory):
    """A built site of 2 provinces, 3 cities in each and 2 counties in each city, its limits low: settings and report.

    It was built first with so few values that all stood on one page.
    """
    config = load_config(write_levels(tmp_path_factory.mktemp("levels") / "plan", 2, 3, 2))
    table = config.data / "observations.csv"
    text = table.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(view, "ROWS_A_PAGE", sum(line.startswith("trees,") for line in lines) - 1)
        patch.setattr(levels, "MANY_AREAS", 4)
        patch.setattr(levels_view, "AREAS_A_LIST", 10)
        table.write_text("".join(lines[:-1]), encoding="utf-8")
        before = build_site(config, Options())
        assert not (before.output / "en" / "indicators" / "trees" / "p1").exists()
        table.write_text(text, encoding="utf-8")
        report = build_site(config, Options())
        changed = fingerprint(report.output)
        state.discard(config.cache)
        return config, build_site(config, Options()).output, changed


def _crumbs(tree):
    return [one.text for one in tree.one("nav", "pe-crumbs").all("li")]


def test_a_plan_knows_the_way_to_each_area(seen):
    """From the one below the whole down; and what lies in an area, before what lies in that."""
    plan = seen(2, 3, 2).plan
    county = plan.areas["p2-c3-x1"]

    assert [one.id for one in plan.way_to(county)] == ["p2", "p2-c3"]
    assert plan.way_to(plan.root) == plan.way_to(plan.areas["p1"]) == ()
    assert [one.id for one in plan.below(plan.areas["p1"])][:4] == ["p1-c1", "p1-c1-x1", "p1-c1-x2", "p1-c2"]
    assert plan.peer_over[county.id].id == "p2" and "p2" not in plan.peer_over
    assert [(one.title, len(one.areas)) for one in levels.levels_in(seen(2, 3, 2), plan.areas["p1"])] == [
        ("Cities", 3), ("Counties", 6),
    ]  # fmt: skip


def test_breadcrumbs_and_pager_follow_the_levels(province_site):
    """A county stands in its city, its city in its province; beside it are the others of its city."""
    tree = page(province_site[1], "en/areas/p1-c2-x1/")
    names = [page(province_site[1], f"en/areas/{one}/").one("h1").text for one in ("p1", "p1-c2", "p1-c2-x1")]

    assert _crumbs(tree) == ["Home", "Provinces", *names]
    assert [(link.attrs["rel"], link.attrs["href"]) for link in tree.one("nav", "pe-pager").all("a")] == [
        ("next", "../../areas/p1-c2-x2/")
    ]


@pytest.mark.parametrize(("code", "heading"), [("en", "Cities in "), ("zh", "的各市")])
def test_a_province_has_a_map_of_its_cities_and_their_values(province_site, code, heading):
    """Its parts alone; their numbers lead to the page that lists them."""
    tree = page(province_site[1], f"{code}/areas/p1/")
    section = next(one for one in tree.all("h2") if one.attrs["id"] == "areas")
    table = next(one for one in tree.all("table") if "areas-at-a-glance-caption" in one.one("caption").attrs["id"])

    assert heading in section.text
    assert [link.attrs["href"] for link in tree.one("ul", "pe-tilegrid").all("a")] == [
        f"../../areas/p1-c{n}/" for n in (1, 2, 3)
    ]
    assert len(table.one("tbody").all("tr")) == 3
    assert "../../indicators/trees/p1/#v-p1-c1-2020" in [link.attrs["href"] for link in table.all("a")]


def test_an_indicator_with_many_values_has_a_page_for_each_province(province_site):
    """Its own page lists the whole and the provinces, and leads to the others; these list each area once."""
    own = page(province_site[1], "en/indicators/trees/")
    inside = page(province_site[1], "en/indicators/trees/p2/")
    listed = [row.attrs["id"] for row in inside.all("tr") if "id" in row.attrs]

    assert [row.attrs["id"] for row in own.all("tr") if "id" in row.attrs] == [
        f"v-p{p}-{year}" for p in (1, 2) for year in (2018, 2019, 2020)
    ]
    assert {"../../indicators/trees/p1/", "../../indicators/trees/p2/"} <= {a.attrs.get("href") for a in own.all("a")}
    assert len(listed) == len(set(listed)) == 3 * 9 and all(name.startswith("v-p2-c") for name in listed)
    assert [one.text for one in inside.all("h2")][:2] == ["Cities", "Counties"]


def test_one_value_more_moves_the_table_as_in_a_new_build(province_site):
    """Which page lists a number depends on how many there are, and every page that leads to it follows."""
    _, site, changed = province_site

    assert fingerprint(site) == changed


def test_few_values_stay_on_one_page(seen):
    """As in a plan of one level."""
    few = seen(2, 3, 2)

    assert few.rows_elsewhere("trees") == ()
    assert few.entry(few.plan.observations_of(few.plan.indicators["trees"], few.plan.areas["p1-c1"])[0]) == (
        "indicators/trees/#v-p1-c1-2018"
    )


def test_long_ranks_come_in_portions_on_one_scale(seen):
    """Every area once, in the order of its value; the heads say which places follow."""
    large = seen(3, 10, 10)
    trees = large.plan.indicators["trees"]
    counties = list(levels.levels_in(large, large.plan.areas["p1"]))[1]
    parts = figures.ranks(large, trees, counties)
    rows = [row for part in parts for row in part.chart.rows]

    assert [len(part.chart.rows) for part in parts] == [34, 34, 32]
    assert [row["value"] for row in rows] == sorted((row["value"] for row in rows), reverse=True)
    assert len({row["name"] for row in rows}) == 100
    assert len({tuple(part.chart.options["domain"]) for part in parts}) == 1
    assert [part.title for part in parts[1:]] == ["Places 35 to 68 of 100: Trees", "Places 69 to 100 of 100: Trees"]
    assert len({part.id for part in parts}) == 3


@pytest.mark.parametrize(
    ("place", "shown"), [(0, range(0, 40)), (10, range(0, 40)), (30, range(10, 50)), (59, range(20, 60))]
)
def test_one_among_many_is_shown_with_those_around_it(place, shown):
    """So that the charts of all do not grow with the square of their number."""
    assert levels.window(60, place) == shown


def test_many_areas_side_by_side(seen):
    """Sixty provinces: small charts are left to their own pages, ranks come in two portions."""
    flat = seen(60, 0, 0)
    pages = {one.path: one for one in render_pages(flat, OWN_TEMPLATES)}
    drawn = pages["indicators/trees"].figure_ids
    own = next(one for one in pages["areas/p30"].figures if one.id == "bars-trees-p30")

    assert sorted(drawn) == ["bars-trees", "bars-trees--31", "map-trees"]
    assert len(own.chart.rows) == 40 and sum(row["highlight"] for row in own.chart.rows) == 1
    assert "of 60" in own.subtitle


@pytest.mark.parametrize("code", ["en", "zh"])
def test_areas_by_initial(seen, code):
    """Every area once, under the first letter of its name or of its pinyin, with what it lies in."""
    large = seen(3, 10, 10, code)
    found = levels_view.initials(large)
    letters = {item.title: one.letter for one in found for item in one.items}

    assert Counter(item.href for one in found for item in one.items) == Counter(
        f"areas/{name}/" for name in large.plan.areas
    )
    assert [one.letter for one in found] == sorted(one.letter for one in found)
    if code == "zh":
        assert letters["全国"] == "Q" and letters["宝安省"] == "B"
    else:
        assert all(title.startswith(letter) for title, letter in letters.items())
    county = next(item for one in found for item in one.items if item.href == "areas/p1-c1-x1/")
    assert county.text.startswith(large.title("areas", "p1")) and county.text.endswith(large.title("areas", "p1-c1"))


def test_each_initial_has_a_page_where_areas_are_many(province_site):
    """The first page leads to them; the letter that is open is marked."""
    first = page(province_site[1], "en/areas-by-initial/")
    letters = first.one("p", "pe-az__letters").all("a")
    one = page(province_site[1], f"en/areas-by-initial/{letters[0].text.lower()}/")

    assert len(letters) > 1 and not first.all("ul", "pe-links")
    assert [link.text for link in one.all("a") if link.attrs.get("aria-current") == "page"] == [letters[0].text]
    assert all(link.text.startswith(letters[0].text) for link in one.one("ul", "pe-links").all("a"))


def test_the_list_of_areas_is_a_tree(province_site):
    """Each province opens, without a script, to its cities; counties are found from these."""
    tree = page(province_site[1], "en/areas/")
    branches = tree.one("div", "pe-branches").all("details")

    assert [len(one.all("a")) for one in branches] == [4, 4]
    assert "9 areas in it" in branches[0].one("summary").text


def test_tiles_are_places_in_the_map_of_the_parent(seen, a_view):
    """Two provinces may each have a city at [1, 1]."""
    areas = "- {id: whole, title: The whole, kind: region}\n" + "".join(
        f"- {{id: {name}, title: {name}, kind: {kind}, parent: {parent}, tile: [1, {row}]}}\n"
        for name, kind, parent, row in (
            ("north", "province", "whole", 1), ("south", "province", "whole", 2),
            ("a", "city", "north", 1), ("b", "city", "south", 1),
        )
    )  # fmt: skip
    plan = a_view({"data/areas.yml": areas}).plan

    assert figures.tile_positions(plan, plan.parts_of(plan.areas["south"])) == {"b": (1, 1)}


def test_pages_of_many_areas_stay_small(seen):
    """Those that grow with the number of areas, at 334 of them, are far below 300 kB packed."""
    large = seen(3, 10, 10)
    drafts = [*PAGE_TYPES["areas"](Book(large)), *PAGE_TYPES["indicators"](Book(large))]
    long = {"areas", "areas/p1", "areas-by-initial", "indicators/trees", "indicators/trees/p1"}
    renderer = Renderer(large, OWN_TEMPLATES, None)
    pages = [renderer.render(draft) for draft in drafts if draft.path in long]
    sizes = {one.path: len(gzip.compress((one.markdown + "".join(one.blocks)).encode(), 1)) for one in pages}

    assert sizes.keys() == long
    assert max(sizes.values()) < 30_000


def test_pages_grow_with_the_plan(seen):
    """Three times the counties make at most three times the text, with a tenth to spare."""
    shapes = ((2, 3, 4), (2, 3, 16))
    texts = [
        sum(len(one.markdown) + sum(map(len, one.blocks)) for one in render_pages(seen(*shape), OWN_TEMPLATES))
        for shape in shapes
    ]
    small, large = (len(seen(*shape).plan.areas) for shape in shapes)

    assert texts[1] < 1.1 * texts[0] * large / small


def test_long_tables_come_in_portions(seen, monkeypatch):
    """Every row once, with its id; the first portion in sight, the others behind a line that says which rows."""
    few = seen(2, 3, 2)
    draft = next(one for one in PAGE_TYPES["indicators"](Book(few)) if one.path == "indicators/trees")
    whole = Renderer(few, OWN_TEMPLATES, None).render(draft)
    monkeypatch.setattr(render, "ROWS_IN_SIGHT", 25)
    tree = read_html("".join(Renderer(few, OWN_TEMPLATES, None).render(draft).blocks))
    tables = [one for one in tree.all("table") if one.one("caption").attrs["id"].startswith("all-trees")]
    ids = [row.attrs["id"] for one in tables for row in one.all("tr") if "id" in row.attrs]

    assert ids == re.findall(r'<tr id="([^"]+)"', "".join(whole.blocks)) and len(ids) == 60
    assert [one.one("caption").attrs["id"] for one in tables] == [
        "all-trees-caption", "all-trees--26-caption", "all-trees--51-caption",
    ]  # fmt: skip
    assert [one.parent.parent.one("summary").text for one in tables[1:]] == [
        "Rows 26 to 50 of 60", "Rows 51 to 60 of 60",
    ]  # fmt: skip
    assert tables[0].parent.parent.tag != "details"


def test_a_few_areas_below_the_peers_make_no_tree(small_site):
    """A zone inside one of four counties: listed as it is, no list by initial, no pages inside an indicator."""
    tree = page(small_site, "en/areas/")

    assert not tree.all("div", "pe-branches")
    assert "../areas/harbour-zone/" in [link.attrs["href"] for link in tree.one("main").all("a")]
    assert not (small_site / "en" / levels_view.PATH).exists()
    assert {one.name for one in (small_site / "en" / "indicators" / "bus-trips").iterdir() if one.is_dir()} <= {"embed"}
