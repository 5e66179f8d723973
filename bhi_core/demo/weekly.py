"""The demo clinic's weekly reviews: meetings of the last eight weeks, requests, snoozes, what became of the advice."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from bhi_core.demo.clinic import patients_of
from bhi_core.demo.days import between, next_on, number, working
from bhi_core.demo.followed import steps
from bhi_core.demo.moments import CLOSING, MEETING, MINUTES_A_DAY
from bhi_core.demo.people import TEAM, Manager
from bhi_core.domain.lookup import each_row
from bhi_core.domain.review.kinds import AgendaState

WEEKS = 8
A_PATIENT = 6  # minutes
PINNED = 0.15  # share of those discussed
NOT_REACHED = 0.35  # share of those reviewed the week after that had stood on the agenda already
REQUESTS = (
    ("asked to discuss", 2, "Better on paper, but asks to stop the medication: how fast?"),
    ("not improving, consulted", 1, "Partner called, sees more than the scores say."),
)
SNOOZES = (
    ("better, review lapsed", 12, "With family abroad, visit agreed for the week after."),
    ("little change at week 6", 9, "Away with work for ten days, form booked for the return."),
)
"""Story -> how many, or for how many days, and the reason."""
WITH_AIM = 0.6  # share of the open episodes
AIMS = (
    "back at work three days a week", "sleeping through four nights in seven", "walking with the neighbour again",
    "at the daughter's graduation in spring", "choir on Thursdays", "a day without lying down at noon",
)  # fmt: skip


def weekly_review(
    as_of: date, records: dict[str, pd.DataFrame], *, episodes: int = 300, seed: int = 1
) -> dict[str, pd.DataFrame]:
    """Tell what a clinic that holds the weekly review has kept beside the records of care.

    Args:
        as_of: today, as given to ``clinic``; nothing is recorded on it or later.
        records: what ``clinic`` gave for the same arguments.
        episodes: courses of care, as given to ``clinic``.
        seed: as given to ``clinic``.

    Returns:
        Kind of ``store.tables.OF_MEETINGS`` -> its rows. Patients are named by record number (patient_id), reviews and
        treatments by their place in ``records`` (review, treatment; -1: none), a meeting by its number from 1. Dates
        are ``datetime64[s]``, recorded_at, started_at and ended_at ``datetime64[us, UTC]``; ``by`` says who recorded.
        "reviews": the place of each review of a meeting, with meeting and place 1 (its number on the form).
        "aims": what patient and team aim for (target) in the latest episode of a patient.
    """
    chance, today = np.random.default_rng([seed, 2]), number(as_of)
    wanted = patients_of(as_of, [name for name, *_ in (*REQUESTS, *SNOOZES)], episodes, seed)
    told: dict[str, list[dict[str, Any]]] = {
        "meetings": [], "agenda items": [], "meeting entries": [], "reviews": [],
        "requests": _requests(records, today, wanted), "snoozes": _snoozes(today, wanted),
        "steps": [step._asdict() for step in steps(chance, records, today)],
    }  # fmt: skip
    _hold_meetings(chance, records, today, told)
    told["aims"] = _aims(chance, records["episodes"])
    return {kind: _frame(rows) for kind, rows in told.items()}


def _hold_meetings(
    chance: np.random.Generator, records: dict[str, pd.DataFrame], today: int, told: dict[str, list[dict[str, Any]]]
) -> None:
    """Tell the meetings of each care manager, oldest first, each with its agenda and what was typed."""
    reviews, managers = records["reviews"], records["episodes"].groupby("patient_id")["care_manager"].last()
    days = reviews["date"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    reviews = reviews.assign(at=range(len(reviews)), day=days)[days >= today - 7 * WEEKS]
    reviews = reviews.sort_values("recorded_at").assign(manager=reviews["patient_id"].map(managers))
    seen = dict(list(reviews.groupby(["day", "manager"])))
    begun = {manager: next_on(today - 7 * WEEKS, manager.meeting) for manager in TEAM}
    for day, _, manager in sorted((begun[each] + 7 * week, each.opens, each) for each in TEAM for week in range(WEEKS)):
        if day < today and (day, manager.name) in seen:
            here, after = seen[day, manager.name], seen.get((day + 7, manager.name))
            coming = set() if after is None else set(after["patient_id"]) - set(here["patient_id"])
            waiting = [mrn for mrn in sorted(coming) if chance.random() < NOT_REACHED]
            _hold(chance, day, manager, here, waiting, told=told)


def _hold(
    chance: np.random.Generator, day: int, manager: Manager, seen: pd.DataFrame, waiting: list[str],
    *, told: dict[str, list[dict[str, Any]]],
) -> None:  # fmt: skip
    """Tell one meeting: who was seen, who was carried over, and the texts behind each review."""
    meeting, begun = len(told["meetings"]) + 1, day * MINUTES_A_DAY + manager.opens
    ended = begun + MEETING - between(chance, 0, 2)
    told["meetings"].append({
        "meeting": meeting, "held_on": day, "care_manager": manager.name, "consultant": manager.consultant,
        "people": f"{manager.name}, {manager.consultant}", "minutes": MEETING, "per_patient": A_PATIENT,
        "started_at": begun, "ended_at": ended, "recorded": ended, "by": manager.name,
    })  # fmt: skip
    longest = min(9 * 60, (ended - begun) * 60 // len(seen))
    for place, row in enumerate(each_row(seen), start=1):
        done = int(row.recorded_at.timestamp()) // 60
        of = {"meeting": meeting, "patient_id": row.patient_id, "by": manager.name, "recorded": done}
        told["agenda items"].append(of | {
            "place": place, "state": AgendaState.DONE.value, "pinned": bool(chance.random() < PINNED),
            "seconds": between(chance, longest // 2, longest),
        })  # fmt: skip
        told["reviews"].append({"review": row.at, "meeting": meeting, "place": 1})
        told["meeting entries"] += [
            of | {"field": name, "value": value, "recorded": done - 1} for name, value in _typed(row)
        ]
    for place, mrn in enumerate(waiting, start=len(seen) + 1):
        told["agenda items"].append({
            "meeting": meeting, "patient_id": mrn, "by": manager.name, "recorded": ended, "place": place,
            "state": AgendaState.CARRIED_OVER.value, "pinned": False, "seconds": None,
        })  # fmt: skip


def _typed(review: Any) -> list[tuple[str, str]]:
    """Give the fields of the form behind a review, without those that were left empty."""
    due = "" if pd.isna(review.due) else review.due.date().isoformat()
    owner = review.owner if isinstance(review.owner, str) else ""
    fields = {"discussed": review.discussed, "rec1.kind": review.category, "rec1.words": review.recommendation,
              "rec1.owner": owner, "rec1.due": due}  # fmt: skip
    return [(name, value) for name, value in fields.items() if value]


def _requests(
    records: dict[str, pd.DataFrame], today: int, wanted: dict[str, list[tuple[str, str]]]
) -> list[dict[str, Any]]:
    """Ask to discuss some patients, after their last review."""
    reviewed = records["reviews"].groupby("patient_id")["date"].max()
    told = []
    for story, how_many, reason in REQUESTS:
        for turn, (mrn, by) in enumerate(wanted[story][:how_many]):
            last = int(reviewed[mrn].to_datetime64().astype("datetime64[D]").astype(np.int64)) if mrn in reviewed else 0
            day = max(working(today - 1 - turn), last)
            told.append({"patient_id": mrn, "date": day, "reason": reason, "by": by,
                         "recorded": day * MINUTES_A_DAY + CLOSING + turn})  # fmt: skip
    return told


def _snoozes(today: int, wanted: dict[str, list[tuple[str, str]]]) -> list[dict[str, Any]]:
    """Leave a patient of a story off the list for some days."""
    day = working(today - 3)
    return [
        {"patient_id": mrn, "date": day, "until": today + days, "reason": reason, "by": by,
         "recorded": day * MINUTES_A_DAY + CLOSING}
        for story, days, reason in SNOOZES
        for mrn, by in wanted[story][:1]
    ]  # fmt: skip


def _aims(chance: np.random.Generator, episodes: pd.DataFrame) -> list[dict[str, Any]]:
    """Say what the patients in care and their team aim for, often a score and always a piece of life."""
    latest = episodes.drop_duplicates("patient_id", keep="last")
    told = []
    for row in each_row(latest[latest["closed_on"].isna()]):
        life = str(chance.choice(AIMS))
        score = "PHQ-9 below 5, " if row.primary_instrument == "phq9" and chance.random() < 0.5 else ""
        if chance.random() < WITH_AIM:
            text = f"{score}{life}"
            told.append({"patient_id": row.patient_id, "target": text[0].upper() + text[1:]})
    return told


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Build a frame, days and minutes turned into dates and moments."""
    made = pd.DataFrame(rows).rename(columns={"day": "date", "recorded": "recorded_at"})
    for name in ("date", "held_on", "until"):
        if name in made:
            made[name] = pd.Series(made[name].to_numpy(dtype="datetime64[D]").astype("datetime64[s]"))
    for name in ("started_at", "ended_at", "recorded_at"):
        if name in made:
            stamps = pd.to_datetime(made[name].to_numpy(dtype=np.int64) * 60, unit="s", utc=True)
            made[name] = pd.Series(stamps).astype("datetime64[us, UTC]")
    return made
