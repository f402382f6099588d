"""The data of every release as files of the site, at addresses that stay: JSON as released, and CSV of its numbers.

They hold what the site may show: numbers of other bases are left out, and with them the file of inputs' hashes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generator.change import place_of
from generator.changes import History
from generator.downloads import write_csv
from generator.releases import release_text
from generator.sitefile import SiteFile, text_file
from generator.snapshot import Record, Snapshot

FOLDER = "data/releases"
TABLES = ("observations", "targets")
_CELLS = ("value", "value_to", "operator", "status", "basis", "source", "note")


def release_files(history: History, bases: tuple[str, ...]) -> Iterator[SiteFile]:
    """For each release its JSON and a CSV of each table; `bases` are those that the site shows."""
    for release in history.releases:
        shown = release if set(release.bases) == set(bases) else replace(release, results={})
        yield SiteFile(f"{FOLDER}/{release.id}.json", release_text(shown, {}))
        for table in TABLES:
            if release.of(table):
                yield text_file(f"{FOLDER}/{release.id}-{table}.csv", table_csv(release, table))


def links_of(release: Snapshot) -> dict[str, str]:
    """The addresses of a release's files, from the site's root: everything as `json`, and each table by its name."""
    tables = {table: f"{FOLDER}/{release.id}-{table}.csv" for table in TABLES if release.of(table)}
    return {"json": f"{FOLDER}/{release.id}.json", **tables}


def table_csv(release: Snapshot, table: str) -> str:
    """A table of numbers as it was: one row a number, in the order of their keys."""
    rows = [_row(key, record) for key, record in sorted(release.of(table).items())]
    used = {name for row in rows for name in row}
    fixed = ("indicator", "area", "period")
    dims = sorted(used - {*fixed, *_CELLS})
    return write_csv((*fixed, *dims, *(name for name in _CELLS if name in used)), rows)


def _row(key: str, record: Record) -> dict[str, str]:
    place = place_of(key)
    cells = {name: record[name] for name in _CELLS if name in record}
    return {
        "indicator": place.indicator,
        "area": place.area,
        "period": place.period,
        **dict(place.dims),
        "basis": "official",
        **{name: " ".join(one) if isinstance(one, (list, tuple)) else str(one) for name, one in cells.items()},
    }
