"""What all tables share: ids, versions, limits, and one current version of a thing."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Index, MetaData, Table, Text, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from bhi_core.store.fields import FIRST_DAY, LAST_DAY
from bhi_core.store.types import Moment


def between(column: str, low: object, high: object) -> CheckConstraint:
    """Hold a column to a range; a missing value passes."""
    return CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=f"{column}_in_range")


def sane(column: str) -> CheckConstraint:
    """Hold a date to living memory."""
    return between(column, f"'{FIRST_DAY}'", f"'{LAST_DAY}'")


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


def kept_as(*more: Any) -> tuple[Any, ...]:
    """Give the constraints that every record table has, and more."""
    return (
        CheckConstraint("superseded_at >= recorded_at", name="superseded_after"),
        CheckConstraint("superseded_by IS NULL OR superseded_at IS NOT NULL", name="superseded_when"),
        CheckConstraint("superseded_by <> id", name="superseded_by_another"),
        *more,
    )


def one_current(table_name: str, *columns: str, where: tuple[str, ...] = (), label: str = "current") -> Index:
    """Let one current version exist for each value of some columns."""
    stands = text(" AND ".join(["superseded_at IS NULL", *where]))
    name = f"uq_{table_name}_{label}_{'_'.join(columns)}"
    return Index(name, *columns, unique=True, sqlite_where=stands, postgresql_where=stands)


class Dated(Kept):
    """A record of a patient on a date."""

    patient_id: int = Field(foreign_key="patient.id")


def dated(table_name: str, column: str, *more: Any) -> tuple[Any, ...]:
    """Give the constraints of a table of records of a patient on a date, and more."""
    return kept_as(Index(f"ix_{table_name}_patient_id", "patient_id", column), sane(column), *more)


metadata = Base.metadata


def table(model: type[SQLModel]) -> Table:
    """Give the SQLAlchemy table behind a model."""
    kept: Table = metadata.tables[str(model.__tablename__)]
    return kept
