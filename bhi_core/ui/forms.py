"""A questionnaire as it is typed: what was answered, what the total will be, what item 9 means; words only.

Answers are typed into text fields on purpose. A number field keeps the last good value on the server while the screen
shows a bad one (21 typed over 2 shows 21 and would save 2); a text field hands over what stands there.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bhi_core.domain import scoring, words
from bhi_core.domain.instruments import Instrument, Item
from bhi_core.errors import Refused


@dataclass(frozen=True)
class Typed:
    """What stands in the fields of a form.

    Attributes:
        answers: points in the form's order, None = blank; empty when only the total is known.
        total: points typed where only the total is known, else None.
        safety_alone: with a total alone, the answer to the safety item if it is known.
        functional: points of the functional item, None = blank.
        wrong: sentences on what cannot be read; with any, nothing is saved.
    """

    answers: tuple[int | None, ...] = ()
    total: int | None = None
    safety_alone: int | None = None
    functional: int | None = None
    wrong: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """True when nothing that counts was typed."""
        return self.total is None and not any(points is not None for points in self.answers)

    def items(self, instrument: Instrument) -> list[int | None] | None:
        """Give the answers to keep, in the form's order; None for a total alone."""
        if self.answers:
            return list(self.answers)
        if self.safety_alone is None:
            return None
        places = instrument.safety_items
        return [self.safety_alone if place == places[0] else None for place in range(len(instrument.items))]


def answer(text: str | None, item: Item, name: str) -> int | None:
    """Read one answer as it was typed; blank gives None.

    Raises:
        Refused: it is no whole number that the item can have.

    >>> answer(" 2 ", Item(short="Sleep"), "Sleep"), answer("", Item(short="Sleep"), "Sleep")
    (2, None)
    """
    return _points(text, item.minimum, item.maximum, name)


def total(text: str | None, instrument: Instrument) -> int | None:
    """Read a total as it was typed; blank gives None.

    Raises:
        Refused: it is no whole number in the instrument's range.
    """
    return _points(text, instrument.minimum, instrument.maximum, f"{instrument.name} total")


def _points(text: str | None, low: int, high: int, name: str) -> int | None:
    typed = (text or "").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and low <= int(typed) <= high):
        raise Refused(f"{name}: {shown(typed)} is not a whole number from {low} to {high}.")
    return int(typed)


def shown(typed: str, longest: int = 20) -> str:
    """Quote what was typed, cut to a readable length."""
    return f'"{typed if len(typed) <= longest else typed[: longest - 1] + "…"}"'


def in_a_row(text: str, instrument: Instrument) -> list[str]:
    """Split answers that were typed in one go, for example ``"221032110"``; ``-`` is a blank.

    Spaces and commas do not matter. Fewer than the form has leave the rest open.

    Raises:
        Refused: more answers than items, or an item of this instrument has answers of two digits.
    """
    typed = [each for each in text if each not in " ,;"]
    if any(item.maximum > 9 for item in instrument.items):
        raise Refused(f"{instrument.name} has answers of two digits: type them item by item.")
    if len(typed) > len(instrument.items):
        raise Refused(f"{len(typed)} answers for {len(instrument.items)} items of {instrument.name}: count again.")
    return ["" if each in "-–_" else each for each in typed]


def word(instrument: Instrument, item: Item, points: int) -> str:
    """Say an answer in the words of the form, lower case; the number alone where the words are not known.

    >>> from bhi_core.domain.instruments import registry
    >>> word(registry()["phq9"], registry()["phq9"].items[0], 2)
    'more than half the days'
    """
    known = item.answers or instrument.answers
    found = next((each for each in known if each.points == points and each.english), None)
    return found.english[0].lower() if found else str(points)


def scale(instrument: Instrument, item: Item) -> str:
    """Say what each number means, as ``0 not at all · 1 several days``; the range where words are not known."""
    known = [each for each in item.answers or instrument.answers if each.english]
    if not known:
        return f"{item.minimum} to {item.maximum}"
    return " · ".join(f"{each.points} {each.english[0].lower()}" for each in known)


def so_far(instrument: Instrument, typed: Typed) -> str:
    """Say where the total stands while the form is filled in, in one sentence.

    >>> from bhi_core.domain.instruments import registry
    >>> so_far(registry()["phq9"], Typed(answers=(2, 2, 1, 2, 1, 2, 1, None, None)))
    'So far 11; 2 items open, the total will be 11 to 17.'
    >>> so_far(registry()["phq9"], Typed(answers=(2, 2, 1, 2, 1, 2, 1, 1, 0)))
    'PHQ-9 12 of 27, moderate.'
    """
    if typed.wrong:
        return typed.wrong[0]
    if typed.empty:
        return "Nothing is answered yet."
    if not typed.answers:
        return _judged(instrument, typed.total or 0)
    scored = scoring.score(instrument, typed.answers)
    if scored.total is not None:
        return _judged(instrument, scored.total)
    low, high = scored.possible
    points = sum(each or 0 for each, item in zip(typed.answers, instrument.items, strict=True) if item.scored)
    return f"So far {points}; {words.count(len(scored.missing), 'item')} open, the total will be {low} to {high}."


def _judged(instrument: Instrument, points: int) -> str:
    band = instrument.band(points)
    better = "; higher is better" if instrument.direction < 0 else ""
    return f"{instrument.name} {points} of {instrument.maximum}{f', {band}' if band else ''}{better}."


def safety_answer(instrument: Instrument, typed: Typed) -> int:
    """Give what is known of the safety item: its answer, ``scoring.BLANK`` or ``scoring.NOT_ASKED``."""
    items = typed.items(instrument)
    return scoring.NOT_ASKED if items is None else scoring.score(instrument, items).safety_answer


def safety_words(instrument: Instrument, typed: Typed, *, saved: bool = False) -> str:
    """Say at once what the safety item means for the patient; empty without one, at zero, or while it is to come."""
    nothing_yet = typed.empty and typed.safety_alone is None
    if not instrument.safety_items or nothing_yet or typed.wrong:
        return ""
    place = instrument.safety_items[0]
    found, name = safety_answer(instrument, typed), f"Item {place + 1}"
    if found == scoring.NOT_ASKED:
        return f"{name} stays unknown: a total alone does not tell it. Unknown is never negative."
    if found == scoring.BLANK:
        others = [each for at, each in enumerate(typed.answers) if at != place]
        return "" if None in others else f"{name} is not answered: it will be unknown, never negative. Ask."
    if found == 0:
        return ""
    said = word(instrument, instrument.items[place], found)
    flag = "The safety flag is up and stays" if saved else "Saving raises a safety flag that stays"
    return (
        f"{name} answered “{said}” ({found}). Assess today (C-SSRS). {flag} open until somebody acknowledges it; "
        "a later 0 does not clear it."
    )


def open_items(instrument: Instrument, typed: Typed) -> str:
    """Name the scored items that are open on a form that was begun; ``""`` for a whole one, and for a total alone.

    >>> from bhi_core.domain.instruments import registry
    >>> open_items(registry()["phq9"], Typed(answers=(2, 2, 1, 2, 1, 2, 1, None, None)))
    'items 8 and 9'
    """
    if typed.empty or not typed.answers or typed.wrong:
        return ""
    missing = [str(number) for number in scoring.score(instrument, typed.answers).missing]
    if not missing:
        return ""
    return f"{'item' if len(missing) == 1 else 'items'} {words.joined(missing)}"


def digest(*parts: object) -> str:
    """Give a short fingerprint of what is to be saved: the same content twice is one act, other content another."""
    text = json.dumps(parts, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def when(on: date | None, today: date) -> str:
    """Say a date in words with its distance from today; an impossible one says so.

    >>> when(date(2026, 11, 18), date(2026, 11, 24))
    'Wed 18 Nov 2026, 6 days ago'
    """
    if on is None:
        return "No date yet."
    if on > today:
        return f"{words.full_day(on)} is in the future."
    return f"{words.full_day(on)}, {words.ago((today - on).days)}"


def same_day(instrument: Instrument, typed: Typed, kept: Sequence[float]) -> str:
    """Say before saving what is already known of that day, or nothing.

    Args:
        instrument: the questionnaire.
        typed: what stands in the fields.
        kept: totals of the patient's current forms of this instrument on the date, in points; NaN = incomplete.
    """
    if not kept:
        return ""
    known = words.joined(["an incomplete form" if math.isnan(each) else str(int(each)) for each in kept])
    items = typed.items(instrument)
    new: int | None = typed.total
    if typed.answers and items is not None and not typed.wrong:
        new = scoring.score(instrument, typed.answers).total
    if new is not None and any(each == new for each in kept):
        return f"{instrument.name} {new} of this day is known already: the same again changes nothing."
    return f"This day has {instrument.name} {known} already. Another one is kept as well and shown as two of one day."
