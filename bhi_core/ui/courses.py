"""The measures of the caseload table: first and last score, change, class and the small course of each instrument."""

from collections import namedtuple
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.calendar import day_numbers
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.episodes import assign
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.registry import Registry
from bhi_core.ui.marks import CLASS_CODES

Ints = npt.NDArray[np.int64]
Measure = dict[str, Any]
Course = list[tuple[int, float, int]]
"""Day number, points and answer to the safety item of each score, oldest first."""

FIRST, SECOND = "phq9", "gad7"
"""The series that the two groups of columns are for."""

SHORTEST_AXIS = 28
"""Days: the time axis of a course is at least so long, so that two scores a week apart do not look like a trend."""

OLD_AFTER = 30
"""Days: from the day after, a score's age is shown as late (rule M1)."""


_SEEN = (
    "episode_id", "instrument", "baseline", "latest", "change", "age_days", "outcome_class", "safety_max",
)  # fmt: skip
"""What is read of ``Caseload.trajectories``."""


def measures(caseload: Caseload, registry: Registry, rows: pd.DataFrame) -> dict[int, Measure]:
    """Make ``d``, ``p`` and ``a`` (see ``bhi_core.ui.tables``) of each episode.

    A patient without PHQ-9 who is followed on another instrument than GAD-7 has that one in the place of PHQ-9; its
    name then stands before the age.

    Args:
        caseload: what was worked out.
        registry: what it was worked out from.
        rows: the rows to show, of ``caseload.worklist``.

    Returns:
        By episode_id. ``safety`` is beside them: the highest answer to a safety item on any form of the episode.
    """
    ids = rows["episode_id"].to_numpy()
    known = caseload.instruments
    drawn = _courses(registry, known, ids, rows["patient_id"].to_numpy())
    by_episode: dict[int, dict[str, Any]] = {episode: {} for episode in ids.tolist()}
    for row in each(caseload.trajectories, _SEEN, np.isin(caseload.trajectories["episode_id"].to_numpy(), ids)):
        by_episode[row.episode_id][row.instrument] = row
    as_of = int(np.datetime64(caseload.as_of, "D").astype(np.int64))
    return {
        episode: _pair(by_episode[episode], drawn, (start, as_of), known)
        for episode, start in zip(ids.tolist(), day_numbers(rows["enrolled_on"]).tolist(), strict=True)
    }


def _pair(
    found: dict[str, Any], drawn: dict[tuple[int, str], Course], axis: tuple[int, int], known: InstrumentRegistry
) -> Measure:
    """Put the measures of one episode into their places."""
    followed = [name for name, row in found.items() if row.baseline == row.baseline and known[name].trackable]
    first = FIRST if FIRST in followed else next((name for name in followed if name != SECOND), None)
    chosen = [found[name] if name in followed else None for name in (first, SECOND)]
    courses = [drawn.get((row.episode_id, row.instrument), []) if row else [] for row in chosen]
    start = min([axis[0], *(course[0][0] for course in courses if course)])
    pair = [_measure(row, course, start, known) if row else None for row, course in zip(chosen, courses, strict=True)]
    safety = max((int(row.safety_max) for row in found.values()), default=0)
    return {"d": max(axis[1] - start, SHORTEST_AXIS), "p": pair[0], "a": pair[1], "safety": safety}


def _measure(row: Any, course: Course, start: int, known: InstrumentRegistry) -> Measure:
    """Make one measure from its trajectory and its scores."""
    scale = known[row.instrument]
    followed = row.latest == row.latest
    age = f"{words.score_age(row.age_days)} old"
    outcome = row.outcome_class if isinstance(row.outcome_class, str) else None
    half = row.baseline / 2 if scale.outcome_classes == "all" and row.baseline and scale.direction > 0 else None
    return {
        "i": known.ids.index(scale.id),
        "f": words.number(row.baseline),
        "l": words.number(row.latest) if followed else None,
        "a": age if scale.id in (FIRST, SECOND) else f"{scale.name}, {age.removesuffix(' old')}",
        "o": int(row.age_days > OLD_AFTER),
        "c": words.change(row.change, row.baseline, scale.maximum) if followed else "",
        "k": CLASS_CODES[outcome, scale.direction] if outcome else None,
        "h": None if half is None else _whole(half),
        "s": [number for day, points, safety in course for number in (day - start, _whole(points), max(safety, 0))],
    }


def _whole(points: float) -> float:
    """Write whole points as integers: shorter on the wire."""
    return int(points) if points == int(points) else points


def _courses(
    registry: Registry, known: InstrumentRegistry, episodes: Ints, patients: Ints
) -> dict[tuple[int, str], Course]:
    """Collect the valid scores of some episodes, one a day: the last recorded, on a tie the higher."""
    keep = np.isin(registry.scores["patient_id"].to_numpy(), patients) & registry.scores["total"].notna().to_numpy()
    scores = registry.scores[["patient_id", "instrument", "taken_on", "recorded_order", "total", "safety_answer"]][keep]
    of_episode = assign(scores["patient_id"], scores["taken_on"], registry.episodes)
    series = [known[name].series if name in known else "" for name in scores["instrument"].cat.categories]
    codes = scores["instrument"].cat.codes.to_numpy()
    days, totals = day_numbers(scores["taken_on"]), scores["total"].to_numpy()
    order = np.lexsort((totals, scores["recorded_order"].to_numpy(), days, codes, of_episode))
    order = order[np.isin(of_episode[order], episodes)]
    found: dict[tuple[int, str], Course] = {}
    columns = (of_episode, codes, days, totals, scores["safety_answer"].to_numpy())
    for episode, code, day, total, answer in zip(*(column[order].tolist() for column in columns), strict=True):
        course = found.setdefault((episode, series[code]), [])
        if course and course[-1][0] == day:
            course[-1] = (day, total, max(answer, course[-1][2]))
        else:
            course.append((day, total, answer))
    return found


def each(frame: pd.DataFrame, names: tuple[str, ...], keep: npt.NDArray[np.bool_] | None = None) -> Iterator[Any]:
    """Go through the rows of a frame as named tuples of some columns: many times faster than ``itertuples``.

    Args:
        frame: any frame.
        names: its columns to read.
        keep: which rows; all by default.
    """
    columns = (frame[name].to_numpy() for name in names)
    rows = zip(*((column if keep is None else column[keep]).tolist() for column in columns), strict=True)
    return map(_row_type(names)._make, rows)


@cache
def _row_type(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)
