"""The parts of the caseload summary: figures in sections, each a button that opens its patients."""

from datetime import date

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.caseload import Caseload, Figure
from bhi_core.store.queries import Scope
from bhi_core.ui import data, look
from bhi_core.ui.caseload_parts import figure_key
from bhi_core.ui.worked import Worked

SECTIONS = {
    "size": "Size",
    "process": "Process",
    "outcome": "Outcome",
    "severity at start": "Severity at the start",
    "severity now": "Severity now",
    "class": "Course, first to latest",
}
"""Section of a figure -> its heading."""

NOT_THESE = "Those not"


def ask() -> tuple[Scope, date]:
    """Ask whose caseload; kept in the URL."""
    managers, sites, _ = data.people_and_places()
    with st.container(horizontal=True, vertical_alignment="bottom", key="summary_filters"):
        manager = st.selectbox(
            "Care manager", ["All", *managers], key="summary_care_manager", bind="query-params", width=170
        )
        site = st.selectbox("Site", ["All", *sites], key="summary_site", bind="query-params", width=150)
    return Scope(
        care_manager=None if manager in (None, "All") else manager, site=None if site in (None, "All") else site
    ), data.today()


def sentence(figures: list[Figure]) -> str:
    """Say the main outcome with its counts, and the process that it rests on."""
    by_section = {figure.section: figure for figure in figures if figure.section in ("size", "outcome")}
    size, outcome = by_section["size"], by_section["outcome"]
    measured = next(figure for figure in figures if figure.label.startswith("Measured"))
    if outcome.denominator == 0:
        return (
            f"{words.count(size.numerator, 'open patient')}; nobody has been in care long enough to speak of response."
        )
    return (
        f"{outcome.share} responded ({outcome.count} {outcome.of_whom}); "
        f"{measured.count} {measured.of_whom} were measured in the last 30 days."
    )


def freshness(scope: Scope, worked: Worked) -> None:
    """Say whose, as of when, by which rules."""
    whose = scope.care_manager or "all care managers"
    where = scope.site or "all sites"
    look.fact_line(
        f"{where} · {whose} · open patients as of {words.full_day(worked.registry.as_of)} · "
        f"rules {worked.caseload.rules_version} · a change after treatment is not a change because of it"
    )


def figures(found: list[Figure]) -> Figure | None:
    """Draw the figures by section and give the one that was picked; the pick is kept in the URL."""
    by_key = {figure_key(figure): figure for figure in found}
    for section, title in SECTIONS.items():
        of_section = [figure for figure in found if figure.section == section]
        if not of_section:
            continue
        look.small_head(title)
        with st.container(horizontal=True, gap="small", key=f"summary_section_{section.replace(' ', '_')}"):
            for figure in of_section:
                if st.button(
                    f"{look.literal(figure.label)}  \n**{figure.share}** {figure.count}",
                    key=f"summary_{figure_key(figure)}", help=f"Of {figure.of_whom}", disabled=figure.denominator == 0,
                ):  # fmt: skip
                    st.query_params["figure"] = figure_key(figure)
    return by_key.get(st.query_params.get("figure", ""))


def patients_of(figure: Figure, caseload: Caseload) -> pd.DataFrame:
    """Give the rows behind a figure: its patients, or on request those of the denominator who are not among them."""
    others = [one for one in figure.of_patient_ids if one not in set(figure.patient_ids)]
    which = "These"
    if others:
        which = st.segmented_control(
            "Patients", ["These", NOT_THESE], default="These", required=True, key="summary_which",
            label_visibility="collapsed",
        ) or "These"  # fmt: skip
    ids = others if which == NOT_THESE else list(figure.patient_ids)
    return caseload.worklist[caseload.worklist["patient_id"].isin(ids)]
