"""The index in plain arrays: published results to the digit, two independent programs, and rules that always hold."""

import importlib
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from generator.composite import (
    Choices,
    Tree,
    aggregate,
    borda,
    competition_ranks,
    copeland,
    coverage,
    decompose,
    distance_to_target,
    distances,
    dominance,
    dominant_pairs,
    filled_by_peers,
    goalposts,
    mean_shift,
    min_max,
    nearest,
    outranking,
    rank_score,
    sensitivity,
    share_ahead,
    share_of_best,
    shares,
    sobol,
    spread,
    to_standard,
    tree_scores,
    uniform,
    z_score,
)

NAN = np.nan


def close(found, expected, tolerance=1e-6):
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance, equal_nan=True)


# --- published examples -------------------------------------------------------------------------------------------


def test_v13_min_max():
    """COINr's article on normalising: sepal length in iris, miles per gallon in mtcars."""
    close(min_max([4.3, 5.1, 7.9])[1], 22.222222)
    close(min_max([10.4, 21, 33.9], high=1)[1], 0.4510638)
    close(min_max([5.1], bounds=(4.3, 7.9)), [22.222222])


def test_v14_distance_to_target():
    """Both directions, with and without a cap (COINr's tests)."""
    close(distance_to_target([0, 5, 11], 10), [0, 0.5, 1.1])
    close(distance_to_target([0, 5, 11], 10, cap=True), [0, 0.5, 1])
    close(distance_to_target([-1, 1, 10], 0, -1), [1.1, 0.9, 0])
    close(distance_to_target([-1, 1, 10], 0, -1, cap=True), [1, 0.9, 0])


def test_v15_goalposts():
    """Never outside the posts, in either direction (COINr's tests)."""
    close(goalposts([1, 11, -1], (0, 10)), [0.1, 1, 0])
    close(goalposts([1, 11, -1], (0, 10), direction=-1), [0.9, 0, 1])


def test_v16_means():
    """Weighted geometric and harmonic means; what they cannot do is refused (COINr's tests)."""
    close(aggregate([1, 2, 3], mean="geometric"), [1.817121])
    close(aggregate([1, 2, 3], [1, 1, 2], "geometric"), [2.059767])
    close(aggregate([1, 2, 3], [2, 1, 1], "harmonic"), [1.411765])
    for wrong in (0, -1):
        with pytest.raises(ValueError, match="above zero"):
            aggregate([1, 2, wrong], mean="geometric")


ASEM = {
    "CHE": ((63.41, 32.87, 74.78, 85.94, 56.93), (77.21, 87.85, 56.88), (62.79, 73.98, 68.38)),
    "NLD": ((64.87, 46.62, 84.55, 71.74, 41.92), (58.73, 86.58, 57.78), (61.94, 67.70, 64.82)),
    "DNK": ((50.52, 30.43, 78.13, 75.35, 51.04), (69.83, 86.40, 61.29), (57.10, 72.51, 64.80)),
    "BEL": ((71.97, 48.22, 80.84, 75.60, 43.32), (53.01, 86.17, 50.09), (63.99, 63.09, 63.54)),
}
"""Pillars of connectivity, pillars of sustainability, and what they make: two sub-indices and the index."""


@pytest.mark.parametrize("country", ASEM)
def test_v17_asem_connectivity_index(country):
    """Two levels, equal weights, arithmetic: the published table, which is rounded to two decimals."""
    connectivity, sustainability, expected = ASEM[country]
    tree = Tree((0,) * 5 + (1,) * 3, (1.0,) * 8, (1.0, 1.0))
    values = np.array([[*connectivity, *sustainability]])

    whole = tree_scores(values, tree, np.ones((1, 8)), np.ones((1, 2)), "arithmetic")[0, 0]

    close([aggregate(connectivity)[0], aggregate(sustainability)[0], whole], expected, 0.01)
    close((tree.weights * values).sum(), whole)


def test_v17_asem_order():
    """The order of the four in the published table."""
    tree = Tree((0,) * 5 + (1,) * 3, (1.0,) * 8, (1.0, 1.0))
    choices = Choices({"given": np.array([[*one, *other] for one, other, _ in ASEM.values()])}, tree)

    assert competition_ranks(choices.nominal).tolist() == [1, 2, 3, 4]


def test_v18_missing_values():
    """They are left out, and a row with too few values has none (COINr's article on aggregating)."""
    rows = [[1, 3, 1], [2, NAN, NAN], [3, NAN, 1]]

    close(aggregate(rows, threshold=2 / 3), [1.666667, NAN, 2.0])


def test_v19_outranking_and_copeland():
    """COINr's test matrix."""
    table = outranking([[1, 3, 2], [2, 2, 3], [3, 1, 1], [4, 5, 4]])

    close([table[1, 0], table[2, 0], table[3, 0]], [2 / 3, 1 / 3, 1])
    assert dominant_pairs(table) == 3
    assert copeland(table).tolist() == [-1, 1, -3, 3]


def test_v20_human_development_index():
    """The technical note of the UN Development Programme: income on a logarithmic scale, geometric mean of three."""
    income = goalposts([3829], (100, 75000), log=True)

    close(income, [0.5506], 5e-4)
    close(aggregate([[0.6971, 0.3447, income[0]]], mean="geometric"), [0.510], 5e-4)


def test_v21_national_science_monitoring():
    """Value over standard, capped at 100, weighted."""
    scores = np.array([to_standard([x], s)[0] for x, s in ((1.61, 2.5), (6.0, 8), (12.0, 10))])

    close(scores, [64.4, 75.0, 100])
    close(aggregate(scores, [0.5, 0.3, 0.2]), [74.7])


def test_v22_a_rate_of_the_whole_needs_its_denominators():
    """The simple mean of the areas' rates is not the province's rate."""
    product, research = np.array([6000, 3000, 1000]), np.array([120, 30, 5])
    rates = research / product * 100

    close(rates, [2.0, 1.0, 0.5])
    close(aggregate(rates, product), [1.55])
    close(research.sum(), 155)
    assert not math.isclose(aggregate(rates)[0], 1.55, abs_tol=0.005)
    close(aggregate(rates), [1.1666667])


def test_v23_share_of_draws_ahead():
    """With weights w and 1 - w the first unit is ahead when w > 0.4."""
    x, weight = np.array([[80.0, 40.0], [50.0, 60.0]]), uniform(23, 100_000, 1)
    tree = Tree((0, 1), (1.0, 1.0), (1.0, 1.0))

    draws = tree_scores(x, tree, np.ones((100_000, 2)), np.hstack([weight, 1 - weight]), "arithmetic")

    close(share_ahead(draws)[0, 1], 0.6, 0.005)


def test_z_scores_use_the_sample_standard_deviation():
    """n - 1, as COINr does; the population's would give -1.183216 for the first."""
    close(z_score([2, 4, 6, 10]), [-1.024695, -0.439155, 0.146385, 1.317465])


# --- edges --------------------------------------------------------------------------------------------------------


def test_no_range_tells_nothing():
    """Equal values give no score, neither 0 nor 100."""
    for found in (min_max([3, 3]), z_score([3, 3]), z_score([3]), distance_to_target([3, 3], 3), share_of_best([0, 0])):
        assert np.isnan(found).all()
    for empty in (min_max([NAN]), distance_to_target([NAN], 1), rank_score([NAN, 1.0]), share_of_best([NAN])):
        assert np.isnan(empty).all()


def test_missing_values_stay_missing():
    """No normalisation makes a number out of nothing."""
    x = [1.0, NAN, 3.0]
    for found in (
        min_max(x), z_score(x), goalposts(x, (0, 4)), to_standard(x, 2), to_standard(x, 2, -1), rank_score(x),
        share_of_best(x), borda(x), competition_ranks(x), distance_to_target(x, 4),
    ):  # fmt: skip
        assert np.isnan(found).tolist() == [False, True, False]


def test_a_standard_can_be_a_ceiling():
    """Where falling is better, half of the standard would score 200 and is capped; none at all is as good as can be."""
    close(to_standard([1, 2, 4, 0], 2, -1), [100, 100, 50, 100])
    close(to_standard([4], 2, cap=None), [200])


@pytest.mark.parametrize(
    "call",
    [
        lambda: to_standard([1], 0), lambda: goalposts([1], (2, 1)), lambda: goalposts([1], (0, 1), log=True),
        lambda: shares([1, -1]), lambda: shares([0, 0]), lambda: shares([1, NAN]),
        lambda: aggregate([1, 0], mean="harmonic"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_refused(call):
    with pytest.raises(ValueError, match=r"\w"):
        call()


def test_competition_ranks():
    """ "1224": ties share the better place; only units with a score have one; long rows give the same as short ones."""
    assert competition_ranks([5, 7, 7, 9]).tolist() == [4, 2, 2, 1]
    close(competition_ranks([1, NAN, 2]), [2, NAN, 1])
    many = np.round(uniform(1, 2, 200), 2)
    expected = [[1 + sum(other > one for other in row) for one in row] for row in many]
    assert competition_ranks(many).tolist() == expected


def test_borda_and_rank_score():
    assert borda([5, 7, 9]).tolist() == [0, 1, 2]
    assert rank_score([5, 7, 9], -1).tolist() == [100, 50, 0]


def test_coverage_is_a_share_of_the_weight():
    close(coverage(np.array([[True, False]]), [3, 1]), [0.75])


def test_missing_values_move_weight_within_their_dimension_first():
    """A dimension keeps its weight as long as one of its indicators is known."""
    tree = Tree((0, 0, 1), (2.0, 1.0, 1.0), (3.0, 1.0))

    weights = tree.weights_for(np.array([[True, True, True], [False, True, True], [True, True, False]]))

    close(weights, [[0.5, 0.25, 0.25], [0, 0.75, 0.25], [2 / 3, 1 / 3, 0]])
    close(weights[0], tree.weights)


def test_gaps_may_be_filled_by_the_peers():
    """With the median of those that are known; a column without any stays empty."""
    close(filled_by_peers(np.array([[1.0, NAN], [3.0, NAN], [NAN, NAN]])), [[1, NAN], [3, NAN], [2, NAN]])


# --- reading a score ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
def test_parts_add_up_to_the_score(mean):
    """Points to the score and lost points to what is missing to 100, also where a value is missing."""
    tree = Tree((0, 0, 1), (2.0, 1.0, 1.0), (3.0, 1.0))
    x = np.array([[50.0, 100.0, 20.0], [NAN, 40.0, 100.0], [100.0, 100.0, 100.0]])
    scores = tree_scores(x, tree, np.array([tree.inner]), np.array([tree.outer]), mean)[0]

    parts = decompose(x, tree, mean)

    close(np.nansum(parts.points, axis=1), scores)
    close(np.nansum(parts.lost, axis=1), 100 - scores)
    assert (np.nan_to_num(parts.lost) >= -1e-12).all()


def test_distance_is_in_points():
    """0 for twins, 100 for opposites; only what both have is compared."""
    x = np.array([[0.0, 0.0], [100.0, 100.0], [0.0, NAN]])

    close(distances(x), [[0, 100, 0], [100, 0, 100], [0, 100, 0]])
    assert nearest(x, 1)[0] == [(2, 0.0)]
    assert nearest(x, 3, least=0.9)[0] == [(1, 100.0)]


def test_dominance_needs_the_same_values():
    """Better in one, worse in none, in the direction of each indicator."""
    x = np.array([[2.0, 1.0], [1.0, 1.0], [1.0, 2.0], [1.0, NAN]])

    found = dominance(x, [1, -1])

    assert [(int(a), int(b)) for a, b in np.argwhere(found)] == [(0, 1), (0, 2), (1, 2)]


# --- uncertainty ------------------------------------------------------------------------------------------------------


def some_choices(x=None, **changes):
    x = uniform(7, 6, 4) * 99 + 1 if x is None else x
    normalised = {"given": x, "min-max": np.array([min_max(column) for column in x.T]).T}
    return Choices(normalised, Tree((0, 0, 1, 1), (1.0, 2.0, 1.0, 1.0), (2.0, 1.0)), **changes)


def test_nothing_decided_otherwise_nothing_uncertain():
    """Without noise and with one choice of each kind every interval is the place itself."""
    choices = some_choices(noise=0.0, means=("arithmetic",), fillings=("leave-out",))
    choices = Choices({"given": choices.normalised["given"]}, choices.tree, choices.means, choices.fillings, 0.0)

    found = spread(choices.nominal, choices.scores(uniform(1, 500, choices.width)))

    assert found.low.tolist() == found.high.tolist() == found.median.tolist() == found.nominal.tolist()
    assert (found.reversed_share, found.unsure_pairs, found.pairs) == (0.0, 0, 15)
    assert sensitivity(choices, 1, 64).total == {}


def test_draws_are_the_same_for_the_same_seed():
    choices = some_choices()
    one, other = (choices.scores(uniform(5, 200, choices.width)) for _ in range(2))

    assert one.tolist() == other.tolist()
    assert choices.scores(uniform(6, 200, choices.width)).tolist() != one.tolist()


def test_weights_move_by_a_quarter_at_most():
    """The first column of a draw at its ends gives 0.75 and 1.25 of the weight."""
    x = np.array([[100.0, 0.0], [0.0, 100.0]])
    choices = Choices({"given": x}, Tree((0, 1), (1.0, 1.0), (1.0, 1.0)), ("arithmetic",), ("leave-out",))
    draws = np.full((2, choices.width), 0.5)
    draws[:, 2] = (0.0, 1.0)

    close(choices.scores(draws)[:, 0], [0.75 / 1.75 * 100, 1.25 / 2.25 * 100])


def test_a_unit_without_a_score_stays_without():
    """It takes no place in any draw."""
    x = np.vstack([uniform(7, 3, 4) * 99 + 1, np.full(4, NAN)])
    choices = some_choices(x)
    draws = choices.scores(uniform(1, 50, choices.width))

    found = spread(choices.nominal, draws)

    assert np.isnan(draws[:, 3]).all()
    assert np.isnan([found.nominal[3], found.low[3], found.high[3]]).all()
    assert found.pairs == 3


def test_many_units_are_compared_in_pieces():
    """The share of reversed pairs does not depend on how many draws are taken at a time."""
    draws = uniform(3, 2100, 60)
    nominal = draws[0]

    found = spread(nominal, draws)

    assert found.pairs == 1770
    assert 0.45 < found.reversed_share < 0.5


finite = st.floats(1, 100, allow_nan=False).map(lambda value: round(value, 3))
tables = arrays(np.float64, (5, 4), elements=finite)


@settings(max_examples=60, deadline=None)
@given(tables)
def test_who_is_ahead_in_everything_never_falls_behind(x):
    """In no draw, whatever the weights, the normalisation and the mean."""
    ahead = dominance(x, [1, 1, 1, 1])
    choices = some_choices(x)

    places = competition_ranks(choices.scores(uniform(2, 100, choices.width)))

    for winner, other in np.argwhere(ahead):
        assert (places[:, winner] <= places[:, other]).all()


@settings(max_examples=60, deadline=None)
@given(tables, st.floats(0.1, 50), st.floats(-30, 30))
def test_units_of_measurement_change_nothing(x, factor, shift):
    """Min-max and z-scores do not see whether a value is in yuan or in thousands of yuan."""
    for normalise in (min_max, z_score):
        before, after = (normalise(values[:, 0]) for values in (x, x * factor + shift))
        if x[:, 0].std() > 1e-6:
            close(after, before, 1e-6)


@settings(max_examples=60, deadline=None)
@given(tables)
def test_twins_tie(x):
    """Two units with the same values share every place."""
    x = np.vstack([x, x[0]])
    choices = some_choices(x)

    places = competition_ranks(choices.scores(uniform(3, 100, choices.width)))

    assert (places[:, 0] == places[:, -1]).all()


# --- two other programs -----------------------------------------------------------------------------------------


def test_ishigami():
    """Sobol indices of a function whose true ones are known: 0.314, 0.442, 0 and 0.558, 0.442, 0.244."""

    def ishigami(u):
        x = (2 * u - 1) * math.pi
        return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])

    a, b = np.split(uniform(11, 60_000, 6), 2, axis=1)
    mixed = {}
    for name in range(3):
        ab = a.copy()
        ab[:, name] = b[:, name]
        mixed[str(name)] = ishigami(ab)

    found = sobol(ishigami(a), ishigami(b), mixed)

    close([found.first[key] for key in "012"], [0.3139, 0.4424, 0.0], 0.02)
    close([found.total[key] for key in "012"], [0.5576, 0.4424, 0.2437], 0.02)


def test_sobol_agrees_with_salib():
    """The same samples give the same indices."""
    estimators = importlib.import_module("SALib.analyze.sobol")
    a, b, ab = uniform(4, 3, 500) ** 2 + 1
    ours = sobol(a, b, {"x": ab})
    centred = [y - np.concatenate([a, b]).mean() for y in (a, ab, b)]

    close(ours.first["x"], estimators.first_order(*centred))
    close(ours.total["x"], estimators.total_order(*centred))


def test_normalisations_agree_with_pymcdm():
    """Min-max in both directions."""
    other = importlib.import_module("pymcdm.normalizations")
    x = uniform(8, 1, 30)[0] * 40

    close(min_max(x, high=1), other.minmax_normalization(x))
    close(min_max(x, -1, high=1), other.minmax_normalization(x, cost=True))


def test_weighted_sums_agree_with_pymcdm():
    """A flat tree is a weighted sum of min-max values (the WSM method), and its ranks are the same."""
    methods = importlib.import_module("pymcdm.methods")
    normalizations = importlib.import_module("pymcdm.normalizations")
    x, w = uniform(9, 12, 5) * 10, shares([3, 1, 2, 2, 4])
    method = methods.WSM(normalizations.minmax_normalization)
    normalised = np.array([min_max(column, high=1) for column in x.T]).T

    ours = aggregate(normalised, w)

    close(ours, method(x, w, np.ones(5)))
    assert competition_ranks(ours).tolist() == method.rank(ours).tolist()


def test_the_mean_shift_of_the_published_choices_is_nothing():
    """All columns at their published ends move no place."""
    choices = some_choices()
    draws = np.full((1, choices.width), 0.5)
    draws[0, -3:] = 0.0

    assert mean_shift(choices, draws).tolist() == [0.0]


def test_sensitivity_names_what_matters():
    """With weights that cannot move and one mean, only the normalisation can move a place."""
    x = np.array([[1.0, 100.0, 1.0, 1.0], [2.0, 10.0, 50.0, 50.0], [50.0, 1.0, 100.0, 2.0]])
    choices = some_choices(x, noise=0.0, means=("arithmetic",))

    found = sensitivity(choices, 3, 256)

    if found.total:
        assert max(found.total, key=lambda name: found.total[name]) == "normalisation"
        close(found.total["weights"], 0)
