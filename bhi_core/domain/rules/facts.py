"""What the rules ask of an episode besides its scores: status, clocks, contacts, reviews, treatments, plan."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain.calendar import months_between
from bhi_core.domain.episodes import assign, is_open, status_on
from bhi_core.domain.lookup import look_up
from bhi_core.domain.registry import Registry
from bhi_core.domain.rules.book import DAYS_A_WEEK, RuleBook
from bhi_core.domain.rules.trials import adequate_trials

RESTARTS_CLOCK = ("start", "dose up", "dose down", "switch", "augment", "therapy start")
"""Treatment changes that restart the clock of T1 to T4. A stop and a referral do not."""

MONTHS_A_YEAR = 12

MEDICATION = ("start", "dose up", "dose down", "switch", "augment", "stop")
THERAPY = ("therapy start", "therapy stop")


def days_between(starts: Any, ends: Any) -> npt.NDArray[np.float64]:
    """Count the days from the starts to the ends; NaN where either is missing."""
    begin, end = (np.asarray(dates).astype("datetime64[D]") for dates in (starts, ends))
    begin, end = np.broadcast_arrays(begin, end)
    days = (end - begin).astype(np.float64)
    return np.where(np.isnat(begin) | np.isnat(end), np.nan, days)


def of_episodes(records: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """Give dated records the ``episode_id`` they belong to; those before any episode are left out."""
    episode_id = assign(records["patient_id"], records["date"], registry.episodes)
    return records.assign(episode_id=episode_id)[episode_id >= 0]


def episode_facts(registry: Registry, rule_book: RuleBook) -> pd.DataFrame:
    """Work out what the rules ask of each episode.

    Args:
        registry: what is known.
        rule_book: the thresholds.

    Returns:
        A row an episode, sorted by episode_id, index 0...: the columns of ``registry.episodes`` with ``status`` as of
        the date, as_of (the date of care: the registry's, unless ``registry.episodes`` gives each episode its own,
        ``domain.moments``), and is_open (bool), enrolled_days (float64 days), enrolled_months (whole calendar months),
        age (float64 whole years, NaN unknown), mrn, sex, changed_on (the last treatment change that restarts the clock,
        NaT), only_therapy (bool: therapy is recorded and no medication), trials (int64 adequate ones), initial_contact
        (the first attended), follow_up_contact (the first attended on a later day), last_contact (the last attended),
        contact_due (NaT: as needed), last_review, plan_on (the latest plan). Dates ``datetime64[s]``.
    """
    facts = registry.episodes.sort_values("episode_id", ignore_index=True)
    if "as_of" not in facts:
        facts["as_of"] = np.datetime64(registry.as_of, "s")
    as_of = facts["as_of"].to_numpy()
    facts["status"] = status_on(facts, facts["as_of"])
    people = registry.patients.set_index("patient_id")
    for column in ("mrn", "sex", "last_name", "first_name"):
        facts[column] = look_up(people[column], facts["patient_id"])
    births = look_up(people["birth_date"], facts["patient_id"])
    facts["is_open"] = is_open(facts["status"])
    facts["age"] = np.floor(months_between(births, as_of) / MONTHS_A_YEAR)
    facts["enrolled_days"] = days_between(facts["enrolled_on"], as_of)
    facts["enrolled_months"] = months_between(facts["enrolled_on"], as_of)
    _add_treatments(facts, of_episodes(registry.treatments, registry), rule_book.days("trial"))
    _add_contacts(facts, of_episodes(registry.contacts, registry))
    for column, records in (("last_review", registry.reviews), ("plan_on", registry.plans)):
        facts[column] = look_up(of_episodes(records, registry).groupby("episode_id")["date"].max(), facts["episode_id"])
    return facts


def _add_treatments(facts: pd.DataFrame, treatments: pd.DataFrame, kept_days: int) -> None:
    """Add changed_on, only_therapy and trials."""
    restarts = treatments[treatments["change"].isin(RESTARTS_CLOCK)]
    facts["changed_on"] = look_up(restarts.groupby("episode_id")["date"].max(), facts["episode_id"])
    medicated = treatments.loc[treatments["change"].isin(MEDICATION), "episode_id"]
    in_therapy = treatments.loc[treatments["change"].isin(THERAPY), "episode_id"]
    facts["only_therapy"] = facts["episode_id"].isin(in_therapy) & ~facts["episode_id"].isin(medicated)
    trials = adequate_trials(treatments, facts.set_index("episode_id")["as_of"], kept_days)
    facts["trials"] = look_up(trials, facts["episode_id"]).fillna(0).astype(np.int64)


def _add_contacts(facts: pd.DataFrame, contacts: pd.DataFrame) -> None:
    """Add initial_contact, follow_up_contact, last_contact and contact_due.

    A Next due stands from the contact or attempt that recorded it until the next attended contact: from then on the
    next one counts, or without one the interval.
    """
    contacts = contacts.sort_values(["date", "contact_id"])
    attended = contacts[contacts["attended"].astype(bool)]
    by_episode = attended.groupby("episode_id")["date"]
    facts["initial_contact"] = look_up(by_episode.min(), facts["episode_id"])
    facts["last_contact"] = look_up(by_episode.max(), facts["episode_id"])
    again = attended[attended["date"] > look_up(by_episode.min(), attended["episode_id"])]
    facts["follow_up_contact"] = look_up(again.groupby("episode_id")["date"].min(), facts["episode_id"])

    place = pd.Series(np.arange(len(contacts)), index=contacts.index)
    last_attended = place[attended.index].groupby(attended["episode_id"]).max()
    since = place >= look_up(last_attended, contacts["episode_id"]).fillna(-1)
    planned = contacts[since & contacts["next_due"].notna()].groupby("episode_id")["next_due"].last()
    anchor = facts["last_contact"].fillna(facts["enrolled_on"])
    by_interval = anchor + pd.to_timedelta((facts["follow_up_weeks"] * DAYS_A_WEEK).round(), unit="D")
    facts["contact_due"] = look_up(planned, facts["episode_id"]).fillna(by_interval).astype("datetime64[s]")
