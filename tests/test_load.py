"""The data folder is read whole, in a fixed order, and nothing outside it is."""

from generator.load import load_records


def ids(records):
    return [record.values["id"] for record in records]


def test_a_folder_of_files_is_one_list_in_name_order(a_config):
    """`tasks/*.yml` reads like `tasks.yml`."""
    config = a_config({
        "data/tasks.yml": None,
        "data/tasks/b.yml": "- {id: t3}\n",
        "data/tasks/a.yml": "- {id: t2}\n- {id: t1}\n",
        "data/observations.csv": None,
        "data/observations/2.csv": "indicator\ny\n",
        "data/observations/1.csv": "indicator\nx\n",
    })  # fmt: skip
    records = load_records(config)

    assert ids(records.texts["tasks"]) == ["t2", "t1", "t3"]
    assert [table.rows[0][1] for table in records.tables["observations"]] == [["x"], ["y"]]
    assert records.problems == []


def test_places_are_relative_to_the_settings(a_config):
    """An editor can open what a message names."""
    records = load_records(a_config({"data/tasks.yml": None, "data/tasks/a.yml": "- id: t1\n- id: t2\n"}))

    assert str(records.texts["tasks"][1].place("id")) == "data/tasks/a.yml:2:7"


def test_what_editors_leave_is_passed_over(a_config):
    """Guides, original documents, hidden files and the lock files of spreadsheets."""
    config = a_config({
        "data/README.md": "x", "data/sources/plan.pdf": b"%PDF\xff",
        "data/.DS_Store": b"\xff", "data/~$tasks.xlsx": "x",
        "data/tasks.yml": None, "data/tasks/a.yml": "- id: t1\n", "data/tasks/README.md": "x", "data/tasks/.swp": "x",
    })  # fmt: skip
    records = load_records(config)

    assert records.problems == []
    assert ids(records.texts["tasks"]) == ["t1"]


def test_an_empty_list_is_no_fault(a_config):
    """A file with comments only holds no records."""
    records = load_records(a_config({"data/glossary.yml": "# none yet\n", "data/tasks.yml": "[]\n"}))

    assert (records.problems, records.texts["glossary"], records.texts["tasks"]) == ([], [], [])


def test_one_faulty_file_does_not_hide_the_others(a_config):
    """All that can be read is read, so that all faults are reported at once."""
    records = load_records(a_config({"data/tasks.yml": "- id: [\n", "data/glossary.yml": "- id: a\n- b\n- id: c\n"}))

    assert [problem.code for problem in records.problems] == ["wrong-type", "bad-yaml"]
    assert ids(records.texts["glossary"]) == ["a", "c"]
    assert ids(records.texts["areas"]) == ["whole", "north", "south"]
    assert records.unread == {"tasks", "glossary"}


def test_links_out_of_the_folder_are_not_followed(a_config):
    """Neither beside the files nor in the folder of a table; a link in a circle is no traceback."""
    links = {
        "data/glossary.yml": "../secret.yml",
        "data/safeguards/a.yml": "../../secret.yml",
        "data/geo": "../elsewhere",
        "data/index.yml": "index.yml",
    }
    records = load_records(a_config({"secret.yml": "- id: secret\n", "elsewhere/a.geojson": "{}"}, links))

    assert [problem.code for problem in records.problems] == ["outside-link"] * 4
    assert records.texts["glossary"] == records.texts["safeguards"] == records.features == []


def test_a_link_inside_the_folder_is_followed(a_config):
    """What stays in the data folder may be linked."""
    records = load_records(a_config({"data/sources/mine.yml": "- id: x\n"}, {"data/glossary.yml": "sources/mine.yml"}))

    assert records.problems == []
    assert ids(records.texts["glossary"]) == ["x"]


def test_no_folder_is_said_once(a_config):
    """Without data there is one problem, not one a file."""
    records = load_records(a_config({"site_config.yml": "site_name: A\ndata: elsewhere\n"}))

    assert [problem.code for problem in records.problems] == ["no-data"]
    assert records.plan is None
