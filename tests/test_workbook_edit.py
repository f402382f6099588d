"""A change touches the rows that it is about, and no other byte."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import table_edit
from generator.table_edit import (
    RawTable,
    TableEdit,
    WriteError,
    edit_table,
    new_table,
    read_table,
    split_rows,
    write_all,
)


def _table(text, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode())
    return read_table(path, "table.csv")


def _edited(text, tmp_path, **edit):
    return edit_table(_table(text, tmp_path), TableEdit(**edit)).content.decode()


cells = st.text(alphabet='ab ,"\n中é\t', max_size=6)


@given(st.lists(st.lists(cells, min_size=2, max_size=3), max_size=5), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_rows_put_together_again_are_the_text(rows, line_end, quote_all):
    """Whatever a program has written, quotes, blank lines and line ends included."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=line_end, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL).writerows(
        rows
    )
    text = stream.getvalue()
    split = split_rows(text)

    assert "".join(row.text for row in split) == text
    assert [[table_edit.bare(cell) for cell in row.cells] for row in split] == rows


@given(cells)
def test_a_written_cell_reads_the_same(text):
    """Whatever stands in it."""
    assert next(csv.reader(io.StringIO(f"{table_edit.written(text)},x\n", newline="")))[0] == text


def test_a_changed_cell_keeps_its_quotes(tmp_path):
    """A quoted cell stays quoted, an unquoted one is quoted only where it must be."""
    text = 'a,b,_own\r\n"1",2,"x, y"\r\n\r\n3,4,z\r\n'

    assert (
        _edited(text, tmp_path, changed={1: {"a": "9", "b": "8,5"}}) == 'a,b,_own\r\n"9","8,5","x, y"\r\n\r\n3,4,z\r\n'
    )


def test_a_removed_row_takes_its_line_end_along(tmp_path):
    """Also where it fills several lines."""
    assert _edited('a,b\n1,"x\ny"\n3,4\n', tmp_path, removed={1}) == "a,b\n3,4\n"


def test_new_rows_follow_the_manner_of_the_row_before(tmp_path):
    """Quotes that need not be are kept up."""
    text = 'a,b\n"1","2"\n'

    assert _edited(text, tmp_path, added={1: [{"a": "3"}]}) == 'a,b\n"1","2"\n"3",""\n'


def test_a_byte_order_mark_stays(tmp_path):
    """Spreadsheet programs put it there, and want it back."""
    assert _edited("\ufeffa,b\n1,2\n", tmp_path, changed={1: {"b": "3"}}) == "\ufeffa,b\n1,3\n"


def test_a_file_without_last_line_end_stays_without(tmp_path):
    """The row that was last passes the missing line end on to the new one."""
    assert _edited("a,b\n1,2", tmp_path, added={1: [{"a": "3", "b": "4"}]}) == "a,b\n1,2\n3,4"


def test_a_new_column_stands_at_the_end(tmp_path):
    """Blank lines do not get one."""
    text = "a,b\n1,2\n\n3,4\n"

    assert _edited(text, tmp_path, new_columns=["c"], changed={1: {"c": "x"}}) == "a,b,c\n1,2,x\n\n3,4,\n"


def test_lines_of_what_was_edited(tmp_path):
    """Where each changed and added row starts afterwards, rows of several lines counted."""
    edit = TableEdit(changed={2: {"b": "5"}}, removed={3}, added={2: [{"a": "7"}, {"a": "8"}]})
    edited = edit_table(_table('a,b\n1,"x\ny"\n3,4\n5,6\n', tmp_path), edit)

    assert edited.content.decode() == 'a,b\n1,"x\ny"\n3,5\n7,\n8,\n'
    assert dict(edited.changed) == {2: 4}
    assert dict(edited.added) == {(2, 0): 5, (2, 1): 6}


def test_a_new_table_begins_with_its_headings(tmp_path):
    """And the row that it is made for."""
    edited = edit_table(new_table(tmp_path / "n.csv", "n.csv", ("a", "b")), TableEdit(added={0: [{"b": "2"}]}))

    assert edited.content == b"a,b\n,2\n"


def test_all_files_or_none(tmp_path, monkeypatch):
    """When the second file cannot be put in place, the first is as it was, and nothing is left beside them."""
    tables = []
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_bytes(b"a\n1\n")
        tables.append(read_table(tmp_path / name, name))
    new = new_table(tmp_path / "three.csv", "three.csv", ("a",))
    put = table_edit.os.replace

    def fail_at_the_third(source, goal):
        if goal.name == "three.csv":
            raise PermissionError(13, "Permission denied", str(goal))
        put(source, goal)

    monkeypatch.setattr(table_edit.os, "replace", fail_at_the_third)
    with pytest.raises(WriteError, match="nothing was changed"):
        write_all({tables[0]: b"a\n2\n", tables[1]: b"a\n3\n", new: b"a\n4\n"})

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"one.csv": b"a\n1\n", "two.csv": b"a\n1\n"}


def test_a_file_that_changed_meanwhile_is_not_written_over(tmp_path):
    """Somebody else's work is not lost."""
    (tmp_path / "one.csv").write_bytes(b"a\n1\n")
    table: RawTable = read_table(tmp_path / "one.csv", "one.csv")
    (tmp_path / "one.csv").write_bytes(b"a\n9\n")

    with pytest.raises(WriteError, match="import again"):
        write_all({table: b"a\n2\n"})
    assert (tmp_path / "one.csv").read_bytes() == b"a\n9\n"
