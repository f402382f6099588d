"""The mathematics of a composite index, in plain arrays: no plan, no files, no wording.

Follows the OECD and JRC Handbook on Constructing Composite Indicators (2008). Rows are units (areas), columns are
indicators, NaN is a missing value. Nothing here reads a clock or a global random state: draws come from a seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from generator.lazy import lazily

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]
else:
    np, Array = lazily("numpy"), Any

Mean = Literal["arithmetic", "geometric", "harmonic"]
Filling = Literal["leave-out", "peers-median"]

EXACT: Final = 9
"""Decimals to which scores are rounded before they are ranked, so that equal units tie on every machine."""
FEW: Final = 64
"""Up to so many units are compared in pairs at once, which is faster than sorting."""
FLOOR: Final = 1.0
"""The least a value on the scale to 100 counts in a geometric mean of a draw, which knows no zero."""


def _array(values: ArrayLike) -> Array:
    return np.asarray(values, dtype=np.float64)


# --- normalisation ----------------------------------------------------------------------------------------------


def to_standard(values: ArrayLike, standard: float, direction: int = 1, cap: float | None = 100.0) -> Array:
    """Value / standard x 100, capped (None: not); standard / value x 100 where falling is better.

    The method of the national monitoring of science and technology progress. Raises ValueError unless standard > 0.
    """
    if not standard > 0:
        raise ValueError("a standard must be above zero")
    x = _array(values)
    if direction > 0:
        score = x / standard * 100
    else:  # a value of nothing, where less is better, is as good as can be
        score = np.where(x > 0, standard / np.where(x > 0, x, 1.0) * 100, np.where(np.isnan(x), np.nan, np.inf))
    return score if cap is None else np.minimum(score, cap)


def min_max(
    values: ArrayLike,
    direction: int = 1,
    low: float = 0.0,
    high: float = 100.0,
    bounds: tuple[float, float] | None = None,
) -> Array:
    """Place between the smallest and the largest value, on a scale from `low` to `high`.

    `bounds` fixes both ends, so that years can be compared. No range between them gives NaN: there is nothing to tell.
    """
    x = _array(values)
    if bounds is None:
        known = x[~np.isnan(x)]
        if not known.size:
            return np.full_like(x, np.nan)
        bounds = float(known.min()), float(known.max())
    least, most = bounds
    if not most > least:
        return np.full_like(x, np.nan)
    share = (x - least) / (most - least)
    return _array(low + (share if direction > 0 else 1 - share) * (high - low))


def z_score(
    values: ArrayLike,
    direction: int = 1,
    mean: float = 0.0,
    deviation: float = 1.0,
    moments: tuple[float, float] | None = None,
) -> Array:
    """Distance from the mean in sample standard deviations (n - 1), moved to `mean` and stretched to `deviation`.

    `moments` fixes mean and standard deviation over years. Fewer than two values, or no spread, give NaN.
    """
    x = _array(values)
    if moments is None:
        known = x[~np.isnan(x)]
        moments = (float(known.mean()), float(known.std(ddof=1))) if known.size > 1 else (0.0, 0.0)
    centre, spread = moments
    if not spread > 0:
        return np.full_like(x, np.nan)
    return _array(mean + np.sign(direction) * (x - centre) / spread * deviation)


def goalposts(
    values: ArrayLike, posts: tuple[float, float], scale: float = 1.0, direction: int = 1, *, log: bool = False
) -> Array:
    """Place between two fixed posts, never outside them; with `log` on a logarithmic scale, as incomes are.

    Raises ValueError unless the first post is below the second (and above zero with `log`).
    """
    lower, upper = posts
    if not lower < upper or (log and not lower > 0):
        raise ValueError("the lower post must be below the upper one, and above zero on a logarithmic scale")
    x = _array(values)
    if log:
        x = np.log(np.maximum(x, lower))
        lower, upper = float(np.log(lower)), float(np.log(upper))
    share = np.clip((x - lower) / (upper - lower), 0, 1)
    return _array((share if direction > 0 else 1 - share) * scale)


def distance_to_target(
    values: ArrayLike, target: float, direction: int = 1, cap: bool = False, start: float | None = None
) -> Array:
    """Share of the way from the worst value (or `start`) to the target; above 1 beyond it, unless capped.

    NaN where the worst value is already at the target or beyond it: there is no way to go.
    """
    x = _array(values)
    known = x[~np.isnan(x)]
    if not known.size:
        return np.full_like(x, np.nan)
    worst = start if start is not None else float(known.min() if direction > 0 else known.max())
    way = (target - worst) * direction
    if not way > 0:
        return np.full_like(x, np.nan)
    share = (x - worst) * direction / way
    return np.minimum(share, 1.0) if cap else _array(share)


def share_of_best(values: ArrayLike) -> Array:
    """Value / largest value. NaN unless the largest is above zero."""
    x = _array(values)
    best = np.nanmax(x) if not np.isnan(x).all() else np.nan
    return x / best if best > 0 else np.full_like(x, np.nan)


def competition_ranks(scores: ArrayLike) -> Array:
    """Place of each unit, best first: ties share the better place and the next ones are skipped ("1224").

    Along the last axis; only units with a score have a place, the others NaN.
    """
    rounded = np.round(_array(scores), EXACT)
    if rounded.shape[-1] <= FEW:
        better = (rounded[..., np.newaxis, :] > rounded[..., :, np.newaxis]).sum(axis=-1)
    else:
        rows = rounded.reshape(-1, rounded.shape[-1])
        better = np.array([_count_better(row) for row in rows]).reshape(rounded.shape)
    return np.where(np.isnan(rounded), np.nan, 1.0 + better)


def _count_better(row: Array) -> NDArray[np.int64]:
    """How many known values are larger than each, for rows too long to compare in pairs."""
    known = np.sort(row[~np.isnan(row)])
    return np.asarray(len(known) - np.searchsorted(known, row, side="right"), dtype=np.int64)


def borda(values: ArrayLike, direction: int = 1) -> Array:
    """How many units each one is ahead of."""
    x = np.round(_array(values), EXACT) * np.sign(direction)
    return np.where(np.isnan(x), np.nan, (x[..., np.newaxis, :] < x[..., :, np.newaxis]).sum(axis=-1) * 1.0)


def rank_score(values: ArrayLike, direction: int = 1) -> Array:
    """Places as a scale from 0 (last) to 100 (first). NaN with fewer than two values."""
    x = _array(values)
    count = int((~np.isnan(x)).sum())
    if count < 2:
        return np.full_like(x, np.nan)
    return _array((count - competition_ranks(x * np.sign(direction))) / (count - 1) * 100)


# --- weights and aggregation ------------------------------------------------------------------------------------


def shares(weights: ArrayLike) -> Array:
    """Weights as shares of one. Raises ValueError for a negative one, or when all are zero."""
    w = _array(weights)
    if not np.isfinite(w).all() or (w < 0).any() or not w.sum() > 0:
        raise ValueError("weights must not be negative, and one of them must be above zero")
    return _array(w / w.sum())


def aggregate(
    values: ArrayLike, weights: ArrayLike | None = None, mean: Mean = "arithmetic", threshold: float = 0.0
) -> Array:
    """The weighted mean of each row. A missing value is left out and the other weights grow in proportion.

    A row in which less than `threshold` of the weight is known, or nothing, has NaN. Raises ValueError where a
    geometric or harmonic mean meets a value that is not above zero.
    """
    x = np.atleast_2d(_array(values))
    w = shares(np.ones(x.shape[1]) if weights is None else weights)
    known = ~np.isnan(x)
    if mean != "arithmetic" and (x[known] <= 0).any():
        raise ValueError(f"a {mean} mean needs values above zero")
    filled = np.where(known, x, 1.0)
    weight = (w * known).sum(axis=1)
    enough = (weight > 0) & (weight >= threshold - 1e-9)
    total = (np.where(known, _forth(filled, mean), 0.0) * w).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(enough, _back(total / weight, mean), np.nan)


def _forth(x: Array, mean: Mean) -> Array:
    """What is averaged instead of the value itself."""
    return np.log(x) if mean == "geometric" else 1 / x if mean == "harmonic" else x


def _back(x: Array, mean: Mean) -> Array:
    return _array(np.exp(x) if mean == "geometric" else 1 / x if mean == "harmonic" else x)


def coverage(known: NDArray[np.bool_], weights: ArrayLike) -> Array:
    """Share of the weight that each row has values for."""
    return _array((known * shares(weights)).sum(axis=1))


@dataclass(frozen=True)
class Tree:
    """Two levels of weights: indicators in dimensions, dimensions in the index. Weights are relative."""

    dimension_of: tuple[int, ...]
    """The dimension of each indicator, counted from 0."""
    inner: tuple[float, ...]
    """Weight of each indicator within its dimension."""
    outer: tuple[float, ...]
    """Weight of each dimension."""

    @cached_property
    def weights(self) -> Array:
        """The weight of each indicator in the whole, as shares of one."""
        groups = np.array(self.dimension_of)
        outer, inner = shares(self.outer), _array(self.inner)
        return _array([outer[g] * inner[k] / inner[groups == g].sum() for k, g in enumerate(self.dimension_of)])

    def equal(self) -> Tree:
        """The same tree with equal weights on both levels."""
        return replace(self, inner=(1.0,) * len(self.inner), outer=(1.0,) * len(self.outer))

    def weights_for(self, known: NDArray[np.bool_]) -> Array:
        """The weights that really count in each row, where missing values are left out; zero for those."""
        inner = np.where(known, _array(self.inner), 0.0)
        result = np.zeros_like(inner)
        present = np.zeros((len(known), len(self.outer)))
        for g in range(len(self.outer)):
            columns = [k for k, of in enumerate(self.dimension_of) if of == g]
            within = inner[:, columns].sum(axis=1)
            present[:, g] = np.where(within > 0, self.outer[g], 0.0)
            result[:, columns] = inner[:, columns] / np.where(within > 0, within, 1.0)[:, np.newaxis]
        whole = present.sum(axis=1)
        present /= np.where(whole > 0, whole, 1.0)[:, np.newaxis]
        return _array(result * present[:, list(self.dimension_of)])


def tree_scores(x: Array, tree: Tree, inner: Array, outer: Array, mean: Mean) -> Array:
    """The index of each unit (columns) in each draw (rows), for normalised values and the weights of each draw.

    Sums are taken column by column, so that units with the same values get the very same score.
    """
    known = ~np.isnan(x)
    y = np.where(known, _forth(np.where(known, x, 1.0), mean), 0.0)
    total = np.zeros((len(inner), len(x)))
    weight = np.zeros_like(total)
    for g in range(outer.shape[1]):
        above = np.zeros_like(total)
        below = np.zeros_like(total)
        for k in (k for k, of in enumerate(tree.dimension_of) if of == g):
            above += inner[:, k, np.newaxis] * y[:, k]
            below += inner[:, k, np.newaxis] * known[:, k]
        present = below > 0
        total += outer[:, g, np.newaxis] * np.where(present, above / np.where(present, below, 1.0), 0.0)
        weight += outer[:, g, np.newaxis] * present
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weight > 0, _back(total / weight, mean), np.nan)


# --- uncertainty ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choices:
    """Everything that could have been decided otherwise. The first of each list is the decision as published."""

    normalised: Mapping[str, Array]
    """Normalised values (units x indicators, about 0 to 100) by the name of the normalisation."""
    tree: Tree
    means: tuple[Mean, ...] = ("arithmetic", "geometric")
    fillings: tuple[Filling, ...] = ("leave-out", "peers-median")
    """What is done where a value is missing: leave it out, or assume the median of the other units."""
    noise: float = 0.25
    """How far a weight may lie from the published one, up or down, as a share of it."""

    @property
    def factors(self) -> dict[str, list[int]]:
        """The columns of a draw by what they decide."""
        count = len(self.tree.inner) + len(self.tree.outer)
        return {"weights": list(range(count))} | {
            name: [count + place] for place, name in enumerate(("normalisation", "aggregation", "missing"))
        }

    @property
    def width(self) -> int:
        """How many numbers between 0 and 1 make one draw."""
        return len(self.tree.inner) + len(self.tree.outer) + 3

    @cached_property
    def nominal(self) -> Array:
        """The scores as published."""
        inner, outer = (_array(part)[np.newaxis, :] for part in (self.tree.inner, self.tree.outer))
        first = next(iter(self.normalised))
        return _array(self._scores(first, self.means[0], self.fillings[0], inner, outer)[0])

    def scores(self, draws: Array) -> Array:
        """Scores of each unit (columns) for each draw (rows of numbers between 0 and 1).

        Units that have no published score have none in any draw. A draw whose normalisation leaves a scored unit
        without a value (no range to place it in) counts as published.
        """
        middle = len(self.tree.inner)
        factor = 1 + self.noise * (2 * draws - 1)
        inner = factor[:, :middle] * _array(self.tree.inner)
        outer = factor[:, middle : middle + len(self.tree.outer)] * _array(self.tree.outer)
        names = list(self.normalised)
        picks = [
            np.minimum((draws[:, -3 + place] * len(options)).astype(int), len(options) - 1)
            for place, options in enumerate((names, self.means, self.fillings))
        ]
        result = np.full((len(draws), len(self.nominal)), np.nan)
        for a, name in enumerate(names):
            for b, mean in enumerate(self.means):
                for c, filling in enumerate(self.fillings):
                    rows = (picks[0] == a) & (picks[1] == b) & (picks[2] == c)
                    if rows.any():
                        result[rows] = self._scores(name, mean, filling, inner[rows], outer[rows])
        scored = ~np.isnan(self.nominal)
        result[np.isnan(result[:, scored]).any(axis=1)] = self.nominal
        return np.where(scored, result, np.nan)

    def _scores(self, name: str, mean: Mean, filling: Filling, inner: Array, outer: Array) -> Array:
        x = self.normalised[name]
        if filling == "peers-median":
            x = filled_by_peers(x)
        if mean != "arithmetic":
            x = np.maximum(x, FLOOR)
        return tree_scores(x, self.tree, inner, outer, mean)


def filled_by_peers(x: Array) -> Array:
    """Missing values replaced by the median of their column; a column without any value stays empty."""
    result = x.copy()
    for k in range(x.shape[1]):
        gaps = np.isnan(x[:, k])
        if gaps.any() and not gaps.all():
            result[gaps, k] = np.median(x[~gaps, k])
    return result


def uniform(seed: int, rows: int, columns: int) -> Array:
    """Numbers between 0 and 1 that are the same for the same seed everywhere."""
    return np.random.Generator(np.random.PCG64(seed)).random((rows, columns))


@dataclass(frozen=True)
class Spread:
    """What the draws say of the places. Arrays have one entry a unit, NaN for units without a score."""

    nominal: Array
    """Places as published."""
    median: Array
    low: Array
    """5 % of the draws place the unit better than this (linear interpolation between places)."""
    high: Array
    reversed_share: float
    """Share of pairs of units whose order a draw reverses, on average."""
    unsure_pairs: int
    """Pairs whose order is reversed in at least 5 % of the draws."""
    pairs: int
    """Pairs of units that the published scores put in an order."""
    draws: int


def spread(nominal: Array, draws: Array) -> Spread:
    """Places and their 5 % to 95 % interval over draws of scores (draws x units)."""
    places = competition_ranks(nominal)
    scored = ~np.isnan(nominal)
    drawn = competition_ranks(draws[:, scored])
    low, median, high = (np.full_like(nominal, np.nan) for _ in range(3))
    if len(draws) and scored.any():
        low[scored], median[scored], high[scored] = np.quantile(drawn, (0.05, 0.5, 0.95), axis=0)
    before = places[scored, np.newaxis] - places[scored]
    upper = np.triu(before != 0, 1)
    back = _reversals(before, drawn) / max(len(draws), 1)
    pairs = int(upper.sum())
    share = float(back[upper].mean()) if pairs else 0.0
    return Spread(places, median, low, high, share, int((back[upper] >= 0.05).sum()), pairs, len(draws))


def _reversals(before: Array, drawn: Array) -> Array:
    """In how many draws each pair stands in the other order; a few draws at a time, so that memory stays small."""
    count = np.zeros_like(before)
    step = max(1, 4_000_000 // max(before.size, 1))
    for start in range(0, len(drawn), step):
        some = drawn[start : start + step]
        count += ((some[:, :, np.newaxis] - some[:, np.newaxis, :]) * before < 0).sum(axis=0)
    return count


def share_ahead(draws: Array) -> Array:
    """How often the unit of the row is ahead of the unit of the column."""
    rounded = np.round(draws, EXACT)
    return _array((rounded[:, :, np.newaxis] > rounded[:, np.newaxis, :]).mean(axis=0))


# --- sensitivity ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sensitivity:
    """How much of the variation each factor explains: alone (first) and with everything it takes part in (total)."""

    first: dict[str, float] = field(default_factory=dict)
    total: dict[str, float] = field(default_factory=dict)
    """Both empty when nothing varies."""


def sobol(ya: Array, yb: Array, yab: Mapping[str, Array]) -> Sensitivity:
    """First and total order from the results of two samples, and of the first with one factor of the second.

    First: mean(yB (yAB - yA)) / Var; total: mean((yA - yAB)^2) / (2 Var), over the variance of both samples.
    """
    both = np.concatenate([ya, yb])
    variance = float(both.var())
    if not variance > 1e-15:
        return Sensitivity()
    a, b = ya - both.mean(), yb - both.mean()
    mixed = {name: y - both.mean() for name, y in yab.items()}
    return Sensitivity(
        {name: float((b * (y - a)).mean() / variance) for name, y in mixed.items()},
        {name: float(((a - y) ** 2).mean() / variance / 2) for name, y in mixed.items()},
    )


def sensitivity(choices: Choices, seed: int, base: int = 1024) -> Sensitivity:
    """Which choice moves the places most: Sobol indices of the mean absolute shift of a place.

    The weights count as one factor. Uses base x (factors + 2) scores.
    """
    if np.isnan(choices.nominal).all():
        return Sensitivity()
    samples = uniform(seed, base, 2 * choices.width)
    a, b = samples[:, : choices.width], samples[:, choices.width :]
    results = {}
    for name, columns in choices.factors.items():
        mixed = a.copy()
        mixed[:, columns] = b[:, columns]
        results[name] = mean_shift(choices, mixed)
    return sobol(mean_shift(choices, a), mean_shift(choices, b), results)


def mean_shift(choices: Choices, draws: Array) -> Array:
    """By how many places a unit is moved on average, in each draw."""
    scored = ~np.isnan(choices.nominal)
    places = competition_ranks(choices.nominal[scored])
    return _array(np.abs(competition_ranks(choices.scores(draws)[:, scored]) - places).mean(axis=1))


# --- reading a score --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parts:
    """A score taken apart (units x indicators): what each indicator brings, and what it costs against `best`."""

    weights: Array
    points: Array
    """They add up to the score of an arithmetic mean; of a geometric one, to the score as well (see `decompose`)."""
    lost: Array
    """They add up to best - score."""


def decompose(x: Array, tree: Tree, mean: Mean = "arithmetic", best: float = 100.0) -> Parts:
    """Where the points of each unit come from, and where they are lost.

    An arithmetic mean is a sum, so that its parts are its terms. The gap of a geometric mean is shared out with the
    logarithmic mean (the LMDI method), which adds up exactly; its points are what is left of each indicator's weight.
    """
    known = ~np.isnan(x)
    weights = tree.weights_for(known)
    filled = np.where(known, x, best)
    if mean == "arithmetic":
        lost = weights * (best - filled)
    else:
        filled = np.maximum(filled, FLOOR) if mean == "geometric" else filled
        score = np.exp((weights * np.log(filled)).sum(axis=1))
        ratio = np.log(best / score)
        gap = np.where(np.abs(ratio) > 1e-12, (best - score) / np.where(np.abs(ratio) > 1e-12, ratio, 1.0), best)
        lost = gap[:, np.newaxis] * weights * np.log(best / filled)
    empty = ~known
    lost = np.where(empty, np.nan, lost)
    points = np.where(empty, np.nan, weights * best - lost)
    return Parts(weights, points, lost)


def distances(x: Array) -> Array:
    """How unlike two units are: the root of the mean squared difference over the indicators both have; NaN if none."""
    known = ~np.isnan(x)
    both = known[:, np.newaxis, :] & known[np.newaxis, :, :]
    filled = np.where(known, x, 0.0)
    squares = np.where(both, (filled[:, np.newaxis, :] - filled[np.newaxis, :, :]) ** 2, 0.0).sum(axis=2)
    count = both.sum(axis=2)
    return np.where(count > 0, np.sqrt(squares / np.maximum(count, 1)), np.nan)


def nearest(x: Array, most: int = 3, least: float = 0.5) -> list[list[tuple[int, float]]]:
    """The units most like each one with their distance, the nearest first.

    Pairs that share fewer than `least` of the indicators are not compared.
    """
    known = ~np.isnan(x)
    shared = (known[:, np.newaxis, :] & known[np.newaxis, :, :]).mean(axis=2)
    table = np.where(shared >= least, distances(x), np.nan)
    result = []
    for unit, row in enumerate(table):
        others = [(float(d), other) for other, d in enumerate(row) if other != unit and not np.isnan(d)]
        result.append([(other, d) for d, other in sorted(others)[:most]])
    return result


def dominance(x: Array, directions: Sequence[int]) -> NDArray[np.bool_]:
    """Whether the unit of the row is ahead of the unit of the column whatever the weights.

    At least as good in every indicator and better in one; both must have values for the same indicators, all of them
    or the same ones. No weighted mean of any kind can then put the second one ahead.
    """
    known = ~np.isnan(x)
    y = np.where(known, x, 0.0) * _array(directions)
    same = (known[:, np.newaxis, :] == known[np.newaxis, :, :]).all(axis=2) & known.any(axis=1)
    least = (y[:, np.newaxis, :] >= y[np.newaxis, :, :]).all(axis=2)
    more = (y[:, np.newaxis, :] > y[np.newaxis, :, :]).any(axis=2)
    return np.asarray(same & least & more, dtype=np.bool_)


def outranking(x: ArrayLike, weights: ArrayLike | None = None) -> Array:
    """Weight of the indicators in which the row's unit beats the column's; half of it where they are equal."""
    values = _array(x)
    w = shares(np.ones(values.shape[1]) if weights is None else weights)
    left, right = values[:, np.newaxis, :], values[np.newaxis, :, :]
    table = (((left > right) + 0.5 * (left == right)) * w).sum(axis=2)
    np.fill_diagonal(table, 0.0)
    return _array(table)


def dominant_pairs(table: Array) -> int:
    """Pairs of an outranking matrix in which one unit is ahead in everything."""
    return int((np.isclose(table, 1.0) & ~np.eye(len(table), dtype=bool)).sum())


def copeland(table: Array) -> Array:
    """Wins less losses of each unit in an outranking matrix; a win is more than half of the weight."""
    wins = (table > 0.5 + 1e-12).astype(int) - (table < 0.5 - 1e-12)
    np.fill_diagonal(wins, 0)
    return _array(wins.sum(axis=1))
