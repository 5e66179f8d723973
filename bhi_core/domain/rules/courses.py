"""One row an episode and series, with everything that a rule about a course asks."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain.episodes import ACTIVE, RELAPSE_PREVENTION
from bhi_core.domain.instruments import Instrument, InstrumentRegistry
from bhi_core.domain.rules.book import RuleBook
from bhi_core.domain.rules.facts import days_between

Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]

FROM_FACTS = (
    "as_of", "patient_id", "status", "is_open", "enrolled_on", "enrolled_days", "age", "sex", "changed_on",
    "only_therapy", "trials", "last_review",
)  # fmt: skip


def courses(
    facts: pd.DataFrame,
    trajectories: pd.DataFrame,
    rule_book: RuleBook,
    *,
    instruments: InstrumentRegistry,
    target_rule: str,
) -> pd.DataFrame:
    """Lay the facts of the episode and of the instrument beside each course.

    Args:
        facts: the frame of ``facts.episode_facts``.
        trajectories: the frame of ``trajectory.summarise``.
        rule_book: the thresholds.
        instruments: directions, thresholds and reliable change.
        target_rule: ``"or"``: below the threshold or halved; ``"and"``: both.

    Returns:
        A row a trackable course, in the order of ``trajectories``: its columns, those of ``FROM_FACTS`` and

        * series (text), name, maximum, direction (+1 higher is worse), threshold, reliable (points, NaN unknown)
        * scored (bool: D2 to D4, T and G judge it), active, in_prevention, child (bool)
        * has_baseline, has_score (bool: a valid baseline, a valid score after it), elevated_start, elevated_now (bool)
        * worsened (points by which C is worse than B), lost (points by which C is worse than the best), dropped
          (points by which C is better than R)
        * late (bool: the baseline came late), changed_days (days from the recorded change to today, NaN without)
        * on_target, remitted (bool: of C, false without), consulted (bool: a consult at week 8 or later)
    """
    of_episode = facts[["episode_id", *FROM_FACTS]]
    overlap = [column for column in FROM_FACTS if column in trajectories]
    rows = trajectories.drop(columns=overlap).assign(series=trajectories["instrument"].astype(object))
    rows = rows.merge(of_episode, on="episode_id", how="inner", sort=False)
    rows = rows[rows["series"].isin([instrument.id for instrument in instruments if instrument.trackable])]
    rows = rows.reset_index(drop=True)
    _add_instrument(rows, instruments)
    rows["scored"] = rows["series"].isin(rule_book.words("scored_scales"))
    rows["active"] = rows["status"] == ACTIVE
    rows["in_prevention"] = rows["status"] == RELAPSE_PREVENTION
    rows["child"] = rows["age"] < rule_book.number("child_below")
    _add_scores(rows)
    _add_clocks(rows, rule_book)
    below = rows["has_score"] & ~rows["elevated_now"]
    halved = rows["has_score"] & rows["halved"].astype(bool)
    rows["on_target"] = (below & halved) if target_rule == "and" else (below | halved)
    remission = rows["series"].map({instrument.id: instrument.remission_below for instrument in instruments})
    rows["remitted"] = rows["has_score"] & (rows["latest"] < remission.astype(np.float64))
    week_8 = rows["baseline_on"] + pd.Timedelta(days=rule_book.days("consult_from"))
    rows["consulted"] = rows["last_review"] >= week_8
    return rows


def _add_instrument(rows: pd.DataFrame, instruments: InstrumentRegistry) -> None:
    """Add what the instrument says: name, maximum, direction, threshold, reliable."""
    by_id = {instrument.id: instrument for instrument in instruments}
    rows["name"] = rows["series"].map({key: instrument.name for key, instrument in by_id.items()})
    for field in ("maximum", "direction", "reliable"):
        values = {key: getattr(instrument, field) for key, instrument in by_id.items()}
        rows[field] = rows["series"].map(values).astype(np.float64)
    rows["threshold"] = _thresholds(rows["series"], rows["sex"], by_id)


def _thresholds(series: "pd.Series[str]", sex: "pd.Series[str]", by_id: dict[str, Instrument]) -> Numbers:
    """Give each course the threshold of its instrument, for the person's sex where it depends on it; NaN unknown."""
    sexes, words = pd.factorize(sex)
    ids, names = pd.factorize(series)
    table = np.array(
        [[by_id[name].threshold_for(word) for word in [*words, None]] for name in names], dtype=np.float64
    ).reshape(len(names), len(words) + 1)
    return table[ids, sexes] if len(series) else np.empty(0)


def _add_scores(rows: pd.DataFrame) -> None:
    """Add what the scores say, in the instrument's own direction."""
    direction = rows["direction"]
    rows["has_baseline"] = rows["baseline"].notna()
    rows["has_score"] = rows["latest"].notna()
    rows["elevated_start"] = rows["baseline"] * direction >= rows["threshold"] * direction
    rows["elevated_now"] = rows["latest"] * direction >= rows["threshold"] * direction
    rows["worsened"] = (rows["latest"] - rows["baseline"]) * direction
    rows["lost"] = (rows["latest"] - rows["best"]) * direction
    rows["dropped"] = (rows["reference"] - rows["latest"]) * direction


def _add_clocks(rows: pd.DataFrame, rule_book: RuleBook) -> None:
    """Add late and changed_days; the clocks themselves come from the kernel."""
    latest_start = rows["enrolled_on"] + pd.Timedelta(days=rule_book.days("late_baseline"))
    rows["late"] = rows["baseline_on"] > latest_start
    rows["changed_days"] = days_between(rows["changed_on"], rows["as_of"])
