"""The way of a real update: a city's workbook comes in, is read as a difference, released, published, taken back."""

from __future__ import annotations

import json

import feedparser
from click.testing import CliRunner
from site_fixtures import addresses, page
from workbook_samples import FILES, OFFICIAL, Book

from generator.cli import main
from generator.verify import manifest_of

SETTINGS = FILES["site_config.yml"] + (
    "site_url: https://plans.example.org/small/\nfeatures: {png: false, explore: false}\n"
    "publish: {allow_basis: [official, derived, illustrative], to: ../served}\n"
)
TOUCHED = ("areas/north/", "indicators/jobs/", "changes/", "monitoring/", "organisations/office/")
"""Pages that say what the workbook changed, or whose past it belongs to; of all others only the foot differs."""
TOLD = "岗位、北市、2017年：修订数值，由“100个”改为“101个（+1.0%）”"


def _run(config, *arguments):
    result = CliRunner().invoke(main, [*map(str, arguments), "--config", str(config)])
    assert result.exit_code == 0, result.output
    return result.output


def test_from_a_citys_workbook_to_the_feed(a_plan_folder):
    """What the workbook changed is what the difference, the page, the marks and the feeds say: that and no more."""
    config = a_plan_folder({**FILES, "site_config.yml": SETTINGS})
    _run(config, "release", "first", "--note", "首次发布。| First release.")
    site = config.parent.parent / "served"
    _run(config, "publish", "--jobs", "1")
    before = addresses(site)

    file = config.parent / "north.xlsx"
    _run(config, "workbook", "export", file, "--area", "north")
    book = Book(file)
    book.fill(("jobs", "2017"), 数值=101)
    shown = _run(config, "workbook", "import", book.save(), "--dry-run")
    assert "~ jobs, north, 2017: value 100 -> 101" in shown
    _run(config, "workbook", "import", file)
    assert "jobs,north,2017,,101," in (config.parent / OFFICIAL).read_text(encoding="utf-8")

    assert _run(config, "diff").splitlines() == [
        "first -> working data",
        "",
        "Values revised (1)",
        "  Jobs, North, 2017: 100 -> 101 jobs (+1, +1.0%)",
    ]
    changes = json.loads(_run(config, "diff", "--format", "json"))["changes"]
    assert [(one["code"], one["difference"], one["method"]) for one in changes] == [("observation-revised", "1", False)]

    review = config.parent.parent / "review"
    preview = _run(config, "publish", "--preview", "--to", review, "--jobs", "1", "--all").splitlines()
    named = {line for line in preview[:-2] if not line.startswith("file")}
    assert sorted(named) == sorted(f"changed: {code}/{address}" for code in ("zh", "en") for address in TOUCHED)
    assert preview[-1].startswith(f"data that are not released, {len(before) + 1} pages -> {review}")
    told = page(review, "en/changes/").text
    assert "Not yet released: changes since release first" in told and "from 100 jobs to 101 jobs (+1.0%)" in told
    assert "changed since release first; it was 100" in page(review, "en/indicators/jobs/").text
    assert "Disallow: /" in (review / "robots.txt").read_text(encoding="utf-8")
    assert manifest_of(site).release == "first", "the public site is as it was"

    _run(config, "release", "second", "--date", "2021-06-01")
    _run(config, "publish", "--jobs", "1")

    told = page(site, "en/changes/").text
    assert "Release second (1 June 2021)" in told
    assert "Values: 1 revised. The largest revision is Jobs, North, 2017: from 100 jobs to 101 jobs (+1.0%)." in told
    assert "No target and no verdict changed." in told
    assert "No task, no responsibility and no reported status changed." in told
    assert "Not yet released" not in told
    for address in ("zh/areas/north/", "zh/indicators/jobs/"):
        assert "second（2021年6月1日）" in page(site, address).text, address
    assert "已修订，版本first为100" in page(site, "zh/indicators/jobs/").text

    for path, entries in (("zh/feed.xml", 2), ("zh/areas/north/feed.xml", 2), ("zh/areas/south/feed.xml", 1)):
        read = feedparser.parse((site / path).read_bytes())
        assert (read.bozo, len(read.entries)) == (0, entries), path
        assert (TOLD in read.entries[0].summary) is (entries == 2), path
    head = page(site, "zh/areas/north/").one("head")
    feeds = [link.attrs for link in head.all("link") if link.attrs.get("rel") == "alternate" and "title" in link.attrs]
    assert [one["href"] for one in feeds[:2]] == ["../../areas/north/feed.xml", "../../areas/north/feed.json"]
    assert all((site / "zh/areas/north" / one["href"]).is_file() for one in feeds)

    old = (site / "data/releases/first-observations.csv").read_text(encoding="utf-8")
    assert "jobs,north,2017,,100," in old

    after = addresses(site)
    assert set(before) <= set(after)
    _run(config, "rollback")
    assert all((site / address / "index.html").is_file() for address in after), "all addresses still answer"
    assert "Release second" not in (site / "en/changes/index.html").read_text(encoding="utf-8")
