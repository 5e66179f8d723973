"""Who has been passed over, and for how many weeks running?"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from bhi_core.domain import rules
from bhi_core.domain.caseload.asked import open_requests, snoozes_on
from bhi_core.domain.caseload.worklist import standing
from bhi_core.domain.moments import JudgedMoments, judge_moments
from bhi_core.domain.registry import Registry
from bhi_core.domain.rules import RuleBook
from bhi_core.domain.rules.evaluate import TargetRule

WEEK = timedelta(days=7)
AT_ONCE = 8
"""Weeks that are asked about first, in one go: most patients' run of weeks is over within them. Then twice as many, and
so on: going once costs more than the weeks do."""

EndOfDay = Callable[[date], datetime]
"""Gives the moment at which a day ends in the clinic's zone."""


def weeks_passed_over(
    history: Registry,
    as_of: date,
    patients: Iterable[int],
    end_of_day: EndOfDay,
    *,
    target_rule: TargetRule = "or",
    rule_book: RuleBook | None = None,
) -> "pd.Series[int]":
    """Count the weeks running in which each patient was listed and was not discussed.

    Week n back covers the seven days from ``as_of`` - 7n; the first also ``as_of`` itself. It counts when the patient
    was listed on its first day, with what was known at the end of that day, and no case review that was known at the
    end of the week is dated in it. Weeks are counted back to the first that does not count.

    Args:
        history: every version of what is known (``store.queries.history``), up to ``as_of``.
        as_of: the date of care.
        patients: patient_ids.
        end_of_day: the moment at which a day ends.
        target_rule: ``"or"`` or ``"and"``.
        rule_book: the book that comes with the software by default.

    Returns:
        Weeks, int64, by patient_id in the order of ``patients``; 0 for whom no week counts.
    """
    rule_book = rule_book or rules.book()
    ids = np.array(list(dict.fromkeys(patients)), dtype=np.int64)
    weeks = pd.Series(0, index=pd.Index(ids, name="patient_id"), dtype=np.int64)
    first = history.episodes["enrolled_on"].min()
    going, done, span = ids, 0, AT_ONCE
    while len(going) and pd.notna(first) and pd.Timestamp(as_of - done * WEEK) > first:
        nights = pd.DataFrame({"week": np.arange(done + 1, done + span + 1)})
        nights["as_of"] = pd.Series([as_of - n * WEEK for n in nights["week"].tolist()], dtype="datetime64[s]")
        counts = _counted(history, as_of, going, nights, end_of_day, target_rule, rule_book)
        run = counts.cumprod(axis=1).sum(axis=1)
        weeks[going] = done + run
        going, done, span = going[run == span], done + span, 2 * span
    return weeks


def _counted(  # noqa: PLR0917
    history: Registry,
    as_of: date,
    patients: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    nights: pd.DataFrame,
    end_of_day: EndOfDay,
    target_rule: TargetRule,
    rule_book: RuleBook,
) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    """Say for each patient (row) and week (column, the latest first) whether it counts: 1 or 0."""
    moments = pd.DataFrame({"patient_id": patients}).merge(nights, how="cross")
    ends = {day: pd.Timestamp(end_of_day(day.date())).tz_convert("UTC") for day in nights["as_of"]}
    moments["known_at"] = moments["as_of"].map(ends).astype("datetime64[us, UTC]")
    at = judge_moments(history, moments, target_rule=target_rule, rule_book=rule_book)
    listed = moments.index.isin(listed_at(at, rule_book))
    last = {day: as_of if week == 1 else (day + 6 * pd.Timedelta(days=1)).date()
            for week, day in zip(nights["week"], nights["as_of"], strict=True)}  # fmt: skip
    until = moments["as_of"].map({day: pd.Timestamp(on) for day, on in last.items()})
    known = moments["as_of"].map({day: pd.Timestamp(end_of_day(on)).tz_convert("UTC") for day, on in last.items()})
    discussed = moments.index.isin(_reviewed(history.reviews, moments, until, known))
    counts = (listed & ~discussed).reshape(len(patients), len(nights))
    return counts.astype(np.int64)


def listed_at(at: JudgedMoments, rule_book: RuleBook) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Give the copies whose patient was listed.

    Args:
        at: what the rules said of each copy; requests and snoozes count as they were known at its moment.
        rule_book: the book that the copies were judged by.

    Returns:
        Rows of ``at.moments``, int64, each once, in no order.
    """
    rows = standing(
        at.facts, at.judged, at.flags,
        discuss=open_requests(at.registry)["patient_id"], snoozes=snoozes_on(at.registry), rule_book=rule_book,
    )  # fmt: skip
    found: np.ndarray[tuple[int], np.dtype[np.int64]] = rows.loc[rows["listed"], "patient_id"].unique()
    return found


def _reviewed(
    reviews: pd.DataFrame, moments: pd.DataFrame, until: "pd.Series[pd.Timestamp]", known: "pd.Series[pd.Timestamp]"
) -> "pd.Series[int]":
    """Give the copies whose patient was discussed in the week that begins on their day."""
    weeks = moments.assign(until=until, known=known, copy=moments.index)
    pairs = reviews[["patient_id", "date", "recorded_at", "superseded_at"]].merge(weeks, on="patient_id")
    within = (pairs["date"] >= pairs["as_of"]) & (pairs["date"] <= pairs["until"])
    stood = (pairs["recorded_at"] <= pairs["known"]) & ~(pairs["superseded_at"] <= pairs["known"])
    copies: pd.Series[int] = pairs.loc[within & stood, "copy"]
    return copies
