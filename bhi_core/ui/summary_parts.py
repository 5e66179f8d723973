"""The parts of the caseload summary: figures in sections, each a button that opens its patients."""

from datetime import date
from typing import Literal

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.caseload import Caseload, Figure, Flow
from bhi_core.store.queries import Scope
from bhi_core.ui import data, look
from bhi_core.ui.caseload_parts import figure_key, recorded
from bhi_core.ui.worked import Worked

SECTIONS = {
    "size": "Size",
    "process": "Process",
    "outcome": "Outcome",
    "class": "Course, first to latest",
}
"""Section of a figure -> its heading."""

SEVERITY = "Severity then and now: open patients with a score, and their share of the row; the same band is outlined"
TINTS = (60, 40, 20, 1, 0)
"""From which share of its row, in percent, a cell has which tint, the deepest first (``look.STYLE``)."""

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
    """Say whose, as of when and recorded up to when, by which rules."""
    whose = scope.care_manager or "all care managers"
    where = scope.site or "all sites"
    day = worked.registry.as_of
    said, late = recorded(worked.registry.recorded_to, day, day)
    look.fact_line(
        f"{where} · {whose} · open patients as of {words.full_day(day)} · {said} · "
        f"rules {worked.caseload.rules_version} · a change after treatment is not a change because of it",
        late=late,
    )


def figures(worked: Worked) -> Figure | None:
    """Draw the figures by section and give the one that was picked; the pick is kept in the URL."""
    cells = [cell for flow in worked.flows for row in flow.cells for cell in row]
    by_key = {figure_key(figure): figure for figure in [*worked.figures, *cells]}
    for section, title in SECTIONS.items():
        of_section = [figure for figure in worked.figures if figure.section == section]
        if not of_section:
            continue
        labels = by_whom(of_section)
        look.small_head(f"{title}: of {next(iter(labels))}" if len(labels) == 1 else title)
        with st.container(horizontal=True, gap="small", key=f"summary_section_{section}"):
            for figure in of_section:
                _figure(figure)
        if len(labels) > 1:
            look.fact_line(" ".join(f"{', '.join(names)}: of {whom}." for whom, names in labels.items()))
    look.small_head(SEVERITY)
    for flow in worked.flows:
        _flow(flow, worked.figures)
    return by_key.get(st.query_params.get("figure", ""))


def by_whom(found: list[Figure]) -> dict[str, list[str]]:
    """Put the labels of figures that are of the same people together: of whom -> labels."""
    labels: dict[str, list[str]] = {}
    for figure in found:
        labels.setdefault(figure.of_whom, []).append(figure.label)
    return labels


def _figure(figure: Figure, width: Literal["content", "stretch"] = "content") -> None:
    """Draw a figure as a button that opens its patients."""
    st.button(
        f"{look.literal(figure.label)}  \n**{figure.share}** {figure.count}", key=f"summary_{figure_key(figure)}",
        help=f"Of {figure.of_whom}", disabled=figure.denominator == 0, width=width, on_click=_pick, args=(figure,),
    )  # fmt: skip


def _pick(figure: Figure) -> None:
    """Name a figure in the URL before the page runs (a callback)."""
    st.query_params["figure"] = figure_key(figure)


def _flow(flow: Flow, found: list[Figure]) -> None:
    """Draw severity then and now: a row a band at the start, a column a band now, with the sums on the sides."""
    by_label = {(figure.section, figure.label): figure for figure in found}
    widths = [1.25] + [1.0] * len(flow.bands)
    with st.container(key=f"summary_flow_{flow.name}", gap="xsmall"):
        head, *columns = st.columns(widths, gap="xsmall", vertical_alignment="bottom")
        head.caption(look.literal(f"{flow.name}: at the start ↓, now →"))
        for column, band in zip(columns, flow.bands, strict=True):
            with column:
                _figure(by_label["severity now", f"{flow.name} {band}"], "stretch")
        for start, row in zip(flow.bands, flow.cells, strict=True):
            head, *columns = st.columns(widths, gap="xsmall", vertical_alignment="center")
            with head:
                _figure(by_label["severity at start", f"{flow.name} {start}"], "stretch")
            for column, band, cell in zip(columns, flow.bands, row, strict=True):
                with column:
                    _cell(cell, same=band == start)


def _cell(cell: Figure, *, same: bool) -> None:
    """Draw one cell: the count, under it the share of its row; tinted by the share, outlined where the band is one."""
    step = next(step for step, least in enumerate(TINTS) if 100 * cell.numerator >= least * max(cell.denominator, 1))
    st.button(
        f"**{cell.numerator}**  \n{cell.share}" if cell.numerator else "·",
        key=f"summary_cell{len(TINTS) - 1 - step}{'_same' if same else ''}_{figure_key(cell)}",
        help=f"{cell.label}: {cell.count} {cell.of_whom}", disabled=not cell.numerator, width="stretch",
        on_click=_pick, args=(cell,),
    )  # fmt: skip


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
