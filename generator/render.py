"""One page rendered: drafts become Markdown with ready HTML blocks, every text escaped. Nothing is written here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from markupsafe import Markup, escape

from generator import duties_view, figures, history_view, levels, markdown, tables, verdicts
from generator.citation import FIGURES, TABLES, Citation, cite_figure, cite_table, cited
from generator.embed import embed_code
from generator.figures import Figure
from generator.linked import Count, Linked, Tongue, linked
from generator.model import Text
from generator.problems import Place
from generator.table_html import TableWriter, attribute
from generator.templating import Templates
from generator.view import STATUS_SYMBOLS, Cell, Table, View, split_han

_LONG = 12
"""From so many rows it is worth to remember a table."""
_MOST_TABLES = 500
_MOST_TEXTS = 200_000
_NO_TABLE = Table("", "", (), ())


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

    def bring(self, page: Page, reads: Iterable[tuple[str, ...]], told: Mapping[tuple[str, ...], str]) -> Page:
        """Take a page that was rendered elsewhere, with the hashes of the small answers that it read."""


# --- rendering --------------------------------------------------------------------------------------------------


class Renderer:
    """Renders drafts of one language. Text is escaped for Markdown in `.md.j2`, for HTML in `.html.j2`, by default."""

    def __init__(self, view: View, templates: Path, cache: Path | None = None) -> None:
        self.view = view
        self._up = ""
        """From the page that is being rendered to the language's root."""
        self._texts: dict[Callable[[str], Markup], dict[str, Markup]] = {markdown.plain: {}, _escape_clean: {}}
        """Texts that were escaped before: most of them stand on many pages."""
        self._long: dict[tuple[int, str], tuple[Table, Markup]] = {}
        """Long tables that were written, by identity and depth of the page: some stand on many pages."""
        self._markdown = Templates(templates, self.for_markdown, cache)
        self._html = Templates(templates, self.for_html, cache)
        self._tables = TableWriter(view, self.for_html)
        shared = {
            "view": view,
            "plan": view.plan,
            "config": view.config.site,
            "say": view.say,
            "symbols": STATUS_SYMBOLS,
            "counted": Count,
            "linked": linked,
            "tables": tables,
            "figures": figures,
            "verdicts": verdicts,
            "duties": duties_view,
            "history_view": history_view,
            "levels": levels,
        }
        self._markdown.globals.update(shared)
        self._html.globals.update(shared, attr=attribute)

    def for_markdown(self, value: Any) -> str:
        return self._escaped(value, markdown.plain)

    def for_html(self, value: Any) -> str:
        return self._escaped(value, _escape_clean)

    def _escaped(self, value: Any, escaped: Callable[[str], Markup]) -> str:
        """A value as a template writes it: texts escaped, Markup as it is."""
        if isinstance(value, Markup):
            return value
        if isinstance(value, Linked):
            return self._sentence(value, escaped)
        if isinstance(value, str):
            texts = self._texts[escaped]
            known = texts.get(value)
            if known is None:
                if len(texts) > _MOST_TEXTS:
                    texts.clear()
                known = texts[value] = self._foreign(value, escaped)
            return known
        if isinstance(value, Text):
            return self._escaped(self.view.text(value), escaped)
        return escape(value)

    def _sentence(self, sentence: Linked, escaped: Callable[[str], Markup]) -> Markup:
        """A sentence with its numbers as links to what they rest on, and with names of another language marked."""
        parts, place, is_markdown = [], 0, escaped is markdown.plain
        for start, end, to in sentence.links:
            if start < place:
                continue  # it is inside the one before, and was written with it
            parts.append(self._escaped(sentence[place:start], escaped))
            place = end
            if isinstance(to, Tongue):
                parts.append(f'<span lang="{attribute(to)}">{escaped(sentence[start:end])}</span>')
                continue
            text, address = self._escaped(sentence.cut(start, end), escaped), attribute(self._up + to)
            parts.append(f"[{text}]({address})" if is_markdown else f'<a href="{address}">{text}</a>')
        parts.append(self._escaped(sentence[place:], escaped))
        return Markup("".join(parts))  # noqa: S704 -- every part was escaped

    def _foreign(self, text: str, escaped: Callable[[str], Markup]) -> Markup:
        """An escaped text with the Chinese in it marked as such."""
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
        self._up = writer.up
        text = self._markdown.text(f"pages/{draft.template}.md.j2", {**writer.words, **draft.context, "draft": draft})
        return Page(
            path=draft.path,
            title=markdown.clean(draft.title),
            description=markdown.clean(draft.description)[:300],
            kind=draft.kind,
            markdown=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
            blocks=tuple(writer.blocks),
            figures=tuple(map(self._shown, writer.figures)),
            tables=tuple(writer.tables),
            crumbs=tuple(crumb._replace(title=markdown.clean(crumb.title)) for crumb in draft.crumbs),
            search=_search_entry(self.view, draft),
            edit=draft.edit,
            toc=draft.toc,
            scripts=draft.scripts,
        )

    def _shown(self, figure: Figure) -> Figure:
        """A figure after its page was rendered: without its table where nothing beside the page needs it."""
        features = self.view.config.site.features
        return figure if features.reuse or features.twins else replace(figure, table=_NO_TABLE)

    def part(self, name: str, context: Mapping[str, Any]) -> Markup:
        """One HTML part."""
        return Markup(self._html.text(f"parts/{name}.html.j2", context))  # noqa: S704 -- every value escaped

    def lines(self, name: str, context: Mapping[str, Any]) -> Markup:
        """Lines of Markdown that several pages share."""
        return Markup(self._markdown.text(f"pages/{name}.md.j2", context))  # noqa: S704 -- every value escaped

    def table(self, table: Table, up: str) -> Markup:
        """A table on a page that is `up` from the language's root; a long one as written before, where it was."""
        if len(table.rows) < _LONG:
            return self._tables.table(table, up)
        known = self._long.get((id(table), up))
        if known is None:
            if len(self._long) > _MOST_TABLES:
                self._long.clear()
            known = self._long[id(table), up] = (table, self._tables.table(table, up))
        return known[1]

    def cells(self, table: Table, row: Sequence[Cell], up: str) -> Markup:
        """The cells of a row of a table, one a line."""
        return self._tables.cells(table, row, up)


def _escape_clean(text: str) -> Markup:
    return escape(markdown.clean(text))


class Writer:
    """What a page template may call; it gathers the page's HTML blocks and figures."""

    def __init__(self, renderer: Renderer, draft: Draft) -> None:
        self._renderer = renderer
        self.up = "../" * len([part for part in draft.path.split("/") if part])
        """From this page to the language's root."""
        self.view = renderer.view
        self.blocks: list[str] = []
        self.figures: list[Figure] = []
        self.tables: list[PageTable] = []
        self._prefix = draft.path.replace("/", ".") or "home"

    def rel(self, address: str) -> str:
        """An address from the language's root as a link from this page."""
        return (self.up + address) or "./"

    def root(self, address: str) -> str:
        """An address from the site's root as a link from this page."""
        return f"../{self.up}{address}"

    def part(self, name: str, **context: Any) -> Markup:
        """A block of HTML from `parts/`, put past the Markdown parser."""
        html = self._renderer.part(name, {**context, "w": self, "rel": self.rel, "root": self.root})
        return self._block(html)

    def inner(self, name: str, **context: Any) -> Markup:
        """A part inside another part."""
        return self._renderer.part(name, {**context, "w": self, "rel": self.rel, "root": self.root})

    def html_of(self, table: Table) -> Markup:
        """A table inside a part."""
        return self._renderer.table(table, self.up)

    def cells(self, table: Table, row: Sequence[Cell]) -> Markup:
        """The cells of a row of a table, one a line."""
        return self._renderer.cells(table, row, self.up)

    # --- what most pages say: the names in `words` ---

    @property
    def words(self) -> Mapping[str, Any]:
        """What a page template knows beside its context."""
        names = ("kicker", "lead", "empty", "basis_notice", "illustrative_notice", "history", "annex_line")
        return {"w": self, **{name: getattr(self, name) for name in names}}

    def kicker(self, text: Any) -> Markup:
        """What kind of thing the page is about, above its title."""
        return self.part("kicker", text=text)

    def lead(self, text: Any) -> Markup:
        """The sentence under the title."""
        return self.part("lead", text=text)

    def empty(self, text: Any) -> Markup:
        """Why a section holds nothing."""
        return self.part("empty", text=text)

    def _notice(self, kind: str, body: str, link: tuple[str, str] | None = None) -> Markup:
        return self.part("notice", kind=kind, title=self.view.say(f"notice.{kind}.title"), body=body, link=link)

    def basis_notice(self, record: Any) -> Markup:
        """What a record rests on, where that is not the plan itself; else its note."""
        say, note = self.view.say, None if record.note is None else self.view.text(record.note)
        if record.basis == "reconstructed":
            body = say("notice.reconstructed.body")
            body = body if note is None else say("notice.with_note", body=body, note=note)
            return self._notice("reconstructed", body, self.view.page_link("about", "notice.how_to_correct"))
        if record.basis in ("derived", "illustrative"):
            return self._notice(record.basis, say(f"notice.{record.basis}.body"))
        return Markup("") if note is None else self._notice("info", note)

    def illustrative_notice(self) -> Markup:
        """That numbers of the page were made up."""
        link = self.view.page_link("about", "notice.how_made")
        return self._notice("illustrative", self.view.say("notice.illustrative.body"), link)

    def history(self, kind: str, key: str) -> Markup:
        """What a page said before, and since when: the last section of pages of records."""
        past = history_view.page_history(self.view, kind, key)
        return self._renderer.lines("_history", {"w": self, "past": past}) if past else Markup("")

    def annex_line(self, annex: Any) -> Markup:
        """Which annex of the plan a page is, with the way there."""
        return self._renderer.lines("_annex", {"w": self, "annex": annex}) if annex else Markup("")

    def _block(self, html: Markup) -> Markup:
        if not html.strip():
            return Markup("")
        self.blocks.append(str(html).strip())
        return Markup("\n\n<!--pe:{}-->\n\n").format(len(self.blocks) - 1)

    def table(self, table: Table | None) -> Markup:
        """A table with what a reader may take away of it; nothing where it has no rows."""
        if table is None or not table.rows:
            return Markup("")
        html = self.html_of(table)
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
            parts.append((words, self.html_of(part)))
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
        return Markup(f"[{label}]({self.rel(self.view.href(kind, name))})")  # noqa: S704 -- escaped; ids only

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
