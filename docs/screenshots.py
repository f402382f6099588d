"""Takes the pictures of the README: `python docs/screenshots.py` after a build. Needs Chromium and playwright."""

from __future__ import annotations

import functools
import shutil
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
SITE = ROOT / "site"
SHOTS = (
    ("home", "en/", 1280, 900, "light"),
    ("task", "en/tasks/08/", 1280, 900, "light"),
    ("city", "zh/areas/tangshan/", 1280, 900, "light"),
    ("indicator-dark", "zh/indicators/rd-intensity/", 1280, 900, "dark"),
    ("phone", "zh/areas/xingtai/", 360, 740, "light"),
)
"""Name, page, width, height, colour scheme."""


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves the built site without a log."""

    def log_message(self, *_: object) -> None:
        return


def main() -> None:
    """Serve the built site on this computer and take every picture."""
    if not SITE.is_dir():
        sys.exit("there is no site yet; run `policy-explorer build` first")
    handler = functools.partial(QuietHandler, directory=str(SITE))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    browser_path = next(
        (path for name in ("chromium", "google-chrome", "chrome") if (path := shutil.which(name))), None
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        for name, page, width, height, scheme in SHOTS:
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            tab = context.new_page()
            tab.goto(f"http://127.0.0.1:{server.server_port}/{page}")
            tab.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")
            context.close()
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
