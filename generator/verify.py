"""Tells whether a copy of a site is what was built: every file has the SHA-256 that its `manifest.json` names.

It needs nothing of the generator but this module, so that it starts at once and can be used anywhere.
"""

from __future__ import annotations

import hashlib
import json
import re
import urllib.error
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urljoin, urlsplit

from generator.problems import GeneratorError

MANIFEST = "manifest.json"
SIGNATURE = "manifest.json.minisig"
HOST_FILES = ("_redirects", "redirects.map", ".nojekyll")
"""Files for the host, which many hosts read and do not hand out."""
MAX_BYTES = 512 * 1024**2
"""The largest file that is fetched: a wrong address must not fill the memory."""
TIMEOUT = 30.0
"""Seconds to wait for a host."""
FETCHERS = 8

_PATH = re.compile(r"(?!.*(^|/)\.{1,2}(/|$))[^/\\\x00-\x1f:]+(/[^/\\\x00-\x1f:]+)*")
_SHA = re.compile(r"[0-9a-f]{64}")

Fault = Literal["altered", "missing", "added", "unread"]


class ManifestError(GeneratorError):
    """A site has no manifest, or one that was altered."""


@dataclass(frozen=True)
class Manifest:
    """What a site is made of. `release` is empty for data that are not released."""

    release: str
    date: str
    plan: str
    bases: tuple[str, ...]
    version: str
    inputs: Mapping[str, str]
    """SHA-256 of every file that the site was made from."""
    files: Mapping[str, str]
    """SHA-256 of every file of the site but the manifest and its signature, by its path."""
    digest: str = ""
    """SHA-256 of the manifest's own bytes; empty until it is written."""

    @property
    def kept_files(self) -> frozenset[str]:
        """Files that others may hold the address of: data, pictures, embedded pages, feeds.

        Not pages, the two files that go with each (`index.json`, `index.md`), and what only pages load (`assets/`).
        """
        return frozenset(
            path
            for path in self.files
            if not _is_page(path)
            and not path.endswith(("/index.json", "/index.md"))
            and "assets" not in path.split("/")[:2]
        )

    @property
    def pages(self) -> frozenset[str]:
        """The address of every page, from the site's root: `en/tasks/08/`, empty for the first one."""
        return frozenset(path.removesuffix("index.html") for path in self.files if _is_page(path))


@dataclass(frozen=True, order=True)
class Difference:
    """A file of a copy that is not as it was built."""

    path: str
    fault: Fault
    reason: str = ""


def _is_page(path: str) -> bool:
    return path == "index.html" or path.endswith("/index.html")


def sha256(content: bytes) -> str:
    """The SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- the manifest as a file -------------------------------------------------------------------------------------


def manifest_text(manifest: Manifest) -> bytes:
    """The manifest as JSON, one file a line, sorted; its last entry is the SHA-256 of all before it."""
    body = _body(manifest)
    return (body + f',\n"sha256": "{sha256(body.encode())}"\n}}\n').encode()


def _body(manifest: Manifest) -> str:
    head: dict[str, Any] = {
        "format": 1,
        "generator": manifest.version,
        "plan": manifest.plan,
        "release": manifest.release or None,
        "date": manifest.date or None,
        "bases": list(manifest.bases),
    }
    parts = [f"{_json(name)}: {_json(value)}" for name, value in head.items()]
    for name, hashes in (("inputs", manifest.inputs), ("files", manifest.files)):
        lines = ",\n".join(f" {_json(path)}: {_json(value)}" for path, value in sorted(hashes.items()))
        parts.append(f'"{name}": {{\n{lines}\n}}' if lines else f'"{name}": {{}}')
    return "{\n" + ",\n".join(parts)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def read_manifest(content: bytes) -> Manifest:
    """A manifest from its bytes. Raises ManifestError where they are not exactly as they were written."""
    broken = ManifestError(f"{MANIFEST} was altered or is damaged: it is not as the generator wrote it")
    try:
        found = json.loads(content)
        manifest = Manifest(
            found["release"] or "",
            found["date"] or "",
            found["plan"],
            tuple(found["bases"]),
            found["generator"],
            dict(found["inputs"]),
            dict(found["files"]),
            sha256(content),
        )
        whole = manifest_text(manifest)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise broken from None
    # Written anew it must be the same bytes, or something stands in it that no hash covers.
    fine = all(_PATH.fullmatch(path) and _SHA.fullmatch(one) for path, one in manifest.files.items())
    if whole != content or not fine:
        raise broken
    return manifest


def manifest_of(site: Path) -> Manifest:
    """The manifest of a folder. Raises ManifestError where there is none or it is damaged."""
    try:
        return read_manifest((site / MANIFEST).read_bytes())
    except OSError:
        raise ManifestError(f"there is no {MANIFEST} in {site}: was the site made by policy-explorer?") from None


# --- comparing --------------------------------------------------------------------------------------------------


def files_of(site: Path) -> dict[str, Path]:
    """Every file below a folder by its path from there, in order; not the manifest, its signature and a repository."""
    found = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*")) if not path.is_dir()}
    return {
        name: path for name, path in found.items() if name not in (MANIFEST, SIGNATURE) and not name.startswith(".git/")
    }


def verify_site(site: Path, manifest: Manifest | None = None) -> list[Difference]:
    """What differs in a folder from its manifest; nothing where it is unaltered."""
    manifest = manifest or manifest_of(site)
    there = files_of(site)
    found = [Difference(path, "added") for path in there.keys() - manifest.files.keys()]
    for path, wanted in manifest.files.items():
        if path not in there:
            found.append(Difference(path, "missing"))
            continue
        try:
            if sha256_of(there[path]) != wanted:
                found.append(Difference(path, "altered"))
        except OSError as error:
            found.append(Difference(path, "unread", error.strerror or ""))
    return sorted(found)


Fetch = Callable[[str], bytes]
"""Gives the bytes at an address. Raises OSError, with the HTTP status as its code where there is one."""


def fetch(url: str) -> bytes:
    """What a host hands out for an address, without compression. Raises OSError."""
    import urllib.request  # noqa: PLC0415 -- a build needs no network, nor all that belongs to it

    request = urllib.request.Request(  # noqa: S310 -- verify_url allows http and https only
        url, headers={"Accept-Encoding": "identity", "User-Agent": "policy-explorer verify"}
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 -- as above
        content: bytes = answer.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise OSError(f"is larger than {MAX_BYTES // 1024**2} MiB")
    return content


def verify_url(url: str, get: Fetch = fetch) -> tuple[Manifest, bytes, list[Difference]]:
    """What differs at a web address from the manifest there; files that no manifest names cannot be seen from afar.

    Gives the manifest, its bytes (for a signature) and the differences. Raises ManifestError.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise ManifestError(f"{url} is no web address: write it with https:// or http://")
    base = url if url.endswith("/") else f"{url}/"
    try:
        content = get(urljoin(base, MANIFEST))
    except OSError as error:
        raise ManifestError(f"there is no {MANIFEST} at {base}: {_reason(error)}") from None
    manifest = read_manifest(content)
    with ThreadPoolExecutor(FETCHERS) as pool:
        found = pool.map(lambda item: _compare(base, item[0], item[1], get), manifest.files.items())
        return manifest, content, sorted(one for one in found if one is not None)


def _compare(base: str, path: str, wanted: str, get: Fetch) -> Difference | None:
    try:
        content = get(urljoin(base, quote(path)))
    except urllib.error.HTTPError as error:
        missing = error.code in (403, 404, 410)
        error.close()
        if missing and path in HOST_FILES:
            return None
        return Difference(path, "missing") if missing else Difference(path, "unread", f"HTTP {error.code}")
    except OSError as error:
        return Difference(path, "unread", _reason(error))
    return None if sha256(content) == wanted else Difference(path, "altered")


def _reason(error: OSError) -> str:
    if isinstance(error, urllib.error.HTTPError):
        error.close()
    return str(getattr(error, "reason", "") or error.strerror or error)


TWINS = ("index.md", "index.json")
"""What each page is besides HTML: its text and its facts, without menu and foot."""


def page_changes(before: Manifest | None, after: Manifest) -> dict[str, list[str]]:
    """`added`, `changed` and `removed` addresses of pages, in order, then the other files under `files_...`.

    `frames` are pages of which only what stands around their text differs: the foot of each names the release, and
    menus name the pages, so that otherwise every update would seem to change them all.
    """
    old = before.files if before else {}
    new = after.files
    sorts: dict[str, Iterable[str]] = {
        "added": new.keys() - old.keys(),
        "changed": (path for path in new.keys() & old.keys() if new[path] != old[path]),
        "removed": old.keys() - new.keys(),
    }
    found = {name: found for kind, paths in sorts.items() for name, found in _apart(kind, sorted(paths))}
    frames = {address for address in found["changed"] if _says_the_same(address.removeprefix("/"), old, new)}
    found["changed"] = [address for address in found["changed"] if address not in frames]
    return {**found, "frames": sorted(frames)}


def _says_the_same(address: str, old: Mapping[str, str], new: Mapping[str, str]) -> bool:
    return all(old.get(f"{address}{name}", "") == new.get(f"{address}{name}") for name in TWINS)


def _apart(kind: str, paths: list[str]) -> Iterator[tuple[str, list[str]]]:
    yield kind, sorted(path.removesuffix("index.html") or "/" for path in paths if _is_page(path))
    yield f"files_{kind}", [path for path in paths if not _is_page(path)]
