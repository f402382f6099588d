"""Drawings from Vega-Lite: SVG for the page, SVG and PNG files that stand alone.

The only module that runs vl_convert. It draws in isolation from the fonts of the machine (three
times faster, and the same bytes everywhere), in processes where there is much to draw, and keeps
what it drew under the hash of everything that made it. A cache that is missing, damaged or
switched off costs time only.

Texts that come in (titles, sources, words of the data) are escaped here and stay text.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import re
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import as_completed
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import vl_convert

from generator.chart_svg import chart_svg
from generator.executors import Pool, local_processes
from generator.lettering import wrap
from generator.outlines import CJK, Outlines, cjk_font
from generator.palette import LIGHT, PREFIX

DRAWING_VERSION: Final = "3"
"""Raise it when this module draws otherwise than before: every cached drawing is then made anew."""
PARALLEL_FROM: Final = 20
"""Fewer drawings than this are not worth the start of processes (about half a second)."""
FONT: Final = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
PNG_FONT: Final = "Liberation Sans"
"""The font that comes with vl_convert; Chinese is taken from a font of the machine (`generator.outlines`)."""
PAD: Final = 16
"""Margin of a file that stands alone, in pixels."""

_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_TAG: Final = re.compile(r"<[^>]*>")
_NOISE: Final = re.compile(
    r"""\s(?:(?:role|aria-[a-z]+|font-family|class|pointer-events|style)="[^"]*"|stroke-dasharray="1,0"|"""
    r"""font-weight="normal"|opacity="1")"""
)
"""Attributes that say nothing here, or what the page must say itself."""
_ID: Final = re.compile(r"""(\bid="|url\(#|href="#)([A-Za-z_][\w.-]*)""")
_VARIABLE: Final = re.compile(r"var\(" + PREFIX + r"([a-z0-9-]+)\)")
_EMPTY: Final = re.compile(r"""<path d="M[-\d.,]+h[\d.]+v[\d.]+h-?[\d.]+Z"/>|<path d="" display="none"/>""")
"""Backgrounds and foregrounds of groups, which have no colour."""
_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that turn text round: they draw nothing, and could make a label read as another."""
_PLAIN_SYMBOLS: Final = str.maketrans({"✔": "√", "✓": "√", "◆": "♦", "✕": "×", "‖": "="})
"""Symbols that the fonts of pictures lack, and their nearest likeness."""


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


@dataclass(frozen=True)
class Drawing:
    """What a job gave. `file` (SVG that stands alone) is None without a caption, `png` unless it was asked for."""

    svg: str
    file: str | None = None
    png: bytes | None = None


# --- one drawing ---------------------------------------------------------------------------------------------


def draw_svg(spec: Mapping[str, Any]) -> str:
    """Draw a specification: clean SVG with a view box, without styles, scripts, roles or fonts of its own.

    Our own charts are drawn by `generator.chart_svg`, everything else by the engine; the bytes are the same.
    Ids become hashes of the content, so that two drawings on one page never clash.
    Raises ValueError if the specification cannot be drawn.
    """
    return chart_svg(spec) or engine_svg(spec)


def engine_svg(spec: Mapping[str, Any]) -> str:
    """The same, by vl_convert."""
    with _isolated_fonts():
        return _clean(vl_convert.vegalite_to_svg(dict(spec), allowed_base_urls=[]))


def _clean(svg: str) -> str:
    """Keep what draws, drop the rest. Works on tags only, never on text."""
    svg = _TAG.sub(lambda tag: _NOISE.sub("", tag[0]), _TURNING.sub("", svg))
    svg = _EMPTY.sub("", svg)
    before = None
    while before != svg:
        before, svg = svg, svg.replace("<g></g>", "").replace("<g/>", "")
    svg = re.sub(r'^<svg [^>]*?(width="[^"]*") (height="[^"]*") (viewBox="[^"]*")>',
                 r'<svg xmlns="http://www.w3.org/2000/svg" \1 \2 \3>', svg)
    return _named_by_content(svg)


def _named_by_content(svg: str) -> str:
    """Number the ids of a drawing in their order, behind a hash of the drawing (vl_convert counts them by process)."""
    names: dict[str, str] = {}
    for tag in _TAG.findall(svg):
        for _, name in _ID.findall(tag):
            names.setdefault(name, str(len(names)))
    if not names:
        return svg
    svg = _TAG.sub(lambda tag: _ID.sub(lambda found: f"{found[1]}\n{names[found[2]]}", tag[0]), svg)
    mark = f"pe-{hashlib.sha256(svg.encode()).hexdigest()[:10]}-"
    return _TAG.sub(lambda tag: re.sub(r'(id="|url\(#|href="#)\n', lambda found: found[1] + mark, tag[0]), svg)


def _split(svg: str) -> tuple[float, float, str]:
    """Width, height and content of a drawing made by draw_svg."""
    head = re.match(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>', svg)
    if head is None:
        raise ValueError(f"not a drawing of draw_svg: {svg[:60]!r}")
    return float(head[1]), float(head[2]), svg[head.end():].removesuffix("</svg>")


def inline_svg(svg: str, title: str, desc: str, id: str) -> str:
    """A drawing for the page: one image with a name and a description; its parts are hidden from screen readers."""
    width, height, content = _split(svg)
    name = escape(id)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pe-chart__svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="{name}-title {name}-desc" focusable="false">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(desc)}</desc>'
        f'<g aria-hidden="true">{content}</g></svg>'
    )


def standalone_svg(svg: str, title: str, subtitle: str, source: str, colours: Mapping[str, str] = LIGHT) -> str:
    """A drawing as a file of its own: colours written in, paper behind, words above and source below."""
    width, height, content = _split(svg)
    room = max(width, 360.0)
    y = float(PAD)
    texts = []
    for text, size, colour, weight in ((title, 16, "ink", "bold"), (subtitle, 12, "muted", "normal")):
        for line in wrap(text, room, size):
            y += size * 1.35
            texts.append(_line(line, y - size * 0.3, size, colours[colour], weight))
        y += 4
    top = y + 8
    y = top + height + 10
    for line in wrap(source, room, 11):
        y += 15
        texts.append(_line(line, y - 4, 11, colours["muted"], "normal"))
    content = _TAG.sub(lambda tag: _VARIABLE.sub(lambda v: colours.get(v[1], colours["ink"]), tag[0]), content)
    whole_width, whole_height = f"{math.ceil(room + 2 * PAD)}", f"{math.ceil(y + PAD)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole_width}" height="{whole_height}" '
        f'viewBox="0 0 {whole_width} {whole_height}" font-family="{FONT}" role="img" aria-label="{escape(title)}">'
        f'<rect width="100%" height="100%" fill="{colours["paper"]}"/>{"".join(texts)}'
        f'<g transform="translate({PAD + (room - width) / 2:g},{top:g})">{content}</g></svg>\n'
    )


def _line(text: str, y: float, size: float, colour: str, weight: str) -> str:
    return (f'<text x="{PAD}" y="{y:g}" font-size="{size}" font-weight="{weight}" fill="{colour}">'
            f"{escape(text, quote=False)}</text>")


def png(standalone: str, scale: float = 2, outlines: Outlines | None = None) -> bytes:
    """A picture of a file that stands alone. Chinese text needs a font of the machine: see has_cjk_font."""
    return _painted((_ready_to_paint(standalone, outlines or Outlines()), scale))


def _ready_to_paint(standalone: str, outlines: Outlines) -> str:
    """The same SVG without what the engine that paints cannot do or is slow at."""
    text = standalone.translate(_PLAIN_SYMBOLS).replace(f'font-family="{FONT}"', f'font-family="{PNG_FONT}"')
    return outlines.drawn(text)


def _painted(picture: tuple[str, float]) -> bytes:
    text, scale = picture
    with _isolated_fonts():
        painted: bytes = vl_convert.svg_to_png(text, scale=scale)
    return _packed(painted)


def _packed(picture: bytes) -> bytes:
    """The same PNG with its pixels packed harder: a third of the size that vl_convert writes."""
    chunks: list[tuple[bytes, bytes]] = []
    place = len(_PNG_START)
    while place < len(picture):
        size = int.from_bytes(picture[place : place + 4], "big")
        chunks.append((picture[place + 4 : place + 8], picture[place + 8 : place + 8 + size]))
        place += size + 12
    pixels = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    body = (b"IDAT", zlib.compress(pixels, 6))
    first = next(n for n, (name, _) in enumerate(chunks) if name == b"IDAT")
    kept = [chunk for chunk in chunks if chunk[0] != b"IDAT"]
    kept.insert(first, body)
    return _PNG_START + b"".join(
        len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big") for name, data in kept)


# --- fonts -----------------------------------------------------------------------------------------------------

@lru_cache(maxsize=1)
def _font_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder with a font configuration that knows no font of the machine. It lives as long as the process.

    The configuration must name a folder that exists: with none, the font library falls back to the system's.
    """
    folder = tempfile.TemporaryDirectory(prefix="policy-explorer-fonts-")
    (Path(folder.name) / "none").mkdir()
    config = f'<?xml version="1.0"?><fontconfig><dir>{escape(folder.name)}/none</dir></fontconfig>'
    (Path(folder.name) / "fonts.conf").write_text(config, encoding="utf-8")
    return folder


_environment = threading.Lock()


@contextlib.contextmanager
def _isolated_fonts() -> Iterator[None]:
    """Hide the machine's fonts from vl_convert, which looks for them once; other programs must still find them."""
    with _environment:
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(Path(_font_folder().name) / "fonts.conf")
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


def javascript_bundle(cache: Path | None = None) -> str:
    """The library that draws interactive charts in the browser, as one script; it defines `vegaEmbed`."""
    key = _hash("bundle", _version())
    kept = _read(cache, key, "js")
    if kept is not None:
        return kept.decode()
    bundle: str = vl_convert.javascript_bundle()  # type: ignore[call-arg] # its stub asks for more than it does
    _write(cache, key, "js", bundle.encode())
    return bundle


# --- many drawings -----------------------------------------------------------------------------------------------


def draw_all(
    jobs: Mapping[str, Job],
    cache: Path | None = None,
    workers: int = 1,
    on_done: Callable[[int], None] = lambda count: None,
    on_drawn: Callable[[], None] = lambda: None,
    pool: Pool | None = None,
) -> dict[str, Drawing]:
    """Draw everything; the same bytes with or without cache, with one process or several, here or in another `pool`.

    `on_done` is told how many files are made (a PNG is a second one), `on_drawn` of each that was not in the cache.
    Equal specifications are drawn once. Raises ValueError naming the job that cannot be drawn.
    """
    studio = _Studio(cache, pool or (local_processes(workers) if workers > 1 else None), on_done, on_drawn)
    keys = {name: _svg_key(job.spec) for name, job in jobs.items()}
    tasks = {key: jobs[name].spec for name, key in keys.items()}
    names = {key: name for name, key in keys.items()}
    drawn = _make(tasks, names, _Kind("svg", _draw_by_engine, quick=_draw_quickly), studio)
    drawings: dict[str, Drawing] = {}
    pictures: dict[str, tuple[str, float]] = {}
    for name, job in jobs.items():
        svg = drawn[keys[name]].decode()
        caption = job.caption
        file = standalone_svg(svg, caption.title, caption.subtitle, caption.source) if caption else None
        drawings[name] = Drawing(svg, file)
        if file is not None and job.png is not None:
            pictures[name] = (file, job.png)
    keys = {name: _png_key(*picture) for name, picture in pictures.items()}
    names = {key: name for name, key in keys.items()}
    made = _paint({key: pictures[name] for key, name in names.items()}, names, studio)
    for name, key in keys.items():
        drawings[name] = Drawing(drawings[name].svg, drawings[name].file, made[key])
    return drawings


def draw_pictures(files: Mapping[str, str], cache: Path | None = None) -> dict[str, bytes]:
    """SVG files as PNG in their own size."""
    keys = {name: _png_key(file, 1) for name, file in files.items()}
    pictures = {keys[name]: (file, 1.0) for name, file in files.items()}
    made = _paint(pictures, {key: name for name, key in keys.items()}, _Studio(cache, None))
    return {name: made[key] for name, key in keys.items()}


@dataclass(frozen=True)
class _Kind:
    """What is made: how, and the ending of its files in the cache."""

    ending: str
    draw: Callable[[Any], bytes]
    ready: Callable[[Any], Any] = lambda task: task
    """Done here to what is missing, before it goes to another process."""
    quick: Callable[[Any], bytes | None] = lambda task: None
    """Makes here what is not worth another process."""


@dataclass
class _Studio:
    """Where drawings are kept, who draws where they are many, and who is told how many are done."""

    cache: Path | None
    pool: Pool | None
    on_done: Callable[[int], None] = lambda count: None
    on_drawn: Callable[[], None] = lambda: None
    count: int = 0

    def add(self) -> None:
        self.count += 1
        self.on_done(self.count)


def _draw_quickly(spec: Mapping[str, Any]) -> bytes | None:
    svg = chart_svg(spec)
    return None if svg is None else svg.encode()


def _draw_by_engine(spec: Mapping[str, Any]) -> bytes:
    return engine_svg(spec).encode()


def _paint(pictures: Mapping[str, tuple[str, float]], names: Mapping[str, str], studio: _Studio) -> dict[str, bytes]:
    """Pictures by key: an SVG that stands alone, and a scale."""
    place = _hash("outlines", _version(), _font_mark(), version("fonttools"))
    outlines: Outlines | None = None

    def ready(picture: tuple[str, float]) -> tuple[str, float]:
        nonlocal outlines
        if outlines is None:
            outlines = Outlines((_read(studio.cache, place, "json") or b"").decode())
        return _ready_to_paint(picture[0], outlines), picture[1]

    made = _make(pictures, names, _Kind("png", _painted, ready), studio)
    if outlines and outlines.grown:
        _write(studio.cache, place, "json", outlines.text().encode())
    return made


def _make(tasks: Mapping[str, Any], names: Mapping[str, str], kind: _Kind, studio: _Studio) -> dict[str, bytes]:
    """Take from the cache what is there, draw the rest, keep it. The order of the tasks makes no difference."""
    cache, ending = studio.cache, kind.ending
    made: dict[str, bytes] = {}
    missing: list[str] = []
    for key in tasks:
        found = _read(cache, key, ending)
        if found is None:
            missing.append(key)
        else:
            made[key] = found
            studio.add()
    slow: list[str] = []

    def keep(key: str, content: bytes) -> None:
        made[key] = content
        studio.on_drawn()
        _write(cache, key, ending, content)
        studio.add()

    for key in missing:
        content = kind.quick(tasks[key])
        if content is None:
            slow.append(key)
        else:
            keep(key, content)
    for key, content in _run(kind.draw, [(key, kind.ready(tasks[key])) for key in slow], studio.pool, names):
        keep(key, content)
    return made


def _run(draw: Callable[[Any], bytes], tasks: list[tuple[str, Any]], pool: Pool | None,
         names: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Draw here, or in a pool where there is enough to draw; results come as they are ready."""
    if pool is None or len(tasks) < PARALLEL_FROM:
        for key, task in tasks:
            with _naming(names[key]):
                yield key, draw(task)
        return
    with pool() as executor:
        futures = {executor.submit(draw, task): key for key, task in tasks}
        for future in as_completed(futures):
            with _naming(names[futures[future]]):
                yield futures[future], future.result()


@contextlib.contextmanager
def _naming(name: str) -> Iterator[None]:
    """Say which drawing failed."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"drawing {name}: {error}") from error


# --- the cache -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _version() -> str:
    return f"{DRAWING_VERSION} {version('vl-convert-python')} {vl_convert.get_vegalite_versions()[-1]}"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def _svg_key(spec: Mapping[str, Any]) -> str:
    return _hash("svg", _version(), json.dumps(spec, sort_keys=True, ensure_ascii=False))


def _png_key(standalone: str, scale: float) -> str:
    font = _font_mark() if CJK.search(standalone) else ""
    return _hash("png", _version(), f"{scale:g}", font, standalone)


def _font_mark() -> str:
    font = cjk_font()
    return f"{font} {font.stat().st_size}" if font else ""


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
