"""On which day was an episode first seen not to improve? Asked day by day, worked out on the few days that matter."""

from dataclasses import replace

import numpy as np
import pandas as pd

from bhi_core.domain import instruments as configured
from bhi_core.domain import rules
from bhi_core.domain.calendar import add_months
from bhi_core.domain.episodes import BEFORE_ENROLMENT
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.lookup import look_up
from bhi_core.domain.moments import JudgedMoments, judge_moments
from bhi_core.domain.registry import Registry
from bhi_core.domain.rules import RuleBook
from bhi_core.domain.rules.evaluate import TargetRule
from bhi_core.domain.rules.facts import MONTHS_A_YEAR

NOT_IMPROVING = ("D1", "D2", "T3", "T4", "T5", "T6", "T7", "T8")
"""Rules that say an episode is not improving, when they stand at red or above."""

AT_ONCE = 20_000
"""Copies of patients that are judged in one go, to bound the memory."""


def flagged_on(
    registry: Registry,
    *,
    target_rule: TargetRule = "or",
    rule_book: RuleBook | None = None,
    instruments: InstrumentRegistry | None = None,
) -> pd.DataFrame:
    """Find the first day on which a rule of ``NOT_IMPROVING`` stood at red or above, with all that is known now.

    The caseload of every day need not be worked out: between two records a rule begins to fire only when the weeks
    since a baseline or a treatment change pass one of its thresholds. Only those days are judged, by the rules.

    Args:
        registry: what is known.
        target_rule: ``"or"`` or ``"and"``.
        rule_book: the book that comes with the software by default.
        instruments: other than those configured.

    Returns:
        A row an episode that was ever flagged, by episode_id: episode_id, patient_id, flagged_on (``datetime64[s]``),
        rule (id: the worst that stood that day, the first of equals), instrument (its series id). Ids are int64. Nobody
        flagged gives an empty frame with these columns.
    """
    rule_book, instruments = rule_book or rules.book(), instruments or configured.registry()
    days, asked = _days(registry, rule_book), _only_courses(registry)
    found = []
    for start in range(0, max(len(days), 1), AT_ONCE):
        moments = days.iloc[start : start + AT_ONCE].reset_index(drop=True)
        at = judge_moments(asked, moments, target_rule=target_rule, rule_book=rule_book, instruments=instruments)
        found.append(_red(at, rule_book))
    every = pd.concat(found, ignore_index=True).sort_values(["episode_id", "flagged_on"], kind="stable")
    return every.drop_duplicates("episode_id", ignore_index=True)


def _only_courses(registry: Registry) -> Registry:
    """Leave out what no rule of ``NOT_IMPROVING`` asks about."""
    unasked = ("contacts", "plans", "safety", "corrected_safety", "requests", "snoozes", "steps")
    return replace(registry, **{name: getattr(registry, name)[:0] for name in unasked})


def _red(at: JudgedMoments, rule_book: RuleBook) -> pd.DataFrame:
    """Keep the findings of ``NOT_IMPROVING`` at red or above, worst first, with real ids and their day."""
    findings, facts = at.judged.findings, at.facts.set_index("episode_id")
    loud = rule_book.levels.order[: rule_book.rank(rule_book.levels.team) + 1]
    red = findings[findings["rule"].isin(NOT_IMPROVING) & findings["level"].isin(loud)]
    of = facts.loc[red["episode_id"]]
    return pd.DataFrame(
        {
            "episode_id": of["episode"].to_numpy(),
            "patient_id": at.moments["patient_id"].to_numpy()[of["patient_id"]],
            "flagged_on": of["as_of"].to_numpy(),
            "rule": red["rule"].to_numpy(),
            "instrument": red["instrument"].to_numpy(),
        }
    )


def _days(registry: Registry, rule_book: RuleBook) -> pd.DataFrame:
    """List the days on which a rule may begin to fire: patient_id, as_of; by patient and day."""
    episodes, scores, treatments = registry.episodes, registry.scores, registry.treatments
    from_baseline = [rule_book.days(name) for name in ("consult_from", "t7_from", "t8_from")]
    from_baseline.append(rule_book.days("consult_to") + 1)
    from_change = [rule_book.days(name) for name in ("t7_wait", "t7_wait_adequate", "trial")]
    first = _baselines(episodes, scores)
    born = registry.patients[["patient_id", "birth_date"]].dropna()
    grown = add_months(born["birth_date"], MONTHS_A_YEAR * int(rule_book.number("child_below")))
    parts = [
        *((episodes["patient_id"], episodes[name]) for name in ("enrolled_on", "status_since", "closed_on")),
        (scores["patient_id"], scores["taken_on"]),
        *((first["patient_id"], first["taken_on"] + pd.Timedelta(days=days)) for days in from_baseline),
        *((treatments["patient_id"], treatments["date"] + pd.Timedelta(days=days)) for days in [0, *from_change]),
        (born["patient_id"], grown),
    ]
    days = pd.DataFrame(
        {
            "patient_id": np.concatenate([owner.to_numpy() for owner, _ in parts]),
            "as_of": np.concatenate([on.to_numpy().astype("datetime64[s]") for _, on in parts]),
        }
    )
    began = look_up(episodes.groupby("patient_id")["enrolled_on"].min(), days["patient_id"])
    within = (days["as_of"] >= began) & (days["as_of"] <= pd.Timestamp(registry.as_of))
    return days[within].drop_duplicates().sort_values(["patient_id", "as_of"], ignore_index=True)


def _baselines(episodes: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Give every score that may be a baseline: the first valid one of an instrument from each enrolment on, and those
    that a person chose."""
    valid = scores[scores["total"].notna()]
    pairs = valid.merge(episodes[["patient_id", "episode_id", "enrolled_on"]], on="patient_id")
    counts = pairs[pairs["taken_on"] >= pairs["enrolled_on"] - BEFORE_ENROLMENT].sort_values("taken_on", kind="stable")
    first = counts.drop_duplicates(["episode_id", "instrument"])
    chosen = valid[valid["score_id"].isin(episodes["baseline_score_id"])]
    return pd.concat([first[["patient_id", "taken_on"]], chosen[["patient_id", "taken_on"]]])
