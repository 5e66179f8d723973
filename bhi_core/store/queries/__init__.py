"""Ask the records: every answer is a frame or a plain value, never a row object."""

from bhi_core.store.queries.checks import check
from bhi_core.store.queries.export import export_frame
from bhi_core.store.queries.frames import EVERYBODY, Scope
from bhi_core.store.queries.history import history
from bhi_core.store.queries.meetings import (
    agenda_items,
    entries,
    meeting,
    meeting_version,
    meetings,
    open_meeting,
)
from bhi_core.store.queries.practice import (
    audit,
    batches,
    counts,
    data_version,
    is_empty,
    mapping_for,
    refused_lines,
    setting_history,
    settings,
)
from bhi_core.store.queries.records import episode_versions, forms, patient, patient_with, patients, sites, staff
from bhi_core.store.queries.registry import registry

__all__ = [
    "EVERYBODY",
    "Scope",
    "agenda_items",
    "audit",
    "batches",
    "check",
    "counts",
    "data_version",
    "entries",
    "episode_versions",
    "export_frame",
    "forms",
    "history",
    "is_empty",
    "mapping_for",
    "meeting",
    "meeting_version",
    "meetings",
    "open_meeting",
    "patient",
    "patient_with",
    "patients",
    "refused_lines",
    "registry",
    "setting_history",
    "settings",
    "sites",
    "staff",
]
