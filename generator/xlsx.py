"""A small workbook to download: the same rows give the same bytes, and hundreds are written in a second.

openpyxl, which `workbook_write` uses, takes some twenty times as long for a small sheet.
ECMA-376 (SpreadsheetML) asks for no more parts than these; openpyxl and LibreOffice read them back in the tests.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

ROWS, CELL = 1_048_576, 32_767
"""The most rows of a sheet and signs of a cell that a spreadsheet reads."""
WHEN = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP archive can hold; every part bears it."""

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,12})?")
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CORE = "application/vnd.openxmlformats-package.core-properties"
_CORE_LINK = f"{_PACKAGE}/relationships/metadata/core-properties"

_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True)
class Sheet:
    """A sheet by its name: its rows as `row` writes them, and what stands before and after them as SpreadsheetML."""

    name: str
    rows: Sequence[str]
    before: str = ""
    after: str = ""


def write_xlsx(
    columns: Sequence[str],
    rows: Iterable[Mapping[str, str]],
    numeric: Iterable[str],
    about: Iterable[tuple[str, str]],
    names: tuple[str, str],
) -> bytes:
    """A workbook of two sheets, called `names`: the rows below a bold, frozen heading, and what they are.

    `numeric` names the columns whose cells are numbers where they look like one; everything else is text, which no
    spreadsheet runs as a formula. Signs that XML forbids are left out; a text too long for a cell is cut.
    """
    numbers = {position for position, name in enumerate(columns) if name in set(numeric)}
    body = [_row([(name, False) for name in columns], bold=True)]
    for row in rows:
        body.append(_row([(row.get(name, ""), place in numbers) for place, name in enumerate(columns)]))
        if len(body) == ROWS:
            break
    facts = [_row([(name, False), (text, False)]) for name, text in about]
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    data, more = names
    return write_book((Sheet(data, body, sheet_view(frozen)), Sheet(more, facts, sheet_view())), _STYLES)


def write_book(sheets: Sequence[Sheet], styles: str, core: str = "") -> bytes:
    """A workbook as a ZIP archive without a clock; `styles` and `core` (its title, its day) are whole parts."""
    numbers = range(1, len(sheets) + 1)
    overrides = [("workbook.xml", "sheet.main"), ("styles.xml", "styles")]
    overrides += [(f"worksheets/sheet{number}.xml", "worksheet") for number in numbers]
    types = "".join(f'<Override PartName="/xl/{name}" ContentType="{_KIND}.{kind}+xml"/>' for name, kind in overrides)
    listed = "".join(
        f'<sheet name="{_attribute(_sheet_name(sheet.name, number))}" sheetId="{number}" r:id="rId{number}"/>'
        for number, sheet in zip(numbers, sheets, strict=True)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    parts = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}'
        + (f'<Override PartName="/docProps/core.xml" ContentType="{_CORE}+xml"/>' if core else "")
        + "</Types>",
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        + (f'<Relationship Id="rId2" Type="{_CORE_LINK}" Target="docProps/core.xml"/>' if core else "")
        + "</Relationships>",
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="rId{len(sheets) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": styles,
        **{
            f"xl/worksheets/sheet{number}.xml": f'{_HEAD}<worksheet xmlns="{_MAIN}">{sheet.before}'
            f"<sheetData>{''.join(sheet.rows)}</sheetData>{sheet.after}</worksheet>"
            for number, sheet in zip(numbers, sheets, strict=True)
        },
        **({"docProps/core.xml": core} if core else {}),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, WHEN)
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())
    return made.getvalue()


def sheet_view(pane: str = "") -> str:
    """How a sheet is first seen."""
    return f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'


def core_part(title: str, creator: str, day: str) -> str:
    """What a workbook says of itself; `day` is an ISO date."""
    when = f"{day}T00:00:00Z"
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(_FORBIDDEN.sub('', title))}</dc:title><dc:creator>{escape(creator)}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{when}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{when}</dcterms:modified></cp:coreProperties>'
    )


def _row(cells: Iterable[tuple[str, bool]], bold: bool = False) -> str:
    style = ' s="1"' if bold else ""
    return f"<row>{''.join(_cell(text, is_number, style) for text, is_number in cells)}</row>"


def _cell(text: str, is_number: bool, style: str) -> str:
    """One cell: a number as a number, anything else as a text of its own; an empty one keeps its place."""
    if not text:
        return f"<c{style}/>"
    if is_number and _NUMBER.fullmatch(text):
        return f"<c{style}><v>{text}</v></c>"
    return text_cell(text, style)


def text_cell(text: str, style: str = "") -> str:
    """A cell that holds a text, which no spreadsheet runs as a formula; `style` is empty or ` s="N"`."""
    harmless = escape(_FORBIDDEN.sub("", text)[:CELL]).replace("\r", "&#13;")
    return f'<c{style} t="inlineStr"><is><t xml:space="preserve">{harmless}</t></is></c>'


def _sheet_name(name: str, number: int) -> str:
    """A name that spreadsheets allow: at most 31 signs, none of them special, never empty."""
    return _SHEET_NAME.sub(" ", _FORBIDDEN.sub("", name)).strip()[:31] or f"Sheet{number}"


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})
