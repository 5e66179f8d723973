"""Which episode a record belongs to, and where an episode stood on a date."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain.calendar import day_numbers

ACTIVE = "active"
RELAPSE_PREVENTION = "relapse prevention"
OPEN = (ACTIVE, RELAPSE_PREVENTION)
CLOSED = ("graduated", "discharged", "referred", "lost", "other")
"""The words for an episode's status: it is open or closed."""

BEFORE_ENROLMENT = timedelta(days=14)
"""A record counts for an episode from so long before its enrolment."""


def assign(
    patient_ids: "pd.Series[int]", dates: "pd.Series[pd.Timestamp]", episodes: pd.DataFrame
) -> npt.NDArray[np.int64]:
    """Say for each record which episode it belongs to: the patient's latest with enrolment - 14 days <= its date.

    Args:
        patient_ids: the record's patient, int64.
        dates: the record's date, ``datetime64[s]``, in the order of ``patient_ids``; never missing.
        episodes: a row is an episode: episode_id, patient_id, enrolled_on, in any order.

    Returns:
        episode_id, int64, in the order of the records; -1 before any episode and for a patient without one.
    """
    patients = np.asarray(patient_ids, dtype=np.int64)
    if len(episodes) == 0:
        return np.full(len(patients), -1, dtype=np.int64)
    owners = episodes["patient_id"].to_numpy()
    starts = day_numbers(episodes["enrolled_on"]) - BEFORE_ENROLMENT.days
    order = np.lexsort((episodes["episode_id"].to_numpy(), starts, owners))
    owners, starts, ids = owners[order], starts[order], episodes["episode_id"].to_numpy()[order]

    place = _last_of_patient(owners, patients)
    days = day_numbers(dates)
    early = np.flatnonzero((place >= 0) & (days < starts[place]))
    while len(early):  # one step back a round: as many rounds as a patient has episodes
        place[early] -= 1
        at = place[early]
        same = (at >= 0) & (owners[at] == patients[early])
        place[early[~same]] = -1
        early = early[same & (days[early] < starts[at])]
    return np.where(place >= 0, ids[place], -1)


def _last_of_patient(owners: npt.NDArray[np.int64], patients: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Find each record's patient in the sorted owners: the place of their last episode, -1 for none."""
    highest = int(owners[-1])
    if owners[0] >= 0 and highest < 8 * len(owners) + 1_000_000:  # dense ids: look up instead of searching
        last = np.full(highest + 2, -1, dtype=np.int64)
        last[owners] = np.arange(len(owners))
        return last[np.where((patients >= 0) & (patients <= highest), patients, highest + 1)]
    place = np.searchsorted(owners, patients, side="right") - 1
    return np.where((place >= 0) & (owners[place] == patients), place, -1)


def status_on(episodes: pd.DataFrame, as_of: "date | pd.Series[pd.Timestamp]") -> "pd.Series[str]":
    """Say where each episode stood on a date.

    Before the day of its status an episode counts as active. A closed one is closed from ``closed_on``, else from
    ``status_since``; with neither it always was.

    Args:
        episodes: status (as recorded, missing means active), status_since, closed_on.
        as_of: the date; or one for each episode.

    Returns:
        A word of ``OPEN`` or ``CLOSED`` for each row, on the same index.
    """
    recorded = episodes["status"].fillna(ACTIVE)
    closing = episodes["closed_on"].fillna(episodes["status_since"])
    since = episodes["status_since"].where(recorded.isin(OPEN), closing)
    on = pd.Timestamp(as_of) if isinstance(as_of, date) else as_of
    return recorded.where(~(since > on), ACTIVE)


def is_open(status: "pd.Series[str]") -> "pd.Series[bool]":
    """Say which status words mean an open episode."""
    return status.isin(OPEN)
