"""Measures `diff` of two large releases, and of one and the working data.

`python benchmarks/diff.py [--observations N] [--runs N]`

It makes a plan as `check.py` does, releases it twice with every hundredth value revised between, and starts a new
process for each run. What the figures mean stands in README.md beside this file.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from check import ROOT, write_plan

LIMIT_SECONDS = 5
"""What a difference of 200,000 observations may take, of two releases or of one and the working data."""


def revise(folder: Path, each: int = 100) -> None:
    """Make every hundredth value larger by one."""
    for path in sorted((folder / "data").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        if "value" not in rows[0] or "observations" not in path.as_posix():
            continue
        column = rows[0].index("value")
        for row in rows[1::each]:
            if row[column]:
                row[column] = f"{float(row[column]) + 1:g}"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def processor() -> float:
    """Seconds that the processes so far have computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(folder: Path, *arguments: str) -> tuple[float, float, str]:
    """Seconds that a command takes from its start to its end, seconds it computes, and what it said."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "generator", *arguments, "--config", str(folder / "site_config.yml")]
    started, used = time.perf_counter(), processor()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return time.perf_counter() - started, processor() - used, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--observations", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_plan(folder, options.observations)
        freeze = [run(folder, "release", "one", "--date", "2020-12-31")[0]]
        revise(folder)
        freeze.append(run(folder, "release", "two", "--date", "2021-12-31")[0])
        size = sum(path.stat().st_size for path in (folder / "releases").iterdir()) / 2
        between = [run(folder, "diff", "one", "two") for _ in range(options.runs)]
        revise(folder)
        working = [run(folder, "diff") for _ in range(options.runs)]
    said = between[0][2].splitlines()
    print(f"release of {options.observations:,} observations: {max(freeze):.1f} s, {size / 1e6:.1f} MB a file")
    for told, found in (("two releases", between), ("a release and the working data", working)):
        seconds, used = ([one[part] for one in found] for part in (0, 1))
        span = f"{min(seconds):.1f} to {max(seconds):.1f}"
        print(f"diff of {told}: {statistics.median(seconds):.1f} s ({span}), computing {statistics.median(used):.1f} s")
    print("; ".join(line for line in said if line and not line.startswith(" ")))
    print(f"largest process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")
    for told, found in (("two releases", between), ("a release and the working data", working)):
        if statistics.median(used for _, used, _ in found) > LIMIT_SECONDS:  # what else runs on the machine is left out
            sys.exit(f"slower than the {LIMIT_SECONDS} s that the difference of {told} may take")


if __name__ == "__main__":
    main()
