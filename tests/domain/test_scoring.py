"""From answers to a total, what is missing, and the answer on self-harm."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhi_core.domain import instruments
from bhi_core.domain.scoring import BLANK, NOT_ASKED, out_of_range, score, score_many
from bhi_core.errors import Refused

PHQ9 = instruments.registry()["phq9"]
GAD7 = instruments.registry()["gad7"]
PHQ9M = instruments.registry()["phq9m"]


def test_a_complete_form_has_the_sum_as_total() -> None:
    scored = score(PHQ9, [2, 2, 1, 2, 1, 2, 2, 1, 1])

    assert (scored.total, scored.missing, scored.possible, scored.safety_answer) == (14, (), (14, 14), 1)


def test_all_zeros_are_a_total_of_zero() -> None:
    assert score(PHQ9, [0] * 9).total == 0


def test_a_blank_scored_item_leaves_no_total_and_the_possible_range() -> None:
    scored = score(PHQ9, [3, None, 3, 3, 3, 3, 3, 3, 0])

    assert (scored.total, scored.missing, scored.possible) == (None, (2,), (21, 24))


def test_item_9_of_an_incomplete_form_is_known() -> None:
    assert score(PHQ9, [None] * 8 + [2]).safety_answer == 2


def test_item_9_left_blank_is_not_zero() -> None:
    assert score(PHQ9, [1] * 8 + [None]).safety_answer == BLANK


def test_item_9_that_was_not_on_the_form_is_unknown() -> None:
    assert score(PHQ9, [1] * 8).safety_answer == NOT_ASKED
    assert score(PHQ9, [1] * 8 + [None], asked=[True] * 8 + [False]).safety_answer == NOT_ASKED


def test_a_form_without_a_safety_item_has_no_safety_answer() -> None:
    assert score(GAD7, [1] * 7).safety_answer == NOT_ASKED


def test_phq_9m_is_complete_without_the_two_questions_that_are_not_scored() -> None:
    scored = score(PHQ9M, [1] * 9)

    assert (scored.total, scored.missing, scored.safety_answer) == (9, (), 1)


@pytest.mark.parametrize(
    ("item_9", "past_year", "lifetime", "answer"),
    [(0, 0, 0, 0), (0, 1, 0, 1), (0, 0, 1, 1), (3, 1, 0, 3), (0, 0, None, BLANK), (0, None, 1, 1), (None, 0, 0, BLANK)],
)
def test_any_of_the_suicide_questions_of_phq_9m_counts_and_a_blank_is_never_a_no(
    item_9: int | None, past_year: int | None, lifetime: int | None, answer: int
) -> None:
    assert score(PHQ9M, [0] * 8 + [item_9, past_year, lifetime]).safety_answer == answer


@pytest.mark.parametrize("answers", [[4] + [0] * 8, [-1] + [0] * 8])
def test_an_answer_that_the_item_does_not_have_is_refused(answers: list[int]) -> None:
    with pytest.raises(Refused, match="PHQ-9 item 1"):
        score(PHQ9, answers)


def test_more_answers_than_items_are_refused() -> None:
    with pytest.raises(Refused, match="PHQ-9 has 9 items, not 10"):
        score(PHQ9, [0] * 10)


def test_out_of_range_finds_each_bad_answer_and_leaves_blanks() -> None:
    answers = np.array([[3, 4, -1, 1.5, np.nan, 0, 0, 0, 0]])

    assert out_of_range(PHQ9, answers).tolist() == [[False, True, True, True, False, False, False, False, False]]


def test_no_forms_give_an_empty_frame() -> None:
    assert len(score_many(PHQ9, np.empty((0, 9)))) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=9, max_size=9), min_size=1, max_size=5))
def test_many_forms_score_as_each_alone(forms: list[list[int | None]]) -> None:
    answers = np.array([[np.nan if points is None else points for points in form] for form in forms], dtype=float)

    many = score_many(PHQ9, answers)

    for (_, row), form in zip(many.iterrows(), forms, strict=True):
        alone = score(PHQ9, form)
        assert alone.total == (None if np.isnan(row["total"]) else row["total"])
        assert alone.total == (None if None in form else sum(points for points in form if points is not None))
        assert (len(alone.missing), alone.possible) == (row["missing"], (row["lowest"], row["highest"]))
        assert alone.safety_answer == row["safety_answer"]
