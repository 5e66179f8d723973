"""Builds a meeting by hand: its row, its agenda, what was typed, and the reviews that it wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import pandas as pd

from bhi_core.domain.caseload import work_out
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.minutes import Minutes, minutes
from tests.domain.clinic import Case, day, registry_of

HELD = 60
MEETING: dict[str, Any] = {
    "meeting_id": 7, "held_on": day(HELD), "care_manager": "A. Novak", "site": None, "consultant": "Dr Osei",
    "people": "A. Novak, Dr Osei", "minutes": 60, "per_patient": 6,
    "started_at": datetime(2026, 3, 6, 15, 2, tzinfo=UTC), "ended_at": datetime(2026, 3, 6, 15, 58, tzinfo=UTC),
}  # fmt: skip
NO_CHANGE_YET = Case(as_of=HELD, scores="PHQ-9@0=16[i9=0];PHQ-9@56=15[i9=1]", events="contact@0;contact@50", mrn="0001")
WELL = Case(as_of=HELD, scores="PHQ-9@0=14[i9=0];PHQ-9@49=6[i9=0]", events="contact@0;contact@50", mrn="0002")


def items(*states: str, why: Mapping[int, str] = {}) -> pd.DataFrame:
    """Give an agenda: a state for each patient from 1 on, each with 4:10 of time when done."""
    rows = [
        {
            "patient_id": at,
            "place": at,
            "state": state,
            "why": why.get(at),
            "seconds": 250.0 if state == "done" else None,
        }
        for at, state in enumerate(states, start=1)
    ]
    return pd.DataFrame(rows).astype({"why": "str", "seconds": "float64"})


def entries(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Give what was typed: patient, field, text; a fourth says who typed it as a rival."""
    made = [
        {"row_id": at, "patient_id": row[0], "field": row[1], "value": row[2], "by": row[3] if row[3:] else "A. Novak",
         "rival_of": 0.0 if row[3:] else None}
        for at, row in enumerate(rows)
    ]  # fmt: skip
    columns = ["row_id", "patient_id", "field", "value", "by", "rival_of"]
    return pd.DataFrame(made, columns=columns).astype({"rival_of": "float64"})


def wrote(registry: Registry, *rows: Mapping[str, Any], as_of: date | None = None) -> Registry:
    """Give the registry with the reviews that the meeting wrote: patient_id, discussed, category, ..."""
    usual = {"date": pd.Timestamp(day(HELD)), "meeting_id": 7.0, "consultant": "Dr Osei"}
    added = pd.DataFrame([{"review_id": 900 + at, **usual, **row} for at, row in enumerate(rows)])
    added = added.reindex(columns=registry.reviews.columns)
    for column, dtype in registry.reviews.dtypes.items():
        values = pd.to_datetime(added[column], utc="UTC" in str(dtype)) if "date" in str(dtype) else added[column]
        added[column] = values.astype(dtype)
    return replace(
        registry, as_of=as_of or registry.as_of, reviews=pd.concat([registry.reviews, added], ignore_index=True)
    )


def stepped(registry: Registry, review_id: int, status: str, on: date, why: str | None = None) -> Registry:
    """Give the registry with a step of a recommendation."""
    row = {
        "step_id": 1,
        "review_id": review_id,
        "patient_id": 1,
        "date": pd.Timestamp(on),
        "status": status,
        "why": why,
    }
    return replace(registry, steps=pd.DataFrame([row]).reindex(columns=registry.steps.columns))


def told(
    cases: Sequence[Case] = (NO_CHANGE_YET, WELL),
    agenda: pd.DataFrame | None = None,
    typed: pd.DataFrame | None = None,
    now: Registry | None = None,
    zone: tzinfo = UTC,
    **meeting: Any,
) -> Minutes:
    """Give the minutes of a meeting of these patients."""
    registry = registry_of(*cases)
    return minutes(
        {**MEETING, **meeting}, items("done", "carried over") if agenda is None else agenda,
        entries() if typed is None else typed, registry, work_out(registry), now=now, zone=zone,
    )  # fmt: skip


RAISED: dict[str, Any] = {
    "patient_id": 1, "discussed": "No better.\nSleeps badly.", "category": "raise dose",
    "recommendation": "sertraline to 150 mg", "owner": "Dr Park", "due": pd.Timestamp(day(HELD + 14)),
}  # fmt: skip
