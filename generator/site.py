"""The bridge to MkDocs, which nothing else knows: pages come in as virtual Markdown files, one build a language.

ProperDocs continues MkDocs 1.x under names of its own; what is used here is the same in both.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

import jinja2

from generator.kept import kept
from generator.problems import GeneratorError
from generator.quick_markdown import Html, QuickMarkdown
from generator.shells import Shells
from generator.sitefile import SiteFile

if TYPE_CHECKING:  # an update of nothing needs no MkDocs
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.pages import Page as MkDocsPage

EXTENSIONS = ("attr_list", "sane_lists", "toc", "tables")
KEPT_ASSETS = (
    "site.js", "search.js", "weights.js", "compare.js", "explore.js", "use.js", "breakdowns.js",
    "mark.svg",
)  # fmt: skip
"""Files of the theme that a page may ask for, beside the style sheet; the rest is pruned."""

_BLANK = "pe-blank.html"
"""The template of pages that stand in the navigation alone."""
_PLACEHOLDER = re.compile(r"<!--pe:(\d+)-->")


class SiteError(GeneratorError):
    """MkDocs could not build the site, or warned about it."""


@dataclass(frozen=True)
class SourceFile:
    """One page as MkDocs sees it: where its Markdown would stand, its text, its front matter, its ready HTML blocks."""

    path: str
    markdown: str
    meta: Mapping[str, Any]
    blocks: tuple[str, ...] = ()

    def complete(self, text: str | None = None) -> str:
        """The Markdown, or the HTML made of it, with the ready blocks where their placeholders stand."""
        return _PLACEHOLDER.sub(lambda match: self.blocks[int(match[1])], self.markdown if text is None else text)


@dataclass(frozen=True)
class LanguageSite:
    """Everything that MkDocs needs for the pages of one language."""

    language: str
    material_language: str
    name: str
    url: str | None
    description: str
    files: tuple[SourceFile, ...]
    nav: tuple[tuple[str, str], ...]
    """Title and Markdown file of each entry of the short navigation."""
    extra: Mapping[str, Any]
    theme: Path
    attachments: tuple[tuple[str, Path], ...] = ()
    """Further files of the content folder (pictures): address and where they are."""
    strict: bool = True
    builder: str = "mkdocs"
    """`mkdocs`, `properdocs` or `zensical`: see `builders`."""
    compiled: Path | None = None
    """Where the theme's compiled templates are kept."""
    warnings: tuple[str, ...] = field(default=(), compare=False)


class PolicyExplorerPlugin:
    """Hands the pages to MkDocs and puts ready HTML past its Markdown parser.

    MkDocs looks for the methods of a plugin by their names, so it needs none of its classes.
    """

    def __init__(self, site: LanguageSite) -> None:
        self.site = site
        self.sources = {source.path: source for source in site.files}
        self._quick = QuickMarkdown(EXTENSIONS)
        self._converted: dict[str, Html] = {}
        """Pages whose Markdown MkDocs need not see."""
        self._env: jinja2.Environment | None = None
        self._nav: Any = None

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Add every page as a virtual file; only those of the short navigation count as being in it."""
        parts = import_module(f"{self.site.builder}.structure.files")
        new, levels = parts.File.generated, parts.InclusionLevel
        in_nav = {path for _, path in self.site.nav}
        for source in self.site.files:
            level = levels.INCLUDED if source.path in in_nav else levels.NOT_IN_NAV
            files.append(new(config, source.path, content=source.markdown, inclusion=level))
        # What is taken over from the last build stands here for its link only.
        for missing in sorted(in_nav - self.sources.keys()):
            files.append(new(config, missing, content=" ", inclusion=levels.INCLUDED))
        for file in list(files):
            if _is_unused(file):
                files.remove(file)
        for address, path in self.site.attachments:
            files.append(new(config, address, abs_src_path=str(path), inclusion=levels.NOT_IN_NAV))
        return files

    def on_page_markdown(self, markdown: str, page: MkDocsPage, **_: Any) -> str:
        """Give the page its front matter."""
        source = self.sources.get(page.file.src_uri)
        page.meta = {"template": _BLANK} if source is None else dict(source.meta)
        converted = self._quick.convert(markdown) if source else None
        if converted is None:
            return markdown
        self._converted[page.file.src_uri] = converted
        return ""

    def on_page_content(self, html: str, page: MkDocsPage, **_: Any) -> str:
        """Put the ready blocks back where their placeholders stand."""
        source = self.sources.get(page.file.src_uri)
        converted = self._converted.pop(page.file.src_uri, None)
        if converted is not None:
            html = converted.html
            page.toc = import_module(f"{self.site.builder}.structure.toc").get_toc(converted.headings)
        return html if source is None else source.complete(html)

    def on_post_page(self, output: str, page: MkDocsPage, **_: Any) -> str:
        """Write only the pages that were handed in."""
        return output if page.file.src_uri in self.sources else ""

    def on_nav(self, nav: Any, **_: Any) -> Any:
        """Remember the navigation for what stands around further pages."""
        self._nav = nav
        return nav

    def on_env(self, env: jinja2.Environment, **_: Any) -> jinja2.Environment:
        """Keep the theme's compiled templates; what is not written needs none of them."""
        self._env = env
        loaders = [env.loader] if env.loader else []
        env.loader = jinja2.ChoiceLoader([*loaders, jinja2.DictLoader({_BLANK: ""})])
        if self.site.compiled is not None:
            self.site.compiled.mkdir(parents=True, exist_ok=True)
            env.bytecode_cache = jinja2.FileSystemBytecodeCache(str(self.site.compiled))
        return env

    def shells(self, config: MkDocsConfig) -> Shells:
        """What stands around further pages, after MkDocs has built those it was given."""
        if self._env is None:
            raise SiteError("no pages were built")
        context = import_module(f"{self.site.builder}.commands.build").get_context
        links = tuple(item.url for item in self._nav.items)
        return Shells(self._env, lambda page: context(self._nav, [], config, page), links, config.site_url)


class FurtherPages:
    """Makes pages of a language without MkDocs, after it has built some, or none: the same bytes."""

    def __init__(self, plugin: PolicyExplorerPlugin, config: MkDocsConfig) -> None:
        self._builder, self._shells = plugin.site.builder, plugin.shells(config)
        self._quick = QuickMarkdown(EXTENSIONS)

    def page(self, source: SourceFile) -> SiteFile | None:
        """A page as it is published; None for one that MkDocs must build."""
        url = f"{source.path.removesuffix('.md')}/"
        converted = self._quick.convert(source.markdown) if self._shells.fits(url) else None
        if converted is None:
            return None
        toc = import_module(f"{self._builder}.structure.toc").get_toc(converted.headings)
        html = self._shells.page(url, source.meta, source.complete(converted.html), toc)
        return SiteFile(f"{url}index.html", html.encode("utf-8", errors="xmlcharrefreplace"))


def _environment(make: Callable[[], jinja2.Environment], theme: Path) -> jinja2.Environment:
    """The theme's templates, in which MkDocs looks for files to copy: ours, without Material's ten thousand icons."""
    env = make()
    ours = {path.relative_to(theme).as_posix() for path in theme.rglob("*") if path.is_file()}
    names = sorted(ours | {f"assets/{name}" for name in KEPT_ASSETS})

    def list_templates(filter_func: Callable[[str], bool] = bool, **_: Any) -> list[str]:
        return [name for name in names if filter_func(name)]

    env.list_templates = list_templates  # type: ignore[method-assign, assignment]
    return env


def _is_unused(file: File) -> bool:
    """Whether a file of the theme would be pruned again: see KEPT_ASSETS."""
    path = file.src_uri
    if not path.startswith("assets/"):
        return False
    return path.removeprefix("assets/") not in KEPT_ASSETS


class _Warnings(logging.Handler):
    """Keeps what MkDocs warns about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def mkdocs_settings(site: LanguageSite) -> dict[str, Any]:
    """The `mkdocs.yml` of a language, as values; the theme folder is added by whoever builds."""
    return {
        "site_name": site.name,
        "site_description": site.description,
        "nav": [{title: path} for title, path in site.nav],
        "theme": {"name": "material", "language": site.material_language, "font": False},
        "use_directory_urls": True,
        "markdown_extensions": list(EXTENSIONS),
        "plugins": [],
        "validation": {"unrecognized_links": "ignore", "absolute_links": "warn", "omitted_files": "ignore"},
        "extra": dict(site.extra),
        **({"site_url": site.url} if site.url else {}),
    }


def theme_words(site: LanguageSite) -> dict[str, Any]:
    """What the templates of the theme read at `config.extra.pe`, with whichever builder."""
    return {**site.extra["pe"], "style": style_of(site).path, **page_scripts(site.theme)}


def build_language(site: LanguageSite, docs: Path, output: Path) -> list[str]:
    """Build one language into `output` (made anew); `docs` is an empty folder. Gives what MkDocs warned about.

    Raises SiteError when MkDocs stops, and on any warning when the site is strict.
    """
    return _built(site, docs, output)[0]


def build_first(site: LanguageSite, docs: Path, output: Path) -> FurtherPages:
    """The same, for a language of which further pages are to be made."""
    _, plugin, config = _built(site, docs, output)
    return FurtherPages(plugin, config)


def _built(site: LanguageSite, docs: Path, output: Path) -> tuple[list[str], PolicyExplorerPlugin, MkDocsConfig]:
    settings = mkdocs_settings(site)
    settings["theme"]["custom_dir"] = str(site.theme)
    name = {"mkdocs": "MkDocs", "properdocs": "ProperDocs"}[site.builder]
    config: MkDocsConfig = import_module(f"{site.builder}.config.defaults").MkDocsConfig(
        config_file_path=str(docs.parent / "mkdocs.yml")
    )
    config.load_dict({**settings, "docs_dir": str(docs), "site_dir": str(output)})
    errors, warnings = config.validate()
    if errors:
        raise SiteError("; ".join(f"{key}: {error}" for key, error in errors))
    plugin = PolicyExplorerPlugin(site)
    config.plugins["policy-explorer"] = cast("Any", plugin)
    config.theme.get_env = partial(_environment, config.theme.get_env, site.theme)  # type: ignore[method-assign]
    config.extra["pe"] = theme_words(site)
    handler, logger = _Warnings(), logging.getLogger(site.builder)
    logger.addHandler(handler)
    propagate, logger.propagate = logger.propagate, False
    try:
        import_module(f"{site.builder}.commands.build").build(config)
    except (Exception, SystemExit) as error:
        raise SiteError(f"{name} could not build the pages in '{site.language}': {error}") from error
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate
    found = [*handler.messages, *(str(warning) for _, warning in warnings)]
    if found and site.strict:
        raise SiteError(f"{name} warned about the pages in '{site.language}':\n" + "\n".join(found[:20]))
    prune_assets(output)
    style = style_of(site)
    (output / style.path).write_bytes(style.content)
    if site.url is None:
        # A lost page may be shown at any depth: without an address its links would lead nowhere.
        (output / "404.html").unlink(missing_ok=True)
    return found, plugin, config


def style_sheet(theme: Path, cache: Path | None = None) -> SiteFile:
    """The one style sheet of the pages: what they use of Material's, and `assets/pe.css` of the theme.

    It is kept in the folder `cache` of the site, by what it is made of.
    """
    import material  # noqa: PLC0415 -- only its folder is needed

    folder = Path(material.__file__).parent / "templates"
    main = next(folder.glob("assets/stylesheets/main.*.min.css"))
    parts = (main.read_text(encoding="utf-8"), (theme / "assets" / "pe.css").read_text(encoding="utf-8"))
    return _style_of(parts, cache)


def page_scripts(theme: Path) -> dict[str, dict[str, str]]:
    """The scripts that stand in each page: `text`, and `hash` by which the policy of the page allows it.

    `early` must run before the first paint, and `late` asks for the others after it: files of their own would keep
    readers on a slow line waiting.
    """
    return {"early": _inline(theme / "assets" / "theme.js"), "late": _inline(theme / "assets" / "late.js")}


def _inline(path: Path) -> dict[str, str]:
    text = re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)).strip()
    return {"text": text, "hash": base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}


def style_of(site: LanguageSite) -> SiteFile:
    return style_sheet(site.theme, site.compiled and site.compiled.parents[1])


@lru_cache(maxsize=2)
def _style_of(parts: tuple[str, str], cache: Path | None) -> SiteFile:
    def make() -> bytes:
        from generator.stylesheet import site_style  # noqa: PLC0415 -- a parser of CSS, which is rarely needed

        return site_style(*parts).content

    program = Path(__file__).with_name("stylesheet.py").read_text(encoding="utf-8")
    made = kept(cache and cache / "styles", (program, *parts), make)
    return SiteFile(f"assets/site.{hashlib.sha256(made).hexdigest()[:8]}.css", made)


def prune_assets(output: Path) -> None:
    """Remove what Material brings and no page asks for: scripts, word lists, fonts, source maps."""
    kept = {output / "assets" / name for name in KEPT_ASSETS}
    for path in sorted((output / "assets").rglob("*"), reverse=True):
        if path.is_file() and path not in kept:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    for name in ("sitemap.xml", "sitemap.xml.gz", "objects.inv"):
        (output / name).unlink(missing_ok=True)
    shutil.rmtree(output / "search", ignore_errors=True) if not (output / "search" / "index.html").exists() else None
