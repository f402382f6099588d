"""Imports StratML, Part 1 (a strategic plan) and Part 2 (a performance plan or report)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax import SAXParseException  # nosec -- the exception only
from xml.sax.handler import ContentHandler, feature_namespaces  # nosec -- the base class only; defusedxml parses

import defusedxml.sax
from defusedxml.common import DefusedXmlException
from pydantic_core import PydanticCustomError

from generator import model as m
from generator import scaffold
from generator.import_report import ImportReport
from generator.import_said import said
from generator.import_source import MAX_FILE_BYTES, one_problem
from generator.plan_write import FIXED_COLUMNS, Cells, PlanFiles, Slugs, Words, plain_text, slug, write_plan
from generator.problems import Place, UsageError

_ROOTS = {"StrategicPlan", "PerformancePlanOrReport"}
_LEAD = re.compile(r"(?i)lead|own|responsib|accountab|primary|牵头|负责|主管|责任")
_HELP = re.compile(r"(?i)support|assist|partner|contribut|co-?operat|perform|配合|协助|参与|支持")
_AREA = re.compile(r"(?i)area|region|city|province|state|county|countr|place|location|geograph|地区|城市|市|省|县")
MAX_ELEMENTS = 500_000


@dataclass
class Node:
    """An element: its local name, where it starts, its attributes by local name, its text and what is inside."""

    name: str
    place: Place
    attributes: dict[str, str]
    text: str = ""
    children: list[Node] = field(default_factory=list)
    used: bool = False

    def all(self, name: str) -> list[Node]:
        """The elements of this name right inside; they count as used."""
        found = [child for child in self.children if child.name == name]
        for child in found:
            child.used = True
        return found

    def say(self, name: str) -> str:
        """The text of the first element of this name that has one, on one line."""
        return next((text for child in self.all(name) if (text := plain_text(child.text))), "")


class _Reader(ContentHandler):
    """Builds nodes with the places that the parser knows."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.root: Node | None = None
        self.open: list[Node] = []
        self.count = 0
        self.locator: object = None

    def setDocumentLocator(self, locator: object) -> None:  # noqa: N802 -- the name is SAX's
        self.locator = locator

    def startElementNS(self, name: tuple[str | None, str], _qname: str | None, attrs: object) -> None:  # noqa: N802 -- the name that SAX calls
        line, column = self.locator.getLineNumber(), self.locator.getColumnNumber() + 1  # type: ignore[attr-defined]
        found = {key[1]: value for key, value in attrs.items()}  # type: ignore[attr-defined]
        node = Node(name[1], Place(self.file, line, column), found)
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.open) > 100:
            raise one_problem(node.place, "too-large", "there are too many elements, or they nest too deep", "split it")
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def endElementNS(self, _name: object, _qname: object) -> None:  # noqa: N802
        self.open.pop()

    def characters(self, content: str) -> None:
        self.open[-1].text += content


def read_document(path: Path) -> Node:
    """The root of a StratML file. Raises UsageError without a file, DataError with the line where it is none."""
    if not path.is_file():
        raise UsageError(f"there is no file '{path}'")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise one_problem(Place(path.name), "too-large", f"more than {MAX_FILE_BYTES // 1024**2} MB", "split it")
    reader = _Reader(path.name)
    parser = defusedxml.sax.make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(reader)
    try:
        with path.open("rb") as stream:
            parser.parse(stream)
    except SAXParseException as error:
        place = Place(path.name, error.getLineNumber() or 1, (error.getColumnNumber() or 0) + 1)
        raise one_problem(
            place, "bad-xml", f"this is not XML: {error.getMessage()}", "mend it there or just above"
        ) from None
    except DefusedXmlException as error:
        place = Place(path.name, parser.getLineNumber() or 1, (parser.getColumnNumber() or 0) + 1)
        message = f"the file declares a document type or entities ({type(error).__name__})"
        raise one_problem(place, "unsafe-xml", message, "remove the DOCTYPE") from None
    root = reader.root
    if root is None or root.name not in _ROOTS:
        name = root.name if root else "nothing"
        place = root.place if root else Place(path.name)
        raise one_problem(place, "no-stratml", f"the root element is {name}", f"wanted: {' or '.join(sorted(_ROOTS))}")
    return root


@dataclass(frozen=True)
class Options:
    """What the command line may say; empty means: as the file has it."""

    language: str = ""
    area: str = ""


def import_stratml(source: Path, folder: Path, options: Options) -> ImportReport:
    """Read a StratML file and write a plan folder; the report of every element."""
    scaffold.refuse_used(folder)
    root = read_document(source)
    report = ImportReport(source.name)
    core = next(iter(root.all("StrategicPlanCore")), None)
    if core is None or not core.all("Goal"):
        raise one_problem((core or root).place, "no-goals", "there is no Goal in a StrategicPlanCore", "is it a plan?")
    title = root.say("Name")
    language = options.language or ("zh" if re.search(r"[\u4e00-\u9fff]", title) else "en")
    work = _Work(report, language, Place(source.name))
    work.areas[""] = {"id": "area", "title": options.area or said("area", language)}
    work.areas[""] |= {"kind": "region"}
    if not options.area:
        report.add("changed", root.place, "area", "not stated", "called the whole area; --area names it")
    plan = _plan(work, root, core, title)
    for number, goal in enumerate(core.all("Goal"), 1):
        _goal(work, goal, number)
    _number_anew(work)
    _leave(root, report)
    lists = {
        "organisations": list(work.organisations.values()),
        "areas": list(work.areas.values()),
        "aspects": work.aspects,
        "tasks": work.tasks,
        "indicators": list(work.indicators.values()),
        "dimensions": list(work.dimensions.values()),
        "sources": [work.source],
    }
    tables: dict[str, list[Cells]] = {"observations": work.observations, "targets": work.targets}
    names = {language: plan["title"]}
    years = plan.get("period", {"start": 2000, "end": 2000})
    answers = scaffold.Answers(
        (language,), names, {language: work.areas[""]["title"]}, names, years["start"], years["end"]
    )
    write_plan(folder, PlanFiles(plan, lists, tables), answers, report)
    return report


class _Work:
    """What the parts of an import share."""

    def __init__(self, report: ImportReport, language: str, file: Place) -> None:
        self.report, self.language = report, language
        self.source: Words = {"id": "document", "title": f"StratML: {file.file}"}
        self.organisations: dict[str, Words] = {}
        self.areas: dict[str, Words] = {}
        self.aspects: list[Words] = []
        self.tasks: list[Words] = []
        self.indicators: dict[str, Words] = {}
        self.dimensions: dict[str, Words] = {}
        self.observations: list[Cells] = []
        self.targets: list[Cells] = []
        self.keys: set[tuple[str, ...]] = set()
        self.organisation_ids, self.area_ids = Slugs(), Slugs({"area"})
        self.goal_ids, self.task_ids, self.indicator_ids = Slugs(), Slugs(), Slugs()
        self.dimension_ids = Slugs(FIXED_COLUMNS)
        self.by_identifier: dict[str, str] = {}

    def organisation(self, name: str) -> str:
        """The id of an organisation by its name; it is made where it is new."""
        if name not in self.organisations:
            self.organisations[name] = {
                "id": self.organisation_ids.new(name, "organisation"),
                "title": name,
                "kind": "other",
            }
        return str(self.organisations[name]["id"])


def _plan(work: _Work, root: Node, core: Node, title: str) -> Words:
    report = work.report
    if not title:
        title = said("plan", work.language)
        report.add("changed", root.place, "Name", "", "the plan has none, which its title says")
    issuer = ""
    for organisation in core.all("Organization"):
        organisation.say("Identifier")
        name = organisation.say("Name") or organisation.say("Acronym")
        if not name:
            report.add("left", organisation.place, "Organization", "", "it has no Name")
            continue
        key = work.organisation(name)
        record = work.organisations[name]
        if short := organisation.say("Acronym"):
            record["short_title"] = short
        if text := organisation.say("Description"):
            record["summary"] = text
        issuer = issuer or key
        report.add("mapped", organisation.place, "Organization", name, "organisation")
        for one in organisation.all("Stakeholder"):
            _stakeholder(work, one)
    if not issuer:
        issuer = work.organisation(said("issuer", work.language))
        report.add("changed", core.place, "Organization", "not stated", "the record says so")
    plan: Words = {"id": slug(title, "plan"), "title": title, "issuer": issuer, "area": "area"}
    told = [text for name in ("Description", "OtherInformation") if (text := root.say(name))]
    if told:
        plan["summary"] = " ".join(told)
    parts = [*core.all("Vision"), *core.all("Mission"), *core.all("Value")]
    plan["parts"] = [
        {"id": f"part-{number}", "number": str(number), "title": part.say("Name") or part.name}
        | ({"summary": text} if (text := part.say("Description")) else {})
        for number, part in enumerate(parts, 1)
    ]
    for part in parts:
        report.add("mapped", part.place, part.name, "", "part of the plan")
    plan["languages"] = [work.language]
    for administration in root.all("AdministrativeInformation"):
        _administration(work, administration, plan)
    return {name: value for name, value in plan.items() if value} | {"sources": ["document"]}


def _administration(work: _Work, node: Node, plan: Words) -> None:
    start, end, issued = (_day(work, node, name) for name in ("StartDate", "EndDate", "PublicationDate"))
    if start and end and start <= end:
        plan["period"] = {"start": start.year, "end": end.year}
    elif start or end:
        work.report.add("left", node.place, "StartDate and EndDate", "", "a period needs both, in order")
    if issued:
        plan["issued"] = plan["as_of"] = issued.isoformat()
    address = node.say("Source")
    if re.fullmatch(r"https?://[^\s<>\"'`{}|\\^]+", address):
        work.source["url"] = address
    elif address:
        work.source["note"] = address
    work.report.add("mapped", node.place, "AdministrativeInformation", "", "period, date and source of the plan")
    node.say("Identifier")


def _day(work: _Work, node: Node, name: str) -> datetime.date | None:
    text = node.say(name)
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        work.report.add("left", node.all(name)[0].place, name, text, "it is no date")
        return None


def _goal(work: _Work, node: Node, number: int) -> None:
    identifier = node.say("Identifier")
    printed = node.say("SequenceIndicator") or str(number)
    key = work.goal_ids.new(_own(identifier, "aspect") or f"goal-{printed}", "goal")
    record: Words = {"id": key, "number": printed, "title": node.say("Name") or node.say("Description") or printed}
    if text := " ".join(filter(None, (node.say("Description"), node.say("OtherInformation")))):
        record["summary"] = text
    record["sources"] = ["document"]
    work.aspects.append(record)
    work.report.add("mapped", node.place, "Goal", record["title"], f"aspect {key}")
    for one in node.all("Stakeholder"):
        name, _ = _stakeholder(work, one)
        work.report.add(
            "left", one.place, "Stakeholder of a Goal", name, "aspects have none; the organisation is there"
        )
    of_goal = [_indicator(work, one) for one in node.all("PerformanceIndicator")]
    for place, objective in enumerate(node.all("Objective"), 1):
        _objective(work, objective, key, f"{printed}.{place}")
    for indicator in filter(None, of_goal):
        work.indicators[indicator].setdefault("aspect", key)


def _objective(work: _Work, node: Node, aspect: str, number: str) -> None:
    identifier = node.say("Identifier")
    printed = node.say("SequenceIndicator") or number
    own = _own(identifier, "task") or _own(identifier, "safeguard")
    key = work.task_ids.new(own or f"{aspect.removeprefix('goal-')}-{printed.split('.')[-1]}", "task")
    title = node.say("Name") or node.say("Description") or printed
    record: Words = {"id": key, "number": printed, "title": title, "aspect": aspect}
    if text := " ".join(filter(None, (node.say("Description"), node.say("OtherInformation")))):
        record["summary"] = text
    roles: dict[str, list[str]] = {"lead": [], "supporting": []}
    for one in node.all("Stakeholder"):
        name, role = _stakeholder(work, one)
        if role and name:
            roles[role].append(work.organisation(name))
        else:
            work.report.add("left", one.place, "Stakeholder", name, "its role is neither to lead nor to support")
    record["lead"] = list(dict.fromkeys(roles["lead"]))
    record["supporting"] = [one for one in dict.fromkeys(roles["supporting"]) if one not in record["lead"]]
    found = (_indicator(work, one) for one in node.all("PerformanceIndicator"))
    record["indicators"] = list(dict.fromkeys(filter(None, found)))
    work.tasks.append({name: value for name, value in record.items() if value} | {"sources": ["document"]})
    work.report.add("mapped", node.place, "Objective", title, f"task {key}")


def _stakeholder(work: _Work, node: Node) -> tuple[str, str]:
    """The name and what it does for us: `lead`, `supporting` or nothing; persons are not taken over."""
    kind = node.attributes.get("StakeholderTypeType", "")
    name = node.say("Name")
    text = node.say("Description")
    if kind == "Person":
        work.report.add("left", node.place, "Stakeholder that is a person", "", "plans name offices, not persons")
        for child in node.children:
            _use_all(child)
        return "", ""
    if not name:
        return "", ""
    work.organisation(name)
    if text and "summary" not in work.organisations[name]:
        work.organisations[name]["summary"] = text
    roles = node.all("Role")
    for role in roles:
        words = f"{role.say('Name')} {role.say('Description')}"
        if role.say("RoleType") == "Beneficiary":
            continue
        if _LEAD.search(words):
            return name, "lead"
        if _HELP.search(words) or role.say("RoleType") == "Performer":
            return name, "supporting"
    return name, ""


def _own(identifier: str, kind: str) -> str:
    """The id that our own export wrote: `task_08` is `08`."""
    match = re.fullmatch(rf"{kind}_([a-z0-9][a-z0-9-]*)", identifier)
    return match[1] if match else ""


def _indicator(work: _Work, node: Node) -> str | None:
    """The id of an indicator, made with all its numbers, or one met before that this refers to."""
    report = work.report
    identifier = node.say("Identifier")
    title = node.say("MeasurementDimension") or node.say("Description")
    unit = node.say("UnitOfMeasurement")
    told = node.say("OtherInformation")
    if known := _met_before(work, node):
        report.add("mapped", node.place, "PerformanceIndicator", title, f"reference to {known}")
        return known
    if not title:
        report.add("left", node.place, "PerformanceIndicator", "", "it has no MeasurementDimension")
        return None
    key = work.indicator_ids.new(_own(identifier, "indicator") or title, "indicator")
    if identifier:
        work.by_identifier[identifier] = key
    record: Words = {"id": key, "title": title, "direction": "none", "sources": ["document"]}
    record |= {"definition": told} if told else {}
    record |= {"number": number} if (number := node.say("SequenceIndicator")) else {}
    numbers: list[str] = []
    for instance in node.all("MeasurementInstance"):
        for kind in ("TargetResult", "ActualResult"):
            for result in instance.all(kind):
                numbers += _result(work, record, result, kind)
    record["unit"] = unit or said("unit", work.language)
    if not unit:
        report.add("changed", node.place, "UnitOfMeasurement", "", "none is stated, which the record says")
    places = max((-int(number.as_tuple().exponent) for number in map(m.read_number, numbers)), default=0)
    record["decimals"] = min(max(places, 0), 4)
    work.indicators[key] = record
    kind = node.attributes.get("PerformanceIndicatorType", "")
    report.add("mapped", node.place, "PerformanceIndicator", title, f"indicator {key}" + (f" ({kind})" if kind else ""))
    return key


def _met_before(work: _Work, node: Node) -> str | None:
    """The indicator that this one only refers to; other relations are noted as left behind."""
    for relation in node.all("Relationship"):
        referent = relation.say("ReferentIdentifier")
        _use_all(relation)
        if referent in work.by_identifier and not node.all("MeasurementInstance"):
            return work.by_identifier[referent]
        work.report.add("left", relation.place, "Relationship", referent, "indicators have none")
    return None


def _result(work: _Work, record: Words, node: Node, kind: str) -> Iterator[str]:
    """One target or observation; yields its number where it has one that can be kept."""
    report = work.report
    start, end = _day(work, node, "StartDate"), _day(work, node, "EndDate")
    value, note = node.say("NumberOfUnits"), node.say("Description")
    period = period_of(start, end)
    if period is None:
        report.add("left", node.place, kind, value, "it has no dates that make a period")
        return
    area, dims = _described(work, record, node)
    row: dict[str, str] = {"indicator": record["id"], "area": area, "period": period, "source": "document", **dims}
    if note:
        row["note"] = note.replace("|", "/")
    if value and not _is_number(value):
        report.add("left", node.place, kind, value, "it is no number")
        return
    if value:
        row["value"] = value
    elif kind == "TargetResult":
        report.add("left", node.place, kind, note, "a target needs a number")
        return
    else:
        row["status"] = "O"
    key = (kind, record["id"], area, period, *(f"{name}={one}" for name, one in sorted(dims.items())))
    if key in work.keys:
        report.add("left", node.place, kind, value, "the same indicator, area and period stand twice")
        return
    work.keys.add(key)
    if kind == "TargetResult":
        row["operator"] = "="
        report.add("changed", node.place, kind, value, "no direction is stated; the target is read as equal")
        work.targets.append(row)
    else:
        report.add("mapped", node.place, kind, value, "observation")
        work.observations.append(row)
    if value:
        yield value


def _described(work: _Work, record: Words, node: Node) -> tuple[str, dict[str, str]]:
    """The area and the breakdowns that the descriptors of a result say."""
    area, dims = "area", {}
    for one in node.all("Descriptor"):
        name, said = one.say("DescriptorName"), one.say("DescriptorValue")
        if said and _AREA.search(name):
            area = _area(work, said)
        elif said:
            dims[_dimension(work, record, name or "Descriptor")] = _value(work, name or "Descriptor", said)
    return area, dims


def _is_number(text: str) -> bool:
    try:
        m.read_number(text)
    except PydanticCustomError:
        return False
    return True


def period_of(start: datetime.date | None, end: datetime.date | None) -> str | None:
    """A period of the contract from its first and last day; None without any, or where they are out of order."""
    start = start or end
    end = end or start
    if start is None or end is None or end < start:
        return None
    after = end + datetime.timedelta(days=1)
    months = (after.year - start.year) * 12 + after.month - start.month
    if start == end:
        return start.isoformat()
    if start.day != 1 or after.day != 1:
        return f"{start.isoformat()}/P{(after - start).days}D"
    if start.month == 1 and months % 12 == 0:
        return f"{start.year:04d}" if months == 12 else f"{start.year:04d}/P{months // 12}Y"
    if months == 1:
        return f"{start.year:04d}-{start.month:02d}"
    if months in (3, 6) and (start.month - 1) % months == 0:
        return f"{start.year:04d}-{'Q' if months == 3 else 'H'}{(start.month - 1) // months + 1}"
    length = f"{months // 12}Y" if months % 12 == 0 else f"{months}M"
    return f"{start.year:04d}-{start.month:02d}/P{length}"


def _area(work: _Work, name: str) -> str:
    if name == work.areas[""]["title"]:
        return "area"
    if name not in work.areas:
        key = work.area_ids.new(name, "area")
        work.areas[name] = {"id": key, "title": name, "kind": "region", "parent": "area", "part_of_total": False}
    return str(work.areas[name]["id"])


def _dimension(work: _Work, record: Words, name: str) -> str:
    if name not in work.dimensions:
        work.dimensions[name] = {"id": work.dimension_ids.new(name, "breakdown"), "title": name, "values": []}
    key = str(work.dimensions[name]["id"])
    names = record.setdefault("dimensions", [])
    if key not in names:
        names.append(key)
    return key


def _value(work: _Work, name: str, said: str) -> str:
    values = work.dimensions[name]["values"]
    known = next((one["id"] for one in values if one["title"] == said), None)
    if known is None:
        known = Slugs(one["id"] for one in values).new(said, "value")
        values.append({"id": known, "title": said})
    return str(known)


def _number_anew(work: _Work) -> None:
    """Numbers that stand twice in their place get their position, since a printed number is unique there."""
    for records in (work.aspects, work.tasks):
        seen: set[tuple[str, str]] = set()
        for position, record in enumerate(records, 1):
            mark = (record.get("aspect", ""), record["number"])
            if mark in seen:
                work.report.add("changed", Place("document"), "SequenceIndicator", record["number"], "it stands twice")
                record["number"] = f"{record['number']} ({position})"
            seen.add((mark[0], record["number"]))


def _use_all(node: Node) -> None:
    node.used = True
    for child in node.children:
        _use_all(child)


def _leave(node: Node, report: ImportReport) -> None:
    """Note every element that nothing was made of."""
    for child in _unused(node.children):
        report.add("left", child.place, f"element {child.name}", plain_text(child.text), "the plan has no field for it")


def _unused(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        if node.used:
            yield from _unused(node.children)
        else:
            yield node
