"""Every page of a built site through a browser: accessibility, console errors, foreign requests, width.

`python tests/browser/sweep.py [SITE] [PAGES] [PART]` sweeps a built site by hand; it takes minutes, too long
for each change. PAGES is `pages`, or `embeds` for the pages of single charts and tables. PART such as 3/8 takes the
third of eight parts, so that days or machines can share the work. Each page is seen once, with everything open: axe in
light colours, its rules about colours again in dark ones, the width at 320 px. Several pages at a time, each with one
tab that goes from page to page, since starting a tab costs more than a page.

Whether the HTML is valid is asked of html-validate, which is no Python:
`npx html-validate --preset standard "site/**/*.html"`. In CI the tests hold the rest: one heading of the first rank, no
id twice, links and anchors that lead somewhere.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import async_playwright

AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
           "resultTypes": ["violations"]}  # fmt: skip
READY = """scheme => new Promise(done => {
  const root = document.documentElement, wanted = scheme === "dark" ? "slate" : "default";
  const bare = !document.querySelector(".pe-skip");
  const waits = () => document.querySelector(".pe-main .pe-scroll--long:not(.pe-scroll--ready)");
  const look = () => bare || root.dataset.mdColorScheme === wanted && !waits() ? done() : setTimeout(look, 10);
  for (const one of document.querySelectorAll("details")) one.open = true;
  look();
})"""


async def _visit(tab, own: str, queue: list[str], axe: str, faults: list[str]) -> None:
    """Go through pages until none is left."""
    here = ""
    tab.on("console", lambda message: faults.append(f"{here}: {message.text}") if message.type == "error" else None)
    tab.on("pageerror", lambda error: faults.append(f"{here}: {error}"))
    tab.on("request", lambda request: None if request.url.startswith((own, "data:")) else faults.append(
        f"{here}: asks for {request.url}"))  # fmt: skip
    while queue:
        here = queue.pop()
        print(f"\r{len(queue) + 1} to go ", end="", file=sys.stderr, flush=True)
        await tab.emulate_media(color_scheme="light")
        await tab.goto(own + here, wait_until="load")
        await tab.evaluate(READY, "light")
        await tab.set_viewport_size({"width": 320, "height": 640})
        over = await tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            faults.append(f"{here}: {over} pixels too wide")
        await tab.set_viewport_size({"width": 1024, "height": 768})
        await tab.evaluate(axe)
        for scheme, rules in (("light", AXE), ("dark", COLOURS)):
            if scheme == "dark":
                await tab.emulate_media(color_scheme="dark")
                await tab.evaluate(READY, "dark")
            found = await tab.evaluate("options => axe.run(options).then(one => one.violations)", rules)
            for one in found:
                nodes = "; ".join(f"{node['target']} {node['failureSummary'][:160]}" for node in one["nodes"][:3])
                faults.append(f"{here}: {scheme}: {one['id']}: {nodes}")


async def _sweep(browser: str, own: str, paths: Sequence[str], tabs: int) -> list[str]:
    axe, faults, queue = AXE_FILE_PATH.read_text(encoding="utf-8") + ";0", [], list(reversed(paths))
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
             "--disable-dev-shm-usage"]  # fmt: skip
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=browser, args=flags)
        contexts = [
            await running.new_context(reduced_motion="reduce", viewport={"width": 1024, "height": 768})
            for _ in range(tabs)
        ]
        visits = [_visit(await one.new_page(), own, queue, axe, faults) for one in contexts]
        await asyncio.gather(*visits)
        await running.close()
    return sorted(faults)


def sweep(browser: str, own: str, paths: Sequence[str], tabs: int = 2) -> list[str]:
    """The faults of all these pages below the address `own`, in words. Runs beside a loop that is running already."""
    result: list[list[str]] = []
    thread = threading.Thread(target=lambda: result.append(asyncio.run(_sweep(browser, own, paths, tabs))))
    thread.start()
    thread.join()
    assert result, "the browser stopped before all pages were seen"
    return result[0]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(site: Path, pages: str, part: str = "1/1") -> int:
    """Serve a site on this computer, sweep it, print what was found and count it."""
    from conftest import find_browser  # noqa: PLC0415 -- only by hand

    paths = sorted(
        path.relative_to(site).as_posix().removesuffix("index.html")
        for path in (site.rglob("index.html") if pages == "pages" else site.glob("*/[ft]*/*.html"))
        if (path.name == "index.html") == (pages == "pages")
        and 'http-equiv="refresh"' not in path.read_text(encoding="utf-8")[:600]
    )
    first, _, parts = part.partition("/")
    paths = paths[int(first) - 1 :: int(parts)]
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    started = time.monotonic()
    faults = sweep(find_browser() or "", f"http://127.0.0.1:{server.server_port}/", paths)
    server.shutdown()
    print("\n".join(faults))
    print(json.dumps({"pages": len(paths), "faults": len(faults), "seconds": round(time.monotonic() - started, 1)}))
    return len(faults)


if __name__ == "__main__":
    given = [*sys.argv[1:], *("site", "pages", "1/1")[len(sys.argv) - 1 :]]
    sys.exit(min(1, main(Path(given[0]), given[1], given[2])))
