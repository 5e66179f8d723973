"""The sheet for a change of treatment: medication and dose steps, therapy and sessions, a referral."""

from datetime import date
from typing import Any

import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.answers.tried import ENDS, Trial, trials
from bhi_core.domain.closed_lists import Change
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.ui import care_advice, care_fields, care_slip, care_words, data, look
from bhi_core.ui.care_known import Known
from bhi_core.ui.care_slip import Slip

MEDICATION, THERAPY, REFERRAL = "medication", "therapy", "referral"
CHANGES: dict[str, tuple[str, ...]] = {
    MEDICATION: (Change.START, Change.DOSE_UP, Change.DOSE_DOWN, Change.SWITCH, Change.AUGMENT, Change.STOP),
    THERAPY: (Change.THERAPY_START, Change.THERAPY_STOP),
    REFERRAL: (Change.REFERRAL,),
}
"""What is changed -> the changes that are offered."""
DOSED = (Change.START, Change.DOSE_UP, Change.DOSE_DOWN, Change.SWITCH, Change.AUGMENT)
"""Changes that are not whole without a dose."""
OF_RUNNING = (Change.DOSE_UP, Change.DOSE_DOWN, *ENDS)
"""Changes of something that runs: it is picked, not typed."""


def show(slip: Slip, known: Known) -> None:
    """Ask for a change of treatment and keep it."""
    running = [trial for trial in trials(known.registry.treatments) if trial.is_last_dose and trial.ended is None]
    look.fact_line(_now(running, slip.today))
    change = care_fields.one_of(slip, "change", "What changed?", [one for some in CHANGES.values() for one in some])
    what = next((name for name, some in CHANGES.items() if change in some), MEDICATION)
    treatment = _which(slip, change, what, running)
    with st.container(horizontal=True):
        dose = _dose(slip, change, what)
        on = care_fields.day(slip, "date", "Date", slip.today)
    needed = " (needed)" if change in ENDS else ""
    why = care_fields.line(
        slip, "why", f"Why?{needed}", placeholder="for example: no response after 6 weeks", width=520
    )
    given: dict[str, Any] = {"date": on, "change": change, "treatment": treatment, "dose": dose, "why": why}
    step = care_advice.offer(slip, known, care_advice.changes_to_kinds(change))
    engine, today = data.engine(), slip.today

    def work(token: str) -> str:
        day = check(given)
        step.check(day)
        saved = commands.record_treatment(
            engine, slip.person, token=token, today=today, patient_id=slip.who.patient_id, **given
        )
        return f"{care_words.treatment(given, today)}." + step.keep(engine, slip, token, day, saved.record_id)

    care_slip.keep(slip, "Save the change", (given, step.review_ids), work)


def check(given: dict[str, Any]) -> date:
    """Say in words what is missing; give the day of the change.

    Raises:
        Refused: something is.
    """
    change = given["change"]
    if change is None:
        raise Refused("Say what changed.")
    if given["treatment"] is None:
        raise Refused("Say where to." if change == Change.REFERRAL else "Say which treatment.")
    if change in DOSED and given["dose"] is None:
        raise Refused("Say the dose it has now.")
    if change in ENDS and given["why"] is None:
        raise Refused("Say why it was stopped: the next prescriber will ask.")
    if given["date"] is None:
        raise Refused("Say on which day.")
    on: date = given["date"]
    return on


def _now(running: list[Trial], today: date) -> str:
    """Say what runs now."""
    if not running:
        return "Nothing runs now."
    said = [
        f"{trial.treatment} {trial.dose}".strip()
        + f" since {words.day(trial.began, today)} ({words.ago((today - trial.began).days)})"
        for trial in running
    ]
    return f"Running now: {'; '.join(said)}."


def _which(slip: Slip, change: str | None, what: str, running: list[Trial]) -> str | None:
    """Ask which treatment: one that runs is picked for a change of dose or an end, anything else is typed."""
    names = [trial.treatment for trial in running if trial.is_therapy == (what == THERAPY)]
    if change in OF_RUNNING and names:
        picked = care_fields.one_of(slip, f"running_{what}", "Which one?", [*dict.fromkeys(names), OTHER])
        if picked != OTHER:
            return picked
    labels = {MEDICATION: "Medication", THERAPY: "Therapy", REFERRAL: "Referred to"}
    return care_fields.line(slip, f"name_{what}", labels[what], width=330)


OTHER = "another"


def _dose(slip: Slip, change: str | None, what: str) -> str | None:
    """Ask for the dose, or the sessions of a therapy; a referral and the end of a medication have none."""
    if change in (Change.REFERRAL, Change.STOP):
        return None
    if what == THERAPY:
        held = change == Change.THERAPY_STOP
        label, example = ("Sessions held", "12 sessions") if held else ("Sessions", "weekly, 12 sessions planned")
        return care_fields.line(slip, "sessions", label, placeholder=example, width=240)
    return care_fields.line(slip, "dose", "Dose now", placeholder="100 mg daily", width=160)
