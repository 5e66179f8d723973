"""For which meeting an agenda is made: when, whose patients, how long; and what has been made of it already."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from bhi_core.domain.actor import Actor
from bhi_core.domain.lookup import each_row
from bhi_core.domain.review.kinds import AgendaState
from bhi_core.errors import Conflict, Refused
from bhi_core.store import commands
from bhi_core.store.queries import Scope
from bhi_core.ui import access, data, review_data, review_place
from bhi_core.ui.review_place import Meeting
from bhi_core.ui.review_plan import Item, Plan

ANY = "All"
TOKEN = "review_token"
NOT_KEPT = "review_agenda_refused"
FURTHEST = timedelta(days=60)


@dataclass(frozen=True)
class Ask:
    """What was asked.

    Attributes:
        scope: whose patients.
        held_on: the day of the meeting.
        as_of: the date of care that is shown.
        today: now.
        minutes, per_patient: the budget, minutes.
        people: who is there, as typed.
    """

    scope: Scope
    held_on: date
    as_of: date
    today: date
    minutes: int
    per_patient: int
    people: str

    @property
    def is_past(self) -> bool:
        """Say whether a past day is shown, on which nothing can be recorded."""
        return self.as_of != self.today

    @property
    def fits(self) -> int:
        """Say how many patients there is time for."""
        return self.minutes // self.per_patient


def ask(as_of: date, today: date) -> Ask:
    """Draw the row of widgets and give what was chosen; whose patients stands in the URL."""
    managers, sites, consultants = data.people_and_places()
    usual = review_data.usual_minutes()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="review_ask"):
        manager = _one("Care manager", managers, "review_care_manager", 150)
        site = _one("Site", sites, "review_site", 120)
        consultant = _one("Consultant", consultants, "review_consultant", 140)
        held_on = st.date_input(
            "Meeting on", value=today, min_value=today, max_value=today + FURTHEST, key="review_held_on",
            format="YYYY-MM-DD", width=130, disabled=as_of != today,
        )  # fmt: skip
        minutes = st.number_input("Minutes", 1, 600, usual[0], 5, key="review_minutes", width=110)
        each = st.number_input("Minutes a patient", 1, 60, usual[1], 1, key="review_per_patient", width=130)
        people = st.text_input("Who is there", key="review_people", placeholder="Names", width=190, max_chars=200)
        if (minutes, each) != usual and as_of == today:
            st.button("Keep these minutes", key="review_usual", on_click=_keep_usual, args=(int(minutes), int(each)))
    day = held_on if isinstance(held_on, date) else today
    return Ask(Scope(manager, site, consultant), day, as_of, today, int(minutes), int(each), (people or "").strip())


def _keep_usual(minutes: int, each: int) -> None:
    """Keep the minutes as the clinic's usual ones (a callback; the command asks for the right)."""
    person = access.actor()
    for key, value in ((review_data.MINUTES, minutes), (review_data.PER_PATIENT, each)):
        try:
            commands.set_setting(data.engine(), person, token=uuid.uuid4().hex, key=key, value=value)
        except Refused as refusal:
            st.session_state[NOT_KEPT] = str(refusal)


def _one(label: str, names: list[str], key: str, width: int) -> str | None:
    picked = st.selectbox(label, [ANY, *names], key=key, bind="query-params", width=width)
    return None if picked in (None, ANY) else str(picked)


def kept(asked: Ask) -> Meeting | None:
    """Give the meeting of that day and those patients that has not ended, begun or not; None when there is none."""
    rows = review_data.meetings()
    for row in each_row(rows):
        same = (_text(row.care_manager), _text(row.site)) == (asked.scope.care_manager, asked.scope.site)
        if same and pd.isna(row.ended_at) and pd.Timestamp(row.held_on).date() == asked.held_on:
            return review_place.meeting(int(row.meeting_id))
    return None


def keep(person: Actor, asked: Ask, found: Meeting | None, plan: Plan) -> int:
    """Keep an agenda as it was changed, so that everybody who opens this review sees it.

    Returns:
        The meeting's id.
    """
    if found is None:
        saved = commands.open_meeting(
            data.engine(), person, token=f"{token()}-open", today=asked.today, held_on=asked.held_on, start=False,
            items=plan.items, **_said(asked),
        )  # fmt: skip
        meeting_id = saved.record_id
        assert meeting_id is not None
        if saved.repeated and not _is_kept(meeting_id, plan):
            rotate()
            raise Conflict("Somebody else began this agenda just now: look at it again, then repeat your change.")
    else:
        meeting_id = found.meeting_id
        commands.change_agenda(
            data.engine(), person, token=f"{token()}-agenda", today=asked.today, meeting_id=meeting_id,
            items=_whole(plan, found), seen=found.seen,
        )  # fmt: skip
    rotate()
    return meeting_id


def _is_kept(meeting_id: int, plan: Plan) -> bool:
    """Say whether the agenda that is kept says what this person wanted, as after a second click."""
    kept_now = review_place.meeting(meeting_id)
    if kept_now is None:
        return False
    wanted = {item["patient_id"]: (item["pinned"], item["state"]) for item in plan.items}
    return wanted == {item.patient_id: (item.pinned, str(item.state)) for item in kept_now.items}


def start(person: Actor, asked: Ask, found: Meeting | None, plan: Plan) -> int:
    """Begin the meeting with this agenda and give its id."""
    engine, mine = data.engine(), token()
    if found is None:
        saved = commands.open_meeting(
            engine, person, token=f"{mine}-open", today=asked.today, held_on=asked.held_on, items=plan.items,
            **_said(asked),
        )  # fmt: skip
        assert saved.record_id is not None
        meeting_id = saved.record_id
    else:
        meeting_id = found.meeting_id
        commands.change_agenda(
            engine, person, token=f"{mine}-agenda", today=asked.today, meeting_id=meeting_id,
            items=_whole(plan, found), seen=found.seen,
        )  # fmt: skip
    said = {name: value for name, value in _said(asked).items() if name in ("people", "minutes", "per_patient")}
    commands.start_meeting(engine, person, token=f"{mine}-start", today=asked.today, meeting_id=meeting_id, **said)
    rotate()
    return meeting_id


def _said(asked: Ask) -> dict[str, Any]:
    return {
        "care_manager": asked.scope.care_manager, "site": asked.scope.site, "consultant": asked.scope.consultant,
        "people": asked.people or None, "minutes": asked.minutes, "per_patient": asked.per_patient,
    }  # fmt: skip


def _whole(plan: Plan, found: Meeting) -> list[Item]:
    """Give the agenda with those who stood on it and do so no more: taken off without a reason."""
    now = {place.patient_id for place in plan.places}
    gone = [item.patient_id for item in found.items if item.patient_id not in now]
    off: Item = {"pinned": False, "state": str(AgendaState.REMOVED), "why": None}
    return [*plan.items, *({"patient_id": patient_id, **off} for patient_id in gone)]


def token() -> str:
    """Name the act that somebody is about to do: in the keys of its buttons and in its command."""
    named: str = st.session_state.setdefault(TOKEN, uuid.uuid4().hex)
    return named


def rotate() -> None:
    """Give the next act a name of its own."""
    st.session_state.pop(TOKEN, None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
