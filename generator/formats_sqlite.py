"""The plan as one SQLite file: a table each with keys and references, and views for common questions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from generator.formats_tables import DataTable, FieldType, sql_name
from generator.plan import Plan

_SQL_TYPES: dict[FieldType, str] = {
    "string": "TEXT", "number": "REAL", "integer": "INTEGER", "boolean": "INTEGER", "object": "TEXT",
}  # fmt: skip

VIEWS = {
    "latest_values": "the last value of each indicator in each area, totals only",
    "targets_and_results": "each target beside the value of its period",
    "who_does_what": "each organisation's tasks with its role",
    "facts_only": "observations without the illustrative ones",
    "rows_by_basis": "how many numbers rest on what",
}
"""What each view answers."""


def sqlite_bytes(plan: Plan, tables: Sequence[DataTable]) -> bytes:
    """The database file. Made in memory, so that the same plan gives the same bytes."""
    base = sqlite3.connect(":memory:")
    try:
        base.execute("PRAGMA foreign_keys = ON")
        base.execute("PRAGMA application_id = 1347767880")
        for statement in _statements(plan, tables):
            base.execute(statement)
        for table in tables:
            base.execute("PRAGMA defer_foreign_keys = ON")
            marks = ", ".join("?" * len(table.fields))
            base.executemany(f"INSERT INTO {_name(table.name)} VALUES ({marks})", table.all_values())  # noqa: S608 -- names of our own tables, quoted
            base.commit()
        base.execute("PRAGMA user_version = 1")
        base.commit()
        base.execute("VACUUM")
        return base.serialize()
    finally:
        base.close()


def _statements(plan: Plan, tables: Sequence[DataTable]) -> Iterator[str]:
    for table in tables:
        yield _create(table)
    yield from _views(plan)


def _create(table: DataTable) -> str:
    lines = []
    for field in table.fields:
        parts = [_quoted(field.name), _SQL_TYPES[field.type]]
        if field.required:
            parts.append("NOT NULL")
        if field.enum:
            words = ", ".join("'" + word.replace("'", "''") + "'" for word in field.enum)
            parts.append(f"CHECK ({_quoted(field.name)} IN ({words}))")
        if field.name in table.references:
            parts.append(f"REFERENCES {_name(table.references[field.name])} (id) DEFERRABLE INITIALLY DEFERRED")
        lines.append(" ".join(parts))
    key = ", ".join(_quoted(name) for name in table.key)
    return f"CREATE TABLE {_name(table.name)} (\n  " + ",\n  ".join([*lines, f"PRIMARY KEY ({key})"]) + "\n)"


def _views(plan: Plan) -> Iterator[str]:
    """The views of VIEWS; titles are in the plan's first language."""
    code = plan.languages[0].replace('"', "")
    no_breakdown = "".join(f" AND o.{_quoted(name)} IS NULL" for name in plan.dimensions)
    text = {name: _quoted(f"{name}_{code}") for name in ("title", "indicator_title", "area_title", "unit")}
    yield f"""CREATE VIEW latest_values AS
SELECT o.indicator, o.{text["indicator_title"]} AS indicator_title, o.area, o.{text["area_title"]} AS area_title,
  max(o.period) AS period, o.value, o.{text["unit"]} AS unit, o.status, o.basis, o.source, o.licence
FROM observations o WHERE o.value IS NOT NULL{no_breakdown} GROUP BY o.indicator, o.area"""  # noqa: S608 -- as above
    yield f"""CREATE VIEW targets_and_results AS
SELECT indicator, {text["indicator_title"]} AS indicator_title, area, {text["area_title"]} AS area_title, period,
  operator, target, target_to, observed, difference, {text["unit"]} AS unit, met, verdict, target_basis, observed_basis
FROM targets_by_stage"""  # noqa: S608 -- as above
    yield f"""CREATE VIEW who_does_what AS
SELECT r.organisation, o.{text["title"]} AS organisation_title, r.role, t.number, t.id AS task,
  t.{text["title"]} AS task_title, t.status, r.basis
FROM responsibilities r JOIN organisations o ON o.id = r.organisation JOIN tasks t ON t.id = r.task"""  # noqa: S608 -- as above
    yield "CREATE VIEW facts_only AS SELECT * FROM observations WHERE basis <> 'illustrative'"
    yield """CREATE VIEW rows_by_basis AS
SELECT 'observations' AS kind, basis, count(*) AS rows FROM observations GROUP BY basis
UNION ALL SELECT 'targets', basis, count(*) FROM targets GROUP BY basis
UNION ALL SELECT 'progress', basis, count(*) FROM progress GROUP BY basis"""


def _name(table: str) -> str:
    return _quoted(sql_name(table))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
