"""A file's bytes to one table of text cells; every line of the file is a data row or set aside with its reason."""

from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.domain.records import Question
from bhi_core.errors import Refused
from bhi_core.intake import column_names
from bhi_core.intake.bounds import Bounds, Stated, find_bounds
from bhi_core.intake.csv_file import read_csv
from bhi_core.intake.formula_guard import unguarded
from bhi_core.intake.grid import BOOL, DATE, ERROR, LARGEST_FILE, NUMBER, Grid
from bhi_core.intake.mapping import FileSpec
from bhi_core.intake.merged_cells import with_merged_cells
from bhi_core.intake.signature import refuse_what_is_no_table
from bhi_core.intake.xlsx_file import read_workbook


@dataclass(frozen=True)
class Sheet:
    """Hold one table as text, with what the file says beyond the text.

    Attributes:
        headings: one name a column, all different: ``Date``, ``Date#2``, ``4 weeks / Date``, ``Column C``.
        cells: a row is a data row of the file, in its order; columns are the headings; text as written, trimmed;
            ``""`` = empty. Real dates of a workbook are ISO text, its failed formulas ``#N/A`` and the like.
        lines: int64; line of the file (text) or row of the sheet (workbook), from 1, of each data row.
        faults: object array; a sentence for a row that cannot be read at all, else ``""``.
        kinds: heading -> int8 array of ``grid.TEXT``, ``NUMBER``, ``DATE``, ``BOOL``, ``ERROR``; empty for text files.
        set_aside: (line, reason) of every line that is no data row and no heading, in order.
        notes: sentences for the report.
        questions: what only a person can say; nothing may be kept while there are any.
        sheets: names of the workbook's sheets, in order; empty for text files.
        sheet: name of the sheet read, or None.
        excel_epoch: 1900 or 1904: what plain serial numbers count from.
    """

    headings: list[str]
    cells: pd.DataFrame
    lines: NDArray[np.int64]
    faults: NDArray[np.object_]
    kinds: dict[str, NDArray[np.int8]] = field(default_factory=dict)
    set_aside: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    questions: tuple[Question, ...] = ()
    sheets: list[str] = field(default_factory=list)
    sheet: str | None = None
    excel_epoch: Literal[1900, 1904] = 1900

    def is_kind(self, heading: str, kind: int) -> NDArray[np.bool_]:
        """Tell for each row whether a column's cell is a real date, number, ... of a workbook (all false for text)."""
        kinds = self.kinds.get(heading)
        return np.zeros(len(self.cells), dtype=np.bool_) if kinds is None else np.asarray(kinds == kind)

    def dates(self, heading: str) -> NDArray[np.bool_]:
        """Tell which cells of a column are real dates of a workbook."""
        return self.is_kind(heading, DATE)

    def numbers(self, heading: str) -> NDArray[np.bool_]:
        """Tell which cells of a column are real numbers of a workbook."""
        return self.is_kind(heading, NUMBER)

    def logicals(self, heading: str) -> NDArray[np.bool_]:
        """Tell which cells of a column are real TRUE or FALSE of a workbook."""
        return self.is_kind(heading, BOOL)

    def errors(self, heading: str) -> NDArray[np.bool_]:
        """Tell which cells of a column hold a failed formula, or one without its result."""
        return self.is_kind(heading, ERROR)


def read(data: bytes, filename: str, file: FileSpec | None = None) -> Sheet:
    """Read a file into one table of text.

    Args:
        data: the file's bytes.
        filename: its name; what the bytes are decides, the name is for the sentences.
        file: what a person has stated about it, or None.

    Returns:
        The table, with a question in place of a guess about which sheet or where it ends.

    Raises:
        Refused: the bytes are no table, are empty, or do not fit what was stated.
    """
    file = file or FileSpec()
    if len(data) > LARGEST_FILE:
        raise Refused(f"The file is larger than {LARGEST_FILE // 1_000_000} MB: bring it in in parts.")
    if refuse_what_is_no_table(data, PurePath(filename).name) == "workbook":
        grid, sheets, name, epoch, notes, questions = read_workbook(data, file)
        found = table(grid, file)
        return replace(
            found,
            sheets=sheets,
            sheet=name,
            excel_epoch=epoch,
            notes=[*found.notes, *notes],
            questions=(*questions, *found.questions),
        )
    return table(read_csv(data, file.encoding, file.delimiter), file)


def table(grid: Grid, file: FileSpec) -> Sheet:
    """Take the table out of a grid.

    Raises:
        Refused: there are no data rows, or a stated line is not in the file.
    """
    bounds = find_bounds(grid, stated_positions(grid, file))
    if not len(bounds.data):
        raise Refused("The file has no data rows under its headings: nothing to bring in.")
    names, width = _names(grid, bounds)
    grid, merged = with_merged_cells(grid, bounds.data)
    cells = grid.cells.iloc[bounds.data, :width].reset_index(drop=True)
    faults = _faults(grid, bounds, width)
    keep = [
        at for at, name in enumerate(names) if _heading_text(grid, bounds, at) or bool((cells.iloc[:, at] != "").any())
    ]
    cells = cells.iloc[:, keep]
    headings = [names[at] for at in keep]
    cells.columns = pd.Index(headings)
    cells = unguarded(cells)
    kinds: dict[str, NDArray[np.int8]] = {}
    if grid.kinds is not None:
        kinds = {names[at]: grid.kinds[bounds.data, at] for at in keep}
    aside = sorted([*grid.set_aside, *((int(grid.lines[at]), reason) for at, reason in bounds.set_aside)])
    return Sheet(
        headings,
        cells,
        grid.lines[bounds.data],
        faults,
        kinds,
        aside,
        _notes(grid, bounds, names, merged),
        bounds.questions,
    )


def stated_positions(grid: Grid, file: FileSpec) -> Stated:
    """Turn stated lines into positions in the grid."""

    def position(line: int) -> int:
        at = int(np.searchsorted(grid.lines, line, side="right")) - 1
        if at < 0 or line > int(grid.lines[-1]):
            raise Refused(f"Line {line} is not in the file: it ends at line {grid.lines[-1]}. Correct [file].")
        return at

    headings = tuple(position(line) for line in file.header_rows if line) if file.header_rows else None
    first = None if file.first_data_row is None else position(file.first_data_row)
    last = None
    if file.last_data_row is not None:
        last = int(np.searchsorted(grid.lines, file.last_data_row, side="right")) - 1
    if headings and first is not None and first <= max(headings):
        raise Refused(
            "The first data row stands above the headings: correct header_rows or first_data_row under [file]."
        )
    return Stated(headings, first, last)


def _names(grid: Grid, bounds: Bounds) -> tuple[list[str], int]:
    """Name the columns; columns of a text file end where the heading ends, those of a workbook with its cells."""
    width = len(grid.cells.columns)
    if grid.lengths is not None and bounds.headings:
        width = min(width, int(grid.lengths[list(bounds.headings)].max()))
    rows = [grid.row(at)[:width] for at in bounds.headings]
    if not rows:
        return column_names.one_row([""] * width), width
    if len(rows) == 1:
        return column_names.one_row(rows[0]), width
    upper = bounds.headings[0]
    spans = [(first, last) for row, first, _, last in grid.merged if row == upper and first < width]
    return column_names.two_rows(rows[0], rows[1], spans), width


def _heading_text(grid: Grid, bounds: Bounds, column: int) -> str:
    """Give the text above a column, in any of its heading rows."""
    return "".join(str(grid.cells.iat[at, column]) for at in bounds.headings)


def _faults(grid: Grid, bounds: Bounds, width: int) -> NDArray[np.object_]:
    """Give the sentence for each data row that cannot be read, a row with more cells than headings among them."""
    faults = np.full(len(grid.cells), "", dtype=object)
    if grid.lengths is not None:
        extra = np.zeros(len(grid.cells), dtype=np.bool_)
        for name in grid.cells.columns[width:]:
            extra |= (grid.cells[name] != "").to_numpy(dtype=np.bool_)
        for at in np.flatnonzero(extra).tolist():
            faults[at] = f"The line has {grid.lengths[at]} cells, the heading {width}: a delimiter too many?"
    for at, reason in grid.faults.items():
        faults[at] = reason
    return faults[bounds.data]


def _notes(grid: Grid, bounds: Bounds, names: list[str], merged: list[int]) -> list[str]:
    """Add to the grid's notes how many hidden rows and columns were read, and which merged cells were filled down."""
    notes = list(grid.notes)
    if merged:
        notes.append(
            f"Cells merged over several rows were read in each of them: {', '.join(names[at] for at in merged)}."
        )
    hidden = int(np.isin(grid.hidden, bounds.data).sum())
    if hidden:
        notes.append("1 hidden row was read." if hidden == 1 else f"{hidden} hidden rows were read.")
    columns = [names[at] for at in grid.hidden_columns if at < len(names)]
    if columns:
        verb = "column was" if len(columns) == 1 else "columns were"
        notes.append(f"{len(columns)} hidden {verb} read: {', '.join(columns)}.")
    return notes
