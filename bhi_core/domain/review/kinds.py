"""The words of the weekly review: kinds of recommendation, what became of one, and where a patient of a meeting stands.

Source: docs/GLOSSARY.md; the kinds are those of the weekly review's form.
"""

from enum import StrEnum


class RecommendationKind(StrEnum):
    """What a consultant recommends."""

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
    """What became of a recommendation; "proposed" until a step says otherwise."""

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
