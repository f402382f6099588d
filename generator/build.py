"""Builds the whole site: check, pages, drawings, MkDocs, downloads, link check, and only then the swap."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

from generator import outlines, state
from generator.builders import require_builder
from generator.check import load_plan
from generator.config import Config
from generator.drawings import Drawings
from generator.edition import Edition, language_site, page_meta
from generator.executors import Pool, executor_of
from generator.formats_files import in_the_making
from generator.glance import Audience, glance
from generator.language import load_language
from generator.manifest import site_manifest
from generator.metadata import has_numbers
from generator.pages import answer_again
from generator.parts import is_spread, write_parts
from generator.plan import Plan
from generator.problems import Problem, UsageError
from generator.project import write_project
from generator.reads import watched, watched_history
from generator.releases import load_history
from generator.rendering import SPREAD_FROM, render_pages
from generator.shared import Whole
from generator.site import mkdocs_settings
from generator.sitefile import SiteFile, text_file
from generator.store import MARKER
from generator.studio import FOLDER
from generator.textfiles import write_text
from generator.tree import swap
from generator.verify import MANIFEST
from generator.view import View
from generator.write import Work, check_links, shell_of, staging, write_languages, write_shared


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
    executor: str | None = None
    """Who draws, where not processes of this machine: dask://HOST:PORT."""
    cache: bool = True
    strict: bool = True
    warnings_are_errors: bool = False


class Made(NamedTuple):
    """How much of a site a build made anew; the rest was taken over from the last one."""

    templates: int = 0
    """Pages drafted and rendered from their templates."""
    pages: int = 0
    """Pages that MkDocs built."""
    drawings: int = 0
    """Files that were drawn (SVG, PNG), not taken from the cache."""
    files: int = 0
    """Files written."""


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
    made: Made = field(default_factory=Made)


def build_site(
    config: Config, options: Options, progress: Progress = silent, audience: Audience | None = None
) -> BuildReport:
    """Build everything and put it in place in one step; what did not change is taken over from the last build.

    An audience is shown the pages it has open before the others are made, where there was a build before.

    Raises DataError for errors in the data (and nothing is written), SiteError when pages cannot be built or links
    are broken, UsageError when the output folder cannot be used.
    """
    started = time.monotonic()
    require_builder(config)
    if options.executor:
        executor_of(options.executor)
    progress("check")
    plan, problems = load_plan(config)
    if options.warnings_are_errors and problems:
        from generator.problems import DataError  # noqa: PLC0415 -- only here

        raise DataError(problems)
    output = (options.output or config.output).resolve()
    _refuse_foreign_folder(output)
    try:
        report = _built(config, plan, options, output, progress, audience)
    except state.DamagedStateError:
        state.discard(config.cache)
        report = _built(config, plan, options, output, progress)
    return replace(report, problems=tuple(problems), seconds=time.monotonic() - started)


def _built(
    config: Config, plan: Plan, options: Options, output: Path, progress: Progress, audience: Audience | None = None
) -> BuildReport:
    """Build a plan that was read."""
    cache = config.cache if options.cache else None
    program = state.program_hash(config) if cache else ""
    seen = watched(plan)
    pool = executor_of(options.executor) if options.executor else None
    store = cache / FOLDER if cache else None
    with (
        state.opened(cache, lambda: state.structure_hash(config, program), seen) as last,
        Drawings(config, options.jobs, pool, store, partial(progress, "charts")) as drawings,
    ):
        plan = seen if last else plan
        if not (last and last.old.pages) and not options.executor and _has_few_pages(plan):
            drawings.get_ready(plan)
        views = make_views(config, plan, last)
        if audience and cache and last and last.old.pages:
            audience.show(glance(config, views, last, cache, audience.looks_at()))
        editions = make_editions(config, views, cache, progress, last, drawings.begin, options.jobs, pool)
        work = plan_work(config, editions, program, last)
        jobs = options.jobs if last and not options.executor else 1
        many = {code for code, paths in work.pages.items() if is_spread(paths, jobs)}
        drawings.prepare(dict.fromkeys(one for one in drawn_anew(editions, work) if one[0] not in many))
        with staging(last, output) as new:
            progress("pages")
            new.take_over(work.taken)
            written = write_languages(config, editions, work, drawings, new, options.jobs, options.strict, cache, many)
            for edition in editions:
                if edition.view.language.code in many:
                    write_parts(config, edition, editions, work, new, written, jobs, options.strict)
            drawings.studio.finish()
            write_shared(Whole(config, plan, editions, drawings.studio.javascript_bundle, cache), new)
            new.put([text_file(MARKER, MARK)])
            progress("links")
            check_links(new, config.site.site_url, options.jobs)
            manifest = site_manifest(config, plan, {path: sha256.hex() for path, sha256 in new.hashes.items()})
            new.put([SiteFile(MANIFEST, manifest)])
            built = [(code, path) for code, paths in work.pages.items() for path in paths]
            changed = len(new.hashes)
            if last:
                changed = last.save(new.folder, new.hashes, written.shells, written.pages, written.figures, work.homes)
                last.put_in_place(output)
            else:
                swap(new.folder, output)
    return BuildReport(
        output=output,
        pages=sum(len(edition.pages) for edition in editions),
        charts=sum(len(edition.figures) for edition in editions),
        seconds=0.0,
        notes=_notes(config, editions),
        languages=plan.languages,
        made=Made(
            last.rendered if last else sum(len(edition.pages) for edition in editions),
            len(built),
            drawings.made + written.drawn,
            changed,
        ),
    )


def _has_few_pages(plan: Plan) -> bool:
    """Whether all pages are made in this process; forks and those who draw keep apart."""
    return 2 * sum(map(len, (plan.areas, plan.indicators, plan.tasks, plan.organisations))) < SPREAD_FROM


def _notes(config: Config, editions: Sequence[Edition]) -> tuple[str, ...]:
    """What the person who builds should know, beyond problems in the data."""
    notes = []
    chinese = any(edition.view.language.tag.startswith("zh") for edition in editions)
    if config.site.features.png and chinese and not outlines.has_cjk_font():
        notes.append("no Chinese font was found, so PNG files lack Chinese characters (SVG files do not need one)")
    for edition in editions:
        folder = config.content / edition.view.language.code
        if not folder.is_dir():
            notes.append(f"there is no prose in '{config.name_of(folder)}', so pages such as 'about' are left out")
    return tuple(notes)


# --- pages ------------------------------------------------------------------------------------------------------


def make_views(config: Config, plan: Plan, last: state.State | None = None) -> list[View]:
    """The plan as each of its languages tells it, in their order; with `last`, the plan must be the watched one."""
    languages = {code: load_language(code, config.templates, plan.languages) for code in plan.languages}
    tags = {code: language.tag for code, language in languages.items()}
    history = load_history(config, plan)
    if last:
        history = watched_history(history, last.plan)
    return [View(plan, language, config, tags, history) for language in languages.values()]


def make_editions(
    config: Config, views: Sequence[View], cache: Path | None, progress: Progress = silent,
    last: state.State | None = None, made: Callable[[Edition], None] = lambda edition: None, jobs: int = 1,
    pool: Pool | None = None,
) -> list[Edition]:  # fmt: skip
    """The pages of every language. `cache` None compiles the templates anew.

    `last` gives pages of the last build; the views must then be of the watched plan. `made` is told of each language's,
    `pool` renders where there are many.
    """
    editions = []
    if last:
        for view in views:
            answer_again(view, last.old.digests)
        if config.site.features.formats and not last.is_same("tables"):
            last.plan.expect(jobs, in_the_making(views))
    for position, view in enumerate(views):
        progress("texts", position, len(views))
        shelf = state.LanguageShelf(last, view.language.code) if last else None
        editions.append(Edition(view, tuple(render_pages(view, config.templates, cache, shelf, jobs, pool))))
        made(editions[-1])
    return editions


def plan_work(config: Config, editions: Sequence[Edition], program: str, last: state.State | None) -> Work:
    """Compare the pages with the last build; without one, everything is made."""
    addresses = {edition.view.language.code: {page.address for page in edition.pages} for edition in editions}
    pages: dict[str, frozenset[str]] = {}
    figures: dict[str, tuple[str, ...]] = {}
    shells: dict[tuple[str, str], str] = {}
    homes: dict[tuple[str, str], tuple[str, str]] = {}
    arounds: dict[str, str] = {}
    taken: list[str] = []
    for edition in editions:
        code = edition.view.language.code
        if last is None:
            pages[code] = frozenset(page.path for page in edition.pages)
            figures[code] = tuple(edition.owners)
            continue
        empty = language_site(config, edition, editions, addresses, {}, True, ())
        around = arounds[code] = json.dumps([program, mkdocs_settings(empty)], sort_keys=True, default=str)
        is_alike = last.is_around(code, _mark(edition.view, around, addresses))
        for page in edition.pages:
            if not isinstance(page, state.KeptPage):
                continue  # known when it is made
            if is_alike and not has_numbers(page):
                shells[code, page.path] = last.old.pages[code][page.path].shell
            else:
                shells[code, page.path] = shell_of(around, page_meta(config, edition, page, editions, addresses))
        kept = {path for (of, path), shell in shells.items() if of == code and last.has_html(code, path, shell)}
        pages[code] = frozenset(page.path for page in edition.pages if page.path not in kept)
        homes |= {(code, name): (page.path, page.title) for name, page in edition.homes.items()}
        figures[code] = tuple(
            name
            for name, owner in edition.owners.items()
            if not isinstance(owner, state.KeptPage) or homes[code, name] != last.old.homes.get((code, name))
        )
        taken += [state.html_of(code, page.path) for page in edition.pages if page.path in kept]
        for page in edition.pages:
            if isinstance(page, state.KeptPage):
                taken += last.old.pages[code][page.path].files
        anew = set(figures[code])
        taken += [file for name in edition.owners if name not in anew for file in last.old.figures[code][name]]
    return Work(pages, figures, shells, homes, arounds, tuple(taken))


def _mark(view: View, around: str, addresses: Mapping[str, set[str]]) -> str:
    """What the front matter of most pages is made of beside themselves: settings, addresses of all pages, releases."""
    releases = [view.history.built_from] if view.history.releases else []
    parts = (around, repr(releases), *(" ".join([code, *sorted(found)]) for code, found in addresses.items()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def drawn_anew(editions: Sequence[Edition], work: Work) -> Iterator[tuple[str, str]]:
    """The figures of all pages whose HTML is made anew, by language and id."""
    for edition in editions:
        code = edition.view.language.code
        yield from ((code, name) for page in edition.pages if page.path in work.pages[code] for name in page.figure_ids)


# --- putting it in place ----------------------------------------------------------------------------------------

MARK = json.dumps({"made_by": "policy-explorer"}) + "\n"
"""What the file MARKER holds, which says that a folder was made by this program, so that it may be replaced."""


def _refuse_foreign_folder(output: Path) -> None:
    """Never replace a folder that something else made."""
    if output.exists() and (not output.is_dir() or (any(output.iterdir()) and not (output / MARKER).is_file())):
        raise UsageError(f"{output} exists and was not made by policy-explorer; choose another --output or remove it")


def export_site(config: Config, folder: Path, progress: Progress = silent) -> list[str]:
    """Write every language as plain Markdown with a plain `mkdocs.yml`, for review and for other builders."""
    plan, _ = load_plan(config)
    _refuse_foreign_folder(folder)
    with Drawings(config, cache=config.cache / FOLDER, say=partial(progress, "charts"), pictures=False) as drawings:
        editions = make_editions(config, make_views(config, plan), config.cache, progress, None, drawings.begin)
        addresses = {edition.view.language.code: {page.address for page in edition.pages} for edition in editions}
        for edition in editions:
            site = language_site(config, edition, editions, addresses, drawings, True)
            write_project(site, folder / site.language)
    write_text(folder / MARKER, MARK)
    return [edition.view.language.code for edition in editions]
