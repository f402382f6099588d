"""What is packed comes out as it went in, wherever it is unpacked."""

import io
import zipfile
import zlib

from generator.packing import archive, zlib_packed


def test_a_stream_is_read_by_zlib():
    """Also an empty one."""
    for content in (b"", b"a" * 100_000, bytes(range(256)) * 50):
        assert zlib.decompress(zlib_packed(content)) == content
    assert len(zlib_packed(b"a" * 100_000)) < 1000


def test_an_archive_is_read_by_zipfile():
    """Names, order, contents and sums; no file bears a time, and small ones that occur again are the same."""
    files = [("b.xml", b"<a/>"), ("folder/长.txt", b"x" * 10_000), ("a.xml", b"<a/>"), ("empty", b"")]

    made = archive(files)

    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        assert opened.testzip() is None
        assert [(one.filename, opened.read(one)) for one in opened.infolist()] == files
        assert {one.date_time for one in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert archive(files) == made
    assert zipfile.ZipFile(io.BytesIO(archive([]))).namelist() == []
