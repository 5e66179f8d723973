"""Ask what was known of many patients at many moments in one go: a copy of each patient for each moment.

The rules judge all copies at once, each by its own date of care, so that "on which day first", "how many weeks running"
and "what was known then" are asked of the same code that makes today's list.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain import instruments as configured
from bhi_core.domain import rules
from bhi_core.domain.episodes import assign
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.lookup import look_up
from bhi_core.domain.registry import Registry
from bhi_core.domain.rules import Judged, RuleBook
from bhi_core.domain.rules.evaluate import TargetRule
from bhi_core.domain.rules.facts import episode_facts
from bhi_core.domain.rules.safety import flags
from bhi_core.domain.trajectory import summarise

DATED = {"episodes": "enrolled_on", "scores": "taken_on", "corrected_safety": "taken_on"}
"""Frame -> the column with its date of care, where that is not ``date``; people have none."""

Moments = pd.DataFrame
"""A row a copy, index 0...: patient_id (int64), as_of (``datetime64[s]``), and known_at (``datetime64[us, UTC]``) where
what was known is asked of a history (``store.queries.history``: every version, with recorded_at and superseded_at)."""


@dataclass(frozen=True)
class JudgedMoments:
    """Hold what the rules said of each copy. Ids in the frames are those of the copies.

    Attributes:
        moments: the moments that were asked for; a copy's patient_id is its row here.
        registry: what was known of each copy.
        facts: a row an episode of a copy; ``episode`` has the episode's real id.
        judged: courses and findings, without words.
        flags: safety flags.
    """

    moments: Moments
    registry: Registry
    facts: pd.DataFrame
    judged: Judged
    flags: pd.DataFrame


def copies(history: Registry, moments: Moments) -> Registry:
    """Copy each patient for each moment: what is dated up to its ``as_of`` and, in a history, was known then.

    Args:
        history: what is known now; or every version, each with recorded_at and superseded_at.
        moments: the copies that are wanted.

    Returns:
        A registry in which patient_id is the row of the moment, and each episode has an id of its own (``episode``
        has the real one) and its own as_of (``rules.facts``). Its own ``as_of`` is the last of all.
    """
    copied: dict[str, Any] = {}
    for part in fields(history):
        rows = getattr(history, part.name)
        if isinstance(rows, pd.DataFrame) and "patient_id" in rows:
            copied[part.name] = _copied(rows, part.name, moments)
    episodes = copied["episodes"]
    if "superseded_by" in history.scores:
        known_at = _moments(moments["known_at"])[episodes["patient_id"]]
        episodes["baseline_score_id"] = _standing(episodes["baseline_score_id"], known_at, history.scores)
        first = history.reviews.groupby("review_id")["recorded_at"].min()
        copied["reviews"] = copied["reviews"].assign(recorded_at=look_up(first, copied["reviews"]["review_id"]))
    copied["episodes"] = episodes.assign(episode=episodes["episode_id"], episode_id=np.arange(len(episodes)))
    last = moments["as_of"].max() if len(moments) else pd.Timestamp(history.as_of)
    return replace(history, as_of=last.date(), **copied)


def _copied(rows: pd.DataFrame, name: str, moments: Moments) -> pd.DataFrame:
    """Copy the rows of one frame, those that count at each moment."""
    of_row, copy = _matches(rows["patient_id"].to_numpy(), moments["patient_id"].to_numpy())
    as_of = moments["as_of"].to_numpy().astype("datetime64[s]")
    counts = np.ones(len(of_row), dtype=bool)
    column = None if name == "patients" else DATED.get(name, "date")
    if column is not None and column in rows:
        counts = rows[column].to_numpy()[of_row] <= as_of[copy]
    if "superseded_at" in rows:
        counts &= _stood(rows, name, of_row, _moments(moments["known_at"])[copy])
    of_row, copy = of_row[counts], copy[counts]
    taken = rows.take(of_row).assign(patient_id=copy).reset_index(drop=True)
    return taken.assign(as_of=as_of[copy]) if name == "episodes" else taken


def _matches(owners: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Pair each row with each copy of its patient: the row and the copy, copy after copy, rows in their order."""
    order = np.argsort(owners, kind="stable")
    begin = np.searchsorted(owners[order], wanted, side="left")
    each = np.searchsorted(owners[order], wanted, side="right") - begin
    copy = np.repeat(np.arange(len(wanted)), each)
    place = np.arange(each.sum()) + np.repeat(begin - (np.cumsum(each) - each), each)
    return order[place], copy


def _stood(
    rows: pd.DataFrame, name: str, of_row: npt.NDArray[Any], known_at: npt.NDArray[Any]
) -> npt.NDArray[np.bool_]:
    """Say which versions stood at their copy's moment; of forms corrected since, those that had been superseded."""
    recorded, superseded = (_moments(rows[column])[of_row] for column in ("recorded_at", "superseded_at"))
    gone = ~np.isnat(superseded) & (superseded <= known_at)
    known: npt.NDArray[np.bool_] = (recorded <= known_at) & (gone if name == "corrected_safety" else ~gone)
    if name != "patients":
        return known
    # Somebody of whom an episode was known is known: the first version stands in where the person came later.
    first = rows["first_version"].to_numpy(dtype=bool)[of_row]
    return np.asarray(known | (first & (recorded > known_at)))


def _standing(chosen: "pd.Series[float]", known_at: npt.NDArray[Any], scores: pd.DataFrame) -> "pd.Series[float]":
    """Follow chosen baselines to the forms that stood: a corrected one to its correction, a withdrawn one to none."""
    versions = scores.set_index("score_id")
    superseded, by = _moments(versions["superseded_at"]), versions["superseded_by"].to_numpy(dtype=np.float64)
    ends = chosen.to_numpy(dtype=np.float64, copy=True)
    going = np.flatnonzero(~np.isnan(ends))
    while len(going):
        place = versions.index.get_indexer(pd.Index(ends[going].astype(np.int64)))
        gone = (place >= 0) & (superseded[place] <= known_at[going])  # NaT compares false
        going, place = going[gone], place[gone]
        ends[going] = by[place]
        going = going[~np.isnan(ends[going])]
    return pd.Series(ends, index=chosen.index)


def _moments(column: "pd.Series[Any]") -> npt.NDArray[Any]:
    """Give moments in UTC as ``datetime64[us]``."""
    plain: npt.NDArray[Any] = column.dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    return plain


def judge_moments(
    history: Registry,
    moments: Moments,
    *,
    target_rule: TargetRule = "or",
    rule_book: RuleBook | None = None,
    instruments: InstrumentRegistry | None = None,
) -> JudgedMoments:
    """Judge each patient at each moment, as ``caseload.work_out`` would one registry, without words.

    Args:
        history: as ``copies`` takes it.
        moments: the copies that are wanted.
        target_rule: ``"or"`` or ``"and"``.
        rule_book: the book that comes with the software by default.
        instruments: other than those configured.
    """
    rule_book, instruments = rule_book or rules.book(), instruments or configured.registry()
    registry = copies(history, moments)
    facts = episode_facts(registry, rule_book)
    scores = registry.scores
    scores = scores.assign(episode_id=assign(scores["patient_id"], scores["taken_on"], registry.episodes))
    trajectories = summarise(scores, facts.assign(clock_on=facts["changed_on"]), registry.as_of, instruments)
    raised = flags(registry, rule_book, instruments)
    judged = rules.judge(
        facts, trajectories, raised, None, target_rule=target_rule, rule_book=rule_book, instruments=instruments
    )
    return JudgedMoments(moments, registry, facts, judged, raised)
