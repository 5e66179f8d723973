"""From a file's bytes to what the store may keep: table, mapping, questions or records, people and lines."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core import clock, settings
from bhi_core.domain import instruments as configured
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.records import KINDS, ParsedFile, Question
from bhi_core.errors import Refused
from bhi_core.intake.cells import Cells
from bhi_core.intake.date_columns import DateColumns
from bhi_core.intake.guess import Guess, complete
from bhi_core.intake.ids import ids as read_ids
from bhi_core.intake.lines import Ledger
from bhi_core.intake.located import used
from bhi_core.intake.mapping import FileSpec, Mapping, from_dict
from bhi_core.intake.other_kinds import read_records
from bhi_core.intake.people import first_dates, read_people
from bhi_core.intake.scores import Read, read_scores
from bhi_core.intake.sheet import Sheet
from bhi_core.intake.sheet import read as read_sheet
from bhi_core.intake.words import free_text

Kept = Callable[[str], dict[str, Any] | None]
"""Gives the mapping that was kept for a layout, in the form of the mapping file, or None."""


@dataclass(frozen=True)
class Opened:
    """Hold a file that was read, with what was guessed about it.

    Attributes:
        parsed: what may be kept, or the questions.
        guess: the whole mapping and why.
        sheet: the table.
    """

    parsed: ParsedFile
    guess: Guess
    sheet: Sheet


def layout_of(sheet: Sheet) -> str:
    """Give the key under which a mapping is kept: the headings, joined."""
    return "\x1f".join(sheet.headings)


def read(
    data: bytes,
    filename: str,
    kind: str,
    mapping: Mapping | None = None,
    *,
    as_of: date,
    clinic_zone: str = settings.DEFAULT_ZONE,
    instruments: InstrumentRegistry | None = None,
    kept: Kept | None = None,
) -> ParsedFile:
    """Read a file as far as it goes without the store: as ``open_file``, which also tells the guess and the table."""
    opened = open_file(
        data, filename, kind, mapping, as_of=as_of, clinic_zone=clinic_zone, instruments=instruments, kept=kept
    )
    return opened.parsed


def open_file(
    data: bytes,
    filename: str,
    kind: str,
    mapping: Mapping | None,
    *,
    as_of: date,
    clinic_zone: str = settings.DEFAULT_ZONE,
    instruments: InstrumentRegistry | None = None,
    kept: Kept | None = None,
) -> Opened:
    """Read a file as far as it goes without the store.

    Args:
        data: the file's bytes.
        filename: its name.
        kind: a key of ``KINDS``.
        mapping: what a person said, or None.
        as_of: the last day that is not in the future.
        clinic_zone: IANA name, for moments; the mapping's answer goes first.
        instruments: those configured, by default all that the program knows.
        kept: asked for the mapping of the file's layout when none is given.

    Returns:
        The file read, with its guess.

    Raises:
        Refused: the file or the mapping cannot be used.
    """
    if kind not in KINDS:
        raise Refused(f'"{kind}" is no kind of record: use one of {", ".join(KINDS)}.')
    known = instruments or configured.registry()
    sheet = read_sheet(data, filename, mapping.file if mapping else None)
    given, notes = mapping, list(sheet.notes)
    if given is None and kept is not None and (earlier := kept(layout_of(sheet))):
        given = from_dict(earlier, kind)
        notes.append("The mapping that was kept for these headings was used.")
        sheet = read_sheet(data, filename, given.file) if given.file != FileSpec() else sheet
    given = given or Mapping()
    guess = complete(sheet, kind, given, known)
    zone = clock.zone(given.answers.clinic_zone or clinic_zone)
    dates = DateColumns(sheet, given.answers, as_of, zone)
    ids = _ids(sheet, guess.mapping)
    if kind == "scores":
        read = read_scores(sheet, guess.mapping, known, dates, ids)
    else:
        read = read_records(sheet, kind, guess.mapping, instruments=known, dates=dates, ids=ids)
    moments = _recorded_at(sheet, guess.mapping, dates)
    people = read_people(sheet, kind, guess.mapping, dates, given)
    questions = list(dict.fromkeys([*sheet.questions, *guess.questions, *read.questions, *dates.questions]))
    if not questions and read.ledger is None:
        questions = [Question("measure", "Which column holds which questionnaire's score? None was found.")]
    nothing = Read(pd.DataFrame({"row": np.zeros(0, dtype=np.int64)}), None)
    read = nothing if questions else _recorded(read, moments)
    parsed = ParsedFile(
        file=filename,
        kind=kind,
        rows=len(sheet.lines),
        lines=read.ledger.lines() if read.ledger else NO_LINES.copy(),
        records=_records(sheet, kind, guess.mapping, read, (ids, moments)),
        people=_people(sheet, kind, people, read, ids),
        set_aside=sheet.set_aside,
        notes=list(dict.fromkeys([*notes, *read.notes, *dates.notes])),
        questions=questions,
        unmapped=[heading for heading in sheet.headings if heading not in used(guess.mapping)],
        layout=layout_of(sheet),
        mapping=guess.mapping.as_dict(),
        checksum=hashlib.sha256(data).hexdigest(),
    )
    return Opened(parsed, guess, sheet)


NO_LINES = Ledger(np.zeros(0, dtype=np.int64)).lines()
"""The list of lines of a file that leaves something open."""


def _ids(sheet: Sheet, mapping: Mapping) -> Cells:
    """Read the patient ids; none where the column is not known yet."""
    heading = mapping.heading("patient_id")
    if heading is None:
        size = len(sheet.lines)
        reasons = np.full(size, "No patient id.", dtype=object)
        return Cells(np.full(size, None), reasons, np.ones(size, dtype=np.bool_))
    return read_ids(sheet.cells[heading], sheet.numbers(heading) if sheet.kinds else None)


def _recorded_at(sheet: Sheet, mapping: Mapping, dates: DateColumns) -> Cells:
    """Read when each line was recorded (datetime64[s], UTC); all missing where the file does not say.

    A day alone begins at midnight in the clinic's zone. A moment after now, and after the last day that is not in the
    future, is a reason.
    """
    heading = mapping.heading("recorded_at")
    size = len(sheet.lines)
    nothing: NDArray[np.datetime64] = np.full(size, np.datetime64("NaT"), dtype="datetime64[s]")
    if heading is None:
        return Cells(nothing, np.full(size, "", dtype=object), np.ones(size, dtype=np.bool_))
    read = dates.read(heading, "planned", "moment")
    moments = read.moments.copy()
    days = np.flatnonzero(read.cells.usable & np.isnat(moments))
    local = pd.DatetimeIndex(read.cells.values[days]).tz_localize(
        dates.zone, ambiguous=True, nonexistent="shift_forward"
    )
    moments[days] = local.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]")
    end = datetime.combine(dates.as_of + timedelta(days=1), datetime.min.time(), tzinfo=dates.zone)
    limit = max(clock.now(), end).astimezone(UTC).replace(tzinfo=None)
    late = moments > np.datetime64(limit, "s")
    reasons = np.where(read.cells.wrong, read.cells.reasons, "").astype(object)
    reasons[late] = [f"{text} is in the future." for text in sheet.cells[heading][late]]
    at = np.flatnonzero(reasons != "")
    reasons[at] = [f"{heading}: {reason}" for reason in reasons[at]]
    return Cells(np.where(reasons == "", moments, np.datetime64("NaT")), reasons, read.cells.missing)


def _recorded(read: Read, moments: Cells) -> Read:
    """Refuse the records of lines whose moment of recording cannot be."""
    wrong = np.flatnonzero(moments.reasons != "").astype(np.intp)
    if read.ledger is None or not len(wrong):
        return read
    out = np.isin(read.records["row"], wrong)
    read.ledger.refuse(wrong, moments.reasons[wrong])
    read.ledger.kept[wrong] = 0
    if "safety_answer" in read.records:
        for row, answer in read.records.loc[out & (read.records["safety_answer"] > 0), ["row", "safety_answer"]].values:
            read.ledger.raise_safety(int(row), float(answer), "The safety question")
    return replace(read, records=read.records[~out].reset_index(drop=True))


def _records(sheet: Sheet, kind: str, mapping: Mapping, read: Read, more: tuple[Cells, Cells]) -> pd.DataFrame:
    """Give the records with line, number on the line, patient and moment, and the columns of their kind in order."""
    ids, moments = more
    found = read.records
    rows = found["row"].to_numpy(dtype=np.intp)
    records = pd.DataFrame({"line": sheet.lines[rows]})
    same = np.concatenate([[True], rows[1:] != rows[:-1]]) if len(rows) else np.zeros(0, dtype=np.bool_)
    starts = np.flatnonzero(same)
    records["record"] = np.arange(len(rows)) - np.repeat(starts, np.diff([*starts, len(rows)]))
    for field in KINDS[kind]:
        if field == "patient_id":
            records[field] = pd.Series(ids.values[rows], dtype="str")
        elif field in found:
            records[field] = found[field]
        else:
            heading = mapping.heading(field)
            texts = free_text(sheet.cells[heading]).values[rows] if heading else np.full(len(rows), None)
            records[field] = pd.Series(texts, dtype="str")
    records["recorded_at"] = pd.Series(moments.values[rows].astype("datetime64[us]")).dt.tz_localize("UTC")
    return records


def _people(sheet: Sheet, kind: str, people: pd.DataFrame, read: Read, ids: Cells) -> pd.DataFrame:
    """Give what the lines say of the persons, for lines with an id; none while questions are open."""
    first = pd.DataFrame({"line": sheet.lines, "patient_id": pd.Series(ids.values, dtype="str")})
    whole = pd.concat([first, people], axis=1)
    whole["first_date"] = first_dates(kind, read.records, len(sheet.lines))
    fine: pd.DataFrame = whole[ids.usable & (read.ledger is not None)].reset_index(drop=True)
    return fine
