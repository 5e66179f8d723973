"""The minutes of a case review as HTML (``pdf.from_html`` lays it out on paper) and as plain text."""

from collections.abc import Iterator
from typing import Any

from bhi_core.domain import words
from bhi_core.domain.review.kinds import AgendaState
from bhi_core.domain.review.minutes import DECISION_SUPPORT, Minutes, PatientMinutes, Task
from bhi_core.domain.review.minutes_entries import Advice
from bhi_core.domain.review.note import one_line, plain, written
from bhi_core.report.pages import render, visible
from bhi_core.report.pdf import Paper, from_html

CONFIDENTIAL = "Confidential: names patients."
CHANGED = "Typed and not closed with Done, or changed since: what was typed last may still change and makes no task."
SECTIONS = (
    ("Discussed", (AgendaState.DONE,)),
    ("Carried over to the next review", (AgendaState.CARRIED_OVER,)),
    ("Still to come", (AgendaState.TO_COME,)),
    ("Taken off the agenda", (AgendaState.REMOVED,)),
)


def title(told: Minutes) -> str:
    """Give the heading, which names nobody."""
    return f"Case review, {words.full_day(told.held_on)}: minutes"


def file_name(told: Minutes, ending: str) -> str:
    """Name a file for the minutes: the day and the meeting, never a person. ``ending`` is without a dot."""
    return f"case-review-{told.held_on.isoformat()}-{told.meeting_id}-minutes.{ending}"


def who(told: Minutes) -> str:
    """Say in one line whose patients, who met, when and for how long."""
    whose = " at ".join(
        part for part in (f"{told.care_manager}'s patients" if told.care_manager else "", told.site) if part
    )
    parts = [whose or "All patients", f"present: {told.present}" if told.present else ""]
    if told.started_at is not None:
        times = f"{told.started_at:%H:%M}" + (f" to {told.ended_at:%H:%M}" if told.ended_at else "")
        parts.append(times)
    spent = sum(patient.seconds or 0 for patient in told.patients)
    used = f"{spent // 60} of {words.count(told.minutes, 'minute')} timed" if spent else ""
    parts.append(used or words.count(told.minutes, "minute"))
    return " · ".join(part for part in parts if part)


def basis(told: Minutes) -> str:
    """Say which data and which rules the scores and findings rest on."""
    said = f"Scores and findings as of {words.day_and_year(told.as_of)}"
    if told.recorded_to is not None:
        said += f", recorded up to {words.full_day(told.recorded_to.date())}, {told.recorded_to:%H:%M}"
    return f"{said} · rules {told.rules_version}"


def html(told: Minutes) -> str:
    """Write the minutes as a whole document that brings everything with it and fetches nothing."""
    return render(
        "minutes.html",
        title=title(told),
        told=told,
        who=who(told),
        status_on=words.day_and_year(told.status_on),
        tasks=[(owner, [_task(task) for task in some]) for owner, some in told.tasks],
        sections=[(name, [_patient(one) for one in told.in_state(*states)]) for name, states in SECTIONS],
        foot_left=basis(told),
        foot_support=f"{DECISION_SUPPORT} {CONFIDENTIAL}",
    )


def file_bytes(told: Minutes, ending: str, paper: Paper = "Letter") -> bytes:
    """Give the minutes as a file.

    Args:
        told: the minutes.
        ending: ``".html"``, ``".pdf"`` or ``".txt"``.
        paper: of the PDF.

    Raises:
        Refused: a PDF was asked for and Pango is missing.
    """
    if ending == ".pdf":
        return from_html(html(told), paper)
    return (html(told) if ending == ".html" else text(told)).encode("utf-8")


def _task(task: Task) -> dict[str, Any]:
    """Give a task's words."""
    late = f" ({words.count(task.days_late, 'day')} late)" if task.days_late else ""
    due = f"{words.day_and_year(task.due)}{late}" if task.due else "no date"
    return {**vars(task), "due": due, "late": bool(task.days_late)}


def _patient(one: PatientMinutes) -> dict[str, Any]:
    """Give a patient's words; the findings of who was not discussed wait for the meeting that does."""
    done = one.state == AgendaState.DONE
    return {
        **vars(one),
        "state": one.state.value,
        "because": "Was listed because" if one.state == AgendaState.REMOVED else "On the agenda because",
        "is_done": done,
        "scores": [f"{score.said}." for score in one.scores] or ["No score is recorded."],
        "reason": "" if done and one.reason in one.findings else one.reason,
        "findings": one.findings if done else (),
        "recommendations": [_advice(advice) for advice in one.recommendations],
        "time": _time(one.seconds),
        "open_text": "" if one.finished else CHANGED,
    }


def _advice(one: Advice) -> dict[str, Any]:
    """Give a recommendation's words."""
    return {"what": one.what, "terms": _capital(one.terms), "fate": _capital(one.fate), "late": bool(one.days_late)}


def text(told: Minutes) -> str:
    """Write the minutes as plain text: our own marks in letters that every program can keep, words as typed."""
    heading = title(told)
    lines = [heading, "=" * len(heading), who(told), told.summary, f"{basis(told)}.",
             f"Status of recommendations on {words.day_and_year(told.status_on)}.", "", "Tasks, by owner", "-" * 15,
             *(_task_lines(told) or ["No recommendation of this meeting is open."])]  # fmt: skip
    for name, states in SECTIONS:
        patients = told.in_state(*states)
        if patients:
            head = f"{name}: {len(patients)}"
            lines += ["", head, "-" * len(head)]
            for patient in patients:
                lines += [*_patient_lines(patient), ""]
    lines += ["", f"{DECISION_SUPPORT} {CONFIDENTIAL}"]
    return visible(plain("\n".join(lines))).replace("\n\n\n", "\n\n") + "\n"


def _task_lines(told: Minutes) -> list[str]:
    """Give the tasks, an owner after the other."""
    lines = []
    for owner, some in told.tasks:
        lines.append(f"{owner}:")
        for task in map(_task, some):
            lines.append(
                one_line(f"  - {task['due']}: {task['name']} ({task['mrn']}): {task['what']}; {task['status']}")
            )
            lines[-1] = "  " + lines[-1]
    return lines


def _patient_lines(one: PatientMinutes) -> Iterator[str]:
    """Give a patient's lines."""
    told = _patient(one)
    yield f"{one.place}. {one.name}" + (f" ({told['time']})" if told["time"] else "")
    yield f"   {one.facts}"
    yield from (f"   {said}" for said in told["scores"])
    if one.why:
        yield f"   Why {told['state']}: {one_line(one.why)}"
    if told["reason"]:
        yield f"   {told['because']}: {one_line(one.reason)}"
    yield from (f"   - {said}" for said in (*told["findings"], *one.safety))
    if one.discussed:
        yield "   Discussed: " + "\n     ".join(written(one.discussed))
    for advice in told["recommendations"]:
        terms = f" {advice['terms']}." if advice["terms"] else ""
        yield f"   > {one_line(advice['what'])}.{terms} {advice['fate']}."
    if told["is_done"] and not one.recommendations:
        yield "   Recommendations: none recorded."
    if not one.finished:
        yield f"   {CHANGED}"
    for conflict in one.conflicts:
        yield f"   Not settled, {conflict.about}: " + " / ".join(
            f"{by}: {one_line(said)}" for by, said in conflict.texts
        )


def _time(seconds: int | None) -> str:
    """Write the time spent on a patient: ``4 min 10 s``."""
    return f"{seconds // 60} min {seconds % 60:02d} s" if seconds else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
