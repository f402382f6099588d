"""The pages that are open in the live preview come first, as they will be; the others follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from site_fixtures import copy_small

from generator.build import Options, build_site
from generator.config import Config, load_config
from generator.glance import Audience

PAGE = "en/indicators/bus-trips/index.html"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A copy of the small plan, built once."""
    config = load_config(copy_small(tmp_path / "plan"))
    build_site(config, Options())
    return config


def _save(config: Config, old: str, new: str) -> None:
    file = config.data / "observations.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def _watched_build(config: Config, open_files: Iterable[str]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Build with an audience; gives what it was shown, and what the site held at these places at that moment."""
    shown: dict[str, bytes] = {}
    before: dict[str, bytes] = {}

    def show(pages: Mapping[str, bytes]) -> None:
        shown.update(pages)
        before.update({name: (config.output / name).read_bytes() for name in pages})

    build_site(config, Options(), audience=Audience(lambda: list(open_files), show))
    return shown, before


def test_an_open_page_is_shown_before_the_site_changes_and_as_it_will_be(config: Config) -> None:
    _save(config, "2019-Q1,,1200", "2019-Q1,,1234")
    open_files = [PAGE, "zh/index.html", "zh/nowhere/index.html", "en/data/observations.csv"]
    shown, before = _watched_build(config, open_files)

    assert set(shown) == {PAGE, "zh/index.html"}
    assert b"1,234" in shown[PAGE] and b"1,234" not in before[PAGE]
    assert shown == {name: (config.output / name).read_bytes() for name in shown}


def test_a_page_that_was_not_there_before_is_shown_too(config: Config) -> None:
    new = "en/news/index.html"
    (config.content / "en" / "news.md").write_text("# News\n\nA new page.\n", encoding="utf-8")
    shown: dict[str, bytes] = {}
    build_site(config, Options(), audience=Audience(lambda: [new], shown.update))

    assert b"A new page." in shown[new]
    assert shown[new] == (config.output / new).read_bytes()


def test_nothing_is_shown_ahead_where_nothing_was_built_before(tmp_path: Path) -> None:
    config = load_config(copy_small(tmp_path / "plan"))
    shown: list[Mapping[str, bytes]] = []
    build_site(config, Options(), audience=Audience(lambda: [PAGE], shown.append))
    assert shown == []
