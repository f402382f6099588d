"""The plan as one book: HTML made of the tables and figures of the pages, every text escaped.

Pure: a view and its figures in, HTML out. `book_pdf.py` sets it, `book_parts.py` has the parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from html import escape
from typing import NamedTuple

from generator import az_view, figures, index_view, monitoring_view, tables, verdicts
from generator.book_parts import Parts, anchor, settled
from generator.figures import Figure
from generator.index import IndexResult, compute_index
from generator.model import Area, Aspect, Event, Fact, Indicator, Measure, Organisation, Safeguard, Task
from generator.plan import Role
from generator.view import Cell, Column, Mark, Table, View

_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
ROLES: tuple[Role, ...] = ("lead", "supporting")


class Chapter(NamedTuple):
    """A chapter: its place, its title, what the contents list below it (place and title), and its HTML."""

    key: str
    title: str
    entries: Sequence[tuple[str, str]]
    text: str


def book_figures(view: View) -> dict[str, Figure]:
    """The figures of the book by their ids: each indicator's trend in the plan's own area, and each index."""
    drawn = [figures.trend(view, one, view.plan.root) for one in view.plan.indicators.values()]
    drawn += [index_view.places(view, result) for result in _indexes(view) if result.last]
    return {figure.id: figure for figure in drawn if figure is not None}


def book(view: View, found: Mapping[str, Figure]) -> str:
    """The whole book: cover, what is official, contents, the plan, a chapter an aspect, safeguards, index, places,
    who does what, words, sources, and an index with page numbers. `found` are its figures, which have drawings."""
    parts = Parts(view, frozenset(found))
    chapters = list(_chapters(parts, found))
    body = [_cover(parts), _contents(parts, chapters)]
    body += [f'<section class="chapter">{parts.heading(1, one.key, one.title)}{one.text}</section>' for one in chapters]
    return document(view, view.text(view.plan.identity.title), settled("".join(body)), "book")


def document(view: View, title: str, body: str, kind: str) -> str:
    """A whole document with its language, title and author."""
    issuer = escape(view.title("organisations", view.plan.identity.issuer))
    return (
        f'<!DOCTYPE html><html lang="{escape(view.language.tag)}"><head><meta charset="utf-8"><title>{escape(title)}'
        f'</title><meta name="author" content="{issuer}"></head><body class="{kind}">{body}</body></html>'
    )


def _chapters(parts: Parts, found: Mapping[str, Figure]) -> Iterator[Chapter]:
    view, plan = parts.view, parts.view.plan
    yield Chapter("official", parts.say("book.official"), (), _official(parts))
    yield Chapter("plan", parts.say("nav.plan"), (), _plan(parts))
    for aspect in plan.aspects_under(None):
        yield _aspect(parts, aspect, found)
    free = [task for task in plan.tasks.values() if plan.aspect_of(task) is None]
    if free:
        yield _listed("tasks", parts.say("nav.tasks"), [_task_entry(view, one) for one in free],
                      (_task(parts, one) for one in free))  # fmt: skip
    loose = [one for one in plan.indicators.values() if not _home(view, one)]
    if loose:
        yield _listed("indicators", parts.say("nav.indicators"), [_indicator_entry(view, one) for one in loose],
                      (_indicator(parts, one, found) for one in loose))  # fmt: skip
    if plan.safeguards:
        entries = [(anchor("safeguards", one.id), view.numbered("safeguards", one.id))
                   for one in plan.safeguards.values()]  # fmt: skip
        yield _listed("safeguards", parts.say("nav.safeguards"), entries,
                      (_safeguard(parts, one) for one in plan.safeguards.values()))  # fmt: skip
    for result in _indexes(view):
        yield _index_chapter(parts, result, found)
    if plan.peers:
        entries = [(anchor("areas", one.id), view.text(one.title)) for one in plan.peers]
        yield _listed("areas", parts.say("book.areas"), entries, (_area(parts, one) for one in plan.peers))
    if plan.tasks:
        yield Chapter("who", parts.say("book.matrix"), (), parts.table(responsibilities(view), caption=False))
    if involved := [one for one in plan.organisations.values() if plan.involvements_of(one)]:
        yield Chapter("organisations", parts.say("nav.organisations"), (), _organisations(parts, involved))
    if plan.glossary:
        yield Chapter("glossary", parts.say("nav.glossary"), (), _glossary(parts))
    yield Chapter("sources", parts.say("book.sources"), (), _sources(parts))
    yield Chapter("index", parts.say("book.index"), (), _index(parts))


def _listed(key: str, title: str, entries: Sequence[tuple[str, str]], texts: Iterable[str]) -> Chapter:
    return Chapter(key, title, entries, "".join(texts))


# --- before the chapters ----------------------------------------------------------------------------------------


def _cover(parts: Parts) -> str:
    view, identity = parts.view, parts.view.plan.identity
    title = _BRACKETS.sub(lambda found: f'<span class="whole">{found[0]}</span>', escape(view.text(identity.title)))
    issued = view.language.date(identity.issued) if identity.issued else ""
    date = view.language.date(identity.as_of) if identity.as_of else ""
    lines = [
        view.title("organisations", identity.issuer),
        parts.say("join").join(filter(None, (identity.document_number, issued))).strip(),
    ]
    small = [
        parts.say("book.as_of", date=date) if date else "",
        view.config.site.site_url or "",
        view.text(identity.licence.title) if identity.licence else "",
    ]
    text = "".join(parts.paragraph(line) for line in lines)
    foot = "".join(parts.paragraph(line) for line in small)
    return (
        f'<section class="cover"><p class="title">{title}</p>{text}'
        f'<div class="small">{parts.paragraph(parts.say("book.what"))}{foot}</div></section>'
    )


def _contents(parts: Parts, chapters: Sequence[Chapter]) -> str:
    items = []
    for one in chapters:
        below = "".join(f"<li>{parts.link(*entry)}</li>" for entry in one.entries)
        items.append(f"<li>{parts.link(one.key, one.title)}{f'<ul>{below}</ul>' if below else ''}</li>")
    title = escape(parts.say("book.contents"))
    return f'<nav class="contents"><h1>{title}</h1><ul>{"".join(items)}</ul></nav>'


def _official(parts: Parts) -> str:
    view = parts.view
    rows = tuple(
        (Cell(parts.say(f"basis.{basis}.word")), Cell(parts.say(f"book.basis.{basis}")), Cell(str(count)))
        for basis, count in _counts(view)
    )
    columns = (
        Column(parts.say("book.word")),
        Column(parts.say("book.meaning"), wide=True),
        Column(parts.say("book.numbers"), True),
    )
    table = Table("basis", parts.say("book.official_caption"), columns, rows)
    return (
        parts.paragraph(parts.say("book.marks_how"))
        + parts.table(table)
        + parts.table(verdicts.bands_table(view))
        + parts.paragraph(parts.say("book.verdicts_how"))
    )


def _counts(view: View) -> Iterator[tuple[str, int]]:
    rows = [one for each in view.plan.indicators.values() for part in view.plan.rows_of(each) for one in part]
    for basis in ("official", "derived", "reconstructed", "illustrative"):
        yield basis, sum(row.basis == basis for row in rows)


# --- the plan ---------------------------------------------------------------------------------------------------


def _plan(parts: Parts) -> str:
    view, plan, identity = parts.view, parts.view.plan, parts.view.plan.identity
    say, period = parts.say, identity.period
    out = [parts.words(identity.summary, "lead")]
    rows = [
        (say("plan.issuer"), escape(view.title("organisations", identity.issuer))),
        (say("plan.number"), escape(identity.document_number or "")),
        (say("plan.issued"), escape(view.language.date(identity.issued)) if identity.issued else ""),
        (say("plan.period"), escape(say("figure.span_years", start=period.start, end=period.end)) if period else ""),
        (say("plan.stages"), escape(say("book.between").join(
            view.text(one.title) or view.language.period(one.period) for one in identity.stages))),
        (say("plan.area"), escape(view.text(plan.root.title))),
        (say("plan.supersedes"), escape(view.text(identity.supersedes.title)) if identity.supersedes else ""),
    ]  # fmt: skip
    out.append(parts.facts(rows))
    for part in (*identity.parts, *identity.annexes):
        name = say("annex", number=part.number) if part in identity.annexes else part.number
        out.append(parts.heading(2, f"part-{part.id}", f"{name} {view.text(part.title)}"))
        out.append(parts.words(part.summary))
    out.append(_facts(parts, identity.facts, "plan.results"))
    if identity.timeline:
        out.append(parts.heading(2, "", say("plan.timeline")))
        out.append(parts.items(_event(parts, one) for one in identity.timeline))
    table = tables.standings(view)
    if table is not None:
        out += [parts.heading(2, "standings", say("nav.monitoring")), parts.table(table)]
        out.append(parts.table(monitoring_view.band_counts(view)))
    return "".join(out)


def _event(parts: Parts, event: Fact | Event) -> str:
    date = f"<b>{escape(parts.view.language.date(event.date))}</b> " if event.date else ""
    marks = parts.basis(event.basis) if isinstance(event, Fact) else ""
    cited = f" {parts.cited([event.source])}" if event.source else ""
    return f"{date}{escape(parts.view.text(event.text))}{marks}{cited}"


def _facts(parts: Parts, facts: Sequence[Fact], title: str) -> str:
    if not facts:
        return ""
    return parts.heading(3, "", parts.say(title)) + parts.items(_event(parts, one) for one in facts)


# --- aspects, tasks, indicators, safeguards ---------------------------------------------------------------------


def _task_entry(view: View, task: Task) -> tuple[str, str]:
    return anchor("tasks", task.id), view.numbered("tasks", task.id)


def _indicator_entry(view: View, indicator: Indicator) -> tuple[str, str]:
    return anchor("indicators", indicator.id), view.text(indicator.title)


def _aspect(parts: Parts, aspect: Aspect, found: Mapping[str, Figure]) -> Chapter:
    view, plan = parts.view, parts.view.plan
    tasks = _tasks_below(view, aspect)
    mine = [one for one in plan.indicators.values() if _home(view, one) == aspect.id]
    out = [parts.words(aspect.summary, "lead")]
    if tasks:
        caption = parts.say("aspect.tasks_caption", count=len(tasks))
        out.append(parts.table(tables.task_table(view, tasks, "tasks", caption)))
    if mine:
        caption = parts.say("aspect.indicators_caption", count=len(mine))
        out.append(parts.table(tables.indicator_table(view, mine, "indicators", caption)))
    out += [_task(parts, one) for one in tasks]
    out += [_indicator(parts, one, found) for one in mine]
    entries = [*(_task_entry(view, one) for one in tasks), *(_indicator_entry(view, one) for one in mine)]
    return _listed(anchor("aspects", aspect.id), view.numbered("aspects", aspect.id), entries, out)


def _tasks_below(view: View, aspect: Aspect) -> list[Task]:
    found = list(view.plan.tasks_in(aspect))
    for below in view.plan.aspects_under(aspect):
        found += _tasks_below(view, below)
    return found


def _home(view: View, indicator: Indicator) -> str:
    """The chapter of an indicator: that of its aspect, else of the first task that it measures."""
    plan = view.plan
    aspect = plan.aspects.get(indicator.aspect or "")
    if aspect is None:
        task = next((one for one in plan.tasks.values() if indicator.id in one.indicators), None)
        aspect = plan.aspect_of(task) if task else None
    while aspect is not None and aspect.parent is not None:
        aspect = plan.aspects[aspect.parent]
    return aspect.id if aspect else ""


def _roles(parts: Parts, record: Task | Safeguard) -> list[tuple[str, str]]:
    marks = parts.marks(tables.role_marks(parts.view, record)) if isinstance(record, Task) else ""
    found = ((parts.view.role_word(role), parts.named("organisations", getattr(record, role))) for role in ROLES)
    return [(name, text + marks) for name, text in found if text]


def _task(parts: Parts, task: Task) -> str:
    view, say = parts.view, parts.say
    standing = verdicts.task_standing(view, task)
    report = standing.report
    reported = parts.status(report.status) if report else escape(say("task.nobody_reported"))
    if report:
        reported += f" {escape(view.language.date(report.date))}{parts.marks(view.marks(report))}"
    measured = verdicts.measured_row(view, standing)
    status = parts.status(str(measured["status"])) + " " if "status" in measured else ""
    marks = parts.marks([Mark("illustrative", say("basis.illustrative.mark"))] if standing.is_illustrative else [])
    rows = [
        *_roles(parts, task),
        (say("task.due"), escape(view.due(task))),
        (say("task.status"), reported),
        (str(measured["name"]), f"{status}{escape(str(measured['value']))}{marks}"),
        (say("nav.indicators"), parts.named("indicators", task.indicators)),
        (say("nav.sources"), parts.cited(task.sources)),
    ]
    out = [parts.heading(2, anchor("tasks", task.id), view.numbered("tasks", task.id), parts.basis(task.basis))]
    out += [parts.words(task.summary, "lead"), parts.facts(rows), parts.wording(task.text)]
    if task.measures:
        out.append(parts.heading(3, "", say("task.measures")))
        out.append(parts.items(_measure(parts, one) for one in task.measures))
    return "".join((*out, _facts(parts, task.facts, "task.facts")))


def _measure(parts: Parts, measure: Measure) -> str:
    view, say = parts.view, parts.say
    more = [say("measure.due", due=view.language.period(measure.due)) if measure.due else "",
            say("measure.lead") + view.short(measure.lead) if measure.lead else ""]  # fmt: skip
    note = escape(say("book.between").join(filter(None, more)))
    return f'{escape(view.text(measure.title))}{parts.basis(measure.basis)} <span class="note">{note}</span>'


def _indicator(parts: Parts, indicator: Indicator, found: Mapping[str, Figure]) -> str:
    view, say = parts.view, parts.say
    standing = view.standing(indicator, view.plan.root)
    out = [parts.heading(2, anchor("indicators", indicator.id), view.text(indicator.title))]
    out.append(parts.words(indicator.definition))
    verdict = parts.status(f"band-{standing.band}") if standing.band else ""
    working = verdicts.working(view, standing)
    sentences = verdicts.in_a_row(view, working.sentences) if working else ""
    if verdict:
        made_up = [Mark("illustrative", say("basis.illustrative.mark"))] if standing.is_illustrative else []
        marks = parts.marks(made_up)
        out.append(f"<p><b>{verdict}</b>{marks} {escape(sentences)}</p>")
    figure = figures.trend(view, indicator, view.plan.root)
    if figure is not None and figure.id in found:
        out += [parts.figure(figure), parts.table(figure.table, caption=False)]
    return f'<section class="indicator">{"".join(out)}</section>'


def _safeguard(parts: Parts, safeguard: Safeguard) -> str:
    view, key = parts.view, anchor("safeguards", safeguard.id)
    tasks = view.plan.tasks_secured_by(safeguard)
    rows = [
        *_roles(parts, safeguard),
        (parts.say("nav.tasks"), parts.named("tasks", (one.id for one in tasks))),
        (parts.say("nav.indicators"), parts.named("indicators", safeguard.indicators)),
        (parts.say("nav.sources"), parts.cited(safeguard.sources)),
    ]
    head = parts.heading(2, key, view.numbered("safeguards", safeguard.id), parts.basis(safeguard.basis))
    return head + parts.words(safeguard.summary, "lead") + parts.facts(rows) + parts.wording(safeguard.text)


# --- the composite index ----------------------------------------------------------------------------------------


def _indexes(view: View) -> list[IndexResult]:
    """Each index, computed once for pages and book."""
    plan = view.plan
    return [plan.remember(("index", one.id), partial(compute_index, plan, one)) for one in plan.index.values()]


def _index_chapter(parts: Parts, result: IndexResult, found: Mapping[str, Figure]) -> Chapter:
    view, index = parts.view, result.index
    title = index_view.titled(view, view.text(index.title), result.is_illustrative)
    out = [parts.paragraph(parts.say("index.description", title=title, areas=view.areas_word.lower()), "lead")]
    if result.last:
        figure = index_view.places(view, result)
        out += [
            parts.figure(figure),
            parts.table(figure.table if figure else None),
            parts.paragraph(index_view.pairs_words(view, result, result.last)),
            parts.paragraph(index_view.how_words(view, result)),
        ]
    else:
        out.append(parts.paragraph(index_view.why_not(view, result)))
    out += [parts.heading(2, "", parts.say("index.method")), parts.table(tables.index_table(view, index))]
    out.append(parts.items(escape(line) for line in index_view.method_lines(view, index)))
    return Chapter(f"index-{index.id}", title, (), "".join(out))


# --- places and organisations -----------------------------------------------------------------------------------


def _area(parts: Parts, area: Area) -> str:
    view = parts.view
    tasks = view.plan.tasks_naming(area)
    summary, _ = verdicts.area_story(view, area)
    out = [parts.heading(2, anchor("areas", area.id), view.text(area.title))]
    out.append(parts.paragraph(verdicts.in_a_row(view, summary), "keep"))
    out += [parts.table(tables.area_stages(view, area)), parts.table(tables.area_comparison(view, area))]
    if tasks:
        title = parts.say("book.area_tasks", area=view.text(area.title))
        out.append(f"<p><b>{escape(title)}</b> {parts.named('tasks', (one.id for one in tasks))}</p>")
    return "".join(out)


def responsibilities(view: View) -> Table:
    """Every task with who leads and who supports."""
    titles = (view.say("table.task"), view.role_word("lead"), view.role_word("supporting"))
    rows = tuple(
        (
            Cell(view.numbered("tasks", task.id), view.href("tasks", task.id)),
            Cell(view.say("book.between").join(view.short(name) for name in task.lead)),
            Cell(view.say("book.between").join(view.short(name) for name in task.supporting), None,
                 tables.role_marks(view, task)),
        )
        for task in view.plan.tasks.values()
    )  # fmt: skip
    return Table("responsibilities", view.say("book.matrix"), tuple(Column(title) for title in titles), rows)


def _organisations(parts: Parts, involved: Iterable[Organisation]) -> str:
    """Each organisation with the numbers of what it leads and supports."""
    view, out = parts.view, []
    for one in involved:
        rows = []
        for role in ROLES:
            found = [part for part in view.plan.involvements_of(one) if part.role == role]
            links = (parts.link(anchor(part.kind, part.id), view.numbered_name(part.kind, part.id)) for part in found)
            rows.append((view.role_word(role), escape(parts.say("book.between")).join(links)))
        out.append(parts.heading(3, anchor("organisations", one.id), view.text(one.title)) + parts.facts(rows))
    return "".join(f'<section class="whole">{text}</section>' for text in out)


# --- after the chapters -----------------------------------------------------------------------------------------


def _glossary(parts: Parts) -> str:
    terms = (
        f'<dt id="{escape(anchor("glossary", one.id))}">{escape(parts.view.text(one.term))}</dt>'
        f"<dd>{escape(parts.view.text(one.definition))}</dd>"
        for one in parts.view.plan.glossary.values()
    )
    return f'<dl class="terms">{"".join(terms)}</dl>'


def _sources(parts: Parts) -> str:
    view, items = parts.view, []
    for source in view.plan.sources.values():
        date = view.language.date(source.date) if source.date else ""
        words = [view.text(source.title), view.text(source.publisher), date, view.text(source.note)]
        text = escape(parts.say("book.between").join(filter(None, words)))
        address = f' <span class="address">{escape(source.url)}</span>' if source.url else ""
        items.append(f'<li id="{escape(anchor("sources", source.id))}">{text}{address}</li>')
    return f'<ol class="sources">{"".join(items)}</ol>'


def _index(parts: Parts) -> str:
    """Every record under its initial, with the page where it stands."""
    out = []
    for letter, items in az_view.groups(parts.view):
        entries = (
            parts.link(_place(one.href), one.title) for one in items if not one.href.startswith(("sources/", "index/"))
        )
        out.append(f'<section><h2 class="letter">{escape(letter)}</h2>{parts.items(entries)}</section>')
    return f'<div class="index">{"".join(out)}</div>'


def _place(href: str) -> str:
    """Where in the book that is which a page of the site has at this address."""
    kind, _, name = href.strip("/").replace("/#", "/").partition("/")
    return anchor(kind, name)
