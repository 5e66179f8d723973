"""What to do now, and everything that happened, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

import pandas as pd

from bhi_core.domain.answers.chart import Chart
from bhi_core.domain.answers.items import possible_range
from bhi_core.domain.answers.rows import records
from bhi_core.domain.answers.said import capital
from bhi_core.domain.instruments import Instrument
from bhi_core.domain.words import day, number, plain_date

ORDER = ("contact", "score", "safety", "review", "treatment", "plan", "episode")
"""Kinds of event, in the order within a day of a list that is newest first."""
CHANGE_WORDS = {
    "start": "started", "dose up": "raised", "dose down": "lowered", "switch": "switched to it", "augment": "added",
    "stop": "stopped", "therapy start": "begun", "therapy stop": "ended", "referral": "referred",
}  # fmt: skip


@dataclass(frozen=True)
class Action:
    """A finding and what it suggests.

    Attributes:
        number: its place, from 1.
        finding: the reason in words, with numbers and dates.
        action: what the rule suggests.
        rule, level, source: as in the rules.
    """

    number: int
    finding: str
    action: str
    rule: str
    level: str
    source: str


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes:
        on: its date.
        said_on: the date in words.
        kind: a word of ``ORDER``.
        what, detail: two short texts.
        item9: the highest answer to a safety item on that form; None where it is not about a form or unknown.
    """

    on: date
    said_on: str
    kind: str
    what: str
    detail: str
    item9: int | None = None


def what_now(told: Chart) -> tuple[Action, ...]:
    """Number the findings, worst first, each with what it suggests; empty when no rule fires."""
    return tuple(
        Action(place, row["full"], row["action"], row["rule"], row["level"], row["source"])
        for place, row in enumerate(records(told.findings), start=1)
    )


def happened(told: Chart) -> tuple[Event, ...]:
    """List what happened, newest first: contacts, scores, safety, reviews, treatments, plans, the episode's steps."""
    events = [*_contacts(told), *_scores(told), *_safety(told), *_reviews(told), *_treatments(told), *_plans(told),
              *_steps(told)]  # fmt: skip
    return tuple(sorted(events, key=lambda event: (-event.on.toordinal(), ORDER.index(event.kind))))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _event(told: Chart, on: Any, kind: str, what: str, detail: str) -> Event:
    plain = plain_date(on)
    assert plain is not None
    return Event(plain, day(plain, told.as_of), kind, what, detail)


def _contacts(told: Chart) -> Iterator[Event]:
    for row in records(told.contacts):
        kind, modality = _text(row["kind"]), _text(row["modality"])
        named = "" if kind in ("", "follow-up", "no show") else kind
        if row["attended"]:
            minutes = row["minutes"]
            how = "reached" if kind == "outreach" else "attended"
            how += "" if pd.isna(minutes) else f", {number(minutes)} min"
        else:
            how = "not reached" if kind == "outreach" else "did not attend"
        yield _event(told, row["date"], "contact", capital(modality or kind or "contact"),
                     f"{named}, {how}" if named else how)  # fmt: skip


def _scores(told: Chart) -> Iterator[Event]:
    """Give one event a day with forms."""
    known = told.instruments
    order = {name: place for place, name in enumerate(known.ids)}
    forms = [row for row in told.form_rows if row["series"]]
    for on, rows in groupby(forms, key=lambda row: row["taken_on"]):
        listed = sorted(rows, key=lambda row: (order[row["instrument"]], row["recorded_order"]))
        said = ", ".join(_form_said(known[row["instrument"]], row) for row in listed)
        details = [detail for row in listed if (detail := _safety_said(told, row))]
        answered = [int(row["safety_answer"]) for row in listed if row["safety_answer"] >= 0]
        event = _event(told, on, "score", said, ", ".join(dict.fromkeys(details)))
        yield replace(event, item9=max(answered, default=None))


def _form_said(instrument: Instrument, row: dict[Any, Any]) -> str:
    """Write a form: ``PHQ-9 17``, ``PHQ-9 12–15 (1 missing)``."""
    if not pd.isna(row["total"]):
        return f"{instrument.name} {number(row['total'])}"
    if not isinstance(row["items"], str):
        return f"{instrument.name} incomplete"
    low, high, missing = possible_range(instrument, row["items"])
    return f"{instrument.name} {low}–{high} ({missing} missing)"


def _safety_said(told: Chart, row: dict[Any, Any]) -> str:
    """Say the safety item of a form: a mark and the answer, or that it is unknown; nothing for a zero."""
    instrument = told.instruments[row["instrument"]]
    if not instrument.safety_items:
        return ""
    item = f"item {instrument.safety_items[0] + 1}"
    answer = int(row["safety_answer"])
    if answer == -1:
        return f"{item} left blank"
    if answer < 0:
        return f"total only, {item} unknown"
    mark = "◆" if answer >= told.rule_book.number("safety_red") else "◇"
    return f"{mark} {item}: {answer}" if answer else ""


def _safety(told: Chart) -> Iterator[Event]:
    names = {
        "manual flag": "Safety flag by hand",
        "acknowledged": "Safety flag acknowledged",
        "cleared": "Flag cleared",
    }
    for row in records(told.safety):
        level, by, outcome = (_text(row[key]) for key in ("level", "by", "outcome"))
        detail = ", ".join(part for part in (level if row["kind"] == "C-SSRS" else "", by) if part)
        detail = ": ".join(part for part in (detail, outcome) if part)
        yield _event(told, row["date"], "safety", names.get(row["kind"], row["kind"]), detail)


def _reviews(told: Chart) -> Iterator[Event]:
    for row in records(told.reviews):
        said = _text(row["recommendation"]) or _text(row["discussed"])
        detail = ": ".join(part for part in (_text(row["consultant"]), said) if part)
        yield _event(told, row["date"], "review", "Case review", detail)


def _changed(row: Any) -> str:
    """Say a change of treatment: ``raised to 100 mg: tolerated``, ``stopped: insomnia``."""
    change, dose, why = (_text(row[key]) for key in ("change", "dose", "why"))
    to = f" to {dose}" if change in ("dose up", "dose down") else f", {dose}"
    said = CHANGE_WORDS.get(change, change) + (to if dose else "")
    return f"{said}: {why}" if why else said


def _treatments(told: Chart) -> Iterator[Event]:
    for row in records(told.treatments):
        yield _event(told, row["date"], "treatment", capital(_text(row["treatment"]) or "Treatment"), _changed(row))


def _plans(told: Chart) -> Iterator[Event]:
    for row in records(told.plans):
        yield _event(told, row["date"], "plan", "Relapse-prevention plan", _text(row["medications"]))


def _steps(told: Chart) -> Iterator[Event]:
    """Give the enrolment, and the status that was reached by the date."""
    row = told.episode.iloc[0]
    manager = _text(row["care_manager"])
    yield _event(told, told.enrolled_on, "episode", "Enrolled", manager)
    since = row["closed_on"] if pd.notna(row["closed_on"]) else row["status_since"]
    if told.status == "active" or pd.isna(since) or told.status != row["status"]:
        return
    if told.status == "relapse prevention":
        yield _event(told, since, "episode", "Relapse prevention", "began")
        return
    reason = f": {_text(row['reason'])}" if _text(row["reason"]) else ""
    yield _event(told, since, "episode", "Closed", f"{told.status}{reason}")
