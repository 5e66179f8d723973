"""Lay values that are kept by a key along a column of keys."""

from collections.abc import Iterator
from typing import Any

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


def each_row(rows: pd.DataFrame) -> Iterator[Any]:
    """Go through the rows as tuples with the columns as names."""
    return iter(rows.itertuples())
