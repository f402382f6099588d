"""The sample header files say what the pages say: one Content-Security-Policy, in the theme, and copies that agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.site import page_scripts

ROOT = Path(__file__).parent.parent
HEAD = ROOT / "templates" / "theme" / "partials" / "head.html"
OTHERS = {"Containerfile", "github-pages.yml"}
"""Recipes that set no headers (see test_hosting_nginx.py)."""
SAMPLES = sorted(
    path for path in (ROOT / "docs" / "hosting").iterdir() if path.suffix != ".md" and path.name not in OTHERS
)
POLICY = re.compile(r"Content-Security-Policy:?\s+\"?([^\"\n]+)")


def _parts(policy: str) -> dict[str, str]:
    """A policy by directive."""
    directives = (part.strip().partition(" ") for part in policy.split(";") if part.strip())
    return {name: sources for name, _, sources in directives}


@pytest.fixture(scope="module")
def policy() -> dict[str, str]:
    """The policy that stands in each page."""
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', HEAD.read_text(encoding="utf-8"))
    assert found
    allowed = found[1]
    for name, script in page_scripts(HEAD.parents[1]).items():
        allowed = allowed.replace(f"{{{{ pe.{name}.hash }}}}", script["hash"])
    return _parts(allowed)


def test_the_policy_is_strict(policy):
    """Nothing is allowed that is not named, two scripts by their hash, nothing computed, no other host."""
    assert policy["default-src"] == "'none'"
    assert re.fullmatch(r"'self'( 'sha256-[\w+/]{43}='){2}", policy["script-src"])
    for sources in policy.values():
        assert not re.search(r"unsafe|https?:|\*", sources)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_samples_carry_the_policy_of_the_pages(path, policy):
    """Each policy of a sample is the pages' own, and says at most who may frame them besides."""
    found = POLICY.findall(path.read_text(encoding="utf-8"))

    assert found
    for one in found:
        parts = _parts(one)
        parts.pop("frame-ancestors", None)  # a page cannot say this itself
        assert parts == policy


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_samples_set_the_other_headers(path):
    """No guessing of types, little told to other sites, encryption kept."""
    text = path.read_text(encoding="utf-8")
    for name in ("X-Content-Type-Options", "Referrer-Policy", "Strict-Transport-Security"):
        assert name in text, name
