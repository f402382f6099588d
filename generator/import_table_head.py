"""Finds the headings of a table of actions, in one row, two or none, and reads dates and encodings of offices."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from generator.import_opensdg_rows import read_year
from generator.import_source import SourceFile, text_of
from generator.workbook_read import Sheet

NONE = "none"
"""What a map says where a table has no headings: columns are then A, B, C ..."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january janvier", "feb february février fevrier", "mar march mars", "apr april avril", "may mai",
         "jun june juin", "jul july juillet", "aug august août aout", "sep sept september septembre",
         "oct october octobre", "nov november novembre", "dec december décembre decembre"),
        1,
    )
    for name in names.split()
}  # fmt: skip
_BEFORE = re.compile(r"(?i)^(by( the end of)?|before|until|till|end( of)?|d'ici( à)?|fin|avant)\s+(?=\D*\d)")


@dataclass(frozen=True)
class Head:
    """The rows of the headings, both counted from 1; 0 and 0 where there are none."""

    first: int
    last: int

    @classmethod
    def of(cls, text: str) -> Head | None:
        """As a map writes it: `2`, `2-3` or `none`; None where it is none of these."""
        if text == NONE:
            return cls(0, 0)
        match = re.fullmatch(r"(\d+)(?:\s*-\s*(\d+))?", text)
        if not match or not 0 < int(match[1]) <= int(match[2] or match[1]) <= int(match[1]) + 1:
            return None
        return cls(int(match[1]), int(match[2] or match[1]))

    def __str__(self) -> str:
        if not self.first:
            return NONE
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def headings(sheet: Sheet, head: Head) -> list[str]:
    """The heading of each column; of two rows the upper stands before the lower, a merged one before each below it."""
    width = max((len(row) for row in sheet.rows), default=0)
    if not head.first:
        return [letter(number) for number in range(width)]
    upper, lower = (
        [" ".join(cell.text.split()) for cell in sheet.rows[number - 1]] + [""] * (width - len(sheet.rows[number - 1]))
        for number in (head.first, head.last)
    )
    if head.first == head.last:
        return upper
    found, above = [], ""
    for group, own in zip(upper, lower, strict=True):
        above = group if group or not own else above
        found.append(" ".join(dict.fromkeys(part for part in (above if own else group, own) if part)))
    return found


def letter(number: int) -> str:
    """The letter of a column, counted from 0."""
    return (letter(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def guess_by_content(sheet: Sheet) -> dict[str, int]:
    """What the columns of a table without headings seem to be: the longest texts are the actions."""
    width = max(len(row) for row in sheet.rows)
    cells = [
        [row[index].text.strip() for row in sheet.rows if index < len(row) and row[index].text.strip()]
        for index in range(width)
    ]
    found: dict[str, int] = {}
    for index, texts in enumerate(cells):
        dates = sum(as_period(text) is not None for text in texts)
        if texts and all(text.isdigit() and len(text) < 4 for text in texts):
            found.setdefault("number", index)
        elif texts and dates * 2 > len(texts):
            found.setdefault("due", index)
    texts_in = {index: texts for index, texts in enumerate(cells) if texts and index not in found.values()}
    if not texts_in:
        return {}
    found["action"] = max(texts_in, key=lambda index: sum(map(len, texts_in[index])) / len(texts_in[index]))
    before = [index for index in texts_in if index < found["action"] and len(set(texts_in[index])) < len(sheet.rows)]
    after = [index for index in texts_in if index > found["action"]]
    if before:
        found["axis"] = before[-1]
    if after:
        found["lead"] = after[0]
    return found


def as_period(text: str) -> str | None:
    """A period from a date as people write it; None where it is none or may be one of two days."""
    plain = _BEFORE.sub("", text.strip())
    plain = re.sub(r"(\d)(st|nd|rd|th|er)\b", r"\1", plain)
    if match := re.fullmatch(r"(\d{1,2})\s+(?:de\s+)?([^\W\d]+)\.?,?\s+(\d{4})", plain):
        return _day(match[3], _MONTHS.get(match[2].casefold()), match[1])
    if match := re.fullmatch(r"([^\W\d]+)\.?\s+(\d{1,2}),?\s+(\d{4})", plain):
        return _day(match[3], _MONTHS.get(match[1].casefold()), match[2])
    if match := re.fullmatch(r"([^\W\d]+)\.?[\s-]+(\d{4})", plain):
        month = _MONTHS.get(match[1].casefold())
        return f"{match[2]}-{month:02d}" if month else None
    if match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", plain):
        return _day(match[3], int(match[2]), match[1])
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", plain):
        first, second = int(match[1]), int(match[2])
        if (first > 12) == (second > 12) and first != second:
            return None  # which is the month?
        return _day(match[3], second if first > 12 or first == second else first, str(first if first > 12 else second))
    plain = re.sub(r"^(\d{4})[./年-](\d{1,2})(?:[./月-](\d{1,2})日?|月?底?前?)?$", _iso, plain)
    plain = re.sub(r"年?底?前?$", "", plain) if re.match(r"^\d{4}年", plain) else plain
    return read_year(plain, True, 1)


def _day(year: str, month: int | None, day: str) -> str | None:
    return read_year(f"{year}-{month:02d}-{int(day):02d}", True, 1) if month else None


def _iso(match: re.Match[str]) -> str:
    if int(match[2]) > 12:
        return match[0]
    day = f"-{int(match[3]):02d}" if match[3] else ""
    return f"{match[1]}-{int(match[2]):02d}{day}"


def text_of_table(file: SourceFile) -> tuple[str, str]:
    """The text of a file and the encoding that it is not in UTF-8 but in, if so: GB 18030 where it makes Chinese of it.

    Raises DataError where it is neither.
    """
    try:
        return file.content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    if file.content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        try:
            text = file.content.decode("gb18030")
        except UnicodeDecodeError:
            text = ""
        foreign = [one for one in text if one > "\x7f"]
        common = [one for one in foreign if "\u4e00" <= one <= "\u9fff" or one in "，。、；：（）《》“”　·"]
        if len(foreign) > 1 and len(common) >= 0.9 * len(foreign):
            return text, "GB 18030"
    text, codepage = text_of(file)
    return text, "Windows-1252" if codepage else "UTF-16"


def _are_two(sheet: Sheet, number: int) -> bool:
    """Whether a row and the next can be headings together: the upper has gaps over words of the lower, no numbers."""
    upper, lower = ([cell.text.strip() for cell in sheet.rows[place]] for place in (number - 1, number))
    gaps = any(text and not (index < len(upper) and upper[index]) for index, text in enumerate(lower))
    return gaps and any(upper) and not any(re.search(r"\d", text) or len(text) > 30 for text in lower)


def best_head(sheets: Sequence[Sheet], rate: Callable[[Sequence[str]], Mapping[str, int]]) -> tuple[Sheet, Head] | None:
    """The sheet and rows where most headings say what their column is; two rows only where they say more than one."""
    rated = []
    for place, sheet in enumerate(sheets):
        for number in range(1, min(len(sheet.rows), 20) + 1):
            for last in (number, number + 1):
                if last == number or (last <= len(sheet.rows) and _are_two(sheet, number)):
                    head = Head(number, last)
                    rated.append(
                        (
                            len(rate(headings(sheet, head))) - (last - number),
                            -place,
                            -number,
                            number - last,
                            sheet,
                            head,
                        )
                    )
    if not rated:
        return None
    best = max(rated, key=lambda one: one[:4])
    return best[4], best[5]
