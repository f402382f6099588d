"""The plan as frozen records: one pydantic model for each kind of record of the data contract.

Types here say what one record may hold on its own; what it must fit together with is judged in `check.py`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
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
        if value is None:
            raise fault("empty-text", "the text is empty", "write it, or leave the field out")
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

    def __hash__(self) -> int:
        return hash((tuple(sorted(self.by_language.items())), self.default))

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
    if isinstance(value, str):
        return _judged_id(value)
    raise fault("wrong-type", f"an id was wanted, {_describe(value)} was found")


@lru_cache(maxsize=4096)
def _judged_id(value: str) -> str:
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
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－−＋％　", "0123456789.,--+% ")
_CHINESE_DIGITS = "零〇一二两三四五六七八九十百千万亿点负壹贰叁肆伍陆柒捌玖拾佰仟廿卅"
_OPERATOR = re.compile(
    r"(?:>=?|<=?|≥|≤|~|≈|约|近|超过?|大于|小于|不低于|不少于|达到?)\s*(\d+(?:\.\d+)?)(?:.*)"
    r"|(\d+(?:\.\d+)?)\D*(?:以上|以下|左右|以内)"
)
_POWERS = {"百": 2, "千": 3, "万": 4, "亿": 8, "万亿": 12}
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
    if plain.lower() in ("inf", "infinity", "-inf", "+inf", "-infinity", "∞"):
        return f"{found}: a value must be finite", "leave the cell empty and give a status: O, L, M or Q"
    if plain.startswith("#"):
        return f"{found}: it is a spreadsheet's own error", "mend the formula, then save the values again"
    if plain != text and _NUMBER.fullmatch(plain):
        signs = "another sign than the minus" if "−" in text else "full-width digits"
        return f"{found}: it has {'spaces around it' if text.strip() == plain else signs}", f"write {plain}"
    for why, hint in (*_marks_in_number(plain), *_words_in_number(plain)):
        return f"{found}: {why}", hint
    return found, "write digits with a decimal point, such as 12.5"


def _marks_in_number(text: str) -> Iterator[tuple[str, str]]:
    """Separators, commas and signs of other ways to write a number; the first one counts."""
    gap = " '_’\u00a0\u2009\u202f"
    if re.fullmatch(rf"[+-]?\d{{1,3}}(?:(,\d{{3}})+|([{gap}]\d{{3}})+)(\.\d+)?", text):
        yield "it has thousands separators", f"write {re.sub(f'[,{gap}]', '', text)}"
    if re.fullmatch(r"[+-]?\d{1,3}([. ]\d{3})+,\d+", text):
        bare = re.sub("[. ]", "", text).replace(",", ".")
        yield "it has thousands separators and a decimal comma", f"write {bare}"
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        yield "it has a decimal comma", f"write {text.replace(',', '.')}"
    if match := re.fullmatch(r"([+-]?\d[\d.,]*)\s*[%‰]", text):
        number = re.sub(r"^(\d+),(\d+)$", r"\1.\2", match[1])
        yield "it has a percent sign", f"write {number}; the unit stands in indicators.yml"


def _words_in_number(text: str) -> Iterator[tuple[str, str]]:
    """Words, units and second numbers in the place of a number; the first one counts."""
    if match := re.fullmatch(r"([+-]?\d{1,12}(?:\.\d{1,12})?)\s*(万亿|亿|万|千|百)\D*", text):
        plain = f"{Decimal(match[1]).scaleb(_POWERS[match[2]]):f}"
        yield (
            f"it holds the Chinese unit of number {match[2]}",
            f"write the plain number in the indicator's own unit; {match[1]}{match[2]} is {plain}",
        )
    if re.fullmatch(f"[{_CHINESE_DIGITS}]+", text):
        yield "it is written in Chinese numerals", "write it in digits"
    if match := _OPERATOR.fullmatch(text):
        hint = f"write {match[1] or match[2]}; how a target is meant stands in the column operator"
        yield "words or signs say how it is meant", hint
    if re.fullmatch(r"\d[\d.]*\s*(?:[-—–~至/]|to)\s*\d[\d.]*\D*", text):
        yield "it holds two numbers", "a target may be a range: operator between, value and value_to"
    if text.count(".") > 1:
        yield f"it has {text.count('.')} decimal points", "keep one"
    if match := re.match(r"[+-]?\d[\d.]*", text, re.ASCII):
        yield "something follows the number", f"write {match[0]} and put the rest into the note"


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
    if value is not None and not isinstance(value, str):
        raise fault("wrong-type", f"a text was wanted, {_describe(value)} was found")
    if value is None or not value.strip():
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
    """A scalar that is read as written: an editor's tool sees a number in `1.2`, we see a text."""
    return WithJsonSchema({"type": ["string", "number"], **more})


_NUMBER_SCHEMA = WithJsonSchema(
    {"type": ["number", "string"], "pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"}
)
_WHOLE_SCHEMA = WithJsonSchema({"type": ["integer", "string"], "pattern": "^[+-]?[0-9]+$"})
_FLAG_SCHEMA = WithJsonSchema({"enum": [True, False, "yes", "no"]})
_TILE_SCHEMA = WithJsonSchema(
    {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 40}, "minItems": 2, "maxItems": 2}
)
Id = Annotated[str, BeforeValidator(_read_id), _text_schema(pattern="^[a-z0-9][a-z0-9-]*$", maxLength=80)]
Line = Annotated[str, BeforeValidator(_read_line), _text_schema(pattern=r"\S")]
Url = Annotated[str, BeforeValidator(_read_url), _text_schema(format="uri")]
PeriodValue = Annotated[Period, BeforeValidator(_read_period), _text_schema(examples=["2020", "2020-Q3", "2018/P3Y"])]
DateValue = Annotated[Period, BeforeValidator(_read_date), _text_schema(examples=["2018-03-03", "2018-03", "2018"])]
Day = Annotated[datetime.date, BeforeValidator(_read_day), _text_schema(format="date")]
Number = Annotated[Decimal, BeforeValidator(read_number), _NUMBER_SCHEMA]
Whole = Annotated[int, BeforeValidator(_read_whole), _WHOLE_SCHEMA]
Flag = Annotated[bool, BeforeValidator(_read_flag), _FLAG_SCHEMA]
Ids = Annotated[tuple[Id, ...], BeforeValidator(_as_list)]
Tile = Annotated[tuple[int, int], BeforeValidator(_read_tile), _TILE_SCHEMA]


class Model(BaseModel):
    """Base of all records: frozen, and an unknown key is an error.

    A field has its docstring under it: what it means, then `Example:` and a value as an editor writes it. `schema.py`
    makes the JSON Schemas and the tables of the data README from these.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


T = TypeVar("T")
Many = Annotated[tuple[T, ...], BeforeValidator(_as_list)]
"""A tuple of T, where one alone may stand without the list."""


# --- words: the YAML records ------------------------------------------------------------------------------------


class Licence(Model):
    title: Text
    """Name of the licence. Example: {en: CC BY 4.0, zh: 知识共享署名4.0}"""
    url: Url | None = None
    """Address of its text. Example: https://creativecommons.org/licenses/by/4.0/"""


class Fact(Model):
    """A sentence with its source, shown where it belongs."""

    text: Text
    """One sentence. Example: {en: 905 firms were counted., zh: 共有905家。}"""
    date: DateValue | None = None
    """When it was said. Example: '2019-03-05'"""
    source: Id | None = None
    """Where it was read. Example: press2020"""
    basis: Basis = "official"
    """On what it rests. Example: derived"""


class Document(Model):
    """Another document that belongs with the plan or an area, such as a city's own plan."""

    title: Text
    """Title of the document. Example: {en: City action plan, zh: 市行动计划}"""
    number: Line | None = None
    """Number as printed. Example: 冀政发〔2018〕6号"""
    date: DateValue | None = None
    """When it was issued. Example: '2018-06'"""
    issuer: Text | None = None
    """Who issued it, in words. Example: {en: City government, zh: 市政府}"""
    note: Text | None = None
    """What a reader should know about it. Example: {en: Replaced in 2021., zh: 2021年废止。}"""
    source: Id | None = None
    """Where it was read. Example: xt-plan"""
    url: Url | None = None
    """Its public address; left out where it should not be linked. Example: https://example.org/plan"""


class Event(Model):
    date: DateValue
    """When it happened. Example: '2018-03-03'"""
    text: Text
    """What happened. Example: {en: The plan is issued., zh: 计划印发。}"""
    source: Id | None = None
    """Where it was read. Example: plan-open"""


class Note(Model):
    """A remark with a title; `text` is Markdown."""

    title: Text
    """Heading of the remark. Example: {en: On counting, zh: 关于统计口径}"""
    text: Text
    """The remark, in the Markdown subset. Example: {en: Counted *once*., zh: 只计一次。}"""


class Stage(Model):
    """A named part of the plan's period."""

    id: Id
    """Id of the stage. Example: stage-1"""
    period: PeriodValue
    """Its years; targets of this period are stage targets. Example: '2018'"""
    title: Text | None = None
    """Name of the stage. Example: {en: Stage 1 (2018), zh: 第一阶段（2018年）}"""


class PlanPeriod(Model):
    """The years of the plan; `baseline` is the year from which change is measured."""

    start: Whole
    """First year. Example: 2018"""
    end: Whole
    """Last year. Example: 2020"""
    baseline: Whole | None = None
    """Year from which change is measured. Example: 2017"""

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
    """Id, unique in its list. Example: part-2"""
    number: Line
    """Number as printed, as text. Example: '2'"""
    title: Text
    """Heading. Example: {en: Main tasks, zh: 主要任务}"""
    summary: Text | None = None
    """What it holds, in the editors' words. Example: {en: 35 tasks in 8 aspects., zh: 8个方面35项任务。}"""


class Annex(Part):
    """An annex of the plan; `shows` names the generated page that carries it."""

    shows: Literal["responsibilities", "targets", "monitoring"] | None = None
    """The generated page that carries the annex. Example: targets"""


class Supersedes(Model):
    title: Text
    """Title of the earlier plan. Example: {en: Plan 2015-2017, zh: 三年计划（2015—2017年）}"""
    url: Url | None = None
    """Its address. Example: https://example.org/plan-2015"""


class Identity(Model):
    """`plan.yml`: what the plan is, who issued it and when."""

    id: Id
    """Id of the plan. Example: hebei-sti-2018-2020"""
    title: Text
    """Full title. Example: {en: Three-Year Action Plan, zh: 三年行动计划}"""
    short_title: Text | None = None
    """Title for narrow places. Example: {en: Innovation plan, zh: 创新计划}"""
    issuer: Id
    """Who issued the plan. Example: people-government"""
    document_number: Line | None = None
    """Number as printed. Example: 冀政发〔2018〕6号"""
    issued: DateValue | None = None
    """When it was issued. Example: '2018-03-03'"""
    period: PlanPeriod | None = None
    """Years of the plan. Example: {start: 2018, end: 2020, baseline: 2017}"""
    supersedes: Supersedes | None = None
    """The earlier plan. Example: {title: Plan 2015-2017}"""
    stages: Many[Stage] = ()
    """Named parts of the period. Example: [{id: stage-1, period: '2018'}]"""
    area: Id
    """The root area: what the whole plan covers. Example: hebei"""
    area_kinds: dict[Id, Text] = Field(default_factory=dict)
    """Names of kinds of area that are not built in, by id. Example: {islet: {en: Islet, zh: 小岛}}"""
    summary: Text | None = None
    """What the plan is, in two or three sentences. Example: {en: It promises 35 tasks., zh: 计划提出35项任务。}"""
    languages: Many[Line] = ()
    """Codes of the languages in order; the first is the default. Example: [zh, en]"""
    as_of: Day | None = None
    """Day on which the data were closed. Example: '2025-11-06'"""
    licence: Licence | None = None
    """Licence of the data. Example: {title: CC BY 4.0, url: 'https://creativecommons.org/licenses/by/4.0/'}"""
    sources: Ids = ()
    """Where the record was read. Example: [plan-open]"""
    parts: Many[Part] = ()
    """Parts of the document in order. Example: [{id: part-1, number: '1', title: Aims}]"""
    annexes: Many[Annex] = ()
    """Annexes in order. Example: [{id: annex-2, number: '2', title: Targets, shows: targets}]"""
    documents: Many[Document] = ()
    """Related documents. Example: [{title: Decision of 2016, number: 冀发〔2016〕28号}]"""
    timeline: Many[Event] = ()
    """What happened when. Example: [{date: '2018-03-03', text: The plan is issued.}]"""
    facts: Many[Fact] = ()
    """Results of the plan that a source states. Example: [{text: All tasks were assigned., source: press2020}]"""


class Grounded(Model):
    """A record that says on what its words rest."""

    basis: Basis = "official"
    """On what the words rest (see Basis). Example: reconstructed"""
    note: Text | None = None
    """What a reader should know about the record. Example: {en: Working title., zh: 标题为编者拟写。}"""
    sources: Ids = ()
    """Where the record was read. Example: [plan-p2]"""


class Aspect(Grounded):
    """A field of action of the plan; aspects may nest."""

    id: Id
    """Id of the aspect. Example: a2"""
    number: Line
    """Number as printed, as text. Example: '2'"""
    title: Text
    """Heading. Example: {en: Firms that innovate, zh: 壮大创新主体}"""
    summary: Text | None = None
    """What it is about, in the editors' words. Example: {en: More firms do research., zh: 更多企业开展研发。}"""
    parent: Id | None = None
    """The aspect above, where aspects nest. Example: a1"""


class Measure(Grounded):
    """One concrete thing inside a task."""

    id: Id
    """Id of the measure, unique in its task. Example: survey"""
    title: Text
    """What is done. Example: {en: Open 20 laboratories, zh: 新建20家实验室}"""
    summary: Text | None = None
    """A sentence more. Example: {en: With universities., zh: 与高校合作。}"""
    kind: Literal["project", "platform", "reform", "policy", "programme"] | None = None
    """What sort of measure it is. Example: platform"""
    due: PeriodValue | None = None
    """By when. Example: 2019-H2"""
    lead: Id | None = None
    """Who answers for it. Example: dst"""


class Task(Grounded):
    """One undertaking of the plan. `areas` empty means the whole plan area; `text` is Markdown.

    `roles_basis`: on what lead and supporting rest, where that is not what the words rest on.
    """

    id: Id
    """Id of the task. Example: '08'"""
    number: Line
    """Number as printed, as text. Example: '8'"""
    title: Text
    """Title of the task. Example: {en: Support small firms, zh: 扶持中小企业}"""
    aspect: Id | None = None
    """The aspect it stands under. Example: a2"""
    supersedes: Ids = ()
    """Tasks of the earlier edition of the plan. Example: [old-07]"""
    notes: Many[Note] = ()
    """Remarks with titles. Example: [{title: On counting, text: Counted once.}]"""
    summary: Text | None = None
    """What is promised, in the editors' words. Example: {en: More small firms., zh: 中小企业更多。}"""
    text: Text | None = None
    """The official wording, in the Markdown subset. Example: {en: Support *small* firms., zh: 扶持中小企业。}"""
    parent: Id | None = None
    """The task above, where tasks nest. Example: '07'"""
    weight: Number | None = None
    """Weight among its siblings. Example: 2"""
    measures: Many[Measure] = ()
    """Concrete things inside the task. Example: [{id: survey, title: Survey all firms, kind: project, due: '2019'}]"""
    lead: Ids = ()
    """Who answers for it. Example: [dst]"""
    supporting: Ids = ()
    """Who helps. Example: [finance, education]"""
    roles_basis: Basis | None = None
    """On what lead and supporting rest, where that differs from basis. Example: reconstructed"""
    areas: Ids = ()
    """Where it applies; left out means the whole plan area. Example: [baoding]"""
    indicators: Ids = ()
    """What shows its progress. Example: [sme-total]"""
    depends_on: Ids = ()
    """Tasks that must come first. Example: ['07']"""
    safeguards: Ids = ()
    """Safeguards it relies on. Example: [s1]"""
    facts: Many[Fact] = ()
    """What a source states about it. Example: [{text: 905 firms were counted., source: press2020}]"""


class Safeguard(Grounded):
    """A measure that secures the plan as a whole."""

    id: Id
    """Id of the safeguard. Example: s1"""
    number: Line
    """Number as printed, as text. Example: '1'"""
    title: Text
    """Heading. Example: {en: Leadership, zh: 强化组织领导}"""
    summary: Text | None = None
    """What it secures, in the editors' words. Example: {en: Someone answers for it., zh: 有人负责。}"""
    text: Text | None = None
    """The official wording, in the Markdown subset. Example: {en: Report *yearly*., zh: 每年报告。}"""
    lead: Ids = ()
    """Who answers for it. Example: [people-government]"""
    supporting: Ids = ()
    """Who helps. Example: [finance]"""
    indicators: Ids = ()
    """What shows its progress. Example: [fiscal-st]"""


class Organisation(Model):
    id: Id
    """Id of the body. Example: dst"""
    title: Text
    """Full name. Example: {en: Department of Science and Technology, zh: 河北省科学技术厅}"""
    short_title: Text | None = None
    """Name for narrow places. Example: {en: S&T department, zh: 省科技厅}"""
    kind: Literal["government", "department", "agency", "city-government", "institution", "enterprise", "other"] = (
        "other"
    )
    """What sort of body it is; default other. Example: department"""
    parent: Id | None = None
    """The body above. Example: people-government"""
    area: Id | None = None
    """Where it is in charge. Example: hebei"""
    contact: Text | None = None
    """An office, never a person. Example: {en: Planning office, zh: 规划处}"""
    url: Url | None = None
    """Its website. Example: https://example.org/office"""
    summary: Text | None = None
    """What it does in general. Example: {en: Plans research., zh: 负责科技规划。}"""
    facts: Many[Fact] = ()
    """What a source states about it. Example: [{text: It issued the plan., source: plan-open}]"""


class Area(Model):
    """A place of the plan. `part_of_total`: whether it counts towards its parent's sum."""

    id: Id
    """Id of the area. Example: tangshan"""
    title: Text
    """Name. Example: {en: Tangshan, zh: 唐山市}"""
    kind: Id
    """A built-in kind, or an id of plan.yml: area_kinds. Example: city"""
    parent: Id | None = None
    """The area above. Example: hebei"""
    part_of_total: Flag = True
    """False where the area overlaps others and does not count towards its parent's sum; default true. Example: false"""
    code: Line | None = None
    """Official code, as text. Example: '130200'"""
    code_scheme: Line | None = None
    """The list the code is from. Example: GB/T 2260"""
    title_pinyin: Line | None = None
    """Name in pinyin with tone marks. Example: Tángshān Shì"""
    overlaps: Ids = ()
    """Areas of the same rank whose numbers may include this one: a sum may count it twice. Example: [baoding]"""
    tile: Tile | None = None
    """Place in the tile map of its parent, counted from 1; no two alike. Example: [4, 2]"""
    documents: Many[Document] = ()
    """The area's own plan and its like. Example: [{title: City action plan, date: '2018-06'}]"""
    facts: Many[Fact] = ()
    """What a source states about it. Example: [{text: It has 26 laboratories., source: sjz-plan}]"""
    note: Text | None = None
    """What a reader should know about the record, such as overlaps. Example: {en: Includes Xinji., zh: 含辛集市。}"""


class Range(Model):
    """What a value can be, both ends included; None is open."""

    min: Number | None = None
    """Smallest possible value. Example: 0"""
    max: Number | None = None
    """Largest possible value. Example: 100"""


class Indicator(Model):
    """Something measured, with one unit and one direction."""

    id: Id
    """Id of the indicator. Example: rd-intensity"""
    title: Text
    """Name. Example: {en: R&D intensity, zh: 研发投入强度}"""
    number: Line | None = None
    """Number as printed, as text. Example: '3'"""
    definition: Text | None = None
    """What is counted, in a sentence or two. Example: {en: R&D spending over GDP., zh: 研发经费与地区生产总值之比。}"""
    unit: Text | None = None
    """Unit of its values, in the plural where the language has one; pages know the singular of the common ones.
    Example: {en: firms, zh: 家}"""
    start: dict[Id, Id] = Field(default_factory=dict)
    """What its page opens with where there is no total: a value for each dimension. Example: {class: a}"""
    decimals: Whole = 0
    """Decimals that are shown; default 0. Example: 2"""
    direction: Literal["up", "down", "none"]
    """Whether rising (up) or falling (down) is good, or neither. Example: up"""
    aggregation: Literal["sum", "mean", "none"] = "none"
    """Whether areas add up to their parent (sum), lie around it (mean), or neither; default none. Example: sum"""
    headline: Flag = False
    """True: shown on the overview; default false. Example: true"""
    aspect: Id | None = None
    """The aspect it tells most about. Example: a3"""
    dimensions: Ids = ()
    """Breakdowns that its rows may use. Example: [activity]"""
    frequency: Literal["A", "A2", "A5", "S", "Q", "M", "W", "D", "irregular"] | None = None
    """How often it is measured, SDMX code list CL_FREQ. Example: A"""
    parent: Id | None = None
    """The indicator on whose page it stands. Example: platforms"""
    baseline: PeriodValue | None = None
    """Period from which its change is measured, where it is not the plan's. Example: '2015'"""
    limit: Number | None = None
    """A natural limit. Example: 100"""
    method: Text | None = None
    """How to read the numbers. Example: {en: Survey at the end of the year., zh: 年末调查。}"""
    lead: Id | None = None
    """Who reports it. Example: statistics"""
    range: Range | None = None
    """What a value can be, both ends included. Example: {min: 0, max: 100}"""
    sources: Ids = ()
    """Where it is described. Example: [bulletin2020]"""
    facts: Many[Fact] = ()
    """What a source states about it. Example: [{text: Third in the region., source: press2020}]"""


class DimensionValue(Model):
    id: Id
    """Id of the value, as written in the column. Example: basic"""
    title: Text
    """Its name. Example: {en: Basic research, zh: 基础研究}"""


class Dimension(Model):
    """A further breakdown of an indicator, such as who performs the R&D."""

    id: Id
    """Id of the dimension, and the name of its column; not the name of a fixed column. Example: activity"""
    title: Text
    """Name. Example: {en: Type of activity, zh: 活动类型}"""
    values: Many[DimensionValue]
    """Its values in order. Example: [{id: basic, title: Basic research}]"""


class IndexIndicator(Model):
    id: Id
    """The indicator. Example: rd-intensity"""
    weight: Number = Decimal(1)
    """Weight among its siblings; default 1. Example: 2"""
    standard: Number | None = None
    """Value that counts as 100. Example: 2.5"""
    min: Number | None = None
    """Value that counts as 0. Example: 0"""
    max: Number | None = None
    """Value that counts as 100. Example: 5"""


class IndexDimension(Model):
    id: Id
    """Id of the dimension of the index. Example: investment"""
    title: Text
    """Name. Example: {en: Investment, zh: 创新投入}"""
    weight: Number = Decimal(1)
    """Weight among its siblings; default 1. Example: 3"""
    indicators: Many[IndexIndicator]
    """What it is made of. Example: [{id: rd-intensity, weight: 1, standard: 2.5}]"""


class Index(Model):
    """A composite index: weights are relative among siblings."""

    id: Id
    """Id of the index. Example: city-innovation"""
    title: Text
    """Name. Example: {en: City innovation index, zh: 城市科技创新指数}"""
    dimensions: Many[IndexDimension]
    """What it is made of. Example: [{id: investment, title: Investment, indicators: [{id: rd-intensity}]}]"""
    normalisation: Literal["standard", "min-max", "goalposts", "z-score", "rank", "target"] = "standard"
    """How values become points; default standard. Example: min-max"""
    aggregation: Literal["arithmetic", "geometric"] = "arithmetic"
    """How points become one number; default arithmetic. Example: geometric"""
    missing: Literal["exclude-indicator", "exclude-area"] = "exclude-indicator"
    """What is left out where a value is missing; default exclude-indicator. Example: exclude-area"""
    min_coverage: Number = Decimal("0.67")
    """Share of the weight that an area must have, 0 to 1; default 0.67. Example: 0.5"""


class Bands(Model):
    """From where on progress is called what, as shares of the progress expected by then; each bound belongs to it."""

    on_track: Number = Decimal("0.95")
    """On track from here; default 0.95. Example: 0.95"""
    moderate: Number = Decimal("0.60")
    """Progress, but too slow, from here; default 0.60. Example: 0.6"""
    limited: Number = Decimal(0)
    """Little progress from here, moving away below; default 0. Example: 0"""

    @model_validator(mode="after")
    def _ordered(self) -> Bands:
        if not self.on_track > self.moderate > self.limited:
            raise fault("out-of-range", "the bounds are not in order", "write on_track above moderate above limited")
        return self


class TrendBands(Bands):
    """The same for an indicator without a target: growth a year in the wanted direction, in per cent."""

    on_track: Number = Decimal("1.5")
    """On track from here; default 1.5. Example: 1.5"""
    moderate: Number = Decimal("0.5")
    """Progress, but too slow, from here; default 0.5. Example: 0.5"""
    limited: Number = Decimal(0)
    """Little progress from here, moving away below; default 0. Example: 0"""


class Tolerance(Model):
    """How far from its target "about" still is: in the unit of the indicator, or in per cent of the target."""

    absolute: Number | None = None
    """On either side, in the indicator's unit. Example: 0.05"""
    percent: Number | None = None
    """On either side, in per cent of the target. Example: 2"""

    @model_validator(mode="after")
    def _one_of_two(self) -> Tolerance:
        given = [value for value in (self.absolute, self.percent) if value is not None]
        if len(given) != 1:
            raise fault("wrong-type", "either absolute or percent was wanted", "write one of the two")
        if given[0] < 0:
            raise fault("out-of-range", f"a tolerance of {given[0]} is below zero", "write it without the minus")
        return self


class IndicatorRule(Model):
    """What is special about judging one indicator."""

    id: Id
    """The indicator. Example: rd-intensity-rank"""
    kind: Literal["level", "rank", "rate"] = "level"
    """A level, a place in a ranking, or a rate of change, which has no growth rate; default level. Example: rank"""
    about: Tolerance | None = None
    """What "about" allows for it. Example: {absolute: 0.05}"""
    state: Literal["on-hold", "withdrawn"] | None = None
    """No longer judged, with its history kept. Example: withdrawn"""
    note: Text | None = None
    """Why, shown on its page. Example: {en: The survey was replaced., zh: 该调查已被取代。}"""


class Assessment(Model):
    """`assessment.yml`: how progress is judged. Whatever is left out is judged as the method page says."""

    method: Literal["linear", "cagr"] = "linear"
    """Which ratio decides: along the plan's stages, or of annual growth rates; default linear. Example: linear"""
    bands: Bands = Bands()
    """Bounds of the bands. Example: {on_track: 0.95, moderate: 0.6, limited: 0}"""
    trend: TrendBands = TrendBands()
    """Bounds for indicators without a target. Example: {on_track: 1.5, moderate: 0.5, limited: 0}"""
    about: Tolerance | None = None
    """What "about" allows; left out, such targets are not judged. Example: {percent: 1}"""
    report_months: Whole = 12
    """After how many months a report on a task is overdue; default 12. Example: 12"""
    indicators: Many[IndicatorRule] = ()
    """Indicators that are judged otherwise. Example: [{id: rd-intensity-rank, kind: rank}]"""
    assumptions: Many[Text] = ()
    """What the editors took for granted, one sentence each. Example: [{en: Dingzhou is left out., zh: 不含定州。}]"""


class Source(Model):
    """Where a statement or figure comes from; `url` is absent where it should not be linked."""

    id: Id
    """Id of the source. Example: press2020"""
    title: Text
    """Title, or what it is. Example: {en: Press conference on results, zh: 新闻发布会}"""
    publisher: Text | None = None
    """Who published it. Example: {en: Information Office, zh: 省政府新闻办}"""
    date: DateValue | None = None
    """When it was published. Example: '2020-12-24'"""
    accessed: DateValue | None = None
    """When it was read. Example: '2025-11-06'"""
    url: Url | None = None
    """Its address; left out where it should not be linked. Example: https://example.org/page"""
    licence: Line | None = None
    """Licence under which it may be used. Example: CC BY 4.0"""
    note: Text | None = None
    """What a reader should know about it. Example: {en: Machine translation., zh: 英文为机器翻译。}"""


class Term(Model):
    id: Id
    """Id of the term. Example: rd-intensity"""
    term: Text
    """The term. Example: {en: R&D intensity, zh: 研发投入强度}"""
    definition: Text
    """What it means, in plain words. Example: {en: R&D spending divided by GDP., zh: 研发经费与地区生产总值之比。}"""
    synonyms: Many[Text] = ()
    """Other names that readers may search for. Example: [{en: R&D to GDP ratio, zh: 研发强度}]"""


class Redirect(Model):
    """A page address that has moved, without language and slashes at the ends: `tasks/8` to `tasks/08`."""

    from_: Line = Field(alias="from")
    """The old address, without language. Example: tasks/8"""
    to: Line
    """The new address. Example: tasks/08"""


# --- numbers: the CSV rows --------------------------------------------------------------------------------------


class Row(Model):
    """Base of CSV rows. Empty cells are left out before."""

    basis: Basis = "official"
    """On what the row rests (see Basis); empty means official. Example: derived"""
    source: Id | None = None
    """Where it was read. Example: lf-145"""
    note: Line | None = None
    """For readers: the texts of the plan's languages in their order, with ` | ` between them.

    Example: 年末数。 | At the end of the year.
    """


class NumberRow(Row):
    """Base of observations and targets; `dims` holds the dimension columns that are not empty, sorted by name."""

    indicator: Id
    """What was measured or promised. Example: hte-total"""
    area: Id
    """For which area. Example: langfang"""
    period: PeriodValue
    """For when; stocks hold at its end. Example: '2020'"""
    value: Number | None = None
    """The value, in the indicator's unit. Example: 905"""
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
    """SDMX code list CL_OBS_STATUS; empty means not stated. Example: P"""

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
    """How the value is meant; empty means at least where up is good, at most where down is good. Example: '>='"""
    value: Number
    """The value to reach, in the indicator's unit. Example: 1000"""
    value_to: Number | None = None
    """The upper value. Example: 1200"""

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
    """The task, or one measure of it as task/measure. Example: 08/survey"""
    area: Id | None = None
    """For which area; empty means the whole plan area. Example: langfang"""
    date: DateValue
    """Day of the report. Example: '2019-12-31'"""
    status: ReportStatus
    """How it stands. Example: on-track"""
    percent: Number | None = None
    """How much is done, 0 to 100. Example: 67"""
    by: Id | None = None
    """Who reported. Example: dst"""

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

MAP_RECORDS: Mapping[str, type[Model]] = {"assessment": Assessment}
"""The files of `data/` that hold one map and may be left out, by file name without its ending."""

NUMBER_RECORDS: Mapping[str, type[Row]] = {"observations": Observation, "targets": Target, "progress": Report}
"""The tables of `data/`, by file name without its ending."""
NUMBER_COLUMNS = frozenset({*Observation.model_fields, *Target.model_fields, "role", "licence"})
"""Columns of numbers, in the data folder and in the files to download: names that no dimension can have."""

ID_OF: Mapping[str, Callable[[Any], str]] = {
    **{kind: (lambda record: record.id) for kind in TEXT_RECORDS if kind != "redirects"},
    "redirects": lambda record: record.from_,
}
"""What must be unique in each list."""
