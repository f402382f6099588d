"""Texts that keep where their parts lead and in which language they are, through everything that is said with them."""

from __future__ import annotations

import json
import pickle

import pytest
from site_fixtures import addresses, page

from generator.language import load_language
from generator.linked import Count, Linked, Tongue, capital, fill, foreign, join, linked
from generator.view import is_words


def _parts(text):
    return [(text[start:end], str(to)) for start, end, to in text.links]


def test_a_sentence_keeps_the_links_of_its_values():
    """What is filled in leads where it led; all else is text, braces and formats too."""
    values = {"name": "Jobs", "value": linked("5%", "a/"), "count": Count(7, "b/")}
    said = fill("{name}: {{{value}}} of {count}", values)

    assert said == "Jobs: {5%} of 7"
    assert _parts(said) == [("5%", "a/"), ("7", "b/")]


def test_words_around_a_number_belong_to_its_link():
    """What a pattern has in brackets is one link, to where its first value leads; without one it is plain."""
    pattern = "[{count} of {total} tasks] are done, [{late} late]"

    said = fill(pattern, {"count": Count(2, "a/"), "total": linked("5", "b/"), "late": 1})
    assert said == "2 of 5 tasks are done, 1 late"
    assert _parts(said) == [("2 of 5 tasks", "a/")]
    named = fill("[{count} {areas}]", {"count": Count(2, "a/"), "areas": foreign("villes", "fr")})
    assert _parts(named) == [("2 villes", "a/"), ("villes", "fr")]


def test_texts_are_joined_with_their_links():
    """By a separator, by adding before and after, and with a capital at the start."""
    one, two = linked("one", "a/"), linked("two", "b/")

    assert _parts(join("; ", [one, "or", two])) == [("one", "a/"), ("two", "b/")]
    assert _parts("so " + one + ".") == [("one", "a/")]
    assert capital(one) == "One" and _parts(capital(one)) == [("One", "a/")]
    assert capital("ß and") == "SS and" and _parts(capital(linked("ß", "a/"))) == [("ß", "a/")]
    assert linked("", "a/").links == ()


def test_a_language_says_with_links(small_config):
    """`say` and `listing` keep links; a number that leads somewhere still chooses the plural; plain stays plain."""
    english = load_language("en", small_config.templates, ("en",))
    one = english.say("count.tasks", count=Count(1, "tasks/"))
    two = english.say("count.tasks", count=Count(2, "tasks/"))

    assert (one, two) == ("1 task", "2 tasks") and _parts(two) == [("2", "tasks/")]
    assert _parts(english.listing(["a", one, two])) == [("1", "tasks/"), ("2", "tasks/")]
    assert type(english.say("count.tasks", count=3)) is str
    assert type(english.listing(["a", "b"])) is str


def test_a_link_around_a_name_in_another_language():
    """Both marks are kept, the outer first; a part of the text keeps what is inside it."""
    name = foreign("Rapport annuel", "fr")
    said = "see " + linked(name, "sources/#r")

    assert _parts(said) == [("Rapport annuel", "sources/#r"), ("Rapport annuel", "fr")]
    whole = said.cut(4, len(said))
    assert whole == name and type(whole) is str, "a mark of the whole part is the caller's"
    longer = linked("5 " + name, "a/")
    assert _parts(longer.cut(0, len(longer))) == [("Rapport annuel", "fr")]


def test_elsewhere_it_is_the_text_that_it_is():
    """Files, keys and other processes see a plain text."""
    said = fill("{value} jobs", {"value": linked("5", "a/")})

    assert json.dumps({"said": said}) == '{"said": "5 jobs"}'
    assert {said: 1}["5 jobs"] == 1 and type(str(said)) is str and type(said[:1]) is str
    again = pickle.loads(pickle.dumps(said))
    assert again == said and again.links == said.links and isinstance(again, Linked)
    assert isinstance(pickle.loads(pickle.dumps(foreign("mot", "fr"))).links[0][2], Tongue)


def test_what_looks_like_markup_stays_text():
    """Brackets and tags in a name or unit move no link."""
    said = fill("{name}: [{value}] (y) <b>", {"name": "<i>[a](b)", "value": linked("5 <u>*t*", "indicators/x/#v-1")})

    assert said == "<i>[a](b): 5 <u>*t* (y) <b>"
    assert _parts(said) == [("5 <u>*t*", "indicators/x/#v-1")]


@pytest.mark.parametrize(
    ("text", "is_said"),
    [("Report on jobs", True), ("trees", True), ("街道", True), ("R&D", False), ("GDP", False), ("2018–20", False)],
)
def test_only_words_have_a_language(text, is_said):
    """Codes, signs and numbers are the same in every language."""
    assert is_words(text) is is_said


def test_a_text_that_the_page_language_lacks_is_marked(small_site, small_view):
    """On every Chinese page: a title that only English has stands inside an element of that language, in tables too."""
    plan = small_view("zh").plan
    kinds = ("areas", "organisations", "indicators", "tasks", "sources")
    titles = [record.title for kind in kinds for record in getattr(plan, kind).values()]
    lacking = {" ".join(title.get("zh").split()) for title in titles if "zh" not in title.by_language}
    assert lacking
    found = set()
    for address in addresses(small_site):
        if not address.startswith("zh/"):
            continue
        for node, text in page(small_site, address).one("main").texts():
            if node.tag in ("script", "title", "desc", "text", "code") or "data-copy" in node.attrs:
                continue  # drawings, whose words are said once more beside them, and what is copied away
            for title in lacking & {one for one in lacking if one in " ".join(text.split())}:
                assert node.lang.startswith("en"), (address, node.tag, text)
                found.add((title, "table" if _is_in(node, "table") else "text"))
    assert {title for title, _ in found} == lacking and {where for _, where in found} == {"table", "text"}


def _is_in(node, tag):
    while node is not None and node.tag != tag:
        node = node.parent
    return node is not None
