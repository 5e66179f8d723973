"""The closed lists of words that a record may hold, with the spellings understood. Any other word rejects its line."""

from collections.abc import Mapping
from enum import StrEnum

from bhi_core.domain.closed_lists import Change, Condition, ContactKind, CoveragePayer, Modality, SafetyKind, Status

YES_NO: Mapping[str, str] = {
    "yes": "yes", "y": "yes", "true": "yes", "1": "yes", "1.0": "yes", "attended": "yes",
    "no": "no", "n": "no", "false": "no", "0": "no", "0.0": "no", "no show": "no", "noshow": "no", "cancelled": "no",
    "canceled": "no",
}  # fmt: skip


def _spellings(kind: type[StrEnum], also: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give spelling -> word: each word itself, and without its spaces (followup, noshow)."""
    words = [word.value for word in kind]
    return (
        {word: word for word in words}
        | {word.replace(" ", "").replace("-", ""): word for word in words}
        | dict(also or {})
    )


LISTS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("episodes", "status"): _spellings(Status),
    ("episodes", "condition"): _spellings(Condition),
    ("contacts", "kind"): _spellings(ContactKind, {"initial assessment": "assessment"}),
    ("contacts", "modality"): _spellings(
        Modality, {"telephone": "phone", "office": "in person", "face to face": "in person"}
    ),
    ("contacts", "attended"): YES_NO,
    ("treatments", "change"): _spellings(Change),
    ("safety", "kind"): _spellings(SafetyKind),
    ("coverage", "payer"): _spellings(CoveragePayer),
}
"""(kind, field) -> spelling -> the list's word. Spellings are compared like headings."""

NAMES: Mapping[tuple[str, str], str] = {
    ("episodes", "status"): "status",
    ("episodes", "condition"): "condition",
    ("contacts", "kind"): "kind of contact",
    ("contacts", "modality"): "modality",
    ("contacts", "attended"): "yes or no",
    ("treatments", "change"): "kind of change",
    ("safety", "kind"): "kind of safety record",
    ("coverage", "payer"): "payer",
}
"""(kind, field) -> what the list is called in a sentence."""
