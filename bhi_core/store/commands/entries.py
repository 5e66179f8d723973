"""Keep what is typed in a meeting: as it is typed, by several people at once, and never one text over another.

The arguments that all commands share are told in ``commands.meetings``.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Engine, select

from bhi_core.domain.actor import Actor
from bhi_core.errors import Conflict, EntryConflict, Typed
from bhi_core.store.act import NOT_SEEN, Act, Saved, checked, perform
from bhi_core.store.commands.meeting_rows import Row, known_meeting, on_agenda, typed
from bhi_core.store.commands.meetings import RIGHT
from bhi_core.store.engine import reading
from bhi_core.store.meeting_fields import MeetingEntryFields
from bhi_core.store.tables import MeetingEntry, table


def save_entry(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    today: dt.date,
    meeting_id: int,
    patient_id: int,
    field: str,
    value: str,
    seen: int | None,
) -> Saved:
    """Keep what stands in a field of a patient's form.

    A text that was typed without having seen what stands there is kept beside it, as a rival.

    Args:
        engine: the database.
        actor: who types.
        token: one for each intended act.
        today: the date of care.
        meeting_id: which meeting.
        patient_id: of whom; on its agenda.
        field: "discussed", or "recN.kind", "recN.words", "recN.owner", "recN.due" with N from 1.
        value: the text as typed; "" empties the field and is a text like another.
        seen: the ``row_id`` of the text that was in the field when typing began, None for an empty field; that of a
            rival goes on writing the rival.

    Returns:
        The row that holds the text: what the next save has ``seen``. ``repeated`` when the field says this already.

    Raises:
        EntryConflict: somebody else changed the field meanwhile. The text **is kept**, as a rival, and the error holds
            both. The same token again raises it again for as long as the rival is not settled.
        Refused: the patient is not on the agenda, there is no such field, or the text is too long or holds control
            characters; then nothing is kept.
    """
    del today
    given = checked(MeetingEntryFields, field=field, value=value)

    def work(act: Act) -> Saved:
        known_meeting(act, meeting_id)
        on_agenda(act, meeting_id, patient_id)
        rows = typed(act, meeting_id, patient_id, field)
        where = {"meeting_id": meeting_id, "patient_id": patient_id, "field": field}
        return _keep(act, rows, where, given.value, seen)

    saved = perform(
        engine, actor, RIGHT, action="save entry", what="meeting entries", token=token, work=work, changes_data=False
    )
    with reading(engine) as connection:
        _tell_of_rival(connection, saved)
    return saved


def settle_entry(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    today: dt.date,
    meeting_id: int,
    patient_id: int,
    field: str,
    value: str,
    rivals: Collection[int],
    seen: int | None,
) -> Saved:
    """Say what a field is to hold where two people typed at once; all the texts stay in the history.

    Args:
        engine: the database.
        actor: who settles it.
        token: one for each intended act.
        today: the date of care.
        meeting_id, patient_id, field: which field.
        value: the text that is to stand.
        rivals: the ``row_id`` of every rival that was seen.
        seen: the ``row_id`` of the text that stood in the field.

    Returns:
        The row that holds the text.

    Raises:
        Conflict: somebody changed the field or added a rival meanwhile: look at all the texts again.
        Refused: the text cannot be kept.
    """
    del today
    given = checked(MeetingEntryFields, field=field, value=value)

    def work(act: Act) -> Saved:
        known_meeting(act, meeting_id)
        rows = typed(act, meeting_id, patient_id, field)
        standing, others = _stands(rows), [row for row in rows if row["rival_of"] is not None]
        if standing is None or standing["id"] != seen or {row["id"] for row in others} != set(rivals):
            raise Conflict(NOT_SEEN)
        row_id = act.replace(MeetingEntry, standing, value=given.value)
        for row in others:
            act.retire(MeetingEntry, row, by=row_id, why="settled")
        return Saved(row_id)

    return perform(
        engine, actor, RIGHT, action="settle entry", what="meeting entries", token=token, work=work, changes_data=False
    )


def _stands(rows: list[Row]) -> Row | None:
    return next((row for row in rows if row["rival_of"] is None), None)


def _keep(act: Act, rows: list[Row], where: dict[str, Any], value: str, seen: int | None) -> Saved:
    """Keep a text where what was seen still stands, else beside what stands."""
    standing = _stands(rows)
    if standing is None:
        return Saved(act.insert(MeetingEntry, **where, value=value))
    before = next((row for row in rows if row["id"] == seen), None)
    if value == (before or standing)["value"]:
        return Saved(int((before or standing)["id"]), repeated=True)
    if before is not None:
        return Saved(act.replace(MeetingEntry, before, value=value))
    return Saved(act.insert(MeetingEntry, **where, value=value, rival_of=standing["id"]))


def _tell_of_rival(connection: Connection, saved: Saved) -> None:
    """Raise when a text stands as a rival, with the text that stands in its field."""
    kept = table(MeetingEntry)
    query = select(kept).where(kept.c.superseded_at.is_(None))
    rival = connection.execute(query.where(kept.c.id == saved.record_id)).mappings().one_or_none()
    if rival is None or rival["rival_of"] is None:
        return
    same = [kept.c[name] == rival[name] for name in ("meeting_id", "patient_id", "field")]
    standing = connection.execute(query.where(kept.c.rival_of.is_(None), *same)).mappings().one()
    raise EntryConflict(stands=_as_typed(standing), rival=_as_typed(rival))


def _as_typed(row: Any) -> Typed:
    return Typed(int(row["id"]), str(row["value"]), str(row["recorded_by"]), row["recorded_at"])
