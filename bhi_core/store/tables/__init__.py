"""The tables: what is kept, with the limits that the database itself enforces.

A row of a record table is a version. Nothing is overwritten: what replaces a row sets its ``superseded_at`` and
``superseded_by``, and both keep ``recorded_at``. ``patient_id``, ``episode_id``, ``review_id`` and ``meeting_id`` are
the id of the first version and stay the same across versions. Ids are given by the writer (``store.commands``), never
by a sequence. What a record holds and its limits are in ``store.fields`` and ``store.meeting_fields``.
"""

from bhi_core.store.tables.base import Base, Dated, Kept, Numbered, metadata, table
from bhi_core.store.tables.care import (
    RECORDS,
    Contact,
    Coverage,
    Diagnosis,
    Episode,
    Patient,
    Plan,
    Review,
    Safety,
    Score,
    Treatment,
)
from bhi_core.store.tables.meetings import (
    OF_MEETINGS,
    AgendaItem,
    DiscussRequest,
    Meeting,
    MeetingEntry,
    RecommendationStep,
    Snooze,
)
from bhi_core.store.tables.practice import (
    Audit,
    DataVersion,
    ImportBatch,
    Mapping,
    RefusedLine,
    Setting,
    Site,
    Staff,
)

__all__ = [
    "OF_MEETINGS",
    "RECORDS",
    "AgendaItem",
    "Audit",
    "Base",
    "Contact",
    "Coverage",
    "DataVersion",
    "Dated",
    "Diagnosis",
    "DiscussRequest",
    "Episode",
    "ImportBatch",
    "Kept",
    "Mapping",
    "Meeting",
    "MeetingEntry",
    "Numbered",
    "Patient",
    "Plan",
    "RecommendationStep",
    "RefusedLine",
    "Review",
    "Safety",
    "Score",
    "Setting",
    "Site",
    "Snooze",
    "Staff",
    "Treatment",
    "metadata",
    "table",
]
