"""The words of the weekly review: kinds of recommendation, what became of one, and where a patient of a meeting stands.

Source: docs/GLOSSARY.md; the kinds are those of the weekly review's form.
"""

from enum import StrEnum


class RecommendationKind(StrEnum):
    """What a case review recommends; the words that a person picks from."""

    START = "start"
    RAISE_DOSE = "raise dose"
    SWITCH = "switch"
    AUGMENT = "augment"
    ADD_THERAPY = "add therapy"
    REFER = "refer"
    RE_MEASURE = "re-measure"
    OUTREACH = "outreach"
    PLAN = "relapse-prevention plan"
    NO_CHANGE = "no change"


class RecommendationStatus(StrEnum):
    """Where a recommendation stands; overdue is worked out from its due date, not kept."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    ENACTED = "enacted"
    DECLINED = "declined"


class AgendaState(StrEnum):
    """Where a patient stands in a meeting."""

    TO_COME = "to come"
    DONE = "done"
    CARRIED_OVER = "carried over"
    REMOVED = "removed"


DECIDED = (AgendaState.DONE, AgendaState.CARRIED_OVER)
"""Where a patient stands once the meeting has decided."""

OPEN_STATUSES = (RecommendationStatus.PROPOSED, RecommendationStatus.ACCEPTED)
"""A recommendation waits for somebody as long as it stands at one of these."""

ENACTED_BY: dict[str, tuple[str, ...]] = {
    RecommendationKind.START: ("start",),
    RecommendationKind.RAISE_DOSE: ("dose up",),
    RecommendationKind.SWITCH: ("switch",),
    RecommendationKind.AUGMENT: ("augment",),
    RecommendationKind.ADD_THERAPY: ("therapy start",),
    RecommendationKind.REFER: ("referral",),
    "medication": ("start", "dose up", "switch", "augment"),
    "therapy": ("therapy start",),
    "referral": ("referral",),
}
"""Kind of recommendation -> the recorded changes of treatment that could be its enactment.

The last three are categories that files bring, not kinds to pick.
"""


def needs_owner(kind: str) -> bool:
    """Say whether a recommendation of this kind needs an owner and a due date: all do but "no change"."""
    return kind != RecommendationKind.NO_CHANGE
