"""The tables: what is kept, with the limits that the database itself enforces.

A row of a record table is a version. Nothing is overwritten: what replaces a row sets its ``superseded_at`` and
``superseded_by``, and both keep ``recorded_at``. ``patient_id`` and ``episode_id`` are the id of the first version and
stay the same across versions. Ids are given by the writer (``store.commands``), never by a sequence. What a record
holds and its limits are in ``store.fields``.
"""

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from bhi_core.domain.episodes import OPEN
from bhi_core.store.fields import (
    FIRST_DAY,
    HIGHEST_ANSWER,
    HIGHEST_TOTAL,
    LAST_DAY,
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
    SiteFields,
    StaffFields,
    TreatmentFields,
)
from bhi_core.store.types import Moment
from bhi_core.store.words import SafetyKind


def _between(column: str, low: object, high: object) -> CheckConstraint:
    """Hold a column to a range; a missing value passes."""
    return CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=f"{column}_in_range")


def _sane(column: str) -> CheckConstraint:
    return _between(column, f"'{FIRST_DAY}'", f"'{LAST_DAY}'")


class Base(
    SQLModel,
    registry=registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s",
                "pk": "pk_%(table_name)s",
            }
        )
    ),
):
    """Hold our own registry: a reload of the app may define the tables anew."""


class Numbered(Base):
    """Give a table its id and say when and by whom a row was recorded."""

    id: int | None = Field(default=None, primary_key=True, sa_column_kwargs={"autoincrement": False})
    recorded_at: dt.datetime = Field(sa_type=Moment)
    recorded_by: str = Field(sa_type=Text)


class Kept(Numbered):
    """Add what every version of a record carries: where it came from and what replaced it.

    ``superseded_by`` is the row that replaced it, None with ``superseded_at`` for one that was withdrawn. Neither it
    nor ``batch_id`` is a foreign key: a row is marked before the one that replaces it is written, and a second key took
    a quarter of the time that PostgreSQL needs for a file of scores. ``queries.check`` looks after both.
    """

    batch_id: int | None = None
    line: int | None = None
    superseded_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    superseded_by: int | None = None
    superseded_why: str | None = Field(default=None, sa_type=Text)


def _kept(*more: Any) -> tuple[Any, ...]:
    """Give the constraints that every record table has, and more."""
    return (
        CheckConstraint("superseded_at >= recorded_at", name="superseded_after"),
        CheckConstraint("superseded_by IS NULL OR superseded_at IS NOT NULL", name="superseded_when"),
        CheckConstraint("superseded_by <> id", name="superseded_by_another"),
        *more,
    )


def _one_current(table_name: str, column: str, *more: Any, label: str = "current") -> Index:
    """Let one current version exist for each value of a column."""
    where = " AND ".join(["superseded_at IS NULL", *more])
    return Index(f"uq_{table_name}_{label}_{column}", column, unique=True, sqlite_where=text(where),
                 postgresql_where=text(where))  # fmt: skip


class ImportBatch(Numbered, table=True):
    """A file brought in: what it was and what became of its lines."""

    __tablename__: ClassVar[Any] = "import_batch"
    __table_args__: ClassVar[Any] = (
        CheckConstraint("accepted + known + rejected + mixed = rows", name="adds_up"),
        CheckConstraint("accepted >= 0 AND known >= 0 AND rejected >= 0 AND mixed >= 0", name="counts"),
        CheckConstraint("records >= 0", name="records"),
        Index("ix_import_batch_checksum", "checksum"),
    )
    file: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    checksum: str = Field(sa_type=Text)
    layout: str = Field(sa_type=Text)
    as_of: dt.date
    rows: int
    accepted: int
    known: int
    rejected: int
    mixed: int
    records: int = Field(description="records kept from this file")


class RefusedLine(Base, table=True):
    """A line of a file that was refused whole or in part, and why."""

    __tablename__: ClassVar[Any] = "refused_line"
    batch_id: int = Field(primary_key=True, foreign_key="import_batch.id")
    line: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    outcome: str = Field(sa_type=Text)
    reasons: str = Field(sa_type=Text, description="a JSON list of sentences")
    __table_args__: ClassVar[Any] = (CheckConstraint("outcome IN ('rejected', 'mixed')", name="outcome"),)


class Mapping(Kept, table=True):
    """A mapping, kept for the layout (the headings) that it reads."""

    __table_args__: ClassVar[Any] = _kept()
    kind: str = Field(sa_type=Text)
    layout: str = Field(sa_type=Text)
    mapping: str = Field(sa_type=Text, description="JSON in the form of the mapping file")


class Staff(StaffFields, Numbered, table=True):
    """The people of the practice."""

    __table_args__: ClassVar[Any] = (
        Index("uq_staff_name", "name", unique=True),
        CheckConstraint("name <> ''", name="named"),
    )
    batch_id: int | None = None


class Site(SiteFields, Numbered, table=True):
    """The places of the practice."""

    __table_args__: ClassVar[Any] = (
        Index("uq_site_name", "name", unique=True),
        CheckConstraint("name <> ''", name="named"),
    )
    batch_id: int | None = None


class Patient(PatientFields, Kept, table=True):
    """The people, a row a version."""

    __table_args__: ClassVar[Any] = _kept(
        _sane("birth_date"),
        CheckConstraint("mrn <> ''", name="mrn"),
        _one_current("patient", "mrn"),
        _one_current("patient", "patient_id"),
        Index("ix_patient_patient_id", "patient_id"),
    )
    patient_id: int


class Episode(EpisodeFields, Kept, table=True):
    """The courses of care, a row a version; at most one of a patient is open."""

    __table_args__: ClassVar[Any] = _kept(
        _sane("enrolled_on"),
        _sane("status_since"),
        _sane("consent_on"),
        _sane("closed_on"),
        CheckConstraint("closed_on >= enrolled_on", name="closed_after_enrolled"),
        CheckConstraint(f"follow_up_weeks > 0 AND follow_up_weeks <= {LONGEST_INTERVAL_WEEKS}", name="follow_up_weeks"),
        _one_current("episode", "episode_id"),
        _one_current("episode", "patient_id", f"status IN ('{OPEN[0]}', '{OPEN[1]}')", label="open"),
        Index("ix_episode_patient_id", "patient_id"),
    )
    episode_id: int
    patient_id: int = Field(foreign_key="patient.id")


class Score(ScoreFields, Kept, table=True):
    """The instruments taken, a row a version."""

    __table_args__: ClassVar[Any] = _kept(
        _sane("date"),
        _between("total", 0, HIGHEST_TOTAL),
        _between("safety_answer", -2, HIGHEST_ANSWER),
        _between("functional", 0, HIGHEST_ANSWER),
        CheckConstraint("total IS NOT NULL OR items IS NOT NULL", name="something_known"),
        CheckConstraint("instrument <> '' AND instrument = replace(instrument, ' ', '')", name="instrument"),
        Index("ix_score_course", "patient_id", "instrument", "date", "total", "safety_answer"),
        Index("ix_score_corrected", "patient_id", sqlite_where=text("superseded_at IS NOT NULL AND safety_answer >= 1"),
              postgresql_where=text("superseded_at IS NOT NULL AND safety_answer >= 1")),
    )  # fmt: skip
    patient_id: int = Field(foreign_key="patient.id")


class Dated(Kept):
    """A record of a patient on a date."""

    patient_id: int = Field(foreign_key="patient.id")


def _dated(table_name: str, column: str, *more: Any) -> tuple[Any, ...]:
    return _kept(Index(f"ix_{table_name}_patient_id", "patient_id", column), _sane(column), *more)


class Contact(ContactFields, Dated, table=True):
    """The contacts and attempts."""

    __table_args__: ClassVar[Any] = _dated(
        "contact", "date", _sane("next_due"), _between("minutes", 0, LONGEST_DAY_MINUTES)
    )


class Treatment(TreatmentFields, Dated, table=True):
    """The changes of treatment."""

    __table_args__: ClassVar[Any] = _dated("treatment", "date")


class Review(ReviewFields, Dated, table=True):
    """The case reviews."""

    __table_args__: ClassVar[Any] = _dated("review", "date", _sane("due"))


class Safety(SafetyFields, Dated, table=True):
    """The safety log beside what the forms answer."""

    __table_args__: ClassVar[Any] = _dated(
        "safety", "date",
        CheckConstraint(f"kind <> '{SafetyKind.ACKNOWLEDGED}' OR (\"by\" IS NOT NULL AND outcome IS NOT NULL)",
                        name="acknowledged_by_and_outcome"),
    )  # fmt: skip


class Plan(PlanFields, Dated, table=True):
    """The relapse-prevention plans."""

    __table_args__: ClassVar[Any] = _dated("plan", "date")


class Coverage(CoverageFields, Dated, table=True):
    """Who pays, and when."""

    __table_args__: ClassVar[Any] = _dated(
        "coverage", "from_on", _sane("to_on"), CheckConstraint("to_on >= from_on", name="ends_after")
    )


class Diagnosis(DiagnosisFields, Dated, table=True):
    """The diagnoses."""

    __table_args__: ClassVar[Any] = _dated(
        "diagnosis", "onset", _sane("end_on"), CheckConstraint("end_on >= onset", name="ends_after")
    )


class Setting(Kept, table=True):
    """What the clinic chose, a row a version: key, value as JSON, by whom and when."""

    __table_args__: ClassVar[Any] = _kept(_one_current("setting", "key"))
    key: str = Field(sa_type=Text)
    value: str = Field(sa_type=Text)


class Audit(Base, table=True):
    """Who did what and when, in ids and counts; never a name or a score. Rows are only ever added.

    ``token`` is the caller's, one for each intended act: the same token again is the same act, not a second one.
    """

    __table_args__: ClassVar[Any] = (Index("uq_audit_token", "token", unique=True),)
    id: int | None = Field(default=None, primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: dt.datetime = Field(sa_type=Moment)
    by: str = Field(sa_type=Text)
    action: str = Field(sa_type=Text)
    what: str = Field(sa_type=Text, description="the table or kind")
    record_id: int | None = None
    details: str = Field(default="{}", sa_type=Text, description="JSON: ids and counts")
    token: str | None = Field(default=None, sa_type=Text)


class DataVersion(Base, table=True):
    """One row: an integer that rises with each write, so that caches know when they are old. Writers lock it."""

    __tablename__: ClassVar[Any] = "data_version"
    __table_args__: ClassVar[Any] = (CheckConstraint("id = 1", name="single"),)
    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False}, sa_type=Integer)
    version: int = Field(default=0, sa_type=BigInteger)


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

metadata = Base.metadata


def table(model: type[SQLModel]) -> Table:
    """Give the SQLAlchemy table behind a model."""
    kept: Table = metadata.tables[str(model.__tablename__)]
    return kept
