"""The page of its own that each figure and table has: no header, no navigation, no script, fit for an <iframe>.

The page fills the frame it is given and scales its drawing to it, so that the page around needs no script either.
"""

from __future__ import annotations

import html

import jinja2
from markupsafe import Markup, escape

from generator.citation import Citation
from generator.figures import Figure
from generator.markdown import clean
from generator.view import View, split_han

HEIGHTS = {"figures": 480, "tables": 560}
"""How high the frame of the code to copy is, in CSS pixels; its width is that of the column it stands in."""

SHOWN = 1
"""More sources than these are folded away below a drawing."""


def embed_code(citation: Citation, folder: str, name: str) -> str:
    """The HTML that shows a figure or table on another site. Without an address of the site it names the file alone."""
    source = html.escape(citation.address or f"{folder}/{name}.html")
    return (
        f'<iframe src="{source}" title="{html.escape(citation.title)}" width="100%" height="{HEIGHTS[folder]}"'
        ' loading="lazy"></iframe>'
    )


def embed_page(
    templates: jinja2.Environment, view: View, citation: Citation, page: tuple[str, str], body: Markup, kind: str
) -> str:
    """The whole page around a ready body. `page` is the title and the address (from here) of the page it stands on."""
    closed = view.say("footer.as_of", date=view.language.date(citation.closed)) if citation.closed else ""
    return templates.get_template("embed.html.j2").render(
        tag=view.language.tag,
        title=citation.title,
        site=citation.site,
        address=citation.address,
        page=page[1],
        more=view.say("use.more", title=clean(page[0])),
        separator=str(view.language.words["meta"]["separator"]),
        release=view.say("footer.release", release=citation.release) if citation.release else "",
        closed=closed,
        kind=kind,
        body=body,
    )


def figure_body(view: View, figure: Figure, title: str, source: str, svg: str) -> Markup:
    """A figure with its finding, its drawing as ready SVG and its source; colours follow the reader's system."""
    marks = [Markup('<span class="pe-mark pe-mark--{}">{}</span>').format(*mark) for mark in figure.key]
    key = Markup('<p class="pe-chart__key">{}</p>\n').format(Markup(" ").join(marks)) if marks else Markup("")
    return Markup(
        '<figure class="pe-chart">\n<figcaption>\n<h1 class="pe-chart__title">{title}</h1>\n'
        '<p class="pe-chart__subtitle">{subtitle}</p>\n</figcaption>\n<div class="pe-chart__drawing">{svg}</div>\n'
        "{key}{source}\n</figure>"
    ).format(
        title=_marked(view, title),
        subtitle=_marked(view, clean(figure.subtitle)),
        svg=Markup(svg),  # noqa: S704 -- drawn by us
        key=key,
        source=_source(view, figure, source),
    )


def _marked(view: View, text: str) -> Markup:
    """A plain text as HTML; what is Chinese in it is marked as such on pages of another language."""
    if view.han_tag is None:
        return escape(text)
    han = Markup('<span lang="{}">{}</span>')
    return Markup("").join(han.format(view.han_tag, run) if is_han else escape(run) for is_han, run in split_han(text))


def _source(view: View, figure: Figure, source: str) -> Markup:
    """The sources and the numbers behind a figure; several sources are folded away, to leave room for the drawing."""
    line = Markup('<p class="pe-chart__source">{}{}<a href="{}.csv">CSV</a></p>').format(
        _marked(view, source), str(view.language.words["meta"]["separator"]), figure.id
    )
    if len(figure.sources) <= SHOWN:
        return line
    summary = view.say("use.sources", count=len(figure.sources))
    return Markup('<details class="pe-more"><summary>{}</summary>\n{}\n</details>').format(summary, line)


def table_body(table: str, up: str) -> Markup:
    """A table as it stands on its page, `up` from the language's root, with its links led from `tables/`."""
    moved = table.replace(f'href="{up}', 'href="../') if up else _from_root(table)
    return Markup(moved)  # noqa: S704 -- rendered with every value escaped


def _from_root(table: str) -> str:
    """Links of the language's first page, which go up by nothing."""
    return table.replace('href="./', 'href="').replace('href="', 'href="../')
