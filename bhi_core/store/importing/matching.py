"""Find what is known already: the same values in every column that a record fills, here or earlier in the file."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NOT_KNOWN = -1
ROOM = 1 << 62


def fold(columns: list[Ints]) -> Ints:
    """Give each row one number, the same for rows that are equal in all columns.

    Args:
        columns: codes of the cells, -1 for missing.

    >>> fold([np.array([1, 1, 2]), np.array([0, 0, 0])]).tolist()
    [0, 0, 1]
    """
    key = columns[0] + 1
    size = int(key.max(initial=0)) + 1
    for column in columns[1:]:
        width = int(column.max(initial=0)) + 2
        if size * width >= ROOM:
            key = _codes(key)
            size = int(key.max(initial=0)) + 1
        key = key * width + (column + 1)
        size *= width
    return _codes(key)


def _codes(values: "npt.NDArray[np.int64] | pd.Series") -> Ints:
    codes: Ints = pd.factorize(values)[0].astype(np.int64)
    return codes


def cell_codes(cells: "pd.Series") -> Ints:
    """Number the distinct cells of a column; -1 for a missing one."""
    if isinstance(cells.dtype, np.dtype) and cells.dtype.kind in "iu":
        lowest = int(cells.min()) if len(cells) else 0
        numbers: Ints = cells.to_numpy(dtype=np.int64) - lowest
        return numbers
    return _codes(cells)


def first_places(keys: Ints) -> Ints:
    """Give for each row the place of the first row with its key."""
    first = np.zeros(int(keys.max(initial=0)) + 1, dtype=np.int64)
    first[keys[::-1]] = np.arange(len(keys) - 1, -1, -1, dtype=np.int64)
    return first[keys]


def same_as(rows: pd.DataFrame, identity: list[str], optional: list[str], asked: Flags) -> Ints:
    """Find for each row an earlier one with the same values in every column that it fills.

    Args:
        rows: what the store has, then the records of the file, in order; rows that may not match are left out before.
        identity: columns that every row fills.
        optional: columns that a row may leave empty: an empty one asks nothing.
        asked: the rows to look for; for the others the answer is ``NOT_KNOWN``.

    Returns:
        The place of the earlier row, or ``NOT_KNOWN``.
    """
    found = np.full(len(rows), NOT_KNOWN, dtype=np.int64)
    if not asked.any():
        return found
    group = fold([cell_codes(rows[name]) for name in identity])
    codes = [cell_codes(rows[name]) for name in optional]
    filled = [rows[name].notna().to_numpy() for name in optional]
    pattern = np.zeros(len(rows), dtype=np.int64)
    for place, flags in enumerate(filled):
        pattern |= flags.astype(np.int64) << place
    for bits in np.unique(pattern[asked]).tolist():
        wanted = [place for place in range(len(optional)) if bits >> place & 1]
        fits = np.flatnonzero(pattern & bits == bits)
        key = fold([group[fits], *(codes[place][fits] for place in wanted)])
        earlier = fits[first_places(key)]
        mine = asked[fits] & (pattern[fits] == bits) & (earlier < fits)
        found[fits[mine]] = earlier[mine]
    return found
