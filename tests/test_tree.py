"""One folder follows another, and a finished one takes its place, whatever stood there before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from generator import tree
from generator.tree import ODD, follow, put_in_place, stamps


def _folder(place: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return place


def _texts(place: Path) -> dict[str, str]:
    return {name: (place / name).read_text(encoding="utf-8") for name in stamps(place)}


@pytest.fixture
def model(tmp_path) -> Path:
    return _folder(tmp_path / "cache" / "model", {"a.txt": "one", "b/c.txt": "two", "b/d/e.txt": "three"})


def test_a_folder_that_is_not_there_has_no_files(tmp_path):
    assert stamps(tmp_path / "nowhere") == {}


def test_what_differs_is_replaced_and_what_is_too_much_goes(model, tmp_path):
    """An edit, a further file, a folder where a file belongs and a file where a folder belongs."""
    other = _folder(tmp_path / "other", {"a.txt/deep/x": "", "b/c.txt": "edited", "b/d": "", "gone/y": "", "b/z": ""})
    follow(other, model, stamps(model))

    assert _texts(other) == _texts(model)
    assert not (other / "gone").exists()


def test_what_is_the_same_stays_the_same_file(model, tmp_path):
    other = tmp_path / "other"
    follow(other, model, stamps(model))
    before = (other / "b" / "c.txt").stat().st_ino
    (model / "a.txt").unlink()
    _folder(model, {"a.txt": "changed"})
    follow(other, model, stamps(model))

    assert (other / "b" / "c.txt").stat().st_ino == before
    assert (other / "a.txt").read_text(encoding="utf-8") == "changed"


@pytest.mark.skipif(os.name == "nt", reason="symbolic links ask for rights there")
def test_nothing_is_written_through_a_link(model, tmp_path):
    """A link in the place of a folder is taken away: nothing outside is touched."""
    outside = _folder(tmp_path / "outside", {"c.txt": "mine"})
    other = tmp_path / "other"
    other.mkdir()
    (other / "b").symlink_to(outside)
    assert stamps(other) == {"b": ODD}
    follow(other, model, stamps(model))

    assert _texts(outside) == {"c.txt": "mine"}
    assert _texts(other) == _texts(model)


@pytest.mark.parametrize("exchanges", [True, False])
def test_the_output_is_put_in_place_again_and_again(model, tmp_path, monkeypatch, exchanges):
    """Where folders cannot change places, a copy takes the place; beside the output nothing is left."""
    if not exchanges:
        monkeypatch.setattr(tree, "exchange", lambda one, other: False)
    output, spare = tmp_path / "plan" / "site", model.parent / "spare"
    for text in ("first", "second", "third"):
        (model / "a.txt").unlink()
        _folder(model, {"a.txt": text})
        put_in_place(model, stamps(model), spare, output)
        assert _texts(output) == _texts(model)
    assert [path.name for path in output.parent.iterdir()] == ["site"]


def test_a_file_that_is_gone_is_told(model, tmp_path):
    """Nothing is put in place that is not whole."""
    output = _folder(tmp_path / "site", {"a.txt": "old"})
    files = stamps(model)
    (model / "b" / "c.txt").unlink()

    with pytest.raises(OSError, match=r"c\.txt"):
        put_in_place(model, files, model.parent / "spare", output)
    assert _texts(output) == {"a.txt": "old"}
