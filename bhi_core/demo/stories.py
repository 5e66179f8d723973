"""The stories that the demo clinic is made of: how many, how long, which course, how the team kept up.

Shares are episodes of 300. They were chosen so that a Monday's list looks as in the design: about 97 open episodes,
half of which need the team, every group of the list present; and so that the whole agrees with published programmes
(clinical rulebook, section 7): baseline PHQ-9 16 (4.6), 40-50 % response, 13-33 % remission, 7 contacts in 78 days.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from bhi_core.demo.people import Manager

Shape = Literal["remit", "respond", "improve", "improving", "partial", "flat", "still", "slight", "worse", "relapse",
                "late respond", "mild", "rose"]  # fmt: skip
Reviews = Literal["none", "early", "monthly", "lapsed"]
Changes = Literal["start only", "early", "ladder", "recent"]
Contacts = Literal["regular", "unreached", "dropped", "lapsed"]
Measures = Literal["fresh", "stale", "none"]
Concern = Literal["", "item 9", "manual flag", "C-SSRS", "discuss"]
Span = tuple[int, int]
OPEN = ("active", "relapse prevention")


@dataclass(frozen=True)
class Story:
    """Say how some episodes went.

    Attributes:
        name: what the story is, for people who read this table.
        share: how many of 300 episodes.
        days: days since enrolment when still open, length in days when closed; low and high.
        shape: the course of the scores (``demo.course``).
        baseline: first PHQ-9, points, low and high.
        status: the last recorded status.
        reviews: never; early (none from week 8 on); monthly to the end; lapsed for five weeks and more.
        changes: the first treatment only; early dose changes; the ladder of steps; the ladder with a recent last step.
        contacts: regular; unreached after the first; dropped out before the end; lapsed for five weeks and more.
        measures: up to date; stale by five weeks and more; none at all.
        concern: an open flag at the end.
        preventing: days of relapse prevention before the end, for open episodes in it; low and high.
    """

    name: str
    share: int
    days: Span
    shape: Shape
    baseline: Span = (10, 27)
    status: str = "active"
    reviews: Reviews = "monthly"
    changes: Changes = "early"
    contacts: Contacts = "regular"
    measures: Measures = "fresh"
    concern: Concern = ""
    preventing: Span | None = None

    @property
    def is_open(self) -> bool:
        """Say whether the episode still runs."""
        return self.status in OPEN


@dataclass(frozen=True)
class Setting:
    """What is decided before an episode is told.

    Attributes:
        story: its story.
        start, end: first and last day, day numbers; when open, the end is the last working day before today.
        today: nothing was recorded on it or later.
        manager: who follows it.
        prevention: the day on which relapse prevention began, None without it.
        teen, perinatal: who the patient is.
    """

    story: Story
    start: int
    end: int
    today: int
    manager: Manager
    prevention: int | None = None
    teen: bool = False
    perinatal: bool = False


_RP = "relapse prevention"

OPEN_STORIES = (
    Story("item 9, no change", 3, (75, 200), "flat", (13, 24), changes="ladder", concern="item 9"),
    Story("item 9, improving early", 1, (24, 50), "improving", (16, 24), concern="item 9"),
    Story("flagged by the care manager", 1, (40, 110), "partial", (16, 24), concern="manual flag"),
    Story("C-SSRS orange", 1, (30, 90), "flat", (15, 24), concern="C-SSRS"),
    Story("worse than at the start", 2, (44, 130), "worse", (10, 17)),
    Story("relapse while active", 1, (150, 250), "relapse", (14, 24)),
    Story("relapse in prevention", 2, (190, 300), "relapse", (14, 24), status=_RP, preventing=(62, 100)),
    Story("mild at first, then rose", 1, (40, 90), "rose", (5, 9)),
    Story("consult overdue, no change", 6, (100, 260), "flat", (11, 25), reviews="early", changes="ladder"),
    Story("consult overdue, partial", 3, (92, 200), "partial", (14, 26), reviews="early", changes="ladder"),
    Story("consult due, no change", 3, (59, 82), "flat", (11, 25), reviews="early"),
    Story("consult due, partial", 1, (59, 82), "partial", (16, 26), reviews="early"),
    Story("not improving, consulted", 5, (100, 270), "flat", (11, 25), changes="ladder"),
    Story("partial, consulted", 3, (92, 220), "partial", (14, 26), changes="ladder"),
    Story("asked to discuss", 2, (60, 130), "respond", (12, 24), concern="discuss"),
    Story("new", 6, (2, 17), "still", (7, 24), reviews="none", changes="start only"),
    Story("little change at week 6", 4, (45, 53), "still", (12, 24), changes="start only"),
    Story("never reached again", 3, (31, 53), "still", (10, 24), contacts="unreached", changes="start only"),
    Story("better, review lapsed", 6, (70, 136), "respond", (10, 24), reviews="lapsed"),
    Story("a small drop at week 5", 2, (37, 40), "slight", (12, 19), changes="start only"),
    Story("changed lately", 3, (80, 134), "partial", (16, 26), changes="recent"),
    Story("better but not well", 3, (146, 205), "respond", (13, 24)),
    Story("better, not measured lately", 2, (75, 136), "respond", (11, 24), measures="stale"),
    Story("better, contact lapsed", 3, (85, 136), "respond", (11, 24), contacts="lapsed"),
    Story("no questionnaire yet", 1, (18, 25), "still", (10, 24), measures="none"),
    Story("well and long enrolled", 3, (282, 350), "remit", (10, 23)),
    Story("well, still active", 5, (85, 200), "remit", (10, 24)),
    Story("prevention, long enough", 4, (190, 300), "remit", (10, 24), status=_RP, preventing=(62, 110)),
    Story("prevention, just begun", 4, (130, 220), "remit", (10, 24), status=_RP, preventing=(12, 50)),
    Story("first weeks", 4, (16, 27), "improving", (13, 24), changes="start only"),
    Story("a good start", 5, (38, 54), "improving", (14, 24), changes="start only"),
    Story("better by week 16", 4, (60, 130), "respond", (11, 24)),
)

CLOSED_STORIES = (
    Story("well, graduated", 36, (125, 280), "remit", (6, 24), status="graduated"),
    Story("better, graduated", 21, (125, 280), "respond", (10, 25), status="graduated"),
    Story("late response, graduated", 13, (190, 320), "late respond", (13, 26), status="graduated", changes="ladder"),
    Story("below ten, graduated", 8, (120, 240), "improve", (13, 17), status="graduated"),
    Story("better, discharged", 9, (95, 200), "respond", (10, 25), status="discharged"),
    Story("partial, discharged", 26, (95, 250), "partial", (14, 26), status="discharged", changes="ladder"),
    Story("no change, discharged", 16, (95, 240), "flat", (10, 25), status="discharged", reviews="early"),
    Story("referred on", 18, (70, 220), "flat", (11, 26), status="referred", changes="ladder"),
    Story("worse, referred on", 4, (50, 150), "worse", (11, 19), status="referred", changes="ladder"),
    Story("lost in the first weeks", 22, (60, 110), "improving", (9, 24), status="lost", contacts="dropped",
          changes="start only"),
    Story("lost later", 10, (110, 200), "flat", (10, 24), status="lost", contacts="dropped", reviews="early"),
    Story("never reached, closed", 6, (60, 95), "still", (8, 24), status="lost", contacts="unreached",
          reviews="none", changes="start only"),
    Story("mild, discharged", 11, (50, 120), "mild", (5, 9), status="discharged", changes="start only"),
    Story("moved away", 3, (40, 120), "partial", (14, 24), status="other"),
)  # fmt: skip

STORIES = OPEN_STORIES + CLOSED_STORIES


def cast(episodes: int) -> list[Story]:
    """Give one story an episode, in the proportions of the table (largest remainders), in its order."""
    shares = np.array([story.share for story in STORIES], float)
    exact = shares * episodes / shares.sum()
    counts = np.floor(exact).astype(int)
    short = episodes - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:short]] += 1
    return [story for story, count in zip(STORIES, counts, strict=True) for _ in range(int(count))]
