"""How fast the scores of a whole registry become a typed frame, against the driver's cursor fetching the same columns.

A ratio of 1 would be: the frame costs no more than the cells alone. On PostgreSQL too where ``BHI_TEST_POSTGRES_URL``
names a server on which a database may be made.
"""

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

from benchmarks.measured import Measured, ratio, side_by_side
from bhi_core.domain.actor import local_person
from bhi_core.domain.records import ImportOptions
from bhi_core.store.engine import connect_engine, migrate, reading
from bhi_core.store.importing import import_frames
from bhi_core.store.queries.frames import EVERYBODY
from bhi_core.store.queries.scores import current_scores

AS_OF = date(2026, 3, 2)
SCORES_EACH = 12
ROUNDS = 5
CURSOR = (
    "SELECT id, patient_id, instrument, date, recorded_at, total, safety_answer, assigned FROM score "
    "WHERE superseded_at IS NULL AND date <= '2026-03-02'"
)


def run(episodes: int | None = None) -> Measured:
    """Measure the load of 12 scores for each episode (8,334 episodes: 100,000 scores)."""
    people = episodes or 8_334
    measured: Measured = {"scores": people * SCORES_EACH}
    for name, engine in databases():
        import_frames(engine, local_person("benchmark"), frames(people), ImportOptions(AS_OF), file="benchmark")
        seconds = _timed(engine)
        measured[f"{name} cursor ms"] = median(seconds["cursor"]) * 1000
        measured[f"{name} load ms"] = median(seconds["load"]) * 1000
        measured[f"ratio_{name.lower()}"] = ratio(seconds, "load", "cursor")
    return measured


def _timed(engine: Engine) -> dict[str, list[float]]:
    with reading(engine) as connection:
        cursor: Any = connection.connection.cursor()
        return side_by_side(
            {
                "load": lambda: current_scores(connection, EVERYBODY, AS_OF, None),
                "cursor": lambda: cursor.execute(CURSOR) and cursor.fetchall(),
            },
            ROUNDS,
        )


def databases() -> Iterator[tuple[str, Engine]]:
    """Give an empty migrated database of each kind that there is, one after the other; each is removed afterwards."""
    with sqlite() as engine:
        yield "SQLite", engine
    server = os.environ.get("BHI_TEST_POSTGRES_URL", "").strip()
    if server:
        with postgres(server) as engine:
            yield "PostgreSQL", engine


@contextmanager
def sqlite() -> Iterator[Engine]:
    """Give an empty migrated SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        engine = connect_engine(f"sqlite:///{Path(folder) / 'benchmark.db'}")
        migrate(engine)
        yield engine
        engine.dispose()


@contextmanager
def postgres(server: str) -> Iterator[Engine]:
    """Give an empty migrated database on a PostgreSQL server."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    name = f"benchmark_{uuid.uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine = connect_engine(url.set(database=name).render_as_string(hide_password=False))
    migrate(engine)
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def frames(people: int, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Make patients with an open episode each, and 12 scores each with all answers."""
    mrns = pd.Series([f"{number:08d}" for number in range(people)], dtype="str")
    lines = {"line": np.arange(people) + 2, "record": np.zeros(people, dtype=np.int64), "patient_id": mrns}
    enrolled = np.full(people, np.datetime64("2025-01-06", "s"))
    return {
        "patients": pd.DataFrame(lines),
        "episodes": pd.DataFrame({**lines, "enrolled_on": enrolled}),
        "scores": scores(mrns, seed),
    }


def scores(mrns: "pd.Series[str]", seed: int = 1) -> pd.DataFrame:
    """Make 12 forms for each person: PHQ-9 and GAD-7 in turn, four weeks apart."""
    chance = np.random.default_rng(seed)
    count = len(mrns) * SCORES_EACH
    place = np.tile(np.arange(SCORES_EACH), len(mrns))
    is_phq9 = place % 2 == 0
    answers = chance.integers(0, 4, (count, 9))
    texts = [",".join(map(str, row[: 9 if nine else 7])) for row, nine in zip(answers.tolist(), is_phq9, strict=True)]
    totals = np.where(is_phq9, answers.sum(axis=1), answers[:, :7].sum(axis=1))
    return pd.DataFrame(
        {
            "line": np.arange(count) + 2,
            "record": np.zeros(count, dtype=np.int64),
            "patient_id": mrns.repeat(SCORES_EACH).reset_index(drop=True),
            "date": np.datetime64("2025-01-06", "s") + place // 2 * np.timedelta64(28 * 86_400, "s"),
            "instrument": pd.Series(np.where(is_phq9, "phq9", "gad7"), dtype="str"),
            "total": totals.astype(np.float64),
            "items": pd.Series(texts, dtype="str"),
            "safety_answer": np.where(is_phq9, answers[:, 8], -2).astype(np.int8),
            "functional": np.full(count, np.nan),
            "mode": pd.Series(["paper"] * count, dtype="str"),
        }
    )
