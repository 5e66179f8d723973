"""Read the records of one patient, and the patients and places that a screen offers."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from bhi_core.store.queries.frames import current, frame
from bhi_core.store.queries.registry import PATIENT_COLUMNS
from bhi_core.store.tables import Episode, Patient, Score, Site, Staff, table


def forms(connection: Connection, patient_id: int, as_of: dt.date, known_at: dt.datetime | None = None) -> pd.DataFrame:
    """Give every form of a patient, also those that were corrected, withdrawn or replaced.

    Args:
        connection: where to ask.
        patient_id: the patient.
        as_of: forms dated after it are left out.
        known_at: forms recorded after it are left out, and corrections made since are undone; None for now.

    Returns:
        A row a form, by date and then in the order of recording: score_id, taken_on, instrument, total (float64 points,
        NaN incomplete), items (``"2,3,,1"``, NaN for a total alone), safety_answer (int8), functional, mode, source,
        assigned, recorded_at (UTC), recorded_by, batch_id, line, superseded_at (NaT: stands), superseded_by (the form
        that replaced it; NaN: none, so it was withdrawn or stands), superseded_why.
    """
    score = table(Score)
    names = (
        "instrument", "total", "items", "safety_answer", "functional", "mode", "source", "assigned", "recorded_at",
        "recorded_by", "batch_id", "line", "superseded_at", "superseded_by", "superseded_why",
    )  # fmt: skip
    query = (
        select(score.c.id.label("score_id"), score.c.date.label("taken_on"), *(score.c[name] for name in names))
        .where(score.c.patient_id == patient_id, score.c.date <= as_of)
        .order_by(score.c.date, score.c.recorded_at, score.c.id)
    )
    if known_at is not None:
        query = query.where(score.c.recorded_at <= known_at)
    found = frame(connection, query, {"score_id": "id", "safety_answer": "id"})
    found["safety_answer"] = found["safety_answer"].astype(np.int8)
    if known_at is not None:
        gone = found["superseded_at"] <= pd.Timestamp(known_at)
        for name in ("superseded_at", "superseded_by", "superseded_why"):
            found[name] = found[name].where(gone)
    return found


def patient(connection: Connection, patient_id: int, known_at: dt.datetime | None = None) -> Mapping[str, Any] | None:
    """Give one patient as ``Registry.patients`` has them, plus ``version`` (the row seen); None when there is none."""
    kept = table(Patient)
    query = select(kept.c.id.label("version"), *(kept.c[name] for name in PATIENT_COLUMNS)).where(
        kept.c.patient_id == patient_id, current(kept, known_at)
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def patient_with(connection: Connection, mrn: str) -> int | None:
    """Find a patient by the whole MRN; None when nobody has it."""
    kept = table(Patient)
    query = select(kept.c.patient_id).where(kept.c.mrn == mrn.strip(), kept.c.superseded_at.is_(None))
    found: int | None = connection.execute(query).scalar()
    return found


def patients(connection: Connection) -> pd.DataFrame:
    """Give everybody, for a picker: patient_id, mrn, last_name, first_name, birth_date; by MRN."""
    kept = table(Patient)
    query = select(*(kept.c[name] for name in ("patient_id", "mrn", "last_name", "first_name", "birth_date")))
    return frame(connection, query.where(kept.c.superseded_at.is_(None)).order_by(kept.c.mrn))


def episode_versions(connection: Connection, patient_id: int) -> pd.DataFrame:
    """Give all versions of a patient's episodes, in the order of recording.

    Returns:
        version (the row), episode_id, enrolled_on, status, status_since, closed_on, reason, care_manager, consultant,
        follow_up_weeks, condition, primary_instrument, consent_on, site, baseline_score_id, target, recorded_at,
        recorded_by, superseded_at (NaT: stands).
    """
    kept = table(Episode)
    names = (
        "episode_id", "enrolled_on", "status", "status_since", "closed_on", "reason", "care_manager", "consultant",
        "follow_up_weeks", "condition", "primary_instrument", "consent_on", "site", "baseline_score_id", "target",
        "recorded_at", "recorded_by", "superseded_at",
    )  # fmt: skip
    query = select(kept.c.id.label("version"), *(kept.c[name] for name in names))
    return frame(
        connection,
        query.where(kept.c.patient_id == patient_id).order_by(kept.c.recorded_at, kept.c.id),
        {"version": "id"},
    )


def staff(connection: Connection, role: str | None = None, *, active: bool | None = True) -> pd.DataFrame:
    """Give the staff by name: name, role, active.

    Args:
        connection: where to ask.
        role: only those of this role.
        active: only those who (do not) work here; None for all.
    """
    kept = table(Staff)
    query = select(kept.c.name, kept.c.role, kept.c.active).order_by(kept.c.name)
    if role is not None:
        query = query.where(kept.c.role == role)
    if active is not None:
        query = query.where(kept.c.active.is_(active))
    return frame(connection, query)


def sites(connection: Connection) -> list[str]:
    """Give the names of the sites, in order."""
    kept = table(Site)
    return [str(name) for name in connection.execute(select(kept.c.name).order_by(kept.c.name)).scalars()]
