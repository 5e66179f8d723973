"""Hold the weekly review: open a meeting, keep its agenda in order, say where each patient stands, end it.

Every command takes ``engine``, the ``actor`` (right "review"), ``token`` (one for each intended act: the same token
again is the same act) and ``today`` (the date of care). Each gives ``Saved`` and raises ``NotAllowed`` without the
right, and ``Refused`` for an unknown meeting or patient or a value that cannot be kept.

A meeting, a change of its agenda and what is typed do not raise ``queries.data_version``: the registry does not read
them, and each text typed would make every cache old. ``queries.meeting_version`` tells of them.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, select

from bhi_core.domain.actor import Actor
from bhi_core.domain.closed_lists import Role
from bhi_core.domain.review.kinds import DECIDED, AgendaState
from bhi_core.errors import Conflict, Refused
from bhi_core.store.act import NOT_SEEN, Act, Saved, checked, perform
from bhi_core.store.bulk import next_id
from bhi_core.store.commands.meeting_rows import agenda, known_meeting, on_agenda
from bhi_core.store.meeting_fields import AgendaItemFields, MeetingFields
from bhi_core.store.tables import AgendaItem, Meeting, table

RIGHT = "review"
TWICE = "A patient stands on this agenda twice: keep one of the two."


def open_meeting(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    today: dt.date,
    held_on: dt.date,
    care_manager: str | None = None,
    site: str | None = None,
    consultant: str | None = None,
    people: str | None = None,
    minutes: int = 60,
    per_patient: int = 6,
    items: Sequence[Mapping[str, Any]] = (),
    start: bool = True,
) -> Saved:
    """Open a meeting with its agenda; two people who open the same one at once come to sit in one.

    Args:
        engine: the database.
        actor: who opens it.
        token: one for each intended act.
        today: the date of care; a meeting of today starts now, another one is kept without a start.
        held_on: the date of the meeting.
        care_manager, site: whose patients, by name; None for everybody's.
        consultant: who consults, by name.
        people: who else is there, as text.
        minutes: how long it may take.
        per_patient: minutes for a patient.
        items: the patients in their order: patient_id, and if wanted pinned (bool), why (text), state.
        start: whether a meeting of today starts now; an agenda that is only being made does not.

    Returns:
        The meeting_id. ``repeated`` when a meeting of this day, care manager and site is open: then it is that one's,
        with the agenda that it has.

    Raises:
        Refused: a patient stands in ``items`` twice, or is not in the registry, or a value cannot be kept.
    """

    def work(act: Act) -> Saved:
        values = {"held_on": held_on, "care_manager": care_manager, "site": site, "consultant": consultant}
        given = checked(MeetingFields, **values, people=people, minutes=minutes, per_patient=per_patient).model_dump()
        given["care_manager"] = act.staff(given["care_manager"], Role.CARE_MANAGER)
        given["consultant"] = act.staff(given["consultant"], Role.CONSULTANT)
        given["site"] = act.site(given["site"])
        joined = _open_already(act, given)
        if joined is not None:
            return Saved(joined, repeated=True)
        meeting_id = next_id(act.connection, table(Meeting))
        started_at = act.at if start and held_on == today else None
        act.insert(Meeting, meeting_id=meeting_id, started_at=started_at, **given)
        _put(act, meeting_id, items, {})
        return Saved(meeting_id)

    return perform(
        engine, actor, RIGHT, action="open meeting", what="meetings", token=token, work=work, changes_data=False
    )


def start_meeting(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    today: dt.date,
    meeting_id: int,
    people: str | None = None,
    minutes: int | None = None,
    per_patient: int | None = None,
) -> Saved:
    """Start a meeting whose agenda was made before; what is given of people and minutes takes the place of what was.

    Args:
        engine: the database.
        actor: who starts it.
        token: one for each intended act.
        today: the date of care.
        meeting_id: which meeting.
        people, minutes, per_patient: as in ``open_meeting``; None leaves what was.

    Returns:
        The meeting_id; ``repeated`` when it had started: then nothing of what is given is kept.

    Raises:
        Refused: the meeting is not of today.
    """

    def work(act: Act) -> Saved:
        row = known_meeting(act, meeting_id)
        if row["started_at"] is not None:
            return Saved(meeting_id, repeated=True)
        if row["held_on"] != today:
            raise Refused(f"This meeting is on {row['held_on']}: start it on that day.")
        said = {"people": people, "minutes": minutes, "per_patient": per_patient}
        stands = {name: row[name] for name in MeetingFields.model_fields}
        given = stands | {name: value for name, value in said.items() if value is not None}
        act.replace(Meeting, row, **(checked(MeetingFields, **given).model_dump() | {"started_at": act.since(row)}))
        return Saved(meeting_id)

    return perform(
        engine, actor, RIGHT, action="start meeting", what="meetings", token=token, work=work, changes_data=False
    )


def change_agenda(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    today: dt.date,
    meeting_id: int,
    items: Sequence[Mapping[str, Any]],
    seen: frozenset[int],
) -> Saved:
    """Put an agenda in another order, pin, add and remove.

    Args:
        engine: the database.
        actor: who changes it.
        token: one for each intended act.
        today: the date of care.
        meeting_id: which meeting.
        items: the whole agenda in its order: patient_id, and what changes of pinned, state, why. Somebody who was on
            the agenda stays on it: to remove is the state "removed". Who was carried over stays so unless
            removed with a reason; who was discussed cannot be.
        seen: ``row_id`` of every row of the agenda as it was seen (``queries.agenda_items``).

    Returns:
        The meeting_id; ``repeated`` when nothing changed.

    Raises:
        Conflict: somebody changed the agenda meanwhile.
        Refused: a patient of the agenda is missing from ``items`` or stands there twice, or one who was discussed would
            be removed or carried over with a reason.
    """
    del today  # a command takes it; an agenda has no date of its own

    def work(act: Act) -> Saved:
        known_meeting(act, meeting_id)
        rows = agenda(act, meeting_id)
        if {int(row["id"]) for row in rows.values()} != seen:
            raise Conflict(NOT_SEEN)
        if not set(rows) <= {int(item["patient_id"]) for item in items}:
            raise Refused("Somebody of this agenda is missing from the new order: remove them instead.")
        return Saved(meeting_id, repeated=not _put(act, meeting_id, items, rows))

    return perform(
        engine, actor, RIGHT, action="change agenda", what="agenda items", token=token, work=work, changes_data=False
    )


def set_item(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    today: dt.date,
    meeting_id: int,
    patient_id: int,
    state: str,
    seconds: int | None = None,
    why: str | None = None,
) -> Saved:
    """Say where a patient stands in a meeting, and how long they took; ``finish_discussion`` says "done" by itself.

    Args:
        engine: the database.
        actor: who says so.
        token: one for each intended act.
        today: the date of care.
        meeting_id: which meeting.
        patient_id: who.
        state: "to come", "done", "carried over" or "removed".
        seconds: time spent on the patient; None leaves it as it is.
        why: the reason; None leaves it as it is.

    Returns:
        The row of the agenda; ``repeated`` when nothing changed.

    Raises:
        Refused: the patient is not on the agenda, or was discussed and would be removed or carried over.
    """
    del today

    def work(act: Act) -> Saved:
        known_meeting(act, meeting_id)
        row = on_agenda(act, meeting_id, patient_id)
        given = {"state": state, "seconds": seconds, "why": why}
        return change_item(act, row, {name: value for name, value in given.items() if value is not None})

    return perform(
        engine, actor, RIGHT, action="set item", what="agenda items", token=token, work=work, changes_data=False
    )


def carry_over(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    today: dt.date,
    meeting_id: int,
    patient_id: int,
    seconds: int | None = None,
) -> Saved:
    """Leave a patient for the next meeting; what was typed of them stays. ``seconds`` as in ``set_item``."""
    same: dict[str, Any] = {"meeting_id": meeting_id, "patient_id": patient_id, "seconds": seconds}
    return set_item(engine, actor, token=token, today=today, state=AgendaState.CARRIED_OVER, **same)


def end_meeting(engine: Engine, actor: Actor, *, token: str, today: dt.date, meeting_id: int) -> Saved:
    """End a meeting: who was not reached is carried over by itself.

    Returns:
        The meeting_id; ``repeated`` when it had ended.

    Raises:
        Refused: the meeting is of a day to come.
    """

    def work(act: Act) -> Saved:
        row = known_meeting(act, meeting_id)
        if row["held_on"] > today:
            raise Refused(f"This meeting is on {row['held_on']}: it cannot have ended.")
        if row["ended_at"] is not None:
            return Saved(meeting_id, repeated=True)
        for item in agenda(act, meeting_id).values():
            if item["state"] == AgendaState.TO_COME:
                act.replace(AgendaItem, item, state=AgendaState.CARRIED_OVER)
        act.replace(Meeting, row, ended_at=max(act.since(row), row["started_at"] or act.at))
        return Saved(meeting_id)

    return perform(
        engine, actor, RIGHT, action="end meeting", what="meetings", token=token, work=work, changes_data=False
    )


def _open_already(act: Act, given: Mapping[str, Any]) -> int | None:
    """Give the meeting of the same day and patients that has not ended."""
    kept = table(Meeting)
    same = [kept.c[name].is_not_distinct_from(given[name]) for name in ("held_on", "care_manager", "site")]
    query = select(kept.c.meeting_id).where(kept.c.ended_at.is_(None), kept.c.superseded_at.is_(None), *same)
    found: int | None = act.connection.execute(query.order_by(kept.c.meeting_id)).scalars().first()
    return found


def _put(act: Act, meeting_id: int, items: Sequence[Mapping[str, Any]], rows: Mapping[int, Mapping[str, Any]]) -> bool:
    """Keep an agenda in the order given and say whether anything changed."""
    if len({int(item["patient_id"]) for item in items}) != len(items):
        raise Refused(TWICE)
    changed = False
    for place, item in enumerate(items, start=1):
        patient_id = int(item["patient_id"])
        given = {name: value for name, value in item.items() if name != "patient_id"} | {"place": place}
        row = rows.get(patient_id)
        if row is not None:
            if row["state"] in DECIDED and (given.get("state") == AgendaState.TO_COME or not given.get("why")):
                given.pop("state", None)  # another order takes no decision back
            changed |= not change_item(act, row, given).repeated
            continue
        act.known_patient(patient_id)
        fields = checked(AgendaItemFields, **given).model_dump()
        act.insert(AgendaItem, meeting_id=meeting_id, patient_id=patient_id, **fields)
        changed = True
    return changed


def change_item(act: Act, row: Mapping[str, Any], changes: Mapping[str, Any]) -> Saved:
    """Keep a new version of a row of an agenda where it says something else; inside a command.

    Args:
        act: the command at work.
        row: the current row.
        changes: columns of ``AgendaItemFields`` -> what they are to say.

    Raises:
        Refused: a value cannot be kept, or a patient who was discussed would be removed or carried over.
    """
    stands = {name: row[name] for name in AgendaItemFields.model_fields}
    given = checked(AgendaItemFields, **(stands | dict(changes))).model_dump()
    if given == stands:
        return Saved(int(row["id"]), repeated=True)
    if row["state"] == AgendaState.DONE and given["state"] in (AgendaState.CARRIED_OVER, AgendaState.REMOVED):
        raise Refused("This patient was discussed in this meeting: that cannot be carried over or removed.")
    return Saved(act.replace(AgendaItem, row, **given))
