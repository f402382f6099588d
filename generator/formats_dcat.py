"""A DCAT-AP 3 catalogue of the data files, as JSON-LD: for portals that gather open data.

Mandatory are title, description and publisher of the catalogue, title and description of a data set, and the access
address of a distribution (DCAT-AP 3.0). Without the site's address the links are relative to the catalogue.

Sizes stand as `dct:extent`, not as `dcat:byteSize`: of the shapes that DCAT-AP publishes with release 3.0.0, those of
`html/shacl/shapes.ttl` want an `xsd:decimal` and those of `shacl/dcat-ap-SHACL.ttl` an `xsd:nonNegativeInteger`, and no
literal is both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.model import Text
from generator.plan import Plan

_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
_MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"
TYPES: Mapping[str, tuple[str, str]] = {
    ".csv": ("CSV", "text/csv"),
    ".zip": ("ZIP", "application/zip"),
    ".json": ("JSON", "application/json"),
    ".sqlite": ("DATABASE", "application/vnd.sqlite3"),
    ".xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".parquet": ("PARQUET", "application/vnd.apache.parquet"),
    ".xml": ("XML", "application/xml"),
}
"""File type of the EU's authority table and media type, by the ending of a file."""

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def catalogue(plan: Plan, files: Mapping[str, bytes], url: str | None, tags: Mapping[str, str]) -> bytes:
    """`catalog.jsonld`: the plan as a whole, its tables, its indicators. `files` by path below `data/`."""
    return (json.dumps(_Catalogue(plan, files, url, tags).whole(), ensure_ascii=False, indent=1) + "\n").encode()


class _Catalogue:
    def __init__(self, plan: Plan, files: Mapping[str, bytes], url: str | None, tags: Mapping[str, str]) -> None:
        self.plan, self.files, self.tags = plan, files, tags
        self.base = f"{url}data/" if url else ""
        self.publisher = f"{self.base}catalog.jsonld#{plan.identity.issuer}"

    def whole(self) -> dict[str, Any]:
        identity = self.plan.identity
        issuer = self.plan.organisations[identity.issuer]
        publisher = {
            "@id": self.publisher,
            "@type": "foaf:Agent",
            "foaf:name": self.said(issuer.title),
        }
        return {
            "@context": _CONTEXT,
            "@id": f"{self.base}catalog.jsonld",
            "@type": "dcat:Catalog",
            "dct:title": self.said(identity.title),
            "dct:description": self.said(identity.summary or identity.title),
            "dct:publisher": publisher,
            **self.day("dct:modified"),
            **self.licence(),
            "dcat:dataset": list(self.sets()),
        }

    def sets(self) -> Iterator[dict[str, Any]]:
        identity = self.plan.identity
        paths = [path for path in self.files if re.fullmatch(r"(sdmx/)?[a-z]+([-a-z]*)\.[a-z]+", path)]
        whole = [path for path in paths if not path.endswith(".csv") or path.startswith("sdmx/")]
        yield self.set("plan", self.said(identity.title), self.said(identity.summary or identity.title), whole)
        for path in paths:
            if path.endswith(".csv") and "/" not in path:
                name = path.removesuffix(".csv")
                title = [{**one, "@value": f"{one['@value']}: {name}"} for one in self.said(identity.title)]
                also = [path, f"excel/{path}", f"parquet/{name}.parquet"]
                yield self.set(name, title, title, [one for one in also if one in self.files])
        for indicator in self.plan.indicators.values():
            path = f"indicators/{indicator.id}.csv"
            if path in self.files:
                told = self.said(indicator.definition or indicator.title)
                yield self.set(f"indicator-{indicator.id}", self.said(indicator.title), told, [path, f"excel/{path}"])

    def set(self, name: str, title: Any, description: Any, paths: list[str]) -> dict[str, Any]:
        years = self.plan.identity.period
        temporal = (
            {
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": {"@value": f"{years.start:04}-01-01", "@type": "xsd:date"},
                "dcat:endDate": {"@value": f"{years.end:04}-12-31", "@type": "xsd:date"},
            }
            if years
            else None
        )
        return {
            "@id": f"{self.base}catalog.jsonld#set-{name}",
            "@type": "dcat:Dataset",
            "dct:title": title,
            "dct:description": description,
            "dct:identifier": f"{self.plan.identity.id}/{name}",
            "dct:publisher": {"@id": self.publisher},
            **self.day("dct:modified"),
            **({"dct:temporal": temporal} if temporal else {}),
            "dcat:distribution": [self.distribution(path) for path in paths],
        }

    def distribution(self, path: str) -> dict[str, Any]:
        file_type, media_type = TYPES["." + path.rsplit(".", 1)[1]]
        address = {"@id": self.base + path, "@type": "rdfs:Resource"}
        return {
            "@id": f"{self.base}catalog.jsonld#file-{path.replace('/', '-')}",
            "@type": "dcat:Distribution",
            "dct:title": path,
            "dcat:accessURL": address,
            "dcat:downloadURL": address,
            "dct:format": {"@id": _FILE_TYPE + file_type, "@type": "dct:MediaTypeOrExtent"},
            "dcat:mediaType": {"@id": _MEDIA_TYPE + media_type, "@type": "dct:MediaType"},
            "dct:extent": {"@type": "dct:SizeOrDuration", "rdfs:label": f"{len(self.files[path])} B"},
            **self.day("dct:modified"),
            **self.licence(),
        }

    def said(self, text: Text) -> list[dict[str, str]]:
        """A text in each of its languages."""
        return [
            {"@value": said, "@language": self.tags.get(code, code)} for code, said in sorted(text.by_language.items())
        ]

    def day(self, name: str) -> dict[str, Any]:
        day = self.plan.identity.as_of
        return {name: {"@value": day.isoformat(), "@type": "xsd:date"}} if day else {}

    def licence(self) -> dict[str, Any]:
        licence = self.plan.identity.licence
        if licence is None or not licence.url:
            return {}
        return {"dct:license": {"@id": licence.url, "@type": "dct:LicenseDocument"}}
