"""Check again what a file brings, before it meets the tables: a record that they would refuse is refused with words."""

import numpy as np
import pandas as pd

from bhi_core.domain import instruments
from bhi_core.domain.closed_lists import Change, Condition, ContactKind, CoveragePayer, Modality, SafetyKind, Status
from bhi_core.domain.records import KINDS
from bhi_core.store.fields import (
    CONTROL,
    FIRST_DAY,
    HIGHEST_ANSWER,
    HIGHEST_TOTAL,
    LAST_DAY,
    LONGEST_DAY_MINUTES,
    LONGEST_INTERVAL_WEEKS,
    LONGEST_TEXT,
)
from bhi_core.store.importing.incoming import DATE_COLUMNS, Incoming

WORDS: dict[tuple[str, str], frozenset[str]] = {
    ("episodes", "status"): frozenset(Status),
    ("episodes", "condition"): frozenset(Condition),
    ("contacts", "kind"): frozenset(ContactKind),
    ("contacts", "modality"): frozenset(Modality),
    ("treatments", "change"): frozenset(Change),
    ("safety", "kind"): frozenset(SafetyKind),
    ("coverage", "payer"): frozenset(CoveragePayer),
}
NUMBERS: dict[str, tuple[float, float]] = {
    "total": (0, HIGHEST_TOTAL),
    "functional": (0, HIGHEST_ANSWER),
    "safety_answer": (-2, HIGHEST_ANSWER),
    "minutes": (0, LONGEST_DAY_MINUTES),
    "follow_up_weeks": (0.01, LONGEST_INTERVAL_WEEKS),
}
NEEDED: dict[str, tuple[str, ...]] = {
    "patients": (),
    "episodes": ("enrolled_on",),
    "scores": ("date", "instrument"),
    "contacts": ("date", "kind"),
    "treatments": ("date", "change"),
    "reviews": ("date",),
    "safety": ("date", "kind"),
    "plans": ("date",),
    "coverage": ("payer", "from_on"),
    "diagnoses": ("code", "onset"),
}
NAMES = ("site", "care_manager", "consultant", "staff", "owner", "by")
LONGEST_NAME = 200
"""Of a site or a member of staff: as ``store.fields`` has it."""
ORDERED = (("enrolled_on", "closed_on"), ("from_on", "to_on"), ("onset", "end_on"))


def check(incoming: Incoming) -> None:
    """Refuse each record that the tables could not keep, naming the column."""
    records, kind = incoming.records, incoming.kind
    for column in ("patient_id", *NEEDED[kind]):
        missing = records[column].isna().to_numpy() | (records[column] == "").to_numpy()
        incoming.reject(missing, lambda _, column=column: f"{_heading(column)} is missing.")  # type: ignore[misc]
    for column in KINDS[kind]:
        if (kind, column) in WORDS:
            _closed_list(incoming, column)
        elif column in NUMBERS:
            _number(incoming, column)
        elif column in DATE_COLUMNS:
            _date(incoming, column)
        elif records[column].dtype == "str":
            _text(incoming, column)
    for first, last in ORDERED:
        if first in records and last in records:
            early = (records[last] < records[first]).to_numpy()
            incoming.reject(early, lambda _, a=first, b=last: f"{_heading(b)} is before {_heading(a)}.")  # type: ignore[misc]
    if kind == "scores":
        _totals(incoming)
    if kind == "safety":
        unsigned = (records["kind"] == "acknowledged") & (records["by"].isna() | records["outcome"].isna())
        incoming.reject(unsigned.to_numpy(), lambda _: "An acknowledgement needs By and Outcome.")


def _heading(column: str) -> str:
    return "MRN" if column == "patient_id" else column.replace("_", " ").capitalize()


def _closed_list(incoming: Incoming, column: str) -> None:
    allowed = WORDS[incoming.kind, column]
    cells = incoming.records[column]
    unknown = (cells.notna() & ~cells.isin(allowed)).to_numpy()
    incoming.reject(unknown, lambda _: f"{_heading(column)} is none of: {', '.join(sorted(allowed))}.")


def _number(incoming: Incoming, column: str) -> None:
    low, high = NUMBERS[column]
    numbers = incoming.records[column].to_numpy(dtype=np.float64)
    outside = (numbers < low) | (numbers > high)
    if column in ("total", "functional"):
        with np.errstate(invalid="ignore"):
            outside |= ~np.isnan(numbers) & (numbers != np.floor(numbers))
    incoming.reject(outside, lambda _: f"{_heading(column)} is no number from {low:g} to {high:g}.")


def _date(incoming: Incoming, column: str) -> None:
    dates = incoming.records[column]
    outside = ((dates < pd.Timestamp(FIRST_DAY)) | (dates > pd.Timestamp(LAST_DAY))).to_numpy()
    incoming.reject(outside, lambda _: f"{_heading(column)} is not between {FIRST_DAY} and {LAST_DAY}.")


def cannot_be_kept(texts: "pd.Series[str]", longest: int = LONGEST_TEXT) -> "pd.Series[bool]":
    """Say of each text whether it holds control characters or is too long; a missing one can be kept."""
    cells = texts.astype("str")
    long = (cells.str.len() > longest).fillna(False)
    return (cells.str.contains(CONTROL, regex=True, na=False) | long).astype(bool)


def _text(incoming: Incoming, column: str) -> None:
    bad = cannot_be_kept(incoming.records[column], LONGEST_NAME if column in NAMES else LONGEST_TEXT)
    incoming.reject(bad.to_numpy(dtype=bool), lambda _: f"{_heading(column)} holds control characters or is too long.")


def _totals(incoming: Incoming) -> None:
    """Hold totals to the range of their instrument, and forms to hold something."""
    records, known = incoming.records, instruments.registry()
    codes, ids = pd.factorize(records["instrument"])
    total = records["total"].to_numpy(dtype=np.float64)
    nothing = np.isnan(total) & records["items"].isna().to_numpy()
    incoming.reject(nothing, lambda _: "The form holds neither a total nor an answer.")
    for place, name in enumerate(ids):
        if str(name) not in known:
            incoming.reject(codes == place, lambda _, name=name: f'No instrument "{name}" is configured.')  # type: ignore[misc]
            continue
        instrument = known[str(name)]
        outside = (codes == place) & ((total < instrument.minimum) | (total > instrument.maximum))
        incoming.reject(
            outside,
            lambda at, one=instrument: f"{one.name} total {total[at]:g} is outside {one.minimum} to {one.maximum}.",  # type: ignore[misc]
        )
