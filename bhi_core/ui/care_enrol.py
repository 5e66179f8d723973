"""The sheet that begins a course of care: the first one, or again after one was closed."""

import streamlit as st

from bhi_core.domain import words
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.ui import care_episode, care_fields, care_slip, data, look
from bhi_core.ui.care_known import Known
from bhi_core.ui.care_slip import Slip

NOTHING: care_episode.Fields = dict.fromkeys(
    ("status", "since", "reason", "weeks", "primary", *care_episode.SAME_NAME), None
)


def show(slip: Slip, known: Known) -> None:
    """Ask for a new episode and keep it; the team of the last one is offered, nothing clinical is."""
    begin = dict(NOTHING)
    before = known.episode
    if before is not None:
        begin |= {name: care_episode.stands(before.to_dict())[name] for name in ("care_manager", "consultant")}
        look.fact_line("A new episode has its own first score, target and weeks; the earlier one stays as it is.")
    on = care_fields.day(slip, "enrolled", "Enrolled on", slip.today)
    typed = care_episode.team(slip, begin)
    engine, today = data.engine(), slip.today

    def work(token: str) -> str:
        if on is None:
            raise Refused("Say on which day.")
        commands.enrol(
            engine,
            slip.person,
            token=token,
            today=today,
            patient_id=slip.who.patient_id,
            enrolled_on=on,
            follow_up_weeks=care_fields.weeks(typed["weeks"]),
            primary_instrument=typed["primary"],
            **{name: typed[name] for name in care_episode.SAME_NAME},
        )
        return f"enrolled on {words.day(on, today)}."

    label = "Enrol as a new episode" if before is not None else "Enrol"
    care_slip.keep(slip, label, (on, typed), work, main=before is None, note_on=slip.another("episode"))


def folded(slip: Slip, known: Known) -> None:
    """Offer to enrol again, folded under a closed episode."""
    with st.expander(
        "Enrol again, as a new episode", key=f"care_enrol_{slip.who.patient_id}", on_change="rerun"
    ) as fold:
        if fold.open:
            show(slip, known)
