"""What is taken out can be brought in again: an empty registry then knows the same."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine

from bhi_core import intake
from bhi_core.demo import clinic
from bhi_core.domain.records import KINDS, ImportOptions
from bhi_core.domain.registry import Registry
from bhi_core.report import sheets
from bhi_core.store import commands, queries
from bhi_core.store.engine import connect_engine, migrate, reading
from bhi_core.store.importing import import_frames
from tests.store.making import KIM, TODAY, bring_in, enrolled, form, known, parsed, score

FRAMES = ("patients", "episodes", "scores", "contacts", "treatments", "reviews", "safety", "plans")


def moved(engine: Engine, target: Engine, ending: str) -> None:
    """Take every kind out as a file and bring it into another registry."""
    for kind in KINDS:
        rows = commands.export_records(engine, KIM, kind, TODAY)
        if rows.empty:
            continue
        data = sheets.csv_bytes(rows) if ending == "csv" else sheets.xlsx_bytes({kind: rows})
        file = intake.open_file(data, f"{kind}.{ending}", kind, None, as_of=TODAY).parsed
        assert file.questions == [], kind
        report = commands.import_file(target, KIM, file, ImportOptions(TODAY))
        assert (report.accepted, report.rows) == (len(rows), len(rows)), kind


def by_mrn(found: Registry, name: str) -> pd.DataFrame:
    """Give a frame without the ids that each registry gives anew, in an order that both share."""
    frame: pd.DataFrame = getattr(found, name)
    mrns = found.patients.set_index("patient_id")["mrn"]
    named = frame.assign(mrn=frame["patient_id"].map(mrns))
    if "instrument" in named:
        named["instrument"] = named["instrument"].astype("str")
    own = [column for column in named if str(column).endswith("_id") or column == "recorded_order"]
    plain = named.drop(columns=own)
    return plain.sort_values(list(plain.columns), kind="stable").reset_index(drop=True)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_demo_clinic_is_the_same_after_export_and_import(engine: Engine, tmp_path: Path, ending: str) -> None:
    import_frames(engine, KIM, clinic(TODAY, episodes=25), ImportOptions(TODAY), file="demo")
    target = connect_engine(f"sqlite:///{tmp_path / 'target.db'}")
    migrate(target)

    moved(engine, target, ending)

    before, after = known(engine), known(target)
    for name in FRAMES:
        pd.testing.assert_frame_equal(by_mrn(after, name), by_mrn(before, name), obj=name)
    assert after.recorded_to == before.recorded_to
    target.dispose()


def test_incomplete_and_blank_answers_keep_their_meaning(engine: Engine, tmp_path: Path) -> None:
    person = enrolled(engine)
    form(engine, person, total=14)
    form(engine, person, dt.date(2026, 1, 12), items=[2, 2, 1, 2, 1, 2, 2, 1, None])
    form(engine, person, dt.date(2026, 1, 19), items=[None] * 8 + [1], total=12)
    target = connect_engine(f"sqlite:///{tmp_path / 'target.db'}")
    migrate(target)

    moved(engine, target, "csv")

    scores = known(target).scores
    assert scores["total"].fillna(-1).tolist() == [14, -1, 12]
    assert scores["safety_answer"].tolist() == [-2, -1, 1]
    target.dispose()


def test_export_of_an_earlier_day_holds_nothing_later(engine: Engine) -> None:
    person = enrolled(engine)
    form(engine, person, TODAY)

    with reading(engine) as connection:
        before = queries.export_frame(connection, "scores", TODAY - dt.timedelta(days=1))
        on_the_day = queries.export_frame(connection, "scores", TODAY)

    assert (len(before), len(on_the_day)) == (0, 1)


@pytest.mark.parametrize("kind", list(KINDS))
def test_export_of_an_empty_registry_has_the_headings(engine: Engine, kind: str) -> None:
    with reading(engine) as connection:
        rows = queries.export_frame(connection, kind, TODAY)

    assert len(rows) == 0
    assert rows.columns[0] == "MRN"
    assert rows.columns[-1] == "Recorded at"


def test_what_was_replaced_is_not_taken_out(engine: Engine) -> None:
    enrolled(engine)
    bring_in(engine, parsed("scores", [score(total=13)]))
    bring_in(engine, parsed("scores", [score(total=13, items="2,2,1,2,1,2,2,1,0")]))

    rows = commands.export_records(engine, KIM, "scores", TODAY)

    assert rows["Item 1"].tolist() == [2]
