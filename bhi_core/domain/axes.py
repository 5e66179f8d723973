"""How a course lies on its axes, on a screen as on paper: true time, the whole range of the scale, bands in order."""

from datetime import date, datetime, time, timedelta

from bhi_core.domain.instruments import Instrument

GAP_DAYS = 90
"""Days: scores further apart are not joined by a line, because nothing is known of the time between."""

WEEK_STEPS = (4, 8, 13, 26, 52, 104)
"""Weeks between two ticks of the time axis; the closest that are few enough, else a multiple of the last."""

SHORTEST_DAYS = 90
BEFORE, AFTER = 0.035, 0.06
"""Shares of the time shown that are left free before its begin and after its end."""

_STEPS = {1: (0,), 2: (0, 3), 3: (0, 2, 4), 4: (0, 1, 2, 4), 5: (0, 1, 2, 3, 4)}
"""Number of bands -> which of the five tints they take, best first (GAD-7 has four: 1, 2, 3 and 5)."""


def band_steps(scale: Instrument) -> tuple[int, ...]:
    """Say which of the five tints each band takes, lowest total first; empty where the scale has no bands."""
    steps = _STEPS.get(len(scale.bands), ())
    return tuple(reversed(steps)) if scale.direction < 0 else steps


def top(scale: Instrument) -> float:
    """Give the upper end of the axis, in points: a little above the highest total, so that its point is not cut."""
    return scale.maximum + max(0.5, 0.0185 * (scale.maximum - scale.minimum))


def ticks(scale: Instrument) -> list[int]:
    """Give round numbers from the lowest to the highest total, both shown, without one close to the highest."""
    points = scale.maximum - scale.minimum
    step = next((step for step in (1, 2, 5, 10, 20, 50) if points / step <= 6), 100)
    inner = [tick for tick in range(scale.minimum, scale.maximum, step) if scale.maximum - tick > 0.6 * step]
    return [*inner, scale.maximum]


def span(first: date, enrolled_on: date, as_of: date) -> tuple[datetime, datetime]:
    """Give the ends of the axis: 3.5 % before enrolment (or an earlier score), 6 % after today, 90 days at least."""
    begin = min(first, enrolled_on)
    end = max(as_of, begin + timedelta(days=SHORTEST_DAYS))
    days = (end - begin).days
    midnight = time()
    return (
        datetime.combine(begin, midnight) - timedelta(days=BEFORE * days),
        datetime.combine(end, midnight) + timedelta(days=AFTER * days),
    )


def weeks(start: datetime, end: datetime, enrolled_on: date, as_of: date, most: int) -> list[tuple[int, date]]:
    """Give the weeks and dates of the ticks: a fixed number of weeks apart, few enough to be read.

    The last lies on or before today; on a course shorter than the axis, before the axis ends.

    Args:
        start, end: the ends of the axis.
        enrolled_on: week 0.
        as_of: today.
        most: how many ticks there may be.
    """
    last = max(as_of, (end - AFTER * (end - start)).date())
    whole = (last - enrolled_on).days // 7
    step = next((step for step in WEEK_STEPS if whole // step + 1 <= most), 0)
    while not step or whole // step + 1 > most:
        step += WEEK_STEPS[-1]
    return [(week, enrolled_on + timedelta(weeks=week)) for week in range(0, whole + 1, step)]
