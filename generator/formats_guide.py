"""Which format is good for what: the rows of the page of formats, each with its files and an example that runs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from generator.formats_files import offered_files
from generator.tables import Item
from generator.view import Cell, Column, Table, View

PATH = "data/formats"
"""The page, from the language's root."""


class Format(NamedTuple):
    """A format: key of its words, its files from the site's root, and an example to run in the site's folder."""

    key: str
    files: tuple[str, ...]
    example: str
    kind: str = "python"


def formats(view: View) -> list[Format]:
    """Every format of the site, the easiest first."""
    code = view.language.code
    indicator = next((one.id for one in view.plan.indicators.values() if any(view.plan.rows_of(one))), None)
    page = f"{code}/indicators/{indicator}" if indicator else code
    question = f"SELECT area_title, period, value, unit FROM latest_values WHERE indicator = '{indicator}';"  # noqa: S608 -- an example to read; ids hold no quote
    found = [
        Format("xlsx", (f"data/plan-{code}.xlsx",), f"""\
import openpyxl

book = openpyxl.load_workbook("data/plan-{code}.xlsx")
print(book.sheetnames)"""),
        Format("excel", ("data/excel/observations.csv", "data/excel/targets.csv"), ""),
        Format("csv", ("data/observations.csv", "data/targets.csv"), """\
import csv

with open("data/observations.csv", encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))
facts = [row for row in rows if row["basis"] != "illustrative"]
print(len(rows), len(facts))"""),
        Format("zip", ("data/plan.zip",), """\
import zipfile

print(zipfile.ZipFile("data/plan.zip").namelist())"""),
        Format("datapackage", ("data/datapackage.json",), "frictionless validate data/datapackage.json", "sh"),
        Format("csvw", ("data/observations.csv-metadata.json",),
               "csvwvalidate data/observations.csv-metadata.json", "sh"),
        Format("sqlite", ("data/plan.sqlite",), question, "sql"),
        Format("parquet", ("data/parquet/observations.parquet",), """\
import pandas

frame = pandas.read_parquet("data/parquet/observations.parquet")
print(frame.groupby("indicator")["value"].describe())"""),
        Format("sdmx", ("data/sdmx/data.csv", "data/sdmx/structure.xml"), """\
from pysdmx.io import get_datasets

data = get_datasets("data/sdmx/data.csv", "data/sdmx/structure.xml")[0]
print(data.data.head())"""),
        Format("stratml", (f"data/stratml-{code}.xml",), f"""\
from xml.etree import ElementTree

root = ElementTree.parse("data/stratml-{code}.xml").getroot()
print([name.text for name in root.findall(".//{{*}}Objective/{{*}}Name")])"""),
        Format("dcat", ("data/catalog.jsonld",), """\
import json

with open("data/catalog.jsonld", encoding="utf-8") as file:
    print([one["dct:identifier"] for one in json.load(file)["dcat:dataset"]])"""),
        Format("json", (f"{page}/index.json", "openapi.json"), f"""\
import json

with open("{page}/index.json", encoding="utf-8") as file:
    page = json.load(file)
print(page["title"], page["asOf"])"""),
        Format("markdown", (f"{page}/index.md", "llms.txt"), f"""\
print(open("{page}/index.md", encoding="utf-8").read()[:300])"""),
    ]  # fmt: skip
    made = _sizes(view)
    return [one for one in found if one.key != "parquet" or one.files[0] in made]


def _sizes(view: View) -> dict[str, int]:
    """The size of each data file in bytes, by its path from the site's root."""
    return {f"data/{path}": len(data) for path, data in offered_files(view).items()}


def with_sizes(view: View, items: Sequence[Item]) -> list[Item]:
    """Downloads with their size and the date of the data behind what they tell already.

    Not on a site without further formats: it is large, and would have to make all files to tell how large they are.
    """
    if not view.config.site.features.formats:
        return list(items)
    sizes, day = _sizes(view), view.plan.identity.as_of
    date = [view.language.date(day)] if day else []
    return [
        item._replace(text=view.say("join").join([item.text, _size(view, sizes[item.href]), *date])) for item in items
    ]


def formats_table(view: View) -> Table:
    """What each format is good for, with its files, their sizes and their date."""
    sizes, day = _sizes(view), view.plan.identity.as_of
    date = view.language.date(day) if day else ""
    rows = []
    for one in formats(view):
        main = one.files[0]
        note = [_size(view, sizes[main])] if main in sizes else []
        cells = [Cell(view.say(f"formats.names.{one.key}")), Cell(view.say(f"formats.uses.{one.key}"))]
        cells.append(Cell(_shown(main), f"../{main}", note=view.say("join").join([*note, *([date] if date else [])])))
        cells.append(Cell(_shown(one.files[1]), f"../{one.files[1]}") if len(one.files) > 1 else Cell(""))
        rows.append(tuple(cells))
    names = ("format", "use", "file", "more")
    columns = tuple(Column(view.say(f"formats.columns.{name}"), wide=name == "use") for name in names)
    return Table("formats", view.say("formats.caption"), columns, tuple(rows), stack=True)


def _shown(path: str) -> str:
    """A path as a link shows it: without the folder that all share."""
    return path.removeprefix("data/")


def _size(view: View, size: int) -> str:
    return view.say("formats.size", size=view.language.number(Decimal(size) / 1000, 0 if size >= 10_000 else 1))
