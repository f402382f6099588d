"""What the pages of targets by area and stage show (annex 2), in one language: matrices, orders, and what adds up.

Pure functions of a view, like `tables.py`; the arithmetic is in `assess.py`, `progress.py` and `decompose.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from generator.assess import Gap, Standing, operator_of
from generator.decompose import Decomposition, decompositions
from generator.linked import linked
from generator.model import Area, Indicator, Target
from generator.period import Period
from generator.tables import verdict_cell
from generator.view import Cell, Column, Mark, Table, View

SHARED_FROM = 2
"""In how many areas, the whole included, an indicator needs targets to have a page of its own."""


# --- which indicators and areas ---------------------------------------------------------------------------------


def areas_with_targets(view: View, indicator: Indicator) -> list[Area]:
    """The whole and its parts, as far as they have targets for an indicator, in the order of the plan."""
    plan = view.plan
    return [area for area in (plan.root, *plan.peers) if plan.targets_of(indicator, area)]


def shared_indicators(view: View) -> list[Indicator]:
    """Indicators with targets in several areas: each has a page of its own."""
    return [one for one in view.plan.indicators.values() if len(areas_with_targets(view, one)) >= SHARED_FROM]


def page_of(indicator: Indicator) -> str:
    """The address of an indicator's page of targets, from the language's root."""
    return f"targets/{indicator.id}/"


def last_stage(view: View, indicator: Indicator) -> Period:
    """The plan's last stage where the indicator has targets for it, else the last period that it has targets for."""
    found = {
        row.period for area in areas_with_targets(view, indicator) for row in view.plan.targets_of(indicator, area)
    }
    stages = [stage.period for stage in view.plan.identity.stages if stage.period in found]
    return stages[-1] if stages else max(found)


def gap_at(standing: Standing, stage: Period) -> Gap:
    """The target of a stage beside its observation; where the area has none for it, its last one."""
    return next((gap for gap in standing.gaps if gap.target.period == stage), standing.gaps[-1])


# --- cells ------------------------------------------------------------------------------------------------------


def _area_cell(view: View, area: Area) -> Cell:
    return Cell(view.text(area.title), view.href("areas", area.id))


def _gap_marks(view: View, gap: Gap) -> tuple[Mark, ...]:
    seen = view.marks(gap.observation) if gap.observation is not None else ()
    return tuple(dict.fromkeys((*view.marks(gap.target), *seen)))


def stage_cell(view: View, standing: Standing, period: Period) -> Cell:
    """`1.39 / at least 1.43` with met or missed and by how much; only what there is, where one of them is unknown."""
    indicator = standing.indicator
    gap = next((one for one in standing.gaps if one.target.period == period), None)
    if gap is None:
        seen = next((one for one in standing.observations if one.period == period and one.value is not None), None)
        if seen is None or seen.value is None:
            return Cell(view.say("empty.short"))
        text = view.say("stage.observed", value=view.value(seen.value, indicator))
        return Cell(text, view.entry(seen), view.marks(seen))
    marks, target = _gap_marks(view, gap), view.target_value(gap.target, indicator, False)
    if gap.observation is None or gap.observation.value is None or gap.difference is None:
        text = view.say("stage.target", target=target)
        return Cell(text, view.entry(gap.target), marks, note=view.set_by(gap.target))
    text = view.say("stage.both", value=view.value(gap.observation.value, indicator), target=target)
    notes = [difference_words(view, indicator, gap), view.set_by(gap.target)]
    note = view.say("semicolon").join(one for one in notes if one)
    return Cell(text, view.entry(gap.observation), marks, _met_status(gap), note)


def _met_status(gap: Gap) -> str | None:
    return None if gap.met is None else "met" if gap.met else "missed"


def difference_words(view: View, indicator: Indicator, gap: Gap) -> str:
    """Observed less target with its sign and unit; in words where there is none or it means nothing."""
    if gap.difference is None:
        return view.say("gap.unknown")
    if gap.met is None:
        return view.say("gap.about")
    return view.difference(gap.difference, indicator)


def standing_cell(view: View, standing: Standing, gap: Gap) -> Cell:
    """The verdict on a target: that of the whole path where it is the final one, else met or missed alone."""
    if standing.final is gap.target:
        return verdict_cell(view, standing)
    if gap.difference is None:
        return Cell(view.say("empty.short"))
    if gap.met is None:
        return Cell(view.say("gap.about"))
    return Cell(
        "", status=_met_status(gap), marks=tuple(mark for mark in _gap_marks(view, gap) if mark.kind == "illustrative")
    )


def pace_cell(view: View, standing: Standing, gap: Gap) -> Cell:
    """What the target asks for a year: from here while there is time, from the baseline once its period is over."""
    progress, indicator = standing.progress, standing.indicator
    if standing.final is not gap.target or standing.rule.kind == "rank":
        return Cell(view.say("empty.short"))
    as_of, recent = view.plan.identity.as_of, progress.recent
    is_over = as_of is not None and gap.target.period.end <= as_of
    if progress.needed is not None and not progress.met and not is_over:
        needed, until = _change(view, indicator, progress.needed.per_year), view.language.period(gap.target.period)
        note = view.say("targets.pace_recent", given=_change(view, indicator, recent.per_year)) if recent else ""
        return Cell(view.say("targets.pace_needed", needed=needed, until=until), note=note)
    start, final, goal, latest = progress.baseline, progress.final, progress.goal, progress.latest
    if start is None or final is None or goal is None or standing.baseline is None or final.time <= start.time:
        return Cell(view.say("empty.short"))
    asked = (goal - start.value) / (final.time - start.time)
    if asked == 0 or (operator_of(gap.target, indicator) in (">=", "<=") and _is_backwards(asked, gap, indicator)):
        return Cell(view.say("targets.pace_none"))
    words = {"needed": _change(view, indicator, asked), "since": view.language.period(standing.baseline.period)}
    if latest is None or latest.time <= start.time:
        return Cell(view.say("targets.pace_asked", **words))
    given = _change(view, indicator, (latest.value - start.value) / (latest.time - start.time))
    return Cell(view.say("targets.pace_asked", **words), note=view.say("targets.pace_given", given=given))


def _is_backwards(asked: Fraction, gap: Gap, indicator: Indicator) -> bool:
    """Whether the way to the target leads away from better values, because the baseline was past it."""
    return (asked < 0) is (operator_of(gap.target, indicator) == ">=")


def _change(view: View, indicator: Indicator, value: Fraction) -> str:
    """A change a year with sign and unit, with one digit more than the indicator's values."""
    number = round(Decimal(value.numerator) / Decimal(value.denominator), indicator.decimals + 1)
    text = f"{number:f}"
    return view.difference(Decimal(text.rstrip("0").rstrip(".") if "." in text else text), indicator)


# --- matrices ---------------------------------------------------------------------------------------------------


def overview(view: View, chosen: Sequence[Indicator]) -> Table | None:
    """All areas by all shared indicators at the last stage: a verdict each, linked to the indicator's page."""
    if not chosen:
        return None
    plan = view.plan
    areas = [area for area in (plan.root, *plan.peers) if any(plan.targets_of(one, area) for one in chosen)]
    rows = [(_area_cell(view, area), *(_overview_cell(view, one, area) for one in chosen)) for area in areas]
    columns = [Column(view.text(one.title), href=page_of(one)) for one in chosen]
    caption = view.say("targets.overview_caption", areas=len(areas), count=len(chosen))
    return Table("targets-overview", caption, (Column(view.say("table.area")), *columns), tuple(rows), stack=True)


def _overview_cell(view: View, indicator: Indicator, area: Area) -> Cell:
    standing = view.standing(indicator, area)
    if not standing.gaps:
        return Cell(view.say("empty.short"))
    stage = last_stage(view, indicator)
    gap = gap_at(standing, stage)
    cell = standing_cell(view, standing, gap)
    if cell.status is None and gap.difference is None:
        cell = Cell(view.say("gap.unknown"))
    note = "" if gap.target.period == stage else view.language.period(gap.target.period)
    return cell._replace(href=page_of(indicator), note=note)


def stage_matrix(view: View, indicator: Indicator) -> Table | None:
    """Area by stage in the order of the plan: observed, target and gap in each cell, then pace and verdict."""
    areas = areas_with_targets(view, indicator)
    if not areas:
        return None
    stages = {stage.period for stage in view.plan.identity.stages}
    periods = sorted(stages | {row.period for area in areas for row in view.plan.targets_of(indicator, area)})
    stage, rows = last_stage(view, indicator), []
    for area in areas:
        standing = view.standing(indicator, area)
        gap = gap_at(standing, stage)
        rows.append(
            (
                _area_cell(view, area),
                *(stage_cell(view, standing, period) for period in periods),
                pace_cell(view, standing, gap),
                standing_cell(view, standing, gap),
            )
        )
    columns = (
        Column(view.say("table.area")),
        *(Column(view.language.period(period)) for period in periods),
        Column(view.say("targets.pace")),
        Column(view.say("table.standing")),
    )
    caption = view.say("targets.caption", indicator=view.text(indicator.title), unit=view.unit(indicator))
    return Table(f"matrix-{indicator.id}", caption, columns, tuple(rows), stack=True)


def by_gap(view: View, indicator: Indicator) -> Table | None:
    """The areas by their distance from the target of the last stage, the largest first; unknown ones last.

    The whole stands on top: its gap is of another size than those of its parts.
    """
    stage = last_stage(view, indicator)

    def order(area: Area) -> tuple[bool, bool, Decimal]:
        missing = shortfall(indicator, gap_at(view.standing(indicator, area), stage))
        return area is not view.plan.root, missing is None, -(missing or Decimal(0))

    areas = sorted(areas_with_targets(view, indicator), key=order)
    return _last_stage_table(view, indicator, areas, "by-gap")


def shortfall(indicator: Indicator, gap: Gap) -> Decimal | None:
    """How far a value stays behind its target, negative when it is better; None where it cannot be said."""
    if gap.difference is None or gap.met is None or gap.observation is None or gap.observation.value is None:
        return None
    operator = operator_of(gap.target, indicator)
    if operator == ">=":
        return -gap.difference
    if operator == "<=":
        return gap.difference
    if operator == "between" and gap.target.value_to is not None and not gap.met:
        return min(abs(gap.difference), abs(gap.observation.value - gap.target.value_to))
    return Decimal(0) if gap.met else abs(gap.difference)


def by_name(view: View, indicator: Indicator) -> Table | None:
    """The areas by name, of Chinese ones by their pinyin; the whole on top."""
    found = areas_with_targets(view, indicator)
    areas = sorted(found, key=lambda area: (area is not view.plan.root, name_key(view, area)))
    return _last_stage_table(view, indicator, areas, "by-name")


def name_key(view: View, area: Area) -> str:
    """What an area is sorted by: its name without accents; in Chinese its pinyin where that is given."""
    is_chinese = view.language.tag.startswith("zh")
    name = (area.title_pinyin if is_chinese else None) or view.text(area.title)
    return "".join(one for one in unicodedata.normalize("NFD", name) if not unicodedata.combining(one)).casefold()


def _last_stage_table(view: View, indicator: Indicator, areas: Sequence[Area], order: str) -> Table | None:
    if not areas:
        return None
    stage, rows = last_stage(view, indicator), []
    for area in areas:
        standing = view.standing(indicator, area)
        gap = gap_at(standing, stage)
        seen = gap.observation
        other = "" if gap.target.period == stage else view.language.period(gap.target.period)
        rows.append(
            (
                _area_cell(view, area),
                view.value_cell(gap.target, indicator)._replace(note=other),
                view.value_cell(seen, indicator) if seen else Cell(view.say("empty.not_published")),
                Cell(difference_words(view, indicator, gap)),
                pace_cell(view, standing, gap),
                standing_cell(view, standing, gap),
            )
        )
    columns = (
        Column(view.say("table.area")),
        Column(view.say("table.target_in", unit=view.unit(indicator)), True),
        Column(view.say("table.observation"), True),
        Column(view.say("targets.gap"), True),
        Column(view.say("targets.pace")),
        Column(view.say("table.standing")),
    )
    caption = view.say(f"targets.{order.replace('-', '_')}_caption", indicator=view.text(indicator.title),
                       period=view.language.period(stage))  # fmt: skip
    return Table(f"{order}-{indicator.id}", caption, columns, tuple(rows), stack=True)


def single_targets(view: View) -> Table | None:
    """Targets that only one area has: a row each, with its stages in words."""
    rows = []
    for indicator in view.plan.indicators.values():
        areas = areas_with_targets(view, indicator)
        if not 0 < len(areas) < SHARED_FROM:
            continue
        standing = view.standing(indicator, areas[0])
        for gap in standing.gaps:
            seen = gap.observation
            text = (
                view.quantity(seen.value, indicator)
                if seen and seen.value is not None
                else view.say("empty.not_published")
            )
            rows.append(
                (
                    Cell(view.text(indicator.title), view.href("indicators", indicator.id)),
                    _area_cell(view, areas[0]),
                    Cell(view.language.period(gap.target.period)),
                    Cell(
                        view.target_value(gap.target, indicator),
                        marks=view.marks(gap.target),
                        note=view.set_by(gap.target),
                    ),
                    Cell(text, view.entry(seen) if seen else None, view.marks(seen) if seen else ()),
                    Cell(difference_words(view, indicator, gap)),
                    standing_cell(view, standing, gap),
                )
            )
    if not rows:
        return None
    keys = ("table.indicator", "table.area", "table.period", "table.target", "table.observation", "targets.gap",
            "table.standing")  # fmt: skip
    return Table("single-targets", view.say("targets.single_caption"), tuple(Column(view.say(key)) for key in keys),
                 tuple(rows), stack=True)  # fmt: skip


# --- whether the parts fit the whole ----------------------------------------------------------------------------


def checks_table(view: View, chosen: Iterable[Indicator]) -> Table | None:
    """For each indicator, whether the targets of the last stage fit together; its page says more."""
    rows = []
    for indicator in chosen:
        found = decompositions(view.plan, indicator)
        if not found:
            continue
        stage = last_stage(view, indicator)
        one = next((check for check in found if check.period == stage), found[-1])
        difference = (
            view.difference(one.difference, indicator) if one.difference is not None else view.say("empty.short")
        )
        whole = view.target_value(one.whole, indicator) if one.whole else view.say("gap.no_target")
        rows.append(
            (
                Cell(view.text(indicator.title), f"{page_of(indicator)}#check"),
                Cell(view.language.period(one.period)),
                Cell(view.say("monitoring.of_areas", count=len(one.parts), total=len(view.plan.peers))),
                Cell(_together(view, one), marks=_made_up(view, one.is_illustrative)),
                Cell(whole, marks=view.marks(one.whole) if one.whole else ()),
                Cell(difference),
                Cell("", status=f"check-{one.outcome}"),
            )
        )
    if not rows:
        return None
    columns = (
        Column(view.say("table.indicator")),
        Column(view.say("table.period")),
        Column(view.areas_word),
        Column(view.say("targets.together")),
        Column(view.text(view.plan.root.title)),
        Column(view.say("targets.difference"), True),
        Column(view.say("targets.result")),
    )
    return Table("target-checks", view.say("targets.checks_caption"), columns, tuple(rows), stack=True)


def _together(view: View, one: Decomposition) -> str:
    """The sum of the parts, or both ends of what a weighted mean can be."""
    if one.total is not None:
        return view.say("targets.sum", sum=view.quantity(one.total, one.indicator))
    if one.low is not None and one.high is not None:
        return view.say("targets.ends", low=view.quantity(one.low.value, one.indicator),
                        high=view.quantity(one.high.value, one.indicator))  # fmt: skip
    return view.say("empty.short")


def _made_up(view: View, is_illustrative: bool) -> tuple[Mark, ...]:
    return (Mark("illustrative", view.say("basis.illustrative.mark")),) if is_illustrative else ()


def check_sentences(view: View, indicator: Indicator) -> list[str]:
    """Whether the parts' targets fit the whole's, stage by stage, and which of them may be counted twice."""
    if indicator.aggregation == "none":
        return [view.say("targets.check.none")] if len(areas_with_targets(view, indicator)) >= SHARED_FROM else []
    found = decompositions(view.plan, indicator)
    sentences = [_check_sentence(view, one) for one in found]
    pairs = dict.fromkeys(pair for one in found for pair in one.overlaps)
    return sentences + [_overlap_sentence(view, area, other) for area, other in pairs]


def _check_sentence(view: View, one: Decomposition) -> str:
    indicator, plan = one.indicator, view.plan
    words: dict[str, object] = {
        "period": view.language.period(one.period),
        "areas": view.areas_word.lower(),
        "count": len(one.parts),
        "total": len(plan.peers),
        "area": view.text(plan.root.title),
        "missing": view.language.listing([view.text(area.title) for area in one.missing]),
        "tolerance": view.distance(one.tolerance, indicator),
        "whole": view.target_from(one.whole) if one.whole else "",
    }
    if one.total is not None:
        words["sum"] = linked(view.quantity(one.total, indicator), f"{page_of(indicator)}#by-stage")
    if one.difference is not None:
        share = "" if one.share is None else view.say("in_brackets", text=view.language.percent(abs(one.share), 1))
        words["difference"] = view.distance(one.difference, indicator) + share
    if one.low is not None and one.high is not None:
        words |= {
            "low": _end(view, one.low),
            "high": _end(view, one.high),
        }
    outcome = "exact" if one.difference == 0 else one.outcome
    kind = "" if one.outcome == "no-number" else "mean." if indicator.aggregation == "mean" else "sum."
    text = view.say(f"targets.check.{kind}{outcome}", **words)
    return view.say("figure.illustration") + text if one.is_illustrative else text


def _end(view: View, row: Target) -> str:
    """`1.7% (Xingtai)`: one end of a range, and whose it is."""
    return view.say("value_at", value=view.quantity_from(row), period=view.title("areas", row.area))

def _overlap_sentence(view: View, area: Area, other: Area) -> str:
    words = {"area": view.text(area.title), "other": view.text(other.title)}
    text = view.say("targets.check.overlap", **words)
    return view.say("join_sentences", first=text, second=view.text(area.note)) if area.note else text
