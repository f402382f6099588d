"""Takes pictures of the built site: `python docs/screenshots.py` those of the README after a build; with `--all FOLDER`
every kind of page, in each language, at three widths, light and dark, and `FOLDER/index.html` to look through them.
Needs Chromium and playwright.
"""

from __future__ import annotations

import argparse
import functools
import html
import shutil
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
SHOTS = (
    ("home", "en/", 1280, 900, "light"),
    ("task", "en/tasks/08/", 1280, 900, "light"),
    ("city", "zh/areas/tangshan/", 1280, 900, "light"),
    ("indicator-dark", "zh/indicators/rd-intensity/", 1280, 900, "dark"),
    ("phone", "zh/areas/xingtai/", 360, 740, "light"),
)
"""Name, page, width, height, colour scheme."""
WIDTHS = (360, 768, 1280)
TALLEST = 6000
"""Pixels of the height of one picture; what lies below stays out."""


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves the built site without a log."""

    def log_message(self, *_: object) -> None:
        return


def kinds_of(site: Path) -> Iterator[tuple[str, str]]:
    """A name and an address below the language for each kind of page: every list, and the first page of its folder."""
    language = next(path for path in sorted(site.iterdir()) if (path / "search").is_dir())
    for page in sorted(language.rglob("index.html")):
        folder = page.parent.relative_to(language)
        siblings = sorted(path.parent for path in page.parent.parent.glob("*/index.html"))
        if len(folder.parts) < 2 or page.parent == siblings[0]:
            yield "-".join(folder.parts) or "home", f"{folder.as_posix()}/" if folder.parts else ""


def take(browser: Browser, address: str, path: Path, size: tuple[int, int], scheme: str, *, full: bool = False) -> None:
    """One picture; a full one goes down to the foot of the page."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]  # one of two words
    )
    tab = context.new_page()
    tab.goto(address)
    while tab.evaluate("document.querySelector('script[data-scripts]') !== null && !window.peLoaded"):
        tab.wait_for_timeout(25)
    tab.evaluate("document.documentElement.classList.remove('pe-soon')")  # what is below the window is to be seen too
    if full:
        height = min(TALLEST, tab.evaluate("document.documentElement.scrollHeight"))
        tab.set_viewport_size({"width": width, "height": height})
    tab.screenshot(path=path)
    context.close()


def take_all(browser: Browser, own: str, site: Path, folder: Path, only: str) -> None:
    """Every kind of page, and a page to look through the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    languages = sorted(path.name for path in site.iterdir() if (path / "search").is_dir())
    figures = []
    for kind, address in kinds_of(site):
        if only and not kind.startswith(only):
            continue
        for language in languages:
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    name = f"{kind}-{language}-{width}-{scheme}.png"
                    take(browser, f"{own}{language}/{address}", folder / name, (width, 800), scheme, full=True)
                    figures.append(f'<figure><img src="{html.escape(name)}" alt=""><figcaption>{html.escape(name)}')
    style = (
        "body{display:flex;flex-wrap:wrap;gap:8px;font:12px sans-serif}figure{margin:0}img{width:320px;display:block}"
    )
    (folder / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><title>Pages</title><style>{style}</style>{"".join(figures)}\n',
        encoding="utf-8",
    )


def main() -> None:
    """Serve the built site on this computer and take every picture."""
    parser = argparse.ArgumentParser(description="Pictures of the built site")
    parser.add_argument("site", nargs="?", type=Path, default=ROOT / "site")
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every kind of page, into this folder")
    parser.add_argument("--only", default="", help="with --all: kinds that begin so, as tasks")
    given = parser.parse_args()
    if not given.site.is_dir():
        sys.exit("there is no site yet; run `policy-explorer build` first")
    handler = functools.partial(QuietHandler, directory=str(given.site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    own = f"http://127.0.0.1:{server.server_port}/"
    browser_path = next(
        (path for name in ("chromium", "google-chrome", "chrome") if (path := shutil.which(name))), None
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        if given.all:
            take_all(browser, own, given.site, given.all, given.only)
        else:
            for name, page, width, height, scheme in SHOTS:
                take(browser, own + page, ROOT / "docs" / "images" / f"{name}.png", (width, height), scheme)
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
