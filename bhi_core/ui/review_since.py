"""What happened to a patient since the last review, and what became of what it recommended."""

from datetime import date

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.answers import Chart
from bhi_core.domain.lookup import each_row
from bhi_core.domain.review import since as told_since
from bhi_core.ui import look, review_steps
from bhi_core.ui.patient_page import Shown
from bhi_core.ui.review_steps import Board

DAYS_A_WEEK = 7


def since(who: Shown, held_on: date) -> None:
    """Write both, in a few lines.

    Args:
        who: the patient on the screen.
        held_on: the day of the meeting; what it recommends itself is not what it looks back on.
    """
    if who.told is None:
        return
    _what_happened(who, who.told, held_on)
    _what_became(who, who.told, held_on)


def _what_happened(who: Shown, told: Chart, held_on: date) -> None:
    """Write at most four bullets: scores, item 9, treatment, contacts."""
    last = told_since.last_review(told, held_on)
    head = "Never reviewed"
    if last is not None:
        weeks = words.count((who.as_of - last).days // DAYS_A_WEEK, "week")
        head = f"Since the last review, {words.day(last, who.as_of)} ({weeks})"
    forms = who.forms[~who.forms["superseded"]]
    said = told_since.since_last_review(who.caseload, who.registry, forms, _episode_id(told), before=held_on)
    with st.container(key="review_since", gap=None):
        look.small_head(head)
        st.markdown("\n".join(f"- {look.literal(_short(sentence))}" for sentence in said))


def _short(sentence: str) -> str:
    """Leave out the beginning that the head says already."""
    lead, _, rest = sentence.partition(": ")
    return rest if rest and lead.startswith(("Since the review", "Never reviewed")) else sentence


def _what_became(who: Shown, told: Chart, held_on: date) -> None:
    """Write what the last review recommended and what became of each."""
    rows: pd.DataFrame = told_since.last_recommendations(who.registry, _episode_id(told), before=held_on)
    if rows.empty:
        return
    place = Board(who.registry, {}, who.today, "now", acts=not who.is_past)
    with st.container(key="review_became", gap=None):
        look.small_head("What became of the last recommendation")
        for row in each_row(rows):
            review_steps.one(place, row)


def _episode_id(told: Chart) -> int:
    return int(told.episode["episode_id"].iloc[0])
