"""A caseload as a session has worked it out, with what its pages derive from it: each thing made once, then shared.

Everything in here is read only: the pages of a session get the same frames on every run. Two runs that ask for the same
thing at once may both make it, and get the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from bhi_core.domain import caseload as caseloads
from bhi_core.domain.caseload import Caseload, Figure
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
        episodes = self.registry.episodes
        mine = self._places(self.registry, "episodes").of([patient_id])
        ids = episodes["episode_id"].to_numpy()[mine].tolist()
        return Worked(self._only(self.registry, patient_id, ids), self._only(self.caseload, patient_id, ids))

    def _only(self, whole: Frames, patient_id: int, episodes: list[int]) -> Frames:
        """Keep the rows of one patient in every frame of a registry or caseload."""
        kept: dict[str, Any] = {}
        for part in fields(whole):
            rows = getattr(whole, part.name)
            if isinstance(rows, pd.DataFrame):
                wanted = [patient_id] if "patient_id" in rows else episodes
                kept[part.name] = rows.take(self._places(whole, part.name).of(wanted)).reset_index(drop=True)
        return replace(whole, **kept)

    @cached_property
    def _found(self) -> dict[tuple[type, str], "Places"]:
        return {}

    def _places(self, whole: Registry | Caseload, name: str) -> "Places":
        """Find the places of ids in a frame quickly from the second time on."""
        key = (type(whole), name)
        if key not in self._found:
            rows = getattr(whole, name)
            self._found[key] = Places(rows["patient_id" if "patient_id" in rows else "episode_id"].to_numpy())
        return self._found[key]


class Places:
    """Where each id stands in a column."""

    def __init__(self, ids: Ints) -> None:
        """Sort the column once."""
        self._order = np.argsort(ids, kind="stable")
        self._sorted = ids[self._order]

    def of(self, wanted: Iterable[int]) -> Ints:
        """Give the places of some ids, from above."""
        ends = [np.searchsorted(self._sorted, one, side) for one in wanted for side in ("left", "right")]
        found = [self._order[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True)]
        return np.sort(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)
