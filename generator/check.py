"""Judges the records of a plan: what each must hold, and how they fit together. It never prints and never raises."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

from generator import model as m
from generator.check_numbers import check_days, check_jumps, check_numbers, check_parts, check_periods, check_targets
from generator.check_shapes import check_shapes, shapes_by_area
from generator.check_texts import check_redirects, check_translations, check_units
from generator.check_words import (
    check_cycles,
    check_dimensions,
    check_duplicates,
    check_index,
    check_references,
    check_tasks,
    check_use,
)
from generator.config import Config
from generator.draft import Draft, make_draft
from generator.load import load_records
from generator.plan import Plan
from generator.problems import DataError, Problem, errors_in, sorted_problems, suggestion

CHECKS: Mapping[str, Callable[[Draft], Iterator[Problem]]] = {
    "references": check_references,
    "duplicates": check_duplicates,
    "cycles": check_cycles,
    "tasks": check_tasks,
    "numbers": check_numbers,
    "periods": check_periods,
    "days": check_days,
    "targets": check_targets,
    "jumps": check_jumps,
    "parts": check_parts,
    "dimensions": check_dimensions,
    "index": check_index,
    "use": check_use,
    "shapes": check_shapes,
    "units": check_units,
    "redirects": check_redirects,
    "translations": check_translations,
}
"""Every check of records against each other, in no particular order."""

ADVICE = frozenset({"periods", "days", "targets", "jumps", "parts", "units", "translations"})
"""Checks that find nothing but warnings: who only asks whether the data hold together can do without them."""


def load_plan(config: Config) -> tuple[Plan, list[Problem]]:
    """Read, check and build the plan. Raises DataError with every problem when there is at least one error."""
    plan, problems = check_plan(config)
    if plan is None:
        raise DataError(problems)
    return plan, problems


def load_sound_plan(config: Config) -> Plan:
    """As `load_plan`, without looking for what is only worth a warning: a third of the time of a large plan.

    Raises DataError with every error, and with the warnings too, so that it says the same as `check`.
    """
    with without_collection():
        plan, _ = _check_plan(config, set(CHECKS) - ADVICE)
    return plan or load_plan(config)[0]


def check_plan(config: Config) -> tuple[Plan | None, list[Problem]]:
    """The plan (None when the data hold an error) and every problem, in file order."""
    with without_collection():
        return _check_plan(config, CHECKS)


@contextmanager
def without_collection() -> Iterator[None]:
    """Records live to the end: looking through hundreds of thousands of them for garbage takes most of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _check_plan(config: Config, checks: Collection[str]) -> tuple[Plan | None, list[Problem]]:
    records = load_records(config)
    problems = list(records.problems)
    draft = make_draft(config, records, problems)
    if draft is not None:
        for name in checks:
            problems += CHECKS[name](draft)
        problems += _check_config(config, draft)
    problems = sorted_problems(problems)
    if draft is None or errors_in(problems):
        return None, problems
    return _build(config, draft), problems


def _check_config(config: Config, draft: Draft) -> Iterator[Problem]:
    site, plan = config.site.languages, draft.identity.languages
    if site and plan and set(site) != set(plan):
        yield Problem(
            config.place("languages"),
            "languages-differ",
            f"the site has the languages {', '.join(site)}, the plan {', '.join(plan)}",
            "the site's win",
            "warning",
        )
    if config.site.map.kind == "choropleth" and config.site.map.review_required and not config.site.map.review_number:
        yield Problem(
            config.place("map", "kind"),
            "no-review-number",
            "a published map of China needs its review number (审图号)",
            "enter map: review_number, set kind: tiles, or review_required: false for a plan elsewhere",
        )
    words = config.templates / "words"
    known = [path.stem for path in words.glob("*.yml")] if words.is_dir() else []
    for index, code in enumerate(site or plan):
        if known and code not in known:
            place = config.place("languages", index) if site else draft.plan.place("languages", index)
            yield Problem(
                place, "unknown-language", f"there are no words for the language '{code}'", suggestion(code, known)
            )


# --- from the draft to the plan ---------------------------------------------------------------------------------


def _build(config: Config, draft: Draft) -> Plan:
    by_id = {
        kind: {m.ID_OF[kind](entry.model): entry.model for entry in draft.entries[kind]} for kind in m.TEXT_RECORDS
    }
    places = {
        (kind, m.ID_OF[kind](entry.model)): entry.place() for kind in m.TEXT_RECORDS for entry in draft.entries[kind]
    }
    redirects = tuple(by_id.pop("redirects").values())
    plan = Plan(
        identity=draft.identity,
        languages=config.site.languages or draft.languages,
        **by_id,
        redirects=redirects,
        assessment=next((entry.model for entry in draft.entries["assessment"]), m.Assessment()),
        observations=tuple(entry.model for entry in draft.entries["observations"]),
        targets=tuple(entry.model for entry in draft.entries["targets"]),
        progress=tuple(entry.model for entry in draft.entries["progress"]),
        shapes=shapes_by_area(draft.features, by_id["areas"].values()),
        places=places,
    )
    return plan.restricted_to(config.site.include_basis)
