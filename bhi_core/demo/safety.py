"""Safety flags and what was done about them: acknowledgements with outcomes, C-SSRS screens, flags set by hand."""

from typing import NamedTuple

import numpy as np

from bhi_core.demo.days import between, working
from bhi_core.demo.scores import Flag
from bhi_core.demo.stories import Setting

MANUAL = "safety"
OUTCOMES = {
    1: (
        "Assessed by phone the same day: passive thoughts, no plan. Safety plan on file.",
        "C-SSRS green. Safety plan reviewed, 988 given.",
        "C-SSRS yellow. Safety plan made, next call in 2 days.",
    ),
    2: (
        "C-SSRS yellow. Safety plan made, means at home discussed.",
        "Seen the same day by the PCP. Safety plan updated, family informed with consent.",
    ),
    3: (
        "C-SSRS orange. Seen the same day by the consultant, safety plan made, daily calls this week.",
        "Warm handoff to the crisis team. Safety plan made, seen again next morning.",
    ),
}
FLAGGED_ONCE = 0.03  # share of closed episodes with a flag set and cleared by hand


class SafetyRow(NamedTuple):
    """A flag, a screen or an acknowledgement; ``day`` is a day number."""

    day: int
    kind: str
    level: str | None
    by: str
    outcome: str | None


def safety_rows(chance: np.random.Generator, setting: Setting, flags: list[Flag]) -> list[SafetyRow]:
    """Tell what was done about the flags of an episode; those of an open concern stay open."""
    story, start, end, manager = setting.story, setting.start, setting.end, setting.manager.name
    rows: list[SafetyRow] = []
    by_day: dict[int, int] = {}
    for flag in flags:
        by_day[flag.day] = max(flag.answer, by_day.get(flag.day, 0))
    latest = max(by_day, default=0)
    for day, answer in sorted(by_day.items()):
        if story.concern == "item 9" and day == latest:
            continue
        rows += _acknowledged(chance, day, min(answer, 3), end, manager)
    match story.concern:
        case "manual flag":
            day = working(end - between(chance, 2, 9))
            rows.append(SafetyRow(day, "manual flag", MANUAL, manager, "Hopeless on the phone, lives alone."))
        case "C-SSRS":
            rows.append(SafetyRow(working(end - between(chance, 1, 5)), "C-SSRS", "orange", manager, None))
    if not story.is_open and end - start > 60 and chance.random() < FLAGGED_ONCE:
        day = working(start + between(chance, 20, 40))
        rows.append(SafetyRow(day, "manual flag", MANUAL, manager, "Talked of giving up at work."))
        rows.append(SafetyRow(working(day + 3), "cleared", None, manager, "Seen by the PCP, no thoughts of death."))
    return rows


def _acknowledged(chance: np.random.Generator, day: int, answer: int, end: int, manager: str) -> list[SafetyRow]:
    """Acknowledge a positive item the same day or the next, often with a C-SSRS screen."""
    outcome = str(chance.choice(OUTCOMES[answer]))
    done = day + 1 if chance.random() < 0.2 and day < end and working(day + 1) == day + 1 else day
    rows = [SafetyRow(done, "acknowledged", None, manager, outcome)]
    if outcome.startswith("C-SSRS"):
        level = outcome.removeprefix("C-SSRS ").split(".")[0]
        rows.insert(0, SafetyRow(done, "C-SSRS", level, manager, None))
    return rows
