"""Shows problems as text with the offending line, as annotations of GitHub or as JSON. It reads and prints nothing."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from generator.problems import Place, Problem, errors_in, sorted_problems, summarise_warnings

Reader = Callable[[str], str | None]
"""Gives the text of a file by the name that problems use, or None when it cannot be shown."""

LIMIT = 20
"""How many problems of one code in one file are shown, unless all are asked for."""
WIDTH = 100
"""How many columns of an offending line are shown."""

_ELLIPSIS = "…"
_CONTROL_PICTURES = 0x2400


def as_text(problems: Sequence[Problem], read: Reader, everything: bool = False) -> list[str]:
    """Lines for people and editors: each problem with the line it is about and a mark under the column, then the count.

    Warnings come as one a file and code, errors at most `LIMIT` times, unless `everything` is asked for.
    """
    errors, warnings = errors_in(problems), [one for one in problems if one.severity == "warning"]
    shown = sorted_problems([*errors, *(warnings if everything else summarise_warnings(warnings))])
    sources: dict[str, list[str]] = {}
    lines = []
    for problem, more in limited(shown, None if everything else LIMIT):
        file = problem.place.file
        if file not in sources:
            sources[file] = (read(file) or "").split("\n")
        hint = f"; {problem.hint}" if problem.hint else ""
        lines.append(visible(f"{problem.place}: {problem.severity}[{problem.code}] {problem.message}{hint}"))
        lines += excerpt(problem.place, sources[file])
        if more:
            lines.append(visible(f"{file}: {problem.severity}[{problem.code}] and {more} more like this"))
    lines.append(f"{_counted(len(errors), 'error')}, {_counted(len(warnings), 'warning')}")
    return lines


def as_github(problems: Sequence[Problem], folder: str = "") -> list[str]:
    """Workflow commands, which GitHub shows beside the changed lines.

    `folder`: from the top of the repository to the folder of the settings, with a slash at its end; empty: the top.
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    lines = []
    for problem, more in limited(sorted_problems(problems), LIMIT):
        place = problem.place
        file = f"file={_property(folder + place.file)}"
        hint = f"; {problem.hint}" if problem.hint else ""
        lines.append(
            f"::{problem.severity} {file},line={place.line},col={place.column},title={_property(problem.code)}"
            f"::{_data(problem.message + hint)}"
        )
        if more:
            lines.append(f"::{problem.severity} {file},title={_property(problem.code)}::and {more} more like this")
    return lines


def as_json(problems: Sequence[Problem]) -> str:
    """Every problem, for programs."""
    return json.dumps([problem.as_dict() for problem in problems], ensure_ascii=False, indent=2)


def limited(problems: Iterable[Problem], limit: int | None) -> Iterator[tuple[Problem, int]]:
    """The first `limit` problems of each file and code (None: all), the last of them with how many are left out."""
    problems = list(problems)
    total = Counter(map(_kind, problems))
    met: Counter[tuple[str, str, str]] = Counter()
    for problem in problems:
        kind = _kind(problem)
        met[kind] += 1
        if limit is None or met[kind] <= limit:
            yield problem, total[kind] - limit if met[kind] == limit else 0


def _kind(problem: Problem) -> tuple[str, str, str]:
    return problem.place.file, problem.severity, problem.code


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


# --- the offending line -----------------------------------------------------------------------------------------


def excerpt(place: Place, lines: Sequence[str]) -> list[str]:
    """The line of `place` and a mark under its column, or nothing where there is no such line or it is blank."""
    if place.line > len(lines):
        return []
    line = lines[place.line - 1].removesuffix("\r")
    if not line.strip():
        return []
    before, after = _window(line, min(place.column - 1, len(line)))
    number = str(place.line)
    return [f"  {number} | {before}{after}", f"  {' ' * len(number)} | {' ' * _width(before)}^"]


def _window(line: str, column: int) -> tuple[str, str]:
    """What is shown of a line before and from its column `column` (from 0), cut to `WIDTH`, nothing invisible in it."""
    before, after = visible(line[max(0, column - WIDTH) : column]), visible(line[column : column + WIDTH])
    if _width(before) + _width(after) <= WIDTH and column <= WIDTH and len(line) - column <= WIDTH:
        return before, after
    room = max(WIDTH * 2 // 3, WIDTH - _width(after))
    short = _last_columns(before, room)
    if short != before or column > WIDTH:
        before = _ELLIPSIS + short
    start = _first_columns(after, WIDTH - _width(before))
    return before, start + _ELLIPSIS if start != after or len(line) - column > WIDTH else after


def _first_columns(text: str, columns: int) -> str:
    """The longest start of a text that is at most so wide."""
    used = 0
    for index, character in enumerate(text):
        used += _width(character)
        if used > columns:
            return text[:index]
    return text


def _last_columns(text: str, columns: int) -> str:
    """The longest end of a text that is at most so wide."""
    used = 0
    for index in range(len(text) - 1, -1, -1):
        used += _width(text[index])
        if used > columns:
            return text[index + 1 :]
    return text


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters two, combining marks none (UAX 11)."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def visible(text: str) -> str:
    """A text in which control characters and marks of direction are seen instead of obeyed by the terminal."""
    return "".join(map(_seen, text))


def _seen(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if code == 0x7F:
        return "␡"
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return f"<U+{code:04X}>"
    return character


# --- workflow commands ------------------------------------------------------------------------------------------


def _data(text: str) -> str:
    """A text as the message of a command, which ends at the line."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A text as a value of a command, which ends at a colon or comma too."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
