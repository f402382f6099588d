"""What programs read in the head of a page: schema.org as JSON-LD, preview pictures, fields of government sites.

Types and properties are those of the schema.org vocabulary. Nothing is said that the data do not say: whoever
runs the site is named only where the settings name them, a licence only where the plan has one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

from generator import tables
from generator.lettering import text_width, wrap
from generator.markdown import clean
from generator.model import Indicator, Observation, Source, Target
from generator.palette import LIGHT
from generator.render import Page
from generator.view import View

CONTEXT: Final = "https://schema.org"
PREVIEW_SIZE: Final = (1200, 630)
"""Width and height of a preview picture in pixels: the shape that readers of Open Graph ask for."""
DATA_KINDS: Final = ("data", "indicators")
"""Kinds of pages that offer data as files."""

_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


# --- schema.org -------------------------------------------------------------------------------------------------


def json_ld(view: View, page: Page) -> str:
    """The page as schema.org sees it, as the text of a `script` element: no `<` of the data can end it."""
    graph = [breadcrumbs(view, page), *_things(view, page)]
    text = _JSON.encode({"@context": CONTEXT, "@graph": graph})
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def has_numbers(page: Page) -> bool:
    """Whether what stands here of a page rests on the plan's numbers, or may."""
    return page.path in ("", "plan") or page.kind in DATA_KINDS


def _things(view: View, page: Page) -> Iterator[dict[str, Any]]:
    """What the page is about."""
    plan = view.plan
    if page.path == "":
        yield _site(view, page)
    elif page.path == "plan":
        yield legislation(view, page)
    elif page.path == "data":
        yield dataset(view, page)
    elif page.kind == "indicators" and (name := page.path.partition("/")[2]) in plan.indicators:
        indicator = plan.indicators[name]
        yield variable(view, page, indicator)
        if any(plan.rows_of(indicator)):
            yield indicator_dataset(view, page, indicator)


def address(view: View, page: Page, path: str) -> str:
    """A path below the language's root as an address: absolute where the site has one, else relative to the page."""
    if url := view.config.site.site_url:
        return f"{url.rstrip('/')}/{view.language.code}/{path}"
    return "../" * page.address.count("/") + path or "./"


def _shared(view: View, page: Page, path: str) -> str:
    """The same for a path below the site's root."""
    if url := view.config.site.site_url:
        return f"{url.rstrip('/')}/{path}"
    return "../" * (page.address.count("/") + 1) + path


def breadcrumbs(view: View, page: Page) -> dict[str, Any]:
    """The way from the home page to this one."""
    steps = [(crumb.title, f"{crumb.path}/" if crumb.path else "") for crumb in page.crumbs]
    steps.append((page.title, page.address))
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": clean(title), "item": address(view, page, path)}
            for position, (title, path) in enumerate(steps, 1)
        ],
    }


def _site(view: View, page: Page) -> dict[str, Any]:
    return {
        "@type": "WebSite",
        "name": clean(view.text(view.config.site.site_name)),
        "description": clean(page.description),
        "url": address(view, page, ""),
        "inLanguage": view.language.tag,
        **_run_by(view),
    }


def legislation(view: View, page: Page) -> dict[str, Any]:
    """The plan: its number, date, issuer and tasks. Its published text is named, this site's page is not that text."""
    plan, identity = view.plan, view.plan.identity
    texts = [plan.sources[name].url for name in identity.sources if plan.sources[name].url]
    return {
        "@type": "Legislation",
        "@id": f"{address(view, page, page.address)}#plan",
        "name": clean(view.text(identity.title)),
        **_given("description", clean(view.text(identity.summary))),
        "url": address(view, page, page.address),
        **_given("legislationIdentifier", clean(identity.document_number or "")),
        **_given("legislationDate", str(identity.issued or "")),
        "legislationPassedBy": _organisation(view, identity.issuer),
        "legislationJurisdiction": _place(view),
        **_given("temporalCoverage", f"{identity.period.start}/{identity.period.end}" if identity.period else None),
        **_given("isBasedOn", texts),
        "hasPart": [
            {
                "@type": "CreativeWork",
                "position": clean(task.number),
                "name": clean(view.text(task.title)),
                "url": address(view, page, view.href("tasks", task.id)),
            }
            for task in plan.tasks.values()
        ],
    }


def dataset(view: View, page: Page) -> dict[str, Any]:
    """All data of the site."""
    plan = view.plan
    rows = [row for indicator in plan.indicators.values() for part in plan.rows_of(indicator) for row in part]
    return {
        **_dataset(view, page, clean(view.text(view.config.site.site_name)), page.description, rows),
        **_based_on(plan.sources.values()),
        "variableMeasured": [
            {
                "@type": "StatisticalVariable",
                "name": clean(view.text(indicator.title)),
                "url": address(view, page, view.href("indicators", indicator.id)),
            }
            for indicator in plan.indicators.values()
        ],
        "distribution": [
            _download(view, page, item.href, item.title)
            for item in tables.data_sets(view)
            if item.href.endswith(".csv")
        ],
    }


def indicator_dataset(view: View, page: Page, indicator: Indicator) -> dict[str, Any]:
    """All values and targets of one indicator."""
    rows = [row for part in view.plan.rows_of(indicator) for row in part]
    used = dict.fromkeys([*indicator.sources, *(row.source for row in rows if row.source)])
    title = clean(view.text(indicator.title))
    return {
        **_dataset(view, page, title, page.description, rows),
        **_based_on(view.plan.sources[name] for name in used),
        "variableMeasured": {"@id": _variable_id(view, page)},
        "distribution": [_download(view, page, f"data/indicators/{indicator.id}.csv", title)],
    }


def variable(view: View, page: Page, indicator: Indicator) -> dict[str, Any]:
    """What the indicator measures."""
    told = _sentences(view, clean(view.text(indicator.definition)), clean(_unit(view, indicator)))
    return {
        "@type": "StatisticalVariable",
        "@id": _variable_id(view, page),
        "name": clean(view.text(indicator.title)),
        **_given("description", told),
        "url": address(view, page, page.address),
        **_given("measurementMethod", clean(view.text(indicator.method))),
    }


def _unit(view: View, indicator: Indicator) -> str:
    unit = view.text(indicator.unit)
    return f"{view.say('indicator.unit')}{view.say('colon')}{unit}{view.say('full_stop')}" if unit else ""


def _variable_id(view: View, page: Page) -> str:
    return f"{address(view, page, page.address)}#variable"


def _dataset(
    view: View, page: Page, name: str, description: str, rows: Sequence[Observation | Target]
) -> dict[str, Any]:
    """What every data set of the site has in common. Where it holds made-up numbers, the description says so."""
    plan, licence = view.plan, view.plan.identity.licence
    told = [description, view.say("home.about_data", plan=view.text(plan.identity.title))]
    if any(row.basis == "illustrative" for row in rows):
        told.append(view.say("data.illustrative"))
    return {
        "@type": "Dataset",
        "@id": f"{address(view, page, page.address)}#data",
        "name": name,
        "description": _sentences(view, *(clean(text) for text in told)),
        "url": address(view, page, page.address),
        "inLanguage": view.language.tag,
        "isAccessibleForFree": True,
        **_given("license", (licence.url or clean(view.text(licence.title))) if licence else None),
        **_given("temporalCoverage", _coverage(rows)),
        "spatialCoverage": _place(view),
        **_given("dateModified", plan.identity.as_of.isoformat() if plan.identity.as_of else None),
        **_run_by(view),
    }


def _based_on(sources: Iterable[Source]) -> dict[str, Any]:
    """The addresses of what the data were taken from."""
    return _given("isBasedOn", list(dict.fromkeys(source.url for source in sources if source.url)))


def _download(view: View, page: Page, path: str, name: str) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": clean(name),
        "encodingFormat": "text/csv",
        "contentUrl": _shared(view, page, path),
    }


def _run_by(view: View) -> dict[str, Any]:
    """Who runs the site and made the data set, where the settings say so."""
    sponsor = clean(view.text(view.config.site.footer.sponsor))
    return {name: {"@type": "Organization", "name": sponsor} for name in ("creator", "publisher") if sponsor}


def _organisation(view: View, name: str) -> dict[str, Any]:
    organisation = view.plan.organisations[name]
    return {
        "@type": "GovernmentOrganization" if organisation.kind == "government" else "Organization",
        "name": clean(view.text(organisation.title)),
        **_given("url", organisation.url),
    }


def _place(view: View) -> dict[str, Any]:
    return {"@type": "AdministrativeArea", "name": clean(view.text(view.plan.root.title))}


def _coverage(rows: Sequence[Observation | Target]) -> str | None:
    """From the first year that a number speaks of to the last, as ISO 8601 writes a span."""
    years = {year for row in rows for year in (row.period.start.year, row.period.year)}
    return f"{min(years)}/{max(years)}" if years else None


def _sentences(view: View, *texts: str) -> str:
    """Sentences one after the other, as the language joins them."""
    told = ""
    for text in filter(None, texts):
        told = view.say("join_sentences", first=told, second=text) if told else text
    return told


def _given(name: str, value: Any) -> dict[str, Any]:
    """A property that is left out where there is nothing to say."""
    return {name: value} if value else {}


# --- fields of government sites ---------------------------------------------------------------------------------


def government_fields(view: View, page: Page) -> list[dict[str, str]]:
    """The `meta` fields that Chinese government sites carry, where the settings ask for them.

    Site, column and article fields after the guideline on the development of government sites of 2017. What the
    settings and the data do not give is left out, never made up.
    """
    site, plan = view.config.site, view.plan
    government = site.government
    if not government.meta:
        return []
    column = page.crumbs[1].title if len(page.crumbs) > 1 else page.title
    is_article = page.kind not in ("home", "list")
    fields = {
        "SiteName": view.text(site.site_name),
        "SiteDomain": government.domain or urlsplit(site.site_url or "").hostname or "",
        "SiteIDCode": site.footer.site_id or "",
        "ColumnName": column,
        "ColumnType": view.text(government.column_type),
        "ArticleTitle": page.title if is_article else "",
        "PubDate": plan.identity.as_of.isoformat() if is_article and plan.identity.as_of else "",
        "ContentSource": view.text(government.content_source) if is_article else "",
    }
    return [{"name": name, "content": clean(content)} for name, content in fields.items() if content]


# --- preview pictures -------------------------------------------------------------------------------------------


def preview_path(kind: str) -> str:
    """Where the preview picture of a kind of page stands, below the language's folder."""
    return f"assets/preview-{kind}.png"


def previews(view: View, pages: Sequence[Page]) -> Mapping[str, str]:
    """The preview picture of each kind of page as SVG, by its path: what other sites show beside a link."""
    kinds = dict.fromkeys(page.kind for page in pages)
    return {preview_path(kind): preview_svg(view, kind) for kind in kinds}


_TILES: Final = ((0, 0), (1, 0), (0, 1), (1, 1), (2, 1), (1, 2))
"""The mark of the site: tiles by column and row."""


def preview_svg(view: View, kind: str) -> str:
    """One preview picture: the mark, the name of the site, the kind of page, the plan and the date of the data."""
    width, height = PREVIEW_SIZE
    identity = view.plan.identity
    name = clean(view.text(view.config.site.site_name))
    word = "" if kind == "home" else view.say(f"kind.{kind}")
    below = clean(view.text(identity.title))
    dated = view.say("footer.as_of", date=view.language.date(identity.as_of)) if identity.as_of else ""
    tiles = "".join(
        f'<rect x="{930 + 64 * column}" y="{88 + 64 * row}" width="56" height="56" rx="4" fill="{colour}"/>'
        for (column, row), colour in zip(_TILES, _shades(), strict=True)
    )
    lines = []
    y = 150.0
    if word:
        lines.append(_text(word, 80, y, 34, "#b4d6e1"))
        y += 30
    for line in [line for part in name.split(" · ") for line in wrap(part, 780, 60)][:3]:
        y += 76
        lines.append(_text(line, 80, y, _fitting(line, 780, 60), "#ffffff", "bold"))
    y = max(y + 60, 420)
    for line in wrap(below, width - 160, 30)[:2]:
        lines.append(_text(line, 80, y, 30, "#e3f0f4"))
        y += 42
    lines.append(_text(dated, 80, height - 52, 26, LIGHT["muted"]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="Liberation Sans"><rect width="{width}" height="{height}" fill="{LIGHT["seq-5"]}"/>'
        f'<rect y="{height - 104}" width="{width}" height="104" fill="{LIGHT["paper"]}"/>'
        f"{tiles}{''.join(lines)}</svg>\n"
    )


def _shades() -> tuple[str, ...]:
    return tuple(LIGHT[f"seq-{shade}"] for shade in (1, 2, 3, 1, 4, 2))


def _fitting(text: str, room: float, size: float) -> float:
    """The font size, smaller where one long word would not fit."""
    return math.floor(min(size, size * room / max(text_width(text, size) * 1.1, 1)))


def _text(text: str, x: float, y: float, size: float, colour: str, weight: str = "normal") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-weight="{weight}" fill="{colour}">'
        f"{escape(text, quote=False)}</text>"
    )
