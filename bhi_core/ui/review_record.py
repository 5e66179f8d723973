"""Recording in the meeting: the form, two people in it at once, and what decides about the patient on the screen."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import streamlit as st

from bhi_core import clock
from bhi_core.domain.actor import Actor
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.ui import access, data, look, review_entries, review_place
from bhi_core.ui.components import record_form
from bhi_core.ui.review_entries import Entries, TwoTexts
from bhi_core.ui.review_place import Meeting

POLL = "2s"
"""How often the form asks whether somebody else wrote: one number of the database each time."""
USUAL = ((1, "1 wk"), (2, "2 wk"), (4, "4 wk"))
SHOWN = "review_entries_shown"
REFUSED = "review_refused"


@dataclass(frozen=True)
class Form:
    """The form of one patient in one meeting.

    Attributes:
        meeting, patient_id: whose.
        owners: who is likely to do something: care manager, consultant, PCP.
        today: the date of care.
    """

    meeting: Meeting
    patient_id: int
    owners: tuple[str, ...]
    today: date

    @property
    def key(self) -> str:
        """Name the form's widget."""
        return f"review_form_{self.meeting.meeting_id}_{self.patient_id}"

    @property
    def ids(self) -> tuple[int, int]:
        """Give the meeting and the patient."""
        return self.meeting.meeting_id, self.patient_id


def keep_typed(form: Form) -> None:
    """Keep what the form has sent; called before any click is acted upon, so that no way out of the page loses it."""
    person = access.require("review")
    review_entries.keep(person, record_form.waiting(form.key), form.key, form.today)


@st.fragment(run_every=POLL)
def column(form: Form) -> None:
    """Draw the form, ask for choices between two texts, and act on the decision about the patient."""
    person = access.require("review")
    keep_typed(form)
    if review_place.moved_on(form.meeting.meeting_id):
        st.rerun()
    entries = _read(form)
    let_choose(form, person, entries)
    typed = record_form.record_form(_contents(form, entries, person), form.key)
    if review_entries.keep(person, typed, form.key, form.today):
        st.rerun()
    _decide(form, person)


def _read(form: Form) -> Entries:
    """Read what stands; when the database does not answer, what stood last, so that the form stays on the screen."""
    known: dict[str, Entries] = st.session_state.setdefault(SHOWN, {})
    try:
        known[form.key] = review_entries.read(data.engine(), *form.ids)
    except Refused as refusal:
        with look.alert("review_unread", "red"):
            st.markdown(look.literal(str(refusal)))
    return known.get(form.key, Entries({}))


def _contents(form: Form, entries: Entries, person: Actor) -> dict[str, Any]:
    """Say to the form what stands, in plain values."""
    heard = review_entries.heard(form.key)
    return {
        "meeting": form.meeting.meeting_id,
        "patient": form.patient_id,
        "fields": {field: {"text": text.value, "row": text.row} for field, text in entries.texts.items()},
        "rivals": [two.field for two in entries.two],
        "kinds": review_entries.kind_choices(),
        "owners": [(name, name) for name in form.owners],
        "people": data.staff_names(),
        "dues": [((form.today + timedelta(weeks=weeks)).isoformat(), said) for weeks, said in USUAL],
        "saved": review_entries.at_time(entries.newest),
        "also": review_entries.who_else(entries, person, clock.now()),
        "heard": {"mount": heard["mount"], "seq": heard["seq"]},
        "refused": heard["refused"],
    }


def let_choose(form: Form, person: Actor, entries: Entries) -> None:
    """Let a person choose wherever two texts met in one field, in the meeting or after it."""
    for two in entries.two:
        _choose(form, person, two)


def say_refused() -> None:
    """Say why the last click was refused, once."""
    if refusal := st.session_state.pop(REFUSED, None):
        with look.alert("review_refused", "red"):
            st.markdown(look.literal(refusal))


def _choose(form: Form, person: Actor, two: TwoTexts) -> None:
    """Show texts that met in one field, who wrote them and when; a person chooses, nothing is chosen silently."""
    texts = [two.stands, *two.rivals]
    key = f"review_two_{two.field.replace('.', '_')}_{form.patient_id}"
    with look.alert(key, "orange"), st.container():
        st.markdown(f"**{look.literal(review_entries.label(two.field))}: two people wrote at once**")
        for text in texts:
            who = "You" if review_entries.is_own(text, person) else text.by or "Somebody"
            said = look.literal(text.value) or ":gray[(nothing)]"
            st.markdown(f":gray[{look.literal(f'{who}, {review_entries.at_time(text.at)}')}]  \n{said}")
        _choices(form, person, two)


def _choices(form: Form, person: Actor, two: TwoTexts) -> None:
    """Offer to keep both, mine or theirs, and keep what was chosen."""
    part = two.field.rpartition(".")[2]
    key = f"review_keep_{two.field.replace('.', '_')}_{max(rival.row for rival in two.rivals)}"
    mine = [text for text in (two.stands, *two.rivals) if review_entries.is_own(text, person)]
    theirs = [text for text in (two.stands, *two.rivals) if text not in mine]
    with st.container(horizontal=True):
        if part not in review_entries.ONE_OF and st.button("Keep both", key=f"{key}_both", type="primary"):
            _settle_both(form, person, two, part)
        if mine and theirs:
            options = [("Keep mine", mine[-1]), ("Keep theirs", theirs[-1])]
        else:
            every = (two.stands, *two.rivals)
            names = [text.by for text in every]
            told = all(names) and len(set(names)) == len(names)
            said_of = [f"Keep {name}'s" if told else f"Keep text {at}" for at, name in enumerate(names, start=1)]
            options = list(zip(said_of, every, strict=True))
        for number, (said, text) in enumerate(options):
            if st.button(look.literal(said), key=f"{key}_{number}"):
                _settle(form, person, two, text.value)


def _settle_both(form: Form, person: Actor, two: TwoTexts, part: str) -> None:
    """Keep both: texts one under the other; a second kind as a recommendation of its own."""
    values = [two.stands.value, *(rival.value for rival in two.rivals)]
    if part != "kind":
        _settle(form, person, two, review_entries.both(values))
        return
    entries = review_entries.read(data.engine(), *form.ids)
    number = entries.free_recommendation()
    if number is not None:
        commands.save_entry(
            data.engine(), person, token=f"both-{max(rival.row for rival in two.rivals)}", today=form.today,
            meeting_id=form.meeting.meeting_id, patient_id=form.patient_id, field=f"rec{number}.kind",
            value=next((value for value in values[1:] if value), ""), seen=None,
        )  # fmt: skip
    _settle(form, person, two, two.stands.value)


def _settle(form: Form, person: Actor, two: TwoTexts, value: str) -> None:
    try:
        review_entries.settle(person, two, value, form.ids, form.today)
    except Refused as refusal:
        st.session_state[REFUSED] = str(refusal)
    st.rerun()


def _decide(form: Form, person: Actor) -> None:
    """Offer to be done with the patient, or to carry over, and go on to the next."""
    say_refused()
    key = "_".join(map(str, form.ids))
    with st.container(horizontal=True, key="review_decide"):
        done = st.button("Done, next", key=f"review_done_{key}", type="primary", shortcut="Ctrl+Enter")
        carried = st.button("Carry over", key=f"review_carry_{key}", shortcut="Ctrl+Shift+Enter")
    if not (done or carried):
        return
    try:
        _act(form, person, done)
    except Refused as refusal:
        st.session_state[REFUSED] = str(refusal)
        st.rerun()
    review_place.go(form.meeting.meeting_id, review_place.next_to_come(form.meeting.meeting_id, form.patient_id))


def _act(form: Form, person: Actor, done: bool) -> None:
    """Finish the discussion, or carry the patient over; both with the time it took."""
    if unsaved := next(iter(review_entries.heard(form.key)["refused"].values()), None):
        raise Refused(f"A text here is not saved yet, so nothing was decided. {unsaved}")
    engine, seconds = data.engine(), review_place.seconds_here(form.meeting.meeting_id, form.patient_id)
    token = f"{form.meeting.meeting_id}-{form.patient_id}-{review_place.version(form.meeting.meeting_id)}"
    name, command = ("finish", commands.finish_discussion) if done else ("carry", commands.carry_over)
    command(
        engine, person, token=f"{name}-{token}", today=form.today, meeting_id=form.meeting.meeting_id,
        patient_id=form.patient_id, seconds=seconds,
    )  # fmt: skip
