"""Import: whole or not at all, with a report that accounts for every line, and nothing twice."""

import pytest

from tests.command_line.running import Clinic, strict_json

SCORES = "MRN,Date,PHQ-9,Percent change\nA,2026-01-05,9,0\nB,2026-01-06,28,0\nA,2026-01-05,9,0\n,,,\nC,2026-01-07,0,0\n"
GOOD = "MRN,Date,PHQ-9\nA,2026-01-05,9\nB,2026-01-06,27\n"
OPEN = "MRN,Date,PHQ-9\nA,03/04/2025,9\nB,05/06/2025,8\n"


def test_good_file_is_done_and_says_what_became_of_it(clinic: Clinic) -> None:
    said = clinic.run("import", clinic.write("scores.csv", GOOD), "--kind", "scores", "--create-patients")

    assert (said.status, said.out) == (0, "")
    assert said.sentence == "scores.csv: Rows accepted 2 + known 0 + rejected 0 + mixed 0 = 2."
    assert set(clinic.caseload("2026-02-01")) == {"A", "B"}


def test_file_with_rejected_rows_is_done_with_status_3_and_reported_line_by_line(clinic: Clinic) -> None:
    report = clinic.bring_in(clinic.write("scores.csv", SCORES), "scores", "--create-patients")

    assert {key: report[key] for key in ("file", "kind", "rows", "accepted", "known", "rejected", "mixed")} == {
        "file": "scores.csv", "kind": "scores", "rows": 4, "accepted": 2, "known": 1, "rejected": 1, "mixed": 0,
    }  # fmt: skip
    assert report["unmapped"] == ["Percent change"]
    assert [one["line"] for one in report["set_aside"]] == [5]
    assert [(one["line"], one["outcome"]) for one in report["lines"]] == [
        (2, "accepted"), (3, "rejected"), (4, "known"), (6, "accepted"),
    ]  # fmt: skip
    assert report["lines"][0] == {
        "line": 2, "outcome": "accepted", "reasons": [],
        "scores": [{
            "patient_id": "A", "instrument": "phq9", "date": "2026-01-05", "total": 9, "items": None,
            "item9": "unknown", "functional": None,
        }],
    }  # fmt: skip
    assert report["lines"][1]["scores"] == report["lines"][2]["scores"] == []
    assert "28" in report["lines"][1]["reasons"][0]


def test_same_file_again_is_known_whole_and_changes_nothing(clinic: Clinic) -> None:
    file = clinic.write("scores.csv", GOOD)
    clinic.bring_in(file, "scores", "--create-patients")
    before = clinic.caseload("2026-02-01")

    again = clinic.bring_in(file, "scores", "--create-patients")

    assert (again["known"], again["accepted"]) == (2, 0)
    assert clinic.caseload("2026-02-01") == before


def test_dry_run_reports_the_same_and_keeps_nothing(clinic: Clinic) -> None:
    file = clinic.write("scores.csv", SCORES)

    tried = clinic.bring_in(file, "scores", "--create-patients", "--dry-run")

    assert clinic.caseload("2026-02-01") == {}
    assert tried == clinic.bring_in(file, "scores", "--create-patients")


def test_open_question_keeps_nothing_and_is_said_and_reported(clinic: Clinic) -> None:
    file, out = clinic.write("scores.csv", OPEN), clinic.folder / "report.json"

    said = clinic.run("import", file, "--kind", "scores", "--create-patients", "--report", out, "--json")

    assert said.status == 2
    assert "3 April" in said.sentence and "[DMY, MDY]" in said.sentence
    assert said.document == strict_json(out.read_text(encoding="utf-8"))
    assert [said.document[name] for name in ("accepted", "known", "rejected", "mixed", "lines")] == [0, 0, 0, 0, []]
    assert [(one["about"], one["column"], one["options"]) for one in said.document["questions"]] == [
        ("date_order", "Date", ["DMY", "MDY"])
    ]
    assert clinic.caseload("2026-02-01") == {}


def test_answered_mapping_is_kept_with_its_layout_for_the_next_file(clinic: Clinic) -> None:
    mapping = clinic.write("map.toml", '[answers]\ndate_order = "DMY"\n')
    clinic.bring_in(clinic.write("april.csv", OPEN), "scores", "--create-patients", "--mapping", mapping)

    report = clinic.bring_in(clinic.write("june.csv", "MRN,Date,PHQ-9\nA,07/08/2025,5\n"), "scores")

    assert report["lines"][0]["scores"][0]["date"] == "2025-08-07"


def test_unknown_patients_are_rejected_unless_they_may_be_made(clinic: Clinic) -> None:
    file = clinic.write("scores.csv", GOOD)

    assert clinic.bring_in(file, "scores")["rejected"] == 2
    assert clinic.bring_in(file, "scores", "--create-patients")["accepted"] == 2


def test_date_after_the_date_of_care_is_in_the_future(clinic: Clinic) -> None:
    report = clinic.bring_in(clinic.write("scores.csv", GOOD), "scores", "--create-patients", "--as-of", "2026-01-05")

    assert [line["outcome"] for line in report["lines"]] == ["accepted", "rejected"]
    assert "in the future" in report["lines"][1]["reasons"][0]


def test_json_is_the_report_and_nothing_else(clinic: Clinic) -> None:
    file = clinic.write("scores.csv", GOOD)

    said = clinic.run("import", file, "--kind", "scores", "--create-patients", "--json")

    assert said.status == 0
    assert said.document["accepted"] == 2


def test_records_of_other_kinds_are_reported_with_their_canonical_columns(clinic: Clinic) -> None:
    clinic.bring_in(clinic.write("scores.csv", GOOD), "scores", "--create-patients")

    report = clinic.bring_in(
        clinic.write("contacts.csv", "MRN,Date,Kind,Attended\nA,2026-01-06,Initial assessment,Y\n"), "contacts"
    )

    assert report["lines"][0]["record"] == {
        "patient_id": "A", "date": "2026-01-06", "kind": "assessment", "modality": None, "attended": True,
        "minutes": None, "staff": None, "next_due": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("score", "item9", "outcome"), [("17,2", "2", "accepted"), ("28,2", "2", "rejected"), (",1", "1", "accepted")]
)
def test_answer_about_self_harm_is_never_lost(clinic: Clinic, score: str, item9: str, outcome: str) -> None:
    clinic.bring_in(clinic.write("scores.csv", GOOD), "scores", "--create-patients")
    file = clinic.write(
        "more.csv", f"MRN,Date,Instrument,Total,Item 9\nB,2026-01-20,PHQ-9,4,0\nA,2026-01-20,PHQ-9,{score}\n"
    )

    line = next(line for line in clinic.bring_in(file, "scores")["lines"] if line["line"] == 3)

    assert line["outcome"] == outcome
    if outcome == "accepted":
        assert line["scores"][0]["item9"] == item9
        assert clinic.caseload("2026-02-01")["A"]["level"] == "safety"
    else:
        assert f"item 9 was answered {item9}" in " ".join(line["reasons"])
