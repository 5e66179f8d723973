"""What a column of text cells comes to: values, the cells that say "missing", a reason for each that cannot be read.

Every reader of a column (numbers, dates, ids, words) answers with :class:`Cells` and reads each distinct text once.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MISSING_WORDS = frozenset(
    (
        *("n/a", "na", "n.a.", "n. a.", "n/d", "nd", "null", "none", "nan", "nil", "#null", "<na>", "<null>", "?"),
        *("-", "--", "---", "–", "—", ".", "..", "...", "missing", "(missing)", "blank", "(blank)", "empty", "unknown"),
        *("not done", "not available", "not applicable", "not administered", "not assessed", "not answered"),
        *("not recorded", "unable", "unable to assess", "declined", "patient declined", "refused", "skipped"),
        *("deferred", "pending", "no score", "no data", "no answer", "prefer not to answer"),
        *("k.a.", "k. a.", "keine angabe", "fehlt", "fehlend", "sin dato", "sin datos", "no aplica", "no disponible"),
    )
)
"""Words and signs that stand for "nothing here", lower case."""

NULL_WORDS = frozenset(("n/a", "na", "n.a.", "null", "nan", "nil", "none", "-", "--", "–", "—", ".", "<na>", "<null>"))
"""The same for columns of a closed list of words, where "unknown" or "declined" would be a word outside the list."""

FORMULA_ERRORS = frozenset(
    (
        *("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!"),
        *("#GETTING_DATA", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#PYTHON!"),
        *("#NV", "#WERT!", "#BEZUG!", "#ZAHL!", "#¡DIV/0!", "#¡VALOR!", "#¡REF!", "#¿NOMBRE?", "#¡NUM!"),
    )
)
"""What a spreadsheet shows where a formula failed; an error is never "no score"."""

_SPACES = re.compile(r"\s+")
INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad"


class One(NamedTuple):
    """What one text comes to.

    Attributes:
        value: the value, or None.
        reason: a sentence saying why there is no value; empty when there is one.
        missing: the cell is empty or says that nothing was recorded (``reason`` then says so).
    """

    value: Any
    reason: str = ""
    missing: bool = False


@dataclass(frozen=True)
class Cells:
    """Hold a column of cells after reading, one entry a row, in the order given.

    Attributes:
        values: float64 (NaN where there is none), datetime64[s] (NaT) or object (None), as the reader says.
        reasons: object array of sentences; ``""`` where there is a value. Missing cells have one too: ``No score.``
            for an empty cell, ``No score ("N/A").`` for a word that means nothing was recorded.
        missing: bool; the cell is empty, or a word or code for missing. A cell that is wrong is not missing.
    """

    values: NDArray[Any]
    reasons: NDArray[np.object_]
    missing: NDArray[np.bool_]

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Tell for each row whether there is a value (bool array)."""
        return np.asarray(self.reasons == "", dtype=np.bool_)

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Tell for each row whether the cell holds something that cannot be read (bool array)."""
        return np.asarray(~self.usable & ~self.missing, dtype=np.bool_)


def distinct(texts: "pd.Series[str]") -> tuple[NDArray[np.intp], list[str]]:
    """Number the distinct texts of a column: for each row the number of its text, and the texts as they appear."""
    codes, uniques = pd.factorize(texts.fillna(""))
    return codes, [str(text) for text in uniques]


def read_distinct(texts: "pd.Series[str]", read: Callable[[str], One], dtype: str = "float64") -> Cells:
    """Read a column, each distinct text once.

    Args:
        texts: the column as text, ``""`` = empty cell.
        read: what one trimmed text comes to.
        dtype: numpy dtype of the values (``"float64"``, ``"datetime64[s]"`` or ``"object"``).

    Returns:
        The column, in the order of ``texts``; empty for an empty column.
    """
    codes, uniques = distinct(texts)
    ones = [read(trimmed(text)) for text in uniques]
    values = np.empty(len(ones), dtype=dtype)
    values[:] = [_none(dtype) if one.value is None else one.value for one in ones]
    reasons = np.empty(len(ones), dtype=object)
    reasons[:] = [one.reason for one in ones]
    missing = np.fromiter((one.missing for one in ones), dtype=np.bool_, count=len(ones))
    return Cells(values[codes], reasons[codes], missing[codes])


def _none(dtype: str) -> Any:
    """Give what stands for "no value" in an array of this dtype."""
    if dtype.startswith("datetime64"):
        return np.datetime64("NaT")
    return np.nan if dtype == "float64" else None


def trimmed(text: str) -> str:
    """Take white space, non-breaking spaces and invisible marks off both ends; the inside stays as written."""
    return text.strip().strip(INVISIBLE).strip() if text else text


def comparable(text: str) -> str:
    """Bring a heading or word into the form in which two spellings are equal.

    NFKC, lower case, trimmed; ``_ - .`` and any white space count as one separator.

    >>> comparable(" PHQ-9_Total\\u00a0"), comparable("phq 9 total")
    ('phq 9 total', 'phq 9 total')
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s_\-.\u2010-\u2015]+", " ", trimmed(plain)).strip()


def plain(text: str) -> str:
    """Bring digits, minus signs and spaces into their plain form (NFKC), for reading numbers and dates."""
    normal = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    return _SPACES.sub(" ", trimmed(normal))


def formula_error(text: str) -> str:
    """Say in a sentence that a cell holds a failed or unsaved formula; empty when it does not."""
    if text.startswith("#") and text.upper() in FORMULA_ERRORS:
        return f"{text} is a formula error, not a value."
    if text.startswith("=") and len(text) > 1:
        return f"{quoted(text)} is a formula without its result: open the file in a spreadsheet and save it again."
    return ""


def absent(text: str, noun: str, codes: Collection[str] = (), words: frozenset[str] = MISSING_WORDS) -> One | None:
    """Tell what an empty cell, a word for missing or a failed formula comes to; None when it is something else.

    Args:
        text: a trimmed cell.
        noun: what is missing, for the sentence: ``"score"``, ``"date"``.
        codes: texts that a person has said mean missing, for example ``-99``; numbers are compared as numbers.
        words: words for missing, lower case.
    """
    if not text:
        return One(None, f"No {noun}.", True)
    if error := formula_error(text):
        return One(None, error)
    if text.casefold() in words or any(_same(text, code) for code in codes):
        return One(None, f"No {noun} ({quoted(text)}).", True)
    return None


def _same(text: str, code: str) -> bool:
    """Tell whether a cell is this code, as text or as a number (``-99.0`` is ``-99``)."""
    if text.casefold() == code.strip().casefold():
        return True
    try:
        return float(plain(text).replace(",", ".")) == float(code)
    except ValueError:
        return False


def quoted(text: str, longest: int = 60) -> str:
    """Put a cell's text in quotation marks for a sentence, shortened when long, control characters shown as ``·``."""
    shown = "".join(sign if sign.isprintable() else "·" for sign in text)
    return f'"{shown if len(shown) <= longest else shown[: longest - 1] + "…"}"'
