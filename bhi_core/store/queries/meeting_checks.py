"""Look through the weekly review for what must not be; part of ``queries.check``."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, exists, or_, select

from bhi_core.store.tables import MeetingEntry, RecommendationStep, Review, Treatment, table

Looked = Iterable[tuple[str, Select[Any]]]


def of_meetings() -> Looked:
    """Give what is looked for, in words, and the query for the rows that are so."""
    yield "case reviews whose lasting id is not their first version's", _strayed()
    yield "rivals of a field that holds no text", _lonely_rivals()
    yield "steps of another patient's recommendation", _of_another(Review, "review_id")
    yield "steps enacted by another patient's treatment", _of_another(Treatment, "treatment_id")


def _strayed() -> Select[Any]:
    review = table(Review)
    first = review.alias("first")
    wrong = (first.c.id.is_(None), first.c.review_id != review.c.review_id, first.c.patient_id != review.c.patient_id)
    joined = select(review.c.id).join_from(review, first, first.c.id == review.c.review_id, isouter=True)
    return joined.where(or_(*wrong))


def _lonely_rivals() -> Select[Any]:
    rival = table(MeetingEntry)
    stands = rival.alias("stands")
    same = [stands.c[name] == rival.c[name] for name in ("meeting_id", "patient_id", "field")]
    text = exists().where(stands.c.superseded_at.is_(None), stands.c.rival_of.is_(None), *same)
    return select(rival.c.id).where(
        rival.c.superseded_at.is_(None), rival.c.rival_of.is_not(None), ~text.correlate(rival)
    )


def _of_another(model: Any, column: str) -> Select[Any]:
    step, other = table(RecommendationStep), table(model)
    joined = select(step.c.id).join_from(step, other, other.c.id == step.c[column])
    return joined.where(other.c.patient_id != step.c.patient_id)
