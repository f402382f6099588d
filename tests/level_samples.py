"""A plan of three levels, written for a test: provinces, cities and counties, each with invented values."""

from __future__ import annotations

from pathlib import Path

_HAN = "安宝昌东丰阜光海和华嘉江金靖开康兰乐临隆明南宁平清荣瑞山胜水"
_SETTINGS = """site_name: {en: Levels, zh: 三级地区}
site_url: https://example.org/levels/
languages: [en, zh]
features: {png: false}
"""
_PLAN = """id: levels
title: {en: A plan of three levels, zh: 三级地区计划}
area: land
issuer: office
period: {start: 2018, end: 2020}
as_of: '2021-01-01'
sources: [rule]
"""
_INDICATORS = """- id: trees
  title: {en: Trees, zh: 树木}
  unit: {en: trees, zh: 棵}
  direction: up
  headline: true
  sources: [rule]
- id: noise
  title: {en: Noise, zh: 噪声}
  unit: {en: dB, zh: 分贝}
  direction: down
  sources: [rule]
"""


def names(number: int) -> tuple[str, str]:
    """The English and the Chinese name of a place: a few letters that differ from place to place."""
    letters = "BCDFGHKLMNPRSTVWZ"
    english = f"{letters[number % 17]}{'aeiou'[number % 5]}{letters[number // 17 % 17].lower()}on {number}"
    return english, f"{_HAN[number % 30]}{_HAN[number // 30 % 30]}"


def write_levels(folder: Path, provinces: int = 3, cities: int = 10, counties: int = 10) -> Path:
    """A plan with so many provinces, cities in each and counties in each of these; gives the path of its settings."""
    rows, areas = ["indicator,area,period,value,source"], ["- {id: land, title: {en: Land, zh: 全国}, kind: country}"]

    def add(key: str, kind: str, parent: str, word: tuple[str, str]) -> None:
        number = len(areas)
        english, chinese = names(number)
        areas.append(
            f"- {{id: {key}, title: {{en: {english} {word[0]}, zh: {chinese}{word[1]}}}, kind: {kind}, "
            f"parent: {parent}}}"
        )
        rows.extend(f"trees,{key},{year},{100 + number * 7 % 90 + year - 2018},rule" for year in (2018, 2019, 2020))
        if kind != "county":
            rows.append(f"noise,{key},2020,{40 + number % 20},rule")

    for p in range(1, provinces + 1):
        add(f"p{p}", "province", "land", ("Province", "省"))
        for c in range(1, cities + 1):
            add(f"p{p}-c{c}", "city", f"p{p}", ("City", "市"))
            for x in range(1, counties + 1):
                add(f"p{p}-c{c}-x{x}", "county", f"p{p}-c{c}", ("County", "县"))
    data = folder / "data"
    data.mkdir(parents=True)
    (folder / "site_config.yml").write_text(_SETTINGS, encoding="utf-8")
    for name, text in {
        "plan.yml": _PLAN,
        "areas.yml": "\n".join(areas) + "\n",
        "indicators.yml": _INDICATORS,
        "observations.csv": "\n".join(rows) + "\n",
        "sources.yml": "- {id: rule, title: {en: A rule, zh: 规则}}\n",
        "organisations.yml": "- {id: office, title: {en: Office, zh: 办公室}, kind: government, area: land}\n",
        "tasks.yml": "- {id: plant, number: '1', title: {en: Plant, zh: 种树}, indicators: [trees, noise]}\n",
    }.items():
        (data / name).write_text(text, encoding="utf-8")
    return folder / "site_config.yml"
