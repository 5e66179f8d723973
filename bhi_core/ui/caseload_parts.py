"""The parts of the caseload page around its table: the answer, the empty states, why not listed, the files to take."""

from datetime import date, datetime

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bhi_core import clock
from bhi_core.domain import caseload as caseloads
from bhi_core.domain import instruments, words
from bhi_core.domain.caseload import Caseload, Figure
from bhi_core.domain.lookup import each_row
from bhi_core.domain.review.inertia import INERTIA_LABEL, INERTIA_OF_WHOM
from bhi_core.domain.rules import book
from bhi_core.report import sheets, worklist
from bhi_core.ui import access, data, filters, look, process_data
from bhi_core.ui.filters import View
from bhi_core.ui.worked import Worked

STALE_AFTER = 7
"""Days without a newly recorded score after which the line of freshness turns orange (the review is weekly)."""

KEY_LINE = (
    "Item 9: ◆ answered 2 or 3, ◇ answered 1, ? total only, ✓ acknowledged. Course: grey field = 10 and above, "
    "dashes = half of the first score. ▼ the score went down, ▲ up; on these scales lower is better."
)
OWN_REGISTRY = (
    "To begin your own registry, stop this program and start it with BHI_DATABASE_URL set, for example "
    "BHI_DATABASE_URL=sqlite:///registry.db streamlit run dashboard.py"
)
STRIP = ("Measured", "Reached", "Response or better", "Consulted", "Caseload filled")
"""Beginnings of the labels of the figures that stand over the caseload, in this order."""


def choices() -> tuple[list[str], list[str]]:
    """Give what can be asked for: the levels, loudest first, and the names of the instruments that are followed."""
    followed = [instrument.name for instrument in instruments.registry() if instrument.trackable]
    return list(book().levels.order), followed


def empty_registry() -> None:
    """Offer the two ways on from an empty database."""
    look.headline("No patients yet. Bring in a file of scores, or open the demo clinic.")
    look.fact_line("A CSV or Excel file with an MRN, a date and a PHQ-9 or GAD-7 score is enough.")
    with st.container(horizontal=True):
        if st.button("Bring in a file", key="caseload_bring_in", type="primary"):
            st.switch_page("pages/records/upload.py")
        with st.popover("Open the demo clinic", key="caseload_demo"):
            look.fact_line("Stop this program and start it without BHI_DATABASE_URL: the demo clinic opens.")


def answer(view: View, worked: Worked) -> DeltaGenerator:
    """Write the answer, who and when, and the strip of figures; give the place of the strip."""
    back = filters.looking_back(view)
    if back:
        with look.alert("caseload_back", "orange"):
            st.markdown(look.literal(back))
            st.button("Back to today", key="caseload_today", on_click=filters.back_to_today)
    look.headline(worked.headline(view.whose))
    said, late = recorded(worked.registry.recorded_to, view.as_of, view.today)
    with st.container(horizontal=True, vertical_alignment="center", key="caseload_figures_behind"):
        look.fact_line(filters.freshness(said, view, worked.caseload.rules_version), late=late)
        st.page_link("pages/care/summary.py", label="Every figure, and the patients behind it")
        st.page_link("pages/quality/process.py", label="From flag to adjusted treatment: who still waits")
    known = process_data.therapeutic_inertia(view.scope, view.as_of, only_if_known=True)
    to_come = [] if known else [(INERTIA_LABEL, INERTIA_OF_WHOM)]
    return look.figure_row(_strip(worked, known), key="caseload", to_come=to_come)


def inertia(place: DeltaGenerator, view: View, worked: Worked) -> None:
    """Add therapeutic inertia to the strip, where it was not known yet: it takes longer than the caseload, so the
    table is not kept waiting for it."""
    if process_data.therapeutic_inertia(view.scope, view.as_of, only_if_known=True) is None:
        found = process_data.therapeutic_inertia(view.scope, view.as_of)
        look.figures_into(place, _strip(worked, found))


def _strip(worked: Worked, found: Figure | None) -> list[Figure]:
    strip = [chosen for start in STRIP for chosen in worked.figures if chosen.label.startswith(start)]
    return strip if found is None else [*strip, found]


def recorded(moment: datetime | None, as_of: date, today: date) -> tuple[str, bool]:
    """Say up to when scores were recorded, and whether that is too long ago to be called current."""
    if moment is None:
        return "no scores recorded yet", True
    here = moment.astimezone(clock.zone(data.zone()))
    said = f"scores recorded up to {words.full_day(here.date())}, {here:%H:%M}"
    days = (today - here.date()).days
    if as_of == today and days > STALE_AFTER:
        return f"{said}, {days} days ago. Nothing below is newer", True
    return said, False


def nobody_shown(view: View, matching: pd.DataFrame) -> None:
    """Say that the filters leave nobody, and give the way out."""
    if view.find and not matching.empty:
        elsewhere(view, matching.iloc[:0], matching)
        return
    st.markdown(look.literal(f"No patient matches: {view.in_words}."))
    st.button("Clear filters", key="caseload_clear", on_click=filters.clear)


def elsewhere(view: View, rows: pd.DataFrame, matching: pd.DataFrame) -> None:
    """Say at once when a search finds somebody whom the view does not show."""
    if not view.find:
        return
    outside = matching[~matching["episode_id"].isin(rows["episode_id"])]
    for row in each_row(outside.head(3)):
        title = book().group(row.group).title
        reason = row.not_listed_because or row.why_full
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{look.literal(row.name)}** is in “{look.literal(title)}”, which is not shown under "
                f"“{look.literal(view.show)}”. {look.literal(reason)}"
            )
            st.page_link("pages/care/patient.py", label="Open", query_params=patient_query(row.patient_id, view))


def patient_query(patient_id: int, view: View) -> dict[str, str]:
    """Give the query that opens a patient: an id, and the date of care when it is not today."""
    past = {"as_of": view.as_of.isoformat()} if view.as_of != view.today else {}
    return {"id": str(int(patient_id)), **past}


def under_the_table(view: View, worked: Worked, rows: pd.DataFrame) -> None:
    """Write what stands under the table: why not listed, and the files to take."""
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("Why is a patient not listed?", key="caseload_why"):
            _why(view, worked)
        _files(view, worked.caseload, rows)


def _why(view: View, worked: Worked) -> None:
    text = st.text_input("Name or MRN", key="caseload_why_find", placeholder="Name or MRN")
    if not text:
        look.fact_line("Anyone on the caseload, listed or not, also after the episode was closed.")
        return
    for found in caseloads.explain(worked.caseload, worked.registry, text, shown_as=view.show)[:5]:
        lead = f"**{look.literal(found.name)}**  \n" if found.name else ""
        st.markdown(lead + look.literal(found.sentence))
        if found.patient_id is not None:
            st.page_link("pages/care/patient.py", label="Open", query_params=patient_query(found.patient_id, view))


def _files(view: View, caseload: Caseload, rows: pd.DataFrame) -> None:
    """Offer the rows shown as a file; it is made, and audited, only when asked for."""
    person = access.actor()
    for label, ending, mime in (
        ("Download CSV", "csv", "text/csv"),
        ("Download Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ):

        def content(ending: str = ending) -> bytes:
            data.audit_export(person, "caseload", len(rows))
            made = worklist.rows(caseload, rows)
            return sheets.csv_bytes(made) if ending == "csv" else sheets.xlsx_bytes({"Caseload": made})

        st.download_button(
            label, content, f"caseload-{view.as_of.isoformat()}.{ending}", mime,
            key=f"caseload_{ending}", on_click="ignore",
        )  # fmt: skip


def figure_key(figure: Figure) -> str:
    """Give a short name of a figure for the URL."""
    return "".join(sign if sign.isalnum() else "-" for sign in f"{figure.section} {figure.label}".lower())
