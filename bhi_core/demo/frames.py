"""Turns what was told into frames with the canonical columns, one line a record, in the order of recording."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from bhi_core.demo.days import number
from bhi_core.domain.records import KINDS

DATES = {"birth_date", "enrolled_on", "status_since", "consent_on", "closed_on", "date", "next_due", "due", "from_on",
         "to_on", "onset", "end_on"}  # fmt: skip
NUMBERS = {"follow_up_weeks", "total", "functional", "minutes"}
FLAGS = {"attended", "assigned"}
HEADING_LINES = 1


def frame(kind: str, rows: Iterable[Sequence[Any]], recorded: Sequence[int]) -> pd.DataFrame:
    """Build the frame of a kind.

    Args:
        kind: a key of ``domain.records.KINDS``.
        rows: values in the order of the kind's columns; dates as day numbers or dates, None where missing.
        recorded: when each was recorded, minutes since 1970 (UTC).

    Returns:
        line and record (int64, as a file with one heading line would have them), the canonical columns (dates
        datetime64[s], numbers float64, text str), recorded_at (datetime64[us, UTC]); in the order of recording.
    """
    columns = KINDS[kind]
    minutes = np.array(recorded, dtype="int64")
    order = np.argsort(minutes, kind="stable")
    told = [tuple(row) for row in rows]
    ordered = [told[place] for place in order]
    made: dict[str, Any] = {
        "line": np.arange(len(told), dtype="int64") + 1 + HEADING_LINES,
        "record": np.zeros(len(told), dtype="int64"),
    }
    for place, name in enumerate(columns):
        made[name] = _column(name, [row[place] for row in ordered])
    stamps = pd.to_datetime(minutes[order] * 60, unit="s", utc=True)
    made["recorded_at"] = pd.Series(stamps).astype("datetime64[us, UTC]")
    return pd.DataFrame(made)


def _column(name: str, values: list[Any]) -> pd.Series:
    """Give one column its type; missing stays missing."""
    if name in DATES:
        days = [np.datetime64("NaT") if value is None else _day(value) for value in values]
        return pd.Series(np.array(days, dtype="datetime64[s]"))
    if name in NUMBERS:
        return pd.Series([np.nan if value is None else float(value) for value in values], dtype="float64")
    if name in FLAGS:
        return pd.Series([bool(value) for value in values], dtype="bool")
    if name == "safety_answer":
        return pd.Series(values, dtype="int8")
    return pd.Series([np.nan if value is None else value for value in values], dtype="str")


def _day(value: date | int) -> np.datetime64:
    return np.datetime64(number(value) if isinstance(value, date) else value, "D")
