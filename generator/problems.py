"""Names what can be wrong with the data, and where."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Severity = Literal["error", "warning"]

LONGEST_WORD = 100
"""Beyond so many characters nothing is looked for that is like a word: it takes long and finds nothing."""


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """A position in a file: `file` as the editor knows it, `line` and `column` counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is, what was found and what was wanted (`message`), how to mend it (`hint`)."""

    place: Place
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    group: str = ""
    """What sets it apart from others of its code where they are counted, such as a language."""

    def as_dict(self) -> dict[str, str | int]:
        """The problem in the form that other programs read."""
        return {
            "severity": self.severity,
            "code": self.code,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "message": self.message,
            "hint": self.hint,
        }


class GeneratorError(Exception):
    """Base of all errors that the command line shows as a message, never as a traceback."""


class UsageError(GeneratorError):
    """The command was called with something that does not exist or cannot be used (exit code 2)."""


class DataError(GeneratorError):
    """The data hold at least one error (exit code 1)."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted_problems(problems)
        super().__init__(f"{len(errors_in(self.problems))} errors in the data")


def errors_in(problems: Iterable[Problem]) -> list[Problem]:
    """Only the problems that stop a build."""
    return [problem for problem in problems if problem.severity == "error"]


def sorted_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in file order, each once."""
    return sorted(set(problems), key=_order)


def _order(problem: Problem) -> tuple[object, ...]:
    place = problem.place  # spread out, since comparing two places is slow where there are very many
    return place.file, place.line, place.column, problem.severity, problem.code, problem.message


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, whatever its case, or None when none is close or it is too long to be a word."""
    choices = sorted(known)
    folded = word.strip().casefold()
    for choice in choices:
        if choice.casefold() == folded:
            return choice
    matches = difflib.get_close_matches(word, choices, n=1, cutoff=0.6) if len(word) <= LONGEST_WORD else []
    return matches[0] if matches else None


def suggestion(word: str, known: Iterable[str], limit: int = 12) -> str:
    """A hint that offers the nearest known word, else the whole list when it is short."""
    return _suggestion(word, tuple(sorted(known)), limit)


@lru_cache(maxsize=1024)
def _suggestion(word: str, choices: tuple[str, ...], limit: int) -> str:
    match = nearest(word, choices)
    if match is not None:
        return f"did you mean '{match}'?"
    if 0 < len(choices) <= limit:
        return f"use one of: {', '.join(choices)}"
    return ""


def summarise_warnings(problems: Iterable[Problem], places_shown: int = 5) -> list[Problem]:
    """One warning a file, code and group, with its count and first places: many do not drown what matters."""
    groups: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in sorted_problems(problems):
        if problem.severity == "warning":
            groups.setdefault((problem.place.file, problem.code, problem.group), []).append(problem)
    summaries = []
    for (_, code, _), group in sorted(groups.items()):
        first = group[0]
        message = first.message
        if len(group) > 1:
            lines = ", ".join(str(problem.place.line) for problem in group[:places_shown])
            more = ", ..." if len(group) > places_shown else ""
            message = f"{message} (and {len(group) - 1} more like this; lines {lines}{more})"
        summaries.append(Problem(first.place, code, message, first.hint, "warning"))
    return summaries
