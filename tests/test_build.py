"""A whole site: what must be there, what must never be there, and that nothing is half done."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

import pytest
import yaml
from site_fixtures import ROOT, Node, addresses, copy_small, fingerprint, page, read_html, with_bases

from generator.build import Options, build_site
from generator.check import load_plan
from generator.config import OWN_TEMPLATES, load_config
from generator.links import broken_links
from generator.problems import DataError, GeneratorError, UsageError
from generator.site import KEPT_ASSETS, page_scripts
from generator.view import has_han

URL = "https://example.org/plans/exampleshire/"
OWN_SCRIPTS = {name for name in KEPT_ASSETS if name.endswith(".js")}
UNMARKED = {"script", "title", "desc"}
"""Elements whose text can hold no mark of its language: in them, Chinese is only ever part of a document's number."""


def _element_names(tree: Node) -> Counter[str]:
    return Counter(node.tag for node in tree.walk())


# --- what must be there -----------------------------------------------------------------------------------------


def test_shared_files_exist(small_site):
    """What all languages share stands at the root."""
    for name in (
        "index.html",
        "404.html",
        "robots.txt",
        "sitemap.xml",
        "assets/vega.js",
        "data/observations.csv",
        "data/tasks.csv",
        "data/indicators/bus-trips.csv",
        "en/404.html",
        "zh/404.html",
    ):
        assert (small_site / name).is_file(), name


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize(
    "address",
    [
        "",
        "plan/",
        "tasks/",
        "tasks/2-1/",
        "areas/",
        "areas/exampleshire/",
        "areas/harbour-zone/",
        "organisations/idle-board/",
        "indicators/quiet-streets/",
        "responsibilities/",
        "monitoring/",
        "sources/",
        "glossary/",
        "data/",
        "search/",
        "about/",
    ],
)
def test_page_exists_in_both_languages(small_site, code, address):
    """Every kind of page of a plan without aspects, stages, safeguards and targets."""
    assert (small_site / code / address / "index.html").is_file()


def test_kinds_that_a_plan_lacks_have_no_pages(small_site):
    """No page, no navigation entry and no link for what the plan does not have."""
    for name in ("aspects", "safeguards", "targets"):
        assert not (small_site / "en" / name).exists()
        assert f'"../{name}/' not in (small_site / "en" / "plan" / "index.html").read_text(encoding="utf-8")


def test_every_record_has_a_page(hebei_site, hebei_view):
    """35 tasks, 8 aspects, 6 safeguards and all the others, in both languages."""
    plan = hebei_view("zh").plan
    assert (len(plan.aspects), len(plan.tasks), len(plan.safeguards), len(plan.peers)) == (8, 35, 6, 14)
    for kind in ("aspects", "tasks", "safeguards", "areas", "organisations", "indicators"):
        for name in getattr(plan, kind):
            for code in ("zh", "en"):
                assert (hebei_site / code / kind / name / "index.html").is_file()


def _scripts(site):
    """The texts of the theme's own scripts, which load others."""
    return [path.read_text(encoding="utf-8") for path in sorted((site / "en" / "assets").glob("*.js"))]


def test_assets_are_only_those_that_pages_use(small_site):
    """No fonts, no source maps, none of the theme's own scripts."""
    names = {path.name for path in (small_site / "en" / "assets").rglob("*") if path.is_file()}
    assert {re.sub(r"site\.[0-9a-f]{8}\.css", "site.css", name) for name in names} == {
        *KEPT_ASSETS,
        "site.css",
        "search-index.js",
        "compare-data.js",
    }
    pages = "".join(path.read_text(encoding="utf-8") for path in small_site.rglob("*.html"))
    loaded = set(re.findall(r'(?:src|href)="[^"]*assets/([\w.-]+)"', pages))
    loaded |= {
        name.rpartition("/")[2] for names in re.findall(r'data-scripts="([^"]+)"', pages) for name in names.split()
    }
    asked_for_later = {name for name in KEPT_ASSETS if name in "".join(_scripts(small_site))}
    not_here = {"weights.js", "breakdowns.js"}  # the small plan has no index, nor two breakdowns of one indicator
    assert set(KEPT_ASSETS) - not_here <= loaded | asked_for_later


def test_pictures_are_left_out_when_switched_off(small_site):
    """features.png off: no PNG, and no link to one."""
    assert not list(small_site.rglob("*.png"))
    assert "PNG" not in (small_site / "en" / "indicators" / "bus-trips" / "index.html").read_text(encoding="utf-8")


# --- each page --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["small", "hebei"])
def site(request):
    """The built site of the small plan, then of Hebei."""
    return request.getfixturevalue(f"{request.param}_site")


def test_pages_have_one_heading_and_a_unique_title(site):
    """One h1 a page, ids unique in a page, no level left out, and no two pages of a language of the same title."""
    titles: dict[tuple[str, str], str] = {}
    for address in addresses(site):
        tree = page(site, address)
        assert len(tree.all("h1")) == 1, address
        assert tree.one("h1").text, address
        ids = Counter(node.attrs["id"] for node in tree.walk() if "id" in node.attrs)
        assert not [name for name, count in ids.items() if count > 1], address
        levels = [int(node.tag[1]) for node in tree.walk() if re.fullmatch("h[1-6]", node.tag)]
        assert all(below <= above + 1 for above, below in pairwise(levels)), address
        title = (address[:2], tree.one("title").text)
        assert titles.setdefault(title, address) == address, f"{titles[title]} and {address}: {title}"


def test_foreign_words_are_marked(site):
    """Chinese characters on an English page stand inside lang="zh…"; each page says its own language."""
    stray: dict[str, str] = {}
    for address in addresses(site):
        tree = page(site, address)
        assert tree.one("html").attrs["lang"] == {"zh": "zh-Hans", "en": "en"}[address[:2]]
        if address.startswith("en/"):
            for node, text in tree.one("body").texts():
                if has_han(text) and not node.lang.startswith("zh") and node.tag not in UNMARKED:
                    stray[text.strip()[:60]] = address
    assert stray == {}


def test_untranslated_text_is_marked(small_site):
    """A Chinese page that shows an English name says so, and the page reads on in Chinese."""
    heading = page(small_site, "zh/areas/little-isle/").one("h1")
    marked = [node for node in heading.walk() if node.lang == "en"]
    assert [node.text for node in marked] == [
        "Little Isle of the Very Long and Entirely Invented Name beyond the Western Marshes"
    ]


def test_languages_name_each_other(site):
    """Canonical address, and hreflang that goes both ways, with x-default for the first language."""
    first = "zh" if (site / "zh" / "aspects").exists() else "en"
    found: dict[str, dict[str, str]] = {}
    for address in addresses(site):
        links = page(site, address).all("link")
        alternates = {
            node.attrs["hreflang"]: node.attrs["href"]
            for node in links
            if node.attrs.get("rel") == "alternate" and "hreflang" in node.attrs
        }
        canonical = [node.attrs["href"] for node in links if node.attrs.get("rel") == "canonical"]
        assert len(canonical) == 1, address
        assert canonical[0].endswith(f"/{address}"), address
        found[canonical[0]] = alternates
    for canonical, alternates in found.items():
        assert set(alternates) == {"en", "zh-Hans", "x-default"}
        assert canonical in alternates.values()
        assert f"/{first}/" in alternates["x-default"]
        for other in alternates.values():
            assert found[other] == alternates


def test_language_switch_leads_to_the_same_page(site):
    """The visible switch and hreflang agree."""
    for address in addresses(site):
        other = page(site, address).one("nav", "pe-lang").one("a").attrs
        target = urljoin(f"/{address}", other["href"]).strip("/")
        assert target.split("/", 1)[1:] == address.strip("/").split("/", 1)[1:]
        assert other["lang"] == other["hreflang"]


def _standing() -> set[str]:
    """The scripts that stand in pages, allowed by their hash, with single spaces as `Node.text` gives them."""
    return {" ".join(script["text"].split()) for script in page_scripts(OWN_TEMPLATES / "theme").values()}


def test_nothing_comes_from_elsewhere(site):
    """No page loads a script, style, picture or frame from another host; none has inline style, nor scripts but two."""
    standing = _standing()
    for address in addresses(site):
        for node in page(site, address).walk():
            if node.tag in ("script", "img", "iframe", "source", "link") and node.attrs.get("rel") not in (
                "canonical",
                "alternate",
            ):
                where = node.attrs.get("src") or node.attrs.get("href") or ""
                assert "//" not in where, (address, where)
            assert "style" not in node.attrs, (address, node.tag)
            assert not [name for name in node.attrs if name.startswith("on")], (address, node.tag)
            if node.tag == "script" and "src" not in node.attrs and "json" not in node.attrs.get("type", ""):
                assert node.text in standing, address
        assert not page(site, address).all("style"), address


def test_no_link_is_broken(site):
    """Links and anchors inside the site lead somewhere."""
    url = "https://policy-explorer.example" + page(site, "404.html").one("main").one("a").attrs["href"].removesuffix(
        "en/"
    )
    assert broken_links(site, url.removesuffix("zh/")) == []


def test_site_says_what_it_is(hebei_site):
    """Unofficial, source text, licence, date of the data and release stand on each page; no invented filing number."""
    for address in ("en/", "zh/tasks/08/", "en/areas/xingtai/"):
        foot = page(hebei_site, address).one("footer")
        assert ("unofficial" in foot.text) or ("非官方" in foot.text)
        assert [node for node in foot.all("a") if node.attrs["href"].startswith("http")]
        assert "ICP" not in foot.text


# --- hostile text -----------------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7919*7919 }}{% raw %}| a |](javascript:alert(1))"
    "\"'`<!--pe:0--><!--svg:x-->\u202e"
)
TEXTS = {
    "title",
    "short_title",
    "summary",
    "text",
    "definition",
    "note",
    "method",
    "term",
    "publisher",
    "contact",
    "document_number",
    "number",
    "code",
    "code_scheme",
    "title_pinyin",
    "licence",
    "issuer",
}


def _spoil(value, key=""):
    """Hostile text after every text of a record; ids, kinds and periods stay."""
    if isinstance(value, dict):
        return {name: _spoil(one, key if name in ("en", "zh") else name) for name, one in value.items()}
    if isinstance(value, list):
        return [_spoil(one, key) for one in value]
    is_id = isinstance(value, str) and re.fullmatch(r"[a-z0-9-]+", value) and key in ("issuer", "licence")
    return f"{value}{HOSTILE}" if key in TEXTS and isinstance(value, str) and not is_id else value


@pytest.fixture(scope="module")
def spoilt_site(tmp_path_factory):
    """The small plan with hostile text in every field that holds text, and in every note of its tables."""
    config_file = copy_small(tmp_path_factory.mktemp("spoilt") / "plan")
    folder = config_file.parent
    for path in sorted((folder / "data").glob("*.yml")):
        records = _spoil(yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader))
        path.write_text(yaml.safe_dump(records, allow_unicode=True), encoding="utf-8")
    settings = yaml.load(config_file.read_text(encoding="utf-8"), yaml.BaseLoader)
    settings["site_name"]["en"] += HOSTILE
    config_file.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    for name in ("observations.csv", "progress.csv"):
        rows = list(csv.reader((folder / "data" / name).read_text(encoding="utf-8").splitlines()))
        with (folder / "data" / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([rows[0], *([*row[:-1], row[-1] + HOSTILE] for row in rows[1:])])
    for path in folder.glob("content/*/*.md"):
        path.write_text(path.read_text(encoding="utf-8") + f"\n{HOSTILE}\n", encoding="utf-8")
    return build_site(load_config(config_file), Options(jobs=1)).output


@pytest.fixture(params=["small", "spoilt"])
def hostile_site(request):
    return request.getfixturevalue(f"{request.param}_site")


def test_hostile_text_never_becomes_markup(hostile_site):
    """Only the theme's own scripts, no handlers, no javascript: address, nothing of the data's computed."""
    standing = _standing()
    for path in sorted(hostile_site.rglob("*.html")):
        tree = read_html(path.read_text(encoding="utf-8"))
        where = path.relative_to(hostile_site).as_posix()
        for node in tree.walk():
            if node.tag == "script" and node.attrs.get("type") not in ("application/json", "application/ld+json"):
                name = node.attrs.get("src", "").rpartition("/")[2]
                assert name in OWN_SCRIPTS if name else node.text in standing, where
                asked = [one.rpartition("/")[2] for one in node.attrs.get("data-scripts", "").split()]
                assert set(asked) <= OWN_SCRIPTS, where
            assert node.tag not in ("img", "iframe", "object", "embed"), where
            assert node.tag != "base" or node.attrs == {"target": "_blank"}, where
            assert not [name for name in node.attrs if name.startswith("on")], where
            for name in ("href", "src", "action", "data-spec", "xlink:href"):
                value = "" if node.attrs.get("rel") == "icon" else node.attrs.get(name, "").strip().lower()
                assert not value.startswith(("javascript:", "data:")), where
        body = tree.one("body").text
        assert "62710561" not in body, where
        assert "<!--" not in body.replace("<!--pe:0-->", "").replace("<!--svg:x-->", ""), where
        if "/about/" not in where:  # the editors' own prose may hold what they like, but no markup
            assert "\u202e" not in path.read_text(encoding="utf-8"), f"{where}: a sign that turns the text round"


def test_hostile_text_is_shown_as_it_is(spoilt_site):
    """What was written is read: nothing is swallowed."""
    for address in ("en/tasks/1/", "en/areas/westmarsh/", "en/organisations/odd-office/", "en/indicators/bus-trips/"):
        heading = page(spoilt_site, address).one("h1").text
        assert HOSTILE.replace("\u202e", "⟨U+202E⟩") in heading
    assert "<script>alert(1)</script>" in page(spoilt_site, "en/about/").one("main").text


def test_hostile_text_in_drawings(hostile_site):
    """An SVG file has no script, no handler, no link."""
    files = sorted(hostile_site.rglob("figures/*.svg"))
    assert files
    for path in files:
        tree = read_html(path.read_text(encoding="utf-8"))
        names = set(_element_names(tree)) - {""}
        assert names <= {
            "svg",
            "g",
            "path",
            "text",
            "tspan",
            "title",
            "desc",
            "line",
            "rect",
            "circle",
            "defs",
            "clippath",
            "lineargradient",
            "stop",
            "style",
            "use",
            "polygon",
        }, (path.name, names)
        assert not [
            node for node in tree.walk() for name in node.attrs if name.startswith("on") or name.endswith("href")
        ]


def test_hostile_text_in_scripts(hostile_site):
    """A script holds one call with JSON: no tag can end it, and it reads back."""
    scripts = [path for name in ("*.vl.js", "search-index.js", "compare-data.js") for path in hostile_site.rglob(name)]
    assert scripts
    for path in scripts:
        text = path.read_text(encoding="utf-8")
        assert "<" not in text
        match = re.fullmatch(r"pe(?:Chart|Search|Compare)\((.*)\);\n", text, re.DOTALL)
        json.loads(f"[{match[1]}]")


def test_hostile_names_make_no_files(hostile_site):
    """File names come from ids alone."""
    for path in hostile_site.rglob("*"):
        assert re.fullmatch(r"[A-Za-z0-9._-]+", path.name), path


# --- figures and their tables -----------------------------------------------------------------------------------


def _figures(site: Path, address: str):
    for figure in page(site, address).all("figure", "pe-chart"):
        with (site / address[:2] / "figures" / f"{figure.attrs['id']}.csv").open(encoding="utf-8", newline="") as file:
            yield figure, list(csv.DictReader(file))


def _check_figure(figure: Node, rows, view) -> None:
    """A name and a description, a table, and in it the numbers of the CSV in the same order."""
    drawing = figure.one("svg")
    assert drawing.attrs["role"] == "img"
    labels = drawing.attrs["aria-labelledby"].split()
    texts = {node.attrs["id"]: node.text for node in drawing.all() if node.attrs.get("id") in labels}
    assert [bool(texts.get(label)) for label in labels] == [True, True]
    assert texts[labels[0]].endswith(
        figure.one("p", "pe-chart__title").text.removeprefix(view.say("figure.illustration"))
    )
    table = figure.one("table")
    assert table.one("caption").text
    assert all(cell.attrs.get("scope") in ("col", "row") for cell in table.all("th"))
    body = table.one("tbody").all("tr")
    if rows and "value" in rows[0]:
        assert len(body) == len(rows)
        for line, row in zip(body, rows, strict=True):
            indicator = view.plan.indicators[row["indicator"]]
            cell = next(one for one in line.all("td") if "num" in one.attrs.get("class", "").split())
            value = Decimal(row["value"])
            assert view.language.value(value, indicator) in cell.text or view.quantity(value, indicator) in cell.text
            assert (view.say("basis.illustrative.mark") in cell.text) == (row["basis"] == "illustrative")
    elif rows and "count" in rows[0]:
        shown = [cell.text for line in body for cell in line.all("td")]
        assert [row["count"] for row in rows] == shown
    else:
        assert len(body) == len(rows)


def test_figures_of_the_small_plan_show_their_data(small_site, small_view):
    """Every figure of every page, in both languages."""
    count = 0
    for address in addresses(small_site):
        for figure, rows in _figures(small_site, address):
            _check_figure(figure, rows, small_view(address[:2]))
            count += 1
    assert count > 40


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize(
    "address",
    [
        "indicators/rd-intensity/",
        "indicators/rd-expenditure/",
        "indicators/counties-by-class/",
        "tasks/08/",
        "areas/xingtai/",
        "areas/hebei/",
        "aspects/a2/",
        "targets/",
        "monitoring/",
        "responsibilities/",
    ],
)
def test_figures_of_hebei_show_their_data(hebei_site, hebei_view, code, address):
    """Pages of each kind that has figures; made-up numbers are marked in each table."""
    for figure, rows in _figures(hebei_site, f"{code}/{address}"):
        _check_figure(figure, rows, hebei_view(code))


def test_illustrative_figures_say_so(hebei_site, hebei_view):
    """A figure that rests on a made-up number says so in its title, in its drawing and in its file."""
    view = hebei_view("en")
    figures = [
        figure
        for figure, rows in _figures(hebei_site, "en/indicators/rd-intensity/")
        if any(row["basis"] == "illustrative" for row in rows)
    ]
    assert figures
    for figure in figures:
        assert figure.one("p", "pe-chart__title").text.startswith(view.say("figure.illustration").strip())
        assert figure.one("svg").one("title").text.startswith(view.say("figure.illustration").strip())
        name = figure.attrs["id"]
        assert view.say("figure.illustration").strip() in (hebei_site / "en/figures" / f"{name}.svg").read_text(
            encoding="utf-8"
        )
        assert view.say("figure.illustration").strip() in (hebei_site / "en/figures" / f"{name}.vl.json").read_text(
            encoding="utf-8"
        )


# --- search, robots, lost pages ---------------------------------------------------------------------------------


def test_search_index_leads_to_pages(site):
    """Every entry has a title and leads to a page and anchor that exist; every page can be found."""
    for code in ("en", "zh"):
        text = (site / code / "assets" / "search-index.js").read_text(encoding="utf-8")
        entries = json.loads(text.removeprefix("peSearch(").removesuffix(");\n"))["entries"]
        for entry in entries:
            address, _, anchor = entry["u"].partition("#")
            assert entry["t"]
            tree = page(site, f"{code}/{address}")
            assert not anchor or anchor in {node.attrs.get("id") for node in tree.walk()}
        assert {f"{code}/{entry['u']}" for entry in entries if "#" not in entry["u"]} == {
            address for address in addresses(site) if address.startswith(code)
        }


def test_sitemap_lists_the_pages(small_site):
    """Exactly the canonical pages, with the date of the data."""
    text = (small_site / "sitemap.xml").read_text(encoding="utf-8")
    assert re.findall("<loc>(.*?)</loc>", text) and set(re.findall("<lastmod>(.*?)</lastmod>", text)) == {"2021-06-30"}
    assert sorted(re.findall("<loc>(.*?)</loc>", text)) == sorted(URL + address for address in addresses(small_site))


def test_robots_names_the_sitemap(small_site):
    """Everything may be read."""
    robots = RobotFileParser()
    robots.parse((small_site / "robots.txt").read_text(encoding="utf-8").splitlines())
    assert robots.can_fetch("*", f"{URL}en/") and robots.site_maps() == [f"{URL}sitemap.xml", f"{URL}sitemap-data.xml"]


def test_a_sitemap_lists_every_data_file_and_twin(small_site):
    """Each once, each is there, and none is left out."""
    text = (small_site / "sitemap-data.xml").read_text(encoding="utf-8")
    found = [address.removeprefix(URL) for address in re.findall("<loc>(.*?)</loc>", text)]
    there = {path.relative_to(small_site).as_posix() for path in (small_site / "data").rglob("*") if path.is_file()}
    there |= {f"{address}{name}" for address in addresses(small_site) for name in ("index.json", "index.md")}

    assert sorted(found) == sorted(there | {"openapi.json", "llms.txt"})


def test_lost_page(small_site):
    """The page for lost addresses works from any depth: its links start at the site's path, and no robot keeps it."""
    tree = read_html((small_site / "404.html").read_text(encoding="utf-8"))
    assert [node.attrs["content"] for node in tree.all("meta") if node.attrs.get("name") == "robots"] == ["noindex"]
    assert {node.attrs["href"] for node in tree.one("main").all("a")} == {
        "/plans/exampleshire/en/",
        "/plans/exampleshire/zh/",
    }
    assert all(node.attrs["href"].startswith("/plans/exampleshire/") for node in tree.all("link"))


def test_first_page_offers_languages(small_site):
    """The root lets the reader choose by a link, never by force."""
    tree = read_html((small_site / "index.html").read_text(encoding="utf-8"))
    links = [node.attrs["href"] for node in tree.one("main").all("a")]
    assert links == ["en/index.html", "zh/index.html"], "a folder on a disk would be listed"
    assert not [node for node in tree.all("meta") if node.attrs.get("http-equiv") == "refresh"]


@pytest.mark.parametrize("code", ["en", "zh"])
def test_redirect(small_site, code):
    """A page where another used to be: refresh, canonical address and a plain link."""
    tree = read_html((small_site / code / "tasks" / "streets" / "index.html").read_text(encoding="utf-8"))
    assert [node.attrs["href"] for node in tree.all("link")] == [f"{URL}{code}/tasks/1/"]
    assert tree.one("a").attrs["href"] == "../../tasks/1/"
    refresh = [node.attrs["content"] for node in tree.all("meta") if node.attrs.get("http-equiv") == "refresh"]
    assert [one.partition("url=")[2] for one in refresh] == ["../../tasks/1/"]


def test_reviewed_facts_of_the_small_plan(small_site):
    """Periods, missing values and statuses reach the page in words."""
    waste = page(small_site, "en/indicators/household-waste/").one("main").text
    assert "2019/20" in waste and "suppressed" in waste and "break in series" in waste
    assert "Q3 2019" in page(small_site, "en/indicators/bus-trips/").one("main").text
    dust = page(small_site, "en/indicators/air-dust/").one("main").text
    assert "exists, but was not collected" in dust and "estimated" in dust
    assert "Islet" in page(small_site, "en/areas/little-isle/").one("main").text
    assert "小岛" in page(small_site, "zh/areas/little-isle/").one("main").text


# --- the same bytes, and nothing half done ----------------------------------------------------------------------


def _run(config_file: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "generator", *arguments, "--config", str(config_file)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


def test_same_input_same_bytes(small_site, tmp_path):
    """Another process, another hash seed, another folder, two jobs, no cache, another time zone: the same bytes."""
    config_file = copy_small(tmp_path / "elsewhere")
    done = _run(config_file, "build", "--jobs", "2", "--no-cache", PYTHONHASHSEED="7", TZ="Asia/Tokyo")
    assert done.returncode == 0, done.stderr
    assert fingerprint(tmp_path / "elsewhere" / "site") == fingerprint(small_site)


def test_nothing_of_this_machine_in_the_site(small_site, small_config):
    """No path of the machine that built it."""
    for path in small_site.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".js", ".css", ".svg", ".json", ".csv", ".xml", ".txt"):
            text = path.read_text(encoding="utf-8")
            assert str(small_config.folder) not in text and str(ROOT) not in text, path


def test_bad_data_leaves_the_old_site(tmp_path):
    """An error in the data: exit code 1, the message names the line, and not a byte of the site changes."""
    config_file = copy_small(tmp_path / "plan")
    output = build_site(load_config(config_file), Options(jobs=1)).output
    before = fingerprint(output)
    table = config_file.parent / "data" / "observations.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("2019-Q1,,1200", "2019-Q1,,12OO"), encoding="utf-8")
    done = _run(config_file, "build", "--jobs", "1")
    assert done.returncode == 1
    assert "data/observations.csv:2:" in done.stdout and "Traceback" not in done.stderr
    assert fingerprint(output) == before
    assert sorted(path.name for path in config_file.parent.iterdir()) == [
        "build",
        "content",
        "data",
        "earlier",
        "earlier-map.yml",
        "site",
        "site_config.yml",
    ]


def test_failing_pages_leave_the_old_site(tmp_path):
    """A broken link in the prose stops the build before anything is put in place."""
    config_file = copy_small(tmp_path / "plan")
    output = build_site(load_config(config_file), Options(jobs=1)).output
    before = fingerprint(output)
    prose = config_file.parent / "content" / "en" / "about.md"
    prose.write_text(prose.read_text(encoding="utf-8").replace("plan.md", "nowhere.md"), encoding="utf-8")
    done = _run(config_file, "build", "--jobs", "1")
    assert done.returncode == 1
    assert "nowhere" in done.stderr and "Traceback" not in done.stderr
    assert fingerprint(output) == before


def test_foreign_folder_is_refused(small_config, tmp_path):
    """A folder that something else made is never replaced."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="photos"):
        build_site(small_config, Options(output=tmp_path / "photos"))
    assert (tmp_path / "photos" / "one.txt").read_text(encoding="utf-8") == "mine"


def test_redirect_over_a_page_is_refused(tmp_path):
    """A redirect may not replace a page that exists."""
    config_file = copy_small(tmp_path / "plan")
    (config_file.parent / "data" / "redirects.yml").write_text("- {from: tasks/1, to: tasks/2}\n", encoding="utf-8")
    with pytest.raises(GeneratorError):
        build_site(load_config(config_file), Options(jobs=1))
    assert not (config_file.parent / "site").exists()


def test_warnings_stop_a_strict_build(small_config):
    """With --strict a warning is an error."""
    with pytest.raises(DataError):
        build_site(small_config, Options(warnings_are_errors=True))


# --- a site without some bases ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bases",
    [("official", "derived", "reconstructed"), ("official", "derived")],
    ids=["with-working-texts", "published-only"],
)
def test_site_without_illustrations(hebei_config, tmp_path, bases):
    """Complete without made-up numbers: pages say "not published" where these would stand, and none is left."""
    output = build_site(with_bases(hebei_config, *bases), Options(output=tmp_path / "site", jobs=2)).output
    plan, _ = load_plan(with_bases(hebei_config, *bases))
    assert not [row for row in (*plan.numbers, *plan.progress) if row.basis not in bases]
    for path in output.rglob("*.csv"):
        text = path.read_text(encoding="utf-8")
        assert ",illustrative," not in text, path
        assert "reconstructed" in bases or ",reconstructed," not in text, path
    assert "not published" in page(output, "en/areas/xingtai/").one("main").text.lower()
    assert "未公布" in page(output, "zh/areas/xingtai/").one("main").text
    assert not page(output, "en/areas/xingtai/").all("aside", "pe-notice--illustrative")
    assert not page(output, "en/indicators/rd-intensity/").all("span", "pe-mark--illustrative")
    for address in addresses(output):
        for heading in page(output, address).one("main").all("h2"):
            following = heading.parent.children[heading.parent.children.index(heading) + 1 :]
            block = next((one for one in following if isinstance(one, Node)), None)
            assert block is not None and block.tag != "h2", f"{address}: nothing under '{heading.text}'"
