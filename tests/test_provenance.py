"""From each number to what it rests on in one step, by a plain link: keyboard, touch, no script."""

from __future__ import annotations

import re

from site_fixtures import addresses, page


def test_every_linked_number_has_its_entry(small_site):
    """A number leads to a row that says status, basis and source; no row has the id of another."""
    entries = {}
    for file in (small_site / "en" / "indicators").glob("*/index.html"):
        tree = page(small_site, f"en/indicators/{file.parent.name}/")
        rows = [row for row in tree.all("tr") if "id" in row.attrs]
        ids = [row.attrs["id"] for row in rows]
        assert len(ids) == len(set(ids)), file
        entries |= {f"indicators/{file.parent.name}/#{row.attrs['id']}": row for row in rows}

    followed = 0
    for address in addresses(small_site):
        if not address.startswith("en/"):
            continue
        for link in page(small_site, address).all("a"):
            if "#v-" in link.attrs.get("href", ""):
                row = entries[link.attrs["href"].lstrip("./")]
                assert all(cell.text for cell in row.all("td")[-4:-1]), (address, link.text)
                followed += 1
    assert followed > 50


def test_a_number_in_words_leads_to_the_same_number(small_site):
    """The latest value and the baseline of an indicator lead to the rows that hold them."""
    tree = page(small_site, "en/indicators/household-waste/")
    rows = {row.attrs["id"]: row for row in tree.all("tr") if "id" in row.attrs}
    links = [link for link in tree.one("dl", "pe-facts").all("a") if "#v-" in link.attrs["href"]]

    assert len(links) == 2
    for link in links:
        row = rows[link.attrs["href"].partition("#")[2]]
        value = next(cell.text for cell in row.all("td", "num"))
        assert re.search(r"\d[\d,.]*", link.text)[0].rstrip(".") in value


def test_a_verdict_leads_to_its_working(hebei_site):
    """In lists of indicators and in the comparison of areas: a link to the working, or to the numbers judged."""
    verdicts = [
        (cell, cell.all("a"))
        for address in ("en/indicators/", "en/compare/")
        for cell in page(hebei_site, address).all("td")
        if any("pe-status--band-" in span.attrs.get("class", "") for span in cell.all("span"))
    ]

    assert len(verdicts) > 50
    for cell, links in verdicts:
        ends = {link.attrs["href"].partition("#")[2].partition("-")[0] for link in links}
        assert ends & {"working", "v"}, cell.text
    headings = page(hebei_site, "en/indicators/rd-intensity/").all("h2")
    assert "working" in {heading.attrs.get("id") for heading in headings}
