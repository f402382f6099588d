"""A Data Package of others becomes a plan that `check` accepts: periods and numbers; the rest is in the report."""

import json
import zipfile

import pytest
from click.testing import CliRunner

from generator.check import check_plan
from generator.cli import main
from generator.config import load_config
from generator.import_package_other import Options, import_other_package
from generator.problems import DataError, UsageError, errors_in

LONG = {
    "name": "gdp", "title": "Output of countries", "description": "<b>Output</b> in dollars.", "created": "2024-05-06",
    "licenses": [{"name": "PDDL", "title": "Public domain", "path": "https://example.org/pddl"}],
    "sources": [{"title": "Bank", "path": "https://example.org/bank"}],
    "contributors": [{"title": "Jane Doe", "role": "maintainer", "organization": "Bank of Data"}],
    "keywords": ["money"],
    "resources": [
        {"name": "gdp", "path": "data/gdp.csv", "schema": {"fields": [
            {"name": "Country Name"}, {"name": "Country Code"}, {"name": "Year", "type": "year"},
            {"name": "Value", "type": "number", "unit": "dollars"}]}},
        {"name": "leaflet", "path": "leaflet.pdf"},
        {"name": "far", "path": "https://example.org/far.csv"},
        {"name": "codes", "path": "codes.csv"},
    ],
}  # fmt: skip
LONG_FILES = {
    "data/gdp.csv": "Country Name,Country Code,Year,Value\nChad,TCD,1968,100.5\nChad,TCD,1968,101\nChad,TCD,soon,1\n"
    "Mali,MLI,1969,..\n",
    "codes.csv": "code,meaning\nA,one\n",
}
WIDE = {
    "name": "air",
    "resources": [{"name": "month", "path": "m.csv", "schema": {"missingValues": ["", "-99"], "fields": [
        {"name": "Date", "type": "date"}, {"name": "Decimal Date", "type": "number"},
        {"name": "mean", "type": "number", "title": "Mean share", "description": "Of dry air", "unit": "ppm"},
        {"name": "days", "type": "integer"}]}}],
}  # fmt: skip
KEYS = {
    "name": "health", "contributors": [{"title": "Ministry", "roles": ["publisher"]}],
    "resources": [
        {"name": "indicators", "path": "i.csv"},
        {"name": "obs", "title": "Observed", "path": ["o1.csv", "o2.csv"], "schema": {
            "fields": [{"name": "value", "type": "number", "decimalChar": ","},
                       {"name": "sex", "title": "Sex"}],
            "foreignKeys": [{"fields": "indicator", "reference": {"resource": "indicators", "fields": ["id"]}}]}},
    ],
}  # fmt: skip
KEYS_FILES = {
    "i.csv": "id,name,unit\ni1,Life expectancy,years\ni2,Births,persons\n",
    "o1.csv": "indicator;region;year;sex;value\ni1;N;2020;f;80,5\ni1;N;2020;m;75\n",
    "o2.csv": "indicator;region;year;sex;value\ni2;S;2020;Total;1200\n",
}


@pytest.fixture
def package(tmp_path):
    """Writes a package; gives its folder."""

    def write(descriptor, files):
        folder = tmp_path / "package"
        files = {"datapackage.json": json.dumps(descriptor), **files}
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder

    return write


def imported(source, folder, **options):
    """The plan and the report of an import; it must be without errors."""
    report = import_other_package(source, folder, Options(**options))
    plan, problems = check_plan(load_config(folder / "site_config.yml"))
    assert errors_in(problems) == []
    return plan, report


def left(report):
    return {(line.kind, line.found, line.place.line) for line in report.lines if line.outcome == "left"}


def test_a_long_table_becomes_an_indicator_with_areas_and_years(package, tmp_path):
    """Names stand beside codes; the descriptor gives title, date, licence, sources and publisher, but no person."""
    plan, report = imported(package(LONG, LONG_FILES), tmp_path / "plan")

    identity = plan.identity
    assert (identity.title.get("en"), str(identity.as_of)) == ("Output of countries", "2024-05-06")
    assert identity.licence.url == "https://example.org/pddl"
    assert plan.sources["bank"].url == "https://example.org/bank"
    assert plan.organisations[identity.issuer].title.get("en") == "Bank of Data"
    assert [(one.title.get("en"), one.code) for one in plan.areas.values()][1:] == [("Chad", "TCD"), ("Mali", "MLI")]
    (indicator,) = plan.indicators.values()
    assert indicator.unit.get("en") == "dollars"
    assert [(row.area, str(row.period), str(row.value), row.status) for row in plan.observations] == [
        ("chad", "1968", "100.5", ()), ("mali", "1969", "None", ("O",))
    ]  # fmt: skip
    assert left(report) >= {
        ("resource", "leaflet", 1), ("resource", "far", 1), ("row that stands twice", "101", 3),
        ("row without a period that can be read", "soon", 4), ("table", "codes", 1), ("field keywords", "", 1),
    }  # fmt: skip


def test_each_column_of_numbers_of_a_wide_table_is_an_indicator(package, tmp_path):
    """With title, definition and unit of its field; what stands for nothing is missing, not a number."""
    rows = "Date,Decimal Date,mean,days\n1958-03-01,1958.2,315.71,31\n1958-04-01,1958.3,-99,30\n"
    plan, report = imported(package(WIDE, {"m.csv": rows}), tmp_path / "plan")

    assert {one.title.get("en"): one.unit.get("en") for one in plan.indicators.values()} == {
        "Mean share": "ppm", "days": "unit not stated",
    }  # fmt: skip
    mean = next(one for one in plan.indicators.values() if one.definition)
    assert [str(row.value) for row in plan.observations if row.indicator == mean.id] == ["315.71", "None"]
    assert ("column Decimal Date", "", 1) in left(report)


def test_foreign_keys_give_names_and_units(package, tmp_path):
    """Codes are named by the table that the key leads to; several files are one table; totals are no breakdown."""
    plan, _ = imported(package(KEYS, KEYS_FILES), tmp_path / "plan", area="The country")

    assert [(one.title.get("en"), one.unit.get("en")) for one in plan.indicators.values()] == [
        ("Life expectancy", "years"), ("Births", "persons"),
    ]  # fmt: skip
    assert [(row.area, str(row.value), row.dims) for row in plan.observations] == [
        ("n", "80.5", (("sex", "f"),)), ("n", "75", (("sex", "m"),)), ("s", "1200", ()),
    ]  # fmt: skip
    assert plan.root.title.get("en") == "The country"
    assert plan.organisations[plan.identity.issuer].title.get("en") == "Ministry"


def test_chinese_headings_and_encodings_are_read(package, tmp_path):
    """A package of a Chinese yearbook in GBK, and rows that stand in the descriptor itself."""
    rows = "年份,地区,指标,单位,数值\n2020,石家庄,生产总值,亿元,5935.1\n"
    descriptor = {
        "name": "nianjian",
        "title": "统计年鉴",
        "resources": [
            {"name": "t1", "title": "生产总值", "encoding": "gbk", "path": "t1.csv"},
            {"name": "t2", "data": [{"年份": 2020, "人口": 11}]},
        ],
    }
    plan, _ = imported(package(descriptor, {"t1.csv": rows.encode("gbk")}), tmp_path / "plan")

    assert plan.languages == ("zh",)
    assert [(one.title.get("zh"), one.unit.get("zh")) for one in plan.indicators.values()] == [
        ("生产总值", "亿元"), ("人口", "单位未注明"),
    ]  # fmt: skip


def test_many_areas_stay_a_breakdown(package, tmp_path):
    """A page for each of hundreds of places helps nobody; the report says so."""
    rows = "Country,Year,Value\n" + "".join(f"Land {number},2020,{number}\n" for number in range(70))
    descriptor = {"name": "many", "resources": [{"name": "many", "path": "a.csv"}]}

    plan, report = imported(package(descriptor, {"a.csv": rows}), tmp_path / "plan")

    assert len(plan.areas) == 1 and len(plan.dimensions["country"].values) == 70
    assert any(line.kind == "areas" and line.outcome == "changed" for line in report.lines)


@pytest.mark.parametrize(
    ("descriptor", "files", "place", "code"),
    [
        ({"name": "x"}, {}, "datapackage.json:1:1", "no-resources"),
        ({"resources": [{"path": "a.csv"}]}, {}, "datapackage.json:1:1", "no-file"),
        ({"resources": [{"path": "../a.csv"}]}, {}, "datapackage.json:1:1", "no-file"),
        ({"resources": [{"path": "a.csv"}]}, {"a.csv": 'Year,Value\n2020,"1\n'}, "a.csv:2:1", "bad-csv"),
        ({"resources": [{"path": "a.csv"}]}, {"a.csv": "Name,Colour\na,b\n"}, "datapackage.json:1:1", "no-numbers"),
        ({"resources": [{"path": "a.csv", "encoding": "utf-7x"}]}, {"a.csv": "Year,Value\n2020,1\n"}, "a.csv:1:1",
         "bad-encoding"),
    ],
)  # fmt: skip
def test_broken_packages_are_refused_with_their_place(package, tmp_path, descriptor, files, place, code):
    """What is no package, a file that is not there or leads out, a broken table, and tables without numbers."""
    with pytest.raises(DataError) as refused:
        import_other_package(package(descriptor, files), tmp_path / "plan", Options())

    assert [(str(one.place), one.code) for one in refused.value.problems] == [(place, code)]
    assert not (tmp_path / "plan").exists()


def test_a_folder_without_a_descriptor_is_refused(tmp_path):
    """The message says what was looked for."""
    with pytest.raises(UsageError, match="datapackage"):
        import_other_package(tmp_path, tmp_path / "plan", Options())


def test_the_command_tells_packages_apart(package, tmp_path):
    """The same command reads ours whole and those of others, also as a ZIP with a top folder."""
    folder = package(LONG, LONG_FILES)
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        for path in folder.rglob("*.*"):
            archive.write(path, f"top/{path.relative_to(folder).as_posix()}")
    result = CliRunner().invoke(main, ["import", "datapackage", str(tmp_path / "p.zip"), str(tmp_path / "plan")])

    assert result.exit_code == 0, result.output
    assert "no errors" in result.output
