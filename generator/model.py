"""The plan as frozen records: one pydantic model for each kind of record of the data contract.

Types here say what one record may hold on its own; what it must fit together with is judged in `check.py`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from generator.period import Period, PeriodError, parse_period

Basis = Literal["official", "derived", "reconstructed", "illustrative"]
BASES: tuple[Basis, ...] = ("official", "derived", "reconstructed", "illustrative")

ReportStatus = Literal["not-started", "on-track", "at-risk", "off-track", "completed", "on-hold", "cancelled"]
STATUSES: tuple[str, ...] = (
    "completed",
    "on-track",
    "at-risk",
    "off-track",
    "not-started",
    "on-hold",
    "cancelled",
    "unknown",
)
"""What a task can be, in the order in which readers meet them; `unknown` stands where nobody reported."""

VALUE_STATUSES = frozenset("ABDEFINPU")
"""SDMX CL_OBS_STATUS codes that come with a value."""
MISSING_STATUSES = frozenset("LMOQ")
"""SDMX CL_OBS_STATUS codes that stand in place of a value."""

BUILT_IN_AREA_KINDS = (
    "country",
    "region",
    "state",
    "province",
    "prefecture",
    "city",
    "county",
    "district",
    "ward",
    "municipality",
    "new-area",
)


def fault(code: str, message: str, hint: str = "", at: tuple[str | int, ...] = ()) -> PydanticCustomError:
    """An error of one value: `at` leads from the value to the part of it that is wrong."""
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint, "at": at})


# --- types of single values -------------------------------------------------------------------------------------


class Text(BaseModel):
    """A text by language code; `get` falls back to the plan's default language."""

    model_config = ConfigDict(frozen=True)
    by_language: dict[str, str]
    default: str

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, Text):
            return value
        context = info.context or {}
        languages: tuple[str, ...] = context.get("languages", ("en",))
        default = languages[0]
        if isinstance(value, str):
            value = {default: value}
        if not isinstance(value, dict):
            raise fault(
                "wrong-type",
                f"a text was wanted, {_describe(value)} was found",
                f"write a text, or one for each language: {{{default}: ...}}",
            )
        for code, text in value.items():
            if code not in languages:
                raise fault(
                    "unknown-language",
                    f"the language '{code}' is not one of the plan's",
                    f"use one of: {', '.join(languages)}",
                    (code,),
                )
            if text is not None and not isinstance(text, str):
                raise fault("wrong-type", f"a text was wanted, {_describe(text)} was found", "", (code,))
        texts = {code: text.strip() for code, text in value.items() if text is not None and text.strip()}
        if not texts:
            raise fault("empty-text", "the text is empty", "write it, or leave the field out")
        return {"by_language": texts, "default": default}

    def get(self, language: str) -> str:
        """The text in `language`, else in the plan's default language, else in any."""
        return (
            self.by_language.get(language)
            or self.by_language.get(self.default)
            or next(iter(self.by_language.values()))
        )

    def language_of(self, language: str) -> str:
        """The language in which `get(language)` really is."""
        if language in self.by_language:
            return language
        return self.default if self.default in self.by_language else next(iter(self.by_language))


def _describe(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, (dict, list)):
        return "a map" if isinstance(value, dict) else "a list"
    return f"'{value}'"


_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_WINDOWS_NAMES = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}


def _read_id(value: Any) -> str:
    if not isinstance(value, str):
        raise fault("wrong-type", f"an id was wanted, {_describe(value)} was found")
    if not _ID.fullmatch(value):
        mended = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")
        hint = f"write '{mended}'" if mended else "use lower-case letters a-z, digits and hyphens"
        raise fault("bad-id", f"'{value}' is not an id: only lower-case a-z, digits and hyphens", hint)
    if value in _WINDOWS_NAMES:
        raise fault("bad-id", f"'{value}' cannot be a file name on Windows", "choose another id")
    if len(value) > 80:
        raise fault("bad-id", f"the id has {len(value)} characters, at most 80 are allowed", "choose a shorter id")
    return value


def _read_period(value: Any) -> Period:
    if isinstance(value, Period):
        return value
    if not isinstance(value, str):
        raise fault("bad-period", f"a period was wanted, {_describe(value)} was found")
    try:
        return parse_period(value)
    except PeriodError as error:
        raise fault("bad-period", str(error), error.hint) from None


def _read_date(value: Any) -> Period:
    period = _read_period(value)
    if period.frequency not in ("A", "M", "D"):
        raise fault("bad-date", f"'{value}' is not a date", "write a day (2020-06-30), month (2020-06) or year (2020)")
    return period


def _read_day(value: Any) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    period = _read_period(value)
    if period.frequency != "D":
        raise fault("bad-date", f"'{value}' is not a day", "write it as year-month-day: 2020-06-30")
    return period.start


_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
MAX_DIGITS = 20
"""How far from the decimal point a number may begin: far more than any unit needs, few enough to print."""
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－＋％　", "0123456789.,-+% ")
_GAPS = {"n/a", "na", "-", "--", "..", "...", "—", "–", "/", "无", "暂无", "null", "none", "x", "nan"}


def read_number(value: Any) -> Decimal:
    """A decimal number exactly as written. Raises a fault that names what the text looks like."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        number = Decimal(value)
        if number and abs(number.adjusted()) > MAX_DIGITS:
            raise fault("not-a-number", f"'{value}' is too large or too small", "choose a larger or smaller unit")
        return number
    if not isinstance(value, str):
        raise fault("not-a-number", f"a number was wanted, {_describe(value)} was found")
    raise fault("not-a-number", *_number_advice(value))


def _number_advice(text: str) -> tuple[str, str]:
    """What a text that is not a number looks like, and how to write it."""
    found = f"'{text}' is not a number"
    plain = text.translate(_FULL_WIDTH).strip()
    if plain.lower() in _GAPS:
        return f"{found}: it stands for a missing value", "leave the cell empty and give a status: O, L, M or Q"
    if plain != text and _NUMBER.fullmatch(plain):
        why = "spaces around it" if text.strip() == plain else "full-width digits"
        return f"{found}: it has {why}", f"write {plain}"
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain) or re.fullmatch(
        r"[+-]?\d{1,3}([ '\u00a0\u202f]\d{3})+", plain
    ):
        bare = re.sub("[ ,'\u00a0\u202f]", "", plain)
        return f"{found}: it has thousands separators", f"write {bare}"
    if re.fullmatch(r"[+-]?\d+,\d+", plain):
        return f"{found}: it has a decimal comma", f"write {plain.replace(',', '.')}"
    if match := re.fullmatch(r"([+-]?[\d.,]+)\s*[%‰]", plain):
        return f"{found}: it has a percent sign", f"write {match[1]}; the unit stands in indicators.yml"
    if match := re.fullmatch(r"([+-]?[\d.]+)\s*(万亿|亿|万|千|百)\D*", plain):
        return f"{found}: it holds the Chinese unit of number {match[2]}", (
            "write the plain number in the indicator's own unit"
        )
    if re.fullmatch(r"[零〇一二两三四五六七八九十百千万亿点]+", plain):
        return f"{found}: it is written in Chinese numerals", "write it in digits"
    if plain.lower() in ("inf", "infinity", "-inf", "+inf", "-infinity", "∞"):
        return f"{found}: a value must be finite", "leave the cell empty and give a status: O, L, M or Q"
    if plain.count(".") > 1:
        return f"{found}: it has {plain.count('.')} decimal points", "keep one"
    if match := re.match(r"[+-]?\d[\d.]*", plain):
        return f"{found}: something follows the number", f"write {match[0]} and put the rest into the note"
    return found, "write digits with a decimal point, such as 12.5"


def _read_whole(value: Any) -> int:
    number = read_number(value)
    if number != int(number):
        raise fault("not-a-number", f"'{value}' is not a whole number", "write it without decimals")
    return int(number)


def _read_flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    flag = {"true": True, "yes": True, "false": False, "no": False}.get(str(value).lower())
    if flag is None:
        raise fault("wrong-type", f"true or false was wanted, {_describe(value)} was found", "write true or false")
    return flag


def _read_line(value: Any) -> str:
    if not isinstance(value, str):
        raise fault("wrong-type", f"a text was wanted, {_describe(value)} was found")
    if not value.strip():
        raise fault("empty-text", "the text is empty", "write it, or leave the field out")
    return value.strip()


def _as_list(value: Any) -> Any:
    """One value where a list of them may stand."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _read_url(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"https?://[^\s<>\"'`{}|\\^]+", value):
        raise fault("bad-url", f"{_describe(value)} is not a web address", "write an address that starts with https://")
    return value


def _read_tile(value: Any) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise fault("wrong-type", f"two whole numbers were wanted, {_describe(value)} was found", "write [column, row]")
    column, row = (_read_whole(part) for part in value)
    if not (1 <= column <= 40 and 1 <= row <= 40):
        raise fault("out-of-range", f"the tile [{column}, {row}] is outside 1 to 40", "count columns and rows from 1")
    return column, row


def _text_schema(**more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **more})


_NUMBER_SCHEMA = WithJsonSchema({"type": ["number", "string"]})
Id = Annotated[str, BeforeValidator(_read_id), _text_schema(pattern="^[a-z0-9][a-z0-9-]*$")]
Line = Annotated[str, BeforeValidator(_read_line), _text_schema()]
Url = Annotated[str, BeforeValidator(_read_url), _text_schema(format="uri")]
PeriodValue = Annotated[Period, BeforeValidator(_read_period), _text_schema(examples=["2020", "2020-Q3", "2018/P3Y"])]
DateValue = Annotated[Period, BeforeValidator(_read_date), _text_schema(examples=["2018-03-03", "2018-03", "2018"])]
Day = Annotated[datetime.date, BeforeValidator(_read_day), _text_schema(format="date")]
Number = Annotated[Decimal, BeforeValidator(read_number), _NUMBER_SCHEMA]
Whole = Annotated[int, BeforeValidator(_read_whole), WithJsonSchema({"type": "integer"})]
Flag = Annotated[bool, BeforeValidator(_read_flag), WithJsonSchema({"type": "boolean"})]
Ids = Annotated[tuple[Id, ...], BeforeValidator(_as_list)]
Tile = Annotated[tuple[int, int], BeforeValidator(_read_tile), WithJsonSchema({"type": "array"})]


class Model(BaseModel):
    """Base of all records: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


T = TypeVar("T")
Many = Annotated[tuple[T, ...], BeforeValidator(_as_list)]
"""A tuple of T, where one alone may stand without the list."""


# --- words: the YAML records ------------------------------------------------------------------------------------


class Licence(Model):
    title: Text
    url: Url | None = None


class Fact(Model):
    """A sentence with its source, shown where it belongs."""

    text: Text
    date: DateValue | None = None
    source: Id | None = None
    basis: Basis = "official"


class Document(Model):
    """Another document that belongs with the plan or an area, such as a city's own plan."""

    title: Text
    number: Line | None = None
    date: DateValue | None = None
    issuer: Text | None = None
    note: Text | None = None
    source: Id | None = None
    url: Url | None = None


class Event(Model):
    date: DateValue
    text: Text
    source: Id | None = None


class Note(Model):
    """A remark with a title; `text` is Markdown."""

    title: Text
    text: Text


class Stage(Model):
    """A named part of the plan's period."""

    id: Id
    period: PeriodValue
    title: Text | None = None


class PlanPeriod(Model):
    """The years of the plan; `baseline` is the year from which change is measured."""

    start: Whole
    end: Whole
    baseline: Whole | None = None

    @model_validator(mode="after")
    def _ordered(self) -> PlanPeriod:
        if self.end < self.start:
            raise fault(
                "bad-period",
                f"the plan ends in {self.end}, before it starts in {self.start}",
                "put start and end in order",
                ("end",),
            )
        return self


class Part(Model):
    id: Id
    number: Line
    title: Text
    summary: Text | None = None


class Annex(Part):
    """An annex of the plan; `shows` names the generated page that carries it."""

    shows: Literal["responsibilities", "targets", "monitoring"] | None = None


class Supersedes(Model):
    title: Text
    url: Url | None = None


class Identity(Model):
    """`plan.yml`: what the plan is, who issued it and when."""

    id: Id
    title: Text
    short_title: Text | None = None
    issuer: Id
    document_number: Line | None = None
    issued: DateValue | None = None
    period: PlanPeriod | None = None
    supersedes: Supersedes | None = None
    stages: Many[Stage] = ()
    area: Id
    area_kinds: dict[Id, Text] = Field(default_factory=dict)
    summary: Text | None = None
    languages: Many[Line] = ()
    as_of: Day | None = None
    licence: Licence | None = None
    sources: Ids = ()
    parts: Many[Part] = ()
    annexes: Many[Annex] = ()
    documents: Many[Document] = ()
    timeline: Many[Event] = ()
    facts: Many[Fact] = ()


class Grounded(Model):
    """A record that says on what its words rest."""

    basis: Basis = "official"
    note: Text | None = None
    sources: Ids = ()


class Aspect(Grounded):
    """A field of action of the plan; aspects may nest."""

    id: Id
    number: Line
    title: Text
    summary: Text | None = None
    parent: Id | None = None


class Measure(Grounded):
    """One concrete thing inside a task."""

    id: Id
    title: Text
    summary: Text | None = None
    kind: Literal["project", "platform", "reform", "policy", "programme"] | None = None
    due: PeriodValue | None = None
    lead: Id | None = None


class Task(Grounded):
    """One undertaking of the plan. `areas` empty means the whole plan area; `text` is Markdown.

    `roles_basis`: on what lead and supporting rest, where that is not what the words rest on.
    """

    id: Id
    number: Line
    title: Text
    aspect: Id | None = None
    supersedes: Ids = ()
    notes: Many[Note] = ()
    summary: Text | None = None
    text: Text | None = None
    parent: Id | None = None
    weight: Number | None = None
    measures: Many[Measure] = ()
    lead: Ids = ()
    supporting: Ids = ()
    roles_basis: Basis | None = None
    areas: Ids = ()
    indicators: Ids = ()
    depends_on: Ids = ()
    safeguards: Ids = ()
    facts: Many[Fact] = ()


class Safeguard(Grounded):
    """A measure that secures the plan as a whole."""

    id: Id
    number: Line
    title: Text
    summary: Text | None = None
    text: Text | None = None
    lead: Ids = ()
    supporting: Ids = ()
    indicators: Ids = ()


class Organisation(Model):
    id: Id
    title: Text
    short_title: Text | None = None
    kind: Literal["government", "department", "agency", "city-government", "institution", "enterprise", "other"] = (
        "other"
    )
    parent: Id | None = None
    area: Id | None = None
    contact: Text | None = None
    url: Url | None = None
    summary: Text | None = None
    facts: Many[Fact] = ()


class Area(Model):
    """A place of the plan. `part_of_total`: whether it counts towards its parent's sum."""

    id: Id
    title: Text
    kind: Id
    parent: Id | None = None
    part_of_total: Flag = True
    code: Line | None = None
    code_scheme: Line | None = None
    title_pinyin: Line | None = None
    tile: Tile | None = None
    documents: Many[Document] = ()
    facts: Many[Fact] = ()
    note: Text | None = None


class Range(Model):
    """What a value can be, both ends included; None is open."""

    min: Number | None = None
    max: Number | None = None


class Indicator(Model):
    """Something measured, with one unit and one direction."""

    id: Id
    title: Text
    number: Line | None = None
    definition: Text | None = None
    unit: Text | None = None
    start: dict[Id, Id] = Field(default_factory=dict)
    decimals: Whole = 0
    direction: Literal["up", "down", "none"]
    aggregation: Literal["sum", "mean", "none"] = "none"
    headline: Flag = False
    aspect: Id | None = None
    dimensions: Ids = ()
    frequency: Literal["A", "A2", "A5", "S", "Q", "M", "W", "D", "irregular"] | None = None
    parent: Id | None = None
    baseline: PeriodValue | None = None
    limit: Number | None = None
    method: Text | None = None
    lead: Id | None = None
    range: Range | None = None
    sources: Ids = ()
    facts: Many[Fact] = ()


class DimensionValue(Model):
    id: Id
    title: Text


class Dimension(Model):
    """A further breakdown of an indicator, such as who performs the R&D."""

    id: Id
    title: Text
    values: Many[DimensionValue]


class IndexIndicator(Model):
    id: Id
    weight: Number = Decimal(1)
    standard: Number | None = None
    min: Number | None = None
    max: Number | None = None


class IndexDimension(Model):
    id: Id
    title: Text
    weight: Number = Decimal(1)
    indicators: Many[IndexIndicator]


class Index(Model):
    """A composite index: weights are relative among siblings."""

    id: Id
    title: Text
    dimensions: Many[IndexDimension]
    normalisation: Literal["standard", "min-max", "goalposts", "z-score", "rank", "target"] = "standard"
    aggregation: Literal["arithmetic", "geometric"] = "arithmetic"
    missing: Literal["exclude-indicator", "exclude-area"] = "exclude-indicator"
    min_coverage: Number = Decimal("0.67")


class Source(Model):
    """Where a statement or figure comes from; `url` is absent where it should not be linked."""

    id: Id
    title: Text
    publisher: Text | None = None
    date: DateValue | None = None
    accessed: DateValue | None = None
    url: Url | None = None
    licence: Line | None = None
    note: Text | None = None


class Term(Model):
    id: Id
    term: Text
    definition: Text


class Redirect(Model):
    """A page address that has moved, without language and slashes at the ends: `tasks/8` to `tasks/08`."""

    from_: Line = Field(alias="from")
    to: Line


# --- numbers: the CSV rows --------------------------------------------------------------------------------------


class Row(Model):
    """Base of CSV rows. Empty cells are left out before."""

    basis: Basis = "official"
    source: Id | None = None
    note: Line | None = None


class NumberRow(Row):
    """Base of observations and targets; `dims` holds the dimension columns that are not empty, sorted by name."""

    indicator: Id
    area: Id
    period: PeriodValue
    value: Number | None = None
    dims: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> tuple[str, str, Period, tuple[tuple[str, str], ...]]:
        return self.indicator, self.area, self.period, self.dims


def _read_statuses(value: Any) -> tuple[str, ...]:
    codes = tuple(str(value).split())
    for code in codes:
        if code not in VALUE_STATUSES | MISSING_STATUSES:
            raise fault(
                "unknown-status",
                f"'{value}' is not a status of an observation",
                "with a value: A B D E F I N P U; without: L M O Q",
            )
    return codes


class Observation(NumberRow):
    """One value of an indicator for an area and period. `value` is None exactly when a status says it is missing."""

    status: Annotated[tuple[str, ...], BeforeValidator(_read_statuses), _text_schema()] = ()

    @model_validator(mode="after")
    def _value_fits_status(self) -> Observation:
        missing = [code for code in self.status if code in MISSING_STATUSES]
        if self.value is None and not missing:
            raise fault(
                "value-and-status",
                "the value is empty, and no status says why",
                "enter the value, or a status: O missing, L not collected, M cannot exist, Q suppressed",
                ("value",),
            )
        if self.value is not None and missing:
            raise fault(
                "value-and-status",
                f"the status {missing[0]} says that the value is missing, but there is one",
                "remove the value or correct the status",
                ("status",),
            )
        return self


class Target(NumberRow):
    """A value to reach in a period. `operator` None means: as the indicator's direction says."""

    operator: Literal[">=", "<=", "=", "~", "between"] | None = None
    value: Number
    value_to: Number | None = None

    @model_validator(mode="after")
    def _range_is_whole(self) -> Target:
        if self.operator == "between" and self.value_to is None:
            raise fault(
                "missing-field", "the operator 'between' needs value_to", "enter the upper value", ("value_to",)
            )
        if self.operator != "between" and self.value_to is not None:
            raise fault(
                "value-and-operator",
                "value_to stands only with the operator 'between'",
                "remove it or write between",
                ("value_to",),
            )
        if self.value_to is not None and self.value_to < self.value:
            raise fault(
                "value-and-operator",
                f"value_to {self.value_to} is below value {self.value}",
                "put the two in order",
                ("value_to",),
            )
        return self


class Report(Row):
    """What was reported of a task, or of one measure of it (`task/measure`), on a day; `by` an organisation."""

    task: Line
    area: Id | None = None
    date: DateValue
    status: ReportStatus
    percent: Number | None = None
    by: Id | None = None

    @model_validator(mode="after")
    def _percent_in_range(self) -> Report:
        if self.percent is not None and not 0 <= self.percent <= 100:
            raise fault("out-of-range", f"{self.percent} is not between 0 and 100", "enter a percentage", ("percent",))
        return self

    @property
    def key(self) -> tuple[str, str | None, Period]:
        return self.task, self.area, self.date


TEXT_RECORDS: Mapping[str, type[Model]] = {
    "aspects": Aspect,
    "tasks": Task,
    "safeguards": Safeguard,
    "organisations": Organisation,
    "areas": Area,
    "indicators": Indicator,
    "dimensions": Dimension,
    "index": Index,
    "sources": Source,
    "glossary": Term,
    "redirects": Redirect,
}
"""The lists of `data/`, by file name without its ending."""

NUMBER_RECORDS: Mapping[str, type[Row]] = {"observations": Observation, "targets": Target, "progress": Report}
"""The tables of `data/`, by file name without its ending."""

ID_OF: Mapping[str, Callable[[Any], str]] = {
    **{kind: (lambda record: record.id) for kind in TEXT_RECORDS if kind != "redirects"},
    "redirects": lambda record: record.from_,
}
"""What must be unique in each list."""
