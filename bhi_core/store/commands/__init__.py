"""Write: every command asks for its right, checks again, and is one transaction with one audit row."""

from bhi_core.store.act import Saved
from bhi_core.store.commands.care import record_contact, record_plan, record_review, record_treatment, withdraw_record
from bhi_core.store.commands.forms import correct_score, record_score, withdraw_score
from bhi_core.store.commands.people import (
    add_patient,
    add_staff,
    change_episode,
    change_patient,
    choose_baseline,
    enrol,
    retire_staff,
)
from bhi_core.store.commands.practice import export_records, note_export, set_setting
from bhi_core.store.commands.safety import acknowledge_safety, clear_flag, raise_flag, record_screen
from bhi_core.store.importing import import_file, import_frames

__all__ = [
    "Saved",
    "acknowledge_safety",
    "add_patient",
    "add_staff",
    "change_episode",
    "change_patient",
    "choose_baseline",
    "clear_flag",
    "correct_score",
    "enrol",
    "export_records",
    "import_file",
    "import_frames",
    "note_export",
    "raise_flag",
    "record_contact",
    "record_plan",
    "record_review",
    "record_score",
    "record_screen",
    "record_treatment",
    "retire_staff",
    "set_setting",
    "withdraw_record",
    "withdraw_score",
]
