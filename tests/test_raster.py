"""How much of each pixel a shape covers."""

import math

import numpy as np
import pytest

from generator import raster


def _area(cover):
    return float(cover.shares.sum())


def test_a_letter_covers_its_area_with_holes():
    """Straight lines, curves of both kinds, and an inner outline that turns the other way."""
    lines = raster.lines_of("M0 0H10V10H0ZM2 2V8H8V2Z")
    cover = raster.filled(lines)

    assert _area(cover) == pytest.approx(100 - 36)
    assert (cover.left, cover.top) == (0, 0)
    assert cover.shares[5, 1] == 1
    assert cover.shares[5, 5] == 0
    round_one = raster.filled(raster.lines_of("M0 5Q0 10 5 10Q10 10 10 5Q10 0 5 0Q0 0 0 5Z"))
    assert _area(round_one) == pytest.approx(100 - 4 * 25 / 6, rel=0.02)
    cubic = raster.filled(raster.lines_of("M0 0C0 8 8 8 8 0L4 0 0 0Z"))
    assert _area(cubic) == pytest.approx(8 * 8 * 0.6, rel=0.05)


@pytest.mark.parametrize("path", ["", "M0 0L5 0Z"])
def test_nothing_covers_nothing(path):
    """A space has no outline, and a level line no height."""
    cover = raster.filled(raster.lines_of(path))

    assert cover is None or cover.shares.sum() == 0


def test_an_unknown_command_is_refused():
    """Arcs are not in outlines of letters."""
    with pytest.raises(KeyError):
        raster.lines_of("M0 0L1 1S2 2 3 3Z")


def test_a_box_is_exact():
    """Parts of pixels on every side."""
    cover = raster.box(1.25, 2.5, 3.5, 4)

    assert (cover.left, cover.top) == (1, 2)
    assert cover.shares.tolist() == [[0.375, 0.5, 0.25], [0.75, 1, 0.5]]


@pytest.mark.parametrize(("start", "end"), [((1, 2), (11, 2)), ((11, 2), (1, 2)), ((2, 1), (2, 11)), ((2, 11), (2, 1))])
def test_a_dashed_line_begins_at_its_start(start, end):
    """Whatever its direction: three drawn, two not."""
    cover = raster.side(start, end, 2, (3, 2))
    along = cover.shares.max(axis=0 if start[1] == end[1] else 1)

    assert _area(cover) == pytest.approx(2 * 6)
    expected = [1, 1, 1, 0, 0, 1, 1, 1, 0, 0]
    assert along.tolist() == (expected if start <= end else expected[::-1])
    later = raster.side(start, end, 2, (3, 2), 3).shares.max(axis=0 if start[1] == end[1] else 1).tolist()
    assert later[:: 1 if start <= end else -1] == [0, 0, 1, 1, 1, 0, 0, 1, 1, 1]


def test_round_shapes_cover_their_area():
    """A disc, its outline, and a box with round corners."""
    assert _area(raster.rounded(0, 0, 20, 20, 10)) == pytest.approx(math.pi * 100, rel=0.01)
    assert _area(raster.rounded(0, 0, 20, 20, 10, 2)) == pytest.approx(math.pi * 40, rel=0.01)
    assert _area(raster.rounded(0, 0, 30, 20, 4)) == pytest.approx(600 - (4 - math.pi) * 16, rel=0.01)


def test_a_dashed_frame_is_drawn_by_its_share():
    """Square, with round corners, and a circle, which begins on its right."""
    for radius, round_length in ((0, 96), (6, 96 - 48 + 12 * math.pi)):
        drawn = sum(map(_area, raster.dashed_frame(0, 0, 30, 18, radius, 2, (3, 2))))
        assert drawn == pytest.approx(round_length * 2 * 3 / 5, rel=0.12)
    circle = raster.dashed_frame(0, 0, 20, 20, 10, 2, (5, 100))
    assert sum(map(_area, circle)) == pytest.approx(10, rel=0.2)
    first = circle[1]  # to the right, below the middle
    rows, columns = np.nonzero(first.shares > 0.5)
    assert (columns + first.left).min() >= 18
    assert (rows + first.top).min() >= 9


def test_a_pointed_shape_keeps_its_points():
    """The outline of a triangle lies on both sides of its edges."""
    corners = ((0, 0), (20, 0), (0, 20))

    assert _area(raster.convex(corners)) == pytest.approx(200, rel=0.01)
    assert _area(raster.convex(corners, 2)) == pytest.approx(2 * (40 + math.hypot(20, 20)), rel=0.06)
    assert _area(raster.convex(corners[::-1])) == _area(raster.convex(corners))


def test_a_line_from_point_to_point_has_its_length():
    """Ends are square, a joint is round, a point by itself is nothing."""
    assert _area(raster.stroke([(0, 0), (30, 40)], 4)[0]) == pytest.approx(200, rel=0.02)
    assert len(raster.stroke([(0, 0), (10, 0), (10, 0), (10, 9)], 2)) == 2
    assert raster.stroke([(5, 5)], 2) == []


def test_dashes_go_round_corners():
    """A piece that is drawn across a corner stays one."""
    assert raster.dashes([(0, 0), (4, 0), (4, 4)], (3, 2)) == [[(0, 0), (3, 0)], [(4, 1), (4, 4)]]
    assert raster.dashes([(0, 0), (2, 0), (2, 0), (2, 4)], (3, 2)) == [[(0, 0), (2, 0), (2, 1)], [(2, 3), (2, 4)]]
