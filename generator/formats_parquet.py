"""Tables as Parquet, typed columns for data frames. pyarrow is an extra: without it these files are left out."""

from __future__ import annotations

import importlib.util
import io
from array import array
from collections.abc import Sequence
from itertools import accumulate
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
    columns: list[Sequence[Any]] = list(zip(*table.all_values(), strict=True)) or [()] * len(table.fields)
    arrays = [_array(cells, kinds[field.type], field.type) for cells, field in zip(columns, table.fields, strict=True)]
    stream = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), stream, compression="zstd")
    return stream.getvalue()


def _array(cells: Sequence[Any], kind: Any, typed: FieldType) -> Any:
    """A column; None is a missing value.

    It is made of bytes as Arrow lays them out (Arrow Columnar Format 1.4, "Physical memory layout"): pyarrow's own
    way from Python values imports pandas where that is installed, which takes longer than all the tables.
    """
    import pyarrow  # noqa: PLC0415 -- as above

    known = _bits([cell is not None for cell in cells])
    if typed in ("string", "object"):
        texts = [b"" if cell is None else cell.encode() for cell in cells]
        ends = array("i", [0, *accumulate(map(len, texts))])
        buffers = [known, ends.tobytes(), b"".join(texts)]
    elif typed == "boolean":
        buffers = [known, _bits([bool(cell) for cell in cells])]
    else:
        buffers = [known, array("d" if typed == "number" else "q", [cell or 0 for cell in cells]).tobytes()]
    return pyarrow.Array.from_buffers(kind, len(cells), [pyarrow.py_buffer(buffer) for buffer in buffers])


def _bits(truths: Sequence[bool]) -> bytes:
    """One bit a value, the first in the lowest of a byte."""
    number = int("".join("1" if one else "0" for one in reversed(truths)) or "0", 2)
    return number.to_bytes((len(truths) + 7) // 8, "little")
