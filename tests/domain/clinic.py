"""Builds a registry from a few words, in the language of the worked cases: ``PHQ-9@30=15[i9=0]``, ``review@21``.

A date is written in full or as a number of days after ``DAY_0``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pandas as pd

from bhi_core.domain import instruments
from bhi_core.domain.caseload import Caseload, as_json, work_out
from bhi_core.domain.registry import Registry

DAY_0 = date(2026, 1, 5)

SCORE = re.compile(r"^(?P<name>[^@]+)@(?P<on>[-\d]+)=(?P<total>-?\d*)(?P<marks>(?:\[[^]]*\])*)$")

TREATMENTS = {
    "med_start": "start", "dose_up": "dose up", "dose_down": "dose down", "med_switch": "switch",
    "med_augment": "augment", "med_stop": "stop", "therapy_start": "therapy start",
    "therapy_stop": "therapy stop", "referral": "referral",
}  # fmt: skip
SAFETY = {"safety_ack": "acknowledged", "manual_flag": "manual flag", "c_ssrs": "C-SSRS", "cleared": "cleared"}


def day(text: str | int | date) -> date:
    """Read a date, or a number of days after day 0."""
    if isinstance(text, date):
        return text
    return DAY_0 + timedelta(days=int(text)) if re.fullmatch(r"-?\d+", str(text)) else date.fromisoformat(str(text))


@dataclass(frozen=True)
class Case:
    """One patient with one or more episodes, in few words.

    Attributes:
        scores: ``instrument@date=total[i9=n][incomplete][corrected]`` with ``;`` between, in the order recorded.
        events: ``kind@date`` with ``;`` between; ``kind@date=word`` gives the treatment, the C-SSRS level, a Next due,
            the day until which a snooze lasts, or of a review its recommendation: ``review@21=kind|owner|due``. All
            are recorded at noon of their date, in the order given.
        closed: the date of closing for a closed status; rp: since when in relapse prevention.
        earlier: enrolment dates of earlier episodes, all graduated the day before the next.
    """

    as_of: str | int | date
    scores: str = ""
    events: str = ""
    status: str = "active"
    age: float | None = 40
    enrolled: str | int | date = 0
    follow_up_weeks: float | None = None
    mrn: str = "0001"
    since: str | int | date | None = None
    closed: str | int | date | None = None
    earlier: tuple[str | int | date, ...] = ()
    baseline_score: int | None = None
    sex: str | None = None

    def with_(self, **changes: Any) -> "Case":
        """Give the case with something else."""
        return replace(self, **changes)


def registry_of(*cases: Case) -> Registry:
    """Build the registry of some patients; ``as_of`` is the first one's."""
    as_of = day(cases[0].as_of)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in COLUMNS}
    for patient_id, case in enumerate(cases, start=1):
        _add_patient(rows, patient_id, case, as_of)
    frames = {name: typed_frame(name, rows[name]) for name in COLUMNS}
    kept = {
        name: frame[frame[DATED[name]] <= pd.Timestamp(as_of)].reset_index(drop=True) if name in DATED else frame
        for name, frame in frames.items()
    }
    return Registry(as_of=as_of, known_at=None, recorded_to=None, **kept)


def caseload_of(*cases: Case, **options: Any) -> Caseload:
    """Work out the caseload of some patients."""
    return work_out(registry_of(*cases), **options)


def patient(case: Case, **options: Any) -> dict[str, Any]:
    """Give the JSON of a single patient."""
    patients = as_json(caseload_of(case, **options))["patients"]
    assert len(patients) == 1, patients
    found: dict[str, Any] = patients[0]
    return found


def fired(case: Case, **options: Any) -> dict[str, str]:
    """Give the rules that fire: ``"T3/PHQ-9"`` or ``"R1"`` -> level. S1, M1 and M2 are written without the
    instrument."""
    patients = as_json(caseload_of(case, **options))["patients"]
    return {label(finding): finding["level"] for patient in patients for finding in patient["findings"]}


def label(finding: dict[str, Any]) -> str:
    """Write a finding as the worked cases do."""
    plain = finding["rule"][0] in "SMGCR" or "instrument" not in finding
    return finding["rule"] if plain else f"{finding['rule']}/{finding['instrument']}"


def _add_patient(rows: dict[str, list[dict[str, Any]]], patient_id: int, case: Case, as_of: date) -> None:
    """Add one patient's rows."""
    born = None if case.age is None else as_of - timedelta(days=int(case.age * 365.25) + 30)
    rows["patients"].append(
        {
            "patient_id": patient_id, "mrn": case.mrn, "last_name": "Test", "first_name": f"Pat {case.mrn}",
            "birth_date": born, "sex": case.sex,
        }
    )  # fmt: skip
    starts = [*(day(on) for on in case.earlier), day(case.enrolled)]
    for number, start in enumerate(starts):
        last = number == len(starts) - 1
        ended = None if last else starts[number + 1] - timedelta(days=30)
        closed = day(case.closed) if last and case.closed is not None else ended
        rows["episodes"].append(
            {
                "episode_id": 100 * patient_id + number, "patient_id": patient_id, "enrolled_on": start,
                "status": case.status if last else "graduated", "closed_on": closed,
                "status_since": day(case.since) if last and case.since is not None else closed,
                "reason": "goals met" if closed else None, "care_manager": "A. Novak", "site": "Harbor",
                "follow_up_weeks": case.follow_up_weeks, "baseline_score_id": case.baseline_score if last else None,
            }
        )  # fmt: skip
    for text in filter(None, (part.strip() for part in case.scores.split(";"))):
        _add_score(rows, patient_id, text)
    for text in filter(None, (part.strip() for part in case.events.split(";"))):
        _add_event(rows, patient_id, text)


def _add_score(rows: dict[str, list[dict[str, Any]]], patient_id: int, text: str) -> None:
    """Add one form."""
    found = SCORE.match(text)
    assert found, text
    instrument = instruments.registry().find(found["name"])
    assert instrument, found["name"]
    marks = re.findall(r"\[([^]]*)\]", found["marks"])
    answer = next((mark.removeprefix("i9=") for mark in marks if mark.startswith("i9=")), "?")
    known = len(rows["scores"]) + len(rows["corrected_safety"]) + 1
    rows["corrected_safety" if "corrected" in marks else "scores"].append(
        {
            "score_id": known, "patient_id": patient_id, "instrument": instrument.id, "taken_on": day(found["on"]),
            "recorded_order": known, "assigned": False,
            "total": None if "incomplete" in marks or not found["total"] else float(found["total"]),
            "safety_answer": int(answer) if answer.isdigit() else {"?": -2, "blank": -1}[answer],
        }
    )  # fmt: skip


def _add_event(rows: dict[str, list[dict[str, Any]]], patient_id: int, text: str) -> None:
    """Add something that happened."""
    kind, _, rest = text.partition("@")
    on, _, word = rest.partition("=")
    row: dict[str, Any] = {"patient_id": patient_id, "date": day(on)}
    if kind in ("contact", "no_show"):
        attended = kind == "contact"
        due = day(word) if word else None
        rows["contacts"].append(
            row | {"contact_id": len(rows["contacts"]), "kind": "follow-up", "attended": attended, "next_due": due}
        )
    elif kind in TREATMENTS:
        rows["treatments"].append(
            row | {"treatment_id": len(rows["treatments"]), "change": TREATMENTS[kind], "treatment": word or None}
        )
    elif kind == "review":
        advised, owner, until = [*word.split("|"), "", ""][:3]
        rows["reviews"].append(
            row
            | {"review_id": len(rows["reviews"]), "category": advised or None, "owner": owner or None,
               "recommendation": f"words on {advised}" if advised else None, "due": day(until) if until else None,
               "recorded_at": recorded_at(day(on), rows)}
        )  # fmt: skip
    elif kind == "discuss":
        rows["requests"].append(
            row
            | {"request_id": len(rows["requests"]), "reason": word or "sleep", "by": "A. Novak",
               "recorded_at": recorded_at(day(on), rows)}
        )  # fmt: skip
    elif kind == "snooze":
        rows["snoozes"].append(
            row
            | {"snooze_id": len(rows["snoozes"]), "until": day(word), "reason": "on leave", "by": "A. Novak"}
        )  # fmt: skip
    elif kind == "step":
        review_id, status, why, treatment_id = [*word.split("|"), "", "", ""][:4]
        rows["steps"].append(
            row
            | {"step_id": len(rows["steps"]), "review_id": int(review_id), "status": status, "why": why or None,
               "treatment_id": float(treatment_id) if treatment_id else None, "by": "A. Novak"}
        )  # fmt: skip
    elif kind in SAFETY:
        rows["safety"].append(
            row | {"safety_id": len(rows["safety"]), "kind": SAFETY[kind], "level": word or None, "by": "A. Novak"}
        )
    elif kind == "rp_plan":
        rows["plans"].append(row | {"plan_id": len(rows["plans"])})
    else:
        raise ValueError(text)


def recorded_at(on: date, rows: dict[str, list[dict[str, Any]]]) -> datetime:
    """Give the moment of recording: noon of the day, a second later for each row there is."""
    known = len(rows["reviews"]) + len(rows["requests"])
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC) + timedelta(seconds=known)


IDS, DATE, TEXT, NUMBER, FLAG = "int64", "datetime64[s]", "str", "float64", "bool"
MOMENT = "datetime64[us, UTC]"
SCORES = {
    "score_id": IDS, "patient_id": IDS, "instrument": "category", "taken_on": DATE, "recorded_order": IDS,
    "total": NUMBER, "safety_answer": "int8", "assigned": FLAG,
}  # fmt: skip
COLUMNS: dict[str, dict[str, str]] = {
    "patients": {"patient_id": IDS, "mrn": TEXT, "last_name": TEXT, "first_name": TEXT, "birth_date": DATE, "sex": TEXT,
                 "race": TEXT, "ethnicity": TEXT, "language": TEXT, "payer": TEXT, "site": TEXT, "pcp": TEXT},
    "episodes": {"episode_id": IDS, "patient_id": IDS, "enrolled_on": DATE, "status": TEXT, "status_since": DATE,
                 "closed_on": DATE, "reason": TEXT, "care_manager": TEXT, "consultant": TEXT, "site": TEXT,
                 "follow_up_weeks": NUMBER, "condition": TEXT, "primary_instrument": TEXT, "consent_on": DATE,
                 "baseline_score_id": NUMBER, "target": TEXT},
    "scores": SCORES,
    "contacts": {"contact_id": IDS, "patient_id": IDS, "date": DATE, "kind": TEXT, "modality": TEXT, "attended": FLAG,
                 "minutes": NUMBER, "staff": TEXT, "next_due": DATE},
    "treatments": {"treatment_id": IDS, "patient_id": IDS, "date": DATE, "change": TEXT, "treatment": TEXT,
                   "dose": TEXT, "why": TEXT},
    "reviews": {"review_id": IDS, "patient_id": IDS, "date": DATE, "consultant": TEXT, "discussed": TEXT,
                "recommendation": TEXT, "category": TEXT, "owner": TEXT, "due": DATE, "meeting_id": NUMBER,
                "recorded_at": MOMENT},
    "safety": {"safety_id": IDS, "patient_id": IDS, "date": DATE, "kind": TEXT, "level": TEXT, "by": TEXT,
               "outcome": TEXT},
    "corrected_safety": SCORES,
    "plans": {"plan_id": IDS, "patient_id": IDS, "date": DATE, "medications": TEXT, "warning_signs": TEXT,
              "what_helps": TEXT, "contacts": TEXT},
    "requests": {"request_id": IDS, "patient_id": IDS, "date": DATE, "reason": TEXT, "by": TEXT,
                 "recorded_at": MOMENT},
    "snoozes": {"snooze_id": IDS, "patient_id": IDS, "date": DATE, "until": DATE, "reason": TEXT, "by": TEXT},
    "steps": {"step_id": IDS, "review_id": IDS, "patient_id": IDS, "date": DATE, "status": TEXT, "why": TEXT,
              "treatment_id": NUMBER, "by": TEXT},
}  # fmt: skip
DATED = {
    "episodes": "enrolled_on", "scores": "taken_on", "corrected_safety": "taken_on", "contacts": "date",
    "treatments": "date", "reviews": "date", "safety": "date", "plans": "date", "requests": "date",
    "snoozes": "date", "steps": "date",
}  # fmt: skip


def typed_frame(name: str, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Give rows the columns and dtypes that the store gives."""
    if not rows:
        return no_rows(name)
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS[name]))
    for column, dtype in COLUMNS[name].items():
        frame[column] = _typed(frame[column], dtype)
    return frame


@cache
def no_rows(name: str) -> pd.DataFrame:
    """Give the frame without rows; nobody changes a frame of a registry, so one is enough."""
    return pd.DataFrame({column: _typed(pd.Series([], dtype=object), dtype) for column, dtype in COLUMNS[name].items()})


def _typed(values: "pd.Series[Any]", dtype: Any) -> "pd.Series[Any]":
    """Give a column its dtype."""
    if dtype == "category":
        return pd.Series(pd.Categorical(values, categories=instruments.registry().ids), index=values.index)
    if dtype == DATE:
        return pd.to_datetime(values).astype("datetime64[s]")
    if dtype == MOMENT:
        moments: pd.Series[Any] = pd.to_datetime(values, utc=True).dt.as_unit("us")
        return moments
    typed: pd.Series[Any] = values.astype(dtype)
    return typed
