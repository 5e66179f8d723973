"""Enrol people, change what is known of them and of their course of care, and keep the staff list."""

import datetime as dt
from typing import Any

from sqlalchemy import Engine, select

from bhi_core.domain.actor import Actor
from bhi_core.domain.closed_lists import Role
from bhi_core.domain.episodes import OPEN
from bhi_core.errors import Refused
from bhi_core.store.act import Act, Saved, checked, not_in_future, perform
from bhi_core.store.bulk import next_id
from bhi_core.store.fields import EpisodeFields, PatientFields, StaffFields
from bhi_core.store.importing.versions import GOES_WITH_STATUS
from bhi_core.store.tables import Episode, Patient, Score, Staff, table


def add_patient(engine: Engine, actor: Actor, *, token: str, today: dt.date, **patient: Any) -> Saved:
    """Keep a new person; the columns are those of ``PatientFields``.

    Args:
        engine: the database.
        actor: who adds; needs the right "record".
        token: one for each intended act.
        today: the date of care today.
        **patient: mrn, and what is known of last_name, first_name, birth_date, sex, ...

    Returns:
        The patient_id.

    Raises:
        NotAllowed: the actor lacks the right.
        Refused: somebody has this MRN, or a value cannot be kept.
    """

    def work(act: Act) -> Saved:
        given = checked(PatientFields, **patient).model_dump()
        not_in_future(today, birth_date=given["birth_date"])
        kept = table(Patient)
        same = select(kept.c.id).where(kept.c.mrn == given["mrn"], kept.c.superseded_at.is_(None))
        if act.connection.execute(same).first() is not None:
            raise Refused("Somebody in the registry has this MRN already: look the patient up instead.")
        given["site"] = act.site(given["site"])
        return Saved(act.insert(Patient, patient_id=next_id(act.connection, kept), **given))

    return perform(engine, actor, "record", action="add patient", what="patients", token=token, work=work)


def change_patient(engine: Engine, actor: Actor, *, token: str, today: dt.date, version: int, **changes: Any) -> Saved:
    """Change what is known of a person; the version before stays in the history.

    Args:
        engine: the database.
        actor: who changes; needs the right "record".
        token: one for each intended act.
        today: the date of care today.
        version: the row as it was seen (``queries.patient``).
        **changes: the columns to change; None empties one.

    Returns:
        The new version.

    Raises:
        Conflict: somebody changed the person meanwhile.
        NotAllowed: the actor lacks the right.
        Refused: a value cannot be kept.
    """

    def work(act: Act) -> Saved:
        row = act.current(Patient, version)
        stands = {name: row[name] for name in PatientFields.model_fields}
        given = checked(PatientFields, **(stands | changes)).model_dump()
        not_in_future(today, birth_date=given["birth_date"])
        if given["mrn"] != row["mrn"]:
            raise Refused("An MRN is not changed: withdraw what is wrong and add the right person.")
        given["site"] = act.site(given["site"])
        return Saved(act.replace(Patient, row, **given))

    return perform(engine, actor, "record", action="change patient", what="patients", token=token, work=work)


def enrol(engine: Engine, actor: Actor, *, token: str, today: dt.date, patient_id: int, **episode: Any) -> Saved:
    """Begin a course of care; the columns are those of ``EpisodeFields``.

    Args:
        engine: the database.
        actor: who enrols; needs the right "record".
        token: one for each intended act.
        today: the date of care today.
        patient_id: whom.
        **episode: enrolled_on, and what is known of care_manager, consultant, follow_up_weeks, ...

    Returns:
        The episode_id.

    Raises:
        NotAllowed: the actor lacks the right.
        Refused: another episode is open, one begins on this day already, or a value cannot be kept.
    """

    def work(act: Act) -> Saved:
        act.known_patient(patient_id)
        given = _spelled(act, checked(EpisodeFields, **episode), today)
        _free(act, patient_id, given, but=None)
        kept = table(Episode)
        return Saved(act.insert(Episode, patient_id=patient_id, episode_id=next_id(act.connection, kept), **given))

    return perform(engine, actor, "record", action="enrol", what="episodes", token=token, work=work)


def change_episode(engine: Engine, actor: Actor, *, token: str, today: dt.date, version: int, **changes: Any) -> Saved:
    """Change a course of care, for example its status; the version before stays in the history.

    A new status without ``status_since`` begins today; what belonged to the old one (closed_on, reason) goes.

    Args:
        engine: the database.
        actor: who changes; needs the right "record".
        token: one for each intended act.
        today: the date of care today.
        version: the row as it was seen (``queries.episode_versions``).
        **changes: the columns to change; None empties one.

    Returns:
        The new version.

    Raises:
        Conflict: somebody changed it meanwhile.
        NotAllowed: the actor lacks the right.
        Refused: another episode is open, or a value cannot be kept.
    """

    def work(act: Act) -> Saved:
        row = act.current(Episode, version)
        stands = {name: row[name] for name in EpisodeFields.model_fields}
        if "status" in changes and changes["status"] != row["status"]:
            stands |= dict.fromkeys(GOES_WITH_STATUS) | {"status_since": today}
        given = _spelled(act, checked(EpisodeFields, **(stands | changes)), today)
        _free(act, int(row["patient_id"]), given, but=int(row["episode_id"]))
        return Saved(act.replace(Episode, row, **given))

    return perform(engine, actor, "record", action="change episode", what="episodes", token=token, work=work)


def choose_baseline(engine: Engine, actor: Actor, *, token: str, version: int, score_id: int | None) -> Saved:
    """Choose the form that an episode is measured from; None gives the choice back to the rule.

    Raises:
        Conflict: somebody changed the episode or the form meanwhile.
        NotAllowed: the actor lacks the right "record".
        Refused: the form is another patient's or has no total.
    """

    def work(act: Act) -> Saved:
        row = act.current(Episode, version)
        if score_id is not None:
            form = act.current(Score, score_id)
            if form["patient_id"] != row["patient_id"]:
                raise Refused("This form belongs to another patient: pick a form of this one.")
            if form["total"] is None:
                raise Refused("An incomplete form has no total to measure from: pick a complete one.")
        return Saved(act.replace(Episode, row, baseline_score_id=score_id))

    return perform(engine, actor, "record", action="choose baseline", what="episodes", token=token, work=work)


def add_staff(engine: Engine, actor: Actor, *, token: str, name: str, role: str | None = None) -> Saved:
    """Put a person on the staff list, or back on it; a name that is there takes the role given.

    Raises:
        NotAllowed: the actor lacks the right "set rules".
        Refused: the name or the role cannot be kept.
    """
    return _staff(
        engine, actor, token=token, name=name, changes={"active": True} | ({} if role is None else {"role": role})
    )


def retire_staff(engine: Engine, actor: Actor, *, token: str, name: str) -> Saved:
    """Take a person off the lists that are offered; what they signed stays.

    Raises:
        NotAllowed: the actor lacks the right "set rules".
        Refused: nobody of this name is on the list.
    """
    return _staff(engine, actor, token=token, name=name, changes={"active": False}, only_known=True)


def _staff(
    engine: Engine, actor: Actor, *, token: str, name: str, changes: dict[str, Any], only_known: bool = False
) -> Saved:
    def work(act: Act) -> Saved:
        checked(StaffFields, name=name, **changes)
        staff = table(Staff)
        known = set(act.connection.execute(select(staff.c.name)).scalars())
        spelled = act.staff(name)
        if only_known and spelled not in known:
            raise Refused("Nobody of this name is on the staff list.")
        act.connection.execute(staff.update().where(staff.c.name == spelled).values(**changes))
        found = act.connection.execute(select(staff.c.id).where(staff.c.name == spelled)).scalar_one()
        return Saved(int(found))

    return perform(engine, actor, "set rules", action="staff list", what="staff", token=token, work=work)


def _spelled(act: Act, episode: EpisodeFields, today: dt.date) -> dict[str, Any]:
    """Give an episode's columns with staff and site as the registry spells them."""
    not_in_future(today, enrolled_on=episode.enrolled_on, closed_on=episode.closed_on)
    if episode.closed_on is not None and episode.closed_on < episode.enrolled_on:
        raise Refused("The episode would be closed before it began: check both dates.")
    given = episode.model_dump()
    given["care_manager"] = act.staff(episode.care_manager, Role.CARE_MANAGER)
    given["consultant"] = act.staff(episode.consultant, Role.CONSULTANT)
    given["site"] = act.site(episode.site)
    return given


def _free(act: Act, patient_id: int, given: dict[str, Any], but: int | None) -> None:
    """Refuse a second open episode of a patient, and a second one from the same day."""
    kept = table(Episode)
    query = select(kept.c.episode_id, kept.c.enrolled_on, kept.c.status).where(
        kept.c.patient_id == patient_id, kept.c.superseded_at.is_(None)
    )
    for episode_id, enrolled_on, status in act.connection.execute(query):
        if episode_id == but:
            continue
        if enrolled_on == given["enrolled_on"]:
            raise Refused("An episode of this patient begins on this day already: change that one.")
        if status in OPEN and given["status"] in OPEN:
            raise Refused(f"Another episode of this patient is open, enrolled {enrolled_on}: close it first.")
