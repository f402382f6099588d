"""Checks the finished site: every link leads to a page and anchor that exist; nothing is loaded from elsewhere."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
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


def broken_links(site: Path, url: str | None = None) -> list[BrokenLink]:
    """Everything wrong with the links of all pages below `site`, in page order.

    `url` is the address the site will have: links that start with its path lead inside.
    """
    base = (urlsplit(url).path.rstrip("/") if url else "") + "/"
    pages = {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))
    }
    ids = {name: set(_ID.findall(text)) for name, text in pages.items()}
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    return [
        broken for name, text in pages.items() for broken in _broken_in(name, _relative(name, text, base), ids, files)
    ]


def _relative(page: str, text: str, base: str) -> str:
    """The page with links from the host's root written as links from the page."""
    up = "../" * page.count("/") or "./"
    return re.sub(r"""(\s(?:href|src|action)=")""" + re.escape(base) + r"(?!/)", rf"\g<1>{up}", text)


def _broken_in(page: str, text: str, ids: dict[str, set[str]], files: set[str]) -> Iterator[BrokenLink]:
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
        elif parts.fragment and target in ids and unquote(parts.fragment) not in ids[target]:
            yield BrokenLink(page, link, f"that page has no anchor '{parts.fragment}'")
