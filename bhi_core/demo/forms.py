"""Answers behind a total: items that add up to it, with the likes of a patient, and what was left blank."""

from functools import cache

import numpy as np
import numpy.typing as npt

from bhi_core.domain.instruments import Instrument

STEP = 1.1  # how much harder each further point of an item is than the one before, in units of the patients' likes
WAVER = 0.35  # how much an item's place moves from one form to the next


def likes(chance: np.random.Generator, instrument: Instrument) -> npt.NDArray[np.float64]:
    """Draw how readily a patient endorses each scored item: kept over the episode, so that a bad sleeper stays one."""
    return chance.normal(0, 1.0, len(instrument.scored_items))


def least_safety(instrument: Instrument, total: int) -> int:
    """Give the smallest answer to the scored safety item that a total allows: the other items may not reach it."""
    others = sum(item.maximum for item in instrument.scored_items if not item.safety)
    return max(0, total - others)


def answers(
    chance: np.random.Generator, instrument: Instrument, like: npt.NDArray[np.float64], total: int, safety: int
) -> list[int]:
    """Spread a total over the scored items; the scored safety item has the answer that is told.

    Args:
        like: how readily each scored item is endorsed (``likes``).
        total: points.
        safety: the answer to the scored safety item, points; without meaning where there is none.

    Returns:
        One answer a scored item, points, in the form's order; they add up to the total.
    """
    items = instrument.scored_items
    place, hardness = _steps(instrument)
    asked = sum(safety for item in items if item.safety)
    readiness = (like + chance.normal(0, WAVER, len(like)))[place] - hardness
    taken = place[np.argsort(-readiness, kind="stable")[: total - asked]]
    counts = np.bincount(taken, minlength=len(items)).tolist()
    return [safety if item.safety else count for item, count in zip(items, counts, strict=True)]


@cache
def _steps(instrument: Instrument) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """List the points that a form's items can give, each with its item's place and how hard it is to reach.

    The scored safety item is not among them: its answer is told.
    """
    steps = [
        (place, STEP * 3 * point / item.maximum)
        for place, item in enumerate(instrument.scored_items)
        if not item.safety
        for point in range(item.maximum)
    ]
    return np.array([place for place, _ in steps]), np.array([hardness for _, hardness in steps])


def written(instrument: Instrument, scored: list[int | None], unscored: list[int | None]) -> str:
    """Write answers as a file keeps them: in the form's order, blank where not answered.

    >>> from bhi_core.domain.instruments import registry
    >>> written(registry()["gad7"], [2, 1, None, 0, 0, 0, 1], [])
    '2,1,,0,0,0,1'
    """
    scored_left, unscored_left = iter(scored), iter(unscored)
    told = [next(scored_left) if item.scored else next(unscored_left, None) for item in instrument.items]
    return ",".join("" if answer is None else str(answer) for answer in told)
