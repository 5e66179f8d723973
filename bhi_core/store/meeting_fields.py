"""What the weekly review holds, checked: meetings, their agenda, what is typed in them, and what comes of it.

Built as the models of ``store.fields``; the tables in ``store.tables.meetings`` put CHECK constraints behind them.
"""

import re
from typing import Annotated

from pydantic import AfterValidator
from sqlalchemy import Boolean, Text
from sqlmodel import Field

from bhi_core.domain.review.kinds import AgendaState, RecommendationStatus
from bhi_core.store.fields import LONGEST_TEXT, Checked, Day, Plain, day, has_control, line_of_text, note, person, place
from bhi_core.store.types import words

LONGEST_MEETING_MINUTES = 600
MOST_ON_AGENDA = 999
LONGEST_ITEM_SECONDS = 24 * 3600
MOST_RECOMMENDATIONS = 9
"""Recommendations of one patient in one meeting."""

DISCUSSED = "discussed"
PARTS = ("kind", "words", "owner", "due")
ENTRY = re.compile(rf"^(?:{DISCUSSED}|rec[1-{MOST_RECOMMENDATIONS}]\.(?:{'|'.join(PARTS)}))$")


def _of_the_form(field: str) -> str:
    if ENTRY.match(field) is None:
        raise ValueError('is "discussed", or "recN.kind", "recN.words", "recN.owner" or "recN.due"')
    return field


def _as_typed(text: str) -> str:
    """Let a text pass as it was typed, blanks at its ends included."""
    if has_control(text):
        raise ValueError("holds control characters: type it again")
    return text


class MeetingFields(Checked):
    """A weekly review: when, of whose patients (None: everybody's), who is there, how long, how long for a patient."""

    held_on: Day = day(needed=True)
    care_manager: Plain | None = person()
    site: Plain | None = place()
    consultant: Plain | None = person()
    people: Plain | None = note()
    minutes: int = Field(ge=1, le=LONGEST_MEETING_MINUTES)
    per_patient: int = Field(ge=1, le=LONGEST_MEETING_MINUTES)


class AgendaItemFields(Checked):
    """A patient on an agenda. ``why`` says why they were added or removed; ``seconds`` how long they took."""

    place: int = Field(ge=1, le=MOST_ON_AGENDA)
    pinned: bool = Field(default=False, sa_type=Boolean(create_constraint=True, name="pinned"))
    state: AgendaState = Field(default=AgendaState.TO_COME, sa_type=words(AgendaState, "state"))
    why: Plain | None = note()
    seconds: int | None = Field(default=None, ge=0, le=LONGEST_ITEM_SECONDS)


class MeetingEntryFields(Checked):
    """What stands in one field of the form of one patient, as typed; an empty text is a text."""

    field: Annotated[str, AfterValidator(_of_the_form)] = Field(sa_type=Text)
    value: Annotated[str, AfterValidator(_as_typed)] = Field(sa_type=Text, max_length=LONGEST_TEXT)


class DiscussRequestFields(Checked):
    """A wish that a patient be discussed at the next review, and why."""

    date: Day = day(needed=True)
    reason: Plain = note(needed=True)


class SnoozeFields(Checked):
    """A patient left off the list from a date to before another, and why."""

    date: Day = day(needed=True)
    until: Day = day(needed=True)
    reason: Plain = note(needed=True)


class RecommendationStepFields(Checked):
    """What became of a recommendation on a date; why is needed when it was declined."""

    date: Day = day(needed=True)
    status: RecommendationStatus = Field(sa_type=words(RecommendationStatus, "status"))
    why: Plain | None = line_of_text(max_length=LONGEST_TEXT)
