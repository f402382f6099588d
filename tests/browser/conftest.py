"""A real browser on the built Hebei site, served on this computer alone, below a path as on a shared host."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    "C:/Program Files/Microsoft/Edge/Application/msedge.exe",
)
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


def find_browser() -> str | None:
    """An installed Chrome, Chromium or Edge: `POLICY_EXPLORER_BROWSER`, then the search path, then the usual places."""
    named = [os.environ.get("POLICY_EXPLORER_BROWSER") or "", *(shutil.which(name) or "" for name in NAMES), *PLACES]
    return next((path for path in named if path and Path(path).is_file()), None)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def address(hebei_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the Hebei site is served: `http://127.0.0.1:PORT/below/hebei/`."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "below").mkdir()
    try:
        (folder / "below" / "hebei").symlink_to(hebei_site, target_is_directory=True)
    except OSError:  # Windows asks for a right to make links.
        shutil.copytree(hebei_site, folder / "below" / "hebei")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/below/hebei/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless browser for all tests."""
    path = find_browser()
    if path is None:
        pytest.fail(
            "no Chrome, Chromium or Edge was found; install one, or name it in POLICY_EXPLORER_BROWSER", pytrace=False
        )
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, headless=True, args=list(FLAGS))
        yield running
        running.close()


class Watch:
    """What went wrong in a page: console errors, uncaught errors, requests to other hosts, requests made."""

    def __init__(self, page: Page, own: str) -> None:
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._note(request.url, own))

    def _note(self, url: str, own: str) -> None:
        self.requests.append(url)
        if not url.startswith((own, "data:", "blob:")):
            self.foreign.append(url)


def arrived(page: Page) -> None:
    """Wait for the scripts of a page, which come once it is seen."""
    for _ in range(800):
        if page.evaluate("window.peLoaded === true || !document.querySelector('script[data-scripts]')"):
            return
        page.wait_for_timeout(25)
    pytest.fail(f"the scripts of {page.url} never came")


@contextmanager
def opened(browser: Browser, own: str, **options: object) -> Iterator[tuple[BrowserContext, Page, Watch]]:
    """A fresh context with one page, closed in the end."""
    context = browser.new_context(locale="en-GB", **options)  # type: ignore[arg-type] # options by name
    page = context.new_page()
    page.set_default_timeout(20_000)
    try:
        yield context, page, Watch(page, own)
    finally:
        context.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., tuple[Page, Watch]]]:
    """Open a page of the site in a fresh context; options are those of the browser's contexts."""
    stack = []

    def visit(path: str, **options: object) -> tuple[Page, Watch]:
        manager = opened(browser, address, **options)
        _, page, watch = manager.__enter__()
        stack.append(manager)
        page.goto(address + path)
        if options.get("java_script_enabled", True):
            arrived(page)
        return page, watch

    yield visit
    for manager in reversed(stack):
        manager.__exit__(None, None, None)
