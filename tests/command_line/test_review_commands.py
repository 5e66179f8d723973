"""Agenda and changes: the documented shapes, the order, the weeks passed over, and the caseload at two times."""

from datetime import date
from typing import Any

import pytest

from bhi_core.domain.actor import local_person
from bhi_core.store import commands, queries
from bhi_core.store.engine import connect_engine, reading
from tests.command_line.running import Clinic

TODAY = "2026-03-30"
PEOPLE = ("A1", "B2", "C3", "D4")
COURSES = {"A1": (16, 16), "B2": (14, 20), "C3": (18, 8), "D4": (12, 5)}
"""PHQ-9 on 5 January and on 23 March: stuck, worse, halved, remitted but for one point."""


@pytest.fixture
def filled(clinic: Clinic) -> Clinic:
    """Give a registry of four courses, everything recorded on its own day."""
    patients = [{"MRN": mrn, "Recorded at": "2026-01-05T08:00"} for mrn in PEOPLE]
    clinic.bring_in(clinic.write("patients.csv", patients), "patients", "--as-of", TODAY)
    episodes = [{"MRN": mrn, "Enrolled on": "2026-01-05", "Recorded at": "2026-01-05T09:00"} for mrn in PEOPLE]
    clinic.bring_in(clinic.write("episodes.csv", episodes), "episodes", "--as-of", TODAY)
    scores = [
        {"MRN": mrn, "Date": on, "PHQ-9": total, "Recorded at": f"{on}T10:00"}
        for mrn, totals in COURSES.items()
        for on, total in zip(("2026-01-05", "2026-03-23"), totals, strict=True)
    ]
    clinic.bring_in(clinic.write("scores.csv", scores), "scores", "--as-of", TODAY)
    contacts = [
        {"MRN": mrn, "Date": on, "Kind": "follow-up", "Recorded at": f"{on}T11:00"}
        for mrn in PEOPLE
        for on in ("2026-01-06", "2026-01-20", "2026-03-23")
    ]
    clinic.bring_in(clinic.write("contacts.csv", contacts), "contacts", "--as-of", TODAY)
    reviews = [
        {"MRN": mrn, "Date": on, "Recorded at": f"{on}T12:00"}
        for mrn, on in (("A1", "2026-03-09"), ("B2", "2026-02-02"), ("C3", "2026-03-24"), ("D4", "2026-03-24"))
    ]
    clinic.bring_in(clinic.write("reviews.csv", reviews), "reviews", "--as-of", TODAY)
    return clinic


def document(clinic: Clinic, *arguments: object) -> Any:
    """Run a command for its document."""
    said = clinic.run(*arguments, "--json", "--as-of", TODAY)
    assert (said.status, said.err) == (0, "")
    return said.document


def test_agenda_has_exactly_the_documented_keys(filled: Clinic) -> None:
    found = document(filled, "agenda", "--minutes", 6)

    assert set(found) == {"as_of", "minutes", "per_patient", "fits", "agenda", "passed_over", "not_listed"}
    assert (found["as_of"], found["minutes"], found["per_patient"], found["fits"]) == (TODAY, 6, 6, 1)
    assert [set(line) for line in found["agenda"]] == [{"rank", "mrn", "level", "reason", "weeks_passed_over"}]
    assert [set(line) for line in found["passed_over"]] == [{"mrn", "level", "reason", "weeks_passed_over"}]
    assert all(set(line) == {"mrn", "because"} and line["because"] for line in found["not_listed"])


def test_agenda_and_passed_over_are_the_listed_patients_of_the_caseload_by_rank(filled: Clinic) -> None:
    patients = filled.caseload(TODAY)
    by_rank = sorted((p for p in patients.values() if p["listed"]), key=lambda p: p["rank"])

    found = document(filled, "agenda", "--minutes", 6)

    assert [line["mrn"] for line in found["agenda"] + found["passed_over"]] == [p["mrn"] for p in by_rank]
    assert [line["mrn"] for line in found["agenda"] + found["passed_over"]] == ["B2", "A1"]
    assert {line["mrn"]: line["because"] for line in found["not_listed"]} == {
        mrn: p["not_listed_because"] for mrn, p in patients.items() if not p["listed"]
    }


@pytest.mark.parametrize(
    ("options", "fits"), [((), 10), (("--minutes", 29), 4), (("--per-patient", 25), 2), (("--minutes", 0), 0)]
)
def test_meeting_has_room_for_whole_patients(filled: Clinic, options: tuple[object, ...], fits: int) -> None:
    assert document(filled, "agenda", *options)["fits"] == fits


def test_weeks_passed_over_are_counted_back_to_the_last_review(filled: Clinic) -> None:
    found = document(filled, "agenda")["agenda"]

    assert {line["mrn"]: line["weeks_passed_over"] for line in found} == {"A1": 2, "B2": 7}


def test_minutes_are_the_clinic_s_and_a_flag_wins(filled: Clinic) -> None:
    engine = connect_engine(f"sqlite:///{filled.folder / 'registry.db'}")
    chosen = {"meeting_minutes": 45, "minutes_per_patient": 9}
    for key, value in chosen.items():
        commands.set_setting(engine, local_person("Kim"), token=key, key=key, value=value)
    engine.dispose()

    assert [document(filled, "agenda")[name] for name in ("minutes", "per_patient", "fits")] == [45, 9, 5]
    assert document(filled, "agenda", "--minutes", 90, "--per-patient", 10)["fits"] == 9


def test_patients_pinned_in_the_open_meeting_of_the_day_come_first(filled: Clinic) -> None:
    engine = connect_engine(f"sqlite:///{filled.folder / 'registry.db'}")
    with reading(engine) as connection:
        ids = queries.registry(connection, queries.EVERYBODY, date(2026, 3, 30)).patients.set_index("mrn")["patient_id"]
    items = [{"patient_id": int(ids["A1"]), "pinned": True, "why": None},
             {"patient_id": int(ids["B2"]), "pinned": False, "why": None}]  # fmt: skip
    commands.open_meeting(
        engine, local_person("Kim"), token="open", today=date(2026, 3, 30), held_on=date(2026, 3, 30),
        care_manager=None, site=None, consultant=None, people="Kim", minutes=60, per_patient=6, items=items,
    )  # fmt: skip
    engine.dispose()

    found = document(filled, "agenda", "--minutes", 6)

    assert [line["mrn"] for line in found["agenda"]] == ["A1"]
    assert (found["agenda"][0]["rank"], [line["mrn"] for line in found["passed_over"]]) == (2, ["B2"])


def test_whom_the_time_left_off_an_agenda_is_on_it_again_where_the_time_suffices(filled: Clinic) -> None:
    engine = connect_engine(f"sqlite:///{filled.folder / 'registry.db'}")
    with reading(engine) as connection:
        ids = queries.registry(connection, queries.EVERYBODY, date(2026, 3, 30)).patients.set_index("mrn")["patient_id"]
    items: list[dict[str, Any]] = [
        {"patient_id": int(ids["B2"])}, {"patient_id": int(ids["A1"]), "state": "removed", "why": None},
    ]  # fmt: skip
    commands.open_meeting(
        engine, local_person("Kim"), token="open", today=date(2026, 3, 30), held_on=date(2026, 3, 30), items=items
    )
    engine.dispose()

    assert [line["mrn"] for line in document(filled, "agenda")["agenda"]] == ["B2", "A1"]


def test_whom_the_last_meeting_carried_over_comes_first(filled: Clinic) -> None:
    engine, held = connect_engine(f"sqlite:///{filled.folder / 'registry.db'}"), date(2026, 3, 27)
    with reading(engine) as connection:
        ids = queries.registry(connection, queries.EVERYBODY, date(2026, 3, 30)).patients.set_index("mrn")["patient_id"]
    opened = commands.open_meeting(
        engine, local_person("Kim"), token="open", today=held, held_on=held, items=[{"patient_id": int(ids["A1"])}]
    )
    assert opened.record_id is not None
    commands.end_meeting(engine, local_person("Kim"), token="end", today=held, meeting_id=opened.record_id)
    engine.dispose()

    found = document(filled, "agenda", "--minutes", 6)

    assert [line["mrn"] for line in found["agenda"]] == ["A1"]
    assert [line["mrn"] for line in found["passed_over"]] == ["B2"]


def test_agenda_for_people_has_a_sentence_and_a_line_a_patient_with_the_reason(filled: Clinic) -> None:
    lines = filled.run("agenda", "--minutes", 6, "--as-of", TODAY).out.splitlines()

    assert lines[0].startswith("1 patient fits into 6 minutes at 6 minutes each; 1 of 2 listed patients is on the")
    assert [line.split()[:4] for line in lines[1:3]] == [["1", "B2", "red", "7"], ["2", "A1", "red", "2"]]
    assert [line.split()[:3] for line in lines[3:]] == [["C3", "not", "listed"], ["D4", "not", "listed"]]


def kinds(clinic: Clinic, *arguments: object) -> list[tuple[str, str]]:
    """Give MRN and kind of what changed."""
    return [(each["mrn"], each["kind"]) for each in document(clinic, "changes", *arguments)["changes"]]


def test_changes_have_exactly_the_documented_keys_and_a_sentence_each(filled: Clinic) -> None:
    found = document(filled, "changes", "--since", "2026-03-22")

    assert set(found) == {"since", "as_of", "changes"}
    assert (found["since"], found["as_of"]) == ("2026-03-22", TODAY)
    assert [set(each) for each in found["changes"]] == [{"mrn", "kind", "what"}] * len(found["changes"])
    assert [each["what"][-1] for each in found["changes"]] == ["."] * len(found["changes"])


def test_changes_of_a_week_come_in_the_order_of_the_kinds_then_of_the_list(filled: Clinic) -> None:
    assert kinds(filled, "--since", "2026-03-22") == [
        ("B2", "deteriorated"), ("C3", "responded"), ("D4", "responded"), ("C3", "no longer listed"),
        ("D4", "no longer listed"),
    ]  # fmt: skip
    assert kinds(filled, "--since", "2026-03-25") == []
    assert kinds(filled, "--since", TODAY) == []


def test_score_that_came_in_after_the_end_of_the_day_is_late_and_before_it_is_not(filled: Clinic) -> None:
    scores = [
        {"MRN": "A1", "Date": "2026-03-10", "PHQ-9": 15, "Recorded at": "2026-03-24T23:59"},
        {"MRN": "B2", "Date": "2026-03-10", "PHQ-9": 15, "Recorded at": "2026-03-25T00:00"},
    ]
    filled.bring_in(filled.write("late.csv", scores), "scores", "--as-of", TODAY)

    assert kinds(filled, "--since", "2026-03-24") == [("B2", "score arrived late")]


def test_known_at_says_what_was_known_then(filled: Clinic) -> None:
    at_noon = kinds(filled, "--since", "2026-03-23", "--known-at", "2026-03-23T12:00")
    at_nine = kinds(filled, "--since", "2026-03-23", "--known-at", "2026-03-23T09:00")

    assert ("B2", "score arrived late") in at_nine
    assert "score arrived late" not in {kind for _, kind in at_noon}


def test_episode_that_was_not_known_then_is_newly_enrolled(filled: Clinic) -> None:
    row = "MRN,Enrolled on,Recorded at\nE5,2026-03-26,2026-03-26T09:00\n"
    filled.bring_in(filled.write("new.csv", row), "episodes", "--create-patients", "--as-of", TODAY)

    assert ("E5", "newly enrolled") in kinds(filled, "--since", "2026-03-25")
    assert ("E5", "newly enrolled") not in kinds(filled, "--since", "2026-03-26")


def test_changes_for_people_have_a_count_and_a_line_each(filled: Clinic) -> None:
    lines = filled.run("changes", "--since", "2026-03-22", "--as-of", TODAY).out.splitlines()

    assert lines[0] == "5 changes from 2026-03-22 to 2026-03-30."
    assert lines[1].startswith("deteriorated         B2           PHQ-9 14 to 20 at week 11, up 6")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("changes", "--since", "2026-03-31", "--as-of", TODAY), "is after"),
        (("changes", "--since", "yesterday", "--as-of", TODAY), "--since as YYYY-MM-DD"),
        (("changes", "--as-of", TODAY), "--since"),
        (("changes", "--since", TODAY, "--known-at", "noon"), "--known-at"),
        (("agenda", "--minutes", "-1"), "--minutes"),
        (("agenda", "--per-patient", "0"), "--per-patient"),
    ],
)
def test_arguments_that_make_no_sense_are_refused_in_one_sentence(
    clinic: Clinic, arguments: tuple[str, ...], words: str
) -> None:
    said = clinic.run(*arguments)

    assert (said.status, said.out) == (2, "")
    assert words in said.sentence


def test_empty_registry_has_an_empty_agenda_and_no_changes(clinic: Clinic) -> None:
    found = document(clinic, "agenda")

    assert (found["agenda"], found["passed_over"], found["not_listed"]) == ([], [], [])
    assert document(clinic, "changes", "--since", "2026-03-01")["changes"] == []
