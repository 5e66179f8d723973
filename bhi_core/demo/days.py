"""Days as whole numbers since 1970-01-01: what the demo clinic counts in."""

from datetime import date

import numpy as np

EPOCH = date(1970, 1, 1).toordinal()
MONDAY_SHIFT = 3  # 1970-01-01 was a Thursday
FRIDAY = 4


def number(day: date) -> int:
    """Give the number of a date: days since 1970-01-01."""
    return day.toordinal() - EPOCH


def weekday(day: int) -> int:
    """Give the day of the week, Monday = 0."""
    return (day + MONDAY_SHIFT) % 7


def working(day: int) -> int:
    """Give the day itself, or the Friday before a weekend.

    >>> working(number(date(2026, 11, 22))) == number(date(2026, 11, 20))  # a Sunday
    True
    """
    return day - max(0, weekday(day) - FRIDAY)


def next_on(day: int, wanted: int) -> int:
    """Give the first day from ``day`` on that falls on a day of the week (Monday = 0)."""
    return day + (wanted - weekday(day)) % 7


def between(chance: np.random.Generator, low: int, high: int) -> int:
    """Draw a whole number from low to high, both included; low when the span is empty."""
    return int(chance.integers(low, max(low, high) + 1))
