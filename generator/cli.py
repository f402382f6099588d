"""The command line: `check`, `build`, `serve`, `export`. It prints and sets exit codes; the work is done elsewhere.

Exit codes: 0 fine, 1 errors in the data or the site, 2 wrong use.
"""

from __future__ import annotations

import datetime
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from generator import __version__
from generator.cli_editions import compare_plans
from generator.cli_import import import_group
from generator.cli_print import print_book
from generator.cli_publish import COMMANDS as PUBLISHING
from generator.config import load_config
from generator.console import Bar as _Bar
from generator.console import config_option, jobs_option, show_problems
from generator.console import guarded as _guarded
from generator.console import plural as _plural
from generator.problems import DataError, GeneratorError, UsageError
from generator.report import as_github, as_json


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="policy-explorer")
def main() -> None:
    """Turn the data of an action plan into a static website that anyone can read and follow.

    A plan is a folder with site_config.yml, data/ and content/. Start with `new`, then `check`, `serve` and `build`.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console of another encoding than UTF-8 shows what it can


@main.command()
@config_option
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True,
              help="text for people and editors, json for programs, github for notes in a pull request.")  # fmt: skip
@click.option("--all", "all_problems", is_flag=True,
              help="Show every problem, not one line a file and kind of warning and 20 of each error.")  # fmt: skip
@_guarded
def check(config_file: Path, form: str, all_problems: bool) -> None:
    """Read the data and report every problem with file, line, column and how to mend it.

    Exit code 0 when a site can be built, 1 when the data hold an error.
    """
    from generator.check import check_plan, without_collection  # noqa: PLC0415 -- keeps --help and wrong use quick

    with without_collection():
        try:
            plan, problems = check_plan(load_config(config_file))
        except DataError as error:  # in the settings themselves
            plan, problems = None, error.problems
        if form == "json":
            click.echo(as_json(problems))
        elif form == "github":
            for line in as_github(problems, _from_repository(config_file.parent)):
                click.echo(line)
        else:
            show_problems(problems, all_problems, config_file.parent)
    sys.exit(1 if plan is None else 0)


def _from_repository(folder: Path) -> str:
    """The way from the top of the repository (GITHUB_WORKSPACE, else the working folder), with a slash at its end."""
    top = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()
    way = folder.resolve()
    return f"{way.relative_to(top).as_posix()}/" if way != top and way.is_relative_to(top) else ""


@main.command()
@config_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the site goes, instead of the settings' output.",
)
@jobs_option
@click.option("--executor", metavar="dask://HOST:PORT", help="Workers of a Dask cluster draw (extra `cluster`).")
@click.option("--no-cache", is_flag=True, help="Draw every chart anew; the site has the same bytes.")
@click.option("--strict", is_flag=True, help="Stop on warnings of the data too.")
@_guarded
def build(
    config_file: Path, output: Path | None, jobs: int, executor: str | None, no_cache: bool, strict: bool
) -> None:
    """Check the data, then build the whole site, every language; the old site is replaced only when all is well."""
    from generator.build import Options, build_site  # noqa: PLC0415 -- keeps --help and wrong use quick

    options = Options(output=output, jobs=jobs, executor=executor, cache=not no_cache, warnings_are_errors=strict)
    with _Bar() as bar:
        report = build_site(load_config(config_file), options, bar)
    for note in report.notes:
        click.echo(f"note: {note}")
    warnings = len(report.problems)
    click.echo(
        f"{report.pages} pages in {len(report.languages)} {_plural('language', report.languages)}, "
        f"{report.charts} charts, {report.seconds:.1f} s, "
        f"{warnings} {'warning' if warnings == 1 else 'warnings'} (see check) -> {report.output}"
    )


@main.command()
@config_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; the default is this computer alone.",
)
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


@main.command()
@click.option("--output", default="schemas", show_default=True, type=click.Path(path_type=Path, file_okay=False),
              help="The folder of the schemas, beside data/.")  # fmt: skip
@click.option("--readme", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="A README with markers, in which the tables of fields are written anew.")  # fmt: skip
@_guarded
def schema(output: Path, readme: Path | None) -> None:
    """Write JSON Schemas of the YAML files, which editors such as VS Code use to complete and to mark while one types.

    A YAML file names its schema in its first line: # yaml-language-server: $schema=../schemas/tasks.schema.json
    """
    from generator.schema import readme_with_tables, schema_texts  # noqa: PLC0415 -- keeps --help and wrong use quick

    texts = {output / name: text for name, text in schema_texts().items()}
    if readme is not None:
        texts[readme] = readme_with_tables(readme.read_text(encoding="utf-8"))
    output.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"{len(texts)} files -> {output}")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--languages", help="Codes of the languages, the first is the default: en,zh.")
@click.option("--title", "titles", multiple=True, help="Title of the plan; once for each language, in their order.")
@click.option("--area", "areas", multiple=True, help="Name of the area it covers; once for each language.")
@click.option("--issuer", "issuers", multiple=True, help="Name of the body that issued it; once for each language.")
@click.option("--start", type=click.IntRange(1900, 2200), help="First year of the plan.")
@click.option("--end", type=click.IntRange(1900, 2200), help="Last year of the plan.")
@click.option("--yes", is_flag=True, help="Ask nothing: take examples for what is not given.")
@_guarded
def new(
    folder: Path,
    *,
    languages: str | None,
    titles: Sequence[str],
    areas: Sequence[str],
    issuers: Sequence[str],
    start: int | None,
    end: int | None,
    yes: bool,
) -> None:
    """Make a plan in FOLDER that builds at once, with commented files to be replaced by your own."""
    from generator import scaffold  # noqa: PLC0415 -- keeps --help and wrong use quick

    def ask(question: str, default: Any) -> Any:
        return default if yes else click.prompt(question, default=default)

    def names(kind: str, question: str, given: Sequence[str]) -> dict[str, str]:
        if given:
            return scaffold.by_language(codes, given)
        return {code: ask(f"{question} ({code})", scaffold.example(kind, code)) for code in codes}

    scaffold.refuse_used(folder)
    codes = scaffold.read_languages(languages or ask("Languages, the default first", "en,zh"))
    title = names("title", "Title of the plan", titles)
    area = names("area", "Area it covers", areas)
    issuer = names("issuer", "Who issued it", issuers)
    start = start or int(ask("First year", datetime.datetime.now(tz=datetime.UTC).year))
    end = end or int(ask("Last year", start + 2))
    written = scaffold.new_plan(folder, scaffold.Answers(codes, title, area, issuer, start, end))
    click.echo(f"{len(written)} files -> {folder}")
    click.echo(f"next: policy-explorer check --config {folder / 'site_config.yml'}")


@main.command()
@config_option
@click.argument("name", required=False)
@click.option("--next", "is_next", is_flag=True, help="Name it by its date, with -2 and so on where that is taken.")
@click.option("--note", default="", help="What readers should know of it, in a sentence.")
@click.option("--date", help="Its day, such as 2020-06-30; left out, as_of of plan.yml.")
@_guarded
def release(config_file: Path, name: str | None, *, is_next: bool, note: str, date: str | None) -> None:
    """Freeze the checked data as release NAME in releases/ of the plan's folder. A release is never changed."""
    from generator.releases import make_release  # noqa: PLC0415 -- keeps --help and wrong use quick

    if (name is None) is not is_next:
        raise UsageError("name the release, or write --next")
    made = make_release(load_config(config_file), name, note, date)
    click.echo(f"release {made.snapshot.id} of {made.snapshot.date} -> {made.path}")


@main.command()
@config_option
@click.argument("names", nargs=-1, metavar="[A] [B]")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True,
              help="text for people, markdown for posts and pull requests, json for programs.")  # fmt: skip
@_guarded
def diff(config_file: Path, names: Sequence[str], form: str) -> None:
    """Show what changed from release A to release B, or to the working data; without A from the last release."""
    from generator import changes_report, releases  # noqa: PLC0415 -- keeps --help and wrong use quick
    from generator.changes import compare  # noqa: PLC0415 -- keeps --help and wrong use quick
    from generator.check import without_collection  # noqa: PLC0415 -- as above

    if len(names) > 2:
        raise UsageError("name two releases at most")
    config = load_config(config_file)
    listed = releases.list_releases(config)
    if not listed:
        raise UsageError("no release has been made yet; make one with: policy-explorer release --next")
    before = releases.find_release(config, names[0] if names else listed[-1].id)
    after = releases.find_release(config, names[1]) if names[1:] else releases.working_snapshot(config)
    write = {"text": changes_report.as_text, "markdown": changes_report.as_markdown, "json": changes_report.as_json}
    with without_collection():
        said = write[form](compare(before, after))
    click.echo(said)


@main.group()
def workbook() -> None:
    """Send out reporting workbooks and take them back: figures and task reports, filled in with a spreadsheet."""


@workbook.command("export")
@config_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--area", help="Only this area, by its id.")
@click.option("--organisation", help="Only what this organisation leads or is in charge of, by its id.")
@click.option("--period", help="What is due for this period, such as 2020 or 2020-Q3; else the plan's years so far.")
@_guarded
def workbook_export(
    config_file: Path, file: Path, area: str | None, organisation: str | None, period: str | None
) -> None:
    """Write FILE, an .xlsx workbook with what is known, and empty cells for what is due."""
    from generator import workbook_export as export_  # noqa: PLC0415 -- keeps --help and wrong use quick
    from generator.workbook_words import load_workbook_words  # noqa: PLC0415 -- keeps --help and wrong use quick
    from generator.workbook_write import workbook_bytes  # noqa: PLC0415 -- keeps --help and wrong use quick

    if file.suffix != ".xlsx":
        raise UsageError(f"'{file}' must end in .xlsx")
    config = load_config(config_file)
    plan = export_.load_whole_plan(config)
    scope = export_.choose_scope(plan, area, organisation, period)
    words = load_workbook_words(plan, config.templates)
    sheets = export_.export_sheets(plan, scope, words)
    content = workbook_bytes(sheets, scope, words)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        raise GeneratorError(f"'{file}' cannot be written: {error.strerror}") from None
    figures, tasks = (len(sheet.rows) for sheet in sheets)
    click.echo(f"{figures} rows of figures, {tasks} of tasks -> {file}")


@workbook.command("import")
@config_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show the difference and write nothing.")
@_guarded
def workbook_import(config_file: Path, files: Sequence[Path], dry_run: bool) -> None:
    """Bring filled-in workbooks (.xlsx, .ods or .csv) into data/*.csv: only the rows that differ, all files or none.

    Every problem is named by sheet and cell; with an error nothing is written and the exit code is 1.
    """
    from generator.workbook_import import import_workbooks, outcome_lines  # noqa: PLC0415 -- keeps --help and wrong use quick

    outcome = import_workbooks(load_config(config_file), files, dry_run)
    for line in outcome_lines(outcome, dry_run):
        click.echo(line)
    sys.exit(0 if outcome.is_fine else 1)


main.add_command(import_group)
main.add_command(print_book)
for command in (compare_plans, *PUBLISHING):
    main.add_command(command)
