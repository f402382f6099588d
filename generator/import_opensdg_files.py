"""Finds what an import needs in an Open SDG data repository: settings, numbers, translations and metadata."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from generator import scaffold
from generator.import_opensdg_words import Meta, Translations, id_of, read_meta
from generator.import_report import ImportReport
from generator.import_source import SourceFile, SourceTable, open_source, read_yaml_words, text_of
from generator.problems import DataError, Place, Problem, UsageError


def _wanted(name: str) -> bool:
    return bool(
        re.search(r"(^|/)(data|meta|indicator-config|translations|data-wide)/", name)
        and re.search(r"(?i)\.(csv|ya?ml|md)$", name)
    ) or bool(re.search(r"(^|/)config_data\.ya?ml$|(^|/)_config\.ya?ml$|(^|/)site_config\.ya?ml$", name))


def repository_files(source: Path) -> dict[str, SourceFile]:
    """The files of the repository, named from the folder that holds `data`."""
    files = open_source(source, _wanted)
    folders = {match[1] for name in files if (match := re.match(r"(.*?)data/[^/]*-[^/]*\.csv$", name, re.IGNORECASE))}
    if not folders:
        raise UsageError(f"'{source}' holds no data/indicator_*.csv; is it an Open SDG data repository?")
    top = min(folders, key=lambda one: (one.count("/"), one))
    return {
        name.removeprefix(top): SourceFile(name.removeprefix(top), file.content)
        for name, file in files.items()
        if name.startswith(top)
    }


def settings_of(files: Mapping[str, SourceFile], report: ImportReport) -> dict[str, Any]:
    """The settings of the source's own build, an empty map where there are none that can be read."""
    for name in ("config_data.yml", "config_data.yaml"):
        if name in files:
            try:
                value, _ = read_yaml_words(name, text_of(files[name])[0])
            except DataError as error:
                report.add("left", error.problems[0].place, "settings", "", error.problems[0].message)
                continue
            return value if isinstance(value, dict) else {}
    return {}


def data_fields(config: Mapping[str, Any]) -> dict[str, str]:
    """The names of the columns for unit and series, where the settings give them."""
    fields = config.get("data_fields")
    if not isinstance(fields, dict):
        return {}
    names = {"unit": fields.get("units"), "series": fields.get("series")}
    return {kind: name for kind, name in names.items() if isinstance(name, str) and name}


def data_files(
    files: Mapping[str, SourceFile], config: Mapping[str, Any], report: ImportReport
) -> dict[str, SourceFile]:
    """The file of numbers of each indicator; a second one for the same indicator is left behind."""
    found: dict[str, SourceFile] = {}
    for name, file in sorted(files.items(), key=lambda pair: ("indicator_" not in pair[0], pair[0])):
        path = PurePosixPath(name)
        if len(path.parts) != 2 or path.parts[0] != "data" or path.suffix.lower() != ".csv":
            if name.startswith("data/") and len(path.parts) == 2:
                report.add("left", Place(name), "file in data", "", "it is no CSV file")
            continue
        key = id_of(name)
        if key is None:
            report.add("left", Place(name), "file in data", "", "its name tells no indicator")
        elif key in found:
            report.add("left", Place(name), "file in data", "", f"{found[key].name} holds the same indicator")
        else:
            found[key] = file
    return dict(sorted(found.items(), key=lambda pair: natural(pair[0])))


def read_translations(
    files: Mapping[str, SourceFile],
    config: Mapping[str, Any],
    wanted: tuple[str, ...],
    skip_broken: bool,
    report: ImportReport,
    faults: list[Problem],
) -> Translations:
    """The texts of every language that the pages speak; other languages are noted as left behind."""
    names = [name for name in files if re.match(r"(?:.*/)?translations/[^/]+/[^/]+\.ya?ml$", name)]
    given = config.get("languages")
    listed = [str(code) for code in given] if isinstance(given, list) else []
    listed += [name.split("/")[-2] for name in names]
    spoken = {code: _spoken(code) for code in dict.fromkeys(listed)}
    found = list(dict.fromkeys(code for code in spoken.values() if code))
    languages = wanted or tuple(found) or ("en",)
    if not found and not wanted:
        words = f"the pages speak {', '.join(scaffold.LANGUAGES)}; texts stand as they are under {languages[0]}"
        report.add("changed", Place("config_data.yml"), "languages", ", ".join(listed) or "not stated", words)
    translations = Translations(languages)
    translations.main = _main_language(listed, spoken)
    if translations.main and found and not wanted:
        words = f"the pages do not speak {translations.main}; where nothing else is said, its words stand"
        report.add("changed", Place("config_data.yml"), "languages", ", ".join(listed), f"{words} under {languages[0]}")
    for name in sorted(names, key=lambda one: one.split("/")[-2] == translations.main):
        code = name.split("/")[-2]
        language = languages[0] if code == translations.main else spoken[code]
        if language not in languages:
            report.add("left", Place(name), "file of translations", "", f"the plan has no language {code}")
            continue
        try:
            value, _ = read_yaml_words(name, text_of(files[name])[0])
        except DataError as error:
            note_broken(error, report, skip_broken, faults)
            continue
        translations.add(language, PurePosixPath(name).stem, value)
        report.add("mapped", Place(name), "file of translations", "", f"texts in {language}")
    return translations


def _main_language(listed: Sequence[str], spoken: Mapping[str, str | None]) -> str:
    """The source's first language where the pages do not speak it: its texts stand where no other are."""
    return listed[0] if listed and spoken[listed[0]] is None else ""


def translation_files(folder: Path) -> dict[str, SourceFile]:
    """Files of translations that stand elsewhere, such as the texts that many repositories share, a folder or ZIP."""
    files = open_source(folder, lambda name: bool(re.search(r"(^|/)translations/[^/]+/[^/]+\.ya?ml$", name)))
    if not files:
        raise UsageError(f"'{folder}' holds no translations/LANGUAGE/*.yml")
    return {f"shared/{name}": SourceFile(f"shared/{name}", file.content) for name, file in files.items()}


def _spoken(code: str) -> str | None:
    """The language of the pages that a code of the source means: `zh-Hans` is `zh`, `en_GB` is `en`."""
    plain = re.split(r"[-_]", code.lower())[0]
    return plain if plain in scaffold.LANGUAGES else None


def read_metas(
    files: Mapping[str, SourceFile],
    translations: Translations,
    report: ImportReport,
    skip_broken: bool,
    faults: list[Problem],
) -> dict[str, Meta]:
    """Metadata by indicator, from `indicator-config` and `meta`; `meta/LANGUAGE` holds the same in another language."""
    plain: list[SourceFile] = []
    by_language: dict[str, list[SourceFile]] = {}
    for top in ("indicator-config/", "meta/"):
        for name, file in files.items():
            if not name.startswith(top) or not re.search(r"(?i)\.(ya?ml|md)$", name):
                continue
            parts = name.split("/")
            language = _spoken(parts[1]) if len(parts) == 3 else None
            if len(parts) == 2 or (len(parts) == 3 and parts[1] == translations.main):
                plain.append(file)
            elif language in translations.languages:
                by_language.setdefault(language, []).append(file)
            else:
                report.add("left", Place(name), "metadata of one language", "", "the plan has no such language")
    metas: dict[str, Meta] = {}
    for language in (None, *(code for code in translations.languages if code in by_language)):
        for file in by_language[language] if language else plain:
            try:
                found = read_meta([file], report)
            except DataError as error:
                note_broken(error, report, skip_broken, faults)
                continue
            for key, meta in found.items():
                known = metas.setdefault(key, Meta(file=meta.file))
                if language:
                    _in_language(known, meta, language, translations, report)
                else:
                    known.places |= meta.places
                    known.file = meta.file
                known.places = {**meta.places, **known.places}
                known.body = meta.body if not language and meta.body else known.body or meta.body
                known.fields = {**meta.fields, **known.fields} if language else {**known.fields, **meta.fields}
    return metas


def _in_language(known: Meta, meta: Meta, language: str, translations: Translations, report: ImportReport) -> None:
    """Take the texts of metadata in another language as translations of those in the first."""
    for name, value in meta.fields.items():
        first = known.fields.get(name)
        if isinstance(first, str) and isinstance(value, str) and first != value:
            translations.texts[language].setdefault(first, value)
            report.add("mapped", meta.place(name), f"field {name}", "", f"text in {language}")
    if known.body and meta.body:
        translations.texts[language].setdefault(known.body, meta.body)


def note_broken(error: DataError, report: ImportReport, skip_broken: bool, faults: list[Problem]) -> None:
    """A file that cannot be read: a fault, or with `skip_broken` a line of the report."""
    if not skip_broken:
        faults += error.problems
    for problem in error.problems:
        report.add("left", problem.place, "broken file", "", problem.message)


def note_table(table: SourceTable, report: ImportReport) -> None:
    if table.codepage:
        report.add("changed", Place(table.name), "encoding", "", "was no UTF-8; read as Windows-1252")
    if not table.columns:
        report.add("left", Place(table.name), "file of numbers", "", "it is empty")
    elif not table.rows:
        report.add("left", Place(table.name), "file of numbers", "", "it has headings and no rows")


def is_published(key: str, meta: Meta | None, report: ImportReport) -> bool:
    if meta is not None and str(meta.fields.get("published", "true")).lower() in ("false", "no"):
        report.add("left", meta.place("published"), "indicator", key, "the source does not publish it")
        return False
    return True


def file_of(data: Mapping[str, SourceFile], key: str) -> str:
    return data[key].name if key in data else f"meta/{key}.yml"


def natural(key: str) -> list[tuple[int, int, str]]:
    """Ids in the order in which people count: 2 before 10, letters after numbers."""
    parts = re.findall(r"\d+|[a-z]+", key)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]
