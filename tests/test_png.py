"""Packed pictures are the same pixels in fewer bytes."""

import random
import zlib

import pytest

from generator import png
from generator.png import packed

START = b"\x89PNG\r\n\x1a\n"


def _picture(rows, filters=None):
    """A PNG as the engine writes it: four bytes a pixel, each the difference to the pixel before."""
    raw = b""
    for n, row in enumerate(rows):
        kind = filters[n] if filters else 1
        before = (0, 0, 0, 0)
        raw += bytes([kind])
        for pixel in row:
            raw += bytes((a - b) % 256 for a, b in zip(pixel, before, strict=True)) if kind else bytes(pixel)
            before = pixel
    header = len(rows[0]).to_bytes(4, "big") + len(rows).to_bytes(4, "big") + b"\x08\x06\0\0\0"
    body = zlib.compress(raw, 1)
    chunks = [(b"IHDR", header), (b"pHYs", bytes(9)), (b"IDAT", body[:7]), (b"IDAT", body[7:]), (b"IEND", b"")]
    return png._joined(chunks)


def _chunks(picture):
    """Name and content of each part, its checksum verified."""
    assert picture.startswith(START)
    place = len(START)
    while place < len(picture):
        size = int.from_bytes(picture[place : place + 4], "big")
        part = picture[place + 4 : place + 8 + size]
        assert zlib.crc32(part) == int.from_bytes(picture[place + 8 + size : place + 12 + size], "big")
        yield part[:4], part[4:]
        place += size + 12


def _pixels(picture):
    """Rows of pixels as (red, green, blue, opacity), and whether there is a palette."""
    parts = list(_chunks(picture))
    found = dict(parts)
    width = int.from_bytes(found[b"IHDR"][:4], "big")
    depth, kind = found[b"IHDR"][8:10]
    assert depth == 8
    size = 1 if kind == 3 else 4
    raw = zlib.decompress(b"".join(data for name, data in parts if name == b"IDAT"))
    palette = found.get(b"PLTE", b"")
    rows = []
    for n in range(0, len(raw), size * width + 1):
        row, before = [], (0, 0, 0, 0)
        for at in range(n + 1, n + 1 + size * width, size):
            if kind == 3:
                pixel = (*palette[3 * raw[at] : 3 * raw[at] + 3], 255)
            else:
                pixel = tuple((a + b) % 256 if raw[n] else a for a, b in zip(raw[at : at + 4], before, strict=True))
            row.append(pixel)
            before = pixel
        rows.append(row)
    return rows, kind == 3


def _rows(colours, width=40, height=30, opacity=255):
    """Some rows in which every colour occurs."""
    chance = random.Random(colours)
    known = [(chance.randrange(256), chance.randrange(256), n % 256, opacity) for n in range(colours)]
    cells = known + chance.choices(known, k=width * height - colours)
    return [cells[n * width : (n + 1) * width] for n in range(height)]


@pytest.mark.parametrize("colours", [1, 2, 256])
def test_a_picture_of_few_colours_gets_a_palette(colours):
    """A byte a pixel; not one pixel is another than before."""
    rows = _rows(colours)
    picture = packed(_picture(rows))

    assert _pixels(picture) == (rows, True)
    assert [name for name, _ in _chunks(picture)] == [b"IHDR", b"pHYs", b"PLTE", b"IDAT", b"IEND"]


@pytest.mark.parametrize(
    ("rows", "filters"),
    [(_rows(257), None), (_rows(9, opacity=128), None), (_rows(9), [1] * 29 + [0]), (_rows(9, opacity=0), None)],
    ids=["many colours", "seen through", "another filter", "nothing to see"],
)
def test_another_picture_is_only_packed_harder(rows, filters):
    """As it was, in one piece."""
    picture = packed(_picture(rows, filters))

    assert _pixels(picture) == (rows, False)
    assert [name for name, _ in _chunks(picture)] == [b"IHDR", b"pHYs", b"IDAT", b"IEND"]


def test_colours_that_share_a_slot_are_told_apart():
    """The quick way to number colours gives up, and the answer is the same."""
    import numpy as np  # noqa: PLC0415 -- only here

    colours = np.arange(0xFF000000, 0xFF000000 + 70_000, dtype=np.uint32)
    palette, numbers = png._numbered(colours)

    assert (palette == colours).all()
    assert (numbers == np.arange(70_000)).all()
