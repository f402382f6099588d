"""One language's site before it is built: its pages with drawings in place, front matter, navigation, footer."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from generator import draw, metadata
from generator.charts import vega_lite
from generator.config import Config
from generator.feedback import report_link
from generator.feeds import ATOM, JSON
from generator.figures import Figure
from generator.history_view import FEED_KINDS, feed_path
from generator.markdown import clean
from generator.render import Page
from generator.site import LanguageSite, SourceFile
from generator.studio import Drawing
from generator.view import View

PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".svg", ".gif", ".pdf"}
"""Files beside the prose of `content/` that are published with it."""


Value = TypeVar("Value")


@dataclass(frozen=True)
class Edition:
    """The pages of one language before they are built."""

    view: View
    pages: tuple[Page, ...]

    @cached_property
    def paths(self) -> frozenset[str]:
        """The path of every page."""
        return frozenset(page.path for page in self.pages)

    @cached_property
    def owners(self) -> dict[str, Page]:
        """The page that decides each figure: the last one it stands on."""
        return {name: page for page in self.pages for name in page.figure_ids}

    @cached_property
    def homes(self) -> dict[str, Page]:
        """The first page that each figure stands on."""
        homes: dict[str, Page] = {}
        for page in self.pages:
            for name in page.figure_ids:
                homes.setdefault(name, page)
        return homes

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """Every figure of any page, once each; one of a page that was kept is read when it is asked for."""
        owners = self.owners
        return Lazily(owners, lambda name: next(one for one in owners[name].figures if one.id == name))

    @cached_property
    def specs(self) -> Mapping[str, dict[str, Any]]:
        """The Vega-Lite specification of every figure, made when it is asked for."""
        return Lazily(self.owners, lambda name: vega_lite(self.figures[name].chart))


class Lazily(Mapping[str, Value]):
    """A value for each name, made when it is first asked for."""

    def __init__(self, names: Iterable[str], make: Callable[[str], Value]) -> None:
        self._names, self._make, self._made = dict.fromkeys(names), make, dict[str, Value]()

    def __getitem__(self, name: str) -> Value:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def titled(view: View, figure: Figure) -> str:
    """The finding, with the word "illustration" before it where it rests on made-up numbers."""
    return clean(view.say("figure.illustration") + figure.title if figure.illustrative else figure.title)


def source_line(view: View, figure: Figure) -> str:
    """The sources of a figure in one line of plain text."""
    if not figure.sources:
        return view.say("figure.source_plan")
    comma = str(view.language.words["meta"]["comma"])
    return clean(view.say("figure.source") + comma.join(view.title("sources", name) for name in figure.sources))


def language_site(
    config: Config,
    edition: Edition,
    editions: Sequence[Edition],
    addresses: Mapping[str, set[str]],
    drawings: Mapping[tuple[str, str], Drawing],
    strict: bool,
    wanted: Collection[str] | None = None,
    compiled: Path | None = None,
) -> LanguageSite:
    """The pages of one language as MkDocs takes them, drawings in their places; `wanted` names those to build."""
    view = edition.view
    code = view.language.code

    def drawn(name: str) -> str:
        figure = edition.figures[name]
        told = f"{clean(figure.subtitle)}. {source_line(view, figure)}"
        return draw.inline_svg(drawings[code, name].svg, titled(view, figure), told, name)

    inline = Lazily(edition.owners, drawn)
    files = tuple(
        SourceFile(
            page.source_path,
            page.markdown,
            page_meta(config, edition, page, editions, addresses),
            tuple(_with_drawings(block, inline) for block in page.blocks),
        )
        for page in edition.pages
        if wanted is None or page.path in wanted
    )
    url = config.site.site_url
    folder = config.content / code
    attachments = tuple(
        (path.relative_to(folder).as_posix(), path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix.lower() in PICTURES and path.resolve().is_relative_to(folder.resolve())
    )
    return LanguageSite(
        language=code,
        material_language=str(view.language.words["meta"]["material"]),
        name=clean(view.text(config.site.site_name)),
        url=f"{url.rstrip('/')}/{code}/" if url else None,
        description=edition.pages[0].description,
        files=files,
        nav=_nav(edition),
        extra={"pe": _extra(config, edition)},
        theme=config.templates / "theme",
        attachments=attachments,
        builder=config.site.builder,
        compiled=compiled,
        strict=strict,
    )


_DRAWING = re.compile(r"<!--svg:([a-z0-9-]+)-->")


def _with_drawings(block: str, inline: Mapping[str, str]) -> str:
    return _DRAWING.sub(lambda match: inline[match[1]], block)


def _nav(edition: Edition) -> tuple[tuple[str, str], ...]:
    """The short navigation: the plan, the lists of its parts, and the pages that compare them."""
    pages = {page.path: page for page in edition.pages}
    names = (
        "plan",
        "tasks",
        "areas",
        "indicators",
        "organisations",
        "responsibilities",
        "targets",
        "monitoring",
        "data",
    )
    return tuple((pages[name].title, pages[name].source_path) for name in names if name in pages)


def page_meta(
    config: Config, edition: Edition, page: Page, editions: Sequence[Edition], addresses: Mapping[str, set[str]]
) -> dict[str, Any]:
    """The front matter of a page: what the theme needs beside its text."""
    view = edition.view
    up = "../" * (page.address.count("/") + 1)
    url = config.site.site_url
    alternates = []
    for other in editions:
        language = other.view.language
        if page.address in addresses[language.code]:
            entry = {
                "lang": language.tag,
                "hreflang": language.tag,
                "name": language.name,
                "url": f"{up}{language.code}/{page.address}",
            }
        elif language is not edition.view.language:
            continue
        else:
            entry = {"lang": language.tag, "hreflang": language.tag, "name": language.name, "url": "./"}
        if url:
            entry["absolute"] = f"{url.rstrip('/')}/{language.code}/{page.address}"
        alternates.append(entry)
    if alternates:
        alternates.append({**alternates[0], "hreflang": "x-default"})
    crumbs = [{"title": crumb.title, "url": f"{crumb.path}/" if crumb.path else "."} for crumb in page.crumbs]
    return {
        "title": page.title,
        "description": page.description,
        "crumbs": [*crumbs, {"title": page.title, "url": None}] if crumbs else [],
        "alternates": alternates if len(alternates) > 1 else [],
        "type": "article" if page.kind in ("tasks", "prose", "indicators") else "website",
        "feeds": _feeds(view, page),
        **({"report": report} if (report := report_link(view, page.title, page.address)) else {}),
        **({} if page.toc else {"hide": ["toc"]}),
        **({"scripts": scripts} if (scripts := _scripts(page)) else {}),
        "json_ld": metadata.json_ld(edition.view, page),
        "government": metadata.government_fields(edition.view, page),
        **({"picture": _preview(config, edition.view, page)} if config.site.features.png and url else {}),
    }


def _preview(config: Config, view: View, page: Page) -> dict[str, str | int]:
    """The preview picture of a page, by its full address: those who read it know no other."""
    width, height = metadata.PREVIEW_SIZE
    return {
        "url": f"{str(config.site.site_url).rstrip('/')}/{view.language.code}/{metadata.preview_path(page.kind)}",
        "width": width,
        "height": height,
        "alt": clean(view.text(config.site.site_name)),
    }


def _feeds(view: View, page: Page) -> list[dict[str, str]]:
    """The feeds a page names in its head: of the whole site, and of what it is about; none before a release."""
    if not view.history.releases:
        return []
    site = clean(view.text(view.config.site.site_name))
    paths = {feed_path(): view.say("feeds.title", site=site)}
    kind, _, key = page.path.partition("/")
    if kind in FEED_KINDS and key in getattr(view.plan, kind):
        title = view.say("feeds.title_of", name=clean(view.title(kind, key)), site=site)
        paths = {feed_path(kind, key): title, **paths}
    up = "../" * page.address.count("/")
    forms = (("xml", ATOM), ("json", JSON))
    return [
        {"type": form, "title": title, "href": f"{up}{path}.{ending}"}
        for path, title in paths.items()
        for ending, form in forms
    ]


def _scripts(page: Page) -> list[str]:
    """What a page loads beside the site's own script: its own, and buttons that copy where there is something."""
    return [*page.scripts, *(("use.js",) if page.figure_ids or page.has_tables else ())]


def _extra(config: Config, edition: Edition) -> dict[str, Any]:
    """What every page of a language says: interface words, footer, language."""
    view, site, plan = edition.view, config.site, edition.view.plan
    say, footer = view.say, config.site.footer
    published = next((name for name in plan.identity.sources if plan.sources[name].url), None)
    source_url = footer.source_url or (plan.sources[published].url if published else None)
    source_text = view.text(footer.source_title) if footer.source_title else say("footer.source_text")
    lines: list[dict[str, str | None]] = []
    if source_url:
        lines.append({"text": source_text, "url": source_url})
    if plan.identity.licence:
        licence = plan.identity.licence
        lines.append({"text": say("footer.licence", title=view.text(licence.title)), "url": licence.url})
    if plan.identity.as_of:
        lines.append({"text": say("footer.as_of", date=view.language.date(plan.identity.as_of)), "url": None})
    history = view.history
    release = history.built_from if history.releases else site.release
    told = say("footer.release", release=release) if release else say("footer.no_release")
    lines.append({"text": told, "url": "changes/" if history.releases else None})
    lines += [
        {"text": say(f"footer.{name}", name=view.text(text)), "url": None}
        for name, text in (("sponsor", footer.sponsor), ("contact", footer.contact))
        if text is not None
    ]
    lines += [
        {"text": say(f"footer.{name}", number=number), "url": url}
        for name, number, url in (
            ("site_id", footer.site_id, None),
            ("icp", footer.icp, "https://beian.miit.gov.cn/"),
            ("security_filing", footer.security_filing, None),
        )
        if number
    ]
    paths = {page.path: page for page in edition.pages}
    in_foot = ("explore", "aspects", "safeguards", "sources", "glossary", "changes", "editions", "search")
    links = [paths[name] for name in in_foot if name in paths] + [
        page for page in edition.pages if page.kind == "prose"
    ]
    return {
        "html_lang": view.language.tag,
        "locale": view.language.words["meta"]["locale"],
        "vega": "../assets/vega.js",
        "twins": bool(config.site.features.twins),
        "words": dict(view.language.words["theme"]),
        "report": say("use.report"),
        "footer": {
            "notice": view.text(footer.notice) if footer.notice else say("footer.unofficial"),
            "lines": [{"text": clean(line["text"] or ""), "url": line["url"]} for line in lines],
            "links": [{"title": page.title, "url": page.address} for page in links],
        },
    }
