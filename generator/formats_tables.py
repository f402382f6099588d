"""The plan's tables with the types, keys and references of their columns: what every data format is made from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from generator.downloads import Rows, plan_rows
from generator.formats_records import record_rows
from generator.model import BASES, STATUSES, Indicator, ReportStatus
from generator.plan import Plan

FieldType = Literal["string", "number", "integer", "boolean", "object"]

_TYPES: dict[str, FieldType] = {
    **dict.fromkeys(("value", "value_to", "target", "target_to", "observed", "difference", "percent"), "number"),
    **dict.fromkeys(("decimals", "position"), "integer"),
    **dict.fromkeys(("part_of_total", "met"), "boolean"),
    "record": "object",
}
"""Columns that hold something else than text, in whatever table."""

PERIOD = r"\d{4}(-.+)?(/P.+)?"
_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"

_KEYS: dict[str, tuple[str, ...]] = {
    "targets-by-stage": ("indicator", "area", "period"),
    "progress": ("task", "area", "date"),
    "responsibilities": ("task", "organisation", "role"),
    "measures": ("task", "id"),
    "dimensions": ("dimension", "value"),
    "records": ("kind", "position"),
}

_REFERENCES: dict[str, dict[str, str]] = {
    "observations": {"indicator": "indicators", "area": "areas", "source": "sources"},
    "targets": {"indicator": "indicators", "area": "areas", "source": "sources"},
    "targets-by-stage": {
        "indicator": "indicators",
        "area": "areas",
        "target_source": "sources",
        "observed_source": "sources",
    },
    "progress": {"area": "areas", "source": "sources", "by": "organisations"},
    "responsibilities": {"task": "tasks", "organisation": "organisations"},
    "measures": {"task": "tasks", "lead": "organisations"},
    "tasks": {"aspect": "aspects"},
    "aspects": {"parent": "aspects"},
    "indicators": {"aspect": "aspects", "parent": "indicators", "lead": "organisations"},
    "areas": {"parent": "areas"},
    "organisations": {"parent": "organisations", "area": "areas"},
}
"""Columns that name a record of another table, by table; the other table's key is its `id`."""

_OPTIONAL_IN_KEYS = {"progress": ("area",)}
"""Parts of a key that may be empty; breakdowns may be too."""
_ORDER = (
    "sources", "areas", "organisations", "aspects", "safeguards", "dimensions", "indicators", "tasks", "measures",
    "responsibilities", "observations", "targets", "targets-by-stage", "progress", "glossary", "records",
)  # fmt: skip
"""Tables in an order in which each refers only to itself and those before it."""


class Field(NamedTuple):
    """A column: its name, what its cells are, and what they may be."""

    name: str
    type: FieldType = "string"
    required: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True)
class DataTable:
    """A table with its key and what its columns refer to (column to table)."""

    name: str
    path: str
    """Path of its CSV below `data/`."""
    fields: tuple[Field, ...]
    rows: Rows
    key: tuple[str, ...]
    references: dict[str, str]

    def values(self, row: int) -> tuple[str | float | int | None, ...]:
        """A row as typed values; an empty cell is None. Booleans are 0 and 1."""
        cells = self.rows.rows[row]
        return tuple(typed(cells.get(field.name, ""), field.type) for field in self.fields)

    def all_values(self) -> Iterator[tuple[str | float | int | None, ...]]:
        return (self.values(row) for row in range(len(self.rows.rows)))


def typed(cell: str, kind: FieldType) -> str | float | int | None:
    """The value of a cell: numbers as floats, whole ones and truths as ints, no text as None."""
    if cell == "":
        return None
    if kind == "number":
        return float(cell)
    if kind == "integer":
        return int(cell)
    if kind == "boolean":
        return int(cell == "true")
    return cell


def all_tables(plan: Plan) -> tuple[list[DataTable], list[DataTable]]:
    """The whole tables and the lossless records, each after those that it refers to; tables of an indicator or area."""
    rows = plan_rows(plan)
    rows["records.csv"] = record_rows(plan)
    whole = [describe(plan, f"{name}.csv", rows[f"{name}.csv"]) for name in _ORDER]
    return whole, [describe(plan, path, one) for path, one in rows.items() if "/" in path]


def describe(plan: Plan, path: str, rows: Rows) -> DataTable:
    """A table with types, key and references, known from its name; parts are like targets with observations."""
    name = path.removesuffix(".csv")
    is_part = "/" in path
    kind = "targets" if is_part else name
    dimensions = tuple(column for column in rows.columns if column in plan.dimensions) if name != "records" else ()
    if kind in ("observations", "targets"):
        key = (*(("role",) if is_part else ()), "indicator", "area", "period", *dimensions)
    else:
        key = _KEYS.get(name, ("id",))
    return DataTable(
        name=name,
        path=path,
        fields=tuple(_field(plan, kind, column, column in key, is_part) for column in rows.columns),
        rows=rows,
        key=key,
        references=_REFERENCES.get(kind, {}),
    )


def _field(plan: Plan, table: str, column: str, in_key: bool, is_part: bool) -> Field:
    is_breakdown = column in plan.dimensions and table != "records"
    is_text = table == "dimensions" or is_breakdown
    needed = in_key and not is_breakdown and column not in _OPTIONAL_IN_KEYS.get(table, ())
    return Field(
        column,
        "string" if is_text else _TYPES.get(column, "string"),
        needed or column == "basis" or (table == "targets" and column == "value" and not is_part),
        () if is_text else _choices(plan, table, column),
        PERIOD if column in ("period", "due") else _DATE if column == "date" else "",
    )


def _choices(plan: Plan, table: str, column: str) -> tuple[str, ...]:
    """The words that a column may hold; none where it is free."""
    if column in ("basis", "verdict_basis", "target_basis", "observed_basis"):
        return BASES
    if column == "status" and table in ("tasks", "progress"):
        return STATUSES if table == "tasks" else get_args(ReportStatus)
    if column == "role":
        return ("lead", "supporting") if table == "responsibilities" else ("observation", "target")
    if column == "operator":
        return (">=", "<=", "=", "~", "between")
    if table == "indicators" and column in ("direction", "aggregation"):
        return tuple(get_args(Indicator.model_fields[column].annotation))
    return ()


def sql_name(name: str) -> str:
    """The name of a table in databases."""
    return re.sub(r"[^a-z0-9_]", "_", name)
