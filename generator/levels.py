"""Areas as a hierarchy, such as province, city and county: which are compared, and how long lists are portioned.

A plan of one level has the peers alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from generator.model import Area
from generator.plan import Plan
from generator.view import View

MANY_AREAS = 40
"""From more areas than this on a page, small charts of each are left to their own pages, and ranks are paged."""
FEW_AREAS = 12
"""Up to so many areas below the peers are listed as they are; more make a tree."""


class Level(NamedTuple):
    """Areas of one level inside an area, compared with each other. `id` stands in the ids of their figures."""

    id: str
    title: str
    areas: tuple[Area, ...]


class Branch(NamedTuple):
    """One peer and what lies in it, as the list of all areas shows it."""

    area: Area
    parts: tuple[Area, ...]
    below: int


def peer_level(view: View) -> Level:
    """The peers, as the level that the whole plan compares."""
    return Level("", view.areas_word, view.plan.peers)


def levels_in(view: View, area: Area) -> Iterator[Level]:
    """The levels inside an area that have at least two areas: its parts, the parts of these, and so on."""
    areas, depth = view.plan.parts_of(area), 1
    while areas:
        if len(areas) > 1:
            yield Level(f"-in-{area.id}-{depth}", view.areas_word_of(areas), areas)
        areas, depth = tuple(part for one in areas for part in view.plan.parts_of(one)), depth + 1


def branches(plan: Plan) -> list[Branch]:
    """Every peer with the areas in it, and how many lie in it at any depth; empty where these are few or none."""
    if not _is_tree(plan):
        return []
    return [Branch(peer, plan.areas_in(peer), len(plan.below(peer))) for peer in plan.peers]


def lone_areas(plan: Plan) -> list[Area]:
    """Areas beside the whole and the peers that no tree holds."""
    return [area for area in plan.other_areas if area.id not in plan.peer_over or not _is_tree(plan)]


def _is_tree(plan: Plan) -> bool:
    return len(plan.peer_over) > FEW_AREAS


def siblings(plan: Plan, area: Area) -> tuple[Area, ...]:
    """The parts of what an area is a part of, itself among them; none where it does not count towards it."""
    if area.parent is None or not area.part_of_total:
        return ()
    return plan.parts_of(plan.areas[area.parent])


# --- ranks in pages -------------------------------------------------------------------------------------------------


def portions(count: int) -> list[range]:
    """Places from 0 in even portions of at most so many; one portion where they fit."""
    number = max(1, -(-count // MANY_AREAS))
    size = -(-count // number)
    return [range(start, min(start + size, count)) for start in range(0, max(count, 1), size or 1)]


def window(count: int, place: int) -> range:
    """So many places around one of them."""
    start = max(0, min(place - MANY_AREAS // 2, count - MANY_AREAS))
    return range(start, min(start + MANY_AREAS, count))
