"""The composite index of a plan: from observations and a definition to scores, places and how sure they are.

No wording and no files. All randomness comes from `SEED`, so that a page is the same whenever it is built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from generator.composite import (
    Array,
    Choices,
    Mean,
    Parts,
    Sensitivity,
    Spread,
    Tree,
    competition_ranks,
    coverage,
    decompose,
    distance_to_target,
    dominance,
    goalposts,
    min_max,
    nearest,
    rank_score,
    sensitivity,
    spread,
    to_standard,
    uniform,
    z_score,
)
from generator.lazy import lazily
from generator.model import Area, Index, IndexIndicator, Observation
from generator.period import Period
from generator.plan import Plan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = lazily("numpy")

SEED: Final = 2018
DRAWS: Final = 1000
NOISE: Final = 0.25
"""How far the draws move a weight, up or down."""
MOST_STAGES: Final = 8
"""The latest periods that a page has room for."""


@dataclass(frozen=True)
class Part:
    """One indicator in the score of one area. Points are of 100; None where the area has no value or no score."""

    indicator: str
    observation: Observation | None
    normalised: float | None
    weight: float
    """Its share of the index in this area: larger than defined where other values are missing, 0 where it is."""
    points: float | None
    lost: float | None

    @property
    def is_illustrative(self) -> bool:
        return self.observation is not None and self.observation.basis == "illustrative"


@dataclass(frozen=True)
class AreaScore:
    """An area in one stage. Without enough values score, place and interval are None."""

    area: str
    coverage: float
    """Share of the weight that its values make up."""
    score: float | None
    place: int | None
    median: float | None
    low: float | None
    """5 % of the draws give a better place than this."""
    high: float | None
    parts: tuple[Part, ...]

    @property
    def is_illustrative(self) -> bool:
        return any(part.is_illustrative for part in self.parts)


@dataclass(frozen=True)
class IndexStage:
    """The index in one period."""

    period: Period
    scores: Mapping[str, AreaScore]
    """By area, for all that are compared, in the plan's order."""
    spread: Spread

    @cached_property
    def ranked(self) -> tuple[AreaScore, ...]:
        """Areas with a score by their place, ties in the plan's order."""
        return tuple(sorted((one for one in self.scores.values() if one.place), key=lambda one: one.place or 0))

    @cached_property
    def is_illustrative(self) -> bool:
        """Whether any number behind any place is made up: a place rests on the values of all others."""
        return any(one.is_illustrative for one in self.ranked)


@dataclass(frozen=True)
class Variant:
    """The index, decided otherwise: scores and places by area, None without a score."""

    name: str
    scores: Mapping[str, float | None]
    places: Mapping[str, int | None]


@dataclass(frozen=True)
class Completeness:
    """For how many of the compared areas an indicator has a value in a period."""

    indicator: str
    known: int
    illustrative: int
    total: int


@dataclass(frozen=True)
class IndexResult:
    """Everything a page tells of one index. Without `stages` no score could be computed."""

    index: Index
    areas: tuple[Area, ...]
    indicators: tuple[IndexIndicator, ...]
    tree: Tree
    period: Period | None
    """The last stage; without stages the period with the most values; None without any value."""
    completeness: tuple[Completeness, ...]
    best_coverage: float
    """The largest share of the weight that any area has values for in any period."""
    most_areas: int
    """The largest number of areas with enough values in any period."""
    stages: tuple[IndexStage, ...] = ()
    variants: tuple[Variant, ...] = ()
    normalisations: tuple[str, ...] = ()
    """What the draws choose from, the published one first."""
    means: tuple[Mean, ...] = ()
    sensitivity: Sensitivity = field(default_factory=Sensitivity)
    nearest: Mapping[str, tuple[tuple[str, float], ...]] | None = None
    """The areas most like each, with the distance in points of 100."""
    ahead: Mapping[str, tuple[str, ...]] | None = None
    """Whom each area is ahead of whatever the weights."""

    @property
    def last(self) -> IndexStage | None:
        return self.stages[-1] if self.stages else None

    @property
    def is_illustrative(self) -> bool:
        return any(stage.is_illustrative for stage in self.stages)


def compute_index(plan: Plan, index: Index, draws: int = DRAWS, seed: int = SEED) -> IndexResult:
    """The index in every period in which at least two areas have enough values."""
    return _Workshop(plan, index, draws, seed).result()


class _Workshop:
    """The steps of one computation, with what they share."""

    def __init__(self, plan: Plan, index: Index, draws: int, seed: int) -> None:
        self.plan, self.index, self.draws, self.seed = plan, index, draws, seed
        self.areas = plan.peers
        self.indicators = tuple(one for dimension in index.dimensions for one in dimension.indicators)
        self.directions = [-1 if plan.indicators[one.id].direction == "down" else 1 for one in self.indicators]
        self.tree = Tree(
            tuple(g for g, dimension in enumerate(index.dimensions) for _ in dimension.indicators),
            tuple(float(one.weight) for one in self.indicators),
            tuple(float(dimension.weight) for dimension in index.dimensions),
        )
        self.rows = self._observations()
        self.values = {period: self._matrix(period) for period in sorted({key[2] for key in self.rows})}
        self.periods = [period for period in self.values if self._enough(period).sum() > 1][-MOST_STAGES:]

    def _observations(self) -> dict[tuple[str, str, Period], Observation]:
        return {
            (area.id, one.id, row.period): row
            for area in self.areas
            for one in self.indicators
            for row in self.plan.observations_of(self.plan.indicators[one.id], area)
            if row.value is not None
        }

    def _matrix(self, period: Period) -> Array:
        """Areas by indicators, NaN where there is no value."""
        rows = [[self.rows.get((area.id, one.id, period)) for one in self.indicators] for area in self.areas]
        return np.array([[_value_of(row) for row in line] for line in rows])

    def _coverage(self, period: Period) -> Array:
        return coverage(~np.isnan(self.values[period]), self.tree.weights)

    def _enough(self, period: Period) -> NDArray[np.bool_]:
        """Which areas have enough values to be scored."""
        least = 1.0 if self.index.missing == "exclude-area" else float(self.index.min_coverage)
        found = self._coverage(period)
        return np.asarray((found > 0) & (found >= least - 1e-9), dtype=np.bool_)

    # --- normalisation ---

    def _normalised(self, period: Period, name: str) -> Array:
        """The values of the areas with enough of them on a scale of about 0 to 100; all others are empty."""
        x = self.values[period].copy()
        x[~self._enough(period)] = np.nan
        columns = [self._column(x[:, k], k, name) for k in range(len(self.indicators))]
        return np.array(columns).T

    def _column(self, x: Array, k: int, name: str) -> Array:
        """One indicator normalised; bounds are those of all stages, so that stages can be compared."""
        one, direction = self.indicators[k], self.directions[k]
        every = np.concatenate([self.values[period][:, k] for period in self.periods])
        every = every[~np.isnan(every)]
        standard = None if one.standard is None else float(one.standard)
        posts = None if one.min is None or one.max is None else (float(one.min), float(one.max))
        if name == "standard" and standard is not None and standard > 0:
            return np.maximum(to_standard(x, standard, direction), 0.0)
        if name == "goalposts" and posts is not None and posts[0] < posts[1]:
            return goalposts(x, posts, 100.0, direction)
        if name == "target" and standard is not None and every.size:
            start = posts[0 if direction > 0 else 1] if posts else float(every.min() if direction > 0 else every.max())
            return np.clip(distance_to_target(x, standard, direction, cap=True, start=start) * 100, 0.0, 100.0)
        if name == "min-max" and every.size:
            return min_max(x, direction, bounds=(float(every.min()), float(every.max())))
        if name == "z-score" and every.size > 1:
            return z_score(x, direction, 50.0, 10.0, (float(every.mean()), float(every.std(ddof=1))))
        if name == "rank":
            return rank_score(x, direction)
        return np.full_like(x, np.nan)

    @cached_property
    def normalisations(self) -> tuple[str, ...]:
        """The published normalisation, and the two that need no standard."""
        return tuple(dict.fromkeys((self.index.normalisation, "min-max", "z-score")))

    @cached_property
    def means(self) -> tuple[Mean, ...]:
        own: Mean = self.index.aggregation
        return (own, "geometric" if own == "arithmetic" else "arithmetic")

    # --- results ---

    def result(self) -> IndexResult:
        last = self.periods[-1] if self.periods else self._fullest()
        known = [self._coverage(period) for period in self.values]
        shared = {
            "index": self.index, "areas": self.areas, "indicators": self.indicators, "tree": self.tree, "period": last,
            "completeness": tuple(self._completeness(last)) if last else (),
            "best_coverage": max((float(found.max()) for found in known if found.size), default=0.0),
            "most_areas": max((int(self._enough(period).sum()) for period in self.values), default=0),
        }  # fmt: skip
        if not self.periods or last is None:
            return IndexResult(**shared)  # type: ignore[arg-type] # fields by name
        choices = {period: self._choices(period) for period in self.periods}
        ids = [area.id for area in self.areas]
        scored = ~np.isnan(choices[last].nominal)
        peers = self._normalised(last, "min-max")
        lead = dominance(np.where(scored[:, np.newaxis], self.values[last], np.nan), self.directions)
        return IndexResult(
            **shared,  # type: ignore[arg-type] # fields by name
            stages=tuple(self._stage(period, choices[period]) for period in self.periods),
            variants=tuple(self._variants(choices[last])),
            normalisations=self.normalisations,
            means=self.means,
            sensitivity=sensitivity(choices[last], self.seed),
            nearest={ids[n]: tuple((ids[m], round(d, 6)) for m, d in found) for n, found in enumerate(nearest(peers))},
            ahead={name: tuple(ids[m] for m in np.flatnonzero(lead[n])) for n, name in enumerate(ids)},
        )

    def _fullest(self) -> Period | None:
        """The period with the most values, the latest one of several."""
        return max(self.values, key=lambda period: (int((~np.isnan(self.values[period])).sum()), period), default=None)

    def _completeness(self, period: Period) -> list[Completeness]:
        found = []
        for one in self.indicators:
            rows = [row for area in self.areas if (row := self.rows.get((area.id, one.id, period)))]
            made_up = sum(row.basis == "illustrative" for row in rows)
            found.append(Completeness(one.id, len(rows), made_up, len(self.areas)))
        return found

    def _choices(self, period: Period) -> Choices:
        return Choices(
            {name: self._normalised(period, name) for name in self.normalisations}, self.tree, self.means, noise=NOISE
        )

    def _stage(self, period: Period, choices: Choices) -> IndexStage:
        scores = np.round(choices.nominal, 9)
        found = spread(scores, choices.scores(uniform(self.seed, self.draws, choices.width)))
        x = choices.normalised[self.index.normalisation]
        top = float(np.nanmax(x)) if self.index.normalisation == "z-score" else 100.0  # a z-score has no upper end
        parts = decompose(x, self.tree, self.means[0], top)
        known = self._coverage(period)
        return IndexStage(
            period,
            {
                area.id: AreaScore(
                    area.id, float(known[n]), _number(scores[n]), _whole(found.nominal[n]), _number(found.median[n]),
                    _number(found.low[n]), _number(found.high[n]), self._parts(period, n, x, parts),
                )
                for n, area in enumerate(self.areas)
            },
            found,
        )  # fmt: skip

    def _parts(self, period: Period, n: int, x: Array, parts: Parts) -> tuple[Part, ...]:
        return tuple(
            Part(
                one.id, self.rows.get((self.areas[n].id, one.id, period)), _number(x[n, k]),
                float(parts.weights[n, k]), _number(parts.points[n, k]), _number(parts.lost[n, k]),
            )
            for k, one in enumerate(self.indicators)
        )  # fmt: skip

    def _variants(self, choices: Choices) -> list[Variant]:
        """The same values with equal weights, the other mean, both, and the next normalisation."""
        names, other = self.normalisations, self.means[1]
        cases: Sequence[tuple[str, str, Tree, Mean]] = (
            ("published", names[0], self.tree, self.means[0]),
            ("equal", names[0], self.tree.equal(), self.means[0]),
            (other, names[0], self.tree, other),
            (f"equal-{other}", names[0], self.tree.equal(), other),
            (names[1], names[1], self.tree, self.means[0]),
        )
        found = []
        for name, normalisation, tree, mean in cases:
            nominal = Choices({normalisation: choices.normalised[normalisation]}, tree, (mean,)).nominal
            scores = np.where(np.isnan(choices.nominal), np.nan, np.round(nominal, 9))
            places = competition_ranks(scores)
            ids = [area.id for area in self.areas]
            found.append(
                Variant(
                    name,
                    {key: _number(scores[n]) for n, key in enumerate(ids)},
                    {key: _whole(places[n]) for n, key in enumerate(ids)},
                )
            )
        return found


def _value_of(row: Observation | None) -> float:
    return float(row.value) if row is not None and row.value is not None else np.nan


def _number(value: float) -> float | None:
    """A number of an array, None for NaN; rounded, so that machines differ nowhere that can be seen."""
    return None if np.isnan(value) else round(float(value), 9) + 0.0


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else int(value)
