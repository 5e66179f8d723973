"""A file as rows of trimmed text cells, before it is known which of them are the table."""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.intake.cells import formula_error

LARGEST_FILE = 200_000_000
"""Bytes of a file, or of a workbook's parts once unpacked; larger ones are refused (a zip bomb, or a mistake)."""

LARGEST_TABLE = 40_000_000
"""Cells of a table, empty ones included."""

TEXT, NUMBER, DATE, BOOL, ERROR = 0, 1, 2, 3, 4
"""What a workbook says that a cell is. Text files, empty cells and text in workbooks are ``TEXT``."""


@dataclass(frozen=True)
class Grid:
    """Hold every row of a text file or of one worksheet.

    Attributes:
        cells: text, ``""`` = empty; columns 0, 1, ...; a row of it is a row of the file, blank ones included.
        lines: int64; the physical line (text file) or row number (worksheet), from 1, at which each row starts.
        faults: position of a row -> the sentence why it cannot be read.
        lengths: int64; cells written on each row, trailing empty ones included (text files; -1 where not counted).
        kinds: int8, shape of ``cells``: ``TEXT``, ``NUMBER``, ``DATE``, ``BOOL``, ``ERROR``; None for text files.
        hidden: positions of hidden rows.
        hidden_columns: positions of hidden columns.
        merged: merged cells as (first row, first column, last row, last column), positions in ``cells``.
        set_aside: (line, reason) of lines already taken out, such as ``sep=;``.
        notes: sentences for the report.
    """

    cells: pd.DataFrame
    lines: NDArray[np.int64]
    faults: dict[int, str] = field(default_factory=dict)
    lengths: NDArray[np.int64] | None = None
    kinds: NDArray[np.int8] | None = None
    hidden: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    hidden_columns: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    set_aside: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def row(self, position: int) -> list[str]:
        """Give the cells of one row as text."""
        return [str(cell) for cell in self.cells.iloc[position]]


_NUMBER = re.compile(r"[-+(]?\s?[$€£]?\s?\d[\d.,\s]*%?\)?")
_DATE = re.compile(
    r"\d{1,4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,4}([T ,].*)?"
    r"|\d{1,4}[-/. ]{1,2}[^\W\d]{3,10}\.?[-/., ]{1,2}\d{2,4}([T ,].*)?"
    r"|[^\W\d]{3,10}\.? \d{1,2},? \d{4}([T ,].*)?|\d{1,2}:\d{2}(:\d{2})?( ?[ap]\.?m\.?)?",
    re.IGNORECASE,
)


def kind_of(text: str) -> str:
    """Tell what a cell looks like: ``""`` (empty), ``"number"`` (formulas too), ``"date"`` or ``"word"``.

    >>> [kind_of(text) for text in ("", "12,5", "03/04/2025", "2026-01-05T09:31:00Z", "PHQ-9")]
    ['', 'number', 'date', 'date', 'word']
    """
    if not text:
        return ""
    if _DATE.fullmatch(text):
        return "date"
    return "number" if _NUMBER.fullmatch(text) or formula_error(text) else "word"


def column_name(position: int) -> str:
    """Name a column as a spreadsheet does: 0 is ``A``, 26 is ``AA``."""
    name, rest = "", position + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        name = chr(65 + letter) + name
    return name
