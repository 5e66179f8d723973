"""What headings mean: the canonical columns of each kind, and the words that real files use (``headings.toml``)."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from bhi_core.domain.records import KINDS
from bhi_core.intake.cells import comparable
from bhi_core.intake.mapping import CANONICAL

_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
_OCCURRENCE = re.compile(r"#\d+$")


@cache
def vocabulary() -> dict[str, Any]:
    """Give the words of ``headings.toml``, by section."""
    return tomllib.loads((Path(__file__).parent / "headings.toml").read_text(encoding="utf-8"))


@cache
def _tight_names(section: str, name: str) -> frozenset[str]:
    return frozenset(tight(each) for each in vocabulary()[section][name])


@cache
def _pattern(section: str, name: str) -> re.Pattern[str]:
    return re.compile("|".join(vocabulary()[section][name]))


def words(heading: str) -> str:
    """Give a heading as its words: camel case taken apart, ``#2`` off, lower case, one space between.

    >>> words("FlowsheetRowDisplayName"), words("PHQ9_FirstScore"), words("Date#2")
    ('flowsheet row display name', 'phq9 first score', 'date')
    """
    apart = _CAMEL.sub(" ", _OCCURRENCE.sub("", unicodedata.normalize("NFKC", heading)))
    return " ".join(re.sub(r"[^\w%]+", " ", comparable(apart)).split())


def tight(heading: str) -> str:
    """Give a heading's letters and digits alone, for comparing: case, spaces and signs do not matter.

    >>> tight("Patient ID") == tight("PatientID"), tight("Thoughts ..., or") == tight("Thoughts ... or")
    (True, True)
    """
    return re.sub(r"[\W_]+", "", comparable(_OCCURRENCE.sub("", heading)))


def occurrence(heading: str) -> int:
    """Give which of several equal headings it is: 2 for ``Date#2``."""
    number = re.search(r"#(\d+)$", heading)
    return int(number[1]) if number else 1


def among(heading: str, section: str, name: str) -> bool:
    """Say whether a heading is one of the names in a list of ``headings.toml``."""
    return tight(heading) in _tight_names(section, name)


def place(heading: str, section: str, name: str) -> int:
    """Give where a heading stands in a list of ``headings.toml``, from 0: commoner names first."""
    return [tight(each) for each in vocabulary()[section][name]].index(tight(heading))


def canonical(kind: str) -> dict[str, str]:
    """Give the canonical columns of a kind: tight heading -> field. Items of scores are not among them."""
    fields = ("patient_id", "date", "instrument", "total", "functional", "mode", "source")
    headings = {tight(CANONICAL.get(field, field)): field for field in (fields if kind == "scores" else KINDS[kind])}
    if kind == "scores":
        headings["functionalitem"] = headings.pop("functional")
    headings["mrn"] = headings.pop("patientid")
    headings["recordedat"] = "recorded_at"
    return headings


def is_never_a_score_date(heading: str) -> bool:
    """Say whether a heading dates something else: a birth, an enrolment, the next contact, the run of the report."""
    return bool(_pattern("scores", "never_date").search(words(heading)))


def may_be_a_date(heading: str) -> bool:
    """Say whether a heading speaks of a date that may be a score's."""
    if is_never_a_score_date(heading):
        return False
    plain = words(heading)
    if among(heading, "scores", "date"):
        return True
    return bool(_pattern("scores", "date_word").search(plain)) and not _pattern("scores", "no_date").search(plain)


def either(headings: Iterable[str]) -> str:
    """Write headings as a choice in a sentence."""
    return " or ".join(f'"{heading}"' for heading in headings)
