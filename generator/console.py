"""What all commands share: their options, how they show problems and progress, and how they end."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from generator.problems import DataError, GeneratorError, Problem, UsageError
from generator.report import Reader, as_text
from generator.textfiles import MAX_BYTES

_STEPS = {
    "check": "Checking the data",
    "texts": "Writing the pages",
    "charts": "Drawing the charts",
    "pages": "Building the site",
    "links": "Checking the links",
    "verify": "Reading the site back",
}


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Show expected errors as messages with the right exit code; never a traceback."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except DataError as error:
            show_problems(error.problems, folder=options.get("config_file", Path()).parent)
            sys.exit(1)
        except UsageError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(2)
        except GeneratorError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(1)

    return run


def show_problems(problems: Sequence[Problem], all_problems: bool = False, folder: Path = Path()) -> None:
    """Print problems with the lines they are about, then how many there were; places start from `folder`."""
    for line in as_text(problems, _reader(folder), all_problems):
        click.echo(line)


def _reader(folder: Path) -> Reader:
    """Gives the text of a file below `folder`, None where it is not one that the checks have read."""

    @functools.cache
    def read(name: str) -> str | None:
        path = folder / name
        try:
            # A link may lead to a file that has no business in a log.
            if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_BYTES:
                return None
            return path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError):
            return None

    return read


def plural(word: str, items: Sequence[object]) -> str:
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


def _shown_progress() -> Any:
    from rich.console import Console  # noqa: PLC0415 -- only a terminal needs it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415 -- as above

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


class Bar:
    """Progress on the terminal; nothing when the output is piped."""

    def __init__(self) -> None:
        self._progress: Any = _shown_progress() if sys.stderr.isatty() else None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Bar:
        if self._progress:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
        if self._progress is None:
            return
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(_STEPS[step], total=total or None)
        self._progress.update(self._tasks[step], completed=done, total=total or None)
