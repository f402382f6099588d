"""The releases that stand beside a served folder, and the step that puts another one in its place.

Beside the folder `plan` stands `.plan.releases`: a whole site a publication, such as `0007-2020-06-30-1f2e3d4c5b6a`
(number, release, first digits of the manifest's SHA-256), a list of what was served in order, and a lock. `plan` is a
link to one of them or, where links cannot be made, the site itself. Whatever is interrupted, the served folder is a
whole release, and `recover` removes what was left half done.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from generator.problems import GeneratorError, UsageError, suggestion
from generator.verify import MANIFEST, sha256

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

NAME = re.compile(r"(?P<number>\d{4,})-(?P<release>[a-z0-9-]+)-(?P<digest>[0-9a-f]{12})")
MARKER = "policy-explorer.json"
"""A file that every site made by this program holds."""
LOG = "served.txt"
LOCK = "lock"
PREVIEW = "preview"
"""The name of what is not released."""
_UNFINISHED = (".new-", ".gone-", ".link-")


class PublishError(GeneratorError):
    """A site is not published, for a reason that is said; the served one stays."""


class Store:
    """The publications of one served folder. Nothing is changed outside `locked`."""

    def __init__(self, site: Path, links: bool = True) -> None:
        """`links` False never makes a symbolic link, for hosts and shares that do not follow them."""
        self.site = Path(os.path.abspath(site))  # noqa: PTH100 -- not resolve(): the folder itself may be a link
        self.folder = self.site.with_name(f".{self.site.name}.releases")
        # Windows cannot put one link to a folder in the place of another in one step.
        self.links = links and os.name != "nt"

    # --- looking ---

    def names(self) -> list[str]:
        """Every publication that stands in the store, the oldest first; the one served as a plain folder is not."""
        if not self.folder.is_dir():
            return []
        return sorted((path.name for path in self.folder.iterdir() if NAME.fullmatch(path.name)), key=number_of)

    def current(self) -> str | None:
        """The publication that is served; None where there is none. Raises UsageError for a folder of others."""
        if self.site.is_symlink():
            target = self.site.parent / self.site.readlink()
            if target.parent != self.folder or not NAME.fullmatch(target.name):
                raise UsageError(f"{self.site} is a link to elsewhere ({target}); choose another folder")
            return target.name if target.is_dir() else None
        if not self.site.exists():
            return None
        if not self.site.is_dir():
            raise UsageError(f"{self.site} is a file; choose a folder")
        if not any(self.site.iterdir()):
            return None
        if not (self.site / MARKER).is_file():
            raise UsageError(f"{self.site} exists and was not made by policy-explorer; choose another or remove it")
        digest = _digest(self.site)
        stored = self.names()
        served = [name for name in self._log() if name.endswith(digest)]
        apart = [name for name in served if name not in stored]
        return (apart or served or [self._next_name("built", digest)])[-1]

    def path(self, name: str) -> Path:
        """Where a publication stands now."""
        return self.site if name == self.current() else self.folder / name

    def earlier(self, wanted: str | None = None) -> str:
        """The publication to go back to: the one before the served one, or by release, number or name.

        Raises UsageError where there is none.
        """
        current = self.current()
        kept = [name for name in self.names() if name != current]
        if wanted is None:
            before = [name for name in kept if current is None or number_of(name) < number_of(current)]
            if not before:
                raise UsageError("there is no earlier publication to go back to (see --keep)")
            return before[-1]
        for name in reversed(kept):
            if wanted in (name, release_in(name)) or (wanted.isdigit() and int(wanted) == number_of(name)):
                return name
        if current is not None and wanted in (current, release_in(current)):
            raise UsageError(f"'{wanted}' is what is served now")
        hint = suggestion(wanted, {release_in(name) for name in kept}) or "none is kept"
        raise UsageError(f"no publication of '{wanted}' is kept; {hint}")

    def _log(self) -> list[str]:
        with suppress(OSError):
            lines = (self.folder / LOG).read_text(encoding="utf-8").splitlines()
            return [line for line in lines if NAME.fullmatch(line)]
        return []

    def _next_name(self, release: str, digest: str) -> str:
        known = [number_of(name) for name in (*self.names(), *self._log())]
        return f"{max(known, default=0) + 1:04d}-{release}-{digest}"

    # --- changing ---

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else publishes meanwhile; what an interrupted run left is mended first. Raises PublishError.

        The system gives the lock back when a program ends, however it ends.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / LOCK).open("a+b") as file:
            if not _lock(file):
                file.seek(0)
                who = file.read(20).decode("ascii", "replace").strip()
                raise PublishError(f"somebody is publishing to {self.site} just now (process {who or 'unknown'})")
            file.truncate(0)
            file.write(f"{os.getpid()}\n".encode())
            file.flush()
            self.recover()
            yield

    def recover(self) -> None:
        """Remove what an interrupted run left, and finish a switch that it had begun."""
        for path in list(self.folder.iterdir()):
            if path.name.startswith(_UNFINISHED):
                _remove(path)
        for name in self.names():
            digest = _digest(self.folder / name)
            if not name.endswith(digest):  # exchanged with the served folder, but not yet renamed
                known = [one for one in self._log() if one.endswith(digest) and one not in self.names()]
                (self.folder / name).rename(self.folder / (known or [self._next_name("built", digest)])[-1])
        served = self._log()
        for name in self.names() if served else ():
            if name not in served and name != self.current():
                _remove_whole(self.folder, name)  # adopted, and never served
        if self.current() is None and not (self.site.exists() and not self.site.is_symlink()):
            stored = self.names()
            known = [name for name in self._log() if name in stored] or stored
            if known:
                self.switch(known[-1])

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """An empty folder on the disk of the store; whatever is left in it is removed."""
        folder = Path(tempfile.mkdtemp(prefix=".new-", dir=self.folder))
        try:
            yield folder
        finally:
            _remove(folder)

    def adopt(self, built: Path, release: str) -> str:
        """Take a finished site into the store, by renaming it; gives its name. It is not served yet."""
        name = self._next_name(release or PREVIEW, _digest(built))
        built.chmod(0o755)
        built.rename(self.folder / name)
        return name

    def switch(self, name: str) -> None:
        """Serve this publication from now on. Raises PublishError where the system does not allow it."""
        before = self.current()
        if before == name:
            return
        self._note(before, name)
        linked = self.site.is_symlink()
        link = self._link_to(name) if self.links or linked else None
        if link is not None and (linked or not self.site.exists()):
            link.replace(self.site)
        elif link is not None and before is not None:
            self._exchange(link, before)
        elif before is not None:
            self._exchange(self.folder / name, before)
        else:
            if self.site.is_symlink():
                self.site.unlink()
            elif self.site.exists():
                self.site.rmdir()  # an empty folder that was made for the site
            (link or self.folder / name).replace(self.site)

    def _link_to(self, name: str) -> Path | None:
        """A link beside the served folder that leads to a publication; None where links cannot be made."""
        link = self.folder / f".link-{os.getpid()}"
        with suppress(FileNotFoundError):
            link.unlink()
        try:
            link.symlink_to(Path(self.folder.name) / name, target_is_directory=True)
        except (OSError, NotImplementedError) as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
                raise
            return None
        return link

    def _exchange(self, new: Path, before: str) -> None:
        """Put `new` in the place of the served folder, and that one into the store under its name."""
        if exchange(new, self.site):
            new.rename(self.folder / before)
            return
        # Two steps, between which nothing is served: the system has neither links nor an exchange.
        self.site.rename(self.folder / before)
        new.rename(self.site)

    def _note(self, *names: str | None) -> None:
        """Write down what is served, before it is, so that an interrupted switch can be finished."""
        kept = {*self.names(), *names}
        lines = [name for name in self._log() if name in kept]
        lines += [name for name in names if name is not None and name not in lines[-1:]]
        write_whole(self.folder / LOG, "".join(f"{line}\n" for line in lines).encode())

    def prune(self, keep: int) -> list[str]:
        """Remove all but the served publication and `keep` earlier ones; gives the names of what was removed."""
        current = self.current()
        others = [name for name in self.names() if name != current]
        gone = others[: max(0, len(others) - keep)]
        for name in gone:
            _remove_whole(self.folder, name)
        return gone


def number_of(name: str) -> int:
    """The number of a publication."""
    return int(name.partition("-")[0])


def release_in(name: str) -> str:
    """The release that a publication holds."""
    found = NAME.fullmatch(name)
    return found["release"] if found else ""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f".new-{path.name}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _digest(site: Path) -> str:
    try:
        return sha256((site / MANIFEST).read_bytes())[:12]
    except OSError:
        return "0" * 12


def _remove_whole(folder: Path, name: str) -> None:
    """Remove a publication under another name, so that one half removed is never taken for a release."""
    away = folder / f".gone-{name}"
    (folder / name).rename(away)
    _remove(away)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _lock(file: BinaryIO) -> bool:
    """Take the lock of an open file; False where another program has it."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


_AT_FDCWD = -100
_EXCHANGE = 2
"""RENAME_EXCHANGE of Linux (renameat2) and RENAME_SWAP of macOS (renamex_np) are the same number."""


def exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where the system cannot. Raises OSError where it may not."""
    if sys.platform == "win32":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    names = (os.fsencode(one), os.fsencode(other))
    if hasattr(library, "renameat2"):
        code = library.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _EXCHANGE)
    elif hasattr(library, "renamex_np"):
        code = library.renamex_np(*names, _EXCHANGE)
    else:
        return False
    if code == 0:
        return True
    error = ctypes.get_errno()
    if error in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(error, os.strerror(error), str(other))
