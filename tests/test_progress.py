"""Progress of a series: published vectors, the table of edge cases, and properties that hold for any numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.progress import (
    BANDS,
    Goal,
    Rules,
    Tolerance,
    annual_growth,
    assess_progress,
    exact,
    limit_factor,
    score_with_target,
    score_without_target,
    statcan_overall,
    statcan_score,
    statcan_series,
)


def near(value: float, tolerance: float = 1e-6) -> object:
    return pytest.approx(value, abs=tolerance)


# --- vectors V01 to V12 -----------------------------------------------------------------------------------------

HALF_WAY = ((2015, 50), [(2030, 100)], [(2015, 50), (2020, 60)], "up")


def test_v01_growth_ratio_and_score() -> None:
    """Growth of 3.7 % a year where 4.7 % was needed is moderate by Statistics Canada's formula."""
    one = assess_progress(*HALF_WAY)

    assert float(one.growth) == near(0.037137289)
    assert float(one.growth_needed) == near(0.047294123)
    assert float(one.growth_ratio) == near(0.785241107)
    assert one.growth_band == "moderate"
    assert float(one.score) == near(1.3232, 1e-3)


def test_v02_the_edge_of_a_band_is_exact_and_belongs_to_it() -> None:
    """10 of 50 in 5 of 15 years is exactly 0.6, which floats miss; 0.6 is moderate."""
    one = assess_progress(*HALF_WAY)

    assert one.share == Fraction(1, 5)
    assert one.ratio == Fraction(3, 5)
    assert one.band == "moderate"


def test_v03_un_statistics_division() -> None:
    """The observed growth leads to 86.4, which is 72.8 % of the way: some progress."""
    one = assess_progress(*HALF_WAY)

    assert float(one.projected) == near(86.4)
    assert float(one.projected_ratio) == near(0.728)
    assert one.un_score == 2


def test_v04_falling_is_good() -> None:
    one = assess_progress((2015, 100), [(2030, 50)], [(2020, 80)], "down")

    assert one.ratio == Fraction(6, 5)
    assert float(one.growth_ratio) == near(0.966542304)
    assert (one.band, one.growth_band, one.methods_disagree) == ("on-track", "on-track", False)


def test_v05_the_two_methods_disagree() -> None:
    one = assess_progress((2017, 80000), [(2020, 40000)], [(2019, 52000)], "down")

    assert one.ratio == Fraction(105, 100)
    assert float(one.growth_ratio) == near(0.939286084)
    assert (one.band, one.growth_band) == ("on-track", "moderate")
    assert one.methods_disagree


def test_v06_moving_away() -> None:
    one = assess_progress((2015, 50), [(2030, 100)], [(2020, 45)], "up")

    assert float(one.growth_ratio) == near(-0.440892787)
    assert float(one.score) == near(-4.337068, 1e-3)
    assert one.band == one.growth_band == "deteriorating"


def test_v07_a_baseline_of_zero_has_no_growth_rate() -> None:
    """Zero is never replaced by a small number, which would make this look on track."""
    one = assess_progress((2017, 0), [(2020, 10)], [(2019, 3)], "up")

    assert one.ratio == Fraction(45, 100)
    assert one.band == "limited"
    assert (one.growth_ratio, one.growth_reason) == (None, "zero-baseline")


def test_v08_a_change_of_sign_has_no_growth_rate() -> None:
    one = assess_progress((2017, -2), [(2020, 3)], [(2019, 1)], "up")

    assert (one.share, one.ratio, one.band) == (Fraction(3, 5), Fraction(9, 10), "moderate")
    assert (one.growth_ratio, one.growth_reason) == (None, "sign-change")


def test_v09_met_at_the_baseline_and_worsening() -> None:
    one = assess_progress((2017, 55), [(2020, 50)], [(2017, 55), (2019, 53)], "up")

    assert (one.band, one.share, one.reasons) == ("achieved", None, ("met-at-baseline",))
    assert "worsening" in one.flags


def test_v10_a_target_equal_to_the_baseline_that_was_lost() -> None:
    one = assess_progress((2017, 50), [(2020, 50)], [(2017, 50), (2019, 48)], "up")

    assert one.band == "off-track"
    assert (one.share, one.ratio, one.growth_ratio) == (None, None, None)
    assert one.reasons == ("lost-target", "no-distance")


@pytest.mark.parametrize(
    ("ratio", "score"), [("1.30", 5), ("0.95", 2.5), ("0.60", 0), ("0", -2.5), ("-0.60", -5), ("9", 5), ("-9", -5)]
)
def test_v11_score_of_a_growth_ratio(ratio: str, score: float) -> None:
    assert float(score_with_target(Fraction(ratio))) == near(score, 1e-3)


@pytest.mark.parametrize(
    ("start", "limit", "factor"),
    [(90, 100, 0.373621645), (50, 100, 0.953929087), (15, 10, 0.953929087), (100, 100, 0), (20, 10, 1), (0, 0, 1)],
)
def test_v12_natural_limit(start: int, limit: int, factor: float) -> None:
    assert float(limit_factor(start, limit)) == near(factor)


def test_v12_bounds_near_a_limit() -> None:
    """At 90 of 100 the bounds of 1.5 % and 0.5 % a year shrink to 0.56 % and 0.19 %."""
    factor = limit_factor(90, 100)

    assert float(factor) * 1.5 == near(0.560432)
    assert float(factor) * 0.5 == near(0.186811)


# --- edge cases -------------------------------------------------------------------------------------------------

STAGES = [(2018, 12), (2019, 15), (2020, 20)]


def test_stage_targets_are_the_expected_values() -> None:
    one = assess_progress((2017, 10), STAGES, [(2018, 11)], "up")

    assert (one.expected, one.ratio, one.share) == (12, Fraction(1, 2), Fraction(1, 10))
    assert [step.formula for step in one.steps][:3] == ["share", "expected-stage", "ratio"]


def test_between_stages_the_path_is_straight() -> None:
    one = assess_progress((2017, 10), [(2018, 12), (2020, 20)], [(2019, 16)], "up")

    assert (one.expected, one.band) == (16, "on-track")
    assert one.steps[1].formula == "expected"


def test_in_the_final_year_only_met_or_missed_is_left() -> None:
    one = assess_progress((2017, 10), STAGES, [(2020, "19.99")], "up")

    assert (one.band, one.share == one.ratio, one.needed, one.next_band) == ("missed", True, None, None)


@pytest.mark.parametrize(
    ("observations", "band", "flags"),
    [
        ([(2019, 16), (2021, 30)], "on-track", {"expired", "final-missing"}),
        ([(2020, 16), (2021, 30)], "missed", {"expired"}),
    ],
)
def test_values_after_the_final_year_are_history(observations: list, band: str, flags: set[str]) -> None:
    one = assess_progress((2017, 10), STAGES, observations, "up")

    assert (one.band, one.flags, one.newest.time) == (band, flags, 2021)


@pytest.mark.parametrize(
    ("start", "path", "observations", "band", "reason"),
    [
        ((2017, 10), [], [(2018, 12)], None, "no-target"),
        ((2017, 10), STAGES, [], None, "no-observation"),
        ((2017, 10), STAGES, [(2021, 30)], None, "no-observation"),
        (None, STAGES, [(2018, 12)], None, "no-baseline"),
        (None, STAGES, [(2018, 21)], "achieved", "no-baseline"),
        (None, STAGES, [(2020, 19)], "missed", "no-baseline"),
        ((2017, 10), STAGES, [(2017, 10)], None, "single-point"),
        ((2017, 10), STAGES, [(2017, 10), (2018, 14, "B")], None, "series-break"),
        ((2017, 10), STAGES, [(2017, 10), (2018, 21, "B")], "achieved", "series-break"),
        ((2017, 30), STAGES, [(2019, 25)], "achieved", "met-at-baseline"),
        ((2017, 30), STAGES, [(2019, 15)], "off-track", "lost-target"),
        ((2017, 30), STAGES, [(2020, 15)], "missed", "lost-target"),
        ((2017, 10), [(2020, 20, "~")], [(2019, 15)], None, "about-target"),
    ],
)
def test_why_there_is_no_ratio(
    start: tuple[int, int] | None, path: list[tuple], observations: list[tuple], band: str | None, reason: str
) -> None:
    one = assess_progress(start, path, observations, "up")

    assert (one.band, one.reasons, one.ratio) == (band, (reason,), None)


def test_without_direction_a_target_needs_an_operator() -> None:
    assert assess_progress((2017, 10), [(2020, 20)], [(2019, 15)], "none").reasons == ("no-direction",)
    assert assess_progress((2017, 10), [(2020, 20, ">=")], [(2019, 19)], "none").band == "on-track"


@pytest.mark.parametrize("state", ["on-hold", "withdrawn"])
def test_an_indicator_on_hold_is_not_judged(state: str) -> None:
    one = assess_progress((2017, 10), STAGES, [(2020, 20)], "up", state=state)

    assert (one.band, one.reasons) == (None, (state,))


def test_a_break_at_the_baseline_itself_does_no_harm() -> None:
    assert assess_progress((2017, 10, "B"), STAGES, [(2017, 10, "B"), (2018, 12)], "up").band == "on-track"


def test_values_before_the_baseline_do_not_count() -> None:
    one = assess_progress((2017, 10), STAGES, [(2010, 99), (2017, 10), (2018, 11)], "up")

    assert (one.ratio, one.flags) == (Fraction(1, 2), {"before-baseline"})


def test_a_missing_year_is_flagged_and_not_filled_in() -> None:
    one = assess_progress((2015, 10), [(2020, 20)], [(2015, 10), (2016, 11), (2019, 18)], "up")

    assert (one.ratio, "gap" in one.flags) == (1, True)


def test_a_rank_is_judged_by_the_linear_ratio_alone() -> None:
    one = assess_progress((2017, 20), [(2020, 15)], [(2019, 17)], "down", kind="rank")

    assert (one.ratio, one.band, one.growth_band, one.methods_disagree) == (Fraction(9, 10), "moderate", None, False)
    assert "depends-on-others" in one.flags


def test_a_rate_of_change_has_no_growth_rate() -> None:
    one = assess_progress((2017, 5), [(2020, 10)], [(2019, 9)], "up", kind="rate")

    assert (one.band, one.growth_ratio, one.growth_reason) == ("on-track", None, "is-rate-of-change")


def test_a_target_of_zero_has_no_growth_rate() -> None:
    one = assess_progress((2017, 9), [(2020, 0)], [(2019, 3)], "down")

    assert (one.ratio, one.growth_reason) == (1, "zero-target")


def test_negative_values_turn_growth_round() -> None:
    """From -10 to -5 where a rise to -4 is wanted: growth is negative, progress is not."""
    one = assess_progress((2017, -10), [(2020, -4)], [(2019, -5)], "up")

    assert one.growth < 0 < one.growth_ratio
    assert one.band == "on-track"


@pytest.mark.parametrize(
    ("value", "band", "share"),
    [(45, "achieved", Fraction(5, 4)), (30, "moderate", Fraction(1, 2)), (60, "moderate", Fraction(1, 2)),
     (90, "deteriorating", -1)],
)
def test_beyond_the_far_edge_of_a_range_is_not_better(value: int, band: str, share: Fraction | None) -> None:
    """From 20 to between 40 and 50: 60 is ten too much, as far off as 30."""
    goal = Goal(Fraction(2020), Fraction(40), "between", Fraction(50))

    one = assess_progress((2017, 20), [goal], [(2019, value)], "none")

    assert (one.band, one.share) == (band, share)


@pytest.mark.parametrize(
    ("direction", "value", "band"),
    [("up", "53.9", "on-track"), ("up", 54, "achieved"), ("up", 99, "achieved"), ("none", 56, "achieved"),
     ("none", 57, "on-track"), ("down", 49, "achieved")],
)
def test_about_with_a_declared_tolerance(direction: str, value: object, band: str) -> None:
    rules = Rules(about=Tolerance(absolute=Fraction(1)))

    assert assess_progress((2017, 50), [(2020, 55, "~")], [(2019, value)], direction, rules=rules).band == band


def test_about_as_a_share_of_the_target() -> None:
    rules = Rules(about=Tolerance(share=Fraction(1, 100)))

    one = assess_progress((2017, 50), [(2020, 200, "~")], [(2020, 198)], "up", rules=rules)

    assert one.band == "achieved"


def test_keep_at_a_value() -> None:
    """A target to stay where one is is either met or not."""
    kept = assess_progress((2017, 50), [(2020, 50, "=")], [(2019, 50)], "none")
    lost = assess_progress((2017, 50), [(2020, 50, "=")], [(2019, 51)], "none")

    assert (kept.band, lost.band) == ("achieved", "off-track")


def test_a_stage_on_the_wrong_side_leaves_the_decision_to_the_share() -> None:
    one = assess_progress((2017, 10), [(2019, 9), (2020, 20)], [(2019, 8)], "up")

    assert (one.ratio, one.band) == (2, "deteriorating")


def test_a_stage_equal_to_the_baseline_has_no_ratio() -> None:
    one = assess_progress((2017, 10), [(2018, 10), (2020, 20)], [(2018, 11)], "up")

    assert (one.ratio, one.band, one.reasons) == (None, None, ("no-distance",))


def test_the_growth_ratio_decides_where_the_rules_say_so() -> None:
    one = assess_progress(
        (2017, 80000), [(2020, 40000)], [(2019, 52000)], "down", rules=Rules(method="cagr")
    )

    assert one.band == "moderate"
    assert [(check.what, check.band) for check in one.checks] == [("method", "on-track")]


# --- pace and what would change the verdict ---------------------------------------------------------------------


def test_pace_needed_and_pace_of_the_last_two_years() -> None:
    values = [(2016, "1.2"), (2017, "1.33"), (2018, "1.39"), (2019, "1.61")]

    one = assess_progress((2017, "1.33"), [(2020, "2.5")], values, "up")

    assert one.needed.per_year == Fraction("0.89")
    assert one.recent == (Fraction("0.14"), 2017, 2019)


def test_the_next_band_and_what_would_have_reached_it() -> None:
    one = assess_progress((2017, 10), STAGES, [(2019, 13)], "up")

    assert (one.band, one.next_band) == ("moderate", ("on-track", Fraction("14.75")))
    assert one.band_from == 13


def test_a_provisional_value_that_decides_is_named() -> None:
    one = assess_progress((2017, 10), STAGES, [(2017, 10), (2018, 11), (2019, 15, "P")], "up")

    assert "uncertain" in one.flags
    assert [(check.what, check.band, check.changes) for check in one.checks if check.what == "uncertain"] == [
        ("uncertain", "limited", True)
    ]


def test_another_base_year_that_decides_is_named() -> None:
    one = assess_progress((2017, 10), [(2020, 20)], [(2016, 15), (2017, 10), (2018, 12), (2019, 16)], "up")

    assert one.band == "moderate"
    assert {check.time: check.band for check in one.checks if check.what == "baseline"} == {
        2016: "limited",
        2018: "on-track",
    }


# --- trends without target --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "band"), [("101.5", "on-track"), ("100.5", "moderate"), ("100", "limited"), ("99.9", "deteriorating")]
)
def test_trend_without_target(now: str, band: str) -> None:
    one = assess_progress((2018, 100), [], [(2018, 100), (2019, now)], "up")

    assert (one.band, one.trend_band, one.reasons) == (None, band, ("no-target",))


def test_trend_near_a_limit() -> None:
    """At 99 of 100, a rise by half a point is on track; a limit on the other side does not count."""
    near_it = assess_progress((2018, 99), [], [(2019, "99.5")], "up", limit=100)
    away = assess_progress((2018, 99), [], [(2019, "98.5")], "down", limit=100)

    assert (near_it.trend_band, away.trend_band, away.limit_factor) == ("on-track", "moderate", 1)


def test_trend_at_the_limit_is_kept() -> None:
    one = assess_progress((2018, 100), [], [(2019, 100)], "up", limit=100)

    assert (one.trend_band, one.score) == ("on-track", 5)


@pytest.mark.parametrize(
    ("growth", "score"), [("0.02", 5), ("0.015", 2.5), ("0.005", 0), ("0", -2.5), ("-0.02", -5), ("-0.01", -3.75)]
)
def test_score_without_target(growth: str, score: float) -> None:
    assert float(score_without_target(Fraction(growth))) == near(score)


# --- Statistics Canada's published method -----------------------------------------------------------------------


def test_statcan_with_target() -> None:
    one = statcan_score(50, 2015, 60, 2020, direction=1, target=100, target_year=2030)

    assert (float(one.progress_value), float(one.score)) == (near(0.785241107), near(1.323199))
    assert one.status == "moderate_progress"


def test_statcan_replaces_zero_and_ours_does_not() -> None:
    one = statcan_score(0, 2017, 3, 2019, direction=1, target=10, target_year=2020)

    assert float(one.progress_value) == near(2.617375)
    assert (one.score, one.status) == (5, "substantial_progress")


@pytest.mark.parametrize(
    ("values", "target", "limit", "status", "score"),
    [
        ({2015: 50, 2020: 101}, 100, None, "target_achieved", 5),
        ({2015: 50, 2020: 45}, 100, None, "deterioration", -4.337068),
        ({2015: 100, 2016: 102}, None, None, "substantial_progress", 5),
        ({2015: 90, 2016: "90.5"}, None, 100, "moderate_progress", 2.467367),
        ({2015: 100, 2016: 100}, None, 100, "substantial_progress", 5),
        ({2015: 100, 2016: 99}, None, 100, "deterioration", -3.75),
        ({2010: 100, 2016: 99}, None, None, "not_available", None),
        ({2015: 10, 2020: -1}, 100, None, "not_available", None),
        ({2015: 50, 2020: 40}, 50, None, "not_available", None),
        ({2010: 1}, 50, None, "not_available", None),
    ],
)
def test_statcan_statuses(
    values: dict[int, object], target: int | None, limit: int | None, status: str, score: float | None
) -> None:
    one = statcan_series(values, direction=1, target=target, limit=limit)

    assert one.status == status
    assert (None if one.score is None else float(one.score)) == (None if score is None else near(score))


def test_statcan_overall_is_achieved_only_if_all_are() -> None:
    done = statcan_score(50, 2015, 101, 2020, direction=1, target=100)
    half = statcan_score(50, 2015, 60, 2020, direction=1, target=100)
    nothing = statcan_score(50, 2015, 60, 2015, direction=1, target=100)

    assert statcan_overall([done, done]) == (5, "target_achieved")
    assert statcan_overall([done, half, nothing])[1] == "substantial_progress"
    assert statcan_overall([nothing]) == (None, "not_available")


# --- numbers ----------------------------------------------------------------------------------------------------


def test_a_float_counts_as_printed() -> None:
    assert exact(0.1) == exact("0.1") == exact(Decimal("0.1")) == Fraction(1, 10)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("Infinity"), "much"])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        exact(value)


# --- properties -------------------------------------------------------------------------------------------------

positive = st.fractions(min_value=Fraction(1, 100), max_value=10000, max_denominator=100)


@given(positive, positive, positive, st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=50))
def test_the_unit_does_not_matter(start: Fraction, goal: Fraction, now: Fraction, factor: Fraction) -> None:
    """In thousands or in ones: the same ratios, the same band, the same checks."""
    one = assess_progress((2017, start), [(2020, goal)], [(2019, now)], "up")
    scaled = assess_progress((2017, start * factor), [(2020, goal * factor)], [(2019, now * factor)], "up")

    assert (one.share, one.ratio, one.growth_ratio, one.band) == (
        scaled.share, scaled.ratio, scaled.growth_ratio, scaled.band,
    )  # fmt: skip


@given(positive, positive, positive)
def test_turning_the_sign_round_turns_the_direction_round(start: Fraction, goal: Fraction, now: Fraction) -> None:
    one = assess_progress((2017, start), [(2020, goal)], [(2019, now)], "up")
    mirrored = assess_progress((2017, -start), [(2020, -goal)], [(2019, -now)], "down")

    assert (one.share, one.ratio, one.growth_ratio, one.band) == (
        mirrored.share, mirrored.ratio, mirrored.growth_ratio, mirrored.band,
    )  # fmt: skip


@given(positive, positive, positive, positive)
def test_more_of_what_is_wanted_is_never_worse(start: Fraction, goal: Fraction, now: Fraction, more: Fraction) -> None:
    less = assess_progress((2017, start), [(2020, goal)], [(2019, now)], "up")
    better = assess_progress((2017, start), [(2020, goal)], [(2019, now + more)], "up")

    if less.band is not None and better.band is not None:
        assert BANDS.index(better.band) <= BANDS.index(less.band)


@given(st.fractions(max_denominator=50), st.fractions(max_denominator=50), st.fractions(max_denominator=50),
       st.sampled_from(["up", "down", "none"]), st.sampled_from([">=", "<=", "=", "~", "between", None]),
       st.sampled_from(["level", "rank", "rate"]))  # fmt: skip
def test_any_numbers_give_a_band_or_a_reason(
    start: Fraction, goal: Fraction, now: Fraction, direction: str, operator: str | None, kind: str
) -> None:
    """Nothing is divided by zero, and a missing verdict always has its reason."""
    one = assess_progress((2017, start), [(2018, now), (2020, goal, operator)], [(2019, now)], direction, kind=kind)

    assert one.band is not None or one.reasons
    assert one.growth_ratio is not None or one.growth_reason is not None or one.reasons
    assert all(step.result is not None for step in one.steps)


rates = st.fractions(min_value=-Fraction(9, 10), max_value=2, max_denominator=1000)


@given(positive, st.integers(min_value=1, max_value=30), rates)
def test_growth_undoes_compounding(start: Fraction, years: int, growth: Fraction) -> None:
    found = annual_growth(start * (1 + growth) ** years, start, years)

    assert abs(found - growth) < Fraction(1, 10**20)
