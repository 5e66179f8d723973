"""Who is not on the agenda: taken off with a reason, passed over for want of time, or not listed, and why."""

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.lookup import each_row
from bhi_core.ui import look, review_agenda
from bhi_core.ui.review_agenda import Made


def others(made: Made) -> None:
    """Say who was passed over, who was taken off, and why everybody else is not on the agenda."""
    _off(made)
    _over(made)
    rest = made.agenda.not_listed
    if rest.empty:
        return
    outside = words.count(len(rest), "active patient is", "active patients are")
    with st.expander(f"{outside} not on the agenda. Why", key="review_not_listed"):
        _table(rest, "because", "Why not", "Who is not listed, and why")


def _over(made: Made) -> None:
    """List those for whom there is no time, each with the reason and the number of weeks running."""
    taken = {place.patient_id for place in made.plan.off}
    over = made.agenda.passed_over[~made.agenda.passed_over["patient_id"].isin(taken)]
    if over.empty:
        return
    longest = int(over["weeks_passed_over"].max())
    told = f"Passed over: {words.count(len(over), 'listed patient')} for whom there is no time"
    told += f", the longest for {words.count(longest, 'week')} running" if longest else ""
    with st.expander(told, key="review_passed_over"):
        said = over.assign(
            why=[
                " · ".join(part for part in (row.reason, review_agenda.passed(int(row.weeks_passed_over))) if part)
                for row in each_row(over)
            ]
        )
        _table(said, "why", "Why listed", "Who is listed and passed over")
        _add_one(made, over)


def _add_one(made: Made, over: pd.DataFrame) -> None:
    """Let somebody who was passed over be put on the agenda whatever the time."""
    if made.asked.is_past:
        return
    names = {int(row.patient_id): f"{row.name} · {row.mrn}" for row in each_row(over)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = st.selectbox(
            "Put on the agenda all the same", list(names), index=None, format_func=names.__getitem__,
            key=f"review_add_over_{review_agenda.stamp()}", placeholder="Name or MRN", width=320,
        )  # fmt: skip
        if (
            st.button("Pin", key=f"review_add_over_yes_{review_agenda.stamp()}", disabled=picked is None)
            and picked is not None
        ):
            review_agenda.keep(made, made.plan.pin(picked))


def _off(made: Made) -> None:
    """List those whom somebody took off, with the reason."""
    names = {int(row.patient_id): row.name for row in each_row(made.caseload.worklist)}
    for place in made.plan.off:
        with st.container(horizontal=True, vertical_alignment="center"):
            name = look.literal(names.get(place.patient_id, f"Patient {place.patient_id}"))
            st.markdown(f"Taken off: **{name}** {look.literal(place.why or '')}")
            key = f"review_back_{place.patient_id}_{review_agenda.stamp()}"
            if not made.asked.is_past and st.button("Put back", key=key, type="tertiary"):
                review_agenda.keep(made, made.plan.put_back(place.patient_id))


def _table(people: pd.DataFrame, why: str, head: str, alt: str) -> None:
    table = pd.DataFrame(
        {
            "Patient": [f"**{look.literal(row.name)}** {look.literal(row.mrn)}" for row in each_row(people)],
            head: [look.literal(said) for said in people[why].fillna("")],
        }
    )
    st.table(table, border="horizontal", hide_index=True, alt=alt)
