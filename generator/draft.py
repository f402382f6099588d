"""Turns raw records into models one by one; whether they fit together is judged by the checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from generator import model as m
from generator.config import Checks, Config
from generator.load import Feature, Records
from generator.parse import parse_record
from generator.problems import Place, Problem, suggestion
from generator.textfiles import CsvFile, Path_, Record, YamlFile


class Entry(NamedTuple):
    """A record that was understood, and where its file says it."""

    model: Any
    file: YamlFile | CsvFile
    position: Path_

    def place(self, *at: str | int) -> Place:
        return self.file.place(self.position, at)

    def problem(
        self, code: str, message: str, hint: str = "", at: Path_ = (), warning: bool = False, group: str = ""
    ) -> Problem:
        return Problem(self.place(*at), code, message, hint, "warning" if warning else "error", group)


@dataclass
class Draft:
    """The records that were understood one by one, not yet known to fit together."""

    plan: Entry
    languages: tuple[str, ...]
    entries: dict[str, list[Entry]]
    features: list[Feature] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """Lists of which a part could not be read."""
    limits: Checks = field(default_factory=Checks)
    ids: dict[str, dict[str, Entry]] = field(default_factory=dict)
    """The first record of each id, in file order."""
    faulty_ids: dict[str, set[str]] = field(default_factory=dict)
    """Ids of records that are there but were not understood: what names them is not wrong as well."""

    @property
    def identity(self) -> m.Identity:
        identity: m.Identity = self.plan.model
        return identity

    def words(self) -> Iterator[Entry]:
        """Every record of the YAML files."""
        yield self.plan
        for kind in (*m.MAP_RECORDS, *m.TEXT_RECORDS):
            yield from self.entries[kind]

    def numbers(self) -> Iterator[tuple[str, Entry]]:
        """Every observation and target, with the name of its table."""
        for kind in ("observations", "targets"):
            for entry in self.entries[kind]:
                yield kind, entry

    def is_whole(self, kind: str) -> bool:
        """Whether every record of a list was read and understood, so that what is not in it does not exist."""
        return kind not in self.unread and not self.faulty_ids[kind]


def make_draft(config: Config, records: Records, problems: list[Problem]) -> Draft | None:
    """Parse every record, adding what is wrong to `problems`; None when `plan.yml` cannot be understood."""
    if records.plan is None:
        return None
    languages = _languages(config, records.plan)
    context = {"languages": languages}
    identity, found = parse_record(m.Identity, records.plan, context)
    problems += found
    if identity is None:
        return None
    entries: dict[str, list[Entry]] = {}
    for kind, map_model in m.MAP_RECORDS.items():
        entries[kind] = _parse_all(map_model, records.maps.get(kind, []), context, problems)
    for kind, text_model in m.TEXT_RECORDS.items():
        entries[kind] = _parse_all(text_model, records.texts[kind], context, problems)
    dimensions = {entry.model.id for entry in entries["dimensions"]}
    for kind, row_model in m.NUMBER_RECORDS.items():
        reader = _RowReader(kind, row_model, dimensions if kind != "progress" else set(), problems)
        entries[kind] = [entry for table in records.tables[kind] for entry in reader.read(table)]
    draft = Draft(
        Entry(identity, records.plan.file, records.plan.position), languages, entries, records.features, records.unread,
        config.site.checks,
    )  # fmt: skip
    for kind in m.TEXT_RECORDS:
        draft.ids[kind] = {}
        for entry in entries[kind]:
            draft.ids[kind].setdefault(m.ID_OF[kind](entry.model), entry)
        draft.faulty_ids[kind] = {str(record.values.get("id")) for record in records.texts[kind]} - set(draft.ids[kind])
    return draft


def _languages(config: Config, plan: Record) -> tuple[str, ...]:
    """Languages that texts may have: the plan's, its default first, then the site's."""
    own = plan.values.get("languages") or []
    codes = own if isinstance(own, list) else [own]
    return tuple(dict.fromkeys(code for code in (*codes, *config.site.languages) if isinstance(code, str))) or ("en",)


def _parse_all(
    record_model: type[BaseModel], records: Iterable[Record], context: Mapping[str, Any], problems: list[Problem]
) -> list[Entry]:
    entries = []
    for record in records:
        parsed, found = parse_record(record_model, record, context)
        problems += found
        if parsed is not None:
            entries.append(Entry(parsed, record.file, record.position))
    return entries


class _RowReader:
    """Reads the rows of one kind of table; what is wrong with them goes to `problems`."""

    def __init__(self, kind: str, row_model: type[m.Row], dimensions: set[str], problems: list[Problem]) -> None:
        self.kind, self.row_model, self.dimensions, self.problems = kind, row_model, dimensions, problems
        self.known = set(row_model.model_fields) - {"dims"}
        self.required = [name for name, info in row_model.model_fields.items() if info.is_required()]

    def read(self, table: CsvFile) -> Iterator[Entry]:
        """Rows without their empty cells and editors' own columns, dimension columns gathered in `dims`."""
        self._check_columns(table)
        if any(column not in table.columns for column in self.required):
            return
        first = {name: index for index, name in reversed(list(enumerate(table.columns)))}
        plain = [(index, name) for name, index in first.items() if name in self.known]
        given: dict[tuple[str, ...], set[str]] = {}
        understood = self.row_model.__pydantic_validator__.validate_python
        breakdowns = sorted((name, index) for name, index in first.items() if name in self.dimensions - self.known)
        for line, cells in table.rows:
            values: dict[str, Any] = {name: cell for index, name in plain if (cell := cells[index]) and cell.strip()}
            if breakdowns:
                dims = tuple((name, cell) for name, index in breakdowns if (cell := cells[index]) and cell.strip())
                if dims:
                    values["dims"] = dims
            try:
                row = understood(values)
            except ValidationError:  # read once more for what is wrong with it: nearly every row is fine
                self.problems += parse_record(self.row_model, Record(table, values, (line,)), {})[1]
                continue
            # pydantic keeps a set of the given columns for each row, half of its memory: equal ones are shared
            object.__setattr__(
                row, "__pydantic_fields_set__", given.setdefault(tuple(values), row.__pydantic_fields_set__)
            )
            yield Entry(row, table, (line,))

    def _check_columns(self, table: CsvFile) -> None:
        for column in dict.fromkeys(table.columns):
            if column and not column.startswith("_") and column not in self.known | self.dimensions:
                hint = suggestion(column, self.known | self.dimensions, limit=20)
                message = f"'{column}' is not a column of {self.kind}"
                self.problems.append(Problem(table.key_place((), (column,)), "unknown-column", message, hint))
        for column in self.required:
            if column not in table.columns:
                message = f"the column '{column}' is missing"
                place = Place(table.name, table.header)
                self.problems.append(Problem(place, "missing-column", message, "add it to the first line"))
