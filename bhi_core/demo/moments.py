"""When something was recorded: minutes since 1970, UTC, in the clinic's working hours."""

import numpy as np

from bhi_core.demo.days import between, working

OPENING, CLOSING = 13 * 60 + 5, 21 * 60 + 40  # minutes of the day, UTC
MINUTES_A_DAY = 1440
NEXT_DAY = 0.2  # share
MEETING = 60  # minutes


def moment(chance: np.random.Generator, day: int, today: int, late: float = 0.0) -> int:
    """Draw when something of a day was recorded: mostly that day, else the next working day, seldom later.

    Args:
        day: when it happened, a day number.
        today: day number before which everything was recorded.
        late: share that arrives four to eighteen days later.
    """
    minute = between(chance, OPENING, CLOSING)
    drawn = chance.random()
    recorded = day
    if drawn < late:
        recorded = working(day + between(chance, 4, 18))
    elif drawn < late + NEXT_DAY:
        recorded = day + (1 if working(day + 1) == day + 1 else 3)
    return (recorded if day <= recorded < today else day) * MINUTES_A_DAY + minute


def in_meeting(moment: int, day: int, opens: int) -> int:
    """Move a moment into the weekly meeting of a day that begins at a minute of it."""
    return day * MINUTES_A_DAY + opens + 4 + moment % (MEETING - 8)
