"""When the next contact is due by the patient's own interval."""

from datetime import date, timedelta

DAYS_A_WEEK = 7


def next_due(on: date, attended: bool | None, weeks: float | None) -> date | None:
    """Propose when the next contact is due; the same count as the rules make without a date (``rules.facts``).

    Args:
        on: the date of the contact.
        attended: whether the patient was reached; None while nobody said so.
        weeks: the patient's follow-up interval, in weeks; None for contacts as needed.

    Returns:
        The date, or None: without an interval, and after an attempt, since a patient who was not reached stays due as
        before.

    >>> next_due(date(2026, 11, 24), True, 2.0), next_due(date(2026, 11, 24), False, 2.0)
    (datetime.date(2026, 12, 8), None)
    """
    if not attended or weeks is None:
        return None
    return on + timedelta(days=round(weeks * DAYS_A_WEEK))
