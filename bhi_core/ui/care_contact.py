"""The sheet for a contact or an attempt at one, with the next contact due by the patient's interval."""

from datetime import date
from typing import Any

import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.closed_lists import ContactKind, Modality
from bhi_core.domain.review.kinds import RecommendationKind
from bhi_core.domain.review.schedule import next_due
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.ui import care_advice, care_fields, care_slip, care_words, data, look
from bhi_core.ui.care_known import Known
from bhi_core.ui.care_slip import Slip

REACHED, NOT_REACHED = "yes", "no"
TELEHEALTH = (Modality.VIDEO, Modality.PHONE)


def show(slip: Slip, known: Known) -> None:
    """Ask for a contact and keep it."""
    kind = care_fields.one_of(slip, "kind", "What kind of contact?", list(ContactKind))
    with st.container(horizontal=True, gap="large"):
        modality = care_fields.one_of(slip, "modality", "How? Video and phone are telehealth.", list(Modality))
        reached = care_fields.one_of(slip, "reached", "Was the patient reached?", (REACHED, NOT_REACHED))
    with st.container(horizontal=True):
        on = care_fields.day(slip, "date", "Date", slip.today)
        spent = care_fields.line(slip, "minutes", "Minutes", width=100)
        staff = care_fields.staff(slip, "staff", "Staff", care_fields.signer(slip))
    attended = None if reached is None else reached == REACHED
    due = _due(slip, known, on, attended)
    given: dict[str, Any] = {
        "date": on, "kind": kind, "modality": modality, "attended": attended, "staff": staff, "next_due": due,
    }  # fmt: skip
    step = care_advice.offer(slip, known, (RecommendationKind.OUTREACH,) if attended else ())
    engine, today = data.engine(), slip.today

    def work(token: str) -> str:
        day = check(on, kind, attended, due)
        step.check(day)
        contact = given | {"minutes": care_fields.minutes(spent)}
        commands.record_contact(
            engine, slip.person, token=token, today=today, patient_id=slip.who.patient_id, **contact
        )
        return f"contact of {care_words.contact(contact, today)}." + step.keep(engine, slip, token, day)

    care_slip.keep(slip, "Save the contact", (given, spent, step.review_ids), work)


def check(on: date | None, kind: str | None, attended: bool | None, due: date | None) -> date:
    """Say in words what is missing or cannot be; give the day of the contact.

    Raises:
        Refused: something is.
    """
    if kind is None:
        raise Refused("Say what kind of contact it was.")
    if attended is None:
        raise Refused("Say whether the patient was reached.")
    if attended and kind == ContactKind.NO_SHOW:
        raise Refused("A no show was not reached: answer no, or pick another kind.")
    if on is None:
        raise Refused("Say on which day it was.")
    if due is not None and due <= on:
        raise Refused("The next contact would be due on or before this one: check both dates.")
    return on


def _due(slip: Slip, known: Known, on: date | None, attended: bool | None) -> date | None:
    """Ask when the next contact is due; the proposal stands in the field until it is changed."""
    proposal = next_due(on, attended, known.weeks) if on else None
    key, last = slip.key("due"), slip.key("due_proposed")
    state = st.session_state
    if key not in state or state[key] == state.get(last):
        state[key] = proposal
    state[last] = proposal
    with st.container(gap="xxsmall"):
        due = care_fields.day(slip, "due", "Next contact due", None, ahead=True)
        look.fact_line(_why_due(known, slip.today, proposal, due, attended))
    return due


def _why_due(known: Known, today: date, proposal: date | None, due: date | None, attended: bool | None) -> str:
    """Say where the date comes from, or what holds without one."""
    every = f"every {care_words.weeks(known.weeks)}" if known.weeks else "as needed: no interval is set"
    if due is not None and due == proposal:
        return f"Proposed by this patient's interval, {every}; type over it to change it."
    if due is not None:
        return f"Set by hand. This patient's interval: {every}."
    before = known.contact_due
    if attended is False:
        stays = f"stays due as before, {words.day(before, today)}" if before else "stays as needed"
        return f"Not reached: the contact {stays}, unless a date is set for the next attempt."
    return f"This patient's interval: {every}."
