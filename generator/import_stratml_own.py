"""Reads the words of our own StratML backwards: basis, status, operator and source, which StratML has no elements for.

Our export says in its OtherInformation, in its own language, how the plan was put into StratML; that sentence tells
both that a document is ours and in which language its words are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from generator import scaffold
from generator.config import OWN_TEMPLATES
from generator.language import Language, load_language
from generator.model import BASES, MISSING_STATUSES, VALUE_STATUSES

_OPERATORS = {"least": ">=", "most": "<=", "equal": "=", "about": "~", "between": "between"}


@dataclass(frozen=True)
class Told:
    """What the description of a result says; empty where it says nothing of it."""

    basis: str
    status: tuple[str, ...]
    operator: str
    source: str


class Own:
    """The words of one language, from what they say to what they mean."""

    def __init__(self, language: Language) -> None:
        self.language = language
        say = language.say
        self.bases = {say(f"basis.{one}.word"): one for one in BASES}
        self.statuses = {say(f"value_status.{one}"): one for one in sorted(VALUE_STATUSES | MISSING_STATUSES)}
        self.roles = {say(f"role.{one}"): one for one in ("lead", "supporting")}
        blank = "\0"
        self.operators = {
            sign: re.compile(re.escape(say(f"operator.{key}", value=blank, to=blank)).replace(re.escape(blank), ".+"))
            for key, sign in _OPERATORS.items()
        }

    def result(self, text: str, is_target: bool) -> Told | None:
        """What stands in the description of a result; None where it is not as our export writes it."""
        parts = text.split("; ")
        operator = ""
        if is_target:
            said = parts.pop(0)
            operator = next((sign for sign, pattern in self.operators.items() if pattern.fullmatch(said)), "")
        if not parts or parts[0] not in self.bases:
            return None
        basis = self.bases[parts.pop(0)]
        status = []
        while not is_target and parts and parts[0] in self.statuses:
            status.append(self.statuses[parts.pop(0)])
        return Told(basis, tuple(status), operator, "; ".join(parts))

    def basis(self, text: str) -> str:
        """The basis with which a text of OtherInformation ends, official where it names none."""
        return next((basis for word, basis in self.bases.items() if text.strip().endswith(word)), "official")

    def area(self, text: str) -> str:
        """The name of the whole area from the description of the organisation, empty where it is not there."""
        start = f"{self.language.say('table.area')}: "
        return text.removeprefix(start) if text.startswith(start) else ""


def own_words(told: Sequence[str]) -> Own | None:
    """The words in which our export wrote a document with this OtherInformation; None where it is not ours."""
    text = " ".join(told)
    for code in scaffold.LANGUAGES:
        language = load_language(code, OWN_TEMPLATES, (code,))
        if language.say("formats.stratml_note") in text:
            return Own(language)
    return None
