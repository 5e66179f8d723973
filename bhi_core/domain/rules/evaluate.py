"""Puts the conditions and the words together: one row a finding."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain.calendar import months_between
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.lookup import each_row, look_up
from bhi_core.domain.rules import conditions
from bhi_core.domain.rules.book import RuleBook
from bhi_core.domain.rules.courses import courses
from bhi_core.domain.rules.findings import Fired, Places, fired_by, places_of, say
from bhi_core.domain.rules.phrases import COURSE_WORDED, Teller, answer_in_words, course, safety_item

TargetRule = Literal["or", "and"]


@dataclass(frozen=True)
class Judged:
    """Hold what the rules said.

    Attributes:
        courses: the frame of ``courses.courses``: what the rules looked at.
        findings: the frame of ``evaluate``.
    """

    courses: pd.DataFrame
    findings: pd.DataFrame


def evaluate(
    facts: pd.DataFrame,
    trajectories: pd.DataFrame,
    flags: pd.DataFrame,
    as_of: date,
    *,
    target_rule: TargetRule,
    rule_book: RuleBook,
    instruments: InstrumentRegistry,
) -> pd.DataFrame:
    """List every rule that fires, for every episode.

    Args:
        facts: a row an episode, the frame of ``facts.episode_facts``.
        trajectories: a row an episode and series, the frame of ``trajectory.summarise``.
        flags: a row a safety flag, the frame of ``safety.flags``.
        as_of: the date of care that the words tell from.
        target_rule: ``"or"`` (below 10 or halved) or ``"and"`` (both).
        rule_book: the thresholds.
        instruments: directions, thresholds and reliable change.

    Returns:
        A row a finding, by episode and then worst level first, rules in the order of the table, instruments in theirs:
        episode_id, rule (id of 4.2), instrument (series id, None for a finding about the patient), level, short, full
        (two wordings), action, source (in words), group (slug of 4.4), severity (int64: the answer of S1 that counts, 0
        elsewhere), strong (bool: C1 a calendar month past due). Nothing that fires gives an empty frame with these
        columns.
    """
    return judge(
        facts, trajectories, flags, as_of, target_rule=target_rule, rule_book=rule_book, instruments=instruments
    ).findings


def judge(
    facts: pd.DataFrame,
    trajectories: pd.DataFrame,
    flags: pd.DataFrame,
    as_of: date | None,
    *,
    target_rule: TargetRule,
    rule_book: RuleBook,
    instruments: InstrumentRegistry,
) -> Judged:
    """Do what ``evaluate`` does, and keep the courses beside the findings.

    Without ``as_of`` nothing is put into words (short, full, action and source are left out): for episodes that each
    have a date of care of their own (``domain.moments``).
    """
    rows = courses(facts, trajectories, rule_book, instruments=instruments, target_rule=target_rule)
    so_far = [
        _safety(flags, instruments, rule_book), _course_findings(rows, rule_book),
        _process_findings(facts, rows, rule_book),
    ]  # fmt: skip
    ready = _graduating(facts, rows, so_far, rule_book, as_of)
    return Judged(
        rows, say([*so_far, ready], None if as_of is None else Teller(as_of, rule_book), rule_book, instruments)
    )


def _safety(flags: pd.DataFrame, instruments: InstrumentRegistry, rule_book: RuleBook) -> Fired:
    """Make one finding of the open flags of an episode, a series (S1) and of an episode (S2): the worst flag, the
    oldest first."""
    waiting = flags[flags["open"]]
    by = ["episode_id", "rule", "series"]
    keyed = waiting.assign(series=waiting["series"].fillna(""), worst=-_weight(waiting))
    worst = keyed.sort_values([*by, "worst", "date", "corrected"]).drop_duplicates(by)
    forms = keyed.drop_duplicates([*by, "date", "instrument"]).groupby(by)["date"].agg(["size", "min"])
    fired = worst.merge(forms.reset_index(), on=by)
    forms_by_id = {instrument.id: instrument for instrument in instruments}
    form = [forms_by_id.get(name) for name in fired["instrument"]]
    rows = pd.DataFrame(
        {
            "episode_id": fired["episode_id"],
            "series": fired["series"].where(fired["series"] != "", None).astype(object),
            "severity": fired["answer"],
            "name": [instrument.name if instrument else "" for instrument in form],
            "item_name": [safety_item(instrument) for instrument in form],
            "answer_words": [answer_in_words(*pair) for pair in zip(form, fired["answer"], strict=True)],
            "flag_on": fired["date"],
            "flags": fired["size"],
            "first_flag_on": fired["min"],
            "kind": fired["kind"],
            "flag_level": fired["level"],
            "by": fired["by"],
            "corrected": fired["corrected"],
        }
    )  # fmt: skip
    rule: Places = fired["rule"].map(places_of(rule_book.rules)).to_numpy().astype(np.int64)
    return Fired(rows, np.arange(len(rows)), rule, np.full(len(rows), rule_book.rank("safety"), dtype=np.int64))


def _weight(flags: pd.DataFrame) -> "pd.Series[int]":
    """Weigh flags of one rule: S1 by the answer, S2 with a high C-SSRS first, then moderate, then by hand."""
    level = flags["level"].astype("str").fillna("").str.casefold()
    high, screen = level.str.contains("red|high"), flags["kind"] == "C-SSRS"
    return flags["answer"] + screen.astype(int) + (screen & high).astype(int)


def _course_findings(rows: pd.DataFrame, rule_book: RuleBook) -> Fired:
    """Judge the rules about a course; T1 of an instrument whose score is out of date is not shown."""
    worsening = conditions.worse(rows, rule_book)
    changes = conditions.since_change(rows, rule_book, worsening)
    target = conditions.against_target(rows, rule_book, changes["T1"] != "")
    old = conditions.stale(rows, rule_book)
    changes["T1"] = np.where(old["M1"] != "", "", changes["T1"])
    return fired_by(rows, worsening | changes | target | old, rule_book)


def _process_findings(facts: pd.DataFrame, rows: pd.DataFrame, rule_book: RuleBook) -> Fired:
    """Judge the rules about the patient."""
    measured = facts["episode_id"].isin(rows.loc[rows["has_baseline"], "episode_id"]).to_numpy()
    months = months_between(facts["contact_due"], facts["as_of"].to_numpy())
    strong = (facts["contact_due"] < facts["as_of"]) & (months >= rule_book.number("c1_strong"))
    return fired_by(facts.assign(strong=strong), conditions.process(facts, measured, rule_book), rule_book)


def _graduating(
    facts: pd.DataFrame, rows: pd.DataFrame, so_far: list[Fired], rule_book: RuleBook, as_of: date | None
) -> Fired:
    """Judge G1 and G2, which no alarm may stand against; an open flag on any episode of the patient is one."""
    ids, patients = facts["episode_id"].to_numpy(), facts["patient_id"].to_numpy()
    episode_id = np.concatenate([fired.episode_id for fired in so_far])
    level = np.concatenate([fired.level for fired in so_far])
    rule = np.concatenate([fired.rule for fired in so_far])
    places = places_of(rule_book.rules)
    unsafe = np.isin(patients, patients[np.isin(ids, episode_id[level == rule_book.rank("safety")])])

    def having(finding: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        return np.isin(ids, episode_id[finding])

    levels = conditions.graduating(
        facts,
        rows,
        rule_book,
        alarmed=having(level <= rule_book.rank(rule_book.levels.team)) | unsafe,
        unwell=having(np.isin(rule, [places[name] for name in ("D1", "D2", "D3", "D4")])) | unsafe,
        old=having(rule == places["M1"]),
    )
    ready = fired_by(facts, levels, rule_book)
    if as_of is None or not len(ready.place):
        return ready
    return replace(ready, rows=_with_courses(facts, rows, ready.episode_id, Teller(as_of, rule_book)))


def _with_courses(facts: pd.DataFrame, rows: pd.DataFrame, ready: Places, teller: Teller) -> pd.DataFrame:
    """Add all_courses and all_on_target to the facts of the episodes that are ready."""
    judged = rows[rows["scored"] & rows["has_score"] & rows["episode_id"].isin(ready)]
    elevated = judged[judged["elevated_start"]]
    judged = pd.concat([elevated, judged[~judged["episode_id"].isin(elevated["episode_id"])]])
    said = pd.Series(
        [course(row, teller) for row in each_row(judged, COURSE_WORDED)], index=judged["episode_id"], dtype=object
    )
    texts = said.groupby(level=0).agg("; ".join)
    on_target = judged.groupby("episode_id")["on_target"].all()
    return facts.assign(
        all_courses=look_up(texts, facts["episode_id"]),
        all_on_target=look_up(on_target, facts["episode_id"]).astype("boolean").fillna(False),
    )
