"""Where the table is on a sheet: title lines above, one or two lines of headings, data, totals and footers below.

A rule here may take a line out of the data only when it cannot be a record: a record without an id stays a data line.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhi_core.domain.records import Question
from bhi_core.errors import Refused
from bhi_core.intake.below import Table
from bhi_core.intake.cells import quoted
from bhi_core.intake.grid import Grid
from bhi_core.intake.heading_rows import find_headings

ABOVE = "A line above the heading."
BLANK = "A blank line."
BETWEEN = "A line between the heading and the first data row."
BELOW = "A line below the last data row."
SECOND = "A line of a second table below."
SURVEY = "A further heading line of a survey tool."


@dataclass(frozen=True)
class Bounds:
    """Say where the table is; all numbers are positions of rows in the grid.

    Attributes:
        headings: the rows of headings (none, one or two).
        data: int64; the data rows, in order.
        set_aside: (position, reason) of every other row.
        questions: what only a person can say about where the table is.
    """

    headings: tuple[int, ...]
    data: NDArray[np.int64]
    set_aside: list[tuple[int, str]] = field(default_factory=list)
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Stated:
    """Positions that a person has stated; None = to be found."""

    headings: tuple[int, ...] | None = None
    first: int | None = None
    last: int | None = None


def find_bounds(grid: Grid, stated: Stated) -> Bounds:
    """Find the table on a sheet.

    Args:
        grid: every row of the sheet.
        stated: positions that a person has stated.

    Returns:
        Each row of the grid exactly once: a heading, a data row, or set aside.

    Raises:
        Refused: no row has any text.
    """
    blank = _blank(grid.cells)
    if blank.all():
        raise Refused("The file is empty: export it again, with its headings and rows.")
    reasons: dict[int, str] = {}
    questions: list[Question] = []
    headings = stated.headings
    if headings is None:
        headings = find_headings(grid, blank)
        if not headings:
            questions.append(_no_heading(grid, blank))
    start = max(headings) + 1 if headings else 0
    reasons |= {at: ABOVE for at in range(start) if at not in headings}
    first = stated.first if stated.first is not None else _first_data(grid, headings, start)
    reasons |= {at: BETWEEN if stated.first is not None else SURVEY for at in range(start, first)}
    end = min(len(grid.cells), stated.last + 1) if stated.last is not None else len(grid.cells)
    reasons |= {at: BELOW for at in range(end, len(grid.cells))}
    table = Table(grid, headings, first, end, blank)
    reasons |= table.repeated_headings()
    if stated.last is None:
        second = table.second_heading()
        if second is not None:
            questions.append(_which_table(grid, table, second))
            reasons |= {at: SECOND for at in range(second, end)}
            table = Table(grid, headings, first, second, blank)
        reasons |= table.below(reasons)
    reasons |= {int(at): BLANK for at in np.flatnonzero(blank) if int(at) not in headings}
    outside = set(reasons) | set(headings)
    data = np.array([at for at in range(first, end) if at not in outside], dtype=np.int64)
    return Bounds(headings, data, sorted(reasons.items()), tuple(questions))


def _blank(cells: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which rows have no text at all."""
    blank = np.ones(len(cells), dtype=np.bool_)
    for name in cells.columns:
        blank &= (cells[name] == "").to_numpy(dtype=np.bool_)
    return blank


def _no_heading(grid: Grid, blank: NDArray[np.bool_]) -> Question:
    """Ask which line holds the headings."""
    first = int(np.flatnonzero(~blank)[0])
    example = ", ".join(quoted(cell, 20) for cell in grid.row(first)[:4] if cell)
    return Question(
        "header_rows",
        f"No line of headings was found: line {grid.lines[first]} begins with {example}. Which holds the headings? "
        "Say header_rows = 0 when none does.",
    )


def _which_table(grid: Grid, table: "Table", second: int) -> Question:
    """Ask where the first table ends."""
    last = max((at for at in range(table.first, second) if not table.blank[at]), default=second)
    text = ", ".join(quoted(cell, 30) for cell in grid.row(second) if cell)
    return Question(
        "last_data_row",
        f"Line {grid.lines[second]} looks like a second heading ({text}): "
        f"does the table end on line {grid.lines[last]}?",
        options=(str(grid.lines[last]),),
    )


def _first_data(grid: Grid, headings: tuple[int, ...], start: int) -> int:
    """Give the first data row: after the further heading rows of a survey tool, if any."""
    for at in range(start, min(start + 3, len(grid.cells))):
        texts = [cell for cell in grid.row(at) if cell]
        if headings and texts and all(cell.startswith('{"ImportId"') for cell in texts):
            return at + 1
    return start
