"""Which patient is asked for, and everything that the page needs to know of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from bhi_core.domain.answers import Chart, chart
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.lookup import each_row
from bhi_core.domain.registry import Registry
from bhi_core.store.queries import Scope
from bhi_core.ui import data, filters, look


@dataclass(frozen=True)
class Shown:
    """A patient as of a date.

    Attributes:
        patient: the person's row: patient_id, mrn, names, birth_date, sex, site, pcp.
        as_of, today: the date of care that is shown, and now.
        registry, caseload: of this patient only.
        forms: a row a form, with its answers, who recorded it and what it replaced.
        told: the latest episode as of the date, None when there is none.
        earlier: the ids of the episodes before it, latest first; ``chart_of`` works one out.
        order: the patients of the caseload that was last looked at.
    """

    patient: "pd.Series[Any]"
    as_of: date
    today: date
    registry: Registry
    caseload: Caseload
    forms: pd.DataFrame
    told: Chart | None
    earlier: tuple[int, ...]
    order: tuple[int, ...]

    @property
    def patient_id(self) -> int:
        """Give the patient's id."""
        return int(str(self.patient["patient_id"]))

    @property
    def name(self) -> str:
        """Give "Last, First", or the MRN of a person without a name."""
        parts = [self.patient[column] for column in ("last_name", "first_name")]
        return ", ".join(part for part in parts if isinstance(part, str) and part) or str(self.patient["mrn"])

    def chart_of(self, episode_id: int) -> Chart:
        """Cut an episode of the patient out of what is known."""
        return _chart(self.caseload, self.registry, self.forms, episode_id)

    @property
    def is_past(self) -> bool:
        """Say whether a past day is shown, on which nothing can be recorded."""
        return self.as_of != self.today


def asked() -> Shown | None:
    """Read the id and the date from the URL and look both up; None after saying why nobody is shown."""
    today = data.today()
    patient_id = _number(st.query_params.get("id"))
    order, _ = filters.remembered()
    if patient_id is None:
        _pick(today)
        return None
    as_of = _day(st.query_params.get("as_of"), today)
    registry, caseload = data.patient(patient_id, as_of, filters.remembered_scope())
    if registry.patients.empty:
        look.headline("This patient is not in your sites, or the link is not whole.")
        look.fact_line("Open the patient from the caseload, or ask who sent the link to send it again.")
        st.page_link("pages/care/caseload.py", label="To the caseload")
        return None
    forms = data.forms(patient_id, as_of)
    episodes = registry.episodes.sort_values("enrolled_on", kind="stable", ascending=False)["episode_id"].tolist()
    told = _chart(caseload, registry, forms, episodes[0]) if episodes else None
    return Shown(
        registry.patients.iloc[0], as_of, today, registry, caseload, forms, told, tuple(episodes[1:]), tuple(order)
    )


def _chart(caseload: Caseload, registry: Registry, forms: pd.DataFrame, episode_id: int) -> Chart:
    """Cut an episode out, by the forms that stand."""
    return chart(caseload, registry, forms[~forms["superseded"]], episode_id)


def _pick(today: date) -> None:
    """Offer to find a patient when the URL names none."""
    look.headline("Which patient?")
    _, caseload = data.caseload(Scope(), today)
    people = caseload.worklist
    if people.empty:
        look.fact_line("Nobody is enrolled yet.")
        st.page_link("pages/records/upload.py", label="Bring in a file")
        return
    labels = {int(row.patient_id): f"{row.name} · {row.mrn}" for row in each_row(people)}
    picked = st.selectbox(
        "Name or MRN", list(labels), index=None, format_func=labels.__getitem__, key="patient_pick",
        placeholder="Type a part of a name or an MRN", width=420,
    )  # fmt: skip
    if picked is not None:
        st.switch_page("pages/care/patient.py", query_params={"id": str(picked)})


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def _day(text: str | None, today: date) -> date:
    """Read the date of care; what is no date, or lies ahead, is today."""
    try:
        return min(date.fromisoformat(text or ""), today)
    except ValueError:
        return today
