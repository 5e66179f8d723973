"""Dates, numbers, changes and ages in words."""

import doctest
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bhi_core.domain import words

TODAY = date(2026, 11, 24)


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(words).failed == 0


@pytest.mark.parametrize(
    "on",
    [date(2026, 11, 18), pd.Timestamp("2026-11-18"), np.datetime64("2026-11-18"), np.datetime64("2026-11-18", "s")],
)
def test_date_of_any_kind_is_day_and_month(on: object) -> None:
    assert words.day(on, TODAY) == "18 Nov"


@pytest.mark.parametrize("missing", [None, pd.NaT, np.datetime64("NaT"), float("nan")])
def test_missing_date_is_an_empty_text(missing: object) -> None:
    assert words.day(missing, TODAY) == ""
    assert words.day_and_year(missing) == ""


def test_change_has_a_real_minus_and_a_space_that_does_not_break() -> None:
    assert words.change(-2, 19, 27) == "\u22122 (11\u202f%)"
    assert words.change(1, 26, 27) == "+1 (4\u202f%)"
    assert words.change(0, 18, 27) == "0"
    assert words.change(float("nan"), 18, 27) == ""


@pytest.mark.parametrize(("change", "baseline", "expected"), [(-1, 16, 6), (-1, 8, 13), (1, 40, 3), (-13, 27, 48)])
def test_short_scale_rounds_half_up(change: int, baseline: int, expected: int) -> None:
    assert words.whole_percent(change, baseline, 27) == expected


@pytest.mark.parametrize(("change", "baseline", "expected"), [(-39, 79, 49), (-1, 40, 2), (-40, 80, 50)])
def test_long_scale_is_cut(change: int, baseline: int, expected: int) -> None:
    assert words.whole_percent(change, baseline, 80) == expected


@given(baseline=st.integers(1, 300), data=st.data())
def test_no_drop_below_half_is_ever_written_as_50_percent(baseline: int, data: st.DataObject) -> None:
    drop = data.draw(st.integers(0, (baseline - 1) // 2))
    maximum = data.draw(st.integers(baseline, 400))

    written = words.whole_percent(-drop, baseline, maximum)

    assert written is not None
    assert written < 50


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "0 d"), (55, "55 d"), (56, "8 wk"), (364, "52 wk"), (365, "1.0 y"), (438, "1.2 y"), (float("nan"), "")],
)
def test_score_age_is_days_then_weeks_then_years(days: float, expected: str) -> None:
    assert words.score_age(days) == expected


@pytest.mark.parametrize(("days", "expected"), [(13, "13 d"), (14, "2 wk"), (400, "57 wk"), (float("nan"), "")])
def test_review_age_is_days_then_weeks(days: float, expected: str) -> None:
    assert words.review_age(days) == expected


def test_share_of_nobody_is_a_dash() -> None:
    assert words.share(0, 0) == "–"
    assert words.share(1, 3) == "33\u202f%"
    assert words.share(1, 8) == "13\u202f%"


def test_number_that_is_missing_or_broken_is_written_as_it_is() -> None:
    assert words.number(float("nan")) == ""
    assert words.number(7.5) == "7.5"
    assert words.whole_percent(-1.5, 10.0, 80) == 15


def test_list_reads_as_a_sentence() -> None:
    assert words.joined([]) == ""
    assert words.joined(["A"]) == "A"
    assert words.joined(["A", "B", "C"]) == "A, B and C"
