"""Draws many charts from nothing: `python benchmarks/charts.py CONFIG [--charts N] [--jobs N] [--pictures]`.

Lines of one area, and bars and maps of all its peers, of a plan that `plans.py` made. Only specifying and drawing are
timed, not reading the plan; nothing is kept. With `--pictures` each is a PNG as well, twice as large as on the page;
without, one process draws them all, whatever `--jobs` says: another one would cost more than it saves.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterator
from pathlib import Path

from measure import ROOT, children_seconds, settings_of

assert ROOT  # its import makes the project known

from generator import figures  # noqa: E402 -- found by the line above
from generator.charts import vega_lite  # noqa: E402 -- as above
from generator.check import load_plan  # noqa: E402 -- as above
from generator.language import load_language  # noqa: E402 -- as above
from generator.studio import Caption, Job, draw_all  # noqa: E402 -- as above
from generator.view import View  # noqa: E402 -- as above


def some(view: View) -> Iterator[figures.Figure]:
    """The whole and its parts in every indicator, then each area's own line."""
    plan = view.plan
    for indicator in plan.indicators.values():
        for make in (figures.tiles, figures.bars, figures.stage_heat):
            if (figure := make(view, indicator)) is not None:
                yield figure
    for area in plan.areas.values():
        for indicator in plan.indicators_for(area):
            if (line := figures.trend(view, indicator, area, compact=True)) is not None:
                yield line


def main() -> None:
    """Print how many were drawn, seconds, and seconds of computing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--charts", type=int, default=5000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--pictures", action="store_true")
    chosen = parser.parse_args()
    config = settings_of(chosen.config)
    plan, _ = load_plan(config)
    language = load_language(plan.languages[0], config.templates, plan.languages)
    view = View(plan, language, config, {language.code: language.tag})
    drawn = list(itertools.islice(some(view), chosen.charts))
    started, used = time.perf_counter(), time.process_time() + children_seconds()
    jobs = {
        str(place): Job(vega_lite(one.chart), Caption(one.title, one.subtitle, ""), 2.0 if chosen.pictures else None)
        for place, one in enumerate(drawn)
    }
    draw_all(jobs, None, chosen.jobs)
    print(f"{len(jobs)} {time.perf_counter() - started:.2f} {time.process_time() + children_seconds() - used:.2f}")


if __name__ == "__main__":
    main()
