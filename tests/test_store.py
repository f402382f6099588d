"""The switch of a served folder: whole at every moment, whatever happens to the one who publishes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import publish_samples
import pytest
from publish_samples import WAYS, a_store, left_over, publish_tiny, state_of, tiny_site

from generator import store as store_module
from generator.problems import UsageError
from generator.store import PublishError, Store, exchange
from generator.verify import manifest_of

ROOT = Path(__file__).parents[1]
unix = pytest.mark.skipif(sys.platform == "win32", reason="kills with signals")


@pytest.fixture(params=WAYS)
def way(request, monkeypatch):
    """One of the ways in which a folder is switched."""
    if request.param == "two-steps":
        monkeypatch.setattr(store_module, "exchange", lambda one, other: False)
    return request.param


def _store(tmp_path: Path, way: str) -> Store:
    return Store(tmp_path / "www", links=way == "links")


def _served(store: Store) -> str:
    return manifest_of(store.site).release


# --- switching --------------------------------------------------------------------------------------------------


def test_the_next_one_takes_the_place(tmp_path, way):
    """What was served before is kept beside, whole."""
    store = _store(tmp_path, way)
    for word in ("a", "b", "c"):
        publish_tiny(store, word)
        assert (_served(store), state_of(store.site)) == (word, "whole")
    assert [store_module.release_in(name) for name in store.names() if name != store.current()] == ["a", "b"]
    assert store.site.is_symlink() is (way == "links")
    assert left_over(store) == []


def test_only_so_many_are_kept(tmp_path, way):
    """`keep` earlier ones stay, the oldest go first."""
    store = _store(tmp_path, way)
    for word in ("a", "b", "c", "d"):
        publish_tiny(store, word, keep=1)
    assert [store_module.release_in(name) for name in store.names() if name != store.current()] == ["c"]


def test_back_and_forth(tmp_path, way):
    """The one before by itself, any by release or number; numbers are never used again."""
    store = _store(tmp_path, way)
    for word in ("a", "b", "c"):
        publish_tiny(store, word, keep=5)
    for wanted, served in ((None, "b"), (None, "a"), ("c", "c"), ("1", "a"), ("2", "b")):
        with store.locked():
            store.switch(store.earlier(wanted))
        assert (_served(store), state_of(store.site), left_over(store)) == (served, "whole", [])
    publish_tiny(store, "d", keep=5)
    assert store_module.number_of(store.current()) == 4


def test_nothing_to_go_back_to(tmp_path, way):
    """A message that says what is kept."""
    store = _store(tmp_path, way)
    publish_tiny(store, "spring")
    with pytest.raises(UsageError, match="no earlier publication"):
        store.earlier()
    with pytest.raises(UsageError, match="served now"):
        store.earlier("spring")
    publish_tiny(store, "summer")
    with pytest.raises(UsageError, match="did you mean 'spring'"):
        store.earlier("sprin")


def test_a_built_folder_is_taken_over(tmp_path, way):
    """A site that `build` put there becomes the first publication, and is kept."""
    tiny_site(tmp_path / "www", "built-before")
    store = _store(tmp_path, way)
    publish_tiny(store, "new")
    assert _served(store) == "new"
    assert [manifest_of(store.folder / name).release for name in store.names() if name != store.current()] == [
        "built-before"
    ]


def test_what_others_made_is_refused(tmp_path):
    """A folder, a file or a link of somebody else is never replaced."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "photos")
    for name in ("photos", "file", "link"):
        with pytest.raises(UsageError, match=name):
            publish_tiny(Store(tmp_path / name), "x")
    assert (tmp_path / "photos" / "one.txt").read_text(encoding="utf-8") == "mine"


def test_two_publishers(tmp_path):
    """The second is told who is at work; it may try again when the first has ended."""
    store = Store(tmp_path / "www")
    publish_tiny(store, "a")
    with store.locked(), pytest.raises(PublishError, match=rf"somebody is publishing.*process {os.getpid()}"):
        publish_tiny(Store(tmp_path / "www"), "b")
    publish_tiny(store, "b")
    assert _served(store) == "b"


# --- interrupted ------------------------------------------------------------------------------------------------


def _killed(tmp_path: Path, way: str, count: int, moments: str) -> dict:
    done = subprocess.run(
        [sys.executable, publish_samples.__file__, str(tmp_path), way, "7", str(count), moments],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@unix
@pytest.mark.parametrize("how", WAYS)
def test_killed_before_every_change(tmp_path, how):
    """Killed before each change on the disk in turn, until one run is through: a whole site is served every time."""
    found = _killed(tmp_path, how, 150, "events")
    assert found["unkilled"] == 1 and found["killed"] > 40
    gaps = found["served"].count("nothing")
    assert gaps == (1 if how == "two-steps" else 0), "two renames have one moment between them, and it is documented"
    assert set(found["served"]) <= {"whole", "nothing"}
    assert found["unmended"] == []


@unix
@pytest.mark.parametrize("how", ["links", "exchange"])
def test_killed_at_random_moments(tmp_path, how):
    """Killed from outside, 100 times each way: a whole site is served, and the next run cleans up."""
    found = _killed(tmp_path, how, 100, "random")
    assert found["killed"] == 100
    assert set(found["served"]) == {"whole"}
    assert found["unmended"] == []


@unix
def test_full_disk(tmp_path, way):
    """No room for the new site: a plain error, the old one is served, and nothing is left behind."""
    small = tmp_path / "small"
    small.mkdir()
    if os.geteuid() != 0 or not _mount(small):
        pytest.skip("only the system's administrator can mount a small disk; a limit for files is tried below")
    try:
        store = _store(small, way)
        publish_tiny(store, "a")
        with pytest.raises(OSError, match="No space left"), store.locked(), store.workspace() as space:
            (space / "big").write_bytes(b"x" * 4_000_000)
        _fill(small)
        with pytest.raises(OSError, match="No space left"):
            publish_tiny(store, "b" * 1000)
        (small / "filler").unlink()
        _goes_on(store)
    finally:
        subprocess.run(["umount", str(small)], check=True)


@unix
def test_file_that_grows_too_large(tmp_path, way):
    """A limit for files, which every user can set, fails in the middle of writing as a full disk does."""
    store = _store(tmp_path, way)
    publish_tiny(store, "a")
    with _limited_files(1000), pytest.raises(OSError, match="too large"):
        publish_tiny(store, "b" * 1000)
    _goes_on(store)


def _goes_on(store: Store) -> None:
    """After a failure the old site is whole, nothing is left behind, and the next one takes its place."""
    assert (state_of(store.site), _served(store), left_over(store)) == ("whole", "a", [])
    publish_tiny(store, "b")
    assert (state_of(store.site), _served(store), left_over(store)) == ("whole", "b", [])


def _mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _fill(folder: Path) -> None:
    """Leave no page free."""
    with (folder / "filler").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(b"x" * 4096)


@contextmanager
def _limited_files(size: int) -> Iterator[None]:
    import resource  # noqa: PLC0415 -- not on Windows
    import signal  # noqa: PLC0415 -- with it

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@unix
@pytest.mark.parametrize("step", ["symlink_to", "rename", "replace"])
def test_not_allowed(tmp_path, monkeypatch, step):
    """A step that the system refuses leaves the old site, and the next run finds nothing in its way."""
    store = Store(tmp_path / "www")
    publish_tiny(store, "a")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, step, refuse)
        with pytest.raises(PermissionError):
            publish_tiny(store, "b")
    assert (state_of(store.site), _served(store)) == ("whole", "a")
    publish_tiny(store, "c")
    assert (state_of(store.site), _served(store), left_over(store)) == ("whole", "c", [])


def test_links_that_cannot_be_made(tmp_path, monkeypatch):
    """Without the right to make links (Windows, some shares) whole folders change places."""

    def cannot(*_: object, **__: object) -> None:
        raise OSError(1314, "A required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", cannot)
    store = a_store(tmp_path / "www", "links")
    publish_tiny(store, "a")
    publish_tiny(store, "b")
    assert not store.site.is_symlink() and (_served(store), left_over(store)) == ("b", [])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other calls")
def test_exchange_of_two_folders(tmp_path):
    """In one step, so that a visitor never finds nothing."""
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert exchange(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "one" / "other").exists() and (tmp_path / "other" / "one").exists()
    with pytest.raises(OSError, match="No such file"):
        exchange(tmp_path / "one", tmp_path / "nowhere")
