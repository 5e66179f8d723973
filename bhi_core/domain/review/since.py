"""What happened to a patient since the last case review, and what became of what was recommended then.

Order in time, never cause.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.answers.chart import Chart, WorkedOut, chart
from bhi_core.domain.answers.history import CHANGE_WORDS
from bhi_core.domain.answers.said import capital, within
from bhi_core.domain.lookup import each_row
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.kinds import RecommendationKind, RecommendationStatus
from bhi_core.domain.review.recommendations import recommendations
from bhi_core.domain.rules.phrases import safety_item

ANSWERS = 3
"""So many answers to a safety item are told, the newest."""


def since_last_review(
    caseload: WorkedOut, registry: Registry, forms: pd.DataFrame, episode_id: int, *, before: date | None = None
) -> list[str]:
    """Tell in at most four sentences what happened since the last case review; without one, since the enrolment.

    Args:
        caseload: what was worked out from ``registry``; other patients may be in both.
        registry: what is known as of a day.
        forms: the columns of ``Registry.scores`` and items.
        episode_id: an episode of ``registry``.
        before: the day of the meeting: a review of that day is not the last one; by default the date of care.

    Returns:
        Sentences on scores, safety items (left out when no form since asks for one), treatment and contacts, in this
        order. A score or a contact of the day of the review was known to it, a change of treatment follows it.
    """
    told = chart(caseload, registry, forms, episode_id)
    reviewed_on = last_review(told, before or registry.as_of)
    sentences = [_scores(told, reviewed_on), _safety(told, reviewed_on), _treatment(told, reviewed_on),
                 _contacts(told, reviewed_on)]  # fmt: skip
    return [sentence for sentence in sentences if sentence]


def last_review(told: Chart, before: date) -> date | None:
    """Give the date of the last case review of an episode before a day; None without one.

    Args:
        told: the episode.
        before: a review of that day or later is not meant.
    """
    dates = told.reviews["date"]
    return words.plain_date(dates[dates < pd.Timestamp(before)].max())


def _after(
    records: pd.DataFrame, reviewed_on: date | None, on: str = "date", *, with_day: bool = False
) -> pd.DataFrame:
    """Give the records since the review."""
    if reviewed_on is None:
        return records
    day = pd.Timestamp(reviewed_on)
    return records[records[on] >= day] if with_day else records[records[on] > day]


def _scores(told: Chart, reviewed_on: date | None) -> str:
    """Say each course from its score at the review to its latest."""
    on = words.day(reviewed_on, told.as_of)
    lead = f"Since the review on {on}: " if reviewed_on else "Never reviewed: "
    moved, then = [], []
    for course in told.courses:
        scores = told.scores_of(course)
        new = _after(scores, reviewed_on, "taken_on")
        old = scores.iloc[:1] if reviewed_on is None else scores[~scores.index.isin(new.index)].tail(1)
        if len(old):
            then.append(f"{course.name} {words.number(float(old['total'].iloc[0]))}")
        if len(new) and course.instrument.trackable:
            moved.append(_moved(old, new, course.name, course.instrument.maximum, told.as_of))
    if moved:
        return f"{lead}{'; '.join(moved)}."
    if reviewed_on is None:
        return "Never reviewed: no score yet."
    return f"No score since the review on {on}{f'; {words.joined(then)} then' if then else ''}."


def _moved(old: pd.DataFrame, new: pd.DataFrame, name: str, maximum: float, as_of: date) -> str:
    """Say a course from one score to another: ``PHQ-9 19 to 17 on 18 Nov, down 2 (11 %)``."""
    now, on = float(new["total"].iloc[-1]), words.day(new["taken_on"].iloc[-1], as_of)
    if not len(old) or old.index[-1] == new.index[-1]:
        return f"{name} {words.number(now)} on {on}, the first"
    was = float(old["total"].iloc[0])
    return f"{name} {words.number(was)} to {words.number(now)} on {on}, {words.moved(now - was, was, maximum)}"


def _safety(told: Chart, reviewed_on: date | None) -> str:
    """Say what was answered to safety items since, and whether a positive answer still waits."""
    known = told.instruments
    asked = {instrument.id: safety_item(instrument) for instrument in known if instrument.safety_items}
    forms = told.own_forms
    forms = _after(forms[forms["instrument"].astype(object).isin(list(asked))], reviewed_on, "taken_on")
    waits = "; not acknowledged" if told.findings["rule"].isin(["S1"]).any() else ""
    if not len(forms):
        return f"{asked.get('phq9', 'Safety item')} of an earlier form{waits}." if waits else ""
    answered = forms[forms["safety_answer"] >= 0].tail(ANSWERS)
    item = asked[str(forms["instrument"].iloc[-1])]
    if not len(answered):
        return f"{item} is not known of {words.count(len(forms), 'form')} since{waits}."
    said = [f"{int(row.safety_answer)} on {words.day(row.taken_on, told.as_of)}" for row in each_row(answered)]
    return f"{item}: {', '.join(said)}{waits}."


def _treatment(told: Chart, reviewed_on: date | None) -> str:
    """Say the changes of treatment since."""
    changes = _after(told.treatments, reviewed_on, with_day=True)
    said = [f"{change_said(row)} on {words.day(row.date, told.as_of)}" for row in each_row(changes)]
    return f"{capital('; '.join(said))}." if said else "No change of treatment."


def change_said(row: Any) -> str:
    """Say a change of treatment within a sentence: ``sertraline raised to 150 mg``.

    Args:
        row: change, treatment, dose.
    """
    name, dose = (text.strip() if isinstance(text, str) else "" for text in (row.treatment, row.dose))
    to = f" to {dose}" if row.change in ("dose up", "dose down") else f", {dose}"
    return f"{within(name) or 'treatment'} {CHANGE_WORDS.get(row.change, row.change)}{to if dose else ''}"


def _contacts(told: Chart, reviewed_on: date | None) -> str:
    """Say how many contacts were attended since, and the last."""
    contacts = _after(told.contacts, reviewed_on)
    attended = contacts[contacts["attended"].astype(bool)]
    if not len(contacts):
        return "No contact."
    if not len(attended):
        return f"Not reached in {words.count(len(contacts), 'attempt')}."
    of = "" if len(attended) == len(contacts) else f" of {len(contacts)}"
    last = words.day(attended["date"].max(), told.as_of)
    return f"{words.count(len(attended), 'contact')}{of} attended, the last on {last}."


def last_recommendations(registry: Registry, episode_id: int, *, before: date | None = None) -> pd.DataFrame:
    """Give the recommendations of the episode's latest review that made any, as ``recommendations`` gives them.

    Args:
        registry: what is known as of a day.
        episode_id: an episode of it.
        before: the day of the meeting: a review of that day is not the last one; by default the date of care.

    Returns:
        Rows of ``recommendations``, index 0...: all of one day. An empty frame when nothing was ever recommended.
    """
    rows = recommendations(registry)
    mine = rows[(rows["episode_id"] == episode_id) & (rows["date"] < pd.Timestamp(before or registry.as_of))]
    last: pd.DataFrame = mine[mine["date"] == mine["date"].max()]
    return last.reset_index(drop=True)


@dataclass(frozen=True)
class Advice:
    """A recommendation and what became of it.

    Attributes:
        said: ``17 Oct, raise dose: sertraline to 150 mg (Dr Osei, due 31 Oct)``.
        became: ``enacted 20 Oct, sertraline raised to 150 mg``, ``not answered yet, 3 days late``.
        late: whether it is open and past due.
    """

    said: str
    became: str
    late: bool


def last_advice(
    registry: Registry, episode_id: int, *, before: date | None = None, closed: bool = False
) -> list[Advice]:
    """Say of each of the last recommendations what it was, who had it by when, and what became of it.

    Args:
        registry, episode_id, before: as ``last_recommendations`` takes them.
        closed: whether care is closed: nothing is due any more.

    Returns:
        One each, empty when nothing was ever recommended.
    """
    told = []
    for row in each_row(last_recommendations(registry, episode_id, before=before)):
        over = closed and row.open
        what = "nothing is recorded after it; care is closed" if over else became(row, registry)
        told.append(Advice(advised(row, registry.as_of), what, late=bool(row.overdue) and not closed))
    return told


def became_of(registry: Registry, episode_id: int, *, before: date | None = None) -> list[str]:
    """Say what ``last_advice`` says, a sentence each."""
    return [f"{one.said}: {one.became}." for one in last_advice(registry, episode_id, before=before)]


def advised(row: Any, as_of: date) -> str:
    """Say a recommendation: ``17 Oct, raise dose: sertraline to 150 mg (Dr Osei, due 31 Oct)``.

    Args:
        row: a row of ``recommendations``.
        as_of: when it is told.
    """
    kind, text, owner = (" ".join(each.split()) if isinstance(each, str) else "" for each in
                         (row.kind, row.words, row.owner))  # fmt: skip
    due = "" if pd.isna(row.due) else f"due {words.day(row.due, as_of)}"
    terms = ", ".join(part for part in (owner, due) if part)
    what = ": ".join(part for part in (kind, text.rstrip(".")) if part)
    return f"{words.day(row.date, as_of)}, {what}{f' ({terms})' if terms else ''}"


def became(row: Any, registry: Registry) -> str:
    """Say what became of a recommendation, as the end of a sentence.

    Args:
        row: a row of ``recommendations``.
        registry: what it was worked out from.
    """
    as_of = registry.as_of
    why = f": {' '.join(row.why.split()).rstrip('.')}" if isinstance(row.why, str) and row.why.strip() else ""
    if row.kind == RecommendationKind.NO_CHANGE:
        return "nothing to do"
    if row.status == RecommendationStatus.ENACTED:
        return f"enacted {words.day(row.status_on, as_of)}{_by_change(row.treatment_id, registry)}{why}"
    if row.status == RecommendationStatus.DECLINED:
        return f"declined {words.day(row.status_on, as_of)}{why}"
    accepted = row.status == RecommendationStatus.ACCEPTED
    stands = f"accepted {words.day(row.status_on, as_of)}" if accepted else "not answered yet"
    late = f", {words.count(int(row.days_late), 'day')} late" if row.overdue else ""
    return f"{stands}{late}{_perhaps(row, registry)}"


def _by_change(treatment_id: float, registry: Registry) -> str:
    """Name the change that enacted a recommendation."""
    for row in each_row(registry.treatments[registry.treatments["treatment_id"] == treatment_id]):
        return f", {change_said(row)}"
    return ""


def _perhaps(row: Any, registry: Registry) -> str:
    """Say what is recorded since that may be the enactment."""
    if pd.isna(row.candidate_on):
        return ""
    on = words.day(row.candidate_on, registry.as_of)
    if row.candidates:
        return f"{_by_change(row.candidates[0], registry).replace(',', ';', 1)} on {on} may be it"
    what = {RecommendationKind.RE_MEASURE: "a score", RecommendationKind.OUTREACH: "a contact"}.get(row.kind, "a plan")
    return f"; {what} of {on} may be it"
