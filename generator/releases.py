"""Releases of a plan's data: files in `releases/` that are written once, read back, and never changed.

A release is one JSON file with one record a line (compressed from 5 MB on), so that people and version control can
read it; `index.json` lists the releases in order with the hash of each file, which shows any later change.
Files were chosen over tags of version control, since a plan's folder may travel without its history.
"""

from __future__ import annotations

import datetime
import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from generator import __version__
from generator.changes import History, history_of
from generator.check import load_sound_plan, without_collection
from generator.config import OWN_TEMPLATES, Config, load_config
from generator.load import IGNORED
from generator.model import BASES, Id
from generator.plan import Plan
from generator.problems import GeneratorError, UsageError, suggestion
from generator.snapshot import Records, Snapshot, content_hash, snapshot_of

FOLDER = "releases"
INDEX = "index.json"
COMPRESS_FROM = 5_000_000
MAX_BYTES = 1_000_000_000
"""The largest release that is read, uncompressed: a broken one must not fill the memory."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class ReleaseError(GeneratorError):
    """A release cannot be written, or one that was made is damaged."""


@dataclass(frozen=True)
class Listed:
    """A release as the index lists it."""

    id: str
    date: str
    note: str
    file: str
    sha256: str
    """Of the file, uncompressed."""
    records: str
    """Of its records alone, by which working data are recognised."""
    inputs: Mapping[str, str]
    """SHA-256 of every file that the site was made from, by its path in the plan's folder."""
    version: str


@dataclass(frozen=True)
class Made:
    """What `make_release` wrote."""

    snapshot: Snapshot
    path: Path


# --- the working data -------------------------------------------------------------------------------------------


def whole_plan(config: Config) -> Plan:
    """The checked plan with every basis. Raises DataError when it has an error."""
    everything = config.site.model_copy(update={"include_basis": BASES})
    return load_sound_plan(replace(config, site=everything))


def working_snapshot(config: Config, plan: Plan | None = None) -> Snapshot:
    """The working data as they would be released; `plan` is the checked plan where it holds every basis."""
    with without_collection():
        return snapshot_of(plan or whole_plan(config), config.site.include_basis)


def load_history(config: Config, plan: Plan) -> History:
    """How the plan of a site changed from release to release. Raises ReleaseError for a damaged release."""
    if not list_releases(config):
        return History()
    shows_all = set(config.site.include_basis) >= set(BASES)
    return history_of(
        read_releases(config), working_snapshot(config, plan if shows_all else None), config.site.include_basis
    )


def input_hashes(config: Config) -> dict[str, str]:
    """SHA-256 of every file that the site is made from: settings, data, prose, and templates of the plan's own."""
    folders = [config.data, config.content]
    if config.templates != OWN_TEMPLATES:
        folders.append(config.templates)
    files = {config.file, *(path for path in config.beside if path.is_file())}
    for other in (path for path in config.beside if path.is_dir()):
        files.add(other / config.file.name)
        folders.append(load_config(other / config.file.name).data)
    for folder in folders:
        files |= {path for path in folder.rglob("*") if path.is_file() and _counts(path.relative_to(folder))}
    hashes = {config.name_of(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return dict(sorted(hashes.items()))


def _counts(path: Path) -> bool:
    return path.parts[0] not in IGNORED and not any(part.startswith((".", "~$")) for part in path.parts)


# --- writing ----------------------------------------------------------------------------------------------------


def make_release(config: Config, name: str | None, note: str = "", date: str | None = None) -> Made:
    """Freeze the checked data as a release. `name` None takes its date, with `-2` and so on where that is taken.

    Raises DataError for errors in the data, UsageError for a name or date that cannot be, ReleaseError where one
    of that name is there or an earlier one is damaged.
    """
    listed = list_releases(config)
    for one in listed:
        read_release(config, one)
    snapshot = working_snapshot(config)
    day = _read_date(date or snapshot.date, listed)
    taken = {one.id for one in listed}
    if name is not None and name in taken:
        raise ReleaseError(f"the release '{name}' is there already; a release is never changed, choose another name")
    identity = _read_name(name) if name is not None else _next_name(day, taken)
    inputs = input_hashes(config)
    if listed and (listed[-1].inputs, listed[-1].version) == (inputs, __version__):
        raise UsageError(f"nothing has changed since the release '{listed[-1].id}'")
    snapshot = replace(snapshot, id=identity, date=day, note=note.strip())
    text = release_text(snapshot, inputs)
    folder = config.folder / FOLDER
    file = f"{identity}.json.gz" if len(text) > COMPRESS_FROM else f"{identity}.json"
    entry = Listed(
        identity, day, snapshot.note, file, _sha256(text), content_hash(snapshot.records), inputs, __version__
    )
    try:
        folder.mkdir(exist_ok=True)
        _write_once(folder / file, gzip.compress(text, mtime=0) if file.endswith(".gz") else text)
        _write(folder / INDEX, _index_text([*listed, entry]))
    except OSError as error:
        raise ReleaseError(f"the release cannot be written to '{FOLDER}': {error.strerror}") from None
    return Made(snapshot, folder / file)


def _read_name(name: str) -> str:
    try:
        found: str = TypeAdapter(Id).validate_python(name)
    except ValidationError as error:
        raise UsageError(str(error.errors()[0]["msg"])) from None
    if found == Path(INDEX).stem:
        raise UsageError(f"a release cannot be called '{found}': choose another name")
    return found


def _read_date(date: str, listed: Sequence[Listed]) -> str:
    """The day of a release: it must be given, and not be before that of the release before."""
    if not date:
        raise UsageError("the release needs a date: write as_of in plan.yml, or name it with --date 2020-06-30")
    if not _is_day(date):
        raise UsageError(f"'{date}' is not a day: write it as year-month-day, such as 2020-06-30")
    if listed and date < listed[-1].date:
        raise UsageError(f"the date {date} is before that of the last release ({listed[-1].id}, {listed[-1].date})")
    return date


def _is_day(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text)) and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _next_name(day: str, taken: Iterable[str]) -> str:
    used = set(taken)
    return next(name for n in range(1, 10**6) if (name := day if n == 1 else f"{day}-{n}") not in used)


def release_text(snapshot: Snapshot, inputs: Mapping[str, str]) -> bytes:
    """A release as JSON with one record a line, sorted: the same data are the same bytes."""
    parts: dict[str, Any] = {
        "release": {
            "id": snapshot.id,
            "date": snapshot.date,
            "note": snapshot.note,
            "generator": snapshot.version,
            "bases": list(snapshot.bases),
        },
        "inputs": inputs,
    }
    sections = [f'"{name}": {_lines(values, 1)}' for name, values in parts.items()]
    for name, groups in (("results", snapshot.results), ("records", snapshot.records)):
        inner = [f"{json.dumps(kind)}: {_lines(records, 2)}" for kind, records in sorted(groups.items())]
        sections.append(f'"{name}": {{\n' + ",\n".join(inner) + "\n}")
    return ("{\n" + ",\n".join(sections) + "\n}\n").encode()


def _lines(values: Mapping[str, Any], depth: int) -> str:
    """A map with one entry a line."""
    space = " " * depth
    inner = ",\n".join(f"{space}{_compact(key)}: {_compact(one)}" for key, one in sorted(values.items()))
    return "{\n" + inner + f"\n{space[1:]}}}" if inner else "{}"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _index_text(listed: Sequence[Listed]) -> bytes:
    return (json.dumps([vars(one) for one in listed], ensure_ascii=False, indent=1) + "\n").encode()


def _write_once(path: Path, content: bytes) -> None:
    """Write a file that must not be there; one with the same bytes is what an interrupted run left."""
    if path.exists() and path.read_bytes() != content:
        raise ReleaseError(f"'{FOLDER}/{path.name}' is there but not in {INDEX}: move it away, or choose another name")
    _write(path, content)


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)


# --- reading ----------------------------------------------------------------------------------------------------


def list_releases(config: Config) -> list[Listed]:
    """The releases as listed, the oldest first; none where none was made. Raises ReleaseError for a broken list."""
    path = config.folder / FOLDER / INDEX
    if not path.is_file():
        return []
    try:
        entries = json.loads(path.read_bytes())
        listed = [Listed(**entry) for entry in entries]
    except (OSError, ValueError, TypeError, RecursionError):
        listed = []
        entries = None
    names = [one.id for one in listed]
    fine = entries is not None and len(set(names)) == len(names) and all(_is_listed(one) for one in listed)
    if not fine:
        raise ReleaseError(f"'{FOLDER}/{INDEX}' is damaged: bring back the file as it was when the release was made")
    return listed


def _is_listed(one: Listed) -> bool:
    texts = (one.id, one.date, one.note, one.file, one.sha256, one.records, one.version)
    return (
        all(isinstance(text, str) for text in texts)
        and one.file in (f"{one.id}.json", f"{one.id}.json.gz")
        and re.fullmatch(r"[a-z0-9][a-z0-9-]*", one.id) is not None
        and _is_day(one.date)
        and isinstance(one.inputs, dict)
    )


def read_releases(config: Config) -> list[Snapshot]:
    """Every release, the oldest first. Raises ReleaseError that names a damaged one."""
    return [read_release(config, one) for one in list_releases(config)]


def find_release(config: Config, name: str) -> Snapshot:
    """A release by its name. Raises UsageError where there is none, ReleaseError where it is damaged."""
    listed = {one.id: one for one in list_releases(config)}
    if name not in listed:
        raise UsageError(f"there is no release '{name}'; {suggestion(name, listed) or 'none has been made'}")
    return read_release(config, listed[name])


def read_release(config: Config, listed: Listed) -> Snapshot:
    """A release as it was made. Raises ReleaseError when its file is missing or was changed."""
    path = config.folder / FOLDER / listed.file
    mend = "bring back the file as it was when the release was made"
    text = _content(path)
    if text is None:
        raise ReleaseError(f"the release '{listed.id}' is missing or damaged ('{FOLDER}/{listed.file}'): {mend}")
    if _sha256(text) != listed.sha256:
        where = f"'{FOLDER}/{listed.file}'"
        raise ReleaseError(f"the release '{listed.id}' was changed after it was made ({where}): {mend}")
    try:
        with without_collection():
            snapshot = _read(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ReleaseError(f"the release '{listed.id}' cannot be read ('{FOLDER}/{listed.file}'): {mend}") from None
    told = (snapshot.id, snapshot.date, snapshot.note, snapshot.version)
    if told != (listed.id, listed.date, listed.note, listed.version):
        raise ReleaseError(f"'{FOLDER}/{INDEX}' and the release '{listed.id}' contradict each other: {mend}")
    return snapshot


def _content(path: Path) -> bytes | None:
    """The bytes of a release, uncompressed; None where they cannot be read. Line ends are not part of the hash."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as file:
                text = file.read(MAX_BYTES)
        else:
            text = path.read_bytes()
    except (OSError, EOFError, ValueError):
        return None
    return text.replace(b"\r\n", b"\n")


def _read(value: Any) -> Snapshot:
    """A release from its JSON. Raises ValueError, KeyError, TypeError or AttributeError where it has another shape."""
    head = value["release"]
    records: Records = value["records"]
    for group in (records, value["results"]):
        for found in group.values():
            if not all(isinstance(one, dict) for one in found.values()):
                raise ValueError("a record is not a map")
    for kind in ("observations", "targets"):
        for key in records.get(kind, {}):
            if key.count(" ") < 2:
                raise ValueError("a number's key names an indicator, an area and a period")
    return Snapshot(
        records,
        value["results"],
        head["id"],
        head["date"],
        head["note"],
        tuple(head["bases"]),
        head["generator"],
    )


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
