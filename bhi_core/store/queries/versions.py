"""Read everything that was ever recorded of one patient and kind, what was withdrawn or replaced since too."""

import pandas as pd
from sqlalchemy import Connection, select

from bhi_core.store.queries.frames import frame
from bhi_core.store.tables import Kept, table

OF_THE_FILE = frozenset({"id", "patient_id", "batch_id", "line"})
"""Columns that a screen does not show; ``id`` becomes ``record_id``."""


def record_versions(connection: Connection, model: type[Kept], patient_id: int) -> pd.DataFrame:
    """Give every version of a patient's records of one kind.

    Args:
        connection: where to ask.
        model: the table of the kind; it has a patient_id and a date.
        patient_id: whose.

    Returns:
        A row a version, the newest date first and within a day the one recorded last: record_id (int64), the columns of
        the kind, recorded_at (UTC), recorded_by, superseded_at (NaT: stands), superseded_by (float64, NaN: none, so it
        was withdrawn or stands), superseded_why. A patient without any gives an empty frame.
    """
    kept = table(model)
    columns = [column for column in kept.c if column.name not in OF_THE_FILE]
    query = select(kept.c.id.label("record_id"), *columns).where(kept.c.patient_id == patient_id)
    ordered = query.order_by(kept.c.date.desc(), kept.c.recorded_at.desc(), kept.c.id.desc())
    return frame(connection, ordered, {"record_id": "id"})
