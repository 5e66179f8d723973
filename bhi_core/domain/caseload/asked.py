"""What people said about the list: whom to discuss, and whom to leave out for a while.

Reasons are somebody's, so they are told with the name and the date.
"""

from datetime import date
from typing import Any

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.lookup import each_row, look_up
from bhi_core.domain.registry import Registry

NEVER_HIDDEN = ("S1", "S2", "D1", "D2", "D3", "D4")
"""Rules that a snooze never hides: safety flags and deterioration."""


def open_requests(registry: Registry) -> pd.DataFrame:
    """Give the requests to discuss a patient that still stand.

    A request is answered by a case review that is dated on or after it and was recorded after it: a review of the day
    before does not answer it, nor does one of the same day that was in the registry already.

    Args:
        registry: what is known; its frames may be empty.

    Returns:
        Rows of ``Registry.requests``, the oldest first.
    """
    asked = registry.requests
    if asked.empty:
        return asked
    asked = asked.reset_index(drop=True)  # a row, not its id: copies of a patient (``domain.moments``) share their ids
    pairs = asked.assign(row=asked.index)[["row", "patient_id", "date", "recorded_at"]].merge(
        registry.reviews[["patient_id", "date", "recorded_at"]], on="patient_id", suffixes=("", "_review")
    )
    since = (pairs["date_review"] >= pairs["date"]) & (pairs["recorded_at_review"] > pairs["recorded_at"])
    waiting = asked[~asked.index.isin(pairs.loc[since, "row"])]
    return waiting.sort_values(["date", "request_id"], ignore_index=True)


def snoozes_on(registry: Registry) -> pd.DataFrame:
    """Give the snoozes that hold on the date of care, one a patient.

    A snooze holds from its date to the day before *until*: on that day the patient is back. Somebody who asks to
    discuss the patient on or after the day of the snooze wakes it.

    Args:
        registry: what is known; its frames may be empty.

    Returns:
        Rows of ``Registry.snoozes``, of several the one that lasts longest.
    """
    kept = registry.snoozes
    if kept.empty:
        return kept
    on = pd.Series(pd.Timestamp(registry.as_of), index=kept.index)
    if "as_of" in registry.episodes:  # patients who each have a date of care (``domain.moments``)
        on = look_up(registry.episodes.groupby("patient_id")["as_of"].first(), kept["patient_id"])
    holds = kept[(kept["date"] <= on) & (on < kept["until"])]
    asked = open_requests(registry).groupby("patient_id")["date"].max()
    woken = look_up(asked, holds["patient_id"]) >= holds["date"]
    lasting = holds[~woken].sort_values(["until", "snooze_id"])
    return lasting.drop_duplicates("patient_id", keep="last").reset_index(drop=True)


def snoozed(snoozes: pd.DataFrame, as_of: date) -> "pd.Series[str]":
    """Say until when, by whom and why each patient is left out; by patient_id.

    Args:
        snoozes: a row a patient, as ``snoozes_on`` gives them.
        as_of: the date of care.
    """
    said = [
        sentence(f"Snoozed until {words.day(row.until, as_of)}{_by(row)}", row.reason)
        for row in each_row(snoozes, ("until", "by", "reason"))
    ]
    return pd.Series(said, index=snoozes["patient_id"], dtype=object)


def asked_for(requests: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Say by whom, when and why each patient is to be discussed.

    Args:
        requests: as ``open_requests`` gives them.
        as_of: the date of care.

    Returns:
        A row a patient, by patient_id: short and full (text), every request of the patient told in both. No request
        gives an empty frame with these columns.
    """
    full = [
        sentence(f"Asked to be discussed on {words.day(row.date, as_of)}{_by(row)}", row.reason)
        for row in each_row(requests, ("date", "by", "reason"))
    ]
    short = [sentence("To discuss", row.reason).rstrip(".") for row in each_row(requests, ("reason",))]
    said = pd.DataFrame({"short": short, "full": full}, index=requests["patient_id"], dtype=object)
    return said.groupby(level=0).agg({"short": "; ".join, "full": " ".join})


def sentence(what: str, reason: Any) -> str:
    """Join what is said and somebody's reason to a sentence: one full stop at the end, whatever was typed.

    >>> sentence("Snoozed until 4 Dec", "on leave."), sentence("Snoozed until 4 Dec", None)
    ('Snoozed until 4 Dec: on leave.', 'Snoozed until 4 Dec.')
    """
    why = " ".join(reason.split()) if isinstance(reason, str) else ""
    text = f"{what}: {why}" if why else what
    return text if text[-1] in ".!?" else f"{text}."


def _by(row: Any) -> str:
    return f" by {row.by}" if isinstance(row.by, str) and row.by else ""
