"""What programs read in the head of a page: schema.org, preview pictures, fields of government sites."""

from __future__ import annotations

import dataclasses
import json
import struct

import pytest
from site_fixtures import addresses, page

from generator import metadata
from generator.config import Government
from generator.model import Text
from generator.rendering import render_pages
from generator.studio import Studio

VOCABULARY = {
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "WebSite": {"name", "description", "url", "inLanguage", "creator", "publisher"},
    "Legislation": {
        "name", "description", "url", "legislationIdentifier", "legislationDate", "legislationPassedBy",
        "legislationJurisdiction", "temporalCoverage", "isBasedOn", "hasPart",
    },
    "CreativeWork": {"position", "name", "url"},
    "StatisticalVariable": {"name", "description", "url", "measurementMethod"},
    "Dataset": {
        "name", "description", "url", "inLanguage", "isAccessibleForFree", "license", "temporalCoverage",
        "spatialCoverage", "dateModified", "isBasedOn", "creator", "publisher", "variableMeasured", "distribution",
    },
    "DataDownload": {"name", "encodingFormat", "contentUrl"},
    "GovernmentOrganization": {"name", "url"},
    "Organization": {"name", "url"},
    "AdministrativeArea": {"name"},
}  # fmt: skip
"""Properties that schema.org gives to each type (checked against its vocabulary as in schema-dts 2.1)."""


def _graph(site, address):
    """The things a page tells of, by type."""
    scripts = [one for one in page(site, address).all("script") if one.attrs.get("type") == "application/ld+json"]
    assert len(scripts) == 1, address
    told = json.loads("".join(part for part in scripts[0].children if isinstance(part, str)))
    assert told["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in told["@graph"]}


def _things(value):
    """Everything with a type, wherever in it."""
    if isinstance(value, list):
        for one in value:
            yield from _things(one)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for one in value.values():
            yield from _things(one)


def test_only_the_vocabulary(small_site):
    """Every type and property of every page is one of schema.org's."""
    for address in addresses(small_site):
        for thing in _things(list(_graph(small_site, address).values())):
            assert {name for name in thing if not name.startswith("@")} <= VOCABULARY[thing["@type"]], address


def test_breadcrumbs_everywhere(small_site):
    """The way to each page ends at its canonical address, and is the one that readers see."""
    for address in addresses(small_site):
        tree, steps = page(small_site, address), _graph(small_site, address)["BreadcrumbList"]["itemListElement"]
        canonical = [one.attrs["href"] for one in tree.all("link") if one.attrs.get("rel") == "canonical"]
        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
        assert [steps[-1]["item"]] == canonical, address
        shown = [one.text for one in tree.one("nav", "pe-path").all("li")] if tree.all("nav", "pe-path") else []
        assert not shown or [step["name"] for step in steps] == shown, address


def test_an_indicator_is_a_variable_with_a_data_set(small_site):
    """The file that is named exists, and the data set measures the indicator of the page."""
    found = _graph(small_site, "en/indicators/bus-trips/")
    data, variable = found["Dataset"], found["StatisticalVariable"]

    assert data["variableMeasured"] == {"@id": variable["@id"]}
    for one in data["distribution"]:
        path = one["contentUrl"].removeprefix("https://example.org/plans/exampleshire/")
        assert (small_site / path).is_file()
    assert len(data["description"]) >= 50


def test_the_data_page_names_every_table(small_site):
    """Each table for download on the page is a download of the data set."""
    links = {one.attrs["href"] for one in page(small_site, "en/data/").one("main").all("a") if one.attrs.get("href")}
    tables = {link.rpartition("/data/")[2] for link in links if link.endswith(".csv") and "/indicators/" not in link}
    named = {
        one["contentUrl"].rpartition("/data/")[2] for one in _graph(small_site, "en/data/")["Dataset"]["distribution"]
    }

    assert named
    assert named == {name for name in tables if "/" not in name}


def test_the_plan_is_legislation(small_site, small_view):
    """Its number, date, issuer and all its tasks."""
    view = small_view("zh")
    law = _graph(small_site, "zh/plan/")["Legislation"]

    assert law["name"] == view.text(view.plan.identity.title)
    assert law["legislationPassedBy"]["name"] == view.title("organisations", view.plan.identity.issuer)
    assert len(law["hasPart"]) == len(view.plan.tasks)


def test_made_up_numbers_are_called_so(hebei_site, hebei_view):
    """A data set that holds illustrative numbers says so to programs too, and no other does."""
    view = hebei_view("en")
    holds, told = {}, {}
    for indicator in view.plan.indicators.values():
        rows = [row for part in view.plan.rows_of(indicator) for row in part]
        if rows and indicator.parent is None:
            data = _graph(hebei_site, f"en/indicators/{indicator.id}/")["Dataset"]
            holds[indicator.id] = any(row.basis == "illustrative" for row in rows)
            told[indicator.id] = view.say("data.illustrative") in data["description"]

    assert set(holds.values()) == {True, False}
    assert told == holds


def test_no_text_ends_the_script(a_view):
    """A name with a closing tag stays a name."""
    name = "</script><script>alert(1)</script> & more"
    view = a_view()
    view = dataclasses.replace(view, config=_with(view.config, site_name=_text(name)))
    home = render_pages(view, view.config.templates)[0]

    text = metadata.json_ld(view, home)

    assert "<" not in text
    assert "&" not in text
    assert [one["name"] for one in json.loads(text)["@graph"] if one["@type"] == "WebSite"] == [name]


def test_without_an_address_links_are_relative(a_view):
    """A site that may stand anywhere names no address of its own."""
    view = a_view()
    view = dataclasses.replace(view, config=_with(view.config, site_url=None))
    pages = {one.path: one for one in render_pages(view, view.config.templates)}

    steps = metadata.breadcrumbs(view, pages["plan"])["itemListElement"]

    assert [step["item"] for step in steps] == ["../", "../plan/"]


def test_who_runs_the_site_is_never_guessed(a_view):
    """A publisher is named only where the settings name a sponsor."""
    view = a_view()
    home = render_pages(view, view.config.templates)[0]
    footer = view.config.site.footer.model_copy(update={"sponsor": _text("Planning office")})
    named = dataclasses.replace(view, config=_with(view.config, footer=footer))

    assert "publisher" not in metadata.json_ld(view, home)
    assert '"publisher":{"@type":"Organization","name":"Planning office"}' in metadata.json_ld(named, home)


# --- fields of government sites ---------------------------------------------------------------------------------


def test_government_fields_are_off_by_default(small_site):
    """No page carries them unless the settings ask."""
    names = {one.attrs.get("name") for one in page(small_site, "zh/plan/").all("meta")}

    assert not names & {
        "SiteName",
        "SiteDomain",
        "SiteIDCode",
        "ColumnName",
        "ArticleTitle",
        "PubDate",
        "ContentSource",
    }


def test_government_fields_say_only_what_is_given(small_view):
    """Site, column and article fields; no code and no source of content that nobody gave."""
    view = small_view("zh")
    config = _with(view.config, government=Government(meta=True))
    view = dataclasses.replace(view, config=config)
    pages = {one.path: one for one in render_pages(view, view.config.templates)}
    task = next(one for path, one in pages.items() if path.startswith("tasks/"))

    fields = {one["name"]: one["content"] for one in metadata.government_fields(view, task)}

    assert fields["SiteName"] == view.text(view.config.site.site_name)
    assert fields["SiteDomain"] == "example.org"
    assert fields["ColumnName"] == view.say("nav.tasks")
    assert fields["ArticleTitle"] == task.title
    assert not {"SiteIDCode", "ContentSource", "ColumnType"} & set(fields)


# --- preview pictures -------------------------------------------------------------------------------------------


def test_a_preview_for_each_kind_of_page(hebei_site):
    """The picture that a page names is there, a PNG of the size it names, in each language."""
    for code in ("zh", "en"):
        for path in ("", "tasks/08/", "areas/xingtai/", "indicators/rd-intensity/", "data/", "about/"):
            fields = {
                one.attrs["property"]: one.attrs["content"]
                for one in page(hebei_site, f"{code}/{path}").all("meta")
                if one.attrs.get("property", "").startswith("og:image")
            }
            picture = hebei_site / fields["og:image"].removeprefix("https://policy-explorer.example/hebei/")
            size = struct.unpack(">II", picture.read_bytes()[16:24])
            assert picture.read_bytes().startswith(b"\x89PNG")
            assert size == (int(fields["og:image:width"]), int(fields["og:image:height"]))


def test_previews_are_drawn_once(tmp_path, a_view):
    """The second time they come from the cache, as they were."""
    files = {"a.png": metadata.preview_svg(a_view(), "tasks")}
    first = Studio(tmp_path).pictures(files)
    kept = next(path for path in tmp_path.rglob("*.png"))
    before = kept.stat().st_mtime_ns

    assert Studio(tmp_path).pictures(files) == first
    assert kept.stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["<b>&", "河北省科技创新三年行动计划 · 政策浏览", "A" * 300])
def test_any_name_fits_a_preview(a_view, name):
    """Names are text; a long one is broken, and stays in the picture."""
    view = a_view()
    svg = metadata.preview_svg(dataclasses.replace(view, config=_with(view.config, site_name=_text(name))), "home")

    assert "<b>" not in svg
    assert svg.count("<text") <= 6


def _text(text):
    return Text.model_construct(by_language={"en": text, "zh": text}, default="en")


def _with(config, **changes):
    return dataclasses.replace(config, site=config.site.model_copy(update=changes))
