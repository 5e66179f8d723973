"""The questionnaires of an episode: which were taken when, their totals and answers, how and when recorded."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bhi_core.demo.course import companion, first_total, last_total, totals
from bhi_core.demo.days import between
from bhi_core.demo.forms import answers, least_safety, likes, written
from bhi_core.demo.moments import MINUTES_A_DAY, moment
from bhi_core.demo.stories import Setting, Story
from bhi_core.demo.visits import Contact
from bhi_core.domain.instruments import Instrument, registry
from bhi_core.domain.scoring import NOT_ASKED, score

MEAN, SPREAD = 14.2, 7.6  # points: the first PHQ-9 before a story's limits cut it
MEASURED = 0.82  # share of the attended visits with a questionnaire
WAYS = (("items", "total", "safety", "blanks"), (0.86, 0.09, 0.02, 0.03))  # how a form was recorded
TWICE_A_DAY = 0.012
ITEMS_LATER = 0.15  # share of the totals whose answers arrive days later
LATE = 0.06  # share of forms that arrive days later
LATE_BASELINE = 0.05  # share of closed episodes
STALE_BY = (36, 52)  # days before the end at which measuring stopped
OTHERS: dict[str, tuple[int, int]] = {
    "gad7": (2, 21), "pcl5": (37, 60), "epds": (11, 20), "who5": (4, 11), "auditc": (0, 7),
}  # fmt: skip
"""First totals of the questionnaires beside PHQ-9, points."""
WELL = 20  # points of WHO-5 where a course without symptoms would end
AUDIT_EVERY = 84  # days
MODES = {"phone": ("phone",), "video": ("portal", "phone"), "in person": ("tablet", "paper")}
SOURCES = {"portal": "patient portal", "phone": "care manager"}


class Taken(NamedTuple):
    """An instrument taken once: day number, points (None = incomplete), answers as text, moment in minutes (UTC)."""

    day: int
    instrument: str
    total: int | None
    items: str | None
    safety: int
    functional: int | None
    mode: str
    source: str
    recorded: int


class Flag(NamedTuple):
    """A positive safety item: when, and the highest answer."""

    day: int
    answer: int


class Sheet(NamedTuple):
    """A form to fill in: at which visit, its total, how it is recorded, the answer to its safety item."""

    visit: Contact
    total: int
    way: str
    safety: int = 0


def measuring_visits(chance: np.random.Generator, story: Story, told: list[Contact], end: int) -> list[Contact]:
    """Give the attended visits with a questionnaire: the first, the second and the last always, most between."""
    visits = [contact for contact in told if contact.attended and contact.kind in ("assessment", "follow-up")]
    if story.measures == "none":
        return []
    if story.measures == "stale":
        visits = [visit for visit in visits if visit.day <= end - between(chance, *STALE_BY)]
    elif not story.is_open and chance.random() < LATE_BASELINE:
        visits = [visit for visit in visits if visit.day >= visits[0].day + 16] or visits
    kept = chance.random(len(visits)) < MEASURED
    return [visit for place, visit in enumerate(visits) if place in (0, 1, len(visits) - 1) or kept[place]]


def questionnaires(
    chance: np.random.Generator, setting: Setting, told: list[Contact], battery: list[str]
) -> tuple[list[Taken], list[Flag]]:
    """Tell all questionnaires of an episode and the positive safety answers among them.

    Args:
        told: the episode's contacts.
        battery: instrument ids, the main one (PHQ-9 or PHQ-9M) first.
    """
    story = setting.story
    visits = measuring_visits(chance, story, told, setting.end)
    if not visits:
        return [], []
    when = np.array([visit.day - visits[0].day for visit in visits])
    main = registry()[battery[0]]
    first = first_total(chance, *story.baseline, MEAN, SPREAD)
    course = totals(chance, story.shape, when, (first, last_total(chance, story.shape, first)), main.maximum)
    ways = _ways(chance, len(visits), story)
    safety = _safety_answers(chance, story, main, course, ways)
    sheets = [
        Sheet(*told) for told in zip(visits, course.tolist(), ways, safety, strict=True)
    ]  # fmt: skip
    taken = Filler(chance, main, likes(chance, main), setting.today).fill(sheets)
    for other in battery[1:]:
        instrument = registry()[other]
        filler = Filler(chance, instrument, likes(chance, instrument), setting.today)
        taken += filler.fill(_other(chance, story, instrument, sheets))
    return taken, [Flag(form.day, form.safety) for form in taken if form.safety > 0]


def _ways(chance: np.random.Generator, forms: int, story: Story) -> list[str]:
    """Draw how each form was recorded: all items, the total alone, the total and the safety item, or with blanks."""
    drawn = [str(way) for way in chance.choice(WAYS[0], size=forms, p=WAYS[1])]
    for place in (0, forms - 1):
        if drawn[place] == "blanks" or (place == forms - 1 and story.concern == "item 9"):
            drawn[place] = "items"
    return drawn


def _safety_answers(
    chance: np.random.Generator, story: Story, instrument: Instrument, course: npt.NDArray[np.int_], ways: list[str]
) -> list[int]:
    """Draw the answers to the safety item along a course; more often positive the higher the score."""
    troubled = bool(chance.random() < 1 / (1 + np.exp(1.85 - 0.13 * (course[0] - 16)))) or story.concern == "item 9"
    drawn = []
    for place, (total, way) in enumerate(zip(course.tolist(), ways, strict=True)):
        likely = 0.65 * total / max(1, int(course[0])) if troubled else 0.0012 * total
        if place == 0 and story.concern != "item 9":
            likely = float(troubled)
        is_open = story.concern == "item 9" and place == len(course) - 1
        odds = [0.45, 0.35, 0.2] if is_open else [0.72, 0.2, 0.08]
        answer = int(chance.choice([1, 2, 3], p=odds)) if is_open or chance.random() < likely else 0
        least = 0 if way == "total" else least_safety(instrument, total)
        drawn.append(max(min(answer, total), least))
    return drawn


def _other(chance: np.random.Generator, story: Story, instrument: Instrument, main: list[Sheet]) -> list[Sheet]:
    """Plan a second questionnaire that follows the main one's course; wellbeing mirrors it, alcohol keeps its own."""
    first = between(chance, *OTHERS[instrument.id])
    if instrument.id == "auditc":
        first = min(first, between(chance, *OTHERS[instrument.id]))  # most patients drink little
        kept: list[Sheet] = []
        for sheet in main:
            if not kept or sheet.visit.day - kept[-1].visit.day >= AUDIT_EVERY:
                kept.append(sheet)
        drawn = np.clip(first + chance.integers(-1, 1, len(kept)), 0, instrument.maximum).tolist()
        return [Sheet(sheet.visit, total, "items") for sheet, total in zip(kept, drawn, strict=True)]
    if instrument.id == "gad7":
        first = int(np.clip(round(0.62 * main[0].total + 2.4 + float(chance.normal(0, 3.2))), *OTHERS["gad7"]))
        first = min(first, 9) if story.shape in ("mild", "rose") else first
    share = np.array([sheet.total for sheet in main]) / max(1, main[0].total)
    if instrument.direction < 0:
        course = first + (WELL - first) * (1 - share) + chance.normal(0, 1, len(share))
        totals_there = np.clip(np.rint(course), instrument.minimum, instrument.maximum).astype(int).tolist()
    else:
        totals_there = companion(chance, story.shape, share, first, instrument.maximum).tolist()
    asked = any(item.safety for item in instrument.items)
    planned = []
    for sheet, total in zip(main, totals_there, strict=True):
        answer = min(sheet.safety, total) if asked and sheet.way != "total" else 0
        planned.append(sheet._replace(total=total, safety=max(answer, least_safety(instrument, total))))
    return planned


@dataclass(frozen=True)
class Filler:
    """Fills in the forms of one instrument for one patient.

    Attributes:
        chance: where draws come from.
        instrument: the form.
        like: how readily the patient endorses each scored item.
        today: day number before which everything was recorded.
    """

    chance: np.random.Generator
    instrument: Instrument
    like: npt.NDArray[np.float64]
    today: int

    def fill(self, sheets: list[Sheet]) -> list[Taken]:
        """Fill in the forms; now and then one was taken twice that day, or its answers arrive after its total."""
        taken = []
        for place, sheet in enumerate(sheets):
            form = self.form(sheet)
            if sheet.way == "items" and 0 < place < len(sheets) - 1 and self.chance.random() < TWICE_A_DAY:
                twin = max(self.instrument.minimum, sheet.total - between(self.chance, 1, 3))
                earlier = self.form(Sheet(sheet.visit, twin, "total"))
                taken.append(earlier._replace(recorded=form.recorded - between(self.chance, 5, 40), mode="portal"))
            taken.append(form)
            later = form.recorded + between(self.chance, 2, 6) * MINUTES_A_DAY
            if sheet.way == "total" and later < self.today * MINUTES_A_DAY and self.chance.random() < ITEMS_LATER:
                answer = max(sheet.safety, least_safety(self.instrument, sheet.total))
                taken.append(self.form(sheet._replace(way="items", safety=answer))._replace(recorded=later))
        return taken

    def form(self, sheet: Sheet) -> Taken:
        """Fill in one form in the way that it was recorded."""
        chance, instrument = self.chance, self.instrument
        mode = str(chance.choice(MODES.get(sheet.visit.modality, ("phone",))))
        bare = Taken(
            sheet.visit.day, instrument.id, sheet.total, None, NOT_ASKED, None, mode, SOURCES.get(mode, "clinic"),
            moment(chance, sheet.visit.day, self.today, LATE),
        )  # fmt: skip
        if sheet.way == "total":
            return bare
        given = answers(chance, instrument, self.like, sheet.total, sheet.safety)
        scored: list[int | None] = [*given]
        if instrument.safety_items:
            bare = bare._replace(safety=sheet.safety)
            if sheet.way == "safety":
                scored = [answer if item.safety else None
                          for answer, item in zip(given, instrument.scored_items, strict=True)]  # fmt: skip
                return bare._replace(items=written(instrument, scored, []))
        if sheet.way == "blanks":  # one or two; the one on safety may be among them
            for place in chance.choice(len(scored), size=between(chance, 1, 2), replace=False).tolist():
                scored[place] = None
        items = written(instrument, scored, [int(sheet.safety > 0), 0])
        if sheet.way == "blanks":
            given_back = [int(answer) if answer else None for answer in items.split(",")]
            bare = bare._replace(total=None, safety=score(instrument, given_back).safety_answer)
        return bare._replace(items=items, functional=self._difficulty(sheet.total))

    def _difficulty(self, total: int) -> int | None:
        """Draw the answer on how difficult life is made, where the form asks it; one in five is left out."""
        if self.instrument.functional is None or self.chance.random() < 0.2:
            return None
        return int(np.clip(round(3 * total / self.instrument.maximum + float(self.chance.normal(0, 0.5))), 0, 3))
