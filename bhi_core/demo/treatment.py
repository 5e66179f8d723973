"""Reviews and treatments of an episode: what the consultant advised, what was changed, after a review or without."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from bhi_core.demo.course import BEND, GOOD
from bhi_core.demo.days import between, next_on, working
from bhi_core.demo.stories import Setting, Shape
from bhi_core.domain.review.kinds import RecommendationKind, needs_owner

DOSES: dict[str, tuple[str, ...]] = {
    "Sertraline": ("50 mg", "100 mg", "150 mg", "200 mg"),
    "Escitalopram": ("10 mg", "20 mg"),
    "Fluoxetine": ("20 mg", "40 mg", "60 mg"),
    "Venlafaxine XR": ("75 mg", "150 mg", "225 mg"),
    "Duloxetine": ("30 mg", "60 mg"),
    "Bupropion XL": ("150 mg", "300 mg"),
    "Mirtazapine": ("15 mg", "30 mg"),
}
FIRST_LINE = (("Sertraline", "Escitalopram", "Fluoxetine"), (0.55, 0.27, 0.18))
SECOND_LINE = ("Venlafaxine XR", "Duloxetine")
ADDED = ("Bupropion XL", "Mirtazapine")
THERAPIES = (("Behavioural activation", "Problem-solving treatment", "CBT"), (0.5, 0.3, 0.2))
SIDE_EFFECTS = ("insomnia", "nausea", "jitteriness", "weight gain", "sexual side effects")
FOLLOWED = 0.65  # share of recommendations that a change follows from
SETTLED = 30  # days before the end in which a long-standing plan is left alone
SESSIONS = 8
EARLY = 35  # days in which a new treatment is given time
OUT_OF_TOUCH = 45  # days before the end in which somebody who dropped out is looked for
PLAN_AHEAD = 40  # days before prevention, or the end, in which the plan is written
THE_PCP = "PCP"
"""Stands for the patient's own primary care provider until the patient is known."""


class Change(NamedTuple):
    """Something started, changed or stopped."""

    day: int
    change: str
    treatment: str
    dose: str | None
    why: str | None


class Review(NamedTuple):
    """A patient discussed with the consultant; ``kind`` is a word of the review, ``due`` a day number or None."""

    day: int
    discussed: str
    recommendation: str
    kind: str
    owner: str | None
    due: int | None


@dataclass
class Regimen:
    """Hold what a patient takes and attends, and propose the next step."""

    main: str | None = None
    level: int = 0
    added: str | None = None
    therapy: str | None = None
    therapy_since: int = 0
    changes: list[Change] = field(default_factory=list)

    def start(self, chance: np.random.Generator, day: int, end: int, *, at_once: bool) -> None:
        """Begin with a medication, a therapy or both, in the first two weeks (at once: all by day 2)."""
        if chance.random() < 0.85:
            self.main = str(chance.choice(FIRST_LINE[0], p=FIRST_LINE[1]))
            begun = min(end, working(day + between(chance, 0, 2 if at_once else 6)))
            self.changes.append(Change(max(day, begun), "start", self.main, DOSES[self.main][0], None))
        if self.main is None or chance.random() < 0.5:
            begun = working(day + (2 if at_once else between(chance, 6, 14)))
            if begun <= end:
                self._begin_therapy(chance, max(day, begun), "patient's preference")

    def propose(self, chance: np.random.Generator) -> tuple[str, str]:
        """Give the next sensible step as its kind of change and the treatment it is about."""
        steps: list[tuple[str, str, float]] = []
        if self.main is None:
            return "start", "Sertraline"
        if self.level + 1 < min(3, len(DOSES[self.main])):
            steps.append(("dose up", self.main, 0.6))
        if self.added is None and self.level:
            steps.append(("augment", str(chance.choice(ADDED)), 0.3))
        if self.main not in SECOND_LINE and self.level:
            steps.append(("switch", str(chance.choice(SECOND_LINE)), 0.3))
        if self.therapy is None:
            steps.append(("therapy start", str(chance.choice(THERAPIES[0], p=THERAPIES[1])), 0.25))
        if not steps:
            return "referral", "Specialty psychiatry"
        weights = np.array([weight for _, _, weight in steps])
        kind, what, _ = steps[int(chance.choice(len(steps), p=weights / weights.sum()))]
        return kind, what

    def words(self, kind: str, what: str) -> tuple[str, str]:
        """Say a step as a recommendation and its kind."""
        match kind:
            case "dose up":
                return f"Increase {what.lower()} to {DOSES[what][self.level + 1]}", RecommendationKind.RAISE_DOSE
            case "augment":
                return f"Add {_plain(what)} {DOSES[what][0]}", RecommendationKind.AUGMENT
            case "switch":
                return f"Switch to {_plain(what)} {DOSES[what][0]}", RecommendationKind.SWITCH
            case "start":
                return f"Start {_plain(what)} {DOSES[what][0]}", RecommendationKind.START
            case "therapy start":
                return f"Start {_plain(what)}", RecommendationKind.ADD_THERAPY
        return "Refer to specialty psychiatry", RecommendationKind.REFER

    def take(self, chance: np.random.Generator, day: int, kind: str, what: str, why: str) -> None:
        """Carry a step out on a day."""
        match kind:
            case "dose up":
                self.level += 1
                self.changes.append(Change(day, kind, what, DOSES[what][self.level], why))
            case "dose down":
                self.level -= 1
                self.changes.append(Change(day, kind, what, DOSES[what][self.level], why))
            case "augment":
                self.added = what
                self.changes.append(Change(day, kind, what, DOSES[what][0], why))
            case "switch":
                assert self.main is not None
                old = self.main
                reason = str(chance.choice(SIDE_EFFECTS)) if chance.random() < 0.4 else f"little change at {self.dose}"
                self.changes.append(Change(day, "stop", old, None, reason))
                self.main, self.level = what, 0
                self.changes.append(Change(day, kind, what, DOSES[what][0], f"from {old.lower()}: {reason}"))
            case "start":
                self.main, self.level = what, 0
                self.changes.append(Change(day, kind, what, DOSES[what][0], why))
            case "therapy start":
                self._begin_therapy(chance, day, why)
            case _:
                self.changes.append(Change(day, "referral", what, None, why))

    @property
    def dose(self) -> str:
        """Say the present dose of the main medication."""
        return DOSES[self.main][self.level] if self.main else ""

    def settle(self, chance: np.random.Generator, end: int) -> None:
        """End courses of therapy that have run their length, and an added medication that was not tolerated."""
        if self.therapy is not None and self.therapy_since + 80 < end:
            done = SESSIONS if chance.random() < 0.55 else between(chance, 3, SESSIONS - 1)
            why = "course completed" if done == SESSIONS else "new work hours"
            day = working(self.therapy_since + between(chance, 60, 78))
            self.changes.append(Change(day, "therapy stop", self.therapy, f"{done} of {SESSIONS} sessions", why))
        added = [change for change in self.changes if change.change == "augment"]
        if added and chance.random() < 0.35 and added[0].day + 60 < end:
            day = working(added[0].day + between(chance, 25, 45))
            self.changes.append(Change(day, "stop", added[0].treatment, None, str(chance.choice(SIDE_EFFECTS))))

    def _begin_therapy(self, chance: np.random.Generator, day: int, why: str) -> None:
        self.therapy = str(chance.choice(THERAPIES[0], p=THERAPIES[1]))
        self.therapy_since = day
        self.changes.append(Change(day, "therapy start", self.therapy, f"{SESSIONS} sessions planned", why))


def _plain(what: str) -> str:
    """Write a treatment's name within a sentence: capitals stay in abbreviations."""
    return what if what == "CBT" else what[0].lower() + what[1:]


def is_stuck(shape: Shape, done: float) -> bool:
    """Say whether the scores ask for another step after a share of the course, 0 to 1."""
    if shape == "late respond":
        return done < BEND[shape] + 0.1
    if shape == "relapse":
        return done > 0.8
    return shape in ("flat", "partial", "worse", "still", "slight", "rose")


def review_days(chance: np.random.Generator, setting: Setting) -> list[int]:
    """Give the days on which the patient was discussed, each on the weekday of the team's meeting."""
    story, start, end, prevention = setting.story, setting.start, setting.end, setting.prevention
    if story.reviews == "none" or end - start < 7:
        return []
    stops: dict[str, int] = {"early": start + 48, "lapsed": end - between(chance, 38, 55)}
    stop = min(end, stops.get(story.reviews, end))
    days = []
    day = next_on(start + 5, setting.manager.meeting)
    while day <= stop:
        days.append(day)
        weeks = 3 if day - start < 70 else 4
        if prevention is not None and day >= prevention:
            weeks = 7
        day += weeks * 7
    recent = next_on(end - between(chance, 7, 18), setting.manager.meeting)
    oldest = end - (25 if prevention is None else 50)
    if story.reviews == "monthly" and story.is_open and recent <= end and (not days or days[-1] < oldest):
        days.append(recent)
    return days


def plan(chance: np.random.Generator, setting: Setting) -> tuple[list[Review], list[Change]]:
    """Tell the reviews and the treatments of an episode, each recommendation with or without what followed."""
    story, start, end = setting.story, setting.start, setting.end
    regimen = Regimen()
    regimen.start(chance, start, end, at_once=story.changes == "start only")
    reviews: list[Review] = []
    for day in review_days(chance, setting):
        done = (day - start) / max(1, end - start)
        if is_stuck(story.shape, done) and day - start > 24 and story.changes != "start only":
            reviews.append(_review_with_a_step(chance, regimen, setting, day))
        else:
            reviews.append(_review(chance, setting, day, good=story.shape in GOOD and done >= 0.45))
    if story.changes == "early":
        _early_step(chance, regimen, start, end)
    if story.changes == "ladder" and story.reviews == "early" and end - start > 95 and chance.random() < 0.6:
        _without_review(chance, regimen, working(start + between(chance, 58, 64)))
    if story.changes == "recent":
        _without_review(chance, regimen, working(end - between(chance, 5, 20)))
    regimen.settle(chance, end)
    return reviews, sorted(regimen.changes, key=lambda change: change.day)


def _discussed(chance: np.random.Generator) -> str:
    topics = ("course of both scores", "side effects", "sleep", "missed visits", "stress at work", "plans at home")
    picked = chance.choice(topics, size=2, replace=False)
    return f"{str(picked[0]).capitalize()}, {picked[1]}."


def _review(chance: np.random.Generator, setting: Setting, day: int, *, good: bool) -> Review:
    """Tell a review that asks for no other treatment; ``good``: the scores are at target."""
    kind, words, days = _advice(setting, day, good=good)
    if not needs_owner(kind):
        return Review(day, _discussed(chance), words, kind, None, None)
    return Review(day, _discussed(chance), words, kind, setting.manager.name, day + days)


def _advice(setting: Setting, day: int, *, good: bool) -> tuple[RecommendationKind, str, int]:
    """Give what a review without a change of treatment recommends: its kind, its words, days until it is due."""
    story, prevention = setting.story, setting.prevention
    dropped = story.contacts in ("dropped", "lapsed") and setting.end - day <= OUT_OF_TOUCH
    if dropped or story.contacts == "unreached":
        return RecommendationKind.OUTREACH, "Call at three different hours, then write", 14
    if not good and day - setting.start < EARLY:
        return RecommendationKind.NO_CHANGE, "Continue; too early to judge", 0
    if not good or story.shape != "remit":
        return RecommendationKind.RE_MEASURE, "Continue; measure again in 4 weeks", 28
    if prevention is not None and day > prevention:
        return RecommendationKind.NO_CHANGE, "Keep the relapse-prevention plan; measure at each contact", 0
    if (setting.end if prevention is None else prevention) - day <= PLAN_AHEAD:
        return RecommendationKind.PLAN, "Write it with the patient at the next visit", 28
    return RecommendationKind.NO_CHANGE, "At target: continue, measure at each contact", 0


def _review_with_a_step(chance: np.random.Generator, regimen: Regimen, setting: Setting, day: int) -> Review:
    """Tell a review that recommends the next step, which follows within days in two thirds."""
    kind, what = regimen.propose(chance)
    words, advised = regimen.words(kind, what)
    latest = setting.end - SETTLED if setting.story.is_open else setting.end
    when = working(day + between(chance, 2, 11))
    last = max(change.day for change in regimen.changes)
    if chance.random() < FOLLOWED and max(day, last) < when <= latest:
        regimen.take(chance, when, kind, what, "after case review")
    by_team = advised in (RecommendationKind.ADD_THERAPY, RecommendationKind.REFER)
    return Review(day, _discussed(chance), words, advised, setting.manager.name if by_team else THE_PCP, day + 14)


def _early_step(chance: np.random.Generator, regimen: Regimen, start: int, end: int) -> None:
    """Raise the first dose after some weeks, by the PCP alone, in half of the patients that take one."""
    day = working(start + between(chance, 23, 34))
    taken = {change.day for change in regimen.changes}
    quiet = regimen.level == 0 and regimen.added is None and day <= end - SETTLED and day > max(taken)
    if regimen.main in FIRST_LINE[0] and quiet and chance.random() < 0.55:
        regimen.take(chance, day, "dose up", regimen.main, "partial benefit, tolerated")


def _without_review(chance: np.random.Generator, regimen: Regimen, day: int) -> None:
    """Change something that no review asked for."""
    if day > max(change.day for change in regimen.changes):
        kind, what = regimen.propose(chance)
        if kind == "referral" and regimen.main is not None and regimen.level:
            kind, what = "dose down", regimen.main
        regimen.take(chance, day, kind, what, "by the PCP, no review")
