"""The plan as one document to print: HTML made of the tables and figures of the pages, every text escaped.

Pure: a view and drawings in, HTML out. `book_pdf.py` sets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from generator import duties_view, figures, tables
from generator.draw import Drawing
from generator.figures import Figure
from generator.model import Area, Aspect, Indicator, Organisation, Task
from generator.view import Cell, Column, Table, View


def book_figures(view: View) -> dict[str, Figure]:
    """The figures of the whole book by indicator: the trend of the plan's own area."""
    found = {one.id: figures.trend(view, one, view.plan.root) for one in view.plan.indicators.values()}
    return {name: figure for name, figure in found.items() if figure is not None}


def area_figures(view: View, area: Area) -> dict[str, Figure]:
    """The figures of a brief: small trends of an area's indicators, four at most."""
    plan = view.plan
    drawn = (figures.trend(view, one, area) for one in plan.indicators_for(area))
    found = {figure.id: figure for figure in drawn if figure is not None}
    return dict(list(found.items())[:4])


def book(view: View, found: Mapping[str, Figure], drawings: Mapping[str, Drawing]) -> str:
    """The whole book: cover, what is official, contents, a chapter an aspect, cities, who does what, sources, index."""
    chapters: list[tuple[str, str, list[tuple[str, str]], str]] = []
    for aspect in view.plan.aspects_under(None):
        entries, text = _aspect(view, aspect, found, drawings)
        number = f"{aspect.number} {view.text(aspect.title)}"
        chapters.append((f"aspect-{aspect.id}", number, entries, text))
    free = [task for task in view.plan.tasks.values() if view.plan.aspect_of(task) is None]
    loose = [one for one in view.plan.indicators.values() if not _home(view, one)]
    if free:
        entries = [(f"task-{one.id}", f"{one.number} {view.text(one.title)}") for one in free]
        chapters.append(("tasks", view.say("nav.tasks"), entries, "".join(_task(view, one) for one in free)))
    if loose:
        entries = [(f"indicator-{one.id}", view.text(one.title)) for one in loose]
        text = "".join(_indicator(view, one, found, drawings) for one in loose)
        chapters.append(("indicators", view.say("nav.indicators"), entries, text))
    if view.plan.peers:
        entries = [(f"area-{one.id}", view.text(one.title)) for one in view.plan.peers]
        text = "".join(_area(view, one) for one in view.plan.peers)
        chapters.append(("areas", view.say("book.areas"), entries, text))
    if view.plan.tasks:
        chapters.append(("who", view.say("book.matrix"), [], table_html(responsibilities(view))))
    chapters.append(("sources", view.say("book.sources"), [], _sources(view)))
    chapters.append(("index", view.say("book.index"), [], _index(view)))
    body = [_cover(view), _official(view), _contents(view, chapters)]
    body += [
        f'<section class="chapter"><h1 id="{escape(key)}">{escape(title)}</h1>{text}</section>'
        for key, title, _, text in chapters
    ]
    return _document(view, view.text(view.plan.identity.title), "".join(body), "book")


def area_brief(view: View, area: Area, found: Mapping[str, Figure], drawings: Mapping[str, Drawing], rows: int) -> str:
    """Two pages about one place; `rows` is the most that a table holds."""
    title = view.text(area.title)
    parts = [_brief_head(view, title), _paragraph(tables.area_headline(view, area))]
    shown = (tables.area_stages(view, area), tables.area_comparison(view, area))
    parts += [table_html(table, rows, view) for table in shown if table is not None]
    pictures = "".join(_figure(one, drawings) for one in found.values())
    parts.append(f'<div class="pictures">{pictures}</div>')
    if tasks := view.plan.tasks_naming(area):
        parts.append(
            table_html(tables.task_table(view, tasks, "tasks", view.say("book.area_tasks", area=title)), rows, view)
        )
    return _document(view, title, "".join(parts), "brief")


def organisation_brief(view: View, organisation: Organisation, rows: int) -> str:
    """Two pages about what one organisation answers for."""
    title = view.text(organisation.title)
    parts = [_brief_head(view, title)]
    if organisation.summary:
        parts.append(_paragraph(view.text(organisation.summary)))
    parts.append(_paragraph(duties_view.load_words(view, organisation)))
    for table in (duties_view.duties(view, organisation, "lead"), duties_view.duties(view, organisation, "supporting")):
        if table is not None:
            parts.append(table_html(table, rows, view))
    return _document(view, title, "".join(parts), "brief")


def responsibilities(view: View) -> Table:
    """Every task with who leads and who supports."""
    titles = (view.say("book.number"), view.say("table.task"), view.role_word("lead"), view.role_word("supporting"))
    columns = tuple(Column(title) for title in titles)
    rows = tuple(
        (
            Cell(task.number),
            Cell(view.text(task.title)),
            Cell(view.say("book.between").join(view.short(name) for name in task.lead)),
            Cell(view.say("book.between").join(view.short(name) for name in task.supporting)),
        )
        for task in view.plan.tasks.values()
    )
    return Table("responsibilities", view.say("book.matrix"), columns, rows)


# --- parts ------------------------------------------------------------------------------------------------------


def table_html(table: Table, most: int = 0, view: View | None = None) -> str:
    """A table with its caption and heads; beyond `most` rows a line says how many more there are."""
    head = "".join(f'<th scope="col"{_kind(one)}>{escape(one.title)}</th>' for one in table.columns)
    shown = table.rows[:most] if most else table.rows
    rows = "".join(
        "<tr>"
        + "".join(_cell(*pair, place) for place, pair in enumerate(zip(row, table.columns, strict=False)))
        + "</tr>"
        for row in shown
    )
    left = len(table.rows) - len(shown)
    more = _paragraph(view.say("book.more_rows", count=left)) if left and view else ""
    caption = f"<caption>{escape(table.caption)}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _kind(column: Column) -> str:
    return ' class="number"' if column.numeric else ""


def _cell(cell: Cell, column: Column, place: int) -> str:
    marks = "".join(f' <span class="mark">[{escape(mark.word)}]</span>' for mark in cell.marks)
    note = f' <span class="mark">{escape(cell.note)}</span>' if cell.note else ""
    text = f"{escape(cell.text)}{marks}{note}"
    return f'<th scope="row">{text}</th>' if place == 0 else f"<td{_kind(column)}>{text}</td>"


def _figure(figure: Figure, drawings: Mapping[str, Drawing]) -> str:
    drawing = drawings.get(figure.id)
    if drawing is None or drawing.file is None:
        return ""
    said = f"{figure.title}. {figure.subtitle}"
    return f'<figure><img src="figure:{escape(figure.id)}" alt="{escape(said)}"></figure>'


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


def _document(view: View, title: str, body: str, kind: str) -> str:
    issuer = escape(view.title("organisations", view.plan.identity.issuer))
    return (
        f'<!DOCTYPE html><html lang="{escape(view.language.tag)}"><head><meta charset="utf-8"><title>{escape(title)}'
        f'</title><meta name="author" content="{issuer}"></head>'
        f'<body class="{kind}">{body}</body></html>'
    )


def _cover(view: View) -> str:
    identity = view.plan.identity
    lines = [view.title("organisations", identity.issuer), identity.document_number or ""]
    if identity.as_of:
        lines.append(view.say("book.as_of", date=identity.as_of.isoformat()))
    text = "".join(_paragraph(line) for line in lines)
    return f'<section class="cover"><p class="title">{escape(view.text(identity.title))}</p>{text}</section>'


def _counts(view: View) -> Iterator[tuple[str, int]]:
    plan = view.plan
    rows = [one for each in plan.indicators.values() for part in plan.rows_of(each) for one in part]
    for basis in ("official", "derived", "reconstructed", "illustrative"):
        yield basis, sum(row.basis == basis for row in rows)


def _official(view: View) -> str:
    rows = tuple(
        (Cell(view.say(f"basis.{basis}.word")), Cell(view.say(f"book.basis.{basis}")), Cell(str(count)))
        for basis, count in _counts(view)
    )
    columns = (Column(view.say("book.word")), Column(view.say("book.meaning")), Column(view.say("book.numbers"), True))
    table = table_html(Table("basis", view.say("book.official_caption"), columns, rows))
    return f'<section class="chapter"><h1 id="official">{escape(view.say("book.official"))}</h1>{table}</section>'


def _contents(view: View, chapters: Sequence[tuple[str, str, list[tuple[str, str]], str]]) -> str:
    items = [_entry("official", view.say("book.official"))]
    for key, title, entries, _ in chapters:
        below = "".join(f"<li>{_entry(*one)}</li>" for one in entries)
        items.append(_entry(key, title) + (f"<ul>{below}</ul>" if below else ""))
    text = "".join(f"<li>{item}</li>" for item in items)
    return f'<nav class="contents"><h1>{escape(view.say("book.contents"))}</h1><ul>{text}</ul></nav>'


def _entry(key: str, title: str) -> str:
    return f'<a href="#{escape(key)}">{escape(title)}</a>'


def _aspect(
    view: View, aspect: Aspect, found: Mapping[str, Figure], drawings: Mapping[str, Drawing]
) -> tuple[list[tuple[str, str]], str]:
    tasks = _tasks_below(view, aspect)
    entries = [(f"task-{one.id}", f"{one.number} {view.text(one.title)}") for one in tasks]
    parts = [_paragraph(view.text(aspect.summary)), *(_task(view, one) for one in tasks)]
    mine = [one for one in view.plan.indicators.values() if _home(view, one) == aspect.id]
    parts += [_indicator(view, one, found, drawings) for one in mine]
    entries += [(f"indicator-{one.id}", view.text(one.title)) for one in mine]
    return entries, "".join(parts)


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


def _task(view: View, task: Task) -> str:
    lines = [_paragraph(view.text(task.summary))]
    for title, names in ((view.role_word("lead"), task.lead), (view.role_word("supporting"), task.supporting)):
        if names:
            said = view.say("book.between").join(view.title("organisations", name) for name in names)
            lines.append(f"<p><b>{escape(title)}</b> {escape(said)}</p>")
    title = f"{task.number} {view.text(task.title)}"
    return f'<h2 id="task-{escape(task.id)}">{escape(title)}</h2>{"".join(lines)}'


def _indicator(view: View, indicator: Indicator, found: Mapping[str, Figure], drawings: Mapping[str, Drawing]) -> str:
    parts = [f'<h2 id="indicator-{escape(indicator.id)}">{escape(view.text(indicator.title))}</h2>']
    parts.append(_paragraph(view.text(indicator.definition)))
    if (figure := found.get(indicator.id)) is not None:
        parts += [_figure(figure, drawings), table_html(figure.table)]
    return "".join(parts)


def _area(view: View, area: Area) -> str:
    shown = (tables.area_stages(view, area), tables.area_comparison(view, area))
    text = "".join(table_html(table) for table in shown if table is not None)
    title = escape(view.text(area.title))
    return f'<h2 id="area-{escape(area.id)}">{title}</h2>{_paragraph(tables.area_headline(view, area))}{text}'


def _sources(view: View) -> str:
    items = []
    for source in view.plan.sources.values():
        words = [view.text(source.title), view.text(source.publisher), str(source.date or ""), source.url or ""]
        items.append(f"<li>{escape(view.say('book.between').join(filter(None, words)))}</li>")
    return f"<ul>{''.join(items)}</ul>"


def _index(view: View) -> str:
    plan = view.plan
    entries = [(view.text(one.title), f"indicator-{one.id}") for one in plan.indicators.values()]
    entries += [(view.text(one.title), f"area-{one.id}") for one in plan.peers]
    entries += [(view.text(one.title), f"task-{one.id}") for one in plan.tasks.values()]
    return f'<ul class="index">{_items(sorted(entries))}</ul>'


def _items(entries: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<li>{_entry(key, title)}</li>" for title, key in entries)


def _brief_head(view: View, title: str) -> str:
    plan = escape(view.text(view.plan.identity.title))
    return f'<p class="kicker">{plan}</p><h1>{escape(title)}</h1>{_paragraph(view.say("book.brief_note"))}'
