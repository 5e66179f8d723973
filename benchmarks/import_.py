"""How long a file of scores takes from its bytes to the commit, against writing rows that were parsed beforehand.

The other contender writes the very same rows into the same table, with its indexes and limits: ``executemany`` on
SQLite, ``COPY`` on PostgreSQL. It reads, checks, compares and explains nothing.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

from sqlalchemy import Engine, text

from benchmarks.load import AS_OF, SCORES_EACH, databases, frames
from benchmarks.measured import Measured, ratio
from bhi_core.domain.actor import local_person
from bhi_core.domain.records import ImportOptions, ParsedFile
from bhi_core.store.engine import raw_cursor, writing
from bhi_core.store.importing import import_file, import_frames
from bhi_core.store.tables import Score, table

ROUNDS = 3


def run(episodes: int | None = None) -> Measured:
    """Measure the import of 12 scores for each episode (8,334 episodes: 100,000 lines)."""
    people = episodes or 8_334
    measured: Measured = {"lines": people * SCORES_EACH}
    made = frames(people)
    people_only = {kind: made[kind] for kind in ("patients", "episodes")}
    data = csv_of(made["scores"])
    for name, engine in databases():
        import_frames(engine, local_person("benchmark"), people_only, ImportOptions(AS_OF), file="benchmark")
        parsed = _parsed(data)
        seconds = _rounds(
            engine,
            {
                "read": lambda: _parsed(data),
                "import": lambda engine=engine: _bring_in(engine, _parsed(data)),  # type: ignore[misc]
                "keep": lambda engine=engine, parsed=parsed: _bring_in(engine, parsed),  # type: ignore[misc]
            },
        )
        for what in ("read", "import", "keep", "write"):
            measured[f"{name} {what} ms"] = median(seconds[what]) * 1000
        measured[f"ratio_{name.lower()}"] = ratio(seconds, "import", "write")
        measured[f"{name} keep/write"] = ratio(seconds, "keep", "write")
    return measured


def csv_of(scores: Any) -> bytes:
    """Write the scores as a file with the canonical headings: MRN, Date, Instrument, Total, Item 1 ... Item 9, Mode."""
    answers = scores["items"].str.split(",", expand=True).fillna("")
    rows = scores[["patient_id", "date", "instrument", "total"]].assign(
        date=scores["date"].dt.strftime("%Y-%m-%d"), total=scores["total"].astype(int)
    )
    for place in range(answers.shape[1]):
        rows[f"Item {place + 1}"] = answers[place]
    rows["Mode"] = scores["mode"]
    written: str = rows.rename(columns={"patient_id": "MRN"}).to_csv(index=False)
    return written.encode()


def _parsed(data: bytes) -> ParsedFile:
    from bhi_core import intake

    opened = intake.open_file(data, "scores.csv", "scores", None, as_of=AS_OF, clinic_zone="America/New_York")
    return opened.parsed


def _bring_in(engine: Engine, parsed: ParsedFile) -> None:
    report = import_file(engine, local_person("benchmark"), replace(parsed, checksum=""), ImportOptions(AS_OF))
    if report.accepted != report.rows:
        raise RuntimeError(f"only {report.accepted} of {report.rows} lines were kept")


def _rounds(engine: Engine, contenders: dict[str, Callable[[], Any]]) -> dict[str, list[float]]:
    """Time the contenders in turn, each on an empty score table; the first round does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in (*contenders, "write")}
    for counted in [False] + [True] * ROUNDS:
        rows: list[tuple[Any, ...]] = []
        for name, contender in contenders.items():
            spent = _clocked(contender)
            if counted:
                seconds[name].append(spent)
            rows = rows or _kept(engine)
            _empty(engine)
        spent = _clocked(lambda rows=rows: _write(engine, rows))  # type: ignore[misc]
        _empty(engine)
        if counted:
            seconds["write"].append(spent)
    return seconds


def _clocked(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _kept(engine: Engine) -> list[tuple[Any, ...]]:
    """Give the rows as the driver wants them back."""
    with engine.connect() as connection:
        cursor = raw_cursor(connection)
        cursor.execute('SELECT * FROM "score" ORDER BY id')
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _empty(engine: Engine) -> None:
    with writing(engine) as connection:
        for name in ("score", "refused_line"):
            connection.execute(text(f"DELETE FROM {name}"))  # noqa: S608


def _write(engine: Engine, rows: list[tuple[Any, ...]]) -> None:
    """Write parsed rows and nothing else."""
    width = len(table(Score).c)
    with writing(engine) as connection:
        cursor = raw_cursor(connection)
        if connection.dialect.name == "sqlite":
            cursor.executemany(f"INSERT INTO score VALUES ({', '.join('?' * width)})", rows)  # noqa: S608
            return
        with cursor, cursor.copy("COPY score FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
