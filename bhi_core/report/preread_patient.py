"""One patient's page of the pre-read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
from markupsafe import Markup

from bhi_core.domain import words
from bhi_core.domain.answers import Action, Chart, answer, chart, what_now, what_was_tried
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.lookup import each_row
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.since import advised, became, last_recommendations, since_last_review
from bhi_core.report.course_svg import WIDTH, also_measured, draw

QUIET = ("ok", "info")
SAFETY = "safety"

PAGE_HEIGHT, PAGE_WIDTH = 251.0, 182.0
"""Mm: what the margins leave of Letter in height and of A4 in width, the smaller of both."""

HEAD, KEY_HEIGHT, LINE_HEIGHT, NOTES_HEAD, NOTE_HEIGHT = 15.0, 7.5, 4.15, 7.0, 7.5
HALF_LETTERS, WHOLE_LETTERS, ANSWER_LETTERS = 56, 108, 80
"""Letters of a line, estimated so that pages come out a little shorter than the paper."""

MOST_NOTES = 9

KEY = (
    "Diamond: item 9, filled 2 or 3, outlined 1. Hollow point: total without answers. Upright: contact; cross: missed; "
    "square: case review. Dotted line: half of the first score. Dotted upright: a treatment began, changed or ended."
)
"""The marks of the course in words."""


@dataclass(frozen=True)
class Said:
    """A sentence, and whether it says that something is late."""

    text: str
    late: bool = False


@dataclass(frozen=True)
class Found:
    """Findings that suggest the same: their reasons, worst first, and what they suggest."""

    reasons: tuple[str, ...]
    action: str


@dataclass(frozen=True)
class PatientPage:
    """What one page shows.

    Attributes:
        name, facts: who this is, and one line of facts.
        group: the group of the weekly list.
        added: why the patient was put on the agenda by hand.
        flags: open safety flags, with what to do.
        answer: one sentence.
        course: the drawing.
        height: its height, in units of the drawing.
        key: its marks in words, and what else was measured.
        findings: the others, each with what it suggests.
        since: what happened since the last review.
        tried: treatments, and what the score did after.
        advised: the last recommendations and what became of them.
    """

    name: str
    facts: str
    group: str
    added: str
    flags: tuple[Found, ...] = ()
    answer: str = ""
    course: Markup = field(default_factory=Markup)
    height: float = 0
    key: str = ""
    findings: tuple[Found, ...] = ()
    since: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    advised: tuple[Said, ...] = ()

    @property
    def no_finding(self) -> str:
        """Say that there is no finding, or none besides the flag."""
        return "No other finding." if self.flags else "No finding asks for the team."

    @property
    def notes(self) -> int:
        """Say how many lines for notes fit below, so that the page stays one page on the shorter of both papers."""
        left = [" ".join((*one.reasons, one.action)) for one in self.findings]
        right = [*self.since, *self.tried, *(one.text for one in self.advised)]
        columns = max(_lines(left, HALF_LETTERS) + 1.4, _lines(right, HALF_LETTERS) + 5.2)
        flags = _lines([" ".join((*one.reasons, one.action)) for one in self.flags], WHOLE_LETTERS)
        above = _lines([self.answer], ANSWER_LETTERS) * 5.5 + (flags + bool(flags)) * 4.2 + bool(self.added) * 5
        drawn = self.height * PAGE_WIDTH / WIDTH
        free = PAGE_HEIGHT - HEAD - above - drawn - KEY_HEIGHT - columns * LINE_HEIGHT
        return max(0, min(MOST_NOTES, int((free - NOTES_HEAD) // NOTE_HEIGHT)))


def _lines(texts: Iterable[str], letters: int) -> float:
    """Estimate how many lines texts take; a paragraph's space is a fifth of one."""
    return sum(-(-len(text) // letters) + 0.2 for text in texts)


def patient_page(
    caseload: Caseload, registry: Registry, forms: pd.DataFrame, patient_id: int, *, held_on: date, added: str = ""
) -> PatientPage:
    """Write the page of a patient: of the latest episode.

    Args:
        caseload, registry, forms: as for ``preread.html``.
        patient_id: the patient.
        held_on: the day of the meeting: a review of that day is not the last one.
        added: why on the agenda by hand.
    """
    people = registry.patients[registry.patients["patient_id"] == patient_id]
    person = people.iloc[0].to_dict() if len(people) else {"mrn": f"patient {patient_id}"}
    names = (_text(person.get("last_name")), _text(person.get("first_name")))
    name = ", ".join(part for part in names if part) or str(person["mrn"])
    episodes = registry.episodes[registry.episodes["patient_id"] == patient_id].sort_values("enrolled_on")
    if episodes.empty:
        return PatientPage(name, f"MRN {person['mrn']}", "", added, answer="No episode is recorded.")
    episode_id = int(episodes["episode_id"].iloc[-1])
    told = chart(caseload, registry, forms, episode_id)
    rows = caseload.worklist[caseload.worklist["episode_id"] == episode_id]
    found = what_now(told)
    says = answer(told)
    drawn = draw(told)
    return PatientPage(
        name=name,
        facts=_facts(person, told, rows),
        group=caseload.rule_book.group(str(rows["group"].iloc[0])).title if len(rows) else "Not on the caseload",
        added=added,
        flags=_together(one for one in found if one.level == SAFETY),
        answer=says,
        course=drawn.drawn(says),
        height=drawn.height,
        key=" ".join(part for part in (also_measured(told), KEY) if part),
        findings=_together(one for one in found if one.level != SAFETY and one.level not in QUIET),
        since=tuple(since_last_review(caseload, registry, forms, episode_id, before=held_on)),
        tried=what_was_tried(told).sentences,
        advised=_advised(registry, episode_id, held_on),
    )


def _together(found: Iterable[Action]) -> tuple[Found, ...]:
    """Tell findings that suggest the same as one: the two scales of a patient mostly do."""
    by_action: dict[str, list[str]] = {}
    for one in found:
        by_action.setdefault(one.action, []).append(one.finding)
    return tuple(Found(tuple(reasons), action) for action, reasons in by_action.items())


def _facts(person: dict[Any, Any], told: Chart, rows: pd.DataFrame) -> str:
    """Say in one line who this is and where the care stands."""
    row = told.episode.iloc[0]
    born = words.plain_date(person["birth_date"])
    age = "" if born is None else str(_age(born, told.as_of))
    about = ", ".join(part for part in (age, _text(person["sex"])) if part)
    team = " / ".join(part for part in (_text(row["care_manager"]), _text(row["consultant"])) if part)
    week = (told.as_of - told.enrolled_on).days // words.DAYS_A_WEEK
    badges = rows["badges"].iloc[0] if len(rows) else []
    pcp = _text(person["pcp"])
    parts = (
        f"MRN {person['mrn']}", about, _text(row["site"]), f"PCP {pcp}" if pcp else "", team,
        f"{told.status}, week {week}, enrolled {words.day_and_year(told.enrolled_on)}", *badges,
        words.aim(row.get("target")),
    )  # fmt: skip
    return " · ".join(part for part in parts if part)


def _advised(registry: Registry, episode_id: int, held_on: date) -> tuple[Said, ...]:
    """Tell the recommendations of the last review that gave any, each with what became of it."""
    rows = last_recommendations(registry, episode_id, before=held_on)
    said = (
        Said(f"{advised(row, registry.as_of)}: {became(row, registry)}.", bool(row.overdue)) for row in each_row(rows)
    )
    return tuple(said) or (Said("No recommendation is recorded."),)


def _age(born: date, on: date) -> int:
    """Give whole years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
