"""Pictures of our own drawings, without the drawing engine: in a fifth of its time, and with the same look.

The engine (resvg) draws every letter as a path anew, and gives a packed PNG that has to be unpacked. Our drawings are
boxes, circles, lines and words; so each letter is made once for each size (`raster.filled`) and then only copied, and
the pixels go straight into a PNG with a palette. A drawing that asks for anything else is not painted here (the answer
is None), and the engine paints it. A test holds both side by side.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from generator import raster
from generator.outlines import CJK, Outline, Outlines
from generator.png import written
from generator.raster import Cover, Dash, Point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Levels = NDArray[np.uint8]

LEVELS: Final = 16
"""How many shades the edge of a letter has, and twice as many as that of a shape; more are not seen, and take room."""
_COLOURS: Final = 256
"""How many a palette holds. Where there are more, a shade of an edge becomes the nearest that is there."""
_PHASES: Final = 4
"""A letter stands at a quarter of a pixel; a full-width one and one that is turned at a whole or half one."""
_MOST_LETTERS: Final = 20_000
"""So many pictures of letters are held, of some hundred bytes each."""
_MOST_LINES: Final = 1_000
"""The same for lines of text, of some thousand bytes each."""

_SVG: Final = "{http://www.w3.org/2000/svg}"
_NUMBER: Final = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
_MOVE: Final = re.compile(rf"translate\(({_NUMBER}),({_NUMBER})\)")
_TURNED: Final = re.compile(rf"{_MOVE.pattern} rotate\(({_NUMBER})\) {_MOVE.pattern}")
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_PAIR: Final = rf"{_NUMBER},{_NUMBER}"
_BOX: Final = re.compile(rf"M({_NUMBER}),({_NUMBER})h({_NUMBER})v({_NUMBER})h{_NUMBER}Z")
_CURVE: Final = rf"C{_PAIR},{_PAIR},{_PAIR}"
_ROUND_BOX: Final = re.compile(rf"M{_PAIR}L{_PAIR}{_CURVE}L{_PAIR}{_CURVE}L{_PAIR}{_CURVE}L{_PAIR}{_CURVE}Z")
_BOW: Final = rf"A({_NUMBER}),{_NUMBER},0,1,1,{_NUMBER},0"
_CIRCLE: Final = re.compile(rf"M{_NUMBER},0{_BOW}{_BOW}")
_LINES: Final = re.compile(rf"M{_PAIR}(?:L{_PAIR})+Z?")
_SYMBOLS: Final = (3, 4)
"""Shapes of so many corners have no dents: they are the symbols of our charts."""


class _UnknownError(Exception):
    """The drawing asks for something that only the engine can paint."""


class _Look(NamedTuple):
    """How a shape is painted."""

    fill: int | None
    stroke: int | None
    width: float
    dash: Dash | None


class _Set(NamedTuple):
    """A letter or a line in one size: where its pixels begin, from where it stands, and how far each is covered."""

    left: int
    top: int
    levels: Levels


class Painter:
    """Paints; holds the letters that it has made."""

    def __init__(self, letters: Outlines) -> None:
        self.letters = letters
        self._made: dict[tuple[object, ...], _Set | None] = {}
        self._lines: dict[tuple[str, float, bool, float], tuple[_Set | None, float]] = {}

    def picture(self, svg: str, scale: float) -> bytes | None:
        """A file that stands alone (`draw.standalone_svg`) as a PNG; None where the engine has to paint it."""
        try:
            return _Canvas(self, ET.fromstring(svg), scale).png()  # noqa: S314 -- a drawing of our own
        except (_UnknownError, ET.ParseError, KeyError, ValueError):
            return None

    def line(self, text: str, size: float, bold: bool, turn: float) -> tuple[_Set | None, float]:
        """A line of text and how long it is; None for spaces. `size` in pixels, `turn` in degrees.

        Raises _UnknownError for a letter that there is no outline of.
        """
        key = (text, size, bold, turn)
        if key not in self._lines:
            if len(self._lines) >= _MOST_LINES:
                self._lines.clear()
            self._lines[key] = self._line(*key)
        return self._lines[key]

    def _line(self, text: str, size: float, bold: bool, turn: float) -> tuple[_Set | None, float]:
        cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        at = 0.0
        found = []
        chinese = CJK.search(text) is not None
        for sign in text:
            outline = self._outline(sign, bold, chinese)
            share = size / outline.units
            parts = _PHASES // 2 if turn else 1 if outline.advance == outline.units else _PHASES
            left, rest = divmod(round(at * cosine * parts), parts)
            top, lower = divmod(round(at * sine * parts), parts)
            if made := self._letter(outline, size, turn, (rest / parts, lower / parts)):
                found.append(_Set(left + made.left, top + made.top, made.levels))
            at += outline.advance * share
        return _joined(found) if found else None, at

    def _outline(self, sign: str, bold: bool, chinese: bool) -> Outline:
        """A letter; within Chinese text, from its font, so that both go together."""
        fonts = (self.letters.outline, self.letters.own) if chinese else (self.letters.own, self.letters.outline)
        found = fonts[0](sign, bold=bold) or fonts[1](sign, bold=bold)
        if found is None:
            raise _UnknownError
        return found

    def _letter(self, outline: Outline, size: float, turn: float, phase: Point) -> _Set | None:
        """A letter's pixels; None for a space."""
        key = (outline, size, turn, phase)
        if key not in self._made:
            if len(self._made) >= _MOST_LETTERS:
                self._made.clear()
            self._made[key] = self._drawn(*key)
        return self._made[key]

    @staticmethod
    def _drawn(outline: Outline, size: float, turn: float, phase: Point) -> _Set | None:
        lines = raster.lines_of(outline.path)
        share = size / outline.units
        cosine, sine = math.cos(math.radians(turn)) * share, math.sin(math.radians(turn)) * share
        points = lines.reshape(-1, 2) @ np.array(((cosine, sine), (sine, -cosine))) + phase
        cover = raster.filled(points.reshape(-1, 4))
        return cover and _Set(cover.left, cover.top, (cover.shares * LEVELS + 0.5).astype(np.uint8))


def _joined(letters: list[_Set]) -> _Set:
    """Letters as one line."""
    left, top = min(one.left for one in letters), min(one.top for one in letters)
    right = max(one.left + one.levels.shape[1] for one in letters)
    bottom = max(one.top + one.levels.shape[0] for one in letters)
    whole = np.zeros((bottom - top, right - left), np.uint8)
    for x, y, levels in letters:
        part = whole[y - top : y - top + levels.shape[0], x - left : x - left + levels.shape[1]]
        np.maximum(part, levels, out=part)
    return _Set(left, top, whole)


class _Canvas:
    """A picture while it is painted."""

    def __init__(self, painter: Painter, root: ET.Element, scale: float) -> None:
        self._painter, self._scale = painter, scale
        self._palette: list[int] = []
        self._numbers: dict[int, int] = {}
        """The place of each colour in the palette."""
        self._mixtures: dict[tuple[int, int, int], int] = {}
        self._size = (float(root.attrib["width"]), float(root.attrib["height"]))
        _known(root, {"width", "height", "viewBox", "font-family", "role", "aria-label"})
        if root.attrib["viewBox"] != f"0 0 {root.attrib['width']} {root.attrib['height']}" or not len(root):
            raise _UnknownError
        width, height = (round(one * scale) for one in self._size)
        self.pixels = np.zeros((height, width), np.uint8)
        """The number of the colour of each pixel."""
        for element in root.iter():  # before any shade
            for colour in (_colour(element, "fill"), _colour(element, "stroke")):
                if colour is not None:
                    self._number(colour)
        paper = root[0]
        if paper.tag != f"{_SVG}rect" or self._corners(paper) != (0, 0, *self._size):
            raise _UnknownError  # some of the picture would be seen through
        self._children(root, (0, 0), filled=True)

    def png(self) -> bytes:
        return written(self.pixels, self._palette)

    def _children(self, group: ET.Element, place: Point, *, filled: bool) -> None:
        for element in group:
            if element.tag == f"{_SVG}g":
                _known(element, {"transform", "fill", "stroke-miterlimit"})
                if element.get("fill", "none") != "none":
                    raise _UnknownError
                moved = self._moved(element, place)
                self._children(element, moved, filled=filled and "fill" not in element.attrib)
            else:
                _PAINT[element.tag](self, element, place, filled)

    # --- what attributes say

    def _moved(self, element: ET.Element, place: Point) -> Point:
        given = element.get("transform", "")
        found = _MOVE.fullmatch(given)
        if given and not found:
            raise _UnknownError
        return (place[0] + float(found[1]), place[1] + float(found[2])) if found else place

    def _look(self, element: ET.Element, filled: bool) -> _Look:
        if filled and "fill" not in element.attrib:
            raise _UnknownError  # it would be black
        given = [float(part) * self._scale for part in element.get("stroke-dasharray", "").split(",") if part]
        if len(given) not in (0, 2) or not all(part > 0 for part in given):
            raise _UnknownError
        width = float(element.get("stroke-width", "1")) * self._scale
        dash = (given[0], given[1]) if given else None
        return _Look(_colour(element, "fill"), _colour(element, "stroke"), width, dash)

    def _corners(self, element: ET.Element) -> tuple[float, float, float, float]:
        x, y = float(element.get("x", 0)), float(element.get("y", 0))
        wide, high = (
            float(given.removesuffix("%")) / 100 * whole if given.endswith("%") else float(given)
            for given, whole in zip((element.attrib["width"], element.attrib["height"]), self._size, strict=True)
        )
        return x, y, x + wide, y + high

    # --- shapes

    def rect(self, element: ET.Element, place: Point, filled: bool) -> None:
        _known(element, {"x", "y", "width", "height", "rx", "fill"})
        x1, y1, x2, y2 = self._corners(element)
        radius = min(float(element.get("rx", 0)), (x2 - x1) / 2, (y2 - y1) / 2)
        self._box(x1, y1, x2, y2, radius, place, self._look(element, filled))

    def line(self, element: ET.Element, place: Point, filled: bool) -> None:
        _known(element, {"transform", "x2", "y2", "stroke", "stroke-width", "stroke-dasharray"})
        x, y = self._moved(element, place)
        look = self._look(element, False)
        start = (x * self._scale, y * self._scale)
        end = ((x + float(element.attrib["x2"])) * self._scale, (y + float(element.attrib["y2"])) * self._scale)
        self._stroke([start, end], look)

    def path(self, element: ET.Element, place: Point, filled: bool) -> None:
        _known(element, {"transform", "d", "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin"})
        place = self._moved(element, place)
        path, look = element.attrib["d"], self._look(element, filled)
        if found := _BOX.fullmatch(path):
            left, top, wide, high = map(float, found.groups())
            self._box(left, top, left + wide, top + high, 0, place, look)
        elif found := _CIRCLE.fullmatch(path):
            radius = float(found[1])
            self._box(-radius, -radius, radius, radius, radius, place, look)
        elif _ROUND_BOX.fullmatch(path):
            given = [float(number) for number in re.findall(_NUMBER, path)]
            self._box(given[22], given[1], given[6], given[15], given[6] - given[2], place, look)
        elif _LINES.fullmatch(path):
            self._points(path, place, look)
        else:
            raise _UnknownError

    def _box(self, x1: float, y1: float, x2: float, y2: float, radius: float, place: Point, look: _Look) -> None:
        scale = self._scale
        x1, x2 = (x1 + place[0]) * scale, (x2 + place[0]) * scale
        y1, y2 = (y1 + place[1]) * scale, (y2 + place[1]) * scale
        radius *= scale
        if look.fill is not None:
            if radius:
                self._put(raster.rounded(x1, y1, x2, y2, radius), look.fill)
            else:
                self._solid(x1, y1, x2, y2, look.fill)
        if look.stroke is None:
            return
        if look.dash:
            for cover in raster.dashed_frame(x1, y1, x2, y2, radius, look.width, look.dash):
                self._put(cover, look.stroke)
        elif radius:
            self._put(raster.rounded(x1, y1, x2, y2, radius, look.width), look.stroke)
        else:
            for one in _sides(x1, y1, x2, y2, look.width / 2):
                self._solid(*one, look.stroke)

    def _points(self, path: str, place: Point, look: _Look) -> None:
        """A symbol with three or four corners, or a line from point to point."""
        pairs = (pair.split(",") for pair in path[1:].removesuffix("Z").split("L"))
        points = [((float(x) + place[0]) * self._scale, (float(y) + place[1]) * self._scale) for x, y in pairs]
        if not path.endswith("Z") and look.fill is None:
            self._stroke(points, look)
        elif path.endswith("Z") and len(points) in _SYMBOLS and look.fill is not None and not look.dash:
            self._put(raster.convex(points), look.fill)
            if look.stroke is not None:
                self._put(raster.convex(points, look.width), look.stroke)
        else:
            raise _UnknownError

    def _stroke(self, points: list[Point], look: _Look) -> None:
        if look.stroke is None:
            return
        (x1, y1), (x2, y2) = points[0], points[-1]
        if len(points) == 2 and (x1 == x2 or y1 == y2):
            half = look.width / 2
            if look.dash:
                self._put(raster.side((x1, y1), (x2, y2), look.width, look.dash), look.stroke)
            elif y1 == y2:
                self._solid(min(x1, x2), y1 - half, max(x1, x2), y1 + half, look.stroke)
            else:
                self._solid(x1 - half, min(y1, y2), x1 + half, max(y1, y2), look.stroke)
            return
        for piece in raster.dashes(points, look.dash) if look.dash else [points]:
            for cover in raster.stroke(piece, look.width):
                self._put(cover, look.stroke)

    # --- words

    def text(self, element: ET.Element, place: Point, filled: bool) -> None:
        _known(element, {"x", "y", "transform", "font-size", "font-weight", "text-anchor", "fill"})
        x, y = place[0] + float(element.get("x", 0)), place[1] + float(element.get("y", 0))
        turn, drop = 0.0, 0.0
        if found := _TURNED.fullmatch(element.get("transform", "")):
            x, y, turn = x + float(found[1]), y + float(found[2]), float(found[3])
            if float(found[4]):
                raise _UnknownError
            drop = float(found[5])
        else:
            x, y = self._moved(element, (x, y))
        content = re.sub("[ \t\r\n]+", " ", element.text or "").strip(" ")
        colour = _colour(element, "fill")
        if colour is None or len(element):
            raise _UnknownError
        size = float(element.get("font-size", "16").removesuffix("px")) * self._scale
        bold = {"bold": True, "normal": False}[element.get("font-weight", "normal")]
        line, width = self._painter.line(content, size, bold, turn)
        start = {"start": 0.0, "middle": -width / 2, "end": -width}[element.get("text-anchor", "start")]
        cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        drop *= self._scale
        if line:
            across = round(x * self._scale + start * cosine - drop * sine)
            down = round(y * self._scale + start * sine + drop * cosine)
            self._mix(across + line.left, down + line.top, line.levels, colour)

    # --- pixels

    def _solid(self, x1: float, y1: float, x2: float, y2: float, colour: int) -> None:
        """A box with square corners: whole pixels at once, its sides as far as they are covered."""
        height, width = self.pixels.shape
        for top, bottom, down in _bands(y1, y2, height):
            for left, right, across in _bands(x1, x2, width):
                level = 2 * int(down * across * (LEVELS // 2) + 0.5)
                region = self.pixels[top:bottom, left:right]
                if level == LEVELS:
                    region[...] = self._number(colour)
                elif level and (region == region[0, 0]).all():
                    region[...] = self._mixed(int(region[0, 0]), colour, level)
                elif level:
                    self._mix(left, top, np.full(region.shape, level, np.uint8), colour)

    def _put(self, cover: Cover, colour: int) -> None:
        levels = (cover.shares * (LEVELS // 2) + 0.5).astype(np.uint8) * np.uint8(2)
        self._mix(cover.left, cover.top, levels, colour)

    def _mix(self, left: int, top: int, levels: Levels, colour: int) -> None:
        """Lay a colour over pixels, as far as each is covered."""
        height, width = self.pixels.shape
        if left < 0 or top < 0 or left + levels.shape[1] > width or top + levels.shape[0] > height:
            levels = levels[max(0, -top) : max(0, height - top), max(0, -left) : max(0, width - left)]
            left, top = max(left, 0), max(top, 0)
        if not levels.size:
            return
        region = self.pixels[top : top + levels.shape[0], left : left + levels.shape[1]]
        ground = int(region[0, 0])
        if (region == ground).all():
            table = bytearray(256)
            for level in np.flatnonzero(np.bincount(levels.ravel())).tolist():
                table[level] = self._mixed(ground, colour, level)
            region[...] = np.frombuffer(levels.tobytes().translate(table), np.uint8).reshape(levels.shape)
            return
        pairs = (region.astype(np.uint16) << 5) | levels
        found = np.zeros(_COLOURS << 5, np.uint8)
        for pair in np.flatnonzero(np.bincount(pairs.ravel())).tolist():
            found[pair] = self._mixed(pair >> 5, colour, pair & 31)
        region[...] = found[pairs]

    def _number(self, colour: int) -> int:
        """The place of a colour in the palette, or of the nearest if there is no room."""
        if colour not in self._numbers:
            if len(self._palette) < _COLOURS:
                self._numbers[colour] = len(self._palette)
                self._palette.append(colour)
            else:
                self._numbers[colour] = min(range(_COLOURS), key=lambda number: _apart(colour, self._palette[number]))
        return self._numbers[colour]

    def _mixed(self, ground: int, colour: int, level: int) -> int:
        """The place of a colour that covers another by so much."""
        key = (ground, colour, level)
        if key not in self._mixtures:
            self._mixtures[key] = self._number(_over(self._palette[ground], colour, level)) if level else ground
        return self._mixtures[key]


def _apart(one: int, other: int) -> int:
    """How far two colours are apart."""
    return sum((((one >> shift) & 0xFF) - ((other >> shift) & 0xFF)) ** 2 for shift in (0, 8, 16))


def _sides(x1: float, y1: float, x2: float, y2: float, half: float) -> list[tuple[float, float, float, float]]:
    """The outline of a box as four boxes that touch."""
    if min(x2 - x1, y2 - y1) <= 2 * half:
        return [(x1 - half, y1 - half, x2 + half, y2 + half)]
    return [
        (x1 - half, y1 - half, x2 + half, y1 + half),
        (x1 - half, y2 - half, x2 + half, y2 + half),
        (x1 - half, y1 + half, x1 + half, y2 - half),
        (x2 - half, y1 + half, x2 + half, y2 - half),
    ]


def _bands(start: float, end: float, size: int) -> list[tuple[int, int, float]]:
    """The pixels of a row between two places, in runs that are covered alike: first, end, share."""
    first, last = math.floor(start), math.floor(end)
    if first == last:
        found = [(first, first + 1, end - start)]
    else:
        whole = first if first == start else first + 1
        found = [(first, whole, whole - start), (whole, last, 1.0), (last, last + 1, end - last)]
    return [(max(a, 0), min(b, size), share) for a, b, share in found if share > 0 and max(a, 0) < min(b, size)]


def _over(ground: int, colour: int, level: int) -> int:
    """A colour over another: red and blue at once, green by itself."""
    rest = LEVELS - level
    odd = (ground & 0xFF00FF) * rest + (colour & 0xFF00FF) * level + 0x80008
    even = (ground >> 8 & 0xFF) * rest + (colour >> 8 & 0xFF) * level + 8
    return (odd >> 4) & 0xFF00FF | (even >> 4) << 8


_PAINT: Final[Mapping[str, Callable[[_Canvas, ET.Element, Point, bool], None]]] = {
    f"{_SVG}rect": _Canvas.rect,
    f"{_SVG}line": _Canvas.line,
    f"{_SVG}path": _Canvas.path,
    f"{_SVG}text": _Canvas.text,
}


def _known(element: ET.Element, names: set[str]) -> None:
    if not element.attrib.keys() <= names:
        raise _UnknownError


def _colour(element: ET.Element, name: str) -> int | None:
    """A colour as red, green and blue in one number; None for none."""
    given = element.get(name, "none")
    if given == "none":
        return None
    if not _COLOUR.fullmatch(given):
        raise _UnknownError
    return int(given[1:], 16)
