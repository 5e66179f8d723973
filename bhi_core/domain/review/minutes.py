"""The minutes of a meeting: who was discussed on which figures, what was recommended, who does what until when."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from itertools import groupby
from typing import Any

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.kinds import AgendaState, RecommendationKind, RecommendationStatus
from bhi_core.domain.review.minutes_entries import Advice, Conflicting, Record, recorded, typed
from bhi_core.domain.review.minutes_facts import Facts, Measured, facts_of

DECISION_SUPPORT = "Decision support: it says who may need the team and why; it does not replace clinical judgement."
"""Stands on everything that is printed or pasted."""

OPEN = (RecommendationStatus.PROPOSED, RecommendationStatus.ACCEPTED)
NOBODY = "No owner named"


@dataclass(frozen=True)
class PatientMinutes:
    """One patient of the agenda.

    Attributes:
        patient_id: the patient.
        mrn, name: who; the MRN stands for a name that is not recorded.
        place: in the order of the agenda, from 1.
        state: a word of ``AgendaState``.
        reason: why on the agenda: as added by hand, else the leading finding in full.
        facts: one line: MRN, age, site, care manager and consultant, status, week, enrolment.
        scores: a followed instrument each, with its dates.
        findings: in full, worst first: the leading one of each group of the list and instrument; those that ask for
            nothing are left out.
        discussed: what was discussed, as typed.
        recommendations: in the order in which they were given.
        safety: acknowledgements of a safety flag on the day of the meeting or since.
        finished: false when what stands here was typed and not yet closed with *Done*, or was changed since.
        conflicts: texts of two people that nobody has settled yet.
        seconds: time spent, None when it was not measured.
        why: why the patient was carried over or removed, ``""`` when nothing was said.
    """

    patient_id: int
    mrn: str
    name: str
    place: int
    state: AgendaState
    reason: str
    facts: str
    scores: tuple[Measured, ...]
    findings: tuple[str, ...]
    discussed: str
    recommendations: tuple[Advice, ...]
    safety: tuple[str, ...]
    finished: bool
    conflicts: tuple[Conflicting, ...]
    seconds: int | None
    why: str


@dataclass(frozen=True)
class Task:
    """Something that somebody has to do: an open recommendation.

    Attributes:
        owner: who.
        due: until when, None when no date was given.
        mrn, name: for whom.
        what: kind and words of the recommendation.
        status: "proposed" or "accepted".
        days_late: whole days past ``due`` as of the date of the statuses, 0 when not late.
    """

    owner: str
    due: date | None
    mrn: str
    name: str
    what: str
    status: str
    days_late: int


@dataclass(frozen=True)
class Minutes:
    """The minutes of one meeting.

    Attributes:
        meeting_id: the meeting.
        held_on: its day.
        care_manager, site, consultant, people: as recorded, ``""`` where not; nobody and no site named is everybody.
        started_at, ended_at: in the clinic's zone, None while not.
        minutes, per_patient: the budget.
        patients: in the order of the agenda.
        tasks: by owner, in the order of the alphabet, each owner's by due date; who is not named comes last.
        as_of: the date of care of scores and findings.
        status_on: the date up to which the statuses are known.
        recorded_to: when the newest score was recorded, in the clinic's zone; None without scores.
        rules_version: of the rules behind the findings.
    """

    meeting_id: int
    held_on: date
    care_manager: str
    site: str
    consultant: str
    people: str
    started_at: datetime | None
    ended_at: datetime | None
    minutes: int
    per_patient: int
    patients: tuple[PatientMinutes, ...]
    tasks: tuple[tuple[str, tuple[Task, ...]], ...]
    as_of: date
    status_on: date
    recorded_to: datetime | None
    rules_version: str

    def in_state(self, *states: AgendaState) -> tuple[PatientMinutes, ...]:
        """Give the patients in some states, in the order of the agenda."""
        return tuple(patient for patient in self.patients if patient.state in states)

    @property
    def discussed(self) -> tuple[PatientMinutes, ...]:
        """Give who was discussed."""
        return self.in_state(AgendaState.DONE)

    @property
    def not_reached(self) -> tuple[PatientMinutes, ...]:
        """Give who was carried over, by somebody or by the end of the meeting, or is still to come."""
        return self.in_state(AgendaState.CARRIED_OVER, AgendaState.TO_COME)

    @property
    def removed(self) -> tuple[PatientMinutes, ...]:
        """Give who was taken off the agenda."""
        return self.in_state(AgendaState.REMOVED)

    @property
    def present(self) -> str:
        """Say who was there: the people as typed, and the consultant unless named among them; ``""`` for nobody."""
        named = self.consultant.casefold() in self.people.casefold()
        return self.people if named else ", ".join(part for part in (self.consultant, self.people) if part)

    @property
    def summary(self) -> str:
        """Say the meeting in a sentence, with its denominators."""
        on_it = len(self.patients) - len(self.removed)
        given = sum(len(patient.recommendations) for patient in self.discussed)
        tasks = sum(len(some) for _, some in self.tasks)
        said = f"{len(self.discussed)} of {words.count(on_it, 'patient')} on the agenda discussed"
        carried = len(self.in_state(AgendaState.CARRIED_OVER))
        to_come = len(self.in_state(AgendaState.TO_COME))
        said += f", {carried} carried over" if carried else ""
        said += f", {to_come} still to come" if to_come else ""
        return f"{said}; {words.count(given, 'recommendation')}, {words.count(tasks, 'open task')}."

    def patient(self, patient_id: int) -> PatientMinutes | None:
        """Give one patient, None when not on the agenda."""
        return next((one for one in self.patients if one.patient_id == patient_id), None)


def minutes(
    meeting: Mapping[str, Any],
    items: pd.DataFrame,
    entries: pd.DataFrame,
    registry: Registry,
    caseload: Caseload,
    *,
    now: Registry | None = None,
    zone: tzinfo = UTC,
) -> Minutes:
    """Put the minutes of a meeting together.

    Args:
        meeting: the row of the meeting: meeting_id, held_on, care_manager, site, consultant, people, minutes,
            per_patient, started_at, ended_at.
        items: a row a patient of its agenda: patient_id, place, state, why, seconds. Who was taken off without a word
            was never part of the meeting.
        entries: a row a text: patient_id, field, value, by, rival_of.
        registry: what was known as the meeting began, as of its day: scores and findings are taken from it, so that
            the minutes show what the team saw, not what its own review made of it.
        caseload: what was worked out from ``registry``.
        now: what is known now: the reviews that the meeting wrote, what became of them, and acknowledgements; by
            default ``registry``.
        zone: the clinic's.

    Returns:
        Plain values; everything as of ``registry.as_of`` but for statuses, which are those of ``now.as_of``.
    """
    now = registry if now is None else now
    held_on = _day(meeting["held_on"])
    meeting_id = int(meeting["meeting_id"])
    wrote = recorded(now, meeting_id)
    facts = facts_of(registry, caseload, now, held_on)
    texts = typed(entries)
    found = tuple(
        _patient(row, facts(int(row["patient_id"])), wrote.get(int(row["patient_id"])), texts.get(row["patient_id"]))
        for row in items.sort_values(["place", "patient_id"]).to_dict("records")
        if row["state"] != AgendaState.REMOVED or _text(row["why"])
    )
    return Minutes(
        meeting_id=meeting_id,
        held_on=held_on,
        care_manager=_text(meeting["care_manager"]),
        site=_text(meeting["site"]),
        consultant=_text(meeting["consultant"]),
        people=_text(meeting["people"]),
        started_at=_moment(meeting["started_at"], zone),
        ended_at=_moment(meeting["ended_at"], zone),
        minutes=int(meeting["minutes"]),
        per_patient=int(meeting["per_patient"]),
        patients=found,
        tasks=_tasks(tuple(one for one in found if one.patient_id in wrote)),
        as_of=registry.as_of,
        status_on=now.as_of,
        recorded_to=_moment(registry.recorded_to, zone),
        rules_version=caseload.rules_version,
    )


def _patient(row: dict[Hashable, Any], facts: Facts, wrote: Record | None, text: Record | None) -> PatientMinutes:
    """Put one patient together: what the meeting recorded, else what was typed."""
    state = AgendaState(row["state"])
    stands = wrote or text or Record()
    changed = wrote is not None and text is not None and text.said != wrote.said
    unsaved = wrote is None and text is not None and bool(text.discussed or text.advice)
    added = _text(row["why"]) if state in (AgendaState.TO_COME, AgendaState.DONE) else ""
    return PatientMinutes(
        patient_id=int(row["patient_id"]),
        mrn=facts.mrn,
        name=facts.name,
        place=int(row["place"]),
        state=state,
        reason=added or facts.reason,
        facts=facts.line,
        scores=facts.scores,
        findings=facts.findings,
        discussed=stands.discussed,
        recommendations=stands.advice,
        safety=facts.safety,
        finished=not (changed or unsaved),
        conflicts=text.conflicts if text is not None else (),
        seconds=None if pd.isna(row["seconds"]) else int(row["seconds"]),
        why="" if added else _text(row["why"]),
    )


def _tasks(patients: tuple[PatientMinutes, ...]) -> tuple[tuple[str, tuple[Task, ...]], ...]:
    """Give the open recommendations by their owners; of patients whose discussion was recorded."""
    found = [
        Task(one.owner or NOBODY, one.due, patient.mrn, patient.name, one.what, one.status, one.days_late)
        for patient in patients
        for one in patient.recommendations
        if one.status in OPEN and one.kind != RecommendationKind.NO_CHANGE
    ]
    found.sort(
        key=lambda task: (task.owner == NOBODY, task.owner.casefold(), task.owner, task.due or date.max, task.mrn)
    )
    return tuple((owner, tuple(some)) for owner, some in groupby(found, key=lambda task: task.owner))


def _day(on: Any) -> date:
    """Give a date that is never missing."""
    plain = words.plain_date(on)
    assert plain is not None
    return plain


def _moment(at: Any, zone: tzinfo) -> datetime | None:
    """Give a moment in a zone; missing gives None."""
    if at is None or pd.isna(at):
        return None
    moment = pd.Timestamp(at)
    moment = moment.tz_localize(UTC) if moment.tzinfo is None else moment
    known: datetime = moment.to_pydatetime().astimezone(zone)
    return known


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
