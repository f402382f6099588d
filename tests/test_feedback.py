"""Reports of errors: none is offered unless the settings say where; each says which page and which data."""

from __future__ import annotations

import dataclasses
from urllib.parse import parse_qs, urlsplit

import pytest

from generator.config import Feedback, load_config
from generator.feedback import report_link
from generator.problems import DataError


def _with(view, **settings):
    site = view.config.site.model_copy(update=settings)
    return dataclasses.replace(view, config=dataclasses.replace(view.config, site=site))


def test_nothing_is_offered_by_default(small_view):
    """No address is invented."""
    assert report_link(small_view("en"), "Task 1", "tasks/1/") == ""


def test_mail(small_view):
    """Subject, address and release are filled in; lines end as mail asks."""
    view = _with(small_view("en"), feedback=Feedback(mail="plan@example.org"), release="2021-07")
    link = urlsplit(report_link(view, "Trees & streets", "tasks/1/"))
    asked = parse_qs(link.query)

    assert (link.scheme, link.path) == ("mailto", "plan@example.org")
    assert asked["subject"] == ["Error on the page “Trees & streets”"]
    assert "Page: https://example.org/plans/exampleshire/en/tasks/1/\r\nRelease: 2021-07\r\n" in asked["body"][0]


def test_tracker(small_view):
    """Title and body are added to what the address asks already; without a release the day of the data is named."""
    view = _with(small_view("zh"), feedback=Feedback(url="https://example.org/new?labels=data", mail="a@example.org"))
    link = urlsplit(report_link(view, "任务", ""))
    asked = parse_qs(link.query)

    assert (link.netloc, asked["labels"], asked["title"]) == ("example.org", ["data"], ["页面“任务”有误"])
    assert "2021年6月30日" in asked["body"][0]


def test_a_site_without_an_address_gives_the_path(small_view):
    """A report must still say which page it is about."""
    view = _with(small_view("en"), feedback=Feedback(mail="plan@example.org"), site_url=None)

    assert "Page: en/tasks/1/" in parse_qs(urlsplit(report_link(view, "x", "tasks/1/")).query)["body"][0]


def test_no_title_breaks_out_of_the_link(small_view):
    """A title from the data adds no field to the report."""
    view = _with(small_view("en"), feedback=Feedback(mail="plan@example.org"))

    assert set(parse_qs(urlsplit(report_link(view, "x&cc=evil@example.org#", "")).query)) == {"subject", "body"}


@pytest.mark.parametrize("mail", ["plan", "a@b", "a@example.org?cc=b@example.org", "a b@example.org"])
def test_a_mail_address_is_checked(tmp_path, mail):
    """The message says where and what to write."""
    path = tmp_path / "site_config.yml"
    path.write_text(f"site_name: A\nfeedback: {{mail: '{mail}'}}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_config(path)

    problem = caught.value.problems[0]
    assert problem.code == "bad-url" and problem.place.line == 2 and "plan@example.org" in (problem.hint or "")
