"""Columns, headings and words to choose from of a reporting workbook, and the way back to the data contract."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from generator.language import Language, load_language
from generator.model import MISSING_STATUSES, VALUE_STATUSES, ReportStatus, Text
from generator.plan import Plan

Table = Literal["observations", "progress"]
TABLES: tuple[Table, ...] = ("observations", "progress")

SHEET_OF: Mapping[Table, str] = {"observations": "data", "progress": "tasks"}
"""The sheet of each table, by its key in the words files."""

KEYS: Mapping[Table, tuple[str, ...]] = {
    "observations": ("indicator", "area", "period"),
    "progress": ("task", "area", "date"),
}
"""Columns that say what a row is about; the dimensions come on top."""

FIELDS: Mapping[Table, tuple[str, ...]] = {
    "observations": ("value", "status", "basis", "source", "note"),
    "progress": ("status", "percent", "by", "basis", "source", "note"),
}
"""Columns that are filled in."""

HEAD_FIELD: Mapping[Table, str] = {"observations": "value", "progress": "status"}
"""The field that a row is for: emptying it withdraws the row."""

NAMES: Mapping[str, tuple[str, str]] = {
    "_indicator": ("indicator", "indicators"),
    "_area": ("area", "areas"),
    "_task": ("task", "tasks"),
}
"""Given columns that repeat a code in words: the column of the code, and the list it belongs to."""

GIVEN = "_given"
DUE = "due"
"""The export mark of a row that was exported without a value."""

NUMBERS = frozenset({"value", "percent"})
REFERENCES: Mapping[str, str] = {"source": "sources", "by": "organisations"}
_STATUS_ORDER = "ABDEFINPULMOQ"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
MAX_TEXT = 32_767
"""Characters that a cell of a spreadsheet can hold."""


def columns_of(table: Table, dimensions: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The columns of a sheet in their order; names that start with `_` are given and not read back as data."""
    if table == "progress":
        return ("task", "_task", "area", "_area", "_lead", "_last", "date", *FIELDS[table], GIVEN)
    key = ("indicator", "_indicator", "area", "_area", "period", *dimensions)
    return (*key, "_unit", "_target", "_last", *FIELDS[table], GIVEN)


def plain(text: str) -> str:
    """A text as a cell of a spreadsheet can hold it."""
    text = _ILLEGAL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip()[:MAX_TEXT]


def normal(field: str, text: str) -> str:
    """A field in the one spelling that is compared: `1.60` is `1.6`, an empty basis is `official`."""
    text = plain(text)
    if field == "basis":
        return text or "official"
    if field in NUMBERS and text:
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        return f"{number.normalize():f}" if number else "0"
    return " ".join(text.split()) if field == "status" else text


def same(field: str, one: str, other: str) -> bool:
    """Whether two spellings of a field say the same; a spreadsheet keeps 15 digits of a number."""
    one, other = normal(field, one), normal(field, other)
    if one == other or field not in NUMBERS or not (one and other):
        return one == other
    try:
        return f"{float(one):.15g}" == f"{float(other):.15g}"
    except ValueError:
        return False


def export_mark(table: Table, key: Iterable[Any], values: Mapping[str, str]) -> str:
    """A short mark of a row as it was exported: of its key, then of what it held."""
    parts = []
    for field in FIELDS[table]:
        value = normal(field, values.get(field, ""))
        parts.append(f"{float(value):.15g}" if field in NUMBERS and value else value)
    return f"{key_mark(key)}.{_letters(parts, 10)}"


def key_mark(key: Iterable[Any]) -> str:
    """The part of an export mark that tells the row; a row that was copied and given another key has a wrong one."""
    return _letters([str(part) for part in key], 6)


def _letters(parts: Iterable[str], length: int) -> str:
    """A digest in letters only, so that no program takes it for a number."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest[:length])


def folded(text: str) -> str:
    """A heading or word as it is compared: without spaces, case and the difference of full and half width."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def load_workbook_words(plan: Plan, templates: Path) -> WorkbookWords:
    """The words of every language there is a words file for, the plan's default language first."""
    default = (plan.identity.languages or plan.languages)[0]
    own = tuple(dict.fromkeys((*plan.identity.languages, *plan.languages)))
    first = load_language(default, templates, own)
    others = [
        load_language(path.stem, templates, own)
        for path in sorted((templates / "words").glob("*.yml"))
        if path.stem not in (default, default.partition("-")[0])
    ]
    return WorkbookWords(plan, (first, *(language for language in others if language.find("workbook"))), own)


@dataclass(frozen=True)
class WorkbookWords:
    """Headings and choices: written in the first language, understood in all of them and in the contract's words."""

    plan: Plan
    languages: tuple[Language, ...]
    shown: tuple[str, ...] = ()
    """The languages of the plan: those that the notes sheet is written in."""

    @property
    def language(self) -> Language:
        """The language that a workbook is written in."""
        return self.languages[0]

    @property
    def note_languages(self) -> tuple[Language, ...]:
        return tuple(one for one in self.languages if one is self.language or one.code in self.shown)

    # --- sheets and headings ---

    def sheet_name(self, table: Table) -> str:
        return self.language.say(f"workbook.sheets.{SHEET_OF[table]}")

    def other_sheets(self) -> set[str]:
        """Names, folded, of the sheets that hold no data."""
        return {folded(one.say(f"workbook.sheets.{key}")) for one in self.languages for key in ("notes", "lists")}

    def data_sheets(self) -> set[str]:
        return {folded(one.say(f"workbook.sheets.{key}")) for one in self.languages for key in SHEET_OF.values()}

    def heading(self, table: Table, column: str) -> str:
        """The heading of a column; a dimension is headed by its title unless that is a heading already."""
        if column not in self.plan.dimensions:
            return self.language.say(f"workbook.columns.{table}.{column}")
        title = self.language.text(self.plan.dimensions[column].title)
        return title if self._columns[table].get(folded(title)) == column else column

    def column_of(self, table: Table, heading: str) -> str | None:
        """The column that a heading means, in whatever language, or None."""
        return self._columns[table].get(folded(heading))

    def headings(self, table: Table) -> set[str]:
        """What a heading may be, as a hint lists it: the first language's and the contract's own."""
        return {name for name in self._columns[table].values() if not name.startswith("_")} | {
            self.heading(table, column) for column in columns_of(table)
        }

    @cached_property
    def _columns(self) -> Mapping[Table, Mapping[str, str]]:
        found: dict[Table, dict[str, str]] = {}
        for table in TABLES:
            names = columns_of(table)
            found[table] = {folded(name): name for name in names}
            for language in self.languages:
                for name in names:
                    found[table].setdefault(folded(language.say(f"workbook.columns.{table}.{name}")), name)
            for dimension in self.plan.dimensions.values() if table == "observations" else ():
                for title in (dimension.id, *dimension.title.by_language.values()):
                    found[table].setdefault(folded(title), dimension.id)
        return found

    # --- words to choose from ---

    def codes(self, table: Table, field: str) -> tuple[str, ...]:
        """What may be chosen in a field, in the order of its list; empty where anything may stand."""
        if field == "status":
            return tuple(_STATUS_ORDER) if table == "observations" else get_args(ReportStatus)
        if field == "basis":
            return ("official", "derived")
        return tuple(getattr(self.plan, REFERENCES[field])) if field in REFERENCES else ()

    def label(self, table: Table, field: str, code: str, language: Language | None = None) -> str:
        """A code as the workbook shows it: `P 初步数`, `官方`, `press2020 Press conference`; several codes stay so."""
        language = language or self.language
        if field == "basis":
            return str(language.find(f"basis.{code}.word") or code)
        if field == "status" and table == "progress":
            return str(language.find(f"status.{code}") or code)
        if field == "status":
            word = language.find(f"value_status.{code}") if code in VALUE_STATUSES | MISSING_STATUSES else None
            return f"{code} {word}" if word else code
        record = getattr(self.plan, REFERENCES[field]).get(code) if field in REFERENCES else None
        return plain(f"{code} {' '.join(language.text(record.title).split())}") if record is not None else code

    def code_of(self, table: Table, field: str, text: str) -> str:
        """The code behind a label of any language; a text that is none comes back as it is, for the checks to judge."""
        known = self._labels[table, field].get(folded(text))
        if known is not None:
            return known
        first = text.split(maxsplit=1)[0] if text.split() else text
        if field in REFERENCES and first in getattr(self.plan, REFERENCES[field]):
            return first
        return text

    @cached_property
    def _labels(self) -> Mapping[tuple[Table, str], Mapping[str, str]]:
        found: dict[tuple[Table, str], dict[str, str]] = {}
        for table in TABLES:
            for field in FIELDS[table]:
                codes = self.codes(table, field)
                codes = (*codes, "reconstructed", "illustrative") if field == "basis" else codes
                labels = {folded(self.label(table, field, code, one)): code for one in self.languages for code in codes}
                found[table, field] = labels | {folded(code): code for code in codes}
        return found

    def dimension_value(self, dimension: str, text: str) -> str:
        """The id of a dimension's value given by id or title; any other text as it is."""
        for value in self.plan.dimensions[dimension].values:
            if folded(text) in {folded(name) for name in (value.id, *value.title.by_language.values())}:
                return value.id
        return text

    # --- records by name ---

    def ids_of_title(self, kind: str, text: str) -> tuple[str, ...]:
        """The ids of the records of a list whose title, in any language, is this text."""
        return tuple(self._titles(kind).get(folded(text), ()))

    def is_title(self, kind: str, name: str, text: str) -> bool:
        """Whether a text names this record: by its title or, for a measure, its own."""
        return name in self._titles(kind).get(folded(text), ())

    def _titles(self, kind: str) -> Mapping[str, list[str]]:
        if kind not in self._titles_by_kind:
            found: dict[str, list[str]] = {}
            for name, title in self._named(kind):
                for text in {folded(plain(text)) for text in title.by_language.values()}:
                    found.setdefault(text, []).append(name)
            self._titles_by_kind[kind] = found
        return self._titles_by_kind[kind]

    @cached_property
    def _titles_by_kind(self) -> dict[str, Mapping[str, list[str]]]:
        return {}

    def _named(self, kind: str) -> Iterator[tuple[str, Text]]:
        records: Mapping[str, Any] = getattr(self.plan, kind)
        for name, record in records.items():
            yield name, record.title
            for measure in record.measures if kind == "tasks" else ():
                yield f"{name}/{measure.id}", measure.title
