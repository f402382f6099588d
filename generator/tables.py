"""Tables and lists that pages show, in one language: pure functions of a view."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import chain, islice
from typing import NamedTuple

from generator.assess import Gap, Standing, comparison_period, is_met, last_report, ranking, task_status
from generator.figures import breakdown_words
from generator.model import Area, Aspect, Index, Indicator, Measure, Observation, Target, Task
from generator.period import Period
from generator.plan import last_value
from generator.verdicts import step_of, working_of
from generator.view import KINDS, Cell, Column, Mark, Table, View, entry_id

MEASURE_KINDS = ("project", "platform", "reform", "policy", "programme", None)


class Item(NamedTuple):
    """One entry of a list: where it leads, its title, and a line about it."""

    title: str
    href: str
    text: str = ""


# --- tasks ------------------------------------------------------------------------------------------------------


def task_table(view: View, tasks: Iterable[Task], name: str, caption: str, with_aspect: bool = False) -> Table:
    """Tasks at a glance: lead, due, status."""
    columns = [
        Column(view.say("table.task")),
        *([Column(view.say("table.aspect"))] if with_aspect else []),
        Column(view.say("table.lead")),
        Column(view.say("table.due")),
        Column(view.say("table.status")),
    ]
    rows = []
    for task in tasks:
        report = last_report(view.plan.reports_on(task.id))
        aspect = view.plan.aspect_of(task)
        text_marks = () if task.basis == "official" else (Mark(task.basis, view.say(f"basis.{task.basis}.mark")),)
        rows.append(
            (
                Cell(view.numbered("tasks", task.id), view.href("tasks", task.id), text_marks),
                *(
                    [
                        Cell(view.numbered_name("aspects", aspect.id), view.href("aspects", aspect.id))
                        if aspect
                        else Cell("")
                    ]
                    if with_aspect
                    else []
                ),
                Cell(view.language.listing([view.short(lead) for lead in task.lead]) or view.say("task.no_lead")),
                Cell(view.due(task)),
                Cell(
                    view.language.date(report.date) if report else "",
                    status=task_status(view.plan, task.id),
                    marks=view.marks(report) if report else (),
                ),
            )
        )
    return Table(name, caption, tuple(columns), tuple(rows), stack=True)


def role_marks(view: View, task: Task) -> tuple[Mark, ...]:
    """A mark beside lead and supporting where these do not come from the plan itself."""
    basis = task.roles_basis or task.basis
    return () if basis == "official" else (Mark(basis, view.say(f"basis.{basis}.mark")),)


def measures_by_kind(task: Task) -> list[tuple[str | None, list[Measure]]]:
    """The measures of a task under their kinds, in a fixed order of kinds."""
    groups = [(kind, [one for one in task.measures if one.kind == kind]) for kind in MEASURE_KINDS]
    return [(kind, measures) for kind, measures in groups if measures]


def reports_table(view: View, task: Task) -> Table | None:
    """Every report on a task and its measures, newest first."""
    reports = [*view.plan.reports_on(task.id), *view.plan.area_reports_on(task.id)]
    names = {task.id: view.say("table.whole_task")}
    for measure in task.measures:
        key = f"{task.id}/{measure.id}"
        names[key] = view.text(measure.title)
        reports += view.plan.reports_on(key)
    if not reports:
        return None
    rows = []
    for report in sorted(reports, key=lambda one: (one.date, one.task), reverse=True):
        where = f" · {view.title('areas', report.area)}" if report.area else ""
        note = [view.language.note(report.note)] if report.note else []
        if report.percent is not None:
            note.insert(0, view.language.percent(report.percent / 100))
        rows.append(
            (
                Cell(view.language.date(report.date)),
                Cell(names[report.task] + where),
                Cell("", status=report.status, marks=view.marks(report)),
                Cell(view.say("join").join(note)),
                Cell(view.short(report.by), view.href("organisations", report.by))
                if report.by
                else view.source_cell(report),
            )
        )
    columns = ("table.date", "table.about", "table.status", "table.note", "table.reported_by")
    return Table(
        f"reports-{task.id}",
        view.say("task.reports"),
        tuple(Column(view.say(key)) for key in columns),
        tuple(rows),
        stack=True,
    )


def area_targets_of(view: View, indicator: Indicator) -> Table | None:
    """Targets of the areas for one indicator: the last stage of each, beside the latest value."""
    key = ("area-targets", view.language.code, indicator.id)
    made: Table | None = view.plan.remember(key, lambda: _area_targets_of(view, indicator))
    return made


def _area_targets_of(view: View, indicator: Indicator) -> Table | None:
    rows = []
    for area in (view.plan.root, *view.plan.peers):
        targets = view.plan.targets_of(indicator, area)
        if targets:
            latest = last_value(view.plan.observations_of(indicator, area))
            rows.append(
                (
                    Cell(view.text(area.title), view.href("areas", area.id)),
                    Cell(view.language.period(targets[-1].period)),
                    view.value_cell(targets[-1], indicator)._replace(note=view.set_by(targets[-1])),
                    _latest_cell(view, latest, indicator),
                    _met_cell(view, targets[-1], latest, indicator),
                )
            )
    if not rows:
        return None
    columns = (
        Column(view.say("table.area")),
        Column(view.say("table.period")),
        Column(view.say("table.target_in", unit=view.unit(indicator)), True),
        Column(view.say("table.latest"), True),
        Column(view.say("table.met")),
    )
    caption = view.say("area.targets_of", indicator=view.text(indicator.title))
    return Table(f"area-targets-{indicator.id}", caption, columns, tuple(rows), stack=True)


def _latest_cell(view: View, latest: Observation | None, indicator: Indicator) -> Cell:
    if latest is None:
        return Cell(view.say("empty.not_published"))
    cell = view.value_cell(latest, indicator)
    return cell._replace(text=view.say("value_at", value=cell.text, period=view.language.period(latest.period)))


def _met_cell(view: View, target: Target, latest: Observation | None, indicator: Indicator) -> Cell:
    """Whether a target is met, once its period is over or the value is already there."""
    if latest is None or latest.value is None:
        return Cell(view.say("gap.unknown"))
    met = is_met(latest.value, target, indicator)
    if met is None:
        return Cell(view.say("gap.about"))
    if met:
        return Cell("", status="met")
    missing = view.distance(latest.value - target.value, indicator)
    key = "gap.missed" if latest.period >= target.period else "gap.not_yet"
    return Cell(view.say(key, difference=missing), status="missed" if latest.period >= target.period else "open")


# --- areas ------------------------------------------------------------------------------------------------------


def stage_periods(view: View, targets: Iterable[Target]) -> list[Period]:
    """The stages of the plan, else the last periods for which there are targets."""
    stages = [stage.period for stage in view.plan.identity.stages]
    return stages or sorted({target.period for target in targets})[-4:]


def stage_title(view: View, period: Period) -> str:
    """A stage by its period; the plan's own title is given where stages are listed."""
    return view.language.period(period)


def _stage_cell(view: View, indicator: Indicator, area: Area, period: Period) -> Cell:
    """Observed against target in one period: `1.39 / ≥ 1.43`, with a word for met or missed."""
    target = next((one for one in view.plan.targets_of(indicator, area) if one.period == period), None)
    seen = next((one for one in view.plan.observations_of(indicator, area) if one.period == period), None)
    seen = seen if seen is not None and seen.value is not None else None
    if target is None and seen is None:
        return Cell(view.say("empty.short"))
    marks = tuple(dict.fromkeys((*(view.marks(target) if target else ()), *(view.marks(seen) if seen else ()))))
    if target is None and seen is not None and seen.value is not None:
        return Cell(view.say("stage.observed", value=view.value(seen.value, indicator)), view.entry(seen), marks)
    if target is not None and (seen is None or seen.value is None):
        text = view.say("stage.target", target=view.target_value(target, indicator, False))
        return Cell(text, view.entry(target), marks, note=view.set_by(target))
    if target is None or seen is None or seen.value is None:
        raise ValueError("both are given here")
    met = is_met(seen.value, target, indicator)
    text = view.say(
        "stage.both", value=view.value(seen.value, indicator), target=view.target_value(target, indicator, False)
    )
    status = None if met is None else "met" if met else "missed"
    return Cell(text, view.entry(seen), marks, status, view.set_by(target))


def area_stages(view: View, area: Area) -> Table | None:
    """An area's targets by stage against what was observed, one row an indicator."""
    plan = view.plan
    indicators = plan.indicators_for(area)
    targets = [one for one in plan.rows_in(area) if isinstance(one, Target)]
    periods = stage_periods(view, targets)
    if not indicators:
        return None
    columns = [
        Column(view.say("table.indicator")),
        *(Column(stage_title(view, period)) for period in periods),
        Column(view.say("table.latest")),
        Column(view.say("table.gap")),
    ]
    rows = []
    for indicator in indicators:
        own = list(plan.targets_of(indicator, area))
        latest = last_value(plan.observations_of(indicator, area))
        rows.append(
            (
                Cell(
                    view.say("with_unit", title=view.text(indicator.title), unit=view.unit(indicator)),
                    view.href("indicators", indicator.id),
                ),
                *(_stage_cell(view, indicator, area, period) for period in periods),
                _latest_cell(view, latest, indicator),
                _gap_cell(view, own, latest, indicator),
            )
        )
    return Table(
        f"stages-of-{area.id}",
        view.say("area.stages_caption", area=view.text(area.title)),
        tuple(columns),
        tuple(rows),
        stack=True,
    )


def _gap_cell(view: View, targets: list[Target], latest: Observation | None, indicator: Indicator) -> Cell:
    if not targets:
        return Cell(view.say("gap.no_target"))
    cell = _met_cell(view, targets[-1], latest, indicator)
    return cell._replace(href=view.entry(targets[-1]), marks=view.marks(targets[-1]))


def area_comparison(view: View, area: Area) -> Table | None:
    """An area beside the whole and its place among the peers, for every indicator that can be compared."""
    plan, rows = view.plan, []
    for indicator in plan.indicators_for(area):
        period = comparison_period(plan, indicator)
        if period is None:
            continue
        order = ranking(plan, indicator, period)
        own = next((one for one in order if one.area == area.id), None)
        if own is None or own.value is None:
            continue
        better = sum(
            (one.value or 0) > own.value if indicator.direction != "down" else (one.value or 0) < own.value
            for one in order
        )
        whole = next((one for one in plan.observations_of(indicator, plan.root) if one.period == period), None)
        rows.append(
            (
                Cell(
                    view.say("with_unit", title=view.text(indicator.title), unit=view.unit(indicator)),
                    view.href("indicators", indicator.id),
                ),
                Cell(view.language.period(period)),
                view.value_cell(own, indicator),
                view.value_cell(whole, indicator) if whole else Cell(view.say("empty.not_published")),
                Cell(view.say("area.place", place=view.language.ordinal(better + 1), count=len(order))),
            )
        )
    if not rows:
        return None
    columns = (
        Column(view.say("table.indicator")),
        Column(view.say("table.period")),
        Column(view.text(area.title), True),
        Column(view.text(plan.root.title), True),
        Column(view.say("table.place")),
    )
    return Table(
        f"comparison-{area.id}",
        view.say("area.comparison_caption", area=view.text(area.title)),
        columns,
        tuple(rows),
        stack=True,
    )


def area_headline(view: View, area: Area) -> str:
    """The first headline value of an area, for search results."""
    for indicator in view.plan.indicators_for(area):
        latest = last_value([one for one in view.plan.observations_of(indicator, area) if one.basis != "illustrative"])
        if indicator.headline and latest is not None and latest.value is not None:
            return view.say(
                "area.headline",
                indicator=view.text(indicator.title),
                value=view.quantity(latest.value, indicator),
                period=view.language.period(latest.period),
            )
    return ""


def peers_at_a_glance(view: View, within: Area | None = None) -> Table | None:
    """Every peer, or part of another area, with its latest values of the indicators that most of them have."""
    plan = view.plan
    areas = plan.parts_of(within) if within else plan.peers
    least = max(2, len(areas) // 2)
    common = (one for one in plan.indicators.values() if comparison_period(plan, one, least, areas))
    chosen = list(islice(common, 5))
    rows = []
    for area in areas:
        cells = [_latest_cell(view, last_value(plan.observations_of(one, area)), one) for one in chosen]
        rows.append((Cell(view.text(area.title), view.href("areas", area.id)), Cell(view.kind_of_area(area)), *cells))
    if not rows:
        return None
    columns = (
        Column(view.say("table.area")),
        Column(view.say("table.kind")),
        *(Column(view.say("with_unit", title=view.text(one.title), unit=view.unit(one)), True) for one in chosen),
    )
    return Table("areas-at-a-glance", view.say("areas.glance"), columns, tuple(rows), stack=True)


# --- indicators -------------------------------------------------------------------------------------------------


def all_rows(view: View, indicator: Indicator, within: Area | None = None, part: Area | None = None) -> Table | None:
    """Every value and target of an indicator with status, basis, source and note.

    Those inside peers are left out where they have pages of their own (`View.rows_elsewhere`); `within` such a peer
    gives what stands on its page, of one `part` of the peer and what lies in it.
    """
    plan = view.plan
    order = plan.remember(("order-of-areas",), lambda: {key: place for place, key in enumerate(plan.areas)})
    if part is not None:  # of thousands of areas these alone are asked
        areas = (part, *plan.below(part))
        known = tuple(row for area in areas for row in plan.rows_in(area) if row.indicator == indicator.id)
    else:
        known = tuple(chain.from_iterable(plan.rows_of(indicator)))
    found = len(known)
    if elsewhere := view.rows_elsewhere(indicator.id):
        page = within.id if within else None

        def page_of(area: str) -> str | None:
            peer = plan.peer_over.get(area)
            return peer.id if peer is not None and peer.id in elsewhere else None

        known = tuple(row for row in known if page_of(row.area) == page)
    rows = sorted(
        filter(view.is_listed, known),
        key=lambda row: (order[row.area], row.dims, row.period, isinstance(row, Target)),
    )
    if not rows:
        return None
    split = any(row.dims for row in rows)
    body = []
    for row in rows:
        is_target = isinstance(row, Target)
        statuses = (row.status or ("A",)) if isinstance(row, Observation) else ()
        body.append(
            (
                Cell(view.text(view.plan.areas[row.area].title), view.href("areas", row.area)),
                *([Cell(breakdown_words(view, row.dims))] if split else []),
                Cell(view.language.period(row.period)),
                Cell(view.say("table.target" if is_target else "table.observation")),
                view.value_cell(row, indicator)._replace(marks=view.revision_marks(row), href=None),
                Cell(
                    "" if is_target else view.language.listing([view.say(f"value_status.{code}") for code in statuses])
                ),
                Cell(view.say(f"basis.{row.basis}.word")),
                view.source_cell(row),
                Cell(view.language.note(row.note)),
            )
        )
    columns = (
        Column(view.say("table.area")),
        *([Column(view.say("table.breakdown"))] if split else []),
        Column(view.say("table.period")),
        Column(view.say("table.role")),
        Column(view.say("table.value_in", unit=view.unit(indicator)), True),
        Column(view.say("table.status")),
        Column(view.say("table.basis")),
        Column(view.say("table.source"), wide=True),
        Column(view.say("table.note"), wide=True),
    )
    caption = view.say("indicator.all_values", count=len(body), indicator=view.text(indicator.title))
    if within is None and len(rows) < found:
        caption = view.say(
            "scale.some_values", shown=len(rows), count=found, indicator=view.text(indicator.title),
            whole=view.text(view.plan.root.title), areas=view.areas_word,
        )  # fmt: skip
    if part:
        words = {"indicator": view.text(indicator.title), "area": view.text(part.title)}
        caption = view.say("levels.all_values", count=len(body), **words)
    name = f"all-{indicator.id}" + (f"--{part.id}" if part else "")
    return Table(name, caption, columns, tuple(body), ids=tuple(entry_id(row) for row in rows))


def indicator_table(view: View, indicators: Iterable[Indicator], name: str, caption: str) -> Table:
    """Indicators with their latest value and how they stand in the plan area."""
    rows = []
    for indicator in indicators:
        standing = view.standing(indicator, view.plan.root)
        latest = standing.newest
        target = standing.final
        rows.append(
            (
                Cell(view.text(indicator.title), view.href("indicators", indicator.id)),
                _quantity_cell(view, latest, indicator),
                Cell(
                    view.say(
                        "value_at",
                        value=view.target_value(target, indicator),
                        period=view.language.period(target.period),
                    ),
                    href=view.entry(target),
                    marks=view.marks(target),
                    note=view.set_by(target),
                )
                if target
                else Cell(view.say("gap.no_target")),
                verdict_cell(view, standing),
            )
        )
    columns = (
        Column(view.say("table.indicator")),
        Column(view.say("table.latest")),
        Column(view.say("table.target")),
        Column(view.say("table.standing")),
    )
    return Table(name, caption, columns, tuple(rows), stack=True)


def _quantity_cell(view: View, latest: Observation | None, indicator: Indicator) -> Cell:
    if latest is None or latest.value is None:
        return Cell(view.say("empty.not_published"))
    text = view.say(
        "value_at", value=view.quantity(latest.value, indicator), period=view.language.period(latest.period)
    )
    return Cell(text, view.entry(latest), view.marks(latest))


def verdict_cell(view: View, standing: Standing) -> Cell:
    """The verdict of a standing in words; where there is none, the reason."""
    if standing.band is None:
        reason = standing.reasons[0] if standing.reasons else "no-target"
        return Cell(view.say(f"reason.{reason}"))
    marks = (Mark("illustrative", view.say("basis.illustrative.mark")),) if standing.is_illustrative else ()
    return Cell("", working_of(view, standing), status=f"band-{standing.band}", marks=marks)


def standings(view: View) -> Table | None:
    """Every indicator that has a target or is a headline, and how it stands in the plan area."""
    chosen = [one for one in view.plan.indicators.values() if one.headline or view.plan.targets_of(one, view.plan.root)]
    return indicator_table(view, chosen, "standings", view.say("monitoring.standings_caption")) if chosen else None


# --- annex 2: stages by area ------------------------------------------------------------------------------------


def other_area_targets(view: View) -> Table | None:
    """Targets of areas that are neither the whole nor compared, such as a zone."""
    rows = []
    for area in view.plan.other_areas:
        for indicator in view.plan.indicators_for(area):
            for target in view.plan.targets_of(indicator, area):
                rows.append(
                    (
                        Cell(view.text(area.title), view.href("areas", area.id)),
                        Cell(view.text(indicator.title), view.href("indicators", indicator.id)),
                        Cell(view.language.period(target.period)),
                        Cell(view.target_value(target, indicator), marks=view.marks(target)),
                        view.source_cell(target),
                    )
                )
    if not rows:
        return None
    keys = ("table.area", "table.indicator", "table.period", "table.target", "table.source")
    return Table(
        "other-targets",
        view.say("targets.others_caption"),
        tuple(Column(view.say(key)) for key in keys),
        tuple(rows),
        stack=True,
    )


def gaps_in_words(view: View, standing: Standing) -> list[str]:
    """Each target of a series beside what was observed in its period, in sentences."""
    return [_gap_words(view, standing.indicator, gap) for gap in standing.gaps]


def _gap_words(view: View, indicator: Indicator, gap: Gap) -> str:
    words = {"target": view.target_from(gap.target), "period": view.language.period(gap.target.period)}
    if gap.observation is None or gap.observation.value is None or gap.difference is None:
        return view.say("gap.sentence_unknown", **words)
    words["value"] = view.quantity_from(gap.observation)
    if gap.met is None:
        return view.say("gap.sentence_about", **words)
    difference = view.difference(gap.difference, indicator)
    return view.say("gap.sentence_met" if gap.met else "gap.sentence_missed", difference=difference, **words)


# --- organisations, sources, terms, everything ------------------------------------------------------------------


def leaders(view: View, most: int = 8) -> list[Item]:
    """The organisations that lead the most tasks."""
    counts = Counter(name for task in view.plan.tasks.values() for name in task.lead)
    order = {name: place for place, name in enumerate(view.plan.organisations)}
    ranked = sorted(counts, key=lambda name: (-counts[name], order[name]))[:most]
    return [
        Item(
            view.title("organisations", name),
            view.href("organisations", name),
            view.say("count.leads", count=counts[name]),
        )
        for name in ranked
    ]


def organisations_table(view: View) -> Table:
    """Every organisation with its kind and what it leads and supports."""
    rows = []
    for organisation in view.plan.organisations.values():
        parts = [part for part in view.plan.involvements_of(organisation) if part.kind == "tasks"]
        leads = sum(part.role == "lead" for part in parts)
        rows.append(
            (
                Cell(view.text(organisation.title), view.href("organisations", organisation.id)),
                Cell(view.say(f"organisation_kinds.{organisation.kind}")),
                Cell(str(leads)),
                Cell(str(len(parts) - leads)),
            )
        )
    columns = (
        Column(view.say("table.organisation")),
        Column(view.say("table.kind")),
        Column(view.say("table.leads"), True),
        Column(view.say("table.supports"), True),
    )
    return Table("organisations", view.say("lists.organisations", count=len(rows)), columns, tuple(rows), stack=True)


def uses_of_sources(view: View) -> Mapping[str, list[Item]]:
    """Where each source is cited: pages of records and of indicators whose numbers it gives."""
    plan = view.plan
    uses: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for kind in KINDS:
        for record in getattr(plan, kind).values():
            names = [*getattr(record, "sources", ())]
            for field in ("facts", "documents", "measures"):
                for one in getattr(record, field, ()):
                    names += [one.source] if hasattr(one, "source") and one.source else getattr(one, "sources", ())
            for name in names:
                uses[name][kind, record.id] = None
    for source, indicator in plan.citations:
        uses[source]["indicators", indicator] = None
    for report in plan.progress:
        if report.source:
            uses[report.source]["tasks", report.task.partition("/")[0]] = None
    return {
        name: [Item(view.title(kind, key), view.href(kind, key)) for kind, key in found] for name, found in uses.items()
    }


def uses_of_terms(view: View) -> Mapping[str, list[Item]]:
    """Pages in whose title or summary a glossary term occurs."""
    plan = view.plan
    uses: dict[str, list[Item]] = {}
    for term in plan.glossary.values():
        word = view.text(term.term).split(" (")[0].split("（")[0].casefold()
        found = []
        for kind in ("indicators", "tasks", "aspects", "safeguards"):
            for record in getattr(plan, kind).values():
                body = " ".join(
                    view.text(getattr(record, field, None)) for field in ("title", "summary", "definition")
                ).casefold()
                if word and word in body:
                    found.append(Item(view.text(record.title), view.href(kind, record.id)))
        uses[term.id] = found[:10]
    return uses


def data_sets(view: View) -> list[Item]:
    """The downloads of the whole plan, from the site's root."""
    return [
        Item(view.say(f"data.{name}"), f"data/{name}.csv", view.say("data.rows", count=count))
        for name, count in (
            ("observations", view.plan.count_of("observations")),
            ("targets", view.plan.count_of("targets")),
            ("targets-by-stage", targets_by_stage(view)),
            ("progress", view.plan.count_of("progress")),
            ("tasks", len(view.plan.tasks)),
            ("responsibilities", sum(len(one.lead) + len(one.supporting) for one in view.plan.tasks.values())),
            ("measures", sum(len(one.measures) for one in view.plan.tasks.values())),
            ("aspects", len(view.plan.aspects)),
            ("safeguards", len(view.plan.safeguards)),
            ("indicators", len(view.plan.indicators)),
            ("dimensions", sum(len(one.values) for one in view.plan.dimensions.values())),
            ("areas", len(view.plan.areas)),
            ("organisations", len(view.plan.organisations)),
            ("sources", len(view.plan.sources)),
            ("glossary", len(view.plan.glossary)),
        )
        if count
    ]


def targets_by_stage(view: View) -> int:
    """How many rows the download of all targets by stage has."""
    plan = view.plan
    starts = {name: plan.start_of(one) for name, one in plan.indicators.items()}
    return sum(target.dims == starts[target.indicator] for target in plan.targets)


def target_downloads(view: View) -> list[Item]:
    """The downloads of all targets, from the site's root."""
    return [item for item in data_sets(view) if item.href in ("data/targets-by-stage.csv", "data/targets.csv")]


def headline_row(view: View, indicator: Indicator) -> Observation | None:
    """The latest official or derived value of an indicator in the plan area: home never rests on made-up numbers."""
    rows = view.plan.observations_of(indicator, view.plan.root)
    return last_value([row for row in rows if row.basis in ("official", "derived")])


def indicators_by_aspect(view: View) -> list[tuple[Aspect | None, list[Indicator]]]:
    """Indicators under the aspect they name; the rest under None."""
    plan = view.plan
    groups: list[tuple[Aspect | None, list[Indicator]]] = [
        (aspect, [one for one in plan.indicators.values() if one.aspect == aspect.id])
        for aspect in plan.aspects.values()
    ]
    groups.append((None, [one for one in plan.indicators.values() if one.aspect is None]))
    return [(aspect, found) for aspect, found in groups if found]


def verdict_row(view: View, standing: Standing) -> dict[str, object]:
    """The verdict of an indicator as a row of facts: band and share achieved, or the reason why there is none."""
    cell = verdict_cell(view, standing)
    note = ""
    if standing.share is not None and standing.ratio is not None:
        judged = standing.latest
        note = view.say(
            "verdict.share",
            period=view.language.period(judged.period) if judged else "",
            share=step_of(view, standing, "share", view.language.percent(_decimal(standing.share))),
            ratio=step_of(view, standing, "ratio", view.language.percent(_decimal(standing.ratio))),
        )
    return {
        "name": view.say("table.standing"),
        "value": cell.text,
        "status": cell.status,
        "working": cell.href,
        "marks": cell.marks,
        "note": note,
    }


def _decimal(share: Fraction) -> Decimal:
    return Decimal(share.numerator) / Decimal(share.denominator)


def range_words(view: View, indicator: Indicator) -> str:
    """What values an indicator can have, in a sentence; empty when nothing is stated."""
    words = []
    if indicator.range and indicator.range.min is not None and indicator.range.max is not None:
        low, high = (view.quantity(value, indicator) for value in (indicator.range.min, indicator.range.max))
        words.append(view.say("indicator.range", low=low, high=high))
    if indicator.limit is not None:
        words.append(view.say("indicator.limit", limit=view.quantity(indicator.limit, indicator)))
    return view.say("join").join(words)


def download(view: View, indicator: Indicator) -> Item:
    """The download of one indicator, from the site's root."""
    observations, targets = view.plan.rows_of(indicator)
    title = view.say("data.indicator_csv", title=view.text(indicator.title))
    return Item(
        title, f"data/indicators/{indicator.id}.csv", view.say("data.rows", count=len(observations) + len(targets))
    )


def indicator_downloads(view: View) -> list[Item]:
    """One download for each indicator that has numbers."""
    return [download(view, one) for one in view.plan.indicators.values() if any(view.plan.rows_of(one))]


MOST_FIELDS = 30_000
"""A table of all tasks by all organisations has no more fields; above that the two lists below it must do."""


def role_totals(view: View, involved: Iterable[str]) -> dict[str, tuple[int, int]]:
    """How many tasks each organisation leads and supports."""
    tasks = view.plan.tasks.values()
    leads = Counter(name for task in tasks for name in dict.fromkeys(task.lead))
    supports = Counter(name for task in tasks for name in dict.fromkeys(task.supporting))
    return {name: (leads[name], supports[name]) for name in involved}


def index_table(view: View, index: Index) -> Table:
    """The dimensions, indicators and weights of a composite index; weights as shares of the whole."""
    rows = []
    whole = sum(dimension.weight for dimension in index.dimensions)
    for dimension in index.dimensions:
        inner = sum(one.weight for one in dimension.indicators)
        for one in dimension.indicators:
            weight = dimension.weight / whole * one.weight / inner
            indicator = view.plan.indicators[one.id]
            rows.append(
                (
                    Cell(view.text(indicator.title), view.href("indicators", one.id)),
                    Cell(view.text(dimension.title)),
                    Cell(view.language.percent(weight, 1)),
                    Cell(
                        view.quantity(one.standard, indicator) if one.standard is not None else view.say("empty.short")
                    ),
                )
            )
    columns = (
        Column(view.say("table.indicator")),
        Column(view.say("table.dimension")),
        Column(view.say("table.weight"), True),
        Column(view.say("table.standard"), True),
    )
    return Table(
        f"index-table-{index.id}",
        view.say("monitoring.index_caption", title=view.text(index.title)),
        columns,
        tuple(rows),
        stack=True,
    )


def area_uses_illustration(view: View, area: Area) -> bool:
    """Whether any number of an area is made up."""
    return any(row.basis == "illustrative" for row in view.plan.rows_in(area))


def indicator_uses_illustration(view: View, indicator: Indicator) -> bool:
    """Whether any number of an indicator is made up."""
    observations, targets = view.plan.rows_of(indicator)
    return any(row.basis == "illustrative" for row in (*observations, *targets))


def reports_are_illustrative(view: View) -> bool:
    """Whether any report on a task is made up."""
    plan = view.plan
    key = ("reports-are-illustrative",)
    answer: bool = plan.told(key, lambda: any(report.basis == "illustrative" for report in plan.progress))
    return answer


def sources_of_area(view: View, area: Area) -> list[str]:
    """The sources behind an area's numbers, documents and facts."""
    used = {row.source for row in view.plan.rows_in(area)}
    used |= {one.source for one in area.documents} | {one.source for one in area.facts}
    return [name for name in view.plan.sources if name in used]
