"""Read what is known of a set of patients at two times."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from bhi_core.domain.registry import Registry
from bhi_core.store.queries.frames import EVERYBODY, Scope, current, current_patients, frame, of_scope
from bhi_core.store.queries.scores import corrected_safety, current_scores
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

PATIENT_COLUMNS = (
    "patient_id", "mrn", "last_name", "first_name", "birth_date", "sex", "race", "ethnicity", "language", "payer",
    "site", "pcp",
)  # fmt: skip
EPISODE_COLUMNS = (
    "episode_id", "patient_id", "enrolled_on", "status", "status_since", "closed_on", "reason", "care_manager",
    "consultant", "follow_up_weeks", "condition", "primary_instrument", "consent_on", "baseline_score_id",
    "target",
)  # fmt: skip
DATED_COLUMNS: dict[type[Dated], tuple[str, ...]] = {
    Contact: ("date", "kind", "modality", "attended", "minutes", "staff", "next_due"),
    Treatment: ("date", "change", "treatment", "dose", "why"),
    Review: ("date", "consultant", "discussed", "recommendation", "category", "owner", "due", "meeting_id"),
    Safety: ("date", "kind", "level", "by", "outcome"),
    Plan: ("date", "medications", "warning_signs", "what_helps", "contacts"),
    DiscussRequest: ("date", "reason", "recorded_by", "recorded_at"),
    Snooze: ("date", "until", "reason", "recorded_by"),
    RecommendationStep: ("date", "status", "why", "treatment_id", "recorded_by"),
}
CALLED = {"discuss_request": "request", "recommendation_step": "step"}
"""Table -> what its rows are called, where that is not its name."""


def registry(connection: Connection, scope: Scope, as_of: dt.date, known_at: dt.datetime | None = None) -> Registry:
    """Read what was known of some patients: events dated up to ``as_of``, recorded up to ``known_at``.

    Args:
        connection: where to ask; ``engine.reading`` gives one that sees a single moment.
        scope: which patients.
        as_of: the date of care.
        known_at: the moment of knowledge, with its zone; None for all that is known now.

    Returns:
        The frames that the rules work on; empty frames for an empty database.
    """
    scores, recorded_to = current_scores(connection, scope, as_of, known_at)
    dated = {model: _dated(connection, model, scope, as_of, known_at) for model in DATED_COLUMNS}
    return Registry(
        as_of=as_of,
        known_at=known_at,
        recorded_to=recorded_to,
        patients=_patients(connection, scope, known_at),
        episodes=_episodes(connection, scope, as_of, known_at),
        scores=scores,
        contacts=dated[Contact],
        treatments=dated[Treatment],
        reviews=dated[Review],
        safety=dated[Safety],
        corrected_safety=corrected_safety(connection, scope, as_of, known_at),
        plans=dated[Plan],
        requests=dated[DiscussRequest],
        snoozes=dated[Snooze],
        steps=dated[RecommendationStep],
    )


def _within(column: ColumnElement[int], scope: Scope, known_at: dt.datetime | None) -> list[ColumnElement[bool]]:
    return [] if scope == EVERYBODY else of_scope(column, scope, known_at)


def _patients(connection: Connection, scope: Scope, known_at: dt.datetime | None) -> Any:
    patient = table(Patient)
    query = select(*(patient.c[name] for name in PATIENT_COLUMNS))
    return frame(
        connection,
        query.where(current_patients(known_at), *_within(patient.c.patient_id, scope, known_at)).order_by(
            patient.c.patient_id
        ),
    )


def _episodes(connection: Connection, scope: Scope, as_of: dt.date, known_at: dt.datetime | None) -> Any:
    episode, patient = table(Episode), table(Patient)
    belongs = and_(patient.c.patient_id == episode.c.patient_id, current_patients(known_at))
    query = (
        select(
            *(episode.c[name] for name in EPISODE_COLUMNS), func.coalesce(episode.c.site, patient.c.site).label("site")
        )
        .join_from(episode, patient, belongs)
        .where(
            current(episode, known_at),
            episode.c.enrolled_on <= as_of,
            *_within(episode.c.patient_id, scope, known_at),
        )
        .order_by(episode.c.episode_id)
    )
    episodes = frame(connection, query)
    episodes["baseline_score_id"] = _standing(connection, episodes["baseline_score_id"], known_at)
    return episodes


def _standing(connection: Connection, chosen: "pd.Series[float]", known_at: dt.datetime | None) -> "pd.Series[float]":
    """Follow chosen baselines to the forms that stand: a corrected one to its correction, a withdrawn one to none."""
    score = table(Score)
    ends: dict[float, float | None] = {identity: identity for identity in chosen.dropna()}
    looked_at: set[float] = set()
    while open_ := {int(end) for end in ends.values() if end is not None and end not in looked_at}:
        looked_at |= open_
        gone = [score.c.superseded_at.is_not(None), *([] if known_at is None else [score.c.superseded_at <= known_at])]
        query = select(score.c.id, score.c.superseded_by).where(score.c.id.in_(open_), *gone)
        steps: dict[float, float | None] = {row[0]: row[1] for row in connection.execute(query)}
        ends = {chosen_id: steps.get(end, end) if end is not None else None for chosen_id, end in ends.items()}
    return chosen.map(ends, na_action="ignore").astype(np.float64)


def dated_rows(model: type[Dated]) -> tuple[Select[Any], str]:
    """Give the select of one table's dated records, of whatever version and moment, and what their id is called."""
    kept = table(model)
    identity = f"{CALLED.get(kept.name, kept.name)}_id"
    columns = [kept.c[name].label("by") if name == "recorded_by" else kept.c[name] for name in DATED_COLUMNS[model]]
    lasting = [kept.c.review_id] if model is RecommendationStep else []
    row = kept.c.review_id if model is Review else kept.c.id
    return select(row.label(identity), *lasting, kept.c.patient_id, *columns), identity


def _dated(
    connection: Connection, model: type[Dated], scope: Scope, as_of: dt.date, known_at: dt.datetime | None
) -> Any:
    kept = table(model)
    query, identity = dated_rows(model)
    if model is Review:
        query = _with_first_recording(query)
    stands = query.where(
        current(kept, known_at), kept.c.date <= as_of, *_within(kept.c.patient_id, scope, known_at)
    ).order_by(kept.c.recorded_at, kept.c.id)
    return frame(connection, stands, {identity: "id"})


def _with_first_recording(query: Select[Any]) -> Select[Any]:
    """Say of each case review when its first version was recorded: a correction is no new review."""
    review = table(Review)
    first = review.alias("first")
    return query.add_columns(first.c.recorded_at).join_from(review, first, first.c.id == review.c.review_id)
