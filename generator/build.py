"""Builds the whole site: check, pages, drawings, MkDocs, downloads, link check, and only then the swap."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import jinja2

from generator import draw
from generator.charts import vega_lite
from generator.check import load_plan
from generator.config import Config
from generator.downloads import figure_csv, figure_script, figure_spec, plan_tables, search_index
from generator.figures import Figure
from generator.language import Language, load_language
from generator.links import broken_links
from generator.markdown import clean
from generator.pages import Page, glossary_entries, render_pages
from generator.plan import Plan
from generator.problems import Problem, UsageError, errors_in
from generator.site import LanguageSite, SiteError, SourceFile, build_language, main_style_sheet
from generator.view import View

PNG_SCALE = 2.0
DRAWINGS = "drawings"
"""The folder of the cache that holds what was drawn."""
SIDE_BY_SIDE_FROM = 800
"""Fewer pages than this are not worth a process a language: its start costs more than half of MkDocs' work."""
PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".svg", ".gif", ".pdf"}
"""Files beside the prose of `content/` that are published with it."""


class Progress(Protocol):
    """Told what is being done; `done` of `total` where the work can be counted."""

    def __call__(self, step: str, done: int = 0, total: int = 0) -> None: ...


def silent(step: str, done: int = 0, total: int = 0) -> None:
    """No progress is shown."""


@dataclass(frozen=True)
class Options:
    """How to build. `output` None is the folder of the settings; `cache` False draws everything anew."""

    output: Path | None = None
    jobs: int = 1
    cache: bool = True
    strict: bool = True
    warnings_are_errors: bool = False


@dataclass(frozen=True)
class BuildReport:
    """What a build made and found."""

    output: Path
    pages: int
    charts: int
    seconds: float
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    languages: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Edition:
    """The pages of one language before they are built."""

    view: View
    pages: tuple[Page, ...]

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Every figure of any page, once each."""
        return {figure.id: figure for page in self.pages for figure in page.figures}

    @cached_property
    def specs(self) -> dict[str, dict[str, Any]]:
        """The Vega-Lite specification of every figure."""
        return {name: vega_lite(figure.chart) for name, figure in self.figures.items()}


def build_site(config: Config, options: Options, progress: Progress = silent) -> BuildReport:
    """Build everything and put it in place in one step.

    Raises DataError for errors in the data (and nothing is written), SiteError when pages cannot be built or links
    are broken, UsageError when the output folder cannot be used.
    """
    started = time.monotonic()
    progress("check")
    plan, problems = load_plan(config)
    if options.warnings_are_errors and problems:
        from generator.problems import DataError  # noqa: PLC0415 -- only here

        raise DataError(problems)
    cache = config.cache if options.cache else None
    editions = make_editions(config, plan, cache, progress)
    drawings = draw_figures(config, editions, options, progress)
    output = (options.output or config.output).resolve()
    _refuse_foreign_folder(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{output.name}.new-", dir=output.parent))
    try:
        progress("pages")
        write_languages(config, editions, drawings, staging, options)
        write_root(config, plan, editions, staging, cache)
        progress("links")
        if broken := broken_links(staging, config.site.site_url):
            shown = "\n".join(f"{one.page}: {one.link} ({one.reason})" for one in broken[:20])
            raise SiteError(f"{len(broken)} links of the built site are broken:\n{shown}")
        swap(staging, output)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return BuildReport(
        output=output,
        pages=sum(len(edition.pages) for edition in editions),
        charts=sum(len(edition.figures) for edition in editions),
        seconds=time.monotonic() - started,
        problems=tuple(problems),
        notes=_notes(config, editions),
        languages=plan.languages,
    )


def _notes(config: Config, editions: Sequence[Edition]) -> tuple[str, ...]:
    """What the person who builds should know, beyond problems in the data."""
    notes = []
    chinese = any(edition.view.language.tag.startswith("zh") for edition in editions)
    if config.site.features.png and chinese and not draw.has_cjk_font():
        notes.append("no Chinese font was found, so PNG files lack Chinese characters (SVG files do not need one)")
    for edition in editions:
        folder = config.content / edition.view.language.code
        if not folder.is_dir():
            notes.append(f"there is no prose in '{config.name_of(folder)}', so pages such as 'about' are left out")
    return tuple(notes)


# --- pages ------------------------------------------------------------------------------------------------------


def make_editions(config: Config, plan: Plan, cache: Path | None, progress: Progress = silent) -> list[Edition]:
    """The pages of every language, in the order of the plan's languages. `cache` None compiles the templates anew."""
    languages = {code: load_language(code, config.templates, plan.languages) for code in plan.languages}
    tags = {code: language.tag for code, language in languages.items()}
    editions = []
    for position, language in enumerate(languages.values()):
        progress("texts", position, len(languages))
        view = View(plan, language, config, tags)
        editions.append(Edition(view, tuple(render_pages(view, config.templates, cache))))
    return editions


def draw_figures(
    config: Config, editions: Sequence[Edition], options: Options, progress: Progress
) -> dict[tuple[str, str], draw.Drawing]:
    """Every figure drawn, by language and id."""
    jobs = {
        f"{edition.view.language.code}/{name}": draw.Job(
            edition.specs[name],
            draw.Caption(_title(edition.view, figure), clean(figure.subtitle), source_line(edition.view, figure)),
            PNG_SCALE if config.site.features.png and figure.has_picture else None,
        )
        for edition in editions
        for name, figure in edition.figures.items()
    }
    total = len(jobs) + sum(job.png is not None for job in jobs.values())
    cache = config.cache / DRAWINGS if options.cache else None
    drawn = draw.draw_all(jobs, cache, options.jobs, lambda done: progress("charts", done, total))
    return {(name.partition("/")[0], name.partition("/")[2]): drawing for name, drawing in drawn.items()}


def _title(view: View, figure: Figure) -> str:
    """The finding, with the word "illustration" before it where it rests on made-up numbers."""
    return clean(view.say("figure.illustration") + figure.title if figure.illustrative else figure.title)


def source_line(view: View, figure: Figure) -> str:
    """The sources of a figure in one line of plain text."""
    if not figure.sources:
        return view.say("figure.source_plan")
    comma = str(view.language.words["meta"]["comma"])
    return clean(view.say("figure.source") + comma.join(view.title("sources", name) for name in figure.sources))


def write_languages(
    config: Config,
    editions: Sequence[Edition],
    drawings: Mapping[tuple[str, str], draw.Drawing],
    staging: Path,
    options: Options,
) -> None:
    """Run MkDocs for each language, side by side where it pays, and add each one's own files."""
    addresses = {edition.view.language.code: {page.address for page in edition.pages} for edition in editions}
    sites = [language_site(config, edition, editions, addresses, drawings, options.strict) for edition in editions]
    with tempfile.TemporaryDirectory(prefix="policy-explorer-") as empty:
        calls = []
        for site in sites:
            docs = Path(empty) / site.language
            docs.mkdir()
            calls.append((site, docs, staging / site.language))
        pages = sum(len(site.files) for site in sites)
        if options.jobs > 1 and len(calls) > 1 and pages >= SIDE_BY_SIDE_FROM:
            with ProcessPoolExecutor(min(options.jobs, len(calls)), mp_context=get_context("spawn")) as pool:
                for future in [pool.submit(build_language, *call) for call in calls]:
                    future.result()
        else:
            for call in calls:
                build_language(*call)
    # Only now: MkDocs empties the folder that it builds into.
    for edition in editions:
        write_edition_files(config, edition, drawings, staging)


def language_site(
    config: Config,
    edition: Edition,
    editions: Sequence[Edition],
    addresses: Mapping[str, set[str]],
    drawings: Mapping[tuple[str, str], draw.Drawing],
    strict: bool,
) -> LanguageSite:
    """The pages of one language as MkDocs takes them, drawings in their places."""
    view = edition.view
    code = view.language.code
    inline = {
        figure.id: draw.inline_svg(drawings[code, figure.id].svg, _title(view, figure),
                                   f"{clean(figure.subtitle)}. {source_line(view, figure)}", figure.id)
        for figure in edition.figures.values()
    }  # fmt: skip
    files = tuple(
        SourceFile(page.source_path, page.markdown, _meta(config, edition, page, editions, addresses),
                   tuple(_with_drawings(block, inline) for block in page.blocks))
        for page in edition.pages
    )  # fmt: skip
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
        strict=strict,
    )


_DRAWING = re.compile(r"<!--svg:([a-z0-9-]+)-->")


def _with_drawings(block: str, inline: Mapping[str, str]) -> str:
    return _DRAWING.sub(lambda match: inline[match[1]], block)


def _nav(edition: Edition) -> tuple[tuple[str, str], ...]:
    """The short navigation: the plan, the lists of its parts, and the pages that compare them."""
    pages = {page.path: page for page in edition.pages}
    names = ("plan", "tasks", "areas", "indicators", "organisations", "responsibilities", "targets", "monitoring", "data")
    return tuple((pages[name].title, pages[name].source_path) for name in names if name in pages)


def _meta(
    config: Config, edition: Edition, page: Page, editions: Sequence[Edition], addresses: Mapping[str, set[str]]
) -> dict[str, Any]:
    """The front matter of a page: what the theme needs beside its text."""
    up = "../" * (page.address.count("/") + 1)
    url = config.site.site_url
    alternates = []
    for other in editions:
        language = other.view.language
        if page.address in addresses[language.code]:
            entry = {"lang": language.tag, "hreflang": language.tag, "name": language.name,
                     "url": f"{up}{language.code}/{page.address}"}  # fmt: skip
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
        **({} if page.toc else {"hide": ["toc"]}),
        **({"scripts": list(page.scripts)} if page.scripts else {}),
    }


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
    release = say("footer.release", release=site.release) if site.release else say("footer.no_release")
    lines.append({"text": release, "url": None})
    lines += [
        {"text": say(f"footer.{name}", name=view.text(text)), "url": None}
        for name, text in (("sponsor", footer.sponsor), ("contact", footer.contact))
        if text is not None
    ]
    lines += [
        {"text": say(f"footer.{name}", number=number), "url": None}
        for name, number in (("site_id", footer.site_id), ("icp", footer.icp), ("security_filing", footer.security_filing))
        if number
    ]
    paths = {page.path: page for page in edition.pages}
    in_foot = ("aspects", "safeguards", "sources", "glossary", "search")
    links = [paths[name] for name in in_foot if name in paths] + [page for page in edition.pages if page.kind == "prose"]
    return {
        "html_lang": view.language.tag,
        "locale": view.language.words["meta"]["locale"],
        "vega": "../assets/vega.js",
        "words": dict(view.language.words["theme"]),
        "footer": {
            "notice": view.text(footer.notice) if footer.notice else say("footer.unofficial"),
            "lines": [{"text": clean(line["text"] or ""), "url": line["url"]} for line in lines],
            "links": [{"title": page.title, "url": page.address} for page in links],
        },
    }


# --- files beside the pages -------------------------------------------------------------------------------------


def write_edition_files(
    config: Config, edition: Edition, drawings: Mapping[tuple[str, str], draw.Drawing], staging: Path
) -> None:
    """Downloads of each figure and the search index of one language."""
    view = edition.view
    folder = staging / view.language.code
    figures = folder / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    for name, figure in edition.figures.items():
        drawing = drawings[view.language.code, name]
        spec = edition.specs[name]
        _write(figures / f"{name}.csv", figure_csv(figure))
        _write(figures / f"{name}.vl.json", figure_spec(_title(view, figure), figure, spec, source_line(view, figure)))
        if drawing.file is not None:
            _write(figures / f"{name}.svg", drawing.file)
        if drawing.png is not None:
            (figures / f"{name}.png").write_bytes(drawing.png)
        if config.site.features.explore:
            _write(figures / f"{name}.vl.js", figure_script(figure, spec))
    entries = [page.search for page in edition.pages] + glossary_entries(view)
    (folder / "assets").mkdir(exist_ok=True)
    _write(folder / "assets" / "search-index.js", search_index(entries))


def write_root(config: Config, plan: Plan, editions: Sequence[Edition], staging: Path, cache: Path | None) -> None:
    """What all languages share: language choice, lost page, downloads, chart script, site map, robots."""
    languages = [_choice(config, edition) for edition in editions]
    loader = jinja2.FileSystemLoader(config.templates)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined,
                                     trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    template = environment.get_template("root.html.j2")
    url = config.site.site_url.rstrip("/") + "/" if config.site.site_url else None
    shared = {"languages": languages, "first": languages[0], "site_url": url, "main_css": main_style_sheet()}
    names = " · ".join(dict.fromkeys(language["site_name"] for language in languages))
    choose = " · ".join(edition.view.say("choose.title") for edition in editions)
    _write(staging / "index.html", template.render(**shared, title=names, heading=choose, base="", robots=""))
    lost = " · ".join(edition.view.say("theme.lost_title") for edition in editions)
    _write(staging / "404.html", template.render(**shared, title=lost, heading=lost, base=urlsplit(url or "/").path, robots="noindex"))
    for path, text in plan_tables(plan).items():
        _write(staging / "data" / path, text)
    if config.site.features.explore:
        _write(staging / "assets" / "vega.js", draw.javascript_bundle(cache / DRAWINGS if cache else None))
    for redirect in plan.redirects:
        for edition in editions:
            _write_redirect(edition.view.language, redirect.from_, redirect.to, staging, url)
    _write(staging / "robots.txt", "User-agent: *\nAllow: /\n" + (f"Sitemap: {url}sitemap.xml\n" if url else ""))
    if url:
        _write(staging / "sitemap.xml", _sitemap(url, plan, editions))


def _choice(config: Config, edition: Edition) -> dict[str, str]:
    language = edition.view.language
    return {"code": language.code, "tag": language.tag, "name": language.name,
            "site_name": clean(edition.view.text(config.site.site_name))}  # fmt: skip


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


def _write_redirect(language: Language, source: str, target: str, staging: Path, url: str | None) -> None:
    """A page where another used to be: canonical address, refresh and a plain link."""
    source, target = source.strip("/"), target.strip("/")
    page = staging / language.code / source / "index.html"
    if not (_ADDRESS.fullmatch(source) and _ADDRESS.fullmatch(target)) or page.exists():
        raise SiteError(f"the redirect from '{source}' to '{target}' cannot be made: write addresses such as tasks/08")
    link = "../" * (source.count("/") + 1) + f"{target}/"
    canonical = f'<link rel="canonical" href="{url}{language.code}/{target}/">' if url else ""
    _write(page, f'<!doctype html><html lang="{language.tag}"><head><meta charset="utf-8"><title>{target}</title>{canonical}'
                 f'<meta http-equiv="refresh" content="0; url={link}"></head><body><a href="{link}">{target}</a></body></html>\n')  # fmt: skip


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


# --- putting it in place ----------------------------------------------------------------------------------------

MARKER = "policy-explorer.json"
"""A file that says a folder was made by this program, so that it may be replaced."""


def _refuse_foreign_folder(output: Path) -> None:
    """Never replace a folder that something else made."""
    if output.exists() and (not output.is_dir() or (any(output.iterdir()) and not (output / MARKER).is_file())):
        raise UsageError(f"{output} exists and was not made by policy-explorer; choose another --output or remove it")


def swap(staging: Path, output: Path) -> None:
    """Put a finished folder in the place of the old one; the old one is removed only afterwards."""
    _write(staging / MARKER, json.dumps({"made_by": "policy-explorer"}) + "\n")
    staging.chmod(0o755)
    old = output.with_name(f".{output.name}.old-{os.getpid()}")
    if output.exists():
        output.rename(old)
    try:
        staging.rename(output)
    except OSError:
        with suppress(OSError):
            old.rename(output)
        raise
    shutil.rmtree(old, ignore_errors=True)


def export_site(config: Config, folder: Path, progress: Progress = silent) -> list[str]:
    """Write every language as plain Markdown with a plain `mkdocs.yml`, for review and for other builders."""
    import yaml  # noqa: PLC0415 -- only the export writes YAML

    from generator.site import mkdocs_settings  # noqa: PLC0415 -- only the export needs the settings

    plan, _ = load_plan(config)
    editions = make_editions(config, plan, config.cache, progress)
    drawings = draw_figures(config, editions, Options(), progress)
    _refuse_foreign_folder(folder)
    addresses = {edition.view.language.code: {page.address for page in edition.pages} for edition in editions}
    for edition in editions:
        site = language_site(config, edition, editions, addresses, drawings, True)
        base = folder / site.language
        for source in site.files:
            body = source.complete()
            meta = yaml.safe_dump(dict(source.meta), allow_unicode=True, sort_keys=False)
            _write(base / "docs" / source.path, f"---\n{meta}---\n\n{body}")
        _write(base / "mkdocs.yml", yaml.safe_dump(mkdocs_settings(site), allow_unicode=True, sort_keys=False))
    _write(folder / MARKER, json.dumps({"made_by": "policy-explorer"}) + "\n")
    return [edition.view.language.code for edition in editions]


def has_errors(problems: Sequence[Problem]) -> bool:
    """Whether any problem stops a build."""
    return bool(errors_in(problems))


Step = Callable[[str, int, int], None]
