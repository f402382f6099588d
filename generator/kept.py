"""Bytes that are kept in the cache by what they are made of, so that they are made once. A damaged one is made anew."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def kept(folder: Path | None, parts: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
    """What `make` gives, which depends on `parts` alone; `folder` None keeps nothing."""
    if folder is None:
        return make()
    place = folder / hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:40]
    with contextlib.suppress(OSError):
        mark, _, content = place.read_bytes().partition(b"\n")
        if mark == hashlib.sha256(content).hexdigest().encode():
            return content
    content = make()
    with contextlib.suppress(OSError):  # a cache that cannot be written is passed over
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        Path(name).replace(place)
    return content
