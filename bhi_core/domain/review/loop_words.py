"""The loop in words: the same sentences on the screen and on the command line."""

from bhi_core.domain import words
from bhi_core.domain.kaplan_meier import Rise
from bhi_core.domain.review.pace import SMALLEST_SHOWN, Pace, Within

FEWER = f"fewer than {SMALLEST_SHOWN}"

STEP_WORDS = {
    "consult": "case review",
    "recommendation": "recommendation",
    "change": "treatment change",
    "score": "next score",
}
"""Step -> what it leads to."""


def answer(found: Pace) -> str:
    """Say how long it takes from the flag to an adjusted treatment, with the interval and of how many.

    Args:
        found: what is said of the flagged episodes.

    Returns:
        One sentence. Fewer than eleven are not described.
    """
    if found.flagged == 0:
        return "Nobody was flagged as not improving."
    if found.is_small:
        return f"{FEWER.capitalize()} episodes were flagged as not improving: too few to say how long a change takes."
    change = found.until["change"]
    waiting = f"{found.waiting} still wait" if found.waiting != 1 else "1 still waits"
    if change.median is None:
        return (
            f"Fewer than half of {words.count(found.flagged, 'flagged episode')} have had the treatment adjusted so "
            f"far: {found.adjusted} had, {waiting}."
        )
    return (
        f"Half of those flagged as not improving had their treatment adjusted within {middle(change)}; "
        f"{words.count(found.flagged, 'flagged episode')}, {waiting}."
    )


def middle(curve: Rise) -> str:
    """Write a median with its interval: ``23 days (95 % interval 18 to 31)``; a dash when half is not reached."""
    if curve.median is None:
        return "–"
    return f"{words.count(int(curve.median), 'day')} ({words.percent(95)} interval {interval(curve)})"


def short_middle(curve: Rise) -> str:
    """Write a median with its interval for a table that names the unit: ``23 (18 to 31)``."""
    return "half not reached" if curve.median is None else f"{curve.median:.0f} ({interval(curve)})"


def interval(curve: Rise) -> str:
    """Write the interval of a median: ``18 to 31``, or where it has no end ``18 or more``."""
    low, high = ("" if end is None else str(int(end)) for end in (curve.low, curve.high))
    if low and high:
        return f"{low} to {high}"
    return f"{low} or more" if low else "not known"


def share(found: Within) -> str:
    """Write the share adjusted in time with its two numbers: ``46 % (57 of 124)``; a dash of nobody."""
    if found.of == 0:
        return "–"
    if found.of < SMALLEST_SHOWN:
        return FEWER
    return f"{words.share(found.adjusted, found.of)} ({found.adjusted} of {found.of})"


def not_over(found: Within) -> str:
    """Say who is left out of a share because the window is not over yet, and what became of them so far."""
    if found.not_over == 0:
        return "nobody was flagged later"
    parts = (
        (found.not_over_adjusted, "adjusted"), (found.not_over_waiting, "waiting"),
        (found.not_over_closed, "closed"),
    )  # fmt: skip
    return f"{found.not_over} flagged later, left out: " + ", ".join(f"{n} {what}" for n, what in parts if n)


def month(text: str) -> str:
    """Write a month: ``"2026-03"`` as ``Mar 2026``; other text as it is.

    >>> month("2026-03"), month("not recorded")
    ('Mar 2026', 'not recorded')
    """
    year, _, number = text.partition("-")
    return f"{words.MONTHS[int(number) - 1]} {year}" if year.isdigit() and number.isdigit() else text
