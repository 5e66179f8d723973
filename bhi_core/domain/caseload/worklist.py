"""One row a patient, in the order of the weekly meeting (clinical rulebook 4.4)."""

from collections.abc import Collection
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain.caseload.answers import not_listed_because, reasons
from bhi_core.domain.caseload.asked import NEVER_HIDDEN, snoozed
from bhi_core.domain.episodes import ACTIVE
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.lookup import look_up
from bhi_core.domain.rules import Judged, RuleBook
from bhi_core.domain.rules.book import DAYS_A_WEEK

NEW, DISCUSS, LATE, ADULT_EVIDENCE = "new", "discuss", "late baseline", "adult evidence"

ON_TRACK = "on_track"

FROM_FACTS = (
    "episode_id", "patient_id", "mrn", "name", "age", "care_manager", "site", "consultant", "status", "enrolled_on",
    "week",
)  # fmt: skip


def worklist(
    facts: pd.DataFrame,
    judged: Judged,
    flags: pd.DataFrame,
    safety_items: pd.DataFrame,
    as_of: date,
    *,
    discuss: Collection[int],
    asked: pd.DataFrame,
    snoozes: pd.DataFrame,
    rule_book: RuleBook,
    instruments: InstrumentRegistry,
) -> pd.DataFrame:
    """Put the patients in the order of the meeting.

    *New* means: active and no case review in this episode yet, however long ago the enrolment was; the rulebook gives
    no time limit, and who was never presented is new to the consultant. Children under 12 are judged for safety and
    missing measures only and get no such badge. Who is snoozed is not listed and does not count for the team, unless a
    safety flag or a deterioration (S1, S2, D1 to D4) stands.

    Args:
        facts: a row an episode.
        judged: courses and findings.
        flags: a row a safety flag.
        safety_items: a row an episode and series with a safety item.
        as_of: the date of care.
        discuss: patients that somebody asked to discuss.
        asked: what was asked, by patient_id: short, full; of those of ``discuss`` of whom that is known.
        snoozes: a row a patient left out for now: patient_id, until, by, reason.
        rule_book: the thresholds.
        instruments: for severity bands.

    Returns:
        A row an open episode, or a closed one with an open flag; the listed by rank, then the others by MRN:
        episode_id, patient_id, mrn, name ("Last, First", the MRN without a name), age (float64 whole years),
        care_manager, site,
        consultant, status, enrolled_on, week (int64 whole weeks from enrolment), needs_team, listed, overdue (bool:
        R1, M or C1), overdue_contact, open_flag (bool), rank (float64 from 1, NaN unlisted), level (None without a
        finding), group (slug), state_class, state_instrument (series id; None without), badges (list), item9
        ("positive" | "negative" | "unknown"), item9_answer (int64:
        the highest not acknowledged), item9_acknowledged (bool: earlier positive ones, all acknowledged),
        last_contact, contact_due, last_review (dates), why_short, why_full (the reason for the group, and what was
        asked), not_listed_because (None when listed), snoozed_until (date; NaT unless a snooze keeps it off the list).
    """
    rows = standing(facts, judged, flags, discuss=discuss, snoozes=snoozes, rule_book=rule_book)
    findings, courses = judged.findings, judged.courses
    rows = _with_person(rows)
    _add_state(rows, courses)
    _add_item9(rows, flags, safety_items)
    rows["severity"] = _severity(rows, courses, rule_book, instruments)
    rows = _ranked(rows, rule_book)
    rows["why_short"], rows["why_full"] = reasons(
        rows, findings, courses, as_of, asked=asked, rule_book=rule_book, instruments=instruments
    )
    rows["not_listed_because"] = not_listed_because(rows, courses, as_of, rule_book)
    left_out, because = rows["snoozed_until"].notna(), snoozed(snoozes, as_of)
    rows["not_listed_because"] = rows["not_listed_because"].mask(left_out, look_up(because, rows["patient_id"]))
    columns = [
        *FROM_FACTS, "needs_team", "listed", "overdue", "overdue_contact", "open_flag", "rank", "level", "group",
        "state_class", "state_instrument", "badges", "item9", "item9_answer", "item9_acknowledged", "last_contact",
        "contact_due", "last_review", "why_short", "why_full", "not_listed_because", "snoozed_until",
    ]  # fmt: skip
    return rows[columns]


def standing(
    facts: pd.DataFrame,
    judged: Judged,
    flags: pd.DataFrame,
    *,
    discuss: Collection[int],
    snoozes: pd.DataFrame,
    rule_book: RuleBook,
) -> pd.DataFrame:
    """Say who is on the list and who needs the team, without words and without order.

    Args:
        facts, judged, flags, discuss, snoozes, rule_book: as ``worklist`` takes them.

    Returns:
        The facts of each open episode, and of each closed one with an open flag; with open_flag, a column a badge,
        badges, level, step, group, needs_team, listed, overdue, overdue_contact and snoozed_until.
    """
    open_flags = flags[flags["open"]]
    rows = facts[facts["is_open"] | facts["episode_id"].isin(open_flags["episode_id"])].reset_index(drop=True)
    rows["open_flag"] = rows["episode_id"].isin(open_flags["episode_id"])
    _add_badges(rows, judged.courses, discuss, rule_book)
    _add_levels(rows, judged.findings, rule_book)
    _leave_out(rows, judged.findings, snoozes)
    return rows


def _with_person(rows: pd.DataFrame) -> pd.DataFrame:
    """Add name and week."""
    last, first = rows["last_name"].fillna(""), rows["first_name"].fillna("")
    both = (last + ", " + first).str.strip(", ")
    week = (rows["enrolled_days"] // DAYS_A_WEEK).astype(np.int64)
    return rows.assign(name=both.where(both != "", rows["mrn"]), week=week)


def _add_badges(rows: pd.DataFrame, courses: pd.DataFrame, discuss: Collection[int], rule_book: RuleBook) -> None:
    """Add a bool column a badge, and the list of their names."""
    child = rows["age"] < rule_book.number("child_below")
    rows[NEW] = (rows["status"] == ACTIVE) & rows["last_review"].isna() & ~child
    rows[DISCUSS] = rows["is_open"] & rows["patient_id"].isin(list(discuss))
    rows[LATE] = rows["episode_id"].isin(courses.loc[courses["late"], "episode_id"])
    rows[ADULT_EVIDENCE] = ~child & (rows["age"] < rule_book.number("adult_from"))
    names = (NEW, DISCUSS, LATE, ADULT_EVIDENCE)
    marks = rows[list(names)].to_numpy(dtype=bool)
    badges = [[name for name, has in zip(names, row, strict=True) if has] for row in marks]
    rows["badges"] = pd.Series(badges, index=rows.index, dtype=object)


def _add_levels(rows: pd.DataFrame, findings: pd.DataFrame, rule_book: RuleBook) -> None:
    """Add level, group, needs_team, listed, overdue and overdue_contact."""
    levels = rule_book.levels
    rank = findings["level"].map({level: rule_book.rank(level) for level in levels.order})
    place = findings["group"].map(rule_book.group_order)
    worst = rank.groupby(findings["episode_id"]).min()
    first = place.groupby(findings["episode_id"]).min()
    names = dict(enumerate(levels.order))
    of_row = look_up(worst, rows["episode_id"])
    rows["level"] = of_row.map(names).astype(object).where(of_row.notna(), None)

    steps = look_up(first, rows["episode_id"]).fillna(rule_book.group_order[ON_TRACK]).to_numpy(dtype=np.int64)
    for group in rule_book.groups:
        if group.badge is not None:
            here = rule_book.group_order[group.slug]
            steps = np.where(rows[group.badge].to_numpy(dtype=bool), np.minimum(steps, here), steps)
    rows["step"] = steps
    rows["group"] = pd.Series(steps, index=rows.index).map(dict(enumerate(rule_book.group_order))).astype(object)

    def with_rule(names: Collection[str]) -> "pd.Series[bool]":
        return rows["episode_id"].isin(findings.loc[findings["rule"].isin(list(names)), "episode_id"])

    rows["needs_team"] = (of_row <= rule_book.rank(levels.team)) | rows[NEW] | rows[DISCUSS]
    rows["listed"] = rows["needs_team"] | (of_row <= rule_book.rank(levels.listed)) | with_rule(levels.listed_rules)
    rows["overdue"] = with_rule(levels.overdue_rules)
    rows["overdue_contact"] = with_rule(["C1"])


def _leave_out(rows: pd.DataFrame, findings: pd.DataFrame, snoozes: pd.DataFrame) -> None:
    """Take the snoozed off the list, except where a rule fires that no snooze hides; add snoozed_until."""
    until = look_up(snoozes.set_index("patient_id")["until"], rows["patient_id"])
    alarmed = rows["episode_id"].isin(findings.loc[findings["rule"].isin(NEVER_HIDDEN), "episode_id"])
    rows["snoozed_until"] = until.mask(alarmed | ~rows["listed"])
    awake = rows["snoozed_until"].isna()
    rows["needs_team"] &= awake
    rows["listed"] &= awake


def _add_state(rows: pd.DataFrame, courses: pd.DataFrame) -> None:
    """Add the worst class among the instruments with B or C elevated, if none among all, and its instrument."""
    classed = courses[courses["outcome_class"].notna()]
    elevated = classed["elevated_start"] | classed["elevated_now"]
    some = elevated.groupby(classed["episode_id"]).transform("any")
    counted = classed[elevated | ~some]
    worst = counted.assign(code=counted["outcome_class"].cat.codes).sort_values("code", kind="stable")
    worst = worst.drop_duplicates("episode_id").set_index("episode_id")
    for column, source in (("state_class", "outcome_class"), ("state_instrument", "series")):
        found = look_up(worst[source].astype(object), rows["episode_id"])
        rows[column] = found.astype(object).where(found.notna(), None)


def _add_item9(rows: pd.DataFrame, flags: pd.DataFrame, safety_items: pd.DataFrame) -> None:
    """Add item9, item9_answer and item9_acknowledged: what the patient said last, and what still waits."""
    positive = flags[flags["rule"] == "S1"]
    waiting = positive[positive["open"]]
    answer = look_up(waiting.groupby("episode_id")["answer"].max(), rows["episode_id"]).fillna(0).astype(np.int64)
    latest = safety_items.sort_values("latest_on", kind="stable").drop_duplicates("episode_id", keep="last")
    state = look_up(latest.set_index("episode_id")["item9"], rows["episode_id"]).fillna("unknown").astype(object)
    calm = state.where(state != "positive", "unknown")
    rows["item9"] = calm.where(answer == 0, "positive")
    rows["item9_answer"] = answer
    rows["item9_acknowledged"] = rows["episode_id"].isin(positive["episode_id"]) & (answer == 0)


def _severity(
    rows: pd.DataFrame, courses: pd.DataFrame, rule_book: RuleBook, instruments: InstrumentRegistry
) -> npt.NDArray[np.int64]:
    """Give the highest severity band of each patient's last valid scores: a place in the order, -1 without any."""
    order = {name: place for place, name in enumerate(rule_book.severity.order)}
    bands = pd.Series(-1, index=courses.index, dtype=np.int64)
    for series in courses["series"].unique():
        instrument = instruments[series]
        places = np.array([order.get(band.name, -1) for band in instrument.bands] + [-1])
        here = courses["series"] == series
        lows = [band.low for band in instrument.bands]
        scores = courses.loc[here, "last_valid"].to_numpy(dtype=np.float64)
        found = np.searchsorted(lows, scores, side="right") - 1
        bands[here] = np.where(np.isnan(scores), -1, places[found])
    highest = bands.groupby(courses["episode_id"]).max()
    severity: npt.NDArray[np.int64] = look_up(highest, rows["episode_id"]).fillna(-1).to_numpy(dtype=np.int64)
    return severity


def _ranked(rows: pd.DataFrame, rule_book: RuleBook) -> pd.DataFrame:
    """Put the listed in the order of the steps: longest since review first, then severity, then MRN; then the others
    by MRN."""
    keys: dict[str, Any] = {
        "_unlisted": ~rows["listed"],
        "_step": rows["step"].where(rows["listed"], len(rule_book.groups)),
        "_review": rows["last_review"].where(rows["listed"]),
        "_severity": (-rows["severity"]).where(rows["listed"], 0),
        "_mrn": rows["mrn"].astype(object),
    }
    ordered = rows.assign(**keys).sort_values(list(keys), na_position="first", ignore_index=True)
    place = pd.Series(np.arange(1.0, len(ordered) + 1), index=ordered.index)
    return ordered.assign(rank=place.where(ordered["listed"])).drop(columns=list(keys))
