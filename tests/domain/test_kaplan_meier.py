"""Time until something happens: against published remission times, by hand, and against scipy's own interval."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from bhi_core.domain.kaplan_meier import Rise, rise

MERCAPTOPURINE = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
"""Weeks in remission of 42 children with leukaemia, + still in remission.

Source: Freireich et al. 1963, Blood 21:699-716, as tabulated by Gehan 1965, Biometrika 52:203-223. The medians, 23 and
8 weeks, and the curve of those treated are the textbooks' (Kleinbaum & Klein 2012, Survival Analysis, chapter 2).
"""


def of(text: str) -> Rise:
    """Estimate from times with a + where it has not happened."""
    times = text.split()
    days = np.array([float(time.rstrip("+")) for time in times])
    return rise(days, np.array([not time.endswith("+") for time in times]))


def left(found: Rise) -> list[float]:
    """Give the share that is left after each step, to three places."""
    return [round(1 - share, 3) for share in found.steps["share"]]


def test_the_published_remission_times_give_the_published_medians_and_intervals() -> None:
    treated, untreated = of(MERCAPTOPURINE), of(PLACEBO)

    assert (treated.n, treated.events, treated.median, treated.low, treated.high) == (21, 9, 23, 13, None)
    assert (untreated.n, untreated.events, untreated.median, untreated.low, untreated.high) == (21, 21, 8, 4, 11)


def test_the_published_remission_times_give_the_published_curve() -> None:
    found = of(MERCAPTOPURINE)

    assert found.steps["day"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert left(found) == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert found.steps["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]


def test_four_by_hand() -> None:
    found = of("2 4+ 6 8+")

    assert left(found) == [0.75, 0.375]
    assert found.median == 6


def test_half_is_reached_on_the_day_on_which_exactly_half_are_left() -> None:
    assert of("3 5 7+ 7+").median == 5
    assert of("3 5+ 7+ 7+").median is None


def test_one_who_stops_being_watched_on_a_day_still_counts_on_that_day() -> None:
    found = of("5 5+")

    assert found.steps["at_risk"].tolist() == [2]
    assert left(found) == [0.5]


def test_what_happens_at_once_takes_no_days() -> None:
    found = of("0 0 0")

    assert (found.median, found.low, found.high) == (0, None, None)
    assert found.steps["share"].tolist() == [1]


@pytest.mark.parametrize("text", ["", "3+", "3+ 9+"])
def test_where_it_happened_to_nobody_there_is_no_step_and_no_median(text: str) -> None:
    found = of(text)

    assert (found.n, found.events, found.median, found.low, found.high) == (len(text.split()), 0, None, None, None)
    assert found.steps.empty


def test_at_risk_are_those_watched_at_the_beginning_of_the_day() -> None:
    found = of("3 5 5+")

    assert [found.at_risk(day) for day in (0, 3, 4, 5, 6)] == [3, 3, 2, 2, 0]
    assert [found.last_day_with(n) for n in (1, 2, 3, 4)] == [5, 5, 3, None]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=40))
def test_the_interval_is_that_of_scipy_wherever_scipy_has_one(times: list[tuple[int, bool]]) -> None:
    days, seen = np.array([float(day) for day, _ in times]), np.array([flag for _, flag in times])

    found = rise(days, seen)

    curve = stats.ecdf(stats.CensoredData(uncensored=days[seen], right=days[~seen])).sf
    with warnings.catch_warnings(action="ignore"):  # it warns where nobody is left
        interval = curve.confidence_interval(method="log-log")
    places = np.searchsorted(curve.quantiles, found.steps["day"])
    for ours, theirs in (("low", 1 - interval.high.probabilities), ("high", 1 - interval.low.probabilities)):
        assert np.allclose(found.steps[ours], theirs[places], equal_nan=True)
    assert (found.steps["share"].diff().dropna() > 0).all()
