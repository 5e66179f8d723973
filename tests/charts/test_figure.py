"""A figure is drawn once by the browser, and never taken for another one."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from plotly.io import to_json

from bhi_core.charts.figure import figure

POINTS = st.lists(st.integers(0, 27), min_size=1, max_size=6)


def sent(totals: list[int], high: int = 27) -> dict[str, Any]:
    """Give the layout as the browser gets it."""
    made = figure([{"type": "scatter", "x": list(range(len(totals))), "y": totals}], {"yaxis": {"range": [0, high]}})
    layout: dict[str, Any] = json.loads(to_json(made, validate=False))["layout"]
    return layout


def test_no_template_is_sent_since_plotly_draws_a_copy_with_one_anew() -> None:
    assert sent([16, 9])["template"] is None


@given(POINTS, POINTS)
def test_the_data_revision_is_the_same_for_the_same_content_only(one: list[int], other: list[int]) -> None:
    same = sent(one)["datarevision"] == sent(other)["datarevision"]

    assert same == (one == other)


def test_another_layout_is_another_revision() -> None:
    assert sent([16, 9], high=27)["datarevision"] != sent([16, 9], high=21)["datarevision"]
