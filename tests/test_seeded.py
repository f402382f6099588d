"""Mistakes that editors make, put one by one into copies of the Hebei data: each is named at its file and line.

The line of a problem is the one that was changed, unless the entry says in which line it is to be looked for.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from generator.check import check_plan
from generator.config import load_config
from generator.problems import DataError

ROOT = Path(__file__).parents[1]
OBSERVED, TARGETS, REPORTS = "observations/official.csv", "targets/official.csv", "progress/illustrative.csv"
MADE_UP = "observations/illustrative.csv"
A2, GEO = "tasks/a2.yml", "geo/cities.geojson"
RD17, RD18, RD19 = (
    "rd-intensity,hebei,2017,,,,,1.33,,official,press2020,",
    "rd-intensity,hebei,2018,,,,,1.39,,official,techme,",
    "rd-intensity,hebei,2019,,,,,1.61,,official,press2020,",
)
FIRMS = "hte-total,hebei,2017,,,,,3174,,official,conf2018,"
LANGFANG = "hte-total,langfang,2020,,,,,905,,official,lf-145,"
GOAL = "rd-intensity,tangshan,2020,>=,2.5,official,ts-135,"
DONE = "01,,2020-12-31,completed,100,illustrative,illustrative-rule,,"
MEASURE = '      kind: project\n      due: "2020"\n'
XINJI = "- id: xinji\n"
FILE = re.compile(r"[a-z/0-9]+\.(?:csv|yml): ")


class Mistake(NamedTuple):
    """`old`, the first in the file, is replaced by `new`; the problem stands there, or where `at` is.

    `at` may begin with another file and a colon.
    """

    code: str
    file: str
    old: str
    new: str
    at: str = ""


def cell(code: str, old: str, new: str, row: str = RD18, file: str = OBSERVED) -> Mistake:
    """A mistake in one cell of a row."""
    assert old in row
    return Mistake(code, file, row, row.replace(old, new, 1))


MISTAKES = (
    # bytes and form
    Mistake("bad-csv", OBSERVED, RD18, RD18 + '"'),
    Mistake("cell-count", OBSERVED, RD18, RD18.replace(",,,,,", ",,,,")),
    Mistake("cell-count", OBSERVED, ",634.4,", ",6,344,"),
    Mistake("bad-yaml", "areas.yml", "  kind: new-area", "\tkind: new-area"),
    Mistake("bad-yaml", "areas.yml", "  kind: new-area", "   kind: new-area"),
    Mistake("bad-yaml", "sources.yml", "    en: The English is a", "    en: Note: the English is a"),
    Mistake("bad-yaml", "aspects.yml", "  basis: reconstructed", "  basis: @reconstructed"),
    Mistake("duplicate-key", A2, '  number: "7"\n', '  number: "7"\n  number: "8"\n', '  number: "8"\n'),
    Mistake(
        "bad-json",
        GEO,
        '{"type":"Feature","properties":{"code":"130300"}',
        '{"type":"Feature" "properties":{"code":"130300"}',
    ),
    Mistake("unknown-area", GEO, '"130400"', '"139400"'),
    Mistake(
        "outside-world",
        GEO,
        '{"code":"130100"},"geometry":{"type":"Polygon","coordinates":[[[113.84,38.759]',
        '{"code":"130100"},"geometry":{"type":"Polygon","coordinates":[[[38.759,113.84]',
    ),
    Mistake(
        "open-ring",
        GEO,
        '{"code":"130100"},"geometry":{"type":"Polygon","coordinates":[[[113.84,38.759]',
        '{"code":"130100"},"geometry":{"type":"Polygon","coordinates":[[[113.9,38.759]',
    ),
    Mistake(
        "bad-geojson",
        GEO,
        '{"code":"130500"},"geometry":{"type":"Polygon"',
        '{"code":"130500"},"geometry":{"type":"LineString"',
    ),
    Mistake("duplicate-id", GEO, '"130300"', '"130200"'),
    Mistake("duplicate-column", OBSERVED, "funding,class", "funding,funding"),
    Mistake("missing-column-name", TARGETS, "basis,source,note", "basis,,note"),
    # names
    Mistake("unknown-column", OBSERVED, "performer,funding", "performers,funding"),
    Mistake("missing-column", REPORTS, "task,area,date", "tasks,area,date"),
    Mistake("unknown-field", "indicators.yml", "  direction: up", "  directon: up"),
    Mistake("missing-field", "indicators.yml", "  direction: up", "  directon: up", "- id: rd-intensity\n"),
    Mistake("unknown-field", "plan.yml", "annexes:", "anexes:"),
    Mistake("unknown-field", A2, MEASURE, MEASURE.replace("due", "until"), "      until:"),
    Mistake("unknown-word", "indicators.yml", "direction: down", "direction: downwards"),
    Mistake("unknown-word", "organisations.yml", "kind: agency", "kind: agentcy"),
    Mistake("unknown-word", "plan.yml", "shows: monitoring", "shows: monitor"),
    Mistake("unknown-word", "indicators.yml", "aggregation: sum", "aggregation: total"),
    cell("unknown-word", ">=", "=>", GOAL, TARGETS),
    cell("unknown-word", "official", "offical"),
    cell("unknown-word", "completed", "complete", DONE, REPORTS),
    cell("unknown-status", ",1.39,,", ",1.39,Z,"),
    Mistake("unknown-language", "plan.yml", "  en: Hebei Province Three", "  eng: Hebei Province Three"),
    Mistake("unknown-area-kind", "areas.yml", "kind: county-level-city", "kind: county-city"),
    cell("unknown-indicator", "rd-intensity", "rd-intensty"),
    cell("unknown-area", "hebei", "hebie"),
    cell("unknown-source", "techme", "techne"),
    cell("unknown-area", "tangshan", "tanshan", GOAL, TARGETS),
    cell("unknown-task", "01,", "41,", DONE, REPORTS),
    Mistake("unknown-measure", REPORTS, "01/m4,,2018", "01/m9,,2018"),
    cell("unknown-organisation", "illustrative-rule,,", "illustrative-rule,dts,", DONE, REPORTS),
    Mistake("unknown-organisation", A2, "supporting: [drc, diit,", "supporting: [drc, diti,"),
    Mistake("unknown-aspect", A2, "  aspect: a2", "  aspect: a9"),
    Mistake("unknown-indicator", A2, "[basic-projects, keyrd-projects]", "[basic-project, keyrd-projects]"),
    Mistake("unknown-task", "tasks/a1.yml", 'depends_on: ["01"]', "depends_on: [1]"),
    Mistake("unknown-safeguard", "tasks/a1.yml", "  safeguards: [", "  safeguards: [s7, "),
    Mistake("unknown-dimension", "indicators.yml", "[activity, performer, funding]", "[activity, performers, funding]"),
    Mistake("unknown-dimension-value", OBSERVED, ",,enterprises,,,546.2", ",,enterprise,,,546.2"),
    Mistake("unused-dimension", OBSERVED, FIRMS, FIRMS.replace(",,,,,", ",basic,,,,")),
    Mistake("unknown-area", "organisations.yml", "  area: xiongan", "  area: xiong-an"),
    Mistake("unknown-indicator", "index.yml", "id: hte-total", "id: hte"),
    cell("bad-id", "hebei", "Hebei"),
    Mistake("bad-id", "glossary.yml", "- id: rd-intensity", "- id: RD intensity"),
    Mistake("bad-id", "sources.yml", "- id: seed\n", "- id: con\n"),
    Mistake("bad-id", "sources.yml", "- id: seed\n", f"- id: {'seed' * 21}\n"),
    Mistake("duplicate-id", "areas.yml", XINJI, "- id: dingzhou\n", "- id: dingzhou\n  title:\n    zh: 辛集市"),
    Mistake(
        "duplicate-id",
        A2,
        "    - id: m2\n",
        "    - id: m1\n",
        "    - id: m1\n      title:\n        zh: 每年实施50项重点研发",
    ),
    # values
    *(
        cell("not-a-number", "1.39", wrong)
        for wrong in (
            "1.3.9",
            "1.39%",
            '"1,39"',
            "１.39",
            "一点三九",
            "1.39亿",
            "1.39 percent",
            " 1.39",
            "n/a",
            "-",
            "..",
            "NaN",
            "inf",
            "1 390",
            "约1.39",
            "1.39以上",
            "#DIV/0!",
            "1.39-1.4",
            "l.39",
        )
    ),
    cell("not-a-number", "3174", '"3,174"', FIRMS),
    cell("not-a-number", "905", "0.0905万", LANGFANG),
    cell("outside-range", "1.39", "-1.39"),
    cell("outside-range", "1.39", "139"),
    cell("outside-range", "905", "-905", LANGFANG),
    cell("jump", "1.39", "13.9"),
    cell("jump", "3174", "31740", FIRMS),
    Mistake("jump", OBSERVED, "fiscal-st,hebei,2018,,,,,77.04", "fiscal-st,hebei,2018,,,,,770400"),
    cell("value-and-status", "1.39", ""),
    cell("value-and-status", ",1.39,,", ",1.39,O,"),
    cell("missing-field", ">=", "between", GOAL, TARGETS),
    *(
        cell("bad-period", "2018", wrong)
        for wrong in ("20l8", "2018-13", "2018/19", "2018年", "２０１８", "2018-2019", "2018-02-30")
    ),
    cell("bad-date", "2020-12-31", "2020-Q4", DONE, REPORTS),
    cell("bad-period", "2020-12-31", "2020-11-31", DONE, REPORTS),
    cell("unlikely-period", "2018", "2108"),
    cell("mixed-frequency", "2018", "2018-06"),
    cell("duplicate-key-row", "2018", "2017"),
    Mistake("duplicate-key-row", OBSERVED, "rd-intensity,hebei,2020,", f"{RD19}\nrd-intensity,hebei,2020,"),
    cell("out-of-range", "100", "101", DONE, REPORTS),
    cell("status-and-percent", "100", "10", DONE, REPORTS),
    Mistake("bad-url", "sources.yml", "url: http://www.fd01.cn", "url: www.fd01.cn"),
    Mistake("bad-date", "plan.yml", 'as_of: "2025-11-06"', "as_of: 2025-11"),
    Mistake("bad-period", "plan.yml", 'issued: "2018-03-03"', "issued: 3 March 2018"),
    Mistake("bad-period", "plan.yml", "{start: 2018, end: 2020,", "{start: 2020, end: 2018,"),
    Mistake("wrong-type", "areas.yml", "part_of_total: false", "part_of_total: none"),
    Mistake("not-a-number", "indicators.yml", "  decimals: 2\n", "  decimals: two\n"),
    Mistake("empty-text", "aspects.yml", '  number: "1"\n', "  number:\n"),
    # meaning
    Mistake("cycle", "tasks/a1.yml", 'depends_on: ["02"]', 'depends_on: ["04"]'),
    Mistake("cycle", "areas.yml", "  kind: province\n", "  kind: province\n  parent: hebei\n", "  parent: hebei\n"),
    Mistake("no-lead", A2, "  lead: [dst]\n", "", '- id: "07"\n'),
    Mistake("lead-and-supporting", A2, "supporting: [drc, diit,", "supporting: [dst, diit,"),
    Mistake("unused-indicator", A2, "retrofit-projects", "sei-bases", "indicators.yml: - id: retrofit-projects\n"),
    Mistake(
        "no-baseline",
        OBSERVED,
        ",hebei,2017,,,,,18.4,,",
        ",hebei,2021,,,,,18.4,,",
        "targets/official.csv: ht-va-share,hebei,2020",
    ),
    Mistake("stages-go-back", TARGETS, "sme-total,hebei,2020,>=,80000", "sme-total,hebei,2020,>=,60000"),
    Mistake(
        "sum-differs",
        MADE_UP,
        "platforms,shijiazhuang,2017,152",
        "platforms,shijiazhuang,2017,125",
        "observations/official.csv: platforms,hebei,2017",
    ),
    Mistake("above-whole", MADE_UP, "platforms,tangshan,2017,36", "platforms,tangshan,2017,36000"),
    Mistake("above-whole", OBSERVED, ",tangshan,2022,,,,,171.8", ",tangshan,2022,,,,,1718"),
    Mistake("mean-outside", OBSERVED, RD17, RD17.replace("1.33", "3.31")),
    Mistake("due-outside-plan", A2, MEASURE, MEASURE.replace("2020", "2022"), "2022"),
    Mistake(
        "after-as-of",
        "plan.yml",
        'as_of: "2025-11-06"',
        'as_of: "2020-11-06"',
        "observations/official.csv: rd-intensity,hebei,2021",
    ),
    Mistake("unused-source", "areas.yml", "      source: districts\n", "", "sources.yml: - id: districts\n"),
    cell("no-source", "techme", ""),
    cell("no-note", "official", "derived", LANGFANG),
    Mistake(
        "illustrative-beside-official", MADE_UP, "rd-intensity,chengde,2019,1.03", "rd-intensity,chengde,2020,1.03"
    ),
    Mistake(
        "missing-translation", "areas.yml", "    zh: 衡水市\n    en: Hengshui\n", "    zh: 衡水市\n", "    zh: 衡水市\n"
    ),
    Mistake(
        "same-text",
        "aspects.yml",
        "    zh: 提升科技创新能力\n",
        "    zh: Improve the capacity for S&T innovation\n",
        "    en: Improve the capacity for S&T innovation",
    ),
    Mistake(
        "other-language",
        "aspects.yml",
        "    zh: 提升科技创新能力\n    en: Improve the capacity for S&T innovation\n",
        "    zh: Improve the capacity for S&T innovation\n    en: 提升科技创新能力\n",
    ),
    Mistake(
        "similar-unit",
        "indicators.yml",
        "    zh: 亿元\n    en: 100 million yuan",
        "    zh: 亿元\n    en: 100 million yaun",
        "yaun",
    ),
    Mistake("no-shape", GEO, '"130300"', '"130100"', "areas.yml: - id: qinhuangdao\n"),
    Mistake("no-parent", "areas.yml", "  kind: new-area\n  parent: hebei\n", "  kind: new-area\n", "- id: xiongan\n"),
    Mistake(
        "duplicate-number", A2, 'number: "8"', 'number: "7"', 'number: "7"\n  aspect: a2\n  title:\n    zh: 加快发展'
    ),
    Mistake("after-as-of", "sources.yml", "date: '2018-03-30'", "date: '2081-03-30'"),
    Mistake("bad-overlap", "areas.yml", "overlaps: [shijiazhuang]", "overlaps: [xinji]"),
    Mistake("tile-taken", "areas.yml", "tile: [2, 5]", "tile: [2, 4]"),
    Mistake("out-of-range", "index.yml", "weight: 2, standard: 640", "weight: 0, standard: 640"),
    Mistake("out-of-range", "index.yml", "standard: 2.5", "standard: 0"),
    Mistake("missing-field", "index.yml", "weight: 1, standard: 86", "weight: 1"),
    Mistake("outside-period", "plan.yml", '    period: "2019"', '    period: "2029"'),
)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """A copy of the Hebei plan's settings and data that tests may spoil, and what `check` says of it unspoilt."""
    folder = tmp_path_factory.mktemp("seeded")
    shutil.copytree(ROOT / "data", folder / "data")
    shutil.copy(ROOT / "site_config.yml", folder)
    return folder, set(problems_of(folder))


def problems_of(folder):
    try:
        return check_plan(load_config(folder / "site_config.yml"))[1]
    except DataError as error:
        return error.problems


def line_of(text, wanted):
    """The line on which a text begins."""
    assert wanted in text, f"{wanted!r} is not there"
    return text.count("\n", 0, text.index(wanted)) + 1


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.code}-{mistake.file}")
def test_mistake_is_found(plan, mistake):
    """With its code, in its file, on its line; what was said before does not count."""
    folder, known = plan
    path = folder / "data" / mistake.file
    text = path.read_text(encoding="utf-8")
    assert mistake.old in text
    spoilt = text.replace(mistake.old, mistake.new, 1)
    other, _, wanted = mistake.at.partition(": ") if FILE.match(mistake.at) else ("", "", mistake.at)
    file = other or mistake.file
    try:
        path.write_text(spoilt, encoding="utf-8", newline="")
        source = (folder / "data" / file).read_text(encoding="utf-8")
        line = line_of(source, wanted) if wanted else text.count("\n", 0, text.index(mistake.old)) + 1
        found = [problem for problem in problems_of(folder) if problem not in known]
    finally:
        path.write_text(text, encoding="utf-8", newline="")

    places = {(problem.code, problem.place.file, problem.place.line) for problem in found}
    assert (mistake.code, f"data/{file}", line) in places, found
    named = [one for one in found if (one.code, one.place.file, one.place.line) == (mistake.code, f"data/{file}", line)]
    assert named[0].place.column >= 1
    assert named[0].message


def test_there_are_enough():
    """At least eighty different mistakes, of at least half of all codes."""
    assert len(set(MISTAKES)) >= 80
    assert len({mistake.code for mistake in MISTAKES}) >= 45
