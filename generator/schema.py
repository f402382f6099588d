"""JSON Schemas of the YAML files, and the tables of fields and columns of the data README, from the models.

Editors' tools read a schema where the first line of a YAML file names it, and then complete and mark while one types.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
import types
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import yaml
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from generator import model as m
from generator.check_words import REFERENCES
from generator.config import SiteConfig
from generator.problems import GeneratorError

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_LINE = "# yaml-language-server: $schema="
START, END = "<!-- fields:start -->", "<!-- fields:end -->"
"""Around the tables in the README; what stands between them is written anew each time."""

LANGUAGE_CODE = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"
CONDITIONS: Mapping[tuple[type[BaseModel], str], str] = {
    (m.Task, "aspect"): "unless `parent` gives it, or the plan has no aspects",
    (m.Indicator, "unit"): "once it has a value",
    (m.Observation, "value"): "or a status that says why not",
    (m.Target, "operator"): "where the direction is `none`",
    (m.Target, "value_to"): "with `between`, and only then",
}
"""Fields that are required under a condition, in words for the tables; `check` tests them."""


class FieldDoc(NamedTuple):
    """What the docstring of a field says: its meaning, and an example as an editor writes it in YAML."""

    meaning: str
    example: str


class Row(NamedTuple):
    """One line of a table of fields; `required` is `yes`, a condition or nothing."""

    name: str
    meaning: str
    required: str
    allowed: str
    example: str


# --- what the docstrings say ------------------------------------------------------------------------------------


def field_docs(model: type[BaseModel]) -> dict[str, FieldDoc]:
    """The docstrings under the fields of a model and of its bases, by the name of the field in Python.

    They are read from the source when a schema is wanted, so that nobody else waits for it.
    """
    docs: dict[str, FieldDoc] = {}
    for owner in reversed(model.__mro__):
        docs |= _docs_of_module(owner.__module__).get(owner.__name__, {}) if owner.__module__ in sys.modules else {}
    return docs


@cache
def _docs_of_module(name: str) -> dict[str, dict[str, FieldDoc]]:
    if not name.startswith("generator."):
        return {}
    tree = ast.parse(inspect.getsource(sys.modules[name]))
    return {node.name: dict(_docs_in(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _docs_in(node: ast.ClassDef) -> Iterator[tuple[str, FieldDoc]]:
    for field, below in zip(node.body, node.body[1:], strict=False):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            meaning, _, example = " ".join(below.value.value.split()).partition("Example: ")
            yield field.target.id, FieldDoc(meaning.strip(), example)


def _name(model: type[BaseModel], field: str) -> str:
    """The field as editors write it: `from_` is `from`."""
    return model.model_fields[field].alias or field


# --- JSON Schemas -----------------------------------------------------------------------------------------------


class _Generator(GenerateJsonSchema):
    """As pydantic does it, but one value may stand where a list of them is wanted, and no titles are invented."""

    def tuple_schema(self, schema: core_schema.TupleSchema) -> JsonSchemaValue:
        whole = super().tuple_schema(schema)
        return {"anyOf": [whole, whole["items"], {"type": "null"}]} if "items" in whole else whole

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each kind of YAML file, by its file name in `schemas/`."""
    maps: dict[str, type[BaseModel]] = {"plan": m.Identity, "site_config": SiteConfig, **m.MAP_RECORDS}
    found = {schema_name(kind): _file_schema(f"{kind}.yml", model, a_list=False) for kind, model in maps.items()}
    for kind, model in m.TEXT_RECORDS.items():
        found[schema_name(kind)] = _file_schema(f"{kind}.yml", model, a_list=True)
    return dict(sorted(found.items()))


def schema_name(kind: str) -> str:
    """The schema of a file or folder `kind` of the data folder."""
    return f"{kind}.schema.json"


def schema_texts() -> dict[str, str]:
    """What stands in each file of `schemas/`."""
    return {name: json.dumps(schema, ensure_ascii=False, indent=2) + "\n" for name, schema in schemas().items()}


def schema_line(path: str) -> str:
    """The first line of a YAML file at `path` (from the folder of the settings), which leads editors to its schema."""
    place = PurePosixPath(path)
    known = {"plan", "site_config", *m.MAP_RECORDS, *m.TEXT_RECORDS}
    kind = place.stem if place.stem in known and len(place.parts) <= 2 else place.parent.name
    return f"{SCHEMA_LINE}{'../' * (len(place.parts) - 1)}schemas/{schema_name(kind)}"


def _file_schema(file: str, model: type[BaseModel], a_list: bool) -> dict[str, Any]:
    """The schema of a file that is one record, or a list of them."""
    schema = model.model_json_schema(schema_generator=_Generator)
    definitions: dict[str, Any] = schema.pop("$defs", {})
    definitions[model.__name__] = schema
    for inner in _models_of(model):
        _describe(inner, definitions[inner.__name__])
    if "Text" in definitions:
        definitions["Text"] = _text_schema()
    record = {"$ref": f"#/$defs/{model.__name__}"}
    body: dict[str, Any] = {"type": ["array", "null"], "items": record} if a_list else record
    return {"$schema": DIALECT, "title": file, **body, "$defs": dict(sorted(definitions.items()))}


def _text_schema() -> dict[str, Any]:
    """A localised text; which languages there are is the plan's own matter, so `check` judges that."""
    text = {"type": ["string", "number"], "pattern": r"\S"}
    by_language = {
        "type": "object",
        "propertyNames": {"pattern": LANGUAGE_CODE},
        "additionalProperties": {"type": ["string", "number", "null"]},
        "minProperties": 1,
    }
    return {"description": "A text, or one for each language by its code.", "anyOf": [text, by_language]}


def _models_of(model: type[BaseModel]) -> list[type[BaseModel]]:
    """The model and every model inside it, each once, texts left out."""
    found: list[type[BaseModel]] = []

    def visit(value: Any) -> None:
        if isinstance(value, type) and issubclass(value, BaseModel):
            if value is not m.Text and value not in found:
                found.append(value)
                for hint in _hints(value).values():
                    visit(hint)
        else:
            for part in get_args(value):
                visit(part)

    visit(model)
    return found


def _hints(model: type[BaseModel]) -> dict[str, Any]:
    """The types of the fields of a model, with what is annotated to them; what many records share comes last."""
    hints = get_type_hints(model, include_extras=True)
    return {field: hints[field] for field in sorted(model.model_fields, key=lambda field: field in _EVERYWHERE)}


_EVERYWHERE = {*m.Grounded.model_fields, *m.Row.model_fields}


def _describe(model: type[BaseModel], schema: dict[str, Any]) -> None:
    """Put the docstrings into the schema of a model, and take out what helps no reader."""
    for noise in ("title", "description"):
        schema.pop(noise, None)
    if model.__doc__:
        schema["description"] = model.__doc__.split("\n\n")[0]
    docs, properties = field_docs(model), schema["properties"]
    schema["properties"] = {_name(model, field): properties[_name(model, field)] for field in _hints(model)}
    for field in model.model_fields:
        entry = properties[_name(model, field)]
        if entry.get("default") in (None, [], {}):
            entry.pop("default", None)
        doc = docs.get(field)
        if doc is not None:
            kind = REFERENCES.get(model, {}).get(field)
            entry["description"] = doc.meaning + (f" An id of {kind}." if kind else "")
            entry["examples"] = [yaml.safe_load(doc.example)]


# --- tables of the README ---------------------------------------------------------------------------------------

_SCALARS: tuple[tuple[Any, str], ...] = (
    (m.Text, "text L"),
    (m.Id, "id"),
    (m.Line, "text"),
    (m.Url, "web address"),
    (m.PeriodValue, "period"),
    (m.DateValue, "date"),
    (m.Day, "day"),
    (m.Number, "number"),
    (m.Whole, "whole number"),
    (m.Flag, "`true`, `false`"),
    (m.Tile, "[column, row], 1 to 40"),
)
"""Types of single values, as the tables name them."""
_OBSERVATION_STATUSES = "`A` `B` `D` `E` `F` `I` `N` `P` `U`; without a value `L` `M` `O` `Q`"
_DIMENSION_ROW = Row(
    "a dimension's id",
    "One column for each breakdown; empty means the total.",
    "",
    "id of a value in `dimensions.yml`",
    "`basic`",
)


def readme_with_tables(text: str) -> str:
    """A README with the tables between its two markers written anew. Raises GeneratorError without markers."""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise GeneratorError(f"the README needs a line {START} and below it a line {END}")
    return f"{before}{START}\n{tables()}{END}{after}"


def tables() -> str:
    """Every file with its fields or columns, as Markdown."""
    shared = _shared_models()
    parts = ["<!-- Written by `policy-explorer schema --readme`; what is changed here by hand is lost. -->\n"]
    for title, model, intro in _sections():
        parts.append(f"### {title}\n\n{intro}\n\n{_table(_rows(model, shared))}")
    for model in shared:
        parts.append(f"### Inside `{_shared_name(model)}`\n\n{_first_line(model)}\n\n{_table(_rows(model, ()))}")
    return "\n" + "\n".join(parts) + "\n"


def _sections() -> Iterator[tuple[str, type[BaseModel], str]]:
    """Title, model and first sentence of each table."""
    yield "`plan.yml`", m.Identity, "One map: what the plan is, who issued it and when."
    for kind, model in m.MAP_RECORDS.items():
        yield f"`{kind}.yml`", model, "One map, which may be left out: how progress is judged."
    for kind, model in m.TEXT_RECORDS.items():
        yield f"`{kind}.yml`", model, f"A list. {_first_line(model)}".strip()
    for kind, rows in m.NUMBER_RECORDS.items():
        yield f"`{kind}.csv`", rows, f"A table. {_first_line(rows)}".strip()
    yield "`site_config.yml` (beside this folder)", SiteConfig, "One map: what is built, from where, to where."


def _first_line(model: type[BaseModel]) -> str:
    """The docstring up to its first empty line."""
    return " ".join((model.__doc__ or "").split("\n\n")[0].split())


def _shared_models() -> tuple[type[BaseModel], ...]:
    """Models that stand inside records of more than one file, in the order in which they are met."""
    owners: dict[type[BaseModel], set[str]] = {}
    for title, model, _ in _sections():
        for inner in _models_of(model)[1:]:
            owners.setdefault(inner, set()).add(title)
    return tuple(model for model, titles in owners.items() if len(titles) > 1)


def _shared_name(model: type[BaseModel]) -> str:
    return f"{model.__name__.lower()}s"


def _rows(model: type[BaseModel], shared: tuple[type[BaseModel], ...], above: str = "") -> Iterator[Row]:
    """The fields of a model, each followed by those of the model inside it, unless that has a table of its own."""
    docs = field_docs(model)
    for field, hint in _hints(model).items():
        if field == "dims":
            yield _DIMENSION_ROW
            continue
        name, inner = f"{above}{_name(model, field)}", _inner_model(hint)
        doc = docs.get(field, FieldDoc("", ""))
        required = CONDITIONS.get((model, field), "yes" if model.model_fields[field].is_required() else "")
        allowed = _OBSERVATION_STATUSES if (model, field) == (m.Observation, "status") else _allowed(hint)
        if (kind := REFERENCES.get(model, {}).get(field)) is not None:
            allowed = f"ids of `{kind}`" if allowed.startswith("list") else f"id of `{kind}`"
        if inner is not None and inner in shared:
            allowed += f", see `{_shared_name(inner)}` below"
        yield Row(f"`{name}`", doc.meaning, required, allowed, f"`{_as_written(doc.example, model)}`")
        if inner is not None and inner not in shared:
            yield from _rows(inner, shared, f"{name} › ")


def _as_written(example: str, model: type[BaseModel]) -> str:
    """An example as editors write it: a CSV cell has none of YAML's quotes."""
    return example.strip("'") if issubclass(model, m.Row) else example.replace("'", '"')


def _inner_model(hint: Any) -> type[BaseModel] | None:
    """The model of the map, or of the maps of the list, that a field holds; None for single values and texts."""
    if isinstance(hint, type):
        return hint if issubclass(hint, BaseModel) and hint is not m.Text else None
    return next((inner for part in get_args(hint) if (inner := _inner_model(part)) is not None), None)


def _allowed(hint: Any) -> str:
    """What may stand in a field, in a few words."""
    for scalar, words in _SCALARS:
        if hint == scalar:
            return words
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in parts)
    if origin in (Union, types.UnionType):
        return _allowed(next(part for part in parts if part is not type(None)))
    if origin is tuple:
        inner = _allowed(parts[0])
        return "list of maps" if inner == "map" else f"list of: {inner}" if "`" in inner else f"list of {inner}s"
    if origin is dict:
        return f"map of {_allowed(parts[0])}: {_allowed(parts[1])}"
    if _inner_model(hint) is not None and isinstance(hint, type):
        return "map"
    return _allowed(parts[0]) if parts else "text"


def _table(rows: Iterator[Row]) -> str:
    lines = ["| name | meaning | required | allowed | example |", "|---|---|---|---|---|"]
    lines += ["| " + " | ".join(_cell(text) for text in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """A text as a cell of a Markdown table: a bar would end it, even in code."""
    return text.replace("|", "\\|")
