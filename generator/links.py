"""Checks the finished site: every link leads to a page and anchor that exist; nothing is loaded from elsewhere."""

from __future__ import annotations

import html
import os
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from generator.spread import spread

_REFERENCE = re.compile(r"""<(?P<tag>[a-z]+)\b[^>]*?\s(?P<name>href|src|data-spec|action)="(?P<value>[^"]*)\"""")
_VALUE = re.compile(r"""\s(?:href|src|data-spec|action)="([^"]*)\"""")
_PART = 500
"""So many pages are checked at a time."""
_ATTRIBUTES = ('href="', 'src="', 'data-spec="', 'action="')
_ELSEWHERE = ("https://", "http://", "mailto:", "data:")
_PLAIN = re.compile(r"[A-Za-z0-9._/-]*")
_SHEET = re.compile(r"<link\b[^>]*stylesheet[^>]*>")
_LOADING = re.compile(r"""<(?:(?:script|img|iframe|source|video|audio|embed)\b[^>]*|link\b[^>]*stylesheet[^>]*)>""")
"""Tags that load what they name when the page is opened."""


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
    jobs: int = 1,
) -> list[BrokenLink]:
    """Everything wrong with the links of all pages below `site`, in page order.

    `url` is the address the site will have: links that start with its path lead inside. `files` are the site's files
    where they are known, `kept` is the folder of those that are not in `site`; `only` names the pages to check, None
    checks all. `anchors` (see `anchors_of`) are of pages that need not be read; those of the checked pages are added.
    Many pages are checked in several processes, `jobs`.
    """
    base = (urlsplit(url).path.rstrip("/") if url else "") + "/"
    files = all_files(site) if files is None else files
    pages = sorted(name for name in files if name.endswith(".html") and (only is None or name in only))
    anchors = {} if anchors is None else anchors
    for name in pages:  # those known of a page that is checked are of the page as it was before
        anchors.pop(name, None)
    ids, known = _Anchors(site, kept, anchors), dict[tuple[str, str], str]()

    def check(part: Sequence[str]) -> tuple[list[BrokenLink], dict[str, str]]:
        broken: list[BrokenLink] = []
        seen: dict[str, str] = {}
        for name in part:
            text = ids.read(name)
            seen[name] = anchors_of(text)
            ids[name] = frozenset(seen[name].split())
            broken += _broken_in(name, text, base, ids, files, known)
        return broken, seen

    parts = [pages[start : start + _PART] for start in range(0, len(pages), _PART)]
    found: list[BrokenLink] = []
    for broken, seen in spread([partial(check, part) for part in parts], jobs):
        found += broken
        anchors.update(seen)
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
    pieces = pairwise(text.split('id="'))  # many times as fast as a search by a pattern
    return {piece.partition('"')[0] for before, piece in pieces if before[-1:].isspace()} - {""}


def _values_in(text: str) -> tuple[set[str], set[str]]:
    """What stands in the attributes that lead somewhere, as it is written; and what others than `href` hold."""
    found: dict[str, set[str]] = {}
    for name in _ATTRIBUTES:
        pieces = text.split(name)
        ends = ((piece, piece.find('"')) for before, piece in pairwise(pieces) if before[-1:].isspace())
        found[name] = {piece[:end] for piece, end in ends if end >= 0}
    return found.pop(_ATTRIBUTES[0]), set().union(*found.values())


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


def _broken_in(
    page: str, text: str, base: str, ids: _Anchors, files: Collection[str], known: dict[tuple[str, str], str]
) -> Iterator[BrokenLink]:
    """The broken links of a page, each once; `known` is of `_leads`. Where none may be broken, no more is done."""
    beside = page.rpartition("/")[0].rpartition("/")[0]
    leading, other = _values_in(text)
    other |= {value for value in leading if not value.startswith(_ELSEWHERE)}
    is_loading = any("://" in sheet for sheet in _SHEET.findall(text))
    if not is_loading and all(_leads(page, beside, value, ids, files, known) for value in other):
        return
    loaded: set[str] | None = None
    written: set[str] | None = None
    for value in dict.fromkeys(_VALUE.findall(text)):
        link = html.unescape(value)
        if link.startswith(base) and not link.startswith(f"{base}/"):  # from the host's root
            link = ("../" * page.count("/") or "./") + link.removeprefix(base)
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            if loaded is None:
                loaded = {one for tag in _LOADING.findall(text) for one in _VALUE.findall(tag)}
            reason = "would be loaded from another site" if value in loaded else ""
        else:
            reason = _reason(page, link, parts.path, parts.fragment, ids, files)
        if reason:
            # What looks like a link may be text that stands on the page, so only now each tag is looked at.
            written = {match["value"] for match in _REFERENCE.finditer(text)} if written is None else written
            if value in written:
                yield BrokenLink(page, link, reason)


def _leads(
    page: str, beside: str, value: str, ids: _Anchors, files: Collection[str], known: dict[tuple[str, str], str]
) -> bool:
    """Whether a plain link leads to a page, file or anchor of the site; of links of other forms nothing is said.

    `known` holds where pages beside this one lead, by the link as it is written.
    """
    path, _, fragment = value.partition("#")
    target = known.get((beside, path))
    if target is None:
        if path.startswith("/") or not _PLAIN.fullmatch(path):
            return False
        target = _target(page, path, files)
        if target not in files:
            return False
        if path.startswith("../"):
            known[beside, path] = target
    return not fragment or (target.endswith(".html") and fragment in ids[target])


def _target(page: str, path: str, files: Collection[str]) -> str:
    """The file that a path of a link on a page leads to, whether or not there is one."""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    target = "" if target == "." else target
    if path.endswith("/") or target == "" or (target not in files and f"{target}/index.html" in files):
        target = posixpath.join(target, "index.html")
    return target


def _reason(page: str, link: str, path: str, fragment: str, ids: _Anchors, files: Collection[str]) -> str:
    """Why a link inside the site is broken; empty where it is not."""
    target = _target(page, unquote(path), files)
    if target.startswith(".."):
        return "leads out of the site"
    if target not in files:
        return "there is no such page or file"
    if "=" in fragment:
        return ""  # what a page's script is to show, such as #areas=north,south, and no anchor
    if fragment and target.endswith(".html") and unquote(fragment) not in ids[target]:
        return f"that page has no anchor '{fragment}'"
    return ""
