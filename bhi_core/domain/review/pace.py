"""How fast the loop runs for some flagged episodes: shares adjusted in time, and medians that count those who wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from bhi_core.domain.kaplan_meier import Rise, rise

WINDOWS = (14, 28, 56)
"""Days from the flag within which an adjusted treatment is counted: two, four and eight weeks."""

STEPS = ("consult", "recommendation", "change", "score")
"""What the loop goes through after the flag. ``<step>_days`` in the rows counts from the flag."""

SMALLEST_SHOWN = 11
"""A group of fewer is not described on a screen or a printed page: one patient would move the figure by a tenth, and
the figure could tell of a person. Source: clinical rulebook 5.7 and the feature list, small-n suppression."""


@dataclass(frozen=True)
class Within:
    """How many were adjusted in time, among those whose time is over.

    An episode counts when it was flagged at least ``days`` ago, whatever became of it. One that was flagged later is
    counted apart: taken in when it was adjusted, and left out when it was not, it would make the newest look best.

    Attributes:
        days: the length of the window.
        adjusted: how many had a treatment change within it.
        of: how many were flagged so long ago.
        not_over_adjusted, not_over_waiting, not_over_closed: those flagged later, by what became of them so far.
    """

    days: int
    adjusted: int
    of: int
    not_over_adjusted: int
    not_over_waiting: int
    not_over_closed: int

    @property
    def not_over(self) -> int:
        """Count those whose window is not over yet."""
        return self.not_over_adjusted + self.not_over_waiting + self.not_over_closed


@dataclass(frozen=True)
class Pace:
    """What is said of some flagged episodes.

    Attributes:
        flagged: how many they are.
        adjusted: how many had a treatment change by now.
        waiting: how many are open and had none.
        within: one for each of ``WINDOWS``.
        until: step of ``STEPS`` -> how the share of those who reached it rises with the days from the flag.
    """

    flagged: int
    adjusted: int
    waiting: int
    within: tuple[Within, ...]
    until: Mapping[str, Rise]

    @property
    def is_small(self) -> bool:
        """Say whether they are too few to be described."""
        return self.flagged < SMALLEST_SHOWN


def pace(rows: pd.DataFrame) -> Pace:
    """Sum some flagged episodes up.

    Args:
        rows: rows of ``inertia.Loop.episodes``.

    Returns:
        Counts, shares and curves; zeros and curves without a step for no rows. Who has not reached a step is watched
        for it until the date of care, or until the episode closed.
    """
    until = {}
    for step in STEPS:
        days = rows[f"{step}_days"].to_numpy(dtype=np.float64)
        happened = ~np.isnan(days)
        until[step] = rise(np.where(happened, days, rows["watched_days"]), happened)
    return Pace(
        flagged=len(rows), adjusted=int(rows["changed_on"].notna().sum()), waiting=int(rows["waiting"].sum()),
        within=tuple(within(rows, days) for days in WINDOWS), until=MappingProxyType(until),
    )  # fmt: skip


def within(rows: pd.DataFrame, days: int) -> Within:
    """Count those adjusted within so many days, among those flagged at least so many days ago.

    Args:
        rows: rows of ``inertia.Loop.episodes``.
        days: the length of the window; an episode flagged exactly so many days ago counts.
    """
    over = rows["flagged_days"] >= days
    adjusted, waiting = rows["changed_on"].notna(), rows["waiting"]
    return Within(
        days=days,
        adjusted=int((over & (rows["change_days"] <= days)).sum()),
        of=int(over.sum()),
        not_over_adjusted=int((~over & adjusted).sum()),
        not_over_waiting=int((~over & waiting).sum()),
        not_over_closed=int((~over & ~adjusted & ~waiting).sum()),
    )
