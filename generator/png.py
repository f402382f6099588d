"""Pictures (PNG) packed well: the very same pixels in two fifths of the bytes, in less time than packing them harder.

The engine writes four bytes a pixel. Our pictures have few colours, most of them shades at the edges of letters; so
where 256 are enough, each pixel becomes one byte, the number of its colour. Work is done on runs of one colour only:
the engine's rows hold differences to the pixel before, which are nought for most.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint32]

_START: Final = b"\x89PNG\r\n\x1a\n"
_LEVEL: Final = 6
_SUB: Final = 1
"""The filter of a row whose bytes are differences to the pixel before."""
_COLOURS: Final = 256
_INDEXED: Final = b"\x08\x03\0\0\0"
_DENSITY: Final = (2835).to_bytes(4, "big") * 2 + b"\x01"
"""Pixels a metre, as the engine has them: 72 an inch."""

Chunk = tuple[bytes, bytes]


class _Runs(NamedTuple):
    """A picture as runs of one colour, row by row; each row begins a new one."""

    colours: Numbers
    """The colour of each run: red, green, blue and opacity, from the lowest byte."""
    lengths: NDArray[np.intp]


def packed(picture: bytes) -> bytes:
    """The same picture in fewer bytes: with a palette where it has few colours, else only packed harder."""
    chunks = list(_chunks(picture))
    header = chunks[0][1]
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    pixels = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    others = [chunk for chunk in chunks[1:-1] if chunk[0] != b"IDAT"]
    found = _with_palette(pixels, width, height) if header[8:] == b"\x08\x06\0\0\0" else None
    if found is None:
        return _joined([chunks[0], *others, (b"IDAT", zlib.compress(pixels, _LEVEL)), chunks[-1]])
    palette, rows = found
    return _joined([
        (b"IHDR", header[:8] + _INDEXED), *others, (b"PLTE", palette),
        (b"IDAT", zlib.compress(rows, _LEVEL)), chunks[-1],
    ])  # fmt: skip


def written(pixels: NDArray[np.uint8], palette: Sequence[int]) -> bytes:
    """A picture whose pixels are numbers of colours (0xRRGGBB), by row and column."""
    height, width = pixels.shape
    import numpy as np  # noqa: PLC0415 -- as below

    rows = np.zeros((height, width + 1), np.uint8)  # each row begins with its filter, which is none
    rows[:, 1:] = pixels
    return _joined([
        (b"IHDR", width.to_bytes(4, "big") + height.to_bytes(4, "big") + _INDEXED), (b"pHYs", _DENSITY),
        (b"PLTE", b"".join(colour.to_bytes(3, "big") for colour in palette)),
        (b"IDAT", zlib.compress(rows.tobytes(), _LEVEL)), (b"IEND", b""),
    ])  # fmt: skip


def _chunks(picture: bytes) -> list[Chunk]:
    """Name and content of each part."""
    chunks = []
    place = len(_START)
    while place < len(picture):
        size = int.from_bytes(picture[place : place + 4], "big")
        chunks.append((picture[place + 4 : place + 8], picture[place + 8 : place + 8 + size]))
        place += size + 12
    return chunks


def _joined(chunks: list[Chunk]) -> bytes:
    return _START + b"".join(
        len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big") for name, data in chunks
    )


def _with_palette(pixels: bytes, width: int, height: int) -> tuple[bytes, bytes] | None:
    """Palette and rows; None where there are more colours, any is seen through, or the rows are of another kind."""
    import numpy as np  # noqa: PLC0415 -- only where a picture is painted

    rows = np.frombuffer(pixels, np.uint8).reshape(height, 4 * width + 1)
    if not (rows[:, 0] == _SUB).all():
        return None
    runs = _runs(np.ascontiguousarray(rows[:, 1:]).view("<u4").ravel(), width, height)
    palette, numbers = _numbered(runs.colours)
    if len(palette) > _COLOURS or not (palette >> 24 == 255).all():
        return None
    drawn = np.zeros((height, width + 1), np.uint8)  # each row begins with its filter, which is none
    drawn[:, 1:] = np.repeat(numbers.astype(np.uint8), runs.lengths).reshape(height, width)
    return palette.astype("<u4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes(), drawn.tobytes()


def _runs(differences: Numbers, width: int, height: int) -> _Runs:
    import numpy as np  # noqa: PLC0415 -- as above

    begins = differences != 0
    begins[::width] = True
    places = np.flatnonzero(begins)
    # Each byte of a colour is the sum of the differences since its row began, modulo 256.
    sums = np.cumsum(differences[places].view(np.uint8).reshape(-1, 4), axis=0, dtype=np.uint8)
    first = np.searchsorted(places, np.arange(0, width * height, width))
    before = np.zeros((height, 4), np.uint8)
    before[1:] = sums[first[1:] - 1]
    sums -= np.repeat(before, np.diff(first, append=len(places)), axis=0)
    return _Runs(sums.view("<u4").ravel(), np.diff(places, append=width * height))


def _numbered(colours: Numbers) -> tuple[Numbers, NDArray[np.intp]]:
    """The colours that occur, in order, and the number of each: as np.unique gives them, in a fifth of its time."""
    import numpy as np  # noqa: PLC0415 -- as above

    slots = (colours * np.uint32(2654435761)) >> np.uint32(16)
    table = np.zeros(1 << 16, np.uint32)
    table[slots] = colours
    if not (table[slots] == colours).all():  # two colours in one slot
        return np.unique(colours, return_inverse=True)
    used = np.unique(slots) if not colours.all() else np.flatnonzero(table)
    palette = np.sort(table[used])
    numbers = np.zeros(1 << 16, np.intp)
    numbers[used] = np.searchsorted(palette, table[used])
    return palette, numbers[slots]
