"""How the reads behind a click grow: one care manager's caseload and one patient, among 1,000 and 100,000 patients.

A care manager follows 100 patients in both registries, so the same rows are asked for among a hundred times as many.
``ratio_caseload`` and ``ratio_patient`` divide the time in the large registry by that in the small one, on SQLite.
"""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from benchmarks.load import AS_OF, frames, sqlite
from benchmarks.measured import Measured, ratio, side_by_side
from bhi_core.domain.actor import local_person
from bhi_core.domain.records import ImportOptions
from bhi_core.store.engine import reading
from bhi_core.store.importing import import_frames
from bhi_core.store.queries import Scope, forms, registry

FEW = 1_000
TIMES = 100
FOLLOWED = 100
"""Patients a care manager follows."""
ROUNDS = 15


def run(episodes: int | None = None) -> Measured:
    """Measure at 1,000 patients and at ``episodes`` (100,000)."""
    sizes = (FEW, episodes or FEW * TIMES)
    with ExitStack() as stack:
        reads: dict[str, Callable[[], Any]] = {}
        for size in sizes:
            connection = stack.enter_context(_filled(size))
            manager = Scope(care_manager=_manager(size // FOLLOWED // 2))
            patient = int(registry(connection, manager, AS_OF).patients["patient_id"].iloc[0])
            reads[f"caseload {size}"] = partial(registry, connection, manager, AS_OF)
            reads[f"patient {size}"] = partial(_one_patient, connection, patient)
        seconds = side_by_side(reads, ROUNDS)
    few, many = sizes
    return {
        "ratio_caseload": ratio(seconds, f"caseload {many}", f"caseload {few}"),
        "ratio_patient": ratio(seconds, f"patient {many}", f"patient {few}"),
        **{f"{name} ms": median(taken) * 1000 for name, taken in seconds.items()},
    }


def _one_patient(connection: Connection, patient_id: int) -> Any:
    """Read what a patient's page reads."""
    return registry(connection, Scope(patient_ids=(patient_id,)), AS_OF), forms(connection, patient_id, AS_OF)


def _filled(size: int) -> Any:
    """Give a connection to a registry of so many patients."""
    stack = ExitStack()
    engine = stack.enter_context(sqlite())
    made = frames(size)
    managers = pd.Series([_manager(number // FOLLOWED) for number in range(size)], dtype="str")
    made["episodes"] = made["episodes"].assign(care_manager=managers, line=np.arange(size) + 2)
    import_frames(engine, local_person("benchmark"), made, ImportOptions(AS_OF), file="benchmark")
    return _Open(stack, stack.enter_context(reading(engine)))


class _Open:
    """A connection with everything that must be closed after it."""

    def __init__(self, stack: ExitStack, connection: Connection) -> None:
        self._stack, self._connection = stack, connection

    def __enter__(self) -> Connection:
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _manager(number: int) -> str:
    return f"Manager {number:04d}"
