"""Everything that was ever recorded of a patient and kind, on both databases."""

from datetime import date

from sqlalchemy import Engine

from bhi_core.domain.actor import local_person
from bhi_core.store import commands
from bhi_core.store.engine import reading
from bhi_core.store.queries.versions import record_versions
from bhi_core.store.tables import OF_MEETINGS, RECORDS

PERSON = local_person("D. Reyes")
TODAY = date(2026, 11, 24)


def test_withdrawn_records_stay_with_their_reason_and_the_newest_date_comes_first(engine: Engine) -> None:
    commands.add_patient(engine, PERSON, token="p", today=TODAY, mrn="1")
    for number, on in enumerate((date(2026, 11, 3), date(2026, 11, 20), date(2026, 10, 1))):
        commands.record_contact(
            engine, PERSON, token=f"c{number}", today=TODAY, patient_id=1, date=on, kind="outreach", attended=False
        )
    commands.withdraw_record(engine, PERSON, token="w", kind="contacts", record_id=1, why="wrong patient")

    with reading(engine) as connection:
        found = record_versions(connection, RECORDS["contacts"], 1)

    assert found["record_id"].tolist() == [2, 1, 3]
    assert found["superseded_at"].isna().tolist() == [True, False, True]
    assert found["superseded_why"].tolist()[1] == "wrong patient"
    assert found["recorded_by"].unique().tolist() == ["D. Reyes"]
    assert found["attended"].dtype == bool


def test_a_patient_without_any_gives_an_empty_frame_with_the_columns_of_the_kind(engine: Engine) -> None:
    with reading(engine) as connection:
        for kind, column in (("plans", "what_helps"), ("treatments", "dose")):
            found = record_versions(connection, RECORDS[kind], 1)
            assert found.empty and column in found and "superseded_by" in found
        assert "until" in record_versions(connection, OF_MEETINGS["snoozes"], 1)
