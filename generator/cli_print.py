"""The command `print`: the book of the plan, or a brief of two pages for one place or organisation, as PDF."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click

from generator.console import config_option, guarded
from generator.problems import UsageError


@click.command("print")
@config_option
@click.argument("file", metavar="FILE.pdf", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--language", help="Language of the book; left out: the plan's first.")
@click.option("--area", help="A brief of two pages for this place instead of the book.")
@click.option("--organisation", help="A brief of two pages for this organisation instead of the book.")
@guarded
def print_book(config_file: Path, file: Path, language: str | None, area: str | None, organisation: str | None) -> None:
    """Write the plan as a tagged PDF with contents, running heads, charts and tables, sources and an index."""
    from generator import book, book_briefs, book_pdf  # noqa: PLC0415 -- keeps --help and wrong use quick
    from generator.charts import vega_lite  # noqa: PLC0415 -- as above
    from generator.check import load_plan  # noqa: PLC0415 -- as above
    from generator.config import load_config  # noqa: PLC0415 -- as above
    from generator.language import load_language  # noqa: PLC0415 -- as above
    from generator.studio import FOLDER, Job, draw_all  # noqa: PLC0415 -- as above
    from generator.view import View  # noqa: PLC0415 -- as above

    if area and organisation:
        raise UsageError("name an area or an organisation, not both")
    config = load_config(config_file)
    plan, _ = load_plan(config)
    code = language or plan.languages[0]
    for name, known, what in (
        (code, plan.languages, "language"),
        (area, plan.areas, "area"),
        (organisation, plan.organisations, "organisation"),
    ):
        if name and name not in known:
            raise UsageError(f"the plan has no {what} '{name}'; use one of: {', '.join(list(known)[:40])}")
    view = View(plan, load_language(code, config.templates, plan.languages), config)
    found = (
        book_briefs.area_figures(view, plan.areas[area]) if area else {} if organisation else book.book_figures(view)
    )
    jobs = {figure.id: Job(vega_lite(figure.chart)) for figure in found.values()}
    drawings = draw_all(jobs, config.cache / FOLDER, os.cpu_count() or 1)
    if area or organisation:
        text: Callable[[int], str] = (
            (lambda rows: book_briefs.area_brief(view, plan.areas[area], found, rows))
            if area
            else (lambda rows: book_briefs.organisation_brief(view, plan.organisations[organisation or ""], rows))
        )
        for size, rows in book_pdf.BRIEF_SIZES:
            document = book_pdf.set_pages(text(rows), drawings, f"table {{ font-size: {size}pt }}")
            if len(document.pages) <= book_pdf.BRIEF_PAGES:
                break
    else:
        document = book_pdf.set_pages(book.book(view, found), drawings)
    click.echo(f"{book_pdf.write_pdf(document, file)} pages -> {file}")
