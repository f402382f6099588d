"""The program that makes HTML of the pages, by the setting `builder`: MkDocs, or one that can stand in its place."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from generator import site, zensical
from generator.config import Config
from generator.problems import UsageError
from generator.site import FurtherPages, LanguageSite


def require_builder(config: Config) -> None:
    """Raises UsageError, with what to do, where the builder of the settings is not installed."""
    name = config.site.builder
    if builder_version(name) is None:
        place = config.place("builder")
        raise UsageError(
            f"{place}: builder is '{name}', which is not installed; "
            f"run: pip install 'policy-explorer[{name}]', or take the line out to build with mkdocs"
        )


def builder_version(name: str) -> str | None:
    """The version of a builder's package; None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def build_language(one: LanguageSite, docs: Path, output: Path) -> list[str]:
    """Build one language with the builder of its settings: see `site.build_language`."""
    build = zensical.build_language if one.builder == "zensical" else site.build_language
    return build(one, docs, output)


def build_first(one: LanguageSite, docs: Path, output: Path) -> FurtherPages | None:
    """Build a language's first pages, for one of very many; None where the builder must make all of them."""
    if one.builder == "zensical":
        return None
    return site.build_first(one, docs, output)
