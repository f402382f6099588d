"""The data of old releases stay at their addresses."""

from __future__ import annotations

import csv
import io
import json

from release_samples import DATED, view_with_history, write

from generator.config import load_config
from generator.release_files import links_of, release_files
from generator.releases import make_release, release_text

ROWS = """\
indicator,area,period,value,basis,source,note
jobs,whole,2017,100,official,report,=1+1
jobs,north,2018,7,illustrative,,
"""


def _files(view, bases):
    return {file.path: file.content for file in release_files(view.history, bases)}


def test_each_release_keeps_its_numbers(a_plan_folder):
    """As JSON of everything and as CSV of its tables, whatever came after."""
    file = a_plan_folder({"data/plan.yml": DATED, "data/observations.csv": ROWS})
    config = load_config(file)
    one = make_release(config, "one").snapshot
    write(file, "observations.csv", ROWS.replace(",100,", ",110,"))
    make_release(config, "two")
    view = view_with_history(file)
    files = _files(view, config.site.include_basis)

    assert set(files) == {path for release in view.history.releases for path in links_of(release).values()}
    assert files["data/releases/one.json"] == release_text(one, {})
    rows = list(csv.DictReader(io.StringIO(files["data/releases/one-observations.csv"].decode())))
    assert [(row["area"], row["value"], row["basis"], row["note"]) for row in rows] == [
        ("north", "7", "illustrative", ""),
        ("whole", "100", "official", "'=1+1"),
    ]


def test_what_a_site_leaves_out_is_not_published(a_plan_folder):
    """Neither numbers of another basis nor verdicts that rest on them."""
    settings = "site_name: A plan\ninclude_basis: [official]\n"
    file = a_plan_folder({"data/plan.yml": DATED, "data/observations.csv": ROWS})
    make_release(load_config(file), "one")
    file.write_text(settings, encoding="utf-8")
    config = load_config(file)
    files = _files(view_with_history(file), config.site.include_basis)
    told = json.loads(files["data/releases/one.json"])

    assert b"illustrative" not in files["data/releases/one-observations.csv"]
    assert list(told["records"]["observations"]) == ["jobs whole 2017"]
    assert told["results"] == {}
