"""All data files of a site, made once a plan: paths below `data/` and their bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from generator.downloads import plan_tables, write_csv
from generator.formats_package import csvw_files, data_package
from generator.formats_parquet import parquet_files
from generator.formats_sdmx import sdmx_files
from generator.formats_sqlite import sqlite_bytes
from generator.formats_stratml import stratml
from generator.formats_tables import DataTable, all_tables
from generator.formats_xlsx import plan_workbook
from generator.plan import Plan
from generator.view import View

BOM = b"\xef\xbb\xbf"
"""What tells Excel that a CSV is UTF-8."""
Tables = tuple[list[DataTable], list[DataTable]]
"""Whole tables and those of one indicator or area, made once for all formats."""
_FILES = ("formats", "files")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def data_files(plan: Plan, made: Tables | None = None) -> dict[str, bytes]:
    """Every data file of the plan that is the same in each language, by path below `data/`."""
    whole, parts = made or all_tables(plan)
    tables = csv_files([*whole, *parts])
    packed = {**tables, **csvw_files(plan, [*whole, *parts]), "datapackage.json": data_package(plan, whole)}
    return {
        **packed,
        "plan.zip": zip_bytes(packed),
        **{f"excel/{path}": BOM + data for path, data in tables.items() if path != "records.csv"},
        "plan.sqlite": sqlite_bytes(plan, whole),
        **parquet_files(plan, whole),
        **sdmx_files(plan),
    }


def csv_files(tables: Iterable[DataTable]) -> dict[str, bytes]:
    """Tables as CSV, by path below `data/`."""
    return {table.path: write_csv(*table.rows).encode() for table in tables}


def csv_files_of(plan: Plan) -> dict[str, bytes]:
    """The plan's tables as CSV, for a site without other formats; made once a plan."""

    made: dict[str, bytes] = plan.remember(
        ("formats", "csv"), lambda: {path: text.encode() for path, text in plan_tables(plan).items()}
    )
    return made


def offered_files(view: View) -> dict[str, bytes]:
    """The data files that a site offers in one language, those of all languages among them, as its settings say."""
    if not view.config.site.features.formats:
        return csv_files_of(view.plan)
    return {**data_files_of(view.plan), **language_files_of(view)}


def in_the_making(views: Sequence[View]) -> dict[tuple[object, ...], Callable[[], dict[str, bytes]]]:
    """What makes `offered_files` in the formats that take their time, by the key under which a plan remembers it."""
    plan = views[0].plan
    made: dict[tuple[object, ...], Callable[[], dict[str, bytes]]] = {_FILES: partial(data_files_of, plan)}
    return made | {(*_FILES, view.language.code): partial(language_files_of, view) for view in views}


def language_files(view: View, made: Tables | None = None) -> dict[str, bytes]:
    """The data files in one language, by path below `data/`."""
    code = view.language.code
    whole, _ = made or all_tables(view.plan)
    return {f"plan-{code}.xlsx": plan_workbook(view, whole), f"stratml-{code}.xml": stratml(view)}


def tables_of(plan: Plan) -> Tables:
    """The plan's tables, made once for its formats, its pages and the site."""
    made: Tables = plan.remember(("formats", "tables"), lambda: all_tables(plan))
    return made


def data_files_of(plan: Plan) -> dict[str, bytes]:
    """`data_files`, made once a plan."""
    made: dict[str, bytes] = plan.remember(_FILES, lambda: data_files(plan, tables_of(plan)))
    return made


def language_files_of(view: View) -> dict[str, bytes]:
    """`language_files`, made once a language."""
    plan = view.plan
    made: dict[str, bytes] = plan.remember((*_FILES, view.language.code), lambda: language_files(view, tables_of(plan)))
    return made


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """An archive with fixed times, its entries sorted."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _ZIP_TIME)
            entry.create_system = 3  # the same on every system
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[path], zipfile.ZIP_DEFLATED, compresslevel=6)
    return stream.getvalue()
