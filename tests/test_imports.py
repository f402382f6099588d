"""Imports run one way: a module uses only those above it in the order of the build."""

import ast
from functools import cache
from pathlib import Path

import pytest

import generator

FOLDER = Path(generator.__file__).parent
ORDER = (
    "problems", "spread", "verify", "store", "tree", "redirects",
    "period", "sitefile", "kept", "lazy", "textfiles", "model", "parse", "config", "load", "plan", "draft",
    "check_words", "check_texts", "check_shapes", "check_numbers", "editions", "check", "schema",
    "progress", "assess", "decompose", "composite", "index",
    "snapshot", "change", "subjects", "changes", "reads", "changes_report", "releases", "report", "linked", "language",
    "xlsx", "table_edit", "workbook_words", "workbook_export", "workbook_write", "workbook_read",
    "workbook_rows", "workbook_merge", "workbook_import", "markdown",
    "palette", "lettering", "outlines", "raster", "png", "paint",
    "chart_canvas", "chart_time", "chart_areas", "chart_tasks", "chart_marks", "charts", "chart_svg",
    "executors", "draw", "studio",
    "view", "levels", "figures", "verdicts", "index_view", "tables",
    "targets_view", "monitoring_view", "duties_view", "compare_view", "explore_view", "az_view", "levels_view",
    "search_index", "downloads", "release_files",
    "changes_words", "changes_view", "history_view", "editions_view", "editions_report",
    "formats_records", "formats_tables", "formats_package", "formats_sqlite", "formats_parquet", "formats_xml",
    "formats_sdmx", "formats_stratml", "formats_xlsx", "formats_dcat", "formats_files", "formats_guide",
    "citation", "feedback", "embed", "use_files", "templating", "table_html", "render",
    "formats_markdown", "formats_twins", "links", "state",
    "pages", "rendering",
    "metadata", "stylesheet", "plain_markdown", "quick_markdown", "shells", "site", "project", "zensical", "builders",
    "feeds", "edition", "drawings", "edition_files", "shared", "manifest", "write", "parts", "glance", "build", "serve",
    "signing", "archive", "publish", "publish_git",
    "scaffold",
    "import_report", "import_said", "plan_write", "import_source", "import_opensdg_names", "import_opensdg_words",
    "import_opensdg_files", "import_opensdg_rows", "import_opensdg", "import_package_read", "import_package_other",
    "import_datapackage", "import_stratml_read", "import_stratml_own",
    "import_stratml", "import_table_head", "import_table",
    "book_parts", "book", "book_briefs", "book_pdf",
    "console", "cli_editions", "cli_import", "cli_print", "cli_publish", "cli", "__main__",
)  # fmt: skip
"""Every module, from what knows nothing to what knows everything."""

ONLY_IN = {
    "altair": {"chart_marks"},
    "vl_convert": {"draw"},
    "fontTools": {"outlines"},
    "mkdocs": {"site"},
    "material": {"site"},
    "yaml": {"textfiles", "schema", "language", "project", "plan_write", "import_source"},
    "jinja2": {"templating", "shells", "site", "embed", "edition_files", "shared", "scaffold"},
    "click": {"cli", "cli_print", "cli_editions", "cli_publish", "cli_import", "console"},
    "rich": {"console"},
    "cryptography": {"signing"},
    "watchdog": {"serve"},
    "sqlite3": {"formats_sqlite", "import_datapackage"},
    "numpy": {"composite", "index", "raster", "png", "paint"},
    "openpyxl": {"workbook_write", "workbook_read"},
    "markdown": {"book_parts", "quick_markdown"},
    "tinycss2": {"stylesheet"},
    "weasyprint": {"book_pdf"},
    "pyarrow": {"formats_parquet"},
    "distributed": {"executors"},
}
"""Packages that a few modules know, so that they can be changed there alone."""


@cache
def _imports(path):
    """The modules that a module imports, of this package as `generator.name`, wherever in it."""
    return tuple(_each_import(path))


def _each_import(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "generator":
            yield from (f"generator.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_every_module_has_its_place():
    """A new module is put where its imports allow."""
    assert {path.stem for path in FOLDER.glob("*.py")} - {"__init__"} == set(ORDER)
    assert len(set(ORDER)) == len(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_imports_run_one_way(name):
    """No module imports one that stands below it."""
    used = {module.split(".")[1] for module in _imports(FOLDER / f"{name}.py") if module.startswith("generator.")}

    assert (used - {"__version__"}) - set(ORDER[: ORDER.index(name)]) == set()


@pytest.mark.parametrize("package", ONLY_IN)
def test_outside_packages_are_known_in_few_places(package):
    """What may change with its maintainers is used in one place."""
    users = {name for name in ORDER if package in {module.split(".")[0] for module in _imports(FOLDER / f"{name}.py")}}

    assert users == ONLY_IN[package]


@pytest.mark.parametrize(
    "name",
    ["check", "plan", "assess", "snapshot", "change", "subjects", "changes", "charts", "figures", "tables", "markdown"],
)
def test_the_middle_touches_no_files_and_no_clock(name):
    """Values in, values out: what is built depends on the data alone."""
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    called = {call.attr for call in calls if isinstance(call, ast.Attribute)}

    assert called & {"read_text", "write_text", "read_bytes", "write_bytes", "open", "today", "now"} == set()
