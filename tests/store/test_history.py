"""Many moments asked in one go are what asking each moment by itself would give, corrections and late arrivals too."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select, text

from bhi_core import clock
from bhi_core.domain.caseload import work_out
from bhi_core.domain.moments import judge_moments
from bhi_core.domain.review import backlog
from bhi_core.domain.review.backlog import WEEK, weeks_passed_over
from bhi_core.store import queries
from bhi_core.store.engine import connect_engine, reading, writing
from bhi_core.store.queries import EVERYBODY
from bhi_core.store.queries.history import history
from bhi_core.store.tables import RECORDS, DiscussRequest, Kept, Snooze, table
from tests.domain.review.test_flagged import FEWER, SLOW
from tests.spec import test_second_reading as second

ZONE = "America/New_York"
WEEKS_AT_ONCE, AS_FAR = 2, 3
"""Weeks worked out in one go, fewer here than in earnest; and weeks asked one by one."""


def end_of_day(day: dt.date) -> dt.datetime:
    """Say when a day ends."""
    return clock.end_of_day(day, ZONE)


class Ledger:
    """Writes versions of records by hand, each with the moment it was recorded and the moment it was replaced."""

    def __init__(self, connection: Connection, draw: Any) -> None:
        self.connection, self.draw, self.last = connection, draw, 0

    def keep(self, model: type[Kept], about: dt.date, *, same: str | None = None, **values: Any) -> int:
        """Keep a record; sometimes late, sometimes corrected since, sometimes withdrawn. Gives its lasting id."""
        delay = self.draw(st.sampled_from([0, 0, 0, 1, 6, 7, 8, 20, 60]))
        recorded = dt.datetime.combine(about, dt.time(self.draw(st.sampled_from([0, 3, 4, 5, 17]))), dt.UTC)
        moments = [recorded + dt.timedelta(days=delay)]
        fate = self.draw(st.sampled_from(["stands", "stands", "stands", "corrected", "withdrawn"]))
        if fate != "stands":
            moments.append(moments[0] + dt.timedelta(days=self.draw(st.sampled_from([0, 5, 7, 30]))))
        lasting = self.last + 1
        changed = self._changed(values) if fate == "corrected" else values
        versions = [changed, values] if fate == "corrected" else [values]
        if fate == "withdrawn" and model.__tablename__ in ("patient", "episode"):
            versions, moments = [values], moments[:1]
        for place, version in enumerate(versions):
            self.last += 1
            ends = moments[place + 1] if place + 1 < len(moments) else None
            replaced = self.last + 1 if ends is not None and place + 1 < len(versions) else None
            self._insert(model, self.last, version | ({same: lasting} if same else {}), moments[place], ends, replaced)
        return lasting if same else self.last

    def _changed(self, values: dict[str, Any]) -> dict[str, Any]:
        """Give what the first version said."""
        if values.get("total") is not None:
            return values | {"total": self.draw(st.sampled_from([0, 4, 9, 12, 18, 21]))}
        if "attended" in values:
            return values | {"attended": not values["attended"]}
        if "date" in values:
            return values | {"date": values["date"] - dt.timedelta(days=self.draw(st.sampled_from([1, 7, 30])))}
        return values

    def _insert(  # noqa: PLR0917
        self, model: type[Kept], row: int, values: dict[str, Any], at: dt.datetime, ends: dt.datetime | None,
        by: int | None,
    ) -> None:  # fmt: skip
        stamp = {"id": row, "recorded_at": at, "recorded_by": "Kim", "superseded_at": ends, "superseded_by": by}
        self.connection.execute(table(model).insert().values(**values, **stamp))


def fill(engine: Engine, people: list[dict[str, Any]], draw: Any) -> None:
    """Keep people and all that was drawn of them."""
    with writing(engine) as connection:
        ledger = Ledger(connection, draw)
        for person in people:
            _keep(ledger, person, draw)


def _keep(ledger: Ledger, person: dict[str, Any], draw: Any) -> None:
    """Keep one person."""
    first = person["episodes"][0]["enrolled_on"]
    patient = ledger.keep(RECORDS["patients"], first, same="patient_id", mrn=person["mrn"],
                          birth_date=person["birth_date"])  # fmt: skip
    forms = {}
    for form in person["scores"]:
        kept = {name: form[name] for name in ("instrument", "total", "safety_answer")}
        items = None if form["total"] is not None else "1,,,"
        forms[form["score_id"]] = ledger.keep(RECORDS["scores"], form["taken_on"], patient_id=patient,
                                              date=form["taken_on"], items=items, **kept)  # fmt: skip
    for episode in person["episodes"]:
        kept = {name: episode[name] for name in ("enrolled_on", "status", "status_since", "closed_on",
                                                 "follow_up_weeks")}  # fmt: skip
        closed = kept["closed_on"] and max(kept["closed_on"], kept["enrolled_on"])
        chosen = forms.get(episode["baseline_score_id"])
        ledger.keep(RECORDS["episodes"], episode["enrolled_on"], same="episode_id", patient_id=patient,
                    **(kept | {"closed_on": closed, "baseline_score_id": chosen}))  # fmt: skip
    for kind in ("contacts", "treatments", "reviews", "plans"):
        for row in person[kind]:
            kept = {name: value for name, value in row.items() if not name.endswith("_id")}
            kept |= {"kind": "follow-up"} if kind == "contacts" else {}
            same = "review_id" if kind == "reviews" else None
            ledger.keep(RECORDS[kind], row["date"], same=same, patient_id=patient, **kept)
    for row in person["safety"]:
        kept = {name: row[name] for name in ("date", "kind", "level", "outcome")}
        ledger.keep(RECORDS["safety"], row["date"], patient_id=patient, by=row["by"], **kept)
    for model, more in ((DiscussRequest, {}), (Snooze, {"until": None})):
        if draw(st.booleans()):
            on = first + dt.timedelta(days=draw(st.sampled_from(second.SPANS)))
            until = {"until": on + dt.timedelta(days=draw(st.sampled_from([1, 7, 20])))} if more else {}
            ledger.keep(model, on, patient_id=patient, date=on, reason="as agreed", **until)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for one database at a time."""
    return tmp_path_factory.mktemp("history")


@pytest.fixture(scope="module", autouse=True)
def few_weeks_at_once() -> Iterator[None]:
    """Let a run of weeks pass the end of what is worked out in one go, without asking many weeks one by one."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(backlog, "AT_ONCE", WEEKS_AT_ONCE)
        yield


def opened(folder: Path, migrated: Path) -> Engine:
    """Open a fresh database in the folder; names of staff and people need not be known beforehand."""
    for old in folder.glob("one.db*"):
        old.unlink()
    shutil.copyfile(migrated, folder / "one.db")
    engine = connect_engine(f"sqlite:///{folder / 'one.db'}")
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO staff (id, name, active, recorded_at, recorded_by) "
                                "VALUES (1, 'A. Novak', 1, '2020-01-01 00:00:00.000000', 'Kim')"))  # fmt: skip
    return engine


def listed(engine: Engine, day: dt.date, known: dt.datetime) -> set[int]:
    """Ask the caseload of a day, as it was known at a moment, who was listed."""
    with reading(engine) as connection:
        rows = work_out(queries.registry(connection, EVERYBODY, day, known)).worklist
    return set(rows.loc[rows["listed"], "patient_id"])


def passed_over(engine: Engine, as_of: dt.date, patients: list[int]) -> list[int]:
    """Count the weeks of each patient by asking the caseload of each week by itself."""
    weeks, going = dict.fromkeys(patients, 0), set(patients)
    for back in range(1, AS_FAR + 1):
        day, last = as_of - back * WEEK, as_of if back == 1 else as_of - back * WEEK + dt.timedelta(days=6)
        with reading(engine) as connection:
            reviews = queries.registry(connection, EVERYBODY, last, end_of_day(last)).reviews
        seen = set(reviews.loc[reviews["date"] >= pd.Timestamp(day), "patient_id"])
        going = (going & listed(engine, day, end_of_day(day))) - seen
        for patient in going:
            weeks[patient] += 1
    return [weeks[patient] for patient in patients]


@settings(SLOW, max_examples=25)  # two histories each
@given(st.data())
def test_the_backlog_is_what_asking_week_by_week_gives(
    folder: Path, migrated_sqlite: Path, data: st.DataObject
) -> None:
    as_of = data.draw(st.sampled_from(second.AS_OF))
    engine = opened(folder, migrated_sqlite)
    fill(engine, [data.draw(second.a_history(number, as_of)) for number in (1, 2)], data.draw)
    with reading(engine) as connection:
        patients = connection.execute(select(table(RECORDS["patients"]).c.patient_id).distinct()).scalars().all()
        kept = history(connection, EVERYBODY, as_of)

    found = weeks_passed_over(kept, as_of, patients, end_of_day)

    assert found.clip(upper=AS_FAR).tolist() == passed_over(engine, as_of, list(patients))
    engine.dispose()


@FEWER
@given(st.data())
def test_each_moment_is_judged_as_the_caseload_of_that_moment(
    folder: Path, migrated_sqlite: Path, data: st.DataObject
) -> None:
    as_of = data.draw(st.sampled_from(second.AS_OF))
    engine = opened(folder, migrated_sqlite)
    fill(engine, [data.draw(second.a_history(number, as_of)) for number in (1, 2)], data.draw)
    day = as_of - dt.timedelta(days=data.draw(st.sampled_from(second.SPANS)))
    known = end_of_day(day + dt.timedelta(days=data.draw(st.sampled_from([0, 0, 3, 40]))))
    with reading(engine) as connection:
        patients = connection.execute(select(table(RECORDS["patients"]).c.patient_id).distinct()).scalars().all()
        kept = history(connection, EVERYBODY, as_of)
        plain = work_out(queries.registry(connection, EVERYBODY, day, known)).findings
    moments = pd.DataFrame({"patient_id": patients}).assign(as_of=pd.Timestamp(day), known_at=pd.Timestamp(known))
    moments = moments.astype({"as_of": "datetime64[s]", "known_at": "datetime64[us, UTC]"})

    at = judge_moments(kept, moments)

    said = at.judged.findings.merge(at.facts[["episode_id", "episode"]], on="episode_id").sort_values(
        "episode", kind="stable"
    )
    columns = ("rule", "level", "instrument", "severity", "strong")
    assert list(zip(said["episode"], *(said[name] for name in columns), strict=True)) == list(
        zip(plain["episode_id"], *(plain[name] for name in columns), strict=True)
    )
    engine.dispose()
