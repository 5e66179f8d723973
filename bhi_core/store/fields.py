"""What a record holds, checked: plain models that commands build rows through.

The table classes in ``store.tables`` inherit these fields; SQLModel never validates a table, so a row is built from the
plain model. Limits stand here once; the tables put CHECK constraints behind them.
"""

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import AfterValidator
from sqlalchemy import Boolean, SmallInteger, Text
from sqlmodel import Field, SQLModel
from sqlmodel._compat import SQLModelConfig

from bhi_core.domain.closed_lists import (
    Change,
    Condition,
    ContactKind,
    CoveragePayer,
    Modality,
    Role,
    SafetyKind,
    Status,
)
from bhi_core.store.types import words

FIRST_DAY = dt.date(1900, 1, 1)
LAST_DAY = dt.date(2199, 12, 31)
HIGHEST_TOTAL = 999
HIGHEST_ANSWER = 9
LONGEST_TEXT = 4_000
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
LONGEST_DAY_MINUTES = 24 * 60
LONGEST_INTERVAL_WEEKS = 104


def has_control(text: str) -> bool:
    """Say whether a text holds NUL or another control character (new lines and tabs are fine)."""
    return re.search(CONTROL, text) is not None


def _plain(text: str) -> str:
    if has_control(text):
        raise ValueError("holds control characters: type it again")
    return text.strip()


def _in_living_memory(date: dt.date) -> dt.date:
    if not FIRST_DAY <= date <= LAST_DAY:
        raise ValueError(f"is not between {FIRST_DAY} and {LAST_DAY}")
    return date


Plain = Annotated[str, AfterValidator(_plain)]
Day = Annotated[dt.date, AfterValidator(_in_living_memory)]


def line_of_text(*, needed: bool = False, **extra: Any) -> Any:
    """Give a field for a short text, None when missing."""
    given: dict[str, Any] = {"sa_type": Text, "max_length": 200, **extra}
    return Field(min_length=1, **given) if needed else Field(default=None, **given)


def note(*, needed: bool = False) -> Any:
    """Give a field for a longer text, None when missing."""
    return line_of_text(needed=needed, max_length=LONGEST_TEXT)


def day(*, needed: bool = False) -> Any:
    """Give a field for a date of care."""
    return Field() if needed else Field(default=None)


def person() -> Any:
    """Give a field for a member of staff, by name."""
    return line_of_text(foreign_key="staff.name")


def place() -> Any:
    """Give a field for a site, by name."""
    return line_of_text(foreign_key="site.name")


class Checked(SQLModel):
    """Check what comes in; what was typed stands in no error text."""

    model_config = SQLModelConfig(hide_input_in_errors=True, extra="forbid")


class StaffFields(Checked):
    """A member of staff: the name that signs, the role, and whether they still work here."""

    name: Plain = line_of_text(needed=True)
    role: Role | None = Field(default=None, sa_type=words(Role, "role"))
    active: bool = True


class SiteFields(Checked):
    """A place of the practice."""

    name: Plain = line_of_text(needed=True)


class PatientFields(Checked):
    """A person. The MRN is text, never a number: 0000071 and 71 are two people."""

    mrn: Plain = line_of_text(needed=True)
    first_name: Plain | None = line_of_text()
    last_name: Plain | None = line_of_text()
    birth_date: Day | None = day()
    sex: Plain | None = line_of_text()
    race: Plain | None = line_of_text()
    ethnicity: Plain | None = line_of_text()
    language: Plain | None = line_of_text()
    payer: Plain | None = line_of_text()
    site: Plain | None = place()
    pcp: Plain | None = line_of_text()


class EpisodeFields(Checked):
    """One course of care.

    ``baseline_score_id`` is a baseline that a person chose; None leaves it to the rule. ``target`` is what patient and
    team aim for, in their words: nothing is worked out from it.
    """

    enrolled_on: Day = day(needed=True)
    status: Status = Field(default=Status.ACTIVE, sa_type=words(Status, "status"))
    status_since: Day | None = day()
    care_manager: Plain | None = person()
    consultant: Plain | None = person()
    follow_up_weeks: float | None = Field(default=None, gt=0, le=LONGEST_INTERVAL_WEEKS)
    condition: Condition | None = Field(default=None, sa_type=words(Condition, "condition"))
    primary_instrument: Plain | None = line_of_text()
    consent_on: Day | None = day()
    closed_on: Day | None = day()
    reason: Plain | None = note()
    site: Plain | None = place()
    baseline_score_id: int | None = None
    target: Plain | None = line_of_text()


class ScoreFields(Checked):
    """One instrument taken once.

    ``items`` are the answers in the form's order, blank where not answered (``"2,3,,1"``), None for a total alone.
    ``total`` is in points, None for an incomplete form. ``safety_answer`` is the highest answer to a safety item;
    -1 asked but left blank, -2 not on the form. ``assigned``: the file lacked the date and a person gave it.
    """

    date: Day = day(needed=True)
    instrument: Plain = line_of_text(needed=True)
    total: int | None = Field(default=None, ge=0, le=HIGHEST_TOTAL)
    items: Plain | None = line_of_text()
    safety_answer: int = Field(default=-2, ge=-2, le=HIGHEST_ANSWER, sa_type=SmallInteger)
    functional: int | None = Field(default=None, ge=0, le=HIGHEST_ANSWER, sa_type=SmallInteger)
    mode: Plain | None = line_of_text()
    source: Plain | None = line_of_text()
    assigned: bool = Field(default=False, sa_type=Boolean(create_constraint=True, name="assigned"))


class ContactFields(Checked):
    """A contact with the patient, or an attempt at one. Minutes are whole or half minutes of the person's time."""

    date: Day = day(needed=True)
    kind: ContactKind = Field(sa_type=words(ContactKind, "kind"))
    modality: Modality | None = Field(default=None, sa_type=words(Modality, "modality"))
    attended: bool = Field(sa_type=Boolean(create_constraint=True, name="attended"))
    minutes: float | None = Field(default=None, ge=0, le=LONGEST_DAY_MINUTES)
    staff: Plain | None = person()
    next_due: Day | None = day()


class TreatmentFields(Checked):
    """Something started, changed or stopped, and why."""

    date: Day = day(needed=True)
    change: Change = Field(sa_type=words(Change, "change"))
    treatment: Plain | None = note()
    dose: Plain | None = note()
    why: Plain | None = note()


class ReviewFields(Checked):
    """A patient discussed with the consultant: what was said, what was recommended, who does it by when."""

    date: Day = day(needed=True)
    consultant: Plain | None = person()
    discussed: Plain | None = note()
    recommendation: Plain | None = note()
    category: Plain | None = line_of_text()
    owner: Plain | None = person()
    due: Day | None = day()


class SafetyFields(Checked):
    """A flag, a screen, or the named and dated acknowledgement that closes flags."""

    date: Day = day(needed=True)
    kind: SafetyKind = Field(sa_type=words(SafetyKind, "kind"))
    level: Plain | None = line_of_text()
    by: Plain | None = person()
    outcome: Plain | None = note()


class PlanFields(Checked):
    """A relapse-prevention plan."""

    date: Day = day(needed=True)
    medications: Plain | None = note()
    warning_signs: Plain | None = note()
    what_helps: Plain | None = note()
    contacts: Plain | None = note()


class CoverageFields(Checked):
    """A payer for a time; no end while it lasts."""

    payer: CoveragePayer = Field(sa_type=words(CoveragePayer, "payer"))
    from_on: Day = day(needed=True)
    to_on: Day | None = day()


class DiagnosisFields(Checked):
    """A diagnosis by its code; no end while it lasts."""

    code: Plain = line_of_text(needed=True)
    onset: Day = day(needed=True)
    end_on: Day | None = day()
