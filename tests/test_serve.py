"""The live preview, as staff use it: a server, a save, a mistake, a mend."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from site_fixtures import ROOT, copy_small

from generator.config import load_config
from generator.releases import make_release
from generator.serve import MOST_OPEN, State

SECONDS = 60.0
"""How long a build may take on a busy machine before a test gives up."""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Preview:
    """A running `serve`, and what a page asks it."""

    def __init__(self, config_file: Path) -> None:
        self.folder = config_file.parent
        self.log = (self.folder.parent / "log.txt").open("w", encoding="utf-8")
        self.url = f"http://127.0.0.1:{_free_port()}"
        port = self.url.rpartition(":")[2]
        ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        if ignored:  # these tests run in the background: Ctrl+C would be ignored by the server too
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "generator", "serve", "--config", str(config_file), "--port", port, "--jobs", "1"],
            cwd=ROOT, stdout=self.log, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        if ignored:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=SECONDS) as answer:
            return answer.read().decode()

    def state(self, since: int = -1) -> dict:
        return json.loads(self.get(f"/_preview/state?since={since}"))

    def leave(self, since: int) -> None:
        """A page that asks for news and is closed before it comes."""
        host, _, port = self.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as tab:
            tab.sendall(f"GET /_preview/state?since={since} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            time.sleep(0.2)

    def until(self, wanted) -> dict:
        """The first state that fits. Raises AssertionError when none comes."""
        state, end = {}, time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                state = self.state(state.get("version", -1))
            except (urllib.error.URLError, ConnectionError):
                assert self.process.poll() is None, self.close()
                time.sleep(0.1)
                continue
            if wanted(state):
                return state
        raise AssertionError(f"no such state; the last one was {state}")

    def save(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def close(self) -> str:
        """Stop the server as a reader would, with Ctrl+C; gives what it printed."""
        if self.process.poll() is None:
            self.process.terminate() if os.name == "nt" else self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=20)
        self.log.close()
        return Path(self.log.name).read_text(encoding="utf-8")


@pytest.fixture
def preview(tmp_path):
    """The preview of a copy of the small plan, ready."""
    running = Preview(copy_small(tmp_path / "plan"))
    try:
        running.until(lambda state: state["version"] >= 1)
        yield running
    finally:
        running.close()


def test_a_mistake_and_its_mend(preview):
    """A save rebuilds; a mistake shows with its place while the last good page stays; a mend brings the new page."""
    page = preview.get("/en/indicators/bus-trips/")
    assert 'src="/_preview/reload.js"' in page and "1,200" in page
    assert "Content-Security-Policy" in page
    assert "peSearch" in preview.get("/en/assets/search-index.js")
    assert "/_preview/state" in preview.get("/_preview/reload.js")
    first = preview.state()
    assert first["problems"] == []
    preview.leave(first["version"])

    preview.save("data/observations.csv", "2019-Q1,,1200", "2019-Q1,,12oo")
    broken = preview.until(lambda state: state["problems"])
    assert broken["version"] > first["version"]
    assert (broken["problems"][0]["file"], broken["problems"][0]["line"]) == ("data/observations.csv", 2)
    assert broken["title"] and "12oo" in broken["problems"][0]["message"]
    assert "1,200" in preview.get("/en/indicators/bus-trips/")

    preview.save("data/observations.csv", "2019-Q1,,12oo", "2019-Q1,,1234")
    mended = preview.until(lambda state: not state["problems"] and state["version"] > broken["version"])
    assert mended["version"] > broken["version"]
    assert "1,234" in preview.get("/en/indicators/bus-trips/")

    preview.save("content/en/about.md", "Everything here is invented", "All of this is invented")
    preview.until(lambda state: state["version"] > mended["version"])
    assert "All of this is invented" in preview.get("/en/about/")

    page, last = "/en/indicators/bus-trips/", preview.state()["version"]
    with ThreadPoolExecutor(1) as browser:
        tab = browser.submit(preview.get, f"/_preview/state?page={page}&since={last}")
        time.sleep(0.5)  # its question must be there before the save
        preview.save("data/observations.csv", "2019-Q1,,1234", "2019-Q1,,1236")
        news = json.loads(tab.result())
    assert news["version"] == last + 1 and "1,236" in preview.get(page)  # it is shown, and then the site is there
    assert preview.until(lambda state: state["version"] > last + 1)["version"] == last + 2
    preview.save("data/observations.csv", "2019-Q1,,1236", "2019-Q1,,1234")
    preview.until(lambda state: state["version"] == last + 3)

    config = load_config(preview.folder / "site_config.yml")
    make_release(config, "first")  # its folder is only now there
    preview.until(lambda _: "Built from release first" in preview.get("/en/about/"))
    preview.save("data/observations.csv", "2019-Q1,,1234", "2019-Q1,,1235")
    make_release(config, "second")
    preview.until(lambda _: "Built from release second" in preview.get("/en/about/"))
    assert "revised; 1,234 in release first" in preview.get("/en/indicators/bus-trips/")

    log = preview.close()
    assert "data/observations.csv:2:" in log and "error[not-a-number]" in log
    assert " pages, " in log and "Traceback" not in log


def test_the_pages_that_wait_for_news_are_open():
    """Each as often as it waits, the last opened first, and no more than MOST_OPEN of them."""
    state = State()
    with contextlib.ExitStack() as tabs:
        for number in range(MOST_OPEN + 1):
            tabs.enter_context(state.looking_at(f"{number}.html"))
        with state.looking_at("1.html"):
            assert len(state.open_files()) == MOST_OPEN
        assert "1.html" in state.open_files() and "0.html" not in state.open_files()
    assert state.open_files() == []


def test_nothing_outside_the_site_is_served(preview):
    """Neither the data nor anything else above the site."""
    for path in ("/../site_config.yml", "/%2e%2e/%2e%2e/site_config.yml", "/en/../../../data/plan.yml", "/gone/"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            preview.get(path)
