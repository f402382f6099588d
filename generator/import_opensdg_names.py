"""Short names of the worldwide indicators and targets, for sources that name them only by their place.

The names are in our words; which indicator and target has which number is from the global framework (A/RES/70/1,
A/RES/71/313 and its refinements). They stand only where the source itself refers to the framework and has no words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from generator.config import OWN_TEMPLATES
from generator.import_source import read_yaml_words
from generator.plan_write import Words

_LANGUAGES = ("en", "zh")


@cache
def _names(kind: str) -> Mapping[str, Sequence[str]]:
    path = OWN_TEMPLATES / "sdg" / f"{kind}.yml"
    value, _ = read_yaml_words(path.name, path.read_text(encoding="utf-8"))
    return value if isinstance(value, dict) else {}


def worldwide_name(kind: str, key: str, languages: Sequence[str]) -> Words | None:
    """The short name of an indicator (`indicators`, `1-1-1`) or target (`targets`, `1-1`) by language; None of others.

    In a language that has none the first language gets the English one.
    """
    names = dict(zip(_LANGUAGES, _names(kind).get(key, ()), strict=False))
    if not names:
        return None
    found = {code: names[code] for code in languages if code in names}
    return {languages[0]: found.pop(languages[0], names["en"]), **found}


def is_worldwide(fields: Mapping[str, Any], kind: str, key: str) -> bool:
    """Whether the metadata refer to this indicator or target of the global framework by its place."""
    return f"global_{kind}.{key}-title" in (value for value in fields.values() if isinstance(value, str))
