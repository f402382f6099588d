"""What pages, tables and figures of one language share: names, links, marks and values in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from generator.assess import Standing, assess
from generator.changes import History
from generator.config import Config
from generator.language import Language
from generator.linked import Linked, foreign, linked
from generator.model import Area, Indicator, NumberRow, Observation, Organisation, Report, Target, Task, Text
from generator.plan import Plan, Role
from generator.snapshot import number_key

KINDS = ("aspects", "tasks", "safeguards", "areas", "organisations", "indicators")
"""Kinds of records that have a page each, by the word in their address."""

ROWS_A_PAGE = 600
"""An indicator with more values and targets than this shows those below the compared areas on pages of their own."""

STATUS_SYMBOLS = {
    "completed": "✔",
    "completed-late": "✔",
    "on-track": "▲",
    "at-risk": "◆",
    "off-track": "▼",
    "not-started": "○",
    "on-hold": "‖",
    "cancelled": "✕",
    "unknown": "–",
}
"""A shape for each status, so that it never rests on colour."""

MOST_ROWS = 1500
"""An indicator's page lists no more values of all areas; above that those of the whole and its parts."""

_MANY, _ELSEWHERE = ("many-rows",), ("rows-elsewhere",)
"""Under which the answers about long indicators are kept."""
_NOT_OF_IDS = re.compile(r"[^a-z0-9-]+")
_WORD = re.compile(r"[^\W\d_A-Z]{3}|\w[^\W\d_]+[ -][^\W\d_]{2}")
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef〔〕]")


class Mark(NamedTuple):
    """A small word beside a value that says what is special about it."""

    kind: str
    word: str


class Cell(NamedTuple):
    """One cell of a table: its text, where it leads, and what marks it."""

    text: str
    href: str | None = None
    marks: tuple[Mark, ...] = ()
    status: str | None = None
    """A status id, shown as symbol and word before the text."""
    note: str = ""


class Column(NamedTuple):
    title: str
    numeric: bool = False
    wide: bool = False
    """Whether its cells hold sentences, which a narrow column would make too tall."""
    href: str | None = None
    """Where its title leads, from the language's root."""


@dataclass(frozen=True)
class Table:
    """A table for readers. The first cell of each row is its heading."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    stack: bool = False
    """Whether rows become blocks on narrow screens; otherwise the table scrolls sideways."""
    ids: tuple[str, ...] = ()
    """An id for each row, where other pages lead to single rows."""


@dataclass(frozen=True)
class View:
    """A plan seen through one language."""

    plan: Plan
    language: Language
    config: Config
    tags: dict[str, str] = field(default_factory=dict)
    """BCP 47 tag of each language of the plan."""
    history: History = field(default_factory=History)
    """How the data changed from release to release; empty where none was made."""
    pages_of_prose: frozenset[str] | None = None
    """The names of the editors' own pages; None where they are to be looked for in the content folder."""

    @cached_property
    def prose(self) -> frozenset[str]:
        """The names of the editors' own pages in this language."""
        if self.pages_of_prose is not None:
            return self.pages_of_prose
        folder = self.config.content / self.language.code
        return frozenset(path.stem for path in folder.glob("*.md")) if folder.is_dir() else frozenset()

    def say(self, key: str, /, **values: object) -> str:
        return self.language.say(key, **values)

    def text(self, text: Text | None) -> str:
        """A text in the page's language; one that only another language has keeps its tag."""
        if text is None:
            return ""
        own = text.by_language.get(self.language.code)
        if own:
            return own
        said, tag = text.get(self.language.code), self.tag_of(text)
        return said if tag is None or not is_words(said) else foreign(said, tag)

    # --- names and addresses ---

    def title(self, kind: str, name: str) -> str:
        """The title of a record."""
        record = getattr(self.plan, kind)[name]
        return self.text(record.term if kind == "glossary" else record.title)

    def short(self, organisation: str) -> str:
        """The short name of an organisation, else its title."""
        record: Organisation = self.plan.organisations[organisation]
        return self.text(record.short_title or record.title)

    def numbered(self, kind: str, name: str) -> str:
        """`8. Speed up ...`: the number a reader knows, and the title."""
        record = getattr(self.plan, kind)[name]
        return self.say("numbered", number=record.number, title=self.text(record.title))

    def numbered_name(self, kind: str, name: str) -> str:
        """`Task 8`, `Aspect 2`."""
        return self.say(f"numbered_name.{kind}", number=getattr(self.plan, kind)[name].number)

    @staticmethod
    def href(kind: str, name: str) -> str:
        """The address of a record's page, from the language's root; sources and terms stand on shared pages."""
        if kind in ("sources", "glossary"):
            return f"{kind}/#{name}"
        return f"{kind}/{name}/"

    @cached_property
    def areas_word(self) -> str:
        """What readers call the compared areas: `Cities`, where most are of one kind that has a word."""
        return self.areas_word_of(self.plan.peers)

    def areas_word_of(self, areas: Iterable[Area]) -> str:
        """What readers call these areas, in the plural."""
        kinds = [area.kind for area in areas]
        common = max(sorted(set(kinds)), key=kinds.count) if kinds else ""
        key = f"area_kinds.{common}"
        return self.say(key, count=2) if self.language.find(key) else self.say("area_kinds.area", count=2)

    def kind_of_area(self, area: Area) -> str:
        """The kind of an area as a word."""
        own = self.plan.identity.area_kinds.get(area.kind)
        return self.text(own) if own else self.say(f"area_kinds.{area.kind}", count=1)

    def tag_of(self, text: Text) -> str | None:
        """The `lang` tag a text needs on this page, None when it is in the page's language."""
        code = text.language_of(self.language.code)
        return None if code == self.language.code else self.tags.get(code, code)

    @cached_property
    def han_tag(self) -> str | None:
        """The tag for Chinese characters that stand in a text of this language, None where they are at home."""
        if self.language.tag.startswith(("zh", "ja", "ko")):
            return None
        return next((tag for tag in self.tags.values() if tag.startswith(("zh", "ja", "ko"))), "zh-Hans")

    def links(self, kind: str, names: Iterable[str]) -> list[tuple[str, str]]:
        """Titles (short ones of organisations) with their addresses."""
        return [
            (self.short(name) if kind == "organisations" else self.title(kind, name), self.href(kind, name))
            for name in names
        ]

    def item(self, kind: str, record: Any) -> dict[str, str] | None:
        """A record as a link of previous and next; None stays None."""
        if record is None:
            return None
        title = self.numbered(kind, record.id) if hasattr(record, "number") else self.text(record.title)
        return {"title": title, "href": self.href(kind, record.id)}

    def tasks(self, names: Iterable[str]) -> list[Task]:
        return [self.plan.tasks[name] for name in names]

    def due(self, task: Task) -> str:
        """Until when: the last due period of its measures, else the plan's end, else nothing."""
        periods = sorted(measure.due for measure in task.measures if measure.due is not None)
        if periods:
            return self.language.period(periods[-1])
        if self.plan.identity.period is not None:
            return self.say("task.due_with_plan", year=self.plan.identity.period.end)
        return ""

    def has_page(self, name: str) -> bool:
        """Whether a page that not every plan has is built: one that carries an annex, or prose of the editors."""
        key = ("has-page", self.language.code, name)
        answer: bool = self.plan.remember(key, lambda: self.plan.told(key, lambda: self._has_page(name)))
        return answer

    def _has_page(self, name: str) -> bool:
        tasks = self.plan.tasks.values()
        if name == "responsibilities":
            return any(task.lead or task.supporting for task in tasks)
        if name == "explore":
            return bool(tasks)
        if name == "targets":
            return bool(self.plan.targets)
        if name == "compare":
            peers = {area.id for area in self.plan.peers}
            return len(peers) > 1 and any(row.area in peers for row in self.plan.numbers)
        if name == "changes":
            return bool(self.history.releases)
        if name == "editions":
            return bool(self.plan.editions)
        return name == "monitoring" or name in self.prose

    def page_link(self, name: str, key: str) -> tuple[str, str] | None:
        """A link to such a page with the words at `key`; None where it is not built."""
        return (self.say(key), f"{name}/") if self.has_page(name) else None

    # --- values ---

    def value(self, value: Decimal, indicator: Indicator) -> str:
        return self.language.value(value, indicator)

    def quantity(self, value: Decimal, indicator: Indicator) -> str:
        return self.language.quantity(value, indicator)

    def unit(self, indicator: Indicator) -> str:
        """The name of the unit as tables and charts head it."""
        return self.language.display_unit(indicator).name

    def plotted(self, value: Decimal, indicator: Indicator) -> float:
        """A value as charts place it: in the display unit."""
        return float(value * self.language.display_unit(indicator).factor)

    def said(self, row: Observation, indicator: Indicator) -> str:
        """A value and its period in words; only the period where there is no value."""
        period = self.language.period(row.period)
        return (
            period
            if row.value is None
            else self.say("value_at", value=self.quantity(row.value, indicator), period=period)
        )

    def difference(self, difference: Decimal, indicator: Indicator) -> str:
        """A signed difference with its unit; of percentages in percentage points."""
        unit = self.language.display_unit(indicator)
        name = self.language.find("units.points") if unit.name == "%" else unit.name
        sign = "+" if difference > 0 else "±" if difference == 0 else ""
        digits = self.value(difference, indicator)
        name = self.language.unit_after(digits, difference * unit.factor, name)
        return f"{sign}{digits}{_space_before(name)}{name}"

    def distance(self, difference: Decimal, indicator: Indicator) -> str:
        """How far apart two values are, without a sign."""
        return self.difference(abs(difference), indicator).lstrip("+±")

    def target_value(self, target: Target, indicator: Indicator, with_unit: bool = True) -> str:
        """A target in words: `at least 2.5%`."""
        from generator.assess import operator_of  # noqa: PLC0415 -- keeps the names of this module few

        write = self.quantity if with_unit else self.value
        key = {">=": "least", "<=": "most", "=": "equal", "~": "about", "between": "between"}
        values = {"value": write(target.value, indicator)}
        if target.value_to is not None:
            values["to"] = write(target.value_to, indicator)
        return self.say(f"operator.{key[operator_of(target, indicator)]}", **values)

    def marks(self, row: Observation | Target | Report) -> tuple[Mark, ...]:
        """What is special about a number: its basis where it is not official, its statuses where not normal."""
        marks = [] if row.basis == "official" else [Mark(row.basis, self.say(f"basis.{row.basis}.mark"))]
        if isinstance(row, Observation):
            marks += [Mark(f"status-{code}", self.say(f"value_status.{code}")) for code in row.status if code != "A"]
        return (*marks, *(() if isinstance(row, Report) else self.revision_marks(row)))

    def revision_marks(self, row: Observation | Target) -> tuple[Mark, ...]:
        """What a number was in an earlier release; of one that no release holds, that it is new or changed."""
        if not self.has_page("changes"):
            return ()
        kind = "observations" if isinstance(row, Observation) else "targets"
        found = self.history.revision(kind, number_key(row))
        if found is None:
            return ()
        if found.before is None:
            return (Mark("unreleased", self.say("history.unreleased_new", release=found.release)),)
        earlier, indicator = found.before.get("value"), self.plan.indicators[row.indicator]
        was = self.say("empty.short") if earlier is None else self.value(Decimal(earlier), indicator)
        mark, key = ("revised", "was") if found.is_released else ("unreleased", "unreleased_was")
        return (Mark(mark, self.say(f"history.{key}", value=was, release=found.release)),)

    def entry(self, row: NumberRow) -> str:
        """Where a number says on what it rests: its row among all values of the indicator's page.

        There stand its status, basis, source and note, so that every number elsewhere is one step from them. Where
        there are too many values for a page, those of further areas stand in the download beside the table.
        """
        page = self.href("indicators", row.indicator)
        peer = self.plan.peer_over.get(row.area)
        if peer is not None and peer.id in self.rows_elsewhere(row.indicator):
            page = f"{page}{peer.id}/"
        return f"{page}#{entry_id(row) if self.is_listed(row) else 'all'}"

    def quantity_from(self, row: Observation | Target) -> Linked:
        """A value with its unit, which in a sentence leads to its entry; nothing where there is no value."""
        value = row.value
        words = "" if value is None else self.quantity(value, self.plan.indicators[row.indicator])
        return linked(words, self.entry(row))

    def target_from(self, target: Target) -> Linked:
        """A target in words, which in a sentence leads to its entry."""
        return linked(self.target_value(target, self.plan.indicators[target.indicator]), self.entry(target))

    def period_from(self, row: NumberRow) -> Linked:
        """The period of a number that a sentence only reckons with, which leads to the number's entry."""
        return linked(self.language.period(row.period), self.entry(row))

    @cached_property
    def _first_areas(self) -> frozenset[str]:
        return frozenset(area.id for area in (self.plan.root, *self.plan.peers))

    def has_many_rows(self, indicator: str) -> bool:
        """Whether an indicator has more values than its page lists: then it lists those of the whole and its parts."""
        found: tuple[str, ...] = self.plan.remember(_MANY, self._told_many)
        return indicator in found

    def _told_many(self) -> tuple[str, ...]:
        """One answer for all indicators: pages ask about hundreds."""
        found: tuple[str, ...] = self.plan.told(_MANY, self._many_rows)
        return found

    def _many_rows(self) -> tuple[str, ...]:
        plan = self.plan
        return tuple(one.id for one in plan.indicators.values() if sum(map(len, plan.rows_of(one))) > MOST_ROWS)

    def is_listed(self, row: NumberRow) -> bool:
        """Whether a row stands in the table of its indicator's page, or of its page inside a peer."""
        if row.area in self._first_areas or not self.has_many_rows(row.indicator):
            return True
        peer = self.plan.peer_over.get(row.area)
        return peer is not None and peer.id in self.rows_elsewhere(row.indicator)

    def rows_elsewhere(self, indicator: str) -> tuple[str, ...]:
        """The peers that have a page of their own for an indicator's values inside them: where they are many."""
        if not self.plan.peer_over:
            return ()
        found: Mapping[str, tuple[str, ...]] = self.many_rows_elsewhere
        return found.get(indicator, ())

    @property
    def many_rows_elsewhere(self) -> Mapping[str, tuple[str, ...]]:
        """The peers with a page of their own, for each indicator that has any."""
        answer: Mapping[str, tuple[str, ...]] = self.plan.remember(_ELSEWHERE, self._told_elsewhere)
        return answer

    def _told_elsewhere(self) -> Mapping[str, tuple[str, ...]]:
        found: Mapping[str, tuple[str, ...]] = self.plan.told(_ELSEWHERE, self._rows_elsewhere)
        return found

    def _rows_elsewhere(self) -> Mapping[str, tuple[str, ...]]:
        names = self.plan.indicators if self.plan.peer_over else ()
        return {name: peers for name in names if (peers := self._peers_of(name))}

    def _peers_of(self, indicator: str) -> tuple[str, ...]:
        observations, targets = self.plan.rows_of(self.plan.indicators[indicator])
        if len(observations) + len(targets) <= ROWS_A_PAGE:
            return ()
        over = self.plan.peer_over
        found = {over[row.area].id for row in (*observations, *targets) if row.area in over}
        return tuple(peer.id for peer in self.plan.peers if peer.id in found)

    def value_cell(self, row: Observation | Target, indicator: Indicator) -> Cell:
        """A number of a table with its marks, linked to its entry; a missing one in words."""
        if row.value is None:
            return Cell(self.say(f"value_status.{row.status[0]}"), self.entry(row))
        text = self.target_value(row, indicator, False) if isinstance(row, Target) else self.value(row.value, indicator)
        return Cell(text, self.entry(row), marks=self.marks(row))

    def set_by(self, target: Target) -> str:
        """The document that set a target, where it is another than the plan itself; made-up ones have none."""
        if target.source is None or target.basis == "illustrative" or target.source in self.plan.identity.sources:
            return ""
        return self.say("target_from", source=self.title("sources", target.source))

    def source_cell(self, row: Observation | Target | Report) -> Cell:
        """Where a number comes from, linked to its entry on the sources page."""
        if row.source is None:
            return Cell(self.say("sources.none_given"))
        return Cell(self.title("sources", row.source), self.href("sources", row.source))

    def status_word(self, status: str) -> str:
        return self.say(f"status.{status}")

    def standing(self, indicator: Indicator, area: Area) -> Standing:
        """How the indicator stands in the area; judged once, asked for by many pages."""
        standing: Standing = self.plan.remember(
            ("standing", indicator.id, area.id), lambda: assess(self.plan, indicator, area)
        )
        return standing

    def role_word(self, role: Role) -> str:
        return self.say(f"role.{role}")

    def source_titles(self, rows: Iterable[Observation | Target]) -> tuple[str, ...]:
        """The ids of the sources behind these rows, each once, in the order of sources.yml."""
        used = {row.source for row in rows if row.source}
        return tuple(name for name in self.plan.sources if name in used)


def entry_id(row: NumberRow) -> str:
    """The id of a number's row on its indicator's page, made of what tells it from the others."""
    dims = (part for named in row.dims for part in named)
    parts = (row.area, str(row.period), *dims, "target" if isinstance(row, Target) else "")
    return _NOT_OF_IDS.sub("-", "-".join(("v", *filter(None, parts))).lower())


def _space_before(unit: str) -> str:
    """What stands between a number and its unit: nothing before a Chinese one, nor before none at all."""
    return "" if not unit or has_han(unit) else " "


def has_han(text: str) -> bool:
    """Whether a text holds Chinese characters or punctuation."""
    return bool(_HAN.search(text))


def is_words(text: str) -> bool:
    """Whether a text is words of a language, and not a number, a code or a short name such as `R&D`."""
    return has_han(text) or bool(_WORD.search(text))


def split_han(text: str) -> list[tuple[bool, str]]:
    """A text in runs: whether a run is Chinese, and the run itself."""
    runs = re.split(r"((?:[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef〔〕]+[\s\d&.-]*)+)", text)
    return [(has_han(run), run) for run in runs if run]
