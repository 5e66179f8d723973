"""The rising curve: stops where few are left, names its median, says how many are at risk, is readable in words."""

from typing import Any

import numpy as np
import pytest

from bhi_core.charts.palette import DARK, LIGHT
from bhi_core.charts.rising import alt, drawn, rising, ticks
from bhi_core.domain.kaplan_meier import Rise, rise


def curve(*, happened: int, waiting: int, apart: int = 3) -> Rise:
    """Make a curve: it happens every ``apart`` days to one more, and the others are watched for 100 days."""
    days = [float(apart * (place + 1)) for place in range(happened)] + [100.0] * waiting
    return rise(np.array(days), np.array([True] * happened + [False] * waiting))


def figure(of: Rise, **options: Any) -> dict[str, Any]:
    """Draw and give the figure as it goes to the browser."""
    made = rising(of, "Treatment adjusted", options.get("palette", LIGHT))
    assert made is not None
    return dict(made.to_dict())


def test_the_curve_rises_in_steps_from_nothing_on_day_0() -> None:
    line = figure(curve(happened=20, waiting=20))["data"][-1]

    assert line["line"]["shape"] == "hv"
    assert (line["x"][0], line["y"][0]) == (0, 0)
    assert list(line["y"]) == sorted(line["y"])
    assert (line["x"][-1], line["y"][-1]) == (100, pytest.approx(50))


def test_the_curve_stops_where_fewer_than_ten_are_at_risk() -> None:
    part = drawn(curve(happened=30, waiting=0))

    assert part is not None
    assert (part.end, part.days[-1]) == (63, 63)
    assert part.share[-1] == pytest.approx(100 * 21 / 30)


def test_of_fewer_than_ten_no_curve_is_drawn() -> None:
    nine, ten = curve(happened=5, waiting=4), curve(happened=5, waiting=5)

    assert rising(nine, "Treatment adjusted", LIGHT) is None
    assert rising(ten, "Treatment adjusted", LIGHT) is not None
    assert "no curve" in alt(nine, "Treatment adjusted")


def test_where_it_happened_to_nobody_the_line_lies_at_nothing() -> None:
    drawing = figure(curve(happened=0, waiting=12))

    assert [list(trace["y"]) for trace in drawing["data"]] == [[0, 0]]


def test_the_band_holds_the_curve() -> None:
    low, high, line = figure(curve(happened=20, waiting=20))["data"]

    assert high["fill"] == "tonexty"
    assert all(a <= b <= c for a, b, c in zip(low["y"], line["y"], high["y"], strict=True))


def test_a_dotted_cross_names_the_median_and_its_interval() -> None:
    of = curve(happened=30, waiting=10)
    drawing = figure(of)

    notes = [note["text"] for note in drawing["layout"]["annotations"]]
    assert f"median 60 days ({of.low:.0f} to {of.high:.0f})" in notes
    assert [(shape["x1"], shape["y1"]) for shape in drawing["layout"]["shapes"]] == [(60, 50), (60, 50)]


def test_without_a_median_there_is_no_cross() -> None:
    drawing = figure(curve(happened=10, waiting=30))

    assert not drawing["layout"]["shapes"]
    assert not any("median" in note["text"] for note in drawing["layout"]["annotations"])


def test_under_each_day_stands_how_many_are_at_risk() -> None:
    drawing = figure(curve(happened=20, waiting=20))

    assert drawing["layout"]["xaxis"]["ticktext"][0] == "0<br>40"
    assert drawing["layout"]["xaxis"]["ticktext"][1] == "14<br>36"


def test_the_share_axis_is_never_cut() -> None:
    low, high = figure(curve(happened=12, waiting=30))["layout"]["yaxis"]["range"]

    assert low == 0 and high >= 100


@pytest.mark.parametrize("end", [0, 5, 27, 28, 55, 100, 111, 112, 400, 1500, 4000])
def test_the_axis_names_at_most_eight_days_and_begins_with_0(end: float) -> None:
    days = ticks(end)

    assert days[0] == 0 and days[-1] <= end
    assert len(days) <= 12 if end > 2900 else len(days) <= 8


def test_words_from_outside_are_harmless_in_the_chart() -> None:
    made = rising(curve(happened=12, waiting=12), "<b>x</b>", LIGHT)

    assert made is not None
    assert "<b>" not in str(made.to_dict())


def test_the_chart_takes_the_colours_of_the_theme() -> None:
    assert figure(curve(happened=12, waiting=12), palette=DARK)["data"][-1]["line"]["color"] == DARK.blue


def test_the_words_for_those_who_do_not_see_it_say_median_share_and_count() -> None:
    said = alt(curve(happened=30, waiting=10), "Treatment adjusted")

    assert "40 episodes" in said and "half by day 60" in said
