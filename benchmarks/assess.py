"""Measures the judgement of a whole plan: `python benchmarks/assess.py [--runs N] [--config FILE]`.

35 tasks, 14 areas below one root, 60 indicators and 12 periods, every indicator with a path of stage targets in every
area, and a composite index over 20 of them with its draws. The plan is made in memory by one seed, so that the same
numbers are judged each time. What is timed: every indicator in every area, every task, and the index. What the figures
mean stands in README.md beside this file.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from generator.assess import assess, assess_task  # noqa: E402 -- the project is found by the line above
from generator.check import load_plan  # noqa: E402 -- as above
from generator.config import load_config  # noqa: E402 -- as above
from generator.index import compute_index  # noqa: E402 -- as above
from generator.plan import Plan  # noqa: E402 -- as above

AREAS, TASKS, INDICATORS, YEARS = 14, 35, 60, range(2009, 2021)
INDEXED = 20
LIMIT_SECONDS = 3
"""What all of it may take on two processors."""


def write_plan(folder: Path) -> None:
    """The plan's files."""
    chance = random.Random(1)
    areas = ["root", *(f"area-{number}" for number in range(AREAS))]
    names = [f"indicator-{number}" for number in range(INDICATORS)]
    observations, targets = ["indicator,area,period,value,source"], ["indicator,area,period,value,source"]
    for name in names:
        for area in areas:
            value = chance.uniform(50, 100)
            for year in YEARS:
                observations.append(f"{name},{area},{year},{value:.2f},yearbook")
                value *= chance.uniform(0.99, 1.08)
            targets += [f"{name},{area},{year},{value * (1 + step / 50):.2f},yearbook"
                        for step, year in enumerate((2018, 2019, 2020))]  # fmt: skip
    weights = ", ".join(f"{{id: {name}, weight: 1, standard: 150}}" for name in names[:INDEXED])
    files = {
        "site_config.yml": "site_name: Benchmark\n",
        "data/plan.yml": "id: benchmark\ntitle: Benchmark\nissuer: office\narea: root\nas_of: 2021-01-31\n"
        "period: {start: 2018, end: 2020, baseline: 2017}\nlanguages: [en]\nstages:\n"
        + "".join(f"  - {{id: s{year}, title: 'Stage {year}', period: '{year}'}}\n" for year in (2018, 2019, 2020)),
        "data/organisations.yml": "- {id: office, title: Office}\n",
        "data/sources.yml": "- {id: yearbook, title: Yearbook}\n",
        "data/areas.yml": "".join(
            f"- {{id: {area}, title: {area}, kind: city{', parent: root' if number else ''}}}\n"
            for number, area in enumerate(areas)
        ),
        "data/indicators.yml": "".join(
            f"- {{id: {name}, title: {name}, unit: points, direction: up, decimals: 2}}\n" for name in names
        ),
        "data/tasks.yml": "".join(
            f"- {{id: t{number}, number: '{number + 1}', title: Task {number + 1}, lead: office, "
            f"indicators: [{', '.join(chance.sample(names, 4))}]}}\n"
            for number in range(TASKS)
        ),
        "data/index.yml": f"- id: index\n  title: Index\n  dimensions:\n    - {{id: all, title: All, weight: 1, "
        f"indicators: [{weights}]}}\n",
        "data/observations.csv": "\n".join(observations) + "\n",
        "data/targets.csv": "\n".join(targets) + "\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def judge(plan: Plan) -> dict[str, float]:
    """Seconds for every standing, every task, every index."""
    marks = [time.perf_counter()]
    for area in plan.areas.values():
        for indicator in plan.indicators_for(area):
            assess(plan, indicator, area)
    marks.append(time.perf_counter())
    for task in plan.tasks.values():
        assess_task(plan, task)
    marks.append(time.perf_counter())
    for index in plan.index.values():
        compute_index(plan, index)
    marks.append(time.perf_counter())
    parts = [later - earlier for earlier, later in itertools.pairwise(marks)]
    return {"standings": parts[0], "tasks": parts[1], "index": parts[2], "all": sum(parts)}


def main() -> None:
    """Measure and print; exit code 1 when it takes more than it may."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3, help="how often; the median counts")
    parser.add_argument("--config", type=Path, help="judge this plan instead, without a limit")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        if not chosen.config:
            write_plan(Path(folder))
        plan, _ = load_plan(load_config(chosen.config or Path(folder) / "site_config.yml"))
    runs = [judge(plan) for _ in range(chosen.runs)]
    print(
        f"{len(plan.indicators)} indicators in {len(plan.areas)} areas, {len(plan.tasks)} tasks, "
        f"{len(plan.observations):,} observations, {len(plan.targets):,} targets"
    )
    for name in runs[0]:
        seconds = [run[name] for run in runs]
        print(f"{name}: {statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})")
    if not chosen.config and statistics.median(run["all"] for run in runs) > LIMIT_SECONDS:
        sys.exit(f"too much: at most {LIMIT_SECONDS} s")


if __name__ == "__main__":
    main()
