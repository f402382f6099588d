"""Makes plans of any size: `python benchmarks/plans.py FOLDER [--pages N] [--languages en,zh] [--seed N]`.

A country with provinces, cities and counties, an office for each of them, aspects with tasks, and indicators, one of
which is measured everywhere and shown on every area's page. Everything is invented and says so: each number is
`illustrative`, each task too, and the one source is the rule that made them. Names are put together from syllables.
The same size, languages and seed give the same bytes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

YEARS = range(2016, 2021)
EVERYWHERE = 6
"""So many indicators are measured in every area; the first of them is a headline, and so drawn on every area's page."""
OF_PROVINCES = 7
"""Each so many indicators is measured in every province too, the others only in the whole."""
FIXED = 22
"""Pages that every plan has: home, lists, tools, search, prose."""


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SYLLABLES = _split("""
    al bar cor dun el fen gar hol in jor kel lan mor nor ost pel quen ros sel tar ul ven wes yar zel brin
    cald dorn esk farr glen harn isk
""")
_HAN = "安宝昌东丰阜光海和华嘉江金靖开康兰乐临隆明南宁平清荣瑞山胜水泰通万文兴阳永源长正中州庄安岭川桥林泉田湖溪石云"
_WORDS = _split("""
    water school clinic road bridge farm river forest library market harbour station workshop laboratory
    housing energy heating waste traffic training archive network service standard survey permit grant loan
    subsidy inspection repair purchase exchange storage care safety quality supply
""")
_VERBS = _split("""
    build repair extend connect open review publish support train inspect modernise renew protect share
""")
_HAN_WORDS = _split("""
    供水 学校 诊所 公路 桥梁 农场 河流 森林 图书馆 市场 港口 车站 车间 实验室 住房 能源 供暖
    垃圾 交通 培训 档案 网络 服务 标准 调查 许可 补助 贷款 补贴 检查 维修 采购 交流 仓储
    养老 安全 质量 供应
""")
_HAN_VERBS = _split("""
    建设 修复 延伸 连接 开放 评估 公布 支持 培训 检查 改造 更新 保护 共享
""")
_NUMERALS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Size:
    """How many records of each kind a plan has."""

    provinces: int
    cities: int
    counties: int
    aspects: int
    tasks: int
    indicators: int
    organisations: int

    @property
    def areas(self) -> int:
        return 1 + self.provinces + self.cities + self.counties


def size_of(pages: int) -> Size:
    """Records for about so many pages a language; at 10,000 about 3,000 areas and 100,000 observations."""
    areas = max(4, pages * 3 // 10)
    provinces = max(2, min(31, areas // 6))
    cities = max(1, areas // 10)
    indicators = max(EVERYWHERE + 2, pages // 25)
    aspects = max(2, pages // 125)
    offices = areas
    rest = pages - FIXED - areas - offices - 2 * indicators - aspects
    counties, tasks = areas - 1 - provinces - cities, max(4, rest + indicators)
    return Size(provinces, cities, counties, aspects, tasks, indicators, offices)


class Words:
    """Draws names and sentences in two languages; the same draw gives both."""

    def __init__(self, seed: int, languages: Sequence[str]) -> None:
        self.chance = random.Random(seed)
        self.languages = languages
        self._taken: set[str] = set()

    def text(self, english: str, chinese: str) -> str:
        """A text as YAML, in the languages of the plan."""
        both = {"en": english, "zh": chinese}
        found = [both[code] for code in self.languages]
        if len(found) == 1:
            return _quoted(found[0])
        return "{" + ", ".join(f"{code}: {_quoted(both[code])}" for code in self.languages) + "}"

    def place(self, english: str, chinese: str) -> tuple[str, str]:
        """A name that no other place of the plan has."""
        while True:
            name = "".join(self.chance.choices(_SYLLABLES, k=3)).capitalize()
            han = "".join(self.chance.choices(_HAN, k=3))
            if name not in self._taken and han not in self._taken:
                self._taken |= {name, han}
                return f"{name} {english}", han + chinese

    def deed(self) -> tuple[str, str]:
        """What a task does, such as `repair bridges and roads`."""
        verb, (first, second) = self.chance.randrange(len(_VERBS)), self.chance.sample(range(len(_HAN_WORDS)), 2)
        return (f"{_VERBS[verb].capitalize()} {_WORDS[first]} and {_WORDS[second]}",
                f"{_HAN_VERBS[verb]}{_HAN_WORDS[first]}和{_HAN_WORDS[second]}")  # fmt: skip

    def paragraph(self, sentences: int) -> tuple[str, str]:
        """Sentences about nothing: an example of how long texts are, not of what they say."""
        english, chinese = [], []
        for _ in range(sentences):
            verb = self.chance.randrange(len(_VERBS))
            a, b, c = (self.chance.randrange(len(_HAN_WORDS)) for _ in range(3))
            english.append(f"As an example, offices {_VERBS[verb]} the {_WORDS[a]} of each place, report on its "
                           f"{_WORDS[b]} once a year and hear those who use its {_WORDS[c]}.")  # fmt: skip
            chinese.append(
                f"例如，各地{_HAN_VERBS[verb]}{_HAN_WORDS[a]}，每年报告{_HAN_WORDS[b]}的情况，并听取使用{_HAN_WORDS[c]}的群众的意见。"
            )
        return " ".join(english), "".join(chinese)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _numeral(number: int) -> str:
    return "".join(_NUMERALS[int(digit)] for digit in str(number))


@dataclass(frozen=True)
class Place:
    """An area before it is written."""

    id: str
    kind: str
    parent: str | None
    names: tuple[str, str]
    tile: tuple[int, int] | None = None


def places(size: Size, words: Words) -> list[Place]:
    """The whole, then each province with its cities, each city with its counties."""
    found = [Place("nation", "country", None, ("Example country", "样例国"))]
    provinces = [f"p{number:02}" for number in range(1, size.provinces + 1)]
    cities = [f"c{number:03}" for number in range(1, size.cities + 1)]
    per_city = [size.counties // size.cities + (place < size.counties % size.cities) for place in range(size.cities)]
    counties = iter(range(1, size.counties + 1))
    for place, province in enumerate(provinces):
        tile = (place % 7 + 1, place // 7 + 1)
        found.append(Place(province, "province", "nation", words.place("Province", "省"), tile))
        for number, city in enumerate(cities):
            if number % size.provinces != place:
                continue
            found.append(Place(city, "city", province, words.place("City", "市")))
            for _ in range(per_city[number]):
                found.append(Place(f"x{next(counties):04}", "county", city, words.place("County", "县")))
    return found


def files(
    pages: int, languages: Sequence[str] = ("en",), seed: int = 1, settings: str = ""
) -> Iterator[tuple[str, str]]:
    """Path and text of every file of a plan. `settings` is added to `site_config.yml`."""
    size, words = size_of(pages), Words(seed, languages)
    areas = places(size, words)
    offices = [(f"office-{area.id}", area) for area in areas[: size.organisations]]
    yield (
        "site_config.yml",
        (
            f"site_name: {words.text('Benchmark (invented data)', '测速（虚构数据）')}\n"
            "site_url: https://example.org/benchmark/\n"
            f"languages: [{', '.join(languages)}]\n"
            f"publish: {{allow_basis: [official, derived, illustrative]}}\n{settings}"
        ),
    )
    yield "data/plan.yml", _plan(words, languages)
    yield (
        "data/areas.yml",
        "".join(
            f"- {{id: {area.id}, title: {words.text(*area.names)}, kind: {area.kind}"
            f"{f', parent: {area.parent}' if area.parent else ''}"
            f"{f', tile: {list(area.tile)}' if area.tile else ''}}}\n"
            for area in areas
        ),
    )
    yield (
        "data/organisations.yml",
        "".join(
            f"- {{id: {name}, title: {words.text('Office of ' + area.names[0], area.names[1] + '办公室')}, "
            f"area: {area.id}{f', parent: office-{area.parent}' if area.parent else ''}}}\n"
            for name, area in offices
        ),
    )
    yield (
        "data/sources.yml",
        (
            f"- {{id: rule, title: {words.text('Rule that made the numbers of this example', '生成本样例数据的规则')}, "
            f"note: {words.text('Nothing here was measured.', '这里没有任何实测数据。')}}}\n"
        ),
    )
    yield (
        "data/aspects.yml",
        "".join(
            f"- {{id: a{number}, number: '{number}', title: {words.text(*_numbered(words.deed(), number))}, "
            f"summary: {words.text(*words.paragraph(1))}, {_INVENTED}, note: {words.text(*_WHY)}}}\n"
            for number in range(1, size.aspects + 1)
        ),
    )
    names = [f"i{number:03}" for number in range(1, size.indicators + 1)]
    yield "data/indicators.yml", "".join(_indicator(words, place, name, size) for place, name in enumerate(names))
    for aspect in range(1, size.aspects + 1):
        tasks = range(aspect, size.tasks + 1, size.aspects)
        yield f"data/tasks/a{aspect}.yml", "".join(_task(words, number, aspect, names, offices) for number in tasks)
    observations, targets = _numbers(words.chance, names, areas)
    yield "data/observations/illustrative.csv", observations
    yield "data/targets/illustrative.csv", targets


_INVENTED = "basis: illustrative, sources: [rule]"
_WHY = ("Invented for a measurement of speed.", "为测速而虚构。")


def _numbered(names: tuple[str, str], number: int) -> tuple[str, str]:
    return f"{names[0]} ({number})", f"{names[1]}（{_numeral(number)}）"


def _plan(words: Words, languages: Sequence[str]) -> str:
    stages = "".join(
        f"  - {{id: s{year}, title: {words.text(f'Stage {year}', f'{year}年阶段')}, period: '{year}'}}\n"
        for year in (2019, 2020)
    )
    summary = ("A plan that was invented to measure how fast its site is built.", "为测量网站生成速度而虚构的计划。")
    return (
        f"id: benchmark\ntitle: {words.text('Example plan (invented)', '样例计划（虚构）')}\nissuer: office-nation\n"
        "period: {start: 2017, end: 2020, baseline: 2016}\n"
        f"stages:\n{stages}area: nation\n"
        f"area_kinds:\n  country: {words.text('Country', '国家')}\n"
        f"summary: {words.text(*summary)}\nlanguages: [{', '.join(languages)}]\nas_of: 2021-01-31\nsources: [rule]\n"
    )


def _indicator(words: Words, place: int, name: str, size: Size) -> str:
    return (
        f"- {{id: {name}, title: {words.text(*_numbered(words.deed(), place + 1))}, "
        f"unit: {words.text('points', '分')}, "
        f"definition: {words.text(*words.paragraph(1))}, direction: up, decimals: 1, range: {{min: 0, max: 1000}}, "
        f"aspect: a{place % size.aspects + 1}, frequency: A, {'headline: true, ' if not place else ''}"
        "lead: office-nation, sources: [rule]}\n"
    )


def _task(
    words: Words, number: int, aspect: int, indicators: Sequence[str], offices: Sequence[tuple[str, Place]]
) -> str:
    lead, supporting = words.chance.sample(offices, 2)
    english, chinese = words.paragraph(6), words.paragraph(6)
    bodies = {"en": f"{english[0]}\n\n- {chinese[0]}", "zh": f"{english[1]}\n\n- {chinese[1]}"}
    text = "".join(
        f"    {code}: |\n" + "".join(f"      {line}\n" if line else "\n" for line in bodies[code].split("\n"))
        for code in words.languages
    )
    return (
        f"- id: t{number}\n  number: '{number}'\n  aspect: a{aspect}\n"
        f"  title: {words.text(*_numbered(words.deed(), number))}\n  summary: {words.text(*words.paragraph(1))}\n"
        f"  text:\n{text}  basis: illustrative\n  note: {words.text(*_WHY)}\n  sources: [rule]\n"
        f"  lead: [{lead[0]}]\n  supporting: [{supporting[0]}]\n  areas: [{lead[1].id}]\n"
        f"  indicators: [{', '.join(indicators[(2 * number + place) % len(indicators)] for place in (0, 1))}]\n"
    )


def _numbers(chance: random.Random, names: Sequence[str], areas: Sequence[Place]) -> tuple[str, str]:
    """Observations of every year; targets of both stages for the whole and the provinces."""
    observations, targets = ["indicator,area,period,value,basis,source"], ["indicator,area,period,value,basis,source"]
    for place, name in enumerate(names):
        for area in areas:
            above = area.kind in ("country", "province")
            if not (place < EVERYWHERE or area.kind == "country" or (above and place % OF_PROVINCES == 0)):
                continue
            value = chance.uniform(50, 100)
            for year in YEARS:
                observations.append(f"{name},{area.id},{year},{value:.1f},illustrative,rule")
                value *= chance.uniform(0.99, 1.08)
            if above:
                targets += [f"{name},{area.id},{year},{value * (1 + step / 50):.1f},illustrative,rule"
                            for step, year in enumerate((2019, 2020))]  # fmt: skip
    return "\n".join(observations) + "\n", "\n".join(targets) + "\n"


def write_plan(folder: Path, pages: int, languages: Sequence[str] = ("en",), seed: int = 1, settings: str = "") -> Path:
    """Write a plan of about so many pages a language; gives its settings file."""
    for name, text in files(pages, languages, seed, settings):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    for code in languages:
        prose = {"en": "# About\n\nInvented for a measurement of speed.\n", "zh": "# 关于\n\n为测速而虚构。\n"}[code]
        path = folder / "content" / code / "about.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(prose, encoding="utf-8", newline="\n")
    return folder / "site_config.yml"


def facts(folder: Path) -> Mapping[str, Any]:
    """What a plan that was written holds: observations and areas."""
    rows = (folder / "data/observations/illustrative.csv").read_text(encoding="utf-8").count("\n") - 1
    return {"observations": rows, "areas": (folder / "data/areas.yml").read_text(encoding="utf-8").count("\n")}


def main() -> None:
    """Write one plan."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=1000, help="pages a language, about")
    parser.add_argument("--languages", default="en", help="en, zh or both, the first is the default")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print(write_plan(chosen.folder, chosen.pages, chosen.languages.split(","), chosen.seed))


if __name__ == "__main__":
    main()
