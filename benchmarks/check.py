"""Measures `check` on a plan with many numbers: `python benchmarks/check.py [--observations N] [--runs N]`.

It makes a plan of 40 areas and as many indicators as are needed in a temporary folder, always the same for the same
number, and starts a new process for each run. What the figures mean stands in README.md beside this file.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
AREAS, YEARS, SEXES = 40, range(1996, 2021), ("", "female", "male")
LIMIT_SECONDS, LIMIT_MEGABYTES = 6, 500
"""What a check of 200,000 observations may take on two processors."""

WORDS = {
    "site_config.yml": "site_name: {en: Benchmark, zh: 测试}\n",
    "data/plan.yml": "id: benchmark\ntitle: {en: Benchmark, zh: 测试}\nissuer: office\narea: whole\n"
    "period: {start: 2018, end: 2020, baseline: 2017}\nlanguages: [en, zh]\n",
    "data/organisations.yml": "- {id: office, title: {en: Office, zh: 办公室}}\n",
    "data/sources.yml": "- {id: yearbook, title: {en: Yearbook, zh: 年鉴}}\n",
    "data/dimensions.yml": "- id: sex\n  title: {en: Sex, zh: 性别}\n  values:\n"
    "    - {id: female, title: {en: Female, zh: 女}}\n    - {id: male, title: {en: Male, zh: 男}}\n",
}


def write_plan(folder: Path, observations: int) -> None:
    """A plan with so many observations; each area, year and sex of an indicator has one."""
    count = -(-observations // (AREAS * len(YEARS) * len(SEXES)))
    indicators = [f"indicator-{number}" for number in range(count)]
    areas = ["whole", *(f"area-{number}" for number in range(AREAS - 1))]
    files = {
        **WORDS,
        "data/areas.yml": "".join(
            f"- {{id: {area}, title: {{en: {area.title()}, zh: 地区{number}}}, kind: region"
            f"{', parent: whole' if number else ''}}}\n"
            for number, area in enumerate(areas)
        ),
        "data/indicators.yml": "".join(
            f"- {{id: {name}, title: {{en: Number {name[10:]}, zh: 指标{name[10:]}}}, unit: {{en: people, zh: 人}}, "
            f"direction: up, dimensions: [sex], aggregation: {('sum', 'mean', 'none')[place % 3]}, "
            "range: {min: 0}}\n"
            for place, name in enumerate(indicators)
        ),
        "data/tasks.yml": f"- id: t1\n  number: 1\n  title: {{en: Count, zh: 统计}}\n  lead: office\n"
        f"  indicators: [{', '.join(indicators)}]\n",
        "data/observations.csv": "".join(itertools.islice(rows(indicators, areas), observations + 1)),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def rows(indicators: list[str], areas: list[str]) -> Iterator[str]:
    """The first line and the rows of `observations.csv`; the parts of a sum add up to the whole."""
    chance = random.Random(1)
    yield "indicator,area,period,sex,value,status,basis,source,note\n"
    for number, name in enumerate(indicators):
        for year, sex in itertools.product(YEARS, SEXES):
            values = [chance.randrange(10_000, 20_000) for _ in areas[1:]]
            whole = sum(values) if number % 3 == 0 else sum(values) // len(values)
            for area, value in zip(areas, (whole, *values), strict=True):
                yield f"{name},{area},{year},{sex},{value}.{chance.randrange(10) if number % 3 else 0},,,yearbook,\n"


def check(settings: Path) -> tuple[float, str]:
    """Seconds of one check, from start to end of its process, and the last line that it printed."""
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "generator", "check", "--config", str(settings)]
    started = time.perf_counter()
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return time.perf_counter() - started, done.stdout.splitlines()[-1]


def main() -> None:
    """Measure and print; exit code 1 when 200,000 observations or fewer take more than they may."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--observations", type=int, default=200_000, help="rows of observations.csv")
    parser.add_argument("--runs", type=int, default=3, help="how often; the median counts")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        write_plan(Path(folder), chosen.observations)
        results = [check(Path(folder) / "site_config.yml") for _ in range(chosen.runs)]
    seconds = [result[0] for result in results]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    print(f"check of {chosen.observations:,} observations: {results[-1][1]}")
    print(f"{statistics.median(seconds):.1f} s ({min(seconds):.1f} to {max(seconds):.1f}), {peak:.0f} MB")
    if chosen.observations <= 200_000 and (statistics.median(seconds) > LIMIT_SECONDS or peak > LIMIT_MEGABYTES):
        sys.exit(f"too much: at most {LIMIT_SECONDS} s and {LIMIT_MEGABYTES} MB")


if __name__ == "__main__":
    main()
