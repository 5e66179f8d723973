"""Read every version of every record of some patients: what ``domain.moments`` asks of, at many moments at once."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from bhi_core.domain.registry import Registry
from bhi_core.store.queries.frames import EVERYBODY, Scope, frame, of_scope
from bhi_core.store.queries.registry import DATED_COLUMNS, EPISODE_COLUMNS, PATIENT_COLUMNS, dated_rows
from bhi_core.store.tables import (
    Contact,
    Dated,
    DiscussRequest,
    Episode,
    Patient,
    Plan,
    RecommendationStep,
    Review,
    Safety,
    Score,
    Snooze,
    Treatment,
    table,
)

VERSION = ("recorded_at", "superseded_at")


def history(connection: Connection, scope: Scope, as_of: dt.date) -> Registry:
    """Read every version of what is known of some patients, dated up to ``as_of``.

    Args:
        connection: where to ask.
        scope: which patients, by what is known now.
        as_of: the last date of care that will be asked for.

    Returns:
        A registry of versions: its frames also have recorded_at and superseded_at (``datetime64[us, UTC]``, NaT while a
        version stands); people say which version is their first (first_version). A case review's recorded_at is that of
        the version. Not for the rules as it is: ``domain.moments.copies`` takes from it what stood at a moment.
    """
    within = [] if scope == EVERYBODY else of_scope(table(Patient).c.patient_id, scope, None)
    ids = None if not within else select(table(Patient).c.patient_id).where(*within)
    scores = _scores(connection, ids, as_of)
    dated = {model: _dated(connection, model, ids, as_of) for model in DATED_COLUMNS}
    return Registry(
        as_of=as_of,
        known_at=None,
        recorded_to=None,
        patients=_patients(connection, ids),
        episodes=_episodes(connection, ids, as_of),
        scores=scores,
        contacts=dated[Contact],
        treatments=dated[Treatment],
        reviews=dated[Review],
        safety=dated[Safety],
        corrected_safety=scores[scores["superseded_at"].notna() & (scores["safety_answer"] >= 1)],
        plans=dated[Plan],
        requests=dated[DiscussRequest],
        snoozes=dated[Snooze],
        steps=dated[RecommendationStep],
    )


def _versions(kept: Any, names: tuple[str, ...]) -> list[Any]:
    return [*(kept.c[name] for name in names), *(kept.c[name] for name in VERSION if name not in names)]


def _patients(connection: Connection, ids: Any) -> pd.DataFrame:
    patient = table(Patient)
    query = select((patient.c.id == patient.c.patient_id).label("first_version"), *_versions(patient, PATIENT_COLUMNS))
    narrowed = query if ids is None else query.where(patient.c.patient_id.in_(ids))
    return frame(connection, narrowed.order_by(patient.c.patient_id, patient.c.id), {"first_version": "flag"})


def _episodes(connection: Connection, ids: Any, as_of: dt.date) -> pd.DataFrame:
    episode = table(Episode)
    query = select(*_versions(episode, (*EPISODE_COLUMNS, "site"))).where(episode.c.enrolled_on <= as_of)
    narrowed = query if ids is None else query.where(episode.c.patient_id.in_(ids))
    return frame(connection, narrowed.order_by(episode.c.episode_id, episode.c.id))


def _scores(connection: Connection, ids: Any, as_of: dt.date) -> pd.DataFrame:
    score = table(Score)
    query = select(
        score.c.id.label("score_id"), score.c.patient_id, score.c.instrument, score.c.date.label("taken_on"),
        score.c.total, score.c.safety_answer, score.c.assigned, score.c.superseded_by, *_versions(score, ()),
    ).where(score.c.date <= as_of)  # fmt: skip
    narrowed = query if ids is None else query.where(score.c.patient_id.in_(ids))
    found = frame(connection, narrowed.order_by(score.c.recorded_at, score.c.id), {"score_id": "id"})
    return found.assign(
        instrument=pd.Categorical(found["instrument"].astype(object)),
        recorded_order=np.arange(len(found), dtype=np.int64),
        safety_answer=found["safety_answer"].astype(np.int8),
    )


def _dated(connection: Connection, model: type[Dated], ids: Any, as_of: dt.date) -> pd.DataFrame:
    kept = table(model)
    rows, identity = dated_rows(model)
    versions = [column for column in _versions(kept, ()) if column.name not in DATED_COLUMNS[model]]
    query = rows.add_columns(*versions).where(kept.c.date <= as_of)
    narrowed = query if ids is None else query.where(kept.c.patient_id.in_(ids))
    return frame(connection, narrowed.order_by(kept.c.recorded_at, kept.c.id), {identity: "id"})
