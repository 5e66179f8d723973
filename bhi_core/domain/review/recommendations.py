"""What case reviews recommended, where each recommendation stands, and what could be its enactment."""

import numpy as np
import pandas as pd

from bhi_core.domain.episodes import assign
from bhi_core.domain.lookup import look_up
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.kinds import ENACTED_BY, OPEN_STATUSES, RecommendationKind, RecommendationStatus
from bhi_core.domain.rules.facts import days_between

COLUMNS = (
    "review_id", "patient_id", "episode_id", "date", "consultant", "kind", "words", "owner", "due", "status",
    "status_on", "why", "by", "open", "overdue", "days_late", "treatment_id", "candidates", "candidate_on",
)  # fmt: skip


def recommendations(registry: Registry) -> pd.DataFrame:
    """Give every recommendation of a case review, and where it stands on the date of care.

    A recommendation is *proposed* until a step says otherwise; the latest step (by date, then in the order of
    recording) counts; one whose treatment change was withdrawn since does not. "No change" waits for nobody. *Overdue*
    is open and past its due date; on that day it is not yet.

    Args:
        registry: what is known; its frames may be empty.

    Returns:
        A row a review that has a recommendation or a kind of one, by date, then review_id, index 0...: review_id,
        patient_id, episode_id (-1 before any episode), date, consultant, kind (a word of ``RecommendationKind``, other
        text as it was brought in, NaN without), words, owner, due, status (a word of ``RecommendationStatus``),
        status_on (date of the step, else of the review), why, by (of the step, NaN without one), open (bool: proposed
        or accepted, and not "no change"), overdue (bool), days_late (float64 days past due, NaN unless overdue),
        treatment_id (float64, the change that enacted it), candidates (list of int: while open, the changes of the
        same episode, dated on or after the recommendation and of its kind, that are the enactment of no other, oldest
        first), candidate_on (date of the first of them; for re-measure of the first valid score, for outreach of the
        first attended contact, for a plan of the plan, each on or after the recommendation; NaT without).
    """
    rows = recommending(registry.reviews).sort_values(["date", "review_id"], ignore_index=True)
    rows = rows.rename(columns={"category": "kind", "recommendation": "words"})
    known = rows["kind"].str.strip().str.casefold()
    rows["kind"] = known.where(known.isin([kind.value for kind in RecommendationKind]), rows["kind"])
    rows["episode_id"] = assign(rows["patient_id"], rows["date"], registry.episodes)
    _add_status(rows, _standing(registry))
    late = days_between(rows["due"], np.datetime64(registry.as_of))
    rows["overdue"] = rows["open"] & (late > 0)
    rows["days_late"] = np.where(rows["overdue"], late, np.nan)
    _add_candidates(rows, registry)
    return rows[list(COLUMNS)]


def recommending(reviews: pd.DataFrame) -> pd.DataFrame:
    """Keep the case reviews that hold a recommendation or a kind of one; blanks are none.

    Args:
        reviews: category and recommendation (text, NaN without), and any further columns.

    Returns:
        Rows of ``reviews``, in their order and with their index.
    """
    has_kind, has_words = (reviews[name].fillna("").str.strip() != "" for name in ("category", "recommendation"))
    return reviews[has_kind | has_words]


def _standing(registry: Registry) -> pd.DataFrame:
    """Leave out steps that rest on a treatment change that does not stand any more: nothing was enacted by it."""
    steps = registry.steps
    return steps[steps["treatment_id"].isna() | steps["treatment_id"].isin(registry.treatments["treatment_id"])]


def _add_status(rows: pd.DataFrame, steps: pd.DataFrame) -> None:
    """Add where each recommendation stands: status, status_on, why, by, treatment_id, open."""
    latest = steps.sort_values(["date", "step_id"]).drop_duplicates("review_id", keep="last").set_index("review_id")
    status = look_up(latest["status"].astype(object), rows["review_id"])
    rows["status"] = status.fillna(RecommendationStatus.PROPOSED.value).astype(object)
    rows["status_on"] = look_up(latest["date"], rows["review_id"]).fillna(rows["date"])
    for column in ("why", "by", "treatment_id"):
        rows[column] = look_up(latest[column], rows["review_id"])
    waits = rows["status"].isin([each.value for each in OPEN_STATUSES])
    rows["open"] = waits & (rows["kind"] != RecommendationKind.NO_CHANGE.value)


def _add_candidates(rows: pd.DataFrame, registry: Registry) -> None:
    """Add candidates and candidate_on: what happened since that could be the enactment of an open recommendation."""
    if not rows["open"].any():  # a patient's page asks this of one patient: the joins below would be half of its time
        rows["candidates"] = pd.Series([[] for _ in range(len(rows))], index=rows.index, dtype=object)
        rows["candidate_on"] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
        return
    pairs = _matches(rows, registry)
    listed = pairs[pairs["treatment_id"].notna()].groupby("review_id")["treatment_id"].agg(list)
    found = {review_id: [int(each) for each in ids] for review_id, ids in listed.items()}
    candidates = [found.get(review_id, []) for review_id in rows["review_id"].tolist()]
    rows["candidates"] = pd.Series(candidates, index=rows.index, dtype=object)
    first = pairs.groupby("review_id")["on"].min()
    rows["candidate_on"] = look_up(first, rows["review_id"]).astype("datetime64[s]")


def _matches(rows: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """Pair open recommendations with what happened on or after them in the same episode: review_id, on, treatment_id
    (NaN unless a treatment change), oldest first."""
    waiting = rows.loc[rows["open"], ["review_id", "patient_id", "episode_id", "date"]]
    waiting = waiting.assign(answered_by=rows["kind"].str.strip().str.casefold().astype(object))
    pairs = waiting.merge(_happened(registry, taken=rows["treatment_id"]), on=["patient_id", "answered_by"])
    belongs = assign(pairs["patient_id"], pairs["on"], registry.episodes) == pairs["episode_id"].to_numpy()
    found: pd.DataFrame = pairs[belongs & (pairs["on"] >= pairs["date"]).to_numpy()]
    return found.sort_values(["on", "treatment_id"])


def _happened(registry: Registry, *, taken: "pd.Series[float]") -> pd.DataFrame:
    """List what answers a recommendation: patient_id, answered_by (its kind), on, treatment_id (float64).

    Changes that are the enactment of one already (``taken``) answer no other.
    """
    kinds = [(kind, change) for kind, changes in ENACTED_BY.items() for change in changes]
    by_change = pd.DataFrame(kinds, columns=["answered_by", "change"], dtype=object)
    changes = registry.treatments[~registry.treatments["treatment_id"].isin(taken)]
    changes = changes.astype({"change": object, "treatment_id": np.float64}).merge(by_change, on="change")
    scores = registry.scores[registry.scores["total"].notna()].rename(columns={"taken_on": "date"})
    contacts = registry.contacts[registry.contacts["attended"].astype(bool)]
    others = {
        RecommendationKind.RE_MEASURE: scores, RecommendationKind.OUTREACH: contacts,
        RecommendationKind.PLAN: registry.plans,
    }  # fmt: skip
    parts = [records.assign(answered_by=kind.value, treatment_id=np.nan) for kind, records in others.items()]
    columns = ["patient_id", "answered_by", "date", "treatment_id"]
    every = pd.concat([part[columns].astype({"answered_by": object}) for part in (changes, *parts)], ignore_index=True)
    renamed: pd.DataFrame = every.rename(columns={"date": "on"})
    return renamed
