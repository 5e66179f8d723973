"""Turn a query into a typed frame straight from the driver's rows: no row objects on the way."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Date, Select, String, Table, and_, exists, not_, or_, select

from bhi_core.store.tables import Episode, Patient, table
from bhi_core.store.types import Moment


@dataclass(frozen=True)
class Scope:
    """Narrow a query to some patients: those with any episode that fits all that is given.

    Attributes:
        care_manager: a member of staff, by name; of the episode.
        site: a place, by name; of the episode, else of the patient.
        consultant: a member of staff, by name; of the episode.
        patient_ids: these patients only; they need no episode.
    """

    care_manager: str | None = None
    site: str | None = None
    consultant: str | None = None
    patient_ids: tuple[int, ...] | None = None

    @property
    def whose(self) -> str:
        """Say by whom and where it narrows: ``D. Reyes, Mill Road``, ``all patients``."""
        return ", ".join(name for name in (self.care_manager, self.consultant, self.site) if name) or "all patients"


EVERYBODY = Scope()


def current(kept: Table, known_at: dt.datetime | None) -> ColumnElement[bool]:
    """Say which versions stood at a moment (None: stand now)."""
    if known_at is None:
        return kept.c.superseded_at.is_(None)
    return and_(kept.c.recorded_at <= known_at, or_(kept.c.superseded_at.is_(None), kept.c.superseded_at > known_at))


def current_patients(known_at: dt.datetime | None) -> ColumnElement[bool]:
    """Say which versions of people stood at a moment (None: stand now).

    Somebody of whom an episode was known then was known, too: where the person was recorded later (people are often
    brought in without the moment at which they became known), the first version stands in.
    """
    patient, episode = table(Patient), table(Episode)
    stands = current(patient, known_at)
    if known_at is None:
        return stands
    before = patient.alias("before")
    recorded = exists().where(before.c.patient_id == patient.c.patient_id, before.c.recorded_at <= known_at)
    enrolled = exists().where(episode.c.patient_id == patient.c.patient_id, episode.c.recorded_at <= known_at)
    first = patient.c.id == patient.c.patient_id
    return or_(stands, and_(first, not_(recorded.correlate(patient)), enrolled.correlate(patient)))


def of_scope(column: ColumnElement[int], scope: Scope, known_at: dt.datetime | None) -> list[ColumnElement[bool]]:
    """Give the conditions that narrow a patient column to a scope; none for everybody."""
    conditions: list[ColumnElement[bool]] = []
    if scope.patient_ids is not None:
        conditions.append(column.in_([int(identity) for identity in scope.patient_ids]))
    if scope.care_manager is None and scope.consultant is None and scope.site is None:
        return conditions
    episode, patient = table(Episode), table(Patient)
    fitting = select(episode.c.patient_id).where(current(episode, known_at))
    if scope.care_manager is not None:
        fitting = fitting.where(episode.c.care_manager == scope.care_manager)
    if scope.consultant is not None:
        fitting = fitting.where(episode.c.consultant == scope.consultant)
    if scope.site is not None:
        here = select(patient.c.patient_id).where(current_patients(known_at), patient.c.site == scope.site)
        fitting = fitting.where(
            or_(episode.c.site == scope.site, and_(episode.c.site.is_(None), episode.c.patient_id.in_(here)))
        )
    return [*conditions, column.in_(fitting)]


def rows(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """Give the driver's own rows of a query; dates and moments as the driver has them."""
    cursor: Any = connection.execute(query).cursor
    fetched: list[tuple[Any, ...]] = cursor.fetchall()
    return fetched


def frame(connection: Connection, query: Select[Any], kinds: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Give a query as a frame with the types that the rest of the program expects.

    Args:
        connection: where to ask.
        query: columns with distinct names; their types say what each becomes.
        kinds: column -> "id", "text", "date", "number", "flag" or "moment", where the column's type does not tell.

    Returns:
        Frame with ids int64, text ``str`` (NaN missing), dates ``datetime64[s]``, numbers float64, flags bool,
        moments ``datetime64[us, UTC]``.
    """
    columns = list(query.selected_columns)
    fetched = rows(connection, query)
    values = list(zip(*fetched, strict=True)) if fetched else [()] * len(columns)
    typed = {}
    for column, cells in zip(columns, values, strict=True):
        name = str(column.key)
        typed[name] = series(cells, (kinds or {}).get(name) or kind_of(column))
    return pd.DataFrame(typed)


def kind_of(column: ColumnElement[Any]) -> str:
    """Name what a column becomes in a frame."""
    if isinstance(column.type, Moment):
        return "moment"
    if isinstance(column.type, Date):
        return "date"
    if isinstance(column.type, String):
        return "text"
    python = column.type.python_type
    if python is bool:
        return "flag"
    required = getattr(column, "nullable", True) is False
    return "id" if python is int and required else "number"


def series(cells: tuple[Any, ...], kind: str) -> Any:
    """Turn the driver's cells of one column into a typed array."""
    if kind == "text":
        return pd.Series(list(cells), dtype="str")
    if kind == "id":
        return np.array(cells, dtype=np.int64)
    if kind == "flag":
        return np.array(cells, dtype=bool)
    if kind == "date":
        return np.array(cells, dtype="datetime64[s]")
    if kind == "moment":
        return pd.to_datetime(pd.Series(naive(cells)), utc=True).dt.as_unit("us")
    return np.array(cells, dtype=np.float64)


def naive(moments: tuple[Any, ...]) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    """Give moments in UTC without a zone, from SQLite's texts or PostgreSQL's datetimes; None becomes NaT."""
    plain = [
        cell.astimezone(dt.UTC).replace(tzinfo=None) if isinstance(cell, dt.datetime) else cell for cell in moments
    ]
    return np.array(plain, dtype="datetime64[us]")
