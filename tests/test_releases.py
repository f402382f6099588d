"""Releases are written once, read back, and any later change is noticed."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from release_samples import DATED, ROWS, pages_with_history, view_with_history, write

from generator import releases
from generator.cli import main
from generator.config import load_config
from generator.edition import Edition, language_site
from generator.problems import UsageError
from generator.releases import ReleaseError, list_releases, make_release, read_releases


@pytest.fixture
def plan_file(a_plan_folder):
    """The settings of the small plan, with a cut-off date."""
    return a_plan_folder({"data/plan.yml": DATED})


def _revise(plan_file, value="101"):
    write(plan_file, "observations.csv", ROWS.replace(",100,", f",{value},"))


def _run(*arguments):
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _release_file(plan_file, name="2020-12-31"):
    return plan_file.parent / "releases" / f"{name}.json"


# --- making -----------------------------------------------------------------------------------------------------


def test_a_release_holds_what_it_is_made_of(plan_file):
    """Id, date, note, generator, every input with its hash, and one record a line."""
    config = load_config(plan_file)
    made = make_release(config, None, note="The first.")
    written = json.loads(made.path.read_bytes())

    assert (made.path, made.snapshot.id) == (_release_file(plan_file), "2020-12-31")
    assert written["release"]["note"] == "The first."
    assert {"site_config.yml", "data/plan.yml", "data/observations.csv"} <= set(written["inputs"])
    assert ' "jobs whole 2017": {"source": "report", "value": "100"}' in made.path.read_text(encoding="utf-8")
    assert read_releases(config) == [made.snapshot]


def test_the_same_data_make_the_same_bytes(plan_file):
    """Whenever and however often the release is made."""
    config = load_config(plan_file)
    first = make_release(config, None).path.read_bytes()
    index = (plan_file.parent / "releases" / "index.json").read_bytes()
    for path in (plan_file.parent / "releases").iterdir():
        path.unlink()

    assert make_release(config, None).path.read_bytes() == first
    assert (plan_file.parent / "releases" / "index.json").read_bytes() == index


def test_names(plan_file):
    """By date, with a number where it is taken; a name is never used twice."""
    config = load_config(plan_file)
    make_release(config, None)
    _revise(plan_file)
    assert make_release(config, None).snapshot.id == "2020-12-31-2"
    _revise(plan_file, "102")
    with pytest.raises(ReleaseError, match="is there already"):
        make_release(config, "2020-12-31")
    for name in ("../evil", "A", "con", "index", "a/b", ""):
        with pytest.raises(UsageError):
            make_release(config, name)
    assert make_release(config, "third", date="2021-02-01").snapshot.date == "2021-02-01"
    assert [one.id for one in list_releases(config)] == ["2020-12-31", "2020-12-31-2", "third"]


def test_nothing_new_is_no_release(plan_file):
    config = load_config(plan_file)
    make_release(config, None)
    with pytest.raises(UsageError, match="nothing has changed since the release '2020-12-31'"):
        make_release(config, "again")


@pytest.mark.parametrize("date", ["2020-13-01", "yesterday", "2020-1-1", "２０２０-01-01", "2019-02-29"])
def test_a_date_must_be_a_day(plan_file, date):
    with pytest.raises(UsageError, match="is not a day"):
        make_release(load_config(plan_file), "one", date=date)


def test_a_date_never_comes_from_the_clock(a_plan_folder):
    """Without a cut-off it must be given; releases are in the order of their dates."""
    config = load_config(a_plan_folder())
    with pytest.raises(UsageError, match="needs a date"):
        make_release(config, "one")
    make_release(config, "one", date="2020-05-05")
    _revise(config.file)
    with pytest.raises(UsageError, match="before that of the last release"):
        make_release(config, "two", date="2020-05-04")


def test_an_interrupted_release_can_be_made_again(plan_file):
    """The file was written, the list was not: the same bytes go on, others are not overwritten."""
    config = load_config(plan_file)
    made = make_release(config, None)
    (made.path.parent / "index.json").unlink()
    assert make_release(config, None).path.read_bytes() == made.path.read_bytes()
    (made.path.parent / "index.json").unlink()
    _revise(plan_file)
    with pytest.raises(ReleaseError, match=r"is there but not in index\.json"):
        make_release(config, None)


def test_large_releases_are_compressed(plan_file, monkeypatch):
    """With the same bytes every time, and read back as they were."""
    monkeypatch.setattr(releases, "COMPRESS_FROM", 10)
    config = load_config(plan_file)
    made = make_release(config, None)
    first = made.path.read_bytes()

    assert made.path.name == "2020-12-31.json.gz"
    assert read_releases(config) == [made.snapshot]
    (made.path.parent / "index.json").unlink()
    made.path.unlink()
    assert make_release(config, None).path.read_bytes() == first


def test_faulty_data_are_never_released(plan_file):
    _revise(plan_file, "1,5")
    result = _run("release", "--next", "--config", plan_file)
    assert result.exit_code == 1
    assert not (plan_file.parent / "releases").exists()


# --- damage -----------------------------------------------------------------------------------------------------


def test_a_changed_release_is_named(plan_file):
    """A single digit is enough, for the list of changes, the next release and the site."""
    config = load_config(plan_file)
    path = make_release(config, None).path
    path.write_bytes(path.read_bytes().replace(b'"value": "100"', b'"value": "900"', 1))
    _revise(plan_file)

    for command in (["diff"], ["release", "--next"], ["build"]):
        result = _run(*command, "--config", plan_file)
        assert result.exit_code == 1
        assert "the release '2020-12-31' was changed after it was made" in result.output
    assert not config.output.exists()


def test_line_ends_of_a_checkout_are_not_damage(plan_file):
    config = load_config(plan_file)
    path = make_release(config, None).path
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(read_releases(config)) == 1


def test_a_missing_release_is_named(plan_file):
    config = load_config(plan_file)
    make_release(config, None).path.unlink()
    with pytest.raises(ReleaseError, match="'2020-12-31' is missing or damaged"):
        read_releases(config)


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.update(sha256="0" * 64),
        lambda entry: entry.update(note="Another note"),
        lambda entry: entry.update(date="2020-12-30"),
        lambda entry: entry.update(id="other", file="other.json"),
        lambda entry: entry.update(file="../data/plan.json"),
        lambda entry: entry.update(extra=1),
        lambda entry: entry.pop("records"),
        lambda entry: entry.update(id=7),
    ],
)
def test_an_edited_list_is_noticed(plan_file, change):
    config = load_config(plan_file)
    make_release(config, None)
    index = plan_file.parent / "releases" / "index.json"
    entries = json.loads(index.read_bytes())
    change(entries[0])
    index.write_text(json.dumps(entries), encoding="utf-8")
    with pytest.raises(ReleaseError):
        read_releases(config)


@pytest.mark.parametrize("text", ["", "{}x", "[1]", "7", "[[", "[" * 100_000, "\xff"])
def test_a_broken_list_is_named(plan_file, text):
    config = load_config(plan_file)
    make_release(config, None)
    (plan_file.parent / "releases" / "index.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ReleaseError, match="damaged"):
        list_releases(config)


# --- the command line -------------------------------------------------------------------------------------------


def test_release_and_diff(plan_file):
    """From the last release to the working data, and between any two."""
    assert "no release has been made yet" in _run("diff", "--config", plan_file).output
    assert _run("release", "--next", "--config", plan_file).exit_code == 0
    assert "Nothing changed." in _run("diff", "--config", plan_file).output
    _revise(plan_file)
    said = _run("diff", "--config", plan_file).output
    assert "2020-12-31 -> working data" in said
    assert "100 -> 101 people (+1, +1.0%)" in said
    assert _run("release", "second", "--config", plan_file).exit_code == 0
    between = _run("diff", "second", "2020-12-31", "--format", "json", "--config", plan_file)
    assert json.loads(between.output)["changes"][0]["difference"] == "-1"
    assert _run("diff", "--format", "markdown", "--config", plan_file).output.startswith("# What changed")


@pytest.mark.parametrize(
    "arguments", [["release"], ["release", "x", "--next"], ["diff", "a", "b", "c"], ["diff", "nothing"]]
)
def test_wrong_use(plan_file, arguments):
    _run("release", "--next", "--config", plan_file)
    assert _run(*arguments, "--config", plan_file).exit_code == 2


# --- on the site ------------------------------------------------------------------------------------------------


def _changes(plan_file):
    """The text of the page of changes, without its links."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", pages_with_history(plan_file, "changes")[0].markdown)


def test_no_page_before_the_first_release(plan_file):
    """And the monitoring page says that there is nothing to compare with."""
    changes, monitoring = pages_with_history(plan_file, "changes", "monitoring")
    assert changes is None
    assert "No release of these data has been made yet" in monitoring.markdown


def test_the_page_tells_what_changed(plan_file):
    """The story first, then the list; what is not released yet before the releases."""
    config = load_config(plan_file)
    make_release(config, "one", note="For *all*.")
    _revise(plan_file)
    shown = _changes(plan_file)

    assert "Not yet released: changes since release one" in shown
    largest = "The largest revision is Jobs, The whole, 2017: from 100 people to 101 people (+1.0%)"
    assert f"Values: 1 revised. {largest}" in shown
    assert "It holds 2 tasks, 2 indicators, 1 value and 1 target." in shown
    assert "For *all*" not in shown, "a note is text, not Markdown"
    page = pages_with_history(plan_file, "changes")[0]
    for words, entry in (("1 revised", "unreleased-revised-caption"), ("1 target", "release-one-files")):
        assert f"[{words}](../changes/#{entry})" in page.markdown
        assert f'id="{entry}"' in "".join(page.blocks)
    make_release(config, "two")
    changes, monitoring = pages_with_history(plan_file, "changes", "monitoring")
    assert "Not yet released" not in changes.markdown
    assert "between release one and release two" in monitoring.markdown


def test_the_story_tells_made_up_numbers_apart(plan_file):
    """They are counted as such, and none is named as the largest revision."""
    path = plan_file.parent / "data" / "observations.csv"
    rows = "indicator,area,period,value,basis\njobs,north,2018,{},illustrative\n"
    path.write_text(rows.format(10), encoding="utf-8")
    config = load_config(plan_file)
    make_release(config, "one")
    shown = _changes(plan_file)
    assert "It holds 2 tasks, 2 indicators, 1 value and 1 target." in shown
    assert "Illustrative among these, to show how the site works, and not facts: 1 value." in shown
    assert "With each later release, what changed is listed here." in shown

    path.write_text(rows.format(90), encoding="utf-8")
    shown = _changes(plan_file)

    assert "With each later release" not in shown
    assert "Values: 1 revised. 1 of these rests on illustrative numbers" in shown
    assert "largest" not in shown


def test_the_foot_says_from_what_the_site_is_built(plan_file):
    """From a release only while the data are those of the release."""
    config = load_config(plan_file)
    make_release(config, "one")
    assert _foot(plan_file) == ("Built from release one", "changes/")
    _revise(plan_file)
    assert _foot(plan_file) == ("Built from unreleased data", "changes/")


def _foot(plan_file):
    """What MkDocs is given for the foot of every page: words and link of the line about the release."""
    view = view_with_history(plan_file)
    edition = Edition(view, tuple(pages_with_history(plan_file, "home", "changes")))
    site = language_site(view.config, edition, [edition], {"en": set()}, {}, True, ())
    return next((line["text"], line["url"]) for line in site.extra["pe"]["footer"]["lines"] if "Built" in line["text"])


def test_reworded_text_stays_text(plan_file):
    """Marked as taken out and put in, and never as HTML of its own."""
    config = load_config(plan_file)
    make_release(config, "one")
    path = plan_file.parent / "data" / "tasks.yml"
    path.write_text(path.read_text().replace("Plant trees", "Plant <b>trees</b>"), encoding="utf-8")
    blocks = "".join(pages_with_history(plan_file, "changes")[0].blocks)

    assert "<ins>" in blocks
    assert "<b>" not in blocks


def test_every_change_can_be_shown_in_both_languages(a_plan_folder):
    """Each group of changes has its words, in the table and in the story."""
    settings = a_plan_folder({"data/plan.yml": DATED.replace("[en]", "[en, zh]"), "data/progress.csv": None})
    make_release(load_config(settings), "one")
    folder = settings.parent / "data"
    for name, old, new in (
        ("plan.yml", "A small plan", "A plan"),
        ("tasks.yml", "aspect: a1, lead: office", "aspect: a2, lead: council, supporting: office"),
        ("tasks.yml", "t2, number: 2", "t9, number: 9"),
        ("indicators.yml", "Trees, unit: trees", "Trees, unit: many trees"),
        ("organisations.yml", "{id: office, title: Office", "{id: office, title: Bureau, url: 'https://example.org/'"),
        ("targets.csv", "2020,200", "2020,150"),
        ("sources.yml", "Annual report", "Yearly report"),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, name
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    (folder / "observations.csv").write_text(
        "indicator,area,period,value,status,basis,source\njobs,whole,2017,0,P,derived,report\n"
        "jobs,north,2018,2,,illustrative,\njobs,south,2018,,O,,report\n", encoding="utf-8",
    )  # fmt: skip
    (folder / "progress.csv").write_text(
        "task,area,date,status\nt1,,2019-12-31,on-track\nt1,north,2019-12-31,completed\n"
    )
    for code in ("en", "zh"):
        text = "".join(pages_with_history(settings, "changes", code=code)[0].blocks)
        for part in ("moved", "targets", "tasks", "revised", "added", "roles", "reports", "others"):
            assert f'id="unreleased-{part}-caption"' in text, part
