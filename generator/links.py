"""Checks the finished site: every link leads to a page and anchor that exist; nothing is loaded from elsewhere."""

from __future__ import annotations

import html
import os
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

_REFERENCE = re.compile(r"""<(?P<tag>[a-z]+)\b[^>]*?\s(?P<name>href|src|data-spec|action)="(?P<value>[^"]*)\"""")
_ID = re.compile(r"""\sid="([^"]+)\"""")
_LOADING_TAGS = {"script", "img", "iframe", "source", "video", "audio", "embed"}


class BrokenLink(NamedTuple):
    """A link that leads nowhere, or a file that the page would load from elsewhere."""

    page: str
    link: str
    reason: str


def broken_links(
    site: Path,
    url: str | None = None,
    files: Collection[str] | None = None,
    only: Collection[str] | None = None,
    anchors: dict[str, str] | None = None,
    kept: Path | None = None,
) -> list[BrokenLink]:
    """Everything wrong with the links of all pages below `site`, in page order.

    `url` is the address the site will have: links that start with its path lead inside. `files` are the site's files
    where they are known, `kept` is the folder of those that are not in `site`; `only` names the pages to check, None
    checks all. `anchors` (see `anchors_of`) are of pages that need not be read; those of the checked pages are added.
    """
    base = (urlsplit(url).path.rstrip("/") if url else "") + "/"
    files = all_files(site) if files is None else files
    pages = sorted(name for name in files if name.endswith(".html") and (only is None or name in only))
    anchors = {} if anchors is None else anchors
    ids = _Anchors(site, kept, anchors)
    found: list[BrokenLink] = []
    for name in pages:
        text = ids.read(name)
        anchors[name] = anchors_of(text)
        found += _broken_in(name, _relative(name, text, base), ids, files)
    return found


def anchors_of(text: str) -> str:
    """The anchors of a page, which hold no space, in one text."""
    return " ".join(sorted(ids_in(text)))


def all_files(folder: Path) -> frozenset[str]:
    """The path of every file below a folder, with slashes."""
    found, start = [], len(str(folder)) + 1
    for place, _, names in os.walk(folder):
        inside = place[start:].replace(os.sep, "/")
        found += [f"{inside}/{name}" if inside else name for name in names]
    return frozenset(found)


def ids_in(text: str) -> set[str]:
    """Every anchor of a page."""
    return set(_ID.findall(text))


class _Anchors(dict[str, frozenset[str]]):
    """The anchors of each page, read when a link first leads to it."""

    def __init__(self, site: Path, kept: Path | None, known: Mapping[str, str]) -> None:
        self.site, self.kept, self.known = site, kept, known

    def read(self, page: str) -> str:
        try:
            return (self.site / page).read_text(encoding="utf-8")
        except FileNotFoundError:
            if self.kept is None:
                raise
            return (self.kept / page).read_text(encoding="utf-8")

    def __missing__(self, page: str) -> frozenset[str]:
        known = self.known.get(page)
        ids = self[page] = frozenset((anchors_of(self.read(page)) if known is None else known).split())
        return ids


def _relative(page: str, text: str, base: str) -> str:
    """The page with links from the host's root written as links from the page."""
    up = "../" * page.count("/") or "./"
    return re.sub(r"""(\s(?:href|src|action)=")""" + re.escape(base) + r"(?!/)", rf"\g<1>{up}", text)


def _broken_in(page: str, text: str, ids: _Anchors, files: Collection[str]) -> Iterator[BrokenLink]:
    seen = set()
    for match in _REFERENCE.finditer(text):
        link = html.unescape(match["value"])
        if (link, match["tag"]) in seen:
            continue
        seen.add((link, match["tag"]))
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            if match["tag"] in _LOADING_TAGS or (match["tag"] == "link" and "stylesheet" in match[0]):
                yield BrokenLink(page, link, "would be loaded from another site")
            continue
        target = (
            posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path))) if parts.path else page
        )
        if target.startswith(".."):
            yield BrokenLink(page, link, "leads out of the site")
            continue
        target = "" if target == "." else target
        if parts.path.endswith("/") or target == "" or (target not in files and f"{target}/index.html" in files):
            target = posixpath.join(target, "index.html")
        if target not in files:
            yield BrokenLink(page, link, "there is no such page or file")
        elif "=" in parts.fragment:
            continue  # what a page's script is to show, such as #areas=north,south, and no anchor
        elif parts.fragment and target.endswith(".html") and unquote(parts.fragment) not in ids[target]:
            yield BrokenLink(page, link, f"that page has no anchor '{parts.fragment}'")
