"""Say what became of a recommendation: accepted, enacted by which change, declined and why.

The arguments that all commands share are told in ``commands.care``; the right is "record".
"""

import datetime as dt

from sqlalchemy import Engine, select

from bhi_core.domain.actor import Actor
from bhi_core.domain.review.kinds import RecommendationStatus
from bhi_core.errors import Refused
from bhi_core.store.act import Act, Saved, checked, not_in_future, perform
from bhi_core.store.commands.meeting_rows import Row
from bhi_core.store.meeting_fields import RecommendationStepFields
from bhi_core.store.tables import RecommendationStep, Review, Treatment, table


def step_recommendation(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    today: dt.date,
    review_id: int,
    status: str,
    date: dt.date,
    why: str | None = None,
    treatment_id: int | None = None,
) -> Saved:
    """Keep what became of a recommendation; the newest step says where it stands, the ones before stay.

    Args:
        engine: the database.
        actor: who says so; needs the right "record".
        token: one for each intended act.
        today: the date of care.
        review_id: the case review that recommended it.
        status: "proposed" (open again), "accepted", "enacted" or "declined".
        date: when that was.
        why: the reason; needed when it was declined.
        treatment_id: the change of treatment that enacted it, where one did.

    Returns:
        The step_id.

    Raises:
        NotAllowed: the actor lacks the right.
        Refused: no such recommendation, the date is in the future or before it, why is missing, or the change is none
            of this patient, is of before it, or was withdrawn.
    """

    def work(act: Act) -> Saved:
        given = checked(RecommendationStepFields, date=date, status=status, why=why or None)
        review = _recommended(act, review_id)
        not_in_future(today, date=given.date)
        if given.date < review["date"]:
            raise Refused(f"This was recommended on {review['date']}, after {given.date}: check the date.")
        if given.status == RecommendationStatus.DECLINED and not given.why:
            raise Refused("Say why it was declined: the next review will ask.")
        if treatment_id is not None:
            _check_enactment(act, review, given.status, treatment_id)
        values = given.model_dump() | {"why": given.why or None, "treatment_id": treatment_id}
        where = {"review_id": review_id, "patient_id": review["patient_id"]}
        return Saved(act.insert(RecommendationStep, **where, **values))

    return perform(engine, actor, "record", action="step recommendation", what="steps", token=token, work=work)


def _recommended(act: Act, review_id: int) -> Row:
    """Give the current version of a case review that recommends something."""
    kept = table(Review)
    query = select(kept).where(kept.c.review_id == review_id, kept.c.superseded_at.is_(None))
    row = act.connection.execute(query).mappings().one_or_none()
    if row is None or not (row["recommendation"] or row["category"]):
        raise Refused("This recommendation is not in the registry any more: look at the list again.")
    return dict(row)


def _check_enactment(act: Act, review: Row, status: RecommendationStatus, treatment_id: int) -> None:
    """Let only a change of treatment of this patient, since the recommendation, enact it."""
    if status != RecommendationStatus.ENACTED:
        raise Refused("A change of treatment belongs only to a recommendation that was enacted.")
    change = act.current(Treatment, treatment_id)
    if change["patient_id"] != review["patient_id"]:
        raise Refused("This change of treatment is another patient's: pick one of this patient.")
    if change["date"] < review["date"]:
        raise Refused(f"This change of {change['date']} is of before the recommendation: pick a later one.")
