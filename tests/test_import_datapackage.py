"""What a site offers as Data Package and SQLite comes back as the same plan."""

import json
import zipfile
from pathlib import Path

import pytest

from generator.check import check_plan, load_plan
from generator.config import load_config
from generator.formats_files import data_files
from generator.import_datapackage import import_datapackage
from generator.plan import Plan
from generator.problems import DataError, UsageError, errors_in

ROOT = Path(__file__).parents[1]
PARTS = [
    name
    for name in Plan.__dataclass_fields__
    if name not in ("places",)  # where records stood in the files is not part of what the plan says
]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The Hebei plan, and a folder with the data files of its site."""
    plan, _ = load_plan(load_config(ROOT / "site_config.yml"))
    folder = tmp_path_factory.mktemp("site")
    for name, content in data_files(plan).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return plan, folder


@pytest.mark.parametrize("source", [".", "datapackage.json", "plan.sqlite"])
def test_out_and_in_again_loses_nothing(exported, tmp_path, source):
    """Every record, number and shape of the plan is the same after export and import."""
    plan, folder = exported

    import_datapackage(folder / source, tmp_path / "plan")
    again, problems = check_plan(load_config(tmp_path / "plan/site_config.yml"))

    assert errors_in(problems) == []
    for part in PARTS:
        assert getattr(again, part) == getattr(plan, part), part


@pytest.fixture
def package(tmp_path):
    """Writes a package of the records given; gives its folder."""

    def write(records, descriptor='{"recordsFormat": "policy-explorer-records/1"}'):
        folder = tmp_path / "package"
        folder.mkdir()
        (folder / "datapackage.json").write_text(descriptor, encoding="utf-8")
        (folder / "records.csv").write_text(records, encoding="utf-8")
        return folder

    return write


PLAN_ROW = 'plan,0,p,"{""id"":""p"",""title"":{""en"":""P""},""issuer"":""o"",""area"":""a"",""languages"":[""en""]}"\n'
HEAD = "kind,position,id,record\n"


@pytest.mark.parametrize(
    ("records", "place"),
    [
        (HEAD + PLAN_ROW + "tasks,0,x,{broken\n", "records.csv:3:1"),
        (HEAD + PLAN_ROW + "wishes,0,x,{}\n", "records.csv:3:1"),
        (HEAD + PLAN_ROW + 'tasks,0,x,"{}\n', "records.csv:3:1"),
        (HEAD + PLAN_ROW + "tasks,0\n", "records.csv:3:1"),
        ("a,b\n", "records.csv:1:1"),
        (HEAD, "package:1:1"),
    ],
)
def test_broken_records_are_refused_with_their_line(package, tmp_path, records, place):
    """File and line, and nothing is written."""
    with pytest.raises(DataError) as refused:
        import_datapackage(package(records), tmp_path / "plan")

    assert [str(problem.place) for problem in refused.value.problems] == [place]
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize("descriptor", ['{"name": "other"}', "{", "[]"])
def test_packages_of_others_are_refused(package, tmp_path, descriptor):
    """Only our own records can be read back; the message says so at the file."""
    with pytest.raises(DataError) as refused:
        import_datapackage(package(HEAD + PLAN_ROW, descriptor), tmp_path / "plan")

    assert refused.value.problems[0].place.file == "datapackage.json"


def test_what_is_no_package_is_refused(tmp_path):
    """A folder without a descriptor, and a database without records."""
    with pytest.raises(UsageError, match="datapackage"):
        import_datapackage(tmp_path, tmp_path / "plan")
    (tmp_path / "x.sqlite").write_bytes(b"SQLite format 3\0" + b"\0" * 100)
    with pytest.raises(DataError):
        import_datapackage(tmp_path / "x.sqlite", tmp_path / "plan")


def test_the_archive_of_a_site_is_read_too(exported, tmp_path):
    """`data/plan.zip` as it is downloaded gives the same records as the folder."""
    plan, folder = exported
    with zipfile.ZipFile(tmp_path / "plan.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("datapackage.json", "records.csv"):
            archive.write(folder / name, name)

    report = import_datapackage(tmp_path / "plan.zip", tmp_path / "plan")

    counts = {line.kind: line.found for line in report.lines if line.outcome == "mapped"}
    assert counts["records of the kind tasks"] == f"{len(plan.tasks)} records"
    assert json.loads((tmp_path / "plan/data/geo/areas.geojson").read_text(encoding="utf-8"))["features"]
