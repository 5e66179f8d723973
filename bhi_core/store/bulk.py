"""Write many rows at once: ``executemany`` on SQLite, ``COPY`` on PostgreSQL, from whole columns."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, Date, Table, func, select

from bhi_core.store.engine import plain_errors, raw_cursor
from bhi_core.store.types import Moment

Ints = npt.NDArray[np.int64]

ROWS_A_BLOCK = 20_000
SPECIAL = re.compile(r"[\\\t\n\r]")
"""What the COPY format reads as something else."""


def next_id(connection: Connection, kept: Table) -> int:
    """Give the first free id; only inside ``engine.writing``, where no other writer can take it."""
    highest: int | None = connection.execute(select(func.max(kept.c.id))).scalar()
    return (highest or 0) + 1


def insert(connection: Connection, kept: Table, columns: Mapping[str, Any], count: int) -> None:
    """Insert rows from their columns.

    Args:
        connection: from ``engine.writing``.
        kept: the table.
        columns: name -> a value for every row: an array or Series of ``count``, or one value for all. Missing values
            are None, NaN or NaT; dates are ``datetime64``, moments are datetimes with a zone (an array of them is
            ``datetime64`` in UTC).
        count: how many rows.
    """
    if not count:
        return
    native = connection.dialect.name == "sqlite"
    cells = [_cells(kept, name, value, count, native=native) for name, value in columns.items()]
    if native:
        _executemany(connection, kept, list(columns), zip(*cells, strict=True))
    else:
        _copy(connection, kept, list(columns), cells)


def _executemany(connection: Connection, kept: Table, names: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    quoted = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" * len(names))
    with plain_errors():
        raw_cursor(connection).executemany(f'INSERT INTO "{kept.name}" ({quoted}) VALUES ({marks})', rows)  # noqa: S608


def _copy(connection: Connection, kept: Table, names: list[str], cells: list[list[str]]) -> None:
    quoted = ", ".join(f'"{name}"' for name in names)
    with (
        plain_errors(),
        raw_cursor(connection) as cursor,
        cursor.copy(f'COPY "{kept.name}" ({quoted}) FROM STDIN') as copy,
    ):
        for start in range(0, len(cells[0]), ROWS_A_BLOCK):
            block = [column[start : start + ROWS_A_BLOCK] for column in cells]
            copy.write("\n".join(map("\t".join, zip(*block, strict=True))) + "\n")


def _cells(kept: Table, name: str, value: Any, count: int, *, native: bool) -> list[Any]:
    """Give a column as the driver takes it: native values for SQLite, texts of the COPY format for PostgreSQL."""
    kind = kept.c[name].type
    if not isinstance(value, (np.ndarray, pd.Series)):
        return [_cell(value, native=native)] * count
    if isinstance(kind, Moment):
        return _distinct(
            pd.Series(value), lambda moments: [_moment(each, native=native) for each in moments], native=native
        )
    if isinstance(kind, Date):
        return _distinct(
            pd.Series(value), lambda days: np.datetime_as_string(days.astype("datetime64[D]")), native=native
        )
    python = kind.python_type
    if python is str or issubclass(python, str):
        return _texts(pd.Series(value), native=native)
    if python is bool:
        flags = np.asarray(value, dtype=bool)
        return list(flags.astype(np.int64).tolist() if native else np.where(flags, "t", "f").tolist())
    return _numbers(value, whole=python is int, native=native)


def _numbers(value: Any, *, whole: bool, native: bool) -> list[Any]:
    given: Any = np.asarray(value)
    if given.dtype.kind in "iu":
        return list(given.tolist()) if native else list(map(str, given.tolist()))
    missing = np.isnan(given.astype(np.float64))
    numbers: Any = np.where(missing, 0, given.astype(np.float64))
    cells = np.array((numbers.astype(np.int64) if whole else numbers).tolist(), dtype=object)
    if not native:
        cells = np.array(list(map(str, cells.tolist())), dtype=object)
    cells[missing] = None if native else r"\N"
    return list(cells.tolist())


def _distinct(values: "pd.Series[Any]", write: Any, *, native: bool) -> list[Any]:
    """Write each distinct value once."""
    codes, distinct = pd.factorize(values)
    written = np.array([*write(np.asarray(distinct)), None if native else r"\N"], dtype=object)
    return list(written[codes].tolist())


def _texts(values: "pd.Series[Any]", *, native: bool) -> list[Any]:
    missing = values.isna().to_numpy()
    texts = values.to_numpy(dtype=object, copy=True)
    if not native and SPECIAL.search("".join(texts[~missing])):
        texts[~missing] = [escaped(each) for each in texts[~missing]]
    texts[missing] = None if native else r"\N"
    return list(texts.tolist())


def escaped(words: str) -> str:
    r"""Write a text as a cell of the COPY format.

    >>> escaped("a\tb\\c")
    'a\\tb\\\\c'
    """
    return words.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _moment(moment: Any, *, native: bool) -> str:
    """Write a moment of an array (UTC) as SQLAlchemy keeps it in SQLite, or for PostgreSQL with its zone."""
    plain = (
        pd.Timestamp(moment).tz_localize(None)
        if pd.Timestamp(moment).tzinfo is None
        else pd.Timestamp(moment).tz_convert(None)
    )
    return _moment_text(plain.to_pydatetime(), native=native)


def _moment_text(utc: dt.datetime, *, native: bool) -> str:
    text = utc.strftime("%Y-%m-%d %H:%M:%S.%f")
    return text if native else text + "+00"


def _cell(value: Any, *, native: bool) -> Any:
    """Write one value that stands in every row."""
    if value is None:
        return None if native else r"\N"
    if isinstance(value, dt.datetime):
        return _moment_text(value.astimezone(dt.UTC), native=native)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value) if native else "tf"[not value]
    return value if native else escaped(str(value))


def supersede(connection: Connection, kept: Table, old: Ints, new: Ints, when: npt.NDArray[np.datetime64]) -> None:
    """Mark versions as replaced: the old row by the new one, from a moment on (never before it was recorded).

    Args:
        connection: from ``engine.writing``.
        kept: the table of both.
        old, new: row ids, one by one.
        when: the moments (UTC) from which the new rows stand.
    """
    if not len(old):
        return
    native = connection.dialect.name == "sqlite"
    moments = _cells(kept, "superseded_at", when, len(when), native=native)
    change = f'UPDATE "{kept.name}" SET superseded_at = '  # noqa: S608
    with plain_errors():
        cursor = raw_cursor(connection)
        if native:
            rows = zip(moments, new.tolist(), old.tolist(), strict=True)
            cursor.executemany(f"{change}?, superseded_by = ? WHERE id = ?", rows)
            return
        together = "FROM unnest(%s::timestamptz[], %s::int[], %s::int[]) AS one(moment, new, old)"
        which = f'WHERE "{kept.name}".id = one.old'
        cursor.execute(
            f"{change}one.moment, superseded_by = one.new {together} {which}", (moments, new.tolist(), old.tolist())
        )
