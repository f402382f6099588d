"""One page rendered: drafts become Markdown with ready HTML blocks, every text escaped. Nothing is written here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import jinja2
from markupsafe import Markup, escape

from generator import duties_view, figures, history_view, levels, markdown, tables, verdicts
from generator.citation import FIGURES, TABLES, Citation, cite_figure, cite_table, cited
from generator.embed import embed_code
from generator.figures import Figure
from generator.model import Text
from generator.problems import Place
from generator.view import STATUS_SYMBOLS, Cell, Column, Table, View, split_han

_LONG = 12
"""From so many rows it is worth to remember a table."""
_MOST_TABLES = 500
_MOST_CELLS = 50_000


class Crumb(NamedTuple):
    title: str
    path: str


ROWS_IN_SIGHT = 500
"""A longer table comes in portions of so many rows: a browser lays out only those that are open."""


class PageTable(NamedTuple):
    """A table that stands on a page by itself, not behind a figure."""

    name: str
    """Its name among all tables of the language: the page's address and the table's id."""
    table: Table
    html: str


@dataclass(frozen=True)
class Page:
    """One page in one language: Markdown with `<!--pe:N-->` where ready HTML block N belongs."""

    path: str
    """Address from the language's root without slashes at the ends; empty for home."""
    title: str
    description: str
    kind: str
    markdown: str
    blocks: tuple[str, ...]
    figures: tuple[Figure, ...]
    tables: tuple[PageTable, ...]
    crumbs: tuple[Crumb, ...]
    search: Mapping[str, str]
    edit: Place | None = None
    toc: bool = True
    scripts: tuple[str, ...] = ()
    """Scripts of the theme that this page alone loads."""

    @property
    def source_path(self) -> str:
        """The Markdown file this page is, for MkDocs: a kind's list is the `index.md` of its folder."""
        if not self.path:
            return "index.md"
        return f"{self.path}/index.md" if self.kind == "list" else f"{self.path}.md"

    @property
    def figure_ids(self) -> tuple[str, ...]:
        return tuple(figure.id for figure in self.figures)

    @property
    def has_tables(self) -> bool:
        return bool(self.tables)

    @property
    def address(self) -> str:
        return f"{self.path}/" if self.path else ""


@dataclass(frozen=True)
class Draft:
    """A page before its template was rendered."""

    path: str
    template: str
    title: str
    description: str
    kind: str
    context: Mapping[str, Any] = field(default_factory=dict)
    crumbs: tuple[Crumb, ...] = ()
    terms: tuple[str, ...] = ()
    """Further words that the search finds this page by."""
    headline: str = ""
    """The one value or status that a search result shows."""
    edit: Place | None = None
    toc: bool = True
    scripts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Later:
    """A page whose draft is made only if it is needed: `make` is called when all drafts are known, or never."""

    path: str
    make: Callable[[], Draft]


class Shelf(Protocol):
    """Keeps the pages of one language from build to build."""

    def find(self, path: str) -> Page | None:
        """The page at a path, if it would come out the same now."""

    def put(self, page: Page, reads: Iterable[tuple[str, ...]]) -> Page:
        """Take a page that was made anew, with what it read of the numbers; gives the kept one if it is the same."""

    def hand_over(self, page: Page, reads: Iterable[tuple[str, ...]]) -> Any:
        """The same in a process whose memory will be lost; gives what `take` needs to know elsewhere."""

    def take(self, handed: Any) -> Page:
        """Take a page that was handed over by another process."""


# --- rendering --------------------------------------------------------------------------------------------------


class Renderer:
    """Renders drafts of one language. Text is escaped for Markdown in `.md.j2`, for HTML in `.html.j2`, by default."""

    def __init__(self, view: View, templates: Path, cache: Path | None = None) -> None:
        self.view = view
        self._texts: dict[tuple[str, Callable[[str], Markup]], Markup] = {}
        """Texts that were escaped before, and cells that were rendered: most of them stand on many pages."""
        self._tables: dict[tuple[int, str], tuple[Table, Markup]] = {}
        """Long tables that were rendered, by identity and depth of the page: some stand on many pages."""
        self._cells: dict[tuple[Cell, Column, bool, str], Markup] = {}
        loader = jinja2.FileSystemLoader(templates)
        options: dict[str, Any] = {
            "loader": loader,
            "undefined": jinja2.StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "keep_trailing_newline": True,
            "autoescape": True,
            "auto_reload": False,  # nobody edits them in the middle of a build
            "bytecode_cache": _compiled(cache),
        }
        self._markdown = jinja2.Environment(**options, finalize=_at_run_time(self.for_markdown))
        self._html = jinja2.Environment(**options, finalize=_at_run_time(self._for_html))
        shared = {
            "view": view,
            "plan": view.plan,
            "config": view.config.site,
            "say": view.say,
            "symbols": STATUS_SYMBOLS,
            "tables": tables,
            "figures": figures,
            "verdicts": verdicts,
            "duties": duties_view,
            "history_view": history_view,
            "levels": levels,
        }
        self._markdown.globals.update(shared)
        self._html.globals.update(shared, attr=_attribute)

    def for_markdown(self, value: Any) -> Any:
        return self._escaped(value, markdown.plain)

    def _for_html(self, value: Any) -> Any:
        return self._escaped(value, _escape_clean)

    def _escaped(self, value: Any, escaped: Callable[[str], Markup]) -> Any:
        """A value as a template writes it: texts escaped, Markup and anything else as it is."""
        if isinstance(value, Markup):
            return value
        if isinstance(value, str):
            known = self._texts.get((value, escaped))
            if known is None:
                known = self._texts[value, escaped] = self._foreign(value, escaped, None)
            return known
        if isinstance(value, Text):
            return self._foreign(self.view.text(value), escaped, self.view.tag_of(value))
        return value

    def _foreign(self, text: str, escaped: Callable[[str], Markup], tag: str | None) -> Markup:
        """An escaped text with the parts in another language marked as such."""
        if tag is not None:
            return Markup('<span lang="{}">{}</span>').format(tag, escaped(text))
        han = self.view.han_tag
        if han is None:
            return escaped(text)
        runs = split_han(text)
        if len(runs) == 1 and not runs[0][0]:
            return escaped(text)
        parts = []
        for is_han, run in runs:
            spaced = Markup(" ") if run[0].isspace() and not is_han else Markup("")
            after = Markup(" ") if run[-1].isspace() and run.strip() else Markup("")
            word = escaped(run)
            parts.append(
                Markup('<span lang="{}">{}</span>{}').format(han, word, after) if is_han else spaced + word + after
            )
        return Markup("").join(parts)

    def render(self, draft: Draft | Later) -> Page:
        """The page of a draft."""
        if isinstance(draft, Later):
            draft = draft.make()
        writer = Writer(self, draft)
        template = self._markdown.get_template(f"pages/{draft.template}.md.j2")
        text = template.render(**draft.context, draft=draft, w=writer)
        return Page(
            path=draft.path,
            title=markdown.clean(draft.title),
            description=markdown.clean(draft.description)[:300],
            kind=draft.kind,
            markdown=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
            blocks=tuple(writer.blocks),
            figures=tuple(writer.figures),
            tables=tuple(writer.tables),
            crumbs=tuple(crumb._replace(title=markdown.clean(crumb.title)) for crumb in draft.crumbs),
            search=_search_entry(self.view, draft),
            edit=draft.edit,
            toc=draft.toc,
            scripts=draft.scripts,
        )

    def part(self, name: str, context: Mapping[str, Any]) -> Markup:
        """One HTML part."""
        html = self._html.get_template(f"parts/{name}.html.j2").render(**context)
        return Markup(html)  # noqa: S704 -- rendered with every value escaped

    def long_table(self, name: str, table: Table, up: str, render: Callable[[], Markup]) -> Markup:
        """A table as rendered before, where this very one was."""
        key = (id(table), f"{name} {up}")
        known = self._tables.get(key)
        if known is None:
            if len(self._tables) > _MOST_TABLES:
                self._tables.clear()
            known = self._tables[key] = (table, render())
        return known[1]

    def cell(self, cell: Cell, column: Column, is_first: bool, up: str) -> Markup:
        """A cell of a table on a page that is `up` from the language's root; the first one of a row is its heading."""
        key = (cell, column, is_first, up)
        known = self._cells.get(key)
        if known is None:
            if len(self._cells) > _MOST_CELLS:
                self._cells.clear()
            macros: Any = self._html.get_template("parts/macros.html.j2").module
            macro = macros.row_heading if is_first else macros.row_cell
            known = self._cells[key] = macro(cell, column, lambda address: (up + address) or "./")
        return known


def _at_run_time(finalize: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """A finalizer that the template compiler does not run itself, so that compiled templates fit every language."""

    @jinja2.pass_eval_context
    def finalized(_: Any, value: Any) -> Any:
        return finalize(value)

    return finalized


def _compiled(cache: Path | None) -> jinja2.BytecodeCache | None:
    """Where compiled templates are kept, by the hash of their source; None compiles them anew."""
    if cache is None:
        return None
    folder = cache / "templates" / version("jinja2")
    folder.mkdir(parents=True, exist_ok=True)
    return jinja2.FileSystemBytecodeCache(str(folder))


def _escape_clean(text: str) -> Markup:
    return escape(markdown.clean(text))


@lru_cache(maxsize=4096)
def _attribute(text: object) -> Markup:
    """A text inside an HTML attribute."""
    return escape(markdown.clean(str(text)))


class Writer:
    """What a page template may call; it gathers the page's HTML blocks and figures."""

    def __init__(self, renderer: Renderer, draft: Draft) -> None:
        self._renderer = renderer
        self._up = "../" * len([part for part in draft.path.split("/") if part])
        self.view = renderer.view
        self.blocks: list[str] = []
        self.figures: list[Figure] = []
        self.tables: list[PageTable] = []
        self._prefix = draft.path.replace("/", ".") or "home"

    def rel(self, address: str) -> str:
        """An address from the language's root as a link from this page."""
        return (self._up + address) or "./"

    def root(self, address: str) -> str:
        """An address from the site's root as a link from this page."""
        return f"../{self._up}{address}"

    def part(self, name: str, **context: Any) -> Markup:
        """A block of HTML from `parts/`, put past the Markdown parser."""
        html = self._renderer.part(name, {**context, "w": self, "rel": self.rel, "root": self.root})
        return self._block(html)

    def inner(self, name: str, **context: Any) -> Markup:
        """A part inside another part."""
        table = context.get("table")
        if isinstance(table, Table) and len(table.rows) >= _LONG and context.keys() == {"table"}:
            return self._renderer.long_table(name, table, self._up, lambda: self._inner(name, context))
        return self._inner(name, context)

    def _inner(self, name: str, context: Mapping[str, Any]) -> Markup:
        return self._renderer.part(name, {**context, "w": self, "rel": self.rel, "root": self.root})

    def cells(self, table: Table, row: Sequence[Cell]) -> Markup:
        """The cells of a row of a table, one a line."""
        render, up = self._renderer.cell, self._up
        cells = enumerate(zip(row, table.columns, strict=True))
        return Markup("\n").join(render(cell, column, place == 0, up) for place, (cell, column) in cells)

    def _block(self, html: Markup) -> Markup:
        if not html.strip():
            return Markup("")
        self.blocks.append(str(html).strip())
        return Markup("\n\n<!--pe:{}-->\n\n").format(len(self.blocks) - 1)

    def table(self, table: Table | None) -> Markup:
        """A table with what a reader may take away of it; nothing where it has no rows."""
        if table is None or not table.rows:
            return Markup("")
        html = self.inner("table", table=table)
        name = f"{self._prefix}.{table.id}"
        shown = html if len(table.rows) <= ROWS_IN_SIGHT else self._portions(table)
        if not self.view.config.site.features.reuse:
            return self._block(shown)
        self.tables.append(PageTable(name, table, str(html)))
        files = (("csv", "CSV"), ("xlsx", "XLSX"), ("json", "JSON"))
        citation = cite_table(self.view, name, table)
        return self._block(
            shown + Markup("\n") + self._use("table", TABLES, name, f"{table.id}-caption", citation, files)
        )

    def _portions(self, table: Table) -> Markup:
        """A long table as several of the same columns: the first in sight, each of the others behind its rows."""
        count, parts = len(table.rows), []
        for start in range(0, count, ROWS_IN_SIGHT):
            stop = min(start + ROWS_IN_SIGHT, count)
            words = self.view.say("levels.rows_shown", first=start + 1, last=stop, count=count)
            part = replace(
                table,
                id=f"{table.id}--{start + 1}" if start else table.id,
                caption=f"{table.caption}{self.view.say('dash')}{words}",
                rows=table.rows[start:stop],
                ids=table.ids[start:stop],
            )
            parts.append((words, self.inner("table", table=part)))
        return self.inner("portions", first=parts[0][1], rest=parts[1:])

    def use_figure(self, figure: Figure) -> Markup:
        """What a reader may take away of a figure; nothing where the site does not offer it."""
        if not self.view.config.site.features.reuse:
            return Markup("")
        files = [("csv", "CSV"), ("xlsx", "XLSX"), ("json", "JSON"), ("svg", "SVG")]
        if figure.has_picture and self.view.config.site.features.png:
            files.append(("png", "PNG"))
        files.append(("vl.json", "Vega-Lite"))
        return self._use("figure", FIGURES, figure.id, figure.id, cite_figure(self.view, figure), files)

    def _use(
        self, kind: str, folder: str, name: str, anchor: str, citation: Citation, files: Iterable[tuple[str, str]]
    ) -> Markup:
        return self.inner(
            "use",
            kind=kind,
            base=f"{folder}/{name}",
            anchor=anchor,
            files=files,
            citation=cited(self.view, citation),
            code=embed_code(citation, folder, name),
        )

    def figure(self, figure: Figure | None) -> Markup:
        """A figure, once a page; nothing when there is nothing to draw."""
        if figure is None or figure.id in {one.id for one in self.figures}:
            return Markup("")
        self.figures.append(figure)
        return self.part("figure", figure=figure)

    def multiples(self, several: Iterable[Figure | None]) -> Markup:
        """Compact figures side by side."""
        known = {one.id for one in self.figures}
        new = [figure for figure in several if figure is not None and figure.id not in known]
        self.figures += new
        return self.part("multiples", figures=new) if new else Markup("")

    def ranks(self, several: Sequence[Figure]) -> Markup:
        """A ranking in portions: the first in sight, each of the others behind its places."""
        first = self.figure(several[0] if several else None)
        rest = several[1:]
        self.figures += rest
        return first + Markup("\n\n") + self.part("ranks", figures=rest) if rest else first

    def link(self, kind: str, name: str, title: str | None = None) -> Markup:
        """A Markdown link to a record's page."""
        label = self._renderer.for_markdown(title or getattr(self.view.plan, kind)[name].title)
        return Markup("[{}]({})").format(label, Markup(self.rel(self.view.href(kind, name))))  # noqa: S704 -- ids only

    def data_text(self, text: Text | None) -> Markup:
        """A longer text of the data in the Markdown subset, marked where it is in another language."""
        return markdown.subset(self.view.text(text)) if text else Markup("")


def _search_entry(view: View, draft: Draft) -> Mapping[str, str]:
    """What the search knows of a page: address, title, kind, text, further terms, headline value."""
    entry = {
        "u": f"{draft.path}/" if draft.path else "",
        "t": markdown.clean(draft.title),
        "k": view.say(f"kind.{draft.kind}"),
        "x": markdown.clean(draft.description)[:240],
        "n": markdown.clean(" ".join(dict.fromkeys(term for term in draft.terms if term and term != draft.title))),
        "v": markdown.clean(draft.headline),
    }
    return {key: text for key, text in entry.items() if text or key in ("u", "t")}
