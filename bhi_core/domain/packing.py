"""Packs each form into one 64-bit number that sorts by episode, series and day, and its answers into a small one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.scoring import NOT_ASKED
from bhi_core.errors import Refused

Ints = npt.NDArray[np.integer]
Flags = npt.NDArray[np.bool_]

NOT_COUNTED = 1 << 11
"""Points of a form that is no valid score: incomplete, or of a day that has a later one. Above any total."""

SAFETY_BITS = 4
"""Room for safety answers up to 13, counted from ``NOT_ASKED``."""

BLOCK = 1 << 15
"""Rows worked on at a time, so that the steps in between stay in the processor's cache."""

_SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Layout:
    """Say where the parts of a form stand in its key, from the highest bits: episode, series, day, row of the frame.

    Attributes:
        first_episode, first_day: what zero stands for.
        last_episode, last_day: the highest that there is.
        series_bits, day_bits, row_bits: how wide each part is; the episode has the rest.
    """

    first_episode: int
    last_episode: int
    first_day: int
    last_day: int
    series_bits: int
    day_bits: int
    row_bits: int

    @property
    def bits(self) -> int:
        """Say how many bits a key needs; 63 is the most."""
        return (self.last_episode - self.first_episode + 1).bit_length() + self.series_bits + self.course_bits

    @property
    def course_bits(self) -> int:
        """Say how many of the lowest bits may differ between two forms of one course."""
        return self.day_bits + self.row_bits

    def first_key(self, episode_ids: Ints) -> Ints:
        """Give the lowest key that a form of each episode could have; beyond the first and last, their limits."""
        within = np.clip(episode_ids, self.first_episode, self.last_episode + 1) - self.first_episode
        return within << (self.course_bits + self.series_bits)

    def row(self, keys: Ints) -> Ints:
        """Give the row."""
        return keys & ((1 << self.row_bits) - 1)

    def day(self, keys: Ints) -> Ints:
        """Give the day, counted from ``first_day``, int32."""
        days: Ints = (keys >> self.row_bits).astype(np.int32)
        days &= (1 << self.day_bits) - 1
        return days

    def episode_id(self, keys: Ints) -> Ints:
        """Give the episode's id."""
        return (keys >> (self.course_bits + self.series_bits)) + self.first_episode

    def series(self, keys: Ints) -> Ints:
        """Give the series, as a place in ``InstrumentRegistry.series``."""
        return (keys >> self.course_bits) & ((1 << self.series_bits) - 1)


def considered(scores: pd.DataFrame, as_of_day: int, known: InstrumentRegistry) -> tuple[pd.DataFrame, Layout]:
    """Leave out forms without an episode, after the date (a day number), or of an instrument not configured.

    Returns:
        The forms left, and the layout that holds them.

    Raises:
        Refused: their ids and dates span more than a key holds.
    """
    layout = _layout(scores, known)
    codes = scores["instrument"].cat.codes.to_numpy()
    all_known = all(name in known for name in scores["instrument"].cat.categories) and codes.min(initial=0) >= 0
    if not all_known or layout.first_episode < 0 or layout.last_day > as_of_day:
        has_episode = scores["episode_id"].to_numpy() >= 0
        past = _seconds(scores) < (as_of_day + 1) * _SECONDS_A_DAY
        scores = scores[has_episode & past & (_series_of(scores, known)[codes] >= 0)]
        layout = _layout(scores, known)
    if layout.bits > 63:
        raise Refused("These are too many scores to work out at once: choose a smaller group of patients.")
    return scores, layout


def pack(scores: pd.DataFrame, layout: Layout, known: InstrumentRegistry) -> npt.NDArray[np.int64]:
    """Pack where each form belongs into a key: one int64 a row of what ``considered`` leaves, in the order of rows."""
    episode_ids, seconds = scores["episode_id"].to_numpy(), _seconds(scores)
    codes = scores["instrument"].cat.codes.to_numpy()
    zero = (layout.first_episode << (layout.course_bits + layout.series_bits)) + (layout.first_day << layout.row_bits)
    series_of = (_series_of(scores, known) << layout.course_bits) - zero
    rows = np.arange(BLOCK)
    keys = np.empty(len(scores), dtype=np.int64)
    for start in range(0, len(scores), BLOCK):
        block = slice(start, start + BLOCK)
        key = keys[block]
        np.floor_divide(seconds[block], _SECONDS_A_DAY, out=key)
        key <<= layout.row_bits
        key += episode_ids[block] << (layout.course_bits + layout.series_bits)
        key += (series_of + start).take(codes[block], mode="wrap")
        key += rows[: len(key)]
    return keys


def pack_answers(scores: pd.DataFrame, known: InstrumentRegistry) -> Ints:
    """Pack what each form says: its points in the higher bits, its safety answer in the lowest ``SAFETY_BITS``.

    Points are those by which higher is worse: the total, or what is missing to the maximum where higher is better;
    ``NOT_COUNTED`` for an incomplete form. The safety answer is counted from ``NOT_ASKED``.

    Raises:
        Refused: a total is outside its instrument's range.
    """
    codes, totals = scores["instrument"].cat.codes.to_numpy(), scores["total"].to_numpy()
    safety = scores["safety_answer"].to_numpy()
    turned = {
        code: known[name].maximum
        for code, name in enumerate(scores["instrument"].cat.categories)
        if name in known and known[name].direction == -1 and (codes == code).any()
    }
    answers = np.empty(len(scores), dtype=np.uint16)
    for start in range(0, len(scores), BLOCK):
        block = slice(start, start + BLOCK)
        incomplete = np.isnan(totals[block])
        with np.errstate(invalid="ignore"):
            points = totals[block].astype(np.int32)
        points[incomplete] = NOT_COUNTED
        for code, maximum in turned.items():
            mine = (codes[block] == code) & ~incomplete
            points[mine] = maximum - points[mine]
        if points.view(np.uint32).max() > NOT_COUNTED:  # as an unsigned number, one below zero is high too
            raise Refused("A total lies outside its instrument's range: find it with `python -m bhi_core check`.")
        points <<= SAFETY_BITS
        points += safety[block]
        points -= NOT_ASKED
        answers[block] = points
    return answers


def _layout(scores: pd.DataFrame, known: InstrumentRegistry) -> Layout:
    """Find how many bits each part of a key needs."""
    if len(scores) == 0:
        return Layout(0, 0, 0, 0, 0, 0, 0)
    episode_ids, seconds = scores["episode_id"].to_numpy(), _seconds(scores)
    first_day, last_day = int(seconds.min()) // _SECONDS_A_DAY, int(seconds.max()) // _SECONDS_A_DAY
    return Layout(
        first_episode=int(episode_ids.min()),
        last_episode=int(episode_ids.max()),
        first_day=first_day,
        last_day=last_day,
        series_bits=(len(known.series) - 1).bit_length(),
        day_bits=(last_day - first_day).bit_length(),
        row_bits=(len(scores) - 1).bit_length(),
    )


def _seconds(scores: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Give the forms' dates in seconds since 1970-01-01."""
    return scores["taken_on"].to_numpy().astype("datetime64[s]", copy=False).view(np.int64)


def _series_of(scores: pd.DataFrame, known: InstrumentRegistry) -> npt.NDArray[np.int64]:
    """Map each category code of the instrument column to a place in ``known.series``; -1 for unknown ones."""
    places = [
        known.series.index(known[name].series) if name in known else -1 for name in scores["instrument"].cat.categories
    ]
    return np.array([*places, -1], dtype=np.int64)  # the code of a missing instrument, -1, reads the last
