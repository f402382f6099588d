"""Some pages of a language made at a time, in processes, so that those of a large site are never in memory together."""

from __future__ import annotations

import gc
import hashlib
import shutil
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from generator.builders import build_first, build_language
from generator.config import Config
from generator.drawings import Drawings
from generator.edition import Edition, Lazily, language_site
from generator.edition_files import DrawnEdition
from generator.reads import Read
from generator.rendering import SPREAD_FROM
from generator.site import FurtherPages, LanguageSite
from generator.spread import can_spread, spread
from generator.state import KeptPage, html_of
from generator.studio import FOLDER, Drawing
from generator.tree import stamps
from generator.write import Staging, Work, Written, write_beside

PAGES_A_PART = 250
"""MkDocs holds all pages of one run in memory."""


def is_spread(pages: Collection[str], jobs: int) -> bool:
    """Whether so many pages of a language are made by several processes."""
    return jobs > 1 and len(pages) >= SPREAD_FROM and can_spread()


def write_parts(
    config: Config,
    edition: Edition,
    editions: Sequence[Edition],
    work: Work,
    new: Staging,
    written: Written,
    jobs: int,
    strict: bool,
) -> None:
    """Make the pages of a language with the files of its figures and pages, part by part."""
    code, last = edition.view.language.code, new.last
    if last is None:
        raise ValueError("pages are made in parts only where they are kept")
    addresses = {one.view.language.code: {page.address for page in one.pages} for one in editions}
    maker = _Maker(config, edition, editions, addresses, work, new, strict)
    theme = maker.begin()
    paths = [page.path for page in edition.pages if page.path in work.pages[code]]
    size = max(1, min(PAGES_A_PART, -(-len(paths) // (4 * jobs))))
    parts = [paths[start : start + size] for start in range(0, len(paths), size)]
    for part in spread([partial(maker.make, number, part) for number, part in enumerate(parts)], jobs):
        new.hashes |= part.hashes
        new.changed |= part.changed
        written.pages |= part.written.pages
        written.figures |= part.written.figures
        written.shells |= part.written.shells
        written.drawn += part.written.drawn
        theme |= part.theme
        for path, reads in part.read.items():
            last.also_read(code, path, reads)
    key = f"{work.around[code]}{maker.site({}, ()).attachments}"
    last.put_unit(f"{code}/theme", key, (), sorted(theme))


class _Part(NamedTuple):
    """What one process made of some pages."""

    hashes: Mapping[str, bytes]
    changed: set[str]
    written: Written
    read: Mapping[str, Iterable[Read]]
    """What the files beside pages read, by the path of the page."""
    theme: set[str]
    """Files that belong to no page."""


@dataclass(frozen=True)
class _Maker:
    """Makes some pages of a language with their figures and files."""

    config: Config
    edition: Edition
    editions: Sequence[Edition]
    addresses: Mapping[str, set[str]]
    work: Work
    new: Staging
    strict: bool
    further: list[FurtherPages] = field(default_factory=list)
    """Who makes pages without MkDocs, once it has begun."""

    def site(self, drawings: Mapping[tuple[str, str], Drawing], wanted: Collection[str]) -> LanguageSite:
        """The language with these pages alone."""
        compiled = self.config.cache / "templates" / version("mkdocs-material")
        return language_site(
            self.config, self.edition, self.editions, self.addresses, drawings, self.strict, wanted, compiled
        )

    def make(self, number: int, paths: Sequence[str]) -> _Part:
        """Make the pages of a part; what is written here is told, since this process' memory is lost."""
        gc.collect()  # the pages and files of MkDocs' last run know each other, so they stay until somebody looks
        edition, code, wanted = self.edition, self.edition.view.language.code, frozenset(paths)
        new, written = Staging(self.new.folder, self.new.last), Written()
        drawings = Drawings(self.config, cache=self.config.cache / FOLDER)
        drawings.know(edition)
        site = self.site(drawings, wanted)
        written.note_shells(self.work, edition, site)
        theme = self._build(site, new, self.new.folder / f".{code}-{number}")
        own = Lazily(edition.owners, lambda name: drawings[code, name])
        drawn = DrawnEdition(self.config, edition, own, drawings.studio.pictures, self.config.cache)
        figures = (name for name in self.work.figures[code] if edition.owners[name].path in wanted)
        pages = (page for page in edition.pages if page.path in wanted and not isinstance(page, KeptPage))
        read = write_beside(drawn, figures, pages, new, written)
        drawings.studio.finish()
        written.drawn = drawings.made
        for name in ("figures", "specs"):  # or a process would hold those of all its parts in the end
            edition.__dict__.pop(name, None)
        return _Part(new.hashes, new.changed, written, read, theme)

    def begin(self) -> set[str]:
        """Let MkDocs build none of the pages, which makes what stands around them; gives the files of no page."""
        code = self.edition.view.language.code
        folder = self.new.folder / f".{code}"
        with tempfile.TemporaryDirectory(prefix="policy-explorer-") as empty:
            further = build_first(self.site({}, ()), Path(empty), folder)
        if further is None:
            return set()
        self.further.append(further)
        return self._moved(folder, self.new)

    def _build(self, site: LanguageSite, new: Staging, folder: Path) -> set[str]:
        """Make the pages of a part, those that need it by MkDocs in a folder of its own; gives the files of no page."""
        rest = []
        for source in site.files:
            page = self.further[0].page(source) if self.further else None
            if page is None:
                rest.append(source)
            else:
                new.put([page], f"{site.language}/")
        if not rest:
            return set()
        with tempfile.TemporaryDirectory(prefix="policy-explorer-") as empty:
            build_language(replace(site, files=tuple(rest)), Path(empty), folder)
        return self._moved(folder, new) - {html_of(site.language, path) for path in self.edition.paths}

    def _moved(self, folder: Path, new: Staging) -> set[str]:
        """Move what is new in a folder to its place; gives all that was there."""
        code = self.edition.view.language.code
        paths = {f"{code}/{name}": folder / name for name in stamps(folder)}
        for path, file in paths.items():
            if new.is_new(path, hashlib.sha256(file.read_bytes()).digest()):
                to = new.folder / path
                to.parent.mkdir(parents=True, exist_ok=True)
                file.replace(to)
        shutil.rmtree(folder)
        return set(paths)
