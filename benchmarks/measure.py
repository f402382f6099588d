"""What all measurements share: commands in processes of their own, medians, memory, and a copy of a plan to work on."""

from __future__ import annotations

import csv
import gzip
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from generator.config import Config, load_config  # noqa: E402 -- found only now, without being installed

PAUSE = 0.2
"""Seconds between two looks at the memory of a command."""


@dataclass(frozen=True)
class Run:
    """One command, from its start to its end."""

    seconds: float
    cpu: float
    """Seconds that it and its children computed."""
    largest: float
    """The most memory that a single process held, in MB."""
    together: float
    """The most memory that all its processes held at one time, shared pages counted once, in MB; 0 where unknown."""
    said: str


@dataclass
class Choice:
    """What the command line asked for."""

    runs: int = 5
    jobs: int = os.cpu_count() or 1
    pages: int = 10_000
    small: int = 1_000
    full_navigation: int = 300
    charts: int = 5_000
    observations: int = 200_000
    languages: tuple[str, ...] = ("en",)
    config: Path = ROOT / "site_config.yml"
    profile: Path | None = None
    folder: Path = field(default_factory=Path)
    """Where plans and sites are put."""


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    work: str
    result: str
    goal: str = ""
    met: bool | None = None


def run(command: Sequence[str | Path], where: Path = ROOT) -> Run:
    """Run a command. Raises RuntimeError with what it said when it fails."""
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": paths, "NO_MKDOCS_2_WARNING": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users keep compiled modules, which saves 0.3 s a start
    started = time.perf_counter()
    with subprocess.Popen(
        [str(part) for part in command], cwd=where, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        seen = _Memory(process.pid)
        assert process.stdout is not None
        said = process.stdout.read().decode(errors="replace")
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        seen.stop()
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} gave {process.returncode}:\n{said[-2000:]}")
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / unit, seen.most, said)


class _Memory(threading.Thread):
    """Watches the memory of a process and all below it; only where there is /proc."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process, self._end = process, threading.Event()
        self.most = 0.0
        if Path("/proc/self/smaps_rollup").exists():
            self.start()

    def run(self) -> None:
        while not self._end.wait(PAUSE):
            self.most = max(self.most, sum(_held(one) for one in _family(self._process)) / 1024)

    def stop(self) -> None:
        self._end.set()
        if self.is_alive():
            self.join()


def _family(process: int) -> Iterator[int]:
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _held(process: int) -> int:
    """Its proportional share in kB: a page that two processes share counts half for each."""
    try:
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


def ours(*arguments: str | Path) -> list[str | Path]:
    """The command line of this checkout."""
    return [sys.executable, "-m", "generator", *arguments]


def build(config: Path, choice: Choice, *more: str) -> Run:
    return run(ours("build", "--config", config, "--jobs", str(choice.jobs), *more))


def profiled(name: str, config: Path, choice: Choice) -> None:
    """Build once more, in one process, under cProfile; only where profiles are asked for."""
    if choice.profile is not None:
        choice.profile.mkdir(parents=True, exist_ok=True)
        to = choice.profile / f"{name}.prof"
        run([sys.executable, "-m", "cProfile", "-o", to, "-m", "generator", "build", "--config", config, "--jobs", "1"])


def median(runs: Sequence[Run], part: str = "seconds") -> float:
    return statistics.median(getattr(one, part) for one in runs)


def several(count: int, measure: Callable[[], Run]) -> list[Run]:
    return [measure() for _ in range(count)]


def told(runs: Sequence[Run]) -> str:
    """Median, fastest and slowest, what was computed, and memory."""
    seconds = [one.seconds for one in runs]
    span = f" ({min(seconds):.1f} to {max(seconds):.1f})" if len(runs) > 1 else ""
    together = f", all together {median(runs, 'together'):.0f} MB" if runs[0].together else ""
    return (f"{median(runs):.1f} s{span}; computing {median(runs, 'cpu'):.1f} s; largest process "
            f"{median(runs, 'largest'):.0f} MB{together}")  # fmt: skip


def within(work: str, runs: Sequence[Run], seconds: float) -> Line:
    """A line whose goal is so many seconds."""
    return Line(work, told(runs), f"at most {seconds:g} s", median(runs) <= seconds)


def forget(config: Config, *, drawings: bool) -> None:
    """Remove the site and what was kept of earlier builds; drawings only if asked."""
    shutil.rmtree(config.output, ignore_errors=True)
    shutil.rmtree(config.cache if drawings else config.cache / "built", ignore_errors=True)


def copy_plan(config: Config, folder: Path) -> Path:
    """Copy settings, data, prose and templates of its own; give the copy's settings file."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(config.file, folder / "site_config.yml")
    for name in (config.site.data, config.site.content, config.site.templates):
        if name is not None and (config.folder / name).is_dir():
            shutil.copytree(config.folder / name, folder / name)
    return folder / "site_config.yml"


def change_a_cell(data: Path, of_index: bool = False) -> str:
    """Make a value of the observations a hundredth larger: the first that a composite index rests on, or does not.

    Gives the id of its indicator. Raises ValueError when there is none.
    """
    index = data / "index.yml"
    inside = set(re.findall(r"\bid: ([a-z0-9-]+)", index.read_text(encoding="utf-8"))) if index.is_file() else set()
    for path in sorted(path for path in data.rglob("*.csv") if "observations" in path.relative_to(data).as_posix()):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        if not rows or "value" not in rows[0]:
            continue
        column, indicator = rows[0].index("value"), rows[0].index("indicator")
        for row in rows[1:]:
            if (row[indicator] in inside) != of_index:
                continue
            if re.fullmatch(r"\d+(\.\d+)?", row[column]) and float(row[column]):
                row[column] = f"{float(row[column]) * 1.01:.2f}"
                with path.open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file, lineterminator="\n").writerows(rows)
                return row[indicator]
    raise ValueError(f"no table of observations with a value below {data}")


@cache
def packed(path: Path) -> int:
    """Bytes of a file as a server sends it."""
    return len(gzip.compress(path.read_bytes(), 6, mtime=0))


def weights(site: Path) -> tuple[float, float, str]:
    """Median and largest page of a folder in kB as it is sent (gzip), and the address of the largest."""
    pages = sorted((packed(page), page) for page in site.rglob("index.html"))
    largest, page = pages[-1]
    return statistics.median(size for size, _ in pages) / 1000, largest / 1000, page.parent.relative_to(site).as_posix()


def machine() -> str:
    """Processor, cores, memory, Python, date: what figures must be read with."""
    model = platform.processor() or platform.machine()
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
        model = found[1] if found else model
        memory = f", {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB"
    except (OSError, ValueError):
        memory = ""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} processors ({model}){memory}, "
            f"Python {platform.python_version()}{load}")  # fmt: skip


def children_seconds() -> float:
    """Seconds that the processes so far have computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def settings_of(path: Path) -> Config:
    return load_config(path)
