"""Look up, inside a command, what a meeting has: itself, its agenda, what is typed of a patient."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from bhi_core.errors import Refused
from bhi_core.store.act import Act
from bhi_core.store.tables import AgendaItem, Meeting, MeetingEntry, table

Row = Mapping[str, Any]


def known_meeting(act: Act, meeting_id: int) -> Row:
    """Give the current version of a meeting: every column of the table by name.

    Raises:
        Refused: there is none.
    """
    kept = table(Meeting)
    query = select(kept).where(kept.c.meeting_id == meeting_id, kept.c.superseded_at.is_(None))
    row = act.connection.execute(query).mappings().one_or_none()
    if row is None:
        raise Refused("This meeting is not in the registry: go back to the review and open it again.")
    return dict(row)


def agenda(act: Act, meeting_id: int) -> dict[int, Row]:
    """Give the current rows of an agenda in its order, those removed too: patient_id -> row; empty without any."""
    kept = table(AgendaItem)
    query = select(kept).where(kept.c.meeting_id == meeting_id, kept.c.superseded_at.is_(None))
    rows = act.connection.execute(query.order_by(kept.c.place, kept.c.id)).mappings()
    return {int(row["patient_id"]): dict(row) for row in rows}


def on_agenda(act: Act, meeting_id: int, patient_id: int) -> Row:
    """Give the current row of a patient on an agenda.

    Raises:
        Refused: the patient is not on it.
    """
    row = agenda(act, meeting_id).get(patient_id)
    if row is None:
        raise Refused("This patient is not on the agenda of this meeting: add the patient first.")
    return row


def typed(act: Act, meeting_id: int, patient_id: int, field: str | None = None) -> list[Row]:
    """Give the texts that stand, of one field or of all: first those of the fields, then the rivals."""
    kept = table(MeetingEntry)
    query = select(kept).where(
        kept.c.meeting_id == meeting_id, kept.c.patient_id == patient_id, kept.c.superseded_at.is_(None)
    )
    if field is not None:
        query = query.where(kept.c.field == field)
    rows = act.connection.execute(query.order_by(kept.c.rival_of.is_not(None), kept.c.id)).mappings()
    return [dict(row) for row in rows]
