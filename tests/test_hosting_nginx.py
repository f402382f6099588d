"""The recipes of docs/hosting: nginx started on this computer with the sample settings, and what the others hold."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

from generator.verify import verify_url

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
    with subprocess.Popen(
        [program, "-c", str(settings), "-e", str(folder / "error.log"), "-p", str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as server:  # fmt: skip
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}{BASE}"
        finally:
            server.terminate()


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
    sheet = next(path for path in (small_site / "en" / "assets").rglob("main.*.css"))
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
    steps = " ".join(step.get("run", "") for step in jobs["jobs"]["build"]["steps"])
    assert "policy-explorer publish" in steps and "policy-explorer verify" in steps


def test_the_container_uses_the_tested_settings():
    """What it copies is there, and the line that it changes is in the settings."""
    text = (HOSTING / "Containerfile").read_text(encoding="utf-8")
    assert re.findall(r"^COPY (\S+)", text, re.M) == ["nginx.conf", "site"]
    assert "listen 80;" in text and "listen 80;" in (HOSTING / "nginx.conf").read_text(encoding="utf-8")
    assert "\nUSER nginx\n" in text
