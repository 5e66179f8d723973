"""Errors meant for people: each reads as one sentence that says what to do."""

from dataclasses import dataclass
from datetime import datetime


class Refused(Exception):
    """Say in a sentence why something was not done and what to do instead.

    The text is shown on screens and on standard error as it is: it holds no stack trace, and no patient
    value beyond what the person who asked has just typed or brought in.
    """


class NotAllowed(Refused):
    """Refuse because the person lacks the right; never says whether the record exists."""


class Conflict(Refused):
    """Refuse because somebody else changed the record since it was read."""


@dataclass(frozen=True)
class Typed:
    """Hold a text as somebody typed it.

    Attributes:
        row_id: the row that keeps it.
        text: as typed; for the two who typed, never for a log.
        by: who typed it, empty when no name was picked.
        at: when it was kept (UTC).
    """

    row_id: int
    text: str
    by: str
    at: datetime


class EntryConflict(Conflict):
    """Say that two people changed a field at the same time: both texts are kept, nothing was lost.

    Attributes:
        stands: the text that stands in the field.
        rival: the text just typed, kept beside it.
    """

    def __init__(self, stands: Typed, rival: Typed) -> None:
        """Keep both texts out of the sentence: it may stand in a log."""
        who = stands.by or "Somebody else"
        super().__init__(f"{who} changed this while you typed: both texts are kept. Choose one, or join them.")
        self.stands, self.rival = stands, rival
