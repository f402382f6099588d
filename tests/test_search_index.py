"""What the search loads: entries found by every name, and an index in parts of which a query needs only a few."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from generator import search_index
from generator.pages import glossary_entries
from generator.rendering import render_pages
from generator.search_index import index_files, part_of, tokens

FIRST_QUERY = 150 * 1024
"""The most that a first query may load, packed."""


@pytest.fixture(scope="module")
def small(small_view):
    view = small_view("en")
    pages = [page.search for page in render_pages(view, view.config.templates)]
    return view, search_index.complete(view, [*pages, *glossary_entries(view)])


def _at(entries, address):
    return next(entry for entry in entries if entry["u"] == address)


def test_an_entry_tells_what_it_can_be_narrowed_by(small):
    """Kind, aspect, organisations, status; the headline of a task is who leads it and how it stands."""
    _, entries = small
    task = _at(entries, "tasks/1/")

    assert (task["f"], task["i"]) == ("tasks", "1")
    assert "streets-office" in task["o"].split()
    assert task["s"] == "at-risk"
    assert "Streets Office" in task["v"] and "At risk" in task["v"]
    assert _at(entries, "organisations/streets-office/")["o"] == "streets-office"
    assert _at(entries, "areas/westmarsh/")["c"] == "westmarsh"
    assert _at(entries, "data/")["f"] == "pages"


def test_facets_offer_only_what_occurs(small):
    """Every value offered finds at least one entry."""
    view, entries = small
    for facet in search_index.facets(view, entries):
        assert len(facet["choices"]) > 1
        for value, title in facet["choices"]:
            assert title
            assert any(value in entry.get(facet["key"], "").split() for entry in entries), (facet["key"], value)


def test_other_names_of_a_term_find_what_speaks_of_it(a_view):
    """A synonym from the glossary, in any language, finds the pages in whose words the term stands, and only those."""
    view = a_view(
        {
            "data/glossary.yml": "- {id: jobs, term: {en: Jobs, zh: 岗位}, definition: {en: Work., zh: 工作。}, "
            "synonyms: [{en: posts, zh: 就业岗位数}]}\n",
            "data/plan.yml": "id: small\ntitle: A small plan\nissuer: council\narea: whole\n"
            "period: {start: 2018, end: 2020, baseline: 2017}\nlanguages: [en, zh]\n",
        }
    )
    pages = [{"u": "indicators/jobs/", "t": "Jobs"}, {"u": "indicators/trees/", "t": "Jobsworth trees"}]
    jobs, trees = search_index.complete(view, pages)

    assert jobs["n"].split() == ["岗位", "posts", "就业岗位数"]
    assert "n" not in trees


def test_the_other_languages_words_are_in_the_entry(hebei_view):
    """A page in English holds the Chinese summary of its record, and the other way round."""
    for code, sign in (("en", "\u9879"), ("zh", "the ")):
        entry = search_index.complete(hebei_view(code), [{"u": "tasks/08/", "t": "x"}])[0]
        assert sign in entry["z"]


@pytest.mark.parametrize(
    "text, found",
    [
        ("R&D Intensity", ["r", "d", "intensity"]),
        ("石家庄市", ["石家", "家庄", "庄市"]),
        ("任务08", ["任务", "8"]),
        ("市", ["市"]),
        ("１２家", ["12", "家"]),
        ("Élan 2.5%", ["élan", "2.5"]),
    ],
)
def test_tokens(text, found):
    """Latin words, numbers without leading noughts, pairs of Chinese characters; wide signs as narrow ones."""
    assert tokens(text) == found


def test_a_prefix_stands_in_the_part_of_its_word():
    """What a reader has typed so far leads to the same part as the whole word, from two letters on."""
    assert part_of("xi") == part_of("xingtai") == part_of("xing")
    assert part_of("石家") == part_of("石")
    assert part_of("c:a") != part_of("c:b")


def test_a_small_index_is_one_file(small):
    """Nothing is split that loads at once."""
    _, entries = small

    assert [path for path, _ in index_files(entries)] == ["search-index.js"]


# --- in parts ---------------------------------------------------------------------------------------------------

SYLLABLES = ["ka", "lo", "min", "tor", "ves", "rin", "dal", "pe", "sum", "har", "gol", "nit"]
SIGNS = "河北省科技创新三年行动计划石家庄唐山秦皇岛邯郸邢台保定张口承德沧州廊坊衡水企业研发经费强度平台人才"


def many_entries(count: int = 10_000) -> list[dict[str, str]]:
    """So many made-up entries, in both scripts, no two alike."""
    found = []
    for number in range(count):
        words = [SYLLABLES[number // 12**place % 12] + SYLLABLES[(number + place) % 12] for place in range(4)]
        signs = "".join(SIGNS[(number * 7 + place * place * 3 + number // 47) % len(SIGNS)] for place in range(24))
        found.append(
            {
                "u": f"tasks/{number}/", "t": f"Task {number} {words[0]} {words[1]}", "k": "Task", "f": "tasks",
                "i": str(number), "x": f"To {words[2]} and {words[3]} the {words[0]} of the plan.", "n": signs[:12],
                "z": signs[12:], "c": f"area{number % 90}", "s": "on-track" if number % 3 else "unknown",
            }
        )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def large():
    return dict(index_files(many_entries()))


def _value(text):
    return json.loads("[" + re.sub(r"^\w+\(", "", text).removesuffix(");\n") + "]")


def _ids(packed):
    for side in packed.split("|"):
        at = 0
        for step in filter(None, side.split(".")):
            at += int(step, 36)
            yield at


def test_every_token_leads_to_its_entries(large):
    """What is looked up in a part is what stands in the entry: no entry is lost in packing."""
    entries = many_entries()
    for number in (0, 1, 4321, 9999):
        for token in (str(number), *tokens(entries[number]["n"]), f"c:{entries[number]['c']}", f"i:{number}"):
            _, part = _value(large[f"search/t{part_of(token)}.js"])
            assert number in list(_ids(part[token])), token
        _, block = _value(large[f"search/b{number // search_index.BLOCK}.js"])
        assert block[number % search_index.BLOCK] == entries[number]


@pytest.mark.parametrize("query", ["task 8", "kaka", "河北省科技创新", "plan of the torves", "研发经费强度平台"])
def test_a_first_query_of_a_large_site_loads_little(large, query):
    """The first file, the parts of the query's words, and blocks for twenty results, packed as a server sends them."""
    entries = many_entries()
    parts = {f"search/t{part_of(token)}.js" for token in tokens(query)}
    # The worst case: each of the twenty results stands in a block of its own.
    blocks = [f"search/b{number}.js" for number in range(len(entries) // search_index.BLOCK)]
    blocks.sort(key=lambda path: -len(large[path]))
    loaded = ["search-index.js", *parts, *blocks[:20]]

    assert sum(len(gzip.compress(large[path].encode(), mtime=0)) for path in loaded) <= FIRST_QUERY


def test_words_that_stand_everywhere_take_no_room(large):
    """A word in most texts tells nothing apart, so its list of texts is left out; a name is kept."""
    _, part = _value(large[f"search/t{part_of('plan')}.js"])

    assert part["plan"] == ""
    assert len(list(_ids(_value(large[f"search/t{part_of('task')}.js"])[1]["task"]))) == 10_000
