"""A small bilingual plan for the tests of workbooks, and short ways to fill one in."""

import io
import warnings

import openpyxl

from generator.check import check_plan
from generator.config import load_config
from generator.workbook_export import choose_scope, export_sheets, load_whole_plan
from generator.workbook_import import import_workbooks
from generator.workbook_words import load_workbook_words
from generator.workbook_write import workbook_bytes

FILES = {
    "site_config.yml": "site_name: {zh: 小计划, en: A small plan}\nchecks: {jump_factor: 1000}\n",
    "data/plan.yml": """\
id: small
title: {zh: 小计划, en: A small plan}
issuer: council
area: whole
period: {start: 2018, end: 2020, baseline: 2017}
languages: [zh, en]
as_of: 2021-03-01
""",
    "data/organisations.yml": """\
- {id: council, title: {zh: 政府, en: Council}, kind: government}
- {id: office, title: {zh: 办公室, en: Office}, kind: department, parent: council}
- {id: north-city, title: {zh: 北市政府, en: North city}, kind: city-government, area: north}
""",
    "data/areas.yml": """\
- {id: whole, title: {zh: 全省, en: The whole}, kind: region}
- {id: north, title: {zh: 北市, en: North}, kind: city, parent: whole}
- {id: south, title: {zh: 南市, en: South}, kind: city, parent: whole}
""",
    "data/aspects.yml": "- {id: a1, number: 1, title: {zh: 人才, en: People}}\n",
    "data/tasks.yml": """\
- {id: "01", number: 1, title: {zh: 培训, en: Train people}, aspect: a1, lead: office, indicators: [jobs, trees, share]}
- {id: "02", number: 2, title: {zh: 植树, en: Plant trees}, aspect: a1, lead: office, areas: [north],
   measures: [{id: m1, title: {zh: 苗圃, en: Nursery}, lead: north-city}]}
""",
    "data/dimensions.yml": """\
- id: sort
  title: {zh: 树种, en: Sort}
  values: [{id: oak, title: {zh: 橡树, en: Oak}}, {id: fir, title: {zh: 冷杉, en: Fir}}]
""",
    "data/indicators.yml": """\
- {id: jobs, title: {zh: 岗位, en: Jobs}, unit: {zh: 个, en: jobs}, direction: up, lead: office, frequency: A,
   range: {min: 0}}
- {id: trees, title: {zh: 树木, en: Trees}, unit: {zh: 棵, en: trees}, direction: up, dimensions: [sort], frequency: A}
- {id: share, title: {zh: 占比, en: Share}, unit: {zh: "%", en: "%"}, direction: up, decimals: 2, frequency: A,
   range: {min: 0, max: 100}}
""",
    "data/sources.yml": """\
- {id: report, title: {zh: 年报, en: Annual report}}
- {id: rule, title: {zh: 规则, en: Rule}}
""",
    "data/observations.csv": None,
    "data/targets.csv": "indicator,area,period,operator,value,basis,source\njobs,north,2020,>=,200,official,report\n",
    "data/observations/illustrative.csv": """\
indicator,area,period,value,basis,source
share,north,2019,11.50,illustrative,rule
share,north,2020,12.50,illustrative,rule
""",
    "data/observations/official.csv": """\
indicator,area,period,sort,value,status,basis,source,note,_memo
jobs,north,2017,,100,,official,report,,a
jobs,north,2018,,1.60,P,official,report,"前, | say ""hi"" now",b
jobs,south,2018,,7,,,report,,c
trees,north,2018,oak,5,,official,report,,
trees,north,2018,fir,6,,official,report,,
""",
    "data/progress/illustrative.csv": """\
task,area,date,status,percent,basis,source
02,north,2020-12-31,on-track,50,illustrative,rule
""",
}
"""Two cities, three indicators, two tasks; official and illustrative numbers in files of their own."""

OFFICIAL = "data/observations/official.csv"
ILLUSTRATIVE = "data/observations/illustrative.csv"


class Folder:
    """A plan on disk, with its workbooks beside it."""

    def __init__(self, config_file):
        self.path = config_file.parent
        self.config = load_config(config_file)
        assert check_plan(self.config)[0] is not None, check_plan(self.config)[1]

    def export(self, name="book.xlsx", area=None, organisation=None, period=None):
        plan = load_whole_plan(self.config)
        scope = choose_scope(plan, area, organisation, period)
        words = load_workbook_words(plan, self.config.templates)
        path = self.path / name
        path.write_bytes(workbook_bytes(export_sheets(plan, scope, words), scope, words))
        return path

    def take(self, *paths, dry_run=False):
        return import_workbooks(self.config, paths, dry_run)

    def data(self):
        return {
            path.relative_to(self.path).as_posix(): path.read_bytes()
            for path in sorted(self.path.glob("data/**/*.csv"))
        }

    def lines(self, name):
        return (self.path / name).read_bytes().decode().splitlines()


def said(outcome, *severities):
    """Each problem (of these severities) as `cell: code`, without the folder."""
    problems = [problem for problem in outcome.problems if not severities or problem.severity in severities]
    return [f"{str(problem.place).rpartition('/')[2]}: {problem.code}" for problem in problems]


def difference(before, after):
    """The lines that a file lost and gained."""
    return [line for line in before if line not in after], [line for line in after if line not in before]


class Book:
    """A workbook that is filled in by heading, as people see it."""

    def __init__(self, path, sheet="数据"):
        self.path = path
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
        self.use(sheet)

    def use(self, sheet):
        self.sheet = self.book[sheet]
        self.columns = {cell.value: cell.column for cell in self.sheet[1]}
        return self

    def row(self, *key):
        """The row whose first cells, among those of a key, are these."""
        for row in range(2, self.sheet.max_row + 1):
            values = [str(self.sheet.cell(row, column).value) for column in range(1, 10)]
            if all(part in values for part in key):
                return row
        raise LookupError(key)

    def cell(self, row, heading):
        return self.sheet.cell(row, self.columns[heading])

    def fill(self, row, **values):
        """Fill cells in by heading; a row by number or by the parts of its key. Gives the name of the last cell."""
        row = row if isinstance(row, int) else self.row(*row)
        name = ""
        for heading, value in values.items():
            cell = self.cell(row, heading)
            cell.value = value
            name = cell.coordinate
        return name

    def save(self, name=None):
        path = self.path.with_name(name) if name else self.path
        self.book.save(path)
        return path
