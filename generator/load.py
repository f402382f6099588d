"""Reads everything in the data folder as raw records; it knows file names, not meanings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from generator.config import Config
from generator.model import MAP_RECORDS, NUMBER_RECORDS, TEXT_RECORDS
from generator.problems import Place, Problem, suggestion
from generator.textfiles import CsvFile, JsonFile, Record, YamlFile, read_csv, read_json, read_yaml

IGNORED = {"README.md", "sources"}
"""What may stand in the data folder without being read: the editors' guide and the original documents."""


class Feature(NamedTuple):
    """A feature of a GeoJSON file, with its position there."""

    value: dict[str, Any]
    file: JsonFile
    number: int

    def place(self, *path: str | int) -> Place:
        """The place of what is at `path` inside the feature."""
        return self.file.place("features", self.number, *path)


@dataclass
class Records:
    """All raw records of a plan. `plan` is None when `plan.yml` could not be read."""

    plan: Record | None = None
    maps: dict[str, list[Record]] = field(default_factory=dict)
    """The other files of one map, by name: one record, or none where the file is left out."""
    texts: dict[str, list[Record]] = field(default_factory=dict)
    tables: dict[str, list[CsvFile]] = field(default_factory=dict)
    features: list[Feature] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """Lists of which a part could not be read, so that an id may be missing for that reason alone."""
    problems: list[Problem] = field(default_factory=list)


def load_records(config: Config) -> Records:
    """Read every file of `config.data`; faults of form are in `problems`, nothing is raised for them."""
    records = Records(texts={kind: [] for kind in TEXT_RECORDS}, tables={kind: [] for kind in NUMBER_RECORDS})
    if not config.data.is_dir():
        name = config.name_of(config.data)
        records.problems.append(
            Problem(Place(config.file.name), "no-data", f"there is no folder '{name}'", "set data: to the data folder")
        )
        return records
    for path in sorted(config.data.iterdir()):
        if path.name.startswith((".", "~$")) or path.name in IGNORED:
            continue
        if not _leads_out(config, path, records):
            _load_entry(config, path, records)
    if records.plan is None and not any(p.place.file.endswith("plan.yml") for p in records.problems):
        place = Place(config.name_of(config.data / "plan.yml"))
        records.problems.append(
            Problem(place, "no-plan", "there is no plan.yml", "write at least id, title, issuer, area")
        )
    return records


def _leads_out(config: Config, path: Path, records: Records) -> bool:
    """Whether a link leads out of the data folder (or in a circle), which is reported."""
    try:
        outside = not path.resolve().is_relative_to(config.data.resolve())
    except (OSError, RuntimeError):  # a link that leads to itself
        outside = True
    if outside:
        place = Place(config.name_of(path))
        records.problems.append(
            Problem(place, "outside-link", "the link leads out of the data folder", "put the file itself here")
        )
    return outside


def _load_entry(config: Config, path: Path, records: Records) -> None:
    """Read one file of the data folder, or a folder of files of one kind."""
    kind, ending = path.stem, path.suffix
    if path.name == "geo" and path.is_dir():
        for shapes in _files_in(config, path, ".geojson", records):
            _load_shapes(config, shapes, records)
    elif path.name == "plan.yml" or (kind in MAP_RECORDS and ending == ".yml"):
        _load_map(config, path, records)
    elif (kind in TEXT_RECORDS and ending == ".yml") or (path.is_dir() and path.name in TEXT_RECORDS):
        for file_path in [path] if ending else _files_in(config, path, ".yml", records):
            words, problems = read_yaml(file_path, config.name_of(file_path), config.max_bytes)
            problems = problems or _list_problems(words)
            records.problems += problems
            records.texts[kind] += words.records() if isinstance(words.value, list) else []
            if problems:
                records.unread.add(kind)
    elif (kind in NUMBER_RECORDS and ending == ".csv") or (path.is_dir() and path.name in NUMBER_RECORDS):
        for file_path in [path] if ending else _files_in(config, path, ".csv", records):
            table, problems = read_csv(file_path, config.name_of(file_path), config.max_bytes)
            records.problems += problems
            if table.columns:
                records.tables[kind].append(table)
    else:
        of_words = ("plan", *MAP_RECORDS, *TEXT_RECORDS)
        known = [*(f"{name}.yml" for name in of_words), *(f"{name}.csv" for name in NUMBER_RECORDS)]
        records.problems.append(
            Problem(
                Place(config.name_of(path)),
                "unknown-file",
                f"'{path.name}' is not a file of the data contract",
                _where_it_belongs(path, known),
            )
        )


def _where_it_belongs(path: Path, known: list[str]) -> str:
    """What a file that is none of the contract may have been meant as."""
    if path.name in ("geo", *TEXT_RECORDS, *NUMBER_RECORDS):
        return f"{path.name} is the name of a folder; a file has an ending, such as tasks.yml"
    return suggestion(path.name, known, limit=0) or "rename it, or move it out of the data folder"


def _load_map(config: Config, path: Path, records: Records) -> None:
    """Read a file that holds one map."""
    file, problems = read_yaml(path, config.name_of(path), config.max_bytes)
    records.problems += problems
    if isinstance(file.value, dict):
        record = Record(file, file.value, ())
        if path.stem == "plan":
            records.plan = record
        else:
            records.maps[path.stem] = [record]
    elif not problems and (file.value is not None or path.stem == "plan"):
        records.problems.append(Problem(Place(file.name), "wrong-type", f"{path.name} must be one map of fields"))


def _files_in(config: Config, folder: Path, ending: str, records: Records) -> list[Path]:
    """The files of a folder in name order; anything of another ending is reported."""
    files = []
    for path in sorted(folder.iterdir()):
        if _leads_out(config, path, records):
            continue
        if path.suffix == ending:
            files.append(path)
        elif not path.name.startswith((".", "~$")) and path.name != "README.md":
            message = f"'{path.name}' is not a {ending} file"
            records.problems.append(
                Problem(Place(config.name_of(path)), "unknown-file", message, "rename it, or move it out of the folder")
            )
    return files


def _list_problems(file: YamlFile) -> list[Problem]:
    """What keeps a YAML file from being a list of maps."""
    if file.value is None:
        return []
    if not isinstance(file.value, list):
        return [
            Problem(
                file.place((), ()),
                "wrong-type",
                "the file must be a list of records",
                "start each record with '- id: ...'",
            )
        ]
    return [
        Problem(file.place((index,), ()), "wrong-type", "a record must be a map of fields", "write '- id: ...'")
        for index, item in enumerate(file.value)
        if not isinstance(item, dict)
    ]


def _load_shapes(config: Config, path: Path, records: Records) -> None:
    """Read the features of a GeoJSON file; what each must hold is judged in `check_shapes.py`."""
    file, problems = read_json(path, config.name_of(path), config.max_bytes)
    records.problems += problems
    if problems:
        return
    features = file.value.get("features") if isinstance(file.value, dict) else None
    if not isinstance(features, list):
        message = "the file is not a GeoJSON FeatureCollection"
        records.problems.append(Problem(file.place(), "bad-geojson", message, "export it again as GeoJSON"))
        return
    for index, feature in enumerate(features):
        if isinstance(feature, dict):
            records.features.append(Feature(feature, file, index))
        else:
            place = file.place("features", index)
            records.problems.append(Problem(place, "bad-geojson", "a feature must be a map", "export the file again"))
