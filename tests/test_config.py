"""Settings: their defaults, their paths, and what is refused."""

import pytest

from generator.config import OWN_TEMPLATES, load_config
from generator.problems import DataError, UsageError


@pytest.fixture
def a_settings_file(tmp_path):
    """Write one settings file and give its path."""

    def write(text):
        path = tmp_path / "site_config.yml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_defaults(a_settings_file):
    """A name is all that must be said; every path is beside the file."""
    path = a_settings_file("site_name: A site\n")
    config = load_config(path)

    assert config.folder == path.parent
    assert [config.name_of(one) for one in (config.data, config.content, config.output, config.cache)] == [
        "data", "content", "site", "build",
    ]  # fmt: skip
    assert config.templates == OWN_TEMPLATES
    assert config.site.languages == ()
    assert config.site.include_basis == ("official", "derived", "reconstructed", "illustrative")
    assert config.site.publish.allow_basis == ("official", "derived")
    assert (config.site.map.kind, config.site.map.review_required) == ("tiles", True)


def test_paths_are_relative_to_the_file(a_settings_file, monkeypatch, tmp_path):
    """Wherever the command is called from."""
    path = a_settings_file("site_name: A site\ndata: records/all\ntemplates: looks\n")
    monkeypatch.chdir(tmp_path.parent)
    config = load_config(path)

    assert config.data == tmp_path / "records" / "all"
    assert config.templates == tmp_path / "looks"
    assert config.name_of(tmp_path.parent / "x") == (tmp_path.parent / "x").as_posix()


def test_languages_of_a_site_name_count(a_settings_file):
    """Where no languages are listed, those of the site's name are read, the first being the default."""
    config = load_config(a_settings_file("site_name: {zh: 站点, en: A site}\n"))

    assert config.site.site_name.default == "zh"
    assert config.site.site_name.get("en") == "A site"


def test_no_file_is_wrong_use(tmp_path):
    """A mistyped path is no fault of the data."""
    with pytest.raises(UsageError, match="--config"):
        load_config(tmp_path / "none.yml")


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("", "1:1", "empty-file"),
        ("- a\n", "1:1", "empty-file"),
        ("site_name: [\n", "2:1", "bad-yaml"),
        ("data: data\n", "1:1", "missing-field"),
        ("site_name:\n", "1:11", "empty-text"),
        ("site_name: A\nsite_url: example.org\n", "2:11", "bad-url"),
        ("site_name: A\nsitename: B\n", "2:1", "unknown-field"),
        ("site_name: A\nmap: {kind: globe}\n", "2:13", "unknown-word"),
        ("site_name: A\nfeatures: {png: maybe}\n", "2:17", "wrong-type"),
        ("site_name: A\nlanguages: [EN]\n", "2:13", "bad-id"),
        ("site_name: A\noutput: .\n", "2:9", "bad-output"),
        ("site_name: A\noutput: data\n", "2:9", "bad-output"),
        ("site_name: A\noutput: ../..\n", "2:9", "bad-output"),
        ("site_name: A\noutput: /\n", "2:9", "bad-output"),
        ("site_name: A\noutput: site/../content\n", "2:9", "bad-output"),
        ("site_name: A\noutput: build\n", "2:9", "bad-output"),
    ],
)
def test_faulty_settings(a_settings_file, text, place, code):
    """Each fault is named with its place."""
    with pytest.raises(DataError) as caught:
        load_config(a_settings_file(text))

    found = [(str(problem.place), problem.code) for problem in caught.value.problems]
    assert found == [(f"site_config.yml:{place}", code)]


def test_all_faults_come_at_once(a_settings_file):
    """Nobody repairs a file one message at a time."""
    with pytest.raises(DataError) as caught:
        load_config(a_settings_file("site_url: x\nmap: {kind: globe}\nsite: y\n"))

    assert [problem.code for problem in caught.value.problems] == [
        "missing-field", "bad-url", "unknown-word", "unknown-field",
    ]  # fmt: skip
