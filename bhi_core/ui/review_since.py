"""What happened to a patient since the last review, and what became of what it recommended."""

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.answers import Chart
from bhi_core.domain.lookup import each_row
from bhi_core.domain.review.recommendations import recommendations
from bhi_core.ui import look, review_steps
from bhi_core.ui.patient_page import Shown
from bhi_core.ui.review_steps import Board

DAYS_A_WEEK = 7


def since(who: Shown, meeting_id: int) -> None:
    """Write both, in a few lines; what this meeting itself recommends is not what it looks back on."""
    if who.told is None:
        return
    before = _before(who.told, meeting_id)
    _what_happened(who, before)
    _what_became(who, before)


def _before(told: Chart, meeting_id: int) -> pd.DataFrame:
    """Give the case reviews before this meeting."""
    return told.reviews[told.reviews["meeting_id"] != meeting_id]


def _what_happened(who: Shown, before: pd.DataFrame) -> None:
    """Write at most four bullets: scores, item 9, treatment, contacts."""
    last = words.plain_date(before["date"].max()) if len(before) else None
    if last is None:
        look.small_head("Never reviewed")
        return
    weeks = (who.as_of - last).days // DAYS_A_WEEK
    look.small_head(f"Since the last review, {words.day(last, who.as_of)} ({words.count(weeks, 'week')})")


def _what_became(who: Shown, before: pd.DataFrame) -> None:
    """Write what the last review recommended and what became of each."""
    rows = recommendations(who.registry)
    rows = rows[rows["review_id"].isin(before["review_id"])]
    if rows.empty:
        return
    rows = rows[rows["open"] | (rows["date"] == rows["date"].max())]
    look.small_head("What became of the last recommendation")
    place = Board(who.registry, {}, who.today, "now", acts=not who.is_past)
    with st.container(key="review_became", gap="xxsmall"):
        for row in each_row(rows):
            review_steps.one(place, row)
