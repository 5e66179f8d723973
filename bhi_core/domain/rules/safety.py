"""Safety flags: what raised them, and whether a named, dated acknowledgement closed them."""

import numpy as np
import pandas as pd

from bhi_core.domain.episodes import assign
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.lookup import look_up
from bhi_core.domain.registry import Registry
from bhi_core.domain.rules.book import RuleBook

MANUAL = "manual flag"
SCREEN = "C-SSRS"
ITEM = "item"

FLAG_COLUMNS = ("patient_id", "date", "kind", "instrument", "answer", "level", "by", "corrected")


def flags(registry: Registry, rule_book: RuleBook, instruments: InstrumentRegistry) -> pd.DataFrame:
    """List every safety flag ever raised, open or closed.

    A positive safety item raises one on any form, complete, incomplete or corrected since; so do an orange or red
    C-SSRS and a flag by hand. An acknowledgement closes all flags of the patient dated on or before it; ``cleared``
    closes manual flags only. A later zero, a correction and the end of the episode close nothing.

    Args:
        registry: what is known.
        rule_book: which C-SSRS levels raise a flag.
        instruments: to which series a form belongs.

    Returns:
        A row a flag, by patient and date: patient_id, episode_id (a flag before every episode hangs on the patient's
        first; patients without one are left out), date, rule ("S1" | "S2"), kind ("item" | "C-SSRS" | "manual flag"),
        instrument (id of the form, None for S2), series (None for S2), answer (int64, 0 for S2), level (text as
        recorded), by,
        corrected (bool: the form was corrected since), open (bool).
    """
    raised = pd.concat(
        [
            _from_forms(registry.scores, corrected=False),
            _from_forms(registry.corrected_safety, corrected=True),
            _by_hand(registry, rule_book),
        ],
        ignore_index=True,
    )
    raised["episode_id"] = _hang(raised, registry.episodes)
    raised = raised[raised["episode_id"] >= 0]
    series = {instrument.id: instrument.series for instrument in instruments}
    raised["series"] = raised["instrument"].map(series).astype(object).where(raised["instrument"].notna(), None)
    raised["rule"] = np.where(raised["kind"] == ITEM, "S1", "S2")
    raised["open"] = ~_closed(raised, registry.safety)
    return raised.sort_values(["patient_id", "date", "answer"], ignore_index=True)


def _from_forms(forms: pd.DataFrame, *, corrected: bool) -> pd.DataFrame:
    """Take the forms with a positive safety item."""
    positive = forms[forms["safety_answer"] >= 1]
    return pd.DataFrame(
        {
            "patient_id": positive["patient_id"],
            "date": positive["taken_on"],
            "kind": pd.Series(ITEM, index=positive.index, dtype=object),
            "instrument": positive["instrument"].astype(object),
            "answer": positive["safety_answer"].astype(np.int64),
            "level": pd.Series(None, index=positive.index, dtype=object),
            "by": pd.Series(None, index=positive.index, dtype=object),
            "corrected": pd.Series(corrected, index=positive.index, dtype=bool),
        }
    )


def _by_hand(registry: Registry, rule_book: RuleBook) -> pd.DataFrame:
    """Take the manual flags, and the C-SSRS screens whose level raises one."""
    rows = registry.safety
    level = rows["level"].astype("str").fillna("").str.casefold()
    words = "|".join(rule_book.words("cssrs_flag"))
    screened = (rows["kind"] == SCREEN) & level.str.contains(rf"\b(?:{words})\b", regex=True)
    rows = rows[(rows["kind"] == MANUAL) | screened]
    return pd.DataFrame(
        {
            "patient_id": rows["patient_id"],
            "date": rows["date"],
            "kind": rows["kind"].astype(object),
            "instrument": pd.Series(None, index=rows.index, dtype=object),
            "answer": pd.Series(0, index=rows.index, dtype=np.int64),
            "level": rows["level"].astype(object),
            "by": rows["by"].astype(object),
            "corrected": pd.Series(False, index=rows.index, dtype=bool),
        }
    )


def _hang(raised: pd.DataFrame, episodes: pd.DataFrame) -> "pd.Series[int]":
    """Say which episode each flag hangs on: the one of its date, else the patient's first, else none (-1)."""
    episode_id = pd.Series(assign(raised["patient_id"], raised["date"], episodes), index=raised.index)
    first = episodes.sort_values(["enrolled_on", "episode_id"]).groupby("patient_id")["episode_id"].first()
    fallback = look_up(first, raised["patient_id"]).fillna(-1).astype(np.int64)
    return episode_id.where(episode_id >= 0, fallback)


def _closed(raised: pd.DataFrame, safety: pd.DataFrame) -> "pd.Series[bool]":
    """Say which flags were closed by an acknowledgement or, when raised by hand, by clearing."""
    closings = safety.groupby(["kind", "patient_id"])["date"].max()

    def last(kind: str) -> "pd.Series[pd.Timestamp]":
        known = closings.loc[kind] if kind in closings.index.get_level_values(0) else closings.iloc[:0].droplevel(0)
        return look_up(known, raised["patient_id"])

    cleared = (raised["kind"] == MANUAL) & (last("cleared") >= raised["date"])
    return cleared | (last("acknowledged") >= raised["date"])


def item9(registry: Registry, all_flags: pd.DataFrame, instruments: InstrumentRegistry) -> pd.DataFrame:
    """Say where each course stands on the safety item.

    Args:
        registry: what is known.
        all_flags: the frame of ``flags``.
        instruments: which forms have a safety item.

    Returns:
        A row an episode and series with a safety item: episode_id, series, latest_on (date of the latest form), item9:
        "positive" (an answer above zero that nobody has acknowledged), "negative" (the latest form answered zero) or
        "unknown" (blank, a total alone, or acknowledged).
    """
    asked = [instrument.id for instrument in instruments if instrument.safety_items]
    series = {instrument.id: instrument.series for instrument in instruments}
    forms = registry.scores[registry.scores["instrument"].isin(asked)]
    episode_id = assign(forms["patient_id"], forms["taken_on"], registry.episodes)
    forms = forms.assign(episode_id=episode_id, series=forms["instrument"].astype(object).map(series).astype(object))
    forms = forms[episode_id >= 0].sort_values(["taken_on", "recorded_order"])
    latest = forms.drop_duplicates(["episode_id", "series"], keep="last")
    waiting = all_flags.loc[all_flags["open"] & (all_flags["rule"] == "S1"), ["episode_id", "series"]]
    positive = pd.MultiIndex.from_frame(latest[["episode_id", "series"]]).isin(pd.MultiIndex.from_frame(waiting))
    state = np.where(positive, "positive", np.where(latest["safety_answer"] == 0, "negative", "unknown"))
    return pd.DataFrame(
        {
            "episode_id": latest["episode_id"],
            "series": latest["series"],
            "latest_on": latest["taken_on"],
            "item9": pd.Series(state, index=latest.index, dtype=object),
        }
    ).reset_index(drop=True)
