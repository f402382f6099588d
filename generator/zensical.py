"""Builds one language with Zensical in MkDocs' place.

Zensical knows no hooks, so that pages cannot be handed to it in memory: it gets a project on disk and works in a
process of its own. Ready HTML stays out of its sight (a placeholder stands for it) and is put in place afterwards.
What it leaves out it does not always tell, so every page is looked for when it is done.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from generator.project import project_path, write_project
from generator.site import LanguageSite, SiteError, SourceFile, prune_assets, style_of, theme_words

_ESCAPES = {"&#x2f;": "/", "&quot;": "&#34;", "&#x27;": "&#39;"}
"""How Zensical's templates escape, and how MkDocs' do: the same text in fewer bytes."""
_ESCAPED = re.compile("|".join(_ESCAPES))
_HERE = re.compile(r'(\s(?:href|src|action|data-scripts)=")\./(?=[^"])')
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_MAIN, _END = '<main class="pe-main', "</main>"


def build_language(site: LanguageSite, docs: Path, output: Path) -> list[str]:
    """Build one language into `output` (made anew); `docs` is an empty folder. Gives what Zensical warned about.

    Raises SiteError when Zensical stops or leaves out a page, and on any warning when the site is strict. Warnings of
    links are not among them: files beside the pages are added later, and the link check reads the finished site.
    """
    project = docs / "project"
    style = style_of(site)
    extra = {**site.extra, "pe": theme_words(site)}
    write_project(replace(site, extra=extra), project, whole=False, theme={"custom_dir": str(site.theme.resolve())})
    command = [sys.executable, "-m", "zensical", "build", "--config-file", str(project / "mkdocs.yml")]
    done = subprocess.run(  # noqa: S603 -- our own command
        command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
        env={**os.environ, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}, cwd=project,
    )  # fmt: skip
    told = [line.strip() for line in _COLOUR.sub("", done.stdout + done.stderr).splitlines() if line.strip()]
    if done.returncode:
        last = told[-1] if told else f"it ended with {done.returncode}"
        raise SiteError(f"Zensical could not build the pages in '{site.language}': {last}")
    found = [line for line in told if line.startswith("Warning:") and "does not exist" not in line]
    if found and site.strict:
        raise SiteError(f"Zensical warned about the pages in '{site.language}':\n" + "\n".join(found[:20]))
    made = project / "site"
    for source in site.files:
        _finish(made, source, site.language)
    _keep_ours(site, made)
    shutil.rmtree(output, ignore_errors=True)
    shutil.move(made, output)
    prune_assets(output)
    (output / style.path).write_bytes(style.content)
    return found


def _finish(made: Path, source: SourceFile, language: str) -> None:
    """Put the ready HTML of a page in its place and write what stands around it as MkDocs' templates do."""
    file = made / project_path(source.path).replace(".md", ".html")
    if not file.is_file():
        raise SiteError(f"Zensical left out the page '{source.path}' in '{language}', and did not say why")
    file.write_text(_shell(file.read_text(encoding="utf-8"), source), encoding="utf-8", newline="\n")


def _shell(text: str, source: SourceFile) -> str:
    """The page with its ready HTML, its shell escaped as by MkDocs; the text between is left as it is."""
    head, mark, rest = text.partition(_MAIN)
    body, end, foot = rest.rpartition(_END)
    return _plain(head) + mark + source.complete(body) + end + _plain(foot)


def _plain(shell: str) -> str:
    return _HERE.sub(r"\1", _ESCAPED.sub(lambda found: _ESCAPES[found[0]], shell))


def _keep_ours(site: LanguageSite, made: Path) -> None:
    """Drop what no page was handed in for: pages of the last build that stand in the navigation, Zensical's search."""
    wanted = {project_path(source.path).replace(".md", ".html") for source in site.files}
    for file in made.rglob("*.html"):
        if file.relative_to(made).as_posix() not in wanted | {"404.html"}:
            file.unlink()
    (made / "search.json").unlink(missing_ok=True)
    lost = made / "404.html"
    if site.url is None:
        lost.unlink(missing_ok=True)
    elif lost.is_file():
        lost.write_text(_plain(lost.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
