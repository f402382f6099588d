"""Judges the records of a plan: what each must hold, and how they fit together. It never prints and never raises."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from generator import editions
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
from generator.config import Config, EditionSetting, load_config
from generator.draft import Draft, make_draft
from generator.load import load_records
from generator.plan import OtherPlan, Plan
from generator.problems import DataError, Problem, errors_in, sorted_problems, suggestion
from generator.textfiles import read_yaml

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
    plan = _build(config, draft)
    if not config.site.editions:
        return plan, problems
    others, faults = _other_plans(config, plan)
    return (None if faults else replace(plan, editions=others)), sorted_problems([*problems, *faults])


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


# --- other plans ------------------------------------------------------------------------------------------------


def _other_plans(config: Config, plan: Plan) -> tuple[tuple[OtherPlan, ...], list[Problem]]:
    """The plans that this one is set beside, with whatever is wrong with them or their maps."""
    found: list[OtherPlan] = []
    problems: list[Problem] = []
    for index, setting in enumerate(config.site.editions):
        faults = list(_edition_faults(config, index, setting))
        if not faults:
            other, faults = _read_other(config, config.folder / setting.plan)
            if other is not None:
                matches, faults = _read_map(config, setting, other, plan)
                found.append(OtherPlan(other, matches, setting.note))
                if not set(other.languages) & set(plan.languages):
                    message = f"the other plan has texts in {', '.join(other.languages)} only"
                    hint = f"it needs at least one language of this plan: {', '.join(plan.languages)}"
                    place = config.place("editions", index, "plan")
                    faults = [*faults, Problem(place, "bad-edition", message, hint)]
        problems += faults
    return tuple(found), problems


def _edition_faults(config: Config, index: int, setting: EditionSetting) -> Iterator[Problem]:
    """What is wrong with the places of another plan and its map."""
    hint = "put a copy of the other plan into a folder of its own here, so that the two travel together"
    for field, name in (("plan", setting.plan), ("map", setting.map)):
        path = (config.folder / (name or "")).resolve()
        settings = path / config.file.name if field == "plan" else path
        place = config.place("editions", index, field)
        if name is None:
            continue
        if not path.is_relative_to(config.folder.resolve()) or path == config.folder.resolve():
            yield Problem(place, "bad-edition", f"'{name}' does not lie in the folder of this plan", hint)
        elif any(path.is_relative_to(one.resolve()) for one in (config.data, config.content, config.output)):
            yield Problem(place, "bad-edition", f"'{name}' lies in a folder of this plan's own files", hint)
        elif not settings.is_file():
            missing = f"{name.rstrip('/')}/{settings.name}" if field == "plan" else name
            yield Problem(place, "bad-edition", f"there is no file '{missing}'", "correct the name, or add the file")


def _read_other(config: Config, folder: Path) -> tuple[Plan | None, list[Problem]]:
    """Another plan with what this site shows of it; its problems name their files from this plan's folder."""
    try:
        settings = load_config(folder / config.file.name)
        if not settings.data.resolve().is_relative_to(folder.resolve()):
            message = f"the data '{settings.site.data}' do not lie in the folder of their plan"
            raise DataError([Problem(settings.place("data"), "bad-edition", message, "put a copy of them there")])
        alone = settings.site.model_copy(update={"editions": ()})
        plan, problems = _check_plan(replace(settings, site=alone), set(CHECKS) - ADVICE)
    except DataError as error:
        plan, problems = None, error.problems
    if plan is not None:
        return plan.restricted_to(config.site.include_basis), []
    inside = config.name_of(folder.resolve())
    return None, [
        replace(one, place=replace(one.place, file=f"{inside}/{one.place.file}")) for one in errors_in(problems)
    ]


def _read_map(
    config: Config, setting: EditionSetting, other: Plan, plan: Plan
) -> tuple[editions.Matches, list[Problem]]:
    if setting.map is None:
        return editions.read_map(None, other, plan)
    file, problems = read_yaml(config.folder / setting.map, setting.map, config.max_bytes)
    matches, faults = editions.read_map(None if problems else file, other, plan)
    return matches, [*problems, *faults]


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
        editions=(),
    )
    return plan.restricted_to(config.site.include_basis)
