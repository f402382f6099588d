"""From each number to what it rests on in one step, by a plain link: keyboard, touch, no script."""

from __future__ import annotations

import re

import pytest
import yaml
from site_fixtures import ROOT, addresses, page, read_html


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


# --- numbers in sentences ---------------------------------------------------------------------------------------

_DATES = re.compile(
    r"(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}"
    r"|(?:half \d of|Q\d) \d{4}|\d{4}年第\d(?:半年|季度)|\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?"
    r"|\b(?:19|20)\d\d(?:[–/-]\d{2,4}(?:-\d\d)?)?\b"
)
_NAMES = re.compile(
    r"(?:Task|Aspect|Safeguard|Annex|Indicator|Stage|GB/T|CC BY|UTF-|ISO) ?\d+(?:\.\d+)?"
    r"|(?:任务|方面|措施|附件|指标|阶段)\d+"
)
"""Numbers that name a record, a standard or a licence."""

OF_NO_DATA = (
    "changes.more",  # what is not on the page
    "duties.load_caption",
    "figure.subtitle",
    "home.aspects",
    "index.choices_how",
    "index.formula",
    "index.lost_how",
    "index.peers_how",
    "indicator.limit",  # what values are possible by definition
    "indicator.range",
    "lists",  # the first line of a list, which says how long it is
    "method",  # rules, and examples that are made up for it
    "monitoring.fresh_how",
    "targets.page_description",
    "working.growth_reasons",
    "working.scores",
)
"""Sentences with numbers that are no data: rules, definitions, the length of what follows."""


def bare_numbers(tree, data="", rules=()):
    """The sentences of a page that hold a number and no link: neither words of the data nor one of the rules."""
    found = []
    for block in tree.one("main").walk():
        if block.tag not in ("p", "li", "dd") or _is_apart(block) or block.all("a"):
            continue
        if any(one.tag in ("p", "li", "dd", "table") for one in block.walk() if one is not block):
            continue
        pieces = [text for _, text in block.texts() if re.search(r"\d", _NAMES.sub("", _DATES.sub("", text)))]
        is_data = all("".join(text.split()) in data for text in pieces)
        if not is_data and not any(rule.search(block.text) for rule in rules):
            found.append(block.text)
    return found


def _is_apart(node):
    """Whether it stands in a table, card or menu, which lead elsewhere by themselves, or says what a chart shows."""
    apart = {"pe-card", "pe-use", "pe-kicker", "pe-chart__subtitle", "pe-chart__drawing", "pe-timeline"}
    while node is not None:
        if node.tag in ("table", "nav", "form", "fieldset") or apart & set(node.attrs.get("class", "").split()):
            return True
        node = node.parent
    return False


def _rules(code):
    """The patterns of the sentences that are no data, with anything in place of what is filled in."""
    words = yaml.safe_load((ROOT / "templates" / "words" / f"{code}.yml").read_text(encoding="utf-8"))

    def texts(entry):
        return [one for part in entry.values() for one in texts(part)] if isinstance(entry, dict) else [entry]

    patterns = []
    for key in OF_NO_DATA:
        entry = words
        for part in key.split("."):
            entry = entry[part]
        filled = (text for text in texts(entry) if re.search(r"[{\d]", text))
        found = (re.split(r"\{\w+\}", text.rstrip(".。")) for text in filled)
        patterns += [re.compile(".+".join(map(re.escape, parts))) for parts in found if len("".join(parts)) > 3]
    return patterns


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_number_in_a_sentence_leads_to_what_it_rests_on(hebei_site, code):
    """On every page: a sentence made of data has its numbers as links, or a link to what they were worked out from."""
    data = "".join(
        "".join(path.read_text(encoding="utf-8").replace("''", "'").split())
        for path in sorted((ROOT / "data").rglob("*"))
        if path.suffix in (".yml", ".csv")
    )
    prose = {f"{code}/{path.stem}/" for path in (ROOT / "content" / code).glob("*.md")}
    rules, seen = _rules(code), 0
    for address in addresses(hebei_site):
        if address.startswith(f"{code}/") and address not in prose:
            seen += 1
            assert bare_numbers(page(hebei_site, address), data, rules) == [], address
    assert seen > 150


def test_a_number_without_a_link_is_found():
    """The look at all pages finds a bare number, and takes no date, name or link for one."""
    sentences = {
        "Jobs rose from 10 in 2015.": True,
        "Since 3 March 2021 see Task 8.": False,
        '<a href="#v-1">12</a> of 20 were met.': False,
        "<span>Words of the data: 7.</span>": False,
        "共5项。": True,
        "2019年上半年": False,
    }
    for sentence, is_bare in sentences.items():
        tree = read_html(f"<main><p>{sentence}</p></main>")
        assert bool(bare_numbers(tree, "Wordsofthedata:7.")) is is_bare, sentence


def test_a_sentence_leads_to_the_numbers_it_says(hebei_site):
    """Findings under charts, gaps, the story of a city and the working: each linked value is that of its row."""
    tree = page(hebei_site, "en/indicators/rd-intensity/")
    rows = {row.attrs["id"]: row for row in tree.all("tr") if "id" in row.attrs}
    checked = set()
    for address in ("en/indicators/rd-intensity/", "en/areas/baoding/", "en/areas/hebei/", "en/tasks/05/"):
        for link in page(hebei_site, address).all("a"):
            to, _, entry = link.attrs.get("href", "").partition("#")
            value = re.fullmatch(r"(?:at least )?(\d+\.\d+)%?", link.text)
            if to.endswith("indicators/rd-intensity/") and entry.startswith("v-") and value:
                assert value[1].rstrip("0") in rows[entry].text, (address, link.text)
                checked.add(link.parent.attrs.get("class", link.parent.tag))
    assert {"pe-chart__title", "li", "pe-working__sum"} <= checked, checked
