"""The kernel against Polars and DuckDB doing the same work, and against its own sort alone."""

from collections.abc import Callable
from datetime import date
from statistics import median

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from benchmarks.histories import AS_OF, histories
from benchmarks.kernel_duckdb import prepare, summarise_in_duckdb
from benchmarks.kernel_polars import summarise_in_polars
from benchmarks.measured import Measured, ratio, side_by_side
from bhi_core.domain import instruments
from bhi_core.domain.packing import considered, pack
from bhi_core.domain.trajectory import COLUMNS, summarise

EPISODES = 100_000
ROUNDS = 7


def run(episodes: int | None) -> Measured:
    """Time the kernel, Polars, DuckDB and the packed sort in turn, after asserting that the three results are equal.

    Every contender starts from its own kind of frame in memory and ends with one; nothing is read or converted while
    the clock runs. Polars and DuckDB use all cores, the kernel one.
    """
    count = episodes or EPISODES
    scores, cared_for = histories(count)
    polars_scores, polars_episodes = _to_polars(scores), _to_polars(cared_for)
    connection = duckdb.connect()
    connection.execute("create table scores as select * from polars_scores")
    connection.execute("create table episodes as select * from polars_episodes")
    prepare(connection)
    known = instruments.registry()
    layout = considered(scores, (AS_OF - date(1970, 1, 1)).days, known)[1]
    keys = pack(scores, layout, known)
    contenders: dict[str, Callable[[], object]] = {
        "kernel": lambda: summarise(scores, cared_for, AS_OF),
        "polars": lambda: summarise_in_polars(polars_scores, polars_episodes, AS_OF),
        "duckdb": lambda: summarise_in_duckdb(connection, AS_OF),
        "sort": lambda: np.sort(keys),
    }
    ours = _plain(summarise(scores, cared_for, AS_OF))
    _assert_equal(ours, summarise_in_polars(polars_scores, polars_episodes, AS_OF), "Polars")
    _assert_equal(ours, summarise_in_duckdb(connection, AS_OF), "DuckDB")
    seconds = side_by_side(contenders, ROUNDS)
    return {
        "benchmark": "kernel",
        "episodes": count,
        "scores": len(scores),
        "rounds": ROUNDS,
        "median_ms": 1000 * median(seconds["kernel"]),
        "median_ms_polars": 1000 * median(seconds["polars"]),
        "median_ms_duckdb": 1000 * median(seconds["duckdb"]),
        "median_ms_sort": 1000 * median(seconds["sort"]),
        "ratio_polars": ratio(seconds, "kernel", "polars"),
        "ratio_duckdb": ratio(seconds, "kernel", "duckdb"),
        "ratio_sort": ratio(seconds, "kernel", "sort"),
    }


def _to_polars(frame: pd.DataFrame) -> pl.DataFrame:
    """Give a frame to Polars: dates as Date, NaN as null, the category as its codes."""
    columns = {}
    for name, column in frame.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            columns[name] = pl.Series(column.cat.codes.to_numpy())
        elif column.dtype.kind == "M":
            columns[name] = pl.Series(column.to_numpy().astype("datetime64[D]"))
        elif column.dtype.kind == "f":
            columns[name] = pl.Series(column.to_numpy()).fill_nan(None)
        else:
            columns[name] = pl.Series(column.tolist() if column.dtype == "str" else column.to_numpy())
    return pl.DataFrame(columns)


def _plain(rows: pd.DataFrame) -> pl.DataFrame:
    """Give the kernel's result as the others give theirs: categories as codes, -1 for missing."""
    return _to_polars(rows)


def _assert_equal(ours: pl.DataFrame, theirs: pl.DataFrame, who: str) -> None:
    """Stop unless every column holds the same values in the same order."""
    if theirs.height != ours.height:
        raise AssertionError(f"{who} has {theirs.height} rows, the kernel {ours.height}")
    for name in COLUMNS:
        one, other = ours[name], theirs[name].cast(ours[name].dtype)
        if not one.equals(other, null_equal=True):
            row = (one.ne_missing(other)).arg_true()[0]
            raise AssertionError(f"{who} differs in {name}, first in row {row}: {other[row]}, not {one[row]}")
