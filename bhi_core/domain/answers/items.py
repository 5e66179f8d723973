"""Which answers moved between the first form and the latest, and which did not."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bhi_core.domain.answers.chart import Chart
from bhi_core.domain.instruments import Instrument
from bhi_core.domain.scoring import score
from bhi_core.domain.words import count, day

TROUBLES = 2  # "more than half the days": an answer from here on that did not fall is worth naming
NAMED = 5  # items named in a sentence, at most


Form = dict[Hashable, Any]
"""A row of ``Chart.forms``."""


@dataclass(frozen=True)
class ItemMove:
    """One item at the start and now; None where it was not answered.

    Attributes:
        name: as within a sentence, for example ``"sleep"`` or ``"item 9"``.
        then, now: points.
        safety: whether it is a safety item.
    """

    name: str
    then: int | None
    now: int | None
    safety: bool = False

    @property
    def said(self) -> str:
        """Write the move: ``sleep 3 → 3``."""
        return f"{self.name} {self.then} → {self.now}"


@dataclass(frozen=True)
class Items:
    """Answer what did not move.

    Attributes:
        sentences: in words, the safety item always among them where it was answered.
        moves: every scored item that was answered both times, in the form's order.
    """

    sentences: tuple[str, ...]
    moves: tuple[ItemMove, ...]


def what_did_not_move(told: Chart, series: str | None = None) -> Items:
    """Compare the answers of the first form with those of the latest.

    Args:
        told: the chart.
        series: the series' id; by default the first in the instruments' order whose answers are recorded.
    """
    forms = [row | {"answered": sum(a is not None for a in answers(row["items"]))} for row in told.own_rows]
    with_items = {form["series"] for form in forms if form["answered"] > 1}
    wanted = series or next((name for name in told.instruments.series if name in with_items), "")
    rows: list[Form] = [form for form in forms if form["series"] == wanted]
    answered = [form for form in rows if form["answered"] > 1]
    if not answered:
        return Items(("No answers to single items are recorded.",), ())
    first, last = answered[0], answered[-1]
    if len(answered) == 1:
        return Items((_highest(first, told), *_incomplete(first, told)), ())
    moves = _moves(first, last, told)
    sentences = [*_stayed(moves), *_better(moves)]
    if last["taken_on"] < rows[-1]["taken_on"]:
        only = day(rows[-1]["taken_on"], told.as_of)
        sentences.append(f"Answers of {day(last['taken_on'], told.as_of)}; the form of {only} has a total alone.")
    return Items((*sentences, *_incomplete(first, told), *_incomplete(last, told)), moves)


def answers(text: object) -> list[int | None]:
    """Read the answers of a form as they are kept: ``"2,3,,1"``; a total alone has none.

    >>> answers("2,3,,1"), answers(float("nan"))
    ([2, 3, None, 1], [])
    """
    if not isinstance(text, str):
        return []
    return [int(float(part)) if part.strip() else None for part in text.split(",")]


def possible_range(instrument: Instrument, text: object) -> tuple[int, int, int]:
    """Give the lowest and the highest total that the answers leave possible, and how many are missing."""
    scored = score(instrument, answers(text))
    return (*scored.possible, len(scored.missing))


def short_name(instrument: Instrument, place: int) -> str:
    """Name an item within a sentence: ``sleep``, ``item 9``."""
    item = instrument.items[place]
    return f"item {place + 1}" if item.safety and item.scored else item.short[:1].lower() + item.short[1:]


def _moves(first: Form, last: Form, told: Chart) -> tuple[ItemMove, ...]:
    """Lay the scored answers of two forms of a series beside each other."""
    then, now, instrument = answers(first["items"]), answers(last["items"]), told.instruments[last["instrument"]]
    both = min(len(then), len(now), len(instrument.items))
    return tuple(
        ItemMove(short_name(instrument, place), then[place], now[place], instrument.items[place].safety)
        for place in range(both)
        if instrument.items[place].scored and then[place] is not None and now[place] is not None
    )


def _stayed(moves: tuple[ItemMove, ...]) -> list[str]:
    """Name what stayed high or rose, the highest first; the safety item in any case."""
    pairs = [(move, move.then or 0, move.now or 0) for move in moves]
    stayed = [move for move, then, now in pairs if now > then or (now == then and now >= TROUBLES)]
    stayed = sorted(stayed, key=lambda move: -(move.now or 0))[:NAMED]
    safety = [move for move in moves if move.safety and (move.then or move.now) and (move.now or 0) >= (move.then or 0)]
    named = [move for move in stayed if not move.safety] + safety
    sentences = [f"{_listed(named)}."] if named else ["Nothing stayed high."]
    zero = [move for move in moves if move.safety and not move.then and not move.now]
    return sentences + [f"{move.name[:1].upper()}{move.name[1:]} 0 then and now." for move in zero]


def _better(moves: tuple[ItemMove, ...]) -> list[str]:
    """Name what fell, the largest fall first."""
    fell = [move for move in moves if (move.now or 0) < (move.then or 0)]
    if not fell:
        return ["No item is better."]
    fell.sort(key=lambda move: (move.now or 0) - (move.then or 0))
    more = f" and {count(len(fell) - NAMED, 'more item')}" if len(fell) > NAMED else ""
    named = fell[:NAMED] + [move for move in fell[NAMED:] if move.safety]
    said = ", ".join(move.said for move in named)
    return [f"Better: {said}{more if len(named) == NAMED else ''}."]


def _listed(moves: list[ItemMove]) -> str:
    said = ", ".join(move.said for move in moves)
    return said[:1].upper() + said[1:]


def _highest(form: Form, told: Chart) -> str:
    """Say what was highest on the only form with answers."""
    instrument = told.instruments[form["instrument"]]
    given = answers(form["items"])
    scored = [(answer, place) for place, answer in enumerate(given)
              if answer is not None and place < len(instrument.items) and instrument.items[place].scored]  # fmt: skip
    top = sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:3]
    named = ", ".join(f"{short_name(instrument, place)} {answer}" for answer, place in top)
    on = day(form["taken_on"], told.as_of)
    return f"One form with answers so far, of {on}. Highest: {named}."


def _incomplete(form: Form, told: Chart) -> list[str]:
    """Say in which range the total of a form with blanks lies."""
    if not pd.isna(form["total"]):
        return []
    low, high, missing = possible_range(told.instruments[form["instrument"]], form["items"])
    on, lacks = day(form["taken_on"], told.as_of), count(missing, "answer")
    return [f"The form of {on} lacks {lacks}: its total lies between {low} and {high}."]
