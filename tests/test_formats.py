"""The data in standard formats: independent tools read each, of both plans, and refuse a spoilt file."""

import csv
import io
import json
import shutil
import sqlite3
import warnings
import zipfile

import pytest

from generator.check import load_plan
from generator.config import load_config
from generator.formats_files import BOM, _make, data_files
from generator.model import NUMBER_RECORDS, TEXT_RECORDS, Assessment, Identity
from tests.site_fixtures import ROOT, SMALL, with_bases

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


def test_same_plan_gives_the_same_bytes(plan):
    """Nothing depends on the clock or on the order of a set."""
    assert _make(plan) == _make(plan)


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


def test_illustrative_numbers_are_absent_where_the_site_leaves_them_out():
    """What is not published is in no format."""
    files = data_files(load_plan(with_bases(load_config(PLANS["hebei"]), "official", "derived"))[0])

    for path, data in files.items():
        if path.endswith((".csv", ".jsonl")):
            rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
            assert not any("illustrative" in (row.get(name) or "") for row in rows for name in row if "basis" in name)
    base = sqlite3.connect(":memory:")
    base.deserialize(files["plan.sqlite"])
    assert base.execute("SELECT count(*) FROM rows_by_basis WHERE basis = 'illustrative'").fetchone() == (0,)
    assert not any('"basis":"illustrative"' in row for (row,) in base.execute("SELECT record FROM records"))
    base.close()


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


def test_datasette_opens_the_database(folder):
    """Its JSON of a view has the rows."""
    import asyncio  # noqa: PLC0415 -- only here

    datasette = pytest.importorskip("datasette.app")

    async def ask():
        client = datasette.Datasette([str(folder / "plan.sqlite")]).client
        return await client.get("/plan/rows_by_basis.json?_shape=array")

    answer = asyncio.run(ask())
    assert answer.status_code == 200
    assert {row["kind"] for row in answer.json()} >= {"observations"}
