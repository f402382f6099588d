"""StratML files become plans that `check` accepts, and every element is in the report."""

import datetime

import pytest

from generator.check import check_plan, load_plan
from generator.config import load_config
from generator.formats_stratml import stratml
from generator.import_stratml import Options, import_stratml, period_of
from generator.problems import DataError, errors_in
from tests.site_fixtures import ROOT, view_of

PART_2 = """<?xml version="1.0" encoding="UTF-8"?>
<PerformancePlanOrReport xmlns="urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport">
<Name>Clean River Plan</Name><Description>To clean the river.</Description>
<StrategicPlanCore>
<Organization><Name>River Board</Name><Acronym>RB</Acronym></Organization>
<Vision><Description>A clean river.</Description></Vision>
<Goal><Name>Water</Name><Description>Good water</Description><SequenceIndicator>1</SequenceIndicator>
<Stakeholder StakeholderTypeType="Person"><Name>Jane Doe</Name></Stakeholder>
<Objective><Name>Treat sewage</Name><Identifier>_b</Identifier><SequenceIndicator>1.1</SequenceIndicator>
<Stakeholder><Name>Works</Name><Role><Name>Lead</Name><RoleType>Performer</RoleType></Role></Stakeholder>
<Stakeholder><Name>Health</Name><Role><Name>Supporting</Name><RoleType>Performer</RoleType></Role></Stakeholder>
<Stakeholder><Name>Anglers</Name><Role><Name>Users</Name><RoleType>Beneficiary</RoleType></Role></Stakeholder>
<PerformanceIndicator><MeasurementDimension>Share treated</MeasurementDimension>
<UnitOfMeasurement>%</UnitOfMeasurement><Identifier>_i</Identifier>
<MeasurementInstance><TargetResult><StartDate>2025-01-01</StartDate><EndDate>2025-12-31</EndDate>
<NumberOfUnits>90.5</NumberOfUnits>
<Descriptor><DescriptorName>City</DescriptorName><DescriptorValue>Aville</DescriptorValue></Descriptor>
</TargetResult>
<ActualResult><StartDate>2024-01-01</StartDate><EndDate>2024-12-31</EndDate><NumberOfUnits>80</NumberOfUnits></ActualResult>
<ActualResult><StartDate>2023-01-01</StartDate><EndDate>2023-12-31</EndDate><NumberOfUnits>many</NumberOfUnits></ActualResult>
</MeasurementInstance></PerformanceIndicator></Objective>
<Objective><Name>Count fish</Name>
<PerformanceIndicator><MeasurementDimension>Share treated</MeasurementDimension><UnitOfMeasurement>%</UnitOfMeasurement>
<Relationship RelationshipType="Peer_To"><ReferentIdentifier>_i</ReferentIdentifier></Relationship>
</PerformanceIndicator></Objective>
</Goal></StrategicPlanCore>
<AdministrativeInformation><StartDate>2024-01-01</StartDate><EndDate>2026-12-31</EndDate>
<PublicationDate>2024-02-01</PublicationDate><Submitter><GivenName>Ann</GivenName></Submitter></AdministrativeInformation>
</PerformancePlanOrReport>
"""
PART_1 = """<StrategicPlan xmlns="urn:ISO:std:iso:17469:tech:xsd:stratml_core">
<Name>河流计划</Name><StrategicPlanCore><Goal><Name>水</Name><Objective><Name>治污</Name></Objective></Goal>
</StrategicPlanCore></StrategicPlan>"""


@pytest.fixture
def imported(tmp_path):
    """Imports a text; gives the plan, which must be without errors, and the report."""

    def run(text):
        (tmp_path / "plan.xml").write_text(text, encoding="utf-8")
        report = import_stratml(tmp_path / "plan.xml", tmp_path / "plan", Options())
        plan, problems = check_plan(load_config(tmp_path / "plan/site_config.yml"))
        assert errors_in(problems) == []
        return plan, report

    return run


def test_part_2_becomes_aspects_tasks_roles_indicators_and_numbers(imported):
    """Goals, objectives, who leads and supports, targets and results with their area and year."""
    plan, _ = imported(PART_2)

    assert plan.identity.title.get("en") == "Clean River Plan"
    assert (plan.identity.period.start, plan.identity.period.end) == (2024, 2026)
    assert plan.organisations[plan.identity.issuer].title.get("en") == "River Board"
    assert [(one.title.get("en"), one.lead, one.supporting, one.indicators) for one in plan.tasks.values()] == [
        ("Treat sewage", ("works",), ("health",), ("share-treated",)), ("Count fish", (), (), ("share-treated",)),
    ]  # fmt: skip
    assert [(one.area, str(one.period), str(one.value), one.operator) for one in plan.targets] == [
        ("aville", "2025", "90.5", "=")
    ]
    assert [(str(one.period), str(one.value)) for one in plan.observations] == [("2024", "80")]


def test_what_has_no_place_is_in_the_report_with_its_line(imported):
    """Persons, beneficiaries, texts in place of numbers and elements without a field: nothing goes silently."""
    plan, report = imported(PART_2)

    left = {(line.kind, line.place.line) for line in report.lines if line.outcome == "left"}
    assert left >= {
        ("Stakeholder that is a person", 8), ("Stakeholder", 12), ("ActualResult", 20), ("element Submitter", 28),
    }  # fmt: skip
    assert not any("Jane" in one.title.get("en") for one in plan.organisations.values())


def test_part_1_is_read_too(imported):
    """A strategic plan without numbers, in the language of its title."""
    plan, _ = imported(PART_1)

    assert plan.languages == ("zh",)
    assert [one.title.get("zh") for one in (*plan.aspects.values(), *plan.tasks.values())] == ["水", "治污"]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (PART_1.replace("</Goal>", ""), "bad-xml", 3),
        ("<Other/>", "no-stratml", 1),
        (PART_1.replace("Goal", "Gaol"), "no-goals", 2),
        ('<!DOCTYPE a [<!ENTITY b "c">]>\n' + PART_1.replace("水", "&b;"), "unsafe-xml", 1),
    ],
)
def test_broken_and_unsafe_files_are_refused_with_their_line(tmp_path, text, code, line):
    """What is no XML, no StratML, or declares entities."""
    (tmp_path / "plan.xml").write_text(text, encoding="utf-8")

    with pytest.raises(DataError) as refused:
        import_stratml(tmp_path / "plan.xml", tmp_path / "plan", Options())

    assert [(problem.code, problem.place.line) for problem in refused.value.problems] == [(code, line)]


@pytest.mark.parametrize(
    ("start", "end", "period"),
    [
        ("2024-01-01", "2024-12-31", "2024"), ("2024-01-01", "2026-12-31", "2024/P3Y"),
        ("2024-04-01", "2024-06-30", "2024-Q2"),
        ("2024-07-01", "2024-12-31", "2024-H2"), ("2024-02-01", "2024-02-29", "2024-02"),
        ("2024-04-01", "2025-03-31", "2024-04/P1Y"),
        ("2024-05-03", "2024-05-03", "2024-05-03"), ("2024-05-03", "2024-05-12", "2024-05-03/P10D"),
        ("2024-05-03", "2024-01-01", None),
        (None, "2024-12-31", "2024-12-31"), (None, None, None),
    ],
)  # fmt: skip
def test_dates_become_the_period_that_they_span(start, end, period):
    """First and last day as the contract writes it."""
    days = [datetime.date.fromisoformat(one) if one else None for one in (start, end)]
    assert period_of(*days) == period


# --- our own export ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["en", "zh"])
def there_and_back(request, tmp_path_factory):
    """The Hebei plan, its language, and what its StratML gives back with the report."""
    folder = tmp_path_factory.mktemp("stratml")
    config = load_config(ROOT / "site_config.yml")
    plan, _ = load_plan(config)
    (folder / "plan.xml").write_bytes(stratml(view_of(config, plan, request.param)))
    report = import_stratml(folder / "plan.xml", folder / "plan", Options())
    again, problems = check_plan(load_config(folder / "plan/site_config.yml"))
    assert errors_in(problems) == []
    return plan, request.param, again, report


def numbers(plan, rows, code):
    """Each number by the names of what it is about."""

    def name(kind, key):
        return getattr(plan, kind)[key].title.get(code)

    values = {(key, one.id): one.title.get(code) for key, dim in plan.dimensions.items() for one in dim.values}
    return sorted(
        (row.indicator, name("areas", row.area), str(row.period), str(row.value),
         sorted((name("dimensions", key), values[key, value]) for key, value in row.dims),
         row.basis, name("sources", row.source) if row.source else "StratML: plan.xml", getattr(row, "status", ()))
        for row in rows
    )  # fmt: skip


def test_our_own_export_gives_the_plan_back(there_and_back):
    """Aspects, tasks, safeguards, roles, indicators and areas, in their order and with their texts."""
    plan, code, again, _ = there_and_back

    assert again.languages == (code,)
    assert (again.identity.id, again.identity.title.get(code)) == (plan.identity.id, plan.identity.title.get(code))
    assert again.root.title.get(code) == plan.root.title.get(code)
    for kind in ("aspects", "tasks", "safeguards"):
        assert [(one.id, one.number, one.title.get(code)) for one in getattr(again, kind).values()] == [
            (one.id, one.number, one.title.get(code)) for one in getattr(plan, kind).values()
        ]
    for key, task in plan.tasks.items():
        for role in ("lead", "supporting"):
            assert [again.organisations[one].title.get(code) for one in getattr(again.tasks[key], role)] == [
                plan.organisations[one].title.get(code) for one in getattr(task, role)
            ]
        assert again.tasks[key].aspect == task.aspect and again.tasks[key].indicators == task.indicators
        assert (again.tasks[key].roles_basis or "official") == (task.roles_basis or task.basis)
    assert {key: one.unit.get(code) for key, one in again.indicators.items()} == {
        key: one.unit.get(code) for key, one in plan.indicators.items()
    }


def test_no_number_loses_what_it_rests_on_on_the_way(there_and_back):
    """An illustrative number stays illustrative: value, period, area, breakdown, basis, status and source."""
    plan, code, again, _ = there_and_back

    assert numbers(again, again.observations, code) == numbers(plan, plan.observations, code)
    assert numbers(again, again.targets, code) == numbers(plan, plan.targets, code)
    assert {row.basis for row in again.observations} >= {"illustrative", "official"}


def test_what_stratml_cannot_carry_is_in_the_report(there_and_back):
    """The status of each task follows from reports, which are not there."""
    plan, _, _, report = there_and_back

    left = [line for line in report.lines if line.outcome == "left"]
    assert len([line for line in left if line.kind == "status of a task"]) == len(plan.tasks)


def test_a_basis_is_read_only_from_our_own_export(imported):
    """In a document of others the word illustrative in a description says nothing of where a number is from."""
    eighty = "<NumberOfUnits>80</NumberOfUnits>"
    plan, _ = imported(PART_2.replace(eighty, f"{eighty}<Description>Illustrative</Description>"))

    assert [(row.basis, row.note) for row in plan.observations] == [("official", "Illustrative")]
