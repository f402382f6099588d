"""Built sites for tests, each made once a run, and a small reader of their pages."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from filelock import FileLock

from generator.build import Options, build_site
from generator.check import load_plan
from generator.config import OWN_TEMPLATES, Config, load_config
from generator.language import load_language
from generator.plan import Plan
from generator.view import View

ROOT = Path(__file__).parents[1]
SMALL = Path(__file__).parent / "small"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


# --- plans and sites --------------------------------------------------------------------------------------------


def copy_small(folder: Path) -> Path:
    """A copy of the plan in `small/` that a test may change; gives the path of its settings."""
    shutil.copytree(SMALL, folder, ignore=shutil.ignore_patterns("build", "site"))
    return folder / "site_config.yml"


def with_bases(config: Config, *bases: str) -> Config:
    """The same settings with only these bases."""
    return dataclasses.replace(config, site=config.site.model_copy(update={"include_basis": bases}))


def view_of(config: Config, plan: Plan, code: str) -> View:
    """A plan seen through one language, whether or not it is one of the plan's."""
    codes = plan.languages if code in plan.languages else (*plan.languages, code)
    languages = {one: load_language(one, config.templates, codes) for one in codes}
    return View(plan, languages[code], config, {one: language.tag for one, language in languages.items()})


@pytest.fixture(scope="session")
def small_config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The settings of a copy of the plan in `small/`."""
    return load_config(copy_small(tmp_path_factory.mktemp("small") / "plan"))


@pytest.fixture(scope="session")
def small_site(small_config: Config) -> Path:
    """The built site of the plan in `small/`."""
    return build_site(small_config, Options(jobs=1)).output


@pytest.fixture(scope="session")
def small_view(small_config: Config) -> Callable[[str], View]:
    """The plan in `small/`, seen through a language."""
    plan, _ = load_plan(small_config)
    return lambda code: view_of(small_config, plan, code)


@pytest.fixture(scope="session")
def hebei_config() -> Config:
    """The settings of the Hebei site."""
    return load_config(ROOT / "site_config.yml")


@pytest.fixture(scope="session")
def hebei_site(hebei_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built Hebei site, made by whichever of the processes that run the tests comes first; only to be read."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    output = shared / "hebei" / "site"
    with FileLock(shared / "hebei.lock"):
        if not output.is_dir():
            build_site(hebei_config, Options(output=output, jobs=2))
    return output


@pytest.fixture(scope="session")
def hebei_view(hebei_config: Config) -> Callable[[str], View]:
    """The Hebei plan, seen through a language."""
    plan, _ = load_plan(hebei_config)
    return lambda code: view_of(hebei_config, plan, code)


@pytest.fixture
def a_view(a_plan: Callable[..., Plan], a_config: Callable[..., Config]) -> Callable[..., View]:
    """The small plan of conftest with some files replaced, seen through a language."""

    def build(files: dict[str, str | None] | None = None, code: str = "en") -> View:
        return view_of(a_config(files), a_plan(files), code)

    return build


# --- reading pages ----------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Node:
    """An element of a page: its tag, attributes and what stands in it."""

    tag: str
    attrs: dict[str, str]
    parent: Node | None = None
    children: list[Node | str] = dataclasses.field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """This element and all inside it, in the order of the page."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += [child for child in reversed(node.children) if isinstance(child, Node)]

    def all(self, tag: str = "", css: str = "") -> list[Node]:
        """Every element inside with this tag and class."""
        return [
            node
            for node in self.walk()
            if node is not self and tag in ("", node.tag) and (not css or css in node.attrs.get("class", "").split())
        ]

    def one(self, tag: str = "", css: str = "") -> Node:
        return self.all(tag, css)[0]

    @property
    def text(self) -> str:
        """What is written in it, with single spaces."""
        return re.sub(r"\s+", " ", "".join(text for _, text in self.texts())).strip()

    def texts(self) -> Iterator[tuple[Node, str]]:
        """Every piece of text with the element it stands in."""
        waiting: list[tuple[Node, Node | str]] = [(self, self)]
        while waiting:
            around, one = waiting.pop()
            if isinstance(one, str):
                yield around, one
            else:
                waiting += [(one, child) for child in reversed(one.children)]

    @property
    def lang(self) -> str:
        """The language that holds here."""
        return self.attrs.get("lang") or (self.parent.lang if self.parent else "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Node("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Node(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        node: Node | None = self.here
        while node is not None and node.tag != tag:
            node = node.parent
        if node is not None and node.parent is not None:
            self.here = node.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read_html(text: str) -> Node:
    """A page as a tree, read as a browser reads it."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.root


_TREES: dict[Path, Node] = {}


def page(site: Path, address: str) -> Node:
    """The page at an address such as `en/tasks/08/`, read once."""
    path = site / address / "index.html" if not address.endswith(".html") else site / address
    if path not in _TREES:
        _TREES[path] = read_html(path.read_text(encoding="utf-8"))
    return _TREES[path]


def addresses(site: Path) -> list[str]:
    """The address of each page of each language, from the site's root."""
    return sorted(
        f"{path.parent.relative_to(site).as_posix()}/"
        for path in site.glob("*/**/index.html")
        if 'http-equiv="refresh"' not in path.read_text(encoding="utf-8")[:600]
    )


def fingerprint(folder: Path) -> dict[str, str]:
    """The hash of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


__all__ = [
    "OWN_TEMPLATES",
    "ROOT",
    "SMALL",
    "Node",
    "a_view",
    "addresses",
    "copy_small",
    "fingerprint",
    "hebei_config",
    "hebei_site",
    "hebei_view",
    "page",
    "read_html",
    "small_config",
    "small_site",
    "small_view",
    "view_of",
    "with_bases",
]
