"""The same Markdown built by others: stock MkDocs Material, and Hugo with the smallest theme that is fair."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import yaml
from measure import Choice, Run, ours, run


def export(config: Path, folder: Path) -> Path:
    """The pages of a plan's first language as plain Markdown with a plain `mkdocs.yml`; gives their folder."""
    run(ours("export", folder, "--config", config))
    return next(path.parent for path in sorted(folder.glob("*/mkdocs.yml")))


def material(exported: Path, site: Path, *, short: bool) -> Run:
    """Stock Material with its own search; `short` lists section pages alone in the navigation, else every page is."""
    settings = yaml.safe_load((exported / "mkdocs.yml").read_text(encoding="utf-8"))
    settings |= {"plugins": ["search"], "docs_dir": "docs", "site_dir": str(site)}
    if not short:
        del settings["nav"]
    written = exported / "stock.yml"
    written.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return run([sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", written], exported)


_HUGO = {
    "config.toml": """\
baseURL = "https://example.org/"
title = "Benchmark"
disableKinds = ["taxonomy", "term", "RSS"]
[markup.goldmark.renderer]
unsafe = true
[markup.goldmark.parser.attribute]
block = true
""",
    "layouts/_default/baseof.html": """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ .Title }} · {{ .Site.Title }}</title><meta name="description" content="{{ .Description }}">
<link rel="canonical" href="{{ .Permalink }}">
{{ range .Params.alternates }}<link rel="alternate" hreflang="{{ .hreflang }}" href="{{ .url }}">{{ end }}
</head><body>
<nav>{{ range .Params.crumbs }}<a href="{{ .url }}">{{ .title }}</a> {{ end }}</nav>
<aside>{{ .TableOfContents }}</aside><main>{{ .Content }}</main>
</body></html>
""",
    "layouts/_default/single.html": '{{ define "main" }}{{ end }}',
    "layouts/_default/list.html": '{{ define "main" }}{{ end }}',
    "layouts/index.html": '{{ define "main" }}{{ end }}',
}


def hugo(exported: Path, folder: Path, choice: Choice) -> Run | None:
    """Hugo on the same Markdown; None where it is not installed."""
    program = shutil.which("hugo")
    if program is None:
        return None
    if not folder.exists():
        for name, text in _HUGO.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        docs = exported / "docs"
        pages = list(docs.rglob("*.md"))
        above = {parent for page in pages for parent in page.parent.parents} | {docs}
        for page in pages:
            to = folder / "content" / page.relative_to(docs)
            # A page that has pages below it is called _index.md there.
            to = to.with_name("_index.md") if page.name == "index.md" and page.parent in above else to
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(page, to)
    shutil.rmtree(folder / "public", ignore_errors=True)
    return run([program, "--quiet"], folder)
