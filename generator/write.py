"""Writes what a build makes anew: pages by MkDocs, the files of figures and pages, and those that belong to no page."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from generator import spread, state
from generator.builders import build_language
from generator.config import Config
from generator.drawings import Drawings
from generator.edition import Edition, Lazily, language_site
from generator.edition_files import EDITION_FILES, DrawnEdition, figure_files, page_files
from generator.links import broken_links
from generator.plan import Plan
from generator.reads import Read
from generator.render import Page
from generator.shared import ROOT_FILES, Whole
from generator.site import LanguageSite, SiteError
from generator.sitefile import SiteFile
from generator.spread import can_spread
from generator.state import html_of
from generator.studio import Drawing
from generator.tree import stamps
from generator.verify import MANIFEST

ASIDE_FROM = 60
"""The files beside fewer pages than this are written in less time than another process takes to begin, and to tell."""
SIDE_BY_SIDE_FROM = 800
"""Fewer pages than this are not worth a process a language: its start costs more than half of MkDocs' work."""


class Staging:
    """The new site while it is made: a folder with what differs from the last one, and the SHA-256 of every file."""

    def __init__(self, folder: Path, last: state.State | None) -> None:
        self.folder, self.last = folder, last
        self.hashes: dict[str, bytes] = {}
        self.changed: set[str] = set()
        """Files that the last site had not, or not so."""
        self._folders: set[str] = set()

    def put(self, files: Iterable[SiteFile], prefix: str = "") -> list[str]:
        """Write files that are not in the last site as they are; gives the paths of all."""
        paths = []
        for name, content in files:
            path = prefix + name
            paths.append(path)
            if self.is_new(path, hashlib.sha256(content).digest()):
                folder = path.rpartition("/")[0]
                if folder not in self._folders:
                    os.makedirs(f"{self.folder}{os.sep}{folder}", exist_ok=True)  # noqa: PTH103 -- as many
                    self._folders.add(folder)
                with open(f"{self.folder}{os.sep}{path}", "wb") as file:  # noqa: PTH123 -- ten thousand of them
                    file.write(content)
        return paths

    def found(self, folder: str) -> list[str]:
        """Take what another program wrote into a folder of the staging folder; gives its paths."""
        paths = [f"{folder}/{name}" for name in stamps(self.folder / folder)]
        for path in paths:
            self.is_new(path, hashlib.sha256((self.folder / path).read_bytes()).digest())
        return paths

    def take_over(self, paths: Iterable[str]) -> None:
        """Leave files of the last site as they are."""
        if self.last:
            self.hashes |= {path: self.last.old.files[path].sha256 for path in paths}

    def is_new(self, path: str, sha256: bytes) -> bool:
        """Note a file; whether the last site had it not, or not so."""
        self.hashes[path] = sha256
        if self.last and self.last.has_file(path, sha256):
            return False
        self.changed.add(path)
        return True


@contextmanager
def staging(last: state.State | None, output: Path) -> Iterator[Staging]:
    """An empty folder for what is made anew, gone afterwards: beside what is kept, or beside the output."""
    if last:
        folder = last.folder / "new"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{output.name}.new-", dir=output.parent))
    try:
        yield Staging(folder, last)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_links(new: Staging, url: str | None, jobs: int = 1) -> None:
    """Check the links of what differs; and of all pages, where something that they may lead to is gone.

    Raises SiteError for broken ones.
    """
    last, files = new.last, {*new.hashes, MANIFEST}
    anchors = {name: text for name, text in last.old.anchors.items() if name in files} if last else {}
    kept = last.mirror if last else None
    broken = broken_links(new.folder, url, files, new.changed, anchors, kept, jobs)
    if last and not broken:
        if state.vanished(last, new.changed, anchors, files):
            broken = broken_links(new.folder, url, files, files - new.changed, anchors, kept, jobs)
        last.new.anchors = anchors
    if broken:
        shown = "\n".join(f"{one.page}: {one.link} ({one.reason})" for one in broken[:20])
        raise SiteError(f"{len(broken)} links of the built site are broken:\n{shown}")


@dataclass(frozen=True)
class Work:
    """What is to be made anew: pages that MkDocs builds and figures, by language; and the files that are taken over."""

    pages: Mapping[str, frozenset[str]]
    figures: Mapping[str, tuple[str, ...]]
    shells: Mapping[tuple[str, str], str]
    """The hash of what stands around each kept page, by language and path."""
    homes: Mapping[tuple[str, str], tuple[str, str]]
    """Path and title of the first page of each figure."""
    around: Mapping[str, str]
    """What stands around all pages of a language."""
    taken: tuple[str, ...]


@dataclass
class Written:
    """The files of each page (beside itself) and figure that was made anew, by language and path or id."""

    pages: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    figures: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    shells: dict[tuple[str, str], str] = field(default_factory=dict)
    """The hash of what stands around each page."""
    drawn: int = 0
    """How many files other processes drew."""

    def note_shells(self, work: Work, edition: Edition, site: LanguageSite) -> None:
        """Note what stands around the pages of a language that are made."""
        code = edition.view.language.code
        paths = {page.source_path: page.path for page in edition.pages}
        for source in site.files:
            self.shells[code, paths[source.path]] = shell_of(work.around.get(code, ""), source.meta)


def shell_of(around: str, meta: Mapping[str, Any]) -> str:
    """The hash of what MkDocs puts around a page with this front matter, in a language with these settings."""
    return hashlib.sha256(f"{around}{json.dumps(meta, sort_keys=True)}".encode()).hexdigest()


def write_languages(
    config: Config,
    editions: Iterable[Edition],
    work: Work,
    drawings: Drawings,
    new: Staging,
    jobs: int = 1,
    strict: bool = True,
    cache: Path | None = None,
    many: Collection[str] = (),
) -> Written:
    """Run MkDocs for each language, side by side where it pays, and add each one's own files.

    The pages of the languages `many` are left to `parts`.
    """
    editions = tuple(editions)
    addresses = {edition.view.language.code: {page.address for page in edition.pages} for edition in editions}
    compiled = cache / "templates" / version("mkdocs-material") if cache else None
    sites = [
        language_site(
            config, edition, editions, addresses, drawings, strict, work.pages[edition.view.language.code], compiled
        )
        for edition in editions
        if edition.view.language.code not in many
    ]
    _build_pages(sites, work, new, jobs)
    # Only now: MkDocs empties the folder that it builds into.
    written = Written()
    for edition, site in zip((one for one in editions if one.view.language.code not in many), sites, strict=True):
        written.note_shells(work, edition, site)
    todo: list[tuple[DrawnEdition, Sequence[Page]]] = []
    for edition in editions:
        code = edition.view.language.code
        own = Lazily(edition.owners, partial(_drawing_of, drawings, code))
        pages = [page for page in edition.pages if code not in many and not isinstance(page, state.KeptPage)]
        todo.append((DrawnEdition(config, edition, own, drawings.studio.pictures, cache), pages))
    aside = _pages_aside(todo, new, jobs)
    for drawn, own_pages in todo:
        edition, code = drawn.edition, drawn.edition.view.language.code
        if code not in many:
            write_beside(drawn, work.figures[code], () if aside else own_pages, new, written)
        listed = _listing([edition])
        for kind, make in EDITION_FILES.items():
            _unit(new, f"{code}/{kind}", listed, edition.view.plan, partial(make, drawn), f"{code}/")
    if aside:
        _take(aside(), new, written)
    return written


class _Beside(NamedTuple):
    """The files beside pages that another process wrote."""

    hashes: Mapping[str, bytes]
    changed: set[str]
    pages: Mapping[tuple[str, str], list[str]]
    read: Sequence[tuple[str, Mapping[str, set[Read]]]]
    """What they read: by language, and the path of the page."""


def _pages_aside(
    todo: Sequence[tuple[DrawnEdition, Sequence[Page]]], new: Staging, jobs: int
) -> Callable[[], _Beside] | None:
    """Have the files beside many pages, which need no drawing, written by a process of their own."""
    if jobs < 2 or sum(len(pages) for _, pages in todo) < ASIDE_FROM or not can_spread():
        return None

    def write() -> _Beside:
        own, written = Staging(new.folder, new.last), Written()
        read = [
            (drawn.edition.view.language.code, write_beside(drawn, (), pages, own, written)) for drawn, pages in todo
        ]
        return _Beside(own.hashes, own.changed, written.pages, read)

    return spread.aside(write)


def _take(beside: _Beside, new: Staging, written: Written) -> None:
    new.hashes |= beside.hashes
    new.changed |= beside.changed
    written.pages |= beside.pages
    if new.last:
        for code, read in beside.read:
            for path, found in read.items():
                new.last.also_read(code, path, found)


def write_beside(
    drawn: DrawnEdition, figures: Iterable[str], pages: Iterable[Page], new: Staging, written: Written
) -> dict[str, set[Read]]:
    """Write the files of figures, and those of pages beside them; gives what they read, by the path of the page."""
    edition, plan = drawn.edition, drawn.edition.view.plan
    code = edition.view.language.code
    read: dict[str, set[Read]] = {}
    for name in figures:
        with plan.watching() as reads:
            written.figures[code, name] = new.put(figure_files(drawn, name), f"{code}/")
        read.setdefault(edition.owners[name].path, set()).update(reads)
    for page in pages:
        with plan.watching() as reads:
            written.pages[code, page.path] = new.put(page_files(drawn, page), f"{code}/")
        read.setdefault(page.path, set()).update(reads)
    if new.last:
        for path, found in read.items():
            new.last.also_read(code, path, found)
    return read


def write_shared(whole: Whole, new: Staging) -> None:
    """Write the files that all languages share."""
    listed = _listing(whole.editions)
    for kind, make in ROOT_FILES.items():
        _unit(new, kind, listed, whole.plan, partial(make, whole))


def _listing(editions: Iterable[Edition]) -> str:
    """What lists of pages are made of."""
    return repr([
        (edition.view.language.code, page.path, page.title, page.description, page.kind, page.search)
        for edition in editions
        for page in edition.pages
    ])  # fmt: skip


def _unit(
    new: Staging, name: str, key: str, plan: Plan, make: Callable[[], Iterable[SiteFile]], prefix: str = ""
) -> None:
    """Write files that belong to no page, or take them over where they would come out the same."""
    kept = new.last.unit(name, key) if new.last else None
    if kept is not None:
        new.take_over(kept)
        return
    with plan.watching() as reads:
        paths = new.put(make(), prefix)
    if new.last:
        new.last.put_unit(name, key, reads, paths)


def _build_pages(sites: Iterable[LanguageSite], work: Work, new: Staging, jobs: int) -> None:
    """Run MkDocs for each language with pages to build, and take over the others' theme."""
    theirs: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="policy-explorer-") as empty:
        calls = []
        for site in sites:
            key = theirs[site.language] = f"{work.around.get(site.language, '')}{site.attachments}"
            kept = new.last.unit(f"{site.language}/theme", key) if new.last and not site.files else None
            if kept is not None:
                new.take_over(kept)
                continue
            docs = Path(empty) / site.language
            docs.mkdir()
            calls.append((site, docs, new.folder / site.language))
        pages = sum(len(site.files) for site, _, _ in calls)
        if jobs > 1 and len(calls) > 1 and pages >= SIDE_BY_SIDE_FROM:
            with ProcessPoolExecutor(min(jobs, len(calls)), mp_context=get_context("spawn")) as pool:
                for future in [pool.submit(build_language, *call) for call in calls]:
                    future.result()
        else:
            for call in calls:
                build_language(*call)
    for site, _, _ in calls:
        its_pages = {html_of(site.language, path) for path in work.pages[site.language]}
        paths = set(new.found(site.language)) - its_pages
        if new.last:
            new.last.put_unit(f"{site.language}/theme", theirs[site.language], (), sorted(paths))


def _drawing_of(drawings: Drawings, code: str, name: str) -> Drawing:
    return drawings[code, name]
