"""Two pages for one place or one organisation: HTML made of the tables and figures of its page."""

from __future__ import annotations

from collections.abc import Mapping

from generator import duties_view, figures, tables, verdicts
from generator.book import document
from generator.book_parts import Parts, settled
from generator.figures import Figure
from generator.model import Area, Organisation
from generator.view import View

MOST_FIGURES = 4


def area_figures(view: View, area: Area) -> dict[str, Figure]:
    """The figures of a brief by their ids: trends of an area's indicators, four at most."""
    drawn = (figures.trend(view, one, area) for one in view.plan.indicators_for(area))
    found = {figure.id: figure for figure in drawn if figure is not None}
    return dict(list(found.items())[:MOST_FIGURES])


def area_brief(view: View, area: Area, found: Mapping[str, Figure], rows: int) -> str:
    """Two pages about one place; `rows` is the most that a table holds."""
    parts = Parts(view, frozenset(found), numbered_sources=False)
    title = view.text(area.title)
    summary, _ = verdicts.area_story(view, area)
    body = [_head(parts, title), *(parts.paragraph(one) for one in summary or [tables.area_headline(view, area)])]
    body += [parts.table(one, rows) for one in (tables.area_stages(view, area), tables.area_comparison(view, area))]
    body.append(f'<div class="pictures">{"".join(parts.figure(one) for one in found.values())}</div>')
    if tasks := view.plan.tasks_naming(area):
        caption = view.say("book.area_tasks", area=title)
        body.append(parts.table(tables.task_table(view, tasks, "tasks", caption), rows))
    return document(view, title, settled("".join(body)), "brief")


def organisation_brief(view: View, organisation: Organisation, rows: int) -> str:
    """Two pages about what one organisation answers for."""
    parts = Parts(view, numbered_sources=False)
    title = view.text(organisation.title)
    body = [_head(parts, title), parts.words(organisation.summary)]
    body.append(parts.paragraph(duties_view.load_words(view, organisation)))
    body += [parts.table(duties_view.duties(view, organisation, role), rows) for role in ("lead", "supporting")]
    return document(view, title, settled("".join(body)), "brief")


def _head(parts: Parts, title: str) -> str:
    view = parts.view
    plan = parts.words(view.plan.identity.title, "kicker")
    as_of = view.plan.identity.as_of
    date = parts.paragraph(view.say("book.as_of", date=view.language.date(as_of)), "kicker") if as_of else ""
    return f"{plan}{parts.heading(1, '', title)}{date}{parts.paragraph(view.say('book.brief_note'))}"
