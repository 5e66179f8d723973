"""The slope of a course is scipy's, without taking scipy along for every page."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import theilslopes

from bhi_core.domain.answers.change import theil_sen


@given(st.lists(st.tuples(st.integers(0, 27), st.integers(1, 30)), min_size=4, max_size=12))
def test_slope_and_interval_are_those_of_scipy(scores: list[tuple[int, int]]) -> None:
    totals = np.array([total for total, _ in scores], dtype=np.float64)
    weeks = np.cumsum([gap for _, gap in scores]) / 7

    found = theil_sen(totals, weeks)

    expected = theilslopes(totals, weeks, 0.95)
    assert np.allclose(found, (expected.slope, expected.low_slope, expected.high_slope))
