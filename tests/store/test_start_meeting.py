"""An agenda made before the meeting waits for its start; the start is kept once."""

import datetime as dt

import pytest
from sqlalchemy import Engine

from bhi_core.domain.actor import local_person
from bhi_core.errors import Refused
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading

PERSON = local_person("D. Reyes")
TODAY = dt.date(2026, 3, 2)


def opened(engine: Engine, held_on: dt.date) -> int:
    """Make an agenda of nobody, for a day."""
    saved = commands.open_meeting(engine, PERSON, token="open", today=TODAY, held_on=held_on, start=False)
    assert saved.record_id is not None
    return saved.record_id


def test_an_agenda_made_today_does_not_start_the_meeting_and_the_start_keeps_who_is_there(engine: Engine) -> None:
    meeting_id = opened(engine, TODAY)
    with reading(engine) as connection:
        before = queries.meeting(connection, meeting_id)

    commands.start_meeting(
        engine, PERSON, token="start", today=TODAY, meeting_id=meeting_id, people="Dr Osei", minutes=45
    )

    with reading(engine) as connection:
        after = queries.meeting(connection, meeting_id)
    assert before is not None and before["started_at"] is None
    assert after is not None and after["started_at"] is not None
    assert (after["people"], after["minutes"], after["per_patient"]) == ("Dr Osei", 45, 6)


def test_a_meeting_starts_once(engine: Engine) -> None:
    meeting_id = opened(engine, TODAY)
    commands.start_meeting(engine, PERSON, token="start", today=TODAY, meeting_id=meeting_id)

    again = commands.start_meeting(engine, PERSON, token="again", today=TODAY, meeting_id=meeting_id, minutes=30)

    assert again.repeated


def test_a_meeting_of_tomorrow_does_not_start_today(engine: Engine) -> None:
    meeting_id = opened(engine, TODAY + dt.timedelta(days=1))

    with pytest.raises(Refused, match="start it on that day"):
        commands.start_meeting(engine, PERSON, token="start", today=TODAY, meeting_id=meeting_id)
