"""Two plans set side by side by a map of their records: what was kept, changed, dropped, and what is new.

Nothing is matched by guess: only what the map names belongs together, since the same id may stand for different
things in two plans. Without a map of the tasks, what tasks say in `supersedes` counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from generator.model import Target, Text
from generator.plan import Plan
from generator.problems import Problem, suggestion
from generator.textfiles import YamlFile

KINDS = ("aspects", "tasks", "indicators", "areas", "organisations")
"""What a map may name; targets follow from indicators and areas."""

SAME = "same-ids"
"""Instead of a map of a kind: records of the same id belong together."""

_CODES: Mapping[str, str] = {
    "aspects": "unknown-aspect",
    "tasks": "unknown-task",
    "indicators": "unknown-indicator",
    "areas": "unknown-area",
    "organisations": "unknown-organisation",
}
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "aspects": ("title", "summary"),
    "tasks": ("title", "summary", "text"),
    "indicators": ("title", "definition", "unit"),
}
_PARTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "aspects": (),
    "tasks": (("aspect", "aspects"), ("lead", "organisations"), ("supporting", "organisations")),
    "indicators": (("aspect", "aspects"), ("lead", "organisations")),
}

Way = Literal["kept", "changed", "dropped", "new"]
WAYS: tuple[Way, ...] = ("changed", "dropped", "new", "kept")

Matches = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By kind and id of the new plan: the ids of the earlier one that it continues."""


class Edit(NamedTuple):
    """A field that differs. Texts are compared in one language; other fields name records of each plan."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Match:
    """A record of one plan or of both."""

    way: Way
    kind: str
    earlier: tuple[str, ...]
    later: str
    """Empty where it was dropped."""
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class TargetPair:
    """The targets of one indicator in one area in both plans, by period; an id is empty where a plan has none."""

    indicators: tuple[str, str]
    areas: tuple[str, str]
    earlier: tuple[Target, ...]
    later: tuple[Target, ...]


@dataclass(frozen=True)
class Comparison:
    """Two plans side by side."""

    earlier: Plan
    later: Plan
    matches: tuple[Match, ...]
    targets: tuple[TargetPair, ...]

    def of(self, kind: str, way: Way) -> list[Match]:
        """The records of a kind that went one way, in the order of their plan."""
        return [one for one in self.matches if (one.kind, one.way) == (kind, way)]


# --- the map --------------------------------------------------------------------------------------------------------


def read_map(file: YamlFile | None, earlier: Plan, later: Plan) -> tuple[Matches, list[Problem]]:
    """A map file as matches, with what is wrong in it. None: only what `supersedes` of the tasks says."""
    own = {key: tuple(task.supersedes) for key, task in later.tasks.items() if task.supersedes}
    known = {key: tuple(name for name in names if name in earlier.tasks) for key, names in own.items()}
    found: dict[str, dict[str, tuple[str, ...]]] = {"tasks": {key: names for key, names in known.items() if names}}
    if file is None:
        return found, []
    problems: list[Problem] = []
    if not isinstance(file.value, dict):
        return found, [_problem(file, (), "wrong-type", "the map holds no kinds", f"write {', '.join(KINDS)}")]
    for kind, pairs in file.value.items():
        if kind not in KINDS:
            hint = suggestion(str(kind), KINDS)
            problems.append(_problem(file, (kind,), "unknown-field", f"'{kind}' is no kind of a map", hint))
        elif pairs == SAME:
            found[kind] = {key: (key,) for key in getattr(later, kind) if key in getattr(earlier, kind)}
        elif not isinstance(pairs, dict):
            hint = f"write {{new-id: old-id}} or {SAME}"
            problems.append(_problem(file, (kind,), "wrong-type", f"'{kind}' is no map of ids", hint))
        else:
            found[kind] = dict(_pairs(file, kind, (earlier, later), problems))
    return found, problems


def _pairs(
    file: YamlFile, kind: str, plans: tuple[Plan, Plan], problems: list[Problem]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The pairs of one kind whose ids are all known; what is not becomes a problem."""
    earlier, later = (getattr(plan, kind) for plan in plans)
    for key, value in file.value[kind].items():
        names = tuple(str(name) for name in (value if isinstance(value, list) else [value]))
        unknown = [(key, later, "new")] if key not in later else []
        unknown += [(name, earlier, "other") for name in names if name not in earlier]
        for name, records, which in unknown:
            message = f"there is no '{name}' in {kind} of the {which} plan"
            problems.append(_problem(file, (kind, key), _CODES[kind], message, suggestion(name, records)))
        if not unknown:
            yield str(key), names


def _problem(file: YamlFile, path: tuple[Any, ...], code: str, message: str, hint: str) -> Problem:
    return Problem(file.key_place((), path), code, message, hint)


# --- the comparison -------------------------------------------------------------------------------------------------


def compare_plans(earlier: Plan, later: Plan, matches: Matches, language: str) -> Comparison:
    """Both plans side by side; texts are compared in `language`."""
    found: list[Match] = []
    for kind in _FIELDS:
        pairs = matches.get(kind, {})
        for key, record in getattr(later, kind).items():
            names = pairs.get(key, ())
            if not names:
                found.append(Match("new", kind, (), key))
                continue
            old = [getattr(earlier, kind)[name] for name in names]
            edits = tuple(_edits(kind, old, record, matches, language))
            found.append(Match("changed" if edits or len(names) > 1 else "kept", kind, names, key, edits))
        continued = {name for names in pairs.values() for name in names}
        found += [Match("dropped", kind, (key,), "") for key in getattr(earlier, kind) if key not in continued]
    return Comparison(earlier, later, tuple(found), tuple(_targets(earlier, later, matches)))


def _edits(kind: str, old: list[Any], new: Any, matches: Matches, language: str) -> Iterator[Edit]:
    """The fields that differ; where several records became one, their texts stand one after the other."""
    for name in _FIELDS[kind]:
        before = "\n".join(_text(getattr(one, name), language) for one in old).strip()
        after = _text(getattr(new, name), language)
        if " ".join(before.split()) != " ".join(after.split()):
            yield Edit(name, before, after)
    for name, of in _PARTS[kind]:
        if of not in matches:  # nobody said which belong together, so nothing can be said of a change
            continue
        before_ids = tuple(dict.fromkeys(key for one in old for key in _ids(getattr(one, name))))
        after_ids = _ids(getattr(new, name))
        pairs = matches.get(of, {})
        if set(before_ids) != {old_id for key in after_ids for old_id in pairs.get(key, (f"new {key}",))}:
            yield Edit(name, before_ids, after_ids)
    if kind == "indicators" and any(one.direction != new.direction for one in old):
        yield Edit("direction", old[0].direction, new.direction)


def _text(text: Text | None, language: str) -> str:
    return text.by_language.get(language, text.by_language.get(text.default, "")) if text is not None else ""


def _ids(value: Any) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _targets(earlier: Plan, later: Plan, matches: Matches) -> Iterator[TargetPair]:
    """The targets of every pair of indicators and areas, then those that only one plan has."""
    old, new = _by_place(earlier), _by_place(later)
    roots = {later.root.id: (earlier.root.id,)}  # both plans are about their whole areas, whatever these are called
    areas = {**roots, **matches.get("areas", {})}
    used = set()
    for (indicator, area), targets in new.items():
        places = [(i, a) for i in matches.get("indicators", {}).get(indicator, ()) for a in areas.get(area, ())]
        found = [place for place in places if place in old]
        used.update(found)
        if not found:
            yield TargetPair(("", indicator), ("", area), (), tuple(targets))
        for place in found:
            yield TargetPair((place[0], indicator), (place[1], area), tuple(old[place]), tuple(targets))
    for (indicator, area), targets in old.items():
        if (indicator, area) not in used:
            yield TargetPair((indicator, ""), (area, ""), tuple(targets), ())


def _by_place(plan: Plan) -> dict[tuple[str, str], list[Target]]:
    found: dict[tuple[str, str], list[Target]] = {}
    order = {key: position for position, key in enumerate(plan.indicators)}
    for target in sorted(plan.targets, key=lambda one: (order[one.indicator], one.period)):
        if not target.dims:
            found.setdefault((target.indicator, target.area), []).append(target)
    return found
