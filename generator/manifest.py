"""Makes `manifest.json` of a built site: its release, what it was made from, and the SHA-256 of every file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from generator import __version__
from generator.config import Config
from generator.model import BASES
from generator.plan import Plan
from generator.releases import Listed, input_hashes, list_releases, whole_plan
from generator.snapshot import content_hash, records_of
from generator.verify import Manifest, manifest_text


def site_manifest(config: Config, plan: Plan, files: Mapping[str, str]) -> bytes:
    """The manifest of a finished site; `files` are the SHA-256 of all its files by path."""
    inputs = input_hashes(config)
    release = release_of(config, plan, inputs)
    as_of = plan.identity.as_of
    manifest = Manifest(
        release=release.id if release else "",
        date=release.date if release else as_of.isoformat() if as_of else "",
        plan=plan.identity.id,
        bases=tuple(basis for basis in BASES if basis in config.site.include_basis),
        version=__version__,
        inputs={_anywhere(name): value for name, value in inputs.items()},
        files=files,
    )
    return manifest_text(manifest)


def _anywhere(name: str) -> str:
    """The name of an input without the folders of one machine, where it lies outside the plan's folder."""
    path = PurePath(name)
    return f"outside/{path.name}" if path.is_absolute() else name


def release_of(config: Config, plan: Plan, inputs: Mapping[str, str] | None = None) -> Listed | None:
    """The last release, where the data are those that it froze; None for data that are not released.

    `plan` is the checked plan of the site, restricted to its bases.
    """
    listed = list_releases(config)
    if not listed:
        return None
    last = listed[-1]
    inside = config.name_of(config.data) + "/"
    now = inputs if inputs is not None else input_hashes(config)
    if _below(now, inside) == _below(last.inputs, inside):  # the same files: nothing to compute
        return last
    shows_all = set(config.site.include_basis) >= set(BASES)
    records = records_of(plan if shows_all else whole_plan(config))
    return last if content_hash(records) == last.records else None


def _below(hashes: Mapping[str, str], folder: str) -> dict[str, str]:
    return {name: value for name, value in hashes.items() if name.startswith(folder)}
