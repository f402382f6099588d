"""The command line: `check`, `build`, `serve`, `export`. It prints and sets exit codes; the work is done elsewhere.

Exit codes: 0 fine, 1 errors in the data or the site, 2 wrong use.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from generator import __version__
from generator.config import load_config
from generator.problems import DataError, GeneratorError, Problem, UsageError, errors_in, summarise_warnings

_STEPS = {
    "check": "Checking the data",
    "texts": "Writing the pages",
    "charts": "Drawing the charts",
    "pages": "Building the site",
    "links": "Checking the links",
}


def _guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Show expected errors as messages with the right exit code; never a traceback."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except DataError as error:
            show_problems(error.problems)
            sys.exit(1)
        except UsageError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(2)
        except GeneratorError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(1)

    return run


def show_problems(problems: Sequence[Problem], all_warnings: bool = False) -> None:
    """Print problems as `file:line:column: severity[code] message; hint`, then how many there were."""
    errors = errors_in(problems)
    warnings = [problem for problem in problems if problem.severity == "warning"]
    shown = [*errors, *(warnings if all_warnings else summarise_warnings(warnings))]
    for problem in sorted(shown, key=lambda one: (one.place, one.severity, one.code)):
        hint = f"; {problem.hint}" if problem.hint else ""
        click.echo(f"{problem.place}: {problem.severity}[{problem.code}] {problem.message}{hint}")
    click.echo(f"{len(errors)} {_plural('error', errors)}, {len(warnings)} {_plural('warning', warnings)}")


def _plural(word: str, items: Sequence[object]) -> str:
    return word if len(items) == 1 else f"{word}s"


config_option = click.option(
    "--config",
    "config_file",
    default="site_config.yml",
    show_default=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings of the site; every path in them is relative to this file.",
)
jobs_option = click.option(
    "--jobs", default=os.cpu_count() or 1, show_default="one a processor", type=click.IntRange(1, 64),
    help="How many processes work side by side.",
)  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="policy-explorer")
def main() -> None:
    """Turn the data of an action plan into a static website that anyone can read and follow.

    A plan is a folder with site_config.yml, data/ and content/. Start with `check`, then `serve`, then `build`.
    """


@main.command()
@config_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="text for people and editors, json for programs.")  # fmt: skip
@click.option("--all", "all_warnings", is_flag=True, help="Show every warning, not one line a file and kind.")
@_guarded
def check(config_file: Path, form: str, all_warnings: bool) -> None:
    """Read the data and report every problem with file, line, column and how to mend it.

    Exit code 0 when a site can be built, 1 when the data hold an error.
    """
    from generator.check import check_plan  # noqa: PLC0415 -- keeps --help and wrong use quick

    plan, problems = check_plan(load_config(config_file))
    if form == "json":
        click.echo(json.dumps([problem.as_dict() for problem in problems], ensure_ascii=False, indent=2))
    else:
        show_problems(problems, all_warnings)
    sys.exit(1 if plan is None else 0)


@main.command()
@config_option
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Where the site goes, instead of the settings' output.")
@jobs_option
@click.option("--no-cache", is_flag=True, help="Draw every chart anew; the site has the same bytes.")
@click.option("--strict", is_flag=True, help="Stop on warnings of the data too.")
@_guarded
def build(config_file: Path, output: Path | None, jobs: int, no_cache: bool, strict: bool) -> None:
    """Check the data, then build the whole site, every language; the old site is replaced only when all is well."""
    from generator.build import Options, build_site  # noqa: PLC0415 -- keeps --help and wrong use quick

    gc.set_threshold(100_000)  # nearly all of a build lives to its end: looking for garbage costs a tenth of the time
    options = Options(output=output, jobs=jobs, cache=not no_cache, warnings_are_errors=strict)
    with _Bar() as bar:
        report = build_site(load_config(config_file), options, bar)
    for note in report.notes:
        click.echo(f"note: {note}")
    warnings = len(report.problems)
    click.echo(
        f"{report.pages} pages in {len(report.languages)} {_plural('language', report.languages)}, {report.charts} charts, "
        f"{report.seconds:.1f} s, {warnings} {'warning' if warnings == 1 else 'warnings'} (see check) -> {report.output}"
    )


@main.command()
@config_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; the default is this computer alone.")
@jobs_option
@_guarded
def serve(config_file: Path, port: int, host: str, jobs: int) -> None:
    """Show the site in the browser and rebuild it on each save of data, templates or content.

    While the data hold an error, the last good site stays up and each page shows what is wrong.
    """
    from generator.serve import serve_site  # noqa: PLC0415 -- keeps --help and wrong use quick

    serve_site(load_config(config_file), host, port, jobs, say=click.echo)


@main.command()
@config_option
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@_guarded
def export(config_file: Path, folder: Path) -> None:
    """Write every page as plain Markdown with a plain mkdocs.yml into FOLDER, for review and for other builders."""
    from generator.build import export_site  # noqa: PLC0415 -- keeps --help and wrong use quick

    with _Bar() as bar:
        languages = export_site(load_config(config_file), folder, bar)
    click.echo(f"exported {', '.join(languages)} -> {folder}")


class _Bar:
    """Progress on the terminal; nothing when the output is piped."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(_STEPS[step], total=total or None)
        self._progress.update(self._tasks[step], completed=done, total=total or None)
