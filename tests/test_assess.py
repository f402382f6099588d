"""Progress against targets: the rules of the method, with the published test vectors (V02 and so on)."""

from fractions import Fraction

import pytest

from generator.assess import (
    BANDS,
    assess,
    assess_series,
    assess_task,
    comparison_period,
    is_met,
    last_report,
    milestones,
    operator_of,
    overdue,
    ranking,
    task_status,
    time_of,
)
from generator.model import Area, Indicator, Observation, Target
from generator.period import parse_period

AREA = Area(id="whole", title={"en": "The whole"}, kind="region")


def an_indicator(direction="up"):
    return Indicator(id="i", title={"en": "An indicator"}, unit={"en": "people"}, direction=direction)


def a_series(text):
    """Observations from `2017=50 2019=60B 2020=O`: period, value, status."""
    found = []
    for part in text.split():
        period, _, value = part.partition("=")
        number, status = value.rstrip("BEPOLQM"), value[len(value.rstrip("BEPOLQM")) :]
        found.append(Observation(indicator="i", area="whole", period=period, value=number or None, status=status))
    return found


def a_path(text):
    """Targets from `2018=60 2020=70` or `2020~55` or `2020=10..12`."""
    found = []
    for part in text.split():
        operator = next((one for one in ("~", ">=", "<=", "==") if one in part), None)
        period, _, value = part.partition(operator or "=")
        low, _, high = value.partition("..")
        more = {"operator": "between", "value_to": high} if high else {}
        more = {"operator": operator.replace("==", "=")} if operator else more
        found.append(Target(indicator="i", area="whole", period=period, value=low, **more))
    return found


def standing(observations, targets, baseline="2017", direction="up"):
    period = parse_period(baseline) if baseline else None
    return assess_series(an_indicator(direction), AREA, a_series(observations), a_path(targets), period)


def verdict(*args, **kwargs):
    found = standing(*args, **kwargs)
    return found.band, found.share, found.ratio, found.reasons


# --- vectors ---


def test_v02_a_ratio_on_the_bound_is_inside():
    """10 of 50 in 5 of 15 years is exactly 0.6, which is moderate."""
    assert verdict("2015=50 2020=60", "2030=100", "2015") == ("moderate", Fraction(1, 5), Fraction(3, 5), ())


def test_v04_falling_is_good():
    """Both differences change sign, so that no case of its own is needed."""
    assert verdict("2015=100 2020=80", "2030=50", "2015", "down") == ("on-track", Fraction(2, 5), Fraction(6, 5), ())


def test_v05_falling_before_the_end():
    """28,000 of 40,000 in two of three years."""
    assert verdict("2017=80000 2019=52000", "2020=40000", direction="down") == (
        "on-track", Fraction(7, 10), Fraction(21, 20), (),
    )  # fmt: skip


def test_v07_a_baseline_of_zero_is_a_number():
    """Nothing is put in the place of zero."""
    assert verdict("2017=0 2019=3", "2020=10") == ("limited", Fraction(3, 10), Fraction(9, 20), ())


def test_v08_a_change_of_sign_is_no_matter():
    """From below zero to above it."""
    assert verdict("2017=-2 2019=1", "2020=3") == ("moderate", Fraction(3, 5), Fraction(9, 10), ())


def test_v09_met_at_the_baseline_and_still_met():
    """There is no way to go, so there is no share of it."""
    assert verdict("2017=55 2019=53", "2020=50") == ("achieved", None, None, ("met-at-baseline",))


def test_v10_met_at_the_baseline_and_lost():
    """Off track while there is time, missed when it is over; never a division by zero."""
    assert verdict("2017=50 2019=48", "2020=50") == ("off-track", None, None, ("lost-target", "no-distance"))
    assert verdict("2017=50 2020=48", "2020=50") == ("missed", None, None, ("lost-target", "no-distance"))
    assert verdict("2017=51 2019=48", "2020=50") == ("off-track", None, None, ("lost-target",))


# --- bands ---


@pytest.mark.parametrize(
    ("value", "band"),
    [
        ("147.5", "on-track"),
        ("147.499999999999999", "moderate"),
        ("130", "moderate"),
        ("129.999999999999999", "limited"),
        ("100", "limited"),
        ("99.999999999999999", "deteriorating"),
        ("200", "achieved"),
        ("199.999999999999999", "on-track"),
    ],
)
def test_bounds_are_exact(value, band):
    """95 %, 60 % and 0 belong to the better band, to the last digit."""
    assert standing(f"2017=100 2018={value}", "2019=200").band == band


def test_bands_are_in_order():
    """The first bound that is reached decides."""
    assert [bound for bound, _ in BANDS] == sorted((bound for bound, _ in BANDS), reverse=True)


def test_stage_targets_are_the_path():
    """Where the plan says how much by when, that is expected, not a straight line."""
    found = standing("2017=100 2018=110", "2018=110 2020=200")

    assert (found.expected, found.ratio, found.band) == (110, 1, "on-track")
    assert found.share == Fraction(1, 10)


def test_between_two_stages_the_path_is_straight():
    """From the stage before to the stage after."""
    found = standing("2017=100 2019=150", "2018=120 2020=200")

    assert (found.expected, found.ratio) == (160, Fraction(5, 6))


def test_months_between_years():
    """Half of the way is expected in the middle of the year, for a value on its way to the end of it."""
    found = standing("2017=100 2018-06=105", "2018=120 2020=200")

    assert (found.expected, found.ratio, found.band) == (110, Fraction(1, 2), "limited")


def test_a_month_inside_the_last_year_counts():
    """A value of the target's own year, before its end, is neither passed over nor final."""
    found = standing("2017=100 2020-06=170", "2020=200")

    assert str(found.latest.period) == "2020-06"
    assert found.band == "moderate"


def test_a_path_that_first_goes_back_is_judged_by_the_whole_way():
    """The ratio to a stage below the baseline would turn good into bad."""
    found = standing("2017=100 2018=95", "2018=90 2020=200")

    assert found.band == "deteriorating"


def test_a_stage_at_the_baseline_has_no_ratio():
    """Nothing was expected by now: the share is said, a verdict is not, and the reason is."""
    assert verdict("2017=100 2018=105", "2018=100 2020=200") == (None, Fraction(1, 20), None, ("no-distance",))


# --- reasons ---


@pytest.mark.parametrize(
    ("observations", "targets", "band", "reason"),
    [
        ("2017=1 2018=2", "", None, "no-target"),
        ("", "2020=9", None, "no-observation"),
        ("2017=O", "2020=9", None, "no-observation"),
        ("2021=12", "2020=9", None, "no-observation"),
        ("2018=2", "2020=9", None, "no-baseline"),
        ("2018=9", "2020=9", "achieved", "no-baseline"),
        ("2020=8", "2020=9", "missed", "no-baseline"),
        ("2017=1", "2020=9", None, "single-point"),
        ("2017=1 2018=O", "2020=9", None, "single-point"),
        ("2017=9", "2020=9", None, "single-point"),
        ("2017=9 2018=9", "2020=9", "achieved", "met-at-baseline"),
        ("2017=1 2018=2 2019=30B", "2020=99", None, "series-break"),
        ("2017=1 2018=2B 2019=300", "2020=99", "achieved", "series-break"),
        ("2017=1 2018=2", "2020~9", None, "about-target"),
    ],
)
def test_why_there_is_no_verdict(observations, targets, band, reason):
    """Each reason stands alone, with the band that holds all the same."""
    assert verdict(observations, targets) == (band, None, None, (reason,))


def test_no_direction_needs_an_operator():
    """Where neither way is good, only a stated operator makes a target a target."""
    assert verdict("2017=1 2018=2", "2020=9", direction="none") == (None, None, None, ("no-direction",))
    assert standing("2017=1 2018=9", "2020>=9", direction="none").band == "achieved"


def test_a_break_at_the_baseline_is_no_break():
    """From there on the series is one."""
    assert standing("2015=90 2017=1B 2018=4", "2020=10").band == "on-track"


def test_missing_baseline_takes_the_nearest_before():
    """The year before the plan may have no survey; a later value is never a baseline."""
    assert str(standing("2015=1 2018=5", "2020=6").baseline.period) == "2015"
    assert standing("2018=5 2019=6", "2020=9").baseline is None


def test_without_a_baseline_period_the_first_value_is_it():
    """A plan that does not say its period starts where its numbers do."""
    assert str(standing("2016=O 2017=1 2018=5", "2020=9", baseline=None).baseline.period) == "2017"


def test_missing_values_between_are_not_filled():
    """Only targets lie on a line; observations are what was observed."""
    found = standing("2017=100 2018=O 2019=160", "2020=190")

    assert (str(found.latest.period), found.expected, found.ratio) == ("2019", 160, 1)


# --- the end of the plan ---


def test_at_the_end_it_is_met_or_missed():
    """No "on track" when the time is over, however little was missing."""
    assert standing("2017=100 2020=199", "2020=200").band == "missed"
    assert standing("2017=100 2020=200", "2020=200").band == "achieved"


def test_after_the_end_the_last_value_in_time_decides():
    """What came later is history, and does not turn a miss into a success."""
    found = standing("2017=100 2020=199 2021=300", "2020=200")

    assert (found.band, str(found.latest.period)) == ("missed", "2020")


def test_values_that_came_too_late_are_shown_not_judged():
    """The newest value is given, and the reason says that none came in time."""
    found = standing("2016=O 2022=5", "2020=9")

    assert (str(found.latest.period), found.band, found.reasons) == ("2022", None, ("no-observation",))


def test_ranges_of_years_are_compared_not_put_on_the_path():
    """A target for three years together is no fourth stage."""
    found = standing("2017=100 2018=110 2018/P3Y=400", "2018=110 2018/P3Y=390 2020=200")

    assert str(found.final.period) == "2020"
    assert [gap.met for gap in found.gaps] == [True, True, None]


# --- kinds of targets ---


def test_range_targets():
    """Inside is met, both ends included; a range may end at zero."""
    target = a_path("2020=10..12")[0]
    below_zero = a_path("2020=-5..0")[0]

    assert [is_met(value, target, an_indicator()) for value in (9, 10, 11, 12, 13)] == [False, True, True, True, False]
    assert [is_met(value, below_zero, an_indicator()) for value in (-6, -3, 0, 1)] == [False, True, True, False]


def test_range_targets_count_to_the_nearest_end():
    """From below to the lower end, from above to the upper one."""
    assert standing("2017=4 2019=7", "2020=10..12").share == Fraction(1, 2)
    assert standing("2017=18 2019=15", "2020=10..12").share == Fraction(1, 2)


def test_beyond_a_range_is_not_better():
    """Past the far end is as far off as the same distance before the near one."""
    assert standing("2017=4 2019=15", "2020=10..12").share == standing("2017=4 2019=7", "2020=10..12").share
    assert standing("2017=4 2019=8", "2020==6").share == 0
    assert standing("2017=4 2019=30", "2020==6").band == "deteriorating"


def test_operators_follow_the_direction():
    """Where a target does not say how it is read, the indicator does."""
    plain, stated = a_path("2020=9 2021<=9")

    assert operator_of(plain, an_indicator("up")) == ">="
    assert operator_of(plain, an_indicator("down")) == "<="
    assert operator_of(stated, an_indicator("up")) == "<="
    assert is_met(9, a_path("2020~9")[0], an_indicator()) is None


def test_ranks_fall_to_be_good():
    """From 16th to 15th of a target of 15."""
    assert standing("2017=20 2018=16 2019=15", "2020=15", direction="down").band == "achieved"


def test_gaps_stand_beside_every_target():
    """Observed less target, met or not, or nothing where nothing was observed."""
    found = standing("2017=100 2018=120 2020=O", "2018=130 2019=150 2020=200")

    assert [(gap.difference, gap.met) for gap in found.gaps] == [(-10, False), (None, None), (None, None)]


def test_bases_are_those_of_the_numbers_used():
    """An illustrative number anywhere in the verdict makes it illustrative; one beside it does not."""
    rows = a_series("2016=1 2017=100 2018=120")
    beside = [rows[0].model_copy(update={"basis": "illustrative"}), *rows[1:]]
    inside = [rows[0], rows[1].model_copy(update={"basis": "illustrative"}), rows[2]]
    period = parse_period("2017")

    assert not assess_series(an_indicator(), AREA, beside, a_path("2020=200"), period).is_illustrative
    assert assess_series(an_indicator(), AREA, inside, a_path("2020=200"), period).is_illustrative


# --- questions about a whole plan ---

FILES = {
    "data/observations.csv": """\
indicator,area,period,value,source
jobs,whole,2017,100,report
jobs,whole,2019,180,report
trees,north,2017,5,report
trees,south,2017,5,report
trees,south,2018,9,report
""",
    "data/progress.csv": """\
task,area,date,status
t1,,2018-06,on-track
t1,,2018-12,at-risk
t2,north,2018-12,completed
""",
}


def test_assess_takes_series_and_baseline_from_the_plan(a_plan):
    """The plan's baseline year, or the one that the indicator has for itself."""
    plan = a_plan(FILES)
    own = a_plan({**FILES, "data/indicators.yml": """\
- {id: jobs, title: Jobs, unit: people, direction: up, baseline: 2019}
- {id: trees, title: Trees, unit: trees, direction: up}
"""})  # fmt: skip

    assert assess(plan, plan.indicators["jobs"], plan.root).ratio == Fraction(6, 5)
    assert assess(own, own.indicators["jobs"], own.root).reasons == ("single-point",)


def test_status_of_a_task_is_the_last_one_reported_for_the_whole(a_plan):
    """Nobody reported is never "on track"."""
    plan = a_plan(FILES)

    assert task_status(plan, "t1") == "at-risk"
    assert task_status(plan, "t2") == "unknown"
    assert last_report(()) is None


def test_ranking_and_the_year_it_is_for(a_plan):
    """A year in which too few reported is passed over; equal values keep the order of the areas."""
    plan = a_plan(FILES)
    trees = plan.indicators["trees"]
    period = comparison_period(plan, trees)

    assert str(period) == "2017"
    assert [row.area for row in ranking(plan, trees, period)] == ["north", "south"]
    assert comparison_period(plan, plan.indicators["jobs"]) is None
    assert [row.area for row in ranking(plan, trees, parse_period("2018"))] == ["south"]


# --- rules of the plan ---


def test_a_declared_tolerance_makes_about_exact(a_plan):
    """Without it, "about" is not judged; with it, whatever is near enough meets the target."""
    targets = "indicator,area,period,operator,value,source\njobs,whole,2020,~,182,report\n"
    plan = a_plan({**FILES, "data/targets.csv": targets})
    told = a_plan({**FILES, "data/targets.csv": targets, "data/assessment.yml": "about: {percent: 2}\n"})

    assert assess(plan, plan.indicators["jobs"], plan.root).reasons == ("about-target",)
    assert assess(told, told.indicators["jobs"], told.root).band == "achieved"
    assert [gap.met for gap in assess(told, told.indicators["jobs"], told.root).gaps] == [None]


def test_an_indicator_may_have_rules_of_its_own(a_plan):
    """A withdrawn one is not judged, whatever its numbers."""
    plan = a_plan({**FILES, "data/assessment.yml": "indicators: [{id: jobs, state: withdrawn}]\n"})

    assert assess(plan, plan.indicators["jobs"], plan.root).reasons == ("withdrawn",)


def test_bounds_of_the_bands_may_be_set(a_plan):
    """120 % of what was expected is on track, until the plan asks for more."""
    plan = a_plan({**FILES, "data/assessment.yml": "bands: {on_track: 1.3, moderate: 1.1, limited: 0}\n"})

    assert assess(plan, plan.indicators["jobs"], plan.root).band == "moderate"


def test_stages_that_expected_values_lie_on_count_among_the_bases():
    """A made-up stage target makes the verdict made up, though baseline, value and final target are not."""
    path = a_path("2018=120 2020=200")
    made_up = [path[0].model_copy(update={"basis": "illustrative"}), path[1]]
    rows = a_series("2017=100 2018=115")

    assert assess_series(an_indicator(), AREA, rows, made_up, parse_period("2017")).is_illustrative
    assert not assess_series(an_indicator(), AREA, rows, path, parse_period("2017")).is_illustrative


def test_a_year_counts_before_its_last_quarter():
    """Of two values that end on the same day the longer period is the series."""
    assert str(standing("2017=100 2018=110 2018-Q4=30", "2020=200").latest.period) == "2018"


def test_a_day_inside_a_month_has_its_place_on_the_path():
    """Half of a leap year is 183 of 366 days."""
    assert time_of(parse_period("2020-07-01")) == 2019 + Fraction(183, 366)


# --- tasks ---

TASKS = """\
- id: t1
  number: 1
  title: Train people
  aspect: a1
  lead: office
  indicators: [jobs, trees]
  measures:
    - {id: m1, title: A school, due: 2018}
    - {id: m2, title: A hall, due: 2019-Q2}
    - {id: m3, title: A yard, due: 2019}
    - {id: m4, title: A well, due: 2021}
    - {id: m5, title: A road}
    - {id: m6, title: A gate, due: 2020}
- {id: t2, number: 2, title: Plant trees, aspect: a2, lead: office}
"""
REPORTS = """\
task,area,date,status
t1,,2018-12,on-track
t1/m1,,2018-11,completed
t1/m2,,2019-07-02,completed
t1/m3,,2019-06,at-risk
t1/m6,,2019-06,cancelled
"""


def a_plan_with_tasks(a_plan, as_of="2020-06-30", reports=REPORTS):
    plan = """\
id: small
title: A small plan
issuer: council
area: whole
period: {start: 2018, end: 2020, baseline: 2017}
languages: [en]
"""
    more = f"as_of: {as_of}\n" if as_of else ""
    return a_plan({**FILES, "data/plan.yml": plan + more, "data/tasks.yml": TASKS, "data/progress.csv": reports})


def test_milestones_are_done_due_or_late(a_plan):
    """By the data's cut-off, in the order in which they fall due; a measure without a date is none."""
    plan = a_plan_with_tasks(a_plan)

    assert [(one.measure.id, one.state) for one in milestones(plan, plan.tasks["t1"])] == [
        ("m1", "done"), ("m2", "done-late"), ("m3", "late"), ("m6", "cancelled"), ("m4", "due"),
    ]  # fmt: skip


def test_a_milestone_that_nobody_reported_is_not_called_late(a_plan):
    """Nobody said anything is a state of its own."""
    plan = a_plan_with_tasks(a_plan, reports="task,area,date,status\n")

    assert [one.state for one in milestones(plan, plan.tasks["t1"])] == ["unreported"] * 3 + ["due", "due"]


@pytest.mark.parametrize(
    ("as_of", "last", "expected"),
    [
        ("2019-12-31", "2018-12-31,on-track", ()),
        ("2020-01-01", "2018-12-31,on-track", ("report-old",)),
        ("2022-01-01", "2021-12-31,on-track", ("due-passed",)),
        ("2023-06-01", "2018-12-31,on-track", ("report-old", "due-passed")),
        ("2023-06-01", "2018-12-31,completed", ()),
        ("2023-06-01", "2018-12-31,cancelled", ()),
        (None, "2018-12-31,on-track", ()),
    ],
)
def test_overdue_reports(a_plan, as_of, last, expected):
    """Older than twelve months at the cut-off, or the due date over without completion; never without a cut-off."""
    plan = a_plan_with_tasks(a_plan, as_of, f"task,area,date,status\nt1,,{last}\n")

    assert overdue(plan, plan.tasks["t1"]) == expected


def test_a_task_that_nobody_reported_on_is_overdue_when_its_time_is_over(a_plan):
    """There is no report that could be too old, but there should be one."""
    plan = a_plan_with_tasks(a_plan, "2021-06-30")

    assert assess_task(plan, plan.tasks["t2"]).status == "unknown"
    assert overdue(plan, plan.tasks["t2"]) == ("due-passed",)


def test_reported_and_measured_status_stand_apart(a_plan):
    """A task stands where its weakest judged indicator stands; one without a verdict does not count."""
    plan = a_plan_with_tasks(a_plan)
    found = assess_task(plan, plan.tasks["t1"])

    assert (found.status, found.measured, found.counts) == ("on-track", "on-track", (("on-track", 1),))
    assert len(found.standings) == 2
    assert assess_task(plan, plan.tasks["t2"]).measured is None


def test_the_weakest_band_is_that_of_the_task(a_plan):
    """One indicator that moves away outweighs one that met its target."""
    plan = a_plan_with_tasks(a_plan)
    good = standing("2017=100 2018=200", "2020=150")
    bad = standing("2017=100 2018=90", "2020=150")
    found = assess_task(plan, plan.tasks["t1"], lambda indicator, area: good if indicator.id == "jobs" else bad)

    assert (found.measured, found.counts) == ("deteriorating", (("achieved", 1), ("deteriorating", 1)))
