"""The caseload at two times, and what the comparisons of the two have in common."""

from collections.abc import Collection
from typing import Any, NamedTuple

import pandas as pd

from bhi_core.domain.caseload import Caseload
from bhi_core.domain.episodes import OPEN
from bhi_core.domain.lookup import each_row
from bhi_core.domain.registry import Registry
from bhi_core.domain.rules.phrases import Teller, course


class Known(NamedTuple):
    """Hold what was known of a set of patients at one time, and the caseload worked out from it."""

    registry: Registry
    caseload: Caseload

    @property
    def tell(self) -> Teller:
        """Give the way in which dates and thresholds are told at that time."""
        return Teller(self.registry.as_of, self.caseload.rule_book)

    @property
    def patients(self) -> set[int]:
        """Give everybody who was known."""
        return set(self.registry.patients["patient_id"].tolist())

    @property
    def open_episodes(self) -> pd.DataFrame:
        """Give the rows of ``Caseload.worklist`` whose episode is open: at most one a patient, in the list's order."""
        rows = self.caseload.worklist
        return rows[rows["status"].isin(OPEN)]

    def findings(self, rules: Collection[str]) -> pd.DataFrame:
        """Give the findings of some rules.

        Args:
            rules: ids of rules.

        Returns:
            Rows of ``Caseload.findings`` with patient_id (int64), worst first within an episode.
        """
        found = self.caseload.findings
        found = found[found["rule"].isin(list(rules))]
        owner = self.caseload.facts.set_index("episode_id")["patient_id"]
        return found.assign(patient_id=owner.reindex(found["episode_id"]).to_numpy())

    def with_rule(self, *rules: str) -> set[int]:
        """Give the patients on whom any of some rules fires."""
        return set(self.findings(rules)["patient_id"].tolist())

    def courses(self, keys: pd.DataFrame) -> pd.DataFrame:
        """Give the courses of some episodes and series.

        Args:
            keys: episode_id (int64) and series (the id of its instrument); each pair counts once.

        Returns:
            Rows of ``Caseload.courses``, in the order of ``keys``; a pair that has no course is left out.
        """
        wanted = keys[["episode_id", "series"]].drop_duplicates()
        return wanted.merge(self.caseload.courses, on=["episode_id", "series"], how="inner")

    def name(self, instrument: str) -> str:
        """Name a questionnaire; one that is not configured by its id."""
        known = self.caseload.instruments
        return known[instrument].name if instrument in known.ids else instrument


class Change(NamedTuple):
    """Something that changed: of whom, what kind, the sentence, and its date for the order among several."""

    patient_id: int
    kind: str
    what: str
    on: Any = pd.NaT


def measured(row: Any, tell: Teller) -> str:
    """Say a course with the date of its latest score: ``PHQ-9 16 to 15 at week 9, down 1 (6 %), on 9 Mar``.

    Args:
        row: a row of ``Caseload.courses``; without a second score the date is left out.
        tell: how dates and thresholds are told.
    """
    said = course(row, tell)
    return said if pd.isna(row.latest) else f"{said}, on {tell.day(row.latest_on)}"


def class_then(row: Any, then: Known) -> str:
    """Say the class that a course had then: ``; it was “no change” on 23 Feb``.

    Args:
        row: a row of ``Caseload.courses`` of now.
        then: what was known then.

    Returns:
        The end of a sentence; ``""`` where it had no class then, or the same.
    """
    rows = then.caseload.courses
    before = rows[(rows["episode_id"] == row.episode_id) & (rows["series"] == row.series)]
    word = next((each.outcome_class for each in each_row(before, ("outcome_class",))), None)
    if not isinstance(word, str) or word == row.outcome_class:
        return ""
    return f"; it was “{word}” on {then.tell.day(then.registry.as_of)}"
