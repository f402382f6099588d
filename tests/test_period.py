"""Periods are read in the spellings of the data contract, ordered, and written back in the shortest one."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.period import Period, PeriodError, parse_period


@pytest.mark.parametrize(
    ("text", "start", "last_day", "frequency"),
    [
        ("2020", "2020-01-01", "2020-12-31", "A"),
        ("2020-H1", "2020-01-01", "2020-06-30", "S"),
        ("2020-S2", "2020-07-01", "2020-12-31", "S"),
        ("2020-Q3", "2020-07-01", "2020-09-30", "Q"),
        ("2020-02", "2020-02-01", "2020-02-29", "M"),
        ("2020-02-29", "2020-02-29", "2020-02-29", "D"),
        ("2019-04/P1Y", "2019-04-01", "2020-03-31", "P1Y"),
        ("2018/P3Y", "2018-01-01", "2020-12-31", "P3Y"),
        ("2018-02/P3M", "2018-02-01", "2018-04-30", "P3M"),
        ("2018-03-03/P10D", "2018-03-03", "2018-03-12", "P10D"),
        ("2018-01-01/P2W", "2018-01-01", "2018-01-14", "P14D"),
        ("2018/P1Y6M", "2018-01-01", "2019-06-30", "P18M"),
    ],
)
def test_spellings_of_the_contract(text, start, last_day, frequency):
    """Start, last day and length of each kind of period."""
    period = parse_period(text)

    assert (str(period.start), str(period.last_day), period.frequency) == (start, last_day, frequency)


@pytest.mark.parametrize(
    ("one", "other", "shortest"),
    [
        ("2018/P1Y", "2018", "2018"),
        ("2018-01/P12M", "2018", "2018"),
        ("2018-04/P3M", "2018-Q2", "2018-Q2"),
        ("2018-S1", "2018-H1", "2018-H1"),
        ("2018-06-30/P1D", "2018-06-30", "2018-06-30"),
        ("2018-01/P36M", "2018/P3Y", "2018/P3Y"),
        ("2018-04-01/P1Y", "2018-04/P1Y", "2018-04/P1Y"),
    ],
)
def test_two_spellings_of_a_span_are_one(one, other, shortest):
    """What means the same is equal, hashes the same and is written the same."""
    assert parse_period(one) == parse_period(other)
    assert hash(parse_period(one)) == hash(parse_period(other))
    assert str(parse_period(one)) == str(parse_period(other)) == shortest


def test_periods_sort_by_start_then_end():
    """A part of a year stands before the whole of it, and that before a range of years."""
    texts = ["2018/P3Y", "2019", "2018", "2018-02", "2018-Q1", "2018-01-01", "2018-H1", "2018-01"]

    ordered = [str(period) for period in sorted(map(parse_period, texts))]

    assert ordered == ["2018-01-01", "2018-01", "2018-Q1", "2018-H1", "2018", "2018/P3Y", "2018-02", "2019"]


@pytest.mark.parametrize(("text", "year", "time"), [
    ("2018", 2018, 2018.0),
    ("2018/P3Y", 2020, 2020.0),
    ("2019-04/P1Y", 2020, 2019.2466),
    ("2020-07", 2020, 2020.4973),
])  # fmt: skip
def test_place_on_a_time_axis(text, year, time):
    """A year stands at its number, a range of years at its end, other periods where they start."""
    period = parse_period(text)

    assert (period.year, period.time) == (year, time)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("２０２０", "is not a period", "write it as 2020,"),
        (" 2020", "is not a period", "write it as 2020,"),
        ("2020年", "is not a period", "write it as 2020"),
        ("2019/20", "is not a period", "2019-04/P1Y"),
        ("2019-20", "does not exist", "a financial year is written 2019-04/P1Y"),
        ("2018-2020", "is not a period", "2018/P3Y"),
        ("2018至2020", "is not a period", "2018/P3Y"),
        ("2018/3/3", "is not a period", "2018-03-03"),
        ("2O2O", "is not a period", "2020"),
        ("2020-02-30", "does not exist", "has 29 days"),
        ("2020-13", "does not exist", "no month 13"),
        ("2012/13", "not a period", "2012-04/P1Y"),
        ("0000", "does not exist", "write a year"),
        ("9999/P9Y", "is not a period", "write a year"),
        ("2020-Q5", "is not a period", "write a year"),
        ("2020/P", "is not a period", "write a year"),
        ("2020/P0D", "is not a period", "write a year"),
        ("2020-H1/P1Y", "is not a period", "write a year"),
        ("", "is not a period", "write a year"),
    ],
)
def test_what_a_text_looks_like_is_named(text, message, hint):
    """The error says what is wrong and how to write it."""
    with pytest.raises(PeriodError, match=message) as caught:
        parse_period(text)

    assert hint in caught.value.hint


def test_no_hint_offers_a_month_that_does_not_exist():
    """`2019-20` is no month, so none is offered."""
    with pytest.raises(PeriodError) as caught:
        parse_period("2019-20")

    assert "month" not in caught.value.hint


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)), st.integers(1, 4000))
def test_what_is_written_is_read_back(start, days):
    """Every span survives being written and read."""
    period = Period(start, start + datetime.timedelta(days=days))

    assert parse_period(str(period)) == period


@given(st.text(max_size=12) | st.from_regex(r"[0-9０-９]{4}([-/年.][0-9PYMHQ]{1,4}){0,2}", fullmatch=True))
def test_any_text_gives_a_period_or_an_error_with_a_hint(text):
    """Nothing else is ever raised, and digits are ASCII."""
    try:
        parse_period(text)
    except PeriodError as error:
        assert error.hint
    else:
        assert text.isascii()
