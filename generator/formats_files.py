"""All data files of a site, made once a plan: paths below `data/` and their bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from generator.downloads import write_csv
from generator.formats_package import csvw_files, data_package
from generator.formats_sqlite import sqlite_bytes
from generator.formats_tables import data_tables, part_tables
from generator.plan import Plan

BOM = b"\xef\xbb\xbf"
"""What tells Excel that a CSV is UTF-8."""
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_LAST: list[tuple[Plan, Mapping[str, bytes]]] = []
"""The files of the plan that was asked for last: several pages and the site itself ask for the same one."""


def data_files(plan: Plan) -> Mapping[str, bytes]:
    """Every data file of the plan that is the same in each language, by path below `data/`."""
    if not _LAST or _LAST[0][0] is not plan:
        _LAST[:] = [(plan, _make(plan))]
    return _LAST[0][1]


def _make(plan: Plan) -> dict[str, bytes]:
    whole, parts = data_tables(plan), part_tables(plan)
    tables = {table.path: write_csv(*table.rows).encode() for table in (*whole, *parts)}
    packed = {**tables, **csvw_files(plan, [*whole, *parts]), "datapackage.json": data_package(plan, whole)}
    return {
        **packed,
        "plan.zip": zip_bytes(packed),
        **{f"excel/{path}": BOM + data for path, data in tables.items() if path != "records.csv"},
        "plan.sqlite": sqlite_bytes(plan, whole),
    }


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
