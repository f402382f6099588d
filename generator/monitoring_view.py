"""What the monitoring page shows in one language: how many stand where, how current it all is, and who owes what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from generator.assess import Standing, age_of, is_stale, overdue
from generator.model import Area, Indicator
from generator.plan import last_value
from generator.progress import BANDS
from generator.verdicts import task_standing
from generator.view import Cell, Column, Table, View


class Fresh(NamedTuple):
    """How current an indicator is in the whole area. `state` is `current`, `stale`, `undated` or `never`."""

    indicator: Indicator
    state: str
    period: str
    """The latest period in words; empty where there is none."""
    months: int | None
    """Whole months from its end to the cut-off."""


# --- how many stand where ---------------------------------------------------------------------------------------


def measured_counts(view: View) -> list[tuple[str, int]]:
    """How many tasks the indicators put where, the best first; without a verdict last."""
    found = Counter(task_standing(view, task).measured for task in view.plan.tasks.values())
    counts = [(f"band-{band}", found[band]) for band in BANDS if found[band]]
    return [*counts, ("no-verdict", found[None])] if found[None] else counts


def measured_on_illustration(view: View) -> int:
    """How many measured verdicts on tasks rest on a made-up number."""
    return sum(task_standing(view, task).is_illustrative for task in view.plan.tasks.values())


def band_counts(view: View) -> Table | None:
    """How many indicators stand where: in the whole, then in its parts; published and made-up numbers apart."""
    plan = view.plan
    whole = [view.standing(one, plan.root) for one in plan.indicators.values()]
    parts = [
        view.standing(one, area)
        for area in plan.peers
        for one in plan.indicators.values()
        if plan.targets_of(one, area)
    ]
    groups = [
        (
            f"monitoring.{name}_{'illustrative' if made_up else 'published'}",
            [one for one in rows if one.is_illustrative is made_up],
        )
        for name, rows in (("whole", whole), ("parts", parts))
        for made_up in (False, True)
    ]
    groups = [(key, rows) for key, rows in groups if rows]
    if not groups:
        return None
    columns = [Column(view.say(key, area=view.text(plan.root.title), areas=view.areas_word), True) for key, _ in groups]
    rows = [
        (head, *(Cell(str(sum(fits(one) for one in found))) for _, found in groups))
        for head, fits in _states(view, [one for _, found in groups for one in found])
    ]
    return Table("states-of-indicators", view.say("monitoring.bands_caption"),
                 (Column(view.say("table.standing")), *columns), tuple(rows), stack=True)  # fmt: skip


def _states(view: View, found: Iterable[Standing]) -> list[tuple[Cell, Callable[[Standing], bool]]]:
    """Each state that occurs, with the question whether a standing is in it: bands first, then why there is none."""
    known = {_state(one) for one in found}
    bands = [f"band-{band}" for band in BANDS if f"band-{band}" in known]
    reasons = sorted(known - set(bands))

    def is_in(state: str) -> Callable[[Standing], bool]:
        return lambda one: _state(one) == state

    return [
        *((Cell("", status=name), is_in(name)) for name in bands),
        *((Cell(view.say(f"reason.{name}"), status="no-verdict"), is_in(name)) for name in reasons),
    ]


def _state(one: Standing) -> str:
    if one.band is not None:
        return f"band-{one.band}"
    return one.reasons[0] if one.reasons else "no-target"


# --- how current it is ------------------------------------------------------------------------------------------


def fresh(view: View) -> list[Fresh]:
    """Every indicator of the plan: those never measured first, then the oldest."""
    found = [_fresh(view, one) for one in view.plan.indicators.values()]
    return sorted(found, key=lambda one: (one.state != "never", -(one.months or 0), one.indicator.id))


def _fresh(view: View, indicator: Indicator) -> Fresh:
    plan = view.plan
    latest = last_value(plan.observations_of(indicator, plan.root))
    if latest is None:
        return Fresh(indicator, "never", "", None)
    stale = is_stale(plan, indicator, latest)
    state = "undated" if stale is None else "stale" if stale else "current"
    return Fresh(indicator, state, view.language.period(latest.period), age_of(plan, latest))


def fresh_counts(view: View) -> list[tuple[str, int]]:
    """How many indicators are current, stale or never measured."""
    found = Counter(one.state for one in fresh(view))
    return [(f"fresh-{name}", found[name]) for name in ("current", "stale", "undated", "never") if found[name]]


def freshness(view: View) -> Table | None:
    """How recent each indicator is in the plan area, and in how many of its parts it has a value at all."""
    plan, rows = view.plan, []
    for one in fresh(view):
        measured, published = _areas_with_values(view, one.indicator)
        age = "" if one.months is None else view.say("monitoring.age", count=one.months)
        rows.append(
            (
                Cell(view.text(one.indicator.title), view.href("indicators", one.indicator.id)),
                Cell(one.period or view.say("empty.not_published"), note=age),
                Cell("", status=f"fresh-{one.state}"),
                Cell(
                    view.say("monitoring.of_areas", count=published, total=len(plan.peers)),
                    note=view.say("monitoring.with_illustrative", count=measured) if measured > published else "",
                ),
                _supplier_cell(view, one.indicator),
            )
        )
    columns = (
        Column(view.say("table.indicator")),
        Column(view.say("table.latest_period")),
        Column(view.say("monitoring.state")),
        Column(view.areas_word),
        Column(view.say("table.supplier")),
    )
    return (
        Table("freshness", view.say("monitoring.freshness_caption"), columns, tuple(rows), stack=True) if rows else None
    )


def _areas_with_values(view: View, indicator: Indicator) -> tuple[int, int]:
    """How many parts have any value of an indicator, and how many a published one."""
    rows = [view.plan.observations_of(indicator, area) for area in view.plan.peers]
    measured = sum(last_value(found) is not None for found in rows)
    return measured, sum(any(row.value is not None and row.basis != "illustrative" for row in found) for found in rows)


def _supplier_cell(view: View, indicator: Indicator) -> Cell:
    if indicator.lead is None:
        return Cell(view.say("empty.not_stated"))
    return Cell(view.short(indicator.lead), view.href("organisations", indicator.lead))


# --- what is missing, and who owes it ---------------------------------------------------------------------------


def not_measured(view: View) -> Table | None:
    """Values that a verdict waits for: targets without a value of their period, and indicators without any."""
    rows = []
    for indicator in view.plan.indicators.values():
        words = _missing_words(view, indicator)
        if words:
            title = Cell(view.text(indicator.title), view.href("indicators", indicator.id))
            rows.append((title, Cell(view.say("semicolon").join(words)), _supplier_cell(view, indicator)))
    if not rows:
        return None
    columns = (
        Column(view.say("table.indicator")),
        Column(view.say("monitoring.missing"), wide=True),
        Column(view.say("monitoring.owed_by")),
    )
    return Table("not-measured", view.say("monitoring.missing_caption"), columns, tuple(rows), stack=True)


def _missing_words(view: View, indicator: Indicator) -> list[str]:
    plan, words = view.plan, []
    periods = _unmet_periods(view, indicator, plan.root)
    if not any(row.value is not None for row in plan.observations_of(indicator, plan.root)):
        words.append(view.say("monitoring.missing_whole", area=view.text(plan.root.title)))
    elif periods:
        words.append(
            view.say(
                "monitoring.missing_periods", area=view.text(plan.root.title), periods=view.language.listing(periods)
            )
        )
    parts = [
        view.say("in_brackets_after", name=view.text(area.title), text=view.language.listing(missing))
        for area in plan.peers
        if (missing := _unmet_periods(view, indicator, area))
    ]
    if parts:
        words.append(view.say("monitoring.missing_parts", areas=view.language.listing(parts)))
    return words


def _unmet_periods(view: View, indicator: Indicator, area: Area) -> list[str]:
    """Periods that are over, and have a target but no value."""
    as_of = view.plan.identity.as_of
    return [
        view.language.period(gap.target.period)
        for gap in view.standing(indicator, area).gaps
        if gap.difference is None and (as_of is None or gap.target.period.end <= as_of)
    ]


def unreported(view: View) -> Table | None:
    """For each lead, on how many of its tasks no published report is there, and how many are overdue."""
    plan = view.plan
    silent: Counter[str] = Counter()
    late: Counter[str] = Counter()
    leads: Counter[str] = Counter()
    for task in plan.tasks.values():
        is_silent = not any(report.basis != "illustrative" for report in plan.reports_on(task.id))
        for name in task.lead or ("",):
            leads[name] += 1
            silent[name] += is_silent
            late[name] += bool(overdue(plan, task))
    rows = [
        (
            Cell(view.short(name), view.href("organisations", name)) if name else Cell(view.say("task.no_lead")),
            Cell(str(leads[name])),
            Cell(str(silent[name])),
            Cell(str(late[name])),
        )
        for name in (*plan.organisations, "")
        if silent[name] or late[name]
    ]
    if not rows:
        return None
    columns = (
        Column(view.say("table.organisation")),
        Column(view.say("table.leads"), True),
        Column(view.say("monitoring.without_report"), True),
        Column(view.say("table.overdue"), True),
    )
    return Table("unreported", view.say("monitoring.unreported_caption"), columns, tuple(rows), stack=True)
