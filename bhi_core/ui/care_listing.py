"""The sheets that move a patient on or off the weekly list: a snooze with a reason and an end, a request to discuss."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.caseload.asked import open_requests, snoozes_on
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.ui import care_fields, care_slip, care_words, data, look
from bhi_core.ui.care_known import Known
from bhi_core.ui.care_slip import Slip

NEVER_HIDES = (
    "A snooze keeps the patient off the weekly list and the day's list until it ends. It never hides a safety flag or "
    "a deterioration, and a request to discuss the patient ends it."
)
SPANS = {"1 week": 7, "2 weeks": 14, "4 weeks": 28}
"""Ends offered, in days from today; any other day can be picked."""
UNTIL = "until a day"


def snooze(slip: Slip, known: Known, _kept: pd.DataFrame) -> None:
    """Say whether a snooze holds and let it be ended; ask for one and keep it."""
    _holding(slip, known)
    look.fact_line(NEVER_HIDES)
    span = care_fields.one_of(slip, "span", "For how long?", [*SPANS, UNTIL])
    until: date | None = None
    if span == UNTIL:
        until = care_fields.day(slip, "until", "Back on the list on", None, ahead=True)
    elif span is not None:
        until = slip.today + timedelta(days=SPANS[span])
        look.fact_line(f"Back on the list on {care_fields.said_day(until, slip.today)}.")
    reason = care_fields.line(slip, "reason", "Why? (needed)", width=520)
    engine, today = data.engine(), slip.today

    def work(token: str) -> str:
        if until is None:
            raise Refused("Say until when: a snooze always ends.")
        commands.snooze(
            engine, slip.person, token=token, today=today, patient_id=slip.who.patient_id, until=until,
            reason=reason or "",
        )  # fmt: skip
        return f"off the list until {words.full_day(until)}."

    care_slip.keep(slip, "Snooze", (until, reason), work)


def _holding(slip: Slip, known: Known) -> None:
    """Say that a snooze holds now, by whom and why, and let it be ended."""
    holding = snoozes_on(known.registry)
    if holding.empty:
        return
    row = holding.iloc[0]
    by = f" by {row['by']}" if care_words.text(row["by"]) else ""
    said = f"Snoozed until {words.day(row['until'], slip.today)}{by}: {care_words.text(row['reason']).rstrip('.')}."
    if bool(known.caseload.worklist["listed"].any()):
        said += " On the list all the same: a safety flag or a deterioration is never hidden."
    engine = data.engine()

    def work(token: str) -> str:
        commands.end_snooze(engine, slip.person, token=token, today=slip.today, patient_id=slip.who.patient_id)
        return "back on the list from today."

    with look.alert("care_snoozed", "orange"):
        st.markdown(look.literal(said))
        care_slip.keep(slip.another("snooze-end"), "End it now", int(row["snooze_id"]), work, main=False, note_on=slip)


def discuss(slip: Slip, known: Known, _kept: pd.DataFrame) -> None:
    """Ask why the patient should be discussed, and keep the request; show those that still stand."""
    for row in open_requests(known.registry).to_dict("records"):
        _standing(slip, int(row["request_id"]), care_words.request(row, slip.today), care_words.text(row["by"]))
    look.fact_line("The patient goes on the list of the next review with this reason, until a review is recorded.")
    reason = care_fields.text(slip, "reason", "Why should the next review discuss this patient?", height=88)
    engine, today = data.engine(), slip.today

    def work(token: str) -> str:
        commands.request_discussion(
            engine, slip.person, token=token, today=today, patient_id=slip.who.patient_id, reason=reason or ""
        )
        return "on the list of the next review."

    care_slip.keep(slip, "Ask to discuss", reason, work)


def _standing(slip: Slip, request_id: int, said: str, by: str) -> None:
    """Show a request that still stands, and let it be taken back."""
    own, engine = slip.another(f"request{request_id}"), data.engine()

    def work(token: str) -> str:
        commands.withdraw_request(engine, own.person, token=token, today=own.today, request_id=request_id)
        return "taken back."

    with look.alert(f"care_request{request_id}", "blue"):
        st.markdown(look.literal(f"To discuss at the next review, asked {said}" + (f" ({by})" if by else "")))
        care_slip.keep(own, "Take it back", request_id, work, main=False, note_on=slip)
