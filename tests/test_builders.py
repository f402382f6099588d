"""The site made by ProperDocs and by Zensical in MkDocs' place: what is the same, what is not, what goes wrong."""

import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError

import pytest
from click.testing import CliRunner

from generator import builders, zensical
from generator.build import Options, build_site, export_site
from generator.cli import main
from generator.config import OWN_TEMPLATES, load_config
from generator.links import all_files
from generator.project import project_path, write_project
from generator.site import LanguageSite, SiteError, SourceFile
from tests.site_fixtures import copy_small, fingerprint, page

_JSON = re.compile(r'(<script type="application/json" id="pe-config">)(.*?)(</script>)')


def _with_builder(small_config, folder, name):
    """A copy of the small plan with another builder, and what was drawn for the small site."""
    settings = copy_small(folder)
    settings.write_text(settings.read_text(encoding="utf-8") + f"builder: {name}\n", encoding="utf-8")
    shutil.copytree(small_config.cache / "drawings", folder / "build" / "drawings")
    return load_config(settings)


@pytest.fixture(scope="module")
def by_zensical(small_config, small_site, tmp_path_factory):
    """The small plan built by Zensical, first with another cell, then as it is: the report of the second build."""
    config = _with_builder(small_config, tmp_path_factory.mktemp("zensical") / "plan", "zensical")
    cells = config.data / "observations.csv"
    text = cells.read_text(encoding="utf-8")
    cells.write_text(text.replace("600", "610", 1), encoding="utf-8")
    build_site(config, Options())
    cells.write_text(text, encoding="utf-8")
    return build_site(config, Options())


def _empty_site(**other):
    """A language without pages."""
    said = {"pe": {"html_lang": "en", "words": {}}}
    given = {"files": (), "nav": (), "extra": said, "theme": OWN_TEMPLATES / "theme", "builder": "zensical"}
    return LanguageSite("en", "en", "Site", None, "About", **(given | other))


def test_properdocs_makes_the_same_bytes(small_config, small_site, tmp_path):
    """Every file but the manifest, which names the settings that the site was made from."""
    config = _with_builder(small_config, tmp_path / "plan", "properdocs")
    made, wanted = fingerprint(build_site(config, Options()).output), fingerprint(small_site)

    assert {name for name in wanted | made if made.get(name) != wanted.get(name)} == {"manifest.json"}


def test_zensical_makes_the_same_pages(by_zensical, small_site):
    """The same files; pages differ in the spaces of one block of settings alone, the lost page in its own links too."""
    site = by_zensical.output
    made, wanted = fingerprint(site), fingerprint(small_site)
    differ = {name for name in wanted | made if made.get(name) != wanted.get(name)}

    assert made.keys() == wanted.keys()
    assert {name for name in differ if not name.endswith("/index.html")} == {
        "manifest.json", "en/404.html", "zh/404.html",
    }  # fmt: skip
    for name in sorted(differ - {"manifest.json", "en/404.html", "zh/404.html"}):
        texts = [(folder / name).read_text(encoding="utf-8") for folder in (site, small_site)]
        ours, theirs = ({**json.loads(_JSON.search(text)[2])} for text in texts)
        for key in ("index", "search"):  # on the first page ./assets beside assets
            assert ours.pop(key).removeprefix("./") == theirs.pop(key)
        assert ours == theirs, name
        assert _JSON.sub("", texts[0]) == _JSON.sub("", texts[1]), name


def test_the_lost_page_of_zensical_leads_home(by_zensical):
    """It is no page of ours to search engines, and its links start from the host's root."""
    tree = page(by_zensical.output, "en/404.html")

    assert tree.one("title").text == "Page not found – Exampleshire Explorer"
    assert [link.attrs["href"] for link in tree.one("main").all("a")] == [
        "/plans/exampleshire/en/", "/plans/exampleshire/en/search/",
    ]  # fmt: skip
    assert 'name="robots" content="noindex"' in (by_zensical.output / "en" / "404.html").read_text(encoding="utf-8")


def test_zensical_builds_only_what_changed(by_zensical):
    """After one changed cell most pages are taken over; the test above says that none is out of date."""
    assert 0 < by_zensical.made.pages < by_zensical.pages / 2


def test_export_is_built_by_mkdocs_and_zensical_alike(small_config, small_site, tmp_path):
    """Exported Markdown needs nothing of ours: every page is built, and its links lead where those of the site do."""
    export_site(small_config, tmp_path / "out")
    project = tmp_path / "out" / "en"
    wanted = {project_path(path.relative_to(project / "docs").as_posix()).replace(".md", ".html")
              for path in (project / "docs").rglob("*.md")}  # fmt: skip
    for name, command in (("mkdocs", ["--quiet", "--site-dir", "site"]), ("zensical", [])):
        shutil.rmtree(project / "site", ignore_errors=True)
        done = subprocess.run([sys.executable, "-m", name, "build", "-f", "mkdocs.yml", *command],
                              cwd=project, capture_output=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr
        main = {file: _links_of_text(project / "site" / file) for file in wanted}
        assert main.keys() <= all_files(project / "site")
        ours = {file: _links_of_text(small_site / "en" / file) for file in wanted}
        assert main == ours, name


def _links_of_text(file):
    """The links of a page's text, as written, but for one to a file that Zensical takes for a page (index.md)."""
    text = file.read_text(encoding="utf-8")
    inside = re.search(r"<(main|article)\b[^>]*md-(?:typeset|content__inner)[^>]*>(.*?)</\1>", text, re.DOTALL)[2]
    return [link.removesuffix("index.md") for link in re.findall(r'<a href="([^"#]+)"', inside)]


def test_a_page_that_zensical_leaves_out_is_an_error(tmp_path):
    """It passes over files whose name starts with a dot, and says nothing."""
    site = _empty_site(files=(SourceFile("index.md", "# Home", {"title": "Home"}), SourceFile(".odd.md", "# Odd", {})))
    (tmp_path / "docs").mkdir()

    with pytest.raises(SiteError, match=r"left out the page '\.odd\.md' in 'en'"):
        zensical.build_language(site, tmp_path / "docs", tmp_path / "out")


def test_a_fault_that_stops_zensical_is_one_line(tmp_path):
    """What it says last, without its traceback."""
    theme = tmp_path / "theme"
    (theme / "assets").mkdir(parents=True)
    for name in ("pe.css", "theme.js", "late.js"):
        (theme / "assets" / name).write_text("", encoding="utf-8")
    (theme / "main.html").write_text("{{ nothing.here.at.all }}", encoding="utf-8")
    (tmp_path / "docs").mkdir()
    site = _empty_site(files=(SourceFile("index.md", "# Home", {"title": "Home"}),), theme=theme)

    with pytest.raises(SiteError) as caught:
        zensical.build_language(site, tmp_path / "docs", tmp_path / "out")
    assert str(caught.value).startswith("Zensical could not build the pages in 'en': ")
    assert "main.html" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["properdocs", "zensical"])
def test_a_builder_that_is_not_installed(tmp_path, monkeypatch, name):
    """The message says where it was asked for and what to run; nothing is written."""
    settings = copy_small(tmp_path / "plan")
    settings.write_text(f"builder: {name}\n" + settings.read_text(encoding="utf-8"), encoding="utf-8")

    def missing(package):
        raise PackageNotFoundError(package)

    monkeypatch.setattr(builders, "version", missing)
    result = CliRunner().invoke(main, ["build", "--config", str(settings)])

    assert result.exit_code == 2
    assert "site_config.yml:1" in result.output and f"policy-explorer[{name}]" in result.output.replace("\n", "")
    assert not (tmp_path / "plan" / "site").exists()


def test_an_unknown_builder_is_told_with_the_known_ones(tmp_path):
    """Before anything is built."""
    settings = copy_small(tmp_path / "plan")
    settings.write_text("builder: hugo\n" + settings.read_text(encoding="utf-8"), encoding="utf-8")
    result = CliRunner().invoke(main, ["check", "--config", str(settings)])

    assert result.exit_code == 1 and "'hugo'" in result.output
    assert all(name in result.output for name in ("mkdocs", "properdocs", "zensical"))


@pytest.mark.parametrize(
    ("before", "after"),
    [("index.md", "index.md"), ("areas/index.md", "areas/index.md"), ("areas/north.md", "areas/north/index.md")],
)
def test_each_page_is_a_folder_in_a_project(before, after):
    """So that its address is the place of its file."""
    assert project_path(before) == after


def test_prose_links_follow_its_page(tmp_path):
    """A link to another page and to a picture beside the prose lead there from the page's new place."""
    picture = tmp_path / "map.png"
    picture.write_bytes(b"PNG")
    text = "[plan](plan.md#top) ![map](map.png) [out](https://example.org/a.md) [here](#x) [far](../tasks/)"
    site = _empty_site(files=(SourceFile("about.md", text, {}),), attachments=(("map.png", picture),))
    write_project(site, tmp_path / "out")
    written = (tmp_path / "out" / "docs" / "about" / "index.md").read_text(encoding="utf-8")

    assert written.endswith(
        "[plan](../plan/index.md#top) ![map](../map.png) [out](https://example.org/a.md) [here](#x) [far](../tasks/)"
    )
    assert (tmp_path / "out" / "docs" / "map.png").is_file()
