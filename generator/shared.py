"""Files that all languages share: language choice, lost page, downloads, redirects, site map, robots."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import jinja2

from generator import draw
from generator.config import Config
from generator.downloads import plan_tables
from generator.edition import Edition
from generator.language import Language
from generator.markdown import clean
from generator.plan import Plan
from generator.site import SiteError, main_style_sheet
from generator.textfiles import write_text


def write_root(config: Config, plan: Plan, editions: Sequence[Edition], staging: Path, cache: Path | None) -> None:
    """What all languages share: language choice, lost page, downloads, chart script, site map, robots."""
    languages = [_choice(config, edition) for edition in editions]
    loader = jinja2.FileSystemLoader(config.templates)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.get_template("root.html.j2")
    url = config.site.site_url.rstrip("/") + "/" if config.site.site_url else None
    shared = {"languages": languages, "first": languages[0], "site_url": url, "main_css": main_style_sheet()}
    names = " · ".join(dict.fromkeys(language["site_name"] for language in languages))
    choose = " · ".join(edition.view.say("choose.title") for edition in editions)
    write_text(staging / "index.html", template.render(**shared, title=names, heading=choose, base="", robots=""))
    lost = " · ".join(edition.view.say("theme.lost_title") for edition in editions)
    write_text(
        staging / "404.html",
        template.render(**shared, title=lost, heading=lost, base=urlsplit(url or "/").path, robots="noindex"),
    )
    for path, text in plan_tables(plan).items():
        write_text(staging / "data" / path, text)
    if config.site.features.explore:
        write_text(staging / "assets" / "vega.js", draw.javascript_bundle(cache))
    moved = environment.get_template("redirect.html.j2")
    for redirect in plan.redirects:
        for edition in editions:
            _write_redirect(moved, edition.view.language, (redirect.from_, redirect.to), staging, url)
    write_text(staging / "robots.txt", "User-agent: *\nAllow: /\n" + (f"Sitemap: {url}sitemap.xml\n" if url else ""))
    if url:
        write_text(staging / "sitemap.xml", _sitemap(url, plan, editions))


def _choice(config: Config, edition: Edition) -> dict[str, str]:
    language = edition.view.language
    return {
        "code": language.code,
        "tag": language.tag,
        "name": language.name,
        "site_name": clean(edition.view.text(config.site.site_name)),
    }


def _sitemap(url: str, plan: Plan, editions: Sequence[Edition]) -> str:
    """Every page with the date of the data."""
    changed = f"<lastmod>{plan.identity.as_of.isoformat()}</lastmod>" if plan.identity.as_of else ""
    lines = [
        f"<url><loc>{url}{edition.view.language.code}/{page.address}</loc>{changed}</url>"
        for edition in editions
        for page in edition.pages
    ]
    body = "\n".join(lines)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}\n</urlset>\n'


_ADDRESS = re.compile(r"[a-z0-9][a-z0-9/-]*")


def _write_redirect(
    template: jinja2.Template, language: Language, addresses: tuple[str, str], staging: Path, url: str | None
) -> None:
    """A page where another used to be: canonical address, refresh and a plain link."""
    source, target = (address.strip("/") for address in addresses)
    page = staging / language.code / source / "index.html"
    if not (_ADDRESS.fullmatch(source) and _ADDRESS.fullmatch(target)) or page.exists():
        raise SiteError(f"the redirect from '{source}' to '{target}' cannot be made: write addresses such as tasks/08")
    link = "../" * (source.count("/") + 1) + f"{target}/"
    canonical = f"{url}{language.code}/{target}/" if url else ""
    write_text(page, template.render(tag=language.tag, target=target, canonical=canonical, link=link))
