"""What Altair makes of the marks is kept, so that a build need not load it."""

import json
import subprocess
import sys

import pytest

from generator import chart_marks
from generator.charts import CHARTS


@pytest.fixture
def unread():
    """Nothing of the file is in memory, before and after."""
    for one in (chart_marks._kept, chart_marks.skeleton):
        one.cache_clear()
    yield
    for one in (chart_marks._kept, chart_marks.skeleton):
        one.cache_clear()


@pytest.mark.parametrize("kind", CHARTS)
def test_the_kept_skeletons_are_those_of_altair(kind):
    """But for the version of the schema; `python -m generator.chart_marks` writes them anew."""
    kept = json.loads(chart_marks._KEPT.read_text(encoding="utf-8"))["skeletons"][kind]

    assert kept == chart_marks.by_altair(kind) | {"$schema": kept["$schema"]}


def test_the_file_is_written_for_the_version_that_made_it():
    """So that it can be told whether it still holds."""
    assert json.loads(chart_marks.kept_text())["altair"] == chart_marks.version("altair")


@pytest.mark.parametrize("kind", CHARTS)
def test_another_altair_is_asked_itself(kind, unread, monkeypatch):
    """The file of another version is not used."""
    asked = []
    by_altair = chart_marks.by_altair
    monkeypatch.setattr(chart_marks, "version", lambda name: "another")
    monkeypatch.setattr(chart_marks, "by_altair", lambda kind: asked.append(kind) or by_altair(kind))

    assert json.loads(chart_marks.skeleton(kind)) == by_altair(kind)
    assert asked == [kind]


def test_a_chart_is_made_without_loading_altair():
    """Half a second less for every build."""
    program = (
        "import sys; from generator.charts import Chart, vega_lite; vega_lite(Chart('bars', ())); "
        "sys.exit('altair' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
