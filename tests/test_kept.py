"""What is kept is made once, and made again where it is damaged."""

from __future__ import annotations

from generator.kept import kept


def test_it_is_made_once_for_the_same_parts(tmp_path):
    made = []

    def make() -> bytes:
        made.append(1)
        return b"content\nwith lines"

    for parts in (("a", "b"), ("a", "b"), ("a", "c")):
        assert kept(tmp_path / "new", parts, make) == b"content\nwith lines"
    assert len(made) == 2


def test_a_damaged_one_is_made_again(tmp_path):
    kept(tmp_path, ("a",), lambda: b"good")
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes().replace(b"good", b"evil"))

    assert kept(tmp_path, ("a",), lambda: b"good") == b"good"


def test_without_a_folder_nothing_is_kept(tmp_path):
    assert [kept(None, ("a",), lambda text=text: text) for text in (b"1", b"2")] == [b"1", b"2"]
