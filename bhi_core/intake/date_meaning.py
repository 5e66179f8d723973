"""From what a text says to the day it means, once a column's order is known: serials, centuries, zones, dummy days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from bhi_core.intake.number_formats import from_serial
from bhi_core.intake.written_dates import MONTH_NAMES, Written

Order = Literal["DMY", "MDY", "YMD"]
Purpose = Literal["care", "birth", "planned"]
Epoch = Literal[1900, 1904]

EARLIEST_CARE = date(1990, 1, 1)
EARLIEST = date(1900, 1, 1)
_ALWAYS_DUMMY = (
    *("0001-01-01", "1111-11-11", "1753-01-01", "1800-01-01", "1841-01-01", "1899-12-30", "1899-12-31", "1900-01-01"),
    *("2099-12-31", "2222-02-22", "2999-12-31", "3000-01-01", "9999-01-01", "9999-09-09", "9999-12-31"),
)
_DUMMY_IN_CARE = ("1901-01-01", "1904-01-01", "1911-11-11", "1960-01-01", "1970-01-01", "1980-01-01")
DUMMY_DAYS: dict[Purpose, frozenset[str]] = {
    "care": frozenset(_ALWAYS_DUMMY + _DUMMY_IN_CARE),
    "birth": frozenset(_ALWAYS_DUMMY),
    "planned": frozenset(_ALWAYS_DUMMY + _DUMMY_IN_CARE),
}
"""Days that programs write where no date is known; on a birth date only those on which nobody alive was born."""


@dataclass(frozen=True)
class Stated:
    """What a person has said about dates; None = not said.

    Attributes:
        order: ``"DMY"``, ``"MDY"`` or ``"YMD"``.
        date_format: what plain numbers are: ``"s"`` or ``"ms"`` since 1970, or ``"excel"`` serials.
        century: two-digit years that read both ways: ``"reject"``, or ``"confirm"`` the later one.
    """

    order: Order | None = None
    date_format: Literal["s", "ms", "excel"] | None = None
    century: Literal["reject", "confirm"] | None = None


@dataclass(frozen=True)
class Setting:
    """Hold what the dates of one column are read against.

    Attributes:
        as_of: days after it are in the future.
        zone: the clinic's zone.
        purpose: ``"care"`` something that happened, ``"birth"``, or ``"planned"`` (due dates, ends of cover).
        stated: what a person has said.
        epoch: what serial numbers count from.
        noun: what is missing where there is no date.
    """

    as_of: date
    zone: ZoneInfo
    purpose: Purpose
    stated: Stated
    epoch: Epoch
    noun: str


class Meaning(NamedTuple):
    """Say what one text means: a day in the clinic's zone, a moment in UTC, or why there is none."""

    day: date | None = None
    moment: datetime | None = None
    reason: str = ""
    missing: bool = False


def meaning(text: str, one: Written, order: Order | None, setting: Setting) -> Meaning:
    """Turn what a text says into a day.

    Args:
        text: as written, for the sentences.
        one: what it says.
        order: the column's order; None reads what is open as day first, and is only right where nothing is open.
        setting: what it is read against.
    """
    if one.form == "missing":
        return Meaning(reason=f'No {setting.noun} ("{text}").', missing=True)
    if one.form == "wrong":
        return Meaning(reason=one.reason)
    found = _from_number(one.value, setting) if one.form == "number" else _from_parts(one, order, setting)
    if isinstance(found, str):
        return Meaning(reason=f"{text} {found}.")
    day, moment = found
    if day.isoformat() in DUMMY_DAYS[setting.purpose]:
        return Meaning(reason=f"No {setting.noun} ({text} is a day that stands for missing).", missing=True)
    if day < EARLIEST or (day > setting.as_of and setting.purpose != "planned"):
        return Meaning(reason=f"{text} is {'before 1900' if day < EARLIEST else 'in the future'}.")
    return Meaning(day, moment)


def _from_parts(one: Written, order: Order | None, setting: Setting) -> tuple[date, datetime | None] | str:
    """Give day and moment of a date in parts, or what is wrong with it."""
    year, month, day, how = *one.numbers, ""
    if one.form == "open" or (one.form == "short" and order != "YMD"):
        first, second, year = one.numbers
        if order == "MDY":
            month, day, how = first, second, ", read month first" if first > 12 >= second else ""
        else:
            month, day, how = second, first, ", read day first" if second > 12 >= first else ""
    if is_short(one):
        century = _century(year, setting)
        if isinstance(century, str):
            return century
        year = century
    try:
        found = date(year, month, day)
    except ValueError:
        return f"is not a date{how}"
    return (found, None) if one.seconds is None else _at(found, one.seconds, one.offset, setting.zone)


def _century(year: int, setting: Setting) -> int | str:
    """Give the whole year of a year of two digits, or why it cannot be told."""
    latest = setting.as_of.year + (30 if setting.purpose == "planned" else 0)
    earliest = (EARLIEST if setting.purpose == "birth" else EARLIEST_CARE).year
    possible = [whole for whole in (1900 + year, 2000 + year) if earliest <= whole <= latest]
    if len(possible) == 2 and setting.stated.century != "confirm":
        return f"could be {possible[0]} or {possible[1]}"
    return possible[-1] if possible else 2000 + year


def _from_number(value: float, setting: Setting) -> tuple[date, datetime | None] | str:
    """Read a plain number as a serial or as a count since 1970, or say that it is neither."""
    size = {"s": 1, "ms": 1000}.get(setting.stated.date_format or "", 0)
    if size and in_epoch_years(value / size, date.max - timedelta(days=3)):
        moment = datetime.fromtimestamp(value // size, UTC)
        return moment.astimezone(setting.zone).date(), moment
    text = from_serial(value, setting.epoch)
    stated = setting.stated.date_format == "excel"
    if text is None or text.startswith("1900-02-29") or not (stated or is_serial(value, setting)):
        return "is not a date"
    local = datetime.fromisoformat(text)
    return (local.date(), None) if text.endswith("T00:00:00") else (local.date(), _utc(local, setting.zone))


def _at(day: date, seconds: int, offset: int | None, zone: ZoneInfo) -> tuple[date, datetime | None]:
    """Give the local day and the moment in UTC of a day with a time; without an offset the time is the clinic's."""
    naive = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)
    try:
        if offset is None:
            return day, _utc(naive, zone)
        moment = (naive - timedelta(seconds=offset)).replace(tzinfo=UTC)
        return moment.astimezone(zone).date(), moment
    except OverflowError:
        return day, None


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    """Give the moment of a local time."""
    return local.replace(tzinfo=zone).astimezone(UTC)


def is_short(one: Written) -> bool:
    """Tell whether a text has a year of two digits."""
    return one.form == "short" or (one.form == "named" and one.numbers[0] < 100)


def in_epoch_years(seconds: float, as_of: date) -> bool:
    """Tell whether a count of seconds since 1970 falls between 1990 and a day after ``as_of``."""
    last = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC) + timedelta(days=2)
    return datetime(1990, 1, 1, tzinfo=UTC).timestamp() <= seconds <= last.timestamp()


def is_serial(value: float, setting: Setting) -> bool:
    """Tell whether a serial number falls between 1990 and ``as_of`` (ten years later for what is planned)."""
    moment = from_serial(value, setting.epoch)
    last = setting.as_of + timedelta(days=3653 if setting.purpose == "planned" else 0)
    return moment is not None and EARLIEST_CARE.isoformat() <= moment[:10] <= last.isoformat()


def in_words(day: date) -> str:
    """Write a day so that nobody can read it two ways: ``5 January 2026``."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"
