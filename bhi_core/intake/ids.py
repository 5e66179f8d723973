"""Text cells to patient ids. One that a spreadsheet has rewritten is a reason: ids are never padded or expanded."""

import re
import unicodedata

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.intake.cells import Cells, One, absent, quoted, read_distinct

LONGEST = 100
_REWRITTEN = re.compile(
    "|".join(
        (
            r"[+-]?\d+(?:[.,]\d+)?[eE]\+\d+",  # 1.2E+11
            r"[+-]?\d[.,]\d+[eE]-?\d+",  # 1.2e11
            r"\d+[.,]0+",  # 12345.0
            r"\d{1,3}(?:,\d{3})+",  # 1,234,567
            r"\d{1,3}(?:\.\d{3}){2,}",  # 1.234.567
            r"\d{1,3}(?:[\s'’]\d{3})+",  # 1 234 567
            r"['’]\d+",  # '00123
            r"\d{4}-\d\d-\d\d(?:T.*)?",  # a real date, once 12-5
            r"\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)",  # 5-Dec, once 12-5
        )
    )
)


def ids(texts: "pd.Series[str]", numbers: NDArray[np.bool_] | None = None, noun: str = "patient id") -> Cells:
    """Read a column of ids.

    Args:
        texts: the cells; trimmed here, non-breaking spaces too; zeros in front stay.
        numbers: true where a workbook holds a real number (its text then has no ``.0``); None for a text file.
        noun: what an id is called in the sentences.

    Returns:
        Ids as text (object array, None without one). ``1.2E+11``, ``12345.0``, ``1,234,567`` and ``5-Dec`` were
        rewritten by a spreadsheet and are reasons; so are control characters inside, a logical value, a formula error.
        A column that counts its people, ``1.0``, ``2.0`` and so on, is read as ``1``, ``2``: nothing can have stood in
        front of a running count (docs/decisions/0006-ids-that-count.md).
    """

    counted = is_running_count(texts)

    def read(text: str) -> One:
        return absent(text, noun) or _id(text.removesuffix(".0") if counted else text, noun)

    cells = read_distinct(texts, read, "object")
    if numbers is None or not numbers.any():
        return cells
    fraction = numbers & cells.usable & texts.str.contains(".", regex=False).to_numpy(dtype=bool)
    reasons = cells.reasons.copy()
    reasons[fraction] = [f"{text} is a number with a fraction, not a {noun}." for text in texts.to_numpy()[fraction]]
    values = cells.values.copy()
    values[fraction] = None
    return Cells(values, reasons, cells.missing)


def is_running_count(texts: "pd.Series[str]") -> bool:
    """Tell whether a column holds ``1.0`` to ``n.0`` without a gap, each once or more, and nothing else.

    >>> is_running_count(pd.Series(["1.0", "1.0", "2.0"])), is_running_count(pd.Series(["12345.0", "12346.0"]))
    (True, False)
    """
    distinct = {text.strip() for text in texts.unique()} - {""}
    return len(distinct) > 1 and distinct == {f"{number}.0" for number in range(1, len(distinct) + 1)}


def _id(text: str, noun: str) -> One:
    """Read one id, or say why it is none."""
    if "\ufffd" in text or (not text.isprintable() and any(_is_unreadable(sign) for sign in text)):
        return One(None, f"The {noun} {quoted(text)} holds control or unreadable characters.")
    if _REWRITTEN.fullmatch(text):
        return One(None, f"The {noun} {text} was rewritten by a spreadsheet: export it again as text.")
    if text.upper() in ("TRUE", "FALSE"):
        return One(None, f"{text} is not a {noun}.")
    if len(text) > LONGEST:
        return One(None, f"The {noun} {quoted(text)} is longer than {LONGEST} characters.")
    return One(text)


def _is_unreadable(sign: str) -> bool:
    """Tell whether a character is a control, invisible or unassigned one."""
    return unicodedata.category(sign).startswith("C")
