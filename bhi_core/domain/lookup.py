"""Lay values that are kept by a key along a column of keys."""

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


def look_up(values: "pd.Series[Any]", keys: "pd.Series[Any]") -> "pd.Series[Any]":
    """Give each key its value, the missing value where there is none; also when either is empty.

    Args:
        values: indexed by the key, each key once.
        keys: any number of keys, on any index.

    Returns:
        The values on the index of ``keys``, in the dtype of ``values`` as far as missing values allow.
    """
    return pd.Series(values.reindex(keys.to_numpy()).array, index=keys.index)


def each_row(
    rows: pd.DataFrame, columns: Iterable[str] = (), places: npt.NDArray[np.int64] | None = None
) -> Iterator[Any]:
    """Go through the rows as values with the columns (these, else all) as names; for words, not for work on many rows.

    With ``places``, numbers of rows from 0, only those, in that order.

    A named tuple as wide as these frames takes longer to define than a page to draw, so none is made.
    """
    names = [name for name in columns if name in rows] or list(rows.columns)
    cells = (rows[name] if places is None else rows[name].iloc[places] for name in names)
    for values in zip(*(column.tolist() for column in cells), strict=True):
        yield SimpleNamespace(**dict(zip(names, values, strict=True)))
