"""What a build keeps for the next one: finished pages with what they were made of. It saves time, never changes a byte.

In the cache: an index (which numbers each page read, what MkDocs was given for it), the pages before MkDocs, and a
mirror of the files of each page and figure, hard links where the file system has them. Every file is checked
before it is taken over; whatever is missing, changed or of another version is made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from generator import outlines
from generator.config import Config
from generator.links import ids_in
from generator.problems import GeneratorError
from generator.reads import Read, WatchedPlan
from generator.render import Page

FOLDER = "built"
NUMBERS = ("observations", "targets", "progress")
"""Tables of the data folder whose rows are read one by one; a change of any other file makes every page anew."""
_HEAVY = ("markdown", "blocks", "figures", "tables")
Stamp = tuple[int, int]
"""Size and time of change of a file."""


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
    html: Stamp = (0, 0)
    has_tables: bool = False
    files: Mapping[str, Stamp] = field(default_factory=dict)
    """Further files of the page."""


@dataclass
class Index:
    """What is known of the last build."""

    structure: str = ""
    digests: dict[Read, str] = field(default_factory=dict)
    pages: dict[str, dict[str, Kept]] = field(default_factory=dict)
    """By language and path."""
    figures: dict[str, dict[str, dict[str, Stamp]]] = field(default_factory=dict)
    """The files of each figure, by language and id."""
    homes: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Path and title of the first page of each figure, by language and id."""
    files: frozenset[str] = frozenset()
    """Every file of the site."""


class KeptPage(Page):
    """A page of an earlier build. Its text and figures are read only when they are asked for."""

    _load: Callable[[], tuple[Any, ...]]

    def __getattr__(self, name: str) -> Any:
        if name not in _HEAVY:
            raise AttributeError(name)
        self.__dict__.update(zip(_HEAVY, self.__dict__["_load"](), strict=True))
        return self.__dict__[name]

    @property
    def figure_ids(self) -> tuple[str, ...]:
        names: tuple[str, ...] = self.__dict__["_figure_ids"]
        return names

    @property
    def has_tables(self) -> bool:
        return bool(self.__dict__["_has_tables"])


class State:
    """The kept pages of a site, open for one build."""

    def __init__(self, folder: Path, structure: str, plan: WatchedPlan) -> None:
        self.folder, self.mirror, self.plan = folder, folder / "site", plan
        self.old = _read_index(folder / "index")
        self.new = Index(structure)
        self._same_structure = self.old.structure == structure
        self._unchanged: dict[Read, bool] = {}

    # --- pages before MkDocs ---

    def is_unchanged(self, read: Read) -> bool:
        """Whether the answer to a read is what it was in the last build."""
        known = self._unchanged.get(read)
        if known is None:
            known = self._unchanged[read] = self.plan.digest(read) == self.old.digests.get(read)
        return known

    def find(self, code: str, path: str) -> Page | None:
        """The page of the last build, if it would come out the same and all its files are as they were left."""
        kept = self.old.pages.get(code, {}).get(path)
        if kept is None or not self._same_structure or not all(map(self.is_unchanged, kept.reads)):
            return None
        if _stamp(self.mirror / html_of(code, path)) != kept.html:
            return None
        if any(_stamp(self.mirror / file) != stamp for file, stamp in kept.files.items()):
            return None
        for name in kept.figures:
            stamps = self.old.figures.get(code, {}).get(name)
            if stamps is None or any(_stamp(self.mirror / file) != stamp for file, stamp in stamps.items()):
                return None
        if not self._heavy_file(code, path).is_file():
            return None
        self.new.pages.setdefault(code, {})[path] = kept
        page = object.__new__(KeptPage)
        page.__dict__.update(kept.fields)
        page.__dict__.update(
            _figure_ids=kept.figures, _has_tables=kept.has_tables, _load=lambda: self._load(code, path, kept.heavy)
        )
        return page

    def put(self, code: str, page: Page, reads: Iterable[Read]) -> None:
        """Take a page that was made anew."""
        content = pickle.dumps(tuple(getattr(page, name) for name in _HEAVY), protocol=5)
        _write(self._heavy_file(code, page.path), content)
        light = {one.name: getattr(page, one.name) for one in fields(Page) if one.name not in _HEAVY}
        self.new.pages.setdefault(code, {})[page.path] = Kept(
            tuple(reads), light, page.figure_ids, hashlib.sha256(content).hexdigest(), has_tables=page.has_tables
        )

    def also_read(self, code: str, path: str, reads: Iterable[Read]) -> None:
        """Add what files beside a page were made of."""
        kept = self.new.pages[code][path]
        self.new.pages[code][path] = replace(kept, reads=tuple({*kept.reads, *reads}))

    def _heavy_file(self, code: str, path: str) -> Path:
        return self.folder / "pages" / code / f"{path or 'index'}.page"

    def _load(self, code: str, path: str, mark: str) -> tuple[Any, ...]:
        try:
            content = self._heavy_file(code, path).read_bytes()
        except OSError as error:
            raise DamagedStateError(f"a kept page cannot be read: {error}") from error
        if hashlib.sha256(content).hexdigest() != mark:
            raise DamagedStateError(f"the kept page '{code}/{path}' is damaged")
        loaded: tuple[Any, ...] = pickle.loads(content)  # noqa: S301 -- our own file, its hash checked above
        return loaded

    # --- finished files ---

    def has_html(self, code: str, page: Page, shell: str) -> bool:
        """Whether a kept page can be taken over with what stands around it."""
        return isinstance(page, KeptPage) and self.new.pages[code][page.path].shell == shell

    def take_over(self, files: Iterable[str], staging: Path) -> None:
        """Put files of the last build into the new site."""
        made: set[str] = set()
        source, target = f"{self.mirror}{os.sep}", f"{staging}{os.sep}"
        for file in files:
            folder = file.rpartition("/")[0]
            if folder not in made:
                os.makedirs(target + folder, exist_ok=True)  # noqa: PTH103 -- ten thousand of them
                made.add(folder)
            try:
                os.link(source + file, target + file)
            except OSError:
                _copied(source + file, target + file)

    def save(
        self,
        staging: Path,
        shells: Mapping[tuple[str, str], str],
        beside: Mapping[tuple[str, str], list[str]],
        figures: Mapping[tuple[str, str], list[str]],
        homes: Mapping[tuple[str, str], tuple[str, str]],
        files: frozenset[str],
    ) -> None:
        """Keep a finished site for the next build. `shells`, `beside` and `figures` are of what was made anew."""
        new = self.new
        for (code, path), shell in shells.items():
            file = html_of(code, path)
            stamp = self._mirrored(file, staging)
            new.pages[code][path] = replace(new.pages[code][path], shell=shell, html=stamp)
        for (code, path), names in beside.items():
            stamps = {file: self._mirrored(file, staging) for file in names}
            new.pages[code][path] = replace(new.pages[code][path], files=stamps)
        for code, pages in new.pages.items():
            wanted = {name for kept in pages.values() for name in kept.figures}
            new.figures[code] = {n: self.old.figures[code][n] for n in sorted(wanted) if (code, n) not in figures}
        for (code, name), names in figures.items():
            new.figures[code][name] = {file: self._mirrored(file, staging) for file in names}
        reads = {read for pages in new.pages.values() for kept in pages.values() for read in kept.reads}
        new.digests = {read: self.plan.digest(read) for read in sorted(reads)}
        new.files, new.homes = files, dict(homes)
        _write(self.folder / "index", _sealed(pickle.dumps(new, protocol=5)))
        self._tidy()

    def _mirrored(self, file: str, staging: Path) -> Stamp:
        """Keep a file of the new site; gives its stamp."""
        place = self.mirror / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        try:
            os.link(staging / file, place)
        except OSError:
            _copied(str(staging / file), str(place))
        return _stamp(place) or (0, 0)

    def _tidy(self) -> None:
        """Remove what the old build kept and the new one has no use for."""
        for code, pages in self.old.pages.items():
            for path in pages.keys() - self.new.pages.get(code, {}).keys():
                (self.mirror / html_of(code, path)).unlink(missing_ok=True)
                self._heavy_file(code, path).unlink(missing_ok=True)
                for file in pages[path].files:
                    (self.mirror / file).unlink(missing_ok=True)
        for code, figures in self.old.figures.items():
            for name in figures.keys() - self.new.figures.get(code, {}).keys():
                for file in figures[name]:
                    (self.mirror / file).unlink(missing_ok=True)


@dataclass(frozen=True)
class LanguageShelf:
    """The kept pages of one language."""

    state: State
    code: str

    def find(self, path: str) -> Page | None:
        return self.state.find(self.code, path)

    def put(self, page: Page, reads: Iterable[Read]) -> None:
        self.state.put(self.code, page, reads)


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


def _stamp(path: Path) -> Stamp | None:
    try:
        found = os.stat(path)  # noqa: PTH116 -- ten thousand of them
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _copied(source: str, target: str) -> None:
    try:
        shutil.copy2(source, target)
    except OSError as error:
        raise DamagedStateError(f"a kept file cannot be taken over: {error}") from error


def _sealed(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def _read_index(file: Path) -> Index:
    try:
        mark, _, content = file.read_bytes().partition(b"\n")
        if mark == hashlib.sha256(content).hexdigest().encode():
            found = pickle.loads(content)  # noqa: S301 -- our own file, its hash checked above
            return found if isinstance(found, Index) else Index()
    except Exception:  # noqa: S110 -- of an older program, or damaged: begin anew
        pass
    return Index()


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as opened_file:
        opened_file.write(content)
    Path(name).replace(file)


def vanished(state: State, made: Iterable[tuple[str, str]], files: frozenset[str], staging: Path) -> bool:
    """Whether a file or an anchor of the last site is gone, so that a page that was taken over may lead nowhere."""
    if not state.old.files or state.old.files - files:
        return True
    for code, path in made:
        before = state.mirror / html_of(code, path)
        if path in state.old.pages.get(code, {}) and before.is_file():
            old, new = (file.read_text(encoding="utf-8") for file in (before, staging / html_of(code, path)))
            if ids_in(old) - ids_in(new):
                return True
    return False
