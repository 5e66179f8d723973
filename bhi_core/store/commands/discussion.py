"""Turn what was typed of a patient in a meeting into case reviews: one row for each recommendation.

The arguments that all commands share are told in ``commands.meetings``.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from bhi_core.domain.actor import Actor
from bhi_core.domain.review.kinds import AgendaState, RecommendationKind, needs_owner
from bhi_core.errors import Refused
from bhi_core.store.act import Act, Saved, checked, not_in_future, perform
from bhi_core.store.bulk import next_id
from bhi_core.store.commands.meeting_rows import Row, known_meeting, on_agenda, typed
from bhi_core.store.commands.meetings import RIGHT, change_item
from bhi_core.store.fields import ReviewFields
from bhi_core.store.meeting_fields import DISCUSSED, MOST_RECOMMENDATIONS, PARTS
from bhi_core.store.tables import Meeting, Review, table

RIVALS = "Two people typed in the same field: choose which text is to stand, then finish."
NOTHING = (
    "Nothing is written about this patient: say what was discussed, choose a recommendation (“no change” is one), or "
    "carry the patient over."
)
TAKEN_BACK = "taken out of what the meeting recommended"


def finish_discussion(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    today: dt.date,
    meeting_id: int,
    patient_id: int,
    seconds: int | None = None,
) -> Saved:
    """Keep what the entries of a patient say now as the case reviews of this meeting, and mark the patient done.

    The first case review holds what was discussed and the first recommendation, each further recommendation has one of
    its own. Finished again after an edit, what changed supersedes what it was, under the same review_id; a
    recommendation that was emptied is withdrawn.

    Args:
        engine: the database.
        actor: who finishes.
        token: one for each intended act.
        today: the date of care; the case reviews are dated as the meeting.
        meeting_id: which meeting.
        patient_id: who; on its agenda.
        seconds: time spent on the patient; None leaves it as it is.

    Returns:
        The review_id of the first case review; ``repeated`` when everything was kept already.

    Raises:
        Refused: nothing was typed (an empty case review would count as a consult), a rival waits to be settled, a
            recommendation lacks its kind, or its owner and due date (needed for all but "no change"), a due date is no
            date or before the meeting, or the meeting has not been.
    """

    def work(act: Act) -> Saved:
        row = known_meeting(act, meeting_id)
        not_in_future(today, date_of_the_meeting=row["held_on"])
        item = on_agenda(act, meeting_id, patient_id)
        texts = _texts(typed(act, meeting_id, patient_id))
        if not any(texts.values()):
            raise Refused(NOTHING)
        wanted = _reviews(act, row, texts)
        changed = _write(act, row, patient_id, wanted)
        done = {"state": AgendaState.DONE} | ({} if seconds is None else {"seconds": seconds})
        changed |= not change_item(act, item, done).repeated
        if row["started_at"] is None and row["held_on"] == today and row["ended_at"] is None:
            act.replace(Meeting, row, started_at=act.at)
        return Saved(_past(act, meeting_id, patient_id)[1]["review_id"], repeated=not changed)

    return perform(engine, actor, RIGHT, action="finish discussion", what="reviews", token=token, work=work)


@dataclass(frozen=True)
class _Advice:
    """A recommendation as it was typed."""

    kind: str
    words: str
    owner: str
    due: str

    @property
    def is_empty(self) -> bool:
        return not (self.kind or self.words or self.owner or self.due)


def _texts(rows: list[Row]) -> dict[str, str]:
    """Give field -> text, without the blanks around it.

    Raises:
        Refused: a rival is not settled.
    """
    if any(row["rival_of"] is not None for row in rows):
        raise Refused(RIVALS)
    return {str(row["field"]): str(row["value"]).strip() for row in rows}


def _reviews(act: Act, meeting: Row, texts: Mapping[str, str]) -> dict[int, dict[str, Any]]:
    """Give the case reviews that the texts make: number of the recommendation -> columns; the first is always there."""
    wanted = {}
    for place in range(1, MOST_RECOMMENDATIONS + 1):
        advice = _Advice(*(texts.get(f"rec{place}.{part}", "") for part in PARTS))
        if advice.is_empty and place > 1:
            continue
        discussed = texts.get(DISCUSSED) if place == 1 else None
        told = {} if advice.is_empty else _columns(advice, place, meeting["held_on"])
        given = checked(
            ReviewFields,
            date=meeting["held_on"],
            consultant=meeting["consultant"],
            discussed=discussed or None,
            **told,
        ).model_dump()
        wanted[place] = given | {"owner": act.staff(given["owner"])}
    return wanted


def _columns(advice: _Advice, place: int, held_on: dt.date) -> dict[str, Any]:
    """Check a recommendation and give its columns of a case review."""
    if advice.kind not in list(RecommendationKind):
        raise Refused(f"Recommendation {place} lacks its kind: choose one.")
    if needs_owner(advice.kind) and not advice.owner:
        raise Refused(f"Recommendation {place} lacks its owner: say who does it.")
    if needs_owner(advice.kind) and not advice.due:
        raise Refused(f"Recommendation {place} lacks its due date: say by when.")
    return {
        "recommendation": advice.words or advice.kind,
        "category": advice.kind,
        "owner": advice.owner or None,
        "due": _due(advice.due, place, held_on),
    }


def _due(text: str, place: int, held_on: dt.date) -> dt.date | None:
    if not text:
        return None
    try:
        due = dt.date.fromisoformat(text)
    except ValueError:
        raise Refused(f"Recommendation {place}: the due date is no date, write it as {held_on}.") from None
    if due < held_on:
        raise Refused(f"Recommendation {place} is due on {due}, before the meeting on {held_on}: check the date.")
    return due


def _past(act: Act, meeting_id: int, patient_id: int) -> dict[int, Row]:
    """Give the newest version of each case review of a patient in a meeting, withdrawn ones too: number -> row."""
    kept = table(Review)
    query = select(kept).where(kept.c.meeting_id == meeting_id, kept.c.patient_id == patient_id)
    return {int(row["place"]): dict(row) for row in act.connection.execute(query.order_by(kept.c.id)).mappings()}


def _write(act: Act, meeting: Row, patient_id: int, wanted: Mapping[int, Mapping[str, Any]]) -> bool:
    """Keep what is wanted in the place of what was kept before, and say whether anything changed."""
    past = _past(act, int(meeting["meeting_id"]), patient_id)
    where = {"meeting_id": meeting["meeting_id"], "patient_id": patient_id}
    changed = False
    for place, values in wanted.items():
        row = past.get(place)
        if row is not None and row["superseded_at"] is None:
            if any(row[name] != value for name, value in values.items()):
                act.replace(Review, row, **values)
                changed = True
            continue
        review_id = row["review_id"] if row is not None else next_id(act.connection, table(Review))
        act.insert(Review, review_id=review_id, place=place, **where, **values)
        changed = True
    for place in sorted(set(past) - set(wanted)):
        if past[place]["superseded_at"] is None:
            act.retire(Review, past[place], by=None, why=TAKEN_BACK)
            changed = True
    return changed
