"""Months, spans of time and courses, as the sentences of a patient's page say them."""

from datetime import date

from bhi_core.domain.answers.chart import Course
from bhi_core.domain.words import count, moved, number

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


def long_day(on: date, as_of: date) -> str:
    """Write a date with its month in full; with the year if it is not the year of ``as_of``.

    >>> long_day(date(2026, 6, 5), date(2026, 11, 24)), long_day(date(2025, 6, 5), date(2026, 11, 24))
    ('5 June', '5 June 2025')
    """
    return f"{on.day} {month(on, as_of)}"


def month(on: date, as_of: date) -> str:
    """Write a month; with the year if it is not the year of ``as_of``.

    >>> month(date(2026, 9, 26), date(2026, 11, 24))
    'September'
    """
    name = MONTHS[on.month - 1]
    return name if on.year == as_of.year else f"{name} {on.year}"


def span(start: date, end: date) -> str:
    """Write a span in whole weeks; below a week in days.

    >>> span(date(2026, 6, 5), date(2026, 6, 11)), span(date(2026, 6, 5), date(2026, 6, 12))
    ('6 days', '1 week')
    """
    days = (end - start).days
    return count(days, "day") if days < 7 else count(days // 7, "week")


def course_span(course: Course) -> str:
    """Write the span from a course's first score to its latest."""
    assert course.baseline_on is not None and course.latest_on is not None
    return span(course.baseline_on, course.latest_on)


def change(course: Course) -> str:
    """Write a course's change: ``down 2 (11 %)``."""
    assert course.change is not None and course.baseline is not None
    return moved(course.change, course.baseline, course.instrument.maximum)


def points(value: float | None) -> str:
    """Write a total that is known."""
    assert value is not None
    return number(value)


def capital(text: str) -> str:
    """Begin a sentence."""
    return text[:1].upper() + text[1:]


def within(name: str) -> str:
    """Write a name within a sentence: ``sertraline 50 mg``; abbreviations keep their capitals.

    >>> within("Sertraline"), within("CBT")
    ('sertraline', 'CBT')
    """
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
