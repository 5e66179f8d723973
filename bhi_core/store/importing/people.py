"""Whose records these are: known patients, the birth dates that must agree, and people made from a file."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, select

from bhi_core.domain.closed_lists import Status
from bhi_core.domain.episodes import ACTIVE
from bhi_core.domain.records import ParsedFile
from bhi_core.domain.words import count
from bhi_core.store.importing.incoming import DATES, Incoming
from bhi_core.store.importing.limits import LONGEST_NAME, cannot_be_kept
from bhi_core.store.importing.names import Names, respell
from bhi_core.store.queries.frames import frame
from bhi_core.store.tables import Patient, table

UNKNOWN = -1
MANY = 500
MADE_FROM = ("last_name", "first_name", "birth_date", "site", "enrolled_on", "status")
TEXTS = ("last_name", "first_name", "site")


@dataclass
class People:
    """Hold the people that a file names.

    Attributes:
        mrns: the distinct MRNs of the records, as text.
        of_record: for each record, the place of its person in ``mrns``; -1 without an MRN.
        patient_ids: for each MRN the patient, ``UNKNOWN`` if the registry has none.
        births: for each MRN the birth date (``datetime64[D]``): the registry's, else the first that the file states.
        born_on_line: for each MRN the line that states it, -1 when the registry does.
    """

    mrns: list[str]
    of_record: npt.NDArray[np.int64]
    patient_ids: npt.NDArray[np.int64]
    births: npt.NDArray[np.datetime64]
    born_on_line: npt.NDArray[np.int64]

    def patient_of(self) -> npt.NDArray[np.int64]:
        """Give for each record its patient, ``UNKNOWN`` while there is none."""
        padded = np.append(self.patient_ids, UNKNOWN)
        return np.asarray(padded[self.of_record])


def look_up(connection: Connection, parsed: ParsedFile, incoming: Incoming) -> People:
    """Find the patients of a file in the registry."""
    codes, distinct = pd.factorize(incoming.records["patient_id"])
    mrns = [str(mrn) for mrn in distinct]
    patient = table(Patient)
    query = select(patient.c.mrn, patient.c.patient_id, patient.c.birth_date).where(patient.c.superseded_at.is_(None))
    known = frame(connection, query.where(patient.c.mrn.in_(mrns)) if len(mrns) <= MANY else query)
    place = pd.Index(known["mrn"]).get_indexer(pd.Index(mrns, dtype="str"))
    ids = np.append(known["patient_id"].to_numpy(), UNKNOWN)[place]
    births = np.append(known["birth_date"].to_numpy().astype("datetime64[D]"), np.datetime64("NaT"))[place]
    people = People(mrns, codes.astype(np.int64), ids, births, np.full(len(mrns), -1, dtype=np.int64))
    _births_in_file(people, stated_births(parsed, incoming))
    return people


def stated_births(parsed: ParsedFile, incoming: Incoming) -> pd.DataFrame:
    """Give the birth dates that lines state: line, patient_id, birth_date, in the order of the lines."""
    if parsed.kind == "patients":
        stated = incoming.records.loc[incoming.new, ["line", "patient_id", "birth_date"]]
    elif "birth_date" in parsed.people:
        fine = accepted_lines(parsed)
        stated = parsed.people.loc[parsed.people["line"].isin(fine), ["line", "patient_id", "birth_date"]]
    else:
        stated = pd.DataFrame({"line": [], "patient_id": [], "birth_date": []})
    return stated.dropna().sort_values("line", kind="stable")


def accepted_lines(parsed: ParsedFile) -> "pd.Series[Any]":
    """Give the lines that reading found something good on."""
    return parsed.lines.loc[parsed.lines["outcome"] != "rejected", "line"]


def _births_in_file(people: People, stated: pd.DataFrame) -> None:
    """Take the first birth date that the file states where the registry has none."""
    first = stated.drop_duplicates("patient_id")
    place = pd.Index(people.mrns, dtype="str").get_indexer(pd.Index(first["patient_id"].astype("str")))
    open_ = (place >= 0) & np.isnat(people.births[place])
    people.births[place[open_]] = first["birth_date"].to_numpy(dtype="datetime64[D]")[open_]
    people.born_on_line[place[open_]] = first["line"].to_numpy(dtype=np.int64)[open_]


def refuse_strangers(parsed: ParsedFile, incoming: Incoming, people: People, *, create: bool) -> None:
    """Refuse records of another birth date, of nobody known, and from before a birth."""
    stated = stated_births(parsed, incoming)
    place = pd.Index(people.mrns, dtype="str").get_indexer(pd.Index(stated["patient_id"].astype("str")))
    theirs = np.append(people.births, np.datetime64("NaT"))[place]
    other = stated["birth_date"].to_numpy(dtype="datetime64[D]") != theirs
    lines = set(stated["line"].to_numpy(dtype=np.int64)[(place >= 0) & other].tolist())
    if lines:
        incoming.reject(
            np.isin(incoming.lines, list(lines)), lambda at: _another_birth(people, int(people.of_record[at]))
        )
    if parsed.kind != "patients" and not create:
        incoming.reject(
            people.patient_of() == UNKNOWN,
            lambda at: (
                f"No patient has the id {people.mrns[people.of_record[at]]}: bring the patients in first, or let "
                "unknown patients be created."
            ),
        )
    column = DATES[parsed.kind]
    if column is not None:
        dates = incoming.records[column].to_numpy(dtype="datetime64[D]")
        births = people.births[people.of_record] if len(people.mrns) else dates
        incoming.reject(
            dates < births, lambda at: f"{dates[at]} is before birth: this person was born on {births[at]}."
        )


def _another_birth(people: People, at: int) -> str:
    line = people.born_on_line[at]
    where = f" (line {line})" if line >= 0 else ""
    return f"id {people.mrns[at]} already has birth date {people.births[at]}{where}."


def made_from_file(parsed: ParsedFile, incoming: Incoming, people: People, known: Names) -> pd.DataFrame:
    """Give the people to make: those of kept records that the registry does not know.

    Args:
        parsed: the file.
        incoming: its records.
        people: who they are.
        known: the sites that are known; the others are spelled as the file does first.

    Returns:
        A row a person, in the order of the file: place (in ``people.mrns``), line, recorded_at, last_name, first_name,
        birth_date, site, enrolled_on (the mapped one, else the first record's date), status. A name or site that the
        tables could not keep is left empty.
    """
    new = incoming.new & (people.patient_of() == UNKNOWN)
    kept = incoming.records.loc[new, ["line", "recorded_at"]].assign(
        place=people.of_record[new], first=incoming.records.loc[new, str(DATES[parsed.kind])]
    )
    made = kept.groupby("place", sort=False).agg(
        line=("line", "first"), recorded_at=("recorded_at", "min"), first=("first", "min")
    )
    told = _told(parsed, people).reindex(made.index)
    for name in MADE_FROM:
        made[name] = told[name]
    made["enrolled_on"] = pd.to_datetime(made["enrolled_on"]).fillna(made["first"]).astype("datetime64[s]")
    made["status"] = made["status"].where(made["status"].isin(list(Status)), ACTIVE)
    for name in TEXTS:
        made[name] = made[name].where(~cannot_be_kept(made[name], LONGEST_NAME))
    respell(made, "site", dict(known.sites))
    people_to_make: pd.DataFrame = made.drop(columns="first").reset_index()
    return people_to_make


def left_empty(parsed: ParsedFile, made: pd.DataFrame | None) -> list[str]:
    """Note how many cells about the people to be made the tables could not keep."""
    if made is None or not len(made):
        return []
    bad = sum(int(cannot_be_kept(parsed.people[name], LONGEST_NAME).sum()) for name in TEXTS if name in parsed.people)
    more = f"hold control characters or are longer than {LONGEST_NAME} signs"
    return [f"{count(bad, 'cell')} with a name or a site left empty: they {more}."] if bad else []


def _told(parsed: ParsedFile, people: People) -> pd.DataFrame:
    """Give the first value that accepted lines state about each person, by their place in ``people.mrns``."""
    lines = parsed.people[parsed.people["line"].isin(accepted_lines(parsed))]
    place = pd.Index(people.mrns, dtype="str").get_indexer(pd.Index(lines["patient_id"].astype("str")))
    told = pd.DataFrame(
        {name: lines[name].to_numpy() if name in lines else None for name in MADE_FROM}, index=range(len(lines))
    )
    told["place"] = place
    return told[told["place"] >= 0].groupby("place", sort=False).first()
