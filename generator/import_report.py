"""What an import did with each thing it met: mapped, changed or left behind, line by line, for readers and programs."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from generator.problems import Place

Outcome = Literal["mapped", "changed", "left"]
"""mapped: carried over as it is; changed: carried over in another form; left: not carried over."""

TITLES: dict[Outcome, str] = {"mapped": "Carried over", "changed": "Changed on the way", "left": "Not carried over"}
PLACES_SHOWN = 5
"""How many places a line of the summary names; the table beside it names all."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was met: where, what it was, and what became of it or why it was left."""

    outcome: Outcome
    place: Place
    kind: str
    """What sort of thing it is, the same for all of a sort: `column Sex`, `field graph_type`."""
    found: str
    became: str


@dataclass
class ImportReport:
    """Every line of an import, in the order in which things were met."""

    source: str
    """What was imported, as the editor named it."""
    lines: list[Line] = field(default_factory=list)

    def add(self, outcome: Outcome, place: Place, kind: str, found: object = "", became: str = "") -> None:
        """Note what became of one thing."""
        self.lines.append(Line(outcome, place, kind, str(found), became))

    def count(self, outcome: Outcome) -> int:
        """How many things had this outcome."""
        return sum(line.outcome == outcome for line in self.lines)

    def as_csv(self) -> str:
        """Every line as a row (RFC 4180): outcome, file, line, column, kind, found, became."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["outcome", "file", "line", "column", "kind", "found", "became"])
        for line in self.lines:
            cells = (line.outcome, line.place.file, line.place.line, line.place.column, line.kind, line.found)
            writer.writerow([_safe(str(cell)) for cell in (*cells, line.became)])
        return stream.getvalue()

    def as_markdown(self) -> str:
        """A summary to read: what was met, by outcome and kind, with counts and the first places."""
        parts = [f"# Import report: {_inline(self.source)}\n"]
        counts = ", ".join(f"{self.count(outcome)} {title.lower()}" for outcome, title in TITLES.items())
        parts.append(f"{len(self.lines)} things were met: {counts}. `import-report.csv` lists each of them.\n")
        for outcome, title in TITLES.items():
            parts.append(f"## {title}\n")
            parts += self._section([line for line in self.lines if line.outcome == outcome])
            parts.append("")
        return "\n".join(parts)

    def _section(self, lines: Sequence[Line]) -> list[str]:
        if not lines:
            return ["Nothing."]
        groups: dict[tuple[str, str], list[Line]] = {}
        for line in lines:
            groups.setdefault((line.kind, line.became), []).append(line)
        return [_summary(kind, became, group) for (kind, became), group in groups.items()]


def _summary(kind: str, became: str, group: Sequence[Line]) -> str:
    places = list(Counter(f"{line.place.file}:{line.place.line}" for line in group))
    more = f" and {len(places) - PLACES_SHOWN} more" if len(places) > PLACES_SHOWN else ""
    times = f" ({len(group)} times)" if len(group) > 1 else ""
    found = f" `{_inline(group[0].found)}`" if len(group) == 1 and group[0].found else ""
    what = f": {_inline(became)}" if became else ""
    return f"- {_inline(kind)}{found}{times}{what} — {', '.join(places[:PLACES_SHOWN])}{more}"


def _inline(text: str) -> str:
    """A text from the source on one line, without what Markdown or HTML would act on."""
    plain = " ".join(text.split()).replace("`", "'").replace("<", "‹").replace(">", "›")
    return plain if len(plain) <= 160 else plain[:159] + "…"


def _safe(cell: str) -> str:
    """A cell that a spreadsheet takes for text, never for a formula."""
    return "'" + cell if cell[:1] in ("=", "+", "@", "\t", "\r") else cell
