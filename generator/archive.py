"""A site as one ZIP file, for an intranet or a USB stick: the same site is the same bytes."""

from __future__ import annotations

import zipfile
from pathlib import Path

from generator.store import PublishError

_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a ZIP can hold: no clock, no time zone."""
_MODE = 0o100644 << 16
_STORED = {".png", ".jpg", ".jpeg", ".webp", ".gz", ".xlsx", ".ods", ".zip", ".woff2", ".parquet"}
"""Compressed already: packing them again takes time and gains nothing."""


def zip_site(site: Path, file: Path) -> int:
    """Write every file of a folder into a ZIP, in order, whole or not at all; gives how many. Raises PublishError."""
    beside = file.with_name(f".{file.name}.new")
    paths = sorted(path for path in site.rglob("*") if path.is_file())
    try:
        with zipfile.ZipFile(beside, "w") as archive:
            for path in paths:
                entry = zipfile.ZipInfo(f"{file.stem}/{path.relative_to(site).as_posix()}", _DATE)
                entry.external_attr = _MODE
                entry.create_system = 3  # as on Unix, on every system
                packed = path.suffix not in _STORED
                entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
                archive.writestr(entry, path.read_bytes(), compresslevel=6 if packed else None)
        beside.replace(file)
    except OSError as error:
        raise PublishError(f"{file} cannot be written: {error.strerror or error}") from None
    finally:
        beside.unlink(missing_ok=True)
    return len(paths)
