"""The command `compare-plans`: a new plan beside the old one, or the plans of two places."""

from __future__ import annotations

from pathlib import Path

import click

from generator.console import guarded


@click.command("compare-plans")
@click.option("--config", "config_file", default="site_config.yml", show_default=True,
              type=click.Path(path_type=Path, dir_okay=False), help="The settings of the new plan.")  # fmt: skip
@click.argument("other", metavar="OTHER", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--map", "map_file", type=click.Path(path_type=Path, dir_okay=False),
              help="A YAML file of what belongs together, by kind: {tasks: {new-id: old-id}}. "
                   "Left out: what tasks say in supersedes.")  # fmt: skip
@click.option("--language", help="The language that texts are compared in; else the new plan's first.")
@click.option("--format", "form", type=click.Choice(["markdown", "json"]), default="markdown", show_default=True,
              help="markdown for people, json for programs.")  # fmt: skip
@guarded
def compare_plans(config_file: Path, other: Path, map_file: Path | None, language: str | None, form: str) -> None:
    """Set the plan beside that of OTHER (its site_config.yml): what was kept, changed, dropped, and what is new.

    Only what the map names belongs together; targets stand side by side where indicator and area do.
    """
    from generator import editions, editions_report  # noqa: PLC0415 -- keeps --help and wrong use quick
    from generator.check import load_plan  # noqa: PLC0415 -- as above
    from generator.config import load_config  # noqa: PLC0415 -- as above
    from generator.language import load_language  # noqa: PLC0415 -- as above
    from generator.problems import DataError, UsageError  # noqa: PLC0415 -- as above
    from generator.textfiles import read_yaml  # noqa: PLC0415 -- as above
    from generator.view import View  # noqa: PLC0415 -- as above

    configs = [load_config(other), load_config(config_file)]
    plans = [load_plan(config)[0] for config in configs]
    code = language or plans[1].languages[0]
    if code not in plans[1].languages:
        raise UsageError(f"the plan has no texts in '{code}'; use one of: {', '.join(plans[1].languages)}")
    if map_file is not None and not map_file.is_file():
        raise UsageError(f"there is no file {map_file}; name the map with --map FILE")
    file, problems = read_yaml(map_file, map_file.name) if map_file else (None, [])
    matches, faults = editions.read_map(None if problems else file, plans[0], plans[1])
    if problems or faults:
        raise DataError([*problems, *faults])
    found = editions.compare_plans(plans[0], plans[1], matches, code)
    views = [
        View(plan, load_language(code, config.templates, (code,)), config)
        for plan, config in zip(plans, configs, strict=True)
    ]
    write = {"markdown": editions_report.as_markdown, "json": editions_report.as_json}[form]
    click.echo(write(found, views[0], views[1]))
