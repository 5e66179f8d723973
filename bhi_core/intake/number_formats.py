"""What a workbook's number in a cell says to the person who sees it: a date, a time, an id with zeros, a percentage."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

_BUILT_IN_DATES = frozenset((14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)))
_BUILT_IN_TIMES = frozenset((18, 19, 20, 21, 45, 46, 47))
_BUILT_IN_PERCENT = frozenset((9, 10))
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LAST_SERIAL = 2_958_465  # 9999-12-31

Shown = Literal["general", "date", "time", "percent", "zeros"]


@dataclass(frozen=True)
class NumberFormat:
    """Say how a number is shown.

    Attributes:
        shown: ``"zeros"``: padded with zeros to ``digits``, as ids are.
        digits: least number of digits of a ``"zeros"`` format.
    """

    shown: Shown = "general"
    digits: int = 0


GENERAL = NumberFormat()


def number_format(number: int, code: str | None) -> NumberFormat:
    """Read a number format.

    Args:
        number: its id; those below 164 are built in.
        code: its code where the workbook has one, for example ``m/d/yyyy``.

    >>> number_format(14, None).shown, number_format(164, "000000"), number_format(165, '0.0" days"').shown
    ('date', NumberFormat(shown='zeros', digits=6), 'general')
    """
    if code is None:
        if number in _BUILT_IN_DATES:
            return NumberFormat("date")
        if number in _BUILT_IN_TIMES:
            return NumberFormat("time")
        return NumberFormat("percent") if number in _BUILT_IN_PERCENT else GENERAL
    bare = _LITERALS.sub("", code.split(";")[0]).strip().lower()
    if re.fullmatch("0{2,}", bare):
        return NumberFormat("zeros", len(bare))
    if bare in ("general", "@") or not re.search("[dmyhs]", bare):
        return NumberFormat("percent") if bare.endswith("%") else GENERAL
    days = re.search(r"[dy]", bare) or (re.search("m", bare) and not re.search(r"[hs]", bare))
    return NumberFormat("date") if days else NumberFormat("time")


def as_text(value: float, shown: NumberFormat, epoch: Literal[1900, 1904]) -> tuple[str, bool]:
    """Write a number as text: what it is worth, or what the person sees where that is its meaning.

    Args:
        value: the number in the cell.
        shown: its format. Zeros in front are shown, so they belong to the text (an id ``000345``); a percentage keeps
            its sign; decimals that a format hides (7.5 shown as 8) stay.
        epoch: the workbook's date system.

    Returns:
        The text, and whether it is a real date (ISO, with the time of day unless that is midnight).
    """
    if shown.shown in ("date", "time"):
        moment = from_serial(value, epoch)
        if shown.shown == "date" and moment is not None:
            midnight = moment.endswith("T00:00:00")
            return (moment.removesuffix("T00:00:00") if midnight else moment), True
        if shown.shown == "time" and 0 <= value < 1 and moment is not None:
            return moment[11:], False
    if shown.shown == "percent":
        return f"{plain_number(value * 100)}%", False
    if shown.shown == "zeros" and value >= 0 and value == int(value):
        return f"{int(value):0{shown.digits}d}", False
    return plain_number(value), False


def plain_number(value: float) -> str:
    """Write a number as a spreadsheet would with room enough: 15 digits, no ``.0``.

    >>> plain_number(12.0), plain_number(7.5), plain_number(0.1 + 0.2), plain_number(123456789012.0)
    ('12', '7.5', '0.3', '123456789012')
    """
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}".replace("e+", "E+").replace("e-", "E-")


def from_serial(value: float, epoch: Literal[1900, 1904]) -> str | None:
    """Give the ISO moment of a serial number, to the second; None outside the years 1900 to 9999.

    The 1900 system counts a 29 February 1900 that never was; it comes out as that and is no date.
    """
    if not 0 <= value <= _LAST_SERIAL:
        return None
    seconds = round(value * 86_400)
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    if epoch == 1904:
        start = date(1904, 1, 1)
    elif days == 60:
        return f"1900-02-29T{clock}"
    else:
        start = date(1899, 12, 31) if days < 60 else date(1899, 12, 30)
    try:
        return f"{(start + timedelta(days=days)).isoformat()}T{clock}"
    except OverflowError:
        return None
