"""What is known of the patient whose care is recorded: who, where in care, what waits; read afresh after every save."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from bhi_core.domain import words
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.registry import Registry
from bhi_core.domain.review.recommendations import recommendations
from bhi_core.store import queries
from bhi_core.store.engine import reading
from bhi_core.ui import data, look
from bhi_core.ui.subject import Subject


@dataclass(frozen=True)
class Known:
    """A patient in care.

    Attributes:
        registry, caseload: of this patient only, as of today.
        advice: a row a recommendation (``review.recommendations``), oldest first.
        versions: every version of every episode, in the order of recording (``queries.episode_versions``).
    """

    registry: Registry
    caseload: Caseload
    advice: pd.DataFrame
    versions: pd.DataFrame

    @property
    def episode(self) -> "pd.Series[Any] | None":
        """Give the latest episode as it stands now; None for a person who was never enrolled."""
        now = self.versions[self.versions["superseded_at"].isna()].sort_values("enrolled_on", kind="stable")
        return None if now.empty else now.iloc[-1]

    @property
    def facts(self) -> "pd.Series[Any] | None":
        """Give what the rules know of the latest episode (``rules.facts``); None without one that has begun."""
        known = self.caseload.facts
        mine = known[known["episode_id"] == self.episode["episode_id"]] if self.episode is not None else known.iloc[:0]
        return None if mine.empty else mine.iloc[0]

    @property
    def is_open(self) -> bool:
        """Say whether the latest episode is open today."""
        return self.facts is not None and bool(self.facts["is_open"])

    @property
    def weeks(self) -> float | None:
        """Give the follow-up interval in weeks; None for contacts as needed."""
        found = None if self.episode is None else self.episode["follow_up_weeks"]
        return None if found is None or pd.isna(found) else float(found)

    @property
    def contact_due(self) -> date | None:
        """Give when the next contact is due; None as needed, or in no open episode."""
        return words.plain_date(self.facts["contact_due"]) if self.facts is not None and self.is_open else None


def read(who: Subject, today: date) -> Known:
    """Read what is known of a patient."""
    registry, caseload = data.patient(who.patient_id, today, None)
    with reading(data.engine()) as connection:
        versions = queries.episode_versions(connection, who.patient_id)
    return Known(registry, caseload, recommendations(registry), versions)


def head(who: Subject, known: Known, today: date, leave: Any) -> None:
    """Say for whom, where in care, what is open, and let another patient be picked."""
    look.headline(f"Record care for {who.name}")
    with st.container(horizontal=True, vertical_alignment="center", key="care_head"):
        late = late_contact(known.contact_due, today)
        facts = look.literal(" · ".join([who.facts, *where(known, today)]))
        st.caption(f"{facts} · :orange[**{look.literal(late)}**]" if late else facts)
        st.page_link("pages/care/patient.py", label="Open the patient", query_params={"id": str(who.patient_id)})
        st.button("Another patient", key="care_other", on_click=leave)
    if not known.is_open:
        look.fact_line("No episode is open: what is recorded stays in sight, but nothing becomes due.", late=True)
    flags = known.caseload.flags
    if flags.empty or not flags["open"].any():
        return
    said = known.caseload.findings.loc[known.caseload.findings["level"] == "safety", "full"].tolist()
    with look.alert("care_safety", "red"):
        st.markdown(f"**:red[◆ Open safety flag.]** {look.literal(' '.join(said) or 'Assess today.')}")
        st.page_link("pages/care/patient.py", label="Acknowledge it", query_params={"id": str(who.patient_id)})


def where(known: Known, today: date) -> list[str]:
    """Say where in care the patient is, in short parts."""
    if known.facts is None:
        return ["not enrolled"]
    facts = known.facts
    manager = facts["care_manager"] if isinstance(facts["care_manager"], str) else ""
    week = int(facts["enrolled_days"]) // 7
    said = f"{facts['status']}, week {week}" if known.is_open else f"{facts['status']}, no open episode"
    due = known.contact_due
    return [part for part in (said, manager, _due(due, today)) if part]


def _due(due: date | None, today: date) -> str:
    return f"contact due {words.day(due, today)}" if due and due >= today else ""


def late_contact(due: date | None, today: date) -> str:
    """Say that a contact is overdue, ``""`` when it is not."""
    if due is None or due >= today:
        return ""
    return f"contact was due {words.day(due, today)}, {words.ago((today - due).days)}"
