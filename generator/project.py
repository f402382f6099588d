"""One language's pages as a project on disk, for any builder that reads `mkdocs.yml` and Markdown with front matter.

Each page is a folder with `index.md`. Its address is then the place of its file, so that a link means the same
whether a builder leaves it alone (MkDocs, in HTML) or works it out from the file (Zensical, everywhere).
"""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

from generator.site import LanguageSite, SourceFile, mkdocs_settings
from generator.textfiles import write_text

SETTINGS = "mkdocs.yml"
DOCS = "docs"
_LINK = re.compile(r"(\]\(|\]:\s+)([^\s)<>#:]+)")
"""Where a Markdown link leads, without its anchor."""


def project_path(source: str) -> str:
    """Where a page stands in a project: `areas/north.md` becomes `areas/north/index.md`."""
    stem = source.removesuffix(".md")
    return source if stem == "index" or stem.endswith("/index") else f"{stem}/index.md"


def write_project(site: LanguageSite, folder: Path, *, whole: bool = True, theme: dict[str, Any] | None = None) -> None:
    """Write the pages and settings of a language below `folder`.

    `whole` False leaves the placeholders of ready HTML in the text, for who puts it back afterwards; `theme` adds to
    the settings of the theme. Entries of the navigation that are no page of the site get an empty one.
    """
    docs = folder / DOCS
    sources = {source.path: source for source in site.files}
    for _, path in site.nav:
        sources.setdefault(path, SourceFile(path, " ", {"title": "-"}))
    pictures = {address for address, _ in site.attachments}
    for source in sources.values():
        meta = yaml.safe_dump(dict(source.meta), allow_unicode=True, sort_keys=False)
        body = _moved(source, pictures)
        body = source.complete(body) if whole else body
        write_text(docs / project_path(source.path), f"---\n{meta}---\n\n{body}")
    for address, picture in site.attachments:
        place = docs / address
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(picture, place)
    settings = mkdocs_settings(site)
    settings["nav"] = [{title: project_path(path)} for title, path in site.nav]
    settings["theme"] |= theme or {}
    write_text(folder / SETTINGS, yaml.safe_dump(settings, allow_unicode=True, sort_keys=False))


def _moved(source: SourceFile, pictures: Collection[str]) -> str:
    """The Markdown of a page with its links to other files as they lead from its new place."""
    place = project_path(source.path)
    if place == source.path:
        return source.markdown
    before, after = posixpath.dirname(source.path), posixpath.dirname(place)

    def lead(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(before, found[2]))
        if not (target.endswith(".md") or target in pictures) or target.startswith("../"):
            return found[0]
        return found[1] + posixpath.relpath(project_path(target) if target.endswith(".md") else target, after)

    return _LINK.sub(lead, source.markdown)
