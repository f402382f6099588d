"""Whatever is sent: sheets, or one clear line; never a traceback, and never more than the limits."""

import datetime
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import workbook_read
from generator.workbook_read import read_sheets


def _xlsx(tmp_path, change, name="b.xlsx"):
    """A workbook of one sheet, changed by a function that gets it."""
    book = openpyxl.Workbook()
    change(book.active)
    book.save(tmp_path / name)
    return tmp_path / name


def _cells(path):
    sheets, problems = read_sheets(path)
    assert problems == []
    return [[(cell.text, cell.kind) for cell in cells] for cells in sheets[0].rows]


def _refused(path):
    sheets, problems = read_sheets(path)
    assert sheets == []
    return [problem.code for problem in problems]


def _ods(tmp_path, rows):
    """An .ods file with these table rows, as XML."""
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<office:document-content{names}><office:body><office:spreadsheet><table:table table:name="数据">'
        f"{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "b.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return tmp_path / "b.ods"


def test_kinds_of_cells(tmp_path):
    """Numbers as digits, without the noise of calculating; dates by their format."""

    def fill(sheet):
        sheet.append(
            [1, 0.1 + 0.2, 1e-7, 1.5e10, True, " a\u3000", "=1+1", datetime.datetime(2020, 6, 1), None, "", "#N/A"]
        )
        sheet["L1"], sheet["M1"], sheet["N1"] = datetime.datetime(2020, 6, 1), 0.125, datetime.time(1, 2)
        sheet["L1"].number_format = 'yyyy"年"m"月"'
        sheet["M1"].number_format = "0.0%"

    assert _cells(_xlsx(tmp_path, fill)) == [[
        ("1", "number"), ("0.3", "number"), ("0.0000001", "number"), ("15000000000", "number"), ("True", "flag"),
        ("a", "text"), ("", "unsolved"), ("2020-06-01", "date"), ("", "empty"), ("", "empty"), ("#N/A", "error"),
        ("2020-06", "month"), ("0.125", "percent"), ("01:02:00", "date"),
    ]]  # fmt: skip


def _ods_cell(kind, value, content="", repeated=1):
    """A cell of an .ods file, as XML."""
    name = {"float": "value", "percentage": "value", "date": "date-value", "boolean": "boolean-value"}.get(kind)
    stored = f' office:{name}="{value}"' if name else ""
    start = f'<table:table-cell office:value-type="{kind}"{stored} table:number-columns-repeated="{repeated}">'
    return f"{start}{content}</table:table-cell>"


def test_kinds_of_cells_in_ods(tmp_path):
    """Repeated cells and rows, spaces and breaks as elements, comments left out."""
    text = '<text:p>a<text:s text:c="2"/><text:span>b</text:span><text:line-break/>c</text:p><text:p>d</text:p>'
    cells = (
        _ods_cell("float", "1.50", repeated=2),
        _ods_cell("percentage", "0.125"),
        _ods_cell("date", "2020-06-30T00:00:00", "<text:p>30.06.20</text:p>"),
        _ods_cell("date", "2020-06-01", "<text:p>2020年6月</text:p>"),
        _ods_cell("string", "", f"<office:annotation><text:p>no</text:p></office:annotation>{text}"),
        _ods_cell("boolean", "true"),
        _ods_cell("time", "", "<text:p>01:02</text:p>"),
        '<table:table-cell table:number-columns-repeated="16384"/>',
    )
    rows = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        f"<table:table-row>{''.join(cells)}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048572"><table:table-cell/></table:table-row>'
    )

    assert _cells(_ods(tmp_path, rows)) == [[], [], [
        ("1.5", "number"), ("1.5", "number"), ("0.125", "percent"), ("2020-06-30", "date"), ("2020-06", "month"),
        ("a  b\nc\nd", "text"), ("true", "flag"), ("01:02", "date"),
    ]]  # fmt: skip


def test_cells_far_outside_are_refused(tmp_path):
    """They would be passed over silently, or fill the memory."""
    assert _refused(_xlsx(tmp_path, lambda sheet: sheet.cell(1, 200, "x"))) == ["workbook-too-large"]
    assert _refused(_xlsx(tmp_path, lambda sheet: sheet.cell(1_000_000, 1, "x"))) == ["workbook-too-large"]
    rows = '<table:table-row table:number-rows-repeated="1000000000"><table:table-cell/></table:table-row>' * 2
    assert _refused(_ods(tmp_path, rows)) == ["workbook-too-large"]


def test_row_numbers_that_lie_are_refused(tmp_path):
    """A row that claims to be the thousand-millionth does not keep the program busy."""
    path = _xlsx(tmp_path, lambda sheet: sheet.append(["x"]))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = (
        parts["xl/worksheets/sheet1.xml"].replace(b'r="1"', b'r="999999999"').replace(b'"A1"', b'"A999999999"')
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    assert _refused(path) == ["workbook-too-large"]


def test_zip_bombs_are_not_unpacked(tmp_path, monkeypatch):
    """The sizes that the archive states are added up first; one that states less than it holds does not unpack."""
    path = _xlsx(tmp_path, lambda sheet: sheet.append(["x" * 20_000]))
    monkeypatch.setattr(workbook_read, "MAX_UNPACKED_BYTES", 10_000)
    assert _refused(path) == ["workbook-too-large"]
    monkeypatch.setattr(workbook_read, "MAX_FILE_BYTES", 100)
    assert _refused(path) == ["workbook-too-large"]


def test_entities_are_not_expanded(tmp_path):
    """The oldest trick of XML."""
    with zipfile.ZipFile(tmp_path / "b.ods", "w") as archive:
        archive.writestr("content.xml", '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>')

    assert _refused(tmp_path / "b.ods") == ["unreadable-workbook"]


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "unreadable-workbook", "save it as .xlsx"),
        (b"PK\x03\x04broken", "unreadable-workbook", "spreadsheet program"),
        ("指标代码,数值\n".encode("gbk"), "not-utf-8", "UTF-8"),
        ("指标代码".encode("utf-16"), "not-utf-8", "UTF-8"),
        (b"", "empty-file", ""),
        (b'a,b\n"1,2\n', "bad-csv", "quote"),
    ],
)
def test_files_of_other_kinds(tmp_path, content, code, word):
    """What they are, and how to save them."""
    path = tmp_path / "b.xlsx"
    path.write_bytes(content)
    problems = read_sheets(path)[1]

    assert [problem.code for problem in problems] == [code]
    assert word in problems[0].hint


def test_a_folder_and_a_missing_file(tmp_path):
    """Named as such."""
    assert _refused(tmp_path) == ["unreadable-workbook"]
    assert _refused(tmp_path / "none.xlsx") == ["unreadable-workbook"]


@given(st.data())
def test_broken_files_never_end_in_a_traceback(data):
    """Bytes of a real workbook, changed anywhere, inside its parts too."""
    book = openpyxl.Workbook()
    book.active.append(["指标代码", 1.5, datetime.datetime(2020, 1, 1)])
    stream, changed = io.BytesIO(), io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(changed, "w") as new:
        names = old.namelist()
        victim = data.draw(st.sampled_from(names))
        for name in names:
            content = bytearray(old.read(name))
            for _ in range(data.draw(st.integers(1, 4)) if name == victim else 0):
                content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
            new.writestr(name, bytes(content))
    try:
        sheets = workbook_read._read_archive(changed.getvalue(), "b.xlsx")
    except workbook_read._UnreadableError as error:
        assert error.code in ("unreadable-workbook", "workbook-too-large")
    else:
        assert all(sheet.file == "b.xlsx" for sheet in sheets)
