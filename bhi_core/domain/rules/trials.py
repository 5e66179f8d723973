"""Adequate trials: medications started, switched to or added, and kept long enough."""

import pandas as pd

from bhi_core.domain.lookup import look_up

BEGINS = ("start", "switch", "augment")
"""Changes that begin a trial of a medication."""


def adequate_trials(treatments: pd.DataFrame, as_of: "pd.Series[pd.Timestamp]", kept_days: int) -> "pd.Series[int]":
    """Count the medications that each episode tried for long enough.

    A start, a switch and an augmentation each begin a trial. It is kept until a later stop of the same medication (a
    stop that names none ends them all), for a start or a switch also until the next switch, which replaces what it
    began; else until ``as_of``. A dose change ends nothing. Therapy is no trial of a medication. A trial that was kept
    long enough and ended afterwards counts.

    Args:
        treatments: episode_id, date, change, treatment; any order, none after its ``as_of``.
        as_of: the date of care of each episode, indexed by episode_id.
        kept_days: days that make a trial adequate.

    Returns:
        Trials by episode_id; an episode without one is left out.
    """
    order = treatments.reset_index(drop=True)
    order = order.assign(medication=order["treatment"].astype("str").str.strip().str.casefold().fillna(""))
    trials = order[order["change"].isin(BEGINS)].assign(trial=lambda begun: begun.index)
    ends = order[order["change"].isin(("stop", "switch"))]
    pairs = trials.merge(ends, on="episode_id", suffixes=("", "_end"))
    later = pairs["date_end"] > pairs["date"]
    stopped = (pairs["change_end"] == "stop") & (
        (pairs["medication_end"] == pairs["medication"]) | (pairs["medication_end"] == "")
    )
    replaced = (pairs["change_end"] == "switch") & (pairs["change"] != "augment")
    ended = pairs[later & (stopped | replaced)].groupby("trial")["date_end"].min()
    kept_to = look_up(ended, trials["trial"]).fillna(look_up(as_of, trials["episode_id"]))
    adequate = trials[kept_to - trials["date"] >= pd.Timedelta(days=kept_days)]
    return adequate["episode_id"].value_counts()
