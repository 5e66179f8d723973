"""What pages read: the engine, and frames cached by the version of the data, for one session only.

A cache here may be slow to lose and never wrong to lose: its key holds the version that every write raises.
"""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, TypeVar

import pandas as pd
import streamlit as st
from sqlalchemy import Engine

from bhi_core import clock, settings
from bhi_core.domain import caseload as caseloads
from bhi_core.domain import instruments
from bhi_core.domain.actor import Actor
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.registry import Registry
from bhi_core.store import commands, queries
from bhi_core.store.engine import connect_engine, migrate, reading
from bhi_core.store.queries import Scope

HOUR = timedelta(hours=1)
Frames = TypeVar("Frames", Registry, Caseload)


@st.cache_resource(show_spinner="Opening the registry")
def engine() -> Engine:
    """Open the database once a server: create or upgrade it; without a named database, fill the demo clinic."""
    chosen = settings.read()
    if chosen.extra_instruments is not None:
        instruments.configure([chosen.extra_instruments])
    opened = connect_engine(chosen.database_url)
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
    with reading(engine()) as connection:
        return queries.data_version(connection)


def chosen_settings() -> dict[str, str]:
    """Read what the clinic has set: target rule, zone, crisis lines."""
    return _chosen_settings(version())


@st.cache_data(scope="session", ttl=HOUR, max_entries=2, show_spinner=False)
def _chosen_settings(at_version: int, /) -> dict[str, str]:  # noqa: ARG001  part of the key
    with reading(engine()) as connection:
        return queries.settings(connection)


def zone() -> str:
    """Give the clinic's time zone, by its IANA name."""
    return chosen_settings().get("clinic_zone", settings.DEFAULT_ZONE)


def today() -> date:
    """Give the date of care, in the clinic's zone."""
    return clock.today(zone())


def staff_names() -> list[str]:
    """Give the names in Staff, for who signs."""
    return _staff(version())["name"].tolist()


def people_and_places() -> tuple[list[str], list[str], list[str]]:
    """Give the names of care managers, sites and consultants, each in the order of the alphabet."""
    return _people_and_places(version())


@st.cache_data(scope="session", ttl=HOUR, max_entries=2, show_spinner=False)
def _staff(at_version: int, /) -> pd.DataFrame:  # noqa: ARG001  part of the key
    with reading(engine()) as connection:
        return queries.staff(connection)


@st.cache_data(scope="session", ttl=HOUR, max_entries=2, show_spinner=False)
def _people_and_places(at_version: int, /) -> tuple[list[str], list[str], list[str]]:  # noqa: ARG001  part of the key
    with reading(engine()) as connection:
        managers = queries.staff(connection, "care manager")["name"].tolist()
        consultants = queries.staff(connection, "consultant")["name"].tolist()
        return managers, queries.sites(connection), consultants


def caseload(scope: Scope, as_of: date) -> tuple[Registry, Caseload]:
    """Work out the caseload of a scope as of a date, with all that is known now.

    Returns:
        What is known of the patients, and what follows from it; read only, shared by the pages of this session.
    """
    target = chosen_settings().get("target_rule", "or")
    return _caseload(version(), scope, as_of, target)


@st.cache_data(scope="session", ttl=HOUR, max_entries=4, show_spinner=False)
def _caseload(at_version: int, scope: Scope, as_of: date, target: str, /) -> tuple[Registry, Caseload]:  # noqa: ARG001  part of the key
    with reading(engine()) as connection:
        registry = queries.registry(connection, scope, as_of)
    return registry, caseloads.work_out(registry, target_rule="and" if target == "and" else "or")


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
        registry, found = caseload(seen, as_of)
        if patient_id in set(registry.patients["patient_id"]):
            episodes = registry.episodes.loc[registry.episodes["patient_id"] == patient_id, "episode_id"]
            return _only(registry, patient_id, episodes), _only(found, patient_id, episodes)
    return caseload(Scope(patient_ids=(patient_id,)), as_of)


def _only(whole: Frames, patient_id: int, episodes: "pd.Series[int]") -> Frames:
    """Keep the rows of one patient in every frame of a registry or caseload."""
    kept: dict[str, Any] = {}
    for part in fields(whole):
        rows = getattr(whole, part.name)
        if not isinstance(rows, pd.DataFrame):
            continue
        mine = rows["patient_id"] == patient_id if "patient_id" in rows else rows["episode_id"].isin(episodes)
        kept[part.name] = rows[mine].reset_index(drop=True)
    return replace(whole, **kept)


def forms(patient_id: int, as_of: date) -> pd.DataFrame:
    """Read the forms of a patient with their answers, those that were corrected too."""
    return _forms(version(), patient_id, as_of)


@st.cache_data(scope="session", ttl=HOUR, max_entries=16, show_spinner=False)
def _forms(at_version: int, patient_id: int, as_of: date, /) -> pd.DataFrame:  # noqa: ARG001  part of the key
    with reading(engine()) as connection:
        kept = queries.forms(connection, patient_id, as_of)
    return kept.assign(patient_id=patient_id, recorded_order=range(len(kept)), superseded=kept["superseded_at"].notna())


def nobody_yet() -> bool:
    """Say whether the registry holds no patient."""
    return _nobody_yet(version())


@st.cache_data(scope="session", ttl=HOUR, max_entries=2, show_spinner=False)
def _nobody_yet(at_version: int, /) -> bool:  # noqa: ARG001  part of the key
    with reading(engine()) as connection:
        return queries.counts(connection)["patients"] == 0


def audit_export(person: Actor, what: str, count: int) -> None:
    """Write into the audit that rows are taken out; asks for the right."""
    commands.note_export(engine(), person, kind=what, count=count)
