"""What a text says of a day and a time, before it is known which number is the day: ``03/04/2025`` stays open here."""

import re
from dataclasses import dataclass
from typing import Literal

from bhi_core.intake.cells import plain, quoted

Form = Literal["ymd", "open", "short", "named", "number", "missing", "wrong"]

_MONTHS = (
    "january jan januar jänner jaenner enero ene",
    "february feb februar feber febrero",
    "march mar märz maerz mär mrz marzo",
    "april apr abril abr",
    "may mai mayo",
    "june jun juni junio",
    "july jul juli julio",
    "august aug agosto ago",
    "september sep sept septiembre setiembre set",
    "october oct oktober okt octubre",
    "november nov noviembre",
    "december dec dezember dez diciembre dic",
)
MONTHS = {word: month for month, words in enumerate(_MONTHS, 1) for word in words.split()}
MONTH_NAMES = tuple(words.split()[0].capitalize() for words in _MONTHS)

_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.[0-9]+)?)?)?"
)
_WEEKDAY = re.compile(
    r"(mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo)[., ]+",
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)? ?(?P<half>[ap]\.?m\.?)?(?: ?uhr)? ?"
    r"(?P<zone>z|utc|gmt)? ?(?P<offset>[+-]\d{2}:?(?:\d{2})?)?(?: ?\([a-z ]+\))?",
)
_GAP = re.compile(r"(?<=\d)(?:t|,? )(?=\d{1,2}[:.]\d{2})")
_NUMBERS_ONLY = re.compile(r"(\d{1,4})(?:(?P<s>\s?[-/.]\s?)(\d{1,2})\2(\d{1,4}))")
_DAY_MONTH_YEAR = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]{0,2} ?(?:de )?([^\W\d_]{3,10})\.?(?: de)?[-/., ]{0,2}(\d{4}|\d{2})"
)
_MONTH_DAY_YEAR = re.compile(r"([^\W\d_]{3,10})\.?[-/ ](\d{1,2})(?:st|nd|rd|th)?[-/, ]{1,2}(\d{4})")
_YEAR_MONTH_DAY = re.compile(r"(\d{4})[-/. ]([^\W\d_]{3,10})\.?[-/. ](\d{1,2})")
_WITHOUT_YEAR = re.compile(
    r"\d{1,2}[-/. ]{1,2}([^\W\d_]{3,10})\.?|([^\W\d_]{3,10})\.?[- ](\d{1,2})|\d{1,2}[/.]\d{1,2}\.?"
)
_WITHOUT_DAY = re.compile(r"([^\W\d_]{3,10})\.?[-/ ,]{1,2}\d{4}|\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{4}|(19|20)\d\d")
_ZERO = re.compile(r"0{1,4}[-/.]0{1,2}[-/.]0{1,4}|0{8}|0|0?[01][/.]0?[01][/.]1900 00:00:00|0?1/0/1900|00\.01\.1900")
_NUMBER = re.compile(r"\d{1,14}(?:\.\d{1,12})?")


@dataclass(frozen=True)
class Written:
    """Hold what one text says.

    Attributes:
        form: ``"ymd"`` year, month, day known; ``"named"`` the same, month as a word, the year maybe of two digits;
            ``"open"`` two numbers and a year; ``"short"`` three numbers without a whole year; ``"number"`` a plain
            number (serial or epoch); ``"missing"``; ``"wrong"``.
        numbers: the three numbers as they stand (``ymd``, ``named``: year, month, day).
        dotted: the numbers stand between dots.
        seconds: time of day in seconds, or None.
        offset: seconds that its zone is ahead of UTC, or None when it names none.
        value: the plain number.
        reason: why it is wrong.
    """

    form: Form
    numbers: tuple[int, int, int] = (0, 0, 0)
    dotted: bool = False
    seconds: int | None = None
    offset: int | None = None
    value: float = 0.0
    reason: str = ""


def written(text: str) -> Written:
    """Read one text; never fails: what is no date comes back as ``"wrong"`` with a sentence.

    >>> written("3 Nov 2025").numbers, written("03/04/2025").form, written("1/14/2026 9:05:11 PM").seconds
    ((2025, 11, 3), 'open', 75911)
    """
    return _iso(text) or _written(text)


def _iso(text: str) -> Written | None:
    """Read the commonest form without a detour: ``2026-01-05``, ``2026-01-05 09:31:00``; None for any other."""
    found = _ISO.fullmatch(text)
    if found is None or found[1] == "0000":
        return None
    seconds = None if found[4] is None else int(found[4]) * 3600 + int(found[5]) * 60 + int(found[6] or 0)
    return Written("ymd", (int(found[1]), int(found[2]), int(found[3])), seconds=seconds)


def _written(text: str) -> Written:
    """Read a text in any form."""
    normal = plain(text).lower()
    if _ZERO.fullmatch(normal):
        return Written("missing")
    if len(normal) > 80:
        return _wrong(text)
    digits = _digits(normal)
    if digits is not None:
        return digits
    normal = _WEEKDAY.sub("", normal, count=1) if _WEEKDAY.match(normal) else normal
    for end in _ends_of_date(normal):
        day = _day(normal[:end].rstrip(" ,"))
        if day is None:
            continue
        rest = normal[end:].lstrip(" ,").removeprefix("t").strip() if end < len(normal) else ""
        if not rest:
            return day
        clock = _clock(rest)
        if clock is not None:
            return Written(day.form, day.numbers, day.dotted, clock[0], clock[1])
    return _wrong(text, _partial(normal))


def _wrong(text: str, why: str = "is not a date") -> Written:
    """Say that a text is no date."""
    shown = (
        text if len(text) <= 40 and text.isprintable() and any(sign.isdigit() for sign in text) else quoted(text, 40)
    )
    return Written("wrong", reason=f"{shown} {why}.")


def _digits(normal: str) -> Written | None:
    """Read a text of digits only: ``20260105``, ``20260105093100``, ``01052026``, or a plain number."""
    if not _NUMBER.fullmatch(normal):
        return None
    whole, _, _ = normal.partition(".")
    if whole == normal and len(whole) in (8, 12, 14) and whole[:2] in ("19", "20") and 1 <= int(whole[4:6]) <= 12:
        seconds = None
        if len(whole) > 8:
            hours, minutes, rest = int(whole[8:10]), int(whole[10:12]), int(whole[12:14] or 0)
            if hours > 23 or minutes > 59 or rest > 59:
                return Written("number", value=float(normal))
            seconds = hours * 3600 + minutes * 60 + rest
        return Written("ymd", (int(whole[:4]), int(whole[4:6]), int(whole[6:8])), seconds=seconds)
    if whole == normal and len(whole) == 8 and whole[4:6] in ("19", "20"):
        return Written("open", (int(whole[:2]), int(whole[2:4]), int(whole[4:])))
    if re.fullmatch(r"(19|20)\d\d", normal) or len(whole) == 7 or re.fullmatch(r"\d{1,2}\.\d{1,2}", normal):
        return None
    return Written("number", value=float(normal))


def _ends_of_date(normal: str) -> list[int]:
    """Give the places where the date may end and the time begin: each gap before a clock, and the end of the text."""
    return [*(found.start() for found in _GAP.finditer(normal)), len(normal)]


def _day(text: str) -> Written | None:
    """Read the date alone; None when it is none."""
    numbers = _NUMBERS_ONLY.fullmatch(text)
    if numbers is not None:
        first, middle, last = numbers[1], numbers[3], numbers[4]
        three = (int(first), int(middle), int(last))
        if len(first) == 4 and len(last) <= 2:
            return Written("ymd", three)
        dotted = numbers["s"].strip() == "."
        if len(first) <= 2 and len(last) == 4:
            return Written("open", three, dotted)
        return Written("short", three, dotted) if len(first) <= 2 and len(last) == 2 else None
    return _named(text)


def _named(text: str) -> Written | None:
    """Read a date whose month is a word; None when it is none."""
    for pattern, order in ((_DAY_MONTH_YEAR, (3, 2, 1)), (_MONTH_DAY_YEAR, (3, 1, 2)), (_YEAR_MONTH_DAY, (1, 2, 3))):
        found = pattern.fullmatch(text)
        if found is not None and found[order[1]] in MONTHS:
            return Written("named", (int(found[order[0]]), MONTHS[found[order[1]]], int(found[order[2]])))
    return None


def _clock(text: str) -> tuple[int, int | None] | None:
    """Read a time of day: seconds, and the offset of its zone; None when it is none."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    half = (found["half"] or "")[:1]
    if half and hour <= 12:
        if hour == 0 and half == "p":
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    offset = 0 if found["zone"] else None
    if found["offset"]:
        digits = found["offset"][1:].replace(":", "").ljust(4, "0")
        if int(digits[:2]) > 14 or int(digits[2:]) > 59:
            return None
        offset = (int(digits[:2]) * 3600 + int(digits[2:]) * 60) * (-1 if found["offset"][0] == "-" else 1)
    return hour * 3600 + minute * 60 + second, offset


def _partial(normal: str) -> str:
    """Say what a date lacks."""
    without_year = _WITHOUT_YEAR.fullmatch(normal)
    if without_year is not None and all(
        word is None or word.isdigit() or word in MONTHS for word in without_year.groups()
    ):
        return "has no year, so it is not a date"
    without_day = _WITHOUT_DAY.fullmatch(normal)
    if without_day is not None and (without_day[1] is None or without_day[1] in MONTHS):
        return "has no day, so it is not a date"
    return "is not a date"
