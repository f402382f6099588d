"""The page of formats, and the twins of each page in JSON and Markdown."""

import json
import re
import shlex
import sqlite3
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from generator.assess import task_status
from generator.check import load_plan
from generator.formats_guide import formats, formats_table
from generator.formats_markdown import page_markdown
from generator.formats_twins import twins
from generator.model import BASES
from generator.render import Page
from generator.rendering import render_pages
from tests.site_fixtures import addresses, page, view_of, with_bases


def twin(site, address):
    return json.loads((site / address / "index.json").read_text(encoding="utf-8"))


def a_page(*blocks):
    text = "\n\n".join(f"<!--pe:{number}-->" for number in range(len(blocks)))
    return Page("tasks/1", "T", "D", "tasks", f"# T\n\n{text}\n", blocks, (), (), (), {})


# --- the page ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_page_lists_every_format_with_its_size_and_date(small_site, small_view, code):
    """Each link leads to a file, and the size told is the size it has."""
    view = small_view(code)
    rows = page(small_site, f"{code}/data/formats/").all("tbody")[0].all("tr")

    assert len(rows) == len(formats(view))
    for row, one in zip(rows, formats(view), strict=True):
        links = [link.attrs["href"] for link in row.all("a")]
        assert links == [f"../../../{path}" for path in one.files]
        for path in one.files:
            assert (small_site / path).is_file(), path
    note = formats_table(view).rows[0][2].note
    size = (small_site / f"data/plan-{code}.xlsx").stat().st_size
    assert note.startswith(f"{size / 1000:.0f}" if size >= 10_000 else f"{size / 1000:.1f}")
    assert view.language.date(view.plan.identity.as_of) in note


def test_the_page_shows_each_example_line_by_line(small_site, small_view):
    """What is shown is what is run: nothing is folded into one line."""
    shown = page(small_site, "en/data/formats/").all("pre")
    wanted = [one.example for one in formats(small_view("en")) if one.example]

    assert ["".join(text for _, text in one.texts()) for one in shown] == wanted
    assert f"```\n{wanted[1]}\n```" in (small_site / "en/data/formats/index.md").read_text(encoding="utf-8")


def examples():
    keys = (
        "xlsx",
        "csv",
        "zip",
        "datapackage",
        "csvw",
        "sqlite",
        "parquet",
        "sdmx",
        "stratml",
        "dcat",
        "json",
        "markdown",
    )
    return [pytest.param(key, id=key) for key in keys]


@pytest.mark.parametrize("key", examples())
def test_each_example_of_the_page_works(small_site, small_view, key, monkeypatch, capsys):
    """It runs as it stands, in the folder of the site, and prints something."""
    one = next(one for one in formats(small_view("en")) if one.key == key)
    if one.kind == "sql":
        base = sqlite3.connect(small_site / "data/plan.sqlite")
        assert base.execute(one.example).fetchall()
        base.close()
        return
    if one.kind == "python":
        monkeypatch.chdir(small_site)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # short examples leave closing to the end
            exec(one.example, {})
        assert capsys.readouterr().out.strip()
        return
    program, *arguments = shlex.split(one.example)
    command = [str(Path(sys.executable).parent / program), *arguments]
    done = subprocess.run(command, cwd=small_site, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_every_example_is_tried(small_view):
    """None was added without a test."""
    tried = {param.values[0] for param in examples()}

    assert {one.key for one in formats(small_view("en")) if one.example} == tried


# --- JSON -------------------------------------------------------------------------------------------------------


def test_every_page_has_both_twins_and_names_them(small_site):
    """Beside each `index.html`, linked from its head."""
    for address in addresses(small_site):
        assert twin(small_site, address)["path"] == address
        assert (small_site / address / "index.md").is_file()
        kinds = {link.attrs.get("type"): link.attrs["href"] for link in page(small_site, address).all("link")}
        assert kinds["application/json"] == "index.json"
        assert kinds["text/markdown"] == "index.md"


def test_an_indicators_twin_holds_its_numbers_and_verdicts(small_site, small_view):
    """Each number with status and basis; each verdict with the sentences of its working."""
    plan = small_view("en").plan
    for indicator in plan.indicators.values():
        path = small_site / f"en/indicators/{indicator.id}/index.json"
        if not path.is_file():
            continue
        facts = json.loads(path.read_text(encoding="utf-8"))
        observations, targets = plan.rows_of(indicator)
        assert [row["value"] for row in facts["observations"]] == [
            None if row.value is None else float(row.value) for row in observations
        ]
        assert [row["basis"] for row in facts["observations"]] == [row.basis for row in observations]
        assert len(facts["targets"]) == len(targets)
        assert all(row["status"] for row in facts["observations"])
        for verdict in facts["verdicts"]:
            assert verdict["working"]["sentences"]
            assert verdict["band"] or verdict["reasons"]


def test_a_tasks_twin_tells_its_status_and_whom_it_names(small_site, small_view):
    """The status is the page's, and links lead to pages."""
    plan = small_view("en").plan
    for task in plan.tasks.values():
        facts = twin(small_site, f"en/tasks/{task.id}/")
        assert facts["status"]["id"] == task_status(plan, task.id)
        assert {one["title"] for one in facts["links"] if one["field"] == "lead"} == {
            plan.organisations[name].title.get("en") for name in task.lead
        }
        for link in facts["links"]:
            assert (small_site / "en" / link["path"].partition("#")[0] / "index.html").is_file()


@pytest.fixture(params=["small", "hebei"])
def site(request):
    """The site of either plan."""
    return request.getfixturevalue(f"{request.param}_site")


def described(site):
    return json.loads((site / "openapi.json").read_text(encoding="utf-8"))


def faults_of_openapi(description):
    from openapi_spec_validator import OpenAPIV31SpecValidator  # noqa: PLC0415 -- heavy

    return list(OpenAPIV31SpecValidator(description).iter_errors())


def page_schema(site):
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 -- heavy

    return Draft202012Validator(described(site)["components"]["schemas"]["Page"], format_checker=FormatChecker())


def test_openapi_describes_addresses_that_exist(site):
    """The description is valid, and every address it allows is a file."""
    description = described(site)
    assert faults_of_openapi(description) == []
    found = 0
    for path, operation in description["paths"].items():
        values = {one["name"]: one["schema"]["enum"] for one in operation.get("parameters", [])}
        for code in values.get("language", [""]):
            for name in values.get("id", [""]):
                address = path.strip("/").replace("{language}", code).replace("{id}", name)
                assert (site / address).is_file(), address
                found += 1
    assert found > len(addresses(site))


def test_every_twin_is_what_openapi_says(site):
    """Each has the schema's parts, with the schema's types."""
    schema = page_schema(site)

    for address in addresses(site):
        assert schema.is_valid(twin(site, address)), address


@pytest.mark.parametrize(
    ("part", "value"), [("title", None), ("figures", {}), ("asOf", "soon"), ("observations", [1]), ("record", "a")]
)
def test_a_spoilt_twin_is_refused(small_site, part, value):
    """A part that is missing or of another type."""
    address = next(one for one in addresses(small_site) if re.fullmatch("en/indicators/[^/]+/", one))
    facts = {**twin(small_site, address), part: value}
    if value is None:
        del facts[part]

    assert not page_schema(small_site).is_valid(facts)


def test_a_spoilt_description_is_refused(small_site):
    """A description without a title, and an operation without answers."""
    description = described(small_site)
    del description["info"]["title"]
    assert faults_of_openapi(description) != []
    description = described(small_site)
    next(iter(description["paths"].values()))["get"]["responses"] = []
    assert faults_of_openapi(description) != []


def test_each_download_of_the_data_page_tells_its_size_and_date(small_site, small_view):
    """Rows, size as it is, and the day of the data."""
    view = small_view("en")
    listed = [
        one for one in page(small_site, "en/data/").all("li") if one.all("a") and "download" in one.all("a")[0].attrs
    ]

    assert len(listed) > 10
    for one in listed:
        told = " ".join(text for _, text in one.texts())
        size = (small_site / "en/data" / one.all("a")[0].attrs["href"]).resolve().stat().st_size
        assert f"{size / 1000:,.{0 if size >= 10_000 else 1}f} kB" in told
        assert view.language.date(view.plan.identity.as_of) in told


# --- Markdown ---------------------------------------------------------------------------------------------------


def test_llms_txt_lists_every_page_in_markdown(small_site):
    """Each address once, and each is a file."""
    text = (small_site / "llms.txt").read_text(encoding="utf-8")
    found = re.findall(r"\]\((\S+?/index\.md)\)$", text, re.M)

    assert text.startswith("# ")
    assert sorted(re.sub(r"^.*?/(en|zh)/", r"\1/", one) for one in found) == sorted(
        f"{address}index.md" for address in addresses(small_site)
    )


def test_a_table_becomes_a_table_and_marks_stand_in_brackets():
    """What a reader sees as a mark is told in words; links keep their address."""
    block = (
        '<div class="pe-scroll"><table><caption>Values</caption><thead><tr><th>Area</th><th>Value</th></tr></thead>'
        '<tbody><tr><th scope="row"><a href="../../areas/a/">A | B</a></th><td><span class="pe-cell">1'
        ' <span class="pe-mark pe-mark--illustrative">illustrative</span></span></td></tr></tbody></table></div>'
    )

    assert page_markdown(a_page(block)) == (
        "# T\n\n**Values**\n\n| Area | Value |\n| --- | --- |\n| [A \\| B](../../areas/a/) | 1 (illustrative) |\n"
    )


def test_nothing_from_data_becomes_markup_in_markdown():
    """Tags stay escaped, and brackets make no link."""
    text = page_markdown(a_page("<p>&lt;script&gt; ](javascript:alert(1)) *x*</p>"))

    assert text == "# T\n\n&lt;script&gt; \\](javascript:alert(1)) \\*x\\*\n"


def test_drawings_and_forms_are_left_out():
    """What is for the eye or for a script alone."""
    block = "<p>Before</p><svg><title>No</title></svg><form><label>No</label><input></form><p>After</p>"

    assert page_markdown(a_page(block)) == "# T\n\nBefore\n\nAfter\n"


# --- numbers that are left out ----------------------------------------------------------------------------------


def test_twins_hold_no_illustrative_number_where_the_site_leaves_them_out(small_config):
    """Neither as JSON nor as words; where the site shows them, both say which they are."""
    told = {}
    for bases in (BASES, tuple(one for one in BASES if one != "illustrative")):
        config = with_bases(small_config, *bases)
        view = view_of(config, load_plan(config)[0], "en")
        pages = [one for one in render_pages(view, config.templates) if one.path.startswith("indicators/")]
        told[bases] = "".join(text for one in pages for _, text in twins(view, one))
    shown, left_out = told.values()

    assert '"basis":"illustrative"' in shown and "(illustrative)" in shown
    assert '"basis":"illustrative"' not in left_out and "(illustrative)" not in left_out
