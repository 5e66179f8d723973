"""The forms that a patient has, as they stand and as they were: corrected ones struck, with who, when and why."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from bhi_core.domain import instruments, words
from bhi_core.store import queries
from bhi_core.store.engine import reading
from bhi_core.ui import data, look

SHOWN = 8
"""Forms written out; older ones can still be picked."""

Row = Any
"""A row of what ``read`` gives."""


def read(patient_id: int) -> pd.DataFrame:
    """Read every form of a patient, as ``queries.forms``, and whether it is superseded; afresh on every run.

    What somebody else has just corrected must show at once, so nothing is kept between runs.
    """
    with reading(data.engine()) as connection:
        kept = queries.forms(connection, patient_id, data.today())
    return kept.assign(superseded=kept["superseded_at"].notna())


def show(patient_id: int, kept: pd.DataFrame) -> None:
    """Show the forms of a patient, newest first, and let one be picked for correction.

    Args:
        patient_id: whose they are.
        kept: the forms, as ``read`` gives them.
    """
    look.small_head("Forms of this patient, newest first")
    if kept.empty:
        look.fact_line("None yet.")
        return
    today, newest = data.today(), kept.iloc[::-1]
    st.markdown("  \n".join(_line(row, kept, today) for _, row in newest.head(SHOWN).iterrows()))
    if len(kept) > SHOWN:
        look.fact_line(f"{words.count(len(kept) - SHOWN, 'older form')} can be picked below.")
    labels = {int(row["score_id"]): said(row, today) for _, row in newest[~newest["superseded"]].iterrows()}
    picked = st.selectbox(
        "Correct one",
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        key=f"screening_pick_{patient_id}",
        placeholder="Pick the form",
    )
    if st.button("Correct it", key="screening_correct", disabled=picked is None) and picked is not None:
        st.query_params["correct"] = str(picked)
        st.rerun()


def said(row: Row, today: date) -> str:
    """Say date, questionnaire, total and item 9 of a form."""
    instrument = next((one for one in instruments.registry() if one.id == row["instrument"]), None)
    total = "incomplete" if pd.isna(row["total"]) else words.number(float(row["total"]))
    parts = f"{words.day(row['taken_on'], today)} {instrument.name if instrument else row['instrument']} {total}"
    if instrument is None or not instrument.safety_items:
        return parts
    answer = int(row["safety_answer"])
    return f"{parts}, item {instrument.safety_items[0] + 1}: {answer if answer >= 0 else 'unknown'}"


def recorded(row: Row) -> str:
    """Say when and by whom a form was recorded."""
    by = text(row["recorded_by"])
    return f"recorded {_moment(row['recorded_at'])}{f' by {by}' if by else ''}"


def fate(row: Row, kept: pd.DataFrame) -> str:
    """Say what became of a form that no longer stands: how, when, by whom and why."""
    at, why = _moment(row["superseded_at"]), text(row["superseded_why"])
    because = f": {why}" if why else ""
    after = replacement(row, kept)
    if after is None:
        return f"withdrawn {at}{because}"
    by = text(after["recorded_by"])
    return f"replaced {at}{f' by {by}' if by else ''}{because}"


def replacement(row: Row, kept: pd.DataFrame) -> Row | None:
    """Give the form that stands in the place of one, None when it was withdrawn."""
    after = kept[kept["score_id"] == row["superseded_by"]]
    return after.iloc[0] if len(after) else None


def answers(row: Row) -> tuple[int | None, ...]:
    """Give the answers of a form in order, None = blank; empty for a total alone."""
    items = text(row["items"])
    return tuple(int(each) if each else None for each in items.split(",")) if items else ()


def whole(value: Any) -> int | None:
    """Give a number of a frame as a whole one, None when missing."""
    return None if pd.isna(value) else int(value)


def text(value: Any) -> str | None:
    """Give a text of a frame, None when missing or empty."""
    return value if isinstance(value, str) and value else None


def _line(row: Row, kept: pd.DataFrame, today: date) -> str:
    """Write a form as a line of the history, safe for markdown."""
    written = look.literal(said(row, today))
    return written if not row["superseded"] else f"~~{written}~~ {look.literal(fate(row, kept))}"


def _moment(moment: Any) -> str:
    """Write a moment in the clinic's zone."""
    here = pd.Timestamp(moment).tz_convert(data.zone())
    return f"{words.day(here, data.today())} {here:%H:%M}"
