"""Write dates, numbers, changes and ages the way every screen, sentence and export writes them.

Minus is U+2212, and a thin no-break space (U+202F) stands before ``%``, so that a figure never breaks over two lines.
Source: the design's section on numbers and words.
"""

import math
from datetime import date
from typing import Any

import pandas as pd

MINUS = "\u2212"
THIN = "\u202f"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

LONGEST_HALF_UP = 27
"""Points: the top of PHQ-9. Up to here rounding half up never makes "50 %" of less than half; longer scales are cut."""
SCORE_AGE_IN_DAYS_TO = 55
REVIEW_AGE_IN_DAYS_TO = 13
DAYS_A_WEEK = 7
DAYS_A_YEAR = 365
DAYS_OF_A_YEAR_ON_AVERAGE = 365.25


def plain_date(on: Any) -> date | None:
    """Turn a pandas or numpy date into a plain one; missing gives None."""
    if on is None or pd.isna(on):
        return None
    if hasattr(on, "item") and not hasattr(on, "year"):
        on = on.astype("datetime64[D]").item()
    return date(on.year, on.month, on.day)


def day(on: Any, as_of: date) -> str:
    """Write a date as ``18 Nov``, with the year if it is not the year of ``as_of``; missing gives ``""``.

    >>> day(date(2026, 11, 18), date(2026, 11, 24)), day(date(2025, 11, 18), date(2026, 11, 24))
    ('18 Nov', '18 Nov 2025')
    """
    plain = plain_date(on)
    if plain is None:
        return ""
    short = f"{plain.day} {MONTHS[plain.month - 1]}"
    return short if plain.year == as_of.year else f"{short} {plain.year}"


def day_and_year(on: Any) -> str:
    """Write a date as ``3 Sep 2026``, always with the year; missing gives ``""``."""
    plain = plain_date(on)
    return "" if plain is None else f"{plain.day} {MONTHS[plain.month - 1]} {plain.year}"


def full_day(on: date) -> str:
    """Write a date with its weekday and year.

    >>> full_day(date(2026, 11, 24))
    'Tue 24 Nov 2026'
    """
    return f"{WEEKDAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]} {on.year}"


def number(value: float) -> str:
    """Write a total: no decimals for a whole number, minus as U+2212; missing gives ``""``.

    >>> number(16.0), number(-2), number(7.5)
    ('16', '−2', '7.5')
    """
    if math.isnan(value):
        return ""
    written = str(int(value)) if float(value).is_integer() else f"{value:g}"
    return written.replace("-", MINUS)


def signed(value: float) -> str:
    """Write a change with its sign; 0 has none, missing gives ``""``.

    >>> signed(2), signed(-2), signed(0)
    ('+2', '−2', '0')
    """
    return f"+{number(value)}" if value > 0 else number(value)


def whole_percent(change: float, baseline: float, maximum: float) -> int | None:
    """Round the size of a change, in percent of the baseline, without ever making a half of less than one.

    Args:
        change: points, any sign; NaN if unknown.
        baseline: points; 0 has no percentage.
        maximum: the instrument's highest total, in points. Up to 27 the percentage is rounded half up, above it is cut.

    Returns:
        Percent without sign, or None when it is undefined.

    >>> whole_percent(-2, 19, 27), whole_percent(-13, 27, 27), whole_percent(3, 0, 27)
    (11, 48, None)
    """
    if math.isnan(change) or math.isnan(baseline) or baseline == 0:
        return None
    size, whole = abs(change), abs(baseline)
    if maximum > LONGEST_HALF_UP:
        return math.floor(100 * size / whole) if not float(size).is_integer() else int(100 * size // whole)
    return int((200 * size + whole) // (2 * whole))


def percent(value: int) -> str:
    """Write a percentage with the thin space that never breaks."""
    return f"{value}{THIN}%".replace("-", MINUS)


def share(part: int, whole: int) -> str:
    """Write a part of a whole in percent, rounded half up; of nothing it is a dash.

    >>> share(83, 96).replace(THIN, " "), share(0, 0)
    ('86 %', '–')
    """
    return percent((200 * part + whole) // (2 * whole)) if whole else "–"


def change(points: float, baseline: float, maximum: float) -> str:
    """Write a change as it stands in tables: ``−2 (11 %)``; without a percentage only the points.

    >>> change(-2, 19, 27).replace(THIN, " "), change(0, 19, 27), change(3, 0, 27)
    ('−2 (11 %)', '0', '+3')
    """
    rounded = whole_percent(points, baseline, maximum)
    if points == 0 or rounded is None:
        return signed(points)
    return f"{signed(points)} ({percent(rounded)})"


def moved(points: float, baseline: float, maximum: float) -> str:
    """Write a change as it stands in sentences: ``down 2 (11 %)``, ``up 6 (43 %)``, ``unchanged``.

    >>> moved(6, 14, 27).replace(THIN, " "), moved(0, 14, 27)
    ('up 6 (43 %)', 'unchanged')
    """
    if points == 0:
        return "unchanged"
    rounded = whole_percent(points, baseline, maximum)
    size = f"{'up' if points > 0 else 'down'} {number(abs(points))}"
    return size if rounded is None else f"{size} ({percent(rounded)})"


def score_age(days: float) -> str:
    """Write the age of a score: days to 55, then weeks, from a year in years; missing gives ``""``.

    >>> score_age(55), score_age(56), score_age(438)
    ('55 d', '8 wk', '1.2 y')
    """
    if math.isnan(days):
        return ""
    if days <= SCORE_AGE_IN_DAYS_TO:
        return f"{int(days)} d"
    if days < DAYS_A_YEAR:
        return f"{int(days) // DAYS_A_WEEK} wk"
    return f"{days / DAYS_OF_A_YEAR_ON_AVERAGE:.1f} y"


def review_age(days: float) -> str:
    """Write the age of a review: days to 13, then weeks; missing gives ``""``.

    >>> review_age(13), review_age(14), review_age(233)
    ('13 d', '2 wk', '33 wk')
    """
    if math.isnan(days):
        return ""
    return f"{int(days)} d" if days <= REVIEW_AGE_IN_DAYS_TO else f"{int(days) // DAYS_A_WEEK} wk"


def ago(days: float) -> str:
    """Write how long ago in days.

    >>> ago(0), ago(1), ago(8)
    ('today', '1 day ago', '8 days ago')
    """
    return "today" if days == 0 else f"{count(int(days), 'day')} ago"


def count(n: int, thing: str, things: str | None = None) -> str:
    """Write a number of things, in the singular for one.

    >>> count(1, "patient"), count(2, "patient"), count(2, "diagnosis", "diagnoses")
    ('1 patient', '2 patients', '2 diagnoses')
    """
    return f"{n} {thing if n == 1 else things or thing + 's'}"


def joined(parts: list[str]) -> str:
    """Join words as a sentence lists them.

    >>> joined(["PHQ-9"]), joined(["PHQ-9", "GAD-7", "PCL-5"])
    ('PHQ-9', 'PHQ-9, GAD-7 and PCL-5')
    """
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] if parts else ""


def aim(target: object) -> str:
    """Say what patient and team aim for, ``""`` when nothing is recorded.

    >>> aim("PHQ-9 below 5, back at work"), aim(None)
    ('Aim: PHQ-9 below 5, back at work', '')
    """
    return f"Aim: {target.strip()}" if isinstance(target, str) and target.strip() else ""
