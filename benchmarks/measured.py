"""Times contenders side by side, so that a busy machine slows all of them alike."""

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

Measured = dict[str, float | int | str | None]
"""What a benchmark measured: a name and its value."""


def side_by_side(contenders: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Run each contender once a round, in turn, after one round that does not count.

    Returns:
        Name -> seconds of each round.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for counted in [False] + [True] * rounds:
        for name, contender in contenders.items():
            start = time.perf_counter()
            contender()
            if counted:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def ratio(seconds: Mapping[str, list[float]], first: str, second: str) -> float:
    """Give the median over the rounds of the first contender's time divided by the second's."""
    return median(one / other for one, other in zip(seconds[first], seconds[second], strict=True))
