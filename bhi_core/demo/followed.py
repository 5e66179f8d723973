"""What became of the demo clinic's recommendations: accepted, enacted by what happened, declined, or never acted on."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from bhi_core.demo.days import between, working
from bhi_core.demo.moments import CLOSING, MINUTES_A_DAY, OPENING
from bhi_core.domain.lookup import each_row
from bhi_core.domain.review.kinds import ENACTED_BY, RecommendationKind, needs_owner

WITHIN: dict[str, int] = {RecommendationKind.RE_MEASURE: 42, RecommendationKind.OUTREACH: 21,
                          RecommendationKind.PLAN: 60}  # fmt: skip
"""Kind -> days in which what happens still counts as its enactment; a change of treatment has four weeks."""
FOUR_WEEKS = 28
ACCEPTED_FIRST = 0.3  # share of those enacted that were accepted on an earlier day
NOT_LINKED_YET = 0.4  # share of what happened in the last ten days that nobody has tied to its recommendation
TEN_DAYS = 10
DECLINED_AT_ONCE = 0.3  # share of the recommendations of the last weeks
NEVER_ANSWERED = 0.15  # share of those left behind that nobody closed, among patients still in care
LEFT_BEHIND = 42  # days
A_SEASON = 120  # days after which an unanswered recommendation was closed
REASONS: dict[str, tuple[str, ...]] = {
    RecommendationKind.RE_MEASURE: ("Missed the visit, asked again at the next one", "Form left at home"),
    RecommendationKind.OUTREACH: ("Not reached after three calls, letter sent",),
    RecommendationKind.PLAN: ("Patient wants to wait until after the move", "Not ready to plan yet"),
    RecommendationKind.REFER: ("Patient prefers to stay with the PCP", "Waiting list closed"),
}
OF_TREATMENT = (
    "Patient prefers to wait", "PCP waits for the next score", "Side effects feared, taken up at the next visit",
    "Blood pressure first, PCP",
)  # fmt: skip


class Step(NamedTuple):
    """What became of a recommendation on a day.

    ``review`` and ``treatment`` are places in the frames of the clinic (-1: no treatment), ``day`` a day number,
    ``recorded`` minutes since 1970, UTC.
    """

    review: int
    day: int
    status: str
    why: str | None
    treatment: int
    by: str
    recorded: int


@dataclass
class Course:
    """What is known of one patient: (day, minute of recording, place) of what may answer a recommendation."""

    scores: list[tuple[int, int, int]] = field(default_factory=list)
    contacts: list[tuple[int, int, int]] = field(default_factory=list)
    plans: list[tuple[int, int, int]] = field(default_factory=list)
    changes: dict[str, list[tuple[int, int, int, str]]] = field(default_factory=lambda: defaultdict(list))
    closings: list[int] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def answer(self, kind: str, words: str, day: int) -> tuple[int, int, int] | None:
        """Give the first that answers a recommendation of a day; a change of treatment answers one alone."""
        last = day + WITHIN.get(kind, FOUR_WEEKS)
        if kind in ENACTED_BY:
            fitting = (
                (on, at, place)
                for change in ENACTED_BY[kind]
                for on, at, place, what in self.changes[change]
                if day < on <= last and place not in self.used and (kind in WHOLE or what.casefold() in words)
            )
            found = min(fitting, default=None)
            self.used |= set() if found is None else {found[2]}
            return found
        listed = {RecommendationKind.RE_MEASURE: self.scores, RecommendationKind.OUTREACH: self.contacts}
        return min((each for each in listed.get(RecommendationKind(kind), self.plans) if day < each[0] <= last),
                   default=None)  # fmt: skip


DATED = ("patient_id", "date", "recorded_at")
WHOLE = (RecommendationKind.ADD_THERAPY, RecommendationKind.REFER)
"""Kinds that any change of theirs enacts: the patient chooses which therapy."""


def steps(chance: np.random.Generator, records: dict[str, pd.DataFrame], today: int) -> list[Step]:
    """Tell what became of every recommendation of the clinic's reviews, as it stands on the morning of a day.

    Args:
        records: the frames of ``demo.clinic``.
        today: day number; every step is of before.
    """
    known = courses(records)
    reviews = records["reviews"].assign(place=range(len(records["reviews"])), day=_days(records["reviews"]["date"]))
    reviews = reviews.sort_values(["patient_id", "day"], ignore_index=True)
    later = reviews.groupby("patient_id")["day"].shift(-1)
    told: list[Step] = []
    for row, following in zip(each_row(reviews), later.tolist(), strict=True):
        if needs_owner(row.category):
            ends = [day for day in known[row.patient_id].closings if day >= row.day]
            upto = today if np.isnan(following) else int(following)
            told += _became(chance, row, known[row.patient_id], (upto, min(ends, default=None), today))
    return told


def courses(records: dict[str, pd.DataFrame]) -> dict[str, Course]:
    """Give what is known of each patient, by record number."""
    known: dict[str, Course] = defaultdict(Course)
    scores, contacts = records["scores"], records["contacts"]
    valid, attended = scores["total"].notna(), contacts["attended"]
    for name, frame in (
        ("scores", scores[list(DATED)][valid]),
        ("contacts", contacts[list(DATED)][attended]),
        ("plans", records["plans"]),
    ):
        for mrn, day, at in _dated(frame):
            getattr(known[mrn], name).append((day, at, -1))
    changes = records["treatments"]
    named = zip(_dated(changes), changes["change"], changes["treatment"], strict=True)
    for place, ((mrn, day, at), change, what) in enumerate(named):
        known[mrn].changes[change].append((day, at, place, what))
    closed = records["episodes"][records["episodes"]["closed_on"].notna()]
    for mrn, day in zip(closed["patient_id"], _days(closed["closed_on"]), strict=True):
        known[mrn].closings.append(day)
    return known


def _dated(frame: pd.DataFrame) -> "zip[tuple[str, int, int]]":
    """Give record number, day number and minute of recording of each row."""
    at = frame["recorded_at"].dt.tz_localize(None).to_numpy(dtype="datetime64[m]").astype(np.int64)
    return zip(frame["patient_id"].tolist(), _days(frame["date"]), at.tolist(), strict=True)


def _days(dates: "pd.Series[Any]") -> list[int]:
    days: list[int] = dates.to_numpy(dtype="datetime64[D]").astype(np.int64).tolist()
    return days


def _became(chance: np.random.Generator, review: Any, course: Course, until: tuple[int, int | None, int]) -> list[Step]:
    """Tell the steps of one recommendation; ``until``: the next review's day, the closing's, today."""
    following, closing, today = until
    happened = course.answer(review.category, review.recommendation.casefold(), review.day)
    if happened is None:
        return _not_done(chance, review, following, closing, today)
    day, at, place = happened
    if today - day <= TEN_DAYS and chance.random() < NOT_LINKED_YET:
        return []
    done: list[Step] = []
    if day - review.day > 2 and chance.random() < ACCEPTED_FIRST:
        done = _step(chance, review, review.day + 1, today, status="accepted")
    recorded = max(at + 5, day * MINUTES_A_DAY + between(chance, OPENING, CLOSING))
    return [*done, Step(review.place, day, "enacted", None, place, review.owner, recorded)]


def _not_done(chance: np.random.Generator, review: Any, following: int, closing: int | None, today: int) -> list[Step]:
    """Tell what became of a recommendation that nothing answered: declined, accepted only, or nothing."""
    age, left = today - review.day, chance.random()
    behind = following < today or closing is not None or age > LEFT_BEHIND
    if not behind:
        if left < DECLINED_AT_ONCE and age > 3:
            return _declined(chance, review, review.day + between(chance, 1, 9), today)
        return _step(chance, review, review.day + 1, today, status="accepted") if left > 0.65 and age > 1 else []
    if closing is None and age < A_SEASON and left < NEVER_ANSWERED:
        return []
    return _declined(chance, review, min(following, closing or today, review.day + between(chance, 2, 20)), today)


def _declined(chance: np.random.Generator, review: Any, day: int, today: int) -> list[Step]:
    reasons = REASONS.get(review.category, OF_TREATMENT)
    return _step(chance, review, day, today, status="declined", why=str(chance.choice(reasons)))


def _step(
    chance: np.random.Generator, review: Any, day: int, today: int, *, status: str, why: str | None = None
) -> list[Step]:
    """Give one step on a working day from the day of the review to yesterday, recorded that day after the meeting."""
    on = max(review.day, working(min(day, today - 1)))
    return [Step(review.place, on, status, why, -1, review.owner, on * MINUTES_A_DAY + between(chance, 1050, CLOSING))]
