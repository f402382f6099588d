"""Folders that hold the same files: what stands in one, making one follow another, putting a finished one in place.

A site has ten thousand files, of which an update changes a hundred. So nothing here costs more than a look at each
name, and what is equal stays: files are hard links to each other where the file system has them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from generator.store import exchange

Stamp = tuple[int, int]
"""Size and time of change of a file."""
ODD: Stamp = (-1, -1)
"""The stamp of what is no plain file, such as a link: it is never as it should be."""


def stamps(folder: Path) -> dict[str, Stamp]:
    """Every file below a folder by its path with slashes; nothing where there is no such folder."""
    found: dict[str, Stamp] = {}
    _look(str(folder), "", found, [])
    return found


def _look(folder: str, inside: str, found: dict[str, Stamp], folders: list[str]) -> None:
    """Gather files, and folders after those they stand in."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        name = inside + entry.name
        if entry.is_dir(follow_symlinks=False):
            folders.append(name)
            _look(entry.path, f"{name}/", found, folders)
        elif entry.is_symlink():
            found[name] = ODD
        else:
            seen = entry.stat()
            found[name] = seen.st_size, seen.st_mtime_ns


def follow(tree: Path, model: Path, files: Mapping[str, Stamp]) -> None:
    """Make `tree` hold exactly `files` of `model`; what it has with the same stamp stays.

    Raises OSError where a file of the model cannot be read.
    """
    found: dict[str, Stamp] = {}
    folders: list[str] = []
    _look(str(tree), "", found, folders)
    wanted = [name for name, stamp in files.items() if found.get(name) != stamp]
    for name in [name for name in found if files.get(name) != found[name]]:
        (tree / name).unlink()
    needed = {""}
    for name in files:
        folder = name.rpartition("/")[0]
        while folder not in needed:
            needed.add(folder)
            folder = folder.rpartition("/")[0]
    for folder in reversed(folders):
        if folder not in needed:
            (tree / folder).rmdir()
    made = set(folders) & needed
    tree.mkdir(parents=True, exist_ok=True)
    for name in wanted:
        folder = name.rpartition("/")[0]
        if folder not in made:
            (tree / folder).mkdir(parents=True, exist_ok=True)
            made.add(folder)
        link(f"{model}{os.sep}{name}", f"{tree}{os.sep}{name}")


def link(source: str, target: str) -> None:
    """The same file under another name: a hard link, or a copy of the same time where that cannot be."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def put_in_place(model: Path, files: Mapping[str, Stamp], spare: Path, output: Path) -> None:
    """Make `output` hold `files` of `model`, from one moment to the next.

    It is done in `spare`, which changes places with `output` and so follows more quickly the next time. Where they
    cannot change places (another disk, a mounted folder), a copy is made beside the output.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    try:
        if spare.parent.stat().st_dev == output.parent.stat().st_dev:
            follow(spare, model, files)
            spare.chmod(0o755)
            if not output.exists():
                spare.rename(output)
                return
            if exchange(spare, output):
                return
    except OSError:  # the spare folder is as good as none
        pass
    shutil.rmtree(spare, ignore_errors=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{output.name}.new-", dir=output.parent))
    try:
        follow(beside, model, files)
        swap(beside, output)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def swap(staging: Path, output: Path) -> None:
    """Put a finished folder in the place of the old one; the old one is removed only afterwards."""
    staging.chmod(0o755)
    old = output.with_name(f".{output.name}.old-{os.getpid()}")
    if output.exists():
        output.rename(old)
    try:
        staging.rename(output)
    except OSError:
        with suppress(OSError):
            old.rename(output)
        raise
    shutil.rmtree(old, ignore_errors=True)
