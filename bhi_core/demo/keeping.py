"""Write the demo clinic's weekly reviews: whole columns at once, as its records of care are, in one transaction."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Engine, bindparam, func, select

from bhi_core.domain.actor import Actor
from bhi_core.store.act import Act, Saved, perform
from bhi_core.store.bulk import insert, next_id
from bhi_core.store.tables import OF_MEETINGS, Episode, Kept, Patient, Review, Treatment, table

REVIEW_KEY = ("patient_id", "date")
TREATMENT_KEY = ("patient_id", "date", "change", "treatment")
LEFT_TO_THE_WRITER = ("by", "meeting", "review", "treatment")
"""Columns of the frames that stand for an id or a column of another name."""


def keep_weekly_review(
    engine: Engine, person: Actor, records: Mapping[str, pd.DataFrame], weekly: Mapping[str, pd.DataFrame]
) -> int:
    """Keep what ``demo.weekly_review`` told of records that were brought in before.

    Returns:
        How many rows were kept.
    """

    def work(act: Act) -> Saved:
        people = table(Patient)
        ids = {mrn: each for mrn, each in act.connection.execute(select(people.c.mrn, people.c.patient_id))}
        reviews = _ids(act, Review, REVIEW_KEY, records["reviews"], ids)
        treatments = np.append(_ids(act, Treatment, TREATMENT_KEY, records["treatments"], ids), np.nan)
        first = next_id(act.connection, table(OF_MEETINGS["meetings"]))
        for kind, model in OF_MEETINGS.items():
            frame = weekly[kind]
            if not len(frame):
                continue
            more: dict[str, Any] = {}
            if "meeting" in frame:
                more["meeting_id"] = frame["meeting"] + (first - 1)
            if "review" in frame:
                frame = frame.assign(patient_id=records["reviews"]["patient_id"].to_numpy()[frame["review"]])
                more |= {"review_id": reviews[frame["review"]], "treatment_id": treatments[frame["treatment"]]}
            _insert(act, model, frame, ids, more)
        _tie(act, reviews, weekly["reviews"], first)
        _aim(act, weekly["aims"], ids)
        return Saved(None)

    perform(engine, person, "review", action="seed", what="meetings", token="seed-weekly-review", work=work)
    return sum(len(weekly[kind]) for kind in OF_MEETINGS)


def _insert(act: Act, model: type[Kept], frame: pd.DataFrame, ids: Mapping[str, int], more: dict[str, Any]) -> None:
    """Insert the rows of one kind, numbered from the first free id on."""
    kept = table(model)
    first = next_id(act.connection, kept)
    columns: dict[str, Any] = {str(name): frame[name] for name in frame if name not in LEFT_TO_THE_WRITER}
    if "patient_id" in frame:
        columns["patient_id"] = frame["patient_id"].map(ids).astype(np.int64)
    numbered = {"id": np.arange(first, first + len(frame)), "recorded_by": frame["by"]}
    insert(act.connection, kept, columns | more | numbered, len(frame))


def _ids(
    act: Act, model: type[Kept], key: tuple[str, ...], records: pd.DataFrame, ids: Mapping[str, int]
) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Give the row of each record that was brought in; NaN for one that is another's repetition."""
    kept = table(model)
    rows = act.connection.execute(select(kept.c.id, *(kept.c[name] for name in key)))
    known = {(*map(str, row[1:]),): row[0] for row in rows}
    named = records.assign(patient_id=records["patient_id"].map(ids), date=records["date"].dt.strftime("%Y-%m-%d"))
    wanted = zip(*(named[name].tolist() for name in key), strict=True)
    return np.array([known.get((*map(str, each),), np.nan) for each in wanted], dtype=np.float64)


def _tie(act: Act, reviews: "np.ndarray[Any, np.dtype[np.float64]]", held: pd.DataFrame, first: int) -> None:
    """Tie the reviews of meetings to them."""
    if not len(held):
        return
    kept = table(Review)
    change = (
        kept.update().where(kept.c.id == bindparam("row")).values(meeting_id=bindparam("of"), place=bindparam("at"))
    )
    rows = zip(reviews[held["review"]].tolist(), held["meeting"].tolist(), held["place"].tolist(), strict=True)
    act.connection.execute(change, [{"row": int(row), "of": of + first - 1, "at": at} for row, of, at in rows])


def _aim(act: Act, aims: pd.DataFrame, ids: Mapping[str, int]) -> None:
    """Write the aims into the episodes that they belong to, as if each had stood there from its enrolment on."""
    if not len(aims):
        return
    kept = table(Episode)
    latest = select(func.max(kept.c.enrolled_on)).where(kept.c.patient_id == bindparam("whose")).scalar_subquery()
    change = kept.update().where(kept.c.patient_id == bindparam("whose"), kept.c.enrolled_on == latest)
    rows = zip(aims["patient_id"].map(ids).tolist(), aims["target"].tolist(), strict=True)
    act.connection.execute(
        change.values(target=bindparam("aim")), [{"whose": whose, "aim": target} for whose, target in rows]
    )
