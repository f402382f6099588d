"""The pages that someone has open in the live preview, made before the rest of the site: they wait for nothing else.

Everything around them, such as the titles in the navigation, is as the last build left it; the build that follows
makes the same pages again, with all the others.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from generator.builders import build_language
from generator.config import Config
from generator.drawings import Drawings
from generator.edition import Edition, language_site
from generator.render import Page
from generator.rendering import render_pages
from generator.state import State, html_of
from generator.studio import FOLDER
from generator.view import View


@dataclass(frozen=True)
class Audience:
    """Who looks on while a site is built."""

    looks_at: Callable[[], Collection[str]]
    """The files of the pages that are open now, from the site's root: `en/tasks/01/index.html`."""
    show: Callable[[Mapping[str, bytes]], None]
    """Takes these files as they will be, by the same names, before anything of the site is changed."""


@dataclass(frozen=True)
class _AsLeft:
    """The pages of a language as the last build left them, but for those that are looked at."""

    state: State
    code: str
    open: frozenset[str]

    def find(self, path: str) -> Page | None:
        return None if html_of(self.code, path) in self.open else self.state.as_left(self.code, path)

    def put(self, page: Page, reads: Iterable[tuple[str, ...]]) -> Page:
        return page

    def hand_over(self, page: Page, reads: Iterable[tuple[str, ...]]) -> Page:
        return page

    def take(self, handed: Page) -> Page:
        return handed

    def bring(self, page: Page, reads: Iterable[tuple[str, ...]], told: Mapping[tuple[str, ...], str]) -> Page:
        return page


def glance(
    config: Config, views: Sequence[View], last: State, cache: Path, open_files: Collection[str]
) -> dict[str, bytes]:
    """The HTML of pages that are open, by file; of those that the site will not have, nothing.

    Raises SiteError where MkDocs cannot build them.
    """
    open_pages = frozenset(open_files)
    editions = []
    for view in views:
        shelf = _AsLeft(last, view.language.code, open_pages)
        editions.append(Edition(view, tuple(render_pages(view, config.templates, cache, shelf))))
    addresses = {edition.view.language.code: {page.address for page in edition.pages} for edition in editions}
    compiled = cache / "templates" / version("mkdocs-material")
    found: dict[str, bytes] = {}
    with (
        Drawings(config, cache=cache / FOLDER, pictures=False) as drawings,
        tempfile.TemporaryDirectory(prefix="policy-explorer-") as empty,
    ):
        for edition in editions:
            code = edition.view.language.code
            wanted = {page.path for page in edition.pages if html_of(code, page.path) in open_pages}
            if not wanted:
                continue
            drawings.know(edition)
            site = language_site(
                config, edition, editions, addresses, drawings, strict=False, wanted=wanted, compiled=compiled
            )
            docs = Path(empty) / code
            docs.mkdir()
            build_language(site, docs, Path(empty) / "site" / code)
            found |= {
                name: (Path(empty) / "site" / name).read_bytes() for name in (html_of(code, path) for path in wanted)
            }
    return found
