"""The conditions of the decision table (clinical rulebook 4.2), one function a family of rules.

Each takes frames and gives, for each rule, the level at which it fires on each row ("" where it does not).
Comparisons with a missing number are false, so what is unknown fires nothing.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain.calendar import months_between
from bhi_core.domain.episodes import ACTIVE, RELAPSE_PREVENTION
from bhi_core.domain.rules.book import Level, RuleBook
from bhi_core.domain.rules.courses import Bools, Numbers
from bhi_core.domain.rules.facts import days_between

Levels = npt.NDArray[np.object_]


def at(level: Level, fires: Bools) -> Levels:
    """Give a level where a rule fires."""
    return np.where(fires, level, "").astype(object)


def shaded(red: Bools, amber: Bools, fires: Bools) -> Levels:
    """Give red or, where the milder case holds, amber."""
    return np.select([fires & amber, fires & red], ["amber", "red"], "").astype(object)


def _bools(rows: pd.DataFrame, *columns: str) -> tuple[Bools, ...]:
    return tuple(rows[column].to_numpy(dtype=bool) for column in columns)


def _numbers(rows: pd.DataFrame, *columns: str) -> tuple[Numbers, ...]:
    return tuple(rows[column].to_numpy(dtype=np.float64) for column in columns)


def _points(rows: pd.DataFrame, rule_book: RuleBook, threshold: str) -> Numbers:
    """Give each course the threshold of its scale, in points; NaN where the scale has none."""
    series = rows["series"].to_numpy()
    points = np.full(len(rows), np.nan)
    for name, value in rule_book.points(threshold).items():
        points[series == name] = value
    return points


def worse(rows: pd.DataFrame, rule_book: RuleBook) -> dict[str, Levels]:
    """Judge D1 to D4: worse than at the start, relapsed, rose past the threshold, part of the gain lost."""
    opened, scored, has_score, start, now, relapse_prevention, child, had_improved = _bools(
        rows,
        "is_open",
        "scored",
        "has_score",
        "elevated_start",
        "elevated_now",
        "in_prevention",
        "child",
        "best_improved",
    )
    worsened, lost, reliable, threshold = _numbers(rows, "worsened", "lost", "reliable", "threshold")
    judged = opened & has_score & ~child
    scales, others = judged & scored, judged & ~scored

    d1_fires = (scales & (worsened >= _points(rows, rule_book, "d1_rise"))) | (others & (worsened >= reliable))
    only_warning = worsened == _points(rows, rule_book, "d1_warning")
    still_low = ~np.isnan(threshold) & ~now
    d1 = shaded(red=d1_fires, amber=still_low | only_warning, fires=d1_fires)

    fell_back = (lost >= _points(rows, rule_book, "d2_rise")) | relapse_prevention
    d2_fires = scales & start & had_improved & now & fell_back

    d3_fires = scales & rows["has_baseline"].to_numpy(dtype=bool) & ~start & now
    clearly = worsened >= _points(rows, rule_book, "d3_red")
    d3 = shaded(red=clearly, amber=~clearly, fires=d3_fires)

    d4_fires = scales & start & now & (lost >= _points(rows, rule_book, "d4_rise")) & ~d1_fires & ~d2_fires
    return {"D1": d1, "D2": at("red", d2_fires), "D3": d3, "D4": at("amber", d4_fires)}


def since_change(rows: pd.DataFrame, rule_book: RuleBook, worsening: dict[str, Levels]) -> dict[str, Levels]:
    """Judge T1 to T4: what the weeks since the last treatment change brought, by the score R at the change."""
    active, scored, start, has_score, improved, child, only_therapy = _bools(
        rows, "active", "scored", "elevated_start", "has_score", "improved", "child", "only_therapy"
    )
    days, dropped, reference = _numbers(rows, "k_days", "dropped", "reference")
    judged = active & scored & start & has_score & ~child
    in_window = judged & (days >= rule_book.days("t_from")) & (days < rule_book.days("t_before"))
    adequate, some = _points(rows, rule_book, "t1_drop"), _points(rows, rule_book, "t2_drop")

    due = np.where(only_therapy, rule_book.days("t4_therapy_from"), rule_book.days("t4_from"))
    too_little = 100 * dropped < rule_book.number("t4_percent") * reference
    t4 = judged & (days >= due) & ~improved & too_little

    any_worse = np.any([levels != "" for levels in worsening.values()], axis=0)
    t1 = in_window & (dropped >= adequate) & ~any_worse & ~t4
    t2 = in_window & ~improved & (dropped >= some) & (dropped < adequate)
    t3 = in_window & ~improved & (dropped < some)
    return {"T1": at("ok", t1), "T2": at("amber", t2), "T3": at("red", t3), "T4": at("red", t4)}


def against_target(rows: pd.DataFrame, rule_book: RuleBook, adequate: Bools) -> dict[str, Levels]:
    """Judge T5 to T8: not at target by the weeks since the baseline; no treatment change restarts these.

    The latest score is carried forward however old it is; without one the target is not reached.

    Args:
        rows: the courses.
        rule_book: the thresholds.
        adequate: where T1 fires.
    """
    active, scored, start, child, on_target, remitted, consulted = _bools(
        rows, "active", "scored", "elevated_start", "child", "on_target", "remitted", "consulted"
    )
    weeks_days, changed_days, trials = _numbers(rows, "w_days", "changed_days", "trials")
    judged = active & scored & start & ~child
    first, last = rule_book.days("consult_from"), rule_book.days("consult_to")
    no_consult = judged & ~on_target & ~consulted
    t5 = no_consult & (weeks_days >= first) & (weeks_days <= last)
    t6 = no_consult & (weeks_days > last)

    t7 = judged & ~on_target & (weeks_days >= rule_book.days("t7_from"))
    patience = np.where(adequate, rule_book.days("t7_wait_adequate"), rule_book.days("t7_wait"))
    waiting = changed_days < patience

    long_enough = (weeks_days >= rule_book.days("t8_from")) | (trials >= rule_book.number("t8_trials"))
    t8 = judged & ~remitted & long_enough
    return {
        "T5": at("red", t5),
        "T6": at("red+", t6),
        "T7": shaded(red=t7, amber=waiting, fires=t7),
        "T8": shaded(red=t8, amber=on_target, fires=t8),
    }


def stale(rows: pd.DataFrame, rule_book: RuleBook) -> dict[str, Levels]:
    """Judge M1 and M2: a score out of date on any instrument that was elevated at the start, else on all of them."""
    active, in_prevention, start, measured = _bools(rows, "active", "in_prevention", "elevated_start", "has_baseline")
    (age,) = _numbers(rows, "age_days")
    limit = np.where(active, rule_book.days("m1_after"), rule_book.days("m2_after"))
    old = measured & (age > limit)
    by_episode = pd.DataFrame({"start": start, "fresh": measured & ~old}).groupby(rows["episode_id"].to_numpy())
    some_elevated = by_episode["start"].transform("any").to_numpy(dtype=bool)
    some_fresh = by_episode["fresh"].transform("any").to_numpy(dtype=bool)
    fires = old & np.where(some_elevated, start, ~some_fresh)
    return {"M1": at("stale", fires & active), "M2": at("stale", fires & in_prevention)}


def process(facts: pd.DataFrame, with_baseline: Bools, rule_book: RuleBook) -> dict[str, Levels]:
    """Judge what is about the patient and no instrument: T0, T9, M0, C1, R1.

    Args:
        facts: the frame of ``facts.episode_facts``.
        with_baseline: which episodes have a valid baseline on some instrument that is followed.
        rule_book: the thresholds.
    """
    active = (facts["status"] == ACTIVE).to_numpy()
    in_prevention = (facts["status"] == RELAPSE_PREVENTION).to_numpy()
    grown = ~(facts["age"] < rule_book.number("child_below")).to_numpy()
    enrolled_days, enrolled_months = _numbers(facts, "enrolled_days", "enrolled_months")
    unreached = facts["follow_up_contact"].isna().to_numpy()
    overdue = (facts["contact_due"] < facts["as_of"]).to_numpy()
    since_review = months_between(facts["last_review"], facts["as_of"].to_numpy())
    months = np.where(in_prevention, rule_book.number("r1_relapse_prevention"), rule_book.number("r1_active"))
    review_due = np.isnan(since_review) | (since_review >= months)
    opened = active | in_prevention
    return {
        "T0": at("red", active & grown & unreached & (enrolled_days >= rule_book.days("t0_from"))),
        "T9": at("info", active & grown & (enrolled_months >= rule_book.number("t9_from"))),
        "M0": at("stale", active & ~with_baseline & (enrolled_days >= rule_book.days("m0_from"))),
        "C1": at("overdue", opened & grown & overdue),
        "R1": at("review due", opened & grown & review_due),
    }


def graduating(
    facts: pd.DataFrame,
    rows: pd.DataFrame,
    rule_book: RuleBook,
    *,
    alarmed: Bools,
    unwell: Bools,
    old: Bools,
) -> dict[str, Levels]:
    """Judge G1 (ready for relapse prevention) and G2 (ready to graduate).

    Both look at every scale with an elevated start; G2, where there is none, at all scales.

    Args:
        facts: the frame of ``facts.episode_facts``.
        rows: the courses.
        rule_book: the thresholds.
        alarmed: episodes with something at red or above.
        unwell: episodes with a safety flag or a D rule.
        old: episodes with a score out of date (M1).
    """
    scored, start, improved, has_score = _bools(rows, "scored", "elevated_start", "improved", "has_score")
    held_days = days_between(rows["improved_since"], rows["latest_on"])
    (age,) = _numbers(rows, "age_days")
    held = has_score & improved & (held_days >= rule_book.days("g1_held"))
    recent = has_score & improved & (age <= rule_book.days("g2_score"))
    ids = facts["episode_id"].to_numpy()
    of = rows["episode_id"].to_numpy()

    def every(good: Bools, among: Bools) -> Bools:
        """Say which episodes have some course among these, and all of them good."""
        return np.isin(ids, of[among]) & ~np.isin(ids, of[among & ~good])

    elevated = scored & start
    fallback = scored & ~np.isin(of, of[elevated]) & has_score
    grown = ~(facts["age"] < rule_book.number("child_below")).to_numpy()
    active = (facts["status"] == ACTIVE).to_numpy()
    in_prevention = (facts["status"] == RELAPSE_PREVENTION).to_numpy()
    prevention_days = days_between(facts["status_since"], facts["as_of"])
    long_enough = prevention_days >= rule_book.days("g2_from")
    planned = facts["plan_on"].notna().to_numpy()
    g1 = active & grown & every(held, elevated) & ~alarmed & ~old
    g2 = in_prevention & grown & long_enough & planned & every(recent, elevated | fallback) & ~unwell
    return {"G1": at("green", g1), "G2": at("green", g2)}
