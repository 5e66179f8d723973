"""The agenda of a meeting: the listed patients in the order of the list, cut to the time there is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from bhi_core.domain.caseload import Caseload
from bhi_core.domain.lookup import each_row, look_up
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.kinds import AgendaState
from bhi_core.domain.review.recommendations import recommendations
from bhi_core.domain.words import count
from bhi_core.errors import Refused

MINUTES, PER_PATIENT = 60, 6
"""Minutes of a meeting and of a patient in it, where the clinic chose none. Source: common practice."""

LINE = (
    "rank", "patient_id", "episode_id", "mrn", "name", "level", "group", "badges", "reason", "short",
    "weeks_passed_over", "pinned", "late",
)  # fmt: skip


@dataclass(frozen=True)
class Agenda:
    """Say who is on the agenda, who would be if there were more time, and who is not listed; each patient once.

    Attributes:
        as_of: the date of care.
        minutes: minutes of the meeting.
        per_patient: minutes a patient.
        fits: how many patients that makes, rounded down.
        items: a row a patient on the agenda, in the order of the meeting, index 0...: rank (float64: the place on the
            list, NaN for a pinned patient who is not listed), patient_id, episode_id (of the reason), mrn, name, level
            (None without a finding), group (slug), badges (list), reason (full, in words), short (its short wording),
            weeks_passed_over (int64), pinned (bool), late (int64: recommendations past due that nobody answered).
        passed_over: the same of the other listed patients, by rank: those for whom there is no time, and those whom
            somebody took off the agenda.
        not_listed: a row a patient of the caseload who is neither, by MRN: patient_id, episode_id, mrn, name, because.
    """

    as_of: date
    minutes: int
    per_patient: int
    fits: int
    items: pd.DataFrame
    passed_over: pd.DataFrame
    not_listed: pd.DataFrame


def still_waiting(caseload: Caseload, items: pd.DataFrame, held_on: date) -> list[int]:
    """Give whom a meeting carried over and nobody discussed since: they come first on the next agenda by themselves.

    Args:
        caseload: as worked out for the next meeting; who is not on it any more waits for nothing.
        items: the agenda of the meeting that has ended (``store.queries.agenda_items``): patient_id, state, in order.
        held_on: the day of that meeting.
    """
    rows = caseload.worklist
    here = set(rows.loc[~(rows["last_review"] >= pd.Timestamp(held_on)), "patient_id"])
    left = items.loc[items["state"] == AgendaState.CARRIED_OVER.value, "patient_id"]
    return [patient for patient in left.tolist() if patient in here]


def agenda(
    caseload: Caseload,
    registry: Registry,
    weeks: "pd.Series[int]",
    *,
    minutes: int = MINUTES,
    per_patient: int = PER_PATIENT,
    pinned: Sequence[int] = (),
    removed: Collection[int] = (),
) -> Agenda:
    """Cut the list to the time there is.

    Args:
        caseload: as worked out for the date of the meeting.
        registry: what it was worked out from.
        weeks: how many weeks running each patient was listed and not reviewed, by patient_id; none is 0.
        minutes: minutes of the meeting, at least 0.
        per_patient: minutes a patient, at least 1.
        pinned: patients (patient_id) who come first, in this order, also one who is not listed.
        removed: patients whom somebody took off the agenda; they count as passed over.

    Returns:
        The agenda. Patients of two rows on the list (an open episode, and a flag on a closed one) stand at the first.

    Raises:
        Refused: the minutes make no meeting.
    """
    fits = _fits(minutes, per_patient)
    rows = caseload.worklist
    listed = rows["listed"].astype(bool)
    of_patient = pd.concat([rows[listed], rows[~listed]]).drop_duplicates("patient_id")
    lines = _lines(of_patient, registry, weeks, pinned)
    wanted = of_patient["listed"].astype(bool) | lines["pinned"]
    place = lines["patient_id"].map({patient: number for number, patient in enumerate(dict.fromkeys(pinned))})
    order = lines.assign(_pin=place.fillna(len(lines)))[wanted].sort_values(["_pin", "rank"])[list(LINE)]
    free = ~order["patient_id"].isin(list(removed))
    items = order[free].head(fits)
    others = order[~order["patient_id"].isin(items["patient_id"])].sort_values(["rank", "mrn"])
    return Agenda(
        as_of=caseload.as_of, minutes=minutes, per_patient=per_patient, fits=fits,
        items=items.reset_index(drop=True), passed_over=others.reset_index(drop=True),
        not_listed=_not_listed(of_patient[~wanted]),
    )  # fmt: skip


def _fits(minutes: int, per_patient: int) -> int:
    """Say how many patients there is time for."""
    if minutes < 0 or per_patient < 1:
        raise Refused("A meeting has 0 minutes or more and a patient at least 1: give other numbers of minutes.")
    return minutes // per_patient


def _lines(rows: pd.DataFrame, registry: Registry, weeks: "pd.Series[int]", pinned: Collection[int]) -> pd.DataFrame:
    """Give each patient a line, with the reason; a pinned one who is not listed says both."""
    is_listed = rows["listed"].astype(bool)
    advised = recommendations(registry)
    late = advised.loc[advised["overdue"], "patient_id"].value_counts()
    unlisted = "Pinned for this meeting. " + rows["not_listed_because"].fillna("").astype(object)
    return pd.DataFrame(
        {
            **{name: rows[name] for name in LINE[:8]},
            "reason": rows["why_full"].where(is_listed, unlisted.str.strip()),
            "short": rows["why_short"].where(is_listed, "Pinned for this meeting"),
            "weeks_passed_over": look_up(weeks, rows["patient_id"]).fillna(0).astype(np.int64),
            "pinned": rows["patient_id"].isin(list(pinned)),
            "late": look_up(late, rows["patient_id"]).fillna(0).astype(np.int64),
        },
        columns=list(LINE),
    )


def _not_listed(rows: pd.DataFrame) -> pd.DataFrame:
    """Say of everyone else why not."""
    said = rows.assign(because=rows["not_listed_because"]).sort_values("mrn")
    return said[["patient_id", "episode_id", "mrn", "name", "because"]].reset_index(drop=True)


def fitted(plan: Agenda) -> str:
    """Say in one sentence how the list fits the meeting: ``10 patients fit into 60 minutes at 6 minutes each; 10 of 24
    listed patients are on the agenda, 14 are passed over.``"""
    on, over = len(plan.items), len(plan.passed_over)
    return (
        f"{count(plan.fits, 'patient')} {'fits' if plan.fits == 1 else 'fit'} into {count(plan.minutes, 'minute')} at "
        f"{count(plan.per_patient, 'minute')} each; {on} of {count(on + over, 'listed patient')} "
        f"{'is' if on == 1 else 'are'} on the agenda, {over} {'is' if over == 1 else 'are'} passed over."
    )


def as_json(plan: Agenda) -> dict[str, Any]:
    """Give the agenda as a document of plain values, in the shape that scripts read.

    Returns:
        ``{"as_of", "minutes", "per_patient", "fits", "agenda": [{"rank", "mrn", "level", "reason",
        "weeks_passed_over"}], "passed_over": [...without rank], "not_listed": [{"mrn", "because"}]}``. The date is ISO;
        rank is None for a pinned patient who is not listed, level is None without a finding.
    """
    return {
        "as_of": plan.as_of.isoformat(),
        "minutes": plan.minutes,
        "per_patient": plan.per_patient,
        "fits": plan.fits,
        "agenda": [
            {"rank": None if pd.isna(row.rank) else int(row.rank), **_told(row)} for row in each_row(plan.items)
        ],
        "passed_over": [_told(row) for row in each_row(plan.passed_over)],
        "not_listed": [{"mrn": row.mrn, "because": row.because} for row in each_row(plan.not_listed)],
    }


def _told(row: Any) -> dict[str, Any]:
    return {"mrn": row.mrn, "level": row.level, "reason": row.reason, "weeks_passed_over": int(row.weeks_passed_over)}
