"""Look for what must not be, though the tables and the commands should have kept it out."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, case, func, or_, select

from bhi_core.domain.episodes import OPEN
from bhi_core.domain.instruments import InstrumentRegistry
from bhi_core.store.queries.meeting_checks import of_meetings
from bhi_core.store.tables import (
    OF_MEETINGS,
    RECORDS,
    Episode,
    ImportBatch,
    Kept,
    Patient,
    RefusedLine,
    Score,
    table,
)

MOST_IDS = 50
Found = tuple[str, int, list[int]]
"""What was looked for, in words; how many rows are so; the ids of the first of them."""


def check(connection: Connection, known: InstrumentRegistry) -> list[Found]:
    """Look through the whole registry, its history included.

    Args:
        connection: where to ask.
        known: the instruments that are configured.

    Returns:
        One entry for each thing looked for, also where nothing was found (a count of 0).
    """
    found = [_rows(connection, what, query) for what, query in _queries(known)]
    for kind, model in (RECORDS | OF_MEETINGS).items():
        found.append(_loops(connection, kind, model))
    return found


def _rows(connection: Connection, what: str, query: Select[Any]) -> Found:
    ids = [int(row[0]) for row in connection.execute(query)]
    return what, len(ids), ids[:MOST_IDS]


def _queries(known: InstrumentRegistry) -> Iterable[tuple[str, Select[Any]]]:
    score, episode = table(Score), table(Episode)
    yield (
        "scores of an instrument that is not configured",
        select(score.c.id).where(score.c.instrument.not_in(known.ids)),
    )
    yield "scores with a total outside the instrument's range", select(score.c.id).where(_outside(score, known))
    yield (
        "scores that hold neither a total nor an answer",
        select(score.c.id).where(score.c.total.is_(None), score.c["items"].is_(None)),
    )
    yield (
        "patients with two open episodes",
        (
            select(episode.c.patient_id)
            .where(episode.c.superseded_at.is_(None), episode.c.status.in_(OPEN))
            .group_by(episode.c.patient_id)
            .having(func.count() > 1)
        ),
    )
    yield "episodes closed before they began", select(episode.c.id).where(episode.c.closed_on < episode.c.enrolled_on)
    yield (
        "chosen baselines that are no form of the patient",
        (
            select(episode.c.id)
            .join_from(episode, score, score.c.id == episode.c.baseline_score_id, isouter=True)
            .where(
                episode.c.superseded_at.is_(None),
                episode.c.baseline_score_id.is_not(None),
                or_(score.c.id.is_(None), score.c.patient_id != episode.c.patient_id),
            )
        ),
    )
    for kind, model in (RECORDS | OF_MEETINGS).items():
        yield from _orphans(kind, model)
    yield from of_meetings()
    yield from _ledgers()


def _outside(score: Table, known: InstrumentRegistry) -> ColumnElement[bool]:
    """Say which totals their instrument cannot have."""
    ranges = [
        and_(score.c.instrument == one.id, or_(score.c.total < one.minimum, score.c.total > one.maximum))
        for one in known
    ]
    return or_(*ranges)


def _orphans(kind: str, model: type[Kept]) -> Iterable[tuple[str, Select[Any]]]:
    """Look for rows whose patient, file or successor is not there."""
    kept, patient = table(model), table(Patient)
    standing = select(patient.c.patient_id).where(patient.c.superseded_at.is_(None))
    if "patient_id" in kept.c:
        yield f"{kind} without a patient", select(kept.c.id).where(kept.c.patient_id.not_in(standing))
    after = kept.alias("after")
    yield (
        f"{kind} replaced by nothing that is there",
        (
            select(kept.c.id)
            .join_from(kept, after, after.c.id == kept.c.superseded_by, isouter=True)
            .where(kept.c.superseded_by.is_not(None), after.c.id.is_(None))
        ),
    )
    batch = table(ImportBatch)
    yield (
        f"{kind} of a file that is not in the ledger",
        select(kept.c.id).where(kept.c.batch_id.is_not(None), kept.c.batch_id.not_in(select(batch.c.id))),
    )


def _ledgers() -> Iterable[tuple[str, Select[Any]]]:
    """Look for files whose counts do not add up: to their rows, to their refused lines, to the records they left."""
    batch, refused = table(ImportBatch), table(RefusedLine)
    yield (
        "files whose counts do not add up",
        select(batch.c.id).where(batch.c.accepted + batch.c.known + batch.c.rejected + batch.c.mixed != batch.c.rows),
    )
    lines = (
        select(
            refused.c.batch_id,
            func.sum(case((refused.c.outcome == "rejected", 1), else_=0)).label("rejected"),
            func.sum(case((refused.c.outcome == "mixed", 1), else_=0)).label("mixed"),
        )
        .group_by(refused.c.batch_id)
        .subquery()
    )
    yield (
        "files whose refused lines are not all kept",
        (
            select(batch.c.id)
            .join_from(batch, lines, lines.c.batch_id == batch.c.id, isouter=True)
            .where(
                or_(
                    func.coalesce(lines.c.rejected, 0) != batch.c.rejected,
                    func.coalesce(lines.c.mixed, 0) != batch.c.mixed,
                )
            )
        ),
    )
    for kind, model in RECORDS.items():
        kept = table(model)
        counted = select(func.count()).where(kept.c.batch_id == batch.c.id).scalar_subquery()
        yield (
            f"files of {kind} with fewer or more records than the ledger says",
            select(batch.c.id).where(batch.c.kind == kind, counted != batch.c.records),
        )


def _loops(connection: Connection, kind: str, model: type[Kept]) -> Found:
    """Look for rows that, from one version to the next, come back to themselves."""
    kept = table(model)
    query = select(kept.c.id, kept.c.superseded_by).where(kept.c.superseded_by.is_not(None))
    after: dict[int, int] = {int(row[0]): int(row[1]) for row in connection.execute(query)}
    ids = sorted(_in_loops(after, after.get))
    return f"{kind} that replace each other in a circle", len(ids), ids[:MOST_IDS]


def _in_loops(rows: Iterable[int], after: Callable[[int], int | None]) -> set[int]:
    """Give the rows that stand in a circle; each row is walked once."""
    done: set[int] = set()
    circles: set[int] = set()
    for start in rows:
        path: dict[int, int] = {}
        at: int | None = start
        while at is not None and at not in done and at not in path:
            path[at] = len(path)
            at = after(at)
        if at is not None and at in path:
            circles.update(row for row, place in path.items() if place >= path[at])
        done.update(path)
    return circles
