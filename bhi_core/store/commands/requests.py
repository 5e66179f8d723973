"""Ask that a patient be discussed, and leave one off the list for a time; both say why, and who.

The arguments that all commands share are told in ``commands.care``; the right is "record".
"""

import datetime as dt

from sqlalchemy import Engine, select

from bhi_core.domain.actor import Actor
from bhi_core.errors import Refused
from bhi_core.store.act import Act, Saved, checked, perform
from bhi_core.store.meeting_fields import DiscussRequestFields, SnoozeFields
from bhi_core.store.tables import DiscussRequest, Snooze, table

RIGHT = "record"
WITHDRAWN = "withdrawn"


def request_discussion(
    engine: Engine, actor: Actor, *, token: str, today: dt.date, patient_id: int, reason: str
) -> Saved:
    """Ask that a patient be discussed at the next review; it is answered by a case review that is dated on or after it
    and recorded after it.

    Args:
        engine, actor, token, today, patient_id: as all commands take them; the request is dated today.
        reason: why, needed; the others on the team read it.

    Returns:
        The request_id.

    Raises:
        NotAllowed: the actor lacks the right.
        Refused: no reason, or nobody has this patient_id.
    """

    def work(act: Act) -> Saved:
        given = checked(DiscussRequestFields, date=today, reason=_said(reason)).model_dump()
        act.known_patient(patient_id)
        return Saved(act.insert(DiscussRequest, patient_id=patient_id, **given))

    return perform(engine, actor, RIGHT, action="request discussion", what="requests", token=token, work=work)


def withdraw_request(engine: Engine, actor: Actor, *, token: str, today: dt.date, request_id: int) -> Saved:
    """Take a request back; it stays in the history.

    Returns:
        The request_id.

    Raises:
        Conflict: somebody withdrew it meanwhile.
        NotAllowed: the actor lacks the right.
        Refused: there is no such request.
    """
    del today  # a request is taken back at the moment of recording

    def work(act: Act) -> Saved:
        act.retire(DiscussRequest, act.current(DiscussRequest, request_id), by=None, why=WITHDRAWN)
        return Saved(request_id)

    return perform(engine, actor, RIGHT, action="withdraw request", what="requests", token=token, work=work)


def snooze(
    engine: Engine, actor: Actor, *, token: str, today: dt.date, patient_id: int, until: dt.date, reason: str
) -> Saved:
    """Leave a patient off the list from today to the day before ``until``; one that lasts still ends today.

    Args:
        engine, actor, token, today, patient_id: as all commands take them; the actor's name is needed.
        until: the day on which the patient is back, after today.
        reason: why, needed; the list says it with the name.

    Returns:
        The snooze_id.

    Raises:
        NotAllowed: the actor lacks the right.
        Refused: no reason, no name that signs, ``until`` is not after today, or nobody has this patient_id.
    """

    def work(act: Act) -> Saved:
        if not actor.name.strip():
            raise Refused("Pick the name that signs first: the list says who left a patient off.")
        given = checked(SnoozeFields, date=today, until=until, reason=_said(reason)).model_dump()
        if until <= today:
            raise Refused(f"A snooze ends after today, {today}: choose a later day.")
        act.known_patient(patient_id)
        for row in _lasting(act, patient_id, today):
            _end(act, row, today)
        return Saved(act.insert(Snooze, patient_id=patient_id, **given))

    return perform(engine, actor, RIGHT, action="snooze", what="snoozes", token=token, work=work)


def end_snooze(engine: Engine, actor: Actor, *, token: str, today: dt.date, patient_id: int) -> Saved:
    """Put a patient back on the list from today on; that the patient was off it until now stays known.

    Returns:
        The row that ended; ``repeated`` (and no row) when none lasts.

    Raises:
        NotAllowed: the actor lacks the right.
    """

    def work(act: Act) -> Saved:
        ended = [_end(act, row, today) for row in _lasting(act, patient_id, today)]
        return Saved(ended[-1]) if ended else Saved(None, repeated=True)

    return perform(engine, actor, RIGHT, action="end snooze", what="snoozes", token=token, work=work)


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refused("Say why: the others on the team read the reason beside the name.")
    return reason.strip()


def _lasting(act: Act, patient_id: int, today: dt.date) -> list[dict[str, object]]:
    """Give the snoozes of a patient that last today."""
    kept = table(Snooze)
    query = select(kept).where(kept.c.patient_id == patient_id, kept.c.superseded_at.is_(None), kept.c.until > today)
    return [dict(row) for row in act.connection.execute(query.order_by(kept.c.id)).mappings()]


def _end(act: Act, row: dict[str, object], today: dt.date) -> int:
    """End a snooze today; one that began today never was."""
    date = row["date"]
    if isinstance(date, dt.date) and date < today:
        return act.replace(Snooze, row, superseded_why="ended early", until=today)
    act.retire(Snooze, row, by=None, why="ended early")
    return int(str(row["id"]))
