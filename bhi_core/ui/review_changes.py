"""What changed since the last review, by kind; and the pre-read to take along."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from bhi_core import clock
from bhi_core.domain import words
from bhi_core.domain.lookup import each_row
from bhi_core.report import pdf
from bhi_core.ui import access, data, look, review_data
from bhi_core.ui.review_agenda import Made

WEEK = timedelta(days=7)
AT_ONCE = 4
"""Changes of a kind written out; the rest one click away."""


def changed(made: Made) -> None:
    """List what changed, grouped by kind, since a day that can be chosen: at first that of the last review."""
    asked = made.asked
    held = review_data.last_meeting(asked.scope, asked.as_of)
    last = held[1] if held is not None else None
    look.section("What changed since the last review")
    picked = st.date_input(
        "Since the end of", value=last or asked.as_of - WEEK, max_value=asked.as_of - timedelta(days=1),
        key=f"review_since_{asked.as_of.isoformat()}_{last}", format="YYYY-MM-DD", width=150,
    )  # fmt: skip
    if not isinstance(picked, date):
        return
    rows = review_data.changed(asked.scope, picked, asked.as_of)
    never = f"a week ago: no meeting about {asked.scope.whose} has ended before"
    how = "the day of the last review" if picked == last else never if last is None else "chosen"
    people = words.count(int(rows["patient_id"].nunique()), "patient")
    look.fact_line(
        f"{words.count(len(rows), 'change')} of {people}, from the end of {words.day(picked, asked.today)} ({how}), as "
        f"known then, to {words.day(asked.as_of, asked.today)}, with all that is known now."
    )
    names = {int(row.patient_id): str(row.name) for row in each_row(made.caseload.worklist)}
    for kind, of_kind in rows.groupby("kind", sort=False):
        _kind(str(kind), of_kind, names)


def _kind(kind: str, rows: pd.DataFrame, names: dict[int, str]) -> None:
    """Write the changes of one kind, the first in sight."""
    look.small_head(f"{kind.capitalize()}: {len(rows)}")
    lines = [
        f"- **{look.literal(names.get(int(row.patient_id), row.mrn))}** {look.literal(row.what)}"
        for row in each_row(rows)
    ]
    st.markdown("\n".join(lines[:AT_ONCE]))
    if len(lines) > AT_ONCE:
        key = "review_more_" + kind.replace(" ", "_")
        with st.popover(f"{len(lines) - AT_ONCE} more", key=key, type="tertiary"):
            st.markdown("\n".join(lines[AT_ONCE:]))


def pre_read(made: Made) -> None:
    """Offer the pre-read: a first page, then a page a patient; made, and audited, only when it is asked for."""
    if not made.plan.on:
        return
    person, day, wanted = access.actor(), made.asked.held_on.isoformat(), _asked(made)
    forms = pd.concat([data.forms(patient_id, made.asked.as_of) for patient_id in wanted["agenda"]])
    standing = forms[~forms["superseded"]].reset_index(drop=True)

    def written(paper: pdf.Paper | None) -> bytes:
        data.audit_export(person, "pre-read", len(wanted["agenda"]))
        from bhi_core.report import preread  # with its templates, only when somebody takes it

        page = preread.html(made.caseload, made.registry, standing, preread.Asked(**wanted))
        return page.encode() if paper is None else pdf.from_html(page, paper)

    with st.popover("Pre-read", key="review_preread"):
        look.fact_line("A first page with the agenda, then one page a patient. It names patients.")
        st.download_button(
            "HTML", partial(written, None), _file(day, "html"), "text/html", key="review_preread_html",
            on_click="ignore",
        )  # fmt: skip
        for paper in pdf.PAPERS:
            st.download_button(
                f"PDF, {paper}", partial(written, paper), _file(day, "pdf"),
                "application/pdf", key=f"review_preread_{paper}", on_click="ignore",
            )  # fmt: skip


def _file(day: str, ending: str) -> str:
    """Name the file: the day, never a person."""
    return f"case-review-{day}-pre-read.{ending}"


def _asked(made: Made) -> dict[str, Any]:
    """Say what the pre-read is for."""
    asked, items = made.asked, pd.concat([made.agenda.items, made.agenda.passed_over])
    scope = asked.scope
    who = ", ".join(name for name in (scope.care_manager, scope.consultant, scope.site, asked.people) if name)
    return dict(
        held_on=asked.held_on,
        agenda=[place.patient_id for place in made.plan.on],
        weeks={int(row.patient_id): int(row.weeks_passed_over) for row in each_row(items)},
        added={place.patient_id: place.why for place in made.plan.on if place.why},
        who=who,
        minutes=asked.minutes,
        per_patient=asked.per_patient,
        zone=clock.zone(data.zone()),
    )
