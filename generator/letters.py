"""The Latin letters of pictures, as outlines that come with the program: pictures need no font of the machine for them.

They were read from Liberation Sans 2.1.5 (SIL Open Font License 1.1, `letters-licence.txt`), which the drawing engine
carries too; `python -m generator.letters REGULAR.ttf BOLD.ttf` writes `letters.json` anew.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from generator.outlines import Outline, face_of, outline_of

_KEPT: Final = Path(__file__).with_name("letters.json")
_CODES: Final = (*range(0x20, 0x7F), *range(0xA0, 0x180), 0x218, 0x219, 0x21A, 0x21B)
_SIGNS: Final = "–—‘’‚“”„†‡•…‰‹›⁄€№™←↑→↓−√∞≈≠≤≥■□▲►▼◄◊○●♦₀₁₂₃₄₅₆₇₈₉⁴⁵⁶⁷⁸⁹\u2009\u202f"


def letter(sign: str, *, bold: bool) -> Outline | None:
    """A letter's outline; None for one that did not come with the program."""
    found = _kept()["bold" if bold else "regular"].get(sign)
    return None if found is None else Outline(_kept()["units"], *found)


def kerning(before: str, after: str, *, bold: bool) -> int:
    """How much further apart two letters stand than their advances say, in the units of the outlines."""
    closer: int = _kept()["kern_bold" if bold else "kern"].get(before + after, 0)
    return closer


@cache
def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(_KEPT.read_text(encoding="utf-8"))
    return kept


# --- writing the file --------------------------------------------------------------------------------------------


def kept_text(regular: Path, bold: Path) -> str:
    """What `letters.json` holds, of two files of fonts with the same units."""
    content: dict[str, Any] = {}
    for name, kern, path in (("regular", "kern", regular), ("bold", "kern_bold", bold)):
        face = face_of(path)
        signs = [chr(code) for code in _CODES] + [*_SIGNS]
        content["units"] = int(face.font["head"].unitsPerEm)
        read = {sign: outline for sign in signs if (outline := outline_of(face, sign)) is not None}
        content[name] = {sign: [int(outline.advance), outline.path] for sign, outline in read.items()}
        content[kern] = dict(_pairs(face, read))
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace("],", "],\n") + "\n"


def _pairs(face: Any, signs: dict[str, Outline]) -> Iterator[tuple[str, int]]:
    """Pairs of letters with a distance of their own."""
    if "kern" not in face.font:
        return
    of = {name: chr(code) for code, name in face.names.items() if chr(code) in signs}
    for table in face.font["kern"].kernTables:
        for (first, second), value in table.kernTable.items():
            if first in of and second in of:
                yield of[first] + of[second], value


if __name__ == "__main__":
    _KEPT.write_text(kept_text(Path(sys.argv[1]), Path(sys.argv[2])), encoding="utf-8")
