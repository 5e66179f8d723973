"""Keep what was done: contacts, treatments, case reviews, relapse-prevention plans; and take out what is wrong.

Every command takes ``engine``, the ``actor`` (right "record"), ``token`` (one for each intended act: the same token
again is the same act), ``today`` (the date of care) and ``patient_id``, then the columns of the record by name; its
model in ``store.fields`` says what each means and may be. Each gives ``Saved`` and raises ``NotAllowed`` without the
right, and ``Refused`` for a value that cannot be kept, a date in the future or before birth, or an unknown patient.
"""

import datetime as dt
from typing import Any

from sqlalchemy import Engine

from bhi_core.domain.actor import Actor
from bhi_core.domain.closed_lists import Role
from bhi_core.errors import Refused
from bhi_core.store.act import Act, Saved, checked, not_in_future, perform
from bhi_core.store.bulk import next_id
from bhi_core.store.fields import Checked, ContactFields, PlanFields, ReviewFields, SafetyFields, TreatmentFields
from bhi_core.store.tables import RECORDS, Review, table

FIELDS: dict[str, type[Checked]] = {
    "contacts": ContactFields,
    "treatments": TreatmentFields,
    "reviews": ReviewFields,
    "safety": SafetyFields,
    "plans": PlanFields,
}
STAFF_COLUMNS: dict[str, str | None] = {"staff": None, "consultant": Role.CONSULTANT, "owner": None, "by": None}
"""Columns that name staff -> the role that the column says."""

WITHDRAWN = (*FIELDS, "coverage", "diagnoses")


def record_contact(
    engine: Engine, actor: Actor, *, token: str, today: dt.date, patient_id: int, **contact: Any
) -> Saved:
    """Keep a contact or an attempt: date, kind, attended; modality, minutes, staff, next_due (may lie ahead)."""
    return record(engine, actor, "contacts", contact, token=token, today=today, patient_id=patient_id)


def record_treatment(
    engine: Engine, actor: Actor, *, token: str, today: dt.date, patient_id: int, **treatment: Any
) -> Saved:
    """Keep that something was started, changed or stopped: date, change; treatment, dose, why."""
    return record(engine, actor, "treatments", treatment, token=token, today=today, patient_id=patient_id)


def record_review(engine: Engine, actor: Actor, *, token: str, today: dt.date, patient_id: int, **review: Any) -> Saved:
    """Keep a case review: date; consultant, discussed, recommendation, category, owner, due (may lie ahead)."""
    return record(engine, actor, "reviews", review, token=token, today=today, patient_id=patient_id)


def record_plan(engine: Engine, actor: Actor, *, token: str, today: dt.date, patient_id: int, **plan: Any) -> Saved:
    """Keep a relapse-prevention plan: date; medications, warning_signs, what_helps, contacts. Earlier ones stay."""
    return record(engine, actor, "plans", plan, token=token, today=today, patient_id=patient_id)


def withdraw_record(engine: Engine, actor: Actor, *, token: str, kind: str, record_id: int, why: str) -> Saved:
    """Take a record out of all that is worked out, as entered in error; it stays in the history.

    Args:
        engine: the database.
        actor: who withdraws it; needs "record", and "acknowledge" for safety records.
        token: one for each intended act.
        kind: a kind of record other than patients, episodes and scores.
        record_id: the record as it was seen.
        why: the reason, needed.

    Raises:
        Conflict: somebody changed or withdrew it meanwhile.
        NotAllowed: the actor lacks the right.
        Refused: ``why`` is empty, or the kind cannot be withdrawn.
    """
    if kind not in WITHDRAWN:
        raise Refused(f"Records of the kind {kind} cannot be withdrawn here.")
    if not why.strip():
        raise Refused("Say why: a record withdrawn without a reason cannot be understood later.")

    def work(act: Act) -> Saved:
        act.retire(RECORDS[kind], act.current(RECORDS[kind], record_id), by=None, why=why.strip())
        return Saved(record_id)

    right = "acknowledge" if kind == "safety" else "record"
    return perform(engine, actor, right, action="withdraw record", what=kind, token=token, work=work)


def record(
    engine: Engine,
    actor: Actor,
    kind: str,
    values: dict[str, Any],
    *,
    token: str,
    today: dt.date,
    patient_id: int,
    right: str = "record",
    action: str = "record",
) -> Saved:
    """Check and keep a record of a patient on a date.

    Args:
        engine, actor, token, today, patient_id: as all commands here take them.
        kind: a key of ``FIELDS``.
        values: its columns.
        right: the right that it takes.
        action: what is done, for the audit.

    Returns:
        The row that holds it.

    Raises:
        NotAllowed: the actor lacks the right.
        Refused: a value cannot be kept, the date is in the future or before birth, or nobody has this patient_id.
    """

    def work(act: Act) -> Saved:
        given = checked(FIELDS[kind], **values).model_dump()
        not_in_future(today, date=given["date"])
        born = act.known_patient(patient_id)["birth_date"]
        if born is not None and given["date"] < born:
            raise Refused(f"The date {given['date']} is before this person was born: check the date.")
        spelled = {name: act.staff(given[name], role) for name, role in STAFF_COLUMNS.items() if given.get(name)}
        lasting = {"review_id": next_id(act.connection, table(Review))} if kind == "reviews" else {}
        return Saved(act.insert(RECORDS[kind], patient_id=patient_id, **(given | spelled | lasting)))

    return perform(engine, actor, right, action=action, what=kind, token=token, work=work)
