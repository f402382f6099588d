"""Twins of each page for programs: `index.json` with its facts, and `index.md` with its text; and the lists of them.

A twin says what its page says: the record, its numbers, verdicts with their working, what it is linked with. Numbers
that are made up carry their basis, as on the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from generator.assess import Standing, operator_of, task_status
from generator.formats_markdown import page_markdown
from generator.formats_records import plain
from generator.model import Area, Indicator, Observation, Target, Task
from generator.render import Page
from generator.verdicts import working
from generator.view import View

KINDS = ("aspects", "tasks", "safeguards", "organisations", "areas", "indicators", "index")
"""Kinds of record that have pages of their own."""
_REFERENCES = {
    "aspect": "aspects", "lead": "organisations", "supporting": "organisations", "areas": "areas", "area": "areas",
    "indicators": "indicators", "depends_on": "tasks", "safeguards": "safeguards", "sources": "sources",
}  # fmt: skip
"""Fields that name records of another kind; `parent` names one of the same."""


def twins(view: View, page: Page) -> Iterator[tuple[str, str]]:
    """The path from the language's folder, and the text, of both twins of a page."""
    body = json.dumps(page_facts(view, page), ensure_ascii=False, separators=(",", ":"))
    yield f"{page.address}index.json", body + "\n"
    yield f"{page.address}index.md", f"{page_markdown(page)}\n---\n\n{_foot(view)}\n"


def _foot(view: View) -> str:
    """Where a Markdown page is from, and what may be done with it."""
    identity = view.plan.identity
    lines = [view.text(identity.title)]
    if identity.as_of:
        lines.append(view.say("footer.as_of", date=view.language.date(identity.as_of)))
    if identity.licence:
        lines.append(view.say("footer.licence", title=view.text(identity.licence.title)))
    return " · ".join(lines)


def page_facts(view: View, page: Page) -> dict[str, Any]:
    """Everything that a page says, as values: texts in its language, the record as in the data folder."""
    identity = view.plan.identity
    kind, _, name = page.path.partition("/")
    record = getattr(view.plan, kind).get(name) if kind in KINDS and name else None
    return {
        "title": page.title,
        "description": page.description,
        "kind": page.kind,
        "language": view.language.tag,
        "path": f"{view.language.code}/{page.address}",
        "plan": identity.id,
        "asOf": identity.as_of.isoformat() if identity.as_of else None,
        "licence": view.text(identity.licence.title) if identity.licence else None,
        "breadcrumbs": [{"title": one.title, "path": one.path} for one in page.crumbs],
        **(_record(view, kind, record) if record is not None else {}),
        "figures": [
            {"id": one.id, "title": one.title, "illustrative": one.illustrative, "csv": f"figures/{one.id}.csv"}
            for one in page.figures
        ],
        "tables": [
            {
                "id": one.table.id,
                "title": one.table.caption,
                "columns": [column.title for column in one.table.columns],
                "rows": len(one.table.rows),
            }
            for one in page.tables
        ],
    }


def _record(view: View, kind: str, record: Any) -> dict[str, Any]:
    """The record of a page with its links and numbers."""
    facts: dict[str, Any] = {"id": record.id, "record": plain(record), "links": list(_links(view, kind, record))}
    if isinstance(record, Indicator):
        observations, targets = view.plan.rows_of(record)
        areas = dict.fromkeys(row.area for row in (*observations, *targets))
        standings = [view.standing(record, view.plan.areas[name]) for name in areas]
        facts["unit"] = view.text(record.unit) or None
        facts["observations"] = [_number(record, row) for row in observations]
        facts["targets"] = [_number(record, row) for row in targets]
        facts["verdicts"] = [_verdict(view, one, with_working=True) for one in standings if _is_judged(one)]
    elif isinstance(record, Area):
        standings = [view.standing(one, record) for one in view.plan.indicators_for(record)]
        facts["verdicts"] = [_verdict(view, one, with_working=False) for one in standings if _is_judged(one)]
    elif isinstance(record, Task):
        status = task_status(view.plan, record.id)
        facts["status"] = {"id": status, "word": view.status_word(status)}
        facts["reports"] = [plain(one) for one in view.plan.reports_on(record.id)]
    return facts


def _links(view: View, kind: str, record: Any) -> Iterator[dict[str, str]]:
    """The records that this one names: which field, title, and address from the language's root."""
    for field, other in (*_REFERENCES.items(), ("parent", kind)):
        names = getattr(record, field, None) or ()
        for name in (names,) if isinstance(names, str) else names:
            if name in getattr(view.plan, other):
                yield {"field": field, "title": view.title(other, name), "path": view.href(other, name)}


def _number(indicator: Indicator, row: Observation | Target) -> dict[str, Any]:
    """A number with its spelling in the data, as a JSON number beside it; `status` and `operator` are always told."""
    found = {key: value for key, value in plain(row).items() if key != "indicator"}
    for name in ("value", "value_to"):
        if name in found:
            found[name] = float(found[name])
    found["basis"] = row.basis
    if isinstance(row, Target):
        found["operator"] = operator_of(row, indicator)
    else:
        found["status"] = " ".join(row.status) or "A"
        found.setdefault("value", None)
    return found


def _is_judged(standing: Standing) -> bool:
    return bool(standing.observations or standing.targets)


def _verdict(view: View, standing: Standing, with_working: bool) -> dict[str, Any]:
    """A verdict: band, the shares it rests on, why there is none, and how it was worked out."""
    final, latest, baseline = standing.final, standing.latest, standing.baseline
    found: dict[str, Any] = {
        "indicator": standing.indicator.id,
        "area": standing.area.id,
        "areaTitle": view.text(standing.area.title),
        "band": standing.band,
        "word": view.status_word(f"band-{standing.band}") if standing.band else None,
        "illustrative": standing.is_illustrative,
        "achieved": _share(standing.share),
        "ratio": _share(standing.ratio),
        "expected": _share(standing.expected),
        "baseline": _number(standing.indicator, baseline) if baseline else None,
        "latest": _number(standing.indicator, latest) if latest else None,
        "target": _number(standing.indicator, final) if final else None,
        "reasons": list(standing.reasons),
    }
    done = working(view, standing) if with_working else None
    if done is not None:
        found["working"] = {
            "lines": [{"name": line.name, "sum": line.sum} for line in done.lines],
            "sentences": list(done.sentences),
            "changes": list(done.changes),
        }
    return found


def _share(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 6)


# --- the lists of them ------------------------------------------------------------------------------------------


def llms_txt(views: Sequence[View], pages: Sequence[Sequence[Page]], url: str | None) -> str:
    """`llms.txt`: what the site is, its data, and every page in Markdown, each language under its own heading."""
    first = views[0]
    base = url or ""
    lines = [f"# {_line(first.text(first.plan.identity.title))}", ""]
    if first.plan.identity.summary:
        lines += [f"> {_line(first.text(first.plan.identity.summary))}", ""]
    if "illustrative" in first.plan.bases:
        lines += [*(_line(view.say("data.illustrative")) for view in views), ""]
    for view, its in zip(views, pages, strict=True):
        code = view.language.code
        lines += [f"## {view.language.name}", ""]
        lines += [f"- [{_line(page.title)}]({base}{code}/{page.address}index.md)" for page in its]
        lines.append("")
    lines += [
        "## Data",
        "",
        f"- [Data Package]({base}data/datapackage.json)",
        f"- [SQLite]({base}data/plan.sqlite)",
        f"- [OpenAPI]({base}openapi.json)",
    ]
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """A text on one line that closes no bracket."""
    return " ".join(text.split()).replace("[", "(").replace("]", ")").replace("<", "&lt;")


def openapi(views: Sequence[View], pages: Sequence[Sequence[Page]], url: str | None) -> str:
    """An OpenAPI 3.1 description of the JSON twins and data files: addresses that are files, asked for with GET."""
    identity, code = views[0].plan.identity, views[0].language.code
    languages = [view.language.code for view in views]
    paths: dict[str, Any] = {}
    for kind in KINDS:
        names = sorted({one.path.partition("/")[2] for its in pages for one in its if one.path.startswith(f"{kind}/")})
        if names:
            paths[f"/{{language}}/{kind}/{{id}}/index.json"] = _operation(f"one_of_{kind}", languages, names)
    others = sorted(
        {one.path for its in pages for one in its if not one.path.startswith(tuple(f"{k}/" for k in KINDS))}
    )
    for path in others:
        name = path.replace("/", "_").replace("-", "_") or "home"
        paths[f"/{{language}}/{path}/index.json".replace("//", "/")] = _operation(f"page_{name}", languages, None)
    for name, kind in (("datapackage.json", "application/json"), ("plan.sqlite", "application/vnd.sqlite3"),
                       ("observations.csv", "text/csv"), ("targets.csv", "text/csv"), ("records.csv", "text/csv"),
                       ("plan.zip", "application/zip"), ("catalog.jsonld", "application/ld+json")):  # fmt: skip
        answer = {"200": {"description": "The file", "content": {kind: {}}}}
        paths[f"/data/{name}"] = {"get": {"operationId": name.replace(".", "_"), "responses": answer}}
    described = {
        "openapi": "3.1.0",
        "info": {
            "title": identity.title.get(code),
            "version": identity.as_of.isoformat() if identity.as_of else "0",
            "description": "Static files: every address answers GET with a file, and 404 where there is none.",
            **(
                {"license": {"name": identity.licence.title.get(code), "url": identity.licence.url}}
                if identity.licence and identity.licence.url
                else {}
            ),
        },
        "servers": [{"url": url.rstrip("/") if url else "."}],
        "paths": paths,
        "components": {"schemas": {"Page": _PAGE}},
    }
    return json.dumps(described, ensure_ascii=False, indent=1) + "\n"


_PAGE = {
    "type": "object",
    "required": ["title", "kind", "language", "path", "plan", "figures", "tables"],
    "properties": {
        "title": {"type": "string"},
        "description": {"type": "string"},
        "kind": {"type": "string"},
        "language": {"type": "string"},
        "path": {"type": "string"},
        "plan": {"type": "string"},
        "asOf": {"type": ["string", "null"], "format": "date"},
        "record": {"type": "object", "description": "The record, spelt as in the data folder"},
        "links": {"type": "array", "items": {"type": "object"}},
        "observations": {"type": "array", "items": {"type": "object"}},
        "targets": {"type": "array", "items": {"type": "object"}},
        "verdicts": {"type": "array", "items": {"type": "object"}, "description": "Each with its working"},
        "figures": {"type": "array", "items": {"type": "object"}},
        "tables": {"type": "array", "items": {"type": "object"}},
    },
}


def _operation(name: str, languages: Sequence[str], ids: Sequence[str] | None) -> dict[str, Any]:
    def parameter(called: str, values: Sequence[str]) -> dict[str, Any]:
        return {"name": called, "in": "path", "required": True, "schema": {"type": "string", "enum": list(values)}}

    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}
    return {
        "parameters": [parameter("language", languages), *([parameter("id", ids)] if ids is not None else [])],
        "get": {"operationId": name, "responses": {"200": {"description": "The page's facts", "content": content}}},
    }
