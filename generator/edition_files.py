"""Files of one language beside its pages: downloads of each figure, the search index, the data of the comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import jinja2

from generator import compare_view, draw, metadata, search_index
from generator.citation import FIGURES, TABLES, cite_figure, cite_table
from generator.config import Config
from generator.downloads import compare_data, figure_script, figure_spec
from generator.edition import Edition, source_line, titled
from generator.embed import embed_page, figure_body, table_body
from generator.feeds import feed_files
from generator.formats_twins import twins
from generator.markdown import clean
from generator.pages import glossary_entries
from generator.render import Page
from generator.site import style_sheet
from generator.sitefile import SiteFile, text_file
from generator.studio import Drawing, Picture
from generator.use_files import figure_rows, files_of, table_rows


@dataclass(frozen=True)
class DrawnEdition:
    """One language with everything that its files are made of."""

    config: Config
    edition: Edition
    drawings: Mapping[str, Drawing]
    """Each figure's drawing by its id, drawn when it is asked for."""
    pictures: Callable[[Mapping[str, str]], Mapping[str, Picture]]
    """Makes pictures of SVG files."""
    cache: Path | None = None
    """Where what is made once is kept; None keeps nothing."""

    @cached_property
    def templates(self) -> jinja2.Environment:
        loader = jinja2.FileSystemLoader(self.config.templates)
        environment = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        environment.globals["style"] = style_sheet(self.config.templates / "theme", self.cache).path
        return environment


def figure_downloads(drawn: DrawnEdition, name: str) -> Iterator[SiteFile]:
    """Downloads of a figure and its own page: rows, citations, Vega-Lite, pictures, the interactive one's script."""
    edition, view = drawn.edition, drawn.edition.view
    features = drawn.config.site.features
    if not (features.reuse or features.explore):
        return
    figure, spec = edition.figures[name], edition.specs[name]
    if features.explore:
        yield text_file(f"figures/{name}.vl.js", figure_script(figure, spec))
    if not features.reuse:
        return
    drawing = drawn.drawings[name]
    title, source = titled(view, figure), source_line(view, figure)
    citation = cite_figure(view, figure)
    for ending, content in files_of(view, citation, figure_rows(view, figure)):
        yield _file(f"{FIGURES}/{name}.{ending}", content)
    svg = draw.inline_svg(drawing.svg, title, f"{clean(figure.subtitle)}. {source}", name)
    body = figure_body(view, figure, title, source, svg)
    around = _from_folder(edition.homes[name], name)
    yield text_file(f"{FIGURES}/{name}.html", embed_page(drawn.templates, view, citation, around, body, "figure"))
    yield text_file(f"figures/{name}.vl.json", figure_spec(title, figure, spec, source))
    if drawing.file is not None:
        yield text_file(f"figures/{name}.svg", drawing.file)
    if drawing.png is not None:
        yield SiteFile(f"figures/{name}.png", drawing.png)


def table_downloads(drawn: DrawnEdition, page: Page) -> Iterator[SiteFile]:
    """Downloads of each table that stands on a page by itself, and its own page."""
    view = drawn.edition.view
    up = "../" * page.address.count("/")
    if not drawn.config.site.features.reuse:
        return
    for name, table, html in page.tables:
        citation = cite_table(view, name, table)
        for ending, content in files_of(view, citation, table_rows(view, table)):
            yield _file(f"{TABLES}/{name}.{ending}", content)
        around = _from_folder(page, f"{table.id}-caption")
        body = table_body(html, up)
        yield text_file(f"{TABLES}/{name}.html", embed_page(drawn.templates, view, citation, around, body, "table"))


FIGURE_FILES: Mapping[str, Callable[[DrawnEdition, str], Iterator[SiteFile]]] = {"downloads": figure_downloads}
"""Every kind of file that belongs to one figure, made of nothing but the figure, its drawing, the page that it stands
on first, words, sources and settings. They are taken over with it into the next build."""


def twin_files(drawn: DrawnEdition, page: Page) -> Iterator[SiteFile]:
    """A page as JSON and as Markdown, beside its HTML."""
    if not drawn.config.site.features.twins:
        return
    for path, text in twins(drawn.edition.view, page):
        yield text_file(path, text)


PAGE_FILES: Mapping[str, Callable[[DrawnEdition, Page], Iterator[SiteFile]]] = {
    "tables": table_downloads,
    "twins": twin_files,
}
"""Every kind of file that belongs to one page, made of nothing but the page, words, sources and settings."""


def _from_folder(page: Page, anchor: str) -> tuple[str, str]:
    """A page's title, and its address from `figures/` or `tables/`."""
    return page.title, f"../{page.address}#{anchor}"


def _file(path: str, content: str | bytes) -> SiteFile:
    """A file of text or of bytes; a text keeps its line ends, which RIS asks to be CR LF."""
    return SiteFile(path, content if isinstance(content, bytes) else content.encode())


def search_files(drawn: DrawnEdition) -> Iterator[SiteFile]:
    """What the search box loads."""
    edition = drawn.edition
    entries = [page.search for page in edition.pages] + glossary_entries(edition.view)
    found = search_index.complete(edition.view, entries)
    facets, numbers = search_index.facets(edition.view, found), search_index.number_words(edition.view)
    for path, text in search_index.index_files(found, facets, numbers):
        yield text_file(f"assets/{path}", text)


def compare_files(drawn: DrawnEdition) -> Iterator[SiteFile]:
    """The numbers of the page that sets areas side by side, where there is one."""
    view = drawn.edition.view
    if view.has_page(compare_view.PATH):
        yield text_file("assets/compare-data.js", compare_data(compare_view.data(view)))


def preview_files(drawn: DrawnEdition) -> Iterator[SiteFile]:
    """A picture for each kind of page, which other sites show beside a link; only where the site has an address."""
    if drawn.config.site.features.png and drawn.config.site.site_url:
        files = metadata.previews(drawn.edition.view, drawn.edition.pages)
        for path, picture in drawn.pictures(files).items():
            yield SiteFile(path, picture.content)


EDITION_FILES: Mapping[str, Callable[[DrawnEdition], Iterator[SiteFile]]] = {
    "search": search_files,
    "compare": compare_files,
    "previews": preview_files,
    "feeds": lambda drawn: feed_files(drawn.edition.view),
}
"""Every kind of file that a language has beside its pages; paths are from the language's folder."""


def figure_files(drawn: DrawnEdition, name: str) -> Iterator[SiteFile]:
    """All files of one figure."""
    for make in FIGURE_FILES.values():
        yield from make(drawn, name)


def page_files(drawn: DrawnEdition, page: Page) -> Iterator[SiteFile]:
    """All files of one page."""
    for make in PAGE_FILES.values():
        yield from make(drawn, page)
