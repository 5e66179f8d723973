"""The pre-read of a case review: a first page with the agenda and who is not on it, then one page a patient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from typing import Any

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.caseload import Caseload, headline
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.agenda import Agenda
from bhi_core.domain.review.minutes import DECISION_SUPPORT
from bhi_core.report.pages import render
from bhi_core.report.preread_patient import patient_page

CONFIDENTIAL = "Confidential: names patients."


@dataclass(frozen=True)
class Asked:
    """What the pre-read is for.

    Attributes:
        held_on: the day of the meeting.
        agenda: patient_id of those on it, in its order.
        weeks: patient_id -> whole weeks running in which the patient was listed and not reviewed; missing is 0.
        added: patient_id -> why the patient was put on the agenda by hand.
        who: whose patients and who meets, in words; ``""`` for everybody's.
        minutes, per_patient: the budget.
        zone: the clinic's.
    """

    held_on: date
    agenda: Sequence[int]
    weeks: Mapping[int, int] = field(default_factory=dict)
    added: Mapping[int, str] = field(default_factory=dict)
    who: str = ""
    minutes: int = 60
    per_patient: int = 6
    zone: tzinfo = UTC


def asked_by(plan: Agenda, held_on: date, **more: Any) -> Asked:
    """Ask for the pre-read of a proposed agenda.

    Args:
        plan: the agenda.
        held_on: the day of the meeting.
        more: added, who and zone, as ``Asked`` has them.
    """
    lines = pd.concat([plan.items, plan.passed_over])
    weeks = dict(zip(lines["patient_id"].tolist(), lines["weeks_passed_over"].tolist(), strict=True))
    order = plan.items["patient_id"].tolist()
    return Asked(held_on, order, weeks, minutes=plan.minutes, per_patient=plan.per_patient, **more)


@dataclass(frozen=True)
class CoverRow:
    """A patient on the first page: place on the agenda (0 when not on it), who, why, and for how long passed over."""

    place: int
    name: str
    mrn: str
    who: str
    reason: str
    added: str
    passed_over: str


@dataclass(frozen=True)
class Cover:
    """The first page: who meets, the answer in a sentence, and where everybody stands."""

    who: str
    answer: str
    headline: str
    agenda: tuple[CoverRow, ...]
    passed_over: tuple[CoverRow, ...]
    not_listed: tuple[CoverRow, ...]
    elsewhere: str


def html(caseload: Caseload, registry: Registry, forms: pd.DataFrame, asked: Asked) -> str:
    """Write the pre-read.

    Args:
        caseload: what was worked out from ``registry``; everybody of whom the first page is to speak.
        registry: what is known.
        forms: the forms of those on the agenda: the columns of ``Registry.scores`` and items (text such as
            ``"2,3,,1"``, missing for a total alone); without those corrected since.
        asked: what it is for.

    Returns:
        A whole document that brings everything with it and fetches nothing; ``pdf.from_html`` lays it out on paper.
    """
    pages = [
        patient_page(
            caseload, registry, forms, patient_id, held_on=asked.held_on, added=asked.added.get(patient_id, "")
        )
        for patient_id in asked.agenda
    ]
    return render(
        "preread.html",
        title=f"Case review, {words.full_day(asked.held_on)}: pre-read",
        cover=_cover(caseload, registry, asked),
        patients=[
            (page, f"{at} of {len(pages)}", weeks_said(asked.weeks.get(patient_id, 0)))
            for at, (page, patient_id) in enumerate(zip(pages, asked.agenda, strict=True), start=1)
        ],
        foot_left=_capital(foot(registry, caseload.rules_version, asked.zone)),
        foot_support=f"{DECISION_SUPPORT} {CONFIDENTIAL}",
    )


def foot(registry: Registry, rules_version: str, zone: tzinfo) -> str:
    """Say which data and which rules: ``data as of 25 Nov 2026, scores recorded up to ... · rules 2026.2``."""
    said = f"data as of {words.day_and_year(registry.as_of)}"
    if registry.recorded_to is not None:
        newest = registry.recorded_to.astimezone(zone)
        said += f", scores recorded up to {words.full_day(newest.date())}, {newest:%H:%M}"
    return f"{said} · rules {rules_version}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def weeks_said(weeks: int) -> str:
    """Say for how long somebody was passed over; ``""`` for not at all."""
    return words.count(weeks, "week") if weeks else ""


def _cover(caseload: Caseload, registry: Registry, asked: Asked) -> Cover:
    """Put the first page together."""
    rows = {int(row["patient_id"]): row for row in caseload.worklist.to_dict("records")}
    on_it = [_row(rows.get(one), registry, asked, one, at) for at, one in enumerate(asked.agenda, start=1)]
    others = {one: row for one, row in rows.items() if one not in set(asked.agenda)}
    listed = sorted((one for one, row in others.items() if row["listed"]), key=lambda one: -asked.weeks.get(one, 0))
    over = [_row(others[one], registry, asked, one, 0) for one in listed]
    rest = [_row(row, registry, asked, one, 0) for one, row in others.items() if not row["listed"]]
    return Cover(
        who=" · ".join(
            part
            for part in (
                asked.who or "All patients",
                f"{asked.minutes} minutes, {asked.per_patient} a patient",
                foot(registry, caseload.rules_version, asked.zone),
            )
            if part
        ),
        answer=_answer(len(on_it), [asked.weeks.get(one, 0) for one in listed]),
        headline=headline(caseload.worklist),
        agenda=tuple(on_it),
        passed_over=tuple(over),
        not_listed=tuple(rest),
        elsewhere=_elsewhere(len(rest)),
    )


def _answer(on_it: int, weeks: Sequence[int]) -> str:
    """Say how many are on the agenda, how many more are listed, and how long those have waited."""
    said = f"{words.count(on_it, 'patient')} {'is' if on_it == 1 else 'are'} on the agenda"
    waiting = [one for one in weeks if one]
    more = (
        f"{said}; {len(weeks)} more {'is' if len(weeks) == 1 else 'are'} listed"
        if weeks
        else f"{said}; no other is listed"
    )
    if not waiting:
        return f"{more}."
    return f"{more}, {len(waiting)} of them passed over before, the longest {weeks_said(max(waiting))} running."


def _elsewhere(count: int) -> str:
    """Say where those stand who are not listed."""
    who = words.count(count, "open patient")
    return f"{who} of this caseload {'is' if count == 1 else 'are'} not listed: the last page says of each why."


def _row(row: Mapping[Any, Any] | None, registry: Registry, asked: Asked, patient_id: int, place: int) -> CoverRow:
    """Write a patient for the first page; somebody who is not in the caseload is named all the same."""
    weeks, added = weeks_said(asked.weeks.get(patient_id, 0)), asked.added.get(patient_id, "")
    if row is None:
        people = registry.patients[registry.patients["patient_id"] == patient_id]
        mrn = str(people["mrn"].iloc[0]) if len(people) else f"patient {patient_id}"
        return CoverRow(place, mrn, mrn, "", "No open episode.", added, weeks)
    listed_reason = row["why_full"] if place else row["why_short"]
    reason = listed_reason if row["listed"] else row["not_listed_because"]
    about = (f"MRN {row['mrn']}", f"week {row['week']}", *(row[key] for key in ("care_manager", "site")))
    who = " · ".join(part for part in about if isinstance(part, str) and part)
    return CoverRow(place, row["name"], row["mrn"], who, reason if isinstance(reason, str) else "", added, weeks)
