"""Tables as Parquet, typed columns for data frames. pyarrow is an extra: without it these files are left out."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Sequence
from typing import Any

from generator.formats_tables import DataTable, FieldType
from generator.plan import Plan


def has_parquet() -> bool:
    """Whether pyarrow is installed."""
    return importlib.util.find_spec("pyarrow") is not None


def parquet_files(plan: Plan, tables: Sequence[DataTable]) -> dict[str, bytes]:
    """A file a table, `parquet/observations.parquet`; nothing without pyarrow."""
    if not has_parquet():
        return {}
    return {f"parquet/{table.name}.parquet": parquet_bytes(plan, table) for table in tables}


def parquet_bytes(plan: Plan, table: DataTable) -> bytes:
    """One table; its metadata name the plan, its date and licence."""
    import pyarrow  # noqa: PLC0415 -- heavy, and not always installed
    from pyarrow import parquet  # noqa: PLC0415 -- as above

    kinds: dict[FieldType, Any] = {
        "string": pyarrow.string(),
        "object": pyarrow.string(),
        "number": pyarrow.float64(),
        "integer": pyarrow.int64(),
        "boolean": pyarrow.bool_(),
    }
    identity, first = plan.identity, plan.languages[0]
    metadata = {
        "title": f"{identity.title.get(first)}: {table.name}",
        "date": identity.as_of.isoformat() if identity.as_of else "",
        "licence": identity.licence.title.get(first) if identity.licence else "",
        "illustrative": str("illustrative" in plan.bases).lower(),
    }
    schema = pyarrow.schema(
        [pyarrow.field(field.name, kinds[field.type], nullable=not field.required) for field in table.fields],
        metadata,
    )
    columns: list[list[Any]] = [list(cells) for cells in zip(*table.all_values(), strict=True)]
    columns = columns or [[] for _ in table.fields]
    for place, field in enumerate(table.fields):
        if field.type == "boolean":
            columns[place] = [None if cell is None else bool(cell) for cell in columns[place]]
    arrays = [pyarrow.array(cells, kinds[field.type]) for cells, field in zip(columns, table.fields, strict=True)]
    stream = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), stream, compression="zstd")
    return stream.getvalue()
