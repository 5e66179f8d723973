"""What a kept record of care says, in one line; words only."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.answers.history import CHANGE_WORDS

Row = Mapping[Any, Any]
"""A row of ``record_versions``, of a registry's frame, or what is about to be kept."""

PLAN_PARTS = {
    "medications": "Medications to continue",
    "warning_signs": "Warning signs",
    "what_helps": "What helps",
    "contacts": "Contacts",
}
"""Column of a relapse-prevention plan -> what it is called."""
DOSED = ("dose up", "dose down")
EPISODE_PARTS = {
    "status": "status",
    "status_since": "since",
    "closed_on": "closed on",
    "reason": "reason",
    "care_manager": "care manager",
    "consultant": "consultant",
    "follow_up_weeks": "weeks between contacts",
    "condition": "condition",
    "primary_instrument": "primary instrument",
    "consent_on": "consent on",
    "target": "aim",
    "site": "site",
    "enrolled_on": "enrolled on",
}
"""Column of an episode -> what it is called in its history."""
OF_STATUS = ("status", "status_since", "closed_on", "reason")
"""Columns that are said together when the status changes."""


def text(value: object) -> str:
    """Give a text, ``""`` when missing."""
    return value.strip() if isinstance(value, str) else ""


def contact(row: Row, today: date) -> str:
    """Say a contact.

    >>> contact({"date": date(2026, 11, 18), "kind": "follow-up", "modality": "phone", "attended": True,
    ...          "minutes": 25.0, "staff": "D. Reyes", "next_due": date(2026, 12, 2)}, date(2026, 11, 24))
    '18 Nov: follow-up by phone, reached, 25 min, D. Reyes; next due 2 Dec'
    """
    modality = text(row["modality"])
    how = modality if modality == "in person" else f"by {modality}" if modality else ""
    parts = [
        f"{row['kind']} {how}".strip(),
        "reached" if row["attended"] else "not reached",
        "" if row["minutes"] is None or pd.isna(row["minutes"]) else f"{words.number(float(row['minutes']))} min",
        text(row["staff"]),
    ]
    due = words.day(row["next_due"], today)
    said = ", ".join(part for part in parts if part)
    return f"{words.day(row['date'], today)}: {said}" + (f"; next due {due}" if due else "")


def treatment(row: Row, today: date) -> str:
    """Say a change of treatment.

    >>> treatment({"date": date(2026, 10, 3), "change": "dose up", "treatment": "Sertraline", "dose": "100 mg",
    ...            "why": "tolerated"}, date(2026, 11, 24))
    '3 Oct: Sertraline raised to 100 mg: tolerated'
    """
    change, dose, why = str(row["change"]), text(row["dose"]), text(row["why"])
    said = f"{text(row['treatment'])} {CHANGE_WORDS.get(change, change)}".strip()
    said += f" to {dose}" if dose and change in DOSED else f", {dose}" if dose else ""
    return f"{words.day(row['date'], today)}: {said}" + (f": {why}" if why else "")


def plan(row: Row, today: date) -> str:
    """Say a relapse-prevention plan, part by part."""
    parts = [f"{name}: {text(row[column])}" for column, name in PLAN_PARTS.items() if text(row[column])]
    return f"{words.day(row['date'], today)}: {'. '.join(part.rstrip('.') for part in parts)}."


def snooze(row: Row, today: date) -> str:
    """Say a snooze."""
    until = words.day(row["until"], today)
    return f"{words.day(row['date'], today)}: off the list until {until}: {text(row['reason'])}"


def request(row: Row, today: date) -> str:
    """Say a request to discuss."""
    return f"{words.day(row['date'], today)}: {text(row['reason'])}"


def episode_changes(before: Row | None, after: Row, today: date) -> str:
    """Say what a version of an episode changed; the first one says how it began."""
    if before is None:
        manager = text(after["care_manager"])
        return f"enrolled {words.day(after['enrolled_on'], today)}" + (f", {manager}" if manager else "")
    said, told = [], EPISODE_PARTS
    if before["status"] != after["status"]:
        said.append(_new_status(before, after, today))
        told = {column: name for column, name in EPISODE_PARTS.items() if column not in OF_STATUS}
    said += [
        f"{name} {_value(before[column], today)} → {_value(after[column], today)}"
        for column, name in told.items()
        if _value(before[column], today) != _value(after[column], today)
    ]
    old, new = before["baseline_score_id"], after["baseline_score_id"]
    if not (old == new or (pd.isna(old) and pd.isna(new))):
        said.append("baseline given back to the rule" if pd.isna(new) else "another baseline chosen")
    return "; ".join(said) or "nothing changed"


def _new_status(before: Row, after: Row, today: date) -> str:
    """Say a change of status with its day and reason."""
    since = words.day(after["closed_on"], today) or words.day(after["status_since"], today)
    why = text(after["reason"])
    return (
        f"{before['status']} → {after['status']}" + (f" since {since}" if since else "") + (f": {why}" if why else "")
    )


def _value(value: Any, today: date) -> str:
    """Write a value of an episode; a missing one as a dash."""
    if value is None or pd.isna(value) or value == "":
        return "–"
    if isinstance(value, float):
        return words.number(value)
    return value if isinstance(value, str) else words.day(value, today)


def weeks(interval: float | None) -> str:
    """Say an interval.

    >>> weeks(2.0), weeks(1.0), weeks(None)
    ('2 weeks', 'week', 'as needed')
    """
    if interval is None:
        return "as needed"
    return "week" if interval == 1 else f"{words.number(interval)} weeks"
