"""The plan as StratML Part 2 (ANSI/AIIM 22), a performance plan in one language.

Aspects are goals, tasks their objectives, safeguards objectives of a goal of their own (StratML has no element for
them); each indicator stands under the first task that it measures, and is referred to from the others. Targets and
observations of one area and period are one measurement instance. Elements stand in the order that the schema
PerformancePlanOrReport of 2016-02-16 demands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from generator.assess import task_status
from generator.formats_xml import Xml, document, element
from generator.model import Aspect, Indicator, Observation, Safeguard, Target, Task
from generator.period import Period
from generator.view import View

NAMESPACE = "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"


def stratml(view: View) -> bytes:
    """The whole plan in the language of the view."""
    identity = view.plan.identity
    issuer = view.plan.organisations[identity.issuer]
    made_up = "illustrative" in view.plan.bases
    licence = view.say("data.licence", title=view.text(identity.licence.title)) if identity.licence else ""
    told = [licence, view.say("data.illustrative") if made_up else "", view.say("formats.stratml_note")]
    writer = _Writer(view)
    root = element(
        "PerformancePlanOrReport",
        element("Name", view.text(identity.title)),
        element("Description", view.text(identity.summary)) if identity.summary else None,
        element("OtherInformation", " ".join(text for text in told if text)),
        element(
            "StrategicPlanCore",
            element(
                "Organization",
                element("Name", view.text(issuer.title)),
                element("Identifier", f"organisation_{issuer.id}"),
                element("Description", f"{view.say('table.area')}: {view.text(view.plan.root.title)}"),
                *(
                    writer.stakeholder(one.id, view.say("role.supporting"))
                    for one in view.plan.organisations.values()
                    if view.plan.involvements_of(one)
                ),
            ),
            element("Vision", element("Description", view.text(identity.summary))) if identity.summary else None,
            *writer.goals(),
        ),
        _administration(view),
        Type="Performance_Plan",
        xmlns=NAMESPACE,
    )
    return document(root)


def _administration(view: View) -> Xml:
    identity = view.plan.identity
    years, issued = identity.period, identity.issued
    address = next((view.plan.sources[name].url for name in identity.sources if view.plan.sources[name].url), None)
    return element(
        "AdministrativeInformation",
        element("Identifier", f"plan_{identity.id}"),
        element("StartDate", f"{years.start:04}-01-01") if years else None,
        element("EndDate", f"{years.end:04}-12-31") if years else None,
        element("PublicationDate", str(issued)) if issued and issued.frequency == "D" else None,
        element("Source", address) if address else None,
    )


class _Writer:
    """Writes goals; it knows which indicators it has written, since an identifier stands once in a document."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.plan = view.plan
        self.written: set[str] = set()

    def goals(self) -> Iterator[Xml]:
        for aspect in self.plan.aspects.values():
            tasks = [task for task in self.plan.tasks.values() if self.plan.aspect_of(task) is aspect]
            yield self._goal_of(aspect, tasks)
        loose = [task for task in self.plan.tasks.values() if self.plan.aspect_of(task) is None]
        if loose:
            yield self._goal(self.view.say("nav.tasks"), "goal_tasks", [self._task(one) for one in loose])
        if self.plan.safeguards:
            objectives = [self._safeguard(one) for one in self.plan.safeguards.values()]
            yield self._goal(self.view.say("nav.safeguards"), "goal_safeguards", objectives)
        rest = [one for one in self.plan.indicators.values() if one.id not in self.written]
        if rest or not (self.plan.aspects or loose or self.plan.safeguards):
            title = self.view.say("nav.indicators")
            objective = element("Objective", element("Name", title), *(self._indicator(one) for one in rest))
            yield self._goal(title, "goal_indicators", [objective])

    def _goal_of(self, aspect: Aspect, tasks: Sequence[Task]) -> Xml:
        return element(
            "Goal",
            element("Name", self.view.text(aspect.title)),
            element("Description", self.view.text(aspect.summary)),
            element("Identifier", f"aspect_{aspect.id}"),
            element("SequenceIndicator", aspect.number),
            element("OtherInformation", self._basis(aspect.basis)),
            *(self._task(task) for task in tasks),
        )

    @staticmethod
    def _goal(title: str, name: str, objectives: Sequence[Xml]) -> Xml:
        return element(
            "Goal", element("Name", title), element("Description", title), element("Identifier", name), *objectives
        )

    def _task(self, task: Task) -> Xml:
        status = self.view.status_word(task_status(self.plan, task.id))
        told = f"{self.view.say('table.status')}: {status}. {self._basis(task.roles_basis or task.basis)}"
        return self._objective("task", task, told)

    def _safeguard(self, safeguard: Safeguard) -> Xml:
        return self._objective("safeguard", safeguard, self._basis(safeguard.basis))

    def _objective(self, kind: str, record: Task | Safeguard, told: str) -> Xml:
        return element(
            "Objective",
            element("Name", self.view.text(record.title)),
            element("Description", self.view.text(record.summary)),
            element("Identifier", f"{kind}_{record.id}"),
            element("SequenceIndicator", record.number),
            *(self.stakeholder(name, self.view.role_word("lead")) for name in record.lead),
            *(self.stakeholder(name, self.view.role_word("supporting")) for name in record.supporting),
            element("OtherInformation", told),
            *(self._indicator(self.plan.indicators[name]) for name in dict.fromkeys(record.indicators)),
        )

    def stakeholder(self, name: str, role: str) -> Xml:
        return element(
            "Stakeholder",
            element("Name", self.view.title("organisations", name)),
            element("Role", element("Name", role), element("RoleType", "Performer")),
            StakeholderTypeType="Organization",
        )

    def _indicator(self, indicator: Indicator) -> Xml:
        """An indicator with all its numbers where it comes first; later a reference to it."""
        name = f"indicator_{indicator.id}"
        first = indicator.id not in self.written
        self.written.add(indicator.id)
        reference = element("Relationship", element("ReferentIdentifier", name), RelationshipType="Peer_To")
        return element(
            "PerformanceIndicator",
            element("MeasurementDimension", self.view.text(indicator.title)),
            element("UnitOfMeasurement", self.view.text(indicator.unit) or "1"),
            *([element("Identifier", name), *self._instances(indicator)] if first else [reference]),
            element("OtherInformation", self.view.text(indicator.definition)) if indicator.definition else None,
            PerformanceIndicatorType="Quantitative",
        )

    def _instances(self, indicator: Indicator) -> Iterator[Xml]:
        observations, targets = self.plan.rows_of(indicator)
        found: dict[object, tuple[list[Target], list[Observation]]] = {}
        for target in targets:
            found.setdefault(target.key, ([], []))[0].append(target)
        for observation in observations:
            found.setdefault(observation.key, ([], []))[1].append(observation)
        for promised, seen in found.values():
            yield element(
                "MeasurementInstance",
                *(self._result("TargetResult", one, one.value, indicator) for one in promised),
                *(self._result("ActualResult", one, one.value, indicator) for one in seen),
            )

    def _result(self, name: str, row: Target | Observation, value: Decimal | None, indicator: Indicator) -> Xml:
        start, end = _days(row.period)
        names, parts = [self.view.say("table.area")], [self.view.title("areas", row.area)]
        for dimension, key in row.dims:
            names.append(self.view.text(self.plan.dimensions[dimension].title))
            values = {one.id: self.view.text(one.title) for one in self.plan.dimensions[dimension].values}
            parts.append(values[key])
        told = [self._basis(row.basis)]
        if isinstance(row, Target):
            told.insert(0, self.view.target_value(row, indicator))
        else:
            told += [self.view.say(f"value_status.{code}") for code in row.status if code != "A"]
        if row.source:
            told.append(self.view.title("sources", row.source))
        return element(
            name,
            element("StartDate", start),
            element("EndDate", end),
            element("NumberOfUnits", f"{value:f}") if value is not None else None,
            element(
                "Descriptor",
                element("DescriptorName", " / ".join(names)),
                element("DescriptorValue", " / ".join(parts)),
            ),
            element("Description", "; ".join(told)),
        )

    def _basis(self, basis: str) -> str:
        return self.view.say(f"basis.{basis}.word")


def _days(period: Period) -> tuple[str, str]:
    """The first and last day of a period."""
    return period.start.isoformat(), period.last_day.isoformat()
