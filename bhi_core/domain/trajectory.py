"""The kernel: from all scores to one row an episode and instrument, without a loop over patients.

``domain.folding`` sorts the forms into courses, ``domain.courses`` finds what counts in each, and what follows from it
stands here. Nothing here knows a clinical number: those are the instruments' (``domain.instruments``) and the classes'
(``domain.outcome_class``).
"""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain import instruments as configured
from bhi_core.domain.calendar import dates_of, day_numbers
from bhi_core.domain.courses import Courses, find_courses, improved_since, previous_places, reference_places
from bhi_core.domain.folding import Forms, sort_forms
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.domain.outcome_class import CLASSES, Numbers, classify, improved_limit
from bhi_core.domain.packing import Flags, Ints

HOW = ("first", "late", "chosen")
ITEM_9 = ("positive", "negative", "unknown")

COLUMNS = (
    "episode_id", "instrument", "n_scores", "baseline", "baseline_on", "baseline_how", "latest", "latest_on",
    "last_valid", "last_valid_on", "previous", "previous_on", "best", "best_on", "change", "percent", "halved",
    "improved", "best_improved", "improved_since", "weeks", "w_days", "clock_on", "reference", "reference_on",
    "k_days", "wc_days", "age_days", "outcome_class", "item9", "safety_max",
)  # fmt: skip
"""The columns of ``summarise``, in order."""

Columns = dict[str, Any]


def summarise(
    scores: pd.DataFrame, episodes: pd.DataFrame, as_of: date, instruments: InstrumentRegistry | None = None
) -> pd.DataFrame:
    """Fold all scores into one row an episode and series of scores.

    Args:
        scores: a row is a form, in any order; the columns of ``Registry.scores`` and episode_id (int64, -1 = none) as
            ``domain.episodes.assign`` gives it. Left out: forms without an episode in ``episodes``, those dated
            after ``as_of``, those of an instrument that is not configured.
        episodes: a row is an episode, in any order: episode_id, enrolled_on, status (as of the date, words of
            ``domain.episodes``), clock_on (the last change of treatment that restarts the clock, NaT),
            baseline_score_id (float64; by the rule when NaN or no valid score of this episode); as_of where episodes
            have dates of care of their own, none of whose scores is later.
        as_of: the date of care; days and weeks run to it.
        instruments: those that are configured, unless others are given.

    Returns:
        A row is an episode and series with at least one form, valid or not, ordered by episode_id and the series'
        order. Points are float64 (NaN missing), dates ``datetime64[s]`` (NaT missing), days float64 (NaN missing).

        * episode_id int64; instrument (category of series ids); n_scores int64: valid scores, two of a day count once.
        * baseline, baseline_on: B, the first valid score; baseline_how (category ``HOW``: "late" when more than 14
          days after enrolment, "chosen" when a person picked it).
        * latest, latest_on: C, the latest valid score after the baseline.
        * last_valid, last_valid_on: the latest valid score, be it the baseline. previous, previous_on: the valid
          score before C, be it the baseline.
        * best, best_on: the best valid score after the baseline and before C; the first of equals.
        * change: C - B in points. percent: 100 (C - B) / B, NaN when B is 0.
        * halved: 2C <= B; where higher is better, of the points missing to the maximum. improved, best_improved: C,
          or a score after the baseline and before C, is *improved*; false where the instrument has not all classes.
        * improved_since: the date of the first score of the unbroken run of improved ones that ends with C.
        * weeks int64: whole weeks from enrolment. w_days: days from the baseline.
        * clock_on: the last change of treatment, else (and at the earliest, if the baseline is late) the baseline.
          k_days: from it to C. wc_days: from it to ``as_of``.
        * reference, reference_on: R, the latest valid score on or before clock_on, else the baseline.
        * age_days: days since last_valid_on.
        * outcome_class (ordered category ``CLASSES``, worst first; NaN without a reliable change).
        * item9 (category ``ITEM_9``; NaN where the series has no safety item): positive when any form has an answer
          above zero, negative when the latest form was answered zero, else unknown.
        * safety_max int8: the highest answer to a safety item; -1 only left blank, -2 never asked.

        No scores or no episodes give an empty frame with these columns.
    """
    known = instruments or configured.registry()
    as_of_day = (as_of - date(1970, 1, 1)).days
    wanted = episodes["baseline_score_id"].to_numpy(dtype=np.float64, na_value=np.nan)
    choosing = np.flatnonzero(~np.isnan(wanted))
    chosen = episodes["episode_id"].to_numpy()[choosing], wanted[choosing].astype(np.int64)
    forms = sort_forms(scores if len(episodes) else scores[:0], as_of_day, known, chosen)
    rows = _episode_rows(forms.episode_id, episodes)
    courses = find_courses(forms, episodes, rows)
    columns = (
        {"episode_id": forms.episode_id, "instrument": _category(forms.series, known.series)}
        | _score_columns(forms, courses, known)
        | _time_columns(courses, day_numbers(episodes["as_of"])[rows] if "as_of" in episodes else as_of_day)
        | _class_columns(forms, courses, known)
        | _safety_columns(forms, known)
    )
    frame = pd.DataFrame({name: columns[name] for name in COLUMNS}, copy=False)
    return frame if (rows >= 0).all() else frame[rows >= 0].reset_index(drop=True)


def _episode_rows(episode_ids: Ints, episodes: pd.DataFrame) -> Ints:
    """Find the row of each episode in the frame; -1 where it is not there."""
    ids = episodes["episode_id"].to_numpy()
    low, high = (int(ids.min()), int(ids.max())) if len(ids) else (0, 0)
    if high - low < 8 * len(ids) + 1_000_000:  # dense ids: look up instead of searching
        row_of = np.full(high - low + 2, -1, dtype=np.int64)
        row_of[ids - low] = np.arange(len(ids))
        return row_of[np.where((episode_ids >= low) & (episode_ids <= high), episode_ids - low, -1)]
    order = np.argsort(ids)
    place = order[np.minimum(np.searchsorted(ids, episode_ids, sorter=order), len(ids) - 1)]
    return np.where(ids[place] == episode_ids, place, -1)


def _score_columns(forms: Forms, courses: Courses, known: InstrumentRegistry) -> Columns:
    """Give the scores that count, with their dates, and the change from baseline."""
    heads = [known[series] for series in known.series]
    turned = np.flatnonzero(np.array([head.direction == -1 for head in heads])[forms.series])
    maximum = np.array([head.maximum for head in heads])[forms.series[turned]]

    def totals(points: Ints, holds: Flags) -> npt.NDArray[np.float64]:
        given = np.where(holds, points, np.nan)
        given[turned] = maximum - given[turned]
        return given

    has_b, has_c = courses.has_baseline, courses.has_latest
    before, reference = forms.packed[previous_places(courses)], forms.packed[reference_places(forms, courses)]
    baseline, latest = totals(courses.baseline, has_b), totals(courses.latest, has_c)
    change = latest - baseline
    percent = np.divide(100 * change, baseline, out=np.full(len(change), np.nan), where=baseline != 0)
    return {
        "n_scores": forms.ends - forms.starts,
        "baseline": baseline,
        "baseline_on": _dates(courses.first_day, has_b),
        "baseline_how": _category(np.where(has_b, np.where(courses.chosen, 2, courses.late), -1), HOW),
        "latest": latest,
        "latest_on": _dates(courses.last_day, has_c),
        "last_valid": totals(courses.latest, has_b),
        "last_valid_on": _dates(courses.last_day, has_b),
        "previous": totals(forms.points(before), has_c),
        "previous_on": _dates(forms.day(before), has_c),
        "best": totals(courses.best, courses.has_best),
        "best_on": _dates(courses.best_day, courses.has_best),
        "change": change,
        "percent": percent,
        "halved": has_c & (2 * courses.latest <= courses.baseline),
        "reference": totals(forms.points(reference), has_b),
        "reference_on": _dates(forms.day(reference), has_b),
    }


def _time_columns(courses: Courses, as_of_day: int | Ints) -> Columns:
    """Give the weeks and days, to one date of care or to each course's own."""
    return {
        "weeks": (as_of_day - courses.enrolled) // 7,
        "w_days": _days(as_of_day - courses.first_day, courses.has_baseline),
        "clock_on": _dates(courses.clock, courses.has_clock),
        "k_days": _days(courses.last_day - courses.clock, courses.has_latest),
        "wc_days": _days(as_of_day - courses.clock, courses.has_clock),
        "age_days": _days(as_of_day - courses.last_day, courses.has_baseline),
    }


def _class_columns(forms: Forms, courses: Courses, known: InstrumentRegistry) -> Columns:
    """Say what is improved, and the outcome class."""
    numbers = Numbers.of(known[series] for series in known.series).take(forms.series)
    limit = improved_limit(courses.baseline, numbers)
    improved, since = improved_since(forms, courses, limit)
    best_improved = courses.has_best & (courses.best <= limit)
    classes = classify(
        courses.baseline,
        courses.latest,
        courses.best,
        has_latest=courses.has_latest,
        best_improved=best_improved,
        relapse_prevention=courses.in_prevention,
        numbers=numbers,
    )
    return {
        "improved": improved,
        "best_improved": best_improved,
        "improved_since": _dates(since, improved),
        "outcome_class": _category(classes, CLASSES, ordered=True),
    }


def _safety_columns(forms: Forms, known: InstrumentRegistry) -> Columns:
    """Say what the forms' safety items tell, complete or not."""
    asks = {instrument.series for instrument in known if instrument.safety_items}
    asked = np.array([series in asks for series in known.series])[forms.series]
    told = np.where(forms.safety_max >= 1, 0, np.where(forms.safety_last == 0, 1, 2))
    return {"item9": _category(np.where(asked, told, -1), ITEM_9), "safety_max": forms.safety_max}


def _category(codes: Ints, names: tuple[str, ...], *, ordered: bool = False) -> pd.Categorical:
    """Give codes (-1 = missing) as a category of all the names."""
    kind = pd.CategoricalDtype(list(names), ordered=ordered)
    return pd.Categorical.from_codes(codes.astype(np.int8), dtype=kind, validate=False)


def _days(days: Ints, holds: Flags) -> npt.NDArray[np.float64]:
    """Give days as float64, NaN where they do not hold."""
    return np.where(holds, days, np.nan)


def _dates(days: Ints, holds: Flags) -> npt.NDArray[np.datetime64]:
    """Give day numbers as dates, NaT where they do not hold."""
    return dates_of(days, holds)
