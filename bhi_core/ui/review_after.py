"""After the meeting: its minutes, the note of each patient, who does what by when, and what became of it."""

from datetime import datetime
from functools import partial

import pandas as pd
import streamlit as st

from bhi_core import clock
from bhi_core.domain import words
from bhi_core.domain.review import minutes as minutes_of
from bhi_core.domain.review.kinds import AgendaState
from bhi_core.domain.review.minutes import Minutes, PatientMinutes
from bhi_core.domain.review.note import note
from bhi_core.domain.review.recommendations import recommendations
from bhi_core.errors import Refused
from bhi_core.report import minutes as written
from bhi_core.report import pdf
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from bhi_core.store.queries import Scope
from bhi_core.ui import access, data, look, review_data, review_entries, review_place, review_record, review_steps
from bhi_core.ui.review_place import Meeting
from bhi_core.ui.review_record import Form
from bhi_core.ui.review_steps import Board

STATES = (
    (AgendaState.CARRIED_OVER, "Carried over to the next review"),
    (AgendaState.REMOVED, "Taken off the agenda"),
)


def after(of: Meeting) -> None:
    """Show what came of the meeting."""
    st.html('<style>[class*="st-key-review_told_"] a[data-testid=stPageLink-NavLink]{padding:0}</style>')
    told = _minutes(of)
    _head(of, told)
    review_record.say_refused()
    with look.stack("review_after"):
        patients, tasks = st.columns([1.6, 1], gap="large")
        with patients:
            look.section("Discussed")
            if not told.discussed:
                look.fact_line("Nobody was discussed.")
            for one in told.discussed:
                _patient(of, told, one)
            _others(of, told)
        with tasks:
            _tasks(told)
            _status(of)


def _minutes(of: Meeting) -> Minutes:
    """Put the minutes together: scores and findings as known when the meeting began, statuses as known now."""
    people = tuple(item.patient_id for item in of.items)
    began: datetime = of.started_at or of.ended_at or clock.now()
    then = review_data.caseload_known(Scope(patient_ids=people), of.held_on, began)
    now = data.caseload(Scope(patient_ids=people), data.today())[0]
    with reading(data.engine()) as connection:
        meeting = queries.meeting(connection, of.meeting_id)
        items = queries.agenda_items(connection, of.meeting_id)
        entries = queries.entries(connection, of.meeting_id)
    assert meeting is not None
    unreasoned = (items["state"] == AgendaState.REMOVED) & items["why"].isna()
    return minutes_of.minutes(
        meeting, items[~unreasoned], entries, then.registry, then.caseload, now=now, zone=clock.zone(data.zone())
    )


def _head(of: Meeting, told: Minutes) -> None:
    """Write the answer, which meeting, on what it rests, and the files to take."""
    look.headline(told.summary)
    look.fact_line(f"{written.title(told)} · {written.who(told)}")
    look.fact_line(f"{written.basis(told)}; statuses as of {words.day_and_year(told.status_on)}")
    with st.container(horizontal=True, vertical_alignment="center", key="review_files"):
        _files(told)
        if st.button("Back to the agenda", key="review_leave"):
            review_place.leave()
    if of.ended_at is None:
        look.fact_line("The meeting has not ended.", late=True)


def _files(told: Minutes) -> None:
    """Offer the minutes as files; each is made, and audited, only when it is asked for."""
    person = access.actor()

    def made(ending: str, paper: pdf.Paper = "Letter") -> bytes:
        data.audit_export(person, "minutes", len(told.discussed))
        if ending == "txt":
            return written.text(told).encode()
        page = written.html(told)
        return pdf.from_html(page, paper) if ending == "pdf" else page.encode()

    for label, ending, mime in (("Minutes, HTML", "html", "text/html"), ("Minutes, text", "txt", "text/plain")):
        st.download_button(
            label, partial(made, ending), written.file_name(told, ending), mime, key=f"review_minutes_{ending}",
            on_click="ignore",
        )  # fmt: skip
    for paper in pdf.PAPERS:
        st.download_button(
            f"PDF, {paper}", partial(made, "pdf", paper), written.file_name(told, "pdf"), "application/pdf",
            key=f"review_minutes_{paper}", on_click="ignore",
        )  # fmt: skip


def _patient(of: Meeting, told: Minutes, one: PatientMinutes) -> None:
    """Write one patient: figures, what was discussed, what was recommended, and the note to paste."""
    with st.container(key=f"review_told_{one.patient_id}", gap="xxsmall"):
        st.page_link(
            "pages/care/patient.py", label=f"**{look.literal(one.name)}**", query_params={"id": str(one.patient_id)}
        )
        look.fact_line(" · ".join((one.facts, *(score.said for score in one.scores))))
        if one.discussed:
            st.markdown(look.literal(one.discussed))
        for advice in one.recommendations:
            terms = f" {look.literal(advice.terms)}\\." if advice.terms else ""
            st.markdown(f"**{look.literal(advice.what)}**{terms} :gray[{look.literal(advice.fate)}]")
        _to_settle(of, one)
        if not one.finished:
            look.fact_line(
                "Changed since it was closed with Done: what was typed since is not in the record.", late=True
            )
            _into_the_record(of, one)
        with st.expander("Note for the patient's record", key=f"review_note_{one.patient_id}"):
            st.code(note(told, one.patient_id, access.actor().name or "not signed"), language=None, wrap_lines=True)


def _to_settle(of: Meeting, one: PatientMinutes) -> None:
    """Show the texts of two people that met in one field and were not settled, and let one be chosen."""
    if one.conflicts:
        form = Form(of, one.patient_id, (), data.today())
        entries = review_entries.read(data.engine(), *form.ids)
        review_record.let_choose(form, access.require("review"), entries)


def _into_the_record(of: Meeting, one: PatientMinutes) -> None:
    """Offer to close what was typed after Done, or after the end of the meeting; first two texts must be settled."""
    if one.conflicts:
        return
    patient_id = one.patient_id
    version = review_place.version(of.meeting_id)
    if st.button("Put it into the record", key=f"review_record_{of.meeting_id}_{patient_id}_{version}"):
        try:
            commands.finish_discussion(
                data.engine(), access.require("review"), token=f"late-{of.meeting_id}-{patient_id}-{version}",
                today=data.today(), meeting_id=of.meeting_id, patient_id=patient_id,
            )  # fmt: skip
        except Refused as refusal:
            st.error(look.literal(str(refusal)))
            return
        st.rerun()


def _others(of: Meeting, told: Minutes) -> None:
    """List who was carried over or taken off, each with the reason, and with what was typed and not closed."""
    for state, head in STATES:
        rows = told.in_state(state)
        if not rows:
            continue
        look.small_head(f"{head}: {len(rows)}")
        lines = [f"- **{look.literal(one.name)}** {look.literal(one.why or one.reason)}" for one in rows]
        st.markdown("\n".join(lines))
        for one in rows:
            if one.conflicts or not one.finished:
                _typed_of(of, one)


def _typed_of(of: Meeting, one: PatientMinutes) -> None:
    """Show what was typed of somebody who was not closed with Done: it is kept, and in no record yet."""
    with st.container(key=f"review_typed_{one.patient_id}", gap="xxsmall"):
        look.fact_line(f"Typed about {one.name}, in no record yet:", late=True)
        said = [one.discussed, *(f"{advice.what}. {advice.terms}".strip() for advice in one.recommendations)]
        st.markdown("  \n".join(look.literal(part) for part in said if part))
        _to_settle(of, one)
        _into_the_record(of, one)


def _tasks(told: Minutes) -> None:
    """List the tasks by owner, each owner's by due date."""
    look.section("Who does what, by when")
    if not told.tasks:
        look.fact_line("No recommendation of this meeting is open.")
    for owner, some in told.tasks:
        look.small_head(owner)
        lines = []
        for task in some:
            due = f"by {words.day(task.due, told.status_on)}" if task.due else "no date"
            late = f" :orange[**{words.count(task.days_late, 'day')} late**]" if task.days_late else ""
            lines.append(f"- {look.literal(task.name)}: {look.literal(task.what)}, {look.literal(due)}{late}")
        st.markdown("\n".join(lines))


def _status(of: Meeting) -> None:
    """Show where each recommendation of the meeting stands, and let it be said."""
    look.section("What became of it")
    people = tuple(item.patient_id for item in of.items)
    registry, caseload = data.caseload(Scope(patient_ids=people), data.today())
    rows = recommendations(registry)
    mine = registry.reviews.loc[registry.reviews["meeting_id"] == of.meeting_id, "review_id"]
    rows = rows[rows["review_id"].isin(mine)]
    if rows.empty:
        look.fact_line("Nothing was recommended.")
        return
    review_steps.board(Board(registry, names_of(caseload.worklist, registry.patients), data.today(), "after"), rows)


def names_of(worklist: pd.DataFrame, patients: pd.DataFrame) -> dict[int, str]:
    """Give the name of each patient, of those without an open episode too."""
    named = dict(zip(worklist["patient_id"].astype(int), worklist["name"].astype(str), strict=True))
    mrns = dict(zip(patients["patient_id"].astype(int), patients["mrn"].astype(str), strict=True))
    return mrns | named
