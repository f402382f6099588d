"""The parts of a change in the words of one language: what it is about, values, verdicts, reports, reworded texts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from generator.change import RANKS, Change, number, place_of
from generator.changes import Difference, word_runs
from generator.model import Indicator, Target
from generator.period import parse_period
from generator.snapshot import Record
from generator.view import KINDS, Cell, Mark, View

_FIELDS = ("title", "short_title", "summary", "text", "definition", "term", "note", "notes", "measures", "status",
           "source", "basis", "lead", "facts", "indicators", "number")  # fmt: skip
"""Fields that have a word of their own; any other is "other details"."""


MOST_QUOTED = 200
"""Characters of a text before and after that one line quotes; what is longer stands on the page of changes."""


class Wording(NamedTuple):
    """A text that was reworded: what it belongs to, and its words as `same`, `old` and `new` runs."""

    title: str
    href: str | None
    field: str
    lang: str | None
    """The tag of its language, None where it is the page's."""
    runs: list[tuple[str, str]]
    mark: Mark | None


class Told(NamedTuple):
    """A change in one line: what it is about, what of it, and how that was before and is after."""

    about: Cell
    what: str
    before: Cell
    after: Cell


def told(view: View, step: Difference, one: Change) -> Told:
    """Any change but a reworded text."""
    head = about(view, step, one)._replace(marks=marks_of(view, one))
    way = view.language.find(f"changes.way.{one.code}") or ""
    if one.kind in ("observations", "targets") and one.field == "value":
        name = place_of(one.key).indicator
        write = target_words if one.kind == "targets" else quantity
        relative = relative_words(view, one.relative) if one.difference and one.relative is not None else ""
        return Told(head, way, Cell(write(view, name, one.before)), Cell(write(view, name, one.after), note=relative))
    cause = view.say("changes.by_method") if one.is_method and one.code != "method-changed" else ""
    if one.code == "verdict-changed":
        before, after = verdict_cell(view, one.before), verdict_cell(view, one.after)
        return Told(head, way, before, after._replace(note=cause))
    if one.code == "rank-changed":
        return Told(head, way, Cell(rank_words(view, one.before)), Cell(rank_words(view, one.after), note=cause))
    if one.code == "status-changed":
        return Told(head, way, Cell("", status=one.before), Cell("", status=one.after))
    if one.code == "role-changed":
        roles = [view.say(f"role.{role}") if role else view.say("changes.no_role") for role in (one.before, one.after)]
        who = title_of(view, step, "organisations", one.field)
        return Told(head, view.say("numbered_colon", name=way, text=who), Cell(roles[0]), Cell(roles[1]))
    if one.kind == "progress":
        return Told(head, way, report_cell(view, one.before), report_cell(view, one.after))
    if one.code == "task-moved":
        kind = "aspects" if one.field == "aspect" else "tasks"
        cells = [Cell(title_of(view, step, kind, value)) if value else Cell("") for value in (one.before, one.after)]
        return Told(head, way, cells[0], cells[1])
    if not one.field:
        return Told(head, way, Cell(""), Cell(""))
    what = view.say("numbered_colon", name=way, text=field_word(view, one.field))
    return Told(head, what, Cell(plain(view, one, one.before)), Cell(plain(view, one, one.after)))


def sentence_of(view: View, step: Difference, one: Change) -> str:
    """A change as one line of plain text, for feeds."""
    if one.code.endswith("-reworded"):
        found = wording(view, step, one)
        text = view.say("changes.reworded", field=found.field)
        if len(f"{one.before or ''}{one.after or ''}") <= MOST_QUOTED:
            text += view.say("changes.from_to", before=one.before or "", after=one.after or "")
        return view.say("numbered_colon", name=found.title, text=text)
    line = told(view, step, one)
    name = comma(view).join(text for text in (line.about.text, line.about.note) if text)
    marks = "".join(f" [{mark.word}]" for mark in line.about.marks)
    before, after = _said(view, line.before), _said(view, line.after)
    text = line.what + (view.say("changes.from_to", before=before, after=after) if before or after else "")
    return view.say("numbered_colon", name=name + marks, text=text)


def _said(view: View, cell: Cell) -> str:
    status = view.status_word(cell.status) if cell.status else ""
    words = comma(view).join(text for text in (status, cell.text) if text)
    return view.say("changes.with_note", text=words, note=cell.note) if cell.note and words else words or cell.note


def about(view: View, step: Difference, one: Change) -> Cell:
    """What a change is about, linked where it has a page."""
    if one.kind == "verdicts" or one.kind in RANKS:
        name, _, area = one.key.partition(" ")
        kind = "index" if one.kind == "index_ranks" else "indicators"
        return link_of(view, step, kind, name)._replace(note=title_of(view, step, "areas", area))
    if one.kind == "progress":
        task, area, date = one.key.split(" ")
        names = [period_words(view, date), *([title_of(view, step, "areas", area)] if area != "-" else [])]
        return link_of(view, step, "tasks", task.partition("/")[0])._replace(note=comma(view).join(names))
    if one.kind == "statuses":
        return link_of(view, step, "tasks", one.key)
    if one.kind in ("observations", "targets"):
        place = place_of(one.key)
        dims = [dimension_words(view, name, value) for name, value in place.dims]
        names = [title_of(view, step, "areas", place.area), *dims, period_words(view, place.period)]
        return link_of(view, step, "indicators", place.indicator)._replace(note=comma(view).join(names))
    if one.kind == "generator":
        return Cell(view.say("changes.generator"))
    return link_of(view, step, one.kind, one.key)


def plain(view: View, one: Change, value: Any) -> str:
    """A field before or after, where it is one word or number; maps and lists are not spelt out."""
    if value is None or isinstance(value, (Mapping, list)):
        return ""
    if one.field == "basis":
        return view.say(f"basis.{value}.word") if view.language.find(f"basis.{value}.word") else str(value)
    if one.field == "source":
        return view.title("sources", value) if value in view.plan.sources else str(value)
    if one.field == "status" and one.kind == "observations":
        words = [view.language.find(f"value_status.{code}") or code for code in str(value).split()]
        return view.language.listing(words)
    return view.language.note(value) if one.field == "note" else str(value)


def wording(view: View, step: Difference, one: Change) -> Wording:
    field, _, code = one.field.rpartition(".")
    head = link_of(view, step, one.kind, one.key)
    lang = None if code == view.language.code else view.tags.get(code, code)
    mark = next(iter(marks_of(view, one)), None)
    return Wording(head.text, head.href, field_word(view, field), lang, word_runs(one.before, one.after), mark)


def field_word(view: View, field: str) -> str:
    name = field.partition(".")[0]
    return view.say(f"changes.field.{name if name in _FIELDS else 'other'}")


def marks_of(view: View, one: Change) -> tuple[Mark, ...]:
    return marks_of_basis(view, one.basis)


def marks_of_basis(view: View, basis: str) -> tuple[Mark, ...]:
    known = view.language.find(f"basis.{basis}.mark")
    return (Mark(basis, str(known)),) if known and basis != "official" else ()


def title_of(view: View, step: Difference, kind: str, key: str) -> str:
    """The title of a record as it is now; of one that is gone as it was; else its id."""
    if kind in (*KINDS, "index", "sources", "glossary") and key in getattr(view.plan, kind):
        return view.title(kind, key)
    record: Record = step.record(kind, key)
    title = record.get("title") or record.get("term")
    if not isinstance(title, Mapping) or not title:
        return key
    return str(title.get(view.language.code) or next(iter(title.values())))


def link_of(view: View, step: Difference, kind: str, key: str, marks: tuple[Mark, ...] = ()) -> Cell:
    has_page = kind in (*KINDS, "index", "sources", "glossary") and key in getattr(view.plan, kind)
    return Cell(title_of(view, step, kind, key), view.href(kind, key) if has_page else None, marks)


def period_words(view: View, text: str) -> str:
    return view.language.period(parse_period(text))


def dimension_words(view: View, name: str, value: str) -> str:
    dimension = view.plan.dimensions.get(name)
    known = {one.id: one.title for one in dimension.values} if dimension else {}
    return view.text(known[value]) if value in known else value


def quantity(view: View, name: str, record: Record | None) -> str:
    """A value as it is said; where the indicator is gone, the bare number."""
    value = number(record)
    if value is None:
        return view.say("empty.short")
    indicator: Indicator | None = view.plan.indicators.get(name)
    return view.quantity(value, indicator) if indicator else view.language.number(value)


def target_words(view: View, name: str, record: Record | None) -> str:
    indicator = view.plan.indicators.get(name)
    if record is None or indicator is None:
        return quantity(view, name, record)
    values = {key: record[key] for key in ("value", "value_to", "operator") if key in record}
    root = view.plan.root
    target = Target.model_validate({**values, "indicator": name, "area": root.id, "period": "2000"})
    return view.target_value(target, indicator)


def verdict_cell(view: View, verdict: str) -> Cell:
    if view.language.find(f"status.band-{verdict}"):
        return Cell("", status=f"band-{verdict}")
    return Cell(view.say(f"reason.{verdict}") if view.language.find(f"reason.{verdict}") else verdict)


def rank_words(view: View, record: Record) -> str:
    """A place in words: `2nd of 11, 2019`."""
    place = view.say("area.place", place=view.language.ordinal(int(record["place"])), count=int(record["of"]))
    return comma(view).join((place, period_words(view, str(record["period"]))))


def report_cell(view: View, record: Record | None) -> Cell:
    if record is None:
        return Cell(view.say("empty.short"))
    percent = record.get("percent")
    done = view.language.percent(Decimal(percent) / 100) if percent is not None else ""
    return Cell("", status=str(record.get("status", "unknown")), note=done)


def comma(view: View) -> str:
    return str(view.language.words["meta"]["comma"])


def relative_words(view: View, share: Decimal) -> str:
    """A signed share: `+16.7%`."""
    return ("+" if share > 0 else "") + view.language.percent(share, 1)
