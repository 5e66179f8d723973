"""The kinds of field that a sheet of care has; each begins empty unless it is told what stands there now."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from bhi_core.domain import words
from bhi_core.errors import Refused
from bhi_core.ui import data, forms, look
from bhi_core.ui.care_slip import Slip

FIRST_DAY = date(1900, 1, 1)
YEARS_AHEAD = 10
"""A date ahead must reach us to be refused in words; a field that allowed none would keep the last good date unseen."""


def day(slip: Slip, what: str, label: str, begin: date | None, *, ahead: bool = False) -> date | None:
    """Ask for a date and say it in words with its distance from today.

    Args:
        slip: the sheet.
        what: names the field.
        label: what is asked.
        begin: where it begins, None for empty.
        ahead: whether the date may lie ahead.
    """
    with st.container(width=190, gap="xxsmall"):
        picked = st.date_input(
            label,
            value=begin,
            min_value=FIRST_DAY,
            max_value=date(slip.today.year + YEARS_AHEAD, 12, 31),
            format="YYYY-MM-DD",
            key=slip.key(what),
            persist_state="session",
        )
        on = picked if isinstance(picked, date) else None
        if on is not None:
            look.fact_line(said_day(on, slip.today), late=on > slip.today and not ahead)
    return on


def said_day(on: date, today: date) -> str:
    """Say a date with its weekday and how far away it is.

    >>> said_day(date(2026, 12, 8), date(2026, 11, 24)), said_day(date(2026, 11, 18), date(2026, 11, 24))
    ('Tue 8 Dec 2026, in 14 days', 'Wed 18 Nov 2026, 6 days ago')
    """
    days = (on - today).days
    far = f"in {words.count(days, 'day')}" if days > 0 else words.ago(-days)
    return f"{words.full_day(on)}, {far}"


def one_of(slip: Slip, what: str, label: str, options: Sequence[str], begin: str | None = None) -> str | None:
    """Ask for one word of a short list; nothing is picked beforehand unless it stands there now."""
    picked: str | None = st.segmented_control(
        label,
        list(options),
        default=begin if begin in options else None,
        format_func=_capital,
        key=slip.key(what),
        persist_state="session",
        wrap=True,
    )
    return picked


def _capital(word: str) -> str:
    return look.literal(word[:1].upper() + word[1:])


def line(slip: Slip, what: str, label: str, begin: str | None = None, **more: Any) -> str | None:
    """Ask for a short text; what was typed counts without Enter. Blank gives None."""
    typed = st.text_input(
        label, value=begin, key=slip.key(what), autocomplete="off", live=True, persist_state="session", **more
    )
    return (typed or "").strip() or None


def text(slip: Slip, what: str, label: str, begin: str | None = None, **more: Any) -> str | None:
    """Ask for a longer text; blank gives None."""
    typed = st.text_area(label, value=begin, key=slip.key(what), persist_state="session", **more)
    return (typed or "").strip() or None


def staff(slip: Slip, what: str, label: str, begin: str | None = None, *, new: bool = False) -> str | None:
    """Ask for a member of staff; a name that stands there now is offered though it is off the list.

    Args:
        slip: the sheet.
        what: names the field.
        label: what is asked.
        begin: the name that stands there now.
        new: whether a name that is not on the list may be typed; it is put on the list when the sheet is kept.
    """
    names = data.staff_names()
    offered = names if begin is None or begin in names else [*names, begin]
    picked: str | None = st.selectbox(
        label,
        offered,
        index=offered.index(begin) if begin is not None else None,
        key=slip.key(what),
        persist_state="session",
        placeholder="Pick, or type and Enter" if new else "Nobody picked",
        accept_new_options=new,
        width=220,
    )
    return picked


def signer(slip: Slip) -> str | None:
    """Give the name that signs, where it is one of Staff."""
    return slip.person.name if slip.person.name in data.staff_names() else None


def minutes(typed: str | None) -> int | None:
    """Read minutes as they were typed; blank gives None.

    Raises:
        Refused: they are no whole number of a day.

    >>> minutes("25"), minutes(None)
    (25, None)
    """
    if typed is None:
        return None
    longest = int(timedelta(days=1) / timedelta(minutes=1))
    if not (typed.isascii() and typed.isdigit() and int(typed) <= longest):
        raise Refused(f"Minutes: {forms.shown(typed)} is not a whole number from 0 to {longest}.")
    return int(typed)


def weeks(typed: str | None) -> float | None:
    """Read an interval in weeks as it was typed, half weeks too; blank gives None (as needed).

    Raises:
        Refused: it is no number above 0.

    >>> weeks("2"), weeks("1.5"), weeks(None)
    (2.0, 1.5, None)
    """
    if typed is None:
        return None
    whole, point, part = typed.partition(".")
    if not (typed.isascii() and whole.isdigit() and (part.isdigit() or not point) and float(typed) > 0):
        raise Refused(f"Weeks between contacts: {forms.shown(typed)} is not a number above 0. Leave it empty for none.")
    return float(typed)
