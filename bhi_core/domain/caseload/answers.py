"""The caseload in sentences: the headline, why somebody is on the list, and why somebody is not."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.calendar import months_between
from bhi_core.domain.episodes import ACTIVE, RELAPSE_PREVENTION
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.lookup import each_row, look_up
from bhi_core.domain.registry import Registry
from bhi_core.domain.rules import RuleBook
from bhi_core.domain.rules.phrases import COURSE_WORDED, Teller, course

if TYPE_CHECKING:
    from bhi_core.domain.caseload.work_out import Caseload

SAID_OF_UNLISTED = ("group", "why_full", "state_class", "age", "contact_due", "enrolled_on", "week")

ACTIVE_PATIENTS = "active patients"

NOBODY = "No patient with that MRN or name."


@dataclass(frozen=True)
class Explanation:
    """Say where a patient stands, as an answer to "why is this patient not listed?".

    Attributes:
        patient_id: the patient, None when nobody was found.
        episode_id: the episode spoken of, None without one.
        name: "Last, First", the MRN without a name, "" when nobody was found.
        group: slug of the group in which the patient stands on the list, None when not listed.
        sentence: the answer, without the name.
    """

    patient_id: int | None
    episode_id: int | None
    name: str
    group: str | None
    sentence: str


def headline(worklist: pd.DataFrame, whose: str = ACTIVE_PATIENTS) -> str:
    """Say in one sentence how many need the team, and why most.

    Args:
        worklist: the rows that the sentence is about, all of them, not only those shown.
        whose: of whom, in words: "active patients", or with filters "D. Reyes's patients".

    Returns:
        For example "47 of 96 active patients need the team this week; 5 have an open safety flag, 4 are overdue for
        contact." The denominator counts active episodes; those in relapse prevention and closed ones that need the
        team are added by name, so that the sentence counts everybody whom the list counts.
    """
    needing = worklist[worklist["needs_team"].astype(bool)]
    active = int((worklist["status"] == ACTIVE).sum())
    n = int((needing["status"] == ACTIVE).sum())
    everyone = whose == ACTIVE_PATIENTS
    of = words.count(active, "active patient") if everyone else f"{active} of {whose}"
    if active == 0:
        first = "There are no active patients" if everyone else f"None of {whose} is active"
    elif n == 1 and everyone:
        first = f"1 patient needs the team this week, of {of}"
    else:
        first = f"{n or 'None'} of {of} {'need' if n > 1 else 'needs'} the team this week"
    others = _others(worklist, needing)
    flagged = int(worklist["open_flag"].sum())
    overdue = int(worklist["overdue_contact"].sum())
    safety = f"{flagged or 'none'} {'have' if flagged > 1 else 'has'} an open safety flag"
    contact = f"{overdue or 'none'} {'are' if overdue > 1 else 'is'} overdue for contact"
    return f"{first}{others}; {safety}, {contact}."


def _others(worklist: pd.DataFrame, needing: pd.DataFrame) -> str:
    """Name those who need the team and are not active."""
    in_prevention = int((needing["status"] == RELAPSE_PREVENTION).sum())
    closed = int((~needing["status"].isin((ACTIVE, RELAPSE_PREVENTION))).sum())
    parts = []
    if in_prevention:
        of = int((worklist["status"] == RELAPSE_PREVENTION).sum())
        parts.append(f"{in_prevention} of {of} in relapse prevention")
    if closed:
        parts.append(f"{closed} whose care is closed")
    return f", besides {words.joined(parts)}" if parts else ""


def reasons(
    rows: pd.DataFrame,
    findings: pd.DataFrame,
    courses: pd.DataFrame,
    as_of: date,
    *,
    asked: pd.DataFrame,
    rule_book: RuleBook,
    instruments: InstrumentRegistry,
) -> tuple["pd.Series[str]", "pd.Series[str]"]:
    """Give each row the reason for its group in two wordings: its worst finding there, or that the patient is new.

    Args:
        rows: the rows of the list: episode_id, patient_id, group, enrolled_on, week.
        findings: a row a finding.
        courses: a row an episode and series.
        as_of: the date of care.
        asked: what was asked of some patients, by patient_id: short and full; said of them in every group.
        rule_book: how long somebody is called new.
        instruments: for severity words.

    Returns:
        short and full, "" where nothing fires.
    """
    group = look_up(rows.set_index("episode_id")["group"], findings["episode_id"])
    top = findings[findings["group"] == group].drop_duplicates("episode_id").set_index("episode_id")
    short = look_up(top["short"], rows["episode_id"]).astype(object)
    full = look_up(top["full"], rows["episode_id"]).astype(object)
    unreviewed, discussed = rows["group"] == "new", rows["group"] == "discuss"
    if unreviewed.any():
        new = _new(rows[unreviewed], courses, as_of, rule_book, instruments)
        short, full = short.fillna(new["short"]), full.fillna(new["full"])
    if discussed.any():
        also = look_up(findings.drop_duplicates("episode_id").set_index("episode_id")["full"], rows["episode_id"])
        what = asked.reindex(rows["patient_id"]).set_axis(rows.index)
        short = short.where(~discussed, what["short"].fillna("Asked to be discussed"))
        said = what["full"].fillna("Asked to be discussed.") + " " + also.astype(object).fillna("")
        full = full.where(~discussed, said.str.strip())
    if len(asked):
        besides = look_up(asked["full"], rows["patient_id"]).fillna("").mask(discussed | ~rows["is_open"], "")
        full = (full.fillna("") + " " + besides).str.strip()
    return short.fillna(""), full.fillna("")


def _new(
    rows: pd.DataFrame, courses: pd.DataFrame, as_of: date, rule_book: RuleBook, instruments: InstrumentRegistry
) -> pd.DataFrame:
    """Say since when somebody is enrolled and where they started; index of ``rows``, columns short and full.

    "New" is said for as long as a case review would not be overdue, "never reviewed" afterwards.
    """
    starts = courses[courses["has_baseline"] & courses["episode_id"].isin(rows["episode_id"])]
    seen = list(each_row(starts, ("name", "series", "baseline")))
    said = [f"{row.name} {words.number(row.baseline)}" for row in seen]
    bands = [instruments[row.series].band(row.baseline) for row in seen]
    first = ~starts["episode_id"].duplicated().to_numpy()
    said = [
        f"{text} ({band})" if band and leads else text for text, band, leads in zip(said, bands, first, strict=True)
    ]
    by_episode = pd.Series(said, index=starts["episode_id"], dtype=object).groupby(level=0).agg(", ".join)
    band_at_start = pd.Series(bands, index=starts["episode_id"], dtype=object)[first]
    long = months_between(rows["enrolled_on"], as_of) >= rule_book.number("r1_active")
    short, full = [], []
    for row, is_long in zip(each_row(rows, ("episode_id", "enrolled_on", "week")), long, strict=True):
        lead = f"{'Never reviewed' if is_long else 'New'}: enrolled {words.day(row.enrolled_on, as_of)}"
        week = f", week {row.week}" if is_long else ""
        band = band_at_start.get(row.episode_id)
        start = f"; {band} at start" if band else "" if row.episode_id in by_episode.index else "; no score yet"
        short.append(lead + week + start)
        full.append(f"{lead}{week}, {by_episode.get(row.episode_id, 'no score yet')}.")
    return pd.DataFrame({"short": short, "full": full}, index=rows.index, dtype=object)


def not_listed_because(rows: pd.DataFrame, courses: pd.DataFrame, as_of: date, rule_book: RuleBook) -> "pd.Series[str]":
    """Say of each row that is not listed what is known, so that silence is never the answer; None for the listed.

    Args:
        rows: the rows of the list: listed, group, why_full, state_instrument, state_class, contact_due, age, week,
            enrolled_on.
        courses: a row an episode and series.
        as_of: the date of care.
        rule_book: which classes may be called on track.
    """
    unlisted = rows[~rows["listed"].astype(bool)]
    state = unlisted[["episode_id", "state_instrument"]].rename(columns={"state_instrument": "series"})
    beside = state.merge(courses[["episode_id", "series", *COURSE_WORDED]], on=["episode_id", "series"], how="left")
    teller = Teller(as_of, rule_book)
    sentences = [
        _not_listed(row, seen, teller)
        for row, seen in zip(each_row(unlisted, SAID_OF_UNLISTED), each_row(beside), strict=True)
    ]
    said = pd.Series(sentences, index=unlisted.index, dtype=object).reindex(rows.index)
    return said.where(said.notna(), None)


def _not_listed(row: Any, seen: Any, teller: Teller) -> str:
    """Say one patient's state: the course, its class, the next contact."""
    parts = []
    if row.group in ("step_down", "long_enrolled") and row.why_full:
        parts.append(row.why_full)
    if row.group != "step_down":
        parts.append(_state(row, seen, teller))
    limit = teller.book.number("child_below")
    if row.age < limit:
        parts.append(f"Under {limit}: only safety and missing measures are judged.")
    if pd.notna(row.contact_due):
        parts.append(f"Next contact due {teller.day(row.contact_due)}.")
    return " ".join(parts)


def _state(row: Any, seen: Any, teller: Teller) -> str:
    """Say the course that decides the state, and how it may be called."""
    if row.state_class is None:
        return f"No score that can be judged: enrolled {teller.day(row.enrolled_on)}, week {row.week}."
    if row.state_class == "no follow-up":
        return f"No second score yet: {course(seen, teller)}."
    if row.state_class in teller.book.classes.on_track:
        lead = "On track"
    elif row.state_class == "below threshold":
        return f"Below the threshold: {course(seen, teller)}."
    else:
        lead = "No rule asks for the team yet"
    return f"{lead}: {course(seen, teller)}, {row.state_class}."


def explain(caseload: "Caseload", registry: Registry, text: str, shown_as: str = "") -> list[Explanation]:
    """Answer "why is this patient not listed?" for anyone whom the person may see.

    Args:
        caseload: what was worked out.
        registry: the patients it was worked out for; nobody else exists for this answer.
        text: an MRN, or part of a name.
        shown_as: the view that does not show the patient, for example "Need the team"; "" when there is none.

    Returns:
        An answer for each patient found; exactly one, with no patient, when nobody is.
    """
    people = _found(registry.patients, text)
    if people.empty:
        return [Explanation(None, None, "", None, NOBODY)]
    return [_explanation(person, caseload, shown_as) for person in each_row(people)]


def _found(patients: pd.DataFrame, text: str) -> pd.DataFrame:
    """Find patients by MRN (whole, without case) or, if none has it, by part of the name."""
    wanted = " ".join(text.split()).casefold()
    if not wanted:
        return patients.iloc[:0]
    by_mrn = patients[patients["mrn"].str.strip().str.casefold() == wanted]
    if not by_mrn.empty:
        return by_mrn
    last, first = patients["last_name"].fillna(""), patients["first_name"].fillna("")
    names = (last + ", " + first + " " + last).str.casefold()
    return patients[names.str.contains(wanted, regex=False)].sort_values("mrn")


def _explanation(person: Any, caseload: "Caseload", shown_as: str) -> Explanation:
    """Answer for one patient: the open episode first, else the latest closed one."""
    rows = caseload.worklist[caseload.worklist["patient_id"] == person.patient_id]
    name = ", ".join(part for part in (person.last_name, person.first_name) if isinstance(part, str) and part)
    name = name or person.mrn
    if not rows.empty:
        row = rows.sort_values("enrolled_on", kind="stable").iloc[-1]
        listed = bool(row["listed"])
        if not listed:
            sentence, group = str(row["not_listed_because"]), None
        else:
            group = str(row["group"])
            hidden = f', which is not shown under "{shown_as}"' if shown_as else ""
            sentence = f'In "{caseload.rule_book.group(group).title}"{hidden}. {row["why_full"]}'
        return Explanation(int(person.patient_id), int(row["episode_id"]), name, group, sentence)
    episodes = caseload.facts[caseload.facts["patient_id"] == person.patient_id]
    if episodes.empty:
        return Explanation(int(person.patient_id), None, name, None, "Known, but not enrolled in an episode.")
    last = episodes.sort_values("enrolled_on", kind="stable").iloc[-1]
    closed_on = last["closed_on"] if pd.notna(last["closed_on"]) else last["status_since"]
    on = f" {words.day_and_year(closed_on)}" if pd.notna(closed_on) else ""
    reason = f" ({last['reason']})" if isinstance(last["reason"], str) and last["reason"] else ""
    sentence = f"Closed{on}: {last['status']}{reason}."
    return Explanation(int(person.patient_id), int(last["episode_id"]), name, None, sentence)
