"""The review before its meeting: the agenda, who is not on it, what changed since the last one, earlier meetings."""

from datetime import date

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.lookup import each_row
from bhi_core.domain.review.recommendations import recommendations
from bhi_core.ui import (
    look,
    review_after,
    review_agenda,
    review_ask,
    review_changes,
    review_data,
    review_outside,
    review_place,
    review_steps,
)
from bhi_core.ui.review_agenda import Made
from bhi_core.ui.review_steps import Board

SHOWN_MEETINGS = 12
SHOWN_RECOMMENDATIONS = 6


def before(today: date) -> None:
    """Show the agenda that is proposed and let it be changed; on a past day only look."""
    as_of = review_place.asked_day(today)
    if as_of != today:
        with look.alert("review_back", "orange"):
            st.markdown(look.literal(f"As it was on {words.day(as_of, today)}. Nothing can be recorded here."))
            if st.button("Back to today", key="review_today"):
                review_place.leave()
    answer = st.container(key="review_answer")
    asked = review_ask.ask(as_of, today)
    found = None if asked.is_past else review_ask.kept(asked)
    made = review_agenda.make(asked, found)
    with answer:
        review_agenda.answer(made)
    with look.stack("review_before"):
        plan, changes = st.columns([1.7, 1], gap="large")
        with plan:
            with st.container(horizontal=True, vertical_alignment="center", key="review_acts"):
                review_agenda.begin(made)
                review_agenda.discuss(made)
                review_changes.pre_read(made)
            review_agenda.rows(made)
            review_outside.others(made)
            _open_recommendations(made)
        with changes:
            review_changes.changed(made)
            _earlier(today)


def _open_recommendations(made: Made) -> None:
    """Show what the last review of each patient recommended and still waits, the most overdue first."""
    rows = recommendations(made.registry)
    latest = rows.groupby("patient_id")["date"].transform("max")
    here = rows["episode_id"].isin(made.caseload.worklist["episode_id"])
    rows = rows[rows["open"] & here & (rows["date"] == latest)]
    rows = rows.sort_values(["days_late", "due"], ascending=[False, True], na_position="last")
    look.section("Recommendations not yet enacted")
    if rows.empty:
        look.fact_line("None is open.")
        return
    late = int(rows["overdue"].sum())
    on = words.day(made.asked.as_of, made.asked.today)
    look.fact_line(f"Of each patient's last review: {late} of {len(rows)} are overdue on {on}.")
    names = review_after.names_of(made.caseload.worklist, made.registry.patients)
    board = Board(made.registry, names, made.asked.today, "open", acts=not made.asked.is_past)
    review_steps.board(board, rows.head(SHOWN_RECOMMENDATIONS))
    if len(rows) > SHOWN_RECOMMENDATIONS:
        with st.expander(
            f"{len(rows) - SHOWN_RECOMMENDATIONS} more", key="review_open_more", on_change="rerun"
        ) as more:
            if more.open:
                review_steps.board(board, rows.iloc[SHOWN_RECOMMENDATIONS:])


def _earlier(today: date) -> None:
    """List the meetings before, each with what came of it."""
    rows = review_data.meetings()
    left = rows["started_at"].notna() & (rows["held_on"] < pd.Timestamp(today))  # nobody has ended it
    rows = rows[rows["ended_at"].notna() | left].head(SHOWN_MEETINGS)
    look.section("Earlier meetings")
    if rows.empty:
        look.fact_line("None yet.")
    for row in each_row(rows):
        whose = row.care_manager if pd.notna(row.care_manager) else "all patients"
        done = f"{row.done} of {words.count(int(row.on_agenda), 'patient')} discussed"
        done += "" if pd.notna(row.ended_at) else ", not ended"
        st.page_link(
            review_place.PAGE, label=look.literal(f"{words.day(row.held_on, today)}, {whose}: {done}"),
            query_params={"meeting": str(int(row.meeting_id))},
        )  # fmt: skip
