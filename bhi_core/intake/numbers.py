"""Text cells to numbers: totals, answers to items, minutes. A cell that is no number is a reason, never a guess."""

import re
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.intake.cells import Cells, One, absent, comparable, distinct, plain, quoted, read_distinct, trimmed

_NUMBER = re.compile(r"([+-]?)(\d{1,18})(?:([.,])(\d{1,18}))?")
_CODED_ANSWER = re.compile(r"\(?(\w{1,6}?)\)?\s*[-–—:=,.)]\s*(\D.*)")
_ANSWER_CODED = re.compile(r"(\D.*?)\s*(?:\(\s*(\d{1,2})\s*\)|\[\s*(\d{1,2})\s*\]|[=:–—-]\s*(\d{1,2}))")
_MISSING_CODES = frozenset({7.0, 8.0, 9.0, 77.0, 88.0, 98.0, 99.0, 888.0, 998.0, 999.0, 9999.0, 99999.0})
_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)")


def number(text: str) -> float | None:
    """Read one number, with a decimal point or comma; None when it is none or when a comma could mark thousands.

    >>> number("12.0"), number("12,5"), number("1,000"), number("1e3"), number("twelve")
    (12.0, 12.5, None, None, None)
    """
    found = _NUMBER.fullmatch(plain(text))
    if found is None or (found[3] == "," and len(found[4]) == 3):
        return None
    return float(f"{found[1]}{found[2]}.{found[4] or 0}")


def plain_numbers(texts: "pd.Series[str]") -> NDArray[np.float64]:
    """Give the number in each cell as it stands (float64), NaN where there is none; for looking at a whole column."""
    codes, uniques = distinct(texts)
    values = [number(trimmed(text)) for text in uniques]
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)[codes]


def totals(
    texts: "pd.Series[str]",
    *,
    instrument: str,
    minimum: int = 0,
    maximum: int,
    missing_codes: Collection[str] = (),
    percent: bool = False,
) -> Cells:
    """Read a column of total scores.

    Args:
        texts: the cells, ``""`` = empty.
        instrument: the name for the sentences, for example ``PHQ-9``.
        minimum, maximum: the range of the total, in points.
        missing_codes: numbers or words that a person has said mean missing.
        percent: the cells are percent of the maximum and come back as points (WHO-5: divided by 4).

    Returns:
        Points (float64, whole numbers; NaN without a value) with a reason for every cell that is no total.
    """

    def read(text: str) -> One:
        nothing = absent(text, "score", missing_codes)
        return nothing or (_from_percent(text, instrument, maximum) if percent else _in_range(text, spec))

    spec = _Range(minimum, maximum, f"the highest {instrument} total, {maximum}")
    return read_distinct(texts, read)


def answers(
    texts: "pd.Series[str]",
    *,
    item: str,
    maximum: int,
    words: Mapping[str, int] | None = None,
    coding: str | Mapping[str, int] | None = None,
    missing_codes: Collection[str] = (),
) -> Cells:
    """Read a column of answers to one item.

    Args:
        texts: the cells, ``""`` = not answered.
        item: the item for the sentences, for example ``PHQ-9 item 2``.
        maximum: highest points of the item; the lowest is 0.
        words: answer in words -> points, in every language of the instrument; compared like headings.
        coding: how the file codes answers: None or ``"0-3"`` as points; ``"1-4"`` counted from one; ``"words"`` words
            only; or a table, code -> points. Words are understood in every case.
        missing_codes: numbers or words that a person has said mean missing.

    Returns:
        Points (float64, NaN without a value). ``2 - More than half the days`` and ``More than half the days (2)`` are 2
        when number and words agree.
    """
    known = {comparable(word): points for word, points in (words or {}).items()}
    codes = _codes(coding, maximum)

    def read(text: str) -> One:
        return absent(text, "answer", missing_codes) or _answer(text, item, maximum, known, codes)

    return read_distinct(texts, read)


def whole_numbers(
    texts: "pd.Series[str]", *, of: str = "minutes", noun: str = "number", minimum: int = 0, maximum: int | None = None
) -> Cells:
    """Read a column of whole numbers, for example minutes (float64, NaN without a value); ``1 hr`` is a reason."""

    def read(text: str) -> One:
        if nothing := absent(text, noun):
            return nothing
        value = number(text)
        if value is None or value != int(value):
            return One(None, f"{quoted(text)} is not a whole number of {of}.")
        if value < minimum:
            return One(None, f"{text} is below {minimum}.")
        if maximum is not None and value > maximum:
            return One(None, f"{text} is above {maximum} {of}.")
        return One(value)

    return read_distinct(texts, read)


class _Range:
    """What a number must lie between, and how the sentence names the upper end."""

    def __init__(self, minimum: int, maximum: int, above: str) -> None:
        self.minimum, self.maximum, self.above = minimum, maximum, above


def _in_range(text: str, allowed: _Range) -> One:
    """Read a whole number within a range, or say why it is none."""
    value = number(text)
    if value is None:
        return One(None, _no_number(text))
    hint = " (often a code for missing)" if abs(value) in _MISSING_CODES else ""
    if value < allowed.minimum:
        return One(None, f"{text} is below {allowed.minimum}{hint}.")
    if value > allowed.maximum:
        return One(None, f"{text} is above {allowed.above}{hint}.")
    if value != int(value):
        return One(None, f"{text} is not a whole number.")
    return One(value)


def _no_number(text: str) -> str:
    """Say why a text is no number."""
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+", text):
        return f"{quoted(text)} can be read with a decimal comma or with thousands: write it plainly."
    if re.fullmatch(r"[\d.,]+ ?%", text):
        return f"{quoted(text)} is a percentage, not points."
    return f"{quoted(text)} is not a number."


def _from_percent(text: str, instrument: str, maximum: int) -> One:
    """Read a percentage of the maximum as points, or say why it is none."""
    value = number(text.removesuffix("%"))
    if value is None:
        return One(None, _no_number(text))
    if value < 0 or value > 100:
        return One(None, f"{text} is not between 0 and 100 percent.")
    points = value * maximum / 100
    if abs(points - round(points)) > 1e-6:
        return One(None, f"{text} percent of {maximum} is no whole {instrument} total.")
    return One(float(round(points)))


def _codes(coding: str | Mapping[str, int] | None, maximum: int) -> dict[str, int] | None:
    """Turn a coding into code -> points; None means that numbers are points."""
    if coding is None:
        return None
    if not isinstance(coding, str):
        return {comparable(str(code)): int(points) for code, points in coding.items()}
    found = _RANGE.fullmatch(coding.strip())
    if found is None:
        return {}
    first = int(found[1])
    return None if first == 0 else {str(first + points): points for points in range(maximum + 1)}


def _answer(text: str, item: str, maximum: int, words: Mapping[str, int], codes: Mapping[str, int] | None) -> One:
    """Read one answer: in words, as a number, or as a number with its words."""
    in_words = words.get(comparable(text))
    if in_words is not None:
        return One(float(in_words))
    number_of, said = _number_and_words(text, words)
    if said is not None:
        coded = _coded(number_of, item, maximum, codes)
        if coded.value is not None and coded.value != said:
            return One(None, f"{quoted(text)} is two answers: its number says {coded.value:g}, its words say {said}.")
        return One(float(said)) if coded.value is not None else coded
    return _coded(text, item, maximum, codes)


def _number_and_words(text: str, words: Mapping[str, int]) -> tuple[str, int | None]:
    """Take an answer apart that has its number before or behind its words: the number, and the points of the words."""
    if (before := _CODED_ANSWER.fullmatch(plain(text))) and comparable(before[2]) in words:
        return before[1], words[comparable(before[2])]
    if (behind := _ANSWER_CODED.fullmatch(plain(text))) and comparable(behind[1]) in words:
        return behind[2] or behind[3] or behind[4], words[comparable(behind[1])]
    return "", None


def _coded(text: str, item: str, maximum: int, codes: Mapping[str, int] | None) -> One:
    """Read an answer given as a code or as points."""
    if codes is None:
        return _in_range(text, _Range(0, maximum, f"{maximum}, the highest answer to {item}"))
    value = number(text)
    key = f"{value:.0f}" if value is not None and value == int(value) else comparable(text)
    if key in codes:
        return One(float(codes[key]))
    hint = " (often a code for missing)" if value is not None and abs(value) in _MISSING_CODES else ""
    return One(None, f"{quoted(text)} is not one of the answers to {item}{hint}.")
