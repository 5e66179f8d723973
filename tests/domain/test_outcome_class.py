"""The table of outcome classes: each row on both sides of its threshold, for both questionnaires."""

import numpy as np
import pytest

from bhi_core.domain import instruments
from bhi_core.domain.outcome_class import CLASSES, NO_CLASS, Numbers, classify, improved_limit


def named(
    instrument: str, b: int, c: int | None, *, best: int | None = None, in_prevention: bool = False
) -> str | None:
    """Name the class of one course; ``best`` is a score between baseline and latest."""
    numbers = Numbers.of([instruments.registry()[instrument]])
    baseline, latest, lowest = (np.array([99 if value is None else value]) for value in (b, c, best))
    code = classify(
        baseline,
        latest,
        lowest,
        has_latest=np.array([c is not None]),
        best_improved=np.array([best is not None]) & (lowest <= improved_limit(baseline, numbers)),
        relapse_prevention=np.array([in_prevention]),
        numbers=numbers,
    )[0]
    return None if code == NO_CLASS else CLASSES[code]


def improved(instrument: str, b: int, x: int) -> bool:
    return bool(x <= improved_limit(np.array([b]), Numbers.of([instruments.registry()[instrument]]))[0])


@pytest.mark.parametrize(
    ("instrument", "b", "c", "expected"),
    [
        ("phq9", 16, None, "no follow-up"),
        ("gad7", 16, None, "no follow-up"),
        # remission: C < 5
        ("phq9", 16, 4, "remission"),
        ("phq9", 16, 5, "response"),
        ("phq9", 16, 0, "remission"),
        ("gad7", 16, 4, "remission"),
        ("gad7", 16, 5, "response"),
        # response: 2C <= B
        ("phq9", 20, 10, "response"),
        ("phq9", 20, 11, "partial"),
        ("phq9", 11, 5, "response"),
        ("phq9", 11, 6, "improved"),
        ("phq9", 15, 7, "response"),
        ("phq9", 15, 8, "improved"),
        ("gad7", 20, 10, "response"),
        ("gad7", 20, 11, "partial"),
        ("gad7", 11, 5, "response"),
        ("gad7", 11, 6, "improved"),
        # improved: C < 10 and down by 5 (GAD-7 by 4)
        ("phq9", 14, 9, "improved"),
        ("phq9", 13, 9, "partial"),
        ("phq9", 15, 10, "partial"),
        ("phq9", 10, 9, "no change"),
        ("gad7", 13, 9, "improved"),
        ("gad7", 12, 9, "partial"),
        ("gad7", 14, 10, "partial"),
        ("gad7", 10, 6, "improved"),
        ("gad7", 10, 7, "partial"),
        # partial: a quarter, and less than half
        ("phq9", 16, 12, "partial"),
        ("phq9", 16, 13, "no change"),
        ("phq9", 20, 15, "partial"),
        ("phq9", 20, 16, "no change"),
        ("gad7", 16, 12, "partial"),
        ("gad7", 16, 13, "no change"),
        # small gain: reliable, and less than a quarter
        ("phq9", 27, 21, "small gain"),
        ("phq9", 27, 22, "no change"),
        ("phq9", 25, 19, "small gain"),
        ("phq9", 24, 18, "partial"),
        ("gad7", 18, 14, "small gain"),
        ("gad7", 18, 15, "no change"),
        ("gad7", 16, 12, "partial"),
        # deteriorated: up by the reliable change; worse: PHQ-9 up by exactly 5
        ("phq9", 12, 18, "deteriorated"),
        ("phq9", 12, 17, "worse"),
        ("phq9", 12, 16, "no change"),
        ("gad7", 12, 16, "deteriorated"),
        ("gad7", 12, 15, "no change"),
        ("phq9", 16, 16, "no change"),
    ],
)
def test_a_course_from_ten_up_has_the_first_class_that_fits(
    instrument: str, b: int, c: int | None, expected: str
) -> None:
    assert named(instrument, b, c) == expected


@pytest.mark.parametrize("instrument", ["phq9", "gad7"])
@pytest.mark.parametrize(
    ("b", "c", "expected"),
    [
        (9, None, "no follow-up"),
        (9, 10, "rose"),
        (9, 9, "below threshold"),
        (0, 10, "rose"),
        (0, 0, "below threshold"),
        (5, 4, "remission"),
        (4, 3, "below threshold"),
        (9, 4, "remission"),
        (9, 5, "below threshold"),
        (8, 4, "remission"),
        (10, 9, "no change"),
    ],
)
def test_a_course_below_ten_is_never_a_non_responder(instrument: str, b: int, c: int | None, expected: str) -> None:
    assert named(instrument, b, c) == expected


@pytest.mark.parametrize(
    ("instrument", "b", "best", "c", "in_prevention", "expected"),
    [
        ("phq9", 20, 4, 11, False, "relapsed"),
        ("phq9", 20, 9, 14, False, "relapsed"),
        ("phq9", 20, 9, 13, False, "partial"),
        ("phq9", 20, 9, 13, True, "relapsed"),
        ("phq9", 20, 4, 9, False, "response"),
        ("phq9", 20, 4, 9, True, "response"),
        ("phq9", 20, 4, 10, True, "relapsed"),
        ("phq9", 20, 11, 16, False, "no change"),
        ("phq9", 20, 11, 26, True, "deteriorated"),
        ("gad7", 16, 8, 12, False, "relapsed"),
        ("gad7", 16, 8, 11, False, "partial"),
        ("gad7", 16, 8, 11, True, "relapsed"),
        ("gad7", 16, 10, 14, False, "no change"),
        ("phq9", 9, 4, 12, True, "rose"),
    ],
)
def test_relapsed_needs_an_improved_score_before_and_ten_now(  # noqa: PLR0917
    instrument: str, b: int, best: int, c: int, in_prevention: bool, expected: str
) -> None:
    assert named(instrument, b, c, best=best, in_prevention=in_prevention) == expected


@pytest.mark.parametrize(
    ("instrument", "b", "x", "expected"),
    [
        ("phq9", 6, 4, True),
        ("phq9", 6, 5, False),
        ("phq9", 20, 10, True),
        ("phq9", 20, 11, False),
        ("phq9", 14, 9, True),
        ("phq9", 13, 9, False),
        ("phq9", 15, 10, False),
        ("phq9", 10, 9, False),
        ("gad7", 13, 9, True),
        ("gad7", 12, 9, False),
        ("gad7", 14, 10, False),
        ("gad7", 20, 10, True),
    ],
)
def test_improved_is_below_five_or_half_or_below_ten_with_a_real_drop(
    instrument: str, b: int, x: int, expected: bool
) -> None:
    assert improved(instrument, b, x) == expected


@pytest.mark.parametrize(
    ("b", "c", "expected"),
    [
        (40, 55, "deteriorated"),
        (40, 54, "no change"),
        (40, 25, "small gain"),
        (40, 26, "no change"),
        (40, None, "no follow-up"),
        (10, 2, "no change"),
        (20, 35, "deteriorated"),
    ],
)
def test_pcl_5_has_classes_by_its_reliable_change_alone(b: int, c: int | None, expected: str) -> None:
    assert named("pcl5", b, c) == expected


def test_pcl_5_never_counts_as_improved() -> None:
    assert not improved("pcl5", 60, 0)


@pytest.mark.parametrize("instrument", ["epds", "auditc", "phq2", "gad2"])
def test_an_instrument_without_a_reliable_change_has_no_class(instrument: str) -> None:
    assert named(instrument, 6, 0) is None
    assert named(instrument, 6, None) is None
