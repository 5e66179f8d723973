"""Finds what counts in each course: baseline, latest, best and previous score, the reference, the improved run."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bhi_core.domain.calendar import MISSING_DAY, day_numbers
from bhi_core.domain.episodes import RELAPSE_PREVENTION
from bhi_core.domain.folding import Flags, Forms, Ints

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
        first, last: the places in ``Forms`` of the baseline and of the latest valid score.
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
        forms: the sorted forms.
        episodes: as ``domain.trajectory.summarise`` takes them; at least one.
        rows: the row in ``episodes`` of each course's episode.
    """
    first, last, has_baseline = _ends(forms)
    chosen = _choose(forms, episodes["baseline_score_id"].to_numpy(dtype=np.float64, na_value=np.nan)[rows], first)
    best = _best(forms, first, last)
    first_day, last_day = forms.day(forms.packed[first]), forms.day(forms.packed[last])

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
        has_best=forms.counts(best),
        has_clock=has_baseline | ~from_baseline,
        chosen=chosen,
        late=late,
        first=first,
        last=last,
        first_day=first_day,
        last_day=last_day,
        best_day=forms.day(best),
        baseline=forms.points(forms.packed[first]),
        latest=forms.points(forms.packed[last]),
        best=forms.points(best),
    )


def _ends(forms: Forms) -> tuple[Ints, Ints, Flags]:
    """Find the first and the last valid score of each course, and whether there is one; else its first form."""
    first = nearest_counted(forms, forms.starts, forms.ends, 1)
    has_any = first < forms.ends
    last = nearest_counted(forms, forms.ends - 1, forms.starts - 1, -1)
    return np.where(has_any, first, forms.starts), np.where(has_any, last, forms.starts), has_any


def _choose(forms: Forms, wanted: "np.ndarray[tuple[int], np.dtype[np.float64]]", first: Ints) -> Flags:
    """Move each baseline that a person chose in ``first``, in place, and say which they are.

    A wanted score that is not a valid one of the episode, or no longer kept, is passed over.
    """
    chosen = np.zeros(len(first), dtype=bool)
    course = np.searchsorted(forms.starts, forms.chosen, side="right") - 1
    its_own = (wanted[course] == forms.chosen_id) & forms.counts(forms.packed[forms.chosen])
    first[course[its_own]] = forms.chosen[its_own]
    chosen[course[its_own]] = True
    return chosen


def _best(forms: Forms, first: Ints, last: Ints) -> Ints:
    """Give the packed number of the best valid score between baseline and C; one that does not count for none."""
    best = np.full(len(first), forms.uncounted, dtype=forms.packed.dtype)
    between = np.flatnonzero(last - first >= 2)
    if len(between):
        edges = np.empty(2 * len(between), dtype=np.int64)
        edges[0::2], edges[1::2] = first[between] + 1, last[between]
        best[between] = np.minimum.reduceat(forms.packed, edges)[::2]
    return best


def nearest_counted(forms: Forms, places: Ints, ends: Ints, step: int) -> Ints:
    """Go from each place to the nearest valid score, itself included.

    Args:
        forms: the sorted forms.
        places: where to begin.
        ends: a place each, before which to stop; returned where no valid score is met.
        step: 1 to go on, -1 to go back.
    """
    found = places.copy()
    going = np.flatnonzero(places != ends)
    going = going[~forms.counts(forms.packed[places[going]])]
    while len(going):  # as many rounds as invalid forms follow each other
        found[going] += step
        going = going[found[going] != ends[going]]
        going = going[~forms.counts(forms.packed[found[going]])]
    return found


def previous_places(forms: Forms, courses: Courses) -> Ints:
    """Find the valid score before C, the baseline included; the baseline where there is no C."""
    return nearest_counted(forms, np.maximum(courses.last - 1, courses.first), courses.first, -1)


def reference_places(forms: Forms, courses: Courses) -> Ints:
    """Find the latest valid score on or before the clock, from the baseline on; else the baseline."""
    found = courses.first.copy()
    search = np.flatnonzero(courses.has_latest & (courses.clock > courses.first_day))
    low, high, clock = courses.first[search], courses.last[search], courses.clock[search]
    while (low < high).any():  # halves the scores in question each round
        middle = (low + high + 1) >> 1
        until = forms.day(forms.packed[middle]) <= clock
        low, high = np.where(until, middle, low), np.where(until, high, middle - 1)
    found[search] = nearest_counted(forms, low, courses.first[search], -1)
    return found


def improved_since(forms: Forms, courses: Courses, limit: Ints) -> tuple[Flags, Ints]:
    """Find the unbroken run of *improved* scores that ends with C.

    Args:
        forms: the sorted forms.
        courses: what counts in each course.
        limit: the highest points that count as improved.

    Returns:
        Whether C is improved; and the day of the first score of the run.
    """
    improved = courses.has_latest & (courses.latest <= limit)
    since = courses.last_day.copy()
    going = np.flatnonzero(improved)
    place = courses.last[going] - 1
    while len(going):  # one score back a round, only where the run goes on
        inside = place > courses.first[going]
        going, place = going[inside], place[inside]
        packed = forms.packed[place]
        counted = forms.counts(packed)
        good = counted & (forms.points(packed) <= limit[going])
        since[going[good]] = forms.day(packed[good])
        on = good | ~counted
        going, place = going[on], place[on] - 1
    return improved, since
