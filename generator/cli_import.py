"""The commands `import ...`: plans that exist elsewhere, made into a plan folder."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import click

from generator.console import guarded, show_problems
from generator.import_report import ImportReport
from generator.problems import UsageError


@click.group("import")
def import_group() -> None:
    """Make a plan folder of what stands elsewhere, with a report of all that was mapped, changed and left behind."""


_source = click.argument("source", type=click.Path(path_type=Path))
_folder = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))


def _day(_context: click.Context, _option: click.Parameter, value: str | None) -> str:
    if value is None:
        return ""
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        raise click.BadParameter("write a day as 2025-12-31") from None


def finish(folder: Path, run: Callable[[], ImportReport]) -> None:
    """Run an import, check what it wrote, and say where the report is."""
    from generator.check import check_plan  # noqa: PLC0415 -- keeps --help and wrong use quick
    from generator.config import load_config  # noqa: PLC0415 -- as above
    from generator.problems import DataError, errors_in  # noqa: PLC0415 -- as above

    report = run()
    click.echo(f"{report.count('mapped')} things carried over, {report.count('changed')} changed on the way, "
               f"{report.count('left')} left behind: see {folder / 'import-report.md'}")  # fmt: skip
    _, problems = check_plan(load_config(folder / "site_config.yml"))
    if errors := errors_in(problems):
        show_problems(errors, folder=folder)
        raise DataError([])
    kinds = Counter(problem.code for problem in problems).most_common(3)
    told = f" (most are {', '.join(f'{code}: {count}' for code, count in kinds)})" if kinds else ""
    click.echo(f"The plan in {folder} has no errors and {len(problems)} warnings{told}; next: policy-explorer build "
               f"--config {folder / 'site_config.yml'}")  # fmt: skip


@import_group.command()
@_source
@_folder
@click.option(
    "--languages", default="", help="Languages of the plan, the default first; left out: those of the source."
)
@click.option("--title", default="", help="Title of the plan; left out: Sustainable Development Goals.")
@click.option("--area", default="", help="What the numbers without a region are for; left out: as the metadata say.")
@click.option("--issuer", default="", help="Who publishes the source.")
@click.option("--as-of", callback=_day, help="Day on which the data were closed; left out: the end of their last year.")
@click.option("--fiscal-month", default=4, show_default=True, type=click.IntRange(1, 12),
              help="Month in which financial years such as 2015/16 start.")  # fmt: skip
@click.option("--skip-broken", is_flag=True, help="Leave out files that cannot be read, and say so in the report.")
@click.option("--translations", type=click.Path(path_type=Path),
              help="A folder or ZIP with further texts: translations/LANGUAGE/*.yml.")  # fmt: skip
@guarded
def opensdg(
    source: Path, folder: Path, languages: str, title: str, area: str, issuer: str, as_of: str, fiscal_month: int,
    skip_broken: bool, translations: Path | None,
) -> None:  # fmt: skip
    """Import an Open SDG data repository: a folder or a ZIP with data, meta and translations."""
    from generator.import_opensdg import Options, import_opensdg  # noqa: PLC0415 -- keeps --help and wrong use quick
    from generator.problems import DataError  # noqa: PLC0415 -- as above
    from generator.scaffold import read_languages  # noqa: PLC0415 -- as above

    codes = read_languages(languages) if languages else ()
    options = Options(codes, title, area, issuer, fiscal_month, as_of, skip_broken, translations)

    def run() -> ImportReport:
        try:
            return import_opensdg(source, folder, options)
        except DataError:
            if not skip_broken:
                click.echo("Nothing was written. Mend these, or leave them out with --skip-broken:", err=True)
            raise

    finish(folder, run)


@import_group.command()
@_source
@_folder
@click.option("--language", default="", help="Language of a package of others, a code such as en; left out: guessed.")
@click.option("--area", default="", help="What the numbers without an area are for, in a package of others.")
@guarded
def datapackage(source: Path, folder: Path, language: str, area: str) -> None:
    """Import a Data Package (folder, ZIP, datapackage.json) or the SQLite file of a site.

    One that a site of this program offers comes back whole; of others, tables of periods and numbers are read.
    """
    from generator.import_datapackage import import_datapackage, is_ours  # noqa: PLC0415 -- keeps --help quick
    from generator.import_package_other import Options, import_other_package  # noqa: PLC0415 -- as above
    from generator.scaffold import read_languages  # noqa: PLC0415 -- as above

    if is_ours(source):
        finish(folder, lambda: import_datapackage(source, folder))
    else:
        code = read_languages(language)[0] if language else ""
        finish(folder, lambda: import_other_package(source, folder, Options(code, area)))


@import_group.command()
@_source
@_folder
@click.option("--language", default="", help="Language of the file, a code such as en; left out: as its title is.")
@click.option("--area", default="", help="What the plan covers.")
@guarded
def stratml(source: Path, folder: Path, language: str, area: str) -> None:
    """Import a StratML file: Part 1 (a strategic plan) or Part 2 (a performance plan or report)."""
    from generator.import_stratml import Options, import_stratml  # noqa: PLC0415 -- keeps --help and wrong use quick
    from generator.scaffold import read_languages  # noqa: PLC0415 -- as above

    code = read_languages(language)[0] if language else ""
    finish(folder, lambda: import_stratml(source, folder, Options(code, area)))


@import_group.command()
@_source
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--map", "map_file", type=click.Path(path_type=Path, dir_okay=False),
              help="A YAML file that says which column is what.")  # fmt: skip
@click.option("--guess", "guessing", is_flag=True, help="Propose such a map and print it; nothing is imported.")
@guarded
def table(source: Path, folder: Path | None, map_file: Path | None, guessing: bool) -> None:
    """Import a table of actions (.xlsx, .ods, .csv): axis, action, department, indicator, dates."""
    from generator.import_table import guess, import_table, read_map  # noqa: PLC0415 -- keeps --help and wrong use quick

    if guessing:
        click.echo(guess(source), nl=False)
        return
    if folder is None or map_file is None:
        raise UsageError("name a map and a new folder: import table FILE --map MAP.yml DIR (--guess proposes a map)")
    given, target = read_map(map_file), folder
    finish(target, lambda: import_table(source, given, target))
