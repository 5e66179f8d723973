"""A note to paste into the record of a patient: short, complete, and in letters that every system can keep."""

from bhi_core.domain import words
from bhi_core.domain.review.minutes import DECISION_SUPPORT, Minutes, PatientMinutes
from bhi_core.errors import Refused

PLAIN = str.maketrans({words.THIN: " ", words.MINUS: "-", "→": "to", "·": "|", "–": "-", "“": '"', "”": '"'})
"""Marks of our own that a record system may not be able to keep -> plain ones."""

INDENT = "  "


def plain(text: str) -> str:
    """Write our own marks in plain letters, and take out what cannot be seen; words as typed keep their letters.

    >>> plain("down 2 (11\u202f%)"), plain("\u22122")
    ('down 2 (11 %)', '-2')
    """
    return "".join(letter for letter in text.translate(PLAIN) if letter.isprintable() or letter == "\n")


def note(told: Minutes, patient_id: int, author: str, *, on: str = "") -> str:
    """Write the note of one patient.

    Args:
        told: the minutes.
        patient_id: a patient of its agenda.
        author: who signs.
        on: when it was written, in words; by default the day of the meeting.

    Returns:
        Text of short lines without a line break at the end: scores with dates, findings, what was discussed, each
        recommendation with owner, due date and status, who was there, author, date, rules and the line on decision
        support.

    Raises:
        Refused: the patient is not on the agenda, or was not discussed.
    """
    patient = told.patient(patient_id)
    if patient is None or patient not in told.discussed:
        raise Refused(
            "This patient was not discussed in this meeting, so there is no note: open the meeting of the day."
        )
    lines = [
        f"Case review with the psychiatric consultant, {words.day_and_year(told.held_on)}",
        f"{patient.name}, {patient.facts}",
        *_figures(patient),
        *_findings(patient),
        *_discussion(patient),
        *([f"Present: {one_line(told.present)}."] if told.present else []),
        f"Author: {one_line(author)}, {on or words.day_and_year(told.held_on)}. "
        f"Scores and findings as of {words.day_and_year(told.as_of)}, rules {told.rules_version}.",
        DECISION_SUPPORT,
    ]
    return plain("\n".join(lines))


def _figures(patient: PatientMinutes) -> list[str]:
    """Give the scores, a line each."""
    return [f"{one.said}." for one in patient.scores] or ["No score is recorded."]


def _findings(patient: PatientMinutes) -> list[str]:
    """Give the findings, and what was acknowledged since."""
    found = [f"- {finding}" for finding in patient.findings]
    return ["Findings:", *found, *(f"- {said}" for said in patient.safety)] if found or patient.safety else []


def _discussion(patient: PatientMinutes) -> list[str]:
    """Give what was discussed and recommended."""
    lines = ["Discussed: " + f"\n{INDENT}".join(written(patient.discussed))] if patient.discussed else []
    if not patient.recommendations:
        return [*lines, "Recommendation: none recorded."]
    lines.append("Recommendation:" if len(patient.recommendations) == 1 else "Recommendations:")
    for one in patient.recommendations:
        terms = f" ({one.terms})" if one.terms else ""
        lines.append(f"{one.number}. {one_line(one.what)}{terms}; {one_line(one.fate)}.")
    return lines if patient.finished else [*lines, "Not closed yet: this text may still change."]


def written(text: str) -> list[str]:
    """Give the lines of a text as typed, without empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def one_line(text: str) -> str:
    """Write a text in one line."""
    return " ".join(text.split())
