"""Before the meeting: the agenda proposed, what a person changes about it, and why everybody else is not on it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from bhi_core import clock
from bhi_core.domain import words
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.lookup import each_row
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.agenda import Agenda, agenda, fitted, still_waiting
from bhi_core.errors import Refused
from bhi_core.report import preread
from bhi_core.store import commands
from bhi_core.ui import access, data, look, review_ask, review_data, review_place
from bhi_core.ui.review_ask import Ask
from bhi_core.ui.review_place import Meeting
from bhi_core.ui.review_plan import Place, Plan, merged

REFUSED = "review_agenda_refused"
STYLE = """
[class*="st-key-review_row_"]{border-bottom:1px solid var(--bhi-hair);padding:2px 0 6px}
[class*="st-key-review_row_"]{flex-wrap:nowrap}
[class*="st-key-review_row_"] button{min-height:0;padding:2px 6px}
[class*="st-key-review_row_"] a[data-testid=stPageLink-NavLink]{padding:0}
[class*="st-key-review_row_"] p{font-size:14px}
"""


@dataclass(frozen=True)
class Made:
    """An agenda as it is on the screen.

    Attributes:
        asked: for which meeting.
        found: the meeting as it is kept, None while nobody changed what is proposed.
        registry, caseload: what is known, and what follows from it.
        plan: who stands on it, and who was taken off.
        agenda: the same, with the reason of each.
        carried: whom the last meeting left for this one.
        last_on: the day of that meeting, None without one.
    """

    asked: Ask
    found: Meeting | None
    registry: Registry
    caseload: Caseload
    plan: Plan
    agenda: Agenda
    carried: frozenset[int] = frozenset()
    last_on: date | None = None


def make(asked: Ask, found: Meeting | None) -> Made:
    """Propose an agenda, and lay over it what was changed by hand; whom the last meeting left comes first by itself."""
    registry, caseload = data.caseload(asked.scope, asked.as_of)
    weeks = review_data.weeks_passed_over(asked.scope, asked.as_of)
    last = review_data.last_meeting(asked.scope, asked.as_of)
    carried = still_waiting(caseload, review_data.items_of(last[0]), last[1]) if last else []
    kept = found.plan if found is not None else Plan(tuple(Place(patient, pinned=True) for patient in carried))
    proposed = agenda(
        caseload, registry, weeks, minutes=asked.minutes, per_patient=asked.per_patient,
        pinned=[place.patient_id for place in kept.on if place.pinned],
        removed=[place.patient_id for place in kept.off],
    )  # fmt: skip
    lines = pd.concat([proposed.items, proposed.passed_over]).sort_values(["rank", "mrn"], kind="stable")
    plan = merged(kept, [int(patient) for patient in lines["patient_id"]], proposed.fits)
    order = {place.patient_id: number for number, place in enumerate(plan.on)}
    on = lines[lines["patient_id"].isin(order)]
    on = on.assign(place=on["patient_id"].map(order)).sort_values("place").drop(columns="place")
    over = lines[~lines["patient_id"].isin(order)]
    items, passed_over = on.reset_index(drop=True), over.reset_index(drop=True)
    return Made(
        asked, found, registry, caseload, plan, replace(proposed, items=items, passed_over=passed_over),
        frozenset(carried), last[1] if last else None,
    )  # fmt: skip


def answer(made: Made) -> None:
    """Say in one sentence how the list fits the hour."""
    shown = made.agenda
    active = len(made.caseload.worklist)
    if shown.items.empty and shown.passed_over.empty:
        none = f"{words.count(active, 'active patient')}; none has a finding that asks for the team."
        look.headline(f"Nobody is on the agenda. {none if active else 'These filters leave no active patient.'}")
    else:
        look.headline(fitted(shown))
    basis = preread.foot(made.registry, made.caseload.rules_version, clock.zone(data.zone()))
    look.fact_line(f"{whose(made.asked)} · {basis} · decision support: does not replace clinical judgement")


def whose(asked: Ask) -> str:
    """Say whose patients the numbers count."""
    scope = asked.scope
    return ", ".join(name for name in (scope.care_manager, scope.site, scope.consultant) if name) or "All patients"


def rows(made: Made) -> None:
    """List the agenda in its order, each patient with the reason and what can be changed."""
    st.html(f"<style>{STYLE}</style>")
    if refusal := st.session_state.pop(REFUSED, None):
        with look.alert("review_agenda_refused", "red"):
            st.markdown(look.literal(refusal))
    if made.agenda.items.empty:
        look.fact_line("Nobody is on the agenda.")
    for number, row in enumerate(each_row(made.agenda.items), start=1):
        _row(made, row, number)


def _row(made: Made, row: Any, number: int) -> None:
    patient_id = int(row.patient_id)
    with st.container(key=f"review_row_{patient_id}", horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{number}**", width=24)
        with st.container(width="stretch", gap=None):
            _person(made, row)
        _changes(made, patient_id, number, bool(row.pinned))


def _person(made: Made, row: Any) -> None:
    """Write the name, which leads to the patient, the reason, and since when they wait."""
    past = {"as_of": made.asked.as_of.isoformat()} if made.asked.is_past else {}
    st.page_link(
        "pages/care/patient.py",
        label=f"**{look.literal(row.name)}**",
        query_params={"id": str(int(row.patient_id)), **past},
    )
    waited = passed(int(row.weeks_passed_over))
    pinned = f" · {look.literal(_why(made, int(row.patient_id)))}" if row.pinned else ""
    carried = f"carried over from {words.day(made.last_on, made.asked.today)}" if row.patient_id in made.carried else ""
    late = " · ".join(look.literal(part) for part in (carried, waited) if part)
    st.markdown(f"{look.literal(row.reason)}{pinned}" + (f" · :orange[{late}]" if late else ""))


def _why(made: Made, patient_id: int) -> str:
    said = next((place.why for place in made.plan.on if place.patient_id == patient_id), None)
    return f"pinned: {said}" if said else "pinned"


def passed(weeks: int) -> str:
    """Say for how many weeks running somebody was listed and not discussed; "" for none.

    >>> passed(0), passed(1), passed(3)
    ('', 'passed over 1 week', 'passed over 3 weeks running')
    """
    return f"passed over {words.count(weeks, 'week')}{' running' if weeks > 1 else ''}" if weeks else ""


def _changes(made: Made, patient_id: int, number: int, pinned: bool) -> None:
    """Offer to pin, to move and to take off."""
    if made.asked.is_past:
        return
    key, plan = f"{patient_id}_{stamp()}", made.plan
    with st.container(horizontal=True, gap="xxsmall", width="content"):
        if st.button("Unpin" if pinned else "Pin", key=f"review_pin_{key}", type="tertiary"):
            keep(made, plan.unpin(patient_id) if pinned else plan.pin(patient_id))
        if st.button("Up", key=f"review_up_{key}", type="tertiary", disabled=number == 1):
            keep(made, plan.move(patient_id, -1))
        if st.button("Down", key=f"review_down_{key}", type="tertiary", disabled=number == len(plan.on)):
            keep(made, plan.move(patient_id, 1))
        with st.popover("Remove", key=f"review_remove_{key}", type="tertiary"):
            why = st.text_input("Why not this week?", key=f"review_remove_why_{key}", max_chars=200)
            if st.button("Take off the agenda", key=f"review_remove_yes_{key}", type="primary"):
                _remove(made, patient_id, why or "")


def _remove(made: Made, patient_id: int, why: str) -> None:
    if not why.strip():
        st.error("Say why: the others on the team read the reason\\.")
        return
    keep(made, made.plan.remove(patient_id, why.strip()))


def stamp() -> str:
    """Name this version of the agenda, so that a click upon an older one is no click on this one."""
    return review_ask.token()[:12]


def keep(made: Made, plan: Plan) -> None:
    """Keep the agenda as it was changed, for everybody who opens this review."""
    person = access.require("review")
    try:
        review_ask.keep(person, made.asked, made.found, plan)
    except Refused as refusal:
        st.session_state[REFUSED] = str(refusal)
    st.rerun()


def discuss(made: Made) -> None:
    """Let anybody on the caseload be asked for, with the reason; the request stands until a review answers it."""
    if made.asked.is_past:
        return
    names = {int(row.patient_id): f"{row.name} · {row.mrn}" for row in each_row(made.caseload.worklist)}
    with st.popover("Ask to discuss somebody", key="review_discuss"):
        picked = st.selectbox(
            "Patient", list(names), index=None, format_func=names.__getitem__, key=f"review_discuss_who_{stamp()}",
            placeholder="Name or MRN",
        )  # fmt: skip
        why = st.text_input("Why", key=f"review_discuss_why_{stamp()}", max_chars=200)
        if not st.button("Ask", key=f"review_discuss_yes_{stamp()}", type="primary"):
            return
        if picked is None:
            st.error("Say whom\\.")
            return
        _ask(picked, why or "")


def _ask(patient_id: int, why: str) -> None:
    person = access.require("record")
    try:
        commands.request_discussion(
            data.engine(), person, token=f"{review_ask.token()}-discuss", today=data.today(), patient_id=patient_id,
            reason=why,
        )  # fmt: skip
    except Refused as refusal:
        st.error(look.literal(str(refusal)))
        return
    review_ask.rotate()
    st.rerun()


def begin(made: Made) -> None:
    """Offer to start the meeting, or to go on with the one under way."""
    asked, found = made.asked, made.found
    if asked.is_past:
        return
    if found is not None and found.started_at is not None:
        said = f"The meeting is under way: {len(found.on) - len(found.to_come)} of {len(found.on)} decided."
        look.fact_line(said)
        if st.button("Join the meeting", key="review_join", type="primary"):
            review_place.go(found.meeting_id, None)
        return
    if asked.held_on != asked.today:
        look.fact_line(f"Starts on {words.full_day(asked.held_on)}.")
        return
    if st.button(
        "Start the meeting", key=f"review_start_{stamp()}", type="primary", shortcut="Ctrl+Enter",
        disabled=not made.plan.on,
    ):  # fmt: skip
        person = access.require("review")
        try:
            meeting_id = review_ask.start(person, asked, found, made.plan)
        except Refused as refusal:
            st.session_state[REFUSED] = str(refusal)
            st.rerun()
        review_place.go(meeting_id, None)
