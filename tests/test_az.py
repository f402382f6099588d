"""Everything from A to Z without a script: Latin titles by letter, Chinese ones by the initial of their pinyin."""

import re

import pytest

from generator import az_view
from generator.az_view import initial
from generator.config import OWN_TEMPLATES
from generator.pages import PAGE_TYPES, Book
from generator.render import Renderer
from generator.view import KINDS


@pytest.mark.parametrize(
    "title, pinyin, letter",
    [
        ("Xingtai", "", "X"),
        ("élan", "", "E"),
        ("“Quoted”", "", "Q"),
        ("石家庄市", "", "S"),
        ("安全", "", "A"),
        ("座位", "", "Z"),
        ("长治市", "Chángzhì", "C"),
        ("重庆", "Chóngqìng", "C"),
        ("5G base stations", "", "#"),
        ("", "", "#"),
        ("龘", "", "#"),
    ],
)
def test_initials(title, pinyin, letter):
    """Accents and quotes do not count; pinyin of the data wins over the order of GB 2312; rare signs have no letter."""
    assert initial(title, pinyin) == letter


def test_everything_stands_once_under_its_letter(hebei_view):
    """Every record, index and term of the plan, with its kind, whichever the language."""
    for code in ("zh", "en"):
        view = hebei_view(code)
        groups = az_view.groups(view)
        items = [item for _, found in groups for item in found]
        plan = view.plan
        records = sum(len(getattr(plan, kind)) for kind in KINDS) + len(plan.index) + len(plan.glossary)

        assert len({item.href for item in items}) == len(items) == records
        assert all(item.text for item in items)
        assert [title for title, _ in groups if len(title) == 1] == sorted(
            title for title, _ in groups if len(title) == 1
        )


def test_chinese_cities_stand_where_readers_look(hebei_view):
    """By their pinyin."""
    found = {item.title: letter for letter, items in az_view.groups(hebei_view("zh")) for item in items}

    assert [found[name] for name in ("石家庄市", "承德市", "张家口市", "雄安新区")] == ["S", "C", "Z", "X"]


def test_where_there_is_much_each_initial_has_a_page(small_view, monkeypatch):
    """The search page then leads to them, and everything still stands once."""
    view = small_view("en")
    assert az_view.letters(view) == []

    monkeypatch.setattr(az_view, "MOST_ITEMS", 10)
    first, *letters = PAGE_TYPES["search"](Book(view))
    pages = [Renderer(view, OWN_TEMPLATES, None).render(draft) for draft in (first, *letters)]
    found = [href for one in pages[1:] for href in re.findall(r'<li><a href="\.\./\.\./([^"]+)"', "".join(one.blocks))]

    assert sorted(found) == sorted(item.href for _, items in az_view.groups(view) for item in items)
    assert [one.path for one in letters][-1] == "search/w"
    assert all(f'href="../{one.path}/"' in "".join(pages[0].blocks) for one in letters)
    assert pages[1].title == "Everything: A"
