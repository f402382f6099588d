"""The whole plan as one workbook for readers: cover with notes, one table a sheet, missing values marked.

Unlike the reporting workbook (`workbook_write.py`) it is not meant to be filled in and sent back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.formats_tables import DataTable, FieldType
from generator.model import MISSING_STATUSES
from generator.view import View
from generator.workbook_words import plain
from generator.xlsx import Sheet, core_part, sheet_view, text_cell, write_book

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_HEADING, _MISSING, _MADE_UP, _WRAP, _BOLD, _TITLE = (f' s="{number}"' for number in range(1, 7))
"""The styles below, as attributes of a cell."""


def _fill(colour: str) -> str:
    return f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/></patternFill></fill>'


def _style(font: int = 0, fill: int = 0, wrap: bool = False) -> str:
    align = '<alignment vertical="top" wrapText="1"/>' if wrap else ""
    return f'<xf xfId="0" fontId="{font}" applyFont="1" fillId="{fill}" applyFill="1" applyAlignment="1">{align}</xf>'


_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{_MAIN}">'
    '<fonts count="4"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="16"/><name val="Calibri"/></font></fonts>'
    '<fills count="5"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    f"{_fill('1F3864')}{_fill('E7E6E6')}{_fill('FFF2CC')}</fills>"
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="7"><xf xfId="0"/>'
    f"{_style(1, 2)}{_style(fill=3)}{_style(fill=4)}{_style(wrap=True)}{_style(2, wrap=True)}{_style(3, wrap=True)}"
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_LEFT_OUT = frozenset({"records"})
_NO_DAY = "2000-01-01"
_BASES = ("basis", "target_basis", "observed_basis")
_FROZEN = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'


def plan_workbook(view: View, tables: Sequence[DataTable]) -> bytes:
    """The workbook in the language of the view; same data, same bytes. Texts in other languages are left out."""
    shown = [table for table in tables if table.rows.rows and table.name not in _LEFT_OUT]
    identity = view.plan.identity
    day = identity.as_of.isoformat() if identity.as_of else _NO_DAY
    core = core_part(plain(view.text(identity.title)), "policy-explorer", day)
    return write_book([_cover(view, shown), *(_sheet(view, table) for table in shown)], _STYLES, core)


def _cover(view: View, tables: Sequence[DataTable]) -> Sheet:
    """Title, date, licence, what the sheets hold, and how to read them."""
    rows = [
        f"<row>{text_cell(plain(left), style)}{text_cell(plain(right), _WRAP)}</row>"
        for left, right, style in _cover_lines(view, tables)
    ]
    return Sheet(view.say("formats.cover"), rows, sheet_view() + _columns([34, 90]))


def _cover_lines(view: View, tables: Sequence[DataTable]) -> Iterator[tuple[str, str, str]]:
    """Two texts and the style of the first."""
    identity, say = view.plan.identity, view.say
    yield view.text(identity.title), "", _TITLE
    yield say("formats.issuer"), view.title("organisations", identity.issuer), _WRAP
    if identity.as_of:
        yield say("formats.as_of"), view.language.date(identity.as_of), _WRAP
    if identity.licence:
        licence = identity.licence
        yield say("formats.licence"), f"{view.text(licence.title)} {licence.url or ''}".strip(), _WRAP
    if "illustrative" in view.plan.bases:
        yield say("notice.illustrative.title"), say("formats.illustrative_cells"), _BOLD
    yield say("formats.missing"), say("formats.missing_cells"), _WRAP
    yield say("data.columns"), say("data.columns_text"), _WRAP
    yield "", "", _WRAP
    yield say("formats.sheet"), say("formats.rows"), _BOLD
    for table in tables:
        yield say(f"data.{table.name}"), str(len(table.rows.rows)), _WRAP


def _sheet(view: View, table: DataTable) -> Sheet:
    """One table; a missing number is its reason in brackets, on grey; a made-up row stands on yellow."""
    code, languages = view.language.code, view.plan.languages
    others = tuple(f"_{name}" for name in languages if name != code)
    fields = [
        field for field in table.fields if not (field.name.endswith(others) and _stem(field.name, languages) != "")
    ]
    widths = [12 if field.type != "string" or field.name in ("basis", "status", "role") else 22 for field in fields]
    head = "".join(text_cell(_stem(field.name, languages) or field.name, _HEADING) for field in fields)
    rows = [f"<row>{head}</row>"]
    columns = [(field.name, field.type) for field in fields]
    for row in table.rows.rows:
        reasons = [status for status in row.get("status", "").split() if status in MISSING_STATUSES]
        style = _MADE_UP if any(row.get(name) == "illustrative" for name in _BASES) else ""
        cells = []
        for name, kind in columns:
            text = row.get(name, "")
            if name == "value" and not text and reasons:
                cells.append(text_cell(f"[{view.say(f'value_status.{reasons[0]}')}]", _MISSING))
            else:
                cells.append(_cell(text, kind, style))
        rows.append(f"<row>{''.join(cells)}</row>")
    last = f"{_letters(len(fields))}{len(rows)}"
    before = sheet_view(_FROZEN) + _columns(widths)
    return Sheet(view.say(f"data.{table.name}"), rows, before, f'<autoFilter ref="A1:{last}"/>')


def _cell(text: str, kind: FieldType, style: str) -> str:
    """A cell as its column is typed; an empty one keeps its place."""
    if not text:
        return f"<c{style}/>"
    if kind in ("number", "integer"):
        return f"<c{style}><v>{float(text)!r}</v></c>" if kind == "number" else f"<c{style}><v>{int(text)}</v></c>"
    if kind == "boolean":
        return f'<c{style} t="b"><v>{int(text == "true")}</v></c>'
    return text_cell(plain(text), style)


def _columns(widths: Sequence[int]) -> str:
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>' for place, width in enumerate(widths, 1)
    )
    return f"<cols>{columns}</cols>"


def _letters(number: int) -> str:
    """The name of a column: 1 is A, 27 is AA."""
    name = ""
    while number:
        number, place = divmod(number - 1, 26)
        name = chr(ord("A") + place) + name
    return name


def _stem(column: str, languages: Sequence[str]) -> str:
    """`title` of `title_en`; empty where the column is in no language."""
    stem, _, code = column.rpartition("_")
    return stem if code in languages else ""
