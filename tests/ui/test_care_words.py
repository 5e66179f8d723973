"""What a kept record of care says in one line, and what changed in an episode."""

from datetime import date
from typing import Any

import pytest

from bhi_core.errors import Refused
from bhi_core.ui import care_fields, care_words

TODAY = date(2026, 11, 24)
EPISODE: dict[str, Any] = dict.fromkeys(care_words.EPISODE_PARTS) | {
    "status": "active", "enrolled_on": date(2026, 6, 5), "care_manager": "D. Reyes", "baseline_score_id": float("nan"),
}  # fmt: skip


def changed(**to: Any) -> str:
    """Say what an episode that becomes another one changed."""
    return care_words.episode_changes(EPISODE, EPISODE | to, TODAY)


def test_the_first_version_of_an_episode_says_how_it_began() -> None:
    assert care_words.episode_changes(None, EPISODE, TODAY) == "enrolled 5 Jun, D. Reyes"


def test_a_new_status_is_said_with_its_day_and_reason_and_nothing_twice() -> None:
    said = changed(status="discharged", status_since=TODAY, closed_on=TODAY, reason="moved away")

    assert said == "active → discharged since 24 Nov: moved away"


def test_other_changes_are_said_from_what_to_what() -> None:
    assert changed(follow_up_weeks=1.5) == "weeks between contacts – → 1.5"
    assert changed(care_manager=None) == "care manager D. Reyes → –"


def test_a_chosen_baseline_is_said_and_so_is_the_rule() -> None:
    assert changed(baseline_score_id=4.0) == "another baseline chosen"
    assert care_words.episode_changes(EPISODE | {"baseline_score_id": 4.0}, EPISODE, TODAY) == (
        "baseline given back to the rule"
    )


def test_a_stop_says_its_reason_and_a_dose_step_its_dose() -> None:
    row: dict[str, Any] = {"date": TODAY, "treatment": "Sertraline", "dose": None, "why": "insomnia"}

    assert care_words.treatment(row | {"change": "stop"}, TODAY) == "24 Nov: Sertraline stopped: insomnia"
    assert care_words.treatment(row | {"change": "dose down", "dose": "25 mg", "why": None}, TODAY) == (
        "24 Nov: Sertraline lowered to 25 mg"
    )


@pytest.mark.parametrize("typed", ["1441", "-1", "2.5", "²", "x"])
def test_minutes_that_are_no_whole_number_of_a_day_are_refused(typed: str) -> None:
    assert care_fields.minutes("1440") == 1440

    with pytest.raises(Refused, match="not a whole number from 0 to 1440"):
        care_fields.minutes(typed)


@pytest.mark.parametrize("typed", ["0", "0.0", ".5", "1.", "1e3", "½", "-2"])
def test_weeks_that_are_no_number_above_zero_are_refused(typed: str) -> None:
    assert care_fields.weeks("0.5") == 0.5

    with pytest.raises(Refused, match="not a number above 0"):
        care_fields.weeks(typed)
