"""What pages read: the engine, and what is known, kept by the version of the data, for one session only.

A cache here may be slow to lose and never wrong to lose: its key holds the version that every write raises. What is
kept is shared by the runs of the session and copied for none of them: it is read only.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd
import streamlit as st
from sqlalchemy import Engine

from bhi_core import clock, settings
from bhi_core.domain import caseload as caseloads
from bhi_core.domain import instruments
from bhi_core.domain.actor import Actor
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.registry import Registry
from bhi_core.store import queries
from bhi_core.store.engine import connect_engine, is_current, migrate, reading
from bhi_core.store.queries import Scope
from bhi_core.store.version import version_now
from bhi_core.ui.worked import Worked

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Clinic:
    """What every page asks of the clinic.

    Attributes:
        settings: what it has set, by key: target rule, zone, crisis lines.
        staff, care_managers, consultants: the names of those who work here, in the order of the alphabet.
        sites: the names of its places.
        has_patients: whether anybody is in the registry.
    """

    settings: dict[str, str]
    staff: tuple[str, ...]
    care_managers: tuple[str, ...]
    consultants: tuple[str, ...]
    sites: tuple[str, ...]
    has_patients: bool


@st.cache_resource(show_spinner="Opening the registry")
def engine() -> Engine:
    """Open the database once a server: create or upgrade it; without a named database, fill the demo clinic."""
    chosen = settings.read()
    if chosen.extra_instruments is not None:
        instruments.configure([chosen.extra_instruments])
    opened = connect_engine(chosen.database_url)
    if not is_current(opened):  # a database that is, is opened without the migrations, which take long to import
        migrate(opened)
    if chosen.is_demo:
        from bhi_core.demo import seeding

        seeding.keep_this_weeks(opened, clock.today(settings.DEFAULT_ZONE))
    return opened


def is_demo() -> bool:
    """Say whether the demo clinic is shown because no database was named."""
    return settings.read().is_demo


def version() -> int:
    """Read the version of the data; every write raises it."""
    return version_now(engine())


def clinic() -> Clinic:
    """Give what every page asks of the clinic."""
    return _clinic(version())


@st.cache_resource(scope="session", ttl=HOUR, max_entries=2, show_spinner=False)
def _clinic(at_version: int, /) -> Clinic:  # noqa: ARG001  part of the key
    with reading(engine()) as connection:
        people = queries.staff(connection)
        by_role = {role: people.loc[people["role"] == role, "name"] for role in ("care manager", "consultant")}
        return Clinic(
            settings=queries.settings(connection),
            staff=tuple(people["name"]),
            care_managers=tuple(by_role["care manager"]),
            consultants=tuple(by_role["consultant"]),
            sites=tuple(queries.sites(connection)),
            has_patients=queries.counts(connection)["patients"] > 0,
        )


def chosen_settings() -> dict[str, str]:
    """Read what the clinic has set: target rule, zone, crisis lines."""
    return dict(clinic().settings)


def zone() -> str:
    """Give the clinic's time zone, by its IANA name."""
    return clinic().settings.get("clinic_zone", settings.DEFAULT_ZONE)


def today() -> date:
    """Give the date of care, in the clinic's zone."""
    return clock.today(zone())


def staff_names() -> list[str]:
    """Give the names in Staff, for who signs."""
    return list(clinic().staff)


def people_and_places() -> tuple[list[str], list[str], list[str]]:
    """Give the names of care managers, sites and consultants, each in the order of the alphabet."""
    known = clinic()
    return list(known.care_managers), list(known.sites), list(known.consultants)


def caseload(scope: Scope, as_of: date) -> tuple[Registry, Caseload]:
    """Work out the caseload of a scope as of a date, with all that is known now.

    Returns:
        What is known of the patients, and what follows from it; read only, shared by the pages of this session.
    """
    found = worked(scope, as_of)
    return found.registry, found.caseload


def caseload_known(scope: Scope, as_of: date, known_at: datetime) -> tuple[Registry, Caseload]:
    """Work out the caseload of a scope as of a date, as ``caseload``, with what was known at a moment."""
    found = worked(scope, as_of, known_at)
    return found.registry, found.caseload


def worked(scope: Scope, as_of: date, known_at: datetime | None = None) -> Worked:
    """Work out a caseload, as ``caseload`` or ``caseload_known``, with what its pages derive from it."""
    at_version = version()
    target = _clinic(at_version).settings.get("target_rule", "or")
    of = (scope.care_manager, scope.site, scope.consultant, scope.patient_ids)
    return _worked(at_version, of, as_of, known_at, target)


@st.cache_resource(scope="session", ttl=HOUR, max_entries=4, show_spinner=False)
def _worked(
    at_version: int,  # noqa: ARG001  part of the key
    of: tuple[str | None, str | None, str | None, tuple[int, ...] | None],
    as_of: date,
    known_at: datetime | None,
    target: str,
    /,
) -> Worked:
    with reading(engine()) as connection:
        registry = queries.registry(connection, Scope(*of), as_of, known_at)
    return Worked(registry, caseloads.work_out(registry, target_rule="and" if target == "and" else "or"))


def patient(patient_id: int, as_of: date, seen: Scope | None) -> tuple[Registry, Caseload]:
    """Work out one patient, or take the patient out of the caseload that this session has just looked at.

    Args:
        patient_id: the patient.
        as_of: the date of care.
        seen: what the caseload was last narrowed to; None when it was not looked at.

    Returns:
        As ``caseload``, of this patient only; empty frames when nobody has the id.
    """
    if seen is not None:
        found = worked(seen, as_of)
        if patient_id in found.patient_ids:
            mine = found.patient(patient_id)
            return mine.registry, mine.caseload
    return caseload(Scope(patient_ids=(patient_id,)), as_of)


def forms(patient_id: int, as_of: date) -> pd.DataFrame:
    """Read the forms of a patient with their answers, those that were corrected too."""
    return _forms(version(), patient_id, as_of)


@st.cache_resource(scope="session", ttl=HOUR, max_entries=16, show_spinner=False)
def _forms(at_version: int, patient_id: int, as_of: date, /) -> pd.DataFrame:  # noqa: ARG001  part of the key
    with reading(engine()) as connection:
        kept = queries.forms(connection, patient_id, as_of)
    return kept.assign(patient_id=patient_id, recorded_order=range(len(kept)), superseded=kept["superseded_at"].notna())


def nobody_yet() -> bool:
    """Say whether the registry holds no patient."""
    return not clinic().has_patients


def audit_export(person: Actor, what: str, count: int) -> None:
    """Write into the audit that rows are taken out; asks for the right."""
    from bhi_core.store import commands

    commands.note_export(engine(), person, kind=what, count=count)
