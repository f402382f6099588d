"""How much a reader loads who was never there before: pages with the style sheets and scripts that they ask for."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urljoin

from measure import packed

KINDS = {
    "home": "{language}/index.html",
    "task": "{language}/tasks/*/index.html",
    "city": "{language}/areas/*/index.html",
    "indicator": "{language}/indicators/*/index.html",
}
"""Kinds of pages whose first visit is weighed, and where they are in the site."""

_LINK = re.compile(r'<link\b[^>]*\brel="stylesheet"[^>]*>|<script\b[^>]*\bsrc="[^>]*>')
_ADDRESS = re.compile(r'\b(?:href|src)="([^"]+)"')


def first_visit(page: Path) -> int:
    """Packed bytes of a page with the style sheets and scripts that it asks for."""
    text = page.read_text(encoding="utf-8")
    addresses = {found[1] for tag in _LINK.findall(text) if (found := _ADDRESS.search(tag))}
    files = {Path(urljoin(page.as_uri(), address).removeprefix("file://")) for address in addresses}
    return packed(page) + sum(packed(file) for file in files)


def visits(site: Path, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Median and largest first visit of each kind of page, all languages together."""
    for kind, pattern in KINDS.items():
        pages = [page for language in languages for page in site.glob(pattern.format(language=language))]
        sizes = sorted(first_visit(page) for page in pages)
        if sizes:
            value = f"{statistics.median(sizes) / 1000:.1f} kB, at most {sizes[-1] / 1000:.1f} kB ({len(sizes)} pages)"
            yield f"first visit, {kind} (gzip)", value
