"""Read scores fast: on either database each column crosses as one long value, not as cells.

SQLite joins a column into one text (``group_concat``), PostgreSQL into one run of binary numbers (``string_agg`` of
``int4send`` and its like). numpy reads both without making a Python object for each cell, which is what a driver's
cursor spends its time on. All aggregates of one query see the rows in the same order.
"""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Integer, cast, func, literal_column, select

from bhi_core.store.queries.frames import EVERYBODY, Scope, current, of_scope, rows
from bhi_core.store.tables import Score, table

Array = np.ndarray[Any, np.dtype[Any]]

NO_TOTAL = -1
SPACE: ColumnElement[str] = literal_column("' '")
NOTHING: ColumnElement[str] = literal_column("''")
NO_BYTES: ColumnElement[bytes] = literal_column("''::bytea")
POSTGRES_EPOCH_DAYS = int(np.datetime64("2000-01-01").astype(np.int64))
MICROSECONDS_A_DAY = 86_400_000_000
COLUMNS = ("score_id", "patient_id", "date", "recorded_at", "total", "safety_answer", "assigned")


def current_scores(
    connection: Connection, scope: Scope, as_of: dt.date, known_at: dt.datetime | None
) -> tuple[pd.DataFrame, dt.datetime | None]:
    """Give the scores that stand, and when the newest of them was recorded (UTC, None without any).

    Returns:
        Frame as ``Registry.scores``, in the order of recording.
    """
    score = table(Score)
    return _read(connection, [current(score, known_at), score.c.date <= as_of, *_narrow(scope, known_at)])


def corrected_safety(
    connection: Connection, scope: Scope, as_of: dt.date, known_at: dt.datetime | None
) -> pd.DataFrame:
    """Give the superseded forms that answered a safety item above zero, as ``Registry.corrected_safety``."""
    score = table(Score)
    superseded = [score.c.superseded_at.is_not(None), score.c.safety_answer >= 1]
    if known_at is not None:
        superseded.append(score.c.superseded_at <= known_at)
    return _read(connection, [*superseded, score.c.date <= as_of, *_narrow(scope, known_at)])[0]


def _narrow(scope: Scope, known_at: dt.datetime | None) -> list[ColumnElement[bool]]:
    return [] if scope == EVERYBODY else of_scope(table(Score).c.patient_id, scope, known_at)


def _read(connection: Connection, where: list[ColumnElement[bool]]) -> tuple[pd.DataFrame, dt.datetime | None]:
    reader = _from_sqlite if connection.dialect.name == "sqlite" else _from_postgres
    cells, instruments = reader(connection, where)
    if not len(instruments):
        return _frame(cells, instruments), None
    newest = pd.Timestamp(int(cells["recorded_at"].max()), unit="us", tz="UTC").to_pydatetime()
    return _frame(cells, instruments), newest


def _nothing() -> tuple[dict[str, Array], list[str]]:
    return {name: np.empty(0, np.int64) for name in COLUMNS}, []


def _columns() -> dict[str, ColumnElement[Any]]:
    """Give the columns that no row lacks (an aggregate would pass over a missing cell)."""
    score = table(Score)
    total = func.coalesce(score.c.total, literal_column(str(NO_TOTAL), Integer))
    given = (
        score.c.id,
        score.c.patient_id,
        score.c.date,
        score.c.recorded_at,
        total,
        score.c.safety_answer,
        score.c.assigned,
    )
    return dict(zip(COLUMNS, given, strict=True))


def _from_sqlite(connection: Connection, where: list[ColumnElement[bool]]) -> tuple[dict[str, Array], list[str]]:
    columns = _columns()
    columns["assigned"] = cast(columns["assigned"], Integer)
    joined = [
        func.group_concat(column, NOTHING if name in ("date", "recorded_at") else SPACE)
        for name, column in columns.items()
    ]
    query = select(func.group_concat(table(Score).c.instrument, SPACE), *joined).where(*where)
    instruments, *texts = rows(connection, query)[0]
    if instruments is None:
        return _nothing()
    cells: dict[str, Array] = {}
    for name, text in zip(columns, texts, strict=True):
        if name == "date":
            cells[name] = days_of(np.frombuffer(text.encode(), dtype=np.uint8).reshape(-1, 10))
        elif name == "recorded_at":
            signs = np.frombuffer(text.encode(), dtype=np.uint8).reshape(-1, 26)
            cells[name] = days_of(signs) * MICROSECONDS_A_DAY + _microseconds(signs)
        else:
            cells[name] = np.fromstring(text, dtype=np.int64, sep=" ")
    return cells, instruments.split(" ")


def _from_postgres(connection: Connection, where: list[ColumnElement[bool]]) -> tuple[dict[str, Array], list[str]]:
    columns = _columns()
    senders = {
        "date": (func.date_send, ">i4"),
        "recorded_at": (func.timestamptz_send, ">i8"),
        "safety_answer": (func.int2send, ">i2"),
        "assigned": (func.boolsend, ">i1"),
    }
    sent = {name: senders.get(name, (func.int4send, ">i4")) for name in columns}
    joined = [func.string_agg(sent[name][0](column), NO_BYTES) for name, column in columns.items()]
    query = select(func.string_agg(table(Score).c.instrument, SPACE), *joined).where(*where)
    instruments, *blocks = rows(connection, query)[0]
    if instruments is None:
        return _nothing()
    cells: dict[str, Array] = {
        name: np.frombuffer(block, dtype=sent[name][1]).astype(np.int64)
        for name, block in zip(columns, blocks, strict=True)
    }
    cells["date"] += POSTGRES_EPOCH_DAYS
    cells["recorded_at"] += POSTGRES_EPOCH_DAYS * MICROSECONDS_A_DAY
    return cells, instruments.split(" ")


def days_of(signs: Array) -> Array:
    """Count the days since 1970 of dates written ``YYYY-MM-DD``, a row of ASCII codes each (more columns are ignored).

    >>> days_of(np.frombuffer(b"1970-01-02", dtype=np.uint8).reshape(-1, 10)).tolist()
    [1]
    """
    digits = signs[:, [0, 1, 2, 3, 5, 6, 8, 9]].astype(np.int64) - 48
    months = (digits[:, :4] @ np.array([1000, 100, 10, 1]) - 1970) * 12 + digits[:, 4] * 10 + digits[:, 5] - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.asarray(first + digits[:, 6] * 10 + digits[:, 7] - 1)


def _microseconds(signs: Array) -> Array:
    """Count the microseconds of the day in moments written ``YYYY-MM-DD HH:MM:SS.ffffff``."""
    digits = signs[:, [11, 12, 14, 15, 17, 18, 20, 21, 22, 23, 24, 25]].astype(np.int64) - 48
    seconds = digits[:, :6] @ np.array([36_000, 3_600, 600, 60, 10, 1])
    return np.asarray(seconds * 1_000_000 + digits[:, 6:] @ np.array([100_000, 10_000, 1_000, 100, 10, 1]))


def _frame(cells: dict[str, Array], instruments: list[str]) -> pd.DataFrame:
    """Put the columns together, in the order of recording: the moment, then the line of the file."""
    order = np.argsort(cells["score_id"], kind="stable")
    order = order[np.argsort(cells["recorded_at"][order], kind="stable")]
    place = {name: column[order] for name, column in cells.items()}
    total = place["total"].astype(np.float64)
    total[total == NO_TOTAL] = np.nan
    return pd.DataFrame(
        {
            "score_id": place["score_id"],
            "patient_id": place["patient_id"],
            "instrument": _categories(instruments, order),
            "taken_on": place["date"].astype("datetime64[D]").astype("datetime64[s]"),
            "recorded_order": np.arange(len(order), dtype=np.int64),
            "total": total,
            "safety_answer": place["safety_answer"].astype(np.int8),
            "assigned": place["assigned"].astype(bool),
        }
    )


def _categories(instruments: list[str], order: Array) -> pd.Categorical:
    """Number the instruments, in the order of their ids."""
    codes, ids = pd.factorize(np.array(instruments, dtype=object), sort=True)
    return pd.Categorical.from_codes(codes[order], categories=pd.Index(list(ids), dtype="str"))
