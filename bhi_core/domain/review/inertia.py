"""The loop, measured: from the first finding of no improvement to the consult, the treatment change, the next score.

*Therapeutic inertia* is treatment that stays as it is although the goal is not met (Phillips et al. 2001, Ann Intern
Med 135:825-834). Here an episode is flagged on the first day on which a rule of no improvement stood at red
(``review.flagged``), and its treatment is adjusted by a recorded change that restarts the clock
(``rules.facts.RESTARTS_CLOCK``: a start, dose change, switch or augmentation, or the start of a therapy; a stop or a
referral is none). What is dated before the flag does not count; what is dated on its day does, except a score, which
is what raised it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from bhi_core.domain import instruments as configured
from bhi_core.domain import words
from bhi_core.domain.calendar import add_months
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.caseload.figures import PROCESS, Figure
from bhi_core.domain.episodes import is_open, status_on
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.lookup import each_row, look_up
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.flagged import NOT_IMPROVING
from bhi_core.domain.review.pace import STEPS, Pace, pace
from bhi_core.domain.review.recommendations import recommending
from bhi_core.domain.rules.facts import RESTARTS_CLOCK, days_between, of_episodes

INERTIA_WITHIN = 28
"""Days: the one number on the landing page asks for a change within them. Four weeks is the time after which a score is
expected to be acted on (MacArthur toolkit, common practice)."""

INERTIA_MONTHS = 12
"""Calendar months that it looks back, so that it can change."""

INERTIA_LABEL = f"Therapeutic inertia, {INERTIA_WITHIN} days"
INERTIA_OF_WHOM = f"flagged in {INERTIA_MONTHS} months, {INERTIA_WITHIN} days ago or more: not adjusted"

GROUPINGS = {"care_manager": "Care manager", "site": "Site", "prescriber": "Prescriber", "month": "Month of the flag"}
"""Column of the rows -> its heading."""

NOT_RECORDED = "not recorded"

REACHED = {
    "consult": "consulted_on",
    "recommendation": "recommended_on",
    "change": "changed_on",
    "score": "measured_on",
}
"""Step -> the column with its date."""


@dataclass(frozen=True)
class Loop:
    """What became of every episode that was ever flagged.

    Attributes:
        as_of: the date of care.
        episodes: a row is a flagged episode, by the date of its flag and then by MRN, index 0...: episode_id,
            patient_id (int64), mrn, name ("Last, First"; the MRN of one without a name), enrolled_on, flagged_on, rule
            (text), month ("2026-03", of the flag), care_manager, site, prescriber (text, "not recorded" where missing),
            is_open (bool: as of the date), consulted_on, recommended_on, changed_on, measured_on (NaT: not yet),
            consult_days, recommendation_days, change_days, score_days (float64 days from the flag, NaN: not yet),
            flagged_days (float64 days from the flag to the date of care), watched_days (float64: the same, for a closed
            episode to its closing), waiting (bool: open, and no treatment change yet). Dates ``datetime64[s]``.
    """

    as_of: date
    episodes: pd.DataFrame

    @cached_property
    def summary(self) -> Pace:
        """Sum all of them up; worked out once, when first asked for."""
        return pace(self.episodes)

    @cached_property
    def inertia(self) -> Figure:
        """Give the one number of the landing page; worked out once, when first asked for."""
        return therapeutic_inertia(self)

    def by(self, column: str) -> Iterator[tuple[str, Pace]]:
        """Sum them up in groups.

        Args:
            column: one of ``GROUPINGS``.

        Yields:
            The name of a group and what is said of it, in the order of the alphabet, months in that of time; groups of
            any size.
        """
        for name, rows in self.episodes.groupby(column, sort=True):
            yield str(name), pace(rows)


def loop(registry: Registry, flagged: pd.DataFrame, instruments: InstrumentRegistry | None = None) -> Loop:
    """Follow every flagged episode from its flag on.

    Args:
        registry: what is known; records count for the episode that they belong to, also when dated after its closing.
        flagged: a row is a flagged episode: episode_id, flagged_on (``datetime64[s]``), rule (id); and, if known,
            instrument (id of the series that the rule judged). Further columns are ignored.
        instruments: other than those configured.

    Returns:
        One row an episode. *Consulted* is the first case review on or after the flag; *recommended* the first that
        holds a recommendation; *changed* the first treatment change; *measured* the first valid score of the flagged
        instrument (of any that is followed, where none is named) after the day of the flag: the *next* score.
    """
    rows = _described(registry, flagged)
    reviews = of_episodes(registry.reviews, registry)
    advised = recommending(reviews)
    treatments = of_episodes(registry.treatments, registry)
    changes = treatments[treatments["change"].isin(RESTARTS_CLOCK)]
    rows["consulted_on"] = _first(reviews, rows, rows["flagged_on"])
    rows["recommended_on"] = _first(advised, rows, rows["flagged_on"])
    rows["changed_on"] = _first(changes, rows, rows["flagged_on"])
    scores = _valid_scores(registry, rows, instruments or configured.registry())
    rows["measured_on"] = _first(scores, rows, rows["flagged_on"] + pd.Timedelta(days=1))
    for step, column in REACHED.items():
        rows[f"{step}_days"] = days_between(rows["flagged_on"], rows[column])
    rows["waiting"] = rows["is_open"] & rows["changed_on"].isna()
    return Loop(registry.as_of, rows)


def _described(registry: Registry, flagged: pd.DataFrame) -> pd.DataFrame:
    """Lay beside each flag whose it is, and how long the episode has been watched since."""
    episodes = registry.episodes.assign(is_open=is_open(status_on(registry.episodes, registry.as_of)))
    wanted = ["episode_id", "patient_id", "enrolled_on", "care_manager", "site", "is_open", "closed_on", "status_since"]
    told = [column for column in ("episode_id", "flagged_on", "rule", "instrument") if column in flagged]
    rows = flagged[told].merge(episodes[wanted], on="episode_id", how="inner")
    people = registry.patients.set_index("patient_id")
    rows["mrn"] = look_up(people["mrn"], rows["patient_id"])
    names = people["last_name"] + ", " + people["first_name"]
    names = names.fillna(people["last_name"]).fillna(people["first_name"]).fillna(people["mrn"])
    rows["name"] = look_up(names, rows["patient_id"])
    rows["prescriber"] = look_up(people["pcp"], rows["patient_id"])
    for column in ("care_manager", "site", "prescriber"):
        rows[column] = rows[column].astype(object).fillna(NOT_RECORDED)
    rows["month"] = rows["flagged_on"].dt.strftime("%Y-%m").astype(object)
    as_of = pd.Timestamp(registry.as_of)
    closing = rows["closed_on"].fillna(rows["status_since"]).where(~rows["is_open"])
    rows["flagged_days"] = days_between(rows["flagged_on"], as_of.to_datetime64())
    until_closing = days_between(rows["flagged_on"], closing)
    rows["watched_days"] = np.maximum(np.fmin(rows["flagged_days"], until_closing), 0)
    rows = rows.drop(columns=["closed_on", "status_since"])
    return rows.sort_values(["flagged_on", "mrn", "episode_id"], ignore_index=True)


def _valid_scores(registry: Registry, rows: pd.DataFrame, instruments: InstrumentRegistry) -> pd.DataFrame:
    """Give the scores with a total, of the flagged instrument of their episode where one is named: episode_id, date."""
    series = {instrument.id: instrument.series for instrument in instruments if instrument.trackable}
    scores = registry.scores.assign(
        date=registry.scores["taken_on"], series=registry.scores["instrument"].astype(object).map(series)
    )
    scores = of_episodes(scores[scores["total"].notna() & scores["series"].notna()], registry)
    if "instrument" not in rows:
        return scores
    asked = look_up(rows.set_index("episode_id")["instrument"].astype(object), scores["episode_id"])
    return scores[asked.isna() | (asked == scores["series"])]


def _first(records: pd.DataFrame, rows: pd.DataFrame, since: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """Find each row's first record dated on or after a day of its own; NaT without one."""
    start = look_up(pd.Series(since.array, index=rows["episode_id"]), records["episode_id"])
    late_enough = records[records["date"] >= start]
    first = look_up(late_enough.groupby("episode_id")["date"].min(), rows["episode_id"])
    return first.astype("datetime64[s]")


def at_red(caseload: Caseload) -> frozenset[int]:
    """Name the episodes (episode_id) on which a rule of no improvement stands at red or above on the date of care."""
    levels = caseload.rule_book.levels
    loud = levels.order[: caseload.rule_book.rank(levels.team) + 1]
    findings = caseload.findings
    red = findings["rule"].isin(NOT_IMPROVING) & findings["level"].isin(loud)
    return frozenset(int(one) for one in findings.loc[red, "episode_id"])


def therapeutic_inertia(found: Loop) -> Figure:
    """Count the episodes whose treatment was not adjusted within four weeks, of those flagged in the last twelve
    calendar months and at least four weeks ago.

    Args:
        found: the loop of the patients meant.

    Returns:
        The count, its denominator and the patients of both; 0 of 0 when nobody was flagged in that time.

    Source: the concept from Phillips et al. 2001, Ann Intern Med 135:825-834; the windows are ``INERTIA_WITHIN`` and
    ``INERTIA_MONTHS``.
    """
    rows = found.episodes
    recent = rows["flagged_on"] >= pd.Timestamp(add_months(found.as_of, -INERTIA_MONTHS))
    among = rows[recent & (rows["flagged_days"] >= INERTIA_WITHIN)]
    late = among[~(among["change_days"] <= INERTIA_WITHIN)]
    people, of_people = (tuple(int(one) for one in part["patient_id"]) for part in (late, among))
    return Figure(PROCESS, INERTIA_LABEL, len(late), len(among), INERTIA_OF_WHOM, people, of_people)


def as_json(found: Loop) -> dict[str, Any]:
    """Give the loop as a document of plain values, ready for ``json.dumps``.

    Returns:
        ``{"episodes": [...], "summary": {...}}``: an object an episode, by the date of its flag; the summary of all,
        and beside it by_care_manager, by_site, by_prescriber and by_month: name -> the summary of these. Missing is
        None. Groups of any size are there: who shows them leaves the small ones out.
    """
    summary: dict[str, Any] = {"as_of": found.as_of.isoformat(), **_pace_json(found.summary)}
    for column in GROUPINGS:
        summary[f"by_{column}"] = {name: _pace_json(of_group) for name, of_group in found.by(column)}
    return {"episodes": [_episode_json(row) for row in each_row(found.episodes)], "summary": summary}


def _episode_json(row: Any) -> dict[str, Any]:
    dates = {column: _day(getattr(row, column)) for column in ("enrolled_on", "flagged_on")}
    reached = {column: _day(getattr(row, column)) for column in REACHED.values()}
    days = {step: _whole(getattr(row, f"{step}_days")) for step in STEPS}
    return {"mrn": row.mrn, **dates, "rule": row.rule, **reached, "days": days, "waiting": bool(row.waiting)}


def _pace_json(found: Pace) -> dict[str, Any]:
    adjusted = {
        str(one.days): {
            "n": one.adjusted,
            "of": one.of,
            "share": one.adjusted / one.of if one.of else None,
            "window_not_over": {
                "adjusted": one.not_over_adjusted, "waiting": one.not_over_waiting, "closed": one.not_over_closed,
            },
        }
        for one in found.within
    }  # fmt: skip
    medians = {
        step: {
            "median": _whole(curve.median), "low": _whole(curve.low), "high": _whole(curve.high),
            "n": curve.events, "of": curve.n,
        }
        for step, curve in found.until.items()
    }  # fmt: skip
    return {
        "flagged": found.flagged,
        "adjusted": found.adjusted,
        "waiting": found.waiting,
        "adjusted_within": adjusted,
        "median_days": medians,
    }


def _day(on: Any) -> str | None:
    plain = words.plain_date(on)
    return None if plain is None else plain.isoformat()


def _whole(days: float | None) -> int | None:
    return None if days is None or np.isnan(days) else int(days)
