"""The time of a meeting against its budget, in words; nothing here asks a clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from bhi_core.ui import look

MINUTE = 60


@dataclass(frozen=True)
class Time:
    """How long a meeting has lasted and what is to come.

    Attributes:
        place: the place of the patient on the screen among all, from 1.
        patients: how many are on the agenda, without those removed.
        spent: seconds since the meeting began.
        here: seconds that this patient has taken: those kept, or those since the last decision.
        decided: "done" or "carried over"; "" while the patient waits for a decision.
        to_go: patients still to come, without the one on the screen.
        minutes, per_patient: the budget, minutes.
    """

    place: int
    patients: int
    spent: int
    here: int
    decided: str
    to_go: int
    minutes: int
    per_patient: int


def since_the_last(spent: int, kept: Sequence[int]) -> int:
    """Give the seconds that nobody has been charged with yet: those of the patient on the screen.

    Args:
        spent: seconds since the meeting began.
        kept: seconds of each patient decided upon.

    >>> since_the_last(600, [250, 100])
    250
    """
    return max(0, spent - sum(kept))


def clock(seconds: int) -> str:
    """Write minutes and seconds.

    >>> clock(250), clock(3605)
    ('4:10', '60:05')
    """
    return f"{seconds // MINUTE}:{seconds % MINUTE:02d}"


def line(time: Time) -> str:
    """Write the line over the meeting, as markdown: what is over time is orange and says so in words.

    >>> line(Time(4, 10, 1260, 250, "", 6, 60, 6)).replace("\\\\", "")
    '**4** of 10 · this patient **4:10** of 6 min · meeting **21** of 60 min · 6 to go need 36 min, **39 left**'
    """
    return " · ".join((f"**{time.place}** of {time.patients}", _here(time), _meeting(time), _to_go(time)))


def _here(time: Time) -> str:
    if time.decided:
        return f"this patient **{clock(time.here)}**, {look.literal(time.decided)}"
    said = f"this patient **{clock(time.here)}** of {time.per_patient} min"
    return _over(said, time.here - time.per_patient * MINUTE)


def _meeting(time: Time) -> str:
    said = f"meeting **{time.spent // MINUTE}** of {time.minutes} min"
    return _over(said, time.spent - time.minutes * MINUTE)


def _to_go(time: Time) -> str:
    """Say what those to come need, and what is left for them."""
    left = max(0, time.minutes - time.spent // MINUTE)
    need = time.to_go * time.per_patient
    said = f"{time.to_go} to go need {need} min, **{left} left**"
    return said if need <= left else f":orange[{said}, **{need - left} short**]"


def _over(said: str, seconds: int) -> str:
    """Add how many whole minutes are over; up to the next whole minute, so that the first second is said."""
    return said if seconds <= 0 else f":orange[{said}, **{-(-seconds // MINUTE)} min over**]"
