"""A closed episode: its picture ends at the close, and nothing is due, late or still counted in it."""

from datetime import timedelta
from typing import Any

import pytest

from bhi_core.domain import answers
from tests.domain.clinic import DAY_0
from tests.domain.test_answers import charted

SCORES = "PHQ-9@0=17;PHQ-9@40=3"
CLOSED: dict[str, Any] = {"status": "graduated", "closed": 50}


@pytest.mark.parametrize(("more", "until"), [({}, 300), (CLOSED, 50)])
def test_the_picture_ends_today_or_at_the_close(more: dict[str, Any], until: int) -> None:
    told = charted(SCORES, 300, **more)

    assert told.until == DAY_0 + timedelta(days=until)


def test_what_was_recorded_after_the_close_is_in_the_picture() -> None:
    assert charted(SCORES + ";PHQ-9@60=4", 300, **CLOSED).until == DAY_0 + timedelta(days=60)


def test_a_close_that_lies_ahead_is_none_yet() -> None:
    told = charted(SCORES, 45, **CLOSED)

    assert told.closed_on is None and told.until == DAY_0 + timedelta(days=45)


def test_a_treatment_that_was_not_stopped_is_counted_to_the_close() -> None:
    told = charted(SCORES, 300, treatments=[(8, "start", "Sertraline", "50 mg", None)], **CLOSED)

    assert answers.what_was_tried(told).sentences[0] == "Sertraline 50 mg from 13 Jan, going on at the close (6 weeks)."
