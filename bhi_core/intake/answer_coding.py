"""How a file writes answers and totals: as points or from one, with which codes for missing; what is open is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.domain.instruments import Instrument, Item
from bhi_core.domain.records import Question
from bhi_core.intake.cells import MISSING_WORDS, quoted
from bhi_core.intake.headings import tight
from bhi_core.intake.mapping import Answers, coding_start
from bhi_core.intake.numbers import answers as read_answers
from bhi_core.intake.numbers import number, plain_numbers
from bhi_core.intake.places import Place
from bhi_core.intake.score_headings import understand_percent

MISSING_CODES = frozenset(
    sign * code for sign in (1, -1) for code in (7, 8, 9, 77, 88, 98, 99, 888, 998, 999, 9999, 99999)
)
"""Numbers that files write where nothing was answered; outside the range of an item they are not points."""

_FEWEST_TO_ASK = 2
"""Whole forms that must disagree before it is the file's question rather than the line's fault."""


@dataclass(frozen=True)
class Coding:
    """Say how the cells of one place are read.

    Attributes:
        coding: as in ``[answers] answer_coding``, or None: numbers are points.
        missing: texts that mean missing in the items.
        missing_totals: texts that mean missing in the total.
        percent: totals are percent of the maximum.
        questions: what is open.
        notes: sentences for the report.
    """

    coding: str | dict[str, int] | None = None
    missing: tuple[str, ...] = ()
    missing_totals: tuple[str, ...] = ()
    percent: bool = False
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()


def words_of(instrument: Instrument, item: Item) -> dict[str, int]:
    """Give answer in words or LOINC answer code -> points for an item."""
    known = item.answers or instrument.answers
    return {word: one.points for one in known for word in (*one.words, *([one.loinc] if one.loinc else []))}


@dataclass(frozen=True)
class _Look:
    """Hold what the cells of one place look like as numbers: answers to the scored items and totals, a form a row."""

    place: Place
    cells: pd.DataFrame
    answers: NDArray[np.float64]
    totals: NDArray[np.float64]


def codings_of(places: Sequence[tuple[Place, pd.DataFrame]], answers: Answers) -> list[Coding]:
    """Decide how the cells of each place are read; forms of one instrument are looked at together.

    Args:
        places: where scores stand, and their rows as text, one column a heading (tick boxes folded).
        answers: what a person has said.

    Returns:
        The decision for each place, with a question for all that the file leaves open.
    """
    found = [_coding_of(place, cells, answers) for place, cells in places]
    if answers.answer_coding is not None:
        return [coding for coding, _ in found]
    together: dict[str, list[_Look]] = {}
    for _, look in found:
        if look is not None:
            together.setdefault(look.place.instrument.id, []).append(look)
    codings = []
    for coding, look in found:
        looks = together.get(look.place.instrument.id, []) if look is not None else []
        first = bool(looks) and looks[0] is look
        more = _ask_coding(looks) if first else []
        codings.append(replace(coding, questions=(*coding.questions, *more)))
    return codings


def _coding_of(place: Place, cells: pd.DataFrame, answers: Answers) -> tuple[Coding, _Look | None]:
    """Decide what one place shows by itself, and look at its numbers."""
    questions: list[Question] = []
    percent = bool(place.instrument.second_scales) and answers.scale == "percent"
    totals = plain_numbers(cells[place.total]) if place.total else np.full(len(cells), np.nan)
    questions += _scale(place, totals, answers)
    stated = answers.missing_codes or ()
    if not place.has_items:
        if answers.missing_codes is None:
            questions += _codes_within(place, totals)
        return Coding(None, stated, stated, percent, tuple(questions)), None
    blank = np.full(len(cells), np.nan)
    numbers = np.column_stack([plain_numbers(cells[name]) if name else blank for name in place.items])
    coding = None if place.ticked else answers.answer_coding
    start = coding_start(coding) if isinstance(coding, str) else None
    implied = _implied_codes(place.instrument, numbers, start or 0) if not isinstance(coding, dict) else ()
    values = np.where(np.isin(numbers, _as_numbers((*implied, *stated))), np.nan, numbers)
    if percent:
        totals = totals * place.instrument.maximum / 100
    if answers.missing_codes is None:
        questions += _same_code(place, numbers, totals)
    notes = [f"{place.instrument.name}: {', '.join(implied)} in its items was read as not answered."] if implied else []
    scored = [at for at, item in enumerate(place.instrument.items) if item.scored and at < values.shape[1]]
    found = Coding(coding, (*stated, *implied), stated, percent, tuple(questions), tuple(notes))
    return found, _Look(place, cells, values[:, scored], totals)


def _as_numbers(codes: tuple[str, ...]) -> list[float]:
    """Give the codes that are numbers."""
    read = [number(code) for code in codes]
    return [value for value in read if value is not None]


def _implied_codes(instrument: Instrument, numbers: NDArray[np.float64], start: int) -> tuple[str, ...]:
    """List the codes for missing among the answers: those that cannot be points."""
    highest = max((item.maximum for item in instrument.items), default=0) + start
    seen = np.unique(numbers[~np.isnan(numbers)])
    return tuple(f"{value:g}" for value in seen if value in MISSING_CODES and not 0 <= value <= highest)


def _scale(place: Place, totals: NDArray[np.float64], answers: Answers) -> list[Question]:
    """Ask whether totals are percent, where a value is above the raw range or the heading says so."""
    if place.total is None or answers.scale is not None:
        return []
    for second in place.instrument.second_scales:
        above = totals[(totals > place.instrument.maximum) & (totals <= second.maximum)]
        shown = above if len(above) else totals[totals > 0] if understand_percent(place.total) else above
        if len(shown):
            ask = (
                f"{place.instrument.name} {shown[0]:g}: is the column in {second.name} (0-{second.maximum}) or "
                f"in points (0-{place.instrument.maximum})?"
            )
            return [Question("scale", ask, place.total, ("percent", "points"))]
    return []


def _codes_within(place: Place, totals: NDArray[np.float64]) -> list[Question]:
    """Ask about totals that are a usual code for missing and could be points: 77 of PCL-5."""
    low, high = place.instrument.minimum, place.instrument.maximum
    seen = [code for code in (77, 88, 99, 999) if low <= code <= high and bool((totals == code).any())]
    if not seen or place.total is None:
        return []
    ask = f"{seen[0]} is a possible {place.instrument.name} total and a usual code for missing: which is it here?"
    return [Question("missing_codes", ask, place.total, (f'["{seen[0]}"]', "[]"))]


def _same_code(place: Place, numbers: NDArray[np.float64], totals: NDArray[np.float64]) -> list[Question]:
    """Ask about a total that repeats the code for missing of all its items: nine times 9, and 9 as the total."""
    highest = max(item.maximum for item in place.instrument.items)
    repeated = (numbers == totals[:, None]).all(axis=1) & (totals > highest)
    within = repeated & (totals >= place.instrument.minimum) & (totals <= place.instrument.maximum)
    if not within.any() or numbers.shape[1] < 2:
        return []
    code = f"{totals[within][0]:g}"
    ask = f"{code} stands in every item and as the total: is it a code for missing, or a total of {code} points?"
    return [Question("missing_codes", ask, place.total, (f'["{code}"]', "[]"))]


def _ask_coding(looks: list[_Look]) -> list[Question]:
    """Ask for the coding of an instrument's answers, or which columns they are, where the numbers leave it open."""
    place = looks[0].place
    values, totals = np.concatenate([one.answers for one in looks]), np.concatenate([one.totals for one in looks])
    seen = np.unique(values[~np.isnan(values)])
    if not len(seen):
        return _ask_words(place, looks[0].cells)
    needed, highest = len(place.instrument.scored_items), max(item.maximum for item in place.instrument.scored_items)
    whole = (~np.isnan(values)).sum(axis=1) == needed
    sums = np.nansum(values, axis=1)
    known = whole & ~np.isnan(totals)
    plain = known & (totals == sums) & (np.nan_to_num(values, nan=0) <= highest).all(axis=1)
    less = known & (totals == sums - needed)
    inflated = (values == highest + 1).any(axis=1).sum() >= _FEWEST_TO_ASK
    first = next(filter(None, place.items))
    options = (f"0-{highest}", f"1-{highest + 1}")
    choice = f"counted from 1 ({options[1]}) or from 0 ({options[0]})?"
    if known.any() and less[known].all() and not place.ticked:
        ask = f"Every {place.instrument.name} total is the sum of its answers minus {needed}: are the answers {choice}"
        return [Question("answer_coding", ask, first, options)]
    by_definition = place.ticked or (_are_canonical(place) and not whole.any() and seen.max() <= highest)
    if 0 not in seen and (not plain.any() or inflated) and not by_definition:
        shown = ", ".join(f"{value:g}" for value in seen[:6])
        ask = f"No answer to {place.instrument.name} is 0 (seen: {shown}): are they {choice}"
        return [Question("answer_coding", ask, first, options)]
    if known.sum() >= _FEWEST_TO_ASK and not (known & (totals == sums)).any():
        return [_misses(looks[0])]
    return []


def _are_canonical(place: Place) -> bool:
    """Say whether the answers stand under Item 1, Item 2 ...: those are points, as an export has them."""
    return all(not name or tight(name) == f"item{at}" for at, name in enumerate(place.items, start=1))


def _misses(look: _Look) -> Question:
    """Ask about totals that are not the sum of the items on any whole form."""
    place, values = look.place, look.answers
    known = ~np.isnan(values).any(axis=1) & ~np.isnan(look.totals)
    sums, totals = values.sum(axis=1)[known], look.totals[known]
    more = ""
    if place.functional and (totals == sums + plain_numbers(look.cells[place.functional])[known]).all():
        more = " It is with the functional item added."
    elif (totals == sums - values[known, -1]).all() and place.instrument.id == "phq9":
        more = " It is without the last question: PHQ-8?"
    example = f" (for example {totals[0]:g} for a sum of {sums[0]:g})" if len(totals) else ""
    ask = f"No {place.instrument.name} total is the sum of its answers{example}: are these the right columns?{more}"
    return Question("measure", ask, place.total)


def _ask_words(place: Place, cells: pd.DataFrame) -> list[Question]:
    """Ask for the coding where no cell of the items is a known answer: A1, A2, ..."""
    unknown: str | None = None
    for name, item in zip(place.items, place.instrument.items, strict=False):
        some = [str(text) for text in cells[name].unique() if text] if name else []
        some = [text for text in some if text.casefold() not in MISSING_WORDS]
        known = words_of(place.instrument, item)
        read = read_answers(pd.Series(some, dtype="str"), item=item.short, maximum=item.maximum, words=known)
        if read.usable.any():
            return []
        unknown = unknown or (some[0] if some else None)
    if unknown is None:
        return []
    ask = f"{quoted(unknown)} is no answer that is known for {place.instrument.name}: what do the answers count?"
    first = next(filter(None, place.items))
    return [Question("answer_coding", ask, first, ("0-3", "1-4", "words", "a table such as {A1 = 0, A2 = 1}"))]
