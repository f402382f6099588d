"""Reads `site_config.yml`: what is built, from where, to where, and how it presents itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator

from generator.model import BASES, Basis, Flag, Id, Line, Many, Model, Number, Text, Url, fault
from generator.parse import parse_record
from generator.problems import DataError, Place, Problem, UsageError, errors_in
from generator.textfiles import Record, YamlFile, read_yaml

OWN_TEMPLATES = next(
    folder
    for folder in (Path(__file__).parent / "templates", Path(__file__).parent.parent / "templates")
    if folder.is_dir()
)
"""The generator's own templates: inside the package when installed, beside it in a checkout."""


def _between(low: int, high: int) -> AfterValidator:
    """Refuses numbers that are not above `low` and at most `high`."""

    def judge(value: Decimal) -> Decimal:
        if not low < value <= high:
            raise fault("out-of-range", f"{value} is not above {low} and at most {high}", "correct it")
        return value

    return AfterValidator(judge)


def _whole(value: Decimal) -> Decimal:
    """Refuses numbers with a fraction."""
    if value != value.to_integral_value():
        raise fault("out-of-range", f"{value} is not a whole number", "correct it")
    return value


class Publish(Model):
    allow_basis: Many[Basis] = ("official", "derived")
    """Bases that a published site may hold; default official and derived. Example: [official, derived]"""
    to: Line | None = None
    """Where `publish` puts the site: a folder, or git:BRANCH. Example: /srv/www/plan"""
    keep: Annotated[Number, _between(-1, 1000), AfterValidator(_whole)] = Decimal(3)
    """How many earlier publications are kept to go back to; default 3. Example: 5"""
    max_loss: Annotated[Number, _between(-1, 100)] = Decimal(10)
    """A site with so many per cent fewer pages than the served one is refused; default 10. Example: 5"""


class EditionSetting(Model):
    """Another plan that this one is set beside: the plan it replaces, or that of another place."""

    plan: Line
    """Folder of the other plan with its own site_config.yml, inside that of this plan. Example: earlier"""
    map: Line | None = None
    """YAML file of what belongs together; left out, what tasks say in supersedes. Example: earlier-map.yml"""
    note: Text | None = None
    """What readers should know of the comparison. Example: {en: The plan before this one., zh: 上一轮计划。}"""


class Theme(Model):
    """Looks: `accent` a colour as #rrggbb, `logo` a file in the content folder."""

    accent: Line | None = None
    """Main colour. Example: '#1a5fb4'"""
    logo: Line | None = None
    """A picture in the content folder. Example: logo.svg"""


class Map(Model):
    """How areas are drawn. A choropleth needs `review_number`, or `review_required: false` outside China."""

    kind: Literal["tiles", "choropleth"] = "tiles"
    """Equal tiles, or outlines from data/geo; default tiles. Example: tiles"""
    review_number: Line | None = None
    """Review number of a published map of China. Example: 冀S〔2025〕001号"""
    review_required: Flag = True
    """False where no review number is needed; default true. Example: false"""


class Footer(Model):
    """What the foot of each page says; every official id is left out unless it is given."""

    notice: Text | None = None
    """A sentence at the foot of each page. Example: {en: Unofficial site., zh: 非官方网站。}"""
    source_title: Text | None = None
    """Name of the published text of the plan. Example: {en: Text of the plan, zh: 计划文本}"""
    source_url: Url | None = None
    """Its address. Example: https://example.org/plan"""
    sponsor: Text | None = None
    """Who runs the site. Example: {en: Planning office, zh: 规划处}"""
    contact: Text | None = None
    """How to reach them. Example: {en: plan@example.org, zh: plan@example.org}"""
    site_id: Line | None = None
    """Official id of a government site. Example: '1300000000'"""
    icp: Line | None = None
    """Number of the ICP filing. Example: 冀ICP备00000000号"""
    security_filing: Line | None = None
    """Number of the public security filing. Example: 冀公网安备 00000000000000号"""


class Government(Model):
    """Fields in the head of each page that Chinese government sites carry; none unless `meta` is true."""

    meta: Flag = False
    """Whether pages carry SiteName, ColumnName, ArticleTitle and so on; default false. Example: true"""
    domain: Line | None = None
    """Domain of the site; default that of site_url. Example: www.example.gov.cn"""
    column_type: Text | None = None
    """Kind of the columns. Example: {en: Policy documents, zh: 政策文件}"""
    content_source: Text | None = None
    """Who stands for the content. Example: {en: Planning office, zh: 规划处}"""


def _read_mail(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", text):
        raise fault("bad-url", f"'{text}' is not a mail address", "write an address such as plan@example.org")
    return text


class Feedback(Model):
    """Where readers report an error on a page; without it no page offers to. Of both, `url` is used."""

    mail: Annotated[Line, AfterValidator(_read_mail)] | None = None
    """Mail address that reports go to. Example: plan@example.org"""
    url: Url | None = None
    """Address of a form or tracker; `title` and `body` are added to it. Example: https://example.org/issues/new"""


class Features(Model):
    """Parts that can be switched off: interactive charts, PNG files, and files beside pages, tables and figures."""

    explore: Flag = True
    """Interactive charts on demand; default true. Example: false"""
    png: Flag = True
    """Charts as PNG files; default true. Example: false"""
    reuse: Flag = True
    """For each table and figure its rows, citation and a page to embed: some ten files; default true. Example: false"""
    twins: Flag = True
    """Each page as JSON and as Markdown; default true. Example: false"""
    formats: Flag = True
    """The data as XLSX, SQLite, SDMX and so on beside CSV; default true. Example: false"""


class Checks(Model):
    """Limits of the checks."""

    max_megabytes: Annotated[Number, _between(0, 1024)] = Decimal(64)
    """The largest file that is read, in MiB; default 64. Example: 64"""
    jump_factor: Annotated[Number, _between(1, 10**9)] = Decimal(10)
    """From how many times the value before a value is questioned; default 10. Example: 10"""


class SiteConfig(Model):
    """The fields of `site_config.yml`."""

    site_name: Text
    """Name of the site. Example: {en: Plan Explorer, zh: 政策浏览}"""
    site_url: Url | None = None
    """The address it will have. Example: https://example.org/plan/"""
    languages: Many[Id] = ()
    """Codes of the languages in order, the first is the default; left out means the plan's. Example: [zh, en]"""
    data: Line = "data"
    """Folder of the data; default data. Example: data"""
    content: Line = "content"
    """Folder of the prose; default content. Example: content"""
    output: Line = "site"
    """Folder the site is written to; default site. Example: site"""
    builder: Literal["mkdocs", "properdocs", "zensical"] = "mkdocs"
    """What makes HTML of the pages (`docs/builders.md`); default mkdocs. Example: properdocs"""
    templates: Line | None = None
    """Folder of templates, where not the generator's own. Example: templates"""
    release: Line | None = None
    """Name of this edition of the data. Example: '2025-11'"""
    include_basis: Many[Basis] = BASES
    """Bases that are built; default all. Example: [official, derived]"""
    publish: Publish = Publish()
    """What a published site may hold. Example: {allow_basis: [official, derived]}"""
    editions: Many[EditionSetting] = ()
    """Other plans, each set beside this one on a page. Example: [{plan: earlier, map: earlier-map.yml}]"""
    theme: Theme = Theme()
    """Looks. Example: {accent: '#1a5fb4'}"""
    map: Map = Map()
    """How areas are drawn. Example: {kind: tiles}"""
    footer: Footer = Footer()
    """What the foot of each page says. Example: {sponsor: Planning office}"""
    government: Government = Government()
    """Fields that Chinese government sites carry. Example: {meta: true}"""
    feedback: Feedback = Feedback()
    """Where readers report errors. Example: {mail: plan@example.org}"""
    features: Features = Features()
    """Parts that can be switched off. Example: {png: false}"""
    checks: Checks = Checks()
    """Limits of the checks. Example: {jump_factor: 20}"""


@dataclass(frozen=True)
class Config:
    """The settings with their paths made absolute. `languages` empty means: as the plan says."""

    file: Path
    site: SiteConfig
    written: YamlFile | None = field(default=None, compare=False, repr=False)
    """The settings as written, for places; None where they were made up."""

    def place(self, *path: str | int) -> Place:
        """The place of a setting, or of the nearest thing around it that was written."""
        return self.written.place((), path) if self.written else Place(self.file.name)

    @property
    def max_bytes(self) -> int:
        """The largest file of data that is read."""
        return int(self.site.checks.max_megabytes * 1024**2)

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

    @property
    def beside(self) -> tuple[Path, ...]:
        """Folders of other plans, and maps to them, that this one is set beside."""
        names = [name for one in self.site.editions for name in (one.plan, one.map) if name is not None]
        return tuple(self.folder / name for name in names)

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
    config = Config(path, site, file)
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
