"""Reads and orders periods: the SDMX and ISO 8601 spellings of the data contract."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

Frequency = str
"""A letter of SDMX CL_FREQ (A, S, Q, M, D), or the duration itself (`P3Y`) where no letter fits."""

_YEAR = re.compile(r"(\d{4})", re.ASCII)
_HALF = re.compile(r"(\d{4})-[HS]([12])", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DURATION = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?", re.ASCII)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－／", "0123456789-/")


class PeriodError(ValueError):
    """The text is not a period; the message says what it looks like, `hint` how to write it."""

    def __init__(self, message: str, hint: str) -> None:
        self.hint = hint
        super().__init__(message)


@dataclass(frozen=True, order=True)
class Period:
    """A span of days: `start` included, `end` not. Sorts by start, then end; two spellings of a span are equal."""

    start: datetime.date
    end: datetime.date

    @cached_property
    def frequency(self) -> Frequency:
        """`A` for a calendar year, `S` `Q` `M` `D` for its parts, else the length as `P3Y`, `P18M` or `P10D`."""
        if self.days == 1:
            return "D"
        if self.start.day != 1 or self.end.day != 1:
            return f"P{self.days}D"
        months = self.months
        if months % 12 == 0:
            years = months // 12
            return "A" if years == 1 and self.start.month == 1 else f"P{years}Y"
        aligned = (self.start.month - 1) % months == 0
        return {1: "M", 3: "Q", 6: "S"}.get(months, f"P{months}M") if aligned else f"P{months}M"

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def months(self) -> int:
        """Whole months from start to end, rounded down."""
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month

    @property
    def last_day(self) -> datetime.date:
        return self.end - datetime.timedelta(days=1)

    @property
    def year(self) -> int:
        """The calendar year in which the period ends."""
        return self.last_day.year

    @property
    def time(self) -> float:
        """Where the period stands on a time axis, in years: a year at its own number, parts of it after that."""
        if self.frequency == "A":
            return float(self.start.year)
        if self.frequency.endswith("Y") and self.start.month == 1:
            return float(self.year)
        start = datetime.date(self.start.year, 1, 1)
        length = 366 if calendar.isleap(self.start.year) else 365
        return round(self.start.year + (self.start - start).days / length, 4)

    def __str__(self) -> str:
        """The shortest spelling of the contract."""
        return self._spelling

    @cached_property
    def _spelling(self) -> str:
        frequency = self.frequency
        year, month = self.start.year, self.start.month
        if frequency == "A":
            return f"{year:04}"
        if frequency == "S":
            return f"{year:04}-H{(month + 5) // 6}"
        if frequency == "Q":
            return f"{year:04}-Q{(month + 2) // 3}"
        if frequency == "M":
            return f"{year:04}-{month:02}"
        if frequency == "D":
            return self.start.isoformat()
        start = f"{year:04}" if (month, self.start.day) == (1, 1) else f"{year:04}-{month:02}"
        if self.start.day != 1:
            start = self.start.isoformat()
        return f"{start}/{frequency}"


def _months_later(day: datetime.date, months: int) -> datetime.date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


def _span(start: datetime.date, months: int) -> Period:
    return Period(start, _months_later(start, months))


def _hint(text: str) -> str:
    """How to write what `text` looks like."""
    plain = text.translate(_FULL_WIDTH).strip()
    if plain != text and _is_period(plain):
        return f"write it as {plain}, without full-width characters or spaces"
    if match := re.fullmatch(r"(\d{4})\s*年", plain):
        return f"write it as {match[1]}"
    if match := re.fullmatch(r"(\d{4})\s*[/\-]\s*(\d{2})", plain):
        year, part = int(match[1]), int(match[2])
        month = f", a month {match[1]}-{match[2]}" if 1 <= part <= 12 else ""
        if month or part == (year + 1) % 100:
            return f"a financial year is written {match[1]}-04/P1Y{month}"
    if match := re.fullmatch(r"(\d{4})\s*(?:-|—|–|至|to)\s*(\d{4})", plain):
        return f"a range of years is written {match[1]}/P{max(1, int(match[2]) - int(match[1]) + 1)}Y"
    if match := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", plain):
        return _hint_for_day(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", plain):
        return _hint_for_day(int(match[3]), int(match[2]), int(match[1]))
    if (match := re.fullmatch(r"(\d{4})[-/.年]\s*(\d{1,2})月?", plain)) and 1 <= int(match[2]) <= 12:
        return f"write it as {match[1]}-{int(match[2]):02}"
    if match := re.fullmatch(r"(\d{4})[-/.年]\s*(\d{1,2})月?", plain):
        return f"there is no month {int(match[2])}: write {match[1]}-01 to {match[1]}-12"
    letters = plain.replace("l", "1").replace("I", "1").replace("O", "0").replace("o", "0")
    if letters != plain and _is_period(letters):
        return f"a letter stands in place of a digit; did you mean {letters}?"
    return (
        "write a year (2020), half-year (2020-H1), quarter (2020-Q3), month (2020-06), day (2020-06-30) "
        "or start/duration (2018/P3Y)"
    )


def _hint_for_day(year: int, month: int, day: int) -> str:
    """How to write a day whose parts are known, or what is wrong with them."""
    if not 1 <= month <= 12:
        return f"there is no month {month}; write year-month-day: 2020-06-30"
    last = calendar.monthrange(year, month)[1] if 1 <= year <= 9999 else 31
    if not 1 <= day <= last:
        return f"{year:04}-{month:02} has {last} days"
    return f"write it as {year:04}-{month:02}-{day:02}"


def _is_period(text: str) -> bool:
    try:
        _parse(text)
    except ValueError:
        return False
    return True


def _parse(text: str) -> Period:
    """Raises ValueError for anything that is not a period."""
    if match := _YEAR.fullmatch(text):
        return _span(datetime.date(int(match[1]), 1, 1), 12)
    if match := _HALF.fullmatch(text):
        return _span(datetime.date(int(match[1]), 6 * int(match[2]) - 5, 1), 6)
    if match := _QUARTER.fullmatch(text):
        return _span(datetime.date(int(match[1]), 3 * int(match[2]) - 2, 1), 3)
    if match := _MONTH.fullmatch(text):
        return _span(datetime.date(int(match[1]), int(match[2]), 1), 1)
    if match := _DAY.fullmatch(text):
        day = datetime.date(int(match[1]), int(match[2]), int(match[3]))
        return Period(day, day + datetime.timedelta(days=1))
    start_text, slash, duration = text.partition("/")
    match = _DURATION.fullmatch(duration)
    if not slash or "/" in duration or match is None or duration == "P":
        raise ValueError("not a period")
    start = _parse(start_text)
    if start.frequency not in ("A", "M", "D"):
        raise ValueError("a range starts with a year, month or day")
    years, months, weeks, days = (int(group or 0) for group in match.groups())
    end = _months_later(start.start, years * 12 + months) + datetime.timedelta(weeks=weeks, days=days)
    if end <= start.start:
        raise ValueError("an empty range")
    return Period(start.start, end)


@lru_cache(maxsize=4096)
def parse_period(text: str) -> Period:
    """Read one period. Raises PeriodError, which says how to write what the text looks like."""
    try:
        return _parse(text)
    except (ValueError, OverflowError):
        shape = any(pattern.fullmatch(text) for pattern in (_MONTH, _DAY, _YEAR))
        what = "is a date that does not exist" if shape else "is not a period"
        raise PeriodError(f"'{text}' {what}", _hint(text)) from None
