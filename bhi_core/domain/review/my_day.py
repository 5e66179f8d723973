"""What one care manager has to do today: safety first, then contacts, measures, recommendations and the meeting."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.caseload import Caseload, Figure
from bhi_core.domain.caseload.asked import snoozes_on
from bhi_core.domain.episodes import OPEN
from bhi_core.domain.lookup import each_row, look_up
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.due import Due, due_of
from bhi_core.domain.review.kinds import AgendaState, RecommendationKind

SAFETY, CONTACT, MEASURE, ADVICE, MEETING, SOON = "safety", "contact", "measure", "advice", "meeting", "soon"
SECTIONS = {
    SAFETY: "Open safety flag: assess today",
    CONTACT: "Contact due or overdue",
    MEASURE: "Measure out of date",
    ADVICE: "Recommendation due",
    MEETING: "On the agenda of today's meeting",
    SOON: "Contact due in the next 7 days",
}
"""Slug -> heading, in the order of the day; what is soon is not for today."""
COLUMNS = ("section", "patient_id", "mrn", "name", "why", "also", "since", "review_id")


@dataclass(frozen=True)
class Day:
    """One person's day.

    Attributes:
        who: whose, by the name in Staff.
        as_of: the day.
        lines: a row a thing to do, in the order of the day, index 0...: section (slug), patient_id (int64), mrn, name,
            why (in words), also (what else is due of the patient, "" for nothing), since (since when it waits, or when
            it comes due; NaT where nothing says so), review_id (float64, of a recommendation, else NaN).
        patients: theirs: in an open episode, or closed with an open safety flag.
        snoozed: of these, how many are left out by a snooze.
        figures: how many patients or recommendations each kind concerns, with its denominator; the meeting's only where
            there is one today.
    """

    who: str
    as_of: date
    lines: pd.DataFrame
    patients: int
    snoozed: int
    figures: tuple[Figure, ...]


def my_day(who: str, registry: Registry, caseload: Caseload, advice: pd.DataFrame, items: pd.DataFrame) -> Day:
    """Work out what one person has to do today.

    Each patient of theirs stands once among safety, contact, measure and soon, under the first that holds; the
    others are said beside it. Recommendations are theirs by owner, whoever's the patient is.

    Args:
        who: the care manager, or another owner of recommendations, by the name in Staff.
        registry, caseload: of everybody, as of the day.
        advice: a row a recommendation of anybody (``review.recommendations``).
        items: a row a patient on the agenda of today's meeting: patient_id, place, state; empty without one.

    Returns:
        The day. Nobody's patients give no lines.
    """
    rows = caseload.worklist
    mine = rows[rows["care_manager"] == who].reset_index(drop=True)
    asleep = mine["snoozed_until"].notna() | (
        ~mine["listed"].astype(bool) & mine["patient_id"].isin(snoozes_on(registry)["patient_id"])
    )
    due = due_of(mine, caseload)
    own = _waiting(advice[advice["owner"] == who], registry, caseload)
    agenda = items[items["patient_id"].isin(mine["patient_id"]) & (items["state"] != AgendaState.REMOVED.value)]
    parts = [
        _of_patients(mine, due, asleep.to_numpy(dtype=bool)),
        _of_advice(own, registry, caseload.as_of),
        _of_meeting(agenda, mine),
    ]
    order = {section: place for place, section in enumerate(SECTIONS)}
    lines = pd.DataFrame([line for part in parts for line in part], columns=list(COLUMNS))
    lines = lines.assign(_place=lines["section"].map(order)).sort_values("_place", kind="stable", ignore_index=True)
    lines["since"] = pd.to_datetime(lines["since"]).astype("datetime64[s]")
    lines["review_id"] = lines["review_id"].astype(np.float64)
    awake = mine[~asleep]
    meeting = () if items.empty else (_meeting_figure(agenda, items),)
    figures = (*_figures(awake, due, mine), _advice_figure(own, caseload.as_of), *meeting)
    return Day(who, caseload.as_of, lines[list(COLUMNS)], mine["patient_id"].nunique(), int(asleep.sum()), figures)


def _waiting(advice: pd.DataFrame, registry: Registry, caseload: Caseload) -> pd.DataFrame:
    """Keep the open recommendations that somebody still acts on.

    Those of a closed episode are left to the history. One of a kind that cannot be picked came in with a file, which
    says nothing of what became of it: it waits only until the next case review.
    """
    rows = caseload.worklist
    current = rows.loc[rows["status"].isin(OPEN), "episode_id"]
    last = look_up(registry.reviews.groupby("patient_id")["date"].max(), advice["patient_id"])
    lasts = _picked(advice) | (advice["date"] == last)
    kept: pd.DataFrame = advice[advice["open"].astype(bool) & advice["episode_id"].isin(current) & lasts]
    return kept


def headline(day: Day) -> str:
    """Say the day in one sentence, with its denominator."""
    whose = f"{day.who}'s {words.count(day.patients, 'patient')}"
    now = day.lines[~day.lines["section"].isin([SOON, MEETING])]
    of_patients = now[now["section"] != ADVICE]
    recommended = int((now["section"] == ADVICE).sum())
    advised = f"{words.count(recommended, 'recommendation')} {'is' if recommended == 1 else 'are'} due"
    if of_patients.empty:
        if recommended:
            return f"None of {whose} waits for anything today; {advised}."
        return f"Nothing is due today for {day.who}: {words.count(day.patients, 'patient')} in care."
    counts = of_patients["section"].value_counts()
    said = [
        f"{counts[section]} {what}"
        for section, what in (
            (SAFETY, "with an open safety flag"),
            (CONTACT, "to contact"),
            (MEASURE, "to measure"),
        )
        if section in counts
    ]
    verb = "needs" if len(of_patients) == 1 else "need"
    tail = f"; {advised}" if recommended else ""
    return f"{len(of_patients)} of {whose} {verb} you today: {words.joined(said)}{tail}."


def _of_patients(mine: pd.DataFrame, due: Due, asleep: "np.ndarray[Any, Any]") -> list[dict[str, Any]]:
    """Write one line a patient of whom something is due, under the first section that holds."""
    lines: dict[int, dict[str, Any]] = {}
    for row, sleeps in zip(each_row(mine, ("episode_id", "patient_id", "mrn", "name")), asleep, strict=True):
        held = [section for section in (SAFETY, CONTACT, MEASURE, SOON) if row.episode_id in due.of(section)]
        if not held or (sleeps and held[0] != SAFETY):
            continue
        first, *rest = held
        why, since = due.of(first)[row.episode_id]
        also = " ".join(due.of(section)[row.episode_id][0] for section in rest)
        lines.setdefault(row.patient_id, _line(first, row, why, since, also=also))
    return sorted(lines.values(), key=lambda line: (pd.isna(line["since"]), line["since"]))


def _line(
    section: str, person: Any, why: str, since: Any, *, also: str = "", review_id: float = np.nan
) -> dict[str, Any]:
    return {
        "section": section, "patient_id": person.patient_id, "mrn": person.mrn, "name": person.name, "why": why,
        "also": also, "since": since, "review_id": review_id,
    }  # fmt: skip


def _of_advice(own: pd.DataFrame, registry: Registry, as_of: date) -> list[dict[str, Any]]:
    """Write one line a recommendation that is due, overdue, or was given no day."""
    people = {person.patient_id: person for person in each_row(_named(registry.patients))}
    lines = []
    for row in each_row(own[_is_due(own, as_of)].sort_values(["due", "date"])):
        person = people.get(row.patient_id)
        if person is None:
            continue
        what = ": ".join(part for part in (_text(row.kind), _text(row.words)) if part)
        if _text(row.words).casefold().startswith(_text(row.kind).casefold()):
            what = _text(row.words)
        by = f" by {_text(row.consultant)}" if _text(row.consultant) else ""
        given = f"recommended {words.day(row.date, as_of)}{by}"
        due = words.plain_date(row.due)
        when = f"due {words.day(due, as_of)}, {words.ago((as_of - due).days)}" if due else "no due date was set"
        why = f"{what[:1].upper()}{what[1:].rstrip('.')}; {given}, {when}."
        also = ""
        if not pd.isna(row.candidate_on):
            also = (
                f"Something of that kind is recorded on {words.day(row.candidate_on, as_of)}: say whether it was this."
            )
        lines.append(_line(ADVICE, person, why, row.due, also=also, review_id=float(row.review_id)))
    return lines


def _is_due(own: pd.DataFrame, as_of: date) -> "pd.Series[bool]":
    """Say which are due: on their day and after it; one of a kind to pick that was given no day is due at once."""
    return (own["due"] <= pd.Timestamp(as_of)) | (own["due"].isna() & _picked(own))


def _picked(advice: pd.DataFrame) -> "pd.Series[bool]":
    return advice["kind"].isin([kind.value for kind in RecommendationKind])


def _of_meeting(agenda: pd.DataFrame, mine: pd.DataFrame) -> list[dict[str, Any]]:
    """Write one line a patient of theirs on today's agenda."""
    people = {person.patient_id: person for person in each_row(mine, ("patient_id", "mrn", "name"))}
    return [
        _line(MEETING, people[row.patient_id], f"Number {row.place} on the agenda, {row.state}.", pd.NaT)
        for row in each_row(agenda.sort_values("place"))
    ]


def _named(patients: pd.DataFrame) -> pd.DataFrame:
    """Give people their name as the list writes it: "Last, First", the MRN without one."""
    both = (patients["last_name"].fillna("") + ", " + patients["first_name"].fillna("")).str.strip(", ")
    return patients.assign(name=both.where(both != "", patients["mrn"]))[["patient_id", "mrn", "name"]]


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _figures(awake: pd.DataFrame, due: Due, mine: pd.DataFrame) -> list[Figure]:
    """Count the patients of each kind, under whatever heading they stand."""
    everyone = tuple(mine["patient_id"].unique().tolist())
    labels = {
        SAFETY: "Open safety flag",
        CONTACT: "Contact due or overdue",
        MEASURE: "Measure out of date",
        SOON: "Contact in the next 7 days",
    }
    made = []
    for section, label in labels.items():
        rows = mine if section == SAFETY else awake
        having = tuple(rows.loc[rows["episode_id"].isin(list(due.of(section))), "patient_id"].unique().tolist())
        made.append(_figure(label, having, everyone, "of own caseload"))
    return made


def _advice_figure(own: pd.DataFrame, as_of: date) -> Figure:
    return _figure(
        "Recommendations due", own.loc[_is_due(own, as_of), "patient_id"], own["patient_id"], "of those open"
    )


def _meeting_figure(agenda: pd.DataFrame, items: pd.DataFrame) -> Figure:
    on = items.loc[items["state"] != AgendaState.REMOVED.value, "patient_id"]
    return _figure("On today's agenda", agenda["patient_id"], on, "of all on it")


def _figure(label: str, having: Collection[int], among: Collection[int], of_whom: str) -> Figure:
    return Figure("day", label, len(having), len(among), of_whom, tuple(having), tuple(among))
