"""Work over forked processes: results in order, errors as they were, and the same site as from one process."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from generator import links, parts, rendering, write
from generator.build import Options, build_site
from generator.config import load_config
from generator.problems import UsageError
from generator.spread import EndedEarlyError, aside, can_spread, spread

SMALL = Path(__file__).parent / "small"
forked = pytest.mark.usefixtures("_forking")


@pytest.fixture
def _forking() -> None:
    """Processes are forked on Linux only, and not where an earlier test of this process has run the engine."""
    if not can_spread():
        pytest.skip("no process can be forked here any more")


def _who(number: int) -> tuple[int, int, bytes]:
    return number, os.getpid(), b"x" * 300_000


@forked
def test_results_come_in_order_from_other_processes():
    found = list(spread([partial(_who, number) for number in range(9)], 3))
    assert [number for number, _, _ in found] == list(range(9))
    assert os.getpid() not in {process for _, process, _ in found}
    assert {len(content) for _, _, content in found} == {300_000}


def test_one_process_is_this_one():
    assert {process for _, process, _ in spread([partial(_who, 1), partial(_who, 2)], 1)} == {os.getpid()}


@forked
def test_an_error_is_raised_here_as_it_was_there():
    def fail() -> None:
        raise UsageError("no such thing")

    with pytest.raises(UsageError, match="no such thing"):
        list(spread([fail, fail], 2))


@forked
def test_a_process_that_dies_is_told_and_nothing_hangs():
    with pytest.raises(EndedEarlyError):
        list(spread([partial(os._exit, 1), partial(os._exit, 1)], 2))


@forked
def test_a_task_aside_is_done_meanwhile_and_its_error_is_raised_when_it_is_asked_for():
    def fail() -> None:
        raise UsageError("no such thing")

    good, bad = aside(partial(_who, 7)), aside(fail)
    number, process, content = good()
    assert (number, len(content)) == (7, 300_000) and process != os.getpid()
    with pytest.raises(UsageError, match="no such thing"):
        bad()


@forked
def test_a_task_aside_that_nobody_waits_for_is_ended():
    take, give = os.pipe()

    def endless() -> None:
        os.close(take)
        while True:
            time.sleep(60)

    waiting = aside(endless)
    os.close(give)  # the task holds the other copy as long as it lives
    del waiting
    gc.collect()
    assert os.read(take, 1) == b""
    os.close(take)


@forked
def test_a_process_that_is_forked_later_does_the_task_itself():
    """Two that read from one pipe would each get half of the result."""
    waiting = aside(lambda: "x" * 100_000)

    assert list(spread([lambda: len(waiting()), lambda: len(waiting())], 2)) == [100_000, 100_000]
    assert len(waiting()) == 100_000


BY_PARTS = ((parts, "SPREAD_FROM"), (rendering, "SPREAD_FROM"), (rendering, "PART"), (parts, "PAGES_A_PART"),
            (links, "_PART"))  # fmt: skip
ASIDE = ((write, "ASIDE_FROM"),)


@forked
def test_several_processes_make_the_same_site_as_one(tmp_path, monkeypatch):
    """The library for readers is made by a process first, and kept: where the engine runs, nothing is forked."""
    shutil.copytree(SMALL, tmp_path / "plan")
    config = load_config(tmp_path / "plan" / "site_config.yml")
    for name, limits in (("aside", ASIDE), ("parts", BY_PARTS)):
        with monkeypatch.context() as changed:
            for module, limit in limits:
                changed.setattr(module, limit, 7)
            assert can_spread()
            report = build_site(config, Options(output=tmp_path / name, jobs=2))
            assert report.made.templates == report.made.pages == report.pages
            again = build_site(config, Options(output=tmp_path / name, jobs=2))
            assert (again.made.templates, again.made.pages) == (0, 0)
        shutil.rmtree(config.cache / "built")
    build_site(config, Options(output=tmp_path / "one", jobs=1))

    parts_site, aside_site, one = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "parts", tmp_path / "aside", tmp_path / "one")
    )
    assert one == parts_site
    assert one == aside_site


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
def test_none_of_these_is_left_out_in_a_process_of_its_own():
    """Where an earlier test has run the engine the tests above are skipped: here they are not."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not none_of_these", __file__],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent,
    )  # fmt: skip

    assert done.returncode == 0 and "skipped" not in done.stdout, done.stdout
