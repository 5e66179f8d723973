"""A column of texts to days. What a column leaves open (the order, the century) is asked, never guessed by row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.domain.records import Question
from bhi_core.intake.cells import Cells, absent, distinct, trimmed
from bhi_core.intake.date_meaning import (
    Epoch,
    Meaning,
    Order,
    Purpose,
    Setting,
    Stated,
    in_epoch_years,
    in_words,
    is_serial,
    is_short,
    meaning,
)
from bhi_core.intake.number_formats import from_serial
from bhi_core.intake.written_dates import MONTH_NAMES, Written, written

_MIDNIGHTS = 5
"""Distinct moments at midnight UTC, and none at another time, that make a column one of plain days."""

__all__ = ["DateReading", "OrderEvidence", "Stated", "order_evidence", "read_dates"]


@dataclass(frozen=True)
class OrderEvidence:
    """Say what a column's dates tell about their order, by an example of each (None = there is none).

    Attributes:
        day_first: a text that can only be day first, for example ``13/02/2026``.
        month_first: one that can only be month first.
        either: one that reads both ways, to different days.
    """

    day_first: str | None = None
    month_first: str | None = None
    either: str | None = None

    @property
    def order(self) -> Order | None:
        """Name the order that the column shows, or None."""
        if (self.day_first is None) == (self.month_first is None):
            return None
        return "MDY" if self.day_first is None else "DMY"


@dataclass(frozen=True)
class DateReading:
    """Hold a column of dates after reading, one entry a row.

    Attributes:
        cells: values are days in the clinic's zone, datetime64[s] (NaT without one), with the reasons.
        moments: UTC, datetime64[s]; NaT where a cell has no time of day.
        order: the order used, or None when no cell needed one.
        questions: about ``date_order``, ``date_format`` or ``century``; with any, ``cells`` must not be used.
        notes: sentences for the report.
    """

    cells: Cells
    moments: NDArray[np.datetime64]
    order: Order | None = None
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()


def read_dates(
    texts: "pd.Series[str]",
    *,
    column: str,
    as_of: date,
    zone: ZoneInfo,
    purpose: Purpose = "care",
    stated: Stated | None = None,
    typed: NDArray[np.bool_] | None = None,
    excel_epoch: Epoch = 1900,
    noun: str = "date",
) -> DateReading:
    """Read a column of dates; its order is decided from all its cells, or asked.

    Args:
        texts: the cells, ``""`` = empty.
        column: the heading, for the questions.
        as_of: days after it are in the future (except for ``"planned"``).
        zone: the clinic's zone: a moment with an offset belongs to the local day.
        purpose: ``"care"`` something that happened, ``"birth"``, or ``"planned"`` (due dates, ends of cover).
        stated: what a person has said.
        typed: true where a workbook holds a real date.
        excel_epoch: what serial numbers count from.
        noun: what is missing where a cell is empty, for the sentence.

    Returns:
        Days, moments, reasons and questions.
    """
    setting = Setting(as_of, zone, purpose, stated or Stated(), excel_epoch, noun)
    codes, uniques = distinct(texts)
    cells = [trimmed(text) for text in uniques]
    nothing = [absent(text, noun) for text in cells]
    read = [Written("wrong") if gone else written(text) for text, gone in zip(cells, nothing, strict=True)]
    read, notes = _plain_days(read, column)
    evidence = _evidence(cells, read)
    order, questions = _order(evidence, setting.stated, column)
    questions += _about_numbers(cells, read, column, setting) + _about_century(cells, read, column, setting)
    meanings = [
        Meaning(reason=gone.reason, missing=gone.missing) if gone else meaning(text, one, order, setting)
        for text, gone, one in zip(cells, nothing, read, strict=True)
    ]
    days = np.array([each.day for each in meanings], dtype="datetime64[s]")
    moments = np.array([each.moment and each.moment.replace(tzinfo=None) for each in meanings], dtype="datetime64[s]")
    reasons = np.array([each.reason for each in meanings], dtype=object)
    missing = np.array([each.missing for each in meanings], dtype=np.bool_)
    if typed is not None:
        notes += _swapped_note(column, days[codes], typed, evidence)
    return DateReading(
        Cells(days[codes], reasons[codes], missing[codes]), moments[codes], order, tuple(questions), notes
    )


def _plain_days(read: list[Written], column: str) -> tuple[list[Written], tuple[str, ...]]:
    """Take days that a program wrote as midnight UTC throughout for what they are; else all would move a day back."""
    moments = [one for one in read if one.offset is not None]
    if len(moments) < _MIDNIGHTS or any(one.seconds != 0 or one.offset != 0 for one in moments):
        return read, ()
    plain = [replace(one, seconds=None, offset=None) if one.offset == 0 else one for one in read]
    return plain, (f'In "{column}" every time is midnight UTC: they were read as days without a time.',)


def order_evidence(texts: "pd.Series[str]") -> OrderEvidence:
    """Tell what a column's dates say about their order; for looking at several columns of one file together."""
    cells = [trimmed(text) for text in distinct(texts)[1]]
    return _evidence(cells, [written(text) for text in cells])


def _evidence(cells: Sequence[str], read: Sequence[Written]) -> OrderEvidence:
    """Collect an example of each order; dots alone mean day first."""
    day = month = either = None
    for text, one in zip(cells, read, strict=True):
        if one.form not in ("open", "short"):
            continue
        first, second, _ = one.numbers
        if first > 12 and second <= 12:
            day = day or text
        elif second > 12 and first <= 12:
            month = month or text
        elif first != second and max(first, second) <= 12:
            if one.dotted:
                day = day or text
            else:
                either = either or text
    return OrderEvidence(day, month, either)


def _order(evidence: OrderEvidence, stated: Stated, column: str) -> tuple[Order | None, list[Question]]:
    """Decide the order, or ask for it."""
    if stated.order is not None:
        return stated.order, []
    if evidence.order is not None:
        return evidence.order, []
    options = ("DMY", "MDY")
    if evidence.day_first is not None and evidence.month_first is not None:
        ask = (
            f"{evidence.day_first} is day first and {evidence.month_first} is month first: "
            "which order has the column? What does not fit is rejected."
        )
        return None, [Question("date_order", ask, column, options)]
    if evidence.either is not None:
        first, second, _ = written(evidence.either).numbers
        ask = f"{evidence.either}: {first} {MONTH_NAMES[second - 1]} or {MONTH_NAMES[first - 1]} {second}?"
        return None, [Question("date_order", ask, column, options)]
    return None, []


def _about_century(cells: Sequence[str], read: Sequence[Written], column: str, setting: Setting) -> list[Question]:
    """Ask for the century of two-digit years."""
    short = next((text for text, one in zip(cells, read, strict=True) if is_short(one)), None)
    if short is None or setting.stated.century is not None:
        return []
    ask = f"{short} has a year of two digits: shall years that could be 19.. or 20.. be rejected, or taken as 20..?"
    return [Question("century", ask, column, ("reject", "confirm"))]


def _about_numbers(cells: Sequence[str], read: Sequence[Written], column: str, setting: Setting) -> list[Question]:
    """Ask what a column's numbers are when they are no serials since 1990; a few odd cells raise no question."""
    if setting.stated.date_format is not None:
        return []
    numbers = [(text, one.value) for text, one in zip(cells, read, strict=True) if one.form == "number"]
    for unit, other, size, words in (("s", "ms", 1, "seconds"), ("ms", "s", 1000, "milliseconds")):
        since_1970 = [(text, value / size) for text, value in numbers if in_epoch_years(value / size, setting.as_of)]
        if since_1970 and len(since_1970) * 10 >= len(cells):
            text, seconds = since_1970[0]
            day = datetime.fromtimestamp(seconds, UTC).date()
            ask = f"{text}: {words} since 1970, which is {in_words(day)}?"
            return [Question("date_format", ask, column, (unit, other))]
    outside = [(text, value) for text, value in numbers if 1000 < value < 80_000 and not is_serial(value, setting)]
    if len(outside) * 2 > len(cells):
        text, value = outside[0]
        day_text = (from_serial(value, setting.epoch) or "")[:10]
        ask = f"{text}: a spreadsheet's number for {in_words(date.fromisoformat(day_text))}?"
        return [Question("date_format", ask, column, ("excel", "s", "ms"))]
    return []


def _swapped_note(
    column: str, days: NDArray[np.datetime64], typed: NDArray[np.bool_], evidence: OrderEvidence
) -> tuple[str, ...]:
    """Warn when every real date falls on a day up to 12 and every date kept as text on a later one."""
    if typed.sum() < 5 or (~typed).sum() < 5 or evidence.either is not None or evidence.order is None:
        return ()
    day_of_month = (days.astype("datetime64[D]") - days.astype("datetime64[M]")).astype(np.float64) + 1
    real, text = day_of_month[typed], day_of_month[~typed]
    if np.nanmax(real) > 12 or not (text > 12).any() or np.nanmin(text) <= 12:
        return ()
    return (
        f'In "{column}" the real dates all fall on days 1 to 12 and the others are text: a spreadsheet may have '
        "swapped day and month of the real ones. Compare some with the source.",
    )
