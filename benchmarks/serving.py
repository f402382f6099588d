"""How long a reader of the live preview waits: from the save of a changed cell to the page with the new number."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from measure import ROOT, Config, change_a_cell

LIMIT = 600
"""Seconds after which nothing is expected any more."""
QUIET = 6.0
"""Seconds without news after which nothing more is being made."""


class Waited(NamedTuple):
    """Seconds from a save."""

    page: float
    """Until the page of the indicator that was changed is there again."""
    site: float
    """Until every page is."""


def seconds_to_reload(config: Config, runs: int) -> list[Waited]:
    """Start `serve`, then change a cell `runs` times, with the page of its indicator open as in a browser."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "generator", "serve", "--config", str(config.file), "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as in measure.py
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            root = f"http://127.0.0.1:{port}/"
            _news(root, "", 0)
            site = config.cache / "preview"
            indicator = change_a_cell(config.data)
            page = min(site.glob(f"*/indicators/{indicator}")).relative_to(site).as_posix()
            return [_waited(root, page, config.data) for _ in range(runs)]
        finally:
            server.terminate()


def _waited(root: str, page: str, data: Path) -> Waited:
    before = _at_rest(root, page)
    with ThreadPoolExecutor(1) as browser:
        waiting = browser.submit(_news, root, page, before["version"])
        time.sleep(0.2)  # until it is known that the page is open
        change_a_cell(data)
        started = time.perf_counter()
        news = waiting.result()
    while news["page"] == before["page"]:  # the news was of something else
        news = _news(root, page, news["version"])
    with urllib.request.urlopen(f"{root}{page}/") as answer:
        answer.read()
    shown = time.perf_counter() - started
    return Waited(shown, _at_rest(root, page, started)["seconds"])


def _at_rest(root: str, page: str, started: float = 0.0) -> dict[str, Any]:
    """The state once nothing is made any more; `seconds` from `started` until the last that was made."""
    news, seconds = _news(root, page, -1), time.perf_counter() - started
    while True:
        later = _news(root, page, news["version"], QUIET)
        if later["version"] == news["version"]:
            return {**news, "seconds": seconds}
        news, seconds = later, time.perf_counter() - started


def _news(root: str, page: str, since: int, patience: float = LIMIT) -> dict[str, Any]:
    """Ask, as an open page does, until something was made anew, or for `patience` seconds."""
    end = time.monotonic() + patience
    news: dict[str, Any] = {"version": since}
    while news["version"] in (since, 0) and time.monotonic() < end:
        try:
            with urllib.request.urlopen(
                f"{root}_preview/state?page=/{page}/&since={since}", timeout=patience
            ) as answer:
                news = json.load(answer)
        except OSError:  # not yet there, or no news for so long
            time.sleep(0.1)
    return news
