"""What crosses from a file to the store: checked rows, rejected rows, questions, and the report of an import."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

KINDS: dict[str, tuple[str, ...]] = {
    "patients": ("patient_id", "first_name", "last_name", "birth_date", "sex", "race", "ethnicity", "language",
                 "payer", "site", "pcp"),
    "episodes": ("patient_id", "enrolled_on", "status", "status_since", "care_manager", "consultant",
                 "follow_up_weeks", "condition", "primary_instrument", "consent_on", "closed_on", "reason", "site"),
    "scores": ("patient_id", "date", "instrument", "total", "items", "safety_answer", "functional", "mode",
               "source", "assigned"),
    "contacts": ("patient_id", "date", "kind", "modality", "attended", "minutes", "staff", "next_due"),
    "treatments": ("patient_id", "date", "change", "treatment", "dose", "why"),
    "reviews": ("patient_id", "date", "consultant", "discussed", "recommendation", "category", "owner", "due"),
    "safety": ("patient_id", "date", "kind", "level", "by", "outcome"),
    "plans": ("patient_id", "date", "medications", "warning_signs", "what_helps", "contacts"),
    "coverage": ("patient_id", "payer", "from_on", "to_on"),
    "diagnoses": ("patient_id", "code", "onset", "end_on"),
}  # fmt: skip
"""Kind of record -> its canonical columns, in snake case. ``patient_id`` is the MRN as text."""


@dataclass(frozen=True)
class Question:
    """Something about the whole file that only a person can say.

    Attributes:
        about: what is open, for example ``"date_order"``; the key under ``[answers]`` or ``[mapping]`` that settles it.
        column: the heading it is about, or None.
        ask: the question in words, with an example from the file.
        options: the possible answers, in the order offered; empty when free.
    """

    about: str
    ask: str
    column: str | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class ParsedFile:
    """Hold a file after reading and checking, before the store has looked whether it knows the rows.

    Attributes:
        file: the file's name.
        kind: a key of ``KINDS``.
        rows: data rows of the file.
        lines: a row is a data line: line (int64, from 1, headings included), outcome ("accepted", "rejected",
            "mixed"), reasons (list of str). Order of the file. Empty while questions are open.
        records: a row is a record to keep: line, record (int64: its number on the line, from 0), the canonical columns
            of the kind, recorded_at (datetime64[us, UTC], NaT = moment of the import). For scores: instrument is an
            instrument id, total float64 (NaN = incomplete), items text such as ``"2,3,,1"`` (in the form's order,
            blank = not answered) or missing for a total alone, safety_answer int8 as in ``Registry.scores``,
            functional float64, assigned bool. Dates datetime64[s]. Numbers float64. attended is bool.
        people: a row is a line: line, patient_id, and what the mapping gives of patient_name (already split into
            last_name and first_name), birth_date, site, enrolled_on, status, first_date (the earliest record date on
            the line). Used with ``--create-patients``.
        set_aside: (line, reason) of lines that are no data rows.
        notes: sentences for the report.
        questions: what is open; with any, nothing may be kept.
        unmapped: headings that were not used.
        layout: the headings, joined; the key under which the mapping is kept.
        mapping: the mapping that was used, in the form of the mapping file.
        checksum: SHA-256 of the file's bytes, hexadecimal.
    """

    file: str
    kind: str
    rows: int
    lines: pd.DataFrame
    records: pd.DataFrame
    people: pd.DataFrame
    set_aside: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    layout: str = ""
    mapping: dict[str, Any] = field(default_factory=dict)
    checksum: str = ""


@dataclass(frozen=True)
class ImportOptions:
    """What the person chose for this import.

    Attributes:
        as_of: dates after it are in the future.
        create_patients: make unknown patients from the file.
        dry_run: work everything out, keep nothing.
    """

    as_of: date
    create_patients: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class ImportReport:
    """Say what became of each line of a file; counts always add up to ``rows``.

    Attributes:
        lines: a row is a data line: line, outcome ("accepted", "known", "rejected", "mixed"), reasons (list of str).
        kept: the records kept, columns of ``ParsedFile.records``; known and rejected ones are not among them.
        batch_id: the ledger row, None when nothing was kept.
    """

    file: str
    kind: str
    rows: int
    accepted: int
    known: int
    rejected: int
    mixed: int
    lines: pd.DataFrame
    kept: pd.DataFrame
    set_aside: list[tuple[int, str]]
    notes: list[str]
    questions: list[Question]
    unmapped: list[str]
    batch_id: int | None = None
