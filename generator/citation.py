"""How a figure or table is cited: in words, as BibTeX and as RIS. Pure functions of what the page says already."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from generator.figures import Figure
from generator.markdown import clean
from generator.view import Table, View

FIGURES, TABLES = "figures", "tables"
"""Folders of a language that hold what a figure or a table is downloaded as, and its own page."""

NAMED = 3
"""How many sources a citation in words names."""

_BIBTEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip
_MEMBER = re.compile(r"[^a-z0-9-]+")


@dataclass(frozen=True)
class Citation:
    """What a reader must know to find a figure again. Texts are plain and in one language; empty means not known."""

    key: str
    """Unique in the site: language, plan and figure."""
    title: str
    detail: str
    """What the figure shows: unit, area, period; empty for a table."""
    author: str
    """Who runs the site, where the settings say so, else the name of the site."""
    site: str
    release: str
    """Name of the release of the data."""
    closed: datetime.date | None
    """The day on which the data were closed."""
    sources: tuple[str, ...]
    """Titles of the sources behind the numbers."""
    licence: str
    address: str
    """Where it stands for good; empty for a site that has no address yet."""
    language: str
    """BCP 47 tag."""

    def source(self, view: View) -> str:
        """All sources in one line."""
        return view.say("semicolon").join(self.sources)


def cite_figure(view: View, figure: Figure) -> Citation:
    """The citation of a figure; its title says so where it rests on made-up numbers."""
    title = view.say("figure.illustration") + figure.title if figure.illustrative else figure.title
    named = [view.title("sources", name) for name in figure.sources]
    return _cite(view, FIGURES, figure.id, title, figure.subtitle, named)


def cite_table(view: View, name: str, table: Table) -> Citation:
    """The citation of a table; `name` is its name among the tables of the language.

    The title says so where a number in it is made up.
    """
    made_up = view.say("basis.illustrative.word")
    cells = (cell for row in table.rows for cell in row)
    has_made_up = any(cell.text == made_up or any(mark.kind == "illustrative" for mark in cell.marks) for cell in cells)
    title = view.say("use.with_illustrations", title=table.caption) if has_made_up else table.caption
    return _cite(view, TABLES, name, title, "", [])


def _cite(view: View, folder: str, name: str, title: str, detail: str, sources: list[str]) -> Citation:
    identity, site, history = view.plan.identity, view.config.site, view.history
    name_of_site = clean(view.text(site.site_name))
    return Citation(
        key=f"{identity.id}-{name}-{view.language.code}",
        title=clean(title),
        detail=clean(detail),
        author=clean(view.text(site.footer.sponsor)) if site.footer.sponsor else name_of_site,
        site=name_of_site,
        release=clean((history.built_from if history.releases else site.release) or ""),
        closed=identity.as_of,
        sources=tuple(clean(source) for source in sources),
        licence=clean(view.text(identity.licence.title)) if identity.licence else "",
        address=own_address(view, folder, name),
        language=view.language.tag,
    )


def own_address(view: View, folder: str, name: str) -> str:
    """The whole address of the page of its own that a figure or table has; empty for a site without an address."""
    url = view.config.site.site_url
    return f"{url.rstrip('/')}/{view.language.code}/{folder}/{name}.html" if url else ""


def cited(view: View, citation: Citation) -> str:
    """The citation in words: who, what, where, which release, data of which day, sources, licence, address.

    Of many sources the first are named and the others counted; the files name all.
    """
    say = view.say
    named = say("semicolon").join(citation.sources[:NAMED])
    more = len(citation.sources) - NAMED
    parts = [
        citation.author if citation.author != citation.site else "",
        citation.title,
        citation.detail,
        say("use.cited_site", site=citation.site),
        say("use.cited_release", release=citation.release) if citation.release else "",
        say("use.cited_data", date=view.language.date(citation.closed)) if citation.closed else "",
        say("use.cited_source", source=say("use.cited_more", sources=named, count=more) if more > 0 else named)
        if named
        else "",
        say("use.cited_licence", licence=citation.licence) if citation.licence else "",
        citation.address,
    ]
    join, stop = say("use.cited_join"), say("full_stop")
    sentences = [part.rstrip(stop).strip() for part in parts if part]
    # An address ends without a full stop, which programs would take for a part of it.
    return join.join(sentences) + ("" if citation.address else stop)


def bibtex(view: View, citation: Citation) -> str:
    """An entry for BibTeX and BibLaTeX, in UTF-8; signs that TeX would obey are disarmed."""
    notes = [
        view.say("use.cited_data", date=view.language.date(citation.closed)) if citation.closed else "",
        view.say("use.cited_source", source=citation.source(view)) if citation.sources else "",
        view.say("use.cited_licence", licence=citation.licence) if citation.licence else "",
    ]
    fields = {
        "title": f"{{{_tex(citation.title)}}}",
        "author": f"{{{_tex(citation.author)}}}",
        "year": str(citation.closed.year) if citation.closed else "",
        "date": citation.closed.isoformat() if citation.closed else "",
        "howpublished": _tex(citation.site),
        "version": _tex(citation.release),
        "note": _tex(view.say("semicolon").join(note for note in notes if note)),
        "abstract": _tex(citation.detail),
        "url": citation.address,
        "langid": {"en": "english", "zh": "chinese"}.get(citation.language.split("-")[0], citation.language),
    }
    lines = [f"  {name} = {{{text}}}," for name, text in fields.items() if text]
    return "\n".join([f"@misc{{{_MEMBER.sub('-', citation.key.lower())},", *lines, "}", ""])


def _tex(text: str) -> str:
    return "".join(_BIBTEX.get(sign, sign) for sign in _one_line(text))


def ris(view: View, citation: Citation) -> str:
    """The same as a RIS record of a data set, which reference managers read; lines end in CR LF as RIS asks."""
    fields = [
        ("TY", "DATA"),
        ("ID", citation.key),
        ("TI", citation.title),
        ("AU", citation.author),
        ("PB", citation.site),
        ("PY", str(citation.closed.year) if citation.closed else ""),
        ("DA", citation.closed.strftime("%Y/%m/%d") if citation.closed else ""),
        ("ET", citation.release),
        ("AB", citation.detail),
        ("N1", view.say("use.cited_source", source=citation.source(view)) if citation.sources else ""),
        ("C1", view.say("use.cited_licence", licence=citation.licence) if citation.licence else ""),
        ("LA", citation.language),
        ("UR", citation.address),
    ]
    lines = [f"{tag}  - {_one_line(text)}" for tag, text in fields if text]
    return "\r\n".join([*lines, "ER  - ", ""])


def _one_line(text: str) -> str:
    """A text without line breaks, which would begin another field."""
    return " ".join(text.split())
