"""The head of the patient page: the place in the caseload, who this is, and the open safety flag."""

import uuid
from datetime import date

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.answers import Chart
from bhi_core.errors import Refused
from bhi_core.store import commands
from bhi_core.ui import access, crisis, data, filters, look, review_request
from bhi_core.ui.patient_page import Shown

OUTCOMES = (
    "Assessed today: no current risk found",
    "Assessed today: safety plan made or renewed",
    "Assessed: passive thoughts, no plan, follow-up set",
    "Referred or sent for urgent evaluation",
    "Could not be reached: welfare steps taken",
)
"""Outcomes offered when a flag is acknowledged; free text may be added to each."""
NOT_CLEARED = "A later 0 does not clear it; an item 9 of 0 does not rule out risk (it misses about 3 in 10)."
"""Sensitivity 0.69: Uebelacker 2011."""


def place(shown: Shown) -> None:
    """Write where in the caseload this is, with previous and next in its order."""
    _, back = filters.remembered()
    order = shown.order
    at = order.index(shown.patient_id) if shown.patient_id in order else None
    rows = shown.caseload.worklist
    group = shown.caseload.rule_book.group(rows["group"].iloc[0]).title if not rows.empty else "Not on the caseload"
    with st.container(horizontal=True, vertical_alignment="center", key="patient_place"):
        st.page_link("pages/care/caseload.py", label="Caseload", query_params=back)
        where = f"› {group}" + (f" › {at + 1} of {len(order)}" if at is not None else "")
        look.fact_line(where)
        _step("Previous", "Left", order[at - 1] if at else None)
        _step("Next", "Right", order[at + 1] if at is not None and at + 1 < len(order) else None)
        if not shown.is_past and st.button("Enter a score", key="patient_enter", type="primary", shortcut="E"):
            st.switch_page("pages/records/screening.py", query_params={"id": str(shown.patient_id)})
        if not shown.is_past and st.button("Record care", key="patient_care", shortcut="W"):
            st.switch_page("pages/records/contact.py", query_params={"id": str(shown.patient_id)})
        review_request.button(shown)


def _step(label: str, key: str, patient_id: int | None) -> None:
    st.button(
        label, key=f"patient_{label.lower()}", shortcut=key, disabled=patient_id is None,
        on_click=_go, args=(patient_id,),
    )  # fmt: skip


def _go(patient_id: int) -> None:
    """Name another patient in the URL before the page runs (a callback); the page checks the id as any other."""
    st.query_params["id"] = str(patient_id)


def who(shown: Shown) -> None:
    """Write the name, and one line of facts."""
    if shown.is_past:
        with look.alert("patient_back", "orange"):
            st.markdown(
                look.literal(f"As it was on {words.day(shown.as_of, shown.today)}. Nothing can be recorded here.")
            )
            st.page_link("pages/care/patient.py", label="Back to today", query_params={"id": str(shown.patient_id)})
    with st.container(horizontal=True, vertical_alignment="bottom", key="patient_who"):
        st.title(look.literal(shown.name), anchor=False, width="content")
        look.fact_line(" · ".join(_facts(shown)))


def _facts(shown: Shown) -> list[str]:
    person = shown.patient
    facts = [f"MRN {person['mrn']}"]
    born = words.plain_date(person["birth_date"])
    sex = _text(person["sex"])
    about = [str(_age(born, shown.as_of))] if born else []
    facts += [", ".join([*about, *([sex] if sex else [])])] if about or sex else []
    facts += [place for place in (_text(person["site"]),) if place]
    facts += [f"PCP {pcp}" for pcp in (_text(person["pcp"]),) if pcp]
    if shown.told is not None:
        facts += _episode_facts(shown.told, shown)
    return facts


def _episode_facts(told: Chart, shown: Shown) -> list[str]:
    row = told.episode.iloc[0]
    team = " / ".join(name for name in (_text(row["care_manager"]), _text(row["consultant"])) if name)
    week = ((told.closed_on or shown.as_of) - told.enrolled_on).days // 7
    stage = f"{told.status}, week {week}"
    if told.closed_on is not None:
        stage = f"{told.status} {words.day(told.closed_on, shown.as_of)} in week {week}"
    badges = shown.caseload.worklist["badges"].iloc[0] if not shown.caseload.worklist.empty else []
    said = [badge for badge in badges if badge in ("late baseline", "adult evidence")]
    return [
        *([team] if team else []),
        f"{stage}, enrolled {words.day(told.enrolled_on, shown.as_of)}",
        *said,
        *([aim] if (aim := words.aim(row.get("target"))) else []),
    ]


def safety(shown: Shown) -> None:
    """Write the open safety flag above everything, with 988, the site's own line, and the way to acknowledge it."""
    flags = shown.caseload.flags
    opened = flags[flags["open"]] if not flags.empty else flags
    if opened.empty:
        return
    findings = shown.caseload.findings
    said = findings[findings["level"] == "safety"]["full"].tolist() or ["An open safety flag."]
    lines = crisis.lines(_text(shown.patient["site"]))
    with look.alert("patient_safety", "red"):
        words_of_it, button = st.columns([6, 1], vertical_alignment="center")
        words_of_it.markdown(
            f"**:red[◆ Open safety flag.]** {look.literal(' '.join(said))} Same\\-day assessment \\(C\\-SSRS\\)\\. "
            f"**{look.literal(lines)}** {look.literal(NOT_CLEARED)}"
        )
        if not shown.is_past and button.button("Acknowledge", key="patient_acknowledge", width="stretch"):
            _acknowledge(shown.patient_id, pd.to_datetime(opened["date"]).max().date())


@st.dialog("Acknowledge the safety flag", width="medium")
def _acknowledge(patient_id: int, newest: date) -> None:
    """Ask who, when and with which outcome; nothing is acknowledged before it is saved."""
    person = access.require("acknowledge")
    look.fact_line(f"Closes every open flag up to the date below; the newest is of {words.day(newest, data.today())}.")
    token = st.session_state.setdefault("patient_ack_token", uuid.uuid4().hex)
    names = data.staff_names()
    by = st.selectbox(
        "Acknowledged by", names, index=names.index(person.name) if person.name in names else None,
        key=f"patient_ack_by_{token}", accept_new_options=True,
    )  # fmt: skip
    on = st.date_input(
        "On", value=data.today(), min_value=newest, max_value=data.today(), key=f"patient_ack_on_{token}"
    )
    outcome = st.selectbox(
        "Outcome", OUTCOMES, index=None, key=f"patient_ack_outcome_{token}", accept_new_options=True,
        placeholder="Pick one, or type your own",
    )  # fmt: skip
    note = st.text_input("Note (optional)", key=f"patient_ack_note_{token}")
    if st.button("Save acknowledgement", key=f"patient_ack_save_{token}", type="primary"):
        try:
            said = ". ".join(part for part in (outcome, note) if part)
            commands.acknowledge_safety(
                data.engine(), person, patient_id=patient_id, date=on, by=by or "", outcome=said, token=token,
                today=data.today(),
            )  # fmt: skip
        except Refused as refusal:
            st.error(look.literal(str(refusal)))
            return
        del st.session_state["patient_ack_token"]
        st.rerun()


def _age(born: date, on: date) -> int:
    """Give whole years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
