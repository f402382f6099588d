"""What stands around thousands of pages, made once for all that are alike: the same bytes as MkDocs gives them.

Header, navigation, footer and settings are the same for all pages of a folder, but for the addresses of their other
languages and of a report. So they are rendered once with marks where those, the head, the path and the text belong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin

import jinja2
from markupsafe import escape

_OWN = """{%- set pe = config.extra.pe -%}{%- set words = pe.words -%}{%- set meta = page.meta -%}
{% include "partials/head.html" %}\x01{% include "partials/path.html" %}{% include "partials/toc.html" %}"""
"""What is rendered for each page by itself."""
_MARKS = {"partials/head.html": "\x01head\x01", "partials/path.html": "\x01path\x01", "partials/toc.html": ""}
_OF_ONE_PAGE = frozenset({"title", "description", "crumbs", "alternates", "report", "json_ld", "government", "feeds"})
"""What the front matter says of one page alone: it stands in the head and the path, or is marked."""
_FITTING = re.compile(r"[a-z0-9_-]+(?:/(?!(?:index|readme)/)[a-z0-9_-]+)+/")
"""Addresses of pages that stand below a list: what stands around them differs by its folder alone."""


class Shells:
    """Puts pages of one language into what stands around them.

    `context` gives what MkDocs' templates see of a page; `navigation` is the addresses in it.
    """

    def __init__(
        self,
        environment: jinja2.Environment,
        context: Callable[[Any], Mapping[str, Any]],
        navigation: tuple[str, ...],
        site_url: str | None,
    ) -> None:
        loader = environment.loader or jinja2.DictLoader({})
        marked = environment.overlay(loader=jinja2.ChoiceLoader([jinja2.DictLoader(_MARKS), loader]))
        self._main, self._own = marked.get_template("main.html"), environment.from_string(_OWN)
        self._context, self._navigation, self._site_url = context, navigation, site_url
        self._known: dict[tuple[object, ...], list[str]] = {}

    def fits(self, url: str) -> bool:
        """Whether a page at an address can be put together here; others are MkDocs' work."""
        return _FITTING.fullmatch(url) is not None and url not in self._navigation

    def page(self, url: str, meta: Mapping[str, Any], content: str, toc: Any) -> str:
        """The whole page at an address, with what its front matter says."""
        own = SimpleNamespace(
            url=url,
            canonical_url=urljoin(self._site_url, url) if self._site_url else None,
            title=meta["title"],
            meta=meta,
            content=content,
            toc=toc,
        )
        head, _, path = self._own.render(self._context(own)).partition("\x01")
        values = {"head": head, "path": path, "content": content, "report": str(escape(meta.get("report", "")))}
        values |= {name: str(escape(meta[name])) for name in ("title", "description")}
        values |= {f"url{place}": str(escape(one["url"])) for place, one in enumerate(meta["alternates"])}
        parts = list(self._shell(own))
        parts[1::2] = [values[name] for name in parts[1::2]]
        return "".join(parts)

    def _shell(self, page: Any) -> list[str]:
        """What stands around a page, cut where its own parts belong: text and the part's name by turns."""
        meta, folder = page.meta, page.url.split("/")
        trail = {crumb["url"] for crumb in meta["crumbs"]}
        others = [(one["lang"], one["hreflang"], one["name"]) for one in meta["alternates"]]
        alike = repr([(name, value) for name, value in meta.items() if name not in _OF_ONE_PAGE])
        key = (folder[0], len(folder), alike, *others, "report" in meta, *(url in trail for url in self._navigation))
        known = self._known.get(key)
        if known is None:
            marks = {name: f"\x01{name}\x01" for name in ("title", "description", "report") if name in meta}
            urls = [{**one, "url": f"\x01url{place}\x01"} for place, one in enumerate(meta["alternates"])]
            marked = SimpleNamespace(**{
                **page.__dict__,
                "title": marks["title"],
                "meta": {**meta, **marks, "alternates": urls},
                "content": "\x01content\x01",
            })  # fmt: skip
            known = self._known[key] = self._main.render(self._context(marked)).split("\x01")
        return known
