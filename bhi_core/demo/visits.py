"""Contacts of an episode: appointments, no-shows, calls after them, and when the next one is due."""

from typing import NamedTuple

import numpy as np

from bhi_core.demo.days import between, working
from bhi_core.demo.stories import Setting, Span

FIRST_PHASE = 84  # days of close contact
GAPS: dict[str, Span] = {"first": (8, 14), "later": (14, 24), "prevention": (28, 48)}
NO_SHOW = 0.14
LATE_STOP: Span = (38, 58)  # days before the end at which lapsed contacts end


class Contact(NamedTuple):
    """A contact or an attempt: day numbers, minutes (None unknown), the next one due (None not agreed)."""

    day: int
    kind: str
    modality: str
    attended: bool
    minutes: int | None
    next_due: int | None


def interval_weeks(setting: Setting) -> int:
    """Give the interval that the team keeps at the end of an episode, in weeks."""
    if setting.prevention is not None:
        return 8
    return 2 if setting.end - setting.start < FIRST_PHASE else 4


def appointments(chance: np.random.Generator, setting: Setting, stop: int) -> list[int]:
    """Give the appointment days from the enrolment on; the last one lies after ``stop``."""
    start, prevention = setting.start, setting.prevention
    days = [start]
    while days[-1] <= stop:
        day = days[-1]
        phase = "first" if day - start < FIRST_PHASE else "later"
        if prevention is not None and day >= prevention:
            phase = "prevention"
        days.append(working(day + between(chance, *GAPS[phase])))
    return days


def contacts(chance: np.random.Generator, setting: Setting) -> list[Contact]:
    """Give the contacts of an episode in the order of their days; the first is the attended assessment."""
    story, start, end = setting.story, setting.start, setting.end
    if story.contacts == "unreached":
        return [_assessment(chance, start, working(start + 7)), *_attempts(chance, start + 7, end)]
    stop = end
    if story.contacts in ("lapsed", "dropped"):
        stop = max(start + 14, end - between(chance, *LATE_STOP))
    days = appointments(chance, setting, stop)
    told = [_assessment(chance, start, days[1])]
    for position in range(1, len(days) - 1):
        is_last = position == len(days) - 2
        told += _visit(chance, days[position], days[position + 1], end, may_miss=not is_last)
    if story.contacts == "dropped":
        told += _attempts(chance, days[-1], end)
    elif story.contacts == "lapsed":
        told.append(Contact(days[-1], "no show", "in person", False, None, None))
    return _agreed(told, interval_weeks(setting) * 7, is_open=story.is_open)


def _assessment(chance: np.random.Generator, day: int, following: int) -> Contact:
    modality = "in person" if chance.random() < 0.7 else "video"
    return Contact(day, "assessment", modality, True, between(chance, 9, 12) * 5, following)


def _visit(chance: np.random.Generator, day: int, following: int, end: int, *, may_miss: bool) -> list[Contact]:
    modality = str(chance.choice(["in person", "video", "phone"], p=[0.34, 0.33, 0.33]))
    if not may_miss or chance.random() >= NO_SHOW:
        return [Contact(day, "follow-up", modality, True, between(chance, 14, 34), following)]
    missed = [Contact(day, "no show", modality, False, None, None)]
    call = working(day + between(chance, 1, 3))
    if day < call < min(following, end):
        reached = bool(chance.random() < 0.6)
        minutes = between(chance, 7, 15) if reached else between(chance, 2, 4)
        missed.append(Contact(call, "outreach", "phone", reached, minutes, following if reached else None))
    return missed


def _attempts(chance: np.random.Generator, first: int, end: int) -> list[Contact]:
    told = []
    day = working(first)
    for attempt in range(4):
        if day >= end:
            break
        kind = "no show" if attempt == 0 else "outreach"
        minutes = None if attempt == 0 else between(chance, 2, 4)
        told.append(Contact(day, kind, "in person" if attempt == 0 else "phone", False, minutes, None))
        day = working(day + between(chance, 5, 11))
    return told


def _agreed(told: list[Contact], interval: int, *, is_open: bool) -> list[Contact]:
    """Leave out next dates that the usual interval says as well, now and then, and those after a closing."""
    kept = []
    for position, contact in enumerate(told):
        due = contact.next_due
        if due is not None and due - contact.day <= interval and position % 5 == 3:
            due = None
        if position == len(told) - 1 and not is_open:
            due = None
        kept.append(contact._replace(next_due=due))
    return kept
