"""Calendar months: clamped to the end of the month, and counted the same way back."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhi_core.domain.calendar import MISSING_DAY, add_months, dates_of, day_numbers, months_between


@pytest.mark.parametrize(
    ("start", "months", "later"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 30), 1, date(2026, 2, 28)),
        (date(2026, 1, 28), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
        (date(1969, 12, 31), 2, date(1970, 2, 28)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(start: date, months: int, later: date) -> None:
    assert add_months(start, months) == later


def test_a_column_keeps_its_index_its_name_and_its_gaps() -> None:
    column = pd.Series(pd.to_datetime(["2024-02-29", "NaT"]), index=[7, 3], name="enrolled_on").astype("datetime64[s]")

    later = add_months(column, 12)

    expected = pd.Series(pd.to_datetime(["2025-02-28", "NaT"]), index=[7, 3], name="enrolled_on")
    pd.testing.assert_series_equal(later, expected.astype("datetime64[s]"))


def test_each_date_may_have_its_own_months() -> None:
    dates = np.array(["2026-01-31", "2026-01-31"], dtype="datetime64[D]")

    assert list(add_months(dates, np.array([1, 2]))) == [np.datetime64("2026-02-28"), np.datetime64("2026-03-31")]


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2026, 1, 15), date(2026, 2, 14), 0),
        (date(2026, 1, 15), date(2026, 2, 15), 1),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2026, 1, 31), date(2026, 2, 27), 0),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2026, 2, 15), date(2026, 1, 16), -1),
        (date(2026, 2, 15), date(2026, 1, 14), -2),
    ],
)
def test_whole_months_are_those_that_have_passed(start: date, end: date, months: int) -> None:
    assert list(months_between(np.array([start], dtype="datetime64[D]"), end)) == [months]


def test_months_from_or_to_a_missing_date_are_missing() -> None:
    dates = np.array(["NaT", "2026-01-01"], dtype="datetime64[D]")

    assert np.isnan(months_between(dates, date(2026, 2, 1))).tolist() == [True, False]
    assert np.isnan(months_between(dates, dates[::-1])).all()


@settings(max_examples=60, deadline=None)
@given(start=st.dates(date(1900, 1, 1), date(2100, 1, 1)), end=st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_months_between_is_the_most_that_can_be_added(start: date, end: date) -> None:
    months = int(months_between(np.array([start], dtype="datetime64[D]"), end)[0])

    assert add_months(start, months) <= end < add_months(start, months + 1)


def test_day_numbers_and_dates_turn_into_each_other_and_keep_gaps() -> None:
    dates = pd.Series(pd.to_datetime(["1970-01-02", "NaT", "1969-12-31"])).astype("datetime64[s]")

    days = day_numbers(dates)

    assert days.tolist() == [1, MISSING_DAY, -1]
    np.testing.assert_array_equal(dates_of(days), dates.to_numpy())
