"""Open SDG metadata: translations, and what each field of an indicator becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from pydantic_core import PydanticCustomError

from generator import model as m
from generator.import_opensdg_names import is_worldwide, worldwide_name
from generator.import_report import ImportReport
from generator.import_said import in_each
from generator.import_source import SourceFile, read_front_matter, read_yaml_words, text_of
from generator.plan_write import Slugs, Words, plain_text
from generator.problems import Place

GOALS: Mapping[str, Mapping[int, str]] = {
    "en": dict(enumerate((
        "No poverty", "Zero hunger", "Good health and well-being", "Quality education", "Gender equality",
        "Clean water and sanitation", "Affordable and clean energy", "Decent work and economic growth",
        "Industry, innovation and infrastructure", "Reduced inequalities", "Sustainable cities and communities",
        "Responsible consumption and production", "Climate action", "Life below water", "Life on land",
        "Peace, justice and strong institutions", "Partnerships for the goals",
    ), 1)),
    "zh": dict(enumerate((
        "无贫穷", "零饥饿", "良好健康与福祉", "优质教育", "性别平等", "清洁饮水和卫生设施", "经济适用的清洁能源",
        "体面工作和经济增长", "产业、创新和基础设施", "减少不平等", "可持续城市和社区", "负责任消费和生产", "气候行动",
        "水下生物", "陆地生物", "和平、正义与强大机构", "促进目标实现的伙伴关系",
    ), 1)),
    "fr": dict(enumerate((
        "Pas de pauvreté", "Faim « zéro »", "Bonne santé et bien-être", "Éducation de qualité",
        "Égalité entre les sexes", "Eau propre et assainissement", "Énergie propre et d’un coût abordable",
        "Travail décent et croissance économique", "Industrie, innovation et infrastructure", "Inégalités réduites",
        "Villes et communautés durables", "Consommation et production responsables",
        "Mesures relatives à la lutte contre les changements climatiques", "Vie aquatique", "Vie terrestre",
        "Paix, justice et institutions efficaces", "Partenariats pour la réalisation des objectifs",
    ), 1)),
}  # fmt: skip
"""The goals' short names as the United Nations print them, where the source does not name them itself."""

_ID = re.compile(r"(?:indicator_)?([0-9A-Za-z]+(?:[-.][0-9A-Za-z]+)+)$")
_KEY = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)+")
_UNIT = re.compile(
    r"(?i)(percent(age)?|per cent|%|PT|PERCENT|prozent|procent|pourcentage|porcentaje|百分比|百分之)(\s*\(%\))?"
)


def id_of(name: str) -> str | None:
    """The indicator that a file is about: `indicator_1-1-1.csv` is about `1-1-1`; None where it is about none."""
    stem = re.sub(r"\.(csv|ya?ml|md)$", "", PurePosixPath(name).name, flags=re.IGNORECASE)
    match = _ID.match(stem.strip(" -"))
    return match[1].lower().replace(".", "-") if match else None


@dataclass
class Meta:
    """What the source says about one indicator: fields by name with their places, and the text below them."""

    fields: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    body: str = ""
    file: str = ""
    used: set[str] = field(default_factory=set)

    def take(self, *names: str) -> str:
        """The text of the first of these fields that has one; all of them count as used where they say it."""
        for name in names:
            value = self.fields.get(name)
            if isinstance(value, str) and value.strip():
                self.used.add(name)
                return value.strip()
        return ""

    def place(self, name: str) -> Place:
        """Where a field stands, else the top of the file."""
        return self.places.get(name, Place(self.file or "meta"))


def read_meta(files: Sequence[SourceFile], report: ImportReport) -> dict[str, Meta]:
    """Metadata by indicator from YAML and Markdown files; of a field in several files the later one counts."""
    metas: dict[str, Meta] = {}
    for file in files:
        text, codepage = text_of(file)
        if codepage:
            report.add("changed", Place(file.name), "encoding", "", "was no UTF-8; read as Windows-1252")
        if file.name.lower().endswith(".md"):
            fields, lines, body = read_front_matter(file.name, text)
        else:
            value, lines = read_yaml_words(file.name, text)
            fields, body = (value, "") if isinstance(value, dict) else ({}, "")
            if value is not None and not isinstance(value, dict):
                report.add("left", Place(file.name), "metadata file", "", "it is no map of fields")
        key = id_of(file.name) or ""
        number = fields.get("indicator_number") or fields.get("indicator")
        if isinstance(number, str) and id_of(number) and not re.match(r"\d", key):
            key = id_of(number) or key
        if not key:
            report.add("left", Place(file.name), "metadata file", "", "its name tells no indicator")
            continue
        meta = metas.setdefault(key, Meta())
        meta.file = meta.file or file.name
        meta.fields |= {name: value for name, value in fields.items() if not _says_nothing(value)}
        meta.places |= {name: Place(file.name, line) for name, line in lines.items()}
        meta.body = _unmarked(body) or meta.body
        if not fields:
            report.add("left", Place(file.name), "metadata file", "", "it is empty")
    return metas


_COLUMN_FILES: Mapping[str, Sequence[str]] = {
    "series": ("Series", "SERIES"),
    "unit": ("Units", "UNIT_MEASURE", "Unit measure", "Unit"),
    "multiplier": ("Unit multiplier", "UNIT_MULT"),
    "code": ("GeoCode", "REF_AREA"),
}
"""Files of translations for the columns that are no breakdown; a breakdown has a file of its own name."""
CODES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("sex", "F"): {"en": "Female", "fr": "Femmes", "zh": "女"},
    ("sex", "M"): {"en": "Male", "fr": "Hommes", "zh": "男"},
    ("urbanisation", "U"): {"en": "Urban", "fr": "Zones urbaines", "zh": "城镇"},
    ("urbanisation", "R"): {"en": "Rural", "fr": "Zones rurales", "zh": "农村"},
    ("unit", "NUMBER"): {"en": "Number", "fr": "Nombre", "zh": "个"},
    ("unit", "INDEX"): {"en": "Index", "fr": "Indice", "zh": "指数"},
    ("unit", "RATIO"): {"en": "Ratio", "fr": "Rapport", "zh": "比率"},
}
"""Codes of the United Nations' data structure for the goals that files use without saying what they mean."""


def _says_nothing(value: Any) -> bool:
    return value in (None, [], {}) or (isinstance(value, str) and value.strip().casefold() in ("", "none", "n/a"))


def _unmarked(text: str) -> str:
    """A text of Markdown without its marks: an address stands in brackets behind its words."""
    text = re.sub(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)", r"\1 (\2)", text)
    return re.sub(r"(\*\*|__|\*)(?=\S)(.+?)(?<=\S)\1", r"\2", text)


class Translations:
    """Texts by language and dotted key; a value of the source may be such a key, or a word of the group `data`."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.languages = tuple(languages)
        self.texts: dict[str, dict[str, str]] = {language: {} for language in languages}
        self.unresolved: set[str] = set()
        self.main = ""
        """The source's first language as it spells it, where the pages do not speak it."""
        self.columns: Mapping[str, Sequence[str]] = _COLUMN_FILES

    def add(self, language: str, group: str, value: Any) -> None:
        """Take in one file: nested maps, read with `-` and with `.` between the levels."""
        if language not in self.texts or not isinstance(value, dict):
            return
        self._flatten(language, (group,), value)

    def _flatten(self, language: str, path: tuple[str, ...], value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                self._flatten(language, (*path, key), inner)
        elif isinstance(value, str) and value.strip():
            for key in (f"{path[0]}.{'-'.join(path[1:])}", ".".join(path)):
                self.texts[language].setdefault(key, value.strip())

    def find(self, key: str, language: str, column: str = "") -> str | None:
        """The text of a key in a language, None where there is none; values of a column also by the column's file."""
        known = self.texts[language]
        groups = (*self.columns.get(column.casefold(), (column,)), "data") if column else ("data",)
        names = (key, *(name for group in groups for name in (f"{group}.{key}", f"{group}.{key.lower()}")))
        found = next((known[name] for name in names if name in known), None)
        return found or (CODES.get((column.casefold(), key), {}).get(language) if column else None)

    def text(self, value: str, column: str = "") -> Words | None:
        """A value by language: translated where it is a key, as it stands in the first language where it is not."""
        texts = {language: found for language in self.languages if (found := self.find(value, language, column))}
        if not texts and _KEY.fullmatch(value):
            self.unresolved.add(value)
            return None
        texts.setdefault(self.languages[0], value)
        cleaned = {language: plain_text(texts[language]) for language in self.languages if language in texts}
        cleaned = {language: text for language, text in cleaned.items() if text}
        return cleaned or None


def unit_text(value: str, translations: Translations, column: str = "") -> Words | None:
    """A unit by language; every spelling of per cent alone is the sign."""
    if _UNIT.fullmatch(value.strip()):
        return {translations.languages[0]: "%"} | dict.fromkeys(translations.languages[1:], "%")
    found = translations.text(value, column)
    return {code: "%" if _UNIT.fullmatch(text) else text for code, text in found.items()} if found else None


_TITLES = (
    "indicator_name", "indicator_available", "graph_title", "SDG_INDICATOR", "SDG_INDICATOR__GLOBAL", "indicator_title",
    "title",
)  # fmt: skip
_DEFINITIONS = (
    "national_indicator_available", "indicator_available", "national_indicator_description", "indicator_definition",
    "STAT_CONC_DEF", "page_content", "SDG_INDICATOR_INFO", "data_notice_text",
)  # fmt: skip
_METHODS = (
    "computation_definitions", "computation_calculations", "DATA_COMP", "method", "comments_limitations",
    "COLL_METHOD", "REC_USE_LIM", "other_info", "data_footnote", "footnote",
)  # fmt: skip
_NOTED = {*_TITLES, *_DEFINITIONS, *_METHODS, "reporting_status"}
"""Fields of which the report speaks where they are read."""
_NAMED_ELSEWHERE = {
    "indicator", "indicator_number", "indicator_sort_order", "sdg_goal", "goal", "goal_number", "goal_name",
    "target_id", "target_number", "target", "target_name", "layout", "permalink", "published", "lang",
    "SDG_GOAL", "SDG_GOAL__GLOBAL", "SDG_TARGET", "SDG_TARGET__GLOBAL",
}  # fmt: skip
_NOT_SAID = ("notstarted", "inprogress", "notapplicable", "nonstat")
"""States of reporting that stand as a sentence in the method."""


def without_number(text: str, number: str) -> str:
    """A title without its own number, which stands apart: `Indicator 1.2.1: Poverty` is `Poverty`."""
    start = rf"(?i)^(indicator|indicateur|indicador|target|cible|meta)?\s*:?\s*{re.escape(number)}\s*[:.–—-]?\s+"
    return re.sub(start, "", text).strip() or text


def start_values(meta: Meta) -> dict[str, str]:
    """The breakdown that the source opens a page with: value by column."""
    listed = meta.fields.get("data_start_values")
    found = {}
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and isinstance(one.get("field"), str) and isinstance(one.get("value"), str):
            meta.used.add("data_start_values")
            found[one["field"]] = one["value"]
    return found


def _title(key: str, meta: Meta, translations: Translations, report: ImportReport) -> tuple[Words, str]:
    """The title of an indicator and the field that it is from, empty where it is from none."""
    for name in _TITLES:
        value = meta.fields.get(name)
        if isinstance(value, str) and value.strip() and (title := translations.text(value)):
            report.add("mapped", meta.place(name), f"field {name}", "", "title of the indicator")
            meta.used.add(name)
            return title, name
    place = meta.place("indicator_name")
    if is_worldwide(meta.fields, "indicators", key) and (
        title := worldwide_name("indicators", key, translations.languages)
    ):
        told = "the source names it by its place alone; our short name stands (--translations names its own)"
        report.add("changed", place, "title of an indicator", key, told)
        meta.used.add("indicator_name")
        return title, ""
    report.add("changed", place, "title of an indicator", key, "none found; its number stands")
    return in_each("indicator", translations.languages, number=key.replace("-", ".")), ""


def indicator_record(key: str, meta: Meta, translations: Translations, report: ImportReport) -> Words:
    """What the metadata give for the record of an indicator; unit, dimensions and decimals come with the numbers."""
    number = key.replace("-", ".")
    record: Words = {"id": key}
    title, used = _title(key, meta, translations, report)
    record["title"] = {code: without_number(text, number) for code, text in title.items()}
    record["number"] = number
    for target, names in (("definition", _DEFINITIONS), ("method", _METHODS)):
        if text := _joined(names, meta, translations, report, target, used):
            record[target] = text
    status = meta.take("reporting_status").lower().replace(" ", "")
    if meta.take("data_non_statistical").lower() == "true":
        status = "nonstat"
    if meta.body:
        text = translations.text(meta.body)
        if text and "definition" not in record:
            record["definition"] = text
        elif text and text != record["definition"]:
            record["method"] = _together(record.get("method"), text)
        report.add("mapped", Place(meta.file), "text of the page", "", "definition or method, as plain text")
    if status in _NOT_SAID:
        record["method"] = _together(record.get("method"), in_each(status, translations.languages))
        name = "data_non_statistical" if status == "nonstat" else "reporting_status"
        report.add("mapped", meta.place(name), f"field {name}", status, "a sentence in the method")
    elif status:
        report.add("mapped", meta.place("reporting_status"), "field reporting_status", status, "the values say it")
    return record


def _joined(
    names: Sequence[str], meta: Meta, translations: Translations, report: ImportReport, target: str, used: str
) -> Words | None:
    """The texts of several fields one after another; HTML goes, and the report says so."""
    joined: Words | None = None
    for name in names:
        value = meta.fields.get(name)
        if name == used or not isinstance(value, str) or not (text := translations.text(value)):
            continue
        meta.used.add(name)
        changed = plain_text(value) != " ".join(value.split()) and not _KEY.fullmatch(value)
        report.add(
            "changed" if changed else "mapped", meta.place(name), f"field {name}", "",
            f"{target} of the indicator" + (", as plain text" if changed else ""),
        )  # fmt: skip
        if joined is None or any(text.get(code, "") not in joined.get(code, "") for code in text):
            joined = _together(joined, text)
    return joined


def _together(first: Words | None, second: Words) -> Words:
    if first is None:
        return dict(second)
    return {
        code: " ".join(texts[code] for texts in (first, second) if code in texts)
        for code in dict.fromkeys([*first, *second])
    }


_OF_A_SOURCE = {
    "active", "organisation", "organization", "name", "url", "url_text", "title", "data", "compilation", "periodicity",
    "earliest_available", "release_date", "next_release", "geographical_coverage", "statistical_classification",
    "other_info",
}  # fmt: skip
"""What of a source goes into its record."""


def sources_of(meta: Meta, translations: Translations, known: dict[str, Words], ids: Slugs) -> list[str]:
    """The ids of the sources that an indicator names; their records go into `known`. Contacts are left."""
    entries: list[dict[str, str]] = []
    numbered: dict[str, dict[str, str]] = {}
    for name, value in meta.fields.items():
        match = re.fullmatch(r"source_(\w+?)_(\d+)", name)
        if match and isinstance(value, str):
            numbered.setdefault(match[2], {})[match[1]] = value
            if match[1] in _OF_A_SOURCE:
                meta.used.add(name)
    entries += [one for _, one in sorted(numbered.items(), key=lambda pair: int(pair[0]))]
    listed = meta.fields.get("sources")
    if isinstance(listed, dict):
        listed = list(listed.values())
    if isinstance(listed, list):
        meta.used.add("sources")
        for one in listed:
            if isinstance(one, dict):
                entries.append({re.sub(r"^source_|_\d+$", "", k): v for k, v in one.items() if isinstance(v, str)})
    found = []
    for entry in entries:
        if entry.get("active", "true").lower() in ("false", "no", "0"):
            continue
        if (record := _source(entry, translations)) is None:
            continue
        mark = repr(sorted(record.items(), key=str))
        if mark not in known:
            words = " ".join([next(iter(record["title"].values())), *list(record.get("publisher", {}).values())[:1]])
            known[mark] = {"id": ids.new(words, "source"), **record}
        found.append(known[mark]["id"])
    return list(dict.fromkeys(found))


def _source(entry: Mapping[str, str], translations: Translations) -> Words | None:
    named = (entry.get(name, "") for name in ("organisation", "organization", "name", "compilation"))
    organisation = next(filter(None, named), "")
    url = entry.get("url", "").strip()
    titles = (entry.get("url_text"), entry.get("title"), entry.get("data"), organisation, url)
    words = next((found for title in titles if title and title.strip() and (found := translations.text(title))), None)
    if words is None:
        return None
    record: Words = {"title": words}
    if organisation and (publisher := translations.text(organisation)):
        record["publisher"] = publisher
    if re.fullmatch(r"https?://[^\s<>\"'`{}|\\^]+", url):
        record["url"] = url
    notes = [
        f"{label}: {plain_text(entry[name])}."
        for name, label in (
            ("periodicity", "Periodicity"),
            ("earliest_available", "Available from"),
            ("release_date", "Released"),
            ("next_release", "Next release"),
            ("geographical_coverage", "Coverage"),
            ("statistical_classification", "Classification"),
            ("other_info", "More"),
        )
        if entry.get(name, "").strip()
    ]
    if notes:
        record["note"] = {translations.languages[0]: " ".join(notes)}
    return record


def direction_and_targets(meta: Meta, report: ImportReport, end: int) -> tuple[str, list[tuple[str, str, str, str]]]:
    """Direction (`up`, `down`, `none`) and targets (series, unit, period, value) from the settings of charts."""
    direction, targets = "none", []
    options = meta.fields.get("progress_calculation_options")
    for option in options if isinstance(options, list) else []:
        if not isinstance(option, dict):
            continue
        meta.used.add("progress_calculation_options")
        said = str(option.get("direction", "")).lower()
        direction = {"positive": "up", "negative": "down"}.get(said, direction)
        if said and said not in ("positive", "negative"):
            report.add(
                "left", meta.place("progress_calculation_options"), "direction", said, "it is none that is known"
            )
        if option.get("target"):
            year = str(option.get("target_year") or option.get("end_year") or end)
            targets.append((str(option.get("series", "")), str(option.get("unit", "")), year, str(option["target"])))
    lines = meta.fields.get("graph_target_lines")
    for option in lines if isinstance(lines, list) else []:
        if isinstance(option, dict) and option.get("value"):
            meta.used.add("graph_target_lines")
            year = str(option.get("endpoint") or end)
            targets.append((str(option.get("series", "")), str(option.get("unit", "")), year, str(option["value"])))
    kept = []
    for series, unit, year, value in targets:
        try:
            m.read_number(value)
        except PydanticCustomError:
            report.add("left", meta.place("graph_target_lines"), "target", value, "it is no number")
            continue
        if not re.fullmatch(r"\d{4}", year.removesuffix(".0")):
            report.add("left", meta.place("graph_target_lines"), "target", value, f"'{year}' is no year")
            continue
        kept.append((series, unit, year.removesuffix(".0"), value))
        report.add("mapped", meta.place("graph_target_lines"), "target", value, f"target for {year}")
    return direction, kept


def leave_the_rest(meta: Meta, report: ImportReport) -> None:
    """Note every field of the metadata that nothing was made of."""
    for name in meta.fields:
        if name in _NAMED_ELSEWHERE:
            report.add(
                "mapped", meta.place(name), f"field {name}", "", "place of the indicator among goals and targets"
            )
        elif name in meta.used:
            if name not in _NOTED:
                report.add("mapped", meta.place(name), f"field {re.sub(r'_[0-9]+$', '', name)}")
        else:
            report.add(
                "left", meta.place(name), f"field {re.sub(r'_[0-9]+$', '', name)}", "", "the plan has no field for it"
            )
