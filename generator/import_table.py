"""Imports a table of actions from a spreadsheet: a map says which column is what, and one can be proposed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic_core import PydanticCustomError

from generator import model as m
from generator import scaffold
from generator.import_report import ImportReport
from generator.import_source import SourceFile, one_problem, read_yaml_words
from generator.import_table_head import Head, as_period, best_head, guess_by_content, headings, text_of_table
from generator.period import PeriodError, parse_period
from generator.plan_write import Cells, PlanFiles, Slugs, Words, plain_text, slug, write_plan
from generator.problems import DataError, Place, Problem, UsageError, suggestion
from generator.textfiles import MAX_BYTES
from generator.workbook_read import Sheet, SheetCell, read_sheets

ROLES: Mapping[str, tuple[str, ...]] = {
    "axis": (
        "axis", "aspect", "pillar", "goal", "theme", "priority", "chapter", "field", "方面", "领域", "类别", "板块",
    ),
    "number": ("number", "no", "no.", "#", "ref", "code", "id", "序号", "编号"),
    "action": (
        "action", "task", "measure", "activity", "initiative", "title",
        "任务", "行动", "举措", "工作内容", "重点任务", "措施",
    ),
    "description": ("description", "details", "summary", "content", "说明", "内容", "具体内容", "工作要求"),
    "lead": (
        "lead", "department", "responsible", "owner", "lead department", "responsible department", "agency",
        "牵头单位", "责任单位", "牵头部门", "责任部门", "负责单位",
    ),
    "supporting": (
        "supporting", "support", "partners", "partner", "with", "配合单位", "参与单位", "配合部门", "协助单位",
    ),
    "indicator": ("indicator", "indicators", "kpi", "指标", "考核指标", "绩效指标"),
    "unit": ("unit", "units", "单位", "计量单位"),
    "target": ("target", "target value", "目标值", "目标"),
    "baseline": ("baseline", "baseline value", "基期值", "现状值"),
    "start": ("start", "start date", "from", "begin", "开始时间", "起始时间"),
    "due": (
        "due", "end", "end date", "deadline", "due date", "timeline", "to",
        "完成时限", "完成时间", "截止时间", "时限",
    ),
    "status": ("status", "progress", "状态", "进展"),
    "note": ("note", "notes", "remark", "remarks", "comment", "备注"),
}  # fmt: skip
"""What a column can be, and headings that say so."""
SETTINGS = ("sheet", "header", "language", "title", "area", "issuer", "as_of", "columns")
_STATUS = {
    "not started": "not-started", "planned": "not-started", "未启动": "not-started", "未开始": "not-started",
    "on track": "on-track", "in progress": "on-track", "ongoing": "on-track", "正常推进": "on-track",
    "进行中": "on-track", "at risk": "at-risk", "有风险": "at-risk", "delayed": "off-track", "off track": "off-track",
    "滞后": "off-track", "completed": "completed", "done": "completed", "complete": "completed",
    "finished": "completed", "已完成": "completed", "on hold": "on-hold", "暂停": "on-hold",
    "cancelled": "cancelled", "canceled": "cancelled", "取消": "cancelled",
}  # fmt: skip
_BETWEEN = re.compile(r"\s*[;；、\n]\s*|\s*[,，]\s*(?=\S)")


@dataclass(frozen=True)
class TableMap:
    """Which column is what, by heading as written, and what the plan is called."""

    columns: Mapping[str, str]
    sheet: str = ""
    header: Head | None = None
    language: str = ""
    title: str = ""
    area: str = ""
    issuer: str = ""
    as_of: str = ""


def read_map(path: Path) -> TableMap:
    """A map from its YAML file. Raises DataError with line where a name is none that is known or no action is named."""
    if not path.is_file():
        raise UsageError(f"there is no map '{path}'; --guess proposes one")
    value, lines = read_yaml_words(path.name, path.read_text(encoding="utf-8-sig", errors="replace")[:MAX_BYTES])
    if not isinstance(value, dict):
        raise one_problem(Place(path.name), "wrong-type", "the map must be a map of fields", "see --guess")
    for name in value:
        if name not in SETTINGS:
            raise one_problem(
                Place(path.name, lines[name]),
                "unknown-key",
                f"'{name}' is no field of a map",
                suggestion(name, SETTINGS),
            )
    columns = value.get("columns")
    if not isinstance(columns, dict) or not columns.get("action"):
        line = lines.get("columns", 1)
        raise one_problem(
            Place(path.name, line), "missing-field", "columns must say which one is the action", "action: HEADING"
        )
    for name in columns:
        if name not in ROLES:
            place = Place(path.name, lines["columns"])
            raise one_problem(
                place, "unknown-key", f"'{name}' is nothing that a column can be", suggestion(name, ROLES, 20)
            )
    header = str(value.get("header", "") or "")
    if header and Head.of(header) is None:
        raise one_problem(
            Place(path.name, lines["header"]), "not-a-number", f"'{header}' is no row", "write 2, 2-3 or none"
        )
    texts = {name: str(value.get(name) or "") for name in SETTINGS if name not in ("columns", "header")}
    if texts["language"] and texts["language"] not in scaffold.LANGUAGES:
        message = f"the pages speak no '{texts['language']}'"
        raise one_problem(Place(path.name, lines["language"]), "unknown-language", message,
                          f"use one of: {', '.join(scaffold.LANGUAGES)}")  # fmt: skip
    return TableMap(
        {name: str(heading) for name, heading in columns.items() if heading}, header=Head.of(header), **texts
    )


def guess(path: Path) -> str:
    """A map for a file, as YAML to be read and corrected. Raises DataError where no column can be the action."""
    sheet, head = _find_header(_sheets(path), path, "", None)
    names = headings(sheet, head)
    found = _guessed(names)
    by_content = "action" not in found
    if by_content:
        place, head = sheet.place(head.first, 1), Head(0, 0)
        told, names, found = ", ".join(filter(None, names)), headings(sheet, head), guess_by_content(sheet)
        if len(sheet.rows) < 2 or len(found) < 2:
            message = f"none of the headings is an action: {told}"
            raise one_problem(place, "no-action", message, "write a map by hand")
    language = "zh" if re.search(r"[\u4e00-\u9fff]", _first_texts(sheet)) else "en"
    lines = ["# Which column is what. Correct it, then: policy-explorer import table FILE --map THIS DIR"]
    if sheet.name:
        lines.append(f"sheet: {_quoted(sheet.name)}")
    told = "the row that holds the headings, or two such as 2-3"
    if by_content:
        told = "no headings were found: columns are guessed by what stands in them, so look closely"
    lines += [f"header: {head} # {told}", f"language: {language}"]
    lines += [f"{name}: {_quoted('')}" for name in ("title", "area", "issuer")]
    lines += ["as_of: '' # day of the status column, such as 2025-12-31", "columns:"]
    lines += [f"  {role}: {_quoted(names[index])}" for role, index in sorted(found.items(), key=_in_order)]
    rest = [heading for index, heading in enumerate(names) if heading and index not in found.values()]
    if rest:
        lines.append(f"# Not used: {'; '.join(' '.join(one.split()) for one in rest)}")
    lines.append(f"# A column can be: {', '.join(ROLES)}")
    return "\n".join(lines) + "\n"


def _in_order(pair: tuple[str, int]) -> int:
    return list(ROLES).index(pair[0])


def _quoted(text: str) -> str:
    return (
        "'" + text.replace("'", "''") + "'"
        if "\n" not in text
        else '"' + text.replace('"', '\\"').replace("\n", "\\n") + '"'
    )


def _guessed(headings: Sequence[str]) -> dict[str, int]:
    """Columns by what their headings say: those that say it alone first, then those that say it among other words."""
    found: dict[str, int] = {}
    plain = [" ".join(re.sub(r"[\s_:：()（）]+", " ", heading.casefold()).split()) for heading in headings]
    for exact in (True, False):
        for role, names in ROLES.items():
            for index, heading in enumerate(plain):
                if role in found or index in found.values() or not heading:
                    continue
                if heading in names or (not exact and any(_says(heading, name) for name in names if len(name) > 1)):
                    found[role] = index
    return {role: found[role] for role in ROLES if role in found}


def _says(heading: str, name: str) -> bool:
    return bool(re.search(rf"\b{re.escape(name)}\b", heading)) if name.isascii() else name in heading


def _sheets(path: Path) -> list[Sheet]:
    if not path.is_file():
        raise UsageError(f"there is no file '{path}'")
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        sheets, problems = [_csv_sheet(path)], list[Problem]()
    else:
        sheets, problems = read_sheets(path)
    if problems:
        raise DataError(problems)
    return [sheet for sheet in sheets if sheet.rows]


def _csv_sheet(path: Path) -> Sheet:
    """A CSV file as a sheet; rows may differ in length, since titles stand above many tables."""
    if path.stat().st_size > MAX_BYTES:
        raise one_problem(Place(path.name), "too-large", f"more than {MAX_BYTES // 1024**2} MB", "split it")
    text, _ = text_of_table(SourceFile(path.name, path.read_bytes()))
    comma = max(",;\t", key=text[:20000].count)
    rows: list[list[SheetCell]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True):
            rows.append([SheetCell(cell.strip(), "text" if cell.strip() else "empty") for cell in cells])
    except csv.Error as error:
        place = Place(path.name, len(rows) + 1)
        raise one_problem(
            place, "bad-csv", f"the row cannot be read: {error}", "look for a quote without end"
        ) from None
    return Sheet(path.name, "", rows if any(cell.text for row in rows for cell in row) else [])


def _find_header(sheets: Sequence[Sheet], path: Path, wanted: str, head: Head | None) -> tuple[Sheet, Head]:
    """The sheet and the row of its headings: as named, else where most headings say what their column is."""
    if wanted:
        named = [sheet for sheet in sheets if sheet.name == wanted]
        if not named:
            names = [sheet.name for sheet in sheets]
            raise one_problem(Place(path.name), "no-sheet", f"there is no sheet '{wanted}'", suggestion(wanted, names))
        sheets = named
    if not sheets:
        raise one_problem(Place(path.name), "empty-table", "the file holds no rows", "is it the right file?")
    if head:
        if head.last > len(sheets[0].rows):
            message = f"the sheet has {len(sheets[0].rows)} rows"
            raise one_problem(Place(path.name, head.last), "no-header", message, "correct header")
        return sheets[0], head
    return best_head(sheets, _guessed) or (sheets[0], Head(1, 1))


def import_table(source: Path, table_map: TableMap, folder: Path) -> ImportReport:
    """Read a table of actions and write a plan folder; the report of every column and row.

    Raises DataError at the cell where a column of the map is missing or the table has no action.
    """
    scaffold.refuse_used(folder)
    report = ImportReport(source.name)
    sheet, head = _find_header(_sheets(source), source, table_map.sheet, table_map.header)
    columns, header = _columns(sheet, head, table_map, report), head.last
    _note_encoding(source, report)
    work = _Work(report, table_map, sheet)
    for number, cells in enumerate(sheet.rows[header:], header + 1):
        texts = {role: cells[index].text.strip() if index < len(cells) else "" for role, index in columns.items()}
        if any(cell.text.strip() for cell in cells):
            work.row(number, texts)
    if not work.tasks:
        raise one_problem(sheet.place(header + 1, 1), "empty-table", "no row has an action", "is it the right sheet?")
    plan = work.plan(source)
    lists = {
        "organisations": list(work.organisations.values()), "areas": [work.area],
        "aspects": list(work.aspects.values()), "tasks": work.tasks,
        "indicators": list(work.indicators.values()), "sources": [work.source],
    }  # fmt: skip
    names = {work.language: plan["title"]}
    years = plan.get("period", {"start": 2000, "end": 2000})
    area = {work.language: work.area["title"]}
    answers = scaffold.Answers((work.language,), names, area, names, years["start"], years["end"])
    tables: dict[str, list[Cells]] = {
        "observations": work.observations,
        "targets": work.targets,
        "progress": work.progress,
    }
    write_plan(folder, PlanFiles(plan, lists, tables), answers, report)
    return report


def _first_texts(sheet: Sheet) -> str:
    return "".join(cell.text for row in sheet.rows[:30] for cell in row)


def _note_encoding(source: Path, report: ImportReport) -> None:
    if source.suffix.lower() in (".csv", ".tsv", ".txt"):
        _, encoding = text_of_table(SourceFile(source.name, source.read_bytes()))
        if encoding:
            report.add("changed", Place(source.name), "encoding", encoding, "read as what it is; all here is UTF-8")


def _columns(sheet: Sheet, head: Head, table_map: TableMap, report: ImportReport) -> dict[str, int]:
    names, header = headings(sheet, head), max(head.last, 1)
    found: dict[str, int] = {}
    for role, heading in table_map.columns.items():
        words = " ".join(heading.split())
        if words not in names:
            message = f"there is no column '{words}', which the map calls {role}"
            raise one_problem(
                sheet.place(header, 1), "missing-column", message, suggestion(words, filter(None, names), 20)
            )
        found[role] = names.index(words)
    for index, heading in enumerate(names, 1):
        if index - 1 in found.values():
            role = next(role for role, place in found.items() if place == index - 1)
            report.add("mapped", sheet.place(header, index), f"column {heading}", "", role)
        elif heading:
            report.add("left", sheet.place(header, index), f"column {heading}", "", "the map does not name it")
    return found


class _Work:
    """The records that the rows make, one after another."""

    def __init__(self, report: ImportReport, table_map: TableMap, sheet: Sheet) -> None:
        self.report, self.map, self.sheet = report, table_map, sheet
        is_chinese = re.search(r"[\u4e00-\u9fff]", _first_texts(sheet))
        self.language = table_map.language or ("zh" if is_chinese else "en")
        self.area: Words = {
            "id": slug(table_map.area, "area"),
            "title": table_map.area or self._words("全部地区", "The whole area"),
        }
        self.area["kind"] = "region"
        self.source: Words = {"id": "table", "title": Path(sheet.file).name}
        self.organisations: dict[str, Words] = {}
        self.aspects: dict[str, Words] = {}
        self.tasks: list[Words] = []
        self.indicators: dict[str, Words] = {}
        self.observations: list[Cells] = []
        self.targets: list[Cells] = []
        self.progress: list[Cells] = []
        self.ids = {kind: Slugs() for kind in ("organisation", "aspect", "task", "indicator")}
        self.axis = ""
        self.numbers: set[tuple[str, str]] = set()
        self.years: set[int] = set()

    def _words(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def row(self, number: int, texts: Mapping[str, str]) -> None:
        """One row: a task, or only the heading of an aspect."""
        place = self.sheet.place(number, 1)
        self.axis = texts.get("axis") or self.axis
        if not texts.get("action"):
            said = "; ".join(text for text in texts.values() if text)
            became = "its aspect counts for the rows below" if texts.get("axis") else "it has no action"
            self.report.add("mapped" if texts.get("axis") else "left", place, "row without an action", said, became)
            return
        title = plain_text(texts["action"])
        aspect = self._aspect(self.axis)
        printed = texts.get("number", "").removesuffix(".0") or str(len(self.tasks) + 1)
        if (aspect, printed) in self.numbers:
            self.report.add("changed", place, "number that stands twice", printed, "the number of the row follows it")
            printed = f"{printed} ({number})"
        self.numbers.add((aspect, printed))
        key = self.ids["task"].new(printed if len(slug(printed, "x")) <= 10 else title, f"task-{number}")
        record: Words = {"id": key, "number": printed, "title": title}
        if aspect:
            record["aspect"] = aspect
        if text := plain_text(texts.get("description", "")):
            record["summary"] = text
        notes = [plain_text(texts.get("note", ""))]
        due = self._period(place, "due", texts.get("due", ""))
        if due:
            record["measures"] = [{"id": "due", "title": title, "due": due}]
        elif texts.get("due"):
            notes.append(f"{self._words('时限', 'Due')}: {plain_text(texts['due'])}")
        if texts.get("start"):
            self._period(place, "start", texts["start"])
            notes.append(f"{self._words('开始', 'Start')}: {plain_text(texts['start'])}")
            self.report.add("changed", place, "start", texts["start"], "stands in the note; tasks have no start")
        if text := " ".join(filter(None, notes)):
            record["note"] = text
        record["lead"] = [self._organisation(name) for name in _names(texts.get("lead", ""))]
        record["supporting"] = [
            one
            for name in _names(texts.get("supporting", ""))
            if (one := self._organisation(name)) not in record["lead"]
        ]
        record["indicators"] = self._indicators(place, texts, due)
        self.tasks.append({name: value for name, value in record.items() if value} | {"sources": ["table"]})
        self._status(place, key, texts.get("status", ""))
        self.report.add("mapped", place, "row", title, f"task {key}")

    def _aspect(self, axis: str) -> str:
        if not axis:
            return ""
        if axis not in self.aspects:
            key = self.ids["aspect"].new(axis, f"aspect-{len(self.aspects) + 1}")
            number = str(len(self.aspects) + 1)
            self.aspects[axis] = {"id": key, "number": number, "title": plain_text(axis), "sources": ["table"]}
        return str(self.aspects[axis]["id"])

    def _organisation(self, name: str) -> str:
        if name not in self.organisations:
            key = self.ids["organisation"].new(name, f"organisation-{len(self.organisations) + 1}")
            self.organisations[name] = {"id": key, "title": name, "kind": "department"}
        return str(self.organisations[name]["id"])

    def _period(self, place: Place, role: str, text: str) -> str | None:
        """A period from a cell; None where it is none, which the report says."""
        if not text:
            return None
        period = as_period(text)
        if period is None:
            self.report.add("changed", place, f"{role} that is no period", text, "stands in the note")
            return None
        try:
            self.years |= {parse_period(period).start.year, parse_period(period).last_day.year}
        except PeriodError:
            return None
        if period != text:
            self.report.add("changed", place, f"{role} written otherwise", text, period)
        return period

    def _indicators(self, place: Place, texts: Mapping[str, str], due: str | None) -> list[str]:
        names = _names(texts.get("indicator", ""), listed=r"\s*[;；\n]\s*")
        found = []
        for name in names:
            if name not in self.indicators:
                key = self.ids["indicator"].new(name, f"indicator-{len(self.indicators) + 1}")
                self.indicators[name] = {"id": key, "title": name, "direction": "none", "sources": ["table"]}
            record = self.indicators[name]
            if unit := plain_text(texts.get("unit", "")):
                record.setdefault("unit", unit)
            found.append(str(record["id"]))
        if len(names) != 1:
            for role in ("target", "baseline"):
                if texts.get(role):
                    self.report.add("left", place, role, texts[role], "it needs exactly one indicator in its row")
            return found
        self._target(place, self.indicators[names[0]], texts.get("target", ""), due)
        if texts.get("baseline"):
            self.report.add("left", place, "baseline", texts["baseline"], "the table says no year for it")
        return found

    def _target(self, place: Place, record: Words, text: str, due: str | None) -> None:
        if not text:
            return
        match = re.fullmatch(r"\s*(>=|<=|≥|≤|=)?\s*([+-]?[\d,]*\.?\d+)\s*(%?)\s*", text)
        if not match or not due:
            why = "it has no due date" if match else "it is no plain number"
            self.report.add("left", place, "target", text, why)
            return
        value = match[2].replace(",", "")
        try:
            m.read_number(value)
        except PydanticCustomError:
            self.report.add("left", place, "target", text, "it is no plain number")
            return
        row = {"indicator": record["id"], "area": self.area["id"], "period": due, "value": value, "source": "table"}
        row["operator"] = {"≥": ">=", "≤": "<=", None: "="}.get(match[1], match[1]) or "="
        if any(one["indicator"] == row["indicator"] and one["period"] == due for one in self.targets):
            self.report.add("left", place, "target", text, "the indicator has one for this period")
            return
        if match[3]:
            record.setdefault("unit", "%")
        if "unit" not in record:
            record["unit"] = self._words("单位未注明", "unit not stated")
            self.report.add("changed", place, "unit", "", "none is stated, which the record says")
        record["decimals"] = max(record.get("decimals", 0), len(value.partition(".")[2]))
        self.targets.append(row)
        self.report.add("mapped", place, "target", text, f"target for {due}")

    def _status(self, place: Place, task: str, text: str) -> None:
        if not text:
            return
        status = _STATUS.get(" ".join(re.sub(r"[-_\s]+", " ", text.casefold()).split()))
        if status is None or not self.map.as_of:
            why = "it is none that is known" if status is None else "as_of of the map says no day for it"
            self.report.add("left", place, "status", text, why)
            return
        self.progress.append({"task": task, "date": self.map.as_of, "status": status, "source": "table"})
        self.report.add("mapped", place, "status", text, status)

    def plan(self, source: Path) -> Words:
        """The record of the plan; what the map does not say is said to be missing."""
        title = self.map.title or source.stem
        issuer = self._organisation(self.map.issuer or self._words("来源未注明", "Not stated in the source"))
        for name, value in (("title", self.map.title), ("area", self.map.area), ("issuer", self.map.issuer)):
            if not value:
                self.report.add("changed", Place(source.name), name, "not stated", "a stand-in; the map can name it")
        plan: Words = {"id": slug(title, "plan"), "title": title, "issuer": issuer, "area": self.area["id"]}
        if self.years:
            plan["period"] = {"start": min(self.years), "end": max(self.years)}
        plan["languages"] = [self.language]
        if self.map.as_of:
            plan["as_of"] = self.map.as_of
        return plan | {"sources": ["table"]}


def _names(text: str, listed: str = "") -> list[str]:
    """Names in a cell, with any of the usual signs between them; each once."""
    parts = re.split(listed, text) if listed else _BETWEEN.split(text)
    return list(dict.fromkeys(name for part in parts if (name := plain_text(part))))
