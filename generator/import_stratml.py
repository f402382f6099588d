"""Imports StratML, Part 1 (a strategic plan) and Part 2 (a performance plan or report)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic_core import PydanticCustomError

from generator import model as m
from generator import scaffold
from generator.import_report import ImportReport
from generator.import_said import said
from generator.import_source import one_problem
from generator.import_stratml_own import Own, own_words
from generator.import_stratml_read import Node, read_document
from generator.plan_write import FIXED_COLUMNS, Cells, PlanFiles, Slugs, Words, plain_text, slug, write_plan
from generator.problems import Place

_LEAD = re.compile(r"(?i)lead|own|responsib|accountab|primary|pilot|chef de file|牵头|负责|主管|责任")
_HELP = re.compile(r"(?i)support|assist|partner|contribu|co-?operat|perform|appui|soutien|soutient|配合|协助|参与|支持")
_AREA = re.compile(r"(?i)area|region|city|province|state|county|countr|place|location|geograph|地区|城市|市|省|县")


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
    own = own_words([node.text for node in root.all("OtherInformation")])
    language = options.language or (own.language.code if own else "")
    language = language or ("zh" if re.search(r"[\u4e00-\u9fff]", title) else "en")
    work = _Work(report, language, Place(source.name), own)
    whole = options.area or (own.area(_whole_area(core)) if own else "")
    work.areas[""] = {"id": "area", "title": whole or said("area", language), "kind": "region"}
    if not whole:
        report.add("changed", root.place, "area", "not stated", "called the whole area; --area names it")
    plan = _plan(work, root, core, title)
    for number, goal in enumerate(core.all("Goal"), 1):
        _goal(work, goal, number)
    _number_anew(work)
    if own:
        _directions(work)
    _leave(root, report)
    lists = {
        "organisations": list(work.organisations.values()),
        "areas": list(work.areas.values()),
        "aspects": work.aspects,
        "tasks": work.tasks,
        "safeguards": work.safeguards,
        "indicators": list(work.indicators.values()),
        "dimensions": list(work.dimensions.values()),
        "sources": [work.source, *work.sources.values()],
    }
    tables: dict[str, list[Cells]] = {"observations": [*work.observations], "targets": [*work.targets]}
    names = {language: plan["title"]}
    years = plan.get("period", {"start": 2000, "end": 2000})
    answers = scaffold.Answers(
        (language,), names, {language: work.areas[""]["title"]}, names, years["start"], years["end"]
    )
    write_plan(folder, PlanFiles(plan, lists, tables), answers, report)
    return report


def _whole_area(core: Node) -> str:
    """The description of the first organisation, where our export names the whole area."""
    return next((one.text for node in core.all("Organization") for one in node.all("Description")), "")


def _directions(work: _Work) -> None:
    """Indicators whose targets are all lower bounds should rise, all upper bounds fall; they need no operator then."""
    by_indicator: dict[str, list[dict[str, str]]] = {}
    for row in work.targets:
        by_indicator.setdefault(row["indicator"], []).append(row)
    for key, rows in by_indicator.items():
        operators = {row["operator"] for row in rows}
        direction = {">=": "up", "<=": "down"}.get(operators.pop()) if len(operators) == 1 else None
        if direction:
            work.indicators[key]["direction"] = direction
            for row in rows:
                del row["operator"]


class _Work:
    """What the parts of an import share; `own` where the document is of our own making."""

    def __init__(self, report: ImportReport, language: str, file: Place, own: Own | None = None) -> None:
        self.report, self.language, self.own = report, language, own
        self.safeguards: list[Words] = []
        self.sources: dict[str, Words] = {}
        self.source_ids = Slugs({"document"})
        self.source: Words = {"id": "document", "title": f"StratML: {file.file}"}
        self.organisations: dict[str, Words] = {}
        self.areas: dict[str, Words] = {}
        self.aspects: list[Words] = []
        self.tasks: list[Words] = []
        self.indicators: dict[str, Words] = {}
        self.dimensions: dict[str, Words] = {}
        self.observations: list[dict[str, str]] = []
        self.targets: list[dict[str, str]] = []
        self.keys: set[tuple[str, ...]] = set()
        self.organisation_ids, self.area_ids = Slugs(), Slugs({"area"})
        self.goal_ids, self.task_ids, self.indicator_ids = Slugs(), Slugs(), Slugs()
        self.dimension_ids = Slugs(FIXED_COLUMNS)
        self.by_identifier: dict[str, str] = {}

    def source_of(self, title: str) -> str:
        """The id of a source by its title; it is made where it is new."""
        if title not in self.sources:
            self.sources[title] = {"id": self.source_ids.new(title, "source"), "title": title}
        return str(self.sources[title]["id"])

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
        if (text := organisation.say("Description")) and not (work.own and work.own.area(text)):
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
    if work.own:
        told = [text] if (text := root.say("Description")) else []
        report.add("mapped", root.place, "OtherInformation", "", "how our own export writes what StratML has not")
    if told:
        plan["summary"] = " ".join(told)
    parts = [] if work.own else [*core.all("Vision"), *core.all("Mission"), *core.all("Value")]
    for vision in core.all("Vision") if work.own else ():
        vision.say("Description")
        report.add("mapped", vision.place, "Vision", "", "the summary of the plan, which is the same")
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
    if key := _own(node.say("Identifier"), "plan"):
        plan["id"] = key


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
    if work.own and identifier in ("goal_safeguards", "goal_indicators", "goal_tasks"):
        _own_goal(work, node, identifier)
        return
    printed = node.say("SequenceIndicator") or str(number)
    key = work.goal_ids.new(_own(identifier, "aspect") or f"goal-{printed}", "goal")
    record: Words = {"id": key, "number": printed, "title": node.say("Name") or node.say("Description") or printed}
    record |= _texts(work, node)
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


def _texts(work: _Work, node: Node, kind: str = "basis") -> Words:
    """Summary of a goal or objective; of our own making, what stands apart is its basis (of a task: of its roles)."""
    text, other = node.say("Description"), node.say("OtherInformation")
    if not work.own:
        text, other = " ".join(filter(None, (text, other))), ""
    basis = work.own.basis(other) if work.own and other else "official"
    if text == node.say("Name") and work.own:
        text = ""
    return ({"summary": text} if text else {}) | ({kind: basis} if basis != "official" else {})


def _own_goal(work: _Work, node: Node, identifier: str) -> None:
    """A goal that our export makes for what StratML has no place for: safeguards, tasks and indicators of no aspect."""
    node.say("Name")
    node.say("Description")
    for place, objective in enumerate(node.all("Objective"), 1):
        if identifier == "goal_indicators":
            objective.say("Name")
            for one in objective.all("PerformanceIndicator"):
                _indicator(work, one)
        else:
            _objective(work, objective, "", str(place), is_safeguard=identifier == "goal_safeguards")
    work.report.add("mapped", node.place, "Goal", identifier, "what our own export has no other place for")


def _objective(work: _Work, node: Node, aspect: str, number: str, is_safeguard: bool = False) -> None:
    identifier = node.say("Identifier")
    printed = node.say("SequenceIndicator") or number
    own = _own(identifier, "task") or _own(identifier, "safeguard")
    key = work.task_ids.new(own or f"{aspect.removeprefix('goal-')}-{printed.split('.')[-1]}", "task")
    title = node.say("Name") or node.say("Description") or printed
    record: Words = {"id": key, "number": printed, "title": title, "aspect": aspect}
    record |= _texts(work, node, "basis" if is_safeguard else "roles_basis")
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
    record = {name: value for name, value in record.items() if value} | {"sources": ["document"]}
    (work.safeguards if is_safeguard else work.tasks).append(record)
    work.report.add("mapped", node.place, "Objective", title, f"{'safeguard' if is_safeguard else 'task'} {key}")
    if work.own and not is_safeguard:
        work.report.add("left", node.place, "status of a task", "", "it follows from reports, which StratML has not")


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
        if work.own and (found := work.own.roles.get(role.say("Name"))):
            role.say("RoleType")
            return name, found
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
    told = work.own.result(note, kind == "TargetResult") if work.own else None
    if told:
        row["basis"] = told.basis
        row["source"] = work.source_of(told.source) if told.source else "document"
        row["status"] = " ".join(told.status)
    elif note:
        row["note"] = note.replace("|", "/")
    if value and not _is_number(value):
        report.add("left", node.place, kind, value, "it is no number")
        return
    if value:
        row["value"] = value
    elif kind == "TargetResult":
        report.add("left", node.place, kind, note, "a target needs a number")
        return
    elif not row.get("status"):
        row["status"] = "O"
    key = (kind, record["id"], area, period, *(f"{name}={one}" for name, one in sorted(dims.items())))
    if key in work.keys:
        report.add("left", node.place, kind, value, "the same indicator, area and period stand twice")
        return
    work.keys.add(key)
    if kind == "TargetResult":
        _target(work, row, told.operator if told else "", node.place)
    else:
        report.add("mapped", node.place, kind, value, "observation")
        work.observations.append(row)
    if value:
        yield value


def _target(work: _Work, row: dict[str, str], operator: str, place: Place) -> None:
    """A target with the operator that the document tells, else read as equal."""
    row.pop("status", "")
    known = operator not in ("", "between")  # of a range StratML has one end
    row["operator"] = operator if known else "="
    words = "target" if known else "no direction is stated; the target is read as equal"
    work.report.add("mapped" if known else "changed", place, "TargetResult", row["value"], words)
    work.targets.append(row)


def _described(work: _Work, record: Words, node: Node) -> tuple[str, dict[str, str]]:
    """The area and the breakdowns that the descriptors of a result say."""
    area = "area"
    dims: dict[str, str] = {}
    for one in node.all("Descriptor"):
        name, said = one.say("DescriptorName"), one.say("DescriptorValue")
        names, parts = name.split(" / "), said.split(" / ")
        if work.own and len(names) == len(parts):  # an area and what it is broken down by
            area = _area(work, parts[0])
            dims |= {
                _dimension(work, record, column): _value(work, column, part)
                for column, part in zip(names[1:], parts[1:], strict=True)
            }
        elif said and _AREA.search(name):
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
