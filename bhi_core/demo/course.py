"""How the totals of an episode run: a shape from the first score to the last, with the noise of a questionnaire."""

import numpy as np
import numpy.typing as npt

from bhi_core.demo.days import between
from bhi_core.demo.stories import Shape

NOISE = 1.3  # points, standard deviation of a PHQ-9 around its course
GOOD = ("remit", "respond", "improve", "late respond", "mild")
BEND = {"late respond": 0.5, "relapse": 0.55}  # share of the time at which the course turns


def first_total(chance: np.random.Generator, low: int, high: int, mean: float, spread: float) -> int:
    """Draw a first total from a normal distribution, kept between low and high by drawing again."""
    while True:
        total = round(float(chance.normal(mean, spread)))
        if low <= total <= high:
            return total


def last_total(chance: np.random.Generator, shape: Shape, first: int) -> int:
    """Draw the last PHQ-9 of a course, points, from its first; the class of the course depends on it alone."""
    spans: dict[Shape, tuple[int, int]] = {
        "remit": (0, 4),
        "respond": (5, min(9, first // 2)),
        "late respond": (3, min(9, first // 2)),
        "improve": (max(7, first // 2 + 1), min(9, first - 5)),
        "improving": (max(7, first - 9), first - 5),
        "partial": (max(10, -(-first * 11 // 20)), first * 3 // 4),
        "flat": (max(10, first - 3), min(24, first + 2)),
        "still": (max(10, first - 1), min(24, first + 1)),
        "slight": (first - 4, first - 3),
        "worse": (first + 6, min(24, first + 9)),
        "relapse": (max(12, first - 6), max(13, first - 1)),
        "mild": (2, min(8, first)),
        "rose": (max(11, first + 5), first + 7),
    }
    low, high = spans[shape]
    return between(chance, low, high)


def shares_done(shape: Shape, when: npt.NDArray[np.int_], length: int, pace: float) -> npt.NDArray[np.float64]:
    """Say how much of the way from the first to the last score is behind, 0 to 1, at each time.

    Args:
        when: days since the first score, ascending.
        length: days from the first to the last score.
        pace: days in which a course covers 63 % of its way.
    """
    time = when.astype(float)
    if shape == "late respond":
        time = np.maximum(0.0, time - BEND[shape] * length)
        length = max(1, round(length * (1 - BEND[shape])))
    full = 1 - np.exp(-max(1, length) / pace)
    done: npt.NDArray[np.float64] = (1 - np.exp(-time / pace)) / full
    return done


def _course(
    chance: np.random.Generator, shape: Shape, when: npt.NDArray[np.int_], ends: tuple[int, int]
) -> npt.NDArray[np.float64]:
    """Give the course without noise, points, at each time (days since the first score)."""
    first, last = ends
    length = int(when[-1])
    pace = float(chance.uniform(18, 45))
    if shape == "relapse":
        turn = BEND[shape] * length
        best = min(6, first // 2)
        down = first + (best - first) * np.minimum(1.0, (1 - np.exp(-when / pace)) / (1 - np.exp(-turn / pace)))
        up = best + (last - best) * np.clip((when - turn) / max(1.0, length - turn), 0, 1)
        turned: npt.NDArray[np.float64] = np.where(when < turn, down, up)
        return turned
    return first + (last - first) * shares_done(shape, when, length, pace)


def totals(
    chance: np.random.Generator, shape: Shape, when: npt.NDArray[np.int_], ends: tuple[int, int], top: int
) -> npt.NDArray[np.int_]:
    """Give whole totals at each time: the first and the last as told, those between with noise.

    Args:
        when: days since the first score, ascending, at least one.
        ends: the first total (at least 1) and the last, points.
        top: the instrument's maximum, points.
    """
    first, last = ends
    drawn = np.rint(_course(chance, shape, when, ends) + chance.normal(0, NOISE, len(when)))
    if shape in GOOD and len(when) > 1:
        late = when >= 0.6 * when[-1]
        limit = max(last + 2, 4) if last < 5 else max(last, min(9, first // 2))
        drawn[late] = np.minimum(drawn[late], limit)
    drawn[0] = first
    if len(when) > 1:
        drawn[-1] = last
    return np.clip(drawn, 0, top).astype(int)


def companion(
    chance: np.random.Generator, shape: Shape, share: npt.NDArray[np.float64], first: int, top: int
) -> npt.NDArray[np.int_]:
    """Give the totals of a second questionnaire that follows the same course, with noise of its own.

    Args:
        share: the main course as a share of its first total, at each time.
        first: the second questionnaire's first total, points.
        top: its maximum, points.
    """
    drawn = np.rint(first * share ** float(chance.uniform(0.75, 1.1)) + chance.normal(0, 1.0, len(share)))
    drawn[0] = first
    drawn = np.minimum(drawn, first + (7 if shape in ("worse", "rose") else 3))
    if shape in (*GOOD, "improving") and len(share) > 1:
        late = np.arange(len(share)) >= 0.6 * (len(share) - 1)
        drawn[late] = np.minimum(drawn[late], 4 if shape == "remit" else min(8, max(4, first // 2)))
    return np.clip(drawn, 0, top).astype(int)
