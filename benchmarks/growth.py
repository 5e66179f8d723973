"""How import, load and the list grow: the time for four times as many scores, divided by the time for so many.

4 is linear. The contenders are the same work at two sizes, in one process, on SQLite.
"""

import time
from statistics import median

from benchmarks.load import AS_OF, SCORES_EACH, frames, sqlite
from benchmarks.measured import Measured
from bhi_core.domain import caseload
from bhi_core.domain.actor import local_person
from bhi_core.domain.records import ImportOptions
from bhi_core.store.engine import reading
from bhi_core.store.importing import import_frames
from bhi_core.store.queries import EVERYBODY, registry

TIMES = 4
ROUNDS = 3


def run(episodes: int | None = None) -> Measured:
    """Measure at ``episodes`` (2,000) and at four times as many."""
    few = episodes or 2_000
    rounds = [(_seconds(few), _seconds(few * TIMES)) for _ in range(ROUNDS + 1)][1:]
    measured: Measured = {"scores": few * SCORES_EACH, "scores of the larger": few * TIMES * SCORES_EACH}
    for what in ("import", "load", "work out"):
        measured[f"{what} ms"] = median(small[what] for small, _ in rounds) * 1000
        measured[f"{what}, {TIMES}x"] = median(large[what] / small[what] for small, large in rounds)
    return measured


def _seconds(people: int) -> dict[str, float]:
    made = frames(people)
    with sqlite() as engine:
        start = time.perf_counter()
        import_frames(engine, local_person("benchmark"), made, ImportOptions(AS_OF), file="benchmark")
        imported = time.perf_counter()
        with reading(engine) as connection:
            known = registry(connection, EVERYBODY, AS_OF)
        loaded = time.perf_counter()
        caseload.work_out(known)
        done = time.perf_counter()
    return {"import": imported - start, "load": loaded - imported, "work out": done - loaded}
