"""The data of a plan as files for spreadsheets and programs: plain CSV, one table a file, raw numbers."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from generator.assess import Gap, Standing, assess, operator_of, task_status
from generator.figures import Figure
from generator.model import Indicator, Observation, Target, Text
from generator.palette import LIGHT, PREFIX
from generator.plan import Plan

_VARIABLE = re.compile(r"var\(" + re.escape(PREFIX) + r"([a-z0-9-]+)\)")


_DOUBTFUL = frozenset("=+-@\t")
"""What a cell that needs a second look may begin with."""


def write_csv(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows as CSV: one header row, LF. A text that a spreadsheet would run as a formula gets a quote mark."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    names = list(columns)
    writer.writerow(names)
    writer.writerows(
        [
            cell if (cell := row.get(name, ""))[:1] not in _DOUBTFUL and "\r" not in cell else _harmless(cell)
            for name in names
        ]
        for row in rows
    )
    return output.getvalue()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, its line ends LF; numbers and operators stay as they are."""
    if "\r" in cell:
        cell = cell.replace("\r\n", "\n").replace("\r", "\n")  # a lone CR would stand unquoted and split the row
    if cell[:1] in _DOUBTFUL and not re.fullmatch(r"[+-]?[\d.]+|=|-", cell):
        return f"'{cell}"
    return cell


def figure_csv(figure: Figure) -> str:
    """Exactly what a figure shows."""
    return write_csv(figure.columns, figure.data)


def figure_spec(title: str, figure: Figure, spec: Mapping[str, Any], source: str) -> str:
    """The Vega-Lite file of a figure: its title as the page shows it, and colours that other programs know."""
    titled = {
        **spec,
        "description": f"{title}. {figure.subtitle}. {source}",
        "title": {"text": title, "subtitle": [figure.subtitle, source], "anchor": "start"},
        "autosize": "pad",
    }
    text = json.dumps(titled, ensure_ascii=False, separators=(",", ":"))
    return _VARIABLE.sub(lambda match: LIGHT.get(match[1], "#333333"), text)


def figure_script(figure: Figure, spec: Mapping[str, Any]) -> str:
    """The same specification for the page's own script, with the page's colours; works from a folder too."""
    name, body = (json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in (figure.id, spec))
    return (
        f"peChart({name},{body});\n".replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    )


def compare_data(data: Mapping[str, Any]) -> str:
    """The data of the comparison page in one language as a script that hands them over."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"peCompare({body});\n".replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


# --- tables of the whole plan -----------------------------------------------------------------------------------


class Rows(NamedTuple):
    """A table as text: its columns in order, and its rows by column; a cell that is left out is empty."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]

    @classmethod
    def of(cls, columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> Rows:
        return cls(tuple(columns), tuple(rows))


def plan_tables(plan: Plan) -> dict[str, str]:
    """Every table of the plan as CSV by its path below `data/`, for all languages at once."""
    return {path: write_csv(*rows) for path, rows in plan_rows(plan).items()}


def plan_rows(plan: Plan) -> dict[str, Rows]:
    """Every table of the plan by the path of its CSV: whole tables, then one an indicator, then one an area."""
    files = {
        "observations.csv": Rows.of(_number_columns(plan, False), (_number(plan, row) for row in plan.observations)),
        "targets.csv": Rows.of(_number_columns(plan, True), (_number(plan, row) for row in plan.targets)),
        "targets-by-stage.csv": _targets_by_stage(plan),
        "progress.csv": Rows.of(
            ("task", "area", "date", "status", "percent", "basis", "source", "by", "note"),
            (
                {
                    "task": row.task,
                    "area": row.area or "",
                    "date": str(row.date),
                    "status": row.status,
                    "percent": "" if row.percent is None else str(row.percent),
                    "basis": row.basis,
                    "source": row.source or "",
                    "by": row.by or "",
                    "note": row.note or "",
                }
                for row in plan.progress
            ),
        ),
        "tasks.csv": _tasks(plan),
        "responsibilities.csv": Rows.of(
            ("task", "organisation", "role", "basis"),
            (
                {"task": task.id, "organisation": name, "role": role, "basis": task.roles_basis or task.basis}
                for task in plan.tasks.values()
                for role, names in (("lead", task.lead), ("supporting", task.supporting))
                for name in names
            ),
        ),
        "measures.csv": _measures(plan),
        "aspects.csv": _aspects(plan),
        "safeguards.csv": _safeguards(plan),
        "indicators.csv": _indicators(plan),
        "dimensions.csv": _dimensions(plan),
        "glossary.csv": _glossary(plan),
        "areas.csv": Rows.of(
            ("id", *_in_languages(plan, "title"), "kind", "parent", "part_of_total", "code", "code_scheme"),
            (
                {
                    "id": one.id,
                    **_texts(plan, "title", one.title),
                    "kind": one.kind,
                    "parent": one.parent or "",
                    "part_of_total": str(one.part_of_total).lower(),
                    "code": one.code or "",
                    "code_scheme": one.code_scheme or "",
                }
                for one in plan.areas.values()
            ),
        ),
        "organisations.csv": Rows.of(
            ("id", *_in_languages(plan, "title"), "kind", "parent", "area"),
            (
                {
                    "id": one.id,
                    **_texts(plan, "title", one.title),
                    "kind": one.kind,
                    "parent": one.parent or "",
                    "area": one.area or "",
                }
                for one in plan.organisations.values()
            ),
        ),
        "sources.csv": Rows.of(
            ("id", *_in_languages(plan, "title"), *_in_languages(plan, "publisher"), "date", "url", "licence"),
            (
                {
                    "id": one.id,
                    **_texts(plan, "title", one.title),
                    **_texts(plan, "publisher", one.publisher),
                    "date": str(one.date or ""),
                    "url": one.url or "",
                    "licence": one.licence or "",
                }
                for one in plan.sources.values()
            ),
        ),
    }
    by_indicator: dict[str, list[Mapping[str, str]]] = {indicator: [] for indicator in plan.indicators}
    by_area: dict[str, list[Mapping[str, str]]] = {area: [] for area in plan.areas}
    for name in ("observations.csv", "targets.csv"):
        for line in files[name].rows:
            by_indicator[line["indicator"]].append(line)
            by_area[line["area"]].append(line)
    for indicator in plan.indicators.values():
        if rows := by_indicator[indicator.id]:
            files[f"indicators/{indicator.id}.csv"] = Rows.of(_number_columns(plan, True, indicator), rows)
    for area, lines in by_area.items():
        if lines:
            files[f"areas/{area}.csv"] = Rows.of(_number_columns(plan, True), lines)
    return files


def _glossary(plan: Plan) -> Rows:
    return Rows.of(
        ("id", *_in_languages(plan, "term"), *_in_languages(plan, "definition")),
        (
            {"id": one.id, **_texts(plan, "term", one.term), **_texts(plan, "definition", one.definition)}
            for one in plan.glossary.values()
        ),
    )


def _aspects(plan: Plan) -> Rows:
    return Rows.of(
        ("id", "number", *_in_languages(plan, "title"), *_in_languages(plan, "summary"), "parent", "basis", "sources"),
        (
            {
                "id": one.id,
                "number": one.number,
                **_texts(plan, "title", one.title),
                **_texts(plan, "summary", one.summary),
                "parent": one.parent or "",
                "basis": one.basis,
                "sources": " ".join(one.sources),
            }
            for one in plan.aspects.values()
        ),
    )


def _safeguards(plan: Plan) -> Rows:
    lists = ("lead", "supporting", "indicators", "sources")
    return Rows.of(
        (
            "id",
            "number",
            *_in_languages(plan, "title"),
            *_in_languages(plan, "summary"),
            *lists[:3],
            "basis",
            "sources",
        ),
        (
            {
                "id": one.id,
                "number": one.number,
                **_texts(plan, "title", one.title),
                **_texts(plan, "summary", one.summary),
                **{name: " ".join(getattr(one, name)) for name in lists},
                "basis": one.basis,
            }
            for one in plan.safeguards.values()
        ),
    )


def _measures(plan: Plan) -> Rows:
    return Rows.of(
        ("task", "id", *_in_languages(plan, "title"), "kind", "due", "lead", "basis", "sources"),
        (
            {
                "task": task.id,
                "id": one.id,
                **_texts(plan, "title", one.title),
                "kind": one.kind or "",
                "due": str(one.due or ""),
                "lead": one.lead or "",
                "basis": one.basis,
                "sources": " ".join(one.sources),
            }
            for task in plan.tasks.values()
            for one in task.measures
        ),
    )


def _dimensions(plan: Plan) -> Rows:
    return Rows.of(
        ("dimension", *_in_languages(plan, "dimension_title"), "value", *_in_languages(plan, "value_title")),
        (
            {
                "dimension": one.id,
                **_texts(plan, "dimension_title", one.title),
                "value": value.id,
                **_texts(plan, "value_title", value.title),
            }
            for one in plan.dimensions.values()
            for value in one.values
        ),
    )


def _in_languages(plan: Plan, name: str) -> tuple[str, ...]:
    return tuple(f"{name}_{code}" for code in plan.languages)


def _texts(plan: Plan, name: str, text: Text | None) -> dict[str, str]:
    return {f"{name}_{code}": text.get(code) if text else "" for code in plan.languages}


def _number_columns(plan: Plan, with_targets: bool, indicator: Indicator | None = None) -> tuple[str, ...]:
    dimensions = indicator.dimensions if indicator else tuple(plan.dimensions)
    return (
        "role",
        "indicator",
        *_in_languages(plan, "indicator_title"),
        "area",
        *_in_languages(plan, "area_title"),
        "period",
        *dimensions,
        *(("operator",) if with_targets else ()),
        "value",
        *(("value_to",) if with_targets else ()),
        *_in_languages(plan, "unit"),
        "status",
        "basis",
        "source",
        *_in_languages(plan, "source_title"),
        "note",
        "licence",
    )


def _number(plan: Plan, row: Observation | Target) -> dict[str, str]:
    """One observation or target with everything that must travel with it."""
    target = row if isinstance(row, Target) else None
    indicator = plan.indicators[row.indicator]
    about = plan.remember(("row-of", row.indicator, row.area, row.source), lambda: _about(plan, row))
    status = (row.status or ("A",)) if isinstance(row, Observation) else ()
    return {
        "role": "target" if target else "observation",
        **about,
        "period": str(row.period),
        **dict(row.dims),
        "operator": operator_of(target, indicator) if target else "",
        "value": "" if row.value is None else str(row.value),
        "value_to": str(target.value_to) if target and target.value_to is not None else "",
        "status": " ".join(status),
        "basis": row.basis,
        "source": row.source or "",
        "note": row.note or "",
    }


def _about(plan: Plan, row: Observation | Target) -> dict[str, str]:
    """What travels with all numbers of an indicator in an area from one source."""
    indicator, area = plan.indicators[row.indicator], plan.areas[row.area]
    source, licence = plan.sources.get(row.source or ""), plan.identity.licence
    return {
        "indicator": row.indicator,
        **_texts(plan, "indicator_title", indicator.title),
        "area": row.area,
        **_texts(plan, "area_title", area.title),
        **_texts(plan, "unit", indicator.unit),
        **_texts(plan, "source_title", source.title if source else None),
        "licence": licence.title.get(plan.languages[0]) if licence else "",
    }


def _targets_by_stage(plan: Plan) -> Rows:
    """Each target beside the value of its period, the gap and the verdict; breakdowns are left to `targets.csv`."""
    columns = (
        "indicator",
        *_in_languages(plan, "indicator_title"),
        "area",
        *_in_languages(plan, "area_title"),
        "period",
        "operator",
        "target",
        "target_to",
        "observed",
        "difference",
        *_in_languages(plan, "unit"),
        "met",
        "verdict",
        "verdict_basis",
        "target_basis",
        "observed_basis",
        "target_source",
        "observed_source",
        "licence",
    )
    areas = (plan.root, *plan.peers, *plan.other_areas)
    rows, known = [], {(target.indicator, target.area) for target in plan.targets}
    for indicator in plan.indicators.values():
        for area in areas:
            if (indicator.id, area.id) in known and plan.targets_of(indicator, area):
                key = ("standing", indicator.id, area.id)
                standing = plan.remember(key, partial(assess, plan, indicator, area))
                rows += [_target_row(plan, standing, gap) for gap in standing.gaps]
    return Rows.of(columns, rows)


def _target_row(plan: Plan, standing: Standing, gap: Gap) -> dict[str, str]:
    """One target; the verdict stands beside the final one alone, since it is one for the whole path."""
    indicator, target, seen, licence = standing.indicator, gap.target, gap.observation, plan.identity.licence
    is_final = target is standing.final
    rests_on = "illustrative" if standing.is_illustrative else "derived"
    return {
        "indicator": indicator.id,
        **_texts(plan, "indicator_title", indicator.title),
        "area": standing.area.id,
        **_texts(plan, "area_title", standing.area.title),
        "period": str(target.period),
        "operator": operator_of(target, indicator),
        "target": str(target.value),
        "target_to": "" if target.value_to is None else str(target.value_to),
        "observed": str(seen.value) if seen is not None and seen.value is not None else "",
        "difference": "" if gap.difference is None else str(gap.difference),
        **_texts(plan, "unit", indicator.unit),
        "met": "" if gap.met is None else str(gap.met).lower(),
        "verdict": (standing.band or "") if is_final else "",
        "verdict_basis": rests_on if is_final and standing.band else "",
        "target_basis": target.basis,
        "observed_basis": seen.basis if seen is not None else "",
        "target_source": target.source or "",
        "observed_source": (seen.source or "") if seen is not None else "",
        "licence": licence.title.get(plan.languages[0]) if licence else "",
    }


def _tasks(plan: Plan) -> Rows:
    columns = (
        "id",
        "number",
        "aspect",
        *_in_languages(plan, "title"),
        *_in_languages(plan, "summary"),
        "lead",
        "supporting",
        "areas",
        "indicators",
        "safeguards",
        "depends_on",
        "status",
        "basis",
        "sources",
    )
    rows = []
    for task in plan.tasks.values():
        aspect = plan.aspect_of(task)
        lists = ("lead", "supporting", "areas", "indicators", "safeguards", "depends_on", "sources")
        rows.append(
            {
                "id": task.id,
                "number": task.number,
                "aspect": aspect.id if aspect else "",
                **_texts(plan, "title", task.title),
                **_texts(plan, "summary", task.summary),
                **{name: " ".join(getattr(task, name)) for name in lists},
                "status": task_status(plan, task.id),
                "basis": task.basis,
            }
        )
    return Rows.of(columns, rows)


def _indicators(plan: Plan) -> Rows:
    columns = (
        "id",
        *_in_languages(plan, "title"),
        *_in_languages(plan, "definition"),
        *_in_languages(plan, "unit"),
        "decimals",
        "direction",
        "aggregation",
        "aspect",
        "parent",
        "frequency",
        "lead",
        "sources",
    )
    rows = [
        {
            "id": one.id,
            **_texts(plan, "title", one.title),
            **_texts(plan, "definition", one.definition),
            **_texts(plan, "unit", one.unit),
            "decimals": str(one.decimals),
            "direction": one.direction,
            "aggregation": one.aggregation,
            "aspect": one.aspect or "",
            "parent": one.parent or "",
            "frequency": one.frequency or "",
            "lead": one.lead or "",
            "sources": " ".join(one.sources),
        }
        for one in plan.indicators.values()
    ]
    return Rows.of(columns, rows)
