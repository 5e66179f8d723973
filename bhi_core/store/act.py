"""One command is one function, one transaction, one audit row; the same token again is the same act."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, select
from sqlmodel import SQLModel

from bhi_core import clock
from bhi_core.domain.actor import Actor
from bhi_core.errors import Conflict, Refused
from bhi_core.store.bulk import next_id
from bhi_core.store.engine import writing
from bhi_core.store.fields import Checked, SiteFields, StaffFields
from bhi_core.store.tables import Audit, DataVersion, Kept, Patient, Site, Staff, table

AnyFields = TypeVar("AnyFields", bound=Checked)

OF_THE_VERSION = frozenset(
    {"id", "recorded_at", "recorded_by", "batch_id", "line", "superseded_at", "superseded_by", "superseded_why"}
)
"""Columns that belong to a version, not to what it says."""

NOT_SEEN = "This record was changed by somebody else since you opened it: look at it again, then repeat your change."


@dataclass(frozen=True)
class Saved:
    """Say what a command did.

    Attributes:
        record_id: the row that now holds it; None where no row does.
        repeated: true when nothing was written because it had been before: the same token, or the same values.
    """

    record_id: int | None
    repeated: bool = False


@dataclass(frozen=True)
class Act:
    """A command at work inside its transaction.

    Attributes:
        connection: the transaction.
        at: the moment of recording, UTC.
        by: who acts.
    """

    connection: Connection
    at: dt.datetime
    by: str

    def insert(self, model: type[SQLModel], **values: Any) -> int:
        """Keep one row and give its id; who and when are added."""
        kept = table(model)
        identity = next_id(self.connection, kept)
        stamp = {"recorded_at": self.at, "recorded_by": self.by} if "recorded_at" in kept.c else {}
        self.connection.execute(kept.insert().values(id=identity, **stamp, **values))
        return identity

    def current(self, model: type[Kept], row_id: int) -> Mapping[str, Any]:
        """Give a row that still stands.

        Raises:
            Refused: no such row.
            Conflict: it was replaced or withdrawn meanwhile.
        """
        kept = table(model)
        row = self.connection.execute(select(kept).where(kept.c.id == row_id)).mappings().one_or_none()
        if row is None:
            raise Refused("This record is not in the registry: go back to the list and pick it again.")
        if row["superseded_at"] is not None:
            raise Conflict(NOT_SEEN)
        return dict(row)

    def replace(
        self, model: type[Kept], row: Mapping[str, Any], *, superseded_why: str | None = None, **changes: Any
    ) -> int:
        """Keep a new version of a row with some columns changed, and mark the old one as replaced by it."""
        kept = table(model)
        identity = next_id(self.connection, kept)
        self.retire(model, row, by=identity, why=superseded_why)
        values = {name: value for name, value in row.items() if name not in OF_THE_VERSION} | changes
        stamp = {"recorded_at": self.since(row), "recorded_by": self.by}
        self.connection.execute(kept.insert().values(id=identity, **stamp, **values))
        return identity

    def retire(self, model: type[Kept], row: Mapping[str, Any], *, by: int | None, why: str | None) -> None:
        """Mark a version as replaced, or as withdrawn when nothing replaces it."""
        kept = table(model)
        values = {"superseded_at": self.since(row), "superseded_by": by, "superseded_why": why}
        self.connection.execute(kept.update().where(kept.c.id == row["id"]).values(**values))

    def since(self, row: Mapping[str, Any]) -> dt.datetime:
        """Give the moment of this act, never before the row it replaces was recorded (clocks may differ)."""
        recorded: dt.datetime = row["recorded_at"]
        return max(self.at, recorded)

    def known_patient(self, patient_id: int) -> Mapping[str, Any]:
        """Give the current version of a patient.

        Raises:
            Refused: there is none.
        """
        kept = table(Patient)
        query = select(kept).where(kept.c.patient_id == patient_id, kept.c.superseded_at.is_(None))
        row = self.connection.execute(query).mappings().one_or_none()
        if row is None:
            raise Refused("This patient is not in the registry: go back to the list and pick again.")
        return dict(row)

    def staff(self, name: str | None, role: str | None = None) -> str | None:
        """Give a member of staff as spelled in the registry, making one that is not known."""
        if not name:
            return None
        return self._named(Staff, StaffFields, name, {"role": role, "active": True})

    def site(self, name: str | None) -> str | None:
        """Give a site as spelled in the registry, making one that is not known."""
        return self._named(Site, SiteFields, name, {}) if name else None

    def _named(self, model: type[SQLModel], fields: type[Checked], name: str, more: dict[str, Any]) -> str:
        checked_name = str(checked(fields, name=name, **more).model_dump()["name"])
        for known in self.connection.execute(select(table(model).c.name)).scalars():
            if folded(known) == folded(checked_name):
                return str(known)
        self.insert(model, name=checked_name, **more)
        raise_version(self)
        return checked_name


def folded(name: str) -> str:
    """Give a name as names are compared: without case and double spaces."""
    return " ".join(name.split()).casefold()


def checked(model: type[AnyFields], **values: Any) -> AnyFields:
    """Check what came in.

    Raises:
        Refused: a value cannot be kept; the sentence names the field and the rule, never the value.
    """
    try:
        return model.model_validate(values)
    except ValidationError as wrong:
        told = "; ".join(
            f"{'.'.join(map(str, each['loc'])).replace('_', ' ')}: {_rule(each['msg'])}"
            for each in wrong.errors(include_url=False, include_input=False, include_context=False)
        )
    raise Refused(f"Nothing was kept. Check {told}.")


def _rule(message: str) -> str:
    return message.removeprefix("Value error, ").rstrip(".").lower()


def not_in_future(today: dt.date, **dates: dt.date | None) -> None:
    """Let a record go on only when what it says has happened.

    Raises:
        Refused: a date is after ``today``.
    """
    for name, date in dates.items():
        if date is not None and date > today:
            raise Refused(f"The {name.replace('_', ' ')} {date} is in the future: today is {today}. Check the date.")


def perform(
    engine: Engine,
    actor: Actor,
    right: str,
    *,
    action: str,
    what: str,
    token: str | None,
    work: Callable[[Act], Saved],
    details: Mapping[str, Any] | None = None,
    changes_data: bool = True,
) -> Saved:
    """Do one thing in one transaction, with its audit row.

    Args:
        engine: the database.
        actor: who acts.
        right: the right that it takes; asked for inside the transaction.
        action: what is done, in a word or two, for the audit.
        what: the kind of record.
        token: one for each intended act; the same token again gives the first result and writes nothing.
        work: writes with an ``Act``; whatever it raises rolls everything back.
        details: ids and counts for the audit.
        changes_data: false when only the audit is written, so that caches stay.

    Raises:
        NotAllowed: the actor lacks the right.
        Refused: the database or ``work`` refused.
    """
    with writing(engine) as connection:
        actor.require(right)
        earlier = already_done(connection, token, action)
        if earlier is not None:
            return Saved(earlier["record_id"], repeated=True)
        act = Act(connection, clock.now(), actor.name)
        saved = work(act)
        note(
            act,
            action,
            what,
            token=token,
            record_id=saved.record_id,
            details={"repeated": saved.repeated, **(details or {})},
        )
        if changes_data and not saved.repeated:
            raise_version(act)
        return saved


def already_done(connection: Connection, token: str | None, action: str) -> Mapping[str, Any] | None:
    """Give the audit row of the same act, if it was done before.

    Raises:
        Conflict: the token belongs to another kind of act.
    """
    if token is None:
        return None
    audit = table(Audit)
    row = connection.execute(select(audit).where(audit.c.token == token)).mappings().one_or_none()
    if row is not None and row["action"] != action:
        raise Conflict("This form was already used for something else: open it again.")
    return None if row is None else dict(row)


def note(
    act: Act, action: str, what: str, *, token: str | None, record_id: int | None, details: Mapping[str, Any]
) -> None:
    """Add the audit row, in ids and counts only."""
    audit = table(Audit)
    act.connection.execute(
        audit.insert().values(
            id=next_id(act.connection, audit),
            at=act.at,
            by=act.by,
            action=action,
            what=what,
            record_id=record_id,
            details=json.dumps(dict(details)),
            token=token,
        )
    )


def raise_version(act: Act) -> None:
    """Tell every cache that the data are others now."""
    version = table(DataVersion)
    act.connection.execute(version.update().values(version=version.c.version + 1))
