"""Puts the conditions and the words together: one row a finding."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain.calendar import months_between
from bhi_core.domain.instruments import Instrument, InstrumentRegistry
from bhi_core.domain.lookup import each_row, look_up
from bhi_core.domain.rules import conditions
from bhi_core.domain.rules.book import RuleBook
from bhi_core.domain.rules.courses import courses
from bhi_core.domain.rules.phrases import COURSE_WORDED, Teller, course
from bhi_core.domain.rules.wording import WORDED, WORDINGS

TargetRule = Literal["or", "and"]

FINDING_COLUMNS = (
    "episode_id", "rule", "instrument", "level", "short", "full", "action", "source", "group", "severity", "strong",
)  # fmt: skip

Fired = pd.DataFrame


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
        as_of: the date of care.
        target_rule: ``"or"`` (below 10 or halved) or ``"and"`` (both).
        rule_book: the thresholds.
        instruments: directions, thresholds and reliable change.

    Returns:
        A row a finding, by episode and then worst level first, rules in the order of the table, instruments in theirs:
        episode_id, rule (id of 4.2), instrument (series id, None for a finding about the patient), level, short, full
        (two
        wordings), action, source (in words), group (slug of 4.4), severity (int64: the answer of S1 that counts, 0
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
    as_of: date,
    *,
    target_rule: TargetRule,
    rule_book: RuleBook,
    instruments: InstrumentRegistry,
) -> Judged:
    """Do what ``evaluate`` does, and keep the courses beside the findings."""
    rows = courses(facts, trajectories, rule_book, instruments=instruments, target_rule=target_rule, as_of=as_of)
    safety = _safety(flags, instruments)
    by_course = _course_findings(rows, rule_book)
    by_patient = _process_findings(facts, rows, rule_book, as_of)
    so_far = pd.concat([safety, by_course, by_patient], ignore_index=True)
    ready = _graduating(facts, rows, so_far, rule_book, as_of)
    fired = pd.concat([so_far, ready], ignore_index=True)
    return Judged(rows, _say(fired, Teller(as_of, rule_book), instruments))


def _safety(flags: pd.DataFrame, instruments: InstrumentRegistry) -> Fired:
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
    return pd.DataFrame(
        {
            "episode_id": fired["episode_id"],
            "rule": fired["rule"],
            "series": fired["series"].where(fired["series"] != "", None).astype(object),
            "level": "safety",
            "severity": fired["answer"],
            "name": [instrument.name if instrument else "" for instrument in form],
            "item_name": [_item_name(instrument) for instrument in form],
            "answer_words": [_answer(known, points) for known, points in zip(form, fired["answer"], strict=True)],
            "flag_on": fired["date"],
            "flags": fired["size"],
            "first_flag_on": fired["min"],
            "kind": fired["kind"],
            "flag_level": fired["level"],
            "by": fired["by"],
            "corrected": fired["corrected"],
        }
    )  # fmt: skip


def _weight(flags: pd.DataFrame) -> "pd.Series[int]":
    """Weigh flags of one rule: S1 by the answer, S2 with a high C-SSRS first, then moderate, then by hand."""
    level = flags["level"].astype("str").fillna("").str.casefold()
    high, screen = level.str.contains("red|high"), flags["kind"] == "C-SSRS"
    return flags["answer"] + screen.astype(int) + (screen & high).astype(int)


def _item_name(instrument: Instrument | None) -> str:
    """Name the safety item of a form by its number."""
    if instrument is None or not instrument.safety_items:
        return "Safety item"
    first = f"Item {instrument.safety_items[0] + 1}"
    return first if len(instrument.safety_items) == 1 else f"{first} or another suicide question"


def _answer(instrument: Instrument | None, points: int) -> str:
    """Say an answer in the form's words, in quotes, or else as a number."""
    if instrument is None or not instrument.safety_items:
        return str(points)
    answers = instrument.items[instrument.safety_items[0]].answers or instrument.answers
    said = next((answer.english[0] for answer in answers if answer.points == points and answer.english), None)
    return f"“{said[:1].lower()}{said[1:]}”" if said else str(points)


def _course_findings(rows: pd.DataFrame, rule_book: RuleBook) -> Fired:
    """Judge the rules about a course; T1 of an instrument whose score is out of date is not shown."""
    worsening = conditions.worse(rows, rule_book)
    changes = conditions.since_change(rows, rule_book, worsening)
    target = conditions.against_target(rows, rule_book, changes["T1"] != "")
    old = conditions.stale(rows, rule_book)
    changes["T1"] = np.where(old["M1"] != "", "", changes["T1"])
    return _fired(rows, worsening | changes | target | old)


def _process_findings(facts: pd.DataFrame, rows: pd.DataFrame, rule_book: RuleBook, as_of: date) -> Fired:
    """Judge the rules about the patient."""
    measured = facts["episode_id"].isin(rows.loc[rows["has_baseline"], "episode_id"]).to_numpy()
    fired = _fired(facts, conditions.process(facts, measured, rule_book, as_of))
    past_due = pd.Timestamp(as_of)
    months = months_between(fired["contact_due"], as_of)
    overdue = (fired["rule"] == "C1") & (fired["contact_due"] < past_due)
    return fired.assign(strong=overdue & (months >= rule_book.number("c1_strong")))


def _graduating(facts: pd.DataFrame, rows: pd.DataFrame, so_far: Fired, rule_book: RuleBook, as_of: date) -> Fired:
    """Judge G1 and G2, which no alarm may stand against; an open flag on any episode of the patient is one."""
    worst = rule_book.levels.order[: rule_book.rank(rule_book.levels.team) + 1]
    owner = facts.set_index("episode_id")["patient_id"]
    flagged = owner.reindex(so_far.loc[so_far["level"] == "safety", "episode_id"])
    unsafe = facts["patient_id"].isin(flagged)

    def having(finding: "pd.Series[bool]") -> npt.NDArray[np.bool_]:
        return facts["episode_id"].isin(so_far.loc[finding, "episode_id"]).to_numpy()

    levels = conditions.graduating(
        facts,
        rows,
        rule_book,
        as_of,
        alarmed=having(so_far["level"].isin(worst)) | unsafe.to_numpy(),
        unwell=having(so_far["rule"].isin(("D1", "D2", "D3", "D4"))) | unsafe.to_numpy(),
        old=having(so_far["rule"] == "M1"),
    )
    ready = _fired(facts, levels)
    if ready.empty:
        return ready
    judged = rows[rows["scored"] & rows["has_score"] & rows["episode_id"].isin(ready["episode_id"])]
    elevated = judged[judged["elevated_start"]]
    judged = pd.concat([elevated, judged[~judged["episode_id"].isin(elevated["episode_id"])]])
    teller = Teller(as_of, rule_book)
    said = pd.Series(
        [course(row, teller) for row in each_row(judged, COURSE_WORDED)], index=judged["episode_id"], dtype=object
    )
    texts = said.groupby(level=0).agg("; ".join)
    on_target = judged.groupby("episode_id")["on_target"].all()
    return ready.assign(
        all_courses=look_up(texts, ready["episode_id"]),
        all_on_target=look_up(on_target, ready["episode_id"]).astype("boolean").fillna(False),
    )


def _fired(rows: pd.DataFrame, levels: dict[str, conditions.Levels]) -> Fired:
    """Turn levels by rule into one row a finding, with the row it fired on beside it."""
    places = [np.flatnonzero(at != "") for at in levels.values()]
    found = np.concatenate([at[where] for at, where in zip(levels.values(), places, strict=True)])
    rule = np.repeat(np.array(list(levels), dtype=object), [len(where) for where in places])
    worded = rows[["episode_id", *(column for column in WORDED if column in rows)]]
    fired = worded.take(np.concatenate(places)).reset_index(drop=True)
    return fired.assign(rule=rule, level=found)


def _say(fired: Fired, teller: Teller, instruments: InstrumentRegistry) -> pd.DataFrame:
    """Put the findings in order and into words."""
    rule_book = teller.book
    rules = {rule: place for place, rule in enumerate(rule_book.rules)}
    series = {name: place for place, name in enumerate(instruments.series)}
    fired = fired.assign(
        _level=fired["level"].map(rule_book.rank),
        _rule=fired["rule"].map(rules),
        _series=fired["series"].map(series).fillna(len(series)),
    ).sort_values(["episode_id", "_level", "_rule", "_series"], ignore_index=True)
    said = [WORDINGS[row.rule](row, teller) for row in each_row(fired, WORDED)]
    leading = instruments[rule_book.words("scored_scales")[0]].name
    shorts = [_named(short, name, leading) for (short, _), name in zip(said, fired["name"], strict=True)]
    pairs = list(zip(fired["rule"], fired["level"], strict=True))
    return pd.DataFrame(
        {
            "episode_id": fired["episode_id"].astype(np.int64),
            "rule": fired["rule"].astype(object),
            "instrument": fired["series"].astype(object).where(fired["series"].notna(), None),
            "level": fired["level"].astype(object),
            "short": pd.Series(shorts, dtype=object),
            "full": pd.Series([full for _, full in said], dtype=object),
            "action": fired["rule"].map({rule: row.action for rule, row in rule_book.rules.items()}).astype(object),
            "source": fired["rule"]
            .map({rule: row.shown_source for rule, row in rule_book.rules.items()})
            .astype(object),
            "group": pd.Series([rule_book.group_of(rule, level) for rule, level in pairs], dtype=object),
            "severity": fired["severity"].fillna(0).astype(np.int64),
            "strong": fired["strong"].astype("boolean").fillna(False).astype(bool),
        },
        columns=list(FINDING_COLUMNS),
    )


def _named(short: str, name: object, leading: str) -> str:
    """Put the instrument before a short wording unless it is the leading one or named already."""
    if not isinstance(name, str) or name in ("", leading) or name in short:
        return short
    return f"{name}: {short[:1].lower()}{short[1:]}"
