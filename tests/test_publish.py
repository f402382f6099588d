"""Publishing a plan: what is refused and why, a real update from release to release, and the way back."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from publish_samples import tiny_site
from site_fixtures import addresses, copy_small, fingerprint, read_html

from generator import publish as publish_module
from generator.archive import zip_site
from generator.check import load_plan
from generator.cli import main
from generator.config import load_config
from generator.problems import UsageError
from generator.publish import Terms, refused_by_data, refused_by_site
from generator.publish_git import Branch
from generator.redirects import Ledger, nearest_page, netlify_redirects, nginx_map, read_ledger
from generator.releases import make_release
from generator.store import PublishError
from generator.verify import Manifest, manifest_of, verify_site

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


def test_an_update_and_the_way_back(tmp_path):
    """Release, publish, change, dry run, release, publish, roll back: every address answers at every step."""
    config_file = copy_small(tmp_path / "plan")
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
    new = "- id: new-body\n  title: {en: New Body, zh: 新机构}\n  kind: agency\n"
    bodies.write_text(bodies.read_text(encoding="utf-8").rstrip() + "\n" + new, encoding="utf-8")
    told = _run("publish", *to, "--jobs", 1, "--dry-run", "--all", code=1)
    assert "would be refused: the data differ from the last release, first" in told
    assert "added: en/organisations/new-body/" in told and "changed: en/organisations/" in told
    assert fingerprint(www) == first

    make_release(load_config(config_file), "second")
    assert "added: zh/organisations/new-body/" in _run("publish", *to, "--jobs", 1, "--all")
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


def test_a_branch_of_the_repository(tmp_path, small_site, monkeypatch):
    """One commit a publication, whose files are the site's, while the files one works on stay as they are."""
    config_file = copy_small(tmp_path / "plan")
    folder = config_file.parent
    monkeypatch.setattr(
        "generator.publish_git.build_site", lambda config, options, progress: _instead(options.output, tmp_path)
    )
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Clerk")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "clerk@example.org")
    _git(folder, "init", "-q", "-b", "main")
    _git(folder, "add", "data")
    _git(folder, "commit", "-q", "-m", "data")
    make_release(load_config(config_file), "first")
    before = _git(folder, "status", "--porcelain")
    (tmp_path / "next").write_text("one", encoding="utf-8")
    to = ("--config", config_file, "--to", "git:pages")
    assert "release one" in _run("publish", *to)
    assert _git(folder, "status", "--porcelain") == before
    assert "is this site already" in _run("publish", *to)
    (tmp_path / "next").write_text("two", encoding="utf-8")
    _run("publish", *to)
    assert _git(folder, "log", "--format=%s", "pages").splitlines() == ["Publish two", "Publish one"]
    _git(folder, "clone", "-q", "-b", "pages", ".", str(tmp_path / "copy"))
    assert verify_site(tmp_path / "copy") == []
    with pytest.raises(UsageError, match="checked out"):
        Branch(folder, "main")
    with pytest.raises(PublishError, match="something else"):
        _git(folder, "branch", "other", "main")
        publish_module_to(config_file, "other")


def _instead(output: Path, tmp_path: Path) -> None:
    """A ready site in the place of a build, which other tests make."""
    tiny_site(output, (tmp_path / "next").read_text(encoding="utf-8"))


def publish_module_to(config_file: Path, name: str) -> None:
    """Publish to a branch without the command line, so that the error can be looked at."""
    from generator.publish_git import publish_to_branch  # noqa: PLC0415 -- only here

    config = load_config(config_file)
    publish_to_branch(config, Branch(config.folder, name), Terms())


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
