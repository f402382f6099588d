"""Frictionless Data Package v2, and CSV on the Web (CSVW) descriptions beside each CSV.

The package describes the whole tables and `records.csv`; each table of one indicator or area has its CSVW alone.
Sources: the Data Package standard 2.0 (datapackage.org), and W3C's "Metadata Vocabulary for Tabular Data".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from generator.formats_tables import DataTable, Field
from generator.plan import Plan

SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_RESOURCE = "https://datapackage.org/profiles/2.0/dataresource.json"
_TABLE = "https://datapackage.org/profiles/2.0/tableschema.json"
RECORDS_FORMAT = "policy-explorer-records/1"

UNITS = {"percent": "%", "value": "see the columns unit_*", "value_to": "see the columns unit_*"} | dict.fromkeys(
    ("target", "target_to", "observed", "difference"), "see the columns unit_*"
)
"""The unit of each column of numbers."""

MEANINGS = {
    "basis": "official (from the source), derived (by a formula), reconstructed, or illustrative (made up, not a fact)",
    "status": "SDMX CL_OBS_STATUS codes with spaces between them in tables of observations; else the state of the task",
    "period": "ISO 8601 or SDMX: 2020, 2020-Q3, 2020-06, 2018/P3Y",
    "operator": "how a target is meant: at least, at most, equal, about, between value and value_to",
    "value": "the plain number in the unit of the row; empty where the status says that it is missing",
    "source": "id in the table of sources",
    "licence": "licence of the data; quote it with the numbers",
    "record": "one record of the data folder as a JSON object, spelt as there: nothing is left out",
    "kind": "which list the record is from, or what sort of thing it is",
}
"""What columns hold, wherever they stand."""


def data_package(plan: Plan, tables: Sequence[DataTable]) -> bytes:
    """`datapackage.json` for the whole tables; an input without a date has no `created`."""
    identity, first = plan.identity, plan.languages[0]
    issuer = plan.organisations[identity.issuer]
    package: dict[str, Any] = {
        "$schema": SCHEMA,
        "name": identity.id,
        "id": f"policy-explorer:{identity.id}",
        "title": identity.title.get(first),
        **({"description": identity.summary.get(first)} if identity.summary else {}),
        **({"version": identity.as_of.isoformat()} if identity.as_of else {}),
        **({"created": f"{identity.as_of.isoformat()}T00:00:00Z"} if identity.as_of else {}),
        "languages": list(plan.languages),
        "recordsFormat": RECORDS_FORMAT,
        "illustrative": "illustrative" in plan.bases,
        "contributors": [{"title": issuer.title.get(first), "roles": ["publisher"]}],
        "sources": [
            {"title": one.title.get(first), **({"path": one.url} if one.url else {})} for one in plan.sources.values()
        ],
        "licenses": _licences(plan),
        "resources": [_resource(plan, table) for table in tables],
    }
    return _json({key: value for key, value in package.items() if value not in ([], "")})


def _licences(plan: Plan) -> list[dict[str, str]]:
    """The licence of the data; one without an address has a name made from its title, since one of the two must be."""
    licence = plan.identity.licence
    if licence is None:
        return []
    title = licence.title.get(plan.languages[0])
    return [{"title": title, **({"path": licence.url} if licence.url else {"name": "see-title"})}]


def _resource(plan: Plan, table: DataTable) -> dict[str, Any]:
    return {
        "$schema": _RESOURCE,
        "name": table.name,
        "type": "table",
        "path": table.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": {
            "$schema": _TABLE,
            "fields": [_field(field) for field in table.fields],
            "missingValues": [""],
            "primaryKey": list(table.key),
            **(
                {
                    "foreignKeys": [
                        {
                            "fields": [column],
                            "reference": {"resource": "" if name == table.name else name, "fields": ["id"]},
                        }
                        for column, name in table.references.items()
                    ]
                }
                if table.references
                else {}
            ),
        },
    }


def _field(field: Field) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if field.required:
        limits["required"] = True
    if field.enum:
        limits["enum"] = list(field.enum)
    if field.pattern:
        limits["pattern"] = field.pattern
    if field.name == "percent":
        limits |= {"minimum": 0, "maximum": 100}
    return {
        "name": field.name,
        "type": field.type,
        **({"description": MEANINGS[field.name]} if field.name in MEANINGS else {}),
        **({"unit": UNITS[field.name]} if field.type == "number" and field.name in UNITS else {}),
        **({"constraints": limits} if limits else {}),
    }


# --- CSV on the Web ---------------------------------------------------------------------------------------------

_DATATYPES = {"string": "string", "number": "double", "integer": "integer", "boolean": "boolean", "object": "json"}


def csvw_files(plan: Plan, tables: Sequence[DataTable]) -> dict[str, bytes]:
    """The description of each table beside it, `observations.csv-metadata.json` beside `observations.csv`."""
    return {f"{table.path}-metadata.json": _json(csvw(plan, table)) for table in tables}


def csvw(plan: Plan, table: DataTable) -> dict[str, Any]:
    """One table as CSVW knows it; references to other tables are left to the data package."""
    identity, first = plan.identity, plan.languages[0]
    licence = identity.licence
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": first}],
        "url": table.path.rsplit("/", 1)[-1],
        "dc:title": f"{identity.title.get(first)}: {table.name}",
        "dc:publisher": plan.organisations[identity.issuer].title.get(first),
        **({"dc:modified": identity.as_of.isoformat()} if identity.as_of else {}),
        **({"dc:license": {"@id": licence.url}} if licence and licence.url else {}),
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\n"]},
        "tableSchema": {
            "columns": [_column(field) for field in table.fields],
            "primaryKey": [_csvw_name(name) for name in table.key],
        },
    }


def _csvw_name(name: str) -> str:
    """A column name that is also the name of a variable in a URI template, which may not hold a hyphen."""
    return name.replace("-", "_")


def _column(field: Field) -> dict[str, Any]:
    kind: Any = _DATATYPES[field.type]
    if field.type == "boolean":
        kind = {"base": "boolean", "format": "true|false"}
    elif field.pattern:
        kind = {"base": "string", "format": field.pattern}
    elif field.enum:
        kind = {"base": "string", "format": "|".join(_escaped(word) for word in field.enum)}
    return {
        "name": _csvw_name(field.name),
        "titles": field.name,
        "datatype": kind,
        **({"required": True} if field.required else {}),
        **({"dc:description": MEANINGS[field.name]} if field.name in MEANINGS else {}),
    }


def _escaped(word: str) -> str:
    """A word in a regular expression; none of ours has other special signs than these."""
    return word.replace("-", r"\-") if word != "<=" else word


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
