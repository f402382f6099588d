"""Pictures that the program paints itself look as the drawing engine's do."""

import zlib

import numpy as np
import pytest
from chart_samples import samples

from generator import draw, paint
from generator.charts import vega_lite
from generator.draw import draw_svg, engine_png, standalone_svg
from generator.outlines import Outline, Outlines, has_cjk_font
from generator.paint import Painter

NAMES = sorted(samples())
PAPER = '<rect width="100%" height="100%" fill="#ffffff"/>'


@pytest.fixture(scope="module")
def painter():
    letters = Outlines()
    letters.take(draw._letters())
    return Painter(letters)


def _pixels(picture):
    """Red, green and blue by row and column, of the kinds of PNG that we write."""
    parts, place = {}, 8
    while place < len(picture):
        size = int.from_bytes(picture[place : place + 4], "big")
        name, data = picture[place + 4 : place + 8], picture[place + 8 : place + 8 + size]
        parts[name] = parts.get(name, b"") + data
        place += size + 12
    width, height = (int.from_bytes(parts[b"IHDR"][n : n + 4], "big") for n in (0, 4))
    deep = 1 if b"PLTE" in parts else 4
    rows = np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(height, deep * width + 1)
    pixels = rows[:, 1:].reshape(height, width, deep)
    if deep == 1:
        return np.frombuffer(parts[b"PLTE"], np.uint8).reshape(-1, 3)[pixels[:, :, 0]].astype(int)
    assert set(rows[:, 0]) == {1}
    return np.cumsum(pixels, axis=1, dtype=np.uint8)[:, :, :3].astype(int)


def _svg(content, width=20, height=12):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}">{PAPER}{content}</svg>')  # fmt: skip


def _by_engine(svg, letters):
    """What the engine paints; it moves some pairs of letters together, which only the words of a line show."""
    return _pixels(engine_png(svg.replace("<svg ", '<svg style="font-kerning:none" ', 1), 2, letters))


def _apart(one, other):
    """How far two pictures are apart, of 255: in the mean, and where squares of eight pixels differ most."""
    assert one.shape == other.shape
    height, width = (size // 8 * 8 for size in one.shape[:2])
    squares = (one - other)[:height, :width].reshape(height // 8, 8, width // 8, 8, 3)
    return np.abs(one - other).mean(), np.abs(squares.mean(axis=(1, 3))).max()


@pytest.mark.skipif(not has_cjk_font(), reason="Chinese text needs a font of the machine")
@pytest.mark.parametrize("name", NAMES)
def test_each_kind_of_chart_looks_as_the_engine_paints_it(painter, name):
    """Letters may stand half a pixel aside; nothing is missing, added, moved or of another colour."""
    language = "zh" if NAMES.index(name) % 2 else "en"
    file = standalone_svg(draw_svg(vega_lite(samples(language)[name])), "Share of 标题, 12.5%", "Per cent", "AVA")
    text = file.translate(draw._PLAIN_SYMBOLS)

    mean, most = _apart(_pixels(painter.picture(text, 2)), _by_engine(text, painter.letters))

    assert mean < 4
    assert most < 36


@pytest.mark.parametrize(
    "shape",
    [
        '<line transform="translate(2,3)" x2="15" y2="7" stroke="#000000" stroke-width="2"/>',
        '<line transform="translate(2,5)" x2="15" y2="0" stroke="#000000" stroke-width="2" stroke-dasharray="3,2"/>',
        '<path d="M3,2h12.3v7h-12.3Z" fill="#ff0000" stroke="#0000ff" stroke-width="1.2" stroke-dasharray="4,3"/>',
        '<path d="M3,2h0v7h0Z" fill="#ff0000"/>',
        '<path transform="translate(9,6)" d="M5,0A5,5,0,1,1,-5,0A5,5,0,1,1,5,0" stroke="#aa0000" fill="#ffffff" '
        'stroke-width="2" stroke-dasharray="3,2"/>',
        '<path transform="translate(9,6)" d="M0,-4L-4,3L4,3Z" fill="#00aa00" stroke="#000000" stroke-width="1.6"/>',
        '<g fill="none"><path d="M1,11L9,2L18,9" stroke="#000000" stroke-width="2" stroke-linejoin="round" '
        'stroke-dasharray="4,3"/></g>',
        '<rect x="2" y="-3" width="30" height="9" rx="4" fill="#123456"/>',
    ],
)
def test_a_shape_looks_as_the_engine_paints_it(painter, shape):
    """Also one that is dashed, has no width, or lies partly outside."""
    svg = _svg(shape, 24, 16)

    mean, most = _apart(_pixels(painter.picture(svg, 2)), _by_engine(svg, painter.letters))

    assert mean < 3
    assert most < 36


def test_every_chart_is_painted_without_the_engine(monkeypatch):
    """None is left to it."""
    monkeypatch.setattr(draw, "engine_png", None)

    for name in NAMES[::5]:
        file = standalone_svg(draw_svg(vega_lite(samples()[name])), "Title", "Subtitle", "Source")
        assert draw.png(file, 1).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "svg",
    [
        "<svg",
        _svg('<circle r="3"/>'),
        _svg('<rect width="3" height="3" fill="#ff0000" opacity="0.5"/>'),
        _svg('<rect width="3" height="3"/>'),
        _svg('<rect width="3" height="3" fill="red"/>'),
        _svg('<path d="M0,0Q1,1,2,2" fill="#ff0000"/>'),
        _svg('<path d="M1,1L19,1L19,11L10,3L1,11Z" fill="#00aa00"/>'),
        _svg('<line x2="3" y2="3" stroke="#000000" stroke-dasharray="1,2,3"/>'),
        _svg('<g transform="scale(2)"><rect width="3" height="3" fill="#ff0000"/></g>'),
        _svg('<g fill="#ff0000"><path d="M0,0h1v1h-1Z"/></g>'),
        _svg('<text y="9" fill="#000000">ก</text>'),
        _svg('<text y="9" fill="#000000">e\u0301</text>'),
        _svg('<text y="9" fill="#000000"><tspan>x</tspan></text>'),
        _svg("").replace(PAPER, ""),
        _svg("").replace(PAPER, '<rect width="50%" height="100%" fill="#ffffff"/>'),
    ],
)
def test_what_it_does_not_know_is_left_to_the_engine(svg):
    """Whatever would look otherwise is not painted."""
    assert Painter(_Boxes()).picture(svg, 1) is None


class _Boxes(Outlines):
    """A font with one Chinese letter, a box that fills it, and a space."""

    def outline(self, letter, *, bold=False):
        return {"中": Outline(100, 100, "M0 0H100V100H0Z"), " ": Outline(100, 30, "")}.get(letter)


def _text(content, more=""):
    return _svg(f'<text x="4" y="10" font-size="4" fill="#000000" {more}>{content}</text>')


def test_letters_stand_where_they_should():
    """From the place on, around it, before it, and turned; spaces at the ends are none."""
    painter = Painter(_Boxes())

    def box(svg):
        dark = np.argwhere(_pixels(painter.picture(svg, 2)).sum(axis=2) == 0)
        (top, left), (bottom, right) = dark.min(axis=0).tolist(), (dark.max(axis=0) + 1).tolist()
        return left, top, right, bottom

    assert box(_text("中中")) == (8, 12, 24, 20)
    assert box(_text(" 中\n", 'text-anchor="middle"')) == (4, 12, 12, 20)
    assert box(_text("中", 'text-anchor="end"')) == (0, 12, 8, 20)
    assert box(_text("中", 'transform="translate(3,-6) rotate(90) translate(0,0)"')) == (14, 8, 22, 16)
    assert np.unique(_pixels(painter.picture(_text(" "), 2))).tolist() == [255]


def test_a_shade_lies_between_its_colours():
    """Half of a pixel covered is half of each colour."""
    pixels = _pixels(Painter(_Boxes()).picture(_svg('<rect width="2.5" height="9" fill="#0a141e"/>'), 1))

    assert pixels[0, :4].tolist() == [[10, 20, 30], [10, 20, 30], [133, 138, 143], [255, 255, 255]]


def test_a_picture_of_many_colours_takes_the_nearest(monkeypatch):
    """Of what is named, not one colour is lost."""
    monkeypatch.setattr(paint, "_COLOURS", 4)
    content = "".join(f'<rect x="{n * 3}" width="2.5" height="9" fill="#{n:02x}0000"/>' for n in (0, 1, 2))

    pixels = _pixels(Painter(_Boxes()).picture(_svg(content), 1))

    assert {tuple(pixel) for pixel in pixels.reshape(-1, 3).tolist()} == {(0, 0, 0), (1, 0, 0), (2, 0, 0), (255,) * 3}


def test_what_is_held_is_bounded(painter, monkeypatch):
    """A large site has more lines than memory should; the bytes are the same."""
    monkeypatch.setattr(paint, "_MOST_LINES", 1)
    monkeypatch.setattr(paint, "_MOST_LETTERS", 2)
    small, large = Painter(painter.letters), Painter(painter.letters)
    svg = _svg("".join(f'<text y="{n}" fill="#000000">{word}</text>' for n, word in enumerate(("one", "two", "one"))))

    first = small.picture(svg, 2)

    monkeypatch.undo()
    assert first == large.picture(svg, 2) == large.picture(svg, 2)
    assert len(small._lines) == 1
    assert len(large._lines) == 2
