"""Phrases that several findings share: a course in figures, a week, a consult, the age of a score, an answer."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.instruments import Instrument
from bhi_core.domain.rules.book import DAYS_A_WEEK, RuleBook


@dataclass(frozen=True)
class Teller:
    """Tell findings as of a date, by a rule book."""

    as_of: date
    book: RuleBook

    def day(self, on: Any) -> str:
        """Write a date."""
        return words.day(on, self.as_of)

    def days_since(self, on: Any) -> int:
        """Count the days from a date to the date of care."""
        return (self.as_of - pd.Timestamp(on).date()).days

    def points(self, threshold: str, row: Any) -> int:
        """Give a threshold in points for the row's scale; other scales have their reliable change."""
        return self.book.points(threshold).get(row.series, int(row.reliable) if row.reliable == row.reliable else 0)


def week(start: Any, on: Any) -> int:
    """Give the week of a date, counted from the start: days 0 to 6 are week 0."""
    return (pd.Timestamp(on) - pd.Timestamp(start)).days // DAYS_A_WEEK


COURSE_WORDED = ("name", "maximum", "baseline", "baseline_on", "latest", "latest_on")
"""The columns that ``course`` is made of."""


def moved(row: Any) -> str:
    """Say a course in figures: ``PHQ-9 18 to 16 at week 6, down 2 (11 %)``."""
    at = week(row.baseline_on, row.latest_on)
    change = words.moved(row.latest - row.baseline, row.baseline, row.maximum)
    return f"{row.name} {words.number(row.baseline)} to {words.number(row.latest)} at week {at}, {change}"


def course(row: Any, tell: Teller) -> str:
    """Say a course, also one without a second score."""
    if pd.notna(row.latest):
        return moved(row)
    return f"{row.name} {words.number(row.baseline)} on {tell.day(row.baseline_on)}, no score since"


def since_change(row: Any, tell: Teller) -> str:
    """Say the course since the last treatment change, or since the start when none came after it."""
    if pd.isna(row.changed_on) or row.changed_on <= row.baseline_on:
        return moved(row)
    weeks = words.count(int(row.k_days) // DAYS_A_WEEK, "week")
    change = words.moved(row.latest - row.reference, row.reference, row.maximum)
    figures = f"{row.name} {words.number(row.reference)} to {words.number(row.latest)}"
    return f"{figures}, {weeks} after the change on {tell.day(row.changed_on)}, {change}"


def by_week(row: Any) -> str:
    """Say the week that T1 to T4 judge: since the change."""
    if pd.isna(row.changed_on) or row.changed_on <= row.baseline_on:
        return f"by week {week(row.baseline_on, row.latest_on)}"
    return f"{words.count(int(row.k_days) // DAYS_A_WEEK, 'week')} after the change"


def consult(row: Any, tell: Teller, *, short: bool) -> str:
    """Say when the last consult was."""
    if pd.isna(row.last_review):
        return "no consult yet"
    if row.last_review < row.baseline_on:
        return f"last consult {tell.day(row.last_review)}"
    return f"last consult {'' if short else 'in '}week {week(row.baseline_on, row.last_review)}"


def extras(row: Any, tell: Teller) -> str:
    """Add what must be known to read the figures: the age of a stale score, a late first score."""
    extra = ""
    if pd.notna(row.latest) and row.age_days > tell.book.days("m1_after"):
        extra += f" That score is {words.count(int(row.age_days), 'day')} old."
    if row.late:
        extra += f" The first score came late, in week {week(row.enrolled_on, row.baseline_on)}; weeks count from it."
    return extra


def safety_item(instrument: Instrument | None) -> str:
    """Name the safety item of a form by its number."""
    if instrument is None or not instrument.safety_items:
        return "Safety item"
    first = f"Item {instrument.safety_items[0] + 1}"
    return first if len(instrument.safety_items) == 1 else f"{first} or another suicide question"


def answer_in_words(instrument: Instrument | None, points: int) -> str:
    """Say an answer in the form's words, in quotes, or else as a number."""
    if instrument is None or not instrument.safety_items:
        return str(points)
    answers = instrument.items[instrument.safety_items[0]].answers or instrument.answers
    said = next((answer.english[0] for answer in answers if answer.points == points and answer.english), None)
    return f"“{said[:1].lower()}{said[1:]}”" if said else str(points)
