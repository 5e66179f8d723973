"""In the meeting: one patient a screen, in three columns, driven by keyboard."""

from datetime import date

import streamlit as st

from bhi_core import clock
from bhi_core.domain import words
from bhi_core.domain.lookup import each_row
from bhi_core.domain.review.kinds import AgendaState
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.ui import (
    access,
    data,
    look,
    review_clock,
    review_data,
    review_patient,
    review_place,
    review_record,
    review_since,
)
from bhi_core.ui.patient_page import Shown
from bhi_core.ui.review_clock import Time
from bhi_core.ui.review_place import Item, Meeting
from bhi_core.ui.review_record import Form

TICK = "5s"
ORDINALS = {2: "2nd", 3: "3rd", 21: "21st", 22: "22nd", 23: "23rd", 31: "31st", 32: "32nd", 33: "33rd"}
MARKS = {AgendaState.DONE: "✓", AgendaState.CARRIED_OVER: "↷"}
LABELS = {AgendaState.DONE: "done", AgendaState.CARRIED_OVER: "carried over"}
STYLE = """
[data-testid=stMain] .st-key-review_head h1{font-size:20px;padding:0}
.st-key-review_head{border-bottom:1px solid var(--bhi-line);padding-bottom:6px}
.st-key-review_head p{font-size:15px;font-variant-numeric:tabular-nums}
.st-key-review_clock{flex:0 0 auto;width:auto}
[data-testid=stMain] .st-key-review_who h1{font-size:26px;padding-bottom:0}
.st-key-review_sentence p{font-size:17px;line-height:1.45}
[class*="st-key-review_item_"]{border-bottom:1px solid var(--bhi-hair);padding:5px 4px 7px 10px;gap:0}
[class*="st-key-review_item_now"]{background:var(--bhi-blue-tint);border-left:4px solid var(--bhi-blue)}
[class*="st-key-review_item_now"]{padding-left:6px}
[class*="st-key-review_item_"] button{min-height:0;padding:0;text-align:left;justify-content:flex-start}
[class*="st-key-review_item_"] [data-testid=stCaptionContainer]{padding-left:24px}
/* Lines that belong together stand close: Streamlit draws each text up by the space under its last paragraph. */
:is(.st-key-review_since,.st-key-review_became) :is(p,ul,li){margin-bottom:2px;line-height:1.4}
:is(.st-key-review_since,.st-key-review_became) :is([data-testid=stMarkdownContainer],[data-testid=stCaptionContainer])
  {margin-bottom:0}
:is(.st-key-review_since,.st-key-review_became) [data-testid=stElementContainer]:has(p>strong:only-child)
  {margin-bottom:0}
.st-key-review_agenda [data-testid=stElementContainer]:has([data-testid=stCaptionContainer] p>strong:only-child)
  {margin-bottom:4px}
.st-key-review_became button{min-height:0;padding:0}
.st-key-review_next_line{display:none}
@media (max-width:1180px){.st-key-review_next_line{display:flex}
  [data-testid=stColumn]:has(.st-key-review_agenda){display:none}}
"""


def meeting(of: Meeting, today: date) -> None:
    """Show the meeting: the head with its clock, then agenda, patient and record."""
    st.html(f"<style>{STYLE}</style>")
    patient_id = review_place.asked_patient(of)
    review_place.show(of)
    who = review_patient.shown(of, patient_id, today) if patient_id is not None else None
    if who is None or patient_id is None:
        _head(of, None)
        look.answer("Nobody is on the agenda of this meeting.")
        return
    form = Form(of, patient_id, review_patient.owners(who), today)
    review_record.keep_typed(form)
    _head(of, patient_id)
    next_line = st.container(horizontal=True, vertical_alignment="center", key="review_next_line")
    if not of.to_come:
        with look.alert("review_all", "green"):
            st.markdown("Everybody is decided upon\\. End the meeting to see its minutes\\.")
    with look.stack("review"):
        agenda, patient, record = st.columns([0.82, 2.35, 1.25], gap="medium")
        with patient:
            review_patient.column(who)
            _look_around(of, patient_id)
        with record:
            _record(of, who, form)
        names = _names(of)  # after the patient: in a new session this takes longer than all the rest
        with agenda, st.container(key="review_agenda", gap=None):
            _agenda(of, patient_id, names)
    with next_line:
        _next_line(of, patient_id, names)


def _record(of: Meeting, who: Shown, form: Form) -> None:
    """Say what happened since the last review, then let be recorded."""
    review_since.since(who, of.held_on)
    if of.started_at is None:
        look.fact_line("The meeting has not begun.")
        return
    review_record.column(form)


def _head(of: Meeting, patient_id: int | None) -> None:
    """Write which meeting, who is there, and the clock; offer to end it."""
    with st.container(horizontal=True, vertical_alignment="center", key="review_head"):
        st.title(look.literal(f"Case review, {words.full_day(of.held_on)}"), anchor=False, width="content")
        look.fact_line(of.people or of.scope.whose)
        if patient_id is not None:
            with st.container(key="review_clock", width="content"):
                _clock(of.meeting_id, patient_id)
        with st.popover("End the meeting", key="review_end"):
            _end(of)


@st.fragment(run_every=TICK)
def _clock(meeting_id: int, patient_id: int) -> None:
    """Write the time against the budget, anew every few seconds."""
    access.require("review")
    try:
        of = review_place.meeting(meeting_id)
    except Refused:
        return
    if of is not None:
        st.markdown(review_clock.line(_time(of, patient_id)), width="content")


def _time(of: Meeting, patient_id: int) -> Time:
    """Put the time of a meeting together."""
    order = [item.patient_id for item in of.on]
    item = of.item(patient_id)
    decided = LABELS.get(AgendaState(item.state), "") if item is not None else ""
    spent = review_place.spent(of)
    running = review_clock.since_the_last(spent, [one.seconds or 0 for one in of.items])
    here = item.seconds or 0 if decided and item is not None else running
    return Time(
        place=order.index(patient_id) + 1 if patient_id in order else 0,
        patients=len(order),
        spent=spent,
        here=here,
        decided=decided,
        to_go=len([one for one in of.to_come if one.patient_id != patient_id]),
        minutes=of.minutes,
        per_patient=of.per_patient,
    )


def _end(of: Meeting) -> None:
    """End the meeting; whoever was not reached is carried over by itself."""
    left = len(of.to_come)
    said = (
        f"{words.count(left, 'patient')} not reached will be carried over." if left else "Everybody was decided upon."
    )
    st.markdown(look.literal(said))
    if st.button("End it and show the minutes", key=f"review_end_{of.meeting_id}", type="primary"):
        person = access.require("review")
        try:
            commands.end_meeting(
                data.engine(), person, token=f"end-{of.meeting_id}", today=data.today(), meeting_id=of.meeting_id
            )
        except Refused as refusal:
            st.error(look.literal(str(refusal)))
            return
        review_place.go(of.meeting_id, None)


def _names(of: Meeting) -> dict[int, tuple[str, str]]:
    """Give name and reason of each patient of the meeting, as known when it began."""
    began = of.started_at or clock.now()
    caseload = review_data.caseload_known(of.scope, of.held_on, began).caseload
    weeks = review_data.weeks_at(of.scope, of.held_on, began).to_dict()
    return {
        int(row.patient_id): (
            str(row.name),
            str(row.why_short or row.not_listed_because or "") + _running(weeks.get(int(row.patient_id), 0)),
        )
        for row in each_row(caseload.worklist)
    }


def _running(weeks: int) -> str:
    """Say which week this is for somebody who was passed over; "" for the first."""
    return f" · {ORDINALS.get(weeks + 1, f'{weeks + 1}th')} week" if weeks else ""


def _agenda(of: Meeting, current: int, names: dict[int, tuple[str, str]]) -> None:
    """List the agenda; a name leads to the patient without deciding anything."""
    look.small_head("Agenda")
    for number, item in enumerate(of.on, start=1):
        _one(of, item, number, current, names)
    _others(of, names)


def _one(of: Meeting, item: Item, number: int, current: int, names: dict[int, tuple[str, str]]) -> None:
    name, reason = names.get(item.patient_id, (f"Patient {item.patient_id}", ""))
    now = item.patient_id == current
    mark = "▸" if now and item.state == AgendaState.TO_COME else MARKS.get(AgendaState(item.state), str(number))
    with st.container(key=f"review_item_{'now' if now else 'other'}_{item.patient_id}"):
        label = f"{mark}\u2002**{look.literal(name)}**"
        if st.button(label, key=f"review_to_{of.meeting_id}_{item.patient_id}", type="tertiary"):
            review_place.go(of.meeting_id, item.patient_id)
        said = [item.why or reason, "carried over" if item.state == AgendaState.CARRIED_OVER else ""]
        look.fact_line(" · ".join(part for part in said if part))


def _others(of: Meeting, names: dict[int, tuple[str, str]]) -> None:
    """Say how many are not on the agenda, and why each is not."""
    on = {item.patient_id for item in of.on}
    others = {patient: said for patient, said in names.items() if patient not in on}
    if not others:
        return
    many = words.count(len(others), "active patient is", "active patients are")
    with st.popover(f"{many} not on the agenda. Why", key="review_why", type="tertiary"):
        st.markdown("  \n".join(f"**{look.literal(name)}** {look.literal(why)}" for name, why in others.values()))


def _next_line(of: Meeting, current: int, names: dict[int, tuple[str, str]]) -> None:
    """On a narrow screen one line stands for the agenda: who is next, and the way to everybody."""
    order = [item.patient_id for item in of.on]
    after = [one for one in order[order.index(current) + 1 :] if one in {item.patient_id for item in of.to_come}][:2]
    said = ", then ".join(names.get(one, (f"Patient {one}", ""))[0] for one in after)
    look.fact_line(f"Next: {said}" if said else "Nobody is next")
    with st.popover("Agenda", key="review_agenda_narrow", type="tertiary"):
        for item in of.on:
            name, reason = names.get(item.patient_id, (f"Patient {item.patient_id}", ""))
            label = f"{MARKS.get(AgendaState(item.state), '')} **{look.literal(name)}** {look.literal(reason)}"
            if st.button(label, key=f"review_jump_{of.meeting_id}_{item.patient_id}", type="tertiary"):
                review_place.go(of.meeting_id, item.patient_id)


def _look_around(of: Meeting, current: int) -> None:
    """Offer the patient before and after, without deciding anything."""
    with st.container(horizontal=True, key="review_look"):
        for label, key, steps in (("Look back", "Left", -1), ("Look ahead", "Right", 1)):
            beside = of.beside(current, steps)
            pressed = st.button(
                label,
                key=f"review_{key.lower()}_{of.meeting_id}",
                shortcut=key,
                disabled=beside is None,
                type="tertiary",
            )
            if pressed and beside is not None:
                review_place.go(of.meeting_id, beside)
