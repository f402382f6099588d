"""How wide text is, and how to shorten and wrap it, without any font.

Charts are laid out before a font is known: the reader's browser picks one. Widths are therefore
estimates after the wider sans-serif fonts in use, so that nothing is cut where those are the
system's; a full-width character is one em. The same text has the same width on every machine.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

_GROUPS: Final = (
    ("ijl|'.,:;!·’‘", 0.27),
    ('ft()[]{}/\\r-*"`I ', 0.36),
    ("ABEKPRSVXYZ&", 0.69),
    ("CDGHNOQUw", 0.75),
    ("m%MW@", 0.92),
    ("—…", 1.0),
    ("cksvxyzJ", 0.53),
)
_WIDTHS: Final = {letter: width for letters, width in _GROUPS for letter in letters}
_OTHER: Final = 0.63
BOLD: Final = 1.1
"""How much wider bold text is."""
_NO_START: Final = "，。、；：？！）》」』】〕％%,.;:?!)]}…—"
"""What may not begin a line (the Chinese rule, and the Latin habit)."""
_NO_END: Final = "（《「『【〔([{“"
"""What may not end a line."""


@cache
def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


@cache
def _ems(letter: str) -> float:
    """Estimated width of a letter in ems; marks upon letters have none."""
    if _is_wide(letter):
        return 1.0
    return 0.0 if unicodedata.category(letter) in ("Mn", "Me", "Cf", "Cc") else _WIDTHS.get(letter, _OTHER)


def text_width(text: str, size: float = 12) -> float:
    """Estimated width of one line of text in pixels, at a font size in pixels."""
    ems = 0.0
    for letter in text:  # not sum(), which newer versions of Python round otherwise
        ems += _ems(letter)
    return ems * size


def shorten(text: str, room: float, size: float = 12) -> str:
    """The text, or as much of its beginning as fits into `room` pixels, with an ellipsis."""
    if text_width(text, size) <= room:
        return text
    kept = text
    while kept and text_width(kept.rstrip() + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _pieces(text: str) -> list[str]:
    """Cut text where a line may break: after spaces, and around full-width characters."""
    pieces: list[str] = []
    for letter in text:
        joined = (
            pieces
            and not pieces[-1].endswith(" ")
            and (
                letter == " "
                or letter in _NO_START
                or pieces[-1][-1] in _NO_END
                or not (_is_wide(letter) or _is_wide(pieces[-1][-1]))
            )
        )
        if joined:
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def wrap(text: str, room: float, size: float = 12) -> list[str]:
    """Break text into lines of at most `room` pixels; a single word longer than that is cut between letters."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(" ".join(text.split())):
        if line and text_width((line + piece).rstrip(), size) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece
        while text_width(line.rstrip(), size) > room and len(line) > 1:
            cut = max(n for n in range(1, len(line)) if n == 1 or text_width(line[:n], size) <= room)
            lines.append(line[:cut])
            line = line[cut:]
    if line.strip():
        lines.append(line.rstrip())
    return lines
