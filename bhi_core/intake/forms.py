"""The cells of one place to forms: total, answers and safety answer of each row, or why they cannot be kept."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.domain.words import count
from bhi_core.intake.answer_coding import Coding, words_of
from bhi_core.intake.cells import Cells
from bhi_core.intake.closed_lists import YES_NO
from bhi_core.intake.numbers import answers as read_answers
from bhi_core.intake.numbers import plain_numbers
from bhi_core.intake.numbers import totals as read_totals
from bhi_core.intake.places import Place
from bhi_core.intake.words import match_word

ASKED_BLANK, NOT_ON_THE_FORM = -1, -2
"""Safety answers that are none: the question was left blank, or the form's answers are not known."""


@dataclass(frozen=True)
class Forms:
    """Hold the forms of one place, one entry a row of the place.

    Attributes:
        empty: no score and no answer on this row.
        refused: sentence why the form cannot be kept, else ``""``.
        nothing: sentence about the empty total, such as ``No score ("N/A").``.
        total: points (float64), NaN for an incomplete form.
        items: answers in the form's order joined by commas, blank where not answered; None for a total alone.
        safety: highest answer to a safety item, -1 blank, -2 not on the form (int8).
        functional: the functional item (float64, NaN without).
        dropped: a total was given but is not kept, because the form lacks answers.
        notes: sentences for the report.
    """

    empty: NDArray[np.bool_]
    refused: NDArray[np.object_]
    nothing: NDArray[np.object_]
    total: NDArray[np.float64]
    items: NDArray[np.object_]
    safety: NDArray[np.int8]
    functional: NDArray[np.float64]
    dropped: NDArray[np.bool_]
    notes: tuple[str, ...] = ()


def fold_ticks(place: Place, cells: pd.DataFrame) -> tuple[Place, pd.DataFrame]:
    """Turn tick boxes into one column an item, holding the points of the box that is ticked.

    Args:
        place: where the score stands; one without tick boxes comes back as it is.
        cells: its rows as text.

    Returns:
        The place with its items under new headings, and the cells with these columns added. No tick is a blank; two
        ticks are a text that is no answer ("0 and 2").
    """
    if not place.ticks:
        return place, cells
    folded = {}
    for number, boxes in enumerate(place.ticks, start=1):
        ticked = np.column_stack([_is_ticked(cells[box]) for box in boxes])
        count = ticked.sum(axis=1)
        texts = np.where(count == 1, ticked.argmax(axis=1).astype(str), "").astype(object)
        for at in np.flatnonzero(count > 1):
            texts[at] = " and ".join(str(points) for points in np.flatnonzero(ticked[at]))
        folded[f"{place.instrument.name} item {number}, ticked"] = pd.Series(texts, index=cells.index, dtype="str")
    return replace(place, items=tuple(folded), ticks=(), ticked=True), cells.assign(**folded)


def _is_ticked(texts: "pd.Series[str]") -> NDArray[np.bool_]:
    """Read a tick box: 1, x, yes, checked are ticks; 0, no, unchecked, empty are none."""
    found = {
        text: match_word(text, YES_NO) == "yes" or text.lower() in ("x", "checked", "✓", "☑") for text in texts.unique()
    }
    return texts.map(found).to_numpy(dtype=np.bool_)


def read_forms(place: Place, cells: pd.DataFrame, coding: Coding) -> Forms:
    """Read the forms of one place.

    Args:
        place: where the score stands, tick boxes folded.
        cells: its rows as text, one column a heading.
        coding: how the cells are read; without open questions.

    Returns:
        One form a row.
    """
    totals = _totals(place, cells, coding)
    columns = [_answers(place, cells, coding, at) for at in range(len(place.items))]
    answers = np.column_stack([one.values for one in columns]) if columns else np.empty((len(cells), 0))
    wrong_answers = (
        np.column_stack([one.wrong for one in columns]) if columns else np.empty((len(cells), 0), dtype=bool)
    )
    functional, notes = _functional(place, cells, coding)
    scored = [at for at, item in enumerate(place.instrument.items) if item.scored and at < answers.shape[1]]
    needed = len(place.instrument.scored_items)
    given = (~np.isnan(answers[:, scored])).sum(axis=1)
    any_answer: NDArray[np.bool_] = np.asarray((~np.isnan(answers)).any(axis=1), dtype=np.bool_)
    sums = np.nansum(answers[:, scored], axis=1)
    whole = (given == needed) & (needed > 0)
    has_total = ~np.isnan(totals.values)
    refused = _refused(place, totals, columns, wrong_answers)
    contradicts = _contradicts(place, totals.values, sums, given, whole)
    refused = np.where((refused == "") & (contradicts != ""), contradicts, refused)
    alone = has_total & (given <= 1) & ~whole
    total = np.where(whole, sums, np.where(alone, totals.values, np.nan))
    empty = ~has_total & ~any_answer & (refused == "")
    return Forms(
        empty=np.asarray(empty, dtype=np.bool_),
        refused=refused,
        nothing=totals.reasons,
        total=total,
        items=_joined(answers, place.item_count, any_answer),
        safety=_safety(place, answers, any_answer),
        functional=functional,
        dropped=np.asarray(has_total & any_answer & ~whole & ~alone, dtype=np.bool_),
        notes=(*coding.notes, *notes),
    )


def _totals(place: Place, cells: pd.DataFrame, coding: Coding) -> Cells:
    """Read the totals, or give none where no column has them."""
    if place.total is None:
        size = len(cells)
        return Cells(np.full(size, np.nan), np.full(size, "No score.", dtype=object), np.ones(size, dtype=np.bool_))
    instrument = place.instrument
    read = read_totals(
        cells[place.total],
        instrument=instrument.name,
        minimum=instrument.minimum,
        maximum=instrument.maximum,
        missing_codes=coding.missing_totals,
        percent=coding.percent,
    )
    return _keep_sums(place, cells, coding, read)


def _keep_sums(place: Place, cells: pd.DataFrame, coding: Coding, read: Cells) -> Cells:
    """Take back totals that a stated code made missing, where all answers are there and add up to them."""
    coded = read.missing & (cells[place.total] != "").to_numpy(dtype=np.bool_) if place.total else read.missing
    if not coding.missing_totals or not place.has_items or not coded.any():
        return read
    numbers = plain_numbers(cells[place.total]) if place.total else read.values
    answers = np.column_stack([_answers(place, cells, coding, at).values for at in range(len(place.items))])
    is_sum = coded & (answers.sum(axis=1) == numbers)
    reasons = np.where(is_sum, "", read.reasons)
    return Cells(np.where(is_sum, numbers, read.values), reasons, read.missing & ~is_sum)


def _answers(place: Place, cells: pd.DataFrame, coding: Coding, at: int) -> Cells:
    """Read the answers to one item, or give blanks where the file lacks it."""
    heading, item = place.items[at], place.instrument.items[at]
    if not heading:
        size = len(cells)
        return Cells(np.full(size, np.nan), np.full(size, "", dtype=object), np.ones(size, dtype=np.bool_))
    return read_answers(
        cells[heading],
        item=f"{place.instrument.name} item {at + 1}",
        maximum=item.maximum,
        words=words_of(place.instrument, item),
        coding=coding.coding if item.scored else None,
        missing_codes=coding.missing,
    )


def _functional(place: Place, cells: pd.DataFrame, coding: Coding) -> tuple[NDArray[np.float64], list[str]]:
    """Read the functional item; what cannot be read is left empty with a note and never costs the score."""
    if place.functional is None:
        return np.full(len(cells), np.nan), []
    item = place.instrument.functional
    read = read_answers(
        cells[place.functional],
        item="the functional item",
        maximum=item.maximum if item else 3,
        words=words_of(place.instrument, item) if item else {},
        coding=coding.coding,
        missing_codes=coding.missing,
    )
    wrong = int(read.wrong.sum())
    example = read.reasons[read.wrong][0] if wrong else ""
    said = f"{count(wrong, 'answer', 'answers')} could not be read and stayed empty ({example})"
    notes = [f"{place.functional}: {said}"] if wrong else []
    return read.values, notes


def _refused(
    place: Place, totals: Cells, columns: list[Cells], wrong_answers: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """Give the sentence for each row where a cell of the form cannot be read."""
    refused = np.where(totals.wrong, totals.reasons, "").astype(object)
    if place.total is not None:
        at = np.flatnonzero(totals.wrong)
        refused[at] = [f"{place.total}: {reason}" for reason in totals.reasons[at]]
    for row in np.flatnonzero(wrong_answers.any(axis=1)):
        said = [refused[row]] if refused[row] else []
        said += [f"{place.items[at]}: {columns[at].reasons[row]}" for at in np.flatnonzero(wrong_answers[row])]
        refused[row] = " ".join(said)
    return refused


def _contradicts(
    place: Place,
    totals: NDArray[np.float64],
    sums: NDArray[np.float64],
    given: NDArray[np.int64],
    whole: NDArray[np.bool_],
) -> NDArray[np.object_]:
    """Give the sentence for each row whose total cannot go with its answers."""
    found = np.full(len(totals), "", dtype=object)
    for at in np.flatnonzero(whole & ~np.isnan(totals) & (totals != sums)):
        found[at] = f"{place.label}: the total {totals[at]:g} is not the sum of the answers, {sums[at]:g}."
    for at in np.flatnonzero((given == 1) & ~whole & (totals < sums)):
        found[at] = f"{place.label}: the total {totals[at]:g} is below its one known answer, {sums[at]:g}."
    return found


def _safety(place: Place, answers: NDArray[np.float64], any_answer: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Give the highest answer to a safety item; -1 where asked and blank, -2 where the answers are not known."""
    size = len(answers)
    mapped = [at for at in place.instrument.safety_items if at < len(place.items) and place.items[at]]
    if not mapped:
        return np.full(size, NOT_ON_THE_FORM, dtype=np.int8)
    highest = np.where(np.isnan(answers[:, mapped]), -1, answers[:, mapped]).max(axis=1)
    only_safety = all(at in mapped for at, heading in enumerate(place.items) if heading)
    blank = np.where(any_answer | only_safety, ASKED_BLANK, NOT_ON_THE_FORM)
    return np.where(highest >= 0, highest, blank).astype(np.int8)


def _joined(answers: NDArray[np.float64], count: int, any_answer: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Write the answers of each row as one text (``"2,3,,1"``); None where there are none."""
    joined = np.full(len(answers), None, dtype=object)
    rows = np.flatnonzero(any_answer)
    if not len(rows):
        return joined
    padded = np.full((len(rows), count), np.nan)
    padded[:, : answers.shape[1]] = answers[rows]
    signs = np.array(["", *(str(points) for points in range(100))], dtype=object)
    texts = signs[np.where(np.isnan(padded), 0, padded + 1).astype(np.intp)]
    whole = texts[:, 0]
    for at in range(1, count):
        whole = whole + "," + texts[:, at]
    joined[rows] = whole
    return joined


def safety_above_zero(place: Place, cells: pd.DataFrame, forms: Forms) -> NDArray[np.float64]:
    """Give the safety answer above zero of each row, also of one that cannot be kept (float64, 0 without).

    A number above the highest answer counts too: it is above zero, whatever it means.
    """
    found = np.where(forms.safety > 0, forms.safety, 0).astype(np.float64)
    for at in place.instrument.safety_items:
        if at < len(place.items) and place.items[at]:
            numbers = plain_numbers(cells[place.items[at]])
            above = np.nan_to_num(numbers, nan=0) > place.instrument.items[at].maximum
            odd = above & (forms.refused != "") & (numbers < 7)
            found = np.where(odd & (found == 0), numbers, found)
    return found
