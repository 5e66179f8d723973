"""A table and its mapping to records of the kinds other than scores: one record a line, or the reasons against it."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.domain.episodes import ACTIVE
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.records import KINDS
from bhi_core.domain.words import count
from bhi_core.intake.cells import Cells, One, absent, quoted, read_distinct
from bhi_core.intake.closed_lists import LISTS, NAMES
from bhi_core.intake.date_columns import DateColumns
from bhi_core.intake.guess import NEEDED
from bhi_core.intake.lines import Ledger
from bhi_core.intake.mapping import Mapping
from bhi_core.intake.numbers import number, whole_numbers
from bhi_core.intake.scores import Read
from bhi_core.intake.sheet import Sheet
from bhi_core.intake.words import free_text, matched

DATES = frozenset(
    ("birth_date", "enrolled_on", "status_since", "consent_on", "closed_on", "date", "from_on", "onset", "end_on")
)
PLANNED = frozenset(("next_due", "due", "to_on"))
"""Dates that may lie ahead: of the next contact, of a recommendation, of the end of a coverage."""

LONGEST_DAY_MINUTES = 24 * 60
LONGEST_INTERVAL_WEEKS = 104
_LONGEST_LIFE_YEARS = 125
_ORDERED = (("enrolled_on", "closed_on"), ("from_on", "to_on"), ("onset", "end_on"))
_NAMES = {"patient_id": "patient id", "from_on": "start", "to_on": "end", "end_on": "end", "closed_on": "closing date",
          "enrolled_on": "enrolment date", "birth_date": "birth date"}  # fmt: skip


def read_records(
    sheet: Sheet, kind: str, mapping: Mapping, *, instruments: InstrumentRegistry, dates: DateColumns, ids: Cells
) -> Read:
    """Read the records of a table.

    Args:
        sheet: the table.
        kind: a key of ``KINDS`` other than scores.
        mapping: the whole mapping, headings as the file spells them.
        instruments: those configured.
        dates: the file's date columns.
        ids: the patient id of each row.

    Returns:
        A record a row (dates datetime64[s], numbers float64, attended bool, text str), or questions.
    """
    dates.agree(
        heading
        for field in KINDS[kind]
        if field in DATES and field != "birth_date" and (heading := mapping.heading(field))
    )
    own = [field for field in KINDS[kind] if field != "patient_id"]
    columns = {field: _column(sheet, kind, field, mapping.heading(field), (instruments, dates)) for field in own}
    if dates.questions:
        return Read(pd.DataFrame(), None, tuple(dates.questions))
    ledger = Ledger(sheet.lines)
    stranger = np.where(sheet.faults != "", sheet.faults, ids.reasons)
    good = stranger == ""
    rows = np.flatnonzero(~good).astype(np.intp)
    ledger.refuse(rows, stranger[rows])
    for field, cells in columns.items():
        wrong = cells.wrong | (cells.missing if field in NEEDED[kind] else False)
        rows = np.flatnonzero(wrong & (sheet.faults == "")).astype(np.intp)
        if len(rows):
            name = mapping.heading(field) or field
            blank = f"No {_NAMES.get(field, field.replace('_', ' '))}."
            reasons = np.where(cells.missing[rows], blank, cells.reasons[rows])
            ledger.refuse(rows, np.array([f"{name}: {reason}" for reason in reasons], dtype=object))
            good &= ~wrong
    records = pd.DataFrame({"row": np.arange(len(sheet.lines), dtype=np.int64)})
    for field, cells in columns.items():
        records[field] = _values(field, cells)
    if kind == "patients" and (heading := mapping.heading("patient_name")) and not mapping.heading("last_name"):
        records[["last_name", "first_name"]] = split_names(sheet.cells[heading])
    good = _consistent(kind, records, good, ledger)
    notes = _defaults(kind, records, good)
    kept = records[good].reset_index(drop=True)
    ledger.keep(kept["row"].to_numpy(dtype=np.intp))
    return Read(kept, ledger, (), tuple(notes))


def _column(
    sheet: Sheet, kind: str, field: str, heading: str | None, how: tuple[InstrumentRegistry, DateColumns]
) -> Cells:
    """Read the column of one field; all empty where the file has none."""
    name = _NAMES.get(field, field.replace("_", " "))
    instruments, dates = how
    if heading is None:
        size, is_date = len(sheet.cells), field in DATES | PLANNED
        values = np.full(size, np.datetime64("NaT"), dtype="datetime64[s]") if is_date else np.full(size, None)
        return Cells(values, np.full(size, f"No {name}.", dtype=object), np.ones(size, dtype=np.bool_))
    texts = sheet.cells[heading]
    if field == "birth_date":
        return birth_dates(dates, heading)
    if field in DATES or field in PLANNED:
        return dates.read(heading, "planned" if field in PLANNED else "care", name).cells
    if (kind, field) in LISTS:
        return matched(texts, LISTS[kind, field], noun=NAMES[kind, field])
    return _words_or_numbers(texts, field, instruments)


def _words_or_numbers(texts: "pd.Series[str]", field: str, instruments: InstrumentRegistry) -> Cells:
    """Read a column that is neither a date nor a closed list."""
    if field == "minutes":
        return whole_numbers(texts, of="minutes", maximum=LONGEST_DAY_MINUTES)
    if field == "follow_up_weeks":
        return read_distinct(texts, _weeks)
    if field == "primary_instrument":
        return read_distinct(texts, lambda text: _instrument(text, instruments), "object")
    return free_text(texts)


def split_names(texts: "pd.Series[str]") -> pd.DataFrame:
    """Split names written "Last, First"; a name without a comma is a last name.

    Returns:
        last_name and first_name (str, missing where empty), in the order of ``texts``.
    """
    parts = texts.str.partition(",")
    last, first = parts[0].str.strip(), parts[2].str.strip()
    return pd.DataFrame({"last_name": last.where(last != ""), "first_name": first.where(first != "")})


def _weeks(text: str) -> One:
    """Read a number of weeks between contacts; empty means as needed."""
    if nothing := absent(text, "interval"):
        return nothing
    value = number(text)
    if value is None or not 0 < value <= LONGEST_INTERVAL_WEEKS:
        return One(None, f"{quoted(text)} is not a number of weeks up to {LONGEST_INTERVAL_WEEKS}.")
    return One(value)


def _instrument(text: str, instruments: InstrumentRegistry) -> One:
    if nothing := absent(text, "instrument"):
        return nothing
    found = instruments.find(text)
    return One(found.id) if found else One(None, f"{quoted(text)} is not a configured instrument.")


def birth_dates(dates: DateColumns, heading: str, *, asks: bool = True) -> Cells:
    """Read a column of birth dates; one in the future, or longer ago than a life, is a reason."""
    read = dates.read(heading, "birth", "birth date", asks=asks).cells
    reasons = read.reasons.copy()
    earliest = np.datetime64(dates.as_of, "s") - np.timedelta64(_LONGEST_LIFE_YEARS * 365, "D")
    old = read.values < earliest
    reasons[old] = [f"{str(day)[:10]} is too long ago for a birth date." for day in read.values[old]]
    future = np.flatnonzero([reason.endswith("is in the future.") for reason in reasons])
    reasons[future] = [
        reason.replace("is in the future", "is a birth date in the future") for reason in reasons[future]
    ]
    return Cells(np.where(old, np.datetime64("NaT"), read.values), reasons, read.missing)


def _values(field: str, cells: Cells) -> "pd.Series[Any]":
    """Give a field's column in the dtype that records have."""
    if field in DATES or field in PLANNED:
        return pd.Series(cells.values.astype("datetime64[s]"))
    if field in ("minutes", "follow_up_weeks"):
        return pd.Series([np.nan if value is None else value for value in cells.values], dtype="float64")
    return pd.Series([None if value is None else value for value in cells.values], dtype="str")


def _consistent(kind: str, records: pd.DataFrame, good: NDArray[np.bool_], ledger: Ledger) -> NDArray[np.bool_]:
    """Refuse records whose columns contradict each other, or that lack what their kind of record needs."""

    def refuse(which: NDArray[np.bool_], sentence: str) -> None:
        rows = np.flatnonzero(which & good).astype(np.intp)
        ledger.refuse(rows, np.full(len(rows), sentence, dtype=object))
        refused[rows] = True

    refused = np.zeros(len(records), dtype=np.bool_)
    for first, last in _ORDERED:
        if first in records and last in records:
            early = (records[last] < records[first]).to_numpy(dtype=np.bool_)
            refuse(early, f"The {_NAMES[last]} is before the {_NAMES.get(first, first)}.")
    if kind == "safety":
        unsigned = (records["kind"] == "acknowledged") & (records["by"].isna() | records["outcome"].isna())
        refuse(unsigned.to_numpy(dtype=np.bool_), "An acknowledgement needs By and Outcome.")
    return good & ~refused


def _defaults(kind: str, records: pd.DataFrame, good: NDArray[np.bool_]) -> list[str]:
    """Fill what a record cannot do without, and say so: the status of an episode, whether a contact was attended."""
    notes: list[str] = []
    if kind == "episodes":
        blank = records["status"].isna()
        closed = blank & records["closed_on"].notna()
        records["status"] = records["status"].where(~blank, ACTIVE).where(~closed, "other")
        if (blank & good).any():
            notes.append(
                f"{count(int((blank & good).sum()), 'episode')} without a status: active, but "
                f'"other" where there is a closing date ({int((closed & good).sum())}).'
            )
    if kind == "contacts":
        blank = records["attended"].isna()
        tried = records["kind"].isin(["no show", "outreach"])
        records["attended"] = np.where(blank, ~tried, records["attended"] == "yes")
        if (blank & good).any():
            notes.append(
                f"{count(int((blank & good).sum()), 'contact')} without Attended: outreach and no show count as not "
                "attended, the others as attended."
            )
    return notes
