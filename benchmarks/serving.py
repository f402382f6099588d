"""How long a reader of the live preview waits: from the save of a changed cell to the page with the new number."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from measure import ROOT, change_a_cell

LIMIT = 600
"""Seconds after which nothing is expected any more."""


def seconds_to_reload(config: Path, data: Path, runs: int) -> list[float]:
    """Start `serve`, then change a cell `runs` times; seconds from each save until the page is there again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "generator", "serve", "--config", str(config), "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as in measure.py
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            root = f"http://127.0.0.1:{port}/"
            version = _news(root, 0)
            found = []
            for _ in range(runs):
                time.sleep(1)  # an editor does not save twice in one breath
                change_a_cell(data)
                started = time.perf_counter()
                version = _news(root, version)
                with urllib.request.urlopen(root) as page:
                    page.read()
                found.append(time.perf_counter() - started)
            return found
        finally:
            server.terminate()


def _news(root: str, since: int) -> int:
    """Ask, as an open page does, until the site was built anew."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{root}_preview/state?since={since}") as answer:
                version = int(json.load(answer)["version"])
        except OSError:
            time.sleep(0.1)
            continue
        if version != since and version > 0:
            return version
    raise RuntimeError("the live preview does not answer")
