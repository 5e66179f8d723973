"""Invented people: surnames made of plants, birds and small trades, record numbers with leading zeros, staff, sites."""

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from bhi_core.demo.days import EPOCH

SITES = ("Harbor", "Mill Road", "North")


class Manager(NamedTuple):
    """A care manager, their sites, their consultant, the weekday of their meeting (Monday = 0), its minute (UTC)."""

    name: str
    sites: tuple[str, ...]
    consultant: str
    meeting: int
    opens: int


TEAM = (
    Manager("A. Novak", ("Harbor",), "Dr Osei", 1, 900),
    Manager("D. Reyes", ("Harbor", "Mill Road"), "Dr Osei", 1, 970),
    Manager("K. Lindqvist", ("Mill Road", "North"), "Dr Varga", 3, 900),
    Manager("T. Adeyemi", ("North",), "Dr Varga", 3, 970),
)
PCPS = {
    "Harbor": ("Dr Amaro", "Dr Fenn"),
    "Mill Road": ("Dr Castellan", "Dr Ito"),
    "North": ("Dr Bergstrom", "Dr Nwosu"),
}
FIRST_HALVES = (
    "Quill", "Penny", "Juniper", "Bramble", "Thistle", "Lark", "Hawthorn", "Heron", "Willow", "Sorrel", "Magpie",
    "Fern", "Clover", "Plover", "Bracken", "Tansy", "Wren", "Yarrow", "Linnet", "Mallow", "Finch", "Rowan", "Swallow",
    "Teasel",
)  # fmt: skip
SECOND_HALVES = (
    "feather", "whistle", "wick", "brook", "combe", "button", "thimble", "basket", "ladle", "kettle", "lantern",
    "saddle", "stitch", "barrow", "bell", "spindle", "crumb", "pocket",
)  # fmt: skip
FIRST_NAMES = {
    "female": ("Samira", "Ngozi", "Marta", "Ines", "Yuki", "Dolores", "Agnes", "Priya", "Lucia", "Hana", "Beatriz",
               "Odile", "Tamsin", "Leila", "Greta", "Rosalind", "Amara", "Xiomara", "Wilhelmina", "Noor"),
    "male": ("Tomas", "Emeka", "Luis", "Henrik", "Farid", "Kenji", "Ambrose", "Ravi", "Mateo", "Otis", "Silas",
             "Dmitri", "Basil", "Kofi", "Leander", "Ansel", "Cormac", "Idris", "Rufus", "Joaquin"),
    "other": ("Robin", "Sage", "Quinn", "Ariel", "Jules", "Marlowe"),
}  # fmt: skip
RACES = (("White", "Black or African American", "Asian", "American Indian or Alaska Native", "Other", None),
         (0.54, 0.2, 0.09, 0.03, 0.08, 0.06))  # fmt: skip
PAYERS = (("commercial", "Medicare", "Medicaid fee for service", "Medicaid managed care", "dual", "uninsured"),
          (0.38, 0.16, 0.09, 0.27, 0.05, 0.05))  # fmt: skip
TEEN_AGES = (14, 17)
OLDEST = 83


class Person(NamedTuple):
    """A patient; ``birth`` is a date, texts may be None where the clinic never asked."""

    mrn: str
    first_name: str
    last_name: str
    birth: date
    sex: str
    race: str | None
    ethnicity: str | None
    language: str
    payer: str
    site: str
    pcp: str


def surnames(chance: np.random.Generator, people: int) -> list[str]:
    """Draw as many different invented surnames as there are people; a number follows once all are used."""
    all_names = [first + second for first in FIRST_HALVES for second in SECOND_HALVES]
    order = chance.permutation(len(all_names))
    rounds = [int(place) // len(all_names) for place in range(people)]
    return [
        all_names[order[place % len(all_names)]] + (f"-{turn + 1}" if turn else "") for place, turn in enumerate(rounds)
    ]


def record_numbers(chance: np.random.Generator, people: int) -> list[str]:
    """Draw different record numbers of eight digits, the first two of them zero."""
    room = max(900_000, 10 * people)
    return [f"{number:08d}" for number in (100_000 + chance.choice(room, size=people, replace=False)).tolist()]


def person(
    chance: np.random.Generator, mrn: str, last_name: str, site: str, enrolled: int, *, teen: bool, perinatal: bool
) -> Person:
    """Invent a patient who is enrolled on a day number: a teen of 14 to 17, a woman of 20 to 39, or any adult."""
    sex = "female" if perinatal else str(chance.choice(["female", "male", "other"], p=[0.62, 0.35, 0.03]))
    age = float(np.clip(chance.normal(46, 16), 18.2, OLDEST))
    if teen:
        age = float(chance.uniform(TEEN_AGES[0] + 0.1, TEEN_AGES[1] + 0.3))
    elif perinatal:
        age = float(chance.uniform(20, 39))
    payer = str(chance.choice(PAYERS[0], p=PAYERS[1]))
    if payer in ("Medicare", "dual") and age < 65:
        payer = "commercial"
    elif age >= 65 and payer != "dual":
        payer = "Medicare"
    hispanic = chance.random() < 0.17
    return Person(
        mrn=mrn,
        first_name=str(chance.choice(FIRST_NAMES[sex])),
        last_name=last_name,
        birth=date.fromordinal(enrolled + EPOCH) - timedelta(days=round(age * 365.25)),
        sex=sex,
        race=RACES[0][int(chance.choice(len(RACES[0]), p=RACES[1]))],
        ethnicity="Hispanic or Latino" if hispanic else "Not Hispanic or Latino",
        language="Spanish" if hispanic and chance.random() < 0.45 else "English",
        payer=payer,
        site=site,
        pcp=str(chance.choice(PCPS[site])),
    )
