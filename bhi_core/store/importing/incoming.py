"""The records of a file on their way in: what each is found to be, and why."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain.records import KINDS, ParsedFile

NEW, KNOWN, REJECTED = 0, 1, 2
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

DATES = {
    "patients": None,
    "episodes": "enrolled_on",
    "coverage": "from_on",
    "diagnoses": "onset",
} | dict.fromkeys(("scores", "contacts", "treatments", "reviews", "safety", "plans"), "date")
"""Kind -> the date a record stands on; None for people."""


@dataclass
class Incoming:
    """Hold the records of a file in the order of its lines, and what the store finds each to be.

    Attributes:
        kind: a key of ``domain.records.KINDS``.
        records: line, record, the canonical columns of the kind and ``recorded_at`` (``datetime64[us]``, UTC, filled).
        stated: whether the file itself said when the record was recorded.
        outcome: NEW, KNOWN or REJECTED.
        reasons: place of a record -> sentences.
    """

    kind: str
    records: pd.DataFrame
    stated: Flags
    outcome: npt.NDArray[np.int8]
    reasons: dict[int, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the records."""
        return len(self.records)

    @property
    def new(self) -> Flags:
        """Say which records are, so far, to be kept."""
        flags: Flags = self.outcome == NEW
        return flags

    @property
    def lines(self) -> Ints:
        """Give the line of each record."""
        lines: Ints = self.records["line"].to_numpy(dtype=np.int64)
        return lines

    def reject(self, which: Flags, say: Callable[[int], str]) -> None:
        """Refuse records; a positive answer to a safety item is said with the reason, so that it is not lost.

        Args:
            which: a flag for each record; those decided already are left alone.
            say: gives the sentence for the record at a place.
        """
        for place in np.flatnonzero(which & self.new).tolist():
            self.outcome[place] = REJECTED
            self.reasons.setdefault(place, []).append(say(place) + self._safety(place))

    def know(self, place: int, sentence: str) -> None:
        """Mark a record as known, with the sentence that says from where."""
        self.outcome[place] = KNOWN
        self.reasons[place] = [sentence]

    def _safety(self, place: int) -> str:
        if self.kind != "scores":
            return ""
        answer = int(self.records["safety_answer"].to_numpy()[place])
        return f" Safety: this form answers the item on self-harm with {answer}; see to it now." if answer > 0 else ""


def prepare(parsed: ParsedFile, now: dt.datetime) -> Incoming:
    """Put the records of a file in order and fill in when they were recorded: the moment of the import by default."""
    records = parsed.records.sort_values(["line", "record"], kind="stable").reset_index(drop=True)
    for column in KINDS[parsed.kind]:
        if column not in records:
            records[column] = _empty(column, len(records))
    moments = records["recorded_at"] if "recorded_at" in records else pd.Series(pd.NaT, index=records.index)
    utc = pd.to_datetime(moments, utc=True).dt.tz_localize(None).dt.as_unit("us")
    stated: Flags = utc.notna().to_numpy(dtype=bool)
    records["recorded_at"] = utc.fillna(pd.Timestamp(now).tz_convert(None).as_unit("us"))
    incoming = Incoming(parsed.kind, records, stated, np.zeros(len(records), dtype=np.int8))
    late = records["recorded_at"].to_numpy() > np.datetime64(now.replace(tzinfo=None), "us")
    incoming.reject(late, lambda place: f"Recorded at {records['recorded_at'].iat[place]} UTC is in the future.")
    return incoming


def _empty(column: str, count: int) -> "pd.Series[Any]":
    """Give a column that the file has nothing for."""
    if column in ("assigned", "attended"):
        return pd.Series(np.full(count, column == "attended"))
    if column == "safety_answer":
        return pd.Series(np.full(count, -2, dtype=np.int8))
    if column in ("total", "functional", "minutes", "follow_up_weeks"):
        return pd.Series(np.full(count, np.nan))
    if column in DATE_COLUMNS:
        return pd.Series(np.full(count, np.datetime64("NaT", "s")))
    return pd.Series([np.nan] * count, dtype="str")


DATE_COLUMNS = frozenset(
    {"birth_date", "enrolled_on", "status_since", "consent_on", "closed_on", "date", "next_due", "due", "from_on",
     "to_on", "onset", "end_on"}
)  # fmt: skip


def typed(values: dict[str, Any]) -> pd.DataFrame:
    """Give one record's plain values as a frame with the types that a file's records have."""
    columns: dict[str, Any] = {"line": np.zeros(1, dtype=np.int64), "record": np.zeros(1, dtype=np.int64)}
    for name, value in values.items():
        if value is None:
            columns[name] = _empty(name, 1)
        elif name in DATE_COLUMNS:
            columns[name] = np.array([value], dtype="datetime64[s]")
        elif isinstance(value, str):
            columns[name] = pd.Series([str(value)], dtype="str")
        else:
            columns[name] = pd.Series([value]).astype(_empty(name, 1).dtype)
    return pd.DataFrame(columns)
