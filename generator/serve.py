"""Live preview for staff: serves the last good site, rebuilds it on each save, and shows problems over the page."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from generator.build import Options, build_site
from generator.config import Config, load_config
from generator.glance import Audience
from generator.language import load_language
from generator.problems import DataError, GeneratorError, UsageError
from generator.releases import FOLDER

PREFIX = "/_preview/"
QUIET_SECONDS = 0.06
"""How long no further file must change before a rebuild starts: editors save in several steps."""
WAIT_SECONDS = 20.0
"""How long a page's question for news stays open."""

MOST_OPEN = 8
"""So many open pages are made ahead of the others: each of them lets those wait a little."""

_UNWATCHED = {"closed", "closed_no_write", "opened"}


@dataclass
class State:
    """What the open pages must know: how often they were made anew, and what is wrong now; and which are open."""

    version: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    title: str = ""
    changed: threading.Condition = field(default_factory=threading.Condition)
    ahead: Mapping[str, bytes] = field(default_factory=dict)
    """Pages that are there before the rest of the site, by file."""
    _open: Counter[str] = field(default_factory=Counter)

    def update(
        self, problems: Sequence[dict[str, Any]], title: str = "", ahead: Mapping[str, bytes] | None = None
    ) -> None:
        with self.changed:
            self.version += 1
            self.problems = list(problems)
            self.title = title
            self.ahead = ahead or {}
            self.changed.notify_all()

    def show_ahead(self, pages: Mapping[str, bytes]) -> None:
        """Show pages as they will be; the build that makes them goes on."""
        if pages:
            self.update([], ahead=pages)

    def wait_for_news(self, since: int) -> dict[str, Any]:
        """The state as soon as it differs from version `since`, or after WAIT_SECONDS."""
        with self.changed:
            self.changed.wait_for(lambda: self.version != since, WAIT_SECONDS)
            return {"version": self.version, "problems": self.problems, "title": self.title}

    @contextmanager
    def looking_at(self, file: str) -> Iterator[None]:
        """A page waits for news."""
        with self.changed:
            self._open[file] += 1
        try:
            yield
        finally:
            with self.changed:
                self._open[file] -= 1

    def open_files(self) -> list[str]:
        """The files of the pages that wait for news, the last opened first."""
        with self.changed:
            return [file for file, count in reversed(self._open.items()) if count > 0][:MOST_OPEN]


class PreviewHandler(SimpleHTTPRequestHandler):
    """Serves the built site; adds the preview script to each page and answers its question for news."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: Any, state: State, script: bytes, directory: str) -> None:
        self.state, self.script = state, script
        super().__init__(*arguments, directory=directory)

    def handle(self) -> None:
        """Answer; whoever closed the page in the meantime wants no answer any more."""
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        if path.path == f"{PREFIX}state":
            self._send(json.dumps(self._news(parse_qs(path.query)), ensure_ascii=False).encode(), "application/json")
        elif path.path == f"{PREFIX}reload.js":
            self._send(self.script, "text/javascript")
        else:
            page = self._page(self._file_of(path.path))
            if page is not None:
                script = f'<script src="/_preview/reload.js" data-page="{_mark(page)}" defer></script></head>'
                self._send(page.replace(b"</head>", script.encode(), 1), "text/html; charset=utf-8")
            else:
                super().do_GET()

    def _news(self, asked: Mapping[str, list[str]]) -> dict[str, Any]:
        """The state, when there is news, and a mark of the page that asks, as it is then."""
        since, file = asked.get("since", ["-1"])[0], self._file_of(asked.get("page", ["/"])[0])
        with self.state.looking_at(file):
            news = self.state.wait_for_news(int(since) if since.lstrip("-").isdigit() else -1)
        page = self._page(file)
        return {**news, "page": _mark(page) if page is not None else ""}

    def _file_of(self, address: str) -> str:
        """The file that is shown at an address, from the site's root."""
        file = Path(self.translate_path(address))
        if address.endswith("/"):
            file /= "index.html"
        return file.relative_to(self.directory).as_posix()

    def _page(self, file: str) -> bytes | None:
        """An HTML page of the site, or None."""
        ahead = self.state.ahead.get(file)
        place = Path(self.directory) / file
        if ahead is not None or place.suffix != ".html" or not place.is_file():
            return ahead
        return place.read_bytes()

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Stay quiet: the terminal is for problems."""


def _mark(page: bytes) -> str:
    return hashlib.sha256(page).hexdigest()[:16]


class _Changes(FileSystemEventHandler):
    """Notes that something was saved."""

    def __init__(self, saved: threading.Event, ignored: Path) -> None:
        self.saved, self.ignored = saved, ignored

    def on_any_event(self, event: FileSystemEvent) -> None:
        # Many programs write beside a file, under a hidden name, and then move that to its place.
        paths = [Path(str(path)) for path in (event.src_path, event.dest_path) if path]
        if event.event_type not in _UNWATCHED and any(
            not path.is_relative_to(self.ignored) and not path.name.startswith(".") for path in paths
        ):
            self.saved.set()


class _Watch:
    """Watches what a site is made from; folders that come later, such as that of the first release, too."""

    def __init__(self, config: Config, changes: FileSystemEventHandler) -> None:
        self.observer, self.changes, self.watched = Observer(), changes, set[Path]()
        self.folders = (config.data, config.content, config.templates, config.folder / FOLDER, *config.beside)
        self.observer.schedule(changes, str(config.folder), recursive=False)

    def look(self) -> None:
        """Watch the folders that are there by now."""
        for folder in self.folders:
            if folder not in self.watched and folder.is_dir():
                self.observer.schedule(self.changes, str(folder), recursive=True)
                self.watched.add(folder)


def rebuild(config_file: Path, folder: Path, jobs: int, state: State, say: Callable[[str], None]) -> bool:
    """Build once and tell the open pages; True when the site is good. The last good site stays when it is not."""
    started = time.monotonic()
    title = ""
    try:
        config = load_config(config_file)
        title = _problem_title(config)
        audience = Audience(state.open_files, state.show_ahead)
        report = build_site(config, Options(output=folder, jobs=jobs), audience=audience)
    except DataError as error:
        problems = [problem.as_dict() for problem in error.problems if problem.severity == "error"]
        for problem in error.problems:
            if problem.severity == "error":
                say(f"{problem.place}: error[{problem.code}] {problem.message}; {problem.hint}")
        state.update(problems, title)
        return False
    except GeneratorError as error:
        say(f"error: {error}")
        state.update([{"file": "", "line": 0, "column": 0, "message": str(error), "hint": "", "code": "build"}], title)
        return False
    say(f"{report.pages} pages, {report.charts} charts in {time.monotonic() - started:.1f} s")
    state.update([])
    return True


def _problem_title(config: Config) -> str:
    """The heading over problems, in the site's first language."""
    codes = config.site.languages or ("en",)
    return load_language(codes[0], config.templates, codes).say("theme.problem_title")


def serve_site(config: Config, host: str, port: int, jobs: int, say: Callable[[str], None]) -> None:
    """Build, serve and watch until interrupted. Raises UsageError when the port is taken."""
    state, saved, folder = State(), threading.Event(), config.cache / "preview"
    handler = partial(
        PreviewHandler,
        state=state,
        script=(config.templates / "preview.js").read_bytes(),
        directory=str(folder),
    )
    try:
        server = ThreadingHTTPServer((host, port), handler)
    except OSError as error:
        raise UsageError(
            f"port {port} on {host} cannot be used ({error.strerror}); choose another with --port"
        ) from None
    server.daemon_threads = True
    watch = _Watch(config, _Changes(saved, config.cache.resolve()))
    watch.look()
    rebuild(config.file, folder, jobs, state, say)
    folder.mkdir(parents=True, exist_ok=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    watch.observer.start()
    say(f"serving on http://{host}:{server.server_port}/ (Ctrl+C stops)")
    try:
        while True:
            saved.wait()
            while saved.is_set():
                saved.clear()
                time.sleep(QUIET_SECONDS)
            watch.look()
            rebuild(config.file, folder, jobs, state, say)
    except KeyboardInterrupt:
        say("stopped")
    finally:
        watch.observer.stop()
        server.shutdown()
        server.server_close()
