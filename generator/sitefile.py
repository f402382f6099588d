"""A file of the site that is not a page: where it stands and its bytes. Pure functions yield them; `build` writes."""

from __future__ import annotations

from typing import NamedTuple


class SiteFile(NamedTuple):
    """One file of the site."""

    path: str
    """Path with slashes, from the root of what it belongs to: the site, or one language's folder."""
    content: bytes


def text_file(path: str, text: str) -> SiteFile:
    """A text as a file, UTF-8 with LF line ends."""
    return SiteFile(path, text.replace("\r\n", "\n").encode())
