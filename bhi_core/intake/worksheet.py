"""The cells of one worksheet, read from its XML in one pass."""

import re
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.errors import Refused
from bhi_core.intake.cells import trimmed
from bhi_core.intake.grid import BOOL, DATE, ERROR, LARGEST_TABLE, NUMBER, TEXT, Grid
from bhi_core.intake.number_formats import GENERAL, as_text
from bhi_core.intake.workbook_parts import Parts, SheetEntry, local, open_part, text_of, unescaped

_WIDEST = 5_000
_LARGEST_GAP = 100
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")


class _Cells:
    """The cells found so far, with rows and columns counted from 0."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.texts: list[str] = []
        self.kinds: list[int] = []
        self.hidden: list[int] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.row = -1
        self._letters: dict[str, int] = {}
        self._numbers: dict[tuple[str, str | None], tuple[str, int]] = {}

    def add_row(self, element: ElementTree.Element) -> None:
        """Add the cells of one row."""
        self.row = int(element.get("r") or self.row + 2) - 1
        if element.get("hidden") in ("1", "true"):
            self.hidden.append(self.row)
        column = -1
        for cell in element:
            reference = cell.get("r")
            column = column + 1 if reference is None else self._column(reference)
            text, kind = self._cell(cell)
            if text:
                self.rows.append(self.row)
                self.columns.append(column)
                self.texts.append(text)
                self.kinds.append(kind)

    def _column(self, reference: str) -> int:
        """Give the column of a reference such as ``AB12``, from 0."""
        letters = reference.rstrip("0123456789")
        if letters not in self._letters:
            number = 0
            for letter in letters.upper():
                number = number * 26 + ord(letter) - 64
            if not 0 < number <= 16_384:
                raise ValueError(reference)
            self._letters[letters] = number - 1
        return self._letters[letters]

    def _cell(self, cell: ElementTree.Element) -> tuple[str, int]:
        """Give a cell's text and what it is."""
        kind = cell.get("t")
        value: str | None = None
        formula: str | None = None
        for child in cell:
            tag = local(child.tag)
            if tag == "v":
                value = child.text
            elif tag == "f":
                formula = child.text or ""
            elif tag == "is":
                return trimmed(text_of(child)), TEXT
        if formula is not None and self._is_unsaved(value, kind):
            return f"={trimmed(formula) or '(formula)'}", ERROR
        if value is None:
            return "", TEXT
        if kind == "s":
            return trimmed(self.parts.texts[int(value)]), TEXT
        return self._typed(value, kind, cell.get("s"))

    def _is_unsaved(self, value: str | None, kind: str | None) -> bool:
        """Tell whether a formula has no saved result."""
        if value is None:
            return kind != "str"
        return self.parts.recalculates and kind in (None, "n") and float(value) == 0

    def _typed(self, value: str, kind: str | None, style: str | None) -> tuple[str, int]:
        """Give the text of a value that stands in the cell itself."""
        if kind == "str":
            return trimmed(unescaped(value)), TEXT
        if kind == "b":
            return ("TRUE" if value.strip() in ("1", "true") else "FALSE"), BOOL
        if kind == "e":
            return value.strip() or "#VALUE!", ERROR
        if kind == "d":
            return value.strip().removesuffix("T00:00:00").removesuffix("T00:00:00.000"), DATE
        key = (value, style)
        if key not in self._numbers:
            number = int(style) if style else 0
            shown = self.parts.formats[number] if number < len(self.parts.formats) else GENERAL
            text, is_date = as_text(float(value), shown, self.parts.epoch)
            self._numbers[key] = (text, DATE if is_date else NUMBER)
        return self._numbers[key]


def read_grid(parts: Parts, entry: SheetEntry, most_rows: int | None = None) -> Grid:
    """Read one worksheet.

    Args:
        parts: the workbook.
        entry: the sheet.
        most_rows: stop after so many rows (to see what a sheet holds); None = all.

    Returns:
        Its rows from the first to the last that holds anything; empty rows between are blank rows.

    Raises:
        Refused: the sheet is larger than any real table.
    """
    cells = _Cells(parts)
    with open_part(parts.archive, entry.path) as part:
        for element in _ended(part, most_rows):
            tag = local(element.tag)
            if tag == "row":
                cells.add_row(element)
            elif tag == "mergeCell":
                cells.merged.extend(_area(element.get("ref", "")))
            elif element.get("hidden") in ("1", "true"):
                cells.hidden_columns.append((int(element.get("min", "1")) - 1, int(element.get("max", "1")) - 1))
            element.clear()
    return _grid(cells)


def _ended(part: IO[bytes], most_rows: int | None) -> Iterator[ElementTree.Element]:
    """Give each row, merged area and column setting once it is complete."""
    rows = 0
    data: ElementTree.Element | None = None
    for event, element in ElementTree.iterparse(part, events=("start", "end")):
        tag = local(element.tag)
        if event == "start":
            if tag == "sheetData":
                data = element
            continue
        if tag in ("row", "mergeCell", "col"):
            yield element
            if tag == "row" and data is not None:
                data.clear()
                rows += 1
                if most_rows is not None and rows >= most_rows:
                    return


def _area(reference: str) -> list[tuple[int, int, int, int]]:
    """Read a merged area as (row, first column, last row, last column), from 0."""
    corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")]
    if len(corners) != 2 or corners[0] is None or corners[1] is None:
        return []
    (first, top), (last, bottom) = ((_number(corner[1]), int(corner[2]) - 1) for corner in corners if corner)
    return [(top, first, bottom, last)]


def _number(letters: str) -> int:
    """Give a column's number from its letters, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _grid(cells: _Cells) -> Grid:
    """Lay the cells out as a grid of text."""
    if not cells.rows:
        return Grid(pd.DataFrame(), np.zeros(0, dtype=np.int64))
    used = np.array(cells.rows, dtype=np.int64)
    columns = np.array(cells.columns, dtype=np.int64)
    width = int(columns.max()) + 1
    rows = _with_small_gaps(np.unique(used))
    if width > _WIDEST or len(rows) * width > LARGEST_TABLE:
        raise Refused("The sheet is too large to be a table of records: bring in only the table, or CSV.")
    place = np.searchsorted(rows, used)
    text = np.full((width, len(rows)), "", dtype=object)
    text[columns, place] = np.array(cells.texts, dtype=object)
    kinds = np.zeros((len(rows), width), dtype=np.int8)
    kinds[place, columns] = np.array(cells.kinds, dtype=np.int8)
    frame = pd.DataFrame({at: pd.array(text[at], dtype="str") for at in range(width)})
    hidden = np.flatnonzero(np.isin(rows, np.array(cells.hidden, dtype=np.int64)))
    hidden_columns = tuple(
        at for at in range(width) if any(first <= at <= last for first, last in cells.hidden_columns)
    )
    at_row = {int(row): at for at, row in enumerate(rows)}
    merged = tuple(
        (at_row[top], first, at_row.get(bottom, at_row[top]), last)
        for top, first, bottom, last in cells.merged
        if top in at_row
    )
    return Grid(frame, rows + 1, {}, None, kinds, hidden, hidden_columns, merged)


def _with_small_gaps(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add the empty rows between rows, so that they are counted as blank; a gap of hundreds is left out."""
    steps = np.diff(rows, prepend=-1)
    missing = [
        np.arange(row - step + 1, row) for row, step in zip(rows, steps, strict=True) if 1 < step <= _LARGEST_GAP
    ]
    return np.unique(np.concatenate([rows, *missing])) if missing else rows
