"""Feeds of what changed, in one language: Atom (RFC 4287) and JSON Feed 1.1, for the whole plan and for its parts.

An entry is a release. Its id is a `tag:` URI (RFC 4151) of the site's host and the day of the first release, so that
it stays the same whenever the site is built; without a known address it is a UUID made of the same parts.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from generator import __version__
from generator.change import Change
from generator.changes import Difference
from generator.changes_view import first_story, story
from generator.changes_words import sentence_of
from generator.history_view import FEED_KINDS, feed_path
from generator.markdown import clean
from generator.period import parse_period
from generator.sitefile import SiteFile, text_file
from generator.snapshot import Snapshot
from generator.view import View

MOST_LINES = 100
"""Changes that one entry lists; what is beyond is counted, and the page of changes has it."""

ATOM, JSON = "application/atom+xml", "application/feed+json"


@dataclass(frozen=True)
class Entry:
    """A release as a feed tells it."""

    release: Snapshot
    sentences: Sequence[str]
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Feed:
    """A feed before it is written: of the whole plan, or of one record."""

    kind: str
    key: str
    title: str
    entries: Sequence[Entry]

    @property
    def path(self) -> str:
        """Its address without the ending, from the language's root."""
        return feed_path(self.kind, self.key)

    @property
    def up(self) -> str:
        """The way from its folder to the language's root."""
        return "../" * self.path.count("/")


def feed_files(view: View) -> Iterator[SiteFile]:
    """Both files of every feed; none before the first release."""
    for feed in feeds(view):
        yield text_file(f"{feed.path}.xml", atom(view, feed))
        yield text_file(f"{feed.path}.json", json_feed(view, feed))


def feeds(view: View) -> Iterator[Feed]:
    """The feed of the whole plan, then one for each city, aspect and organisation."""
    if not view.history.releases:
        return
    site = clean(view.text(view.config.site.site_name))
    yield Feed("", "", view.say("feeds.title", site=site), _entries(view))
    for kind in FEED_KINDS:
        for key in getattr(view.plan, kind):
            title = view.say("feeds.title_of", name=clean(view.title(kind, key)), site=site)
            yield Feed(kind, key, title, _entries(view, kind, key))


def _entries(view: View, kind: str = "", key: str = "") -> list[Entry]:
    """The releases that changed something about it, the newest first, and the one in which it first stood."""
    found = []
    for step in reversed(view.history.steps):
        if not kind:
            found.append(Entry(step.after, [*_noted(view, step.after), *story(view, step)], _lines(view, step)))
        elif (kind, key) in step.subjects:
            found.append(Entry(step.after, _noted(view, step.after), _lines(view, step, (kind, key))))
    first = next((one for one in view.history.releases if not kind or key in one.of(kind)), None)
    if first is not None and (first is view.history.releases[0]):
        found.append(Entry(first, [*_noted(view, first), *first_story(view, first)]))
    return found


def _noted(view: View, release: Snapshot) -> list[str]:
    note = view.language.note(release.note)
    return [note] if note else []


def _lines(view: View, step: Difference, subject: tuple[str, str] | None = None) -> list[str]:
    every = step.changes if subject is None else step.subjects.get(subject, [])
    changes = [one for one in every if not _is_foreign(view, one)] or every
    lines = [sentence_of(view, step, one) for one in changes[:MOST_LINES]]
    if len(changes) > MOST_LINES:
        lines.append(view.say("changes.more", count=len(changes) - MOST_LINES))
    return lines


def _is_foreign(view: View, one: Change) -> bool:
    """Whether it is a text that was reworded in another language alone."""
    return one.code.endswith("-reworded") and one.field.rpartition(".")[2] != view.language.code


# --- ids, addresses and dates ---------------------------------------------------------------------------------------


def identity(view: View, feed: Feed, release: str = "") -> str:
    """The id of a feed or of one of its entries, the same whenever it is built."""
    path = "/".join(part for part in (view.language.code, feed.path, release) if part)
    specific = f"{view.plan.identity.id}/{path}"
    url = view.config.site.site_url
    host = urlsplit(url).hostname if url else None
    if not host:
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, specific)}"
    return f"tag:{host.encode('idna').decode('ascii')},{view.history.releases[0].date}:{specific}"


def _base(view: View) -> str:
    """The address of the language's root; empty where the site's is not known."""
    url = view.config.site.site_url
    return f"{url.rstrip('/')}/{view.language.code}/" if url else ""


def _address(view: View, feed: Feed, path: str) -> str:
    """A path from the language's root as the feed gives it: whole, or from its own folder."""
    return f"{_base(view)}{path}" if _base(view) else f"{feed.up}{path}" or "./"


def _page(feed: Feed) -> str:
    return f"{feed.kind}/{feed.key}/" if feed.kind else "changes/"


def _moment(release: Snapshot) -> str:
    """The day of a release as feeds write moments; the time of day is not known."""
    return f"{release.date}T00:00:00Z"


def _name(view: View, release: Snapshot) -> str:
    return clean(view.say("changes.release", release=release.id, date=view.language.date(parse_period(release.date))))


def _html(view: View, entry: Entry) -> str:
    """What an entry says as HTML; every text of the data is escaped."""
    text = "".join(f"<p>{escape(clean(one))}</p>" for one in entry.sentences)
    items = "".join(f"<li>{escape(clean(one))}</li>" for one in entry.lines)
    return text + (f"<ul>{items}</ul>" if items else "")


# --- the two forms --------------------------------------------------------------------------------------------------


def atom(view: View, feed: Feed) -> str:
    """A feed as Atom. Source: RFC 4287."""
    site = escape(clean(view.text(view.config.site.site_name)))
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(view.language.tag)}>',
        f"<id>{escape(identity(view, feed))}</id>",
        f"<title>{escape(feed.title)}</title>",
        f"<updated>{_moment(view.history.releases[-1])}</updated>",
        f"<author><name>{site}</name></author>",
        f'<link rel="self" type="{ATOM}" href={quoteattr(_address(view, feed, f"{feed.path}.xml"))}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(_address(view, feed, _page(feed)))}/>',
        f'<generator version="{__version__}">policy-explorer</generator>',
    ]
    if view.plan.identity.licence:
        lines.append(f"<rights>{escape(clean(view.text(view.plan.identity.licence.title)))}</rights>")
    for entry in feed.entries:
        address = _address(view, feed, f"changes/#release-{entry.release.id}")
        lines += [
            "<entry>",
            f"<id>{escape(identity(view, feed, entry.release.id))}</id>",
            f"<title>{escape(_name(view, entry.release))}</title>",
            f"<updated>{_moment(entry.release)}</updated>",
            f'<link rel="alternate" type="text/html" href={quoteattr(address)}/>',
            f'<content type="html">{escape(_html(view, entry))}</content>',
            "</entry>",
        ]
    return "\n".join([*lines, "</feed>", ""])


def json_feed(view: View, feed: Feed) -> str:
    """A feed as JSON Feed 1.1; addresses are left out where the site's is not known, since they must be whole."""
    whole: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "language": view.language.tag,
        "authors": [{"name": clean(view.text(view.config.site.site_name))}],
    }
    if _base(view):
        whole["home_page_url"] = _address(view, feed, _page(feed))
        whole["feed_url"] = _address(view, feed, f"{feed.path}.json")
    items = []
    for entry in feed.entries:
        item = {
            "id": identity(view, feed, entry.release.id),
            "title": _name(view, entry.release),
            "content_html": _html(view, entry),
            "date_published": _moment(entry.release),
        }
        if _base(view):
            item["url"] = _address(view, feed, f"changes/#release-{entry.release.id}")
        items.append(item)
    return json.dumps({**whole, "items": items}, ensure_ascii=False, indent=1) + "\n"
