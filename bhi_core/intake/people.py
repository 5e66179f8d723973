"""What a line says of the person, for ``--create-patients``; nothing here ever costs a record."""

import numpy as np
import pandas as pd

from bhi_core.domain.records import KINDS, Question
from bhi_core.domain.words import count
from bhi_core.intake.cells import Cells
from bhi_core.intake.closed_lists import LISTS
from bhi_core.intake.date_columns import DateColumns
from bhi_core.intake.mapping import Mapping
from bhi_core.intake.other_kinds import birth_dates, split_names
from bhi_core.intake.sheet import Sheet
from bhi_core.intake.words import free_text, matched

_FIRST_DATES = {"episodes": "enrolled_on", "coverage": "from_on", "diagnoses": "onset"}


def read_people(sheet: Sheet, kind: str, mapping: Mapping, dates: DateColumns, stated: Mapping) -> pd.DataFrame:
    """Read what the lines say of the persons.

    Args:
        sheet: the table.
        kind: a key of ``KINDS``.
        mapping: the whole mapping, headings as the file spells them.
        dates: the file's date columns; a mapped date that leaves its order open is added to their questions.
        stated: what a person mapped; a date column that was only guessed and leaves something open is not used.

    Returns:
        A data row a row: last_name, first_name, birth_date, site, enrolled_on, status as far as mapped and not columns
        of the kind itself (dates datetime64[s], text str; missing where a cell cannot be read, which ``dates.notes``
        counts).
    """
    people = pd.DataFrame(index=range(len(sheet.lines)))
    own = KINDS[kind]
    for field in ("last_name", "first_name", "site"):
        if field not in own and (heading := mapping.heading(field)):
            people[field] = _text(free_text(sheet.cells[heading]))
    if (heading := mapping.heading("patient_name")) and "last_name" not in people and kind != "patients":
        parts = split_names(sheet.cells[heading])
        people["last_name"], people["first_name"] = parts["last_name"], parts["first_name"]
    for field, noun in (("birth_date", "birth date"), ("enrolled_on", "enrolment date")):
        heading = mapping.heading(field)
        if heading is None or field in own:
            continue
        asks = stated.heading(field) is not None
        is_birth = field == "birth_date"
        read = birth_dates(dates, heading, asks=asks) if is_birth else dates.read(heading, noun=noun, asks=asks).cells
        left_open = _left_open(dates, heading, is_birth=is_birth)
        if left_open and not asks:
            dates.notes.append(f'"{heading}" was not used: its dates can be read in more than one way.')
            continue
        people[field] = pd.Series(read.values.astype("datetime64[s]"))
        _count(dates, heading, read)
    if "status" not in own and (heading := mapping.heading("status")):
        read = matched(sheet.cells[heading], LISTS["episodes", "status"], noun="status")
        people["status"] = _text(read)
        _count(dates, heading, read)
    return people


def first_dates(kind: str, records: pd.DataFrame, rows: int) -> "pd.Series[pd.Timestamp]":
    """Give the earliest date of the records on each of so many data rows (datetime64[s], NaT without one)."""
    dates: pd.Series[pd.Timestamp] = pd.Series(np.full(rows, np.datetime64("NaT"), dtype="datetime64[s]"))
    column = _FIRST_DATES.get(kind, "date")
    if column in records and len(records):
        earliest = records.groupby("row")[column].min()
        dates.loc[earliest.index] = earliest.to_numpy()
    return dates


def _left_open(dates: DateColumns, heading: str, *, is_birth: bool) -> tuple[Question, ...]:
    return dates.read(heading, "birth" if is_birth else "care", asks=False).questions


def _text(cells: Cells) -> "pd.Series[str]":
    return pd.Series(cells.values, dtype="str")


def _count(dates: DateColumns, heading: str, read: Cells) -> None:
    """Note how many cells were left empty because they cannot be read."""
    wrong = int(read.wrong.sum())
    if wrong:
        dates.notes.append(f'"{heading}": {count(wrong, "cell")} left empty ({read.reasons[read.wrong][0]})')
