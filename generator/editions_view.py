"""What the page of editions shows in one language: each other plan beside this one, record by record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from generator.changes import word_runs
from generator.changes_view import MOST_ROWS, Section
from generator.changes_words import Wording, marks_of_basis
from generator.editions import WAYS, Comparison, Edit, Match, TargetPair, compare_plans
from generator.linked import linked
from generator.model import Target
from generator.plan import OtherPlan
from generator.view import Cell, Column, Mark, Table, View

KINDS = ("aspects", "tasks", "indicators")
PART_KINDS: Mapping[str, str] = {"aspect": "aspects", "lead": "organisations", "supporting": "organisations"}
"""Fields of a record that name others."""
_SINGLE_WORDS = ("unit", "direction")


def sections(view: View) -> list[Section]:
    """Every plan that this one is set beside, in the order of the settings."""
    return [_section(view, other, number) for number, other in enumerate(view.plan.editions, start=1)]


def _section(view: View, other: OtherPlan, number: int) -> Section:
    code = text_language(view, other)
    found = compare_plans(other.plan, view.plan, other.matches, code)
    there = replace(view, plan=other.plan)
    told = [kind for kind in KINDS if kind in other.matches]
    tables = [_counts(view, found, told, f"edition-{number}-counts")]
    tables += [_records(view, there, found, kind, f"edition-{number}-{kind}") for kind in told]
    if "indicators" in told and found.targets:
        tables.append(_targets(view, there, found, f"edition-{number}-targets"))
    wordings = [one for match in found.matches if match.kind in told for one in _wordings(view, match, code)]
    remarks = [view.say("editions.how")]
    if silent := [view.say(f"nav.{kind}") for kind in KINDS if kind not in told and getattr(other.plan, kind)]:
        remarks.append(view.say("editions.not_told", kinds=view.language.listing(silent)))
    cut = sum(len(one.rows) - MOST_ROWS for one in tables if len(one.rows) > MOST_ROWS)
    if cut := cut + max(0, len(wordings) - MOST_ROWS):
        remarks.append(view.say("changes.more", count=cut))
    titles = [one.text(one.plan.identity.title) for one in (there, view)]
    return Section(
        f"edition-{number}",
        view.say("editions.pair", earlier=titles[0], later=titles[1]),
        view.text(other.note),
        [_story(view, found, kind, f"editions/#edition-{number}-{kind}-caption") for kind in told],
        [replace(one, rows=one.rows[:MOST_ROWS]) for one in tables],
        wordings[:MOST_ROWS],
        remarks,
    )


def text_language(view: View, other: OtherPlan) -> str:
    """The language that texts are compared in: the page's, else the first of this plan that both have."""
    both = [code for code in view.plan.languages if code in other.plan.languages]
    return view.language.code if view.language.code in both else both[0]


def _story(view: View, found: Comparison, kind: str, table: str) -> str:
    """What became of one kind of record, in a sentence that leads to the table of them."""
    counts = Counter(one.way for one in found.matches if one.kind == kind)
    parts = [linked(view.say(f"editions.n.{way}", count=counts[way]), table) for way in WAYS if counts[way]]
    kinds = view.say(f"nav.{kind}")
    return view.say("editions.story", kind=kinds, parts=view.language.listing(parts) or view.say("empty.short"))


# --- tables -----------------------------------------------------------------------------------------------------


def _counts(view: View, found: Comparison, told: list[str], name: str) -> Table:
    columns = (Column(view.say("changes.what")), *(Column(view.say(f"editions.{way}"), numeric=True) for way in WAYS))
    rows = tuple(
        (
            Cell(view.say(f"nav.{kind}"), f"editions/#{name.removesuffix('counts')}{kind}-caption"),
            *(Cell(view.language.number(Decimal(len(found.of(kind, way))))) for way in WAYS),
        )
        for kind in told
    )
    return Table(name, view.say("editions.counts"), columns, rows)


def _records(view: View, there: View, found: Comparison, kind: str, name: str) -> Table:
    """Every record of a kind: what changed first, then what was dropped, what is new, what was kept."""
    matches = [one for way in WAYS for one in found.of(kind, way)]
    rows = tuple(
        (
            Cell(
                record_name(view, kind, one.later) if one.later else view.say("editions.none_here"),
                view.href(kind, one.later) if one.later else None,
                _marks(view, kind, one.later),
            ),
            Cell(view.language.listing(record_name(there, kind, key) for key in one.earlier)),
            Cell(view.say(f"editions.{one.way}")),
            Cell(view.say("semicolon").join(edit_words(view, there, edit) for edit in one.edits)),
        )
        for one in matches
    )
    columns = (
        Column(view.say("editions.here")),
        Column(view.say("editions.there")),
        Column(view.say("editions.way")),
        Column(view.say("editions.edits"), wide=True),
    )
    caption = view.say("editions.caption", kind=view.say(f"nav.{kind}"), count=len(rows))
    return Table(name, caption, columns, rows, stack=True)


def _marks(view: View, kind: str, key: str) -> tuple[Mark, ...]:
    basis = getattr(getattr(view.plan, kind)[key], "basis", "official") if key else "official"
    return marks_of_basis(view, basis)


def record_name(view: View, kind: str, key: str) -> str:
    """A record as its plan calls it, with its number where it has one."""
    has_number = getattr(getattr(view.plan, kind)[key], "number", None)
    return view.numbered(kind, key) if has_number else view.title(kind, key)


def edit_words(view: View, there: View, edit: Edit) -> str:
    """A field that differs: both sides of what is short; of a text only that it was reworded."""
    field = view.say(f"editions.field.{edit.field}")
    if kind := PART_KINDS.get(edit.field):
        none = view.say("empty.none_named")
        sides = [
            view.language.listing(one.title(kind, key) for key in keys if key in getattr(one.plan, kind)) or none
            for one, keys in ((there, edit.before), (view, edit.after))
        ]
    elif edit.field == "direction":
        sides = [view.say(f"direction.{one}") for one in (edit.before, edit.after)]
    elif edit.field == "unit":
        sides = [edit.before, edit.after]
    else:
        return view.say("changes.reworded", field=field)
    return view.say("numbered_colon", name=field, text=" → ".join(sides))


def _wordings(view: View, match: Match, code: str) -> Iterator[Wording]:
    """The texts of a record that differ, word by word."""
    for edit in match.edits:
        if edit.field in PART_KINDS or edit.field in _SINGLE_WORDS:
            continue
        lang = None if code == view.language.code else view.tags.get(code, code)
        name, href = record_name(view, match.kind, match.later), view.href(match.kind, match.later)
        field = view.say(f"editions.field.{edit.field}")
        yield Wording(name, href, field, lang, word_runs(edit.before, edit.after), None)


# --- targets ----------------------------------------------------------------------------------------------------


def _targets(view: View, there: View, found: Comparison, name: str) -> Table:
    rows = []
    for pair in found.targets:
        here = bool(pair.indicators[1])
        side, one = (1, view) if here else (0, there)
        rows.append(
            (
                Cell(
                    one.title("indicators", pair.indicators[side]),
                    view.href("indicators", pair.indicators[1]) if here else None,
                ),
                Cell(one.title("areas", pair.areas[side]), view.href("areas", pair.areas[1]) if here else None),
                Cell(targets_words(pair.earlier, there, view)),
                Cell(targets_words(pair.later, view, view)),
                Cell(difference_words(pair, there, view)),
            )
        )
    keys = ("table.indicator", "table.area", "editions.there", "editions.here", "changes.difference")
    columns = tuple(Column(view.say(key)) for key in keys)
    return Table(name, view.say("editions.targets"), columns, tuple(rows), stack=True)


def targets_words(targets: tuple[Target, ...], view: View, words: View) -> str:
    """Every stage's target: `at least 2.5% (2020)`; `–` where there is none. `view` is of their plan."""
    parts = [
        words.say(
            "value_at",
            value=view.target_value(one, view.plan.indicators[one.indicator]),
            period=words.language.period(one.period),
        )
        + ("" if one.basis == "official" else f" [{words.say(f'basis.{one.basis}.mark')}]")
        for one in targets
    ]
    return words.say("semicolon").join(parts) if parts else "–"


def difference_of(pair: TargetPair, earlier: View, later: View) -> Decimal | None:
    """The last target of the later plan less that of the earlier one; None where units differ or one has none."""
    if not (pair.earlier and pair.later):
        return None
    old, new = (view.plan.indicators[key] for view, key in zip((earlier, later), pair.indicators, strict=True))
    if earlier.unit(old) != later.unit(new) or pair.earlier[-1].value is None or pair.later[-1].value is None:
        return None
    return pair.later[-1].value - pair.earlier[-1].value


def difference_words(pair: TargetPair, earlier: View, later: View) -> str:
    """The difference in the unit, or `–`."""
    found = difference_of(pair, earlier, later)
    return "–" if found is None else later.difference(found, later.plan.indicators[pair.indicators[1]])
