"""What pages say about progress: the working behind a verdict, how tasks stand, and the story of an area's stages.

Pure functions of a view, like `tables.py`; the arithmetic is in `progress.py` and `assess.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from generator.assess import (
    Gap,
    Milestone,
    Standing,
    TaskStanding,
    assess_task,
    due_of,
    milestones,
    rules_of,
    time_of,
)
from generator.linked import Count, capital, join, linked
from generator.model import Area, Indicator, NumberRow, Task
from generator.progress import Band, Check, Progress, Step, assess_progress
from generator.view import Cell, Column, Mark, Table, View

Write = Callable[[Fraction], str]

PERCENTAGES = {"share": 1, "ratio": 1, "growth": 2, "growth-needed": 2, "growth-ratio": 1}
"""Formulae whose result is a share of one, with the decimals it is shown with."""


class Line(NamedTuple):
    """One line of a working: its name, and the sum with the numbers put in."""

    name: str
    sum: str
    id: str = ""
    """The formula, by which other sentences lead here."""


class Working(NamedTuple):
    """All that the section "How this was worked out" says."""

    is_illustrative: bool
    lines: tuple[Line, ...]
    sentences: tuple[str, ...]
    changes: tuple[str, ...]
    """What would change the verdict."""


# --- numbers in words -------------------------------------------------------------------------------------------


def _decimal(value: Fraction, places: int | None = None) -> Decimal:
    """A fraction as a decimal, rounded to `places` where it has more, without zeros at the end."""
    number = Decimal(value.numerator) / Decimal(value.denominator)
    text = f"{number if places is None else round(number, places):f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def _bracketed(view: View, text: str) -> str:
    """A negative number in brackets, so that no two signs follow each other."""
    return view.say("in_brackets", text=text).strip() if text.startswith("\u2212") else text


def _writer(view: View, indicator: Indicator) -> Write:
    """Writes values of an indicator as its tables do, with two more digits where a number does not end."""
    return lambda value: view.value(_decimal(value, indicator.decimals + 2), indicator)


def _percent(view: View, share: Fraction, places: int = 1) -> str:
    return view.language.percent(_decimal(share), places)


def _year(view: View, time: Fraction) -> str:
    """A time in a formula: a year as its number."""
    return str(time.numerator) if time.denominator == 1 else view.language.number(_decimal(time), 2)


def _band(view: View, band: Band | None) -> str:
    return view.say("working.no_verdict") if band is None else view.say(f"status.band-{band}")


def line_of(view: View, step: Step, write: Write, entries: Mapping[str, str] | None = None) -> Line:
    """One step of the working in words and numbers; `entries` tells where the numbers put in come from."""
    numbers: dict[str, str] = {}
    for name, value in step.numbers.items():
        if name in ("growth", "needed"):
            numbers[name] = _bracketed(view, _percent(view, value, 2))
        elif name == "years":
            numbers[name] = view.language.number(_decimal(value, 2))
        elif name.endswith("time"):
            numbers[name] = _year(view, value)
        else:
            numbers[name] = _bracketed(view, write(value))
        if entries and name in entries:
            numbers[name] = linked(numbers[name], entries[name])
    places = PERCENTAGES.get(step.formula)
    result = write(step.result) if places is None else _percent(view, step.result, places)
    name = view.say(f"working.names.{step.formula}")
    return Line(name, view.say(f"working.sums.{step.formula}", **numbers, result=result), step.formula)


# --- the working of a verdict -----------------------------------------------------------------------------------


def working_of(view: View, standing: Standing) -> str | None:
    """Where a verdict says how it came about: the working on the indicator's page; for a part, the method."""
    if standing.area.id == view.plan.root.id:
        return f"{view.href('indicators', standing.indicator.id)}#working"
    return "method/" if view.has_page("method") else None


def steps_of(standing: Standing) -> tuple[Step, ...]:
    """The steps of a working that are shown: a growth rate of places in a ranking means nothing to a reader."""
    steps = standing.progress.steps
    return tuple(one for one in steps if not (standing.rule.kind == "rank" and one.formula.startswith("growth")))


def step_of(view: View, standing: Standing, formula: str, text: str) -> str:
    """A number that was worked out, which in a sentence leads to its line in the working where that is on a page."""
    is_shown = standing.area.id == view.plan.root.id and any(one.formula == formula for one in steps_of(standing))
    return linked(text, f"{view.href('indicators', standing.indicator.id)}#working-{formula}") if is_shown else text


def working(view: View, standing: Standing) -> Working | None:
    """How a verdict came about; None where there is neither a value nor a target."""
    if not standing.observations and not standing.targets:
        return None
    progress, indicator = standing.progress, standing.indicator
    write = _writer(view, indicator)
    lines = tuple(line_of(view, step, write, _entries(view, standing, step)) for step in steps_of(standing))
    rows = _rows(standing)
    sentences = [
        *_verdict_sentences(view, standing),
        *_method_sentences(view, progress, standing),
        *_pace_sentences(view, standing, rows),
        *_date_sentences(view, standing),
        *(view.say(f"working.flags.{flag}") for flag in sorted(progress.flags - {"before-baseline", "expired"})),
        view.text(standing.rule.note),
    ]
    changes = tuple(_change_sentences(view, standing, rows))
    return Working(standing.is_illustrative, lines, tuple(one for one in sentences if one), changes)


def _entries(view: View, standing: Standing, step: Step) -> Mapping[str, str]:
    """Where each number of a step comes from: its entry, or the line that works it out."""
    steps = {"expected": "expected", "growth": "growth", "needed": "growth-needed"}
    shown = {one.formula.removesuffix("-stage"): one.formula for one in steps_of(standing)}
    page = view.href("indicators", standing.indicator.id)
    found = {name: f"{page}#working-{shown[formula]}" for name, formula in steps.items() if formula in shown}
    path = {time_of(one.period): one for one in standing.targets}
    ends = {name: path.get(step.numbers[f"{name}_time"]) for name in ("left", "right") if name in step.numbers}
    rows = {"now": standing.latest, "start": standing.baseline, "goal": standing.final, **ends}
    rows["left"] = rows.get("left") or standing.baseline
    for name, row in rows.items():
        if name in step.numbers and row is not None and row.value == step.numbers[name]:
            found[name] = view.entry(row)
    return found


Rows = Mapping[Fraction, NumberRow]


def _rows(standing: Standing) -> Rows:
    """The numbers of a series by their times; where a time has both, what was observed."""
    return {time_of(row.period): row for row in (*standing.targets, *standing.observations)}


def _period(view: View, rows: Rows, time: Fraction) -> str:
    """The period of a time, which leads to the number that was reckoned with."""
    return view.period_from(rows[time]) if time in rows else _year(view, time)


def _verdict_sentences(view: View, standing: Standing) -> Iterable[str]:
    """Which rule led to the verdict, or why there is none."""
    progress, final, judged = standing.progress, standing.final, standing.latest
    for reason in progress.reasons:
        yield view.say("working.because", reason=view.say(f"reason.{reason}"))
    if progress.final is None:
        yield from _trend_sentences(view, standing)
    if progress.band is None or final is None or judged is None or judged.value is None:
        return
    against = {
        "value": view.quantity_from(judged),
        "period": view.language.period(judged.period),
        "target": view.target_from(final),
        "until": view.language.period(final.period),
    }
    if progress.band == "achieved":
        yield view.say("working.met", **against)
    elif progress.is_final:
        difference = view.difference(judged.value - final.value, standing.indicator)
        yield view.say("working.missed", difference=difference, **against)
    elif not progress.reasons:
        ratio = progress.ratio if progress.rules.method == "linear" else progress.growth_ratio
        if ratio is not None:
            name = "ratio" if progress.rules.method == "linear" else "growth-ratio"
            yield view.say("working.banded", ratio=step_of(view, standing, name, _percent(view, ratio)),
                           band=_band(view, progress.band), range=band_range(view, progress))  # fmt: skip


def band_range(view: View, progress: Progress, band: Band | None = None) -> str:
    """From where to where a band reaches, in words."""
    names = [name for name, _ in progress.rules.bounds]
    bounds = dict(progress.rules.bounds)
    chosen = band or progress.band
    if chosen not in names:
        return view.say("working.range_below", high=_percent(view, bounds[names[-1]], 0))
    place = names.index(chosen)
    low = _percent(view, bounds[chosen], 0)
    if place == 0:
        return view.say("working.range_from", low=low)
    return view.say("working.range_between", low=low, high=_percent(view, bounds[names[place - 1]], 0))


def _trend_sentences(view: View, standing: Standing) -> Iterable[str]:
    """Growth a year of an indicator without a target; a fact, not a verdict."""
    progress, start = standing.progress, standing.baseline
    if progress.growth is None or start is None or progress.latest is None or standing.latest is None:
        return
    words = {
        "since": view.period_from(start),
        "until": view.period_from(standing.latest),
        "growth": step_of(view, standing, "growth", _signed(_percent(view, progress.growth, 1))),
    }
    yield view.say("working.trend", **words)
    if progress.trend_band is not None:
        yield view.say("working.trend_band", direction=view.say(f"direction.{standing.indicator.direction}"),
                       band=_band(view, progress.trend_band))  # fmt: skip


def _signed(text: str) -> str:
    return text if text.startswith("\u2212") else f"+{text}"


def _method_sentences(view: View, progress: Progress, standing: Standing | None = None) -> Iterable[str]:
    """Whether the two methods agree, or why there is only one; the scores that others use.

    Without a standing the working is an example, which no other sentence leads to.
    """
    if progress.growth_reason not in (None, "not-computed", "met-at-baseline", "lost-target", "no-distance"):
        yield view.say(f"working.growth_reasons.{progress.growth_reason}")
    if progress.is_final or progress.band in (None, "achieved", "off-track"):
        return
    if progress.methods_disagree:
        bands = {"linear": _band(view, progress.linear_band), "growth": _band(view, progress.growth_band)}
        yield view.say("working.disagree", **bands)
    elif progress.growth_band is not None:
        yield view.say("working.agree", band=_band(view, progress.growth_band))
    if progress.score is not None and progress.un_score is not None:
        score, un = view.language.number(_decimal(progress.score), 1), str(progress.un_score)
        if standing is not None:
            score, un = (step_of(view, standing, "growth-ratio", text) for text in (score, un))
        yield view.say("working.scores", score=score, un=un)


def _pace_sentences(view: View, standing: Standing, rows: Rows) -> Iterable[str]:
    """The change a year that is needed from here, beside the one of the last years."""
    needed, recent, indicator = standing.progress.needed, standing.progress.recent, standing.indicator
    places = indicator.decimals + 1
    words: dict[str, str] = {}
    if needed is not None:
        words["needed"] = view.difference(_decimal(needed.per_year, places), indicator)
        target = next((one for one in standing.targets if time_of(one.period) == needed.end), None)
        words["until"] = _period(view, rows, needed.end) if target is None else view.period_from(target)
    if recent is not None:
        words["recent"] = view.difference(_decimal(recent.per_year, places), indicator)
        words["since"] = _period(view, rows, recent.start)
        words["latest"] = _period(view, rows, recent.end)
    if needed is not None:
        yield view.say("working.pace_both" if recent is not None else "working.pace_needed", **words)
    elif recent is not None:
        yield view.say("working.pace_recent", **words)


def _date_sentences(view: View, standing: Standing) -> Iterable[str]:
    """Which value was judged, which one is the newest, and the cut-off of all data."""
    judged, newest, as_of = standing.latest, standing.newest, view.plan.identity.as_of
    if judged is None or newest is None:
        return
    if standing.progress.latest is None:
        yield view.say("working.flags.expired")
        return
    yield view.say("working.judged", period=view.period_from(judged))
    if newest.period != judged.period:
        yield view.say("working.newest", period=view.period_from(newest))
    if as_of is not None:
        yield view.say("working.as_of", date=view.language.date(as_of))


def _change_sentences(view: View, standing: Standing, rows: Rows) -> Iterable[str]:
    """What would change the verdict: another value, another base year, the other method, no provisional value."""
    progress = standing.progress
    if progress.next_band is not None and standing.latest is not None:
        band, value = progress.next_band
        needed = view.quantity(_decimal(value, standing.indicator.decimals + 2), standing.indicator)
        period = view.period_from(standing.latest)
        yield view.say("working.next_band", band=_band(view, band), period=period, value=needed)
    for check in progress.checks:
        if check.what == "method" and not check.changes:
            continue  # said already: both methods lead to the same band
        yield _check_sentence(view, standing, check, rows)


def _check_sentence(view: View, standing: Standing, check: Check, rows: Rows) -> str:
    words = {"band": _band(view, check.band)}
    if check.what == "baseline" and check.time is not None and standing.baseline is not None:
        words["period"] = _period(view, rows, check.time)
        words["baseline"] = view.period_from(standing.baseline)
    key = check.what if check.changes else f"{check.what}_same"
    return view.say(f"working.checks.{key}", **words)


# --- tasks ------------------------------------------------------------------------------------------------------


def task_standing(view: View, task: Task) -> TaskStanding:
    """Reported and measured status of a task, from verdicts that the view keeps."""
    return assess_task(view.plan, task, view.standing)


def measured_row(view: View, standing: TaskStanding) -> dict[str, object]:
    """What the indicators of a task say, as a row of facts beside the reported status."""
    row: dict[str, object] = {"name": view.say("task.measured"), "wide": True}
    total, judged = len(standing.standings), len(standing.judged)
    if standing.measured is None:
        key = "task.measured_none" if total else "task.measured_no_indicators"
        return {**row, "value": view.say(key, count=Count(total, _indicators_of(view, standing.task)))}
    counts = view.language.listing(
        view.say("task.measured_count", count=count, band=_band(view, band)) for band, count in standing.counts
    )
    listed = _indicators_of(view, standing.task)
    text = view.say("task.measured_value", judged=linked(str(judged), listed), total=total, counts=counts)
    if standing.is_illustrative:
        text = view.say("figure.illustration") + text
    marks = (Mark("illustrative", view.say("basis.illustrative.mark")),) if standing.is_illustrative else ()
    notes = [view.say("task.measured_rule"), *([view.say("task.differs")] if _differs(standing) else [])]
    note = in_a_row(view, notes)
    return {**row, "status": f"band-{standing.measured}", "value": text, "marks": marks, "note": note}


def _indicators_of(view: View, task: Task) -> str:
    """Where the indicators of a task stand with their verdicts."""
    return f"{view.href('tasks', task.id)}#indicators"


def in_a_row(view: View, sentences: Iterable[str]) -> str:
    """Sentences one after the other, with a space between them where the language has one."""
    return join("" if view.language.tag.startswith(("zh", "ja")) else " ", sentences)


def _differs(standing: TaskStanding) -> bool:
    """Whether something good was reported while something bad was measured, or the other way round."""
    good = standing.measured in ("achieved", "on-track")
    if standing.status in ("completed", "on-track"):
        return not good
    return standing.status in ("at-risk", "off-track") and good


def overdue_words(view: View, standing: TaskStanding) -> str:
    """What is overdue, in few words; nothing is an empty text."""
    return capital(view.language.listing(view.say(f"overdue.short.{key}") for key in standing.overdue))


def overdue_row(view: View, standing: TaskStanding) -> dict[str, object]:
    """What is overdue as a row of facts; one without a value is not shown."""
    words = overdue_words(view, standing)
    return {"name": view.say("task.overdue"), "wide": True, "value": words,
            "note": in_a_row(view, overdue_sentences(view, standing))}  # fmt: skip


def overdue_sentences(view: View, standing: TaskStanding) -> list[str]:
    """What is overdue in the reports on a task, in sentences."""
    plan, report = view.plan, standing.report
    due, as_of = due_of(plan, standing.task), plan.identity.as_of
    found = []
    if "report-old" in standing.overdue and report is not None and as_of is not None:
        reports = f"{view.href('tasks', standing.task.id)}#reports"
        found.append(view.say("overdue.report-old", date=linked(view.language.date(report.date), reports),
                              months=plan.assessment.report_months, as_of=view.language.date(as_of)))  # fmt: skip
    if "due-passed" in standing.overdue and due is not None:
        key = "overdue.due-passed" if report is not None else "overdue.unreported"
        found.append(view.say(key, due=view.language.period(due)))
    return found


def milestones_of(view: View, task: Task) -> list[Milestone]:
    """The measures of a task that have a due date, with what became of them."""
    return milestones(view.plan, task)


def tasks_table(view: View) -> Table | None:
    """Every task with its reported status beside the measured one, what is overdue, and its milestones."""
    rows = []
    for task in view.plan.tasks.values():
        one = task_standing(view, task)
        marks = (Mark("illustrative", view.say("basis.illustrative.mark")),) if one.is_illustrative else ()
        rows.append(
            (
                Cell(view.numbered("tasks", task.id), view.href("tasks", task.id), _text_marks(view, task)),
                Cell(view.language.date(one.report.date) if one.report else "", status=one.status,
                     marks=view.marks(one.report) if one.report else ()),
                Cell("", working_of(view, one.deciding), status=f"band-{one.measured}", marks=marks) if one.deciding
                else Cell(view.say("task.not_measured")),
                Cell(overdue_words(view, one) or view.say("overdue.short.nothing")),
                Cell(_milestone_counts(view, milestones(view.plan, task))),
            )
        )  # fmt: skip
    if not rows:
        return None
    keys = ("table.task", "table.reported", "table.measured", "table.overdue", "table.milestones")
    return Table("tasks-reported-and-measured", view.say("monitoring.tasks_caption"),
                 tuple(Column(view.say(key)) for key in keys), tuple(rows), stack=True)  # fmt: skip


def _text_marks(view: View, task: Task) -> tuple[Mark, ...]:
    """A mark beside a task whose words, dates included, are not the official ones."""
    return () if task.basis == "official" else (Mark(task.basis, view.say(f"basis.{task.basis}.mark")),)


def _milestone_counts(view: View, found: Iterable[Milestone]) -> str:
    """`2 done, 1 late`: how many milestones are in each state that occurs, in the order in which they fall due."""
    states = [one.state for one in found]
    counted = {state: states.count(state) for state in states}
    words = [view.say("milestones.count", count=count, state=view.say(f"status.milestone-{state}"))
             for state, count in counted.items()]  # fmt: skip
    return view.language.listing(words) or view.say("milestones.none")


# --- the story of an area's stages ------------------------------------------------------------------------------


class StoryLine(NamedTuple):
    """What became of an indicator's targets in an area, stage by stage."""

    indicator: Indicator
    text: str


def area_story(view: View, area: Area) -> tuple[list[str], list[StoryLine]]:
    """How many of an area's targets were met and missed, and for each indicator what happened in each stage."""
    standings = [view.standing(one, area) for one in view.plan.indicators_for(area)]
    standings = [one for one in standings if one.gaps]
    lines = [StoryLine(one.indicator, _story_text(view, one)) for one in standings]
    stages = f"{view.href('areas', area.id)}#stages"
    return _story_summary(view, [gap for one in standings for gap in one.gaps], stages), lines


def _is_made_up(gap: Gap) -> bool:
    rows = (gap.target, gap.observation)
    return any(row is not None and row.basis == "illustrative" for row in rows)


def _story_summary(view: View, gaps: list[Gap], stages: str) -> list[str]:
    """Met, missed and unknown, for published and made-up numbers apart; and whether anything is still due.

    `stages` is the address of the table that holds what is counted.
    """
    if not gaps:
        return []
    as_of = view.plan.identity.as_of
    ended = [gap for gap in gaps if as_of is None or gap.target.period.end <= as_of]
    found = []
    for made_up in (False, True):
        over = [gap for gap in ended if _is_made_up(gap) is made_up]
        if over:
            met, missed = (sum(gap.met is wanted for gap in over) for wanted in (True, False))
            key = "area.story_illustrative" if made_up else "area.story_published"
            if not met + missed:
                key += "_unknown"
            counts = {"met": met, "missed": missed, "unknown": len(over) - met - missed}
            words = {name: str(count) for name, count in counts.items()}
            if len(over) == 1:  # its sentence says no number of targets
                words["met"] = linked(words["met"], stages)
            found.append(view.say(key, count=Count(len(over), stages), **words))
    if as_of is not None and len(ended) == len(gaps):
        found.append(view.say("area.story_nothing_due", date=view.language.date(as_of)))
    return found


def _story_text(view: View, standing: Standing) -> str:
    """The stages of one indicator: `2018 met (+0.02), 2019 missed by 0.1`; what is due next comes last."""
    as_of = view.plan.identity.as_of
    parts, next_due = [], None
    for gap in standing.gaps:
        if as_of is not None and gap.target.period.end > as_of and gap.met is None:
            next_due = next_due or gap
            continue
        parts.append(_story_part(view, standing.indicator, gap))
    if next_due is not None:
        parts.append(view.say("story.next", period=view.language.period(next_due.target.period),
                              target=view.target_from(next_due.target)))  # fmt: skip
    text = join(view.say("semicolon"), parts) + view.say("full_stop")
    made_up = any(_is_made_up(gap) for gap in standing.gaps)
    return view.say("figure.illustration") + text if made_up else text


def _story_part(view: View, indicator: Indicator, gap: Gap) -> str:
    words = {"period": view.language.period(gap.target.period), "target": view.target_from(gap.target)}
    if gap.observation is None or gap.observation.value is None or gap.difference is None:
        return view.say("story.unknown", **words)
    words["value"] = view.quantity_from(gap.observation)
    if gap.met is None:
        return view.say("story.about", **words)
    if gap.met and gap.difference == 0:
        return view.say("story.met_exactly", **words)
    if gap.met:
        return view.say("story.met", difference=view.difference(gap.difference, indicator), **words)
    return view.say("story.missed", difference=view.distance(gap.difference, indicator), **words)


# --- worked examples for the method page ------------------------------------------------------------------------


class Example(NamedTuple):
    """A worked example: its title, what is given, the working, and what follows."""

    title: str
    given: str
    lines: tuple[Line, ...]
    verdict: tuple[str, ...]


EXAMPLES: Mapping[str, tuple[tuple[int, str], tuple[int, str], tuple[int, str], str]] = {
    "edge": ((2015, "50"), (2030, "100"), (2020, "60"), "up"),
    "falling": ((2015, "100"), (2030, "50"), (2020, "80"), "down"),
    "disagree": ((2017, "80000"), (2020, "40000"), (2019, "52000"), "down"),
    "zero": ((2017, "0"), (2020, "10"), (2019, "3"), "up"),
    "away": ((2015, "50"), (2030, "100"), (2020, "45"), "up"),
    "lost": ((2017, "55"), (2020, "50"), (2019, "53"), "up"),
}
"""Baseline, target, value and direction of each example; the tests hold the same numbers as published vectors."""


def method_examples(view: View) -> list[Example]:
    """The worked examples, computed by the code that judges the plan's own indicators."""
    return [_example(view, key) for key in EXAMPLES]


def _example(view: View, key: str) -> Example:
    start, goal, now, direction = EXAMPLES[key]
    progress = assess_progress(start, [goal], [start, now], "up" if direction == "up" else "down")
    given = view.say("method.given", start=view.language.number(Decimal(start[1])), since=start[0],
                     goal=view.language.number(Decimal(goal[1])), until=goal[0],
                     now=view.language.number(Decimal(now[1])), year=now[0],
                     direction=view.say(f"direction.{direction}"))  # fmt: skip

    def write(value: Fraction) -> str:
        return view.language.number(_decimal(value, 2))

    lines = tuple(line_of(view, step, write) for step in progress.steps)
    verdict = [view.say("method.verdict", band=_band(view, progress.band))]
    verdict += [view.say("working.because", reason=view.say(f"reason.{reason}")) for reason in progress.reasons]
    verdict += _method_sentences(view, progress)
    verdict += [view.say(f"working.flags.{flag}") for flag in sorted(progress.flags)]
    return Example(view.say(f"method.examples.{key}"), given, lines, tuple(verdict))


def bands_table(view: View) -> Table:
    """The bands with the bounds that this plan uses."""
    progress = Progress("up", rules_of(view.plan.assessment))
    rows = [(Cell(_band(view, "achieved")), Cell(view.say("method.band_achieved")))]
    rows += [(Cell(_band(view, name)), Cell(band_range(view, progress, name))) for name, _ in progress.rules.bounds]
    rows += [
        (Cell(_band(view, "deteriorating")), Cell(band_range(view, progress, "deteriorating"))),
        (Cell(_band(view, "off-track")), Cell(view.say("method.band_off_track"))),
        (Cell(_band(view, "missed")), Cell(view.say("method.band_missed"))),
    ]
    columns = (Column(view.say("table.standing")), Column(view.say("method.when")))
    return Table("bands", view.say("method.bands_caption"), columns, tuple(rows))
