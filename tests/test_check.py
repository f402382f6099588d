"""Every check names the fault with its exact place, and says how to mend it.

Each file of `golden/checks` is one case: what it is about, the files that differ from the small plan of `conftest.py`
(`!!binary` for other encodings), links, and the problems in file order, each as

    file:line:column: severity[code] start of the message ~ part of the hint
"""

from __future__ import annotations

import ast
import gc
import re
from pathlib import Path

import pytest
import yaml
from conftest import line_of

import generator
from generator.check import ADVICE, CHECKS, check_plan, load_sound_plan
from generator.check_words import _SINGULAR, REFERENCES
from generator.config import load_config
from generator.problems import DataError

CASES = sorted((Path(__file__).parent / "golden" / "checks").glob("*.yml"))
CODE_AT = {"Problem": 1, "fault": 0, "refuse": 0, "problem": 0, "_repeated": 2}
"""Functions that make a problem, with the position of its code among their arguments."""
PASSED_ON = {"code", "kind"}
"""Names by which a function hands on the code that its caller chose."""


def _case(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden_case(path, problems_of):
    """The problems of the case, all of them and no others, in file order."""
    case = _case(path)
    found = problems_of(case.get("files"), case.get("links"))

    lines = [line_of(problem) for problem in found]
    expected = [line.partition(" ~ ") for line in case["expected"]]
    assert len(expected) == len(lines), "\n".join(lines)
    for problem, line, (start, _, hint) in zip(found, lines, expected, strict=True):
        assert line.startswith(start)
        assert hint in problem.hint


@pytest.mark.parametrize("path", [path for path in CASES if path.stem != "yaml-bomb"], ids=lambda path: path.stem)
def test_what_is_only_advice_never_stops_a_plan(path, a_plan_folder):
    """Who asks only whether the data hold together gets the same plan, or the same errors, as `check` gives."""
    case = _case(path)
    try:
        config = load_config(a_plan_folder(case.get("files"), case.get("links")))
    except DataError:
        return  # the settings themselves are wrong
    plan, problems = check_plan(config)
    try:
        assert load_sound_plan(config) == plan
    except DataError as error:
        assert error.problems == problems
        assert plan is None


def test_small_plan_is_without_fault(problems_of):
    """The plan that every case starts from has no problem of its own."""
    assert problems_of() == []


def _codes_in(path: Path) -> set[str]:
    """Every problem code that a module can give, read from its calls."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = node.func if isinstance(node, ast.Call) else None
        name = name.id if isinstance(name, ast.Name) else name.attr if isinstance(name, ast.Attribute) else ""
        if name not in CODE_AT or len(node.args) <= CODE_AT[name]:
            continue
        code = node.args[CODE_AT[name]]
        if isinstance(code, ast.Starred):
            continue
        if isinstance(code, ast.Constant):
            found.add(code.value)
        elif isinstance(code, ast.JoinedStr) and ast.unparse(code) == "f'unknown-{_SINGULAR[kind]}'":
            found |= {f"unknown-{_SINGULAR[kind]}" for fields in REFERENCES.values() for kind in fields.values()}
        else:
            assert ast.unparse(code) in PASSED_ON, f"{path.name}:{node.lineno}: give the code as a plain text"
    return found


def test_every_code_has_a_case():
    """A check without a golden case does not count as done."""
    codes = set().union(*(_codes_in(path) for path in Path(generator.__file__).parent.glob("*.py")))
    lines = [line for path in CASES for line in _case(path)["expected"]]
    tried = {code for line in lines for code in re.findall(r"\[([a-z0-9-]+)\]", line)}

    assert len(codes) > 40
    assert codes - tried == set()


def test_every_case_says_what_it_is_about():
    """A case is a documented example, not only a test."""
    for path in CASES:
        case = _case(path)
        assert set(case) <= {"about", "files", "links", "expected"}, path.name
        assert case["about"].endswith("."), path.name


def test_every_check_says_what_it_checks():
    """The table of checks is documentation."""
    assert all(check.__doc__ for check in CHECKS.values())
    assert set(CHECKS) > ADVICE


def test_memory_is_looked_after_again(problems_of):
    """Garbage is not collected while a plan is read, and is afterwards."""
    problems_of({"data/plan.yml": None})

    assert gc.isenabled()
