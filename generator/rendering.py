"""All pages of a language: which are taken over from the last build, and who renders the others.

This process does, or forked ones, or an executor whose processes share nothing with this one, not even a disk: they
are sent the plan, and give back finished pages with what each read of the numbers.
"""

from __future__ import annotations

import pickle
import zlib
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from generator.config import OWN_TEMPLATES
from generator.executors import Pool
from generator.language import load_language
from generator.pages import PAGE_TYPES, Book
from generator.reads import Read, WatchedPlan, unwatched, watched, watched_history
from generator.render import Draft, Later, Page, Renderer, Shelf
from generator.spread import can_spread, spread
from generator.view import View

SPREAD_FROM = 800
"""Fewer pages than this are not worth further processes."""
PART = 50
"""So many pages are handed to a process at a time."""
AFAR_FROM = 200
"""Fewer pages than this are not sent to an executor."""
PARCELS = 32
"""So many parts at most are sent to an executor: each takes the plan along."""
_RECORDS = frozenset({"aspects", "tasks", "safeguards", "areas", "organisations", "indicators", "targets"})
"""Pages that rest on nothing but the plan, and of which there may be many."""


class _ToRender(NamedTuple):
    """A page that must be made anew: its place among all, its draft, and what its page type had read before."""

    place: int
    draft: Draft | Later
    before: frozenset[Read]


def render_pages(
    view: View,
    templates: Path,
    cache: Path | None = None,
    shelf: Shelf | None = None,
    jobs: int = 1,
    pool: Pool | None = None,
) -> list[Page]:
    """All pages of one language, in the order of PAGE_TYPES. `cache` keeps compiled templates; None keeps nothing.

    `shelf` gives pages of an earlier build that would come out the same, and takes the new ones with what they read;
    with it, many pages are made in several processes (`jobs`), and their texts stay on the disk. `pool` opens an
    executor, which renders pages of records where there are many.
    """
    book, renderer, plan = Book(view), Renderer(view, templates, cache), view.plan
    pages: list[Page | None] = []
    anew: list[_ToRender] = []
    for page_type in PAGE_TYPES.values():
        drafts, before = page_type(book), frozenset[Read]()
        while True:
            with plan.watching() as reads:
                draft = next(drafts, None)
            if draft is None:
                break
            # What a page type read on its way to a page may have shaped it, so it counts for all that follow.
            before |= reads
            page = shelf.find(draft.path) if shelf else None
            if page is None:
                anew.append(_ToRender(len(pages), draft, before))
            pages.append(page)
    if pool is not None and templates == OWN_TEMPLATES:
        far = [one for one in anew if one.draft.path.partition("/")[0] in _RECORDS]
        if len(far) >= AFAR_FROM:
            for place, page in _rendered_afar(view, far, shelf, pool):
                pages[place] = page
            anew = [one for one in anew if pages[one.place] is None]
    if shelf and jobs > 1 and len(anew) >= SPREAD_FROM and can_spread():
        parts = [anew[start : start + PART] for start in range(0, len(anew), PART)]
        tasks = [partial(_hand_over, renderer, shelf, part) for part in parts]
        for part, handed in zip(parts, spread(tasks, jobs), strict=True):
            for one, page in zip(part, handed, strict=True):
                pages[one.place] = shelf.take(page)
        return [page for page in pages if page is not None]
    for one in anew:
        with plan.watching() as reads:
            page = pages[one.place] = renderer.render(one.draft)
        if shelf:
            pages[one.place] = shelf.put(page, one.before | reads)
    return [page for page in pages if page is not None]


def _hand_over(renderer: Renderer, shelf: Shelf, part: Iterable[_ToRender]) -> list[Any]:
    """Render pages in a process of their own."""
    handed = []
    for one in part:
        with renderer.view.plan.watching() as reads:
            page = renderer.render(one.draft)
        handed.append(shelf.hand_over(page, one.before | reads))
    return handed


# --- by an executor -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parcel:
    """All that pages of records are made of, for a process that has the program and nothing else."""

    content: bytes

    @classmethod
    def of(cls, view: View) -> Parcel:
        plan, history = unwatched(view.plan, view.history)
        packed = pickle.dumps((plan, view.language.code, view.config, view.tags, history, view.prose), protocol=5)
        return cls(zlib.compress(packed, 1))


class FarPage(NamedTuple):
    """A page that was rendered elsewhere, what it read, and the hashes of the small answers among that."""

    page: Page
    reads: frozenset[Read]
    told: dict[Read, str]


def render_afar(parcel: Parcel, paths: Sequence[str]) -> list[FarPage]:
    """Render pages there; the parcel of the last call stays unpacked."""
    plan, renderer, drafts = _unpacked(parcel)
    made = []
    for path in paths:
        with plan.watching() as reads:
            page = renderer.render(drafts[path])
        told = {read: plan.told_hash(read) for read in reads if read[0] == "told"}
        made.append(FarPage(page, frozenset(reads), told))
    return made


@lru_cache(maxsize=1)
def _unpacked(parcel: Parcel) -> tuple[WatchedPlan, Renderer, dict[str, Draft | Later]]:
    plain, code, config, tags, history, prose = pickle.loads(zlib.decompress(parcel.content))  # noqa: S301 -- from whoever we work for
    plan = watched(plain)
    language = load_language(code, config.templates, plan.languages)
    view = View(plan, language, config, tags, watched_history(history, plan), prose)
    book = Book(view)
    drafts = {draft.path: draft for name, drafted in PAGE_TYPES.items() if name in _RECORDS for draft in drafted(book)}
    return plan, Renderer(view, config.templates), drafts


def _rendered_afar(
    view: View, anew: Sequence[_ToRender], shelf: Shelf | None, pool: Pool
) -> Iterable[tuple[int, Page]]:
    """Pages by their places; the texts of those that are kept stay on the disk."""
    parcel, size = Parcel.of(view), max(PART, -(-len(anew) // PARCELS))
    parts = [anew[start : start + size] for start in range(0, len(anew), size)]
    with pool() as executor:
        futures = deque(executor.submit(render_afar, parcel, [one.draft.path for one in part]) for part in parts)
        for part in parts:
            for one, far in zip(part, futures.popleft().result(), strict=True):
                yield one.place, shelf.bring(far.page, one.before | far.reads, far.told) if shelf else far.page
