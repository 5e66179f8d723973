"""The parts of the day of one care manager: whose it is, the figures, and each line with its way on."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from bhi_core import clock
from bhi_core.domain import words
from bhi_core.domain.lookup import each_row
from bhi_core.domain.review import my_day as days
from bhi_core.domain.review.my_day import Day
from bhi_core.domain.review.recommendations import recommendations
from bhi_core.store import queries
from bhi_core.store.engine import reading
from bhi_core.store.queries import Scope
from bhi_core.ui import care_advice, care_sheets, data, look

WHO = "who"
"""The name in the URL of whose day it is."""
LATE = (days.CONTACT, days.ADVICE)
"""Sections in which a day that has passed is late; a measure or a flag is old by its nature."""
SHOWN = 12
"""Lines of a section that stand there at once; the rest one click away."""
AGENDA = ("patient_id", "place", "state")
Agenda = tuple[tuple[int, int, str], ...]
"""An agenda as part of a key: a row a patient, ``AGENDA``."""
PATIENT, CONTACT, SCORE, REVIEW = (
    "pages/care/patient.py", "pages/records/contact.py", "pages/records/screening.py", "pages/care/review.py",
)  # fmt: skip


def ask(signing: str) -> str | None:
    """Ask whose day it is: the URL's, else that of the person who signs; None while nobody is picked."""
    names = data.staff_names()
    wanted = st.query_params.get(WHO, signing)
    picked: str | None = st.selectbox(
        "Whose day",
        names,
        index=names.index(wanted) if wanted in names else None,
        key=f"my_day_who_{signing}",
        placeholder="Pick a name",
        width=230,
    )
    if picked is not None and picked != st.query_params.get(WHO, signing):
        st.query_params[WHO] = picked
    return picked


def work_out(who: str, today: date) -> tuple[Day, datetime | None, str]:
    """Work out somebody's day, up to when scores were recorded, and by which rules."""
    registry, caseload = data.caseload(Scope(), today)
    day = _day(data.version(), who, today, _todays_agenda(today))
    return day, registry.recorded_to, caseload.rules_version


def _todays_agenda(today: date) -> Agenda:
    """Read the agenda of the meeting of today that has not ended; without one it is empty."""
    with reading(data.engine()) as connection:
        meeting_id = queries.open_meeting(connection, today)
        if meeting_id is None:
            return ()
        rows = queries.agenda_items(connection, meeting_id)
    return tuple((row.patient_id, row.place, row.state) for row in each_row(rows, AGENDA))


@st.cache_data(scope="session", ttl=data.HOUR, max_entries=4, show_spinner=False)
def _day(at_version: int, who: str, today: date, agenda: Agenda, /) -> Day:  # noqa: ARG001  part of the key
    registry, caseload = data.caseload(Scope(), today)
    items = pd.DataFrame(list(agenda), columns=list(AGENDA)).astype({"patient_id": "int64", "place": "int64"})
    return days.my_day(who, registry, caseload, recommendations(registry), items)


def nobody_picked() -> None:
    """Say how the day opens by itself."""
    look.headline("Whose day?")
    if data.staff_names():
        look.fact_line("Pick your name at the top, where it says who signs, and your day opens by itself.")
    else:
        look.fact_line("Nobody is on the staff list yet: a patient's care manager is named under Record care, Episode.")


def answer(day: Day, recorded_to: datetime | None, rules_version: str) -> None:
    """Say the day in a sentence, as of when, and who is left out of it; then the figures."""
    look.headline(days.headline(day))
    here = recorded_to.astimezone(clock.zone(data.zone())) if recorded_to else None
    fresh = f"scores recorded up to {words.full_day(here.date())}, {here:%H:%M}" if here else "no scores recorded yet"
    asleep = [f"{words.count(day.snoozed, 'patient')} left out by a snooze"] if day.snoozed else []
    look.fact_line(" · ".join([words.full_day(day.as_of), *asleep, fresh, f"rules {rules_version}"]))
    look.figure_row(day.figures, key="my_day")


def lines(day: Day) -> None:
    """Write every section that has lines, in the order of the day."""
    for section, title in days.SECTIONS.items():
        rows = day.lines[day.lines["section"] == section]
        if rows.empty:
            continue
        look.section(f"{title}: {len(rows)}")
        whole = len(rows) <= SHOWN or st.toggle(f"Show all {len(rows)}", key=f"my_day_all_{section}")
        for row in each_row(rows if whole else rows.head(SHOWN)):
            _line(section, row, day.as_of)


def _line(section: str, row: Any, as_of: date) -> None:
    """Write a line: who, why and since when, and the way on."""
    with st.container(key=f"day_line_{section}_{row.patient_id}_{row.review_id}"):
        who, why, way = st.columns([1.25, 4, 1.5], vertical_alignment="top", gap="small")
        with who:
            label = f"**{look.literal(row.name)}** {look.literal(row.mrn)}"
            st.page_link(PATIENT, label=label, query_params={"id": str(row.patient_id)})
        with why:
            said = look.literal(row.why)
            if section in LATE and not pd.isna(row.since) and row.since.date() < as_of:
                said = f":orange[{said}]"
            if section == days.SAFETY:
                said = f":red[**◆**] {said}"
            also = f"  \n:gray[{look.literal(row.also)}]" if row.also else ""
            st.markdown(said + also)
        with way:
            WAYS[section](row)


def _acknowledge(row: Any) -> None:
    st.page_link(PATIENT, label="Acknowledge", query_params={"id": str(row.patient_id)})


def _contact(row: Any) -> None:
    with st.container(horizontal=True, gap="small"):
        st.page_link(CONTACT, label="Record contact", query_params={"id": str(row.patient_id)})
        st.page_link(SCORE, label="Enter a score", query_params={"id": str(row.patient_id)})


def _measure(row: Any) -> None:
    st.page_link(SCORE, label="Enter a score", query_params={"id": str(row.patient_id)})


def _advice(row: Any) -> None:
    query = {
        "id": str(row.patient_id), care_sheets.WHAT_KEY: care_sheets.ADVICE, care_advice.WHICH: str(int(row.review_id)),
    }  # fmt: skip
    st.page_link(CONTACT, label="Say what became of it", query_params=query)


def _meeting(_row: Any) -> None:
    st.page_link(REVIEW, label="Open the review")


WAYS: dict[str, Callable[[Any], None]] = {
    days.SAFETY: _acknowledge,
    days.CONTACT: _contact,
    days.MEASURE: _measure,
    days.ADVICE: _advice,
    days.MEETING: _meeting,
    days.SOON: _contact,
}
"""Section -> what a line of it leads to, beside the patient."""
