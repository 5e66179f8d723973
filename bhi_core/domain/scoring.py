"""From the answers on a form to its total, what is missing, and the answer on self-harm."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain.instruments import Instrument
from bhi_core.errors import Refused

BLANK = -1
"""Safety answer: asked, and left blank."""
NOT_ASKED = -2
"""Safety answer: not on the form, so unknown; never to be read as zero."""


@dataclass(frozen=True)
class Scored:
    """What a form says.

    Attributes:
        total: points, or None while a scored item is blank: totals are never filled in.
        missing: the scored items left blank, numbered from 1 in the form's order.
        possible: the lowest and the highest total that the answers given leave possible, in points.
        safety_answer: the highest answer to a safety item; ``BLANK``, or ``NOT_ASKED``.
    """

    total: int | None
    missing: tuple[int, ...]
    possible: tuple[int, int]
    safety_answer: int


def score(instrument: Instrument, answers: Sequence[int | None], asked: Sequence[bool] | None = None) -> Scored:
    """Score one form.

    Args:
        instrument: the questionnaire; its items must be known.
        answers: points in the form's order, None = blank. Unscored items at the end may be left off.
        asked: which items were on the form; all that ``answers`` reaches by default.

    Raises:
        Refused: more answers than items, or an answer that the item does not have.
    """
    if len(answers) > len(instrument.items):
        raise Refused(f"{instrument.name} has {len(instrument.items)} items, not {len(answers)}: check the form.")
    for number, (item, points) in enumerate(zip(instrument.items, answers, strict=False), start=1):
        if points is not None and not item.minimum <= points <= item.maximum:
            raise Refused(
                f"{instrument.name} item {number} is {points}: it can only be {item.minimum} to {item.maximum}."
            )
    blanks = len(instrument.items) - len(answers)
    row = np.array([[np.nan if points is None else points for points in (*answers, *[None] * blanks)]], dtype=float)
    on_form = [*(asked if asked is not None else [True] * len(answers)), *[False] * blanks]
    scored = score_many(instrument, row, asked=on_form[: len(instrument.items)]).iloc[0]
    return Scored(
        total=None if np.isnan(scored["total"]) else int(scored["total"]),
        missing=tuple(
            number
            for number, item in enumerate(instrument.items, start=1)
            if item.scored and np.isnan(row[0, number - 1])
        ),
        possible=(int(scored["lowest"]), int(scored["highest"])),
        safety_answer=int(scored["safety_answer"]),
    )


def score_many(
    instrument: Instrument, answers: npt.NDArray[np.float64], asked: Sequence[bool] | None = None
) -> pd.DataFrame:
    """Score many forms of one instrument.

    Args:
        instrument: the questionnaire; its items must be known.
        answers: a row is a form, a column an item in the form's order; points, NaN = blank.
        asked: which items were on the forms at all; every item by default.

    Returns:
        A row is a form, in the same order: total (float64 points, NaN while a scored item is blank), missing (int64,
        scored items left blank), lowest and highest (float64, the totals still possible), safety_answer (int8).
        Answers outside an item's range are not looked for here: see ``out_of_range``.
    """
    scored = np.array([item.scored for item in instrument.items], dtype=bool)
    least = np.array([item.minimum for item in instrument.items], dtype=float)[scored]
    most = np.array([item.maximum for item in instrument.items], dtype=float)[scored]
    counted = answers[:, scored]
    blank = np.isnan(counted)
    lowest = np.where(blank, least, counted).sum(axis=1)
    highest = np.where(blank, most, counted).sum(axis=1)
    missing = blank.sum(axis=1)
    return pd.DataFrame(
        {
            "total": np.where(missing == 0, lowest, np.nan),
            "missing": missing,
            "lowest": lowest,
            "highest": highest,
            "safety_answer": safety_answers(instrument, answers, asked),
        }
    )


def safety_answers(
    instrument: Instrument, answers: npt.NDArray[np.float64], asked: Sequence[bool] | None = None
) -> npt.NDArray[np.int8]:
    """Give each form's highest answer to a safety item; ``BLANK`` if asked but left blank, ``NOT_ASKED`` if not on it.

    With several safety items one left blank beside zeros is ``BLANK``: unknown is not negative.
    """
    on_form = [place for place in instrument.safety_items if asked is None or asked[place]]
    if not on_form:
        return np.full(len(answers), NOT_ASKED, dtype=np.int8)
    blank = np.isnan(answers[:, on_form])
    highest = np.where(blank, BLANK, answers[:, on_form]).max(axis=1)
    told: npt.NDArray[np.int8] = np.where((highest < 1) & blank.any(axis=1), BLANK, highest).astype(np.int8)
    return told


def out_of_range(instrument: Instrument, answers: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Say which answers (a row a form, a column an item; NaN = blank) their item does not have."""
    least = np.array([item.minimum for item in instrument.items], dtype=float)
    most = np.array([item.maximum for item in instrument.items], dtype=float)
    known = ~np.isnan(answers)
    outside: npt.NDArray[np.bool_] = known & ((answers < least) | (answers > most) | (answers != np.floor(answers)))
    return outside
