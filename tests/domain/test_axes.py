from datetime import date, datetime

import pytest

from bhi_core.domain import instruments
from bhi_core.domain.axes import band_steps, span, ticks, top, weeks

KNOWN = instruments.registry()
ENROLLED = date(2026, 6, 5)


@pytest.mark.parametrize(("name", "steps"), [("phq9", (0, 1, 2, 3, 4)), ("gad7", (0, 1, 2, 4))])
def test_bands_take_their_tints_from_minimal_to_severe(name: str, steps: tuple[int, ...]) -> None:
    assert band_steps(KNOWN[name]) == steps


@pytest.mark.parametrize(("name", "shown"), [("phq9", [0, 5, 10, 15, 20, 27]), ("gad7", [0, 5, 10, 15, 21])])
def test_whole_range_stands_on_the_axis(name: str, shown: list[int]) -> None:
    assert ticks(KNOWN[name]) == shown
    assert top(KNOWN[name]) == shown[-1] + 0.5


def test_axis_of_a_short_course_is_ninety_days_long() -> None:
    start, end = span(ENROLLED, ENROLLED, date(2026, 6, 12))

    assert start < datetime(2026, 6, 5) < datetime(2026, 9, 3) < end


def test_axis_begins_before_a_score_that_came_before_enrolment() -> None:
    assert span(date(2026, 5, 28), ENROLLED, date(2026, 11, 24))[0] < datetime(2026, 5, 28)


@pytest.mark.parametrize(
    ("as_of", "most", "shown"),
    [
        (date(2026, 11, 24), 7, [0, 4, 8, 12, 16, 20, 24]),
        (date(2026, 11, 24), 5, [0, 8, 16, 24]),
        (date(2036, 11, 24), 4, [0, 208, 416]),
    ],
)
def test_ticks_are_few_enough_and_none_lies_ahead(as_of: date, most: int, shown: list[int]) -> None:
    start, end = span(ENROLLED, ENROLLED, as_of)

    found = weeks(start, end, ENROLLED, as_of, most)

    assert [week for week, _ in found] == shown
    assert found[-1][1] <= as_of
