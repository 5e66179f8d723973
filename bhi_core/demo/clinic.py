"""Puts the demo clinic together: who is seen when and by whom, which patients come twice, and the frames of it all."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from bhi_core.demo.days import between, number, working
from bhi_core.demo.episode import tell
from bhi_core.demo.frames import frame
from bhi_core.demo.people import TEAM, Person, person, record_numbers, surnames
from bhi_core.demo.rows import Row, episode_rows, person_rows
from bhi_core.demo.stories import Setting, Story, cast
from bhi_core.domain.records import KINDS

TWO_YEARS = 728  # days
COMES_BACK = 0.03  # share of episodes whose patient was here before
AWAY = 120  # days between two episodes of a patient, at least
WELL_BEFORE_END = (62, 105)  # days of relapse prevention before a graduation
TEENS = 0.02
PERINATAL = 0.03


def clinic(as_of: date, *, episodes: int = 300, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Make up a clinic as it stands on the morning of a day.

    The same arguments give the same clinic. Nothing is dated or recorded on ``as_of`` or later; only what is planned
    (the next contact, a recommendation's due date) may lie ahead. An episode has one row a status it went through, each
    recorded when it changed, so that a later row supersedes the one before.

    Args:
        as_of: today.
        episodes: courses of care over two years, different in MRN and enrolment date; at least one.
        seed: which clinic.

    Returns:
        Kind of record -> a frame with the canonical columns of ``domain.records.KINDS`` and line, record and
        recorded_at, as ``ParsedFile.records`` has them; in the order of recording. Record numbers have 8 digits with
        leading zeros.
    """
    chance, settings, owners, people = _opened(as_of, episodes, seed)
    rows: list[Row] = []
    for who, told in people.items():
        start = min(setting.start for setting, owner in zip(settings, owners, strict=True) if owner == who)
        rows += person_rows(chance, told, start)
    for setting, owner in zip(settings, owners, strict=True):
        rows += episode_rows(chance, people[owner], tell(chance, setting))
    of_kind: dict[str, list[Row]] = {kind: [] for kind in KINDS}
    for row in rows:
        of_kind[row.kind].append(row)
    return {
        kind: frame(kind, [row.values for row in of_kind[kind]], [row.recorded for row in of_kind[kind]])
        for kind in KINDS
    }


def patients_of(as_of: date, stories: list[str], episodes: int, seed: int) -> dict[str, list[tuple[str, str]]]:
    """Give the patients of some stories of ``clinic``: name of the story -> record number and care manager of each."""
    _, settings, owners, people = _opened(as_of, episodes, seed)
    told = [(setting, people[owner].mrn) for setting, owner in zip(settings, owners, strict=True)]
    return {
        story: [(mrn, setting.manager.name) for setting, mrn in told if setting.story.name == story]
        for story in stories
    }


def _opened(
    as_of: date, episodes: int, seed: int
) -> tuple[np.random.Generator, list[Setting], list[int], dict[int, Person]]:
    """Decide all that comes before the telling: the draws left, the episodes, whose each is, and the people."""
    chance = np.random.default_rng(seed)
    settings = _settings(chance, number(as_of), episodes)
    owners = _owners(chance, settings)
    return chance, settings, owners, _people(chance, settings, owners)


def _settings(chance: np.random.Generator, today: int, episodes: int) -> list[Setting]:
    """Give each episode its story, its days and its care manager; caseloads are even among open and closed alike."""
    stories = cast(episodes)
    turns: dict[bool, list[int]] = {}
    for is_open in (True, False):
        count = sum(story.is_open == is_open for story in stories)
        turns[is_open] = [int(turn) for turn in chance.permutation(np.arange(count) % len(TEAM))]
    settings = []
    for story in stories:
        start, end = _days(chance, story, today)
        manager = TEAM[turns[story.is_open].pop()]
        settings.append(Setting(story, start, end, today, manager, _prevention(chance, story, start, end)))
    plain = [place for place, story in enumerate(stories) if not story.concern and story.baseline[1] > 9]
    picked = chance.permutation(plain)[: round((TEENS + PERINATAL) * episodes)].tolist()
    teens = round(TEENS * episodes)
    for turn, place in enumerate(picked):
        settings[place] = replace(settings[place], teen=turn < teens, perinatal=turn >= teens)
    return settings


def _days(chance: np.random.Generator, story: Story, today: int) -> tuple[int, int]:
    """Choose the first and the last day of an episode; working days."""
    days = between(chance, *story.days)
    if story.is_open:
        return working(today - days), working(today - 1)
    start = working(today - between(chance, days + 3, TWO_YEARS))
    return start, working(start + days)


def _prevention(chance: np.random.Generator, story: Story, start: int, end: int) -> int | None:
    """Choose the day on which relapse prevention began; None for episodes without it."""
    if story.preventing is not None:
        return working(end - between(chance, *story.preventing))
    if story.status == "graduated" and end - start > 110:
        return working(end - between(chance, *WELL_BEFORE_END))
    return None


def _owners(chance: np.random.Generator, settings: list[Setting]) -> list[int]:
    """Say whose each episode is: mostly a person of its own, sometimes one whose earlier episode is closed."""
    owners = list(range(len(settings)))
    wanted = round(COMES_BACK * len(settings))
    taken: set[int] = set()
    for place in chance.permutation(len(settings)).tolist():
        later = settings[place]
        if wanted == 0:
            break
        earlier = [
            other for other, setting in enumerate(settings)
            if setting.end + AWAY <= later.start and setting.manager == later.manager and not setting.story.is_open
            and not (setting.teen or setting.perinatal or other in taken)
        ]  # fmt: skip
        if earlier and not (later.teen or later.perinatal or place in taken):
            other = earlier[int(chance.integers(len(earlier)))]
            owners[place] = other
            taken |= {place, other}
            wanted -= 1
    return owners


def _people(chance: np.random.Generator, settings: list[Setting], owners: list[int]) -> dict[int, Person]:
    """Invent the people behind the episodes, each at a site of their care manager."""
    ids = sorted(set(owners))
    mrns = record_numbers(chance, len(ids))
    names = surnames(chance, len(ids))
    people = {}
    for who, mrn, name in zip(ids, mrns, names, strict=True):
        setting = settings[who]
        site = str(chance.choice(setting.manager.sites))
        people[who] = person(chance, mrn, name, site, setting.start, teen=setting.teen, perinatal=setting.perinatal)
    return people
