"""Every page of a built site through a browser: accessibility, console errors, foreign requests, width.

`python tests/browser/sweep.py [SITE]` sweeps a built site by hand; it takes minutes, too long for each change. `--what
embeds` takes the pages of single charts and tables instead, `--part 3/8` the third of eight parts. With `--seen FILE`
each page seen is noted there with its faults, so that a sweep that was stopped goes on where it stood; the last line
says how many pages of how many were seen.

Each page is loaded once, with everything open: the width at 320 px, plain and with the spacing of letters, words and
lines that readers may ask for; what its elements must have (`LOOK`); axe, its rules about colours in light and in dark
ones and for one text of each kind (`SPECIMENS`), since they take nine tenths of the time otherwise. Several tabs go
from page to page, since starting a tab costs more than a page.

Whether the HTML is valid is asked of html-validate, which is no Python:
`npx html-validate --preset standard "site/**/*.html"`. In CI the tests hold the rest: one heading of the first rank, no
id twice, links and anchors that lead somewhere.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Page, async_playwright

AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {"color-contrast": {"enabled": False}},
    "resultTypes": ["violations"],
    "preload": False,
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
           "resultTypes": ["violations"], "preload": False}  # fmt: skip
READY = """scheme => new Promise(done => {
  const root = document.documentElement, wanted = scheme === "dark" ? "slate" : "default";
  const bare = !document.querySelector(".pe-skip");
  const look = () => bare || root.dataset.mdColorScheme === wanted && window.peLoaded ? done() : setTimeout(look, 10);
  root.classList.remove("pe-soon");
  for (const one of document.querySelectorAll("details")) one.open = true;
  look();
})"""
NARROW = """() => {
  const root = document.documentElement, found = [], over = () => root.scrollWidth - root.clientWidth;
  if (over() > 0) found.push(`${over()} pixels too wide`);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets.push(sheet);
  if (over() > 0) found.push(`${over()} pixels too wide with wider spacing`);
  document.adoptedStyleSheets.pop();
  return found;
}"""
SPECIMENS = """() => {
  const bright = one => { // the colour that lies under an element's text, as far as its ancestors say
    for (; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
  };
  const kinds = new Map();
  for (const one of document.body.querySelectorAll("*")) {
    if (![...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()) || !one.checkVisibility()) continue;
    const style = getComputedStyle(one), around = getComputedStyle(one.parentElement);
    const key = [one.tagName, one.getAttribute("class"), one.parentElement.getAttribute("class"), style.color,
      style.fill, bright(one), style.fontSize, style.fontWeight, style.opacity, around.color, around.opacity].join("|");
    if (!kinds.has(key)) kinds.set(key, one);
  }
  return [...kinds.values()];
}"""
PASSES = (
    ("light", "document", AXE),
    ("light", f"({SPECIMENS})()", COLOURS),
    ("dark", f"({SPECIMENS})()", COLOURS),
)
"""What axe is asked: the colour scheme, the elements, the rules."""
LOOK = """() => {
  const found = [], all = name => [...document.querySelectorAll(name)], main = document.querySelector("main");
  const name = one => one.id || one.closest("[id]")?.id || one.className.baseVal || one.className;
  if (document.querySelector(".pe-skip") && all("h1").length !== 1) found.push(`${all("h1").length} headings h1`);
  if (!main) found.push("no main part");
  for (const svg of main?.querySelectorAll("svg:not([aria-hidden])") ?? []) {
    const ids = (svg.getAttribute("aria-labelledby") || "").split(" ").map(id => document.getElementById(id));
    if (svg.getAttribute("role") !== "img" || ids.length < 2 || !ids.every(one => one?.textContent.trim()))
      found.push(`picture ${name(svg)} lacks role, title or description`);
  }
  const alone = document.querySelector(".pe-embed"); // Its link leads to the page where the table stands.
  for (const figure of all("figure.pe-chart")) {
    const table = figure.querySelector("table");
    if (alone ? !document.querySelector(".pe-embed__foot a") : !table) found.push(`chart ${name(figure)}: no table`);
  }
  for (const table of all("main table.pe-table"))
    if (!table.caption?.textContent.trim() || !table.querySelector("th[scope]"))
      found.push(`table ${name(table)} lacks a caption or heads with a scope`);
  for (const image of all("img:not([alt])")) found.push(`image ${image.src} lacks a text`);
  if (document.getAnimations().length) found.push("moves although less motion is asked for");
  if (document.documentElement.lang.startsWith("en")) {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), chinese = [];
    for (let text = walk.nextNode(); text; text = walk.nextNode())
      if (/\\p{Script=Han}/u.test(text.data) && !text.parentElement.closest("[lang|=zh], script, style, title, desc"))
        chinese.push(`${text.data.trim().slice(0, 40)} (${name(text.parentElement)})`);
    if (chinese.length) found.push(`${chinese.length} texts in Chinese are not marked: ${chinese.slice(0, 2)}`);
  }
  return found;
}"""


@dataclass
class Seen:
    """What one page showed: its address below the site, its title, its faults in words."""

    path: str
    title: str = ""
    faults: list[str] = field(default_factory=list)


async def _look(tab: Page, own: str, seen: Seen, axe: str) -> None:
    """Load a page and note its faults."""
    await tab.emulate_media(color_scheme="light")
    await tab.goto(own + seen.path, wait_until="load")
    await tab.evaluate(READY, "light")
    await tab.set_viewport_size({"width": 320, "height": 640})
    seen.faults += await tab.evaluate(NARROW)
    await tab.set_viewport_size({"width": 1024, "height": 768})
    seen.title = await tab.title()
    seen.faults += await tab.evaluate(LOOK)
    await tab.evaluate(axe)
    for scheme, where, rules in PASSES:
        if scheme == "dark":
            await tab.emulate_media(color_scheme="dark")
            await tab.evaluate(READY, "dark")
        found = await tab.evaluate(f"options => axe.run({where}, options).then(one => one.violations)", rules)
        for one in found:
            nodes = "; ".join(f"{node['target']} {node['failureSummary'][:160]}" for node in one["nodes"][:3])
            seen.faults.append(f"{scheme}: {one['id']}: {nodes}")


async def _visit(tab: Page, own: str, queue: list[str], axe: str, notes: list[Seen], file: Path | None) -> None:
    """Go through pages until none is left."""
    seen = Seen("")
    tab.on(
        "console", lambda message: seen.faults.append(f"console: {message.text}") if message.type == "error" else None
    )
    tab.on("pageerror", lambda error: seen.faults.append(f"script: {error}"))
    tab.on("request", lambda request: None if request.url.startswith((own, "data:")) else seen.faults.append(
        f"asks for {request.url}"))  # fmt: skip
    while queue:
        seen = Seen(queue.pop())
        print(f"\r{len(queue) + 1} to go ", end="", file=sys.stderr, flush=True)
        await _look(tab, own, seen, axe)
        notes.append(seen)
        if file:
            with file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(seen.__dict__, ensure_ascii=False) + "\n")


async def _sweep(browser: str, own: str, paths: Sequence[str], tabs: int, file: Path | None) -> list[Seen]:
    axe, notes, queue = AXE_FILE_PATH.read_text(encoding="utf-8") + ";0", list[Seen](), list(reversed(paths))
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
             "--disable-dev-shm-usage"]  # fmt: skip
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=browser, args=flags)
        contexts = [
            await running.new_context(reduced_motion="reduce", viewport={"width": 1024, "height": 768})
            for _ in range(tabs)
        ]
        await asyncio.gather(*[_visit(await one.new_page(), own, queue, axe, notes, file) for one in contexts])
        await running.close()
    return notes


class _Quiet(SimpleHTTPRequestHandler):
    """Serves the site below the path it is published at, since pages for missing addresses name their files in full."""

    below = "/"

    def translate_path(self, path: str) -> str:
        """The file below the folder of the site."""
        return super().translate_path("/" + path.removeprefix(self.below))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _pages(site: Path, what: str) -> Iterator[str]:
    """Addresses below the site: of all pages, or of the pages of single charts and tables; none that only redirects."""
    for path in sorted(site.rglob("*.html")):
        place = path.relative_to(site)
        single = len(place.parts) == 3 and place.parts[1] in ("figures", "tables") and path.name != "index.html"
        if single == (what == "embeds") and 'http-equiv="refresh"' not in path.read_text(encoding="utf-8")[:600]:
            address = f"{place.parent.as_posix()}/" if path.name == "index.html" else place.as_posix()
            yield address.removeprefix("./")


def main(site: Path, what: str = "pages", part: str = "1/1", file: Path | None = None, tabs: int = 2) -> int:
    """Serve a site on this computer, sweep it, print what was found and count it."""
    from conftest import find_browser  # noqa: PLC0415 -- only by hand

    first, _, parts = part.partition("/")
    paths = list(_pages(site, what))[int(first) - 1 :: int(parts)]
    notes = [Seen(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()] if (
        file and file.is_file()) else []  # fmt: skip
    done = {one.path for one in notes}
    robots = (site / "robots.txt").read_text(encoding="utf-8")
    _Quiet.below = urlsplit(robots.rpartition("Sitemap: ")[2].strip()).path.rpartition("/")[0] + "/"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    started = time.monotonic()
    own, left = f"http://127.0.0.1:{server.server_port}{_Quiet.below}", [path for path in paths if path not in done]
    try:
        notes += asyncio.run(_sweep(find_browser() or "", own, left, tabs, file))
    finally:
        server.shutdown()
    notes = [one for one in notes if one.path in set(paths)]
    titles = Counter((one.path.split("/")[0], one.title) for one in notes)
    faults = [f"{one.path}: {fault}" for one in sorted(notes, key=lambda one: one.path) for fault in one.faults]
    if what == "pages":
        faults += [f"{language}: the title of {count} pages: {title}"
                   for (language, title), count in titles.items() if count > 1]  # fmt: skip
    print("\n".join(faults))
    print(json.dumps({"pages": len(notes), "of": len(paths), "faults": len(faults),
                      "seconds": round(time.monotonic() - started, 1)}))  # fmt: skip
    return len(faults)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Every page of a built site through a browser")
    parser.add_argument("site", nargs="?", type=Path, default=Path("site"))
    parser.add_argument("--what", choices=("pages", "embeds"), default="pages")
    parser.add_argument("--part", default="1/1", help="such as 3/8: the third of eight parts")
    parser.add_argument("--seen", type=Path, metavar="FILE", help="what was seen is noted here and not seen again")
    parser.add_argument("--tabs", type=int, default=2)
    given = parser.parse_args()
    sys.exit(min(1, main(given.site, given.what, given.part, given.seen, given.tabs)))
