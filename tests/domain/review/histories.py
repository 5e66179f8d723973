"""Random histories of a small clinic, every version kept: what is late, corrected, withdrawn, closed or answered.

A version is recorded at one moment and may be superseded at a later one; ``at`` gives what was known at a moment, by
plain comparisons.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from bhi_core.domain.registry import Registry
from tests.domain.clinic import COLUMNS, DATED, day, typed_frame

Row = dict[str, Any]
NOW = 100
TOTALS = {"phq9": [3, 4, 5, 8, 9, 10, 14, 15, 16, 19, 20, 21, 24], "gad7": [3, 5, 8, 10, 14, 16, 20]}
DELAYS = [0, 0, 0, 0, 1, 6, 15, 40]


@dataclass
class History:
    """Hold every version of every record: frame -> rows with recorded_at and superseded_at (None while it stands).

    Attributes:
        then: the day to compare with, a number of days after day 0; now is ``NOW``.
        rows: the versions.
    """

    then: int
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def keep(self, name: str, recorded: int, **values: Any) -> Row:
        """Record a row at noon of a day and give it."""
        identity = {f"{name.rstrip('s') if name != 'safety' else name}_id": sum(map(len, self.rows.values()))}
        if name == "patients":
            identity = {}
        row = {**identity, **values, "recorded_at": moment(recorded), "superseded_at": None}
        self.rows[name].append(row)
        return row

    def known(self, name: str, as_of: int, known_at: datetime) -> list[Row]:
        """Give the versions of a frame that stood at a moment, dated up to a day."""
        return [row for row in self.recorded(name, as_of, known_at) if not _gone(row, known_at)]

    def recorded(self, name: str, as_of: int, known_at: datetime) -> list[Row]:
        """Give every version that had been recorded by a moment, dated up to a day."""
        on = DATED.get(name)
        return [
            row for row in self.rows[name]
            if row["recorded_at"] <= known_at and (on is None or row[on] <= day(as_of))
        ]  # fmt: skip


def _gone(row: Row, known_at: datetime) -> bool:
    return row["superseded_at"] is not None and row["superseded_at"] <= known_at


def moment(on: int) -> datetime:
    """Give noon of a day."""
    return datetime.combine(day(on), time(12), UTC)


def end_of(on: int) -> datetime:
    """Give the end of a day."""
    return datetime.combine(day(on) + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)


FAR = datetime(2030, 1, 1, tzinfo=UTC)


def at(history: History, as_of: int, known_at: datetime) -> Registry:
    """Give what was known at a moment, as of a day, by plain comparisons."""
    rows = {name: history.known(name, as_of, known_at) for name in COLUMNS}
    rows["scores"] = [
        row | {"recorded_order": place}
        for place, row in enumerate(sorted(rows["scores"], key=lambda row: (row["recorded_at"], row["score_id"])))
    ]
    rows["corrected_safety"] = [
        row | {"recorded_order": 0}
        for row in history.recorded("scores", as_of, known_at)
        if _gone(row, known_at) and row["safety_answer"] >= 1
    ]
    frames = {name: typed_frame(name, rows[name]) for name in COLUMNS}
    return Registry(as_of=day(as_of), known_at=known_at, recorded_to=None, **frames)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Draw a clinic of two people."""
    history = History(NOW - draw(st.sampled_from([0, 1, 7, 7, 14, 14, 28])))
    edges = [history.then - 1, history.then, min(history.then + 1, NOW), NOW]
    for patient_id in (1, 2):
        _person(draw, history, patient_id, edges)
    return history


def _person(draw: st.DrawFn, history: History, patient_id: int, edges: list[int]) -> None:
    """Draw somebody with one or two courses of care and what was recorded of them.

    The calm have nothing on item 9 and were reviewed and seen lately, so that the quieter changes are reached.
    """
    calm = draw(st.booleans())
    enrolled = draw(st.sampled_from([0, 0, 0, 20, 40, 40, 40, *edges[1:3]]))
    known = enrolled + draw(st.sampled_from([0, 0, 0, 5, 40]))
    history.keep(
        "patients", known, patient_id=patient_id, mrn=f"{3 - patient_id}{patient_id}", birth_date=date(1980, 1, 1)
    )
    _episode(draw, history, patient_id, enrolled, known)

    def some_day() -> int:
        near = st.sampled_from([*edges, NOW - 5, NOW - 30, NOW - 31])
        span = st.integers(0, NOW - enrolled).map(lambda by: enrolled + by)
        return int(min(NOW, max(enrolled, draw(st.one_of(near, span)))))

    for on in [enrolled, *(some_day() for _ in range(draw(st.integers(0, 5))))]:
        _form(draw, history, patient_id, on, calm=calm, start=on == enrolled)
    for _ in range(draw(st.integers(0, 3))):
        on = some_day()
        due = draw(st.sampled_from([None, None, *edges]))
        history.keep(
            "contacts", _late(draw, on), patient_id=patient_id, date=day(on), kind="follow-up",
            attended=draw(st.booleans()), next_due=None if due is None else day(due),
        )  # fmt: skip
    _answers(draw, history, patient_id, some_day, edges)
    if calm:
        seen = max(enrolled, history.then - 3)
        history.keep("reviews", seen, patient_id=patient_id, date=day(seen), category=None, due=None)
        for on in (seen, NOW):
            history.keep("contacts", on, patient_id=patient_id, date=day(on), kind="follow-up", attended=True)
        return
    for _ in range(draw(st.integers(0, 2))):
        on, kind = some_day(), draw(st.sampled_from(["acknowledged", "manual flag", "cleared"]))
        flag = history.keep("safety", _late(draw, on), patient_id=patient_id, date=day(on), kind=kind, by="Kim")
        if draw(st.integers(0, 4)) == 0:
            flag["superseded_at"] = flag["recorded_at"] + timedelta(days=draw(st.sampled_from([1, 10])))


def _late(draw: st.DrawFn, on: int) -> int:
    """Draw the day on which something of a day is recorded."""
    return on + int(draw(st.sampled_from(DELAYS)))


def _episode(draw: st.DrawFn, history: History, patient_id: int, enrolled: int, known: int) -> None:
    """Draw a course of care, perhaps changed to relapse prevention or closed since, perhaps with another after it."""
    values: Row = {"patient_id": patient_id, "enrolled_on": day(enrolled), "status": "active", "care_manager": "Kim",
                   "follow_up_weeks": draw(st.sampled_from([None, 2, 4]))}  # fmt: skip
    first = history.keep("episodes", known, **values)
    status = draw(st.sampled_from([None, None, "graduated", "lost", "relapse prevention"]))
    if status is None:
        return
    since = draw(st.integers(enrolled, NOW))
    changed = max(known, since) + draw(st.sampled_from([0, 0, 3, 20]))
    closed = None if status == "relapse prevention" else day(since)
    version = history.keep(
        "episodes", changed, **values | {"status": status, "status_since": day(since), "closed_on": closed}
    )
    version["episode_id"] = first["episode_id"]
    first["superseded_at"] = version["recorded_at"]
    if closed is not None and since + 1 <= NOW and draw(st.integers(0, 3)) == 0:
        again = draw(st.integers(since + 1, NOW))
        history.keep("episodes", max(changed, again), **values | {"enrolled_on": day(again)})


def _form(draw: st.DrawFn, history: History, patient_id: int, on: int, *, calm: bool, start: bool) -> None:
    """Draw a questionnaire, perhaps corrected or withdrawn since."""
    instrument = draw(st.sampled_from(["phq9", "phq9", "phq9", "gad7"]))

    def one(on: int, recorded: int) -> Row:
        answer = draw(st.sampled_from([-2, 0] if calm else [-2, 0, 0, 1, 2])) if instrument == "phq9" else -2
        total = draw(st.sampled_from([14, 15, 16] if start else [None, *TOTALS[instrument] * 3]))
        return history.keep(
            "scores", recorded, patient_id=patient_id, instrument=instrument, taken_on=day(on), total=total,
            safety_answer=answer, assigned=False,
        )  # fmt: skip

    recorded = _late(draw, on)
    form = one(on, recorded)
    if draw(st.integers(0, 2)) == 0:
        later = recorded + draw(st.sampled_from([1, 7, 20]))
        form["superseded_at"] = moment(later)
        what = draw(st.sampled_from(["corrected", "corrected", "other day", "withdrawn"]))
        if what != "withdrawn":
            one(max(0, on - 1) if what == "other day" else on, later)


def _answers(draw: st.DrawFn, history: History, patient_id: int, some_day: Callable[[], int], edges: list[int]) -> None:
    """Draw reviews, with recommendations and what became of them, treatments, requests and snoozes."""
    for _ in range(draw(st.integers(0, 2))):
        on, kind = some_day(), draw(st.sampled_from([None, "switch", "refer", "no change"]))
        due = draw(st.sampled_from(edges)) if kind else None
        review = history.keep(
            "reviews", _late(draw, on), patient_id=patient_id, date=day(on), category=kind,
            due=None if due is None else day(due),
        )  # fmt: skip
        if kind and draw(st.booleans()):
            step = some_day()
            history.keep(
                "steps", _late(draw, step), patient_id=patient_id, review_id=review["review_id"], date=day(step),
                status=draw(st.sampled_from(["proposed", "accepted", "enacted"])),
            )  # fmt: skip
    if draw(st.booleans()):
        on = some_day()
        history.keep(
            "treatments", _late(draw, on), patient_id=patient_id, date=day(on), change=draw(st.sampled_from(["start",
            "switch"])), treatment="sertraline",
        )  # fmt: skip
    if draw(st.integers(0, 3)) == 0:
        on = some_day()
        history.keep("requests", _late(draw, on), patient_id=patient_id, date=day(on), reason="sleep", by="Kim")
    if draw(st.integers(0, 2)) == 0:
        on = some_day()
        until = day(on + draw(st.sampled_from([1, 7, 30])))
        history.keep(
            "snoozes", _late(draw, on), patient_id=patient_id, date=day(on), until=until, reason="away", by="Kim"
        )
