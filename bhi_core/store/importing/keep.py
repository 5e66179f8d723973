"""Write what a file brought: people, versions, events, and what they replace."""

from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import select

from bhi_core.domain.records import KINDS
from bhi_core.store.act import Act
from bhi_core.store.bulk import insert, next_id, supersede
from bhi_core.store.importing.events import Replaced
from bhi_core.store.importing.incoming import Incoming
from bhi_core.store.importing.people import People
from bhi_core.store.importing.versions import KEYS, Settled, Version, columns_of, since
from bhi_core.store.tables import RECORDS, Episode, Patient, table

OF_PEOPLE = ("last_name", "first_name", "birth_date", "site")


def people(act: Act, batch_id: int, made: pd.DataFrame, of_file: People, *, enrol: bool) -> None:
    """Make the people that a file names first, each with an episode where ``enrol`` says so."""
    count = len(made)
    if not count:
        return
    first = next_id(act.connection, table(Patient))
    ids = np.arange(first, first + count)
    of_file.patient_ids[made["place"].to_numpy()] = ids
    stamp = {
        "recorded_at": made["recorded_at"],
        "recorded_by": act.by,
        "batch_id": batch_id,
        "line": made["line"].to_numpy(),
    }
    mrns = pd.Series([of_file.mrns[place] for place in made["place"]], dtype="str")
    columns: dict[str, Any] = {"id": ids, "patient_id": ids, "mrn": mrns, **{name: made[name] for name in OF_PEOPLE}}
    insert(act.connection, table(Patient), columns | stamp, count)
    if not enrol:
        return
    first = next_id(act.connection, table(Episode))
    episodes = np.arange(first, first + count)
    columns = {"id": episodes, "episode_id": episodes, "patient_id": ids, "enrolled_on": made["enrolled_on"]}
    insert(act.connection, table(Episode), columns | {"status": made["status"]} | stamp, count)


def events(act: Act, batch_id: int | None, incoming: Incoming, of_file: People, replaced: Replaced) -> list[int]:
    """Write the records that are new, mark what they replace, and give their rows; no batch: typed by a person."""
    kept = table(RECORDS[incoming.kind])
    new = np.flatnonzero(incoming.new)
    records = incoming.records if len(new) == len(incoming) else incoming.records.iloc[new]
    first = next_id(act.connection, kept)
    ids = np.zeros(len(incoming), dtype=np.int64)
    ids[new] = np.arange(first, first + len(new))
    columns = {
        "id": ids[new],
        "recorded_at": records["recorded_at"],
        "recorded_by": act.by,
        "batch_id": batch_id,
        "line": None if batch_id is None else records["line"].to_numpy(),
        "patient_id": of_file.patient_of()[new],
        **{name: records[name] for name in KINDS[incoming.kind] if name != "patient_id"},
        **({"review_id": ids[new]} if incoming.kind == "reviews" else {}),
    }
    insert(act.connection, kept, columns, len(new))
    old = np.where(replaced.earlier >= 0, ids[replaced.earlier], replaced.row_ids)
    recorded = incoming.records["recorded_at"].to_numpy(dtype="datetime64[us]")[replaced.places]
    supersede(act.connection, kept, old, ids[replaced.places], np.maximum(recorded, replaced.recorded_at))
    return [int(row_id) for row_id in ids[new]]


def versions(act: Act, batch_id: int, incoming: Incoming, of_file: People, settled: Settled) -> None:
    """Write the versions that are new: what they replace is marked first, so that one alone ever stands."""
    if not settled.versions:
        return
    kept, kind = table(RECORDS[incoming.kind]), incoming.kind
    row_ids = _number(act, incoming, of_file, settled)
    old, new, when = [], [], []
    replaced_at: dict[int, tuple[int, pd.Timestamp]] = {}
    for version, row_id in zip(settled.versions, row_ids, strict=True):
        before = version.replaces
        if before is None or before.row_id is None:
            continue
        if before.place is None:
            old.append(before.row_id)
            new.append(row_id)
            when.append(since(version))
        else:
            replaced_at[before.row_id] = (row_id, since(version))
    supersede(act.connection, kept, np.array(old), np.array(new), np.array(when, dtype="datetime64[us]"))
    places = np.array([version.place for version in settled.versions], dtype=np.int64)
    records = incoming.records.iloc[places]
    values = pd.DataFrame([version.values for version in settled.versions], columns=columns_of(kind), dtype=object)
    gone = [replaced_at.get(row_id) for row_id in row_ids]
    columns: dict[str, Any] = {
        "id": np.array(row_ids),
        "recorded_at": records["recorded_at"],
        "recorded_by": act.by,
        "batch_id": batch_id,
        "line": records["line"].to_numpy(),
        "patient_id": of_file.patient_of()[places],
        "superseded_by": np.array([np.nan if each is None else each[0] for each in gone], dtype=np.float64),
        "superseded_at": pd.to_datetime(pd.Series([None if each is None else each[1] for each in gone]), utc=True),
        **{name: records[name] for name in KEYS[kind]},
        **{name: _typed(values[name], incoming.records[name]) for name in columns_of(kind)},
    }
    if kind == "patients":
        columns["mrn"] = records["patient_id"]
    if kind == "episodes":
        columns["episode_id"] = np.array([version.thing_id for version in settled.versions], dtype=np.int64)
        chosen = {name: _carried_on(act, settled.versions, name) for name in ("baseline_score_id", "target")}
        columns["baseline_score_id"] = np.array(chosen["baseline_score_id"], dtype=np.float64)
        columns["target"] = pd.Series(chosen["target"], dtype=object)
    insert(act.connection, kept, columns, len(settled.versions))


def _number(act: Act, incoming: Incoming, of_file: People, settled: Settled) -> list[int]:
    """Give each version its row, and each new thing its lasting id: the row of its first version."""
    first = next_id(act.connection, table(RECORDS[incoming.kind]))
    for row_id, version in enumerate(settled.versions, start=first):
        version.row_id = row_id
        if version.replaces is not None:
            version.thing_id = version.replaces.thing_id
        version.thing_id = version.thing_id or row_id
        if incoming.kind == "patients" and version.place is not None:
            of_file.patient_ids[of_file.of_record[version.place]] = version.thing_id
    return list(range(first, first + len(settled.versions)))


def _typed(values: "pd.Series[Any]", like: "pd.Series[Any]") -> "pd.Series[Any]":
    """Give merged values the type that their column had in the file."""
    if isinstance(like.dtype, np.dtype) and like.dtype.kind == "M":
        return pd.to_datetime(values)
    return values.astype(like.dtype)


def _carried_on(act: Act, versions_: list[Version], name: str) -> list[Any]:
    """Carry on what people chose for an episode, such as its baseline: a file knows nothing of it; NaN for nothing."""
    episode = table(Episode)
    query = select(episode.c.episode_id, episode.c[name]).where(
        episode.c[name].is_not(None), episode.c.id.in_(_rows_before(versions_))
    )
    chosen: dict[int, Any] = {int(row[0]): row[1] for row in act.connection.execute(query)}
    return [chosen.get(version.thing_id or 0, np.nan) for version in versions_]


def _rows_before(versions_: list[Version]) -> list[int]:
    before = (version.replaces for version in versions_)
    return [one.row_id for one in before if one is not None and one.place is None and one.row_id is not None]
