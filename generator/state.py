"""What a build keeps for the next one: finished pages with what they were made of. It saves time, never changes a byte.

In the cache: an index (which numbers each page read, what MkDocs was given for it, the SHA-256 of every file), the
pages before MkDocs, and a mirror of the whole site, to which a build applies what it changed. Every file is checked
before it is taken over; whatever is missing, changed or of another version is made anew. While the mirror changes
there is no index, so that a build that was broken off costs time only.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from generator import outlines
from generator.config import Config
from generator.problems import GeneratorError
from generator.reads import Read, WatchedPlan
from generator.render import Page
from generator.tree import Stamp, put_in_place, stamps

FOLDER = "built"
NUMBERS = ("observations", "targets", "progress")
"""Tables of the data folder whose rows are read one by one; a change of any other file makes every page anew."""
_HELD = 64
"""So many pages that were read from the disk are held in memory."""
_HEAVY = ("markdown", "blocks", "figures", "tables")


class DamagedStateError(GeneratorError):
    """Something kept could not be read although it looked well: build again without it."""


@dataclass(frozen=True)
class Kept:
    """A page of the last build."""

    reads: tuple[Read, ...]
    fields: Mapping[str, Any]
    """The page without its text and figures."""
    figures: tuple[str, ...]
    heavy: str
    """The hash of the file with its text and figures."""
    shell: str = ""
    """The hash of what MkDocs puts around the page."""
    has_tables: bool = False
    files: tuple[str, ...] = ()
    """Further files of the page."""
    beside: tuple[Read, ...] = ()
    """What its further files, and those of its figures, were made of."""


class Unit(NamedTuple):
    """Files that belong to no page, such as the search index: what they were made of, and which they are."""

    key: str
    """The hash of everything that they were made of but numbers."""
    reads: tuple[Read, ...]
    files: tuple[str, ...]


class Mark(NamedTuple):
    """What is known of a file of the site."""

    stamp: Stamp
    sha256: bytes


@dataclass
class Index:
    """What is known of the last build."""

    structure: str = ""
    digests: dict[Read, str] = field(default_factory=dict)
    pages: dict[str, dict[str, Kept]] = field(default_factory=dict)
    """By language and path."""
    figures: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    """The files of each figure, by language and id."""
    homes: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Path and title of the first page of each figure, by language and id."""
    arounds: dict[str, str] = field(default_factory=dict)
    """By language, what the front matter of its pages is made of, beside the pages and their numbers."""
    units: dict[str, Unit] = field(default_factory=dict)
    files: dict[str, Mark] = field(default_factory=dict)
    """Every file of the site."""
    anchors: dict[str, str] = field(default_factory=dict)
    """Of every page: see `links.anchors_of`."""


class StoredPage(Page):
    """A page whose text and figures are on the disk; they are read when they are asked for, and not held."""

    _load: Callable[[], tuple[Any, ...]]

    def __getattr__(self, name: str) -> Any:
        if name not in _HEAVY:
            raise AttributeError(name)
        return self.__dict__["_load"]()[_HEAVY.index(name)]

    @property
    def figure_ids(self) -> tuple[str, ...]:
        names: tuple[str, ...] = self.__dict__["_figure_ids"]
        return names

    @property
    def has_tables(self) -> bool:
        return bool(self.__dict__["_has_tables"])


class KeptPage(StoredPage):
    """A page of an earlier build."""


class NewPage(StoredPage):
    """A page of this build that another process made."""


class Handed(NamedTuple):
    """What a process that renders pages hands over: what is kept of a page, and the small answers it rests on."""

    path: str
    kept: Kept
    is_same: bool
    told: Mapping[Read, str]


class State:
    """The kept pages of a site, open for one build."""

    def __init__(self, folder: Path, structure: str, plan: WatchedPlan) -> None:
        self.folder, self.mirror, self.plan = folder, folder / "site", plan
        self.old = _read_index(folder / "index")
        self.new = Index(structure)
        self._same_structure = self.old.structure == structure
        self.rendered = 0
        """How many pages were made anew, those that came out the same among them."""
        self._unchanged: dict[Read, bool] = {}
        self._held: dict[str, tuple[Any, ...]] = {}
        self._folders: set[Path] = set()
        """Folders that are there."""
        self._found = stamps(self.mirror)
        self._damaged = {name for name, mark in self.old.files.items() if self._found.get(name) != mark.stamp}

    # --- pages before MkDocs ---

    def is_unchanged(self, read: Read) -> bool:
        """Whether the answer to a read is what it was in the last build."""
        known = self._unchanged.get(read)
        if known is None:
            now = self.plan.digest(read)
            known = self._unchanged[read] = now != "" and now == self.old.digests.get(read)
        return known

    @cached_property
    def _changed(self) -> tuple[frozenset[Read], frozenset[Read]]:
        """The reads of the last build whose answers are others now, and those that nobody has answered yet."""
        unsaid = frozenset(read for read in self.old.digests if read[0] == "told" and not self.plan.told_hash(read))
        changed = (read for read in self.old.digests if read not in unsaid and not self.is_unchanged(read))
        return frozenset(changed), unsaid

    def _all_unchanged(self, reads: Collection[Read]) -> bool:
        """The same for the dozens of reads of a page: few have changed, so those are looked for."""
        changed, unsaid = self._changed
        if not changed.isdisjoint(reads):
            return False
        return unsaid.isdisjoint(reads) or all(map(self.is_unchanged, reads))

    def find(self, code: str, path: str) -> Page | None:
        """The page of the last build, if it would come out the same and all its files are as they were left."""
        kept = self.old.pages.get(code, {}).get(path) if self._same_structure else None
        if kept is None or not self._all_unchanged(kept.reads) or not self._can_be_kept(code, path, kept):
            return None
        self.new.pages.setdefault(code, {})[path] = kept
        return self._stored(KeptPage, code, kept)

    def as_left(self, code: str, path: str) -> Page | None:
        """The page of the last build, whether or not it would come out the same."""
        kept = self.old.pages.get(code, {}).get(path)
        return self._stored(KeptPage, code, kept) if kept else None

    def _can_be_kept(self, code: str, path: str, kept: Kept) -> bool:
        """Whether all files of a page that comes out the same would come out the same, and are as they were left."""
        if not self._same_structure or not self._all_unchanged(kept.beside):
            return False
        of_figures = [self.old.figures.get(code, {}).get(name) for name in kept.figures]
        files = [html_of(code, path), *kept.files, *chain.from_iterable(names or () for names in of_figures)]
        return None not in of_figures and self._are_sound(files) and self._heavy_file(code, kept.heavy).is_file()

    def _stored(self, kind: type[StoredPage], code: str, kept: Kept) -> StoredPage:
        page = object.__new__(kind)
        page.__dict__.update(kept.fields)
        page.__dict__.update(
            _figure_ids=kept.figures, _has_tables=kept.has_tables, _load=lambda: self._load(code, kept.heavy)
        )
        return page

    def take(self, code: str, handed: Handed) -> Page:
        """Take a page that another process made and put on the disk."""
        self.rendered += 1
        self.new.pages.setdefault(code, {})[handed.path] = handed.kept
        self.plan.learn(handed.told)
        return self._stored(KeptPage if handed.is_same else NewPage, code, handed.kept)

    def _are_sound(self, files: Iterable[str]) -> bool:
        """Whether files of the last build are as they were left."""
        return all(name in self.old.files and name not in self._damaged for name in files)

    def put(self, code: str, page: Page, reads: Iterable[Read]) -> Page:
        """Take a page that was made anew; gives the one of the last build where it came out the same."""
        kept, is_same = self.written(code, page, reads)
        self.rendered += 1
        self.new.pages.setdefault(code, {})[page.path] = kept
        return self._stored(KeptPage, code, kept) if is_same else page

    def written(self, code: str, page: Page, reads: Iterable[Read]) -> tuple[Kept, bool]:
        """What is kept of a page that was made anew, and whether it came out the same; else it is put on the disk."""
        content = _bytes_of(tuple(getattr(page, name) for name in _HEAVY))
        heavy = hashlib.sha256(content).hexdigest()
        light = {one.name: getattr(page, one.name) for one in fields(Page) if one.name not in _HEAVY}
        before = self.old.pages.get(code, {}).get(page.path)
        is_same = before is not None and (before.heavy, before.fields) == (heavy, light)
        if before is not None and is_same and self._can_be_kept(code, page.path, before):
            return replace(before, reads=tuple(reads)), True
        file = self._heavy_file(code, heavy)
        if file.parent not in self._folders:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(file.parent)
        with open(file, "wb") as opened_file:  # noqa: PTH123 -- thousands; one that was broken off has another hash
            opened_file.write(content)
        return Kept(tuple(reads), light, page.figure_ids, heavy, has_tables=page.has_tables), False

    def also_read(self, code: str, path: str, reads: Iterable[Read]) -> None:
        """Add what files beside a page were made of."""
        kept, reads = self.new.pages[code][path], set(reads)
        if reads <= set(kept.beside):
            return
        self.new.pages[code][path] = replace(kept, beside=tuple({*kept.beside, *reads}))

    def _heavy_file(self, code: str, mark: str) -> Path:
        return self.folder / "pages" / code / mark[:32]

    def _load(self, code: str, mark: str) -> tuple[Any, ...]:
        """The text and figures of a page; those of a few pages are held."""
        if mark in self._held:
            return self._held[mark]
        try:
            content = self._heavy_file(code, mark).read_bytes()
        except OSError as error:
            raise DamagedStateError(f"a kept page cannot be read: {error}") from error
        if hashlib.sha256(content).hexdigest() != mark:
            raise DamagedStateError("a kept page is damaged")
        loaded: tuple[Any, ...] = pickle.loads(content)  # noqa: S301 -- our own file, its hash checked above
        self._held[mark] = loaded
        if len(self._held) > _HELD:
            del self._held[next(iter(self._held))]
        return loaded

    # --- finished files ---

    def is_around(self, code: str, mark: str) -> bool:
        """Note what the front matter of a language's pages is made of; whether it was so in the last build."""
        self.new.arounds[code] = mark
        return self._same_structure and self.old.arounds.get(code) == mark

    def has_html(self, code: str, path: str, shell: str) -> bool:
        """Whether a kept page can be taken over with what stands around it."""
        return self.new.pages[code][path].shell == shell

    def unit(self, name: str, key: str) -> tuple[str, ...] | None:
        """The files of a unit of the last build, if they would come out the same and are as they were left."""
        kept = self.old.units.get(name)
        if kept is None or kept.key != self._key(key) or not all(map(self.is_unchanged, kept.reads)):
            return None
        if not self._are_sound(kept.files):
            return None
        self.new.units[name] = kept
        return kept.files

    def is_same(self, name: str) -> bool:
        """Whether a unit rests on the same texts, settings and numbers as in the last build."""
        kept = self.old.units.get(name)
        return kept is not None and self._same_structure and all(map(self.is_unchanged, kept.reads))

    def put_unit(self, name: str, key: str, reads: Iterable[Read], files: Iterable[str]) -> None:
        """Take a unit that was made anew."""
        self.new.units[name] = Unit(self._key(key), tuple(reads), tuple(files))

    def _key(self, key: str) -> str:
        return _hash(self.new.structure.encode(), key.encode())

    def has_file(self, path: str, sha256: bytes) -> bool:
        """Whether a file of the last build is as it was left, and has these bytes."""
        known = self.old.files.get(path)
        return known is not None and known.sha256 == sha256 and path not in self._damaged

    def save(
        self,
        staging: Path,
        hashes: Mapping[str, bytes],
        shells: Mapping[tuple[str, str], str],
        beside: Mapping[tuple[str, str], list[str]],
        figures: Mapping[tuple[str, str], list[str]],
        homes: Mapping[tuple[str, str], tuple[str, str]],
    ) -> int:
        """Keep a finished site for the next build; gives how many files changed.

        What is new is moved from `staging` into the mirror. `shells`, `beside` and `figures` are of what was made anew.
        """
        new, old = self.new, self.old
        for key, shell in shells.items():
            new.pages[key[0]][key[1]] = replace(new.pages[key[0]][key[1]], shell=shell)
        for key, names in beside.items():
            new.pages[key[0]][key[1]] = replace(new.pages[key[0]][key[1]], files=tuple(names))
        for code, pages in new.pages.items():
            wanted = {name for kept in pages.values() for name in kept.figures}
            new.figures[code] = {n: old.figures[code][n] for n in sorted(wanted) if (code, n) not in figures}
        for (code, name), names in figures.items():
            new.figures[code][name] = tuple(names)
        every = [kept for pages in new.pages.values() for kept in pages.values()]
        reads: set[Read] = set().union(*(kept.reads for kept in every), *(kept.beside for kept in every))
        reads |= {read for unit in new.units.values() for read in unit.reads}
        new.digests = {read: self.plan.digest(read) for read in sorted(reads)}
        new.homes = dict(homes)
        index = self.folder / "index"
        index.unlink(missing_ok=True)
        staged, changed = stamps(staging), 0
        if not self._found:  # the first site: its folder becomes the mirror as a whole
            for name in staged.keys() - hashes.keys():
                (staging / name).unlink()
            shutil.rmtree(self.mirror, ignore_errors=True)
            staging.replace(self.mirror)
            new.files.update({name: Mark(staged[name], sha256) for name, sha256 in hashes.items()})
            changed, hashes = len(hashes), {}
        for name, sha256 in hashes.items():
            if self.has_file(name, sha256):
                new.files[name] = old.files[name]
                continue
            place = self.mirror / name
            if name not in self._found:
                place.parent.mkdir(parents=True, exist_ok=True)
            (staging / name).replace(place)
            new.files[name] = Mark(staged[name], sha256)
            changed += 1
        for name in self._found.keys() - new.files.keys():
            (self.mirror / name).unlink(missing_ok=True)
        _write(index, _sealed(pickle.dumps(new, protocol=5)))
        self._tidy()
        return changed

    def put_in_place(self, output: Path) -> None:
        """Make the output the new site, from one moment to the next."""
        files = {name: mark.stamp for name, mark in self.new.files.items()}
        try:
            put_in_place(self.mirror, files, self.folder / "spare", output)
        except OSError as error:
            raise DamagedStateError(f"a kept file cannot be taken over: {error}") from error

    def _tidy(self) -> None:
        """Remove pages that the new build has no use for."""
        used = {self._heavy_file(code, kept.heavy) for code, of in self.new.pages.items() for kept in of.values()}
        pages = self.folder / "pages"
        for name in stamps(pages):
            if pages / name not in used:
                (pages / name).unlink(missing_ok=True)


@dataclass(frozen=True)
class LanguageShelf:
    """The kept pages of one language."""

    state: State
    code: str

    def find(self, path: str) -> Page | None:
        return self.state.find(self.code, path)

    def put(self, page: Page, reads: Iterable[Read]) -> Page:
        return self.state.put(self.code, page, reads)

    def hand_over(self, page: Page, reads: Iterable[Read]) -> Handed:
        """Put a page on the disk, in a process whose memory will be lost."""
        kept, is_same = self.state.written(self.code, page, reads)
        told = {one: self.state.plan.told_hash(one) for one in kept.reads if one[0] == "told"}
        return Handed(page.path, kept, is_same, told)

    def take(self, handed: Any) -> Page:
        return self.state.take(self.code, handed)

    def bring(self, page: Page, reads: Iterable[Read], told: Mapping[Read, str]) -> Page:
        """Take a page that was rendered elsewhere; its text goes to the disk."""
        self.state.plan.learn(told)
        return self.take(self.hand_over(page, reads))


@contextlib.contextmanager
def opened(cache: Path | None, structure: Callable[[], str], plan: WatchedPlan) -> Iterator[State | None]:
    """The state of the last build; None without a cache, or while another build has it."""
    if cache is None:
        yield None
        return
    folder = cache / FOLDER
    with contextlib.ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context((folder / "lock").open("w"))
            _lock(lock.fileno())
        except OSError:
            yield None
            return
        yield State(folder, structure(), plan)


def _lock(file: int) -> None:
    """Raises OSError where another build works with the same cache."""
    try:
        import fcntl  # noqa: PLC0415 -- not on Windows
    except ImportError:
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def discard(cache: Path) -> None:
    """Forget the last build."""
    shutil.rmtree(cache / FOLDER, ignore_errors=True)


def html_of(code: str, path: str) -> str:
    return f"{code}/{path}/index.html" if path else f"{code}/index.html"


# --- what all pages rest on -------------------------------------------------------------------------------------


def program_hash(config: Config) -> str:
    """The program, the packages that shape pages, the templates and the settings."""
    packages = ("jinja2", "markupsafe", "markdown", "mkdocs", "mkdocs-material", "pydantic", "numpy", "altair",
                "vl-convert-python", "fonttools")  # fmt: skip
    font = outlines.cjk_font()
    parts = [f"{name} {version(name)}" for name in dict.fromkeys((*packages, config.site.builder))]
    parts += [repr(config), f"{font} {font.stat().st_size}" if font else ""]
    folders = (Path(__file__).parent, config.templates)
    return _hash("\n".join(parts).encode(), *(_tree(folder) for folder in folders))


def structure_hash(config: Config, program: str) -> str:
    """Everything that pages are made of but the numbers: a change of it makes every page anew."""
    others = (_tree(path) if path.is_dir() else path.read_bytes() for path in config.beside)
    return _hash(program.encode(), _tree(config.data, _is_structure), _tree(config.content), *others)


def _is_structure(path: str) -> bool:
    first = path.partition("/")[0]
    return not (first.split(".")[0] in NUMBERS and path.endswith(".csv"))


def _tree(folder: Path, wanted: Callable[[str], bool] = lambda path: True) -> bytes:
    """The hash of the names and contents of all files of a folder."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if "__pycache__" not in name and wanted(name):
            content = path.read_bytes()
            found.update(f"{name} {len(content)}\n".encode() + content)
    return found.digest()


# --- files --------------------------------------------------------------------------------------------------------


def _hash(*parts: bytes) -> str:
    return hashlib.sha256(b"\x00".join(parts)).hexdigest()


def _bytes_of(value: object) -> bytes:
    """A value as bytes that are the same for the same value: each part is written out, however often it occurs."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, protocol=5)
    pickler.fast = True
    pickler.dump(value)
    return stream.getvalue()


def _layout() -> str:
    """What tells an index of this program from one of another: this very file."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def _sealed(content: bytes) -> bytes:
    return f"{_layout()} {hashlib.sha256(content).hexdigest()}\n".encode() + content


def _read_index(file: Path) -> Index:
    try:
        found = file.read_bytes()
        content = found.partition(b"\n")[2]
        if found == _sealed(content):
            index = pickle.loads(content)  # noqa: S301 -- our own file, its hash checked above
            return index if isinstance(index, Index) else Index()
    except Exception:  # noqa: S110 -- not there, or damaged: begin anew
        pass
    return Index()


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as opened_file:
        opened_file.write(content)
    Path(name).replace(file)


def vanished(state: State, made: Iterable[str], anchors: Mapping[str, str], files: Collection[str]) -> bool:
    """Whether a file or an anchor of the last site is gone, so that a page that was taken over may lead nowhere."""
    if not state.old.files or not all(name in files for name in state.old.files):
        return True
    before = state.old.anchors
    return any(not set(before[name].split()) <= set(anchors[name].split()) for name in made if name in before)
