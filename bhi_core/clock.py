"""The only place that knows today and now; everything else is told."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bhi_core.errors import Refused


def zone(name: str) -> ZoneInfo:
    """Find the clinic's time zone by its IANA name, for example ``America/New_York``.

    Raises:
        Refused: no zone has this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise Refused(f'"{name}" is not a time zone: use an IANA name, for example America/New_York.') from unknown


def now() -> datetime:
    """Give this moment, in UTC with its zone."""
    return datetime.now(UTC)


def today(clinic_zone: str) -> date:
    """Give the date of care in the clinic's zone (an IANA name)."""
    return now().astimezone(zone(clinic_zone)).date()


def end_of_day(day: date, clinic_zone: str) -> datetime:
    """Give the last moment of a day in the clinic's zone (an IANA name), in UTC: what was recorded that day is known.

    >>> end_of_day(date(2026, 3, 2), "America/New_York").isoformat()
    '2026-03-03T04:59:59.999999+00:00'
    """
    next_day = datetime.combine(day + timedelta(days=1), time(), zone(clinic_zone))
    return next_day.astimezone(UTC) - timedelta(microseconds=1)
