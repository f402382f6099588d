"""Letters as shapes, for pictures (PNG): Chinese ones from a font of this machine, others from the engine's own font.

To open a font is dear: a Chinese one is twenty megabytes large. So the outline of each letter is read once, and can be
kept. Drawings (SVG) stay text, since the reader's browser has fonts.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape, unescape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from generator.lettering import text_width

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

CJK: Final = re.compile("[⺀-鿿豈-﫿＀-￯\U00020000-\U0003ffff]")
"""Letters that need a Chinese font, punctuation included."""

_FOLDERS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
_FONTS: Final = {
    "NotoSansCJK-Regular.*": "Noto Sans CJK SC",
    "NotoSansCJKsc-Regular.*": "Noto Sans CJK SC",
    "NotoSansSC*.*": "Noto Sans SC",
    "SourceHanSansSC-Regular.*": "Source Han Sans SC",
    "SourceHanSansCN-Regular.*": "Source Han Sans CN",
    "wqy-zenhei.*": "WenQuanYi Zen Hei",
    "wqy-microhei.*": "WenQuanYi Micro Hei",
    "DroidSansFallback*.*": "Droid Sans Fallback",
    "PingFang.*": "PingFang SC",
    "STHeiti*.*": "Heiti SC",
    "Hiragino Sans GB*.*": "Hiragino Sans GB",
    "msyh.*": "Microsoft YaHei",
    "simhei.*": "SimHei",
}
"""Files of fonts with Chinese characters, and the family to ask for: it chooses the Chinese shapes."""
SIGNS: Final = "".join(map(chr, (*range(0x21, 0x7F), *range(0xA1, 0x180)))) + "–—‘’“”…‰√≈≤≥▲▼♦○●■"
"""The letters that are taken from the engine's font: what Europe's languages and our charts write."""
_FONT: Final = re.compile(
    rb"/BaseFont /\w+\+(?P<name>[\w-]+)[^>]*?/DescendantFonts \[(?P<font>\d+) 0 R\][^>]*?/ToUnicode (?P<signs>\d+) 0 R"
)
_SIGN: Final = re.compile(rb"<([0-9A-Fa-f]{4})> *<([0-9A-Fa-f]{4})>")
_TEXT: Final = re.compile(r"<text([^>]*)>([^<]*)</text>")
_ATTRIBUTE: Final = re.compile(r'([a-z-]+)="([^"]*)"')
_OURS: Final = {"x", "y", "font-size", "font-weight", "font-family", "text-anchor", "transform"}
"""Attributes of a text that its shapes have worked in; the others (colour, opacity) are kept as they are."""


@lru_cache(maxsize=1)
def _found() -> tuple[Path, str] | None:
    folders = [folder for name in _FOLDERS if (folder := Path(name).expanduser()).is_dir()]
    for pattern, family in _FONTS.items():
        found = sorted(
            path
            for folder in folders
            for path in folder.rglob(pattern)
            if path.suffix.lower() in (".ttf", ".otf", ".ttc", ".otc")
        )
        if found:
            return found[0], family
    return None


def cjk_font() -> Path | None:
    """The first known font with Chinese characters on this machine, or None."""
    found = _found()
    return found[0] if found else None


def has_cjk_font() -> bool:
    """Whether pictures (PNG) can show Chinese text. Drawings (SVG) do not need it."""
    return cjk_font() is not None


class Outline(NamedTuple):
    """One letter: its advance and its path (y upwards), in units of which `units` make one em."""

    units: int
    advance: float
    path: str


class Outlines:
    """Outlines of letters, read from the font when they are first asked for."""

    def __init__(self, kept: str = "") -> None:
        """Start with what `text` once gave; anything else than that is passed over."""
        self._known: dict[str, Outline | None] = _parsed(kept)
        self._new: set[str] = set()

    def text(self) -> str:
        """All outlines known so far, to be kept."""
        return self._text(self._known)

    def news(self) -> str:
        """Those that were added since this was last asked; nothing if there are none."""
        new, self._new = self._new, set()
        return self._text(new) if new else ""

    def learn(self, text: str) -> None:
        """Take in what `news` or `text` of another gave."""
        for name, outline in _parsed(text).items():
            if name not in self._known:
                self._known[name] = outline
                self._new.add(name)

    def _text(self, names: Iterable[str]) -> str:
        return json.dumps({name: self._known[name] for name in sorted(names)}, ensure_ascii=False)

    def outline(self, letter: str, *, bold: bool = False) -> Outline | None:
        """The outline of a letter, None where the font lacks it, or there is no font."""
        name = f"b{letter}" if bold else letter
        if name not in self._known:
            self._known[name] = _read(letter, bold)
            self._new.add(name)
        return self._known[name]

    def own(self, sign: str, *, bold: bool = False) -> Outline | None:
        """The same from the engine's own font: None where it lacks the letter, or `take` was given nothing yet."""
        return self._known.get(f"own {'b' if bold else ''}{sign}")

    def take(self, pdf: bytes) -> None:
        """Take the outlines of the engine's font from a document of its own in which they occur."""
        for bold, sign, outline in _embedded(pdf):
            name = f"own {'b' if bold else ''}{sign}"
            self._known[name] = outline
            self._new.add(name)

    def drawn(self, svg: str) -> str:
        """The same SVG, with every text that has Chinese in it as shapes."""
        return _TEXT.sub(self._as_shapes, svg) if has_cjk_font() and CJK.search(svg) else svg

    def _as_shapes(self, found: re.Match[str]) -> str:
        if not CJK.search(found[2]):
            return found[0]
        given = dict(_ATTRIBUTE.findall(found[1]))
        size, bold = float(given.get("font-size", "16").removesuffix("px")), given.get("font-weight") == "bold"
        x, shapes = 0.0, []
        for letter in unescape(found[2]):
            outline = self.outline(letter, bold=bold)
            if outline is None:  # the engine's own font may have it
                shapes.append(f'<text x="{x:.3f}" font-size="{size:g}">{escape(letter, quote=False)}</text>')
                x += text_width(letter, size)
                continue
            scale = size / outline.units
            if outline.path:
                shapes.append(f'<path transform="matrix({scale:g} 0 0 {-scale:g} {x:.3f} 0)" d="{outline.path}"/>')
            x += outline.advance * scale
        start = float(given.get("x", 0)) - {"middle": x / 2, "end": x}.get(given.get("text-anchor", ""), 0.0)
        kept = "".join(f' {name}="{value}"' for name, value in given.items() if name not in _OURS)
        place = f"{given.get('transform', '')}translate({start:.3f},{given.get('y', 0)})"
        return f'<g transform="{place}"{kept}>{"".join(shapes)}</g>'


def _parsed(kept: str) -> dict[str, Outline | None]:
    try:
        return {name: one and Outline(*one) for name, one in json.loads(kept).items()} if kept else {}
    except (ValueError, TypeError, AttributeError):
        return {}


# --- the font ----------------------------------------------------------------------------------------------------


class _Face(NamedTuple):
    """An opened font."""

    font: TTFont
    names: dict[int, str]
    """The name of the glyph of each letter, by code point."""
    glyphs: Any
    """fontTools' glyphs by name, each of which draws itself."""


def _read(letter: str, bold: bool) -> Outline | None:
    face = _face(bold) or _face(False)
    if face is None or ord(letter) not in face.names:
        return None
    return _outline(face.font, face.glyphs[face.names[ord(letter)]], face.glyphs)


def _outline(font: TTFont, glyph: Any, glyphs: Any) -> Outline:
    from fontTools.pens.svgPathPen import SVGPathPen  # noqa: PLC0415 -- only where a letter is new

    pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:g}")
    glyph.draw(pen)
    return Outline(int(font["head"].unitsPerEm), float(glyph.width), pen.getCommands())


def _embedded(pdf: bytes) -> Iterator[tuple[bool, str, Outline]]:
    """The letters of the fonts in a document as the engine writes it: whether bold, the letter, its outline."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 -- see _outline

    parts = {int(part[1]): part[2] for part in re.finditer(rb"(\d+) 0 obj\s(.*?)\sendobj", pdf, re.DOTALL)}
    for found in _FONT.finditer(pdf):
        descriptor = parts[int(re.findall(rb"/FontDescriptor (\d+)", parts[int(found["font"])])[0])]
        file = parts[int(re.findall(rb"/FontFile2 (\d+)", descriptor)[0])]
        font = TTFont(BytesIO(zlib.decompress(file.partition(b"stream\n")[2])), lazy=True)
        glyphs = font.getGlyphSet()
        for number, sign in _SIGN.findall(parts[int(found["signs"])]):
            glyph = glyphs[font.getGlyphName(int(number, 16))]
            yield found["name"].endswith(b"Bold"), chr(int(sign, 16)), _outline(font, glyph, glyphs)


@lru_cache(maxsize=2)
def _face(bold: bool) -> _Face | None:
    """The font in regular or bold weight; None where its file is missing or cannot be read."""
    from fontTools.ttLib import TTLibError  # noqa: PLC0415 -- see _read

    found = _found()
    if found is None:
        return None
    path, family = found
    if bold:
        if "Regular" not in path.name:
            return None
        path = path.with_name(path.name.replace("Regular", "Bold"))
    try:
        for font in _faces(path):
            if font["name"].getDebugName(1) == family or font["name"].getDebugName(16) == family:
                return _opened(font)
        return _opened(next(_faces(path)))
    except (TTLibError, OSError):
        return None


def _opened(font: TTFont) -> _Face:
    return _Face(font, font.getBestCmap() or {}, font.getGlyphSet())


def _faces(path: Path) -> Iterator[TTFont]:
    """Every face of a font file: a collection has several."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 -- see _read

    content = path.read_bytes()  # no file is left open, since outlines are read when they are asked for
    first = TTFont(BytesIO(content), fontNumber=0, lazy=True)
    yield first
    for number in range(1, getattr(first.reader, "numFonts", 1)):
        yield TTFont(BytesIO(content), fontNumber=number, lazy=True)
