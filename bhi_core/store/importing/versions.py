"""Kinds of which one record is one thing with a state: people, courses of care, payers, diagnoses.

A line with other values supersedes what was known, in the columns that it fills.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from bhi_core.domain.episodes import ACTIVE, OPEN
from bhi_core.domain.records import KINDS
from bhi_core.store.importing.incoming import KNOWN, NEW, Flags, Incoming
from bhi_core.store.importing.people import MANY, People
from bhi_core.store.queries.frames import frame
from bhi_core.store.tables import RECORDS, table

KEYS: dict[str, tuple[str, ...]] = {
    "patients": (),
    "episodes": ("enrolled_on",),
    "coverage": ("payer", "from_on"),
    "diagnoses": ("code", "onset"),
}
"""Kind -> the columns that, with the patient, say which thing a record is about."""

PAST = ("id", "patient_id", "recorded_at", "superseded_at")
GOES_WITH_STATUS = ("status_since", "closed_on", "reason")

Key = tuple[Any, ...]


@dataclass
class Version:
    """One state of a thing.

    Attributes:
        values: the columns of the kind that are not its key, None for missing.
        recorded_at: when it was recorded.
        row_id: its row in the registry, None for one that the file brings.
        thing_id: patient_id or episode_id, None while the thing is new.
        place: the record that brings it, None for one of the registry.
        replaces: the version before, if any.
    """

    values: list[Any]
    recorded_at: pd.Timestamp
    row_id: int | None = None
    thing_id: int | None = None
    place: int | None = None
    replaces: "Version | None" = None


@dataclass
class Settled:
    """Hold the versions to keep, in the order of recording, and the state of every thing of the file after it."""

    versions: list[Version] = field(default_factory=list)
    now: dict[Key, Version] = field(default_factory=dict)


@dataclass
class _Past:
    """What the registry had: current versions, those recorded at a moment, and all when the file was seen before."""

    current: dict[Key, Version] = field(default_factory=dict)
    at: dict[tuple[Key, pd.Timestamp], list[Version]] = field(default_factory=dict)
    told: dict[Key, list[Version]] = field(default_factory=dict)


def columns_of(kind: str) -> list[str]:
    """Give the columns that a version states beside its key."""
    return [name for name in KINDS[kind] if name not in ("patient_id", *KEYS[kind])]


def settle(connection: Connection, incoming: Incoming, people: People, *, seen: bool) -> Settled:
    """Find which records are known and which become versions; in the order of recording, then of the file.

    Args:
        connection: where the registry is.
        incoming: the records.
        people: whose they are.
        seen: whether this very file was brought in before: then what it told and what has changed since is known, too.
    """
    kind = incoming.kind
    past = _past(connection, kind, people, seen=seen)
    settled = Settled(now=dict(past.current))
    values = _rows(incoming.records[columns_of(kind)])
    keys = _keys(incoming, people)
    moments = incoming.records["recorded_at"].tolist()
    order = np.argsort(incoming.records["recorded_at"].to_numpy(), kind="stable")
    for place in order[incoming.new[order]].tolist():
        key, filled = keys[place], values[place]
        before = settled.now.get(key)
        version = Version(filled, moments[place], place=place, replaces=before)
        told = past.told.get(key, []) + (past.at.get((key, version.recorded_at), []) if incoming.stated[place] else [])
        if any(_holds(each.values, filled) for each in ([before] if before else []) + told):
            incoming.know(place, _known_from(before, incoming))
            continue
        if before is not None:
            version.values = _merged(kind, before.values, filled)
            version.thing_id = before.thing_id
        elif kind == "episodes":
            version.values = [filled[0] or ACTIVE, *filled[1:]]
        settled.now[key] = version
        settled.versions.append(version)
    if kind == "episodes":
        _one_open(incoming, settled, past, keys)
    return settled


def _rows(columns: pd.DataFrame) -> list[list[Any]]:
    """Give the values of each record, None for missing, dates as plain dates."""
    lists = []
    for name in columns:
        cells = columns[name]
        plain = cells.dt.date if isinstance(cells.dtype, np.dtype) and cells.dtype.kind == "M" else cells
        lists.append(plain.astype(object).where(cells.notna(), None).tolist())
    return [list(row) for row in zip(*lists, strict=True)] if lists else [[] for _ in range(len(columns))]


def _keys(incoming: Incoming, people: People) -> list[Key]:
    parts = _rows(incoming.records[list(KEYS[incoming.kind])])
    return [(person, *part) for person, part in zip(people.of_record.tolist(), parts, strict=True)]


def _past(connection: Connection, kind: str, people: People, *, seen: bool) -> _Past:
    """Read all versions of the things that a file may be about."""
    kept = table(RECORDS[kind])
    thing = "episode_id" if kind == "episodes" else "patient_id"
    names = dict.fromkeys(("id", "patient_id", thing, "recorded_at", "superseded_at", *KEYS[kind], *columns_of(kind)))
    known = [int(identity) for identity in people.patient_ids if identity >= 0]
    query = select(*(kept.c[name] for name in names)).order_by(kept.c.id)
    rows = frame(connection, query.where(kept.c.patient_id.in_(known)) if len(known) <= MANY else query)
    rows["recorded_at"] = rows["recorded_at"].dt.tz_localize(None)
    place = dict(zip(people.patient_ids.tolist(), range(len(people.mrns)), strict=True))
    past = _Past()
    parts, values = _rows(rows[list(KEYS[kind])]), _rows(rows[columns_of(kind)])
    told: list[tuple[Any, ...]] = list(zip(*(rows[name].tolist() for name in PAST), rows[thing].tolist(), strict=True))
    for at, (row_id, patient_id, moment, gone, thing_id) in enumerate(told):
        if patient_id not in place:
            continue
        key = (place[patient_id], *parts[at])
        version = Version(values[at], moment, row_id=row_id, thing_id=thing_id)
        past.at.setdefault((key, moment), []).append(version)
        if seen:
            past.told.setdefault(key, []).append(version)
        if pd.isna(gone):
            past.current[key] = version
    return past


def _holds(values: list[Any], filled: list[Any]) -> bool:
    return all(new is None or old == new for old, new in zip(values, filled, strict=True))


def _known_from(before: Version | None, incoming: Incoming) -> str:
    if before is None or before.place is None:
        return "Nothing new: the registry has this already."
    return f"Nothing new: the same as line {incoming.lines[before.place]}."


def _merged(kind: str, old: list[Any], filled: list[Any]) -> list[Any]:
    """Keep what the line leaves empty; what belongs to a status does not outlive it."""
    merged = [before if new is None else new for before, new in zip(old, filled, strict=True)]
    if kind == "episodes":
        names = columns_of(kind)
        if merged[names.index("status")] != old[names.index("status")]:
            for name in GOES_WITH_STATUS:
                merged[names.index(name)] = filled[names.index(name)]
    return merged


def _one_open(incoming: Incoming, settled: Settled, past: _Past, keys: list[Key]) -> None:
    """Refuse the lines that would leave a patient with two open episodes; the one open before, or first, stays."""
    open_: dict[int, list[Key]] = {}
    for key, version in settled.now.items():
        if version.values[0] in OPEN:
            open_.setdefault(key[0], []).append(key)
    for several in (each for each in open_.values() if len(each) > 1):
        stays = min(several, key=lambda key: (not _was_open(past, key), settled.now[key].place or -1))
        for key in several:
            if key != stays:
                which = np.array([each == key for each in keys], dtype=bool)
                _refuse(incoming, settled, which, enrolled_on=stays[1])
                settled.now.pop(key)
                if key in past.current:
                    settled.now[key] = past.current[key]


def _was_open(past: _Past, key: Key) -> bool:
    return key in past.current and past.current[key].values[0] in OPEN


def _refuse(incoming: Incoming, settled: Settled, which: Flags, enrolled_on: dt.date) -> None:
    """Refuse all that the file says of an episode, also what looked known beside it."""
    incoming.outcome[which & (incoming.outcome == KNOWN)] = NEW
    for place in np.flatnonzero(which & incoming.new).tolist():
        incoming.reasons.pop(place, None)
    sentence = f"Another episode of this patient is open (enrolled {enrolled_on}): close it first, then bring this in."
    incoming.reject(which, lambda _: sentence)
    settled.versions = [version for version in settled.versions if version.place is None or not which[version.place]]


def since(version: Version) -> pd.Timestamp:
    """Give the moment (UTC) from which a version replaces the one before: never before that one was recorded."""
    before = version.replaces
    return version.recorded_at if before is None else max(version.recorded_at, before.recorded_at)
