"""The measures of the caseload table: first and last score, change, class and the small course of each instrument."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from bhi_core.domain import words
from bhi_core.domain.calendar import day_numbers
from bhi_core.domain.caseload import Caseload
from bhi_core.domain.episodes import assign
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.registry import Registry
from bhi_core.ui.marks import CLASS_CODES

Measure = dict[str, Any]
Course = list[tuple[int, float, int]]
"""Day number, points and answer to the safety item of each score, oldest first."""

FIRST, SECOND = "phq9", "gad7"
"""The series that the two groups of columns are for."""

SHORTEST_AXIS = 28
"""Days: the time axis of a course is at least so long, so that two scores a week apart do not look like a trend."""

OLD_AFTER = 30
"""Days: from the day after, a score's age is shown as late (rule M1)."""


def measures(caseload: Caseload, registry: Registry, rows: pd.DataFrame) -> dict[int, Measure]:
    """Make ``d``, ``p`` and ``a`` (see ``bhi_core.ui.tables``) of each episode.

    A patient without PHQ-9 who is followed on another instrument than GAD-7 has that one in the place of PHQ-9; its
    name then stands before the age.

    Args:
        caseload: what was worked out.
        registry: what it was worked out from.
        rows: the rows to show, of ``caseload.worklist``.
    """
    ids = rows["episode_id"].to_numpy()
    drawn = _courses(registry, caseload.instruments, set(ids.tolist()), rows["patient_id"])
    trajectories = caseload.trajectories
    known = trajectories[trajectories["episode_id"].isin(ids) & trajectories["baseline"].notna()]
    by_episode: dict[int, dict[str, Any]] = {}
    for row in each(known):
        if caseload.instruments[row.instrument].trackable:
            by_episode.setdefault(row.episode_id, {})[row.instrument] = row
    as_of = day_numbers(pd.Series([pd.Timestamp(caseload.as_of)]))[0]
    enrolled = day_numbers(rows["enrolled_on"])
    return {
        episode: _pair(by_episode.get(episode, {}), drawn, (start, int(as_of)), caseload.instruments)
        for episode, start in zip(ids.tolist(), enrolled.tolist(), strict=True)
    }


def _pair(
    found: dict[str, Any], drawn: dict[tuple[int, str], Course], axis: tuple[int, int], known: InstrumentRegistry
) -> Measure:
    """Put the measures of one episode into their places."""
    others = (name for name in found if name != SECOND)
    first = FIRST if FIRST in found else next(others, None)
    chosen = [found.get(first) if first else None, found.get(SECOND)]
    courses = [drawn.get((row.episode_id, row.instrument), []) if row else [] for row in chosen]
    start = min([axis[0], *(course[0][0] for course in courses if course)])
    days = max(axis[1] - start, SHORTEST_AXIS)
    pair = [_measure(row, course, start, known) if row else None for row, course in zip(chosen, courses, strict=True)]
    return {"d": days, "p": pair[0], "a": pair[1]}


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
    registry: Registry, known: InstrumentRegistry, episodes: set[int], patients: "pd.Series[int]"
) -> dict[tuple[int, str], Course]:
    """Collect the valid scores of some episodes, one a day: the last recorded, on a tie the higher."""
    scores = registry.scores
    scores = scores[scores["patient_id"].isin(patients) & scores["total"].notna()]
    of_episode = assign(scores["patient_id"], scores["taken_on"], registry.episodes)
    names = scores["instrument"].cat.categories
    series = np.array([known[name].series if name in known else "" for name in names] + [""], dtype=object)
    places = {name: place for place, name in enumerate(known.series)}
    codes = np.array([places.get(name, -1) for name in series])[scores["instrument"].cat.codes.to_numpy()]
    days = day_numbers(scores["taken_on"])
    totals, safety = scores["total"].to_numpy(), scores["safety_answer"].to_numpy()
    order = np.lexsort((totals, scores["recorded_order"].to_numpy(), days, codes, of_episode))
    found: dict[tuple[int, str], Course] = {}
    columns = (column[order].tolist() for column in (of_episode, codes, days, totals, safety))
    for episode, code, day, total, answer in zip(*columns, strict=True):
        if episode not in episodes or code < 0:
            continue
        course = found.setdefault((episode, known.series[code]), [])
        if course and course[-1][0] == day:
            course[-1] = (day, total, max(answer, course[-1][2]))
        else:
            course.append((day, total, answer))
    return found


def each(frame: pd.DataFrame) -> Iterable[Any]:
    """Go through the rows of a frame as named tuples."""
    return frame.itertuples(index=False)
