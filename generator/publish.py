"""Publishes a site: check, build, verify, swap. Nothing is served that was refused, and every refusal says why."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from generator.build import Options, Progress, build_site, silent
from generator.check import load_plan
from generator.config import Config
from generator.language import WordsError, load_language
from generator.manifest import release_of
from generator.model import BASES
from generator.plan import Plan
from generator.redirects import LEDGER, Ledger, nearest_page, read_ledger
from generator.releases import FOLDER, list_releases
from generator.shared import moved_page
from generator.snapshot import records_of
from generator.store import PREVIEW, PublishError, Store, release_in, write_whole
from generator.verify import (
    MANIFEST,
    SIGNATURE,
    Difference,
    Manifest,
    ManifestError,
    files_of,
    manifest_of,
    manifest_text,
    page_changes,
    sha256_of,
    verify_site,
)

Signer = Callable[[Path], None]
"""Puts a signature beside the manifest of a finished site."""
EXAMPLES = 5
"""How many lost addresses or unfit records a refusal names."""
KEPT = f"data/{FOLDER}/"
"""Where the data of every release stand, at addresses that stay."""
NO_ROBOTS = b"User-agent: *\nDisallow: /\n"
"""The robots.txt of a preview."""
_HEAD = re.compile(rb"<head>\s*(<meta charset=[^>]*>\s*)?")
_NOINDEX = b'<meta name="robots" content="noindex">\n'


@dataclass(frozen=True)
class Terms:
    """How to publish. `keep` and `max_loss` (a share of the pages) None are those of the settings."""

    preview: bool = False
    """For reviewers: data may be unreleased, and no address is noted as published."""
    keep: int | None = None
    accept_fewer: bool = False
    accept_lost: bool = False
    dry_run: bool = False
    jobs: int = 1


@dataclass(frozen=True)
class Outcome:
    """What was published or would be. `name` is empty where nothing was put in place."""

    manifest: Manifest
    name: str
    changes: Mapping[str, list[str]]
    """Pages and files that differ from what is served: of a preview, from the published site where there is one."""
    refusals: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    signed: bool = False


# --- what is refused --------------------------------------------------------------------------------------------


def refused_by_data(config: Config, plan: Plan, preview: bool) -> list[str]:
    """Why this plan is not published as it is: a basis that is not allowed, data that are not released."""
    reasons = []
    allowed = config.site.publish.allow_basis
    for basis in (one for one in BASES if one in config.site.include_basis and one not in allowed):
        if count := sum(_records_with(one, basis) for one in (plan, *(other.plan for other in plan.editions))):
            records = "1 record is" if count == 1 else f"{count} records are"
            reasons.append(
                f"{records} {basis}, which publish.allow_basis of {config.file.name} does not allow; "
                f"take {basis} out of include_basis, or add it to allow_basis"
            )
    if not preview and release_of(config, plan) is None:
        found = list_releases(config)
        since = f"the data differ from the last release, {found[-1].id}" if found else "no release has been made"
        reasons.append(f"{since}; make one with `policy-explorer release --next`, or write --preview for reviewers")
    return reasons


def _records_with(plan: Plan, basis: str) -> int:
    """How many records, and parts of records, of the plan rest on this basis."""
    records = records_of(plan)
    parts = (
        part
        for found in records.values()
        for one in found.values()
        for part in (one, *one.get("measures", ()), *one.get("facts", ()))
    )
    return sum(basis in (part.get("basis", "official"), part.get("roles_basis")) for part in parts)


def refused_by_site(
    built: Manifest, served: Manifest | None, ledger: Ledger, max_loss: Decimal, terms: Terms
) -> list[str]:
    """Why this site does not take the place of the served one: too few pages or files, addresses that lead nowhere."""
    reasons = []
    before, now = len(served.pages) if served else 0, len(built.pages)
    if not terms.accept_fewer and now < before * (1 - max_loss / 100):
        reasons.append(
            f"it has {now} pages, the served one {before}: more than {max_loss.normalize():f}% fewer "
            "(publish.max_loss); write --accept-fewer if that is meant"
        )
    files = served.kept_files if served else frozenset()
    gone = sorted(files - built.files.keys())
    if not terms.accept_fewer and len(gone) > len(files) * max_loss / 100:
        reasons.append(
            f"{len(gone)} of {len(files)} files beside the pages are gone, more than {max_loss.normalize():f}% "
            f"(publish.max_loss): {_some(gone)}; write --accept-fewer if that is meant"
        )
    frozen = [path for path in gone if path.startswith(KEPT)]
    if frozen and not terms.accept_lost:
        reasons.append(
            f"data of earlier releases are gone, whose addresses are to stay: {_some(frozen)}; "
            f"bring back the files of {FOLDER}/, or write --accept-lost to give them up"
        )
    lost = ledger.lost(built.pages)
    if lost and not terms.accept_lost:
        some = _some([one or "/" for one in lost])
        lead = "published address leads" if len(lost) == 1 else "published addresses lead"
        reasons.append(
            f"{len(lost)} {lead} nowhere in it: {some}; write where each went into data/redirects.yml, "
            "or --accept-lost to give them up"
        )
    return reasons


def _some(names: list[str]) -> str:
    """The first few names in a line."""
    return ", ".join(names[:EXAMPLES]) + (", ..." if len(names) > EXAMPLES else "")


def check_whole(site: Path, what: str) -> Manifest:
    """The manifest of a folder in which nothing differs. Raises PublishError that names what does."""
    manifest = manifest_of(site)
    if found := verify_site(site, manifest):
        raise PublishError(f"{what} is not whole: {described(found)}")
    return manifest


def described(found: list[Difference]) -> str:
    """The first differences in a line."""
    return _some([f"{one.path} ({one.fault})" for one in found])


# --- into a folder ----------------------------------------------------------------------------------------------


@contextmanager
def told(what: str) -> Iterator[None]:
    """Faults of the disk as messages: full, not allowed, gone."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise PublishError(f"{what}: {reason}; what is served is as it was") from None


def publish(
    config: Config, store: Store, terms: Terms, sign: Signer | None = None, progress: Progress = silent
) -> Outcome:
    """Check, build, verify, swap. Raises DataError, SiteError, UsageError, and PublishError for what is refused.

    With `dry_run` nothing is changed, and what would be refused is told in the outcome.
    """
    progress("check")
    plan, _ = load_plan(config)
    refusals = refused_by_data(config, plan, terms.preview)
    if refusals and not terms.dry_run:
        raise PublishError(refusal(refusals))
    if terms.dry_run:
        with told("the site cannot be built"), tempfile.TemporaryDirectory(prefix="policy-explorer-") as folder:
            built = _built(config, Path(folder) / "site", terms, progress)
            served = _served(store)
            before = published_beside(config, store) or served if terms.preview else served
            more = refused_by_site(
                built, served, publication_ledger(config, store, served, terms), config.site.publish.max_loss, terms
            )
            return Outcome(built, "", page_changes(before, built), (*refusals, *more))
    with told(f"{store.site} cannot be published"), store.locked():
        _keep_apart(store, terms.preview)
        with store.workspace() as space:
            site = space / "site"
            _built(config, site, terms, progress)
            progress("verify")
            built = check_whole(site, "the built site")
            served = _served(store)
            public = published_beside(config, store) if terms.preview else None
            changes = page_changes(public, built) if public else {}
            if terms.preview:
                built = mark_as_preview(site, built)
            ledger = publication_ledger(config, store, served, terms)
            if refusals := refused_by_site(built, served, ledger, config.site.publish.max_loss, terms):
                raise PublishError(refusal(refusals))
            if sign is not None:
                sign(site)
            changes = changes or page_changes(served, built)
            name = ""
            same = served is not None and served.digest == built.digest and not verify_site(store.site, served)
            if not same or sign is not None:
                name = put_in_place(store, site, built.release)
        note_published(config, store, ledger.with_published(built.pages), terms)
        keep = int(config.site.publish.keep) if terms.keep is None else terms.keep
        return Outcome(built, name, changes, (), tuple(store.prune(keep)), sign is not None)


def built_to_hand_on(config: Config, site: Path, terms: Terms, progress: Progress = silent) -> Manifest:
    """Build a site that is copied elsewhere by hand, such as a ZIP. Raises PublishError for what its data refuse."""
    plan, _ = load_plan(config)
    if refusals := refused_by_data(config, plan, terms.preview):
        raise PublishError(refusal(refusals))
    _built(config, site, terms, progress)
    built = check_whole(site, "the built site")
    return mark_as_preview(site, built) if terms.preview else built


def mark_as_preview(site: Path, built: Manifest) -> Manifest:
    """Ask search engines to keep away from a site: in robots.txt, and in every page for those that read no such file.

    Done to the finished site, so that a build takes over what it can from the last one, preview or not.
    """
    changed = {site / "robots.txt": NO_ROBOTS}
    for file in (file for path, file in files_of(site).items() if path.endswith(".html")):
        content = file.read_bytes()
        if _NOINDEX.strip() not in content:
            changed[file] = _HEAD.sub(lambda found: found[0] + _NOINDEX, content, count=1)
    for file, content in changed.items():
        file.unlink(missing_ok=True)  # it may be one file under two names with what the next build takes over
        file.write_bytes(content)
    return write_anew(site, built)


def write_anew(site: Path, manifest: Manifest) -> Manifest:
    """Write the manifest of a site whose files were changed after it was built."""
    files = {path: sha256_of(file) for path, file in files_of(site).items()}
    (site / MANIFEST).unlink()
    (site / MANIFEST).write_bytes(manifest_text(replace(manifest, files=files)))
    return check_whole(site, "the changed site")


def published_beside(config: Config, store: Store) -> Manifest | None:
    """The manifest of the published site that a preview is compared with: the folder of publish.to, if there is one."""
    to = config.site.publish.to
    if to is None or to.startswith("git:") or (config.folder / to).absolute() == store.site:
        return None
    with suppress(ManifestError):
        return manifest_of(config.folder / to)
    return None


def put_in_place(store: Store, site: Path, release: str) -> str:
    """Serve a finished site from now on; gives its name in the store."""
    if hasattr(os, "sync"):
        os.sync()  # so that a power cut after the switch finds its files on the disk
    name = store.adopt(site, release)
    store.switch(name)
    return name


def _built(config: Config, output: Path, terms: Terms, progress: Progress) -> Manifest:
    build_site(config, Options(output=output, jobs=terms.jobs), progress)
    return manifest_of(output)


def _served(store: Store) -> Manifest | None:
    """The manifest of what is served; None where there is none, or it was made before there were manifests."""
    with suppress(ManifestError):
        return manifest_of(store.site) if store.current() is not None else None
    return None


def refusal(reasons: list[str]) -> str:
    """The message of what is not published."""
    return "not published:\n" + "\n".join(f"- {reason}" for reason in reasons)


def publication_ledger(config: Config, store: Store | None, served: Manifest | None, terms: Terms) -> Ledger:
    """Every address published so far, by this folder and by this plan wherever it was published."""
    known = read_ledger(store.folder / LEDGER) if store else Ledger()
    if not terms.preview:
        known = known.joined(read_ledger(config.folder / FOLDER / LEDGER))
    # What is served counts too: a run may have been interrupted before it could write the list.
    return known.joined(Ledger(served.pages - known.gone if served else frozenset()))


def note_published(config: Config, store: Store | None, ledger: Ledger, terms: Terms) -> None:
    """Keep the list of published addresses: beside the served folder, and with the releases of the plan."""
    content = ledger.text.encode()
    if store is not None:
        write_whole(store.folder / LEDGER, content)
    if not terms.preview:
        write_whole(config.folder / FOLDER / LEDGER, content)


def _keep_apart(store: Store, preview: bool) -> None:
    """A folder holds previews or publications, never both: nobody overwrites the public site by a slip."""
    mark = store.folder / PREVIEW
    if store.current() is None:
        if preview:
            mark.touch()
        else:
            mark.unlink(missing_ok=True)
    elif preview and not mark.exists():
        raise PublishError(f"{store.site} holds the published site; choose another folder for a preview")
    elif not preview and mark.exists():
        raise PublishError(f"{store.site} holds a preview; choose another folder for the published site")


# --- and back ---------------------------------------------------------------------------------------------------


def roll_back(store: Store, wanted: str | None, config: Config) -> tuple[str, list[str]]:
    """Serve an earlier publication again; gives its name, and the addresses that now lead to the page above them.

    What the later ones added would lead nowhere: such an address becomes a page that leads to the nearest one above
    it, in a copy with a manifest of its own. Raises UsageError, PublishError.
    """
    with told(f"{store.site} cannot be rolled back"), store.locked():
        name = store.earlier(wanted)
        old = check_whole(store.path(name), f"the publication {name}")
        served = _served(store)
        terms = Terms(preview=(store.folder / PREVIEW).exists())
        lost = publication_ledger(config, store, served, terms).lost(old.pages)
        if not lost:
            store.switch(name)
            return name, []
        with store.workspace() as space:
            site = space / "site"
            shutil.copytree(store.path(name), site)
            (site / SIGNATURE).unlink(missing_ok=True)
            with_addresses(config, site, old, lost)
            return put_in_place(store, site, release_in(name)), lost


def with_addresses(config: Config, site: Path, old: Manifest, lost: list[str]) -> None:
    """Put a page at each address that a site lacks, which leads to the nearest page above it."""
    for address in lost:
        page = site / address / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        html = moved_page(config, _tag(config, address), address, nearest_page(address, old.pages))
        page.write_text(html, encoding="utf-8", newline="\n")
    write_anew(site, old)


def _tag(config: Config, address: str) -> str:
    """The language tag of an address such as `zh/tasks/08/`."""
    code = address.partition("/")[0]
    with suppress(WordsError):
        return load_language(code, config.templates, (code,)).tag
    return code if "/" in address else "und"
