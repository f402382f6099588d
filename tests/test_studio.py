"""Many drawings are made once, kept, and the same bytes however they are made."""

import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from threading import current_thread, main_thread

import pytest
from chart_samples import samples

from generator import draw, studio
from generator.charts import vega_lite
from generator.studio import Caption, Job, Studio, draw_all

NAMES = sorted(samples())
CAPTION = Caption("标题", "Subtitle", "来源")


def _jobs(count):
    pairs = [(language, name) for name in NAMES for language in ("en", "zh")][:count]
    return {f"{language}-{name}": Job(vega_lite(samples(language)[name])) for language, name in pairs}


def test_a_broken_specification_names_its_job():
    """The caller learns which chart it was."""
    with pytest.raises(ValueError, match="drawing broken: "):
        draw_all({"broken": Job({"mark": "nonsense"})})


def test_serial_parallel_and_cached_drawings_are_the_same_bytes(tmp_path, monkeypatch):
    """However they are made, by the engine or without it; and every step is counted."""
    caption = Caption("标题", "Subtitle", "来源")
    jobs = {name: Job(job.spec, caption, 1) for name, job in _jobs(3).items()}
    jobs |= {f"by-engine-{name}": Job({**job.spec, "title": "T"}) for name, job in _jobs(2).items()}
    monkeypatch.setattr(studio, "PARALLEL_FROM", 2)
    steps = []

    serial = draw_all(jobs)
    parallel = draw_all(jobs, cache=tmp_path, workers=2, on_done=steps.append)
    cached = draw_all(dict(reversed(jobs.items())), cache=tmp_path)

    assert serial == parallel == cached
    assert steps == list(range(1, 9))


def test_a_damaged_cache_costs_time_only(tmp_path):
    """A cut-off or foreign file is drawn again and replaced."""
    jobs = _jobs(2)
    expected = draw_all(jobs, cache=tmp_path)
    files = sorted(path for path in tmp_path.rglob("*.svg"))
    files[0].write_bytes(files[0].read_bytes()[:-5])
    files[1].write_bytes(b"")

    assert draw_all(jobs, cache=tmp_path) == expected
    assert all(len(path.read_bytes()) > 500 for path in files)
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == files


def test_a_warm_cache_draws_nothing(tmp_path, monkeypatch):
    """The drawing engine is not even started."""
    jobs = _jobs(2)
    draw_all(jobs, cache=tmp_path)
    monkeypatch.setattr(studio, "chart_svg", None)
    monkeypatch.setattr(studio, "engine_svg", None)

    assert set(draw_all(jobs, cache=tmp_path)) == set(jobs)


def test_the_same_specification_is_drawn_once(monkeypatch):
    """Two pages may show one chart."""
    calls = []
    monkeypatch.setattr(studio, "chart_svg", lambda spec: calls.append(spec) or "<svg/>")

    drawings = draw_all({"a": Job({"x": 1}), "b": Job({"x": 1}), "c": Job({"x": 2})})

    assert len(calls) == 2
    assert drawings["a"] == drawings["b"]


def test_pictures_come_with_their_captions(tmp_path):
    """A PNG of the wanted scale; without a caption there is neither file nor picture."""
    caption = Caption("Title", "Subtitle", "Source")
    spec = vega_lite(samples()["trend-small"])
    jobs = {"with": Job(spec, caption, 2), "file": Job(spec, caption), "plain": Job(spec)}

    drawings = draw_all(jobs, cache=tmp_path)

    size = [int.from_bytes(drawings["with"].png[n : n + 4], "big") for n in (16, 20)]
    root = ET.fromstring(drawings["with"].file)
    assert drawings["with"].png.startswith(b"\x89PNG")
    assert size == [round(float(root.get(name)) * 2) for name in ("width", "height")]
    assert (drawings["file"].png, drawings["plain"].file) == (None, None)
    assert draw_all(jobs, cache=tmp_path) == drawings


@pytest.fixture
def counted():
    """Counts what is drawn and what is done."""

    class Counts:
        drawn = done = 0

        def add_drawn(self):
            self.drawn += 1

        def set_done(self, done):
            self.done = done

    return Counts()


def test_pictures_are_painted_beside_other_work(tmp_path, monkeypatch, counted):
    """The drawings are there at once, pictures when they are asked for; each is counted once, previews never."""
    monkeypatch.setattr(studio, "PARALLEL_FROM", 2)
    jobs = {name: Job(job.spec, CAPTION, 1) for name, job in _jobs(3).items()}
    alone = draw_all(jobs)
    preview = {"preview": alone["en-bars"].file.replace("标题", "Preview")}

    with Studio(tmp_path, 2, None, counted.set_done, counted.add_drawn) as one:
        drawn = one.draw(jobs)
        assert one.is_busy
        assert counted.done == 3
        assert drawn["en-bars"].png == alone["en-bars"].png
        assert one.draw(jobs)["en-bars"].picture == drawn["en-bars"].picture
        picture = one.pictures(preview)["preview"]
        one.finish()
        assert (counted.drawn, counted.done) == (6, 9)
        assert not one.is_busy
        assert picture.content != drawn["en-bars"].png

    with Studio(tmp_path, 2, None, counted.set_done, counted.add_drawn) as again:
        assert again.draw(jobs) == drawn == alone
        assert again.pictures(preview)["preview"] == picture
        assert not again.is_busy
    assert counted.drawn == 6


def test_work_that_is_given_up_ends_soon(monkeypatch):
    """An error elsewhere stops the build; what waits to be painted is not."""
    monkeypatch.setattr(studio, "PARALLEL_FROM", 2)
    job = _jobs(1)["en-bars"]
    jobs = {str(n): Job(job.spec, Caption("标题", str(n), ""), 2) for n in range(400)}
    with pytest.raises(KeyError), Studio(None, 2) as one:
        drawn = one.draw(jobs)
        raise KeyError

    assert [future for _, future in one._painting.values()][-1].cancelled()
    assert drawn["0"].svg


def test_a_broken_picture_names_its_job(monkeypatch):
    """Here as well as in a process."""
    job = Job(_jobs(1)["en-bars"].spec, CAPTION, 1)
    monkeypatch.setattr(draw, "png", lambda *a, **k: (_ for _ in ()).throw(ValueError("no")))

    with pytest.raises(ValueError, match="drawing broken: no"):
        draw_all({"broken": job})


def test_letters_are_read_from_the_font_once(tmp_path, monkeypatch):
    """The next process finds them in the cache."""
    jobs = {"a": Job(_jobs(1)["en-bars"].spec, CAPTION, 1)}
    drawn = draw_all(jobs, tmp_path)
    for picture in tmp_path.rglob("*.png"):
        picture.unlink()
    studio._kept_letters.cache_clear()
    studio._painter.cache_clear()
    monkeypatch.setattr("generator.outlines._read", lambda letter, bold: pytest.fail(f"{letter} was read again"))

    assert draw_all(jobs, tmp_path) == drawn


def test_the_library_for_readers_is_made_by_others(monkeypatch):
    """Where they draw already; without a cache it is made once all the same."""
    monkeypatch.setattr(studio, "PARALLEL_FROM", 1)
    here = []
    monkeypatch.setattr(
        draw, "javascript_bundle", lambda: here.append(current_thread() is main_thread()) or "vegaEmbed"
    )
    with Studio(pool=lambda: ThreadPoolExecutor(1)) as one:
        one.draw({"a": Job(_jobs(1)["en-bars"].spec, CAPTION, 1)})
        one.begin_bundle()
        assert one.javascript_bundle() == "vegaEmbed"
        one.begin_bundle()
        one.finish()

    assert one.javascript_bundle() == "vegaEmbed"
    assert here == [False]


def test_others_are_called_early_where_nothing_is_kept(tmp_path, monkeypatch):
    """They need a while; where the library is kept, it is not known that there is much to draw."""
    called = []
    monkeypatch.setattr(draw, "javascript_bundle", lambda: "vegaEmbed")
    monkeypatch.setattr(studio, "_open_font", lambda: called.append("font"))

    for expected in (["font"] * 2, []):
        with Studio(tmp_path, 2, lambda: ThreadPoolExecutor(1)) as one:
            one.get_ready(chinese=True)
            assert one.is_busy == bool(expected)
            one.finish()
        assert called == expected
        called.clear()

    with Studio(None, 1) as alone:
        alone.get_ready(chinese=True)
        assert not alone.is_busy


def test_the_library_for_readers_is_made_once(tmp_path, monkeypatch):
    """It takes a second or two, so others make it where they draw already."""
    made = []
    monkeypatch.setattr(draw, "javascript_bundle", lambda: made.append(1) or "vegaEmbed")
    first = Studio(tmp_path)
    first.begin_bundle()

    assert [first.javascript_bundle(), Studio(tmp_path).javascript_bundle()] == ["vegaEmbed"] * 2
    assert made == [1]
