"""Sorts forms into courses: one packed number a form, sorted once; a course is a run of the sorted numbers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain.calendar import day_numbers
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.errors import Refused

Ints = npt.NDArray[np.signedinteger]
Flags = npt.NDArray[np.bool_]

NOT_COUNTED = 1 << 14
"""Points of a form that is no valid score: incomplete, or of a day that has a later one. Above any real total."""


@dataclass(frozen=True)
class Layout:
    """Say where in a 64-bit key a form's episode, series, day and row stand, from the highest bits to the lowest.

    Attributes:
        first_episode, first_day: what zero stands for.
        series_bits, day_bits, row_bits: how wide each part is; the episode has the rest.
    """

    first_episode: int
    first_day: int
    series_bits: int
    day_bits: int
    row_bits: int

    def row(self, keys: Ints) -> Ints:
        """Give the row in the frame."""
        return keys & ((1 << self.row_bits) - 1)

    def day(self, keys: Ints) -> Ints:
        """Give the day, counted from ``first_day``."""
        return (keys >> self.row_bits) & ((1 << self.day_bits) - 1)

    def episode_id(self, keys: Ints) -> Ints:
        """Give the episode's id."""
        return (keys >> (self.row_bits + self.day_bits + self.series_bits)) + self.first_episode

    def series(self, keys: Ints) -> Ints:
        """Give the series, as a place in ``InstrumentRegistry.series``."""
        return (keys >> (self.row_bits + self.day_bits)) & ((1 << self.series_bits) - 1)


@dataclass(frozen=True)
class Forms:
    """Hold all forms in the order of episode, series, day and recording, and where each course begins and ends.

    Points are those by which higher is worse: the total, or what is missing to the maximum where higher is better.

    Attributes:
        first_day, day_bits: the day that zero stands for, and the width of the day in ``packed``.
        packed: int32 or int64 a form: the points in the higher bits, the day in the lowest ones.
        safety: int8 a form: its highest answer to a safety item, or why there is none (``domain.scoring``).
        starts, ends: the places of a course's first form, and of the one after its last.
        episode_id, series: whose course it is; series is a place in ``InstrumentRegistry.series``.
        chosen, chosen_id: the places and score_ids of forms that a person chose as baseline.
    """

    first_day: int
    day_bits: int
    packed: Ints
    safety: npt.NDArray[np.int8]
    starts: Ints
    ends: Ints
    episode_id: Ints
    series: Ints
    chosen: Ints
    chosen_id: Ints

    @property
    def uncounted(self) -> int:
        """Give the lowest packed number of a form that is no valid score."""
        return NOT_COUNTED << self.day_bits

    def counts(self, packed: Ints) -> Flags:
        """Say which packed numbers are valid scores."""
        return packed < self.uncounted

    def points(self, packed: Ints) -> Ints:
        """Give the points of packed numbers, int64."""
        return packed.astype(np.int64) >> self.day_bits

    def day(self, packed: Ints) -> Ints:
        """Give the day numbers of packed numbers, int64."""
        return (packed & ((1 << self.day_bits) - 1)).astype(np.int64) + self.first_day

    def n_scores(self) -> Ints:
        """Count the valid scores of each course."""
        invalid = np.flatnonzero(~self.counts(self.packed))
        course = np.searchsorted(self.starts, invalid, side="right") - 1
        return self.ends - self.starts - np.bincount(course, minlength=len(self.starts))


def sort_forms(scores: pd.DataFrame, as_of_day: int, known: InstrumentRegistry, chosen: Ints) -> Forms:
    """Sort forms into courses.

    Args:
        scores: the columns that ``domain.trajectory.summarise`` asks for.
        as_of_day: forms of a later day are left out.
        known: the configured instruments; forms of others are left out.
        chosen: score_ids that a person chose as baseline: each stands for its day, whatever came later that day.

    Raises:
        Refused: more forms than a 64-bit key can tell apart.
    """
    scores = _considered(scores, as_of_day, known)
    keys, layout = _sorted_keys(scores, known)
    rows = layout.row(keys)
    packed = _points(scores, known, np.int32 if layout.day_bits <= 16 else np.int64).take(rows)
    packed <<= layout.day_bits
    packed |= layout.day(keys).astype(packed.dtype)
    safety = scores["safety_answer"].to_numpy().take(rows)

    differ = keys[1:] ^ keys[:-1]
    same_day = np.flatnonzero(differ < 1 << layout.row_bits)
    if len(same_day):
        places = np.unique(np.concatenate((same_day, same_day + 1)))
        order, beaten = _order_of_days(scores.iloc[rows[places]], keys[places] >> layout.row_bits, chosen)
        for column in (rows, packed, safety):
            column[places] = column[places[order]]
        packed[places[beaten]] |= NOT_COUNTED << layout.day_bits

    starts = np.flatnonzero(differ >= 1 << (layout.row_bits + layout.day_bits)) + 1
    starts = np.concatenate((np.zeros(min(len(keys), 1), dtype=np.int64), starts))
    picked = np.flatnonzero(np.isin(scores["score_id"].to_numpy(), chosen).take(rows)) if len(chosen) else chosen
    return Forms(
        first_day=layout.first_day,
        day_bits=layout.day_bits,
        packed=packed,
        safety=safety,
        starts=starts,
        ends=np.append(starts[1:], len(keys)) if len(keys) else starts,
        episode_id=layout.episode_id(keys[starts]),
        series=layout.series(keys[starts]),
        chosen=picked,
        chosen_id=scores["score_id"].to_numpy()[rows[picked]],
    )


def _considered(scores: pd.DataFrame, as_of_day: int, known: InstrumentRegistry) -> pd.DataFrame:
    """Leave out forms without an episode, after the date, or of an instrument that is not configured."""
    keep = scores["episode_id"].to_numpy() >= 0
    keep &= day_numbers(scores["taken_on"]) <= as_of_day
    keep &= _series_of(scores, known)[scores["instrument"].cat.codes.to_numpy()] >= 0
    return scores if keep.all() else scores[keep]


def _series_of(scores: pd.DataFrame, known: InstrumentRegistry) -> Ints:
    """Map each category code of the instrument column to a place in ``known.series``; -1 for unknown ones."""
    places = [
        known.series.index(known[name].series) if name in known else -1 for name in scores["instrument"].cat.categories
    ]
    return np.array([*places, -1], dtype=np.int64)  # the code of a missing instrument, -1, reads the last


def _sorted_keys(scores: pd.DataFrame, known: InstrumentRegistry) -> tuple[Ints, Layout]:
    """Pack each form into a key, and sort the keys."""
    episode_ids = scores["episode_id"].to_numpy()
    days = day_numbers(scores["taken_on"])
    first_episode, last_episode = (int(episode_ids.min()), int(episode_ids.max())) if len(scores) else (0, 0)
    first_day, last_day = (int(days.min()), int(days.max())) if len(scores) else (0, 0)
    layout = Layout(
        first_episode=first_episode,
        first_day=first_day,
        series_bits=len(known.series).bit_length(),
        day_bits=(last_day - first_day).bit_length(),
        row_bits=len(scores).bit_length(),
    )
    width = (last_episode - first_episode).bit_length() + layout.series_bits + layout.day_bits + layout.row_bits
    if width > 63:
        raise Refused("These are too many scores to work out at once: choose a smaller group of patients.")
    keys = episode_ids - first_episode
    keys <<= layout.series_bits
    keys |= _series_of(scores, known)[scores["instrument"].cat.codes.to_numpy()]
    keys <<= layout.day_bits
    keys |= days - first_day
    keys <<= layout.row_bits
    keys |= np.arange(len(scores))
    keys.sort()
    return keys, layout


def _points(scores: pd.DataFrame, known: InstrumentRegistry, dtype: type[np.signedinteger]) -> Ints:
    """Give each form's points, higher is worse; ``NOT_COUNTED`` for an incomplete one."""
    totals = scores["total"].to_numpy()
    missing = np.isnan(totals)
    points = np.where(missing, NOT_COUNTED, totals).astype(dtype)
    codes = scores["instrument"].cat.codes.to_numpy()
    for code, name in enumerate(scores["instrument"].cat.categories):
        if name in known and known[name].direction == -1:
            mine = (codes == code) & ~missing
            points[mine] = known[name].maximum - points[mine]
    return points


def _order_of_days(forms: pd.DataFrame, day: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    """Put the forms of a day in order of recording, and say which of them a later valid one beats.

    On a tie of recording the higher total counts. A chosen baseline counts before all others of its day.

    Args:
        forms: forms of days that have more than one of a course.
        day: which day of which course each is of, rising.
        chosen: score_ids of chosen baselines.

    Returns:
        The order to put them in, and the places, in that order, of the valid scores that do not count.
    """
    totals = forms["total"].to_numpy()
    order = np.lexsort(
        (
            forms["safety_answer"].to_numpy(),
            np.where(np.isnan(totals), -np.inf, totals),
            forms["recorded_order"].to_numpy(),
            np.isin(forms["score_id"].to_numpy(), chosen),
            day,
        )
    )
    valid = np.flatnonzero(~np.isnan(totals[order]))
    return order, valid[:-1][day[valid[:-1]] == day[valid[1:]]]
