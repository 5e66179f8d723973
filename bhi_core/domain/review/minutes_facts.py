"""What the minutes say of a patient in figures: who this is, the scores with their dates, the findings."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.registry import Registry

QUIET = ("ok", "info")
"""Levels of findings that ask for nothing. Of the others the leading one of each group and instrument is told."""


@dataclass(frozen=True)
class Measured:
    """The course on one instrument.

    Attributes:
        instrument: its name.
        first, last: points; ``last`` is the newest valid score, be it the first.
        first_on, last_on: their dates.
        said: in a line: ``PHQ-9 17 on 18 Nov 2026 (first 19 on 5 Jun 2026; down 2 (11 %); no change); item 9: 2``; the
            answer has a date of its own when it is of another day.
    """

    instrument: str
    first: float
    first_on: date
    last: float
    last_on: date
    said: str


@dataclass(frozen=True)
class Facts:
    """What is known of a patient on the day; see ``minutes.PatientMinutes``."""

    mrn: str
    name: str
    reason: str
    line: str
    scores: tuple[Measured, ...]
    findings: tuple[str, ...]
    safety: tuple[str, ...]


def facts_of(registry: Registry, caseload: Caseload, now: Registry, held_on: date) -> Callable[[int], Facts]:
    """Give a function from a patient_id to the facts.

    Args:
        registry: what was known as the meeting began.
        caseload: what was worked out from it.
        now: what is known now: acknowledgements of safety flags, and who somebody is that ``registry`` does not know.
        held_on: the day of the meeting; earlier acknowledgements are left out.

    Returns:
        The function. Of several episodes the one that began last is told; somebody without any has no scores and no
        findings, and an id that nobody has is called ``patient 7``.
    """

    def facts(patient_id: int) -> Facts:
        people = registry.patients[registry.patients["patient_id"] == patient_id]
        people = people if len(people) else now.patients[now.patients["patient_id"] == patient_id]
        person = people.iloc[0].to_dict() if len(people) else {"mrn": f"patient {patient_id}"}
        mrn = str(person["mrn"])
        names = ", ".join(part for part in (_text(person.get("last_name")), _text(person.get("first_name"))) if part)
        episodes = caseload.facts[caseload.facts["patient_id"] == patient_id].sort_values("enrolled_on")
        acknowledged = _acknowledged(now, patient_id, held_on)
        if episodes.empty:
            return Facts(mrn, names or mrn, "", f"MRN {mrn}", (), (), acknowledged)
        episode = episodes.iloc[-1].to_dict()
        episode_id = int(episode["episode_id"])
        rows = caseload.worklist[caseload.worklist["episode_id"] == episode_id]
        found = caseload.findings[caseload.findings["episode_id"] == episode_id]
        asking = found[~found["level"].isin(QUIET)].drop_duplicates(["group", "instrument"])
        reason = str(rows["why_full"].iloc[0]) if len(rows) and isinstance(rows["why_full"].iloc[0], str) else ""
        scores = _scores(registry, caseload, patient_id, episode_id)
        line = _line(mrn, episode, registry.as_of)
        return Facts(mrn, names or mrn, reason, line, scores, tuple(asking["full"].tolist()), acknowledged)

    return facts


def _line(mrn: str, episode: dict[Hashable, Any], as_of: date) -> str:
    """Say in one line who this is and where the care stands."""
    age = episode["age"]
    team = " / ".join(part for part in (_text(episode["care_manager"]), _text(episode["consultant"])) if part)
    enrolled = words.plain_date(episode["enrolled_on"])
    assert enrolled is not None
    week = (as_of - enrolled).days // words.DAYS_A_WEEK
    status = f"{episode['status']}, week {week}, enrolled {words.day_and_year(enrolled)}"
    who = (f"MRN {mrn}", "" if pd.isna(age) else f"age {int(age)}")
    parts = (*who, _text(episode["site"]), team, status, words.aim(episode.get("target")))
    return " · ".join(part for part in parts if part)


def _scores(registry: Registry, caseload: Caseload, patient_id: int, episode_id: int) -> tuple[Measured, ...]:
    """Say the course on each followed instrument that has a valid score."""
    rows = caseload.trajectories[caseload.trajectories["episode_id"] == episode_id]
    found = []
    for row in rows.to_dict("records"):
        instrument = caseload.instruments[str(row["instrument"])]
        first_on, last_on = words.plain_date(row["baseline_on"]), words.plain_date(row["last_valid_on"])
        if not instrument.trackable or first_on is None or last_on is None:
            continue
        first, last = float(row["baseline"]), float(row["last_valid"])
        said = f"{instrument.name} {words.number(last)} on {words.day_and_year(last_on)}"
        if pd.isna(row["latest"]):
            said += " (the only score)"
        else:
            moved = words.moved(float(row["change"]), first, instrument.maximum)
            outcome = f"; {row['outcome_class']}" if isinstance(row["outcome_class"], str) else ""
            said += f" (first {words.number(first)} on {words.day_and_year(first_on)}; {moved}{outcome})"
        if instrument.safety_items:
            item = instrument.safety_items[0] + 1
            said += f"; item {item}: {_answer(registry, caseload, patient_id, instrument.series, last_on)}"
        found.append(Measured(instrument.name, first, first_on, last, last_on, said))
    return tuple(found)


def _answer(registry: Registry, caseload: Caseload, patient_id: int, series: str, on: date) -> str:
    """Say the newest answer to the safety item, with its date unless that is ``on``; unknown is not zero."""
    ids = [instrument.id for instrument in caseload.instruments if instrument.series == series]
    scores = registry.scores[registry.scores["patient_id"] == patient_id]
    forms = scores[scores["instrument"].astype(object).isin(ids)]
    newest = forms["taken_on"].max()
    answer = int(forms.loc[forms["taken_on"] == newest, "safety_answer"].max())
    said = str(answer) if answer >= 0 else "left blank" if answer == -1 else "unknown"
    return said if words.plain_date(newest) == on else f"{said} on {words.day_and_year(newest)}"


def _acknowledged(now: Registry, patient_id: int, held_on: date) -> tuple[str, ...]:
    """Say which safety flags were acknowledged on the day of the meeting or since."""
    rows = now.safety[(now.safety["patient_id"] == patient_id) & (now.safety["kind"] == "acknowledged")]
    rows = rows[rows["date"] >= pd.Timestamp(held_on)].sort_values("date", kind="stable")
    said = []
    for row in rows.to_dict("records"):
        by = f" by {_text(row['by'])}" if _text(row["by"]) else ""
        outcome = f": {_text(row['outcome']).rstrip('.')}" if _text(row["outcome"]) else ""
        said.append(f"Safety flag acknowledged on {words.day_and_year(row['date'])}{by}{outcome}.")
    return tuple(said)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
