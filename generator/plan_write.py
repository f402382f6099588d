"""Writes a plan folder in the shape of the data contract: the one writer behind every import."""

from __future__ import annotations

import csv
import html
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from generator import model as m
from generator import scaffold
from generator.import_report import ImportReport
from generator.schema import schema_line

Words = dict[str, Any]
"""A record as it stands in a YAML file."""
Cells = Mapping[str, str]
"""A row as it stands in a CSV file, by column; empty cells may be left out."""

LONGEST_ID = 60
FIXED_COLUMNS = m.NUMBER_COLUMNS
"""Names that a dimension cannot have."""


@dataclass
class PlanFiles:
    """A plan on its way into files: one map, lists of records and tables, by name without ending."""

    plan: Words
    lists: dict[str, list[Words]] = field(default_factory=dict)
    tables: dict[str, list[Cells]] = field(default_factory=dict)
    """By name, `observations/1-1-1` for one file of a folder."""
    raw: dict[str, bytes] = field(default_factory=dict)
    """Other files of the plan folder, by name."""
    maps: dict[str, Words] = field(default_factory=dict)


class Slugs:
    """Gives out ids: lower-case ASCII, each once, and the same for the same words."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._known: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._known)

    def of(self, words: str, fallback: str = "x") -> str:
        """The id for these words; words met before have the id they had."""
        if words not in self._known:
            self._known[words] = self.new(words, fallback)
        return self._known[words]

    def new(self, words: str, fallback: str = "x") -> str:
        """An id not given out before, made of these words."""
        start = slug(words, fallback)
        name, count = start, 1
        while name in self._taken:
            count += 1
            name = f"{start}-{count}"
        self._taken.add(name)
        return name


def slug(words: str, fallback: str = "x") -> str:
    """Words as an id: accents taken off, everything but a-z and 0-9 as hyphens, else `fallback`."""
    plain = unicodedata.normalize("NFKD", words.casefold()).encode("ascii", "ignore").decode()
    for candidate in (re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_ID].strip("-"), fallback):
        try:
            name: str = TypeAdapter(m.Id).validate_python(candidate)
        except ValidationError:
            continue
        return name
    return f"{fallback}-1"


def plain_text(text: str) -> str:
    """A text without tags, entities and line ends: what a field of plain text can hold."""
    text = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>", " ", text)
    text = re.sub(r"(?i)</?(a|abbr|b|em|i|small|span|strong|sub|sup|u)(\s[^<>]*)?>", "", text)
    text = re.sub(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", " ", text, flags=re.DOTALL)
    text = html.unescape(text)
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def markdown_text(text: str) -> str:
    """A text of paragraphs for a field that is read as Markdown: tags gone, marks of Markdown kept."""
    paragraphs = (plain_text(part) for part in re.split(r"\n\s*\n|(?i:<br\s*/?>\s*<br\s*/?>|</p>)", text))
    return "\n\n".join(part for part in paragraphs if part)


def write_plan(folder: Path, files: PlanFiles, answers: scaffold.Answers, report: ImportReport) -> list[str]:
    """Write a plan folder (new or empty) with its settings, words, tables and report; the names of its files.

    Raises UsageError where the folder holds something. Same input, same bytes.
    """
    scaffold.refuse_used(folder)
    texts = {
        name: text.encode()
        for name, text in scaffold.plan_texts(answers, folder.resolve().name).items()
        if not name.startswith("data/") or name == "data/README.md"
    }
    settings = texts["site_config.yml"].decode()
    texts["site_config.yml"] = re.sub(
        r"(?m)^(site_url: https://example\.org/)[^/]*", rf"\g<1>{files.plan['id']}", settings
    ).encode()
    texts["data/plan.yml"] = yaml_bytes("plan.yml", files.plan)
    texts |= {f"data/{name}.yml": yaml_bytes(f"{name}.yml", words) for name, words in files.maps.items()}
    texts |= {f"data/{name}.yml": yaml_bytes(f"{name}.yml", rows) for name, rows in files.lists.items() if rows}
    for name, rows in files.tables.items():
        if rows:
            texts[f"data/{name}.csv"] = csv_bytes(name.split("/")[0], rows)
    texts |= files.raw
    texts["import-report.md"] = report.as_markdown().encode()
    texts["import-report.csv"] = report.as_csv().encode()
    for name, content in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return list(texts)


class _Dumper(yaml.SafeDumper):
    """Writes a list below its key with an indent, as people do, and no anchors."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def yaml_bytes(name: str, value: Any) -> bytes:
    """A value as a YAML file of the data folder, with the line that names its schema."""
    text = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    return f"{schema_line(f'data/{name}')}\n{text}".encode()


def csv_bytes(kind: str, rows: Sequence[Cells]) -> bytes:
    """Rows as a CSV file: the columns of the contract in their order, then dimensions by name; empty columns go."""
    model = m.NUMBER_RECORDS[kind]
    fixed = [name for name in _ORDER if name in model.model_fields]
    used = {name for row in rows for name, cell in row.items() if cell}
    needed = {name for name, one in model.model_fields.items() if one.is_required()}
    columns = [name for name in fixed if name in used | needed]
    columns += sorted(used - set(fixed))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


_ORDER = (
    "indicator", "task", "area", "period", "date", "operator", "value", "value_to", "status", "percent", "by",
    "basis", "source", "note",
)  # fmt: skip
