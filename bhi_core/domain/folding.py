"""Sorts forms into courses: one sort of the packed forms; a course is a run of the sorted numbers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.packing import (
    BLOCK,
    NOT_COUNTED,
    SAFETY_BITS,
    Flags,
    Ints,
    Layout,
    considered,
    pack,
    pack_answers,
)
from bhi_core.domain.scoring import NOT_ASKED


@dataclass(frozen=True)
class Forms:
    """Hold the valid scores in the order of episode, series and day, and the courses that they make up.

    Points are those by which higher is worse (``domain.packing.pack_answers``). Of several valid scores of a day only
    the one that counts is there.

    Attributes:
        first_day, day_bits: the day that zero stands for, and the width of the day in ``packed``.
        packed: int32 or int64 a score: the points in the higher bits, the day in the lowest; one more at the end, so
            that a course without scores has a place too.
        starts, ends: the places of a course's first score, and of the one after its last; equal without a score.
        episode_id, series: whose course it is; series is a place in ``InstrumentRegistry.series``.
        safety_max, safety_last: the highest safety answer of any form of the course, valid or not, and that of the
            last form (``domain.scoring``).
        chosen: the places of scores that a person chose as baseline, and ``chosen_course`` their courses.
    """

    first_day: int
    day_bits: int
    packed: Ints
    starts: Ints
    ends: Ints
    episode_id: Ints
    series: Ints
    safety_max: npt.NDArray[np.int8]
    safety_last: npt.NDArray[np.int8]
    chosen: Ints
    chosen_course: Ints

    def points(self, packed: Ints) -> Ints:
        """Give the points of packed numbers."""
        return packed >> self.day_bits

    def day(self, packed: Ints) -> Ints:
        """Give the day numbers of packed numbers."""
        return (packed & ((1 << self.day_bits) - 1)) + self.first_day


def sort_forms(scores: pd.DataFrame, as_of_day: int, known: InstrumentRegistry, chosen: tuple[Ints, Ints]) -> Forms:
    """Sort forms into courses.

    Args:
        scores: the columns that ``domain.trajectory.summarise`` asks for.
        as_of_day: forms of a later day are left out.
        known: the configured instruments; forms of others are left out.
        chosen: the episode_ids whose baseline a person chose, and the score_id of each. A valid score stands for its
            day, whatever came later that day; one that is not valid, or not the episode's, is passed over.

    Raises:
        Refused: as ``domain.packing``.
    """
    scores, layout = considered(scores, as_of_day, known)
    keys, answers = pack(scores, layout, known), pack_answers(scores, known)
    keys.sort()
    crowded, starts = _edges(keys, layout)
    ends = np.append(starts[1:], len(keys)) if len(keys) else starts
    picked = _chosen_places(scores, keys, layout, chosen)
    day_after = (keys[picked] >> layout.row_bits) + 1
    if len(crowded):
        _settle_days(scores["recorded_order"].to_numpy(), keys, answers, layout, crowded, picked)
    picked = np.searchsorted(keys, day_after << layout.row_bits) - 1  # the last of its day now

    packed, safety, counted = _unpack(keys, answers, layout)
    left_out = np.flatnonzero(~counted)
    n_scores = ends - starts - np.bincount(np.searchsorted(starts, left_out, "right") - 1, minlength=len(starts))
    first = np.cumsum(n_scores) - n_scores
    return Forms(
        first_day=layout.first_day,
        day_bits=layout.day_bits,
        packed=packed,
        starts=first,
        ends=first + n_scores,
        episode_id=layout.episode_id(keys[starts]),
        series=layout.series(keys[starts]),
        safety_max=np.maximum.reduceat(safety, starts) if len(starts) else safety,
        safety_last=safety[ends - 1],
        chosen=picked - np.searchsorted(left_out, picked),
        chosen_course=np.searchsorted(starts, picked, "right") - 1,
    )


def _edges(keys: Ints, layout: Layout) -> tuple[Ints, Ints]:
    """Find, in sorted keys, the places of days that have several forms of a course, and those that start a course."""
    same_day, new_course = np.zeros(len(keys) + 1, dtype=bool), np.ones(len(keys), dtype=bool)
    for start in range(0, len(keys), BLOCK):
        with_next = keys[start : start + BLOCK + 1]
        differ = with_next[1:] ^ with_next[:-1]
        after = slice(start + 1, start + 1 + len(differ))
        np.less(differ, 1 << layout.row_bits, out=same_day[after])
        np.greater_equal(differ, 1 << layout.course_bits, out=new_course[after])
    return np.flatnonzero(same_day[:-1] | same_day[1:]), np.flatnonzero(new_course)


def _chosen_places(scores: pd.DataFrame, keys: Ints, layout: Layout, chosen: tuple[Ints, Ints]) -> Ints:
    """Find the valid scores that a person chose as baseline, in sorted keys; the places rise."""
    episode_ids, score_ids = (ids[np.argsort(chosen[0])] for ids in chosen)
    begin = np.searchsorted(keys, layout.first_key(episode_ids))
    end = np.searchsorted(keys, layout.first_key(episode_ids + 1))
    forms_each = end - begin
    places = np.arange(forms_each.sum()) + np.repeat(end - np.cumsum(forms_each), forms_each)
    rows = layout.row(keys[places])
    valid = ~np.isnan(scores["total"].to_numpy()[rows])
    found: Ints = places[valid & (scores["score_id"].to_numpy()[rows] == np.repeat(score_ids, forms_each))]
    return found


def _settle_days(  # noqa: PLR0917
    recorded_order: Ints, keys: Ints, answers: Ints, layout: Layout, crowded: Ints, picked: Ints
) -> None:
    """Put the forms of a day in order of recording, in ``keys``, and let the last valid one count, in ``answers``.

    On a tie of recording the higher points count. A chosen baseline counts before all others of its day.

    Args:
        recorded_order: by row of the frame, as the answers are.
        keys: sorted.
        answers: what ``pack_answers`` gives.
        layout: what the keys' bits mean.
        crowded: the places of days that have several forms of a course.
        picked: the places of chosen baselines.
    """
    day, rows = keys[crowded] >> layout.row_bits, layout.row(keys[crowded])
    said = answers[rows].astype(np.int64)
    valid = said < NOT_COUNTED << SAFETY_BITS
    recorded = recorded_order[rows]
    at = np.minimum(np.searchsorted(crowded, picked), len(crowded) - 1)
    recorded[at[crowded[at] == picked]] = np.iinfo(np.int64).max
    order = np.lexsort((np.where(valid, said, -1), recorded, day))
    rows, valid_at = rows[order], np.flatnonzero(valid[order])
    keys[crowded] = (day << layout.row_bits) | rows
    beaten = valid_at[:-1][day[valid_at[:-1]] == day[valid_at[1:]]]
    answers[rows[beaten]] |= NOT_COUNTED << SAFETY_BITS


def _unpack(keys: Ints, answers: Ints, layout: Layout) -> tuple[Ints, npt.NDArray[np.int8], Flags]:
    """Read sorted keys.

    Returns:
        ``packed`` as in ``Forms``; the safety answer of each form; which forms are scores that count.
    """
    points_bits = (2 * NOT_COUNTED - 1).bit_length()
    packed: Ints = np.zeros(len(keys) + 1, dtype=np.int32 if points_bits + layout.day_bits <= 31 else np.int64)
    safety, counted = np.empty(len(keys), dtype=np.int8), np.empty(len(keys), dtype=bool)
    end = 0
    for start in range(0, len(keys), BLOCK):
        block = slice(start, start + BLOCK)
        answer = answers.take(layout.row(keys[block]))
        safety[block] = (answer & ((1 << SAFETY_BITS) - 1)).astype(np.int8) + np.int8(NOT_ASKED)
        counts = np.less(answer, NOT_COUNTED << SAFETY_BITS, out=counted[block])
        points = (answer >> SAFETY_BITS).astype(packed.dtype)
        points <<= layout.day_bits
        points |= layout.day(keys[block])
        points = points[counts]
        packed[end : end + len(points)] = points
        end += len(points)
    return packed[: end + 1], safety, counted
