"""Finds what counts in each course: baseline, latest, best and previous score, the reference, the improved run."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bhi_core.domain.calendar import MISSING_DAY, day_numbers
from bhi_core.domain.episodes import RELAPSE_PREVENTION
from bhi_core.domain.folding import Forms
from bhi_core.domain.packing import Flags, Ints

LATE_DAYS = 14
"""A baseline later than so many days after enrolment is *late*, and the clock does not start before it."""


@dataclass(frozen=True)
class Courses:
    """Hold what counts, one place a course. Days are day numbers, points those by which higher is worse.

    Where something is missing its place holds anything: the flags say what holds.

    Attributes:
        enrolled: the day of enrolment.
        in_prevention: whether the episode is in relapse prevention.
        clock: the day of the last change of treatment, else of the baseline; at the earliest a late baseline's.
        has_baseline, has_latest, has_best, has_clock: whether there is one.
        chosen, late: whether a person picked the baseline; whether it is late.
        first, last: the places in ``Forms`` of the baseline and of the latest score.
        first_day, last_day, best_day: their days.
        baseline, latest, best: their points.
    """

    enrolled: Ints
    in_prevention: Flags
    clock: Ints
    has_baseline: Flags
    has_latest: Flags
    has_best: Flags
    has_clock: Flags
    chosen: Flags
    late: Flags
    first: Ints
    last: Ints
    first_day: Ints
    last_day: Ints
    best_day: Ints
    baseline: Ints
    latest: Ints
    best: Ints


def find_courses(forms: Forms, episodes: pd.DataFrame, rows: Ints) -> Courses:
    """Find what counts in each course.

    Args:
        forms: the sorted scores.
        episodes: as ``domain.trajectory.summarise`` takes them; at least one.
        rows: the row in ``episodes`` of each course's episode.
    """
    first, chosen = forms.starts.copy(), np.zeros(len(rows), dtype=bool)
    first[forms.chosen_course] = forms.chosen
    chosen[forms.chosen_course] = True
    last = np.maximum(forms.ends - 1, first)
    has_baseline = forms.ends > forms.starts
    has_best, best = _best(forms, first, last)
    baseline, latest = forms.packed[first], forms.packed[last]
    first_day = forms.day(baseline)

    enrolled = day_numbers(episodes["enrolled_on"])[rows]
    changed = day_numbers(episodes["clock_on"])[rows]
    late = has_baseline & (first_day > enrolled + LATE_DAYS)
    from_baseline = (changed == MISSING_DAY) | (late & (changed < first_day))
    return Courses(
        enrolled=enrolled,
        in_prevention=(episodes["status"] == RELAPSE_PREVENTION).to_numpy(dtype=bool)[rows],
        clock=np.where(from_baseline, first_day, changed),
        has_baseline=has_baseline,
        has_latest=last > first,
        has_best=has_best,
        has_clock=has_baseline | ~from_baseline,
        chosen=chosen,
        late=late,
        first=first,
        last=last,
        first_day=first_day,
        last_day=forms.day(latest),
        best_day=forms.day(best),
        baseline=forms.points(baseline),
        latest=forms.points(latest),
        best=forms.points(best),
    )


def _best(forms: Forms, first: Ints, last: Ints) -> tuple[Flags, Ints]:
    """Find the best score between baseline and C: whether there is one, and its packed number."""
    has_best = last - first >= 2
    between = np.flatnonzero(has_best)
    best = np.zeros(len(first), dtype=forms.packed.dtype)
    if len(between):
        edges = np.empty(2 * len(between), dtype=np.int64)
        edges[0::2], edges[1::2] = first[between] + 1, last[between]
        best[between] = np.minimum.reduceat(forms.packed, edges)[::2]
    return has_best, best


def previous_places(courses: Courses) -> Ints:
    """Find the score before C, the baseline included; the baseline where there is no C."""
    return np.maximum(courses.last - 1, courses.first)


def reference_places(forms: Forms, courses: Courses) -> Ints:
    """Find the latest score on or before the clock, from the baseline on; else the baseline."""
    days = forms.packed[:-1] & ((1 << forms.day_bits) - 1)
    until = days <= _each_score(forms, courses.clock - forms.first_day)
    before = np.zeros(len(until) + 1, dtype=np.int32)
    np.cumsum(until, out=before[1:])
    found: Ints = np.maximum(forms.starts + before[forms.ends] - before[forms.starts] - 1, courses.first)
    return found


def improved_since(forms: Forms, courses: Courses, limit: Ints) -> tuple[Flags, Ints]:
    """Find the unbroken run of *improved* scores that ends with C.

    Args:
        forms: the sorted scores.
        courses: what counts in each course.
        limit: the highest points that count as improved.

    Returns:
        Whether C is improved; and the day of the first score of the run.
    """
    improved = courses.has_latest & (courses.latest <= limit)
    above = ((limit + 1) << forms.day_bits).astype(forms.packed.dtype)
    since = courses.last.copy()
    going = np.flatnonzero(improved)
    place, first, above = courses.last[going] - 1, courses.first[going], above[going]
    while len(going):  # one score back a round, only where the run goes on
        on = np.flatnonzero((forms.packed[place] < above) & (place > first))
        going, place, first, above = going[on], place[on], first[on], above[on]
        since[going] = place
        place -= 1
    return improved, forms.day(forms.packed[since])


def _each_score(forms: Forms, values: Ints) -> Ints:
    """Give each score its course's value."""
    return np.repeat(values.astype(forms.packed.dtype), forms.ends - forms.starts)
