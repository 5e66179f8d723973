"""Where in the weekly review somebody is: the meeting and the patient stand in the URL, so that nothing depends on
this session, and a second person in the same meeting finds the same place."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from bhi_core import clock
from bhi_core.domain.lookup import each_row
from bhi_core.domain.review.kinds import AgendaState
from bhi_core.errors import Refused
from bhi_core.store import queries
from bhi_core.store.engine import reading
from bhi_core.store.queries import Scope
from bhi_core.ui import data, review_clock
from bhi_core.ui.review_plan import Place, Plan

PAGE = "pages/care/review.py"
SEEN = "review_items_seen"
LARGEST_ID_DIGITS = 15


@dataclass(frozen=True)
class Item:
    """A patient of a meeting.

    Attributes:
        row_id: the row that says it now.
        patient_id: who.
        pinned: whether somebody put them there.
        state: a word of ``AgendaState``.
        why: why they were added or removed, "" for no word.
        seconds: how long they took, None before a decision.
    """

    row_id: int
    patient_id: int
    pinned: bool
    state: str
    why: str
    seconds: int | None


@dataclass(frozen=True)
class Meeting:
    """A meeting with its agenda, in the order of the agenda.

    Attributes:
        meeting_id, held_on, minutes, per_patient: its id, its date, its budget in minutes.
        scope: whose patients.
        people: who is there, as typed.
        started_at, ended_at: moments, UTC; None before.
        items: everybody on the agenda, those taken off too.
    """

    meeting_id: int
    held_on: date
    minutes: int
    per_patient: int
    scope: Scope
    people: str
    started_at: datetime | None
    ended_at: datetime | None
    items: tuple[Item, ...]

    @property
    def on(self) -> tuple[Item, ...]:
        """Give those on the agenda, without those taken off."""
        return tuple(item for item in self.items if item.state != AgendaState.REMOVED)

    @property
    def to_come(self) -> tuple[Item, ...]:
        """Give those who wait for a decision."""
        return tuple(item for item in self.items if item.state == AgendaState.TO_COME)

    @property
    def plan(self) -> Plan:
        """Give the agenda as it can be changed before the meeting."""
        off = AgendaState.REMOVED
        return Plan(
            tuple(
                Place(item.patient_id, item.pinned, item.state == off, item.why or None)
                for item in self.items
                if item.state != off or item.why  # without a reason nobody took them off: the time did not suffice
            )
        )

    @property
    def seen(self) -> frozenset[int]:
        """Give the rows that say the agenda now."""
        return frozenset(item.row_id for item in self.items)

    def item(self, patient_id: int | None) -> Item | None:
        """Give a patient's place, None when the patient is not on the agenda."""
        return next((item for item in self.on if item.patient_id == patient_id), None)

    def beside(self, patient_id: int, steps: int) -> int | None:
        """Give the patient so many places further (back for a negative number), None past the ends."""
        order = [item.patient_id for item in self.on]
        at = order.index(patient_id) + steps if patient_id in order else -1
        return order[at] if 0 <= at < len(order) else None

    def next_after(self, patient_id: int | None) -> int | None:
        """Give the next patient who waits for a decision, from here on and then from the start; None when none does."""
        order = [item.patient_id for item in self.on]
        at = order.index(patient_id) + 1 if patient_id in order else 0
        waiting = {item.patient_id for item in self.to_come} - {patient_id}
        return next((one for one in [*order[at:], *order[:at]] if one in waiting), None)


def asked_meeting() -> Meeting | None:
    """Give the meeting that the URL names, None when it names none that is kept."""
    number = _number(st.query_params.get("meeting"))
    return None if number is None else meeting(number)


def asked_patient(of: Meeting) -> int | None:
    """Give the patient of the meeting that the URL names, else the first who waits, else the first.

    Who it is stands in the URL from then on: a decision of somebody else must not put another patient under the hands
    of whoever types here.
    """
    asked = _number(st.query_params.get("patient"))
    if of.item(asked) is not None:
        return asked
    first = of.next_after(None)
    found = first if first is not None else (of.on[0].patient_id if of.on else None)
    if found is not None:
        st.query_params["patient"] = str(found)
    return found


def asked_day(today: date) -> date:
    """Read the date of care from the URL; what is no date, or lies ahead, is today."""
    try:
        return min(date.fromisoformat(st.query_params.get("as_of") or ""), today)
    except ValueError:
        return today


def meeting(meeting_id: int) -> Meeting | None:
    """Read a meeting with its agenda, as it is now; None when there is none."""
    with reading(data.engine()) as connection:
        row = queries.meeting(connection, meeting_id)
        items = queries.agenda_items(connection, meeting_id) if row is not None else pd.DataFrame()
    if row is None:
        return None
    places = tuple(
        Item(int(one.row_id), int(one.patient_id), bool(one.pinned), str(one.state), _text(one.why),
             None if pd.isna(one.seconds) else int(one.seconds))
        for one in each_row(items.sort_values("place", kind="stable"))
    )  # fmt: skip
    return Meeting(
        meeting_id, row["held_on"], int(row["minutes"]), int(row["per_patient"]),
        Scope(care_manager=row["care_manager"], site=row["site"], consultant=row["consultant"]),
        row["people"] or "", row["started_at"], row["ended_at"], places,
    )  # fmt: skip


def version(meeting_id: int) -> int:
    """Ask how far the records of a meeting have come: a number that every change of it raises."""
    with reading(data.engine()) as connection:
        return int(queries.meeting_version(connection, meeting_id))


def show(of: Meeting) -> None:
    """Note which agenda is on the screen."""
    st.session_state[SEEN] = (of.meeting_id, version(of.meeting_id), of.seen, of.ended_at)


def moved_on(meeting_id: int) -> bool:
    """Say whether somebody decided about a patient, changed the agenda or ended the meeting since it was drawn."""
    seen = st.session_state.get(SEEN)
    if seen is None or seen[0] != meeting_id:
        return False
    try:
        now = version(meeting_id)
        if now == seen[1]:
            return False
        found = meeting(meeting_id)
    except Refused:
        return False
    st.session_state[SEEN] = (meeting_id, now, *seen[2:])
    return found is not None and (found.seen != seen[2] or found.ended_at != seen[3])


def next_to_come(meeting_id: int, patient_id: int) -> int | None:
    """Ask who waits next, after a patient."""
    found = meeting(meeting_id)
    return None if found is None else found.next_after(patient_id)


def seconds_here(meeting_id: int, patient_id: int) -> int:
    """Give the seconds that a patient has taken when a decision is made now, with those of a decision before."""
    found = meeting(meeting_id)
    if found is None:
        return 0
    item = found.item(patient_id)
    before = item.seconds or 0 if item is not None else 0
    return before + review_clock.since_the_last(spent(found), [one.seconds or 0 for one in found.items])


def spent(of: Meeting) -> int:
    """Give the seconds since a meeting began, to its end when it has one."""
    if of.started_at is None:
        return 0
    return max(0, int(((of.ended_at or clock.now()) - of.started_at).total_seconds()))


def go(meeting_id: int, patient_id: int | None) -> None:
    """Show another patient of a meeting; without one, the meeting as a whole."""
    place: dict[str, str] = {"meeting": str(meeting_id)}
    if patient_id is not None:
        place["patient"] = str(patient_id)
    st.query_params.from_dict(place)
    st.rerun()


def leave() -> None:
    """Go back to the page without a meeting."""
    st.query_params.clear()
    st.rerun()


def _number(text: str | None) -> int | None:
    plain = text is not None and text.isascii() and text.isdigit() and len(text) <= LARGEST_ID_DIGITS
    return int(text) if plain and text is not None else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
