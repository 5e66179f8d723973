"""The closed lists of words that a record may hold, with the spellings understood. Any other word rejects its line."""

from collections.abc import Mapping

YES_NO: Mapping[str, str] = {
    "yes": "yes", "y": "yes", "true": "yes", "1": "yes", "1.0": "yes", "attended": "yes",
    "no": "no", "n": "no", "false": "no", "0": "no", "0.0": "no", "no show": "no", "noshow": "no", "cancelled": "no",
    "canceled": "no",
}  # fmt: skip

STATUSES = ("active", "relapse prevention", "graduated", "discharged", "referred", "lost", "other")
OPEN_STATUSES = STATUSES[:2]
CONDITIONS = ("depression", "anxiety", "PTSD", "other")
CONTACT_KINDS = ("assessment", "follow-up", "outreach", "no show", "other")
MODALITIES = ("in person", "video", "phone", "portal")
CHANGES = (
    "start", "dose up", "dose down", "switch", "augment", "stop", "therapy start", "therapy stop", "referral",
)  # fmt: skip
SAFETY_KINDS = ("manual flag", "C-SSRS", "acknowledged", "cleared")
PAYERS = (
    "commercial", "Medicare", "Medicaid fee for service", "Medicaid managed care", "dual", "uninsured", "other",
)  # fmt: skip


def _spellings(words: tuple[str, ...], also: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give spelling -> word: each word itself, and without its spaces (followup, noshow)."""
    return (
        {word: word for word in words}
        | {word.replace(" ", "").replace("-", ""): word for word in words}
        | dict(also or {})
    )


LISTS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("episodes", "status"): _spellings(STATUSES),
    ("episodes", "condition"): _spellings(CONDITIONS),
    ("contacts", "kind"): _spellings(CONTACT_KINDS, {"initial assessment": "assessment"}),
    ("contacts", "modality"): _spellings(
        MODALITIES, {"telephone": "phone", "office": "in person", "face to face": "in person"}
    ),
    ("contacts", "attended"): YES_NO,
    ("treatments", "change"): _spellings(CHANGES),
    ("safety", "kind"): _spellings(SAFETY_KINDS),
    ("coverage", "payer"): _spellings(PAYERS),
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
