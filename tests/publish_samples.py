"""Small ready-made sites, and a program that publishes them and is killed, for the tests of the switch.

Run as a program it imports no more than the store: `python publish_samples.py FOLDER WAY SEED COUNT`.
"""

from __future__ import annotations

import json
import math
import os
import random
import signal
import sys
import time
from pathlib import Path

from generator import store as store_module
from generator.store import MARKER, Store
from generator.verify import MANIFEST, Manifest, manifest_of, manifest_text, sha256_of, verify_site

FILES = 3
CHANGES = {"os.rename", "os.symlink", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.truncate", "ctypes.dlsym"}
"""Events of Python just before a change on the disk (the last one: before an exchange)."""
WAYS = ("links", "exchange", "two-steps")
"""By a symbolic link, by one exchange of two folders, and by two renames where the system has neither."""


def tiny_site(folder: Path, word: str, pages: int = 2, release: str = "") -> Path:
    """A site of few files that all say `word`, with its manifest."""
    folder.mkdir(parents=True)
    (folder / MARKER).write_text("{}\n", encoding="utf-8")
    for number in range(pages):
        (folder / "en" / str(number)).mkdir(parents=True)
        (folder / "en" / str(number) / "index.html").write_text(f"<p>{word} {number}</p>", encoding="utf-8")
    for number in range(FILES):
        (folder / f"{number}.txt").write_text(word * 200, encoding="utf-8")
    files = {
        path.relative_to(folder).as_posix(): sha256_of(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }
    manifest = Manifest(release or word, "2020-01-01", "tiny", ("official",), "1", {}, files)
    (folder / MANIFEST).write_bytes(manifest_text(manifest))
    return folder


def a_store(site: Path, way: str) -> Store:
    """A store that switches in one of WAYS."""
    if way == "two-steps":
        store_module.exchange = lambda one, other: False
    return Store(site, links=way == "links")


def publish_tiny(store: Store, word: str, keep: int = 2) -> None:
    """What `publish` does once a site is to be built: into a workspace, read back, adopted, switched, pruned."""
    with store.locked(), store.workspace() as space:
        site = tiny_site(space / "site", word)
        if verify_site(site):
            raise AssertionError("the site that was built is not whole")
        store.switch(store.adopt(site, word))
        store.prune(keep)


def state_of(site: Path) -> str:
    """What a visitor finds: `whole`, `nothing`, or what is broken."""
    if not site.exists():
        return "nothing"
    try:
        found = verify_site(site)
    except Exception as error:
        return repr(error)
    return ", ".join(f"{one.fault} {one.path}" for one in found) or "whole"


def left_over(store: Store) -> list[str]:
    """What does not belong into a store, or is not whole in it."""
    rest = [path.name for path in store.folder.iterdir() if path.name.startswith(".")]
    broken = [name for name in store.names() if state_of(store.folder / name) != "whole"]
    wrong = [
        name for name in store.names()
        if not name.endswith(manifest_of(store.folder / name).digest[:12])
    ]  # fmt: skip
    return [*rest, *broken, *wrong]


def _child(store: Store, word: str, die_at: int | None) -> None:
    """Publish in a process of its own, which kills itself at one of the events that Python tells of."""
    code = 1
    try:
        if die_at is not None:
            seen = 0

            def count(event: str, arguments: tuple[object, ...]) -> None:
                nonlocal seen
                writes = event == "open" and isinstance(arguments[1], str) and arguments[1] != "rb"
                if writes or event in CHANGES:
                    seen += 1
                    if seen == die_at:
                        os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(count)
        publish_tiny(store, word)
        code = 0
    finally:
        os._exit(code)


def kill_often(folder: Path, way: str, seed: int, count: int, every_event: bool) -> dict[str, object]:
    """Publish again and again and kill it, at random moments or at each event in turn; tell what was found."""
    chance = random.Random(seed)
    store = a_store(folder / "www", way)
    for number in range(4):
        publish_tiny(store, f"first-{number}")
    long = math.inf  # the quickest of a few: one slow moment of the machine, and most kills would come too late
    for number in range(5):
        started = time.monotonic()
        publish_tiny(store, f"second-{number}")
        long = min(long, time.monotonic() - started)
    killed, unkilled, served, unmended = 0, 0, [], []
    tries = 0
    while killed < count and tries < count * 20:
        tries += 1
        child = os.fork()
        if child == 0:
            _child(store, f"word-{tries + 1}", killed + 1 if every_event else None)
        if not every_event:
            time.sleep(chance.uniform(0, long))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            killed += 1
        elif os.WEXITSTATUS(status) == 0:
            unkilled += 1
            if every_event:
                break
        else:
            raise AssertionError("publishing failed by itself")
        served.append(state_of(store.site))
        with store.locked():
            store.prune(2)  # the next run cleans up before it does anything else, and keeps as many as it is told
        rest = [*left_over(store), *(["not served"] if state_of(store.site) != "whole" else [])]
        unmended += rest
    return {"killed": killed, "unkilled": unkilled, "served": served, "unmended": unmended}


if __name__ == "__main__":
    where, how, number, times, moments = sys.argv[1:]
    print(json.dumps(kill_often(Path(where), how, int(number), int(times), moments == "events")))
