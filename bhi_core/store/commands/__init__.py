"""Write: every command asks for its right, checks again, and is one transaction with one audit row."""

from bhi_core.store.act import Saved
from bhi_core.store.commands.care import record_contact, record_plan, record_review, record_treatment, withdraw_record
from bhi_core.store.commands.discussion import finish_discussion
from bhi_core.store.commands.entries import save_entry, settle_entry
from bhi_core.store.commands.forms import correct_score, record_score, withdraw_score
from bhi_core.store.commands.meetings import (
    carry_over,
    change_agenda,
    end_meeting,
    open_meeting,
    set_item,
    start_meeting,
)
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
from bhi_core.store.commands.recommendations import step_recommendation
from bhi_core.store.commands.requests import end_snooze, request_discussion, snooze, withdraw_request
from bhi_core.store.commands.safety import acknowledge_safety, clear_flag, raise_flag, record_screen
from bhi_core.store.importing import import_file, import_frames

__all__ = [
    "Saved",
    "acknowledge_safety",
    "add_patient",
    "add_staff",
    "carry_over",
    "change_agenda",
    "change_episode",
    "change_patient",
    "choose_baseline",
    "clear_flag",
    "correct_score",
    "end_meeting",
    "end_snooze",
    "enrol",
    "export_records",
    "finish_discussion",
    "import_file",
    "import_frames",
    "note_export",
    "open_meeting",
    "raise_flag",
    "record_contact",
    "record_plan",
    "record_review",
    "record_score",
    "record_screen",
    "record_treatment",
    "request_discussion",
    "retire_staff",
    "save_entry",
    "set_item",
    "set_setting",
    "settle_entry",
    "snooze",
    "start_meeting",
    "step_recommendation",
    "withdraw_record",
    "withdraw_request",
    "withdraw_score",
]
