"""The commands of those who republish: `publish`, `rollback`, `verify`, `keygen`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.config import Config, load_config
from generator.console import Bar, config_option, guarded, jobs_option
from generator.problems import UsageError

if TYPE_CHECKING:
    from generator.publish import Outcome, Terms

SHOWN = 20
"""How many pages of each kind of change are named without --all."""

to_option = click.option(
    "--to", "target", metavar="DIR|git:BRANCH",
    help="The folder that is served, or a branch of the plan's repository; left out, publish.to of the settings.",
)  # fmt: skip
links_option = click.option(
    "--no-links", is_flag=True, help="Make no symbolic link, for hosts and shares that do not follow them."
)


@click.command()
@config_option
@to_option
@click.option("--dry-run", is_flag=True, help="Show page by page what would change, and change nothing.")
@click.option("--all", "show_all", is_flag=True, help="Name every page that changed, not the first 20.")
@click.option("--preview", is_flag=True, help="For reviewers, into a folder of its own: data may be unreleased.")
@click.option("--keep", type=click.IntRange(0, 1000), help="How many earlier publications to keep; else publish.keep.")
@click.option("--accept-fewer", is_flag=True, help="Publish though many pages are gone (see publish.max_loss).")
@click.option("--accept-lost", is_flag=True, help="Give up published addresses that lead nowhere.")
@click.option("--zip", "zip_file", type=click.Path(path_type=Path, dir_okay=False),
              help="Write the site into one ZIP file too, or instead of --to; always the same bytes.")  # fmt: skip
@click.option("--sign", "key_file", type=click.Path(path_type=Path, dir_okay=False),
              help="Sign the manifest with the secret key in this file (see keygen).")  # fmt: skip
@links_option
@jobs_option
@guarded
def publish(
    config_file: Path,
    *,
    target: str | None,
    dry_run: bool,
    show_all: bool,
    preview: bool,
    keep: int | None,
    accept_fewer: bool,
    accept_lost: bool,
    zip_file: Path | None,
    key_file: Path | None,
    no_links: bool,
    jobs: int,
) -> None:
    """Check the data, build the site, read it back, and only then serve it in the place of the old one.

    The served folder is always one whole release, even when the command is interrupted. Not published, with the
    reason: data with errors or of a basis that is not allowed, data that are not released, a site with far fewer
    pages than before, and one in which an address published before leads nowhere.
    """
    from generator.publish import Terms  # noqa: PLC0415 -- keeps --help and wrong use quick

    config = load_config(config_file)
    terms = Terms(preview, keep, accept_fewer, accept_lost, dry_run, jobs)
    sign = _signer(config, key_file)
    place = target if target is not None or (zip_file is not None and not dry_run) else _target(config, None)
    with Bar() as bar:
        outcome = _publish(config, place, terms, sign, no_links, bar) if place is not None else None
        packed = _zip(config, zip_file, terms, sign, bar) if zip_file is not None and not dry_run else None
    if outcome is not None:
        _tell(outcome, place or "", dry_run, show_all)
    if packed is not None:
        click.echo(f"{packed} files -> {zip_file}")
    sys.exit(1 if outcome is not None and outcome.refusals else 0)


def _target(config: Config, given: str | None) -> str:
    """The folder or branch: as given, relative to where one is, else as in the settings, relative to them."""
    if given is not None:
        return given
    to = config.site.publish.to
    if to is None:
        raise UsageError(f"say where to publish with --to, or write publish: {{to: ...}} into {config.file.name}")
    return to if to.startswith("git:") else str(config.folder / to)


Signer = Callable[[Path], None]


def _publish(config: Config, place: str, terms: Terms, sign: Signer | None, no_links: bool, bar: Bar) -> Outcome:
    from generator import publish as folder  # noqa: PLC0415 -- as above
    from generator import publish_git  # noqa: PLC0415 -- as above
    from generator.store import Store  # noqa: PLC0415 -- as above

    if place.startswith(publish_git.PREFIX):
        branch = publish_git.Branch(config.folder, place.removeprefix(publish_git.PREFIX))
        return publish_git.publish_to_branch(config, branch, terms, sign, bar)
    return folder.publish(config, Store(_apart(config, Path(place)), not no_links), terms, sign, bar)


def _apart(config: Config, folder: Path) -> Path:
    """The served folder. Raises UsageError where it would hold, or lie in, what the site is made from."""
    place = folder.absolute()
    for source in (config.data, config.content, config.templates, *config.beside):
        if source.resolve().is_relative_to(place) or place.is_relative_to(source.resolve()):
            raise UsageError(f"{folder} holds, or lies in, what the site is made from ({config.name_of(source)})")
    return place


def _signer(config: Config, key_file: Path | None) -> Signer | None:
    if key_file is None:
        return None
    from generator import signing  # noqa: PLC0415 -- as above

    key = signing.load_key(key_file, os.environ.get(signing.PASSWORD, ""), config.folder)
    return lambda site: signing.sign_site(site, key, "policy-explorer site")


def _zip(config: Config, file: Path, terms: Terms, sign: Signer | None, bar: Bar) -> int:
    from generator.archive import zip_site  # noqa: PLC0415 -- as above
    from generator.publish import built_to_hand_on, told  # noqa: PLC0415 -- as above

    with told("the site cannot be packed"), tempfile.TemporaryDirectory(prefix="policy-explorer-") as folder:
        site = Path(folder) / "site"
        built_to_hand_on(config, site, terms, bar)
        if sign is not None:
            sign(site)
        return zip_site(site, file)


def _tell(outcome: Outcome, place: str, dry_run: bool, show_all: bool) -> None:
    _tell_changes(outcome.changes, show_all)
    what = f"release {outcome.manifest.release}" if outcome.manifest.release else "data that are not released"
    if dry_run:
        for reason in outcome.refusals:
            click.echo(f"would be refused: {reason}")
        click.echo(f"nothing was changed; {what}, {len(outcome.manifest.pages)} pages")
        return
    if not outcome.name:
        click.echo(f"{place} is this site already: {what}")
        return
    for name in outcome.removed:
        click.echo(f"removed the old publication {name}")
    click.echo(
        f"{what}, {len(outcome.manifest.pages)} pages{', signed' if outcome.signed else ''} -> {place} ({outcome.name})"
    )


def _tell_changes(changes: Mapping[str, list[str]], show_all: bool) -> None:
    for kind in ("added", "changed", "removed"):
        pages = changes[kind]
        for address in pages if show_all else pages[:SHOWN]:
            click.echo(f"{kind}: {address}")
        if len(pages) > SHOWN and not show_all:
            click.echo(f"{kind}: and {len(pages) - SHOWN} more (--all names them)")
    counts = ", ".join(f"{len(changes[kind])} {kind}" for kind in ("added", "changed", "removed"))
    gone = [path for path in changes["files_removed"] if not path.endswith(("/index.json", "/index.md"))]
    for path in gone if show_all else gone[:SHOWN]:
        click.echo(f"file removed: {path}")
    if len(gone) > SHOWN and not show_all:
        click.echo(f"file removed: and {len(gone) - SHOWN} more (--all names them)")
    files = ", ".join(f"{len(changes[f'files_{kind}'])} {kind}" for kind in ("added", "changed", "removed"))
    around = len(changes["frames"])
    frames = f", {around} only around their text (menu, foot, address)" if around else ""
    click.echo(f"pages: {counts}{frames}; other files: {files}")


@click.command()
@config_option
@to_option
@click.argument("release", required=False)
@links_option
@guarded
def rollback(config_file: Path, target: str | None, release: str | None, no_links: bool) -> None:
    """Serve an earlier publication again: the one before, or the last one of RELEASE (or of a number).

    On a branch an earlier site is committed again, and RELEASE may be the start of a commit's name.
    Addresses that only the later ones had lead to the page above them, so that none is lost.
    """
    from generator import publish_git  # noqa: PLC0415 -- as above
    from generator.publish import roll_back  # noqa: PLC0415 -- as above
    from generator.store import Store  # noqa: PLC0415 -- as above

    config = load_config(config_file)
    place = _target(config, target)
    if place.startswith(publish_git.PREFIX):
        branch = publish_git.Branch(config.folder, place.removeprefix(publish_git.PREFIX))
        name, moved = publish_git.roll_back_branch(config, branch, release)
    else:
        name, moved = roll_back(Store(_apart(config, Path(place)), not no_links), release, config)
    for address in moved:
        click.echo(f"leads to the page above it: {address}")
    click.echo(f"back to {name} -> {place}")


@click.command()
@click.argument("site", metavar="SITE_OR_URL")
@click.option("--key", help="The public key of who signed it, or the file that holds it: then it must be signed.")
@guarded
def verify(site: str, key: str | None) -> None:
    """Tell whether a copy of a site, in a folder or on the web, is unaltered, and what differs.

    Without --key this shows accidents; whoever alters a copy on purpose can write a new manifest, but cannot sign it.
    """
    from generator import verify as check  # noqa: PLC0415 -- as above

    if "://" in site:
        manifest, content, found = check.verify_url(site)
    else:
        manifest = check.manifest_of(Path(site))
        content = (Path(site) / check.MANIFEST).read_bytes()
        found = check.verify_site(Path(site), manifest)
    signer = _check_key(site, content, key) if key is not None else ""
    for one in found:
        click.echo(f"{one.fault}: {one.path}{f' ({one.reason})' if one.reason else ''}")
    what = f"release {manifest.release} of {manifest.date}" if manifest.release else "data that are not released"
    if found:
        click.echo(f"{len(found)} of {len(manifest.files)} files differ from {what}")
        sys.exit(1)
    click.echo(f"unaltered: {len(manifest.files)} files, {what}{signer}")


def _check_key(site: str, content: bytes, key: str) -> str:
    from urllib.parse import urljoin  # noqa: PLC0415 -- as above

    from generator import signing  # noqa: PLC0415 -- as above
    from generator import verify as check  # noqa: PLC0415 -- as above

    public = Path(key).read_text(encoding="utf-8") if Path(key).is_file() else key
    try:
        if "://" in site:
            text = check.fetch(urljoin(site if site.endswith("/") else f"{site}/", check.SIGNATURE))
        else:
            text = (Path(site) / check.SIGNATURE).read_bytes()
    except OSError:
        raise signing.SignatureError(f"it is not signed: there is no {check.SIGNATURE}") from None
    return f", signed ({signing.check_signature(content, text.decode('utf-8', 'replace'), public)})"


@click.command()
@config_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@guarded
def keygen(config_file: Path, file: Path) -> None:
    """Make a secret key for signing in FILE, outside the plan's folder, and show its public key to be given out.

    Set POLICY_EXPLORER_KEY_PASSWORD to keep it under a password.
    """
    from generator import signing  # noqa: PLC0415 -- as above

    folder = config_file.parent if config_file.is_file() else None
    public = signing.new_key(file, os.environ.get(signing.PASSWORD, ""), folder)
    click.echo(f"secret key -> {file} (keep it, and keep it secret)")
    click.echo(f"public key: {public}")


COMMANDS = (publish, rollback, verify, keygen)
"""What `cli` takes in."""
