"""What changed between two times, the plain way: two caseload documents beside each other, and every record counted.

Written from the meaning of each kind (docs/decisions/0008-the-weekly-review.md), apart from the product.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from tests.domain.clinic import day
from tests.domain.review.histories import FAR, NOW, History, Row, end_of

OPEN = ("active", "relapse prevention")
FAMILIES = (("C1",), ("M0", "M1", "M2"), ("R1",))


class Time:
    """Hold one time: what was recorded, and the caseload's document, by MRN."""

    def __init__(self, history: History, as_of: int, known_at: datetime, document: dict[str, Any]) -> None:
        self.history, self.as_of, self.known_at = history, as_of, known_at
        self.people = {row["patient_id"]: row["mrn"] for row in self.known("patients")}
        self.entries: dict[str, list[Any]] = {}
        for patient in document["patients"]:
            self.entries.setdefault(patient["mrn"], []).append(patient)

    def known(self, name: str) -> list[Row]:
        """Give the records that stood."""
        return self.history.known(name, self.as_of, self.known_at)

    def rules(self, mrn: str) -> set[str]:
        """Give the rules that fired."""
        return {finding["rule"] for entry in self.entries.get(mrn, []) for finding in entry["findings"]}

    def open_entry(self, mrn: str) -> Any:
        """Give the entry of the open episode, None without one."""
        return next((entry for entry in self.entries.get(mrn, []) if entry["status"] in OPEN), None)

    def entry_of(self, mrn: str, enrolled_on: str) -> Any:
        """Give the entry of an episode, by its enrolment; None without one."""
        return next((entry for entry in self.entries.get(mrn, []) if entry["enrolled_on"] == enrolled_on), None)

    def listed(self, mrn: str) -> bool:
        """Say whether the patient was listed."""
        return any(entry["listed"] for entry in self.entries.get(mrn, []))

    def episodes(self, patient_id: int) -> dict[int, Row]:
        """Give the patient's episodes by id."""
        return {row["episode_id"]: row for row in self.known("episodes") if row["patient_id"] == patient_id}

    def is_open(self, episode: Row) -> bool:
        """Say whether an episode was open."""
        return not (episode["status"] not in OPEN and episode["closed_on"] <= day(self.as_of))

    def flags(self, patient_id: int) -> dict[tuple[Any, ...], tuple[int, Row | None]]:
        """Give each flag of the patient, with its answer and what closed it first (None while open)."""
        if not self.episodes(patient_id):
            return {}
        found: dict[tuple[Any, ...], int] = {}
        for row in self.history.recorded("scores", self.as_of, self.known_at):
            if row["patient_id"] == patient_id and row["safety_answer"] >= 1:
                key = ("item", row["taken_on"])
                found[key] = max(found.get(key, 0), row["safety_answer"])
        safety = [row for row in self.known("safety") if row["patient_id"] == patient_id]
        found |= {("manual", row["date"]): 0 for row in safety if row["kind"] == "manual flag"}
        return {key: (answer, _closing(key, safety)) for key, answer in found.items()}


def _closing(key: tuple[Any, ...], safety: list[Row]) -> Row | None:
    kinds = ("acknowledged", "cleared") if key[0] == "manual" else ("acknowledged",)
    ends = [row for row in safety if row["kind"] in kinds and row["date"] >= key[1]]
    return min(ends, key=lambda row: (row["date"], row["safety_id"]), default=None)


def compared(history: History, document_then: dict[str, Any], document_now: dict[str, Any]) -> Counter[tuple[str, str]]:
    """Count the changes by MRN and kind.

    Args:
        history: every version of every record.
        document_then, document_now: the caseload as data (``caseload.as_json``) at the two times.
    """
    then = Time(history, history.then, end_of(history.then), document_then)
    now = Time(history, NOW, FAR, document_now)
    counted: Counter[tuple[str, str]] = Counter()
    tellers: tuple[Callable[[Time, Time, int, str], dict[str, int]], ...] = (
        _by_rules, _by_class, _flags, _episodes, _scores, _due,
    )  # fmt: skip
    for patient_id, mrn in now.people.items():
        for tell in tellers:
            counted.update({(mrn, kind): n for kind, n in tell(then, now, patient_id, mrn).items() if n})
    return counted


def _by_rules(then: Time, now: Time, patient_id: int, mrn: str) -> dict[str, int]:
    was, is_ = then.rules(mrn), now.rules(mrn)
    overdue = 0
    for family in FAMILIES:
        new_here = not then.episodes(patient_id)
        reviewed = any(row["patient_id"] == patient_id for row in now.known("reviews"))
        if is_ & set(family) and not was & set(family) and not (family == ("R1",) and new_here and not reviewed):
            overdue += 1
    return {
        "new non-responder": bool(is_ & {"T5", "T6"}) and not was & {"T5", "T6"},
        "relapsed": "D2" in is_ and "D2" not in was,
        "no longer listed": then.listed(mrn) and not now.listed(mrn),
        "newly overdue": overdue,
    }


def _classes(entry: Any) -> set[str]:
    return {course["class"] for course in entry["instruments"].values()} if entry else set()


def _state(entry: Any) -> str | None:
    return entry["state"]["class"] if entry and entry["state"] else None


def _by_class(then: Time, now: Time, _patient_id: int, mrn: str) -> dict[str, int]:
    entry = now.open_entry(mrn)
    before = then.entry_of(mrn, entry["enrolled_on"]) if entry else None
    by_rule = "D1" in now.rules(mrn) and "D1" not in then.rules(mrn)
    by_class = "deteriorated" in _classes(entry) and "deteriorated" not in _classes(before)
    return {
        "deteriorated": by_rule or by_class,
        "responded": _state(entry) == "response" and _state(before) not in ("response", "remission"),
        "remitted": _state(entry) == "remission" and _state(before) != "remission",
    }


def _flags(then: Time, now: Time, patient_id: int, _mrn: str) -> dict[str, int]:
    was, is_ = then.flags(patient_id), now.flags(patient_id)
    open_then = {key: answer for key, (answer, end) in was.items() if end is None}
    raised = sum(end is None and answer > open_then.get(key, -1) for key, (answer, end) in is_.items())
    ends = {
        end["safety_id"] for key, (_, end) in is_.items()
        if end is not None and (key in open_then or (key not in was and end["date"] > day(then.as_of)))
    }  # fmt: skip
    vanished = sum(key not in is_ for key in open_then)
    return {"new safety flag": raised, "acknowledged": len(ends) + vanished}


def _episodes(then: Time, now: Time, patient_id: int, _mrn: str) -> dict[str, int]:
    was, began, ended = then.episodes(patient_id), 0, 0
    since = day(then.as_of)
    for episode_id, row in now.episodes(patient_id).items():
        known, is_open = episode_id in was, now.is_open(row)
        began += not known and (is_open or row["enrolled_on"] > since)
        ended += not is_open and (then.is_open(was[episode_id]) if known else row["closed_on"] > since)
    return {"newly enrolled": began, "closed": ended}


def _scores(then: Time, now: Time, patient_id: int, _mrn: str) -> dict[str, int]:
    def forms(time: Time) -> dict[int, tuple[str, date]]:
        rows = (row for row in time.known("scores") if row["patient_id"] == patient_id)
        return {row["score_id"]: (row["instrument"], row["taken_on"]) for row in rows}

    was, is_ = forms(then), forms(now)
    gone = Counter(key for score_id, key in was.items() if score_id not in is_)
    came = Counter(key for score_id, key in is_.items() if score_id not in was and key[1] <= day(then.as_of))
    late = (came - gone).total() if patient_id in then.people else 0
    return {"score corrected": gone.total(), "score arrived late": late}


def _due(then: Time, now: Time, patient_id: int, mrn: str) -> dict[str, int]:
    def open_and_due(time: Time) -> set[int]:
        status: dict[int, str] = {}
        for step in sorted(time.known("steps"), key=lambda row: (row["date"], row["step_id"])):
            status[step["review_id"]] = step["status"]
        return {
            row["review_id"] for row in time.known("reviews")
            if row["patient_id"] == patient_id and row["category"] not in (None, "no change")
            and row["due"] <= day(time.as_of) and status.get(row["review_id"]) != "enacted"
        }  # fmt: skip

    return {"recommendation due": len(open_and_due(now) - open_and_due(then)) if now.open_entry(mrn) else 0}
