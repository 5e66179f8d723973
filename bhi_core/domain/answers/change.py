"""Is the patient getting better, and is that more than chance and measurement error?"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from bhi_core.domain.answers.chart import Chart, Course, lead
from bhi_core.domain.answers.said import capital, change, course_span, points
from bhi_core.domain.words import MINUS, count, day

YES = ("remission", "response", "improved")
IN_PART = ("partial", "small gain")
STAYED_LOW = "below threshold"  # never called a non-response
SLOPE_WEEKS = 8
SLOPE_SCORES = 4  # fewer give an interval that is only their own spread
SLOPE_Z = NormalDist().inv_cdf(0.975)  # a 95 % interval
SAME_WAY = 3  # scores in a row worth a word
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class Better:
    """Answer whether the patient is getting better.

    Attributes:
        word: ``"Yes"``, ``"In part"``, ``"No"``, ``"Steady"`` (below the threshold, before and now) or ``"Not known"``.
        sentences: one a course, with its figures and class.
    """

    word: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Reality:
    """Answer whether a change is real.

    Attributes:
        sentences: what the rules say of the change, where they disagree, and the slope.
        basis: what reliable change rests on (r and SD) for each scale named, one a line.
    """

    sentences: tuple[str, ...]
    basis: tuple[str, ...]


@dataclass(frozen=True)
class Slope:
    """A robust slope (Theil-Sen) in points a week, with its interval.

    Attributes:
        a_week, low, high: points a week; the interval is the 95 % one of the median of all pairs' slopes.
        weeks: weeks that the scores span, rounded up, at least eight.
        scores: how many scores it rests on.
    """

    a_week: float
    low: float
    high: float
    weeks: int
    scores: int


def getting_better(told: Chart) -> Better:
    """Say for every followed course what it did, and in a word what that amounts to."""
    courses = [course for course in told.courses if course.last is not None and course.instrument.trackable]
    chosen = lead(told)
    if chosen is None:
        return Better("Not known", ("Nothing measured yet.",))
    spans = ""
    sentences = []
    for course in sorted(courses, key=lambda course: course is not chosen):
        said = _course_said(told, course, spans)
        spans = spans or (course_span(course) if course.latest is not None else "")
        sentences.append(said)
    return Better(_word(told, chosen, courses), tuple(sentences))


def _word(told: Chart, chosen: Course, courses: list[Course]) -> str:
    """Choose the word: by the lead's class, softened when another course did reach its aim."""
    if chosen.latest is None or chosen.outcome_class is None or told.is_stale(chosen):
        return "Not known"
    if chosen.outcome_class in YES:
        return "Yes"
    if chosen.outcome_class == STAYED_LOW:
        gain, noticed = chosen.gain(chosen.baseline or 0, chosen.latest), chosen.noticed or 0
        return "Steady" if abs(gain) < noticed else "Yes" if gain > 0 else "No"
    others = [course for course in courses if course.outcome_class in YES and not told.is_stale(course)]
    return "In part" if chosen.outcome_class in IN_PART or others else "No"


def _course_said(told: Chart, course: Course, known_span: str) -> str:
    """Say one course: ``PHQ-9 19 → 17 in 24 weeks, down 2 (11 %), “no change”.``"""
    if course.latest is None:
        assert course.last_on is not None
        return f"{course.name} {points(course.last)} on {day(course.last_on, told.as_of)}, no second score."
    over = course_span(course)
    over = "" if over == known_span else f" in {over}"
    of = f" of {day(course.latest_on, told.as_of)}" if told.is_stale(course) else ""
    word = f", “{course.outcome_class}”{of}" if course.outcome_class else f",{of}" if of else ""
    return f"{course.name} {points(course.baseline)} → {points(course.latest)}{over}, {change(course)}{word}."


def is_it_real(told: Chart) -> Reality:
    """Hold the change against measurement error, what patients notice, half of the start, and the course's slope."""
    chosen = lead(told)
    if chosen is None or chosen.latest is None:
        return Reality(("A change needs two scores.",), ())
    sentences = [capital(verdict(chosen)), *_past_best(told, chosen), _slope_said(slope(told, chosen), told, chosen)]
    compared = [chosen]
    for course in told.courses:
        if course is not chosen and course.latest is not None and course.instrument.reliable is not None:
            sentences.append(f"{course.name}: {verdict(course)}")
            compared.append(course)
    return Reality(tuple(sentences), tuple(basis(course) for course in compared if course.instrument.reliable))


def verdict(course: Course) -> str:
    """Say in one sentence what the rules make of a change, and where they disagree.

    The rules: reliable change, the smallest change that patients notice, and half of the first score.
    """
    assert course.baseline is not None and course.latest is not None
    gain = course.gain(course.baseline, course.latest)
    reliable, noticed = course.instrument.reliable, course.noticed
    moved = change(course)
    if gain == 0:
        return "unchanged."
    if reliable is None or noticed is None:
        return f"{moved}; no reliable change is published for {course.name}."
    enough = f"{reliable} or more is reliable"
    if abs(gain) >= reliable:
        half = f" ({enough})" if gain < 0 else ", and halved" if course.halved else ", short of half"
        return f"{moved}: more than measurement error{half}."
    if course.halved and gain > 0:
        return f"{moved}: halved, but within measurement error ({enough})."
    if abs(gain) >= noticed:
        return f"{moved}: patients notice {noticed} or more, but it is within measurement error ({enough})."
    crossed = gain > 0 and course.is_elevated(course.baseline) and not course.is_elevated(course.latest)
    below = f", though below {points(course.instrument.threshold)} now" if crossed else ""
    return f"{moved.split(' (')[0]} is within measurement error ({enough}){below}."


def _past_best(told: Chart, course: Course) -> list[str]:
    """Say what has been lost since the best score, where patients would notice it."""
    if course.best is None or course.latest is None or course.noticed is None or course.best_on is None:
        return []
    lost = course.gain(course.latest, course.best)
    if lost < course.noticed:
        return []
    up = course.instrument.direction > 0
    said = f"The {'rise' if up else 'fall'} from {points(course.best)} to {points(course.latest)}"
    said += f" since {day(course.best_on, told.as_of)}, {'up' if up else 'down'} {points(lost)}, is "
    short = int((course.instrument.reliable or 0) - lost)
    said += "more than measurement error" if short <= 0 else f"{_in_words(short, 'point')} short of reliable"
    run = same_way(told.scores_of(course)["total"].to_numpy(dtype=float))
    if run >= SAME_WAY:
        said += f"; {_in_words(run, 'score')} in a row point the same way"
    return [said + "."]


def _in_words(n: int, thing: str) -> str:
    """Write a small number of things in words."""
    spelled = NUMBERS[n] if n < len(NUMBERS) else str(n)
    return f"{spelled} {thing}{'' if n == 1 else 's'}"


def same_way(totals: npt.NDArray[np.float64]) -> int:
    """Count the scores at the end of a course that each moved on in the same direction as the last.

    >>> same_way(np.array([19.0, 12, 13, 15, 17])), same_way(np.array([19.0, 19]))
    (3, 0)
    """
    steps = np.sign(np.diff(totals))
    if not len(steps) or steps[-1] == 0:
        return 0
    other = np.flatnonzero(steps != steps[-1])
    return int(len(steps) - (other[-1] + 1 if len(other) else 0))


def slope(told: Chart, course: Course) -> Slope | None:
    """Fit a robust slope to the scores of the last eight weeks, or to the last four if those go further back.

    Args:
        told: the chart.
        course: one of its courses, with a latest score.

    Returns:
        The slope, or None with fewer than four scores in all.

    Source: Theil 1950 and Sen 1968: the median of the slopes of all pairs, and its interval after Sen, equation 2.6.
    """
    scores = told.scores_of(course)
    if len(scores) < SLOPE_SCORES:
        return None
    days = scores["taken_on"].to_numpy().astype("datetime64[D]").astype(np.float64)
    days, totals = days - days[-1], scores["total"].to_numpy(dtype=float)
    used = slice(min(int(np.searchsorted(days, -7 * SLOPE_WEEKS)), len(days) - SLOPE_SCORES), None)
    days, totals = days[used], totals[used]
    weeks = max(SLOPE_WEEKS, int(np.ceil(-days[0] / 7)))
    return Slope(*theil_sen(totals, days / 7), weeks, len(days))


def theil_sen(totals: npt.NDArray[np.float64], weeks: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """Give the median of the slopes of all pairs of scores, and the ends of its 95 % interval.

    Args:
        totals: points.
        weeks: their times, each another, in weeks; at least two.

    Returns:
        Points a week: slope, low, high.
    """
    later, earlier = np.tril_indices(len(weeks), -1)
    slopes = np.sort((totals[later] - totals[earlier]) / (weeks[later] - weeks[earlier]))
    n = len(totals)
    tied = np.unique(totals, return_counts=True)[1]
    variance = (n * (n - 1) * (2 * n + 5) - (tied * (tied - 1) * (2 * tied + 5)).sum()) / 18
    away = SLOPE_Z * float(np.sqrt(variance))
    low = max(round((len(slopes) - away) / 2) - 1, 0)
    high = min(round((len(slopes) + away) / 2), len(slopes) - 1)
    return float(np.median(slopes)), float(slopes[low]), float(slopes[high])


def _slope_said(fit: Slope | None, told: Chart, course: Course) -> str:
    """Say a slope: ``Slope, last 8 weeks: +0.7 a week (0.2 to 1.2).``"""
    if fit is None:
        known = count(len(told.scores_of(course)), "score")
        return f"Too few scores for a slope: {known}, it needs {SLOPE_SCORES}."
    sure = "" if fit.low > 0 or fit.high < 0 else "; no trend beyond chance"
    figures = f"{_tenths(fit.a_week, signed=True)} a week ({_tenths(fit.low)} to {_tenths(fit.high)})"
    return f"Slope, last {fit.weeks} weeks: {figures}{sure}."


def _tenths(value: float, *, signed: bool = False) -> str:
    """Write a slope with one decimal; zero has no sign."""
    rounded = round(value, 1) + 0.0
    text = f"{rounded:+.1f}" if signed and rounded else f"{rounded:.1f}"
    return text.replace("-", MINUS)


def basis(course: Course) -> str:
    """Say what the reliable change of a scale rests on: r, SD, and how they were combined."""
    return f"{course.name}, {course.instrument.reliable} points: {course.instrument.reliability}"
