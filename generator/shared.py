"""Files that all languages share: language choice, lost page, downloads, redirects, site map, robots."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import urlsplit

import jinja2

from generator import redirects
from generator.config import Config
from generator.edition import Edition
from generator.formats_dcat import catalogue
from generator.formats_files import offered_files
from generator.formats_twins import llms_txt, openapi
from generator.markdown import clean
from generator.plan import Plan
from generator.release_files import release_files
from generator.site import SiteError, style_sheet
from generator.sitefile import SiteFile, text_file


@dataclass(frozen=True)
class Whole:
    """The whole site: what its shared files are made of."""

    config: Config
    plan: Plan
    editions: Sequence[Edition]
    javascript_bundle: Callable[[], str]
    """Gives the library that draws interactive charts."""
    cache: Path | None = None
    """Where what is made once is kept; None keeps nothing."""

    @property
    def url(self) -> str | None:
        """The site's address with a slash at its end, None where it has none."""
        address = self.config.site.site_url
        return address.rstrip("/") + "/" if address else None

    @cached_property
    def templates(self) -> jinja2.Environment:
        return _environment(self.config.templates)


@cache
def _environment(folder: Path) -> jinja2.Environment:
    """The templates of shared files, which escape every value for HTML."""
    loader = jinja2.FileSystemLoader(folder)
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def entrance(whole: Whole) -> Iterator[SiteFile]:
    """The choice of language at the root, and the page of a lost address."""
    languages = [_choice(whole.config, edition) for edition in whole.editions]
    template = whole.templates.get_template("root.html.j2")
    shared = {
        "languages": languages,
        "first": languages[0],
        "site_url": whole.url,
        "style": style_sheet(whole.config.templates / "theme", whole.cache).path,
    }
    names = " · ".join(dict.fromkeys(language["site_name"] for language in languages))
    choose = " · ".join(edition.view.say("choose.title") for edition in whole.editions)
    yield text_file("index.html", template.render(**shared, title=names, heading=choose, base="", robots=""))
    lost = " · ".join(edition.view.say("theme.lost_title") for edition in whole.editions)
    base = urlsplit(whole.url or "/").path
    yield text_file("404.html", template.render(**shared, title=lost, heading=lost, base=base, robots="noindex"))


def _choice(config: Config, edition: Edition) -> dict[str, str]:
    language = edition.view.language
    return {
        "code": language.code,
        "tag": language.tag,
        "name": language.name,
        "site_name": clean(edition.view.text(config.site.site_name)),
    }


def tables(whole: Whole) -> Iterator[SiteFile]:
    """The data of the plan in every format, and the catalogue of them; tables in CSV alone where the site says so."""
    files: dict[str, bytes] = {}
    for edition in whole.editions:
        files |= offered_files(edition.view)
    if whole.config.site.features.formats:
        files["catalog.jsonld"] = catalogue(whole.plan, files, whole.url, whole.editions[0].view.tags)
    for path, data in files.items():
        yield SiteFile(f"data/{path}", data)


def for_programs(whole: Whole) -> Iterator[SiteFile]:
    """The lists of the pages' twins: `openapi.json` of those in JSON, `llms.txt` of those in Markdown."""
    if not whole.config.site.features.twins:
        return
    views = [edition.view for edition in whole.editions]
    pages = [edition.pages for edition in whole.editions]
    yield text_file("openapi.json", openapi(views, pages, whole.url))
    yield text_file("llms.txt", llms_txt(views, pages, whole.url))


def explorer(whole: Whole) -> Iterator[SiteFile]:
    """The library that draws interactive charts, loaded on request."""
    if whole.config.site.features.explore:
        yield text_file("assets/vega.js", whole.javascript_bundle())


_ADDRESS = re.compile(r"[a-z0-9][a-z0-9/-]*")


def moved_pages(whole: Whole) -> Iterator[SiteFile]:
    """A page where another used to be (canonical address, refresh, plain link), and lists of them for servers."""
    moves = []
    for redirect in whole.plan.redirects:
        source, target = (address.strip("/") for address in (redirect.from_, redirect.to))
        for edition in whole.editions:
            language = edition.view.language
            is_page = any(page.path == source for page in edition.pages)
            if not (_ADDRESS.fullmatch(source) and _ADDRESS.fullmatch(target)) or is_page:
                raise SiteError(
                    f"the redirect from '{source}' to '{target}' cannot be made: write addresses such as tasks/08"
                )
            old, new = f"{language.code}/{source}/", f"{language.code}/{target}/"
            yield text_file(f"{old}index.html", moved_page(whole.config, language.tag, old, new))
            moves.append((old, new))
    base = urlsplit(whole.url or "/").path
    yield text_file(redirects.NETLIFY, redirects.netlify_redirects(moves, base))
    yield text_file(redirects.NGINX, redirects.nginx_map(moves, base))
    yield text_file(redirects.GITHUB, "")  # or GitHub Pages leaves out files whose name starts with _


def moved_page(config: Config, tag: str, old: str, new: str) -> str:
    """The page that stands at an old address and leads to the new one; both from the site's root, such as `en/a/`."""
    url = config.site.site_url
    language, _, target = new.partition("/")
    same = bool(language) and old.startswith(f"{language}/")
    up = "../" * (old.count("/") - same)
    template = _environment(config.templates).get_template("redirect.html.j2")
    canonical = f"{url.rstrip('/')}/{new}" if url else ""
    return template.render(
        tag=tag, target=target.rstrip("/") or new, canonical=canonical, link=up + (target if same else new)
    )


MOST_ADDRESSES = 50_000
"""How many addresses one site map may hold (sitemaps.org)."""


def for_robots(whole: Whole) -> Iterator[SiteFile]:
    """What programs that gather pages read first: `robots.txt`, and the site maps where the address is known.

    One lists the pages; the data files and the pages' twins have site maps of their own.
    """
    url = whole.url
    if not url:
        yield text_file("robots.txt", "User-agent: *\nAllow: /\n")
        return
    pages = [f"{one.view.language.code}/{page.address}" for one in whole.editions for page in one.pages]
    maps = {"sitemap.xml": pages, **_data_maps(whole, pages)}
    lines = "".join(f"Sitemap: {url}{name}\n" for name in maps)
    yield text_file("robots.txt", f"User-agent: *\nAllow: /\n{lines}")
    for name, paths in maps.items():
        yield text_file(name, _sitemap(url, whole.plan, paths))


def _data_maps(whole: Whole, pages: Sequence[str]) -> dict[str, list[str]]:
    """The addresses of every data file and of the twins of these pages, by site map: `sitemap-data.xml` and so on."""
    features = whole.config.site.features
    files = {path: None for edition in whole.editions for path in offered_files(edition.view)}
    found = [f"data/{path}" for path in (*files, *(("catalog.jsonld",) if features.formats else ()))]
    if features.twins:
        found += ["openapi.json", "llms.txt"]
        found += [f"{page}{name}" for page in pages for name in ("index.json", "index.md")]
    parts = [found[start : start + MOST_ADDRESSES] for start in range(0, len(found), MOST_ADDRESSES)]
    return {f"sitemap-data{f'-{number}' if number > 1 else ''}.xml": part for number, part in enumerate(parts, 1)}


def _sitemap(url: str, plan: Plan, paths: Sequence[str]) -> str:
    """Addresses with the date of the data."""
    changed = f"<lastmod>{plan.identity.as_of.isoformat()}</lastmod>" if plan.identity.as_of else ""
    body = "\n".join(f"<url><loc>{url}{path}</loc>{changed}</url>" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}\n</urlset>\n'


def releases(whole: Whole) -> Iterator[SiteFile]:
    """The data of every release, as far as the site shows them."""
    yield from release_files(whole.editions[0].view.history, tuple(whole.config.site.include_basis))


ROOT_FILES: Mapping[str, Callable[[Whole], Iterator[SiteFile]]] = {
    "entrance": entrance,
    "tables": tables,
    "programs": for_programs,
    "explorer": explorer,
    "redirects": moved_pages,
    "robots": for_robots,
    "releases": releases,
}
"""Every kind of file that all languages share; paths are from the site's root."""
