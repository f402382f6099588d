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
from generator.problems import UsageError
from generator.publish import (
    Outcome,
    Signer,
    Terms,
    check_whole,
    note_published,
    publication_ledger,
    refusal,
    refused_by_data,
    refused_by_site,
    told,
)
from generator.store import PublishError
from generator.verify import MANIFEST, Manifest, ManifestError, page_changes, read_manifest

PREFIX = "git:"
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
