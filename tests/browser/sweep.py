"""Every page of a built site through a browser: accessibility, console errors, foreign requests, width.

`python tests/browser/sweep.py [SITE] [light|dark] [PART]` sweeps a built site by hand or by night: it takes minutes,
too long for each change. PART such as 3/8 takes the third of eight parts, so that days or machines can share the work.
Several pages at a time, each with one tab that goes from page to page, since starting a tab costs more than a page.
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
READY = """scheme => new Promise(done => {
  const root = document.documentElement, wanted = scheme === "dark" ? "slate" : "default";
  const bare = !document.querySelector(".pe-skip");
  const look = () => bare || root.dataset.mdColorScheme === wanted ? done() : setTimeout(look, 10);
  for (const one of document.querySelectorAll("details")) one.open = true;
  look();
})"""


async def _visit(tab, own: str, queue: list[str], scheme: str, axe: str, faults: list[str]) -> None:
    """Go through pages until none is left."""
    here = ""
    tab.on("console", lambda message: faults.append(f"{here}: {message.text}") if message.type == "error" else None)
    tab.on("pageerror", lambda error: faults.append(f"{here}: {error}"))
    tab.on("request", lambda request: None if request.url.startswith((own, "data:")) else faults.append(
        f"{here}: asks for {request.url}"))  # fmt: skip
    while queue:
        here = queue.pop()
        await tab.goto(own + here, wait_until="load")
        await tab.evaluate(READY, scheme)
        over = await tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            faults.append(f"{here}: {over} pixels too wide")
        await tab.evaluate(axe)
        found = await tab.evaluate("options => axe.run(options).then(one => one.violations)", AXE)
        for one in found:
            nodes = "; ".join(f"{node['target']} {node['failureSummary'][:160]}" for node in one["nodes"][:3])
            faults.append(f"{here}: {scheme}: {one['id']}: {nodes}")


async def _sweep(browser: str, own: str, paths: Sequence[str], scheme: str, tabs: int) -> list[str]:
    axe, faults, queue = AXE_FILE_PATH.read_text(encoding="utf-8") + ";0", [], list(reversed(paths))
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
             "--disable-dev-shm-usage"]  # fmt: skip
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=browser, args=flags)
        contexts = [
            await running.new_context(color_scheme=scheme, viewport={"width": 1024, "height": 768}) for _ in range(tabs)
        ]
        visits = [_visit(await one.new_page(), own, queue, scheme, axe, faults) for one in contexts]
        await asyncio.gather(*visits)
        await running.close()
    return sorted(faults)


def sweep(browser: str, own: str, paths: Sequence[str], scheme: str = "light", tabs: int = 3) -> list[str]:
    """The faults of all these pages below the address `own`, in words. Runs beside a loop that is running already."""
    result: list[list[str]] = []
    thread = threading.Thread(target=lambda: result.append(asyncio.run(_sweep(browser, own, paths, scheme, tabs))))
    thread.start()
    thread.join()
    assert result, "the browser stopped before all pages were seen"
    return result[0]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(site: Path, scheme: str, part: str = "1/1") -> None:
    """Serve a site on this computer, sweep it and print what was found."""
    from conftest import find_browser  # noqa: PLC0415 -- only by hand

    paths = sorted(
        path.relative_to(site).as_posix().removesuffix("index.html")
        for path in site.rglob("index.html")
        if 'http-equiv="refresh"' not in path.read_text(encoding="utf-8")[:600]
    )
    first, _, parts = part.partition("/")
    paths = paths[int(first) - 1 :: int(parts)]
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    started = time.monotonic()
    faults = sweep(find_browser() or "", f"http://127.0.0.1:{server.server_port}/", paths, scheme)
    server.shutdown()
    print("\n".join(faults))
    print(json.dumps({"pages": len(paths), "faults": len(faults), "seconds": round(time.monotonic() - started, 1)}))


if __name__ == "__main__":
    given = [*sys.argv[1:], *("site", "light", "1/1")[len(sys.argv) - 1 :]]
    main(Path(given[0]), given[1], given[2])
