"""Errors meant for people: each reads as one sentence that says what to do."""


class Refused(Exception):
    """Say in a sentence why something was not done and what to do instead.

    The text is shown on screens and on standard error as it is: it holds no stack trace, and no patient
    value beyond what the person who asked has just typed or brought in.
    """


class NotAllowed(Refused):
    """Refuse because the person lacks the right; never says whether the record exists."""


class Conflict(Refused):
    """Refuse because somebody else changed the record since it was read."""
