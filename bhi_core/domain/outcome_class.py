"""Which outcome class a course falls in: the table of classes, worst first, and what "improved" means."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bhi_core.domain.instruments import Instrument

CLASSES = (
    "relapsed",
    "deteriorated",
    "rose",
    "worse",
    "no change",
    "no follow-up",
    "small gain",
    "partial",
    "improved",
    "below threshold",
    "response",
    "remission",
)
"""The outcome classes, worst first; an instrument without a reliable change has none."""

NO_CLASS = -1

Points = npt.NDArray[np.integer]
Flags = npt.NDArray[np.bool_]

_NEVER = 1 << 20
"""A number of points that no change reaches: stands in for a number that is not known."""


@dataclass(frozen=True)
class Numbers:
    """The instruments' numbers, one place an instrument, in points where higher is worse.

    For an instrument where higher is better the points are those missing to its maximum, so that one rule reads both.

    Attributes:
        threshold: from here on elevated. remission: below this in remission. mcid: smallest change that patients
            notice. reliable: change taken as real. All int32; far out of reach where the instrument has none.
        all_classes: whether every class applies, or only those by reliable change.
        any_class: whether the instrument has an outcome class at all.
    """

    threshold: Points
    remission: Points
    mcid: Points
    reliable: Points
    all_classes: Flags
    any_class: Flags

    @classmethod
    def of(cls, instruments: Iterable[Instrument]) -> "Numbers":
        """Collect the numbers of some instruments, in their order."""
        listed = list(instruments)

        def points(values: Iterable[int | None]) -> Points:
            return np.array([_NEVER if value is None else value for value in values], dtype=np.int32)

        return cls(
            threshold=points(
                each.threshold if each.direction == 1 or each.threshold is None else each.maximum - each.threshold
                for each in listed
            ),
            remission=points(each.remission_below for each in listed),
            mcid=points(each.mcid for each in listed),
            reliable=points(each.reliable for each in listed),
            all_classes=np.array([each.outcome_classes == "all" for each in listed], dtype=bool),
            any_class=np.array([each.reliable is not None for each in listed], dtype=bool),
        )

    def take(self, places: Points) -> "Numbers":
        """Give the numbers of one instrument a place, in the order of ``places``."""
        return Numbers(
            self.threshold[places],
            self.remission[places],
            self.mcid[places],
            self.reliable[places],
            self.all_classes[places],
            self.any_class[places],
        )


def improved_limit(baseline: Points, numbers: Numbers) -> Points:
    """Give the highest score (points, higher is worse) that counts as *improved* from a baseline.

    Improved is: below remission, or at most half of the baseline, or below the threshold and down by the MCID (PHQ-9:
    X < 5, or 2X <= B, or X < 10 and B - X >= 5). Each part holds up to some score, so the largest of the three is
    the limit. Instruments to which not all classes apply have none: -1.
    """
    below = np.minimum(numbers.threshold - 1, baseline - numbers.mcid)
    limit = np.maximum(np.maximum(numbers.remission - 1, baseline // 2), below)
    return np.where(numbers.all_classes, limit, -1)


def classify(
    baseline: Points,
    latest: Points,
    best: Points,
    *,
    has_latest: Flags,
    best_improved: Flags,
    relapse_prevention: Flags,
    numbers: Numbers,
) -> npt.NDArray[np.int8]:
    """Name the outcome class of each course.

    Args:
        baseline, latest, best: points, higher is worse; anything where there is none.
        has_latest: whether there is a valid score after the baseline.
        best_improved: whether a score before the latest was *improved*.
        relapse_prevention: whether the episode is in relapse prevention.
        numbers: the instruments' numbers, one a course.

    Returns:
        A place in ``CLASSES``, or ``NO_CLASS``. The first class of the table that fits.
    """
    gain = baseline - latest
    elevated = latest >= numbers.threshold
    remitted = latest < numbers.remission
    lost = (latest - best >= numbers.mcid) | relapse_prevention
    low = baseline < numbers.threshold
    table = [
        ("no follow-up", ~has_latest),
        ("deteriorated", ~numbers.all_classes & (-gain >= numbers.reliable)),
        ("small gain", ~numbers.all_classes & (gain >= numbers.reliable)),
        ("no change", ~numbers.all_classes),
        ("rose", low & elevated),
        ("remission", low & remitted & (baseline >= numbers.remission)),
        ("below threshold", low),
        ("relapsed", best_improved & elevated & lost),
        ("remission", remitted),
        ("response", 2 * latest <= baseline),
        ("improved", ~elevated & (gain >= numbers.mcid)),
        ("partial", 4 * gain >= baseline),
        ("small gain", gain >= numbers.reliable),
        ("deteriorated", -gain >= numbers.reliable),
        ("worse", -gain >= numbers.mcid),
    ]
    level = np.zeros(len(latest), dtype=np.int8)
    for place, (_, holds) in enumerate(reversed(table), start=1):  # what stands earlier in the table has the last word
        np.maximum(level, holds.view(np.int8) * np.int8(place), out=level)
    code = np.array([CLASSES.index(name) for name in ("no change", *(name for name, _ in reversed(table)))], np.int8)
    return np.where(numbers.any_class, code[level], np.int8(NO_CLASS))
