"""Caseload: everyone in an open episode once, in the order of the meeting, in the documented shape."""

from typing import Any

import pytest

from tests.command_line.running import Clinic

PATIENT = {
    "mrn", "enrolled_on", "status", "needs_team", "listed", "rank", "level", "state", "badges", "instruments",
    "findings", "not_listed_because",
}  # fmt: skip
MEASURED = {"baseline", "baseline_on", "latest", "latest_on", "change", "percent", "class", "item9"}
EPISODES = "MRN,Enrolled on,Status\n00123,2025-12-01,active\n00124,2025-12-01,active\n00125,2026-02-20,active\n"
SCORES = (
    "MRN,Date,Instrument,Total,Item 9\n"
    "00123,2025-12-01,PHQ-9,16,0\n00123,2026-02-02,PHQ-9M,15,2\n"
    "00124,2025-12-01,PHQ-9,20,0\n00124,2025-12-01,GAD-7,12,\n00124,2026-02-24,PHQ-9,9,0\n00124,2026-02-24,GAD-7,13,\n"
)


@pytest.fixture
def filled(clinic: Clinic) -> Clinic:
    """Give a registry with three patients, one of them without a score."""
    clinic.bring_in(clinic.write("episodes.csv", EPISODES), "episodes", "--create-patients")
    clinic.bring_in(clinic.write("scores.csv", SCORES), "scores")
    clinic.bring_in(clinic.write("reviews.csv", "MRN,Date\n00123,2026-02-10\n"), "reviews")
    return clinic


def test_document_has_exactly_the_documented_keys(filled: Clinic) -> None:
    document = filled.run("caseload", "--json", "--as-of", "2026-03-02").document

    assert set(document) == {"as_of", "rules_version", "patients"}
    assert document["as_of"] == "2026-03-02"
    for patient in document["patients"]:
        assert set(patient) == PATIENT
        assert all(set(measured) == MEASURED for measured in patient["instruments"].values())
        assert patient["state"] is None or set(patient["state"]) == {"class", "instrument"}
        for finding in patient["findings"]:
            assert (
                {"rule", "level", "reason", "action"}
                <= set(finding)
                <= {"rule", "instrument", "level", "reason", "action"}
            )


def test_patient_comes_out_as_in_the_documentation_s_example(filled: Clinic) -> None:
    patient = filled.caseload("2026-03-02")["00123"]

    shown = {name: patient[name] for name in PATIENT - {"findings", "instruments"}}
    assert shown == {
        "mrn": "00123", "enrolled_on": "2025-12-01", "status": "active", "needs_team": True, "listed": True, "rank": 1,
        "level": "safety", "state": {"class": "no change", "instrument": "PHQ-9"}, "badges": [],
        "not_listed_because": None,
    }  # fmt: skip
    assert patient["instruments"] == {
        "PHQ-9": {
            "baseline": 16, "baseline_on": "2025-12-01", "latest": 15, "latest_on": "2026-02-02", "change": -1,
            "percent": -6.25, "class": "no change", "item9": "positive",
        }
    }  # fmt: skip
    assert patient["findings"][0]["rule"] == "S1"
    assert patient["findings"][0]["level"] == "safety"


def test_everyone_stands_once_listed_by_rank_and_the_others_with_the_reason(filled: Clinic) -> None:
    patients: list[dict[str, Any]] = filled.run("caseload", "--json", "--as-of", "2026-03-02").document["patients"]

    assert {patient["mrn"] for patient in patients} == {"00123", "00124", "00125"}
    ranks = [patient["rank"] for patient in patients if patient["listed"]]
    assert ranks == list(range(1, len(ranks) + 1))
    for patient in patients:
        assert (patient["rank"] is None) == (patient["not_listed_because"] is not None) == (not patient["listed"])


@pytest.mark.parametrize(("option", "rule"), [("or", False), ("and", True)])
def test_target_decides_whether_a_halved_score_at_ten_is_enough(clinic: Clinic, option: str, rule: bool) -> None:
    scores = "MRN,Date,PHQ-9\nA,2026-01-05,24\nA,2026-03-06,12\n"
    clinic.bring_in(clinic.write("scores.csv", scores), "scores", "--create-patients")

    rules = {finding["rule"] for finding in clinic.caseload("2026-03-20", "--target", option)["A"]["findings"]}

    assert ("T7" in rules or "T6" in rules) == rule, rules


def test_nothing_dated_after_the_date_of_care_exists_yet(filled: Clinic) -> None:
    patients = filled.caseload("2026-02-01")

    assert set(patients) == {"00123", "00124"}
    assert patients["00123"]["instruments"]["PHQ-9"]["latest"] is None


def test_what_was_recorded_later_was_not_known_at_a_moment_before(clinic: Clinic) -> None:
    episodes = "MRN,Enrolled on,Recorded at\nA,2026-01-05,2026-01-05T09:00\n"
    scores = "MRN,Date,PHQ-9,Recorded at\nA,2026-01-05,20,2026-01-05T09:00\nA,2026-02-02,4,2026-02-20T09:00\n"
    clinic.bring_in(clinic.write("episodes.csv", episodes), "episodes", "--create-patients")
    clinic.bring_in(clinic.write("scores.csv", scores), "scores")

    before = clinic.caseload("2026-02-10", "--known-at", "2026-02-20T08:59")
    after = clinic.caseload("2026-02-10", "--known-at", "2026-02-20T09:00")

    assert before["A"]["instruments"]["PHQ-9"]["latest"] is None
    assert after["A"]["instruments"]["PHQ-9"]["latest"] == 4


def test_empty_registry_has_an_empty_caseload(clinic: Clinic) -> None:
    assert clinic.run("caseload", "--json", "--as-of", "2026-03-02").document["patients"] == []
    assert clinic.run("caseload").status == 0


def test_list_for_people_has_the_headline_and_a_line_a_patient(filled: Clinic) -> None:
    said = filled.run("caseload", "--as-of", "2026-03-02")

    lines = said.out.splitlines()
    assert (said.status, said.err) == (0, "")
    assert len(lines) == 4
    assert lines[1].split()[:3] == ["1", "00123", "safety"]
