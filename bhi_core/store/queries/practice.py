"""Read what the clinic chose, what was brought in, who did what, and how fresh the data are."""

import datetime as dt
import json
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, select

from bhi_core.store.queries.frames import current, frame
from bhi_core.store.tables import (
    OF_MEETINGS,
    RECORDS,
    Audit,
    DataVersion,
    ImportBatch,
    Mapping,
    RefusedLine,
    Setting,
    Site,
    Staff,
    table,
)


def data_version(connection: Connection) -> int:
    """Give the integer that every write raises; a cache keyed with it is never old.

    What happens inside a meeting (its agenda, what is typed) raises ``meeting_version`` alone.
    """
    return int(connection.execute(select(table(DataVersion).c.version)).scalar_one())


def settings(connection: Connection, known_at: dt.datetime | None = None) -> dict[str, Any]:
    """Give what the clinic chose: key -> value (text, number, list), as known at a moment (None: now)."""
    kept = table(Setting)
    query = select(kept.c.key, kept.c.value).where(current(kept, known_at)).order_by(kept.c.key)
    return {str(key): json.loads(value) for key, value in connection.execute(query)}


def setting_history(connection: Connection) -> pd.DataFrame:
    """Give every value that a setting had: key, value (JSON text), recorded_at, recorded_by, superseded_at."""
    kept = table(Setting)
    names = ("key", "value", "recorded_at", "recorded_by", "superseded_at")
    return frame(connection, select(*(kept.c[name] for name in names)).order_by(kept.c.recorded_at, kept.c.id))


def batches(connection: Connection) -> pd.DataFrame:
    """Give the files brought in, the newest first.

    Returns:
        batch_id, recorded_at (UTC), recorded_by, file, kind, checksum, as_of, rows, accepted, known, rejected, mixed,
        records (how many were kept).
    """
    kept = table(ImportBatch)
    names = (
        "recorded_at", "recorded_by", "file", "kind", "checksum", "as_of", "rows", "accepted", "known", "rejected",
        "mixed", "records",
    )  # fmt: skip
    query = select(kept.c.id.label("batch_id"), *(kept.c[name] for name in names))
    return frame(connection, query.order_by(kept.c.id.desc()), {"batch_id": "id"})


def refused_lines(connection: Connection, batch_id: int) -> pd.DataFrame:
    """Give the lines of a file that were refused whole or in part: line, outcome, reasons (list of sentences)."""
    kept = table(RefusedLine)
    query = select(kept.c.line, kept.c.outcome, kept.c.reasons).where(kept.c.batch_id == batch_id).order_by(kept.c.line)
    lines = frame(connection, query, {"line": "id"})
    return lines.assign(reasons=pd.Series([json.loads(each) for each in lines["reasons"]], dtype=object))


def mapping_for(connection: Connection, layout: str, kind: str) -> dict[str, Any] | None:
    """Give the mapping kept for a layout (the headings, joined) and a kind; None when there is none."""
    kept = table(Mapping)
    query = select(kept.c.mapping).where(kept.c.layout == layout, kept.c.kind == kind, kept.c.superseded_at.is_(None))
    text = connection.execute(query).scalar()
    found: dict[str, Any] | None = None if text is None else json.loads(text)
    return found


def audit(connection: Connection, limit: int = 500) -> pd.DataFrame:
    """Give the newest audit rows: at (UTC), by, action, what, record_id, details (JSON text, ids and counts)."""
    kept = table(Audit)
    query = select(*(kept.c[name] for name in ("id", "at", "by", "action", "what", "record_id", "details")))
    return frame(connection, query.order_by(kept.c.id.desc()).limit(limit), {"id": "id"})


def counts(connection: Connection) -> dict[str, int]:
    """Count the records that stand, by kind; and ``staff`` and ``sites``."""
    counted = {}
    for kind, model in RECORDS.items():
        kept = table(model)
        query = select(func.count()).select_from(kept).where(kept.c.superseded_at.is_(None))
        counted[kind] = int(connection.execute(query).scalar_one())
    for name, everything in (("staff", table(Staff)), ("sites", table(Site))):
        counted[name] = int(connection.execute(select(func.count()).select_from(everything)).scalar_one())
    return counted


def is_empty(connection: Connection) -> bool:
    """Say whether the registry holds no record, meeting, person of staff or setting, now or in its history."""
    tables = [*(table(model) for model in (RECORDS | OF_MEETINGS).values()), table(Staff), table(Site), table(Setting)]
    return all(connection.execute(select(func.count()).select_from(each)).scalar_one() == 0 for each in tables)
