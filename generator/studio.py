"""Many drawings: each once, kept by everything that made it, pictures in processes beside the work here.

A chart's SVG is drawn at once. Its picture (PNG) takes thirty times as long and nobody reads it before the
site's files are written; so where there are processes for it, it is painted beside all other work. A cache that is
missing, damaged or switched off costs time only; the bytes are the same, however many processes draw.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from generator import draw
from generator.chart_svg import chart_svg
from generator.draw import drawing_version, engine_svg, standalone_svg
from generator.executors import Pool, local_processes
from generator.outlines import Outlines, cjk_font
from generator.spread import aside, can_spread

if TYPE_CHECKING:
    from generator.paint import Painter

FOLDER: Final = "drawings"
"""The folder of a site's cache that holds what was drawn."""
PARALLEL_FROM: Final = 20
"""Fewer drawings by the engine, or pictures, than this are not worth the start of processes."""


@dataclass(frozen=True)
class Caption:
    """The words around a drawing in a file of its own; notices (illustrative figures) stand in the subtitle."""

    title: str
    subtitle: str
    source: str


@dataclass(frozen=True)
class Job:
    """One drawing to make: a Vega-Lite specification; with `png` (a scale, 2 = twice the pixels) a picture as well."""

    spec: Mapping[str, Any]
    caption: Caption | None = None
    png: float | None = None
    """None: no PNG. A PNG needs the caption."""


class Picture:
    """A picture (PNG) that may still be in the making."""

    def __init__(self, content: bytes | Callable[[], bytes]) -> None:
        self._content = content

    @property
    def content(self) -> bytes:
        """Its bytes, once they are there."""
        if not isinstance(self._content, bytes):
            self._content = self._content()
        return self._content

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)


@dataclass(frozen=True)
class Drawing:
    """What a job gave. `file` (SVG that stands alone) is None without a caption, `png` unless it was asked for."""

    svg: str
    file: str | None = None
    picture: Picture | None = None

    @property
    def png(self) -> bytes | None:
        """The picture; waits for it if need be."""
        return None if self.picture is None else self.picture.content


class Studio:
    """Draws, and keeps what it drew: here, in `workers` processes or in another `pool`. Use it with `with`.

    `on_done` is told how many files are made (a PNG is a second one), `on_drawn` of each that was not in the cache.
    """

    def __init__(
        self,
        cache: Path | None = None,
        workers: int = 1,
        pool: Pool | None = None,
        on_done: Callable[[int], None] = lambda count: None,
        on_drawn: Callable[[], None] = lambda: None,
    ) -> None:
        self._cache, self._workers = cache, workers
        self._pool = pool or (local_processes(workers) if workers > 1 else None)
        self._open = contextlib.ExitStack()
        self._executor: Executor | None = None
        self._on_done, self._on_drawn = on_done, on_drawn
        self._count = 0
        self._painting: dict[str, tuple[str, Future[tuple[bytes, str]]]] = {}
        """Pictures in the making by key: a name for messages, and what a process will give."""
        self._painted: dict[str, bytes] = {}
        self._bundle: Future[str] | None = None
        self._made_bundle = ""
        self._letters = Outlines()
        """Letters that were read from a font, to be kept for the next time."""

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: Any) -> None:
        for _, future in self._painting.values():
            future.cancel()
        if self._bundle:
            self._bundle.cancel()
        self._executor = None
        self._open.__exit__(kind, error, at)

    @property
    def is_busy(self) -> bool:
        """Whether others draw, beside the work here."""
        return self._executor is not None

    def draw(self, jobs: Mapping[str, Job]) -> dict[str, Drawing]:
        """Draw everything; pictures may still be in the making. Equal specifications are drawn once.

        Raises ValueError naming the job that cannot be drawn; for a picture, when it is asked for, or by `finish`.
        """
        drawn = self._charts(jobs)
        files = {
            name: standalone_svg(drawn[name], job.caption.title, job.caption.subtitle, job.caption.source)
            for name, job in jobs.items()
            if job.caption
        }
        wanted = {name: (file, scale) for name, file in files.items() if (scale := jobs[name].png) is not None}
        pictures = self._pictures(wanted, counted=True)
        return {name: Drawing(drawn[name], files.get(name), pictures.get(name)) for name in jobs}

    def pictures(self, files: Mapping[str, str]) -> dict[str, Picture]:
        """SVG files as PNG in their own size; they are not counted."""
        return self._pictures({name: (file, 1.0) for name, file in files.items()}, counted=False)

    def finish(self) -> None:
        """Wait for everything that is in the making, and let the others go; they are called again if need be."""
        waiting = {future: key for key, (_, future) in self._painting.items()}
        for future in as_completed(waiting):
            self._receive(waiting[future])
        self._keep_letters()
        if self._bundle:
            self._keep_bundle(self._bundle.result())
        self._executor = None
        self._open.close()

    def get_ready(self, *, chinese: bool) -> None:
        """Call the others before there is anything to draw, where nothing at all is kept: they need a second or two.

        They make the library for readers meanwhile, and open the Chinese font.
        """
        if self._pool is None or _read(self._cache, _bundle_key(), "js") is not None:
            return
        others = self._executor = self._executor or self._open.enter_context(self._pool())
        if chinese:
            for _ in range(self._workers):
                others.submit(_open_font)
        self.begin_bundle()

    # --- charts

    def _charts(self, jobs: Mapping[str, Job]) -> dict[str, str]:
        keys = {name: _svg_key(job.spec) for name, job in jobs.items()}
        made: dict[str, str] = {}
        slow: dict[str, str] = {}
        for name, key in keys.items():
            if key in made or key in slow:
                continue
            kept = _read(self._cache, key, "svg")
            if kept is not None:
                made[key] = kept.decode()
                self._one_done()
            elif (svg := chart_svg(jobs[name].spec)) is not None:
                made[key] = svg
                self._keep(key, "svg", svg.encode())
            else:
                slow[key] = name
        for key, svg in self._by_engine({key: jobs[name].spec for key, name in slow.items()}, slow):
            made[key] = svg
            self._keep(key, "svg", svg.encode())
        return {name: made[key] for name, key in keys.items()}

    def _by_engine(self, specs: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        others = self._others(len(specs))
        if others is None:
            for key, spec in specs.items():
                with _naming(names[key]):
                    yield key, engine_svg(spec)
            return
        futures = {others.submit(engine_svg, dict(spec)): key for key, spec in specs.items()}
        for future in as_completed(futures):
            with _naming(names[futures[future]]):
                yield futures[future], future.result()

    # --- pictures

    def _pictures(self, wanted: Mapping[str, tuple[str, float]], *, counted: bool) -> dict[str, Picture]:
        keys = {name: _png_key(*picture) for name, picture in wanted.items()}
        found: dict[str, Picture] = {}
        missing: dict[str, str] = {}
        for name, key in keys.items():
            if key in self._painting or key in self._painted or key in found or key in missing:
                continue
            kept = _read(self._cache, key, "png")
            if kept is None:
                missing[key] = name
            else:
                found[key] = Picture(kept)
                if counted:
                    self._one_done()
        others = self._others(len(missing))
        for key, name in missing.items():
            task = (*wanted[name], self._cache)
            if others is not None:
                self._painting[key] = (name if counted else "", others.submit(_paint, task))
            else:
                with _naming(name):
                    self._take(key, _paint(task), counted=counted)
        if missing and others is None:
            self._keep_letters()
        return {name: found.get(key) or self._picture(key) for name, key in keys.items()}

    def _picture(self, key: str) -> Picture:
        return Picture(self._painted[key]) if key in self._painted else Picture(lambda: self._receive(key))

    def _receive(self, key: str) -> bytes:
        if key not in self._painted:
            name, future = self._painting.pop(key)
            with _naming(name):
                self._take(key, future.result(), counted=bool(name))
        return self._painted[key]

    def _take(self, key: str, painted: tuple[bytes, str], *, counted: bool) -> None:
        self._painted[key], letters = painted
        self._letters.learn(letters)
        self._keep(key, "png", painted[0], counted=counted)

    def _keep_letters(self) -> None:
        if news := self._letters.news():
            kept = _kept_letters(self._cache)
            kept.learn(news)
            _write(self._cache, _letters_key(), "json", kept.text().encode())

    # --- the library for readers

    def begin_bundle(self) -> None:
        """Have the library for interactive charts made beside other work, if it is not kept and others draw."""
        begun = self._bundle is not None or self._made_bundle
        if self._executor and not begun and _read(self._cache, _bundle_key(), "js") is None:
            self._bundle = self._executor.submit(draw.javascript_bundle)

    def javascript_bundle(self) -> str:
        """The library that draws interactive charts in the browser, as one script; it defines `vegaEmbed`."""
        kept = _read(self._cache, _bundle_key(), "js")
        if kept is not None:
            return kept.decode()
        bundle = self._made_bundle or (self._bundle.result() if self._bundle else self._bundle_here())
        self._keep_bundle(bundle)
        return bundle

    def _bundle_here(self) -> str:
        """Where there may be other processes, in one: once the engine runs in this one, no other can be forked."""
        make = draw.javascript_bundle
        return aside(make)() if self._workers > 1 and can_spread() else make()

    def _keep_bundle(self, bundle: str) -> None:
        self._bundle, self._made_bundle = None, bundle
        _write(self._cache, _bundle_key(), "js", bundle.encode())

    # --- what all need

    def _others(self, tasks: int) -> Executor | None:
        """Those who draw beside the work here; None where there is too little to draw."""
        if self._executor is None and self._pool and tasks >= PARALLEL_FROM:
            self._executor = self._open.enter_context(self._pool())
        return self._executor if tasks else None

    def _keep(self, key: str, ending: str, content: bytes, *, counted: bool = True) -> None:
        _write(self._cache, key, ending, content)
        if counted:
            self._on_drawn()
            self._one_done()

    def _one_done(self) -> None:
        self._count += 1
        self._on_done(self._count)


def draw_all(
    jobs: Mapping[str, Job],
    cache: Path | None = None,
    workers: int = 1,
    on_done: Callable[[int], None] = lambda count: None,
    pool: Pool | None = None,
) -> dict[str, Drawing]:
    """Draw everything, and wait for it; the same bytes with or without cache, with one process or several.

    Raises ValueError naming the job that cannot be drawn.
    """
    with Studio(cache, workers, pool, on_done) as studio:
        drawn = studio.draw(jobs)
        studio.finish()
    return drawn


# --- in other processes ------------------------------------------------------------------------------------------


def _open_font() -> None:
    """Read one letter in both weights, and forget it: the font stays open."""
    for bold in (False, True):
        Outlines().outline("\u4e2d", bold=bold)


def _paint(task: tuple[str, float, Path | None]) -> tuple[bytes, str]:
    """A picture, and the letters that were read from a font for it."""
    file, scale, cache = task
    painter = _painter(cache)
    return draw.png(file, scale, painter), painter.letters.news()


@contextlib.contextmanager
def _naming(name: str) -> Iterator[None]:
    """Say which drawing failed."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"drawing {name}: {error}") from error


# --- the cache -----------------------------------------------------------------------------------------------------


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def _svg_key(spec: Mapping[str, Any]) -> str:
    return _hash("svg", drawing_version(), json.dumps(spec, sort_keys=True, ensure_ascii=False))


def _png_key(standalone: str, scale: float) -> str:
    return _hash("png", drawing_version(), version("numpy"), f"{scale:g}", _font_mark(), standalone)


def _bundle_key() -> str:
    return _hash("bundle", drawing_version())


def _letters_key() -> str:
    return _hash("outlines", drawing_version(), _font_mark(), version("fonttools"))


@lru_cache(maxsize=1)
def _font_mark() -> str:
    font = cjk_font()
    return f"{font} {font.stat().st_size}" if font else ""


@lru_cache(maxsize=1)
def _kept_letters(cache: Path | None) -> Outlines:
    """The letters that were read for earlier pictures; read once a process."""
    return Outlines((_read(cache, _letters_key(), "json") or b"").decode())


@lru_cache(maxsize=1)
def _painter(cache: Path | None) -> Painter:
    """Who paints in this process."""
    from generator.paint import Painter  # noqa: PLC0415 -- brings numpy

    return Painter(_kept_letters(cache))


def _place(cache: Path, key: str, ending: str) -> Path:
    return cache / key[:2] / f"{key}.{ending}"


def _read(cache: Path | None, key: str, ending: str) -> bytes | None:
    """What was kept: a line with the hash of the content, then the content. None if it is missing or damaged."""
    if cache is None:
        return None
    try:
        mark, _, content = _place(cache, key, ending).read_bytes().partition(b"\n")
    except OSError:
        return None
    return content if mark == hashlib.sha256(content).hexdigest().encode() else None


def _write(cache: Path | None, key: str, ending: str, content: bytes) -> None:
    """Keep a drawing. A reader finds it whole or not at all; a cache that cannot be written is passed over."""
    if cache is None:
        return
    place = _place(cache, key, ending)
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
            Path(name).replace(place)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
