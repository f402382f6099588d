"""How much of each pixel a shape covers: letters, boxes, corners, lines. Arithmetic only; colours are `paint`'s.

Coordinates are pixels, y downwards. A covering is an array of shares (0 to 1) by row and column, with the column and
row of its first pixel (`Cover`). Letters are exact across and cut into sixteenths of a pixel down; sides of boxes are
exact; round and slanting edges are half covered where they pass through a pixel's middle.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Shares = NDArray[np.floating[Any]]

ROWS: Final = 16
"""Into how many rows a pixel is cut for letters."""
_PIECES: Final = 6
"""Into how many straight pieces a curve of a letter is cut."""
_COMMAND: Final = re.compile(r"[A-Za-z]|-?[\d.]+(?:e-?\d+)?")

Point = tuple[float, float]
Dash = tuple[float, float]
"""How long a line is drawn, and how long it is not."""


class Cover(NamedTuple):
    """Shares of pixels, from a column and a row on."""

    left: int
    top: int
    shares: Shares


# --- letters -----------------------------------------------------------------------------------------------------


def lines_of(path: str) -> Shares:
    """The outline of a letter as straight lines: an array of (x1, y1, x2, y2).

    Raises KeyError for a command that outlines of letters do not have.
    """
    straight: list[tuple[float, ...]] = []
    curves: dict[int, list[tuple[float, ...]]] = {4: [], 6: []}
    here = start = (0.0, 0.0)
    tokens = _COMMAND.findall(path)
    place = 0
    command = ""
    while place < len(tokens):
        if tokens[place].isalpha():
            command = tokens[place]
            place += 1
            if command == "Z":
                straight.append((*here, *start))
                here = start
                continue
        count = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "C": 6}[command]
        given = tuple(map(float, tokens[place : place + count]))
        place += count
        if command in "HV":
            end = (given[0], here[1]) if command == "H" else (here[0], given[0])
        else:
            end = (given[-2], given[-1])
        if command == "M":
            start = end
            command = "L"
        elif count > 2:
            curves[count].append((*here, *given))
        else:
            straight.append((*here, *end))
        here = end
    parts = [np.array(straight, float).reshape(-1, 4)]
    share = np.linspace(0, 1, _PIECES + 1)[:, None, None]
    rest = 1 - share
    for count, weights in ((4, (rest**2, 2 * rest * share, share**2)),
                           (6, (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3))):  # fmt: skip
        points = np.array(curves[count], float).reshape(1, -1, len(weights), 2)
        places = sum(weight * points[:, :, n] for n, weight in enumerate(weights))
        parts.append(np.concatenate((places[:-1], places[1:]), axis=2).reshape(-1, 4))
    return np.concatenate(parts)


def filled(lines: Shares) -> Cover | None:
    """What closed lines (x1, y1, x2, y2) go round; None if that is nothing."""
    if not len(lines):
        return None
    left, right = math.floor(lines[:, ::2].min()), math.ceil(lines[:, ::2].max()) + 1
    top, bottom = math.floor(lines[:, 1::2].min()), math.ceil(lines[:, 1::2].max())
    width, height = right - left + 1, bottom - top
    lines = lines - (left, top, left, top)
    x1, y1, x2, y2 = lines[lines[:, 1] != lines[:, 3]].T
    rows = (np.arange(height * ROWS) + 0.5) / ROWS
    line, row = np.nonzero((np.minimum(y1, y2)[:, None] <= rows) & (rows < np.maximum(y1, y2)[:, None]))
    x = x1[line] + (rows[row] - y1[line]) * ((x2 - x1) / (y2 - y1))[line]  # no line is level
    turn = np.where(y2 > y1, 1.0, -1.0)[line] / ROWS
    column = np.floor(x).astype(np.intp)
    within = x - column
    cell = (row // ROWS) * width + column
    size = width * height
    change = np.bincount(cell, turn * (1 - within), size) + np.bincount(cell + 1, turn * within, size)[:size]
    shares = np.minimum(np.abs(np.cumsum(change.reshape(height, width), axis=1)), 1)
    return Cover(left, top, shares[:, :-1])


# --- boxes and straight lines ------------------------------------------------------------------------------------


def _along(start: float, end: float) -> tuple[int, Shares]:
    """The share of each pixel of a row that lies between two places, from the first pixel on."""
    first = math.floor(start)
    edges = np.clip(np.arange(first, math.ceil(end) + 1), start, end)
    return first, np.diff(edges)


def _drawn(way: Shares, dash: Dash) -> Shares:
    """How much of a line is drawn up to each place."""
    whole, rest = np.divmod(way, dash[0] + dash[1])
    return whole * dash[0] + np.minimum(rest, dash[0])


def box(x1: float, y1: float, x2: float, y2: float) -> Cover:
    """A box with square corners."""
    left, across = _along(x1, x2)
    top, down = _along(y1, y2)
    return Cover(left, top, down[:, None] * across)


def side(start: Point, end: Point, width: float, dash: Dash, gone: float = 0) -> Cover:
    """A line with gaps straight across or straight down, without caps; `gone` pixels of the pattern lie before it."""
    half = width / 2
    (x1, y1), (x2, y2) = start, end
    level = y1 == y2
    low, high = (min(x1, x2), max(x1, x2)) if level else (min(y1, y2), max(y1, y2))
    first = math.floor(low)
    edges = np.clip(np.arange(first, math.ceil(high) + 1), low, high)
    forwards = x1 + y1 < x2 + y2
    along = np.abs(np.diff(_drawn(gone + (edges - low if forwards else high - edges), dash)))
    other, thick = _along((y1 if level else x1) - half, (y1 if level else x1) + half)
    return Cover(first, other, thick[:, None] * along) if level else Cover(other, first, along[:, None] * thick)


# --- round corners -----------------------------------------------------------------------------------------------


def _middles(left: int, top: int, right: int, bottom: int) -> tuple[Shares, Shares]:
    """The middles of pixels: a row of x, a column of y."""
    return np.arange(left, right) + 0.5, (np.arange(top, bottom) + 0.5)[:, None]


def rounded(x1: float, y1: float, x2: float, y2: float, radius: float, width: float | None = None) -> Cover:
    """A box with round corners; with a width, its outline alone. A circle is one whose radius is half its side."""
    margin = (width or 0) / 2 + 1
    left, top = math.floor(x1 - margin), math.floor(y1 - margin)
    x, y = _middles(left, top, math.ceil(x2 + margin), math.ceil(y2 + margin))
    across = np.abs(x - (x1 + x2) / 2) - ((x2 - x1) / 2 - radius)
    down = np.abs(y - (y1 + y2) / 2) - ((y2 - y1) / 2 - radius)
    outside = np.sqrt(np.maximum(across, 0) ** 2 + np.maximum(down, 0) ** 2)
    distance = outside + np.minimum(np.maximum(across, down), 0) - radius
    return Cover(left, top, _edge(distance, width))


def _edge(distance: Shares, width: float | None) -> Shares:
    """Shares of what lies inside, or within half a width of the edge, by the distance outwards."""
    return np.clip(0.5 - distance if width is None else (width + 1) / 2 - np.abs(distance), 0, 1)


def arc(middle: Point, radius: float, turn: float, width: float, dash: Dash, gone: float) -> Cover:
    """A quarter of a circle with gaps, clockwise from an angle (in quarters, 0 = to the right) on."""
    reach = radius + width / 2 + 1
    left, top = math.floor(middle[0] - reach), math.floor(middle[1] - reach)
    x, y = _middles(left, top, math.ceil(middle[0] + reach), math.ceil(middle[1] + reach))
    across, down = x - middle[0], y - middle[1]
    angle = np.mod(np.arctan2(down, across) - turn * math.pi / 2, 2 * math.pi)
    way = gone + angle * radius
    drawn = _drawn(way + 0.5, dash) - _drawn(np.maximum(way - 0.5, 0), dash)
    inside = np.clip(np.minimum(angle, math.pi / 2 - angle) * radius + 0.5, 0, 1)
    return Cover(left, top, _edge(np.hypot(across, down) - radius, width) * np.clip(drawn, 0, 1) * inside)


# --- slanting lines ----------------------------------------------------------------------------------------------


def convex(corners: Sequence[Point], width: float | None = None) -> Cover:
    """A shape without dents, its corners in order; with a width, its outline alone, with pointed corners."""
    margin = 2 * (width or 0) + 1
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, top = math.floor(min(xs) - margin), math.floor(min(ys) - margin)
    x, y = _middles(left, top, math.ceil(max(xs) + margin), math.ceil(max(ys) + margin))
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    distance = np.full((len(y), len(x)), -np.inf)
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        across, down = _normal(x1, y1, x2, y2)
        if (middle_x - x1) * across + (middle_y - y1) * down > 0:
            across, down = -across, -down
        distance = np.maximum(distance, (x - x1) * across + (y - y1) * down)
    return Cover(left, top, _edge(distance, width))


def _normal(x1: float, y1: float, x2: float, y2: float) -> Point:
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    return (y1 - y2) / length, (x2 - x1) / length


def stroke(points: Sequence[Point], width: float) -> list[Cover]:
    """Straight pieces from point to point, joined roundly, square at both ends."""
    half = width / 2
    found = []
    for n, ((x1, y1), (x2, y2)) in enumerate(pairwise(points)):
        length = math.hypot(x2 - x1, y2 - y1)
        if length == 0:
            continue
        left, top = math.floor(min(x1, x2) - half - 1), math.floor(min(y1, y2) - half - 1)
        x, y = _middles(left, top, math.ceil(max(x1, x2) + half + 1), math.ceil(max(y1, y2) + half + 1))
        along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length
        across = np.abs((x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)) / length
        beyond = np.maximum(np.maximum(-along, along - length), 0)
        shares = np.clip(half + 0.5 - np.hypot(across, beyond), 0, 1)
        if n == 0:
            shares *= np.clip(along + 0.5, 0, 1)
        if n == len(points) - 2:
            shares *= np.clip(length - along + 0.5, 0, 1)
        found.append(Cover(left, top, shares))
    return found


def dashes(points: Sequence[Point], dash: Dash) -> list[list[Point]]:
    """A line from point to point as the pieces of it that are drawn."""
    pieces: list[list[Point]] = []
    period, gone = dash[0] + dash[1], 0.0
    for (x1, y1), (x2, y2) in pairwise(points):
        length = math.hypot(x2 - x1, y2 - y1)
        if length == 0:
            continue
        for n in range(math.floor(gone / period), math.ceil((gone + length) / period)):
            start, end = max(n * period, gone), min(n * period + dash[0], gone + length)
            if start >= end:
                continue
            ends = [(x1 + (x2 - x1) * (at - gone) / length, y1 + (y2 - y1) * (at - gone) / length)
                    for at in (start, end)]  # fmt: skip
            if pieces and start == gone > n * period and pieces[-1][-1] == (x1, y1):
                pieces[-1].append(ends[1])
            else:
                pieces.append(ends)
        gone += length
    return pieces


def dashed_frame(
    x1: float, y1: float, x2: float, y2: float, radius: float, width: float, dash: Dash
) -> list[Cover]:  # fmt: skip
    """The outline of a box with gaps, from its upper left corner on clockwise; a circle begins on its right."""
    half = width / 2
    wide, high, bow = x2 - x1 - 2 * radius, y2 - y1 - 2 * radius, radius * math.pi / 2
    around = (((x1 + radius, y1), (x2 - radius, y1), wide), ((x2, y1 + radius), (x2, y2 - radius), high),
              ((x2 - radius, y2), (x1 + radius, y2), wide), ((x1, y2 - radius), (x1, y1 + radius), high))  # fmt: skip
    is_circle = max(wide, high) <= 0
    gone = 0.0
    found = []
    for turn, (start, end, length) in enumerate(around):
        if length > 0:
            found.append(side(start, end, width, dash, gone))
            gone += length
        if radius > 0:
            middle = (x2 - radius if turn in (0, 1) else x1 + radius, y2 - radius if turn in (1, 2) else y1 + radius)
            before = ((turn + 3) % 4) * bow if is_circle else gone
            found.append(arc(middle, radius, turn - 1, width, dash, before))
            gone += bow
        elif 0 < gone % sum(dash) < dash[0]:  # a corner within a stroke is pointed
            found.append(box(end[0] - half, end[1] - half, end[0] + half, end[1] + half))
    return found
