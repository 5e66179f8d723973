"""What became of a recommendation: said by hand, or offered as what a change, a contact or a plan has just enacted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st
from sqlalchemy import Engine

from bhi_core.domain import words
from bhi_core.domain.review.kinds import ENACTED_BY, OPEN_STATUSES, RecommendationStatus
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.ui import care_fields, care_kept, care_slip, care_words, data, look
from bhi_core.ui.care_known import Known
from bhi_core.ui.care_slip import Slip

WHICH = "review"
"""The name in the URL of the recommendation that is asked about, by its review_id."""
STEPS = (RecommendationStatus.ACCEPTED, RecommendationStatus.ENACTED, RecommendationStatus.DECLINED)
UNRECORDED = 0
"""Stands for an enactment that is no recorded change of treatment; ids begin with 1."""


@dataclass(frozen=True)
class Step:
    """What is to be said of some recommendations with a record that enacts them.

    Attributes:
        review_ids: which recommendations.
        since: the latest of their dates; None for none of them.
    """

    review_ids: tuple[int, ...]
    since: date | None

    def check(self, on: date | None) -> None:
        """Refuse what would have enacted a recommendation before it was given.

        Raises:
            Refused: it would.
        """
        if self.since is not None and on is not None and on < self.since:
            raise Refused(
                f"The recommendation is of {words.day_and_year(self.since)}, after this: check the date, or untick it."
            )

    def keep(self, engine: Engine, slip: Slip, token: str, on: date, treatment_id: int | None = None) -> str:
        """Keep that they were enacted, and say so; a refusal is said beside what was kept already."""
        try:
            for review_id in self.review_ids:
                commands.step_recommendation(
                    engine, slip.person, token=f"{token}-{review_id}", today=slip.today, review_id=review_id,
                    status=RecommendationStatus.ENACTED, date=on, treatment_id=treatment_id,
                )  # fmt: skip
        except Refused as refusal:
            return f" The recommendation was not marked as enacted. {refusal}"
        return " The recommendation is marked as enacted." if self.review_ids else ""


def changes_to_kinds(change: str | None) -> tuple[str, ...]:
    """Give the kinds of recommendation that a change of treatment could enact."""
    return tuple(kind for kind, changes in ENACTED_BY.items() if change in changes)


def offer(slip: Slip, known: Known, kinds: Sequence[str]) -> Step:
    """Offer the open recommendations of some kinds as what is being recorded; nothing is ticked beforehand."""
    advice = known.advice
    fitting = advice[advice["open"].astype(bool) & advice["kind"].isin(list(kinds))]
    ticked, since = [], []
    for row in fitting.to_dict("records"):
        label = look.literal(f"Enacts the recommendation of {given(row, slip.today)}")
        if st.checkbox(label, key=slip.key(f"enacts{row['review_id']}"), persist_state="session"):
            ticked.append(int(row["review_id"]))
            since.append(row["date"])
    return Step(tuple(ticked), words.plain_date(max(since)) if since else None)


def given(row: Any, today: date) -> str:
    """Say a recommendation: when, of which kind, in which words."""
    parts = [care_words.text(row["kind"]), care_words.text(row["words"])]
    return f"{words.day(row['date'], today)}: {', '.join(part for part in parts if part)}"


def stands(row: Any, today: date) -> str:
    """Say where a recommendation stands: its owner, when it is due, its last step."""
    status, due, why = str(row["status"]), words.plain_date(row["due"]), care_words.text(row["why"])
    said = [f"owner {row['owner']}" if care_words.text(row["owner"]) else ""]
    if row["open"] and due is not None:
        late = f", {words.count(int(row['days_late']), 'day')} late" if row["overdue"] else ""
        said.append(f"due {words.day(due, today)}{late}")
    taken = status != RecommendationStatus.PROPOSED
    step = f"{status} {words.day(row['status_on'], today)}" if taken else status
    said.append(f"{step}: {why}" if why and taken else step)
    return ", ".join(part for part in said if part)


def show(slip: Slip, known: Known) -> None:
    """Ask what became of a recommendation, and keep it."""
    advice = known.advice.iloc[::-1]
    ordered = pd.concat([advice[advice["open"].astype(bool)], advice[~advice["open"].astype(bool)]])
    if ordered.empty:
        look.fact_line("No case review has recommended anything for this patient yet.")
        return
    rows: dict[int, Any] = {int(row["review_id"]): row for row in ordered.to_dict("records")}
    picked = _which(slip, rows)
    row = rows[picked]
    look.fact_line(stands(row, slip.today), late=bool(row["overdue"]))
    own = slip.another(f"step{picked}")
    again = () if row["status"] in OPEN_STATUSES else (RecommendationStatus.PROPOSED,)
    status = care_fields.one_of(own, "status", "What became of it?", [*STEPS, *again])
    by = _by_which(own, known, row["candidates"]) if status == RecommendationStatus.ENACTED else UNRECORDED
    needed = " (needed)" if status == RecommendationStatus.DECLINED else ""
    with st.container(horizontal=True):
        on = care_fields.day(own, "date", "On", slip.today)
        why = care_fields.line(own, "why", f"Why?{needed}", width=420)
    engine, today = data.engine(), slip.today

    def work(token: str) -> str:
        if status is None:
            raise Refused("Say what became of it.")
        if on is None:
            raise Refused("Say on which day.")
        commands.step_recommendation(
            engine, own.person, token=token, today=today, review_id=picked, status=status, date=on, why=why,
            treatment_id=by or None,
        )  # fmt: skip
        return f"the recommendation of {given(row, today)} is {status}."

    care_slip.keep(own, "Save what became of it", (status, by, on, why), work)


def _which(slip: Slip, rows: dict[int, Any]) -> int:
    """Ask which recommendation: the one in the URL, else the newest open one, is picked beforehand."""
    wanted = st.query_params.get(WHICH, "")
    begin = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 16 and int(wanted) in rows else None
    offered = list(rows)
    return st.selectbox(
        "Which recommendation",
        offered,
        index=offered.index(begin) if begin is not None else 0,
        format_func=lambda one: given(rows[one], slip.today),
        key=f"{slip.key('which')}_{begin}",
        width=620,
    )


def _by_which(slip: Slip, known: Known, candidates: Sequence[int]) -> int:
    """Ask by which recorded change it was enacted, where there are any of its kind."""
    if not candidates:
        return UNRECORDED
    treatments = known.registry.treatments
    labels = {
        int(row["treatment_id"]): care_words.treatment(row, slip.today)
        for row in treatments[treatments["treatment_id"].isin(list(candidates))].to_dict("records")
    }
    picked = st.selectbox(
        "By which change of treatment?",
        [*labels, UNRECORDED],
        index=None,
        format_func=lambda one: labels.get(one, "None of these"),
        key=slip.key("by"),
        persist_state="session",
        placeholder="Pick the change that enacted it",
        width=420,
    )
    return UNRECORDED if picked is None else int(picked)


def listed(slip: Slip, known: Known) -> None:
    """Show every recommendation of this patient and where it stands, newest first."""
    look.small_head("Recommendations, newest first")
    if known.advice.empty:
        look.fact_line("None recorded yet.")
        return
    rows = known.advice.iloc[::-1].to_dict("records")
    lines = [(look.literal(given(row, slip.today)), look.literal(stands(row, slip.today))) for row in rows]
    care_kept.lines(lines, "Recommendations and where they stand, newest first", beside="Where it stands")
