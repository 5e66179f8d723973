"""The database itself holds each limit, whoever writes: a value on each side."""

from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, text

from bhi_core.errors import Refused
from bhi_core.store.engine import reading, writing
from bhi_core.store.fields import ContactFields, EpisodeFields, PatientFields, ScoreFields
from tests.store.making import patient

STAMP = {"id": 99, "recorded_at": "2026-01-01 00:00:00.000000", "recorded_by": ""}
GOOD: dict[str, dict[str, Any]] = {
    "patient": STAMP | {"patient_id": 99, "mrn": "99"},
    "episode": STAMP | {"episode_id": 99, "patient_id": 1, "enrolled_on": "2026-01-05", "status": "active"},
    "score": STAMP
    | {"patient_id": 1, "date": "2026-01-05", "instrument": "phq9", "total": 5, "safety_answer": 0, "assigned": False},
    "contact": STAMP | {"patient_id": 1, "date": "2026-01-05", "kind": "other", "attended": True},
    "treatment": STAMP | {"patient_id": 1, "date": "2026-01-05", "change": "start"},
    "review": STAMP | {"review_id": 99, "patient_id": 1, "date": "2026-01-05"},
    "safety": STAMP | {"patient_id": 1, "date": "2026-01-05", "kind": "manual flag"},
    "plan": STAMP | {"patient_id": 1, "date": "2026-01-05"},
    "coverage": STAMP | {"patient_id": 1, "payer": "dual", "from_on": "2026-01-05"},
    "diagnosis": STAMP | {"patient_id": 1, "code": "F32.1", "onset": "2026-01-05"},
    "staff": STAMP | {"name": "Kim", "active": True},
    "meeting": STAMP | {"meeting_id": 99, "held_on": "2026-01-05", "minutes": 60, "per_patient": 6},
    "agenda_item": STAMP | {"meeting_id": 99, "patient_id": 1, "place": 1, "pinned": False, "state": "to come"},
    "meeting_entry": STAMP | {"meeting_id": 99, "patient_id": 1, "field": "discussed", "value": ""},
    "discuss_request": STAMP | {"patient_id": 1, "date": "2026-01-05", "reason": "sleeps badly"},
    "snooze": STAMP | {"patient_id": 1, "date": "2026-01-05", "until": "2026-01-12", "reason": "on leave"},
    "recommendation_step": STAMP | {"review_id": 99, "patient_id": 1, "date": "2026-01-05", "status": "proposed"},
    "import_batch": STAMP
    | {"file": "f", "kind": "scores", "checksum": "", "layout": "", "as_of": "2026-01-05", "rows": 4, "accepted": 1,
       "known": 1, "rejected": 1, "mixed": 1, "records": 2},
}  # fmt: skip


NEEDS = {"agenda_item": "meeting", "meeting_entry": "meeting", "recommendation_step": "review"}
"""Table -> what its row points to, with the patient 1."""


def begin(engine: Engine, table: str) -> None:
    """Write what a row of a table needs."""
    patient(engine)
    if table in NEEDS:
        put(engine, NEEDS[table])


def put(engine: Engine, table: str, **changes: Any) -> None:
    """Write a row by hand, past every command."""
    row = GOOD[table] | changes
    columns, values = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
    with writing(engine) as connection:
        connection.execute(text(f'INSERT INTO "{table}" ({columns}) VALUES ({values})'), row)


def test_good_rows_are_taken(engine: Engine) -> None:
    patient(engine)

    for table in GOOD:
        put(engine, table)


@pytest.mark.parametrize(
    ("table", "column", "inside", "outside"),
    [
        ("patient", "birth_date", "1900-01-01", "1899-12-31"),
        ("patient", "birth_date", "2199-12-31", "2200-01-01"),
        ("patient", "mrn", "0", ""),
        ("patient", "superseded_at", "2026-01-01 00:00:00.000000", "2025-12-31 23:59:59.999999"),
        ("episode", "enrolled_on", "1900-01-01", "1899-12-31"),
        ("episode", "closed_on", "2026-01-05", "2026-01-04"),
        ("episode", "status", "graduated", "finished"),
        ("episode", "status", "relapse prevention", "RELAPSE_PREVENTION"),
        ("episode", "condition", "PTSD", "ptsd"),
        ("episode", "follow_up_weeks", 104, 104.5),
        ("episode", "follow_up_weeks", 0.5, 0),
        ("score", "date", "1900-01-01", "1899-12-31"),
        ("score", "total", 0, -1),
        ("score", "total", 999, 1000),
        ("score", "safety_answer", -2, -3),
        ("score", "safety_answer", 9, 10),
        ("score", "functional", 0, -1),
        ("score", "functional", 9, 10),
        ("score", "instrument", "gad7", "gad 7"),
        ("score", "instrument", "gad7", ""),
        ("score", "patient_id", 1, 2),
        ("contact", "kind", "no show", "no-show"),
        ("contact", "modality", "video", "telehealth"),
        ("contact", "minutes", 0, -1),
        ("contact", "minutes", 1440, 1441),
        ("contact", "next_due", "2199-12-31", "2200-01-01"),
        ("treatment", "change", "dose up", "more"),
        ("review", "due", "2199-12-31", "2200-01-01"),
        ("safety", "kind", "C-SSRS", "CSSRS"),
        ("plan", "date", "2199-12-31", "2200-01-01"),
        ("coverage", "payer", "Medicaid managed care", "Medicaid"),
        ("coverage", "to_on", "2026-01-05", "2026-01-04"),
        ("diagnosis", "end_on", "2026-01-05", "2026-01-04"),
        ("staff", "role", "care manager", "CARE_MANAGER"),
        ("staff", "name", "K", ""),
        ("import_batch", "accepted", 1, 2),
        ("import_batch", "records", 0, -1),
        ("meeting", "held_on", "1900-01-01", "1899-12-31"),
        ("meeting", "minutes", 1, 0),
        ("meeting", "minutes", 600, 601),
        ("meeting", "per_patient", 1, 0),
        ("meeting", "per_patient", 600, 601),
        ("agenda_item", "place", 1, 0),
        ("agenda_item", "place", 999, 1000),
        ("agenda_item", "seconds", 0, -1),
        ("agenda_item", "seconds", 86_400, 86_401),
        ("agenda_item", "state", "carried over", "CARRIED_OVER"),
        ("agenda_item", "meeting_id", 99, 98),
        ("meeting_entry", "field", "rec1.kind", "rec0.kind"),
        ("meeting_entry", "field", "rec9.due", "rec10.due"),
        ("meeting_entry", "field", "discussed", "discussed."),
        ("meeting_entry", "field", "rec1.owner", "rec1.cost"),
        ("meeting_entry", "value", "x" * 4000, "x" * 4001),
        ("meeting_entry", "rival_of", None, 99),
        ("discuss_request", "reason", "x", ""),
        ("snooze", "until", "2026-01-06", "2026-01-05"),
        ("snooze", "until", "2199-12-31", "2200-01-01"),
        ("snooze", "reason", "x", ""),
        ("recommendation_step", "status", "accepted", "overdue"),
        ("recommendation_step", "review_id", 99, 98),
    ],
)
def test_check_takes_the_value_inside_and_refuses_the_one_outside(
    engine: Engine, table: str, column: str, inside: Any, outside: Any
) -> None:
    begin(engine, table)
    with pytest.raises(Refused):
        put(engine, table, **{column: outside})

    put(engine, table, **{column: inside})


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("score", {"total": None}),
        ("score", {"superseded_by": 1}),
        ("score", {"superseded_at": "2026-02-01 00:00:00.000000", "superseded_by": 99}),
        ("safety", {"kind": "acknowledged"}),
        ("safety", {"kind": "acknowledged", "outcome": "assessed"}),
        ("patient", {"mrn": "0000071"}),
        ("contact", {"staff": "nobody of this name"}),
        ("review", {"meeting_id": 99}),
        ("review", {"place": 1}),
        ("meeting", {"started_at": "2026-01-05 10:00:00.000000", "ended_at": "2026-01-05 09:59:59.000000"}),
        ("recommendation_step", {"status": "declined"}),
        ("recommendation_step", {"status": "declined", "why": ""}),
        ("recommendation_step", {"status": "accepted", "treatment_id": 99}),
    ],
)
def test_rows_that_contradict_themselves_or_others_are_refused(
    engine: Engine, table: str, changes: dict[str, Any]
) -> None:
    begin(engine, table)

    with pytest.raises(Refused):
        put(engine, table, **changes)


def test_second_open_episode_is_refused_and_a_closed_one_is_not(engine: Engine) -> None:
    patient(engine)
    put(engine, "episode")

    put(engine, "episode", id=100, episode_id=100, status="lost")
    with pytest.raises(Refused):
        put(engine, "episode", id=101, episode_id=101, status="relapse prevention")


def test_field_of_a_meeting_holds_one_text_and_rivals_beside_it(engine: Engine) -> None:
    begin(engine, "meeting_entry")
    put(engine, "meeting_entry")

    put(engine, "meeting_entry", id=100, rival_of=99)
    put(engine, "meeting_entry", id=101, rival_of=99)
    with pytest.raises(Refused):
        put(engine, "meeting_entry", id=102)


def test_meeting_has_a_recommendation_and_a_patient_of_an_agenda_once(engine: Engine) -> None:
    begin(engine, "agenda_item")
    put(engine, "agenda_item")
    of_the_meeting = {"meeting_id": 99, "place": 1}
    put(engine, "review", **of_the_meeting)

    put(engine, "review", id=100, review_id=100, meeting_id=99, place=2)
    with pytest.raises(Refused):
        put(engine, "review", id=101, review_id=101, **of_the_meeting)
    with pytest.raises(Refused):
        put(engine, "review", id=102, review_id=100, meeting_id=99, place=3)
    with pytest.raises(Refused):
        put(engine, "agenda_item", id=100, place=2)


def test_words_are_kept_by_value(engine: Engine) -> None:
    patient(engine)
    put(engine, "episode", status="relapse prevention")

    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT status FROM episode").scalar() == "relapse prevention"


@pytest.mark.parametrize(
    ("model", "values", "field"),
    [
        (ScoreFields, {"date": "2026-01-05", "instrument": "phq9", "total": 1000}, "total"),
        (ScoreFields, {"date": "2200-01-01", "instrument": "phq9"}, "date"),
        (ContactFields, {"date": "2026-01-05", "kind": "chat", "attended": True}, "kind"),
        (ContactFields, {"date": "2026-01-05", "kind": "other", "attended": True, "cost": 1}, "cost"),
        (EpisodeFields, {"enrolled_on": "2026-01-05", "follow_up_weeks": 0}, "follow_up_weeks"),
        (PatientFields, {"mrn": "4711\x00"}, "mrn"),
        (PatientFields, {"mrn": ""}, "mrn"),
    ],
)
def test_plain_models_refuse_what_the_tables_would_and_show_no_value(
    model: Any, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        model.model_validate(values)

    assert field in str(wrong.value)
    assert "4711" not in str(wrong.value)
