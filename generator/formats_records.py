"""Every record of a plan as JSON in a table of four columns: the form from which a plan can be read back whole.

A record is written with the names and spellings of the data folder (`data/README.md`): texts by language, numbers and
periods as text, lists as lists. What equals its default is left out. So `model.py` reads a record back as it is.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from typing import Any

from generator.downloads import Rows
from generator.model import NUMBER_RECORDS, TEXT_RECORDS, Model, NumberRow, Text
from generator.plan import Plan

COLUMNS = ("kind", "position", "id", "record")


def record_rows(plan: Plan) -> Rows:
    """All records: `kind` is the file of the data folder, `position` counts from 0, `record` is one JSON object."""
    return Rows.of(
        COLUMNS,
        (
            {"kind": kind, "position": str(position), "id": name, "record": _json(record)}
            for kind, records in all_records(plan).items()
            for position, (name, record) in enumerate(records)
        ),
    )


def all_records(plan: Plan) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Every record by kind, with its id (empty for rows): plan, assessment, lists, tables, and shapes by area."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "plan": [(plan.identity.id, {**plain(plan.identity), "languages": list(plan.languages)})],
        "assessment": [("", plain(plan.assessment))],
    }
    for kind in TEXT_RECORDS:
        records = getattr(plan, kind)
        found[kind] = [
            (getattr(one, "id", ""), plain(one))
            for one in (records.values() if isinstance(records, Mapping) else records)
        ]
    for kind in NUMBER_RECORDS:
        found[kind] = [("", plain(row)) for row in getattr(plan, kind)]
    found["shapes"] = [(area, {"area": area, "geometry": shape}) for area, shape in plan.shapes.items()]
    return found


def plain(value: Any) -> Any:
    """A value of the model as JSON knows it, spelt as in the data folder."""
    if isinstance(value, Text):
        return dict(value.by_language)
    if isinstance(value, Model):
        return dict(_fields(value))
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value if isinstance(value, (str, bool)) or value is None else str(value)


def _fields(record: Model) -> Iterator[tuple[str, Any]]:
    """The fields of a record that differ from their defaults; breakdowns and statuses as columns write them."""
    for name, field in type(record).model_fields.items():
        value = getattr(record, name)
        if isinstance(record, NumberRow) and name == "dims":
            yield from value
        elif not field.is_required() and value == field.get_default(call_default_factory=True):
            continue
        elif name == "status" and isinstance(value, tuple):
            yield name, " ".join(value)
        else:
            yield field.alias or name, plain(value)


def _json(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))
