"""The words, numbers and dates of one language. Everything particular to it stands in `words/<code>.yml`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from markupsafe import Markup

from generator.linked import LEADING, Linked, fill, join
from generator.model import Indicator, Text
from generator.period import Period
from generator.problems import GeneratorError, suggestion

_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader in C where PyYAML has it: as safe, and ten times faster."""


class WordsError(GeneratorError):
    """A language has no words file, or a text of it is missing."""


class DisplayUnit(NamedTuple):
    """How an indicator's values are written: multiplied by `factor`, with `decimals`, followed by `name`."""

    factor: Decimal
    name: str
    decimals: int


@dataclass(frozen=True)
class Language:
    """One language: `words` is the words file, `default` the language that untranslated texts are in."""

    code: str
    words: Mapping[str, Any]

    # --- words ---

    @property
    def tag(self) -> str:
        """The BCP 47 tag, for `lang` attributes."""
        return str(self.words["meta"]["tag"])

    @property
    def name(self) -> str:
        return str(self.words["meta"]["name"])

    def find(self, key: str) -> Any:
        """The entry of the words file at a dotted key, or None."""
        if key not in self._found:
            entry: Any = self.words
            for part in key.split("."):
                entry = entry.get(part) if isinstance(entry, Mapping) else None
            self._found[key] = entry
        return self._found[key]

    @cached_property
    def _found(self) -> dict[str, Any]:
        """Entries that were looked for before: every page asks for the same ones."""
        return {}

    @cached_property
    def _said(self) -> dict[str, str]:
        """Texts without anything to fill in."""
        return {}

    @cached_property
    def _units(self) -> dict[tuple[str, int], DisplayUnit]:
        return {}

    def say(self, key: str, /, **values: Any) -> str:
        """The text at `key` with `{names}` filled in; a map of `one` and `other` is chosen by `count`.

        Values that are Markup make the whole text Markup, with the rest escaped; values that lead somewhere (`Linked`)
        do so in the text too. Raises WordsError for an unknown key.
        """
        if not values and (said := self._said.get(key)) is not None:
            return said
        entry = self.find(key)
        if not isinstance(entry, str) and isinstance(entry, Mapping):
            count = values.get("count")
            single = count == 1 or (count == 0 and self.words["meta"].get("zero_is_one", False))
            entry = entry.get("none" if count == 0 and "none" in entry else "one" if single else "other")
        if not isinstance(entry, str):
            known = _keys(self.words)
            raise WordsError(f"words/{self.code}.yml has no text '{key}'; {suggestion(key, known)}")
        for value in values.values():
            if isinstance(value, Markup):
                return Markup(entry).format(**values)  # noqa: S704 -- the pattern is ours, the values are escaped there
        if "[" in entry or not LEADING.isdisjoint(map(type, values.values())):
            filled = fill(entry, values)
            return filled if filled.links else str(filled)
        text = entry.format(**values)
        if not values:
            self._said[key] = text
        return text

    def listing(self, items: Iterable[str]) -> str:
        """A list in a sentence: `a, b and c`."""
        words = list(items)
        if len(words) < 2:
            return words[0] if words else ""
        if Linked in map(type, words):
            return join(self.words["meta"]["comma"], words[:-1]) + str(self.words["meta"]["and"]) + words[-1]
        joined: str = self.words["meta"]["comma"].join(words[:-1])
        return joined + str(self.words["meta"]["and"]) + words[-1]

    def text(self, text: Text | None) -> str:
        return "" if text is None else text.get(self.code)

    def note(self, note: str | None) -> str:
        """A note of a CSV cell: where it holds ` | `, the part in this language (the plan's default comes first)."""
        if not note:
            return ""
        parts = note.split(" | ")
        position = self.words["meta"].get("position", 0)
        return parts[position] if position < len(parts) else parts[0]

    # --- numbers ---

    def number(self, value: Decimal | int | float, decimals: int | None = None) -> str:
        """A number in digits; `decimals` None keeps those it has, without trailing zeros."""
        number = value if isinstance(value, Decimal) else Decimal(str(value))
        if decimals is not None:
            number = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
        number = abs(number) if number == 0 else number  # zero has no sign, whatever was rounded to it
        text = f"{number.normalize() if decimals is None else number:,f}"
        return text.translate(self._signs)

    @cached_property
    def _signs(self) -> dict[int, str]:
        """How this language writes the signs of a number."""
        meta = self.words["meta"]
        return {ord("-"): "\u2212", ord(","): meta["group"], ord("."): meta["decimal"]}

    def display_unit(self, indicator: Indicator) -> DisplayUnit:
        """How tables and charts of this language write the indicator: `100 million yuan` becomes billions of yuan."""
        key = (self.text(indicator.unit), indicator.decimals)
        known = self._units.get(key)
        if known is None:
            known = self._units[key] = self._display_unit(*key)
        return known

    def _display_unit(self, unit: str, decimals: int) -> DisplayUnit:
        for rule in self.words["units"]["in_tables"]:
            if match := re.fullmatch(rule["unit"], unit):
                factor = Decimal(str(rule["factor"]))
                return DisplayUnit(factor, rule["name"].format(*match.groups()), decimals + rule["decimals"])
        return DisplayUnit(Decimal(1), unit, decimals)

    def value(self, value: Decimal, indicator: Indicator) -> str:
        """A value as tables write it: in the display unit, without its name; never with fewer digits than the data."""
        unit = self.display_unit(indicator)
        own = max(0, -int(value.as_tuple().exponent)) + unit.decimals - indicator.decimals
        return self.number(value * unit.factor, max(unit.decimals, own))

    def quantity(self, value: Decimal, indicator: Indicator) -> str:
        """A value with its unit as running text writes it: `5.5万家`, `63.44 billion yuan`, `1.75%`, `16th`."""
        unit = self.text(indicator.unit)
        for rule in self.words["units"]["in_text"]:
            match = re.fullmatch(rule["unit"], unit)
            plain = value * Decimal(str(rule.get("factor", 1)))
            if match and abs(plain) >= Decimal(str(rule.get("from", 0))):
                divided = plain / Decimal(str(rule.get("divide", 1)))
                own = self._spoken(divided, value, indicator, "divide" in rule)
                return str(rule["text"]).format(*match.groups(), number=own, ordinal=self.ordinal(divided))
        digits = self._spoken(value, value, indicator, False)
        return f"{digits} {self.unit_after(digits, value, unit)}".strip()

    def unit_after(self, digits: str, value: Decimal, unit: str) -> str:
        """A unit as it follows a number: `1 firm`, `+1 firm`, but `1.0 firms`; in French `1,5 projet` too."""
        is_single = digits.lstrip("+\u2212") == "1" or (self.words["meta"]["zero_is_one"] and abs(value) < 2)
        return self._singular.get(unit, unit) if is_single else unit

    @cached_property
    def _singular(self) -> Mapping[str, str]:
        singular: Mapping[str, str] = self.words["units"]["one"]
        return singular

    def _spoken(self, divided: Decimal, value: Decimal, indicator: Indicator, is_divided: bool) -> str:
        """The digits of a quantity: at most two decimals after a division, else as many as data or indicator have."""
        if is_divided:
            return self.number(divided.quantize(Decimal("0.01"), ROUND_HALF_EVEN))
        return self.number(divided, max(0, -int(value.as_tuple().exponent), indicator.decimals))

    def ordinal(self, value: Decimal | int) -> str:
        """A place in a ranking: `16th`, `第16位`."""
        rules = self.words["meta"]["ordinal"]
        text = str(int(value))
        for ending, pattern in rules.items():
            if ending != "other" and text.endswith(str(ending)) and not text.endswith(f"1{ending}"):
                return str(pattern).format(text)
        return str(rules["other"]).format(text)

    def percent(self, share: Decimal | float, decimals: int = 0) -> str:
        """A share of one as a percentage."""
        return str(self.words["meta"]["percent"]).format(self.number(Decimal(str(share)) * 100, decimals))

    # --- dates ---

    def date(self, day: datetime.date | Period) -> str:
        """A day, month or year in words."""
        if isinstance(day, Period):
            return self.period(day)
        months = self.words["meta"]["months"]
        pattern = str(self.words["meta"]["day"])
        return pattern.format(year=day.year, month=day.month, day=day.day, month_name=months[day.month - 1])

    def period(self, period: Period) -> str:
        """A period as readers write it; a financial year as `2019/20`, a range as `2018–2020`."""
        known = self._periods.get(period)
        if known is None:
            known = self._periods[period] = self._period(period)
        return known

    @cached_property
    def _periods(self) -> dict[Period, str]:
        """Periods that were written before: a plan has few."""
        return {}

    def _period(self, period: Period) -> str:
        patterns, frequency = self.words["periods"], period.frequency
        values: dict[str, Any] = {
            "year": period.start.year,
            "month": period.start.month,
            "month_name": self.words["meta"]["months"][period.start.month - 1],
            "quarter": (period.start.month + 2) // 3,
            "half": (period.start.month + 5) // 6,
            "end": period.year,
            "end_short": f"{period.year % 100:02}",
        }
        if frequency == "D":
            return self.date(period.start)
        if frequency in patterns:
            return str(patterns[frequency]).format(**values)
        if frequency == "P1Y":
            return str(patterns["financial"]).format(**values)
        if frequency.endswith("Y") and period.start.month == 1:
            return str(patterns["years"]).format(**values)
        return f"{self.date(period.start)} – {self.date(period.last_day)}"

    @cached_property
    def locale(self) -> dict[str, Any]:
        """The number format of charts (d3 locale)."""
        meta = self.words["meta"]
        return {"decimal": meta["decimal"], "thousands": meta["group"], "grouping": [3], "currency": ["", ""]}


def _keys(words: Mapping[str, Any], prefix: str = "") -> list[str]:
    found = []
    for key, entry in words.items():
        if isinstance(entry, Mapping) and not set(entry) <= {"one", "other", "none"}:
            found += _keys(entry, f"{prefix}{key}.")
        else:
            found.append(f"{prefix}{key}")
    return found


def load_language(code: str, templates: Path, languages: tuple[str, ...]) -> Language:
    """The words of a language. Raises WordsError when there is no file for it; a dialect uses its base language's."""
    folder = templates / "words"
    for name in (code, code.partition("-")[0]):
        path = folder / f"{name}.yml"
        if path.is_file():
            words = _words(path.read_text(encoding="utf-8"))
            position = languages.index(code) if code in languages else 0
            return Language(code, {**words, "meta": {**words["meta"], "position": position}})
    known = ", ".join(sorted(path.stem for path in folder.glob("*.yml")))
    raise WordsError(f"there are no words for the language '{code}' (there are: {known}); add words/{code}.yml")


@lru_cache(maxsize=8)
def _words(text: str) -> dict[str, Any]:
    """A file of words, read once for the pages, the problems and the next builds of a preview."""
    words: dict[str, Any] = yaml.load(text, _SAFE)  # noqa: S506 -- see _SAFE
    return words
