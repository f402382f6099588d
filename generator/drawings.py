"""The drawings of all figures of a site, by language and figure: begun early, ready when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from generator import metadata
from generator.config import Config
from generator.edition import Edition, source_line, titled
from generator.executors import Pool, local_processes
from generator.markdown import clean
from generator.plan import Plan
from generator.state import StoredPage
from generator.studio import Caption, Drawing, Job, Studio

PNG_SCALE = 2.0

Key = tuple[str, str]


class Drawings(Mapping[Key, Drawing]):
    """Drawings by language and figure's id: those that are needed for certain, and any other when it is asked for.

    Use it with `with`: it may have processes that draw. `say` is told how many files are drawn, of how many.
    """

    def __init__(
        self,
        config: Config,
        jobs: int = 1,
        pool: Pool | None = None,
        cache: Path | None = None,
        say: Callable[[int, int], None] = lambda done, total: None,
        pictures: bool = True,
    ) -> None:
        self._config = config
        self._pictures = pictures and config.site.features.png
        self._editions: dict[str, Edition] = {}
        self._drawn: dict[Key, Drawing] = {}
        self._total = 0
        self._say = say
        # One of the processes is this one, which has other work; each that paints opens the fonts for itself.
        others = local_processes(jobs - 1) if jobs > 1 else None
        self.studio = Studio(cache, jobs, pool or others, self._done, self._count)
        self.made = 0
        """How many files were drawn, not taken from the cache."""

    def __enter__(self) -> Drawings:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: object) -> None:
        self.studio.__exit__(kind, error, at)

    def get_ready(self, plan: Plan) -> None:
        """Before the first pages of a site of which nothing is kept: have those called who will draw."""
        if self._config.site.features.explore:
            self.studio.get_ready(chinese=self._pictures and any(code.startswith("zh") for code in plan.languages))

    def begin(self, edition: Edition) -> None:
        """Draw the figures of all pages of a language that are not kept from the last build; pictures take their time.

        Other languages can be written meanwhile.
        """
        code = edition.view.language.code
        self.know(edition)
        self.prepare((code, name) for name, page in edition.owners.items() if not isinstance(page, StoredPage))
        if self.studio.is_busy:
            if self._pictures and self._config.site.site_url:
                self.studio.pictures(metadata.previews(edition.view, edition.pages))
            if self._config.site.features.explore:
                self.studio.begin_bundle()

    def know(self, edition: Edition) -> None:
        """Be ready to draw the figures of a language when they are asked for."""
        self._editions[edition.view.language.code] = edition

    def prepare(self, names: Iterable[Key]) -> None:
        """Draw figures."""
        jobs = {f"{code}/{name}": self._job(code, name) for code, name in names if (code, name) not in self._drawn}
        self._total += len(jobs) + sum(job.png is not None for job in jobs.values())
        for key, drawing in self.studio.draw(jobs).items():
            code, _, name = key.partition("/")
            self._drawn[code, name] = drawing

    def _done(self, count: int) -> None:
        self._say(count, self._total)

    def _count(self) -> None:
        self.made += 1

    def _job(self, code: str, name: str) -> Job:
        edition = self._editions[code]
        figure, view = edition.figures[name], edition.view
        scale = PNG_SCALE if self._pictures and figure.has_picture else None
        if scale is None and not self._config.site.features.reuse:
            return Job(edition.specs[name], None, None)  # nobody asks for it as a file
        caption = Caption(titled(view, figure), clean(figure.subtitle), source_line(view, figure))
        return Job(edition.specs[name], caption, scale)

    def __getitem__(self, key: Key) -> Drawing:
        if key[0] not in self._editions or key[1] not in self._editions[key[0]].owners:
            raise KeyError(key)
        if key not in self._drawn:
            self.prepare([key])
        return self._drawn[key]

    def __iter__(self) -> Iterator[Key]:
        return ((code, name) for code, edition in self._editions.items() for name in edition.owners)

    def __len__(self) -> int:
        return sum(len(edition.owners) for edition in self._editions.values())
