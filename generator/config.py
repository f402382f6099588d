"""Reads `site_config.yml`: what is built, from where, to where, and how it presents itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from generator.model import BASES, Basis, Flag, Id, Line, Many, Model, Text, Url
from generator.parse import parse_record
from generator.problems import DataError, Place, Problem, UsageError, errors_in
from generator.textfiles import Record, YamlFile, read_yaml

OWN_TEMPLATES = next(
    folder
    for folder in (Path(__file__).parent / "templates", Path(__file__).parent.parent / "templates")
    if folder.is_dir()
)
"""The generator's own templates: inside the package when installed, beside it in a checkout."""


class Publish(Model):
    allow_basis: Many[Basis] = ("official", "derived")


class Theme(Model):
    """Looks: `accent` a colour as #rrggbb, `logo` a file in the content folder."""

    accent: Line | None = None
    logo: Line | None = None


class Map(Model):
    """How areas are drawn. A choropleth needs `review_number`, or `review_required: false` outside China."""

    kind: Literal["tiles", "choropleth"] = "tiles"
    review_number: Line | None = None
    review_required: Flag = True


class Footer(Model):
    """What the foot of each page says; every official id is left out unless it is given."""

    notice: Text | None = None
    source_title: Text | None = None
    source_url: Url | None = None
    sponsor: Text | None = None
    contact: Text | None = None
    site_id: Line | None = None
    icp: Line | None = None
    security_filing: Line | None = None


class Features(Model):
    """Parts that can be switched off: `explore` (interactive charts on demand), `png` (charts as PNG files)."""

    explore: Flag = True
    png: Flag = True


class SiteConfig(Model):
    """The fields of `site_config.yml`."""

    site_name: Text
    site_url: Url | None = None
    languages: Many[Id] = ()
    data: Line = "data"
    content: Line = "content"
    output: Line = "site"
    templates: Line | None = None
    release: Line | None = None
    include_basis: Many[Basis] = BASES
    publish: Publish = Publish()
    theme: Theme = Theme()
    map: Map = Map()
    footer: Footer = Footer()
    features: Features = Features()


@dataclass(frozen=True)
class Config:
    """The settings with their paths made absolute. `languages` empty means: as the plan says."""

    file: Path
    site: SiteConfig

    @property
    def folder(self) -> Path:
        return self.file.parent

    @property
    def data(self) -> Path:
        return self.folder / self.site.data

    @property
    def content(self) -> Path:
        return self.folder / self.site.content

    @property
    def output(self) -> Path:
        return self.folder / self.site.output

    @property
    def cache(self) -> Path:
        """Where charts and pages are kept between builds; it may be removed at any time."""
        return self.folder / "build"

    @property
    def templates(self) -> Path:
        return self.folder / self.site.templates if self.site.templates else OWN_TEMPLATES

    def name_of(self, path: Path) -> str:
        """A path as messages show it: relative to the folder of the config file."""
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else path.as_posix()


def load_config(path: Path) -> Config:
    """Read the settings. Raises UsageError when there is no such file, DataError when it has faults."""
    if not path.is_file():
        raise UsageError(f"there is no file {path}; name the site's settings with --config FILE")
    path = path.resolve()
    file, problems = read_yaml(path, path.name)
    raw = file.value if isinstance(file.value, dict) else {}
    if not raw and not problems:
        problems = [Problem(Place(path.name), "empty-file", "the settings are empty", "write at least site_name")]
    if problems:
        raise DataError(problems)
    languages = raw.get("languages") or list(
        (raw.get("site_name") or {}) if isinstance(raw.get("site_name"), dict) else []
    )
    codes = tuple(code for code in (languages if isinstance(languages, list) else [languages]) if isinstance(code, str))
    site, problems = parse_record(SiteConfig, Record(file, raw, ()), {"languages": codes or ("en",)})
    if site is None or errors_in(problems):
        raise DataError(problems)
    config = Config(path, site)
    return _with_safe_paths(config, file)


def _with_safe_paths(config: Config, file: YamlFile) -> Config:
    """Refuse an output folder that would overwrite what the site is made from."""
    output = config.output.resolve()
    for source in (config.folder, config.data, config.content, config.templates, config.cache):
        if source.resolve().is_relative_to(output):
            problem = Problem(
                file.place((), ("output",)),
                "bad-output",
                f"the output folder '{config.site.output}' holds the sources of the site or its cache",
                "choose a folder of its own, such as site",
            )
            raise DataError([problem])
    return config
