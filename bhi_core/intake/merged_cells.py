"""Cells merged over several data rows: a patient's name and id written once beside all the patient's visits."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bhi_core.intake.grid import Grid


def with_merged_cells(grid: Grid, data: NDArray[np.int64]) -> tuple[Grid, list[int]]:
    """Write what a merged cell says into each data row that it covers, from the left edge of the table on.

    Only columns at the left edge, merged over the same rows, are filled: there they say whose rows these are. A
    merged score would otherwise become several scores.

    Args:
        grid: a sheet.
        data: positions of the data rows.

    Returns:
        The sheet, and the columns that were filled, in order.
    """
    rows = set(data.tolist())
    areas = {
        (top, first): bottom
        for top, first, bottom, last in grid.merged
        if first == last and bottom > top and top in rows
    }
    if not areas:
        return grid, []
    edge = next(at for at in range(len(grid.cells.columns)) if bool((grid.cells.iloc[:, at] != "").any()))
    cells, kinds = grid.cells.copy(), None if grid.kinds is None else grid.kinds.copy()
    filled: set[int] = set()
    for (top, column), bottom in sorted(areas.items(), key=lambda area: area[0][::-1]):
        if column != edge and not (column - 1 in filled and areas.get((top, column - 1)) == bottom):
            continue
        filled.add(column)
        cells.iloc[top : bottom + 1, column] = str(cells.iat[top, column])
        if kinds is not None:
            kinds[top : bottom + 1, column] = kinds[top, column]
    return replace(grid, cells=cells, kinds=kinds), sorted(filled)
