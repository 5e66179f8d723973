"""Asking from a patient's page that the next review discusses this patient."""

import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.caseload.asked import open_requests
from bhi_core.domain.lookup import each_row
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.ui import access, data, look, review_ask
from bhi_core.ui.patient_page import Shown


def button(shown: Shown) -> None:
    """Offer to put the patient on the agenda of the next review; the key A does the same."""
    if not shown.is_past and st.button("Add to agenda", key="patient_agenda", shortcut="A"):
        _ask(shown)


@st.dialog("Discuss at the next review", width="medium")
def _ask(shown: Shown) -> None:
    """Ask why; the reason stands beside the name on the agenda until a review answers it."""
    person = access.require("record")
    for row in each_row(open_requests(shown.registry)):
        by = f" by {row.by}" if isinstance(row.by, str) and row.by else ""
        look.fact_line(f"Asked already on {words.day(row.date, shown.today)}{by}: {row.reason}")
    token = review_ask.token()
    why = st.text_input("Why?", key=f"patient_agenda_why_{token}", max_chars=200)
    if not st.button("Ask to discuss", key=f"patient_agenda_yes_{token}", type="primary", shortcut="Ctrl+Enter"):
        return
    try:
        commands.request_discussion(
            data.engine(), person, token=f"{token}-discuss", today=data.today(), patient_id=shown.patient_id,
            reason=why or "",
        )  # fmt: skip
    except Refused as refusal:
        st.error(look.literal(str(refusal)))
        return
    review_ask.rotate()
    st.rerun()
