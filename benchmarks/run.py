"""Measures a plan's build and pages: `python benchmarks/run.py [--config FILE] [--runs N] [--jobs N]`.

It works on a copy of the plan in a temporary folder and starts a new process for each build, so that nothing is
kept in memory between two of them. What the figures mean stands in README.md beside this file.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from generator.config import Config, load_config  # noqa: E402 -- found only now, without being installed

KINDS = {
    "home": "{language}/index.html",
    "task": "{language}/tasks/*/index.html",
    "city": "{language}/areas/*/index.html",
    "indicator": "{language}/indicators/*/index.html",
}
"""Kinds of pages whose first visit is weighed, and where they are in the site."""

_LINK = re.compile(r'<link\b[^>]*\brel="stylesheet"[^>]*>|<script\b[^>]*\bsrc="[^>]*>')
_ADDRESS = re.compile(r'\b(?:href|src)="([^"]+)"')
_PAGES = re.compile(r"(\d+) pages .*? (\d+) charts")

Row = tuple[str, str]


class Bench:
    """A copy of a plan, and the command line run on it."""

    def __init__(self, config: Config, folder: Path, jobs: int) -> None:
        self.config = load_config(copy_plan(config, folder))
        self.jobs = jobs
        self.said = ""
        """What the last command printed."""

    def run(self, *arguments: str) -> float:
        """Seconds that a command takes, from its start to its end. Raises CalledProcessError when it fails."""
        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        environment = {**os.environ, "PYTHONPATH": paths}
        command = [sys.executable, "-m", "generator", *arguments, "--config", str(self.config.file)]
        started = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        seconds = time.perf_counter() - started
        self.said = done.stdout
        return seconds

    def check(self) -> float:
        return self.run("check")

    def warm(self) -> float:
        return self.run("build", "--jobs", str(self.jobs))

    def cold(self) -> float:
        """A build that finds neither a site nor anything kept from earlier builds."""
        shutil.rmtree(self.config.cache, ignore_errors=True)
        shutil.rmtree(self.config.output, ignore_errors=True)
        return self.warm()

    def changed(self) -> float:
        """A build after one value of one row was changed."""
        change_a_cell(self.config.data)
        return self.warm()


def copy_plan(config: Config, folder: Path) -> Path:
    """Copy settings, data, prose and templates of its own; give the copy's settings file."""
    shutil.copy(config.file, folder / "site_config.yml")
    for name in (config.site.data, config.site.content, config.site.templates):
        if name is not None and (config.folder / name).is_dir():
            shutil.copytree(config.folder / name, folder / name)
    return folder / "site_config.yml"


def change_a_cell(data: Path) -> None:
    """Make the first value of the first table of observations a tenth larger. Raises ValueError when there is none."""
    for path in sorted(path for path in data.rglob("*.csv") if "observations" in path.relative_to(data).as_posix()):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        if not rows or "value" not in rows[0]:
            continue
        column = rows[0].index("value")
        for row in rows[1:]:
            if re.fullmatch(r"\d+(\.\d+)?", row[column]) and float(row[column]):
                row[column] = f"{float(row[column]) * 1.1:.2f}"
                with path.open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file, lineterminator="\n").writerows(rows)
                return
    raise ValueError(f"no table of observations with a value below {data}")


def median(measure: Callable[[], float], runs: int) -> str:
    """The median of several runs, with the fastest and the slowest."""
    seconds = [measure() for _ in range(runs)]
    return f"{statistics.median(seconds):.1f} s ({min(seconds):.1f} to {max(seconds):.1f})"


def memory() -> str:
    """The largest process that has run so far."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return f"{peak / (1024**2 if sys.platform == 'darwin' else 1024):.0f} MB"


@cache
def packed(path: Path) -> int:
    """Bytes of a file as a server sends it."""
    return len(gzip.compress(path.read_bytes(), 6, mtime=0))


def first_visit(page: Path) -> int:
    """Packed bytes of a page with the style sheets and scripts that it asks for."""
    text = page.read_text(encoding="utf-8")
    addresses = {_ADDRESS.search(tag)[1] for tag in _LINK.findall(text)}  # type: ignore[index] # each such tag has one
    files = {Path(urljoin(page.as_uri(), address).removeprefix("file://")) for address in addresses}
    return packed(page) + sum(packed(file) for file in files)


def visits(site: Path, languages: Sequence[str]) -> Iterator[Row]:
    """Median and largest first visit of each kind of page, all languages together."""
    for kind, pattern in KINDS.items():
        pages = [page for language in languages for page in site.glob(pattern.format(language=language))]
        sizes = sorted(first_visit(page) for page in pages)
        if sizes:
            value = f"{statistics.median(sizes) / 1000:.1f} kB, at most {sizes[-1] / 1000:.1f} kB ({len(sizes)} pages)"
            yield f"first visit, {kind} (gzip)", value


def output(site: Path) -> Iterator[Row]:
    """Size of the whole site and of its heaviest kinds of files."""
    files = [path for path in site.rglob("*") if path.is_file()]
    sizes: Counter[str] = Counter()
    for path in files:
        sizes[path.suffix] += path.stat().st_size
    whole = sum(sizes.values())
    parts = ", ".join(f"{ending[1:].upper()} {sizes[ending] / 1e6:.1f} MB" for ending in (".html", ".png"))
    yield "output", f"{whole / 1e6:.1f} MB in {len(files)} files ({parts})"


def measure(bench: Bench, runs: int) -> Iterator[Row]:
    """Every figure, as it is known."""
    yield "build, cold", median(bench.cold, runs)
    found = _PAGES.search(bench.said)
    if found:
        yield "pages", found[1]
        yield "charts", found[2]
    yield "build, warm (nothing changed)", median(bench.warm, runs)
    yield "build, one cell changed", median(bench.changed, runs)
    yield "check alone", median(bench.check, runs)
    yield "peak memory of one process", memory()
    site = bench.config.output
    languages = sorted(path.name for path in site.iterdir() if (path / "index.html").is_file())
    yield from visits(site, languages)
    yield from output(site)


def main() -> None:
    """Measure and print a table, row by row."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--config", type=Path, default=Path("site_config.yml"), help="the plan to build")
    parser.add_argument("--runs", type=int, default=3, help="how often each build is run; the median counts")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes side by side")
    chosen = parser.parse_args()
    config = load_config(chosen.config)
    machine = f"{os.cpu_count()} processors, {chosen.jobs} jobs, Python {sys.version.split()[0]}"
    print(f"{machine}, median of {chosen.runs}\n")
    print(f"| {'measure':<32} | result")
    print(f"|{'-' * 34}|{'-' * 40}")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for name, value in measure(Bench(config, Path(folder), chosen.jobs), chosen.runs):
            print(f"| {name:<32} | {value}", flush=True)


if __name__ == "__main__":
    main()
