"""Publishing a plan: what is refused and why, a real update from release to release, and the way back."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from publish_samples import tiny_site
from release_samples import LITTLE
from site_fixtures import addresses, copy_small, fingerprint, read_html

from generator import publish as publish_module
from generator import publish_git
from generator.archive import zip_site
from generator.check import load_plan
from generator.cli import main
from generator.config import load_config
from generator.problems import UsageError
from generator.publish import Terms, mark_as_preview, refused_by_data, refused_by_site
from generator.publish_git import Branch
from generator.redirects import Ledger, nearest_page, netlify_redirects, nginx_map, read_ledger
from generator.releases import make_release
from generator.store import PublishError
from generator.verify import TWINS, Manifest, manifest_of, page_changes, verify_site

TEN = Decimal(10)


def _run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    return result.output


def _manifest(*pages: str) -> Manifest:
    return Manifest("1", "", "tiny", (), "1", {}, {f"{page}index.html": "0" * 64 for page in pages})


# --- what is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "now", "refused"), [(100, 90, False), (100, 89, True), (100, 120, False)])
def test_fewer_pages(before, now, refused):
    """More than publish.max_loss per cent fewer than the served site is refused, unless it is meant."""
    served, built = (_manifest(*(f"en/{n}/" for n in range(count))) for count in (before, now))
    found = refused_by_site(built, served, Ledger(), TEN, Terms())
    assert [f"it has {now} pages, the served one {before}" in one for one in found] == [True] * refused
    assert refused_by_site(built, served, Ledger(), TEN, Terms(accept_fewer=True)) == []


def _files(*paths: str) -> Manifest:
    return Manifest("1", "", "tiny", (), "1", {}, dict.fromkeys(("index.html", *paths), "0" * 64))


def test_files_that_vanish():
    """Many of those that others may link to are refused like pages; a few are listed, and go with their page."""
    served = _files(*(f"en/tables/t{n}.csv" for n in range(100)), "assets/old.css", "en/tasks/1/index.json")
    few, many = (_files(*(f"en/tables/t{n}.csv" for n in range(left))) for left in (90, 89))
    assert refused_by_site(few, served, Ledger(), TEN, Terms()) == []
    (reason,) = refused_by_site(many, served, Ledger(), TEN, Terms())
    assert reason.startswith("11 of 100 files beside the pages are gone, more than 10% (publish.max_loss): en/tables/t")
    assert refused_by_site(many, served, Ledger(), TEN, Terms(accept_fewer=True)) == []


def test_data_of_a_release_that_vanish():
    """Their addresses are to stay, so that a single file is too many."""
    served = _files("data/releases/first.json", *(f"data/{n}.csv" for n in range(99)))
    built = _files(*(f"data/{n}.csv" for n in range(99)))
    (reason,) = refused_by_site(built, served, Ledger(), TEN, Terms())
    assert "data of earlier releases are gone" in reason and "data/releases/first.json" in reason
    assert refused_by_site(built, served, Ledger(), TEN, Terms(accept_lost=True)) == []


def test_pages_whose_text_stays_are_told_apart():
    """What of a page differs only in its menu and foot is no change of the page."""
    names = [f"en/{page}/{file}" for page in ("same", "said", "counted") for file in ("index.html", *TWINS)]
    before = Manifest("1", "", "tiny", (), "1", {}, {name: f"old {name}" for name in (*names, "en/moved/index.html")})
    stays = ("en/same/index.md", "en/same/index.json", "en/said/index.json", "en/counted/index.md")
    files = {name: one if name in stays else "new" for name, one in before.files.items()}
    after = dataclasses.replace(before, files=files)
    found = page_changes(before, after)
    assert found["frames"] == ["en/same/"]
    assert found["changed"] == ["en/counted/", "en/moved/", "en/said/"]


def test_the_first_publication_has_nothing_to_lose():
    assert refused_by_site(_manifest("en/"), None, Ledger(), TEN, Terms()) == []


def test_lost_addresses():
    """Every address ever published answers, or the site is refused and the address is named; it can be given up."""
    ledger = Ledger(frozenset({"en/", "en/tasks/1/", "en/tasks/2/"}))
    built = _manifest("en/", "en/tasks/1/")
    (reason,) = refused_by_site(built, None, ledger, TEN, Terms())
    assert "1 published address leads nowhere" in reason and "en/tasks/2/" in reason and "redirects.yml" in reason
    assert refused_by_site(built, None, ledger, TEN, Terms(accept_lost=True)) == []
    after = ledger.with_published(built.pages)
    assert after.gone == {"en/tasks/2/"} and after.lost(built.pages) == []
    assert after.with_published({*built.pages, "en/tasks/2/"}).gone == frozenset()


def test_the_ledger_keeps_what_it_knows(tmp_path):
    """Written and read it is the same; two of them know what either knows."""
    ledger = Ledger(frozenset({"", "en/", "zh/tasks/1/"}), frozenset({"en/old/"}))
    (tmp_path / "addresses.txt").write_text(ledger.text, encoding="utf-8")
    assert read_ledger(tmp_path / "addresses.txt") == ledger
    assert read_ledger(tmp_path / "nowhere.txt") == Ledger()
    other = Ledger(frozenset({"en/old/", "fr/"}))
    assert ledger.joined(other) == Ledger(frozenset({"", "en/", "zh/tasks/1/", "fr/"}), frozenset({"en/old/"}))


def test_a_basis_that_is_not_allowed(tmp_path):
    """Named with how many records have it; a basis that nothing rests on does no harm."""
    config_file = copy_small(tmp_path / "plan")
    config = load_config(config_file)
    rules = config.site.publish.model_copy(update={"allow_basis": ("official", "derived", "reconstructed")})
    strict = dataclasses.replace(config, site=config.site.model_copy(update={"publish": rules}))
    plan, _ = load_plan(strict)
    found = refused_by_data(strict, plan, preview=True)
    assert len(found) == 1 and "illustrative, which publish.allow_basis of site_config.yml does not allow" in found[0]
    without = dataclasses.replace(
        strict, site=strict.site.model_copy(update={"include_basis": ("official", "derived", "reconstructed")})
    )
    assert refused_by_data(without, load_plan(without)[0], preview=True) == []


def test_data_that_are_not_released(tmp_path):
    """Refused but for reviewers; what leaves the data as they are (a remark in a file) does not matter."""
    config = load_config(copy_small(tmp_path / "plan"))
    plan, _ = load_plan(config)
    assert "no release has been made" in refused_by_data(config, plan, preview=False)[0]
    assert refused_by_data(config, plan, preview=True) == []
    make_release(config, "first")
    assert refused_by_data(config, plan, preview=False) == []
    tasks = config.data / "tasks.yml"
    tasks.write_text(tasks.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    assert refused_by_data(config, load_plan(config)[0], preview=False) == []
    table = config.data / "observations.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("2019-Q1,,1200", "2019-Q1,,1300"), encoding="utf-8")
    assert "differ from the last release, first" in refused_by_data(config, load_plan(config)[0], preview=False)[0]


@pytest.mark.parametrize("to", ["data", "data/site", "."])
def test_sources_are_never_replaced(tmp_path, to):
    """A folder that holds, or lies in, what the site is made from."""
    config_file = copy_small(tmp_path / "plan")
    make_release(load_config(config_file), "first")
    output = _run("publish", "--config", config_file, "--to", config_file.parent / to, code=2)
    assert "what the site is made from" in output
    assert (config_file.parent / "data" / "plan.yml").is_file()


def test_nowhere_to_publish_to(tmp_path):
    """Said with both ways of saying it."""
    output = _run("publish", "--config", copy_small(tmp_path / "plan"), code=2)
    assert "--to" in output and "publish: {to: ...}" in output


# --- a real update ----------------------------------------------------------------------------------------------


def test_an_update_and_the_way_back(tmp_path, a_plan_folder):
    """Release, publish, change, dry run, release, publish, roll back: every address answers at every step."""
    config_file = a_plan_folder(LITTLE)
    www = tmp_path / "www"
    to = ("--config", config_file, "--to", www)
    assert "no release has been made" in _run("publish", *to, code=1)
    assert not www.exists()
    make_release(load_config(config_file), "first")
    assert "release first" in _run("publish", *to, "--jobs", 1)
    first = fingerprint(www)
    assert manifest_of(www).release == "first" and verify_site(www) == []
    ledger = (config_file.parent / "releases" / "addresses.txt").read_text(encoding="utf-8")
    assert set(addresses(www)) <= set(ledger.splitlines())
    assert "holds the published site" in _run("publish", *to, "--preview", code=1)

    bodies = config_file.parent / "data" / "organisations.yml"
    new = "- {id: new-body, title: New Body, kind: agency}\n"
    bodies.write_text(bodies.read_text(encoding="utf-8").rstrip() + "\n" + new, encoding="utf-8")
    told = _run("publish", *to, "--jobs", 1, "--dry-run", "--all", code=1)
    assert "would be refused: the data differ from the last release, first" in told
    assert "added: en/organisations/new-body/" in told and "changed: en/organisations/\n" in told
    assert "changed: en/tasks/t1/" not in told and "only around their text" in told
    assert fingerprint(www) == first

    make_release(load_config(config_file), "second")
    assert "added: en/organisations/new-body/" in _run("publish", *to, "--jobs", 1, "--all")
    second = fingerprint(www)
    assert manifest_of(www).release == "second"

    told = _run("rollback", *to)
    assert "leads to the page above it: en/organisations/new-body/" in told
    assert manifest_of(www).release == "first" and verify_site(www) == []
    assert {name for name in second if name.endswith("index.html")} <= set(fingerprint(www))
    stub = read_html((www / "en/organisations/new-body/index.html").read_text(encoding="utf-8"))
    assert stub.one("a").attrs["href"] == "../../organisations/"
    assert {name: value for name, value in fingerprint(www).items() if name in first and name != "manifest.json"} == {
        name: value for name, value in first.items() if name != "manifest.json"
    }

    assert "second" in _run("rollback", *to, "second")
    assert fingerprint(www) == second


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """The settings of a plan in a repository, with a release; what it would build is a tiny site (`_next`)."""
    config_file = copy_small(tmp_path / "plan")
    monkeypatch.setattr(
        publish_git, "build_site", lambda config, options, progress: tiny_site(options.output, *_next(tmp_path))
    )
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Clerk")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "clerk@example.org")
    folder = config_file.parent
    _git(folder, "init", "-q", "-b", "main")
    _git(folder, "add", "data")
    _git(folder, "commit", "-q", "-m", "data")
    make_release(load_config(config_file), "first")
    return config_file


def _next(tmp_path: Path, *told: object) -> list:
    """What is built next: the word that it says and how many pages; `told` sets them."""
    file = tmp_path / "next.json"
    if told:
        file.write_text(json.dumps(told), encoding="utf-8")
    return json.loads(file.read_text(encoding="utf-8"))


def test_a_branch_of_the_repository(tmp_path, repository):
    """One commit a publication, whose files are the site's, while the files one works on stay as they are."""
    folder, to = repository.parent, ("--config", repository, "--to", "git:pages")
    before = _git(folder, "status", "--porcelain")
    _next(tmp_path, "one")
    assert "release one" in _run("publish", *to)
    assert _git(folder, "status", "--porcelain") == before
    assert "is this site already" in _run("publish", *to)
    _next(tmp_path, "two")
    _run("publish", *to)
    assert _subjects(folder) == ["Publish two", "Publish one"]
    assert verify_site(_clone(folder, tmp_path / "copy")) == []
    with pytest.raises(UsageError, match="checked out"):
        Branch(folder, "main")
    _git(folder, "branch", "other", "main")
    assert "something else" in _run("publish", "--config", repository, "--to", "git:other", code=1)


def test_the_way_back_on_a_branch(tmp_path, repository):
    """An earlier site is committed anew: nothing is rewritten, and no address that was published is lost."""
    folder, to = repository.parent, ("--config", repository, "--to", "git:pages")
    assert "no earlier publication" in _run("rollback", *to, code=2)
    for word, pages in (("one", 2), ("two", 2), ("three", 3)):
        _next(tmp_path, word, pages)
        _run("publish", *to)
    commits = _git(folder, "rev-list", "--reverse", "pages").splitlines()
    before = _git(folder, "status", "--porcelain")

    told = _run("rollback", *to)
    assert "leads to the page above it: en/2/" in told
    copy = _clone(folder, tmp_path / "two")
    assert verify_site(copy) == [] and manifest_of(copy).release == "two"
    assert 'http-equiv="refresh"' in (copy / "en/2/index.html").read_text(encoding="utf-8")
    assert (copy / "en/1/index.html").read_text(encoding="utf-8") == "<p>two 1</p>"
    _run("rollback", *to)
    assert manifest_of(_clone(folder, tmp_path / "one")).release == "one", "from there one goes further back"
    assert "no earlier publication" in _run("rollback", *to, code=2)
    _run("rollback", *to, "three")
    assert _git(folder, "rev-parse", "pages^{tree}") == _git(folder, "rev-parse", f"{commits[2]}^{{tree}}")
    _run("rollback", *to, commits[1][:8])
    assert "did you mean 'three'" in _run("rollback", *to, "tree", code=2)

    assert _subjects(folder)[:4] == ["Go back to two", "Go back to three", "Go back to one", "Go back to two"]
    assert _git(folder, "rev-list", "--reverse", "pages").splitlines()[:3] == commits
    assert _git(folder, "status", "--porcelain") == before


def test_a_preview_on_a_branch_of_its_own(tmp_path, repository):
    """Reviewers' branch and the public one are not mixed up, and search engines are kept from the first."""
    folder = repository.parent
    _next(tmp_path, "one")
    _run("publish", "--config", repository, "--to", "git:pages")
    preview = ("--config", repository, "--preview", "--to")
    assert "holds the published site" in _run("publish", *preview, "git:pages", code=1)
    _run("publish", *preview, "git:review")
    assert _git(folder, "show", "review:robots.txt") == "User-agent: *\nDisallow: /"
    assert "holds a preview" in _run("publish", "--config", repository, "--to", "git:review", code=1)


def _subjects(folder: Path) -> list[str]:
    return _git(folder, "log", "--format=%s", "pages").splitlines()


def _clone(folder: Path, copy: Path) -> Path:
    _git(folder, "clone", "-q", "-b", "pages", ".", str(copy))
    return copy


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_failing_disk_is_said(tmp_path, monkeypatch):
    """A fault of the disk is a message with its reason, and what is served stays."""
    config = load_config(copy_small(tmp_path / "plan"))
    make_release(config, "first")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publish_module, "build_site", full)
    tiny_site(tmp_path / "www", "old")
    before = fingerprint(tmp_path / "www")
    output = _run("publish", "--config", config.file, "--to", tmp_path / "www", code=1)
    assert "No space left on device; what is served is as it was" in output and "Traceback" not in output
    assert fingerprint(tmp_path / "www") == before


# --- for reviewers ----------------------------------------------------------------------------------------------


def test_a_preview_is_kept_from_search_engines(tmp_path, small_site):
    """By robots.txt and in every page; it is whole, and what the build may take over from it stays as it was."""
    site = tmp_path / "site"
    shutil.copytree(small_site, site, copy_function=os.link)
    before = fingerprint(small_site)
    marked = mark_as_preview(site, manifest_of(site))
    assert verify_site(site) == [] and marked.files != manifest_of(small_site).files
    assert (site / "robots.txt").read_text(encoding="utf-8") == "User-agent: *\nDisallow: /\n"
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert text.count('<meta name="robots" content="noindex">') == 1, path
        assert text.index('name="robots"') < text.index("</head>"), path
    assert fingerprint(small_site) == before


# --- to carry away ----------------------------------------------------------------------------------------------


def test_zip_is_the_same_bytes(tmp_path):
    """Of two copies in two folders, with other times; unpacked it is the site."""
    for name in ("one", "two"):
        site = tiny_site(tmp_path / name / "site", "word")
        zip_site(site, tmp_path / name / "site.zip")
        shutil.copystat(tmp_path, site / "0.txt")
    one, two = (tmp_path / name / "site.zip" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        archive.extractall(tmp_path / "out")
    assert verify_site(tmp_path / "out" / "site") == []


def test_zip_that_cannot_be_written(tmp_path):
    site = tiny_site(tmp_path / "site", "word")
    with pytest.raises(PublishError, match="cannot be written"):
        zip_site(site, tmp_path / "nowhere" / "site.zip")


# --- for servers ------------------------------------------------------------------------------------------------


def test_lists_of_moved_pages(small_site):
    """Beside the page that stands at the old address, both servers' lists name it, below the path of the site."""
    base = "/plans/exampleshire/"
    assert f"{base}en/tasks/streets/ {base}en/tasks/1/ 301\n" in (small_site / "_redirects").read_text(encoding="utf-8")
    lines = (small_site / "redirects.map").read_text(encoding="utf-8").splitlines()
    assert f"{base}zh/tasks/streets {base}zh/tasks/1/;" in lines
    assert netlify_redirects([], "/").count("\n") == nginx_map([], "/").count("\n") == 1


@pytest.mark.parametrize(
    ("address", "above"), [("en/tasks/36/", "en/tasks/"), ("en/gone/x/", "en/"), ("fr/x/", ""), ("", "")]
)
def test_nearest_page(address, above):
    assert nearest_page(address, {"", "en/", "en/tasks/"}) == above
