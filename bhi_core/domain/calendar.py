"""Calendar months and days since 1970, for many dates at once."""

from datetime import date
from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd

Dates = npt.NDArray[np.datetime64]
Months = int | npt.NDArray[np.int64]


@overload
def add_months(dates: date, months: int) -> date: ...
@overload
def add_months(dates: "pd.Series[pd.Timestamp]", months: Months) -> "pd.Series[pd.Timestamp]": ...
@overload
def add_months(dates: Dates, months: Months) -> Dates: ...
def add_months(
    dates: "date | pd.Series[pd.Timestamp] | Dates", months: Months
) -> "date | pd.Series[pd.Timestamp] | Dates":
    """Give the dates so many calendar months later, at most the last day of the month.

    Args:
        dates: a plain date, a column or an array of dates; NaT stays NaT.
        months: months to add, one number or one a date; below zero goes back.

    Returns:
        The same form as ``dates``: a date; a column of ``datetime64[s]`` with the same index; ``datetime64[D]``.

    >>> add_months(date(2024, 2, 29), 12), add_months(date(2026, 1, 31), 1)
    (datetime.date(2025, 2, 28), datetime.date(2026, 2, 28))
    """
    if isinstance(dates, date):
        one: date = add_months(np.array([dates], dtype="datetime64[D]"), months)[0].astype(object)
        return one
    if isinstance(dates, pd.Series):
        return pd.Series(
            add_months(dates.to_numpy(), months).astype("datetime64[s]"), index=dates.index, name=dates.name
        )
    days = dates.astype("datetime64[D]")
    month = days.astype("datetime64[M]")
    first = month + months
    day_of_month = days - month.astype("datetime64[D]")
    last = (first + 1).astype("datetime64[D]") - 1
    later: Dates = np.minimum(first.astype("datetime64[D]") + day_of_month, last)
    return later


def months_between(starts: "pd.Series[pd.Timestamp] | Dates", ends: "date | Dates") -> npt.NDArray[np.float64]:
    """Count whole calendar months from the starts to the ends: the most that can be added without passing the end.

    Args:
        starts: dates; NaT gives NaN.
        ends: one date for all, or one a start; NaT gives NaN.

    Returns:
        Months as whole float64 numbers; below zero when the end comes before the start.
    """
    begin = np.asarray(starts).astype("datetime64[D]")
    end = np.broadcast_to(np.asarray(ends, dtype="datetime64[D]"), begin.shape)
    known = ~(np.isnat(begin) | np.isnat(end))
    begin, end = begin[known], end[known]
    months = (end.astype("datetime64[M]") - begin.astype("datetime64[M]")).astype(np.int64)
    months -= add_months(begin, months) > end
    counted = np.full(known.shape, np.nan)
    counted[known] = months
    return counted


def day_numbers(dates: "pd.Series[pd.Timestamp] | Dates") -> npt.NDArray[np.int64]:
    """Number dates in days since 1970-01-01; NaT becomes ``MISSING_DAY``."""
    days: npt.NDArray[np.int64] = np.asarray(dates).astype("datetime64[D]").view(np.int64)
    return days


MISSING_DAY = np.iinfo(np.int64).min
"""The day number of a missing date."""

_SECONDS_A_DAY = 86_400


def dates_of(days: npt.NDArray[np.integer], known: "npt.NDArray[np.bool_] | None" = None) -> Dates:
    """Give the dates of day numbers as ``datetime64[s]``; NaT for ``MISSING_DAY``, or instead where not ``known``."""
    holds = days != MISSING_DAY if known is None else known
    seconds = np.where(holds, days * np.int64(_SECONDS_A_DAY), MISSING_DAY)
    return seconds.view("datetime64[s]")
