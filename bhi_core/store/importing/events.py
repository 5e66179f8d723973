"""Kinds of which every record is something that happened: known when the same happened, kept beside the others else.

Scores have two rules more. Items that come for a total alone of that day, agreeing with it, supersede it; and a total
alone, or with one answer, that agrees with a fuller form of that day is known.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, false, or_, select, true

from bhi_core.domain.records import KINDS
from bhi_core.store.importing.incoming import DATES, Flags, Incoming, Ints
from bhi_core.store.importing.matching import NOT_KNOWN, cell_codes, fold, same_as
from bhi_core.store.importing.people import MANY, People
from bhi_core.store.queries.frames import frame
from bhi_core.store.tables import RECORDS, table

DERIVED = {"assigned", "safety_answer"}
INHERITED = ("functional", "mode", "source")
NOTHING = -1
KNOWN_ALREADY = "Nothing new: the registry has this already."
CORRECTED = "Nothing new: the registry had this, and it was corrected or withdrawn there; the correction stands."


@dataclass(frozen=True)
class Replaced:
    """Say which rows and records the records of a file replace, one by one.

    Attributes:
        places: the records that replace.
        row_ids: the registry's rows that they replace, ``NOTHING`` where it is an earlier record of the file.
        earlier: the earlier records of the file, ``NOTHING`` where it is a row of the registry.
        recorded_at: when the replaced ones were recorded (UTC).
    """

    places: Ints
    row_ids: Ints
    earlier: Ints
    recorded_at: npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Settled:
    """Hold what replaces what, and for known records that the registry has: place of the record -> row."""

    replaced: Replaced
    rows: dict[int, int]


def settle(connection: Connection, incoming: Incoming, people: People, *, seen: bool) -> Settled:
    """Find which records are known and, for scores, which replace a total that stood alone.

    Args:
        connection: where the registry is.
        incoming: the records.
        people: whose they are.
        seen: whether this very file was brought in before: then what it told and was replaced since is known, too.
    """
    registry = _existing(connection, incoming, people, seen=seen)
    places = np.flatnonzero(incoming.new)
    columns = [name for name in KINDS[incoming.kind] if name not in ("patient_id", *DERIVED)]
    mine = incoming.records.loc[places, columns].assign(person=people.of_record[places])
    first = len(registry)
    rows = pd.concat([registry[mine.columns], mine], ignore_index=True) if first else mine.reset_index(drop=True)
    identity = ["person", str(DATES[incoming.kind]), *(["instrument"] if incoming.kind == "scores" else [])]
    optional = [name for name in columns if name not in identity]
    asked = np.arange(len(rows)) >= first
    earlier = same_as(rows, identity, optional, asked)
    replaced: list[tuple[int, int]] = []
    if incoming.kind == "scores":
        stands = ~np.append(registry["gone"].to_numpy(dtype=bool), np.zeros(len(mine), dtype=bool))
        replaced = _same_form(rows, fold([cell_codes(rows[name]) for name in identity]), earlier, stands, first)
    return Settled(
        _replaced(incoming, registry, places, np.array(replaced, dtype=np.int64).reshape(-1, 2)),
        _know(incoming, registry, places, earlier),
    )


def _same_form(rows: pd.DataFrame, group: Ints, earlier: Ints, stands: Flags, first: int) -> list[tuple[int, int]]:
    """Look at days with several forms of an instrument: what says less than another is known or is replaced.

    Args:
        rows: the registry's forms, then the file's.
        group: the same number for the forms of a person, a day and an instrument.
        earlier: where each record of the file was met before; filled in here.
        stands: which forms may be replaced.
        first: the place of the file's first form; those before are the registry's.

    Returns:
        Pairs: the place of the form replaced, the place of the one that replaces it.
    """
    several = np.flatnonzero(np.bincount(group)[group] > 1)
    days: dict[int, list[_Form]] = {}
    for at, items, total in zip(
        several.tolist(), rows["items"].astype(object).iloc[several], rows["total"].iloc[several], strict=True
    ):
        answers = None if pd.isna(items) else str(items)
        days.setdefault(int(group[at]), []).append(_Form(at, answers, None if pd.isna(total) else float(total)))
    pairs = []
    for forms in days.values():
        standing: list[_Form] = []
        for form in forms:
            if form.at >= first and earlier[form.at] != NOT_KNOWN:
                continue
            fuller = next((other for other in standing if other.says(form)), None) if form.at >= first else None
            if fuller is not None:
                earlier[form.at] = fuller.at
                continue
            thinner = next((other for other in standing if stands[other.at] and form.replaces(other)), None)
            if form.at >= first and thinner is not None:
                pairs.append((thinner.at, form.at))
                standing.remove(thinner)
            standing.append(form)
    return pairs


@dataclass(frozen=True)
class _Form:
    """A form of a day: its place, its answers as text (None for a total alone), its total (None if incomplete)."""

    at: int
    items: str | None
    total: float | None

    def says(self, other: "_Form") -> bool:
        """Say whether all that another form says stands in this one, too."""
        if other.total is not None and other.total != self.total:
            return False
        return self.items is not None and (other.items is None or _agrees(other.items, self.items))

    def replaces(self, other: "_Form") -> bool:
        """Say whether this form is the fuller one of the same total."""
        return other.total is not None and self.total is not None and self.says(other) and self.items != other.items


def _existing(connection: Connection, incoming: Incoming, people: People, *, seen: bool) -> pd.DataFrame:
    """Read what a record of the file might repeat: rows that stand or that a person corrected; all when seen before.

    Returns:
        id, person (place in ``people.mrns``), the kind's columns, recorded_at, gone (no longer stands).
    """
    kept = table(RECORDS[incoming.kind])
    columns = [name for name in KINDS[incoming.kind] if name != "patient_id"]
    date = str(DATES[incoming.kind])
    known = [int(identity) for identity in people.patient_ids if identity >= 0]
    dates = incoming.records[date].dropna()
    nothing = pd.DataFrame(columns=["id", "person", *columns, "recorded_at", "gone"])
    if not known or not len(dates):
        return nothing
    query = (
        select(*(kept.c[name] for name in ("id", "patient_id", *columns, "recorded_at", "superseded_at")))
        .where(
            kept.c[date].between(dates.min().date(), dates.max().date()),
            or_(kept.c.superseded_at.is_(None), kept.c.superseded_why.is_not(None), true() if seen else false()),
        )
        .order_by(kept.c.id)
    )
    rows = frame(connection, query.where(kept.c.patient_id.in_(known)) if len(known) <= MANY else query)
    place = pd.Series(np.arange(len(people.mrns)), index=people.patient_ids)
    rows["person"] = rows["patient_id"].map(place[place.index >= 0])
    rows["gone"] = rows.pop("superseded_at").notna()
    rows["recorded_at"] = rows["recorded_at"].dt.tz_localize(None)
    rows = rows.dropna(subset="person").reset_index(drop=True)
    return rows.astype({"person": np.int64}) if len(rows) else nothing


def _know(incoming: Incoming, registry: pd.DataFrame, places: Ints, earlier: Ints) -> dict[int, int]:
    """Mark what is known, say where it was met before, and give the rows of what the registry has."""
    first = len(registry)
    at = np.flatnonzero(earlier != NOT_KNOWN)
    sources = earlier[at]
    gone, ids = registry["gone"].to_numpy(dtype=bool), registry["id"].to_numpy(dtype=np.int64)
    lines = incoming.lines[places]
    known = places[at - first].tolist()
    rows: dict[int, int] = {}
    for place, source in zip(known, sources.tolist(), strict=True):
        if source >= first:
            incoming.know(place, f"Nothing new: the same as line {lines[source - first]}.")
            continue
        rows[place] = int(ids[source])
        incoming.know(place, CORRECTED if gone[source] else KNOWN_ALREADY)
    return rows


def _agrees(part: str, whole: str) -> bool:
    """Say whether every answer given in one form stands in the other as well.

    >>> _agrees(",,2", "0,1,2"), _agrees(",,2", "0,1,1"), _agrees(",,2", ",,")
    (True, False, False)
    """
    mine, theirs = part.split(","), whole.split(",")
    return len(mine) == len(theirs) and all(answer in ("", other) for answer, other in zip(mine, theirs, strict=True))


def _replaced(incoming: Incoming, registry: pd.DataFrame, places: Ints, pairs: Ints) -> Replaced:
    """Say what replaces what, and let the new records keep what only the old ones said."""
    first = len(registry)
    old, new = pairs[:, 0], places[pairs[:, 1] - first]
    is_row = old < first
    row_ids, earlier = np.full(len(old), NOTHING), np.full(len(old), NOTHING)
    row_ids[is_row] = registry["id"].to_numpy(dtype=np.int64)[old[is_row]]
    earlier[~is_row] = places[old[~is_row] - first]
    recorded_at = np.empty(len(old), dtype="datetime64[us]")
    recorded_at[is_row] = registry["recorded_at"].to_numpy(dtype="datetime64[us]")[old[is_row]]
    recorded_at[~is_row] = incoming.records["recorded_at"].to_numpy(dtype="datetime64[us]")[earlier[~is_row]]
    for name in INHERITED if len(old) else ():
        column = incoming.records[name].astype(object).to_numpy(copy=True)
        said = np.empty(len(old), dtype=object)
        said[is_row] = registry[name].astype(object).to_numpy()[old[is_row]]
        said[~is_row] = column[earlier[~is_row]]
        column[new] = np.where(pd.isna(column[new]), said, column[new])
        incoming.records[name] = pd.Series(column).astype(incoming.records[name].dtype)
    return Replaced(new, row_ids, earlier, recorded_at)
