"""The loop from flag to adjusted treatment, worked out once for each version of the data, and narrowed for a page."""

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import streamlit as st

from bhi_core.domain.calendar import add_months
from bhi_core.domain.caseload import Figure
from bhi_core.domain.review import inertia
from bhi_core.domain.review.flagged import flagged_on
from bhi_core.domain.review.inertia import Loop
from bhi_core.store.queries import Scope
from bhi_core.ui import data

KEPT = 4
"""Loops that a session keeps."""


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


def loop(scope: Scope, as_of: date) -> Loop:
    """Follow every episode of a scope that was ever flagged, as of a date, with all that is known now; read only."""
    return _loops().of(scope, as_of)


class _Loops:
    """The loops that a session has worked out, the newest last."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], Loop] = {}

    def known(self, scope: Scope, as_of: date) -> Loop | None:
        """Give a loop that is worked out already, None where it is not."""
        return self._kept.get(self._key(scope, as_of))

    def of(self, scope: Scope, as_of: date) -> Loop:
        """Work a loop out, or give the one that is known."""
        key = self._key(scope, as_of)
        found = self._kept.get(key)
        if found is None:
            registry, _ = data.caseload(scope, as_of)
            found = inertia.loop(registry, flagged_on(registry, target_rule="and" if key[-1] == "and" else "or"))
            kept = [*self._kept.items(), (key, found)]
            self._kept = dict(kept[-KEPT:])
        return found

    @staticmethod
    def _key(scope: Scope, as_of: date) -> tuple[object, ...]:
        target = data.chosen_settings().get("target_rule", "or")
        return data.version(), scope.care_manager, scope.site, scope.consultant, scope.patient_ids, as_of, target


@st.cache_resource(scope="session", ttl=data.HOUR, max_entries=1, show_spinner=False)
def _loops() -> _Loops:
    return _Loops()


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


def therapeutic_inertia(scope: Scope, as_of: date, *, only_if_known: bool = False) -> Figure | None:
    """Work out the one number of the landing page.

    Args:
        scope: whose patients.
        as_of: the date of care.
        only_if_known: give None instead of working it out, which may take longer than the caseload itself.
    """
    found = _loops().known(scope, as_of) if only_if_known else loop(scope, as_of)
    return None if found is None else found.inertia
