"""The minutes as plain data, in the shape that scripts read."""

from datetime import date
from typing import Any

from bhi_core.domain.review.minutes import Minutes, PatientMinutes, Task
from bhi_core.domain.review.minutes_entries import Advice
from bhi_core.domain.review.minutes_facts import Measured


def as_json(told: Minutes) -> dict[str, Any]:
    """Give the minutes as a document of plain values, ready for ``json.dumps``.

    Returns:
        ``{"review", "held_on", "as_of", "status_on", "rules_version", "summary", "patients": [...], "tasks": [...],
        "not_reached": [MRN]}``: patients in the order of the agenda, tasks by owner. Dates are ISO, missing is None.
    """
    return {
        "review": told.meeting_id,
        "held_on": told.held_on.isoformat(),
        "as_of": told.as_of.isoformat(),
        "status_on": told.status_on.isoformat(),
        "rules_version": told.rules_version,
        "summary": told.summary,
        "patients": [_patient(one) for one in told.patients],
        "tasks": [_task(task) for _, some in told.tasks for task in some],
        "not_reached": [one.mrn for one in told.not_reached],
    }


def _patient(one: PatientMinutes) -> dict[str, Any]:
    """Give one patient."""
    return {
        "mrn": one.mrn,
        "place": one.place,
        "state": one.state.value,
        "reason": one.reason,
        "scores": [_score(score) for score in one.scores],
        "findings": list(one.findings),
        "discussed": one.discussed,
        "recommendations": [_advice(advice) for advice in one.recommendations],
        "finished": one.finished,
    }


def _score(one: Measured) -> dict[str, Any]:
    """Give one course."""
    points = {"first": one.first, "last": one.last}
    whole = {name: int(value) if float(value).is_integer() else value for name, value in points.items()}
    dates = {"first_on": one.first_on.isoformat(), "last_on": one.last_on.isoformat()}
    return {"instrument": one.instrument, **whole, **dates}


def _advice(one: Advice) -> dict[str, Any]:
    """Give one recommendation."""
    return {
        "kind": one.kind or None,
        "words": one.words or None,
        "owner": one.owner or None,
        "due": _day(one.due),
        "status": str(one.status),
        "status_on": _day(one.status_on),
        "why": one.why or None,
        "days_late": one.days_late,
    }


def _task(task: Task) -> dict[str, Any]:
    """Give one task."""
    return {
        "owner": task.owner,
        "due": _day(task.due),
        "mrn": task.mrn,
        "what": task.what,
        "status": str(task.status),
        "days_late": task.days_late,
    }


def _day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()
