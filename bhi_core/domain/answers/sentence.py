"""The answer in one sentence, chosen by the outcome class and the age of the scores; never prose by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bhi_core.domain.answers.chart import Chart, Course, lead
from bhi_core.domain.answers.said import change, course_span, long_day, month, points
from bhi_core.domain.words import count

DAYS_A_WEEK = 7


def answer(told: Chart) -> str:
    """Say in one sentence, sometimes two, how the patient is doing.

    It is about the course that ``chart.lead`` chooses, and names it. Without any valid score it says so.

    Source: the design's answer sentences; classes of the clinical rulebook, 4.1.
    """
    course = lead(told)
    if course is None:
        return _nothing(told)
    if course.latest is None:
        return _one_score(told, course)
    if told.is_stale(course):
        assert course.last_on is not None
        return f"No score since {long_day(course.last_on, told.as_of)}; {course.name} was {points(course.last)} then."
    return SENTENCES.get(course.outcome_class or "", Sentence.without_class)(Sentence(course, told.as_of))


def _nothing(told: Chart) -> str:
    """Say that there is no valid score yet, and whether a form was begun."""
    forms = told.own_forms
    if len(forms):
        on = long_day(forms["taken_on"].iloc[-1].date(), told.as_of)
        return f"No complete score yet: the form of {on} has answers missing."
    weeks = count((told.as_of - told.enrolled_on).days // DAYS_A_WEEK, "week")
    return f"Nothing measured yet: enrolled on {long_day(told.enrolled_on, told.as_of)}, {weeks} ago."


def _one_score(told: Chart, course: Course) -> str:
    """Say that a course needs a second score; how old the first is, once it is out of date."""
    assert course.last_on is not None
    age = f", {count(course.age_days or 0, 'day')} ago" if told.is_stale(course) else ""
    on = long_day(course.last_on, told.as_of)
    return f"One score so far: {course.name} {points(course.last)} on {on}{age}. A course needs a second."


def was_better(course: Course) -> bool:
    """Say whether a score before the latest was better than the first by what patients notice (PHQ-9: 5 points)."""
    if course.best is None or course.baseline is None or course.noticed is None:
        return False
    return course.gain(course.baseline, course.best) >= course.noticed


@dataclass(frozen=True)
class Sentence:
    """Says a course with a latest score, one way a class.

    Attributes:
        course: the course.
        as_of: the date of care, for the years of dates.
    """

    course: Course
    as_of: date

    @property
    def name(self) -> str:
        """Give the instrument's name."""
        return self.course.name

    @property
    def first(self) -> str:
        """Write the first score."""
        return points(self.course.baseline)

    @property
    def now(self) -> str:
        """Write the latest score."""
        return points(self.course.latest)

    @property
    def limit(self) -> str:
        """Write the instrument's threshold."""
        return points(self.course.instrument.threshold)

    @property
    def moved(self) -> str:
        """Say the course in figures: ``PHQ-9 18 to 12 in 12 weeks, down 6 (33 %)``."""
        return f"{self.name} {self.first} to {self.now} in {course_span(self.course)}, {change(self.course)}"

    @property
    def best_in(self) -> str:
        """Write the best score before the latest, with its month."""
        assert self.course.best_on is not None
        return f"{points(self.course.best)} in {month(self.course.best_on, self.as_of)}"

    @property
    def went(self) -> str:
        """Say how far it had gone: ``It fell to 12 in September``."""
        return f"It {'fell' if self.course.instrument.direction > 0 else 'rose'} to {self.best_in}"

    def remission(self) -> str:
        """Say a remission."""
        return f"Remission: {self.name} is {self.now}, from {self.first} in {course_span(self.course)}."

    def response(self) -> str:
        """Say a response: at most half of the first score."""
        return f"Response: {self.name} halved, {self.first} to {self.now} in {course_span(self.course)}."

    def some_improvement(self) -> str:
        """Say what is better and less than half."""
        return f"Some improvement: {self.moved}."

    def no_improvement(self) -> str:
        """Say that nothing is better, or no longer."""
        if was_better(self.course):
            lasting = f"No lasting improvement: {self.name} is {self.now} after a first score of {self.first}."
            return f"{lasting} {self.went}, then came back."
        return f"No improvement: {self.name} {self.now} after {self.first}, {course_span(self.course)}."

    def worse(self) -> str:
        """Say that it is worse than at the start, and whether it was better in between."""
        return f"Worse: {self.moved}." + (f" {self.went} in between." if was_better(self.course) else "")

    def rose(self) -> str:
        """Say that it rose past the threshold."""
        return f"Worse: {self.moved}; below {self.limit} at the start."

    def relapse(self) -> str:
        """Say a possible relapse."""
        figures = f"{self.name} is {self.now} after a best of {self.best_in}"
        return f"Possible relapse: {figures}; the first score was {self.first}."

    def below_threshold(self) -> str:
        """Say a course that began below the threshold and stayed there."""
        figures = f"{self.name} is {self.now}, from {self.first} in {course_span(self.course)}"
        return f"Below threshold: {figures}; below {self.limit} at the start and now."

    def without_class(self) -> str:
        """Say a course of an instrument for which no reliable change is known."""
        return f"{self.moved}. No reliable change is published for it, so it has no class."


SENTENCES: dict[str, Callable[[Sentence], str]] = {
    "remission": Sentence.remission,
    "response": Sentence.response,
    "improved": Sentence.some_improvement,
    "partial": Sentence.some_improvement,
    "small gain": Sentence.some_improvement,
    "no change": Sentence.no_improvement,
    "worse": Sentence.worse,
    "deteriorated": Sentence.worse,
    "rose": Sentence.rose,
    "relapsed": Sentence.relapse,
    "below threshold": Sentence.below_threshold,
}
"""Outcome class -> the way to say it."""
