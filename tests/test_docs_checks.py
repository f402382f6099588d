"""The list of codes in the documentation is complete, and its examples are messages that really come."""

from __future__ import annotations

import re
from pathlib import Path

import test_check

import generator

DOCUMENT = Path(__file__).parent.parent / "docs" / "checks.md"
ENTRY = re.compile(r"### `(?P<code>[a-z0-9-]+)`\n\n(?P<severity>Error|Warning)\. .+\n\n> (?P<example>.+)\n\n.+(\n|$)")
EXPECTED = re.compile(
    r"\S+:\d+:\d+: (?P<severity>error|warning)\[(?P<code>[a-z0-9-]+)\] (?P<message>.*?)(?: ~ .*)?", re.S
)


def _entries():
    return list(ENTRY.finditer(DOCUMENT.read_text(encoding="utf-8")))


def _codes():
    return set().union(*(test_check._codes_in(path) for path in Path(generator.__file__).parent.glob("*.py")))


def test_every_code_is_documented():
    """A check that nobody can look up does not count as done, and none is listed that does not exist."""
    documented = [entry["code"] for entry in _entries()]

    assert len(documented) == len(set(documented))
    assert _codes() - set(documented) == set(), "add these to docs/checks.md"
    assert set(documented) - _codes() == set(), "these are no longer given"


def test_every_entry_is_whole():
    """Meaning with severity, an example, how to mend it: each heading of a code has all three."""
    headings = re.findall(r"^### `(.+)`$", DOCUMENT.read_text(encoding="utf-8"), re.M)

    assert headings == [entry["code"] for entry in _entries()]


def test_examples_are_messages_of_the_checks():
    """Each example stands among the problems that a golden case expects, with the same severity."""
    expected = set()
    for path in test_check.CASES:
        for line in test_check._case(path)["expected"]:
            found = EXPECTED.fullmatch(line)
            expected.add((found["code"], found["severity"], _without_numbers(found["message"])))

    for entry in _entries():
        assert (entry["code"], entry["severity"].lower(), _without_numbers(entry["example"])) in expected, entry["code"]


def _without_numbers(text):
    """A message whatever its numbers: the limits of the tests are smaller than real ones."""
    return re.sub(r"\d+", "0", text)
