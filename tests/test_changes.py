"""What two states of a plan differ by, found and told."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace

import pytest

from generator.change import CODES, Change
from generator.changes import compare, got_better, history_of, word_runs
from generator.changes_report import HEADINGS, as_json, as_markdown, as_text
from generator.snapshot import Snapshot, content_hash, snapshot_of, visible

ROWS = "indicator,area,period,value,status,basis,source,note\n"
OLD = "jobs,whole,2017,100,,,report,\njobs,whole,2018,120,,,report,\njobs,north,2018,60,,,report,\n"


@pytest.fixture
def a_difference(a_plan):
    """What changes between the small plan with some files, and with others."""

    def differ(before=None, after=None, bases=None):
        old, new = (snapshot_of(a_plan(files)) for files in (before or {}, after or {}))
        return compare(old, new, bases)

    return differ


def _codes(difference):
    return [(one.code, one.key) for one in difference.changes]


def _rows(old, new):
    return {"data/observations.csv": ROWS + old}, {"data/observations.csv": ROWS + new}


def test_the_same_data_do_not_differ(a_difference):
    """Neither does another way of writing the same number."""
    assert a_difference().changes == ()
    assert a_difference(*_rows(OLD, OLD.replace(",100,", ",100.00,").replace(",120,", ",1.2e2,"))).changes == ()


def test_values_revised_added_withdrawn(a_difference):
    """From, to, the difference, and its share of the value before."""
    found = a_difference(
        *_rows(OLD, "jobs,whole,2017,100,,,report,\njobs,whole,2018,126,,,report,\ntrees,north,2018,5,,,report,\n")
    )
    revised = found.of("observation-revised")[0]

    assert (revised.key, revised.before["value"], revised.after["value"]) == ("jobs whole 2018", "120", "126")
    assert (str(revised.difference), str(revised.relative)) == ("6", "0.05")
    assert [one.key for one in found.of("observation-withdrawn")] == ["jobs north 2018"]
    assert [one.key for one in found.of("observation-added")] == ["trees north 2018"]
    assert "Jobs, The whole, 2018: 120 -> 126 people (+6, +5.0%)" in as_text(found)


def test_a_value_that_becomes_missing_is_withdrawn(a_difference):
    """The row stays and says why; when the value comes, it is added."""
    there, gone = _rows("jobs,whole,2018,120,,,report,\n", "jobs,whole,2018,,Q,,report,\n")

    assert ("observation-withdrawn", "jobs whole 2018") in _codes(a_difference(there, gone))
    assert ("observation-added", "jobs whole 2018") in _codes(a_difference(gone, there))
    assert a_difference(gone, gone).changes == ()


def test_no_share_of_nothing(a_difference):
    """A value that was zero has no relative change."""
    found = a_difference(*_rows("jobs,whole,2018,0,,,report,\n", "jobs,whole,2018,5,,,report,\n")).of(
        "observation-revised"
    )
    assert found[0].relative is None


def test_basis_and_status_of_a_value(a_difference):
    """A value that stays may rest on another basis or be marked otherwise."""
    found = a_difference(*_rows("jobs,whole,2018,120,P,,report,\n", "jobs,whole,2018,120,,derived,report,Computed.\n"))
    basis = found.of("basis-changed")[0]
    assert (basis.before, basis.after) == ("official", "derived")
    assert {one.field for one in found.of("mark-changed")} == {"status", "note"}


def test_targets_moved_and_verdicts_changed(a_difference):
    """A lower target changes the verdict, through the data."""
    rows = ROWS + "jobs,whole,2017,100,,,report,\njobs,whole,2020,150,,,report,\n"
    goal = "indicator,area,period,value,source\njobs,whole,2020,{},report\n"
    files = [{"data/observations.csv": rows, "data/targets.csv": goal.format(value)} for value in (200, 140)]
    found = a_difference(*files)
    target, verdict = found.of("target-moved")[0], found.of("verdict-changed")[0]

    assert (target.before["value"], target.after["value"]) == ("200", "140")
    assert (verdict.key, verdict.after, verdict.field) == ("jobs whole", "achieved", "data")
    assert found.changes[0] is verdict, "the weightiest first"
    assert got_better(verdict) is True
    assert got_better(Change("verdict-changed", "verdicts", "x y", "data", "no-target", "achieved")) is None


def test_a_verdict_that_changed_through_the_method_says_so(a_difference):
    """The numbers are the same, the way of judging is not."""
    rows = ROWS + "jobs,whole,2017,100,,,report,\njobs,whole,2019,150,,,report,\n"
    bands = "bands: {on_track: 0.5, moderate: 0.4, limited: 0}\n"
    before = {"data/observations.csv": rows}
    found = a_difference(before, {**before, "data/assessment.yml": bands})

    assert [one.field for one in found.of("verdict-changed")] == ["method"]
    assert [one.kind for one in found.of("method-changed")] == ["assessment"]


def test_places_that_changed(a_difference):
    """Both cities change places when one is revised; through the data, or through the method alone."""
    rows = ROWS + "jobs,north,2018,60,,,report,\njobs,south,2018,50,,,report,\n"
    before = {"data/observations.csv": rows}
    found = a_difference(before, {"data/observations.csv": rows.replace(",60,", ",40,")})

    assert [(one.key, one.before["place"], one.after["place"], one.field) for one in found.of("rank-changed")] == [
        ("jobs north", "1", "2", "data"),
        ("jobs south", "2", "1", "data"),
    ]
    assert "Jobs, North: 1 of 2 (2018) -> 2 of 2 (2018)" in as_text(found)
    assert not any(one.is_method for one in found.changes)
    down = {"data/indicators.yml": "- {id: jobs, title: Jobs, unit: people, direction: down}\n"
            "- {id: trees, title: Trees, unit: trees, direction: up, aggregation: sum}\n"}  # fmt: skip
    found = a_difference(before, {**before, **down})

    assert {one.field for one in found.of("rank-changed")} == {"method"}
    assert "Places that changed, through the method alone (2)" in as_text(found)
    assert all(one.is_method for one in found.changes)


def test_places_in_a_composite_index(a_difference):
    """They rest on the values of its indicators."""
    index = """\
- id: overall
  title: Overall
  dimensions: [{id: d, title: D, weight: 1, indicators: [{id: jobs, weight: 1, standard: 100}]}]
"""
    rows = ROWS + "jobs,north,2018,60,,,report,\njobs,south,2018,50,,,report,\n"
    old = {"data/index.yml": index, "data/observations.csv": rows}
    found = a_difference(old, {**old, "data/observations.csv": rows.replace(",60,", ",40,")})

    assert [(one.key, one.field) for one in found.of("rank-changed") if one.kind == "index_ranks"] == [
        ("overall north", "data"),
        ("overall south", "data"),
    ]


TASKS = """\
- {{id: t1, number: 1, title: Train {people}, aspect: {aspect}, lead: {lead}, indicators: [jobs]}}
- {{id: {second}, number: 2, title: Plant trees, aspect: a2, lead: office, indicators: [trees]}}
"""


def test_tasks_moved_reworded_added_dropped_and_their_roles(a_difference):
    """Each as what it is; a text word by word."""
    old = TASKS.format(people="many people well", aspect="a1", lead="office", second="t2")
    new = TASKS.format(people="most people well", aspect="a2", lead="council", second="t3")
    found = a_difference({"data/tasks.yml": old}, {"data/tasks.yml": new})

    assert _codes(found)[:4] == [
        ("task-dropped", "t2"),
        ("task-added", "t3"),
        ("task-moved", "t1"),
        ("task-reworded", "t1"),
    ]
    assert [(one.field, one.before, one.after) for one in found.of("role-changed")] == [
        ("council", None, "lead"),
        ("office", "lead", None),
    ]
    assert "title.en: Train [-many-]{+most+} people well" in as_text(found)


def test_reported_statuses(a_difference):
    """What was last reported of a task is what it stands at."""
    head = "task,date,status,source\n"
    found = a_difference({}, {"data/progress.csv": head + "t1,2019-12-31,on-track,report\n"})

    assert [(one.key, one.before, one.after) for one in found.of("status-changed")] == [("t1", "unknown", "on-track")]
    assert _codes(found)[-1] == ("report-added", "t1 - 2019-12-31")


def test_organisations_and_other_records(a_difference):
    """Bodies come and go; other records change field by field."""
    bodies = """\
- {id: council, title: Council, kind: government}
- {id: office, title: Bureau, kind: agency}
- {id: new, title: New}
"""
    found = a_difference({}, {"data/organisations.yml": bodies})

    assert {(one.code, one.key, one.field) for one in found.changes} == {
        ("organisation-added", "new", ""),
        ("record-reworded", "office", "title.en"),
        ("record-changed", "office", "kind"),
        ("record-changed", "office", "parent"),
    }


def test_what_a_site_leaves_out_is_not_told(a_difference):
    """A site of published figures never shows a made-up one, in its list of changes neither."""
    files = _rows(OLD, OLD + "jobs,north,2019,61,,illustrative,,\n")

    assert len(a_difference(*files).of("observation-added")) == 1
    found = a_difference(*files, bases=("official", "derived", "reconstructed"))
    assert found.changes == ()
    assert not found.compares_results, "verdicts of a release that rested on more are not compared"


def test_records_of_another_basis_lose_their_parts():
    """A measure or fact of a task goes without the task."""
    task = {"measures": [{"id": "m1"}, {"id": "m2", "basis": "illustrative"}]}
    records = {"tasks": {"t1": task, "t2": {"basis": "illustrative"}}, "areas": {"x": {}}}

    assert visible(records, ("official",)) == {"tasks": {"t1": {"measures": [{"id": "m1"}]}}, "areas": {"x": {}}}


def test_words_are_compared_as_words():
    """English by word, Chinese by character, long texts by sentence."""
    assert word_runs("the old way", "the new way") == [
        ("same", "the "), ("old", "old"), ("new", "new"), ("same", " way"),
    ]  # fmt: skip
    assert word_runs("推动科技创新", "推动科学创新") == [
        ("same", "推动科"), ("old", "技"), ("new", "学"), ("same", "创新"),
    ]  # fmt: skip
    assert word_runs("2018年底前", "2021年底前") == [("old", "2018"), ("new", "2021"), ("same", "年底前")]
    assert word_runs(None, "new") == [("new", "new")]
    long = "".join(f"Sentence {n} is here. " for n in range(2000))
    runs = word_runs(long, long.replace("Sentence 7 is", "Sentence 7 was"))
    assert [text for what, text in runs if what != "same"] == ["Sentence 7 is here. ", "Sentence 7 was here. "]


def test_every_code_has_a_heading():
    assert list(HEADINGS) == list(CODES)


def test_text_of_the_data_stays_text(a_difference):
    """Nothing in a value becomes Markdown, a line, or a colour of the terminal."""
    evil = TASKS.format(people="x", aspect="a1", lead="office", second="t2").replace(
        "Train x", "'<b>[x](http:evil)</b>'"
    )
    found = a_difference({}, {"data/tasks.yml": evil})
    told = as_markdown(found)

    assert r"\<b\>\[x\](http:evil)\</b\>" in told
    assert not re.search(r"(?<!\\)[<\[]", told)
    hostile = replace(found, changes=(Change("record-changed", "areas", "x", "code", "a\x1b[31m\nb", "c"),))
    assert "\x1b" not in as_text(hostile)
    assert len(as_text(hostile).splitlines()) == 4


def test_json_holds_everything(a_difference):
    """For programs: counts, and each change with its difference."""
    told = json.loads(as_json(a_difference(*_rows(OLD, OLD.replace("120", "126")))))

    assert told["counts"]["observation-revised"] == 1
    revised = next(one for one in told["changes"] if one["code"] == "observation-revised")
    assert (revised["difference"], revised["relative"]) == ("6", "0.050000")


def test_history(a_plan):
    """Between releases, and from the last one to the working data."""
    first, second = (
        replace(snapshot_of(a_plan({"data/observations.csv": ROWS + rows})), id=name, date="2020-01-01")
        for name, rows in (("one", OLD), ("two", OLD.replace("120", "126")))
    )
    working = replace(second, id="")

    history = history_of([first, second], working, first.bases)
    assert (history.built_from, history.pending, len(history.steps)) == ("two", None, 1)
    history = history_of([first], working, first.bases)
    assert history.built_from == ""
    assert history.pending is not None
    assert history.pending.counts["observation-revised"] == 1
    assert history_of([], working, first.bases).releases == ()


def test_two_hundred_thousand_values():
    """Comparing and hashing stay within seconds."""
    rows = {
        f"i{n % 500} a{n // 500 % 40} {2000 + n // 20000}": {"value": str(n), "source": "s"} for n in range(200_000)
    }
    revised = {key: {**row, "value": "1"} if n % 100 == 5 else row for n, (key, row) in enumerate(rows.items())}
    started = time.process_time()
    found = compare(Snapshot({"observations": rows}), Snapshot({"observations": revised}))
    content_hash(found.after.records)

    assert len(rows) == 200_000
    assert found.counts["observation-revised"] == 2_000
    assert time.process_time() - started < 5
