"""The data in standard formats: independent tools read each, of both plans, and refuse a spoilt file."""

import asyncio
import csv
import io
import json
import re
import shutil
import sqlite3
import warnings
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest
from lxml import etree

from generator.check import load_plan
from generator.config import load_config
from generator.formats_dcat import catalogue
from generator.formats_files import BOM, data_files, language_files
from generator.formats_sdmx import frequency, time_period
from generator.formats_stratml import NAMESPACE
from generator.model import NUMBER_RECORDS, TEXT_RECORDS, Assessment, Identity
from generator.period import parse_period
from tests.site_fixtures import ROOT, SMALL, view_of, with_bases

PLANS = {"hebei": ROOT / "site_config.yml", "small": SMALL / "site_config.yml"}


@pytest.fixture(scope="module", params=PLANS)
def plan(request):
    """Each of the two plans."""
    return load_plan(load_config(PLANS[request.param]))[0]


def write(plan, folder):
    """The data folder of a site."""
    for path, data in data_files(plan).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def folder(plan, tmp_path_factory):
    """The data folder of a site of either plan."""
    return write(plan, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def small_folder(tmp_path_factory):
    """The data folder of the small plan, which is enough to spoil."""
    return write(load_plan(load_config(PLANS["small"]))[0], tmp_path_factory.mktemp("small-data"))


@pytest.fixture
def spoilt(small_folder, tmp_path):
    """A copy of it that a test may spoil."""
    shutil.copytree(small_folder, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture(scope="module")
def view(request, plan):
    """The plan seen in its second language, with the settings of its site."""
    config = load_config(PLANS["hebei" if plan.identity.id.startswith("hebei") else "small"])
    return view_of(config, plan, "en")


@pytest.fixture(scope="module")
def spoken(view):
    """Its data files in English."""
    return language_files(view)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def replace_cell(path, column, value):
    """Put a value into a column of the first row of a CSV."""
    rows = rows_of(path)
    rows[0][column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


# --- CSV --------------------------------------------------------------------------------------------------------


def test_same_plan_gives_the_same_bytes(plan, view, folder, spoken):
    """Nothing depends on the clock or on the order of a set."""
    assert {path: (folder / path).read_bytes() for path in data_files(plan)} == data_files(plan)
    assert language_files(view) == spoken


def test_each_area_has_its_own_table_of_all_its_numbers(plan, folder):
    """The tables of areas together hold every number once."""
    lines = [row for path in (folder / "areas").glob("*.csv") for row in rows_of(path)]

    assert len(lines) == len(plan.numbers)
    assert all(row["area"] == path.stem for path in (folder / "areas").glob("*.csv") for row in rows_of(path))


def test_numbers_travel_with_unit_status_basis_source_and_licence(folder):
    """A row copied elsewhere still says what it is."""
    columns = set(rows_of(folder / "observations.csv")[0])

    assert {"value", "status", "basis", "source", "licence", "period"} < columns
    assert any(name.startswith("unit_") for name in columns)


def test_the_excel_variant_differs_by_its_mark_alone(folder):
    """The same bytes behind a byte-order mark."""
    for path in (folder / "excel").rglob("*.csv"):
        plain = folder / path.relative_to(folder / "excel")
        assert path.read_bytes() == BOM + plain.read_bytes()


def test_the_archive_holds_every_table_with_fixed_times(folder):
    """The ZIP is the folder without the other formats."""
    with zipfile.ZipFile(folder / "plan.zip") as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in archive.namelist():
            assert archive.read(name) == (folder / name).read_bytes()
        tables = {path.relative_to(folder).as_posix() for path in folder.rglob("*.csv")}
        assert {name for name in archive.namelist() if name.endswith(".csv")} == {
            name for name in tables if not name.startswith(("excel/", "sdmx/"))
        }


@pytest.fixture(scope="module")
def facts_only():
    """The data files of the Hebei plan where the site leaves illustrative numbers out."""
    config = with_bases(load_config(PLANS["hebei"]), "official", "derived")
    plan = load_plan(config)[0]
    view = view_of(config, plan, "en")
    files = {**data_files(plan), **language_files(view)}
    return {**files, "catalog.jsonld": catalogue(plan, files, "https://example.org/", view.tags)}


def bases_in(path, data):
    """The bases of the rows in a file, by whatever it calls them; None where the format has no rows of numbers."""
    if path.endswith(".csv"):
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        return {row[name] for row in rows for name in row if name.lower().endswith("basis")}
    if path.endswith(".parquet"):
        from pyarrow import parquet  # noqa: PLC0415 -- heavy

        table = parquet.read_table(io.BytesIO(data))
        return {
            cell for name in table.column_names if name.endswith("basis") for cell in table.column(name).to_pylist()
        }
    if path.endswith(".sqlite"):
        base = sqlite3.connect(":memory:")
        base.deserialize(data)
        found = {basis for (basis,) in base.execute("SELECT basis FROM rows_by_basis WHERE rows > 0")}
        found |= {"illustrative" for (row,) in base.execute("SELECT record FROM records") if '"illustrative"' in row}
        base.close()
        return found
    if path.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        return {cell for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    if path.startswith("stratml"):
        told = [
            one.text.split("; ") for one in etree.fromstring(data).iterfind(".//{*}MeasurementInstance//{*}Description")
        ]
        return {part.lower() for parts in told for part in parts}
    if path == "datapackage.json":
        return {"illustrative"} if json.loads(data)["illustrative"] else set()
    return None


def test_illustrative_numbers_are_absent_where_the_site_leaves_them_out(facts_only):
    """What is not published is in no format; the archive holds the same files."""
    seen = {path: bases_in(path, data) for path, data in facts_only.items()}

    assert [path for path, found in seen.items() if found and "illustrative" in found] == []
    with zipfile.ZipFile(io.BytesIO(facts_only["plan.zip"])) as archive:
        assert all(archive.read(name) == facts_only[name] for name in archive.namelist())


def test_illustrative_numbers_are_flagged_in_every_format_that_has_them(plan, folder, spoken):
    """Where the site shows them, each format says which they are."""
    if "illustrative" not in plan.bases:
        pytest.skip("the plan has none")
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    wanted = ("observations.csv", "excel/observations.csv", "parquet/observations.parquet", "sdmx/data.csv",
              "plan.sqlite", "plan-en.xlsx", "stratml-en.xml", "datapackage.json")  # fmt: skip

    for path in wanted:
        assert "illustrative" in bases_in(path, {**files, **spoken}[path]), path


def test_pandas_reads_an_indicator_in_one_line(plan, folder):
    """Numbers are numbers, missing ones are missing, and every row has its period."""
    import pandas  # noqa: PLC0415 -- heavy

    for indicator in plan.indicators.values():
        observations, targets = plan.rows_of(indicator)
        if not (observations or targets):
            continue
        frame = pandas.read_csv(folder / f"indicators/{indicator.id}.csv")
        assert len(frame) == len(observations) + len(targets)
        assert frame["value"].dtype.kind in "fi"
        assert frame["value"].isna().sum() == sum(row.value is None for row in observations)
        assert frame["period"].notna().all()


# --- Data Package and CSVW --------------------------------------------------------------------------------------


def is_valid_package(path):
    from frictionless import Package, system  # noqa: PLC0415 -- heavy

    with system.use_context(trusted=True):
        return Package(str(path)).validate().valid


def test_frictionless_accepts_the_data_package(folder):
    """Types, keys, references and limits all hold."""
    assert is_valid_package(folder / "datapackage.json")


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("observations", "value", "many"), ("observations", "area", "atlantis"), ("observations", "basis", "guessed")],
)
def test_frictionless_refuses_a_spoilt_table(spoilt, table, column, value):
    """A wrong type, a reference that leads nowhere, and a word that is not one of the list."""
    replace_cell(spoilt / f"{table}.csv", column, value)

    assert not is_valid_package(spoilt / "datapackage.json")


def test_the_package_says_where_the_data_are_from_and_what_may_be_done_with_them(plan, folder):
    """Sources, licence, publisher, version and date."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))

    assert len(package["sources"]) == len(plan.sources)
    assert package["licenses"][0]["path"] == plan.identity.licence.url
    assert package["version"] == str(plan.identity.as_of)
    assert package["illustrative"] is ("illustrative" in plan.bases)


def is_valid_csvw(path):
    import csvw  # noqa: PLC0415 -- heavy

    with warnings.catch_warnings():
        warnings.simplefilter("always")  # it counts its own warnings as faults
        return csvw.CSVW(str(path), validate=True).is_valid


def test_csvw_accepts_every_table(folder):
    """Beside each CSV stands its description."""
    tables = [path for path in folder.rglob("*.csv") if path.relative_to(folder).parts[0] not in ("excel", "sdmx")]

    assert all(path.with_name(f"{path.name}-metadata.json").is_file() for path in tables)
    for name in ("observations", "records", "tasks", "progress", "areas", "indicators"):
        assert is_valid_csvw(folder / f"{name}.csv-metadata.json"), name
    part = min((folder / "indicators").glob("*.csv"))
    assert is_valid_csvw(part.with_name(f"{part.name}-metadata.json"))


def test_csvw_refuses_a_spoilt_table(spoilt):
    """A word where a number must be."""
    replace_cell(spoilt / "observations.csv", "value", "many")

    assert not is_valid_csvw(spoilt / "observations.csv-metadata.json")


# --- records and SQLite -----------------------------------------------------------------------------------------


def read_back(rows, plan):
    """The records of a plan as the model reads them."""
    context = {"languages": plan.languages}
    for row in rows:
        record = json.loads(row["record"])
        kind = row["kind"]
        if kind in NUMBER_RECORDS:
            dims = tuple(sorted((name, record.pop(name)) for name in plan.dimensions if name in record))
            record |= {"dims": dims} if dims else {}
        if kind != "shapes":
            model = {"plan": Identity, "assessment": Assessment, **TEXT_RECORDS, **NUMBER_RECORDS}[kind]
            yield kind, model.model_validate(record, context=context)
        else:
            yield kind, record


def test_records_make_the_same_plan_again(plan, folder):
    """No field of any record is lost."""
    found = {}
    for kind, record in read_back(rows_of(folder / "records.csv"), plan):
        found.setdefault(kind, []).append(record)

    assert found["plan"] == [plan.identity.model_copy(update={"languages": plan.languages})]
    assert found["assessment"] == [plan.assessment]
    for kind in TEXT_RECORDS:
        records = getattr(plan, kind)
        assert found.get(kind, []) == list(records if kind == "redirects" else records.values())
    for kind in NUMBER_RECORDS:
        assert found.get(kind, []) == list(getattr(plan, kind))
    assert {one["area"]: one["geometry"] for one in found.get("shapes", [])} == dict(plan.shapes)


@pytest.fixture
def base(folder):
    base = sqlite3.connect(folder / "plan.sqlite")
    yield base
    base.close()


def test_sqlite_holds_the_same_rows_with_keys_and_references(plan, folder, base):
    """The database is sound, and its records are those of the package."""
    assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    assert base.execute("SELECT count(*) FROM observations").fetchone() == (len(plan.observations),)
    records = base.execute("SELECT kind, position, id, record FROM records").fetchall()
    assert records == [
        (row["kind"], int(row["position"]), row["id"] or None, row["record"]) for row in rows_of(folder / "records.csv")
    ]


def test_sqlite_refuses_a_row_whose_area_does_not_exist(base):
    """References are enforced, not only written down."""
    base.execute("PRAGMA foreign_keys = ON")
    base.execute("UPDATE observations SET area = 'atlantis' WHERE rowid = 1")

    with pytest.raises(sqlite3.IntegrityError):
        base.commit()


def test_views_answer_common_questions(plan, base):
    """The last values, who does what, and the numbers that are facts."""
    facts = sum(row.basis != "illustrative" for row in plan.observations)

    assert base.execute("SELECT count(*) FROM facts_only").fetchone() == (facts,)
    parts = sum(len(one.lead) + len(one.supporting) for one in plan.tasks.values())
    assert base.execute("SELECT count(*) FROM who_does_what").fetchone() == (parts,)
    for indicator, area, period in base.execute("SELECT indicator, area, period FROM latest_values"):
        series = plan._observations.get((indicator, area, ()), ())
        assert period == max(str(row.period) for row in series if row.value is not None)


def _in_a_loop_of_its_own(ask):
    """What a coroutine gives; in a thread, since a browser of other tests may run a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(ask())).result()



def test_datasette_opens_the_database(folder):
    """Its JSON of a view has the rows."""

    from datasette import app as datasette  # noqa: PLC0415 -- slow to import; it fails, not skips, where it is missing

    async def ask():
        client = datasette.Datasette([str(folder / "plan.sqlite")]).client
        return await client.get("/plan/rows_by_basis.json?_shape=array")

    answer = _in_a_loop_of_its_own(ask)
    assert answer.status_code == 200
    assert {row["kind"] for row in answer.json()} >= {"observations"}


def test_a_spoilt_database_is_noticed(spoilt):
    """A page of it overwritten: neither SQLite nor Datasette answers as if nothing were."""

    from datasette import app as datasette  # noqa: PLC0415 -- slow to import

    path = spoilt / "plan.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\0" * 4000 + whole[4100:])

    with sqlite3.connect(path) as base, pytest.raises(sqlite3.DatabaseError):
        base.execute("SELECT count(*) FROM observations").fetchone()
    base.close()

    async def ask():
        client = datasette.Datasette([str(path)]).client
        return await client.get("/plan/rows_by_basis.json?_shape=array")

    try:
        status = _in_a_loop_of_its_own(ask).status_code
    except sqlite3.DatabaseError:
        status = 500
    assert status != 200


# --- SDMX, StratML, Parquet, workbook, catalogue -----------------------------------------------------------------


def read_sdmx(folder):
    from pysdmx.io import get_datasets, read_sdmx  # noqa: PLC0415 -- heavy

    message = read_sdmx(str(folder / "sdmx/structure.xml"), validate=True)
    return message, get_datasets(str(folder / "sdmx/data.csv"), str(folder / "sdmx/structure.xml"))[0]


def test_pysdmx_reads_data_and_code_lists(plan, folder):
    """The structure message is valid against the SDMX 3.0 schemas, and every code of the data is in its list."""
    message, data = read_sdmx(folder)
    lists = {one.id: {code.id for code in one.items} for one in message.structures if hasattr(one, "items")}
    frame = data.data

    assert len(frame) == len(plan.numbers)
    for column, name in (("OBS_STATUS", "CL_OBS_STATUS"), ("FREQ", "CL_FREQ"), ("REF_AREA", "CL_AREA")):
        assert set(frame[column]) <= lists[name]
    assert set(frame["INDICATOR"]) <= lists["CL_INDICATOR"]
    assert (frame["BASIS"] == "illustrative").sum() == sum(row.basis == "illustrative" for row in plan.numbers)
    assert len(frame[["INDICATOR", "REF_AREA", "TIME_PERIOD", "ROLE"]]) == len(frame)


def test_sdmx_spells_periods_its_own_way():
    """Halves with S, several years and years that start in April as ranges from a day."""
    spelt = {text: (frequency(parse_period(text)), time_period(parse_period(text))) for text in
             ("2020", "2019-H1", "2019-Q3", "2018/P3Y", "2018-04/P1Y")}  # fmt: skip

    assert spelt == {
        "2020": ("A", "2020"),
        "2019-H1": ("S", "2019-S1"),
        "2019-Q3": ("Q", "2019-Q3"),
        "2018/P3Y": ("A3", "2018-01-01/P3Y"),
        "2018-04/P1Y": ("A", "2018-04-01/P1Y"),
    }


def test_pysdmx_refuses_a_spoilt_structure(spoilt):
    """An element that the schema does not know."""
    path = spoilt / "sdmx/structure.xml"
    path.write_text(path.read_text(encoding="utf-8").replace("str:ConceptIdentity", "str:Concept"), encoding="utf-8")

    with pytest.raises(Exception, match="ConceptIdentity"):
        read_sdmx(spoilt)


def test_pysdmx_refuses_spoilt_data(spoilt):
    """Data without the column of a dimension are not those of the structure."""
    path = spoilt / "sdmx/data.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",TIME_PERIOD,", ",", 1), encoding="utf-8")

    with pytest.raises(Exception, match=r"(?i)TIME_PERIOD|column|length|dimension"):
        read_sdmx(spoilt)


STRATML_CONTENT = {
    "PerformancePlanOrReport": "Name Description? OtherInformation? StrategicPlanCore "
    "AdministrativeInformation? Submitter?",
    "StrategicPlanCore": "Organization* Vision? Mission? Value* Goal+",
    "Organization": "Name? Acronym? Identifier? Description? Stakeholder*",
    "AdministrativeInformation": "Identifier? StartDate? EndDate? PublicationDate? Source?",
    "Vision": "Description? Identifier?",
    "Goal": "Name Description Identifier? SequenceIndicator? Stakeholder* OtherInformation? Objective*",
    "Objective": "Name? Description? Identifier? SequenceIndicator? Stakeholder* OtherInformation? "
    "PerformanceIndicator*",
    "Stakeholder": "Name Description? Role*",
    "Role": "Name Description? RoleType?",
    "PerformanceIndicator": "SequenceIndicator? MeasurementDimension UnitOfMeasurement Identifier? Relationship* "
    "MeasurementInstance* OtherInformation?",
    "Relationship": "Identifier? ReferentIdentifier* Name? Description?",
    "MeasurementInstance": "TargetResult* ActualResult*",
    "TargetResult": "StartDate? EndDate? NumberOfUnits? Descriptor? Description?",
    "ActualResult": "StartDate? EndDate? NumberOfUnits? Descriptor? Description?",
    "Descriptor": "DescriptorName? DescriptorValue?",
}
"""What the schema PerformancePlanOrReport of 2016-02-16 lets each element hold and in which order, in our own words.

Its licence is not told, so it is not ours to pass on. By hand both plans were found valid against the schema itself, in
each of their languages, and it refused each of the spoilt documents below but that with an identifier twice, which
libxml2 does not look for.
"""
_DAY = r"(\d{4}-\d\d-\d\d)?"
STRATML_TEXT = {
    "Name Description OtherInformation SequenceIndicator MeasurementDimension UnitOfMeasurement DescriptorName "
    "DescriptorValue ReferentIdentifier": r"(?s).*",
    "Identifier": r"[A-Za-z_][\w.-]*",
    "StartDate EndDate PublicationDate": _DAY,
    "NumberOfUnits": r"([+-]?\d+(\.\d+)?)?",
    "RoleType": "Performer|Beneficiary",
    "Source": r"\S*",
}
STRATML_ATTRIBUTES = {
    ("PerformancePlanOrReport", "Type"): "Strategic_Plan|Performance_Plan|Performance_Report",
    ("Stakeholder", "StakeholderTypeType"): "Person|Organization|Generic_Group",
    ("Relationship", "RelationshipType"): "Broader_Than|Peer_To|Narrower_Than",
    ("PerformanceIndicator", "PerformanceIndicatorType"): "Quantitative|Qualitative",
}


def stratml_faults(data):
    """What in a document breaks order, needs, types, identifiers or references."""
    root = etree.fromstring(data)
    texts = {name: pattern for names, pattern in STRATML_TEXT.items() for name in names.split()}
    faults, identifiers = [], []
    if root.get("Type") is None:
        faults.append(("no type", root.tag))
    for one in root.iter():
        name = etree.QName(one).localname
        children = [etree.QName(child).localname for child in one]
        if name == "Identifier":
            identifiers.append(one.text)
        if name in texts:
            good = not children and re.fullmatch(texts[name], one.text or "")
        else:
            content = re.sub(r"(\w+)([?*+]?)\s*", r"(\1 )\2", STRATML_CONTENT.get(name, "nothing"))
            good = re.fullmatch(content, "".join(f"{child} " for child in children))
        if not good:
            faults.append((name, children or one.text))
        faults += [
            (name, key, value) for key, value in one.items()
            if not re.fullmatch(STRATML_ATTRIBUTES.get((name, key), "(?!)"), value)
        ]  # fmt: skip
    faults += [("twice", one) for one, times in Counter(identifiers).items() if times > 1]
    faults += [("nowhere", one.text) for one in root.iter("{*}ReferentIdentifier") if one.text not in set(identifiers)]
    return faults


def test_stratml_keeps_the_order_and_holds_every_number(plan, spoken):
    """Goals, objectives and results; each number of the plan stands once."""
    data = spoken["stratml-en.xml"]
    root = etree.fromstring(data)

    assert stratml_faults(data) == []
    assert root.tag == f"{{{NAMESPACE}}}PerformancePlanOrReport"
    assert len(root.findall(".//{*}ActualResult")) == len(plan.observations)
    assert len(root.findall(".//{*}TargetResult")) == len(plan.targets)
    names = {one.text for one in root.iter("{*}Identifier")}
    assert {f"task_{name}" for name in plan.tasks} | {f"safeguard_{name}" for name in plan.safeguards} < names
    made_up = sum(row.basis == "illustrative" for row in plan.numbers)
    results = [*root.iter("{*}ActualResult"), *root.iter("{*}TargetResult")]
    assert sum("Illustrative" in one.findtext("{*}Description").split("; ") for one in results) == made_up


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        (r"(<StartDate>[^<]*</StartDate>)\n(<EndDate>[^<]*</EndDate>)", r"\2\n\1"),
        (r"<UnitOfMeasurement>[^<]*</UnitOfMeasurement>\n", ""),
        (r"<NumberOfUnits>[^<]*", "<NumberOfUnits>many"),
        (r"<StartDate>[^<]*", "<StartDate>2021"),
        (r"<RoleType>Performer", "<RoleType>Lead"),
        (r"(<Identifier>organisation_[^<]*)(?s:(.*?))<Identifier>indicator_[^<]*", r"\1\2\1"),
        (r'PerformanceIndicatorType="Quantitative"', 'PerformanceIndicatorType="Exact"'),
        (r' Type="Performance_Plan"', ""),
        (r"<Goal>(?s:.*)</Goal>\n", ""),
    ],
)  # fmt: skip
def test_stratml_that_is_spoilt_is_refused(spoken, found, instead):
    """Order, what must be there, types of numbers and days, words of a list, identifiers."""
    text = spoken["stratml-en.xml"].decode()
    spoilt = re.sub(found, instead, text, count=1)

    assert spoilt != text
    assert stratml_faults(spoilt.encode()) != []


def test_parquet_has_typed_columns_and_the_same_rows(plan, folder):
    """Numbers are numbers, and the metadata say whether numbers are made up."""
    from pyarrow import parquet  # noqa: PLC0415 -- heavy

    table = parquet.read_table(folder / "parquet/observations.parquet")

    assert table.num_rows == len(plan.observations)
    assert str(table.schema.field("value").type) == "double"
    assert table.column("value").to_pylist() == [
        None if row.value is None else float(row.value) for row in plan.observations
    ]
    assert table.schema.metadata[b"illustrative"] == str("illustrative" in plan.bases).lower().encode()


def test_spoilt_parquet_is_refused(spoilt):
    """A file whose end is lost, and one whose foot is damaged."""
    from pyarrow import ArrowException, parquet  # noqa: PLC0415 -- heavy

    whole = (spoilt / "parquet/observations.parquet").read_bytes()
    foot = int.from_bytes(whole[-8:-4], "little")
    for broken in (whole[:-4], whole[: -8 - foot] + b"\0" * foot + whole[-8:]):
        with pytest.raises((ArrowException, OSError)):
            parquet.read_table(io.BytesIO(broken))


def test_a_spoilt_workbook_is_refused(spoken):
    """Half of its archive, or a sheet that is no XML."""
    whole = spoken["plan-en.xlsx"]
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            cut = 3 if name == "xl/worksheets/sheet2.xml" else 1
            target.writestr(name, source.read(name)[: len(source.read(name)) // cut])
    for broken in (whole[: len(whole) // 2], stream.getvalue()):
        with pytest.raises((zipfile.BadZipFile, SyntaxError)):
            openpyxl.load_workbook(io.BytesIO(broken))


def test_the_workbook_has_a_cover_and_a_sheet_for_each_table(plan, spoken):
    """Missing values are words on the sheet, never an empty cell or a zero; no cell is a formula."""
    book = openpyxl.load_workbook(io.BytesIO(spoken["plan-en.xlsx"]), read_only=True)
    sheet = book["Observations"]
    rows = list(sheet.iter_rows(values_only=True))
    values = [row[rows[0].index("value")] for row in rows[1:]]

    assert book.sheetnames[0] == "Read me first"
    assert plan.identity.title.get("en") in [row[0].value for row in book.worksheets[0].iter_rows()]
    assert [value for value in values if isinstance(value, int | float)] == [
        float(row.value) for row in plan.observations if row.value is not None
    ]
    missing = [value for value in values if not isinstance(value, int | float)]
    assert len(missing) == sum(row.value is None for row in plan.observations)
    assert all(re.fullmatch(r"\[.+\]", value) for value in missing)
    assert not any(cell.data_type == "f" for one in book.worksheets for row in one.iter_rows() for cell in row)


SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
[] a sh:NodeShape ; sh:targetClass dcat:Catalog ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dct:description ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dct:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ],
    [ sh:path dcat:dataset ; sh:minCount 1 ; sh:class dcat:Dataset ],
    [ sh:path dct:license ; sh:maxCount 1 ; sh:class dct:LicenseDocument ] .
[] a sh:NodeShape ; sh:targetClass foaf:Agent ;
  sh:property [ sh:path foaf:name ; sh:minCount 1 ; sh:nodeKind sh:Literal ] .
[] a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ;
      sh:datatype <http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> ],
    [ sh:path dct:description ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dcat:distribution ; sh:minCount 1 ; sh:class dcat:Distribution ],
    [ sh:path dct:identifier ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dct:publisher ; sh:maxCount 1 ; sh:class foaf:Agent ],
    [ sh:path dct:temporal ; sh:class dct:PeriodOfTime ],
    [ sh:path dct:modified ; sh:maxCount 1 ; sh:datatype xsd:date ] .
[] a sh:NodeShape ; sh:targetClass dct:PeriodOfTime ;
  sh:property [ sh:path dcat:startDate ; sh:maxCount 1 ; sh:datatype xsd:date ],
    [ sh:path dcat:endDate ; sh:maxCount 1 ; sh:datatype xsd:date ] .
[] a sh:NodeShape ; sh:targetClass dcat:Distribution ;
  sh:property [ sh:path dcat:accessURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ; sh:class rdfs:Resource ],
    [ sh:path dct:format ; sh:maxCount 1 ; sh:class dct:MediaTypeOrExtent ],
    [ sh:path dcat:downloadURL ; sh:nodeKind sh:IRI ; sh:class rdfs:Resource ],
    [ sh:path dcat:mediaType ; sh:maxCount 1 ; sh:class dct:MediaType ],
    [ sh:path dct:license ; sh:maxCount 1 ; sh:class dct:LicenseDocument ],
    [ sh:path dct:modified ; sh:maxCount 1 ; sh:datatype xsd:date ],
    [ sh:path dcat:byteSize ; sh:maxCount 0 ] .
"""
"""What DCAT-AP 3.0 makes mandatory, and the ranges of what we use, in our own words.

A size in bytes is refused: the two sets of official shapes of 3.0.0 want different types for it. By hand both plans
were found valid by what either set says of the classes that we use.
"""


def is_valid_catalogue(data):
    import pyshacl  # noqa: PLC0415 -- heavy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own
        return pyshacl.validate(data, shacl_graph=SHAPES, data_graph_format="json-ld", shacl_graph_format="turtle")[0]


@pytest.fixture(scope="module")
def catalog(plan, view, spoken):
    """The catalogue of a site with an address."""
    return json.loads(catalogue(plan, {**data_files(plan), **spoken}, "https://example.org/", view.tags))


def test_the_catalogue_has_what_dcat_ap_demands(plan, catalog):
    """A data set for the plan, each table and each indicator; all files are there to get."""
    assert is_valid_catalogue(json.dumps(catalog))
    sets = {one["dct:identifier"].partition("/")[2] for one in catalog["dcat:dataset"]}
    assert {"plan", "observations", "tasks"} < sets
    assert {f"indicator-{one.id}" for one in plan.indicators.values() if any(plan.rows_of(one))} < sets


def test_a_catalogue_without_a_title_an_address_or_a_publisher_is_refused(catalog):
    """The shapes are not empty; nor does a day pass that is none."""
    for missing in ("dct:title", "dct:description", "dct:publisher"):
        assert not is_valid_catalogue(json.dumps({key: one for key, one in catalog.items() if key != missing}))
    first = catalog["dcat:dataset"][0]
    bare = [{key: one for key, one in file.items() if key != "dcat:accessURL"} for file in first["dcat:distribution"]]
    day = {**first, "dct:modified": {"@value": "soon", "@type": "xsd:date"}}
    for spoilt in ({**first, "dcat:distribution": bare}, {**first, "dct:description": []}, day):
        assert not is_valid_catalogue(json.dumps({**catalog, "dcat:dataset": [spoilt]}))
