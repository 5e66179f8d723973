"""What became of each recommendation: accepted, enacted by which change, declined and why; overdue is said."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.answers.history import CHANGE_WORDS
from bhi_core.domain.lookup import each_row
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.kinds import RecommendationStatus
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.ui import access, data, look, review_ask

REFUSED = "review_step_refused"
MOST_OFFERED = 2
"""Changes offered as the enactment of one recommendation, the oldest first."""
DONE_BY = {
    "re-measure": "a score", "outreach": "an attended contact", "relapse-prevention plan": "a relapse-prevention plan",
}  # fmt: skip
"""Kind of recommendation -> what may have answered it, where no change of treatment does."""


@dataclass(frozen=True)
class Board:
    """Where recommendations are shown.

    Attributes:
        registry: what is known now.
        names: patient_id -> name.
        today: the date of care.
        key: tells this place from others on the page.
        acts: whether anything can be recorded here.
    """

    registry: Registry
    names: dict[int, str]
    today: date
    key: str
    acts: bool = True


def board(place: Board, rows: pd.DataFrame) -> None:
    """List recommendations (rows of ``domain.review.recommendations``), each with what can be said of it."""
    if refusal := st.session_state.pop(REFUSED, None):
        with look.alert(f"review_step_{place.key}", "red"):
            st.markdown(look.literal(refusal))
    for row in each_row(rows):
        with st.container(key=f"review_rec_{place.key}_{int(row.review_id)}"):
            one(place, row, named=True)


def one(place: Board, row: Any, *, named: bool = False) -> None:
    """Write a recommendation and where it stands; offer what could be its enactment, and to say what became of it."""
    name = f"**{look.literal(place.names.get(int(row.patient_id), ''))}** " if named else ""
    st.markdown(f"{name}{look.literal(said(row, place.today))} {stands(row, place.today)}")
    if not place.acts or not row.open:
        return
    key = f"{place.key}_{int(row.review_id)}_{review_ask.token()[:12]}"
    for number, treatment_id in enumerate(row.candidates[:MOST_OFFERED]):
        _offer(place, row, int(treatment_id), f"{key}_{number}")
    with st.popover("What became of it", key=f"review_became_{key}", type="tertiary"):
        _became(place, row, key)


def _became(place: Board, row: Any, key: str) -> None:
    """Ask what became of a recommendation: accepted, enacted on a date, or declined with the reason."""
    accepted = RecommendationStatus.ACCEPTED
    if row.status != accepted and st.button("Accepted", key=f"review_accept_{key}"):
        _step(row, accepted, place.today)
    _enact(place, row, key)
    why = st.text_input("Declined, because", key=f"review_decline_why_{key}", max_chars=200)
    if st.button("Declined", key=f"review_decline_{key}"):
        _step(row, RecommendationStatus.DECLINED, place.today, why=why or "")


def said(row: Any, today: date) -> str:
    """Say a recommendation: ``Augment: add mirtazapine 7.5 mg. D. Reyes, by 9 Dec.``"""
    kind, told = text(row.kind), text(row.words)
    what = ": ".join(part for part in (kind[:1].upper() + kind[1:], told if told != kind else "") if part)
    terms = ", ".join(
        part for part in (text(row.owner), f"by {words.day(row.due, today)}" if _known(row.due) else "") if part
    )
    return f"{what.rstrip('.')}." + (f" {terms}." if terms else "")


def stands(row: Any, today: date) -> str:
    """Say where a recommendation stands, as markdown; what is overdue is orange and says by how much."""
    status = str(row.status)
    since = f" {words.day(row.status_on, today)}" if status != RecommendationStatus.PROPOSED else ""
    why = f": {text(row.why)}" if text(row.why) else ""
    if row.overdue:
        late = words.count(int(row.days_late), "day")
        return f":orange[**{look.literal(f'{status.capitalize()}{since}, not enacted, {late} late')}**]"
    shown = look.literal(f"{status.capitalize()}{since}{why}")
    return f":green[{shown}]" if status == RecommendationStatus.ENACTED else f":gray[{shown}]"


def _offer(place: Board, row: Any, treatment_id: int, key: str) -> None:
    """Offer a change that was recorded since as the enactment; a person says that it is."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"Recorded since: **{look.literal(change_said(place.registry, treatment_id, place.today))}**")
        if st.button("This enacted it", key=f"review_it_{key}", type="primary"):
            on = changed_on(place.registry, treatment_id)
            _step(row, RecommendationStatus.ENACTED, on, treatment_id=treatment_id)


def _enact(place: Board, row: Any, key: str) -> None:
    """Ask when it was enacted; a change that fits is offered above."""
    first = words.plain_date(row.date) or place.today
    found = words.plain_date(row.candidate_on) if _known(row.candidate_on) else None
    if found and not row.candidates:
        what = DONE_BY.get(text(row.kind), "done")
        look.fact_line(f"Recorded since: {what} on {words.day(found, place.today)}.")
    on = st.date_input(
        "Enacted on", value=found or place.today, min_value=min(first, place.today), max_value=place.today,
        key=f"review_enact_on_{key}", format="YYYY-MM-DD",
    )  # fmt: skip
    if st.button("Enacted", key=f"review_enact_{key}") and isinstance(on, date):
        _step(row, RecommendationStatus.ENACTED, on)


def _step(
    row: Any, status: RecommendationStatus, on: date, *, why: str | None = None, treatment_id: int | None = None
) -> None:
    """Keep what became of a recommendation."""
    person = access.require("record")
    try:
        commands.step_recommendation(
            data.engine(), person, token=f"{review_ask.token()}-step", today=data.today(), review_id=int(row.review_id),
            status=str(status), date=on, why=why, treatment_id=treatment_id,
        )  # fmt: skip
    except Refused as refusal:
        st.session_state[REFUSED] = str(refusal)
    review_ask.rotate()
    st.rerun()


def change_said(registry: Registry, treatment_id: int, today: date) -> str:
    """Say a recorded change of treatment: ``Sertraline raised, 100 mg, 2 Dec``."""
    rows = registry.treatments[registry.treatments["treatment_id"] == treatment_id]
    if rows.empty:
        return "a change of treatment"
    row = rows.iloc[0]
    did = f"{text(row['treatment'])} {CHANGE_WORDS.get(row['change'], row['change'])}".strip()
    return ", ".join(
        part for part in (did[:1].upper() + did[1:], text(row["dose"]), words.day(row["date"], today)) if part
    )


def changed_on(registry: Registry, treatment_id: int) -> date:
    """Give the date of a recorded change of treatment."""
    rows = registry.treatments[registry.treatments["treatment_id"] == treatment_id]
    on = words.plain_date(rows["date"].iloc[0])
    assert on is not None
    return on


def text(value: Any) -> str:
    """Give a text, "" where it is missing."""
    return value.strip() if isinstance(value, str) else ""


def _known(on: Any) -> bool:
    return words.plain_date(on) is not None
