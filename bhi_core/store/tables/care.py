"""The patients, their courses of care, and what was measured and done."""

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from bhi_core.domain.closed_lists import SafetyKind
from bhi_core.domain.episodes import OPEN
from bhi_core.store.fields import (
    HIGHEST_ANSWER,
    HIGHEST_TOTAL,
    LONGEST_DAY_MINUTES,
    LONGEST_INTERVAL_WEEKS,
    ContactFields,
    CoverageFields,
    DiagnosisFields,
    EpisodeFields,
    PatientFields,
    PlanFields,
    ReviewFields,
    SafetyFields,
    ScoreFields,
    TreatmentFields,
)
from bhi_core.store.meeting_fields import MOST_RECOMMENDATIONS
from bhi_core.store.tables.base import Dated, Kept, between, dated, kept_as, one_current, sane


class Patient(PatientFields, Kept, table=True):
    """The people, a row a version."""

    __table_args__: ClassVar[Any] = kept_as(
        sane("birth_date"),
        CheckConstraint("mrn <> ''", name="mrn"),
        one_current("patient", "mrn"),
        one_current("patient", "patient_id"),
        Index("ix_patient_patient_id", "patient_id"),
    )
    patient_id: int


class Episode(EpisodeFields, Kept, table=True):
    """The courses of care, a row a version; at most one of a patient is open."""

    __table_args__: ClassVar[Any] = kept_as(
        sane("enrolled_on"),
        sane("status_since"),
        sane("consent_on"),
        sane("closed_on"),
        CheckConstraint("closed_on >= enrolled_on", name="closed_after_enrolled"),
        CheckConstraint(f"follow_up_weeks > 0 AND follow_up_weeks <= {LONGEST_INTERVAL_WEEKS}", name="follow_up_weeks"),
        one_current("episode", "episode_id"),
        one_current("episode", "patient_id", where=(f"status IN ('{OPEN[0]}', '{OPEN[1]}')",), label="open"),
        Index("ix_episode_patient_id", "patient_id"),
        Index("ix_episode_care_manager", "care_manager", "patient_id"),
        Index("ix_episode_consultant", "consultant", "patient_id"),
    )
    episode_id: int
    patient_id: int = Field(foreign_key="patient.id")


class Score(ScoreFields, Kept, table=True):
    """The instruments taken, a row a version."""

    __table_args__: ClassVar[Any] = kept_as(
        sane("date"),
        between("total", 0, HIGHEST_TOTAL),
        between("safety_answer", -2, HIGHEST_ANSWER),
        between("functional", 0, HIGHEST_ANSWER),
        CheckConstraint("total IS NOT NULL OR items IS NOT NULL", name="something_known"),
        CheckConstraint("instrument <> '' AND instrument = replace(instrument, ' ', '')", name="instrument"),
        Index("ix_score_course", "patient_id", "instrument", "date", "total", "safety_answer"),
        Index("ix_score_corrected", "patient_id", sqlite_where=text("superseded_at IS NOT NULL AND safety_answer >= 1"),
              postgresql_where=text("superseded_at IS NOT NULL AND safety_answer >= 1")),
    )  # fmt: skip
    patient_id: int = Field(foreign_key="patient.id")


class Contact(ContactFields, Dated, table=True):
    """The contacts and attempts."""

    __table_args__: ClassVar[Any] = dated(
        "contact", "date", sane("next_due"), between("minutes", 0, LONGEST_DAY_MINUTES)
    )


class Treatment(TreatmentFields, Dated, table=True):
    """The changes of treatment."""

    __table_args__: ClassVar[Any] = dated("treatment", "date")


class Review(ReviewFields, Dated, table=True):
    """The case reviews, a row a version; each holds at most one recommendation.

    What was recommended beside it in the same meeting is a row of its own: ``place`` is the number that it had on the
    form of the meeting, from 1; the first row holds what was discussed.
    """

    __table_args__: ClassVar[Any] = dated(
        "review",
        "date",
        sane("due"),
        between("place", 1, MOST_RECOMMENDATIONS),
        CheckConstraint("(meeting_id IS NULL) = (place IS NULL)", name="of_a_meeting"),
        one_current("review", "review_id"),
        one_current("review", "meeting_id", "patient_id", "place"),
    )
    review_id: int
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id")
    place: int | None = None


class Safety(SafetyFields, Dated, table=True):
    """The safety log beside what the forms answer."""

    __table_args__: ClassVar[Any] = dated(
        "safety", "date",
        CheckConstraint(f"kind <> '{SafetyKind.ACKNOWLEDGED}' OR (\"by\" IS NOT NULL AND outcome IS NOT NULL)",
                        name="acknowledged_by_and_outcome"),
    )  # fmt: skip


class Plan(PlanFields, Dated, table=True):
    """The relapse-prevention plans."""

    __table_args__: ClassVar[Any] = dated("plan", "date")


class Coverage(CoverageFields, Dated, table=True):
    """Who pays, and when."""

    __table_args__: ClassVar[Any] = dated(
        "coverage", "from_on", sane("to_on"), CheckConstraint("to_on >= from_on", name="ends_after")
    )


class Diagnosis(DiagnosisFields, Dated, table=True):
    """The diagnoses."""

    __table_args__: ClassVar[Any] = dated(
        "diagnosis", "onset", sane("end_on"), CheckConstraint("end_on >= onset", name="ends_after")
    )


RECORDS: dict[str, type[Kept]] = {
    "patients": Patient,
    "episodes": Episode,
    "scores": Score,
    "contacts": Contact,
    "treatments": Treatment,
    "reviews": Review,
    "safety": Safety,
    "plans": Plan,
    "coverage": Coverage,
    "diagnoses": Diagnosis,
}
"""Kind of record (``domain.records.KINDS``) -> its table."""
