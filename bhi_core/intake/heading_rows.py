"""Which rows of a sheet hold the headings: below title lines, in one or two rows."""

import numpy as np
from numpy.typing import NDArray

from bhi_core.intake.cells import comparable
from bhi_core.intake.column_names import filled_forward, joined
from bhi_core.intake.grid import Grid, kind_of

_SEARCHED = 60


def find_headings(grid: Grid, blank: NDArray[np.bool_]) -> tuple[int, ...]:
    """Find the rows of headings; none when the first full row looks like data."""
    rows = [int(at) for at in np.flatnonzero(~blank)[:_SEARCHED]]
    cells = {at: grid.row(at) for at in rows}
    filled = {at: sum(cell != "" for cell in cells[at]) for at in rows}
    usual = float(np.median([filled[at] for at in rows]))
    enough = max(min(2, max(filled.values())), 0.6 * usual)
    candidates = [at for at in rows if filled[at] >= enough]
    found = None
    for at in candidates:
        below = [cells[row] for row in rows if row > at][:20]
        if not _is_labels(cells[at], below):
            if filled[at] >= 0.8 * usual:
                break
            continue
        if found is None or filled[at] - filled[found] >= (1 if filled[found] <= 2 else 2):
            found = at
    if found is None:
        return ()
    return _with_second_row(grid, found, rows, cells)


def _is_labels(row: list[str], below: list[list[str]]) -> bool:
    """Tell whether a row names columns rather than holding their values."""
    kinds = [kind_of(cell) for cell in row]
    if "word" not in kinds:
        return False
    odd = [at for at, kind in enumerate(kinds) if kind in ("number", "date")]
    numbers = [row[at] for at in odd]
    if not odd or numbers == [str(int(numbers[0]) + at) if numbers[0].isdecimal() else "" for at in range(len(odd))]:
        return True
    under = [usual_kind(below, at) for at in odd]
    return any(under) and all(kind != kinds[at] for kind, at in zip(under, odd, strict=True))


def usual_kind(rows: list[list[str]], at: int) -> str:
    """Name the commonest kind of a column's cells, empty ones left out."""
    kinds = [kind for row in rows if (kind := kind_of(row[at]))]
    return max(set(kinds), key=kinds.count) if kinds else ""


def _with_second_row(grid: Grid, found: int, rows: list[int], cells: dict[int, list[str]]) -> tuple[int, ...]:
    """Add the row above or below when the two make a two-row heading."""
    here = cells[found]
    above, under = cells.get(found - 1), cells.get(found + 1)
    if above is not None and _groups(grid, found - 1, above, here):
        return (found - 1, found)
    after = [cells[row] for row in rows if row > found + 1][:20]
    if under is not None and after and _completes(here, under, after):
        return (found, found + 1)
    return (found,)


def _groups(grid: Grid, at: int, above: list[str], here: list[str]) -> bool:
    """Tell whether the row above holds groups of columns: its labels tell equal headings below apart."""
    names = [comparable(cell) for cell in here if cell]
    labels = [cell for cell in above if cell]
    if not labels or len(set(names)) == len(names) or any(kind_of(cell) != "word" for cell in labels):
        return False
    spans = [(first, last) for row, first, _, last in grid.merged if row == at]
    both = [comparable(name) for name in joined(filled_forward(above, spans), here) if name]
    return len(set(both)) == len(both)


def _completes(here: list[str], under: list[str], after: list[list[str]]) -> bool:
    """Tell whether the row below continues the headings: it fills their gaps, and values of another kind follow."""
    if not _is_labels(under, after) or any(kind_of(cell) != "word" for cell in under if cell):
        return False
    gaps = [at for at, cell in enumerate(under) if cell and not here[at]]
    own = [at for at, cell in enumerate(here) if cell and not under[at]]
    if not gaps or not any(row[at] for row in after for at in own):
        return False
    filled = [at for at, cell in enumerate(under) if cell]
    values = sum(usual_kind(after, at) in ("number", "date") for at in filled)
    return 2 * values >= len(filled) or len(gaps) >= 3
