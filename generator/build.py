"""Builds the whole site: check, pages, drawings, MkDocs, downloads, link check, and only then the swap."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, Protocol

from generator import outlines, state
from generator.builders import build_language, require_builder
from generator.check import load_plan
from generator.config import Config
from generator.drawings import Drawings
from generator.edition import Edition, Lazily, language_site, page_meta
from generator.edition_files import EDITION_FILES, DrawnEdition, figure_files, page_files
from generator.executors import executor_of
from generator.language import load_language
from generator.links import all_files, broken_links
from generator.manifest import site_manifest
from generator.pages import answer_again, render_pages
from generator.plan import Plan
from generator.problems import Problem, UsageError
from generator.project import write_project
from generator.reads import watched, watched_history
from generator.releases import load_history
from generator.shared import ROOT_FILES, Whole
from generator.site import LanguageSite, SiteError, mkdocs_settings
from generator.sitefile import SiteFile
from generator.state import html_of
from generator.store import MARKER
from generator.studio import FOLDER, Drawing
from generator.textfiles import write_text
from generator.tree import stamps, swap
from generator.verify import MANIFEST
from generator.view import View

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


def build_site(config: Config, options: Options, progress: Progress = silent) -> BuildReport:
    """Build everything and put it in place in one step; what did not change is taken over from the last build.

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
        report = _built(config, plan, options, output, progress)
    except state.DamagedStateError:
        state.discard(config.cache)
        report = _built(config, plan, options, output, progress)
    return replace(report, problems=tuple(problems), seconds=time.monotonic() - started)


def _built(config: Config, plan: Plan, options: Options, output: Path, progress: Progress) -> BuildReport:
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
        editions = make_editions(config, plan, cache, progress, last, drawings.begin)
        work = plan_work(config, editions, program, last)
        drawings.prepare(dict.fromkeys(drawn_anew(editions, work)))
        with _staging(last, output) as staging:
            progress("pages")
            written = write_languages(config, editions, work, drawings, staging, options, last)
            drawings.studio.finish()
            whole = Whole(config, plan, editions, drawings.studio.javascript_bundle)
            taken = {*work.taken, *written.taken, *write_shared(whole, staging, last)}
            progress("links")
            _check_links(config, staging, taken, last)
            write_text(staging / MARKER, MARK)
            hashes = last.hashes(staging, taken) if last else state.hashes_of(staging, stamps(staging))
            named = {path: sha256.hex() for path, sha256 in hashes.items()}
            manifest = site_manifest(config, plan, named)
            (staging / MANIFEST).write_bytes(manifest)
            hashes[MANIFEST] = hashlib.sha256(manifest).digest()
            built = [(code, path) for code, paths in work.pages.items() for path in paths]
            changed = len(hashes)
            if last:
                shells = {key: work.shells[key] for key in built}
                changed = last.save(staging, hashes, shells, written.pages, written.figures, work.homes)
                last.put_in_place(output)
            else:
                swap(staging, output)
    return BuildReport(
        output=output,
        pages=sum(len(edition.pages) for edition in editions),
        charts=sum(len(edition.figures) for edition in editions),
        seconds=0.0,
        notes=_notes(config, editions),
        languages=plan.languages,
        made=Made(
            sum(not isinstance(page, state.KeptPage) for edition in editions for page in edition.pages),
            len(built),
            drawings.made,
            changed,
        ),
    )


@contextmanager
def _staging(last: state.State | None, output: Path) -> Iterator[Path]:
    """An empty folder for what is made anew, gone afterwards: beside what is kept, or beside the output."""
    if last:
        staging = last.folder / "new"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{output.name}.new-", dir=output.parent))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _check_links(config: Config, staging: Path, taken: Collection[str], last: state.State | None) -> None:
    """Check the links of what was made anew; and of all pages, where something that they may lead to is gone.

    Raises SiteError for broken ones.
    """
    made = all_files(staging)
    files, url = made | {*taken, MARKER, MANIFEST}, config.site.site_url
    anchors = {name: text for name, text in last.old.anchors.items() if name in files} if last else {}
    kept = last.mirror if last else None
    broken = broken_links(staging, url, files, made, anchors, kept)
    if last and not broken:
        if state.vanished(last, made, anchors, files):
            broken = broken_links(staging, url, files, files - made, anchors, kept)
        last.new.anchors = anchors
    if broken:
        shown = "\n".join(f"{one.page}: {one.link} ({one.reason})" for one in broken[:20])
        raise SiteError(f"{len(broken)} links of the built site are broken:\n{shown}")


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


def make_editions(
    config: Config, plan: Plan, cache: Path | None, progress: Progress = silent, last: state.State | None = None,
    made: Callable[[Edition], None] = lambda edition: None,
) -> list[Edition]:  # fmt: skip
    """The pages of every language, in the order of the plan's languages. `cache` None compiles the templates anew.

    `last` gives pages of the last build; the plan must then be the watched one. `made` is told of each language's.
    """
    languages = {code: load_language(code, config.templates, plan.languages) for code in plan.languages}
    tags = {code: language.tag for code, language in languages.items()}
    history = load_history(config, plan)
    if last:
        history = watched_history(history, last.plan)
    editions = []
    for position, (code, language) in enumerate(languages.items()):
        progress("texts", position, len(languages))
        view = View(plan, language, config, tags, history)
        shelf = None
        if last:
            answer_again(view, last.old.digests)
            shelf = state.LanguageShelf(last, code)
        editions.append(Edition(view, tuple(render_pages(view, config.templates, cache, shelf))))
        made(editions[-1])
    return editions


@dataclass(frozen=True)
class Work:
    """What is to be made anew: pages that MkDocs builds and figures, by language; and the files that are taken over."""

    pages: Mapping[str, frozenset[str]]
    figures: Mapping[str, tuple[str, ...]]
    shells: Mapping[tuple[str, str], str]
    """The hash of what stands around each page, by language and path."""
    homes: Mapping[tuple[str, str], tuple[str, str]]
    """Path and title of the first page of each figure."""
    around: Mapping[str, str]
    """What stands around all pages of a language."""
    taken: tuple[str, ...]


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
        for page in edition.pages:
            meta = json.dumps(page_meta(config, edition, page, editions, addresses), sort_keys=True)
            shells[code, page.path] = hashlib.sha256(f"{around}{meta}".encode()).hexdigest()
        kept = {page.path for page in edition.pages if last.has_html(code, page, shells[code, page.path])}
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


def drawn_anew(editions: Sequence[Edition], work: Work) -> Iterator[tuple[str, str]]:
    """The figures of all pages whose HTML is made anew, by language and id."""
    for edition in editions:
        code = edition.view.language.code
        yield from ((code, name) for page in edition.pages if page.path in work.pages[code] for name in page.figure_ids)


@dataclass
class Written:
    """The files of each page (beside itself) and figure that was made anew, by language and path or id."""

    pages: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    figures: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    """Further files of a language that are taken over."""


def write_languages(
    config: Config,
    editions: Sequence[Edition],
    work: Work,
    drawings: Drawings,
    staging: Path,
    options: Options,
    last: state.State | None = None,
) -> Written:
    """Run MkDocs for each language, side by side where it pays, and add each one's own files."""
    addresses = {edition.view.language.code: {page.address for page in edition.pages} for edition in editions}
    compiled = config.cache / "templates" / version("mkdocs-material") if options.cache else None
    sites = [
        language_site(
            config, edition, editions, addresses, drawings, options.strict,
            work.pages[edition.view.language.code], compiled,
        )
        for edition in editions
    ]  # fmt: skip
    written = Written(taken=_build_pages(sites, work, staging, options, last))
    # Only now: MkDocs empties the folder that it builds into.
    for edition in editions:
        code = edition.view.language.code
        own = Lazily(edition.owners, partial(_drawing_of, drawings, code))
        drawn = DrawnEdition(config, edition, own, drawings.studio.pictures)
        plan = edition.view.plan
        for name in work.figures[code]:
            with plan.watching() as reads:
                files = list(figure_files(drawn, name))
            write_files(files, staging / code)
            written.figures[code, name] = [f"{code}/{file.path}" for file in files]
            if last:
                last.also_read(code, edition.owners[name].path, reads)
        for page in edition.pages:
            if isinstance(page, state.KeptPage):
                continue
            with plan.watching() as reads:
                files = list(page_files(drawn, page))
            write_files(files, staging / code)
            written.pages[code, page.path] = [f"{code}/{file.path}" for file in files]
            if last:
                last.also_read(code, page.path, reads)
        listed = _listing([edition])
        for kind, make in EDITION_FILES.items():
            found = _unit(last, f"{code}/{kind}", listed, plan, partial(make, drawn), staging, f"{code}/")
            written.taken += found
    return written


def write_shared(whole: Whole, staging: Path, last: state.State | None) -> list[str]:
    """Write the files that all languages share; gives those that are taken over."""
    listed = _listing(whole.editions)
    taken: list[str] = []
    for kind, make in ROOT_FILES.items():
        taken += _unit(last, kind, listed, whole.plan, partial(make, whole), staging)
    return taken


def _listing(editions: Iterable[Edition]) -> str:
    """What lists of pages are made of."""
    return repr([
        (edition.view.language.code, page.path, page.title, page.description, page.kind, page.search)
        for edition in editions
        for page in edition.pages
    ])  # fmt: skip


def _unit(
    last: state.State | None,
    name: str,
    key: str,
    plan: Plan,
    make: Callable[[], Iterable[SiteFile]],
    staging: Path,
    prefix: str = "",
) -> tuple[str, ...]:
    """Write files that belong to no page; gives their paths where they are taken over instead."""
    kept = last.unit(name, key) if last else None
    if kept is not None:
        return kept
    with plan.watching() as reads:
        files = [SiteFile(prefix + path, content) for path, content in make()]
    write_files(files, staging)
    if last:
        last.put_unit(name, key, reads, [file.path for file in files])
    return ()


def _build_pages(
    sites: Iterable[LanguageSite], work: Work, staging: Path, options: Options, last: state.State | None
) -> list[str]:
    """Run MkDocs for each language with pages to build; gives what is taken over of the others' theme."""
    taken: list[str] = []
    theirs: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="policy-explorer-") as empty:
        calls = []
        for site in sites:
            theirs[site.language] = f"{work.around.get(site.language, '')}{site.attachments}"
            files = last.unit(f"{site.language}/theme", theirs[site.language]) if last and not site.files else None
            if files is not None:
                taken += files
                continue
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
    if last:
        for site, _, folder in calls:
            pages_of = {html_of(site.language, path) for path in work.pages[site.language]}
            names = {f"{site.language}/{name}" for name in stamps(folder)} - pages_of
            last.put_unit(f"{site.language}/theme", theirs[site.language], (), sorted(names))
    return taken


def _drawing_of(drawings: Mapping[tuple[str, str], Drawing], code: str, name: str) -> Drawing:
    return drawings[code, name]


def write_files(files: Iterable[SiteFile], folder: Path) -> None:
    """Write files below a folder."""
    for path, content in files:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


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
        editions = make_editions(config, plan, config.cache, progress, None, drawings.begin)
        addresses = {edition.view.language.code: {page.address for page in edition.pages} for edition in editions}
        for edition in editions:
            site = language_site(config, edition, editions, addresses, drawings, True)
            write_project(site, folder / site.language)
    write_text(folder / MARKER, MARK)
    return [edition.view.language.code for edition in editions]
