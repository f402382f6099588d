"""Which rows a reporting workbook has: what is due from an area or an organisation, beside what is known."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from generator.check import load_plan
from generator.config import Config
from generator.model import BASES, Area, Indicator, Observation, Organisation, Range, Report, Target, Task
from generator.period import Period, parse_period
from generator.plan import Dims, Plan
from generator.problems import UsageError, suggestion
from generator.workbook_words import DUE, FIELDS, GIVEN, Table, WorkbookWords, columns_of, export_mark, plain

Value = str | Decimal | datetime.date

_STEPS = {"A": 12, "S": 6, "Q": 3, "M": 1}
"""Months of the frequencies whose periods can be counted out; others are due only when they are asked for."""


_PERCENT = Range(min=Decimal(0), max=Decimal(100))


@dataclass(frozen=True)
class Scope:
    """What a workbook is for: an area, an organisation, both or everything; `period` None is the plan's years."""

    area: Area | None = None
    organisation: Organisation | None = None
    period: Period | None = None


@dataclass(frozen=True)
class SheetRow:
    """One row: the cells that are not empty, by column. `limits`: what its value can be."""

    cells: Mapping[str, Value]
    limits: Range | None = None


@dataclass(frozen=True)
class TableSheet:
    """One sheet to fill in."""

    table: Table
    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...] = field(repr=False)


def load_whole_plan(config: Config) -> Plan:
    """The plan with numbers of every basis, whatever the site shows: what is sent back is set against all of them."""
    site = config.site.model_copy(update={"include_basis": BASES})
    return load_plan(Config(config.file, site))[0]


def choose_scope(plan: Plan, area: str | None, organisation: str | None, period: str | None) -> Scope:
    """The scope that the options name. Raises UsageError for an unknown id or period."""
    if area is not None and area not in plan.areas:
        raise UsageError(f"there is no area '{area}'; {suggestion(area, plan.areas, 30)}")
    if organisation is not None and organisation not in plan.organisations:
        hint = suggestion(organisation, plan.organisations, 60)
        raise UsageError(f"there is no organisation '{organisation}'; {hint}")
    span = None
    if period is not None:
        try:
            span = parse_period(period)
        except ValueError as error:
            raise UsageError(f"{error}; {getattr(error, 'hint', '')}") from None
    return Scope(
        plan.areas[area] if area is not None else None,
        plan.organisations[organisation] if organisation is not None else None,
        span,
    )


def export_sheets(plan: Plan, scope: Scope, words: WorkbookWords) -> tuple[TableSheet, ...]:
    """Both sheets to fill in: figures, then tasks."""
    return _data_sheet(plan, scope, words), _task_sheet(plan, scope, words)


# --- the time that is reported on -------------------------------------------------------------------------------


def span_of(plan: Plan, scope: Scope) -> Period | None:
    """The time that a workbook covers: the period asked for, else the plan's years as far as they are over."""
    if scope.period is not None:
        return scope.period
    years, as_of = plan.identity.period, plan.identity.as_of
    if years is None:
        known = sorted(row.period for row in plan.observations)
        return Period(known[0].start, max(period.end for period in known)) if known else None
    start = datetime.date(min(years.baseline or years.start, years.start), 1, 1)
    end = datetime.date(years.end + 1, 1, 1)
    if as_of is not None:
        end = min(end, as_of + datetime.timedelta(days=1))
    return Period(start, end) if start < end else None


def periods_in(span: Period, frequency: str) -> list[Period]:
    """The whole periods of a frequency inside a span."""
    if frequency not in _STEPS:
        return []
    months, found = _STEPS[frequency], []
    first = span.start.year * 12
    for index in range(first, span.end.year * 12 + 12, months):
        year, month = divmod(index, 12)
        later, month_after = divmod(index + months, 12)
        if later > datetime.MAXYEAR:
            break
        period = Period(datetime.date(year, month + 1, 1), datetime.date(later, month_after + 1, 1))
        if _inside(period, span):
            found.append(period)
    return found


def _inside(period: Period, span: Period) -> bool:
    return span.start <= period.start and period.end <= span.end


def _frequency(indicator: Indicator, rows: Iterable[Observation]) -> str:
    """The indicator's own frequency, else the one that most of its values have, else yearly."""
    if indicator.frequency is not None:
        return indicator.frequency
    counted = Counter(row.period.frequency for row in rows if row.period.frequency in _STEPS)
    return min(counted, key=lambda letter: (-counted[letter], letter)) if counted else "A"


# --- figures ----------------------------------------------------------------------------------------------------


def _series(plan: Plan, scope: Scope) -> Iterator[tuple[Indicator, Area, Dims]]:
    """The series that have a value or target and belong to the scope, in the plan's order."""
    place = {area: position for position, area in enumerate(plan.areas)}
    for indicator in plan.indicators.values():
        observations, targets = plan.rows_of(indicator)
        known = {(row.area, row.dims) for row in (*observations, *targets)}
        for name, dims in sorted(known, key=lambda one: (place[one[0]], one[1])):
            if _is_asked_for(plan, scope, indicator, plan.areas[name]):
                yield indicator, plan.areas[name], dims


def _is_asked_for(plan: Plan, scope: Scope, indicator: Indicator, area: Area) -> bool:
    if scope.area is not None and scope.area.id != area.id:
        return False
    body = scope.organisation
    if body is None:
        return True
    return indicator.lead == body.id or (area.id == body.area and area.id != plan.root.id)


def _data_sheet(plan: Plan, scope: Scope, words: WorkbookWords) -> TableSheet:
    span = span_of(plan, scope)
    series = list(_series(plan, scope)) if span is not None else []
    used = {name for _, _, dims in series for name, _ in dims}
    dimensions = tuple(name for name in plan.dimensions if name in used)
    rows = [row for one in series if span is not None for row in _series_rows(plan, words, (span, scope), one)]
    return TableSheet("observations", columns_of("observations", dimensions), tuple(rows))


def _series_rows(
    plan: Plan, words: WorkbookWords, time: tuple[Period, Scope], series: tuple[Indicator, Area, Dims]
) -> Iterator[SheetRow]:
    """A row for each period that is due or known inside the span."""
    (span, scope), (indicator, area, dims) = time, series
    observations = plan.observations_of(indicator, area, dims)
    targets = plan.targets_of(indicator, area, dims)
    known = {row.period: row for row in observations if row.basis != "illustrative"}
    frequency = _frequency(indicator, plan.rows_of(indicator)[0])
    due = set(periods_in(span, frequency)) | {period for period in known if _inside(period, span)}
    if scope.period is not None and (frequency not in _STEPS or scope.period.frequency == frequency):
        due.add(scope.period)
    language = words.language
    for period in sorted(due):
        cells: dict[str, Value] = {
            "indicator": indicator.id,
            "_indicator": language.text(indicator.title),
            "area": area.id,
            "_area": language.text(area.title),
            "period": str(period),
            "_unit": language.text(indicator.unit),
            "_target": _target_words(words, indicator, targets, period),
            "_last": _last_words(words, observations, period),
        }
        for name, value in dims:
            titles = {one.id: one.title for one in plan.dimensions[name].values}
            cells[name] = language.text(titles[value])
        key = (indicator.id, area.id, period, dims)
        cells |= _filled("observations", words, key, _observation_values(known.get(period)))
        yield SheetRow({key: value for key, value in cells.items() if value != ""}, indicator.range)


def _observation_values(row: Observation | None) -> dict[str, str]:
    """The fields of an observation in the contract's spelling."""
    if row is None:
        return {}
    value = "" if row.value is None else str(row.value)
    return {
        "value": value,
        "status": " ".join(row.status),
        "basis": row.basis,
        "source": row.source or "",
        "note": row.note or "",
    }


def _filled(table: Table, words: WorkbookWords, key: Iterable[Any], values: Mapping[str, str]) -> dict[str, Value]:
    """The cells to fill in as they are at the start, with the mark that tells later whether they were touched."""
    cells: dict[str, Value] = {GIVEN: export_mark(table, key, values) if values else DUE}
    for name in FIELDS[table]:
        if text := values.get(name, ""):
            cells[name] = _number(text) if name in ("value", "percent") else plain(words.label(table, name, text))
    return cells


def _number(text: str) -> Value:
    """A number as a number; as text where a spreadsheet would lose digits of it."""
    number = Decimal(text)
    return number if len(number.normalize().as_tuple().digits) <= 15 else text


def _target_words(words: WorkbookWords, indicator: Indicator, targets: Iterable[Target], period: Period) -> str:
    """The target of the period, else the next one after it; empty where there is none."""
    rows = [row for row in targets if row.period == period] or [row for row in targets if row.period.end >= period.end]
    if not rows:
        return ""
    row, say = rows[0], words.language.say
    operator = row.operator or (">=" if indicator.direction == "up" else "<=")
    key = {">=": "least", "<=": "most", "=": "equal", "~": "about", "between": "between"}[operator]
    text = say(f"operator.{key}", value=f"{row.value:f}", to="" if row.value_to is None else f"{row.value_to:f}")
    if row.period != period:
        text = say("value_at", value=text, period=words.language.period(row.period))
    return text + _mark(words, row)


def _last_words(words: WorkbookWords, observations: Iterable[Observation], period: Period) -> str:
    """The latest value before the period."""
    earlier = [row for row in observations if row.value is not None and row.period < period]
    if not earlier:
        return ""
    row = earlier[-1]
    text = words.language.say("value_at", value=f"{row.value:f}", period=words.language.period(row.period))
    return text + _mark(words, row)


def _mark(words: WorkbookWords, row: Observation | Target | Report) -> str:
    """What a number rests on, where that is not its source."""
    if row.basis == "official":
        return ""
    return words.language.say("in_brackets", text=words.language.say(f"basis.{row.basis}.mark"))


# --- tasks ------------------------------------------------------------------------------------------------------


def _task_sheet(plan: Plan, scope: Scope, words: WorkbookWords) -> TableSheet:
    span = span_of(plan, scope)
    rows: list[SheetRow] = []
    if span is not None:
        reporting = scope.period or parse_period(f"{span.last_day.year:04}")
        area = _reporting_area(plan, scope)
        for key, task in _task_keys(plan, scope):
            rows += _task_rows(words, reporting, key, task, area)
    return TableSheet("progress", columns_of("progress"), tuple(rows))


def _reporting_area(plan: Plan, scope: Scope) -> Area | None:
    """The area that reports speak of; None is the whole plan area."""
    area = scope.area
    if area is None and scope.organisation is not None:
        body = scope.organisation
        leads = any(body.id in task.lead for task in plan.tasks.values())
        area = plan.areas.get(body.area or "") if not leads else None
    return None if area is None or area.id == plan.root.id else area


def _task_keys(plan: Plan, scope: Scope) -> Iterator[tuple[str, Task]]:
    """Tasks and measures (`task/measure`) that the scope reports on."""
    area, body = _reporting_area(plan, scope), scope.organisation
    offices = {one.id for one in plan.organisations.values() if area is not None and one.area == area.id}
    for task in plan.tasks.values():
        involved = {*task.lead, *task.supporting}
        if area is not None:
            reported = any(row.area == area.id for row in plan.area_reports_on(task.id))
            mine = area.id in task.areas or bool(involved & offices) or reported
            mine = mine and (body is None or body.area == area.id or body.id in involved)
        else:
            mine = body is None or body.id in task.lead
        if mine:
            yield task.id, task
        for measure in task.measures:
            key = f"{task.id}/{measure.id}"
            reported = bool(plan.reports_on(key, area.id if area else None))
            if (mine and reported) or (body is not None and area is None and measure.lead == body.id):
                yield key, task


def _task_rows(words: WorkbookWords, reporting: Period, key: str, task: Task, area: Area | None) -> Iterator[SheetRow]:
    """The reports of the period, or one row that is due on its last day."""
    plan, language = words.plan, words.language
    reports = plan.reports_on(key, area.id if area else None)
    known = [row for row in reports if row.basis != "illustrative" and _inside(row.date, reporting)]
    measures = {f"{task.id}/{one.id}": one.title for one in task.measures}
    last_day, as_of = reporting.last_day, plan.identity.as_of
    if as_of is not None and reporting.start <= as_of < last_day:
        last_day = as_of
    due = Period(last_day, last_day + datetime.timedelta(days=1))
    rows: list[Report | None] = [*known] or [None]
    for report in rows:
        date = report.date if report is not None else due
        cells: dict[str, Value] = {
            "task": key,
            "_task": language.text(measures.get(key, task.title)),
            "area": area.id if area else "",
            "_area": language.text((area or plan.root).title),
            "_lead": language.listing(language.text(plan.organisations[name].title) for name in task.lead),
            "_last": _last_report_words(words, reports, date),
            "date": date.start if date.frequency == "D" else str(date),
        }
        cells |= _filled("progress", words, (key, area.id if area else None, date), _report_values(report))
        yield SheetRow({name: value for name, value in cells.items() if value != ""}, _PERCENT)


def _report_values(row: Report | None) -> dict[str, str]:
    """The fields of a report in the contract's spelling."""
    if row is None:
        return {}
    return {
        "status": row.status,
        "percent": "" if row.percent is None else str(row.percent),
        "by": row.by or "",
        "basis": row.basis,
        "source": row.source or "",
        "note": row.note or "",
    }


def _last_report_words(words: WorkbookWords, reports: Iterable[Report], date: Period) -> str:
    """The latest report before the day."""
    earlier = [row for row in reports if row.date < date]
    if not earlier:
        return ""
    row, language = earlier[-1], words.language
    status = words.label("progress", "status", row.status)
    when = language.date(row.date)
    if row.percent is None:
        return language.say("workbook.last_report", status=status, date=when) + _mark(words, row)
    percent = f"{row.percent:f}"
    return language.say("workbook.last_percent", status=status, percent=percent, date=when) + _mark(words, row)
