"""The cells of one worksheet, read from its XML in one pass."""

import re
from xml.parsers import expat

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.errors import Refused
from bhi_core.intake.cells import trimmed
from bhi_core.intake.grid import BOOL, DATE, ERROR, LARGEST_TABLE, NUMBER, TEXT, Grid
from bhi_core.intake.number_formats import GENERAL, as_text
from bhi_core.intake.workbook_parts import Parts, SheetEntry, open_part, refuse_doctype, unescaped

_WIDEST = 5_000
_LARGEST_GAP = 100
_CHUNK = 1 << 18
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")
_TEXT_PARTS = ("v", "f", "t")


class _Cells:
    """Collects the cells of a sheet while expat reads its XML; rows and columns are counted from 0.

    Expat is used directly because an element tree takes about twice as long (docs/decisions/0003).
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.texts: list[str] = []
        self.kinds: list[int] = []
        self.hidden: list[int] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.row = self.column = -1
        self._attributes: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        self._pieces: list[str] = []
        self._collecting = self._reading = False
        self._local: dict[str, str] = {}
        self._letters: dict[str, int] = {}
        self._numbers: dict[tuple[str, str | None], tuple[str, int]] = {}

    def parser(self) -> expat.XMLParserType:
        """Give an expat parser that fills this object."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.StartDoctypeDeclHandler = refuse_doctype
        return parser

    def _name(self, name: str) -> str:
        """Give an element's name without its prefix."""
        if name not in self._local:
            self._local[name] = name.rpartition(":")[2]
        return self._local[name]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """Take note of an element that begins."""
        name = self._name(name)
        if name == "c":
            self._attributes, self._parts = attributes, {}
        elif name in _TEXT_PARTS:
            self._collecting, self._pieces = not self._reading, []
        elif name == "row":
            self.row = int(attributes.get("r") or self.row + 2) - 1
            self.column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.hidden.append(self.row)
        elif name == "rPh":
            self._reading = True
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            self.hidden_columns.append((int(attributes.get("min", "1")) - 1, int(attributes.get("max", "1")) - 1))
        elif name == "mergeCell":
            self.merged.extend(_area(attributes.get("ref", "")))

    def _data(self, text: str) -> None:
        """Take a piece of text."""
        if self._collecting:
            self._pieces.append(text)

    def _end(self, name: str) -> None:
        """Take an element that is complete."""
        name = self._name(name)
        if name in _TEXT_PARTS:
            if self._collecting:
                self._parts[name] = self._parts.get(name, "") + "".join(self._pieces)
            self._collecting = False
        elif name == "c":
            self._end_cell()
        elif name == "rPh":
            self._reading = False

    def _end_cell(self) -> None:
        """Add a cell that is complete, unless it is empty."""
        reference = self._attributes.get("r")
        self.column = self.column + 1 if reference is None else self._column(reference)
        text, kind = self._cell() if self._parts else ("", TEXT)
        if text:
            self.rows.append(self.row)
            self.columns.append(self.column)
            self.texts.append(text)
            self.kinds.append(kind)

    def _column(self, reference: str) -> int:
        """Give the column of a reference such as ``AB12``, from 0."""
        letters = reference.rstrip("0123456789")
        if letters not in self._letters:
            number = _number(letters.upper())
            if not 0 <= number < 16_384:
                raise ValueError(reference)
            self._letters[letters] = number
        return self._letters[letters]

    def _cell(self) -> tuple[str, int]:
        """Give the cell's text and what it is."""
        kind = self._attributes.get("t")
        value = self._parts.get("v")
        if kind == "s" and value:
            return self.parts.texts[int(value)], TEXT
        formula = self._parts.get("f")
        if formula is not None and self._is_unsaved(value, kind):
            return f"={trimmed(formula) or '(formula)'}", ERROR
        if kind in (None, "n") and value:
            return self._number_text(value, self._attributes.get("s"))
        if kind == "inlineStr":
            return trimmed(unescaped(self._parts.get("t", ""))), TEXT
        return self._typed(value, kind) if value else ("", TEXT)

    def _is_unsaved(self, value: str | None, kind: str | None) -> bool:
        """Tell whether a formula has no saved result; a text formula may have saved an empty text."""
        if not value:
            return kind != "str"
        return self.parts.recalculates and kind in (None, "n") and float(value) == 0

    def _typed(self, value: str, kind: str | None) -> tuple[str, int]:
        """Give the text of a value whose cell says what it is."""
        if kind == "b":
            return ("TRUE" if value.strip() in ("1", "true") else "FALSE"), BOOL
        if kind == "e":
            return value.strip(), ERROR
        if kind == "d":
            return re.sub(r"T00:00:00(\.0+)?$", "", value.strip()), DATE
        return trimmed(unescaped(value)), TEXT

    def _number_text(self, value: str, style: str | None) -> tuple[str, int]:
        """Give the text of a number in its format."""
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
        most_rows: stop soon after so many rows (to see what a sheet holds); None = all.

    Returns:
        Its rows from the first to the last that holds anything; empty rows between are blank rows.

    Raises:
        Refused: the sheet is larger than any real table.
        expat.ExpatError, ValueError: the sheet is damaged.
    """
    cells = _Cells(parts)
    parser = cells.parser()
    with open_part(parts.archive, entry.path) as part:
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk, False)
            if most_rows is not None and cells.row >= most_rows:
                return _grid(cells)
            if len(cells.texts) > LARGEST_TABLE:
                break
        else:
            parser.Parse(b"", True)
    return _grid(cells)


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
    merged = tuple(
        (int(np.searchsorted(rows, top)), first, int(np.searchsorted(rows, bottom, side="right")) - 1, last)
        for top, first, bottom, last in cells.merged
        if top in rows
    )
    return Grid(frame, rows + 1, {}, None, kinds, hidden, hidden_columns, merged)


def _with_small_gaps(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add the empty rows between rows, so that they are counted as blank; a gap of hundreds is left out."""
    steps = np.diff(rows, prepend=-1)
    missing = [
        np.arange(row - step + 1, row) for row, step in zip(rows, steps, strict=True) if 1 < step <= _LARGEST_GAP
    ]
    return np.unique(np.concatenate([rows, *missing])) if missing else rows
