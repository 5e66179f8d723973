"""Read the weekly review: its meetings, agendas and what was typed, as they stand or stood at a moment."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, case, func, select

from bhi_core.domain.review.kinds import AgendaState
from bhi_core.store.queries.frames import current, frame
from bhi_core.store.tables import AgendaItem, Meeting, MeetingEntry, table

MEETING_COLUMNS = (
    "meeting_id", "held_on", "care_manager", "site", "consultant", "people", "minutes", "per_patient", "started_at",
    "ended_at",
)  # fmt: skip


def meetings(connection: Connection, known_at: dt.datetime | None = None) -> pd.DataFrame:
    """Give the meetings, the newest first.

    Args:
        connection: where to ask.
        known_at: as they stood at this moment, with its zone; None for now.

    Returns:
        A row a meeting: meeting_id (int64), held_on, care_manager, site (NaN: everybody's patients), consultant, people
        (text), minutes, per_patient (int64, minutes), started_at, ended_at (UTC, NaT: not yet), on_agenda, done,
        carried_over (int64, patients; those removed do not count as on the agenda).
    """
    kept, item = table(Meeting), table(AgendaItem)
    told = (
        select(
            item.c.meeting_id,
            _how_many(item.c.state != AgendaState.REMOVED, "on_agenda"),
            _how_many(item.c.state == AgendaState.DONE, "done"),
            _how_many(item.c.state == AgendaState.CARRIED_OVER, "carried_over"),
        )
        .where(current(item, known_at))
        .group_by(item.c.meeting_id)
        .subquery()
    )
    counted = ("on_agenda", "done", "carried_over")
    query = (
        select(*(kept.c[name] for name in MEETING_COLUMNS), *(func.coalesce(told.c[n], 0).label(n) for n in counted))
        .join_from(kept, told, told.c.meeting_id == kept.c.meeting_id, isouter=True)
        .where(current(kept, known_at))
        .order_by(kept.c.held_on.desc(), kept.c.meeting_id.desc())
    )
    return frame(connection, query, dict.fromkeys((*counted, "minutes", "per_patient"), "id"))


def _how_many(which: Any, name: str) -> Any:
    return func.sum(case((which, 1), else_=0)).label(name)


def meeting(connection: Connection, meeting_id: int, known_at: dt.datetime | None = None) -> Mapping[str, Any] | None:
    """Give a meeting as it stands: ``MEETING_COLUMNS`` and ``version`` (the row seen); None when there is none.

    Args:
        connection: where to ask.
        meeting_id: which meeting.
        known_at: as it stood at this moment, with its zone; None for now.

    Returns:
        Column -> value: dates are plain dates, moments have their zone (UTC), minutes and per_patient are whole
        minutes, None is missing (of care_manager and site: everybody's patients).
    """
    kept = table(Meeting)
    query = select(kept.c.id.label("version"), *(kept.c[name] for name in MEETING_COLUMNS))
    found = query.where(kept.c.meeting_id == meeting_id, current(kept, known_at))
    row = connection.execute(found).mappings().one_or_none()
    return None if row is None else dict(row)


def open_meeting(connection: Connection, held_on: dt.date) -> int | None:
    """Give the meeting_id of the meeting of a day that has not ended, of several the one opened last; None without any.

    Args:
        connection: where to ask.
        held_on: the day; a meeting that has not begun counts.
    """
    kept = table(Meeting)
    open_ = (kept.c.held_on == held_on, kept.c.ended_at.is_(None), kept.c.superseded_at.is_(None))
    found: int | None = connection.execute(select(func.max(kept.c.meeting_id)).where(*open_)).scalar()
    return found


def agenda_items(connection: Connection, meeting_id: int, known_at: dt.datetime | None = None) -> pd.DataFrame:
    """Give the agenda of a meeting in its order.

    Args:
        connection: where to ask.
        meeting_id: which meeting.
        known_at: as it stood at this moment, with its zone; None for now.

    Returns:
        A row a patient: row_id (int64, the version seen), patient_id, place (int64, from 1), pinned (bool), state
        (text: "to come", "done", "carried over", "removed"), why (NaN: nobody said), seconds (float64, spent on the
        patient, NaN: not timed), by, at (UTC): who changed it last and when. An unknown meeting gives an empty frame.
    """
    kept = table(AgendaItem)
    query = (
        select(
            kept.c.id.label("row_id"),
            *(kept.c[name] for name in ("patient_id", "place", "pinned", "state", "why", "seconds")),
            kept.c.recorded_by.label("by"),
            kept.c.recorded_at.label("at"),
        )
        .where(kept.c.meeting_id == meeting_id, current(kept, known_at))
        .order_by(kept.c.place, kept.c.id)
    )
    return frame(connection, query, {"row_id": "id"})


def entries(
    connection: Connection, meeting_id: int, patient_id: int | None = None, known_at: dt.datetime | None = None
) -> pd.DataFrame:
    """Give what is typed in a meeting, of one patient or of all.

    Args:
        connection: where to ask.
        meeting_id: which meeting.
        patient_id: of whom; None for everybody.
        known_at: as it stood at this moment, with its zone; None for now.

    Returns:
        A row a text that stands, by patient, field and in the order of typing: row_id (int64: what ``save_entry`` takes
        as ``seen``), patient_id, field, value (text as typed, may be empty), by, at (UTC), rival_of (float64; NaN: the
        text of the field; else it is a rival: typed while somebody else changed that row, until it is settled). Nothing
        typed gives an empty frame.
    """
    kept = table(MeetingEntry)
    query = (
        select(
            kept.c.id.label("row_id"),
            *(kept.c[name] for name in ("patient_id", "field", "value")),
            kept.c.recorded_by.label("by"),
            kept.c.recorded_at.label("at"),
            kept.c.rival_of,
        )
        .where(kept.c.meeting_id == meeting_id, current(kept, known_at))
        .order_by(kept.c.patient_id, kept.c.field, kept.c.rival_of.is_not(None), kept.c.id)
    )
    if patient_id is not None:
        query = query.where(kept.c.patient_id == patient_id)
    return frame(connection, query, {"row_id": "id"})


def meeting_version(connection: Connection, meeting_id: int) -> int:
    """Give a number that rises with every write to a meeting, its agenda or its entries: cheap to ask again and again.

    It is the sum of the highest row of each, since each write adds a row; 0 for an unknown meeting.
    """
    highest = [
        select(func.coalesce(func.max(kept.c.id), 0)).where(kept.c.meeting_id == meeting_id).scalar_subquery()
        for kept in (table(Meeting), table(AgendaItem), table(MeetingEntry))
    ]
    return int(connection.execute(select(highest[0] + highest[1] + highest[2])).scalar_one())
