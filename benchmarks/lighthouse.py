"""Lighthouse on a built site: `python benchmarks/lighthouse.py [SITE] [--runs N] [--page PATH ...]`.

The site is served by nginx with the settings of `docs/hosting/nginx.conf`, since compression and caching are part of
what is measured; the phone and its slow line are those that Lighthouse simulates. Needs nginx, Chrome or Chromium and
Lighthouse (`npm install -g lighthouse`, or `LIGHTHOUSE=path`): none of them is needed to build a site. The exit code
is 1 where a median misses the bars of BARS.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from conftest import find_browser  # noqa: E402 -- found only now

PAGES = (
    "zh/", "en/", "en/tasks/08/", "zh/tasks/08/", "en/areas/shijiazhuang/", "en/indicators/rd-intensity/",
    "en/responsibilities/", "en/search/",
)  # fmt: skip
"""The kinds of pages that the bars are for."""

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
)
COLUMNS = ("page", "perf.", "access.", "best pr.", "SEO", "FCP ms", "LCP ms", "CLS", "longest task ms",
           "its processor ms", "kB", "requests", "misses")  # fmt: skip
BARS = {"score": 98, "lcp": 1000, "cls": 0, "long": 50}
"""Least score of each category; at most milliseconds of the largest paint, shift, and milliseconds of one task."""
SLOWER = 4
"""How much slower than this computer the simulated phone is."""

Result = dict[str, float]


@contextmanager
def served(site: Path) -> Iterator[str]:
    """nginx with the sample settings on this computer alone; gives its address. Raises SystemExit without nginx."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).is_file():
        sys.exit("nginx is missing (apt install nginx-light)")
    with tempfile.TemporaryDirectory() as temporary, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        folder = Path(temporary)
        folder.chmod(0o755)
        text = (ROOT / "docs" / "hosting" / "nginx.conf").read_text(encoding="utf-8")
        text = text.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/srv/www/plan", str(site))
        user = "user root;\n" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
        kept = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi",
                                                                          "scgi"))  # fmt: skip
        settings = folder / "nginx.conf"
        settings.write_text(f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/log;\nevents {{}}\n"
                            f"http {{\naccess_log off;\n{kept}{text}}}\n", encoding="utf-8")  # fmt: skip
        with subprocess.Popen([program, "-c", str(settings), "-e", str(folder / "log"), "-p", str(folder)]) as server:
            try:
                for _ in range(100):
                    with socket.socket() as attempt:
                        if attempt.connect_ex(("127.0.0.1", port)) == 0:
                            break
                    time.sleep(0.05)
                yield f"http://127.0.0.1:{port}/"
            finally:
                server.terminate()


def measure(program: str, browser: str, address: str) -> Result:
    """One run on one page: scores 0 to 100, milliseconds, shift, bytes and requests."""
    with tempfile.TemporaryDirectory() as folder:
        command = [program, address, "--quiet", "--output=json", f"--output-path={folder}/run", "--save-assets",
                   "--throttling-method=simulate", "--form-factor=mobile",
                   f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}"]  # fmt: skip
        done = subprocess.run(
            command, check=False, env={**os.environ, "CHROME_PATH": browser}, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(done.stderr[-2000:])
        report = json.loads(Path(folder, "run").read_bytes())
        events = json.loads(Path(folder, "run-0.trace.json").read_bytes())["traceEvents"]
    audits = report["audits"]
    requests = audits["network-requests"]["details"]["items"]
    tasks = audits["long-tasks"]["details"]["items"] if audits["long-tasks"].get("details") else []
    failed = [
        name
        for category in CATEGORIES[1:]
        for name in (one["id"] for one in report["categories"][category]["auditRefs"] if one["weight"])
        if audits[name]["score"] is not None and audits[name]["score"] < 1
    ]
    if failed:
        print(f"  {address}: {', '.join(failed)}", file=sys.stderr)
    return {
        **{name: round((report["categories"][name]["score"] or 0) * 100) for name in CATEGORIES},
        "fcp": audits["first-contentful-paint"]["numericValue"],
        "lcp": audits["largest-contentful-paint"]["numericValue"],
        "cls": audits["cumulative-layout-shift"]["numericValue"],
        "tbt": audits["total-blocking-time"]["numericValue"],
        "long": max((one["duration"] for one in tasks), default=0),
        "processor": SLOWER * longest_task(events, address),
        "bytes": sum(one.get("transferSize") or 0 for one in requests),
        "requests": len(requests),
    }


def longest_task(events: Sequence[dict[str, Any]], address: str) -> float:
    """Milliseconds of the processor that the longest task of a page took: what else the computer does adds nothing."""
    (*_, start) = (
        one for one in events
        if one["name"] == "navigationStart" and one["args"]["data"].get("documentLoaderURL") == address
    )  # fmt: skip
    tasks = (
        one for one in events if (one["pid"], one["tid"]) == (start["pid"], start["tid"]) and one["ts"] >= start["ts"]
    )
    return max((one["tdur"] for one in tasks if one["name"].endswith("RunTask") and "tdur" in one), default=0) / 1000


def missed(result: Result) -> list[str]:
    """What misses a bar."""
    below = [name for name in CATEGORIES if result[name] < BARS["score"]]
    return below + [name for name in ("lcp", "cls", "long") if round(result[name], 3) > BARS[name]]


def main(arguments: Sequence[str]) -> int:
    """Measure, print a table as Markdown, and say whether the bars are met."""
    parser = argparse.ArgumentParser(description="Lighthouse, mobile, on pages of a built site")
    parser.add_argument("site", nargs="?", type=Path, default=Path("site"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--page", action="append", help="a page, as en/tasks/08/; may be given again")
    given = parser.parse_args(arguments)
    program = os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse")
    browser = find_browser()
    if not program or not browser:
        sys.exit("Lighthouse or a browser is missing: npm install -g lighthouse, or LIGHTHOUSE=path")
    print(f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|")
    faults = 0
    with served(given.site.resolve()) as own:
        for page in given.page or PAGES:
            runs = [measure(program, browser, own + page) for _ in range(given.runs)]
            middle = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
            lacking = missed(middle)
            faults += len(lacking)
            scores = " | ".join(f"{middle[name]:.0f}" for name in CATEGORIES)
            print(f"| {page} | {scores} | {middle['fcp']:.0f} | {middle['lcp']:.0f} | {middle['cls']:.3f} | "
                  f"{middle['long']:.0f} | {middle['processor']:.0f} | "
                  f"{middle['bytes'] / 1000:.1f} | {middle['requests']:.0f} | "
                  f"{', '.join(lacking)} |", flush=True)  # fmt: skip
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
