"""Every page of the site: which there are and what stands on them. Nothing is rendered or written here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from markupsafe import Markup

from generator import (
    az_view,
    changes_view,
    compare_view,
    editions_view,
    explore_view,
    figures,
    formats_guide,
    index_view,
    levels,
    levels_view,
    markdown,
    monitoring_view,
    tables,
    targets_view,
)
from generator.assess import last_report, task_status
from generator.figures import Figure
from generator.index import IndexResult, compute_index
from generator.model import STATUSES, Area, Aspect, Index, Indicator, Organisation, Safeguard, Task, Text
from generator.problems import Place
from generator.render import Crumb, Draft, Later
from generator.view import View

MOST_OTHERS = 30
"""An indicator's page draws the areas that are no peers, unless they are more than this: each has a page of its own."""

# --- drafts: one function for each page type --------------------------------------------------------------------


@dataclass(frozen=True)
class Book:
    """Everything the page functions draw from: the view, and figures that several pages share."""

    view: View

    def small_trend(self, indicator: Indicator, area: Area) -> Figure | None:
        """The compact trend of an indicator in a peer, on one scale with those of the other peers."""
        key = ("small-trends", self.view.language.code, indicator.id)
        found: Mapping[str, Figure] = self.view.plan.remember(key, lambda: self._small_trends(indicator))
        return found.get(area.id)

    def _small_trends(self, indicator: Indicator) -> Mapping[str, Figure]:
        areas = [area for area in self.view.plan.peers if self._points(indicator, area) > 1]
        domain = figures_domain(self.view, indicator, areas)
        drawn = {area.id: figures.trend(self.view, indicator, area, compact=True, domain=domain) for area in areas}
        return {name: figure for name, figure in drawn.items() if figure is not None}

    def _points(self, indicator: Indicator, area: Area) -> int:
        plan = self.view.plan
        measured = sum(one.value is not None for one in plan.observations_of(indicator, area))
        return measured + len(plan.targets_of(indicator, area)) if measured else 0

    @property
    def indexes(self) -> tuple[IndexResult, ...]:
        """Every composite index of the plan."""
        return tuple(self.index(one) for one in self.view.plan.index.values())

    def index(self, index: Index) -> IndexResult:
        """One composite index, computed once for all pages and languages."""
        plan = self.view.plan
        result: IndexResult = plan.remember(("index", index.id), partial(compute_index, plan, index))
        return result


def figures_domain(view: View, indicator: Indicator, areas: Iterable[Area]) -> tuple[float, float] | None:
    """Lowest and highest value of an indicator in these areas, zero included, in the display unit."""
    plan = view.plan
    values = [
        view.plotted(row.value, indicator)
        for area in areas
        for row in (*plan.observations_of(indicator, area), *plan.targets_of(indicator, area))
        if row.value is not None
    ]
    return (min(0.0, *values), max(0.0, *values)) if values else None


def _home_crumb(view: View) -> Crumb:
    return Crumb(view.say("nav.home"), "")


def _crumbs(view: View, *more: Crumb) -> tuple[Crumb, ...]:
    return (_home_crumb(view), *more)


def _all_texts(*texts: Text | None) -> tuple[str, ...]:
    """The texts in every language, so that a page is found by its other-language name too."""
    return tuple(value for text in texts if text is not None for value in text.by_language.values())


def _chinese_number(number: str) -> str:
    """`8` as `八`, `35` as `三十五`; empty for anything else."""
    if not number.isdigit() or not 0 < int(number) < 100:
        return ""
    tens, ones = divmod(int(number), 10)
    digits = "零一二三四五六七八九"
    return ("" if tens == 0 else "十" if tens == 1 else f"{digits[tens]}十") + (digits[ones] if ones else "")


def _number_terms(kind: str, number: str) -> tuple[str, ...]:
    """The ways in which a reader names a numbered record in either language."""
    english = {"tasks": "task", "aspects": "aspect", "safeguards": "safeguard"}[kind]
    chinese = {"tasks": "任务", "aspects": "方面", "safeguards": "保障措施"}[kind]
    words = [f"{english} {number}", f"{chinese}{number}", f"第{number}项"]
    if spelt := _chinese_number(number):
        words += [f"第{spelt}项", f"{chinese}{spelt}"]
    return tuple(words)


def without_tones(pinyin: str) -> str:
    """`Shíjiāzhuāng` as `Shijiazhuang`."""
    return "".join(one for one in unicodedata.normalize("NFD", pinyin) if not unicodedata.combining(one))


def home(book: Book) -> Iterator[Draft | Later]:
    yield Later("", partial(_home, book))


def _home(book: Book) -> Draft:
    view, plan = book.view, book.view.plan
    return Draft(
        path="",
        template="home",
        title=view.text(plan.identity.title),
        description=view.text(plan.identity.summary) or view.text(plan.identity.title),
        kind="home",
        context={
            "headlines": [one for one in plan.indicators.values() if one.headline and tables.headline_row(view, one)],
            "leaders": tables.leaders(view),
            "tasks_by_status": published_status_counts(view),
            "positions": figures.tile_positions(plan),
        },
        terms=_all_texts(plan.identity.short_title, plan.identity.title),
        toc=False,
    )


def status_counts(view: View) -> list[tuple[str, int]]:
    """How many tasks stand in each status that occurs, in the readers' order."""
    statuses = [task_status(view.plan, name) for name in view.plan.tasks]
    return [(status, statuses.count(status)) for status in STATUSES if status in statuses]


def published_status_counts(view: View) -> list[tuple[str, int]]:
    """The same from published reports alone; empty when there are none: home never rests on made-up ones."""
    plan = view.plan
    reports = [
        last_report([one for one in plan.reports_on(name) if one.basis != "illustrative"]) for name in plan.tasks
    ]
    if not any(reports):
        return []
    statuses = [report.status if report else "unknown" for report in reports]
    return [(status, statuses.count(status)) for status in STATUSES if status in statuses]


def plan_page(book: Book) -> Iterator[Draft | Later]:
    view, plan = book.view, book.view.plan
    yield Draft(
        path="plan",
        template="plan",
        title=view.say("nav.plan"),
        description=view.text(plan.identity.summary) or view.text(plan.identity.title),
        kind="plan",
        context={"identity": plan.identity},
        crumbs=_crumbs(view),
        terms=(*_all_texts(plan.identity.title, plan.identity.short_title), plan.identity.document_number or ""),
        edit=plan.places.get(("plan", plan.identity.id)),
    )


def aspects(book: Book) -> Iterator[Draft | Later]:
    view, plan = book.view, book.view.plan
    if plan.aspects:
        yield _list_page(view, "aspects", view.say("lists.aspects", count=len(plan.aspects)))
    for aspect in plan.aspects.values():
        yield Later(f"aspects/{aspect.id}", partial(_aspect, book, aspect))


def _aspect(book: Book, aspect: Aspect) -> Draft:
    """One aspect."""
    view, plan = book.view, book.view.plan
    tasks = plan.tasks_in(aspect)
    return Draft(
        path=f"aspects/{aspect.id}",
        template="aspect",
        title=view.text(aspect.title),
        description=view.text(aspect.summary) or view.text(aspect.title),
        kind="aspects",
        context={"aspect": aspect, "tasks": tasks, "indicators": plan.indicators_in(aspect)},
        crumbs=_crumbs(view, Crumb(view.say("nav.aspects"), "aspects"), *_parents(view, aspect)),
        terms=(*_all_texts(aspect.title), *_number_terms("aspects", aspect.number)),
        headline=view.say("count.tasks", count=len(tasks)),
        edit=plan.places.get(("aspects", aspect.id)),
    )


def _parents(view: View, aspect: Aspect) -> list[Crumb]:
    """The aspects above a nested one, topmost first."""
    chain: list[Crumb] = []
    while aspect.parent is not None:
        aspect = view.plan.aspects[aspect.parent]
        chain.insert(0, Crumb(view.numbered("aspects", aspect.id), f"aspects/{aspect.id}"))
    return chain


def tasks(book: Book) -> Iterator[Draft | Later]:
    view, plan = book.view, book.view.plan
    if plan.tasks:
        yield _list_page(view, "tasks", view.say("lists.tasks", count=len(plan.tasks)))
    order = list(plan.tasks.values())
    for task in order:
        yield Later(f"tasks/{task.id}", partial(_task, book, task, order))


def _task(book: Book, task: Task, order: list[Task]) -> Draft:
    """One task, among those of its aspect."""
    view, plan = book.view, book.view.plan
    aspect = plan.aspect_of(task)
    siblings: Sequence[Task] = plan.tasks_in(aspect) if aspect else order
    position = siblings.index(task)
    above = [Crumb(view.numbered("aspects", aspect.id), f"aspects/{aspect.id}")] if aspect else []
    if task.parent:
        above.append(Crumb(view.numbered("tasks", task.parent), f"tasks/{task.parent}"))
    return Draft(
        path=f"tasks/{task.id}",
        template="task",
        title=view.text(task.title),
        description=view.text(task.summary) or view.text(task.title),
        kind="tasks",
        context={
            "task": task,
            "aspect": aspect,
            "due": view.due(task),
            "report": last_report(plan.reports_on(task.id)),
            "reports": plan.reports_on(task.id),
            "indicators": [plan.indicators[name] for name in task.indicators],
            "related": related_tasks(view, task),
            "previous": siblings[position - 1] if position else None,
            "following": siblings[position + 1] if position + 1 < len(siblings) else None,
        },
        crumbs=_crumbs(view, Crumb(view.say("nav.tasks"), "tasks"), *above),
        terms=(
            *_all_texts(task.title),
            *_number_terms("tasks", task.number),
            *(view.short(name) for name in task.lead),
        ),
        headline=view.say("task.headline", lead=view.language.listing([view.short(name) for name in task.lead]))
        if task.lead
        else view.status_word(task_status(plan, task.id)),
        edit=plan.places.get(("tasks", task.id)),
    )


def related_tasks(view: View, task: Task) -> list[tuple[Task, str]]:
    """Tasks that belong with one: what it waits for, what waits for it, those that share an indicator; why in words."""
    found: dict[str, str] = {}
    plan = view.plan
    for one in plan.tasks_under(task):
        found.setdefault(one.id, view.say("task.part_of_this"))
    for name in task.depends_on:
        found.setdefault(name, view.say("task.needed_by_this"))
    for one in plan.tasks_depending_on(task):
        found.setdefault(one.id, view.say("task.waits_for_this"))
    order = plan.remember(("task-order",), lambda: {name: place for place, name in enumerate(plan.tasks)})
    others = {one.id: one for name in task.indicators for one in plan.tasks_measured_by(plan.indicators[name])}
    for other in sorted(others.values(), key=lambda one: order[one.id]):
        shared = next(name for name in task.indicators if name in other.indicators)
        if other is not task:
            found.setdefault(other.id, view.say("task.shares", indicator=view.title("indicators", shared)))
    found.pop(task.id, None)
    return [(plan.tasks[name], why) for name, why in list(found.items())[:8]]


def safeguards(book: Book) -> Iterator[Draft | Later]:
    view, plan = book.view, book.view.plan
    if plan.safeguards:
        yield _list_page(view, "safeguards", view.say("lists.safeguards", count=len(plan.safeguards)))
    order: list[Safeguard] = list(plan.safeguards.values())
    for position, safeguard in enumerate(order):
        yield Later(f"safeguards/{safeguard.id}", partial(_safeguard, book, order, position))


def _safeguard(book: Book, order: list[Safeguard], position: int) -> Draft:
    """One safeguard, between the others."""
    safeguard = order[position]
    view, plan = book.view, book.view.plan
    return Draft(
        path=f"safeguards/{safeguard.id}",
        template="safeguard",
        title=view.text(safeguard.title),
        description=view.text(safeguard.summary) or view.text(safeguard.title),
        kind="safeguards",
        context={
            "safeguard": safeguard,
            "indicators": [plan.indicators[name] for name in safeguard.indicators],
            "tasks": plan.tasks_secured_by(safeguard),
            "previous": order[position - 1] if position else None,
            "following": order[position + 1] if position + 1 < len(order) else None,
        },
        crumbs=_crumbs(view, Crumb(view.say("nav.safeguards"), "safeguards")),
        terms=(*_all_texts(safeguard.title), *_number_terms("safeguards", safeguard.number)),
        edit=plan.places.get(("safeguards", safeguard.id)),
    )


def areas(book: Book) -> Iterator[Draft | Later]:
    view, plan = book.view, book.view.plan
    positions = figures.tile_positions(plan)
    description = view.say(
        "lists.areas", count=len(plan.peers), areas=view.areas_word.lower(), whole=view.text(plan.root.title)
    )
    yield _list_page(view, "areas", description, title=view.areas_word, positions=positions,
                     by_initial=levels_view.PATH if levels_view.has_initials(plan) else "")  # fmt: skip
    for area in plan.areas.values():
        yield Later(f"areas/{area.id}", partial(_area, book, area))
    yield from _areas_by_initial(view)


def _areas_by_initial(view: View) -> Iterator[Draft]:
    """All areas by initial, on one page or on one for each initial."""
    if not levels_view.has_initials(view.plan):
        return
    found = levels_view.initials(view)
    title = view.say("levels.initials")
    count = len(view.plan.areas)
    own_pages = [one for one in found if one.path != levels_view.PATH]
    yield Draft(
        path=levels_view.PATH,
        template="initials",
        title=title,
        description=view.say("levels.initials_description", count=count),
        kind="list",
        context={
            "groups": [] if own_pages else [(one.letter, one.items) for one in found],
            "pages": own_pages,
            "label": title,
        },
        crumbs=_crumbs(view, Crumb(view.areas_word, "areas")),
    )
    for one in own_pages:
        yield Draft(
            path=one.path,
            template="initial",
            title=view.say("levels.initial", letter=one.letter),
            description=view.say("levels.initial_description", letter=one.letter, count=len(one.items)),
            kind="list",
            context={"items": one.items, "pages": own_pages, "here": one, "label": title},
            crumbs=_crumbs(view, Crumb(view.areas_word, "areas"), Crumb(title, levels_view.PATH)),
        )


def _area(book: Book, area: Area) -> Draft:
    """One area; the peers each beside the others."""
    view, plan = book.view, book.view.plan
    is_peer = area.part_of_total and area.parent == plan.root.id
    order = levels.siblings(plan, area)
    position = order.index(area) if area in order else -1
    parts = plan.parts_of(area)
    return Draft(
        path=f"areas/{area.id}",
        template="area",
        title=view.text(area.title),
        description=view.say("area.description", area=view.text(area.title), plan=view.text(plan.identity.title)),
        kind="areas",
        context={
            "area": area,
            "is_root": area is plan.root,
            "is_peer": is_peer,
            "indicators": plan.indicators_for(area),
            "tasks": plan.tasks_naming(area),
            "organisations": plan.organisations_at(area),
            "parts": parts,
            "positions": figures.tile_positions(plan, parts),
            "rows_links": levels_view.rows_links(view, area),
            "trends": [
                book.small_trend(one, area) if is_peer else figures.trend(view, one, area, compact=True)
                for one in plan.indicators_for(area)
                if is_peer or one.headline
            ],
            "comparisons": list(islice(comparisons(view, area), 3)) if is_peer else [],
            "indexes": index_parts(book, area) if is_peer else [],
            "neighbours": compare_view.neighbours(view, area) if is_peer else [],
            "previous": order[position - 1] if position > 0 else None,
            "following": order[position + 1] if 0 <= position < len(order) - 1 else None,
        },
        crumbs=_crumbs(
            view,
            Crumb(view.areas_word, "areas"),
            *(Crumb(view.text(one.title), f"areas/{one.id}") for one in plan.way_to(area)),
        ),
        terms=(
            *_all_texts(area.title),
            *(re.sub("[省市县区]$", "", name) for name in _all_texts(area.title)),
            area.title_pinyin or "",
            without_tones(area.title_pinyin or ""),
            area.code or "",
        ),
        headline=tables.area_headline(view, area),
        edit=plan.places.get(("areas", area.id)),
    )


def comparisons(view: View, area: Area) -> Iterator[Figure]:
    """An area among its peers, one figure an indicator, drawn only as they are asked for."""
    drawn = (figures.bars(view, indicator, area) for indicator in view.plan.indicators_for(area))
    return (figure for figure in drawn if figure is not None)


def organisations(book: Book) -> Iterator[Draft | Later]:
    view, plan = book.view, book.view.plan
    if plan.organisations:
        yield _list_page(view, "organisations", view.say("lists.organisations", count=len(plan.organisations)))
    for organisation in plan.organisations.values():
        yield Later(f"organisations/{organisation.id}", partial(_organisation, book, organisation))


def _organisation(book: Book, organisation: Organisation) -> Draft:
    """One organisation."""
    view, plan = book.view, book.view.plan
    parts = plan.involvements_of(organisation)
    leads = sum(part.role == "lead" for part in parts)
    return Draft(
        path=f"organisations/{organisation.id}",
        template="organisation",
        title=view.text(organisation.title),
        description=view.text(organisation.summary)
        or view.say("organisation.description", name=view.text(organisation.title)),
        kind="organisations",
        context={
            "organisation": organisation,
            "leads": [part for part in parts if part.role == "lead"],
            "supports": [part for part in parts if part.role == "supporting"],
            "measures": plan.measures_led_by(organisation),
            "indicators": plan.indicators_led_by(organisation),
            "below": plan.organisations_under(organisation),
            "reports": plan.reports_by(organisation),
        },
        crumbs=_crumbs(view, Crumb(view.say("nav.organisations"), "organisations")),
        terms=_all_texts(organisation.title, organisation.short_title),
        headline=view.say("organisation.headline", leads=leads, supports=len(parts) - leads),
        edit=plan.places.get(("organisations", organisation.id)),
    )


def indicators(book: Book) -> Iterator[Draft | Later]:
    view, plan = book.view, book.view.plan
    if plan.indicators:
        yield _list_page(view, "indicators", view.say("lists.indicators", count=len(plan.indicators)))
    shared = _shared_indicators(view)
    for indicator in plan.indicators.values():
        yield Later(f"indicators/{indicator.id}", partial(_indicator, book, indicator, shared))
        for name in view.rows_elsewhere(indicator.id):
            path = f"indicators/{indicator.id}/{name}"
            yield Later(path, partial(_indicator_within, book, indicator, plan.areas[name]))


def _indicator_within(book: Book, indicator: Indicator, area: Area) -> Draft:
    """The values of an indicator inside one of the peers: a map of its parts, ranks at every level, all rows."""
    view = book.view
    words = {"indicator": view.text(indicator.title), "area": view.text(area.title)}
    found = list(levels.levels_in(view, area))
    return Draft(
        path=f"indicators/{indicator.id}/{area.id}",
        template="indicator_within",
        title=view.say("levels.title", **words),
        description=view.say("levels.description", **words),
        kind="values",
        context={
            "indicator": indicator,
            "area": area,
            "levels": [
                (level, figures.tiles(view, indicator, level) if depth == 0 else None,
                 figures.ranks(view, indicator, level))
                for depth, level in enumerate(found)
            ],
            "full": [
                (part, table)
                for part in view.plan.areas_in(area)
                if (table := tables.all_rows(view, indicator, area, part)) is not None
            ],
        },
        crumbs=_crumbs(
            view,
            Crumb(view.say("nav.indicators"), "indicators"),
            Crumb(view.text(indicator.title), f"indicators/{indicator.id}"),
        ),
        terms=(),
        edit=view.plan.places.get(("indicators", indicator.id)),
    )  # fmt: skip


def _indicator(book: Book, indicator: Indicator, shared: list[Indicator]) -> Draft:
    """One indicator."""
    view, plan = book.view, book.view.plan
    observations, targets = plan.rows_of(indicator)
    aspect = plan.aspects.get(indicator.aspect or "")
    row = tables.headline_row(view, indicator)
    having = {one.area for one in (*observations, *targets)}
    inside = plan.peer_over if view.rows_elsewhere(indicator.id) else {}
    others = [area for area in plan.other_areas if area.id in having and area.id not in inside]
    breakdowns = [
        (plan.dimensions[name], figure)
        for name in indicator.dimensions
        if (figure := figures.breakdown(view, indicator, plan.root, plan.dimensions[name])) is not None
    ]
    return Draft(
        path=f"indicators/{indicator.id}",
        template="indicator",
        title=view.text(indicator.title),
        description=view.text(indicator.definition) or view.text(indicator.title),
        kind="indicators",
        context={
            "indicator": indicator,
            "aspect": aspect,
            "standing": view.standing(indicator, plan.root),
            "tasks": plan.tasks_measured_by(indicator),
            "safeguards": [one for one in plan.safeguards.values() if indicator.id in one.indicators],
            "family": family(view, indicator),
            "trend": figures.trend(view, indicator, plan.root),
            "map": figures.tiles(view, indicator),
            "ranks": figures.ranks(view, indicator),
            "stages": figures.stage_heat(view, indicator),
            "targets_page": targets_view.page_of(indicator) if indicator in shared else None,
            "breakdowns": breakdowns,
            "multiples": [book.small_trend(indicator, area) for area in plan.peers]
            if len(plan.peers) <= levels.MANY_AREAS
            else [],
            "peer_links": levels_view.peer_links(view, indicator),
            "others": [figures.trend(view, indicator, area) for area in others] if len(others) <= MOST_OTHERS else [],
            "full": tables.all_rows(view, indicator),
        },
        crumbs=_crumbs(view, Crumb(view.say("nav.indicators"), "indicators")),
        terms=_all_texts(indicator.title),
        headline=view.said(row, indicator) if row else "",
        edit=plan.places.get(("indicators", indicator.id)),
        scripts=("breakdowns.js",) if breakdowns else (),
    )


def _shared_indicators(view: View) -> list[Indicator]:
    """Indicators with targets in several areas; whoever asks depends on which these are, not on the numbers."""
    plan = view.plan
    names: tuple[str, ...] = plan.told(
        ("shared-indicators",), lambda: tuple(one.id for one in targets_view.shared_indicators(view))
    )
    return [plan.indicators[name] for name in names]


def family(view: View, indicator: Indicator) -> list[Indicator]:
    """An indicator's parent, siblings and parts, without itself."""
    plan = view.plan
    found = list(plan.indicators_under(indicator))
    if indicator.parent:
        parent = plan.indicators[indicator.parent]
        found = [parent, *(one for one in plan.indicators_under(parent) if one is not indicator), *found]
    return found


def responsibilities(book: Book) -> Iterator[Draft | Later]:
    view, plan = book.view, book.view.plan
    if not view.has_page("responsibilities"):
        return
    yield _tool_page(book, "responsibilities", {"involved": plan.organisations_of(plan.tasks.values())})


def targets(book: Book) -> Iterator[Draft | Later]:
    """The overview of all targets by area and stage, and a page for each indicator with targets in several areas."""
    if not book.view.has_page("targets"):
        return
    chosen = _shared_indicators(book.view)
    yield Later("targets", partial(_targets, book, chosen))
    for position, indicator in enumerate(chosen):
        yield Later(targets_view.page_of(indicator).strip("/"), partial(_targets_of, book, chosen, position))


def _targets(book: Book, chosen: list[Indicator]) -> Draft:
    """The overview of all targets by area and stage."""
    view = book.view
    context = {
        "chosen": chosen,
        "overview": targets_view.overview(view, chosen),
        "checks": targets_view.checks_table(view, chosen),
        "single": targets_view.single_targets(view),
        "other_targets": tables.other_area_targets(view),
        "downloads": tables.target_downloads(view),
    }
    return _tool_page(book, "targets", context)


def _targets_of(book: Book, chosen: list[Indicator], position: int) -> Draft:
    """The targets of one indicator in several areas."""
    indicator = chosen[position]
    view = book.view
    return Draft(
        path=targets_view.page_of(indicator).strip("/"),
        template="target",
        title=view.say("targets.page_title", indicator=view.text(indicator.title)),
        description=view.say(
            "targets.page_description", indicator=view.text(indicator.title), areas=view.areas_word.lower()
        ),
        kind="targets",
        context={
            "indicator": indicator,
            "figure": figures.stage_heat(view, indicator),
            "matrix": targets_view.stage_matrix(view, indicator),
            "by_gap": targets_view.by_gap(view, indicator),
            "by_name": targets_view.by_name(view, indicator),
            "checks": targets_view.check_sentences(view, indicator),
            "previous": _targets_item(view, chosen[position - 1]) if position else None,
            "following": _targets_item(view, chosen[position + 1]) if position + 1 < len(chosen) else None,
        },
        crumbs=_crumbs(view, Crumb(view.say("nav.targets"), "targets")),
        terms=_all_texts(indicator.title),
        edit=view.plan.places.get(("indicators", indicator.id)),
    )


def _targets_item(view: View, indicator: Indicator) -> dict[str, str]:
    """An indicator's page of targets as a link of previous and next."""
    return {"title": view.text(indicator.title), "href": targets_view.page_of(indicator)}


def monitoring(book: Book) -> Iterator[Draft | Later]:
    yield Later("monitoring", partial(_monitoring, book))


def _monitoring(book: Book) -> Draft:
    view = book.view
    return _tool_page(
        book,
        "monitoring",
        {
            "overview": figures.status_overview(view),
            "standings": tables.standings(view),
            "status_counts": status_counts(view),
            "measured_counts": monitoring_view.measured_counts(view),
            "measured_made_up": monitoring_view.measured_on_illustration(view),
            "band_counts": monitoring_view.band_counts(view),
            "fresh_counts": monitoring_view.fresh_counts(view),
            "freshness": monitoring_view.freshness(view),
            "not_measured": monitoring_view.not_measured(view),
            "unreported": monitoring_view.unreported(view),
            "moved": changes_view.moved_words(view),
            "moved_table": changes_view.moved(view),
        },
    )


def compare(book: Book) -> Iterator[Draft | Later]:
    if book.view.has_page(compare_view.PATH):
        yield Later(compare_view.PATH, partial(_compare, book))


def _compare(book: Book) -> Draft:
    """Any two to four areas side by side; without a script, all of them."""
    view = book.view
    return Draft(
        path=compare_view.PATH,
        template="compare",
        title=view.say("compare.title", areas=view.areas_word.lower()),
        description=view.say("compare.description", areas=view.areas_word.lower()),
        kind="compare",
        context={
            "areas": compare_view.areas(view),
            "groups": compare_view.groups(view),
            "first": compare_view.at_first(view),
            "most": min(compare_view.MOST, len(compare_view.areas(view))),
            "table": compare_view.table(view),
        },
        crumbs=_crumbs(view, Crumb(view.areas_word, "areas")),
        scripts=("compare.js",),
    )


def explore(book: Book) -> Iterator[Later]:
    """All tasks as one table that a script filters and sorts; without one, the whole table."""
    if book.view.has_page(explore_view.PATH):
        yield Later(explore_view.PATH, partial(_explore, book))


def _explore(book: Book) -> Draft:
    view = book.view
    return Draft(
        path=explore_view.PATH,
        template="explore",
        title=view.say("nav.explore"),
        description=view.say("explore.description"),
        kind="explore",
        context={
            "table": explore_view.table(view),
            "found": explore_view.rows(view),
            "filters": explore_view.filters(view),
            "made_up": explore_view.rests_on_illustration(view),
        },
        crumbs=_crumbs(view, Crumb(view.say("nav.tasks"), "tasks")),
        toc=False,
        scripts=("explore.js",),
    )


def indexes(book: Book) -> Iterator[Draft | Later]:
    """One page for each composite index; without enough values it says what is missing."""
    for index in book.view.plan.index.values():
        yield Later(f"index/{index.id}", partial(_index, book, index))


def _index(book: Book, its: Index) -> Draft:
    """One composite index."""
    view = book.view
    result = book.index(its)
    index, made_up = result.index, result.is_illustrative
    title = view.text(index.title)
    return Draft(
        path=f"index/{index.id}",
        template="index",
        title=index_view.titled(view, title, made_up),
        description=view.say("index.description", title=title, areas=view.areas_word.lower()),
        kind="index",
        context={
            "index": index,
            "result": result,
            "made_up": made_up,
            "published": index_view.published_values(result),
            "places": index_view.places(view, result),
            "pairs": index_view.pairs_words(view, result, result.last) if result.last else "",
            "how": index_view.how_words(view, result),
            "what_if": index_view.what_if(view, result),
            "groups": index_view.weight_groups(view, result),
            "data": index_view.weights_data(view, result, lambda address: f"../../{address}"),
            "factors": index_view.factors(view, result),
            "factors_words": index_view.factors_words(view, result),
            "lost": index_view.lost(view, result),
            "stages": index_view.stages(view, result),
            "ahead": index_view.ahead(view, result),
            "peers": index_view.peers(view, result),
            "why_not": index_view.why_not(view, result),
            "completeness": index_view.completeness(view, result),
            "method": index_view.method_lines(view, index),
            "has_method": "method" in view.prose,
            "has_about": "about" in view.prose,
        },
        crumbs=_crumbs(view, Crumb(view.say("nav.monitoring"), "monitoring")),
        terms=_all_texts(index.title),
        edit=view.plan.places.get(("index", index.id)),
        scripts=("weights.js",) if result.last else (),
    )


def index_parts(book: Book, area: Area) -> list[dict[str, Any]]:
    """What an area's page tells of each index: its facts and where points are lost, or why there is no score."""
    view = book.view
    return [
        {
            "result": result,
            "title": index_view.titled(view, view.text(result.index.title), bool(rows) and result.is_illustrative),
            "rows": rows,
            "lost": index_view.lost_bars(view, result, area),
            "why_not": index_view.why_not(view, result, area),
        }
        for result in book.indexes
        for rows in [index_view.area_rows(view, result, area)]
    ]


def _tool_page(book: Book, name: str, context: Mapping[str, Any]) -> Draft:
    """A page that carries an annex of the plan where one says so."""
    view, plan = book.view, book.view.plan
    annex = next((one for one in plan.identity.annexes if one.shows == name), None)
    return Draft(
        path=name,
        template=name,
        title=view.say(f"nav.{name}"),
        description=view.text(annex.summary) if annex and annex.summary else view.say(f"{name}.description"),
        kind="annex",
        context={**context, "annex": annex},
        crumbs=_crumbs(view),
        terms=(*_all_texts(annex.title), view.say("annex", number=annex.number)) if annex else (),
    )


def sources(book: Book) -> Iterator[Draft | Later]:
    if book.view.plan.sources:
        yield Later("sources", partial(_sources, book))


def _sources(book: Book) -> Draft:
    view, plan = book.view, book.view.plan
    return Draft(
        "sources",
        "sources",
        view.say("nav.sources"),
        view.say("lists.sources", count=len(plan.sources)),
        "sources",
        context={"uses": tables.uses_of_sources(view)},
        crumbs=_crumbs(view),
    )


def glossary(book: Book) -> Iterator[Draft | Later]:
    view, plan = book.view, book.view.plan
    if plan.glossary:
        yield Draft(
            "glossary",
            "glossary",
            view.say("nav.glossary"),
            view.say("lists.glossary", count=len(plan.glossary)),
            "glossary",
            context={"uses": tables.uses_of_terms(view)},
            crumbs=_crumbs(view),
        )


def data_page(book: Book) -> Iterator[Draft | Later]:
    """The downloads, each with its size and date."""
    yield Later("data", lambda: _data(book))


def _data(book: Book) -> Draft:
    view = book.view
    return Draft(
        "data",
        "data",
        view.say("nav.data"),
        view.say("data.description"),
        "data",
        context={
            "sets": formats_guide.with_sizes(view, tables.data_sets(view)),
            "indicators": formats_guide.with_sizes(view, tables.indicator_downloads(view)),
        },
        crumbs=_crumbs(view),
        terms=("CSV", "API", "download", "下载"),
    )


def formats_page(book: Book) -> Iterator[Draft | Later]:
    """Which format is good for what."""
    if book.view.config.site.features.formats:
        yield Later(formats_guide.PATH, lambda: _formats(book))


def _formats(book: Book) -> Draft:
    view = book.view
    return Draft(
        formats_guide.PATH,
        "formats",
        view.say("formats.title"),
        view.say("formats.description"),
        "data",
        context={"table": formats_guide.formats_table(view), "formats": formats_guide.formats(view)},
        crumbs=_crumbs(view, Crumb(view.say("nav.data"), "data")),
        terms=("JSON", "XLSX", "SQLite", "Parquet", "SDMX", "StratML", "DCAT", "Data Package", "CSVW", "API"),
    )


def changes_page(book: Book) -> Iterator[Draft | Later]:
    view = book.view
    if view.has_page("changes"):
        yield Draft(
            "changes",
            "changes",
            view.say("nav.changes"),
            view.say("changes.description"),
            "changes",
            context={"sections": changes_view.sections(view)},
            crumbs=_crumbs(view),
        )


def editions_page(book: Book) -> Iterator[Draft | Later]:
    if book.view.has_page("editions"):
        yield Later("editions", partial(_editions, book))


def _editions(book: Book) -> Draft:
    view = book.view
    return Draft(
        "editions",
        "editions",
        view.say("nav.editions"),
        view.say("editions.description"),
        "editions",
        context={"sections": editions_view.sections(view)},
        crumbs=_crumbs(view),
    )


def search_page(book: Book) -> Iterator[Draft | Later]:
    letters = az_view.letters(book.view)
    yield Later("search", partial(_search, book, letters))
    for one in letters:
        yield Later(one.path, partial(_letter, book.view, letters, one))


def _letter(view: View, letters: list[az_view.Letter], one: az_view.Letter) -> Draft:
    """What stands under one initial."""
    return Draft(
        one.path,
        "initial",
        view.say("az.title", letter=one.letter),
        view.say("az.description", letter=one.letter, count=len(one.items)),
        "search",
        context={"items": one.items, "pages": letters, "here": one, "label": view.say("az.label")},
        crumbs=_crumbs(view, Crumb(view.say("nav.search"), "search")),
    )


def _search(book: Book, letters: list[az_view.Letter]) -> Draft:
    view = book.view
    return Draft(
        "search",
        "search",
        view.say("nav.search"),
        view.say("search.description"),
        "search",
        context={"groups": [] if letters else az_view.groups(view), "letters": letters},
        crumbs=_crumbs(view),
    )


def prose(book: Book) -> Iterator[Draft | Later]:
    """The editors' own pages, from the content folder of the language."""
    view = book.view
    folder = view.config.content / view.language.code
    for path in sorted(folder.glob("*.md")) if folder.is_dir() else []:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", path.stem):
            continue
        text = markdown.prose(path.read_text(encoding="utf-8-sig"))
        heading, _, body = text.lstrip().partition("\n")
        title = heading.lstrip("# ").strip() or path.stem
        first = next((line for line in body.splitlines() if line.strip() and not line.startswith("#")), "")
        summary = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`]", r"\1", first)
        yield Draft(
            path.stem,
            "prose",
            title,
            summary,
            "prose",
            context={"body": Markup(body), "is_method": path.stem == "method"},  # noqa: S704 -- the editors' own Markdown, its HTML escaped above
            crumbs=_crumbs(view),
            edit=Place(view.config.name_of(path)),
        )


def _list_page(view: View, kind: str, description: str, title: str | None = None, **context: Any) -> Draft:
    """The list of all pages of one kind."""
    return Draft(
        path=kind,
        template=f"{kind}_list",
        title=title or view.say(f"nav.{kind}"),
        description=description,
        kind="list",
        context=context,
        crumbs=_crumbs(view),
    )


PAGE_TYPES: Mapping[str, Callable[[Book], Iterator[Draft | Later]]] = {
    "home": home,
    "plan": plan_page,
    "aspects": aspects,
    "tasks": tasks,
    "explore": explore,
    "safeguards": safeguards,
    "areas": areas,
    "compare": compare,
    "organisations": organisations,
    "indicators": indicators,
    "responsibilities": responsibilities,
    "targets": targets,
    "monitoring": monitoring,
    "index": indexes,
    "sources": sources,
    "glossary": glossary,
    "data": data_page,
    "formats": formats_page,
    "changes": changes_page,
    "editions": editions_page,
    "search": search_page,
    "prose": prose,
}
"""Every page type, in the order of the site: a function that drafts its pages."""


def answer_again(view: View, reads: Iterable[tuple[str, ...]]) -> None:
    """Give the small answers that pages of the last build rested on, so that they can be compared."""
    for kind, *names in reads:
        if kind != "told":
            continue
        if names[0] == "has-page" and names[1] == view.language.code:
            view.has_page(names[2])
        elif names[0] == "shared-indicators":
            _shared_indicators(view)
        elif names[0] == "many-rows":
            view.has_many_rows("")
        elif names[0] == "rows-elsewhere":
            _ = view.many_rows_elsewhere
        elif names[0] == "built-from":
            _ = view.history.built_from
        elif names[0] == "reports-are-illustrative":
            tables.reports_are_illustrative(view)


def glossary_entries(view: View) -> list[Mapping[str, str]]:
    """Search entries of glossary terms, which share one page."""
    return [
        {
            "u": view.href("glossary", term.id),
            "t": view.text(term.term),
            "k": view.say("kind.term"),
            "x": markdown.clean(view.text(term.definition))[:240],
            "n": " ".join(_all_texts(term.term)),
        }
        for term in view.plan.glossary.values()
    ]
