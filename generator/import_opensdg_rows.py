"""Open SDG data: what each column is, and the rows as observations with area, dimensions, unit and series."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic_core import PydanticCustomError

from generator import model as m
from generator.import_report import ImportReport
from generator.import_source import SourceTable, one_problem
from generator.period import PeriodError, parse_period
from generator.problems import Place, nearest

_SPECIAL: Mapping[str, tuple[str, ...]] = {
    "year": (
        "year",
        "years",
        "time_period",
        "time period",
        "timeperiod",
        "period",
        "jahr",
        "année",
        "año",
        "年份",
        "год",
    ),
    "value": ("value", "values", "obs_value", "wert", "valeur", "valor", "数值", "значение"),
    "unit": ("units", "unit", "unit_measure", "unit measure", "unit of measure"),
    "multiplier": ("unit multiplier", "unit_mult"),
    "series": ("series", "seriesdescription", "series description"),
    "status": ("observation status", "obs_status"),
    "code": ("geocode", "geo code", "ref_area", "geoareacode"),
    "note": ("comment_obs", "comments", "comment", "footnote", "footnotes", "note", "notes"),
}
_GEOGRAPHY = re.compile(
    r"(?i)country|region|area|authority|district|state|province|county|city|municipal|geograph|location|territor|"
    r"constituen|oblast|област|地区|省|市"
)
_STATUS = {
    "normal value": "A", "normal": "A", "undefined": "", "estimated": "E", "estimate": "E", "estimated value": "E",
    "projection": "F", "projected": "F", "provisional": "P",
    "provisional value": "P", "forecast": "F", "forecast value": "F", "break": "B", "time series break": "B",
    "imputed value": "I", "imputed": "I", "low reliability": "U", "definition differs": "D", "missing value": "O",
    "data cannot exist": "M", "not collected": "L", "suppressed": "Q",
}  # fmt: skip
_TOTALS = {"", "_T", "ALLAGE", "ALLAREA", "BOTHSEX"}
"""How the United Nations' data write that a breakdown is not broken down."""
_ONE = {"", "units", "unit", "0", "undefined"}
_GAPS = {
    "n/a",
    "na",
    "-",
    "--",
    "..",
    "...",
    "…",
    "—",
    "–",
    "null",
    "none",
    "nan",
    "inf",
    "-inf",
    "infinity",
    "-infinity",
    ":",
    "nd",
    "n.a.",
}


@dataclass(frozen=True)
class Columns:
    """The columns of one file by what they are, as positions; `dimensions` by name."""

    special: Mapping[str, int]
    dimensions: Mapping[str, int]


@dataclass
class Found:
    """One observation on its way: `measure` is series, unit and multiplier; dims by column name, as written."""

    line: int
    period: str
    value: str
    status: str
    note: str
    measure: tuple[str, str, str]
    dims: dict[str, str]
    code: str = ""
    place_name: str = ""


@dataclass
class Places:
    """Areas that the files name: name by official code, names without a code, columns that hold such names."""

    by_code: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    without_code: bool = False
    """Whether some file has rows that name no code."""
    too_many: bool = False
    """Whether there are more codes than pages are good for: they then stand as a breakdown."""


def columns_of(table: SourceTable, fields: Mapping[str, str], report: ImportReport) -> Columns:
    """What each column is; a repeated name is told apart by a number, an empty column is left behind.

    `fields`: names that the settings give for unit and series. Raises DataError without a column of years or values.
    """
    special: dict[str, int] = {}
    dimensions: dict[str, int] = {}
    head = Place(table.name)
    for index, name in enumerate(table.columns):
        words = " ".join(name.strip().split())
        kind = next(
            (one for one, known in _SPECIAL.items() if words.casefold() in known or words == fields.get(one)), None
        )
        if kind and kind not in special:
            special[kind] = index
            report.add("mapped", head, f"column {words}", "", kind)
            continue
        if not any(cells[index] for _, cells in table.rows):
            report.add("left", head, f"column {words or index + 1}", "", "it is empty")
            continue
        twin = special.get(kind or "", dimensions.get(words))
        if twin is not None and all(cells[twin] == cells[index] for _, cells in table.rows):
            report.add("left", head, f"column {words}", "", "it stands twice with the same cells")
            continue
        unique, count = words or f"Column {index + 1}", 1
        while unique in dimensions or (kind and unique == words):
            count += 1
            unique = f"{words or 'Column'} {count}"
        report.add("mapped", head, f"column {unique}", "", "breakdown, or area")
        if unique != words:
            report.add("changed", head, f"column {words or index + 1}", "", f"called {unique}")
        dimensions[unique] = index
    for kind, wanted in (("year", "Year"), ("value", "Value")):
        if kind not in special:
            near = nearest(wanted, table.columns)
            raise one_problem(
                head, "missing-column", f"there is no column {wanted}; found: {', '.join(table.columns)[:200]}",
                f"is '{near}' meant? call it {wanted}" if near else f"add a column {wanted}",
            )  # fmt: skip
    return Columns(special, dimensions)


def find_places(table: SourceTable, columns: Columns, places: Places) -> None:
    """Learn the names of areas from a file that has a column of official codes."""
    code = columns.special.get("code")
    if code is None:
        places.without_code = True
        return
    coded = [cells for _, cells in table.rows if cells[code]]
    places.without_code |= len(coded) < len(table.rows)
    codes = {cells[code] for cells in coded}
    named: dict[str, dict[str, str]] = {}
    for name, index in columns.dimensions.items():
        of_code: dict[str, set[str]] = {}
        for cells in coded:
            of_code.setdefault(cells[code], set()).add(cells[index])
        if any(len(values) > 1 for values in of_code.values()):
            continue
        found = {key: next(iter(values)) for key, values in of_code.items() if values != {""}}
        one_to_one = len(codes) > 1 and len(set(found.values())) == len(found) == len(codes)
        if found and (one_to_one or _GEOGRAPHY.search(name)):
            named[name] = found
    places.columns |= set(named)
    for key in sorted(codes):
        best = max(
            (found for found in named.values() if key in found), key=lambda one: len(set(one.values())), default={}
        )
        places.by_code.setdefault(key, best.get(key, key))


def read_rows(
    table: SourceTable, columns: Columns, places: Places, fiscal_month: int, report: ImportReport
) -> list[Found]:
    """The rows of a file as observations; what is no period or no number is told apart and noted."""
    special = columns.special
    geographic = _geographic(table, columns, places)
    years = _fiscal_dashes(cells[special["year"]] for _, cells in table.rows)
    found = []

    def cell(cells: Sequence[str], kind: str) -> str:
        return cells[special[kind]] if kind in special else ""

    for line, cells in table.rows:
        place = Place(table.name, line)
        raw = cell(cells, "year")
        period = read_year(raw, years, fiscal_month)
        if period is None:
            report.add("left", place, "row without a year that can be read", raw, "write the year as 2020")
            continue
        if period != raw:
            report.add("changed", place, "year written otherwise", raw, "whole year" if len(period) == 4 else "period")
        value, note = read_value(cell(cells, "value"), place, report)
        status = read_status(cell(cells, "status"), place, report)
        if value and status in m.MISSING_STATUSES:
            report.add("changed", place, "status that says missing beside a value", status, "the value counts")
            status = ""
        if not value and status not in m.MISSING_STATUSES:
            status = "O"
        notes = [note, *([cell(cells, "note")] if cell(cells, "note") else [])]
        dims = {name: cells[index] for name, index in columns.dimensions.items() if cells[index] not in _TOTALS}
        code, named = cell(cells, "code"), ""
        if places.too_many and code and not any(_GEOGRAPHY.search(name) for name in dims):
            dims[table.columns[special["code"]]] = code
        if geographic and (code or any(name in dims for name in geographic)):
            named = next((dims[name] for name in reversed(geographic) if name in dims), "")
            dims = {name: value_ for name, value_ in dims.items() if name not in geographic}
        measure = (cell(cells, "series"), cell(cells, "unit"), _multiplier(cell(cells, "multiplier")))
        found.append(Found(line, period, value, status, "; ".join(filter(None, notes)), measure, dims, code, named))
    for name, index in columns.dimensions.items():
        for value in sorted({cells[index] for _, cells in table.rows} & (_TOTALS - {""})):
            report.add("changed", Place(table.name), f"value of {name}", value, "the whole, not a part")
    for line, beyond in table.ragged:
        report.add("left", Place(table.name, line), "cells beyond the headings", beyond, "they have no heading")
    return found


def _geographic(table: SourceTable, columns: Columns, places: Places) -> list[str]:
    """The columns that name areas: with a column of codes those found by it, else one whose names are all known."""
    known = {*places.by_code.values(), *places.names}
    names = [name for name in columns.dimensions if name in places.columns]
    if "code" in columns.special:
        return names
    return [
        name for name in names
        if {cells[columns.dimensions[name]] for _, cells in table.rows} - {""} <= known
    ]  # fmt: skip


def _multiplier(text: str) -> str:
    return "" if text.casefold() in _ONE else text


def _fiscal_dashes(years: Iterable[str]) -> bool:
    """Whether `2015-16` in a column is a span of years: all such pairs are as far apart, or one is no month."""
    pairs = {(int(pair[1]), int(pair[2])) for year in years if (pair := re.fullmatch(r"(\d{4})-(\d{2})", year))}
    apart = {(last - first) % 100 for first, last in pairs}
    neighbours = apart <= {1}
    spans = len(pairs) > 1 and len(apart) == 1 and apart <= set(range(1, 11))
    return neighbours or spans or any(last > 12 or last == 0 for _, last in pairs)


def read_year(text: str, fiscal_dashes: bool, fiscal_month: int) -> str | None:
    """A period of the contract from a year as statistics offices write it; None where it is none.

    `2015.0`, `2015/16` (a financial year, starting in `fiscal_month`), `2015-2017`, `2015 Q3`, `2015M06`.
    """
    plain = text.strip().strip("'\"’‘*").strip()
    if match := re.fullmatch(r"(\d{4})(?:\.0+)?年?", plain):
        return match[1] if int(match[1]) else None
    if match := re.fullmatch(r"(\d{4})\s*([/–-])\s*(\d{4}|\d{2})", plain):
        first, mark, last = int(match[1]), match[2], match[3]
        second = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
        if len(last) == 2 and mark == "-" and not fiscal_dashes:
            second = first - 1  # a month
        elif second < first and len(last) == 2:
            second += 100
        if second == first + 1 and (mark == "/" or len(last) == 2):
            return f"{first:04d}-{fiscal_month:02d}/P1Y"
        if first < second <= first + 50:
            return f"{first:04d}/P{second - first + 1}Y"
    if match := re.fullmatch(r"(\d{4})[\s-]*Q([1-4])|Q([1-4])[\s-]*(\d{4})", plain, re.IGNORECASE):
        return f"{match[1] or match[4]}-Q{match[2] or match[3]}"
    if match := re.fullmatch(r"(\d{4})M(\d{1,2})", plain, re.IGNORECASE):
        plain = f"{match[1]}-{int(match[2]):02d}"
    try:
        parse_period(plain)
    except PeriodError:
        return None
    return plain


def read_value(text: str, place: Place, report: ImportReport) -> tuple[str, str]:
    """A number as the contract writes it, and a note where it could not be one; an empty text where it is missing."""
    plain = text.strip()
    if plain.isascii() is False:
        plain = unicodedata.normalize("NFKC", plain)
    if not plain:
        report.add("changed", place, "empty value", "", "missing (status O)")
        return "", ""
    tries = (
        plain,
        re.sub(r"\s|['’_]", "", plain),
        re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", plain),
        re.sub(r"^([+-]?\d+),(\d+)$", r"\1.\2", plain),
        plain.replace("−", "-").rstrip("%％ ").strip(),
    )
    for attempt in tries:
        try:
            m.read_number(attempt)
        except PydanticCustomError:
            continue
        if attempt != text.strip():
            report.add("changed", place, "number written otherwise", plain, "without separators and signs")
        return attempt, ""
    report.add("changed", place, "value that is no number", plain, "missing (status O), the text in the note")
    known = plain.casefold() in _GAPS
    return "", "" if known else f"{' '.join(plain.split())}"


def read_status(text: str, place: Place, report: ImportReport) -> str:
    """A code of CL_OBS_STATUS from a code or its name; empty where nothing is said or it is unknown."""
    plain = text.strip()
    if plain in m.VALUE_STATUSES | m.MISSING_STATUSES:
        return plain
    code = _STATUS.get(plain.casefold())
    if code is None and plain:
        report.add("left", place, "observation status", plain, "it is none of CL_OBS_STATUS")
    return code or ""


def decimals_of(values: Sequence[str]) -> int:
    """With how many decimals numbers are shown: as many as they have, two at most, four where all are below one."""
    numbers = [m.read_number(value) for value in values if value]
    exponents = [number.normalize().as_tuple().exponent for number in numbers]
    most = max((-one for one in exponents if isinstance(one, int)), default=0)
    small = bool(numbers) and max(abs(number) for number in numbers) < 1
    return max(0, min(most, 4 if small else 2))


def opening(found: Sequence[Found], wanted: Mapping[str, str]) -> dict[str, str]:
    """What a page opens with where no row is a total: what the source names, else the breakdown with most rows.

    Of breakdowns with as many rows it is the least deep.
    """
    counts: Counter[tuple[tuple[str, str], ...]] = Counter(
        tuple(sorted(one.dims.items())) for one in found if not one.code and not one.place_name
    )
    counts = counts or Counter(tuple(sorted(one.dims.items())) for one in found)
    if not counts or () in counts:
        return {}
    named = {name.casefold(): value for name, value in wanted.items()}
    for dims in counts:
        if dims and {(name.casefold(), value) for name, value in dims} <= named.items():
            return dict(dims)
    best: tuple[tuple[str, str], ...] = min(counts, key=lambda dims: (-counts[dims], len(dims), dims))
    return dict(best)
