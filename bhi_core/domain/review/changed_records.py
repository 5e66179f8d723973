"""What changed in the records: episodes begun and closed, scores corrected and late, recommendations that came due."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.answers.said import capital
from bhi_core.domain.lookup import each_row
from bhi_core.domain.review.changed_state import closed
from bhi_core.domain.review.recommendations import recommendations
from bhi_core.domain.review.two_times import Change, Known
from bhi_core.domain.rules.book import DAYS_A_WEEK
from bhi_core.domain.rules.phrases import safety_item

UNKNOWN_ITEM, BLANK_ITEM = -2, -1


def record_changes(then: Known, now: Known) -> Iterator[Change]:
    """Tell every change of the records, in any order.

    Args:
        then: what was known then.
        now: what is known now, of the same people, worked out by the same rules.

    Yields:
        Changes of the kinds "newly enrolled", "closed", "score corrected", "score arrived late" and "recommendation
        due".
    """
    yield from _newly_enrolled(then, now)
    yield from _closed(then, now)
    yield from _scores(then, now)
    yield from _recommendations_due(then, now)


def _closing(facts: pd.DataFrame) -> "pd.Series[pd.Timestamp]":
    return facts["closed_on"].fillna(facts["status_since"])


def _newly_enrolled(then: Known, now: Known) -> Iterator[Change]:
    """Newly enrolled: an episode that was not known then and is open now, or began since."""
    facts, since = now.caseload.facts, pd.Timestamp(then.registry.as_of)
    new = ~facts["episode_id"].isin(then.caseload.facts["episode_id"])
    for row in each_row(facts[new & (facts["is_open"] | (facts["enrolled_on"] > since))]):
        late = row.enrolled_on <= since
        recorded = f", recorded after {now.tell.day(then.registry.as_of)}" if late else ""
        yield Change(
            row.patient_id, "newly enrolled",
            f"Enrolled {now.tell.day(row.enrolled_on)}{recorded}, {_start(row.episode_id, now)}.", row.enrolled_on,
        )  # fmt: skip


def _start(episode_id: int, now: Known) -> str:
    """Say the first scores of an episode, with the band."""
    rows = now.caseload.courses
    starts = rows[(rows["episode_id"] == episode_id) & rows["has_baseline"]]
    said = []
    for row in each_row(starts, ("name", "series", "baseline")):
        band = now.caseload.instruments[row.series].band(row.baseline)
        said.append(f"{row.name} {words.number(row.baseline)}{f' ({band})' if band else ''}")
    return ", ".join(said) or "no score yet"


def _closed(then: Known, now: Known) -> Iterator[Change]:
    """Closed: an episode that is closed now and was open then; or was not known then and was closed since."""
    facts, before = now.caseload.facts, then.caseload.facts
    was_open = facts["episode_id"].isin(before.loc[before["is_open"], "episode_id"])
    unknown = ~facts["episode_id"].isin(before["episode_id"])
    since = _closing(facts) > pd.Timestamp(then.registry.as_of)
    for row in each_row(facts[~facts["is_open"] & (was_open | (unknown & since))]):
        said = closed(row, now)
        on = row.closed_on if pd.notna(row.closed_on) else row.status_since
        weeks = "" if pd.isna(on) else f" in week {(on - row.enrolled_on).days // DAYS_A_WEEK}"
        what, _, how = said.partition(":")
        yield Change(row.patient_id, "closed", f"{capital(what)}{weeks}:{how}.", on)


def _scores(then: Known, now: Known) -> Iterator[Change]:
    """Score corrected: a form that stood then does not stand now; where one of the same instrument and day stands that
    was not known then, it is its correction. Score arrived late: any other form that was not known then and is dated on
    or before that day, of a patient who was known then."""
    old, new = _forms(then), _forms(now)
    gone = old[~old["score_id"].isin(new["score_id"]) & old["patient_id"].isin(now.patients)]
    came = new[~new["score_id"].isin(old["score_id"]) & new["patient_id"].isin(then.patients)]
    by = ["patient_id", "instrument", "taken_on"]
    gone, came = (rows.assign(turn=rows.groupby(by).cumcount()) for rows in (gone, came))
    pairs = gone.merge(came, on=[*by, "turn"], how="left", suffixes=("", "_now"))
    for row in each_row(pairs):
        yield Change(row.patient_id, "score corrected", _corrected(row, now), row.taken_on)
    late = came[~came["score_id"].isin(pairs["score_id_now"])]
    for row in each_row(late[late["taken_on"] <= pd.Timestamp(then.registry.as_of)]):
        yield Change(row.patient_id, "score arrived late", _late(row, then, now), row.taken_on)


def _forms(known: Known) -> pd.DataFrame:
    """Give the forms that stand, in the order of recording, with the instrument as text."""
    forms = known.registry.scores
    return forms.assign(instrument=forms["instrument"].astype(object)).sort_values("recorded_order")


def _total(total: float) -> str:
    return "incomplete" if pd.isna(total) else words.number(total)


def _item(answer: float) -> str:
    """Say an answer to a safety item."""
    return {UNKNOWN_ITEM: "unknown", BLANK_ITEM: "blank"}.get(int(answer), str(int(answer)))


def _item_name(instrument: str, now: Known) -> str:
    """Name a form's safety item within a sentence: ``item 9``."""
    known = now.caseload.instruments
    name = safety_item(known[instrument] if instrument in known.ids else None)
    return name[:1].lower() + name[1:]


def _corrected(row: Any, now: Known) -> str:
    """Say what a correction changed; a form without one was withdrawn, or its date was corrected."""
    form, on = now.name(row.instrument), now.tell.day(row.taken_on)
    total = _total(row.total)
    if pd.isna(row.score_id_now):
        return f"{form} {total} of {on} no longer stands."
    changed = [] if total == _total(row.total_now) else [f"{total} to {_total(row.total_now)}"]
    if row.safety_answer != row.safety_answer_now:
        answers = f"{_item(row.safety_answer)} to {_item(row.safety_answer_now)}"
        changed.append(f"{_item_name(row.instrument, now)} from {answers}")
    if total == _total(row.total_now):
        return f"{form} {total} of {on} corrected: {', '.join(['same total', *changed])}."
    return f"{form} of {on} corrected: {', '.join(changed)}."


def _late(row: Any, then: Known, now: Known) -> str:
    """Say a form that came late, and what was known then."""
    of = now.caseload.instruments
    series = of[row.instrument].series if row.instrument in of.ids else row.instrument
    known = then.caseload.courses
    courses = known[(known["patient_id"] == row.patient_id) & (known["series"] == series)]
    before = next(iter(each_row(courses.sort_values("last_valid_on").tail(1), ("last_valid", "last_valid_on"))), None)
    latest = "no other was known then"
    if before is not None and pd.notna(before.last_valid):
        latest = f"the latest known then was {words.number(before.last_valid)} of {now.tell.day(before.last_valid_on)}"
    item = f", {_item_name(row.instrument, now)} {_item(row.safety_answer)}," if row.safety_answer >= 1 else ""
    return (
        f"{now.name(row.instrument)} {_total(row.total)}{item} of {now.tell.day(row.taken_on)} came in after "
        f"{now.tell.day(then.registry.as_of)}; {latest}."
    )


def _recommendations_due(then: Known, now: Known) -> Iterator[Change]:
    """Recommendation due: open and due today or before, and then it was not: not yet due, not open, or not known. Only
    of patients whose episode is open."""
    was, rows = (_due(known) for known in (then, now))
    new = rows[~rows["review_id"].isin(was["review_id"]) & rows["patient_id"].isin(now.open_episodes["patient_id"])]
    for row in each_row(new):
        yield Change(row.patient_id, "recommendation due", _due_said(row, now), row.due)


def _due(known: Known) -> pd.DataFrame:
    """Give the open recommendations that are due."""
    rows = recommendations(known.registry)
    return rows[rows["open"] & (rows["due"] <= pd.Timestamp(known.registry.as_of))]


def _due_said(row: Any, now: Known) -> str:
    """Say what was recommended, to whom, when it was due and what is recorded since."""
    text = row.words if isinstance(row.words, str) and row.words.strip() else row.kind
    owner = f", owner {row.owner}" if isinstance(row.owner, str) and row.owner.strip() else ""
    if pd.isna(row.candidate_on):
        since = "nothing that answers it is recorded since"
    else:
        since = f"what is recorded on {now.tell.day(row.candidate_on)} may answer it"
    ago = words.ago(now.tell.days_since(row.due))
    text = capital(" ".join(text.split()).rstrip("."))
    return f"{text} (of {now.tell.day(row.date)}{owner}): due {now.tell.day(row.due)}, {ago}; {since}."
