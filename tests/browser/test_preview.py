"""The live preview in a browser: it keeps the reader's place and leads through what differs from the last release."""

from __future__ import annotations

import threading
import time
from functools import partial
from http.server import ThreadingHTTPServer

import pytest

from generator.config import OWN_TEMPLATES
from generator.serve import PreviewHandler, State

MARK = '<span class="pe-mark pe-mark--unreleased">new since release one</span>'
PAGE = """\
<!doctype html><html lang="en"><head><title>A page</title>
<script type="application/json" id="pe-config">{{"words": {{"preview_marked": "Differ: {{n}}"}}}}</script></head>
<body><main><p id="first">{mark}</p>{filler}<h2 id="middle">Middle</h2>
<details id="more"><summary>More</summary><p>{mark}</p></details>{filler}</main></body></html>
"""


@pytest.fixture
def preview(tmp_path):
    """A served page that can be built anew: its address, its state, and a function that writes it."""

    def write(lines, mark=MARK):
        text = PAGE.format(mark=mark, filler="<p>Text</p>" * lines)
        (tmp_path / "index.html").write_text(text, encoding="utf-8")

    write(60)
    state = State(version=1)
    script = (OWN_TEMPLATES / "preview.js").read_bytes()
    handler = partial(PreviewHandler, state=state, script=script, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", state, write
    server.shutdown()
    server.server_close()


@pytest.fixture
def tab(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_a_rebuilt_page_keeps_its_place(preview, tab):
    """The heading stays where it was, though what stands above grew; what was opened stays open."""
    address, state, write = preview
    with tab.expect_request(lambda request: request.url.endswith("page=%2F&since=1")):  # it waits for news
        tab.goto(address)
    tab.evaluate("document.getElementById('more').open = true")
    tab.evaluate("document.getElementById('middle').scrollIntoView()")
    before = tab.evaluate("document.getElementById('middle').getBoundingClientRect().top")
    tab.evaluate("window.isOld = true")
    write(90)
    state.update([])
    tab.wait_for_function("!window.isOld && document.readyState === 'complete' && scrollY > 0")

    assert abs(tab.evaluate("document.getElementById('middle').getBoundingClientRect().top") - before) < 2
    assert tab.evaluate("document.getElementById('more').open") is True


def test_a_button_leads_through_what_differs(preview, tab):
    """It counts the marked numbers, opens what hides one, and puts the focus there."""
    address, _, write = preview
    tab.goto(address)
    button = tab.locator("#pe-unreleased")
    assert button.inner_text() == "Differ: 2"
    button.click()
    button.click()
    assert tab.evaluate("document.getElementById('more').open") is True
    assert tab.evaluate("document.activeElement.className").endswith("pe-mark--unreleased")
    write(60, mark="")
    tab.reload()
    assert tab.locator("#pe-unreleased").count() == 0


def test_a_page_that_came_out_the_same_is_left_alone(preview, tab):
    """It is not loaded again when others were made anew; what was wrong is gone from it all the same."""
    address, state, write = preview
    tab.goto(address)
    tab.evaluate("window.isOld = true")
    state.update([{"file": "a.csv", "line": 2, "column": 1, "message": "wrong", "hint": ""}])
    tab.wait_for_selector("#pe-problems")
    with tab.expect_request(lambda request: request.url.endswith("since=3")):
        state.update([])
    assert tab.locator("#pe-problems").count() == 0
    assert tab.evaluate("window.isOld") is True
    write(90)
    state.update([])
    tab.wait_for_function("!window.isOld")


def test_a_page_that_is_open_is_shown_ahead_of_the_site(preview, tab):
    """The server knows it by its question for news, and serves what it will be while the file is still the old one."""
    address, state, _ = preview
    tab.goto(address)
    end = time.monotonic() + 30
    while state.open_files() != ["index.html"]:  # its question is on its way
        assert time.monotonic() < end, state.open_files()
        tab.wait_for_timeout(20)
    new = PAGE.format(mark=MARK, filler="<p>As it will be</p>").encode()
    state.show_ahead({"index.html": new})
    tab.wait_for_function("document.body.innerText.includes('As it will be')")
    state.update([])  # nothing came of it: the site is as it was
    tab.wait_for_function("!document.body.innerText.includes('As it will be')")
