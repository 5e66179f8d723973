"""Columns that say a form is not complete, or that a patient is a test: asked about before a whole score is kept."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.records import Question
from bhi_core.domain.words import count
from bhi_core.intake.cells import comparable, quoted
from bhi_core.intake.headings import among, words
from bhi_core.intake.located import used
from bhi_core.intake.mapping import Mapping
from bhi_core.intake.numbers import number
from bhi_core.intake.score_headings import understand
from bhi_core.intake.sheet import Sheet

_NOT_COMPLETE = frozenset(
    (
        "no",
        "n",
        "false",
        "f",
        "0",
        "0 0",
        "incomplete",
        "not complete",
        "not completed",
        "partial",
        "in progress",
        "test",
    )
)
_IS_TEST = frozenset(("yes", "y", "true", "t", "1", "1 0", "x", "test"))
_WHOLE_PROGRESS = 100


@dataclass(frozen=True)
class Flags:
    """Say which lines are marked incomplete or test, and what follows.

    Attributes:
        left_out: rows whose scores a person said to leave out (bool).
        why: the sentence for each of them.
        question: what to ask first, or None.
        notes: sentences for the report.
    """

    left_out: NDArray[np.bool_]
    why: NDArray[np.object_]
    question: Question | None = None
    notes: tuple[str, ...] = ()


def flagged_lines(sheet: Sheet, mapping: Mapping, records: pd.DataFrame, instruments: InstrumentRegistry) -> Flags:
    """Find lines that are marked incomplete or test though they give a whole score.

    Args:
        sheet: the table.
        mapping: the whole mapping; a column that it uses marks nothing.
        records: the scores that would be kept: row, instrument, total.
        instruments: those configured.

    Returns:
        A question while nobody has said what to do with such lines; else the rows to leave out.
    """
    size = len(sheet.lines)
    marked, why = np.zeros(size, dtype=np.bool_), np.full(size, "", dtype=object)
    question: Question | None = None
    notes: list[str] = []
    taken = used(mapping)
    for heading in sheet.headings:
        owner = _marks(heading, instruments) if heading not in taken else None
        if owner is None:
            continue
        here = _marked(sheet.cells[heading], heading)
        scores = records[records["total"].notna() & ((records["instrument"] == owner) | (not owner))]
        whole = np.intersect1d(scores["row"].to_numpy(dtype=np.intp), np.flatnonzero(here))
        if not len(whole):
            continue
        row = int(whole[0])
        text = str(sheet.cells[heading].iloc[row])
        if mapping.answers.flags is None:
            ask = (
                f'Line {sheet.lines[row]} has a whole score, but "{heading}" says {quoted(text)}: leave such lines '
                "out, or import them?"
            )
            question = question or Question("flags", ask, heading, ("leave out", "import"))
        elif mapping.answers.flags == "import":
            notes.append(f'Imported as decided, though marked in "{heading}": {count(len(whole), "line")}.')
        else:
            why[here & ~marked] = f'Left out, as decided: "{heading}" marks the form as incomplete or test.'
            marked |= here
    return Flags(marked, why, question, tuple(notes))


def _marks(heading: str, instruments: InstrumentRegistry) -> str | None:
    """Give the instrument whose forms a column marks, ``""`` for all; None when it marks none."""
    if among(heading, "flags", "complete") or among(heading, "flags", "test"):
        return ""
    plain = words(heading)
    named = understand(heading, instruments)
    if (
        named.role == "state"
        and named.instrument
        and any(word in plain for word in ("complete", "status", "done", "finished"))
    ):
        return named.instrument if " by" not in plain and "date" not in plain else None
    return "" if plain.endswith(" complete") else None


def _marked(texts: "pd.Series[str]", heading: str) -> NDArray[np.bool_]:
    """Say of each cell whether it marks its line."""
    test = among(heading, "flags", "test")
    found = {text: _says_so(str(text), heading, test=test) for text in texts.unique()}
    return texts.map(found).to_numpy(dtype=np.bool_)


def _says_so(text: str, heading: str, *, test: bool) -> bool:
    said = comparable(text)
    if not said:
        return False
    if words(heading) == "progress":
        value = number(text.removesuffix("%"))
        return value is not None and value < _WHOLE_PROGRESS
    if "test" in said.split() or "preview" in said.split():
        return True
    return said in (_IS_TEST if test else _NOT_COMPLETE)
