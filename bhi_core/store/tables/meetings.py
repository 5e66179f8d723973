"""The weekly review: meetings, agendas, what is typed, who asked for whom, and what became of recommendations."""

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from bhi_core.domain.review.kinds import RecommendationStatus
from bhi_core.store.fields import LONGEST_TEXT
from bhi_core.store.meeting_fields import (
    DISCUSSED,
    LONGEST_ITEM_SECONDS,
    LONGEST_MEETING_MINUTES,
    MOST_ON_AGENDA,
    MOST_RECOMMENDATIONS,
    PARTS,
    AgendaItemFields,
    DiscussRequestFields,
    MeetingEntryFields,
    MeetingFields,
    RecommendationStepFields,
    SnoozeFields,
)
from bhi_core.store.tables.base import Dated, Kept, between, dated, kept_as, one_current, sane
from bhi_core.store.types import Moment

OF_THE_FORM = (
    f"field = '{DISCUSSED}' OR (substr(field, 1, 3) = 'rec' AND substr(field, 4, 1) BETWEEN '1' AND "
    f"'{MOST_RECOMMENDATIONS}' AND substr(field, 5) IN ({', '.join(repr('.' + part) for part in PARTS)}))"
)


class Meeting(MeetingFields, Kept, table=True):
    """The meetings, a row a version."""

    __table_args__: ClassVar[Any] = kept_as(
        sane("held_on"),
        between("minutes", 1, LONGEST_MEETING_MINUTES),
        between("per_patient", 1, LONGEST_MEETING_MINUTES),
        CheckConstraint("ended_at >= started_at", name="ends_after"),
        one_current("meeting", "meeting_id"),
    )
    meeting_id: int
    started_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class OfMeeting(Kept):
    """Something about a patient in a meeting."""

    meeting_id: int = Field(foreign_key="meeting.id")
    patient_id: int = Field(foreign_key="patient.id")


class AgendaItem(AgendaItemFields, OfMeeting, table=True):
    """The patients of a meeting in their order, a row a version."""

    __tablename__: ClassVar[Any] = "agenda_item"
    __table_args__: ClassVar[Any] = kept_as(
        between("place", 1, MOST_ON_AGENDA),
        between("seconds", 0, LONGEST_ITEM_SECONDS),
        one_current("agenda_item", "meeting_id", "patient_id"),
        Index("ix_agenda_item_meeting_id", "meeting_id", "patient_id"),
    )


class MeetingEntry(MeetingEntryFields, OfMeeting, table=True):
    """What is typed in a meeting, a row a version; one text stands in a field.

    ``rival_of`` marks a text that met another one: it was typed while somebody else changed the row it names, and
    stands beside it until somebody settles it.
    """

    __tablename__: ClassVar[Any] = "meeting_entry"
    __table_args__: ClassVar[Any] = kept_as(
        CheckConstraint(OF_THE_FORM, name="field"),
        CheckConstraint(f"length(value) <= {LONGEST_TEXT}", name="value"),
        CheckConstraint("rival_of <> id", name="rival_of_another"),
        one_current("meeting_entry", "meeting_id", "patient_id", "field", where=("rival_of IS NULL",)),
        Index("ix_meeting_entry_meeting_id", "meeting_id", "patient_id"),
    )
    rival_of: int | None = Field(default=None, foreign_key="meeting_entry.id")


class DiscussRequest(DiscussRequestFields, Dated, table=True):
    """Who asked that a patient be discussed."""

    __tablename__: ClassVar[Any] = "discuss_request"
    __table_args__: ClassVar[Any] = dated(
        "discuss_request", "date", CheckConstraint("reason <> ''", name="reason_given")
    )


class Snooze(SnoozeFields, Dated, table=True):
    """Who was left off the list, until when and why."""

    __table_args__: ClassVar[Any] = dated(
        "snooze",
        "date",
        sane("until"),
        CheckConstraint("until > date", name="ends_after"),
        CheckConstraint("reason <> ''", name="reason_given"),
    )


class RecommendationStep(RecommendationStepFields, Dated, table=True):
    """What became of the recommendations: rows are added, the newest says where one stands.

    ``review_id`` is that of the recommendation across its versions; ``treatment_id`` the change that enacted it.
    """

    __tablename__: ClassVar[Any] = "recommendation_step"
    __table_args__: ClassVar[Any] = dated(
        "recommendation_step",
        "date",
        CheckConstraint(
            f"status <> '{RecommendationStatus.DECLINED}' OR (why IS NOT NULL AND why <> '')", name="declined_why"
        ),
        CheckConstraint(
            f"treatment_id IS NULL OR status = '{RecommendationStatus.ENACTED}'", name="enacted_by_treatment"
        ),
        Index("ix_recommendation_step_review_id", "review_id"),
    )
    review_id: int = Field(foreign_key="review.id")
    treatment_id: int | None = Field(default=None, foreign_key="treatment.id")


OF_MEETINGS: dict[str, type[Kept]] = {
    "meetings": Meeting,
    "agenda items": AgendaItem,
    "meeting entries": MeetingEntry,
    "requests": DiscussRequest,
    "snoozes": Snooze,
    "steps": RecommendationStep,
}
"""Kind, in words -> its table, of what is kept beside the records that files bring (``RECORDS``)."""
