"""Turns raw records into models, and every fault of pydantic into a problem with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from generator.problems import Problem, suggestion
from generator.textfiles import Record

M = TypeVar("M", bound=BaseModel)

Context = Mapping[str, Any]
"""`languages`: the codes a text may have, the first being that of plain texts."""


def parse_record(model: type[M], record: Record, context: Context) -> tuple[M | None, list[Problem]]:
    """The record as a model, or None and everything that is wrong with it."""
    try:
        return model.model_validate(record.values, context=dict(context)), []
    except ValidationError as error:
        return None, [_problem(model, record, fault) for fault in error.errors(include_url=False)]


def _problem(model: type[BaseModel], record: Record, fault: Any) -> Problem:
    """One pydantic error as a problem in our words."""
    context = fault.get("ctx", {})
    path = (*(part for part in fault["loc"] if _is_real(part)), *context.get("at", ()))
    kind, found = fault["type"], fault.get("input")
    name = ".".join(str(part) for part in path if not isinstance(part, int))
    if kind == "missing":
        return Problem(record.place(*path[:-1]), "missing-field", f"'{path[-1]}' is missing", f"enter {name}")
    if kind == "extra_forbidden":
        owner = _model_at(model, path[:-1])
        known = [field.alias or key for key, field in owner.model_fields.items() if key != "dims"]
        return Problem(
            record.key_place(*path),
            "unknown-field",
            f"'{path[-1]}' is not a field of this record",
            suggestion(str(path[-1]), known, limit=30),
        )
    if kind == "literal_error":
        known = [word.strip(" '") for word in context["expected"].replace(" or ", ", ").split(",")]
        return Problem(
            record.place(*path),
            "unknown-word",
            f"'{found}' is not a known word for {name}",
            suggestion(str(found), known),
        )
    if "message" in context:
        message = f"{name}: {context['message']}" if name else str(context["message"])
        return Problem(record.place(*path), kind, message, str(context.get("hint", "")))
    return Problem(record.place(*path), "wrong-type", f"{name}: {_plain(kind)}", "see the data README for this field")


def _is_real(part: str | int) -> bool:
    """Whether a part of pydantic's location is a key or position of the file, not a marker of its own."""
    return isinstance(part, int) or part not in ("[key]", "Text")


def _plain(kind: str) -> str:
    wanted = {"model_type": "a map", "tuple_type": "a list", "dict_type": "a map", "string_type": "a text"}
    return f"{wanted.get(kind, 'another value')} was wanted here"


def _model_at(model: type[BaseModel], path: tuple[str | int, ...]) -> type[BaseModel]:
    """The model of the map at `path` inside a record."""
    for part in path:
        if isinstance(part, str) and part in model.model_fields:
            inner = _inner_model(model.model_fields[part].annotation)
            model = inner or model
    return model


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if (found := _inner_model(argument)) is not None:
            return found
    return None
