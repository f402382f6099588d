"""Addresses that were published once: lists of where they moved for servers, and the ledger by which none is lost."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.problems import GeneratorError
from generator.verify import HOST_FILES

NETLIFY, NGINX, GITHUB = HOST_FILES
LEDGER = "addresses.txt"
"""Stands in `releases/` of the plan and in the store of a published folder."""
_HEAD = """\
# Every address that was ever published, one a line, from the root of the site. Keep this file with the plan.
# `publish` refuses a site in which one of them leads nowhere; write a redirect into data/redirects.yml.
"""
_GONE = "gone "


class LedgerError(GeneratorError):
    """The list of published addresses is damaged."""


# --- where pages moved, for servers -----------------------------------------------------------------------------


def netlify_redirects(moves: Sequence[tuple[str, str]], base: str) -> str:
    """Moves between addresses such as `en/tasks/08/` in the form that Netlify and Cloudflare Pages read."""
    lines = [f"{base}{old} {base}{new} 301\n" for old, new in moves]
    return "# Moved pages. Each is also a page of its own, for hosts that do not read this file.\n" + "".join(lines)


def nginx_map(moves: Sequence[tuple[str, str]], base: str) -> str:
    """The same as lines of a `map` of nginx, with and without the slash at the end."""
    lines = [f"{base}{form} {base}{new};\n" for old, new in moves for form in (old.rstrip("/"), old)]
    return "# Moved pages, for `map $uri $moved { include .../redirects.map; }`.\n" + "".join(lines)


# --- the ledger -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ledger:
    """Addresses that were published: those that must answer, and those that were given up knowingly."""

    kept: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()

    def with_published(self, pages: Iterable[str]) -> Ledger:
        """After a site with these pages was published: what is not in it was given up."""
        there = frozenset(pages)
        return Ledger(there, (self.kept | self.gone) - there)

    def lost(self, pages: Iterable[str]) -> list[str]:
        """Addresses that must answer and lead nowhere in a site of these pages."""
        return sorted(self.kept - frozenset(pages))

    def joined(self, other: Ledger) -> Ledger:
        """What either knows; an address that one of them gave up need not answer."""
        gone = self.gone | other.gone
        return Ledger((self.kept | other.kept) - gone, gone)

    @property
    def text(self) -> str:
        """As it is written: sorted, one address a line, `/` for the first page."""
        lines = [f"{address or '/'}\n" for address in sorted(self.kept)]
        return _HEAD + "".join([*lines, *(f"{_GONE}{address or '/'}\n" for address in sorted(self.gone))])


def read_ledger(path: Path) -> Ledger:
    """The ledger in a file, an empty one where there is none. Raises LedgerError where it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return Ledger()
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(f"'{path.name}', the list of published addresses, cannot be read: {error}") from None
    found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    gone = {line.removeprefix(_GONE).removeprefix("/") for line in found if line.startswith(_GONE)}
    return Ledger(frozenset(line.removeprefix("/") for line in found if not line.startswith(_GONE)), frozenset(gone))


def nearest_page(address: str, pages: Iterable[str]) -> str:
    """The page that stands nearest above an address that is not there: `en/tasks/` for `en/tasks/36/`."""
    there = set(pages)
    above = address.rstrip("/")
    while above:
        above = posixpath.dirname(above)
        if f"{above}/" in there:
            return f"{above}/"
    return ""
