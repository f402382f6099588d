"""Publishes a site to a branch of the plan's repository, without touching the files that somebody works on."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from generator.build import Options, Progress, build_site, silent
from generator.check import load_plan
from generator.config import Config
from generator.problems import UsageError, suggestion
from generator.publish import (
    NO_ROBOTS,
    Outcome,
    Signer,
    Terms,
    check_whole,
    mark_as_preview,
    note_published,
    publication_ledger,
    refusal,
    refused_by_data,
    refused_by_site,
    told,
    with_addresses,
)
from generator.store import PublishError
from generator.verify import MANIFEST, SIGNATURE, Manifest, ManifestError, page_changes, read_manifest

PREFIX = "git:"
_TRAILER = "Publication"
"""The line of a commit's message that names the earlier commit whose site it holds again."""
_SHORTEST = 4
"""How much of a commit's name must be given, as for git itself."""
TIMEOUT = 600
"""Seconds that one command of git may take."""


class Branch:
    """A branch of the repository that holds a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        """Raises UsageError where there is no repository, no such name, or somebody has the branch checked out."""
        self.folder = folder
        self.name = name
        self.ref = f"refs/heads/{name}"
        if self._try("rev-parse", "--git-dir") is None:
            raise UsageError(f"{folder} is in no repository of git; publish to a folder, or run git init")
        if not name or name.startswith("-") or self._try("check-ref-format", self.ref) is None:
            raise UsageError(f"'{name}' cannot be the name of a branch")
        if f"branch {self.ref}" in self.git("worktree", "list", "--porcelain").splitlines():
            raise UsageError(f"the branch {name} is checked out; publish to one that nobody works on, such as pages")

    def git(self, *arguments: str, **environment: str) -> str:
        """What git answers. Raises PublishError with git's own words."""
        done = self._run(arguments, environment)
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip() or f"git {arguments[0]} failed"
            raise PublishError(f"git: {said}")
        return done.stdout.decode("utf-8", "replace").strip()

    def _try(self, *arguments: str) -> bytes | None:
        done = self._run(arguments, {})
        return done.stdout if done.returncode == 0 else None

    def _run(self, arguments: Sequence[str], environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
        # What belongs to a hook or a command around this one must not lead elsewhere.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or "_NAME" in name
                     or "_EMAIL" in name or "_DATE" in name or "_CONFIG" in name}  # fmt: skip
        try:
            return subprocess.run(  # noqa: S603 -- a list of words, no shell; names are checked by git
                ["git", *arguments],  # noqa: S607 -- git as the user has it
                cwd=self.folder,
                env={**inherited, **environment},
                capture_output=True,
                check=False,
                timeout=TIMEOUT,
            )
        except FileNotFoundError:
            raise UsageError("git is not installed; publish to a folder") from None
        except subprocess.TimeoutExpired:
            raise PublishError(f"git {arguments[0]} did not end within {TIMEOUT} s") from None

    @property
    def tip(self) -> str | None:
        """The last commit; None where there is no such branch yet."""
        found = self._try("rev-parse", "--verify", "--quiet", f"{self.ref}^{{commit}}")
        return found.decode().strip() if found else None

    def manifest(self, commit: str) -> tuple[Manifest, bytes] | None:
        """The manifest of a commit, None where it holds none."""
        content = self._try("cat-file", "blob", f"{commit}:{MANIFEST}")
        with suppress(ManifestError):
            return (read_manifest(content), content) if content is not None else None
        return None

    def is_preview(self, commit: str) -> bool:
        """Whether a commit holds a site that search engines are kept from."""
        return self._try("cat-file", "blob", f"{commit}:robots.txt") == NO_ROBOTS

    def publications(self) -> list[tuple[str, str]]:
        """Every commit from the first on, with the one whose site it holds: itself, or an earlier one gone back to."""
        if self.tip is None:
            return []
        form = f"%H %(trailers:key={_TRAILER},valueonly,separator=%x20)"
        lines = self.git("log", "--first-parent", "--reverse", f"--format={form}", self.ref).splitlines()
        return [(commit, original or commit) for commit, _, original in (line.strip().partition(" ") for line in lines)]

    def export(self, commit: str, folder: Path) -> None:
        """Write the files of a commit into a folder, without touching what somebody works on."""
        folder.mkdir()
        with tempfile.TemporaryDirectory(prefix="policy-explorer-") as aside:
            own = {
                "GIT_DIR": self.git("rev-parse", "--absolute-git-dir"),
                "GIT_INDEX_FILE": str(Path(aside) / "index"),
                "GIT_WORK_TREE": str(folder),
            }
            self.git("read-tree", commit, **own)
            self.git("-c", "core.autocrlf=false", "checkout-index", "--all", f"--prefix={folder}/", **own)

    def commit(self, site: Path, message: str, parent: str | None) -> str:
        """Commit a folder as the whole content of the branch, in one step; gives the commit."""
        with tempfile.TemporaryDirectory(prefix="policy-explorer-") as folder:
            own = {
                "GIT_DIR": self.git("rev-parse", "--absolute-git-dir"),
                "GIT_INDEX_FILE": str(Path(folder) / "index"),
                "GIT_WORK_TREE": str(site),
            }
            # Line ends stay as they are, or the copy would not be the one that was verified.
            self.git(
                "-c", "core.autocrlf=false", "-c", "core.safecrlf=false", "add", "--all", "--force", str(site), **own
            )
            tree = self.git("write-tree", **own)
        commit = self.git("commit-tree", tree, *(("-p", parent) if parent else ()), "-m", message)
        # Refused by git where somebody else has published meanwhile.
        self.git("update-ref", "-m", "policy-explorer publish", self.ref, commit, parent or "0" * len(commit))
        return commit


def publish_to_branch(
    config: Config, branch: Branch, terms: Terms, sign: Signer | None = None, progress: Progress = silent
) -> Outcome:
    """Check, build, verify, commit. Raises as `publish.publish` does."""
    progress("check")
    plan, _ = load_plan(config)
    refusals = refused_by_data(config, plan, terms.preview)
    if refusals and not terms.dry_run:
        raise PublishError(refusal(refusals))
    with told(f"{branch.name} cannot be published"), tempfile.TemporaryDirectory(prefix="policy-explorer-") as folder:
        site = Path(folder) / "site"
        build_site(config, Options(output=site, jobs=terms.jobs), progress)
        progress("verify")
        built = check_whole(site, "the built site")
        parent = branch.tip
        found = branch.manifest(parent) if parent else None
        if parent and found is None:
            raise PublishError(f"the branch {branch.name} holds something else than a published site")
        served = found[0] if found else None
        if parent and branch.is_preview(parent) is not terms.preview:
            held = "a preview" if branch.is_preview(parent) else "the published site"
            raise PublishError(f"the branch {branch.name} holds {held}; choose another one")
        if terms.preview:
            built = mark_as_preview(site, built)
        ledger = publication_ledger(config, None, served, terms)
        refusals += refused_by_site(built, served, ledger, config.site.publish.max_loss, terms)
        changes = page_changes(served, built)
        if terms.dry_run:
            return Outcome(built, "", changes, tuple(refusals))
        if refusals:
            raise PublishError(refusal(refusals))
        if sign is not None:
            sign(site)
        name = ""
        if served is None or served.digest != built.digest or sign is not None:
            name = branch.commit(site, f"Publish {built.release or 'a preview'}", parent)[:12]
        note_published(config, None, ledger.with_published(built.pages), terms)
        return Outcome(built, name, changes, (), (), sign is not None)


def roll_back_branch(config: Config, branch: Branch, wanted: str | None) -> tuple[str, list[str]]:
    """Commit an earlier site again; gives the new commit, and the addresses that now lead to the page above them.

    `wanted` is a release or the start of a commit's name; None the publication before. Nothing is rewritten: who has
    a copy of the branch only has to pull. Raises UsageError, PublishError.
    """
    with told(f"{branch.name} cannot be rolled back"), tempfile.TemporaryDirectory(prefix="policy-explorer-") as folder:
        commit, manifest = _earlier(branch, wanted)
        site = Path(folder) / "site"
        branch.export(commit, site)
        check_whole(site, f"the commit {commit[:12]}")
        parent = branch.tip or ""
        served = branch.manifest(parent)
        ledger = publication_ledger(config, None, served[0] if served else None, Terms(branch.is_preview(parent)))
        if lost := ledger.lost(manifest.pages):
            (site / SIGNATURE).unlink(missing_ok=True)
            with_addresses(config, site, manifest, lost)
        what = manifest.release or "an earlier preview"
        return branch.commit(site, f"Go back to {what}\n\n{_TRAILER}: {commit}", parent)[:12], lost


def _earlier(branch: Branch, wanted: str | None) -> tuple[str, Manifest]:
    """The commit to go back to, with its manifest. Raises UsageError where there is none."""
    held = branch.publications()
    own = [commit for commit, original in held if commit == original]
    current = held[-1][1] if held else ""
    others = [commit for commit in own if commit != current]
    if wanted is None:
        others = own[: own.index(current)] if current in own else []
    found = [(commit, manifest[0]) for commit in others if (manifest := branch.manifest(commit)) is not None]
    if wanted is None and found:
        return found[-1]
    named = [one for one in found if wanted == one[1].release]
    named = named or [one for one in found if wanted and len(wanted) >= _SHORTEST and one[0].startswith(wanted)]
    if named:
        return named[-1]
    if wanted is None:
        raise UsageError(f"the branch {branch.name} holds no earlier publication to go back to")
    hint = suggestion(wanted, {manifest.release for _, manifest in found}) or "none is there"
    raise UsageError(f"the branch {branch.name} holds no publication of '{wanted}' besides what is served; {hint}")
