"""The loop from flag to adjusted treatment, worked out once for each version of the data, and narrowed for a page."""

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import streamlit as st

from bhi_core.domain.calendar import add_months
from bhi_core.domain.caseload import Caseload, Figure
from bhi_core.domain.registry import Registry
from bhi_core.domain.review import inertia
from bhi_core.domain.review.flagged import flagged_on
from bhi_core.domain.review.inertia import Loop
from bhi_core.store.queries import EVERYBODY
from bhi_core.ui import data


@dataclass(frozen=True)
class Chosen:
    """What somebody asked to see of the loop.

    Attributes:
        care_manager, site: a name, None for all.
        months: flagged within so many calendar months before ``as_of``; None for ever.
        as_of: the date of care.
        today: the date of care now.
    """

    care_manager: str | None
    site: str | None
    months: int | None
    as_of: date
    today: date

    @property
    def is_past(self) -> bool:
        """Say whether a past day is shown."""
        return self.as_of != self.today

    @property
    def narrows(self) -> bool:
        """Say whether a filter leaves somebody out."""
        return bool(self.care_manager or self.site or self.months)


def everybody(as_of: date) -> tuple[Registry, Caseload]:
    """Work out the caseload of everybody; shared with the caseload page."""
    return data.caseload(EVERYBODY, as_of)


def loop(as_of: date) -> Loop:
    """Follow every episode that was ever flagged, as of a date, with all that is known now.

    Returns:
        Read only; the same for everybody, so whoever shows it leaves out whom the person may not see.
    """
    return _loop(data.version(), as_of, data.chosen_settings().get("target_rule", "or"))


@st.cache_resource(scope="session", ttl=data.HOUR, max_entries=2, show_spinner=False)
def _loop(at_version: int, as_of: date, target: str, /) -> Loop:  # noqa: ARG001  part of the key
    registry, _ = everybody(as_of)
    return inertia.loop(registry, flagged_on(registry, target_rule="and" if target == "and" else "or"))


def narrowed(found: Loop, chosen: Chosen) -> Loop:
    """Keep the episodes that the filters leave."""
    rows = found.episodes
    if chosen.care_manager:
        rows = rows[rows["care_manager"] == chosen.care_manager]
    if chosen.site:
        rows = rows[rows["site"] == chosen.site]
    if chosen.months:
        rows = rows[rows["flagged_on"] >= pd.Timestamp(add_months(chosen.as_of, -chosen.months))]
    return replace(found, episodes=rows.reset_index(drop=True))


def therapeutic_inertia(registry: Registry) -> Figure:
    """Work out the one number of the landing page for the patients of a registry."""
    found = loop(registry.as_of)
    mine = found.episodes["patient_id"].isin(registry.patients["patient_id"])
    return inertia.therapeutic_inertia(replace(found, episodes=found.episodes[mine]))
