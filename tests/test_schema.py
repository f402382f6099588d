"""Data, schemas, README and contract say the same; where a field is added, the tests say what else has to follow."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from pydantic import ValidationError

from generator import model as m
from generator import schema
from generator.cli import main
from generator.config import SiteConfig
from generator.textfiles import read_yaml

ROOT = Path(__file__).parent.parent
DATA_FILES = sorted(
    path.relative_to(ROOT).as_posix() for path in [*(ROOT / "data").rglob("*.yml"), ROOT / "site_config.yml"]
)

CONTRACT = {
    "plan.yml": "id* title* short_title issuer* document_number issued period supersedes stages area* area_kinds "
    "summary languages as_of licence sources parts annexes documents timeline facts",
    "aspects.yml": "id* number* title* summary parent basis note sources",
    "tasks.yml": "id* number* aspect supersedes notes title* summary text parent weight measures lead supporting "
    "roles_basis areas indicators depends_on safeguards facts basis note sources",
    "safeguards.yml": "id* number* title* summary text lead supporting indicators basis note sources",
    "organisations.yml": "id* title* short_title kind parent area contact url summary facts",
    "areas.yml": "id* title* kind* parent part_of_total code code_scheme title_pinyin tile documents facts note",
    "indicators.yml": "id* number title* definition unit start decimals direction* aggregation headline aspect "
    "dimensions frequency parent baseline limit method lead range sources facts",
    "dimensions.yml": "id* title* values*",
    "index.yml": "id* title* dimensions* normalisation aggregation missing min_coverage",
    "sources.yml": "id* title* publisher date accessed url licence note",
    "glossary.yml": "id* term* definition*",
    "redirects.yml": "from* to*",
    "observations.csv": "indicator* area* period* value status basis source note dimension",
    "targets.csv": "indicator* area* period* operator value* value_to basis source note dimension",
    "progress.csv": "task* area date* status* percent by basis source note",
}
"""The names that the data contract fixes, file by file; none is ever renamed. A star: required."""


def _model_of(file):
    kind = file.partition(".")[0]
    return {"plan": m.Identity, "site_config": SiteConfig, **m.MAP_RECORDS, **m.TEXT_RECORDS, **m.NUMBER_RECORDS}[kind]


def _every_model():
    found = []
    for kind in ("plan", "site_config", *m.MAP_RECORDS, *m.TEXT_RECORDS, *m.NUMBER_RECORDS):
        found += [model for model in schema._models_of(_model_of(kind)) if model not in found]
    return found


def _validator(kind):
    found = json.loads((ROOT / "schemas" / schema.schema_name(kind)).read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(found)


def _kind_of(path):
    first = (ROOT / path).read_text(encoding="utf-8").partition("\n")[0]
    return re.search(r"schemas/(\w+)\.schema\.json$", first)[1]


@pytest.mark.parametrize("file", CONTRACT)
def test_the_contract_is_kept(file):
    """Every field of the contract exists, under its name."""
    model = _model_of(file)
    fields = {schema._name(model, field) for field in model.model_fields}
    required = {schema._name(model, field) for field, info in model.model_fields.items() if info.is_required()}

    if "dims" in fields:
        fields = fields - {"dims"} | {"dimension"}
    names = CONTRACT[file].split()
    assert {name.rstrip("*") for name in names} - fields == set()
    assert {name.rstrip("*") for name in names if name.endswith("*")} == required


def test_schemas_are_those_of_the_models():
    """`policy-explorer schema` was run after the last change."""
    files = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "schemas").iterdir()}

    assert files == schema.schema_texts(), "run: policy-explorer schema --readme data/README.md"


def test_the_readme_is_that_of_the_models():
    """The tables in the guide of the data are written by the same command."""
    readme = (ROOT / "data" / "README.md").read_text(encoding="utf-8")

    assert readme == schema.readme_with_tables(readme), "run: policy-explorer schema --readme data/README.md"


@pytest.mark.parametrize("kind", sorted(path.partition(".")[0] for path in schema.schemas()))
def test_schemas_are_schemas(kind):
    """Each is valid JSON Schema of the dialect it names."""
    found = schema.schemas()[f"{kind}.schema.json"]

    jsonschema.Draft202012Validator.check_schema(found)
    assert found["$schema"] == schema.DIALECT


@pytest.mark.parametrize("path", DATA_FILES)
def test_files_name_their_schema(path):
    """The first line leads editors to the schema, from whatever folder."""
    first = (ROOT / path).read_text(encoding="utf-8").partition("\n")[0]

    assert first == schema.schema_line(path)
    assert ((ROOT / path).parent / first.removeprefix(schema.SCHEMA_LINE)).is_file()


@pytest.mark.parametrize("path", DATA_FILES)
def test_the_data_fit_their_schema(path):
    """Nothing that `check` accepts is marked red in the editor."""
    value = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))

    assert [error.message for error in _validator(_kind_of(path)).iter_errors(value)] == []


TASK = {"id": "t1", "number": "1", "title": "Plant trees", "aspect": "a1", "lead": ["office"]}
BAD_TASKS = {
    "unknown field": {"laed": ["office"]},
    "text for a list of maps": {"measures": "survey"},
    "unknown word": {"basis": "offical"},
    "not an id": {"id": "Plant Trees"},
    "too long an id": {"id": "a" * 81},
    "list for a text": {"title": ["Plant trees"]},
    "unknown field of a measure": {"measures": [{"id": "s", "title": "Survey", "until": "2019"}]},
    "unknown kind of measure": {"measures": [{"id": "s", "title": "Survey", "kind": "projekt"}]},
    "no language code": {"title": {"english text": "Plant trees"}},
    "number with a comma": {"weight": "1,5"},
    "blank title": {"title": " "},
    "no title": {"title": None},
}


@pytest.mark.parametrize("change", BAD_TASKS.values(), ids=BAD_TASKS.keys())
def test_mistakes_are_marked(change):
    """A wrong key, type or word fails in the editor already."""
    validator = _validator("tasks")
    assert validator.is_valid([TASK])

    assert not validator.is_valid([TASK | change])


def test_required_fields_are_required():
    """A record without its id is marked."""
    assert not _validator("tasks").is_valid([{key: value for key, value in TASK.items() if key != "id"}])


def test_what_check_reads_kindly_is_not_marked():
    """One value for a list, numbers for texts, `yes` for true: the editor is no stricter than `check`."""
    assert _validator("tasks").is_valid(
        [TASK | {"number": 1, "lead": "office", "summary": {"en": "A", "zh": None}, "areas": None}]
    )
    assert _validator("areas").is_valid(
        [{"id": "a", "title": "A", "kind": "city", "part_of_total": "no", "tile": [1, 2], "code": 130000}]
    )
    assert _validator("areas").is_valid(None)
    assert not _validator("areas").is_valid([{"id": "a", "title": "A", "kind": "city", "tile": [1]}])


@pytest.mark.parametrize("model", _every_model(), ids=lambda model: model.__name__)
def test_every_field_is_explained(model):
    """A docstring under each field: its meaning as a sentence, and an example that the field itself accepts."""
    docs = schema.field_docs(model)
    hints = schema._hints(model)
    for field in set(hints) - {"dims"}:
        assert field in docs, f"{model.__name__}.{field} has no docstring"
        assert docs[field].meaning.endswith("."), f"{model.__name__}.{field}"
        assert docs[field].example, f"{model.__name__}.{field} has no example"
        given = {schema._name(model, field): _as_read(yaml.safe_load(docs[field].example))}
        with pytest.raises(ValidationError) as caught:  # other fields may be missing, and nothing else be wrong
            model.model_validate(given | {"no-such-field": ""}, context={"languages": ("en", "zh")})
        faults = [fault for fault in caught.value.errors() if fault["type"] not in ("missing", "extra_forbidden")]
        assert faults == [], docs[field].example


def _as_read(value):
    """A YAML value as `textfiles` gives it: every scalar as text."""
    if isinstance(value, dict):
        return {key: _as_read(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_read(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_every_field_stands_in_the_tables():
    """Each file has its table, each field its row, in the README."""
    tables = schema.tables()
    for file in (*CONTRACT, "site_config.yml"):
        section = tables.partition(f"### `{file}`")[2].partition("\n### ")[0]
        for field in set(_model_of(file).model_fields) - {"dims"}:
            assert f"\n| `{schema._name(_model_of(file), field)}` | " in section, f"{file}: {field}"
    rows = [line for line in tables.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}


def test_conditions_speak_of_fields_that_exist():
    """What is required under a condition is a field that is not always required."""
    for model, field in schema.CONDITIONS:
        assert field in model.model_fields
        assert model is m.Target or not model.model_fields[field].is_required()


def test_the_command_writes_schemas_and_tables(tmp_path):
    """One command for both; what stands around the tables is kept."""
    readme = tmp_path / "README.md"
    readme.write_text(f"Before\n{schema.START}\nout of date\n{schema.END}\nAfter\n", encoding="utf-8")

    result = CliRunner().invoke(main, ["schema", "--output", str(tmp_path / "out"), "--readme", str(readme)])

    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(schema.schemas())
    text = readme.read_text(encoding="utf-8")
    assert (
        text.startswith("Before\n")
        and text.endswith("\nAfter\n")
        and "out of date" not in text
        and "`tasks.yml`" in text
    )


def test_a_readme_without_markers_is_refused(tmp_path):
    """Nothing is written where the tables have no place."""
    readme = tmp_path / "README.md"
    readme.write_text("No markers\n", encoding="utf-8")

    result = CliRunner().invoke(main, ["schema", "--output", str(tmp_path / "out"), "--readme", str(readme)])

    assert result.exit_code == 1
    assert schema.START in result.output
    assert not (tmp_path / "out").exists()


def test_schema_lines_of_files_in_folders():
    """The way to the schemas depends on how deep a file stands."""
    assert schema.schema_line("site_config.yml").endswith("$schema=schemas/site_config.schema.json")
    assert schema.schema_line("data/areas.yml").endswith("$schema=../schemas/areas.schema.json")
    assert schema.schema_line("data/tasks/a1.yml").endswith("$schema=../../schemas/tasks.schema.json")
    assert schema.schema_line("data/tasks/areas.yml").endswith("$schema=../../schemas/tasks.schema.json")


def test_values_are_read_as_the_editor_sees_them(tmp_path):
    """A schema line is a comment: it changes nothing in the data."""
    path = tmp_path / "a.yml"
    path.write_text(schema.schema_line("data/areas.yml") + "\n- {id: a}\n", encoding="utf-8")

    assert read_yaml(path, "a.yml")[0].value == [{"id": "a"}]
