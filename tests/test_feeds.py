"""Feeds say what the releases changed, in forms that readers of feeds take."""

from __future__ import annotations

import json

import feedparser
import pytest
from release_samples import DATED, HEAD, view_with_history, write

from generator.config import load_config
from generator.feeds import feed_files
from generator.releases import make_release

URL = "site_name: A <b>small</b> plan\nsite_url: https://plans.example.org/small/\n"


@pytest.fixture
def plan_file(a_plan_folder):
    """The small plan, released twice: a value of north was revised between."""
    file = a_plan_folder({"data/plan.yml": DATED, "site_config.yml": URL})
    write(file, "observations.csv", HEAD + "jobs,north,2018,100,report\n")
    make_release(load_config(file), "one")
    write(file, "observations.csv", HEAD + "jobs,north,2018,110,report\n")
    make_release(load_config(file), "two", note="<b>Revised</b>.", date="2021-03-01")
    return file


def _files(plan_file):
    return {file.path: file.content for file in feed_files(view_with_history(plan_file))}


def test_every_feed_is_well_formed(plan_file):
    """One of each language, and one of each area, aspect and organisation, as Atom and as JSON."""
    files = _files(plan_file)
    kinds = {"areas": 3, "aspects": 2, "organisations": 2}

    assert len(files) == 2 * (1 + sum(kinds.values()))
    for path, content in files.items():
        if path.endswith(".xml"):
            read = feedparser.parse(content)
            assert read.bozo == 0, path
            assert [link.href for link in read.feed.links if link.rel == "self"] == [
                f"https://plans.example.org/small/en/{path}"
            ]
            assert read.feed.updated == "2021-03-01T00:00:00Z"
            told = json.loads(files[path.replace(".xml", ".json")])
            assert told["feed_url"] == f"https://plans.example.org/small/en/{path.replace('.xml', '.json')}"
            assert [one["id"] for one in told["items"]] == [one.id for one in read.entries]


def test_ids_are_tags_that_stay(plan_file):
    """Of the host and the day of the first release, the same after a further release."""
    before = feedparser.parse(_files(plan_file)["areas/north/feed.xml"])
    make_release(load_config(_changed(plan_file)), "three", date="2022-01-01")
    after = feedparser.parse(_files(plan_file)["areas/north/feed.xml"])

    assert before.feed.id == after.feed.id == "tag:plans.example.org,2020-12-31:small/en/areas/north/feed"
    assert [one.id for one in after.entries][-2:] == [one.id for one in before.entries]
    assert len({one.id for one in after.entries}) == 3


def _changed(plan_file):
    write(plan_file, "observations.csv", HEAD + "jobs,north,2018,120,report\n")
    return plan_file


def test_an_entry_says_what_changed(plan_file):
    """The story and each change, in the feeds of those whom it touches only."""
    files = _files(plan_file)
    whole = feedparser.parse(files["feed.xml"], sanitize_html=False).entries

    assert [one.title for one in whole] == ["Release two (1 March 2021)", "Release one (31 December 2020)"]
    assert "Values: 1 revised." in whole[0].summary
    line = "Jobs, North, 2018: Value revised – from “100 people” to “110 people (+10.0%)”"
    assert line in whole[0].summary
    assert line in feedparser.parse(files["areas/north/feed.xml"]).entries[0].summary
    assert len(feedparser.parse(files["areas/south/feed.xml"]).entries) == 1, "only where it first stood"
    assert whole[0].link == "https://plans.example.org/small/en/changes/#release-two"


def test_text_of_the_data_stays_text(plan_file):
    """In the title and in what an entry says."""
    files = _files(plan_file)

    assert "&lt;b&gt;Revised&lt;/b&gt;" in json.loads(files["feed.json"])["items"][0]["content_html"]
    assert json.loads(files["feed.json"])["title"].startswith("A <b>small</b> plan"), "plain text"
    assert b"A &lt;b&gt;small&lt;/b&gt; plan" in files["feed.xml"]


def test_without_an_address_ids_stay_too(plan_file):
    """A UUID of the same parts; links from the feed's own folder."""
    plan_file.write_text("site_name: A plan\n", encoding="utf-8")
    read = feedparser.parse(_files(plan_file)["areas/north/feed.xml"])

    assert read.bozo == 0
    assert read.feed.id.startswith("urn:uuid:")
    assert read.entries[0].link == "../../changes/#release-two"
    assert _files(plan_file) == _files(plan_file)


def test_none_before_the_first_release(a_plan_folder):
    """Nothing has changed yet."""
    assert _files(a_plan_folder({"data/plan.yml": DATED})) == {}
