"""Files of one language beside its pages: downloads of each figure, the search index, the data of the comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator import compare_view, draw, metadata
from generator.config import Config
from generator.downloads import compare_data, figure_csv, figure_script, figure_spec, search_index
from generator.edition import Edition, source_line, titled
from generator.feeds import feed_files
from generator.pages import glossary_entries
from generator.sitefile import SiteFile, text_file


@dataclass(frozen=True)
class DrawnEdition:
    """One language with everything that its files are made of."""

    config: Config
    edition: Edition
    drawings: Mapping[str, draw.Drawing]
    """Each figure's drawing by its id."""
    cache: Path | None = None
    """Where pictures are kept; None keeps nothing."""


def figure_files(drawn: DrawnEdition) -> Iterator[SiteFile]:
    """Downloads of each figure: CSV, Vega-Lite, SVG and PNG where there are any, the script of the interactive one."""
    edition, view = drawn.edition, drawn.edition.view
    for name, figure in edition.figures.items():
        drawing, spec = drawn.drawings[name], edition.specs[name]
        title, source = titled(view, figure), source_line(view, figure)
        yield text_file(f"figures/{name}.csv", figure_csv(figure))
        yield text_file(f"figures/{name}.vl.json", figure_spec(title, figure, spec, source))
        if drawing.file is not None:
            yield text_file(f"figures/{name}.svg", drawing.file)
        if drawing.png is not None:
            yield SiteFile(f"figures/{name}.png", drawing.png)
        if drawn.config.site.features.explore:
            yield text_file(f"figures/{name}.vl.js", figure_script(figure, spec))


def search_files(drawn: DrawnEdition) -> Iterator[SiteFile]:
    """What the search box loads."""
    edition = drawn.edition
    entries = [page.search for page in edition.pages] + glossary_entries(edition.view)
    yield text_file("assets/search-index.js", search_index(entries))


def compare_files(drawn: DrawnEdition) -> Iterator[SiteFile]:
    """The numbers of the page that sets areas side by side, where there is one."""
    view = drawn.edition.view
    if view.has_page(compare_view.PATH):
        yield text_file("assets/compare-data.js", compare_data(compare_view.data(view)))


def preview_files(drawn: DrawnEdition) -> Iterator[SiteFile]:
    """A picture for each kind of page, which other sites show beside a link; only where the site has an address."""
    if drawn.config.site.features.png and drawn.config.site.site_url:
        files = metadata.previews(drawn.edition.view, drawn.edition.pages)
        for path, picture in draw.draw_pictures(files, drawn.cache).items():
            yield SiteFile(path, picture)


EDITION_FILES: Mapping[str, Callable[[DrawnEdition], Iterator[SiteFile]]] = {
    "figures": figure_files,
    "search": search_files,
    "compare": compare_files,
    "previews": preview_files,
    "feeds": lambda drawn: feed_files(drawn.edition.view),
}
"""Every kind of file that a language has beside its pages; paths are from the language's folder."""


def edition_files(drawn: DrawnEdition) -> Iterator[SiteFile]:
    """All of them."""
    for make in EDITION_FILES.values():
        yield from make(drawn)
