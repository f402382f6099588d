"""A copy of a site is unaltered, or it is said what differs; a signature says who made it."""

from __future__ import annotations

import functools
import http.server
import random
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner
from publish_samples import tiny_site

from generator import signing
from generator.cli import main
from generator.problems import UsageError
from generator.verify import (
    MANIFEST,
    SIGNATURE,
    Difference,
    ManifestError,
    manifest_of,
    read_manifest,
    verify_site,
    verify_url,
)


@pytest.fixture
def site(tmp_path) -> Path:
    return tiny_site(tmp_path / "site", "word")


def _run(*arguments: object):
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _differs(site: Path) -> set[str]:
    """The files in which verify finds something; the manifest itself where it is refused."""
    try:
        return {one.path for one in verify_site(site)}
    except ManifestError:
        return {MANIFEST}


# --- what differs -----------------------------------------------------------------------------------------------


def test_an_unaltered_copy(small_site, tmp_path):
    """A real site, copied: nothing differs, and the command says which data it holds."""
    assert verify_site(small_site) == []
    result = _run("verify", small_site)
    assert result.exit_code == 0 and "unaltered" in result.output and "not released" in result.output


@pytest.mark.parametrize("seed", range(50))
def test_one_byte_is_enough(small_site, seed):
    """Every one of 50 random alterations of a single byte, anywhere in a real site, is found and named."""
    chance = random.Random(seed)
    path = chance.choice(sorted(path for path in small_site.rglob("*") if path.is_file() and path.stat().st_size))
    before = path.read_bytes()
    place = chance.randrange(len(before))
    altered = bytearray(before)
    altered[place] ^= chance.randrange(1, 256)
    try:
        path.write_bytes(altered)
        assert _differs(small_site) == {path.relative_to(small_site).as_posix()}
    finally:
        path.write_bytes(before)


def test_every_byte_of_the_manifest_counts(site):
    """Its own words are covered too: there is no byte in it that can be changed unnoticed."""
    content = (site / MANIFEST).read_bytes()
    for place in range(len(content)):
        altered = bytearray(content)
        altered[place] ^= 1
        with pytest.raises(ManifestError):
            read_manifest(bytes(altered))


def test_missing_and_added_files(site):
    """Each is named with what is wrong with it."""
    (site / "0.txt").unlink()
    (site / "en" / "new.html").write_text("new", encoding="utf-8")
    assert verify_site(site) == [Difference("0.txt", "missing"), Difference("en/new.html", "added")]
    result = _run("verify", site)
    assert result.exit_code == 1
    assert result.output.splitlines()[:2] == ["missing: 0.txt", "added: en/new.html"]


def test_a_folder_without_a_manifest(tmp_path):
    """A message, no traceback."""
    result = _run("verify", tmp_path)
    assert result.exit_code == 1 and "no manifest.json" in result.output


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../b", "a\\b", "c:d", "", "a//b", "."])
def test_a_manifest_cannot_name_files_elsewhere(site, path):
    """The manifest of a stranger is no way to other files."""
    from dataclasses import replace  # noqa: PLC0415 -- only here

    from generator.verify import manifest_text  # noqa: PLC0415 -- only here

    bad = replace(manifest_of(site), files={path: "0" * 64})
    with pytest.raises(ManifestError):
        read_manifest(manifest_text(bad))


# --- on the web -------------------------------------------------------------------------------------------------


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(site):
    """The site on a server of this computer, below a path."""
    handler = functools.partial(_Quiet, directory=str(site.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/site"
        server.shutdown()
        thread.join()


def test_a_copy_on_the_web(site, address):
    """The same answers from afar, but for files that no manifest names."""
    assert verify_url(address)[2] == []
    (site / "1.txt").write_text("altered", encoding="utf-8")
    (site / "2.txt").unlink()
    assert verify_url(f"{address}/")[2] == [Difference("1.txt", "altered"), Difference("2.txt", "missing")]
    result = _run("verify", address)
    assert result.exit_code == 1 and "altered: 1.txt" in result.output


def test_an_address_without_a_site(address):
    """Nothing there, or no web address: a message."""
    assert "no manifest.json" in _run("verify", f"{address}/nowhere/").output
    assert "no web address" in _run("verify", "file:///etc").output


# --- signed -----------------------------------------------------------------------------------------------------


@pytest.fixture
def key_file(tmp_path):
    """A key outside any plan, and its public half."""
    path = tmp_path / "keys" / "site.key"
    path.parent.mkdir()
    return path, signing.new_key(path, "")


def test_a_signed_site(site, key_file):
    """The right key fits; another one, an altered manifest and an altered comment do not."""
    path, public = key_file
    signing.sign_site(site, signing.load_key(path, ""), "release 1")
    assert "signed (release 1)" in _run("verify", site, "--key", public).output
    other = signing.new_key(path.with_name("other"), "")
    assert "another key" in _run("verify", site, "--key", other).output
    signature = (site / SIGNATURE).read_text(encoding="utf-8")
    content = (site / MANIFEST).read_bytes()
    for text, wanted in ((signature.replace("release 1", "release 2"), content), (signature, content + b" ")):
        with pytest.raises(signing.SignatureError, match="does not fit"):
            signing.check_signature(wanted, text, public)
    (site / SIGNATURE).unlink()
    result = _run("verify", site, "--key", public)
    assert result.exit_code == 1 and "not signed" in result.output


def test_no_manifest_of_another_passes(site, key_file):
    """Whoever alters a file and writes a new manifest cannot sign it."""
    path, public = key_file
    signing.sign_site(site, signing.load_key(path, ""), "release 1")
    signature = (site / SIGNATURE).read_bytes()
    shutil.rmtree(site)
    tiny_site(site, "forged")
    (site / SIGNATURE).write_bytes(signature)
    assert _run("verify", site).exit_code == 0
    assert "does not fit" in _run("verify", site, "--key", public).output


@pytest.mark.skipif(shutil.which("minisign") is None, reason="another program's answer, where it is installed")
def test_minisign_agrees(site, key_file):
    """The signature is one that minisign accepts."""
    path, public = key_file
    signing.sign_site(site, signing.load_key(path, ""), "release 1")
    command = ["minisign", "-V", "-m", MANIFEST, "-x", SIGNATURE, "-P", public]
    done = subprocess.run(command, cwd=site, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "Trusted comment: release 1" in done.stdout, done.stderr


def test_keys_are_kept_out_of_the_plan(tmp_path, small_config):
    """Never written into, nor read from, the folder that is published; never overwritten; readable by its owner."""
    inside = small_config.folder / "data" / "site.key"
    result = _run("keygen", "--config", small_config.file, inside)
    assert result.exit_code == 2 and "keep it elsewhere" in result.output and not inside.exists()
    path = tmp_path / "site.key"
    assert _run("keygen", path).exit_code == 0
    assert path.stat().st_mode & 0o077 == 0
    assert "never overwritten" in _run("keygen", path).output
    with pytest.raises(UsageError, match="keep it elsewhere"):
        signing.load_key(path, "", tmp_path)


def test_a_key_with_a_password(tmp_path, monkeypatch):
    """The password comes from the environment; a wrong one is said."""
    path = tmp_path / "site.key"
    monkeypatch.setenv(signing.PASSWORD, "long words")
    _run("keygen", path)
    assert signing.public_key(signing.load_key(path, "long words")).startswith("RW")
    for wrong in ("", "other words"):
        with pytest.raises(UsageError, match="password"):
            signing.load_key(path, wrong)
