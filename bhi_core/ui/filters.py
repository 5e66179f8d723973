"""What the caseload is narrowed to: asked in one row of widgets, kept in the URL (but never the search text)."""

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.episodes import ACTIVE, RELAPSE_PREVENTION
from bhi_core.store.queries import Scope
from bhi_core.ui import data

NEED, OVERDUE, ALL = "Need the team", "Overdue", "All"
SHOWN = (NEED, OVERDUE, ALL)
ANY = "All"
STATUSES = {"Active": ACTIVE, "Relapse prevention": RELAPSE_PREVENTION}
REMEMBERED = "caseload_view"


@dataclass(frozen=True)
class View:
    """What somebody asked to see.

    Attributes:
        find: part of a name or an MRN, "" for none; stays out of the URL.
        care_manager, site, consultant, level, instrument: a name, None for all.
        status: "Active", "Relapse prevention" or None for both.
        show: one of ``SHOWN``.
        as_of: the date of care.
        today: the date of care now.
    """

    find: str
    care_manager: str | None
    site: str | None
    consultant: str | None
    status: str | None
    level: str | None
    instrument: str | None
    show: str
    as_of: date
    today: date

    @property
    def scope(self) -> Scope:
        """Give what the read is narrowed to."""
        return Scope(care_manager=self.care_manager, site=self.site, consultant=self.consultant)

    @property
    def whose(self) -> str:
        """Say whose patients the headline counts: "active patients" or "D. Reyes's active patients"."""
        of = f"{self.care_manager}'s active patients" if self.care_manager else "active patients"
        at = f" at {self.site}" if self.site else ""
        return f"{of}{at}" + (f" with {self.consultant}" if self.consultant else "")

    @property
    def in_words(self) -> str:
        """Name what narrows the rows shown, for the empty state."""
        chosen = (self.site, self.care_manager, self.consultant, self.status, self.level, self.instrument)
        return ", ".join([part for part in chosen if part] + [self.show] + ([f'"{self.find}"'] if self.find else []))


def ask(levels: list[str], instruments: list[str]) -> View:
    """Draw the row of filters and give what was chosen.

    Args:
        levels: words of the levels, loudest first.
        instruments: names of the instruments that are followed.
    """
    managers, sites, consultants = data.people_and_places()
    today = data.today()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="caseload_filters"):
        find = st.text_input("Find a patient", key="caseload_find", placeholder="Name or MRN", width=160, live=True)
        manager = _one("Care manager", managers, "care_manager", 140)
        site = _one("Site", sites, "site", 112)
        consultant = _one("Consultant", consultants, "consultant", 118)
        status = _one("Status", list(STATUSES), "status", 128)
        level = _one("Level", levels, "level", 105)
        instrument = _one("Instrument", instruments, "instrument", 108)
        show = st.segmented_control(
            "Show", SHOWN, default=NEED, required=True, key="caseload_show", bind="query-params"
        )
        as_of = st.date_input(
            "As of",
            value=today,
            max_value=today,
            key="caseload_as_of",
            bind="query-params",
            width=128,
            format="YYYY-MM-DD",
        )
    return View(
        (find or "").strip(), manager, site, consultant, status, level, instrument, show or NEED,
        as_of if isinstance(as_of, date) else today, today,
    )  # fmt: skip


def _one(label: str, names: list[str], what: str, width: int) -> str | None:
    """Ask for one of some names, or all; kept in the URL."""
    options = [ANY, *names]
    picked = st.selectbox(label, options, key=f"caseload_{what}", bind="query-params", width=width)
    return None if picked in (None, ANY) else str(picked)


def narrowed(view: View, caseload: Caseload) -> pd.DataFrame:
    """Give the rows of the worklist that the filters leave, before "Show"; the headline's denominator stays whole."""
    rows = caseload.worklist
    if view.status:
        rows = rows[rows["status"] == STATUSES[view.status]]
    if view.level:
        rows = rows[rows["level"] == view.level]
    if view.instrument:
        ids = {instrument.name: instrument.series for instrument in caseload.instruments}
        followed = caseload.trajectories
        with_it = followed.loc[followed["instrument"] == ids[view.instrument], "episode_id"]
        rows = rows[rows["episode_id"].isin(with_it)]
    if view.find:
        wanted = view.find.casefold()
        named = rows["name"].str.casefold().str.contains(wanted, regex=False)
        rows = rows[named | rows["mrn"].str.casefold().str.contains(wanted, regex=False)]
    return rows


def shown(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of the chosen view: those who need the team, those overdue, or all."""
    if view.show == NEED:
        return rows[rows["needs_team"].astype(bool)]
    if view.show == OVERDUE:
        return rows[rows["overdue"].astype(bool)]
    return rows


def remember(view: View, rows: pd.DataFrame) -> None:
    """Keep the order and the way back for the patient page: ids and filters, no names and no scores."""
    chosen = {
        "care_manager": view.care_manager, "site": view.site, "consultant": view.consultant, "status": view.status,
        "level": view.level, "instrument": view.instrument,
    }  # fmt: skip
    back = {f"caseload_{name}": value for name, value in chosen.items() if value}
    if view.show != NEED:
        back["caseload_show"] = view.show
    if view.as_of != view.today:
        back["caseload_as_of"] = view.as_of.isoformat()
    order = [int(one) for one in rows["patient_id"]]
    st.session_state[REMEMBERED] = {
        "order": order,
        "back": back,
        "scope": (view.care_manager, view.site, view.consultant),
    }


def remembered() -> tuple[list[int], dict[str, str]]:
    """Give the order of the last caseload seen in this session, and the query that leads back to it."""
    kept = st.session_state.get(REMEMBERED, {"order": [], "back": {}})
    return kept["order"], kept["back"]


def remembered_scope() -> Scope | None:
    """Give what the last caseload of this session was narrowed to, None before there was one."""
    kept = st.session_state.get(REMEMBERED)
    return Scope(*kept["scope"]) if kept else None


def freshness(recorded_to: object, view: View, rules_version: str) -> str:
    """Say who, when and how fresh, in one line."""
    where = view.site or "all sites"
    who = view.care_manager or "all care managers"
    return (
        f"{where} · {who} · {recorded_to} · rules {rules_version} · "
        "decision support: does not replace clinical judgement"
    )


def looking_back(view: View) -> str:
    """Say that a past day is shown, "" for today."""
    if view.as_of == view.today:
        return ""
    return (
        f"As it was on {words.day(view.as_of, view.today)}, with all that is known now. Nothing can be recorded here."
    )


def back_to_today() -> None:
    """Set the date of care to today (a callback)."""
    st.session_state["caseload_as_of"] = data.today()


def clear() -> None:
    """Set every filter to its default (a callback)."""
    st.session_state["caseload_find"] = ""
    for what in ("care_manager", "site", "consultant", "status", "level", "instrument"):
        st.session_state[f"caseload_{what}"] = ANY
    st.session_state["caseload_show"] = NEED
