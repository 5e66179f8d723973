"""The records of a person and of an episode: kind, values in the order of the columns, moment of recording."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from bhi_core.demo.days import between, working
from bhi_core.demo.episode import Episode
from bhi_core.demo.moments import MINUTES_A_DAY, OPENING, in_meeting, moment
from bhi_core.demo.people import Person
from bhi_core.demo.treatment import THE_PCP

CODES = {
    "depression": ("F32.1", "F32.2", "F33.1", "F33.2"),
    "anxiety": ("F41.1",),
    "PTSD": ("F43.10",),
    "other": ("F43.23", "F34.1"),
}


class Row(NamedTuple):
    """A record: its kind, its values, and when it was recorded (minutes since 1970, UTC)."""

    kind: str
    values: tuple[Any, ...]
    recorded: int


def person_rows(chance: np.random.Generator, told: Person, start: int) -> Iterator[Row]:
    """Give a person as known from the first enrolment, and who pays from then on."""
    recorded = start * MINUTES_A_DAY + OPENING - between(chance, 1, 30)
    values = (told.mrn, told.first_name, told.last_name, told.birth, told.sex, told.race, told.ethnicity, told.language,
              told.payer, told.site, told.pcp)  # fmt: skip
    yield Row("patients", values, recorded)
    yield Row("coverage", (told.mrn, told.payer, start - between(chance, 100, 900), None), recorded)


def episode_rows(chance: np.random.Generator, who: Person, told: Episode) -> Iterator[Row]:
    """Give all records of an episode."""
    mrn = who.mrn
    yield from _status_rows(chance, mrn, who.site, told)
    cap = told.setting.today
    for form in told.taken:
        values: tuple[Any, ...] = (mrn, form.day, form.instrument, form.total, form.items, form.safety, form.functional,
                                   form.mode, form.source, False)  # fmt: skip
        yield Row("scores", values, form.recorded)
    staff = told.setting.manager.name
    for contact in told.contacts:
        yield Row("contacts", (mrn, *contact[:5], staff, contact.next_due), moment(chance, contact.day, cap))
    for change in told.changes:
        yield Row("treatments", (mrn, *change), moment(chance, change.day, cap))
    consultant = told.setting.manager.consultant
    for review in told.reviews:
        owned = review._replace(owner=who.pcp if review.owner == THE_PCP else review.owner)
        yield Row("reviews", (mrn, review.day, consultant, *owned[1:]),
                  in_meeting(moment(chance, review.day, cap), review.day, told.setting.manager.opens))  # fmt: skip
    for done in told.safety:
        yield Row("safety", (mrn, *done), done.day * MINUTES_A_DAY + 22 * 60 - between(chance, 1, 15))
    if told.plan is not None:
        yield Row("plans", (mrn, *told.plan), moment(chance, told.plan[0], cap))
    yield from _diagnosis(chance, mrn, told)


def _status_rows(chance: np.random.Generator, mrn: str, site: str, told: Episode) -> Iterator[Row]:
    """Give an episode once a status: active, relapse prevention, closed; each recorded on the day of the change."""
    setting, story = told.setting, told.setting.story
    steps: list[tuple[str, int]] = [("active", setting.start)]
    if setting.prevention is not None:
        steps.append(("relapse prevention", setting.prevention))
    if not story.is_open:
        steps.append((story.status, setting.end))
    for status, since in steps:
        is_closed = status == story.status and not story.is_open
        weeks = told.follow_up_weeks
        if status == "active" and len(steps) > 1:
            weeks = 2
        yield Row("episodes", (
            mrn, setting.start, status, since, setting.manager.name, setting.manager.consultant, weeks, told.condition,
            told.primary, told.consent, setting.end if is_closed else None, told.reason if is_closed else None, site,
        ), since * MINUTES_A_DAY + OPENING + between(chance, 0, 20))  # fmt: skip


def _diagnosis(chance: np.random.Generator, mrn: str, told: Episode) -> Iterator[Row]:
    """Give the diagnosis that the episode is for, most often coded in the week of enrolment."""
    start = told.setting.start
    onset = working(start - between(chance, 0, 60))
    code = str(chance.choice(CODES[told.condition]))
    yield Row("diagnoses", (mrn, code, onset, None), moment(chance, start, told.setting.today))
