"""A workbook to one table: which sheet, its cells with what they really are, hidden rows, merged headings.

The cells are read straight from the sheet's XML: no library tells at once error cells, formulas without a saved result,
hidden rows and the zeros that an id is shown with (docs/decisions/0003-reading-workbooks.md).
"""

import io
import zipfile
import zlib
from dataclasses import replace
from typing import Literal
from xml.etree import ElementTree
from xml.parsers import expat

from bhi_core.domain.records import Question
from bhi_core.errors import Refused
from bhi_core.intake.bounds import Stated, find_bounds
from bhi_core.intake.grid import Grid
from bhi_core.intake.mapping import FileSpec
from bhi_core.intake.workbook_parts import Parts, SheetEntry, read_parts
from bhi_core.intake.worksheet import read_grid

_LOOKED_AT = 200
_DAMAGED = (
    *(KeyError, ValueError, IndexError, TypeError, OverflowError, EOFError, OSError, NotImplementedError, RuntimeError),
    *(ElementTree.ParseError, expat.ExpatError, zipfile.BadZipFile, zlib.error),
)

Found = tuple[Grid, list[str], str, Literal[1900, 1904], list[str], tuple[Question, ...]]


def read_workbook(data: bytes, file: FileSpec) -> Found:
    """Read one worksheet.

    Args:
        data: the workbook's bytes.
        file: what a person has stated.

    Returns:
        The sheet's grid, the names of all sheets, the name of the one read, the date system, notes about the others,
        and the question which sheet, when several look like a table.

    Raises:
        Refused: the workbook is damaged, protected or too large, or has no such sheet.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(read_parts(archive), file)
    except _DAMAGED as broken:
        raise Refused(
            "The workbook is damaged or protected: save it again in a spreadsheet and bring that in."
        ) from broken


def _read(parts: Parts, file: FileSpec) -> Found:
    """Choose the sheet and read it."""
    names = [entry.name for entry in parts.sheets]
    if not names:
        raise Refused("The workbook has no worksheet: bring in the one with the table.")
    chosen, tables = _choose(parts, file.sheet)
    questions: tuple[Question, ...] = ()
    if tables:
        shown = ", ".join(f'"{name}"' for name in tables)
        which = "Several sheets hold a table" if len(tables) > 1 else "Only a hidden sheet holds a table"
        questions = (Question("sheet", f"{which} ({shown}): which one is meant?", None, tuple(tables)),)
    grid = read_grid(parts, chosen)
    if not len(grid.cells):
        raise Refused(f'The sheet "{chosen.name}" is empty: name the sheet with the table under [file] sheet.')
    others = [entry for entry in parts.sheets if entry is not chosen and not questions]
    return grid, names, chosen.name, parts.epoch, _notes(others, chosen), questions


def _choose(parts: Parts, stated: str | None) -> tuple[SheetEntry, list[str]]:
    """Choose the sheet: the stated one, else the visible one that looks like a table; and the names to ask about."""
    if stated is not None:
        wanted = stated.strip().casefold()
        for entry in parts.sheets:
            if entry.name.strip().casefold() == wanted:
                return entry, []
        names = ", ".join(f'"{entry.name}"' for entry in parts.sheets)
        raise Refused(f'The workbook has no sheet "{stated}": it has {names}.')
    if len(parts.sheets) == 1:
        return parts.sheets[0], []
    tables = [entry for entry in parts.sheets if _looks_like_a_table(read_grid(parts, entry, _LOOKED_AT))]
    seen = [entry for entry in tables if entry.visible]
    if not seen and tables:  # only hidden ones: one is never read unasked
        return tables[0], [entry.name for entry in tables]
    fallback = next((entry for entry in parts.sheets if entry.visible), parts.sheets[0])
    return (seen or [fallback])[0], [entry.name for entry in seen] if len(seen) > 1 else []


def _looks_like_a_table(grid: Grid) -> bool:
    """Tell whether a sheet has headings over at least two columns, and a row under them."""
    if not len(grid.cells) or len(grid.cells.columns) < 2:
        return False
    bounds = find_bounds(replace(grid, notes=[]), Stated())
    headings = [cell for at in bounds.headings for cell in grid.row(at) if cell]
    return len(headings) >= 2 and len(bounds.data) > 0


def _notes(others: list[SheetEntry], chosen: SheetEntry) -> list[str]:
    """Say which sheets were not read."""
    notes = []
    if not chosen.visible:
        notes.append(f'The sheet "{chosen.name}" is hidden.')
    for visible, word in ((True, "Sheet"), (False, "Hidden sheet")):
        names = [f'"{entry.name}"' for entry in others if entry.visible == visible]
        if names:
            notes.append(f"{word}{'' if len(names) == 1 else 's'} not read: {', '.join(names)}.")
    return notes
