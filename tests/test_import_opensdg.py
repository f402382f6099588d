"""Open SDG data repositories become plans that `check` accepts, and the report says what became of everything."""

import csv
import zipfile

import pytest
import yaml
from click.testing import CliRunner

from generator.check import check_plan
from generator.cli import main
from generator.config import OWN_TEMPLATES, load_config
from generator.import_opensdg import Options, import_opensdg
from generator.import_opensdg_rows import read_year
from generator.problems import DataError, UsageError, errors_in

META = """indicator_name: global_indicators.1-1-1-title
indicator_number: 1.1.1
sdg_goal: '1'
target_id: '1.1'
target: global_targets.1-1-title
graph_type: line
computation_units: Percent
national_geographical_coverage: Freedonia
source_active_1: true
source_organisation_1: Statistics Office
source_url_1: https://example.org/survey
source_url_text_1: Survey
source_contact_1: someone@example.org
progress_calculation_options:
  - direction: negative
    target: 2.5
"""
WORDS = {
    "translations/en/global_indicators.yml": "1-1-1:\n  title: People in poverty\n",
    "translations/zh-Hans/global_indicators.yml": "1-1-1:\n  title: 贫困人口\n",
    "translations/en/global_targets.yml": "1-1-title: End poverty\n",
    "translations/en/data.yml": "female: Women\n",
    "translations/zh-Hans/data.yml": "female: 女性\n",
}


@pytest.fixture
def repository(tmp_path):
    """Writes a repository from files by name; gives its folder."""

    def write(**files):
        folder = tmp_path / "source"
        for name, text in {**WORDS, "meta/1-1-1.yml": META, **files.pop("files", {})}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder

    return write


def imported(source, folder, **options):
    """The plan and the report of an import; it must be without errors."""
    report = import_opensdg(source, folder, Options(**options))
    plan, problems = check_plan(load_config(folder / "site_config.yml"))
    assert errors_in(problems) == []
    return plan, report


def lines(report, outcome):
    return {(line.kind, line.place.file, line.place.line) for line in report.lines if line.outcome == outcome}


def test_goals_targets_indicators_and_sources_are_carried_over(repository, tmp_path):
    """Keys are translated, the target is a task with its indicator, the direction and its target count."""
    source = repository(files={"data/indicator_1-1-1.csv": "Year,Sex,Value\n2015,,4.25\n2016,female,3\n"})

    plan, report = imported(source, tmp_path / "plan")

    indicator = plan.indicators["1-1-1"]
    assert (indicator.title.get("en"), indicator.title.get("zh")) == ("People in poverty", "贫困人口")
    assert (indicator.direction, indicator.unit.get("en"), indicator.decimals) == ("down", "%", 2)
    assert [(one.period.start.year, str(one.value)) for one in plan.targets] == [(2030, "2.5")]
    assert plan.tasks["1-1"].title.get("en") == "End poverty"
    assert plan.tasks["1-1"].aspect == "goal-1" and plan.tasks["1-1"].indicators == ("1-1-1",)
    assert plan.root.title.get("en") == "Freedonia"
    assert plan.dimensions["sex"].values[0].title.get("zh") == "女性"
    assert {one.source for one in plan.observations} == {"survey-statistics-office"}
    assert ("field graph_type", "meta/1-1-1.yml", 6) in lines(report, "left")
    assert ("field source_contact", "meta/1-1-1.yml", 13) in lines(report, "left"), (
        "a person's address is not taken over"
    )


def test_every_field_and_row_of_the_source_is_in_the_report(repository, tmp_path):
    """Nothing is dropped silently: each field of the metadata has a line, and the table beside the summary has all."""
    source = repository(files={"data/indicator_1-1-1.csv": "Year,Value\n2015,4\nsoon,4\n2016,4,5\n"})

    _, report = imported(source, tmp_path / "plan")

    fields = yaml.safe_load(META)
    noted = {line.place.line for line in report.lines if line.place.file == "meta/1-1-1.yml"}
    assert len(noted) == len(fields)
    assert ("row without a year that can be read", "data/indicator_1-1-1.csv", 3) in lines(report, "left")
    assert ("cells beyond the headings", "data/indicator_1-1-1.csv", 4) in lines(report, "left")
    with (tmp_path / "plan/import-report.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(report.lines)


def test_numbers_that_are_none_are_missing_with_what_stood_there(repository, tmp_path):
    """A text in place of a value is kept as a note, separators go, and no number is made up."""
    rows = 'Year,Value\n2015.0,"1,234"\n2016,<0.1\n2017,..\n2018,5%\n2019,\n2020,1e99\n'
    plan, report = imported(repository(files={"data/indicator_1-1-1.csv": rows}), tmp_path / "plan")

    found = [(str(one.value), one.status, one.note) for one in plan.observations]
    assert found == [
        ("1234", (), None), ("None", ("O",), "<0.1"), ("None", ("O",), None), ("5", (), None), ("None", ("O",), None),
        ("None", ("O",), "1e99"),
    ]  # fmt: skip
    assert ("number written otherwise", "data/indicator_1-1-1.csv", 2) in lines(report, "changed")


def test_units_and_series_become_indicators_below_the_first(repository, tmp_path):
    """Each further series or unit is an indicator of its own on the page of the first."""
    rows = "Year,Series,Units,Value\n2015,,Percent,4\n2015,Rural,Percent,5\n2015,,Persons,600\n"
    plan, _ = imported(repository(files={"data/indicator_1-1-1.csv": rows}), tmp_path / "plan")

    assert {key: (one.parent, one.unit.get("en")) for key, one in plan.indicators.items()} == {
        "1-1-1": (None, "%"), "1-1-1-persons": ("1-1-1", "Persons"), "1-1-1-rural-percent": ("1-1-1", "%"),
    }  # fmt: skip
    assert len(plan.observations) == 3


def test_codes_of_places_become_areas(repository, tmp_path):
    """A column of codes and the column of their names are areas; a file without codes knows the same names."""
    rows = "Year,Region,Age,GeoCode,Value\n2015,,,,4\n2015,North,old,N1,5\n2015,South,,S1,6\n"
    other = "Year,Region,Value\n2015,North,1\n"
    source = repository(files={"data/indicator_1-1-1.csv": rows, "data/indicator_1-1-2.csv": other})

    plan, _ = imported(source, tmp_path / "plan")

    assert {key: one.code for key, one in plan.areas.items()} == {"freedonia": None, "north": "N1", "south": "S1"}
    assert [(one.area, one.dims) for one in plan.observations] == [
        ("freedonia", ()), ("north", (("age", "old"),)), ("south", ()), ("north", ()),
    ]  # fmt: skip


def test_odd_headings_and_repeated_rows_are_told_apart(repository, tmp_path):
    """A byte-order mark, CRLF, a repeated column, a column named like one of ours, the same row twice."""
    rows = "\ufeffYear,Sex,Sex,source,Value\r\n2015,a,b,x,1\r\n2015,a,b,x,2\r\n"
    plan, report = imported(repository(files={"data/1-1-1.csv": rows}), tmp_path / "plan")

    assert set(plan.dimensions) == {"sex", "sex-2", "source-2"}
    assert [str(one.value) for one in plan.observations] == ["1"]
    assert ("row that stands twice", "data/1-1-1.csv", 3) in lines(report, "left")
    assert dict(plan.indicators["1-1-1"].start) == {"sex": "a", "sex-2": "b", "source-2": "x"}


def test_indicators_without_numbers_say_why(repository, tmp_path):
    """Not reported yet, answered in words, an empty file, no metadata at all: each is a record without values."""
    source = repository(
        files={
            "data/indicator_1-1-1.csv": "",
            "data/indicator_1-1-4.csv": "Year,Value\n2015,1\n",
            "meta/1-1-2.yml": "reporting_status: notstarted\n",
            "meta/1-1-3.md": "---\ndata_non_statistical: true\n---\n<p>A <b>law</b> &amp; a plan</p>\n",
            "meta/1-1-5.yml": "published: false\n",
        }
    )
    plan, report = imported(source, tmp_path / "plan")

    assert set(plan.indicators) == {"1-1-1", "1-1-2", "1-1-3", "1-1-4"}
    assert plan.indicators["1-1-3"].definition.get("en") == "A law & a plan"
    assert "not report" in plan.indicators["1-1-2"].method.get("en")
    assert plan.indicators["1-1-4"].title.get("en") == "Indicator 1.1.4"
    assert ("indicator", "meta/1-1-5.yml", 1) in lines(report, "left")


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("2015", "2015"), ("2015.0", "2015"), ("2015/16", "2015-04/P1Y"), ("2015/2016", "2015-04/P1Y"),
        ("2015-16", "2015-04/P1Y"), ("1999/00", "1999-04/P1Y"), ("2015-2017", "2015/P3Y"), ("2015 Q3", "2015-Q3"),
        ("2015M6", "2015-06"), ("2015-06-30", "2015-06-30"), ("soon", None), ("20155", None), ("0000", None),
    ],
)  # fmt: skip
def test_years_as_offices_write_them(written, period):
    """Financial years start in the month that is named; what is no period is none."""
    assert read_year(written, True, 4) == period


def test_a_dash_is_a_month_where_the_column_has_months():
    """`2011-12` is December where other rows say `2011-03`."""
    assert read_year("2011-12", False, 4) == "2011-12"


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("data/indicator_1-1-1.csv", 'Year,Value\n2015,"4\n', "data/indicator_1-1-1.csv:2:1"),
        ("data/indicator_1-1-1.csv", "Saison,Value\n2015,4\n", "data/indicator_1-1-1.csv:1:1"),
        ("data/indicator_1-1-1.csv", b"Year,Value\n2015,4\0\n", "data/indicator_1-1-1.csv:2:1"),
        ("data/indicator_1-1-1.csv", "Year,é,Value\n".encode() + b"2015,\xe9,1\n", "data/indicator_1-1-1.csv:2:6"),
        ("meta/1-1-1.yml", "a: b\n c: d\n", "meta/1-1-1.yml:2:3"),
        ("meta/1-1-2.md", "---\na: b\n c: d\n---\n", "meta/1-1-2.md:3:3"),
        ("meta/1-1-2.md", "---\na: b\n", "meta/1-1-2.md:2:1"),
        ("translations/en/data.yml", "- [\n", "translations/en/data.yml:2:1"),
    ],
)
def test_broken_files_are_refused_with_their_place(repository, tmp_path, name, content, place):
    """File, line and column, and nothing is written; with `skip_broken` the rest is, and the report says so."""
    source = repository(
        files={
            "data/indicator_1-1-1.csv": "Year,Value\n2015,4\n",
            "data/indicator_1-1-9.csv": "Year,Value\n1,1\n",
            name: content,
        }
    )

    with pytest.raises(DataError) as refused:
        import_opensdg(source, tmp_path / "plan", Options())

    assert [str(problem.place) for problem in refused.value.problems] == [place]
    assert not (tmp_path / "plan").exists()
    _, report = imported(source, tmp_path / "plan", skip_broken=True)
    assert place in {str(line.place) for line in report.lines if line.outcome == "left"}


def test_a_zip_with_a_top_folder_gives_the_same_plan(repository, tmp_path):
    """What a forge packs is read as the folder is."""
    source = repository(files={"data/indicator_1-1-1.csv": "Year,Value\n2015,4\n"})
    with zipfile.ZipFile(tmp_path / "source.zip", "w") as archive:
        for path in sorted(source.rglob("*")):
            archive.write(path, f"repo-main/{path.relative_to(source).as_posix()}")

    imported(source, tmp_path / "one")
    imported(tmp_path / "source.zip", tmp_path / "two")

    for name in ("plan.yml", "indicators.yml", "tasks.yml", "observations/1-1-1.csv"):
        assert (tmp_path / "one/data" / name).read_bytes() == (tmp_path / "two/data" / name).read_bytes()


@pytest.mark.parametrize("name", ["../data/indicator_1-1-1.csv", "/data/indicator_1-1-1.csv"])
def test_a_zip_that_leads_out_is_refused(tmp_path, name):
    """No entry may name a place outside the archive."""
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr(name, "Year,Value\n2015,4\n")

    with pytest.raises(DataError, match="1 errors"):
        import_opensdg(tmp_path / "evil.zip", tmp_path / "plan", Options())


def test_a_zip_that_swells_is_refused(tmp_path, monkeypatch):
    """The size unpacked is bounded."""
    monkeypatch.setattr("generator.import_source.MAX_FILE_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/indicator_1-1-1.csv", "Year,Value\n" + "2015,4\n" * 1000)

    with pytest.raises(DataError) as refused:
        import_opensdg(tmp_path / "bomb.zip", tmp_path / "plan", Options())

    assert refused.value.problems[0].code == "too-large"


def test_what_is_no_repository_or_no_new_folder_is_refused(repository, tmp_path):
    """Wrong use is said before anything is written."""
    source = repository(files={"data/indicator_1-1-1.csv": "Year,Value\n2015,4\n"})
    with pytest.raises(UsageError, match="Open SDG"):
        import_opensdg(tmp_path / "source/meta", tmp_path / "plan", Options())
    with pytest.raises(UsageError, match="not empty"):
        import_opensdg(source, source, Options())


def national_repository():
    """256 indicators in the shapes that national offices publish: files by name."""
    files = {"config_data.yml": "languages: [en, fr]\ndata_fields: {units: Units, series: Series}\n"}
    targets = {"en": [], "fr": []}
    for number in range(1, 257):
        key = f"{number // 16 + 1}-{number // 4 % 4 + 1}-{number % 4 + 1}"
        start = f"{key.rsplit('-', 1)[0]}-title"
        for code, word in (("en", "Target"), ("fr", "Cible")):
            targets[code].append(f"{start}: {word} {number // 4}\n")
        year = (lambda year: f"{year}/{(year + 1) % 100:02d}") if number % 5 == 0 else str
        rows = [
            f"{year(1999 + place % 2)},%,{series},{sex},{area},{code},{status},{number + place / 7:.3f}"
            for place, (series, sex, area, code, status) in enumerate(
                [("", sex, "", "", "Normal value") for sex in ("", "female", "male") for _ in range(2)]
                + [("", "", area, f"C{area[-1]}", "Estimated") for area in ("Area 1", "Area 2") for _ in range(2)]
                + [("Second", "", "", "", "") for _ in range(2) if number % 3 == 0]
            )
        ]
        files[f"data/indicator_{key}.csv"] = "\n".join(
            ["Year,Units,Series,Sex,Region,GeoCode,Observation status,Value", *rows, "2015,%,,,,,,NA\n"]
        )
        config = f"indicator_number: {key.replace('-', '.')}\ngraph_type: line\ncomputation_units: null\n"
        config += f"target_name: global_targets.{start}\nreporting_status: complete\n"
        config += "progress_calculation_options:\n- direction: positive\n  target: 300\n" * (number % 2)
        meta = f"SDG_INDICATOR: '<p>Indicator {key.replace('-', '.')}: Share {number}</p>'\nDATA_COMP: '  '\n"
        meta += f"source_organisation_1: Office\nsource_url_text_1: Survey {number % 20}\n"
        if number % 2:
            files |= {f"indicator-config/{key}.yml": config, f"meta/{key}.yml": meta}
            files[f"meta/fr/{key}.yml"] = meta.replace("Share", "Part")
        else:
            files[f"meta/{key}.md"] = f"---\n{config}{meta}---\nA *text* of the [page](https://example.org/).\n"
    for code, lines_ in targets.items():
        files[f"translations/{code}/global_targets.yml"] = "".join(dict.fromkeys(lines_))
    return files


def test_the_command_imports_250_indicators_without_an_error(repository, tmp_path):
    """A repository of the usual size and in the usual shapes passes `check` as it comes out, in both languages."""
    source = repository(files=national_repository())
    result = CliRunner().invoke(main, ["import", "opensdg", str(source), str(tmp_path / "plan")])

    assert result.exit_code == 0, result.output
    assert "no errors" in result.output
    indicators = yaml.safe_load((tmp_path / "plan/data/indicators.yml").read_text(encoding="utf-8"))
    assert len([one for one in indicators if "parent" not in one]) == 257
    assert sum("fr" in one["title"] and one["title"]["fr"] != one["title"]["en"] for one in indicators) >= 128
    assert len(list((tmp_path / "plan/data/observations").iterdir())) >= 256
    report = (tmp_path / "plan/import-report.md").read_text(encoding="utf-8")
    assert "stands twice" not in report and "titles" not in report


def test_words_of_a_language_that_the_pages_do_not_speak_stand_where_no_others_do(repository, tmp_path):
    """A Spanish repository with metadata in meta/es alone keeps its titles, units, areas and goals."""
    source = repository(
        files={
            "config_data.yml": "languages: [es, en]\n",
            "data/indicator_2-1-1.csv": "Year,UNIT_MEASURE,SEX,REF_AREA,Value\n2015,PT,,,4\n2015,PT,F,C1,5\n",
            "meta/es/2-1-1.md": "---\nindicator_name: Personas con hambre\n---\nUn texto.\n",
            "translations/es/REF_AREA.yml": "C1: Centro\n",
            "translations/es/data.yml": "SEX: Sexo\n",
        }
    )
    plan, report = imported(source, tmp_path / "plan")

    assert plan.languages[0] == "en"
    indicator = plan.indicators["2-1-1"]
    assert (indicator.title.get("en"), indicator.unit.get("en")) == ("Personas con hambre", "%")
    assert {one.title.get("en") for one in plan.areas.values()} == {"Freedonia", "Centro"}
    assert plan.dimensions["sex"].title.get("en") == "Sexo"
    assert plan.dimensions["sex"].values[0].title.get("en") == "Female", "the code's own meaning"
    assert ("languages", "config_data.yml", 1) in lines(report, "changed")


def test_titles_come_from_the_fields_of_the_worldwide_metadata(repository, tmp_path):
    """Where the key of a title is in no file, the fields of the metadata give it, without tags and number."""
    meta = """indicator_name: global_indicators.3-1-1-title
target_name: global_targets.3-1-title
SDG_INDICATOR: '<p>Indicator 3.1.1: Deaths of <b>mothers</b></p>'
SDG_TARGET: '<p>Target: 3.1 By 2030, fewer deaths</p>'
"""
    source = repository(files={"data/indicator_3-1-1.csv": "Year,Value\n2015,4\n", "meta/3-1-1.yml": meta})

    plan, report = imported(source, tmp_path / "plan")

    assert plan.indicators["3-1-1"].title.get("en") == "Deaths of mothers"
    assert plan.tasks["3-1"].title.get("en") == "By 2030, fewer deaths"
    assert any("--translations" in line.became for line in report.lines if line.kind == "translation key")


def test_further_translations_are_read_from_another_folder(repository, tmp_path):
    """Texts that many repositories share need not be in each; a repository's own count first."""
    source = repository(files={"data/indicator_1-1-1.csv": "Year,Value\n2015,4\n"})
    shared = tmp_path / "shared/translations/en"
    shared.mkdir(parents=True)
    (shared / "global_goals.yml").write_text("1-short: Poverty ends\n", encoding="utf-8")
    (shared / "global_indicators.yml").write_text("1-1-1-title: Other words\n", encoding="utf-8")

    plan, _ = imported(source, tmp_path / "plan", translations=tmp_path / "shared")

    assert plan.aspects["goal-1"].title.get("en") == "Poverty ends"
    assert plan.indicators["1-1-1"].title.get("en") == "People in poverty"
    with pytest.raises(UsageError, match="translations"):
        import_opensdg(source, tmp_path / "other", Options(translations=source / "data"))


def test_french_words_stand_in_french(repository, tmp_path):
    """Goals, the whole area and missing units in a plan in French."""
    source = repository(
        files={"data/indicator_1-1-1.csv": "Year,Value\n2015,4\n", "meta/1-1-1.yml": "reporting_status: notstarted\n"}
    )
    plan, _ = imported(source, tmp_path / "plan", languages=("fr",))

    assert plan.aspects["goal-1"].title.get("fr") == "Pas de pauvreté"
    assert plan.root.title.get("fr") == "Tout le territoire"
    assert plan.indicators["1-1-1"].unit.get("fr") == "unité non indiquée"
    assert "publie" in plan.indicators["1-1-1"].method.get("fr")


def test_signs_of_the_whole_are_no_breakdown_and_one_code_is_the_whole_area(repository, tmp_path):
    """The columns of the worldwide data base: series in words, one code of a country, ALLAGE and BOTHSEX."""
    rows = (
        "SeriesDescription,GeoAreaCode,TimePeriod,Value,Age,Sex\n"
        "Poor people,470,2015,0.5,ALLAGE,BOTHSEX\nPoor people,470,2015,0.6,ALLAGE,MALE\n"
    )
    plan, report = imported(repository(files={"data/indicator_1-1-1.csv": rows}), tmp_path / "plan")

    assert [(one.area, one.dims) for one in plan.observations] == [("freedonia", ()), ("freedonia", (("sex", "male"),))]
    assert plan.root.code == "470" and len(plan.areas) == 1
    assert set(plan.dimensions) == {"sex"}
    assert ("value of Age", "data/indicator_1-1-1.csv", 1) in lines(report, "changed")


def test_a_page_opens_with_what_the_source_opens_with(repository, tmp_path):
    """Where no row is a total, the start values of the metadata say which breakdown comes first."""
    rows = "Year,Group,Value\n2015,All persons,4\n2015,Women,5\n2016,Women,6\n"
    start = META + "data_start_values:\n  - field: Group\n    value: All persons\n"
    source = repository(files={"data/indicator_1-1-1.csv": rows, "meta/1-1-1.yml": start})

    plan, _ = imported(source, tmp_path / "plan")

    assert dict(plan.indicators["1-1-1"].start) == {"group": "all-persons"}


@pytest.mark.parametrize(
    ("years", "periods"),
    [
        (("2003-05", "2004-06"), ["2003/P3Y", "2004/P3Y"]), (("2014-16", "2015-18"), ["2014/P3Y", "2015/P4Y"]),
        (("2015-03", "2015-06"), ["2015-03", "2015-06"]), (("2003 - 05",), ["2003/P3Y"]),
    ],
)  # fmt: skip
def test_spans_of_years_are_told_from_months(repository, tmp_path, years, periods):
    """Spans that are all as long, or end in what is no month, are years; else they are months."""
    rows = "Year,Value\n" + "".join(f"{year},1\n" for year in years)
    plan, _ = imported(repository(files={"data/indicator_1-1-1.csv": rows}), tmp_path / "plan")

    assert [str(one.period) for one in plan.observations] == periods


def test_nothing_is_no_word_and_a_source_needs_no_organisation(repository, tmp_path):
    """`null` is an empty field; who compiled the data and which they are name a source."""
    meta = """indicator_name: Poverty
computation_units: null
source_active_1: true
source_compilation_1: Bureau
source_data_1: Household survey
source_implementation_1: Each year
"""
    source = repository(files={"data/indicator_1-1-1.csv": "Year,Value\n2015,4\n", "meta/1-1-1.yml": meta})

    plan, report = imported(source, tmp_path / "plan")

    assert plan.indicators["1-1-1"].unit.get("en") == "unit not stated"
    (found,) = (one for key, one in plan.sources.items() if key != "repository")
    assert (found.title.get("en"), found.publisher.get("en")) == ("Household survey", "Bureau")
    assert ("field source_implementation", "meta/1-1-1.yml", 6) in lines(report, "left")


def test_too_many_codes_of_places_keep_their_rows(repository, tmp_path):
    """Codes without a column of names are a breakdown then, with the names of their file of translations."""
    rows = "Year,REF_AREA,Value\n2015,,4\n" + "".join(f"2015,A{number},{number}\n" for number in range(70))
    source = repository(
        files={
            "data/indicator_1-1-1.csv": rows,
            "translations/en/REF_AREA.yml": "REF_AREA: Regions\nA0: North\n",
        }
    )
    plan, report = imported(source, tmp_path / "plan")

    assert len(plan.observations) == 71
    (dimension,) = plan.dimensions.values()
    assert (dimension.title.get("en"), dimension.values[0].title.get("en")) == ("Regions", "North")
    assert not any(line.kind == "row that stands twice" for line in report.lines)


def test_the_command_says_how_broken_files_can_be_left_out(repository, tmp_path):
    """The fault with its place, and the option; with it the command goes on."""
    source = repository(
        files={"data/indicator_1-1-1.csv": "Year,Valu\n2015,4\n", "data/indicator_1-1-2.csv": "Year,Value\n2015,4\n"}
    )
    refused = CliRunner().invoke(main, ["import", "opensdg", str(source), str(tmp_path / "plan")])
    done = CliRunner().invoke(main, ["import", "opensdg", str(source), str(tmp_path / "plan"), "--skip-broken"])

    assert refused.exit_code == 1 and "--skip-broken" in refused.output
    assert "data/indicator_1-1-1.csv:1:1: error[missing-column]" in refused.output
    assert done.exit_code == 0 and "no errors" in done.output


def test_what_is_named_by_its_place_in_the_framework_alone_gets_a_short_name(repository, tmp_path):
    """Only where the source refers to the framework: a national indicator with the same number keeps its number."""
    files = {
        "data/indicator_8-6-1.csv": "Year,Value\n2015,4\n",
        "meta/8-6-1.yml": "indicator_name: global_indicators.8-6-1-title\n",
        "data/indicator_8-7-1.csv": "Year,Value\n2015,4\n",
        "meta/8-7-1.yml": "indicator_name: national_indicators.8-7-1-title\n",
    }
    plan, report = imported(repository(files=files), tmp_path / "plan")

    title = plan.indicators["8-6-1"].title
    assert title.get("en") == "Youth not in education, employment or training" and "青年" in title.get("zh")
    assert plan.tasks["8-6"].title.get("zh") == "减少未就业未就学青年"
    assert plan.indicators["8-7-1"].title.get("en") == "Indicator 8.7.1"
    assert plan.tasks["8-7"].title.get("en") == "Target 8.7"
    assert ("title of an indicator", "meta/8-6-1.yml", 1) in lines(report, "changed")


def test_the_framework_has_169_targets_and_every_indicator_is_of_one():
    """Each short name stands in English and Chinese; numbers are those of the framework."""
    found = {}
    for kind in ("targets", "indicators"):
        text = (OWN_TEMPLATES / "sdg" / f"{kind}.yml").read_text(encoding="utf-8")
        found[kind] = yaml.safe_load(text)
        assert all(len(names) == 2 and all(names) for names in found[kind].values())
        assert text.count("\n") - text.count("#") == len(found[kind]), "no key stands twice"

    assert len(found["targets"]) == 169
    assert {key.rsplit("-", 1)[0] for key in found["indicators"]} == set(found["targets"])


def test_a_target_that_names_no_series_is_for_the_first_alone(repository, tmp_path):
    """A further series or unit gets only what names it."""
    meta = META + "graph_target_lines:\n  - series: Rural\n    value: 9\n"
    rows = "Year,Series,Units,Value\n2015,,Percent,4\n2015,Rural,Percent,5\n2015,,Persons,600\n"
    source = repository(files={"data/indicator_1-1-1.csv": rows, "meta/1-1-1.yml": meta})

    plan, _ = imported(source, tmp_path / "plan")

    assert {(one.indicator, str(one.value)) for one in plan.targets} == {
        ("1-1-1", "2.5"), ("1-1-1-rural-percent", "9"),
    }  # fmt: skip
