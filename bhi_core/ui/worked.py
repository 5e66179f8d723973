"""A caseload as a session has worked it out, with what its pages derive from it: each thing made once, then shared.

Everything in here is read only: the pages of a session get the same frames on every run. Two runs that ask for the same
thing at once may both make it, and get the same.
"""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain import caseload as caseloads
from bhi_core.domain.caseload import Caseload, Figure, Flow
from bhi_core.domain.registry import Registry
from bhi_core.ui.tables import Rows

Ints = npt.NDArray[np.int64]
Frames = TypeVar("Frames", Registry, Caseload)


@dataclass(frozen=True)
class Worked:
    """What is known of some patients as of a date, and what follows from it."""

    registry: Registry
    caseload: Caseload

    @cached_property
    def figures(self) -> list[Figure]:
        """Give the figures of the summary."""
        return caseloads.summary(self.caseload, self.registry)

    @cached_property
    def flows(self) -> list[Flow]:
        """Give severity then and now, a scale at a time."""
        return caseloads.severity_flow(self.caseload)

    @cached_property
    def rows(self) -> Rows:
        """Give the rows of the caseload table."""
        return Rows(self.caseload, self.registry)

    @cached_property
    def patient_ids(self) -> frozenset[int]:
        """Give who is in it."""
        return frozenset(self.registry.patients["patient_id"].tolist())

    def headline(self, whose: str) -> str:
        """Say in one sentence how many need the team."""
        if whose not in self._headlines:
            self._headlines[whose] = caseloads.headline(self.caseload.worklist, whose)
        return self._headlines[whose]

    @cached_property
    def _headlines(self) -> dict[str, str]:
        return {}

    def patient(self, patient_id: int) -> "Worked":
        """Take one patient out; empty frames when nobody has the id."""
        return Worked(self._only(self.registry, patient_id), self._only(self.caseload, patient_id))

    def _only(self, whole: Frames, patient_id: int) -> Frames:
        """Keep the rows of one patient in every frame of a registry or caseload."""
        kept: dict[str, Any] = {}
        for part in fields(whole):
            if isinstance(getattr(whole, part.name), pd.DataFrame):
                key = (type(whole), part.name)
                if key not in self._by_patient:
                    self._by_patient[key] = self._sorted(getattr(whole, part.name))
                people, rows = self._by_patient[key]
                start, end = np.searchsorted(people, [patient_id, patient_id + 1])
                kept[part.name] = rows.iloc[start:end].reset_index(drop=True)
        return replace(whole, **kept)

    @cached_property
    def _by_patient(self) -> dict[tuple[type, str], tuple[Ints, pd.DataFrame]]:
        return {}

    def _sorted(self, rows: pd.DataFrame) -> tuple[Ints, pd.DataFrame]:
        """Put the rows of a patient together, in their own order: a slice costs a tenth of picking them out."""
        if "patient_id" in rows:
            people = rows["patient_id"].to_numpy()
        else:
            owner = self.registry.episodes.set_index("episode_id")["patient_id"]
            people = owner.reindex(rows["episode_id"]).to_numpy(dtype=np.int64)
        order = np.argsort(people, kind="stable")
        return people[order], rows.take(order)
