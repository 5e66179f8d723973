"""What the weekly review reads: the caseload as a meeting had it, who was passed over, what changed since a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import pandas as pd
import streamlit as st

from bhi_core import clock
from bhi_core.domain import caseload as caseloads
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.lookup import each_row
from bhi_core.domain.registry import Registry
from bhi_core.domain.review import backlog, changes
from bhi_core.domain.rules.evaluate import TargetRule
from bhi_core.store import queries
from bhi_core.store.engine import reading
from bhi_core.store.queries import Scope
from bhi_core.ui import data

HOUR = timedelta(hours=1)
MINUTES, PER_PATIENT = "meeting_minutes", "minutes_per_patient"
"""Settings: the usual minutes of a meeting and of a patient in it."""


@dataclass(frozen=True)
class Known:
    """The caseload as it was known at a moment."""

    registry: Registry
    caseload: Caseload


def caseload_known(scope: Scope, as_of: date, known_at: datetime) -> Known:
    """Work out the caseload as it was known at a moment: what a meeting had before it, whatever it records itself.

    What was known then does not change, so the version of the data is not part of the key: else every decision in the
    meeting would work the whole caseload out anew.
    """
    who = (scope.care_manager, scope.site, scope.consultant, scope.patient_ids)
    return _known(*who, as_of, known_at, _target())


@st.cache_resource(scope="session", ttl=HOUR, max_entries=3, show_spinner=False)
def _known(  # noqa: PLR0917  a cached function's key: all by place
    care_manager: str | None,
    site: str | None,
    consultant: str | None,
    patient_ids: tuple[int, ...] | None,
    as_of: date,
    known_at: datetime,
    target: TargetRule,
    /,
) -> Known:
    with reading(data.engine()) as connection:
        registry = queries.registry(connection, Scope(care_manager, site, consultant, patient_ids), as_of, known_at)
    return Known(registry, caseloads.work_out(registry, target_rule=target))


def weeks_passed_over(scope: Scope, as_of: date) -> "pd.Series[int]":
    """Count for each listed patient the weeks running without a review (patient_id -> weeks)."""
    return _weeks(data.version(), scope.care_manager, scope.site, scope.consultant, as_of, _target(), data.zone())


@st.cache_resource(scope="session", ttl=HOUR, max_entries=3, show_spinner=False)
def _weeks(  # noqa: PLR0917  a cached function's key: all by place
    at_version: int,  # noqa: ARG001  part of the key
    care_manager: str | None,
    site: str | None,
    consultant: str | None,
    as_of: date,
    target: TargetRule,
    zone: str,
    /,
) -> "pd.Series[int]":
    scope = Scope(care_manager, site, consultant)
    rows = data.caseload(scope, as_of)[1].worklist
    listed = rows.loc[rows["listed"].astype(bool), "patient_id"].tolist()
    with reading(data.engine()) as connection:
        history = queries.history(connection, scope, as_of)
    return backlog.weeks_passed_over(
        history, as_of, listed, partial(clock.end_of_day, clinic_zone=zone), target_rule=target
    )


def meetings() -> pd.DataFrame:
    """Read the meetings, the newest first; afresh on every run."""
    with reading(data.engine()) as connection:
        return queries.meetings(connection)


def usual_minutes() -> tuple[int, int]:
    """Give the clinic's usual minutes of a meeting and of a patient in it."""
    chosen = data.chosen_settings()
    return _minutes(chosen.get(MINUTES), 60), _minutes(chosen.get(PER_PATIENT), 6)


def _minutes(value: object, default: int) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 1 else default


def _target() -> TargetRule:
    return "and" if data.chosen_settings().get("target_rule", "or") == "and" else "or"


def weeks_at(scope: Scope, as_of: date, known_at: datetime) -> "pd.Series[int]":
    """Count as ``weeks_passed_over``, once for a meeting: as it began, so that its own decisions change nothing."""
    return _weeks_at(scope.care_manager, scope.site, scope.consultant, as_of, known_at)


@st.cache_resource(scope="session", ttl=HOUR, max_entries=3, show_spinner=False)
def _weeks_at(
    care_manager: str | None,
    site: str | None,
    consultant: str | None,
    as_of: date,
    known_at: datetime,  # noqa: ARG001  part of the key
    /,
) -> "pd.Series[int]":
    return weeks_passed_over(Scope(care_manager, site, consultant), as_of)


def changed(scope: Scope, since: date, as_of: date) -> pd.DataFrame:
    """Say what changed between the end of a day, as known then, and the date of care, with all that is known now.

    Both caseloads are of everybody, since who was another's patient then is not newly enrolled; the result is narrowed.
    """
    rows = _changed(data.version(), since, as_of, _target(), data.zone())
    if scope == Scope():
        return rows
    mine = data.caseload(scope, as_of)[0].patients["patient_id"]
    return rows[rows["patient_id"].isin(mine)].reset_index(drop=True)


@st.cache_resource(scope="session", ttl=HOUR, max_entries=3, show_spinner=False)
def _changed(
    at_version: int,  # noqa: ARG001  part of the key
    since: date,
    as_of: date,
    target: TargetRule,
    zone: str,
    /,
) -> pd.DataFrame:
    with reading(data.engine()) as connection:
        before = queries.registry(connection, queries.EVERYBODY, since, clock.end_of_day(since, zone))
    then = before, caseloads.work_out(before, target_rule=target)
    return changes.changes(then, data.caseload(queries.EVERYBODY, as_of))


def last_meeting(scope: Scope, before: date) -> tuple[int, date] | None:
    """Give the last meeting of these patients that has ended, before a day: its id and day; None without one."""
    rows = meetings()
    rows = rows[rows["ended_at"].notna() & (rows["held_on"] < pd.Timestamp(before))]
    for row in each_row(rows):
        if (_text(row.care_manager), _text(row.site)) in {(scope.care_manager, scope.site), (None, None)}:
            return int(row.meeting_id), pd.Timestamp(row.held_on).date()
    return None


def items_of(meeting_id: int) -> pd.DataFrame:
    """Read the agenda of a meeting, in its order."""
    with reading(data.engine()) as connection:
        return queries.agenda_items(connection, meeting_id)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
