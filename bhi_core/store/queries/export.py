"""Write records with the canonical headings, so that the file can be imported again."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from bhi_core.domain import instruments
from bhi_core.domain.records import KINDS
from bhi_core.store.queries.frames import frame
from bhi_core.store.tables import RECORDS, Patient, table

HEADINGS = {
    "patient_id": "MRN",
    "pcp": "PCP",
    "functional": "Functional item",
    "medications": "Medications to continue",
    "from_on": "From",
    "to_on": "To",
    "end_on": "End",
}
"""Canonical column in snake case -> heading, where it is not the same word."""
DATED = {"patients": None, "episodes": "enrolled_on", "coverage": "from_on", "diagnoses": "onset"}
NOT_WRITTEN = ("safety_answer", "assigned")
"""What follows from the items, and what only a mapping can say."""


def heading(column: str) -> str:
    """Give the heading of a canonical column.

    >>> heading("patient_id"), heading("follow_up_weeks")
    ('MRN', 'Follow-up weeks')
    """
    words = column.replace("follow_up", "follow-up").replace("_", " ")
    return HEADINGS.get(column, words[:1].upper() + words[1:])


def export_frame(connection: Connection, kind: str, as_of: dt.date) -> pd.DataFrame:
    """Give the records of a kind that stand, dated up to a day.

    Args:
        connection: where to ask.
        kind: a key of ``domain.records.KINDS``.
        as_of: the date of care; people are given whatever the date.

    Returns:
        A row a record, in the order of recording, under the canonical headings and ``Recorded at`` (text, ISO, UTC).
        Dates are ``datetime64[s]``, numbers float64 or Int64, attended "yes" or "no", a score's answers stand under
        ``Item 1`` and so on. What was corrected, withdrawn or replaced is not in it.
    """
    kept, patient = table(RECORDS[kind]), table(Patient)
    own = [name for name in KINDS[kind] if name != "patient_id"]
    dated = DATED.get(kind, "date")
    mrn = (kept.c.mrn if kind == "patients" else patient.c.mrn).label("patient_id")
    query = select(mrn, *(kept.c[name] for name in own), kept.c.recorded_at).where(kept.c.superseded_at.is_(None))
    if kind != "patients":
        query = query.join_from(
            kept, patient, (patient.c.patient_id == kept.c.patient_id) & patient.c.superseded_at.is_(None)
        )
    if dated is not None:
        query = query.where(kept.c[dated] <= as_of)
    rows = frame(connection, query.order_by(kept.c.recorded_at, kept.c.id), {"safety_answer": "id"})
    if kind == "scores":
        rows = _with_items(rows)
    if "attended" in rows:
        rows["attended"] = np.where(rows["attended"], "yes", "no")
    rows["recorded_at"] = [moment.isoformat() for moment in rows["recorded_at"]]
    rows = rows.drop(columns=[name for name in NOT_WRITTEN if name in rows])
    return rows.rename(columns={name: heading(name) for name in rows.columns if not name.startswith("Item ")})


def _with_items(rows: pd.DataFrame) -> pd.DataFrame:
    """Spread the answers over columns, name the instruments, and make whole numbers of points."""
    answers = rows["items"].fillna("").str.split(",", expand=True) if len(rows) else pd.DataFrame()
    known = instruments.registry()
    names = {name: known[name].name if name in known else name for name in rows["instrument"].unique()}
    at = list(rows.columns).index("items")
    before, after = rows.iloc[:, :at], rows.iloc[:, at + 1 :]
    spread: dict[str, Any] = {
        f"Item {place + 1}": pd.to_numeric(answers.iloc[:, place], errors="coerce").astype("Int64")
        for place in range(answers.shape[1])
    }
    whole = {name: rows[name].astype("Int64") for name in ("total", "functional")}
    joined = pd.concat([before, pd.DataFrame(spread, index=rows.index), after], axis=1)
    return joined.assign(**whole, instrument=rows["instrument"].map(names).astype("str"))
