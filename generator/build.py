"""Builds the whole site: check, pages, drawings, MkDocs, downloads, link check, and only then the swap."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

from generator import draw
from generator.check import load_plan
from generator.config import Config
from generator.edition import Edition, language_site, source_line, titled
from generator.edition_files import DrawnEdition, edition_files
from generator.language import load_language
from generator.links import broken_links
from generator.manifest import write_manifest
from generator.markdown import clean
from generator.pages import render_pages
from generator.plan import Plan
from generator.problems import Problem, UsageError
from generator.releases import load_history
from generator.shared import Whole, root_files
from generator.site import SiteError, build_language
from generator.sitefile import SiteFile
from generator.store import MARKER
from generator.textfiles import write_text
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
        write_files(root_files(Whole(config, plan, editions, cache / DRAWINGS if cache else None)), staging)
        progress("links")
        if broken := broken_links(staging, config.site.site_url):
            shown = "\n".join(f"{one.page}: {one.link} ({one.reason})" for one in broken[:20])
            raise SiteError(f"{len(broken)} links of the built site are broken:\n{shown}")
        write_text(staging / MARKER, MARK)
        write_manifest(config, plan, staging)
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
    history = load_history(config, plan)
    editions = []
    for position, language in enumerate(languages.values()):
        progress("texts", position, len(languages))
        view = View(plan, language, config, tags, history)
        editions.append(Edition(view, tuple(render_pages(view, config.templates, cache))))
    return editions


def draw_figures(
    config: Config, editions: Sequence[Edition], options: Options, progress: Progress
) -> dict[tuple[str, str], draw.Drawing]:
    """Every figure drawn, by language and id."""
    jobs = {
        f"{edition.view.language.code}/{name}": draw.Job(
            edition.specs[name],
            draw.Caption(titled(edition.view, figure), clean(figure.subtitle), source_line(edition.view, figure)),
            PNG_SCALE if config.site.features.png and figure.has_picture else None,
        )
        for edition in editions
        for name, figure in edition.figures.items()
    }
    total = len(jobs) + sum(job.png is not None for job in jobs.values())
    cache = config.cache / DRAWINGS if options.cache else None
    drawn = draw.draw_all(jobs, cache, options.jobs, lambda done: progress("charts", done, total))
    return {(name.partition("/")[0], name.partition("/")[2]): drawing for name, drawing in drawn.items()}


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
    cache = config.cache / DRAWINGS if options.cache else None
    for edition in editions:
        code = edition.view.language.code
        own = {name: drawing for (language, name), drawing in drawings.items() if language == code}
        write_files(edition_files(DrawnEdition(config, edition, own, cache)), staging / code)


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


def swap(staging: Path, output: Path) -> None:
    """Put a finished folder in the place of the old one; the old one is removed only afterwards."""
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
            write_text(base / "docs" / source.path, f"---\n{meta}---\n\n{body}")
        write_text(base / "mkdocs.yml", yaml.safe_dump(mkdocs_settings(site), allow_unicode=True, sort_keys=False))
    write_text(folder / MARKER, MARK)
    return [edition.view.language.code for edition in editions]
