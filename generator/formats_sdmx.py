"""The numbers as SDMX-CSV 2.0, with a structure message (SDMX-ML 3.0) that holds the code lists used.

Sources: SDMX 3.0 technical specifications (SDMX-CSV 2.0 field guide, SDMX-ML); CL_OBS_STATUS and CL_FREQ of the SDMX
cross-domain code lists. Only the codes that occur are listed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from generator.assess import operator_of
from generator.formats_xml import Xml, document, element
from generator.model import BASES, Observation, Target, Text
from generator.period import Period
from generator.plan import Plan

AGENCY, VERSION = "POLICY_EXPLORER", "1.0"
FLOW = f"{AGENCY}:PLAN({VERSION})"
TOTAL = "_T"
"""The code of a breakdown's total."""

STATUS_NAMES = {
    "A": "Normal value", "B": "Time series break", "D": "Definition differs", "E": "Estimated value",
    "F": "Forecast value", "I": "Imputed value", "L": "Missing value; data exist but were not collected",
    "M": "Missing value; data cannot exist", "N": "Not significant", "O": "Missing value", "P": "Provisional value",
    "Q": "Missing value; suppressed", "U": "Low reliability",
}  # fmt: skip
FREQUENCY_NAMES = {
    "A": "Annual", "S": "Half-yearly", "Q": "Quarterly", "M": "Monthly", "D": "Daily", "_O": "Other",
}  # fmt: skip
_ROLES = {"observation": "Measured value", "target": "Target"}
_OPERATORS = {"GE": ">=", "LE": "<=", "EQ": "=", "ABOUT": "~", "BETWEEN": "between"}
_FIRST = ("STRUCTURE", "STRUCTURE_ID", "ACTION")
_ATTRIBUTES = ("UNIT_MEASURE", "OBS_STATUS", "BASIS", "OPERATOR", "VALUE_TO", "SOURCE", "COMMENT")


def sdmx_files(plan: Plan) -> dict[str, bytes]:
    """The data and their structure, by path."""
    return {"sdmx/data.csv": sdmx_csv(plan), "sdmx/structure.xml": sdmx_structure(plan)}


# --- data -------------------------------------------------------------------------------------------------------


def sdmx_csv(plan: Plan) -> bytes:
    """Observations, then targets; a missing value has no OBS_VALUE, and its OBS_STATUS says why."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    names = [component(name) for name in plan.dimensions]
    writer.writerow(
        [*_FIRST, "FREQ", "ROLE", "INDICATOR", "REF_AREA", *names, "TIME_PERIOD", "OBS_VALUE", *_ATTRIBUTES]
    )
    first = plan.languages[0]
    for row in plan.numbers:
        dims = dict(row.dims)
        target = row if isinstance(row, Target) else None
        indicator = plan.indicators[row.indicator]
        operator = operator_of(target, indicator) if target else ""
        writer.writerow(
            [
                "dataflow",
                FLOW,
                "I",
                frequency(row.period),
                "target" if target else "observation",
                row.indicator,
                row.area,
                *(dims.get(name, TOTAL) for name in plan.dimensions),
                time_period(row.period),
                "" if row.value is None else str(row.value),
                indicator.unit.get(first) if indicator.unit else "",
                status_of(row),
                row.basis,
                next((code for code, sign in _OPERATORS.items() if sign == operator), ""),
                "" if target is None or target.value_to is None else str(target.value_to),
                row.source or "",
                row.note or "",
            ]
        )
    return stream.getvalue().encode()


def status_of(row: Observation | Target) -> str:
    """The one code that SDMX has room for: the first that is stated, normal where none is; none for a target."""
    if isinstance(row, Target):
        return "A"
    return row.status[0] if row.status else "A"


def frequency(period: Period) -> str:
    """The code of CL_FREQ: several years are A2, A3 ...; a year that starts in April is annual."""
    if match := re.fullmatch(r"P(\d+)Y", period.frequency):
        return "A" if match[1] == "1" else f"A{match[1]}"
    return period.frequency if period.frequency in FREQUENCY_NAMES else "_O"


def time_period(period: Period) -> str:
    """The period as SDMX spells it: halves with S, ranges from a whole day on."""
    text = str(period)
    if "/" in text:
        return f"{period.start.isoformat()}/{period.frequency}"
    return text.replace("-H", "-S")


def component(name: str) -> str:
    """The id of a breakdown as a column: capitals, never a digit first, none of the fixed names."""
    found = re.sub(r"[^A-Z0-9_]", "_", name.upper())
    fixed = {"FREQ", "ROLE", "INDICATOR", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "STRUCTURE", "ACTION", *_ATTRIBUTES}
    return f"D_{found}" if found[0].isdigit() or found in fixed else found


# --- structure --------------------------------------------------------------------------------------------------

_NAMESPACE = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
Codes = Sequence[tuple[str, Text | str, str | None]]
"""Code, its name, and the code above."""


def sdmx_structure(plan: Plan) -> bytes:
    """Code lists, concepts, the data structure and the data flow."""
    lists = dict(_code_lists(plan))
    dimensions = {
        "FREQ": "CL_FREQ",
        "ROLE": "CL_ROLE",
        "INDICATOR": "CL_INDICATOR",
        "REF_AREA": "CL_AREA",
        **{component(name): f"CL_{component(name)}" for name in plan.dimensions},
    }
    attributes = {
        "UNIT_MEASURE": "",
        "OBS_STATUS": "CL_OBS_STATUS",
        "BASIS": "CL_BASIS",
        "OPERATOR": "CL_OPERATOR",
        "VALUE_TO": "Double",
        "SOURCE": "CL_SOURCE",
        "COMMENT": "",
    }
    concepts = {**dict.fromkeys(dimensions), "TIME_PERIOD": None, "OBS_VALUE": None, **dict.fromkeys(attributes)}
    day = plan.identity.as_of
    root = element(
        "mes:Structure",
        element(
            "mes:Header",
            element("mes:ID", plan.identity.id),
            element("mes:Test", "false"),
            element("mes:Prepared", f"{day.isoformat() if day else '2000-01-01'}T00:00:00"),
            element("mes:Sender", id=AGENCY),
        ),
        element(
            "mes:Structures",
            element("str:Codelists", *(_code_list(plan, name, codes) for name, codes in lists.items())),
            element("str:ConceptSchemes", _concepts(list(concepts))),
            element("str:DataStructures", _data_structure(plan, dimensions, attributes)),
            element(
                "str:Dataflows",
                element(
                    "str:Dataflow",
                    *_names(plan, plan.identity.title),
                    element("str:Structure", _urn("datastructure.DataStructure", "DSD_PLAN")),
                    id="PLAN",
                    agencyID=AGENCY,
                    version=VERSION,
                ),
            ),
        ),
        **{f"xmlns:{short}": f"{_NAMESPACE}/{name}" for short, name in _SPACES.items()},
    )
    return document(root)


_SPACES = {"mes": "message", "str": "structure", "com": "common"}


def _code_lists(plan: Plan) -> Iterator[tuple[str, Codes]]:
    numbers = plan.numbers
    used = sorted({frequency(row.period) for row in numbers})
    yield "CL_FREQ", [(code, FREQUENCY_NAMES.get(code, f"Every {code[1:]} years"), None) for code in used]
    yield "CL_ROLE", [(code, name, None) for code, name in _ROLES.items()]
    statuses = sorted({status_of(row) for row in numbers} | {"A"})
    yield "CL_OBS_STATUS", [(code, STATUS_NAMES[code], None) for code in statuses]
    yield "CL_BASIS", [(code, code, None) for code in BASES]
    yield "CL_OPERATOR", [(code, sign, None) for code, sign in _OPERATORS.items()]
    yield "CL_INDICATOR", [(one.id, one.title, one.parent) for one in plan.indicators.values()]
    yield "CL_AREA", [(one.id, one.title, one.parent) for one in plan.areas.values()]
    yield "CL_SOURCE", [(one.id, one.title, None) for one in plan.sources.values()]
    for dimension in plan.dimensions.values():
        values: list[tuple[str, Text | str, str | None]] = [(one.id, one.title, None) for one in dimension.values]
        yield f"CL_{component(dimension.id)}", [(TOTAL, "Total", None), *values]


def _code_list(plan: Plan, name: str, codes: Codes) -> Xml:
    return element(
        "str:Codelist",
        element("com:Name", name, xml_lang="en"),
        *(
            element("str:Code", *_names(plan, title), element("str:Parent", parent) if parent else None, id=code)
            for code, title, parent in codes
        ),
        id=name,
        agencyID=AGENCY,
        version=VERSION,
    )


def _names(plan: Plan, title: Text | str) -> list[Xml]:
    if isinstance(title, str):
        return [element("com:Name", title, xml_lang="en")]
    return [element("com:Name", title.by_language[code], xml_lang=code) for code in sorted(title.by_language)]


def _concepts(names: Sequence[str]) -> Xml:
    return element(
        "str:ConceptScheme",
        element("com:Name", "Concepts of the plan", xml_lang="en"),
        *(element("str:Concept", element("com:Name", name, xml_lang="en"), id=name) for name in names),
        id="CS_PLAN",
        agencyID=AGENCY,
        version=VERSION,
    )


def _data_structure(plan: Plan, dimensions: dict[str, str], attributes: dict[str, str]) -> Xml:
    parts = [
        element("str:Dimension", _concept(name), _coded(codes), id=name, position=str(position))
        for position, (name, codes) in enumerate(dimensions.items(), 1)
    ]
    time = element("str:TimeDimension", _concept("TIME_PERIOD"), _typed("ObservationalTimePeriod"), id="TIME_PERIOD")
    needed = {"OBS_STATUS", "BASIS"}
    return element(
        "str:DataStructure",
        *_names(plan, plan.identity.title),
        element(
            "str:DataStructureComponents",
            element("str:DimensionList", *parts, time, id="DimensionDescriptor"),
            element(
                "str:AttributeList",
                *(
                    element(
                        "str:Attribute",
                        _concept(name),
                        _coded(kind) if kind.startswith("CL_") else _typed(kind or "String"),
                        element("str:AttributeRelationship", element("str:Observation")),
                        id=name,
                        usage="mandatory" if name in needed else "optional",
                    )
                    for name, kind in attributes.items()
                ),
                id="AttributeDescriptor",
            ),
            element(
                "str:MeasureList",
                element("str:Measure", _concept("OBS_VALUE"), _typed("Double"), id="OBS_VALUE", usage="optional"),
                id="MeasureDescriptor",
            ),
        ),
        id="DSD_PLAN",
        agencyID=AGENCY,
        version=VERSION,
    )


def _concept(name: str) -> Xml:
    return element("str:ConceptIdentity", _urn("conceptscheme.Concept", "CS_PLAN") + f".{name}")


def _coded(codes: str) -> Xml:
    return element("str:LocalRepresentation", element("str:Enumeration", _urn("codelist.Codelist", codes)))


def _typed(kind: str) -> Xml:
    return element("str:LocalRepresentation", element("str:TextFormat", textType=kind))


def _urn(kind: str, name: str) -> str:
    return f"urn:sdmx:org.sdmx.infomodel.{kind}={AGENCY}:{name}({VERSION})"
