"""Measures the project: `python benchmarks/table.py [--runs N] [--only ROW ...] [--profile FOLDER]`.

One line of a table for each measurement, with its goal. Everything is done on copies and on plans that are made up
(`plans.py`), in a temporary folder; each run is a new process. What the rows mean stands in README.md beside this file.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import others
import plans
from check import LIMIT_MEGABYTES, LIMIT_SECONDS
from check import write_plan as write_many_numbers
from diff import LIMIT_SECONDS as DIFF_SECONDS
from diff import revise
from measure import (
    Choice,
    Config,
    Line,
    Run,
    build,
    change_a_cell,
    copy_plan,
    forget,
    machine,
    median,
    ours,
    packed,
    profiled,
    run,
    settings_of,
    several,
    told,
    weights,
    within,
)
from serving import seconds_to_reload
from visits import visits

LEAN = "features: {png: false, explore: false, reuse: false, twins: false, formats: false}\n"
"""Settings of the large plans: the pages and their charts, without the further files of each table, figure and page."""
_PAGES = re.compile(r"(\d+) pages .*? (\d+) charts")


def _counted(one: Run) -> tuple[int, int]:
    found = _PAGES.search(one.said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


# --- the plan that is here -------------------------------------------------------------------------------------------


def cold(choice: Choice) -> Iterator[Line]:
    config = _own_plan(choice)

    def once() -> Run:
        forget(config, drawings=True)
        return build(config.file, choice)

    runs = several(choice.runs, once)
    pages, charts = _counted(runs[-1])
    yield within(f"this plan, cold: {pages} pages, {charts} charts", runs, 15)
    profiled("cold", config.file, choice)


def cell(choice: Choice) -> Iterator[Line]:
    config = _own_plan(choice)
    build(config.file, choice)
    unchanged = several(choice.runs, lambda: build(config.file, choice))
    yield Line("this plan, nothing changed", told(unchanged))

    def once(of_index: bool = False) -> Run:
        change_a_cell(config.data, of_index)
        return build(config.file, choice)

    yield within("this plan, one cell changed", several(choice.runs, once), 1.2)
    if (config.data / "index.yml").is_file():
        runs = several(choice.runs, lambda: once(of_index=True))
        yield Line("this plan, one cell of the composite index changed", told(runs))
    change_a_cell(config.data)
    profiled("cell", config.file, choice)


def serve(choice: Choice) -> Iterator[Line]:
    config = _own_plan(choice)
    build(config.file, choice)
    waited = seconds_to_reload(config, choice.runs)
    for work, seconds, goal in (
        ("to the page", [one.page for one in waited], 0.8),
        ("to the whole site", [one.site for one in waited], None),
    ):
        middle = statistics.median(seconds)
        told_seconds = f"{middle:.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"
        bar = {"goal": f"at most {goal} s", "met": middle <= goal} if goal else {}
        yield Line(f"this plan, one cell changed, live preview, {work}", told_seconds, **bar)


def weight(choice: Choice) -> Iterator[Line]:
    """What a first visit loads, and the size of the whole site."""
    config = _own_plan(choice)
    build(config.file, choice)
    site = config.output
    for name, value in visits(site, sorted(path.name for path in site.iterdir() if (path / "index.html").is_file())):
        yield Line(name, value)
    sizes: Counter[str] = Counter()
    for path in (path for path in site.rglob("*") if path.is_file()):
        sizes["files"] += 1
        sizes[path.suffix] += path.stat().st_size
        sizes["all"] += path.stat().st_size
    parts = ", ".join(f"{ending[1:].upper()} {sizes[ending] / 1e6:.1f} MB" for ending in (".html", ".png"))
    yield Line("this plan, size of the site", f"{sizes['all'] / 1e6:.1f} MB in {sizes['files']:,} files ({parts})")


def _own_plan(choice: Choice) -> Config:
    folder = choice.folder / "own"
    return settings_of(folder / "site_config.yml" if folder.exists() else copy_plan(settings_of(choice.config), folder))


# --- large plans -----------------------------------------------------------------------------------------------------


def _plan(choice: Choice, pages: int) -> Config:
    folder = choice.folder / f"plan-{pages}"
    if not folder.exists():
        plans.write_plan(folder, pages, choice.languages, settings=LEAN)
    return settings_of(folder / "site_config.yml")


def _built(choice: Choice, pages: int) -> list[Run]:
    """Builds with all drawings at hand and nothing else kept."""
    config = _plan(choice, pages)
    if not config.cache.exists():
        build(config.file, choice)

    def once() -> Run:
        forget(config, drawings=False)
        return build(config.file, choice)

    return several(choice.runs, once)


def large(choice: Choice) -> Iterator[Line]:
    """The build of a large plan against others on the same Markdown, and against a small one."""
    runs = _built(choice, choice.pages)
    config, seconds, ours_computing = _plan(choice, choice.pages), median(runs), median(runs, "cpu")
    pages, charts = _counted(runs[-1])
    yield within(f"{pages:,} pages, {charts:,} charts at hand, {' and '.join(choice.languages)}", runs, 18)
    most = max(median(runs, "together"), median(runs, "largest"))
    yield Line("  memory", f"{most:.0f} MB", "at most 600 MB", most <= 600)
    yield Line("  a page", f"{1000 * seconds / pages:.2f} ms, computing {1000 * median(runs, 'cpu') / pages:.2f} ms")
    profiled("large", config.file, choice)
    yield from _growth(choice, runs, pages)
    yield from _search(config.output / choice.languages[0])
    exported = choice.folder / f"exported-{choice.pages}"
    if not exported.exists():
        others.export(config.file, exported)
    exported /= choice.languages[0]
    count = len(list(exported.rglob("*.md")))
    if len(choice.languages) > 1:
        yield Line("  compared with others", "left out: they build one language only")
        return
    stock = [others.material(exported, choice.folder / "stock", short=True)]
    ratio = median(stock) / seconds
    yield Line(f"stock MkDocs Material, short navigation, {count:,} files", told(stock))
    computing = median(stock, "cpu") / median(runs, "cpu")
    yield Line("  we are so many times faster", f"{ratio:.1f}; by computing {computing:.1f}", "at least 9", ratio >= 9)
    middle, most_kb, _ = weights(choice.folder / "stock")
    yield Line("  its pages, gzip", f"median {middle:.1f} kB, largest {most_kb:.1f} kB")
    runs = [one for one in (others.hugo(exported, choice.folder / "hugo", choice) for _ in range(choice.runs)) if one]
    if not runs:
        yield Line("Hugo", "left out: it is not installed (Debian package hugo)")
        return
    ratio, computing = seconds / median(runs), ours_computing / median(runs, "cpu")
    yield Line(f"Hugo, minimal theme, {count:,} files", told(runs))
    yield Line(
        "  we take so many times as long", f"{ratio:.1f}; by computing {computing:.1f}", "at most 2.5", ratio <= 2.5
    )


def _growth(choice: Choice, large_runs: list[Run], pages: int) -> Iterator[Line]:
    small = _built(choice, choice.small)
    few, charts = _counted(small[-1])
    yield Line(f"{few:,} pages, {charts:,} charts at hand", told(small))
    growth = median(large_runs) / median(small)
    allowed = 1.1 * choice.pages / choice.small
    yield Line(f"  time grows from {few:,} to {pages:,} pages", f"{growth:.1f} times", f"at most {allowed:.0f}",
               growth <= allowed)  # fmt: skip
    for count in (choice.small, choice.pages):
        middle, most, where = weights(_plan(choice, count).output / choice.languages[0])
        said = f"median {middle:.1f} kB, largest {most:.1f} kB ({where})"
        yield Line(f"  a page of the site of {count:,}, gzip", said, "largest at most 300 kB", most <= 300)


def _search(site: Path) -> Iterator[Line]:
    """What a reader's query loads: the first file, and the largest part and block for each of two words."""
    first = packed(site / "assets/search-index.js")
    parts = sorted((packed(path) for path in site.glob("assets/search/t*.js")), reverse=True)
    blocks = sorted((packed(path) for path in site.glob("assets/search/b*.js")), reverse=True)
    heaviest = first + sum(parts[:2]) + sum(blocks[:10])
    said = f"{heaviest / 1000:.0f} kB at most (first file {first / 1000:.0f} kB; two parts; ten blocks of results)"
    yield Line("  search: what a query of two words loads, gzip", said, "at most 150 kB", heaviest <= 150_000)


def large_cell(choice: Choice) -> Iterator[Line]:
    config = _plan(choice, choice.pages)
    build(config.file, choice)

    def once() -> Run:
        change_a_cell(config.data)
        return build(config.file, choice)

    yield within(f"about {choice.pages:,} pages, one cell changed, with its charts", several(choice.runs, once), 3)
    change_a_cell(config.data)
    profiled("large-cell", config.file, choice)


def full_navigation(choice: Choice) -> Iterator[Line]:
    """What the whole navigation on every page costs; only for few pages, since it grows with their square."""
    config = _plan(choice, choice.full_navigation)
    exported = choice.folder / f"exported-{choice.full_navigation}"
    others.export(config.file, exported)
    exported /= choice.languages[0]
    for short in (True, False):
        runs = [others.material(exported, choice.folder / "stock-small", short=short)]
        middle, _, _ = weights(choice.folder / "stock-small")
        kind = "short" if short else "whole"
        said = f"{told(runs)}; a page {middle:.1f} kB gzip"
        yield Line(f"stock, {len(list(exported.rglob('*.md'))):,} files, {kind} navigation", said)


def judge(choice: Choice) -> Iterator[Line]:
    config = _plan(choice, choice.pages)
    known = plans.facts(config.folder)
    command = [sys.executable, Path(__file__).with_name("assess.py"), "--config", config.file, "--runs", "1"]
    runs = several(choice.runs, lambda: run(command))
    yield within(f"{known['observations']:,} observations, {known['areas']:,} areas: check and assess", runs, 5)


def charts(choice: Choice) -> Iterator[Line]:
    """Charts as SVG, in one process; a tenth of them as PNG as well, in one and in two."""
    config = _plan(choice, max(choice.charts // 2 * 2, 1000))
    script = [sys.executable, str(Path(__file__).with_name("charts.py")), str(config.file)]
    took = {}
    for jobs, number, pictures in ((1, choice.charts, False), (1, choice.charts // 10, True),
                                   (2, choice.charts // 10, True)):  # fmt: skip
        command = [*script, "--charts", str(number), "--jobs", str(jobs), *(["--pictures"] if pictures else [])]
        runs = [run(command).said.split()[-3:] for _ in range(choice.runs)]
        took[jobs] = statistics.median(float(one[1]) for one in runs)
        each = statistics.median(1000 * float(one[2]) / int(one[0]) for one in runs)
        what = f"{runs[0][0]} charts{' and their pictures' if pictures else ''} cold, {jobs} process{'es' * (jobs > 1)}"
        told_of = f"{took[jobs]:.1f} s; computing {each:.1f} ms each"
        yield Line(what, told_of) if pictures else Line(what, told_of, "at most 25 ms each", each <= 25)
    yield Line("  two processes take so much of one's time", f"{took[2] / took[1]:.2f}", "at most 0.6",
               took[2] <= 0.6 * took[1])  # fmt: skip


# --- many numbers ----------------------------------------------------------------------------------------------------


def _numbers(choice: Choice) -> Path:
    folder = choice.folder / "numbers"
    if not folder.exists():
        write_many_numbers(folder, choice.observations)
    return folder / "site_config.yml"


def check(choice: Choice) -> Iterator[Line]:
    config = _numbers(choice)
    runs = several(choice.runs, lambda: run(ours("check", "--config", config)))
    yield within(f"{choice.observations:,} observations of 40 areas: check", runs, LIMIT_SECONDS)
    most = median(runs, "largest")
    yield Line("  memory", f"{most:.0f} MB", f"at most {LIMIT_MEGABYTES} MB", most <= LIMIT_MEGABYTES)


def assess(choice: Choice) -> Iterator[Line]:
    said = run([sys.executable, Path(__file__).with_name("assess.py"), "--runs", str(choice.runs)]).said
    for line in said.strip().splitlines()[1:]:
        name, _, value = line.partition(": ")
        yield Line(f"a plan's judgement: {name}", value, "at most 3 s" if name == "all" else "")


def diff(choice: Choice) -> Iterator[Line]:
    config = _numbers(choice)
    folder = config.parent
    if not (folder / "releases").exists():
        run(ours("release", "one", "--date", "2020-12-31", "--config", config))
        revise(folder)
        run(ours("release", "two", "--date", "2021-12-31", "--config", config))
    runs = several(choice.runs, lambda: run(ours("diff", "one", "two", "--config", config)))
    yield within(f"{choice.observations:,} observations: difference of two releases", runs, DIFF_SECONDS)
    runs = several(choice.runs, lambda: run(ours("diff", "--config", config)))
    yield Line("  of a release and the working data", told(runs))


ROWS: Mapping[str, Callable[[Choice], Iterator[Line]]] = {
    "cold": cold,
    "cell": cell,
    "serve": serve,
    "weight": weight,
    "large": large,
    "large-cell": large_cell,
    "full-navigation": full_navigation,
    "judge": judge,
    "charts": charts,
    "check": check,
    "assess": assess,
    "diff": diff,
}
"""What can be measured, in this order."""


def main() -> None:
    """Print the table, line by line as it is known; exit code 1 when a goal was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="how often each is run; the median counts (1 to try)")
    parser.add_argument("--only", action="append", choices=list(ROWS), help="one row; may be given again")
    parser.add_argument("--pages", type=int, default=10_000, help="pages of the large plan")
    parser.add_argument("--small", type=int, default=1_000, help="pages of the plan that it is compared with")
    parser.add_argument("--charts", type=int, default=5_000)
    parser.add_argument("--languages", default="en", help="of the large plans: en, zh or en,zh")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes side by side")
    parser.add_argument("--config", type=Path, default=Choice.config, help="the plan of the first rows")
    parser.add_argument("--profile", type=Path, help="folder for cProfile files, one more build each")
    parser.add_argument("--keep", type=Path, help="a folder that stays, with plans and drawings for next time")
    chosen = parser.parse_args()
    folder = chosen.keep or Path(tempfile.mkdtemp(prefix="benchmark-"))
    folder.mkdir(parents=True, exist_ok=True)
    choice = Choice(
        runs=chosen.runs, jobs=chosen.jobs, pages=chosen.pages, small=chosen.small, charts=chosen.charts,
        languages=tuple(chosen.languages.split(",")), config=chosen.config, profile=chosen.profile,
        folder=folder.resolve(),
    )  # fmt: skip
    print(f"{machine()}; median of {choice.runs}, {choice.jobs} jobs\n")
    print("| work | result | goal |\n|---|---|---|", flush=True)
    missed = 0
    try:
        for name in chosen.only or ROWS:
            for line in ROWS[name](choice):
                missed += line.met is False
                word = {True: " (met)", False: " (MISSED)", None: ""}[line.met]
                print(f"| {line.work} | {line.result} | {line.goal}{word} |", flush=True)
    finally:
        if not chosen.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{machine()}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
