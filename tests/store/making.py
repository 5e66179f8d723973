"""Makes what the store's tests begin with: people, forms, files that were read."""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from bhi_core.domain.actor import Actor, local_person
from bhi_core.domain.records import KINDS, ImportOptions, ImportReport, ParsedFile
from bhi_core.domain.registry import Registry
from bhi_core.store import commands
from bhi_core.store.engine import reading
from bhi_core.store.importing.incoming import DATE_COLUMNS
from bhi_core.store.queries import EVERYBODY, registry

TODAY = dt.date(2026, 3, 2)
ENROLLED = dt.date(2026, 1, 5)
KIM = local_person("Kim Kwon")
NOBODY = Actor("Nobody")
FULL = (2, 2, 1, 2, 1, 2, 2, 1, 0)
TOKENS = count(1)


def token() -> str:
    """Give a token that no other act has."""
    return f"act-{next(TOKENS)}"


def patient(engine: Engine, mrn: str = "0000071", **more: Any) -> int:
    """Add a person and give the patient_id."""
    saved = commands.add_patient(engine, KIM, token=token(), today=TODAY, mrn=mrn, **more)
    assert saved.record_id is not None
    return saved.record_id


def enrolled(engine: Engine, mrn: str = "0000071", **more: Any) -> int:
    """Add a person with an open episode and give the patient_id."""
    person = patient(engine, mrn)
    commands.enrol(engine, KIM, token=token(), today=TODAY, patient_id=person, enrolled_on=ENROLLED, **more)
    return person


def form(engine: Engine, person: int, on: dt.date = ENROLLED, **more: Any) -> int:
    """Record a PHQ-9 and give the score_id."""
    given: dict[str, Any] = {"items": FULL} | more if "total" not in more else more
    saved = commands.record_score(
        engine, KIM, token=token(), today=TODAY, patient_id=person, instrument="phq9", taken_on=on, **given
    )
    assert saved.record_id is not None
    return saved.record_id


def known(engine: Engine, as_of: dt.date = TODAY, known_at: dt.datetime | None = None) -> Registry:
    """Read the whole registry."""
    with reading(engine) as connection:
        return registry(connection, EVERYBODY, as_of, known_at)


def records(kind: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Give rows as the records of a file that was read: a row a line, from line 2, unless it says its own."""
    made: dict[str, Any] = {
        "line": np.array([row.get("line", place + 2) for place, row in enumerate(rows)], dtype=np.int64),
        "record": np.array([row.get("record", 0) for row in rows], dtype=np.int64),
    }
    for name in KINDS[kind]:
        made[name] = _column(name, [row.get(name) for row in rows])
    moments = [row.get("recorded_at") for row in rows]
    made["recorded_at"] = pd.to_datetime(pd.Series(moments, dtype=object), utc=True).astype("datetime64[us, UTC]")
    return pd.DataFrame(made)


def _column(name: str, cells: list[Any]) -> Any:
    if name in DATE_COLUMNS:
        return np.array([np.datetime64("NaT") if cell is None else cell for cell in cells], dtype="datetime64[s]")
    if name in ("total", "functional", "minutes", "follow_up_weeks"):
        return np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
    if name in ("attended", "assigned"):
        return np.array([name == "attended" if cell is None else cell for cell in cells], dtype=bool)
    if name == "safety_answer":
        return np.array([-2 if cell is None else cell for cell in cells], dtype=np.int8)
    return pd.Series([np.nan if cell is None else cell for cell in cells], dtype="str")


def parsed(kind: str, rows: Sequence[Mapping[str, Any]], **more: Any) -> ParsedFile:
    """Give rows as a file that was read; ``refused``: line -> reason, ``people``: what a mapping gives."""
    kept = records(kind, rows)
    refused: Mapping[int, str] = more.pop("refused", {})
    good = set(kept["line"].tolist())
    numbers = sorted(good | set(refused))
    outcomes = ["rejected" if each not in good else "mixed" if each in refused else "accepted" for each in numbers]
    lines = pd.DataFrame(
        {
            "line": np.array(numbers, dtype=np.int64),
            "outcome": pd.Series(outcomes, dtype="str"),
            "reasons": pd.Series([[refused[each]] if each in refused else [] for each in numbers], dtype=object),
        }
    )
    people = more.pop("people", kept[["line", "patient_id"]].drop_duplicates("line"))
    file = {"file": "file.csv", "checksum": "", **more}
    return ParsedFile(kind=kind, rows=len(lines), lines=lines, records=kept, people=people, **file)


def bring_in(engine: Engine, file: ParsedFile, **options: Any) -> ImportReport:
    """Bring a file in."""
    return commands.import_file(engine, KIM, file, ImportOptions(TODAY, **options))


def score(mrn: str = "0000071", on: str = "2026-01-12", total: float | None = 14, **more: Any) -> dict[str, Any]:
    """Give a PHQ-9 of a file."""
    return {"patient_id": mrn, "date": on, "instrument": "phq9", "total": total, **more}


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Give accepted, known, rejected, mixed."""
    return report.accepted, report.known, report.rejected, report.mixed


def reasons(report: ImportReport) -> list[str]:
    """Give all reasons in the order of the lines."""
    return [reason for each in report.lines["reasons"] for reason in each]
