"""The practice: its people and places, its settings, the files brought in, and who did what."""

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, Text
from sqlmodel import Field

from bhi_core.store.fields import SiteFields, StaffFields
from bhi_core.store.tables.base import Base, Kept, Numbered, kept_as, one_current
from bhi_core.store.types import Moment


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

    __table_args__: ClassVar[Any] = kept_as()
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


class Setting(Kept, table=True):
    """What the clinic chose, a row a version: key, value as JSON, by whom and when."""

    __table_args__: ClassVar[Any] = kept_as(one_current("setting", "key"))
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
