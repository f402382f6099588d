"""Drawings from Vega-Lite: SVG for the page, SVG and PNG files that stand alone.

The only module that runs vl_convert, for what our own code (`chart_svg`, `paint`) does not know. It draws in isolation
from the fonts of the machine (three times faster, and the same bytes everywhere). `generator.studio` draws many, and
keeps them.

Texts that come in (titles, sources, words of the data) are escaped here and stay text.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import vl_convert

from generator.chart_svg import chart_svg
from generator.lettering import wrap
from generator.outlines import SIGNS, Outlines
from generator.palette import LIGHT, PREFIX
from generator.png import packed

if TYPE_CHECKING:
    from generator.paint import Painter

DRAWING_VERSION: Final = "7"
"""Raise it when this module draws otherwise than before: every cached drawing is then made anew."""
FONT: Final = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
PNG_FONT: Final = "Liberation Sans"
"""The font that comes with vl_convert; Chinese is taken from a font of the machine (`generator.outlines`)."""
PAD: Final = 16
"""Margin of a file that stands alone, in pixels."""

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
    svg = re.sub(
        r'^<svg [^>]*?(width="[^"]*") (height="[^"]*") (viewBox="[^"]*")>',
        r'<svg xmlns="http://www.w3.org/2000/svg" \1 \2 \3>',
        svg,
    )
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
    return float(head[1]), float(head[2]), svg[head.end() :].removesuffix("</svg>")


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
    return (
        f'<text x="{PAD}" y="{y:g}" font-size="{size}" font-weight="{weight}" fill="{colour}">'
        f"{escape(text, quote=False)}</text>"
    )


def png(standalone: str, scale: float = 2, painter: Painter | None = None) -> bytes:
    """A picture of a file that stands alone. Chinese text needs a font of the machine: see has_cjk_font.

    Our own drawings are painted by `generator.paint`, which a painter makes quicker from picture to picture; everything
    else by the engine.
    """
    from generator.paint import Painter  # noqa: PLC0415 -- brings numpy

    painter = painter or Painter(Outlines())
    if painter.letters.own("A") is None:
        painter.letters.take(_letters())
    text = standalone.translate(_PLAIN_SYMBOLS)
    return painter.picture(text, scale) or engine_png(text, scale, painter.letters)


def _letters() -> bytes:
    """A document of the engine with all letters of its font that pictures may need, in both weights."""
    signs = escape(" ".join(SIGNS))
    texts = "".join(f'<text y="50" font-weight="{weight}">{signs}</text>' for weight in ("normal", "bold"))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="99" font-family="{PNG_FONT}">{texts}</svg>'
    with _isolated_fonts():
        document: bytes = vl_convert.svg_to_pdf(svg)
    return document


def engine_png(standalone: str, scale: float, letters: Outlines) -> bytes:
    """The same, by vl_convert."""
    text = letters.drawn(standalone.replace(f'font-family="{FONT}"', f'font-family="{PNG_FONT}"'))
    with _isolated_fonts():
        picture: bytes = vl_convert.svg_to_png(text, scale=scale)
    return packed(picture)


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


def javascript_bundle() -> str:
    """The library that draws interactive charts in the browser, as one script; it defines `vegaEmbed`."""
    bundle: str = vl_convert.javascript_bundle()  # type: ignore[call-arg] # its stub asks for more than it does
    return bundle


@lru_cache(maxsize=1)
def drawing_version() -> str:
    """Everything but the task itself that decides the bytes of a drawing."""
    return f"{DRAWING_VERSION} {version('vl-convert-python')} {vl_convert.get_vegalite_versions()[-1]}"
