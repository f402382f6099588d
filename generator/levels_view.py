"""Where areas of several levels are found: pages of an indicator's values by peer, and all areas by initial."""

from __future__ import annotations

from typing import Any, NamedTuple

from generator import levels
from generator.az_view import OTHER, initial, key_of
from generator.model import Area, Indicator
from generator.plan import Plan
from generator.tables import Item
from generator.view import View

PATH = "areas-by-initial"
AREAS_A_LIST = 600
"""From more areas than this, each initial has a page."""


def rows_links(view: View, area: Area) -> list[Item]:
    """The pages that hold an indicator's values of what lies in a peer, or in the peer that an area lies in."""
    peer = view.plan.peer_over.get(area.id, area)
    return [
        Item(view.text(view.plan.indicators[name].title), f"indicators/{name}/{peer.id}/")
        for name, peers in view.many_rows_elsewhere.items()
        if peer.id in peers
    ]


def peer_links(view: View, indicator: Indicator) -> list[Item]:
    """The pages of an indicator's values inside each peer."""
    return [
        Item(view.text(peer.title), f"indicators/{indicator.id}/{peer.id}/")
        for peer in view.plan.peers
        if peer.id in view.rows_elsewhere(indicator.id)
    ]


# --- by initial ---------------------------------------------------------------------------------------------------


class Initial(NamedTuple):
    """The areas under one initial; `path` is where they stand, `key` is their anchor or the end of the path."""

    letter: str
    key: str
    path: str
    items: tuple[Item, ...]


def has_initials(plan: Plan) -> bool:
    """Whether there are so many areas that a list by initial helps."""
    return len(plan.areas) > levels.MANY_AREAS


def initials(view: View) -> list[Initial]:
    """All areas by initial, Chinese names by that of their pinyin, each with what it lies in; no letter comes last."""
    found: dict[str, list[tuple[Any, Item]]] = {}
    chinese = view.language.tag.startswith("zh")
    for area in view.plan.areas.values():
        title, pinyin = view.text(area.title), (area.title_pinyin or "") if chinese else ""
        order = (pinyin.casefold(), title.encode("gb18030") if chinese else title.casefold().encode())
        way = [view.text(one.title) for one in view.plan.way_to(area)]
        item = Item(title, view.href("areas", area.id), view.say("dash").strip().join(way))
        found.setdefault(initial(title, pinyin), []).append((order, item))
    own_pages = len(view.plan.areas) > AREAS_A_LIST
    return [
        Initial(
            letter if letter != OTHER else view.say("search.no_letter"),
            key := key_of(letter),
            f"{PATH}/{key}" if own_pages else PATH,
            tuple(item for _, item in sorted(found[letter])),
        )
        for letter in sorted(found, key=lambda letter: (letter == OTHER, letter))
    ]
