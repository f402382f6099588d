"""The recipes of docs/hosting: nginx started on this computer with the sample settings, and what the others hold."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml
from release_samples import LITTLE
from site_fixtures import ROOT

from generator.config import load_config
from generator.releases import make_release
from generator.verify import verify_site, verify_url

HOSTING = Path(__file__).parents[1] / "docs" / "hosting"
BASE = "/plans/exampleshire/"
"""The path of the small site's address, below which its lists of moved pages lead."""


def test_nginx_is_there():
    """With CI=true a missing program is a failure; elsewhere the tests that need it are left out, and say so."""
    if shutil.which("nginx") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("nginx is missing: apt install nginx-light")
        pytest.skip("nginx is not installed (apt install nginx-light); the tests of its settings are left out")


@pytest.fixture(scope="module")
def host(small_site, tmp_path_factory):
    """nginx with the sample settings, but for the folder, the port and the path; gives its address."""
    program = shutil.which("nginx")
    if program is None:
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    root = folder / "www"
    (root / "plans").mkdir(parents=True)
    (root / "plans" / "exampleshire").symlink_to(small_site)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = (HOSTING / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("include /srv/www/plan/redirects.map;", f"include {small_site}/redirects.map;"),
        ("root /srv/www/plan;", f"root {root};"),
        ("/404.html", f"{BASE}404.html"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    with subprocess.Popen(
        _command(program, folder, text), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as server:
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}{BASE}"
        finally:
            server.terminate()


def _command(program: str, folder: Path, text: str) -> list[str]:
    """What starts nginx with these settings of a server, and with all that it writes in `folder`."""
    # Its workers would be another user, who may not read the folders of a test.
    user = "user root;\n" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi",
                                                                           "scgi"))  # fmt: skip
    settings = folder / "nginx.conf"
    settings.write_text(
        f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}{text}}}\n",
        encoding="utf-8",
    )
    return [program, "-c", str(settings), "-e", str(folder / "error.log"), "-p", str(folder)]


def _wait_for(port: int, server: subprocess.Popen) -> None:
    for _ in range(200):
        if server.poll() is not None:
            pytest.fail(server.stdout.read().decode("utf-8", "replace"))
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("nginx did not start")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing, so that the answer itself can be looked at."""


def _get(url: str, **headers: str):
    """Status, headers and bytes of an answer, whatever its status."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_pages_carry_the_headers(host):
    """Nothing from elsewhere, no guessing of types, no frames, asked for again."""
    status, headers, body = _get(f"{host}en/")
    assert status == 200 and headers["Content-Type"] == "text/html; charset=utf-8" and b"<!doctype html>" in body
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-cache"
    assert "frame-ancestors 'self'" in policy and "nginx/" not in headers["Server"]


def test_single_figures_may_be_framed(host, small_site):
    """They are made for the pages of others."""
    page = next(iter(sorted((small_site / "en" / "figures").glob("*.html")))).relative_to(small_site).as_posix()
    assert "frame-ancestors *" in _get(host + page)[1]["Content-Security-Policy"]


def test_the_header_says_what_the_pages_say(small_site):
    """The policy of the sample is that of the pages, and no other."""
    page = (small_site / "en" / "index.html").read_text(encoding="utf-8")
    (inside,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    (header,) = re.findall(
        r'Content-Security-Policy "([^"]+)"', (HOSTING / "nginx.conf").read_text(encoding="utf-8")
    )
    rules = {rule.strip() for rule in header.split(";")}
    assert {rule.strip() for rule in inside.split(";")} == {one for one in rules if not one.startswith("frame-")}


def test_hashed_files_are_kept(host, small_site):
    """A name with a hash is kept for a year; the same file without one is asked for again."""
    sheet = next(path for path in (small_site / "en" / "assets").glob("site.*.css"))
    kept = _get(host + sheet.relative_to(small_site).as_posix())[1]["Cache-Control"]
    assert kept == "public, max-age=31536000, immutable"
    assert _get(f"{host}en/assets/site.js")[1]["Cache-Control"] == "no-cache"


def test_asked_again_is_answered_shortly(host):
    """The same file costs no bytes the second time."""
    tag = _get(f"{host}en/")[1]["ETag"]
    assert _get(f"{host}en/", If_None_Match=tag)[0] == 304


@pytest.mark.parametrize("path", ["en/", "en/assets/site.js", "data/observations.csv", "sitemap.xml", "manifest.json"])
def test_texts_are_compressed(host, path):
    """And are the same bytes when unpacked."""
    _, headers, body = _get(host + path, Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in headers["Vary"]
    assert gzip.decompress(body) == _get(host + path)[2]


def test_moved_pages(host):
    """Answered by the server itself, with and without the slash."""
    for form in ("en/tasks/streets", "en/tasks/streets/"):
        status, headers, _ = _get(host + form)
        assert status == 301 and headers["Location"].endswith(f"{BASE}en/tasks/1/")


def test_lost_and_hidden_pages(host):
    """The page of lost addresses with status 404 and the headers; nothing that begins with a dot."""
    status, headers, body = _get(f"{host}en/nowhere/")
    assert status == 404 and b"<main" in body and "default-src" in headers["Content-Security-Policy"]
    assert _get(f"{host}.nojekyll")[0] == 404


def test_the_copy_behind_nginx_is_unaltered(host):
    """Every file of the manifest is handed out as it was built."""
    assert verify_url(host)[2] == []


# --- the others -------------------------------------------------------------------------------------------------


def test_the_workflow_may_do_no_more_than_it_needs():
    """Reading for the build; writing of pages alone for the last step; no secret."""
    text = (HOSTING / "github-pages.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)
    assert jobs["permissions"] == {"contents": "read"} and "secrets." not in text
    assert jobs["jobs"]["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}


@pytest.mark.skipif(shutil.which("bash") is None, reason="the steps of the workflow are bash")
def test_the_steps_of_the_workflow(tmp_path, a_plan_folder):
    """Run as GitHub runs them, in a plan with a release: what is handed on is the whole site, without links."""
    config = load_config(a_plan_folder(LITTLE))
    make_release(config, "first")
    program = tmp_path / "bin" / "policy-explorer"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m generator "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    build = yaml.safe_load((HOSTING / "github-pages.yml").read_text(encoding="utf-8"))["jobs"]["build"]["steps"]
    install, *commands = [step["run"] for step in build if "run" in step]
    assert install.startswith("python -m pip install ")  # not run: it asks an index of packages

    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", "\n".join(commands)],
        cwd=config.folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "RUNNER_TEMP": str(tmp_path),
             "PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "release first" in done.stdout and "unaltered" in done.stdout
    handed_on = tmp_path / "pages"
    assert build[-1]["with"]["path"] == "${{ runner.temp }}/pages" and build[-1]["with"]["include-hidden-files"]
    assert verify_site(handed_on) == [] and (handed_on / ".nojekyll").is_file()
    assert not any(path.is_symlink() for path in (handed_on, *handed_on.rglob("*")))


def test_the_steps_of_the_container(tmp_path, small_site):
    """Each instruction done here, below a folder instead of an image: nginx takes the settings that come of it."""
    program = shutil.which("nginx")
    if program is None:
        pytest.skip("nginx is not installed")
    text = (HOSTING / "Containerfile").read_text(encoding="utf-8")
    beside = {"nginx.conf": HOSTING / "nginx.conf", "site": small_site}
    copies = re.findall(r"^COPY (\S+) (\S+)$", text, re.M)
    assert [name for name, _ in copies] == list(beside)
    for name, place in copies:
        inside = tmp_path / "image" / place.removeprefix("/")
        inside.parent.mkdir(parents=True, exist_ok=True)
        inside.symlink_to(small_site) if name == "site" else shutil.copy(beside[name], inside)
    ((change, *others),) = (line.split(" && ") for line in re.findall(r"^RUN (.+)$", text, re.M))
    assert others == ["nginx -t", "rm -rf /tmp/*"]

    subprocess.run(["sh", "-c", change.replace("/etc/", f"{tmp_path}/image/etc/")], check=True)
    settings = (tmp_path / "image" / "etc/nginx/conf.d/default.conf").read_text(encoding="utf-8")
    assert "listen 8080;" in settings and "listen 80;" not in settings
    settings = settings.replace("/srv/", f"{tmp_path}/image/srv/")
    tested = subprocess.run([*_command(program, tmp_path, settings), "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0 and "test is successful" in tested.stderr, tested.stderr
    assert re.findall(r"^(?:USER|EXPOSE) (\S+)$", text, re.M) == ["root", "nginx", "8080"]
