"""When a day ends, in the clinic's zone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bhi_core import clock
from bhi_core.errors import Refused

MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("day", "zone", "next_day_begins"),
    [
        (date(2026, 3, 2), "America/New_York", datetime(2026, 3, 3, 5, tzinfo=UTC)),
        (date(2026, 3, 8), "America/New_York", datetime(2026, 3, 9, 4, tzinfo=UTC)),  # a day of 23 hours
        (date(2026, 11, 1), "America/New_York", datetime(2026, 11, 2, 5, tzinfo=UTC)),  # a day of 25 hours
        (date(2026, 3, 2), "Pacific/Auckland", datetime(2026, 3, 2, 11, tzinfo=UTC)),
        (date(2026, 3, 2), "UTC", datetime(2026, 3, 3, tzinfo=UTC)),
    ],
)
def test_day_ends_the_moment_before_the_next_begins(day: date, zone: str, next_day_begins: datetime) -> None:
    assert clock.end_of_day(day, zone) == next_day_begins - MOMENT


def test_day_of_an_unknown_zone_has_no_end() -> None:
    with pytest.raises(Refused, match="IANA"):
        clock.end_of_day(date(2026, 3, 2), "Nowhere/Else")
